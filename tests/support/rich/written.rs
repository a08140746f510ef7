//! Other ways to write the same package down, which programs other than Excel use.

use super::{BOOK, Feature, MAIN, Rich, SHEET, TYPES};

pub const FEATURES: [Feature; 7] = [
    ("prefixed elements", prefixed),
    ("absolute targets", absolute_targets),
    ("parts in UTF-16", utf_16),
    ("names in another case", other_case),
    ("single quotes", single_quotes),
    ("a mark of byte order", byte_order_mark),
    ("blanks and comments", blanks_and_comments),
];

/// Every element of some parts under a prefix.
fn prefixed(rich: &mut Rich) {
    let names: Vec<String> = rich.parts.iter().map(|(name, _)| name.clone()).collect();
    for name in names {
        let is_main = name.starts_with("xl/worksheets/sheet")
            || name == BOOK
            || name == "xl/styles.xml"
            || name == "xl/comments1.xml";
        let prefix = match &*name {
            _ if is_main => "x",
            "docProps/custom.xml" => "op",
            TYPES => "ct",
            _ if name.ends_with(".rels") => "rel",
            _ => continue,
        };
        let text = rich.text(&name);
        let mut out = String::new();
        for piece in text.split_inclusive('<') {
            let has_prefix = || {
                piece
                    .split([' ', '>', '/', '<'])
                    .find(|it| !it.is_empty())
                    .is_some_and(|it| it.contains(':'))
            };
            match piece.strip_prefix('/') {
                _ if out.is_empty() || piece.starts_with('?') => out += piece,
                Some(rest) if !rest.split('>').next().unwrap_or_default().contains(':') => {
                    out += &format!("/{prefix}:{rest}")
                }
                None if !has_prefix() => out += &format!("{prefix}:{piece}"),
                _ => out += piece,
            }
        }
        let out = out.replacen(" xmlns=", &format!(" xmlns:{prefix}="), 1);
        rich.put(&name, out);
    }
    assert!(
        rich.text(SHEET)
            .contains(&format!("<x:worksheet xmlns:x=\"{MAIN}\""))
    );
}

fn absolute_targets(rich: &mut Rich) {
    for (name, folder) in [("xl/_rels/workbook.xml.rels", "/xl/"), ("_rels/.rels", "/")] {
        let text = rich.text(name);
        let text = text.replace("Target=\"", &format!("Target=\"{folder}"));
        let text = text
            .replace(&format!("\"{folder}../"), "\"/")
            .replace(&format!("\"{folder}/"), "\"/");
        rich.put(name, text);
    }
}

fn utf_16(rich: &mut Rich) {
    for name in [SHEET, BOOK, "xl/sharedStrings.xml"] {
        let text = rich.text(name).replacen("UTF-8", "UTF-16", 1);
        rich.put(name, super::utf_16(&text));
    }
}

fn other_case(rich: &mut Rich) {
    for (name, _) in &mut rich.parts {
        if name.starts_with("xl/worksheets/")
            || name == "xl/styles.xml"
            || name == "docProps/custom.xml"
        {
            *name = name
                .replace("xl/w", "XL/W")
                .replace("styles", "Styles")
                .replace("custom", "Custom");
        }
    }
}

/// Attributes of the sheet and the workbook in single quotes.
fn single_quotes(rich: &mut Rich) {
    for name in ["xl/worksheets/sheet1.xml", SHEET, BOOK] {
        let text = rich.text(name).replace('\'', "&apos;").replace('"', "'");
        rich.put(name, text);
    }
}

fn byte_order_mark(rich: &mut Rich) {
    for name in [SHEET, BOOK, "xl/styles.xml", TYPES] {
        rich.put(name, format!("\u{feff}{}", rich.text(name)));
    }
}

fn blanks_and_comments(rich: &mut Rich) {
    for name in [
        SHEET,
        BOOK,
        "xl/styles.xml",
        TYPES,
        "xl/_rels/workbook.xml.rels",
    ] {
        let text = rich
            .text(name)
            .replacen("standalone=\"yes\"", "standalone=\"no\"", 1);
        let text = match name {
            SHEET | BOOK => text.replacen(" xmlns=", "\r\n\txml:space=\"default\"\r\n\txmlns=", 1),
            _ => text,
        };
        let text = [
            " tabSelected=",
            " activeTab=",
            " count=",
            " priority=",
            " name=",
        ]
        .iter()
        .fold(text, |text, name| {
            text.replace(name, &format!("\n\t{}", &name[1..]))
        });
        let text = text.replacen(
            "?>",
            "?><!-- <sheetData> </worksheet> sheetData tabSelected=\"1\" -->",
            1,
        );
        rich.put(name, format!("{text}\r\n<!-- </worksheet> -->\r\n"));
    }
    rich.change(SHEET, "<cols>", "\r\n  <cols>\r\n    ");
    rich.change(SHEET, "</mergeCells>", "\r\n</mergeCells\r\n>");
    rich.change(SHEET, "</sheetData>", "\r\n  </sheetData>");
}

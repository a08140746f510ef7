//! One reading for every format: the same form saved as `.xlsx`, `.xls`, `.ods` and `.xlsb` is the same application.
//!
//! The files of `tests/formats` were saved by LibreOffice from the samples, but the `.xlsb`, which it does not write:
//! they were made by `tests/support/make_xlsb.py`. calamine is the witness for all of them.

mod support;

use std::collections::BTreeMap;

use liandong::annotate;
use liandong::assess::{Assessment, Context, Earlier, Language, Rulebook};
use liandong::read::{Format, Value, Workbook};

const FORMS: [&str; 3] = ["cold-chain", "wind", "copied-out"];
const OTHERS: [&str; 3] = ["xls", "ods", "xlsb"];

fn file(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats");
    std::fs::read(folder.join(name)).unwrap()
}

fn context() -> Context {
    Context {
        file: "申报书".to_owned(),
        folder: None,
        received_at: "2025-06-20T09:00:00".parse().unwrap(),
        id: None,
        edition: None,
    }
}

fn assess(bytes: &[u8]) -> Assessment {
    let rulebook = Rulebook::builtin(Language::Zh);
    let assessment = rulebook.assess(&rulebook.read(bytes), &context());
    Assessment {
        sha256: String::new(),
        ..assessment
    }
}

fn marked(bytes: &[u8]) -> Vec<u8> {
    let rulebook = Rulebook::builtin(Language::Zh);
    let (reading, earlier) = (rulebook.read(bytes), Earlier::default());
    let assessment = rulebook.assess(&reading, &context());
    rulebook
        .mark(bytes, &reading, &assessment, &context(), &earlier)
        .unwrap()
}

#[test]
fn a_form_is_the_same_application_in_every_format() {
    for form in FORMS {
        let plain = assess(&file(&format!("{form}.xlsx")));
        assert!(plain.project.is_some(), "{form}");
        for ending in OTHERS {
            let name = format!("{form}.{ending}");
            assert_eq!(assess(&file(&name)), plain, "{name}");
        }
    }
}

/// Its total of 自筹资金 adds two years of three, another one was not computed anew, and a formula of theirs stands below
/// the table.
#[test]
fn a_stale_total_and_a_formula_outside_the_form_are_told_alike_in_every_format() {
    let plain = assess(&file("stale.xlsx"));
    let told = |code: &str| {
        let found = plain.findings.iter().find(|it| it.code == code);
        let found = found.unwrap_or_else(|| panic!("no {code}"));
        let cell = found.cell.map(|cell| cell.to_string());
        (cell.unwrap_or_default(), found.message.as_str())
    };
    let (cell, message) = told("W10");
    assert_eq!(cell, "H7");
    assert!(
        message.contains("公式结果是 141.00，各栏相加应为 140.00"),
        "{message}"
    );
    assert!(message.contains("这样的合计共"), "{message}");
    let (cell, message) = told("W12");
    assert_eq!(
        (cell.as_str(), message.contains("经费预算!D80")),
        ("D80", true)
    );
    for ending in OTHERS {
        let name = format!("stale.{ending}");
        assert_eq!(assess(&file(&name)), plain, "{name}");
    }
}

#[test]
fn formulas_of_an_xls_read_as_they_were_typed() {
    let book = liandong::read::read(&file("stale.xls")).unwrap();
    let sheet = book.sheet("经费预算").unwrap();
    let formula = |cell: &str| {
        let cell = sheet.cell(cell.parse().unwrap()).unwrap();
        cell.formula.as_deref().unwrap()
    };
    for (cell, typed) in [
        ("H8", "SUM(C8:D8)"),
        ("D80", "ROUND(SUM(C5:G5)*0.5,2)+IF(H5>0,1,0)"),
    ] {
        assert_eq!(formula(cell), typed, "{cell}");
    }
    assert!(formula("H11").contains("MATCH(ld.district,政策!B4:B12,0)"));
    // one that shares the formula of another cell has no text of its own
    assert_eq!(formula("H5"), "");
}

#[test]
fn custom_properties_are_read_from_every_format() {
    for form in FORMS {
        let properties = |ending: &str| {
            let book = liandong::read::read(&file(&format!("{form}.{ending}")));
            let mut properties = book.unwrap().properties;
            // LibreOffice makes one of its own in .xls
            properties.retain(|(name, _)| name != "AppVersion");
            properties
        };
        let plain = properties("xlsx");
        let is_form = |(name, value): &(String, String)| {
            name == liandong::form::blank::FORM_PROPERTY && value == "application/1"
        };
        assert_eq!(plain.iter().any(is_form), form != "copied-out", "{plain:?}");
        for ending in OTHERS {
            assert_eq!(properties(ending), plain, "{form}.{ending}");
        }
    }
}

/// Everything in a workbook, as lines.
fn told(workbook: &Workbook) -> Vec<String> {
    let mut lines = Vec::new();
    for sheet in &workbook.sheets {
        let (rows, columns) = (&sheet.hidden_rows, &sheet.hidden_columns);
        lines.push(format!(
            "{} {} {rows:?} {columns:?}",
            sheet.name, sheet.visible
        ));
        lines.extend(sheet.merges.iter().map(|range| format!("merged {range}")));
        for cell in &sheet.cells {
            let value = match &cell.value {
                Value::Text(text) if text.len() > 100 => format!("text of {}", text.len()),
                value => format!("{value:?}"),
            };
            lines.push(format!("{} {value} {}", cell.at, cell.formula.is_some()));
        }
    }
    let names = workbook.names.iter();
    lines.extend(names.map(|name| format!("{} {}!{}", name.name, name.sheet, name.range)));
    lines
}

#[test]
fn every_kind_of_cell_reads_the_same_in_every_format() {
    for (name, formats) in [
        ("odd", [Format::Xls, Format::Ods, Format::Xlsb]),
        ("odd-1904", [Format::Xls, Format::Ods, Format::Xlsb]),
    ] {
        let plain = liandong::read::read(&file(&format!("{name}.xlsx"))).unwrap();
        let told_plain = told(&plain);
        assert!(told_plain.len() > 20, "{told_plain:#?}");
        for (ending, format) in OTHERS.iter().zip(formats) {
            let read = liandong::read::read(&file(&format!("{name}.{ending}"))).unwrap();
            assert_eq!(read.format, format);
            let mut found = told(&read);
            // what LibreOffice saves otherwise; the readers have tests of their own for what is lost by it
            for (of, saved, plain) in [
                (Format::Xls, "G1 Number(0) true", "G1 Text(\"文字尾\") true"),
                (Format::Ods, "B1 Number(1) true", "B1 Bool(true) true"),
                (Format::Ods, "H1 Number(1) true", "H1 Bool(true) true"),
            ] {
                let mut lines = found.iter_mut().filter(|_| of == format);
                if let Some(line) = lines.find(|line| *line == saved) {
                    plain.clone_into(line);
                }
            }
            assert_eq!(found, told_plain, "{name}.{ending}");
        }
    }
    let long = liandong::read::read(&file("odd.xls")).unwrap();
    let long = long.sheets[0].cell("G2".parse().unwrap()).unwrap();
    assert_eq!(long.value, Value::Text("長a".repeat(4500).into()));
}

/// What calamine reads, by sheet and position.
fn witnessed(bytes: Vec<u8>) -> BTreeMap<(String, u32, u32), String> {
    use calamine::{Data, Reader as _};
    let mut book = calamine::open_workbook_auto_from_rs(std::io::Cursor::new(bytes)).unwrap();
    let mut found = BTreeMap::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).unwrap();
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            let value = match value {
                Data::String(text) if text.is_empty() => continue,
                Data::String(text) | Data::DateTimeIso(text) => text.clone(),
                Data::Float(number) => number.to_string(),
                Data::Int(number) => number.to_string(),
                Data::Bool(truth) => truth.to_string(),
                Data::Error(_) => "error".to_owned(),
                Data::DateTime(day) => day.as_f64().to_string(),
                other => panic!("{other:?}"),
            };
            let at = (
                top + u32::try_from(row).unwrap(),
                left + u32::try_from(column).unwrap(),
            );
            found.insert((name.clone(), at.0, at.1), value);
        }
    }
    found
}

#[test]
fn calamine_reads_the_same_cells() {
    for form in FORMS {
        for ending in OTHERS {
            let name = format!("{form}.{ending}");
            let theirs = witnessed(file(&name));
            let ours = liandong::read::read(&file(&name)).unwrap();
            let mut cells = 0;
            for sheet in &ours.sheets {
                for cell in &sheet.cells {
                    let at = (sheet.name.to_string(), cell.at.row, cell.at.column);
                    let found = theirs.get(&at);
                    let same = match (&cell.value, found) {
                        (Value::Blank, None) => true,
                        (Value::Text(text), Some(found)) => **text == **found,
                        (Value::Number(number), Some(found)) => {
                            let found: f64 = found.parse().unwrap();
                            let ours: f64 = number.to_string().parse().unwrap();
                            ours == found
                        }
                        (Value::Bool(truth), Some(found)) => truth.to_string() == *found,
                        (Value::Error(_), Some(found)) => found == "error",
                        // a serial number, or a day as it is written
                        (Value::Date(day), Some(found)) => match found.parse() {
                            Ok(serial) => {
                                liandong::read::xlsx::date_of_serial(serial, false) == Some(*day)
                            }
                            Err(_) => day.to_string().starts_with(found.as_str()),
                        },
                        _ => false,
                    };
                    assert!(same, "{name} {at:?}: {:?} {found:?}", cell.value);
                    cells += usize::from(found.is_some());
                }
            }
            assert!(
                cells > 150 && cells == theirs.len(),
                "{name}: {cells} {}",
                theirs.len()
            );
        }
    }
}

#[test]
fn a_workbook_that_is_not_edited_comes_back_as_a_marked_copy_that_says_why() {
    for ending in OTHERS {
        let original = file(&format!("cold-chain.{ending}"));
        let (copy, before) = (marked(&original), assess(&original));
        assert_eq!(annotate::ending(&copy), "xlsx");
        let after = assess(&copy);
        assert_eq!(after.project, before.project, "{ending}");
        assert_eq!(after.findings, before.findings, "{ending}");
        let result = result_sheet(&copy);
        assert!(
            result.contains("不能在其中直接加标注"),
            "{ending}: {result}"
        );
        assert!(result.contains(before.verdict.zh()), "{ending}: {result}");
    }
}

/// The texts of the result sheet.
fn result_sheet(marked: &[u8]) -> String {
    use calamine::{DataType as _, Reader as _, Xlsx};
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(marked)).unwrap();
    let range = book.worksheet_range("审核结果").unwrap();
    let texts = range
        .used_cells()
        .filter_map(|(_, _, cell)| cell.get_string());
    texts.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_total_that_was_not_computed_anew_is_told_in_the_copy_too() {
    // the reader sees the sum as wrong; a copy of ours would compute it anew
    let mut rules = liandong::rules::rules();
    let rule = rules.find(|rule| rule.code == "W10").unwrap();
    let stale = support::made(rule.breaks[0]).bytes;
    let signed = support::with_extra_part(&stale, "_xmlsignatures/origin.sigs", "");
    let before = assess(&stale);
    let codes: Vec<&str> = before.findings.iter().map(|it| &*it.code).collect();
    assert!(codes.contains(&"W10"), "{codes:?}");
    let result = result_sheet(&marked(&signed));
    assert!(
        result.contains("退回修改") && result.contains("W10") | result.contains("公式结果"),
        "{result}"
    );
    assert!(result.contains("数字签名"), "{result}");
}

#[test]
fn macros_stay_byte_for_byte_and_the_copy_is_named_for_them() {
    let program = "Attribute VB_Name = \"Module1\"\r\n";
    let plain = support::with_part(
        &support::faultless_workbook(),
        "[Content_Types].xml",
        |types| {
            types.replace(
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            )
        },
    );
    let with_macros = support::with_extra_part(&plain, "xl/vbaProject.bin", program);
    let copy = marked(&with_macros);
    assert_eq!(annotate::ending(&copy), "xlsm");
    let mut package = zip::ZipArchive::new(std::io::Cursor::new(copy)).unwrap();
    let mut kept = String::new();
    let mut part = package.by_name("xl/vbaProject.bin").unwrap();
    std::io::Read::read_to_string(&mut part, &mut kept).unwrap();
    assert_eq!(kept, program);
    assert_eq!(
        annotate::ending(&marked(&support::faultless_workbook())),
        "xlsx"
    );
}

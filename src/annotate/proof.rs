//! That a marked copy holds what the original held, read back from the bytes that will be published.
//!
//! What gives a cell its value must be byte for byte the same: the cells and merged ranges of every sheet, the
//! list of sheets, the defined names, the formats of cells, and every part that was not to be touched, shared
//! texts among them. What was touched must be well-formed. Any reader then finds the same values, which is more
//! than reading both with one reader could tell, and costs a tenth of it.

use std::collections::BTreeSet;

use super::package::{Package, SheetEntry};
use super::sheet::SheetPart;
use super::{NotEditable, points_at, result_sheet_name, xml};
use crate::read::texts::Texts;

/// Lists of the styles part that say how a cell's number is to be read: entries may only be appended.
const FORMATS: [&str; 2] = ["numFmts", "cellXfs"];

/// Compares a marked copy with its original. `edited`: the parts that were to be touched.
///
/// # Errors
/// [`NotEditable::Differs`] where something differs, [`NotEditable::Broken`] where it cannot be read back.
pub fn prove(
    (original, texts): (&[u8], &Texts),
    marked: &[u8],
    edited: &BTreeSet<String>,
) -> Result<(), NotEditable> {
    let mut archive = crate::read::guard::open(marked).map_err(NotEditable::broken)?;
    let fresh = Texts::some(&mut archive, edited.iter()).map_err(NotEditable::broken)?;
    let old = &mut Package::open(original, texts)?;
    let new = &mut Package::open(marked, &fresh)?;
    parts(old, new, edited)?;
    let result = result_sheet_name(old)?;
    let mut before = old.sheets()?;
    before.retain(|entry| Some(&entry.name) != result.as_ref());
    let mut after = new.sheets()?;
    after.pop();
    let key = |entry: &SheetEntry| (entry.name.clone(), entry.part.clone());
    if !before.iter().map(key).eq(after.iter().map(key)) {
        return Err(differs("the list of sheets"));
    }
    for entry in before.iter().filter(|entry| edited.contains(&entry.part)) {
        let (before, after) = (
            SheetPart::open(old, &entry.part)?,
            SheetPart::open(new, &entry.part)?,
        );
        if before.cells() != after.cells() || before.merges() != after.merges() {
            return Err(differs(&entry.name));
        }
    }
    let (before, after) = (
        names(old)?,
        inside(&new.text(&new.workbook.clone())?, "definedNames")?,
    );
    if !after.starts_with(&before) {
        return Err(differs("the defined names"));
    }
    formats(old, new)
}

fn differs(what: &str) -> NotEditable {
    NotEditable::Differs(what.to_owned())
}

/// Every part that was not to be touched is there and the same; every other one is well-formed.
fn parts(
    old: &mut Package<'_>,
    new: &mut Package<'_>,
    edited: &BTreeSet<String>,
) -> Result<(), NotEditable> {
    for name in old.names()? {
        if !edited.contains(&name) && old.stored(&name)? != new.stored(&name)? {
            return Err(differs(&name));
        }
    }
    for name in edited {
        if new.has(name) {
            xml::root(&new.text(name)?)?;
        }
    }
    Ok(())
}

/// The defined names as they are written, without what points at a result sheet of ours.
fn names(package: &mut Package<'_>) -> Result<String, NotEditable> {
    let result = result_sheet_name(package)?;
    let text = package.text(&package.workbook.clone())?;
    let (_, nodes) = xml::root(&text)?;
    let Some(list) = nodes.iter().find(|node| node.name == "definedNames") else {
        return Ok(String::new());
    };
    let mut names = text[list.inner.clone()].to_owned();
    if result.is_some() {
        for name in xml::children(&text, list)?.iter().rev() {
            if points_at(&text, name, result.as_deref()) {
                let (start, end) = (name.all.start, name.all.end);
                names.replace_range(start - list.inner.start..end - list.inner.start, "");
            }
        }
    }
    Ok(names)
}

/// The entries of styles that say how a cell's number is to be read.
fn formats(old: &mut Package<'_>, new: &mut Package<'_>) -> Result<(), NotEditable> {
    let book = old.workbook.clone();
    let Some(styles) = old
        .relations(&book)?
        .into_iter()
        .find(|it| it.kind == "styles")
    else {
        return Ok(());
    };
    let (before, after) = (old.text(&styles.target)?, new.text(&styles.target)?);
    for list in FORMATS {
        if !inside(&after, list)?.starts_with(&inside(&before, list)?) {
            return Err(differs(list));
        }
    }
    Ok(())
}

/// What stands inside a child of the root; nothing where there is no such child.
fn inside(text: &str, child: &str) -> Result<String, NotEditable> {
    let (_, nodes) = xml::root(text)?;
    let node = nodes.into_iter().find(|node| node.name == child);
    Ok(node.map_or_else(String::new, |node| text[node.inner].to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::{Context, Earlier, Language, Rulebook};
    use crate::form::blank;

    /// What the proof says of a marked copy in which a text of a part was replaced.
    fn tampered(part: &str, from: &str, to: &str) -> Result<(), NotEditable> {
        let book = Rulebook::builtin(Language::Zh);
        let edition = book.policies.edition("urumqi-2023").unwrap();
        let original = blank::write(&book.layout, edition, &blank::Values::default()).unwrap();
        let context = Context {
            file: "申报书.xlsx".to_owned(),
            folder: None,
            received_at: "2024-03-20T09:00:00".parse().unwrap(),
            id: None,
            edition: None,
        };
        let reading = book.read(&original);
        let found = book.assess(&reading, &context);
        let earlier = Earlier::default();
        let marked = book
            .mark(&original, &reading, &found, &context, &earlier)
            .unwrap();
        let texts = Texts::default();
        let mut package = Package::open(&marked, &texts).unwrap();
        let everything: BTreeSet<String> = package.names().unwrap().into_iter().collect();
        let text = package.text(part).unwrap();
        assert!(text.contains(from), "{part} holds no {from}");
        package.put(part, text.replacen(from, to, 1));
        let tampered = package.finish().unwrap();
        prove((&original, &texts), &tampered, &everything)
    }

    #[test]
    fn a_marked_copy_is_proved_and_a_changed_one_is_not() {
        let sheet = "xl/worksheets/sheet1.xml";
        assert_eq!(tampered(sheet, "tabSelected", "tabSelected"), Ok(()));
        for (part, from, to) in [
            (sheet, "<v>", "<v>1"),
            (sheet, "<mergeCell ref=\"", "<mergeCell ref=\"$"),
            ("xl/workbook.xml", "$B$", "$C$"),
            ("xl/workbook.xml", "<sheet name=\"", "<sheet name=\"x"),
            ("xl/styles.xml", "numFmtId=\"164\"", "numFmtId=\"14\""),
            ("xl/styles.xml", "</styleSheet>", ""),
        ] {
            assert!(tampered(part, from, to).is_err(), "{part}: {from} -> {to}");
        }
    }

    #[test]
    fn a_part_that_was_not_to_be_touched_must_be_the_same() {
        let nothing = BTreeSet::new();
        let book = Rulebook::builtin(Language::Zh);
        let edition = book.policies.edition("urumqi-2023").unwrap();
        let original = blank::write(&book.layout, edition, &blank::Values::default()).unwrap();
        let texts = Texts::default();
        let mut package = Package::open(&original, &texts).unwrap();
        let strings = package.text("xl/sharedStrings.xml").unwrap();
        package.put("xl/sharedStrings.xml", strings.replacen("<t>", "<t>x", 1));
        let changed = package.finish().unwrap();
        assert_eq!(
            prove((&original, &texts), &changed, &nothing),
            Err(differs("xl/sharedStrings.xml"))
        );
    }
}

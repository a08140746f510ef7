//! That a marked copy holds what the original held, read back from the bytes that will be published.
//!
//! What gives a cell its value must be byte for byte the same: the cells and merged ranges of every sheet, the
//! list of sheets, the defined names, the formats of cells, and every part that was not to be touched, shared
//! texts among them. What was touched must be well-formed. Any reader then finds the same values, which is more
//! than reading both with one reader could tell, and costs a tenth of it.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::around;
use super::package::{self, Marked, Package, SheetEntry};
use super::sheet::{Bounds, deselected, no_sheet};
use super::xml::{self, Tree};
use super::{NotEditable, points_at, result_sheet_name};
use crate::read::texts::Texts;

/// Lists of the styles part that say how a cell's number is to be read: entries may only be appended.
const FORMATS: [&str; 2] = ["numFmts", "cellXfs"];

/// What a workbook says before it is edited.
pub struct Before {
    book: Book,
    styles: Option<Rc<Tree>>,
}

impl Before {
    /// Notes what must stay.
    ///
    /// # Errors
    /// Where the workbook is broken.
    pub fn of(package: &mut Package<'_>) -> Result<Self, NotEditable> {
        let result = result_sheet_name(package)?;
        let book = Book::of(package, result.as_deref())?;
        let styles = book.styles.as_ref().map(|part| package.tree(part));
        Ok(Self {
            styles: styles.transpose()?,
            book,
        })
    }

    /// Takes the styles as they are without what an earlier assessment added: nothing else may be gone.
    ///
    /// # Errors
    /// Where something is.
    pub fn strip_styles(&mut self, package: &mut Package<'_>) -> Result<(), NotEditable> {
        if let Some((part, styles)) = self.book.styles.as_ref().zip(self.styles.as_mut()) {
            let stripped = package.tree(part)?;
            formats(&stripped, styles)?;
            *styles = stripped;
        }
        Ok(())
    }
}

/// Compares a marked copy with its original, a package without edits.
///
/// # Errors
/// [`NotEditable::Differs`] where something differs, [`NotEditable::Broken`] where it cannot be read back.
pub fn prove(
    before: &Before,
    original: &mut Package<'_>,
    marked: &Marked,
) -> Result<(), NotEditable> {
    let mut archive = crate::read::guard::package(&marked.bytes).map_err(NotEditable::broken)?;
    let edited = &marked.edited;
    let whole_parts = edited.difference(&marked.around);
    let fresh = Texts::some(&mut archive, whole_parts).map_err(NotEditable::broken)?;
    let new = &mut Package::over(archive, &fresh)?;
    untouched(original, new, edited)?;
    let (before, styles) = (&before.book, &before.styles);
    let mut after = Book::of(new, None)?;
    after.sheets.pop();
    let same_sheets = before
        .sheets
        .iter()
        .map(key)
        .eq(after.sheets.iter().map(key));
    if !same_sheets || before.settings != after.settings {
        return Err(differs("the list of sheets"));
    }
    if !after.names.starts_with(&before.names) {
        return Err(differs("the defined names"));
    }
    let mut proved = BTreeSet::from([before.part.clone()]);
    let edited_sheets = before.sheets.iter();
    for entry in edited_sheets.filter(|entry| edited.contains(&entry.part)) {
        if marked.around.contains(&entry.part) {
            large_cells(original, new, entry)?;
        } else if !entry.has_cells {
            let old = deselected(&original.borrowed(&entry.part)?);
            if old != *new.borrowed(&entry.part)? {
                return Err(differs(&entry.name));
            }
        } else {
            let old = original.borrowed(&entry.part)?;
            cells(&old, &new.borrowed(&entry.part)?, entry)?;
        }
        proved.insert(entry.part.clone());
    }
    if let Some((styles, part)) = styles.as_ref().zip(before.styles.as_ref()) {
        formats(styles, &*new.tree(part)?)?;
        proved.insert(part.clone());
    }
    for part in edited.difference(&proved) {
        if new.has(part) {
            let text = new.borrowed(part)?;
            whole(&if part.ends_with(".vml") {
                xml::drawing(&text)
            } else {
                text.as_ref().into()
            })?;
        }
    }
    Ok(())
}

/// A part of ours is well-formed and holds something.
fn whole(text: &str) -> Result<(), NotEditable> {
    match xml::count(text, 0..text.len())? {
        0 => Err(NotEditable::broken("a part without elements")),
        _ => Ok(()),
    }
}

fn differs(what: &str) -> NotEditable {
    NotEditable::Differs(what.to_owned())
}

fn key(entry: &SheetEntry) -> (&str, &str) {
    (&entry.name, &entry.part)
}

/// Every part that was not to be touched is there and the same.
fn untouched(
    old: &mut Package<'_>,
    new: &mut Package<'_>,
    edited: &BTreeSet<String>,
) -> Result<(), NotEditable> {
    for (name, stored) in old.every_stored()? {
        if !edited.contains(&name) && stored != new.stored(&name)? {
            return Err(differs(&name));
        }
    }
    Ok(())
}

/// What the workbook's part says, without one sheet.
struct Book {
    part: String,
    sheets: Vec<SheetEntry>,
    /// The defined names as they are written.
    names: String,
    /// The element that holds the system of dates.
    settings: String,
    /// The styles' part.
    styles: Option<String>,
}

impl Book {
    fn of(package: &mut Package<'_>, without: Option<&str>) -> Result<Self, NotEditable> {
        let part = package.workbook.clone();
        let (tree, relations) = (package.tree(&part)?, package.relations(&part)?);
        let text = &tree.text;
        let mut sheets = package::sheets(&tree, &relations)?;
        sheets.retain(|entry| Some(entry.name.as_str()) != without);
        let styles = relations.iter().find(|it| it.kind == "styles");
        let list = tree.child("definedNames");
        let names = list.map(|list| names(text, list, without));
        let settings = tree
            .child("workbookPr")
            .map(|node| text[node.all.clone()].to_owned());
        Ok(Self {
            part,
            sheets,
            names: names.transpose()?.unwrap_or_default(),
            settings: settings.unwrap_or_default(),
            styles: styles.map(|styles| styles.target.clone()),
        })
    }
}

/// The defined names without those that point at a sheet.
fn names(text: &str, list: &xml::Node, sheet: Option<&str>) -> Result<String, NotEditable> {
    let mut names = text[list.inner.clone()].to_owned();
    if sheet.is_some() {
        for name in xml::children(text, list)?.iter().rev() {
            if points_at(text, name, sheet) {
                let (start, end) = (name.all.start, name.all.end);
                names.replace_range(start - list.inner.start..end - list.inner.start, "");
            }
        }
    }
    Ok(names)
}

/// A sheet is the same up to the end of its cells, but for being selected, and so are its merged ranges.
fn cells(old: &str, new: &str, entry: &SheetEntry) -> Result<(), NotEditable> {
    let bounds = |text: &str| Bounds::of(text).ok_or_else(|| no_sheet(&entry.part));
    let (before, after) = (bounds(old)?, bounds(new)?);
    if before.proof(old) != after.proof(new) {
        return Err(differs(&entry.name));
    }
    xml::count(new, after.tail()).map(drop)
}

/// The same of a large sheet, row by row.
fn large_cells(
    old: &mut Package<'_>,
    new: &mut Package<'_>,
    entry: &SheetEntry,
) -> Result<(), NotEditable> {
    let (old, new) = (old.stored(&entry.part)?, new.stored(&entry.part)?);
    let around = around::same_cells(&old, &new)?;
    let (before, after) = around.ok_or_else(|| differs(&entry.name))?;
    cells(&before, &after, entry)
}

/// The formats of cells and of numbers: entries are only appended.
fn formats(old: &Tree, new: &Tree) -> Result<(), NotEditable> {
    for list in FORMATS {
        let inside = |tree: &'_ Tree| {
            let node = tree.child(list);
            node.map_or_else(String::new, |node| tree.text[node.inner.clone()].to_owned())
        };
        if !inside(new).starts_with(&inside(old)) {
            return Err(differs(list));
        }
    }
    Ok(())
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
        let whole = crate::read::package::Package::open(&marked).unwrap();
        let names = whole.archive.file_names();
        let everything: BTreeSet<String> = names.map(|name| name.unwrap().into_owned()).collect();
        let text = package.text(part).unwrap();
        assert!(text.contains(from), "{part} holds no {from}");
        package.put(part, text.replacen(from, to, 1));
        let tampered = Marked {
            bytes: package.finish().unwrap().bytes,
            edited: everything,
            around: BTreeSet::new(),
        };
        let mut original = Package::open(&original, &texts).unwrap();
        prove(
            &Before::of(&mut original).unwrap(),
            &mut original,
            &tampered,
        )
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
        let book = Rulebook::builtin(Language::Zh);
        let edition = book.policies.edition("urumqi-2023").unwrap();
        let original = blank::write(&book.layout, edition, &blank::Values::default()).unwrap();
        let texts = Texts::default();
        let mut package = Package::open(&original, &texts).unwrap();
        let strings = package.text("xl/sharedStrings.xml").unwrap();
        package.put("xl/sharedStrings.xml", strings.replacen("<t>", "<t>x", 1));
        let changed = Marked {
            bytes: package.finish().unwrap().bytes,
            edited: BTreeSet::new(),
            around: BTreeSet::new(),
        };
        let mut original = Package::open(&original, &texts).unwrap();
        let before = Before::of(&mut original).unwrap();
        assert_eq!(
            prove(&before, &mut original, &changed),
            Err(differs("xl/sharedStrings.xml"))
        );
    }
}

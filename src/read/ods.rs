//! An OpenDocument spreadsheet (`.ods`; OASIS ODF 1.3 part 3) to a [`Workbook`].
//!
//! Reads the part `content.xml` under the prefixes that every program writes. Numbers are the decimals as written, days
//! are days. Empty cells and rows that repeat a million times are counted and not made; comments, drawings, deleted
//! content and copies of other workbooks are passed over.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use quick_xml::escape::unescape;

use super::book::{Gathered, Left, within_sheets};
use super::guard::damaged;
use super::package::Package;
use super::parts::Parts;
use super::tags::{Kind, Tag, Tags};
use super::texts::Texts;
use super::xlsx::number;
use super::{Active, Cell, Foreign, Format, ReadFault, Sheet, Value, Workbook, limits};
use crate::place::{CellRange, CellRef};

mod cell;

use cell::Content;

const CONTENT: &str = "content.xml";
/// Elements whose content is none of the sheet's: drawings, forms, sources, comments, deleted cells, links.
const PASSED_OVER: [&str; 7] = [
    "table:shapes",
    "office:forms",
    "table:tracked-changes",
    "table:dde-links",
    "table:detective",
    "table:content-validations",
    "table:database-ranges",
];

/// Reads a package that [`super::guard::open`] let through.
///
/// # Errors
/// The [`ReadFault`] to tell the sender.
pub fn read(package: Package<'_>) -> Result<Workbook, ReadFault> {
    let mut parts = Parts {
        package,
        texts: Texts::default(),
    };
    let manifest = parts
        .needed("META-INF/manifest.xml")
        .is_ok_and(|it| it.contains("encryption-data"));
    if manifest || parts.package.has("encrypted-package") {
        return Err(ReadFault::Password);
    }
    let mimetype = parts
        .needed("mimetype")
        .map(Cow::into_owned)
        .unwrap_or_default();
    if !mimetype.contains("spreadsheet") {
        return Err(ReadFault::OtherFormat {
            what: Foreign::OpenDocument,
        });
    }
    let mut active: Vec<Active> = Vec::new();
    for name in parts.package.archive.file_names().flatten() {
        if name.starts_with("Basic/") && name.ends_with(".xml") || name.starts_with("Scripts/") {
            active.push(Active::Macros);
        }
    }
    let properties = parts
        .needed("meta.xml")
        .map(|meta| properties(&meta))
        .unwrap_or_default();
    let text = parts.needed(CONTENT)?;
    let mut walk = Walk::of(&text);
    walk.book()?;
    let mut gathered = walk.gathered;
    gathered.properties = properties;
    gathered.active.append(&mut active);
    Ok(gathered.into_workbook(Format::Ods))
}

/// Custom document properties, in file order.
fn properties(meta: &str) -> Vec<(String, String)> {
    let (mut tags, mut found) = (Tags::of(meta), Vec::new());
    while let Ok(Some(tag)) = tags.advance() {
        if tag.kind == Kind::Start && tag.name == "meta:user-defined" {
            let name = tag.get("meta:name").map(plain);
            let text = super::xlsx::text_of(meta, &mut tags);
            if let (Some(Ok(name)), Ok(text)) = (name, text) {
                found.push((name.into_owned(), text.into_owned()));
            }
        }
    }
    found
}

fn plain(written: &str) -> Result<Cow<'_, str>, ReadFault> {
    unescape(written).map_err(damaged)
}

/// How often something repeats.
fn repeats(tag: &Tag<'_>, attribute: &str) -> Result<u32, ReadFault> {
    let written = tag
        .get(attribute)
        .map_or(Ok(1), |written| written.trim().parse());
    written.map_err(|_| damaged("重复次数不正确"))
}

/// The way through a content part.
struct Walk<'t> {
    text: &'t str,
    left: Left,
    /// Names of the styles of tables that are not shown.
    hidden_styles: HashSet<&'t str>,
    gathered: Gathered,
}

/// Where in a sheet the walk is.
#[derive(Debug, Default)]
struct At {
    row: u32,
    /// How often the row repeats.
    rows: u32,
    column: u32,
    /// Columns described so far.
    described: u32,
    is_of_another_workbook: bool,
}

impl<'t> Walk<'t> {
    fn of(text: &'t str) -> Self {
        Self {
            text,
            left: Left::new(),
            hidden_styles: HashSet::new(),
            gathered: Gathered::default(),
        }
    }

    fn book(&mut self) -> Result<(), ReadFault> {
        let (mut tags, mut style) = (Tags::of(self.text), None);
        let mut names: Vec<(Cow<'t, str>, Cow<'t, str>)> = Vec::new();
        while let Some(tag) = tags.advance()? {
            match (tag.kind, tag.name) {
                (Kind::End, _) => {}
                (_, "style:style") => style = tag.get("style:name"),
                (_, "style:table-properties") if tag.get("table:display") == Some("false") => {
                    self.hidden_styles.extend(style);
                }
                (Kind::Start, "table:table") => self.table(&tag, &mut tags)?,
                (Kind::Start, "table:dde-links") => {
                    self.gathered.active.push(Active::Dde);
                    pass_over(&mut tags)?;
                }
                (Kind::Start, name) if PASSED_OVER.contains(&name) => pass_over(&mut tags)?,
                (_, "table:named-range") => {
                    names.extend(
                        tag.get("table:name")
                            .zip(tag.get("table:cell-range-address"))
                            .map(|(name, target)| {
                                Ok::<_, ReadFault>((plain(name)?, plain(target)?))
                            })
                            .transpose()?,
                    );
                }
                _ => {}
            }
        }
        let sheets = &self.gathered.sheets;
        let placed = |(name, target): (Cow<'t, str>, Cow<'t, str>)| {
            let (sheet, range) = address(&target)?;
            let sheet = sheets.iter().find(|found| *found.name == sheet)?;
            Some((name.into_owned(), Arc::clone(&sheet.name), range))
        };
        self.gathered.names = names.into_iter().filter_map(placed).collect();
        Ok(())
    }

    /// A sheet, whose start tag was read.
    fn table(&mut self, tag: &Tag<'t>, tags: &mut Tags<'t>) -> Result<(), ReadFault> {
        let style = tag.get("table:style-name");
        let is_hidden = style.is_some_and(|style| self.hidden_styles.contains(style));
        let name = plain(tag.get("table:name").unwrap_or_default())?;
        let mut sheet = Sheet::empty(&name, !is_hidden);
        let (mut at, inside) = (At::default(), tags.depth());
        while let Some(tag) = tags.advance()? {
            match (tag.kind, tag.name) {
                (Kind::End, _) if tags.depth() < inside => break,
                (Kind::End, "table:table-row") => at.row = at.row.saturating_add(at.rows),
                (Kind::End, _) => {}
                (Kind::Start, name) if PASSED_OVER.contains(&name) => pass_over(tags)?,
                // a table inside a table, in a drawing of a cell
                (Kind::Start, "table:table" | "table:named-expressions") => pass_over(tags)?,
                (_, "table:table-source") => at.is_of_another_workbook = true,
                (_, "table:table-column") => column(&tag, &mut at, &mut sheet)?,
                (_, "table:table-row") => row(&tag, &mut at, &mut sheet)?,
                (_, "table:table-cell" | "table:covered-table-cell") => {
                    self.cell(&tag, tags, &mut at, &mut sheet)?;
                }
                _ => {}
            }
        }
        if at.is_of_another_workbook {
            self.gathered.active.push(Active::Links);
            return Ok(());
        }
        self.gathered.sheets.push(sheet);
        within_sheets(self.gathered.sheets.len())
    }

    fn cell(
        &mut self,
        tag: &Tag<'t>,
        tags: &mut Tags<'t>,
        at: &mut At,
        sheet: &mut Sheet,
    ) -> Result<(), ReadFault> {
        let content = match tag.kind {
            Kind::Start => Content::inside(self.text, tags)?,
            _ => Content::default(),
        };
        if content.is_embedded {
            self.gathered.active.push(Active::Embedded);
        }
        let value = value(tag, content)?;
        let formula = tag.get("table:formula").map(plain).transpose()?;
        let formula: Option<Box<str>> = formula.map(Into::into);
        let columns = repeats(tag, "table:number-columns-repeated")?;
        let first = at.column;
        at.column = first.saturating_add(columns);
        let place = CellRef::new(at.row, first);
        let range = place.and_then(|place| merged(tag, place));
        let is_several = |range: &CellRange| range.first != range.last;
        sheet.merges.extend(range.filter(is_several));
        if value == Value::Blank && formula.is_none() {
            return Ok(());
        }
        for row in at.row..at.row.saturating_add(at.rows) {
            for column in first..at.column {
                let at = CellRef::new(row, column).ok_or_else(|| damaged("单元格的位置不正确"))?;
                let cell = Cell {
                    at,
                    value: value.clone(),
                    formula: formula.clone(),
                };
                sheet.add(cell, &mut self.left)?;
            }
        }
        Ok(())
    }
}

fn column(tag: &Tag<'_>, at: &mut At, sheet: &mut Sheet) -> Result<(), ReadFault> {
    let first = at.described;
    at.described = first.saturating_add(repeats(tag, "table:number-columns-repeated")?);
    if is_hidden(tag) && at.described > first {
        sheet.hidden_columns.push((first, at.described - 1));
    }
    Ok(())
}

fn row(tag: &Tag<'_>, at: &mut At, sheet: &mut Sheet) -> Result<(), ReadFault> {
    (at.rows, at.column) = (repeats(tag, "table:number-rows-repeated")?, 0);
    if is_hidden(tag) {
        let last = at.row.saturating_add(at.rows).min(limits::ROWS);
        sheet.hidden_rows.extend(at.row..last);
    }
    if tag.kind == Kind::Empty {
        at.row = at.row.saturating_add(at.rows);
    }
    Ok(())
}

/// Hidden by hand, or by a filter (ODF 19.749 table:visibility).
fn is_hidden(tag: &Tag<'_>) -> bool {
    matches!(tag.get("table:visibility"), Some("collapse" | "filter"))
}

fn merged(tag: &Tag<'_>, first: CellRef) -> Option<CellRange> {
    let spans = |name| {
        tag.get(name)
            .map_or(Some(1), |written| written.parse::<u32>().ok())
    };
    let rows = spans("table:number-rows-spanned")?.checked_sub(1)?;
    let columns = spans("table:number-columns-spanned")?.checked_sub(1)?;
    Some(CellRange {
        first,
        last: first.down(rows)?.right(columns)?,
    })
}

/// A cell's value (ODF 19.385 office:value-type).
fn value(tag: &Tag<'_>, content: Content) -> Result<Value, ReadFault> {
    if tag.get("calcext:value-type") == Some("error") {
        return Ok(match content.text.trim() {
            "" => Value::Error("#VALUE!".into()),
            text => Value::Error(text.into()),
        });
    }
    let written = |name| tag.get(name).map_or(Ok(Cow::Borrowed("")), plain);
    Ok(match tag.get("office:value-type") {
        Some("float" | "percentage" | "currency") => {
            let found = number(written("office:value")?.trim())?;
            Value::Number(found.ok_or_else(|| damaged("单元格的数不正确"))?)
        }
        Some("date") => {
            let day = written("office:date-value")?;
            super::xlsx::iso(&day).map_or_else(|| Value::of_text(&content.text), Value::Date)
        }
        Some("boolean") => Value::Bool(tag.get("office:boolean-value") == Some("true")),
        None | Some("void") => Value::Blank,
        // a string may be kept apart from what the cell shows; a time is what the cell shows
        Some(kind) => match tag.get("office:string-value").filter(|_| kind == "string") {
            Some(kept) => Value::of_text(&plain(kept)?),
            None => Value::of_text(&content.text),
        },
    })
}

/// Goes on after the element whose start tag was read.
fn pass_over(tags: &mut Tags<'_>) -> Result<(), ReadFault> {
    let inside = tags.depth();
    while tags.depth() >= inside {
        if tags.advance()?.is_none() {
            break;
        }
    }
    Ok(())
}

/// The sheet and cells of an address: `$'a b'.$C$5:.$H$5`.
fn address(target: &str) -> Option<(String, CellRange)> {
    let (first, last) = match target.rsplit_once(':') {
        Some((first, last)) => (first, last.rsplit_once('.')?.1),
        None => (target, target.rsplit_once('.')?.1),
    };
    let (sheet, first) = first.rsplit_once('.')?;
    let sheet = sheet.strip_prefix('$').unwrap_or(sheet);
    let quoted = sheet
        .strip_prefix('\'')
        .and_then(|sheet| sheet.strip_suffix('\''));
    let sheet = quoted.map_or_else(|| sheet.to_owned(), |sheet| sheet.replace("''", "'"));
    Some((sheet, format!("{first}:{last}").parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_they_are_written() {
        for (target, sheet, range) in [
            ("$经费预算.$C$5:.$H$5", "经费预算", "C5:H5"),
            ("$'a''b.c'.$A$1", "a'b.c", "A1"),
            ("$'a b'.$A$1:$'a b'.$B$2", "a b", "A1:B2"),
        ] {
            let found = address(target).unwrap();
            assert_eq!(
                (found.0.as_str(), found.1.to_string().as_str()),
                (sheet, range)
            );
        }
        assert_eq!(address("$填报说明.$1:.$2"), None);
        assert_eq!(address("#REF!"), None);
    }

    fn read(inside: &str) -> Result<Vec<Sheet>, ReadFault> {
        let text = format!("<office:spreadsheet>{inside}</office:spreadsheet>");
        let mut walk = Walk::of(&text);
        walk.book()?;
        Ok(walk.gathered.sheets)
    }

    #[test]
    fn cells_are_read_with_blanks_and_without_comments() {
        let row = r#"<table:table table:name="a"><table:table-row table:number-rows-repeated="2"/><table:table-row>
            <table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>TRUE</text:p></table:table-cell>
            <table:table-cell table:number-columns-repeated="2"/><table:table-cell office:value-type="string"><office:annotation>
            <text:p>a comment</text:p></office:annotation><text:p>a<text:s text:c="2"/>b &amp; <text:span>c</text:span></text:p><text:p>d</text:p>
            </table:table-cell><table:table-cell office:value-type="float" office:value="1.50" table:number-columns-repeated="2"/>
            </table:table-row></table:table>"#;
        let sheets = read(row).unwrap();
        let cells: Vec<String> = sheets[0]
            .cells
            .iter()
            .map(|cell| format!("{} {:?}", cell.at, cell.value))
            .collect();
        assert_eq!(
            cells,
            [
                "A3 Bool(true)",
                "D3 Text(\"a  b & c\\nd\")",
                "E3 Number(1.5)",
                "F3 Number(1.5)"
            ]
        );
    }

    #[test]
    fn what_repeats_beyond_a_form_is_a_limit_and_not_memory() {
        let cell = r#"<table:table table:name="a"><table:table-row table:number-rows-repeated="1048576">
            <table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>
            </table:table-row></table:table>"#;
        assert!(matches!(read(cell), Err(ReadFault::OverLimit { .. })));
        let copied =
            r#"<table:table table:name="a"><table:table-source xlink:href="b"/></table:table>"#;
        assert_eq!(read(copied).unwrap().len(), 0);
    }
}

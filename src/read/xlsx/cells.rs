//! The cells of a sheet, in one pass over its text.
//!
//! Nearly every program writes nearly every cell in one way, and most cells of a form are empty: these are read as they
//! stand, in a third of the time that any way of writing them takes.

use std::borrow::Cow;

use jiff::civil::{Date, DateTime};

use super::formats::Formats;
use super::text::{string_of, text_of, without_escapes};
use super::{date_of_serial, number};
use crate::place::CellRef;
use crate::read::book::Left;
use crate::read::guard::damaged;
use crate::read::tags::{Kind, Tag, Tags};
use crate::read::{Cell, ReadFault, Value};

/// What the cells of every sheet refer to.
#[derive(Debug, Default)]
pub struct Shared<'t> {
    /// The shared strings.
    pub strings: Vec<Cow<'t, str>>,
    /// The formats of cells.
    pub formats: Formats,
    /// Whether days are counted from 1904.
    pub is_1904: bool,
}

/// What stands in a sheet.
#[derive(Debug, Default)]
pub struct Content {
    /// Cells and formulas, each position once, in row-major order.
    pub cells: Vec<Cell>,
    /// Hidden rows from 0, in rising order.
    pub hidden_rows: Vec<u32>,
    /// Hidden columns from 0, first and last.
    pub hidden_columns: Vec<(u32, u32)>,
    /// Where in the sheet's text the cells end.
    pub end: usize,
}

/// Reads a sheet. `left`: what the workbook may still hold.
///
/// # Errors
/// Where the sheet is damaged, or a limit is reached.
pub fn cells(sheet: &str, shared: &Shared<'_>, left: &mut Left) -> Result<Content, ReadFault> {
    let (mut tags, mut content) = (Tags::of(sheet), Content::default());
    let cells = &mut content.cells;
    let (mut row, mut before, mut is_inside) = (0_u32, Before::Nothing, false);
    let mut take = |cell: Cell| {
        left.take(cell.at, &cell.value)?;
        cells.push(cell);
        Ok(())
    };
    loop {
        plain_cells(sheet, &mut tags, &mut before, shared, &mut take)?;
        let Some(tag) = tags.advance()? else {
            break;
        };
        match (tag.kind, tag.local()) {
            (Kind::Empty | Kind::Start, "c") => {
                let found = cell(sheet, &mut tags, tag, (row, &mut before), shared)?;
                found.map(&mut take).transpose()?;
            }
            (Kind::Start, "sheetData") => is_inside = true,
            (Kind::Empty | Kind::End, "sheetData") => {
                is_inside = true;
                break;
            }
            (Kind::Empty, "col") if is_hidden(&tag) => {
                let number = |name| tag.get(name)?.parse::<u32>().ok()?.checked_sub(1);
                content
                    .hidden_columns
                    .extend(number("min").zip(number("max")));
            }
            (Kind::Start, "row") => {
                row = row_number(&tag)?.unwrap_or(row);
                before = Before::Nothing;
                if is_hidden(&tag) {
                    content.hidden_rows.push(row);
                }
            }
            (Kind::Empty, "row") => row = row_number(&tag)?.unwrap_or(row).saturating_add(1),
            (Kind::End, "row") => row = row.saturating_add(1),
            _ => {}
        }
    }
    if !is_inside {
        return Err(damaged("工作表不完整"));
    }
    put_in_order(cells);
    content.hidden_rows.sort_unstable();
    content.end = tags.position();
    Ok(content)
}

/// Each position once, in row-major order: of two cells in one place the first one is it.
pub(super) fn put_in_order(cells: &mut Vec<Cell>) {
    if !cells.is_sorted_by(|a, b| a.at < b.at) {
        cells.sort_by_key(|cell| cell.at);
        cells.dedup_by_key(|cell| cell.at);
    }
}

pub(super) fn is_hidden(tag: &Tag<'_>) -> bool {
    matches!(tag.get("hidden"), Some("1" | "true"))
}

/// The row that a row's tag names, counted from 0.
pub(super) fn row_number(tag: &Tag<'_>) -> Result<Option<u32>, ReadFault> {
    let Some(written) = tag.get("r") else {
        return Ok(None);
    };
    let row = written.trim().parse::<u32>().ok();
    let row = row.and_then(|row| row.checked_sub(1));
    row.map(Some).ok_or_else(|| damaged("行号不正确"))
}

/// The cell before in a row.
pub(super) enum Before<'t> {
    /// There is none.
    Nothing,
    /// It stands here.
    At(CellRef),
    /// It stands where this says, if it says so.
    Written(Option<&'t str>),
}

/// What a cell's tag says.
struct Head<'t> {
    /// Where it stands.
    pub at: CellRef,
    /// The type of its value (ECMA-376 §18.18.11 ST_CellType), where it is written.
    kind: Option<&'t str>,
    /// The index of its format; empty where none is written.
    format: &'t str,
}

impl<'t> Head<'t> {
    /// Reads a cell's tag. A cell without a position stands next to the one before.
    pub fn of(tag: &Tag<'t>, before: &Before<'_>, row: u32) -> Result<Self, ReadFault> {
        let (mut at, mut kind, mut format) = (None, None, "");
        for attribute in tag.attributes() {
            match attribute? {
                ("r", written) => at = Some(position(written)?),
                ("t", written) => kind = Some(written),
                ("s", written) => format = written,
                _ => {}
            }
        }
        let before = || match before {
            Before::Nothing => Ok(None),
            Before::At(at) => Ok(Some(*at)),
            Before::Written(at) => at.map(position).transpose(),
        };
        let at = match (at, before) {
            (Some(at), _) => at,
            (None, before) => match before()? {
                None => CellRef { row, column: 0 },
                Some(at) => at.right(1).ok_or_else(|| damaged("单元格的位置不正确"))?,
            },
        };
        Ok(Self { at, kind, format })
    }
}

fn position(written: &str) -> Result<CellRef, ReadFault> {
    written.parse().map_err(|_| damaged("单元格的位置不正确"))
}

/// A cell as nearly every program writes it: `<c r="B7" s="14" t="s"><v>12</v></c>`, or with nothing inside.
struct Plain<'t> {
    at: &'t str,
    format: &'t str,
    kind: Option<&'t str>,
    value: Option<&'t str>,
    /// Bytes of it all.
    length: usize,
}

impl<'t> Plain<'t> {
    /// The cell that a text begins with, if it is written so.
    fn of(text: &'t str) -> Option<Self> {
        let (at, rest) = until_quote(text.strip_prefix("<c r=\"")?)?;
        let (format, rest) = match rest.strip_prefix(" s=\"") {
            Some(rest) => until_quote(rest)?,
            None => ("", rest),
        };
        let (kind, rest) = match rest.strip_prefix(" t=\"") {
            Some(rest) => until_quote(rest).map(|(kind, rest)| (Some(kind), rest))?,
            None => (None, rest),
        };
        let (value, rest) = match rest.strip_prefix("/>") {
            Some(rest) => (None, rest),
            None => {
                let rest = rest.strip_prefix("><v>")?;
                let end = rest
                    .bytes()
                    .position(|byte| matches!(byte, b'<' | b'&' | b'\r'))?;
                let (value, rest) = rest.split_at(end);
                (Some(value), rest.strip_prefix("</v></c>")?)
            }
        };
        Some(Self {
            at,
            format,
            kind,
            value,
            length: text.len() - rest.len(),
        })
        .filter(|cell| cell.kind != Some("inlineStr"))
    }
}

/// A value of letters and digits alone, and what follows its quote.
fn until_quote(text: &str) -> Option<(&str, &str)> {
    let end = text
        .bytes()
        .position(|byte| !byte.is_ascii_alphanumeric())?;
    let (value, rest) = text.split_at(end);
    Some((value, rest.strip_prefix('"')?))
}

/// Reads the cells that stand next, as long as they are written in the plain way, and takes those that hold something.
/// `before`: the one before them in their row, then the last of them.
///
/// # Errors
/// Where one is damaged, or cannot be taken.
pub(super) fn plain_cells<'t>(
    sheet: &'t str,
    tags: &mut Tags<'t>,
    before: &mut Before<'t>,
    shared: &Shared<'_>,
    take: &mut impl FnMut(Cell) -> Result<(), ReadFault>,
) -> Result<(), ReadFault> {
    while let Some(cell) = Plain::of(&sheet[tags.position()..]) {
        tags.go_to(tags.position() + cell.length);
        *before = Before::Written(Some(cell.at));
        let Some(written) = cell.value else {
            continue;
        };
        let at = position(cell.at)?;
        *before = Before::At(at);
        let value = stored(written.into(), (cell.kind, cell.format), shared)?;
        if value != Value::Blank {
            take(Cell {
                at,
                value,
                formula: None,
            })?;
        }
    }
    Ok(())
}

/// What a cell holds; `None` where it holds nothing.
type Held = Option<(Value, Option<Box<str>>)>;

/// The cell that a tag begins; `None` where it holds nothing. `before`: the one before it in its row, then this one.
///
/// # Errors
/// Where it is damaged.
pub(super) fn cell<'t>(
    sheet: &'t str,
    tags: &mut Tags<'t>,
    tag: Tag<'t>,
    (row, before): (u32, &mut Before<'t>),
    shared: &Shared<'_>,
) -> Result<Option<Cell>, ReadFault> {
    // two of three cells of a form are empty: where they stand is read only when the next one does not say
    if tag.kind == Kind::Empty && tag.begins_with("r") {
        *before = Before::Written(tag.get("r"));
        return Ok(None);
    }
    let head = Head::of(&tag, before, row)?;
    let at = head.at;
    *before = Before::At(at);
    if tag.kind == Kind::Empty {
        return Ok(None);
    }
    let held = held(sheet, tags, &head, shared)?;
    Ok(held.map(|(value, formula)| Cell { at, value, formula }))
}

/// Reads a cell whose start tag was the last.
fn held<'t>(
    sheet: &'t str,
    tags: &mut Tags<'t>,
    head: &Head<'_>,
    shared: &Shared<'_>,
) -> Result<Held, ReadFault> {
    let (mut value, mut formula) = (Value::Blank, None);
    let inside = tags.depth();
    while let Some(tag) = tags.advance()? {
        match (tag.kind, tag.local()) {
            (Kind::End, _) if tags.depth() < inside => break,
            (Kind::Start, "v") => {
                let written = text_of(sheet, tags)?;
                if head.kind != Some("inlineStr") {
                    value = stored(written, (head.kind, head.format), shared)?;
                }
            }
            (Kind::Start, "is") => value = Value::of_text(&string_of(sheet, tags)?),
            (Kind::Start, "f") => formula = Some(text_of(sheet, tags)?.into()),
            // a cell of a shared formula names it and does not write it again
            (Kind::Empty, "f") if tag.get("si").is_some() => formula = Some("".into()),
            _ => {}
        }
    }
    Ok((value != Value::Blank || formula.is_some()).then_some((value, formula)))
}

/// A stored value by its type and its format.
fn stored(
    written: Cow<'_, str>,
    (kind, format): (Option<&str>, &str),
    shared: &Shared<'_>,
) -> Result<Value, ReadFault> {
    let trimmed = written.trim();
    if trimmed.is_empty() && kind != Some("str") {
        return Ok(Value::Blank);
    }
    Ok(match kind {
        Some("s") => {
            let found = trimmed.parse::<usize>().ok();
            let found = found.and_then(|index| shared.strings.get(index));
            Value::of_text(found.ok_or_else(|| damaged("单元格指向的共享文本不存在"))?)
        }
        Some("str") => Value::of_text(&without_escapes(written)),
        Some("b") => match trimmed {
            "1" | "true" | "TRUE" => Value::Bool(true),
            "0" | "false" | "FALSE" => Value::Bool(false),
            _ => return Err(damaged("逻辑值不正确")),
        },
        Some("e") => Value::Error(trimmed.into()),
        Some("d") => iso(trimmed).map_or_else(|| Value::of_text(trimmed), Value::Date),
        kind => match number(trimmed)? {
            Some(found) if shared.formats.is_day(format) => {
                let day = date_of_serial(found, shared.is_1904);
                day.map_or(Value::Number(found), Value::Date)
            }
            Some(found) => Value::Number(found),
            None if kind == Some("n") => return Err(damaged("单元格的数不正确")),
            None => Value::of_text(&written),
        },
    })
}

/// A day or time as ISO 8601 writes it.
#[must_use]
pub fn iso(written: &str) -> Option<DateTime> {
    let plain = written.trim_end_matches('Z');
    let at = plain.parse::<DateTime>().ok();
    at.or_else(|| {
        Some(
            plain
                .parse::<Date>()
                .ok()?
                .to_datetime(jiff::civil::Time::midnight()),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(rows: &str) -> Result<Vec<String>, ReadFault> {
        let shared = Shared {
            strings: vec!["甲".into(), "乙".into()],
            ..Shared::default()
        };
        let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
        let content = cells(&sheet, &shared, &mut Left::new())?;
        let show = |cell: &Cell| format!("{} {:?} {:?}", cell.at, cell.value, cell.formula);
        Ok(content.cells.iter().map(show).collect())
    }

    #[test]
    fn cells_are_the_same_in_whatever_way_they_are_written() {
        let plain = "<row r=\"2\"><c r=\"B2\" s=\"3\"/><c r=\"C2\" s=\"1\" t=\"s\"><v>1</v></c>\
             <c r=\"D2\"><v>12.50</v></c><c r=\"E2\" t=\"b\"><v>1</v></c><c r=\"F2\" t=\"e\"><v>#REF!</v></c>\
             <c r=\"G2\" t=\"str\"><v>a b</v></c><c r=\"H2\"><v></v></c><c r=\"J2\" s=\"3\"/><c><v>7</v></c></row>";
        let wanted = seen(plain).unwrap();
        assert_eq!(wanted.len(), 6, "{wanted:?}");
        assert!(wanted[5].starts_with("K2 "), "{wanted:?}");
        let others = [
            plain.replace("<c ", "<c  ").replace("<c>", "<c >"),
            plain.replace("<c", "<x:c").replace("</c>", "</x:c>"),
            plain.replace("><v>", ">\n<v>").replace("</v><", "</v> <"),
            plain.replace("<c r=\"C2\" s=\"1\" t=\"s\">", "<c t='s' r='C2' s='1'>"),
            plain
                .replace("12.50", "&#49;2.50")
                .replace("a b", "<![CDATA[a b]]>"),
            plain.replace("/>", " y=\"/>\"/>"),
            plain.replace("\"/>", "\"></c>"),
        ];
        for other in others {
            assert_ne!(other, plain);
            assert_eq!(seen(&other).unwrap(), wanted, "{other}");
        }
    }

    #[test]
    fn a_damaged_cell_is_told_in_whatever_way_it_is_written() {
        for damaged in [
            "<c r=\"B\"><v>1</v></c>",
            "<c r=\"\"><v>1</v></c>",
            "<c r=\"AAAA1\" t=\"s\"><v>0</v></c>",
            "<c r=\"B2\" t=\"s\"><v>2</v></c>",
            "<c r=\"B2\" t=\"s\"><v>x</v></c>",
            "<c r=\"B2\" t=\"n\"><v>x</v></c>",
            "<c r=\"B2\" t=\"b\"><v>2</v></c>",
            "<c r=\"B2\"><v>1</c>",
            "<c r=\"B2\"><v>1</v>",
            "<c r=\"B2\" s=\"1\"",
        ] {
            let other = damaged.replace("<c ", "<c  ");
            for text in [damaged, &other] {
                let row = format!("<row r=\"2\">{text}</row>");
                assert!(seen(&row).is_err(), "{text}");
            }
        }
    }
}

//! The cells of a sheet, in one pass over its text.

use std::borrow::Cow;

use jiff::civil::{Date, DateTime};
use memchr::{memchr, memmem};
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::formats::Formats;
use super::text::{Xml, attribute, inside, string, without_escapes};
use super::{date_of_serial, number};
use crate::place::CellRef;
use crate::read::guard::{damaged, over};
use crate::read::{Cell, ReadFault, Value, limits};

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

/// Cells and formulas of a sheet, each position once, in row-major order. `left`: cells that the workbook may still hold.
///
/// # Errors
/// Where the sheet is damaged, or a limit is reached.
pub fn cells(sheet: &str, shared: &Shared<'_>, left: &mut usize) -> Result<Vec<Cell>, ReadFault> {
    let lean = without_empty_cells(sheet);
    let mut xml = Reader::from_str(&lean);
    let (mut cells, mut row, mut column) = (Vec::new(), 0_u32, 0_u32);
    let mut is_inside = false;
    loop {
        let event = xml.read_event().map_err(damaged)?;
        let is_empty = matches!(event, Event::Empty(_));
        match event {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().into_inner() {
                "sheetData" => is_inside = true,
                "row" => {
                    row = row_number(&tag)?.unwrap_or(row);
                    column = 0;
                    row += u32::from(is_empty);
                }
                "c" => {
                    let (at, kind) = Kind::of(&tag, CellRef { row, column })?;
                    column = at.column + 1;
                    let cell = if is_empty {
                        None
                    } else {
                        cell(&mut xml, &kind, shared)?
                    };
                    if let Some((value, formula)) = cell {
                        within_limits(at, left)?;
                        cells.push(Cell { at, value, formula });
                    }
                }
                _ => {}
            },
            Event::End(tag) => match tag.local_name().into_inner() {
                "row" => row += 1,
                "sheetData" => break,
                _ => {}
            },
            Event::Eof if is_inside => break,
            Event::Eof => return Err(damaged("工作表不完整")),
            _ => {}
        }
    }
    if !cells.is_sorted_by(|a, b| a.at < b.at) {
        cells.sort_by_key(|cell| cell.at);
        cells.dedup_by_key(|cell| cell.at);
    }
    Ok(cells)
}

/// The row that a row's tag names, counted from 0.
fn row_number(tag: &BytesStart<'_>) -> Result<Option<u32>, ReadFault> {
    let Some(written) = attribute(tag, "r") else {
        return Ok(None);
    };
    let row = written.trim().parse::<u32>().ok();
    let row = row.and_then(|row| row.checked_sub(1));
    row.map(Some).ok_or_else(|| damaged("行号不正确"))
}

fn within_limits(at: CellRef, left: &mut usize) -> Result<(), ReadFault> {
    let reached = |what, is: u32, most: u32| Err(over(what, u64::from(is) + 1, u64::from(most)));
    if at.row >= limits::ROWS {
        return reached("行数", at.row, limits::ROWS);
    }
    if at.column >= limits::COLUMNS {
        return reached("列数", at.column, limits::COLUMNS);
    }
    let most = limits::CELLS as u64;
    *left = left
        .checked_sub(1)
        .ok_or_else(|| over("单元格数", most + 1, most))?;
    Ok(())
}

/// How a cell's value is written.
struct Kind {
    /// The type of its value (ECMA-376 §18.18.11 ST_CellType), where it is written.
    of: Option<String>,
    /// The index of its format; empty where none is written.
    format: String,
}

impl Kind {
    /// Where a cell stands and how its value is written. A cell without a position stands next to the one before.
    fn of(tag: &BytesStart<'_>, next: CellRef) -> Result<(CellRef, Self), ReadFault> {
        let (mut at, mut kind) = (
            next,
            Self {
                of: None,
                format: String::new(),
            },
        );
        let mut all = tag.attributes();
        for it in all.with_checks(false) {
            let it = it.map_err(damaged)?;
            match it.key.into_inner() {
                "r" => {
                    at = it
                        .value
                        .parse()
                        .map_err(|_| damaged("单元格的位置不正确"))?
                }
                "t" => kind.of = Some(it.value.into_owned()),
                "s" => kind.format = it.value.into_owned(),
                _ => {}
            }
        }
        Ok((at, kind))
    }
}

/// What a cell holds; `None` where it holds nothing.
type Content = Option<(Value, Option<Box<str>>)>;

fn cell(xml: &mut Xml<'_>, kind: &Kind, shared: &Shared<'_>) -> Result<Content, ReadFault> {
    let (mut value, mut formula) = (Value::Blank, None);
    loop {
        match xml.read_event().map_err(damaged)? {
            Event::Start(tag) => match tag.local_name().into_inner() {
                "v" if kind.of.as_deref() == Some("inlineStr") => drop(inside(xml)?),
                "v" => value = stored(inside(xml)?, kind, shared)?,
                "is" => value = text(&string(xml)?),
                "f" => formula = Some(inside(xml)?.into()),
                _ => {
                    xml.read_to_end(tag.name()).map_err(damaged)?;
                }
            },
            // a cell of a shared formula names it and does not write it again
            Event::Empty(tag) if tag.local_name().into_inner() == "f" => {
                formula = attribute(&tag, "si").map(|_| "".into());
            }
            Event::End(_) => break,
            Event::Eof => return Err(damaged("工作表不完整")),
            _ => {}
        }
    }
    Ok((value != Value::Blank || formula.is_some()).then_some((value, formula)))
}

fn text(text: &str) -> Value {
    match text {
        "" => Value::Blank,
        text => Value::Text(text.into()),
    }
}

/// A stored value by its type.
fn stored(written: Cow<'_, str>, kind: &Kind, shared: &Shared<'_>) -> Result<Value, ReadFault> {
    let trimmed = written.trim();
    if trimmed.is_empty() && kind.of.as_deref() != Some("str") {
        return Ok(Value::Blank);
    }
    Ok(match kind.of.as_deref() {
        Some("s") => {
            let found = trimmed.parse::<usize>().ok();
            let found = found.and_then(|index| shared.strings.get(index));
            text(found.ok_or_else(|| damaged("单元格指向的共享文本不存在"))?)
        }
        Some("str") => text(&without_escapes(written)),
        Some("b") => match trimmed {
            "1" | "true" | "TRUE" => Value::Bool(true),
            "0" | "false" | "FALSE" => Value::Bool(false),
            _ => return Err(damaged("逻辑值不正确")),
        },
        Some("e") => Value::Error(trimmed.into()),
        Some("d") => iso(trimmed).map_or_else(|| text(trimmed), Value::Date),
        kind_of => match number(trimmed)? {
            Some(found) if shared.formats.is_day(&kind.format) => {
                let day = date_of_serial(found, shared.is_1904);
                day.map_or(Value::Number(found), Value::Date)
            }
            Some(found) => Value::Number(found),
            None if kind_of == Some("n") => return Err(damaged("单元格的数不正确")),
            None => text(&written),
        },
    })
}

/// A day or time as ISO 8601 writes it.
fn iso(written: &str) -> Option<DateTime> {
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

/// A sheet without its cells that hold nothing but a format: two of three in a form. Left as it is where a cell
/// does not say where it stands, for then its neighbours tell; a text that is no sheet has no such cells.
fn without_empty_cells(sheet: &str) -> Cow<'_, str> {
    let (mut lean, mut done) = (String::new(), 0);
    if memmem::find(sheet.as_bytes(), b"<![CDATA[").is_some() {
        return sheet.into();
    }
    for start in memmem::find_iter(sheet.as_bytes(), "<c") {
        if sheet
            .as_bytes()
            .get(start + 2)
            .is_some_and(u8::is_ascii_alphabetic)
        {
            continue;
        }
        let Some(length) = memchr(b'>', &sheet.as_bytes()[start..]) else {
            break;
        };
        let tag = &sheet[start..=start + length];
        if !tag.starts_with("<c r=\"") && !tag.contains(" r=\"") {
            return sheet.into();
        }
        if tag.ends_with("/>") {
            lean.push_str(&sheet[done..start]);
            done = start + tag.len();
        }
    }
    if done == 0 {
        return sheet.into();
    }
    lean.push_str(&sheet[done..]);
    lean.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cells_that_hold_nothing_are_left_out() {
        let lean = |sheet| without_empty_cells(sheet).into_owned();
        let full = "<row><c r=\"A1\" s=\"1\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>0</v></c></row>";
        assert_eq!(lean(full), full);
        let sparse = full.replace(
            "<c r=\"C1\"",
            "<c r=\"B1\" s=\"4\" /><c s=\"4\" r=\"B2\"/><c r=\"C1\"",
        );
        assert_eq!(lean(&sparse), full);
        for as_it_is in [
            "<row><c s=\"1\"/><c><v>1</v></c></row>",
            "<row><c r=\"A1\"/><c><v>1</v></c></row>",
            "<row><c r=\"A1\"/><c\n s=\"1\"><v>1</v></c></row>",
            "<is><t><![CDATA[<c r=\"A1\"/>]]></t></is>",
            "<cols><col min=\"1\" max=\"2\"/></cols>",
            "<c r=\"A1\"",
        ] {
            assert_eq!(lean(as_it_is), as_it_is);
        }
    }
}

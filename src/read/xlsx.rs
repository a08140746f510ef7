//! An `.xlsx` package to a [`Workbook`], with calamine's streaming reader: never a whole range.

use std::io::Cursor;
use std::sync::Arc;

use calamine::{DataRef, Reader as _, SheetVisible, Xlsx};
use jiff::civil::{Date, DateTime, Time};
use rust_decimal::prelude::FromPrimitive as _;
use rust_decimal::{Decimal, RoundingStrategy};

use super::guard::{Package, damaged, over};
use super::parts::Parts;
use super::texts::Texts;
use super::{Cell, DefinedName, ReadFault, Sheet, Value, Workbook, limits};
use crate::place::CellRef;

/// The result sheet of a marked copy, as we name it.
pub const RESULT_SHEET: &str = "审核结果";
/// The name that points at it.
pub const RESULT_NAME: &str = "ld.result";

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

/// Reads a package that [`super::guard::open`] let through.
///
/// # Errors
/// The [`ReadFault`] to tell the sender.
pub fn read(bytes: &[u8], mut package: Package<'_>) -> Result<Workbook, ReadFault> {
    let (texts, stored) = Texts::inflate(&mut package).unwrap_or_default();
    let readable = if stored.is_empty() { bytes } else { &stored };
    let mut book: Book<'_> = Xlsx::new(Cursor::new(readable)).map_err(damaged)?;
    let mut parts = Parts { package, texts };
    let sheets: Vec<_> = book.sheets_metadata().to_vec();
    if sheets.len() > limits::SHEETS {
        return Err(over("工作表数", sheets.len() as u64, limits::SHEETS as u64));
    }
    let defined: Vec<(String, String)> = book.defined_names().to_vec();
    let result = defined.iter().find(|(name, _)| name == RESULT_NAME);
    let was_marked = result.is_some();
    let result = result.and_then(|(_, target)| sheet_of(target));
    let mut workbook = Workbook {
        properties: parts.properties(),
        was_marked,
        ..Workbook::default()
    };
    let part_of = parts.of_sheets();
    let mut left = limits::CELLS;
    for sheet in &sheets {
        let part = part_of.get(&sheet.name);
        let is_result = result.as_ref() == Some(&sheet.name);
        if is_result || sheet.typ != calamine::SheetType::WorkSheet {
            continue;
        }
        workbook.sheets.push(Sheet {
            name: sheet.name.as_str().into(),
            visible: sheet.visible == SheetVisible::Visible,
            cells: cells(&mut book, &sheet.name, &mut left)?,
            merges: part.map_or_else(Vec::new, |part| parts.merges(part)),
        });
    }
    let named = |(name, target): &(String, String)| named(&workbook.sheets, name, target);
    workbook.names = defined.iter().filter_map(named).collect();
    workbook.texts = parts.texts;
    Ok(workbook)
}

fn cells(book: &mut Book<'_>, sheet: &str, left: &mut usize) -> Result<Vec<Cell>, ReadFault> {
    let is_1904 = book.has_1904_epoch();
    let mut reader = book.worksheet_cells_reader(sheet).map_err(damaged)?;
    let mut cells = Vec::new();
    while let Some(found) = reader.next_cell_with_formula().map_err(damaged)? {
        let formula = found.formula.filter(|formula| !formula.is_empty());
        let value = value(&found.value, is_1904)?;
        if value == Value::Blank && formula.is_none() {
            continue;
        }
        let (row, column) = found.pos;
        if row >= limits::ROWS {
            return Err(over("行数", u64::from(row) + 1, u64::from(limits::ROWS)));
        }
        if column >= limits::COLUMNS {
            return Err(over(
                "列数",
                u64::from(column) + 1,
                u64::from(limits::COLUMNS),
            ));
        }
        let most = limits::CELLS as u64;
        *left = left
            .checked_sub(1)
            .ok_or_else(|| over("单元格数", most + 1, most))?;
        cells.push(Cell {
            at: CellRef { row, column },
            value,
            formula: formula.map(String::into_boxed_str),
        });
    }
    if !cells.is_sorted_by(|a, b| a.at < b.at) {
        cells.sort_by_key(|cell| cell.at);
        cells.dedup_by_key(|cell| cell.at);
    }
    Ok(cells)
}

fn value(data: &DataRef<'_>, is_1904: bool) -> Result<Value, ReadFault> {
    let text = |text: &str| match text {
        "" => Value::Blank,
        text => Value::Text(text.into()),
    };
    Ok(match data {
        DataRef::String(found) => text(found),
        DataRef::SharedString(found) => text(found),
        DataRef::DateTimeIso(found) | DataRef::DurationIso(found) => text(found),
        DataRef::Int(number) => Value::Number((*number).into()),
        DataRef::Float(number) => Value::Number(decimal(*number)?),
        DataRef::Bool(truth) => Value::Bool(*truth),
        DataRef::Error(error) => Value::Error(error.to_string().into()),
        DataRef::DateTime(date) => {
            let serial = decimal(date.as_f64())?;
            date_of_serial(serial, is_1904).map_or(Value::Number(serial), Value::Date)
        }
        _ => Value::Blank,
    })
}

/// Significant digits of a number that a spreadsheet keeps and shows.
const DIGITS: u32 = 15;

/// A number as a spreadsheet shows it, to 15 significant digits.
fn decimal(number: f64) -> Result<Decimal, ReadFault> {
    if !number.is_finite() {
        return Err(damaged("单元格的数不是有限数"));
    }
    let found = Decimal::from_f64(number).and_then(|exact| {
        exact.round_sf_with_strategy(DIGITS, RoundingStrategy::MidpointAwayFromZero)
    });
    Ok(found.ok_or_else(|| damaged("单元格的数过大"))?.normalize())
}

/// The day and time of a serial number (ECMA-376 §18.17.4), `None` outside the calendar or on 1900-02-29.
#[must_use]
pub fn date_of_serial(serial: Decimal, is_1904: bool) -> Option<DateTime> {
    let whole = serial.trunc().normalize();
    let days: i64 = whole.to_string().parse().ok()?;
    let epoch = match (is_1904, days) {
        (_, ..0) | (false, 60) => return None,
        (true, _) => Date::constant(1904, 1, 1),
        (false, 0..60) => Date::constant(1899, 12, 31),
        (false, _) => Date::constant(1899, 12, 30),
    };
    let date = epoch
        .checked_add(jiff::Span::new().try_days(days).ok()?)
        .ok()?;
    let seconds = ((serial - whole) * Decimal::from(86_400))
        .round()
        .normalize();
    let seconds = seconds.to_string().parse::<i64>().ok()?.min(86_399);
    let time = Time::midnight().checked_add(jiff::Span::new().try_seconds(seconds).ok()?);
    Some(date.to_datetime(time.ok()?))
}

/// A defined name that points at one rectangle of one sheet: `'经费预算'!$C$5:$H$5`.
fn named(sheets: &[Sheet], name: &str, target: &str) -> Option<DefinedName> {
    let (_, range) = target.rsplit_once('!')?;
    let sheet = sheet_of(target)?;
    let found = sheets.iter().find(|found| *found.name == sheet)?;
    Some(DefinedName {
        name: name.into(),
        sheet: Arc::clone(&found.name),
        range: range.parse().ok()?,
    })
}

/// The sheet that a defined name points at.
#[must_use]
pub fn sheet_of(target: &str) -> Option<String> {
    let (sheet, _) = target.trim_start_matches('=').rsplit_once('!')?;
    Some(sheet.trim_matches('\'').replace("''", "'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_the_15_digits_that_a_spreadsheet_shows() {
        let shown = |number: f64| decimal(number).unwrap().to_string();
        assert_eq!(shown(916_501_007_871_234_567.0), "916501007871235000");
        assert_eq!(shown(149.999_999_999_999_97), "150");
        assert_eq!(shown(0.300_000_000_000_000_04), "0.3");
        assert_eq!(shown(290.29), "290.29");
        assert_eq!(shown(-0.0), "0");
        assert_eq!(shown(13_999_000_001.0), "13999000001");
    }

    #[test]
    fn serial_numbers_are_days_of_both_systems() {
        let day = |serial: &str, is_1904| {
            date_of_serial(serial.parse().unwrap(), is_1904).map(|at| at.to_string())
        };
        assert_eq!(day("1", false).as_deref(), Some("1900-01-01T00:00:00"));
        assert_eq!(day("59", false).as_deref(), Some("1900-02-28T00:00:00"));
        assert_eq!(day("60", false), None);
        assert_eq!(day("61", false).as_deref(), Some("1900-03-01T00:00:00"));
        assert_eq!(
            day("45369.5", false).as_deref(),
            Some("2024-03-18T12:00:00")
        );
        assert_eq!(day("0", true).as_deref(), Some("1904-01-01T00:00:00"));
        assert_eq!(day("99999999", false), None);
    }
}

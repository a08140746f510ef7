//! What the binary formats have in common: BIFF8 (`.xls`, `.et`; [MS-XLS]) and BIFF12 (`.xlsb`; [MS-XLSB]).

use rust_decimal::Decimal;

use super::bytes::Fields;
use super::xlsx::decimal;
use super::xlsx::formats::{is_built_in_day, shows_a_day};
use super::{ReadFault, Value};
use crate::place::{CellRange, CellRef};
use crate::read::guard::damaged;
use crate::read::xlsx::date_of_serial;

/// Which of a workbook's cell formats show a day or a time.
#[derive(Debug, Default)]
pub struct DayFormats {
    /// Number formats of the workbook's own.
    own: std::collections::HashMap<u16, bool>,
    /// The number format of each cell format.
    cells: Vec<u16>,
    /// Whether days are counted from 1904.
    pub is_1904: bool,
}

impl DayFormats {
    /// A number format of the workbook's own.
    pub fn define(&mut self, id: u16, code: &str) {
        self.own.insert(id, shows_a_day(code));
    }

    /// The next cell format.
    pub fn push(&mut self, id: u16) {
        self.cells.push(id);
    }

    /// A number in a cell of this format.
    #[must_use]
    pub fn value(&self, number: Decimal, cell_format: u32) -> Value {
        let format = usize::try_from(cell_format).ok();
        let format = format.and_then(|index| self.cells.get(index));
        let is_day = format.is_some_and(|id| {
            let built_in = || is_built_in_day(u32::from(*id));
            self.own.get(id).copied().unwrap_or_else(built_in)
        });
        let day = is_day
            .then(|| date_of_serial(number, self.is_1904))
            .flatten();
        day.map_or(Value::Number(number), Value::Date)
    }
}

/// A number as a spreadsheet shows it, of an RK value ([MS-XLS] §2.5.217): 30 bits of an integer or of a double, and
/// whether it is a hundredth.
///
/// # Errors
/// Where it is no finite number.
pub fn rk(written: u32) -> Result<Decimal, ReadFault> {
    let number = if written & 2 == 0 {
        decimal(f64::from_bits(u64::from(written & !3) << 32))?
    } else {
        Decimal::from(written.cast_signed() >> 2)
    };
    let hundredth = Decimal::new(1, 2);
    Ok(if written & 1 == 0 {
        number
    } else {
        (number * hundredth).normalize()
    })
}

/// An error value by its code ([MS-XLS] §2.5.10).
///
/// # Errors
/// Where there is no such code.
pub fn error(code: u8) -> Result<Value, ReadFault> {
    let text = match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        0x2B => "#GETTING_DATA",
        _ => return Err(damaged("错误值不正确")),
    };
    Ok(Value::Error(text.into()))
}

/// What a defined name stands for, where it is one cell or rectangle of a sheet: the index of its link to the sheet,
/// and the cells. `wide`: whether rows take four bytes.
pub fn target(formula: &[u8], wide: bool) -> Option<(u16, CellRange)> {
    let mut fields = Fields(formula);
    let token = fields.byte()?;
    let link = fields.short()?;
    let row = |fields: &mut Fields<'_>| {
        if wide {
            fields.long()
        } else {
            fields.short().map(u32::from)
        }
    };
    let column = |fields: &mut Fields<'_>| fields.short().map(|it| u32::from(it & 0x3FFF));
    let (first, last) = match token {
        // PtgRef3d, PtgArea3d ([MS-XLS] §2.5.198.85, §2.5.198.28)
        0x3A | 0x5A | 0x7A => {
            let cell = (row(&mut fields)?, column(&mut fields)?);
            (cell, cell)
        }
        0x3B | 0x5B | 0x7B => {
            let rows = (row(&mut fields)?, row(&mut fields)?);
            let columns = (column(&mut fields)?, column(&mut fields)?);
            ((rows.0, columns.0), (rows.1, columns.1))
        }
        _ => return None,
    };
    let range = CellRange {
        first: CellRef::new(first.0, first.1)?,
        last: CellRef::new(last.0, last.1)?,
    };
    fields.0.is_empty().then_some((link, range))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers_are_exact() {
        let shown = |written| rk(written).unwrap().to_string();
        assert_eq!(shown(0x0000_0002 | 300 << 2), "300");
        assert_eq!(shown(0x0000_0003 | 12_345 << 2), "123.45");
        assert_eq!(shown((-7_i32 << 2).cast_unsigned() | 2), "-7");
        assert_eq!(shown(0x3FF0_0000), "1");
        assert_eq!(shown(0x3FF0_0001), "0.01");
        assert!(rk(0x7FF0_0000).is_err());
    }

    #[test]
    fn a_name_for_more_than_one_rectangle_is_passed_over() {
        let cell = [0x3A, 1, 0, 5, 0, 2, 0xC0];
        let found = target(&cell, false).unwrap();
        assert_eq!((found.0, found.1.to_string()), (1, "C6".to_owned()));
        assert_eq!(target(&[&cell[..], &[0x10]].concat(), false), None);
        assert_eq!(target(&[0x1C, 0x17], false), None);
    }
}

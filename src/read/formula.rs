//! The formula of a cell in a binary workbook, as text ([MS-XLS] §2.5.198, [MS-XLSB] §2.5.97).
//!
//! A formula is stored as tokens in the order in which they are computed; here they become what a person would have
//! typed. It is read only to tell a formula of the form from another one: never computed, never written anywhere. What
//! shares another cell's formula, or holds a token that is none of these, has no text.

use std::sync::Arc;

use super::bytes::Fields;
use crate::place::CellRef;

mod functions;

/// Bytes of a text: one of the form's own has 3,000.
const TEXT_BYTES_MAX: usize = 8 * 1024;

/// What the formulas of a workbook refer to.
#[derive(Debug, Default)]
pub struct Known {
    /// Whether rows take four bytes, and lengths of texts two.
    pub wide: bool,
    /// Defined names in the order in which they are stored.
    pub names: Vec<String>,
    /// The sheet of each link, where it is one of this workbook.
    pub sheets: Vec<Option<Arc<str>>>,
    /// Bytes of texts that may still be kept.
    pub left_bytes: usize,
}

impl Known {
    /// The text of a formula; empty where it is not told.
    pub fn text(&mut self, tokens: &[u8]) -> Box<str> {
        let text = Stack::default().read(self, Fields(tokens));
        let text = text.filter(|text| text.len() <= self.left_bytes);
        let text = text.unwrap_or_default();
        self.left_bytes -= text.len();
        text.into()
    }
}

/// The operands so far, one behind the other.
#[derive(Debug, Default)]
struct Stack {
    text: String,
    /// Where each begins.
    begins: Vec<usize>,
}

impl Stack {
    fn read(mut self, known: &Known, mut fields: Fields<'_>) -> Option<String> {
        while !fields.0.is_empty() {
            let token = fields.byte()?;
            self.take(known, token, &mut fields)?;
            if self.text.len() > TEXT_BYTES_MAX {
                return None;
            }
        }
        (self.begins.len() == 1).then_some(self.text)
    }

    fn take(&mut self, known: &Known, token: u8, fields: &mut Fields<'_>) -> Option<()> {
        // From 0x20 on a token stands in three classes, which say how its value is used.
        let plain = match token {
            0x20.. => token & 0x1F | 0x20,
            operator => operator,
        };
        match plain {
            0x03..=0x11 => self.between(OPERATORS[usize::from(plain) - 3]),
            0x12 => self.before("+"),
            0x13 => self.before("-"),
            0x14 => self.behind("%"),
            0x15 => {
                self.before("(")?;
                self.behind(")")
            }
            0x19 => self.attribute(fields),
            0x16..=0x1F => {
                let text = constant(known.wide, plain, fields)?;
                self.push(&text)
            }
            0x21 => {
                let (name, count) = functions::fixed(fields.short()?)?;
                self.call(name, usize::from(count))
            }
            0x22 => {
                let count = usize::from(fields.byte()? & 0x7F);
                match fields.short()? & 0x7FFF {
                    // its name is the first argument
                    functions::BY_NAME => self.call_by_name(count.checked_sub(1)?),
                    index => self.call(functions::any(index)?, count),
                }
            }
            // what was computed before is kept beside the reference that gives it, which follows
            0x26..=0x28 => fields.skip(6),
            0x29 => fields.skip(2),
            _ => {
                let text = reference(known, plain, fields)?;
                self.push(&text)
            }
        }
    }

    /// Hints for computing, and the sum of one argument.
    fn attribute(&mut self, fields: &mut Fields<'_>) -> Option<()> {
        let kind = fields.byte()?;
        let number = fields.short()?;
        match kind {
            0x04 => fields.skip((usize::from(number) + 1) * 2),
            0x10 => self.call("SUM", 1),
            0x01 | 0x02 | 0x08 | 0x20 | 0x21 | 0x40 | 0x41 | 0x80 => Some(()),
            _ => None,
        }
    }

    fn push(&mut self, text: &str) -> Option<()> {
        self.begins.push(self.text.len());
        self.text.push_str(text);
        Some(())
    }

    fn before(&mut self, sign: &str) -> Option<()> {
        let begin = *self.begins.last()?;
        self.text.insert_str(begin, sign);
        Some(())
    }

    fn behind(&mut self, sign: &str) -> Option<()> {
        self.begins.last()?;
        self.text.push_str(sign);
        Some(())
    }

    fn between(&mut self, sign: &str) -> Option<()> {
        let begin = self.begins.pop()?;
        self.begins.last()?;
        self.text.insert_str(begin, sign);
        Some(())
    }

    fn call(&mut self, name: &str, count: usize) -> Option<()> {
        let kept = self.begins.len().checked_sub(count)?;
        for index in (kept + 1..self.begins.len()).rev() {
            self.text.insert(self.begins[index], ',');
        }
        let begin = self.begins.get(kept).copied().unwrap_or(self.text.len());
        self.text.insert_str(begin, &format!("{name}("));
        self.text.push(')');
        self.begins.truncate(kept);
        self.begins.push(begin);
        Some(())
    }

    fn call_by_name(&mut self, count: usize) -> Option<()> {
        let kept = self.begins.len().checked_sub(count + 1)?;
        let begin = self.begins[kept];
        let end = self.begins.get(kept + 1).copied();
        let name: String = self
            .text
            .drain(begin..end.unwrap_or(self.text.len()))
            .collect();
        self.begins.remove(kept);
        for later in &mut self.begins[kept..] {
            *later -= name.len();
        }
        self.call(name.trim_start_matches("_xlfn."), count)
    }
}

const OPERATORS: [&str; 15] = [
    "+", "-", "*", "/", "^", "&", "<", "<=", "=", ">=", ">", "<>", " ", ",", ":",
];

/// A value that stands in the formula.
fn constant(wide: bool, token: u8, fields: &mut Fields<'_>) -> Option<String> {
    Some(match token {
        0x16 => String::new(),
        0x17 => {
            let (units, is_wide) = match wide {
                true => (usize::from(fields.short()?), true),
                false => (usize::from(fields.byte()?), fields.byte()? & 1 != 0),
            };
            let text = match is_wide {
                true => fields.wide(units)?,
                false => fields
                    .take(units)?
                    .iter()
                    .map(|it| char::from(*it))
                    .collect(),
            };
            format!("\"{}\"", text.replace('"', "\"\""))
        }
        0x1C => match super::biff::error(fields.byte()?).ok()? {
            super::Value::Error(text) => text.into(),
            _ => return None,
        },
        0x1D => match fields.byte()? {
            0 => "FALSE".to_owned(),
            _ => "TRUE".to_owned(),
        },
        0x1E => fields.short()?.to_string(),
        0x1F => super::xlsx::decimal(fields.double()?).ok()?.to_string(),
        _ => return None,
    })
}

/// Cells, by their place or by a name.
fn reference(known: &Known, token: u8, fields: &mut Fields<'_>) -> Option<String> {
    let row_bytes = if known.wide { 4 } else { 2 };
    let name = |number: u32| {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        known.names.get(index).cloned()
    };
    let cell = |row: u32, column: u16| {
        // two bits say what moves when the formula is copied
        CellRef::new(row, u32::from(column & 0x3FFF)).map(|cell| cell.to_string())
    };
    let row = |fields: &mut Fields<'_>| match known.wide {
        true => fields.long(),
        false => fields.short().map(u32::from),
    };
    let one = |fields: &mut Fields<'_>| cell(row(fields)?, fields.short()?);
    let area = |fields: &mut Fields<'_>| {
        let rows = (row(fields)?, row(fields)?);
        let columns = (fields.short()?, fields.short()?);
        Some(format!(
            "{}:{}",
            cell(rows.0, columns.0)?,
            cell(rows.1, columns.1)?
        ))
    };
    let sheet = |fields: &mut Fields<'_>| {
        let link = usize::from(fields.short()?);
        let sheet = known.sheets.get(link).and_then(Option::as_deref);
        Some(sheet.unwrap_or("#REF").to_owned())
    };
    Some(match token {
        0x23 => name(fields.long()?)?,
        0x24 => one(fields)?,
        0x25 => area(fields)?,
        0x2A => fields.skip(row_bytes + 2).map(|()| "#REF!".to_owned())?,
        0x2B => fields
            .skip(2 * row_bytes + 4)
            .map(|()| "#REF!".to_owned())?,
        // a name of another book: of a function that this format does not have, mostly
        0x39 => fields.skip(6).map(|()| "_xlfn.".to_owned())?,
        0x3A => sheet(fields)? + "!" + &one(fields)?,
        0x3B => sheet(fields)? + "!" + &area(fields)?,
        0x3C => sheet(fields)? + fields.skip(row_bytes + 2).map(|()| "!#REF!")?,
        0x3D => sheet(fields)? + fields.skip(2 * row_bytes + 4).map(|()| "!#REF!")?,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(wide: bool) -> Known {
        Known {
            wide,
            names: vec!["ld.district".to_owned()],
            sheets: vec![Some("政策".into()), None],
            left_bytes: 1000,
        }
    }

    #[test]
    fn tokens_become_what_was_typed() {
        let area = [0x25, 4, 0, 4, 0, 2, 0xC0, 6, 0xC0];
        let sum = [&area[..], &[0x19, 0x10, 0, 0]].concat();
        let half = [&sum[..], &[0x1E, 2, 0, 0x06, 0x14]].concat();
        let policy = vec![
            0x23, 1, 0, 0, 0, 0x5A, 0, 0, 1, 0, 1, 0, 0x1E, 0, 0, 0x42, 3, 64, 0,
        ];
        for (tokens, typed) in [
            (sum.clone(), "SUM(C5:G5)"),
            (half, "SUM(C5:G5)/2%"),
            (policy, "MATCH(ld.district,政策!B2,0)"),
            (vec![0x17, 1, 0, b'"', 0x1D, 1, 0x0B], "\"\"\"\"=TRUE"),
            (vec![0x41, 221, 0, 0x15, 0x13], "-(TODAY())"),
            (vec![0x3A, 1, 0, 0, 0, 0, 0], "#REF!A1"),
        ] {
            assert_eq!(&*known(false).text(&tokens), typed);
        }
        let wide = [
            0x25, 4, 0, 0, 0, 4, 0, 0, 0, 2, 0xC0, 6, 0xC0, 0x22, 1, 4, 0,
        ];
        assert_eq!(&*known(true).text(&wide), "SUM(C5:G5)");
        let text = [0x17, 1, 0, 0x57, 0x5B, 0x41, 118, 0, 0x41, 32, 0];
        assert_eq!(&*known(true).text(&text), "LEN(TRIM(\"字\"))");
    }

    #[test]
    fn a_function_of_another_name_is_called_by_it() {
        let tokens = [0x23, 1, 0, 0, 0, 0x1E, 7, 0, 0x1E, 8, 0, 0x42, 3, 255, 0];
        assert_eq!(&*known(false).text(&tokens), "ld.district(7,8)");
    }

    #[test]
    fn what_is_broken_or_too_long_has_no_text() {
        for tokens in [
            &[][..],
            &[0x03],
            &[0x1E, 1, 0, 0x1E, 1, 0],
            &[0x25, 1],
            &[0x42, 9, 4, 0],
            &[0x23, 9, 0, 0, 0],
            &[0x01, 0, 0, 0, 0],
            &[0x1F, 0, 0, 0, 0, 0, 0, 0xF8, 0x7F],
        ] {
            assert_eq!(&*known(false).text(tokens), "", "{tokens:?}");
        }
        let long = [&[0x1E, 1, 0][..], &vec![0x13; TEXT_BYTES_MAX]].concat();
        assert_eq!(&*known(false).text(&long), "");
        let mut known = known(false);
        known.left_bytes = 3;
        assert_eq!(&*known.text(&[0x1E, 57, 48]), "");
        assert_eq!(&*known.text(&[0x1E, 57, 0, 0x14]), "57%");
        assert_eq!(&*known.text(&[0x1E, 7, 0]), "");
    }
}

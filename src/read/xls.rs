//! An `.xls` or `.et` workbook (BIFF8 in a compound file; [MS-XLS]) to a [`Workbook`].
//!
//! Reads what a form needs: sheets, cells, their formulas, names, merged ranges, hidden rows and columns, custom
//! document properties. Workbooks of Excel 5.0 and earlier are another format, and told so.

use std::sync::Arc;

use super::biff::{DayFormats, error, rk, target};
use super::book::{Gathered, Left, within_sheets};
use super::bytes::Fields;
use super::compound::Compound;
use super::formula::Known;
use super::guard::damaged;
use super::limits::FORMULAS_BYTES;
use super::xlsx::decimal;
use super::{Active, Cell, Foreign, Format, ReadFault, Sheet, Value, Workbook};
use crate::place::{CellRange, CellRef};

mod properties;

mod records;

use records::{Pieces, Record, Records, short_string, string};

/// BIFF8 in the record that begins a stream (§2.4.21).
const BIFF8: u16 = 0x0600;
/// What a stream is of (§2.4.21).
const OF_WORKBOOK: u16 = 0x0005;
const OF_SHEET: u16 = 0x0010;
/// The link to sheets of the workbook itself, and to functions of add-ins (§2.4.271).
const SELF: u16 = 0x0401;
const ADD_IN: u16 = 0x3A01;

/// Reads a compound file that holds a workbook.
///
/// # Errors
/// The [`ReadFault`] to tell the sender.
pub fn read(file: &Compound<'_>) -> Result<Workbook, ReadFault> {
    if !file.has("Workbook") {
        return Err(ReadFault::OtherFormat {
            what: Foreign::OldExcel,
        });
    }
    let stream = file
        .stream("Workbook")
        .ok_or_else(|| damaged("工作簿的内容不完整"))?;
    let book = Book::of(&stream)?;
    within_sheets(book.sheets.len())?;
    let mut gathered = Gathered {
        active: book.active(file),
        ..Gathered::default()
    };
    let mut walk = book.walk();
    for listed in &book.sheets {
        if listed.is_worksheet {
            gathered
                .sheets
                .push(book.sheet(&stream, listed, &mut walk)?);
        }
    }
    gathered.names = book.names();
    gathered.properties = properties::properties(file);
    Ok(gathered.into_workbook(Format::Xls))
}

/// What the workbook's own records say.
#[derive(Debug, Default)]
struct Book {
    sheets: Vec<Listed>,
    strings: Vec<String>,
    formats: DayFormats,
    /// Kinds of the books that links lead to.
    books: Vec<u16>,
    /// Links: index of the book, and of its first sheet.
    links: Vec<(u16, i16)>,
    /// Defined names, with the index of the link to the sheet where they stand for cells.
    names: Vec<(String, Option<(u16, CellRange)>)>,
}

/// What goes on from one sheet to the next, and from one cell to the next.
#[derive(Debug)]
struct Walk {
    left: Left,
    known: Known,
    /// The formula whose text result comes in a record of its own.
    awaited: Option<usize>,
}

#[derive(Debug)]
struct Listed {
    name: Arc<str>,
    start: usize,
    is_visible: bool,
    is_worksheet: bool,
}

impl Book {
    fn of(stream: &[u8]) -> Result<Self, ReadFault> {
        let (mut book, mut records) = (Self::default(), Records::from(stream, 0));
        begins_biff8(records.next(), OF_WORKBOOK)?;
        for record in records {
            match record.kind {
                0x000A => return Ok(book),
                0x002F => return Err(ReadFault::Password),
                _ => book
                    .take(&record)
                    .ok_or_else(|| damaged("工作簿的记录不正确"))?,
            }
        }
        Err(damaged("工作簿的内容不完整"))
    }

    fn take(&mut self, record: &Record<'_>) -> Option<()> {
        let mut fields = Fields(record.first());
        match record.kind {
            // DATEMODE, FORMAT, XF, BOUNDSHEET, SST (§2.4.77, .126, .353, .28, .265)
            0x0022 => self.formats.is_1904 = fields.short()? == 1,
            0x041E => {
                let id = fields.short()?;
                self.formats
                    .define(id, &string(&mut Pieces::of(record, 2))?);
            }
            0x00E0 => {
                fields.skip(2)?;
                self.formats.push(fields.short()?);
            }
            0x0085 => self.sheets.push(Listed {
                start: usize::try_from(fields.long()?).ok()?,
                is_visible: fields.byte()? & 3 == 0,
                is_worksheet: fields.byte()? == 0,
                name: short_string(&mut fields)?.into(),
            }),
            0x00FC => self.strings = records::shared_strings(record)?,
            // SUPBOOK, EXTERNSHEET, NAME (§2.4.271, .105, .150)
            0x01AE => {
                let sheets = fields.short()?;
                let kind = fields.short()?;
                // a book without sheets that is no add-in is another program (§2.4.271)
                let is_dde = sheets == 0 && kind != ADD_IN && kind != SELF;
                self.books.push(if is_dde { 0 } else { kind });
            }
            0x0017 => {
                let count = fields.short()?;
                for _ in 0..count {
                    let link = (fields.short()?, fields.short()?.cast_signed());
                    fields.skip(2)?;
                    self.links.push(link);
                }
            }
            0x0018 => self.names.push(name(fields)?),
            _ => {}
        }
        Some(())
    }

    fn active(&self, file: &Compound<'_>) -> Vec<Active> {
        let storages = file.names().filter_map(|name| match name {
            "_VBA_PROJECT_CUR" => Some(Active::Macros),
            name if name.starts_with("MBD") => Some(Active::Embedded),
            _ => None,
        });
        let links = self.books.iter().filter_map(|kind| match *kind {
            SELF | ADD_IN => None,
            0 => Some(Active::Dde),
            _ => Some(Active::Links),
        });
        storages.chain(links).collect()
    }

    /// The names of cells and rectangles of this workbook.
    fn names(&self) -> Vec<(String, Arc<str>, CellRange)> {
        let placed = |(name, target): &(String, Option<(u16, CellRange)>)| {
            let (link, range) = (*target)?;
            let sheet = self.linked(self.links.get(usize::from(link))?)?;
            Some((name.clone(), sheet, range))
        };
        self.names.iter().filter_map(placed).collect()
    }

    /// The sheet of this workbook that a link leads to.
    fn linked(&self, (book, sheet): &(u16, i16)) -> Option<Arc<str>> {
        let is_own = self.books.get(usize::from(*book)) == Some(&SELF);
        let sheet = self.sheets.get(usize::try_from(*sheet).ok()?);
        sheet
            .filter(|_| is_own)
            .map(|sheet| Arc::clone(&sheet.name))
    }

    fn walk(&self) -> Walk {
        Walk {
            left: Left::new(),
            known: Known {
                wide: false,
                names: self.names.iter().map(|(name, _)| name.clone()).collect(),
                sheets: self.links.iter().map(|link| self.linked(link)).collect(),
                left_bytes: FORMULAS_BYTES,
            },
            awaited: None,
        }
    }

    fn sheet(&self, stream: &[u8], listed: &Listed, walk: &mut Walk) -> Result<Sheet, ReadFault> {
        let mut sheet = Sheet::empty(&listed.name, listed.is_visible);
        let mut records = Records::from(stream, listed.start);
        begins_biff8(records.next(), OF_SHEET)?;
        // charts stand inside a sheet as streams of their own
        let mut inside = 0_u32;
        walk.awaited = None;
        for record in records {
            match (record.kind, inside) {
                (0x0809, _) => inside += 1,
                (0x000A, 0) => return Ok(sheet),
                (0x000A, _) => inside -= 1,
                (_, 0) => self.take_of_sheet(&record, &mut sheet, walk)?,
                _ => {}
            }
        }
        Err(damaged("工作表不完整"))
    }

    fn take_of_sheet(
        &self,
        record: &Record<'_>,
        sheet: &mut Sheet,
        walk: &mut Walk,
    ) -> Result<(), ReadFault> {
        let wrong = || damaged("单元格的记录不正确");
        match record.kind {
            // NUMBER, RK, LABELSST, LABEL, RSTRING, BOOLERR, FORMULA (§2.4.180, .220, .149, .148, .24, .127)
            0x0203 | 0x027E | 0x00FD | 0x0204 | 0x00D6 | 0x0205 | 0x0006 => {
                let mut fields = Fields(record.first());
                let head = head(&mut fields).ok_or_else(wrong)?;
                let (value, awaits) = self.value(record, fields, head.1)?.ok_or_else(wrong)?;
                let formula = match record.kind {
                    0x0006 => Some(walk.known.text(tokens(fields).unwrap_or_default())),
                    _ => None,
                };
                sheet.add(
                    Cell {
                        at: head.0,
                        value,
                        formula,
                    },
                    &mut walk.left,
                )?;
                walk.awaited = awaits.then(|| sheet.cells.len() - 1);
            }
            0x00BD => self
                .packed(Fields(record.first()), sheet, &mut walk.left)?
                .ok_or_else(wrong)?,
            // STRING (§2.4.268)
            0x0207 => {
                let text = string(&mut Pieces::of(record, 0)).ok_or_else(wrong)?;
                let awaited = walk.awaited.take();
                if let Some(cell) = awaited.and_then(|index| sheet.cells.get_mut(index)) {
                    cell.value = Value::of_text(&text);
                    walk.left.take(cell.at, &cell.value)?;
                }
            }
            _ => layout(record, sheet).ok_or_else(|| damaged("工作表的记录不正确"))?,
        }
        Ok(())
    }

    /// What a cell's record holds, and whether its text comes in a record of its own; `None` where it is cut short.
    fn value(
        &self,
        record: &Record<'_>,
        mut fields: Fields<'_>,
        format: u32,
    ) -> Result<Option<(Value, bool)>, ReadFault> {
        let number = |fields: &mut Fields<'_>| {
            let number = fields.double().map(decimal).transpose()?;
            Ok::<_, ReadFault>(number.map(|number| self.formats.value(number, format)))
        };
        let value = match record.kind {
            0x0203 => number(&mut fields)?,
            0x027E => {
                let number = fields.long().map(rk).transpose()?;
                number.map(|number| self.formats.value(number, format))
            }
            0x00FD => {
                let index = fields.long().and_then(|index| usize::try_from(index).ok());
                let Some(index) = index else { return Ok(None) };
                let text = self.strings.get(index);
                let text = text.ok_or_else(|| damaged("单元格指向的共享文本不存在"))?;
                Some(Value::of_text(text))
            }
            0x0204 | 0x00D6 => string(&mut Pieces::of(record, 6)).map(|text| Value::of_text(&text)),
            0x0205 => match (fields.byte(), fields.byte()) {
                (Some(code), Some(1)) => Some(error(code)?),
                (Some(truth), Some(_)) => Some(Value::Bool(truth != 0)),
                _ => None,
            },
            _ => {
                // the result of a formula (§2.5.133): a double, or a kind and a small value with 0xFFFF behind
                let Some(result) = fields.0.get(..8) else {
                    return Ok(None);
                };
                match (result[0], &result[6..]) {
                    (0, [0xFF, 0xFF]) => return Ok(Some((Value::Blank, true))),
                    (1, [0xFF, 0xFF]) => Some(Value::Bool(result[2] != 0)),
                    (2, [0xFF, 0xFF]) => Some(error(result[2])?),
                    (3, [0xFF, 0xFF]) => Some(Value::Blank),
                    _ => number(&mut fields)?,
                }
            }
        };
        Ok(value.map(|value| (value, false)))
    }

    /// MULRK (§2.4.175): numbers in cells side by side.
    fn packed(
        &self,
        mut fields: Fields<'_>,
        sheet: &mut Sheet,
        left: &mut Left,
    ) -> Result<Option<()>, ReadFault> {
        let (Some(row), Some(first)) = (fields.short(), fields.short()) else {
            return Ok(None);
        };
        let Some(all) = fields
            .0
            .len()
            .checked_sub(2)
            .and_then(|end| fields.0.get(..end))
        else {
            return Ok(None);
        };
        for (column, packed) in (u32::from(first)..).zip(all.chunks_exact(6)) {
            let mut packed = Fields(packed);
            let (Some(format), Some(number)) = (packed.short(), packed.long()) else {
                return Ok(None);
            };
            let Some(at) = CellRef::new(u32::from(row), column) else {
                return Ok(None);
            };
            let value = self.formats.value(rk(number)?, u32::from(format));
            sheet.add(
                Cell {
                    at,
                    value,
                    formula: None,
                },
                left,
            )?;
        }
        Ok(Some(()))
    }
}

/// That a stream begins as one of BIFF8, of a workbook or of a sheet.
fn begins_biff8(record: Option<Record<'_>>, of: u16) -> Result<(), ReadFault> {
    let record = record.filter(|record| record.kind == 0x0809);
    let begin = record.and_then(|record| {
        let mut fields = Fields(record.first());
        Some((fields.short()?, fields.short()?))
    });
    match begin {
        Some((BIFF8, kind)) if kind == of => Ok(()),
        Some((BIFF8, _)) => Err(damaged("工作表的位置不正确")),
        Some(_) => Err(ReadFault::OtherFormat {
            what: Foreign::OldExcel,
        }),
        None => Err(damaged("工作簿的内容不完整")),
    }
}

/// Where a cell stands, and the index of its format.
fn head(fields: &mut Fields<'_>) -> Option<(CellRef, u32)> {
    let (row, column, format) = (fields.short()?, fields.short()?, fields.short()?);
    Some((
        CellRef::new(u32::from(row), u32::from(column))?,
        u32::from(format),
    ))
}

/// The tokens of a formula, behind its result (§2.4.127).
fn tokens(mut fields: Fields<'_>) -> Option<&[u8]> {
    fields.skip(14)?;
    let length = fields.short()?;
    fields.take(usize::from(length))
}

/// A defined name; without a target where it is one of the program's own, or stands for something else than cells.
fn name(mut fields: Fields<'_>) -> Option<(String, Option<(u16, CellRange)>)> {
    const BUILT_IN: u16 = 0x20;
    let flags = fields.short()?;
    fields.skip(1)?;
    let (length, formula) = (fields.byte()?, usize::from(fields.short()?));
    fields.skip(8)?;
    let name = records::characters(&mut fields, usize::from(length))?;
    let target = target(fields.take(formula)?, false).filter(|_| flags & BUILT_IN == 0);
    Some((name, target))
}

/// ROW, COLINFO, MERGECELLS (§2.4.221, .53, .168): hidden rows and columns, merged ranges.
fn layout(record: &Record<'_>, sheet: &mut Sheet) -> Option<()> {
    let mut fields = Fields(record.first());
    match record.kind {
        0x0208 => {
            let row = fields.short()?;
            fields.skip(10)?;
            if fields.short()? & 0x20 != 0 {
                sheet.hidden_rows.push(u32::from(row));
            }
        }
        0x007D => {
            let (first, last) = (fields.short()?, fields.short()?);
            fields.skip(4)?;
            if fields.short()? & 1 != 0 {
                sheet
                    .hidden_columns
                    .push((u32::from(first), u32::from(last)));
            }
        }
        0x00E5 => {
            for _ in 0..fields.short()? {
                let mut next = || fields.short().map(u32::from);
                let (top, bottom, left, right) = (next()?, next()?, next()?, next()?);
                sheet.merges.push(CellRange {
                    first: CellRef::new(top, left)?,
                    last: CellRef::new(bottom, right)?,
                });
            }
        }
        _ => {}
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap();
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), content].concat()
    }

    fn stream(cells: &[Vec<u8>]) -> Vec<u8> {
        let begin = |of| record(0x0809, &[0, 6, of, 0, 0, 0, 0, 0]);
        let end = record(0x000A, &[]);
        let sheet = |start: u32| {
            record(
                0x0085,
                &[&start.to_le_bytes()[..], &[0, 0, 1, 0, b's']].concat(),
            )
        };
        let start = begin(5).len() + sheet(0).len() + end.len();
        let mut stream = [
            begin(5),
            sheet(u32::try_from(start).unwrap()),
            end.clone(),
            begin(0x10),
        ]
        .concat();
        stream.extend(cells.concat());
        stream.extend(end);
        stream
    }

    fn read(cells: &[Vec<u8>]) -> Result<Vec<Cell>, ReadFault> {
        let stream = stream(cells);
        let book = Book::of(&stream)?;
        Ok(book
            .sheet(&stream, &book.sheets[0], &mut book.walk())?
            .cells)
    }

    #[test]
    fn the_text_of_a_formula_comes_in_a_record_of_its_own() {
        let formula = [
            0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 3, 0, 0x1E, 1, 0,
        ];
        let shared = record(0x04BC, &[0; 10]);
        let text = record(0x0207, &[2, 0, 1, 0x87, 0x65, 0x57, 0x5B]);
        let cells = read(&[record(0x0006, &formula), shared, text]).unwrap();
        assert_eq!(cells.len(), 1);
        assert_eq!(cells[0].value, Value::Text("文字".into()));
        let without = read(&[record(0x0006, &formula)]).unwrap();
        assert_eq!(
            (&without[0].value, without[0].formula.is_some()),
            (&Value::Blank, true)
        );
    }

    #[test]
    fn a_record_that_is_cut_short_is_told_and_not_guessed() {
        for cell in [
            record(0x0203, &[0, 0, 1, 0, 0, 0, 0]),
            record(0x00FD, &[0, 0, 1, 0, 0, 0, 9, 0, 0, 0]),
            record(0x0204, &[0, 0, 1, 0, 0, 0, 9, 0, 0, b'a']),
            record(0x00E5, &[200, 0, 1, 0]),
            record(0x0205, &[0, 0, 1, 0, 0, 0, 99, 1]),
        ] {
            let fault = read(std::slice::from_ref(&cell)).unwrap_err();
            assert!(
                matches!(fault, ReadFault::Damaged { .. }),
                "{cell:?}: {fault:?}"
            );
        }
    }
}

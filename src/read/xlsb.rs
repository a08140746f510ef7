//! An `.xlsb` package (BIFF12; [MS-XLSB]) to a [`Workbook`].
//!
//! The package is that of `.xlsx` with its parts in records instead of XML.

use std::sync::Arc;

use super::biff::{DayFormats, error, rk, target};
use super::book::{Gathered, Left, within_sheets};
use super::bytes::Fields;
use super::formula::Known;
use super::guard::damaged;
use super::limits::FORMULAS_BYTES;
use super::package::Package;
use super::parts::{Parts, Relation};
use super::texts::Texts;
use super::xlsx::decimal;
use super::{Cell, Format, ReadFault, Sheet, Value, Workbook};
use crate::place::{CellRange, CellRef};

/// Reads a package that [`super::guard::open`] let through.
///
/// # Errors
/// The [`ReadFault`] to tell the sender.
pub fn read(package: Package<'_>) -> Result<Workbook, ReadFault> {
    let mut parts = Parts {
        package,
        texts: Texts::default(),
    };
    let part = parts.book();
    let relations = parts.relations(&part);
    let mut book = Book::default();
    let content = content(&mut parts, &part)?;
    each(&content, |kind, fields| book.take(kind, fields))?;
    for (kind, take) in [
        (
            "styles",
            Book::take_style as fn(&mut Book, u16, Fields<'_>) -> Option<()>,
        ),
        ("sharedStrings", Book::take_string),
    ] {
        if let Some(found) = relations.iter().find(|it| it.kind == kind) {
            let content = self::content(&mut parts, &found.target)?;
            each(&content, |kind, fields| take(&mut book, kind, fields))?;
        }
    }
    within_sheets(book.sheets.len())?;
    let sheets = book.read_sheets(&mut parts, &relations)?;
    Ok(Gathered {
        names: book.names(),
        properties: parts.properties(),
        active: parts.active(),
        sheets,
    }
    .into_workbook(Format::Xlsb))
}

fn content(parts: &mut Parts<'_>, part: &str) -> Result<Vec<u8>, ReadFault> {
    let name = parts
        .package
        .name_of(part)
        .ok_or_else(|| damaged(format!("缺少 {part}")))?;
    parts
        .package
        .content(&name)
        .map_err(|why| damaged(format!("{part}: {why}")))
}

/// Reads records (§2.1.4) until they end; each has a type of one or two bytes and a length of up to four, of which
/// seven bits count.
fn each(
    content: &[u8],
    mut take: impl FnMut(u16, Fields<'_>) -> Option<()>,
) -> Result<(), ReadFault> {
    let mut rest = Fields(content);
    while !rest.0.is_empty() {
        let (kind, fields) = record(&mut rest).ok_or_else(|| damaged("记录不完整"))?;
        take(kind, fields).ok_or_else(|| damaged("工作簿的记录不正确"))?;
    }
    Ok(())
}

fn record<'b>(rest: &mut Fields<'b>) -> Option<(u16, Fields<'b>)> {
    let mut packed = |bytes: u32| {
        let mut number = 0_u32;
        for place in 0..bytes {
            let byte = rest.byte()?;
            number |= u32::from(byte & 0x7F) << (7 * place);
            if byte & 0x80 == 0 {
                break;
            }
        }
        Some(number)
    };
    let (kind, length) = (packed(2)?, packed(4)?);
    let fields = rest.take(usize::try_from(length).ok()?)?;
    Some((u16::try_from(kind).ok()?, Fields(fields)))
}

/// A string with its length in four bytes (§2.5.169 XLWideString).
fn string(fields: &mut Fields<'_>) -> Option<String> {
    let units = usize::try_from(fields.long()?).ok()?;
    fields.wide(units)
}

/// What the workbook's own parts say.
#[derive(Debug, Default)]
struct Book {
    sheets: Vec<Listed>,
    strings: Vec<String>,
    formats: DayFormats,
    /// Whether a format is one of cells, and not one of styles.
    is_of_cells: bool,
    /// Whether each book that links lead to is this one.
    books: Vec<bool>,
    /// Links: index of the book, and of its first sheet.
    links: Vec<(u32, i32)>,
    /// Defined names, with the index of the link to the sheet where they stand for cells.
    names: Vec<(String, Option<(u16, CellRange)>)>,
}

#[derive(Debug)]
struct Listed {
    name: Arc<str>,
    relation: String,
    is_visible: bool,
}

impl Book {
    fn take(&mut self, kind: u16, mut fields: Fields<'_>) -> Option<()> {
        match kind {
            // BrtWbProp, BrtBundleSh (§2.4.822, §2.4.304)
            153 => self.formats.is_1904 = fields.long()? & 1 != 0,
            156 => {
                let is_visible = fields.long()? == 0;
                fields.skip(4)?;
                let relation = match fields.long()? {
                    u32::MAX => String::new(),
                    units => fields.wide(usize::try_from(units).ok()?)?,
                };
                let name = string(&mut fields)?.into();
                self.sheets.push(Listed {
                    name,
                    relation,
                    is_visible,
                });
            }
            // BrtSupBookSrc, BrtSupSame, BrtSupAddin, BrtSupSelf (§2.4.789, .790, .788, .791)
            355 | 358 | 667 => self.books.push(false),
            357 => self.books.push(true),
            // BrtExternSheet (§2.4.670)
            362 => {
                for _ in 0..fields.long()? {
                    let link = (fields.long()?, fields.long()?.cast_signed());
                    fields.skip(4)?;
                    self.links.push(link);
                }
            }
            39 => self.names.push(name(fields)?),
            _ => {}
        }
        Some(())
    }

    /// BrtFmt, BrtXF (§2.4.657, §2.4.823), the latter in the list of formats of cells.
    fn take_style(&mut self, kind: u16, mut fields: Fields<'_>) -> Option<()> {
        match kind {
            44 => {
                let id = fields.short()?;
                self.formats.define(id, &string(&mut fields)?);
            }
            617 | 618 => self.is_of_cells = kind == 617,
            47 if self.is_of_cells => {
                fields.skip(2)?;
                self.formats.push(fields.short()?);
            }
            _ => {}
        }
        Some(())
    }

    /// BrtSSTItem (§2.4.756).
    fn take_string(&mut self, kind: u16, mut fields: Fields<'_>) -> Option<()> {
        if kind == 19 {
            fields.skip(1)?;
            self.strings.push(string(&mut fields)?);
        }
        Some(())
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
    fn linked(&self, (book, sheet): &(u32, i32)) -> Option<Arc<str>> {
        let is_own = self.books.get(usize::try_from(*book).ok()?) == Some(&true);
        let sheet = self.sheets.get(usize::try_from(*sheet).ok()?);
        sheet
            .filter(|_| is_own)
            .map(|sheet| Arc::clone(&sheet.name))
    }

    fn read_sheets(
        &self,
        parts: &mut Parts<'_>,
        relations: &[Relation],
    ) -> Result<Vec<Sheet>, ReadFault> {
        let (mut sheets, mut left) = (Vec::new(), Left::new());
        let mut known = Known {
            wide: true,
            names: self.names.iter().map(|(name, _)| name.clone()).collect(),
            sheets: self.links.iter().map(|link| self.linked(link)).collect(),
            left_bytes: FORMULAS_BYTES,
        };
        for listed in &self.sheets {
            let relation = relations.iter().find(|it| it.id == listed.relation);
            let relation = relation.ok_or_else(|| damaged("工作表没有内容"))?;
            if relation.kind == "worksheet" {
                let content = content(parts, &relation.target)?;
                sheets.push(self.sheet(&content, listed, (&mut left, &mut known))?);
            }
        }
        Ok(sheets)
    }

    fn sheet(
        &self,
        content: &[u8],
        listed: &Listed,
        (left, known): (&mut Left, &mut Known),
    ) -> Result<Sheet, ReadFault> {
        let mut sheet = Sheet::empty(&listed.name, listed.is_visible);
        let (mut row, mut fault, mut is_whole) = (0_u32, None, false);
        let walked = each(content, |kind, mut fields| {
            match kind {
                // BrtRowHdr (§2.4.741)
                0 => {
                    row = fields.long()?;
                    fields.skip(7)?;
                    if fields.byte()? & 0x10 != 0 {
                        sheet.hidden_rows.push(row);
                    }
                }
                2..=11 | 62 => {
                    let head = (fields.long()?, fields.long()? & 0x00FF_FFFF);
                    let at = CellRef::new(row, head.0)?;
                    let value = self.value(kind, &mut fields, head.1).transpose()?;
                    let formula = match kind {
                        8..=11 => Some(known.text(tokens(fields).unwrap_or_default())),
                        _ => None,
                    };
                    let added =
                        value.and_then(|value| sheet.add(Cell { at, value, formula }, left));
                    if let Err(why) = added {
                        fault = Some(why);
                        return None;
                    }
                }
                146 => is_whole = true,
                _ => layout(kind, fields, &mut sheet)?,
            }
            Some(())
        });
        match fault {
            Some(fault) => Err(fault),
            None => walked.and_then(|()| {
                is_whole
                    .then_some(sheet)
                    .ok_or_else(|| damaged("工作表不完整"))
            }),
        }
    }

    /// What a cell's record holds (§2.4.310 to .319, .671 to .674); inside `None` where it is cut short.
    fn value(
        &self,
        kind: u16,
        fields: &mut Fields<'_>,
        format: u32,
    ) -> Result<Option<Value>, ReadFault> {
        let numbered = |number| self.formats.value(number, format);
        Ok(match kind {
            2 => fields.long().map(rk).transpose()?.map(numbered),
            5 | 9 => fields.double().map(decimal).transpose()?.map(numbered),
            3 | 11 => fields.byte().map(error).transpose()?,
            4 | 10 => fields.byte().map(|truth| Value::Bool(truth != 0)),
            6 | 8 => string(fields).map(|text| Value::of_text(&text)),
            62 => fields
                .skip(1)
                .and_then(|()| string(fields))
                .map(|text| Value::of_text(&text)),
            _ => {
                let index = fields.long().and_then(|index| usize::try_from(index).ok());
                let Some(index) = index else { return Ok(None) };
                let text = self.strings.get(index);
                let text = text.ok_or_else(|| damaged("单元格指向的共享文本不存在"))?;
                Some(Value::of_text(text))
            }
        })
    }
}

/// The tokens of a formula, behind its result (§2.5.97.1).
fn tokens(mut fields: Fields<'_>) -> Option<&[u8]> {
    fields.skip(2)?;
    let length = fields.long()?;
    fields.take(usize::try_from(length).ok()?)
}

/// A defined name (§2.4.712); without a target where it is one of the program's own, or stands for something else.
fn name(mut fields: Fields<'_>) -> Option<(String, Option<(u16, CellRange)>)> {
    const BUILT_IN: u32 = 0x20;
    let flags = fields.long()?;
    fields.skip(5)?;
    let name = string(&mut fields)?;
    let length = usize::try_from(fields.long()?).ok()?;
    let target = target(fields.take(length)?, true).filter(|_| flags & BUILT_IN == 0);
    Some((name, target))
}

/// BrtColInfo, BrtMergeCell (§2.4.329, §2.4.703): hidden columns, merged ranges.
fn layout(kind: u16, mut fields: Fields<'_>, sheet: &mut Sheet) -> Option<()> {
    match kind {
        60 => {
            let columns = (fields.long()?, fields.long()?);
            fields.skip(8)?;
            if fields.short()? & 1 != 0 {
                sheet.hidden_columns.push(columns);
            }
        }
        176 => {
            let (top, bottom) = (fields.long()?, fields.long()?);
            let (left, right) = (fields.long()?, fields.long()?);
            sheet.merges.push(CellRange {
                first: CellRef::new(top, left)?,
                last: CellRef::new(bottom, right)?,
            });
        }
        _ => {}
    }
    Some(())
}

//! The rows of an `.xlsx` package one after the other: for workbooks of more rows than are held at once.
//!
//! Held are the shared strings, and one row. A sheet is left as soon as nobody wants more of it.

use std::sync::Arc;

use super::cells::{Before, Shared, cell, is_hidden, plain_cells, put_in_order, row_number};
use super::{Listed, RESULT_NAME, named, text_of_kind};
use crate::place::CellRef;
use crate::read::book::within_sheets;
use crate::read::guard::{damaged, over, over_bytes};
use crate::read::package::Package;
use crate::read::parts::{Parts, Relation};
use crate::read::rows::{Go, Row, Visit, Wanted};
use crate::read::tags::{Kind, Tags};
use crate::read::texts::Texts;
use crate::read::xlsx::stream::SheetText;
use crate::read::{Cell, Format, ReadFault, Sheet, Value, Workbook, limits};

/// A package whose sheets are read row by row.
#[derive(Debug)]
pub struct Streamed<'a> {
    parts: Parts<'a>,
    list: Listed,
    relations: Vec<Relation>,
}

impl<'a> Streamed<'a> {
    /// Reads what a package lists.
    ///
    /// # Errors
    /// Where it is damaged.
    pub fn open(package: Package<'a>) -> Result<Self, ReadFault> {
        let mut parts = Parts {
            package,
            texts: Texts::default(),
        };
        let part = parts.book();
        let list = Listed::of(&parts.needed(&part)?)?;
        within_sheets(list.sheets.len())?;
        let relations = parts.relations(&part);
        Ok(Self {
            parts,
            list,
            relations,
        })
    }

    /// The workbook without any cells.
    #[must_use]
    pub fn outline(&mut self) -> Workbook {
        let result = self.list.result_sheet();
        let sheets = self.list.sheets.iter();
        let sheets = sheets.filter(|sheet| result.as_ref() != Some(&sheet.name));
        let sheets: Vec<Sheet> = sheets
            .map(|sheet| Sheet::empty(&sheet.name, sheet.is_visible))
            .collect();
        let named = |(name, target): &(String, String)| named(&sheets, name.clone(), target);
        Workbook {
            format: Format::Xlsx,
            names: self.list.names.iter().filter_map(named).collect(),
            was_marked: self.list.names.iter().any(|(name, _)| name == RESULT_NAME),
            properties: self.parts.properties(),
            active: self.parts.active(),
            sheets,
            texts: Texts::default(),
        }
    }

    /// Visits the wanted rows that hold something, of every visible sheet but the result of an earlier assessment.
    ///
    /// # Errors
    /// Where a part is damaged, a limit is reached, or the visitor says so.
    pub fn walk(&mut self, wanted: &Wanted<'_>, visit: &mut Visit<'_>) -> Result<(), ReadFault> {
        let strings = text_of_kind(&mut self.parts, &self.relations, "sharedStrings")?;
        let styles = text_of_kind(&mut self.parts, &self.relations, "styles")?;
        let shared = self.list.shared(&strings, &styles)?;
        let result = self.list.result_sheet();
        let visible = self.list.sheets.iter().filter(|sheet| sheet.is_visible);
        for sheet in visible.filter(|sheet| result.as_ref() != Some(&sheet.name)) {
            let mut relations = self.relations.iter();
            let relation = relations.find(|it| it.id == sheet.relation);
            let relation = relation.ok_or_else(|| damaged("工作表没有内容"))?;
            if relation.kind != "worksheet" {
                continue;
            }
            let mut text = sheet_text(&mut self.parts.package, &relation.target)?;
            let name: Arc<str> = sheet.name.as_str().into();
            if rows(&name, &mut text, &shared, (wanted, visit))? == Go::Away {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// The text of a sheet, to be read in pieces.
///
/// # Errors
/// Where there is no such part, or it is damaged.
pub fn sheet_text<'a>(package: &mut Package<'a>, part: &str) -> Result<SheetText<'a>, ReadFault> {
    let missing = || damaged(format!("缺少 {part}"));
    let name = package.name_of(part).ok_or_else(missing)?;
    let index = package.archive.index_for_name(&name).ok_or_else(missing)?;
    SheetText::of(&package.stored(index).map_err(damaged)?)
}

fn rows(
    name: &Arc<str>,
    text: &mut SheetText<'_>,
    shared: &Shared<'_>,
    (wanted, visit): (&Wanted<'_>, &mut Visit<'_>),
) -> Result<Go, ReadFault> {
    text.head()?;
    let (mut next, mut cells) = (0, Vec::new());
    while let Some(row) = text.row()? {
        let mut tags = Tags::of(row);
        let start = tags.advance()?.ok_or_else(|| damaged("工作表的行不正确"))?;
        let number = row_number(&start)?.unwrap_or(next);
        next = number.saturating_add(1);
        if !wanted(name, number) {
            continue;
        }
        cells.clear();
        read_cells(row, &mut tags, number, shared, &mut cells)?;
        let is_hidden = is_hidden(&start);
        if cells.is_empty() {
            continue;
        }
        let row = Row {
            sheet: name,
            number,
            cells: &cells,
            is_hidden,
        };
        match visit(&row)? {
            Go::On => {}
            Go::ToNextSheet => return Ok(Go::On),
            Go::Away => return Ok(Go::Away),
        }
    }
    text.tail()?;
    Ok(Go::On)
}

/// Reads what stands in a row, after its start tag. Cells that hold nothing are left out.
fn read_cells<'t>(
    text: &'t str,
    tags: &mut Tags<'t>,
    row: u32,
    shared: &Shared<'_>,
    cells: &mut Vec<Cell>,
) -> Result<(), ReadFault> {
    let (mut before, mut left) = (Before::Nothing, limits::ROW_TEXT_BYTES);
    let mut take = |cell: Cell| {
        within_limits(cell.at, &cell.value, &mut left)?;
        cells.push(cell);
        Ok(())
    };
    loop {
        plain_cells(text, tags, &mut before, shared, &mut take)?;
        let Some(tag) = tags.advance()? else {
            break;
        };
        if tag.kind == Kind::End || tag.local() != "c" {
            continue;
        }
        let found = cell(text, tags, tag, (row, &mut before), shared)?;
        found.map(&mut take).transpose()?;
    }
    if cells.iter().any(|cell| cell.at.row != row) {
        return Err(damaged("单元格不在它所在的行"));
    }
    put_in_order(cells);
    Ok(())
}

/// Holds a cell to the columns and to what texts of its row may come to.
fn within_limits(at: CellRef, value: &Value, left: &mut usize) -> Result<(), ReadFault> {
    if at.column >= limits::COLUMNS {
        let is = u64::from(at.column) + 1;
        return Err(over("列数", is, limits::COLUMNS.into()));
    }
    if let Value::Text(text) = value {
        let most = limits::ROW_TEXT_BYTES as u64;
        let too_much = || over_bytes("一行的文字总量", most + 1, most);
        *left = left.checked_sub(text.len()).ok_or_else(too_much)?;
    }
    Ok(())
}

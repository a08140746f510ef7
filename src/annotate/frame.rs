//! The frame of a note: which columns and rows of its sheet it covers, so that its text fits whatever their sizes.

use memchr::{memchr, memmem};
use rust_decimal::Decimal;

use crate::place::CellRef;

/// Pixels of a character of a column's width (ECMA-376 §18.3.1.13); a point of a row's height is 4/3 of one.
const CHARACTER_PIXELS: u32 = 7;
/// Pixels of a column without a width, and of a row without a height.
const COLUMN_PIXELS: u32 = 64;
const ROW_PIXELS: u32 = 20;
/// Pixels between a cell and its note, to the right and down.
const GAP: (u32, u32) = (15, 10);

/// Sizes of a sheet's columns and rows, in pixels.
#[derive(Debug)]
pub struct Frame {
    /// First and last column, from 0, and their width.
    columns: Vec<(u32, u32, u32)>,
    /// Rows of a height of their own, in their order.
    rows: Vec<(u32, u32)>,
    /// The height of the others.
    row: u32,
}

impl Frame {
    /// Measures a sheet, by its part's text; what is not written has the usual size.
    #[must_use]
    pub fn of(sheet: &str) -> Self {
        let columns = tags(sheet, "col").filter_map(|tag| {
            let (first, last) = (number(tag, " min=\"")?, number(tag, " max=\"")?);
            let width = number(tag, " width=\"")
                .map_or(COLUMN_PIXELS, |it| it.saturating_mul(CHARACTER_PIXELS));
            Some((first.checked_sub(1)?, last.checked_sub(1)?, width))
        });
        let rows = tags(sheet, "row").filter_map(|tag| {
            let row = number(tag, " r=\"")?.checked_sub(1)?;
            Some((row, number(tag, " ht=\"")?.saturating_mul(4) / 3))
        });
        let mut rows: Vec<(u32, u32)> = rows.collect();
        rows.sort_by_key(|(row, _)| *row);
        let usual =
            tags(sheet, "sheetFormatPr").find_map(|tag| number(tag, " defaultRowHeight=\""));
        Self {
            columns: columns.collect(),
            rows,
            row: usual.map_or(ROW_PIXELS, |points| points.saturating_mul(4) / 3),
        }
    }

    /// The anchor of a note of this width and height in pixels beside a cell: column and pixels into it, row and
    /// pixels into it, for its top left and its bottom right.
    #[must_use]
    pub fn anchor(&self, at: CellRef, (width, height): (u32, u32)) -> String {
        let (left, top) = (at.column + 1, at.row.saturating_sub(1));
        let column = |column: u32| {
            let found = self.columns.iter();
            let mut found = found.filter(|(first, last, _)| (*first..=*last).contains(&column));
            found.next().map_or(COLUMN_PIXELS, |(_, _, width)| *width)
        };
        let row = |row: u32| {
            let up_to = self.rows.partition_point(|(at, _)| *at <= row);
            let found = self.rows[..up_to].last().filter(|(at, _)| *at == row);
            found.map_or(self.row, |(_, height)| *height)
        };
        let (right, into_right) = reach(left, GAP.0 + width, column);
        let (bottom, into_bottom) = reach(top, GAP.1 + height, row);
        format!(
            "{left}, {}, {top}, {}, {right}, {into_right}, {bottom}, {into_bottom}",
            GAP.0, GAP.1
        )
    }
}

/// The column or row in which a length from the start of the first one ends, and how far into it.
fn reach(first: u32, length: u32, size: impl Fn(u32) -> u32) -> (u32, u32) {
    let (mut at, mut left) = (first, length);
    // Each step of the loop goes on by one; a thousand hidden ones are more than a form has.
    while left >= size(at) && at < first + 1000 {
        left -= size(at);
        at += 1;
    }
    (at, left)
}

/// The start tags of elements of this name without a prefix.
fn tags<'a>(text: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let open = format!("<{name} ");
    let starts: Vec<usize> = memmem::find_iter(text.as_bytes(), &open).collect();
    starts.into_iter().map(|start| {
        let tag = &text[start..];
        &tag[..memchr(b'>', tag.as_bytes()).unwrap_or(tag.len())]
    })
}

/// A number in an attribute, rounded to a whole one. The attribute as it is written: ` ht="`.
fn number(tag: &str, attribute: &str) -> Option<u32> {
    let start = memmem::find(tag.as_bytes(), attribute.as_bytes())? + attribute.len();
    let rest = &tag[start..];
    let number = &rest[..memchr(b'"', rest.as_bytes())?];
    // most are whole ones
    let whole = number.parse().ok();
    whole.or_else(|| number.parse::<Decimal>().ok()?.round().try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_covers_as_many_columns_and_rows_as_it_needs() {
        let at = "C5".parse().unwrap();
        let usual = Frame::of("<sheetData/>");
        assert_eq!(usual.anchor(at, (300, 90)), "3, 15, 3, 10, 7, 59, 8, 0");
        let sheet = Frame::of(
            "<sheetFormatPr defaultRowHeight=\"15\"/><cols><col min=\"4\" max=\"8\" width=\"17.71\"/></cols>\
             <sheetData><row r=\"4\" ht=\"27.75\"><c r=\"A4\"/></row><row r=\"5\" ht=\"110\"/></sheetData>",
        );
        assert_eq!(sheet.anchor(at, (300, 90)), "3, 15, 3, 10, 5, 63, 4, 63");
    }
}

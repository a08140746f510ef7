//! A sheet of ours as XML: rows of cells with inline strings, numbers, formulas with results, merges and links.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use super::NotEditable;
use super::looks::{Look, cell_format};
use super::styles::Styles;
use super::xml::{self, MAIN, RELATIONS};
use crate::place::{CellRef, Place, column_letters};

/// Points of a line of text, and of the space around it.
const LINE_POINTS: usize = 15;
const PAD_POINTS: usize = 6;
/// Highest row a spreadsheet takes, in points (ECMA-376 §18.3.1.73).
const ROW_POINTS_MAX: usize = 409;

/// About what a row takes as XML.
const ROW_BYTES: usize = 1024;

/// A cell's content.
#[derive(Debug, Clone)]
pub enum Content {
    /// Text, never a formula.
    Text(String),
    /// A number as it is written.
    Number(String),
    /// A formula without `=`, and its result: a number, or a text.
    Formula(String, Box<Content>),
    /// A link to a cell of this workbook, shown as text.
    Link(Place),
}

/// Column from 0, look and content of a cell.
type Cell = (u32, Look, Option<Content>);

/// A sheet being written.
#[derive(Debug, Default)]
pub struct Grid {
    /// Height in points, and the cells.
    rows: Vec<(usize, Vec<Cell>)>,
    merges: Vec<String>,
    links: Vec<(String, Place)>,
    widths: &'static [usize],
    /// The first and last cell of the table that is filtered by its heads; none where none is.
    pub filtered: Option<(CellRef, CellRef)>,
    /// First row that repeats on every page, from 0; none where nothing repeats.
    pub repeated: Option<u32>,
}

impl Grid {
    /// A sheet with columns of these widths, in characters of Latin script.
    #[must_use]
    pub fn new(widths: &'static [usize]) -> Self {
        Self {
            widths,
            ..Self::default()
        }
    }

    /// The row that is written next, from 0.
    #[must_use]
    pub fn next_row(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }

    /// Adds a row: a cell a column from column B on. The row is as high as its texts need.
    pub fn row(&mut self, cells: Vec<(Look, Option<Content>)>) {
        self.row_spanning(1, cells);
    }

    /// Adds a row whose first cell spans this many columns.
    pub fn row_spanning(&mut self, columns: u32, cells: Vec<(Look, Option<Content>)>) {
        let row = self.next_row() + 1;
        let (mut lines, mut column, mut last) = (1, 1, columns.max(1));
        let mut placed = Vec::with_capacity(cells.len() + columns as usize);
        for (look, content) in cells {
            let at = format!("{}{row}", column_letters(column));
            let spanned = self.widths.iter().take(last as usize + 1);
            let width: usize = spanned.skip(column as usize).sum();
            if let Some(content) = &content {
                lines = lines.max(lines_of(content, width));
                if let Content::Link(place) = content {
                    self.links.push((at.clone(), place.clone()));
                }
            }
            if last > column {
                self.merges
                    .push(format!("{at}:{}{row}", column_letters(last)));
            }
            placed.push((column, look, content));
            placed.extend((column + 1..=last).map(|column| (column, look, None)));
            column = last + 1;
            last = column;
        }
        self.rows.push((lines * LINE_POINTS + PAD_POINTS, placed));
    }

    /// Adds a row of one text over all columns.
    pub fn wide(&mut self, look: Look, text: &str) {
        let row = self.next_row() + 1;
        let last = u32::try_from(self.widths.len()).unwrap_or(2) - 1;
        let width: usize = self.widths.iter().skip(1).sum();
        self.merges
            .push(format!("B{row}:{}{row}", column_letters(last)));
        let content = Content::Text(text.to_owned());
        let lines = lines_of(&content, width);
        let points = match look {
            Look::Title => 34,
            Look::Verdict(_) => 28 * lines,
            _ => lines * LINE_POINTS + PAD_POINTS,
        };
        let mut cells = vec![(1, look, Some(content))];
        if look.has_border() {
            cells.extend((2..=last).map(|column| (column, look, None)));
        }
        self.rows.push((points, cells));
    }

    /// Adds a row of a label and one text over the other columns.
    pub fn pair(&mut self, label: &str, text: &str) {
        let row = self.next_row() + 1;
        let last = u32::try_from(self.widths.len()).unwrap_or(4) - 1;
        let width: usize = self.widths.iter().skip(4).sum();
        self.merges.push(format!("B{row}:D{row}"));
        self.merges
            .push(format!("E{row}:{}{row}", column_letters(last)));
        let content = Content::Text(text.to_owned());
        let points = lines_of(&content, width) * LINE_POINTS + PAD_POINTS;
        let mut cells = vec![(1, Look::Label, Some(Content::Text(label.to_owned())))];
        cells.extend((2..=3).map(|column| (column, Look::Label, None)));
        cells.push((4, Look::Body, Some(content)));
        cells.extend((5..=last).map(|column| (column, Look::Body, None)));
        self.rows.push((points, cells));
    }

    /// Leaves a row free.
    pub fn gap(&mut self) {
        self.rows.push((8, Vec::new()));
    }

    /// The sheet's XML, selected and active.
    ///
    /// # Errors
    /// Where the styles are broken.
    pub fn xml(&self, styles: &mut Styles) -> Result<String, NotEditable> {
        let mut formats = BTreeMap::new();
        for (_, look, _) in self.rows.iter().flat_map(|(_, cells)| cells) {
            if !formats.contains_key(look) {
                formats.insert(*look, cell_format(styles, *look)?);
            }
        }
        let mut rows = String::with_capacity(self.rows.len() * ROW_BYTES);
        self.write_rows(&formats, &mut rows)
            .map_err(NotEditable::broken)?;
        let widths: String = (1_usize..)
            .zip(self.widths)
            .map(|(n, width)| {
                format!("<col min=\"{n}\" max=\"{n}\" width=\"{width}.7\" customWidth=\"1\"/>")
            })
            .collect();
        let merges: String = self
            .merges
            .iter()
            .map(|range| format!("<mergeCell ref=\"{range}\"/>"))
            .collect();
        let links: String = self
            .links
            .iter()
            .map(|(at, place)| link(at, place))
            .collect();
        let links = if links.is_empty() {
            links
        } else {
            format!("<hyperlinks>{links}</hyperlinks>")
        };
        let filter = self.filtered.map_or_else(String::new, |(first, last)| {
            format!("<autoFilter ref=\"{first}:{last}\"/>")
        });
        let count = self.merges.len();
        Ok(format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\">\
             <sheetPr><tabColor rgb=\"FFB3261E\"/><pageSetUpPr fitToPage=\"1\"/></sheetPr>\
             <sheetViews><sheetView showGridLines=\"0\" tabSelected=\"1\" workbookViewId=\"0\"/></sheetViews>\
             <sheetFormatPr defaultRowHeight=\"15\"/><cols>{widths}</cols><sheetData>{rows}</sheetData>{filter}\
             <mergeCells count=\"{count}\">{merges}</mergeCells>{links}\
             <pageMargins left=\"0.4\" right=\"0.4\" top=\"0.5\" bottom=\"0.6\" header=\"0.3\" footer=\"0.3\"/>\
             <pageSetup paperSize=\"9\" orientation=\"landscape\" fitToHeight=\"0\"/>\
             <headerFooter><oddFooter>&amp;C第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter></worksheet>"
        ))
    }
}

impl Grid {
    fn write_rows(&self, formats: &BTreeMap<Look, usize>, rows: &mut String) -> fmt::Result {
        for (row, (points, cells)) in (0..).zip(&self.rows) {
            let (number, points) = (row + 1, (*points).min(ROW_POINTS_MAX));
            write!(
                rows,
                "<row r=\"{number}\" ht=\"{points}\" customHeight=\"1\">"
            )?;
            for (column, look, content) in cells {
                let (column, format) = (*column, formats.get(look).copied().unwrap_or_default());
                let at = CellRef { row, column };
                write!(rows, "<c r=\"{at}\" s=\"{format}\"")?;
                match content {
                    None => rows.push_str("/>"),
                    Some(content) => write_content(content, rows)?,
                }
            }
            rows.push_str("</row>");
        }
        Ok(())
    }
}

/// A reference to a cell of any sheet, as a formula writes it.
#[must_use]
pub fn reference(place: &Place) -> String {
    let sheet = place.sheet.replace('\'', "''");
    format!("'{sheet}'!{}", place.cell)
}

fn link(at: &str, place: &Place) -> String {
    format!(
        "<hyperlink ref=\"{at}\" location=\"{}\" display=\"{}\"/>",
        xml::escape(&reference(place)),
        xml::escape(&place.to_string())
    )
}

/// The rest of a cell, after its place and format.
fn write_content(content: &Content, out: &mut String) -> fmt::Result {
    match content {
        Content::Text(text) => write_inline(text, out),
        Content::Link(place) => write_inline(&place.to_string(), out),
        Content::Number(number) => write!(out, "><v>{number}</v></c>"),
        Content::Formula(formula, result) => {
            let formula = xml::escape(formula);
            let (kind, result) = match &**result {
                Content::Number(number) => ("", number.into()),
                Content::Text(text) => (" t=\"str\"", xml::escape(text)),
                Content::Formula(..) | Content::Link(_) => (" t=\"str\"", "".into()),
            };
            write!(out, "{kind}><f>{formula}</f><v>{result}</v></c>")
        }
    }
}

fn write_inline(text: &str, out: &mut String) -> fmt::Result {
    // blanks that XML would take for none of the text's
    let is_kept = text != text.trim() || text.contains('\n');
    let space = if is_kept {
        " xml:space=\"preserve\""
    } else {
        ""
    };
    let text = xml::escape(text);
    write!(out, " t=\"inlineStr\"><is><t{space}>{text}</t></is></c>")
}

/// Lines a text takes in a column, a Chinese character being two wide.
fn lines_of(content: &Content, width: usize) -> usize {
    let text = match content {
        Content::Text(text) => Cow::Borrowed(text.as_str()),
        Content::Link(place) => place.to_string().into(),
        Content::Number(_) | Content::Formula(..) => return 1,
    };
    let wide =
        |line: &str| -> usize { line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum() };
    text.split('\n')
        .map(|line| wide(line).div_ceil(width.max(2) - 1).max(1))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_as_high_as_its_text_over_the_columns_it_spans() {
        let mut grid = Grid::new(&[2, 5, 10, 22]);
        let label = || {
            let text = Content::Text("申请自治区财政资金".to_owned());
            vec![(Look::Label, Some(text))]
        };
        grid.row_spanning(3, label());
        grid.row(label());
        assert_eq!(grid.rows[0].0, LINE_POINTS + PAD_POINTS);
        assert_eq!(grid.rows[1].0, 5 * LINE_POINTS + PAD_POINTS);
        assert_eq!(grid.merges, ["B1:D1"]);
    }
}

//! One sheet of the register under the pen: cells in the row at hand, heights for Chinese text, paper.
//!
//! A text goes in as a text whatever it looks like, cut to what a cell holds. An amount goes in as a number where a
//! spreadsheet holds it exactly, else as a text. No float is computed with: numbers are parsed at the border.

use std::collections::HashMap;

use jiff::civil::{Date, DateTime};
use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, Formula, Worksheet, XlsxError};

use super::looks::Look;
use crate::money::Money;
use crate::place::column_letters;

/// Characters (UTF-16 units) that a cell holds.
const TEXT_UNITS_MAX: usize = 32_767;
/// Stands at the end of a text that was cut.
const CUT: &str = "……（过长，以下略）";
/// 分 from which an amount has more digits than a spreadsheet holds: 10^15, 15 digits.
const FEN_MAX: i128 = 1_000_000_000_000_000;
/// Rows of a table; a spreadsheet ends at 1,048,576.
pub const ROWS_MAX: u32 = 1_000_000;
/// Points of a line of text in a table, and of the air around it.
const LINE_POINTS: usize = 14;
const AIR_POINTS: usize = 7;
/// The highest row of a spreadsheet, in points.
const ROW_POINTS_MAX: usize = 409;

/// A column of a table.
pub struct Column {
    pub head: &'static str,
    /// In characters of Latin script; a Chinese character takes two.
    pub width: u16,
}

/// A sheet, and the row at hand.
pub struct Page {
    sheet: Worksheet,
    formats: HashMap<(Look, bool, bool), Format>,
    widths: Vec<u16>,
    /// The row at hand, from 0.
    pub row: u32,
    /// Most lines of text in a cell of the row at hand.
    lines: usize,
    /// Whether cells of tables are shaded.
    pub is_shaded: bool,
}

impl Page {
    /// An empty sheet with columns of these widths, printed on A4 across.
    pub fn new(name: &str, widths: &[u16]) -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        for (column, width) in (0..).zip(widths) {
            sheet.set_column_width(column, *width)?;
        }
        sheet.set_paper_size(9).set_landscape();
        sheet.set_margins(0.4, 0.4, 0.55, 0.55, 0.25, 0.25);
        sheet
            .set_header(format!("&L{}&R{name}", super::TITLE))
            .set_footer("&C第 &P 页，共 &N 页");
        sheet.set_screen_gridlines(false);
        Ok(Self {
            sheet,
            formats: HashMap::new(),
            widths: widths.to_vec(),
            row: 0,
            lines: 1,
            is_shaded: false,
        })
    }

    /// A sheet with a table: title, notes and heads that stay in sight and are printed on every page.
    /// `groups` stand over the heads: a text and its last column; may be empty.
    pub fn table(
        name: &str,
        title: &str,
        notes: &[&str],
        columns: &[Column],
        groups: &[(&str, u16)],
    ) -> Result<Self, XlsxError> {
        let widths: Vec<u16> = columns.iter().map(|column| column.width).collect();
        let mut page = Self::new(name, &widths)?;
        page.spilling(Look::Title, title)?;
        for note in notes {
            page.spilling(Look::Note, note)?;
        }
        let repeated = page.row;
        let mut first = 0;
        for (text, last) in groups {
            page.merged(first, *last, Look::Group, text)?;
            first = last + 1;
        }
        if !groups.is_empty() {
            page.end_row_at(20)?;
        }
        for (number, column) in (0..).zip(columns) {
            page.text(number, Look::Head, column.head)?;
        }
        page.end_row_at(32)?;
        page.sheet.set_repeat_rows(repeated, page.row - 1)?;
        Ok(page)
    }

    /// Ends a table whose first row is `first`: filter over its heads, panes frozen below them and right of
    /// `frozen` columns.
    pub fn end_table(&mut self, first: u32, frozen: u16) -> Result<(), XlsxError> {
        let last_column = u16::try_from(self.widths.len() - 1).unwrap_or(0);
        if self.row > first {
            self.sheet
                .autofilter(first - 1, 0, self.row - 1, last_column)?;
            let kind = rust_xlsxwriter::IgnoreError::NumberStoredAsText;
            self.sheet
                .ignore_error_range(first, 0, self.row - 1, last_column, kind)?;
        }
        self.sheet.set_freeze_panes(first, frozen)?;
        Ok(())
    }

    /// The sheet itself, for what has no word here.
    pub fn sheet(&mut self) -> &mut Worksheet {
        &mut self.sheet
    }

    /// The sheet, finished.
    pub fn finish(self) -> Worksheet {
        self.sheet
    }

    /// The cell of this column in the row at hand: `P5`.
    pub fn at(&self, column: u16) -> String {
        format!("{}{}", column_letters(u32::from(column)), self.row + 1)
    }

    /// Ends the row at hand, as high as its texts need.
    pub fn end_row(&mut self) -> Result<(), XlsxError> {
        let points = (self.lines * LINE_POINTS + AIR_POINTS).min(ROW_POINTS_MAX);
        self.end_row_at(u16::try_from(points).unwrap_or(u16::MAX))
    }

    /// Ends the row at hand, of this height.
    pub fn end_row_at(&mut self, points: u16) -> Result<(), XlsxError> {
        self.sheet.set_row_height(self.row, points)?;
        self.row += 1;
        self.lines = 1;
        Ok(())
    }

    /// A text.
    pub fn text(&mut self, column: u16, look: Look, text: &str) -> Result<(), XlsxError> {
        let width = usize::from(self.widths.get(usize::from(column)).copied().unwrap_or(10));
        self.lines = self.lines.max(lines(text, width));
        let (row, text) = (self.row, cut(text));
        let format = self.format(look, looks_like_formula(&text));
        self.sheet
            .write_string_with_format(row, column, &*text, &format)?;
        Ok(())
    }

    /// A text or, where there is none, an empty cell.
    pub fn optional(
        &mut self,
        column: u16,
        look: Look,
        text: Option<&str>,
    ) -> Result<(), XlsxError> {
        self.text(column, look, text.unwrap_or_default())
    }

    /// A text of our own in the first column that runs over the columns to its right, as a row.
    pub fn spilling(&mut self, look: Look, text: &str) -> Result<(), XlsxError> {
        let format = look.format(false, false).unset_text_wrap();
        self.sheet
            .write_string_with_format(self.row, 0, text, &format)?;
        self.end_row_at(if look == Look::Title { 34 } else { 18 })
    }

    /// A text of our own over several columns.
    pub fn merged(
        &mut self,
        first: u16,
        last: u16,
        look: Look,
        text: &str,
    ) -> Result<(), XlsxError> {
        if first == last {
            return self.text(first, look, text);
        }
        let format = self.format(look, false);
        let columns = usize::from(first)..=usize::from(last);
        let width = self.widths.get(columns).unwrap_or_default();
        let width: usize = width.iter().copied().map(usize::from).sum();
        self.lines = self.lines.max(lines(text, width));
        self.sheet
            .merge_range(self.row, first, self.row, last, text, &format)?;
        Ok(())
    }

    /// An amount in 万元: a number where a spreadsheet holds it exactly, else a text; nothing where there is none.
    pub fn money(
        &mut self,
        column: u16,
        look: Look,
        money: Option<Money>,
    ) -> Result<(), XlsxError> {
        match money {
            None => self.text(column, look, ""),
            Some(money) if !is_number(money) => self.text(column, look, &money.wan()),
            Some(money) => self.decimal(column, look, money.as_wan()),
        }
    }

    /// A decimal of at most 15 digits.
    pub fn decimal(&mut self, column: u16, look: Look, value: Decimal) -> Result<(), XlsxError> {
        let text = value.to_string();
        let number: f64 = text
            .parse()
            .map_err(|_| XlsxError::ParameterError(format!("`{text}` is not a number")))?;
        let format = self.format(look, false);
        self.sheet
            .write_number_with_format(self.row, column, number, &format)?;
        Ok(())
    }

    /// A whole number.
    pub fn count(&mut self, column: u16, count: usize) -> Result<(), XlsxError> {
        self.decimal(column, Look::Count, Decimal::from(count))
    }

    /// A formula with its result.
    pub fn formula(
        &mut self,
        column: u16,
        look: Look,
        formula: &str,
        result: &str,
    ) -> Result<(), XlsxError> {
        let format = self.format(look, false);
        let formula = Formula::new(formula).set_result(result);
        self.sheet
            .write_formula_with_format(self.row, column, formula, &format)?;
        Ok(())
    }

    /// A day; a text where a spreadsheet's calendar does not reach.
    pub fn day(&mut self, column: u16, day: Option<Date>) -> Result<(), XlsxError> {
        match day {
            Some(day) if (1900..=9999).contains(&day.year()) => {
                self.moment(column, Look::Day, day.at(0, 0, 0, 0))
            }
            Some(day) => self.text(column, Look::Centre, &day.to_string()),
            None => self.text(column, Look::Day, ""),
        }
    }

    /// A day with its time, or a day, as the look says.
    pub fn moment(&mut self, column: u16, look: Look, at: DateTime) -> Result<(), XlsxError> {
        let format = self.format(look, false);
        let at = super::moment(at)?;
        self.sheet
            .write_datetime_with_format(self.row, column, &at, &format)?;
        Ok(())
    }

    fn format(&mut self, look: Look, quoted: bool) -> Format {
        let shaded = self.is_shaded;
        self.formats
            .entry((look, quoted, shaded))
            .or_insert_with(|| look.format(quoted, shaded))
            .clone()
    }
}

/// Whether a spreadsheet holds the amount exactly.
pub fn is_number(money: Money) -> bool {
    (-FEN_MAX..FEN_MAX).contains(&money.fen())
}

/// Whether a program could take the text for a formula when it is typed in again or saved as CSV.
fn looks_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r'])
}

/// The text, cut to what a cell holds.
fn cut(text: &str) -> std::borrow::Cow<'_, str> {
    let units = |text: &str| text.chars().map(char::len_utf16).sum::<usize>();
    if units(text) <= TEXT_UNITS_MAX {
        return text.into();
    }
    let mut left = TEXT_UNITS_MAX - units(CUT);
    let fits = text.chars().take_while(|c| {
        let kept = c.len_utf16() <= left;
        left = left.saturating_sub(c.len_utf16());
        kept
    });
    let mut kept: String = fits.collect();
    kept += CUT;
    kept.into()
}

/// Lines that a text takes in a column of this width, about: a Chinese character counts two, the indent one.
fn lines(text: &str, width: usize) -> usize {
    let of_line = |line: &str| {
        let half_widths: usize = line
            .chars()
            .map(|c| if c < '\u{1100}' { 1 } else { 2 })
            .sum();
        half_widths.div_ceil(width.max(3) - 2).max(1)
    };
    text.lines().map(of_line).sum::<usize>().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_what_a_cell_holds_and_says_so() {
        let exact = "字".repeat(TEXT_UNITS_MAX);
        assert_eq!(cut(&exact), exact);
        let long = "𠮷".repeat(TEXT_UNITS_MAX);
        let kept = cut(&long);
        assert!(kept.ends_with(CUT));
        let units = kept.encode_utf16().count();
        assert!(
            (TEXT_UNITS_MAX - 1..=TEXT_UNITS_MAX).contains(&units),
            "{units}"
        );
    }

    #[test]
    fn an_amount_of_fifteen_digits_is_a_number_and_one_of_sixteen_a_text() {
        assert!(is_number(Money::from_fen(FEN_MAX - 1)));
        assert!(!is_number(Money::from_fen(FEN_MAX)));
    }

    #[test]
    fn a_chinese_character_takes_two_places() {
        assert_eq!(lines("四个汉字", 10), 1);
        assert_eq!(lines("五个汉字呀", 10), 2);
        assert_eq!(lines("a\nb", 9), 2);
    }
}

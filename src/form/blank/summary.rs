//! The blank recommended list, or one with rows: one sheet, headings with their names, lists for choices, sums by
//! formula. It is not protected: rows are inserted, sorted and pasted.
//!
//! The same layout, edition and rows give the same bytes.

use rust_decimal::prelude::ToPrimitive as _;
use rust_xlsxwriter::{
    ConditionalFormatFormula, DocProperties, ExcelDateTime, Format, FormatAlign, Formula, Workbook,
    Worksheet, XlsxError,
};

use super::guides::{BLANK, Guides};
use super::lists::Lists;
use super::{At, FORM_PROPERTY, Styles, Values, absolute, bad, label_text};
use crate::form::SummaryLayout;
use crate::form::layout::{FieldLayout, Kind};
use crate::place::column_letters;
use crate::policy::Edition;
use crate::rules::Typed;

/// Rows that the blank list offers.
const ROWS: u32 = 200;
/// Height of a row, and of the headings, in points.
const ROW_POINTS: u32 = 30;
const HEAD_POINTS: u32 = 44;
/// Columns of the fields above the table: first and last of the label, first and last of the input.
const FIELDS: [(u16, u16, u16, u16); 3] = [(0, 1, 2, 2), (3, 3, 4, 4), (5, 5, 6, 7)];
/// A3.
const PAPER: u8 = 8;
/// Columns that stay in sight: up to the title.
const KEPT_COLUMNS: u16 = 3;

/// The list as a workbook. `rows`: the values of each row by column; none for the blank list.
///
/// # Errors
/// Where a value is no number or date although it is typed as one, or a text is longer than a cell takes.
pub fn write(
    layout: &SummaryLayout,
    edition: &Edition,
    head: &Values,
    rows: &[Values],
) -> Result<Vec<u8>, XlsxError> {
    let form = &layout.form;
    let mut book = Workbook::new();
    let created = ExcelDateTime::from_ymd(2024, 1, 1)?;
    let properties = DocProperties::new()
        .set_title(&form.title)
        .set_creation_datetime(&created)
        .set_custom_property(FORM_PROPERTY, format!("{}/{}", form.kind, form.version));
    book.set_properties(&properties);
    let mut writer = Writer {
        layout,
        edition,
        styles: Styles::new(),
        lists: Lists::default(),
        names: Vec::new(),
        guides: Guides::default(),
    };
    let mut sheet = Worksheet::new();
    sheet.set_name(&form.sheet)?;
    let heading = writer.above(&mut sheet, head)?;
    writer.table(&mut sheet, heading, rows)?;
    std::mem::take(&mut writer.guides).write(&mut sheet)?;
    sheet
        .set_paper_size(PAPER)
        .set_landscape()
        .set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_footer("&C第 &P 页，共 &N 页");
    sheet.set_repeat_rows(heading, heading)?;
    sheet.set_freeze_panes(heading + 1, KEPT_COLUMNS)?;
    sheet.set_screen_gridlines(false);
    book.push_worksheet(sheet);
    book.push_worksheet(writer.lists.sheet()?);
    for (name, target) in &writer.names {
        book.define_name(name, target)?;
    }
    book.save_to_buffer()
}

struct Writer<'a> {
    layout: &'a SummaryLayout,
    edition: &'a Edition,
    styles: Styles,
    lists: Lists,
    names: Vec<(String, String)>,
    guides: Guides,
}

impl Writer<'_> {
    /// Title, notes, fields; gives the row of the headings.
    fn above(&mut self, sheet: &mut Worksheet, values: &Values) -> Result<u32, XlsxError> {
        let form = &self.layout.form;
        let last = u16::try_from(form.columns.len()).unwrap_or(2) - 1;
        for (column, field) in (0_u16..).zip(&form.columns) {
            sheet.set_column_width(column, field.width.unwrap_or(12))?;
        }
        sheet.merge_range(0, 0, 0, last, &form.title, &self.styles.title)?;
        sheet.set_row_height(0, 36)?;
        let mut row = 1;
        for note in &form.notes {
            sheet.merge_range(row, 0, row, last, note, &self.styles.note)?;
            sheet.set_row_height(row, 18)?;
            row += 1;
        }
        let policy = format!("适用政策：{}（{}）", self.edition.title, self.edition.id);
        sheet.merge_range(row, 0, row, last, &policy, &self.styles.note)?;
        row += 1;
        sheet.set_row_height(row, ROW_POINTS)?;
        for (field, (label, to, input, end)) in form.head.iter().zip(FIELDS) {
            if to > label {
                sheet.merge_range(row, label, row, to, "", &self.styles.label)?;
            }
            sheet.write_string_with_format(row, label, &field.label, &self.styles.label)?;
            let format = self.format(field);
            if end > input {
                sheet.merge_range(row, input, row, end, "", &format)?;
            }
            put(
                sheet,
                (row, input),
                &field.id,
                values.get(&field.id),
                &format,
            )?;
            self.check((row, input), (row, input), field);
            let target = format!("='{}'!{}", form.sheet, absolute((row, input)));
            self.names.push((format!("ld.{}", field.id), target));
        }
        let unit = self.styles.note.clone().set_align(FormatAlign::Right);
        sheet.merge_range(row, last - 1, row, last, &form.unit, &unit)?;
        Ok(row + 1)
    }

    fn table(
        &mut self,
        sheet: &mut Worksheet,
        heading: u32,
        rows: &[Values],
    ) -> Result<(), XlsxError> {
        let form = &self.layout.form;
        let count = u32::try_from(rows.len()).unwrap_or(ROWS).max(ROWS);
        let (first, last) = (heading + 1, heading + count);
        sheet.set_row_height(heading, HEAD_POINTS)?;
        for row in first..=last {
            sheet.set_row_height(row, ROW_POINTS)?;
        }
        let title = form.columns.iter().position(|field| field.id == "title");
        let title = u32::try_from(title.unwrap_or_default()).unwrap_or_default();
        for (column, field) in (0_u16..).zip(&form.columns) {
            sheet.write_string_with_format(
                heading,
                column,
                label_text(field),
                &self.styles.head,
            )?;
            let format = self.format(field);
            for row in first..=last {
                let values = rows.get((row - first) as usize);
                let value = values.and_then(|values| values.get(&field.id));
                match value {
                    None if field.sum => self.sum(sheet, (row, column), values)?,
                    value => put(sheet, (row, column), &field.id, value, &format)?,
                }
            }
            let range = ((first, column), (last, column));
            if !field.sum {
                self.check(range.0, range.1, field);
            }
            if field.required && !field.sum {
                let rule = format!(
                    "=AND(LEN(TRIM(${}{}))>0,LEN(TRIM({}{}))=0)",
                    column_letters(title),
                    first + 1,
                    column_letters(u32::from(column)),
                    first + 1
                );
                let tint = ConditionalFormatFormula::new()
                    .set_rule(rule.as_str())
                    .set_format(Format::new().set_background_color(BLANK));
                sheet.add_conditional_format(first, column, last, column, &tint)?;
            }
            let cells = format!("{}:{}", absolute(range.0), absolute(range.1));
            let target = format!("='{}'!{cells}", form.sheet);
            self.names.push((format!("ld.rows.{}", field.id), target));
        }
        Ok(())
    }

    /// The sum of a row's other amounts, with its result.
    fn sum(
        &self,
        sheet: &mut Worksheet,
        (row, column): At,
        values: Option<&Values>,
    ) -> Result<(), XlsxError> {
        let columns = (0_u32..).zip(&self.layout.form.columns);
        let amounts = columns.filter(|(_, field)| field.kind == Kind::Money && !field.sum);
        let (mut cells, mut result) = (Vec::new(), rust_decimal::Decimal::ZERO);
        for (at, field) in amounts {
            cells.push(format!("{}{}", column_letters(at), row + 1));
            if let Some(Typed::Number(number)) = values.and_then(|it| it.get(&field.id)) {
                result += number.parse().unwrap_or(rust_decimal::Decimal::ZERO);
            }
        }
        let formula = format!("SUM({})", cells.join(","));
        // nothing is shown while there is nothing to add
        let format = self
            .styles
            .total
            .clone()
            .set_num_format("#,##0.00####;-#,##0.00####;");
        let formula = Formula::new(formula).set_result(result.normalize().to_string());
        sheet.write_formula_with_format(row, column, formula, &format)?;
        Ok(())
    }

    fn format(&self, field: &FieldLayout) -> Format {
        let format = self.styles.input.clone().set_font_size(10);
        match field.kind {
            Kind::Money => format.set_num_format("#,##0.00####"),
            // a period is text
            Kind::Date if field.hint.is_none() => format
                .set_num_format("yyyy-mm-dd")
                .set_align(FormatAlign::Left),
            Kind::Code | Kind::Phone | Kind::Date => format.set_num_format("@"),
            Kind::Count => format.set_align(FormatAlign::Center),
            _ => format,
        }
    }

    fn check(&mut self, first: At, last: At, field: &FieldLayout) {
        let list = match field.kind {
            Kind::Choice => self.lists.range(field, self.edition),
            _ => String::new(),
        };
        // a period is no day
        let field = match (field.kind, &field.hint) {
            (Kind::Date, Some(_)) => FieldLayout {
                kind: Kind::Text,
                ..field.clone()
            },
            _ => field.clone(),
        };
        self.guides.check(first, last, &field, list);
    }
}

/// Writes a value, or an empty cell of its format.
fn put(
    sheet: &mut Worksheet,
    (row, column): At,
    id: &str,
    value: Option<&Typed>,
    format: &Format,
) -> Result<(), XlsxError> {
    match value {
        None | Some(Typed::Blank | Typed::Formula(..)) => sheet.write_blank(row, column, format)?,
        Some(Typed::Text(text)) => sheet.write_string_with_format(row, column, &**text, format)?,
        Some(Typed::Number(number)) => {
            let decimal: rust_decimal::Decimal = number.parse().map_err(|_| bad(id, number))?;
            let number = decimal.to_f64().ok_or_else(|| bad(id, number))?;
            sheet.write_number_with_format(row, column, number, format)?
        }
        Some(Typed::Date(day)) => {
            let date = ExcelDateTime::parse_from_str(day)?;
            let format = format.clone().set_num_format("yyyy-mm-dd");
            sheet.write_datetime_with_format(row, column, &date, &format)?
        }
    };
    Ok(())
}

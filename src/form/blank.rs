//! Writes the form as a workbook, empty or with values, ready for Excel, WPS and LibreOffice.
//!
//! The same layout, edition and values give the same bytes. Every input has a defined name (see
//! [`Layout`](super::Layout)), totals are formulas with their results stored, required blanks are tinted, and only
//! inputs are unlocked. What this file does not do: judge values.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, ProtectionOptions,
    Workbook, Worksheet, XlsxError,
};

use super::entry::Datum;
use super::layout::{
    Block, FieldLayout, FieldsBlock, Form, Kind, Layout, LinesBlock, Required, TableBlock,
    TextBlock,
};
use super::{Application, State};
use crate::money::Money;
use crate::place::column_letters;
use crate::policy::Edition;
use crate::rules::Typed;

mod guides;

mod lists;

pub mod summary;

use guides::Guides;
use lists::Lists;

/// Contents by slot id.
pub type Values = BTreeMap<String, Typed>;

/// The custom property that names form and version.
pub const FORM_PROPERTY: &str = "liandong.form";
/// The hidden sheet with the lists behind the choices.
const LISTS: &str = "选项";
/// The sheet with what the policy gives.
const POLICY: &str = "政策";
/// Sheets of the form that hold nothing of the applicant's.
pub const OWN_SHEETS: [&str; 2] = [LISTS, POLICY];
/// Columns of a sheet of fields and tables, `A` being a margin.
const COLUMNS: u16 = 8;
/// Widths of columns `A` to `H` in characters of Latin script.
const WIDTHS: [f64; 8] = [2.0, 27.0, 17.0, 17.0, 17.0, 17.0, 17.0, 19.0];
/// Heights of rows in points: of one line, of a label in two, of a long text.
const ROW_POINTS: u32 = 27;
const TWO_LINES_POINTS: u32 = 36;
const LONG_POINTS: u32 = 110;
/// Texts on the form that stand in no layout.
pub const OWN_TEXTS: [&str; 2] = [REQUIRED_NOTE, LEFT];
const REQUIRED_NOTE: &str = "带 * 的栏目必须填写";
const LEFT: &str = "还没有填写的必填栏目（处）";
/// First words of the line that names the edition.
pub const POLICY_IN_FORCE: &str = "适用政策：";
/// The font of the form: in every Chinese Excel and WPS.
const FONT: &str = "宋体";

/// Whether a formula outside the inputs is one that this file writes: what the policy gives, or the count of blanks. Spreadsheet
/// programs quote and set references as they like.
#[must_use]
pub fn is_own_formula(formula: &str) -> bool {
    formula.contains(POLICY) || formula.matches("LEN(TRIM(").count() > 1
}

/// The form as a workbook.
///
/// # Errors
/// Where a value is no number or date although it is typed as one, or a text is longer than a cell takes.
pub fn write(layout: &Layout, edition: &Edition, values: &Values) -> Result<Vec<u8>, XlsxError> {
    let mut writer = Writer {
        layout,
        edition,
        values,
        styles: Styles::new(),
        names: Vec::new(),
        lists: Lists::default(),
        required: Vec::new(),
        guides: Guides::default(),
        amounts: amounts(layout, values),
    };
    let mut book = Workbook::new();
    let created = ExcelDateTime::from_ymd(2024, 1, 1)?;
    let kind = format!("{}/{}", layout.form.kind, layout.form.version);
    let properties = DocProperties::new()
        .set_title(&layout.form.title)
        .set_creation_datetime(&created)
        .set_custom_property(FORM_PROPERTY, kind);
    book.set_properties(&properties);
    let mut sheets = Vec::new();
    for form_sheet in &layout.form.sheets {
        let mut sheet = Worksheet::new();
        sheet.set_name(&form_sheet.name)?;
        writer.sheet(&mut sheet, form_sheet)?;
        sheets.push(sheet);
    }
    if let Some(first) = sheets.first_mut() {
        writer.counter(first)?;
    }
    for sheet in sheets {
        book.push_worksheet(sheet);
    }
    let mut lists = writer.lists.sheet()?;
    lists.protect();
    book.push_worksheet(lists);
    book.push_worksheet(writer.policy_sheet()?);
    writer
        .names
        .push(("ld.form".to_owned(), format!("='{POLICY}'!$B$1")));
    for (name, target) in &writer.names {
        book.define_name(name, target)?;
    }
    book.save_to_buffer()
}

/// The values of an application, for writing them into a fresh form.
#[must_use]
pub fn values_of(app: &Application) -> Values {
    let filled = app.entries.iter().filter(|entry| !entry.slot.computed);
    let typed = filled.filter_map(|entry| {
        let typed = match &entry.state {
            State::Given(Datum::Text(text)) => Typed::Text(text.clone().into()),
            State::Given(Datum::Money(_, number) | Datum::Percent(number)) => {
                Typed::Number(number.to_string().into())
            }
            State::Given(Datum::Count(number)) => Typed::Number(number.to_string().into()),
            State::Given(Datum::Date(day)) => Typed::Date(day.to_string().into()),
            State::Garbled(garbled) => Typed::Text(garbled.text.clone().into()),
            State::Blank | State::Missing => return None,
        };
        Some((entry.slot.id.to_string(), typed))
    });
    typed.collect()
}

/// The amounts typed into money slots, for the stored results of totals.
fn amounts(layout: &Layout, values: &Values) -> BTreeMap<String, Money> {
    let money = layout
        .slots
        .iter()
        .filter(|slot| slot.field.kind == Kind::Money);
    let typed = money.filter_map(|slot| match values.get(&*slot.id)? {
        Typed::Number(number) => {
            Some((slot.id.to_string(), Money::from_wan(number.parse().ok()?)?))
        }
        _ => None,
    });
    typed.collect()
}

struct Styles {
    title: Format,
    note: Format,
    heading: Format,
    label: Format,
    head: Format,
    input: Format,
    total: Format,
    policy: Format,
}

impl Styles {
    fn new() -> Self {
        let base = || {
            Format::new()
                .set_font_name(FONT)
                .set_font_size(10.5)
                .set_align(FormatAlign::VerticalCenter)
                .set_text_wrap()
        };
        let boxed = || {
            base()
                .set_border(FormatBorder::Thin)
                .set_border_color(0x00A6_B4C2)
        };
        Self {
            title: base()
                .set_font_size(18)
                .set_bold()
                .set_font_color(0x001F_3864)
                .set_align(FormatAlign::Center),
            note: base().set_font_size(9.5).set_font_color(0x0059_6673),
            heading: base()
                .set_font_size(12)
                .set_bold()
                .set_font_color(0x00FF_FFFF)
                .set_background_color(0x002F_5486),
            label: boxed().set_background_color(0x00EE_F2F7).set_bold(),
            head: boxed()
                .set_background_color(0x00DC_E5F0)
                .set_bold()
                .set_align(FormatAlign::Center),
            input: boxed().set_background_color(0x00FF_FEF7).set_unlocked(),
            total: boxed()
                .set_background_color(0x00E9_EDF2)
                .set_bold()
                .set_num_format("#,##0.00####"),
            policy: base().set_font_size(9.5).set_font_color(0x0038_6B3C),
        }
    }
}

struct Writer<'a> {
    layout: &'a Layout,
    edition: &'a Edition,
    values: &'a Values,
    styles: Styles,
    names: Vec<(String, String)>,
    lists: Lists,
    required: Vec<String>,
    guides: Guides,
    amounts: BTreeMap<String, Money>,
}

/// A cell's position, row and column from 0.
type At = (u32, u16);

fn absolute((row, column): At) -> String {
    format!("${}${}", column_letters(u32::from(column)), row + 1)
}

impl Writer<'_> {
    fn sheet(
        &mut self,
        sheet: &mut Worksheet,
        form: &super::layout::FormSheet,
    ) -> Result<(), XlsxError> {
        for (column, width) in (0_u16..).zip(WIDTHS) {
            sheet.set_column_width(column, width)?;
        }
        sheet.merge_range(
            0,
            1,
            0,
            COLUMNS - 1,
            &format!("{}  {}", self.layout.form.title, form.name),
            &self.styles.title,
        )?;
        sheet.set_row_height(0, 34)?;
        let unit = form
            .unit
            .as_deref()
            .or(form.intro.as_deref())
            .unwrap_or(REQUIRED_NOTE);
        sheet.merge_range(1, 1, 1, COLUMNS - 1, unit, &self.styles.note)?;
        let mut row = 2;
        for block in &form.blocks {
            row = match block {
                Block::Text(block) => self.text(sheet, row, block)?,
                Block::Fields(block) => self.fields(sheet, (&form.name, row), block)?,
                Block::Table(block) => self.table(sheet, (&form.name, row), block)?,
                Block::Lines(block) => self.lines(sheet, (&form.name, row), block)?,
            } + 1;
        }
        std::mem::take(&mut self.guides).write(sheet)?;
        sheet.protect_with_options(&ProtectionOptions {
            format_columns: true,
            format_rows: true,
            ..ProtectionOptions::default()
        });
        sheet
            .set_paper_size(9)
            .set_landscape()
            .set_print_fit_to_pages(1, 0);
        sheet.set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3);
        sheet
            .set_header(format!("&R{}", self.layout.form.title))
            .set_footer("&C第 &P 页，共 &N 页");
        sheet.set_repeat_rows(0, 1)?;
        sheet.set_screen_gridlines(false);
        Ok(())
    }

    fn heading(&self, sheet: &mut Worksheet, row: u32, text: &str) -> Result<(), XlsxError> {
        sheet.merge_range(row, 1, row, COLUMNS - 1, text, &self.styles.heading)?;
        sheet.set_row_height(row, 22)?;
        Ok(())
    }

    fn text(&self, sheet: &mut Worksheet, row: u32, block: &TextBlock) -> Result<u32, XlsxError> {
        self.heading(sheet, row, &block.heading)?;
        let mut at = row + 1;
        for paragraph in &block.paragraphs {
            sheet.merge_range(at, 1, at, COLUMNS - 1, paragraph, &self.styles.note)?;
            sheet.set_row_height(at, 22)?;
            at += 1;
        }
        Ok(at)
    }

    /// Fields two a row, a label (2 cells wide beside its input of 2); wide ones take the row.
    fn fields(
        &mut self,
        sheet: &mut Worksheet,
        (name, row): (&str, u32),
        block: &FieldsBlock,
    ) -> Result<u32, XlsxError> {
        self.heading(sheet, row, &block.heading)?;
        let (mut row, mut left, mut height) = (row + 1, true, ROW_POINTS);
        for field in &block.fields {
            if field.wide && !left {
                row += 1;
                left = true;
            }
            if left {
                height = ROW_POINTS;
            }
            let (label, first, last) = match (field.wide, left) {
                (true, _) => (1, 2, COLUMNS - 1),
                (false, true) => (1, 2, 4),
                (false, false) => (5, 6, COLUMNS - 1),
            };
            sheet.write_string_with_format(row, label, label_text(field), &self.styles.label)?;
            self.wide_input(sheet, row, (first, last), field)?;
            self.names.push((
                format!("ld.{}", field.id),
                format!("='{name}'!{}", absolute((row, first))),
            ));
            height = height.max(row_points(field, WIDTHS[usize::from(label)]));
            sheet.set_row_height(row, height)?;
            if field.wide || !left {
                row += 1;
                left = true;
            } else {
                left = false;
            }
        }
        Ok(if left { row } else { row + 1 })
    }

    fn wide_input(
        &mut self,
        sheet: &mut Worksheet,
        row: u32,
        (first, last): (u16, u16),
        field: &FieldLayout,
    ) -> Result<(), XlsxError> {
        let format = self.input_format(field.kind);
        sheet.merge_range(row, first, row, last, "", &format)?;
        self.put(sheet, (row, first), &field.id, &format)?;
        self.validate((row, first), (row, first), field);
        let required = self
            .layout
            .slot(&field.id)
            .map(|slot| slot.required.clone());
        self.tint(sheet, (row, first), required.as_ref())
    }

    fn table(
        &mut self,
        sheet: &mut Worksheet,
        (name, row): (&str, u32),
        block: &TableBlock,
    ) -> Result<u32, XlsxError> {
        self.heading(
            sheet,
            row,
            &format!(
                "{}（至少 {} 行，至多 {} 行）",
                block.heading, block.rows_min, block.rows_max
            ),
        )?;
        let head = row + 1;
        sheet.set_row_height(head, 30)?;
        for (column, field) in (1_u16..).zip(&block.columns) {
            sheet.write_string_with_format(head, column, label_text(field), &self.styles.head)?;
            let format = self.input_format(field.kind);
            for item in 1..=block.rows_max {
                let id = format!("{}.{item}.{}", block.id, field.id);
                let at = (head + item, column);
                self.put(sheet, at, &id, &format)?;
                let required = self.layout.slot(&id).map(|slot| slot.required.clone());
                self.tint(sheet, at, required.as_ref())?;
            }
            let (first, last) = ((head + 1, column), (head + block.rows_max, column));
            self.validate(first, last, field);
            let target = format!("='{name}'!{}:{}", absolute(first), absolute(last));
            self.names
                .push((format!("ld.{}.{}", block.id, field.id), target));
        }
        for item in 1..=block.rows_max {
            sheet.set_row_height(head + item, 30)?;
        }
        Ok(head + block.rows_max + 1)
    }

    fn lines(
        &mut self,
        sheet: &mut Worksheet,
        (name, row): (&str, u32),
        block: &LinesBlock,
    ) -> Result<u32, XlsxError> {
        self.heading(sheet, row, &block.heading)?;
        let head = row + 1;
        sheet.write_string_with_format(head, 1, &block.corner, &self.styles.head)?;
        for (column, field) in (2_u16..).zip(&block.columns) {
            let last = last_of(block, column);
            if last > column {
                sheet.merge_range(head, column, head, last, "", &self.styles.head)?;
            }
            sheet.write_string_with_format(head, column, label_text(field), &self.styles.head)?;
        }
        for (at, line) in (head + 1..).zip(&block.lines) {
            let star = if line.required && !line.sum { " *" } else { "" };
            sheet.write_string_with_format(
                at,
                1,
                format!("{}{star}", line.label),
                &self.styles.label,
            )?;
            sheet.set_row_height(at, ROW_POINTS)?;
            for (column, field) in (2_u16..).zip(&block.columns) {
                self.line_cell(sheet, (at, column), (head, block), (line, field))?;
            }
            let last = u16::try_from(block.columns.len()).unwrap_or(COLUMNS) + 1;
            let target = format!("='{name}'!{}:{}", absolute((at, 2)), absolute((at, last)));
            self.names
                .push((format!("ld.{}.{}", block.id, line.id), target));
        }
        let mut at = head + 1 + u32::try_from(block.lines.len()).unwrap_or(0);
        for line in &block.lines {
            if let Some(share) = &line.policy_share {
                self.policy_line(sheet, at, &line.label, share)?;
                at += 1;
            }
        }
        Ok(at)
    }

    fn line_cell(
        &mut self,
        sheet: &mut Worksheet,
        at: At,
        (head, block): (u32, &LinesBlock),
        (line, field): (&super::layout::LineLayout, &FieldLayout),
    ) -> Result<(), XlsxError> {
        let id = slot_id(&block.id, &line.id, &field.id);
        let Some(slot) = self.layout.slot(&id).cloned() else {
            return Ok(());
        };
        if !slot.computed {
            let format = self.input_format(field.kind);
            let last = last_of(block, at.1);
            if last > at.1 {
                sheet.merge_range(at.0, at.1, at.0, last, "", &format)?;
            }
            self.put(sheet, at, &id, &format)?;
            self.validate(at, at, field);
            return self.tint(sheet, at, Some(&slot.required));
        }
        let total = self.styles.total.clone();
        if self.values.contains_key(&id) {
            return self.put(sheet, at, &id, &total);
        }
        let formula = if line.sum {
            let added = (head + 1..)
                .zip(&block.lines)
                .filter(|(_, other)| !other.sum && other.part_of.is_none());
            let cells: Vec<String> = added
                .map(|(row, _)| format!("{}{}", column_letters(u32::from(at.1)), row + 1))
                .collect();
            format!("SUM({})", cells.join(","))
        } else {
            let money = (2_u16..)
                .zip(&block.columns)
                .filter(|(_, other)| other.kind == Kind::Money && !other.sum);
            let columns: Vec<u16> = money.map(|(column, _)| column).collect();
            let (first, last) = (
                columns.first().copied().unwrap_or(2),
                columns.last().copied().unwrap_or(2),
            );
            format!(
                "SUM({}{r}:{}{r})",
                column_letters(u32::from(first)),
                column_letters(u32::from(last)),
                r = at.0 + 1
            )
        };
        let result = self.total(block, line, field).as_wan().to_string();
        sheet.write_formula_with_format(
            at.0,
            at.1,
            Formula::new(formula).set_result(result),
            &total,
        )?;
        Ok(())
    }

    /// The stored result of a total, from the values.
    fn total(
        &self,
        block: &LinesBlock,
        line: &super::layout::LineLayout,
        field: &FieldLayout,
    ) -> Money {
        let lines = block.lines.iter().filter(|other| {
            if line.sum {
                !other.sum && other.part_of.is_none()
            } else {
                other.id == line.id
            }
        });
        let amount =
            |line: &str, column: &str| self.amounts.get(&slot_id(&block.id, line, column)).copied();
        let of_line = |other: &super::layout::LineLayout| {
            if !field.sum {
                return amount(&other.id, &field.id).unwrap_or_default();
            }
            let columns = block
                .columns
                .iter()
                .filter(|column| column.kind == Kind::Money && !column.sum);
            let typed = || {
                columns
                    .map(|column| amount(&other.id, &column.id).unwrap_or_default())
                    .sum()
            };
            amount(&other.id, &field.id).unwrap_or_else(typed)
        };
        lines.map(of_line).sum()
    }

    /// What the policy gives for the chosen district, as a formula over the policy sheet.
    fn policy_line(
        &self,
        sheet: &mut Worksheet,
        row: u32,
        label: &str,
        share: &str,
    ) -> Result<(), XlsxError> {
        let column = if share == "city" { "E" } else { "F" };
        let last = self.edition.districts.len() + 3;
        let formula = format!(
            "IFERROR(INDEX('{POLICY}'!${column}$4:${column}${last},MATCH(ld.district,'{POLICY}'!$B$4:$B${last},0))\
             *INDEX(ld.sources.region,1,6)*'{POLICY}'!$B$2,\"请先选择所属区（县）\")"
        );
        let result = self.policy_share(share).map_or_else(
            || "请先选择所属区（县）".to_owned(),
            |money| money.as_wan().to_string(),
        );
        sheet.merge_range(
            row,
            1,
            row,
            6,
            &policy_line(label, &self.edition.matching.clause),
            &self.styles.policy,
        )?;
        let format = self.styles.policy.clone().set_num_format("#,##0.00####");
        sheet.write_formula_with_format(
            row,
            7,
            Formula::new(formula).set_result(result),
            &format,
        )?;
        Ok(())
    }

    fn policy_share(&self, share: &str) -> Option<Money> {
        let Typed::Text(name) = self.values.get("district")? else {
            return None;
        };
        let district = self
            .edition
            .districts
            .iter()
            .find(|district| district.name == **name)?;
        let region = (1..=5)
            .filter_map(|year| self.amounts.get(&format!("sources.region.{year}")))
            .copied()
            .sum();
        let shares = crate::share::compute(self.edition, district, region, &[]).ok()?;
        if share == "city" {
            shares.city
        } else {
            shares.district
        }
    }

    fn input_format(&self, kind: Kind) -> Format {
        let format = self.styles.input.clone();
        match kind {
            Kind::Money => format.set_num_format("#,##0.00####"),
            Kind::Date => format
                .set_num_format("yyyy-mm-dd")
                .set_align(FormatAlign::Left),
            Kind::Code | Kind::Phone => format.set_num_format("@"),
            Kind::Percent | Kind::Count => format.set_align(FormatAlign::Left),
            Kind::Long => format.set_align(FormatAlign::Top),
            Kind::Text | Kind::Choice | Kind::Email => format,
        }
    }

    /// Writes the slot's value, or an empty cell of its format.
    fn put(
        &self,
        sheet: &mut Worksheet,
        (row, column): At,
        id: &str,
        format: &Format,
    ) -> Result<(), XlsxError> {
        match self.values.get(id) {
            None | Some(Typed::Blank) => sheet.write_blank(row, column, format)?,
            Some(Typed::Text(text)) => {
                sheet.write_string_with_format(row, column, &**text, format)?
            }
            Some(Typed::Number(number)) => {
                let number: Decimal = number.parse().map_err(|_| bad(id, number))?;
                let number = number.to_f64().ok_or_else(|| bad(id, "number"))?;
                sheet.write_number_with_format(row, column, number, format)?
            }
            Some(Typed::Date(day)) => {
                let date = ExcelDateTime::parse_from_str(day)?;
                let format = format.clone().set_num_format("yyyy-mm-dd");
                sheet.write_datetime_with_format(row, column, &date, &format)?
            }
            Some(Typed::Formula(formula, result)) => {
                let formula = Formula::new(&**formula).set_result(result.as_deref().unwrap_or(""));
                sheet.write_formula_with_format(row, column, formula, format)?
            }
        };
        Ok(())
    }

    /// Tints a required cell while it is blank, and counts it.
    fn tint(
        &mut self,
        sheet: &mut Worksheet,
        at: At,
        required: Option<&Required>,
    ) -> Result<(), XlsxError> {
        match required {
            Some(Required::Always) => {
                self.guides.tint(at);
                self.required
                    .push(format!("'{}'!{}", sheet.name(), absolute(at)));
                Ok(())
            }
            Some(Required::When(when)) => guides::tint_when(sheet, at, when),
            Some(Required::No | Required::InUsedRow) | None => Ok(()),
        }
    }

    fn validate(&mut self, first: At, last: At, field: &FieldLayout) {
        let choices = match field.kind {
            Kind::Choice => self.lists.range(field, self.edition),
            _ => String::new(),
        };
        self.guides.check(first, last, field, choices);
    }

    fn policy_sheet(&self) -> Result<Worksheet, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(POLICY)?.set_hidden(true);
        let number = |ratio: crate::money::Ratio| ratio.value().to_f64().unwrap_or_default();
        sheet.write_string(0, 0, "表单")?;
        sheet.write_string(
            0,
            1,
            format!("{}/{}", self.layout.form.kind, self.layout.form.version),
        )?;
        sheet.write_string(1, 0, "市、区（县）合计与自治区资金之比")?;
        sheet.write_number(1, 1, number(self.edition.matching.local))?;
        let edition = format!("{}（{}）", self.edition.title, self.edition.id);
        sheet.write_row(
            2,
            0,
            [
                "编号",
                "区（县）",
                "类别",
                "依据",
                "市本级",
                "区（县）",
                edition.as_str(),
            ],
        )?;
        for (row, district) in (3_u32..).zip(&self.edition.districts) {
            sheet.write_string(row, 0, &district.id)?;
            sheet.write_string(row, 1, &district.name)?;
            if let Some(class) = self.edition.class_of(district) {
                sheet.write_string(row, 2, &class.id)?;
                sheet.write_string(row, 3, &class.clause)?;
                sheet.write_number(row, 4, number(class.city))?;
                sheet.write_number(row, 5, number(class.district))?;
            }
        }
        sheet.protect();
        Ok(sheet)
    }

    /// How many required cells are blank, on the first sheet.
    fn counter(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let blanks: Vec<String> = self
            .required
            .iter()
            .map(|cell| format!("(LEN(TRIM({cell}))=0)"))
            .collect();
        let slots = self
            .layout
            .slots
            .iter()
            .filter(|slot| slot.required == Required::Always && !slot.computed);
        let left = slots
            .filter(|slot| matches!(self.values.get(&*slot.id), None | Some(Typed::Blank)))
            .count();
        let row = 8;
        sheet.merge_range(row, 1, row, 4, LEFT, &self.styles.label)?;
        let parts: Vec<String> = blanks.chunks(40).map(|chunk| chunk.join("+")).collect();
        let formula = Formula::new(parts.join("+")).set_result(left.to_string());
        sheet.write_formula_with_format(
            row,
            5,
            formula,
            &self.styles.total.clone().set_num_format("0"),
        )?;
        let edition = format!(
            "{POLICY_IN_FORCE}{}（{}），申报截止 {}",
            self.edition.title, self.edition.id, self.edition.filed.last
        );
        sheet.merge_range(
            row + 1,
            1,
            row + 1,
            COLUMNS - 1,
            &edition,
            &self.styles.note,
        )?;
        let version = version_line(&self.layout.form);
        sheet.merge_range(
            row + 2,
            1,
            row + 2,
            COLUMNS - 1,
            &version,
            &self.styles.note,
        )?;
        Ok(())
    }
}

/// The height of a field's row, in points: a long text's, or two lines where the label does not fit into one.
fn row_points(field: &FieldLayout, label_width: f64) -> u32 {
    let wide = |c: char| if c.is_ascii() { 1 } else { 2 };
    let width: u32 = label_text(field).chars().map(wide).sum();
    match field.kind {
        Kind::Long => LONG_POINTS,
        _ if f64::from(width) > label_width => TWO_LINES_POINTS,
        _ => ROW_POINTS,
    }
}

/// The last column of a cell of a block of lines: its own, but a text at the end goes on to the margin.
fn last_of(block: &LinesBlock, column: u16) -> u16 {
    let own = usize::from(column) - 2;
    let is_last = own + 1 == block.columns.len();
    let is_text = |field: &FieldLayout| field.kind == Kind::Text;
    if is_last && block.columns.get(own).is_some_and(is_text) {
        column.max(COLUMNS - 1)
    } else {
        column
    }
}

/// What stands beside the share that the policy gives.
pub(super) fn policy_line(label: &str, clause: &str) -> String {
    format!("按政策，{label}应为（万元，依据 {clause}）")
}

/// The line that names form and version.
pub(super) fn version_line(form: &Form) -> String {
    format!("表单版本：{} 第 {} 版", form.title, form.version)
}

fn bad(id: &str, value: &str) -> XlsxError {
    XlsxError::ParameterError(format!("`{id}`: `{value}` is not a number"))
}

fn slot_id(block: &str, line: &str, column: &str) -> String {
    if column.is_empty() {
        format!("{block}.{line}")
    } else {
        format!("{block}.{line}.{column}")
    }
}

fn label_text(field: &FieldLayout) -> String {
    let star = if field.required || field.required_when.is_some() {
        " *"
    } else {
        ""
    };
    format!("{}{star}", field.label)
}

/// The choices of a field under an edition.
#[must_use]
pub fn choices<'a>(field: &'a FieldLayout, edition: &'a Edition) -> Vec<&'a str> {
    match field.choices_from.as_deref() {
        Some("districts") => {
            let districts = edition.districts.iter();
            districts.map(|district| district.name.as_str()).collect()
        }
        Some("industries") => {
            let industries = edition.industries.iter();
            industries.map(|industry| industry.name.as_str()).collect()
        }
        _ => field.choices.iter().map(String::as_str).collect(),
    }
}

//! What guides a person who fills the form in: tints of required cells that are blank, and checks of what is typed.
//!
//! Cells of one sheet with the same check share one entry of the file, and so do required cells of one column: the
//! file is a fifth smaller for it, and quicker to open, read and mark.

use std::collections::BTreeMap;

use rust_xlsxwriter::{
    ConditionalFormatFormula, DataValidation, DataValidationRule as Rule, ExcelDateTime, Format,
    Worksheet, XlsxError,
};

use super::{At, absolute};
use crate::form::layout::{FieldLayout, Kind, When};
use crate::place::column_letters;

/// Background of a required cell that is blank.
pub const BLANK: u32 = 0x00FF_E699;

/// The guides of one sheet.
#[derive(Default)]
pub struct Guides {
    /// Rows of required cells by their columns.
    required: BTreeMap<u16, Vec<u32>>,
    checks: Vec<Check>,
}

/// A check of what is typed, with the ranges it holds for.
struct Check {
    /// What it asks: equal ones are one.
    asks: String,
    rule: Result<DataValidation, XlsxError>,
    ranges: Vec<(At, At)>,
}

impl Guides {
    /// Tints a cell while it is blank.
    pub fn tint(&mut self, (row, column): At) {
        self.required.entry(column).or_default().push(row);
    }

    /// Checks what is typed into a range, by its field; `choices`: the range that holds them.
    pub fn check(&mut self, first: At, last: At, field: &FieldLayout, choices: String) {
        let hint = hint(field);
        let asks = format!(
            "{:?} {:?} {:?} {:?} {choices} {hint}",
            field.kind, field.least, field.most, field.chars_max
        );
        match self.checks.iter_mut().find(|check| check.asks == asks) {
            Some(check) => check.ranges.push((first, last)),
            None => self.checks.push(Check {
                rule: rule(field, &choices, hint),
                asks,
                ranges: vec![(first, last)],
            }),
        }
    }

    /// Writes them.
    ///
    /// # Errors
    /// Where a text is longer than a guide can be.
    pub fn write(self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        for (column, mut rows) in self.required {
            rows.sort_unstable();
            // The condition is written for the first cell and moves along: in one column it is the top left for every program.
            let letters = column_letters(u32::from(column));
            let Some(first) = rows.first().copied() else {
                continue;
            };
            let cells = rows.iter().map(|row| format!("{letters}{}", row + 1));
            let cells: Vec<String> = cells.collect();
            let rule = tint(&format!("LEN(TRIM({letters}{}))=0", first + 1));
            let rule = rule.set_multi_range(cells.join(" "));
            sheet.add_conditional_format(first, column, first, column, &rule)?;
        }
        for check in self.checks {
            let Some((first, last)) = check.ranges.first().copied() else {
                continue;
            };
            let ranges: Vec<String> = check.ranges.iter().copied().map(range).collect();
            let rule = check.rule?.set_multi_range(ranges.join(" "));
            sheet.add_data_validation(first.0, first.1, last.0, last.1, &rule)?;
        }
        Ok(())
    }
}

fn range((first, last): (At, At)) -> String {
    let text = if first == last {
        absolute(first)
    } else {
        format!("{}:{}", absolute(first), absolute(last))
    };
    text.replace('$', "")
}

/// Tints a cell while it is blank and another field has some value.
///
/// # Errors
/// Where the condition is no formula.
pub fn tint_when(sheet: &mut Worksheet, at: At, when: &When) -> Result<(), XlsxError> {
    let cell = absolute(at);
    let (field, is) = (&when.field, &when.is);
    let rule = tint(&format!("AND(LEN(TRIM({cell}))=0,ld.{field}=\"{is}\")"));
    sheet.add_conditional_format(at.0, at.1, at.0, at.1, &rule)?;
    Ok(())
}

fn tint(condition: &str) -> ConditionalFormatFormula {
    ConditionalFormatFormula::new()
        .set_rule(format!("={condition}").as_str())
        .set_format(Format::new().set_background_color(BLANK))
}

fn hint(field: &FieldLayout) -> String {
    let clause = field.clause.as_ref();
    let clause = clause.map_or_else(String::new, |clause| format!("（依据 {clause}）"));
    format!("{}{clause}", field.hint.as_deref().unwrap_or_default())
}

fn rule(field: &FieldLayout, choices: &str, hint: String) -> Result<DataValidation, XlsxError> {
    let rule = DataValidation::new();
    let (rule, message) = match field.kind {
        Kind::Choice => (
            rule.allow_list_formula(choices.into()),
            "请从下拉列表中选择。",
        ),
        Kind::Count => {
            let (least, most) = (field.least.unwrap_or(0), field.most.unwrap_or(1_000_000));
            let bound = |value: i64| i32::try_from(value).unwrap_or(i32::MAX);
            (
                rule.allow_whole_number(Rule::Between(bound(least), bound(most))),
                "请填写整数。",
            )
        }
        Kind::Money => (
            rule.allow_decimal_number(Rule::Between(0.0, 1e9)),
            "请以万元为单位填写 0 或正数。",
        ),
        Kind::Percent => (
            rule.allow_decimal_number(Rule::Between(0.0, 100.0)),
            "请填写 0 到 100 的数，45% 填 45。",
        ),
        Kind::Date => {
            let (from, to) = (
                ExcelDateTime::from_ymd(1900, 1, 1)?,
                ExcelDateTime::from_ymd(2100, 12, 31)?,
            );
            (
                rule.allow_date(Rule::Between(from, to)),
                "请填写日期，如 2024-03-18。",
            )
        }
        Kind::Text | Kind::Long | Kind::Code | Kind::Phone | Kind::Email => {
            let most = field.chars_max.unwrap_or(32_767);
            (
                rule.allow_text_length(Rule::LessThanOrEqualTo(most)),
                "内容过长，请精简。",
            )
        }
    };
    let rule = rule
        .set_error_title("填写有误")?
        .set_error_message(message)?;
    if hint.is_empty() {
        return Ok(rule);
    }
    rule.set_input_title("填写提示")?.set_input_message(hint)
}

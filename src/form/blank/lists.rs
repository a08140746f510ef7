//! The hidden sheet with the lists behind the choices: a column each, equal ones once.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::{LISTS, choices};
use crate::form::layout::FieldLayout;
use crate::place::column_letters;
use crate::policy::Edition;

/// The lists that were asked for so far.
#[derive(Default)]
pub(super) struct Lists(Vec<Vec<String>>);

impl Lists {
    /// The range that holds a field's choices under an edition.
    pub(super) fn range(&mut self, field: &FieldLayout, edition: &Edition) -> String {
        let choices = choices(field, edition);
        let found = self.0.iter().position(|list| *list == choices);
        let index = found.unwrap_or_else(|| {
            self.0
                .push(choices.iter().copied().map(str::to_owned).collect());
            self.0.len() - 1
        });
        let column = column_letters(u32::try_from(index).unwrap_or(0));
        format!("='{LISTS}'!${column}$1:${column}${}", choices.len().max(1))
    }

    pub(super) fn sheet(&self) -> Result<Worksheet, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(LISTS)?.set_hidden(true);
        for (column, list) in (0_u16..).zip(&self.0) {
            sheet.write_column(0, column, list.iter().map(String::as_str))?;
        }
        Ok(sheet)
    }
}

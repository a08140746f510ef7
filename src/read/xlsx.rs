//! An `.xlsx` package to a [`Workbook`], in one pass over each part.
//!
//! Reads from the texts that are inflated once for reading and marking alike, and nothing but what a form needs: no
//! fonts, no fills, no ranges. calamine is the witness: `tests/reading.rs` holds that both read the same cells from every
//! workbook at hand. Its own reader inflates each part again and reads all styles, for three times the time.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::civil::{Date, DateTime, Time};
use memchr::memchr;
use quick_xml::escape::unescape;
use rust_decimal::prelude::FromPrimitive as _;
use rust_decimal::{Decimal, RoundingStrategy};

use super::book::{Left, within_sheets};
use super::guard::damaged;
use super::package::Package;
use super::parts::{Parts, Relation};
use super::tags::{Kind, Tag, Tags};
use super::texts::Texts;
use super::{DefinedName, Format, ReadFault, Sheet, Workbook};

mod cells;

pub(super) mod formats;

pub mod rows;

pub mod stream;

mod text;

pub(super) use cells::iso;
use cells::{Shared, cells};
use formats::Formats;
use text::shared_strings;
pub(super) use text::text_of;

/// The result sheet of a marked copy, as we name it.
pub const RESULT_SHEET: &str = "审核结果";
/// The name that points at it.
pub const RESULT_NAME: &str = "ld.result";

/// Reads a package that [`super::guard::open`] let through.
///
/// # Errors
/// The [`ReadFault`] to tell the sender.
pub fn read(mut package: Package<'_>) -> Result<Workbook, ReadFault> {
    let texts = Texts::inflate(&mut package);
    let mut parts = Parts { package, texts };
    let part = parts.book();
    let list = Listed::of(&parts.needed(&part)?)?;
    within_sheets(list.sheets.len())?;
    let relations = parts.relations(&part);
    let sheets = sheets(&mut parts, &list, &relations)?;
    let was_marked = list.names.iter().any(|(name, _)| name == RESULT_NAME);
    let named = |(name, target): (String, String)| named(&sheets, name, &target);
    Ok(Workbook {
        format: Format::Xlsx,
        names: list.names.into_iter().filter_map(named).collect(),
        was_marked,
        properties: parts.properties(),
        active: parts.active(),
        sheets,
        texts: parts.texts,
    })
}

/// The sheets with their cells, without charts and the result of an earlier assessment.
fn sheets(
    parts: &mut Parts<'_>,
    list: &Listed,
    relations: &[Relation],
) -> Result<Vec<Sheet>, ReadFault> {
    let strings = text_of_kind(parts, relations, "sharedStrings")?;
    let styles = text_of_kind(parts, relations, "styles")?;
    let shared = list.shared(&strings, &styles)?;
    let result = list.result_sheet();
    let (mut sheets, mut left) = (Vec::new(), Left::new());
    for sheet in &list.sheets {
        let relation = relations.iter().find(|it| it.id == sheet.relation);
        let relation = relation.ok_or_else(|| damaged("工作表没有内容"))?;
        if relation.kind != "worksheet" || result.as_ref() == Some(&sheet.name) {
            continue;
        }
        let text = parts.needed(&relation.target)?;
        let content = cells(&text, &shared, &mut left)?;
        sheets.push(Sheet {
            name: sheet.name.as_str().into(),
            visible: sheet.is_visible,
            cells: content.cells,
            merges: super::parts::merges(&text[content.end..]),
            hidden_rows: content.hidden_rows,
            hidden_columns: content.hidden_columns,
        });
    }
    Ok(sheets)
}

/// The text of the part that a relation of this kind names; empty where there is none.
fn text_of_kind(
    parts: &mut Parts<'_>,
    relations: &[Relation],
    kind: &str,
) -> Result<String, ReadFault> {
    let relation = relations.iter().find(|it| it.kind == kind);
    let text = relation.map(|it| parts.needed(&it.target).map(Into::into));
    Ok(text.transpose()?.unwrap_or_default())
}

/// What the workbook's part lists.
#[derive(Debug, Default)]
struct Listed {
    sheets: Vec<ListedSheet>,
    /// Defined names with what they stand for, in the order of the file.
    names: Vec<(String, String)>,
    is_1904: bool,
}

#[derive(Debug)]
struct ListedSheet {
    name: String,
    is_visible: bool,
    relation: String,
}

impl Listed {
    /// What cells refer to, given the texts of shared strings and styles.
    fn shared<'t>(&self, strings: &'t str, styles: &str) -> Result<Shared<'t>, ReadFault> {
        Ok(Shared {
            strings: shared_strings(strings)?,
            formats: Formats::of(styles)?,
            is_1904: self.is_1904,
        })
    }

    /// The result sheet of an earlier assessment.
    fn result_sheet(&self) -> Option<String> {
        let mut names = self.names.iter();
        let (_, target) = names.find(|(name, _)| name == RESULT_NAME)?;
        sheet_of(target).map(Cow::into_owned)
    }

    fn of(part: &str) -> Result<Self, ReadFault> {
        let (mut tags, mut list) = (Tags::of(part), Self::default());
        let plain = |text: Option<&str>| {
            let text = unescape(text.unwrap_or_default()).map_err(damaged)?;
            Ok::<_, ReadFault>(text.into_owned())
        };
        while let Some(tag) = tags.advance()? {
            match (tag.kind, tag.local()) {
                (Kind::End, _) => {}
                (_, "sheet") => list.sheets.push(ListedSheet {
                    name: plain(tag.get("name"))?,
                    is_visible: tag.get("state").is_none_or(|state| state == "visible"),
                    relation: plain(relation_of(&tag))?,
                }),
                (_, "workbookPr") => {
                    list.is_1904 |= matches!(tag.get("date1904"), Some("1" | "true"));
                }
                (Kind::Start, "definedName") => {
                    let name = plain(tag.get("name"))?;
                    let target = text_of(part, &mut tags)?.into_owned();
                    list.names.push((name, target));
                }
                _ => {}
            }
        }
        Ok(list)
    }
}

/// The id of the relation that an element names, under whatever prefix.
fn relation_of<'t>(tag: &Tag<'t>) -> Option<&'t str> {
    let mut all = tag.attributes().flatten();
    let is_id = |name: &str| {
        name.rsplit_once(':')
            .is_some_and(|(_, local)| local == "id")
    };
    all.find(|(name, _)| is_id(name)).map(|(_, value)| value)
}

/// A number as it is written, as a spreadsheet shows it; `None` where it is none.
///
/// # Errors
/// Where it is larger than any that can be held.
pub(super) fn number(written: &str) -> Result<Option<Decimal>, ReadFault> {
    if let Some(exact) = short(written) {
        return Ok(Some(exact));
    }
    written.parse().ok().map(decimal).transpose()
}

/// A number of so few digits that a spreadsheet shows all of them: exact without a detour.
fn short(written: &str) -> Option<Decimal> {
    let digits = written.strip_prefix('-').unwrap_or(written);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
    let count = whole.len() + part.len();
    if whole.is_empty() || count >= DIGITS as usize || !is_digits(whole) || !is_digits(part) {
        return None;
    }
    let mantissa = whole.bytes().chain(part.bytes());
    let mantissa = mantissa.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    let is_negative = digits.len() < written.len();
    let scale = u32::try_from(part.len()).ok()?;
    let number = Decimal::new(if is_negative { -mantissa } else { mantissa }, scale);
    Some(number.normalize())
}

/// Significant digits of a number that a spreadsheet keeps and shows.
const DIGITS: u32 = 15;

/// A number as a spreadsheet shows it, to 15 significant digits.
pub(super) fn decimal(number: f64) -> Result<Decimal, ReadFault> {
    if !number.is_finite() {
        return Err(damaged("单元格的数不是有限数"));
    }
    let found = Decimal::from_f64(number).and_then(|exact| {
        exact.round_sf_with_strategy(DIGITS, RoundingStrategy::MidpointAwayFromZero)
    });
    Ok(found.ok_or_else(|| damaged("单元格的数过大"))?.normalize())
}

/// The day and time of a serial number (ECMA-376 §18.17.4), `None` outside the calendar or on 1900-02-29.
#[must_use]
pub fn date_of_serial(serial: Decimal, is_1904: bool) -> Option<DateTime> {
    let whole = serial.trunc().normalize();
    let days: i64 = whole.to_string().parse().ok()?;
    let epoch = match (is_1904, days) {
        (_, ..0) | (false, 60) => return None,
        (true, _) => Date::constant(1904, 1, 1),
        (false, 0..60) => Date::constant(1899, 12, 31),
        (false, _) => Date::constant(1899, 12, 30),
    };
    let date = epoch
        .checked_add(jiff::Span::new().try_days(days).ok()?)
        .ok()?;
    let seconds = ((serial - whole) * Decimal::from(86_400))
        .round()
        .normalize();
    let seconds = seconds.to_string().parse::<i64>().ok()?.min(86_399);
    let time = Time::midnight().checked_add(jiff::Span::new().try_seconds(seconds).ok()?);
    Some(date.to_datetime(time.ok()?))
}

/// A defined name that points at one rectangle of one sheet: `'经费预算'!$C$5:$H$5`.
fn named(sheets: &[Sheet], name: String, target: &str) -> Option<DefinedName> {
    let (_, range) = target.rsplit_once('!')?;
    let sheet = sheet_of(target)?;
    let found = sheets.iter().find(|found| *found.name == *sheet)?;
    Some(DefinedName {
        name: name.into(),
        sheet: Arc::clone(&found.name),
        range: range.parse().ok()?,
    })
}

/// The sheet that a defined name points at.
#[must_use]
pub fn sheet_of(target: &str) -> Option<Cow<'_, str>> {
    let (sheet, _) = target.trim_start_matches('=').rsplit_once('!')?;
    let sheet = sheet.trim_matches('\'');
    Some(match memchr(b'\'', sheet.as_bytes()) {
        Some(_) => sheet.replace("''", "'").into(),
        None => sheet.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_the_15_digits_that_a_spreadsheet_shows() {
        let shown = |number: f64| decimal(number).unwrap().to_string();
        assert_eq!(shown(916_501_007_871_234_567.0), "916501007871235000");
        assert_eq!(shown(149.999_999_999_999_97), "150");
        assert_eq!(shown(0.300_000_000_000_000_04), "0.3");
        assert_eq!(shown(290.29), "290.29");
        assert_eq!(shown(-0.0), "0");
        assert_eq!(shown(13_999_000_001.0), "13999000001");
    }

    #[test]
    fn serial_numbers_are_days_of_both_systems() {
        let day = |serial: &str, is_1904| {
            date_of_serial(serial.parse().unwrap(), is_1904).map(|at| at.to_string())
        };
        assert_eq!(day("1", false).as_deref(), Some("1900-01-01T00:00:00"));
        assert_eq!(day("59", false).as_deref(), Some("1900-02-28T00:00:00"));
        assert_eq!(day("60", false), None);
        assert_eq!(day("61", false).as_deref(), Some("1900-03-01T00:00:00"));
        assert_eq!(
            day("45369.5", false).as_deref(),
            Some("2024-03-18T12:00:00")
        );
        assert_eq!(day("0", true).as_deref(), Some("1904-01-01T00:00:00"));
        assert_eq!(day("99999999", false), None);
    }
}

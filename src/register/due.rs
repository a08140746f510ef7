//! What the policy gives, in the columns of 项目清单: formulas over the region's money and the ratios of the row.

use rust_xlsxwriter::XlsxError;

use super::columns::{At, at};
use super::looks::Look;
use super::page::{Page, is_number};
use super::project::{Due, Project};
use crate::money::{Money, Ratio};

/// 分 below which the formulas of shares are exact in a spreadsheet: 10^10, 1 亿元. The product of 10 digits of 分
/// and a ratio of 4 decimals then keeps its fourth decimal in the 15 digits that a spreadsheet computes with.
const FORMULA_FEN_MAX: i128 = 10_000_000_000;

/// What the policy gives: formulas where a spreadsheet computes them exactly, else the amounts.
pub fn write(page: &mut Page, project: &Project<'_>) -> Result<(), XlsxError> {
    page.money(at(At::Region), Look::Money, project.region)?;
    let Some(due) = &project.due else {
        for column in at(At::Matching)..=at(At::Undecided) {
            page.text(column, Look::Due, "")?;
        }
        return Ok(());
    };
    let is_exact = |money: Money| (0..FORMULA_FEN_MAX).contains(&money.fen());
    let exact = project.region.is_some_and(is_exact) && is_exact(due.local);
    match due.matching.filter(|_| exact) {
        Some(matching) => {
            let formula = part_of(&page.at(at(At::Region)), &page.at(at(At::Matching)));
            ratio(page, At::Matching, matching)?;
            formula_of(page, At::Local, &formula, due.local)?;
        }
        None => {
            page.text(at(At::Matching), Look::Ratio, "")?;
            page.money(at(At::Local), Look::Due, Some(due.local))?;
        }
    }
    split(page, due, exact)
}

fn split(page: &mut Page, due: &Due, exact: bool) -> Result<(), XlsxError> {
    let local = page.at(at(At::Local));
    let Some(split) = &due.split else {
        for column in at(At::CityRatio)..=at(At::DistrictShare) {
            page.text(column, Look::Undecided, "待定")?;
        }
        if is_number(due.local) {
            return formula_of(page, At::Undecided, &local, due.local);
        }
        return page.money(at(At::Undecided), Look::Due, Some(due.local));
    };
    page.text(at(At::Undecided), Look::Due, "")?;
    let Some((city, district)) = split.ratios.filter(|_| exact) else {
        page.text(at(At::CityRatio), Look::Ratio, "")?;
        page.text(at(At::DistrictRatio), Look::Ratio, "")?;
        page.money(at(At::City), Look::Due, Some(split.city))?;
        return page.money(at(At::DistrictShare), Look::Due, Some(split.district));
    };
    ratio(page, At::CityRatio, city)?;
    ratio(page, At::DistrictRatio, district)?;
    let rest = format!("ROUND({local}-{},6)", page.at(at(At::DistrictShare)));
    formula_of(page, At::City, &rest, split.city)?;
    let part = part_of(&local, &page.at(at(At::DistrictRatio)));
    formula_of(page, At::DistrictShare, &part, split.district)
}

/// A part of an amount in 万元, down to the 分. The inner rounding takes off what binary numbers add: the product
/// has four decimals of a 分 at most.
fn part_of(amount: &str, ratio: &str) -> String {
    format!("INT(ROUND({amount}*{ratio}*1000000,4))/1000000")
}

fn formula_of(page: &mut Page, column: At, formula: &str, result: Money) -> Result<(), XlsxError> {
    page.formula(at(column), Look::Due, formula, &result.as_wan().to_string())
}

fn ratio(page: &mut Page, column: At, ratio: Ratio) -> Result<(), XlsxError> {
    page.decimal(at(column), Look::Ratio, ratio.value())
}

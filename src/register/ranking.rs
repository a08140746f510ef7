//! The sheet 排序: accepted projects by verdict and policy, then by the matching ratio offered, higher first. A proposal
//! for the plan's tie-break (plan 四(二)) and no judgement. Policies are kept apart because each asks for a ratio of its
//! own.

use std::cmp::Reverse;

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::looks::Look;
use super::page::{Column, Page, is_number};
use super::project::{Offer, Project};
use super::{Contents, NO_PROJECTS};
use crate::assess::Verdict;

/// The sheet's name.
pub const NAME: &str = "排序";
/// The first row of projects, from 0.
const FIRST: u32 = 5;

const COLUMNS: &[Column] = &[
    head("次序", 7),
    head("编号", 16),
    head("结论", 13),
    head("适用政策", 19),
    head("区（县）", 21),
    head("项目名称", 34),
    head("申报单位", 28),
    head("自治区资金\n（万元）", 15),
    head("填报市级\n（万元）", 15),
    head("区（县）落实\n（万元）", 15),
    head("区（县）落实\n取自", 14),
    head("落实合计\n（万元）", 15),
    head("落实的\n配套比例", 11),
];

const fn head(head: &'static str, width: u16) -> Column {
    Column { head, width }
}

/// The whole sheet.
pub fn sheet(contents: &Contents<'_>) -> Result<Worksheet, XlsxError> {
    let notes = [
        "本表只是参考建议，不代替评审：政策只规定其他条件相同时，配套比例高的优先（四(二)）；条件是否相同、最终怎样排，由主管部门和专家判断。",
        "先按结论（通过在前，通过·须说明在后），再按适用政策分组，组内按落实的配套比例由高到低排次序，比例相同的次序相同；不同政策要求的配套比例不同，不放在一起比。",
        "落实的配套比例 =（填报市级 + 区（县）落实）÷ 自治区资金；区（县）落实取承诺函金额，没有承诺金额的取填报数，没有填写的不计。",
    ];
    let mut page = Page::table(NAME, "通过项目排序建议", &notes, COLUMNS, &[])?;
    debug_assert_eq!(page.row, FIRST);
    let mut ranked: Vec<(&Project<'_>, Option<Offer>)> = contents
        .projects
        .iter()
        .filter(|project| project.is_accepted())
        .map(|project| (project, project.offer()))
        .collect();
    ranked.sort_by_key(|(project, offer)| {
        let ratio = offer.as_ref().map(|offer| offer.ratio);
        (group(project), Reverse(ratio))
    });
    if ranked.is_empty() {
        let none = if contents.projects.is_empty() {
            NO_PROJECTS
        } else {
            "还没有通过的项目。"
        };
        page.spilling(Look::Note, none)?;
    } else {
        rows(&mut page, &ranked)?;
        page.end_table(FIRST, 6)?;
    }
    page.sheet().set_print_fit_to_pages(1, 0);
    Ok(page.finish())
}

/// Projects that are compared with one another: of the same verdict under the same policy.
fn group<'a>(project: &Project<'a>) -> (Verdict, Option<&'a str>) {
    let assessment = &project.row.assessment;
    (assessment.verdict, assessment.edition.as_deref())
}

fn rows(page: &mut Page, ranked: &[(&Project<'_>, Option<Offer>)]) -> Result<(), XlsxError> {
    let (mut of, mut in_group, mut rank, mut last) = (None, 0, 0, None);
    for (project, offer) in ranked {
        if of != Some(group(project)) {
            (of, in_group, last) = (Some(group(project)), 0, None);
        }
        in_group += 1;
        let ratio = offer.as_ref().map(|offer| offer.ratio);
        if last != Some(ratio) {
            (rank, last) = (in_group, Some(ratio));
        }
        match ratio {
            Some(_) => page.count(0, rank)?,
            None => page.text(0, Look::Centre, "—")?,
        }
        row(page, project, offer.as_ref())?;
    }
    Ok(())
}

fn row(page: &mut Page, project: &Project<'_>, offer: Option<&Offer>) -> Result<(), XlsxError> {
    let assessment = &project.row.assessment;
    page.text(1, Look::Centre, &project.row.id)?;
    let verdict = assessment.verdict;
    page.text(2, Look::Verdict(verdict), verdict.zh())?;
    page.optional(3, Look::Centre, assessment.edition.as_deref())?;
    page.text(4, Look::Body, project.district)?;
    page.text(5, Look::Body, project.title())?;
    page.optional(6, Look::Body, assessment.applicant.as_deref())?;
    page.money(7, Look::Money, project.region)?;
    let Some(offer) = offer else {
        for column in 8..=12 {
            page.text(column, Look::Centre, "—")?;
        }
        return page.end_row();
    };
    page.money(8, Look::Money, offer.city)?;
    page.money(9, Look::Money, offer.district)?;
    let from = match (offer.district, offer.by_letter) {
        (None, _) => "—",
        (Some(_), true) => "承诺函",
        (Some(_), false) => "填报数",
    };
    page.text(10, Look::Centre, from)?;
    let amounts = [offer.city, offer.district, project.region];
    if amounts.into_iter().flatten().all(is_number) {
        let sum = format!("SUM({}:{})", page.at(8), page.at(9));
        page.formula(11, Look::Due, &sum, &offer.local.as_wan().to_string())?;
        let ratio = format!("{}/{}", page.at(11), page.at(7));
        page.formula(12, Look::Ratio, &ratio, &offer.ratio.to_string())?;
    } else {
        page.money(11, Look::Due, Some(offer.local))?;
        page.text(12, Look::Ratio, &offer.ratio.to_string())?;
    }
    page.end_row()
}

//! The result sheet 审核结果: verdict, what to do, the shares with live formulas, what changed, the receipt.

use super::Marking;
use super::grid::{Content, Grid, reference};
use super::list;
use super::looks::Look;
use crate::assess::{Assessment, Previous, Verdict};
use crate::form::Field;
use crate::form::application::Application;
use crate::money::Money;
use crate::place::Place;
use crate::read::Workbook;
use crate::rules::{Finding, Severity};

/// Widths of columns A to K in characters of Latin script.
const WIDTHS: &[usize] = &[2, 5, 10, 22, 20, 42, 17, 17, 12, 46, 10];
/// Findings of the version before that are told in one cell.
const LISTED_MAX: usize = 40;
/// Columns that the name of a share spans.
const LABEL_COLUMNS: u32 = 4;
pub(super) const HEADS: [&str; 10] = [
    "序号",
    "级别",
    "栏目",
    "单元格",
    "问题",
    "填写的内容",
    "应为",
    "差额",
    "怎么改",
    "依据",
];

/// The whole sheet.
#[must_use]
pub fn sheet(marking: &Marking<'_>, workbook: &Workbook) -> Grid {
    let mut grid = Grid::new(WIDTHS);
    let assessment = marking.assessment;
    grid.wide(Look::Title, "厅地联动项目申报审核结果");
    grid.wide(
        Look::Verdict(gravest(assessment)),
        &verdict_line(assessment),
    );
    if let Some(title) = &assessment.title {
        let applicant = assessment
            .applicant
            .as_deref()
            .unwrap_or("（未填申报单位）");
        grid.wide(Look::Note, &format!("{title}  ·  {applicant}"));
    }
    if let Some(focus) = &assessment.focus {
        grid.wide(Look::Note, &focus.line());
    }
    if let Some(why) = marking.copied {
        grid.wide(Look::Note, why);
    }
    grid.gap();
    match &assessment.rows {
        Some(rows) => list::rows(&mut grid, marking, workbook, rows),
        None => findings(&mut grid, marking, workbook),
    }
    waived(&mut grid, assessment);
    if let Some(app) = &marking.reading.application {
        grid.gap();
        shares(&mut grid, marking, app);
    }
    if let Some(previous) = &marking.earlier.previous {
        grid.gap();
        changes(&mut grid, assessment, previous);
    }
    grid.gap();
    receipt(&mut grid, marking);
    grid
}

/// What colours the verdict: the gravest severity that decided it.
fn gravest(assessment: &Assessment) -> Option<Severity> {
    match assessment.verdict {
        Verdict::Accepted => None,
        Verdict::AcceptedWithRemarks => Some(Severity::Explain),
        Verdict::Returned | Verdict::Unreadable => Some(Severity::Block),
    }
}

fn verdict_line(assessment: &Assessment) -> String {
    let block = assessment.count(Severity::Block);
    let explain = assessment.count(Severity::Explain);
    let verdict = assessment.verdict.zh();
    match assessment.verdict {
        Verdict::Accepted => format!("{verdict}：没有需要修改的地方，已转市科技局。"),
        Verdict::AcceptedWithRemarks => {
            format!("{verdict}：有 {explain} 处须说明，已转市科技局由人判断。")
        }
        Verdict::Returned => format!(
            "{verdict}：有 {block} 处必须修改。请在本工作簿中改正标色的单元格，保存后放回原收件文件夹。"
        ),
        Verdict::Unreadable => {
            format!("{verdict}：没有读到申报书的内容，请按下面的说明处理后重新提交。")
        }
    }
}

fn findings(grid: &mut Grid, marking: &Marking<'_>, workbook: &Workbook) {
    let findings = &marking.assessment.findings;
    grid.wide(
        Look::Heading,
        &format!("一、需要处理的事项（{} 条）", findings.len()),
    );
    if findings.is_empty() {
        grid.wide(Look::Note, "没有发现问题。");
        return;
    }
    grid.repeated = Some(grid.next_row());
    grid.row(HEADS.map(|head| (Look::Head, text(head))).to_vec());
    for (number, finding) in (1..).zip(findings) {
        grid.row(finding_row(marking, workbook, number, finding));
    }
}

/// What a waiver settled, with who decided it: shown, and nothing to do about it.
fn waived(grid: &mut Grid, assessment: &Assessment) {
    if assessment.waived.is_empty() {
        return;
    }
    grid.gap();
    let heading = format!("已豁免的事项（{} 条，不用处理）", assessment.waived.len());
    grid.wide(Look::Heading, &heading);
    for one in &assessment.waived {
        let (finding, waiver) = (&one.finding, &one.waiver);
        let place = finding.place().unwrap_or_else(|| "整份申报书".to_owned());
        grid.pair(
            &format!("{} {place}", finding.code),
            &format!(
                "{}\n豁免：{}决定，{}（{} 至 {} 收到的有效）",
                finding.message, waiver.officer, waiver.reason, waiver.from, waiver.until
            ),
        );
    }
}

pub(super) fn finding_row(
    marking: &Marking<'_>,
    workbook: &Workbook,
    number: usize,
    finding: &Finding,
) -> Vec<(Look, Option<Content>)> {
    let place = place_of(workbook, finding);
    let (look, link) = match place {
        Some(place) => (Look::Link, Some(Content::Link(place))),
        None if marking.assessment.rows.is_some() => (Look::Body, text("整份汇总表")),
        None => (Look::Body, text("整份申报书")),
    };
    let optional = |value: &Option<String>| value.as_deref().and_then(text);
    vec![
        (Look::Centre, text(&number.to_string())),
        (
            Look::Grade(finding.severity),
            text(&finding.severity.to_string()),
        ),
        (Look::Body, text(&label(marking, finding))),
        (look, link),
        (
            Look::Body,
            text(&format!("{}\n（{}）", finding.message, finding.code)),
        ),
        (Look::Body, optional(&finding.entered)),
        (Look::Body, optional(&finding.expected)),
        (Look::Money, optional(&finding.difference)),
        (Look::Body, text(&finding.fix)),
        (Look::Centre, text(finding.basis())),
    ]
}

/// The cell of a finding, where it is on a sheet of the workbook.
pub fn place_of(workbook: &Workbook, finding: &Finding) -> Option<Place> {
    let sheet = workbook.sheet(finding.sheet.as_deref()?)?;
    Some(Place {
        sheet: std::sync::Arc::clone(&sheet.name),
        cell: finding.cell?,
    })
}

/// The field of a finding as the form names it.
fn label(marking: &Marking<'_>, finding: &Finding) -> String {
    if let Some(list) = &marking.reading.summary {
        let label = finding.field.as_deref().and_then(|id| list.label(id));
        return label.unwrap_or_default().to_owned();
    }
    let app = marking.reading.application.as_ref();
    let entry = app
        .zip(finding.field.as_deref())
        .and_then(|(app, id)| app.entry(id));
    entry.map_or_else(String::new, |entry| entry.slot.label.to_string())
}

pub(super) fn text(text: &str) -> Option<Content> {
    Some(Content::Text(text.to_owned()))
}

fn wan(money: Money) -> Content {
    Content::Number(money.as_wan().to_string())
}

/// A row of the shares: label, explanation, due, entered, and what they differ.
struct ShareRow {
    label: &'static str,
    basis: String,
    due: Option<(String, Money)>,
    entered: Option<(String, Money)>,
    clause: String,
}

fn shares(grid: &mut Grid, marking: &Marking<'_>, app: &Application) {
    grid.wide(
        Look::Heading,
        "二、配套资金（万元；本表是公式，改动申报书的金额后会随之变化）",
    );
    let (Some(found), Some(edition)) = (&marking.assessment.shares, marking.edition) else {
        grid.wide(Look::Note, "没有计算：自治区财政资金、所属区（县）或适用的政策还不能确定，改正上面的问题后重新提交即可。");
        return;
    };
    let heads = [
        "项目",
        "怎么算",
        "应承担",
        "申报书填写",
        "差额",
        "说明",
        "依据",
    ];
    let heads = heads.map(|head| (Look::Head, text(head))).to_vec();
    grid.row_spanning(LABEL_COLUMNS, heads);
    let entered = |field: &Field<Money>| live(app, field);
    let Some((region, _)) = entered(&app.sources.region.total) else {
        return;
    };
    let first = grid.next_row() + 1;
    let (local_row, district_row) = (first + 1, first + 2);
    let money = |yuan: &Option<String>| {
        let yuan = yuan.as_deref()?.parse().ok()?;
        Money::from_yuan(yuan)
    };
    let (local, city, district) = (
        money(&Some(found.local.clone())).unwrap_or_default(),
        money(&found.city),
        money(&found.district),
    );
    let clause = edition.matching.clause.clone();
    let ratio = found.ratio.clone().unwrap_or_default();
    let (city_ratio, district_ratio) = ratio.split_once(':').unwrap_or(("", ""));
    let class = marking.assessment.class.clone().unwrap_or_default();
    let undecided = "市与区（县）如何分担待市科技局确定".to_owned();
    let down = |formula: &str| format!("ROUNDDOWN(ROUND({formula},9),6)");
    share_row(
        grid,
        &ShareRow {
            label: "申请自治区财政资金",
            basis: "以申报书为准".to_owned(),
            due: None,
            entered: entered(&app.sources.region.total),
            clause: clause.clone(),
        },
    );
    let due = (down(&format!("{region}*{}", edition.matching.local)), local);
    let both = entered(&app.sources.city.total).zip(entered(&app.sources.district.total));
    let both = both.map(|((city, a), (district, b))| (format!("{city}+{district}"), a + b));
    row_of_formulas(
        grid,
        (
            "市、区（县）合计",
            &format!("自治区资金 × {}", edition.matching.local),
        ),
        Some(due),
        both,
        &clause,
    );
    let (district_basis, city_basis) = if found.decided {
        (
            format!("合计 × {district_ratio}（{class}），不足一分的舍去"),
            format!("合计 − 区（县）承担（比例 {city_ratio}）"),
        )
    } else {
        (undecided.clone(), undecided)
    };
    let document = found.decided_by.clone().unwrap_or(clause);
    share_row(
        grid,
        &ShareRow {
            label: "区（县）财政配套资金",
            basis: district_basis,
            due: district.map(|due| (down(&format!("G{local_row}*{district_ratio}")), due)),
            entered: entered(&app.sources.district.total),
            clause: document.clone(),
        },
    );
    share_row(
        grid,
        &ShareRow {
            label: "市本级财政配套资金",
            basis: city_basis,
            due: city.map(|due| (format!("ROUND(G{local_row}-G{district_row},6)"), due)),
            entered: entered(&app.sources.city.total),
            clause: document,
        },
    );
    share_row(
        grid,
        &ShareRow {
            label: "区（县）承诺金额",
            basis: "不少于区（县）应承担".to_owned(),
            due: district.map(|due| (format!("G{district_row}"), due)),
            entered: entered(&app.commitment),
            clause: "四(三)".to_owned(),
        },
    );
}

/// An amount for a formula: its cell, or where the cell holds text (`40万元`) what was read there.
fn live(app: &Application, field: &Field<Money>) -> Option<(String, Money)> {
    let (money, place) = (*field.given()?, field.place.as_ref()?);
    let is_text = app.entry(&field.id).is_some_and(|entry| entry.is_text);
    let formula = match is_text {
        true => money.as_wan().to_string(),
        false => reference(place),
    };
    Some((formula, money))
}

fn share_row(grid: &mut Grid, row: &ShareRow) {
    row_of_formulas(
        grid,
        (row.label, &row.basis),
        row.due.clone(),
        row.entered.clone(),
        &row.clause,
    );
}

fn row_of_formulas(
    grid: &mut Grid,
    (label, basis): (&str, &str),
    due: Option<(String, Money)>,
    entered: Option<(String, Money)>,
    clause: &str,
) {
    let number = grid.next_row() + 1;
    let formula =
        |(formula, money): (String, Money)| Content::Formula(formula, Box::new(wan(money)));
    let difference = due
        .as_ref()
        .zip(entered.as_ref())
        .map(|((_, due), (_, entered))| {
            let apart = *entered - *due;
            (format!("ROUND(H{number}-G{number},6)"), apart)
        });
    let said = difference.as_ref().map(|(_, apart)| {
        let less_is_wrong = if label.contains("承诺") {
            "足额"
        } else {
            "一致"
        };
        let formula = if less_is_wrong == "足额" {
            format!("IF(I{number}>=0,\"足额\",\"不足\")")
        } else {
            format!("IF(I{number}=0,\"一致\",\"不一致，请核对\")")
        };
        let is_right = *apart == Money::ZERO || less_is_wrong == "足额" && *apart > Money::ZERO;
        let result = match (is_right, less_is_wrong) {
            (true, word) => word,
            (false, "足额") => "不足",
            (false, _) => "不一致，请核对",
        };
        Content::Formula(formula, Box::new(Content::Text(result.to_owned())))
    });
    let has_due = due.is_some();
    let due = due.map(formula);
    let due =
        due.or_else(|| (basis.contains("待市科技局")).then(|| Content::Text("待定".to_owned())));
    let cells = vec![
        (Look::Label, text(label)),
        (Look::Body, text(basis)),
        (if has_due { Look::Money } else { Look::Centre }, due),
        (Look::Money, entered.map(formula).or_else(|| text("未填写"))),
        (Look::Money, difference.map(formula)),
        (Look::Body, said),
        (Look::Centre, text(clause)),
    ];
    grid.row_spanning(LABEL_COLUMNS, cells);
}

fn changes(grid: &mut Grid, assessment: &Assessment, previous: &Previous) {
    grid.wide(Look::Heading, "三、与上一版相比");
    let changes = previous.changes(&assessment.findings);
    grid.pair(
        "上一版",
        &format!(
            "{}，{} 收到，{}",
            previous.id,
            minute(previous.received_at),
            previous.verdict.zh()
        ),
    );
    grid.pair("已改正", &listed(&changes.put_right));
    grid.pair("仍未改正", &listed(&changes.open));
    grid.pair("新出现", &listed(&changes.new));
}

fn listed(findings: &[&Finding]) -> String {
    if findings.is_empty() {
        return "无".to_owned();
    }
    let line = |finding: &&Finding| {
        let place = finding
            .place()
            .map_or_else(String::new, |place| format!(" {place}"));
        format!("{}{place}：{}", finding.code, finding.message)
    };
    let mut lines: Vec<String> = findings.iter().take(LISTED_MAX).map(line).collect();
    if findings.len() > LISTED_MAX {
        lines.push(format!("……共 {} 处", findings.len()));
    }
    lines.join("\n")
}

fn receipt(grid: &mut Grid, marking: &Marking<'_>) {
    let (assessment, context) = (marking.assessment, marking.context);
    grid.wide(Look::Heading, "回执");
    if let Some(id) = &context.id {
        grid.pair("编号", id);
    }
    grid.pair("文件", &context.file);
    grid.pair("文件摘要（SHA-256）", &assessment.sha256);
    grid.pair("收到时间", &minute(context.received_at));
    let edition = marking.edition.map_or_else(
        || "没有适用的政策".to_owned(),
        |edition| {
            let hash = crate::policy::short(&edition.sha256);
            format!("《{}》（{}，摘要 {hash}）", edition.title, edition.id)
        },
    );
    grid.pair("适用政策", &edition);
    grid.pair("规则版本", &assessment.rules);
    if !assessment.not_checked.is_empty() {
        let codes: Vec<&str> = assessment
            .not_checked
            .iter()
            .map(|rule| &*rule.code)
            .collect();
        grid.pair(
            "没有检查的规则",
            &format!("相关栏目还读不到或有误，改正后再检查：{}", codes.join("、")),
        );
    }
}

/// A moment to the minute.
fn minute(at: jiff::civil::DateTime) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

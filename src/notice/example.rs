//! Examples of all that the mails may have to say, for trying templates at load: each branch that a template can
//! take, each list empty and longer than its limit, each value that may be absent there and absent.

use jiff::civil::{DateTime, date};

use super::{
    Digest, DigestItem, FAILURES_MAX, Failure, FailureLine, Incomplete, Obstacle, ROWS_MAX,
    RULES_MAX, VerdictNotice, WAITING_MAX, Waiting,
};
use crate::assess::{
    Assessment, CellsFound, Earlier, Previous, RowsFound, RuleCount, SharesFound, Verdict,
};
use crate::policy::Policies;
use crate::rules::{Finding, NotChecked, Severity};
use crate::waiver::{Waived, Waiver};

const ID: &str = "LD2024-000123";
const AT: DateTime = date(2024, 3, 20).at(9, 0, 0, 0);
const RESULT: &str = "results/tianshan/LD2024-000123.xlsx";

const VERDICTS: [Verdict; 4] = [
    Verdict::Accepted,
    Verdict::AcceptedWithRemarks,
    Verdict::Returned,
    Verdict::Unreadable,
];

/// Every verdict: with nothing told, with little, with all there can be.
pub fn verdicts(mut show: impl FnMut(&VerdictNotice<'_>)) {
    let policies = Policies::builtin().ok();
    let edition = policies
        .as_ref()
        .and_then(|policies| policies.editions().next());
    for verdict in VERDICTS {
        for (round, assessment) in assessments(verdict).iter().enumerate() {
            let is_full = round > 0;
            let earlier = Earlier {
                previous: is_full.then(|| previous(round)),
                ..Earlier::default()
            };
            show(&VerdictNotice {
                id: ID,
                version: if is_full { 2 } else { 1 },
                received_at: AT,
                assessment,
                earlier: &earlier,
                district_name: is_full.then_some("天山区"),
                edition: edition.filter(|_| is_full).map(|edition| &**edition),
                result_path: RESULT,
                is_attached: round == 1,
                contact: is_full.then_some("市科技局"),
            });
        }
    }
}

/// Digests: of nothing, of one of each verdict, of more than there are rows.
pub fn digests(mut show: impl FnMut(&Digest<'_>)) {
    let all: Vec<Assessment> = VERDICTS.into_iter().flat_map(assessments).collect();
    for (count, waiting) in [(0, 0), (all.len(), 1), (ROWS_MAX + 1, WAITING_MAX + 1)] {
        let items = all.iter().cycle().take(count).enumerate();
        let file = Waiting {
            file: "inbox/tianshan/a.xlsx",
            since: AT,
            why: "还没有写完",
        };
        show(&Digest {
            since: (count > 0).then_some(AT),
            until: AT,
            items: items.map(|(number, it)| item(number, it)).collect(),
            waiting: vec![file; waiting],
            register_path: (count > 0).then_some("register/register.xlsx"),
        });
    }
}

/// One failure, and more than are told.
pub fn failures(mut show: impl FnMut(&Failure<'_>)) {
    for count in [1, FAILURES_MAX + 1] {
        let line = FailureLine {
            subject: "邮件",
            why: "账号被拒绝",
            remedy: "核对密码",
        };
        show(&Failure {
            at: AT,
            what: vec![line; count],
        });
    }
}

/// Both obstacles.
pub fn incompletes(mut show: impl FnMut(&Incomplete<'_>)) {
    for obstacle in [Obstacle::Unfinished, Obstacle::NotAWorkbook] {
        for known in [None, Some("市科技局")] {
            show(&Incomplete {
                file: "inbox/tianshan/a.pdf",
                since: AT,
                obstacle,
                district_name: known,
                contact: known,
            });
        }
    }
}

fn item(number: usize, assessment: &Assessment) -> DigestItem<'_> {
    let is_second = number % 2 == 1;
    DigestItem {
        id: ID,
        version: if is_second { 2 } else { 1 },
        received_at: AT,
        assessment,
        previous: is_second.then_some(Verdict::Returned),
        district_name: is_second.then_some("天山区"),
        result_path: RESULT,
    }
}

/// An assessment with no fact, one with a decided split and a finding, one undecided with many findings, a list.
fn assessments(verdict: Verdict) -> [Assessment; 4] {
    let bare = Assessment {
        file: "inbox/tianshan/a.xlsx".to_owned(),
        sha256: "0".repeat(64),
        edition: None,
        edition_sha256: None,
        rules: crate::rules::VERSION.to_owned(),
        form: None,
        row: None,
        rows: None,
        verdict,
        title: None,
        applicant: None,
        district: None,
        class: None,
        year: None,
        filed_on: None,
        project: None,
        shares: None,
        focus: None,
        findings: Vec::new(),
        waived: Vec::new(),
        shadow: Vec::new(),
        not_checked: Vec::new(),
        cells: CellsFound::default(),
    };
    let told = |findings, shares| Assessment {
        title: Some("项目".to_owned()),
        applicant: Some("单位".to_owned()),
        class: Some("三类".to_owned()),
        shares: Some(shares),
        findings,
        waived: vec![waived()],
        not_checked: vec![NotChecked {
            code: "M07".into(),
            because: "commitment: Blank".to_owned(),
        }],
        ..bare.clone()
    };
    let full = told(vec![finding(0, Severity::Explain)], shares(true));
    let undecided = told(findings(3), shares(false));
    let list = Assessment {
        rows: Some(rows()),
        ..told(findings(3), shares(false))
    };
    [bare, full, undecided, list]
}

/// A list with more rules than are told.
fn rows() -> RowsFound {
    let count = |number: usize| RuleCount {
        code: "M02".to_owned(),
        name: "city-share-differs".to_owned(),
        severity: Severity::Block,
        count: 7,
        first_row: (number > 0).then_some(5),
    };
    RowsFound {
        judged: 12,
        accepted: 3,
        accepted_with_remarks: 2,
        returned: 7,
        passed_over: 1,
        findings: 91,
        by_rule: (0..=RULES_MAX).map(count).collect(),
    }
}

fn waived() -> Waived {
    let day = jiff::civil::date(2026, 1, 1);
    Waived {
        finding: finding(0, Severity::Explain),
        waiver: Waiver {
            rule: "M02".to_owned(),
            project: None,
            district: Some("tianshan".to_owned()),
            officer: "李四".to_owned(),
            reason: "已会商".to_owned(),
            from: day,
            until: day,
        },
    }
}

fn shares(decided: bool) -> SharesFound {
    let amount = || "1000000.00".to_owned();
    SharesFound {
        unit: "yuan".to_owned(),
        region: amount(),
        local: amount(),
        city: decided.then(amount),
        district: decided.then(amount),
        ratio: decided.then(|| "0.5:0.5".to_owned()),
        own: None,
        total: None,
        decided,
        decided_by: decided.then(|| "会议纪要".to_owned()),
        steps: Vec::new(),
    }
}

/// So many findings of each severity.
fn findings(each: usize) -> Vec<Finding> {
    [
        Severity::Block,
        Severity::Explain,
        Severity::Advice,
        Severity::Note,
    ]
    .into_iter()
    .flat_map(|severity| (0..each).map(move |number| finding(number, severity)))
    .collect()
}

/// The first of them stands in a cell and has values, the others do not.
fn finding(number: usize, severity: Severity) -> Finding {
    let value = |text: &str| (number == 0).then(|| text.to_owned());
    Finding {
        code: "M02".into(),
        name: "city-share-differs".into(),
        severity,
        sheet: value("经费预算"),
        cell: (number == 0).then(|| "H6".parse().ok()).flatten(),
        field: Some(format!("field.{number}")),
        entered: value("150.00"),
        expected: value("180.00"),
        difference: value("-30.00"),
        from: Vec::new(),
        message: "数不对。".to_owned(),
        fix: "改正。".to_owned(),
        clause: "四(二)".to_owned(),
    }
}

/// A version before: with other findings, or with more than are told.
fn previous(round: usize) -> Previous {
    Previous {
        id: "LD2024-000120".to_owned(),
        sha256: String::new(),
        received_at: AT,
        verdict: Verdict::Returned,
        findings: (0..round * 4)
            .map(|number| Finding {
                code: "M03".into(),
                ..finding(number, Severity::Block)
            })
            .collect(),
    }
}

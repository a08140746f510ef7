//! W03: the workbook was made from an earlier version of the form.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text};

pub const RULE: Rule = Rule {
    code: "W03",
    name: "old-form",
    severity: Severity::Explain,
    clause: "form",
    what: Text {
        zh: "用的是旧版申报书。",
        en: "The workbook was made from an earlier version of the form.",
    },
    why: Text {
        zh: "旧版的栏目与现行的不完全一样，按旧版的位置读出后，还要看有没有缺的。",
        en: "Fields have changed since; they were read by the map of that version, and something may be missing.",
    },
    fix: Text {
        zh: "改用现行空白申报书；退回的文件已按现行版式誊好，可以直接在上面修改。",
        en: "Use the present form; the copy given back holds your values in it.",
    },
    breaks: &[&[Edit::File("old-form")]],
    keeps: &[&[]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (version, present) = (case.app()?.version, case.form);
    if version >= present {
        return Ok(());
    }
    report.add(
        Fault::of_form()
            .entered(version.to_string(), present.to_string())
            .message(
                format!("这份申报书是第 {version} 版的表，现行的是第 {present} 版。"),
                format!("the form is of version {version}, the present one is {present}"),
            )
            .fix(RULE.fix.zh, RULE.fix.en),
    );
    Ok(())
}

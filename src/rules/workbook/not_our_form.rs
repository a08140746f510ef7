//! W02: a workbook, and no known form in it.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text};

pub const RULE: Rule = Rule {
    code: "W02",
    name: "not-our-form",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "工作簿里没有申报书：申报书的大部分栏目都找不到。",
        en: "The workbook holds no application form: most of the form's fields are not found.",
    },
    why: Text {
        zh: "审核按申报书的栏目进行，找不到栏目就无从审核。",
        en: "The check goes by the form's fields.",
    },
    fix: Text {
        zh: "把内容填入市科技局发放的空白申报书后提交；表内的栏目名称不要改动。",
        en: "Fill in the blank form of the bureau and leave its labels as they are.",
    },
    breaks: &[&[Edit::File("other-workbook")]],
    keeps: &[&[]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (Ok(workbook), None) = (case.workbook, case.application) else {
        return Ok(());
    };
    let names: Vec<&str> = workbook
        .sheets
        .iter()
        .take(8)
        .map(|sheet| &*sheet.name)
        .collect();
    let found = names.join("”“");
    report.add(
        Fault::of_form()
            .message(
                format!("没有找到申报书的栏目（如“项目名称”“申报单位”“申请自治区财政资金”），工作簿里的工作表是“{found}”。"),
                format!("no field of the form (such as 项目名称) was found; the sheets are {}", names.join(", ")),
            )
            .fix(RULE.fix.zh, RULE.fix.en),
    );
    Ok(())
}

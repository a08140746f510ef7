//! W13: macros, external links or embedded objects: never run, never followed.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text};

pub const RULE: Rule = Rule {
    code: "W13",
    name: "active-content",
    severity: Severity::Explain,
    clause: "form",
    what: Text {
        zh: "工作簿里有宏、外部链接或嵌入对象。",
        en: "The workbook holds macros, external links or embedded objects.",
    },
    why: Text {
        zh: "申报书用不到它们；审核时不运行、不打开，里面的数据也不会读取。",
        en: "A form needs none; they are never run or followed, and nothing in them is read.",
    },
    fix: Text {
        zh: "另存为不含宏的工作簿（.xlsx），断开链接，删除嵌入对象。",
        en: "Save without macros (.xlsx), break the links, delete the objects.",
    },
    breaks: &[
        &[Edit::File("macros")],
        &[Edit::File("external-link")],
        &[Edit::File("embedded")],
    ],
    keeps: &[&[]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let workbook = case.workbook()?;
    if workbook.active.is_empty() {
        return Ok(());
    }
    let (zh, en): (Vec<&str>, Vec<&str>) = workbook.active.iter().map(|it| it.names()).unzip();
    report.add(
        Fault::of_form()
            .message(
                format!("工作簿里有{}。", zh.join("、")),
                format!("the workbook holds {}", en.join(", ")),
            )
            .fix(
                "请另存为不含宏的工作簿（.xlsx），断开外部链接，删除嵌入对象；确有需要的，请说明用途。".to_owned(),
                "save it without macros (.xlsx), break links, delete objects, or say what they are for".to_owned(),
            ),
    );
    Ok(())
}

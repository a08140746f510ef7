//! W01: the file cannot be opened.

use crate::read::{Foreign, ReadFault};
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text};

pub const RULE: Rule = Rule {
    code: "W01",
    name: "unreadable-file",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "文件打不开：已损坏、有密码、不是工作簿，或者超过大小限制。",
        en: "The file cannot be opened: damaged, with a password, no workbook, or over a limit.",
    },
    why: Text {
        zh: "打不开的文件无法审核。",
        en: "What cannot be opened cannot be checked.",
    },
    fix: Text {
        zh: "用 Excel 或 WPS 打开原文件，另存为 .xlsx（不设密码）后重新提交。",
        en: "Open the original in a spreadsheet program, save it as .xlsx without a password, hand it in again.",
    },
    breaks: &[&[Edit::File("not-a-workbook")]],
    keeps: &[&[]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let Err(fault) = case.workbook else {
        return Ok(());
    };
    let (wrong, remedy) = told(fault);
    report.add(
        Fault::of_form()
            .message(wrong, format!("The file cannot be read: {fault}."))
            .fix(remedy, RULE.fix.en),
    );
    Ok(())
}

fn told(fault: &ReadFault) -> (String, String) {
    const SAVE: &str =
        "请用 Excel 或 WPS 打开原来的申报书，另存为“Excel 工作簿（.xlsx）”后重新提交。";
    match fault {
        ReadFault::Empty => (
            "文件是空的（0 字节）。".to_owned(),
            "请重新复制或保存申报书后再提交。".to_owned(),
        ),
        ReadFault::Password => (
            "工作簿设有打开密码，无法读取。".to_owned(),
            "请取消密码后重新提交。".to_owned(),
        ),
        ReadFault::OtherFormat { what } => (
            format!("文件不是申报书工作簿，而是{}。", what.names().0),
            remedy(*what, SAVE).to_owned(),
        ),
        ReadFault::Damaged { why } => (format!("文件已损坏，无法读取（{why}）。"), SAVE.to_owned()),
        // Reading ends at the limit: how much more there is, nobody has counted.
        ReadFault::OverLimit { what, most, .. } => (
            format!("工作簿的{what}超过允许的 {most}。"),
            "请只保留申报书本身的内容，删去多余的工作表、图片和数据后重新提交。".to_owned(),
        ),
        ReadFault::Stopped { why } => (
            format!("读取这个文件时被中止（{why}）。"),
            "请把内容填入空白申报书后重新提交；仍不成功时请联系市科技局。".to_owned(),
        ),
    }
}

/// What to do with a file of another kind.
const fn remedy(what: Foreign, save: &'static str) -> &'static str {
    match what {
        Foreign::Word
        | Foreign::Pdf
        | Foreign::Ofd
        | Foreign::Slides
        | Foreign::Picture
        | Foreign::Xml => {
            "请把内容填入空白申报书（Excel 工作簿），提交填好的工作簿；盖章扫描件等附件不要放在这里。"
        }
        Foreign::ArchiveOfWorkbooks => {
            "请解压后把里面的申报书工作簿逐个放入收件文件夹，不要放压缩包。"
        }
        Foreign::Archive => "请解压，只把申报书工作簿放入收件文件夹；附件不要放在这里。",
        Foreign::LockedArchive => {
            "请用密码解压，把里面的申报书工作簿逐个放入收件文件夹，不要放压缩包。"
        }
        Foreign::Text => {
            "这种文件只能保存一张工作表的文字，改后缀不会变成工作簿。请打开原来的申报书，另存为“Excel 工作簿（.xlsx）”后重新提交；原来的找不到的，请把内容填入空白申报书。"
        }
        Foreign::Html => {
            "这是系统导出的网页，改后缀不会变成工作簿。请用 Excel 或 WPS 打开，把内容填入空白申报书（.xlsx）后提交。"
        }
        Foreign::XmlSpreadsheet | Foreign::OldExcel | Foreign::OpenDocument => save,
        Foreign::Numbers => "请在 Numbers 中选择“文件 → 导出为 → Excel”，提交导出的 .xlsx 文件。",
        Foreign::Unknown => {
            "请确认没有放错文件；是申报书的，请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后重新提交。"
        }
    }
}

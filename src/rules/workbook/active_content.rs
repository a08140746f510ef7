//! W13: macros, external links, embedded objects, or formulas that reach out: never run, never followed.

use memchr::memchr3_iter;

use crate::place::Place;
use crate::read::Workbook;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "W13",
    name: "active-content",
    severity: Severity::Explain,
    clause: "form",
    what: Text {
        zh: "工作簿里有宏、外部链接、嵌入对象，或会联网、启动程序的公式。",
        en: "The workbook holds macros, external links, embedded objects or formulas that reach out.",
    },
    why: Text {
        zh: "申报书用不到它们；审核时不运行、不打开，里面的数据也不会读取。",
        en: "A form needs none; they are never run or followed, and nothing in them is read.",
    },
    fix: Text {
        zh: "另存为不含宏的工作簿（.xlsx），断开链接，删除嵌入对象，把公式改为它的结果。",
        en: "Save without macros (.xlsx), break the links, delete the objects, type results instead of formulas.",
    },
    breaks: &[
        &[Edit::File("macros")],
        &[Edit::File("external-link")],
        &[Edit::File("embedded")],
        &[Edit::Set(
            "revenue",
            Typed::formula("WEBSERVICE(\"http://a.example/\")", Some("12600")),
        )],
        &[Edit::Set(
            "revenue",
            Typed::formula("cmd|'/c calc'!A0", Some("12600")),
        )],
    ],
    keeps: &[
        &[],
        &[Edit::Set(
            "revenue",
            Typed::formula("IF(LEN(\"cmd|DDE(!\")>0,12600,0)", Some("12600")),
        )],
    ],
    check,
};

/// Functions that fetch from a network, or start another program.
const REACHING: [&str; 7] = [
    "WEBSERVICE",
    "IMAGE",
    "DDE",
    "RTD",
    "CALL",
    "REGISTER.ID",
    "SQL.REQUEST",
];

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let workbook = case.workbook()?;
    if !workbook.active.is_empty() {
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
    }
    let reaching = reaching(workbook);
    if let Some((first, formula)) = reaching.first() {
        let fault = Fault {
            place: Some(first.clone()),
            ..Fault::of_form()
        };
        let count = reaching.len();
        report.add(
            fault
                .entered_only(format!("={formula}"))
                .message(
                    format!(
                        "{first} 的公式打开时会联网或启动别的程序（这样的公式共 {count} 个）。"
                    ),
                    format!("the formula in {first} reaches out when it is opened, {count} in all"),
                )
                .fix(
                    format!("请把 {first} 的公式改为它的结果，直接填写。"),
                    format!("type the result into {first} instead of the formula"),
                ),
        );
    }
    Ok(())
}

/// Formulas that reach out when they are computed, with their places.
fn reaching(workbook: &Workbook) -> Vec<(Place, &str)> {
    let sheets = workbook.sheets.iter();
    let cells = sheets.flat_map(|sheet| sheet.cells.iter().map(|cell| (&sheet.name, cell)));
    let formulas = cells.filter_map(|(sheet, cell)| {
        let formula = cell.formula.as_deref().filter(|it| reaches_out(it))?;
        let place = Place {
            sheet: sheet.clone(),
            cell: cell.at,
        };
        Some((place, formula))
    });
    formulas.collect()
}

/// Whether a formula calls one of [`REACHING`], or names a program as `program|topic!item`. Texts in it are passed over; so
/// are lists in braces, whose rows OpenDocument parts by the same sign.
fn reaches_out(formula: &str) -> bool {
    let bytes = formula.as_bytes();
    let (mut is_text, mut has_bar) = (false, false);
    for at in memchr3_iter(b'"', b'(', b'|', bytes) {
        match bytes[at] {
            b'"' => is_text = !is_text,
            _ if is_text => {}
            b'(' if is_reaching(&formula[..at]) => return true,
            b'(' => {}
            _ => has_bar = true,
        }
    }
    let is_program = |piece: &str| {
        let program = piece.split_once('|');
        program.is_some_and(|(name, topic)| !name.contains('{') && topic.contains('!'))
    };
    has_bar && formula.split('"').step_by(2).any(is_program)
}

/// Whether a text ends in the name of one of [`REACHING`], in whatever case, and not in a longer name; what stands
/// before a point, as in `_xlfn.WEBSERVICE`, is no part of it.
fn is_reaching(text: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || c == '_';
    REACHING.iter().any(|name| {
        let start = text.len().checked_sub(name.len());
        let split = start.and_then(|start| text.split_at_checked(start));
        split.is_some_and(|(before, end)| {
            end.eq_ignore_ascii_case(name) && !before.ends_with(goes_on)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::reaches_out;

    #[test]
    fn a_function_that_reaches_out_is_told_from_names_that_end_alike() {
        for formula in [
            "WEBSERVICE(A1)",
            "1+image(A1)",
            "_xlfn.WEBSERVICE(A1)",
            "1，WEBSERVICE(A1)",
            "1+\u{a0}DDE(A1)",
            "SUM(A1,Register.Id(\"a\"))",
            "IF(\"a(\"=A1,DDE(A1),0)",
            "cmd|'/c calc'!A0",
        ] {
            assert!(reaches_out(formula), "{formula}");
        }
        for formula in [
            "SUM(A1:A3)",
            "A1",
            "MYIMAGE(A1)",
            "ADD_E(A1)",
            "项目DDE(A1)",
            "LEN(\"WEBSERVICE(\")",
            "(A1+B1)*2",
        ] {
            assert!(!reaches_out(formula), "{formula}");
        }
    }
}

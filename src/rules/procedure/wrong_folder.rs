//! P03: the form's district is not the folder's.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, unread};

pub const RULE: Rule = Rule {
    code: "P03",
    name: "wrong-folder",
    severity: Severity::Block,
    clause: "四(三)",
    what: Text {
        zh: "申报书写的区（县）与收件文件夹的区（县）不同。",
        en: "The form's district is not the district of the folder it was dropped into.",
    },
    why: Text {
        zh: "项目由所在区（县）筛选、推荐并配套，不能由别的区（县）报送。",
        en: "A district recommends and matches its own projects.",
    },
    fix: Text {
        zh: "核对所属区（县）；没有填错的，把文件放入该区（县）自己的文件夹。",
        en: "Check the district; if it is right, put the file into that district's own folder.",
    },
    breaks: &[&[Edit::Folder("shayibake")]],
    keeps: &[&[Edit::Folder("tianshan")]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, edition) = (case.app()?, case.edition()?);
    let Some(folder) = case.folder else {
        return Ok(());
    };
    let district = case
        .district
        .ok_or_else(|| unread("district: not certain"))?;
    if district == folder {
        return Ok(());
    }
    let name = |id: &str| {
        let found = edition.districts.iter().find(|district| district.id == id);
        found.map_or_else(|| id.to_owned(), |district| district.name.clone())
    };
    let (own, dropped) = (name(district), name(folder));
    let label = &app.district.label;
    report.add(
        Fault::at(&app.district)
            .entered(own.clone(), dropped.clone())
            .message(
                format!("申报书的{label}是{own}，却放在{dropped}的收件文件夹里。"),
                format!("the form says {district}, the folder is {folder}'s"),
            )
            .fix(
                format!(
                    "填错了的，把{label}改为{dropped}；没有填错的，请由{own}放入自己的收件文件夹。"
                ),
                format!(
                    "change the district to {folder}, or put the file into {district}'s folder"
                ),
            ),
    );
    Ok(())
}

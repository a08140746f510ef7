//! Names of the files that go out: made by us from the names of dropped files, safe in every system.

use crate::assess::Verdict;

/// The folder for files that lie in no district's folder.
pub const NO_FOLDER: &str = "未分区";

/// Bytes of UTF-8 that a dropped file's own name may keep: 40 Chinese characters.
const STEM_BYTES_MAX: usize = 120;

/// Characters that some system does not allow in a name.
const RESERVED: &[char] = &[
    '<', '>', ':', '"', '/', '\\', '|', '?', '*', '%', '&', ';', '$', '`', '\'',
];

/// Path of the marked copy below the output folder: `results/tianshan/申报书-退回修改-LD2026-000123.xlsx`.
#[must_use]
pub fn result(path: &str, verdict: Verdict, number: &str, ending: &str) -> String {
    let (folder, name) = match path.rsplit_once('/') {
        Some((folders, name)) => (folders.split('/').next().unwrap_or(folders), name),
        None => (NO_FOLDER, path),
    };
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stem = clean(without_our_ending(stem));
    let (folder, verdict) = (clean(folder), verdict.zh());
    format!("results/{folder}/{stem}-{verdict}-{number}.{ending}")
}

/// Path of the validated workbook below the output folder, under the marked copy's name.
#[must_use]
pub fn accepted(district: &str, result: &str) -> String {
    let name = result.rsplit_once('/').map_or(result, |(_, name)| name);
    format!("accepted/{district}/{name}")
}

/// A corrected copy comes back under the name that we gave it: the name does not grow with every round.
fn without_our_ending(stem: &str) -> &str {
    let verdicts = [
        Verdict::Accepted,
        Verdict::AcceptedWithRemarks,
        Verdict::Returned,
        Verdict::Unreadable,
    ];
    let endings = verdicts
        .iter()
        .filter_map(|verdict| stem.find(&format!("-{}-LD", verdict.zh())));
    match endings.min() {
        Some(at) if at > 0 => &stem[..at],
        _ => stem,
    }
}

/// No control, direction or reserved character, nothing that a spreadsheet would take for a formula at the start,
/// at most [`STEM_BYTES_MAX`] bytes.
fn clean(name: &str) -> String {
    let is_safe = |c: char| {
        !c.is_control()
            && !RESERVED.contains(&c)
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let safe: String = name
        .chars()
        .map(|c| if is_safe(c) { c } else { '_' })
        .collect();
    let safe = safe.trim_matches(|c: char| c.is_whitespace() || c == '.');
    let safe = safe.trim_start_matches(['=', '+', '-', '@', '~', '#']);
    let mut kept = String::new();
    for c in safe.chars() {
        if kept.len() + c.len_utf8() > STEM_BYTES_MAX {
            break;
        }
        kept.push(c);
    }
    if kept.is_empty() {
        "未命名".to_owned()
    } else {
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "LD2026-000123";

    #[test]
    fn a_result_lies_in_the_folder_of_its_file() {
        let path = result(
            "tianshan/2026/申报书.xlsx",
            Verdict::Returned,
            NUMBER,
            "xlsx",
        );
        assert_eq!(path, "results/tianshan/申报书-退回修改-LD2026-000123.xlsx");
        assert_eq!(
            accepted("tianshan", &path),
            "accepted/tianshan/申报书-退回修改-LD2026-000123.xlsx"
        );
        assert_eq!(
            result("a.pdf", Verdict::Unreadable, NUMBER, "xlsx"),
            "results/未分区/a-无法读取-LD2026-000123.xlsx"
        );
    }

    #[test]
    fn a_copy_that_comes_back_does_not_grow() {
        let once = result("d/申报书.xlsx", Verdict::Returned, "LD2026-000001", "xlsx");
        let back = once.replace("results/", "");
        assert_eq!(
            result(&back, Verdict::Accepted, NUMBER, "xlsx"),
            "results/d/申报书-通过-LD2026-000123.xlsx"
        );
        let copied = "d/申报书-退回修改-LD2026-000001 (2).xlsx";
        assert_eq!(
            result(copied, Verdict::Accepted, NUMBER, "xlsx"),
            "results/d/申报书-通过-LD2026-000123.xlsx"
        );
    }

    #[test]
    fn a_name_is_never_a_path_a_formula_or_a_trick() {
        for (given, stem) in [
            ("=cmd|' /C calc'!A0.xlsx", "cmd__ _C calc_!A0"),
            ("\u{202e}xslx.exe.xlsx", "_xslx.exe"),
            ("..xlsx", "未命名"),
            ("-rf.xlsx", "rf"),
        ] {
            let given = given.replace('/', "_");
            assert_eq!(
                result(&given, Verdict::Returned, "N", "xlsx"),
                format!("results/未分区/{stem}-退回修改-N.xlsx")
            );
        }
        let long = result(&"长".repeat(200), Verdict::Returned, NUMBER, "xlsx");
        assert!(long.rsplit('/').next().unwrap().len() < 200, "{long}");
    }
}

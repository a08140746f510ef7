//! Names that programs leave beside the files of people, and who has a file open.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

/// Endings of files that are being written or are no files of people.
const ENDINGS: &[&str] = &[
    ".tmp",
    ".temp",
    ".part",
    ".partial",
    ".filepart",
    ".crdownload",
    ".download",
    ".swp",
    ".lock",
    ".lnk",
];

/// Files that systems put into folders.
const SYSTEM: &[&str] = &[
    "thumbs.db",
    "desktop.ini",
    "@eadir",
    "#recycle",
    "$recycle.bin",
];

/// An owner file older than this was left behind by a program that died.
const OWNER_FRESH: Duration = Duration::from_secs(24 * 3600);

/// Longest owner file that is read, in bytes.
const OWNER_BYTES_MAX: usize = 1024;

/// Whether a name is of the kind that programs leave: passed over in silence.
#[must_use]
pub fn is_ignored(name: &str) -> bool {
    let lower = name.to_lowercase();
    name.starts_with(['.', '~'])
        || name.ends_with('~')
        || name.starts_with('#') && name.ends_with('#')
        || ENDINGS.iter().any(|ending| lower.ends_with(ending))
        || SYSTEM.contains(&lower.as_str())
        || lower.starts_with("lu") && lower.ends_with(".tmp")
        || lower.len() == 8 && lower.chars().all(|digit| digit.is_ascii_hexdigit())
}

/// Whether a program has the file open, by the owner file beside it: the owner's name where it can be read.
pub(super) fn open_by(file: &Path, now: Timestamp) -> Option<Option<String>> {
    let name = file.file_name()?.to_str()?;
    let office = file.with_file_name(format!("~${name}"));
    let libre = file.with_file_name(format!(".~lock.{name}#"));
    if is_fresh(&libre, now) {
        let text = start_of(&libre);
        let owner = text.split(',').map(str::trim).find(|part| !part.is_empty());
        return Some(owner.map(ToOwned::to_owned));
    }
    if is_fresh(&office, now) {
        // Excel writes the length of the name, then the name, padded with blanks.
        let text = start_of(&office);
        let owner = text
            .get(1..55)
            .unwrap_or_default()
            .trim_matches(|c: char| c.is_whitespace() || c.is_control());
        return Some((!owner.is_empty()).then(|| owner.to_owned()));
    }
    None
}

fn is_fresh(owner_file: &Path, now: Timestamp) -> bool {
    let Ok(changed) = owner_file
        .symlink_metadata()
        .and_then(|found| found.modified())
    else {
        return false;
    };
    let Ok(changed) = Timestamp::try_from(changed) else {
        return false;
    };
    now.duration_since(changed)
        < jiff::SignedDuration::try_from(OWNER_FRESH).unwrap_or(jiff::SignedDuration::MAX)
}

fn start_of(file: &Path) -> String {
    use std::io::Read as _;
    let mut start = Vec::new();
    let limit = u64::try_from(OWNER_BYTES_MAX).unwrap_or(u64::MAX);
    let read = std::fs::File::open(file).and_then(|file| file.take(limit).read_to_end(&mut start));
    match read {
        Ok(_) => String::from_utf8_lossy(&start).into_owned(),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_ignored;

    #[test]
    fn what_programs_leave_is_passed_over() {
        for name in [
            ".hidden",
            "~$申报书.xlsx",
            ".~lock.申报书.xlsx#",
            "申报书.xlsx~",
            "a.TMP",
            "a.xlsx.part",
            "Thumbs.db",
            "#a#",
            "4F3A9C10",
            "lu12ab.tmp",
            "a.lnk",
            "._a.xlsx",
        ] {
            assert!(is_ignored(name), "{name}");
        }
    }

    #[test]
    fn what_people_put_there_is_not() {
        for name in [
            "申报书.xlsx",
            "申报书 (冲突副本).xlsx",
            "说明.docx",
            "4F3A9C10.xlsx",
            "#1 项目.xlsx",
            "temp.xlsx",
        ] {
            assert!(!is_ignored(name), "{name}");
        }
    }
}

//! Files that appear in full or not at all, also after a crash: temporary name in the same folder, write, sync,
//! read again, rename. Nothing of another's is ever overwritten, except by [`replace`].
//!
//! A caller that publishes many files syncs their folders once, at the end, with [`sync_folder`].

use std::fs::{File, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Numbers tried for a name that others have taken.
pub const NAMES_MAX: u32 = 100;

/// How the name of a file begins and ends that is not there in full.
const DRAFT_BEGINS: &str = ".liandong-";
const DRAFT_ENDS: &str = ".tmp";

/// What became of a file to be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// It is there.
    New,
    /// It was there already, with the same bytes.
    Same,
    /// Another file has its name.
    Taken,
}

/// Publishes a file under this name, once. The folder must be synced afterwards.
///
/// # Errors
/// Where the folder cannot be made or written.
pub fn once(file: &Path, bytes: &[u8]) -> io::Result<Published> {
    match draft(file, bytes)?.persist_noclobber(file) {
        Ok(_) => Ok(Published::New),
        Err(taken) if taken.error.kind() == io::ErrorKind::AlreadyExists => {
            Ok(if std::fs::read(file)? == bytes {
                Published::Same
            } else {
                Published::Taken
            })
        }
        Err(other) => Err(other.error),
    }
}

/// Publishes a file under this name, or with ` (2)`, ` (3)` … before its extension where others have taken it.
/// Gives the name that it has.
///
/// # Errors
/// Where the folder cannot be made or written, or a hundred names are taken.
pub fn beside(file: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    for number in 1..=NAMES_MAX {
        let name = numbered(file, number);
        if once(&name, bytes)? != Published::Taken {
            return Ok(name);
        }
    }
    Err(io::Error::new(
        io::ErrorKind::AlreadyExists,
        "a hundred files have this name",
    ))
}

/// `a.xlsx`, `a (2).xlsx`, `a (3).xlsx`.
#[must_use]
pub fn numbered(file: &Path, number: u32) -> PathBuf {
    if number <= 1 {
        return file.to_owned();
    }
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let extension = file
        .extension()
        .map(|extension| format!(".{}", extension.to_string_lossy()));
    file.with_file_name(format!(
        "{stem} ({number}){}",
        extension.unwrap_or_default()
    ))
}

/// Publishes a file of ours in the place of an older one. The folder is synced.
///
/// # Errors
/// Where the folder cannot be made or written.
pub fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    draft(file, bytes)?
        .persist(file)
        .map_err(|failed| failed.error)?;
    sync_folder(folder_of(file))
}

/// Removes what a death between writing and renaming has left in a folder of ours and its sub-folders, not through
/// links. Only while nobody else publishes there. Gives how many there were; what cannot be removed stays, and is
/// tried at the next start.
pub fn sweep(folder: &Path) -> usize {
    let mut swept = 0;
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let (name, path) = (entry.file_name(), entry.path());
        let name = name.to_string_lossy();
        let kind = entry.file_type();
        if kind.as_ref().is_ok_and(std::fs::FileType::is_dir) {
            swept += sweep(&path);
        } else if name.starts_with(DRAFT_BEGINS) && name.ends_with(DRAFT_ENDS) {
            swept += usize::from(std::fs::remove_file(&path).is_ok());
        }
    }
    swept
}

/// Makes the names of a folder outlast a power cut.
///
/// # Errors
/// Where the folder cannot be opened or synced.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The folder of a file; `.` for a bare name.
#[must_use]
pub fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// The content under a temporary name, synced and read again.
fn draft(file: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let folder = folder_of(file);
    std::fs::create_dir_all(folder)?;
    let mut draft = tempfile::Builder::new()
        .prefix(DRAFT_BEGINS)
        .suffix(DRAFT_ENDS)
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)?;
    draft.write_all(bytes)?;
    draft.as_file().sync_all()?;
    if std::fs::read(draft.path())? != bytes {
        return Err(io::Error::other(
            "what was written is not what can be read again",
        ));
    }
    Ok(draft)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_others_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("结果.xlsx");
        assert_eq!(once(&file, b"one").unwrap(), Published::New);
        assert_eq!(once(&file, b"one").unwrap(), Published::Same);
        assert_eq!(once(&file, b"two").unwrap(), Published::Taken);
        assert_eq!(
            beside(&file, b"two").unwrap(),
            folder.path().join("结果 (2).xlsx")
        );
        assert_eq!(
            beside(&file, b"two").unwrap(),
            folder.path().join("结果 (2).xlsx")
        );
        assert_eq!(std::fs::read(&file).unwrap(), b"one");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_file_of_ours_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("register/清单.xlsx");
        replace(&file, b"one").unwrap();
        replace(&file, b"two").unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"two");
    }
}

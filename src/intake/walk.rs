//! The files below the inbox, and their content, without following a link anywhere.

use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use rustix::fs::{Mode, OFlags, ResolveFlags};

use super::{DONE_FOLDER, Why, is_ignored};
use crate::ledger::Stamp;
use crate::read::limits::FILE_BYTES;

/// Folders within folders that are looked into.
const DEPTH_MAX: usize = 8;

/// A file or folder that could not be looked at.
pub(super) struct Unseen {
    pub(super) path: String,
    pub(super) why: String,
}

type Seen = Result<(String, Stamp), Unseen>;

/// Every visible regular file below the inbox, in the order of their paths.
pub(super) fn files(inbox: &Path) -> io::Result<Vec<Seen>> {
    let mut files = Vec::new();
    list(inbox, "", 0, &mut files)?;
    files.sort_by(|a, b| path_of(a).cmp(path_of(b)));
    Ok(files)
}

fn path_of(seen: &Seen) -> &str {
    match seen {
        Ok((path, _)) => path,
        Err(unseen) => &unseen.path,
    }
}

fn list(folder: &Path, below: &str, depth: usize, files: &mut Vec<Seen>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            let path = format!("{below}{}", name.to_string_lossy());
            files.push(Err(Unseen {
                path,
                why: "文件名不是 UTF-8，请改名".to_owned(),
            }));
            continue;
        };
        if is_ignored(name) || name == DONE_FOLDER {
            continue;
        }
        let path = format!("{below}{name}");
        match entry.path().symlink_metadata() {
            Ok(found) if found.is_dir() && depth < DEPTH_MAX => {
                if let Err(error) = list(&entry.path(), &format!("{path}/"), depth + 1, files) {
                    files.push(Err(Unseen {
                        path,
                        why: error.to_string(),
                    }));
                }
            }
            Ok(found) if found.is_dir() => files.push(Err(Unseen {
                path,
                why: format!("文件夹嵌套超过 {DEPTH_MAX} 层，请把文件移到上层"),
            })),
            Ok(found) if found.is_file() => files.push(Ok((path, stamp(&found)))),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => files.push(Err(Unseen {
                path,
                why: error.to_string(),
            })),
        }
    }
    Ok(())
}

fn stamp(found: &std::fs::Metadata) -> Stamp {
    let number = |value: u64| i64::from_ne_bytes(value.to_ne_bytes());
    let moment = |seconds: i64, ns: i64| seconds.saturating_mul(1_000_000_000).saturating_add(ns);
    Stamp {
        device: number(found.dev()),
        inode: number(found.ino()),
        size_bytes: number(found.size()),
        modified_ns: moment(found.mtime(), found.mtime_nsec()),
        changed_ns: moment(found.ctime(), found.ctime_nsec()),
    }
}

/// Reads a file that still looks as it did, before and after. Of a file over the limit only so much is read that
/// it is seen to be over.
pub(super) fn read(inbox: &Path, path: &str, looked: Stamp) -> Result<Vec<u8>, Why> {
    let trouble = |error: io::Error| Why::Unreadable(error.to_string());
    let mut file = open(inbox, path).map_err(trouble)?;
    if stamp(&file.metadata().map_err(trouble)?) != looked {
        return Err(Why::Changing);
    }
    let mut bytes = Vec::new();
    (&mut file)
        .take(FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(trouble)?;
    if stamp(&file.metadata().map_err(trouble)?) != looked {
        return Err(Why::Changing);
    }
    Ok(bytes)
}

/// Opens a file beneath the inbox; a link anywhere in the path is refused.
fn open(inbox: &Path, path: &str) -> io::Result<std::fs::File> {
    let root = rustix::fs::open(
        inbox,
        OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC,
        Mode::empty(),
    )?;
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let inside = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    let file = rustix::fs::openat2(root, path, flags, Mode::empty(), inside)?;
    Ok(file.into())
}

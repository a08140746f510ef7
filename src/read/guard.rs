//! What a file is by its bytes, and whether it is safe to read, before anything is inflated.

use foldhash::{HashSet, HashSetExt as _};

use super::compound::{self, Compound};
use super::package::Package;
use super::{Foreign, ReadFault, foreign, limits};

/// A workbook that may be read.
#[derive(Debug)]
pub enum Opened<'a> {
    /// A package with parts in XML: `.xlsx`, `.xlsm`, and many an `.et`.
    Xlsx(Package<'a>),
    /// A package with parts in records: `.xlsb`.
    Xlsb(Package<'a>),
    /// An OpenDocument package: `.ods`.
    Ods(Package<'a>),
    /// A compound file: `.xls`, `.et`.
    Xls(Compound<'a>),
}

/// Opens a workbook within the limits, whatever its name, or says why not.
///
/// # Errors
/// The [`ReadFault`] to tell the sender.
pub fn open(bytes: &[u8]) -> Result<Opened<'_>, ReadFault> {
    let size = bytes.len() as u64;
    if size == 0 {
        return Err(ReadFault::Empty);
    }
    if size > limits::FILE_BYTES {
        return Err(over_bytes("文件大小", size, limits::FILE_BYTES));
    }
    if bytes.starts_with(compound::SIGNATURE) {
        return compound_file(bytes).map(Opened::Xls);
    }
    if !bytes.starts_with(b"PK\x03\x04") {
        return Err(other(foreign::of(bytes)));
    }
    let package = package(bytes)?;
    let names = package.archive.file_names().flatten();
    let names: Vec<String> = names.map(|name| name.to_lowercase()).collect();
    let has = |name: &str| package.has(name);
    if let Some(what) = foreign::of_package(has, &names) {
        return Err(other(what));
    }
    if has("[Content_Types].xml") {
        return Ok(match has("xl/workbook.bin") {
            true => Opened::Xlsb(package),
            false => Opened::Xlsx(package),
        });
    }
    Ok(Opened::Ods(package))
}

/// Opens a package within the limits.
///
/// # Errors
/// The [`ReadFault`] to tell the sender.
pub fn package(bytes: &[u8]) -> Result<Package<'_>, ReadFault> {
    let mut package = Package::open(bytes).map_err(damaged)?;
    within_limits(&mut package)?;
    Ok(package)
}

/// How many members the end of a package says there are (APPNOTE 4.3.16); `None` where another record says it.
fn listed(bytes: &[u8]) -> Option<u16> {
    let end = memchr::memmem::rfind(bytes, b"PK\x05\x06")?;
    let count = bytes.get(end + 10..end + 12)?;
    let count = u16::from_le_bytes([count[0], count[1]]);
    (count != u16::MAX).then_some(count)
}

/// Opens a compound file that holds a workbook.
fn compound_file(bytes: &[u8]) -> Result<Compound<'_>, ReadFault> {
    let file = Compound::open(bytes).ok_or_else(|| damaged("复合文件的目录不正确"))?;
    let size = bytes.len() as u64;
    if file.has("EncryptedPackage") {
        Err(ReadFault::Password)
    } else if file.has("WordDocument") {
        Err(other(Foreign::Word))
    } else if file.has("PowerPoint Document") {
        Err(other(Foreign::Slides))
    } else if !file.has("Workbook") && !file.has("Book") {
        Err(other(Foreign::Unknown))
    } else if size > limits::OLD_FILE_BYTES {
        Err(over_bytes("文件大小", size, limits::OLD_FILE_BYTES))
    } else {
        Ok(file)
    }
}

fn within_limits(package: &mut Package<'_>) -> Result<(), ReadFault> {
    if package.archive.len() > limits::ENTRIES {
        return Err(over(
            "压缩包内文件数",
            package.archive.len() as u64,
            limits::ENTRIES as u64,
        ));
    }
    // of members with one name the directory keeps the last: another program may show the first
    if listed(package.bytes()).is_some_and(|listed| usize::from(listed) > package.archive.len()) {
        return Err(damaged("压缩包内有重名文件"));
    }
    let (mut names, mut declared) = (HashSet::new(), 0_u64);
    for index in 0..package.archive.len() {
        let part = package.archive.by_index_raw(index).map_err(damaged)?;
        let (name, size, packed) = (
            part.name().map_err(damaged)?.to_lowercase(),
            part.size(),
            part.compressed_size(),
        );
        declared = declared.saturating_add(size);
        if part.encrypted() {
            return Err(other(Foreign::LockedArchive));
        }
        if name.contains('\\') {
            return Err(damaged("压缩包内的文件名含有反斜杠"));
        }
        if size > limits::PART_BYTES {
            return Err(over_bytes("压缩包内单个文件", size, limits::PART_BYTES));
        }
        if name.ends_with("sharedstrings.xml") && size > limits::STRINGS_BYTES {
            return Err(over_bytes("文本内容", size, limits::STRINGS_BYTES));
        }
        if size > limits::RATIO_FROM_BYTES && size / packed.max(1) > limits::RATIO {
            return Err(over("压缩比", size / packed.max(1), limits::RATIO));
        }
        if !names.insert(name) {
            return Err(damaged("压缩包内有重名文件"));
        }
    }
    if declared > limits::DECLARED_BYTES {
        return Err(over_bytes("解压后大小", declared, limits::DECLARED_BYTES));
    }
    Ok(())
}

fn other(what: Foreign) -> ReadFault {
    ReadFault::OtherFormat { what }
}

/// A package that is damaged, with the reason.
pub fn damaged(why: impl ToString) -> ReadFault {
    ReadFault::Damaged {
        why: why.to_string(),
    }
}

impl From<super::tags::Broken> for ReadFault {
    fn from(why: super::tags::Broken) -> Self {
        damaged(why)
    }
}

/// A limit on bytes was reached: told in MiB, as people know the size of a file.
#[must_use]
pub fn over_bytes(what: &str, is: u64, most: u64) -> ReadFault {
    const MIB: u64 = 1024 * 1024;
    ReadFault::OverLimit {
        what: what.to_owned(),
        is: format!("{} MiB", is.div_ceil(MIB)),
        most: format!("{} MiB", most / MIB),
    }
}

/// A limit reached.
#[must_use]
pub fn over(what: &str, is: u64, most: u64) -> ReadFault {
    ReadFault::OverLimit {
        what: what.to_owned(),
        is: is.to_string(),
        most: most.to_string(),
    }
}

//! What a file is by its first bytes, and whether a package is safe to open, before anything is inflated.

use foldhash::{HashSet, HashSetExt as _};

use super::package::Package;
use super::{ReadFault, limits};

/// Opens the package of a workbook within the limits, or says why not.
///
/// # Errors
/// The [`ReadFault`] to tell the sender.
pub fn open(bytes: &[u8]) -> Result<Package<'_>, ReadFault> {
    let size = bytes.len() as u64;
    if size == 0 {
        return Err(ReadFault::Empty);
    }
    if size > limits::FILE_BYTES {
        return Err(over_bytes("文件大小", size, limits::FILE_BYTES));
    }
    if !bytes.starts_with(b"PK\x03\x04") {
        return Err(not_a_package(bytes));
    }
    let mut package = Package::open(bytes).map_err(damaged)?;
    within_limits(&mut package)?;
    let has = |name: &str| package.has(name);
    if has("xl/workbook.bin") {
        return Err(other("二进制工作簿（.xlsb）"));
    }
    if has("word/document.xml") {
        return Err(other("Word 文档"));
    }
    if has("mimetype") && has("content.xml") {
        return Err(other("OpenDocument 文件（.ods）"));
    }
    if !has("[Content_Types].xml") {
        return Err(other("压缩包"));
    }
    Ok(package)
}

fn within_limits(package: &mut Package<'_>) -> Result<(), ReadFault> {
    if package.archive.len() > limits::ENTRIES {
        return Err(over(
            "压缩包内文件数",
            package.archive.len() as u64,
            limits::ENTRIES as u64,
        ));
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

/// What a file is that is no package.
fn not_a_package(bytes: &[u8]) -> ReadFault {
    let holds = |text: &str| {
        let wanted: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wanted.len()).any(|window| window == wanted)
    };
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        if holds("EncryptedPackage") {
            return ReadFault::Password;
        }
        if holds("WordDocument") {
            return other("Word 文档");
        }
        return other("旧版工作簿（.xls 或 .et）");
    }
    if bytes.starts_with(b"%PDF") {
        return other("PDF 文件");
    }
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).to_lowercase();
    if start.contains("<html") || start.contains("<table") {
        return other("网页（HTML）");
    }
    if start.trim_start().starts_with("<?xml") {
        return other("XML 文件");
    }
    if start.chars().all(|c| !c.is_control() || c.is_whitespace()) {
        return other("文本文件（如 CSV）");
    }
    other("不认识的文件")
}

fn other(what: &str) -> ReadFault {
    ReadFault::OtherFormat {
        what: what.to_owned(),
    }
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
fn over_bytes(what: &str, is: u64, most: u64) -> ReadFault {
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

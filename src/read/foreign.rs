//! What a file is that holds no workbook of ours to read: each kind is told what it is and what to do.

use serde::{Deserialize, Serialize};

/// A kind of file that is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Foreign {
    /// A Word document, also RTF.
    Word,
    /// A PDF document.
    Pdf,
    /// An OFD document (GB/T 33190).
    Ofd,
    /// A presentation.
    Slides,
    /// A picture: a scan or a photograph.
    Picture,
    /// An archive with workbooks in it.
    ArchiveOfWorkbooks,
    /// Another archive.
    Archive,
    /// An archive with a password.
    LockedArchive,
    /// Text with separators (CSV), often named `.xls`.
    Text,
    /// A web page, often named `.xls`.
    Html,
    /// An XML spreadsheet of 2003.
    XmlSpreadsheet,
    /// Other XML.
    Xml,
    /// A workbook of Excel 5.0/95 or earlier.
    OldExcel,
    /// An OpenDocument file that is no spreadsheet, or is written as one XML file.
    OpenDocument,
    /// A spreadsheet of Numbers.
    Numbers,
    /// None of these.
    Unknown,
}

impl Foreign {
    /// What it is called, Chinese and English.
    #[must_use]
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Word => (" Word 文档", "a Word document"),
            Self::Pdf => (" PDF 文件", "a PDF file"),
            Self::Ofd => (" OFD 文件", "an OFD file"),
            Self::Slides => ("演示文稿", "a presentation"),
            Self::Picture => ("图片", "a picture"),
            Self::ArchiveOfWorkbooks => ("装有工作簿的压缩包", "an archive of workbooks"),
            Self::Archive => ("压缩包", "an archive"),
            Self::LockedArchive => ("设有密码的压缩包", "an archive with a password"),
            Self::Text => ("文本文件（如 CSV）", "a text file such as CSV"),
            Self::Html => ("网页（HTML）", "a web page (HTML)"),
            Self::XmlSpreadsheet => (" XML 电子表格 2003", "an XML spreadsheet of 2003"),
            Self::Xml => (" XML 文件", "an XML file"),
            Self::OldExcel => (
                " Excel 5.0/95 或更早的工作簿",
                "a workbook of Excel 5.0/95 or earlier",
            ),
            Self::OpenDocument => (" OpenDocument 文档", "an OpenDocument text or flat file"),
            Self::Numbers => (" Numbers 表格", "a Numbers spreadsheet"),
            Self::Unknown => ("不认识的文件", "an unknown file"),
        }
    }
}

/// First bytes of files that are no text.
const SIGNATURES: [(&[u8], Foreign); 17] = [
    (b"%PDF", Foreign::Pdf),
    (b"{\\rtf", Foreign::Word),
    (b"Rar!", Foreign::Archive),
    (b"7z\xBC\xAF", Foreign::Archive),
    (b"\x1F\x8B", Foreign::Archive),
    (b"BZh", Foreign::Archive),
    (b"\xFD7zXZ", Foreign::Archive),
    (b"\x89PNG", Foreign::Picture),
    (b"\xFF\xD8\xFF", Foreign::Picture),
    (b"GIF8", Foreign::Picture),
    (b"II*\0", Foreign::Picture),
    (b"MM\0*", Foreign::Picture),
    (b"BM", Foreign::Picture),
    // records that begin streams of BIFF2 to BIFF5 outside a compound file
    (b"\x09\x00\x04\x00", Foreign::OldExcel),
    (b"\x09\x02\x06\x00", Foreign::OldExcel),
    (b"\x09\x04\x06\x00", Foreign::OldExcel),
    (b"\x09\x08\x08\x00", Foreign::OldExcel),
];

/// Bytes of a text that say what it is.
const START_BYTES: usize = 4096;

/// What a file is that is neither a package nor a compound file.
#[must_use]
pub fn of(bytes: &[u8]) -> Foreign {
    let mut signatures = SIGNATURES.iter();
    if let Some((_, what)) = signatures.find(|(signature, _)| bytes.starts_with(signature)) {
        return *what;
    }
    let start = &bytes[..bytes.len().min(START_BYTES)];
    let start = text(start).to_lowercase();
    let is_any = |marks: &[&str]| marks.iter().any(|mark| start.contains(mark));
    if is_any(&["urn:schemas-microsoft-com:office:spreadsheet"]) && !is_any(&["<html"]) {
        Foreign::XmlSpreadsheet
    } else if is_any(&["<html", "<table", "<!doctype html", "mime-version:"]) {
        Foreign::Html
    } else if is_any(&["<office:document"]) {
        Foreign::OpenDocument
    } else if start.trim_start().starts_with("<?xml") {
        Foreign::Xml
    } else if start.chars().all(|c| !c.is_control() || c.is_whitespace()) {
        Foreign::Text
    } else {
        Foreign::Unknown
    }
}

/// The text that bytes are: UTF-16 where they say so; letters and signs of UTF-8 and GBK alike are what counts here.
fn text(bytes: &[u8]) -> String {
    let wide = |of: fn([u8; 2]) -> u16| {
        let units = bytes[2..]
            .chunks_exact(2)
            .map(|pair| of([pair[0], pair[1]]));
        String::from_utf16_lossy(&units.collect::<Vec<_>>())
    };
    match bytes.get(..2) {
        Some(b"\xFF\xFE") => wide(u16::from_le_bytes),
        Some(b"\xFE\xFF") => wide(u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// What a package is, by the names of its members; `None` where it may be a workbook.
#[must_use]
pub fn of_package(has: impl Fn(&str) -> bool, names: &[String]) -> Option<Foreign> {
    const WORKBOOKS: [&str; 7] = [".xlsx", ".xlsm", ".xlsb", ".xls", ".et", ".ods", ".xltx"];
    if has("word/document.xml") {
        Some(Foreign::Word)
    } else if has("ppt/presentation.xml") {
        Some(Foreign::Slides)
    } else if has("OFD.xml") {
        Some(Foreign::Ofd)
    } else if names.iter().any(|name| name.ends_with(".iwa")) || has("Index.zip") {
        Some(Foreign::Numbers)
    } else if has("[Content_Types].xml") || has("mimetype") {
        None
    } else if names
        .iter()
        .any(|name| WORKBOOKS.iter().any(|ending| name.ends_with(ending)))
    {
        Some(Foreign::ArchiveOfWorkbooks)
    } else {
        Some(Foreign::Archive)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_their_bytes() {
        let wide: Vec<u8> = "\u{feff}项目名称\t"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for (bytes, what) in [
            ("序号,项目名称\r\n1,一".as_bytes(), Foreign::Text),
            (b"\xCF\xEE\xC4\xBF,\xC3\xFB\xB3\xC6\r\n", Foreign::Text),
            (&wide, Foreign::Text),
            (b"<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><table>", Foreign::Html),
            (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n", Foreign::Html),
            (b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">", Foreign::XmlSpreadsheet),
            (b"<?xml version=\"1.0\"?><a/>", Foreign::Xml),
            (b"\x09\x08\x08\x00\x00\x05\x05\x00", Foreign::OldExcel),
            (b"\xFF\xD8\xFF\xE0", Foreign::Picture),
            (b"\x00\x01\x02\x03", Foreign::Unknown),
        ] {
            assert_eq!(of(bytes), what, "{bytes:?}");
        }
    }
}

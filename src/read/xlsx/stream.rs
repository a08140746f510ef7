//! A sheet's text in pieces: what stands before its cells, a row at a time, what stands after them. The sheet as a
//! whole is never held, so that its size does not matter.
//!
//! Rows are told apart by their tags and not looked into. At the end the text must be of the size and checksum that
//! the package's directory promises.

use std::io::Read;
use std::ops::Range;

use flate2::Crc;
use flate2::read::DeflateDecoder;
use memchr::{memchr, memmem, memrchr};
use zip::CompressionMethod;

use crate::read::ReadFault;
use crate::read::guard::{damaged, over_bytes};
use crate::read::package::Stored;

/// Bytes that are inflated at once.
const PIECE: usize = 256 * 1024;
/// Bytes of what must be held together: a row, or what stands before the cells.
const HELD_BYTES: usize = 16 * 1024 * 1024;

/// A sheet's text as it comes.
pub struct SheetText<'a> {
    source: Box<dyn Read + 'a>,
    /// What is inflated and not given back yet begins at `at`.
    buffer: Vec<u8>,
    at: usize,
    is_at_end: bool,
    checksum: Crc,
    promised: (u64, u32),
    /// The prefix of the sheet's elements with its colon.
    prefix: String,
    /// Whether rows may follow.
    is_in_rows: bool,
}

impl std::fmt::Debug for SheetText<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SheetText").finish_non_exhaustive()
    }
}

impl<'a> SheetText<'a> {
    /// A sheet as its package stores it.
    ///
    /// # Errors
    /// Where it is compressed in a way that packages of workbooks are not.
    pub fn of(stored: &Stored<'a>) -> Result<Self, ReadFault> {
        let source: Box<dyn Read + 'a> = match stored.method {
            CompressionMethod::Stored => Box::new(stored.bytes),
            CompressionMethod::Deflated => Box::new(DeflateDecoder::new(stored.bytes)),
            other => return Err(damaged(format!("compressed by {other}"))),
        };
        Ok(Self {
            source,
            buffer: Vec::with_capacity(2 * PIECE),
            at: 0,
            is_at_end: false,
            checksum: Crc::new(),
            promised: (stored.size, stored.crc32),
            prefix: String::new(),
            is_in_rows: false,
        })
    }

    /// What stands before the cells, the start tag of the cells included. To be asked for first.
    ///
    /// # Errors
    /// Where the part is damaged or no sheet.
    pub fn head(&mut self) -> Result<&str, ReadFault> {
        let no_sheet = || damaged("工作表不完整");
        let word = self.find(0, b"sheetData")?.ok_or_else(no_sheet)?;
        let start = memrchr(b'<', self.held(0..word)).ok_or_else(no_sheet)?;
        let prefix = std::str::from_utf8(self.held(start + 1..word)).map_err(damaged)?;
        self.prefix = prefix.to_owned();
        let end = self.find(word, b">")?.ok_or_else(no_sheet)? + 1;
        self.is_in_rows = !self.held(0..end).ends_with(b"/>");
        self.take(end)
    }

    /// The next row's element as it is written; `None` after the last one.
    ///
    /// # Errors
    /// Where the part is damaged.
    pub fn row(&mut self) -> Result<Option<&str>, ReadFault> {
        if !self.is_in_rows {
            return Ok(None);
        }
        let cut = || damaged("内容不完整");
        let start = self.find(0, b"<")?.ok_or_else(cut)?;
        let tag_end = self.find(start, b">")?.ok_or_else(cut)? + 1;
        let tag = self.held(start..tag_end);
        if tag.starts_with(b"</") {
            self.is_in_rows = false;
            return Ok(None);
        }
        let name = format!("{}row", self.prefix);
        let follows = tag.get(1 + name.len());
        let is_row = tag[1..].starts_with(name.as_bytes())
            && follows.is_some_and(|byte| !byte.is_ascii_alphanumeric());
        if !is_row {
            return Err(damaged("工作表的行不正确"));
        }
        if tag.ends_with(b"/>") {
            return self.take(tag_end).map(Some);
        }
        let close = format!("</{name}");
        let close = self.find(tag_end, close.as_bytes())?.ok_or_else(cut)?;
        let end = self.find(close, b">")?.ok_or_else(cut)? + 1;
        self.take(end).map(Some)
    }

    /// Passes on what is left of the cells, up to their end tag, which [`Self::tail`] begins with.
    ///
    /// # Errors
    /// Where the part is damaged.
    pub fn rest_of_cells(&mut self, pass: &mut dyn FnMut(&[u8])) -> Result<(), ReadFault> {
        if !self.is_in_rows {
            return Ok(());
        }
        self.is_in_rows = false;
        let close = format!("</{}sheetData>", self.prefix);
        loop {
            if let Some(end) = memmem::find(&self.buffer[self.at..], close.as_bytes()) {
                pass(self.held(0..end));
                self.at += end;
                return Ok(());
            }
            // the end tag may stand in two pieces
            let whole = (self.buffer.len() - self.at).saturating_sub(close.len());
            pass(self.held(0..whole));
            self.at += whole;
            if !self.more()? {
                return Err(damaged("工作表不完整"));
            }
        }
    }

    /// Everything that is left; the text is as the directory promises.
    ///
    /// # Errors
    /// Where it is not, or is damaged.
    pub fn tail(&mut self) -> Result<&str, ReadFault> {
        while self.more()? {}
        self.take(self.buffer.len() - self.at)
    }

    /// What is inflated, from what is not given back yet on.
    fn held(&self, range: Range<usize>) -> &[u8] {
        &self.buffer[self.at + range.start..self.at + range.end]
    }

    /// Where something is found, counted from what is not given back yet.
    fn find(&mut self, from: usize, wanted: &[u8]) -> Result<Option<usize>, ReadFault> {
        let mut from = from;
        loop {
            let held = &self.buffer[self.at..];
            let rest = held.get(from..).unwrap_or_default();
            let found = match wanted {
                [byte] => memchr(*byte, rest),
                wanted => memmem::find(rest, wanted),
            };
            if let Some(found) = found {
                return Ok(Some(from + found));
            }
            if held.len() > HELD_BYTES {
                let (is, most) = (held.len() as u64, HELD_BYTES as u64);
                return Err(over_bytes("工作表一行的内容", is, most));
            }
            from = from.max(held.len().saturating_sub(wanted.len()));
            if !self.more()? {
                return Ok(None);
            }
        }
    }

    /// Gives so many bytes back as text.
    fn take(&mut self, length: usize) -> Result<&str, ReadFault> {
        let start = self.at;
        self.at += length;
        let bytes = &self.buffer[start..self.at];
        simdutf8::basic::from_utf8(bytes).map_err(damaged)
    }

    /// Inflates the next piece; whether there was one.
    fn more(&mut self) -> Result<bool, ReadFault> {
        if self.is_at_end {
            return Ok(false);
        }
        self.buffer.drain(..self.at);
        self.at = 0;
        let before = self.buffer.len();
        let mut piece = (&mut self.source).take(PIECE as u64);
        let read = piece.read_to_end(&mut self.buffer).map_err(damaged)?;
        self.checksum.update(&self.buffer[before..]);
        let (size, crc32) = self.promised;
        let so_far = u64::from(self.checksum.amount());
        if read == 0 {
            self.is_at_end = true;
            if so_far != size || self.checksum.sum() != crc32 {
                return Err(damaged("a member is not as the directory promises"));
            }
        } else if so_far > size {
            return Err(damaged("a member is not of its declared size"));
        }
        Ok(read > 0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn deflated(text: &str) -> Vec<u8> {
        let mut deflate =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        deflate.write_all(text.as_bytes()).unwrap();
        deflate.finish().unwrap()
    }

    fn stored<'a>(bytes: &'a [u8], text: &str) -> Stored<'a> {
        Stored {
            size: text.len() as u64,
            crc32: libdeflater::crc32(text.as_bytes()),
            method: CompressionMethod::Deflated,
            bytes,
        }
    }

    fn sheet(rows: &str) -> String {
        format!("<x:worksheet><x:cols/><x:sheetData>{rows}</x:sheetData><x:tail/></x:worksheet>")
    }

    #[test]
    fn rows_come_one_by_one_however_large_the_sheet() {
        let row = |number: usize| format!("<x:row r=\"{number}\"><x:c>卡脖子</x:c></x:row>");
        let rows: String = (1..40_000).map(row).collect();
        let text = sheet(&format!("{rows}\n<x:row r=\"40000\"/>"));
        let bytes = deflated(&text);
        let mut sheet = SheetText::of(&stored(&bytes, &text)).unwrap();
        assert_eq!(sheet.head().unwrap(), "<x:worksheet><x:cols/><x:sheetData>");
        for number in 1..40_000 {
            assert_eq!(sheet.row().unwrap(), Some(&*row(number)));
        }
        assert!(sheet.row().unwrap().unwrap().contains("40000"));
        assert_eq!(sheet.row().unwrap(), None);
        assert!(sheet.tail().unwrap().starts_with("</x:sheetData><x:tail/>"));
    }

    #[test]
    fn cells_are_passed_on_as_they_are() {
        let rows = "<x:row r=\"1\"><x:c/></x:row>".repeat(50_000);
        let text = sheet(&rows);
        let bytes = deflated(&text);
        let mut sheet = SheetText::of(&stored(&bytes, &text)).unwrap();
        let mut again = sheet.head().unwrap().as_bytes().to_vec();
        let pass = &mut |piece: &[u8]| again.extend(piece);
        sheet.rest_of_cells(pass).unwrap();
        again.extend(sheet.tail().unwrap().as_bytes());
        assert!(again == text.as_bytes());
    }

    #[test]
    fn a_sheet_that_is_not_as_promised_is_damaged() {
        let text = sheet("<x:row r=\"1\"/>");
        let bytes = deflated(&text);
        for wrong in [
            Stored {
                size: 3,
                ..stored(&bytes, &text)
            },
            Stored {
                crc32: 0,
                ..stored(&bytes, &text)
            },
            stored(&bytes[..bytes.len() / 2], &text),
        ] {
            let mut sheet = SheetText::of(&wrong).unwrap();
            let read = sheet.head().map(drop).and_then(|()| sheet.tail().map(drop));
            assert!(read.is_err());
        }
        let odd = sheet("<x:column/>");
        let bytes = deflated(&odd);
        let mut sheet = SheetText::of(&stored(&bytes, &odd)).unwrap();
        sheet.head().unwrap();
        assert!(sheet.row().is_err());
    }
}

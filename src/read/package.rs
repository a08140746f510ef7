//! The package of a workbook: its members as they are stored, and inflated.
//!
//! Members are inflated whole, into memory that the directory promises and the limits allow, with one state a
//! thread: a fresh one costs more than inflating a small member. Its size and checksum must be as promised.

use std::cell::RefCell;
use std::io::{self, Cursor, Read as _};

use libdeflater::Decompressor;
use zip::result::ZipResult;
use zip::{CompressionMethod, ZipArchive};

use super::limits::PART_BYTES;

thread_local! {
    static INFLATE: RefCell<Decompressor> = RefCell::new(Decompressor::new());
    // room for a text until it is proved to be one
    static ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Bytes of a text that is inflated into the room that all share: one larger has its own.
const ROOM_BYTES: usize = 1024 * 1024;

/// A package in memory.
#[derive(Debug)]
pub struct Package<'a> {
    /// Its directory.
    pub archive: ZipArchive<Cursor<&'a [u8]>>,
    bytes: &'a [u8],
}

/// A member as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored<'a> {
    /// Bytes once inflated, as the directory says.
    pub size: u64,
    /// CRC-32 of the inflated bytes, as the directory says.
    pub crc32: u32,
    /// How it is compressed.
    pub method: CompressionMethod,
    /// The compressed bytes.
    pub bytes: &'a [u8],
}

impl<'a> Package<'a> {
    /// Reads the directory of a package.
    ///
    /// # Errors
    /// Where it is damaged.
    pub fn open(bytes: &'a [u8]) -> ZipResult<Self> {
        let archive = ZipArchive::new(Cursor::new(bytes))?;
        Ok(Self { archive, bytes })
    }

    /// The bytes of the whole package.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether there is such a member.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// The name of a member as it is written in the package: names of parts are the same in either case of letters
    /// (ECMA-376-2 §6.2.2.3). `None` where there is none.
    #[must_use]
    pub fn name_of(&self, name: &str) -> Option<String> {
        if self.has(name) {
            return Some(name.to_owned());
        }
        let mut names = self.archive.file_names().flatten();
        let found = names.find(|found| found.eq_ignore_ascii_case(name))?;
        Some(found.into_owned())
    }

    /// A member as it is stored.
    ///
    /// # Errors
    /// Where it does not lie inside the package.
    pub fn stored(&mut self, index: usize) -> io::Result<Stored<'a>> {
        let entry = self.archive.by_index_raw(index)?;
        if entry.encrypted() {
            return Err(io::Error::other("a member is encrypted"));
        }
        let outside = || io::Error::other("a member lies outside the package");
        let start = entry.data_start().ok_or_else(outside)?;
        let end = start
            .checked_add(entry.compressed_size())
            .ok_or_else(outside)?;
        let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
        let bytes = range.and_then(|(start, end)| self.bytes.get(start..end));
        Ok(Stored {
            size: entry.size(),
            crc32: entry.crc32(),
            method: entry.compression(),
            bytes: bytes.ok_or_else(outside)?,
        })
    }

    /// A member's content.
    ///
    /// # Errors
    /// Where there is none of this name, it is larger than [`PART_BYTES`], or it is damaged.
    pub fn content(&mut self, name: &str) -> io::Result<Vec<u8>> {
        self.member(name)?.content()
    }

    /// A member's content as text.
    ///
    /// # Errors
    /// As [`Self::content`], and where it is no UTF-8.
    pub fn text(&mut self, name: &str) -> io::Result<String> {
        self.member(name)?.text()
    }

    fn member(&mut self, name: &str) -> io::Result<Stored<'a>> {
        let missing = || io::Error::new(io::ErrorKind::NotFound, format!("no part {name}"));
        let index = self.archive.index_for_name(name).ok_or_else(missing)?;
        let stored = self.stored(index)?;
        if stored.size > PART_BYTES {
            return Err(io::Error::other("a part is too large"));
        }
        Ok(stored)
    }
}

impl Stored<'_> {
    /// The first bytes of the content, no more than these.
    ///
    /// # Errors
    /// Where it is damaged, or compressed in a way that packages of workbooks are not.
    pub fn head(&self, bytes_max: usize) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        match self.method {
            CompressionMethod::Deflated => {
                let inflate = flate2::read::DeflateDecoder::new(self.bytes);
                inflate.take(bytes_max as u64).read_to_end(&mut head)?;
            }
            _ => {
                head = self.content()?;
                head.truncate(bytes_max);
            }
        }
        Ok(head)
    }

    /// The content. Its declared size must be within the limits.
    ///
    /// # Errors
    /// Where it is not what the directory promises, or compressed in a way that packages of workbooks are not.
    pub fn content(&self) -> io::Result<Vec<u8>> {
        let mut content = vec![0; usize::try_from(self.size).map_err(io::Error::other)?];
        self.fill(&mut content)?;
        Ok(content)
    }

    /// The content as text.
    ///
    /// # Errors
    /// As [`Self::content`], and where it is no UTF-8.
    pub fn text(&self) -> io::Result<String> {
        let size = usize::try_from(self.size).map_err(io::Error::other)?;
        if size > ROOM_BYTES {
            return utf_8(&self.content()?);
        }
        ROOM.with_borrow_mut(|room| {
            if room.len() < size {
                room.resize(size, 0);
            }
            self.fill(&mut room[..size])?;
            utf_8(&room[..size])
        })
    }

    /// Fills a room of the declared size with the content.
    fn fill(&self, room: &mut [u8]) -> io::Result<()> {
        let wrong_size = || io::Error::other("a member is not of its declared size");
        match self.method {
            CompressionMethod::Stored if self.bytes.len() == room.len() => {
                room.copy_from_slice(self.bytes);
            }
            CompressionMethod::Stored => return Err(wrong_size()),
            CompressionMethod::Deflated => {
                let inflated =
                    INFLATE.with_borrow_mut(|it| it.deflate_decompress(self.bytes, room));
                if inflated.map_err(io::Error::other)? != room.len() {
                    return Err(wrong_size());
                }
            }
            other => return Err(io::Error::other(format!("compressed by {other}"))),
        }
        if libdeflater::crc32(room) != self.crc32 {
            return Err(io::Error::other("a member's checksum is wrong"));
        }
        Ok(())
    }
}

/// A text of its own, proved to be UTF-8 faster than the standard library does it, the copy included.
fn utf_8(content: &[u8]) -> io::Result<String> {
    let text = simdutf8::basic::from_utf8(content).map_err(io::Error::other)?;
    Ok(text.to_owned())
}

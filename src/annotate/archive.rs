//! Writes a package: members of another one as they are stored there, and new ones deflated quickly.
//!
//! The zip crate deflates in a stream and makes a state for each member, which costs more than all else in marking.
//! Here members are deflated whole, with one state a thread. What is written is the least of APPNOTE.TXT 6.3: no
//! descriptors, no extra fields, no 64-bit sizes; a test reads it back with the zip crate. The same members give the
//! same bytes.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::Write as _;

use flate2::write::DeflateEncoder;
use flate2::{Compress, Compression, Crc, FlushCompress};
use zip::CompressionMethod;

use super::NotEditable;
use super::deflated;
use crate::read::package::Stored;

thread_local! {
    // raw, as packages hold it (RFC 1951)
    static QUICK: RefCell<Compress> = RefCell::new(Compress::new(Compression::fast(), false));
    static USUAL: RefCell<Compress> = RefCell::new(Compress::new(Compression::default(), false));
}

/// How much is done for fewer bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Effort {
    /// One pass, the format's own code: a fifth larger than libdeflate's quickest level and twice as quick.
    #[default]
    Quick,
    /// What other programs do: a third smaller, and many times as slow.
    Usual,
}

/// Bytes of a member from which on deflating it quickly is worth making the state ready for it.
const WORTH_BYTES: usize = 1024;

/// Bytes that a text has in common with the one before from which on these are not deflated anew.
const SAME_BYTES: usize = 2 * 1024;

/// A text deflated. The same bytes on every machine.
fn deflated(content: &[u8], effort: Effort) -> Result<Vec<u8>, NotEditable> {
    let state = match effort {
        Effort::Quick => &QUICK,
        Effort::Usual => &USUAL,
    };
    state.with_borrow_mut(|deflate| {
        deflate.reset();
        let mut packed = Vec::with_capacity(content.len() / 3 + 256);
        loop {
            let taken = usize::try_from(deflate.total_in()).unwrap_or(usize::MAX);
            let rest = content.get(taken..).unwrap_or_default();
            match deflate.compress_vec(rest, &mut packed, FlushCompress::Finish) {
                Ok(flate2::Status::StreamEnd) => return Ok(packed),
                Ok(_) => packed.reserve(content.len() / 3 + 256),
                Err(error) => return Err(NotEditable::broken(format!("deflating: {error}"))),
            }
        }
    })
}

/// Version of the format that a reader needs: 2.0, deflated members.
const VERSION: u16 = 20;
/// That a name is UTF-8.
const UTF_8: u16 = 1 << 11;
/// 1980-01-01, the first day that the format knows, as its date and time.
const FIRST_DAY: (u16, u16) = (0x21, 0);

/// A package that is being written.
#[derive(Debug, Default)]
pub struct Archive {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    members: u16,
    effort: Effort,
}

impl Archive {
    /// A package of about this size.
    #[must_use]
    pub fn with_capacity(bytes: usize, effort: Effort) -> Self {
        Self {
            bytes: Vec::with_capacity(bytes),
            effort,
            ..Self::default()
        }
    }

    /// Adds a member as it is stored in another package, with its date and time.
    ///
    /// # Errors
    /// Where it is larger than a package of this kind can hold.
    pub fn copy(
        &mut self,
        name: &str,
        stored: &Stored<'_>,
        modified: (u16, u16),
    ) -> Result<(), NotEditable> {
        self.member(name, stored, modified)
    }

    /// Adds a text as a new member.
    ///
    /// # Errors
    /// As [`Self::copy`].
    pub fn put(&mut self, name: &str, text: &str) -> Result<(), NotEditable> {
        let content = text.as_bytes();
        let (method, bytes) = if self.effort == Effort::Quick && content.len() < WORTH_BYTES {
            (CompressionMethod::Stored, Cow::Borrowed(content))
        } else {
            let deflated = deflated(content, self.effort)?;
            (CompressionMethod::Deflated, deflated.into())
        };
        self.packed(name, content, (method, &bytes))
    }

    /// Adds a text whose beginning stands in another package: what was deflated of it is taken from there.
    ///
    /// # Errors
    /// As [`Self::copy`].
    pub fn put_edited(
        &mut self,
        name: &str,
        text: &str,
        (stored, same_bytes): (&Stored<'_>, usize),
    ) -> Result<(), NotEditable> {
        let is_worth = stored.method == CompressionMethod::Deflated && same_bytes >= SAME_BYTES;
        let cut = is_worth.then(|| deflated::cut(stored.bytes, same_bytes));
        let Some(cut) = cut.flatten().filter(|cut| cut.text_bytes >= SAME_BYTES) else {
            return self.put(name, text);
        };
        let content = text.as_bytes();
        let mut bytes = cut.beginning(stored.bytes);
        bytes.extend(deflated(&content[cut.text_bytes..], self.effort)?);
        self.packed(name, content, (CompressionMethod::Deflated, &bytes))
    }

    /// Adds a content that was packed as a new member.
    fn packed(
        &mut self,
        name: &str,
        content: &[u8],
        (method, bytes): (CompressionMethod, &[u8]),
    ) -> Result<(), NotEditable> {
        let stored = Stored {
            size: content.len() as u64,
            crc32: libdeflater::crc32(content),
            method,
            bytes,
        };
        self.member(name, &stored, FIRST_DAY)
    }

    /// Adds a text that comes in pieces as a new member.
    ///
    /// # Errors
    /// As [`Self::copy`], and where the pieces end in an error.
    pub fn put_pieces(
        &mut self,
        name: &str,
        pieces: impl FnOnce(&mut dyn FnMut(&[u8])) -> Result<(), NotEditable>,
    ) -> Result<(), NotEditable> {
        let level = match self.effort {
            Effort::Quick => Compression::fast(),
            Effort::Usual => Compression::default(),
        };
        let mut deflate = DeflateEncoder::new(Vec::new(), level);
        let (mut size, mut checksum) = (0, Crc::new());
        // writing into memory does not fail
        let mut written = Ok(());
        pieces(&mut |piece| {
            size += piece.len() as u64;
            checksum.update(piece);
            if written.is_ok() {
                written = deflate.write_all(piece);
            }
        })?;
        let deflated = written.and_then(|()| deflate.finish());
        let stored = Stored {
            size,
            crc32: checksum.sum(),
            method: CompressionMethod::Deflated,
            bytes: &deflated.map_err(NotEditable::broken)?,
        };
        self.member(name, &stored, FIRST_DAY)
    }

    fn member(
        &mut self,
        name: &str,
        stored: &Stored<'_>,
        (date, time): (u16, u16),
    ) -> Result<(), NotEditable> {
        let too_large = |_| NotEditable::broken("a package of more than 4 GiB");
        let small = |number: usize| u32::try_from(number).map_err(too_large);
        let size = u32::try_from(stored.size).map_err(too_large)?;
        let (packed, offset) = (small(stored.bytes.len())?, small(self.bytes.len())?);
        let name_bytes = u16::try_from(name.len()).map_err(too_large)?;
        let method = match stored.method {
            CompressionMethod::Stored => 0,
            CompressionMethod::Deflated => 8,
            other => {
                return Err(NotEditable::broken(format!(
                    "a member compressed by {other}"
                )));
            }
        };
        // what the local header and the directory say alike
        let mut common = Vec::with_capacity(26);
        let flags = if name.is_ascii() { 0 } else { UTF_8 };
        for half in [VERSION, flags, method, time, date] {
            common.extend(half.to_le_bytes());
        }
        for word in [stored.crc32, packed, size] {
            common.extend(word.to_le_bytes());
        }
        for half in [name_bytes, 0] {
            common.extend(half.to_le_bytes());
        }
        self.bytes.extend(b"PK\x03\x04");
        self.bytes.extend(&common);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(stored.bytes);
        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(VERSION.to_le_bytes());
        self.directory.extend(&common);
        // no comment, the first disk, no attributes
        self.directory.extend([0; 10]);
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(name.as_bytes());
        let most = || NotEditable::broken("a package of more than 65,535 members");
        self.members = self.members.checked_add(1).ok_or_else(most)?;
        Ok(())
    }

    /// The bytes.
    ///
    /// # Errors
    /// As [`Self::copy`].
    pub fn finish(mut self) -> Result<Vec<u8>, NotEditable> {
        let too_large = |_| NotEditable::broken("a package of more than 4 GiB");
        let start = u32::try_from(self.bytes.len()).map_err(too_large)?;
        let length = u32::try_from(self.directory.len()).map_err(too_large)?;
        self.bytes.append(&mut self.directory);
        self.bytes.extend(b"PK\x05\x06");
        self.bytes.extend([0; 4]);
        for half in [self.members, self.members] {
            self.bytes.extend(half.to_le_bytes());
        }
        for word in [length, start] {
            self.bytes.extend(word.to_le_bytes());
        }
        self.bytes.extend([0; 2]);
        Ok(self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use super::*;

    #[test]
    fn more_effort_gives_fewer_bytes_of_the_same_text() {
        let text: String = (0..5000).map(|it| format!("<c r=\"A{it}\"/>")).collect();
        let [quick, usual] = [Effort::Quick, Effort::Usual].map(|effort| {
            let mut archive = Archive::with_capacity(0, effort);
            archive.put("a.xml", &text).unwrap();
            archive.finish().unwrap()
        });
        assert!(
            usual.len() * 3 < quick.len() * 2,
            "{} {}",
            usual.len(),
            quick.len()
        );
        for bytes in [quick, usual] {
            let mut read = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
            let mut again = String::new();
            read.by_index(0)
                .unwrap()
                .read_to_string(&mut again)
                .unwrap();
            assert_eq!(again, text);
        }
    }

    #[test]
    fn the_zip_crate_reads_what_was_written() {
        let long = "卡脖子".repeat(10_000);
        let stored = Stored {
            size: 3,
            crc32: libdeflater::crc32(b"abc"),
            method: CompressionMethod::Stored,
            bytes: b"abc",
        };
        let mut archive = Archive::default();
        archive.copy("a.txt", &stored, (0x5921, 0x4800)).unwrap();
        archive.put("long", &long).unwrap();
        archive.put("空.xml", "").unwrap();
        let bytes = archive.finish().unwrap();
        assert!(bytes.len() < long.len() / 50, "{}", bytes.len());
        let mut read = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let wanted = [("a.txt", "abc"), ("long", &long), ("空.xml", "")];
        assert_eq!(read.len(), wanted.len());
        for (index, (name, content)) in wanted.into_iter().enumerate() {
            let mut member = read.by_index(index).unwrap();
            assert_eq!(member.name().unwrap(), name);
            let mut text = String::new();
            member.read_to_string(&mut text).unwrap();
            assert_eq!(text, content);
        }
        let at = read.by_index(0).unwrap().last_modified().unwrap();
        assert_eq!(
            (at.year(), at.month(), at.day(), at.hour()),
            (2024, 9, 1, 9)
        );
    }

    #[test]
    fn no_members_are_a_package_too() {
        let bytes = Archive::default().finish().unwrap();
        assert_eq!(zip::ZipArchive::new(Cursor::new(bytes)).unwrap().len(), 0);
    }
}

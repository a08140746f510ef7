//! Whether a file's container is complete, so that a file that is still being copied is not judged.
//!
//! A zip's directory must be there and every member's checksum right; a compound file must be as long as its
//! tables say. Anything else is no container and complete as it is: what it is, the reader tells.

use std::io::{Cursor, Read as _};

use crate::read::limits::{DECLARED_BYTES, ENTRIES};

/// First bytes of a compound file ([MS-CFB] §2.2).
const COMPOUND: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/// Where a compound file's header lists the sectors of its table, and how many.
const TABLE: std::ops::Range<usize> = 76..512;
/// Sector numbers from here on are marks, not sectors.
const MARKS: u32 = 0xffff_fffa;

/// Whether nothing of the container is missing. An empty file is not complete.
#[must_use]
pub fn is_complete(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"PK") {
        // A file that brings the zip library down is the reader's to refuse.
        std::panic::catch_unwind(|| is_complete_zip(bytes)).unwrap_or(true)
    } else if bytes.starts_with(&COMPOUND) {
        is_complete_compound(bytes)
    } else {
        // A copy over a share can show its whole size with nothing but zeros in it.
        bytes.iter().any(|byte| *byte != 0)
    }
}

/// A zip with more in it than the reader takes counts as complete: the reader refuses it with its reason.
fn is_complete_zip(bytes: &[u8]) -> bool {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        return false;
    };
    if archive.len() > ENTRIES {
        return true;
    }
    let mut left = DECLARED_BYTES;
    for index in 0..archive.len() {
        let member = match archive.by_index(index) {
            Ok(member) => member,
            // A password or an unknown method: nothing is missing.
            Err(
                zip::result::ZipError::UnsupportedArchive(_)
                | zip::result::ZipError::InvalidPassword,
            ) => {
                continue;
            }
            Err(_) => return false,
        };
        match std::io::copy(&mut member.take(left), &mut std::io::sink()) {
            Ok(read) if read < left => left -= read,
            Ok(_) => return true,
            Err(_) => return false,
        }
    }
    true
}

fn is_complete_compound(bytes: &[u8]) -> bool {
    let Some(header) = bytes.get(..512) else {
        return false;
    };
    let shift = u32::from(header[30]);
    let sector_bytes: u64 = match shift {
        9 | 12 => 1 << shift,
        _ => return true,
    };
    let sectors = header[TABLE].chunks_exact(4).map(|four| {
        let mut number = [0; 4];
        number.copy_from_slice(four);
        u32::from_le_bytes(number)
    });
    let last = sectors.filter(|sector| *sector < MARKS).max();
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    // The header takes the place of one sector before sector 0.
    last.is_none_or(|last| (u64::from(last) + 2) * sector_bytes <= length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn zip() -> Vec<u8> {
        let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
        out.start_file("a.xml", zip::write::SimpleFileOptions::default())
            .unwrap();
        out.write_all(&b"<a>some text of some length</a>".repeat(40))
            .unwrap();
        out.finish().unwrap().into_inner()
    }

    #[test]
    fn every_shorter_start_of_a_zip_is_incomplete() {
        let whole = zip();
        assert!(is_complete(&whole));
        for length in 2..whole.len() {
            assert!(
                !is_complete(&whole[..length]),
                "{length} of {}",
                whole.len()
            );
        }
    }

    #[test]
    fn zeros_inside_are_seen() {
        let mut holed = zip();
        holed[40..60].fill(0);
        assert!(!is_complete(&holed));
        assert!(!is_complete(&[0; 4096]) && !is_complete(b""));
    }

    #[test]
    fn what_is_no_container_is_complete() {
        assert!(is_complete(b"%PDF-1.7\n") && is_complete("序号,项目名称".as_bytes()));
    }

    #[test]
    fn a_compound_file_is_as_long_as_its_table_says() {
        let mut file = vec![0_u8; 512 * 5];
        file[..8].copy_from_slice(&COMPOUND);
        file[30] = 9;
        file[76..512].fill(0xff);
        file[76..80].copy_from_slice(&3_u32.to_le_bytes());
        assert!(is_complete(&file));
        assert!(!is_complete(&file[..file.len() - 1]) && !is_complete(&file[..100]));
    }
}

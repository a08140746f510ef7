//! What goes over the pipes: a frame is two lengths, a JSON text and bytes beside it.
//!
//! JSON, as every value in it has that form already, and some leave out fields that are empty, which leaner encodings
//! cannot. Whoever reads a frame trusts neither length.

use std::borrow::Cow;
use std::io::{Read, Write};

use serde::{Deserialize, Serialize};

use crate::assess::{Assessment, Context, Earlier, Keys, Portrait, Recipe};
use crate::ledger::Texts;
use crate::replay::Members;
use crate::rules::Finding;

/// Two lengths, each a `u32`, the lowest byte first.
pub const HEAD_BYTES: usize = 8;
/// Bytes of a text or of the bytes beside it.
const PART_BYTES_MAX: u32 = 256 * 1024 * 1024;

/// What the child is asked. It answers each before the next comes.
#[derive(Debug, Serialize, Deserialize)]
pub enum Ask<'a> {
    /// To make a rulebook, once, before all else.
    Rulebook {
        /// What it is made of.
        recipe: Cow<'a, Recipe>,
        /// The texts that the recipe names.
        texts: Cow<'a, Texts>,
    },
    /// To read a file, the bytes beside it.
    Read {
        /// What is known beside the bytes.
        context: Cow<'a, Context>,
    },
    /// To conclude of the file that was read last.
    Conclude {
        /// What is known of other submissions.
        earlier: Cow<'a, Earlier>,
        /// What is wanted.
        wanted: Wanted,
    },
    /// Whether the container of the file beside it is complete.
    Complete,
    /// What the members of the package beside it are.
    Members,
}

/// What is wanted beside the conclusion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// The marked copy.
    pub copy: bool,
    /// What was concluded of each row of a list.
    pub rows: bool,
}

/// What the child answers.
#[derive(Debug, Serialize, Deserialize)]
pub enum Answer {
    /// The rulebook is made.
    Ready {
        /// What could not be given up, a line each.
        missing: Vec<String>,
    },
    /// A file was read.
    Read {
        /// By what earlier submissions are found.
        keys: Keys,
        /// What others may be told of it.
        portrait: Box<Portrait>,
    },
    /// What was concluded of some rows of a list; more will come, and the conclusion of the whole.
    Rows {
        /// The next rows.
        rows: Vec<Assessment>,
    },
    /// What was concluded; the marked copy beside it, where it was wanted.
    Concluded {
        /// The conclusion.
        assessment: Box<Assessment>,
        /// Its findings on trial, which its JSON does not have.
        shadow: Vec<Finding>,
    },
    /// Whether the container is complete.
    Complete {
        /// `true` where nothing of it is missing.
        is_complete: bool,
    },
    /// The members of a package.
    Members {
        /// SHA-256 of each by its name, hex; none where it is no package.
        hashes: Members,
    },
    /// It cannot be done, which is a fault of this program.
    Failed {
        /// The reason.
        why: String,
    },
}

/// A frame but for the bytes beside the text.
///
/// # Errors
/// Where a part is over its limit.
pub fn front(message: &impl Serialize, beside: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut front = vec![0; HEAD_BYTES];
    serde_json::to_writer(&mut front, message)?;
    let lengths = [front.len() - HEAD_BYTES, beside.len()];
    for (place, length) in front.chunks_exact_mut(HEAD_BYTES / 2).zip(lengths) {
        let length = u32::try_from(length).ok();
        let length = length.filter(|length| *length <= PART_BYTES_MAX);
        let length = length.ok_or_else(|| std::io::Error::other("a message is too long"))?;
        place.copy_from_slice(&length.to_le_bytes());
    }
    Ok(front)
}

/// The lengths of text and bytes that a frame's head tells.
///
/// # Errors
/// Where one is over its limit.
pub fn lengths(head: [u8; HEAD_BYTES]) -> std::io::Result<(usize, usize)> {
    let [a, b, c, d, e, f, g, h] = head;
    let length = |four: [u8; 4]| {
        let length = u32::from_le_bytes(four);
        let length = (length <= PART_BYTES_MAX).then(|| usize::try_from(length).ok());
        length.flatten().ok_or(std::io::ErrorKind::InvalidData)
    };
    Ok((length([a, b, c, d])?, length([e, f, g, h])?))
}

/// A message from its text, which is held to be UTF-8 as a whole and not string by string.
///
/// # Errors
/// Where it is none.
pub fn message<'t, T: Deserialize<'t>>(text: &'t [u8]) -> std::io::Result<T> {
    let text = simdutf8::basic::from_utf8(text).map_err(std::io::Error::other)?;
    Ok(serde_json::from_str(text)?)
}

/// Writes a frame.
///
/// # Errors
/// Where nobody reads any more.
pub fn send(out: &mut impl Write, message: &impl Serialize, beside: &[u8]) -> std::io::Result<()> {
    let mut frame = front(message, beside)?;
    frame.extend_from_slice(beside);
    out.write_all(&frame)
}

/// Reads a frame into two buffers; `None` where there is no further one.
///
/// # Errors
/// Where it ends in the middle.
pub fn receive(input: &mut impl Read) -> std::io::Result<Option<(Vec<u8>, Vec<u8>)>> {
    let mut head = [0; HEAD_BYTES];
    if input.read(&mut head[..1])? == 0 {
        return Ok(None);
    }
    input.read_exact(&mut head[1..])?;
    let (text, beside) = lengths(head)?;
    let mut part = |length| {
        let mut bytes = vec![0; length];
        input.read_exact(&mut bytes).map(|()| bytes)
    };
    Ok(Some((part(text)?, part(beside)?)))
}

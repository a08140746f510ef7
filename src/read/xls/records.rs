//! The records of a BIFF8 stream ([MS-XLS] §2.1.4), and the strings in them, which may go on in further records.

use crate::read::bytes::Fields;

/// A record that carries on the one before.
const CONTINUE: u16 = 0x003C;

/// A record, with those that carry it on.
#[derive(Debug)]
pub struct Record<'s> {
    /// Its type.
    pub kind: u16,
    /// Its content, in as many pieces as there are records.
    pub pieces: Vec<&'s [u8]>,
}

impl<'s> Record<'s> {
    /// The content of the first record.
    #[must_use]
    pub fn first(&self) -> &'s [u8] {
        self.pieces.first().copied().unwrap_or_default()
    }
}

/// The records of a stream, up to where it ends or is cut.
#[derive(Debug)]
pub struct Records<'s>(Fields<'s>);

impl<'s> Records<'s> {
    /// From a position on.
    #[must_use]
    pub fn from(stream: &'s [u8], start: usize) -> Self {
        Self(Fields(stream.get(start..).unwrap_or_default()))
    }

    fn piece(&mut self) -> Option<(u16, &'s [u8])> {
        let (kind, length) = (self.0.short()?, self.0.short()?);
        Some((kind, self.0.take(usize::from(length))?))
    }
}

impl<'s> Iterator for Records<'s> {
    type Item = Record<'s>;

    fn next(&mut self) -> Option<Record<'s>> {
        let (kind, first) = self.piece()?;
        let mut pieces = vec![first];
        loop {
            let before = self.0;
            match self.piece() {
                Some((CONTINUE, piece)) => pieces.push(piece),
                _ => {
                    self.0 = before;
                    return Some(Record { kind, pieces });
                }
            }
        }
    }
}

/// A walk over the pieces of a record.
#[derive(Debug)]
pub struct Pieces<'r> {
    now: Fields<'r>,
    rest: std::slice::Iter<'r, &'r [u8]>,
}

impl<'r> Pieces<'r> {
    /// Over a record, from a position of its first piece on.
    #[must_use]
    pub fn of(record: &'r Record<'_>, start: usize) -> Self {
        let mut rest = record.pieces.iter();
        let first: &[u8] = rest.next().copied().unwrap_or_default();
        Self {
            now: Fields(first.get(start..).unwrap_or_default()),
            rest,
        }
    }

    /// Goes on with the next piece where one is read to its end; `None` where there is none.
    fn refill(&mut self) -> Option<()> {
        while self.now.0.is_empty() {
            self.now = Fields(self.rest.next()?);
        }
        Some(())
    }

    fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            self.refill()?;
            let here = count.min(self.now.0.len());
            self.now.skip(here)?;
            count -= here;
        }
        Some(())
    }

    /// So many characters, whose width is told at their begin and again at the begin of each further piece.
    fn characters(&mut self, flags: u8, mut count: usize) -> Option<String> {
        let (mut is_wide, mut text) = (flags & 1 != 0, String::new());
        // two units of one character may stand in two pieces
        let mut units: Vec<u16> = Vec::new();
        while count > 0 {
            if self.now.0.is_empty() {
                self.refill()?;
                is_wide = self.now.byte()? & 1 != 0;
            }
            let width = if is_wide { 2 } else { 1 };
            let here = count.min(self.now.0.len() / width);
            if here == 0 {
                // a unit that is cut in two, or an empty piece
                return None;
            }
            let bytes = self.now.take(here * width)?;
            if is_wide {
                units.extend(
                    bytes
                        .chunks_exact(2)
                        .map(|pair| u16::from_le_bytes([pair[0], pair[1]])),
                );
            } else {
                units.extend(bytes.iter().copied().map(u16::from));
            }
            count -= here;
        }
        let characters = char::decode_utf16(units);
        text.extend(characters.map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)));
        Some(text)
    }
}

/// A string with its length in two bytes (§2.5.294 XLUnicodeString).
#[must_use]
pub fn string(pieces: &mut Pieces<'_>) -> Option<String> {
    let count = usize::from(pieces.now.short()?);
    if count == 0 {
        // some programs leave the flags of an empty string out
        return Some(String::new());
    }
    let flags = pieces.now.byte()?;
    pieces.characters(flags, count)
}

/// A string with its length in one byte (§2.5.240 ShortXLUnicodeString).
#[must_use]
pub fn short_string(fields: &mut Fields<'_>) -> Option<String> {
    let count = usize::from(fields.byte()?);
    characters(fields, count)
}

/// So many characters after their flags (§2.5.296 XLUnicodeStringNoCch).
#[must_use]
pub fn characters(fields: &mut Fields<'_>, count: usize) -> Option<String> {
    if fields.byte()? & 1 != 0 {
        return fields.wide(count);
    }
    let bytes = fields.take(count)?;
    Some(bytes.iter().copied().map(char::from).collect())
}

/// The shared strings (§2.4.265), without the fonts of their runs and phonetic hints (§2.5.293).
#[must_use]
pub fn shared_strings(record: &Record<'_>) -> Option<Vec<String>> {
    let mut pieces = Pieces::of(record, 0);
    pieces.now.skip(4)?;
    let (count, mut strings) = (pieces.now.long()?, Vec::new());
    for _ in 0..count {
        if pieces.refill().is_none() {
            // fewer than promised: a cell that points at one of them is told
            break;
        }
        let (length, flags) = (usize::from(pieces.now.short()?), pieces.now.byte()?);
        let runs = if flags & 8 == 0 {
            0
        } else {
            usize::from(pieces.now.short()?)
        };
        let hints = if flags & 4 == 0 {
            0
        } else {
            usize::try_from(pieces.now.long()?).ok()?
        };
        strings.push(pieces.characters(flags, length)?);
        pieces.skip(runs.checked_mul(4)?.checked_add(hints)?)?;
    }
    Some(strings)
}

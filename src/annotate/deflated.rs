//! Where a deflated text can be cut (RFC 1951), so that a text with the same beginning need not be deflated whole.
//!
//! Marks stand after a sheet's cells, so most of its text stays as it was. What was deflated of that is taken bit for
//! bit up to the last code before the edit, the block is ended there, and only the rest is deflated anew. To walk
//! over codes costs a third of deflating what they stand for, and what another program pressed well stays so.

/// Codes of up to this many bits are found in one step.
const QUICK_BITS: u32 = 10;
/// Bits of the longest code.
const CODE_BITS_MAX: usize = 15;
/// The code that ends a block.
const END: u16 = 256;
/// The order in which a block gives the lengths of the codes for lengths (RFC 1951 §3.2.7).
const ORDER: [usize; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];
/// Shortest copy of each code from 257 on, and the bits that say how much longer it is (§3.2.5).
const COPIES: [(usize, u32); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];

/// A place between two codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// Bytes of the text before it.
    pub text_bytes: usize,
    /// Bits before it.
    bits: usize,
    /// The block that it is in; none between two blocks.
    block: Option<Block>,
}

/// A block that is to end at a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Block {
    /// The bit that says whether it is the last one.
    header: usize,
    /// Its code for the end, the first bit lowest, and how many bits that has.
    end: (u32, u32),
}

/// The last place between two codes that is not behind so many bytes of the text; `None` where the stream is damaged.
pub fn cut(deflated: &[u8], text_bytes_max: usize) -> Option<Cut> {
    let mut bits = Bits::of(deflated);
    let mut text_bytes = 0;
    loop {
        bits.refill();
        let header = bits.position();
        let is_last = bits.take(1)? == 1;
        let (codes, distances) = match bits.take(2)? {
            // Bytes that are stored as they are.
            0 => {
                return Some(Cut {
                    text_bytes,
                    bits: header,
                    block: None,
                });
            }
            1 => fixed()?,
            2 => dynamic(&mut bits)?,
            _ => return None,
        };
        loop {
            bits.refill();
            let before = bits.position();
            let code = codes.next(&mut bits)?;
            let added = match code {
                0..END => 1,
                END if is_last => usize::MAX,
                END => break,
                _ => {
                    let (shortest, more) = *COPIES.get(usize::from(code - END) - 1)?;
                    let more = usize::try_from(bits.take(more)?).ok()?;
                    let far = u32::from(distances.next(&mut bits)?);
                    bits.take((far / 2).saturating_sub(1))?;
                    shortest + more
                }
            };
            match text_bytes.checked_add(added) {
                Some(sum) if sum <= text_bytes_max => text_bytes = sum,
                _ => {
                    let end = codes.end;
                    return Some(Cut {
                        text_bytes,
                        bits: before,
                        block: Some(Block { header, end }),
                    });
                }
            }
        }
    }
}

impl Cut {
    /// What stands before the cut, up to a whole byte: a stream of blocks is to follow.
    pub fn beginning(&self, deflated: &[u8]) -> Vec<u8> {
        let (whole, mut count) = (self.bits / 8, self.bits % 8);
        let mut bytes = deflated[..whole].to_vec();
        let odd = deflated.get(whole).copied().unwrap_or_default();
        let mut last = u32::from(odd) & ((1 << count) - 1);
        if let Some(Block { header, end }) = self.block {
            match bytes.get_mut(header / 8) {
                Some(byte) => *byte &= !(1 << (header % 8)),
                None => last &= !(1 << (header % 8)),
            }
            last |= end.0 << count;
            count += end.1 as usize;
        }
        // An empty block of stored bytes, not the last one: three bits, then from the next whole byte on its length.
        for shift in (0..count + 3).step_by(8) {
            bytes.push((last >> shift & 0xff) as u8);
        }
        bytes.extend([0, 0, 0xff, 0xff]);
        bytes
    }
}

/// Bits in the order of the format: the lowest of each byte first.
struct Bits<'a> {
    bytes: &'a [u8],
    /// The next byte to take in.
    next: usize,
    held: u64,
    /// How many bits are held for sure.
    count: u32,
}

impl<'a> Bits<'a> {
    const fn of(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            next: 0,
            held: 0,
            count: 0,
        }
    }

    /// Holds at least 56 bits, where there are so many: a code for a copy and one for its distance have 48.
    fn refill(&mut self) {
        let word = self.bytes.get(self.next..).and_then(<[u8]>::first_chunk);
        if let Some(word) = word {
            // bits above the count are those of the stream already
            self.held |= u64::from_le_bytes(*word) << self.count;
            let whole = (63 - self.count) / 8;
            self.next += whole as usize;
            self.count += whole * 8;
            return;
        }
        while self.count <= 56
            && let Some(byte) = self.bytes.get(self.next)
        {
            self.held |= u64::from(*byte) << self.count;
            self.next += 1;
            self.count += 8;
        }
    }

    /// Takes up to 32 bits; `None` where there are not so many.
    fn take(&mut self, count: u32) -> Option<u32> {
        let taken = self.held & ((1 << count) - 1);
        self.skip(count)?;
        u32::try_from(taken).ok()
    }

    fn skip(&mut self, count: u32) -> Option<()> {
        self.count = self.count.checked_sub(count)?;
        self.held >>= count;
        Some(())
    }

    fn position(&self) -> usize {
        self.next * 8 - self.count as usize
    }
}

/// The codes of a block (§3.2.2).
struct Codes {
    /// For each beginning: the symbol and its bits in the lowest four; 0 where it is that of a longer code.
    quick: [u16; 1 << QUICK_BITS],
    /// How many codes have so many bits.
    counts: [u16; CODE_BITS_MAX + 1],
    /// Symbols in the order of their codes.
    symbols: [u16; 288],
    /// The code that ends the block, and its bits.
    end: (u32, u32),
}

impl Codes {
    /// From the lengths of all codes; `None` where there are more codes than their lengths allow.
    fn of(lengths: &[u8]) -> Option<Self> {
        let mut codes = Self {
            quick: [0; 1 << QUICK_BITS],
            counts: [0; CODE_BITS_MAX + 1],
            symbols: [0; 288],
            end: (0, 0),
        };
        for length in lengths {
            codes.counts[usize::from(*length)] += 1;
        }
        codes.counts[0] = 0;
        let (mut code, mut rank) = (0_u32, 0);
        let (mut first, mut ranks) = ([0_u32; CODE_BITS_MAX + 1], [0; CODE_BITS_MAX + 1]);
        for length in 1..=CODE_BITS_MAX {
            code = (code + u32::from(codes.counts[length - 1])) << 1;
            first[length] = code;
            ranks[length] = rank;
            rank += usize::from(codes.counts[length]);
            if code + u32::from(codes.counts[length]) > 1 << length {
                return None;
            }
        }
        for (symbol, length) in (0_u16..).zip(lengths) {
            let length = usize::from(*length);
            if length == 0 {
                continue;
            }
            *codes.symbols.get_mut(ranks[length])? = symbol;
            ranks[length] += 1;
            let bits = u32::try_from(length).ok()?;
            let reversed = first[length].reverse_bits() >> (32 - bits);
            first[length] += 1;
            if symbol == END {
                codes.end = (reversed, bits);
            }
            if bits <= QUICK_BITS {
                let entry = symbol << 4 | length as u16;
                let every = codes.quick[reversed as usize..].iter_mut();
                every.step_by(1 << bits).for_each(|it| *it = entry);
            }
        }
        Some(codes)
    }

    fn next(&self, bits: &mut Bits<'_>) -> Option<u16> {
        let beginning = bits.held & ((1 << QUICK_BITS) - 1);
        let entry = self.quick[beginning as usize];
        if entry == 0 {
            return self.long(bits);
        }
        bits.skip(u32::from(entry & 0xf))?;
        Some(entry >> 4)
    }

    /// A code of more bits, one bit after the other.
    fn long(&self, bits: &mut Bits<'_>) -> Option<u16> {
        let (mut code, mut first, mut rank) = (0, 0, 0);
        for count in &self.counts[1..] {
            let count = u32::from(*count);
            code |= bits.take(1)?;
            if code < first + count {
                return self.symbols.get((rank + code - first) as usize).copied();
            }
            rank += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }
}

/// The codes that every program knows (§3.2.6).
fn fixed() -> Option<(Codes, Codes)> {
    let mut lengths = [8; 288];
    lengths[144..256].fill(9);
    lengths[256..280].fill(7);
    Some((Codes::of(&lengths)?, Codes::of(&[5; 30])?))
}

/// The codes that a block brings (§3.2.7).
fn dynamic(bits: &mut Bits<'_>) -> Option<(Codes, Codes)> {
    let mut number = |count: u32, least: u32| {
        let number = bits.take(count)? + least;
        usize::try_from(number).ok()
    };
    let (all, far, given) = (number(5, 257)?, number(5, 1)?, number(4, 4)?);
    let mut lengths = [0; 19];
    for place in ORDER.into_iter().take(given) {
        bits.refill();
        lengths[place] = bits.take(3)? as u8;
    }
    let codes = Codes::of(&lengths)?;
    let mut lengths = [0; 288 + 32];
    let mut at = 0;
    while at < all + far {
        bits.refill();
        let (length, times) = match codes.next(bits)? {
            16 => (lengths[at.checked_sub(1)?], 3 + bits.take(2)?),
            17 => (0, 3 + bits.take(3)?),
            18 => (0, 11 + bits.take(7)?),
            length => (u8::try_from(length).ok()?, 1),
        };
        let next = at + times as usize;
        lengths[..all + far].get_mut(at..next)?.fill(length);
        at = next;
    }
    let (codes, distances) = lengths[..all + far].split_at_checked(all)?;
    Some((Codes::of(codes)?, Codes::of(distances)?))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn deflate(text: &[u8], level: u32) -> Vec<u8> {
        let level = flate2::Compression::new(level);
        let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), level);
        deflate.write_all(text).unwrap();
        deflate.finish().unwrap()
    }

    fn inflate(deflated: &[u8], size: usize) -> Vec<u8> {
        let mut text = vec![0; size];
        let mut inflate = libdeflater::Decompressor::new();
        let inflated = inflate.deflate_decompress(deflated, &mut text).unwrap();
        assert_eq!(inflated, size);
        text
    }

    /// Like a sheet, with texts in Chinese and numbers that do not repeat.
    fn text(cells: usize) -> Vec<u8> {
        let mut chance = 1_u64;
        let cell = |number: usize| {
            chance = chance
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let c = char::from_u32(0x4e00 + u32::try_from(chance >> 51).unwrap()).unwrap();
            format!(
                "<c r=\"A{number}\" t=\"s\"><v>{}</v><t>卡{c}子</t></c>",
                chance >> 44
            )
        };
        let all: String = (0..cells).map(cell).collect();
        all.into_bytes()
    }

    #[test]
    fn every_beginning_can_be_taken_from_every_kind_of_block() {
        let old = text(80);
        let mut kinds = [false; 3];
        for level in [0, 1, 6, 9] {
            let deflated = deflate(&old, level);
            kinds[usize::from(deflated[0] >> 1 & 3)] = true;
            for same in 0..=old.len() {
                let cut = cut(&deflated, same).unwrap();
                assert!(cut.text_bytes <= same && (level == 0 || same < cut.text_bytes + 258));
                let new = [&old[..same], b"<mark/>"].concat();
                let mut whole = cut.beginning(&deflated);
                whole.extend(deflate(&new[cut.text_bytes..], 1));
                assert_eq!(
                    inflate(&whole, new.len()),
                    new,
                    "level {level}, {same} bytes"
                );
            }
        }
        assert_eq!(kinds, [true; 3]);
    }

    #[test]
    fn a_text_of_many_blocks_is_cut_in_any_of_them() {
        let old = text(40_000);
        let deflated = deflate(&old, 6);
        for tenth in 0..=10 {
            let same = old.len() / 10 * tenth;
            let cut = cut(&deflated, same).unwrap();
            assert!(same - cut.text_bytes < 258);
            let mut whole = cut.beginning(&deflated);
            whole.extend(deflate(&old[cut.text_bytes..], 1));
            assert!(inflate(&whole, old.len()) == old);
        }
    }

    #[test]
    fn what_is_damaged_is_no_stream_or_is_found_out_later_and_never_a_panic() {
        let old = text(60);
        let deflated = deflate(&old, 6);
        for length in 0..deflated.len() - 1 {
            // what was cut off is missing, wherever that was
            assert_eq!(cut(&deflated[..length], usize::MAX), None, "{length}");
        }
        for at in 0..deflated.len() {
            for bit in 0..8 {
                let mut damaged = deflated.clone();
                damaged[at] ^= 1 << bit;
                if let Some(cut) = cut(&damaged, old.len()) {
                    assert!(cut.beginning(&damaged).len() <= damaged.len() + 8);
                }
            }
        }
    }
}

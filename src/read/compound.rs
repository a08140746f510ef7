//! A compound file ([MS-CFB]): the streams and storages that lie in its root.
//!
//! Every chain of sectors ends: it may not be longer than the file has sectors. Streams inside storages are those of
//! embedded objects and are not looked at.

use super::bytes::Fields;

/// First bytes of a compound file ([MS-CFB] §2.2).
pub const SIGNATURE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
/// Sector numbers from here on are marks, not sectors (§2.1).
const MARKS: u32 = 0xFFFF_FFFA;
/// Streams shorter than this lie in the mini stream (§2.2).
const MINI_BELOW: usize = 4096;
/// Bytes of a sector of the mini stream.
const MINI_BYTES: usize = 64;
/// Bytes of a directory entry (§2.6.1).
const ENTRY_BYTES: usize = 128;

/// A compound file in memory.
#[derive(Debug)]
pub struct Compound<'b> {
    bytes: &'b [u8],
    sector_bytes: usize,
    table: Vec<u32>,
    mini: Vec<u8>,
    mini_table: Vec<u32>,
    /// The root's children.
    entries: Vec<Entry>,
}

/// An entry of the directory.
#[derive(Debug, Clone)]
struct Entry {
    name: String,
    kind: u8,
    start: u32,
    size: usize,
    /// Left and right sibling, first child.
    next: [u32; 3],
}

impl<'b> Compound<'b> {
    /// Reads the tables and the directory; `None` where they are damaged.
    #[must_use]
    pub fn open(bytes: &'b [u8]) -> Option<Self> {
        let mut head = Fields(bytes.get(..512)?);
        head.skip(30)?;
        let sector_bytes = match head.short()? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        head.skip(16)?;
        let directory = head.long()?;
        head.skip(8)?;
        let (mini_start, _, more, _) = (head.long()?, head.long()?, head.long()?, head.long()?);
        let mut file = Self {
            bytes,
            sector_bytes,
            table: Vec::new(),
            mini: Vec::new(),
            mini_table: Vec::new(),
            entries: Vec::new(),
        };
        file.table = file.sector_table(head.0, more)?;
        let entries = file.chain(directory)?;
        let entries: Vec<Entry> = entries
            .chunks_exact(ENTRY_BYTES)
            .filter_map(entry)
            .collect();
        let root = entries.first().filter(|root| root.kind == 5)?;
        if mini_start < MARKS {
            file.mini = file.chain(root.start)?;
            file.mini_table = longs(&file.chain(mini_start)?);
        }
        file.entries = children(&entries, root.next[2]);
        Some(file)
    }

    /// The content of a stream of the root; `None` where there is none, or it is damaged.
    #[must_use]
    pub fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let mut streams = self.entries.iter().filter(|entry| entry.kind == 2);
        let entry = streams.find(|entry| entry.name.eq_ignore_ascii_case(name))?;
        let mut content = if entry.size < MINI_BELOW {
            self.mini_chain(entry.start)?
        } else {
            self.chain(entry.start)?
        };
        (content.len() >= entry.size).then(|| content.truncate(entry.size))?;
        Some(content)
    }

    /// Names of the streams and storages of the root.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }

    /// Whether the root has a stream or storage of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.names().any(|found| found.eq_ignore_ascii_case(name))
    }

    fn sector(&self, number: u32) -> Option<&'b [u8]> {
        // the header takes the place of one sector before sector 0
        let start =
            (usize::try_from(number).ok()?.checked_add(1)?).checked_mul(self.sector_bytes)?;
        let end = self.bytes.len().min(start.checked_add(self.sector_bytes)?);
        self.bytes
            .get(start..end)
            .filter(|sector| !sector.is_empty())
    }

    fn sectors_max(&self) -> usize {
        self.bytes.len() / self.sector_bytes + 1
    }

    /// The table of sectors, of the sectors that the header lists and those that lists of lists do.
    fn sector_table(&self, listed: &[u8], mut more: u32) -> Option<Vec<u32>> {
        let mut list = longs(listed);
        for _ in 0..self.sectors_max() {
            if more >= MARKS {
                break;
            }
            let mut further = longs(self.sector(more)?);
            more = further.pop()?;
            list.extend(further);
        }
        let mut table = Vec::new();
        for number in list.into_iter().filter(|number| *number < MARKS) {
            table.extend(longs(self.sector(number)?));
            if table.len() > 2 * self.bytes.len() {
                return None;
            }
        }
        Some(table)
    }

    fn chain(&self, start: u32) -> Option<Vec<u8>> {
        let mut content = Vec::new();
        follow(start, &self.table, self.sectors_max(), |number| {
            content.extend_from_slice(self.sector(number)?);
            Some(())
        })?;
        Some(content)
    }

    fn mini_chain(&self, start: u32) -> Option<Vec<u8>> {
        let mut content = Vec::new();
        let most = self.mini.len() / MINI_BYTES + 1;
        follow(start, &self.mini_table, most, |number| {
            let start = usize::try_from(number).ok()?.checked_mul(MINI_BYTES)?;
            content.extend_from_slice(self.mini.get(start..start.checked_add(MINI_BYTES)?)?);
            Some(())
        })?;
        Some(content)
    }
}

/// Follows a chain to its end; `None` where it leads nowhere or in a circle.
fn follow(
    start: u32,
    table: &[u32],
    most: usize,
    mut each: impl FnMut(u32) -> Option<()>,
) -> Option<()> {
    let mut number = start;
    for _ in 0..=most {
        if number >= MARKS {
            return Some(());
        }
        each(number)?;
        number = *table.get(usize::try_from(number).ok()?)?;
    }
    None
}

fn longs(bytes: &[u8]) -> Vec<u32> {
    let fours = bytes.chunks_exact(4);
    fours
        .map(|it| u32::from_le_bytes([it[0], it[1], it[2], it[3]]))
        .collect()
}

fn entry(bytes: &[u8]) -> Option<Entry> {
    let (mut name, mut rest) = (Fields(&bytes[..64]), Fields(&bytes[64..]));
    let name_bytes = usize::from(rest.short()?);
    let name = name.wide((name_bytes / 2).saturating_sub(1).min(31))?;
    let kind = rest.byte()?;
    rest.skip(1)?;
    let next = [rest.long()?, rest.long()?, rest.long()?];
    rest.skip(36)?;
    Some(Entry {
        name,
        kind,
        start: rest.long()?,
        size: usize::try_from(rest.long()?).ok()?,
        next,
    })
}

/// The entries of a storage, given its first child: they form a tree of siblings (§2.6.4).
fn children(entries: &[Entry], first: u32) -> Vec<Entry> {
    let (mut found, mut wanted) = (Vec::new(), vec![first]);
    let mut seen = vec![false; entries.len()];
    while let Some(number) = wanted.pop() {
        let Some(index) = usize::try_from(number)
            .ok()
            .filter(|index| *index < entries.len())
        else {
            continue;
        };
        if !std::mem::replace(&mut seen[index], true) {
            wanted.extend(&entries[index].next[..2]);
            found.push(entries[index].clone());
        }
    }
    found
}

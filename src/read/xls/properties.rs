//! Custom document properties of a compound file ([MS-OLEPS] §2.20 to §2.25), of text kind, in file order. By them a
//! marked copy that was saved as `.xls` is known as the answer to what was sent. What is broken has none.

use crate::read::bytes::Fields;
use crate::read::compound::Compound;

/// The stream, and the set of the user's own properties in it ([MS-OLEPS] §2.25, §3.1.6).
const STREAM: &str = "\u{5}DocumentSummaryInformation";
const USERS: [u8; 16] = [
    0x05, 0xD5, 0xCD, 0xD5, 0x9C, 0x2E, 0x1B, 0x10, 0x93, 0x97, 0x08, 0x00, 0x2B, 0x2C, 0xF9, 0xAE,
];
/// Properties that are looked at.
const COUNT_MAX: u32 = 256;
/// Code page of UTF-16.
const WIDE: u16 = 1200;
/// What is no property but says how they are written.
const NAMES: u32 = 0;
const CODE_PAGE: u32 = 1;

/// The properties, by name.
#[must_use]
pub fn properties(file: &Compound<'_>) -> Vec<(String, String)> {
    let stream = file.stream(STREAM);
    stream.and_then(|stream| of(&stream)).unwrap_or_default()
}

fn of(stream: &[u8]) -> Option<Vec<(String, String)>> {
    let mut head = Fields(stream);
    head.skip(24)?;
    let sets = head.long()?.min(COUNT_MAX);
    let mut found = (0..sets).map_while(|_| Some((head.take(16)?, head.long()?)));
    let (_, at) = found.find(|(kind, _)| *kind == USERS)?;
    let set = stream.get(usize::try_from(at).ok()?..)?;
    let mut list = Fields(set);
    list.skip(4)?;
    let count = list.long()?.min(COUNT_MAX);
    let listed = (0..count).map_while(|_| Some((list.long()?, list.long()?)));
    let listed: Vec<(u32, u32)> = listed.collect();
    let content = |id: u32| {
        let (_, at) = listed.iter().find(|(listed, _)| *listed == id)?;
        Some(Fields(set.get(usize::try_from(*at).ok()?..)?))
    };
    let mut page = content(CODE_PAGE)?;
    page.skip(4)?;
    let page = page.short()?;
    let names = names(content(NAMES)?, page);
    let property = |(id, _): &(u32, u32)| {
        let (_, name) = names.iter().find(|(named, _)| named == id)?;
        Some((name.clone(), text(content(*id)?, page)?))
    };
    Some(listed.iter().filter_map(property).collect())
}

/// The name of each property (§2.17).
fn names(mut fields: Fields<'_>, page: u16) -> Vec<(u32, String)> {
    let count = fields.long().unwrap_or_default().min(COUNT_MAX);
    let next = |_| {
        let (id, length) = (fields.long()?, usize::try_from(fields.long()?).ok()?);
        if page != WIDE {
            return Some((id, narrow(fields.take(length)?)?));
        }
        let name = fields.wide(length)?;
        // in whole fours
        fields.skip(length % 2 * 2)?;
        Some((id, name.trim_end_matches('\0').to_owned()))
    };
    (0..count).map_while(next).collect()
}

/// A value, where it is a text (§2.15): `VT_LPSTR` or `VT_LPWSTR`.
fn text(mut fields: Fields<'_>, page: u16) -> Option<String> {
    let kind = fields.long()?;
    let length = usize::try_from(fields.long()?).ok()?;
    let wide = match kind {
        0x1E if page == WIDE => fields.wide(length / 2)?,
        0x1E => return narrow(fields.take(length)?),
        0x1F => fields.wide(length)?,
        _ => return None,
    };
    Some(wide.trim_end_matches('\0').to_owned())
}

/// A text in UTF-8, of which the plain letters of every other code page are a part.
fn narrow(bytes: &[u8]) -> Option<String> {
    let end = bytes.iter().position(|byte| *byte == 0);
    let bytes = &bytes[..end.unwrap_or(bytes.len())];
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}

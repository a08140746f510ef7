//! Text inside elements, as Open XML writes it.

use std::borrow::Cow;

use memchr::{memchr, memchr3};
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use crate::read::ReadFault;
use crate::read::guard::damaged;
use crate::read::tags::{Kind, Tags};

/// A reader of a part's text.
type Xml<'t> = Reader<&'t [u8]>;

/// The text of an element whose start tag was read, up to its end tag; of elements inside it too.
///
/// # Errors
/// Where the part ends before it, or holds an entity that the standard does not know.
fn inside<'t>(xml: &mut Xml<'t>) -> Result<Cow<'t, str>, ReadFault> {
    let mut text = Cow::Borrowed("");
    let mut depth = 0_u32;
    loop {
        match xml.read_event().map_err(damaged)? {
            Event::Text(more) => add(&mut text, more.xml10_content()),
            Event::CData(more) => add(&mut text, more.xml10_content()),
            Event::GeneralRef(entity) => add(&mut text, resolved(&entity)?),
            Event::Start(_) => depth += 1,
            Event::End(_) if depth == 0 => return Ok(text),
            Event::End(_) => depth -= 1,
            Event::Eof => return Err(damaged("内容不完整")),
            _ => {}
        }
    }
}

fn add<'t>(text: &mut Cow<'t, str>, more: Cow<'t, str>) {
    if text.is_empty() {
        *text = more;
    } else {
        text.to_mut().push_str(&more);
    }
}

fn resolved(entity: &BytesRef<'_>) -> Result<Cow<'static, str>, ReadFault> {
    if let Some(known) = resolve_xml_entity(entity) {
        return Ok(known.into());
    }
    let found = entity.resolve_char_ref().map_err(damaged)?;
    let unknown = || damaged("含有不认识的实体");
    Ok(found.ok_or_else(unknown)?.to_string().into())
}

/// The text of a shared or inline string: of its runs together, without phonetic hints (ECMA-376 §18.4.8).
///
/// # Errors
/// As [`inside`].
fn string<'t>(xml: &mut Xml<'t>) -> Result<Cow<'t, str>, ReadFault> {
    let mut text = Cow::Borrowed("");
    let mut depth = 0_u32;
    loop {
        match xml.read_event().map_err(damaged)? {
            Event::Start(tag) => match tag.local_name().into_inner() {
                "t" => {
                    let is_kept = attribute(&tag, "xml:space").as_deref() == Some("preserve");
                    let run = inside(xml)?;
                    let run = if is_kept { run } else { trimmed(run) };
                    add(&mut text, without_escapes(run));
                }
                "rPh" => {
                    xml.read_to_end(tag.name()).map_err(damaged)?;
                }
                _ => depth += 1,
            },
            Event::End(_) if depth == 0 => return Ok(text),
            Event::End(_) => depth -= 1,
            Event::Eof => return Err(damaged("内容不完整")),
            _ => {}
        }
    }
}

/// Without the blanks of XML at either end.
fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];
    match text {
        Cow::Borrowed(text) => text.trim_matches(BLANKS).into(),
        Cow::Owned(text) => text.trim_matches(BLANKS).to_owned().into(),
    }
}

/// The text of the element whose start tag was the last, and the walk goes on after its end tag. Text of one piece
/// without entities is what nearly all is.
///
/// # Errors
/// As [`inside`].
pub fn text_of<'t>(part: &'t str, tags: &mut Tags<'t>) -> Result<Cow<'t, str>, ReadFault> {
    let start = tags.position();
    let rest = &part.as_bytes()[start..];
    let end = memchr3(b'<', b'&', b'\r', rest).filter(|end| rest[*end..].starts_with(b"</"));
    match end {
        Some(end) => {
            tags.advance()?;
            Ok(part[start..start + end].into())
        }
        None => slowly(part, tags, inside),
    }
}

/// The same of a shared or inline string.
///
/// # Errors
/// As [`inside`].
pub fn string_of<'t>(part: &'t str, tags: &mut Tags<'t>) -> Result<Cow<'t, str>, ReadFault> {
    const PLAIN: [(&str, bool); 2] = [("<t>", false), ("<t xml:space=\"preserve\">", true)];
    let (start, rest) = (tags.position(), &part[tags.position()..]);
    let found = PLAIN.iter().find(|(tag, _)| rest.starts_with(tag));
    if let Some((tag, is_kept)) = found {
        let text = &rest[tag.len()..];
        let end = memchr3(b'<', b'&', b'\r', text.as_bytes());
        let end = end.filter(|end| text[*end..].starts_with("</t></"));
        if let Some(end) = end {
            tags.go_to(start + tag.len() + end + "</t>".len());
            tags.advance()?;
            let text = text[..end].into();
            return Ok(without_escapes(if *is_kept { text } else { trimmed(text) }));
        }
    }
    slowly(part, tags, string)
}

/// Leaves an element to quick-xml.
fn slowly<'t>(
    part: &'t str,
    tags: &mut Tags<'t>,
    read: fn(&mut Xml<'t>) -> Result<Cow<'t, str>, ReadFault>,
) -> Result<Cow<'t, str>, ReadFault> {
    let start = tags.position();
    let mut xml = Reader::from_str(&part[start..]);
    xml.config_mut().allow_unmatched_ends = true;
    let text = read(&mut xml)?;
    let length = usize::try_from(xml.buffer_position()).map_err(damaged)?;
    tags.skip_past(start + length);
    Ok(text)
}

/// The shared strings in their order.
///
/// # Errors
/// As [`inside`].
pub fn shared_strings(part: &str) -> Result<Vec<Cow<'_, str>>, ReadFault> {
    let (mut tags, mut strings) = (Tags::of(part), Vec::new());
    while let Some(tag) = tags.advance()? {
        match (tag.kind, tag.local()) {
            (Kind::Start, "si") => strings.push(string_of(part, &mut tags)?),
            (Kind::Empty, "si") => strings.push("".into()),
            _ => {}
        }
    }
    Ok(strings)
}

/// An attribute by its whole name, as it is written.
fn attribute<'t>(tag: &'t BytesStart<'_>, name: &str) -> Option<Cow<'t, str>> {
    let mut all = tag.attributes();
    let mut all = all.with_checks(false).flatten();
    all.find(|it| it.key.into_inner() == name)
        .map(|it| it.value)
}

/// Characters of an escape: `_x000D_`.
const ESCAPE: usize = 7;

/// Text with the escapes of characters that XML cannot hold resolved: `_x000D_` is a carriage return, and
/// `_x005F_` a `_` before what would else be one (ECMA-376 §22.9.2.19 ST_Xstring).
#[must_use]
pub fn without_escapes(text: Cow<'_, str>) -> Cow<'_, str> {
    if memchr(b'_', text.as_bytes()).is_none() || !text.contains("_x") {
        return text;
    }
    let (mut units, mut rest) = (Vec::with_capacity(text.len()), &*text);
    while let Some(at) = rest.find("_x") {
        units.extend(rest[..at].encode_utf16());
        rest = &rest[at..];
        if let Some(unit) = escape(rest) {
            units.push(unit);
            rest = &rest[ESCAPE..];
        } else {
            units.push(u16::from(b'_'));
            rest = &rest[1..];
        }
    }
    units.extend(rest.encode_utf16());
    String::from_utf16_lossy(&units).into()
}

/// The UTF-16 unit of an escape that the text begins with.
fn escape(text: &str) -> Option<u16> {
    let digits = text
        .get(2..6)
        .filter(|_| text.as_bytes().get(6) == Some(&b'_'))?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    u16::from_str_radix(digits, 16).ok().filter(|_| is_hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_xml_cannot_hold_are_resolved() {
        for (written, read) in [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_xD83D__xDE00_", "😀"),
            ("_xD83D_!", "\u{fffd}!"),
            ("snake_x_case _x00G0_ _x000d", "snake_x_case _x00G0_ _x000d"),
            ("金额_x万元", "金额_x万元"),
        ] {
            assert_eq!(without_escapes(written.into()), read, "{written}");
        }
    }

    #[test]
    fn a_string_is_its_runs_without_hints_of_their_sound() {
        let part = "<sst><si><t>  申报 </t></si><si><t xml:space=\"preserve\"> 一 </t></si><si/>\
                    <si><r><rPr><b/></rPr><t>卡&amp;</t></r><r><t>脖&#23376;</t></r>\
                    <rPh sb=\"0\" eb=\"1\"><t>ka</t></rPh></si><si><t><![CDATA[<a>]]></t></si><si><t/></si></sst>";
        let strings = shared_strings(part).unwrap();
        assert_eq!(strings, ["申报", " 一 ", "", "卡&脖子", "<a>", ""]);
        assert!(shared_strings("<sst><si><t>a").is_err());
        assert!(shared_strings("<sst><si><t>&lol;</t></si></sst>").is_err());
    }
}

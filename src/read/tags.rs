//! The tags of an XML text, one after the other: where they stand, and their attributes as they are written.
//!
//! What costs most in reading and marking is to find a few elements in a text of which all else is passed by. This
//! does that and no more: it tells tags from comments, processing instructions and CDATA, and holds that they match.
//! Text with entities and everything rare is left to quick-xml, which is strict and five times as slow; a test holds
//! that both find the same tags. A document type is refused: no part of a workbook has one, and entities are a danger.

use std::ops::Range;

use memchr::{memchr, memmem};

/// Elements inside one another, at most: no part of a workbook comes near, and what recurses over them must end.
const DEPTH_MAX: usize = 256;
/// Bytes that are looked at one by one before a search is set up: most names and values are shorter.
const NEAR: usize = 16;
/// Bytes of `a:b`.
const SHORTEST_WITH_PREFIX: usize = 3;

/// What a tag does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Begins an element.
    Start,
    /// Is a whole element.
    Empty,
    /// Ends an element.
    End,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag<'t> {
    /// What it does.
    pub kind: Kind,
    /// Its name, prefix and all.
    pub name: &'t str,
    /// Where it stands, from `<` to `>`.
    pub at: Range<usize>,
    /// What stands between name and end.
    attributes: &'t str,
}

/// Why a text is no XML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The text ends inside something.
    #[error("the text ends inside a tag, comment or element")]
    Cut,
    /// An end tag that ends nothing, or another element.
    #[error("an end tag does not match")]
    Mismatch,
    /// An attribute that is not written as one.
    #[error("an attribute is broken")]
    Attribute,
    /// A document type.
    #[error("the text declares a document type")]
    DocumentType,
    /// Too many elements inside one another.
    #[error("elements are nested too deep")]
    Depth,
}

/// A walk over the tags of a text.
#[derive(Debug)]
pub struct Tags<'t> {
    text: &'t str,
    position: usize,
    end: usize,
    open: Vec<&'t str>,
}

impl<'t> Tags<'t> {
    /// A walk over a stretch of a text.
    #[must_use]
    pub const fn over(text: &'t str, stretch: Range<usize>) -> Self {
        Self {
            text,
            position: stretch.start,
            end: stretch.end,
            open: Vec::new(),
        }
    }

    /// A walk over a whole text.
    #[must_use]
    pub const fn of(text: &'t str) -> Self {
        Self::over(text, 0..text.len())
    }

    /// How many elements are open.
    #[must_use]
    pub const fn depth(&self) -> usize {
        self.open.len()
    }

    /// Where the walk has come to.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.position
    }

    /// Goes on after the end tag of the element that was begun last: somebody else has read it.
    pub fn skip_past(&mut self, end: usize) {
        self.open.pop();
        self.position = end;
    }

    /// Goes on further down, past elements that were seen to be whole.
    pub const fn go_to(&mut self, position: usize) {
        self.position = position;
    }

    /// The next tag, `None` at the end.
    ///
    /// # Errors
    /// [`Broken`] where the text is no XML.
    pub fn advance(&mut self) -> Result<Option<Tag<'t>>, Broken> {
        let bytes = &self.text.as_bytes()[..self.end];
        loop {
            let start = match find(b'<', &bytes[self.position..]) {
                Some(before) => self.position + before,
                None if self.open.is_empty() => {
                    self.position = self.end;
                    return Ok(None);
                }
                None => return Err(Broken::Cut),
            };
            let rest = &bytes[start..];
            let passed = match rest.get(1) {
                None => return Err(Broken::Cut),
                Some(b'!') if rest.starts_with(b"<!--") => end_of(rest, b"-->")?,
                Some(b'!') if rest.starts_with(b"<![CDATA[") => end_of(rest, b"]]>")?,
                Some(b'!') => return Err(Broken::DocumentType),
                Some(b'?') => end_of(rest, b"?>")?,
                Some(b'/') => return self.end_tag(start).map(Some),
                Some(_) => return self.start_tag(start).map(Some),
            };
            self.position = start + passed;
        }
    }

    fn end_tag(&mut self, start: usize) -> Result<Tag<'t>, Broken> {
        let open = self.open.pop().ok_or(Broken::Mismatch)?;
        let rest = &self.text.as_bytes()[start + 2..self.end];
        let after = rest.strip_prefix(open.as_bytes());
        let blanks = match after.ok_or(Broken::Mismatch)? {
            [b'>', ..] => 0,
            after => find(b'>', after).ok_or(Broken::Cut)?,
        };
        let name = start + 2..start + 2 + open.len();
        let at = start..name.end + blanks + 1;
        if !self.text[name.end..at.end - 1].trim_ascii().is_empty() {
            return Err(Broken::Mismatch);
        }
        self.position = at.end;
        Ok(Tag {
            kind: Kind::End,
            name: &self.text[name],
            at,
            attributes: "",
        })
    }

    fn start_tag(&mut self, start: usize) -> Result<Tag<'t>, Broken> {
        let rest = &self.text.as_bytes()[start + 1..self.end];
        let ends_name = |byte: &u8| matches!(byte, b'>' | b'"' | b'\'') || is_blank(*byte);
        let name = rest.iter().position(ends_name).ok_or(Broken::Cut)?;
        let mut end = name;
        loop {
            match rest.get(end).ok_or(Broken::Cut)? {
                b'>' => break,
                quote @ (b'"' | b'\'') if end > name => {
                    end += find(*quote, &rest[end + 1..]).ok_or(Broken::Cut)? + 2;
                }
                b'"' | b'\'' => return Err(Broken::Attribute),
                _ => end += 1,
            }
        }
        let inside = &self.text[start + 1..=start + end];
        let (kind, inside) = match inside.strip_suffix('/') {
            Some(inside) => (Kind::Empty, inside),
            None => (Kind::Start, inside),
        };
        let (name, attributes) = inside.split_at(name.min(inside.len()));
        let end = start + end + 2;
        if kind == Kind::Start {
            if self.open.len() == DEPTH_MAX {
                return Err(Broken::Depth);
            }
            self.open.push(name);
        }
        self.position = end;
        Ok(Tag {
            kind,
            name,
            at: start..end,
            attributes,
        })
    }
}

/// Where a byte is found.
fn find(wanted: u8, bytes: &[u8]) -> Option<usize> {
    let (near, far) = bytes.split_at(bytes.len().min(NEAR));
    let found = near.iter().position(|byte| *byte == wanted);
    found.or_else(|| Some(near.len() + memchr(wanted, far)?))
}

/// A blank of XML.
const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn end_of(rest: &[u8], mark: &[u8]) -> Result<usize, Broken> {
    let found = memmem::find(rest, mark).ok_or(Broken::Cut)?;
    Ok(found + mark.len())
}

impl<'t> Tag<'t> {
    /// The name without its prefix.
    #[must_use]
    pub fn local(&self) -> &'t str {
        if self.name.len() < SHORTEST_WITH_PREFIX {
            return self.name;
        }
        let colon = self.name.bytes().rposition(|byte| byte == b':');
        colon.map_or(self.name, |colon| &self.name[colon + 1..])
    }

    /// The attributes in their order: name with prefix, value as it is written.
    #[must_use]
    pub const fn attributes(&self) -> Attributes<'t> {
        Attributes(self.attributes)
    }

    /// Whether an attribute of this name is written first.
    #[must_use]
    pub fn begins_with(&self, name: &str) -> bool {
        let rest = self.attributes.trim_ascii_start().strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with('='))
    }

    /// An attribute by its whole name, as it is written.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'t str> {
        let mut all = self.attributes().flatten();
        all.find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

/// The attributes of a tag; a broken one is the last.
#[derive(Debug, Clone)]
pub struct Attributes<'t>(&'t str);

impl<'t> Attributes<'t> {
    /// The attributes that a stretch of a tag holds.
    #[must_use]
    pub const fn of(stretch: &'t str) -> Self {
        Self(stretch)
    }

    /// What is still to come, as it is written.
    #[must_use]
    pub const fn as_str(&self) -> &'t str {
        self.0
    }
}

impl<'t> Iterator for Attributes<'t> {
    type Item = Result<(&'t str, &'t str), Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.0.trim_ascii_start();
        if rest.is_empty() {
            return None;
        }
        let found = find(b'=', rest.as_bytes()).and_then(|equals| {
            let (name, rest) = (&rest[..equals], rest[equals + 1..].trim_ascii_start());
            let quote = *rest.as_bytes().first()?;
            if !matches!(quote, b'"' | b'\'') {
                return None;
            }
            let end = find(quote, rest.as_bytes().get(1..)?)?;
            self.0 = &rest[end + 2..];
            Some((name.trim_ascii_end(), &rest[1..=end]))
        });
        if found.is_none() {
            self.0 = "";
        }
        Some(found.ok_or(Broken::Attribute))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Result<Vec<String>, Broken> {
        let (mut tags, mut seen) = (Tags::of(text), Vec::new());
        while let Some(tag) = tags.advance()? {
            let attributes = tag.attributes().collect::<Result<Vec<_>, _>>()?;
            seen.push(format!("{:?} {} {attributes:?}", tag.kind, tag.name));
        }
        Ok(seen)
    }

    /// The same by quick-xml.
    fn seen_by_quick_xml(text: &str) -> Vec<String> {
        use quick_xml::events::{BytesStart, Event};
        let mut reader = quick_xml::Reader::from_str(text);
        let mut seen = Vec::new();
        let show = |kind: &str, tag: &BytesStart<'_>| {
            let all = tag.attributes().map(Result::unwrap);
            let all: Vec<_> = all
                .map(|it| (it.key.into_inner().to_owned(), it.value.into_owned()))
                .collect();
            format!("{kind} {} {all:?}", tag.name().into_inner())
        };
        loop {
            match reader.read_event().unwrap() {
                Event::Start(tag) => seen.push(show("Start", &tag)),
                Event::Empty(tag) => seen.push(show("Empty", &tag)),
                Event::End(tag) => seen.push(format!("End {} []", tag.name().into_inner())),
                Event::Eof => return seen,
                _ => {}
            }
        }
    }

    #[test]
    fn tags_are_those_that_quick_xml_finds() {
        for text in [
            "<?xml version=\"1.0\"?><!-- <a> --><a><b x='1' y = \"2>\"/> t &lt; <![CDATA[<c>]]><x:d\n z:w=\"'\" ></x:d ></a>",
            "<r/>",
            "",
            "text alone",
            "<a>a<b>b</b>c</a><c />",
        ] {
            assert_eq!(seen(text).unwrap(), seen_by_quick_xml(text), "{text}");
        }
    }

    #[test]
    fn the_parts_of_a_form_have_the_tags_that_quick_xml_finds() {
        let book = crate::assess::Rulebook::builtin(crate::assess::Language::Zh);
        let edition = book.policies.edition("urumqi-2023").unwrap();
        let values = crate::form::blank::Values::default();
        let form = crate::form::blank::write(&book.layout, edition, &values).unwrap();
        let mut package = crate::read::package::Package::open(&form).unwrap();
        for index in 0..package.archive.len() {
            let content = package.stored(index).unwrap().content().unwrap();
            let text = String::from_utf8(content).unwrap();
            assert_eq!(seen(&text).unwrap(), seen_by_quick_xml(&text));
        }
    }

    #[test]
    fn what_is_no_xml_is_refused() {
        for (text, why) in [
            ("<", Broken::Cut),
            ("<a", Broken::Cut),
            ("<a x=\">", Broken::Cut),
            ("<a>", Broken::Cut),
            ("<!-- a", Broken::Cut),
            ("<a></b>", Broken::Mismatch),
            ("</a>", Broken::Mismatch),
            ("<a x/>", Broken::Attribute),
            ("<a x=1/>", Broken::Attribute),
            // two letters that begin with the same byte, found by fuzzing
            ("<a x=隐键/>", Broken::Attribute),
            ("<a\">\"/>", Broken::Attribute),
            ("<!DOCTYPE a [<!ENTITY b \"c\">]><a/>", Broken::DocumentType),
        ] {
            assert_eq!(seen(text), Err(why), "{text}");
        }
        assert_eq!(seen(&"<a>".repeat(1000)), Err(Broken::Depth));
    }
}

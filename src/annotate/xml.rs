//! Positions of elements in a part's text, so that parts are spliced and never written anew.
//!
//! Finds elements and gives back where they stand; does not build trees, resolve namespaces or
//! look deeper than asked.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

use super::NotEditable;
use crate::read::tags::{Attributes, Kind, Tag, Tags};

/// The main namespace of spreadsheets (ECMA-376, transitional).
pub const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
/// The namespace of relationship ids inside parts, and the stem of relationship types.
pub const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// An element: where it stands in the text of its part.
#[derive(Debug, Clone)]
pub struct Node {
    /// Name without prefix.
    pub name: String,
    /// The whole element.
    pub all: Range<usize>,
    /// The start tag, or the whole empty element.
    pub tag: Range<usize>,
    /// What stands between the tags; empty for an empty element.
    pub inner: Range<usize>,
    /// Whether it is written `<x/>`.
    pub is_empty: bool,
    /// Its attributes as they are written.
    attributes: String,
}

impl Node {
    /// The attribute of this name, prefix and all.
    pub fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        self.find(|key| key == name)
    }

    /// The attribute of this name under any prefix: `id` finds `r:id`.
    pub fn get_local(&self, name: &str) -> Option<Cow<'_, str>> {
        self.find(|key| key.rsplit_once(':').is_some_and(|(_, local)| local == name))
    }

    /// Whether it has this attribute with this value.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.get(name).is_some_and(|found| found == value)
    }

    fn find(&self, is_it: impl Fn(&str) -> bool) -> Option<Cow<'_, str>> {
        let mut all = Attributes::of(&self.attributes).flatten();
        let found = all.find(|(key, _)| is_it(key));
        found.map(|(_, value)| unescape(value))
    }
}

/// A part's text with its root element and the root's children.
#[derive(Debug)]
pub struct Tree {
    /// The text.
    pub text: String,
    /// The root element.
    pub root: Node,
    /// Its children.
    pub nodes: Vec<Node>,
}

impl Tree {
    /// Finds the elements of a text.
    pub fn of(text: String) -> Result<Self, NotEditable> {
        let (root, nodes) = root(&text)?;
        Ok(Self { text, root, nodes })
    }

    /// The first child of this name.
    pub fn child(&self, name: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.name == name)
    }
}

/// The root element and its children.
pub fn root(text: &str) -> Result<(Node, Vec<Node>), NotEditable> {
    let mut found = scan(text, 0..text.len(), 1)?;
    if found.is_empty() {
        return Err(NotEditable::broken("a part without elements"));
    }
    let root = found.remove(0);
    Ok((root, found))
}

/// The direct children of an element.
pub fn children(text: &str, node: &Node) -> Result<Vec<Node>, NotEditable> {
    scan(text, node.inner.clone(), 0)
}

/// Every element inside an element, in document order.
pub fn descendants(text: &str, node: &Node) -> Result<Vec<Node>, NotEditable> {
    scan(text, node.inner.clone(), usize::MAX)
}

/// Elements down to `depth` (0: outermost) in a stretch of text, in document order.
pub fn scan(text: &str, stretch: Range<usize>, depth: usize) -> Result<Vec<Node>, NotEditable> {
    let mut tags = Tags::over(text, stretch);
    let (mut nodes, mut open) = (Vec::<Node>::new(), Vec::<usize>::new());
    while let Some(tag) = tags.advance().map_err(NotEditable::broken)? {
        match tag.kind {
            Kind::Start if tags.depth() <= depth.saturating_add(1) => {
                open.push(nodes.len());
                nodes.push(node(&tag));
            }
            Kind::Empty if tags.depth() <= depth => nodes.push(node(&tag)),
            Kind::End if tags.depth() <= depth => {
                if let Some(index) = open.pop() {
                    nodes[index].inner.end = tag.at.start;
                    nodes[index].all.end = tag.at.end;
                }
            }
            _ => {}
        }
    }
    Ok(nodes)
}

/// A drawing of notes to be scanned, each byte at its place: Excel writes line breaks of shapes as HTML, without an end,
/// which is no XML.
pub fn drawing(text: &str) -> Cow<'_, str> {
    if memmem::find(text.as_bytes(), b"<br>").is_none() {
        return Cow::Borrowed(text);
    }
    text.replace("<br>", "    ")
        .replace("</br>", "     ")
        .into()
}

/// Holds that a stretch of text is well-formed, and counts its elements.
pub fn count(text: &str, stretch: Range<usize>) -> Result<usize, NotEditable> {
    let (mut tags, mut count) = (Tags::over(text, stretch), 0);
    while let Some(tag) = tags.advance().map_err(NotEditable::broken)? {
        count += usize::from(tag.kind != Kind::End);
    }
    Ok(count)
}

fn node(tag: &Tag<'_>) -> Node {
    let at = tag.at.clone();
    Node {
        name: tag.local().to_owned(),
        inner: at.end..at.end,
        all: at.clone(),
        tag: at,
        is_empty: tag.kind == Kind::Empty,
        attributes: tag.attributes().as_str().to_owned(),
    }
}

/// Text with entities resolved; left as it stands where one is unknown.
pub fn unescape(text: &str) -> Cow<'_, str> {
    quick_xml::escape::unescape(text).unwrap_or(Cow::Borrowed(text))
}

/// Text for an element or attribute: escaped, without characters XML cannot hold.
pub fn escape(text: &str) -> Cow<'_, str> {
    let legal =
        |c: char| matches!(c, '\n' | '\t') || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'));
    if text.chars().all(legal) {
        return quick_xml::escape::escape(text);
    }
    let text: String = text.chars().filter(|c| legal(*c)).collect();
    quick_xml::escape::escape(text).into_owned().into()
}

/// Replacements of stretches of one text, applied together.
#[derive(Debug, Default)]
pub struct Splices(Vec<(Range<usize>, String)>);

impl Splices {
    /// Whether nothing is to be replaced.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts text in place of a stretch; an empty stretch inserts.
    pub fn put(&mut self, at: Range<usize>, text: impl Into<String>) {
        self.0.push((at, text.into()));
    }

    /// Sets an attribute of an element.
    pub fn set(&mut self, text: &str, node: &Node, name: &str, value: &str) {
        let tag = &text[node.tag.clone()];
        self.put(node.tag.clone(), with_attribute(tag, name, value));
    }

    /// Puts text last inside an element.
    pub fn append(&mut self, text: &str, node: &Node, inside: &str) {
        if !node.is_empty {
            self.put(node.inner.end..node.inner.end, inside);
            return;
        }
        let tag = &text[node.tag.clone()];
        let open = tag.trim_end_matches("/>").trim_end();
        let name = open.trim_start_matches('<');
        let name = name.split_ascii_whitespace().next().unwrap_or(name);
        self.put(node.tag.clone(), format!("{open}>{inside}</{name}>"));
    }

    /// The text with every replacement made; the first of two that overlap wins.
    pub fn apply(mut self, text: &str) -> String {
        self.0.sort_by_key(|(at, _)| (at.start, at.end));
        let added: usize = self.0.iter().map(|(_, new)| new.len()).sum();
        let (mut out, mut done) = (String::with_capacity(text.len() + added), 0);
        for (at, new) in self.0 {
            if at.start < done {
                continue;
            }
            out.push_str(&text[done..at.start]);
            out.push_str(&new);
            done = at.end;
        }
        out.push_str(&text[done..]);
        out
    }
}

/// A start tag with an attribute set.
pub fn with_attribute(tag: &str, name: &str, value: &str) -> String {
    let value = escape(value);
    if let Some(at) = value_of(tag, name) {
        return format!("{}{value}{}", &tag[..at.start], &tag[at.end..]);
    }
    let end = if tag.ends_with("/>") { 2 } else { 1 };
    let (open, close) = tag.split_at(tag.len() - end);
    format!("{} {name}=\"{value}\"{close}", open.trim_end())
}

/// Where in a start tag the value of an attribute stands.
fn value_of(tag: &str, name: &str) -> Option<Range<usize>> {
    let inside = tag.trim_end_matches('>').trim_end_matches('/');
    let start = inside.find(|c: char| c.is_ascii_whitespace())?;
    let mut all = Attributes::of(&inside[start..]);
    while let Some(Ok((found, value))) = all.next() {
        if found == name {
            // what is still to come begins after the closing quote
            let end = inside.len() - all.as_str().len() - 1;
            return Some(end - value.len()..end);
        }
    }
    None
}

/// The declaration that elements of ours need where the part's own root carries a prefix.
pub fn declaration(text: &str, root: &Node, namespace: &str) -> String {
    let tag = &text[root.tag.clone()];
    let name = tag.split_ascii_whitespace().next().unwrap_or(tag);
    if name.contains(':') {
        format!(" xmlns=\"{namespace}\"")
    } else {
        String::new()
    }
}

/// Where a new child belongs by the schema's order, among children that follow `from`; unknown ones count as last.
pub fn place_for(children: &[Node], end: usize, order: &[&str], name: &str) -> usize {
    let rank = |name: &str| order.iter().position(|&other| other == name);
    let own = rank(name);
    let later = |child: &&Node| rank(&child.name).is_none_or(|rank| Some(rank) > own);
    let found = children.iter().find(later);
    found.map_or(end, |child| child.all.start)
}

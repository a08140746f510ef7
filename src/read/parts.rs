//! Parts of a package and how they relate: which part a sheet is, its merged ranges, the custom properties.
//!
//! But for parts that are needed, what is missing or broken here is as if it were not there, and never a fault.

use std::borrow::Cow;

use memchr::{memchr, memmem};
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::Event;

use super::guard::damaged;
use super::package::Package;
use super::tags::{Kind, Tag, Tags};
use super::texts::Texts;
use super::{Active, ReadFault};
use crate::place::CellRange;

/// Where the list of sheets is by custom, for packages that do not say.
const BOOK: &str = "xl/workbook.xml";

/// Where the custom properties are by custom.
const PROPERTIES: &str = "docProps/custom.xml";

/// A package with the texts that are inflated already.
#[derive(Debug)]
pub struct Parts<'a> {
    /// The package.
    pub package: Package<'a>,
    /// Its texts.
    pub texts: Texts,
}

/// A relation of a part to another part of the package.
#[derive(Debug)]
pub struct Relation {
    /// `rId1`.
    pub id: String,
    /// The last word of its type: `worksheet`.
    pub kind: String,
    /// The part it points at, from the package's root.
    pub target: String,
}

impl Parts<'_> {
    /// The text of a part that has to be there.
    ///
    /// # Errors
    /// Where it is not, or is damaged.
    pub fn needed(&mut self, part: &str) -> Result<Cow<'_, str>, ReadFault> {
        let name = self.package.name_of(part);
        let name = name.ok_or_else(|| damaged(format!("缺少 {part}")))?;
        let text = self.texts.decoded(&mut self.package, &name);
        text.map_err(|why| damaged(format!("{part}: {why}")))
    }

    /// The text of a part; empty where there is none.
    fn text(&mut self, part: &str) -> Cow<'_, str> {
        self.needed(part).unwrap_or_default()
    }

    /// The part that lists the sheets.
    #[must_use]
    pub fn book(&mut self) -> String {
        let root = self.relations("");
        let book = root.into_iter().find(|it| it.kind == "officeDocument");
        book.map_or_else(|| BOOK.to_owned(), |book| book.target)
    }

    /// The relations of a part inside the package; of the package itself for `""`.
    #[must_use]
    pub fn relations(&mut self, part: &str) -> Vec<Relation> {
        let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
        let list = self.text(&relations_part(part));
        let found = attributes(&list, "Relationship", ["Id", "Type", "Target"]);
        let relation = |[id, kind, target]: [String; 3]| Relation {
            id,
            kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
            target: resolve(folder, &target),
        };
        found.into_iter().map(relation).collect()
    }

    /// What in the package could act by itself, told by the names of its parts.
    #[must_use]
    pub fn active(&mut self) -> Vec<Active> {
        let names = self.package.archive.file_names().flatten();
        let names: Vec<String> = names.map(|name| name.to_ascii_lowercase()).collect();
        let mut found = Vec::new();
        for name in &names {
            found.extend(match name {
                name if name.ends_with("vbaproject.bin") => Some(Active::Macros),
                name if name.contains("/embeddings/") || name.contains("/activex/") => {
                    Some(Active::Embedded)
                }
                name if name.contains("/externallinks/externallink") => {
                    let is_dde = self.text(name).contains("ddeLink");
                    Some(if is_dde { Active::Dde } else { Active::Links })
                }
                _ => None,
            });
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Custom document properties of text kind, in file order.
    #[must_use]
    pub fn properties(&mut self) -> Vec<(String, String)> {
        let mut root = self.relations("").into_iter();
        let part = root.find(|it| it.kind == "custom-properties");
        let part = part.map_or_else(|| PROPERTIES.to_owned(), |part| part.target);
        let xml = self.text(&part);
        let mut reader = Reader::from_str(&xml);
        let (mut found, mut name) = (Vec::new(), None);
        loop {
            match reader.read_event() {
                Ok(Event::Start(element)) => {
                    let mut own = element.attributes().flatten();
                    let own = own.find(|it| it.key.into_inner() == "name");
                    name = own.map(|own| own.value.into_owned()).or(name);
                }
                Ok(Event::Text(text)) => {
                    if let Some(name) = name.take() {
                        found.push((name, text.to_string()));
                    }
                }
                Ok(Event::Eof) | Err(_) => return found,
                Ok(_) => {}
            }
        }
    }
}

/// The merged ranges of a sheet, given what stands after its cells.
#[must_use]
pub fn merges(tail: &str) -> Vec<CellRange> {
    let start = memmem::find(tail.as_bytes(), b"mergeCells");
    let list = start.map_or("", |start| &tail[start..]);
    let start = memchr(b'>', list.as_bytes()).unwrap_or(list.len());
    let end = memmem::find(&list.as_bytes()[start..], b"mergeCells>").unwrap_or_default();
    let list = &list[start..start + end];
    let (mut tags, mut ranges) = (Tags::of(list), Vec::new());
    while let Ok(Some(tag)) = tags.advance() {
        if tag.local() == "mergeCell" {
            ranges.extend(
                tag.get("ref")
                    .and_then(|range| range.parse::<CellRange>().ok()),
            );
        }
    }
    ranges
}

/// The part that holds the relations of a part: `xl/_rels/workbook.xml.rels`.
#[must_use]
pub fn relations_part(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/_rels/{name}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

/// A target from the package's root.
#[must_use]
pub fn resolve(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// Some attributes of each element of a name that has them all, in document order.
fn attributes<const N: usize>(xml: &str, element: &str, names: [&str; N]) -> Vec<[String; N]> {
    let (mut tags, mut found) = (Tags::of(xml), Vec::new());
    while let Ok(Some(tag)) = tags.advance() {
        if tag.kind == Kind::End || tag.local() != element {
            continue;
        }
        let all = names.map(|name| attribute(&tag, name));
        if all.iter().all(Option::is_some) {
            found.push(all.map(Option::unwrap_or_default));
        }
    }
    found
}

/// An attribute by its name, unescaped.
fn attribute(tag: &Tag<'_>, name: &str) -> Option<String> {
    unescape(tag.get(name)?).ok().map(Into::into)
}

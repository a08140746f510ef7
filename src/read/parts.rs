//! What the cell reader does not tell: which part a sheet is, its merged ranges, the custom properties.
//!
//! All of it is a bonus: what is missing or broken here is as if it were not there, and never a fault.

use std::borrow::Cow;
use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use super::guard::Package;
use super::texts::Texts;
use crate::place::CellRange;

/// A package with the texts that are inflated already.
#[derive(Debug)]
pub struct Parts<'a> {
    /// The package.
    pub package: Package<'a>,
    /// Its texts.
    pub texts: Texts,
}

impl Parts<'_> {
    /// The text of a part; empty where there is none.
    fn text(&mut self, part: &str) -> Cow<'_, str> {
        let text = self.texts.of(&mut self.package, part);
        text.unwrap_or_default()
    }

    /// The part of each sheet by the sheet's name.
    #[must_use]
    pub fn of_sheets(&mut self) -> HashMap<String, String> {
        let root = self.relations("", "Type");
        let book = root
            .into_iter()
            .find(|(kind, _)| kind.ends_with("/officeDocument"));
        let Some((_, book)) = book else {
            return HashMap::new();
        };
        let targets: HashMap<String, String> = self.relations(&book, "Id").into_iter().collect();
        let sheets = attributes(&self.text(&book), "sheet", ["name", "id"]);
        let part = |[name, id]: [String; 2]| Some((name, targets.get(&id)?.clone()));
        sheets.into_iter().filter_map(part).collect()
    }

    /// One attribute of each relation of a part, and the part that it points at.
    fn relations(&mut self, part: &str, key: &str) -> Vec<(String, String)> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let list = self.text(&resolve(folder, &format!("_rels/{name}.rels")));
        let found = attributes(&list, "Relationship", [key, "Target"]);
        let target = |[key, target]: [String; 2]| (key, resolve(folder, &target));
        found.into_iter().map(target).collect()
    }

    /// The merged ranges of a sheet. Its cells stand before them and are not looked at.
    #[must_use]
    pub fn merges(&mut self, part: &str) -> Vec<CellRange> {
        let sheet = self.text(part);
        let Some(end) = sheet.rfind("mergeCells>") else {
            return Vec::new();
        };
        let start = sheet[..end].rfind("mergeCells").unwrap_or(end);
        let found = attributes(&sheet[start..end], "mergeCell", ["ref", "ref"]);
        let ranges = found.iter().filter_map(|[range, _]| range.parse().ok());
        ranges.collect()
    }

    /// Custom document properties of text kind, in file order.
    #[must_use]
    pub fn properties(&mut self) -> Vec<(String, String)> {
        let xml = self.text("docProps/custom.xml");
        let mut reader = Reader::from_str(&xml);
        let (mut found, mut name) = (Vec::new(), None);
        loop {
            match reader.read_event() {
                Ok(Event::Start(element)) => name = attribute(&element, "name").or(name),
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

/// Two attributes of each element of a name that has both, in document order.
fn attributes(xml: &str, element: &str, names: [&str; 2]) -> Vec<[String; 2]> {
    let mut reader = Reader::from_str(xml);
    let mut found = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag))
                if tag.local_name().into_inner() == element =>
            {
                let [first, second] = names.map(|name| attribute(&tag, name));
                found.extend(first.zip(second).map(|(first, second)| [first, second]));
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

/// An attribute by its name without prefix, unescaped.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = tag.attributes();
    let mut all = all.with_checks(false).flatten();
    let found = all.find(|it| it.key.local_name().into_inner() == name)?;
    unescape(&found.value).ok().map(Into::into)
}

//! Entries appended to the workbook's styles. What stands there already is never changed, only counted on.
//!
//! A workbook that was marked before gives its entries again: equal ones are found and not added twice.

use super::NotEditable;
use super::package::Package;
use super::xml::{self, MAIN, Node, RELATIONS, Splices};

/// Children of `styleSheet` in the schema's order (ECMA-376 §18.8.39).
const ORDER: &[&str] = &[
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
];
/// First id of number formats that are not built in.
const FORMAT_ID_FIRST: usize = 164;
/// A stylesheet with the least a workbook needs.
const LEAST: &str = "<fonts count=\"1\"><font><sz val=\"11\"/><name val=\"宋体\"/></font></fonts>\
<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill>\
</fills><borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
<cellXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/></cellXfs>";

/// The styles part while it grows.
pub struct Styles {
    part: String,
    text: String,
    declared: String,
    end: usize,
    lists: Vec<List>,
    /// All children of the root, for placing lists that are not there.
    nodes: Vec<Node>,
}

/// A list of the styles part with what is added to it.
struct List {
    name: &'static str,
    node: Option<Node>,
    /// Entries as they stand.
    present: Vec<String>,
    added: Vec<String>,
}

impl Styles {
    /// The workbook's styles, made where it has none.
    ///
    /// # Errors
    /// Where they are broken.
    pub fn open(package: &mut Package<'_>) -> Result<Self, NotEditable> {
        let book = package.workbook.clone();
        let relations = package.relations(&book)?;
        let (part, text) = match relations.into_iter().find(|it| it.kind == "styles") {
            Some(found) => {
                let text = package.text(&found.target)?;
                (found.target, text)
            }
            None => {
                let part = package.free_name("xl/styles", ".xml");
                package.relate(&book, &format!("{RELATIONS}/styles"), &part)?;
                package.declare(
                    &part,
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml",
                );
                (
                    part,
                    format!("<styleSheet xmlns=\"{MAIN}\">{LEAST}</styleSheet>"),
                )
            }
        };
        let (root, nodes) = xml::root(&text)?;
        Ok(Self {
            part,
            declared: xml::declaration(&text, &root, MAIN),
            end: root.inner.end,
            text,
            lists: Vec::new(),
            nodes,
        })
    }

    fn list(&mut self, name: &'static str) -> Result<&mut List, NotEditable> {
        if let Some(index) = self.lists.iter().position(|list| list.name == name) {
            return Ok(&mut self.lists[index]);
        }
        let node = self.nodes.iter().find(|node| node.name == name).cloned();
        let entries = match &node {
            Some(node) => xml::children(&self.text, node)?,
            None => Vec::new(),
        };
        let present = entries
            .iter()
            .map(|entry| self.text[entry.all.clone()].to_owned());
        let list = List {
            name,
            node,
            present: present.collect(),
            added: Vec::new(),
        };
        self.lists.push(list);
        let last = self.lists.len() - 1;
        Ok(&mut self.lists[last])
    }

    /// The index of an entry in a list, appended where no equal one is there.
    ///
    /// # Errors
    /// Where the list is broken.
    pub fn add(&mut self, list: &'static str, entry: &str) -> Result<usize, NotEditable> {
        let end_of_name = entry.find([' ', '>', '/']).unwrap_or(entry.len());
        let (name, rest) = entry.split_at(end_of_name);
        let entry = format!("{name}{}{rest}", self.declared);
        let list = self.list(list)?;
        let mut all = list.present.iter().chain(&list.added);
        if let Some(index) = all.position(|other| *other == entry) {
            return Ok(index);
        }
        list.added.push(entry);
        Ok(list.present.len() + list.added.len() - 1)
    }

    /// The id of a number format, appended where it is not there.
    ///
    /// # Errors
    /// Where the list of formats is broken.
    pub fn number_format(&mut self, code: &str) -> Result<usize, NotEditable> {
        let code = xml::escape(code);
        let list = self.list("numFmts")?;
        let mut next = FORMAT_ID_FIRST;
        for entry in list.present.iter().chain(&list.added) {
            let (_, rest) = entry.split_once("numFmtId=\"").unwrap_or_default();
            let id = rest.split('"').next().and_then(|id| id.parse().ok());
            if let Some(id) = id {
                if entry.contains(&format!("formatCode=\"{code}\"")) {
                    return Ok(id);
                }
                next = next.max(id + 1);
            }
        }
        self.add(
            "numFmts",
            &format!("<numFmt numFmtId=\"{next}\" formatCode=\"{code}\"/>"),
        )?;
        Ok(next)
    }

    /// Gives the styles back to the package.
    pub fn close(self, package: &mut Package<'_>) {
        let mut splices = Splices::default();
        for list in self.lists.iter().filter(|list| !list.added.is_empty()) {
            let name = list.name;
            let count = (list.present.len() + list.added.len()).to_string();
            let added = list.added.concat();
            match &list.node {
                None => {
                    let at = xml::place_for(&self.nodes, self.end, ORDER, name);
                    let declared = &self.declared;
                    splices.put(
                        at..at,
                        format!("<{name}{declared} count=\"{count}\">{added}</{name}>"),
                    );
                }
                Some(node) => {
                    let tag = xml::with_attribute(&self.text[node.tag.clone()], "count", &count);
                    if node.is_empty {
                        let open = tag.trim_end_matches("/>").trim_end();
                        let own = open
                            .trim_start_matches('<')
                            .split(' ')
                            .next()
                            .unwrap_or(name);
                        splices.put(node.all.clone(), format!("{open}>{added}</{own}>"));
                    } else {
                        splices.put(node.tag.clone(), tag);
                        splices.put(node.inner.end..node.inner.end, added);
                    }
                }
            }
        }
        if !splices.is_empty() {
            let text = splices.apply(&self.text);
            package.put(&self.part, text);
        }
    }
}

//! Entries appended to the workbook's styles. What stands there already is never changed, only counted on.
//!
//! What was added is told by a comment at the part's end, by which it is taken out again when a marked copy comes back;
//! programs that write the part anew drop the comment, and then equal entries are found and not added twice.

use std::ops::Range;
use std::rc::Rc;

use super::NotEditable;
use super::package::{Package, SheetEntry};
use super::xml::{self, MAIN, Node, RELATIONS, Splices, Tree};
use crate::read::tags::{Kind, Tags};

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
/// Begins and ends the comment that tells what was added.
const MEMO: &str = "<!--liandong ";
const MEMO_END: &str = "-->";
const NO_LIST: &str = "-";
/// Attributes by which sheets point at entries of lists.
const POINTERS: [(&str, &str); 2] = [("cellXfs", " s=\""), ("dxfs", "dxfId=\"")];
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
    /// The part before anything is added.
    tree: Rc<Tree>,
    declared: String,
    lists: Vec<List>,
}

/// A list of the styles part with what is added to it.
struct List {
    name: &'static str,
    node: Option<Node>,
    /// Where the entries stand.
    present: Vec<Range<usize>>,
    added: Vec<String>,
}

impl List {
    /// What a comment says of it: how many entries were there, none where there was no list, and how many were added.
    fn memo(&self) -> String {
        let present = self.node.as_ref().map(|_| self.present.len().to_string());
        let present = present.unwrap_or_else(|| NO_LIST.to_owned());
        format!("{}={present}+{}", self.name, self.added.len())
    }

    /// All entries as they are written, by their index.
    fn entries<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        let present = self.present.iter().map(|entry| &text[entry.clone()]);
        present.chain(self.added.iter().map(String::as_str))
    }
}

/// Where the elements of a list stand.
fn entries(text: &str, list: &Node) -> Result<Vec<Range<usize>>, NotEditable> {
    let (mut tags, mut entries) = (Tags::over(text, list.inner.clone()), Vec::new());
    let mut start = 0;
    while let Some(tag) = tags.advance().map_err(NotEditable::broken)? {
        match (tag.kind, tags.depth()) {
            (Kind::Start, 1) => start = tag.at.start,
            (Kind::End, 0) => entries.push(start..tag.at.end),
            (Kind::Empty, 0) => entries.push(tag.at),
            _ => {}
        }
    }
    Ok(entries)
}

impl Styles {
    /// The workbook's styles, made where it has none.
    ///
    /// # Errors
    /// Where they are broken.
    pub fn open(package: &mut Package<'_>) -> Result<Self, NotEditable> {
        let book = package.workbook.clone();
        let relations = package.relations(&book)?;
        let (part, tree) = match relations.iter().find(|it| it.kind == "styles") {
            Some(found) => {
                let tree = package.tree(&found.target)?;
                (found.target.clone(), tree)
            }
            None => {
                let part = package.free_name("xl/styles", ".xml");
                package.relate(&book, &format!("{RELATIONS}/styles"), &part)?;
                package.declare(
                    &part,
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml",
                );
                let least = format!("<styleSheet xmlns=\"{MAIN}\">{LEAST}</styleSheet>");
                (part, Rc::new(Tree::of(least)?))
            }
        };
        Ok(Self {
            part,
            declared: xml::declaration(&tree.text, &tree.root, MAIN),
            tree,
            lists: Vec::new(),
        })
    }

    /// The index of a list that entries are added to.
    fn list(&mut self, name: &'static str) -> Result<usize, NotEditable> {
        if let Some(index) = self.lists.iter().position(|list| list.name == name) {
            return Ok(index);
        }
        let node = self.tree.child(name).cloned();
        let present = node.as_ref().map(|node| entries(&self.tree.text, node));
        self.lists.push(List {
            name,
            node,
            present: present.transpose()?.unwrap_or_default(),
            added: Vec::new(),
        });
        Ok(self.lists.len() - 1)
    }

    /// The index of an entry in a list, appended where no equal one is there.
    ///
    /// # Errors
    /// Where the list is broken.
    pub fn add(&mut self, list: &'static str, entry: &str) -> Result<usize, NotEditable> {
        let end_of_name = entry.find([' ', '>', '/']).unwrap_or(entry.len());
        let (name, rest) = entry.split_at(end_of_name);
        let entry = format!("{name}{}{rest}", self.declared);
        let index = self.list(list)?;
        let list = &mut self.lists[index];
        let present = list
            .entries(&self.tree.text)
            .position(|other| other == entry);
        if let Some(index) = present {
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
        let code = format!("formatCode=\"{}\"", xml::escape(code));
        let index = self.list("numFmts")?;
        let mut next = FORMAT_ID_FIRST;
        for entry in self.lists[index].entries(&self.tree.text) {
            let (_, rest) = entry.split_once("numFmtId=\"").unwrap_or_default();
            let id = rest.split('"').next().and_then(|id| id.parse().ok());
            if let Some(id) = id {
                if entry.contains(&code) {
                    return Ok(id);
                }
                next = next.max(id + 1);
            }
        }
        self.add("numFmts", &format!("<numFmt numFmtId=\"{next}\" {code}/>"))?;
        Ok(next)
    }

    /// Gives the styles back to the package.
    pub fn close(self, package: &mut Package<'_>) {
        let Tree { text, root, nodes } = &*self.tree;
        let mut splices = Splices::default();
        for list in self.lists.iter().filter(|list| !list.added.is_empty()) {
            let name = list.name;
            let count = (list.present.len() + list.added.len()).to_string();
            let added = list.added.concat();
            match &list.node {
                None => {
                    let at = xml::place_for(nodes, root.inner.end, ORDER, name);
                    let declared = &self.declared;
                    splices.put(
                        at..at,
                        format!("<{name}{declared} count=\"{count}\">{added}</{name}>"),
                    );
                }
                Some(node) => {
                    let tag = xml::with_attribute(&text[node.tag.clone()], "count", &count);
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
            let memo = self.lists.iter().filter(|list| !list.added.is_empty());
            let memo: Vec<String> = memo.map(List::memo).collect();
            splices.append(text, root, &format!("{MEMO}{}{MEMO_END}", memo.join(" ")));
            package.put(&self.part, splices.apply(text));
        }
    }
}

/// Takes out what an earlier assessment added, where its comment is there and no cell of a sheet has come to use it.
///
/// # Errors
/// Where the styles or a sheet are broken.
pub fn strip(package: &mut Package<'_>, sheets: &[SheetEntry]) -> Result<(), NotEditable> {
    let book = package.workbook.clone();
    let relations = package.relations(&book)?;
    let Some(found) = relations.iter().find(|it| it.kind == "styles") else {
        return Ok(());
    };
    let tree = package.tree(&found.target)?;
    let Some(start) = tree.text.rfind(MEMO) else {
        return Ok(());
    };
    let said = &tree.text[start + MEMO.len()..];
    let Some((said, _)) = said.split_once(MEMO_END) else {
        return Ok(());
    };
    let mut splices = Splices::default();
    let end = start + MEMO.len() + said.len() + MEMO_END.len();
    splices.put(start..end, "");
    for list in said.split(' ') {
        let Some(first) = shorten(&tree, list, &mut splices)? else {
            return Ok(());
        };
        let pointer = POINTERS.iter().find(|(name, _)| list.starts_with(name));
        if let Some((_, pointer)) = pointer {
            for sheet in sheets {
                // what is left in a large sheet's styles does no harm, and looking for who points at it would take long
                if package.is_large(&sheet.part)?
                    || points_beyond(&package.borrowed(&sheet.part)?, pointer, first)
                {
                    return Ok(());
                }
            }
        }
    }
    package.put(&found.target, splices.apply(&tree.text));
    Ok(())
}

/// Takes out of a list what was added by what a comment says of it, `fonts=7+2`: the index of the first entry taken
/// out; `None` where the list is another one by now.
fn shorten(tree: &Tree, said: &str, splices: &mut Splices) -> Result<Option<usize>, NotEditable> {
    let Some((name, counts)) = said.split_once('=') else {
        return Ok(None);
    };
    let (present, added) = counts.split_once('+').unwrap_or_default();
    let (Some(node), Ok(added)) = (tree.child(name), added.parse::<usize>()) else {
        return Ok(None);
    };
    let entries = entries(&tree.text, node)?;
    let first = present.parse().unwrap_or(0);
    if entries.len() != first + added || added == 0 {
        return Ok(None);
    }
    if present == NO_LIST {
        splices.put(node.all.clone(), "");
    } else if first == 0 {
        let tag = xml::with_attribute(&tree.text[node.tag.clone()], "count", "0");
        splices.put(
            node.all.clone(),
            tag.trim_end_matches('>').to_owned() + "/>",
        );
    } else {
        splices.set(&tree.text, node, "count", &first.to_string());
        splices.put(entries[first].start..node.inner.end, "");
    }
    Ok(Some(first))
}

/// Whether a sheet points at an entry of this index or a later one.
fn points_beyond(sheet: &str, pointer: &str, first: usize) -> bool {
    let mut found = memchr::memmem::find_iter(sheet.as_bytes(), pointer);
    found.any(|at| {
        let rest = &sheet[at + pointer.len()..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest[..digits]
            .parse::<usize>()
            .is_ok_and(|index| index >= first)
    })
}

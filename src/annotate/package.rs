//! The package of a workbook: untouched entries are copied raw, touched parts are kept as text until the end.
//!
//! Output is deterministic: new entries carry one fixed time and stand after the old ones in order of their names.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::rc::Rc;

use memchr::memmem;

use super::NotEditable;
use super::archive::{Archive, Effort};
use super::around;
use super::xml::{self, Node, Splices, Tree};
use crate::read;
use crate::read::parts::{relations_part, resolve};
use crate::read::texts::{Texts, is_utf_16};

/// Where signatures begin, whatever their content type is called (ECMA-376-2 §13).
const SIGNATURES: &str = "_xmlsignatures/origin.sigs";
const CONTENT_TYPES: &str = "[Content_Types].xml";
const CONTENT_TYPES_XMLNS: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
const RELATIONS_XMLNS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
/// How every namespace of the strict variant begins.
const STRICT: &[u8] = b"http://purl.oclc.org/ooxml/";
/// What a marked copy may be larger than its original: a quarter of it and this.
const EDITS_BYTES: usize = 8 * 1024;
const GROWTH_PART: usize = 4;
/// The ending of parts that hold the relations of others.
const RELATIONS_ENDING: &str = ".rels";
/// Bytes of a sheet from which on it is edited around its cells, and not held as a whole.
const LARGE_BYTES: u64 = 4 * 1024 * 1024;
const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// A package being edited.
pub struct Package<'a> {
    package: read::package::Package<'a>,
    texts: &'a Texts,
    /// New texts of parts; `None` for a part taken out.
    edited: BTreeMap<String, Option<String>>,
    /// The elements of parts that were asked for, until they are put anew.
    trees: HashMap<String, Rc<Tree>>,
    /// The relations of parts that were asked for, until any are put anew.
    relations: HashMap<String, Rc<[Relation]>>,
    /// Large sheets that are edited around their cells: their texts are [`Self::hollow`].
    around: BTreeSet<String>,
    /// Content types to name at the end.
    types: Vec<TypeName>,
    /// The part that lists the sheets: `xl/workbook.xml`.
    pub workbook: String,
}

/// A package that was edited.
pub struct Marked {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The names of the parts that were put or taken out.
    pub edited: BTreeSet<String>,
    /// Of these the large sheets, edited around their cells.
    pub around: BTreeSet<String>,
}

/// A content type to name: the element, its key, the key's value, and the type.
type TypeName = (&'static str, &'static str, String, String);

/// A relation of a part.
#[derive(Debug, Clone)]
pub struct Relation {
    /// `rId1`.
    pub id: String,
    /// The last word of its type: `worksheet`.
    pub kind: String,
    /// The part it points at, from the package's root.
    pub target: String,
}

/// A sheet as the workbook's part lists it.
#[derive(Debug, Clone)]
pub struct SheetEntry {
    /// As its tab shows it.
    pub name: String,
    /// Its part.
    pub part: String,
    /// The id of its relation.
    pub relation: String,
    /// Whether it has cells: a chart or a dialogue may be a sheet too.
    pub has_cells: bool,
}

impl<'a> Package<'a> {
    /// Opens a package whose texts may have been inflated for reading.
    ///
    /// # Errors
    /// Where it is signed, strict, or broken.
    pub fn open(bytes: &'a [u8], texts: &'a Texts) -> Result<Self, NotEditable> {
        let package = read::package::Package::open(bytes).map_err(NotEditable::broken)?;
        Self::over(package, texts)
    }

    /// The same over a package whose directory was read.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn over(
        package: read::package::Package<'a>,
        texts: &'a Texts,
    ) -> Result<Self, NotEditable> {
        let mut package = Self {
            package,
            texts,
            edited: BTreeMap::new(),
            trees: HashMap::new(),
            relations: HashMap::new(),
            around: BTreeSet::new(),
            types: Vec::new(),
            workbook: String::new(),
        };
        let types = package.borrowed(CONTENT_TYPES)?;
        let declared = memmem::find(types.as_bytes(), b"digital-signature");
        if declared.is_some() || package.has(SIGNATURES) {
            return Err(NotEditable::Signed);
        }
        let relations = package.relations("")?;
        let book = relations.iter().find(|it| it.kind == "officeDocument");
        let book = book.ok_or_else(|| NotEditable::broken("no workbook part"))?;
        package.workbook.clone_from(&book.target);
        let tree = package.tree(&package.workbook.clone())?;
        if memmem::find(tree.text.as_bytes(), STRICT).is_some() {
            return Err(NotEditable::Strict);
        }
        Ok(package)
    }

    /// The name of a part as the package writes it: names are the same in either case of letters.
    pub fn written(&self, name: String) -> String {
        if self.has(&name) {
            return name;
        }
        self.package.name_of(&name).unwrap_or(name)
    }

    /// Whether there is such a part.
    pub fn has(&self, name: &str) -> bool {
        match self.edited.get(name) {
            Some(text) => text.is_some(),
            None => self.package.has(name),
        }
    }

    /// The text of a part, as edited so far.
    ///
    /// # Errors
    /// Where there is none, or it is in no encoding that XML allows.
    pub fn text(&mut self, name: &str) -> Result<String, NotEditable> {
        if let Some(text) = self.edited.get(name) {
            let missing = || NotEditable::broken(format!("no part {name}"));
            return text.clone().ok_or_else(missing);
        }
        let text = self.texts.editable(&mut self.package, name);
        text.map(Cow::into_owned).map_err(NotEditable::broken)
    }

    /// The same without a copy where there is a choice.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub fn borrowed(&mut self, name: &str) -> Result<Cow<'_, str>, NotEditable> {
        if let Some(text) = self.edited.get(name) {
            let missing = || NotEditable::broken(format!("no part {name}"));
            return text.as_deref().map(Cow::Borrowed).ok_or_else(missing);
        }
        let text = self.texts.editable(&mut self.package, name);
        text.map_err(NotEditable::broken)
    }

    /// The elements of a part, as edited so far.
    ///
    /// # Errors
    /// Where there is none, or it is broken.
    pub fn tree(&mut self, name: &str) -> Result<Rc<Tree>, NotEditable> {
        if let Some(tree) = self.trees.get(name) {
            return Ok(Rc::clone(tree));
        }
        let tree = Rc::new(Tree::of(self.text(name)?)?);
        self.trees.insert(name.to_owned(), Rc::clone(&tree));
        Ok(tree)
    }

    /// The first bytes of a part as text, up to where UTF-8 holds.
    ///
    /// # Errors
    /// Where there is no such part.
    pub fn head(&mut self, name: &str, bytes_max: usize) -> Result<Cow<'_, str>, NotEditable> {
        let edited = self.edited.get(name).and_then(Option::as_deref);
        let head = |text: &str| text.floor_char_boundary(bytes_max);
        match (edited, self.texts.kept(name)) {
            (Some(text), _) => return Ok(text[..head(text)].to_owned().into()),
            (None, Some(text)) => return Ok(text[..head(text)].into()),
            (None, None) => {}
        }
        let missing = || NotEditable::broken(format!("no part {name}"));
        let index = self.package.archive.index_for_name(name);
        let stored = self.package.stored(index.ok_or_else(missing)?);
        let head = stored.and_then(|stored| stored.head(bytes_max));
        let head = head.map_err(NotEditable::broken)?;
        if is_utf_16(&head) {
            return self.borrowed(name);
        }
        Ok(String::from_utf8_lossy(&head).into_owned().into())
    }

    /// Every part in the order of the package, as it is stored.
    ///
    /// # Errors
    /// Where one does not lie inside the package.
    pub fn every_stored(
        &mut self,
    ) -> Result<Vec<(String, read::package::Stored<'a>)>, NotEditable> {
        let all = (0..self.package.archive.len()).map(|index| {
            let stored = self.package.stored(index)?;
            let name = self.package.archive.name_for_index(index);
            let name = name.and_then(Result::ok).unwrap_or_default();
            Ok((name.into_owned(), stored))
        });
        let all: io::Result<_> = all.collect();
        all.map_err(NotEditable::broken)
    }

    /// Whether a sheet is so large that it is edited around its cells.
    ///
    /// # Errors
    /// Where there is no such part.
    pub fn is_large(&mut self, name: &str) -> Result<bool, NotEditable> {
        let is_kept = self.texts.kept(name).is_some();
        Ok(!is_kept && self.stored(name)?.size >= LARGE_BYTES)
    }

    /// The text of a sheet to edit around its cells: of a large one without the cells, which are put in at the end.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub fn hollow(&mut self, name: &str) -> Result<String, NotEditable> {
        if self.edited.contains_key(name) || !self.is_large(name)? {
            return self.text(name);
        }
        let text = around::hollow(&self.stored(name)?)?;
        self.around.insert(name.to_owned());
        Ok(text)
    }

    /// A part as it is stored.
    ///
    /// # Errors
    /// Where there is no such part.
    pub fn stored(&mut self, name: &str) -> Result<read::package::Stored<'a>, NotEditable> {
        let missing = || NotEditable::broken(format!("no part {name}"));
        let index = self.package.archive.index_for_name(name);
        let stored = self.package.stored(index.ok_or_else(missing)?);
        stored.map_err(NotEditable::broken)
    }

    /// Puts a part's new text.
    pub fn put(&mut self, name: &str, text: String) {
        self.set(name, Some(text));
    }

    fn set(&mut self, name: &str, text: Option<String>) {
        self.trees.remove(name);
        if name.ends_with(RELATIONS_ENDING) {
            self.relations.clear();
        }
        self.edited.insert(name.to_owned(), text);
    }

    /// Takes a part out, with its relations and its content type.
    ///
    /// # Errors
    /// Where the content types are broken.
    pub fn remove(&mut self, name: &str) -> Result<(), NotEditable> {
        self.set(name, None);
        let relations = self.written(relations_part(name));
        if self.has(&relations) {
            self.set(&relations, None);
        }
        let types = self.tree(CONTENT_TYPES)?;
        let mut splices = Splices::default();
        let own = format!("/{name}");
        let is_own = |it: &&Node| {
            let part = it.get("PartName");
            part.is_some_and(|part| part.eq_ignore_ascii_case(&own))
        };
        for node in types.nodes.iter().filter(is_own) {
            splices.put(node.all.clone(), "");
        }
        self.put(CONTENT_TYPES, splices.apply(&types.text));
        Ok(())
    }

    /// A name no part has yet: `xl/comments` and `.xml` give `xl/comments1.xml`.
    pub fn free_name(&self, before: &str, after: &str) -> String {
        let mut number = 1_usize;
        loop {
            let name = format!("{before}{number}{after}");
            if !self.has(&self.written(name.clone())) {
                return name;
            }
            number += 1;
        }
    }

    /// The relations of a part inside the package; of the package itself for `""`.
    ///
    /// # Errors
    /// Where they are broken.
    pub fn relations(&mut self, part: &str) -> Result<Rc<[Relation]>, NotEditable> {
        if let Some(relations) = self.relations.get(part) {
            return Ok(Rc::clone(relations));
        }
        let name = self.written(relations_part(part));
        if !self.has(&name) {
            return Ok([].into());
        }
        let list = self.tree(&name)?;
        let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
        let relation = |node: &Node| {
            if node.has("TargetMode", "External") {
                return None;
            }
            Some(Relation {
                id: node.get("Id")?.into(),
                kind: node.get("Type")?.rsplit('/').next()?.to_owned(),
                target: self.written(resolve(folder, &node.get("Target")?)),
            })
        };
        let relations: Rc<[Relation]> = list.nodes.iter().filter_map(relation).collect();
        self.relations
            .insert(part.to_owned(), Rc::clone(&relations));
        Ok(relations)
    }

    /// Adds a relation and gives its id. `kind` is the whole type.
    ///
    /// # Errors
    /// Where the relations are broken.
    pub fn relate(&mut self, part: &str, kind: &str, target: &str) -> Result<String, NotEditable> {
        let name = self.written(relations_part(part));
        if !self.has(&name) {
            let empty = format!("{XML}<Relationships xmlns=\"{RELATIONS_XMLNS}\"></Relationships>");
            self.put(&name, empty);
        }
        let list = self.tree(&name)?;
        let Tree { text, root, nodes } = &*list;
        let taken = |id: &str| nodes.iter().any(|node| node.has("Id", id));
        let mut number = nodes.len() + 1;
        while taken(&format!("rId{number}")) {
            number += 1;
        }
        let id = format!("rId{number}");
        let declared = xml::declaration(text, root, RELATIONS_XMLNS);
        let new = format!(
            "<Relationship{declared} Id=\"{id}\" Type=\"{kind}\" Target=\"/{}\"/>",
            xml::escape(target)
        );
        let mut splices = Splices::default();
        splices.append(text, root, &new);
        self.put(&name, splices.apply(text));
        Ok(id)
    }

    /// Takes a relation away, and the part of relations that held only this one.
    ///
    /// # Errors
    /// Where the relations are broken.
    pub fn unrelate(&mut self, part: &str, id: &str) -> Result<(), NotEditable> {
        let name = self.written(relations_part(part));
        let list = self.tree(&name)?;
        let mut splices = Splices::default();
        let (ours, others): (Vec<_>, Vec<_>) =
            list.nodes.iter().partition(|node| node.has("Id", id));
        if others.is_empty() {
            self.set(&name, None);
            return Ok(());
        }
        for node in ours {
            splices.put(node.all.clone(), "");
        }
        self.put(&name, splices.apply(&list.text));
        Ok(())
    }

    /// Names a part's content type.
    pub fn declare(&mut self, part: &str, content_type: &str) {
        let own = (
            "Override",
            "PartName",
            format!("/{part}"),
            content_type.to_owned(),
        );
        self.types.push(own);
    }

    /// Names the content type of every part with this ending.
    pub fn declare_ending(&mut self, ending: &str, content_type: &str) {
        let own = (
            "Default",
            "Extension",
            ending.to_owned(),
            content_type.to_owned(),
        );
        if !self.types.contains(&own) {
            self.types.push(own);
        }
    }

    /// Takes the content type of an ending away that was named as [`Self::declare_ending`] does, and that no part has.
    ///
    /// # Errors
    /// Where the content types are broken.
    pub fn forget_ending(&mut self, ending: &str, content_type: &str) -> Result<(), NotEditable> {
        let end = format!(".{ending}");
        let mut names = self.package.archive.file_names().flatten();
        let is_there =
            names.any(|name| name.to_ascii_lowercase().ends_with(&end) && self.has(&name));
        drop(names);
        if is_there {
            return Ok(());
        }
        let types = self.tree(CONTENT_TYPES)?;
        let first = types.nodes.first().filter(|first| {
            first.has("Extension", ending) && first.has("ContentType", content_type)
        });
        if let Some(first) = first {
            let mut splices = Splices::default();
            splices.put(first.all.clone(), "");
            self.put(CONTENT_TYPES, splices.apply(&types.text));
        }
        Ok(())
    }

    /// Puts the content types that were named and are not there.
    fn put_types(&mut self) -> Result<(), NotEditable> {
        let list = self.tree(CONTENT_TYPES)?;
        let Tree { text, root, nodes } = &*list;
        let declared = xml::declaration(text, root, CONTENT_TYPES_XMLNS);
        let mut splices = Splices::default();
        for (name, key, value, content_type) in std::mem::take(&mut self.types) {
            let is_there = |node: &Node| {
                let named = node.get(key);
                named.is_some_and(|named| named.eq_ignore_ascii_case(&value))
            };
            if nodes.iter().any(is_there) {
                continue;
            }
            let at = match (name, nodes.first()) {
                ("Default", Some(first)) => first.tag.start,
                _ => root.inner.end,
            };
            let value = xml::escape(&value);
            splices.put(
                at..at,
                format!("<{name}{declared} {key}=\"{value}\" ContentType=\"{content_type}\"/>"),
            );
        }
        if !splices.is_empty() {
            self.put(CONTENT_TYPES, splices.apply(text));
        }
        Ok(())
    }

    /// The sheets in the order of their tabs.
    ///
    /// # Errors
    /// Where the workbook's part is broken.
    pub fn sheets(&mut self) -> Result<Vec<SheetEntry>, NotEditable> {
        let book = self.workbook.clone();
        let (tree, relations) = (self.tree(&book)?, self.relations(&book)?);
        sheets(&tree, &relations)
    }

    /// The bytes: untouched entries raw, touched ones deflated quickly, or well where that is too large. The package is
    /// then as it was before the edits.
    ///
    /// # Errors
    /// Where an entry cannot be copied.
    pub fn finish(&mut self) -> Result<Marked, NotEditable> {
        self.put_types()?;
        let original = self.package.bytes().len();
        let most = original + original / GROWTH_PART + EDITS_BYTES;
        let edited = std::mem::take(&mut self.edited);
        self.trees.clear();
        self.relations.clear();
        let mut bytes = self.pack(&edited, Effort::Quick)?;
        if bytes.len() > most {
            bytes = self.pack(&edited, Effort::Usual)?;
        }
        Ok(Marked {
            bytes,
            edited: edited.into_keys().collect(),
            around: std::mem::take(&mut self.around),
        })
    }

    fn pack(
        &mut self,
        edited: &BTreeMap<String, Option<String>>,
        effort: Effort,
    ) -> Result<Vec<u8>, NotEditable> {
        let capacity = self.package.bytes().len() + 2 * EDITS_BYTES;
        let mut archive = Archive::with_capacity(capacity, effort);
        let mut left: BTreeMap<&str, &Option<String>> = edited
            .iter()
            .map(|(name, text)| (name.as_str(), text))
            .collect();
        for index in 0..self.package.archive.len() {
            let stored = self.package.stored(index).map_err(NotEditable::broken)?;
            let entry = self.package.archive.by_index_raw(index);
            let entry = entry.map_err(NotEditable::broken)?;
            let name = entry.name().map_err(NotEditable::broken)?.to_string();
            let modified = entry.last_modified().unwrap_or_default();
            match left.remove(&*name) {
                None => archive.copy(&name, &stored, (modified.datepart(), modified.timepart()))?,
                Some(None) => {}
                Some(Some(text)) if self.around.contains(&*name) => {
                    archive.put_pieces(&name, |put| around::fill(text, &stored, put))?;
                }
                Some(Some(text)) => {
                    let kept = self.texts.kept(&name).unwrap_or_default();
                    let same_bytes = same_bytes(kept, text, &stored);
                    archive.put_edited(&name, text, (&stored, same_bytes))?;
                }
            }
        }
        for (name, text) in left {
            if let Some(text) = text {
                archive.put(name, text)?;
            }
        }
        archive.finish()
    }
}

/// How many bytes a part's new text begins with that are stored, where its old text is known.
fn same_bytes(old: &str, new: &str, stored: &read::package::Stored<'_>) -> usize {
    // a text in UTF-16 is kept in another encoding than it is stored in
    let is_stored =
        old.len() as u64 == stored.size && libdeflater::crc32(old.as_bytes()) == stored.crc32;
    if is_stored {
        common(old.as_bytes(), new.as_bytes())
    } else {
        0
    }
}

/// How many bytes two texts begin with in common.
fn common(one: &[u8], other: &[u8]) -> usize {
    const STEP: usize = 64;
    let steps = one.chunks_exact(STEP).zip(other.chunks_exact(STEP));
    let same = steps.take_while(|(one, other)| one == other).count() * STEP;
    let rest = one[same..].iter().zip(&other[same..]);
    same + rest.take_while(|(one, other)| one == other).count()
}

/// The sheets in the order of their tabs, by the elements of the workbook's part and its relations.
///
/// # Errors
/// Where there are none, or one has no part.
pub fn sheets(book: &Tree, relations: &[Relation]) -> Result<Vec<SheetEntry>, NotEditable> {
    let list = book.child("sheets");
    let list = list.ok_or_else(|| NotEditable::broken("a workbook without sheets"))?;
    let entry = |node: &Node| {
        let id = node.get_local("id")?;
        let relation = relations.iter().find(|relation| relation.id == id)?;
        Some(SheetEntry {
            name: node.get("name")?.into(),
            part: relation.target.clone(),
            relation: id.into(),
            has_cells: relation.kind == "worksheet",
        })
    };
    let nodes = xml::children(&book.text, list)?;
    let entries: Option<Vec<_>> = nodes.iter().map(entry).collect();
    entries.ok_or_else(|| NotEditable::broken("a sheet without a part"))
}

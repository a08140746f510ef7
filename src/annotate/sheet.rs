//! A sheet's part: what stands before and after its cells, and marks put beside them. Cells are never looked at.

use std::ops::Range;

use memchr::{memchr, memmem};

use super::NotEditable;
use super::package::Package;
use super::xml::{self, MAIN, Node, RELATIONS, Splices};
use crate::read::tags::{Kind, Tag, Tags};

/// Children of `worksheet` after `sheetData`, in the schema's order (ECMA-376 §18.3.1.99).
const ORDER: &[&str] = &[
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
];
/// Enough of a part to hold everything before the cells.
const HEAD_BYTES: usize = 16 * 1024;
/// The attribute by which a sheet says that it is selected.
const SELECTED: &str = "tabSelected";
/// Comments and instructions after a part's last tag, at most.
const LAST_WORDS_MAX: usize = 8;
/// A text in the formula of each of our conditional formats, by which they are found again.
const MARKER: &str = "liandong";

/// A sheet's text with the elements around its cells.
pub struct SheetPart {
    name: String,
    text: String,
    declared: String,
    /// Where the cells begin.
    cells: usize,
    /// Elements after the cells.
    tail: Vec<Node>,
    /// Where the sheet's end tag stands.
    end: usize,
    splices: Splices,
}

/// Where the parts of a sheet's text lie, found without looking at what they hold.
pub struct Bounds {
    /// Where the cells begin.
    cells: usize,
    /// Where they end.
    after: usize,
    /// Where the sheet's end tag stands.
    end: usize,
}

impl Bounds {
    /// The bounds of a sheet; `None` where it is none.
    pub fn of(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let tag = first_tag(text, "sheetData")?;
        let (cells, tag_end) = (tag.at.start, tag.at.end);
        let after = if tag.kind == Kind::Empty {
            tag_end
        } else {
            let close = format!("</{}>", tag.name);
            tag_end + memmem::find(&bytes[tag_end..], close.as_bytes())? + close.len()
        };
        let whole = without_last_words(text);
        let end = memmem::rfind(whole.as_bytes(), b"</").filter(|end| *end >= after)?;
        Some(Self { cells, after, end })
    }

    /// The prefix of the sheet's elements with its colon; empty where they have none.
    fn prefix<'t>(&self, text: &'t str) -> &'t str {
        let name = &text[self.cells + 1..];
        let word = name.find("sheetData").unwrap_or_default();
        &name[..word]
    }

    /// What gives the cells of a sheet their values and places: what stands before them, without being selected; the
    /// cells as they are written; the merged ranges as they are written.
    pub fn proof<'t>(&self, text: &'t str) -> (String, &'t str, &'t str) {
        let head = deselected(&text[..self.cells]);
        let tail = &text[self.after..self.end];
        let end = memmem::rfind(tail.as_bytes(), b"mergeCells>").unwrap_or_default();
        let start = memmem::rfind(&tail.as_bytes()[..end], b"mergeCells").unwrap_or(end);
        (head, &text[self.cells..self.after], &tail[start..end])
    }

    /// Where the first cell stands, after the start tag of all.
    pub fn first_cell(&self, text: &str) -> usize {
        let tag = memchr(b'>', &text.as_bytes()[self.cells..self.after]);
        self.cells + tag.map_or(0, |end| end + 1)
    }

    /// What stands after the cells.
    pub const fn tail(&self) -> Range<usize> {
        self.after..self.end
    }
}

/// The first tag of a name; what stands in comments is none.
fn first_tag<'t>(text: &'t str, name: &str) -> Option<Tag<'t>> {
    let mut tags = Tags::of(text);
    loop {
        let tag = tags.advance().ok()??;
        if tag.local() == name {
            return Some(tag);
        }
    }
}

/// A part without the comments and instructions that stand after its last tag.
fn without_last_words(text: &str) -> &str {
    let mut text = text.trim_ascii_end();
    for (end, start) in
        std::iter::repeat_n([("-->", "<!--"), ("?>", "<?")], LAST_WORDS_MAX).flatten()
    {
        if let Some(at) = text.ends_with(end).then(|| text.rfind(start)).flatten() {
            text = text[..at].trim_ascii_end();
        }
    }
    text
}

/// The tags before the cells that say that the sheet is selected.
fn selected(head: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    // most sheets are not: seen by what stands before the cells, where no comment may speak of them
    let bytes = head.as_bytes();
    let before_cells = memmem::find(bytes, b"sheetData").map(|cells| &bytes[..cells]);
    let before_cells = before_cells.filter(|before| memmem::find(before, b"<!--").is_none());
    if memmem::find(before_cells.unwrap_or(bytes), SELECTED.as_bytes()).is_none() {
        return found;
    }
    let mut tags = Tags::of(head);
    // the head ends inside the sheet, which is where the walk ends too
    while let Ok(Some(tag)) = tags.advance() {
        match tag.local() {
            "sheetData" => break,
            "sheetView" if matches!(tag.get(SELECTED), Some("1" | "true")) => found.push(tag),
            _ => {}
        }
    }
    found
}

/// The text before the cells without the sheet being selected.
pub fn deselected(head: &str) -> String {
    let mut splices = Splices::default();
    for view in selected(head) {
        let tag = xml::with_attribute(&head[view.at.clone()], SELECTED, "0");
        splices.put(view.at, tag);
    }
    splices.apply(head)
}

/// That a part is no sheet.
pub fn no_sheet(name: &str) -> NotEditable {
    NotEditable::broken(format!("{name} is no sheet"))
}

/// One conditional format to put: a range, a condition, and the format's index.
pub struct Mark {
    /// `H6`, or a merged range.
    pub range: String,
    /// The condition, without the marker.
    pub condition: String,
    /// Index into the styles' `dxfs`.
    pub format: usize,
}

impl SheetPart {
    /// Reads a sheet's part.
    ///
    /// # Errors
    /// Where it is broken.
    pub fn open(package: &mut Package<'_>, name: &str) -> Result<Self, NotEditable> {
        let text = package.hollow(name)?;
        let bounds = Bounds::of(&text).ok_or_else(|| no_sheet(name))?;
        let prefix = bounds.prefix(&text);
        let declared = if prefix.is_empty() {
            String::new()
        } else {
            format!(" xmlns=\"{MAIN}\"")
        };
        Ok(Self {
            name: name.to_owned(),
            tail: xml::scan(&text, bounds.after..bounds.end, 0)?,
            declared,
            cells: bounds.cells,
            end: bounds.end,
            text,
            splices: Splices::default(),
        })
    }

    /// Gives the sheet back to the package, if anything was changed.
    pub fn close(self, package: &mut Package<'_>) {
        if !self.splices.is_empty() {
            package.put(&self.name, self.splices.apply(&self.text));
        }
    }

    /// The sheet as it is written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Makes the sheet one that is not selected: exactly one is, the result.
    pub fn deselect(&mut self) {
        for view in selected(&self.text[..self.cells]) {
            let tag = xml::with_attribute(&self.text[view.at.clone()], SELECTED, "0");
            self.splices.put(view.at, tag);
        }
    }

    /// Puts marks before every conditional format that is there.
    ///
    /// # Errors
    /// Where the formats are broken.
    pub fn mark(&mut self, marks: &[Mark]) -> Result<(), NotEditable> {
        if marks.is_empty() {
            return Ok(());
        }
        self.shift_priorities(i64::try_from(marks.len()).unwrap_or(i64::MAX))?;
        let mut new = String::new();
        for (priority, mark) in (1_usize..).zip(marks) {
            let condition = format!("AND(N(\"{MARKER}\")=0,{})", mark.condition);
            let condition = xml::escape(&condition);
            new += &format!(
                "<conditionalFormatting{} sqref=\"{}\"><cfRule type=\"expression\" dxfId=\"{}\" \
                 priority=\"{priority}\"><formula>{condition}</formula></cfRule></conditionalFormatting>",
                self.declared, mark.range, mark.format
            );
        }
        // Excel goes by the priorities, LibreOffice by the order in the file.
        let mut present = self.tail.iter();
        let first = present.find(|node| node.name == "conditionalFormatting");
        match first.map(|node| node.all.start) {
            Some(first) => self.splices.put(first..first, new),
            None => self.insert("conditionalFormatting", &new),
        }
        Ok(())
    }

    /// Takes every mark of ours away.
    ///
    /// # Errors
    /// Where the formats are broken.
    pub fn unmark(&mut self) -> Result<(), NotEditable> {
        let mut removed = 0;
        for node in self
            .tail
            .iter()
            .filter(|node| node.name == "conditionalFormatting")
        {
            let body = &self.text[node.all.clone()];
            if !body.contains(MARKER) {
                continue;
            }
            let rules = xml::children(&self.text, node)?;
            let ours: Vec<&Node> = rules
                .iter()
                .filter(|rule| self.text[rule.all.clone()].contains(MARKER))
                .collect();
            removed += ours.len();
            if ours.len() == rules.len() {
                self.splices.put(node.all.clone(), "");
            } else {
                ours.iter()
                    .for_each(|rule| self.splices.put(rule.all.clone(), ""));
            }
        }
        if removed > 0 {
            self.shift_priorities(-i64::try_from(removed).unwrap_or(0))?;
        }
        Ok(())
    }

    /// Shifts the priority of every conditional format that is not ours, where each stays 1 or more.
    fn shift_priorities(&mut self, by: i64) -> Result<(), NotEditable> {
        let mut shifted = Vec::new();
        for node in self
            .tail
            .iter()
            .filter(|node| node.name == "conditionalFormatting")
        {
            for rule in xml::children(&self.text, node)? {
                let priority = rule
                    .get("priority")
                    .and_then(|text| text.parse::<i64>().ok());
                let is_ours = self.text[rule.all.clone()].contains(MARKER);
                if let Some(priority) = priority.filter(|_| !is_ours) {
                    shifted.push((rule, priority.saturating_add(by)));
                }
            }
        }
        if shifted.iter().all(|(_, priority)| *priority >= 1) {
            for (rule, priority) in shifted {
                self.splices
                    .set(&self.text, &rule, "priority", &priority.to_string());
            }
        }
        Ok(())
    }

    /// Points the sheet at its drawing of notes.
    pub fn draw_notes(&mut self, relation: &str) {
        let declared = &self.declared;
        let new = format!("<legacyDrawing{declared} xmlns:r=\"{RELATIONS}\" r:id=\"{relation}\"/>");
        self.insert("legacyDrawing", &new);
    }

    /// The relation of the sheet's drawing of notes.
    #[must_use]
    pub fn notes_relation(&self) -> Option<String> {
        let node = self.tail.iter().find(|node| node.name == "legacyDrawing")?;
        node.get_local("id").map(Into::into)
    }

    /// Takes the pointer at the drawing of notes away.
    pub fn undraw_notes(&mut self) {
        for node in self.tail.iter().filter(|node| node.name == "legacyDrawing") {
            self.splices.put(node.all.clone(), "");
        }
    }

    fn insert(&mut self, name: &str, new: &str) {
        let at = xml::place_for(&self.tail, self.end, ORDER, name);
        self.splices.put(at..at, new);
    }
}

/// Whether a sheet may be selected or hold marks, seen without reading all of it.
///
/// # Errors
/// Where the part is not there.
pub fn is_selected(package: &mut Package<'_>, part: &str) -> Result<bool, NotEditable> {
    let head = package.head(part, HEAD_BYTES)?;
    Ok(!selected(&head).is_empty())
}

//! The marked workbook: the sender's own, with marks, notes and the sheet 审核结果 put in, every other part as it was.
//!
//! A package is edited by parts. Marks are conditional formats that go away when the value is put right; no cell
//! and no style of theirs is changed. A copy that comes back is stripped of our marks first and marked afresh. The
//! output is read again and what gives cells their values is compared with the input, byte by byte. What cannot be edited this way is
//! [`NotEditable`]: the caller then writes a fresh copy of the form and marks that.

use std::borrow::Cow;
use std::collections::BTreeMap;

use memchr::memmem;

use crate::assess::{Assessment, Context, Earlier, Reading};
use crate::place::{CellRange, CellRef};
use crate::policy::Edition;
use crate::read::xlsx::{RESULT_NAME, RESULT_SHEET, sheet_of};
use crate::read::{Sheet, Value, Workbook};
use crate::rules::{Finding, Severity};

mod archive;

mod around;

mod deflated;

mod frame;

mod grid;

mod list;

pub(crate) mod looks;

mod notes;

mod package;

mod proof;

mod result;

mod sheet;

mod styles;

mod xml;

use notes::Note;
use package::{Package, SheetEntry};
use proof::Before;
use sheet::{Mark, SheetPart};
use styles::Styles;
use xml::{Splices, Tree};

/// The custom property that names the assessment.
pub const ASSESSMENT_PROPERTY: &str = "liandong.assessment";
const SHEET_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
const PROPERTIES_PART: &str = "docProps/custom.xml";
const PROPERTIES_TYPE: &str = "application/vnd.openxmlformats-officedocument.custom-properties+xml";
const PROPERTIES_RELATION: &str =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties";
const PROPERTIES_XMLNS: &str =
    "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties";
const TYPES_XMLNS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes";
/// The id that custom properties of users share (ECMA-376 part 2).
const PROPERTY_SET: &str = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}";
/// Cells that fed a comparison and stand in the mark's condition, at most.
const FEEDS_MAX: usize = 6;
/// Characters of a text that are compared by a mark: a formula holds 255 in one string.
const TEXT_CHARS: usize = 60;

/// Why a package cannot be edited by parts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotEditable {
    /// Signed: any edit would break the signature.
    #[error("the workbook is signed")]
    Signed,
    /// Of the strict variant, whose namespaces differ.
    #[error("the workbook is of the strict variant of Open XML")]
    Strict,
    /// Not as the standard asks.
    #[error("broken: {0}")]
    Broken(String),
    /// What came out does not hold the values that went in.
    #[error("the marked copy would differ at {0}")]
    Differs(String),
}

impl NotEditable {
    /// The reason for who sent it: a clause without full stop.
    #[must_use]
    pub const fn zh(&self) -> &'static str {
        match self {
            Self::Signed => "原文件有数字签名，加标注会使签名失效",
            Self::Strict => "原文件是“Strict Open XML”格式，不能直接加标注",
            Self::Broken(_) | Self::Differs(_) => "原文件的内部结构不规范，不能直接加标注",
        }
    }

    fn broken(why: impl ToString) -> Self {
        Self::Broken(why.to_string())
    }
}

/// Everything that goes into a marked copy.
#[derive(Debug, Clone, Copy)]
pub struct Marking<'a> {
    /// The file as it was read.
    pub reading: &'a Reading,
    /// What was concluded.
    pub assessment: &'a Assessment,
    /// What is known beside its bytes.
    pub context: &'a Context,
    /// The version before.
    pub earlier: &'a Earlier,
    /// The edition it was judged under.
    pub edition: Option<&'a Edition>,
    /// Why the marks are in a copy of ours and not in the sender's own workbook: a whole sentence.
    pub copied: Option<&'a str>,
}

/// The ending of a marked copy's name: spreadsheet programs open no workbook with macros that is not named `.xlsm`,
/// and no other that is.
#[must_use]
pub fn ending(marked: &[u8]) -> &'static str {
    let types = crate::read::package::Package::open(marked).ok();
    let types = types.and_then(|mut it| it.content("[Content_Types].xml").ok());
    let has_macros = types.is_some_and(|it| memmem::find(&it, b"macroEnabled.main").is_some());
    if has_macros { "xlsm" } else { "xlsx" }
}

/// The marked copy of a workbook. The same input gives the same bytes.
///
/// # Errors
/// [`NotEditable`] where the package cannot be edited by parts.
pub fn mark(
    original: &[u8],
    workbook: &Workbook,
    marking: &Marking<'_>,
) -> Result<Vec<u8>, NotEditable> {
    let mut package = Package::open(original, &workbook.texts)?;
    let mut before = Before::of(&mut package)?;
    if workbook.was_marked {
        strip(&mut package)?;
        before.strip_styles(&mut package)?;
    }
    let mut styles = Styles::open(&mut package)?;
    for entry in package.sheets()? {
        mark_sheet(&mut package, &mut styles, &entry, workbook, marking)?;
    }
    add_result(&mut package, &mut styles, workbook, marking)?;
    styles.close(&mut package);
    set_property(&mut package, marking)?;
    let marked = package.finish()?;
    proof::prove(&before, &mut package, &marked)?;
    Ok(marked.bytes)
}

/// The findings alone, for a file that cannot be read: a cover sheet and the result sheet.
///
/// # Errors
/// [`NotEditable`] where the cover cannot be written.
pub fn list_only(marking: &Marking<'_>) -> Result<Vec<u8>, NotEditable> {
    let cover = cover(marking).map_err(NotEditable::broken)?;
    let workbook = crate::read::read(&cover).map_err(NotEditable::broken)?;
    mark(&cover, &workbook, marking)
}

fn cover(marking: &Marking<'_>) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let created = rust_xlsxwriter::ExcelDateTime::from_ymd(2024, 1, 1)?;
    let properties = rust_xlsxwriter::DocProperties::new().set_creation_datetime(&created);
    book.set_properties(&properties);
    let sheet = book.add_worksheet();
    let format = rust_xlsxwriter::Format::new()
        .set_font_name("宋体")
        .set_font_size(12)
        .set_text_wrap();
    sheet.set_name("说明")?.set_column_width(0, 90)?;
    let file = &marking.context.file;
    let text =
        format!("收到的文件“{file}”不能加标注，审核结果见工作表“{RESULT_SHEET}”。原文件没有改动。");
    sheet.write_string_with_format(0, 0, text, &format)?;
    book.save_to_buffer()
}

/// Findings of one cell, the gravest first.
type ByCell<'a> = BTreeMap<CellRef, Vec<&'a Finding>>;

fn mark_sheet(
    package: &mut Package<'_>,
    styles: &mut Styles,
    entry: &SheetEntry,
    workbook: &Workbook,
    marking: &Marking<'_>,
) -> Result<(), NotEditable> {
    let mut cells = ByCell::new();
    for finding in &marking.assessment.findings {
        if finding.sheet.as_deref() == Some(entry.name.as_str())
            && let Some(cell) = finding.cell
        {
            cells.entry(cell).or_default().push(finding);
        }
    }
    let read = workbook.sheet(&entry.name).filter(|_| !cells.is_empty());
    if read.is_none() && !sheet::is_selected(package, &entry.part)? {
        return Ok(());
    }
    if !entry.has_cells {
        let text = sheet::deselected(&package.text(&entry.part)?);
        package.put(&entry.part, text);
        return Ok(());
    }
    let mut part = SheetPart::open(package, &entry.part)?;
    part.deselect();
    if let Some(read) = read {
        let (mut marks, mut notes) = (Vec::new(), Vec::new());
        for (cell, findings) in &mut cells {
            findings.sort_by_key(|finding| finding.severity);
            marks.push(mark_of(styles, read, *cell, findings)?);
            notes.push(note_of(*cell, findings));
        }
        part.mark(&marks)?;
        notes::add(package, &entry.part, &mut part, &notes)?;
    }
    part.close(package);
    Ok(())
}

fn mark_of(
    styles: &mut Styles,
    sheet: &Sheet,
    cell: CellRef,
    findings: &[&Finding],
) -> Result<Mark, NotEditable> {
    let severity = findings
        .first()
        .map_or(Severity::Note, |finding| finding.severity);
    let mut conditions = vec![condition(sheet, cell)];
    let feeds = findings.iter().flat_map(|finding| &finding.from);
    let on_sheet = feeds.filter_map(|place| {
        let (on, at) = place.rsplit_once('!')?;
        at.parse().ok().filter(|_| on == &*sheet.name)
    });
    for feed in on_sheet.take(FEEDS_MAX) {
        let condition = condition(sheet, feed);
        if !conditions.contains(&condition) {
            conditions.push(condition);
        }
    }
    let merged = sheet.merges.iter().find(|range| range.contains(cell));
    Ok(Mark {
        range: merged
            .copied()
            .unwrap_or_else(|| CellRange::from(cell))
            .to_string(),
        condition: conditions.join(","),
        format: looks::mark_format(styles, severity)?,
    })
}

/// That a cell still holds what it held: true until it is changed.
fn condition(sheet: &Sheet, cell: CellRef) -> String {
    let at = absolute(cell);
    let text = |text: &str| {
        let start: String = text.chars().take(TEXT_CHARS).collect();
        let (length, whole) = (start.encode_utf16().count(), text.encode_utf16().count());
        let start = start.replace('"', "\"\"");
        format!("LEN({at})={whole},EXACT(LEFT({at},{length}),\"{start}\")")
    };
    match sheet.cell(cell).map(|found| &found.value) {
        None | Some(Value::Blank) => format!("LEN(TRIM({at}))=0"),
        Some(Value::Text(found)) => text(found),
        Some(Value::Number(number)) => format!("{at}={number}"),
        Some(Value::Date(day)) => format!(
            "YEAR({at})*10000+MONTH({at})*100+DAY({at})={}",
            day.date().strftime("%Y%m%d")
        ),
        Some(Value::Bool(truth)) => format!("{at}={}", if *truth { "TRUE" } else { "FALSE" }),
        Some(Value::Error(_)) => format!("ISERROR({at})"),
    }
}

fn note_of(at: CellRef, findings: &[&Finding]) -> Note {
    let told = findings.iter().map(|finding| {
        let expected = finding
            .expected
            .as_ref()
            .map(|text| format!("\n应为：{text}"))
            .unwrap_or_default();
        format!(
            "【{}】{}{expected}\n怎么改：{}（{} {}）",
            finding.severity,
            finding.message,
            finding.fix,
            finding.code,
            finding.basis()
        )
    });
    Note {
        at,
        text: told.collect::<Vec<_>>().join("\n"),
    }
}

/// Takes every mark of an earlier assessment away.
fn strip(package: &mut Package<'_>) -> Result<(), NotEditable> {
    let result = result_sheet_name(package)?;
    let mut sheets = package.sheets()?;
    for entry in &sheets {
        if Some(&entry.name) == result.as_ref() {
            let book = package.workbook.clone();
            package.remove(&entry.part)?;
            package.unrelate(&book, &entry.relation)?;
            continue;
        }
        if !entry.has_cells {
            continue;
        }
        let mut part = SheetPart::open(package, &entry.part)?;
        part.unmark()?;
        notes::remove(package, &entry.part, &mut part)?;
        part.close(package);
    }
    sheets.retain(|entry| entry.has_cells && Some(&entry.name) != result.as_ref());
    styles::strip(package, &sheets)?;
    let book = package.workbook.clone();
    let tree = package.tree(&book)?;
    let (text, nodes) = (&tree.text, &tree.nodes);
    let mut splices = Splices::default();
    for list in nodes
        .iter()
        .filter(|node| matches!(node.name.as_str(), "sheets" | "definedNames"))
    {
        let children = xml::children(text, list)?;
        let ours = |node: &&xml::Node| match node.name.as_str() {
            "sheet" => result
                .as_ref()
                .is_some_and(|result| node.has("name", result)),
            _ => points_at(text, node, result.as_deref()),
        };
        let ours: Vec<_> = children.iter().filter(ours).collect();
        if !ours.is_empty() && ours.len() == children.len() {
            splices.put(list.all.clone(), "");
        } else {
            ours.iter()
                .for_each(|node| splices.put(node.all.clone(), ""));
        }
    }
    package.put(&book, splices.apply(text));
    Ok(())
}

/// The name of the result sheet of an earlier assessment, by the defined name that points at it.
fn result_sheet_name(package: &mut Package<'_>) -> Result<Option<String>, NotEditable> {
    let book = package.tree(&package.workbook.clone())?;
    let text = &book.text;
    let Some(list) = book
        .child("definedNames")
        .filter(|_| text.contains(RESULT_NAME))
    else {
        return Ok(None);
    };
    let names = xml::children(text, list)?;
    let found = names.iter().find(|node| node.has("name", RESULT_NAME));
    Ok(found.and_then(|node| {
        let target = xml::unescape(&text[node.inner.clone()]);
        sheet_of(&target).map(Cow::into_owned)
    }))
}

/// Whether a defined name points at a sheet.
fn points_at(text: &str, name: &xml::Node, sheet: Option<&str>) -> bool {
    let target = xml::unescape(&text[name.inner.clone()]);
    sheet.is_some() && sheet_of(&target).as_deref() == sheet
}

/// Adds the result sheet as the last and active one.
fn add_result(
    package: &mut Package<'_>,
    styles: &mut Styles,
    workbook: &Workbook,
    marking: &Marking<'_>,
) -> Result<(), NotEditable> {
    let book = package.workbook.clone();
    let part = package.free_name("xl/worksheets/liandong", ".xml");
    let relation = package.relate(&book, &format!("{}/worksheet", xml::RELATIONS), &part)?;
    package.declare(&part, SHEET_TYPE);
    let grid = result::sheet(marking, workbook);
    let sheet = grid.xml(styles)?;
    package.put(&part, sheet);
    let tree = package.tree(&book)?;
    let Tree { text, root, nodes } = &*tree;
    let declared = xml::declaration(text, root, xml::MAIN);
    let list = nodes.iter().find(|node| node.name == "sheets");
    let list = list.ok_or_else(|| NotEditable::broken("a workbook without sheets"))?;
    let sheets = xml::children(text, list)?;
    let id = |node: &xml::Node| node.get("sheetId").and_then(|id| id.parse::<u32>().ok());
    let next = sheets.iter().filter_map(id).max().unwrap_or(0) + 1;
    let name = free_sheet_name(&sheets);
    let mut splices = Splices::default();
    splices.append(
        text,
        list,
        &format!(
            "<sheet{declared} xmlns:r=\"{}\" name=\"{name}\" sheetId=\"{next}\" r:id=\"{relation}\"/>",
            xml::RELATIONS
        ),
    );
    let mut names =
        format!("<definedName{declared} name=\"{RESULT_NAME}\">'{name}'!$A$1</definedName>");
    if let Some(row) = grid.repeated {
        names += &format!(
            "<definedName{declared} name=\"_xlnm.Print_Titles\" localSheetId=\"{}\">'{name}'!${r}:${r}</definedName>",
            sheets.len(),
            r = row + 1
        );
    }
    if let Some((first, last)) = &grid.filtered {
        names += &format!(
            "<definedName{declared} name=\"_xlnm._FilterDatabase\" localSheetId=\"{}\" hidden=\"1\">\
             '{name}'!{}:{}</definedName>",
            sheets.len(),
            absolute(*first),
            absolute(*last)
        );
    }
    match nodes.iter().find(|node| node.name == "definedNames") {
        Some(list) => splices.append(text, list, &names),
        None => {
            let at = list.all.end;
            let at = nodes
                .iter()
                .filter(|node| {
                    matches!(node.name.as_str(), "functionGroups" | "externalReferences")
                })
                .map(|node| node.all.end)
                .fold(at, usize::max);
            splices.put(
                at..at,
                format!("<definedNames{declared}>{names}</definedNames>"),
            );
        }
    }
    activate(text, (nodes, list), sheets.len(), &declared, &mut splices)?;
    package.put(&book, splices.apply(text));
    Ok(())
}

fn absolute(at: CellRef) -> String {
    let column = crate::place::column_letters(at.column);
    format!("${column}${}", at.row + 1)
}

fn free_sheet_name(sheets: &[xml::Node]) -> String {
    let taken = |name: &str| sheets.iter().any(|node| node.has("name", name));
    let mut name = RESULT_SHEET.to_owned();
    let mut number = 2;
    while taken(&name) {
        name = format!("{RESULT_SHEET}{number}");
        number += 1;
    }
    name
}

/// Makes a sheet the one that is shown when the workbook is opened.
fn activate(
    text: &str,
    (nodes, sheets): (&[xml::Node], &xml::Node),
    index: usize,
    declared: &str,
    splices: &mut Splices,
) -> Result<(), NotEditable> {
    let index = index.to_string();
    let views = nodes.iter().find(|node| node.name == "bookViews");
    let Some(views) = views else {
        let at = sheets.all.start;
        splices.put(
            at..at,
            format!("<bookViews{declared}><workbookView activeTab=\"{index}\"/></bookViews>"),
        );
        return Ok(());
    };
    if let Some(view) = xml::children(text, views)?.first() {
        let tag = xml::with_attribute(&text[view.tag.clone()], "activeTab", &index);
        splices.put(view.tag.clone(), tag);
    }
    Ok(())
}

/// Names the assessment in the workbook's custom properties.
/// The number of the submission that a marked copy answers, where the workbook is one.
#[must_use]
pub fn answered(workbook: &Workbook) -> Option<String> {
    let mut properties = workbook.properties.iter();
    let (_, value) = properties.find(|(name, _)| name == ASSESSMENT_PROPERTY)?;
    let (number, _) = value.split_once(';')?;
    Some(number.to_owned()).filter(|number| number != "-")
}

fn set_property(package: &mut Package<'_>, marking: &Marking<'_>) -> Result<(), NotEditable> {
    let assessment = marking.assessment;
    let value = format!(
        "{};{};{};rules {}",
        marking.context.id.as_deref().unwrap_or("-"),
        assessment.sha256,
        assessment.edition.as_deref().unwrap_or("-"),
        assessment.rules
    );
    let value = xml::escape(&value);
    let root = package.relations("")?;
    let present = root.iter().find(|it| it.kind == "custom-properties");
    let part = present.map_or_else(
        || package.written(PROPERTIES_PART.to_owned()),
        |present| present.target.clone(),
    );
    let part = part.as_str();
    let property = |declared: &str, pid: usize| {
        format!(
            "<property{declared} fmtid=\"{PROPERTY_SET}\" pid=\"{pid}\" name=\"{ASSESSMENT_PROPERTY}\">\
             <vt:lpwstr xmlns:vt=\"{TYPES_XMLNS}\">{value}</vt:lpwstr></property>"
        )
    };
    if !package.has(part) {
        package.relate("", PROPERTIES_RELATION, part)?;
        package.declare(part, PROPERTIES_TYPE);
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Properties xmlns=\"{PROPERTIES_XMLNS}\">{}</Properties>",
            property("", 2)
        );
        package.put(part, text);
        return Ok(());
    }
    let text = package.text(part)?;
    let (root, nodes) = xml::root(&text)?;
    let declared = xml::declaration(&text, &root, PROPERTIES_XMLNS);
    let mut splices = Splices::default();
    let own = nodes
        .iter()
        .find(|node| node.has("name", ASSESSMENT_PROPERTY));
    let id = |node: &xml::Node| node.get("pid").and_then(|id| id.parse::<usize>().ok());
    match own {
        Some(own) => splices.put(own.all.clone(), property(&declared, id(own).unwrap_or(2))),
        None => {
            let next = nodes.iter().filter_map(id).max().unwrap_or(1) + 1;
            splices.append(&text, &root, &property(&declared, next));
        }
    }
    package.put(part, splices.apply(&text));
    Ok(())
}

//! Workbooks with what Excel and WPS keep beside cells: each feature alone, or many in one workbook.
//!
//! A feature is put into the filled form as parts, relations and elements, the least that the schemas ask for. What is
//! in them is nobody's file; whether they are as programs write them is told by the validator in `.ci/run`.

use std::io::{Cursor, Read as _, Write as _};
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

#[path = "rich/book.rs"]
mod book;

#[path = "rich/drawn.rs"]
mod drawn;

#[path = "rich/looks.rs"]
mod looks;

#[path = "rich/written.rs"]
mod written;

/// The namespace of most relation types.
pub const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const X14: &str = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
/// The sheet that has findings and gets the features: 项目基本信息.
pub const SHEET: &str = "xl/worksheets/sheet2.xml";
const BOOK: &str = "xl/workbook.xml";
const TYPES: &str = "[Content_Types].xml";
/// Children of a worksheet in the order of the schema (ECMA-376 part 1, CT_Worksheet).
pub const WORKSHEET: [&str; 39] = [
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
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
    "",
];

/// A feature: what it is called, and how it is put in.
pub type Feature = (&'static str, fn(&mut Rich));

/// All features that can stand together in one workbook.
pub fn features() -> Vec<Feature> {
    let mut all = book::FEATURES.to_vec();
    all.extend(looks::FEATURES);
    all.extend(drawn::FEATURES);
    all
}

/// Ways to write a package down: each changes the writing of what is there.
pub fn writings() -> Vec<Feature> {
    written::FEATURES.to_vec()
}

/// The parts of a workbook while features are put in.
pub struct Rich {
    /// Name and content, in the order of the package.
    pub parts: Vec<(String, Vec<u8>)>,
    relations: usize,
}

impl Rich {
    /// The parts of a workbook.
    pub fn of(file: &[u8]) -> Self {
        let mut package = zip::ZipArchive::new(Cursor::new(file)).unwrap();
        let mut parts = Vec::new();
        for index in 0..package.len() {
            let mut part = package.by_index(index).unwrap();
            let name = part.name().unwrap().to_string();
            let mut content = Vec::new();
            part.read_to_end(&mut content).unwrap();
            parts.push((name, content));
        }
        Self {
            parts,
            relations: 0,
        }
    }

    /// The package.
    pub fn file(&self) -> Vec<u8> {
        let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in &self.parts {
            let options = zip::write::SimpleFileOptions::default();
            out.start_file(name, options).unwrap();
            out.write_all(content).unwrap();
        }
        out.finish().unwrap().into_inner()
    }

    fn text(&self, name: &str) -> String {
        let found = self.parts.iter().find(|(part, _)| part == name);
        let (_, content) = found.unwrap_or_else(|| panic!("no part {name}"));
        String::from_utf8(content.clone()).unwrap()
    }

    fn put(&mut self, name: &str, content: impl Into<Vec<u8>>) {
        match self.parts.iter_mut().find(|(part, _)| part == name) {
            Some((_, present)) => *present = content.into(),
            None => self.parts.push((name.to_owned(), content.into())),
        }
    }

    /// Changes what a part says.
    fn change(&mut self, name: &str, from: &str, to: &str) {
        let text = self.text(name);
        assert!(text.contains(from), "{name} holds no {from}");
        self.put(name, text.replacen(from, to, 1));
    }

    /// Adds a part of a type of its own.
    fn add(&mut self, name: &str, content_type: &str, content: impl Into<Vec<u8>>) {
        self.put(name, content);
        let own =
            format!("<Override PartName=\"/{name}\" ContentType=\"{content_type}\"/></Types>");
        self.change(TYPES, "</Types>", &own);
    }

    /// Names the type of all parts with an ending.
    fn ending(&mut self, ending: &str, content_type: &str) {
        let own = format!("<Default Extension=\"{ending}\" ContentType=\"{content_type}\"/>");
        if !self.text(TYPES).contains(&own) {
            self.change(TYPES, "<Default ", &format!("{own}<Default "));
        }
    }

    /// Relates a part to a target as it is written; gives the id. `kind`: the whole type, or its last word.
    fn relate(&mut self, part: &str, kind: &str, target: &str) -> String {
        let (folder, file) = part.rsplit_once('/').unwrap();
        let name = format!("{folder}/_rels/{file}.rels");
        if !self.parts.iter().any(|(part, _)| *part == name) {
            self.put(&name, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"></Relationships>");
        }
        self.relations += 1;
        let id = format!("rIdOf{}", self.relations);
        let kind = if kind.contains(':') {
            kind.to_owned()
        } else {
            format!("{RELATIONS}/{kind}")
        };
        let mode = if target.contains(':') {
            " TargetMode=\"External\""
        } else {
            ""
        };
        let own = format!(
            "<Relationship Id=\"{id}\" Type=\"{kind}\" Target=\"{target}\"{mode}/></Relationships>"
        );
        self.change(&name, "</Relationships>", &own);
        id
    }

    /// Puts an element where the schema wants it in the sheet; into the extension list where it is an `ext`.
    fn insert(&mut self, element: &str) {
        let text = self.text(SHEET);
        let name = element[1..].split([' ', '>', '/']).next().unwrap();
        let name = name.rsplit(':').next().unwrap();
        if name == "ext" {
            if text.contains("</extLst></worksheet>") {
                let own = format!("{element}</extLst></worksheet>");
                return self.change(SHEET, "</extLst></worksheet>", &own);
            }
            return self.insert(&format!("<extLst>{element}</extLst>"));
        }
        let name = if name == "AlternateContent" {
            "controls"
        } else {
            name
        };
        let rank = |name: &str| WORKSHEET.iter().position(|it| *it == name).unwrap();
        let later = children(&text);
        let later = later.iter().find(|(child, _)| rank(child) > rank(name));
        let at = later.map_or_else(|| text.rfind("</").unwrap(), |(_, at)| at.start);
        self.put(SHEET, format!("{}{element}{}", &text[..at], &text[at..]));
    }

    /// Declares a namespace at the root of a part.
    fn declare(&mut self, part: &str, prefix: &str, namespace: &str, is_ignorable: bool) {
        let text = self.text(part);
        let root = text.find("xmlns=").unwrap();
        let end = root + text[root..].find('>').unwrap();
        let mut tag = text[root..end].to_owned();
        if tag.contains(&format!("xmlns:{prefix}=")) {
            return;
        }
        tag += &format!(" xmlns:{prefix}=\"{namespace}\"");
        if is_ignorable {
            match tag.contains("mc:Ignorable=\"") {
                true => tag = tag.replace("mc:Ignorable=\"", &format!("mc:Ignorable=\"{prefix} ")),
                false => {
                    tag += &format!(
                        " xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" mc:Ignorable=\"{prefix}\""
                    )
                }
            }
        }
        self.put(part, format!("{}{tag}{}", &text[..root], &text[end..]));
    }

    /// A sheet of its own, the last but hidden ones; gives its part.
    fn sheet(&mut self, name: &str, state: &str, cells: &str) -> String {
        let number = 20 + self.relations;
        let part = format!("xl/worksheets/sheet{number}.xml");
        let sheet = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheetData>{cells}</sheetData></worksheet>"
        );
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
        self.add(&part, kind, sheet);
        let id = self.relate(BOOK, "worksheet", &format!("worksheets/sheet{number}.xml"));
        let own =
            format!("<sheet name=\"{name}\" sheetId=\"{number}\"{state} r:id=\"{id}\"/></sheets>");
        self.change(BOOK, "</sheets>", &own);
        part
    }
}

/// A text in UTF-16 with its mark.
pub fn utf_16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// The direct children of a part's root: name without prefix, and where each stands. What stands in an alternative is
/// named by the first element inside it.
pub fn children(text: &str) -> Vec<(String, Range<usize>)> {
    let mut reader = Reader::from_str(text);
    let (mut found, mut depth) = (Vec::<(String, Range<usize>)>::new(), 0);
    loop {
        let start = usize::try_from(reader.buffer_position()).unwrap();
        let event = reader.read_event().unwrap();
        let end = usize::try_from(reader.buffer_position()).unwrap();
        match event {
            Event::Start(tag) => {
                let name = tag.local_name().into_inner().to_owned();
                match (depth, found.last_mut()) {
                    (1, _) => found.push((name, start..end)),
                    (3, Some((within, _))) if within == "AlternateContent" => *within = name,
                    _ => {}
                }
                depth += 1;
            }
            Event::Empty(tag) if depth == 1 => {
                found.push((tag.local_name().into_inner().to_owned(), start..end));
            }
            Event::End(_) => {
                depth -= 1;
                if let (1, Some((_, at))) = (depth, found.last_mut()) {
                    at.end = end;
                }
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

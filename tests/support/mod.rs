//! What several tests and the bench need: the faultless application, and files that are no workbooks.

use liandong::assess::others::{Shelf, stakes};
use liandong::assess::{Context, Earlier, Keys, Language, Peer, Rulebook};
use liandong::form::blank::Values;
use liandong::rules::{Edit, Example, Typed};

/// The faultless application of `faultless.toml`.
#[allow(clippy::missing_panics_doc, reason = "a file of ours")]
pub fn faultless() -> Values {
    values(include_str!("faultless.toml"))
}

fn values(text: &str) -> Values {
    let table: toml::Table = text.parse().expect("TOML of ours");
    table
        .into_iter()
        .map(|(slot, value)| (slot, typed(&value)))
        .collect()
}

/// An example of the catalogue as a file with what is known beside it.
#[allow(dead_code, reason = "not every test looks at the catalogue")]
pub struct Made {
    /// The workbook.
    pub bytes: Vec<u8>,
    /// The folder it was dropped into.
    pub folder: Option<String>,
    /// When it was received.
    pub received_at: jiff::civil::DateTime,
    /// Whether the split of the call of 2026 is decided.
    pub is_decided: bool,
    /// Applications that were received before.
    pub others: Vec<Example>,
    /// How many projects were accepted before.
    pub accepted: i64,
    /// What its district has announced, in 万元.
    pub announced: Option<&'static str>,
}

/// The faultless application with some edits.
#[allow(dead_code, reason = "not every test looks at the catalogue")]
pub fn made<'e>(edits: impl IntoIterator<Item = &'e Edit>) -> Made {
    let (mut application, mut file) = (faultless(), None);
    let mut made = Made {
        bytes: Vec::new(),
        folder: None,
        received_at: jiff::civil::DateTime::constant(2024, 3, 20, 9, 0, 0, 0),
        is_decided: false,
        others: Vec::new(),
        accepted: 0,
        announced: None,
    };
    for edit in edits {
        match edit {
            Edit::Set(slot, typed) => {
                application.insert((*slot).to_owned(), typed.clone());
            }
            Edit::Folder(district) => made.folder = Some((*district).to_owned()),
            Edit::Received(at) => made.received_at = at.parse().expect("a day and a time"),
            Edit::File(name) => file = Some(*name),
            Edit::Call => {
                application.extend(values(include_str!("faultless-call.toml")));
                made.received_at = jiff::civil::DateTime::constant(2025, 10, 12, 9, 0, 0, 0);
                made.is_decided = true;
            }
            Edit::Undecided => made.is_decided = false,
            Edit::Other(other) => made.others.push(*other),
            Edit::Accepted(count) => made.accepted = *count,
            Edit::Announced(wan) => made.announced = Some(*wan),
        }
    }
    made.bytes = file.map_or_else(|| written(&application), self::file);
    made
}

/// What is known of others to an example: those received before, each in a folder of its own.
#[allow(dead_code, reason = "not every test looks at the catalogue")]
pub fn earlier(made: &Made, rulebook: &Rulebook, keys: &Keys, context: &Context) -> Earlier {
    let mut shelf = Shelf::default();
    for (number, edits) in made.others.iter().enumerate() {
        let reading = rulebook.read(&self::made(*edits).bytes);
        let assessment = rulebook.assess(&reading, context);
        let peer = Peer {
            id: format!("LD2024-{number:06}"),
            place: None,
            verdict: assessment.verdict,
            portrait: reading.portrait.clone(),
        };
        let keys = rulebook.keys(&reading, context);
        shelf.put(peer, keys, &number.to_string(), stakes(&assessment));
    }
    let mut others = shelf.others(keys, "here");
    for tally in others.tallies.values_mut() {
        tally.count += made.accepted;
    }
    Earlier {
        others,
        ..Earlier::default()
    }
}

/// The built-in rulebook, with the split of the call decided half and half and an amount announced where it is wanted.
#[allow(dead_code, reason = "not every test looks at the catalogue")]
pub fn rulebook(language: Language, made: &Made) -> Rulebook {
    let split = "edition = 'urumqi-2026-call'\ncity_share = '0.5'\ndistrict_share = '0.5'\ndocument = '市科技局〔2025〕1号'";
    let envelope = |wan| {
        let envelope = format!(
            "district = 'tianshan'\nyear = 2024\nwan = '{wan}'\ndocument = '天区财〔2024〕1号'"
        );
        toml::from_str(&envelope).expect("an envelope of ours")
    };
    let splits = made
        .is_decided
        .then(|| toml::from_str(split).expect("a split of ours"));
    Rulebook {
        splits: splits.into_iter().collect(),
        envelopes: made.announced.map(envelope).into_iter().collect(),
        ..Rulebook::builtin(language)
    }
}

fn typed(value: &toml::Value) -> Typed {
    let of = |key: &str| Some(value.get(key)?.as_str()?.to_owned());
    match (value.as_str(), of("n"), of("d")) {
        (Some(text), _, _) => Typed::Text(text.to_owned().into()),
        (_, Some(number), _) => Typed::Number(number.into()),
        (_, _, Some(day)) => Typed::Date(day.into()),
        _ => panic!("neither text, number nor day: {value}"),
    }
}

/// Bytes for the examples that replace the file as a whole.
#[allow(dead_code, reason = "the bench does not use it")]
pub fn file(name: &str) -> Vec<u8> {
    match name {
        "not-a-workbook" => b"%PDF-1.7\n".to_vec(),
        "other-workbook" => {
            let mut book = rust_xlsxwriter::Workbook::new();
            let sheet = book.add_worksheet();
            sheet.write_string(0, 0, "购物清单").expect("in memory");
            book.save_to_buffer().expect("in memory")
        }
        "formulas-without-results" => without_results(&faultless_workbook()),
        "old-form" => with_part(&faultless_workbook(), "docProps/custom.xml", |text| {
            text.replacen("application/1", "application/0", 1)
        }),
        "hidden-row" => with_part(&faultless_workbook(), "xl/worksheets/sheet2.xml", |text| {
            text.replacen("<row r=\"5\"", "<row r=\"5\" hidden=\"1\"", 1)
        }),
        "hidden-sheet" => with_part(&faultless_workbook(), "xl/workbook.xml", |text| {
            text.replacen(
                "<sheet name=\"成果转化\"",
                "<sheet name=\"成果转化\" state=\"hidden\"",
                1,
            )
        }),
        "outside" => with_part(&faultless_workbook(), "xl/worksheets/sheet9.xml", |text| {
            let cell = "<row r=\"80\"><c r=\"D80\"><v>42</v></c></row></sheetData>";
            text.replacen("</sheetData>", cell, 1)
        }),
        "label-changed" => with_part(&faultless_workbook(), "xl/sharedStrings.xml", |text| {
            text.replacen("申报单位 *", "合作单位 *", 1)
        }),
        "macros" => with_extra_part(&faultless_workbook(), "xl/vbaProject.bin", "no program"),
        "embedded" => with_extra_part(
            &faultless_workbook(),
            "xl/embeddings/oleObject1.bin",
            "nothing",
        ),
        "external-link" => {
            let link = "<externalLink><externalBook/></externalLink>";
            with_extra_part(
                &faultless_workbook(),
                "xl/externalLinks/externalLink1.xml",
                link,
            )
        }
        other => panic!("no example file `{other}`"),
    }
}

/// The faultless application as a workbook.
#[allow(dead_code, reason = "not every test writes it")]
pub fn faultless_workbook() -> Vec<u8> {
    written(&faultless())
}

/// Some values in the form, as a workbook.
#[allow(dead_code, reason = "not every test writes it")]
pub fn written(values: &Values) -> Vec<u8> {
    static BUILT_IN: std::sync::LazyLock<Rulebook> =
        std::sync::LazyLock::new(|| Rulebook::builtin(Language::Zh));
    let edition = BUILT_IN.policies.edition("urumqi-2023").expect("built in");
    liandong::form::blank::write(&BUILT_IN.layout, edition, values)
        .expect("the form can be written")
}

/// A workbook with one of its parts changed.
#[allow(dead_code, reason = "not every test changes parts")]
#[allow(clippy::missing_panics_doc, reason = "for workbooks of ours")]
pub fn with_part(file: &[u8], name: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut changed = false;
    let out = with_parts(file, None, |part, text| {
        changed |= part == name;
        if part == name { change(text) } else { text }
    });
    assert!(changed, "no part {name}");
    out
}

/// A workbook with one of its parts as other bytes.
#[allow(dead_code, reason = "not every test changes parts")]
pub fn with_part_bytes(file: &[u8], name: &str, change: impl Fn(&str) -> Vec<u8>) -> Vec<u8> {
    use std::io::{Read as _, Write as _};
    let mut package = zip::ZipArchive::new(std::io::Cursor::new(file)).expect("made by us");
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for index in 0..package.len() {
        let mut part = package.by_index(index).expect("made by us");
        let found = part.name().expect("made by us").to_string();
        let mut text = String::new();
        part.read_to_string(&mut text).expect("XML is UTF-8");
        let bytes = if found == name {
            change(&text)
        } else {
            text.into_bytes()
        };
        let options = zip::write::SimpleFileOptions::default();
        out.start_file(&found, options).expect("in memory");
        out.write_all(&bytes).expect("in memory");
    }
    out.finish().expect("in memory").into_inner()
}

/// A package of these parts.
#[allow(dead_code, reason = "not every test writes packages")]
pub fn package(parts: &[(&str, String)]) -> Vec<u8> {
    use std::io::Write as _;
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        let options = zip::write::SimpleFileOptions::default();
        out.start_file(*name, options).expect("in memory");
        out.write_all(content.as_bytes()).expect("in memory");
    }
    out.finish().expect("in memory").into_inner()
}

/// A workbook with each of its parts changed.
#[allow(dead_code, reason = "not every test changes parts")]
pub fn with_every_part(file: &[u8], change: impl FnMut(&str, String) -> String) -> Vec<u8> {
    with_parts(file, None, change)
}

/// A workbook with one more part.
#[allow(dead_code, reason = "not every test adds parts")]
pub fn with_extra_part(file: &[u8], name: &str, content: &str) -> Vec<u8> {
    with_parts(file, Some((name, content)), |_, text| text)
}

fn with_parts(
    file: &[u8],
    extra: Option<(&str, &str)>,
    mut change: impl FnMut(&str, String) -> String,
) -> Vec<u8> {
    use std::io::{Read as _, Write as _};
    let mut package = zip::ZipArchive::new(std::io::Cursor::new(file)).expect("made by us");
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for index in 0..package.len() {
        let mut part = package.by_index(index).expect("made by us");
        let name = part.name().expect("made by us").to_string();
        let mut text = String::new();
        part.read_to_string(&mut text).expect("XML is UTF-8");
        let options = zip::write::SimpleFileOptions::default();
        out.start_file(&name, options).expect("in memory");
        out.write_all(change(&name, text).as_bytes())
            .expect("in memory");
    }
    if let Some((name, content)) = extra {
        let options = zip::write::SimpleFileOptions::default();
        out.start_file(name, options).expect("in memory");
        out.write_all(content.as_bytes()).expect("in memory");
    }
    out.finish().expect("in memory").into_inner()
}

/// The workbook as a program saves it that does not compute: formulas without stored results.
fn without_results(file: &[u8]) -> Vec<u8> {
    with_parts(file, None, |name, text| {
        if !name.starts_with("xl/worksheets/sheet") {
            return text;
        }
        let mut kept = String::new();
        for (number, piece) in text.split("</f>").enumerate() {
            let rest = match piece.split_once("</v>") {
                Some((_, rest)) if number > 0 => rest,
                _ => piece,
            };
            kept += if number > 0 { "</f>" } else { "" };
            kept += rest;
        }
        kept
    })
}

/// 项目名称 of the faultless application.
#[allow(dead_code, reason = "not every test asks")]
pub fn title() -> String {
    match &faultless()["title"] {
        Typed::Text(text) => text.to_string(),
        other => panic!("the title is {other:?}"),
    }
}

/// A recommended list with its headings and no row, as its first sheet.
#[allow(dead_code, reason = "not every test looks at lists")]
#[allow(clippy::missing_panics_doc, reason = "a sheet of ours")]
pub fn empty_list() -> rust_xlsxwriter::Workbook {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let headings = [
        "序号",
        "项目名称",
        "申报单位",
        "统一社会信用代码",
        "申请自治区财政资金（万元）",
        "市本级财政配套资金（万元）",
        "区（县）财政配套资金（万元）",
        "推荐单位",
    ];
    for (column, heading) in (0..).zip(headings) {
        sheet
            .write_string(0, column, heading)
            .expect("a cell of ours");
    }
    book
}

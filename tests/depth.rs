//! Marked copies of workbooks that hold more than cells: nothing of it is lost, marks stand where the schema wants them,
//! and a copy that was corrected three times ends as clean as the first. Each workbook is written into the folder `rich`
//! of the tests' own, where `.ci/run` shows it to other programs.

mod support;

#[path = "support/rich.rs"]
mod rich;

use std::collections::{BTreeMap, BTreeSet};

use liandong::assess::{Assessment, Context, Earlier, Language, Rulebook};
use liandong::form::blank::Values;
use liandong::rules::Typed;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use rich::{Feature, Rich, WORKSHEET};

static RULEBOOK: std::sync::LazyLock<Rulebook> =
    std::sync::LazyLock::new(|| Rulebook::builtin(Language::Zh));

static CONTEXT: std::sync::LazyLock<Context> = std::sync::LazyLock::new(|| Context {
    file: "申报书.xlsx".to_owned(),
    folder: None,
    received_at: "2024-03-20T09:00:00".parse().unwrap(),
    id: None,
    edition: None,
});

fn marked(file: &[u8]) -> (Assessment, Vec<u8>) {
    let reading = RULEBOOK.read(file);
    let found = RULEBOOK.assess(&reading, &CONTEXT);
    let copy = RULEBOOK.mark(file, &reading, &found, &CONTEXT, &Earlier::default());
    (found, copy.unwrap())
}

/// Why a workbook cannot be edited by parts, where it cannot.
fn why_not(file: &[u8]) -> Option<String> {
    let reading = RULEBOOK.read(file);
    let assessment = RULEBOOK.assess(&reading, &CONTEXT);
    let marking = liandong::annotate::Marking {
        reading: &reading,
        assessment: &assessment,
        context: &CONTEXT,
        earlier: &Earlier::default(),
        edition: None,
        copied: None,
    };
    let workbook = reading.workbook.as_ref().unwrap();
    let marked = liandong::annotate::mark(file, workbook, &marking);
    marked.err().map(|why| why.to_string())
}

const WRONG: [(&str, &str); 3] = [
    ("contact_phone", "1399900000"),
    ("contact_email", "zhoumin@wrong"),
    ("targets.2.goal", "达到国际一流水平"),
];
const RIGHT: [&str; 3] = ["13999000002", "zhoumin@example.com", "≥91"];

fn filled(entries: impl IntoIterator<Item = (&'static str, &'static str)>) -> Vec<u8> {
    let mut values: Values = support::faultless();
    for (slot, text) in entries {
        values.insert(slot.to_owned(), Typed::Text(text.into()));
    }
    support::written(&values)
}

/// The workbook with three mistakes, or with what is right in their place, and features put in.
fn made(mistakes: bool, features: &[Feature]) -> Vec<u8> {
    let right = WRONG
        .iter()
        .zip(RIGHT)
        .map(|((slot, _), right)| (*slot, right));
    let file = if mistakes {
        filled(WRONG)
    } else {
        filled(right)
    };
    let mut rich = Rich::of(&file);
    features.iter().for_each(|(_, put)| put(&mut rich));
    rich.file()
}

/// Every feature alone, all together, and all together in every way to write a package.
fn cases() -> Vec<(String, Vec<Feature>)> {
    let all = rich::features();
    let alone = all
        .iter()
        .map(|feature| (feature.0.to_owned(), vec![*feature]));
    let mut cases: Vec<_> = alone.collect();
    cases.push(("everything".to_owned(), all.clone()));
    for writing in rich::writings() {
        let name = format!("everything, {}", writing.0);
        cases.push((name, [&all[..], &[writing]].concat()));
    }
    cases
}

/// A part's text, decoded.
fn text(bytes: &[u8]) -> String {
    match bytes {
        [0xff, 0xfe, rest @ ..] => {
            let units = rest
                .chunks_exact(2)
                .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            String::from_utf16(&units.collect::<Vec<_>>()).unwrap()
        }
        _ => {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            // line breaks of drawings are not ended
            text.trim_start_matches('\u{feff}').replace("<br>", "<br/>")
        }
    }
}

/// What an edit may set: counts of lists that grow, which sheet is shown, the order in which formats are looked at.
fn may_change(element: &str, attribute: &str) -> bool {
    matches!(
        (element, attribute),
        (_, "count")
            | ("sheetView", "tabSelected")
            | ("workbookView", "activeTab")
            | ("cfRule", "priority")
    )
}

fn start(tag: &BytesStart<'_>) -> String {
    let element = tag.local_name().into_inner().to_owned();
    let all = tag.attributes().map(Result::unwrap);
    let all = all.filter(|it| !may_change(&element, it.key.into_inner()));
    let all = all.map(|it| {
        (
            it.key.into_inner().to_owned(),
            it.value.replace("&apos;", "'"),
        )
    });
    format!(
        "<{} {:?}",
        tag.name().into_inner(),
        all.collect::<BTreeMap<_, _>>()
    )
}

/// Tags and texts one after the other, without what an edit may set.
fn told(text: &str) -> Vec<String> {
    let mut reader = Reader::from_str(text);
    let mut told = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => told.push(start(&tag)),
            Event::Empty(tag) => {
                told.push(start(&tag));
                told.push(format!("</{}", tag.name().into_inner()));
            }
            Event::End(tag) => told.push(format!("</{}", tag.name().into_inner())),
            Event::Text(text) if text.trim_ascii().is_empty() => {}
            Event::Eof => return told,
            other => told.push(format!("{other:?}")),
        }
    }
}

/// What of a part is gone: the first thing that is not found in its order.
fn lost(old: &str, new: &str) -> Option<String> {
    let new = told(new);
    let mut new = new.iter();
    let is_declaration = |one: &String| one.starts_with("Decl(");
    let mut old = told(old).into_iter().filter(|one| !is_declaration(one));
    old.find(|one| !new.any(|other| other == one))
}

fn parts(file: &[u8]) -> BTreeMap<String, Vec<u8>> {
    Rich::of(file).parts.into_iter().collect()
}

/// What speaks for the workbook as a whole, and lists or formats what is added.
const OF_THE_BOOK: [&str; 6] = [
    "[content_types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "docprops/custom.xml",
];

/// The parts that may be touched, in small letters: those of the book, the sheets with findings and what holds their
/// notes, and the sheet that was shown.
fn touchable(original: &[u8], found: &Assessment) -> BTreeSet<String> {
    let parts = parts(original);
    let of = |part: &str, element: &str, keys: [&str; 2]| -> Vec<[String; 2]> {
        let part = parts
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(part));
        part.map_or_else(Vec::new, |(_, content)| {
            attributes(&text(content), element, keys)
        })
    };
    let targets: BTreeMap<_, _> = of(
        "xl/_rels/workbook.xml.rels",
        "Relationship",
        ["Id", "Target"],
    )
    .into_iter()
    .map(|[id, target]| (id, target))
    .collect();
    let mut all: BTreeSet<String> = OF_THE_BOOK.map(Into::into).into();
    let shown = ["填报说明", "图表"];
    for [name, id] in of("xl/workbook.xml", "sheet", ["name", "r:id"]) {
        let has_finding = found
            .findings
            .iter()
            .any(|it| it.sheet.as_ref() == Some(&name));
        if has_finding || shown.contains(&&*name) {
            let part = targets[&id].trim_start_matches("/xl/").to_ascii_lowercase();
            let (folder, file) = part.rsplit_once('/').unwrap();
            all.insert(format!("xl/{part}"));
            all.insert(format!("xl/{folder}/_rels/{file}.rels"));
        }
    }
    all.extend(["xl/comments1.xml", "xl/drawings/vmldrawing1.vml"].map(Into::into));
    all
}

/// Two attributes of each element of a name.
fn attributes(text: &str, element: &str, keys: [&str; 2]) -> Vec<[String; 2]> {
    let mut reader = Reader::from_str(text);
    let mut found = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().into_inner() == element => {
                let get = |key| {
                    let all = tag.attributes().map(Result::unwrap);
                    let mut all = all.filter(|it| it.key.into_inner() == key);
                    all.next()
                        .map(|it| it.value.into_owned())
                        .unwrap_or_default()
                };
                found.push(keys.map(get));
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

/// Faults of a marked copy against its original.
fn faults(original: &[u8], copy: &[u8], found: &Assessment) -> Vec<String> {
    let (old, new) = (parts(original), parts(copy));
    let touchable = touchable(original, found);
    let mut faults = Vec::new();
    for (name, before) in &old {
        match new.get(name) {
            None => faults.push(format!("{name} is gone")),
            Some(after) if after == before => {}
            Some(_) if !touchable.contains(&name.to_ascii_lowercase()) => {
                faults.push(format!("{name} is touched"));
            }
            Some(after) => {
                let lost = lost(&text(before), &text(after));
                faults.extend(lost.map(|lost| format!("{name} lost {lost}")));
            }
        }
    }
    for (name, content) in &new {
        let name = name.to_ascii_lowercase();
        if !name.starts_with("xl/worksheets/") || !name.ends_with(".xml") {
            continue;
        }
        let order = rich::children(&text(content));
        let rank = |name: &str| WORKSHEET.iter().position(|it| *it == name);
        let ranks = order.iter().map(|(name, _)| rank(name));
        if !ranks.clone().is_sorted() || ranks.clone().any(|rank| rank.is_none()) {
            faults.push(format!("{name}: {order:?}"));
        }
    }
    faults
}

/// Writes a workbook and its marked copy where `.ci/run` looks.
fn show(name: &str, original: &[u8], copy: &[u8]) {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("rich");
    let ending = liandong::annotate::ending(copy);
    for (kind, file, name) in [
        ("inbox", original, format!("{name}.{ending}")),
        ("results", copy, format!("{name}-审核.{ending}")),
    ] {
        let folder = folder.join(kind).join("tianshan");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), file).unwrap();
    }
}

#[test]
fn nothing_of_a_workbook_is_lost_when_it_is_marked() {
    let mut wrong = Vec::new();
    for (name, features) in cases() {
        let original = made(true, &features);
        let (found, copy) = marked(&original);
        // openpyxl finds parts by their exact names only
        if !name.ends_with("another case") {
            show(&name, &original, &copy);
        }
        let codes: Vec<&str> = found.findings.iter().map(|it| &*it.code).collect();
        if !["U08", "U09", "K06"]
            .iter()
            .all(|code| codes.contains(code))
        {
            wrong.push(format!("{name}: {codes:?}"));
        }
        wrong.extend(why_not(&original).map(|why| format!("{name}: {why}")));
        let faults = faults(&original, &copy, &found);
        wrong.extend(
            faults
                .iter()
                .take(3)
                .map(|fault| format!("{name}: {fault}")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A marked copy as a clerk corrects it: by its place in the shared strings.
fn corrected(copy: &[u8], number: usize) -> Vec<u8> {
    let (wrong, right) = (WRONG[number].1, RIGHT[number]);
    let mut rich = Rich::of(copy);
    let mut changed = 0;
    for (name, content) in &mut rich.parts {
        if name == "xl/sharedStrings.xml" {
            let is_wide = content.starts_with(b"\xff\xfe");
            let strings = text(content);
            let (from, to) = (format!(">{wrong}<"), format!(">{right}<"));
            changed += strings.matches(&from).count();
            let strings = strings.replace(&from, &to);
            *content = if is_wide {
                rich::utf_16(&strings)
            } else {
                strings.into_bytes()
            };
        }
    }
    assert_eq!(changed, 1, "{wrong}");
    rich.file()
}

/// What a part says, whatever its encoding, without the SHA-256 of what was sent.
fn without_receipt(name: &str, content: &[u8]) -> String {
    if !["xml", "rels", "vml"]
        .iter()
        .any(|ending| name.ends_with(ending))
    {
        return format!("{content:?}");
    }
    let told = text(content);
    let mut told = match told.split_once("?>") {
        Some((declaration, rest)) if declaration.starts_with("<?xml") => rest.to_owned(),
        _ => told,
    };
    let is_hex = |piece: &str| piece.len() == 64 && piece.bytes().all(|it| it.is_ascii_hexdigit());
    let hashes: Vec<String> = told
        .split(['<', '>', ';'])
        .filter(|it| is_hex(it))
        .map(Into::into)
        .collect();
    for hash in hashes {
        told = told.replace(&hash, "SHA-256");
    }
    told
}

#[test]
fn a_copy_corrected_three_times_ends_as_clean_as_one_that_was_right_from_the_start() {
    let mut wrong = Vec::new();
    for (name, features) in cases() {
        let (_, clean) = marked(&made(false, &features));
        let mut copy = marked(&made(true, &features)).1;
        for number in 0..WRONG.len() {
            copy = marked(&corrected(&copy, number)).1;
        }
        let (clean, last) = (parts(&clean), parts(&copy));
        for part in clean.keys().chain(last.keys()).collect::<BTreeSet<_>>() {
            let told = [&clean, &last]
                .map(|it| it.get(part).map(|content| without_receipt(part, content)));
            if told[0] != told[1] {
                wrong.push(format!("{name}: {part}: {}", difference(&told)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where two texts part.
fn difference(told: &[Option<String>; 2]) -> String {
    let [Some(clean), Some(last)] = told else {
        return format!("there: {:?}", told.each_ref().map(Option::is_some));
    };
    let same = clean
        .chars()
        .zip(last.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let from = same.saturating_sub(40);
    let piece = |text: &str| text.chars().skip(from).take(160).collect::<String>();
    format!("\n   clean …{}\n   last  …{}", piece(clean), piece(last))
}

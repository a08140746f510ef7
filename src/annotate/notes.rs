//! Notes: a legacy comment and its VML shape for each marked cell, added to those that are there.
//!
//! Ours carry the author [`AUTHOR`]; where a cell has a note already, a run is appended to it. Both are found
//! again by these words when a marked copy comes back.

use std::fmt::Write as _;

use super::NotEditable;
use super::frame::Frame;
use super::package::Package;
use super::sheet::SheetPart;
use super::xml::{self, MAIN, Node, RELATIONS, Splices};
use crate::place::CellRef;

/// Author of our notes.
const AUTHOR: &str = "联动审核";
/// First words of a run of ours in a note of theirs.
const RUN_START: &str = "\n联动审核：\n";
/// Most notes a sheet: LibreOffice needs seconds for more.
pub const NOTES_MAX: usize = 500;
const COMMENTS_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml";
const VML_TYPE: &str = "application/vnd.openxmlformats-officedocument.vmlDrawing";
const FONT: &str = "<sz val=\"9\"/><color indexed=\"81\"/><rFont val=\"宋体\"/><family val=\"3\"/><charset val=\"134\"/>";
const VML_START: &str = "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" \
xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:x=\"urn:schemas-microsoft-com:office:excel\">\
<o:shapelayout v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"1\"/></o:shapelayout>\
<v:shapetype id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" path=\"m,l,21600r21600,l21600,xe\">\
<v:stroke joinstyle=\"miter\"/><v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>";
/// Characters of Chinese in a line of a note.
const LINE_CHARS: usize = 24;
/// Pixels of such a line of 9 points, with the space at both ends.
const WIDTH_PIXELS: u32 = 320;
/// Pixels from one line to the next.
const LINE_PIXELS: u32 = 17;
/// Lines that a note shows, at most.
const LINES_MAX: u32 = 40;

/// A note to put.
pub struct Note {
    /// Its cell.
    pub at: CellRef,
    /// Its text.
    pub text: String,
}

/// Puts notes on a sheet.
///
/// # Errors
/// Where the notes that are there are broken.
pub fn add(
    package: &mut Package<'_>,
    part: &str,
    sheet: &mut SheetPart,
    notes: &[Note],
) -> Result<(), NotEditable> {
    if notes.is_empty() {
        return Ok(());
    }
    let notes = &notes[..notes.len().min(NOTES_MAX)];
    let relations = package.relations(part)?;
    let target = |kind: &str| {
        relations
            .iter()
            .find(|it| it.kind == kind)
            .map(|it| it.target.clone())
    };
    let frame = Frame::of(sheet.text());
    let fresh = add_comments(package, part, target("comments"), notes)?;
    let drawing = sheet.notes_relation();
    let drawing = drawing.and_then(|id| relations.iter().find(|it| it.id == id));
    let shapes = |first: usize| -> String {
        let notes = (first..).zip(&fresh);
        notes.map(|(id, note)| shape(note, id, &frame)).collect()
    };
    if fresh.is_empty() {
        return Ok(());
    }
    add_shapes(
        package,
        (part, sheet),
        drawing.map(|it| it.target.clone()),
        shapes,
    )
}

/// Adds comments, and gives the notes whose cells had none.
fn add_comments<'n>(
    package: &mut Package<'_>,
    part: &str,
    present: Option<String>,
    notes: &'n [Note],
) -> Result<Vec<&'n Note>, NotEditable> {
    let Some(name) = present else {
        let name = package.free_name("xl/comments", ".xml");
        package.relate(part, &format!("{RELATIONS}/comments"), &name)?;
        package.declare(&name, COMMENTS_TYPE);
        let list: String = notes.iter().map(|note| comment(note, 0, "")).collect();
        package.put(
            &name,
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<comments xmlns=\"{MAIN}\"><authors>\
                 <author>{AUTHOR}</author></authors><commentList>{list}</commentList></comments>"
            ),
        );
        return Ok(notes.iter().collect());
    };
    let text = package.text(&name)?;
    let (root, nodes) = xml::root(&text)?;
    let declared = xml::declaration(&text, &root, MAIN);
    let list = |name: &str| nodes.iter().find(|node| node.name == name);
    let (authors, comments) = (
        list("authors").ok_or_else(|| NotEditable::broken("notes without authors"))?,
        list("commentList").ok_or_else(|| NotEditable::broken("notes without a list"))?,
    );
    let author = xml::children(&text, authors)?.len();
    let present = xml::children(&text, comments)?;
    let (mut splices, mut fresh, mut new) = (Splices::default(), Vec::new(), String::new());
    for note in notes {
        let own = note.at.to_string();
        match present.iter().find(|node| node.has("ref", &own)) {
            None => {
                new += &comment(note, author, &declared);
                fresh.push(note);
            }
            Some(node) => {
                let inner = xml::children(&text, node)?;
                let body = inner.iter().find(|node| node.name == "text");
                let body = body.ok_or_else(|| NotEditable::broken("a note without text"))?;
                let ours = run(&format!("{RUN_START}{}", note.text), &declared, false);
                add_run(&text, body, (&ours, &declared), &mut splices)?;
            }
        }
    }
    if !fresh.is_empty() {
        splices.append(
            &text,
            authors,
            &format!("<author{declared}>{AUTHOR}</author>"),
        );
        splices.append(&text, comments, &new);
    }
    package.put(&name, splices.apply(&text));
    Ok(fresh)
}

/// Puts a run last in a note's text; what stands there without runs becomes one.
fn add_run(
    text: &str,
    body: &Node,
    (ours, declared): (&str, &str),
    splices: &mut Splices,
) -> Result<(), NotEditable> {
    let inner = xml::children(text, body)?;
    match &inner[..] {
        [plain] if plain.name == "t" => {
            let own = &text[plain.all.clone()];
            splices.put(plain.all.clone(), format!("<r{declared}>{own}</r>{ours}"));
        }
        _ => splices.append(text, body, ours),
    }
    Ok(())
}

fn run(text: &str, declared: &str, bold: bool) -> String {
    let bold = if bold { "<b/>" } else { "" };
    let text = xml::escape(text);
    format!("<r{declared}><rPr>{bold}{FONT}</rPr><t xml:space=\"preserve\">{text}</t></r>")
}

fn comment(note: &Note, author: usize, declared: &str) -> String {
    let (head, body) = (run("联动审核：\n", "", true), run(&note.text, "", false));
    format!(
        "<comment{declared} ref=\"{}\" authorId=\"{author}\"><text>{head}{body}</text></comment>",
        note.at
    )
}

fn add_shapes(
    package: &mut Package<'_>,
    (part, sheet): (&str, &mut SheetPart),
    present: Option<String>,
    shapes: impl Fn(usize) -> String,
) -> Result<(), NotEditable> {
    let Some(name) = present else {
        let name = package.free_name("xl/drawings/vmlDrawing", ".vml");
        let relation = package.relate(part, &format!("{RELATIONS}/vmlDrawing"), &name)?;
        package.declare_ending("vml", VML_TYPE);
        let shapes = shapes(1025);
        package.put(&name, format!("{VML_START}{shapes}</xml>"));
        sheet.draw_notes(&relation);
        return Ok(());
    };
    let text = package.text(&name)?;
    let (root, _) = xml::root(&xml::drawing(&text))?;
    let shapes = shapes(1 + last_shape_id(&text).max(1024));
    let mut splices = Splices::default();
    splices.append(&text, &root, &shapes);
    package.put(&name, splices.apply(&text));
    Ok(())
}

fn last_shape_id(text: &str) -> usize {
    let ids = text.split("_x0000_s").skip(1).filter_map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    });
    ids.max().unwrap_or(0)
}

fn shape(note: &Note, id: usize, frame: &Frame) -> String {
    let CellRef { row, column } = note.at;
    let lines: usize = note
        .text
        .lines()
        .map(|line| line.chars().count().div_ceil(LINE_CHARS).max(1))
        .sum();
    // One line more for the head, and half a line of space above and below.
    let height = u32::try_from(lines + 2).unwrap_or(u32::MAX).min(LINES_MAX) * LINE_PIXELS;
    let anchor = frame.anchor(note.at, (WIDTH_PIXELS, height));
    let mut text = format!(
        "<v:shape id=\"_x0000_s{id}\" type=\"#_x0000_t202\" style=\"position:absolute;margin-left:80pt;margin-top:5pt;\
         width:{WIDTH_PIXELS}px;height:{height}px;z-index:{id};visibility:hidden\" fillcolor=\"#fff8e1\" o:insetmode=\"auto\">"
    );
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "<v:fill color2=\"#fff8e1\"/><v:shadow on=\"t\" color=\"black\" obscured=\"t\"/><v:path o:connecttype=\"none\"/>\
         <v:textbox style=\"mso-direction-alt:auto\"><div style=\"text-align:left\"></div></v:textbox>\
         <x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/>\
         <x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>\
         <x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    );
    text
}

/// Takes our notes off a sheet, and what held only them.
///
/// # Errors
/// Where the notes are broken.
pub fn remove(
    package: &mut Package<'_>,
    part: &str,
    sheet: &mut SheetPart,
) -> Result<(), NotEditable> {
    let relations = package.relations(part)?;
    let Some(comments) = relations.iter().find(|it| it.kind == "comments") else {
        return Ok(());
    };
    let (text, removed, is_empty) = without_ours(&package.text(&comments.target)?)?;
    if is_empty {
        package.remove(&comments.target)?;
        package.unrelate(part, &comments.id)?;
    } else {
        package.put(&comments.target, text);
    }
    let drawing = sheet.notes_relation();
    let drawing = drawing.and_then(|id| relations.iter().find(|it| it.id == id));
    if let Some(drawing) = drawing {
        let (text, is_empty) = without_shapes(&package.text(&drawing.target)?, &removed)?;
        if is_empty {
            package.remove(&drawing.target)?;
            package.unrelate(part, &drawing.id)?;
            package.forget_ending("vml", VML_TYPE)?;
            sheet.undraw_notes();
        } else {
            package.put(&drawing.target, text);
        }
    }
    Ok(())
}

/// The comments without ours, the cells whose comments are gone, and whether none is left.
fn without_ours(text: &str) -> Result<(String, Vec<CellRef>, bool), NotEditable> {
    let (_, nodes) = xml::root(text)?;
    let of = |name: &str| -> Result<Vec<Node>, NotEditable> {
        let list = nodes.iter().find(|node| node.name == name);
        list.map_or_else(|| Ok(Vec::new()), |list| xml::children(text, list))
    };
    let authors = of("authors")?;
    let is_ours = |id: Option<&str>| {
        let author = id.and_then(|id| authors.get(id.parse::<usize>().ok()?));
        author.is_some_and(|author| text[author.inner.clone()].trim() == AUTHOR)
    };
    let (mut splices, mut removed, mut left) = (Splices::default(), Vec::new(), 0);
    for comment in of("commentList")? {
        let inner = xml::descendants(text, &comment)?;
        let runs: Vec<&Node> = inner.iter().filter(|node| node.name == "r").collect();
        let is_start = |run: &&Node| begins_with_ours(text, run);
        let start = runs.iter().position(is_start);
        let words = inner.iter().find(|node| node.name == "t");
        let begins_with_run = words.is_some_and(|words| words.all.start > runs_start(&runs));
        // Some programs save no authors: a note that begins with our words is ours too.
        if is_ours(comment.get("authorId").as_deref()) || start == Some(0) && begins_with_run {
            splices.put(comment.all.clone(), "");
            removed.extend(
                comment
                    .get("ref")
                    .and_then(|cell| cell.parse::<CellRef>().ok()),
            );
            continue;
        }
        left += 1;
        for run in &runs[start.unwrap_or(runs.len())..] {
            splices.put(run.all.clone(), "");
        }
        // one run without a look is what was text without runs
        if let ([only, ..], Some(1)) = (&runs[..], start)
            && let [plain] = &xml::children(text, only)?[..]
        {
            splices.put(only.all.clone(), &text[plain.all.clone()]);
        }
    }
    // numbers of authors are their places: only the last ones can go
    let is_own = |author: &&Node| text[author.inner.clone()].trim() == AUTHOR;
    for author in authors.iter().rev().take_while(is_own) {
        splices.put(author.all.clone(), "");
    }
    Ok((splices.apply(text), removed, left == 0))
}

/// Where the first run stands.
fn runs_start(runs: &[&Node]) -> usize {
    runs.first().map_or(usize::MAX, |run| run.all.start)
}

/// Whether a run of a note begins with our words.
fn begins_with_ours(text: &str, run: &Node) -> bool {
    let inner = xml::descendants(text, run).unwrap_or_default();
    let mut words = inner.iter().filter(|node| node.name == "t");
    words.any(|node| {
        text[node.inner.clone()]
            .trim_start()
            .starts_with(RUN_START.trim())
    })
}

/// The drawing without the shapes of these cells, and whether no shape is left.
fn without_shapes(text: &str, cells: &[CellRef]) -> Result<(String, bool), NotEditable> {
    let scanned = &*xml::drawing(text);
    let (_, nodes) = xml::root(scanned)?;
    let (mut splices, mut left) = (Splices::default(), 0);
    let is_frame = |node: &&Node| matches!(node.name.as_str(), "shapelayout" | "shapetype");
    for shape in nodes.iter().filter(|node| !is_frame(node)) {
        let inner = xml::descendants(scanned, shape)?;
        let is_note = inner.iter().any(|node| node.has("ObjectType", "Note"));
        let number = |name: &str| {
            let node = inner.iter().find(|node| node.name == name)?;
            text[node.inner.clone()].trim().parse::<u32>().ok()
        };
        let at = number("Row").zip(number("Column"));
        let is_ours = at.is_some_and(|(row, column)| cells.contains(&CellRef { row, column }));
        if is_note && is_ours {
            splices.put(shape.all.clone(), "");
        } else {
            left += 1;
        }
    }
    Ok((splices.apply(text), left == 0))
}

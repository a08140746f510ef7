//! Forms as they come back: each mess is made from the faultless form, and what is certain is read, what is not is
//! pointed at, and nothing is guessed.

mod support;

use std::sync::Arc;

use liandong::assess::{Assessment, Context, Language, Reading, Rulebook};
use liandong::place::{CellRange, CellRef};
use liandong::read::{Cell, Sheet, Value, Workbook};

const BASICS: &str = "项目基本信息";
const PEOPLE: &str = "参加单位与人员";

fn form() -> Workbook {
    liandong::read::read(&support::faultless_workbook()).unwrap()
}

fn assess(workbook: Workbook) -> Assessment {
    let rulebook = Rulebook::builtin(Language::Zh);
    let form = liandong::form::read_application(&rulebook.layout, &rulebook.former, &workbook);
    let reading = Reading {
        application: form.ok(),
        workbook: Ok(workbook),
        ..rulebook.read(b"")
    };
    let context = Context {
        file: "申报书.xlsx".to_owned(),
        folder: None,
        received_at: "2024-03-20T09:00:00".parse().unwrap(),
        id: None,
        edition: None,
    };
    rulebook.assess(&reading, &context)
}

/// Code, field or cell of each finding.
fn told(assessment: &Assessment) -> Vec<String> {
    let told = assessment.findings.iter().map(|it| {
        let about = it.field.clone().or_else(|| it.place()).unwrap_or_default();
        format!("{} {about}", it.code)
    });
    told.collect()
}

fn sheet<'w>(workbook: &'w mut Workbook, name: &str) -> &'w mut Sheet {
    let mut sheets = workbook.sheets.iter_mut();
    sheets.find(|sheet| &*sheet.name == name).unwrap()
}

fn at(cell: &str) -> CellRef {
    cell.parse().unwrap()
}

fn put(workbook: &mut Workbook, name: &str, cell: &str, value: Value) {
    let at = at(cell);
    let cells = &mut sheet(workbook, name).cells;
    cells.retain(|cell| cell.at != at);
    if value != Value::Blank {
        cells.push(Cell {
            at,
            value,
            formula: None,
        });
        cells.sort_by_key(|cell| cell.at);
    }
}

/// Moves what stands at or behind a row or column of a sheet, as a spreadsheet does when some are inserted.
fn insert(workbook: &mut Workbook, name: &str, from: CellRef, by: CellRef) {
    let moved = |cell: CellRef| CellRef {
        row: cell.row
            + if by.row > 0 && cell.row >= from.row {
                by.row
            } else {
                0
            },
        column: cell.column
            + if by.column > 0 && cell.column >= from.column {
                by.column
            } else {
                0
            },
    };
    let range = |range: CellRange| CellRange {
        first: moved(range.first),
        last: moved(range.last),
    };
    for found in workbook.names.iter_mut().filter(|it| &*it.sheet == name) {
        found.range = range(found.range);
    }
    let sheet = sheet(workbook, name);
    sheet
        .cells
        .iter_mut()
        .for_each(|cell| cell.at = moved(cell.at));
    sheet.merges.iter_mut().for_each(|it| *it = range(*it));
}

fn rows(count: u32) -> CellRef {
    CellRef {
        row: count,
        column: 0,
    }
}

fn columns(count: u32) -> CellRef {
    CellRef {
        row: 0,
        column: count,
    }
}

fn rename(workbook: &mut Workbook, from: &str, to: &str) {
    let to: Arc<str> = to.into();
    sheet(workbook, from).name = Arc::clone(&to);
    for name in workbook.names.iter_mut().filter(|it| &*it.sheet == from) {
        name.sheet = Arc::clone(&to);
    }
}

/// Every mess with the names of fields and without them reads as the faultless form.
fn reads_the_same(mess: impl Fn(&mut Workbook)) {
    let entered = |assessment: &Assessment| {
        let project = assessment.project.as_ref().unwrap();
        let amounts = &project.entered;
        format!(
            "{:?} {:?} {:?}",
            assessment.title,
            assessment.shares,
            amounts.region.as_ref().map(|it| &it.yuan)
        )
    };
    let plain = assess(form());
    assert_eq!(told(&plain), [""; 0]);
    for with_names in [true, false] {
        let mut workbook = form();
        mess(&mut workbook);
        if !with_names {
            workbook.names.clear();
        }
        let found = assess(workbook);
        assert_eq!(told(&found), [""; 0], "with names: {with_names}");
        assert_eq!(entered(&found), entered(&plain), "with names: {with_names}");
    }
}

#[test]
fn rows_and_columns_may_be_inserted() {
    reads_the_same(|form| insert(form, BASICS, at("A6"), rows(3)));
    reads_the_same(|form| insert(form, "经费预算", at("A1"), rows(2)));
    reads_the_same(|form| insert(form, BASICS, at("A1"), columns(2)));
    reads_the_same(|form| insert(form, PEOPLE, at("A17"), rows(4)));
}

#[test]
fn sheets_may_be_renamed_and_in_another_order() {
    reads_the_same(|form| form.sheets.reverse());
    reads_the_same(|form| rename(form, BASICS, "表一"));
    reads_the_same(|form| rename(form, "经费预算", "2024 经费"));
}

#[test]
fn an_entry_beside_its_cell_is_pointed_at_and_not_taken() {
    let mut workbook = form();
    let title = sheet(&mut workbook, BASICS)
        .cell(at("C4"))
        .unwrap()
        .value
        .clone();
    put(&mut workbook, BASICS, "C4", Value::Blank);
    put(&mut workbook, BASICS, "K4", title);
    let found = assess(workbook);
    assert_eq!(found.title, None);
    let told = told(&found);
    assert!(told.contains(&"W05 title".to_owned()), "{told:?}");
    assert!(told.contains(&format!("W12 {BASICS}!K4")), "{told:?}");
}

#[test]
fn a_row_beyond_the_table_is_pointed_at() {
    // the last row of the table of units is row 14
    let mut workbook = form();
    insert(&mut workbook, PEOPLE, at("A15"), rows(1));
    put(
        &mut workbook,
        PEOPLE,
        "B15",
        Value::Text("新疆第十一参加单位".into()),
    );
    let told = told(&assess(workbook));
    assert_eq!(told, [format!("W12 {PEOPLE}!B15")]);
}

#[test]
fn a_row_put_into_the_middle_of_a_table_pushes_none_out_unseen() {
    let mut workbook = form();
    insert(&mut workbook, PEOPLE, at("A10"), rows(1));
    assert_eq!(told(&assess(workbook.clone())), [""; 0]);
    // what was the last row is the eleventh
    put(
        &mut workbook,
        PEOPLE,
        "B15",
        Value::Text("新疆第十参加单位".into()),
    );
    assert_eq!(told(&assess(workbook)), [format!("W12 {PEOPLE}!B15")]);
}

#[test]
fn a_blank_row_in_a_table_moves_nothing() {
    let mut workbook = form();
    let moved: Vec<(CellRef, Value)> = {
        let sheet = sheet(&mut workbook, PEOPLE);
        let row = sheet
            .cells
            .iter()
            .filter(|cell| cell.at.row == 5 && cell.at.column > 0);
        row.map(|cell| (cell.at, cell.value.clone())).collect()
    };
    assert!(!moved.is_empty());
    for (from, value) in moved {
        put(&mut workbook, PEOPLE, &from.to_string(), Value::Blank);
        put(
            &mut workbook,
            PEOPLE,
            &from.down(2).unwrap().to_string(),
            value,
        );
    }
    assert_eq!(told(&assess(workbook)), [""; 0]);
}

#[test]
fn what_is_no_day_and_no_number_is_told_with_its_cell() {
    let mut workbook = form();
    let text = |text: &str| Value::Text(text.into());
    put(&mut workbook, BASICS, "G5", text("明年三月"));
    put(&mut workbook, "经费预算", "C5", text("三百左右"));
    let found = assess(workbook);
    let told = told(&found);
    assert!(told.contains(&"W04 filed_on".to_owned()), "{told:?}");
    assert!(
        told.contains(&"W04 sources.region.1".to_owned()),
        "{told:?}"
    );
    assert_eq!((found.filed_on, found.edition), (None, None));
    let mut workbook = form();
    put(&mut workbook, BASICS, "G5", text("２０２４年３月１８日"));
    assert_eq!(assess(workbook).filed_on, assess(form()).filed_on);
}

#[test]
fn merged_cells_count_as_one() {
    let mut workbook = form();
    let merged = CellRange {
        first: at("C4"),
        last: at("J4"),
    };
    sheet(&mut workbook, BASICS)
        .merges
        .retain(|it| !it.contains(at("C4")));
    sheet(&mut workbook, BASICS).merges.push(merged);
    assert_eq!(told(&assess(workbook.clone())), [""; 0]);
    workbook.names.clear();
    assert_eq!(told(&assess(workbook)), [""; 0]);
}

#[test]
fn a_second_project_in_the_workbook_is_never_mixed_with_the_first() {
    let second = |workbook: &Workbook| {
        let copies = workbook
            .sheets
            .iter()
            .filter(|sheet| sheet.visible)
            .cloned();
        let copies = copies.map(|sheet| Sheet {
            name: format!("{} (2)", sheet.name).into(),
            ..sheet
        });
        copies.collect::<Vec<_>>()
    };
    let mut workbook = form();
    let mut copies = second(&workbook);
    let title = copies
        .iter_mut()
        .flat_map(|it| &mut it.cells)
        .find(|cell| matches!(&cell.value, Value::Text(text) if **text == *support::title()));
    title.unwrap().value = Value::Text("另一个项目".into());
    workbook.sheets.extend(copies);
    let found = assess(workbook.clone());
    assert_eq!(found.title.as_deref(), Some(&*support::title()));
    let named = told(&found);
    assert_eq!(named, [format!("W12 {BASICS} (2)!C4")]);
    let message = &found.findings[0].message;
    let told = "工作簿里还有一份申报书（工作表“项目基本信息 (2)”";
    assert!(message.starts_with(told), "{message}");
    assert!(message.contains("没有读取、没有审核"), "{message}");
    // without names the sheets of the form's own names go first
    workbook.names.clear();
    assert_eq!(assess(workbook).title.as_deref(), Some(&*support::title()));
}

#[test]
fn two_projects_on_sheets_of_other_names_are_not_read_as_one() {
    let mut workbook = form();
    workbook.names.clear();
    let names: Vec<Arc<str>> = workbook
        .sheets
        .iter()
        .filter(|it| it.visible)
        .map(|it| Arc::clone(&it.name))
        .collect();
    let mut second = workbook.sheets.clone();
    for (sheet, number) in workbook
        .sheets
        .iter_mut()
        .zip(1..)
        .chain(second.iter_mut().zip(101..))
    {
        if names.contains(&sheet.name) {
            sheet.name = format!("表{number}").into();
        }
    }
    second.retain(|sheet| sheet.visible);
    workbook.sheets.extend(second);
    let found = assess(workbook);
    assert_eq!(
        (found.title.as_ref(), found.project.is_none()),
        (None, true)
    );
    assert_eq!(found.findings[0].code, "W02");
}

#[test]
fn an_error_value_is_told_with_what_it_means() {
    for (error, means) in [
        ("#DIV/0!", "除数是 0 或空白"),
        ("#REF!", "已被删除"),
        ("#VALUE!", "有文字"),
    ] {
        let mut workbook = form();
        put(&mut workbook, "经费预算", "C26", Value::Error(error.into()));
        let found = assess(workbook);
        let told = found.findings.iter().find(|it| it.code == "W04").unwrap();
        assert!(
            told.message.contains(error) && told.message.contains(means),
            "{}",
            told.message
        );
    }
}

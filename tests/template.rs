//! The blank workbook: the committed copy is the one this program writes, and every field has its name.

mod support;

use std::io::Cursor;

use calamine::{Reader as _, Xlsx};
use liandong::form::blank::{self, Values};
use liandong::form::layout::{Layout, Part};
use liandong::policy::Policies;

fn written(values: &Values) -> Vec<u8> {
    let policies = Policies::builtin().unwrap();
    blank::write(
        &Layout::application(),
        policies.edition("urumqi-2023").unwrap(),
        values,
    )
    .unwrap()
}

#[test]
fn the_committed_form_is_the_one_we_write() {
    let committed = std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/templates/application.xlsx"
    ))
    .unwrap();
    assert!(
        committed == written(&Values::new()),
        "templates/application.xlsx is stale: cargo run -- template --force templates/application.xlsx"
    );
}

#[test]
fn every_input_has_a_defined_name() {
    let book: Xlsx<_> = Xlsx::new(Cursor::new(written(&Values::new()))).unwrap();
    let names: Vec<&str> = book
        .defined_names()
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    for slot in &Layout::application().slots {
        let name = match &slot.part {
            Part::Field => format!("ld.{}", slot.id),
            Part::Table { table, .. } => format!("ld.{table}.{}", slot.field.id),
            Part::Line { block, line, .. } => format!("ld.{block}.{line}"),
        };
        assert!(names.contains(&name.as_str()), "{name}");
    }
}

#[test]
fn totals_hold_their_results() {
    let bytes = written(&support::faultless());
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let mut reader = book.worksheet_cells_reader("经费预算").unwrap();
    let mut found = std::collections::BTreeMap::new();
    while let Some(cell) = reader.next_cell().unwrap() {
        found.insert(cell.get_position(), format!("{:?}", cell.get_value()));
    }
    for (row, total) in [(4, "300"), (5, "180"), (6, "120"), (7, "600"), (9, "1200")] {
        let value = &found[&(row, 7)];
        assert!(value.contains(total), "H{}: {value}", row + 1);
    }
}

#[test]
fn the_same_values_give_the_same_bytes() {
    assert!(written(&support::faultless()) == written(&support::faultless()));
}

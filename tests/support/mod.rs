//! What several tests and the bench need: the faultless application, and files that are no workbooks.

use liandong::form::blank::Values;
use liandong::rules::Typed;

/// The faultless application of `faultless.toml`.
#[allow(clippy::missing_panics_doc, reason = "a file of ours")]
pub fn faultless() -> Values {
    let table: toml::Table = include_str!("faultless.toml")
        .parse()
        .expect("TOML of ours");
    table
        .into_iter()
        .map(|(slot, value)| (slot, typed(&value)))
        .collect()
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
        other => panic!("no example file `{other}`"),
    }
}

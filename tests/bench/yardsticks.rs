//! What the core is held against: reading all cells, and writing them anew.

use std::hint::black_box;
use std::io::Cursor;

use calamine::{Data, DataRef, Reader as _, Xlsx};
use rust_xlsxwriter::{Note, XlsxError};

/// Notes that the second yardstick writes.
const NOTES: u32 = 20;

/// The first yardstick: every cell that holds something, by the streaming reader.
pub fn all_cells(file: &[u8], mut each: impl FnMut(usize, (u32, u32), &DataRef<'_>)) {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).expect("a workbook of ours");
    for (index, sheet) in book.sheet_names().iter().enumerate() {
        let mut cells = book.worksheet_cells_reader(sheet).expect("a sheet of ours");
        while let Some(cell) = cells.next_cell().expect("a cell of ours") {
            if *cell.get_value() != DataRef::Empty {
                each(index, cell.get_position(), black_box(cell.get_value()));
            }
        }
    }
}

/// The second yardstick: the same, and a new workbook with the same values and [`NOTES`] notes.
pub fn anew(file: &[u8]) -> Result<Vec<u8>, XlsxError> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let mut written = Ok(());
    all_cells(file, |index, (row, column), value| {
        while book.worksheets().len() <= index {
            book.add_worksheet();
        }
        let sheet = &mut book.worksheets_mut()[index];
        let column = u16::try_from(column).expect("a sheet has 16,384 columns");
        let done = match value {
            DataRef::Float(number) => sheet.write_number(row, column, *number),
            DataRef::DateTime(day) => sheet.write_number(row, column, day.as_f64()),
            DataRef::Bool(truth) => sheet.write_boolean(row, column, *truth),
            DataRef::SharedString(text) => sheet.write_string(row, column, *text),
            other => sheet.write_string(row, column, Data::from(other.clone()).to_string()),
        };
        if let Err(error) = done {
            written = Err(error);
        }
    });
    written?;
    let sheet = book.worksheet_from_index(0)?;
    for row in 0..NOTES {
        let note =
            Note::new("【必须修改】填写的金额与应承担的不一致。\n怎么改：把金额改为 180.00。");
        sheet.insert_note(row, 3, &note)?;
    }
    book.save_to_buffer()
}

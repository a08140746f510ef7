//! A workbook that is marked by parts reads as it did: the same sheets, the same cells, and one sheet more, which a reader
//! of ours passes over. A file that cannot be edited is answered in another workbook, which can be read.
#![no_main]

mod shared;

use std::sync::LazyLock;

use liandong::annotate::{self, Marking};
use liandong::assess::{Earlier, Rulebook};
use liandong::read::{Format, read};

static RULEBOOK: LazyLock<Rulebook> = LazyLock::new(shared::rulebook);

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some(bytes) = shared::file(data) else {
        return;
    };
    let (context, earlier) = (shared::context(), Earlier::default());
    let reading = RULEBOOK.read(&bytes);
    let assessment = RULEBOOK.assess_after(&reading, &context, &earlier);
    let answer = RULEBOOK.mark(&bytes, &reading, &assessment, &context, &earlier);
    let answer = answer.expect("every file gets an answer");
    read(&answer).expect("every answer can be read");
    let Ok(workbook) = &reading.workbook else {
        return;
    };
    if workbook.format != Format::Xlsx || reading.summary.is_some() {
        return;
    }
    let marking = Marking {
        reading: &reading,
        assessment: &assessment,
        context: &context,
        earlier: &earlier,
        edition: None,
        copied: None,
    };
    let Ok(marked) = annotate::mark(&bytes, workbook, &marking) else {
        return;
    };
    let again = read(&marked).expect("a marked copy can be read");
    assert!(again.was_marked);
    assert_eq!(again.sheets.len(), workbook.sheets.len());
    for (before, after) in workbook.sheets.iter().zip(&again.sheets) {
        assert_eq!(before.name, after.name);
        assert_eq!(before.cells, after.cells);
        assert_eq!(before.merges, after.merges);
    }
});

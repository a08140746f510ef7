//! Whatever a file holds, reading it and the form in it ends, within the time and memory that libFuzzer is told, without
//! a panic, and the same every time.
#![no_main]

mod shared;

use std::sync::LazyLock;

use liandong::assess::Rulebook;

static RULEBOOK: LazyLock<Rulebook> = LazyLock::new(shared::rulebook);

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some(bytes) = shared::file(data) else {
        return;
    };
    let context = shared::context();
    let reading = RULEBOOK.read(&bytes);
    let keys = RULEBOOK.keys(&reading, &context);
    let assessment = RULEBOOK.assess(&reading, &context);
    assert_eq!(keys, RULEBOOK.keys(&RULEBOOK.read(&bytes), &context));
    assert_eq!(assessment, RULEBOOK.assess(&reading, &context));
});

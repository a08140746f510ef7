//! Fuzzed bytes to a file: raw, or as one member of a package that is otherwise whole. A package whose bytes are changed
//! anywhere is refused for its checksums, and nothing behind them would ever be reached.

use std::io::{Cursor, Write as _};

use jiff::civil::DateTime;
use liandong::assess::{Context, Language, Rulebook};

/// The packages whose members are replaced; `tests/fuzz/seeds.py` writes seeds for each, in this order.
const PACKAGES: [&[u8]; 5] = [
    include_bytes!("../../../formats/cold-chain.xlsx"),
    include_bytes!("../../../formats/odd.xlsx"),
    include_bytes!("../../../formats/wind.ods"),
    include_bytes!("../../../formats/cold-chain.xlsb"),
    include_bytes!("../../../../templates/application.xlsx"),
];

/// The first byte names a package and the second one a member; the rest is that member's content. Where there is no such
/// package, the rest is the file.
pub fn file(data: &[u8]) -> Option<Vec<u8>> {
    let (package, rest) = data.split_first()?;
    let Some(package) = PACKAGES.get(usize::from(*package)) else {
        return Some(rest.to_vec());
    };
    let (member, content) = rest.split_first()?;
    let mut package = zip::ZipArchive::new(Cursor::new(*package)).ok()?;
    let mut file = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::CompressionMethod::Stored;
    let options = zip::write::SimpleFileOptions::default().compression_method(stored);
    for index in 0..package.len() {
        let part = package.by_index_raw(index).ok()?;
        if index == usize::from(*member) {
            let name = part.name().ok()?.to_string();
            file.start_file(name, options).ok()?;
            file.write_all(content).ok()?;
        } else {
            file.raw_copy_file(part).ok()?;
        }
    }
    Some(file.finish().ok()?.into_inner())
}

/// The rulebook that is built in.
pub fn rulebook() -> Rulebook {
    Rulebook::builtin(Language::Zh)
}

/// What is known beside a file.
pub fn context() -> Context {
    Context {
        file: "fuzzed".to_owned(),
        folder: Some("tianshan".to_owned()),
        received_at: DateTime::constant(2024, 3, 20, 9, 0, 0, 0),
        id: None,
        edition: None,
    }
}

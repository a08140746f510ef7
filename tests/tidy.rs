//! What lints cannot hold: the core stays pure, every rule file is registered.

use std::path::{Path, PathBuf};

const CORE: &[&str] = &[
    "money.rs",
    "money",
    "place.rs",
    "policy.rs",
    "district.rs",
    "read.rs",
    "read",
    "form.rs",
    "form",
    "rules.rs",
    "rules",
    "focus.rs",
    "focus",
    "share.rs",
    "annotate.rs",
    "annotate",
    "register.rs",
    "register",
    "notice.rs",
    "notice",
    "assess.rs",
    "assess",
    "replay.rs",
    "waiver.rs",
    "policy",
];

fn sources(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            sources(&entry.unwrap().path(), found);
        }
    } else if path.extension().is_some_and(|extension| extension == "rs") {
        found.push(path.to_owned());
    }
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// A file's text up to its tests.
fn code(file: &Path) -> String {
    let text = std::fs::read_to_string(file).unwrap();
    text.split("#[cfg(test)]")
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn the_core_names_no_disk_no_network_and_no_clock() {
    let mut files = Vec::new();
    for part in CORE {
        sources(&src().join(part), &mut files);
    }
    assert!(files.len() > 20, "the core has moved: {}", files.len());
    for file in files {
        let text = code(&file);
        for word in [
            "std::fs",
            "std::net",
            "std::env",
            "Zoned::now",
            "SystemTime",
            "Instant::now",
            "tracing::",
        ] {
            assert!(!text.contains(word), "{} names {word}", file.display());
        }
    }
}

#[test]
fn every_rule_file_is_registered() {
    let mut files = Vec::new();
    sources(&src().join("rules"), &mut files);
    let written: usize = files
        .iter()
        .map(|file| code(file).matches("const RULE: Rule").count())
        .sum();
    assert_eq!(written, liandong::rules::rules().count());
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut files = Vec::new();
    sources(&src(), &mut files);
    for file in files {
        assert!(
            code(&file).starts_with("//!"),
            "{} has no header",
            file.display()
        );
    }
}

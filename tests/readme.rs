//! The READMEs keep their word: every command in them is run, every link leads to a file, every setting is told.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Commands that a test cannot run: the one that runs the tests, and the service, which does not end by itself.
const NOT_HERE: [&str; 2] = ["cargo test", "liandong watch"];

fn text(file: &str) -> String {
    std::fs::read_to_string(Path::new(ROOT).join(file)).unwrap()
}

/// Lines of the shell blocks.
fn commands(readme: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in readme.lines() {
        match line {
            "```sh" => inside = true,
            "```" => inside = false,
            _ if inside => found.push(line.to_owned()),
            _ => {}
        }
    }
    found
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (from, to) = (
            entry.as_ref().unwrap().path(),
            to.join(entry.unwrap().file_name()),
        );
        match from.is_dir() {
            true if from.ends_with("samples/out") => {}
            true => copy(&from, &to),
            false => drop(std::fs::copy(&from, &to).unwrap()),
        }
    }
}

/// The samples in a folder of their own, settling at once, as no test sleeps.
fn workspace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(
        &Path::new(ROOT).join("samples"),
        &folder.path().join("samples"),
    );
    let config = folder.path().join("samples/liandong.toml");
    let settled = format!(
        "settle_s = 0\n{}",
        std::fs::read_to_string(&config).unwrap()
    );
    std::fs::write(&config, settled).unwrap();
    folder
}

fn run(command: &str, folder: &Path) -> (i32, String) {
    let year = jiff::Timestamp::now()
        .in_tz("Asia/Shanghai")
        .unwrap()
        .year();
    let command = command
        .replace("cargo run --release -- ", "liandong ")
        .replace("LD2026-", &format!("LD{year}-"))
        .replace("/srv/liandong", &folder.join("srv").display().to_string());
    let mut words = command.split_whitespace();
    assert_eq!(words.next(), Some("liandong"), "{command}");
    let out = Command::new(env!("CARGO_BIN_EXE_liandong"))
        .args(words)
        .current_dir(folder)
        .output()
        .unwrap();
    let said =
        String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
    (out.status.code().unwrap(), said)
}

#[test]
fn every_command_works_as_it_is_told() {
    for readme in ["README.md", "README.zh-CN.md"] {
        let folder = workspace();
        let mut tried = 0;
        for command in commands(&text(readme)) {
            if NOT_HERE.iter().any(|not| command.starts_with(not)) {
                continue;
            }
            // Some of the samples are returned.
            let expected = i32::from(command.contains("-- run -c samples"));
            let (code, said) = run(&command, folder.path());
            assert_eq!(code, expected, "{readme}: {command}: {said}");
            tried += 1;
        }
        assert!(tried >= 2, "{readme}: only {tried} commands");
        let (code, said) = run("liandong run -c samples/liandong.toml", folder.path());
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("nothing new"), "{said}");
    }
}

#[test]
fn every_link_leads_to_a_file() {
    for readme in ["README.md", "README.zh-CN.md", "samples/README.md"] {
        let text = text(readme);
        let links = text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        let folder = Path::new(ROOT).join(readme);
        let folder = folder.parent().unwrap();
        let broken: Vec<PathBuf> = links
            .filter(|link| !link.starts_with("http"))
            .map(|link| folder.join(link))
            .filter(|file| !file.exists())
            .collect();
        assert!(broken.is_empty(), "{readme}: {broken:?}");
    }
}

/// The settings of the configuration that `init` writes, each with its table: `mail.smtp.port`.
fn settings() -> BTreeSet<String> {
    let mut table = String::new();
    let mut found = BTreeSet::new();
    for line in text("templates/liandong.toml").lines() {
        let line = line.strip_prefix("# ").unwrap_or(line);
        if let Some(name) = line.strip_prefix('[') {
            table = name.trim_matches(['[', ']']).to_owned();
        } else if let Some((key, _)) = line.split_once(" = ")
            && key
                .chars()
                .all(|c| c.is_ascii_lowercase() || c == '_' || c == '-')
        {
            found.insert(match table.as_str() {
                "" => key.to_owned(),
                // One row tells the keys of these tables.
                "splits" | "mail.districts" => table.clone(),
                _ => format!("{table}.{key}"),
            });
        }
    }
    found
}

#[test]
fn the_readme_tells_every_setting_and_no_other() {
    let readme = text("README.md");
    let start = readme.find("| key | unit |").unwrap();
    let table = readme[start..]
        .lines()
        .take_while(|line| line.starts_with('|'))
        .skip(2);
    let keys = table.flat_map(|row| row.split('|').nth(1).unwrap().split(','));
    let told: BTreeSet<String> = keys
        .map(|key| key.trim().trim_matches('`').to_owned())
        .collect();
    assert_eq!(told, settings());
}

//! The READMEs keep their word: every command in them is run, every link leads to a file, every setting and limit is
//! told, and what goes wrong looks as they say.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Commands that a test cannot run: the one that runs the tests, and the service, which does not end by itself
/// (`tests/cli.rs` runs it and tells it to stop).
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
    let policies = "templates/policies";
    copy(
        &Path::new(ROOT).join(policies),
        &folder.path().join(policies),
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
    let command = command
        .replace("cargo run --release -- ", "liandong ")
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
            .filter(|link| !link.starts_with("http") && !link.starts_with('#'))
            .map(|link| folder.join(link))
            .filter(|file| !file.exists())
            .collect();
        assert!(broken.is_empty(), "{readme}: {broken:?}");
    }
}

#[test]
fn every_link_within_a_readme_leads_to_a_heading() {
    for readme in ["README.md", "README.zh-CN.md"] {
        let text = text(readme);
        // As GitHub names them: without punctuation.
        let anchors: BTreeSet<String> = text
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
            .map(|heading| heading.chars().filter(|c| c.is_alphanumeric()).collect())
            .collect();
        let links = text.split("](#").skip(1);
        for link in links.filter_map(|rest| rest.split(')').next()) {
            assert!(anchors.contains(link), "{readme}: #{link}: {anchors:?}");
        }
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
                "splits" | "waivers" | "envelopes" | "mail.districts" => table.clone(),
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

#[test]
fn the_readme_tells_every_limit() {
    use liandong::read::limits;
    const MIB: u64 = 1024 * 1024;
    let readme = text("README.md").replace('\n', " ");
    let thousands = |count: usize| match count {
        1000.. => format!("{},{:03}", count / 1000, count % 1000),
        _ => count.to_string(),
    };
    for told in [
        format!(
            "{} MiB, {} members",
            limits::FILE_BYTES / MIB,
            thousands(limits::ENTRIES)
        ),
        format!("{} MiB unpacked", limits::DECLARED_BYTES / MIB),
        format!("{} MiB one member", limits::PART_BYTES / MIB),
        format!("{} MiB of texts", limits::STRINGS_BYTES / MIB),
        format!(
            "{} to 1 above {} MiB",
            limits::RATIO,
            limits::RATIO_FROM_BYTES / MIB
        ),
        format!("{} sheets", limits::SHEETS),
        format!("{} rows", thousands(limits::ROWS.try_into().unwrap())),
        format!("{} columns", limits::COLUMNS),
        format!("{} cells", thousands(limits::CELLS)),
    ] {
        assert!(readme.contains(&told), "{told}");
    }
}

/// A workspace by `init` that settles at once, with one sample in the inbox.
fn new_workspace(folder: &Path) -> PathBuf {
    let (code, said) = run("liandong init /srv/liandong", folder);
    assert_eq!(code, 0, "{said}");
    let place = folder.join("srv");
    let config = place.join("liandong.toml");
    let settled = std::fs::read_to_string(&config)
        .unwrap()
        .replace("# settle_s = 3", "settle_s = 0");
    std::fs::write(config, settled).unwrap();
    let sample = Path::new(ROOT).join("samples/inbox/tianshan/工业防火墙项目申报书.xlsx");
    std::fs::copy(sample, place.join("inbox/tianshan/a.xlsx")).unwrap();
    place
}

/// Puts a text into a file of the workspace.
fn put(place: &Path, name: &str, text: &str) {
    std::fs::write(place.join(name), text).unwrap();
}

/// Adds lines to the configuration's end.
fn configure(place: &Path, lines: &str) {
    let file = place.join("liandong.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(file, text + lines).unwrap();
}

/// A trouble: what makes it, the exit code of `run`, and what both the README and the program say of it.
type Trouble = (fn(&Path), i32, &'static str);

const TROUBLES: &[Trouble] = &[
    (
        |place| put(place, "inbox/tianshan/.~lock.a.xlsx#", ",li,host,2026"),
        0,
        "open in another program: save and close it there",
    ),
    (
        |place| {
            let file = place.join("inbox/tianshan/a.xlsx");
            let half = std::fs::read(&file).unwrap();
            std::fs::write(file, &half[..half.len() / 2]).unwrap();
        },
        0,
        "incomplete, perhaps still being copied",
    ),
    (
        |_| {},
        0,
        "no mail was written for tianshan: name addresses in [mail.districts]",
    ),
    (
        |place| std::fs::remove_dir_all(place.join("inbox")).unwrap(),
        3,
        "the inbox cannot be read: ",
    ),
    (
        |place| {
            run("liandong run -c srv/liandong.toml", place.parent().unwrap());
            std::fs::remove_file(place.join("inbox/.liandong-inbox")).unwrap();
        },
        3,
        "its file .liandong-inbox is gone, the share may not be mounted",
    ),
    (
        |place| put(place, "results", "a file where a folder belongs"),
        3,
        "a file could not be written: parcel 1 of LD",
    ),
    (
        |place| {
            let districts = "\n[mail.districts]\ntianshan";
            let file = place.join("liandong.toml");
            let text = std::fs::read_to_string(&file).unwrap();
            let text = text.replace("\n[mail.districts]\n", "\n");
            std::fs::write(file, text).unwrap();
            // Port 1 of this machine: nobody listens.
            configure(
                place,
                &format!(
                    "{districts} = [\"a@example.org\"]\n[mail.smtp]\nhost = \"127.0.0.1\"\nport = 1\n"
                ),
            );
        },
        3,
        "a mail could not be sent: ",
    ),
    (
        |place| {
            use std::os::unix::fs::PermissionsExt as _;
            put(place, "password", "p");
            let readable = std::fs::Permissions::from_mode(0o644);
            std::fs::set_permissions(place.join("password"), readable).unwrap();
            configure(
                place,
                "[mail.smtp]\nhost = \"h\"\nuser = \"u\"\npassword_file = \"password\"\n",
            );
        },
        3,
        "others can read it (mode 644)",
    ),
    (
        |place| put(place, "liandong.toml", "settel_s = 3\n"),
        2,
        "liandong.toml: line 1, column 1: unknown field",
    ),
];

#[test]
fn what_goes_wrong_looks_as_the_readme_says() {
    let readme = text("README.md");
    let start = readme.find("| what | what one sees |").unwrap();
    let table = readme[start..].split("\n\n").next().unwrap();
    for (make, expected, told) in TROUBLES {
        let folder = tempfile::tempdir().unwrap();
        make(&new_workspace(folder.path()));
        let (code, said) = run("liandong run -c srv/liandong.toml", folder.path());
        assert!(table.contains(told), "not in the README: {told}");
        assert!(said.replace('`', "").contains(told), "{told}: {said}");
        assert_eq!(code, *expected, "{told}: {said}");
    }
}

/// The catalogue between its marks, as `liandong rule --markdown` prints it.
fn catalogue(readme: &str) -> String {
    let (start, end) = ("<!-- rules -->\n", "<!-- end of rules -->");
    let (_, rest) = readme
        .split_once(start)
        .expect("the marks of the catalogue");
    rest.split_once(end).expect("its end").0.trim().to_owned()
}

#[test]
fn the_catalogue_in_the_readmes_is_that_of_the_program() {
    for (file, lang) in [("README.md", "en"), ("README.zh-CN.md", "zh")] {
        let printed = std::process::Command::new(env!("CARGO_BIN_EXE_liandong"))
            .args(["rule", "--markdown", "--lang", lang])
            .output()
            .unwrap();
        let printed = String::from_utf8(printed.stdout).unwrap();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let text = std::fs::read_to_string(path).unwrap();
        assert!(
            catalogue(&text) == printed.trim(),
            "{file} is stale: put the output of `liandong rule --markdown --lang {lang}` between its marks"
        );
        for rule in liandong::rules::rules() {
            assert!(printed.contains(&format!("| {} | {} |", rule.code, rule.name)));
        }
    }
}

//! Editions over time, with the real program: a verdict is drawn again under the policy of its day, whatever became
//! of the edition's file.

mod support;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use liandong::rules::Typed;
use serde_json::Value;

/// What a command came to.
#[derive(Debug)]
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

/// A workspace of its own, with an edition for the year 2030 beside the built-in ones.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        place.put(
            "liandong.toml",
            "settle_s = 0\npolicies = \"policies\"\n[mail.districts]\ntianshan = [\"d@example.org\"]\n",
        );
        place.put("policies/2030.toml", &edition(""));
        fs::create_dir_all(place.path("inbox/tianshan")).unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn put(&self, name: &str, text: &str) {
        let file = self.path(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// Drops an application of 2030 into the inbox, with some values changed.
    fn drop(&self, name: &str, values: &[(&str, Typed)]) {
        let mut all = support::faultless();
        let day = |day: &'static str| Typed::Date(day.into());
        all.insert("year".to_owned(), Typed::Number("2030".into()));
        all.insert("filed_on".to_owned(), day("2030-03-18"));
        for (slot, value) in values {
            all.insert((*slot).to_owned(), value.clone());
        }
        fs::write(
            self.path(&format!("inbox/tianshan/{name}.xlsx")),
            support::written(&all),
        )
        .unwrap();
    }

    fn run(&self, args: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_liandong"));
        command.args(args).current_dir(self.0.path());
        let output = command.env_remove("LIANDONG_LOG").output().unwrap();
        Ran {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// What a command says, which must end so.
    fn says(&self, args: &[&str], code: i32) -> String {
        let ran = self.run(args);
        assert_eq!(ran.code, Some(code), "{args:?}: {ran:?}");
        ran.out
    }

    fn json(&self, args: &[&str], code: i32) -> Value {
        let said = self.says(args, code);
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"))
    }

    fn sql(&self, statement: &str) {
        let db = rusqlite::Connection::open(self.path("ledger.db")).unwrap();
        assert!(db.execute(statement, []).unwrap() > 0, "{statement}");
    }

    /// The number of the submission of this year with this serial.
    fn number(serial: u32) -> String {
        let now = jiff::Timestamp::now().in_tz("Asia/Shanghai").unwrap();
        format!("LD{}-{serial:06}", now.year())
    }
}

/// The plan of 2023 as an edition for 2030, with some lines before its first table.
fn edition(extra: &str) -> String {
    let text = include_str!("../templates/policies/urumqi-2023.toml");
    let (text, _) = text.split_once("# Test cases").unwrap();
    let text = text
        .replace("urumqi-2023", "urumqi-2030")
        .replace("first = 2023, last = 2025", "first = 2030, last = 2030")
        .replace(
            "2023-04-23\", last = \"2025-12-31",
            "2030-01-01\", last = \"2030-12-31",
        );
    text.replacen("\n[matching]", &format!("{extra}\n[matching]"), 1)
}

fn set(slot: &'static str, amount: &'static str) -> (&'static str, Typed) {
    (slot, Typed::Number(amount.into()))
}

#[test]
fn a_verdict_is_replayed_after_its_edition_was_edited() {
    let place = Place::new();
    place.drop("a", &[]);
    place.drop("b", &[set("sources.city.1", "1")]);
    place.run(&["run"]);
    let edited = edition("").replace(
        "city = \"0.6\"\ndistrict = \"0.4\"",
        "city = \"0.1\"\ndistrict = \"0.9\"",
    );
    assert_ne!(edited, edition(""));
    place.put("policies/2030.toml", &edited);
    for serial in [1, 2] {
        let number = Place::number(serial);
        let said = place.says(&["replay", &number, "--annotate", "again"], 0);
        assert!(said.contains("same: verdict"), "{said}");
        assert!(said.contains("edition:   urumqi-2030 ("), "{said}");
        let shown = place.json(&["show", &number, "--format", "json"], 0);
        let result = place.path(shown["result"].as_str().unwrap());
        let again = fs::read(place.path(&format!("again/{number}.xlsx"))).unwrap();
        assert!(again == fs::read(result).unwrap(), "{number}");
    }
    let json = place.json(&["replay", &Place::number(1), "--format", "json"], 0);
    assert_eq!(json["same"], true);
    assert_eq!(json["differences"], Value::Array(Vec::new()));
}

#[test]
fn a_second_version_is_replayed_with_what_was_known_of_the_first() {
    let place = Place::new();
    place.drop("a", &[set("sources.city.1", "1")]);
    place.run(&["run"]);
    place.drop("a", &[]);
    place.run(&["run"]);
    place.says(&["replay", &Place::number(2)], 0);
    place.sql("UPDATE submission SET grounds = json_set(grounds, '$.earlier', json('{\"previous\":null}')) WHERE serial = 2");
    let said = place.says(&["replay", &Place::number(2)], 1);
    assert!(said.contains("  marked: xl/worksheets/"), "{said}");
}

#[test]
fn what_differs_is_shown_and_ends_with_1() {
    let place = Place::new();
    place.drop("b", &[set("sources.city.1", "1")]);
    place.run(&["run"]);
    let number = Place::number(1);
    place.sql("UPDATE submission SET assessment = replace(assessment, '\"verdict\":\"returned\"', '\"verdict\":\"accepted\"')");
    let said = place.says(&["replay", &number], 1);
    assert!(said.contains("different in 1 places"), "{said}");
    assert!(said.contains("  verdict: accepted -> returned"), "{said}");
    let json = place.json(&["replay", &number, "--format", "json"], 1);
    assert_eq!(json["same"], false);
    assert_eq!(json["differences"][0]["then"], "accepted");
    place.says(&["replay", "LD1999-000001"], 2);
}

#[test]
fn rules_of_another_version_are_said_plainly() {
    let place = Place::new();
    place.drop("a", &[]);
    place.run(&["run"]);
    let db = rusqlite::Connection::open(place.path("ledger.db")).unwrap();
    let recipe: String = db
        .query_row("SELECT text FROM text WHERE text LIKE '{%'", [], |row| {
            row.get(0)
        })
        .unwrap();
    let older = recipe.replacen("\"rules\":\"", "\"rules\":\"0.", 1);
    let sha256 = liandong::assess::sha256_hex(older.as_bytes());
    db.execute("INSERT INTO text VALUES (?1, ?2)", [&sha256, &older])
        .unwrap();
    db.execute(
        "UPDATE submission SET grounds = json_set(grounds, '$.recipe', ?1)",
        [&sha256],
    )
    .unwrap();
    let said = place.says(&["replay", &Place::number(1)], 0);
    assert!(said.contains("rules:     0."), "{said}");
    assert!(said.contains("this program has rules"), "{said}");
}

#[test]
fn what_was_concluded_before_the_ledger_kept_its_grounds_is_not_replayed_and_says_why() {
    let place = Place::new();
    place.drop("a", &[]);
    place.run(&["run"]);
    place.sql("UPDATE submission SET grounds = NULL");
    let ran = place.run(&["replay", &Place::number(1)]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(
        ran.err.contains("did not keep what a verdict rests on"),
        "{ran:?}"
    );
}

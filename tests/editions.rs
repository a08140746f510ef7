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
            "settle_s = 0\nreceived_on = \"2030-03-20\"\npolicies = \"policies\"\n[mail.districts]\ntianshan = [\"d@example.org\"]\n",
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
        all.insert("commitment_on".to_owned(), day("2030-03-01"));
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

    /// The number of the submission of 2030 with this serial.
    fn number(serial: u32) -> String {
        format!("LD2030-{serial:06}")
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

/// The configuration with one waiver for M08.
fn with_waiver(place: &Place, waiver: &str) {
    let config = fs::read_to_string(place.path("liandong.toml")).unwrap();
    let config = config.split("[[waivers]]").next().unwrap().to_owned();
    place.put("liandong.toml", &format!("{config}[[waivers]]\n{waiver}"));
}

/// The lines of a waiver.
fn waiver(rule: &str, whom: &str, until: &str) -> String {
    format!(
        "rule = \"{rule}\"\n{whom}\nofficer = \"资配科 张三\"\nreason = \"追加预算已报人大\"\nfrom = \"2020-01-01\"\nuntil = \"{until}\"\n"
    )
}

const DISTRICT: &str = "district = \"tianshan\"";

/// Not in the budget: a finding that asks for an explanation.
fn not_in_budget() -> (&'static str, Typed) {
    ("in_budget", Typed::Text("未纳入".into()))
}

fn unpacked(file: &std::path::Path) -> String {
    use std::io::Read as _;
    let mut package = zip::ZipArchive::new(fs::File::open(file).unwrap()).unwrap();
    let mut text = String::new();
    for index in 0..package.len() {
        let mut part = Vec::new();
        package
            .by_index(index)
            .unwrap()
            .read_to_end(&mut part)
            .unwrap();
        text += &String::from_utf8_lossy(&part);
    }
    text
}

/// The texts of all mails of the workspace, decoded.
fn mails(place: &Place) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(place.path("mail")).unwrap() {
        let mail = fs::read_to_string(entry.unwrap().path()).unwrap();
        for part in mail.split("Content-Type: text/").skip(1) {
            let (head, body) = part.split_once("\r\n\r\n").unwrap();
            let body = body.split("\r\n--").next().unwrap();
            all += &match head.contains("base64") {
                true => decoded(&body.split_whitespace().collect::<String>()),
                false => printable(body),
            };
        }
    }
    all
}

/// Quoted-printable text (RFC 2045 §6.7).
fn printable(text: &str) -> String {
    let text = text.replace("=\r\n", "");
    let mut pieces = text.split('=');
    let mut bytes = pieces.next().unwrap().as_bytes().to_vec();
    for piece in pieces {
        bytes.push(u8::from_str_radix(&piece[..2], 16).unwrap());
        bytes.extend(&piece.as_bytes()[2..]);
    }
    String::from_utf8(bytes).unwrap()
}

/// Base64 of a part without its line breaks; nothing where it is none.
fn decoded(text: &str) -> String {
    let value = |c: u8| {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        alphabet.iter().position(|known| *known == c)
    };
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_usize, 0);
    for digit in text.bytes().map_while(value) {
        held = (held << 6 | digit) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).unwrap());
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn a_waiver_settles_what_is_to_be_explained_and_is_printed_wherever_it_was_used() {
    let place = Place::new();
    with_waiver(&place, &waiver("M08", DISTRICT, "2999-12-31"));
    place.drop("a", &[not_in_budget()]);
    let said = place.says(&["run"], 0);
    assert!(
        said.contains("accepted  ") && !said.contains("with-remarks"),
        "{said}"
    );
    let shown = place.json(&["show", &Place::number(1), "--format", "json"], 0);
    assert_eq!(shown["assessment"]["findings"], Value::Array(Vec::new()));
    assert_eq!(
        shown["assessment"]["waived"][0]["waiver"]["officer"],
        "资配科 张三"
    );
    let marked = unpacked(&place.path(shown["result"].as_str().unwrap()));
    let register = unpacked(&place.path("register/厅地联动项目登记表.xlsx"));
    for (where_, text) in [
        ("marked", marked),
        ("register", register),
        ("mail", mails(&place)),
    ] {
        assert!(
            text.contains("资配科 张三") && text.contains("追加预算已报人大"),
            "{where_}"
        );
    }
    let status = place.says(&["status"], 0);
    assert!(!status.contains("waiver"), "{status}");
    with_waiver(&place, &waiver("M08", DISTRICT, "2020-12-31"));
    place.says(&["replay", &Place::number(1)], 0);
}

#[test]
fn a_waiver_of_other_days_or_for_another_project_settles_nothing_and_is_named() {
    let place = Place::new();
    place.drop("a", &[not_in_budget()]);
    let title = support::title();
    let named = format!("project = {{ code = \"91650100000000000X\", title = \"{title}\" }}");
    for (text, told) in [
        (
            waiver("M08", DISTRICT, "2020-12-31"),
            "waiver M08 for tianshan until 2020-12-31 has expired",
        ),
        (
            waiver("M08", &named, "2999-12-31"),
            "waiver M08 for 91650100000000000X until 2999-12-31 settles nothing",
        ),
    ] {
        with_waiver(&place, &text);
        let ran = place.run(&["run"]);
        assert!(ran.err.contains(told), "{ran:?}");
        assert!(place.says(&["status"], 0).contains(told));
    }
    let shown = place.json(&["show", &Place::number(1), "--format", "json"], 0);
    assert_eq!(shown["assessment"]["verdict"], "accepted-with-remarks");
}

#[test]
fn a_waiver_by_number_holds_for_the_version_after_it() {
    let place = Place::new();
    let city = set("sources.city.1", "1");
    place.drop("a", &[not_in_budget(), city]);
    place.run(&["run"]);
    let whom = format!("project = \"{}\"", Place::number(1));
    with_waiver(&place, &waiver("M08", &whom, "2999-12-31"));
    place.drop("a", &[not_in_budget()]);
    place.says(&["run"], 0);
    let shown = place.json(&["show", &Place::number(2), "--format", "json"], 0);
    assert_eq!(shown["assessment"]["verdict"], "accepted");
}

#[test]
fn a_waiver_that_cannot_be_is_refused_with_a_sentence() {
    let place = Place::new();
    for (text, told) in [
        (
            waiver("M01", DISTRICT, "2999-12-31"),
            "`M01` (local-match-differs) sends an application back: no waiver settles that",
        ),
        (
            waiver("M12", DISTRICT, "2999-12-31"),
            "there is nothing to waive",
        ),
        (
            waiver("X99", DISTRICT, "2999-12-31"),
            "there is no rule `X99`",
        ),
        (
            waiver("M08", "district = \"atlantis\"", "2999-12-31"),
            "there is no district `atlantis`",
        ),
        (
            waiver("M08", "project = \"5\"", "2999-12-31"),
            "`5` is no number of a submission",
        ),
        (
            waiver("M08", "", "2999-12-31"),
            "name the `project` or the `district`",
        ),
        (
            waiver("M08", DISTRICT, "2019-12-31"),
            "it ends on 2019-12-31 before it begins",
        ),
        (
            waiver("M08", DISTRICT, "2999-12-31").replace("资配科 张三", " "),
            "must say who decided it",
        ),
    ] {
        with_waiver(&place, &text);
        let ran = place.run(&["run"]);
        assert_eq!(ran.code, Some(2), "wrong use: {ran:?}");
        assert!(
            ran.err.contains("`waivers`, number 1: ") && ran.err.contains(told),
            "{ran:?}"
        );
    }
}

/// The configuration with one envelope, in 万元.
fn with_envelope(place: &Place, wan: &str) {
    let config = fs::read_to_string(place.path("liandong.toml")).unwrap();
    let config = config.split("[[envelopes]]").next().unwrap().to_owned();
    let envelope = format!(
        "[[envelopes]]\ndistrict = \"tianshan\"\nyear = 2030\nwan = \"{wan}\"\ndocument = \"天区财〔2030〕1号\"\n"
    );
    place.put("liandong.toml", &(config + &envelope));
}

#[test]
fn projects_that_exceed_what_their_district_has_announced_are_told_and_replayed() {
    let place = Place::new();
    with_envelope(&place, "239.99");
    // 120 万元 of the district each
    place.drop("a", &[]);
    place.run(&["run"]);
    place.drop(
        "b",
        &[
            (
                "title",
                Typed::Text("电动矿卡动力电池热管理系统开发".into()),
            ),
            ("credit_code", Typed::Text("91650104MA7770023H".into())),
            ("leader_born", Typed::Date("1979-05-01".into())),
        ],
    );
    place.run(&["run"]);
    let told = |serial| {
        let shown = place.json(&["show", &Place::number(serial), "--format", "json"], 0);
        let findings = shown["assessment"]["findings"].as_array().unwrap().clone();
        let mut found = findings.into_iter().filter(|it| it["code"] == "M13");
        found.next()
    };
    assert_eq!(told(1), None);
    let finding = told(2).unwrap();
    assert_eq!(finding["entered"], "240.00");
    assert_eq!(finding["difference"], "0.01");
    assert_eq!(finding["cell"], "H7");
    let message = finding["message"].as_str().unwrap();
    assert!(message.contains("已通过的 1 个项目和本项目一共要区（县）承担 240.00 万元，超过它公布的 239.99 万元（天区财〔2030〕1号）"), "{message}");
    with_envelope(&place, "500.00");
    place.says(&["replay", &Place::number(2)], 0);
}

#[test]
fn an_envelope_that_cannot_be_is_refused_with_a_sentence() {
    let place = Place::new();
    with_envelope(&place, "5");
    let good = fs::read_to_string(place.path("liandong.toml")).unwrap();
    let twice = format!("{good}{}", &good[good.find("[[envelopes]]").unwrap()..]);
    for (text, told) in [
        (
            good.replace("wan = \"5\"", "wan = \"0\""),
            "`envelopes`, number 1: `wan` must be above 0",
        ),
        (
            good.replace("wan = \"5\"", "wan = \"五\""),
            "not an amount in 万元: 五",
        ),
        (
            good.replace("2030\nwan", "2050\nwan"),
            "no edition is for the year 2050",
        ),
        (
            good.replace("\"tianshan\"\nyear", "\"atlantis\"\nyear"),
            "there is no district `atlantis`",
        ),
        (
            good.replace("天区财〔2030〕1号", " "),
            "`document` must say what announced it",
        ),
        (
            twice,
            "`envelopes`, number 2: tianshan has one for 2030 already",
        ),
    ] {
        place.put("liandong.toml", &text);
        let ran = place.run(&["run"]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.err.contains(told), "{told}: {ran:?}");
    }
}

#[test]
fn a_rule_on_trial_is_counted_and_shown_to_nobody_else() {
    let place = Place::new();
    place.put("policies/2030.toml", &edition("shadow = [\"M08\"]\n"));
    place.drop("a", &[not_in_budget()]);
    place.says(&["run"], 0);
    let number = Place::number(1);
    let shown = place.says(&["show", &number, "--format", "json"], 0);
    assert!(
        !shown.contains("M08") && !shown.contains("shadow"),
        "{shown}"
    );
    let result: Value = serde_json::from_str(&shown).unwrap();
    let marked = unpacked(&place.path(result["result"].as_str().unwrap()));
    assert!(!marked.contains("M08"));
    assert!(!mails(&place).contains("M08"));
    assert!(place.says(&["status"], 0).contains("on trial:    1 M08"));
    let register = unpacked(&place.path("register/厅地联动项目登记表.xlsx"));
    assert!(register.contains("试行的规则") && register.contains("1 个项目，1 条。"));
    place.says(&["replay", &number], 0);
}

#[test]
fn a_rule_on_trial_that_does_not_exist_is_refused() {
    let place = Place::new();
    place.put("policies/2030.toml", &edition("shadow = [\"M99\"]\n"));
    let ran = place.run(&["policy", "-c", "liandong.toml"]);
    assert!(
        ran.err.contains("`shadow` names the unknown rule `M99`"),
        "{ran:?}"
    );
}

#[test]
fn every_output_names_the_edition_its_hash_and_the_version_of_the_rules() {
    let place = Place::new();
    let config = fs::read_to_string(place.path("liandong.toml")).unwrap();
    let config = config.replace(
        "[mail.districts]",
        "[mail]\nreviewers = [\"r@example.org\"]\n[mail.districts]",
    );
    place.put("liandong.toml", &config);
    place.drop("a", &[]);
    place.says(&["run"], 0);
    let sha256 = liandong::assess::sha256_hex(edition("").as_bytes());
    let short = &sha256[..12];
    let shown = place.json(&["show", &Place::number(1), "--format", "json"], 0);
    assert_eq!(shown["assessment"]["edition_sha256"], sha256.as_str());
    assert_eq!(shown["assessment"]["rules"], liandong::rules::VERSION);
    let marked = unpacked(&place.path(shown["result"].as_str().unwrap()));
    let register = unpacked(&place.path("register/厅地联动项目登记表.xlsx"));
    for (what, text) in [("marked", &marked), ("register", &register)] {
        assert!(
            text.contains("urumqi-2030") && text.contains(short),
            "{what}"
        );
        assert!(
            text.contains("规则版本") || text.contains("规则\n版本"),
            "{what}"
        );
    }
    let mails = mails(&place);
    let told = format!("（urumqi-2030，文件摘要 {short}）");
    assert_eq!(
        mails.matches(&told).count(),
        2,
        "text and HTML of the verdict: {mails}"
    );
    let told = format!(
        "审核依据：urumqi-2030，文件摘要 {short}，规则版本 {}",
        liandong::rules::VERSION
    );
    assert_eq!(
        mails.matches(&told).count(),
        2,
        "text and HTML of the digest"
    );
}

#[test]
fn nothing_is_doubtful_in_the_built_in_editions() {
    let found = Place::new().run(&["policy", "lint"]);
    assert_eq!(found.code, Some(0), "{found:?}");
    assert_eq!(found.out.trim(), "nothing doubtful");
}

#[test]
fn every_lint_fires_with_file_and_line_and_what_to_do() {
    let good = include_str!("../templates/policies/urumqi-2026-call.toml");
    let swap = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        good.replacen(from, to, 1)
    };
    let (before_cases, _) = good.split_once("# Test cases").unwrap();
    for (name, text, line) in [
        (
            "unknown-rule",
            swap("\"P16\"", "\"P99\""),
            "rules = [\"P99\"]",
        ),
        (
            "unknown-rule",
            swap("M05 = \"block\"", "M95 = \"block\""),
            "M95 = ",
        ),
        (
            "rule-without-data",
            swap("[\"P16\"]", "[\"P16\", \"P09\"]"),
            "\"P09\"]",
        ),
        (
            "rule-of-no-clause",
            swap("number = \"审核推荐\"", "number = \"四(二)\""),
            "number = \"四(二)\"",
        ),
        (
            "limits-without-data",
            swap("region_wan_max = \"800\"\n", ""),
            "programme = \"*\"",
        ),
        (
            "clause-of-nobody",
            swap("judged_by_people = \"审核和印章要看纸面材料。\"\n", ""),
            "number = \"审核推荐\"",
        ),
        (
            "unknown-clause",
            swap("clause = \"支持额度\"", "clause = \"别处\""),
            "clause = \"别处\"",
        ),
        (
            "edge-without-case",
            swap("filed_on = \"2025-09-29\"", "filed_on = \"2025-09-01\""),
            "filed =",
        ),
        (
            "limit-without-case",
            swap(
                "value = \"800\"\nkept = true",
                "value = \"800.02\"\nkept = false",
            ),
            "programme = \"*\"",
        ),
        ("no-cases", before_cases.to_owned(), "id ="),
        (
            "days-without-edition",
            swap(
                "first = \"2025-09-30\", last = \"2025-10-20\"",
                "first = \"2026-02-01\", last = \"2026-02-20\"",
            ),
            "filed =",
        ),
    ] {
        let place = Place::new();
        let text = match name {
            // Its own cases would be refused with the days moved.
            "days-without-edition" => text.split("# Test cases").next().unwrap().to_owned(),
            "limits-without-data" => text.split("# The same limits").next().unwrap().to_owned(),
            _ => text,
        };
        place.put("draft.toml", &text);
        let said = place.says(&["policy", "lint", "draft.toml"], 1);
        let at = text.lines().position(|one| one.contains(line)).unwrap() + 1;
        let start = format!("{name}: draft.toml, line {at}: ");
        assert!(
            said.lines()
                .any(|one| one.starts_with(&start) && one.contains("; ")),
            "{start}{said}"
        );
    }
}

#[test]
fn a_limit_that_its_own_case_contradicts_is_refused() {
    let place = Place::new();
    let good = include_str!("../templates/policies/urumqi-2026-call.toml");
    place.put(
        "draft.toml",
        &good.replacen("region_wan_max = \"800\"", "region_wan_max = \"8000\"", 1),
    );
    let ran = place.run(&["policy", "lint", "draft.toml"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(
        ran.err
            .contains("limit case 2 fails: 800.01 against `region_wan_max` 8000"),
        "{ran:?}"
    );
}

#[test]
fn the_impact_of_an_edition_is_told_and_nothing_is_stored() {
    let place = Place::new();
    place.drop("a", &[]);
    place.drop(
        "b",
        &[
            set("sources.city.1", "1"),
            ("title", Typed::Text("另一个项目的名称".into())),
        ],
    );
    place.run(&["run"]);
    let before = fs::read(place.path("ledger.db")).unwrap();
    let draft = edition("").replace(
        "city = \"0.6\"\ndistrict = \"0.4\"",
        "city = \"0.1\"\ndistrict = \"0.9\"",
    );
    place.put("draft.toml", &draft);
    let said = place.says(
        &["policy", "impact", "draft.toml", "--output", "impact.xlsx"],
        0,
    );
    assert!(
        said.contains("2 projects, 1 verdicts change, 2 shares change; 0 lie outside"),
        "{said}"
    );
    let json = place.json(&["policy", "impact", "draft.toml", "--format", "json"], 0);
    assert_eq!(json["projects"][0]["before"]["verdict"], "accepted");
    assert_eq!(json["projects"][0]["after"]["verdict"], "returned");
    assert_eq!(json["projects"][0]["before"]["city"], "1800000.00");
    assert_eq!(json["projects"][0]["after"]["city"], "300000.00");
    assert_eq!(json["districts"][0]["city"]["before"], "1800000.00");
    assert_eq!(json["districts"][0]["city"]["after"], "0.00");
    assert_eq!(json["districts"][0]["city"]["difference"], "-1800000.00");
    let book = unpacked(&place.path("impact.xlsx"));
    assert!(
        book.contains("SUMIFS(逐项对比!") && book.contains("<v>-180</v>"),
        "formulas with results"
    );
    assert_eq!(
        fs::read(place.path("ledger.db")).unwrap(),
        before,
        "nothing is stored"
    );
}

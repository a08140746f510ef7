//! Mails as people read them: subject and text as snapshots, HTML with the same content, templates refused with
//! name and line.

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::DateTime;
use liandong::assess::{Assessment, Context, Earlier, Language, Previous, Rulebook, Verdict};
use liandong::notice::{
    Digest, DigestItem, FAILURES_MAX, Failure, FailureLine, Incomplete, NoticeError, Notices,
    Obstacle, ROWS_MAX, SUBJECT_CHARS_MAX, Texts, VerdictNotice, Waiting,
};
use liandong::policy::Policies;
use liandong::rules::{Edit, Severity, Typed, rules};

const RESULT: &str = "results/tianshan/LD2024-000123.xlsx";
const CONTACT: Option<&str> = Some("市科技局规划处 0991-0000000");
const TWELVE: [&str; 12] = [
    "W05", "M02", "B11", "K06", "M06", "U08", "U09", "S01", "P04", "K08", "T01", "K10",
];

fn at(text: &str) -> DateTime {
    text.parse().unwrap()
}

/// The faultless application broken as these rules say, and with these values beside.
fn assess_with(rulebook: &Rulebook, codes: &[&str], values: &[(&str, Typed)]) -> Assessment {
    let mut application = support::faultless();
    let mut file = None;
    for rule in rules().filter(|rule| codes.contains(&rule.code)) {
        for edit in rule.breaks[0] {
            match edit {
                Edit::Set(slot, typed) => {
                    application.insert((*slot).to_owned(), typed.clone());
                }
                Edit::File(name) => file = Some(support::file(name)),
                _ => panic!("cells and files only"),
            }
        }
    }
    for (slot, typed) in values {
        application.insert((*slot).to_owned(), typed.clone());
    }
    let bytes = file.unwrap_or_else(|| support::written(&application));
    let context = Context {
        file: "inbox/tianshan/浆液泵阀申报书.xlsx".to_owned(),
        folder: Some("tianshan".to_owned()),
        received_at: at("2024-03-20T09:00:00"),
        id: None,
        edition: None,
    };
    rulebook.assess(&rulebook.read(&bytes), &context)
}

fn assess(codes: &[&str]) -> Assessment {
    assess_with(&Rulebook::builtin(Language::Zh), codes, &[])
}

/// Assessed under the plan of 2023 with some rules asking for an explanation only.
fn assess_explained(codes: &[&str]) -> Assessment {
    let severities: String = codes
        .iter()
        .map(|code| format!("{code} = \"explain\"\n"))
        .collect();
    let files = Policies::builtin_files().map(|(name, text)| {
        let text = text.replacen("[severity]\n", &format!("[severity]\n{severities}"), 1);
        (name, text)
    });
    let rulebook = Rulebook {
        policies: Policies::load(&files).unwrap(),
        ..Rulebook::builtin(Language::Zh)
    };
    assess_with(&rulebook, codes, &[])
}

/// The call of 2026, which leaves the split between city and district open.
fn undecided() -> Assessment {
    let made = support::made(&[Edit::Call, Edit::Undecided]);
    let rulebook = Rulebook::builtin(Language::Zh);
    let context = Context {
        file: "inbox/tianshan/浆液泵阀申报书.xlsx".to_owned(),
        folder: Some("tianshan".to_owned()),
        received_at: made.received_at,
        id: None,
        edition: None,
    };
    let reading = rulebook.read(&made.bytes);
    let keys = rulebook.keys(&reading, &context);
    let earlier = support::earlier(&made, &rulebook, &keys, &context);
    rulebook.assess_after(&reading, &context, &earlier)
}

fn notice<'a>(assessment: &'a Assessment, earlier: &'a Earlier) -> VerdictNotice<'a> {
    VerdictNotice {
        id: "LD2024-000123",
        version: 1,
        received_at: at("2024-03-20T09:00:00"),
        assessment,
        earlier,
        district_name: assessment.district.as_ref().map(|_| "天山区"),
        edition: None,
        result_path: RESULT,
        is_attached: true,
        contact: CONTACT,
    }
}

/// The mail on a verdict, with the edition that it was judged under.
fn told(notice: VerdictNotice<'_>) -> Texts {
    let policies = Policies::builtin().unwrap();
    let id = notice.assessment.edition.as_deref();
    let edition = id.and_then(|id| policies.edition(id));
    let notice = VerdictNotice {
        edition: edition.map(|edition| &**edition),
        ..notice
    };
    Notices::builtin().verdict(&notice).unwrap()
}

/// Compares subject and text with the snapshot, and HTML with the text.
fn assert_reads(name: &str, texts: &Texts) {
    if let Ok(folder) = std::env::var("LIANDONG_TEST_MAILS") {
        std::fs::write(Path::new(&folder).join(format!("{name}.html")), &texts.html).unwrap();
    }
    assert!(texts.subject.chars().count() <= SUBJECT_CHARS_MAX);
    assert_same_content(texts);
    insta::assert_snapshot!(name, format!("{}\n\n{}", texts.subject, texts.text));
}

/// What HTML shows, without its markup.
fn shown(html: &str) -> String {
    let body = html.split_once("<body").unwrap().1;
    let mut text = String::new();
    for piece in body.split('<').skip(1) {
        let (tag, rest) = piece.split_once('>').unwrap();
        let is_inline = ["span", "/span", "b", "/b"]
            .iter()
            .any(|name| tag.split_whitespace().next() == Some(*name));
        text.push_str(if is_inline { "" } else { "\n" });
        text.push_str(if tag.starts_with("!--") { "" } else { rest });
    }
    [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#x2f;", "/"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text, |text, (entity, sign)| text.replace(entity, sign))
}

fn words(text: &str) -> BTreeSet<&str> {
    let is_apart = |c: char| {
        c.is_whitespace() || "：；，。、（）()|=-→《》!".contains(c) || c.is_ascii_digit()
    };
    text.split(is_apart)
        .filter(|word| !word.is_empty())
        .collect()
}

/// Every word and every figure of one is in the other.
fn assert_same_content(texts: &Texts) {
    let html = shown(&texts.html);
    assert_eq!(words(&texts.text), words(&html));
    let figures = |text: &str| -> BTreeSet<String> {
        text.split(|c: char| !c.is_ascii_digit() && c != '.')
            .map(|figure| figure.trim_matches('.').to_owned())
            .collect()
    };
    assert_eq!(figures(&texts.text), figures(&html));
}

#[test]
fn an_accepted_application_leaves_nothing_to_do() {
    let (assessment, earlier) = (assess(&[]), Earlier::default());
    assert_reads("accepted", &told(notice(&assessment, &earlier)));
}

#[test]
fn a_returned_application_with_twelve_findings_shows_ten_and_says_where_the_others_are() {
    let (assessment, earlier) = (assess(&TWELVE), Earlier::default());
    assert_eq!(assessment.findings.len(), 12);
    let texts = told(notice(&assessment, &earlier));
    assert!(texts.text.contains("还有 2 条没有列在信里"));
    assert_reads("returned", &texts);
}

#[test]
fn ten_findings_are_all_told() {
    let (mut assessment, earlier) = (assess(&TWELVE), Earlier::default());
    assessment.findings.truncate(10);
    let texts = told(notice(&assessment, &earlier));
    assert!(texts.text.contains("\n10. 必须修改"));
    assert!(!texts.text.contains("没有列在信里"));
}

#[test]
fn the_gravest_findings_come_first() {
    let (mut assessment, earlier) = (assess(&TWELVE), Earlier::default());
    assessment.findings.truncate(3);
    assessment.findings[0].severity = Severity::Advice;
    assessment.findings[1].severity = Severity::Explain;
    let text = told(notice(&assessment, &earlier)).text;
    let place = |words: &str| text.find(words).unwrap();
    assert!(place("1. 必须修改") < place("2. 须说明"));
    assert!(place("2. 须说明") < place("3. 提示"));
}

#[test]
fn remarks_are_told_as_such() {
    let (assessment, earlier) = (assess_explained(&["K06", "P04"]), Earlier::default());
    assert_eq!(assessment.verdict, Verdict::AcceptedWithRemarks);
    assert_reads("remarks", &told(notice(&assessment, &earlier)));
}

#[test]
fn an_unreadable_file_is_answered_with_what_to_do() {
    let (assessment, earlier) = (assess(&["W01"]), Earlier::default());
    assert_eq!(assessment.verdict, Verdict::Unreadable);
    assert_reads("unreadable", &told(notice(&assessment, &earlier)));
}

#[test]
fn a_second_version_says_what_was_put_right_what_is_open_and_what_is_new() {
    let before = assess(&["M02", "B11", "U08", "K06"]);
    let (assessment, earlier) = (
        assess(&["K06", "T01"]),
        Earlier {
            previous: Some(Previous {
                id: "LD2024-000098".to_owned(),
                sha256: before.sha256,
                received_at: at("2024-03-18T16:20:00"),
                verdict: before.verdict,
                findings: before.findings,
            }),
            ..Earlier::default()
        },
    );
    let texts = told(VerdictNotice {
        version: 2,
        is_attached: false,
        contact: None,
        ..notice(&assessment, &earlier)
    });
    assert_reads("second_version", &texts);
}

#[test]
fn an_undecided_split_is_told_as_undecided() {
    let (assessment, earlier) = (undecided(), Earlier::default());
    assert_eq!(assessment.edition.as_deref(), Some("urumqi-2026-call"));
    assert_reads("undecided", &told(notice(&assessment, &earlier)));
}

fn item<'a>(id: &'a str, assessment: &'a Assessment) -> DigestItem<'a> {
    DigestItem {
        id,
        version: 1,
        received_at: at("2024-03-20T09:00:00"),
        assessment,
        previous: None,
        district_name: assessment.district.as_ref().map(|_| "天山区"),
        result_path: RESULT,
    }
}

fn digest(items: Vec<DigestItem<'_>>) -> Digest<'_> {
    Digest {
        since: Some(at("2024-03-19T17:00:00")),
        until: at("2024-03-20T17:00:00"),
        items,
        waiting: Vec::new(),
        register_path: Some("register/厅地联动项目登记册.xlsx"),
    }
}

#[test]
fn a_digest_puts_first_what_people_must_look_at() {
    let accepted = assess(&[]);
    let remarks = assess_explained(&["K06", "P04", "K08"]);
    let returned = assess(&TWELVE);
    let unreadable = assess(&["W02"]);
    let undecided = undecided();
    let changed = DigestItem {
        version: 2,
        previous: Some(Verdict::Returned),
        ..item("LD2024-000126", &accepted)
    };
    let unchanged = DigestItem {
        version: 3,
        previous: Some(Verdict::Returned),
        ..item("LD2024-000127", &returned)
    };
    let texts = Notices::builtin().digest(&Digest {
        waiting: vec![Waiting {
            file: "inbox/midong/申报书.xlsx",
            since: at("2024-03-20T16:58:00"),
            why: "有人正在编辑",
        }],
        ..digest(vec![
            item("LD2024-000121", &unreadable),
            item("LD2024-000122", &returned),
            item("LD2024-000123", &accepted),
            item("LD2024-000124", &undecided),
            item("LD2024-000125", &remarks),
            changed,
            unchanged,
        ])
    });
    assert_reads("digest", &texts.unwrap());
}

#[test]
fn an_empty_digest_says_so() {
    let texts = Notices::builtin().digest(&Digest {
        since: None,
        ..digest(Vec::new())
    });
    assert_reads("digest_empty", &texts.unwrap());
}

#[test]
fn a_digest_shows_two_hundred_rows_and_counts_the_others() {
    let accepted = assess(&[]);
    let ids: Vec<String> = (1..=ROWS_MAX + 1)
        .map(|number| format!("LD2024-{number:06}"))
        .collect();
    let items = |count: usize| -> Vec<DigestItem<'_>> {
        ids.iter()
            .take(count)
            .map(|id| item(id, &accepted))
            .collect()
    };
    let notices = Notices::builtin();
    let full = notices.digest(&digest(items(ROWS_MAX))).unwrap();
    assert!(!full.text.contains("没有列出") && full.text.contains("LD2024-000200"));
    let over = notices.digest(&digest(items(ROWS_MAX + 1))).unwrap();
    assert!(over.text.contains("另有 1 项没有列出，见登记册。"));
    assert!(!over.text.contains("LD2024-000201"));
    assert!(over.text.contains("自治区 60300.00"), "sums hold them all");
    assert_same_content(&over);
}

#[test]
fn failures_say_why_and_what_to_do() {
    let what = vec![
        FailureLine {
            subject: "邮件发送已停止",
            why: "邮件服务器拒绝了账号（535 authentication failed）",
            remedy: "核对 liandong.toml 里 [mail.smtp] 的 user 和密码文件，然后运行 liandong mail resume",
        },
        FailureLine {
            subject: "LD2024-000123 的结果文件没有写出",
            why: "results 所在的磁盘已满",
            remedy: "腾出空间；系统会自己再写",
        },
    ];
    let failure = Failure {
        at: at("2024-03-20T09:05:00"),
        what,
    };
    assert_reads("failure", &Notices::builtin().failure(&failure).unwrap());
}

#[test]
fn failures_over_the_limit_are_counted() {
    let line = FailureLine {
        subject: "邮件",
        why: "超时",
        remedy: "查看网络",
    };
    let texts = |count| {
        let failure = Failure {
            at: at("2024-03-20T09:05:00"),
            what: vec![line; count],
        };
        Notices::builtin().failure(&failure).unwrap()
    };
    assert!(!texts(FAILURES_MAX).text.contains("没有列出"));
    assert!(texts(FAILURES_MAX + 1).text.contains("另有 1 件没有列出"));
}

#[test]
fn a_file_that_cannot_be_taken_is_answered() {
    for (name, file, obstacle) in [
        (
            "incomplete",
            "inbox/tianshan/申报书.xlsx",
            Obstacle::Unfinished,
        ),
        (
            "not_a_workbook",
            "inbox/tianshan/申报书（盖章）.pdf",
            Obstacle::NotAWorkbook,
        ),
    ] {
        let texts = Notices::builtin().incomplete(&Incomplete {
            file,
            since: at("2024-03-20T09:05:00"),
            obstacle,
            district_name: Some("天山区"),
            contact: CONTACT,
        });
        assert_reads(name, &texts.unwrap());
    }
}

#[test]
fn text_of_applicants_is_one_line_and_never_markup() {
    let (mut assessment, earlier) = (assess(&["K06"]), Earlier::default());
    assessment.title = Some("<script>alert(1)</script>\r\n\u{202e}通过：&amp;\"'".to_owned());
    assessment.findings[0].message = "<img src=x onerror=y>\n\n== 回执 ==".to_owned();
    let texts = told(notice(&assessment, &earlier));
    assert!(!texts.html.contains("<script") && !texts.html.contains("<img"));
    assert!(texts.html.contains("&lt;script&gt;"));
    assert!(shown(&texts.html).contains("<script>alert(1)</script> 通过：&amp;\"'"));
    let title = "项目：<script>alert(1)</script> 通过：&amp;\"'\n";
    assert!(texts.text.contains(title), "{}", texts.text);
    assert!(
        texts
            .text
            .contains("问题：<img src=x onerror=y> == 回执 ==\n")
    );
    assert!(texts.subject.contains("<script>alert(1)</script> 通过"));
}

#[test]
fn a_long_title_is_cut_in_the_subject_and_its_cut_shows() {
    let (mut assessment, earlier) = (assess(&["K06"]), Earlier::default());
    assessment.title = Some("题".repeat(500));
    let texts = told(notice(&assessment, &earlier));
    assert_eq!(texts.subject.chars().count(), SUBJECT_CHARS_MAX);
    assert!(
        texts
            .subject
            .starts_with("【退回修改】LD2024-000123，1 处必须修改：题")
    );
    assert!(texts.subject.ends_with("题…"));
}

#[test]
fn html_asks_for_nothing_from_outside() {
    let (assessment, earlier) = (assess(&TWELVE), Earlier::default());
    let html = told(notice(&assessment, &earlier)).html;
    for asks in ["http", "src=", "url(", "@import", "<link", "<script"] {
        assert!(!html.contains(asks), "{asks}");
    }
}

fn refused(name: &str, text: &str) -> String {
    let overrides = [(name.to_owned(), text.to_owned())];
    Notices::load(&overrides).unwrap_err().to_string()
}

#[test]
fn a_template_of_the_operators_takes_the_place_of_ours() {
    let own = [(
        "verdict/subject.txt".to_owned(),
        "{{ id }} {{ verdict_name }}".to_owned(),
    )];
    let (assessment, earlier) = (assess(&[]), Earlier::default());
    let texts = Notices::load(&own)
        .unwrap()
        .verdict(&notice(&assessment, &earlier));
    assert_eq!(texts.unwrap().subject, "LD2024-000123 通过");
}

#[test]
fn a_template_saved_by_notepad_reads_the_same() {
    let own = |text: &str| {
        let own = [("verdict/body.txt".to_owned(), text.to_owned())];
        let (assessment, earlier) = (assess(&[]), Earlier::default());
        let texts = Notices::load(&own)
            .unwrap()
            .verdict(&notice(&assessment, &earlier));
        texts.unwrap().text
    };
    let saved = "\u{feff}{% if title %}\r\n项目：{{ title }}\r\n{% endif %}\r\n完\r\n";
    assert_eq!(own(saved), "项目：煤化工高温高压浆液泵阀国产化研制\n完\n");
}

#[test]
fn a_template_of_no_mail_is_refused_by_name() {
    let own = [("verdict/body.htm".to_owned(), String::new())];
    let error = Notices::load(&own).unwrap_err();
    assert!(
        matches!(&error, NoticeError::Unknown { name, .. } if name == "verdict/body.htm"),
        "{error}"
    );
    assert!(error.to_string().contains("verdict/body.html"));
}

#[test]
fn a_broken_template_is_refused_with_name_and_line() {
    let told = [
        (
            "verdict/body.txt",
            "一\n{% if title %}\n",
            "verdict/body.txt, line 2",
        ),
        (
            "digest/body.txt",
            "一\n二\n{{ titel }}",
            "digest/body.txt, line 3: undefined value: `titel` is undefined in `{{ titel }}`",
        ),
        (
            "verdict/body.html",
            "一\n{{ title }}",
            "verdict/body.html, line 2: invalid operation: the value may be absent",
        ),
        (
            "verdict/body.html",
            "{% if title %}\n{{ title | safe }}{% endif %}",
            "verdict/body.html, line 2: unknown filter",
        ),
        ("failure/subject.txt", " \n", "failure/subject.txt, line 1"),
        (
            "frame.html",
            "\n{{ tone.dark }}",
            "frame.html, line 2: undefined value",
        ),
    ];
    for (name, text, expected) in told {
        let error = refused(name, text);
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn a_template_cannot_turn_escaping_off() {
    let own = [(
        "verdict/body.html".to_owned(),
        "{% autoescape false %}{% if title %}{{ title }}{% endif %}{% endautoescape %}".to_owned(),
    )];
    let (mut assessment, earlier) = (assess(&[]), Earlier::default());
    assessment.title = Some("<b>".to_owned());
    let texts = Notices::load(&own)
        .unwrap()
        .verdict(&notice(&assessment, &earlier));
    assert_eq!(texts.unwrap().html, "&lt;b&gt;");
}

//! The recommended list: found by its headings in whatever shape people give it, each row judged, marked and answered.

use liandong::assess::{Assessment, Context, Earlier, Language, Reading, Rulebook, Verdict};
use rust_xlsxwriter::{Workbook, Worksheet};

const HEADINGS: [&str; 22] = [
    "序号",
    "推荐排序",
    "项目名称",
    "主导优势产业",
    "申报单位",
    "统一社会信用代码",
    "单位性质",
    "合作单位",
    "项目负责人",
    "职称",
    "联系电话",
    "起止时间",
    "项目总经费（万元）",
    "申请自治区财政资金（万元）",
    "市本级财政配套资金（万元）",
    "区（县）财政配套资金（万元）",
    "单位自筹资金（万元）",
    "问题类别",
    "关键技术问题",
    "考核指标",
    "推荐单位",
    "备注",
];

/// A credit code with its check character (GB 32100).
fn code(serial: usize) -> String {
    const SIGNS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let base = format!("91650102MA{serial:07}");
    let (mut sum, mut weight) = (0, 1);
    for sign in base.bytes() {
        sum += weight * SIGNS.iter().position(|it| *it == sign).unwrap();
        weight = weight * 3 % 31;
    }
    format!("{base}{}", SIGNS[(31 - sum % 31) % 31] as char)
}

const SUBJECTS: [&str; 8] = [
    "泵阀", "轴承", "电堆", "光栅", "酶剂", "滤膜", "焊机", "阀芯",
];

/// A faultless row of 天山区: class 三类, city 0.6 and district 0.4 of the local match.
fn faultless(number: usize) -> Vec<String> {
    let subject = SUBJECTS[number % SUBJECTS.len()];
    let texts = [
        number.to_string(),
        number.to_string(),
        format!("{subject}{number}型国产化研制"),
        "先进制造和新材料等战略性新兴产业".to_owned(),
        format!("新疆天山第{number}制造有限公司"),
        code(7_000_000 + number),
        "企业".to_owned(),
        "新疆大学".to_owned(),
        format!("负责人{number}"),
        "正高级".to_owned(),
        format!("139{number:08}"),
        "2024-06 至 2026-12".to_owned(),
        "1200".to_owned(),
        "300".to_owned(),
        "180".to_owned(),
        "120".to_owned(),
        "600".to_owned(),
        "关键核心技术问题".to_owned(),
        format!("{subject}寿命只有进口产品的三成"),
        "寿命不少于 7000 小时".to_owned(),
        "天山区科学技术局".to_owned(),
        String::new(),
    ];
    texts.to_vec()
}

/// A list as a workbook: numbers are written as numbers, but for codes and phones.
struct List {
    above: Vec<(u32, u16, &'static str)>,
    headings: Vec<String>,
    at: u32,
    rows: Vec<Vec<String>>,
}

impl List {
    fn of(rows: Vec<Vec<String>>) -> Self {
        Self {
            above: vec![
                (0, 0, "2024年度厅地联动项目推荐汇总表"),
                (
                    1,
                    0,
                    "推荐单位（盖章）：天山区科学技术局　　填报日期：2024年3月18日",
                ),
            ],
            headings: HEADINGS.map(str::to_owned).to_vec(),
            at: 2,
            rows,
        }
    }

    fn faultless(count: usize) -> Self {
        Self::of((1..=count).map(faultless).collect())
    }

    fn sheet(&self) -> Worksheet {
        let mut sheet = Worksheet::new();
        for (row, column, text) in &self.above {
            sheet.write_string(*row, *column, *text).unwrap();
        }
        let rows = std::iter::once(&self.headings).chain(&self.rows);
        for (at, row) in (self.at..).zip(rows) {
            for (column, text) in (0..).zip(row) {
                match text.parse::<f64>() {
                    _ if text.is_empty() => {}
                    Ok(number) if text.len() < 11 => {
                        sheet.write_number(at, column, number).unwrap();
                    }
                    _ => {
                        sheet.write_string(at, column, text).unwrap();
                    }
                }
            }
        }
        sheet
    }

    fn bytes(&self) -> Vec<u8> {
        let mut book = Workbook::new();
        book.push_worksheet(self.sheet());
        book.save_to_buffer().unwrap()
    }

    /// Puts a text into a cell of a row, by its heading.
    fn set(mut self, row: usize, heading: &str, text: &str) -> Self {
        let column = self.headings.iter().position(|it| it.starts_with(heading));
        self.rows[row][column.unwrap()] = text.to_owned();
        self
    }
}

fn context() -> Context {
    Context {
        file: "汇总表.xlsx".to_owned(),
        folder: Some("tianshan".to_owned()),
        received_at: "2024-03-20T09:00:00".parse().unwrap(),
        id: Some("LD2024-000001".to_owned()),
        edition: None,
    }
}

fn assess(rulebook: &Rulebook, reading: &Reading) -> (Assessment, Vec<Assessment>) {
    let list = reading.list().expect("a list");
    let mut rows = Vec::new();
    let earlier = Earlier::default();
    let each = &mut |row: &Assessment| rows.push(row.clone());
    let whole = rulebook.assess_rows(reading, list, &context(), &earlier, each);
    (whole, rows)
}

fn assessed(bytes: &[u8]) -> (Assessment, Vec<Assessment>) {
    let rulebook = Rulebook::builtin(Language::Zh);
    assess(&rulebook, &rulebook.read(bytes))
}

/// The findings of a list, a line each: `5 M02 P5`.
fn told(rows: &[Assessment]) -> Vec<String> {
    let of_row = |row: &Assessment| {
        let number = row.row.unwrap();
        let line = move |finding: &liandong::rules::Finding| {
            let cell = finding.cell.map(|cell| cell.to_string());
            format!("{number} {} {}", finding.code, cell.unwrap_or_default())
        };
        row.findings.iter().map(line).collect::<Vec<_>>()
    };
    rows.iter().flat_map(of_row).collect()
}

#[test]
fn a_faultless_list_is_accepted_row_by_row() {
    let (whole, rows) = assessed(&List::faultless(3).bytes());
    assert_eq!(told(&rows), Vec::<String>::new());
    assert_eq!(whole.verdict, Verdict::Accepted, "{:?}", whole.findings);
    assert_eq!(rows.len(), 3);
    let numbers: Vec<Option<u32>> = rows.iter().map(|row| row.row).collect();
    assert_eq!(numbers, [Some(4), Some(5), Some(6)]);
    let row = &rows[0];
    assert_eq!(row.form.as_ref().unwrap().kind, "summary");
    assert_eq!(row.title.as_deref(), Some("轴承1型国产化研制"));
    assert_eq!(row.district.as_deref(), Some("tianshan"));
    assert_eq!(
        (row.year, row.filed_on.unwrap().to_string()),
        (Some(2024), "2024-03-18".to_owned())
    );
    let shares = row.shares.as_ref().unwrap();
    assert_eq!(shares.city.as_deref(), Some("1800000.00"));
    assert_eq!(shares.district.as_deref(), Some("1200000.00"));
    let found = whole.rows.unwrap();
    assert_eq!((found.judged, found.accepted, found.findings), (3, 3, 0));
    assert_eq!(whole.year, Some(2024));
    let unread: Vec<&str> = row.not_checked.iter().map(|it| &*it.code).collect();
    assert_eq!(unread, Vec::<&str>::new());
}

#[test]
fn each_row_has_its_own_verdict() {
    let list = List::faultless(7)
        .set(1, "统一社会信用代码", "91650102MA7000002X")
        .set(1, "联系电话", "12345")
        .set(2, "市本级", "150")
        .set(2, "区（县）", "150")
        .set(3, "职称", "中级")
        .set(4, "起止时间", "2026-12 至 2024-06")
        .set(5, "申报单位", "")
        .set(5, "项目总经费", "1100")
        .set(6, "市本级", "三十万左右");
    let (whole, rows) = assessed(&list.bytes());
    let shown = rows.iter().map(|row| {
        let findings = row.findings.iter().map(|finding| {
            let place = finding.place().unwrap_or_default();
            format!(
                "\n  {} {place} {} -> {}",
                finding.code, finding.message, finding.fix
            )
        });
        let findings: String = findings.collect();
        format!("row {} {}{findings}", row.row.unwrap(), row.verdict.id())
    });
    insta::assert_snapshot!("rows", shown.collect::<Vec<_>>().join("\n"));
    assert_eq!(whole.verdict, Verdict::Returned);
    let found = whole.rows.unwrap();
    let verdicts = (found.accepted, found.accepted_with_remarks, found.returned);
    assert_eq!(verdicts, (1, 1, 5));
    let codes: Vec<&str> = found.by_rule.iter().map(|it| it.code.as_str()).collect();
    assert_eq!(
        codes,
        ["B01", "M02", "P08", "U01", "U08", "W04", "W05", "U04"]
    );
}

#[test]
fn columns_stand_in_any_order_among_others_of_their_own() {
    let mut list = List::faultless(2);
    for row in std::iter::once(&mut list.headings).chain(&mut list.rows) {
        row.reverse();
        row.insert(3, "另外一栏".to_owned());
    }
    let (whole, rows) = assessed(&list.bytes());
    assert_eq!(told(&rows), Vec::<String>::new());
    assert_eq!(whole.rows.unwrap().accepted, 2);
    assert_eq!(rows[0].cells.unexpected, 1);
}

#[test]
fn titles_blank_rows_sums_and_lines_are_no_projects() {
    let mut list = List::faultless(3);
    list.at = 7;
    list.rows.insert(1, vec![String::new(); 22]);
    list.rows.insert(2, vec!["2".to_owned()]);
    list.rows.insert(3, HEADINGS.map(str::to_owned).to_vec());
    let sums = [
        "合计", "", "", "", "", "", "", "", "", "", "", "", "3600", "900", "540", "360", "1800",
    ];
    list.rows.push(sums.map(str::to_owned).to_vec());
    list.rows
        .push(vec!["填表人：周敏    联系电话：0991-1234567".to_owned()]);
    list.rows.push(vec![
        "".to_owned(),
        "".to_owned(),
        "注：金额均为万元".to_owned(),
    ]);
    let (whole, rows) = assessed(&list.bytes());
    assert_eq!(told(&rows), Vec::<String>::new());
    let found = whole.rows.unwrap();
    assert_eq!((found.judged, found.accepted, found.passed_over), (3, 3, 4));
}

#[test]
fn a_heading_in_two_lines_is_read() {
    let mut list = List::faultless(2);
    let mut upper = list.headings.clone();
    for column in 12..17 {
        upper[column] = if column == 12 {
            "经费（万元）".to_owned()
        } else {
            String::new()
        };
        list.headings[column] = [
            "总经费",
            "自治区资金",
            "市本级配套资金",
            "区县配套资金",
            "自筹",
        ][column - 12]
            .to_owned();
    }
    list.headings[16] = "自筹资金".to_owned();
    let lower: Vec<String> = (0..22)
        .map(|at| {
            if (12..17).contains(&at) {
                list.headings[at].clone()
            } else {
                String::new()
            }
        })
        .collect();
    list.headings = upper;
    list.rows.insert(0, lower);
    let (whole, rows) = assessed(&list.bytes());
    assert_eq!(told(&rows), Vec::<String>::new());
    assert_eq!(whole.rows.unwrap().accepted, 2);
}

#[test]
fn a_column_that_is_missing_is_told_once() {
    let mut list = List::faultless(3);
    for row in std::iter::once(&mut list.headings).chain(&mut list.rows) {
        row.remove(9);
    }
    let (whole, rows) = assessed(&list.bytes());
    let missing: Vec<(&str, Option<&str>)> = whole
        .findings
        .iter()
        .map(|finding| (&*finding.code, finding.field.as_deref()))
        .collect();
    assert_eq!(missing, [("W05", Some("leader_title"))]);
    // none of its rows is accepted, and each says why
    assert_eq!(whole.rows.unwrap().returned, 3);
    assert_eq!(told(&rows), ["4 W05 ", "5 W05 ", "6 W05 "]);
}

#[test]
fn the_period_may_stand_in_two_columns_and_must_have_an_end() {
    let mut list = List::faultless(2);
    for row in std::iter::once(&mut list.headings).chain(&mut list.rows) {
        row[11] = if row[0] == "序号" {
            "开始时间"
        } else {
            "2024-06"
        }
        .to_owned();
        row.insert(
            12,
            if row[0] == "序号" {
                "结束时间"
            } else {
                "2026-12"
            }
            .to_owned(),
        );
    }
    let (_, rows) = assessed(&list.bytes());
    assert_eq!(told(&rows), Vec::<String>::new());
    let period = rows[0].project.as_ref().unwrap();
    assert_eq!(period.ends_on.unwrap().to_string(), "2026-12-31");
    let list = List::faultless(1).set(0, "起止时间", "2024-06");
    let (_, rows) = assessed(&list.bytes());
    assert_eq!(told(&rows), ["4 W05 L4"]);
}

#[test]
fn rows_are_compared_with_those_before() {
    let mut list = List::faultless(5);
    list.rows[3] = list.rows[1].clone();
    list = list
        .set(4, "项目负责人", "负责人1")
        .set(4, "联系电话", "13900000001");
    let (_, rows) = assessed(&list.bytes());
    assert_eq!(told(&rows), ["7 P14 C7", "8 U14 I8"]);
    let told = &rows[3].findings[0].message;
    assert!(told.contains("本表第 5 行"), "{told}");
}

#[test]
fn another_districts_row_and_a_district_that_is_none_are_told_at_their_cell() {
    let list = List::faultless(3)
        .set(0, "推荐单位", "米东区科学技术局")
        .set(1, "推荐单位", "市工商联")
        .set(2, "推荐单位", "");
    let (_, rows) = assessed(&list.bytes());
    assert_eq!(
        told(&rows),
        ["4 P03 U4", "4 U02 F4", "4 M03 P4", "5 P02 U5", "6 W05 U6"]
    );
    // the blank one is that of the title's department
    assert_eq!(rows[2].district.as_deref(), Some("tianshan"));
}

#[test]
fn the_day_of_receipt_and_the_folder_stand_in_for_what_no_title_says() {
    let mut list = List::faultless(1);
    list.above = vec![(0, 0, "推荐汇总表")];
    let (whole, rows) = assessed(&list.bytes());
    assert_eq!(told(&rows), Vec::<String>::new());
    assert_eq!(whole.filed_on.unwrap().to_string(), "2024-03-20");
    assert_eq!(rows[0].year, Some(2024));
}

#[test]
fn what_holds_for_the_whole_counts_for_every_row_and_is_told_once() {
    let mut list = List::faultless(2);
    list.above[0].2 = "2019年度推荐汇总表";
    let (whole, rows) = assessed(&list.bytes());
    let codes: Vec<&str> = whole.findings.iter().map(|it| &*it.code).collect();
    assert_eq!(codes, ["P01"]);
    assert_eq!(whole.findings[0].cell.unwrap().to_string(), "A2");
    assert!(rows.iter().all(|row| row.verdict == Verdict::Returned));
}

#[test]
fn an_application_is_no_list_and_neither_is_another_table() {
    let rulebook = Rulebook::builtin(Language::Zh);
    let edition = rulebook.policies.edition("urumqi-2023").unwrap();
    let blank = liandong::form::blank::write(&rulebook.layout, edition, &Default::default());
    assert!(rulebook.read(&blank.unwrap()).list().is_none());
    let mut list = List::faultless(2);
    list.headings = (0..22).map(|at| format!("栏目{at}")).collect();
    let reading = rulebook.read(&list.bytes());
    assert!(reading.list().is_none());
    let codes = rulebook.assess(&reading, &context()).findings;
    assert_eq!(codes[0].code, "W02");
}

fn marked(rulebook: &Rulebook, bytes: &[u8]) -> Vec<u8> {
    let reading = rulebook.read(bytes);
    let (whole, _) = assess(rulebook, &reading);
    let earlier = Earlier::default();
    let copy = rulebook.mark(bytes, &reading, &whole, &context(), &earlier);
    copy.unwrap()
}

/// A part of a package as text.
fn part(package: &[u8], name: &str) -> String {
    use std::io::Read as _;
    let mut package = zip::ZipArchive::new(std::io::Cursor::new(package)).unwrap();
    let mut text = String::new();
    let mut part = package.by_name(name).unwrap();
    part.read_to_string(&mut text).unwrap();
    text
}

/// What stands in a sheet, a line a row.
fn shown(package: &[u8], sheet: &str) -> String {
    use calamine::Reader as _;
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(std::io::Cursor::new(package)).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    let row = |cells: &[calamine::Data]| {
        let cells: Vec<String> = cells.iter().map(ToString::to_string).collect();
        cells.join("|").trim_matches('|').to_owned()
    };
    range.rows().map(row).collect::<Vec<_>>().join("\n")
}

fn with_part(package: &[u8], name: &str, edit: impl Fn(String) -> String) -> Vec<u8> {
    use std::io::Write as _;
    let mut old = zip::ZipArchive::new(std::io::Cursor::new(package)).unwrap();
    let mut new = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for index in 0..old.len() {
        let part = old.by_index_raw(index).unwrap();
        match part.name().unwrap() == name {
            true => continue,
            false => new.raw_copy_file(part).unwrap(),
        }
    }
    let options = zip::write::SimpleFileOptions::default();
    new.start_file(name, options).unwrap();
    let text = edit(self::part(package, name));
    new.write_all(text.as_bytes()).unwrap();
    new.finish().unwrap().into_inner()
}

#[test]
fn the_marked_copy_tells_rules_and_findings_and_comes_back_clean_once_corrected() {
    let rulebook = Rulebook::builtin(Language::Zh);
    let list = List::faultless(4)
        .set(1, "联系电话", "1390000000x")
        .set(2, "联系电话", "1390000001x")
        .set(2, "市本级", "150")
        .set(2, "区（县）", "150");
    let original = list.bytes();
    let copy = marked(&rulebook, &original);
    let sha256 = liandong::assess::sha256_hex(&original);
    let told = shown(&copy, "审核结果").replace(&sha256, "…");
    insta::assert_snapshot!("result", told);
    assert_eq!(shown(&copy, "Sheet1"), shown(&original, "Sheet1"));
    let sheet = part(&copy, "xl/worksheets/sheet1.xml");
    let marks: Vec<&str> = sheet.split("sqref=\"").skip(1).collect();
    let marks: Vec<&str> = marks
        .iter()
        .map(|it| &it[..it.find('"').unwrap()])
        .collect();
    assert_eq!(marks, ["K5", "K6", "O6"]);
    let told = part(&copy, "xl/comments1.xml");
    assert!(told.contains("ref=\"K5\""), "{told}");
    // as the clerk corrects the copy
    let corrected = with_part(&copy, "xl/sharedStrings.xml", |text| {
        text.replace("1390000000x", "13900000002")
            .replace("1390000001x", "13900000003")
    });
    let corrected = with_part(&corrected, "xl/worksheets/sheet1.xml", |text| {
        let text = text.replace("<c r=\"O6\"><v>150</v>", "<c r=\"O6\"><v>180</v>");
        text.replace("<c r=\"P6\"><v>150</v>", "<c r=\"P6\"><v>120</v>")
    });
    let reading = rulebook.read(&corrected);
    let (whole, _) = assess(&rulebook, &reading);
    assert_eq!(whole.findings, []);
    assert_eq!(whole.rows.unwrap().accepted, 4);
    let clean = marked(&rulebook, &corrected);
    let sheet = part(&clean, "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("conditionalFormatting"), "{sheet}");
}

#[test]
fn a_large_sheet_is_marked_around_its_cells() {
    let rulebook = Rulebook::builtin(Language::Zh);
    let list = List::faultless(6_500)
        .set(10, "联系电话", "1390000000x")
        .set(6_499, "联系电话", "1390000000x");
    let original = list.bytes();
    let copy = marked(&rulebook, &original);
    let (before, after) = (
        part(&original, "xl/worksheets/sheet1.xml"),
        part(&copy, "xl/worksheets/sheet1.xml"),
    );
    assert!(before.len() > 4 * 1024 * 1024, "{}", before.len());
    let cells = |text: &str| {
        let (start, end) = (text.find("<sheetData>"), text.find("</sheetData>"));
        text[start.unwrap()..end.unwrap()].to_owned()
    };
    assert!(cells(&before) == cells(&after));
    assert!(after.contains("sqref=\"K6503\""));
    // marked once more it is the same but for the marks, which are put afresh
    let again = marked(&rulebook, &copy);
    assert!(part(&again, "xl/worksheets/sheet1.xml") == after);
}

#[test]
fn a_rule_that_speaks_in_every_row_is_listed_in_part_and_counted_in_full() {
    let mut list = List::faultless(600);
    for row in &mut list.rows {
        row[10] = "无".to_owned();
    }
    let (whole, rows) = assessed(&list.bytes());
    assert_eq!(rows.len(), 600);
    assert_eq!(whole.findings.len(), 500);
    let found = whole.rows.as_ref().unwrap();
    assert_eq!((found.findings, found.by_rule[0].count), (600, 600));
    assert_eq!(found.by_rule[0].first_row, Some(4));
    let copy = marked(&Rulebook::builtin(Language::Zh), &list.bytes());
    assert!(shown(&copy, "审核结果").contains("这里列出前 500 条"));
}

#[test]
fn the_mail_tells_counts_rules_and_the_gravest_findings() {
    let rulebook = Rulebook::builtin(Language::Zh);
    let mut list = List::faultless(20);
    for row in &mut list.rows[..11] {
        row[10] = "无".to_owned();
    }
    let list = list.set(15, "职称", "中级");
    let reading = rulebook.read(&list.bytes());
    let (whole, _) = assess(&rulebook, &reading);
    let earlier = Earlier::default();
    let edition = rulebook.policies.edition("urumqi-2023");
    let notice = liandong::notice::VerdictNotice {
        id: "LD2024-000001",
        version: 1,
        received_at: context().received_at,
        assessment: &whole,
        earlier: &earlier,
        district_name: Some("天山区"),
        edition: edition.map(|edition| &**edition),
        result_path: "results/tianshan/汇总表-退回修改-LD2024-000001.xlsx",
        is_attached: true,
        contact: None,
    };
    let texts = liandong::notice::Notices::builtin()
        .verdict(&notice)
        .unwrap();
    let hash = whole.sha256.chars().take(16).collect::<String>();
    let text = format!("{}\n\n{}", texts.subject, texts.text.replace(&hash, "0"));
    insta::assert_snapshot!("mail", text);
    assert!(texts.html.contains("问题的种类"));
}

fn liandong(args: &[&str], folder: &std::path::Path) -> (Option<i32>, String) {
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_liandong"))
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    let out = String::from_utf8(run.stdout).unwrap();
    (run.status.code(), out)
}

#[test]
fn check_prints_a_table_for_people_and_an_object_a_row_for_programs() {
    let folder = tempfile::tempdir().unwrap();
    let list = List::faultless(12)
        .set(3, "联系电话", "无")
        .set(4, "联系电话", "无");
    std::fs::write(folder.path().join("汇总表.xlsx"), list.bytes()).unwrap();
    let check = ["check", "--as-of", "2024-03-20", "汇总表.xlsx"];
    let (code, text) = liandong(&check, folder.path());
    assert_eq!(code, Some(1));
    let lines: Vec<&str> = text.lines().take(4).collect();
    assert_eq!(
        lines,
        [
            "汇总表.xlsx: 退回修改《项目推荐汇总表（12 个项目）》",
            "  12 projects: 10 通过, 0 通过·须说明, 2 退回修改",
            "        2 x U08 phone-wrong 必须修改, first in row 7",
            "  U08 必须修改 Sheet1!K7: “联系电话”不是有效的电话号码。 [form]",
        ]
    );
    let (code, lines) = liandong(
        &[&check[..], &["--format", "jsonl"]].concat(),
        folder.path(),
    );
    assert_eq!(code, Some(1));
    let rows: Vec<Assessment> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let numbers: Vec<u32> = rows.iter().map(|row| row.row.unwrap()).collect();
    assert_eq!(numbers, (4..16).collect::<Vec<_>>());
    let (_, array) = liandong(&[&check[..], &["--format", "json"]].concat(), folder.path());
    let array: Vec<Assessment> = serde_json::from_str(&array).unwrap();
    assert_eq!(array, rows);
}

#[test]
fn a_list_in_the_inbox_is_answered_and_no_project_of_the_register() {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path);
    let config = "received_on = \"2024-03-20\"\nsettle_s = 0\n[mail.districts]\ntianshan = [\"one@example.org\"]\n";
    std::fs::write(at("liandong.toml"), config).unwrap();
    std::fs::create_dir_all(at("inbox/tianshan")).unwrap();
    let list = List::faultless(12).set(3, "联系电话", "无");
    std::fs::write(at("inbox/tianshan/汇总表.xlsx"), list.bytes()).unwrap();
    let (code, _) = liandong(&["run", "-c", "liandong.toml"], folder.path());
    assert_eq!(code, Some(1));
    let result = at("results/tianshan/汇总表-退回修改-LD2024-000001.xlsx");
    let copy = std::fs::read(result).unwrap();
    assert!(shown(&copy, "审核结果").contains("共 12 个：通过 11 个"));
    assert_eq!(std::fs::read_dir(at("mail")).unwrap().count(), 1);
    let (_, register) = liandong(
        &["register", "-c", "liandong.toml", "r.xlsx"],
        folder.path(),
    );
    assert_eq!(register.trim(), "0 projects -> r.xlsx");
    let (_, shown) = liandong(
        &["show", "-c", "liandong.toml", "LD2024-000001"],
        folder.path(),
    );
    assert!(shown.contains("12 projects: 11 通过"), "{shown}");
    let (code, replayed) = liandong(
        &["replay", "-c", "liandong.toml", "LD2024-000001"],
        folder.path(),
    );
    assert_eq!(
        (code, replayed.contains("same")),
        (Some(0), true),
        "{replayed}"
    );
}

#[test]
fn the_blank_list_is_the_committed_one_and_is_found_by_its_names_once_filled_in() {
    use liandong::form::blank::{self, Values};
    use liandong::rules::Typed;
    let rulebook = Rulebook::builtin(Language::Zh);
    let edition = rulebook.policies.edition("urumqi-2023").unwrap();
    let layout = &rulebook.summary;
    let blank = blank::summary::write(layout, edition, &Values::new(), &[]).unwrap();
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/summary.xlsx");
    assert!(
        std::fs::read(committed).unwrap() == blank,
        "templates/summary.xlsx is stale: cargo run -- template --kind summary --force templates/summary.xlsx"
    );
    let (whole, rows) = assessed(&blank);
    assert_eq!((rows.len(), whole.findings), (0, Vec::new()));
    let typed = |text: &String| match text.parse::<f64>() {
        Ok(_) if text.len() < 11 => Typed::Number(text.clone().into()),
        _ => Typed::Text(text.clone().into()),
    };
    let row = |number: usize| -> Values {
        let ids = layout.form.columns.iter().map(|field| field.id.clone());
        let cells = ids.zip(faultless(number));
        let cells = cells.filter(|(id, text)| !text.is_empty() && id != "sources.total");
        cells.map(|(id, text)| (id, typed(&text))).collect()
    };
    let head = [
        ("year".to_owned(), Typed::Number("2024".into())),
        ("filed_on".to_owned(), Typed::Date("2024-03-18".into())),
        (
            "recommender".to_owned(),
            Typed::Text("天山区科学技术局".into()),
        ),
    ];
    let rows: Vec<Values> = (1..4).map(row).collect();
    let filled = blank::summary::write(layout, edition, &head.into(), &rows).unwrap();
    // a heading that was edited is found by its name
    let edited = with_part(&filled, "xl/sharedStrings.xml", |text| {
        assert!(text.contains("<t>职称 *</t>"));
        text.replace("<t>职称 *</t>", "<t>技术职务</t>")
    });
    for bytes in [filled, edited] {
        let (whole, rows) = assessed(&bytes);
        assert_eq!(told(&rows), Vec::<String>::new(), "{:?}", whole.findings);
        assert_eq!(whole.rows.unwrap().accepted, 3);
        assert_eq!(whole.filed_on.unwrap().to_string(), "2024-03-18");
    }
}

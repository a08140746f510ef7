//! The register through the border: workbooks are written and assessed, the register is read back.

mod support;

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::sync::LazyLock;

use calamine::{Data, Reader as _, Xlsx};
use liandong::assess::{Assessment, Context, Language, Rulebook, Verdict};
use liandong::form::blank::Values;
use liandong::money::{Money, Ratio};
use liandong::register::{Register, Row, write};
use liandong::rules::{Severity, Typed};
use rust_decimal::Decimal;

static RULEBOOK: LazyLock<Rulebook> = LazyLock::new(|| Rulebook::builtin(Language::Zh));

fn number(value: Decimal) -> Typed {
    Typed::Number(value.normalize().to_string().into())
}

/// The faultless application of a district, with this much of the region's money in 万元.
fn application(district: &str, region: &str) -> Values {
    let mut values = support::faultless();
    let edition = RULEBOOK.policies.edition("urumqi-2023").unwrap();
    let known = edition
        .districts
        .iter()
        .find(|known| known.name == district);
    let class = known.and_then(|known| edition.class_of(known));
    let part = class.map_or(Ratio::ZERO, |class| class.district);
    let region: Decimal = region.parse().unwrap();
    let local = Money::from_wan(region).unwrap();
    let share = local.times_rounded_down(part);
    fund(
        &mut values,
        region,
        (local - share).as_wan(),
        share.as_wan(),
    );
    values.insert("district".to_owned(), text(district));
    values.insert(
        "recommender".to_owned(),
        text(&format!("{district}科学技术局")),
    );
    values.insert("transfer_district".to_owned(), text(district));
    values.insert(
        "title".to_owned(),
        text(&format!("{district}高压黑水角阀国产化研制")),
    );
    values
}

/// Sets the sources, and what is spent so that the sums agree.
fn fund(values: &mut Values, region: Decimal, city: Decimal, district: Decimal) {
    let public = region + city + district;
    let set = [
        ("sources.region.1", region - Decimal::from(120)),
        ("sources.city.1", city),
        ("sources.district.1", district),
        ("commitment", district),
        ("uses.equipment.public", public - Decimal::from(340)),
        (
            "uses.purchase.public",
            (public - Decimal::from(340)).min(Decimal::from(200)),
        ),
        ("units.1.public", public - Decimal::from(200)),
    ];
    for (slot, amount) in set {
        values.insert(slot.to_owned(), number(amount));
    }
    let words = liandong::money::words::to_words(Money::from_wan(region).unwrap());
    values.insert("amount_in_words".to_owned(), Typed::Text(words.into()));
}

fn assess(bytes: &[u8], received_at: &str) -> Assessment {
    let context = Context {
        file: "inbox/tianshan/申报书.xlsx".to_owned(),
        folder: None,
        received_at: received_at.parse().unwrap(),
        id: None,
        edition: None,
    };
    RULEBOOK.assess(&RULEBOOK.read(bytes), &context)
}

fn text(text: &str) -> Typed {
    Typed::Text(text.to_owned().into())
}

/// An application of 2026, whose call leaves the split to the bureau.
fn undecided(district: &str) -> Assessment {
    let mut values = application(district, "300");
    fund(&mut values, 300.into(), 75.into(), 75.into());
    values.insert("year".to_owned(), number(2026.into()));
    values.insert("filed_on".to_owned(), Typed::Date("2025-10-10".into()));
    values.insert("commitment_on".to_owned(), Typed::Date("2025-10-09".into()));
    assess(&support::written(&values), "2025-10-11T09:00:00")
}

fn decided(district: &str, region: &str) -> Assessment {
    let bytes = support::written(&application(district, region));
    assess(&bytes, "2024-03-20T09:00:00")
}

/// Goes back: the city's amount is not its share.
fn returned() -> Assessment {
    let mut values = application("天山区", "400");
    fund(&mut values, 400.into(), 200.into(), 200.into());
    assess(&support::written(&values), "2024-03-20T09:00:00")
}

/// Goes on with a remark.
fn remarked() -> Assessment {
    let mut found = decided("米东区", "500");
    found.verdict = Verdict::AcceptedWithRemarks;
    found.findings = returned().findings;
    for finding in &mut found.findings {
        finding.severity = Severity::Explain;
    }
    found
}

fn rows(assessments: Vec<Assessment>) -> Vec<Row> {
    let row = |(number, assessment): (u32, Assessment)| Row {
        id: format!("LD2024-{number:06}"),
        received_at: "2024-03-20T09:00:00".parse().unwrap(),
        version: 1 + number % 3,
        result: Some(format!("results/tianshan/{number}.xlsx")),
        assessment,
    };
    (1..).zip(assessments).map(row).collect()
}

/// Twenty projects of all verdicts, decided and not, down to odd 分.
static TWENTY: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let mut all = vec![
        returned(),
        undecided("天山区"),
        undecided("甘泉堡"),
        remarked(),
    ];
    all.push(assess(
        &support::file("not-a-workbook"),
        "2024-03-20T09:00:00",
    ));
    for (district, region) in [
        ("天山区", "300"),
        ("天山区", "290.290001"),
        ("沙依巴克区", "512.340007"),
        ("米东区", "333.33"),
        ("米东区", "777.777777"),
        ("经开区（头屯河区）", "888.01"),
        ("高新区（新市区）", "600"),
        ("高新区（新市区）", "450.000003"),
        ("水磨沟区", "420"),
        ("甘泉堡经济技术开发区（工业区）", "250"),
        ("达坂城区", "999.999999"),
        ("乌鲁木齐县", "1000.000001"),
        ("乌鲁木齐县", "280.05"),
        ("沙依巴克区", "300.3"),
        ("水磨沟区", "320.1"),
    ] {
        all.push(decided(district, region));
    }
    rows(all)
});

fn register(rows: &[Row]) -> Vec<u8> {
    let register = Register {
        rows,
        policies: &RULEBOOK.policies,
        made_at: "2024-04-01T10:30:00".parse().unwrap(),
    };
    write(&register).unwrap()
}

/// What stands in each cell of a sheet, by row and column from 0: a number as it is stored, a text as it is.
type Cells = BTreeMap<(u32, u32), String>;

fn sheet(bytes: &[u8], name: &str) -> Cells {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range(name).unwrap();
    let (top, left) = range.start().unwrap_or_default();
    let at = |(row, column, value): (usize, usize, &Data)| {
        let at = (
            top + u32::try_from(row).unwrap(),
            left + u32::try_from(column).unwrap(),
        );
        (!matches!(value, Data::Empty)).then(|| (at, value.to_string()))
    };
    range.cells().filter_map(at).collect()
}

/// The first row that holds this text, from that column on.
fn row_of(cells: &Cells, wanted: &str) -> u32 {
    let found = cells
        .iter()
        .find(|(_, text)| text.replace('\n', "") == wanted);
    found.unwrap_or_else(|| panic!("nowhere: {wanted}")).0.0
}

/// Cells of a row, from a column on.
fn texts(cells: &Cells, row: u32, first: u32, last: u32) -> Vec<&str> {
    let cell = |column| cells.get(&(row, column)).map_or("", String::as_str);
    (first..=last).map(cell).collect()
}

/// The column of the list with this head.
fn column(list: &Cells, head: &str) -> u32 {
    let found = list
        .iter()
        .find(|((row, _), text)| *row == 3 && text.replace('\n', "") == head);
    found.unwrap_or_else(|| panic!("no column {head}")).0.1
}

fn cell<'a>(list: &'a Cells, id: &str, head: &str) -> &'a str {
    let row = row_of(list, id);
    list.get(&(row, column(list, head)))
        .map_or("", String::as_str)
}

fn money(yuan: Option<&str>) -> Money {
    yuan.map_or(Money::ZERO, |yuan| {
        Money::from_yuan(yuan.parse().unwrap()).unwrap()
    })
}

/// Count, region's money, local total, city's, district's, undecided, own: of accepted projects, exactly.
fn exact(rows: &[Row], holds: impl Fn(&Assessment) -> bool) -> Vec<String> {
    let (mut count, mut sums) = (0, [Money::ZERO; 6]);
    for row in rows {
        let found = &row.assessment;
        if !found.verdict.is_accepted() || !holds(found) {
            continue;
        }
        let shares = found.shares.as_ref().unwrap();
        let entered = &found.project.as_ref().unwrap().entered;
        let local = money(Some(&shares.local));
        let amounts = [
            money(Some(&shares.region)),
            local,
            money(shares.city.as_deref()),
            money(shares.district.as_deref()),
            if shares.decided { Money::ZERO } else { local },
            entered.own.as_ref().map_or(Money::ZERO, |own| own.yuan),
        ];
        count += 1;
        for (sum, amount) in sums.iter_mut().zip(amounts) {
            *sum = *sum + amount;
        }
    }
    let sums = sums.map(|sum| sum.as_wan().to_string());
    std::iter::once(count.to_string()).chain(sums).collect()
}

#[test]
fn totals_by_district_and_class_are_the_exact_sums_of_accepted_projects() {
    let overview = sheet(&register(&TWENTY), "总览");
    let edition = RULEBOOK.policies.edition("urumqi-2023").unwrap();
    for district in &edition.districts {
        let row = row_of(&overview, &district.name);
        let sums = exact(&TWENTY, |found| {
            found.district.as_ref() == Some(&district.id)
        });
        assert_eq!(texts(&overview, row, 2, 8), sums, "{}", district.name);
    }
    for class in ["一类", "二类", "三类", "四类", "未分类"] {
        let row = row_of(&overview, class);
        let of_class = (class != "未分类").then_some(class);
        let sums = exact(&TWENTY, |found| found.class.as_deref() == of_class);
        assert_eq!(texts(&overview, row, 2, 8), sums, "{class}");
    }
    let all = exact(&TWENTY, |_| true);
    let totals: Vec<u32> = overview
        .iter()
        .filter(|(_, text)| *text == "合计")
        .map(|(at, _)| at.0)
        .collect();
    assert_eq!(totals.len(), 2);
    for row in totals {
        assert_eq!(texts(&overview, row, 2, 8), all);
    }
}

#[test]
fn projects_are_counted_by_verdict() {
    let overview = sheet(&register(&TWENTY), "总览");
    let row = row_of(&overview, "项目总数") + 1;
    let counts: Vec<&str> = [1, 2, 4, 6, 8]
        .map(|column| overview[&(row, column)].as_str())
        .to_vec();
    // one asks the region for a 分 more than the cap, which is explained
    assert_eq!(counts, ["20", "16", "2", "1", "1"]);
}

#[test]
fn every_figure_of_the_totals_is_a_formula() {
    let bytes = register(&TWENTY);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(&bytes)).unwrap();
    let formulas = book.worksheet_formula("总览").unwrap();
    let overview = sheet(&bytes, "总览");
    for (at, value) in &overview {
        if value.parse::<f64>().is_ok() {
            let formula = formulas.get_value(*at).map_or("", String::as_str);
            assert!(!formula.is_empty(), "{at:?} holds {value} and no formula");
        }
    }
    let tianshan = row_of(&overview, "天山区");
    let formula = formulas.get_value((tianshan, 5)).unwrap();
    assert!(
        formula.starts_with("SUMIFS('项目清单'!$U$5:$U$24"),
        "{formula}"
    );
}

#[test]
fn the_grade_of_the_problem_stands_with_what_is_missing() {
    let list = sheet(&register(&TWENTY), "项目清单");
    let mut graded = 0;
    for row in TWENTY.iter() {
        let Some(focus) = &row.assessment.focus else {
            continue;
        };
        graded += 1;
        assert_eq!(cell(&list, &row.id, "论证"), focus.grade.zh());
        assert_eq!(cell(&list, &row.id, "还缺什么"), focus.missing.join("、"));
    }
    assert!(graded > 0);
}

#[test]
fn shares_of_a_project_are_formulas_that_hold_the_exact_result() {
    let bytes = register(&TWENTY);
    let list = sheet(&bytes, "项目清单");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(&bytes)).unwrap();
    let formulas = book.worksheet_formula("项目清单").unwrap();
    for row in TWENTY.iter().filter(|row| row.assessment.shares.is_some()) {
        let shares = row.assessment.shares.as_ref().unwrap();
        let wan = |yuan: &str| money(Some(yuan)).as_wan().to_string();
        assert_eq!(cell(&list, &row.id, "应配套合计"), wan(&shares.local));
        for (head, share) in [
            ("市级应承担", &shares.city),
            ("区（县）应承担", &shares.district),
        ] {
            let shown = share.as_deref().map_or("待定".to_owned(), wan);
            assert_eq!(cell(&list, &row.id, head), shown, "{}", row.id);
            let at = (row_of(&list, &row.id), column(&list, head));
            let formula = formulas.get_value(at).map_or("", String::as_str);
            assert_eq!(formula.is_empty(), share.is_none(), "{}: {formula}", row.id);
        }
    }
}

#[test]
fn an_undecided_split_is_counted_apart_and_never_as_nothing() {
    let rows = rows(vec![undecided("天山区"), decided("天山区", "300")]);
    let bytes = register(&rows);
    let list = sheet(&bytes, "项目清单");
    assert_eq!(cell(&list, "LD2024-000001", "市级应承担"), "待定");
    assert_eq!(cell(&list, "LD2024-000001", "分担待定"), "150");
    assert_eq!(cell(&list, "LD2024-000001", "市级差额"), "");
    assert_eq!(cell(&list, "LD2024-000002", "分担待定"), "");
    let overview = sheet(&bytes, "总览");
    let row = row_of(&overview, "天山区");
    let expected = ["2", "600", "450", "180", "120", "150", "1200"];
    assert_eq!(texts(&overview, row, 2, 8), expected);
    let undecided = overview
        .iter()
        .find(|(_, text)| text.starts_with("分担待定的项目"));
    assert_eq!(overview[&(undecided.unwrap().0.0, 8)], "1");
}

#[test]
fn a_returned_project_is_listed_with_its_gap_and_counts_in_no_total() {
    let bytes = register(&rows(vec![returned()]));
    let list = sheet(&bytes, "项目清单");
    assert_eq!(cell(&list, "LD2024-000001", "结论"), "退回修改");
    assert_eq!(cell(&list, "LD2024-000001", "市级差额"), "-40");
    assert_eq!(cell(&list, "LD2024-000001", "区（县）差额"), "40");
    assert_ne!(cell(&list, "LD2024-000001", "必须修改"), "0");
    let overview = sheet(&bytes, "总览");
    let row = row_of(&overview, "天山区");
    assert_eq!(texts(&overview, row, 2, 8), ["0"; 7]);
}

#[test]
fn projects_stand_by_district_then_verdict_then_id() {
    let all = vec![
        decided("乌鲁木齐县", "300"),
        returned(),
        decided("天山区", "310"),
        decided("天山区", "320"),
        decided("甘泉堡", "300"),
        assess(&support::file("not-a-workbook"), "2024-03-20T09:00:00"),
    ];
    let list = sheet(&register(&rows(all)), "项目清单");
    let ids: Vec<&str> = (4..10).map(|row| list[&(row, 0)].as_str()).collect();
    let numbers = [5, 3, 4, 2, 1, 6];
    assert_eq!(ids, numbers.map(|number| format!("LD2024-{number:06}")));
    assert_eq!(cell(&list, "LD2024-000006", "区（县）"), "不明");
}

#[test]
fn accepted_projects_are_ordered_by_verdict_then_by_the_ratio_offered() {
    let mut generous = decided("天山区", "300");
    let project = generous.project.as_mut().unwrap();
    project.entered.commitment.as_mut().unwrap().yuan = Money::from_fen(150_000_000);
    let all = vec![
        remarked(),
        decided("天山区", "300"),
        generous,
        returned(),
        decided("米东区", "300"),
    ];
    let ranking = sheet(&register(&rows(all)), "排序");
    let places: Vec<(&str, &str, &str)> = (5..9)
        .map(|row| {
            let at = |column| ranking[&(row, column)].as_str();
            (at(0), at(1), at(12))
        })
        .collect();
    assert_eq!(
        places,
        [
            ("1", "LD2024-000003", "1.1"),
            ("2", "LD2024-000005", "1"),
            ("2", "LD2024-000002", "1"),
            ("1", "LD2024-000001", "1"),
        ]
    );
    assert_eq!(
        ranking.get(&(9, 1)),
        None,
        "a returned project has no place"
    );
}

#[test]
fn projects_of_different_policies_are_not_ranked_against_each_other() {
    let all = vec![undecided("天山区"), decided("天山区", "300")];
    let ranking = sheet(&register(&rows(all)), "排序");
    assert_eq!(texts(&ranking, 5, 0, 1), ["1", "LD2024-000002"]);
    assert_eq!(texts(&ranking, 6, 0, 1), ["1", "LD2024-000001"]);
    assert_eq!(ranking[&(6, 12)], "0.5");
}

#[test]
fn every_finding_is_listed_with_its_cell() {
    let bytes = register(&TWENTY);
    let findings = sheet(&bytes, "问题清单");
    let listed = findings
        .keys()
        .filter(|(row, column)| *row >= 3 && *column == 4)
        .count();
    let found: usize = TWENTY.iter().map(|row| row.assessment.findings.len()).sum();
    assert!(found > 3);
    assert_eq!(listed, found);
    let row = row_of(&findings, "M02");
    assert_eq!(texts(&findings, row, 4, 6), ["M02", "经费预算", "H6"]);
    assert_eq!(texts(&findings, row, 8, 10), ["200.00", "240.00", "-40.00"]);
}

#[test]
fn each_figure_tells_its_file_cell_or_step_with_the_clause() {
    let rows = rows(vec![decided("天山区", "300")]);
    let sources = sheet(&register(&rows), "依据与来源");
    let region = row_of(&sources, "自治区财政资金");
    let hash = &rows[0].assessment.sha256[..16];
    assert_eq!(
        texts(&sources, region, 2, 6),
        ["自治区财政资金", "300", "填报", "经费预算", "H5"]
    );
    assert_eq!(
        texts(&sources, region, 13, 14),
        ["inbox/tianshan/申报书.xlsx", hash]
    );
    let other = row_of(&sources, "其他资金");
    assert_eq!(texts(&sources, other, 3, 6), ["", "没有读到", "", ""]);
    let city = row_of(&sources, "市级应承担");
    assert_eq!(texts(&sources, city, 3, 4), ["180", "计算"]);
    assert_eq!(texts(&sources, city, 8, 9), ["四(二)", "urumqi-2023"]);
    assert!(sources[&(city, 7)].contains("1800000.00"));
}

#[test]
fn what_an_applicant_wrote_never_becomes_a_formula_or_a_link() {
    let mut found = returned();
    let hostile = [
        "=HYPERLINK(\"http://a.example\",1)",
        "＝1+1",
        "@SUM(1)",
        "http://a.example/",
    ];
    found.title = Some(hostile[0].to_owned());
    found.applicant = Some(hostile[1].to_owned());
    let project = found.project.as_mut().unwrap();
    project.leader = Some(hostile[2].to_owned());
    project.problem_name = Some(hostile[3].to_owned());
    found.findings[0].entered = Some("+1+1".to_owned());
    let bytes = register(&rows(vec![found]));
    let list = sheet(&bytes, "项目清单");
    for (head, text) in ["项目名称", "申报单位", "项目负责人", "关键技术问题"]
        .iter()
        .zip(hostile)
    {
        assert_eq!(cell(&list, "LD2024-000001", head), text);
    }
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(&bytes)).unwrap();
    for name in book.sheet_names() {
        let formulas = book.worksheet_formula(&name).unwrap();
        for (_, _, formula) in formulas.used_cells() {
            assert!(
                !formula.contains("HYPERLINK") && !formula.contains("1+1"),
                "{formula}"
            );
        }
    }
    let mut package = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let mut styles = String::new();
    package
        .by_name("xl/styles.xml")
        .unwrap()
        .read_to_string(&mut styles)
        .unwrap();
    assert!(styles.contains("quotePrefix=\"1\""));
    let links = package
        .file_names()
        .any(|name| name.unwrap().contains("sheet2.xml.rels"));
    assert!(!links, "the list has links");
}

#[test]
fn a_text_longer_than_a_cell_holds_is_cut_and_an_amount_too_long_stays_exact() {
    let mut found = returned();
    found.title = Some("长".repeat(40_000));
    let entered = &mut found.project.as_mut().unwrap().entered;
    entered.total.as_mut().unwrap().yuan = Money::from_fen(1_234_567_890_123_456);
    entered.own.as_mut().unwrap().yuan = Money::from_fen(123_456_789_012_345);
    let list = sheet(&register(&rows(vec![found])), "项目清单");
    let title = cell(&list, "LD2024-000001", "项目名称");
    assert_eq!(title.chars().count(), 32_767);
    assert!(title.ends_with("……（过长，以下略）"));
    assert_eq!(cell(&list, "LD2024-000001", "总经费"), "1234567890.123456");
    assert_eq!(cell(&list, "LD2024-000001", "自筹资金"), "123456789.012345");
}

#[test]
fn shares_over_what_a_spreadsheet_computes_exactly_are_written_as_amounts() {
    for (yuan, is_formula) in [("99999999.99", true), ("100000000.00", false)] {
        let mut found = decided("甘泉堡", "300");
        let shares = found.shares.as_mut().unwrap();
        (shares.region, shares.local) = (yuan.to_owned(), yuan.to_owned());
        (shares.city, shares.district) = (Some("0.00".to_owned()), Some(yuan.to_owned()));
        let bytes = register(&rows(vec![found]));
        let list = sheet(&bytes, "项目清单");
        assert_eq!(
            cell(&list, "LD2024-000001", "应配套合计"),
            money(Some(yuan)).as_wan().to_string()
        );
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(&bytes)).unwrap();
        let formulas = book.worksheet_formula("项目清单").unwrap();
        let at = (4, column(&list, "应配套合计"));
        let written = formulas
            .get_value(at)
            .is_some_and(|formula| !formula.is_empty());
        assert_eq!(written, is_formula, "{yuan}");
    }
}

#[test]
fn an_empty_ledger_gives_a_register_that_says_so() {
    let bytes = register(&[]);
    let names = Xlsx::new(Cursor::new(&bytes)).unwrap().sheet_names();
    assert_eq!(
        names,
        ["总览", "项目清单", "排序", "问题清单", "依据与来源"]
    );
    for name in names {
        let cells = sheet(&bytes, &name);
        let says = cells.values().any(|text| text.contains("台账中还没有项目"));
        assert!(says, "{name}: {cells:?}");
    }
    let overview = sheet(&bytes, "总览");
    let row = row_of(&overview, "天山区");
    assert_eq!(texts(&overview, row, 2, 8), ["0"; 7]);
}

#[test]
fn the_same_projects_give_the_same_bytes() {
    assert!(register(&TWENTY) == register(&TWENTY));
}

/// `tests/support/check_register.py` opens these with programs that are not ours.
#[test]
fn registers_are_kept_for_other_programs() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    for (name, rows) in [("register-20.xlsx", &TWENTY[..]), ("register-0.xlsx", &[])] {
        std::fs::write(folder.join(name), register(rows)).unwrap();
        assert!(folder.join(name).metadata().unwrap().len() > 10_000);
    }
    assert_eq!(TWENTY[0].assessment.verdict, Verdict::Returned);
}

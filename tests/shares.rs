//! Shares, editions and names of districts: properties, and both sides of each limit.

use jiff::civil::date;
use liandong::district::{Recognised, recognise};
use liandong::money::amount::{self, Unit};
use liandong::money::{Money, words};
use liandong::policy::Policies;
use liandong::share::{NoShare, Shares, Split, compute};
use proptest::prelude::*;
use rust_decimal::Decimal;

const PLAN: &str = include_str!("../templates/policies/urumqi-2023.toml");

const DISTRICTS: [&str; 9] = [
    "ganquanpu",
    "midong",
    "jingkai",
    "gaoxin",
    "shuimogou",
    "tianshan",
    "shayibake",
    "dabancheng",
    "urumqi-county",
];

fn policies() -> &'static Policies {
    static ALL: std::sync::OnceLock<Policies> = std::sync::OnceLock::new();
    ALL.get_or_init(|| Policies::builtin().unwrap())
}

fn shares(id: &str, fen: i128) -> Shares {
    let edition = policies().edition("urumqi-2023").unwrap();
    let district = edition.districts.iter().find(|d| d.id == id).unwrap();
    compute(edition, district, Money::from_fen(fen), &[]).unwrap()
}

fn says(text: &str) -> Recognised {
    recognise(&policies().edition("urumqi-2023").unwrap().districts, text)
}

proptest! {
    #[test]
    fn the_parts_sum_and_are_exact_to_the_fen(fen in 0_i128..10_000_000_000_000, at in 0_usize..9) {
        let shares = shares(DISTRICTS[at], fen);
        let (city, district) = (shares.city.unwrap(), shares.district.unwrap());
        prop_assert_eq!(city + district, shares.local);
        prop_assert_eq!(shares.local, Money::from_fen(fen));
        prop_assert!(city >= Money::ZERO && district >= Money::ZERO);
        let exact = Decimal::from(fen) * shares.ratio.unwrap().1.value();
        let residue = exact - Decimal::from(district.fen());
        prop_assert!(residue >= Decimal::ZERO && residue < Decimal::ONE);
    }

    #[test]
    fn more_from_the_region_is_less_for_nobody(fen in 0_i128..10_000_000_000, more in 0_i128..1_000, at in 0_usize..9) {
        let (less, more) = (shares(DISTRICTS[at], fen), shares(DISTRICTS[at], fen + more));
        prop_assert!(more.district >= less.district && more.city >= less.city);
    }

    #[test]
    fn the_city_bears_more_from_class_to_class(fen in 0_i128..10_000_000_000) {
        let cities = ["ganquanpu", "midong", "tianshan", "dabancheng"].map(|id| shares(id, fen).city);
        prop_assert_eq!(cities[0], Some(Money::ZERO));
        prop_assert!(cities.is_sorted());
    }

    #[test]
    fn amounts_in_words_read_back(fen in -999_999_999_999_999_999_i128..=999_999_999_999_999_999) {
        let amount = Money::from_fen(fen);
        prop_assert_eq!(words::parse(&words::to_words(amount)), Some(amount));
    }

    #[test]
    fn round_amounts_in_words_read_back(digits in 0_i128..10_000, zeros in 0_u32..13, low in 0_i128..1_000) {
        let amount = Money::from_fen(digits * 10_i128.pow(zeros) + low);
        prop_assert_eq!(words::parse(&words::to_words(amount)), Some(amount));
    }

    #[test]
    fn no_text_makes_a_reader_panic(text in "[零壹一十百千万亿元角分整负0-9.,，￥¥ -]{0,20}|\\PC{0,20}") {
        let _ = (words::parse(&text), amount::parse(&text, Unit::Wan), says(&text));
    }
}

#[test]
fn region_money_below_zero_or_beyond_any_project_has_no_shares() {
    let edition = policies().edition("urumqi-2023").unwrap();
    let at = |fen| compute(edition, &edition.districts[0], Money::from_fen(fen), &[]);
    assert!(matches!(at(-1), Err(NoShare::Negative(_))));
    assert!(matches!(at(i128::MAX), Err(NoShare::TooLarge)));
    assert!(at(0).is_ok());
}

#[test]
fn the_call_leaves_the_split_open_until_a_document_decides_it() {
    let edition = policies().edition("urumqi-2026-call").unwrap();
    let (district, region) = (&edition.districts[5], Money::from_fen(300_000_000));
    let open = compute(edition, district, region, &[]).unwrap();
    assert!(!open.decided() && open.city.is_none() && open.district.is_none());
    assert_eq!(open.local.yuan(), "1500000.00");
    let split: Split = toml::from_str(
        "edition='urumqi-2026-call'\ncity_share='0.6'\ndistrict_share='0.4'\ndocument='纪要'",
    )
    .unwrap();
    let decided = compute(edition, district, region, &[split]).unwrap();
    assert_eq!(decided.city.unwrap().yuan(), "900000.00");
    assert_eq!(decided.decided_by.as_deref(), Some("纪要"));
}

#[test]
fn year_and_day_together_choose_the_edition() {
    let on = |year, day| policies().in_force(year, day).map(|e| e.id.as_str());
    assert_eq!(on(2025, date(2025, 10, 8)), Some("urumqi-2023"));
    assert_eq!(on(2026, date(2025, 10, 8)), Some("urumqi-2026-call"));
    assert_eq!(on(2025, date(2025, 12, 31)), Some("urumqi-2023"));
    assert_eq!(on(2025, date(2026, 1, 1)), None);
    assert_eq!(on(2026, date(2025, 10, 21)), None);
    assert_eq!(on(i64::MAX, date(2025, 10, 8)), None);
    let last = policies().last_before(date(2026, 1, 1)).unwrap();
    assert_eq!(last.id, "urumqi-2023");
    assert!(policies().last_before(date(2020, 1, 1)).is_none());
}

#[test]
fn a_district_is_known_by_its_names_and_never_guessed() {
    for (text, id) in [
        ("天山区", "tianshan"),
        ("新疆乌鲁木齐市 天山区", "tianshan"),
        ("头屯河区(经开区)", "jingkai"),
        ("乌鲁木齐经济技术开发区（头屯河区）", "jingkai"),
        ("新市区", "gaoxin"),
        ("乌鲁木齐县", "urumqi-county"),
        ("甘泉堡", "ganquanpu"),
    ] {
        assert_eq!(says(text), Recognised::Certain(id.to_owned()), "{text}");
    }
    for text in ["", "县", "综合保税区", "新疆软件园", "天山区政府"] {
        assert_eq!(says(text), Recognised::Unknown, "{text}");
    }
    let both = vec!["ganquanpu".to_owned(), "midong".to_owned()];
    assert_eq!(says("米东区甘泉堡工业园"), Recognised::Ambiguous(both));
}

#[test]
fn editions_with_two_answers_are_refused_with_file_and_line() {
    for (from, to, says) in [
        ("city = \"0.6\"", "city = \"0.5\"", "sum to 0.9"),
        ("class = \"三类\"", "class = \"五类\"", "unknown class"),
        ("id = \"midong\"", "id = \"ganquanpu\"", "there twice"),
        ("\"米东\"", "\"甘泉堡\"", "names both"),
        ("issuer", "isuer", "unknown field"),
        ("\"1800000.00\"", "\"1800000.01\"", "test case 4 fails"),
        ("first = 2023,", "first = 2026,", "before it begins"),
    ] {
        let files = [("p.toml".to_owned(), PLAN.replacen(from, to, 1))];
        let text = Policies::load(&files).unwrap_err().to_string();
        let placed = text.starts_with("p.toml, line ") && !text.contains("line 1:");
        assert!(placed && text.contains(says), "{text}");
    }
}

#[test]
fn a_year_and_day_covered_twice_is_refused() {
    let other = PLAN.replace("\"urumqi-2023\"", "\"another\"");
    let files = [("a.toml", PLAN), ("b.toml", &other)].map(|(n, t)| (n.to_owned(), t.to_owned()));
    let text = Policies::load(&files).unwrap_err().to_string();
    assert!(
        text.starts_with("b.toml, line ") && text.contains("covers too"),
        "{text}"
    );
}

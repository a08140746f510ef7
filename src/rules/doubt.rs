//! Sums of the budget, and amounts that stand in the form and cannot be relied on.
//!
//! One mistake gives one finding: where a rule objects to an amount itself (in 元, stale, not the sum of its
//! cells, below zero), rules that compare it with others wait until it is put right.

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};
use rust_decimal::Decimal;

use crate::form::application::{Line, Use};
use crate::form::entry::Datum;
use crate::form::layout::Kind;
use crate::form::{Application, Entry, Field, State};
use crate::money::{Money, Ratio, words};
use crate::rules::Fault;

/// 分 in 10,000 万元: more than any cell of a joint project holds.
const WAN_10000: i128 = 10_000 * 10_000 * 100;
/// The uses that the total adds; the others are parts of them.
const WHOLE_USES: [&str; 4] = [
    "uses.equipment.",
    "uses.operations.",
    "uses.labour.",
    "uses.indirect.",
];
/// Amounts of a form, so many that a map of them need not grow.
const AMOUNTS: usize = 128;
/// 元 in 万元.
const YUAN_PER_WAN: i128 = 10_000;

/// Amounts that cannot be relied on, by their ids, and the sums that tell.
#[derive(Debug, Default)]
pub struct Doubted<'a> {
    ids: HashSet<Arc<str>>,
    sums: Vec<Sum<'a>>,
    meant_region: Option<Money>,
}

impl<'a> Doubted<'a> {
    /// The doubted amounts of an application.
    #[must_use]
    pub fn of(app: &'a Application) -> Self {
        let sums = sums(app);
        let mut ids: HashSet<Arc<str>> = HashSet::new();
        ids.extend(
            in_yuan(app)
                .cells
                .iter()
                .map(|cell| Arc::clone(&cell.slot.id)),
        );
        ids.extend(below_zero(app).map(|cell| Arc::clone(&cell.slot.id)));
        if app.sources.region.total.given() == Some(&Money::ZERO) {
            ids.insert(Arc::clone(&app.sources.region.total.id));
        }
        for sum in &sums {
            let is_doubted = |part: &&Field<Money>| {
                ids.contains(&part.id) || matches!(part.state, State::Garbled(_))
            };
            let doubted = sum.parts.iter().any(is_doubted);
            if doubted || sum.difference().is_some() {
                ids.insert(Arc::clone(&sum.total.id));
            }
        }
        Self {
            ids,
            sums,
            meant_region: None,
        }
    }

    /// Doubts the region's money where the amount in words and the local match both go by another amount: then this one is
    /// the slip, and B11 says so. `local` is what the edition asks of city and district for each 元 of the region's.
    pub fn hold_region_against(&mut self, app: &Application, local: Ratio) {
        let meant = self.meant_region(app, local);
        if meant.is_some() {
            self.ids.insert(Arc::clone(&app.sources.region.total.id));
        }
        self.meant_region = meant;
    }

    fn meant_region(&self, app: &Application, local: Ratio) -> Option<Money> {
        let amount = |field: &Field<Money>| {
            let amount = field.given().copied();
            amount.filter(|_| !self.holds(&field.id))
        };
        let sources = &app.sources;
        let matched = amount(&sources.city.total)? + amount(&sources.district.total)?;
        let meant = words::parse(app.amount_in_words.given()?)?;
        let is_other = amount(&sources.region.total)? != meant;
        (is_other && meant.times_rounded_down(local) == matched).then_some(meant)
    }

    /// What the region's money is meant to be, where words and local match agree against it.
    pub(super) const fn region_meant(&self) -> Option<Money> {
        self.meant_region
    }

    /// Every total of the budget with the cells it adds: lines before the totals that add them.
    pub(super) fn sums(&self) -> &[Sum<'a>] {
        &self.sums
    }

    /// Whether the amount of this field is doubted.
    #[must_use]
    pub fn holds(&self, id: &str) -> bool {
        self.ids.contains(id)
    }
}

/// A table of the budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// 经费来源.
    Sources,
    /// 经费支出.
    Uses,
}

/// A total of the budget with the cells it adds.
#[derive(Debug)]
pub(super) struct Sum<'a> {
    /// Which table.
    pub table: Table,
    /// The total.
    pub total: &'a Field<Money>,
    /// What it adds, all cells blank counting as nothing.
    pub parts: Vec<&'a Field<Money>>,
    /// Their sum in 万元, as they were typed: three thirds make a whole. `None` where one cannot be read.
    pub wan: Option<Decimal>,
    /// Cells with amounts as text, which a formula leaves out.
    pub as_text: Vec<&'a Entry>,
    /// Whether a formula stands in the total.
    pub is_formula: bool,
}

impl Sum<'_> {
    /// What stands there and what the cells give, where the two differ.
    pub fn difference(&self) -> Option<(Money, Money)> {
        let entered = *self.total.given()?;
        let expected = Money::from_wan_nearest_fen(self.wan?)?;
        (entered != expected).then_some((entered, expected))
    }
}

impl Sum<'_> {
    /// The fault of a total that was typed and is not the sum of its cells.
    pub fn fault(&self, entered: Money, expected: Money) -> Fault {
        let mut fault = Fault::at(self.total).amounts(entered, expected);
        let filled = self.parts.iter().filter(|part| part.given().is_some());
        fault.from = filled.filter_map(|part| part.place.clone()).collect();
        let (label, place) = (&self.total.label, self.total.place_text());
        fault
            .message(
                format!(
                    "{label}填 {}，各栏相加是 {}。",
                    entered.wan(),
                    expected.wan()
                ),
                format!(
                    "{label} is {}, its cells sum to {}",
                    entered.wan(),
                    expected.wan()
                ),
            )
            .fix(
                format!(
                    "明细无误的，把 {place} 改为 {}；否则改正明细。",
                    expected.wan()
                ),
                format!(
                    "if its cells are right, change {place} to {}",
                    expected.wan()
                ),
            )
    }
}

/// Every total of the budget: lines before the totals that add them.
fn sums(app: &Application) -> Vec<Sum<'_>> {
    let mut entries: HashMap<&str, &Entry> = HashMap::with_capacity(AMOUNTS);
    let amounts = app.entries.iter();
    let amounts = amounts.filter(|entry| entry.slot.field.kind == Kind::Money);
    entries.extend(amounts.map(|entry| (&*entry.slot.id, entry)));
    let wan = |entry: &Option<&Entry>| match entry.as_ref()?.state {
        State::Given(Datum::Money(_, wan)) => Some(wan),
        _ => None,
    };
    let all = sources(app).into_iter().chain(uses(app));
    // a form that has none of the cells has a total of its own
    let is_there = |part: &&Field<Money>| !matches!(part.state, State::Missing);
    let all = all.filter(|(_, _, parts)| parts.iter().any(is_there));
    all.map(|(table, total, parts)| {
        let filled = parts.iter().filter(|part| !part.is_absent());
        let filled = filled.map(|part| entries.get(&*part.id).copied());
        let filled: Vec<Option<&Entry>> = filled.collect();
        let is_amount_as_text =
            |entry: &&Entry| entry.is_text && matches!(entry.state, State::Given(_));
        let total_entry = entries.get(&*total.id);
        Sum {
            table,
            total,
            wan: filled.iter().map(wan).sum(),
            as_text: (filled.into_iter().flatten())
                .filter(is_amount_as_text)
                .collect(),
            parts,
            is_formula: total_entry.is_some_and(|entry| entry.formula.is_some()),
        }
    })
    .collect()
}

/// A total with its cells.
type Adds<'a> = (Table, &'a Field<Money>, Vec<&'a Field<Money>>);

fn sources(app: &Application) -> Vec<Adds<'_>> {
    let all = &app.sources;
    let lines: [&Line; 5] = [&all.region, &all.city, &all.district, &all.own, &all.other];
    let mut sums: Vec<Adds<'_>> = Vec::with_capacity(11);
    for line in lines {
        sums.push((Table::Sources, &line.total, line.years.iter().collect()));
    }
    for (year, total) in all.total.years.iter().enumerate() {
        let parts = lines.iter().filter_map(|line| line.years.get(year));
        sums.push((Table::Sources, total, parts.collect()));
    }
    let totals = lines.iter().map(|line| &line.total).collect();
    sums.push((Table::Sources, &all.total.total, totals));
    sums
}

fn uses(app: &Application) -> Vec<Adds<'_>> {
    let all = &app.uses;
    let whole: [&Use; 4] = [&all.equipment, &all.operations, &all.labour, &all.indirect];
    let parts: [&Use; 2] = [&all.purchase, &all.performance];
    let mut sums: Vec<Adds<'_>> = whole
        .into_iter()
        .chain(parts)
        .map(|line| (Table::Uses, &line.total, vec![&line.public, &line.own]))
        .collect();
    let column = |take: fn(&Use) -> &Field<Money>| whole.iter().map(|line| take(line)).collect();
    sums.push((Table::Uses, &all.total.public, column(|line| &line.public)));
    sums.push((Table::Uses, &all.total.own, column(|line| &line.own)));
    sums.push((Table::Uses, &all.total.total, column(|line| &line.total)));
    sums
}

/// What the typed amounts of the sources and of the uses sum to, in 分.
fn totals(amounts: &[(&Entry, i128)], count: impl Fn(&Entry, i128) -> i128) -> (i128, i128) {
    let typed = amounts.iter().filter(|(entry, _)| !entry.slot.computed);
    typed.fold((0, 0), |(sources, uses), (entry, fen)| {
        let id = &*entry.slot.id;
        if id.starts_with("sources.") {
            (sources + count(entry, *fen), uses)
        } else if WHOLE_USES.iter().any(|line| id.starts_with(line)) {
            (sources, uses + count(entry, *fen))
        } else {
            (sources, uses)
        }
    })
}

/// Whether sources and uses differ as they stand, and agree once the suspects count as 元.
fn proved_by_totals(amounts: &[(&Entry, i128)], suspects: &[(&Entry, i128)]) -> bool {
    let (sources, uses) = totals(amounts, |_, fen| fen);
    let is_suspect = |entry: &Entry| suspects.iter().any(|(it, _)| it.slot.id == entry.slot.id);
    let (in_yuan_sources, in_yuan_uses) = totals(amounts, |entry, fen| match is_suspect(entry) {
        true => fen / YUAN_PER_WAN,
        false => fen,
    });
    sources != uses && in_yuan_sources == in_yuan_uses
}

/// Whether sources and uses agree, so that one unit holds for both, and the region's money is more than a region
/// gives to any project: the amounts of both tables are in 元, small ones too.
fn both_tables_in_yuan(amounts: &[(&Entry, i128)]) -> bool {
    let (sources, uses) = totals(amounts, |_, fen| fen);
    let (region, _) = totals(amounts, |entry, fen| match is_of_region(entry) {
        true => fen,
        false => 0,
    });
    sources == uses && region >= WAN_10000
}

fn is_of_region(entry: &Entry) -> bool {
    let rest = entry.slot.id.strip_prefix("sources.region");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn is_of_tables(entry: &Entry) -> bool {
    ["sources.", "uses."]
        .iter()
        .any(|table| entry.slot.id.starts_with(table))
}

/// Amounts typed in 元 where 万元 are asked.
#[derive(Debug, Default)]
pub(super) struct InYuan<'a> {
    /// Whether they are told together.
    pub all: bool,
    /// The cells.
    pub cells: Vec<&'a Entry>,
}

/// Finds amounts in 元, proved by a cell that holds the ten-thousandth part, by all amounts of the budget, by its two
/// totals, by a part that is larger than the whole, or by what a region gives.
pub(super) fn in_yuan(app: &Application) -> InYuan<'_> {
    let amounts = |least: i128| {
        let entries = app.entries.iter();
        let amounts = entries.filter_map(move |entry| match entry.state {
            State::Given(Datum::Money(money, _)) if money.fen() >= least => {
                Some((entry, money.fen()))
            }
            _ => None,
        });
        amounts.filter(|(entry, _)| is_of_project(&entry.slot.id))
    };
    let large = amounts(WAN_10000).filter(|(entry, _)| !entry.slot.computed);
    let suspects: Vec<(&Entry, i128)> = large.collect();
    if suspects.is_empty() {
        return InYuan::default();
    }
    let amounts: Vec<(&Entry, i128)> = amounts(1).collect();
    let typed = amounts
        .iter()
        .filter(|(entry, _)| !entry.slot.computed)
        .count();
    let all = suspects.len() == typed && typed > 1;
    let by_totals = proved_by_totals(&amounts, &suspects);
    if all || by_totals {
        let cells: Vec<&Entry> = suspects.iter().map(|(entry, _)| *entry).collect();
        let all = cells.len() > 1;
        return InYuan { all, cells };
    }
    if both_tables_in_yuan(&amounts) {
        let in_yuan = |(entry, fen): &&(&Entry, i128)| {
            !entry.slot.computed && (is_of_tables(entry) || *fen >= WAN_10000)
        };
        let cells = amounts.iter().filter(in_yuan).map(|(entry, _)| *entry);
        return InYuan {
            all: true,
            cells: cells.collect(),
        };
    }
    let values: HashSet<i128> = amounts.iter().map(|(_, fen)| *fen).collect();
    let (whole, _) = totals(&amounts, |_, fen| fen);
    let proved = |(entry, fen): &&(&Entry, i128)| {
        let is_part_over_whole =
            !is_of_tables(entry) && *fen > whole && fen / YUAN_PER_WAN <= whole;
        is_of_region(entry)
            || is_part_over_whole
            || fen % YUAN_PER_WAN == 0 && values.contains(&(fen / YUAN_PER_WAN))
    };
    let cells = suspects.iter().filter(proved).map(|(entry, _)| *entry);
    InYuan {
        all: false,
        cells: cells.collect(),
    }
}

/// Whether an amount is a part of the project's money (and not of a firm's or an industry's).
pub(super) fn is_of_project(id: &str) -> bool {
    id == "commitment"
        || ["sources.", "uses.", "units."]
            .iter()
            .any(|block| id.starts_with(block))
}

/// Amounts typed below zero.
pub(super) fn below_zero(app: &Application) -> impl Iterator<Item = &Entry> {
    app.entries.iter().filter(|entry| {
        matches!(entry.state, State::Given(Datum::Money(money, _)) if money < Money::ZERO)
            && !entry.slot.computed
    })
}

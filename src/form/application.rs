//! One project's application, typed: what rules read.
//!
//! Built from the entries of the form; the entries stay beside it for the rules that walk every cell. The ids
//! used here must be in `templates/forms/application.toml`: a test builds an application from the blank form.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::entry::Entry;
use super::layout::{Layout, Slot};
use super::{Field, State};
use crate::money::Money;

/// Everything a form of kind `application` holds. Amounts are exact yuan, percentages 45 for 45 %.
#[derive(Debug, Clone)]
#[expect(
    missing_docs,
    reason = "each field is the form's field of that id; the form file documents it"
)]
pub struct Application {
    /// Version of the form that it was filled in, from 1.
    pub version: u32,
    /// The cells of the form in reading order, without rows of tables that hold nothing and need not.
    pub entries: Vec<Entry>,

    pub title: Field<String>,
    pub year: Field<i64>,
    pub filed_on: Field<Date>,
    pub district: Field<String>,
    pub recommender: Field<String>,
    pub programme: Field<String>,
    pub guide_topic: Field<String>,
    pub industry: Field<String>,
    pub applicant: Field<String>,
    pub credit_code: Field<String>,
    pub applicant_kind: Field<String>,
    pub registered_in: Field<String>,
    pub leader: Field<String>,
    pub leader_born: Field<Date>,
    pub leader_title: Field<String>,
    pub leader_months: Field<i64>,
    pub leader_phone: Field<String>,
    pub leader_email: Field<String>,
    pub contact: Field<String>,
    pub contact_phone: Field<String>,
    pub contact_email: Field<String>,
    pub starts_on: Field<Date>,
    pub ends_on: Field<Date>,
    pub team_size: Field<i64>,
    pub abstract_text: Field<String>,

    pub problem_kind: Field<String>,
    pub problem_name: Field<String>,
    pub problem: Field<String>,
    pub blocked_item: Field<String>,
    pub held_by: Field<String>,
    pub import_dependence: Field<Decimal>,
    pub cutoff_risk: Field<String>,
    pub gap: Field<String>,
    pub firms_affected: Field<i64>,
    pub industry_size: Field<Money>,
    pub difficulty: Field<String>,
    pub difficulty_why: Field<String>,
    pub approach: Field<String>,
    pub ip_owner: Field<String>,
    pub targets: Vec<Target>,

    pub sources: Sources,
    pub uses: Uses,
    pub revenue: Field<Money>,
    pub rd_spend: Field<Money>,
    pub amount_in_words: Field<String>,

    pub commitment_no: Field<String>,
    pub commitment_on: Field<Date>,
    pub commitment: Field<Money>,
    pub in_budget: Field<String>,
    pub safeguards: Field<String>,
    pub organisation: Field<String>,

    pub units: Vec<Unit>,
    pub people: Vec<Person>,
    pub topics: Field<i64>,

    pub plan: Vec<PlanStep>,
    pub outcomes: Vec<Outcome>,

    pub transfer_how: Field<String>,
    pub transfer_district: Field<String>,
    pub transfer_by: Field<String>,
    pub transfer_on: Field<Date>,
    pub new_output: Field<Money>,
}

/// 考核指标: one measurable target.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each field is the form's column of that id")]
pub struct Target {
    pub name: Field<String>,
    pub unit: Field<String>,
    pub world: Field<String>,
    pub today: Field<String>,
    pub goal: Field<String>,
    pub due_on: Field<Date>,
    pub method: Field<String>,
}

/// 经费来源: who gives how much in which year.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each field is the form's line of that id")]
pub struct Sources {
    pub region: Line,
    pub city: Line,
    pub district: Line,
    pub own: Line,
    pub other: Line,
    pub total: Line,
}

/// One line of the sources: an amount a year and their total.
#[derive(Debug, Clone)]
pub struct Line {
    /// First to fifth year.
    pub years: Vec<Field<Money>>,
    /// 合计.
    pub total: Field<Money>,
}

/// 经费支出: what the money is for.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each field is the form's line of that id")]
pub struct Uses {
    pub equipment: Use,
    /// 其中 设备购置费.
    pub purchase: Use,
    pub operations: Use,
    pub labour: Use,
    pub indirect: Use,
    /// 其中 绩效支出.
    pub performance: Use,
    pub total: Use,
}

/// One line of the uses.
#[derive(Debug, Clone)]
pub struct Use {
    /// 财政资金.
    pub public: Field<Money>,
    /// 自筹资金.
    pub own: Field<Money>,
    /// 合计.
    pub total: Field<Money>,
    /// 测算依据.
    pub basis: Field<String>,
}

/// A unit taking part; the first is the applicant.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each field is the form's column of that id")]
pub struct Unit {
    pub name: Field<String>,
    pub credit_code: Field<String>,
    pub kind: Field<String>,
    pub seat: Field<String>,
    pub task: Field<String>,
    pub public: Field<Money>,
    pub own: Field<Money>,
}

/// A person taking part; the first is the leader.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each field is the form's column of that id")]
pub struct Person {
    pub name: Field<String>,
    pub born: Field<Date>,
    pub title: Field<String>,
    pub subject: Field<String>,
    pub unit: Field<String>,
    pub task: Field<String>,
    pub months: Field<i64>,
}

/// A step of the schedule.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each field is the form's column of that id")]
pub struct PlanStep {
    pub year: Field<i64>,
    pub starts_on: Field<Date>,
    pub ends_on: Field<Date>,
    pub task: Field<String>,
    pub target: Field<String>,
    pub inspection: Field<String>,
}

/// An expected outcome.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each field is the form's column of that id")]
pub struct Outcome {
    pub level1: Field<String>,
    pub level2: Field<String>,
    pub level3: Field<String>,
    pub value: Field<String>,
    pub unit: Field<String>,
}

/// The entries by the layout's ids.
struct Cells<'a> {
    layout: &'a Layout,
    entries: &'a [Entry],
    /// Where the entry of each slot stands, if there is one.
    positions: Vec<Option<usize>>,
}

impl<'a> Cells<'a> {
    fn of(layout: &'a Layout, entries: &'a [Entry]) -> Self {
        let mut rest = entries.iter().enumerate().peekable();
        let position = |slot: &Arc<Slot>| {
            let next = rest.next_if(|(_, entry)| Arc::ptr_eq(&entry.slot, slot));
            next.map(|(position, _)| position)
        };
        Self {
            layout,
            entries,
            positions: layout.slots.iter().map(position).collect(),
        }
    }

    /// The entries of slots that stand together in a row or a line; none where they are left out.
    fn entries_of(&self, slots: Range<usize>) -> &[Entry] {
        let first = self.positions.get(slots.start).copied().flatten();
        first.map_or(&[], |first| &self.entries[first..first + slots.len()])
    }

    /// The cell of this id; missing where the form has none.
    fn read<T>(&self, id: &str, read: impl FnOnce(&Entry) -> Field<T>) -> Field<T> {
        let missing = || Field {
            id: id.into(),
            label: id.into(),
            place: None,
            state: State::Missing,
        };
        let slot = self.layout.position(id);
        let position = slot.and_then(|slot| self.positions[slot]);
        position.map_or_else(missing, |position| read(&self.entries[position]))
    }

    fn text(&self, id: &str) -> Field<String> {
        self.read(id, Entry::text)
    }

    fn money(&self, id: &str) -> Field<Money> {
        self.read(id, Entry::money)
    }

    fn percent(&self, id: &str) -> Field<Decimal> {
        self.read(id, Entry::percent)
    }

    fn count(&self, id: &str) -> Field<i64> {
        self.read(id, Entry::count)
    }

    fn date(&self, id: &str) -> Field<Date> {
        self.read(id, Entry::date)
    }

    /// The rows of a table that hold anything.
    fn rows<'t>(&'t self, table: &'t str) -> impl Iterator<Item = Row<'t>> {
        let is_used = |entry: &Entry| !matches!(entry.state, State::Blank | State::Missing);
        let rows = (1_usize..).zip(self.layout.rows(table));
        rows.filter_map(move |(number, stands)| {
            let cells = self.entries_of(stands.clone());
            cells.iter().any(is_used).then(|| Row {
                form: self,
                block: table,
                number: Some(number),
                cells,
                next: 0.into(),
            })
        })
    }

    /// A line of a block of lines: `sources.city`.
    fn line<'t>(&'t self, id: &'t str) -> Row<'t> {
        Row {
            form: self,
            block: id,
            number: None,
            cells: self.entries_of(self.layout.line(id)),
            next: 0.into(),
        }
    }

    fn source(&self, line: &str) -> Line {
        let line = self.line(line);
        Line {
            years: ["1", "2", "3", "4", "5"]
                .map(|year| line.money(year))
                .into(),
            total: line.money(""),
        }
    }

    fn used_for(&self, line: &str) -> Use {
        let line = self.line(line);
        Use {
            public: line.money("public"),
            own: line.money("own"),
            total: line.money(""),
            basis: line.text("basis"),
        }
    }
}

/// The cells of a table's row or of a line.
struct Row<'a> {
    form: &'a Cells<'a>,
    /// `targets`, `sources.city`.
    block: &'a str,
    /// The number of a table's row, from 1.
    number: Option<usize>,
    cells: &'a [Entry],
    /// Where the next column is looked for first: they are read in their order.
    next: Cell<usize>,
}

impl Row<'_> {
    /// The cell of a column; of a line's own column for `""`. A form may have it as a field of its own.
    fn read<T>(&self, column: &str, read: impl FnOnce(&Entry) -> Field<T>) -> Field<T> {
        let (before, after) = self.cells.split_at(self.next.get());
        let is_it = |entry: &Entry| entry.slot.field.id == column;
        let later = after.iter().position(is_it).map(|at| before.len() + at);
        if let Some(at) = later.or_else(|| before.iter().position(is_it)) {
            self.next.set(at + 1);
            return read(&self.cells[at]);
        }
        let mut id = self.block.to_owned();
        if let Some(number) = self.number {
            id += &format!(".{number}");
        }
        if !column.is_empty() {
            id += &format!(".{column}");
        }
        self.form.read(&id, read)
    }

    fn text(&self, column: &str) -> Field<String> {
        self.read(column, Entry::text)
    }

    fn money(&self, column: &str) -> Field<Money> {
        self.read(column, Entry::money)
    }

    fn count(&self, column: &str) -> Field<i64> {
        self.read(column, Entry::count)
    }

    fn date(&self, column: &str) -> Field<Date> {
        self.read(column, Entry::date)
    }
}

impl Application {
    /// The typed view of the entries of a form, which are in the order of the layout's slots; rows may lack as a whole.
    #[must_use]
    pub fn new(layout: &Layout, entries: Vec<Entry>) -> Self {
        let cells = Cells::of(layout, &entries);
        Self {
            version: layout.form.version,
            title: cells.text("title"),
            year: cells.count("year"),
            filed_on: cells.date("filed_on"),
            district: cells.text("district"),
            recommender: cells.text("recommender"),
            programme: cells.text("programme"),
            guide_topic: cells.text("guide_topic"),
            industry: cells.text("industry"),
            applicant: cells.text("applicant"),
            credit_code: cells.text("credit_code"),
            applicant_kind: cells.text("applicant_kind"),
            registered_in: cells.text("registered_in"),
            leader: cells.text("leader"),
            leader_born: cells.date("leader_born"),
            leader_title: cells.text("leader_title"),
            leader_months: cells.count("leader_months"),
            leader_phone: cells.text("leader_phone"),
            leader_email: cells.text("leader_email"),
            contact: cells.text("contact"),
            contact_phone: cells.text("contact_phone"),
            contact_email: cells.text("contact_email"),
            starts_on: cells.date("starts_on"),
            ends_on: cells.date("ends_on"),
            team_size: cells.count("team_size"),
            abstract_text: cells.text("abstract"),
            problem_kind: cells.text("problem_kind"),
            problem_name: cells.text("problem_name"),
            problem: cells.text("problem"),
            blocked_item: cells.text("blocked_item"),
            held_by: cells.text("held_by"),
            import_dependence: cells.percent("import_dependence"),
            cutoff_risk: cells.text("cutoff_risk"),
            gap: cells.text("gap"),
            firms_affected: cells.count("firms_affected"),
            industry_size: cells.money("industry_size"),
            difficulty: cells.text("difficulty"),
            difficulty_why: cells.text("difficulty_why"),
            approach: cells.text("approach"),
            ip_owner: cells.text("ip_owner"),
            targets: targets(&cells),
            sources: Sources {
                region: cells.source("sources.region"),
                city: cells.source("sources.city"),
                district: cells.source("sources.district"),
                own: cells.source("sources.own"),
                other: cells.source("sources.other"),
                total: cells.source("sources.total"),
            },
            uses: Uses {
                equipment: cells.used_for("uses.equipment"),
                purchase: cells.used_for("uses.purchase"),
                operations: cells.used_for("uses.operations"),
                labour: cells.used_for("uses.labour"),
                indirect: cells.used_for("uses.indirect"),
                performance: cells.used_for("uses.performance"),
                total: cells.used_for("uses.total"),
            },
            revenue: cells.money("revenue"),
            rd_spend: cells.money("rd_spend"),
            amount_in_words: cells.text("amount_in_words"),
            commitment_no: cells.text("commitment_no"),
            commitment_on: cells.date("commitment_on"),
            commitment: cells.money("commitment"),
            in_budget: cells.text("in_budget"),
            safeguards: cells.text("safeguards"),
            organisation: cells.text("organisation"),
            units: units(&cells),
            people: people(&cells),
            topics: cells.count("topics"),
            plan: plan(&cells),
            outcomes: outcomes(&cells),
            transfer_how: cells.text("transfer_how"),
            transfer_district: cells.text("transfer_district"),
            transfer_by: cells.text("transfer_by"),
            transfer_on: cells.date("transfer_on"),
            new_output: cells.money("new_output"),
            entries,
        }
    }

    /// The entry of this slot.
    #[must_use]
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| &*entry.slot.id == id)
    }
}

fn targets(cells: &Cells<'_>) -> Vec<Target> {
    let target = |row: Row<'_>| Target {
        name: row.text("name"),
        unit: row.text("unit"),
        world: row.text("world"),
        today: row.text("today"),
        goal: row.text("goal"),
        due_on: row.date("due_on"),
        method: row.text("method"),
    };
    cells.rows("targets").map(target).collect()
}

fn units(cells: &Cells<'_>) -> Vec<Unit> {
    let unit = |row: Row<'_>| Unit {
        name: row.text("name"),
        credit_code: row.text("credit_code"),
        kind: row.text("kind"),
        seat: row.text("seat"),
        task: row.text("task"),
        public: row.money("public"),
        own: row.money("own"),
    };
    cells.rows("units").map(unit).collect()
}

fn people(cells: &Cells<'_>) -> Vec<Person> {
    let person = |row: Row<'_>| Person {
        name: row.text("name"),
        born: row.date("born"),
        title: row.text("title"),
        subject: row.text("subject"),
        unit: row.text("unit"),
        task: row.text("task"),
        months: row.count("months"),
    };
    cells.rows("people").map(person).collect()
}

fn plan(cells: &Cells<'_>) -> Vec<PlanStep> {
    let step = |row: Row<'_>| PlanStep {
        year: row.count("year"),
        starts_on: row.date("starts_on"),
        ends_on: row.date("ends_on"),
        task: row.text("task"),
        target: row.text("target"),
        inspection: row.text("inspection"),
    };
    cells.rows("plan").map(step).collect()
}

fn outcomes(cells: &Cells<'_>) -> Vec<Outcome> {
    let outcome = |row: Row<'_>| Outcome {
        level1: row.text("level1"),
        level2: row.text("level2"),
        level3: row.text("level3"),
        value: row.text("value"),
        unit: row.text("unit"),
    };
    cells.rows("outcomes").map(outcome).collect()
}

//! One project's application, typed: what rules read.
//!
//! Built from the entries of the form; the entries stay beside it for the rules that walk every cell. The ids
//! used here must be in `templates/forms/application.toml`: a test builds an application from the blank form.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::entry::Entry;
use super::layout::{Layout, Part};
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
    /// Every cell of the form in reading order.
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
}

impl Cells<'_> {
    fn entry(&self, id: &str) -> Option<&Entry> {
        self.layout
            .position(id)
            .map(|position| &self.entries[position])
    }

    fn read<T>(&self, id: &str, read: impl FnOnce(&Entry) -> Field<T>) -> Field<T> {
        self.entry(id).map_or_else(
            || Field {
                id: id.into(),
                label: id.into(),
                place: None,
                state: State::Missing,
            },
            read,
        )
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

    fn line(&self, id: &str) -> Line {
        Line {
            years: (1..=5)
                .map(|year| self.money(&format!("sources.{id}.{year}")))
                .collect(),
            total: self.money(&format!("sources.{id}")),
        }
    }

    fn used_for(&self, id: &str) -> Use {
        Use {
            public: self.money(&format!("uses.{id}.public")),
            own: self.money(&format!("uses.{id}.own")),
            total: self.money(&format!("uses.{id}")),
            basis: self.text(&format!("uses.{id}.basis")),
        }
    }

    /// The rows of a table that hold anything, each as `id.row.` for its cells.
    fn rows(&self, table: &str) -> Vec<String> {
        let mut used: Vec<u32> = self
            .entries
            .iter()
            .filter(|entry| !matches!(entry.state, State::Blank | State::Missing))
            .filter_map(|entry| match &entry.slot.part {
                Part::Table { table: id, row, .. } if &**id == table => Some(*row),
                _ => None,
            })
            .collect();
        used.dedup();
        used.iter()
            .map(|row| format!("{table}.{}.", row + 1))
            .collect()
    }
}

impl Application {
    /// The typed view of the entries of a form; `entries` are parallel to the layout's slots.
    #[must_use]
    pub fn new(layout: &Layout, entries: Vec<Entry>) -> Self {
        debug_assert_eq!(layout.slots.len(), entries.len());
        let cells = Cells {
            layout,
            entries: &entries,
        };
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
                region: cells.line("region"),
                city: cells.line("city"),
                district: cells.line("district"),
                own: cells.line("own"),
                other: cells.line("other"),
                total: cells.line("total"),
            },
            uses: Uses {
                equipment: cells.used_for("equipment"),
                purchase: cells.used_for("purchase"),
                operations: cells.used_for("operations"),
                labour: cells.used_for("labour"),
                indirect: cells.used_for("indirect"),
                performance: cells.used_for("performance"),
                total: cells.used_for("total"),
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
    let target = |row: String| Target {
        name: cells.text(&format!("{row}name")),
        unit: cells.text(&format!("{row}unit")),
        world: cells.text(&format!("{row}world")),
        today: cells.text(&format!("{row}today")),
        goal: cells.text(&format!("{row}goal")),
        due_on: cells.date(&format!("{row}due_on")),
        method: cells.text(&format!("{row}method")),
    };
    cells.rows("targets").into_iter().map(target).collect()
}

fn units(cells: &Cells<'_>) -> Vec<Unit> {
    let unit = |row: String| Unit {
        name: cells.text(&format!("{row}name")),
        credit_code: cells.text(&format!("{row}credit_code")),
        kind: cells.text(&format!("{row}kind")),
        seat: cells.text(&format!("{row}seat")),
        task: cells.text(&format!("{row}task")),
        public: cells.money(&format!("{row}public")),
        own: cells.money(&format!("{row}own")),
    };
    cells.rows("units").into_iter().map(unit).collect()
}

fn people(cells: &Cells<'_>) -> Vec<Person> {
    let person = |row: String| Person {
        name: cells.text(&format!("{row}name")),
        born: cells.date(&format!("{row}born")),
        title: cells.text(&format!("{row}title")),
        subject: cells.text(&format!("{row}subject")),
        unit: cells.text(&format!("{row}unit")),
        task: cells.text(&format!("{row}task")),
        months: cells.count(&format!("{row}months")),
    };
    cells.rows("people").into_iter().map(person).collect()
}

fn plan(cells: &Cells<'_>) -> Vec<PlanStep> {
    let step = |row: String| PlanStep {
        year: cells.count(&format!("{row}year")),
        starts_on: cells.date(&format!("{row}starts_on")),
        ends_on: cells.date(&format!("{row}ends_on")),
        task: cells.text(&format!("{row}task")),
        target: cells.text(&format!("{row}target")),
        inspection: cells.text(&format!("{row}inspection")),
    };
    cells.rows("plan").into_iter().map(step).collect()
}

fn outcomes(cells: &Cells<'_>) -> Vec<Outcome> {
    let outcome = |row: String| Outcome {
        level1: cells.text(&format!("{row}level1")),
        level2: cells.text(&format!("{row}level2")),
        level3: cells.text(&format!("{row}level3")),
        value: cells.text(&format!("{row}value")),
        unit: cells.text(&format!("{row}unit")),
    };
    cells.rows("outcomes").into_iter().map(outcome).collect()
}

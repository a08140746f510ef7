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

impl<'a> Cells<'a> {
    /// The cell of this id; missing where the form has none.
    fn read<T>(&self, id: &str, read: impl FnOnce(&Entry) -> Field<T>) -> Field<T> {
        let missing = || Field {
            id: id.into(),
            label: id.into(),
            place: None,
            state: State::Missing,
        };
        let position = self.layout.position(id);
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
    fn rows(&self, table: &str) -> impl Iterator<Item = Row<'_>> {
        let is_alike = |one: &Entry, next: &Entry| row_of(one, table) == row_of(next, table);
        let rows = self.entries.chunk_by(is_alike);
        let is_used = |entry: &Entry| !matches!(entry.state, State::Blank | State::Missing);
        rows.filter_map(move |cells| {
            let row = row_of(cells.first()?, table)?;
            cells.iter().any(is_used).then(|| Row {
                form: self,
                id: format!("{table}.{}", row + 1),
                cells,
            })
        })
    }

    /// A line of a block of lines.
    fn line(&self, block: &str, line: &str) -> Row<'_> {
        let is_of_line = |entry: &Entry| match &entry.slot.part {
            Part::Line {
                block: of,
                line: id,
                ..
            } => **of == *block && **id == *line,
            _ => false,
        };
        let start = self.entries.iter().position(is_of_line);
        let rest = start.map_or(&[][..], |start| &self.entries[start..]);
        let end = rest.iter().position(|entry| !is_of_line(entry));
        Row {
            form: self,
            id: format!("{block}.{line}"),
            cells: &rest[..end.unwrap_or(rest.len())],
        }
    }

    fn source(&self, line: &str) -> Line {
        let line = self.line("sources", line);
        Line {
            years: ["1", "2", "3", "4", "5"]
                .map(|year| line.money(year))
                .into(),
            total: line.money(""),
        }
    }

    fn used_for(&self, line: &str) -> Use {
        let line = self.line("uses", line);
        Use {
            public: line.money("public"),
            own: line.money("own"),
            total: line.money(""),
            basis: line.text("basis"),
        }
    }
}

/// The row of a table that an entry stands in; `None` outside the table.
fn row_of(entry: &Entry, table: &str) -> Option<u32> {
    match &entry.slot.part {
        Part::Table { table: id, row, .. } if **id == *table => Some(*row),
        _ => None,
    }
}

/// The cells of a table's row or of a line.
struct Row<'a> {
    form: &'a Cells<'a>,
    /// `targets.2`, `sources.city`.
    id: String,
    cells: &'a [Entry],
}

impl Row<'_> {
    /// The cell of a column; of a line's own column for `""`. A form may have it as a field of its own.
    fn read<T>(&self, column: &str, read: impl FnOnce(&Entry) -> Field<T>) -> Field<T> {
        let mut cells = self.cells.iter();
        match (cells.find(|entry| entry.slot.field.id == column), column) {
            (Some(found), _) => read(found),
            (None, "") => self.form.read(&self.id, read),
            (None, column) => self.form.read(&format!("{}.{column}", self.id), read),
        }
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
                region: cells.source("region"),
                city: cells.source("city"),
                district: cells.source("district"),
                own: cells.source("own"),
                other: cells.source("other"),
                total: cells.source("total"),
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

//! The judge of a list's rows: one after the other, with what holds for all of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::due::Due;
use super::neighbours::Neighbours;
use super::{FINDINGS_A_RULE, FINDINGS_MAX, RowsFound, RuleCount};
use crate::assess::{
    Assessment, CellsFound, Context, Earlier, FormFound, Others, Portrait, ProjectFound, Reading,
    Rulebook, Ruled, Verdict, shares_found, verdict_of,
};
use crate::district::{District, Recognised, of_department, recognise};
use crate::form::summary::{Row, RowKind, Table};
use crate::form::{Application, Entry, Field, State, Summary};
use crate::policy::Edition;
use crate::read::rows::{Go, Row as Cells};
use crate::read::{ReadFault, guard, limits};
use crate::rules::{Case, Doubted, Finding, NotChecked, Rule, Severity, judge_by, of_codes};
use crate::share::Shares;

/// What holds for all rows of a table.
struct Above<'a> {
    app: Application,
    edition: Option<&'a Arc<Edition>>,
    /// Findings of the list as a whole.
    findings: Vec<Finding>,
}

/// The judge of a list's rows.
pub struct Judge<'a> {
    book: &'a Rulebook,
    reading: &'a Reading,
    context: &'a Context,
    each: &'a mut dyn FnMut(&Assessment),
    checks: Vec<&'static Rule>,
    above: BTreeMap<String, Above<'a>>,
    neighbours: Neighbours,
    found: RowsFound,
    counts: BTreeMap<(Severity, String), RuleCount>,
    kept: Vec<Finding>,
    not_checked: Vec<NotChecked>,
    cells: CellsFound,
    districts: Vec<String>,
    due: Due,
}

impl<'a> Judge<'a> {
    /// Nothing is judged yet. `each` is told of every row.
    #[must_use]
    pub fn new(
        book: &'a Rulebook,
        reading: &'a Reading,
        context: &'a Context,
        each: &'a mut dyn FnMut(&Assessment),
    ) -> Self {
        Self {
            checks: of_codes(&book.summary.form.checks),
            book,
            reading,
            context,
            each,
            above: BTreeMap::new(),
            neighbours: Neighbours::new(book.language),
            found: RowsFound::default(),
            counts: BTreeMap::new(),
            kept: Vec::new(),
            not_checked: Vec::new(),
            cells: CellsFound::default(),
            districts: Vec::new(),
            due: Due::default(),
        }
    }

    /// A case of which only what the list tells is known.
    fn case<'c>(
        &'c self,
        app: &'c Application,
        edition: Option<&'c Edition>,
        rest: Rest<'c>,
    ) -> Case<'c> {
        let received_on = self.context.received_at.date();
        let year = app.year.given().copied().unwrap_or_default();
        let last = self.book.policies.nearest(year, received_on);
        Case {
            form: self.book.summary.form.version,
            folder: self.context.folder.as_deref(),
            received_at: self.context.received_at,
            zone: &self.book.zone,
            unexpected: &[],
            workbook: self.reading.workbook.as_ref(),
            application: Some(app),
            edition,
            last_edition: last.map(|edition| &**edition),
            district: rest.district,
            shares: rest.shares,
            doubted: rest.doubted,
            others: rest.others,
            previous: rest.earlier.and_then(|it| it.previous.as_ref()),
            envelope: None,
            focus: None,
            portrait: rest.portrait,
            sha256: rest.sha256,
        }
    }

    /// Judges what holds for all rows of a table. To be done before its rows are visited.
    pub fn judge_once(&mut self, table: &Table, earlier: &Earlier) {
        let app = self.book.above(table, self.context);
        let edition = self.book.edition_for(&app, self.context);
        let doubted = Doubted::default();
        let case = self.case(
            &app,
            edition.map(|edition| &**edition),
            Rest {
                district: None,
                shares: None,
                doubted: &doubted,
                others: &earlier.others,
                earlier: Some(earlier),
                portrait: Some(&self.reading.portrait),
                sha256: &self.reading.sha256,
            },
        );
        let rules = of_codes(&self.book.summary.form.checks_once);
        let judge = |case: &Case<'_>, language| judge_by(rules.iter().copied(), case, language);
        let before = earlier.previous.as_ref();
        let ruled = self.book.ruled(&case, self.context, before, judge);
        for finding in &ruled.findings {
            if !self.kept.contains(finding) {
                self.count(finding, None);
            }
        }
        if self.not_checked.is_empty() {
            self.not_checked = ruled.not_checked;
        }
        let above = Above {
            app,
            edition,
            findings: ruled.findings,
        };
        self.above.insert(table.sheet.to_string(), above);
    }

    /// Judges a row, if it is one.
    ///
    /// # Errors
    /// Where there are more projects than a list may have.
    pub fn visit(&mut self, list: &Summary, cells: &Cells<'_>) -> Result<Go, ReadFault> {
        let Some(table) = list.table(cells.sheet) else {
            return Ok(Go::ToNextSheet);
        };
        if cells.number <= table.heading {
            self.cells.known += cells.cells.len();
            return Ok(Go::On);
        }
        match RowKind::of(&self.book.summary, table, cells) {
            RowKind::Blank => {}
            RowKind::Sum | RowKind::Note => self.found.passed_over += 1,
            RowKind::Project => {
                let most = limits::LIST_ROWS;
                if self.found.judged == most {
                    return Err(guard::over("行数", u64::from(most) + 1, most.into()));
                }
                let row = Row::of(&self.book.summary, table, cells);
                self.judge(row, table, cells.cells.len());
            }
        }
        Ok(Go::On)
    }

    fn judge(&mut self, mut row: Row, table: &Table, cells: usize) {
        // a table is judged once before its rows are visited
        let Some(above) = self.above.remove(&*table.sheet) else {
            return;
        };
        let edition = above.edition.map(|edition| &**edition);
        let district = self.settle_district(&mut row.app, &above);
        row.app.year = above.app.year.clone();
        row.app.filed_on = above.app.filed_on.clone();
        let app = &row.app;
        let mut doubted = Doubted::of(app);
        if let Some(edition) = edition {
            doubted.hold_region_against(app, edition.matching.local);
        }
        let region = app.sources.region.total.given().copied();
        let region = region.filter(|_| !doubted.holds("sources.region"));
        let shares = region.zip(edition.zip(district));
        let shares = shares.and_then(|(region, (edition, district))| {
            crate::share::compute(edition, district, region, &self.book.splits).ok()
        });
        let (portrait, others) = self.neighbours.of(app, row.number);
        let rest = Rest {
            district: district.map(|district| district.id.as_str()),
            shares: shares.as_ref(),
            doubted: &doubted,
            others: &others,
            earlier: None,
            portrait: Some(&portrait),
            sha256: &portrait.sha256,
        };
        let case = self.case(app, edition, rest);
        let judge =
            |case: &Case<'_>, language| judge_by(self.checks.iter().copied(), case, language);
        let mut ruled = self.book.ruled(&case, self.context, None, judge);
        for finding in &mut ruled.findings {
            let field = finding.field.take();
            finding.field = field.map(|field| format!("rows.{}.{field}", row.number));
        }
        let mut assessment = self.assessment(&row, edition, ruled);
        assessment.verdict = verdict_of(above.findings.iter().chain(&assessment.findings));
        assessment.district = district.map(|district| district.id.clone());
        assessment.class = district.and_then(|district| district.class.clone());
        let shares_of_row = shares.as_ref();
        assessment.shares = shares_of_row.map(|shares| shares_found(shares, Some(&row.app)));
        assessment.cells.unexpected = cells.saturating_sub(assessment.cells.read);
        shares.iter().for_each(|shares| self.due.add(shares));
        self.neighbours.put(&portrait, row.number);
        self.tell(assessment, &above);
        self.above.insert(table.sheet.to_string(), above);
    }

    /// What a row's own cells and its findings tell.
    fn assessment(&self, row: &Row, edition: Option<&Edition>, ruled: Ruled) -> Assessment {
        let app = &row.app;
        // one cell may hold both ends of the period
        let is_again = |entry: &Entry| {
            entry.slot.id == app.ends_on.id && app.ends_on.place == app.starts_on.place
        };
        let read = app.entries.iter();
        let read = read.filter(|entry| entry.state != State::Blank && !is_again(entry));
        Assessment {
            row: Some(row.number),
            title: app.title.given().cloned(),
            applicant: app.applicant.given().cloned(),
            year: app.year.given().copied(),
            filed_on: app.filed_on.given().copied(),
            project: Some(ProjectFound::of(app)),
            findings: ruled.findings,
            waived: ruled.waived,
            shadow: ruled.shadow,
            not_checked: ruled.not_checked,
            cells: CellsFound {
                read: read.count(),
                ..CellsFound::default()
            },
            ..self.nothing_yet(edition)
        }
    }

    /// What is told of a row and of the list alike; nothing is concluded in it.
    fn nothing_yet(&self, edition: Option<&Edition>) -> Assessment {
        let form = &self.book.summary.form;
        Assessment {
            file: self.context.file.clone(),
            sha256: self.reading.sha256.clone(),
            edition: edition.map(|edition| edition.id.clone()),
            edition_sha256: edition.map(|edition| edition.sha256.clone()),
            rules: crate::rules::VERSION.to_owned(),
            form: Some(FormFound {
                kind: form.kind.clone(),
                version: form.version,
            }),
            row: None,
            rows: None,
            verdict: Verdict::Accepted,
            title: None,
            applicant: None,
            district: None,
            class: None,
            year: None,
            filed_on: None,
            project: None,
            shares: None,
            focus: None,
            findings: Vec::new(),
            waived: Vec::new(),
            shadow: Vec::new(),
            not_checked: Vec::new(),
            cells: CellsFound::default(),
        }
    }

    /// Takes account of a row and tells of it: with what holds for all rows.
    fn tell(&mut self, mut assessment: Assessment, above: &Above<'_>) {
        self.found.judged += 1;
        match assessment.verdict {
            Verdict::Accepted => self.found.accepted += 1,
            Verdict::AcceptedWithRemarks => self.found.accepted_with_remarks += 1,
            Verdict::Returned | Verdict::Unreadable => self.found.returned += 1,
        }
        for finding in &assessment.findings {
            self.count(finding, assessment.row);
        }
        self.cells.read += assessment.cells.read;
        self.cells.unexpected += assessment.cells.unexpected;
        if let Some(district) = &assessment.district
            && !self.districts.contains(district)
        {
            self.districts.push(district.clone());
        }
        assessment
            .findings
            .splice(0..0, above.findings.iter().cloned());
        (self.each)(&assessment);
    }

    fn count(&mut self, finding: &Finding, row: Option<u32>) {
        self.found.findings += 1;
        let key = (finding.severity, finding.code.to_string());
        let count = self.counts.entry(key).or_insert_with(|| RuleCount {
            code: finding.code.to_string(),
            name: finding.name.to_string(),
            severity: finding.severity,
            count: 0,
            first_row: row,
        });
        count.count += 1;
        if count.count <= FINDINGS_A_RULE && self.kept.len() < FINDINGS_MAX {
            self.kept.push(finding.clone());
        }
    }

    /// Which district recommends a project: as its row says, else as it is said above the table, else by the folder.
    /// It stands for the district that an application names.
    fn settle_district(&self, app: &mut Application, above: &Above<'a>) -> Option<&'a District> {
        let districts = &above.edition?.districts;
        let of_row = !matches!(app.recommender.state, State::Blank | State::Missing);
        let field = if of_row {
            &app.recommender
        } else {
            &above.app.recommender
        };
        let text = match (&field.state, self.context.folder.as_ref()) {
            (State::Given(text), _) => text,
            (_, Some(folder)) => folder,
            _ => return None,
        };
        let certain = of_department(districts, text).or_else(|| match recognise(districts, text) {
            Recognised::Certain(id) => Some(id),
            Recognised::Ambiguous(_) | Recognised::Unknown => None,
        });
        let district = districts
            .iter()
            .find(|district| Some(&district.id) == certain.as_ref());
        let name = district.map_or(text, |district| &district.name);
        app.district = Field {
            state: State::Given(name.clone()),
            ..field.clone()
        };
        district
    }

    /// The list as a whole.
    #[must_use]
    pub fn concluded(mut self) -> Assessment {
        self.found.by_rule = std::mem::take(&mut self.counts).into_values().collect();
        let gravest = self.found.by_rule.iter().map(|rule| rule.severity).min();
        let verdict = match gravest {
            Some(Severity::Block) => Verdict::Returned,
            Some(Severity::Explain) => Verdict::AcceptedWithRemarks,
            Some(Severity::Advice | Severity::Note) | None => Verdict::Accepted,
        };
        let above = self.above.values().next();
        let edition = above.and_then(|above| above.edition);
        let district = match self.districts.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        };
        let class = edition.and_then(|edition| {
            let mut all = edition.districts.iter();
            all.find(|it| Some(&it.id) == district.as_ref())?
                .class
                .clone()
        });
        let judged = self.found.judged;
        let nothing_yet = self.nothing_yet(edition.map(|edition| &**edition));
        Assessment {
            verdict,
            title: Some(format!("项目推荐汇总表（{judged} 个项目）")),
            applicant: above.and_then(|above| above.app.recommender.given().cloned()),
            class,
            district,
            year: above.and_then(|above| above.app.year.given().copied()),
            filed_on: above.and_then(|above| above.app.filed_on.given().copied()),
            shares: self.due.found(),
            findings: self.kept,
            not_checked: self.not_checked,
            cells: self.cells,
            rows: Some(self.found),
            ..nothing_yet
        }
    }
}

/// What a case holds beside the application and its edition.
struct Rest<'c> {
    district: Option<&'c str>,
    shares: Option<&'c Shares>,
    doubted: &'c Doubted<'c>,
    others: &'c Others,
    earlier: Option<&'c Earlier>,
    portrait: Option<&'c Portrait>,
    sha256: &'c str,
}

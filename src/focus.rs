//! What the problem's text proves: evidence found, with the words quoted and their place, and what is missing.
//!
//! The text of 问题描述 is taken apart into clauses ([`text`]), and each clause is weighed by what it says of a thing
//! that has been named ([`weigh`]): what goes wrong, who holds it, what was cut off, how far apart two levels are. Words
//! alone prove nothing: set phrases, promises, praise and the firm's own figures count for nothing, and a text that is
//! made of them is told so ([`padding`]). The fields beside the text add to what it proves; they cannot stand for it.
//!
//! What makes a trouble a bottleneck is that it is open: nobody sells it, nobody knows how, what was tried did not help. A
//! trouble whose cure is told, or for which money, staff or leave is lacking, is none ([`count`]). The lists stand in
//! `templates/focus`: phrases, the matter of technology by field, the subjects that are none, units, weights, limits.
//!
//! Not done here: whether what is said is true. Synonyms beyond the lists are not known; a problem told wholly in words
//! that stand in no list comes out weaker than it is, and goes to a person.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::form::{Application, Field};
use crate::policy::Edition;

pub mod lexicon;

pub mod quantity;

pub mod text;

mod marks;

mod names;

mod starts;

pub mod signs;

pub mod count;

pub mod weigh;

pub mod padding;

pub mod similarity;

pub mod sketch;

mod form;

use lexicon::{Lexicon, Limits};
use padding::Padding;
use text::Text;
use weigh::{Kind, Weighed};

/// How well the text proves a bottleneck problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Focus {
    /// `strong`, `partial` or `weak`.
    pub grade: Grade,
    /// What speaks for it.
    pub evidence: Vec<Evidence>,
    /// Kinds of evidence that are not there, in Chinese, each with the cell where it belongs.
    pub missing: Vec<String>,
}

/// How well it is proved.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Proved.
    Strong,
    /// Proved in part.
    Partial,
    /// Not proved.
    Weak,
}

impl Grade {
    /// In Chinese.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Strong => "充分",
            Self::Partial => "部分",
            Self::Weak => "不足",
        }
    }
}

/// One piece of evidence with the words quoted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// `import-dependence`.
    pub kind: String,
    /// The words.
    pub quote: String,
    /// The sheet.
    pub sheet: Option<String>,
    /// The cell.
    pub cell: Option<String>,
}

impl Focus {
    /// Grade and what is missing in one line.
    #[must_use]
    pub fn line(&self) -> String {
        let grade = self.grade.zh();
        if self.missing.is_empty() {
            return format!("关键技术问题的论证：{grade}。");
        }
        format!(
            "关键技术问题的论证：{grade}；还缺{}。",
            self.missing.join("、")
        )
    }
}

/// What is known of a problem: what is told, and what the rules of chapter K look at.
#[derive(Debug)]
pub struct Judged {
    /// What is told.
    pub focus: Focus,
    /// What pads the text, where it is padding in the main.
    pub padding: Option<Padding>,
    /// What the text of 问题描述 proves by itself.
    pub text: Weighed,
}

/// What the text itself says of who holds it or has it.
const HOLDS: &[Kind] = &[
    Kind::HeldBy,
    Kind::ImportDependence,
    Kind::CutoffRisk,
    Kind::Reach,
];

/// Judges the problem of an application; `None` where no text is given.
#[must_use]
pub fn judge(app: &Application, edition: Option<&Edition>) -> Option<Judged> {
    let original = app.problem.given()?;
    let lexicon = Lexicon::builtin();
    let text = text::take_apart(lexicon, original);
    let weighed = weigh::weigh(&text, lexicon);
    let padding = match weighed.grade {
        Grade::Weak => padding::find(original, &text, &weighed, (app, edition, &lexicon.limits)),
        Grade::Strong | Grade::Partial => None,
    };
    let mut evidence: Vec<(Kind, Evidence)> = weighed
        .evidence
        .iter()
        .map(|(kind, quote)| (*kind, evidence(*kind, quote.clone(), &app.problem)))
        .collect();
    form::add(&mut evidence, app, edition);
    let missing = form::missing(&evidence, &weighed, app);
    let grade = match (&padding, weighed.grade) {
        (Some(_), _) => Grade::Weak,
        (None, Grade::Weak) => with_neighbours(text, &weighed, app, lexicon),
        (None, _) => grade(&weighed, &evidence, &missing, &lexicon.limits),
    };
    let evidence = evidence.into_iter().map(|(_, evidence)| evidence).collect();
    Some(Judged {
        focus: Focus {
            grade,
            evidence,
            missing,
        },
        padding,
        text: weighed,
    })
}

/// The grade of a text by itself, as the trial texts are graded.
#[must_use]
pub fn grade_of_text(original: &str) -> Grade {
    let lexicon = Lexicon::builtin();
    weigh::weigh(&text::take_apart(lexicon, original), lexicon).grade
}

/// The grade of a text that proves a problem, together with the fields. It is strong where nothing asked for is missing, and the
/// text itself, not the fields beside it, says who holds it, or that it is bought abroad or was cut off, or how many
/// have it, and holds two levels against each other in figures.
fn grade(
    weighed: &Weighed,
    evidence: &[(Kind, Evidence)],
    missing: &[String],
    limits: &Limits,
) -> Grade {
    let told = |kind: Kind| weighed.evidence.iter().any(|(known, _)| *known == kind);
    let shown = |kind: Kind| evidence.iter().any(|(known, _)| *known == kind);
    let says_who = HOLDS.iter().any(|kind| told(*kind));
    let is_strong = missing.is_empty()
        && says_who
        && told(Kind::Gap)
        && shown(Kind::Target)
        && weighed.quantities >= limits.strong_quantities
        && weighed.wrongs >= limits.strong_wrongs;
    match is_strong {
        true => Grade::Strong,
        false => Grade::Partial,
    }
}

/// A text that proves nothing is carried by 技术差距 and 难度说明 only where they speak of what it names, and to
/// [`Grade::Partial`] at most.
fn with_neighbours(own: Text, weighed: &Weighed, app: &Application, lexicon: &Lexicon) -> Grade {
    let beside = [&app.gap, &app.difficulty_why];
    let beside: Vec<&String> = beside.into_iter().filter_map(Field::given).collect();
    let speaks_of = |thing: &String| beside.iter().any(|text| text.contains(&**thing));
    let is_linked = weighed.things.iter().any(speaks_of);
    if !is_linked || weighed.padding_percent >= lexicon.limits.padding_percent {
        return Grade::Weak;
    }
    let all = beside.into_iter().fold(own, |all, text| {
        all.followed_by(text::take_apart(lexicon, text))
    });
    weigh::weigh(&all, lexicon).grade
}

fn evidence<T>(kind: Kind, quote: String, field: &Field<T>) -> Evidence {
    let place = field.place.as_ref();
    Evidence {
        kind: kind.id().to_owned(),
        quote,
        sheet: place.map(|place| place.sheet.to_string()),
        cell: place.map(|place| place.cell.to_string()),
    }
}

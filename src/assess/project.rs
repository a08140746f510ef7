//! What an assessment keeps of the application itself: what the register and the mails tell of a project, and the
//! amounts as entered with their cells, so that a figure can be traced to where it stands. Nothing more of a person
//! than the leader's name.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::form::{Application, Field};
use crate::money::Money;
use crate::place::CellRef;

/// The project as its form tells it. What could not be read is `null`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProjectFound {
    /// 项目类别.
    pub programme: Option<String>,
    /// 主导优势产业.
    pub industry: Option<String>,
    /// 项目负责人.
    pub leader: Option<String>,
    /// 问题类别.
    pub problem_kind: Option<String>,
    /// 关键技术问题名称.
    pub problem_name: Option<String>,
    /// 执行期起始日期.
    #[schemars(with = "Option<String>")]
    pub starts_on: Option<Date>,
    /// 执行期终止日期.
    #[schemars(with = "Option<String>")]
    pub ends_on: Option<Date>,
    /// The amounts as entered.
    pub entered: EnteredFound,
}

/// The amounts as entered, each with its cell; `null` where no amount could be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EnteredFound {
    /// 自治区财政资金.
    pub region: Option<AmountFound>,
    /// 市本级财政资金.
    pub city: Option<AmountFound>,
    /// 区（县）财政资金.
    pub district: Option<AmountFound>,
    /// 自筹资金.
    pub own: Option<AmountFound>,
    /// 其他资金.
    pub other: Option<AmountFound>,
    /// All sources.
    pub total: Option<AmountFound>,
    /// What the district's letter commits it to.
    pub commitment: Option<AmountFound>,
}

/// An amount and the cell that it stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AmountFound {
    /// In yuan with two decimals: `3000000.00`.
    #[schemars(with = "String")]
    pub yuan: Money,
    /// The sheet's name.
    pub sheet: String,
    /// The cell: `H5`.
    #[schemars(with = "String")]
    pub cell: CellRef,
}

impl ProjectFound {
    /// What an application tells.
    #[must_use]
    pub fn of(app: &Application) -> Self {
        let sources = &app.sources;
        Self {
            programme: app.programme.given().cloned(),
            industry: app.industry.given().cloned(),
            leader: app.leader.given().cloned(),
            problem_kind: app.problem_kind.given().cloned(),
            problem_name: app.problem_name.given().cloned(),
            starts_on: app.starts_on.given().copied(),
            ends_on: app.ends_on.given().copied(),
            entered: EnteredFound {
                region: amount(&sources.region.total),
                city: amount(&sources.city.total),
                district: amount(&sources.district.total),
                own: amount(&sources.own.total),
                other: amount(&sources.other.total),
                total: amount(&sources.total.total),
                commitment: amount(&app.commitment),
            },
        }
    }
}

fn amount(field: &Field<Money>) -> Option<AmountFound> {
    let place = field.place.as_ref()?;
    Some(AmountFound {
        yuan: *field.given()?,
        sheet: place.sheet.to_string(),
        cell: place.cell,
    })
}

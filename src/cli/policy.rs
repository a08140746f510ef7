//! `liandong policy`: the editions, or one with its clauses, coverage and test cases.

use std::path::PathBuf;

use super::Exit;
use crate::assess::Language;
use crate::config::Config;
use crate::money::Money;
use crate::policy::{Case, Clause, Edition, Policies};

mod impact;

mod lint;

/// Arguments of `policy`.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  liandong policy
  liandong policy urumqi-2023
  liandong policy urumqi-2026-call --format json
  liandong policy lint
  liandong policy impact draft.toml --output impact.xlsx"
)]
pub struct Args {
    #[command(subcommand)]
    command: Option<More>,
    /// The edition's id; without it, the list of editions
    #[arg(value_name = "ID")]
    pub edition: Option<String>,
    /// The configuration, for more editions
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// What else there is to do with editions.
#[derive(Debug, clap::Subcommand)]
enum More {
    /// What is doubtful in an edition though it loads: holes in time, rules that never speak, missing test cases
    Lint(lint::Args),
    /// What another edition would change for everything that stands in the ledger; nothing is stored
    Impact(impact::Args),
}

/// How a command prints what it found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// One JSON value.
    Json,
}

/// Runs `policy`.
///
/// # Errors
/// Where the configuration or an edition cannot be read.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    match &args.command {
        Some(More::Lint(args)) => return lint::run(args),
        Some(More::Impact(args)) => return impact::run(args),
        None => {}
    }
    let config = args.config.as_deref().map(Config::load).transpose()?;
    let policies = policies(config.as_ref())?;
    let Some(id) = &args.edition else {
        match args.format {
            Format::Human => {
                let all: String = policies.editions().map(|e| head(e)).collect();
                super::say(all.trim_end())?;
            }
            Format::Json => {
                let all: Vec<_> = policies.editions().map(|e| json(e)).collect();
                super::say(&serde_json::Value::from(all).to_string())?;
            }
        }
        return Ok(Exit::Fine);
    };
    let Some(edition) = policies.edition(id) else {
        super::complain(unknown(&policies, id));
        return Ok(Exit::Usage);
    };
    match args.format {
        Format::Human => super::say(human(edition).trim_end())?,
        Format::Json => super::say(&json(edition).to_string())?,
    }
    Ok(Exit::Fine)
}

/// The editions of a configuration, or the built-in ones.
///
/// # Errors
/// Where the folder cannot be read or an edition is refused.
pub fn policies(config: Option<&Config>) -> anyhow::Result<Policies> {
    Ok(match config {
        Some(config) => config.rulebook(Language::Zh)?.policies,
        None => Policies::builtin()?,
    })
}

/// What to say to an unknown edition.
pub(super) fn unknown(policies: &Policies, id: &str) -> String {
    let ids: Vec<&str> = policies.editions().map(|e| e.id.as_str()).collect();
    format!("no edition `{id}`; give one of: {}", ids.join(", "))
}

fn head(edition: &Edition) -> String {
    format!(
        "{}  《{}》\n  申报年度 {}–{}，申报日期 {} 至 {}（首尾两日都算）\n",
        edition.id,
        edition.title,
        edition.years.first,
        edition.years.last,
        edition.filed.first,
        edition.filed.last
    )
}

fn human(edition: &Edition) -> String {
    let mut text = head(edition);
    text += &format!("  发布单位 {}\n", edition.issuer);
    if let Some(deadline) = &edition.deadline {
        text += &format!("  截止时间 {}（{}）\n", deadline.at, deadline.zone);
    }
    text += &format!("  文件摘要 SHA-256 {}\n", edition.sha256);
    text += &format!("\n配套：自治区资金的 {} 倍", edition.matching.local);
    if let Some(own) = edition.matching.own {
        text += &format!("；自筹：{own} 倍");
    }
    text += &format!("  〔{}〕\n", edition.matching.clause);
    for class in &edition.classes {
        let districts = edition.districts.iter();
        let names: Vec<&str> = districts
            .filter(|district| district.class.as_ref() == Some(&class.id))
            .map(|district| district.name.as_str())
            .collect();
        let (id, city, part) = (&class.id, class.city, class.district);
        text += &format!(
            "  {id}  市 {city} : 区（县） {part}  {}\n",
            names.join("、")
        );
    }
    if edition.classes.is_empty() {
        text += "  市与区（县）如何分担没有写明，由市科技局确定。\n";
    }
    text += "\n条款：\n";
    text.extend(edition.clauses.iter().map(clause));
    text += "\n测试用例（每次启动都会运行）：\n";
    text.extend(edition.cases.iter().map(case));
    text
}

fn clause(clause: &Clause) -> String {
    let mut text = format!("  {}  {}\n", clause.number, clause.asks);
    if !clause.rules.is_empty() {
        text += &format!("      规则：{}\n", clause.rules.join(" "));
    }
    if let Some(why) = &clause.judged_by_people {
        text += &format!("      由人判断：{why}\n");
    }
    text
}

fn case(case: &Case) -> String {
    let mut text = format!("  {} 年度，{} 申报：", case.year, case.filed_on);
    if !case.covered {
        return text + "不适用\n";
    }
    let show = |money: Option<Money>| money.map_or("待定".to_owned(), Money::yuan);
    if let (Some(district), Some(region)) = (&case.district, case.region) {
        text += &format!(
            "{district}，自治区 {} 元 → 合计 {}，市 {}，区（县） {}\n",
            region.yuan(),
            show(case.local),
            show(case.city),
            show(case.district_share)
        );
    } else {
        text += "适用\n";
    }
    text
}

fn json(edition: &Edition) -> serde_json::Value {
    serde_json::json!({
        "id": edition.id,
        "title": edition.title,
        "issuer": edition.issuer,
        "sha256": edition.sha256,
        "years": edition.years,
        "filed": edition.filed,
        "deadline": edition.deadline,
        "matching": edition.matching,
        "classes": edition.classes,
        "districts": edition.districts,
        "limits": edition.limits,
        "projects_max": edition.projects_max,
        "documents": edition.documents,
        "industries": edition.industries,
        "clauses": edition.clauses,
        "severity": edition.severity,
        "cases": edition.cases,
    })
}

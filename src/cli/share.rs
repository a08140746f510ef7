//! `liandong share`: the shares of one project, with every step and clause.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;

use super::Exit;
use super::policy::Format;
use crate::config::Config;
use crate::district::{District, Recognised, recognise};
use crate::money::Money;
use crate::money::amount::{self, Unit};
use crate::policy::{Edition, Policies};
use crate::share::{Shares, compute};

/// The edition where neither `--edition` nor a year or day is given.
const EDITION: &str = "urumqi-2023";

/// Arguments of `share`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  liandong share --district 天山区 --region 300万元
  liandong share --district tianshan --region 3000000 --format json
  liandong share --district 天山区 --region 300万元 --year 2026 --as-of 2025-10-08")]
pub struct Args {
    /// The district: its id, its name or another way it is written
    #[arg(long, value_name = "D")]
    pub district: String,
    /// The region's money: 300万元, 3000000元 or 3000000 (元)
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub region: String,
    /// The edition's id; without it and without --year and --as-of, urumqi-2023
    #[arg(long, value_name = "ID", conflicts_with_all = ["year", "as_of"])]
    pub edition: Option<String>,
    /// The application year (申报年度); without it the year of --as-of
    #[arg(long, value_name = "YEAR", requires = "as_of")]
    pub year: Option<i64>,
    /// The filing date: 2025-10-08
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
    /// The configuration, for splits that the bureau decided and for more editions
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// Runs `share`.
///
/// # Errors
/// Where the configuration or an edition cannot be read.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let config = args.config.as_deref().map(Config::load).transpose()?;
    let policies = super::policy::policies(config.as_ref())?;
    let splits = config.map(|config| config.splits).unwrap_or_default();
    let result = edition(&policies, args).and_then(|edition| {
        let district = district(edition, &args.district)?;
        let region = region(&args.region)?;
        let shares =
            compute(edition, district, region, &splits).map_err(|error| error.to_string())?;
        Ok((edition, district, shares))
    });
    match result {
        Ok((edition, district, shares)) => {
            match args.format {
                Format::Human => super::say(human(edition, district, &shares).trim_end())?,
                Format::Json => super::say(&json(edition, district, &shares).to_string())?,
            }
            Ok(Exit::Fine)
        }
        Err(wrong) => {
            super::complain(wrong);
            Ok(Exit::Usage)
        }
    }
}

fn edition<'a>(policies: &'a Policies, args: &Args) -> Result<&'a Arc<Edition>, String> {
    if let Some(day) = args.as_of {
        let year = args.year.unwrap_or_else(|| i64::from(day.year()));
        return policies.in_force(year, day).ok_or_else(|| {
            let last = policies.last_before(day).map_or_else(String::new, |last| {
                format!("; `{}` was in force until {}", last.id, last.filed.last)
            });
            format!("no edition covers year {year} filed on {day}{last}")
        });
    }
    let id = args.edition.as_deref().unwrap_or(EDITION);
    policies
        .edition(id)
        .ok_or_else(|| super::policy::unknown(policies, id))
}

fn district<'a>(edition: &'a Edition, text: &str) -> Result<&'a District, String> {
    let find = |id: &str| edition.districts.iter().find(|district| district.id == id);
    let problem = match recognise(&edition.districts, text) {
        Recognised::Certain(id) => {
            return find(&id).ok_or_else(|| format!("district `{id}` is not in this edition"));
        }
        Recognised::Ambiguous(ids) => format!("`{text}` may be any of {}", ids.join(", ")),
        Recognised::Unknown => format!("`{text}` is none of the districts of {}", edition.id),
    };
    let names: String = edition
        .districts
        .iter()
        .map(|district| format!("\n  {:<14} {}", district.id, district.name))
        .collect();
    Err(format!("{problem}; give one of{names}"))
}

fn region(text: &str) -> Result<Money, String> {
    amount::parse(text, Unit::Yuan)
        .and_then(|amount| amount.money())
        .ok_or_else(|| {
            format!("`{text}` is no amount down to the 分; write 300万元, 3000000元 or 3000000")
        })
}

fn human(edition: &Edition, district: &District, shares: &Shares) -> String {
    let class = shares.class.as_deref().unwrap_or("未分类");
    let mut text = format!(
        "{}（{class}），依据《{}》（{}）\n\n",
        district.name, edition.title, edition.id
    );
    let line = |name: &str, money: Option<Money>| {
        let value = money.map_or("待市科技局确定".to_owned(), |money| {
            format!("{:>12} 万元  {:>16} 元", money.wan(), money.yuan())
        });
        format!("  {name}  {value}\n")
    };
    text += &line("自治区财政资金  ", Some(shares.region));
    text += &line("市、区（县）合计", Some(shares.local));
    text += &line("市本级财政资金  ", shares.city);
    text += &line("区（县）财政资金", shares.district);
    text += "\n计算过程：\n";
    for (index, step) in shares.steps.iter().enumerate() {
        text += &format!("  {}. {}  〔{}〕\n", index + 1, step.text, step.clause);
    }
    if !shares.decided() {
        text += "\n该文件没有写明市与区（县）如何分担，分担比例由市科技局确定。\
                 确定后请写入配置的 splits，并注明文件名称。\n";
    }
    text
}

fn json(edition: &Edition, district: &District, shares: &Shares) -> serde_json::Value {
    serde_json::json!({
        "unit": "yuan",
        "edition": edition.id,
        "district_id": district.id,
        "class": shares.class,
        "region": shares.region,
        "local": shares.local,
        "city": shares.city,
        "district": shares.district,
        "ratio": shares.ratio.map(|(city, district)| format!("{city}:{district}")),
        "decided": shares.decided(),
        "decided_by": shares.decided_by,
        "steps": shares.steps,
    })
}

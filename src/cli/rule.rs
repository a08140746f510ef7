//! `liandong rule [CODE]`: the catalogue, or one rule with what it asks, why, and what to do.

use std::fmt::Write as _;

use super::{Exit, Lang};
use crate::rules::{Rule, rules};

/// Arguments of `rule`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  liandong rule
  liandong rule M02
  liandong rule city-share-differs --lang en
  liandong rule --format json
  liandong rule --markdown")]
pub struct Args {
    /// Code or name of a rule; without it, the whole catalogue
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
    /// The catalogue as tables in Markdown, one a chapter
    #[arg(long, conflicts_with = "format")]
    pub markdown: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t = super::policy::Format::Human)]
    pub format: super::policy::Format,
    /// Language of the texts
    #[arg(long, value_enum, default_value_t = Lang::Zh)]
    pub lang: Lang,
}

/// Runs `rule`.
///
/// # Errors
/// Where standard output cannot be written.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let wanted = |rule: &&Rule| {
        args.code
            .as_ref()
            .is_none_or(|code| rule.code.eq_ignore_ascii_case(code) || rule.name == code)
    };
    let found: Vec<&Rule> = rules().filter(wanted).collect();
    if found.is_empty() {
        let code = args.code.as_deref().unwrap_or_default();
        super::complain(format_args!(
            "no rule `{code}`: `liandong rule` lists them all"
        ));
        return Ok(Exit::Usage);
    }
    let text = match args.format {
        _ if args.markdown => markdown(&found, args.lang),
        super::policy::Format::Json => {
            let all: Vec<_> = found.iter().map(|rule| json(rule, args.lang)).collect();
            serde_json::to_string_pretty(&all)?
        }
        super::policy::Format::Human if args.code.is_some() => {
            found.iter().map(|rule| whole(rule, args.lang)).collect()
        }
        super::policy::Format::Human => list(&found, args.lang),
    };
    super::say(text.trim_end())?;
    Ok(Exit::Fine)
}

fn list(rules: &[&Rule], lang: Lang) -> String {
    let mut text = String::new();
    for rule in rules {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{}  {:<30} {}  [{}]",
            rule.code,
            rule.name,
            lang.of(rule.what),
            rule.clause
        );
    }
    text
}

/// Chapters of the catalogue by the letters of their codes: Chinese and English.
const CHAPTERS: [(char, &str, &str); 8] = [
    ('W', "工作簿", "the workbook itself"),
    ('P', "程序", "procedure"),
    ('U', "单位与人员", "units and people"),
    ('K', "关键技术问题", "the key problem"),
    ('M', "配套资金", "matching funds"),
    ('B', "经费预算", "budget"),
    ('S', "进度与绩效", "schedule and outcomes"),
    ('T', "成果转化", "results put to use"),
];

fn markdown(rules: &[&Rule], lang: Lang) -> String {
    let mut text = String::new();
    for (letter, zh, en) in CHAPTERS {
        let mut of_chapter = rules
            .iter()
            .filter(|rule| rule.code.starts_with(letter))
            .peekable();
        if of_chapter.peek().is_none() {
            continue;
        }
        let (title, head) = match lang {
            Lang::Zh => (zh, "| 编号 | 名称 | 级别 | 依据 | 检查什么 |"),
            Lang::En => (en, "| code | name | severity | clause | fault |"),
        };
        let _ = writeln!(
            text,
            "**{letter}: {title}**\n\n{head}\n|---|---|---|---|---|"
        );
        for rule in of_chapter {
            let cells = [
                rule.code,
                rule.name,
                &severity(rule, lang),
                rule.clause,
                lang.of(rule.what),
            ];
            let cells = cells.map(|cell| cell.replace('|', "\\|"));
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        }
        text.push('\n');
    }
    text
}

fn severity(rule: &Rule, lang: Lang) -> String {
    match lang {
        Lang::Zh => rule.severity.to_string(),
        Lang::En => format!("{:?}", rule.severity).to_lowercase(),
    }
}

fn whole(rule: &Rule, lang: Lang) -> String {
    let heads = match lang {
        Lang::Zh => ["级别", "依据", "检查什么", "为什么", "怎么办"],
        Lang::En => ["severity", "clause", "what", "why", "fix"],
    };
    let severity = severity(rule, lang);
    let bodies = [
        severity.as_str(),
        rule.clause,
        lang.of(rule.what),
        lang.of(rule.why),
        lang.of(rule.fix),
    ];
    let mut text = format!("{} {}\n", rule.code, rule.name);
    for (head, body) in heads.iter().zip(bodies) {
        let _ = writeln!(text, "  {head}: {body}");
    }
    text
}

fn json(rule: &Rule, lang: Lang) -> serde_json::Value {
    serde_json::json!({
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "clause": rule.clause,
        "what": lang.of(rule.what),
        "why": lang.of(rule.why),
        "fix": lang.of(rule.fix),
    })
}

impl Lang {
    /// A text in this language.
    const fn of(self, text: crate::rules::Text) -> &'static str {
        match self {
            Self::Zh => text.zh,
            Self::En => text.en,
        }
    }
}

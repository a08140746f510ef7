//! Which formats of cells show a number as a day or a time.

use std::collections::HashMap;

use quick_xml::escape::unescape;

use crate::read::ReadFault;
use crate::read::guard::damaged;
use crate::read::tags::{Kind, Tags};

/// Built-in formats of days and times, those of Chinese, Japanese and Korean programs among them
/// (ECMA-376 §18.8.30).
const BUILT_IN: [std::ops::RangeInclusive<u32>; 4] = [14..=22, 27..=36, 45..=47, 50..=58];

/// Whether a cell's format, by its index, shows a day or a time.
#[derive(Debug, Default)]
pub struct Formats(Vec<bool>);

impl Formats {
    /// The formats of a styles part.
    ///
    /// # Errors
    /// Where it is broken.
    pub fn of(part: &str) -> Result<Self, ReadFault> {
        let (mut tags, mut own, mut formats) = (Tags::of(part), HashMap::new(), None);
        while let Some(tag) = tags.advance()? {
            match (tag.kind, tag.local()) {
                (Kind::End, "cellXfs") => break,
                (Kind::End, _) => {}
                (_, "numFmt") => {
                    let code = unescape(tag.get("formatCode").unwrap_or_default());
                    let code = code.map_err(damaged)?;
                    if let Some(id) = id(tag.get("numFmtId")) {
                        own.insert(id, shows_a_day(&code));
                    }
                }
                (Kind::Start, "cellXfs") => formats = Some(Vec::new()),
                (_, "xf") => {
                    let id = id(tag.get("numFmtId")).unwrap_or_default();
                    let is_day = own.get(&id).copied().unwrap_or_else(|| is_built_in_day(id));
                    formats.iter_mut().for_each(|list| list.push(is_day));
                }
                _ => {}
            }
        }
        Ok(Self(formats.unwrap_or_default()))
    }

    /// Whether the format of this index, as a cell names it, shows a day or a time.
    #[must_use]
    pub fn is_day(&self, index: &str) -> bool {
        let index = index.parse::<usize>().ok();
        index.is_some_and(|index| self.0.get(index) == Some(&true))
    }
}

/// Whether a built-in format shows a day or a time.
#[must_use]
pub fn is_built_in_day(id: u32) -> bool {
    BUILT_IN.iter().any(|range| range.contains(&id))
}

fn id(text: Option<&str>) -> Option<u32> {
    text?.parse().ok()
}

/// Whether the first section of a format holds a letter of a day or a time outside quotes, escapes and brackets;
/// a bracket of hours, minutes or seconds (`[h]`) counts as one.
#[must_use]
pub fn shows_a_day(code: &str) -> bool {
    const LETTERS: &str = "dmhysDMHYS";
    let (mut signs, mut bracket) = (code.chars(), String::new());
    let (mut is_quoted, mut is_bracketed) = (false, false);
    while let Some(sign) = signs.next() {
        match sign {
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '\\' | '_' | '*' => {
                signs.next();
            }
            ';' => return false,
            '[' => {
                is_bracketed = true;
                bracket.clear();
            }
            ']' if is_bracketed => {
                is_bracketed = false;
                let mut lower = bracket.chars().map(|sign| sign.to_ascii_lowercase());
                let first = lower.next();
                if matches!(first, Some('h' | 'm' | 's')) && lower.all(|it| Some(it) == first) {
                    return true;
                }
            }
            sign if is_bracketed => bracket.push(sign),
            'A' | 'a' if signs.as_str().to_ascii_uppercase().starts_with("M/P") => return true,
            sign if LETTERS.contains(sign) => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_of_days_is_told_from_others() {
        for day in [
            "DD/MM/YY",
            "H:MM:SS;@",
            "m\"M\"d\"D\";@",
            "[h]:mm:ss",
            "[ss]",
            "yyyy\"年\"m\"月\"d\"日\"",
            "[$-404]e\"年\"m\"月\"d\"日\"",
            "[$-409]AM/PM",
            "上午/下午h\"时\"",
        ] {
            assert!(shows_a_day(day), "{day}");
        }
        for other in [
            "General",
            "0.00_);[Red]\\-0.00",
            "#,##0\\ [$\u{20bd}-46D]",
            "\"Y: \"0.00\"m\";yyyy",
            "0_d",
            "[Red]0",
            "[>=100]0.0",
            "0 \"万元\"",
            "@",
        ] {
            assert!(!shows_a_day(other), "{other}");
        }
    }

    #[test]
    fn a_cell_names_its_format_by_index() {
        let part = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;-&quot;mm\"/></numFmts>\
                    <cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/>\
                    <xf numFmtId=\"31\"><alignment/></xf></cellXfs></styleSheet>";
        let formats = Formats::of(part).unwrap();
        let days: Vec<bool> = ["0", "1", "2", "3", "-1", "x"]
            .iter()
            .map(|index| formats.is_day(index))
            .collect();
        assert_eq!(days, [false, true, true, false, false, false]);
    }
}

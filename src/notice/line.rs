//! Texts of others, made harmless: one line, no characters that control a terminal or the direction of writing, and
//! of limited length. A view holds no text of others that is not a [`Line`].

use serde::Serialize;

use super::TEXT_CHARS_MAX;

/// A text in one line of at most [`TEXT_CHARS_MAX`] characters, with no control or direction characters in it.
///
/// Blanks and line breaks of any kind become one space. Joiners stay: some scripts need them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Line(String);

impl Line {
    /// The text as a line.
    pub fn new(text: &str) -> Self {
        Self::of_at_most(TEXT_CHARS_MAX, text)
    }

    /// The text as a line of at most so many characters; where it is cut, `…` is the last.
    pub fn of_at_most(chars_max: usize, text: &str) -> Self {
        let harmless: String = text.chars().map(harmless).collect();
        let harmless = harmless.replace('\0', "");
        let one_line = harmless.split_whitespace().collect::<Vec<_>>().join(" ");
        if one_line.chars().nth(chars_max).is_none() {
            return Self(one_line);
        }
        let kept = chars_max.saturating_sub(1);
        Self(one_line.chars().take(kept).chain(['…']).collect())
    }

    /// The line.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl From<&String> for Line {
    fn from(text: &String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

/// The last part of a path: the file's name.
pub fn last_part(path: &str) -> Line {
    path.rsplit(['/', '\\']).next().unwrap_or(path).into()
}

/// The character, a space for what breaks lines, NUL for what must not be there.
const fn harmless(c: char) -> char {
    match c {
        '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => '\0',
        // soft hyphen, marks and overrides of direction, zero-width blanks, invisible operators, tags
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' => '\0',
        '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => '\0',
        '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => '\0',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_become_a_space_and_direction_marks_go() {
        let line = Line::new(" 甲\r\n乙\u{2028}丙\u{202e}xslx\u{200b}\u{7}\t丁 ");
        assert_eq!(line.into_string(), "甲 乙 丙xslx 丁");
    }

    #[test]
    fn a_text_at_the_limit_stays_and_one_character_more_is_cut() {
        let of = |chars: usize| Line::new(&"字".repeat(chars)).into_string();
        assert_eq!(of(TEXT_CHARS_MAX), "字".repeat(TEXT_CHARS_MAX));
        assert_eq!(
            of(TEXT_CHARS_MAX + 1),
            "字".repeat(TEXT_CHARS_MAX - 1) + "…"
        );
    }
}

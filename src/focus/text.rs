//! A text taken apart: sentences, clauses, the senses of their phrases, the things they name and the quantities they give.

use std::collections::BTreeSet;

use super::lexicon::{Lexicon, Sense, Senses, UnitKind, is_han};
use super::quantity::{Quantity, quantities};
use super::signs::is_taken_back;
use crate::form::find::half_width;

/// A text, taken apart.
#[derive(Debug, Default)]
pub struct Text {
    /// The clauses in order.
    pub clauses: Vec<Clause>,
    /// Chinese characters, and letters and digits.
    pub chars: usize,
    /// Of those, in set phrases.
    pub slogan_chars: usize,
    /// Of those, in words that name nothing.
    pub generic_chars: usize,
}

/// What stands between two marks of punctuation.
#[derive(Debug, Default)]
pub struct Clause {
    /// The number of its sentence.
    pub sentence: usize,
    /// Its words as they stand.
    pub quote: String,
    /// What its phrases do.
    pub senses: Senses,
    /// What it names, words of research management aside.
    pub things: BTreeSet<String>,
    /// Of those, and of names put together from several words, the technical ones.
    pub technical: BTreeSet<String>,
    /// What goes wrong, in its own words.
    pub troubles: BTreeSet<String>,
    /// Its quantities.
    pub quantities: Vec<UnitKind>,
    /// Whether it tells of what is, and not of what is to come, of the firm, or that all is well.
    pub is_live: bool,
}

/// Marks that end a sentence.
const SENTENCE_ENDS: &[char] = &['。', '；', ';', '！', '!', '？', '?', '\n'];
/// Marks that end a clause.
const CLAUSE_ENDS: &[char] = &['，', ',', '：', ':'];
/// What before a trouble turns it round: 不漏, 防腐蚀, 减少损失.
const TURNED_BY: &[char] = &[
    '不', '没', '无', '未', '防', '抗', '耐', '免', '零', '少', '止', '低', '充', '自',
];

/// What denies.
const DENIALS: &[char] = &['不', '没', '未'];
/// After 不 and a verb before it: what the verb does not reach.
const COMPLEMENTS: &[char] = &[
    '了', '上', '下', '动', '住', '开', '出', '到', '起', '来', '过', '进', '准', '清', '匀', '够',
    '齐', '牢', '严', '透', '净', '灵', '见', '掉', '全', '着', '完', '成', '好', '稳',
];
/// Before 不 these are no verbs.
const NO_VERBS: &[char] = &[
    '差', '对', '离', '少', '免', '要', '也', '都', '就', '才', '又', '还', '并', '而', '且', '则',
    '若', '如', '很', '太', '更', '最', '只', '但', '便', '多',
];
/// How things end badly, before 了.
const BAD_ENDS: &[char] = &[
    '坏', '断', '裂', '死', '烂', '穿', '漏', '糊', '废', '垮', '瘪', '碎', '堵', '焦', '霉', '臭',
    '僵', '脱', '偏', '崩', '卷', '秃', '化',
];
/// Within how many characters 就 follows 一.
const AT_ONCE_CHARS: usize = 6;
/// Denials that deny nothing, or nothing that is wrong.
const IDIOMS: &[&str] = &[
    "不断",
    "不仅",
    "不但",
    "不少",
    "不同",
    "不超过",
    "不低于",
    "不高于",
    "不小于",
    "不大于",
    "不少于",
    "不多于",
    "不锈钢",
    "不饱和",
    "不含",
    "不论",
    "不管",
    "不只",
    "不可或缺",
    "不断提升",
    "没收",
    "未来",
    "不漏",
    "不堵",
    "不断完善",
    "不忘",
    "不懈",
    "不易",
    "不限",
    "不计",
    "不动产",
    "不变",
    "不得",
];

/// A word with its place among the characters.
struct Word<'t> {
    start: usize,
    chars: usize,
    text: &'t str,
    kind: &'t str,
}

/// Takes a text apart.
#[must_use]
pub fn take_apart(lexicon: &Lexicon, original: &str) -> Text {
    let original: Vec<char> = original.chars().collect();
    let chars: Vec<char> = original.iter().copied().map(half_width).collect();
    let plain: String = chars.iter().collect();
    let words = words(lexicon, &plain);
    let mut marks = marks(lexicon, &chars, &words);
    let quantities = quantities(lexicon, &chars);
    for quantity in &quantities {
        marks.used[quantity.start..quantity.end].fill(true);
    }
    let mut text = Text {
        chars: chars.iter().filter(|c| c.is_alphanumeric()).count(),
        slogan_chars: marks.slogan.iter().filter(|is| **is).count(),
        generic_chars: marks.generic.iter().filter(|is| **is).count(),
        ..Text::default()
    };
    let (mut start, mut sentence) = (0, 0);
    for end in 0..=chars.len() {
        let ends_sentence = end == chars.len() || SENTENCE_ENDS.contains(&chars[end]);
        if !ends_sentence && !CLAUSE_ENDS.contains(&chars[end]) {
            continue;
        }
        let quote: String = original[start..end].iter().collect();
        if quote.chars().any(char::is_alphanumeric) {
            text.clauses.push(Clause {
                sentence,
                quote: quote.trim().to_owned(),
                senses: marks.senses_in(start, end),
                things: things(&words, &marks, start, end),
                technical: technical(lexicon, &words, &marks, (start, end)),
                troubles: marks.troubles_in(start, end, &chars),
                quantities: within(&quantities, start, end),
                is_live: true,
            });
        }
        sentence += usize::from(ends_sentence);
        start = end + 1;
    }
    settle(&mut text.clauses);
    text
}

/// Tells clauses that prove nothing: of what is to come (to the sentence's end), of the firm, or that all is well.
fn settle(clauses: &mut [Clause]) {
    let mut promised = None;
    let praised: BTreeSet<usize> = (0..clauses.len())
        .filter(|at| clauses[*at].senses.has(Sense::Praise) && !is_taken_back(clauses, *at))
        .map(|at| clauses[at].sentence)
        .collect();
    let aside: Vec<usize> = clauses
        .iter()
        .filter(|clause| clause.senses.has(Sense::Aside))
        .map(|clause| clause.sentence)
        .collect();
    let told: Vec<usize> = clauses.iter().map(|clause| clause.sentence).collect();
    let count = |all: &[usize], sentence| all.iter().filter(|it| **it == sentence).count();
    for clause in clauses {
        let is_mostly_aside = count(&aside, clause.sentence) * 2 >= count(&told, clause.sentence);
        if clause.senses.has(Sense::Promise) {
            promised = Some(clause.sentence);
        }
        clause.is_live = promised != Some(clause.sentence)
            && !praised.contains(&clause.sentence)
            && !clause.senses.has(Sense::Aside)
            && !is_mostly_aside;
    }
}

fn within(quantities: &[Quantity], start: usize, end: usize) -> Vec<UnitKind> {
    let here = quantities
        .iter()
        .filter(|quantity| (start..end).contains(&quantity.start));
    here.map(|quantity| quantity.kind).collect()
}

fn words<'t>(lexicon: &'t Lexicon, plain: &'t str) -> Vec<Word<'t>> {
    let mut start = 0;
    let word = |(text, kind): (&'t str, &'t str)| {
        let chars = text.chars().count();
        start += chars;
        Word {
            start: start - chars,
            chars,
            text,
            kind,
        }
    };
    lexicon.words(plain).into_iter().map(word).collect()
}

/// What each character is part of.
struct Marks {
    /// Senses that start here.
    senses: Vec<Senses>,
    /// First and one past the last character of each trouble, none inside another.
    troubles: Vec<(usize, usize)>,
    slogan: Vec<bool>,
    generic: Vec<bool>,
    /// Part of a phrase or quantity that is no name of a thing.
    used: Vec<bool>,
}

impl Marks {
    fn senses_in(&self, start: usize, end: usize) -> Senses {
        let mut all = Senses::default();
        for senses in &self.senses[start..end] {
            all.join(*senses);
        }
        all
    }

    /// What cannot be done (咬不动, 认不出, 下不来) is a trouble, whatever the verb; any other denial is a lack.
    fn find_negations(&mut self, chars: &[char]) {
        for at in 0..chars.len() {
            if !DENIALS.contains(&chars[at]) {
                continue;
            }
            let rest = &chars[at..];
            let is_idiom = |idiom: &&str| {
                let count = idiom.chars().count();
                rest.len() >= count && idiom.chars().zip(rest).all(|(a, b)| a == *b)
            };
            let before = at.checked_sub(1).map(|before| chars[before]);
            let cannot = chars[at] == '不'
                && before.is_some_and(|before| is_han(before) && !NO_VERBS.contains(&before))
                && rest.get(1).is_some_and(|next| COMPLEMENTS.contains(next));
            if IDIOMS.iter().any(is_idiom) {
                continue;
            }
            if cannot {
                self.senses[at].add(Sense::Trouble);
                self.troubles.push((at - 1, at + 2));
            } else {
                self.senses[at].add(Sense::Lack);
            }
        }
    }

    /// What comes to a bad end (熔穿了, 撕烂了), and what does so at once (一碰就散, 一开机就跳).
    fn find_bad_ends(&mut self, chars: &[char]) {
        for (at, pair) in chars.windows(2).enumerate() {
            if BAD_ENDS.contains(&pair[0]) && pair[1] == '了' {
                self.senses[at].add(Sense::Trouble);
                self.troubles.push((at.saturating_sub(1), at + 1));
            }
            let near = &chars[at + 1..chars.len().min(at + AT_ONCE_CHARS)];
            let then = near
                .iter()
                .position(|c| *c == '就' || CLAUSE_ENDS.contains(c));
            if pair[0] == '一' && is_han(pair[1]) && then.is_some_and(|then| near[then] == '就') {
                self.senses[at].add(Sense::Lack);
            }
        }
    }

    fn troubles_in(&self, start: usize, end: usize, chars: &[char]) -> BTreeSet<String> {
        let here = self.troubles.iter();
        here.filter(|(from, to)| start <= *from && *to <= end)
            .map(|(from, to)| chars[*from..*to].iter().collect())
            .collect()
    }
}

/// Finds the phrases. What stands inside a set phrase has no sense of its own.
fn marks(lexicon: &Lexicon, chars: &[char], words: &[Word<'_>]) -> Marks {
    let mut marks = Marks {
        senses: vec![Senses::default(); chars.len()],
        troubles: Vec::new(),
        slogan: vec![false; chars.len()],
        generic: vec![false; chars.len()],
        used: vec![false; chars.len()],
    };
    let mut alone = vec![false; chars.len()];
    for word in words.iter().filter(|word| word.chars == 1) {
        alone[word.start] = true;
    }
    marks.find_negations(chars);
    marks.find_bad_ends(chars);
    let (mut slogan_end, mut trouble_end, mut stock_end) = (0, 0, 0);
    for start in 0..chars.len() {
        for (length, senses) in lexicon.phrases_at(&chars[start..]) {
            let end = start + length;
            if end <= slogan_end || length == 1 && !alone[start] {
                continue;
            }
            if senses.has(Sense::Stock) {
                stock_end = end;
            }
            let turned = start > 0 && TURNED_BY.contains(&chars[start - 1]);
            if end <= stock_end && senses.is_trouble() && !senses.has(Sense::Stock) {
                continue;
            }
            if turned && senses.is_trouble() {
                continue;
            }
            if senses.has(Sense::Trouble) && start >= trouble_end {
                trouble_end = end;
                marks.troubles.push((start, end));
            }
            if senses.has(Sense::Slogan) {
                slogan_end = end;
                marks.slogan[start..end].fill(true);
            }
            if senses.has(Sense::Generic) {
                marks.generic[start..end].fill(true);
            }
            if !(senses.has(Sense::Term) || senses.is_only(Sense::Reach)) {
                marks.used[start..end].fill(true);
            }
            marks.senses[start].join(senses);
        }
    }
    marks
}

/// The things a clause names: nouns and names beyond those of research management, single characters put together.
fn things(words: &[Word<'_>], marks: &Marks, start: usize, end: usize) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut single = String::new();
    let first = words.partition_point(|word| word.start < start);
    for word in &words[first..] {
        if word.start >= end {
            break;
        }
        let used = marks.used[word.start..word.start + word.chars]
            .iter()
            .any(|used| *used);
        let names = !used && is_name(word);
        if names && word.chars == 1 {
            single.push_str(word.text);
            continue;
        }
        keep(&mut found, &mut single);
        if names {
            found.insert(word.text.to_owned());
        }
    }
    keep(&mut found, &mut single);
    found
}

/// The most technical names that an enumeration gives: listing parts tells of none of them.
const LISTED_NAMES: usize = 1;

/// The technical things a clause names: terms, designations (IGBT, DN150), and words that end as the names of things do (阀, 膜,
/// 酸), with the word before where they are a single character.
fn technical(
    lexicon: &Lexicon,
    words: &[Word<'_>],
    marks: &Marks,
    (start, end): (usize, usize),
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let first = words.partition_point(|word| word.start < start);
    let here = words[first..].iter().take_while(|word| word.start < end);
    let mut before: Option<&Word<'_>> = None;
    let mut marks_of_list = 0;
    for word in here {
        marks_of_list += usize::from(word.text == "、");
        let is_used = marks.used[word.start..word.start + word.chars]
            .iter()
            .any(|used| *used);
        let last = word.text.chars().last().unwrap_or(' ');
        let is_term = marks.senses[word.start].has(Sense::Term);
        let is_code = is_name(word) && last.is_ascii_alphanumeric();
        if !is_used
            && (is_term || is_code || word.chars > 1 && is_name(word) && lexicon.is_head(last))
        {
            found.insert(word.text.to_owned());
        } else if !is_used && word.chars == 1 && lexicon.is_head(last) {
            let joined = before.filter(|before| joins(before, word));
            found.extend(joined.map(|before| format!("{}{}", before.text, word.text)));
        }
        before = Some(word);
    }
    if marks_of_list > 1 {
        while found.len() > LISTED_NAMES {
            found.pop_last();
        }
    }
    found
}

/// Whether a word is the first part of a name that ends with the next.
fn joins(before: &Word<'_>, word: &Word<'_>) -> bool {
    before.start + before.chars == word.start
        && before
            .text
            .chars()
            .all(|c| is_han(c) || c.is_ascii_alphanumeric())
        && !before
            .kind
            .starts_with(['p', 'c', 'u', 'r', 'd', 'm', 'q', 'f', 't', 'y'])
}

fn keep(found: &mut BTreeSet<String>, single: &mut String) {
    if single.chars().count() > 1 {
        found.insert(std::mem::take(single));
    }
    single.clear();
}

/// Whether a word is a noun, a name, or unknown to the dictionary.
fn is_name(word: &Word<'_>) -> bool {
    let first = word.text.chars().next().unwrap_or(' ');
    if first.is_ascii_alphabetic() {
        return word.chars > 1;
    }
    is_han(first)
        && (word.kind.is_empty()
            || word.kind.starts_with(['n', 'x', 'j', 'g'])
            || ["vn", "zg", "l"].contains(&word.kind))
}

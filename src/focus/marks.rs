//! What each character of a text is part of: phrases with their senses, denials, troubles. A denial turns what it denies:
//! solving that is denied leaves a problem open, a trouble that is denied is none.

use std::collections::BTreeSet;

use super::lexicon::{Lexicon, Sense, Senses, is_han};
use super::quantity::Quantity;
use super::text::{ends_clause, ends_sentence};

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
pub(super) struct Word<'t> {
    /// First character.
    pub(super) start: usize,
    /// How many.
    pub(super) chars: usize,
    /// As it stands.
    pub(super) text: &'t str,
    /// `n` noun, `v` verb, …
    pub(super) kind: &'t str,
    /// Whether any of it is part of a phrase or quantity that is no name of a thing.
    pub(super) is_used: bool,
}

/// The words of a text.
pub(super) fn words<'t>(lexicon: &'t Lexicon, plain: &'t str) -> Vec<Word<'t>> {
    let tags = lexicon.words(plain).into_iter();
    tags.map(|tag| Word {
        start: tag.start,
        chars: tag.end - tag.start,
        text: tag.word,
        kind: tag.tag,
        is_used: false,
    })
    .collect()
}

/// What each character is part of.
pub(super) struct Marks {
    /// Senses that start here.
    pub(super) senses: Vec<Senses>,
    /// First and one past the last character of each trouble, none inside another.
    troubles: Vec<(usize, usize)>,
    /// The same of processes and properties.
    matter: Vec<(usize, usize)>,
    /// Part of a set phrase.
    pub(super) slogan: Vec<bool>,
    /// Part of a word that names nothing.
    pub(super) generic: Vec<bool>,
    /// Part of a phrase that is no name of a thing.
    used: Vec<bool>,
}

impl Marks {
    /// What the phrases do that start here.
    pub(super) fn senses_in(&self, start: usize, end: usize) -> Senses {
        let mut all = Senses::default();
        for senses in &self.senses[start..end] {
            all.join(*senses);
        }
        // What others have solved abroad is no end of a problem here.
        if all.has(Sense::Done) && !all.has(Sense::Foreign) && !all.has(Sense::Abroad) {
            all.add(Sense::Praise);
        }
        all
    }

    /// Tells the words that are part of phrases and quantities.
    pub(super) fn use_words(&mut self, words: &mut [Word<'_>], quantities: &[Quantity]) {
        for quantity in quantities {
            self.used[quantity.start..quantity.end].fill(true);
        }
        for word in words {
            word.is_used = self.used[word.start..word.start + word.chars].contains(&true);
        }
    }

    /// What cannot be done (咬不动, 认不出, 下不来) is a trouble, whatever the verb; any other denial is a lack.
    fn find_negations(&mut self, chars: &[char]) {
        for at in 0..chars.len() {
            if !DENIALS.contains(&chars[at]) {
                continue;
            }
            let rest = &chars[at..];
            let before = at.checked_sub(1).map(|before| chars[before]);
            let cannot = chars[at] == '不'
                && before.is_some_and(|before| is_han(before) && !NO_VERBS.contains(&before))
                && rest.get(1).is_some_and(|next| COMPLEMENTS.contains(next));
            if IDIOMS.iter().any(|idiom| is_there(idiom, rest)) {
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
            if pair[1] == '了' && BAD_ENDS.contains(&pair[0]) {
                self.senses[at].add(Sense::Trouble);
                self.troubles.push((at.saturating_sub(1), at + 1));
            }
            if pair[0] != '一' || !is_han(pair[1]) {
                continue;
            }
            let mut near = chars[at + 1..chars.len().min(at + AT_ONCE_CHARS)].iter();
            let then = near.find(|c| **c == '就' || ends_clause(**c));
            if then == Some(&'就') {
                self.senses[at].add(Sense::Lack);
            }
        }
    }

    /// Processes and properties named here.
    pub(super) fn matter_in(&self, start: usize, end: usize, chars: &[char]) -> BTreeSet<String> {
        let here = self.matter.iter();
        here.filter(|(from, to)| start <= *from && *to <= end)
            .map(|(from, to)| chars[*from..*to].iter().collect())
            .collect()
    }

    /// What goes wrong here.
    pub(super) fn troubles_in(&self, start: usize, end: usize, chars: &[char]) -> BTreeSet<String> {
        let here = self.troubles.iter();
        here.filter(|(from, to)| start <= *from && *to <= end)
            .map(|(from, to)| chars[*from..*to].iter().collect())
            .collect()
    }
}

/// Phrases that name things: they are no less names for being known.
const NAMES: &[Sense] = &[Sense::Term, Sense::Process, Sense::Property, Sense::Cause];
/// Within how many characters before it a denial denies.
const DENIED_CHARS: usize = 10;
/// What denies that something is solved.
const DENIES_SOLVING: &[&str] = &[
    "未", "没", "无", "不", "难以", "很难", "缺乏", "缺少", "尚缺",
];
/// What begins like a denial and denies nothing.
const DENIES_NOTHING: &[&str] = &[
    "无人机",
    "无人驾",
    "无线",
    "不仅",
    "不但",
    "不断",
    "不少",
    "不同",
];
/// What says that it is.
const DONE: &[char] = &['已', '均', '都', '全', '彻'];

/// Phrases that mean something only as words of their own: 机手 is none in 棉机手柄, 用过 none in 商用过渡.
const WHOLE: &[Sense] = &[
    Sense::Slogan,
    Sense::Promise,
    Sense::Aside,
    Sense::Praise,
    Sense::Stock,
    Sense::Textbook,
    Sense::Works,
    Sense::Elsewhere,
    Sense::Tried,
];

/// Whether a word stands at the start of these characters.
fn is_there(word: &str, chars: &[char]) -> bool {
    let mut chars = chars.iter();
    word.chars().all(|c| chars.next() == Some(&c))
}

/// Whether a phrase of letters is a part of a longer designation.
fn splits_code(chars: &[char], start: usize, end: usize) -> bool {
    let is_code = |c: Option<&char>| c.is_some_and(char::is_ascii_alphanumeric);
    let before = start.checked_sub(1).and_then(|before| chars.get(before));
    is_code(chars.get(start)) && is_code(before)
        || is_code(chars.get(end - 1)) && is_code(chars.get(end))
}

/// What a phrase does here: solving that is denied is none, and solving that is told as done is the end of a problem.
fn settled(senses: Senses, chars: &[char], start: usize, end: usize) -> Senses {
    if !senses.has(Sense::Solve) && !senses.has(Sense::Praise) {
        return senses;
    }
    let before = chars[..start].iter().rev().take(DENIED_CHARS);
    let before = before.take_while(|c| !ends_clause(**c) && !ends_sentence(**c));
    let before = &chars[start - before.count()..start];
    let is_at = |words: &[&str], at: usize| words.iter().any(|word| is_there(word, &chars[at..]));
    let denies = |at: usize| is_at(DENIES_SOLVING, at) && !is_at(DENIES_NOTHING, at);
    let is_denied = (start - before.len()..start).any(denies);
    let is_done = before.iter().any(|c| DONE.contains(c)) || chars.get(end) == Some(&'了');
    let mut senses = senses;
    if is_denied {
        senses.add(Sense::Open);
        senses.remove(Sense::Praise);
    } else if senses.has(Sense::Solve) && is_done {
        senses.add(Sense::Done);
    }
    senses
}

/// Finds the phrases. What stands inside a set phrase has no sense of its own.
pub(super) fn marks(lexicon: &Lexicon, chars: &[char], words: &[Word<'_>]) -> Marks {
    let mut marks = Marks {
        senses: vec![Senses::default(); chars.len()],
        troubles: Vec::new(),
        matter: Vec::new(),
        slogan: vec![false; chars.len()],
        generic: vec![false; chars.len()],
        used: vec![false; chars.len()],
    };
    let mut begins = vec![false; chars.len() + 1];
    for word in words {
        begins[word.start] = true;
    }
    begins[chars.len()] = true;
    marks.find_negations(chars);
    marks.find_bad_ends(chars);
    let (mut slogan_end, mut trouble_end, mut stock_end, mut matter_end) = (0, 0, 0, 0);
    for start in 0..chars.len() {
        for (length, senses) in lexicon.phrases_at(&chars[start..]) {
            let end = start + length;
            let is_whole = begins[start] && begins[end];
            if end <= slogan_end || length == 1 && !is_whole || splits_code(chars, start, end) {
                continue;
            }
            let senses = if is_whole {
                senses
            } else {
                senses.without(WHOLE)
            };
            let senses = settled(senses, chars, start, end);
            if senses.has(Sense::Stock) {
                stock_end = end;
            }
            let is_turned = || start > 0 && TURNED_BY.contains(&chars[start - 1]);
            let is_of_stock = end <= stock_end && !senses.has(Sense::Stock);
            if senses.is_trouble() && (is_of_stock || is_turned()) {
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
            if (senses.has(Sense::Process) || senses.has(Sense::Property)) && start >= matter_end {
                matter_end = end;
                marks.matter.push((start, end));
            }
            if !NAMES.iter().any(|name| senses.has(*name)) && !senses.is_only(Sense::Reach) {
                marks.used[start..end].fill(true);
            }
            marks.senses[start].join(senses);
        }
    }
    marks
}

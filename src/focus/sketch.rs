//! A sketch of a problem's texts: texts that share much share a band of it, so that a text like this one is found
//! without looking at every other text (MinHash over runs of characters, cut into bands).
//!
//! A pure function of the texts. That two sketches share a band proves nothing: whoever finds a text by it must
//! compare the texts themselves ([`likeness`]).

use foldhash::{HashSet, HashSetExt as _};

use super::lexicon::{is_han, is_letter};

/// Bands of a sketch.
const BANDS: usize = 32;
/// Smallest hashes in a band: texts of which a quarter of the runs are common share one of 32 bands with 87 %,
/// texts of which a fiftieth is common with 1 %.
const ROWS: usize = 2;
/// Bits of a hash that say which row it falls to.
const ROW_BITS: u32 = (BANDS * ROWS).ilog2();
/// Characters of a run.
const RUN: usize = 5;
/// Runs of the shortest text that is sketched: what is shorter is alike by chance.
const RUNS_MIN: usize = 30;

/// The bands of some texts, each with the id of its field; none where there is too little text.
///
/// One permutation for all rows: the hashes are dealt out to the rows, and a row to which none falls takes the
/// smallest of the next that has one (Li, Owen and Zhang 2012; Shrivastava and Li 2014).
#[must_use]
pub fn bands(texts: &[(String, String)]) -> Vec<u64> {
    let mut smallest = [None; BANDS * ROWS];
    let mut runs = 0;
    each_run(texts, |run| {
        let hash = mix(run);
        let row = &mut smallest[(hash >> (u64::BITS - ROW_BITS)) as usize];
        *row = Some(row.map_or(hash, |least: u64| least.min(hash)));
        runs += 1;
    });
    if runs < RUNS_MIN {
        return Vec::new();
    }
    let row = |at: usize| {
        let mut from_here = smallest[at..].iter().chain(&smallest[..at]);
        from_here.find_map(|least| *least).unwrap_or_default()
    };
    (0..BANDS)
        .map(|band| {
            let rows = band * ROWS..(band + 1) * ROWS;
            rows.fold(mix(band as u64), |hash, at| mix(hash ^ row(at)))
        })
        .collect()
}

/// How many runs of the first texts stand in the second too, and how many there are.
#[must_use]
pub fn likeness(texts: &[(String, String)], others: &[(String, String)]) -> (usize, usize) {
    let (runs, others) = (runs(texts), self::runs(others));
    (runs.intersection(&others).count(), runs.len())
}

/// Every run of characters of the texts, hashed, each once.
fn runs(texts: &[(String, String)]) -> HashSet<u64> {
    let mut runs = HashSet::new();
    each_run(texts, |run| {
        runs.insert(run);
    });
    runs
}

/// Every run of characters of the texts, hashed. Letters and digits only: blanks and marks are set as one likes.
fn each_run(texts: &[(String, String)], mut take: impl FnMut(u64)) {
    let mut plain: Vec<char> = Vec::new();
    for (_, text) in texts {
        plain.clear();
        for c in text.chars().filter(|c| is_letter(*c)) {
            match is_han(c) {
                true => plain.push(c),
                false => plain.extend(c.to_lowercase()),
            }
        }
        plain.windows(RUN).map(hash).for_each(&mut take);
    }
}

/// FNV-1a over the characters: the same on every machine and in every version.
fn hash(run: &[char]) -> u64 {
    run.iter().fold(0xcbf2_9ce4_8422_2325, |hash, c| {
        (hash ^ u64::from(u32::from(*c))).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The finishing step of `SplitMix64`: every bit of the result depends on every bit given.
const fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(String, String)> {
        vec![("problem".to_owned(), text.to_owned())]
    }

    const ONE: &str = "高原高寒地区风电机组主轴轴承的疲劳寿命不足，滚道表面在低温冲击载荷下早期剥落，\
        国内同类产品平均无故障运行时间只有进口产品的一半，替换成本高。";
    const OTHER: &str = "番茄红素提取依赖进口超临界萃取装备，溶剂残留高，收率只有百分之六十二，\
        企业每年因此多花八百万元，需要连续逆流提取工艺和国产化的高压泵组。";

    #[test]
    fn the_same_text_with_other_marks_has_the_same_bands() {
        let spaced = ONE.replace('，', " , ").replace('。', ".");
        assert_eq!(bands(&texts(ONE)), bands(&texts(&spaced)));
        assert_eq!(bands(&texts(ONE)).len(), BANDS);
    }

    #[test]
    fn other_texts_share_no_band_and_half_a_text_shares_some() {
        let share = |a: &str, b: &str| {
            let (a, b) = (bands(&texts(a)), bands(&texts(b)));
            a.iter().filter(|band| b.contains(band)).count()
        };
        assert_eq!(share(ONE, OTHER), 0);
        assert!(share(ONE, &format!("{ONE}{OTHER}")) > 0);
    }

    #[test]
    fn a_short_text_has_no_sketch() {
        assert!(bands(&texts("轴承寿命不足")).is_empty());
    }

    #[test]
    fn likeness_counts_what_is_found_again() {
        assert_eq!(
            likeness(&texts("一二三四五六"), &texts("〇一二三四五七")),
            (1, 2)
        );
    }
}

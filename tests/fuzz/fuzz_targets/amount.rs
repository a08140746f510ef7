//! What is read as an amount, written again in the same unit or in words, is read as the same amount.
#![no_main]

use liandong::money::amount::{Unit, parse};
use liandong::money::words;

const UNITS: [(Unit, &str); 4] = [
    (Unit::Yuan, "元"),
    (Unit::ThousandYuan, "千元"),
    (Unit::Wan, "万元"),
    (Unit::Yi, "亿元"),
];
/// 元 from which on an amount has no words.
const YUAN_LIMIT: i128 = 10_000_000_000_000_000;

libfuzzer_sys::fuzz_target!(|text: &str| {
    for (default, _) in UNITS {
        let Some(amount) = parse(text, default) else {
            continue;
        };
        let written = format!("{}万元", amount.wan);
        // More decimals than a figure may have.
        if amount.wan.scale() <= 20 {
            let again = parse(&written, Unit::Yuan);
            assert_eq!(again.map(|again| again.wan), Some(amount.wan), "{written}");
        }
        let Some(money) = amount.money() else {
            continue;
        };
        let shown = parse(&money.yuan(), Unit::Yuan).and_then(|again| again.money());
        assert_eq!(shown, Some(money));
        let in_words = words::to_words(money);
        let again = parse(&in_words, Unit::Wan).and_then(|again| again.money());
        if money.fen().abs() / 100 < YUAN_LIMIT {
            assert_eq!(words::parse(&in_words), Some(money), "{in_words}");
            assert_eq!(again, Some(money), "{in_words}");
        }
    }
});

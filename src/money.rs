//! Amounts of money, exact to the 分, and the only place where anything is rounded.
//!
//! Forms are written in 万元, law and shares in 元; both are held as whole 分 here, so that sums are sums and
//! equal is equal. No float enters or leaves. What this file does not do: read what an applicant typed
//! ([`amount`]) or amounts in words ([`words`]).

use std::iter::Sum;
use std::ops::{Add, Neg, Sub};

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub mod amount;
pub mod words;

/// 分 in one 元.
const FEN_PER_YUAN: i128 = 100;
/// 分 in one 万元.
const FEN_PER_WAN: i128 = 10_000 * FEN_PER_YUAN;
/// Decimal places of 万元 down to the 分.
const WAN_DECIMALS: u32 = 6;
/// No amount that is read is as much, in 分: a decimal holds 28 digits, so that a hundred of them still have a sum in one.
const FEN_LIMIT: i128 = 10_i128.pow(26);

/// An exact amount in whole 分 (0.01 元), of either sign.
///
/// Never rounded by arithmetic. Serialised as a string in yuan with two decimals: `"3000000.00"`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money {
    fen: i128,
}

impl Money {
    /// Nothing at all.
    pub const ZERO: Self = Self { fen: 0 };

    /// So many 分.
    #[must_use]
    pub const fn from_fen(fen: i128) -> Self {
        Self { fen }
    }

    /// The amount in 分.
    #[must_use]
    pub const fn fen(self) -> i128 {
        self.fen
    }

    /// An amount in 元; `None` where it is finer than a 分, or 10^24 元 or more.
    #[must_use]
    pub fn from_yuan(yuan: Decimal) -> Option<Self> {
        Self::from_scaled(yuan, 2)
    }

    /// An amount in 万元; `None` where it is finer than a 分 (0.000001 万元), or 10^24 元 or more.
    #[must_use]
    pub fn from_wan(wan: Decimal) -> Option<Self> {
        Self::from_scaled(wan, WAN_DECIMALS)
    }

    /// An amount in 万元, rounded to the nearest 分, halves away from zero.
    #[must_use]
    pub fn from_wan_nearest_fen(wan: Decimal) -> Option<Self> {
        let nearest = wan.round_dp_with_strategy(
            WAN_DECIMALS,
            rust_decimal::RoundingStrategy::MidpointAwayFromZero,
        );
        Self::from_wan(nearest)
    }

    fn from_scaled(value: Decimal, decimals: u32) -> Option<Self> {
        let value = value.normalize();
        let missing = decimals.checked_sub(value.scale())?;
        let fen = value.mantissa().checked_mul(10_i128.pow(missing))?;
        (fen.abs() < FEN_LIMIT).then_some(Self { fen })
    }

    /// This amount times `ratio`, down to the 分 (towards zero for amounts of zero or more).
    ///
    /// The caller gives the rest to another part, so that parts sum to the whole.
    #[must_use]
    pub fn times_rounded_down(self, ratio: Ratio) -> Self {
        let parts = ratio.0.normalize();
        let scale = 10_i128.pow(parts.scale());
        Self {
            fen: (self.fen * parts.mantissa()).div_euclid(scale),
        }
    }

    /// The amount in 万元 as a decimal, exact.
    #[must_use]
    pub fn as_wan(self) -> Decimal {
        Decimal::from_i128_with_scale(self.fen, WAN_DECIMALS).normalize()
    }

    /// The amount in 元 as a decimal, exact, two decimals.
    #[must_use]
    pub fn as_yuan(self) -> Decimal {
        Decimal::from_i128_with_scale(self.fen, 2)
    }

    /// 万元 as a form shows them: at least two decimals, as many as the figure has, at most six: `150.00`.
    #[must_use]
    pub fn wan(self) -> String {
        let (whole, part) = (self.fen.abs() / FEN_PER_WAN, self.fen.abs() % FEN_PER_WAN);
        let digits = format!("{part:06}");
        let kept = digits.trim_end_matches('0').len().max(2);
        format!("{}{whole}.{}", self.sign(), &digits[..kept])
    }

    /// 元 with two decimals: `1500000.00`.
    #[must_use]
    pub fn yuan(self) -> String {
        let (whole, part) = (self.fen.abs() / FEN_PER_YUAN, self.fen.abs() % FEN_PER_YUAN);
        format!("{}{whole}.{part:02}", self.sign())
    }

    fn sign(self) -> &'static str {
        if self.fen < 0 { "-" } else { "" }
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::from_fen(self.fen + other.fen)
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::from_fen(self.fen - other.fen)
    }
}

impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self::from_fen(-self.fen)
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.yuan())
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse()
            .ok()
            .and_then(Self::from_yuan)
            .ok_or_else(|| serde::de::Error::custom(format!("not an amount in yuan: {text}")))
    }
}

/// How many parts of one amount another is: 0 or more, exact, at most four decimals in any edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Decimal", into = "Decimal")]
pub struct Ratio(Decimal);

impl Ratio {
    /// All of it.
    pub const ONE: Self = Self(Decimal::ONE);
    /// None of it.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// The ratio as a decimal.
    #[must_use]
    pub const fn value(self) -> Decimal {
        self.0
    }
}

impl std::fmt::Display for Ratio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.normalize().fmt(f)
    }
}

impl From<Ratio> for Decimal {
    fn from(ratio: Ratio) -> Self {
        ratio.0
    }
}

impl TryFrom<Decimal> for Ratio {
    type Error = String;
    fn try_from(value: Decimal) -> Result<Self, String> {
        if value.is_sign_negative() && !value.is_zero() {
            return Err(format!("a ratio is 0 or more, not {value}"));
        }
        if value.normalize().scale() > 4 {
            return Err(format!("a ratio has at most 4 decimals, not {value}"));
        }
        Ok(Self(value.normalize()))
    }
}

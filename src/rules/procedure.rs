//! Chapter P of the catalogue.

use super::Rule;

/// The rules of this chapter, in the order of their codes.
pub const RULES: &[Rule] = &[];

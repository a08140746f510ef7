//! Amounts in words (大写), both ways: `101.50` and `壹佰零壹元伍角整`.

//! Amounts as people type them: `300万元`, `3,000,000元`, full-width digits, amounts in words.

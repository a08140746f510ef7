//! Colours of a verdict or a severity, as the marked workbook has them, for HTML: `#B3261E`.

use serde::Serialize;

use crate::annotate::looks::{Colours, GREEN, NAVY, colours};
use crate::assess::Verdict;
use crate::rules::Severity;

/// Colours for HTML.
#[derive(Debug, Clone, Serialize)]
pub struct Tone {
    /// Behind white text.
    strong: String,
    /// Behind text in `font`.
    fill: String,
    /// Text on `fill`.
    font: String,
}

impl Tone {
    /// Of a severity.
    pub fn of_severity(severity: Severity) -> Self {
        Self::of(colours(severity))
    }

    /// Of a verdict: of the gravest severity that decided it, or green.
    pub fn of_verdict(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Accepted => Self::of(Colours {
                strong: GREEN,
                fill: "FFDDEFDE",
                font: "FF1B5E20",
            }),
            Verdict::AcceptedWithRemarks => Self::of_severity(Severity::Explain),
            Verdict::Returned | Verdict::Unreadable => Self::of_severity(Severity::Block),
        }
    }

    /// Of a mail that judges nothing.
    pub fn neutral() -> Self {
        Self::of(Colours {
            strong: NAVY,
            fill: "FFDCE5F0",
            font: NAVY,
        })
    }

    fn of(colours: Colours) -> Self {
        let css = |argb: &str| format!("#{}", argb.get(2..).unwrap_or(argb));
        Self {
            strong: css(colours.strong),
            fill: css(colours.fill),
            font: css(colours.font),
        }
    }
}

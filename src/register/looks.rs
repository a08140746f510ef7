//! How the register looks: its cell formats. Colours as on the result sheet of a marked copy.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

use crate::assess::Verdict;
use crate::rules::Severity;

/// A cell format of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Look {
    /// The sheet's title.
    Title,
    /// A line under the title, or at the end of a table.
    Note,
    /// Heading of a section.
    Heading,
    /// Heading over several columns.
    Group,
    /// Head of a column.
    Head,
    /// Text in a table.
    Body,
    /// Short text in the middle.
    Centre,
    /// A whole number.
    Count,
    /// An amount in 万元.
    Money,
    /// An amount that the policy gives, in 万元.
    Due,
    /// How many parts of one amount another is.
    Ratio,
    /// A day.
    Day,
    /// A day with its time.
    Moment,
    /// A split that is not decided.
    Undecided,
    /// A verdict on its colour.
    Verdict(Verdict),
    /// A severity on its colour.
    Grade(Severity),
    /// The name of a row.
    Label,
    /// The name of a row of sums.
    TotalLabel,
    /// How many there are, in a row of sums.
    TotalCount,
    /// A sum in 万元.
    Total,
    /// The name of a figure at the top; a verdict colours it.
    CardLabel(Option<Verdict>),
    /// A figure at the top.
    Card(Option<Verdict>),
    /// A link to a sheet.
    Link,
}

/// Titles and heads.
pub const FONT_OF_HEADS: &str = "黑体";
/// Everything else.
pub const FONT: &str = "宋体";
/// The city's colour in the chart, and of headings.
pub const BLUE: u32 = 0x002F_5486;
/// The district's colour in the chart.
pub const ORANGE: u32 = 0x00E0_9F3E;
/// What is undecided in the chart.
pub const GREY: u32 = 0x00B8_BFC7;
/// Text of titles.
pub const NAVY: u32 = 0x001F_3864;

const WHITE: u32 = 0x00FF_FFFF;
const BLACK: u32 = 0;
const LINE: u32 = 0x00A6_B4C2;
/// Every other project where each takes several rows.
const SHADE: u32 = 0x00F5_F8FC;
/// As on the form, with the width of a blank after it, so that figures stand clear of the border.
const MONEY: &str = "#,##0.00####_ ";

/// Fill, and font on it.
const fn of_severity(severity: Severity) -> (u32, u32) {
    match severity {
        Severity::Block => (0x00FF_C7CE, 0x009C_0006),
        Severity::Explain => (0x00FF_E0B2, 0x008A_4B00),
        Severity::Advice => (0x00D9_E8FB, 0x001B_4F8F),
        Severity::Note => (0x00E7_E9EC, 0x0041_484F),
    }
}

const fn of_verdict(verdict: Verdict) -> (u32, u32) {
    match verdict {
        Verdict::Accepted => (0x00DC_EFDC, 0x002E_7D32),
        Verdict::AcceptedWithRemarks => of_severity(Severity::Explain),
        Verdict::Returned => of_severity(Severity::Block),
        Verdict::Unreadable => of_severity(Severity::Note),
    }
}

const fn of_card(verdict: Option<Verdict>) -> (u32, u32) {
    match verdict {
        Some(verdict) => of_verdict(verdict),
        None => (0x00DC_E5F0, NAVY),
    }
}

/// The mark of an amount that is not what is due.
pub fn differing() -> Format {
    let (fill, font) = of_severity(Severity::Block);
    Format::new()
        .set_background_color(fill)
        .set_font_color(font)
}

impl Look {
    /// The format; `quoted` for text that a program could take for a formula, `shaded` for every other project.
    pub fn format(self, quoted: bool, shaded: bool) -> Format {
        let (size, bold, colour) = self.font();
        let font = if self.is_head() { FONT_OF_HEADS } else { FONT };
        let mut format = Format::new()
            .set_font_name(font)
            .set_font_size(size)
            .set_font_color(colour)
            .set_align(self.align())
            .set_align(FormatAlign::VerticalCenter);
        if self.number().is_none() {
            format = format.set_text_wrap();
        }
        if self.is_indented() {
            format = format.set_indent(1);
        }
        if bold {
            format = format.set_bold();
        }
        if self == Self::Link {
            format = format.set_underline(rust_xlsxwriter::FormatUnderline::Single);
        }
        if let Some(number) = self.number() {
            format = format.set_num_format(number);
        }
        if let Some(fill) = self.fill().or(shaded.then_some(SHADE)) {
            format = format.set_background_color(fill);
        }
        if !matches!(self, Self::Title | Self::Note | Self::Heading) {
            format = format.set_border(FormatBorder::Thin).set_border_color(LINE);
        }
        if quoted {
            format = format.set_quote_prefix();
        }
        format
    }

    const fn is_head(self) -> bool {
        matches!(
            self,
            Self::Title
                | Self::Heading
                | Self::Group
                | Self::Head
                | Self::TotalLabel
                | Self::CardLabel(_)
        )
    }

    const fn is_indented(self) -> bool {
        matches!(self, Self::Body | Self::Label | Self::Link | Self::Heading)
    }

    const fn font(self) -> (u32, bool, u32) {
        match self {
            Self::Title => (18, false, NAVY),
            Self::Heading => (12, false, WHITE),
            Self::Group => (11, false, WHITE),
            Self::Head => (10, false, NAVY),
            Self::Note => (10, false, 0x0059_6673),
            Self::Link => (10, false, 0x0005_63C1),
            Self::Verdict(verdict) => (10, true, of_verdict(verdict).1),
            Self::Grade(severity) => (10, true, of_severity(severity).1),
            Self::CardLabel(verdict) => (11, false, of_card(verdict).1),
            Self::Card(verdict) => (22, true, of_card(verdict).1),
            Self::Due => (10, false, 0x0020_5C2A),
            Self::Undecided => (10, false, of_severity(Severity::Explain).1),
            Self::Total | Self::TotalCount | Self::TotalLabel => (10, true, NAVY),
            Self::Label
            | Self::Body
            | Self::Centre
            | Self::Count
            | Self::Money
            | Self::Ratio
            | Self::Day
            | Self::Moment => (10, false, BLACK),
        }
    }

    const fn fill(self) -> Option<u32> {
        match self {
            Self::Heading | Self::Group => Some(BLUE),
            Self::Head => Some(0x00DC_E5F0),
            Self::Label => Some(0x00EE_F2F7),
            Self::Total | Self::TotalCount | Self::TotalLabel => Some(0x00E3_E9F2),
            Self::Verdict(verdict) => Some(of_verdict(verdict).0),
            Self::Grade(severity) => Some(of_severity(severity).0),
            Self::Card(verdict) | Self::CardLabel(verdict) => Some(of_card(verdict).0),
            Self::Undecided => Some(of_severity(Severity::Explain).0),
            Self::Title
            | Self::Note
            | Self::Link
            | Self::Body
            | Self::Centre
            | Self::Count
            | Self::Money
            | Self::Due
            | Self::Ratio
            | Self::Day
            | Self::Moment => None,
        }
    }

    const fn number(self) -> Option<&'static str> {
        match self {
            Self::Money | Self::Due | Self::Total => Some(MONEY),
            Self::Ratio => Some("0.0###"),
            Self::Day => Some("yyyy-mm-dd"),
            Self::Moment => Some("yyyy-mm-dd hh:mm"),
            Self::Count | Self::TotalCount | Self::Card(_) => Some("0"),
            _ => None,
        }
    }

    const fn align(self) -> FormatAlign {
        match self {
            Self::Money | Self::Due | Self::Total => FormatAlign::Right,
            Self::Title | Self::Note | Self::Heading | Self::Body | Self::Label | Self::Link => {
                FormatAlign::Left
            }
            _ => FormatAlign::Center,
        }
    }
}

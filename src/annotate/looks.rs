//! How the result sheet looks: its cell formats, and the colours of marks.

use super::NotEditable;
use super::styles::Styles;
use crate::rules::Severity;

/// A cell format of the result sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Look {
    /// The sheet's title.
    Title,
    /// The verdict, white on the colour of the gravest severity, or green.
    Verdict(Option<Severity>),
    /// A line under the title.
    Note,
    /// Heading of a section.
    Heading,
    /// Head of a column.
    Head,
    /// Text in a table.
    Body,
    /// Short text in the middle.
    Centre,
    /// A link to a cell.
    Link,
    /// An amount in 万元.
    Money,
    /// The name of a row.
    Label,
    /// A severity on its colour.
    Grade(Severity),
}

const FONT: &str = "宋体";
/// Titles.
pub const NAVY: &str = "FF1F3864";
const BLUE: &str = "FF2F5486";
/// What nothing objects to.
pub const GREEN: &str = "FF2E7D32";
const LINE: &str = "FFA6B4C2";

/// Colours of a severity, ARGB in hex: `FFB3261E`.
#[derive(Debug, Clone, Copy)]
pub struct Colours {
    /// Behind a mark.
    pub fill: &'static str,
    /// The text of a mark.
    pub font: &'static str,
    /// Behind the verdict, under white text.
    pub strong: &'static str,
}

/// The colours of a severity; mails use them too.
pub const fn colours(severity: Severity) -> Colours {
    match severity {
        Severity::Block => Colours {
            fill: "FFFFC7CE",
            font: "FF9C0006",
            strong: "FFB3261E",
        },
        Severity::Explain => Colours {
            fill: "FFFFE0B2",
            font: "FF8A4B00",
            strong: "FFB26A00",
        },
        Severity::Advice => Colours {
            fill: "FFD9E8FB",
            font: "FF1B4F8F",
            strong: "FF1B4F8F",
        },
        Severity::Note => Colours {
            fill: "FFE7E9EC",
            font: "FF41484F",
            strong: "FF41484F",
        },
    }
}

impl Look {
    /// Whether lines are drawn around its cells.
    pub const fn has_border(self) -> bool {
        !matches!(
            self,
            Self::Title | Self::Note | Self::Heading | Self::Verdict(_)
        )
    }
}

/// The format of a mark, as an index into `dxfs`.
///
/// # Errors
/// Where the styles are broken.
pub fn mark_format(styles: &mut Styles, severity: Severity) -> Result<usize, NotEditable> {
    let Colours { fill, font, .. } = colours(severity);
    styles.add(
        "dxfs",
        &format!(
            "<dxf><font><color rgb=\"{font}\"/></font><fill><patternFill patternType=\"solid\"><fgColor rgb=\"{fill}\"/>\
             <bgColor rgb=\"{fill}\"/></patternFill></fill></dxf>"
        ),
    )
}

/// The format of a look, as an index into `cellXfs`.
///
/// # Errors
/// Where the styles are broken.
pub fn cell_format(styles: &mut Styles, look: Look) -> Result<usize, NotEditable> {
    let font = font(styles, look)?;
    let fill = match look {
        Look::Verdict(severity) => {
            Some(severity.map_or(GREEN, |severity| colours(severity).strong))
        }
        Look::Heading => Some(BLUE),
        Look::Head => Some("FFDCE5F0"),
        Look::Label => Some("FFEEF2F7"),
        Look::Grade(severity) => Some(colours(severity).fill),
        _ => None,
    };
    let fill = match fill {
        None => 0,
        Some(colour) => styles.add(
            "fills",
            &format!(
                "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"{colour}\"/><bgColor indexed=\"64\"/></patternFill></fill>"
            ),
        )?,
    };
    let border = if look.has_border() {
        let side = |name: &str| format!("<{name} style=\"thin\"><color rgb=\"{LINE}\"/></{name}>");
        let sides = ["left", "right", "top", "bottom"].map(side).concat();
        styles.add("borders", &format!("<border>{sides}<diagonal/></border>"))?
    } else {
        0
    };
    let format = match look {
        Look::Money => styles.number_format("#,##0.00####")?,
        _ => 0,
    };
    let horizontal = match look {
        Look::Title | Look::Verdict(_) | Look::Head | Look::Centre | Look::Grade(_) => "center",
        Look::Money => "right",
        _ => "left",
    };
    styles.add(
        "cellXfs",
        &format!(
            "<xf numFmtId=\"{format}\" fontId=\"{font}\" fillId=\"{fill}\" borderId=\"{border}\" xfId=\"0\" \
             applyNumberFormat=\"1\" applyFont=\"1\" applyFill=\"1\" applyBorder=\"1\" applyAlignment=\"1\">\
             <alignment horizontal=\"{horizontal}\" vertical=\"center\" wrapText=\"1\"/></xf>"
        ),
    )
}

fn font(styles: &mut Styles, look: Look) -> Result<usize, NotEditable> {
    let (bold, size, colour) = match look {
        Look::Title => (true, "18", NAVY),
        Look::Verdict(_) => (true, "14", "FFFFFFFF"),
        Look::Heading => (true, "12", "FFFFFFFF"),
        Look::Head | Look::Label => (true, "10", "FF000000"),
        Look::Note => (false, "9.5", "FF596673"),
        Look::Link => (false, "10", "FF0563C1"),
        Look::Grade(severity) => (true, "10", colours(severity).font),
        Look::Body | Look::Centre | Look::Money => (false, "10", "FF000000"),
    };
    let bold = if bold { "<b/>" } else { "" };
    let underline = if look == Look::Link { "<u/>" } else { "" };
    styles.add(
        "fonts",
        &format!(
            "<font>{bold}{underline}<sz val=\"{size}\"/><color rgb=\"{colour}\"/><name val=\"{FONT}\"/><family val=\"3\"/>\
             <charset val=\"134\"/></font>"
        ),
    )
}

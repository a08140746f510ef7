//! The chart on 总览: what the city and the district bear, by district.

use rust_xlsxwriter::{
    Chart, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartSolidFill, ChartType,
};

use super::looks::{BLUE, FONT, FONT_OF_HEADS, GREY, NAVY, ORANGE};
use super::overview::{CITY, NAME, Totals, UNDECIDED};

/// Columns of the city's share, and the district's beside it; colours.
const PARTS: [(&str, u16, u32); 2] = [
    ("市级应承担", CITY, BLUE),
    ("区（县）应承担", CITY + 1, ORANGE),
];

/// Stacked columns, with what is undecided on top where there is any.
pub fn by_district(totals: &Totals, has_undecided: bool) -> Chart {
    let undecided = has_undecided.then_some(("分担待定", UNDECIDED, GREY));
    let mut chart = Chart::new(ChartType::ColumnStacked);
    for (name, column, colour) in PARTS.into_iter().chain(undecided) {
        let fill = ChartSolidFill::new().set_color(colour).clone();
        chart
            .add_series()
            .set_name(name)
            .set_categories((NAME, totals.first, 1, totals.last, 1))
            .set_values((NAME, totals.first, column, totals.last, column))
            .set_format(ChartFormat::new().set_solid_fill(&fill))
            .set_gap(60);
    }
    let font = |name: &str, size: u32| {
        let mut font = ChartFont::new();
        font.set_name(name).set_size(size).set_color(NAVY);
        font.unset_bold();
        font
    };
    chart
        .title()
        .set_name("各区（县）通过项目的配套资金")
        .set_font(&font(FONT_OF_HEADS, 14));
    chart
        .x_axis()
        .set_name("区（县）")
        .set_name_font(&font(FONT, 10))
        .set_font(&font(FONT, 9));
    chart
        .y_axis()
        .set_name("万元")
        .set_name_font(&font(FONT, 10))
        .set_font(&font(FONT, 9))
        .set_num_format("#,##0")
        .set_major_gridlines_line(ChartLine::new().set_color(0x00DD_E3EA));
    chart
        .legend()
        .set_position(ChartLegendPosition::Bottom)
        .set_font(&font(FONT, 10));
    chart.set_width(640).set_height(800);
    chart.set_alt_text("堆积柱形图：各区（县）通过项目的市级应承担、区（县）应承担和分担待定的配套资金，单位万元。");
    chart
}

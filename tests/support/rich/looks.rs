//! What a sheet may hold beside its cells, as elements of its own.

use super::{Feature, MAIN, Rich, SHEET, X14};

pub const FEATURES: [Feature; 9] = [
    ("conditional formats", conditional_formats),
    ("validations and sparklines", validations_and_sparklines),
    ("frozen panes", frozen_panes),
    ("outline", outline),
    ("elements of a sheet", elements),
    ("phonetic runs", phonetic_runs),
    ("printer settings", printer_settings),
    ("table", table),
    ("markup of later versions", later_markup),
];
const XM: &str = "http://schemas.microsoft.com/office/excel/2006/main";

/// Bars, a scale and icons, with what Excel 2010 adds to them.
fn conditional_formats(rich: &mut Rich) {
    rich.insert("<conditionalFormatting sqref=\"J5:J9\"><cfRule type=\"dataBar\" priority=\"90\"><dataBar><cfvo type=\"min\"/><cfvo type=\"max\"/><color rgb=\"FF638EC6\"/></dataBar><extLst><ext xmlns:x14=\"http://schemas.microsoft.com/office/spreadsheetml/2009/9/main\" uri=\"{B025F937-C7B1-47D3-B67F-A62EFF666E3E}\"><x14:id>{DA7ABA51-AAAA-BBBB-0001-000000000001}</x14:id></ext></extLst></cfRule></conditionalFormatting>");
    rich.insert("<conditionalFormatting sqref=\"K5:K9\"><cfRule type=\"colorScale\" priority=\"91\"><colorScale><cfvo type=\"min\"/><cfvo type=\"max\"/><color rgb=\"FFF8696B\"/><color rgb=\"FF63BE7B\"/></colorScale></cfRule><cfRule type=\"iconSet\" priority=\"92\"><iconSet iconSet=\"3Arrows\"><cfvo type=\"percent\" val=\"0\"/><cfvo type=\"percent\" val=\"33\"/><cfvo type=\"percent\" val=\"67\"/></iconSet></cfRule></conditionalFormatting>");
    rich.insert(&format!("<ext uri=\"{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}\" xmlns:x14=\"{X14}\"><x14:conditionalFormattings><x14:conditionalFormatting xmlns:xm=\"{XM}\"><x14:cfRule type=\"dataBar\" id=\"{{DA7ABA51-AAAA-BBBB-0001-000000000001}}\"><x14:dataBar minLength=\"0\" maxLength=\"100\" gradient=\"0\"><x14:cfvo type=\"autoMin\"/><x14:cfvo type=\"autoMax\"/><x14:negativeFillColor rgb=\"FFFF0000\"/><x14:axisColor rgb=\"FF000000\"/></x14:dataBar></x14:cfRule><xm:sqref>J5:J9</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext>"));
}

fn validations_and_sparklines(rich: &mut Rich) {
    rich.insert(&format!("<ext uri=\"{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}\" xmlns:x14=\"{X14}\"><x14:dataValidations xmlns:xm=\"{XM}\" count=\"1\"><x14:dataValidation type=\"list\" allowBlank=\"1\"><x14:formula1><xm:f>选项!$A$1:$A$3</xm:f></x14:formula1><xm:sqref>J3</xm:sqref></x14:dataValidation></x14:dataValidations></ext>"));
    rich.insert(&format!("<ext uri=\"{{05C60535-1F16-4fd2-B633-F4F36F0B64E0}}\" xmlns:x14=\"{X14}\"><x14:sparklineGroups xmlns:xm=\"{XM}\"><x14:sparklineGroup displayEmptyCellsAs=\"gap\"><x14:colorSeries rgb=\"FF376092\"/><x14:sparklines><x14:sparkline><xm:f>经费预算!C5:G5</xm:f><xm:sqref>J2</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext>"));
}

fn frozen_panes(rich: &mut Rich) {
    rich.change(
        SHEET,
        "<sheetView showGridLines=\"0\" workbookViewId=\"0\"/>",
        "<sheetView showGridLines=\"0\" workbookViewId=\"0\" zoomScale=\"85\" topLeftCell=\"A1\"><pane xSplit=\"2\" ySplit=\"3\" topLeftCell=\"C4\" activePane=\"bottomRight\" state=\"frozen\"/><selection pane=\"topRight\"/><selection pane=\"bottomLeft\"/><selection pane=\"bottomRight\" activeCell=\"C9\" sqref=\"C9\"/></sheetView>",
    );
}

fn outline(rich: &mut Rich) {
    rich.change(SHEET, "<row r=\"10\"", "<row outlineLevel=\"1\" r=\"10\"");
    rich.change(
        SHEET,
        "</cols>",
        "<col min=\"10\" max=\"11\" width=\"9\" outlineLevel=\"1\" collapsed=\"1\"/></cols>",
    );
    rich.change(
        SHEET,
        "<sheetFormatPr ",
        "<sheetFormatPr outlineLevelRow=\"1\" outlineLevelCol=\"1\" ",
    );
    rich.change(
        SHEET,
        "<sheetPr>",
        "<sheetPr><tabColor rgb=\"FFC00000\"/><outlinePr summaryBelow=\"0\"/>",
    );
}

/// The rest of the schema's children, in any order: each is put where it belongs.
fn elements(rich: &mut Rich) {
    for element in [
        "<sheetCalcPr fullCalcOnLoad=\"1\"/>",
        "<protectedRanges><protectedRange sqref=\"C4:C9\" name=\"填报区\" securityDescriptor=\"O:WDG:WDD:(A;;CC;;;WD)\"/></protectedRanges>",
        "<scenarios current=\"0\"><scenario name=\"高\" locked=\"1\" count=\"1\" user=\"某\"><inputCells r=\"J1\" val=\"1\"/></scenario></scenarios>",
        "<dataConsolidate/>",
        "<customSheetViews><customSheetView guid=\"{11111111-2222-3333-4444-555555555555}\" scale=\"70\"><pageMargins left=\"0.7\" right=\"0.7\" top=\"0.75\" bottom=\"0.75\" header=\"0.3\" footer=\"0.3\"/></customSheetView></customSheetViews>",
        "<phoneticPr fontId=\"1\" type=\"noConversion\"/>",
        "<hyperlinks><hyperlink ref=\"J1\" location=\"'经费预算'!A1\" display=\"预算\"/></hyperlinks>",
        "<printOptions horizontalCentered=\"1\"/>",
        "<rowBreaks count=\"1\" manualBreakCount=\"1\"><brk id=\"12\" max=\"16383\" man=\"1\"/></rowBreaks>",
        "<colBreaks count=\"1\" manualBreakCount=\"1\"><brk id=\"8\" max=\"1048575\" man=\"1\"/></colBreaks>",
        "<cellWatches><cellWatch r=\"C9\"/></cellWatches>",
        "<ignoredErrors><ignoredError sqref=\"C4:H22\" numberStoredAsText=\"1\"/></ignoredErrors>",
        "<smartTags><cellSmartTags r=\"C9\"><cellSmartTag type=\"0\"/></cellSmartTags></smartTags>",
        "<webPublishItems count=\"1\"><webPublishItem id=\"7\" divId=\"a_7\" sourceType=\"sheet\" destinationFile=\"D:\\a.htm\"/></webPublishItems>",
    ] {
        rich.insert(element);
    }
    let book = "<customWorkbookViews><customWorkbookView name=\"打印\" guid=\"{11111111-2222-3333-4444-555555555555}\" windowWidth=\"800\" windowHeight=\"600\" activeSheetId=\"2\"/></customWorkbookViews>";
    rich.change(
        super::BOOK,
        "fullCalcOnLoad=\"1\"/>",
        &format!("fullCalcOnLoad=\"1\"/>{book}"),
    );
}

fn phonetic_runs(rich: &mut Rich) {
    let strings = "xl/sharedStrings.xml";
    let text = rich.text(strings);
    let at = text.find("</t></si>").unwrap() + "</t>".len();
    let hint = "<rPh sb=\"0\" eb=\"1\"><t>シン</t></rPh><phoneticPr fontId=\"1\"/>";
    rich.put(strings, format!("{}{hint}{}", &text[..at], &text[at..]));
}

fn printer_settings(rich: &mut Rich) {
    let part = "xl/printerSettings/printerSettings1.bin";
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings";
    rich.add(part, kind, b"\0H\0P\0 \xff\xfe<>".to_vec());
    let id = rich.relate(
        SHEET,
        "printerSettings",
        "../printerSettings/printerSettings1.bin",
    );
    rich.change(SHEET, "<pageSetup ", &format!("<pageSetup r:id=\"{id}\" "));
}

/// A table without headings over blank cells, so that the form's cells stay as they are.
fn table(rich: &mut Rich) {
    let part = "xl/tables/table1.xml";
    let table = format!(
        "<table xmlns=\"{MAIN}\" id=\"1\" name=\"表1\" displayName=\"表1\" ref=\"J30:K31\" headerRowCount=\"0\" totalsRowShown=\"0\"><tableColumns count=\"2\"><tableColumn id=\"1\" name=\"列1\"/><tableColumn id=\"2\" name=\"列2\"/></tableColumns><tableStyleInfo name=\"TableStyleLight9\" showFirstColumn=\"0\" showLastColumn=\"0\" showRowStripes=\"1\" showColumnStripes=\"0\"/></table>"
    );
    rich.add(
        part,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml",
        table,
    );
    let id = rich.relate(SHEET, "table", "../tables/table1.xml");
    rich.insert(&format!(
        "<tableParts count=\"1\"><tablePart r:id=\"{id}\"/></tableParts>"
    ));
}

/// Attributes and elements that only later versions know.
fn later_markup(rich: &mut Rich) {
    let revision = "http://schemas.microsoft.com/office/spreadsheetml/2014/revision";
    rich.declare(SHEET, "xr", revision, true);
    rich.change(
        SHEET,
        " xmlns:xr=",
        " xr:uid=\"{00000000-0001-0000-0100-000000000000}\" xmlns:xr=",
    );
    let ac = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac";
    rich.declare(
        super::BOOK,
        "mc",
        "http://schemas.openxmlformats.org/markup-compatibility/2006",
        false,
    );
    rich.change(super::BOOK, "<bookViews>", &format!("<mc:AlternateContent><mc:Choice Requires=\"x15\" xmlns:x15=\"http://schemas.microsoft.com/office/spreadsheetml/2010/11/main\"><x15ac:absPath xmlns:x15ac=\"{ac}\" url=\"D:\\申报\\\"/></mc:Choice></mc:AlternateContent><bookViews>"));
}

//! What the workbook as a whole may hold: macros, links, names, caches, parts of other programs.

use super::{BOOK, Feature, MAIN, RELATIONS, Rich, X14};

pub const FEATURES: [Feature; 13] = [
    ("macros", macros),
    ("workbook protection", protection),
    ("hidden sheets", hidden_sheets),
    ("external links", external_links),
    ("custom xml", custom_xml),
    ("custom properties", custom_properties),
    ("defined names", defined_names),
    ("calculation chain", calculation_chain),
    ("pivot table with slicer", pivot_table),
    ("images in cells", images_in_cells),
    ("images in cells of WPS", images_of_wps),
    ("ribbon", ribbon),
    ("chart sheet", chart_sheet),
];
const PACKAGE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
/// One grey pixel.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cch\0\0\0\x82\0\x81w\xcdr\xb6\0\0\0\0IEND\xaeB`\x82";

fn macros(rich: &mut Rich) {
    rich.ending("bin", "application/vnd.ms-office.vbaProject");
    rich.change(
        super::TYPES,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    );
    rich.put(
        "xl/vbaProject.bin",
        b"\xd0\xcf\x11\xe0 no program \xff\x00".to_vec(),
    );
    let kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject";
    rich.relate(BOOK, kind, "vbaProject.bin");
    rich.change(
        BOOK,
        "<workbookPr ",
        "<workbookPr codeName=\"ThisWorkbook\" ",
    );
}

fn protection(rich: &mut Rich) {
    rich.change(
        BOOK,
        "<bookViews>",
        "<workbookProtection workbookPassword=\"CC3D\" lockStructure=\"1\"/><bookViews>",
    );
    rich.change(
        BOOK,
        "<workbookPr ",
        "<fileSharing readOnlyRecommended=\"1\" userName=\"科技局\"/><workbookPr ",
    );
}

fn hidden_sheets(rich: &mut Rich) {
    rich.sheet("备查", " state=\"hidden\"", "");
    rich.sheet("字典", " state=\"veryHidden\"", "");
}

fn external_links(rich: &mut Rich) {
    let part = "xl/externalLinks/externalLink1.xml";
    let book = "<sheetNames><sheetName val=\"Sheet1\"/></sheetNames><sheetDataSet><sheetData sheetId=\"0\"><row r=\"1\"><cell r=\"A1\"><v>1</v></cell></row></sheetData></sheetDataSet>";
    let link = format!(
        "<externalLink xmlns=\"{MAIN}\"><externalBook xmlns:r=\"{RELATIONS}\" r:id=\"rIdOf1\">{book}</externalBook></externalLink>"
    );
    rich.add(part, &format!("{PACKAGE}.externalLink+xml"), link);
    let target = "file:///C:/%E9%A2%84%E7%AE%97.xlsx";
    let own = rich.relate(part, "externalLinkPath", target);
    rich.change(part, "rIdOf1", &own);
    let id = rich.relate(BOOK, "externalLink", "externalLinks/externalLink1.xml");
    let list = format!(
        "</sheets><externalReferences><externalReference r:id=\"{id}\"/></externalReferences>"
    );
    rich.change(BOOK, "</sheets>", &list);
}

fn custom_xml(rich: &mut Rich) {
    rich.put(
        "customXml/item1.xml",
        "<项目 xmlns=\"urn:example\">　底稿　</项目>",
    );
    let props = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n<ds:datastoreItem ds:itemID=\"{6F5B3E0A-7B0B-4F0E-9B52-2B6D7A0C1F11}\" xmlns:ds=\"http://schemas.openxmlformats.org/officeDocument/2006/customXml\"><ds:schemaRefs/></ds:datastoreItem>";
    let kind = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml";
    rich.add("customXml/itemProps1.xml", kind, props);
    rich.relate("customXml/item1.xml", "customXmlProps", "itemProps1.xml");
    rich.relate(BOOK, "customXml", "../customXml/item1.xml");
}

fn custom_properties(rich: &mut Rich) {
    let property = |pid, name: &str, value: &str| {
        format!(
            "<property fmtid=\"{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}\" pid=\"{pid}\" name=\"{name}\">{value}</property>"
        )
    };
    let own = property(
        7,
        "密级 &amp; 编号",
        "<vt:lpwstr>内部 &lt;3&gt;</vt:lpwstr>",
    ) + &property(
        3,
        "KSOProductBuildVer",
        "<vt:lpwstr>2052-12.1.0.16120</vt:lpwstr>",
    ) + &property(4, "完成", "<vt:bool>true</vt:bool>");
    rich.change(
        "docProps/custom.xml",
        "</Properties>",
        &format!("{own}</Properties>"),
    );
}

fn defined_names(rich: &mut Rich) {
    let names = "<definedName name=\"_xlnm.Print_Area\" localSheetId=\"1\">'项目基本信息'!$B$1:$H$22</definedName>\
        <definedName name=\"税率\" comment=\"常数\">0.13</definedName>\
        <definedName name=\"宏函数\" function=\"1\" vbProcedure=\"1\" hidden=\"1\">#REF!</definedName>\
        <definedName name=\"动态\">OFFSET('经费预算'!$C$5,0,0,COUNTA('经费预算'!$C$5:$C$9),1)</definedName>\
        <definedName name=\"名单\">{\"甲\",\"乙'丙\"}</definedName></definedNames>";
    rich.change(BOOK, "</definedNames>", names);
}

fn calculation_chain(rich: &mut Rich) {
    let chain = format!("<calcChain xmlns=\"{MAIN}\"><c r=\"H5\" i=\"4\"/></calcChain>");
    rich.add(
        "xl/calcChain.xml",
        &format!("{PACKAGE}.calcChain+xml"),
        chain,
    );
    rich.relate(BOOK, "calcChain", "calcChain.xml");
}

fn pivot_table(rich: &mut Rich) {
    let cache = "xl/pivotCache/pivotCacheDefinition1.xml";
    let cells = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>类</t></is></c></row><row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>甲</t></is></c></row>\
        <row r=\"4\"><c r=\"C4\" t=\"inlineStr\"><is><t>行标签</t></is></c></row><row r=\"5\"><c r=\"C5\" t=\"inlineStr\"><is><t>甲</t></is></c></row>";
    let sheet = rich.sheet("透视", "", cells);
    let definition = format!(
        "<pivotCacheDefinition xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\" r:id=\"rIdX\" refreshedVersion=\"6\" recordCount=\"1\"><cacheSource type=\"worksheet\"><worksheetSource ref=\"A1:A2\" sheet=\"透视\"/></cacheSource>\
        <cacheFields count=\"1\"><cacheField name=\"类\" numFmtId=\"0\"><sharedItems count=\"1\"><s v=\"甲\"/></sharedItems></cacheField></cacheFields></pivotCacheDefinition>"
    );
    rich.add(
        cache,
        &format!("{PACKAGE}.pivotCacheDefinition+xml"),
        definition,
    );
    let records = format!(
        "<pivotCacheRecords xmlns=\"{MAIN}\" count=\"1\"><r><x v=\"0\"/></r></pivotCacheRecords>"
    );
    rich.add(
        "xl/pivotCache/pivotCacheRecords1.xml",
        &format!("{PACKAGE}.pivotCacheRecords+xml"),
        records,
    );
    let id = rich.relate(cache, "pivotCacheRecords", "pivotCacheRecords1.xml");
    rich.change(cache, "rIdX", &id);
    let table = "xl/pivotTables/pivotTable1.xml";
    let content = format!(
        "<pivotTableDefinition xmlns=\"{MAIN}\" name=\"透视表1\" cacheId=\"9\" dataCaption=\"值\" updatedVersion=\"6\" minRefreshableVersion=\"3\" createdVersion=\"6\"><location ref=\"C4:C5\" firstHeaderRow=\"1\" firstDataRow=\"1\" firstDataCol=\"1\"/>\
        <pivotFields count=\"1\"><pivotField axis=\"axisRow\" showAll=\"0\"><items count=\"1\"><item x=\"0\"/></items></pivotField></pivotFields><rowFields count=\"1\"><field x=\"0\"/></rowFields><rowItems count=\"1\"><i><x/></i></rowItems></pivotTableDefinition>"
    );
    rich.add(table, &format!("{PACKAGE}.pivotTable+xml"), content);
    rich.relate(
        table,
        "pivotCacheDefinition",
        "../pivotCache/pivotCacheDefinition1.xml",
    );
    rich.relate(&sheet, "pivotTable", "../pivotTables/pivotTable1.xml");
    let id = rich.relate(
        BOOK,
        "pivotCacheDefinition",
        "pivotCache/pivotCacheDefinition1.xml",
    );
    let slicer = slicer(rich, &sheet);
    let list = format!(
        "<pivotCaches><pivotCache cacheId=\"9\" r:id=\"{id}\"/></pivotCaches><extLst>{slicer}</extLst></workbook>"
    );
    rich.change(BOOK, "</workbook>", &list);
}

/// A slicer of the pivot table; gives the workbook's extension.
fn slicer(rich: &mut Rich, sheet: &str) -> String {
    let cache = format!(
        "<slicerCacheDefinition xmlns=\"{X14}\" name=\"切片器_类\" sourceName=\"类\"><pivotTables><pivotTable tabId=\"20\" name=\"透视表1\"/></pivotTables><data><tabular pivotCacheId=\"9\"><items count=\"1\"><i x=\"0\" s=\"1\"/></items></tabular></data></slicerCacheDefinition>"
    );
    rich.add(
        "xl/slicerCaches/slicerCache1.xml",
        "application/vnd.ms-excel.slicerCache+xml",
        cache,
    );
    let slicers = format!(
        "<slicers xmlns=\"{X14}\"><slicer name=\"类\" cache=\"切片器_类\" caption=\"类\" rowHeight=\"241300\"/></slicers>"
    );
    rich.add(
        "xl/slicers/slicer1.xml",
        "application/vnd.ms-excel.slicer+xml",
        slicers,
    );
    let kind = "http://schemas.microsoft.com/office/2007/relationships";
    let id = rich.relate(sheet, &format!("{kind}/slicer"), "../slicers/slicer1.xml");
    let list = format!(
        "</sheetData><extLst><ext uri=\"{{A8765BA9-456A-4dab-B4F3-ACF838C121DE}}\" xmlns:x14=\"{X14}\"><x14:slicerList><x14:slicer r:id=\"{id}\"/></x14:slicerList></ext></extLst>"
    );
    rich.change(sheet, "</sheetData>", &list);
    let id = rich.relate(
        BOOK,
        &format!("{kind}/slicerCache"),
        "slicerCaches/slicerCache1.xml",
    );
    format!(
        "<ext uri=\"{{BBE1A952-AA13-448e-AADC-164F8A28A991}}\" xmlns:x14=\"{X14}\"><x14:slicerCaches><x14:slicerCache r:id=\"{id}\"/></x14:slicerCaches></ext>"
    )
}

fn images_in_cells(rich: &mut Rich) {
    let rich_data = "http://schemas.microsoft.com/office/spreadsheetml/2017/richdata";
    rich.ending("png", "image/png");
    rich.put("xl/media/image7.png", PNG);
    rich.sheet(
        "照片",
        "",
        "<row r=\"1\"><c r=\"A1\" t=\"e\" vm=\"1\"><v>#VALUE!</v></c></row>",
    );
    let values = format!(
        "<rvData xmlns=\"{rich_data}\" count=\"1\"><rv s=\"0\"><v>0</v><v>5</v></rv></rvData>"
    );
    rich.add(
        "xl/richData/rdrichvalue.xml",
        "application/vnd.ms-excel.rdrichvalue+xml",
        values,
    );
    let structures = format!(
        "<rvStructures xmlns=\"{rich_data}\" count=\"1\"><s t=\"_localImage\"><k n=\"_rvRel:LocalImageIdentifier\" t=\"i\"/><k n=\"CalcOrigin\" t=\"i\"/></s></rvStructures>"
    );
    rich.add(
        "xl/richData/rdrichvaluestructure.xml",
        "application/vnd.ms-excel.rdrichvaluestructure+xml",
        structures,
    );
    let relations = "xl/richData/richValueRel.xml";
    let list = format!(
        "<richValueRels xmlns=\"http://schemas.microsoft.com/office/spreadsheetml/2022/richvaluerel\" xmlns:r=\"{RELATIONS}\"><rel r:id=\"rIdX\"/></richValueRels>"
    );
    rich.add(relations, "application/vnd.ms-excel.richvaluerel+xml", list);
    let id = rich.relate(relations, "image", "../media/image7.png");
    rich.change(relations, "rIdX", &id);
    let metadata = format!(
        "<metadata xmlns=\"{MAIN}\" xmlns:xlrd=\"{rich_data}\"><metadataTypes count=\"1\"><metadataType name=\"XLRICHVALUE\" minSupportedVersion=\"120000\" copy=\"1\" pasteAll=\"1\" pasteValues=\"1\" merge=\"1\" splitFirst=\"1\" rowColShift=\"1\" clearFormats=\"1\" clearComments=\"1\" assign=\"1\" coerce=\"1\"/></metadataTypes>\
        <futureMetadata name=\"XLRICHVALUE\" count=\"1\"><bk><extLst><ext uri=\"{{3e2802c4-a4d2-4d8b-9148-e3be6c30e623}}\"><xlrd:rvb i=\"0\"/></ext></extLst></bk></futureMetadata><valueMetadata count=\"1\"><bk><rc t=\"1\" v=\"0\"/></bk></valueMetadata></metadata>"
    );
    rich.add(
        "xl/metadata.xml",
        &format!("{PACKAGE}.sheetMetadata+xml"),
        metadata,
    );
    rich.relate(BOOK, "sheetMetadata", "metadata.xml");
    for (kind, target) in [
        (
            "2017/06/relationships/rdRichValue",
            "richData/rdrichvalue.xml",
        ),
        (
            "2017/06/relationships/rdRichValueStructure",
            "richData/rdrichvaluestructure.xml",
        ),
        (
            "2022/10/relationships/richValueRel",
            "richData/richValueRel.xml",
        ),
    ] {
        rich.relate(
            BOOK,
            &format!("http://schemas.microsoft.com/office/{kind}"),
            target,
        );
    }
}

fn images_of_wps(rich: &mut Rich) {
    rich.ending("png", "image/png");
    rich.put("xl/media/image8.png", PNG);
    let cell = "<row r=\"1\"><c r=\"A1\" t=\"str\"><f>_xlfn.DISPIMG(\"ID_0A1B\",1)</f><v>=DISPIMG(\"ID_0A1B\",1)</v></c></row>";
    rich.sheet("证照", "", cell);
    let part = "xl/cellimages.xml";
    let images = format!(
        "<etc:cellImages xmlns:xdr=\"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing\" xmlns:r=\"{RELATIONS}\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:etc=\"http://www.wps.cn/officeDocument/2017/etCustomData\"><etc:cellImage><xdr:pic><xdr:nvPicPr><xdr:cNvPr id=\"2\" name=\"ID_0A1B\"/><xdr:cNvPicPr/></xdr:nvPicPr>\
        <xdr:blipFill><a:blip r:embed=\"rIdX\"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr/></xdr:pic></etc:cellImage></etc:cellImages>"
    );
    rich.add(
        part,
        "application/vnd.wps-officedocument.cellimage+xml",
        images,
    );
    let id = rich.relate(part, "image", "media/image8.png");
    rich.change(part, "rIdX", &id);
    rich.relate(
        BOOK,
        "http://www.wps.cn/officeDocument/2020/cellImage",
        "cellimages.xml",
    );
}

fn ribbon(rich: &mut Rich) {
    rich.put(
        "customUI/customUI14.xml",
        "<customUI xmlns=\"http://schemas.microsoft.com/office/2009/07/customui\"/>",
    );
    let own = "<Relationship Id=\"rIdRibbon\" Type=\"http://schemas.microsoft.com/office/2007/relationships/ui/extensibility\" Target=\"customUI/customUI14.xml\"/></Relationships>";
    rich.change("_rels/.rels", "</Relationships>", own);
}

/// A chart sheet that is the one shown when the workbook is opened.
fn chart_sheet(rich: &mut Rich) {
    let part = "xl/chartsheets/sheet1.xml";
    let sheet = format!(
        "<chartsheet xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheetPr/><sheetViews><sheetView tabSelected=\"1\" zoomScale=\"80\" workbookViewId=\"0\"/></sheetViews><pageMargins left=\"0.7\" right=\"0.7\" top=\"0.75\" bottom=\"0.75\" header=\"0.3\" footer=\"0.3\"/><drawing r:id=\"rIdX\"/></chartsheet>"
    );
    rich.add(part, &format!("{PACKAGE}.chartsheet+xml"), sheet);
    let drawing = super::drawn::drawing(rich, 9, &super::drawn::absolute_chart());
    let chart = super::drawn::chart_part(rich, 9);
    let id = rich.relate(&drawing, "chart", &format!("/{chart}"));
    rich.change(&drawing, "rIdX", &id);
    let id = rich.relate(part, "drawing", &format!("/{drawing}"));
    rich.change(part, "rIdX", &id);
    let id = rich.relate(BOOK, "chartsheet", "chartsheets/sheet1.xml");
    let own = format!("<sheet name=\"图表\" sheetId=\"19\" r:id=\"{id}\"/></sheets>");
    rich.change(BOOK, "</sheets>", &own);
    rich.change("xl/worksheets/sheet1.xml", " tabSelected=\"1\"", "");
    let index = rich.text(BOOK).matches("<sheet ").count() - 1;
    rich.change(
        BOOK,
        "<workbookView ",
        &format!("<workbookView activeTab=\"{index}\" "),
    );
}

//! What is drawn on a sheet: notes, charts, pictures, controls and objects of other programs.

use super::book::PNG;
use super::{Feature, MAIN, RELATIONS, Rich, SHEET, X14};

pub const FEATURES: [Feature; 7] = [
    ("notes", notes),
    ("threaded comments", threaded_comments),
    ("chart and picture", chart_and_picture),
    ("background picture", background),
    ("header picture", header_picture),
    ("form control", form_control),
    ("embedded object", embedded_object),
];
const VML_TYPE: &str = "application/vnd.openxmlformats-officedocument.vmlDrawing";
const VML: &str = "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\"\r\n xmlns:o=\"urn:schemas-microsoft-com:office:office\"\r\n xmlns:x=\"urn:schemas-microsoft-com:office:excel\">\r\n <o:shapelayout v:ext=\"edit\">\r\n  <o:idmap v:ext=\"edit\" data=\"2\"/>\r\n </o:shapelayout><v:shapetype id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\"\r\n  path=\"m,l,21600r21600,l21600,xe\">\r\n  <v:stroke joinstyle=\"miter\"/></v:shapetype></xml>";
const COMMENTS: &str = "xl/comments1.xml";
const VML_PART: &str = "xl/drawings/vmlDrawing1.vml";
const XDR: &str = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing";
const A: &str = "http://schemas.openxmlformats.org/drawingml/2006/main";
const ANCHOR: &str = "<xdr:from><xdr:col>9</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>2</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>12</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>9</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>";

/// The sheet's drawing of notes and controls.
fn shape(rich: &mut Rich, shape: &str) {
    if !rich.parts.iter().any(|(name, _)| name == VML_PART) {
        rich.ending("vml", VML_TYPE);
        rich.put(VML_PART, VML);
        let id = rich.relate(SHEET, "vmlDrawing", "../drawings/vmlDrawing1.vml");
        rich.insert(&format!("<legacyDrawing r:id=\"{id}\"/>"));
    }
    rich.change(VML_PART, "</xml>", &format!("{shape}</xml>"));
}

fn note(rich: &mut Rich, at: (&str, u32, u32), author: &str, text: &str) {
    if !rich.parts.iter().any(|(name, _)| name == COMMENTS) {
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml";
        let none = format!(
            "<comments xmlns=\"{MAIN}\"><authors></authors><commentList></commentList></comments>"
        );
        rich.add(COMMENTS, kind, none);
        rich.relate(SHEET, "comments", "../comments1.xml");
    }
    let index = rich.text(COMMENTS).matches("<author>").count();
    rich.change(
        COMMENTS,
        "</authors>",
        &format!("<author>{author}</author></authors>"),
    );
    let (cell, row, column) = at;
    let own = format!(
        "<comment ref=\"{cell}\" authorId=\"{index}\"><text><r><rPr><b/><sz val=\"9\"/></rPr><t xml:space=\"preserve\">{text}\n</t></r></text></comment></commentList>"
    );
    rich.change(COMMENTS, "</commentList>", &own);
    let id = 2049 + index;
    shape(
        rich,
        &format!(
            "<v:shape id=\"_x0000_s{id}\" type=\"#_x0000_t202\" style='position:absolute;\r\n  margin-left:80pt;visibility:hidden' fillcolor=\"#ffffe1\" o:insetmode=\"auto\"><v:textbox style='mso-direction-alt:auto'><div style='text-align:left'></div></v:textbox><x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:Anchor>3, 15, 3, 2, 5, 15, 7, 2</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
        ),
    );
}

/// One on a cell with a finding (联系电话), one on another.
fn notes(rich: &mut Rich) {
    note(
        rich,
        ("G21", 20, 6),
        "财务 &amp; 科技",
        "请核对 &lt;号码&gt;",
    );
    note(rich, ("C10", 9, 2), "财务 &amp; 科技", "摘要");
}

/// One on a cell with a finding (电子邮箱), with its part of persons.
fn threaded_comments(rich: &mut Rich) {
    // the text for programs that know no threads has no runs
    let thread = "{5F3A2B10-0001-4C00-8000-000000000001}";
    note(rich, ("C22", 21, 2), &format!("tc={thread}"), "[线程批注]");
    let (runs, plain) = (
        "<r><rPr><b/><sz val=\"9\"/></rPr><t xml:space=\"preserve\">[线程批注]\n</t></r>",
        "<t>[线程批注]</t>",
    );
    rich.change(COMMENTS, runs, plain);
    let threads = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments";
    let person = "{A0000000-0000-4000-8000-000000000001}";
    let list = format!(
        "<ThreadedComments xmlns=\"{threads}\"><threadedComment ref=\"C22\" dT=\"2024-03-01T08:00:00.00\" personId=\"{person}\" id=\"{thread}\"><text>邮箱对吗？</text></threadedComment></ThreadedComments>"
    );
    rich.add(
        "xl/threadedComments/threadedComment1.xml",
        "application/vnd.ms-excel.threadedcomments+xml",
        list,
    );
    let persons = format!(
        "<personList xmlns=\"{threads}\"><person displayName=\"某\" id=\"{person}\" userId=\"某\" providerId=\"None\"/></personList>"
    );
    rich.add(
        "xl/persons/person.xml",
        "application/vnd.ms-excel.person+xml",
        persons,
    );
    let kind = "http://schemas.microsoft.com/office/2017/10/relationships";
    rich.relate(
        SHEET,
        &format!("{kind}/threadedComment"),
        "../threadedComments/threadedComment1.xml",
    );
    rich.relate(super::BOOK, &format!("{kind}/person"), "persons/person.xml");
}

/// A drawing's part.
pub fn drawing(rich: &mut Rich, number: u32, content: &str) -> String {
    let part = format!("xl/drawings/drawing{number}.xml");
    let drawing = format!(
        "<xdr:wsDr xmlns:xdr=\"{XDR}\" xmlns:a=\"{A}\" xmlns:r=\"{RELATIONS}\">{content}</xdr:wsDr>"
    );
    rich.add(
        &part,
        "application/vnd.openxmlformats-officedocument.drawing+xml",
        drawing,
    );
    part
}

/// A chart's part.
pub fn chart_part(rich: &mut Rich, number: u32) -> String {
    let part = format!("xl/charts/chart{number}.xml");
    let chart = format!(
        "<c:chartSpace xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" xmlns:a=\"{A}\"><c:chart><c:plotArea><c:layout/><c:pieChart><c:varyColors val=\"1\"/><c:ser><c:idx val=\"0\"/><c:order val=\"0\"/><c:val><c:numRef><c:f>经费预算!$C$5:$G$5</c:f></c:numRef></c:val></c:ser></c:pieChart></c:plotArea><c:plotVisOnly val=\"1\"/></c:chart></c:chartSpace>"
    );
    rich.add(
        &part,
        "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
        chart,
    );
    part
}

fn frame(id: &str) -> String {
    format!(
        "<xdr:graphicFrame macro=\"\"><xdr:nvGraphicFramePr><xdr:cNvPr id=\"2\" name=\"图表 1\"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><xdr:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"0\" cy=\"0\"/></xdr:xfrm><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/chart\"><c:chart xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" r:id=\"{id}\"/></a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/>"
    )
}

/// A chart that fills a sheet of its own.
pub fn absolute_chart() -> String {
    format!(
        "<xdr:absoluteAnchor><xdr:pos x=\"0\" y=\"0\"/><xdr:ext cx=\"9300000\" cy=\"6070000\"/>{}</xdr:absoluteAnchor>",
        frame("rIdX")
    )
}

fn chart_and_picture(rich: &mut Rich) {
    rich.ending("png", "image/png");
    rich.put("xl/media/image1.png", PNG);
    let picture = "<xdr:pic><xdr:nvPicPr><xdr:cNvPr id=\"3\" name=\"图片 2\" descr=\"公章\"/><xdr:cNvPicPr><a:picLocks noChangeAspect=\"1\"/></xdr:cNvPicPr></xdr:nvPicPr><xdr:blipFill><a:blip r:embed=\"rIdY\"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/>";
    let content = format!(
        "<xdr:twoCellAnchor>{ANCHOR}{}</xdr:twoCellAnchor><xdr:twoCellAnchor editAs=\"oneCell\">{ANCHOR}{picture}</xdr:twoCellAnchor>",
        frame("rIdX")
    );
    let drawing = drawing(rich, 1, &content);
    chart_part(rich, 1);
    let id = rich.relate(&drawing, "chart", "../charts/chart1.xml");
    rich.change(&drawing, "rIdX", &id);
    let id = rich.relate(&drawing, "image", "../media/image1.png");
    rich.change(&drawing, "rIdY", &id);
    let id = rich.relate(SHEET, "drawing", "../drawings/drawing1.xml");
    rich.insert(&format!("<drawing r:id=\"{id}\"/>"));
}

fn background(rich: &mut Rich) {
    rich.ending("png", "image/png");
    rich.put("xl/media/image2.png", PNG);
    let id = rich.relate(SHEET, "image", "../media/image2.png");
    rich.insert(&format!("<picture r:id=\"{id}\"/>"));
}

fn header_picture(rich: &mut Rich) {
    rich.ending("vml", VML_TYPE);
    rich.ending("png", "image/png");
    rich.put("xl/media/image3.png", PNG);
    let part = "xl/drawings/vmlDrawing2.vml";
    let shape = "<v:shape id=\"LH\" o:spid=\"_x0000_s9217\" type=\"#_x0000_t75\" style='position:absolute;width:20pt;height:20pt'><v:imagedata o:relid=\"rIdX\" o:title=\"徽\"/></v:shape></xml>";
    rich.put(part, VML.replace("</xml>", shape));
    let id = rich.relate(part, "image", "../media/image3.png");
    rich.change(part, "rIdX", &id);
    let id = rich.relate(SHEET, "vmlDrawing", "../drawings/vmlDrawing2.vml");
    rich.insert(&format!("<legacyDrawingHF r:id=\"{id}\"/>"));
}

/// A check box whose words are broken as Excel does it, which is no XML: its shape stands among those of the notes.
fn form_control(rich: &mut Rich) {
    shape(
        rich,
        "<v:shape id=\"_x0000_s4097\" type=\"#_x0000_t201\" style='position:absolute' o:insetmode=\"auto\"><v:textbox><div style='text-align:left'>已核对<br>\r\n印章</div></v:textbox><x:ClientData ObjectType=\"Checkbox\"><x:Anchor>9, 1, 1, 1, 10, 1, 2, 1</x:Anchor><x:Row>20</x:Row><x:Column>6</x:Column></x:ClientData></v:shape>",
    );
    let part = "xl/ctrlProps/ctrlProp1.xml";
    let control = "<formControlPr xmlns=\"http://schemas.microsoft.com/office/spreadsheetml/2009/9/main\" objectType=\"CheckBox\" lockText=\"1\" noThreeD=\"1\"/>";
    rich.add(
        part,
        "application/vnd.ms-excel.controlproperties+xml",
        control,
    );
    let id = rich.relate(SHEET, "ctrlProp", "../ctrlProps/ctrlProp1.xml");
    rich.declare(
        SHEET,
        "mc",
        "http://schemas.openxmlformats.org/markup-compatibility/2006",
        false,
    );
    rich.declare(SHEET, "xdr", XDR, false);
    rich.insert(&format!("<mc:AlternateContent><mc:Choice Requires=\"x14\" xmlns:x14=\"{X14}\"><controls><mc:AlternateContent><mc:Choice Requires=\"x14\"><control shapeId=\"4097\" r:id=\"{id}\" name=\"复选框 1\"><controlPr defaultSize=\"0\" autoFill=\"0\" autoLine=\"0\" autoPict=\"0\"><anchor moveWithCells=\"1\"><from><xdr:col>9</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></from><to><xdr:col>10</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>2</xdr:row><xdr:rowOff>0</xdr:rowOff></to></anchor></controlPr></control></mc:Choice></mc:AlternateContent></controls></mc:Choice></mc:AlternateContent>"));
}

fn embedded_object(rich: &mut Rich) {
    shape(
        rich,
        "<v:shape id=\"_x0000_s5121\" type=\"#_x0000_t75\" style='position:absolute'><x:ClientData ObjectType=\"Pict\"><x:SizeWithCells/></x:ClientData></v:shape>",
    );
    let part = "xl/embeddings/oleObject1.bin";
    rich.add(
        part,
        "application/vnd.openxmlformats-officedocument.oleObject",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 object \0".to_vec(),
    );
    let id = rich.relate(SHEET, "oleObject", "../embeddings/oleObject1.bin");
    rich.insert(&format!(
        "<oleObjects><oleObject progId=\"Package\" shapeId=\"5121\" r:id=\"{id}\"/></oleObjects>"
    ));
}

//! Reading a form that is not as we wrote it: copied into another workbook, without its names.

mod support;

use liandong::assess::{Assessment, Context, Language, Rulebook};
use support::with_part;

fn without_names(file: &[u8]) -> Vec<u8> {
    with_part(file, "xl/workbook.xml", |text| {
        let (before, rest) = text.split_once("<definedNames>").unwrap();
        let (_, after) = rest.split_once("</definedNames>").unwrap();
        format!("{before}{after}")
    })
}

fn assess(file: &[u8]) -> Assessment {
    let rulebook = Rulebook::builtin(Language::Zh);
    let context = Context {
        file: "copied.xlsx".to_owned(),
        folder: None,
        received_at: "2024-03-20T09:00:00".parse().unwrap(),
        id: None,
        edition: None,
    };
    rulebook.assess(&rulebook.read(file), &context)
}

#[test]
fn a_form_without_its_names_reads_the_same() {
    let form = support::faultless_workbook();
    let rulebook = Rulebook::builtin(Language::Zh);
    let whole = rulebook.read(&form).application.unwrap();
    let bare = rulebook.read(&without_names(&form)).application.unwrap();
    let mut wrong = Vec::new();
    for (whole, bare) in whole.entries.iter().zip(&bare.entries) {
        if (&whole.place, &whole.state) != (&bare.place, &bare.state) {
            let slot = &whole.slot.id;
            wrong.push(format!("{slot}: {:?} {:?}", bare.place, bare.state));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(assess(&without_names(&form)).findings, []);
}

#[test]
fn every_cell_of_a_filled_form_is_accounted_for() {
    let form = support::faultless_workbook();
    let cells = assess(&form).cells;
    assert_eq!(cells.unexpected, 0);
    assert!(cells.read >= support::faultless().len(), "{}", cells.read);
    let renamed = with_part(&form, "xl/sharedStrings.xml", |text| {
        text.replace("申报日期 *", "填报日期")
    });
    assert_eq!(assess(&renamed).cells.unexpected, 0);
}

#[test]
fn each_cell_is_read_or_known_or_unexpected_and_the_three_add_up() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/inbox");
    let mut files = vec![support::faultless_workbook()];
    for district in std::fs::read_dir(folder).unwrap() {
        for file in std::fs::read_dir(district.unwrap().path()).unwrap() {
            files.push(std::fs::read(file.unwrap().path()).unwrap());
        }
    }
    let rulebook = Rulebook::builtin(Language::Zh);
    for file in files {
        let reading = rulebook.read(&file);
        // a list is never held as a whole: its rows are accounted for
        let (Ok(workbook), None) = (reading.workbook, reading.summary) else {
            continue;
        };
        let cells = assess(&file).cells;
        assert_eq!(
            cells.read + cells.known + cells.unexpected,
            workbook.cell_count()
        );
    }
}

/// The filled form with a cell put below everything on its last sheet.
fn with_cell(cell: &str) -> Vec<u8> {
    let form = support::faultless_workbook();
    with_part(&form, "xl/worksheets/sheet9.xml", |text| {
        let row = format!("<row r=\"80\">{cell}</row></sheetData>");
        text.replacen("</sheetData>", &row, 1)
    })
}

#[test]
fn a_formula_of_theirs_is_no_cell_of_the_form() {
    for formula in ["SUM(A1:A3)", "经费预算!H5*0.6", "LEN(TRIM(A1))"] {
        let file = with_cell(&format!("<c r=\"D80\"><f>{formula}</f><v>42</v></c>"));
        let assessment = assess(&file);
        assert_eq!(assessment.cells.unexpected, 1, "{formula}");
        assert_eq!(assessment.findings[0].code, "W12", "{formula}");
        assert_eq!(assessment.findings[0].cell.unwrap().to_string(), "D80");
    }
}

#[test]
fn a_hidden_sheet_of_theirs_is_no_sheet_of_the_form() {
    let hidden = with_part(&support::faultless_workbook(), "xl/workbook.xml", |text| {
        text.replacen("name=\"选项\"", "name=\"内部测算\"", 1)
    });
    let assessment = assess(&hidden);
    let told = &assessment.findings;
    assert!(assessment.cells.unexpected > 40, "{:?}", assessment.cells);
    assert!(
        told.len() == 1 && told[0].message.contains("内部测算!A1"),
        "{told:#?}"
    );
}

#[test]
fn another_label_on_its_own_sheet_goes_before_one_elsewhere() {
    // 单位名称 is another label of 申报单位, and a heading of the units' table on another sheet.
    let renamed = with_part(
        &support::faultless_workbook(),
        "xl/sharedStrings.xml",
        |text| text.replace("申报单位 *", "承担单位："),
    );
    let assessment = assess(&without_names(&renamed));
    assert_eq!(
        assessment.applicant.as_deref(),
        Some("新疆天和流体装备有限公司")
    );
    assert_eq!(assessment.cells.unexpected, 0);
}

#[test]
fn the_heading_of_a_column_is_no_label_of_a_field() {
    let renamed = with_part(
        &support::faultless_workbook(),
        "xl/sharedStrings.xml",
        |text| text.replace("申报单位 *", "甲方"),
    );
    let assessment = assess(&without_names(&renamed));
    assert_eq!(assessment.applicant, None);
    let told: Vec<_> = assessment
        .findings
        .iter()
        .map(|finding| (&*finding.code, finding.field.as_deref()))
        .collect();
    // the field is not there, and what stands beside the strange label was not read
    assert_eq!(told, [("W05", Some("applicant")), ("W12", None)]);
}

/// What calamine reads from a workbook, as our reader says it: sheet, position, value, whether it is a formula.
fn witnessed(file: &[u8]) -> Vec<(String, u32, u32, String, bool)> {
    use calamine::{DataRef, Reader as _, SheetType, Xlsx};
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(file)).unwrap();
    let is_1904 = book.has_1904_epoch();
    let mut found = Vec::new();
    for sheet in book.sheets_metadata().to_vec() {
        if sheet.typ != SheetType::WorkSheet {
            continue;
        }
        let mut cells = book.worksheet_cells_reader(&sheet.name).unwrap();
        while let Some(cell) = cells.next_cell_with_formula().unwrap() {
            let text = |text: &str| (!text.is_empty()).then(|| format!("text {text}"));
            let number = |number: f64| decimal(&number.to_string());
            let value = match &cell.value {
                DataRef::String(it) | DataRef::DateTimeIso(it) => text(it),
                DataRef::SharedString(it) => text(it),
                DataRef::Float(it) => Some(format!("number {}", number(*it))),
                DataRef::Bool(it) => Some(format!("bool {it}")),
                DataRef::Error(it) => Some(format!("error {it}")),
                DataRef::DateTime(it) => {
                    let serial = number(it.as_f64());
                    let day = liandong::read::xlsx::date_of_serial(serial, is_1904);
                    Some(day.map_or_else(|| format!("number {serial}"), |day| format!("day {day}")))
                }
                DataRef::Empty => None,
                other => panic!("{other:?}"),
            };
            let is_formula = cell.formula.is_some();
            if value.is_some() || is_formula {
                let (row, column) = cell.pos;
                let value = value.unwrap_or_default();
                found.push((sheet.name.clone(), row, column, value, is_formula));
            }
        }
    }
    found
}

/// A number to the 15 digits that a spreadsheet shows.
fn decimal(number: &str) -> rust_decimal::Decimal {
    let exact: rust_decimal::Decimal = number.parse().unwrap();
    exact.round_sf(15).unwrap().normalize()
}

fn ours(file: &[u8]) -> Vec<(String, u32, u32, String, bool)> {
    use liandong::read::Value;
    let workbook = liandong::read::read(file).unwrap();
    let cells = workbook.sheets.iter().flat_map(|sheet| {
        let name = sheet.name.to_string();
        sheet.cells.iter().map(move |cell| (name.clone(), cell))
    });
    let found = cells.map(|(sheet, cell)| {
        let value = match &cell.value {
            Value::Blank => String::new(),
            Value::Text(it) => format!("text {it}"),
            Value::Number(it) => format!("number {it}"),
            Value::Date(it) => format!("day {it}"),
            Value::Bool(it) => format!("bool {it}"),
            Value::Error(it) => format!("error {it}"),
        };
        (
            sheet,
            cell.at.row,
            cell.at.column,
            value,
            cell.formula.is_some(),
        )
    });
    found.collect()
}

/// Every workbook of the samples, and forms filled in by the catalogue's examples.
#[test]
fn every_workbook_reads_as_calamine_reads_it() {
    let mut files: Vec<(String, Vec<u8>)> = vec![
        ("faultless".to_owned(), support::faultless_workbook()),
        ("odd".to_owned(), odd_workbook(ODD_CELLS)),
    ];
    let inbox = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/inbox");
    for district in std::fs::read_dir(inbox).unwrap() {
        for file in std::fs::read_dir(district.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            if bytes.starts_with(b"PK") {
                files.push((path.display().to_string(), bytes));
            }
        }
    }
    assert!(files.len() > 20, "{}", files.len());
    for (name, file) in files {
        let (ours, theirs) = (ours(&file), witnessed(&file));
        assert!(!ours.is_empty(), "{name}");
        let differs = ours
            .iter()
            .zip(&theirs)
            .find(|(ours, theirs)| ours != theirs);
        assert_eq!(differs, None, "{name}");
        assert_eq!(ours.len(), theirs.len(), "{name}");
    }
}

/// Cells as programs write them that are not ours; format 1 is a day.
const ODD_CELLS: &str = r#"
    <row r="1"><c r="A1" t="inlineStr"><is><t>一</t></is></c><c r="B1" t="inlineStr"><is><r><t xml:space="preserve">a </t></r><r><t>b</t></r>
      <rPh sb="0" eb="1"><t>hint</t></rPh></is></c><c r="C1" t="str"><f>A1&amp;"&lt;"</f><v>一&lt;</v></c><c r="D1" t="b"><v>1</v></c>
      <c r="E1" t="b"><v>false</v></c><c r="F1" t="e"><v>#REF!</v></c><c r="G1" s="1"><v>45369</v></c><c r="H1" s="1"><v>45369.5</v></c></row>
    <row r="2"><c><v>1</v></c><c s="1"/><c><v>3.50</v></c><c r="H2"><v>8</v></c><c><v>9</v></c></row>
    <row><c><v>1E3</v></c><c><v>149.99999999999997</v></c><c><v>-0.000</v></c><c><v>123456789012345678</v></c><c><v>0.1</v></c><c><v>2.5E-3</v></c></row>
    <row r="5" spans="1:3"><c r="A5"><f>SUM(B5:C5)</f></c><c r="B5"><f t="shared" ref="B5:B6" si="0">C5*2</f><v>4</v></c><c r="C5"><v>2</v></c></row>
    <row r="6"><c r="B6"><f t="shared" si="0"/><v>6</v></c><c r="C6"><f t="shared" si="0"/></c><c r="D6" t="n"><v></v></c><c r="E6" t="str"><v>_x005F_x000D_ a_x000D_</v></c></row>
    <row r="7"/><row><c t="d"><v>not a day</v></c></row>
    <row r="9"><c r="A9" t="inlineStr"><is><t><![CDATA[<b>]]></t></is></c><c r="B9" t="inlineStr"><v>passed over</v><is><t>kept</t></is></c></row>
"#;

/// A workbook with these rows, written by nobody's library.
fn odd_workbook(rows: &str) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"/>")
    };
    let relations = |inside: &str| {
        format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{inside}</Relationships>")
    };
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            relations(&relation("r1", "officeDocument", "xl/workbook.xml")),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            relations(
                &(relation("r1", "worksheet", "worksheets/a.xml")
                    + &relation("r2", "styles", "styles.xml")),
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><workbookPr date1904=\"true\"/><sheets><sheet name=\"表&amp;一\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{MAIN}\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            ),
        ),
        (
            "xl/worksheets/a.xml",
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ];
    support::package(&parts)
}

#[test]
fn a_workbook_in_utf_16_and_with_parts_in_capitals_is_read() {
    let rows = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>";
    let plain = odd_workbook(rows);
    let wide = support::with_part_bytes(&plain, "xl/worksheets/a.xml", |text| {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    });
    let capitals = support::with_part(&plain, "xl/_rels/workbook.xml.rels", |text| {
        text.replace("worksheets/a.xml", "Worksheets/A.xml")
    });
    assert_eq!(ours(&plain).len(), 1);
    assert_eq!(ours(&wide), ours(&plain));
    assert_eq!(ours(&capitals), ours(&plain));
}

#[test]
fn what_is_damaged_is_said_and_not_guessed() {
    for rows in [
        "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>",
        "<row r=\"1\"><c r=\"A1\" t=\"b\"><v>2</v></c></row>",
        "<row r=\"1\"><c r=\"A1\" t=\"n\"><v>x</v></c></row>",
        "<row r=\"1\"><c r=\"AAAAAAAAA1\"><v>1</v></c></row>",
        "<row r=\"1\"><c r=\"A0\"><v>1</v></c></row>",
        "<row r=\"0\"><c><v>1</v></c></row>",
        "<row r=\"1\"><c r=\"A1\"><v>1</v></row>",
        "<row r=\"1\"><c r=\"A1\"><v>&lol;</v></c></row>",
        "<row r=\"1\"><c r=\"A1\"><v>1e999</v></c></row>",
    ] {
        let fault = liandong::read::read(&odd_workbook(rows)).unwrap_err();
        let is_damaged = matches!(fault, liandong::read::ReadFault::Damaged { .. });
        assert!(is_damaged, "{rows}: {fault:?}");
    }
}

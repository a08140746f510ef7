//! Files that were made to do harm. Each is small; what it claims is not.

use std::io::Write as _;

use crate::support::{faultless_workbook, package, with_extra_part, with_part};

/// A name that says what is wrong, and the file.
pub type Hostile = (String, Vec<u8>);

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// A workbook with these sheets (an element each), strings and rows of its one part.
fn book(sheets: &str, strings: &str, sheet: &str) -> Vec<u8> {
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"/>")
    };
    let relations = |inside: String| {
        format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{inside}</Relationships>")
    };
    let inner = relation("r1", "worksheet", "worksheets/a.xml")
        + &relation("r2", "sharedStrings", "sharedStrings.xml");
    package(&[
        (
            "[Content_Types].xml",
            format!("<Types xmlns=\"{PACKAGE}/content-types\"/>"),
        ),
        (
            "_rels/.rels",
            relations(relation("r1", "officeDocument", "xl/workbook.xml")),
        ),
        ("xl/_rels/workbook.xml.rels", relations(inner)),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets>{sheets}</sheets></workbook>"
            ),
        ),
        (
            "xl/sharedStrings.xml",
            format!("<sst xmlns=\"{MAIN}\">{strings}</sst>"),
        ),
        ("xl/worksheets/a.xml", sheet.to_owned()),
    ])
}

fn rows(rows: &str) -> Vec<u8> {
    let sheet = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>");
    book("<sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/>", "", &sheet)
}

/// Workbooks of XML whose parts are the trouble.
pub fn of_xml() -> Vec<Hostile> {
    let mut files = Vec::new();
    let mut put = |name: &str, file| files.push((name.to_owned(), file));
    for (name, cells) in [
        (
            "sparse corners",
            "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>",
        ),
        (
            "a row of 4 thousand million",
            "<row r=\"4294967295\"><c><v>1</v></c></row>",
        ),
        (
            "a row beyond numbers",
            "<row r=\"99999999999999999999\"><c><v>1</v></c></row>",
        ),
        (
            "a row of nought",
            "<row r=\"0\"><c r=\"A0\"><v>1</v></c></row>",
        ),
        (
            "a negative row",
            "<row r=\"-1\"><c r=\"A-1\"><v>1</v></c></row>",
        ),
        (
            "a column that wraps",
            "<row r=\"1\"><c r=\"AAAAAAAAA1\"><v>1</v></c></row>",
        ),
        (
            "cells upside down",
            "<row r=\"9\"><c r=\"B9\"><v>1</v></c></row><row r=\"1\"><c r=\"B9\"><v>2</v></c></row>",
        ),
        (
            "NaN",
            "<row r=\"1\"><c r=\"A1\" t=\"n\"><v>NaN</v></c></row>",
        ),
        (
            "infinity",
            "<row r=\"1\"><c r=\"A1\"><v>1e999</v></c></row>",
        ),
        (
            "a number of 10 to the 300",
            "<row r=\"1\"><c r=\"A1\"><v>1e300</v></c></row>",
        ),
        (
            "a day of the year 9 million",
            "<row r=\"1\"><c r=\"A1\" s=\"1\"><v>3e9</v></c></row>",
        ),
        (
            "a string that is not there",
            "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>4294967296</v></c></row>",
        ),
        (
            "an entity without end",
            "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>&#x110000;</v></c></row>",
        ),
        (
            "an unknown entity",
            "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>&lol;</v></c></row>",
        ),
        (
            "a formula that runs",
            "<row r=\"1\"><c r=\"A1\" t=\"str\"><f>cmd|'/c calc'!A0</f><v>=cmd|'/c calc'!A0</v></c></row>",
        ),
        (
            "a formula that fetches",
            "<row r=\"1\"><c r=\"A1\" t=\"str\"><f>WEBSERVICE(\"http://127.0.0.1:1/\")</f><v>x</v></c></row>",
        ),
        (
            "a link that runs",
            "<row r=\"1\"><c r=\"A1\" t=\"str\"><f>HYPERLINK(\"file:///etc/passwd\")</f><v>=HYPERLINK(\"\")</v></c></row>",
        ),
    ] {
        put(name, rows(cells));
    }
    let shared = "<c><f t=\"shared\" si=\"0\"/></c>".repeat(199);
    let shared: String = (1..600)
        .map(|row| format!("<row r=\"{row}\">{shared}</row>"))
        .collect();
    put("120,000 cells of one formula", rows(&shared));
    put(
        "600,000 cells",
        rows(&format!("<row>{}</row>", "<c><v>1</v></c>".repeat(200)).repeat(3000)),
    );
    put("100,000 open elements", rows(&"<row><c>".repeat(50_000)));
    put(
        "a tag without end",
        rows(&format!("<row {}", "a".repeat(100_000))),
    );
    put(
        "200,000 attributes",
        rows(&format!("<row {}/>", "a=\"1\" ".repeat(200_000))),
    );
    let long = format!("<si><t>{}</t></si>", "字".repeat(32_000));
    let many = "<c t=\"s\"><v>0</v></c>".repeat(200);
    let many = format!(
        "<worksheet xmlns=\"{MAIN}\"><sheetData>{}</sheetData></worksheet>",
        format!("<row>{many}</row>").repeat(1000)
    );
    let sheet = "<sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/>";
    put("one long text in 200,000 cells", book(sheet, &long, &many));
    let big = format!("<si><t>{}</t></si>", "x".repeat(70 * 1024 * 1024));
    put("a string of 70 MiB", book(sheet, &big, ""));
    put("100,000 sheets", book(&sheet.repeat(100_000), "", ""));
    put("60 sheets", book(&sheet.repeat(60), "", ""));
    put("no sheets", book("", "", ""));
    put(
        "a sheet without its part",
        book("<sheet name=\"a\" sheetId=\"1\" r:id=\"r9\"/>", "", ""),
    );
    put(
        "a sheet of strings",
        book("<sheet name=\"a\" sheetId=\"1\" r:id=\"r2\"/>", "", ""),
    );
    let dtd = "<!DOCTYPE w [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    put(
        "an entity bomb",
        book(
            sheet,
            "",
            &format!(
                "{dtd}<worksheet><sheetData><row><c t=\"str\"><v>&b;</v></c></row></sheetData></worksheet>"
            ),
        ),
    );
    let outside = "<!DOCTYPE w [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>";
    put(
        "an entity from outside",
        book(
            sheet,
            "",
            &format!(
                "{outside}<worksheet><sheetData><row><c t=\"str\"><v>&a;</v></c></row></sheetData></worksheet>"
            ),
        ),
    );
    let form = faultless_workbook();
    put(
        "a sheet named against its direction",
        with_part(&form, "xl/workbook.xml", |it| {
            it.replace("项目基本信息", "\u{202e}息信\u{200b}&#x7;")
        }),
    );
    put(
        "a field named with controls",
        with_part(&form, "xl/sharedStrings.xml", |it| {
            it.replace("申报单位 *", "\u{202e}_x0007_申报单位 *\u{feff}")
        }),
    );
    put(
        "a merge of the whole sheet",
        with_part(&form, "xl/worksheets/sheet2.xml", |it| {
            it.replace(
                "</mergeCells>",
                "<mergeCell ref=\"A1:XFD1048576\"/></mergeCells>",
            )
        }),
    );
    put(
        "columns without end hidden",
        with_part(&form, "xl/worksheets/sheet2.xml", |it| {
            it.replace(
                "<cols>",
                "<cols><col min=\"1\" max=\"4294967295\" hidden=\"1\"/>",
            )
        }),
    );
    put(
        "a relation out of the package",
        with_part(&form, "xl/_rels/workbook.xml.rels", |it| {
            it.replace("worksheets/sheet2.xml", "../../../../etc/passwd")
        }),
    );
    put(
        "a relation to itself",
        with_part(&form, "xl/_rels/workbook.xml.rels", |it| {
            it.replace("worksheets/sheet2.xml", "workbook.xml")
        }),
    );
    for (name, formula) in [
        ("a field that starts a program", "cmd|'/c calc'!A0"),
        (
            "a field that fetches",
            "WEBSERVICE(\"http://127.0.0.1:1/\")",
        ),
    ] {
        let mut values = crate::support::faultless();
        let formula = liandong::rules::Typed::Formula(formula.into(), Some("12600".into()));
        values.insert("revenue".to_owned(), formula);
        put(name, crate::support::written(&values));
    }
    put(
        "a DDE link",
        with_extra_part(
            &form,
            "xl/externalLinks/externalLink1.xml",
            "<externalLink><ddeLink ddeService=\"cmd\" ddeTopic=\"/c calc\"/></externalLink>",
        ),
    );
    put(
        "a link to a share",
        with_extra_part(
            &form,
            "xl/externalLinks/externalLink1.xml",
            "<externalLink><externalBook r:id=\"\\\\\\\\evil\\\\share\"/></externalLink>",
        ),
    );
    put(
        "a name with a backslash",
        with_extra_part(&form, "xl\\..\\evil.xml", "x"),
    );
    put(
        "a name that climbs",
        with_extra_part(&form, "../../evil.xml", "x"),
    );
    put(
        "an embedded program",
        with_extra_part(&form, "xl/embeddings/oleObject1.bin", "MZ"),
    );
    files
}

/// Packages whose container is the trouble.
pub fn of_containers() -> Vec<Hostile> {
    let mut files = Vec::new();
    let form = faultless_workbook();
    let mut put = |name: &str, file| files.push((name.to_owned(), file));
    put("empty", Vec::new());
    put("four bytes", b"PK\x03\x04".to_vec());
    put(
        "an end alone",
        [b"PK\x05\x06".as_slice(), &[0; 18]].concat(),
    );
    put(
        "zeros",
        [b"PK\x03\x04".as_slice(), &vec![0; 100_000]].concat(),
    );
    let many = (0..2500).map(|number| (format!("xl/{number}.xml"), String::new()));
    let many: Vec<_> = many.collect();
    let many: Vec<_> = many
        .iter()
        .map(|(name, text)| (name.as_str(), text.clone()))
        .collect();
    put("2,500 members", package(&many));
    put(
        "a member of 300 MiB of blanks",
        blanks(300, "xl/worksheets/sheet1.xml"),
    );
    put(
        "strings of 100 MiB of blanks",
        blanks(100, "xl/sharedStrings.xml"),
    );
    // in each entry of the directory: 16 CRC-32, 20 packed size, 24 size, 42 where the member lies
    for (name, field, value) in [
        ("wrong checksums", 16, 0xDEAD_BEEF_u32),
        ("packed sizes of 4 GiB", 20, 0xFFFF_FFF0),
        ("sizes of 2 GiB", 24, 0x8000_0000),
        ("sizes of 199 MiB", 24, 199 * 1024 * 1024),
        ("sizes of nought", 24, 0),
        ("members that overlap", 42, 0),
        ("members beyond the end", 42, 0x7FFF_FFFF),
    ] {
        put(name, with_directory(&form, field, value));
    }
    let twice = with_extra_part(&form, "xl/worksheets/sheet0.xml", "<worksheet/>");
    put(
        "two members of one name",
        replaced(
            &twice,
            b"xl/worksheets/sheet0.xml",
            b"xl/worksheets/sheet2.xml",
        ),
    );
    put("members with a password", with_flag(&form));
    for (name, whole, member, said_mib) in [
        ("a string of 2 GiB", &form, "xl/sharedStrings.xml", 2048),
        (
            "a string of 2 GiB said to be 9 MiB",
            &form,
            "xl/sharedStrings.xml",
            9,
        ),
        (
            "a sheet of 2 GiB said to be 9 MiB",
            &form,
            "xl/worksheets/sheet2.xml",
            9,
        ),
        (
            "OpenDocument of 2 GiB said to be 9 MiB",
            &crate::fixture("wind.ods"),
            "content.xml",
            9,
        ),
        (
            "binary strings of 2 GiB said to be 9 MiB",
            &crate::fixture("wind.xlsb"),
            "xl/sharedStrings.bin",
            9,
        ),
    ] {
        put(name, swollen(whole, member, said_mib));
    }
    put("a package in a package", {
        let inner = package(&[("a.zip", "PK".repeat(1000))]);
        let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        out.start_file("a.xlsx", options).expect("in memory");
        out.write_all(&inner).expect("in memory");
        out.finish().expect("in memory").into_inner()
    });
    files
}

/// A package with a member instead of one of its own that is one text of 2 GiB, and says that it has so many MiB.
fn swollen(whole: &[u8], name: &str, said_mib: u32) -> Vec<u8> {
    let opened = |bytes| zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a package");
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let mut found = false;
    let (mut whole, member) = (opened(whole.to_vec()), text_of_2_gib(name, said_mib));
    for index in 0..whole.len() {
        let part = whole.by_index_raw(index).expect("a member");
        let is_it = part.name().expect("a name") == name;
        found |= is_it;
        if !is_it {
            out.raw_copy_file(part).expect("in memory");
        }
    }
    assert!(found, "no member {name}");
    let mut member = opened(member);
    let part = member.by_index_raw(0).expect("its one member");
    out.raw_copy_file(part).expect("in memory");
    out.finish().expect("in memory").into_inner()
}

/// A package of one member: 1 MiB is deflated up to a boundary of bytes, and stands there 2,048 times.
fn text_of_2_gib(name: &str, said_mib: u32) -> Vec<u8> {
    const MIB: usize = 1024 * 1024;
    let mut deflate = flate2::Compress::new(flate2::Compression::best(), false);
    let mut deflated = |text: &[u8], flush| {
        let mut out = Vec::with_capacity(64 * 1024);
        let done = deflate.compress_vec(text, &mut out, flush);
        done.expect("in memory");
        out
    };
    let full = flate2::FlushCompress::Full;
    let begin = deflated(b"<sst><si><t>", full);
    let text = deflated(&vec![b'x'; MIB], full);
    let end = deflated(b"</t></si></sst>", flate2::FlushCompress::Finish);
    let packed = [begin, text.repeat(2048), end].concat();
    let length = u32::try_from(packed.len()).expect("2 MiB at the most");
    let size = said_mib * 1024 * 1024 + 27;
    // what a member's head and its entry in the directory have in common ([APPNOTE] 4.3.7, 4.3.12)
    let common = [
        &[20, 0, 0, 0, 8, 0, 0, 0, 0, 0][..],
        &0_u32.to_le_bytes(),
        &length.to_le_bytes(),
        &size.to_le_bytes(),
        &u16::try_from(name.len()).expect("short").to_le_bytes(),
        &[0, 0],
    ]
    .concat();
    let head = [b"PK\x03\x04", &common[..], name.as_bytes()].concat();
    let entry = [
        b"PK\x01\x02\x14\x00",
        &common[..],
        &[0; 14],
        name.as_bytes(),
    ]
    .concat();
    let place = |bytes: usize| {
        u32::try_from(bytes)
            .expect("2 MiB at the most")
            .to_le_bytes()
    };
    let (at, bytes) = (place(head.len() + packed.len()), place(entry.len()));
    let end = [b"PK\x05\x06\0\0\0\0\x01\0\x01\0", &bytes[..], &at, &[0; 2]].concat();
    [head, packed, entry, end].concat()
}

fn blanks(mebibytes: usize, name: &str) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    out.start_file("[Content_Types].xml", options)
        .expect("in memory");
    out.start_file(name, options).expect("in memory");
    let blank = vec![b' '; 1024 * 1024];
    for _ in 0..mebibytes {
        out.write_all(&blank).expect("in memory");
    }
    out.finish().expect("in memory").into_inner()
}

/// Where the entries of a package's directory begin.
fn directory(file: &[u8]) -> Vec<usize> {
    let marks = file.windows(4).enumerate();
    marks
        .filter(|(_, mark)| mark == b"PK\x01\x02")
        .map(|(at, _)| at)
        .collect()
}

fn with_directory(file: &[u8], field: usize, value: u32) -> Vec<u8> {
    let mut file = file.to_vec();
    for at in directory(&file) {
        file[at + field..at + field + 4].copy_from_slice(&value.to_le_bytes());
    }
    file
}

fn with_flag(file: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    for at in directory(&file) {
        file[at + 8] |= 1;
    }
    file
}

fn replaced(file: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    while let Some(at) = file.windows(from.len()).position(|window| window == from) {
        file[at..at + to.len()].copy_from_slice(to);
    }
    file
}

/// Compound files that are broken, made from a whole one.
pub fn of_compounds(whole: &[u8]) -> Vec<Hostile> {
    let mut files = Vec::new();
    // places in the header ([MS-CFB] §2.2): sector shift, mini shift, table sectors, directory, mini table, further lists
    for (name, at, value) in [
        ("sectors of nought", 30, 0_u32),
        ("sectors of 2 to the 31", 30, 31),
        ("a directory beyond the end", 48, 0x00FF_FFFF),
        ("a directory that is the table", 48, 0),
        ("a mini table beyond the end", 60, 0x00FF_FFFF),
        ("lists of lists without end", 68, 0),
        ("a table of itself", 76, 1),
        ("a table beyond the end", 76, 0x00FF_FFFF),
        ("no table", 76, 0xFFFF_FFFF),
    ] {
        let mut file = whole.to_vec();
        file[at..at + 4].copy_from_slice(&value.to_le_bytes());
        files.push((name.to_owned(), file));
    }
    // the first table sector, where every chain is told: all in circles
    let number = u32::from_le_bytes([whole[76], whole[77], whole[78], whole[79]]);
    let table = (number as usize + 1) * 512;
    for (name, value) in [
        ("chains to themselves", None),
        ("chains in one circle", Some(3_u32)),
    ] {
        let mut file = whole.to_vec();
        for (number, at) in (0_u32..).zip((table..table + 512).step_by(4)) {
            file[at..at + 4].copy_from_slice(&value.unwrap_or(number).to_le_bytes());
        }
        files.push((name.to_owned(), file));
    }
    // records of the workbook: type, and bytes put over the begin of each one's content
    for (name, kind, content) in [
        ("4 thousand million strings", 0x00FC_u16, &[0xFF; 8][..]),
        (
            "strings of 64 thousand signs",
            0x00FC,
            &[9, 0, 0, 0, 9, 0, 0, 0, 0xFF, 0xFF, 0x0D],
        ),
        ("sheets beyond the end", 0x0085, &[0xFF; 4]),
        ("sheets that are the workbook", 0x0085, &[0; 4]),
        (
            "cells of strings that are not there",
            0x00FD,
            &[0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF],
        ),
        (
            "dimensions of everything",
            0x0200,
            &[0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 0xFF, 0xFF],
        ),
        ("merges without end", 0x00E5, &[0xFF, 0xFF]),
        (
            "numbers that are none",
            0x0203,
            &[
                0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F,
            ],
        ),
        (
            "formulas of results that are none",
            0x0006,
            &[0, 0, 0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 0xFF, 0xFF],
        ),
        ("links without end", 0x0017, &[0xFF, 0xFF]),
        ("a password", 0x0042, &[]),
    ] {
        files.push((name.to_owned(), with_records(whole, kind, content)));
    }
    files
}

/// Puts bytes over the begin of the content of every record of a type, found from the first record on.
fn with_records(whole: &[u8], kind: u16, content: &[u8]) -> Vec<u8> {
    let mut file = whole.to_vec();
    let begin = [0x09, 0x08, 0x10, 0x00, 0x00, 0x06];
    let Some(mut at) = file.windows(6).position(|window| window == begin) else {
        return file;
    };
    while let Some(head) = file.get(at..at + 4) {
        let found = u16::from_le_bytes([head[0], head[1]]);
        let length = usize::from(u16::from_le_bytes([head[2], head[3]]));
        if found == kind && at + 4 + length <= file.len() {
            if content.is_empty() {
                file[at] = 0x2F;
                file[at + 1] = 0;
            }
            let over = content.len().min(length);
            file[at + 4..at + 4 + over].copy_from_slice(&content[..over]);
        }
        at += 4 + length;
    }
    file
}

/// OpenDocument packages whose content is the trouble.
pub fn of_opendocument() -> Vec<Hostile> {
    let file = |content: String| {
        package(&[
            (
                "mimetype",
                "application/vnd.oasis.opendocument.spreadsheet".to_owned(),
            ),
            ("META-INF/manifest.xml", "<manifest/>".to_owned()),
            (
                "content.xml",
                format!("<office:spreadsheet>{content}</office:spreadsheet>"),
            ),
        ])
    };
    let cell = "office:value-type=\"float\" office:value=\"1\"";
    let table = |inside: &str| format!("<table:table table:name=\"a\">{inside}</table:table>");
    [
        ("a cell in every place", table(&format!("<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell {cell} table:number-columns-repeated=\"16384\"/></table:table-row>"))),
        ("rows repeated without end", table(&format!("<table:table-row table:number-rows-repeated=\"4294967295\"><table:table-cell {cell}/></table:table-row>"))),
        ("hidden rows without end", table("<table:table-row table:visibility=\"collapse\" table:number-rows-repeated=\"4294967295\"/>").repeat(10)),
        ("repeats beyond numbers", table("<table:table-row table:number-rows-repeated=\"99999999999999999999\"/>")),
        ("a merge of everything", table(&format!("<table:table-row><table:table-cell {cell} table:number-columns-spanned=\"4294967295\" table:number-rows-spanned=\"4294967295\"/></table:table-row>"))),
        ("100,000 tables", table("").repeat(100_000)),
        ("a thousand million blanks", table("<table:table-row><table:table-cell office:value-type=\"string\"><text:p><text:s text:c=\"1000000000\"/></text:p></table:table-cell></table:table-row>")),
        ("one long text in 100,000 cells", table(&format!("<table:table-row table:number-rows-repeated=\"10000\"><table:table-cell office:value-type=\"string\" table:number-columns-repeated=\"100\"><text:p>{}</text:p></table:table-cell></table:table-row>", "字".repeat(30_000)))),
        ("tables inside tables", "<table:table table:name=\"a\">".repeat(300)),
        ("a script", table("<office:event-listeners><script:event-listener xlink:href=\"vnd.sun.star.script:evil\"/></office:event-listeners>")),
    ]
    .into_iter()
    .map(|(name, content)| (name.to_owned(), file(content)))
    .collect()
}

/// A file cut at every KiB.
pub fn cut(name: &str, whole: &[u8]) -> Vec<Hostile> {
    let lengths = (1024..whole.len()).step_by(1024);
    lengths
        .map(|length| (format!("{name} cut at {length}"), whole[..length].to_vec()))
        .collect()
}

/// A file with some of its bytes changed, the same ones every time.
pub fn with_noise(name: &str, whole: &[u8], times: u64) -> Vec<Hostile> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut noisy = |number| {
        let mut file = whole.to_vec();
        for _ in 0..8 {
            let at = usize::try_from(next() % file.len() as u64).expect("within a file");
            file[at] = next().to_le_bytes()[0];
        }
        (format!("{name} with noise {number}"), file)
    };
    (0..times).map(&mut noisy).collect()
}

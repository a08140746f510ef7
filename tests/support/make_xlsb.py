"""A workbook (.xlsx) as .xlsb: cells, formulas with their results, names, merged ranges, hidden rows, columns and sheets.

LibreOffice reads .xlsb and does not write it, so the witness of our reader is written here, from [MS-XLSB] alone, and
read by LibreOffice and calamine beside us. Formulas are written as the constant they give, but for those that a form has by
itself: what they refer to is in them, so that they are known as the form's.

usage: make_xlsb.py IN.xlsx OUT.xlsb   (needs openpyxl)
"""

import datetime
import struct
import sys
import zipfile

import openpyxl
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, to_excel
from openpyxl.worksheet.formula import ArrayFormula

ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
POLICY = "政策"
# numbers of functions ([MS-XLS] 2.5.198.17)
LEN, TRIM = 32, 118
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def record(kind, content=b""):
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = b"", len(content)
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            return head + length + content


def wide(text):
    units = text.encode("utf-16-le")
    return struct.pack("<I", len(units) // 2) + units


def constant(value):
    """The tokens of a constant ([MS-XLSB] 2.5.97)."""
    if isinstance(value, bool):
        return bytes([0x1D, value])
    if isinstance(value, (int, float)):
        return b"\x1F" + struct.pack("<d", value)
    if value in ERRORS:
        return bytes([0x1C, ERRORS[value]])
    units = (value or "").encode("utf-16-le")
    return b"\x17" + struct.pack("<H", len(units) // 2) + units


def formula(value, text, sheets):
    """A formula that stands for one with this text: it refers to the sheet of the policy, counts blanks, or is a constant."""
    if POLICY in text and POLICY in sheets:
        tokens = struct.pack("<BHIH", 0x5A, sheets.index(POLICY), 0, 0)
    elif text.count("LEN(TRIM(") > 1:
        blank = struct.pack("<BIHBHBHBHB", 0x44, 0, 0, 0x41, TRIM, 0x41, LEN, 0x1E, 0, 0x0B)
        tokens = blank + blank + b"\x03"
    else:
        tokens = constant(value)
    return struct.pack("<H", 0) + struct.pack("<I", len(tokens)) + tokens + struct.pack("<I", 0)


class Book:
    def __init__(self, source):
        self.formulas = openpyxl.load_workbook(source)
        self.values = openpyxl.load_workbook(source, data_only=True)
        self.is_1904 = self.formulas.epoch == MAC_EPOCH
        self.strings, self.formats = {}, {"General": 0}

    def format_of(self, cell):
        return self.formats.setdefault(cell.number_format, len(self.formats))

    def cell(self, cell, result):
        column, style = cell.column - 1, self.format_of(cell)
        head = struct.pack("<II", column, style)
        is_formula = cell.data_type == "f" or isinstance(cell.value, ArrayFormula)
        value = result.value if is_formula else cell.value
        if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
            value = to_excel(value, MAC_EPOCH if self.is_1904 else WINDOWS_EPOCH)
        text = str(getattr(cell.value, "text", cell.value))
        tail = formula(value, text, self.formulas.sheetnames) if is_formula else b""
        if value is None:
            return b"" if not is_formula else record(8, head + wide("") + tail)
        if isinstance(value, bool):
            return record(10 if is_formula else 4, head + bytes([value]) + tail)
        if isinstance(value, (int, float)):
            if not is_formula and isinstance(value, int) and abs(value) < 1 << 29:
                return record(2, head + struct.pack("<i", value << 2 | 2))
            return record(9 if is_formula else 5, head + struct.pack("<d", value) + tail)
        if value in ERRORS:
            return record(11 if is_formula else 3, head + bytes([ERRORS[value]]) + tail)
        if is_formula:
            return record(8, head + wide(value) + tail)
        index = self.strings.setdefault(value, len(self.strings))
        return record(7, head + struct.pack("<I", index))

    def sheet(self, name):
        sheet, values = self.formulas[name], self.values[name]
        out = record(129) + record(148, struct.pack("<IIII", 0, sheet.max_row - 1, 0, sheet.max_column - 1))
        columns = [it for it in sheet.column_dimensions.values() if it.hidden]
        if columns:
            out += record(390)
            for it in columns:
                out += record(60, struct.pack("<IIIIH", it.min - 1, it.max - 1, 2304, 0, 1))
            out += record(391)
        out += record(145)
        for row in sheet.iter_rows():
            cells = b"".join(self.cell(cell, values[cell.coordinate]) for cell in row if cell.value is not None)
            number = row[0].row
            is_hidden = bool(sheet.row_dimensions[number].hidden)
            if cells or is_hidden:
                flags = bytes([0, 0x10 if is_hidden else 0, 0])
                out += record(0, struct.pack("<IIH", number - 1, 0, 300) + flags + struct.pack("<I", 0)) + cells
        out += record(146)
        merges = list(sheet.merged_cells.ranges)
        if merges:
            out += record(177, struct.pack("<I", len(merges)))
            for it in merges:
                out += record(176, struct.pack("<IIII", it.min_row - 1, it.max_row - 1, it.min_col - 1, it.max_col - 1))
            out += record(178)
        return out + record(130)

    def workbook(self):
        names = self.formulas.sheetnames
        out = record(131) + record(153, struct.pack("<III", int(self.is_1904), 0, 0)) + record(143)
        for number, name in enumerate(names, 1):
            state = {"visible": 0, "hidden": 1, "veryHidden": 2}[self.formulas[name].sheet_state]
            out += record(156, struct.pack("<II", state, number) + wide(f"rId{number}") + wide(name))
        out += record(144)
        links = b"".join(struct.pack("<Iii", 0, index, index) for index in range(len(names)))
        out += record(353) + record(357) + record(362, struct.pack("<I", len(names)) + links) + record(354)
        for name, defined in self.formulas.defined_names.items():
            places = list(defined.destinations)
            if len(places) != 1 or places[0][0] not in names:
                continue
            (sheet, cells), = places
            left, top, right, bottom = range_boundaries(cells.replace("$", ""))
            if None in (left, top, right, bottom):
                continue
            target = struct.pack("<BHIIHH", 0x3B, names.index(sheet), top - 1, bottom - 1, left - 1, right - 1)
            body = struct.pack("<IBI", 0, 0, 0xFFFFFFFF) + wide(name)
            out += record(39, body + struct.pack("<I", len(target)) + target + struct.pack("<II", 0, 0xFFFFFFFF))
        return out + record(157, struct.pack("<IIIdH", 0, 1, 100, 0.001, 0)) + record(132)

    def styles(self):
        own = {code: 164 + index for code, index in self.formats.items() if code != "General"}
        out = record(278) + record(615, struct.pack("<I", len(own)))
        for code, number in own.items():
            out += record(44, struct.pack("<H", number) + wide(code))
        out += record(616) + record(611, struct.pack("<I", 1))
        out += record(43, struct.pack("<HHHHBBBB", 220, 0, 400, 0, 0, 0, 134, 0) + struct.pack("<II", 1, 0) + b"\0" + wide("宋体"))
        out += record(612) + record(603, struct.pack("<I", 1))
        out += record(45, struct.pack("<I", 0) + bytes(64)) + record(604)
        out += record(613, struct.pack("<I", 1)) + record(46, bytes(51)) + record(614)
        style = struct.pack("<HHHHHBBHBB", 0xFFFF, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        out += record(626, struct.pack("<I", 1)) + record(47, style) + record(627)
        out += record(617, struct.pack("<I", len(self.formats)))
        for code in self.formats:
            out += record(47, struct.pack("<HHHHHBBHBB", 0, own.get(code, 0), 0, 0, 0, 0, 0, 0, 1, 0))
        return out + record(618) + record(279)

    def shared_strings(self):
        out = record(159, struct.pack("<II", len(self.strings), len(self.strings)))
        return out + b"".join(record(19, b"\0" + wide(text)) for text in self.strings) + record(160)


def relations(entries):
    inside = "".join(f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>' for name, kind, target in entries)
    return f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def main(source, target):
    book = Book(source)
    sheets = [book.sheet(name) for name in book.formulas.sheetnames]
    custom = zipfile.ZipFile(source)
    custom = custom.read("docProps/custom.xml") if "docProps/custom.xml" in custom.namelist() else None
    kinds = {"workbook": "main", **{f"worksheets/sheet{n}": "worksheet" for n in range(1, len(sheets) + 1)}}
    kinds |= {"styles": "styles", "sharedStrings": "sharedStrings"}
    main_type = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    types = "".join(
        f'<Override PartName="/xl/{part}.bin" ContentType="{main_type if kind == "main" else "application/vnd.ms-excel." + kind}"/>'
        for part, kind in kinds.items()
    )
    if custom:
        types += '<Override PartName="/docProps/custom.xml" ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/>'
    defaults = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="bin" ContentType="application/octet-stream"/>'
    root = [("rId1", f"{RELATIONS}/officeDocument", "xl/workbook.bin")]
    if custom:
        root.append(("rId2", f"{RELATIONS}/custom-properties", "docProps/custom.xml"))
    inner = [(f"rId{n}", f"{RELATIONS}/worksheet", f"worksheets/sheet{n}.bin") for n in range(1, len(sheets) + 1)]
    inner += [("rIdStyles", f"{RELATIONS}/styles", "styles.bin"), ("rIdStrings", f"{RELATIONS}/sharedStrings", "sharedStrings.bin")]
    parts = {
        "[Content_Types].xml": f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{PACKAGE}/content-types">{defaults}{types}</Types>',
        "_rels/.rels": relations(root),
        "xl/workbook.bin": book.workbook(),
        "xl/_rels/workbook.bin.rels": relations(inner),
        "xl/styles.bin": book.styles(),
        "xl/sharedStrings.bin": book.shared_strings(),
        **{f"xl/worksheets/sheet{n}.bin": content for n, content in enumerate(sheets, 1)},
    }
    if custom:
        parts["docProps/custom.xml"] = custom
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Fills in the blank form as districts do and saves it with programs that are not ours: openpyxl and LibreOffice.

Needs python 3.11, openpyxl and soffice. Run from the project's folder: python3 tests/support/make_samples.py
The workbooks are committed; samples/README.md says what each one shows, tests/samples.rs holds it to that.
"""

import pathlib
import shutil
import subprocess
import tempfile
import tomllib
from datetime import datetime
from decimal import Decimal

import openpyxl
from openpyxl.utils import range_boundaries

ROOT = pathlib.Path(__file__).resolve().parents[2]
FORM = tomllib.loads((ROOT / "templates/forms/application.toml").read_text())
FAULTLESS = tomllib.loads((ROOT / "tests/support/faultless.toml").read_text())
INBOX = ROOT / "samples/inbox"

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(first17):
    """The code with its check character (GB 32100)."""
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(first17))
    return first17 + ALPHABET[(31 - total % 31) % 31]


def line_blocks():
    for sheet in FORM["sheets"]:
        for block in sheet.get("blocks", []):
            if block["kind"] == "lines":
                yield block


def cell_of(book, slot):
    """The cell of a slot, by the form's defined names."""
    parts = slot.split(".")
    row = column = 0
    name = f"ld.{slot}"
    if name not in book.defined_names:
        if len(parts) == 3 and parts[1].isdigit():  # targets.2.name
            name, row = f"ld.{parts[0]}.{parts[2]}", int(parts[1]) - 1
        else:  # sources.city.1
            name = f"ld.{parts[0]}.{parts[1]}"
    if len(parts) >= 2 and not parts[1].isdigit():
        block = next(block for block in line_blocks() if block["id"] == parts[0])
        ids = [column["id"] for column in block["columns"]]
        column = ids.index(parts[2] if len(parts) == 3 else "")
    sheet, area = next(iter(book.defined_names[name].destinations))
    left, top, _, _ = range_boundaries(area)
    return book[sheet].cell(top + row, left + column)


def put(cell, value):
    if isinstance(value, dict):
        if "number" in value:
            cell.value = float(Decimal(value["number"]))
        elif "date" in value:
            cell.value = datetime.fromisoformat(value["date"])
        elif "text" in value:
            cell.value = value["text"]
        return
    cell.value = value

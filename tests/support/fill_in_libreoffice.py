"""Fills in forms in LibreOffice itself and saves them there: run by make_samples.py with a Python that has `uno`.

Standard input: a JSON list of {form, target, cells: [[sheet, coordinate, kind, value]], moved: {insert_rows, first, rename}}.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

PIPE = "liandong-samples"


def argument(name, value):
    given = PropertyValue()
    given.Name, given.Value = name, value
    return given


def connect(deadline):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={PIPE};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def type_in(book, cells):
    for sheet, at, kind, value in cells:
        cell = book.Sheets.getByName(sheet).getCellRangeByName(at)
        if kind == "text":
            cell.setString(value)
        elif kind == "formula":
            book.Sheets.getByName(sheet).unprotect("")
            cell.setFormula(value)
        else:
            cell.setValue(value)


def move(book, moved):
    for sheet, row, count in moved.get("insert_rows", []):
        sheet = book.Sheets.getByName(sheet)
        sheet.unprotect("")
        sheet.Rows.insertByIndex(row, count)
    if "first" in moved:
        book.Sheets.moveByName(moved["first"], 0)
    if "rename" in moved:
        old, new = moved["rename"]
        book.Sheets.getByName(old).setName(new)


def fill(desktop, job):
    hidden = argument("Hidden", True)
    book = desktop.loadComponentFromURL(pathlib.Path(job["form"]).as_uri(), "_blank", 0, (hidden,))
    type_in(book, job["cells"])
    move(book, job["moved"])
    book.calculateAll()
    book.storeToURL(pathlib.Path(job["target"]).as_uri(), (argument("FilterName", "Calc MS Excel 2007 XML"),))
    book.close(True)


def main():
    jobs = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as profile:
        office = subprocess.Popen(
            ["soffice", f"-env:UserInstallation={pathlib.Path(profile).as_uri()}", "--headless", "--norestore", f"--accept=pipe,name={PIPE};urp;"]
        )
        try:
            desktop = connect(time.monotonic() + 60)
            for job in jobs:
                fill(desktop, job)
            desktop.terminate()
        finally:
            office.wait(60)


if __name__ == "__main__":
    main()

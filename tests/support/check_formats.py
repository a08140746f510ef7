"""Saves every sample in the other formats and holds that liandong reads the same application and finds the same.

LibreOffice saves .xls, .ods and .xlsm; it does not save .xlsb, which `make_xlsb.py` writes and LibreOffice saves back as
.xlsx, so that it is a second witness of what that script wrote.

usage: check_formats.py LIANDONG SAMPLES   (needs soffice, openpyxl)
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import zipfile

import make_xlsb

FILTERS = {"xls": "xls:MS Excel 97", "ods": "ods:calc8", "xlsm": "xlsm:Calc MS Excel 2007 VBA XML"}
# saved by a program without a calculator: LibreOffice computes its totals when it saves it, so the finding goes away
COMPUTED = {"氢储运阀门申报书_系统生成"}


def check(liandong, files):
    command = [liandong, "check", "--format", "jsonl", "--as-of", "2025-06-20"]
    found = {}
    for file in files:
        done = subprocess.run([*command, file], capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), done.stderr
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        for answer in answers:
            del answer["file"], answer["sha256"]
        found[file.stem] = listed(answers) if "row" in answers[0] else answers[0]
    return found


def listed(answers):
    """The rows of a list as one."""
    findings = [finding for answer in answers for finding in answer["findings"]]
    cells = {key: sum(answer["cells"][key] for answer in answers) for key in answers[0]["cells"]}
    return {"rows": answers, "findings": findings, "cells": cells}


def convert(files, into, filter_name, profile):
    command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", filter_name]
    subprocess.run([*command, "--outdir", into, *files], check=True, capture_output=True, timeout=600)


def without_formulas(found):
    """What is told but for formulas: `make_xlsb.py` writes each as the constant of its result, which no form has (W12)."""
    kept = {}
    for name, assessment in found.items():
        cells = assessment["cells"]
        kept[name] = {
            **assessment,
            "findings": [finding for finding in assessment["findings"] if finding["code"] != "W12"],
            "cells": {"read": cells["read"], "others": cells["known"] + cells["unexpected"]},
        }
    return kept


def differing(kind, plain, found):
    count = 0
    for name, assessment in found.items():
        if assessment == plain[name] or kind != "xlsb" and name in COMPUTED:
            continue
        count += 1
        keys = [key for key in assessment if assessment[key] != plain[name].get(key)]
        print(f"{kind}: {name}: differs in {', '.join(keys)}")
    missing = plain.keys() - found.keys()
    assert not missing, f"{kind}: not saved: {missing}"
    print(f"{kind}: {len(found)} files read, {count} differ")
    return count


def main(liandong, samples):
    files = [file for file in sorted(pathlib.Path(samples).glob("*/*.xlsx")) if zipfile.is_zipfile(file)]
    plain, wrong = check(liandong, files), 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for kind, filter_name in FILTERS.items():
            convert(files, folder / kind, filter_name, folder / "profile")
            wrong += differing(kind, plain, check(liandong, sorted((folder / kind).iterdir())))
        (folder / "xlsb").mkdir()
        for file in files:
            make_xlsb.main(file, folder / "xlsb" / f"{file.stem}.xlsb")
        made = sorted((folder / "xlsb").iterdir())
        wrong += differing("xlsb", plain, check(liandong, made))
        convert(made, folder / "back", "xlsx:Calc MS Excel 2007 XML", folder / "profile")
        back = check(liandong, sorted((folder / "back").iterdir()))
        wrong += differing("xlsb by LibreOffice", without_formulas(plain), without_formulas(back))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main(*sys.argv[1:])

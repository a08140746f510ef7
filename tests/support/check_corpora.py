"""Throws the test workbooks of other spreadsheet libraries at the program: none may panic, hang, kill the child that reads it or
come back with another value than it had.

Usage: check_corpora.py PROGRAM PUBLIC [FOLDER]
PROGRAM is liandong, PUBLIC the example of that name (tests/bench/public.rs), which marks every workbook on every sheet. Without FOLDER
the workbooks are taken out of the sources of other libraries, which are fetched by package name with cargo and apt-get (root, Debian):
umya-spreadsheet, ironcalc, spreadsheet-ods, Apache POI, gnumeric, libxlsxwriter, liborcus. With FOLDER all workbooks under it are looked at.
Every file is checked in the sandbox and answered with a marked copy; of each .xlsx that can be edited, every member but those that
an edit names must come back byte for byte, and the cells of every sheet as they were written. Ends with 1 and the faults where
one is found, or where there are fewer files than there should be. It is run by hand: fetching and looking at all takes some minutes.
"""

import concurrent.futures
import glob
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile

CRATES = ["umya-spreadsheet@3", "ironcalc@0.9", "spreadsheet-ods@1"]
SOURCES = ["libapache-poi-java", "gnumeric", "libxlsxwriter", "liborcus"]
ENDING = re.compile(r"\.(xls|xlsx|xlsm|xlsb|xltx|xltm|ods|ots|et)$", re.IGNORECASE)
# 340 of the crates and 1,450 of the sources in November 2026; less where a registry has an older version
FILES_MIN = 1200
# Files of one run of the program, and seconds that it may take.
CHUNK, SECONDS = 100, 300
# Members that an edit of a marked copy may touch.
TOUCHED = re.compile(
    r"^(\[Content_Types\]\.xml|(.*/)?_rels/.*\.rels|docProps/.*\.xml|(xl/)?[^/]*workbook[^/]*\.xml|.*styles[^/]*\.xml|.*sheet[^/]*\.xml)$",
    re.IGNORECASE,
)
SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*\bname=\"([^\"]*)\"")
CELLS = re.compile(rb"<(?:\w+:)?sheetData\b.*</(?:\w+:)?sheetData\s*>|<(?:\w+:)?sheetData\b[^>]*/>", re.DOTALL)


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done.stdout


def fetch(folder):
    """Archives with test workbooks: sources of packages as their registries hold them."""
    crates = folder / "crates"
    (crates / "src").mkdir(parents=True)
    (crates / "src/lib.rs").touch()
    listed = [name.split("@") for name in CRATES]
    needs = "\n".join(f'{name} = "{version}"' for name, version in listed)
    (crates / "Cargo.toml").write_text(f'[package]\nname = "fetch"\nedition = "2021"\n[workspace]\n[dependencies]\n{needs}\n')
    home = folder / "cargo"
    run("cargo", "fetch", "--quiet", cwd=crates, env=os.environ | {"CARGO_HOME": str(home)})
    archives = [file for name, _ in listed for file in home.glob(f"registry/cache/*/{name}-[0-9]*.crate")]
    return archives + fetch_sources(folder)


def fetch_sources(folder):
    """Sources of Debian's packages. Where packages come from is left as it is: sources are asked for in a list beside it."""
    apt = folder / "apt"
    (apt / "lists/partial").mkdir(parents=True)
    (apt / "parts").mkdir()
    for file in pathlib.Path("/etc/apt/sources.list.d").glob("debian*.sources"):
        (apt / "parts" / file.name).write_text(re.sub(r"^Types:.*$", "Types: deb-src", file.read_text(), flags=re.MULTILINE))
    plain = pathlib.Path("/etc/apt/sources.list")
    lines = plain.read_text().splitlines() if plain.is_file() else []
    lines = [re.sub(r"^deb ", "deb-src ", line) for line in lines if line.startswith("deb ")]
    (apt / "sources.list").write_text("\n".join(lines) + "\n")
    places = {"Etc::sourcelist": "sources.list", "Etc::sourceparts": "parts", "State::lists": "lists"}
    command = ["apt-get", "-qq", *(f"-oDir::{name}={apt / place}" for name, place in places.items())]
    run(*command, "update")
    # one that a mirror does not hold is missed; the number of files tells whether enough is left
    for name in SOURCES:
        subprocess.run([*command, "source", "--download-only", "--tar-only", name], cwd=apt, capture_output=True, check=False)
    return sorted(apt.glob("*.orig*.tar.*"))


def unpack(archives, folder):
    """The workbooks of archives, each content once."""
    seen, files = set(), []
    for archive in archives:
        with tarfile.open(archive) as members:
            for member in members:
                if not member.isfile() or not ENDING.search(member.name):
                    continue
                content = members.extractfile(member).read()
                digest = hashlib.sha256(content).digest()
                if digest in seen:
                    continue
                seen.add(digest)
                files.append(folder / f"{len(files):05}-{pathlib.PurePath(member.name).name}")
                files[-1].write_bytes(content)
    return files


def check(program, files, out):
    """Faults of the program over some files: each is answered, by a child that lives on."""
    command = [program, "check", "--format", "jsonl", "--as-of", "2024-03-20", "--annotate", out, *files]
    try:
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return [f"{files[0].name} … {files[-1].name}: no answer in {SECONDS} s"]
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    faults = [line for line in done.stderr.splitlines() if " -> " not in line]
    if done.returncode not in (0, 1) or len(answers) != len(files):
        faults.append(f"{len(answers)} answers to {len(files)} files, exit code {done.returncode}")
    return faults


def members(file):
    with zipfile.ZipFile(file) as package:
        found = {}
        for name in package.namelist():
            try:
                found[name] = package.read(name)
            except Exception:  # damaged in the original: what nobody reads is passed on as it is
                found[name] = None
        return found


def changed(original, marked):
    """What of an edited workbook is another in its marked copy; nothing where it was answered in a copy of ours."""
    try:
        old = members(original)
    except zipfile.BadZipFile:
        return []
    new = members(marked)
    books = [next((content for name, content in parts.items() if name.lower() == "xl/workbook.xml"), None) for parts in (old, new)]
    sheets = [set(SHEET.findall(book or b"")) for book in books]
    if not sheets[0] or not sheets[0] <= sheets[1] or not old.keys() <= new.keys():
        return None
    faults = []
    for name, content in old.items():
        if new[name] == content:
            continue
        if not TOUCHED.match(name):
            faults.append(f"{original.name}: {name} is another")
        elif CELLS.findall(content or b"") != CELLS.findall(new[name] or b""):
            faults.append(f"{original.name}: {name} has other cells")
    return faults


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    program, public = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        workbooks, out = folder / "workbooks", folder / "out"
        workbooks.mkdir()
        if len(sys.argv) == 4:
            files = sorted(file for file in pathlib.Path(sys.argv[3]).rglob("*") if file.is_file() and ENDING.search(file.name))
            files = [link(file, workbooks / f"{number:05}-{file.name}") for number, file in enumerate(files)]
            least = 1
        else:
            files, least = unpack(fetch(folder), workbooks), FILES_MIN
        chunks = [files[start : start + CHUNK] for start in range(0, len(files), CHUNK)]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            faults = [fault for found in pool.map(lambda chunk: check(program, chunk, out), chunks) for fault in found]
        edited = 0
        for file in files:
            marked = list(out.glob(f"{glob.escape(file.stem)}-审核.xls?"))
            if not marked:
                faults.append(f"{file.name}: no marked copy")
                continue
            found = changed(file, marked[0]) if zipfile.is_zipfile(file) else None
            edited += found is not None
            faults += found or []
        for start in range(0, len(files), CHUNK):
            done = subprocess.run([public, *files[start : start + CHUNK]], capture_output=True, text=True, timeout=SECONDS, check=False)
            if done.returncode != 0:
                faults += done.stdout.splitlines()[:-1] or [done.stderr[-2000:]]
        print(f"{len(files)} workbooks, {edited} of them edited and given back: {len(faults)} faults")
        if len(files) < least:
            faults.append(f"{len(files)} workbooks are too few to tell: at least {least}")
        if faults:
            sys.exit("\n".join(faults))


def link(file, name):
    """A workbook under a name of its own."""
    name.symlink_to(file.resolve())
    return name


main()

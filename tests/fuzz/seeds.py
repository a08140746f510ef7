#!/usr/bin/env python3
"""Writes what fuzzing begins with into tests/fuzz/corpus: every member of the packages that the targets know, whole files of
every format, and amounts as people write them.

    python3 tests/fuzz/seeds.py
    RUSTC_BOOTSTRAP=1 cargo fuzz run -s none --fuzz-dir tests/fuzz package_editor -- -max_total_time=600 -timeout=20 -rss_limit_mb=2048
    RUSTC_BOOTSTRAP=1 cargo fuzz run -s none --fuzz-dir tests/fuzz form_reader -- -max_total_time=600 -timeout=20 -rss_limit_mb=2048
    RUSTC_BOOTSTRAP=1 cargo fuzz run -s none --fuzz-dir tests/fuzz amount -- -max_total_time=600

No code of ours is `unsafe`, so no sanitizer is needed: what is looked for are panics, and what takes too much time or memory.
Needs `cargo install cargo-fuzz` and a C++ compiler. What libFuzzer finds lies in tests/fuzz/artifacts; it becomes a test where
it belongs before it is mended.
"""

import pathlib
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests/fuzz/corpus"
# In the order of PACKAGES in fuzz_targets/shared/mod.rs.
PACKAGES = [
    "tests/formats/cold-chain.xlsx",
    "tests/formats/odd.xlsx",
    "tests/formats/wind.ods",
    "tests/formats/cold-chain.xlsb",
    "templates/application.xlsx",
]
RAW = b"\xff"
AMOUNTS = """300 300.00 3,000,000元 300万元 ３００万元 0.03亿元 ¥3000000.00 人民币叁佰万元整 叁佰万零伍角 -12.5 负壹元 — 无 1 234 567.89
约300 300-400 1,20 壹万陆仟肆佰零玖元零贰分 99999999999999.99 0.0001 三百二十万元 3000千元 RMB300万""".split()


def put(target, name, content):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def main():
    for number, package in enumerate(PACKAGES):
        with zipfile.ZipFile(ROOT / package) as members:
            for index, name in enumerate(members.namelist()):
                content = bytes([number, index]) + members.read(name)
                for target in ["package_editor", "form_reader"]:
                    put(target, f"{number}-{index}", content)
    for file in sorted((ROOT / "tests/formats").iterdir()):
        for target in ["package_editor", "form_reader"]:
            put(target, file.name, RAW + file.read_bytes())
    for number, amount in enumerate(AMOUNTS):
        put("amount", str(number), amount.encode())


if __name__ == "__main__":
    main()

"""Fills in the blank form as districts do, with programs that are not ours: openpyxl and LibreOffice.

Usage, from the project's folder, after `cargo build`: python3 tests/support/make_samples.py [NAME]
Needs Python 3.11 with openpyxl, and LibreOffice with a Python that has its `uno` module: /usr/bin/python3, or the one that
UNO_PYTHON names. With NAME only the samples whose file holds it are written. What is typed stands in samples.toml; the
workbooks are committed, samples/README.md says what each one shows, tests/samples.rs holds it to that.
"""

import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import tomllib
from decimal import Decimal

import openpyxl
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter, range_boundaries

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUPPORT = ROOT / "tests/support"
INBOX = ROOT / "samples/inbox"
BLANK_FORM = ROOT / "templates/application.xlsx"
PROGRAM = ROOT / "target/debug/liandong"
UNO_PYTHON = os.environ.get("UNO_PYTHON", "/usr/bin/python3")

SUMMARY = tomllib.loads((ROOT / "templates/forms/summary.toml").read_text())
FORM = tomllib.loads((ROOT / "templates/forms/application.toml").read_text())
EDITION = tomllib.loads((ROOT / "templates/policies/urumqi-2023.toml").read_text())
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WHOLE_USES = ["equipment", "operations", "labour", "indirect"]
SOURCES = ["region", "city", "district", "own", "other"]
TABLES = {
    "targets": ["name", "unit", "world", "today", "goal", "due_on", "method"],
    "outcomes": ["level1", "level2", "level3", "value", "unit"],
}


def credit_code(first17):
    """The code with its check character (GB 32100)."""
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(first17))
    return first17 + ALPHABET[(31 - total % 31) % 31]


# ---------------------------------------------------------------- what is typed


def split_of(name):
    """The shares of city and district, by the name that the sample gives; halves where it is no district."""
    for district in EDITION["districts"]:
        if name == district["name"] or name in district["aliases"]:
            found = next(it for it in EDITION["classes"] if it["id"] == district["class"])
            return Decimal(found["city"]), Decimal(found["district"])
    return Decimal("0.5"), Decimal("0.5")


def project(sample):
    """Fields of the project, its unit and its people."""
    first, leader, folder = sample["units"][0], sample["people"][0], sample["file"].split("/")[0]
    official = next(it["name"] for it in EDITION["districts"] if it["id"] == folder)
    phone, email = sample["leader_contact"]
    contact, contact_phone, contact_email = sample["contact"]
    difficulty, why = sample["difficulty"]
    how, by, on, output = sample["transfer"]
    slots = {key: sample.get(key) for key in ("title", "filed_on", "district", "programme", "guide_topic", "industry", "abstract")}
    slots |= {
        "year": sample.get("year", sample["filed_on"].year),
        "recommender": sample.get("recommender", f"{official}科学技术局"),
        "starts_on": sample["period"][0],
        "ends_on": sample["period"][1],
        "team_size": len(sample["people"]),
        "applicant": first[0],
        "credit_code": credit_code(first[3]),
        "applicant_kind": first[1],
        "registered_in": sample["address"],
        "leader": leader[0],
        "leader_born": leader[1],
        "leader_title": leader[2],
        "leader_months": leader[6],
        "leader_phone": phone,
        "leader_email": email,
        "contact": contact,
        "contact_phone": contact_phone,
        "contact_email": contact_email,
        "problem_kind": sample["kind"],
        "import_dependence": sample.get("dependence"),
        "cutoff_risk": sample.get("risk"),
        "firms_affected": sample.get("firms"),
        "difficulty": difficulty,
        "difficulty_why": why,
        "amount_in_words": sample["words"],
        "transfer_how": how,
        "transfer_district": official,
        "transfer_by": sample["units"][by - 1][0],
        "transfer_on": on,
        "new_output": output,
        "topics": sample["topics"],
    }
    same = "problem_name problem blocked_item held_by gap industry_size approach ip_owner revenue rd_spend safeguards organisation"
    return slots | {key: sample.get(key) for key in same.split()}


def money(sample):
    """Sources, uses and the district's commitment, in 万元."""
    city, district = split_of(sample["district"])
    region = [Decimal(str(amount)) for amount in sample["region"]]
    years = {
        "region": region,
        "city": sample.get("city_money", [amount * city for amount in region]),
        "district": sample.get("district_money", [amount * district for amount in region]),
        "own": sample["own"],
        "other": sample.get("other", []),
    }
    slots = {f"sources.{line}.{n}": Decimal(str(amount)) for line in SOURCES for n, amount in enumerate(years[line], 1)}
    for item, (public, own, basis) in sample["uses"].items():
        slots |= {f"uses.{item}.public": Decimal(str(public)), f"uses.{item}.own": Decimal(str(own)), f"uses.{item}.basis": basis}
    number, day, *amount = sample["commitment"]
    due = sum(Decimal(str(amount)) for amount in years["district"])
    return slots | {
        "commitment_no": number,
        "commitment_on": day,
        "commitment": Decimal(str(amount[0])) if amount else due,
        "in_budget": sample.get("in_budget", "已纳入"),
    }


def tables(sample):
    """Rows of the tables, and the documents."""
    slots = {}
    for table, columns in TABLES.items():
        for row, cells in enumerate(sample[table], 1):
            slots |= {f"{table}.{row}.{column}": cell for column, cell in zip(columns, cells, strict=True)}
    for row, (name, kind, seat, code, task, public, own) in enumerate(sample["units"], 1):
        cells = {"name": name, "credit_code": credit_code(code), "kind": kind, "seat": seat, "task": task}
        cells |= {"public": Decimal(str(public)), "own": Decimal(str(own))}
        slots |= {f"units.{row}.{column}": cell for column, cell in cells.items()}
    for row, (name, born, title, subject, unit, task, months) in enumerate(sample["people"], 1):
        cells = {"name": name, "born": born, "title": title, "subject": subject, "task": task, "months": months}
        slots |= {f"people.{row}.{column}": cell for column, cell in (cells | {"unit": sample["units"][unit - 1][0]}).items()}
    for row, (first, last, task, target, inspection) in enumerate(sample["plan"], 1):
        cells = {"year": first.year, "starts_on": first, "ends_on": last, "task": task, "target": target, "inspection": inspection}
        slots |= {f"plan.{row}.{column}": cell for column, cell in cells.items()}
    for line in ("application", "budget", "audit", "good_faith", "proof", "recommendation"):
        slots[f"documents.{line}.state"] = "有"
    return slots | {"documents.application.file": pathlib.Path(sample["file"]).stem + ".pdf"}


def contents(sample):
    """Every slot that is typed, the sample's own way of writing it last; `None` for what stays blank."""
    slots = project(sample) | money(sample) | tables(sample)
    if sample.get("in_yuan"):
        budget = ("sources.", "uses.", "units.", "commitment")
        for slot, value in slots.items():
            if slot.startswith(budget) and isinstance(value, Decimal):
                slots[slot] = value * 10000
    typed = sample.get("set", {})
    if sample["by"] == "openpyxl" and sample.get("totals") != "formulas":
        numbers = {slot: value for slot, value in typed.items() if isinstance(value, (int, float, Decimal)) and value is not False}
        slots |= totals(slots | numbers)
    slots |= typed
    return {slot: None if value is False or value == "" else value for slot, value in slots.items()}


def totals(slots):
    """The totals as a program that does not compute writes them: as values."""
    amount = lambda slot: Decimal(str(slots.get(slot) or 0))
    found = {}
    total = lambda slot, parts: found.setdefault(slot, amount(slot) if slot in slots else sum(parts))
    for line in SOURCES:
        total(f"sources.{line}", [amount(f"sources.{line}.{year}") for year in range(1, 6)])
    for year in range(1, 6):
        total(f"sources.total.{year}", [amount(f"sources.{line}.{year}") for line in SOURCES])
    total("sources.total", [found[f"sources.{line}"] for line in SOURCES])
    for item in [*WHOLE_USES, "purchase", "performance"]:
        total(f"uses.{item}", [amount(f"uses.{item}.public"), amount(f"uses.{item}.own")])
    for column in ("public", "own"):
        total(f"uses.total.{column}", [amount(f"uses.{item}.{column}") for item in WHOLE_USES])
    total("uses.total", [found[f"uses.{item}"] for item in WHOLE_USES])
    return found


# ---------------------------------------------------------------- where it is typed


def columns_of_lines():
    """The ids of the columns of each block of lines, by the block's id."""
    blocks = [block for sheet in FORM["sheets"] for block in sheet.get("blocks", []) if block["kind"] == "lines"]
    return {block["id"]: [column["id"] for column in block["columns"]] for block in blocks}


COLUMNS = columns_of_lines()


def place(book, slot):
    """Sheet and coordinate of a slot, by the form's defined names."""
    parts = slot.split(".")
    name, down, right = f"ld.{slot}", 0, 0
    if len(parts) > 1 and parts[0] in COLUMNS:
        name, right = f"ld.{parts[0]}.{parts[1]}", COLUMNS[parts[0]].index(parts[2] if len(parts) == 3 else "")
    elif len(parts) == 3:
        name, down = f"ld.{parts[0]}.{parts[2]}", int(parts[1]) - 1
    sheet, area = next(iter(book.defined_names[name].destinations))
    left, top, _, _ = range_boundaries(area)
    return sheet, f"{get_column_letter(left + right)}{top + down}"


# ---------------------------------------------------------------- openpyxl


def with_openpyxl(sample, form, target):
    book = openpyxl.load_workbook(form)
    for slot, value in contents(sample).items():
        if value is not None:
            sheet, at = place(book, slot)
            book[sheet][at].value = float(value) if isinstance(value, Decimal) else value
    (copied(book) if sample.get("copied") else book).save(target)


def copied(form):
    """A workbook of the district's own into which the form was copied out: no names, no formulas, everything elsewhere."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    written = {"申报日期 *": "填报日期", "所属区（县） *": "推荐区县：", "申报单位 *": "承担单位", "项目负责人 *": "负责人姓名："}
    for old in form.worksheets[1:9]:
        sheet = book.create_sheet(old.title)
        for row in old.iter_rows():
            for cell in row:
                if cell.value is None or (isinstance(cell.value, str) and (cell.value.startswith("=") or "按政策" in cell.value)):
                    continue
                new = sheet.cell(cell.row + 1, cell.column + 1, written.get(cell.value, cell.value))
                new.number_format = cell.number_format
                new.alignment = Alignment(wrap_text=True, vertical="top")
        for merged in old.merged_cells.ranges:
            merged.shift(1, 1)
            sheet.merge_cells(merged.coord)
        for column in "CDEFGHI":
            sheet.column_dimensions[column].width = 18
    return book


def purchases(target):
    """A table that is not our form."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "采购清单"
    sheet.append(["水磨沟区科技局 2024 年第三季度办公用品采购清单"])
    sheet.append(["序号", "品名", "规格", "数量", "单价（元）", "金额（元）", "备注"])
    rows = [("A4 复印纸", "70 克，500 张", 60, 23.5, "箱装"), ("硒鼓", "黑色", 8, 268, ""), ("中性笔", "0.5 毫米", 200, 1.2, ""), ("档案盒", "55 毫米", 120, 4.8, "项目归档用"), ("会议座签", "亚克力", 30, 6.5, "评审会")]
    for number, (name, kind, count, price, remark) in enumerate(rows, 1):
        sheet.append([number, name, kind, count, price, round(count * price, 2), remark])
    sheet.append(["合计", None, None, None, None, sum(round(row[2] * row[3], 2) for row in rows), "经办：刘芳"])
    sheet.merge_cells("A1:G1")
    sheet["A1"].font = Font(bold=True, size=14)
    thin = Side(style="thin")
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    for column, width in zip("ABCDEFG", (6, 18, 18, 8, 12, 12, 16), strict=True):
        sheet.column_dimensions[column].width = width
    book.save(target)


def listed(sample, form, target):
    """A list of projects, a row each, and a row of sums as clerks add it."""
    columns = [column["id"] for column in SUMMARY["columns"]]
    heading = len(SUMMARY["notes"]) + 4
    book = openpyxl.load_workbook(form)
    sheet = book.worksheets[0]
    for name, value in sample["head"].items():
        at = next(iter(book.defined_names[f"ld.{name}"].destinations))[1].replace("$", "")
        sheet[at].value = value
    amounts = ["sources.region", "sources.city", "sources.district", "sources.own"]
    city, district = split_of(sample["district"])
    sums = dict.fromkeys(["sources.total", *amounts], 0)
    for number, row in enumerate(sample["rows"], 1):
        region = row["region"]
        due = [region, float(region * city), float(region * district), row["own"]]
        values = dict(zip(amounts, due, strict=True)) | {"sources.total": sum(due), "number": number, "rank": number}
        values |= {"recommender": sample["head"]["recommender"], "starts_on": "2025-10 至 2028-06"}
        values |= {"credit_code": credit_code(row["code"])} | {key: row[key] for key in row if key in columns} | row.get("set", {})
        for column, name in enumerate(columns, 1):
            sheet.cell(heading + number, column).value = values.get(name)
        for name in sums:
            sums[name] += values[name] if isinstance(values[name], (int, float)) else 0
    last = heading + len(sample["rows"]) + 1
    sheet.cell(last, 1).value = "合计"
    for name, value in sums.items():
        sheet.cell(last, columns.index(name) + 1).value = value
    book.save(target)


# ---------------------------------------------------------------- LibreOffice


def job(sample, form, target):
    """What fill_in_libreoffice.py is to do."""
    book, cells = openpyxl.load_workbook(form), []
    for slot, value in contents(sample).items():
        if value is None:
            continue
        if isinstance(value, datetime.date):
            kind, value = "date", (value - datetime.date(1899, 12, 30)).days
        elif isinstance(value, (int, float, Decimal)):
            kind, value = "number", float(value)
        else:
            kind = "formula" if value.startswith("=") else "text"
        cells.append([*place(book, slot), kind, value])
    return {"form": str(form), "target": str(target), "cells": cells, "moved": sample.get("moved", {})}


def with_libreoffice(jobs):
    jobs = json.dumps(jobs)
    subprocess.run([UNO_PYTHON, SUPPORT / "fill_in_libreoffice.py"], input=jobs, text=True, check=True)


def main():
    samples = tomllib.loads((SUPPORT / "samples.toml").read_text())["sample"]
    jobs = []
    with tempfile.TemporaryDirectory() as folder:
        for sample in samples:
            if len(sys.argv) > 1 and sys.argv[1] not in sample["file"]:
                continue
            target, form = INBOX / sample["file"], BLANK_FORM
            target.parent.mkdir(parents=True, exist_ok=True)
            if "edition" in sample:
                form = pathlib.Path(folder) / f"{sample['edition']}.xlsx"
                subprocess.run([PROGRAM, "template", "--force", "--edition", sample["edition"], form], check=True)
            if sample["by"] == "CSV":
                rows = ["项目编号,项目名称,申报单位,申请经费（万元）,状态", "65012024-017,棉花异性纤维在线检测,新疆天绒智能装备有限公司,180,待推荐", "65012024-021,屠宰副产物胶原肽,新疆牧鲜食品有限公司,95,待推荐"]
                target.write_text("\ufeff" + "\r\n".join(rows) + "\r\n")
            elif "rows" in sample:
                listed(sample, ROOT / "templates/summary.xlsx", target)
            elif sample.get("other_table"):
                purchases(target)
            elif sample["by"] == "openpyxl":
                with_openpyxl(sample, form, target)
            else:
                jobs.append(job(sample, form, target))
        if jobs:
            with_libreoffice(jobs)


main()

#!/usr/bin/env python3
"""A list of many projects (推荐汇总表), read, judged and marked by liandong; beside it what most people would write: a script
that does nothing but read (python-calamine) and write (XlsxWriter). Both in turn, in one run, on one machine.

    summary.py run LIANDONG [--rows 100000] [--rounds 3]   makes a list, runs both, checks the answer, prints ratios
    summary.py make LIST [--rows 100000]                   makes the list alone
    summary.py script LIST OUT                             the script alone

The list is seeded: the same rows and the same faults each time. Needs python-calamine and XlsxWriter.
"""

import argparse
import json
import os
import pathlib
import random
import sys
import tempfile
import time
import zipfile
from xml.sax.saxutils import escape

HEADINGS = [
    "序号", "推荐排序", "项目名称", "主导优势产业", "申报单位", "统一社会信用代码", "单位性质", "合作单位", "项目负责人", "职称",
    "联系电话", "起止时间", "项目总经费（万元）", "申请自治区财政资金（万元）", "市本级财政配套资金（万元）", "区（县）财政配套资金（万元）",
    "单位自筹资金（万元）", "问题类别", "关键技术问题", "考核指标", "推荐单位", "备注",
]
INDUSTRIES = ["油气生产加工", "煤炭清洁高效利用", "新型电力系统", "绿色矿业及加工", "棉花和纺织服装", "现代物流"]
KINDS = ["企业", "高等院校", "科研院所", "事业单位"]
TITLES = ["正高级", "副高级"]
PROBLEMS = ["卡脖子问题", "关键核心技术问题", "行业共性技术难题"]
WORDS = [
    "高压", "耐冲蚀", "低温", "梯度", "陶瓷", "膜电极", "轴承", "阀芯", "光栅", "酶解", "烧结", "连续", "在线", "复合", "智能", "储能",
    "变流", "催化", "分离", "提纯", "萃取", "焊接", "涂层", "密封", "检测", "控制", "算法", "芯片", "传感", "驱动", "泵", "炉",
]
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# one row in so many has this fault: the rule that finds it, the column, and what stands there
FAULTS = [
    (97, "U01", 5, lambda row, value: value[:-1] + SIGNS[(SIGNS.index(value[-1]) + 1) % 31]),
    (101, "M02", None, None),
    (103, "U08", 10, lambda row, value: value[:-1]),
    (107, "W05", 8, lambda row, value: ""),
    (109, "B01", 12, lambda row, value: value + 1),
    (113, "W14", 9, lambda row, value: "高工"),
]


def code(serial):
    """A credit code with its check character (GB 32100)."""
    base = f"91650102MA{serial:07}"
    total = sum(SIGNS.index(sign) * pow(3, at, 31) for at, sign in enumerate(base))
    return base + SIGNS[(31 - total % 31) % 31]


def row_of(number, chance):
    """A row, and the code of the rule that objects to it, if any."""
    words = chance.sample(WORDS, 5)
    region = chance.randrange(20, 400) * 5
    city, district = region * 6 // 10, region - region * 6 // 10
    own = region * 2
    row = [
        number, number, f"{''.join(words)}{number}型", chance.choice(INDUSTRIES),
        f"新疆{words[0]}{words[1]}第{number}科技有限公司", code(number), chance.choice(KINDS),
        f"{words[2]}研究院", f"人{number}", chance.choice(TITLES), f"139{number:08}", "2024-06 至 2026-12",
        region + city + district + own, region, city, district, own, chance.choice(PROBLEMS),
        f"{words[3]}{words[4]}工序的合格率只有进口设备的 {chance.randrange(20, 60)}%，每年停机 {chance.randrange(3, 40)} 次",
        f"合格率不低于 {chance.randrange(90, 99)}%，连续运行 {chance.randrange(1, 9)}000 小时",
        "天山区科学技术局", "",
    ]
    for every, rule, column, put in FAULTS:
        if number % every == 0:
            if column is None:
                row[14], row[15] = row[14] - 1, row[15] + 1
            else:
                row[column] = put(row, row[column])
            return row, rule
    return row, None


def letters(column):
    return chr(65 + column)


def make(path, rows):
    """Writes the list as spreadsheet programs do, with shared strings; gives how often each rule must speak."""
    strings, expected, chance = {}, {}, random.Random(20240318)

    def cell(at, value):
        if value == "":
            return ""
        if isinstance(value, int):
            return f'<c r="{at}"><v>{value}</v></c>'
        return f'<c r="{at}" t="s"><v>{strings.setdefault(value, len(strings))}</v></c>'

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            write = lambda text: sheet.write(text.encode())
            write(f'{head}<worksheet xmlns="{main}"><sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews><sheetData>')
            above = ["2024年度厅地联动项目推荐汇总表", "推荐单位（盖章）：天山区科学技术局    填报日期：2024年3月18日"]
            for at, text in enumerate(above, 1):
                write(f'<row r="{at}">{cell(f"A{at}", text)}</row>')
            write('<row r="3">' + "".join(cell(f"{letters(c)}3", text) for c, text in enumerate(HEADINGS)) + "</row>")
            for number in range(1, rows + 1):
                row, rule = row_of(number, chance)
                if rule:
                    expected[rule] = expected.get(rule, 0) + 1
                at = number + 3
                cells = "".join(cell(f"{letters(c)}{at}", value) for c, value in enumerate(row))
                write(f'<row r="{at}">{cells}</row>')
            write("</sheetData></worksheet>")
        with book.open("xl/sharedStrings.xml", "w") as shared:
            shared.write(f'{head}<sst xmlns="{main}" uniqueCount="{len(strings)}">'.encode())
            for text in strings:
                shared.write(f"<si><t>{escape(text)}</t></si>".encode())
            shared.write(b"</sst>")
        book.writestr("[Content_Types].xml", f'{head}<Types xmlns="{package}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/></Types>')
        book.writestr("_rels/.rels", f'{head}<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="rId1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        book.writestr("xl/workbook.xml", f'{head}<workbook xmlns="{main}" xmlns:r="{relations}">'
            '<sheets><sheet name="汇总表" sheetId="1" r:id="rId1"/></sheets></workbook>')
        book.writestr("xl/_rels/workbook.xml.rels", f'{head}<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="rId1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{relations}/sharedStrings" Target="sharedStrings.xml"/></Relationships>')
    return expected


def script(path, out):
    """Reads every cell and writes it: no rule, no mark, no style kept."""
    import python_calamine
    import xlsxwriter

    rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    # in constant memory it is quickest and smallest
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    sheet = book.add_worksheet("汇总表")
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    book.close()


def timed(command, out):
    """Seconds on the clock, of the processor, and the peak of memory in MiB of a process."""
    begun = time.monotonic()
    with open(out, "wb") as output:
        child = os.posix_spawnp(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, output.fileno(), 1)])
        _, status, used = os.wait4(child, 0)
    wall = time.monotonic() - begun
    code = os.waitstatus_to_exitcode(status)
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, code


def check(findings, marked, path, rows, expected):
    """That every row has its answer, the seeded faults and no others are found, and the marked copy holds every value."""
    found, lines = {}, 0
    with open(findings) as answers:
        for line in answers:
            answer = json.loads(line)
            lines += 1
            assert answer["row"] == lines + 3, answer["row"]
            for finding in answer["findings"]:
                found[finding["code"]] = found.get(finding["code"], 0) + 1
    assert lines == rows, f"{lines} answers for {rows} rows"
    assert found == expected, f"found {found}, expected {expected}"
    if rows > 20_000:
        return
    import python_calamine

    cells = lambda file: python_calamine.CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    assert cells(path) == cells(marked), "the marked copy holds other values"


def run(liandong, rows, rounds):
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        path = work / "汇总表.xlsx"
        # in a process of its own: a child begins with the memory of its parent
        made = work / "expected.json"
        child = os.fork()
        if child == 0:
            made.write_text(json.dumps(make(path, rows)))
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        expected = json.loads(made.read_text())
        size = path.stat().st_size / 2**20
        print(f"{rows} rows x {len(HEADINGS)} columns, {size:.1f} MiB")
        findings, marked = work / "findings.jsonl", work / "汇总表-审核.xlsx"
        ours = [liandong, "check", "--as-of", "2024-03-20", "--format", "jsonl", "--annotate", str(work), str(path)]
        theirs = [sys.executable, __file__, "script", str(path), str(work / "script.xlsx")]
        best = {}
        for _ in range(rounds):
            for name, command, out in (("liandong", ours, findings), ("script", theirs, work / "nothing")):
                wall, cpu, peak, code = timed(command, out)
                assert code == (1 if name == "liandong" and expected else 0), f"{name} ended with {code}"
                print(f"  {name:<9} {wall:6.2f} s on the clock  {cpu:6.2f} s of the processor  {peak:5.0f} MiB at most")
                old = best.get(name, (wall, cpu, peak))
                best[name] = (min(old[0], wall), min(old[1], cpu), max(old[2], peak))
        grown = marked.stat().st_size / path.stat().st_size
        ours, theirs = best["liandong"], best["script"]
        print(f"liandong / script: {ours[0] / theirs[0]:.2f} on the clock, {ours[1] / theirs[1]:.2f} of the processor;"
              f" peak {ours[2]:.0f} MiB against {theirs[2]:.0f} MiB; marked copy {grown:.2f} x the list")
        check(findings, marked, path, rows, expected)
        print("every row answered, the seeded faults found and no others:", expected)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verb = verbs.add_parser("run")
    verb.add_argument("liandong")
    verb.add_argument("--rows", type=int, default=100_000)
    verb.add_argument("--rounds", type=int, default=3)
    verb = verbs.add_parser("make")
    verb.add_argument("list")
    verb.add_argument("--rows", type=int, default=100_000)
    verb = verbs.add_parser("script")
    verb.add_argument("list")
    verb.add_argument("out")
    args = parser.parse_args()
    if args.verb == "run":
        run(args.liandong, args.rows, args.rounds)
    elif args.verb == "make":
        print(make(args.list, args.rows))
    else:
        script(args.list, args.out)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Build the sample workbooks from lukou-2022.json.

    pip install openpyxl xlwt odfpy msoffcrypto-tool
    python3 build.py            # checks the arithmetic, then writes lukou-2022/ and bad/
    python3 build.py --check    # checks the arithmetic only

A form is laid out once as a Sheet (cells, merges, widths, heights) and then written by one of three writers. The same
JSON gives the same bytes; only bad/加密.xlsx is random (a new salt each time), so it is kept when it exists.
"""
import argparse
import io
import json
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
STAMP = datetime(2023, 3, 10, 9, 0, 0)
PASSWORD = "jixiao"
CENT = Decimal("0.01")
ORDER = "98 98 98 99 98 99 97 98 99 100 100 98 99 100 100 100 97".split()
FUND_ROWS = [("fiscal", "其中：当年财政拨款"), ("carried", "上年结转资金"), ("other", "其他资金")]
GLYPHS = {
    "plain": {">=": "≥", "<=": "≤", "=": "="},
    "yunnan": {">=": "≧", "<=": "≦", "=": "═"},
    "full": {">=": "≥", "<=": "≤", "=": "＝"},
    "ascii": {">=": ">=", "<=": "<=", "=": "="},
    "bare": {">=": "≥", "<=": "≤", "=": ""},
}
INSTRUCTIONS = [
    "填报说明",
    "1．项目名称、主管部门、实施单位按预算批复文件填写，项目资金以万元为单位，保留两位小数。",
    "2．分值合计100分，其中预算执行率10分；得分保留两位小数，不得超过分值。",
    "3．定量指标未完成的，按完成值与指标值的比例计分；定性指标分为达成、部分达成、未达成三档。",
    "4．得分低于分值的，须在“偏差原因分析及改进措施”栏说明原因和措施。",
    "5．自评表见下一张工作表。",
]


# ---------- arithmetic --------------------------------------------------------------------------------------------

def cents(x):
    return x.quantize(CENT, ROUND_HALF_UP)


def day(text):
    return date(*map(int, re.fullmatch(r"(\d+)年(\d+)月(\d+)日", text).groups()))


def expected_score(ind):
    """The score the rules give, or None where a qualitative row leaves a band."""
    op, weight = ind["op"], Decimal(ind["weight"])
    if op == "date":
        assert day(ind["actual"]) <= day(ind["target"]), ind
        return weight
    if op == "qual":
        return weight if ind["actual"] == "达成" else None
    target, actual = Decimal(ind["target"]), Decimal(ind["actual"])
    if op == "<=":
        assert actual <= target, ind
        return weight
    if target == 0:
        assert actual == 0, ind
        return weight
    return weight if actual >= target else cents(actual / target * weight)


def totals(project):
    rows = [r for r in project["funds"].values() if r]
    return {k: sum(Decimal(r[k]) for r in rows) for k in ("initial", "budget", "executed")}


def execution(project):
    """(rate as a fraction with four decimals, score of ten)"""
    t = totals(project)
    exact = t["executed"] / t["budget"]
    rate = exact.quantize(Decimal("0.0001"), ROUND_HALF_UP)
    assert cents(rate * 100 / 10) == cents(exact * 10), project["no"]
    return rate, cents(rate * 10)


def check(data):
    """Assert everything the README promises about the numbers."""
    projects, unexplained = data["projects"], []
    assert [p["score"] for p in projects] == ORDER
    seen = set()
    for p in projects:
        rate, got = execution(p)
        weights, by_class = Decimal(10), {}
        assert 6 <= len(p["indicators"]) <= 12, p["no"]
        for ind in p["indicators"]:
            where = (p["no"], ind["level3"])
            weight, score = Decimal(ind["weight"]), Decimal(ind["score"])
            want = expected_score(ind)
            if want is None:
                assert ind["actual"] == "部分达成" and Decimal("0.6") <= score / weight < Decimal("0.8"), where
            else:
                assert score == want, (where, want)
            over = ind["op"] in (">=", "=") and Decimal(ind["target"]) and \
                Decimal(ind["actual"]) > Decimal(ind["target"]) * Decimal("1.2")
            reason = ind["reason"] if ind["reason"] != "无" else ""
            if score < weight and not reason:
                unexplained.append(where)
            assert not over or reason, where
            assert score < weight or over or not reason, where
            assert ind["level3"] not in seen, where
            seen.add(ind["level3"])
            weights += weight
            got += score
            by_class[ind["level1"]] = by_class.get(ind["level1"], 0) + int(weight)
        cost = {"成本指标": 20, "产出指标": 40, "效益指标": 20, "满意度指标": 10}
        plain = {"产出指标": 50, "效益指标": 30, "满意度指标": 10}
        assert by_class == (cost if p["layout"] == "mof-2021-cost" else plain), p["no"]
        assert weights == 100 and got == Decimal(p["score"]), (p["no"], got)
        names = {i["level3"] for i in p["indicators"]}
        for fact in p["from_source"]:
            head, dot, part = fact.partition(".")
            if dot and part.startswith(("target", "actual")):
                assert head in names, fact
    assert unexplained == [("07", "通过国际质量管理体系等认证企业"), ("17", "经费支付按时率")], unexplained


# ---------- a sheet, before any container ---------------------------------------------------------------------------

@dataclass
class Cell:
    value: object = None
    style: str = "center"       # title, subtitle, label, center, left, note
    fmt: str = "General"


@dataclass
class Sheet:
    name: str
    widths: list
    cells: dict = field(default_factory=dict)
    merges: list = field(default_factory=list)
    heights: dict = field(default_factory=dict)
    row: int = 0
    shift: tuple = (0, 0)
    landscape: bool = False

    def put(self, c0, value=None, c1=None, style="center", fmt="General", r=None, r1=None):
        """Set a cell of the current row (or row r), merged to column c1 and row r1; covered cells keep the style."""
        r = self.row if r is None else r
        c1, r1 = c0 if c1 is None else c1, r if r1 is None else r1
        for y in range(r, r1 + 1):
            for x in range(c0, c1 + 1):
                self.cells[y, x] = Cell(None, style)
        self.cells[r, c0] = Cell(value, style, fmt)
        if (r, c0) != (r1, c1):
            self.merges.append((r, c0, r1, c1))

    def next(self, height=None):
        if height:
            self.heights[self.row] = height
        self.row += 1

    def moved(self):
        dr, dc = self.shift
        if (dr, dc) == (0, 0):
            return self
        return Sheet(self.name, [4.0] * dc + self.widths, {(r + dr, c + dc): v for (r, c), v in self.cells.items()},
                     [(a + dr, b + dc, c + dr, d + dc) for a, b, c, d in self.merges],
                     {r + dr: h for r, h in self.heights.items()}, self.row + dr, (0, 0), self.landscape)

    def fit(self, size=10):
        """Row heights for wrapped text: merged cells never grow by themselves."""
        spans = {(a, b): (c, d) for a, b, c, d in self.merges}
        for (r, c), cell in self.cells.items():
            if not isinstance(cell.value, str) or cell.style in ("title", "subtitle"):
                continue
            r1, c1 = spans.get((r, c), (r, c))
            width = sum(self.widths[c:c1 + 1]) - 1.5
            lines = 0
            for part in cell.value.split("\n"):
                chars = sum(2 if ord(ch) > 0x2000 else 1 for ch in part) * 1.08
                lines += max(1, -(-int(chars * 10) // int(width * 10)))
            need = lines * size * 1.42 + 7
            have = sum(self.heights.get(y, 20) for y in range(r, r1 + 1))
            if need > have:
                extra = (need - have) / (r1 - r + 1)
                for y in range(r, r1 + 1):
                    self.heights[y] = round(self.heights.get(y, 20) + extra, 1)


# ---------- layouts -------------------------------------------------------------------------------------------------

class Form:
    """What one project prints: labels with the project's own habits, values as text or as numbers."""

    def __init__(self, data, project):
        self.data, self.p, self.opt = data, project, project["options"]
        self.numbers = self.opt.get("numbers", False)
        self.glyph = GLYPHS[self.opt.get("glyph", "plain")]

    def label(self, text):
        if self.opt.get("halfwidth"):
            text = text.translate(str.maketrans("（）：", "():"))
        if self.opt.get("spaced") and re.fullmatch(r"项目名称|主管部门|实施单位|[一二三]级指标|分值|得分|总分|执行率", text):
            text = " ".join(text)
        return text

    def num(self, text, fmt=None):
        """A number as the book keeps it: (value, format)."""
        if text in ("", None):
            return None, "General"
        if not self.numbers:
            return str(text), "@"
        value = Decimal(text)
        if fmt is None:
            places = -value.as_tuple().exponent
            fmt = "0." + "0" * places if places > 0 else "General"
        return (int(value) if value == value.to_integral() else float(value)), fmt

    def percent(self, fraction, places=2):
        if not self.numbers:
            return f"{fraction * 100:.{places}f}%", "@"
        return float(fraction), "0." + "0" * places + "%" if places else "0%"

    def money(self, amount):
        if amount is None:
            return None, "General"
        value, fmt = self.num(f"{amount:.2f}", "#,##0.00")
        return (f"{amount:,.2f}", "@") if not self.numbers and self.opt.get("yuan") else (value, fmt)

    def score(self, text):
        return self.num(text, "0.00" if "." in str(text) else None)

    def target(self, ind):
        op = ind["op"]
        if op == "date":
            return ind["target"] + "前"
        if op == "qual":
            return ind["target"]
        return self.glyph[op] + ind["target"] + ind["unit"]

    def actual(self, ind, with_unit=True):
        if ind["op"] in ("date", "qual"):
            return ind["actual"], "General"
        if ind["unit"] == "%" and (with_unit or self.opt.get("glyph") == "yunnan"):
            value = Decimal(ind["actual"])
            return self.percent(value / 100, max(0, -value.as_tuple().exponent))
        if self.numbers or not with_unit:
            return self.num(ind["actual"])
        return ind["actual"] + ind["unit"], "@"

    def name(self):
        code = self.opt.get("code")
        return (code + "-" if code else "") + self.p["name"]

    def head(self, s, last):
        if self.opt.get("annex"):
            s.put(0, "附件1", last, "note")
            s.next(20)
        s.put(0, "项目支出绩效自评表", last, "title")
        s.next(30)
        s.put(0, self.label(f"（{self.data['year']}年度）"), last, "subtitle")
        s.next(20)

    def names(self, s, cuts, last):
        a, b, c = cuts
        s.put(0, self.label("项目名称"), 1, "label")
        s.put(2, self.name(), last, "center")
        s.next(24)
        s.put(0, self.label("主管部门"), 1, "label")
        s.put(2, self.data["unit"], a, "center")
        s.put(a + 1, self.label("实施单位"), b, "label")
        s.put(c, self.data["unit"], last, "center")
        s.next(24)

    def funds(self, s, cols):
        """cols: (first, last) column of 名称, 年初, 全年, 执行, 分值, 执行率, 得分"""
        top = s.row
        s.put(0, self.label("项目资金\n（元）" if self.opt.get("yuan") else "项目资金\n（万元）"), 1, "label", r1=top + 4)
        heads = ["", "年初\n预算数", "全年\n预算数", "全年\n执行数", "分值", "执行率", "得分"]
        for (a, b), text in zip(cols, heads):
            s.put(a, self.label(text) or None, b, "label")
        s.next(30)
        rate, points = execution(self.p)
        t = totals(self.p)
        rows = [("年度资金总额", t, self.num("10"), self.percent(rate), self.score(f"{points:.2f}"))]
        for key, text in FUND_ROWS:
            part = self.p["funds"][key]
            if part:
                part = {k: Decimal(v) for k, v in part.items()}
                share = (part["executed"] / part["budget"]).quantize(Decimal("0.0001"), ROUND_HALF_UP)
                rows.append((text, part, ("—", "@"), self.percent(share), ("—", "@")))
            else:
                rows.append((text, {}, ("—", "@"), (None, "General"), ("—", "@")))
        for text, part, weight, share, got in rows:
            values = [self.money(part.get(k)) for k in ("initial", "budget", "executed")] + [weight, share, got]
            inner = text in ("上年结转资金", "其他资金")
            s.put(cols[0][0], self.label(("　　" if inner else "") + text), cols[0][1], "left")
            for (a, b), (value, fmt) in zip(cols[1:], values):
                s.put(a, value, b, "center", fmt)
            s.next(21)

    def goals(self, s, middle, last):
        top = s.row
        s.put(0, "年度\n总体\n目标", 0, "label", r1=top + 1)
        s.put(1, "预期目标", middle, "label")
        s.put(middle + 1, "实际完成情况", last, "label")
        s.next(21)
        s.put(1, self.p["goal"], middle, "left")
        s.put(middle + 1, self.p["done"], last, "left")
        s.next(64)

    def rows(self):
        """Indicators with their 三级 name; the odd book keeps the blank form's own rows between them."""
        out, previous, n = [], None, 0
        for ind in self.p["indicators"]:
            n = n + 1 if ind["level2"] == previous else 1
            if previous and ind["level2"] != previous and self.opt.get("placeholders"):
                out += self.leftover(out[-1], number + 1)
            mark = f"指标{n}：" if self.opt.get("placeholders") else ""
            out.append({**ind, "printed": mark + ind["level3"]})
            previous, number = ind["level2"], n
        if self.opt.get("placeholders"):
            out += self.leftover(out[-1], number + 1)
        return out

    @staticmethod
    def leftover(after, n):
        blank = {"level1": after["level1"], "level2": after["level2"], "op": None}
        return [{**blank, "printed": f"指标{n}："}, {**blank, "printed": "……"}]

    def level1(self, name):
        if not self.opt.get("weights_in_l1"):
            return {"满意度指标": "满意度\n指标"}.get(name, name)
        total = sum(int(i["weight"]) for i in self.p["indicators"] if i["level1"] == name)
        return name + self.label(("\n" if self.p["layout"] == "mof-2021-cost" else "") + f"（{total}分）")

    def groups(self, s, rows, col1):
        """Vertical merges of 一级 and 二级 beside the rows that start at the current one."""
        for key, col in (("level1", col1), ("level2", col1 + 1)):
            start = 0
            for i in range(1, len(rows) + 1):
                if i == len(rows) or rows[i][key] != rows[start][key] or rows[i]["level1"] != rows[start]["level1"]:
                    text = rows[start][key]
                    text = self.level1(text) if key == "level1" else \
                        {"服务对象满意度指标": "服务对象\n满意度指标"}.get(text, text)
                    s.put(col, text, col, "center", r=s.row + start, r1=s.row + i - 1)
                    start = i


def wide(f, extra):
    """F1 (extra = 0: nine columns) and F2 (extra = 1: 三级指标 takes two columns)."""
    last = 8 + extra
    widths = [6.0, 9.5, 19.5] + ([24.0] if not extra else [10.0, 15.0]) + [16.5, 15.5, 8.0, 9.5, 28.0]
    if f.opt.get("weights_in_l1") and not extra:
        widths[1] = 17.0
    s = Sheet(f.opt["sheet"], widths, shift=tuple(f.opt.get("shift", (0, 0))))
    f.head(s, last)
    f.names(s, (3 + extra, 5 + extra, 6 + extra) if not extra else (4, 5, 6), last)
    cols = [(2, 2), (3, 3 + extra)] + [(c + extra, c + extra) for c in range(4, 9)]
    f.funds(s, cols)
    f.goals(s, 3 + extra, last)
    rows = f.rows()
    s.put(0, "绩\n效\n指\n标", 0, "label", r1=s.row + len(rows))
    heads = ["一级指标", "二级指标", "三级指标", "年度\n指标值", "实际\n完成值", "分值", "得分", "偏差原因分析\n及改进措施"]
    for i, text in enumerate(heads):
        a = i + 1 + (extra if i > 2 else 0)
        s.put(a, f.label(text), a + (extra if i == 2 else 0), "label")
    s.next(31)
    f.groups(s, rows, 1)
    for ind in rows:
        s.put(3, f.label(ind["printed"]), 3 + extra, "left")
        filled = ind["op"] is not None
        values = [(f.target(ind), "General"), f.actual(ind), f.num(ind["weight"]), f.score(ind["score"])] if filled \
            else [(None, "General")] * 4
        for i, (value, fmt) in enumerate(values):
            s.put(4 + extra + i, value, style="center", fmt=fmt)
        s.put(last, (ind["reason"] or None) if filled else None, style="left")
        s.next(22 if filled else 16)
    s.put(0, f.label("总分"), 5 + extra, "label")
    for c, (value, fmt) in ((6 + extra, f.num("100")), (7 + extra, f.num(f.p["score"]))):
        s.put(c, value, style="label", fmt=fmt)
    s.put(last, None)
    s.next(24)
    return s


def split(f):
    """F3: 指标性质 | 指标值 | 度量单位 in columns of their own, under a head of two rows."""
    widths = [9.5, 15.0, 27.0, 13.0, 19.0, 11.0, 15.0, 8.0, 9.5, 32.0]
    s = Sheet(f.opt["sheet"], widths, landscape=True)
    f.head(s, 9)
    f.names(s, (4, 6, 7), 9)
    f.funds(s, [(2, 2), (3, 3), (4, 4), (5, 6), (7, 7), (8, 8), (9, 9)])
    top = s.row
    s.put(0, "年度\n总体目标", 1, "label", r1=top + 1)
    s.put(2, "预期目标", 4, "label")
    s.put(5, "实际完成情况", 9, "label")
    s.next(21)
    s.put(2, f.p["goal"], 4, "left")
    s.put(5, f.p["done"], 9, "left")
    s.next(64)
    s.put(0, "绩效指标", 2, "label")
    s.put(3, "年度指标值", 5, "label")
    for c, text in ((6, "实际\n完成值"), (7, "分值"), (8, "得分"), (9, "偏差原因分析\n及改进措施")):
        s.put(c, text, c, "label", r1=s.row + 1)
    s.next(21)
    for c, text in enumerate(["一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位"]):
        s.put(c, text, c, "label")
    s.next(21)
    f.groups(s, f.p["indicators"], 0)
    for ind in f.p["indicators"]:
        s.put(2, ind["level3"], style="left")
        worded = ind["op"] in ("date", "qual")
        s.put(3, "定性" if worded else f.glyph[ind["op"]])
        value, fmt = (f.target(ind), "General") if worded else f.num(ind["target"])
        s.put(4, value, fmt=fmt)
        s.put(5, ind["unit"] or ("/" if f.p["no"] == "13" else None))
        value, fmt = f.actual(ind, with_unit=False)
        s.put(6, value, fmt=fmt)
        for c, (value, fmt) in ((7, f.num(ind["weight"])), (8, f.score(ind["score"]))):
            s.put(c, value, fmt=fmt)
        s.put(9, ind["reason"] or None, style="left")
        s.next(22)
    s.put(0, "其他需要说明事项", 2, "label")
    s.put(3, f.p["remark"], 9, "left")
    s.next(24)
    s.put(0, "总分", 6, "label")
    for c, (value, fmt) in ((7, f.num("100")), (8, f.num(f.p["score"])), (9, ("优", "General"))):
        s.put(c, value, style="label", fmt=fmt)
    s.next(24)
    return s


def book(data, project):
    f = Form(data, project)
    layout = project["layout"]
    form = split(f) if layout == "split-value" else wide(f, 1 if layout == "mof-2021-cost" else 0)
    form.fit()
    sheets = [form.moved()]
    if f.opt.get("instructions"):
        note = Sheet("填报说明", [96.0])
        for i, line in enumerate(INSTRUCTIONS):
            note.put(0, line, style="title" if i == 0 else "plain")
            note.next(30)
        sheets.insert(0, note)
    return sheets


# ---------- writers -------------------------------------------------------------------------------------------------

STYLES = {   # font, size, bold, horizontal, border
    "title": ("方正小标宋简体", 18, False, "center", False),
    "subtitle": ("宋体", 11, False, "center", False),
    "note": ("黑体", 12, False, "left", False),
    "plain": ("宋体", 11, False, "left", False),
    "label": ("宋体", 10, True, "center", True),
    "center": ("宋体", 10, False, "center", True),
    "left": ("宋体", 10, False, "left", True),
}


def rezip(raw, first=None):
    """The same entries with a fixed time, the core properties with a fixed date."""
    stamp = STAMP.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    src, out = zipfile.ZipFile(io.BytesIO(raw)), io.BytesIO()
    names = sorted(src.namelist(), key=lambda n: (n != first, n != "[Content_Types].xml", n))
    with zipfile.ZipFile(out, "w") as z:
        for n in names:
            body = src.read(n)
            if n == "docProps/core.xml":
                body = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + stamp, body)
            info = zipfile.ZipInfo(n, STAMP.timetuple()[:6])
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_STORED if n == first else zipfile.ZIP_DEFLATED
            z.writestr(info, body)
    return out.getvalue()


def xlsx(sheets):
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter
    wb = Workbook()
    wb.remove(wb.active)
    wb.properties.creator = "jixiao samples"
    wb.properties.description = "演示数据，金额和多数指标为虚构，见 samples/README.md"
    thin = Side(style="thin")
    for s in sheets:
        ws = wb.create_sheet(s.name)
        for i, w in enumerate(s.widths):
            ws.column_dimensions[get_column_letter(i + 1)].width = w
        for r, h in s.heights.items():
            ws.row_dimensions[r + 1].height = h
        for (r, c), cell in s.cells.items():
            font, size, bold, horizontal, border = STYLES[cell.style]
            x = ws.cell(r + 1, c + 1)
            if cell.value is not None:
                x.value = cell.value
                if isinstance(cell.value, str):
                    x.data_type = "s"       # "=8台" is text, not a formula
            x.font = Font(name=font, size=size, bold=bold)
            x.alignment = Alignment(horizontal=horizontal, vertical="center", wrap_text=True)
            x.number_format = cell.fmt
            if border:
                x.border = Border(thin, thin, thin, thin)
        for a, b, c, d in s.merges:
            ws.merge_cells(start_row=a + 1, start_column=b + 1, end_row=c + 1, end_column=d + 1)
        ws.page_setup.paperSize = 9
        ws.page_setup.orientation = "landscape" if s.landscape else "portrait"
        ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
        ws.sheet_properties.pageSetUpPr.fitToPage = True
        ws.print_options.horizontalCentered = True
        ws.page_margins.left = ws.page_margins.right = 0.5
        ws.page_margins.top = ws.page_margins.bottom = 0.6
    out = io.BytesIO()
    wb.save(out)
    return rezip(out.getvalue())


def xls(sheets):
    import xlwt
    wb = xlwt.Workbook(encoding="utf-8")
    made = {}

    def style(name, fmt):
        if (name, fmt) not in made:
            font, size, bold, horizontal, border = STYLES[name]
            st = xlwt.XFStyle()
            st.font.name, st.font.height, st.font.bold = font, size * 20, bold
            st.alignment.horz = getattr(xlwt.Alignment, "HORZ_" + horizontal.upper())
            st.alignment.vert, st.alignment.wrap = xlwt.Alignment.VERT_CENTER, 1
            if border:
                b = st.borders
                b.left = b.right = b.top = b.bottom = xlwt.Borders.THIN
            st.num_format_str = fmt
            made[name, fmt] = st
        return made[name, fmt]

    for s in sheets:
        ws = wb.add_sheet(s.name)
        for i, w in enumerate(s.widths):
            ws.col(i).width = int(w * 256)
        for r, h in s.heights.items():
            ws.row(r).height_mismatch = True
            ws.row(r).height = int(h * 20)
        spans = {(a, b): (c, d) for a, b, c, d in s.merges}
        covered = {(y, x) for a, b, c, d in s.merges for y in range(a, c + 1) for x in range(b, d + 1)} - set(spans)
        for (r, c), cell in s.cells.items():
            st = style(cell.style, cell.fmt)
            if (r, c) in spans:
                r1, c1 = spans[r, c]
                ws.write_merge(r, r1, c, c1, cell.value, st)
            elif (r, c) not in covered:
                ws.write(r, c, cell.value, st)
        ws.paper_size_code, ws.portrait = 9, not s.landscape
        ws.fit_num_pages, ws.fit_width_to_pages, ws.fit_height_to_pages = 1, 1, 0
        ws.header_str = ws.footer_str = b""
        ws.left_margin = ws.right_margin = 0.5
        ws.top_margin = ws.bottom_margin = 0.6
    out = io.BytesIO()
    wb.save(out)
    return out.getvalue()


def ods(sheets):
    from odf import number, style, table, text
    from odf.opendocument import OpenDocumentSpreadsheet
    doc = OpenDocumentSpreadsheet()
    made = {}

    def numbers(fmt):
        if fmt in ("General", "@"):
            return None
        name = f"N{len(made) + 1}"
        places = len(fmt.rstrip("%").partition(".")[2])
        if fmt.endswith("%"):
            st = number.PercentageStyle(name=name)
            st.addElement(number.Number(decimalplaces=places, minintegerdigits=1))
            st.addElement(number.Text(text="%"))
        else:
            st = number.NumberStyle(name=name)
            st.addElement(number.Number(decimalplaces=places, minintegerdigits=1, grouping="#" in fmt))
        doc.automaticstyles.addElement(st)
        return name

    def cell_style(name, fmt):
        if (name, fmt) not in made:
            font, size, bold, horizontal, border = STYLES[name]
            data = numbers(fmt)
            st = style.Style(name=f"ce{len(made) + 1}", family="table-cell", **({"datastylename": data} if data else {}))
            st.addElement(style.TableCellProperties(verticalalign="middle", wrapoption="wrap",
                                                    border="0.5pt solid #000000" if border else "none"))
            st.addElement(style.ParagraphProperties(textalign={"left": "start"}.get(horizontal, horizontal)))
            weight = "bold" if bold else "normal"
            st.addElement(style.TextProperties(fontname=font, fontnameasian=font, fontsize=f"{size}pt", fontweight=weight,
                                               fontsizeasian=f"{size}pt", fontweightasian=weight))
            doc.automaticstyles.addElement(st)
            made[name, fmt] = st
        return made[name, fmt]

    for font in sorted({v[0] for v in STYLES.values()}):
        doc.fontfacedecls.addElement(style.FontFace(name=font, fontfamily=font))
    page = style.PageLayout(name="pm1")
    wide_page = any(s.landscape for s in sheets)
    page.addElement(style.PageLayoutProperties(
        pagewidth="297mm" if wide_page else "210mm", pageheight="210mm" if wide_page else "297mm",
        printorientation="landscape" if wide_page else "portrait", margintop="15mm", marginbottom="15mm",
        marginleft="13mm", marginright="13mm", scaletopages="1", tablecentering="horizontal"))
    doc.automaticstyles.addElement(page)
    doc.masterstyles.addElement(style.MasterPage(name="Default", pagelayoutname=page))
    for s in sheets:
        look = style.Style(name="ta1", family="table", masterpagename="Default")
        look.addElement(style.TableProperties(display="true"))
        doc.automaticstyles.addElement(look)
        t = table.Table(name=s.name, stylename=look)
        for i, w in enumerate(s.widths):
            st = style.Style(name=f"co{i + 1}", family="table-column")
            st.addElement(style.TableColumnProperties(columnwidth=f"{w * 2.05:.1f}mm"))
            doc.automaticstyles.addElement(st)
            t.addElement(table.TableColumn(stylename=st))
        spans = {(a, b): (c, d) for a, b, c, d in s.merges}
        covered = {(y, x) for a, b, c, d in s.merges for y in range(a, c + 1) for x in range(b, d + 1)} - set(spans)
        for r in range(s.row):
            st = style.Style(name=f"ro{r + 1}", family="table-row")
            st.addElement(style.TableRowProperties(rowheight=f"{s.heights.get(r, 20)}pt", useoptimalrowheight="false"))
            doc.automaticstyles.addElement(st)
            row = table.TableRow(stylename=st)
            for c in range(len(s.widths)):
                cell = s.cells.get((r, c), Cell(None, "plain"))
                kind = {"stylename": cell_style(cell.style, cell.fmt)}
                if (r, c) in covered:
                    row.addElement(table.CoveredTableCell(**kind))
                    continue
                if (r, c) in spans:
                    r1, c1 = spans[r, c]
                    kind |= {"numberrowsspanned": r1 - r + 1, "numbercolumnsspanned": c1 - c + 1}
                v = cell.value
                if isinstance(v, str):
                    kind["valuetype"] = "string"
                elif v is not None:
                    kind |= {"valuetype": "percentage" if cell.fmt.endswith("%") else "float", "value": repr(v)}
                x = table.TableCell(**kind)
                for line in shown(v, cell.fmt).split("\n") if v is not None else []:
                    x.addElement(text.P(text=line))
                row.addElement(x)
            t.addElement(row)
        doc.spreadsheet.addElement(t)
    out = io.BytesIO()
    doc.write(out)
    return rezip(out.getvalue(), first="mimetype")


def shown(value, fmt):
    """The text a number shows, which .ods keeps beside the value."""
    if isinstance(value, str) or fmt == "General":
        return str(value)
    places = len(fmt.rstrip("%").partition(".")[2])
    return f"{value * 100:.{places}f}%" if fmt.endswith("%") else f"{value:{',' if '#' in fmt else ''}.{places}f}"


# ---------- books that must fail, each in its own way ----------------------------------------------------------------

def budget_table(data):
    rows = [("一般公共预算拨款收入", "1862.40", "一般公共服务支出", "1515.30"), ("政府性基金预算拨款收入", "0.00", "社会保障和就业支出", "186.50"),
            ("事业收入", "0.00", "卫生健康支出", "74.20"), ("其他收入", "35.00", "住房保障支出", "121.40")]
    s = Sheet("部门预算", [28.0, 16.0, 28.0, 16.0])
    s.put(0, "2022年部门收支预算总表", 3, "title")
    s.next(30)
    s.put(0, "单位：" + data["unit"], 2, "plain")
    s.put(3, "单位：万元", style="plain")
    s.next(20)
    s.put(0, "收入", 1, "label")
    s.put(2, "支出", 3, "label")
    s.next(20)
    for row in [("项目", "预算数", "项目", "预算数"), *rows, ("收入总计", "1897.40", "支出总计", "1897.40")]:
        for c, v in enumerate(row):
            money = re.fullmatch(r"[\d.]+", v)
            s.put(c, float(v) if money else v, style="center", fmt="#,##0.00" if money else "General")
        s.next(22)
    return s


def bad(data, folder, first):
    folder.mkdir(exist_ok=True)
    (folder / "截断.xlsx").write_bytes(first[: len(first) * 3 // 5])
    (folder / "预算表.xlsx").write_bytes(xlsx([budget_table(data)]))
    renamed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(first)) as old, zipfile.ZipFile(renamed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part)
            for level, other in (("一级", "指标大类"), ("二级", "指标中类"), ("三级", "指标小类")):
                for gap in ("", "\n"):
                    text = text.replace(f"{level}{gap}指标".encode("ascii", "xmlcharrefreplace"), other.encode())
            new.writestr(part, text)
    (folder / "表头不认识.xlsx").write_bytes(renamed.getvalue())
    lines = ["项目支出绩效自评表", "项目名称\t食品抽检专项", "年度资金总额\t36.00\t36.00\t35.10\t10\t97.50%\t9.75", "总分\t100\t98"]
    (folder / "文本冒充.xlsx").write_bytes("\r\n".join(lines).encode("gbk"))
    locked = folder / "加密.xlsx"
    if not locked.exists():
        from msoffcrypto.format.ooxml import OOXMLFile
        out = io.BytesIO()
        OOXMLFile(io.BytesIO(first)).encrypt(PASSWORD, out)
        locked.write_bytes(out.getvalue())


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--check", action="store_true", help="check the arithmetic only")
    args = args.parse_args()
    data = json.loads((HERE / "lukou-2022.json").read_text(encoding="utf-8"))
    check(data)
    if args.check:
        return
    folder = HERE / "lukou-2022"
    folder.mkdir(exist_ok=True)
    writers, first = {"xlsx": xlsx, "xls": xls, "ods": ods}, None
    for p in data["projects"]:
        raw = writers[p["container"]](book(data, p))
        (folder / f"{p['no']}-{p['short']}.{p['container']}").write_bytes(raw)
        first = first or raw
    bad(data, HERE / "bad", first)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Build one or more workbooks of every layout from projects.txt, with what a reader should find in each.

    pip install openpyxl xlwt
    python3 build.py [--out DIR]     # checks the arithmetic, writes <layout>/*; with --out also DIR/<layout>/* and DIR/manifest.json

A form is a function that lays rows on a Sheet (as HTML does: a cell skips what a cell above covers) and returns what it
expects a reader to find. Everything is made up; the same input gives the same bytes.
"""
import argparse
import io
import json
import re
import shutil
import zipfile
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
STAMP = datetime(2025, 3, 10, 9, 0, 0)
NUM = re.compile(r"-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
PCT = re.compile(r"-?\d+(\.\d+)?%")
DAY = re.compile(r"(\d{4})(年|/)(\d{1,2})(?:月|/)(\d{1,2})日?")
ALL = 99            # a span that runs to the last column


# ---------- projects ------------------------------------------------------------------------------------------------

def dec(s):
    s = (s or "").replace(",", "")
    return Decimal(s) if re.fullmatch(r"-?\d+(\.\d+)?", s) else None


def plain(d):
    return f"{d.normalize():f}"


class Project:
    def __init__(self, key, name, dept, unit, year):
        self.key, self.name, self.dept, self.unit, self.year = key, name, dept, unit, year
        self.goal = self.goal2 = self.done = ""
        self.exec, self.funds, self.rows = Decimal(10), [], []

    def money(self, i):
        """The sum of a column of the fund rows as printed (1 initial, 2 full year, 3 executed)."""
        got = [f[i] for f in self.funds if dec(f[i]) is not None]
        if not got:
            return ""
        text = str(sum(map(dec, got)))
        return f"{Decimal(text):,}" if any("," in g for g in got) else text

    def rate(self, base=2, places=2):
        share = dec(self.money(3)) / dec(self.money(base)) * 100
        return f"{share.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)}%"

    def points(self, base=2):
        return plain((dec(self.money(3)) / dec(self.money(base)) * self.exec).quantize(Decimal("0.01"), ROUND_HALF_UP))

    def total(self, *more):
        return plain(sum((dec(r["score"]) for r in self.rows), Decimal(0)) + sum(map(Decimal, more)))

    def level_weight(self, level1):
        return plain(sum(dec(r["weight"]) for r in self.rows if r["level1"] == level1))


def split(target):
    """(sign, value, unit) of a target for the forms with columns of their own"""
    m = re.fullmatch(r"([≥≤=＝])([\d.,]+)(.*)", target)
    return m.groups() if m else ("定性", target, "")


def load():
    keys = ["level1", "level2", "level3", "target", "actual", "weight", "score", "note", "x1", "x2", "x3"]
    out = {}
    for line in (HERE / "projects.txt").read_text("utf-8").splitlines():
        if not line.strip():
            continue
        cells = [c.strip() for c in line.split("|")]
        if line.startswith("# "):
            p = Project(cells[0][2:], *cells[1:])
            out[p.key] = p
        elif line.startswith("fund "):
            p.funds.append([cells[0][5:]] + (cells[1:] + ["", "", ""])[:max(3, len(cells) - 1)])
        elif m := re.match(r"(goal2?|done) (.*)", line):
            setattr(p, m[1], m[2])
        elif line.startswith("exec "):
            p.exec = Decimal(line[5:])
        else:
            row = dict(zip(keys, cells + [""] * len(keys)))
            for k in ("level1", "level2"):
                row[k] = row[k] or (p.rows[-1][k] if p.rows else "")
            p.rows.append(row)
    return out


def check(p, whole):
    """weights sum to `whole`; a target met has its weight, one missed has the share of it or a reason"""
    assert sum(dec(r["weight"]) for r in p.rows) == whole, p.key
    for r in p.rows:
        op, value, unit = split(r["target"])
        a = re.match(r"[≥≤=]?([\d.,]+)", r["actual"])
        t, a, w, s = dec(value), dec(a[1]) if a else None, dec(r["weight"]), dec(r["score"])
        assert 0 <= s <= w, (p.key, r)
        if op == "定性" or t is None or a is None or "万" in unit and "万" not in r["actual"]:
            assert s == w or r["note"], (p.key, r)
        elif (a <= t) if op == "≤" else (a >= t):
            assert s == w or r["note"] or p.key == "disabled", (p.key, r)
        else:
            assert s == (a / t * w).quantize(Decimal("0.01"), ROUND_HALF_UP) and r["note"], (p.key, r)


# ---------- a sheet, before any container ---------------------------------------------------------------------------

class Sheet:
    def __init__(self, name, widths, numbers=False, landscape=False):
        self.name, self.widths, self.numbers, self.landscape = name, widths, numbers, landscape
        self.cells, self.merges, self.heights, self.covered, self.overlaps, self.r = {}, [], {}, set(), [], 0

    def row(self, *cells, h=21, style=None):
        """Lay one row: text, or (text, columns[, rows[, style]]); cells covered from above are skipped."""
        c, n, r = 0, len(self.widths), self.r
        for cell in cells:
            text, cols, rows, look = (tuple(cell) + (1, 1, None)[len(cell) - 1:]) if isinstance(cell, tuple) else (cell, 1, 1, None)
            while (r, c) in self.covered:
                c += 1
            assert c < n, (self.name, r, cell)
            if cols == ALL:
                cols = n - c
            look = look or style or ("left" if len(str(text or "")) > 16 else "center")
            for y in range(r, r + rows):
                for x in range(c, c + cols):
                    assert (y, x) not in self.cells, (self.name, y, x, text)
                    self.cells[y, x] = (None, look)
                    if y > r:
                        self.covered.add((y, x))
            self.cells[r, c] = (text or None, look)
            if (cols, rows) != (1, 1):
                self.merges.append((r, c, r + rows - 1, c + cols - 1))
            c += cols
        while (r, c) in self.covered:
            c += 1
        assert c == n, (self.name, r, c, cells)
        self.heights[r] = h
        self.r += 1

    def line(self, text, style="note", h=19):
        """A line over the whole width, outside the table."""
        self.row((text, ALL, 1, style), h=h)

    def title(self, text, year=None, right=None):
        self.line(text, "title", 32)
        if year:
            self.line(year, "subtitle")
        if right:
            self.line(right, "right")

    def tree(self, rows, cells, cols=(1, 1), l1=lambda t: t):
        """Indicator rows with 一级 and 二级 merged over their groups; cells(row) gives the cells after them."""
        for i, r in enumerate(rows):
            lead = []
            for keys, text, span in ((("level1",), l1(r["level1"]), cols[0]), (("level1", "level2"), r["level2"], cols[1])):
                same = [all(r[k] == x[k] for k in keys) for x in rows]
                if i == 0 or not same[i - 1]:
                    n = next((j for j in range(i, len(rows)) if not same[j]), len(rows)) - i
                    lead.append((text, span, n))
            self.row(*lead, *cells(r))

    def moved(self, dr, dc):
        self.widths = [3.0] * dc + self.widths
        self.cells = {(r + dr, c + dc): v for (r, c), v in self.cells.items()}
        self.merges = [(a + dr, b + dc, c + dr, d + dc) for a, b, c, d in self.merges]
        self.heights = {r + dr: h for r, h in self.heights.items()}
        self.r += dr
        return self

    def below(self, other, gap):
        """The rows of another sheet under this one."""
        k = self.r + gap
        self.cells.update({(r + k, c): v for (r, c), v in other.cells.items()})
        self.merges += [(a + k, b, c + k, d) for a, b, c, d in other.merges]
        self.heights.update({r + k: h for r, h in other.heights.items()})
        self.r = k + other.r
        return self

    def unmerge(self, repeat, only=lambda m: True):
        """Dissolve merges; the text stays in the first cell, or stands in every cell."""
        for m in [m for m in self.merges if only(m)]:
            a, b, c, d = m
            self.merges.remove(m)
            for y in range(a, c + 1):
                for x in range(b, d + 1):
                    if repeat:
                        self.cells[y, x] = self.cells[a, b]
        return self

    def fit(self):
        spans = {(a, b): (c, d) for a, b, c, d in self.merges}
        for (r, c), (text, style) in sorted(self.cells.items()):
            if not text or style in ("title", "subtitle", "right", "note"):
                continue
            r1, c1 = spans.get((r, c), (r, c))
            width = max(sum(self.widths[c:c1 + 1]) - 1.2, 2)
            lines = sum(max(1, -(-sum(2.1 if ord(ch) > 0x2000 else 1.1 for ch in part) // width)) for part in text.split("\n"))
            need, have = lines * 14.2 + 6, sum(self.heights.get(y, 19) for y in range(r, r1 + 1))
            if need > have:
                for y in range(r, r1 + 1):
                    self.heights[y] = round(self.heights.get(y, 19) + (need - have) / (r1 - r + 1), 1)


# ---------- what a reader should find ---------------------------------------------------------------------------------

FIELDS = ["level1", "level2", "level3", "target", "actual", "weight", "score", "note"]


def indicators(rows, drop=(), separate=False, **fixed):
    out = []
    for r in rows:
        e = {k: None if k in drop else fixed[k](r) if k in fixed else r[k] for k in FIELDS}
        if separate:
            e["op"], e["target"], e["unit"] = split(r["target"])
        out.append(e)
    return out


def fund_rows(p, columns=(1, 2, 3)):
    names = ["", "initial", "full_year", "executed"]
    return [{"label": f[0], **{names[i]: f[i] if i in columns else None for i in (1, 2, 3)}} for f in p.funds]


def budget(p=None, columns=(1, 2, 3), weight=None, rate=None, score=None):
    e = {k: p.money(i) if p and i in columns else None for i, k in ((1, "initial"), (2, "full_year"), (3, "executed"))}
    return {**e, "weight": weight, "rate": rate, "score": score}


def found(p, rows, money, funds=(), total=None, total_weight=None, target=None, actual=None, kind="self-eval", unit_of_money="万元", **other):
    e = dict(name=p.name, department=p.dept or None, unit=p.unit or None, budget=money, fund_rows=list(funds), target=target,
             actual=actual, indicators=rows, total_weight=total_weight, total=total)
    e.update(other)
    return {"kind": kind, "money_unit": unit_of_money, "year": p.year, "expect": e}


# ---------- parts several forms share ---------------------------------------------------------------------------------

WIDE = [6, 10, 19, 26, 17, 17, 8, 9.5, 28]     # F1: label, 一级, 二级, 三级, 指标值, 完成值, 分值, 得分, 原因


def names(s, p, value=2, a=3, b=2, label=2):
    s.row(("项目名称", label), (p.name, ALL, 1, "center"))
    s.row(("主管部门", label), (p.dept, a, 1, "center"), ("实施单位", b), (p.unit, ALL, 1, "center"))


def goals(s, p, heads, label, cut, text=None):
    """年度总体目标: label column(s), then two halves; cut = columns of the left half"""
    s.row((label[0], label[1], 2), (heads[0], cut), (heads[1], ALL))
    s.row((p.goal, cut, 1, "left"), (p.done, ALL, 1, "left"), h=66)


# ---------- F1, F2: the form of the Ministry of Finance ---------------------------------------------------------------

def f1(p, numbers=False, sheet="自评表", ab=False, bracket=False, dash="", annex=False, placeholders=False, ticks=None):
    """The form of 2020. ab: heads with (A) (B); bracket: 产出指标(50分); ticks: a row 项目属性, the ticked and the empty box."""
    s = Sheet(sheet, WIDE, numbers)
    if annex:
        s.line("附件1")
    s.title("项目支出绩效自评表", f"（{p.year}年度）", "单位：万元" if ab else None)
    names(s, p, a=3, b=1)
    if ticks:
        on, off = ticks
        s.row(("项目属性", 2), (f"1、持续性项目{off}  2、新增性项目{on}", 3, 1, "left"), ("项目类型", 1), (f"{on}常年性 {off}延续性 {off}一次性", ALL, 1, "left"))
    mark = lambda t, x: t + x if ab else t
    lines = len(p.funds) + 2
    s.row(("项目资金\n（万元）", 2, lines), "", "年初预算数", mark("全年预算数", "(A)"), mark("全年执行数", "(B)"), "分值",
          mark("执行率", "(B/A)"), "得分")
    s.row("年度资金总额", p.money(1), p.money(2), p.money(3), "10", p.rate(), p.points())
    for label, *sums in p.funds:
        share = f"{dec(sums[2]) / dec(sums[1]) * 100:.2f}%" if dec(sums[1]) else dash
        s.row((label if "其中" in label else "　　" + label, 1, 1, "left"), *(x or "" for x in sums), "—", share, "—")
    goals(s, p, ("预期目标", "实际完成情况"), ("年度总体目标完成情况" if ab else "年度\n总体\n目标", 1), 4)
    rows, counter = [], {}
    for i, r in enumerate(p.rows):
        n = counter[r["level2"]] = counter.get(r["level2"], 0) + 1
        rows.append({**r, "level3": (f"指标{n}：" if placeholders else "") + r["level3"]})
        if placeholders and (i + 1 == len(p.rows) or p.rows[i + 1]["level2"] != r["level2"]):
            for text in ([f"指标{n + 1}："] if n == 1 else []) + ["……"]:
                rows.append({**r, "level3": text, "target": dash, "actual": dash, "weight": dash, "score": dash, "note": "", "stub": True})
    label = "年度绩效指标完成情况" if ab else "绩\n效\n指\n标"
    s.row((label, 1, len(rows) + 1), "一级指标", "二级指标", "三级指标", "年度\n指标值", "实际\n完成值", "分值", "得分", "偏差原因分析\n及改进措施", h=32)
    level1 = (lambda t: f"{t}\n({p.level_weight(t)}分)") if bracket else (lambda t: t)
    s.tree(rows, lambda r: [(r["level3"], 1, 1, "left"), r["target"], r["actual"], r["weight"], r["score"], (r["note"], 1, 1, "left")], l1=level1)
    total = p.total(p.points())
    s.row(("总分", 6), "100", total, "")
    real = [r for r in rows if "stub" not in r]
    return s, [found(p, indicators(real, level1=lambda r: level1(r["level1"])), budget(p, weight="10", rate=p.rate(), score=p.points()),
                     fund_rows(p), total, "100", p.goal, p.done)]


def mof_2020(P):
    yield "01-农村公路日常养护.xlsx", [f1(P["road"], ab=True, bracket=True, dash="-", placeholders=True)]
    yield "02-营养改善计划.xls", [f1(P["meal"], numbers=True, annex=True, sheet="附件1")]
    yield "03-智慧城管平台运维.xls", [f1(P["city"], dash="—")]     # 经济成本指标 under 产出指标


def mof_2021_cost(P):
    yield "01-高标准农田建设.xlsx", [f1(P["farmland"], numbers=True, bracket=True)]


# ---------- F3 -----------------------------------------------------------------------------------------------------------

def yunnan(p, yuan=False, glyphs=None, numbers=False):
    s = Sheet("公开14表 项目支出绩效自评表", [10, 15, 26, 15, 18, 11, 15, 8, 9.5, 30], numbers, True)
    glyph = lambda op: (glyphs or {}).get(op, op)
    s.title("项目支出绩效自评表", f"（{p.year}年度）")
    s.row(("部门：" + p.dept, 8, 1, "plain"), ("公开14表", 2, 1, "right"))
    s.row(("项目名称", 2), (p.name, ALL, 1, "center"))
    s.row(("主管部门", 2), (p.dept, 3, 1, "center"), ("实施单位", 2), (p.unit, ALL, 1, "center"))
    s.row(("项目资金\n（元）" if yuan else "项目资金\n（万元）", 2, len(p.funds) + 2), "", "年初\n预算数", "全年\n预算数", ("全年\n执行数", 2), "分值", "执行率", "得分", h=32)
    s.row("年度资金总额", p.money(1), p.money(2), (p.money(3), 2), "10", p.rate(), p.points())
    for label, a, b, c in p.funds:
        s.row((label, 1, 1, "left"), a, b, (c, 2), "", "", "")
    goals(s, p, ("预期目标", "实际完成情况"), ("年度\n总体目标", 2), 3)
    s.row(("绩效指标", 3), ("年度指标值", 3), ("实际\n完成值", 1, 2), ("分值", 1, 2), ("得分", 1, 2), ("偏差原因分析\n及改进措施", 1, 2))
    s.row("一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位")
    def cells(r):
        op, value, unit = split(r["target"])
        return [(r["level3"], 1, 1, "left"), glyph(op), value, unit, r["actual"], r["weight"], r["score"], (r["note"], 1, 1, "left")]
    s.tree(p.rows, cells)
    s.row(("其他需要说明事项", 3), ("无", ALL))
    total = p.total(p.points())
    s.row(("总分", 7), "100", total, "优")
    rows = indicators(p.rows, separate=True)
    for r in rows:
        r["op"] = glyph(r["op"])
    return s, [found(p, rows, budget(p, weight="10", rate=p.rate(), score=p.points()), fund_rows(p), total, "100", p.goal, p.done,
                     unit_of_money="元" if yuan else "万元")]


def split_value(P):
    yield "01-困难残疾人生活补贴.xls", [yunnan(P["disabled"], True, {"≥": "≧", "=": "═"})]
    yield "02-图书馆免费开放.xlsx", [yunnan(P["library"], numbers=True)]


def numbered_report(P):
    p = P["waste"]
    s = Sheet("510000_0013zp", [11, 12, 16, 24, 14, 14, 11, 13, 9, 9, 30], landscape=True)
    s.line("报表编号：510000_0013zp")
    s.title(f"部门预算项目支出绩效自评表（{p.year}年度）")
    s.row("项目名称", (p.name, ALL, 1, "center"))
    s.row("主管部门", (p.dept, 4), ("实施单位\n（盖章）", 2), (p.unit, ALL), h=32)
    s.row(("项目基本情况", 1, 3), ("1.项目年度目标完成情况", 2, 2, "left"), ("项目年度目标", 4), ("年度目标完成情况", ALL))
    s.row((p.goal, 4, 1, "left"), (p.done, ALL, 1, "left"), h=52)
    s.row(("2.项目实施内容及过程概述", 2, 1, "left"), ("按照实施方案分三批推进，第一批8个小区4月完成，第二批10个小区7月完成，第三批6个小区10月完成。", ALL, 1, "left"), h=34)
    s.row(("预算执行情况（10分）", 1, len(p.funds) + 2), ("年度预算数（万元）", 2), "年初预算", "调整后预算数", ("预算执行数", 2), "预算执行率", "权重", "得分", "原因")
    note = "1.预算执行率=预算执行数/调整后预算数，预算执行率未达到90%的需说明原因（100字以内）；2.年中发生预算调整的，应单独说明理由；3.其他资金包括：社会投入资金、银行贷款。"
    s.row(("总额", 2), p.money(1), p.money(2), (p.money(3), 2), p.rate(), "10", p.points(), (note, 1, len(p.funds) + 1, "left"))
    for label, a, b, c in p.funds:
        s.row((label, 2), a, b, (c, 2), p.rate() if dec(b) else "0.00%", "/", "/")
    s.row(("绩效指标（90分）", 1, len(p.rows) + 1), "一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位", "完成值", "权重", "得分", "未完成原因分析")
    def cells(r):
        op, value, unit = split(r["target"])
        return [(r["level3"], 1, 1, "left"), op, value, unit, r["actual"], r["weight"], r["score"], (r["note"], 1, 1, "left")]
    s.tree(p.rows, cells)
    total = p.total(p.points())
    s.row(("合计", 8), "100", total, "")
    for label, text in (("评价结论", f"本项目自评得分{total}分，年度目标基本实现，分类设施覆盖24个小区。（200字以内）"),
                        ("存在问题", "一是收集亭选址协调难；二是夏季清运频次不足。"), ("改进措施", "会同社区提前落实场地，按季节调整清运班次。")):
        s.row(label, (text, ALL, 1, "left"), h=26)
    s.row(("项目负责人：", 6, 1, "left"), ("财务负责人：", ALL, 1, "left"))
    e = found(p, indicators(p.rows, separate=True), budget(p, weight="10", rate=p.rate(), score=p.points()), fund_rows(p), total, "100", p.goal, p.done)
    yield "01-生活垃圾分类.xlsx", [(s, [e])]


# ---------- F4 -----------------------------------------------------------------------------------------------------------

def haidian(p):
    s = Sheet("附表", [9, 11, 17, 22, 9, 15, 15, 22, 9, 26], landscape=True)
    s.title("项目支出绩效自评表", f"（{p.year}年度）")
    s.row(("项目名称", 2), (p.name, ALL, 1, "center"))
    s.row(("主管部门及代码", 2), ("217-" + p.dept, 3), ("实施单位", 1), (p.unit, ALL, 1, "center"))
    s.row(("项目资金\n（万元）", 2, len(p.funds) + 2), ("", 1), "年初预算数（A）", ("全年执行数（B）", 2), "分值\n（10分）", "执行率（B/A）", "得分", "得分计算方法", h=34)
    s.row("年度资金总额：", p.money(1), (p.money(3), 2), "10", p.rate(1), p.points(1), ("执行率×该指标分值，最高不得超过分值上限。", 1, len(p.funds) + 1, "left"))
    for label, a, _, c in p.funds:
        s.row((label, 1, 1, "left"), a, (c, 2), "—", "", "—")
    s.row(("年度总体\n目标", 1, 2), ("年初设定目标", 4), ("全年实际完成情况", ALL))
    s.row((p.goal, 4, 1, "left"), (p.done, ALL, 1, "left"), h=52)
    s.row(("绩\n效\n指\n标", 1, len(p.rows) + 1), "一级指标", "二级指标", "三级指标", "分值", "年度指标值（A）", "全年实际值（B）", "得分计算方法", "得分", "未完成原因分析", h=34)
    way = lambda r: "完成值达到指标值，记满分；未达到指标值，按B/A×分值记分" if re.match(r"[≥≤]?[\d.]+(?!年|\d)", r["target"]) else "按好、较好、一般、差分档记分"
    s.tree(p.rows, lambda r: [(r["level3"], 1, 1, "left"), r["weight"], r["target"], r["actual"], (way(r), 1, 1, "left"), r["score"], (r["note"], 1, 1, "left")])
    total = p.total(p.points(1))
    s.row(("总分", 4), "100", "", "", "", total, "")
    return s, [found(p, indicators(p.rows), budget(p, (1, 3), "10", p.rate(1), p.points(1)), fund_rows(p, (1, 3)), total, "100", p.goal, p.done,
                     department="217-" + p.dept)]


def zhongjiang(p):
    s = Sheet("绩效目标自评表", [11, 16, 26, 13, 16, 16, 13, 30])
    s.title("绩效目标自评表", f"（{p.year}年度）")
    s.row(("项目名称", 2), (p.name, 2), ("项目负责人\n及电话", 1), ("", ALL), h=32)
    s.row(("主管部门", 2), (p.dept, 2), "实施单位", (p.unit, ALL))
    s.row(("资金情况\n（万元）", 2, len(p.funds) + 2), "", "全年预算数\n（A）", "全年执行数\n（B）", "分值", "执行率\n（B/A）", "得分", h=32)
    s.row(("年度资金总额：", 1, 1, "left"), p.money(2), p.money(3), "10", p.rate(), p.points())
    for label, _, b, c in p.funds:
        s.row((label if "其中" in label else "　　　" + label, 1, 1, "left"), b, c, "", "", "")
    goals(s, p, ("年初设定目标", "年度总体目标完成情况综述"), ("年度\n总体\n目标", 1), 3)
    s.row("一级指标", "二级指标", "三级指标", "分值", "年度指标值", "全年实际值", "得分", "未完成原因及拟采取的改进措施", h=32)
    l1 = lambda t: f"{t}\n（{p.level_weight(t)}分）"
    s.tree(p.rows, lambda r: [(r["level3"], 1, 1, "left"), r["weight"], r["target"], r["actual"], r["score"], (r["note"], 1, 1, "left")], l1=l1)
    total = p.total(p.points())
    s.row(("总分", 3), "100", "", "", total, "")
    s.row(("注：1.一级指标分值统一设置为：产出指标50分、效益指标30分、服务对象满意度指标10分、预算资金执行率10分。\n"
           "2.定性指标根据指标完成情况分为：达成年度指标、部分达成年度指标并具有一定效果、未达成年度指标且效果较差三档，分别按照该指标对应分值区间100%-80%（含）、80%-60%（含）、60%-0%合理确定分值。\n"
           "3.定量指标若为正向指标（≥*），得分=全年实际值（B）/年度指标值（A）×分值；反向指标（≤*），得分=A/B×分值，得分最高不能超过该指标分值上限。", ALL, 1, "left"))
    return s, [found(p, indicators(p.rows, level1=lambda r: l1(r["level1"])), budget(p, (2, 3), "10", p.rate(), p.points()), fund_rows(p, (2, 3)),
                     total, "100", p.goal, p.done)]


def formula_column(P):
    yield "01-敬老院设施改造.xlsx", [haidian(P["elder"])]
    yield "02-饮水安全巩固提升.xls", [zhongjiang(P["water"])]


# ---------- F5 -----------------------------------------------------------------------------------------------------------

def hubei(p, second):
    s = Sheet("项目自评表", [16, 14, 18, 28, 18, 18, 16])
    total = plain(Decimal(p.total(p.points())) + Decimal(second.total()))
    s.title(f"{p.year}年度{p.name}项目绩效自评表")
    s.row((f"单位名称：{p.unit}", 3, 1, "plain"), (f"填报日期：{int(p.year) + 1}年3月10日", 2, 1, "plain"), (f"总分：{total}", 2, 1, "plain"))
    s.row("项目名称", (p.name, ALL))
    s.row("主管部门", (p.dept, 2), "项目实施单位", (p.unit, ALL))
    s.row("项目类别", ("1、部门预算项目☑  2、省直专项□  3、省对下转移支付项目□", ALL, 1, "left"))
    s.row("项目属性", ("1、持续性项目☑  2、新增性项目□", ALL, 1, "left"))
    s.row("项目类型", ("1、常年性项目☑  2、延续性项目□  3、一次性项目□", ALL, 1, "left"))
    s.row(("预算执行情况（万元）（20分）", 1, 2), ("", 2), "预算数（A）", "执行数（B）", "执行率（B/A）", "得分（20分*执行率）", h=32)
    s.row(("年度财政资金总额", 2), p.money(2), p.money(3), p.rate(places=0), p.points())
    for i, part in enumerate((p, second), 1):
        s.row((f"年度绩效目标{i}\n（40分）", 1, len(part.rows) + 1), "一级指标", "二级指标", "三级指标", "年初目标值（A）", "实际完成值（B）", "得分")
        s.tree(part.rows, lambda r: [(r["level3"], 1, 1, "left"), r["target"], r["actual"], r["score"]])
    s.row(("总分", 6), total)
    s.row("偏差大或目标未完成原因分析", ("疫情面积下降未达到10%，主要是相邻乡镇疫木清理滞后，存在跨区传播。", ALL, 1, "left"), h=36)
    s.row("改进措施及结果应用方案", ("建立联防联治机制，自评结果作为下年预算安排的参考。", ALL, 1, "left"), h=36)
    s.row(("备注：1.预算执行情况口径：预算数为调整后财政资金总额（包括上年结余结转），执行数为资金使用单位财政资金实际支出数。\n2.定量指标完成数汇总原则：绝对值直接累加计算，相对值按照资金额度加权平均计算。", ALL, 1, "left"))
    return s, [found(p, indicators(p.rows + second.rows, ("weight", "note")), budget(p, (2, 3), None, p.rate(places=0), p.points()), total=total)]


def guangshui(p):
    sums = [f[2] for f in p.funds]
    whole, spent = str(sum(map(int, sums))), "171"
    total = p.total()
    s = Sheet("自评表", [12, 14, 17, 22, 16, 16, 9, 9, 30], landscape=True)
    s.title(f"{p.year}年度项目绩效自评表", right="单位：万元")
    s.row("项目名称", (p.name, 4), ("自评总分：" + total, ALL))
    s.row("主管部门", (p.dept, 4), ("项目单位", 1), (p.unit, ALL))
    s.row(("项目资金\n（万元）", 1, 2), "中央", "省、地", "本级", "其他", "合计", ("执行数", 2), "执行率")
    s.row(*sums, whole, (spent, 2), "95%")
    s.row("评价内容", "一级指标", "二级指标", "三级指标", "年初指标值", "年终完成值", "自评分", "复核分", "评价标准")
    why = {"监理到位率": "监理到位8分；有一个标段未到位扣2分", "完工时间": "按期完工12分；每逾期一个月扣1.5分"}
    block = [r for r in p.rows if not r["level1"].startswith("项目")]
    cells = lambda r: [(r["level3"], 1, 1, "left"), r["target"], r["actual"], r["score"], "", (why.get(r["level3"], "达到指标值得满分"), 1, 1, "left")]
    s.tree([r for r in p.rows if r not in block], cells, cols=(2, 1))
    k = s.r
    for y in range(k, k + len(block)):      # 项目绩效（85分） stands left of its 一级 groups
        s.cells[y, 0] = (None, "center")
        s.covered.add((y, 0))
    s.cells[k, 0] = ("项目绩效（85分）", "center")
    s.merges.append((k, 0, k + len(block) - 1, 0))
    s.tree(block, cells)
    s.row(("注：三级指标分值按三级指标个数平均确定，四舍五入保留整数。", ALL, 1, "left"))
    return s, [found(p, indicators(p.rows, ("weight", "note")), budget() | {"full_year": whole, "executed": spent, "rate": "95%"}, fund_rows(p, (2,)), total=total)]


def execution_20(P):
    yield "01-松材线虫病防治.xlsx", [hubei(P["pine"], P["pine2"])]


def three_part(P):
    yield "01-乡村道路安全防护.xls", [guangshui(P["guard"])]


# ---------- F6 -----------------------------------------------------------------------------------------------------------

def coefficient(P):
    p = P["flood"]
    total = p.total(p.points())
    for file, numbers, kinds in (("01-中小河流防汛.xlsx", True, False), ("02-中小河流防汛-定量定性.xls", False, True)):
        s = Sheet("项目自评表", [24, 12, 13, 15, 15, 15, 13, 13, 13, 12], numbers, True)
        s.title(f"{p.year}年度项目支出绩效自评表", right="单位：万元")
        s.row("项目名称", (p.name, 4), "自评总分(分)", (total, ALL))
        s.row("主管部门", (p.dept, 4), "财政处室", ("农业科", ALL))
        s.row("实施单位", (p.unit, 4), "部门联系人", ("", 2), "联系电话", "")
        s.row(("预算执行情况", 1, 2), ("年初预算数", 2), "全年（调整）\n预算数", ("全年执行数", 2), "执行率(%)", "执行率\n权重", ("执行率得分\n(分)", ALL), h=32)
        s.row((p.money(1), 2), p.money(2), (p.money(3), 2), "98", "10", (p.points(), ALL))
        s.row(("年初绩效目标", 3), ("全年（调整）绩效目标", 3), ("全年目标实际完成情况", ALL))
        s.row((p.goal, 3, 1, "left"), (p.goal2, 3, 1, "left"), (p.done, ALL, 1, "left"), h=66)
        s.row("指标名称", "计量单位", "指标性质", "年初指标值", "调整指标值", "全年完成值", "得分系数\n(%)", "指标权重\n(分)", "指标得分\n(分)", "是否核心\n指标", h=32)
        for r in p.rows:
            op, value, unit = split(r["target"])
            if kinds:
                value = value if op == "定性" else op + value
            shown = {"定性": "定性指标"}.get(op, "定量指标") if kinds else op
            s.row((r["level3"], 1, 1, "left"), unit, shown, ("" if op == "定性" or not kinds else op) + r["note"], value, r["actual"], r["x1"], r["weight"], r["score"], r["x2"])
            assert dec(r["score"]) == dec(r["weight"]) * dec(r["x1"]) / 100
        rows = indicators(p.rows, ("level1", "level2", "note"), separate=True)
        yield file, [(s, [found(p, rows, budget(p, weight="10", rate="98", score=p.points()), total=total, target=p.goal2, actual=p.done)])]


# ---------- F7 -----------------------------------------------------------------------------------------------------------

def transfer_head(s, p, name, people, block, marks, label="项目资金\n（万元）", share="预算执行率（B/A）"):
    s.title(name, f"（{p.year}年度）")
    for line in people:
        s.row(*line)
    s.row((label, 2, len(p.funds) + 2), ("", 2), marks[0], marks[1], (share, ALL))
    s.row((block, 2, 1, "left"), p.money(2), p.money(3), (p.rate(places=1), ALL))
    for text, _, b, c in p.funds:
        s.row((text, 2, 1, "left"), b, c, ("" if not dec(b) else f"{dec(c) / dec(b) * 100:.1f}%", ALL))


def scitech(p):
    s = Sheet("自评表", [7, 12, 18, 28, 19, 19, 30])
    transfer_head(s, p, "转移支付区域（项目）绩效目标自评表",
                  [(("转移支付（项目）名称", 3), (p.name, ALL)), (("中央主管部门", 3), (p.dept, ALL)),
                   (("地方主管部门", 3), ("青禾县卫生健康局", 1), "实施单位", (p.unit, ALL))], "年度资金总额：", ("全年预算数（A）", "全年执行数（B）"))
    goals(s, p, ("年初设定目标", "全年实际完成情况"), ("年度\n总体\n目标", 1), 3)
    s.row(("绩\n效\n指\n标", 1, len(p.rows) + 1), "一级指标", "二级指标", "三级指标", "年度指标值", "全年完成值", "未完成原因和改进措施")
    s.tree(p.rows, lambda r: [(r["level3"], 1, 1, "left"), r["target"], r["actual"], (r["note"], 1, 1, "left")])
    s.row("说明", ("无", ALL))
    s.row(("注：1.其他资金包括与中央财政资金、地方财政资金共同投入到同一项目的自有资金、社会资金，以及以前年度的结转结余资金等。\n2.全年执行数是指按照国库集中支付制度要求所形成的实际支出。", ALL, 1, "left"))
    return s, [found(p, indicators(p.rows, ("weight", "score")), budget(p, (2, 3), rate=p.rate(places=1)), fund_rows(p, (2, 3)), target=p.goal, actual=p.done, department=None)]


def newer(p):
    s = Sheet("自评表", [7, 12, 18, 28, 19, 19, 30], True)
    transfer_head(s, p, "转移支付区域（项目）绩效目标自评表",
                  [(("转移支付（项目）名称", 3), (p.name, ALL)), (("中央主管部门", 3), (p.dept, ALL)),
                   (("地方主管部门", 3), ("白鹭市林业局", 1), "资金使用单位", (p.unit, ALL))], "年度资金总额", ("全年预算数（A）", "全年执行数（B）"),
                  "资金投入情况\n（万元）", "预算执行率\n（B/A×100%）")
    about = {"分配科学性": "按任务量和绩效因素分配", "下达及时性": "收到指标文件后28日内下达", "拨付合规性": "按国库集中支付制度拨付", "使用规范性": "专款专用，未发现截留挪用",
             "执行准确性": "按批复方案执行", "预算绩效管理情况": "同步下达绩效目标并开展监控", "支出责任履行情况": "地方配套资金足额到位"}
    s.row(("资金管理情况", 2, len(about) + 1), ("", 2), ("情况说明", 2), ("存在问题和改进措施", ALL))
    for k, v in about.items():
        s.row((k, 2), (v, 2, 1, "left"), ("无", ALL))
    goals(s, p, ("年初设定目标", "全年实际完成情况"), ("年度\n总体\n目标", 1), 3)
    s.row(("绩\n效\n指\n标", 1, len(p.rows) + 1), "一级指标", "二级指标", "三级指标", "指标值", "全年实际完成值", "未完成原因和改进措施")
    s.tree(p.rows, lambda r: [(r["level3"], 1, 1, "left"), r["target"], r["actual"], (r["note"], 1, 1, "left")])
    s.row("说明", ("无", ALL))
    return s, [found(p, indicators(p.rows, ("weight", "score")), budget(p, (2, 3), rate=p.rate(places=1)), fund_rows(p, (2, 3)), target=p.goal, actual=p.done, department=None)]


def yuanzhou(p):
    s = Sheet("Sheet1", [7, 12, 17, 26, 18, 18, 9, 9, 24])
    s.title("转移支付项目绩效目标自评表", f"（{p.year}年度）")
    s.row(("项目名称", 2), (p.name, ALL))
    s.row(("自治区主管部门", 2), (p.dept, 2), "实施单位", (p.unit, ALL))
    s.row(("项目实施期", 2), ("2022年1月-2022年12月", 2), "项目总得分", (p.total() + "分", ALL))
    s.row(("项目资金\n（万元）", 2, len(p.funds) + 2), ("", 2), "全年预算数（A）", "全年执行数（B）", ("预算执行率（B/A）", ALL))
    s.row(("年度资金总额", 2, 1, "left"), p.money(2), p.money(3), (p.rate(places=0), ALL))
    for label, _, b, c in p.funds:
        s.row((label, 2, 1, "left"), b, c, (p.rate(places=0) if dec(b) else "", ALL))
    goals(s, p, ("年初设定目标", "全年实际完成情况"), ("年度\n总体\n目标", 1), 3)
    s.row(("绩\n效\n指\n标", 1, len(p.rows) + 1), "一级指标", "二级指标", "三级指标", "年度指标值", "全年完成值", "分值", "得分", "未完成原因和改进措施", h=32)
    l1 = lambda t: f"{t}（{p.level_weight(t)}分）"
    s.tree(p.rows, lambda r: [(r["level3"], 1, 1, "left"), r["target"], r["actual"], r["weight"], r["score"], (r["note"], 1, 1, "left")], l1=l1)
    return s, [found(p, indicators(p.rows, level1=lambda r: l1(r["level1"])), budget(p, (2, 3), rate=p.rate(places=0)), fund_rows(p, (2, 3)),
                     p.total() + "分", target=p.goal, actual=p.done)]


def suining(p):
    s = Sheet("自评表", [12, 17, 26, 17, 17, 32])
    s.title("转移支付绩效目标自评表", f"（{p.year}年度）")
    s.row(("填报类型：整体□   区域√   项目□", ALL, 1, "plain"))
    s.row("转移支付名称", (p.name, ALL))
    s.row("县级主管部门", (p.dept, 2), "资金使用单位", (p.unit, ALL))
    s.row("转移支付预算数（A）", "5.8万", "转移支付执行数（B）", "5.8万", "执行率（B/A）", "100%", h=32)
    s.row(("年度总体目标", 1, 2), ("年初设定目标", 2), ("全年实际完成情况", ALL))
    s.row((p.goal, 2, 1, "left"), (p.done, ALL, 1, "left"), h=52)
    s.row("一级指标", "二级指标", "三级指标", "指标值", "完成值", "未完成原因和改进措施")
    s.tree(p.rows, lambda r: [(r["level3"], 1, 1, "left"), r["target"], r["actual"], ""])
    return s, [found(p, indicators(p.rows, ("weight", "score")), budget() | {"full_year": "5.8万", "executed": "5.8万", "rate": "100%"}, target=p.goal, actual=p.done)]


def transfer(P):
    yield "01-基本公共卫生服务.xlsx", [scitech(P["health"])]
    yield "02-林业草原生态保护恢复.xlsx", [newer(P["forest"])]
    yield "03-科普活动专项.xlsx", [suining(P["science"])]


def transfer_scored(P):
    yield "01-特色产业奖补.xls", [yuanzhou(P["industry"])]


# ---------- F8a ----------------------------------------------------------------------------------------------------------

def department_form(p, done):
    """done: a funds block with 名称 | 完成情况"""
    s = Sheet("部门整体自评表", [6, 10, 19, 26, 11, 16, 16, 9.5, 28], numbers=not done)
    s.title("部门整体支出绩效自评表", f"（{p.year}年度）", "单位：万元")
    s.row(("预算部门" if done else "单位名称", 2), (p.dept if done else p.unit, ALL))
    n = len(p.funds)
    if done:
        s.row(("年度主要任务及预算执行情况", 2, n + 2), "名称", "完成情况", "全年预算数", "全年执行数", "分值", "执行率", "得分", h=32)
        s.row("年度资金总额", "", p.money(2), p.money(3), "10", p.rate(), p.points())
        for label, _, b, c, text in p.funds:
            s.row((label, 1, 1, "left"), (text, 1, 1, "left"), b, c, "—", f"{dec(c) / dec(b) * 100:.2f}%", "—")
    else:
        s.row(("部门整体支出\n（万元）", 2, n + 2), "名称", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分", h=32)
        s.row("年度资金总额", p.money(1), p.money(2), p.money(3), "10", p.rate(), p.points())
        for label, a, b, c in p.funds:
            s.row((label if "其中" in label else "　　　" + label, 1, 1, "left"), a, b, c, "—", f"{dec(c) / dec(b) * 100:.2f}%", "—")
    goals(s, p, ("预期目标", "实际完成情况"), ("年度\n总体\n目标", 1), 4)
    s.row(("绩\n效\n指\n标", 1, len(p.rows) + 1), "一级指标", "二级指标", "三级指标", "分值", "年度\n指标值", "实际\n完成值", "得分", "偏差原因分析\n及改进措施", h=32)
    s.tree(p.rows, lambda r: [(r["level3"], 1, 1, "left"), r["weight"], r["target"], r["actual"], r["score"], (r["note"], 1, 1, "left")])
    total = p.total(p.points())
    s.row(("总分", 4), "100", "", "", total, "")
    cols = (2, 3) if done else (1, 2, 3)
    return s, [found(p, indicators(p.rows), budget(p, cols, "10", p.rate(), p.points()), fund_rows(p, cols), total, "100", p.goal, p.done, kind="dept", name=None)]


def department(P):
    yield "01-水利局整体支出.xlsx", [department_form(P["dept"], False)]
    yield "02-档案馆整体支出.xls", [department_form(P["dept2"], True)]


# ---------- F9 -----------------------------------------------------------------------------------------------------------

def two_terms(p, shared):
    """mid-term left, annual right; shared: one 一级 column for both halves"""
    widths = [6, 11, 17, 24, 17] + ([] if shared else [11]) + [17, 24, 17]
    s = Sheet("绩效目标申报表", widths, landscape=True)
    half = len(widths) - 5
    s.title("项目支出绩效目标申报表", f"（{p.year}年度）")
    s.row(("项目名称", 2), (p.name, ALL))
    s.row(("主管部门及代码", 2), (p.dept, 3), ("实施单位", 1), (p.unit, ALL))
    s.row(("项目属性", 2), ("新增项目", 3), ("项目期", 1), ("3年", ALL))
    mid = ["2800.00", "2200.00", "600.00"]
    labels = ["中期资金总额：", *(f[0] for f in p.funds)], ["年度资金总额：", *(f[0] for f in p.funds)]
    year = [p.money(1), *(f[1] for f in p.funds)]
    for i in range(3):
        s.row(*([("项目资金\n（万元）", 2, 3)] if not i else []), (labels[0][i], 1, 1, "left"), (mid[i], 2), (labels[1][i], 1 if shared else 2, 1, "left"), (year[i], ALL))
    s.row(("总体\n目标", 1, 2), ("中期目标（2024年—2026年）", 4), ("年度目标", ALL))
    s.row((p.goal2, 4, 1, "left"), (p.goal, ALL, 1, "left"), h=52)
    heads = ["一级指标", "二级指标", "三级指标", "指标值"]
    s.row(("绩\n效\n指\n标", 1, len(p.rows) + 1), *heads, *(heads[1:] if shared else heads))
    rows = p.rows
    for i, r in enumerate(rows):
        def group(*keys):
            same = lambda x: all(x[k] == r[k] for k in keys)
            if i and same(rows[i - 1]):
                return []
            return [(r[keys[-1]], 1, next((j for j in range(i, len(rows)) if not same(rows[j])), len(rows)) - i)]
        one, two = group("level1"), group("level1", "level2")
        s.row(*one, *two, (r["level3"], 1, 1, "left"), r["actual"], *([] if shared else one), *two, (r["level3"], 1, 1, "left"), r["target"])
    return s, [found(p, indicators(rows, ("actual", "weight", "score", "note")), budget(p, (1,)), fund_rows(p, (1,)), target=p.goal, kind="goal")]


def decl(p):
    s = Sheet("绩效目标申报表", [9, 13, 19, 30, 20, 24], True)
    s.title("财政项目支出绩效目标申报表", f"（{p.year}年度）", "单位：元")
    s.row(("项目名称", 2), (p.name, ALL))
    s.row(("主管部门及代码", 2), (p.dept, 2), "实施单位", (p.unit, 1))
    s.row(("项目性质", 2), ("一次性项目", 2), "项目类别", "特定目标类")
    s.row(("计划开始日期", 2), ("2026/1/1", 2), "计划结束日期", "2028/12/31")
    whole = [("项目资金总额", "1,500,000.00"), ("其中：财政资金", "1,440,000.00"), ("年度资金申请总额", p.money(1))]
    for i, (label, value) in enumerate(whole + [(f[0], f[1]) for f in p.funds]):
        s.row(*([("项目资金\n（元）", 2, len(whole) + len(p.funds))] if not i else []), (("　　" if label in ("上年结转资金", "其他资金") else "") + label, 2, 1, "left"), (value, ALL))
    s.row(("项目总目标", 2), (p.goal2, ALL, 1, "left"), h=36)
    s.row(("年度总体目标", 2), (p.goal, ALL, 1, "left"), h=36)
    s.row(("绩效指标", 1, len(p.rows) + 1), "一级指标", "二级指标", ("三级指标", 2), "指标值")
    s.tree(p.rows, lambda r: [(r["level3"], 2, 1, "left"), r["target"]])
    return s, [found(p, indicators(p.rows, ("actual", "weight", "score", "note")), budget(p, (1,)), fund_rows(p, (1,)), target=p.goal, kind="goal", unit_of_money="元")]


def flat_target(p):
    s = Sheet("绩效目标", [14, 19, 32, 12, 16, 12, 12])
    s.title("部门预算项目绩效目标表", f"（{p.year}年度）")
    s.row("项目名称", (p.name, ALL))
    s.row("单位信息", (p.unit, 2), "项目经办人", "", ("预算执行率权重(%)", 1), "10", h=32)
    s.row("整体目标", (p.goal, ALL, 1, "left"), h=30)
    s.row("一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位", "权重(%)")
    for r in p.rows:
        s.row(r["level1"], r["level2"], (r["level3"], 1, 1, "left"), *split(r["target"]), r["actual"])
    rows = indicators(p.rows, ("score", "note", "actual"), separate=True, weight=lambda r: r["actual"])
    return s, [found(p, rows, budget(), target=p.goal, kind="goal")]


def target(P):
    yield "01-供热管网改造-中期年度.xlsx", [two_terms(P["heating"], True)]
    yield "02-供热管网改造-两套表头.xls", [two_terms(P["heating"], False)]
    yield "03-耕地质量调查.xlsx", [decl(P["survey"])]
    yield "04-公交运营补贴.xlsx", [flat_target(P["bus"])]


# ---------- F10 ----------------------------------------------------------------------------------------------------------

def monitoring(P):
    p = P["monitor"]
    ask = ["经费保障", "制度保障", "人员保障", "硬件条件保障", "其他"]
    odds = ["确定能", "有可能", "完全不可能"]
    s = Sheet("监控表", [6, 10, 17, 24, 14, 14, 14] + [5.5] * 5 + [22] + [5.5] * 3 + [12], landscape=True)
    s.title("项目支出绩效运行监控表", f"（{p.year}年度）")
    s.row(("项目名称", 2), (p.name, ALL, 1, "center"))
    s.row(("主管部门", 2), (p.dept, 4), ("实施单位", 1), (p.unit, ALL, 1, "center"))
    s.row(("项目资金\n（万元）", 2, len(p.funds) + 2), "", "年初预算数", ("1-7月执行数", 2), ("1-7月执行率", 4), ("全年预计执行数", ALL))
    for i, (label, a, now, year) in enumerate([["年度资金总额", p.money(1), p.money(2), p.money(3)]] + p.funds):
        s.row((label if not i or "其中" in label else "　　　" + label, 1, 1, "left"), a, (now, 2), (f"{dec(now) / dec(a) * 100:.2f}%", 4), (year, ALL))
    s.row(("年度总体目标", 2), (p.goal, ALL, 1, "left"), h=26)
    s.row(("绩\n效\n指\n标", 1, len(p.rows) + 2), ("一级指标", 1, 2), ("二级指标", 1, 2), ("三级指标", 1, 2), ("年度指标值", 1, 2), ("1-7月\n执行情况", 1, 2), ("全年预计\n完成情况", 1, 2),
          ("偏差原因分析", 6), ("完成目标可能性", 3), ("备注", 1, 2), h=24)
    s.row(*("\n".join(re.findall("..?", a)) for a in ask), "原因说明", *("\n".join(re.findall("..?", a)) for a in odds), h=56)
    def cells(r):   # after the target: 1-7月, 全年预计, which tick, 原因说明, which odds, 备注
        return [(r["level3"], 1, 1, "left"), r["target"], r["actual"], r["weight"], *("√" if r["score"] == a else "" for a in ask), (r["note"], 1, 1, "left"),
                *("√" if r["x1"] == o else "" for o in odds), r["x2"]]
    s.tree(p.rows, cells)
    e = found(p, indicators(p.rows, ("weight", "score")), budget() | {"initial": p.money(1), "executed": p.money(2), "rate": "55.00%"},
              [{"label": f[0], "initial": f[1], "full_year": None, "executed": f[2]} for f in p.funds], target=p.goal, kind="monitoring")
    yield "01-应急广播体系建设.xlsx", [(s, [e])]
    t = Sheet("绩效监控", [14, 18, 28, 11, 16, 11, 26, 18, 30], landscape=True)
    t.row("一级指标", "二级指标", "三级指标名称", "计算符号", "年度指标值", "计量单位", "*当前完成值（定量填数字，定性填达成、部分达成、未达成）", "*完成可能性分析", "偏差原因说明", h=36)
    rows = []
    for r in p.rows[:6]:
        op, value, unit = split(r["target"])
        m = re.match(r"\d+", r["actual"])
        now = "未达成" if op == "定性" else m[0]
        t.row(r["level1"], r["level2"], (r["level3"], 1, 1, "left"), op, value, unit, now, r["x1"], (r["note"], 1, 1, "left"))
        rows.append({**r, "actual": now})
    e = found(p, indicators(rows, ("weight", "score"), separate=True), budget(), kind="monitoring", name=None, department=None, unit=None)
    yield "02-监控导入模板.xls", [(t, [e])]


# ---------- F11 ----------------------------------------------------------------------------------------------------------

def import_sheet(p):
    s = Sheet("自评指标", [13, 18, 26, 10, 16, 22, 10, 22, 22, 11, 26, 30], landscape=True)
    s.row("一级指标", "二级指标", "三级指标名称", "计算符号", "指标值", "*实际完成值（定量填数字，定性填达成、部分达成、未达成）", "计量单位",
          "*分值 数量(20)、质量(10)、时效(10)、成本(10)、效益(30)、满意度(10)", "*指标得分（定量系统自动计算，定性必填，达成在分值的80%-100%之间）", "扣减分数", "完成情况简要描述（定量选填，定性必填）", "偏差原因及改进措施（指标未完成时必填）", h=64)
    for r in p.rows:
        op, value, unit = split(r["target"])
        words = {"达成": "按计划完成", "部分达成": "山区村带动效果一般"}.get(r["actual"], "")
        s.row(r["level1"], r["level2"], (r["level3"], 1, 1, "left"), op, value, r["actual"], unit, r["weight"], r["score"], "0", (words, 1, 1, "left"), (r["note"], 1, 1, "left"))
    return s, [found(p, indicators(p.rows, separate=True), budget(), name=None)]


def review(p, sheet, spent, done, note=""):
    """复核表: the first row of the list is the execution"""
    s = Sheet(sheet, [12, 17, 26, 10, 14, 10, 8, 14, 10, 14, 10, 12, 24], landscape=True)
    s.line(sheet)
    s.title(f"{p.name}项目支出绩效自评复核表")
    s.row("一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位", "权重", "自评完成值", "自评得分", "复核完成值", "复核得分", "复核指标偏差(偏离度)", "备注", h=34)
    off = lambda a, b: f"{(dec(a) - dec(b)) / dec(a) * 100:.2f}%"
    s.row("预算执行", "预算执行率", "预算执行率", "≥", "90", "%", "10", spent, done, spent, done, "0.00%", note)
    def cells(r):
        return [(r["level3"], 1, 1, "left"), *split(r["target"]), r["weight"], r["actual"], r["score"], r["x1"], r["x2"], off(r["score"], r["x2"]), (r["note"], 1, 1, "left")]
    s.tree(p.rows, cells)
    total, seen = p.total(done), plain(sum((dec(r["x2"]) for r in p.rows), Decimal(done)))
    s.row(("合计", 6), "100", "", total, "", seen, off(total, seen), "")
    return s, [found(p, indicators(p.rows, separate=True), budget(weight="10", score=done), total=total, total_weight="100")], (p.name, total, seen, off(total, seen))


def system_import(P):
    yield "01-项目支出绩效自评指标完成情况导入模板20250310.xls", [import_sheet(P["import"])]


def review_paper(P):
    one, two = review(P["review1"], "附件1", "96.5", "9.65"), review(P["review2"], "附件2", "100", "10")
    diff = Sheet("差值表", [44, 12, 12, 12])
    diff.row("项目名称", "自评", "复核", "偏差")
    for x in (one, two):
        diff.row(*x[2])
    stray = Sheet("Sheet4", [12])
    stray.row("96.5")
    yield "01-社区养老等项目复核表.xlsx", [one[:2], two[:2], (diff, []), (stray, [])]


# ---------- lists --------------------------------------------------------------------------------------------------------

def indicator_list(P):
    for file, merged in (("01-逐行重复.xlsx", False), ("02-项目列合并.xls", True)):
        s = Sheet("项目支出绩效自评明细", [6, 20, 20, 22, 11, 11, 11, 11, 12, 18, 22, 16, 14, 8, 9, 26, 10], numbers=merged, landscape=True)
        s.title("2024年度项目支出绩效自评指标明细表", right="单位：万元")
        s.row("序号", "项目名称", "主管部门", "实施单位", "年初预算数", "全年预算数", "全年执行数", "预算执行率", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施", "自评总分", h=34)
        es = []
        for k, p in enumerate((P["lamp"], P["toilet"]), 1):
            total = p.total(p.points())
            left = [str(k), p.name, p.dept, p.unit, p.money(1), p.money(2), p.money(3), p.rate()]
            cells = lambda r: [(r["level3"], 1, 1, "left"), r["target"], r["actual"], r["weight"], r["score"], (r["note"], 1, 1, "left")]
            if merged:
                head = [(t, 1, len(p.rows)) for t in left]
                for i, r in enumerate(p.rows):
                    s.row(*(head if not i else []), r["level1"], r["level2"], *cells(r), *([(total, 1, len(p.rows))] if not i else []))
            else:
                for i, r in enumerate(p.rows):
                    s.row(*left, r["level1"], r["level2"], *cells(r), total)
            es.append(found(p, indicators(p.rows), budget(p, rate=p.rate()), total=total))
        yield file, [(s, es)]


def project_list(P):
    rows = [("QH2024001", "村道太阳能路灯安装", "青禾县云渡镇人民政府", "45.00", "45.00", "44.10", "98.00%", "99.5", "优"),
            ("QH2024002", "农村户厕改造", "青禾县柳湾镇人民政府", "66.00", "66.00", "59.40", "90.00%", "96", "优"),
            ("QH2024003", "乡镇文化站设备购置", "青禾县文化馆", "0.00", "32.50", "26.00", "80.00%", "88.25", "良"),
            ("QH2024004", "森林防火视频监控", "青禾县林业局", "120.00", "98.00", "58.80", "60.00%", "76.4", "中")]
    s = Sheet("自评汇总表", [6, 14, 26, 26, 14, 17, 14, 13, 10, 12], landscape=True)
    s.title("2024年度项目支出绩效自评情况汇总表", right="单位：万元")
    s.row("序号", "项目编码", "项目名称", "预算单位", "年初预算数", "当年(调整后)\n预算数", "全年执行数", "预算执行率", "得分", "自评结论", h=34)
    for i, r in enumerate(rows, 1):
        s.row(str(i), *r)
    total = lambda k: str(sum(Decimal(r[k]) for r in rows))
    s.row(("合计", 4), total(3), total(4), total(5), "77.97%", "", "")
    es = []
    for r in rows:
        p = Project("", r[1], "", r[2], "2024")
        es.append(found(p, [], budget() | dict(initial=r[3], full_year=r[4], executed=r[5], rate=r[6]), total=r[7]))
    yield "01-项目支出自评汇总.xlsx", [(s, es)]


# ---------- F12: to be recognised and refused ------------------------------------------------------------------------------

def booklet(P):
    c = Sheet("封面", [22, 50])
    c.title("项目支出绩效自评报告")
    for a, b in (("评价类型", "项目实施过程评价□    项目完成结果评价☑"), ("项目名称", "农村公路安防工程"), ("项目单位", "青禾县公路养护中心"), ("主管部门", "青禾县交通运输局"),
                 ("评价方式", "部门（单位）绩效自评"), ("评价机构", "部门（单位）评价组☑   中介机构□"), ("报告日期", "2023年3月10日")):
        c.row((a, 1, 1, "plain"), (b, 1, 1, "plain"), h=34)
    c.line("青禾县财政局（制）", "subtitle", 40)
    s = Sheet("正文", [16, 16, 16, 16, 16, 16])
    s.line("一、项目基本概况", "plain", 28)
    s.row("项目负责人", ("", 2), "联系电话", ("", ALL))
    s.row("地址", ("青禾县云渡镇", 2), "邮编", ("", ALL))
    s.row("项目起止时间", ("2022年3月—2022年11月", ALL))
    for label, sums in (("计划安排资金", "210 150 40 0 20 0"), ("实际到位资金", "210 150 40 0 20 0"), ("实际支出", "203.5 150 36.5 0 17 0"), ("结余", "6.5 0 3.5 0 3 0")):
        a = sums.split()
        s.row((label + "（万元）", 1, 2), "合计", "其中：中央财政", "省财政", "市财政", "县财政及其它", h=32)
        s.row(a[0], a[1], a[2], a[3], a[4])
    s.line("二、项目支出明细情况", "plain", 28)
    s.row(("支出内容", 2), "实际支出数", ("会计凭证号", 2), "备注")
    for a in (("波形护栏采购安装", "128.60", "2022年6月-31#"), ("标志标线", "46.40", "2022年8月-17#"), ("监理费", "9.50", "2022年10月-08#"), ("设计费", "19.00", "2022年4月-22#")):
        s.row((a[0], 2), a[1], (a[2], 2), "")
    s.row(("支出合计", 2), "203.50", ("", 2), "")
    s.line("三、项目绩效情况", "plain", 28)
    s.row(("项目绩效定性目标及实施计划完成情况", 1, 1), ("完成县道、乡道安防设施安装18公里，降低了隐患路段事故发生率，群众出行安全得到保障。", ALL, 1, "left"), h=60)
    s.row(("项目绩效定量目标及完成情况", 1, 1), ("安装波形护栏18公里，完成18.2公里；验收合格率100%。", ALL, 1, "left"), h=60)
    s.line("四、自评结论", "plain", 28)
    s.row("评价等次", ("优秀", ALL))
    yield "01-农村公路安防工程自评报告.xlsx", [(c, None), (s, None)]


# ---------- truths of the grid, on the F1 layout -----------------------------------------------------------------------------

def grid_truths(P):
    lamp, toilet = P["lamp"], P["toilet"]

    def find(s, text, nth=0):
        return [k for k, (t, _) in sorted(s.cells.items()) if t and t.replace("\n", "") == text][nth]

    def span(s, at):
        return next((m for m in s.merges if m[:2] == at), (*at, *at))

    s, e = f1(lamp)
    a, b = span(s, find(s, "产出指标")), span(s, find(s, "项目资金（万元）"))
    s.overlaps = [(a[0], a[1], a[2] + 1, a[3]), (a[0], a[1], a[0] + 1, a[1]), (b[0], b[1], b[0], b[3] + 1)]
    yield "01-合并区域重叠.xlsx", [(s, e)]
    s, e = f1(lamp)
    yield "02-无合并文字重复.xlsx", [(s.unmerge(True), e)]
    s, e = f1(lamp)
    yield "03-无合并文字仅首格.xlsx", [(s.unmerge(False), e)]
    s, e = f1(toilet)
    yield "04-前有空行空列.xlsx", [(s.moved(4, 2), e)]

    s, e = f1(toilet)
    for text in ("年度总体目标", "产出指标", "效益指标", "满意度指标"):
        at = find(s, text)
        s.cells[at] = ("\n".join(text), "center")
    at = find(s, "项目资金（万元）")
    s.cells[at] = ("项\n目\n资\n金\n（万元）", "center")
    for x in e[0]["expect"]["indicators"]:
        x["level1"] = "\n".join(x["level1"])
    yield "05-标签一字一行.xls", [(s, e)]

    s, e = page_break(lamp)
    yield "06-分页重打表头.xlsx", [(s, e)]
    for file, gap in (("07-两表上下有空行.xlsx", 2), ("08-两表上下无空行.xls", 0)):
        (s, e), (t, f) = f1(lamp), f1(toilet)
        yield file, [(s.below(t, gap), e + f)]

    s, e = f1(lamp)
    cols = [m for m in s.merges if m[1] in (1, 2) and m[1] == m[3] and s.cells[m[:2]][0].endswith("指标")]
    s.unmerge(False, lambda m: m in cols)
    yield "09-级别仅写首行.xlsx", [(s, e)]
    yield "10-三级指标带子项.xlsx", [parent_rows(P["road"])]
    yield "11-一组一个分数.xlsx", [group_score(lamp)]
    s, e = f1(toilet)
    at = find(s, "总分")
    s.cells[at] = (None, "center")
    yield "12-总分行无标签.xlsx", [(s, e)]
    book = []
    for i, pair in enumerate(("☑□", "√口", "■□", "þ□", "R○"), 1):
        book.append(f1(lamp if i % 2 else toilet, ticks=pair, sheet=f"项目{i}"))
    yield "13-勾选写法.xlsx", book


def relaid(p, parts, cells=None):
    """The F1 form of p with another indicator block: one block, with its head, for each part."""
    full, e = f1(p)
    s = Sheet("自评表", WIDE)
    s.r = next(r for (r, c), (t, _) in sorted(full.cells.items()) if t == "一级指标")
    s.cells = {k: v for k, v in full.cells.items() if k[0] < s.r}
    s.merges = [m for m in full.merges if m[2] < s.r]
    s.heights = {r: h for r, h in full.heights.items() if r < s.r}
    for rows in parts:
        s.row(("绩\n效\n指\n标", 1, len(rows) + 1), "一级指标", "二级指标", "三级指标", "年度\n指标值", "实际\n完成值", "分值", "得分", "偏差原因分析\n及改进措施", h=32)
        s.tree(rows, cells or (lambda r: [(r["level3"], 1, 1, "left"), r["target"], r["actual"], r["weight"], r["score"], (r["note"], 1, 1, "left")]))
    s.row(("总分", 6), "100", e[0]["expect"]["total"], "")
    return s, e


def page_break(p):
    """After the first 效益 row the page ends: the head and 绩效指标 / 效益指标 are printed again."""
    cut = next(i for i, r in enumerate(p.rows) if r["level1"] == "效益指标") + 1
    return relaid(p, [p.rows[:cut], p.rows[cut:]])


def parent_rows(p):
    """A 三级 row with only 分值/得分 and its parts below with only the values."""
    rows = []
    for r in p.rows:
        if r["level3"] == "养护工程验收合格率":
            rows.append({**r, "target": "", "actual": "", "level3": "养护工程质量"})
            rows.append({**r, "level3": "（1）小修保养验收合格率", "target": "≥98%", "actual": "98.5%", "weight": "", "score": "", "kid": "1"})
            rows.append({**r, "level3": "（2）专项养护验收合格率", "target": "=100%", "actual": "100%", "weight": "", "score": ""})
        else:
            rows.append(r)
    s, e = relaid(p, [rows])
    want = []
    for r in rows:
        if r["level3"] == "养护工程质量":
            continue
        x = indicators([r])[0]
        if r["weight"] == "":
            x["weight"], x["score"] = ("10", "10") if "kid" in r else (None, None)
        want.append(x)
    e[0]["expect"]["indicators"] = want
    return s, e


def group_score(p):
    """分值 and 得分 merged over three indicators of one 二级."""
    rows, group = [], ["安装太阳能路灯", "安装灯杆基础", "配置蓄电池"]
    for r in p.rows:
        rows.append(r)
        if r["level3"] == group[0]:
            rows += [{**r, "level3": name, "target": t, "actual": t[1:]} for name, t in zip(group[1:], ("≥150个", "≥150组"))]
    def cells(r):
        lead = [(r["level3"], 1, 1, "left"), r["target"], r["actual"]]
        n = group.index(r["level3"]) if r["level3"] in group else None
        score = [] if n else [(r["weight"], 1, 3 if n == 0 else 1), (r["score"], 1, 3 if n == 0 else 1)]
        return lead + score + [(r["note"], 1, 1, "left")]
    s, e = relaid(p, [rows], cells)
    want = indicators(rows)
    for x in want:
        if x["level3"] in group[1:]:
            x["weight"] = x["score"] = None
    e[0]["expect"]["indicators"] = want
    return s, e


# ---------- writers ----------------------------------------------------------------------------------------------------------

STYLES = {   # font, size, horizontal, border
    "title": ("方正小标宋简体", 18, "center", False), "subtitle": ("宋体", 11, "center", False), "right": ("宋体", 10, "right", False),
    "note": ("黑体", 11, "left", False), "plain": ("宋体", 10.5, "left", False), "center": ("宋体", 10, "center", True), "left": ("宋体", 10, "left", True),
}


def typed(text, numbers):
    """(value, format): numbers and dates are kept as such where the book does so"""
    if text and (m := DAY.fullmatch(text)) and numbers:
        return datetime(int(m[1]), int(m[3]), int(m[4])), 'yyyy"年"m"月"d"日"' if m[2] == "年" else "yyyy/m/d"
    if not text or not (PCT.fullmatch(text) or NUM.fullmatch(text)):
        return text, "General"
    if not numbers:
        return text, "@"
    places = len(text.rstrip("%").partition(".")[2])
    fmt = ("#,##0" if "," in text else "0") + ("." + "0" * places if places else "")
    if text.endswith("%"):
        return float(Decimal(text[:-1]) / 100), fmt + "%"
    value = Decimal(text.replace(",", ""))
    return (float(value) if places else int(value)), fmt if places or "," in text else "General"


def xlsx(sheets):
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter
    wb = Workbook()
    wb.remove(wb.active)
    wb.properties.creator, wb.properties.created, wb.properties.modified = "jixiao samples", STAMP, STAMP
    wb.properties.description = "演示数据，单位、项目、数字全部为虚构"
    thin = Side(style="thin")
    for s in sheets:
        ws = wb.create_sheet(s.name)
        for i, w in enumerate(s.widths):
            ws.column_dimensions[get_column_letter(i + 1)].width = w
        for r, h in sorted(s.heights.items()):
            ws.row_dimensions[r + 1].height = h
        for (r, c), (text, style) in sorted(s.cells.items()):
            font, size, horizontal, border = STYLES[style]
            x = ws.cell(r + 1, c + 1)
            if text:
                x.value, x.number_format = typed(text, s.numbers)
                if isinstance(x.value, str):
                    x.data_type = "s"       # "=5元" is text, not a formula
            x.font = Font(name=font, size=size)
            x.alignment = Alignment(horizontal=horizontal, vertical="center", wrap_text=border)
            if border:
                x.border = Border(thin, thin, thin, thin)
        for m in s.merges:
            ws.merge_cells(start_row=m[0] + 1, start_column=m[1] + 1, end_row=m[2] + 1, end_column=m[3] + 1)
        ws.page_setup.paperSize, ws.page_setup.orientation = 9, "landscape" if s.landscape else "portrait"
        ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
        ws.sheet_properties.pageSetUpPr.fitToPage = True
        ws.print_options.horizontalCentered = True
        ws.page_margins.left = ws.page_margins.right = 0.5
    raw, out = io.BytesIO(), io.BytesIO()
    wb.save(raw)
    src = zipfile.ZipFile(raw)
    stamp = STAMP.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(out, "w") as z:
        for n in sorted(src.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            body = src.read(n)
            if n == "docProps/core.xml":
                body = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + stamp, body)
            if m := re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", n):     # openpyxl keeps merges in a set, without order and overlap
                s = sheets[int(m[1]) - 1]
                refs = [f"{get_column_letter(b + 1)}{a + 1}:{get_column_letter(d + 1)}{c + 1}" for a, b, c, d in sorted(s.merges + s.overlaps)]
                cells = f'<mergeCells count="{len(refs)}">' + "".join(f'<mergeCell ref="{x}"/>' for x in refs) + "</mergeCells>"
                body = re.sub(rb"<mergeCells.*</mergeCells>", cells.encode(), body, flags=re.S)
            info = zipfile.ZipInfo(n, STAMP.timetuple()[:6])
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            z.writestr(info, body)
    return out.getvalue()


def xls(sheets):
    import xlwt
    wb = xlwt.Workbook(encoding="utf-8")
    made = {}

    def look(style, fmt):
        if (style, fmt) not in made:
            font, size, horizontal, border = STYLES[style]
            st = made[style, fmt] = xlwt.XFStyle()
            st.font.name, st.font.height, st.num_format_str = font, int(size * 20), fmt
            st.alignment.horz, st.alignment.vert, st.alignment.wrap = getattr(xlwt.Alignment, "HORZ_" + horizontal.upper()), xlwt.Alignment.VERT_CENTER, int(border)
            if border:
                b = st.borders
                b.left = b.right = b.top = b.bottom = xlwt.Borders.THIN
        return made[style, fmt]

    for s in sheets:
        ws = wb.add_sheet(s.name)
        for i, w in enumerate(s.widths):
            ws.col(i).width = int(w * 256)
        for r, h in sorted(s.heights.items()):
            ws.row(r).height_mismatch, ws.row(r).height = True, int(h * 20)
        spans = {m[:2]: m[2:] for m in s.merges}
        covered = {(y, x) for a, b, c, d in s.merges for y in range(a, c + 1) for x in range(b, d + 1)} - set(spans)
        for at, (text, style) in sorted(s.cells.items()):
            value, fmt = typed(text, s.numbers)
            if at in spans:
                ws.write_merge(at[0], spans[at][0], at[1], spans[at][1], value, look(style, fmt))
            elif at not in covered:
                ws.write(*at, value, look(style, fmt))
        ws.paper_size_code, ws.portrait, ws.fit_num_pages, ws.fit_width_to_pages, ws.fit_height_to_pages = 9, not s.landscape, 1, 1, 0
        ws.header_str = ws.footer_str = b""
    out = io.BytesIO()
    wb.save(out)
    return out.getvalue()


# ---------- all -----------------------------------------------------------------------------------------------------------------

LAYOUTS = {"mof-2020": mof_2020, "mof-2021-cost": mof_2021_cost, "split-value": split_value, "numbered-report": numbered_report,
           "formula-column": formula_column, "execution-20": execution_20, "three-part": three_part, "coefficient": coefficient, "transfer": transfer, "transfer-scored": transfer_scored,
           "department": department, "target": target, "monitoring": monitoring, "system-import": system_import, "review-paper": review_paper,
           "indicator-list": indicator_list, "project-list": project_list, "booklet": booklet, "grid-truths": grid_truths}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--out", type=Path)
    a = ap.parse_args()
    P = load()
    for key in "road meal farmland city disabled library waste elder water dept dept2 import lamp toilet".split():
        check(P[key], 90)
    check(P["industry"], 100)
    for key in ("review1", "review2"):
        assert sum(dec(r["weight"]) for r in P[key].rows) == 90, key
    assert sum(dec(r["actual"]) for r in P["bus"].rows) == 90 == sum(dec(r["weight"]) for r in P["flood"].rows)
    manifest = []
    for layout, build in LAYOUTS.items():
        folder = HERE / layout
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for file, book in build(P):
            tables = []
            for s, es in book:
                s.fit()
                for e in es or []:
                    tables.append({"id": f"{layout}/{Path(file).stem}", "nth": len(tables), "sheet": s.name, "complete": True, **e})
            data = (xls if file.endswith(".xls") else xlsx)([s for s, _ in book])
            (folder / file).write_bytes(data)
            if tables:
                manifest.append({"file": f"{layout}/{file}", "container": layout, "profile": "plain", "typed": "number" if book[0][0].numbers else "text", "tables": tables})
    if a.out:
        a.out.mkdir(parents=True, exist_ok=True)
        for layout in LAYOUTS:
            shutil.rmtree(a.out / layout, ignore_errors=True)
            shutil.copytree(HERE / layout, a.out / layout)
        (a.out / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""What a bureau would write itself: forms in, a report for each and one workbook out. It reads the one layout that it knows,
trusts what stands there, and checks nothing but the sum of the points.

    peer.py FORMS OUT openpyxl|calamine docxtpl|plain [PROCESSES]

docxtpl fills a Word template; plain writes the document's XML as text, as fast as Python can."""

import sys
import zipfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from xml.sax.saxutils import escape

HEADS = ["一级指标", "二级指标", "三级指标", "指标值", "完成值", "分值", "得分", "原因"]
TEMPLATE = Path("template.docx")


def rows_by_openpyxl(path):
    from openpyxl import load_workbook

    sheet = load_workbook(path, data_only=True).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def rows_by_calamine(path):
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)


def text(value):
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).replace("\n", "").strip()


def read(path, rows_of):
    """The form as a dictionary: title, name, unit, funds, indicators, total."""
    rows = [[text(value) for value in row] for row in rows_of(path)]
    form = {"name": "", "unit": "", "funds": [], "indicators": [], "total": "", "file": path.name}
    columns, levels = None, ["", ""]
    for row in rows:
        filled = [value for value in row if value]
        for label, key in (("项目名称", "name"), ("实施单位", "unit")):
            if label in filled and filled.index(label) + 1 < len(filled):
                form[key] = filled[filled.index(label) + 1]
        if "三级指标" in filled:
            columns = [next((i for i, value in enumerate(row) if head in value), None) for head in HEADS]
        elif filled and filled[0].startswith("总分"):
            form["total"], columns = filled[-1], None
        elif columns:
            values = ["" if i is None or i >= len(row) else row[i] for i in columns]
            levels = [own or before for own, before in zip(values[:2], levels)]
            if values[2]:
                form["indicators"].append(levels + values[2:])
        elif any("资金" in value for value in filled[:2]) and len(filled) > 3:
            form["funds"].append(filled)
    return form


def paragraphs(form):
    """The report: headings and sentences, as (level, text)."""
    number = lambda value: float(value) if value.replace(".", "", 1).isdigit() else 0.0
    points = sum(number(row[6]) for row in form["indicators"])
    yield 1, "一、项目资金情况"
    for fund in form["funds"]:
        yield 0, "，".join(fund) + "。"
    yield 1, "二、绩效目标完成情况"
    for row in form["indicators"]:
        yield 0, f"{row[2]}：年度指标值{row[3]}，实际完成{row[4]}，分值{row[5]}分，得{row[6]}分。"
    yield 1, "三、偏离原因和改进措施"
    for row in form["indicators"]:
        if number(row[5]) > number(row[6]):
            yield 0, f"{row[2]}扣{number(row[5]) - number(row[6]):g}分。{row[7]}"
    yield 0, f"各项指标得分合计{points:g}分，自评总分{form['total']}分。"


def make_template():
    from docx import Document

    document = Document()
    document.add_paragraph("{{ title }}", style="Title")
    document.add_paragraph("{%p for level, text in paragraphs %}")
    document.add_paragraph("{%p if level %}")
    document.add_paragraph("{{ text }}", style="Heading 1")
    document.add_paragraph("{%p else %}")
    document.add_paragraph("{{ text }}")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p endfor %}")
    table = document.add_table(4, len(HEADS), style="Table Grid")
    for cell, head in zip(table.rows[0].cells, HEADS):
        cell.text = head
    table.rows[1].cells[0].text = "{%tr for row in rows %}"
    for i, cell in enumerate(table.rows[2].cells):
        cell.text = "{{ row[%d] }}" % i
    table.rows[3].cells[0].text = "{%tr endfor %}"
    document.save(TEMPLATE)


def write_docxtpl(form, out):
    from docxtpl import DocxTemplate

    document = DocxTemplate(TEMPLATE)
    context = {"title": form["name"], "paragraphs": list(paragraphs(form)), "rows": form["indicators"]}
    document.render(context, autoescape=True)
    document.save(out)


def write_plain(form, out, static=[]):
    if not static:
        with zipfile.ZipFile(TEMPLATE) as package:
            names = [name for name in package.namelist() if name != "word/document.xml"]
            static.extend((name, package.read(name)) for name in names)
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    paragraph = lambda style, text: (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )
    styles = {0: "Normal", 1: "Heading1"}
    body = [paragraph("Title", form["name"])]
    body += [paragraph(styles[level], text) for level, text in paragraphs(form)]
    row = lambda values: "<w:tr>" + "".join(f"<w:tc>{paragraph('Normal', v)}</w:tc>" for v in values) + "</w:tr>"
    body += ["<w:tbl>", *map(row, [HEADS, *form["indicators"]]), "</w:tbl>", paragraph("Normal", "")]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in static:
            package.writestr(name, data)
        package.writestr("word/document.xml", f'<w:document xmlns:w="{space}"><w:body>{"".join(body)}</w:body></w:document>')


def report(job):
    path, out, reader, writer = job
    form = read(path, {"openpyxl": rows_by_openpyxl, "calamine": rows_by_calamine}[reader])
    {"docxtpl": write_docxtpl, "plain": write_plain}[writer](form, out / f"{path.stem}.docx")
    lines = [form["name"], *(line for _, line in paragraphs(form))]
    (out / f"{path.stem}.txt").write_text("\n".join(lines), encoding="utf-8")
    return form


def summary(forms, out):
    import xlsxwriter

    workbook = xlsxwriter.Workbook(out / "汇总.xlsx")
    overview, indicators = workbook.add_worksheet("汇总"), workbook.add_worksheet("指标")
    overview.write_row(0, 0, ["项目", "单位", "总分", "文件"])
    indicators.write_row(0, 0, ["项目", *HEADS])
    at = 1
    for i, form in enumerate(forms):
        overview.write_row(i + 1, 0, [form["name"], form["unit"], form["total"], form["file"]])
        for row in form["indicators"]:
            indicators.write_row(at, 0, [form["name"], *row])
            at += 1
    workbook.close()


def main():
    folder, out, reader, writer, *processes = sys.argv[1:]
    global TEMPLATE
    TEMPLATE = Path(out) / "template.docx"
    make_template()
    jobs = [(path, Path(out), reader, writer) for path in sorted(Path(folder).glob("*.xlsx"))]
    if processes:
        # Workers are forked: they know where the template lies.
        with ProcessPoolExecutor(int(processes[0])) as pool:
            forms = list(pool.map(report, jobs, chunksize=8))
    else:
        forms = [report(job) for job in jobs]
    TEMPLATE.unlink()
    summary(forms, Path(out))


main()

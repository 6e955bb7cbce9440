#!/usr/bin/env python3
"""Write one form of ../layouts in every container.   pip install openpyxl;  python3 build.py

The same input gives the same bytes."""
import html
import io
import zipfile
from pathlib import Path

import openpyxl

from xlsb import xlsb

HERE = Path(__file__).resolve().parent
FORM = HERE.parent / "layouts/mof-2020/01-农村公路日常养护.xlsx"
NUMBERS = HERE.parent / "layouts/mof-2021-cost/01-高标准农田建设.xlsx"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SS = "urn:schemas-microsoft-com:office:spreadsheet"


def packed(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, (2025, 3, 10, 9, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            z.writestr(info, content)
    return out.getvalue()


def grid(path):
    """Rows of (text, rows, columns), None for a cell that a merged area covers."""
    ws = openpyxl.load_workbook(path).worksheets[0]
    spans = {(m.min_row, m.min_col): (m.max_row - m.min_row + 1, m.max_col - m.min_col + 1) for m in ws.merged_cells.ranges}
    covered = {(r, c) for m in ws.merged_cells.ranges for r in range(m.min_row, m.max_row + 1) for c in range(m.min_col, m.max_col + 1)} - set(spans)
    rows = [[None if (r, c) in covered else (str(ws.cell(r, c).value or ""), *spans.get((r, c), (1, 1)))
             for c in range(1, ws.max_column + 1)] for r in range(1, ws.max_row + 1)]
    while rows and not any(cell and cell[0] for cell in rows[-1]):
        rows.pop()
    return rows


def page(rows, charset):
    cells = lambda row: "".join(f'<td rowspan="{h}" colspan="{w}">{html.escape(t).replace(chr(10), "<br/>")}</td>' for t, h, w in filter(None, row))
    body = "\n".join(f"<tr>{cells(row)}</tr>" for row in rows)
    return f'<html>\n<head><meta http-equiv="Content-Type" content="text/html; charset={charset}"></head>\n<body><table border="1">\n{body}\n</table></body>\n</html>\n'


def sheet_xml(rows):
    def cell(c, t, h, w):
        text = html.escape(t).replace("\n", "&#10;")
        return f'<Cell ss:Index="{c}" ss:MergeAcross="{w - 1}" ss:MergeDown="{h - 1}"><Data ss:Type="String">{text}</Data></Cell>'
    body = "\n".join("<Row>" + "".join(cell(c, *x) for c, x in enumerate(row, 1) if x and (x[0] or x[1:] != (1, 1))) + "</Row>" for row in rows)
    return f'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="{SS}" xmlns:ss="{SS}">\n<Worksheet ss:Name="自评表"><Table>\n{body}\n</Table></Worksheet>\n</Workbook>\n'


def document(rows):
    """Title and year as paragraphs, the rest as a table, its vertical merges as Word writes them."""
    para = lambda text: "<w:p>" + "".join(f'<w:r>{"<w:br/>" if i else ""}<w:t xml:space="preserve">{html.escape(t)}</w:t></w:r>' for i, t in enumerate(text.split("\n"))) + "</w:p>"
    above = rows[:next(i for i, row in enumerate(rows) if not (row[0] and row[0][2] == len(row)))]
    out, left = [], {}
    for row in rows[len(above):]:
        cells, c = "", 0
        while c < len(row):
            merge = ""
            if row[c] is None:
                w, left[c] = left[c][0], (left[c][0], left[c][1] - 1)
                text, merge = "", "<w:vMerge/>"
            else:
                text, h, w = row[c]
                if h > 1:
                    left[c], merge = (w, h - 1), '<w:vMerge w:val="restart"/>'
            cells += f'<w:tc><w:tcPr><w:gridSpan w:val="{w}"/>{merge}</w:tcPr>{para(text)}</w:tc>'
            c += w
        out.append(f"<w:tr>{cells}</w:tr>")
    body = "".join(para(row[0][0]) for row in above)
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:document xmlns:w="{W}"><w:body>{body}<w:tbl><w:tblPr/><w:tblGrid/>{"".join(out)}</w:tbl><w:p/></w:body></w:document>'


def docx(rows):
    of = "http://schemas.openxmlformats.org"
    types = f'<Types xmlns="{of}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    rels = f'<Relationships xmlns="{of}/package/2006/relationships"><Relationship Id="rId1" Type="{of}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
    return packed({"[Content_Types].xml": types, "_rels/.rels": rels, "word/document.xml": document(rows)})


def text(rows, delimiter):
    quoted = lambda t: '"' + t.replace('"', '""') + '"' if any(c in t for c in f'"\n{delimiter}') else t
    return "".join(delimiter.join(quoted(x[0]) if x else "" for x in row) + "\r\n" for row in rows)


class Gbk(zipfile.ZipInfo):
    def _encodeFilenameFlags(self):
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def archive(files):
    """A .zip as Windows makes it in China: names in GBK, and no word of it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, content in files.items():
            info = Gbk(name, (2025, 3, 10, 9, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            z.writestr(info, content)
    return out.getvalue()


def main():
    rows = grid(FORM)
    files = {
        "Word文档.docx": docx(rows),
        "网页.html": page(rows, "utf-8").encode(),
        "网页冒充.xls": page(rows, "gb2312").encode("gb18030"),
        "XML表格2003.xls": sheet_xml(rows).encode(),
        "逗号分隔-GB18030.csv": text(rows, ",").encode("gb18030"),
        "制表符分隔.tsv": ("\ufeff" + text(rows, "\t")).encode(),
        "二进制工作簿.xlsb": packed(xlsb(NUMBERS)),
        "报送.zip": archive({"一局/农村公路.xlsx": FORM.read_bytes(), "一局/高标准农田.xlsx": NUMBERS.read_bytes()}),
    }
    for name, content in files.items():
        (HERE / name).write_bytes(content)


if __name__ == "__main__":
    main()

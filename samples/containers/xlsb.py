"""Writes an .xlsx anew as .xlsb.

Keeps strings, numbers, booleans, formulas' values, number formats, merged cells and hidden sheets; nothing else.
Dates stay numbers with their format."""
from struct import pack
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.styles.numbers import BUILTIN_FORMATS_REVERSE
from openpyxl.utils.datetime import to_excel

OF = "http://schemas.openxmlformats.org"
DOC = f"{OF}/officeDocument/2006/relationships"
MS = "application/vnd.ms-excel"


def number(n):
    out = b""
    while n >= 0x80:
        out += bytes([n & 0x7F | 0x80])
        n >>= 7
    return out + bytes([n])


def record(kind, data=b""):
    return number(kind) + number(len(data)) + data


def text(s):
    units = s.encode("utf-16-le", "surrogatepass")
    return pack("<I", len(units) // 2) + units


class Strings(dict):
    def of(self, s):
        return self.setdefault(s, len(self))

    def part(self, count):
        items = b"".join(record(19, b"\0" + text(s)) for s in self)
        return record(159, pack("<II", count, len(self))) + items + record(160)


class Formats(dict):
    """Number formats in use, each one a format of cells; the first is General."""

    def __init__(self):
        super().__init__({"General": 0})

    def of(self, code):
        return self.setdefault(code, len(self))

    def part(self):
        own = [c for c in self if c not in BUILTIN_FORMATS_REVERSE]
        ids = {c: BUILTIN_FORMATS_REVERSE.get(c, 164 + (own.index(c) if c in own else 0)) for c in self}
        xf = lambda parent, fmt: record(47, pack("<HHHHHBBHH", parent, fmt, 0, 0, 0, 0, 0, 0, 0))
        color = bytes([0]) + b"\0" * 7
        font = pack("<HHHHBBBB", 220, 0, 400, 0, 0, 2, 134, 0) + color + b"\0" + text("宋体")
        fill = lambda kind: record(45, pack("<I", kind) + color * 2 + pack("<I", 0) + b"\0" * 40 + pack("<I", 0))
        border = record(46, b"\0" + (b"\0\0" + color) * 5)
        listed = lambda begin, end, items: record(begin, pack("<I", len(items))) + b"".join(items) + record(end)
        out = record(278)
        if own:
            out += listed(615, 616, [record(44, pack("<H", ids[c]) + text(c)) for c in own])
        out += listed(611, 612, [record(43, font)]) + listed(603, 604, [fill(0), fill(17)])
        out += listed(613, 614, [border]) + listed(626, 627, [xf(0xFFFF, 0)])
        out += listed(617, 618, [xf(0, ids[c]) for c in self])
        out += listed(619, 620, [record(48, pack("<IHBB", 0, 1, 0, 0) + text("Normal"))])
        return out + record(279)


def sheet(ws, strings, formats):
    rows, used = b"", 0
    top = bottom = left = right = None
    for row in ws.iter_rows():
        cells = b""
        for c in row:
            v = c.value
            if v is None:
                continue
            if c.is_date:
                v = to_excel(v)
            head = pack("<II", c.column - 1, formats.of(c.number_format))
            if isinstance(v, bool):
                cells += record(4, head + bytes([v]))
            elif isinstance(v, (int, float)):
                cells += record(5, head + pack("<d", v))
            else:
                used += 1
                cells += record(7, head + pack("<I", strings.of(str(v))))
            left, right = min(c.column - 1, left if left is not None else 1 << 14), max(c.column - 1, right or 0)
        if cells:
            r = row[0].row - 1
            top, bottom = r if top is None else top, r
            rows += record(0, pack("<IIHBBBI", r, 0, 300, 0, 0, 0, 0)) + cells
    out = record(129) + record(148, pack("<IIII", top or 0, bottom or 0, left or 0, right or 0))
    out += record(145) + rows + record(146)
    merges = ws.merged_cells.ranges
    if merges:
        out += record(177, pack("<I", len(merges)))
        for m in merges:
            out += record(176, pack("<IIII", m.min_row - 1, m.max_row - 1, m.min_col - 1, m.max_col - 1))
        out += record(178)
    return out + record(130), used


def xlsb(source):
    """The parts of the .xlsb, by name."""
    book = openpyxl.load_workbook(source, data_only=True)
    strings, formats, parts, used, bundle = Strings(), Formats(), {}, 0, b""
    rels = [("rId1001", "styles", "styles.bin"), ("rId1002", "sharedStrings", "sharedStrings.bin")]
    types = [("xl/workbook.bin", f"{MS}.sheet.binary.macroEnabled.main"), ("xl/styles.bin", f"{MS}.styles"),
             ("xl/sharedStrings.bin", f"{MS}.sharedStrings")]
    states = {"visible": 0, "hidden": 1, "veryHidden": 2}
    for n, ws in enumerate(book.worksheets, 1):
        part, count = sheet(ws, strings, formats)
        used += count
        parts[f"xl/worksheets/sheet{n}.bin"] = part
        types.append((f"xl/worksheets/sheet{n}.bin", f"{MS}.worksheet"))
        rels.append((f"rId{n}", "worksheet", f"worksheets/sheet{n}.bin"))
        bundle += record(156, pack("<II", states[ws.sheet_state], n) + text(f"rId{n}") + text(ws.title))
    parts["xl/workbook.bin"] = record(131) + record(143) + bundle + record(144) + record(132)
    parts["xl/styles.bin"] = formats.part()
    parts["xl/sharedStrings.bin"] = strings.part(used)
    xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    listed = lambda rels: f'{xml}<Relationships xmlns="{OF}/package/2006/relationships">' + "".join(
        f'<Relationship Id="{i}" Type="{DOC}/{k}" Target="{escape(t)}"/>' for i, k, t in rels) + "</Relationships>"
    types = f'{xml}<Types xmlns="{OF}/package/2006/content-types"><Default Extension="rels" ' \
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' + "".join(
                f'<Override PartName="/{n}" ContentType="{t}"/>' for n, t in types) + "</Types>"
    return {"[Content_Types].xml": types, "_rels/.rels": listed([("rId1", "officeDocument", "xl/workbook.bin")]),
            "xl/_rels/workbook.bin.rels": listed(rels), **parts}

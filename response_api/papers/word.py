"""Writes a paper as a Word file, in the format of GB/T 9704-2012 as offices know it: A4, its margins, its fonts and sizes, its page numbers.

The same paper gives the same bytes: the times in the file are the paper's own, and no name but the unit's stands in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from io import BytesIO
from itertools import pairwise
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.text.parfmt import CT_PPr
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import _Footer
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from response_api import times
from response_api.papers.layout import Blanks, Block, Field, Form, Heading, OfficePaper, Rows, Text
from response_api.papers.wording import day, minute

SONG, FANG, HEI, KAI, PLAIN = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
LATIN = "Times New Roman"
FALLBACKS = {SONG: "宋体", FANG: "仿宋", KAI: "楷体", HEI: "SimHei", PLAIN: "SimSun"}
"""What a machine without the font uses in its place; the file names both."""
LINE = Pt(28.95)
"""22 lines on a page."""
WIDTH = 156
"""Of the text, in millimetres: 28 characters of size 三号."""
LABEL = 35
"""Of the names in a form, in millimetres."""
SHORT = 10
"""Lines of a table that is not broken over pages."""
TWO_CHARACTERS = "200"
RED = RGBColor(0xC8, 0x10, 0x10)
BLANK = "\u00a0" * 24
"""Spaces that no end of a line swallows."""
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_BODY, _TABLE, _MAST, _SUB, _NOTICE = "Normal", "公文表格", "公文报头", "公文报头栏", "公文提示"

_KEPT = frozenset(
    {
        "Normal", "Title", "Title Char", "Heading 1", "Heading 1 Char", "Heading 2", "Heading 2 Char", "Footer",
        "Footer Char", "Default Paragraph Font", "Normal Table", "No List", "Table Grid",
    }
)  # fmt: skip
"""Styles of the template that stay."""
_DROPPED = frozenset(
    (RELATIONSHIP_TYPE.THUMBNAIL, "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects")
)
"""Parts of the template that a paper does without: a picture of it, and all its styles once more."""


def written(paper: OfficePaper) -> bytes:
    document = docx.Document()
    _describe(document, paper)
    _page(document)
    _styles(document, urgent=paper.urgent)
    _head(document, paper)
    for block, following in pairwise((*paper.blocks, None)):
        assert block is not None  # noqa: S101 - none but the last
        _block(document, block)
        if isinstance(block, Text) and isinstance(following, Rows | Form):
            document.paragraphs[-1].paragraph_format.keep_with_next = True
    if paper.signed:
        _signature(document, paper)
    return _bytes(document, paper)


def _describe(document: Document, paper: OfficePaper) -> None:
    at = paper.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    core = document.core_properties
    core.title, core.subject = paper.title[:250], paper.kind
    core.author = core.last_modified_by = paper.unit[:250]
    core.created = core.modified = core.last_printed = at
    core.comments, core.keywords, core.category, core.language = "", "", "", "zh-CN"
    core.revision = 1


def _page(document: Document) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(25)
    document.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)


def _page_number(footer: _Footer, side: WD_ALIGN_PARAGRAPH) -> None:
    """“— 1 —”, one character in from the outer edge."""
    paragraph = footer.paragraphs[0]
    paragraph.alignment = side
    indent = paragraph.paragraph_format
    indent.first_line_indent = Pt(0)
    indent.left_indent = indent.right_indent = Pt(14)
    paragraph.add_run("— ")
    field = paragraph.add_run()
    for kind in ("begin", "instr", "separate", "text", "end"):
        if kind == "instr":
            part = OxmlElement("w:instrText")
            part.set(qn("xml:space"), "preserve")
            part.text = " PAGE "
        elif kind == "text":
            part = OxmlElement("w:t")
            part.text = "1"
        else:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        field._r.append(part)
    paragraph.add_run(" —")
    for run in paragraph.runs:
        run.font.size = Pt(14)
        _fonts(run._r.get_or_add_rPr(), PLAIN, PLAIN)


# -------------------------------------------------------------------------------------------- styles


def _styles(document: Document, *, urgent: bool) -> None:
    _only_what_is_used(document)
    for defaults in document.styles.element.iter(qn("w:rPrDefault")):
        _fonts(defaults.find(qn("w:rPr")), FANG, LATIN)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    body = _style(document, _BODY, FANG, 16)
    form = body.paragraph_format
    form.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    form.space_before = form.space_after = Pt(0)
    form.widow_control = False
    title = _style(document, "Title", SONG, 22)
    _no_border(title)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.line_spacing = Pt(32)
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(0), Pt(8 if urgent else 14)
    for name, font in (("Heading 1", HEI), ("Heading 2", KAI)):
        heading = _style(document, name, font, 16)
        heading.paragraph_format.space_before = heading.paragraph_format.space_after = Pt(0)
        heading.paragraph_format.keep_with_next = True
        _indent(heading.element.get_or_add_pPr())
    table = _added(document, _TABLE, FANG, 10.5 if urgent else 12)
    table.paragraph_format.line_spacing = Pt(15 if urgent else 18)
    table.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
    mast = _added(document, _MAST, SONG, 34)
    mast.font.color.rgb = RED
    mast.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    mast.paragraph_format.line_spacing = Pt(42)
    sub = _added(document, _SUB, FANG, 14)
    sub.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    sub.paragraph_format.space_after = Pt(10)
    _red_rule(sub)
    notice = _added(document, _NOTICE, HEI, 12)
    notice.paragraph_format.line_spacing = Pt(19)
    notice.paragraph_format.space_after = Pt(6)


def _only_what_is_used(document: Document) -> None:
    """The template brings 160 styles for tables alone, and every look for a style goes through all of them."""
    for style in list(document.styles):
        if style.name not in _KEPT:
            style.delete()


def _style(document: Document, name: str, font: str, size: float) -> ParagraphStyle:
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)  # noqa: S101 - the template's own
    _fonts(style.element.get_or_add_rPr(), font, LATIN)
    style.font.size, style.font.bold, style.font.italic = Pt(size), False, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    for part in ("w:spacing", "w:kern"):  # of the characters: the template's titles have some
        for found in style.element.rPr.findall(qn(part)):
            style.element.rPr.remove(found)
    return style


def _added(document: Document, name: str, font: str, size: float) -> ParagraphStyle:
    document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = document.styles[_BODY]
    return _style(document, name, font, size)


def _fonts(properties: BaseOxmlElement, east: str, latin: str) -> None:
    """Named outright: a font of the theme would win over it."""
    found = properties.find(qn("w:rFonts"))
    if found is not None:
        properties.remove(found)
    fonts = OxmlElement("w:rFonts")
    for name, font in (("ascii", latin), ("hAnsi", latin), ("eastAsia", east), ("cs", latin)):
        fonts.set(qn(f"w:{name}"), font)
    fonts.set(qn("w:hint"), "eastAsia")
    properties.insert(0, fonts)


def _indent(properties: CT_PPr) -> None:
    indent = properties.get_or_add_ind()
    indent.set(qn("w:firstLineChars"), TWO_CHARACTERS)
    indent.set(qn("w:firstLine"), "640")


def _no_border(style: ParagraphStyle) -> None:
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)


def _red_rule(style: ParagraphStyle) -> None:
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "6"), ("color", "C81010")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    style.element.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
    )


# --------------------------------------------------------------------------------------------- parts


def _head(document: Document, paper: OfficePaper) -> None:
    if paper.masthead and paper.urgent:
        document.add_paragraph(paper.kind, _MAST)
        line = document.add_paragraph(f"{paper.unit}　", _SUB)
        _number(line, paper)
        line.add_run(f"\t{minute(paper.made_at)}")
    elif paper.masthead:
        document.add_paragraph(paper.kind, _MAST)
        _number(document.add_paragraph(), paper, WD_ALIGN_PARAGRAPH.CENTER)
        document.add_paragraph(f"{paper.unit}\t{day(paper.made_at)}", _SUB)
    elif paper.number:
        _number(document.add_paragraph(), paper, WD_ALIGN_PARAGRAPH.RIGHT)
    for notice in paper.notices:
        document.add_paragraph(notice, _NOTICE)
    document.add_paragraph(paper.title, "Title")
    if paper.to:
        document.add_paragraph(f"{paper.to}：")


def _number(line: Paragraph, paper: OfficePaper, side: WD_ALIGN_PARAGRAPH | None = None) -> None:
    before, _, after = paper.number.partition("{}")
    line.add_run(before)
    _ruled(line, BLANK[:12])
    line.add_run(after)
    if side is not None:
        line.alignment = side


def _block(document: Document, block: Block) -> None:
    match block:
        case Heading():
            document.add_paragraph(block.text, f"Heading {block.level}")
        case Text():
            for line, text in enumerate(block.text.split("\n")):
                paragraph = document.add_paragraph()
                if block.label and not line:
                    paragraph.add_run(block.label).bold = True
                paragraph.add_run(text)
                _indent(paragraph._p.get_or_add_pPr())
        case Rows():
            _rows(document, block)
        case Form():
            _form(document, block.fields)
        case Blanks():
            paragraph = document.add_paragraph()
            _indent(paragraph._p.get_or_add_pPr())
            for name in block.names:
                paragraph.add_run(f"{name}：")
                _ruled(paragraph)
                paragraph.add_run("　")


def _ruled(paragraph: Paragraph, room: str = BLANK) -> Run:
    run = paragraph.add_run(room)
    run.font.underline = True
    return run


def _rows(document: Document, block: Rows) -> None:
    table = _table(document, len(block.rows) + 1, _widths(block.shares))
    lines = [block.columns, *block.rows]
    for number, (row, values) in enumerate(zip(table.rows, lines, strict=True)):
        for cell, value in zip(row.cells, values, strict=True):
            _fill(cell, value, head=number == 0)
        _whole(row._tr.get_or_add_trPr(), head=number == 0)
    if len(lines) <= SHORT:
        _together(table)
    _gap(document)


def _form(document: Document, fields: Sequence[Field]) -> None:
    table = _table(document, len(fields), (LABEL, WIDTH - LABEL))
    for row, field in zip(table.rows, fields, strict=True):
        name, value = row.cells
        _fill(name, field.name, head=True)
        _fill(value, field.value)
        if field.lines:
            row.height, row.height_rule = Pt(20 * field.lines + 8), WD_ROW_HEIGHT_RULE.AT_LEAST
        _whole(row._tr.get_or_add_trPr(), head=False)
    _gap(document)


def _table(document: Document, rows: int, widths: Sequence[float]) -> Table:
    table: Table = document.add_table(rows, len(widths), "Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    return table


def _widths(shares: Sequence[int]) -> tuple[float, ...]:
    return tuple(WIDTH * share / sum(shares) for share in shares)


def _fill(cell: _Cell, value: str, *, head: bool = False) -> None:
    for number, line in enumerate(value.split("\n")):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.style = _TABLE
        run = paragraph.add_run(line)
        if head:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _fonts(run._r.get_or_add_rPr(), HEI, LATIN)


def _whole(properties: BaseOxmlElement, *, head: bool) -> None:
    """A row stays on one page; the head of a table is repeated on the next."""
    for name in ("w:cantSplit", *(("w:tblHeader",) if head else ())):
        properties.append(OxmlElement(name))


def _together(table: Table) -> None:
    """On one page, as far as it goes."""
    for row in table.rows[:-1]:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True


def _gap(document: Document) -> None:
    """Two tables in a row would be one."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.line_spacing = Pt(8)


def _signature(document: Document, paper: OfficePaper) -> None:
    document.add_paragraph().paragraph_format.keep_with_next = True
    for text in (paper.unit, day(paper.made_at)):
        paragraph = document.add_paragraph(text)
        paragraph.paragraph_format.keep_with_next = text == paper.unit
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = Pt(32)


# ---------------------------------------------------------------------------------------------- bytes


def _bytes(document: Document, paper: OfficePaper) -> bytes:
    package = document.part.package
    for rels in (package.rels, document.part.rels):
        for id in [id for id, rel in rels.items() if rel.reltype in _DROPPED]:
            rels.pop(id)
    for rel in document.part.rels.values():
        if rel.reltype == RELATIONSHIP_TYPE.FONT_TABLE:
            rel.target_part._blob = _font_table()
    packed, even = BytesIO(), BytesIO()
    document.save(packed)
    at = times.local(paper.made_at).timetuple()[:6]
    with ZipFile(packed) as was, ZipFile(even, "w", ZIP_DEFLATED) as now:
        for entry in was.infolist():
            member = ZipInfo(entry.filename, (at[0], at[1], at[2], at[3], at[4], at[5]))
            member.compress_type = ZIP_DEFLATED
            now.writestr(member, was.read(entry.filename))
    return even.getvalue()


def _font_table() -> bytes:
    rows = "".join(
        f'<w:font w:name="{font}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for font, other in FALLBACKS.items()
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<w:fonts xmlns:w="{space}">{rows}</w:fonts>'.encode()

"""The Word file: its format, its bytes, and that nothing that anybody wrote breaks it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from response_api.papers.layout import Blanks, Field, Form, Heading, OfficePaper, Rows, Text
from response_api.papers.word import LINE, WIDTH, written
from response_api.papers.wording import paragraphs, said
from tests.factories import NOW
from tests.response_api.papers.matters import opened, text_of

PAPER = OfficePaper(
    kind="舆情专报",
    title="关于“人防门被拆”的专报",
    unit="河南省人民防空办公室",
    made_at=NOW,
    number="第{}期",
    masthead=True,
    notices=("本件涉及限制知悉事项",),
    to="市场监管",
    blocks=(
        Heading(text="一、概况"),
        Heading(text="（一）经过", level=2),
        Text(label="时间：", text="上午\n下午"),
        Rows(columns=("渠道", "条数"), rows=(("论坛", "3"), ("热线", "1")), shares=(2, 1)),
        Form(fields=(Field(name="领导批示", lines=3), Field(name="事由", value="甲\n乙"))),
        Blanks(names=("联系人", "电话")),
    ),
    signed=True,
)


def test_the_page_is_a4_with_the_margins_of_the_standard_and_22_lines() -> None:
    (section,) = opened(PAPER).sections
    sides = (section.page_width, section.page_height)
    assert [round(side.mm) for side in sides if side is not None] == [210, 297]
    edges = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(edge.mm) for edge in edges if edge is not None] == [37, 35, 28, 26]
    body = opened(PAPER).styles["Normal"]
    assert body.paragraph_format.line_spacing == LINE
    assert Pt(28) <= LINE <= Pt(29)


@pytest.mark.parametrize(
    ("style", "font", "size"),
    [
        ("Title", "方正小标宋简体", 22),
        ("Normal", "仿宋_GB2312", 16),
        ("Heading 1", "黑体", 16),
        ("Heading 2", "楷体_GB2312", 16),
    ],
)
def test_each_part_has_its_font_and_size(style: str, font: str, size: int) -> None:
    properties = opened(PAPER).styles[style].element.rPr
    fonts = properties.find(qn("w:rFonts"))
    assert fonts.get(qn("w:eastAsia")) == font
    assert not [name for name in fonts.attrib if name.endswith("Theme")], "a theme's font would win"
    assert properties.find(qn("w:sz")).get(qn("w:val")) == str(2 * size)


def test_no_style_stands_in_the_file_that_nothing_uses() -> None:
    names = {style.name for style in opened(PAPER).styles}
    assert {"Normal", "Title", "Heading 1", "Table Grid", "公文表格"} <= names and len(names) < 20


def test_a_machine_without_a_font_is_told_which_to_use() -> None:
    with ZipFile(BytesIO(written(PAPER))) as packed:
        table = packed.read("word/fontTable.xml").decode()
    assert '<w:font w:name="方正小标宋简体"><w:altName w:val="宋体"/>' in table
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in table


def test_paragraphs_begin_two_characters_in_and_headings_too() -> None:
    document = opened(PAPER)
    told = next(one for one in document.paragraphs if one.text == "时间：上午")
    assert told._p.pPr is not None
    indent = told._p.pPr.find(qn("w:ind"))
    assert indent is not None and indent.get(qn("w:firstLineChars")) == "200"
    assert [run.bold for run in told.runs] == [True, None]
    assert any(one.text == "下午" for one in document.paragraphs), "a line end begins a paragraph"


def test_pages_are_numbered_between_dashes_on_their_outer_side() -> None:
    document = opened(PAPER)
    (section,) = document.sections
    assert document.settings.odd_and_even_pages_header_footer
    for footer in (section.footer, section.even_page_footer):
        assert footer.paragraphs[0].text == "— 1 —"
        (code,) = footer._element.iter(qn("w:instrText"))
        assert code.text == " PAGE "
    sides = [footer.paragraphs[0].alignment for footer in (section.footer, section.even_page_footer)]
    assert sides[0] != sides[1]


def test_tables_have_full_rules_a_head_that_is_repeated_and_the_width_of_the_text() -> None:
    rows, form = opened(PAPER).tables
    assert rows.style is not None and rows.style.name == "Table Grid"
    assert [[cell.text for cell in row.cells] for row in rows.rows] == [
        ["渠道", "条数"],
        ["论坛", "3"],
        ["热线", "1"],
    ]
    assert rows.rows[0]._tr.trPr is not None and rows.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    widths = [cell.width for cell in rows.rows[0].cells if cell.width is not None]
    assert abs(sum(widths) - Mm(WIDTH)) < Mm(1) and abs(widths[0] - 2 * widths[1]) < Mm(1)
    assert form.rows[0].height is not None and form.rows[0].height >= Pt(60)
    assert form.rows[1].cells[1].text == "甲\n乙"


def test_what_people_fill_in_is_a_ruled_blank() -> None:
    document = opened(PAPER)
    for start in ("第", "联系人"):
        line = next(one for one in document.paragraphs if one.text.startswith(start))
        ruled = [run for run in line.runs if run.font.underline]
        assert ruled and all(not run.text.strip() for run in ruled)


def test_head_notice_and_signature_stand_where_they_belong() -> None:
    texts = [one.text for one in opened(PAPER).paragraphs]
    assert texts[0] == "舆情专报" and texts[2] == "河南省人民防空办公室\t2026年11月23日"
    assert texts.index("本件涉及限制知悉事项") < texts.index(PAPER.title) < texts.index("市场监管：")
    assert texts[-2:] == ["河南省人民防空办公室", "2026年11月23日"]
    plain = replace(PAPER, masthead=False, number="", notices=(), to="", signed=False, blocks=())
    assert [one.text for one in opened(plain).paragraphs] == [PAPER.title]
    urgent = opened(replace(PAPER, urgent=True)).paragraphs[1]
    assert urgent.text.split() == ["河南省人民防空办公室", "第", "期", "2026年11月23日10时00分"]


def test_the_same_paper_is_the_same_bytes_and_names_nobody_but_the_unit() -> None:
    first = written(PAPER)
    assert first == written(PAPER)
    core = opened(first).core_properties
    assert (core.author, core.last_modified_by, core.comments) == (PAPER.unit, PAPER.unit, "")
    assert core.created == core.modified == NOW
    with ZipFile(BytesIO(first)) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(2026, 11, 23, 10, 0, 0)}
        assert not [name for name in packed.namelist() if "thumbnail" in name or "WithEffects" in name]
        everything = b"".join(packed.read(name) for name in packed.namelist())
    assert b"python-docx" not in everything
    assert first != written(replace(PAPER, made_at=NOW.replace(hour=3)))


HOSTILE = {
    "control": "".join(map(chr, range(32))) + "\x7f\x85\ufffe\uffff",
    "surrogates": "\ud83d人防\udc00\ud800",
    "xml": "]]></w:t><w:r>&amp;<!-- \" ' <script>",
    "bidi": "\u202e\u2066人防门\u2069\u200f\u061c",
    "long": "人防门被拆，" * 170_000,
    "unbroken": "x" * 1_000_000,
    "astral": "𠮷\U0001f6a8\U000e0041\U0010ffff",
    "lines": "一\r\n二\u2028三\x0b四\n\n\n\n五",
    "empty": "",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_nothing_that_anybody_wrote_breaks_a_file(text: str) -> None:
    one, several = said(text, 200), paragraphs(text, 500)
    assert len(one) <= 200 and len(several) <= 500 and "\n" not in one
    paper = replace(
        PAPER,
        title=one,
        to=one,
        notices=(one,),
        blocks=(
            Text(text=several, label=one),
            Rows(columns=("甲", "乙"), rows=((one, several),), shares=(1, 1)),
            Form(fields=(Field(name="丙", value=several),)),
        ),
    )
    back = text_of(paper)
    assert one in back
    for char in "\u202e\u2066\u200f\x00\x0b\ufffe":
        assert char not in back
    assert isinstance(opened(paper).core_properties.created, datetime)

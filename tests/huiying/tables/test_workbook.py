from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from huiying.errors import Misconfigured
from huiying.tables import open_table, workbook
from tests.huiying.tables.books import book, handmade, relations, row, zipped

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


@pytest.mark.parametrize(
    "parts",
    [
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"},
        {
            "_rels/.rels": relations(f'Id="r" Type="{OFFICE}" Target="word/document.xml"').encode(),
            "word/document.xml": b"<document/>",
        },
        {
            "_rels/.rels": relations(f'Id="r" Type="{OFFICE}" Target="xl/workbook.bin"').encode(),
            "xl/workbook.bin": b"\x83\x01\x00",
        },
        {"_rels/.rels": relations(f'Id="r" Type="{OFFICE}" Target="../../etc/passwd"').encode()},
    ],
    ids=["ods", "docx", "xlsb", "elsewhere"],
)
def test_what_is_packed_but_no_workbook_is_refused_with_a_remedy(parts: dict[str, bytes]) -> None:
    with pytest.raises(Misconfigured, match=r"不是 \.xlsx 工作簿.*另存为 \.xlsx"), open_table(zipped(parts)):
        pass


def test_macros_and_references_to_other_workbooks_are_not_even_opened() -> None:
    more = {
        "xl/vbaProject.bin": b"\xff",
        "xl/externalLinks/externalLink1.xml": b"<broken",
        "docProps/core.xml": b"<",
    }
    made = handmade(row(1, "编号", "内容") + row(2, "1", "<c><f>[1]x!A1</f><v>7</v></c>"), more=more)
    with open_table(made, name="a.xlsm") as table:
        assert [one.values for one in table.rows()] == [{"编号": "1", "内容": "7"}]


def test_a_chart_is_no_sheet_and_the_order_is_that_of_the_tabs(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"甲": [("编号",), (1,)], "乙": [("编号",), (2,)]})
    made = openpyxl.load_workbook(path)
    made.create_chartsheet("图", 0)
    made.move_sheet("乙", -1)
    made.save(path)
    with path.open("rb") as file, workbook.opened("a", file, most=1 << 30) as opened:
        assert [sheet.name for sheet in opened.sheets] == ["乙", "甲"]


def test_a_terminal_obeys_nothing_of_the_name_of_a_sheet() -> None:
    with open_table(handmade(row(1, "编号"), name=" 工单&#x9b;31m" + "长" * 200)) as table:
        assert table.sheet == "工单 31m" + "长" * 93
        assert table.name.isprintable()


def test_the_strings_are_let_go_whatever_happens(tmp_path: Path) -> None:
    body = handmade(row(1, "甲"), strings="<si><t>乙</t></si>")
    with pytest.raises(RuntimeError), workbook.opened("a", BytesIO(body), most=1 << 30) as opened:
        held = opened.sheets[0]._strings
        raise RuntimeError
    with pytest.raises(ValueError, match="closed"):
        held[0]


@pytest.mark.parametrize("strings", ["<si><t>乙</t></si>", "", "<si><t>乙"])
def test_nothing_stays_open(strings: str, recwarn: pytest.WarningsRecorder) -> None:
    with suppress(Misconfigured), open_table(handmade(row(1, "甲") + row(2, "1"), strings=strings)) as table:
        next(table.rows())
    assert not [told for told in recwarn if told.category is ResourceWarning]

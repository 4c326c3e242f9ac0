from __future__ import annotations

import tempfile
from io import BytesIO

import pytest

from huiying.errors import DiskTrouble, Misconfigured
from huiying.tables import strings
from huiying.tables.parts import Parts
from tests.huiying.tables.books import MAIN, zipped


def read(inside: str) -> list[str]:
    body = f'<sst xmlns="{MAIN}">{inside}</sst>'.encode()
    held = strings.read(Parts("a", BytesIO(zipped({"s.xml": body})), most=1 << 30), "s.xml")
    try:
        return [held[number] for number in range(len(held))]
    finally:
        held.close()


def test_a_text_in_pieces_is_one_and_how_it_is_pronounced_is_no_part_of_it() -> None:
    rich = "<si><r><rPr><b/></rPr><t>路</t></r><r><t xml:space='preserve'> 灯</t></r><rPh sb='0' eb='1'><t>lu</t></rPh></si>"
    assert read(f"<si><t>甲</t></si>{rich}<si/>") == ["甲", "路 灯", ""]


def test_line_breaks_and_what_xml_cannot_hold_come_back() -> None:
    assert read("<si><t>一\n二_x000D_三_x005F_x000D_四_xD83D_五_x0000_</t></si>") == [
        "一\n二\r三_x000D_四\ufffd五"
    ]


def test_many_strings_lie_on_disk_and_are_all_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strings, "_IN_MEMORY", 1000)
    assert read("".join(f"<si><t>第{n}条</t></si>" for n in range(2000))) == [f"第{n}条" for n in range(2000)]


def test_a_full_disk_is_called_one_and_the_file_not_a_broken_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strings, "_IN_MEMORY", 100)
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    with pytest.raises(DiskTrouble, match=r"临时文件夹.*另存为 CSV"):
        read("".join(f"<si><t>第{n}条</t></si>" for n in range(100)))


def test_there_is_no_string_beyond_the_last_nor_before_the_first() -> None:
    held = strings.Strings()
    held.add("甲")
    for number in (-1, 1):
        with pytest.raises(IndexError):
            held[number]
    held.close()


def test_a_string_without_end_is_refused() -> None:
    with pytest.raises(Misconfigured, match="请改短"):
        read(f"<si><t>{'长' * (strings.LONGEST + 1)}</t></si>")

from __future__ import annotations

import resource
import struct
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from huiying.errors import Misconfigured
from huiying.tables import open_table
from huiying.tables.parts import Parts
from tests.huiying.tables.books import handmade, relations, row, zipped

GOOD = handmade(row(1, "编号", "内容") + row(2, "1", "灯"))


def refused(body: bytes, part: str = "a.xml", *, most: int = 1 << 32) -> str:
    parts = Parts("某表", BytesIO(zipped({"a.xml": body})), most=most)
    with pytest.raises(Misconfigured) as told:
        for _ in parts.steps(part, start=lambda *_: None):
            pass
    return str(told.value)


def test_a_part_that_is_broken_or_not_there_makes_a_broken_file() -> None:
    for body in (
        b"",
        b"<a>",
        b"<a></b>",
        b"<a>\x08</a>",
        b'<?xml version="1.0" encoding="gbk"?><a>\xc2\xb7</a>',
    ):
        assert "某表：这个 Excel 文件已损坏" in refused(body)
    assert "已损坏" in refused(b"<a/>", "b.xml")


@pytest.mark.parametrize("cut", [10, 200, -30, -200])
def test_a_file_that_was_cut_off_is_told(cut: int) -> None:
    with pytest.raises(Misconfigured, match="没有下载完整"), open_table(GOOD[:cut]) as table:
        list(table.rows())


def test_a_file_of_which_one_byte_is_wrong_is_told_before_the_first_row() -> None:
    with ZipFile(BytesIO(GOOD)) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    at = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    spoilt = GOOD[:at] + bytes([GOOD[at] ^ 0xFF]) + GOOD[at + 1 :]
    with pytest.raises(Misconfigured, match="损坏"), open_table(spoilt):
        pass


def test_a_document_type_is_refused_before_any_of_its_entities_is_looked_at() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'
    outside = '<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>'
    for body in (bomb, outside):
        assert "恶意" in refused(body.encode())


def test_a_part_that_unzips_to_more_than_is_allowed_is_refused_unread() -> None:
    assert "解开以后超过 1 MB" in refused(b"<a>" + b" " * (1 << 20) + b"</a>", most=1 << 20)


def test_a_part_that_is_larger_than_it_says_is_no_larger_for_us() -> None:
    packed = bytearray(zipped({"a.xml": b"<a>" + b" " * 100_000 + b"</a>"}))
    at = packed.rindex(b"PK\x01\x02")
    packed[at + 24 : at + 28] = struct.pack("<I", 10)
    parts = Parts("某表", BytesIO(bytes(packed)), most=1000)
    with pytest.raises(Misconfigured, match="损坏"):
        for _ in parts.steps("a.xml", start=lambda *_: None):
            pass


@pytest.mark.parametrize(
    "body",
    [
        b"<a>" * 3_000_000,
        b"<a " + b"b='' " * 600_000 + b">",
        b"<a><!--" + b"x" * 6_000_000,
        b"<a>" + b"".join(b"<b%d/>" % n for n in range(300_000)) + b"</a>",
    ],
    ids=["depth", "tag", "comment", "names"],
)
def test_what_would_fill_the_memory_of_a_parser_is_refused_early(body: bytes) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "恶意" in refused(body)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000


def test_a_list_of_parts_that_is_no_list_is_refused() -> None:
    packed = zipped({"_rels/.rels": relations() + " " * (33 << 20)})  # type: ignore[dict-item]
    with pytest.raises(Misconfigured, match="恶意"):
        Parts("某表", BytesIO(packed), most=1 << 32).relations("")


def test_a_part_with_a_password_is_told() -> None:
    packed = bytearray(GOOD)
    for sign, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = packed.find(sign)
        while at >= 0:
            packed[at + flags] |= 1
            at = packed.find(sign, at + 4)
    with pytest.raises(Misconfigured, match="加了密码"), open_table(bytes(packed)):
        pass


def test_what_a_part_refers_to_is_found_whatever_its_slashes_and_capitals() -> None:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        listed = relations(
            'Id="1" Type="x/worksheet" Target="worksheets/a.xml"',
            'Id="2" Type="x/styles" Target="/XL/b.xml"',
            'Id="3" Type="x/hyperlink" Target="https://example.invalid" TargetMode="External"',
        )
        archive.writestr("xl\\_rels\\Book.xml.rels", listed)
        archive.writestr("XL/Worksheets/A.xml", "<a/>")
    parts = Parts("某表", packed, most=1 << 20)
    found = parts.relations("xl/book.xml")
    assert [(one.kind, one.target, one.outside) for one in found.values()] == [
        ("worksheet", "/xl/worksheets/a.xml", False),
        ("styles", "/XL/b.xml", False),
        ("hyperlink", "https://example.invalid", True),
    ]
    assert found["1"].target in parts and found["2"].target not in parts
    assert parts.relations("xl/other.xml") == {}

from __future__ import annotations

import pytest

from crawlers import decode

TEXT = "人防车位租金，老街坊𠮷哥说了算"


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (TEXT.encode("gb18030"), ""),
        (TEXT.encode("gb18030"), "text/html; charset=utf-8"),
        (f'<meta charset="gb2312">{TEXT}'.encode("gb18030"), "text/html"),
        (f'<?xml version="1.0" encoding="utf-8"?>{TEXT}'.encode("gb18030"), "text/xml"),
        (TEXT.encode(), "text/html; charset=gbk"),
        (f'<meta charset="iso-8859-1">{TEXT}'.encode("gb18030"), ""),
        (TEXT.encode("utf-8-sig"), ""),
        (TEXT.encode("utf-16"), ""),
    ],
)
def test_chinese_is_read_right_whatever_is_declared(data: bytes, content_type: str) -> None:
    assert decode.text(data, content_type=content_type)[1].endswith(TEXT)


def test_big5_is_believed_where_it_is_declared() -> None:
    data = "防空避難所".encode("big5")
    assert decode.text(data, content_type="text/html; charset=big5")[1] == "防空避難所"


def test_one_broken_byte_does_not_turn_the_page_into_another_language() -> None:
    data = (TEXT * 20).encode() + b"\xff" + "完".encode()
    encoding, text = decode.text(data)
    assert encoding == "utf-8"
    assert text.startswith(TEXT) and text.endswith("完")

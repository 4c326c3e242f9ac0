"""Bytes to text, as Chinese sites really send them: what is declared is tried, and often wrong."""

from __future__ import annotations

import re

from w3lib.encoding import html_to_unicode

from huiying.tables.encodings import by_bom, strictly

_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


def text(data: bytes, *, content_type: str = "", stated: str = "") -> tuple[str, str]:
    """(encoding, text) of a page or feed.

    Byte order mark, then the catalogue, UTF-8 where it fits (GBK text is never valid UTF-8 by chance), gb18030 where
    that fits, and only then what the page says of itself.
    """
    marked = by_bom(data)
    for encoding in filter(None, (marked, stated, "utf-8", _declared(data, content_type), "gb18030")):
        decoded = strictly(data, encoding)
        if decoded is not None:
            return encoding, decoded
    return _as_it_comes(data, content_type)


def _declared(data: bytes, content_type: str) -> str:
    """What header, meta or XML prolog say; the GBK family is read as gb18030, which contains it."""
    found = _XML_ENCODING.match(data[:200])
    if found:
        name = found[1].decode("ascii").lower()
    else:
        name = html_to_unicode(content_type, data[:4096])[0].lower()
    if name.startswith(("gb", "cp936", "hz")):
        return "gb18030"
    # Single-byte encodings decode anything: never before gb18030 has been tried.
    return "" if name.startswith(("cp125", "iso-8859", "latin", "ascii", "windows")) else name


def _as_it_comes(data: bytes, content_type: str) -> tuple[str, str]:
    """Nothing fits throughout: a few broken bytes. Take whichever of the two usual ones breaks less."""
    tried = [(name, data.decode(name, "replace")) for name in ("utf-8", "gb18030")]
    name, decoded = min(tried, key=lambda pair: pair[1].count("\ufffd"))
    if decoded.count("\ufffd") * 20 <= max(len(decoded), 1):
        return name, decoded
    encoding, whole = html_to_unicode(content_type, data)
    return encoding, whole

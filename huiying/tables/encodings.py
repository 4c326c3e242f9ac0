"""In which encoding a text file of an office is: marked, UTF-8 or GBK, and a guess only where none of them fits."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def strictly(data: bytes, encoding: str) -> str | None:
    """The text, or None where the bytes are not in this encoding."""
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def by_bom(data: bytes) -> str | None:
    """The encoding that a byte order mark names."""
    return next((encoding for mark, encoding in _BOMS if data.startswith(mark)), None)


def detect(sample: bytes, *, whole: bool) -> str:
    """utf-8-sig, utf-16 or gb18030 where they fit; a guess among the rest only where none of them does."""
    if marked := by_bom(sample):
        return marked
    if unmarked := _utf16_without_mark(sample):
        return unmarked
    # A sample may end inside a character; whole lines do not.
    lines = sample if whole else sample[: sample.rfind(b"\n") + 1] or sample
    for encoding in ("utf-8", "gb18030"):
        if strictly(lines, encoding) is not None:
            return encoding
    # Single broken bytes in an otherwise usual file: whichever breaks less.
    name, broken = min(
        ((name, lines.decode(name, "replace").count("\ufffd")) for name in ("utf-8", "gb18030")),
        key=lambda pair: pair[1],
    )
    if broken * 50 <= len(lines):
        return name
    best = from_bytes(lines, cp_isolation=["utf_8", "gb18030", "big5", "utf_16"]).best()
    return best.encoding if best is not None else name


def _utf16_without_mark(sample: bytes) -> str:
    """Line ends and commas have a zero byte beside them, on one side only."""
    even, odd = sample[0:4000:2].count(0), sample[1:4000:2].count(0)
    if max(even, odd) * 20 < min(len(sample), 4000):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"

"""Where else a published statement stands: what people must still take down, and whether it is the same text there.  Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from huiying import grams
from huiying.contracts import Appearance, Statement
from triage.amends import corrected_by, in_public
from triage.publishing import Document

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]*")


def standing(statement: Statement) -> tuple[Appearance, ...]:
    """Those that nobody has taken down."""
    return tuple(one for one in statement.appearances if one.removed_at is None)


def left_over(statements: Sequence[Statement]) -> tuple[tuple[Statement, Appearance], ...]:
    """What still stands elsewhere of statements that the public may not read, or should read in their correction."""
    return tuple(
        (statement, one)
        for statement in statements
        if statement.suspended is not None or corrected_by(statements, statement) is not None
        for one in standing(statement)
    )


def channels_of(statements: Sequence[Statement]) -> frozenset[str]:
    """The kinds of channel on which something stands that the public may read."""
    return frozenset(
        one.channel for statement in statements if in_public(statement) for one in standing(statement)
    )


def altered(document: Document, copy: str) -> tuple[str, ...]:
    """The sentences of a statement, its title first, that are not in a text in these words; punctuation, spaces, width of letters
    and whatever stands around them do not count.
    """
    there = _bare(copy)
    said = [document.title, *(found for text in document.parts.values() for found in _SENTENCE.findall(text))]
    return tuple(one.strip() for one in said if (bare := _bare(one)) and bare not in there)


def compared(one: Appearance) -> str:
    """What came of comparing its text with what was signed, in a few words."""
    if one.altered is None:
        return "没有核对文字"
    return f"有 {one.altered} 句与签发的文字不同" if one.altered else "文字与签发的一致"


def _bare(text: str) -> str:
    return grams.letters(unicodedata.normalize("NFKC", text).casefold())

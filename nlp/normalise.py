"""One way to write a text, with the way back to how it was written.

Width, case, traditional characters, invisible characters, markup and repeated punctuation are levelled, so that a word
list meets one spelling.  Every character of the result knows which characters of the original it stands for.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import opencc

LIMIT = 10_000
"""Characters that are read of one title or text; what follows is kept in the post and not read."""

_INLINE_TAG = r"</?(?:a|b|i|u|em|strong|span|font|mark|small|sub|sup|img)(?:\s[^<>]{0,300})?/?>"
_BLOCK_TAG = r"</?[a-zA-Z][a-zA-Z0-9]{0,10}(?:\s[^<>]{0,300})?/?>|<!--[^<>]{0,300}-->"
_ENTITY = r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});"
_MARKUP = re.compile(f"(?P<inline>{_INLINE_TAG})|(?P<block>{_BLOCK_TAG})|(?P<entity>{_ENTITY})")
_REPEATED = re.compile(r"(?P<mark>[!?。.,、~;:\-—_=*#^+|·])(?P=mark)+|(?P<blank>[ \n]{2,})")
_MARKS = "".join(chr(code) for code in range(0x20000) if unicodedata.combining(chr(code)))
_PILED = re.compile(rf"[{_MARKS}](?<=[{_MARKS}]{{9}})")
"""Combining marks beyond eight on one letter: no spelling needs them, and ordering them takes quadratic time."""


@dataclass(frozen=True, slots=True)
class Normalised:
    """``text[i]`` stands for the original's characters ``starts[i]`` to ``ends[i]``."""

    text: str
    starts: list[int]
    ends: list[int]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where characters ``start`` to ``end`` (at least one) of the result stand in the original."""
        return self.starts[start], self.ends[end - 1]


def quick(original: str) -> str:
    """The normalised text alone: what the gate reads of everything that comes in."""
    text = original[:LIMIT]
    if "<" in text or "&" in text:
        text = _MARKUP.sub(_plain, text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _PILED.sub("", text))
    return _REPEATED.sub(_once, text.casefold().translate(_levels()))[:LIMIT]


def normalise(original: str) -> Normalised:
    """The same text as :func:`quick`, and the way back."""
    text = original[:LIMIT]
    tracked = Normalised(text, list(range(len(text))), list(range(1, len(text) + 1)))
    tracked = _replace(tracked, _MARKUP, _plain)
    tracked = _replace(tracked, _PILED, lambda _: "")
    tracked = _replace(_folded(tracked), _REPEATED, _once)
    return Normalised(tracked.text[:LIMIT], tracked.starts[:LIMIT], tracked.ends[:LIMIT])


def _plain(found: re.Match[str]) -> str:
    if found["inline"] is not None:
        return ""
    return " " if found["block"] is not None else html.unescape(found[0])


def _once(found: re.Match[str]) -> str:
    return found["mark"] or ("\n" if "\n" in found[0] else " ")


def _replace(before: Normalised, pattern: re.Pattern[str], by: Callable[[re.Match[str]], str]) -> Normalised:
    """``pattern.sub`` that keeps the way back: what replaces a match stands for all of it."""
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for found in pattern.finditer(before.text):
        new = by(found)
        text += (before.text[done : found.start()], new)
        starts += before.starts[done : found.start()] + [before.starts[found.start()]] * len(new)
        ends += before.ends[done : found.start()] + [before.ends[found.end() - 1]] * len(new)
        done = found.end()
    if not done:
        return before
    return Normalised(
        "".join(text) + before.text[done:], starts + before.starts[done:], ends + before.ends[done:]
    )


def _folded(before: Normalised) -> Normalised:
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for first, last in _clusters(before.text):
        for char in _fold(before.text[first:last]):
            text.append(char)
            starts.append(before.starts[first])
            ends.append(before.ends[last - 1])
    return Normalised("".join(text), starts, ends)


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Stretches that Unicode composes on their own: a base and all that joins it."""
    first = 0
    for at in range(1, len(text)):
        if not _joins(text[at]):
            yield first, at
            first = at
    if text:
        yield first, len(text)


@lru_cache(maxsize=65_536)
def _fold(cluster: str) -> str:
    return unicodedata.normalize("NFKC", cluster).casefold().translate(_levels())


@lru_cache(maxsize=65_536)
def _joins(char: str) -> bool:
    head = unicodedata.normalize("NFKC", char)[0]
    return bool(unicodedata.combining(head)) or "\u1160" <= head <= "\u11ff" or head in _composed_onto()


@cache
def _composed_onto() -> frozenset[str]:
    """Characters that some composition takes as its second part."""
    pairs = (unicodedata.decomposition(chr(code)).split() for code in range(0x20000))
    return frozenset(chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2 and pair[0][0] != "<")


@cache
def _levels() -> dict[int, str]:
    """Traditional to simplified, one character for one; white space to a blank; the invisible to nothing."""
    every = range(0x20000)
    table = {code: "" for code in every if unicodedata.category(chr(code)) in {"Cf", "Cc", "Cs", "Mn", "Me"}}
    table |= dict.fromkeys(range(917504, 918000), "")
    table |= dict.fromkeys((9, 11, 12, 0x85, 0x2028, 0x2029), " ") | {10: "\n"}
    traditional = "".join(chr(code) for code in range(0x3400, 0xA000))
    simplified = opencc.OpenCC("t2s")
    changed = {char: simplified.convert(char) for char in traditional}
    return table | {ord(char): new for char, new in changed.items() if new != char and len(new) == 1}

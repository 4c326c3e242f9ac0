"""One way to write a text, with the way back to how it was written.

Width, case, traditional characters, invisible characters, markup and repeated punctuation are levelled, so that a word
list meets one spelling.  Every character of the result knows which characters of the original it stands for.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt
import opencc

LIMIT = 6_000
"""Characters that are read of one text. A longer one is kept whole in the post and read in parts: see :func:`parts`."""
TITLE = 1_000
"""Characters that are read of a title."""
_TAIL = 1_000
_MIDDLE = 2_000
_LEAD = 300
"""Characters before a name of the trade that are read with it."""
_SEARCHED = 100_000
"""Characters in which that name is looked for."""
_NAMES = ("人防", "人民防空", "防空", "民防", "国动办", "防空警報")

_INLINE_TAG = r"</?(?:a|b|i|u|em|strong|span|font|mark|small|sub|sup|img)(?:\s[^<>]{0,300})?/?>"
_BLOCK_TAG = r"</?[a-zA-Z][a-zA-Z0-9]{0,10}(?:\s[^<>]{0,300})?/?>|<!--[^<>]{0,300}-->"
_ENTITY = r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});"
_MARKUP = re.compile(f"(?P<inline>{_INLINE_TAG})|(?P<block>{_BLOCK_TAG})|(?P<entity>{_ENTITY})")
_MARKS_ONCE = "!?。.,、~;:-—_=*#^+|·"
_REPEATED = re.compile(rf"(?P<mark>[{re.escape(_MARKS_ONCE)}])(?P=mark)+|(?P<blank>[ \n]{{2,}})")
_MARKS = "".join(chr(code) for code in range(0x20000) if unicodedata.combining(chr(code)))
_PILED = re.compile(rf"[{_MARKS}](?<=[{_MARKS}]{{9}})")
"""Combining marks beyond eight on one letter: no spelling needs them, and ordering them takes quadratic time."""

_SEPARATOR = "\ue000"
_SHORT = LIMIT // 18
"""Characters that a text may have to go through the table: even the longest decomposition keeps it within the limit."""
_STRANGE = 0xFFFFFFFF
_PLANES = 0x20000


@dataclass(frozen=True, slots=True)
class Normalised:
    """``text[i]`` stands for the original's characters ``starts[i]`` to ``ends[i]``."""

    text: str
    starts: list[int]
    ends: list[int]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where characters ``start`` to ``end`` (at least one) of the result stand in the original, ``LIMIT`` of them at most."""
        first = self.starts[start]
        return first, min(self.ends[end - 1], first + LIMIT)


def parts(original: str) -> list[tuple[int, int]]:
    """Which characters are read: all; of a text longer than ``LIMIT`` its beginning, its end, and between them a stretch round the
    first name of the trade that the beginning leaves out.
    """
    length = len(original)
    if length <= LIMIT:
        return [(0, length)]
    head, tail = LIMIT - _TAIL, length - _TAIL
    short = head - _MIDDLE
    last = min(tail, _SEARCHED)
    named = any(original.find(name, 0, short) >= 0 for name in _NAMES)
    places = [] if named else [at for name in _NAMES if (at := original.find(name, head - _LEAD, last)) >= 0]
    if not places:
        return [(0, head), (tail, length)]
    start = max(short, min(places) - _LEAD)
    return [(0, short), (start, min(start + _MIDDLE, tail)), (tail, length)]


def _read(original: str) -> str:
    """Those parts, each on a line of its own."""
    if len(original) <= LIMIT:
        return original
    return "\n".join(original[start:end] for start, end in parts(original))


def quick(original: str) -> str:
    """The normalised text alone: what the gate reads of everything that comes in."""
    text = _read(original)
    if "<" in text or "&" in text:
        text = _MARKUP.sub(_plain, text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _PILED.sub("", text))
    return _REPEATED.sub(_once, text.casefold().translate(_levels()))[:LIMIT]


@dataclass(frozen=True, slots=True)
class Joined:
    """Many texts as :func:`quick` gives them, in one: number ``which[k]`` starts at ``starts[k]``, a mark before each."""

    text: str
    which: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]

    def parts(self) -> Iterator[tuple[int, str]]:
        """Number and text, in the order in which they stand."""
        ends = [*(self.starts[1:] - 1).tolist(), len(self.text)][: len(self.which)]
        for number, start, end in zip(self.which.tolist(), self.starts.tolist(), ends, strict=True):
            yield number, self.text[start:end]


def join(originals: Sequence[str]) -> Joined:
    """What :func:`quick` gives of each, for a small part of the time; what needs more than a table goes through it."""
    short = [number for number, text in enumerate(originals) if len(text) <= _SHORT]
    written = _SEPARATOR.join(["", *(originals[number] for number in short)])
    codes = np.frombuffer(written.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    table = _table()
    new = table[np.minimum(codes, len(table) - 1)]
    owner = np.cumsum(codes == ord(_SEPARATOR)) - 1
    if written.count(_SEPARATOR) != len(short):  # a text that holds the mark itself upsets the count
        return _joined([(number, quick(text)) for number, text in enumerate(originals)])
    strange = np.unique(owner[new == _STRANGE])
    kept = new != 0
    if len(strange):
        kept &= ~np.isin(owner, strange)
    plain = _collapsed(new[kept])
    text = plain.astype("<u4").tobytes().decode("utf-32-le")
    numbers = np.array(short, dtype=np.int64)
    which = np.delete(numbers, strange)
    starts = np.flatnonzero(plain == ord(_SEPARATOR)) + 1
    others = sorted({*range(len(originals))}.difference(which.tolist()))
    rest = _joined([(number, quick(originals[number])) for number in others])
    return Joined(
        text + rest.text,
        np.concatenate([which, rest.which]),
        np.concatenate([starts, rest.starts + len(text)]),
    )


def _joined(texts: Sequence[tuple[int, str]]) -> Joined:
    lengths = np.array([len(text) + 1 for _, text in texts], dtype=np.int64)
    return Joined(
        "".join(_SEPARATOR + text for _, text in texts),
        np.array([number for number, _ in texts], dtype=np.int64),
        np.cumsum(lengths) - lengths + 1,
    )


def _collapsed(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """``_REPEATED`` over an array."""
    if len(codes) < 2:
        return codes
    before = np.concatenate([np.zeros(1, dtype=np.uint32), codes[:-1]])
    blank = (codes == 32) | (codes == 10)
    again = blank & ((before == 32) | (before == 10))
    if again.any():
        first = blank & ~again
        runs = np.cumsum(first) - 1
        breaks = np.bincount(runs[codes == 10], minlength=int(first.sum())) > 0
        codes = codes.copy()
        codes[first] = np.where(breaks, 10, 32)
    marks = _mark_table()
    again |= (codes == before) & marks[np.minimum(codes, len(marks) - 1)]
    return np.delete(codes, np.flatnonzero(again))


@cache
def _mark_table() -> npt.NDArray[np.bool_]:
    """Which characters are punctuation that counts once; the last entry stands for all that follow."""
    marks = np.zeros(max(map(ord, _MARKS_ONCE)) + 2, dtype=np.bool_)
    marks[[ord(mark) for mark in _MARKS_ONCE]] = True
    return marks


@cache
def _table() -> npt.NDArray[np.uint32]:
    """What one character becomes: 0 for nothing, ``_STRANGE`` where its neighbours or markup have a say, or several come of it."""
    table = np.full(_PLANES + 1, _STRANGE, dtype=np.uint32)
    for code in range(1, _PLANES):
        char = chr(code)
        if char in "<&" or _joins(char):
            continue
        folded = "." if char == "…" else _fold(char)
        if len(folded) < 2:
            table[code] = ord(folded) if folded else 0
    table[0] = 0
    return table


def normalise(original: str) -> Normalised:
    """The same text as :func:`quick`, and the way back."""
    tracked = _tracked(original)
    tracked = _replace(tracked, _MARKUP, _plain)
    tracked = _replace(tracked, _PILED, lambda _: "")
    tracked = _replace(_folded(tracked), _REPEATED, _once)
    return Normalised(tracked.text[:LIMIT], tracked.starts[:LIMIT], tracked.ends[:LIMIT])


def _tracked(original: str) -> Normalised:
    """What is read, as it is written; the line break between two parts stands for the character behind the first."""
    starts: list[int] = []
    for start, end in parts(original):
        starts += [starts[-1] + 1] if starts else []
        starts += range(start, end)
    return Normalised(_read(original), starts, [at + 1 for at in starts])


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
    """Character by character out of the table; what joins its neighbours or falls apart goes cluster by cluster."""
    codes = np.frombuffer(before.text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    table = _table()
    new = table[np.minimum(codes, len(table) - 1)]
    strange = new == _STRANGE
    together = strange | np.append(strange[1:], np.zeros(min(len(new), 1), dtype=np.bool_))
    edges = np.flatnonzero(np.diff(together, prepend=False, append=False)).tolist()
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for first, last in [*zip(edges[::2], edges[1::2], strict=True), (len(new), len(new))]:
        kept = np.flatnonzero(new[done:first]) + done
        text.append(new[kept].astype("<u4").tobytes().decode("utf-32-le"))
        starts += [before.starts[at] for at in kept.tolist()]
        ends += [before.ends[at] for at in kept.tolist()]
        for base, end in _clusters(before.text[first:last]):
            folded = _fold(before.text[first + base : first + end])
            text.append(folded)
            starts += [before.starts[first + base]] * len(folded)
            ends += [before.ends[first + end - 1]] * len(folded)
        done = last
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

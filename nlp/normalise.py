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

from nlp.scanning import scan

LIMIT = 6_000
"""Characters that are read of one text. A longer one is kept whole in the post and read in parts: see :func:`parts`."""
TITLE = 1_000
"""Characters that are read of a title."""
FEW = 6
"""Texts below which taking them together costs more than it saves."""
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
_PAIR = re.compile(rf"[ \n{re.escape(_MARKS_ONCE)}](?=[ \n{re.escape(_MARKS_ONCE)}])")
_MARKS = "".join(chr(code) for code in range(0x20000) if unicodedata.combining(chr(code)))
_PILED = re.compile(rf"[{_MARKS}](?<=[{_MARKS}]{{9}})")
"""Combining marks beyond eight on one letter: no spelling needs them, and ordering them takes quadratic time."""

_SEPARATOR = "\ue000"
_STRANGE = 0xFFFFFFFF
_PLANES = 0x20000


@dataclass(frozen=True, slots=True)
class Normalised:
    """``text[i]`` stands for the original's characters ``starts[i]`` to ``ends[i]``."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where characters ``start`` to ``end`` (at least one) of the result stand in the original, ``LIMIT`` of them at most."""
        first, last = self.starts[start], self.ends[end - 1]
        return first, last if last - first < LIMIT else first + LIMIT


_NOTHING = Normalised("", range(0), range(0))


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
    new = _mapped(text)
    if (new != _STRANGE).all():
        text = _written(new[new != 0])
    else:
        if "<" in text or "&" in text:
            text = _MARKUP.sub(_plain, text)
        text = unicodedata.normalize("NFKC", _PILED.sub("", text) if _may_pile(text) else text)
        text = text.casefold().translate(_levels())
    return (_REPEATED.sub(_once, text) if _PAIR.search(text) else text)[:LIMIT]


def _written(codes: npt.NDArray[np.uint32]) -> str:
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le")


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
    levelled, others = _by_table(originals)
    if not others:
        return levelled
    rest = _joined([(number, quick(originals[number])) for number in others])
    return Joined(
        levelled.text + rest.text,
        np.concatenate([levelled.which, rest.which]),
        np.concatenate([levelled.starts, rest.starts + len(levelled.text)]),
    )


def _by_table(originals: Sequence[str]) -> tuple[Joined, list[int]]:
    """The texts that need no more than a table, in one, and the numbers of the others."""
    long = [number for number, text in enumerate(originals) if len(text) > LIMIT]
    short = np.delete(np.arange(len(originals)), np.array(long, dtype=np.int64))
    texts = [originals[number] for number in short.tolist()] if long else originals
    written = _SEPARATOR.join(["", *texts])
    if written.count(_SEPARATOR) != len(short):  # a text that holds the mark itself upsets the count
        return _joined([]), list(range(len(originals)))
    new = _mapped(written)
    strange = np.flatnonzero(new == _STRANGE)
    if len(strange):
        edges = np.flatnonzero(new == ord(_SEPARATOR))
        strange = np.unique(np.searchsorted(edges, strange) - 1)
        ends = np.append(edges[1:], len(new))
        for number in strange.tolist():
            new[edges[number] : ends[number]] = 0
    plain = _collapsed(new if new.all() else new[new != 0])
    starts = np.flatnonzero(plain == ord(_SEPARATOR)) + 1
    others = sorted([*long, *short[strange].tolist()])
    return Joined(_written(plain), np.delete(short, strange), starts), others


def _joined(texts: Sequence[tuple[int, str]]) -> Joined:
    lengths = np.array([len(text) + 1 for _, text in texts], dtype=np.int64)
    return Joined(
        "".join(_SEPARATOR + text for _, text in texts),
        np.array([number for number, _ in texts], dtype=np.int64),
        np.cumsum(lengths) - lengths + 1,
    )


def _collapsed(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """``_REPEATED`` over an array."""
    marks = _mark_table()
    same = np.flatnonzero(codes[1:] == codes[:-1]) + 1
    gone = same[marks[np.minimum(codes[same], len(marks) - 1)]]
    blanks = np.flatnonzero((codes == 32) | (codes == 10))
    follows = np.flatnonzero(np.diff(blanks) == 1) + 1
    if len(follows):
        first = np.delete(np.arange(len(blanks)), follows)
        broken = np.add.reduceat(codes[blanks] == 10, first, dtype=np.int64) > 0
        codes = codes.copy()
        codes[blanks[first]] = np.where(broken, 10, 32)
        gone = np.concatenate([gone, blanks[follows]])
    return np.delete(codes, gone) if len(gone) else codes


@cache
def _mark_table() -> npt.NDArray[np.bool_]:
    """Which characters are punctuation that counts once; the last entry stands for all that follow."""
    marks = np.zeros(max(map(ord, _MARKS_ONCE)) + 2, dtype=np.bool_)
    marks[[ord(mark) for mark in _MARKS_ONCE]] = True
    return marks


@cache
def _table() -> npt.NDArray[np.uint32]:
    """What one character becomes: 0 for nothing, ``_STRANGE`` where its neighbours or markup have a say, or several come of it."""
    table, levels = np.full(_PLANES + 1, _STRANGE, dtype=np.uint32), _levels()
    for code in range(1, _PLANES):
        char = chr(code)
        if 0x3400 <= code < 0xA000:  # ideographs stand alone
            folded = levels.get(code, char)
        elif char in "<&" or _joins(char):
            continue
        else:
            folded = "." if char == "…" else _fold(char)
        if len(folded) < 2:
            table[code] = ord(folded) if folded else 0
    table[0] = 0
    return table


def normalise(original: str) -> Normalised:
    """The same text as :func:`quick`, and the way back."""
    if not original:
        return _NOTHING
    tracked = _tracked(original)
    text = tracked.text
    if "<" in text or "&" in text:
        tracked = _replace(tracked, _MARKUP.finditer(text), _plain)
    new = _mapped(tracked.text)
    odd = (new == _STRANGE).nonzero()[0].tolist()
    if len(odd) > 8:
        tracked = _replace(tracked, _PILED.finditer(tracked.text), lambda _: "")
        new = _mapped(tracked.text)
        odd = (new == _STRANGE).nonzero()[0].tolist()
    tracked = _folded(tracked, new, odd)
    if _PAIR.search(tracked.text):
        tracked = _replace(tracked, scan(_PAIR, _REPEATED, tracked.text), _once)
    return Normalised(tracked.text[:LIMIT], tracked.starts[:LIMIT], tracked.ends[:LIMIT])


def normalise_all(originals: Sequence[str]) -> list[Normalised]:
    """Each as :func:`normalise` gives it, for a small part of the time where a text keeps its characters in their places."""
    if len(originals) < FEW:
        return [normalise(original) for original in originals]
    kept = {
        number: text
        for number, text in _by_table(originals)[0].parts()
        if len(text) == len(originals[number])
    }
    return [
        Normalised(kept[number], range(len(original)), range(1, len(original) + 1))
        if number in kept
        else normalise(original)
        for number, original in enumerate(originals)
    ]


def _may_pile(text: str) -> bool:
    """Whether there are marks enough for a pile: looking for one takes far longer than counting."""
    return not text.isascii() and bool(np.count_nonzero(_mapped(text) == _STRANGE) > 8)


def _tracked(original: str) -> Normalised:
    """What is read, as it is written; the line break between two parts stands for the character behind the first."""
    if len(original) <= LIMIT:
        return Normalised(original, range(len(original)), range(1, len(original) + 1))
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


def _replace(
    before: Normalised, matches: Iterator[re.Match[str]], by: Callable[[re.Match[str]], str]
) -> Normalised:
    """``re.sub`` that keeps the way back: what replaces a match stands for all of it."""
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for found in matches:
        new = by(found)
        text += (before.text[done : found.start()], new)
        starts += [*before.starts[done : found.start()], *[before.starts[found.start()]] * len(new)]
        ends += [*before.ends[done : found.start()], *[before.ends[found.end() - 1]] * len(new)]
        done = found.end()
    if not done:
        return before
    return Normalised(
        "".join(text) + before.text[done:], [*starts, *before.starts[done:]], [*ends, *before.ends[done:]]
    )


def _folded(before: Normalised, new: npt.NDArray[np.uint32], odd: Sequence[int]) -> Normalised:
    """Each character through the table, ``new``; what its neighbours have a say in goes through Unicode's own way."""
    if not odd:
        return _kept(before, new, 0, len(new))
    done_with: list[Normalised] = []
    done = 0
    for first, last in _clusters(before.text, odd):
        done_with.append(_kept(before, new, done, first))
        folded = _fold(before.text[first:last])
        where = [before.starts[first]] * len(folded), [before.ends[last - 1]] * len(folded)
        done_with.append(Normalised(folded, *where))
        done = last
    done_with.append(_kept(before, new, done, len(new)))
    return Normalised(
        "".join(part.text for part in done_with),
        [start for part in done_with for start in part.starts],
        [end for part in done_with for end in part.ends],
    )


def _mapped(text: str) -> npt.NDArray[np.uint32]:
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return _table().take(codes, mode="clip")


def _kept(before: Normalised, new: npt.NDArray[np.uint32], first: int, last: int) -> Normalised:
    """Characters ``first`` to ``last``, each by its own, without those of which nothing comes."""
    mine = new[first:last]
    if mine.all():
        text = _written(mine)
        return Normalised(text, before.starts[first:last], before.ends[first:last])
    kept = np.flatnonzero(mine)
    text = _written(mine[kept])
    places = (kept + first).tolist()
    return Normalised(text, [before.starts[at] for at in places], [before.ends[at] for at in places])


def _clusters(text: str, odd: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Stretches that Unicode composes on their own, a base and all that joins it, around these characters."""
    done = 0
    for at in odd:
        if at < done:
            continue
        first = at
        while first > done and _joins(text[first]):
            first -= 1
        done = at + 1
        while done < len(text) and _joins(text[done]):
            done += 1
        yield first, done


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

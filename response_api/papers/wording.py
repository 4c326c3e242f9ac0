"""Words as a paper may carry them: cleaned, cut to length, without what points to a person, and with what is not known said.  Pure."""

from __future__ import annotations

import re
from datetime import datetime

from huiying import codec, personal
from response_api import times
from triage import publishing

UNKNOWN = "未知（待核）"
HEARSAY = "网传，待核实"
ERASED = "（原文已按规定清除）"
_HANDLE = re.compile(r"[@＠][\w\-·.]{1,40}")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s，。；、）)】]+", re.IGNORECASE)
_STEADY = re.compile(r"[，。；！？,;!?\s]")
_FIGURES = r"(?:[0-9][^0-9\w]{0,3}){4,}"
_HANGING_FIRST, _HANGING_LAST = re.compile(_FIGURES), re.compile(_FIGURES + "…?$")
_ROOM = 4
"""So many characters are looked at for one that is shown: cleaning drops some."""
_EDGE = 90
"""Characters before the end of what is looked at that may be part of a number which goes on behind it: not shown."""


def said(text: str, most: int, *, whole: int = 0) -> str:
    """What somebody wrote, as one line of at most ``most`` characters: no number of a person, no name of an account, no address of a
    post, which may name its author.  ``whole``: characters at which the text was cut before it came here, 0 where it was not; of
    a number that the cut went through its rest is left out."""
    told = " ".join(_masked(text, most).split())
    return _short(_trimmed(told) if whole and len(text) >= whole - 1 else told, most)


def paragraphs(text: str, most: int) -> str:
    """The same with its line ends kept: what people of the office wrote."""
    lines = (" ".join(line.split()) for line in _masked(text, most).split("\n"))
    return _short("\n".join(line for line in lines if line), most)


def _masked(text: str, most: int) -> str:
    window = codec.clean(text[: _ROOM * most + _EDGE])
    plain = publishing.clean(window)
    plain = _ADDRESS.sub("（网址略）", plain)
    for hit in reversed(personal.find(plain)):
        plain = f"{plain[: hit.start]}（{hit.kind}略）{plain[hit.end :]}"
    plain = _HANDLE.sub("（账号略）", plain)
    whole = len(text) <= _ROOM * most + _EDGE
    return plain if whole else plain[: max(0, len(plain) - _EDGE)]


def _trimmed(text: str) -> str:
    """Without figures that hang at either end: no check knows what they are part of."""
    plain, origin = personal.flattened(text)
    first = found.end() if (found := _HANGING_FIRST.match(plain)) else 0
    last = found.start() if (found := _HANGING_LAST.search(plain, first)) else len(plain)
    begin = origin[first] if first < len(plain) else len(text)
    end = origin[last] if last < len(plain) else len(text)
    return f"{'…' if first else ''}{text[begin:end]}{'…' if last < len(plain) else ''}"


def _short(text: str, most: int) -> str:
    """Cut behind the last sign of a pause, where there is one near the end."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    pauses = [found.end() for found in _STEADY.finditer(cut, most * 3 // 4)]
    return cut[: pauses[-1]].rstrip("，,;； ") + "…" if pauses else cut + "…"


def day(moment: datetime) -> str:
    """2026年11月23日"""
    there = times.local(moment)
    return f"{there.year}年{there.month}月{there.day}日"


def minute(moment: datetime) -> str:
    """2026年11月23日10时24分"""
    there = times.local(moment)
    return f"{day(moment)}{there.hour}时{there:%M}分"


def listed(names: tuple[str, ...], otherwise: str = "无") -> str:
    return "、".join(names) or otherwise

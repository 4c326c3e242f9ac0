"""The gate: which posts are worth reading at all.  Recall first; it only drops what says nothing of the trade.

A phrase of the trade opens it; so does a short term where the word boundaries fit, a disguised spelling, or, with no
term at all, a combination such as an alarm all over town, or a garage spoken of as wartime property.  Context lists
(foreign wars, games, guards) never close it: they are features of the model.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace

from nlp import words
from nlp.lexicon import Found, Spotter
from nlp.normalise import quick
from nlp.sheet import Passage, Sheet

OPENING = ("phrases", "dodges")
BOUND = "risky"
COMBINATIONS = (("siren", "townwide"), ("garage", "wartime"))
_GATE_LISTS = (*OPENING, BOUND, *(name for pair in COMBINATIONS for name in pair))


class Gate:
    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        plain = frozenset(lists["phrases"])
        lists = {**lists, "dodges": tuple(word for word in lists["dodges"] if word not in plain)}
        self._gate = Spotter({name: lists[name] for name in _GATE_LISTS})
        self._all = Spotter(lists)

    def opens(self, title: str, text: str) -> bool:
        """Whether a post is worth laying out. Quick: it works on the normalised text alone."""
        both = f"{quick(title)}\n{quick(text)}" if title else quick(text)
        found = self._gate.find(both)
        return bool(found) and _passes(found, both)

    def mark(self, sheet: Sheet) -> Sheet:
        """The sheet with every phrase found; short terms only where the word boundaries fit."""
        return replace(sheet, title=self._marked(sheet.title), body=self._marked(sheet.body))

    def _marked(self, passage: Passage) -> Passage:
        found = self._all.find(passage.text)
        covered = {at for hit in found if hit.group in OPENING for at in range(hit.start, hit.end)}
        misfits = {
            hit
            for hit in found
            if hit.group == BOUND
            and not covered.issuperset((hit.start, hit.end - 1))
            and not fits(hit, passage.tokens)
        }
        kept = (replace(hit, group="misfit") if hit in misfits else hit for hit in found)
        return replace(passage, found=tuple(kept))


def _passes(found: Sequence[Found], text: str) -> bool:
    groups = {hit.group for hit in found}
    if groups.intersection(OPENING) or any(groups.issuperset(pair) for pair in COMBINATIONS):
        return True
    if BOUND not in groups:
        return False
    tokens = words.tokens(text)
    return any(fits(hit, tokens) for hit in found if hit.group == BOUND)


def fits(hit: Found, tokens: Sequence[tuple[str, int, int]]) -> bool:
    """Whether a word starts where the hit starts and one ends where it ends."""
    first = bisect_left(tokens, hit.start, key=lambda token: token[1])
    last = bisect_left(tokens, hit.end, key=lambda token: token[2])
    return (
        first < len(tokens)
        and tokens[first][1] == hit.start
        and last < len(tokens)
        and tokens[last][2] == hit.end
    )


def opened_by(sheet: Sheet) -> list[tuple[Passage, Found]]:
    """What opened the gate, strongest kind first."""
    for groups in (OPENING, (BOUND,), *COMBINATIONS):
        hits = sheet.found(*groups)
        if hits:
            return hits
    return []

"""The gate: which posts are worth reading at all.  Recall first; it only drops what says nothing of the trade.

A phrase of the trade opens it; so does a short term where the word boundaries fit and no other reading covers it, a
disguised spelling, or, with no term at all, a combination such as an alarm all over town, or a garage spoken of as
wartime property.  What stands in the name of an account (``@…``) is not said, but for one that the text is addressed to.
Context lists (foreign wars, games, guards) never close it: they are features of the model.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum, auto
from itertools import pairwise

from nlp import words
from nlp.lexicon import Found, Match, Spotter
from nlp.normalise import TITLE, join
from nlp.sheet import Passage, Sheet

OPENING = ("phrases", "dodges")
BOUND = "risky"
MISFIT = "misfit"
"""Short terms, and those of them that do not fit the words."""
HINTS = "hints"
"""Short terms that others say as often: 地下车位, 应急疏散, 防护门."""
NOISES = "noises"
"""What else sounds at night: trains, lorries, building sites, hawkers."""
OTHERWISE = "misread"
"""The characters of a short term in another reading: 湖人防守, 湖北人防得死死的."""
COMBINATIONS = (
    ("siren", "townwide"),
    ("blare", "everywhere"),
    ("garage", "wartime"),
    ("garage", "tenure"),
    ("heavydoor", "garage"),
    ("oldworks", "dugout"),
    ("warscare", "orders"),
    ("offsite", "charge"),
)
"""Two lists that close together speak of the trade without naming it."""
SOUNDS = (("siren", "townwide"), ("blare", "everywhere"))
TENURE = ("garage", "tenure")
"""Those of them that a town's noises, and garages of every kind, bring together as well."""
NEAR = 60
"""Characters that may lie between the two."""
MOST = 60
"""Hits of one list that are looked at in one passage: a flood says no more than these."""
ENOUGH = 300
"""Hits of one list that are found at all in one passage, before it is asked which of them count."""
STOPS = frozenset(",。!?;:、\n ")
FEW = 3
"""Short terms up to which the pieces around them are cut and not the whole text."""
AT_BOUNDARIES = frozenset({"home", "wartime", "warscare"})
"""Lists whose words of two characters count only where the word boundaries fit: 成都 does not stand in 两成都."""
_COMBINED = tuple(dict.fromkeys(name for pair in COMBINATIONS for name in pair))
_GATE_LISTS = (*OPENING, BOUND, OTHERWISE, *_COMBINED)
_ALONE = frozenset((*OPENING, BOUND))
_BITS = {name: 1 << at for at, name in enumerate(_GATE_LISTS)}
_ACCOUNT = re.compile(r"@[^\s:@/,。!?]{1,30}(?=[\s:@/]|$)")


class _Sees(Enum):
    NOTHING = auto()
    PERHAPS = auto()
    OPENING = auto()


class Gate:
    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        plain = frozenset(lists["phrases"])
        lists = {**lists, "dodges": tuple(word for word in lists["dodges"] if word not in plain)}
        self._gate = Spotter({name: lists[name] for name in _GATE_LISTS}, wide=True)
        self._kinds_of = [sum({_BITS[group] for group, _ in of}) for of in self._gate.said]
        """Of each phrase the lists that have it, as bits."""
        self._known: dict[int, _Sees] = {}
        self._all = Spotter(lists)

    def opens(self, title: str, text: str) -> bool:
        """Whether a post is worth laying out."""
        return self.open_to([(title, text)])[0]

    def open_to(self, posts: Sequence[tuple[str, str]]) -> list[bool]:
        """For each title and text, whether the post is worth laying out.

        Quick, above all of many posts at once: one pass levels their spelling, one finds the words.
        """
        both = [f"{title[:TITLE]}\n{text}" if title else text for title, text in posts]
        joined = join(both)
        starts = joined.starts.tolist()
        which = joined.which.tolist()
        opened = [False] * len(posts)
        for place, kinds, matches in self._by_text(self._gate.matches(joined.text), starts):
            sees = self._sees(kinds)
            if sees is _Sees.NOTHING:
                continue
            start = starts[place]
            end = starts[place + 1] - 1 if place + 1 < len(starts) else len(joined.text)
            if sees is _Sees.OPENING and joined.text.find("@", start, end) < 0:
                opened[which[place]] = True
            else:
                opened[which[place]] = _passes(self._gate.found(matches, begin=start), joined.text[start:end])
        return opened

    def _by_text(
        self, matches: Sequence[Match], starts: Sequence[int]
    ) -> Iterator[tuple[int, int, Sequence[Match]]]:
        """Of each text in which something was found: its place, the lists that it is of as bits, and what was found."""
        kinds_of = self._kinds_of
        place, kinds, first, ends = -1, 0, 0, 0
        for number, match in enumerate(matches):
            if match[1] >= ends:
                if kinds:
                    yield place, kinds, matches[first:number]
                after = bisect_right(starts, match[1])
                place, kinds, first = after - 1, 0, number
                ends = starts[after] if after < len(starts) else sys.maxsize
            kinds |= kinds_of[match[0]]
        if kinds:
            yield place, kinds, matches[first:]

    def _sees(self, kinds: int) -> _Sees:
        """What a text with words of these lists may come to, before anybody looks where they stand."""
        known = self._known.get(kinds)
        if known is None:
            groups = {name for name, bit in _BITS.items() if kinds & bit}
            found = _Sees.OPENING if not groups.isdisjoint(OPENING) else _Sees.PERHAPS
            known = self._known[kinds] = found if _may_pass(groups) else _Sees.NOTHING
        return known

    def mark(self, sheet: Sheet) -> Sheet:
        """The sheet with every phrase found; short terms only where the word boundaries fit."""
        return Sheet(sheet.post, self._marked(sheet.title), self._marked(sheet.body))

    def _marked(self, passage: Passage) -> Passage:
        if not passage.text:
            return passage
        listed = self._all.listed(passage.text, most=ENOUGH)
        if names := _in_names(passage.text):
            listed = {group: _outside(names, hits) for group, hits in listed.items()}
        elsewise = _covered(listed.get(OTHERWISE, ()))
        if elsewise:
            listed |= {group: _otherwise(elsewise, listed[group]) for group in _COMBINED if group in listed}
        for group in AT_BOUNDARIES & listed.keys():
            listed[group] = [
                hit
                for hit in listed[group][:MOST]
                if len(hit.phrase) != 2 or _meant(hit, elsewise, passage.bounds)
            ]
        if BOUND in listed:
            listed[BOUND], listed[MISFIT] = _sorted_out(listed, elsewise, passage.bounds)
        return passage.with_listed({group: hits[:MOST] for group, hits in listed.items() if hits})


def _sorted_out(
    listed: Mapping[str, list[Found]], elsewise: set[int], bounds: Sequence[int]
) -> tuple[list[Found], list[Found]]:
    """The short terms that count, and those that do not fit the words; without those that a phrase says."""
    covered = _covered([hit for group in OPENING for hit in listed.get(group, ())])
    right: list[Found] = []
    wrong: list[Found] = []
    for hit in listed[BOUND]:
        if len(right) == MOST or len(wrong) == MOST:
            break
        if hit.start in covered and hit.end - 1 in covered:
            continue  # the phrase says it
        if _meant(hit, elsewise, bounds):
            right.append(hit)
        else:
            wrong.append(hit._replace(group=MISFIT))
    return right, wrong


def _meant(hit: Found, elsewise: set[int], bounds: Sequence[int]) -> bool:
    """Whether it is a word of its own and not part of another reading."""
    return not elsewise.issuperset((hit.start, hit.end - 1)) and fits(hit, bounds)


def _may_pass(groups: set[str]) -> bool:
    return not groups.isdisjoint(_ALONE) or (
        len(groups) > 1 and any(one in groups and other in groups for one, other in COMBINATIONS)
    )


def _passes(found: Sequence[Found], text: str) -> bool:
    said = _outside(_in_names(text), found) if "@" in text else found
    groups = {hit.group for hit in said}
    if not groups.isdisjoint(OPENING):
        return True
    if OTHERWISE in groups:
        said = _otherwise(_covered([hit for hit in said if hit.group == OTHERWISE]), said)
        groups = {hit.group for hit in said}
    if any(one in groups and other in groups and together(said, one, other) for one, other in COMBINATIONS):
        return True
    if BOUND not in groups:
        return False
    short = [hit for hit in said if hit.group == BOUND]
    if len(short) <= FEW:
        return any(_stands_alone(hit, text) for hit in short)
    bounds = words.bounds(words.cut(text))
    return any(fits(hit, bounds) for hit in short)


def _stands_alone(hit: Found, text: str) -> bool:
    """Whether a hit fits the words that the piece between two stops is cut into: no word reaches over a stop."""
    start, end = hit.start, hit.end
    while start and text[start - 1] not in STOPS:
        start -= 1
    while end < len(text) and text[end] not in STOPS:
        end += 1
    moved = Found(hit.group, hit.phrase, hit.start - start, hit.end - start)
    return fits(moved, words.bounds(words.cut(text[start:end])))


def together(found: Sequence[Found], one: str, other: str) -> list[Found]:
    """Hits of two lists that stand ``NEAR`` each other and are not the same characters."""
    if not {hit.group for hit in found}.issuperset((one, other)):
        return []
    hits = sorted((hit for hit in found if hit.group in {one, other}), key=lambda hit: (hit.start, hit.end))
    near: dict[Found, None] = {}
    for before, after in pairwise(hits):
        apart = before.group != after.group and before.end <= after.start
        if apart and after.start - before.end <= NEAR:
            near |= {before: None, after: None}
    return list(near)


def close(passage: Passage, one: str, other: str) -> list[Found]:
    """:func:`together` in a passage."""
    listed = passage.listed
    return together(passage.hits((one, other)), one, other) if one in listed and other in listed else []


def _in_names(text: str) -> set[int]:
    """The characters that stand in names of accounts, but for one that the text is addressed to: ``@某市国动办 请回复``."""
    names = _ACCOUNT.finditer(text) if "@" in text else ()
    return {at for name in names if not _addressed(name) for at in range(*name.span())}


def _addressed(name: re.Match[str]) -> bool:
    return not name.start() and name.string[name.end() : name.end() + 1] == " "


def _outside(names: set[int], found: Sequence[Found]) -> list[Found]:
    """Without what stands there."""
    return [hit for hit in found if hit.start not in names and hit.end - 1 not in names]


def _otherwise(elsewise: set[int], found: Sequence[Found]) -> list[Found]:
    """Without what is part of another reading."""
    return [hit for hit in found if not elsewise.issuperset((hit.start, hit.end - 1))]


def _covered(found: Iterable[Found]) -> set[int]:
    """The characters of these hits."""
    covered: set[int] = set()
    for _, _, start, end in found:
        covered.update(range(start, end))
    return covered


def names_something(sheet: Sheet) -> bool:
    """Whether a word of the trade stands there, be it disguised or short: otherwise only a combination opened the gate."""
    return any(group in passage.listed for passage in sheet.passages for group in (*OPENING, BOUND))


def doubt(sheet: Sheet) -> str:
    """Why what opened the gate may well speak of something else: ``HINTS``, only short terms that others say as often, or a car
    park that is let and not sold; ``NOISES``, a sound that nobody names, beside another source of noise. Otherwise ``""``."""
    if any(group in passage.listed for passage in sheet.passages for group in OPENING):
        return ""
    short = {hit.phrase for _, hit in sheet.found(BOUND)}
    if short.difference(hit.phrase for _, hit in sheet.found(HINTS)):
        return ""
    doubts = [HINTS] if short else []
    for passage in sheet.passages:
        for pair in COMBINATIONS:
            if near := close(passage, *pair):
                if pair in SOUNDS and _drowned(passage, near):
                    doubts.append(NOISES)
                elif pair == TENURE:
                    doubts.append(HINTS)
                else:
                    return ""
    return doubts[0] if doubts else ""


def _drowned(passage: Passage, sounds: Sequence[Found]) -> bool:
    """Whether something else that makes a noise stands near."""
    return any(
        sound.start - NEAR <= noise.end and noise.start <= sound.end + NEAR
        for noise in passage.hits((NOISES,))
        for sound in sounds
    )


def fits(hit: Found, bounds: Sequence[int]) -> bool:
    """Whether a word starts where the hit starts and one ends where it ends."""
    first, last = bisect_left(bounds, hit.start), bisect_left(bounds, hit.end)
    return last < len(bounds) and bounds[first] == hit.start and bounds[last] == hit.end


def opened_by(sheet: Sheet) -> list[tuple[Passage, Found]]:
    """What opened the gate, strongest kind first."""
    for groups in (OPENING, (BOUND,)):
        hits = sheet.found(*groups)
        if hits:
            return hits
    for pair in COMBINATIONS:
        hits = [(passage, hit) for passage in sheet.passages for hit in close(passage, *pair)]
        if hits:
            return hits
    return []

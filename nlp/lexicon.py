"""Word lists: one phrase a line, ``#`` starts a comment.  All of them are found in one pass over a text."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

import ahocorasick_rs

from nlp.normalise import quick

FOLDER = Path(__file__).parent / "lexicons"
GAPS = (" ", ".", "·", "-", "_", "*", "/", "|", "丨", "、", "+", "~", "'", "")
"""What people put between the characters of a word to hide it; ``·`` in a list stands for any of them."""


Match = tuple[int, int, int]
"""The number of a phrase in :attr:`Spotter.said`, and the characters where it starts and ends."""


class Found(NamedTuple):
    """A phrase of the list ``group`` at characters ``start`` to ``end`` of a normalised text."""

    group: str
    phrase: str
    start: int
    end: int


class Spotter:
    """Finds every phrase of every list, overlaps included.

    ``wide``: with a table of eight megabytes, which is quicker where there is much to read and little to find.
    """

    def __init__(self, lists: Mapping[str, Sequence[str]], *, wide: bool = False) -> None:
        groups: dict[str, list[str]] = {}
        for group, phrases in lists.items():
            for phrase in phrases:
                groups.setdefault(phrase, []).append(group)
        self.said = tuple(tuple((group, phrase) for group in of) for phrase, of in groups.items())
        """Each phrase once, with every list that has it."""
        kinds = ahocorasick_rs.Implementation
        self._automaton = ahocorasick_rs.AhoCorasick(
            tuple(groups), implementation=kinds.DFA if wide else kinds.ContiguousNFA
        )

    def find(self, text: str) -> list[Found]:
        """In order of where they end."""
        return self.found(self.matches(text))

    def matches(self, text: str) -> list[Match]:
        """The same before anything is made of it."""
        matches: list[Match] = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return matches

    def found(self, matches: Iterable[Match], *, begin: int = 0) -> list[Found]:
        """What was matched, in the stretch of the text that begins there."""
        made, said = tuple.__new__, self.said
        return [
            made(Found, (group, phrase, start - begin, end - begin))
            for which, start, end in matches
            for group, phrase in said[which]
        ]

    def listed(self, text: str, *, most: int) -> dict[str, list[Found]]:
        """By list, in order of where they end; of each the first ``most``."""
        made, said = tuple.__new__, self.said
        listed: defaultdict[str, list[Found]] = defaultdict(list)
        for which, start, end in self.matches(text):
            for group, phrase in said[which]:
                hits = listed[group]
                if len(hits) < most:
                    hits.append(made(Found, (group, phrase, start, end)))
        return dict(listed)


def load(folder: Path = FOLDER) -> dict[str, tuple[str, ...]]:
    """Every list by its file's name, phrases normalised as the texts are."""
    return {path.stem: _phrases(path) for path in sorted(folder.glob("*.txt"))}


def version(folder: Path = FOLDER) -> str:
    """Changes when any list does."""
    state = hashlib.sha256()
    for path in sorted(folder.glob("*.txt")):
        state.update(path.name.encode() + b"\0" + path.read_bytes())
    return state.hexdigest()[:12]


def _phrases(path: Path) -> tuple[str, ...]:
    lines = (line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    spelt = (variant for line in lines if line for variant in _variants(line))
    return tuple(dict.fromkeys(filter(None, map(quick, spelt))))


def _variants(line: str) -> list[str]:
    """What a line stands for: ``[防坊]`` is any one of these characters, ``·`` any of the gaps."""
    choice = re.search(r"\[([^\]]+)\]", line)
    if choice:
        heads = (line[: choice.start()] + char + line[choice.end() :] for char in choice[1])
        return [variant for head in heads for variant in _variants(head)]
    if "·" not in line or re.search(r"\d·\d", line):
        return [line]
    parts = line.split("·")
    fillings = {
        filling for gap in GAPS for filling in product(dict.fromkeys((gap, "", " ")), repeat=len(parts) - 1)
    }
    return [
        parts[0] + "".join(gap + part for gap, part in zip(filling, parts[1:], strict=True))
        for filling in sorted(fillings)
        if any(filling)
    ]

"""What the models see of a post: hashed character 1- to 3-grams of three stretches, and a few dozen counts.

The stretches are the title, the text around what the gate found (the opening of the text where it found nothing
there), and the opening and tail of the text, where citizens say what they want.  Each is hashed apart.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nlp.gate import COMBINATIONS, close, opened_by
from nlp.lexicon import Found
from nlp.sheet import Passage, Sheet

BITS = 19
BUCKETS = 1 << BITS
"""Buckets of one stretch; three stretches make the columns of a model, then come the counts."""
MANY = 5
"""Words of one list from which on more of them count no more."""
_DAMPED = [math.log1p(count) / math.log1p(MANY) for count in range(MANY)]
MUCH = 4
"""Words of past wars from which on a text is a piece of history."""
STRETCHES = ("title", "window", "ends")
SIZES = (1, 2, 3)
TITLE_LENGTH = 80
WINDOW = 60
"""Characters on either side of a hit."""
WINDOWS_LENGTH = 300
ENDS_LENGTH = 100
TOGETHER = 24
"""Sheets whose n-grams are worked on at once: so many that their arrays stay near the processor."""
AROUND = 200
"""Characters on either side of what opened the gate in which the words of a long text are counted."""
GRAMS = 6.0
"""How much the n-grams of a stretch weigh together beside one count, by cross-validation on our own corpus."""

FOR_CLASSES = (
    "enquires", "proposes", "accuses", "pleads", "ails", "rumours", "confused", "scoffs",
    "harmed", "danger", "crowd", "graft",
)  # fmt: skip
"""Lists that say what a message wants and how grave it is: whether it concerns the trade is judged without them."""
COUNTED = (
    "phrases", "risky", "misfit", "dodges", "siren", "townwide", "garage", "wartime", "foreign_war", "triad",
    "protection", "warning", "fiction", "memorial", "tourism", "commerce", "estate", "grievance", "office_voice",
    "heavydoor", "oldworks", "dugout", "warscare", "orders", "offsite", "charge", "home", "everyday", "figurative", "figured", "history", "advert", "address", "displeased", "pleased",
    "praise", "asks", "suggests", "complains", "hearsay", "alarming", "mocking",
    "puzzled", "hardship",
    *FOR_CLASSES,
    *(f"t{number:02d}" for number in range(1, 17)),
)  # fmt: skip
FLAGS = (
    *(f"{one}×{other}" for one, other in COMBINATIONS),
    "siren_at_home",
    "siren_abroad",
    "account_name",
    "everyday_only",
    "everyday_of_old",
    "everyday_figured",
    "risky_elsewhere",
    "place_only",
    "bare_alarm",
    "much_history",
    "mocking×pleased",
    "in_title",
    "question",
    "exclamation",
    "short",
    "long",
    "named_place",
)
COUNTS_START = len(STRETCHES) * BUCKETS
COLUMNS = COUNTS_START + len(COUNTED) + len(FLAGS)

_LOGS = (1.0 + np.log(np.maximum(np.arange(len(SIZES) * WINDOWS_LENGTH + 1), 1))).astype(np.float32)
_SQUARES = _LOGS.astype(np.float64) ** 2
"""What so many n-grams of one column weigh: no stretch is longer than the windows together."""

_SITE = re.compile("(?:人防|民防|国动|国防动员|防空)(?!警报)")
_PLACE = re.compile(
    r"[路街巷桥站](?![上下面里标线])|[^,。!?;:\s]{0,4}?(?:大楼|大厦|大院|家属|宿舍|小区|广场|商场|商城|宾馆|医院|干部学校|干校|纪念碑"
    r"|路口|交叉口|站台|公交|门口|门前|门外|楼下|附近|旁|隔壁|对面|对过|[东西南北][侧边面门墙]|后[面街墙]|方向|一带|往[东西南北])"
)
"""What follows the name of a site where it only says where something else is."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


class _Piece(NamedTuple):
    """Characters ``start`` to ``end`` of one of the passages of sheet number ``row``, seen as part of a stretch."""

    row: int
    stretch: int
    which: int
    start: int
    end: int


@dataclass(frozen=True)
class Grams:
    """Every n-gram of a sheet, piece after piece and in each the shorter ones first: the column it falls into."""

    columns: Ints
    passages: tuple[Passage, ...]
    pieces: Sequence[_Piece]

    def places(self, column: int) -> Iterator[tuple[Passage, int, int]]:
        """Passage, start and end of each n-gram of a column."""
        return map(self._place, (self.columns == column).nonzero()[0].tolist())

    def _place(self, at: int) -> tuple[Passage, int, int]:
        for piece in self.pieces:
            for size in SIZES:
                many = max(piece.end - piece.start - size + 1, 0)
                if at < many:
                    return self.passages[piece.which], piece.start + at, piece.start + at + size
                at -= many
        raise IndexError(at)


@dataclass(frozen=True)
class Features:
    """A sparse row: distinct columns, ascending, with their values."""

    columns: Ints
    values: Floats
    grams: Grams
    openers: Sequence[tuple[Passage, Found]]
    """What opened the gate."""


def extract(sheet: Sheet) -> Features:
    return extract_all([sheet])[0]


def extract_all(sheets: Sequence[Sheet]) -> list[Features]:
    """The rows of many sheets, each as it would be alone, in a few passes over a handful of them at a time."""
    return [row for at in range(0, len(sheets), TOGETHER) for row in _extract(sheets[at : at + TOGETHER])]


def _extract(sheets: Sequence[Sheet]) -> list[Features]:
    openers = [opened_by(sheet) for sheet in sheets]
    grams, pieces, groups = _grams(sheets, openers)
    keys = (groups << BITS) + (grams & (BUCKETS - 1))
    keys.sort()
    begins = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=begins[1:])
    first = begins.nonzero()[0]
    times = np.diff(first, append=len(keys))
    keys = keys[first]
    values, squares = _LOGS[times], _SQUARES[times]
    groups_of_keys = keys >> BITS
    lengths = np.sqrt(np.bincount(groups_of_keys, squares, len(sheets) * len(STRETCHES)))
    values *= (GRAMS / np.maximum(lengths, 1.0)).astype(np.float32)[groups_of_keys]
    columns = keys % COUNTS_START
    edges = np.arange(len(sheets) + 1) * COUNTS_START
    of_keys = np.searchsorted(keys, edges).tolist()
    of_grams = np.searchsorted(groups, edges // BUCKETS).tolist()
    made = []
    for row, sheet in enumerate(sheets):
        present, counts = _counts(sheet, openers[row])
        mine, own = slice(*of_keys[row : row + 2]), slice(*of_grams[row : row + 2])
        made.append(
            Features(
                np.concatenate([columns[mine], np.array(present, dtype=np.int64)]),
                np.concatenate([values[mine], np.array(counts, dtype=np.float32)]),
                Grams(grams[own], sheet.passages, pieces[row]),
                openers[row],
            )
        )
    return made


def _grams(
    sheets: Sequence[Sheet], openers: Sequence[list[tuple[Passage, Found]]]
) -> tuple[Ints, list[list[_Piece]], Ints]:
    """The columns of the n-grams of all sheets in order, the pieces of each sheet, and of each n-gram the number of its
    sheet and stretch in one.
    """
    pieces = [
        _Piece(row, stretch, *piece)
        for row, sheet in enumerate(sheets)
        for stretch, places in enumerate(_stretches(sheet, openers[row]))
        for piece in places
    ]
    text = "".join([sheets[row].passages[which].text[start:end] for row, _, which, start, end in pieces])
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    row, stretch, _, start, end = np.array(pieces, dtype=np.int64).reshape(-1, 5).T
    length = end - start
    stop = length.cumsum()
    piece = np.repeat(np.arange(len(pieces)), length)
    left = stop[piece] - np.arange(len(codes))
    many = np.maximum(length[:, None] - np.arange(max(SIZES)), 0)
    moved = (many.cumsum() - many.ravel()).reshape(many.shape) - (stop - length)[:, None]
    total = many.sum(axis=1)
    columns = np.empty(int(total.sum()), dtype=np.int64)
    for size in SIZES:
        hashed = _hashed(codes, size) & np.uint64(BUCKETS - 1)
        inside = (left[: len(hashed)] >= size).nonzero()[0]
        columns[inside + moved[:, size - 1][piece[inside]]] = hashed[inside]
    columns += np.repeat(stretch << BITS, total)
    own: list[list[_Piece]] = [[] for _ in sheets]
    for one in pieces:
        own[one.row].append(one)
    return columns, own, np.repeat(row * len(STRETCHES) + stretch, total)


def _stretches(sheet: Sheet, openers: Sequence[tuple[Passage, Found]]) -> list[list[tuple[int, int, int]]]:
    title, which = sheet.title.text, _told(sheet)
    text = sheet.passages[which].text
    ends = [(which, 0, min(len(text), ENDS_LENGTH))]
    if len(text) > ENDS_LENGTH:
        ends.append((which, max(ENDS_LENGTH, len(text) - ENDS_LENGTH), len(text)))
    return [[(0, 0, min(len(title), TITLE_LENGTH))] if which else [], _windows(sheet, which, openers), ends]


def _told(sheet: Sheet) -> int:
    """Which passage tells the matter: the title where there is no text, as of a line in a list of hot topics."""
    return 1 if sheet.body.text.strip() else 0


def _windows(
    sheet: Sheet, which: int, openers: Sequence[tuple[Passage, Found]]
) -> list[tuple[int, int, int]]:
    """Stretches of the text around what opened the gate, merged, up to a total length."""
    passage = sheet.passages[which]
    text = passage.text
    hits = sorted((hit.start, hit.end) for where, hit in openers if where.field is passage.field)
    windows: list[tuple[int, int, int]] = []
    room = WINDOWS_LENGTH
    for start, end in hits or [(0, min(len(text), WINDOW))]:
        first = max(start - WINDOW, windows[-1][2] if windows else 0, 0)
        last = min(end + WINDOW, len(text), first + room)
        if last > first:
            windows.append((which, first, last))
            room -= last - first
    return windows


def _hashed(codes: npt.NDArray[np.uint64], size: int) -> npt.NDArray[np.uint64]:
    """A hash of each run of ``size`` characters."""
    last = max(len(codes) - size + 1, 0)
    state = np.full(last, 0x9E3779B97F4A7C15 + size, dtype=np.uint64)
    for offset in range(size):
        state = (state ^ codes[offset : last + offset]) * np.uint64(0xFF51AFD7ED558CCD)
        state ^= state >> np.uint64(33)
    return state


def _near(passage: Passage, openers: Sequence[tuple[Passage, Found]]) -> list[tuple[int, int]]:
    """Where words count: the beginning and the end, and around what opened the gate; all of a short passage."""
    length = len(passage.text)
    if length <= 2 * AROUND:
        return [(0, length)]
    near = [(0, ENDS_LENGTH), (length - ENDS_LENGTH, length)]
    for where, hit in openers:
        if where.field is passage.field and (not near[2:] or hit.start > near[-1][1] - AROUND):
            near.append((hit.start - AROUND, hit.end + AROUND))
    return near


def _counts(sheet: Sheet, openers: Sequence[tuple[Passage, Found]]) -> tuple[list[int], list[float]]:
    """Columns and values, above 0 and up to 1, of the damped counts of each word list, then of the flags."""
    seen = dict.fromkeys(COUNTED, 0)
    for passage in sheet.passages:
        near = _near(passage, openers)
        everywhere = len(near) == 1
        for group, hits in passage.listed.items():
            if group in seen:
                seen[group] += len(hits) if everywhere else _inside(hits, near)
    text = sheet.passages[_told(sheet)].text
    both = sheet.title.text + sheet.body.text
    named = bool(seen["phrases"] or seen["risky"])
    everyday = bool(seen["everyday"]) and seen["everyday"] == seen["phrases"] and not seen["risky"]
    bare = bool(seen["risky"]) and not seen["phrases"] and not seen["townwide"] and "警报" in both
    flags: Sequence[bool] = (
        *[bool(close(sheet.title, *pair) or close(sheet.body, *pair)) for pair in COMBINATIONS],
        bool(seen["phrases"] and seen["home"])
        and not (seen["foreign_war"] or seen["history"] or seen["figured"]),
        named and bool(seen["foreign_war"]),
        "@" in both,
        everyday,
        everyday and bool(seen["history"]),
        everyday and bool(seen["figured"] or seen["figurative"]),
        bool(seen["risky"] or seen["misfit"])
        and not seen["phrases"]
        and bool(seen["triad"] or seen["protection"] or seen["warning"] or seen["fiction"] or seen["advert"]),
        only_a_place(openers),
        bare,
        seen["history"] >= MUCH,
        bool(seen["mocking"] and (seen["pleased"] or seen["praise"])),
        "phrases" in sheet.title.listed or "risky" in sheet.title.listed,
        "?" in both,
        "!" in both,
        len(text) < 40,
        len(text) > 300,
        "市" in both or "县" in both or "区" in both,
    )
    columns = [column for column, count in enumerate(seen.values(), COUNTS_START) if count]
    values = [_DAMPED[count] if count < MANY else 1.0 for count in seen.values() if count]
    true = [column for column, flag in enumerate(flags, COUNTS_START + len(COUNTED)) if flag]
    return columns + true, values + [1.0] * len(true)


def _inside(hits: Sequence[Found], near: Sequence[tuple[int, int]]) -> int:
    """How many begin in one of these stretches."""
    inside = 0
    for _, _, start, _ in hits:
        for first, last in near:
            if first <= start < last:
                inside += 1
                break
    return inside


def only_a_place(named: Sequence[tuple[Passage, Found]]) -> bool:
    """Whether every name of the trade tells where something else is: the shop below the office, the stop named after it."""
    return bool(named) and all(
        _SITE.match(hit.phrase) and _PLACE.match(where.text, hit.end) for where, hit in named
    )

"""What the models see of a post: hashed character 1- to 3-grams of three stretches, and a few dozen counts.

The stretches are the title, the text around what the gate found (the opening of the text where it found nothing
there), and the opening and tail of the text, where citizens say what they want.  Each is hashed apart.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
import numpy.typing as npt

from nlp.gate import COMBINATIONS, HINTS, NOISES, doubt, opened_by, together
from nlp.lexicon import Found
from nlp.sheet import Passage, Sheet

BITS = 19
BUCKETS = 1 << BITS
"""Buckets of one stretch; three stretches make the columns of a model, then come the counts."""
MANY = 5
"""Words of one list from which on more of them count no more."""
_DAMPED = np.array([math.log1p(count) / math.log1p(MANY) for count in range(MANY + 1)], np.float32)
MUCH = 4
"""Words of past wars from which on a text is a piece of history."""
STRETCHES = ("title", "window", "ends")
SIZES = (1, 2, 3)
TITLE_LENGTH = 80
WINDOW = 60
"""Characters on either side of a hit."""
WINDOWS_LENGTH = 300
ENDS_LENGTH = 100
TOGETHER = 50
"""Sheets whose n-grams are worked on at once: so many that their arrays stay near the processor, and at most 1023."""
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
    "phrases", "risky", "misfit", "hints", "dodges", "siren", "townwide", "blare", "everywhere", "noises", "garage", "wartime", "tenure", "foreign_war", "triad",
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
    "hints_only",
    "sound_of_something",
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
_ELSEWHERE = frozenset({"triad", "protection", "warning", "fiction", "advert"})
"""What a short term speaks of where it is not the trade."""
COUNTS_START = len(STRETCHES) * BUCKETS
COLUMNS = COUNTS_START + len(COUNTED) + len(FLAGS)
_COUNTED_AT = {group: column for column, group in enumerate(COUNTED, COUNTS_START)}
_FLAGS_AT = range(COUNTS_START + len(COUNTED), COLUMNS)

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
Keys = npt.NDArray[np.int32]
"""Columns of several sheets in one: the number of the sheet, ``ROW`` bits further up."""
Floats = npt.NDArray[np.float32]
ROW = BITS + 2
"""Three stretches and the counts after them are told apart by two bits."""
NOTHING = np.iinfo(np.int32).max
"""The key of what is no n-gram since its piece ends before; sorted behind all others."""


_Piece = tuple[int, int, int, int]
"""As part of which stretch it is seen, which of the two passages, and its characters from where to where, at least one."""


@dataclass(frozen=True)
class Grams:
    """The n-grams of a sheet: for each character of the pieces, joined, the keys of those that begin there, a column a size."""

    keys: Keys
    row: int
    passages: tuple[Passage, ...]
    pieces: Sequence[_Piece]

    def places(self, column: int) -> list[tuple[Passage, int, int]]:
        """Passage, start and end of each n-gram of a column, piece after piece and in each the shorter ones first."""
        found = []
        for begin in (self.keys.ravel() == (self.row << ROW) + column).nonzero()[0].tolist():
            at, size = divmod(begin, len(SIZES))
            for number, (_, which, start, end) in enumerate(self.pieces):
                if at < end - start:
                    found.append((number, SIZES[size], which, start + at))
                    break
                at -= end - start
        return [(self.passages[which], start, start + size) for _, size, which, start in sorted(found)]


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
    """All keys are sorted at once: equal ones then lie side by side, and so do those of a stretch and of a sheet."""
    openers = [opened_by(sheet) for sheet in sheets]
    pieces = [_pieces(*pair) for pair in zip(sheets, openers, strict=True)]
    grams, edges = _grams(sheets, pieces)
    counted, amounts = _counted(sheets, openers)
    keys = np.concatenate([grams.ravel(), counted])
    keys.sort()
    keys = keys[: np.searchsorted(keys, NOTHING)]
    begins = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=begins[1:])
    first = begins.nonzero()[0]
    times = np.diff(first, append=len(keys))
    keys = keys.take(first)
    groups = keys >> BITS
    edges_of_groups = np.concatenate([[0], (groups[1:] != groups[:-1]).nonzero()[0] + 1])
    lengths = np.sqrt(np.add.reduceat(_SQUARES.take(times), edges_of_groups))
    scales = (GRAMS / np.maximum(lengths, 1.0)).astype(np.float32)
    values = _LOGS.take(times)
    values *= scales.repeat(np.diff(edges_of_groups, append=len(keys)))
    values[(groups & len(STRETCHES)) == len(STRETCHES)] = amounts
    columns = (keys & (1 << ROW) - 1).astype(np.int64)
    of_keys = np.searchsorted(keys, np.arange(len(sheets) + 1, dtype=np.int32) << ROW).tolist()
    made = []
    for row, sheet in enumerate(sheets):
        mine = slice(of_keys[row], of_keys[row + 1])
        seen = Grams(grams[edges[row] : edges[row + 1]], row, sheet.passages, pieces[row])
        made.append(Features(columns[mine], values[mine], seen, openers[row]))
    return made


def _grams(sheets: Sequence[Sheet], pieces: Sequence[Sequence[_Piece]]) -> tuple[Keys, list[int]]:
    """For each character of the pieces of all sheets the keys of the n-grams that begin there, a column a size; and where
    the characters of each sheet begin."""
    texts, groups, lengths, edges, total = [], [], [], [0], 0
    for row, (sheet, mine) in enumerate(zip(sheets, pieces, strict=True)):
        passages = sheet.passages
        for stretch, which, start, end in mine:
            texts.append(passages[which].text[start:end])
            groups.append(row << ROW | stretch << BITS)
            lengths.append(end - start)
            total += end - start
        edges.append(total)
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    keys = np.empty((total, len(SIZES)), np.int32)
    ends = np.array(lengths, np.int64).cumsum()
    for column, size in enumerate(SIZES):
        keys[: max(total - size + 1, 0), column] = _hashed(codes, size) & np.uint64(BUCKETS - 1)
    keys |= np.repeat(np.array(groups, np.int32), lengths)[:, None]
    for column, size in enumerate(SIZES):
        for short in range(1, size):
            keys[ends - short, column] = NOTHING
    return keys, edges


def _pieces(sheet: Sheet, openers: Sequence[tuple[Passage, Found]]) -> list[_Piece]:
    title, which = sheet.title.text, _told(sheet)
    length = len(sheet.passages[which].text)
    pieces = [(0, 0, 0, min(len(title), TITLE_LENGTH))] if which and title else []
    pieces += [(1, which, *window) for window in _windows(sheet.passages[which], openers)]
    if length:
        pieces.append((2, which, 0, min(length, ENDS_LENGTH)))
    if length > ENDS_LENGTH:
        pieces.append((2, which, max(ENDS_LENGTH, length - ENDS_LENGTH), length))
    return pieces


def _told(sheet: Sheet) -> int:
    """Which passage tells the matter: the title where there is no text, as of a line in a list of hot topics."""
    return 1 if sheet.body.text.strip() else 0


def _windows(passage: Passage, openers: Sequence[tuple[Passage, Found]]) -> list[tuple[int, int]]:
    """Stretches of the text around what opened the gate, merged, up to a total length."""
    length = len(passage.text)
    hits = sorted([(hit[2], hit[3]) for where, hit in openers if where.field is passage.field])
    windows: list[tuple[int, int]] = []
    done, room = 0, WINDOWS_LENGTH
    for start, end in hits or [(0, min(length, WINDOW))]:
        first = max(start - WINDOW, done)
        last = min(end + WINDOW, length, first + room)
        if last > first:
            windows.append((first, last))
            room -= last - first
            done = last
    return windows


def _hashed(codes: npt.NDArray[np.uint64], size: int) -> npt.NDArray[np.uint64]:
    """A hash of each run of ``size`` characters."""
    last = max(len(codes) - size + 1, 0)
    state = codes[:last] ^ np.uint64(0x9E3779B97F4A7C15 + size)
    for offset in range(size):
        if offset:
            state ^= codes[offset : last + offset]
        state *= np.uint64(0xFF51AFD7ED558CCD)
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


def _counted(
    sheets: Sequence[Sheet], openers: Sequence[Sequence[tuple[Passage, Found]]]
) -> tuple[Keys, Floats]:
    """Keys of the word lists and flags that are not 0, ascending, with their values: counts are damped, up to 1."""
    keys: list[int] = []
    counts: list[int] = []
    for row, pair in enumerate(zip(sheets, openers, strict=True)):
        seen, flags = _counts(*pair)
        first = row << ROW
        keys += [first + _COUNTED_AT[group] for group in seen]
        counts += seen.values()
        true = [first + at for at in compress(_FLAGS_AT, flags)]
        keys += true
        counts += [MANY] * len(true)
    made = np.array(keys, np.int32)
    ascending = made.argsort()
    return made[ascending], _DAMPED.take(np.array(counts, np.int64), mode="clip")[ascending]


def _counts(sheet: Sheet, openers: Sequence[tuple[Passage, Found]]) -> tuple[dict[str, int], Sequence[bool]]:
    """How many words of each list stand in a sheet, none 0, and the flags."""
    title, body = sheet.title, sheet.body
    seen: dict[str, int] = {}
    for passage in (title, body):
        near = _near(passage, openers)
        for group, hits in passage.listed.items():
            if group in _COUNTED_AT:
                count = len(hits) if len(near) == 1 else _inside(hits, near)
                if count:
                    seen[group] = seen.get(group, 0) + count
    doubted = doubt(sheet)
    text = sheet.passages[_told(sheet)].text
    both = title.text + body.text
    phrases, risky, history = "phrases" in seen, "risky" in seen, "history" in seen
    foreign_war, figured = "foreign_war" in seen, "figured" in seen
    everyday = "everyday" in seen and seen["everyday"] == seen.get("phrases") and not risky
    flags = (
        *[_close(title, *pair) or _close(body, *pair) for pair in COMBINATIONS],
        phrases and "home" in seen and not (foreign_war or history or figured),
        (phrases or risky) and foreign_war,
        "@" in both,
        everyday,
        everyday and history,
        everyday and (figured or "figurative" in seen),
        (risky or "misfit" in seen) and not phrases and not _ELSEWHERE.isdisjoint(seen),
        doubted == HINTS,
        doubted == NOISES,
        only_a_place(openers),
        risky and not phrases and "townwide" not in seen and "警报" in both,
        history and seen["history"] >= MUCH,
        "mocking" in seen and ("pleased" in seen or "praise" in seen),
        "phrases" in title.listed or "risky" in title.listed,
        "?" in both,
        "!" in both,
        len(text) < 40,
        len(text) > 300,
        "市" in both or "县" in both or "区" in both,
    )
    return seen, flags


def _close(passage: Passage, one: str, other: str) -> bool:
    """Whether words of the two lists stand close together."""
    if one not in passage.listed or other not in passage.listed:
        return False
    return bool(together(passage.hits((one, other)), one, other))


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

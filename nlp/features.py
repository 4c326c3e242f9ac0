"""What the models see of a post: hashed character 1- to 3-grams of three stretches, and a few dozen counts.

The stretches are the title, the text around what the gate found (the opening of the text where it found nothing
there), and the opening and tail of the text, where citizens say what they want.  Each is hashed apart.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlp.gate import COMBINATIONS, opened_by, together
from nlp.lexicon import Found
from nlp.sheet import Passage, Sheet

BITS = 17
BUCKETS = 1 << BITS
"""Buckets of one stretch; three stretches make the columns of a model, then come the counts."""
MUCH = 4
"""Words of past wars from which on a text is a piece of history."""
STRETCHES = ("title", "window", "ends")
TITLE_LENGTH = 80
WINDOW = 60
"""Characters on either side of a hit."""
WINDOWS_LENGTH = 300
ENDS_LENGTH = 100
AROUND = 200
"""Characters on either side of what opened the gate in which the words of a long text are counted."""
GRAMS = 6.0
"""How much the n-grams of a stretch weigh together beside one count, by cross-validation on our own corpus."""

COUNTED = (
    "phrases", "risky", "misfit", "dodges", "siren", "townwide", "garage", "wartime", "foreign_war", "triad",
    "protection", "warning", "fiction", "memorial", "tourism", "commerce", "estate", "grievance", "office_voice",
    "heavydoor", "oldworks", "dugout", "warscare", "orders", "offsite", "charge", "home", "everyday", "figurative", "figured", "history", "advert", "address", "displeased", "pleased",
    "praise", "asks", "suggests", "complains", "hearsay", "alarming", "mocking",
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

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Grams:
    """Every n-gram of a sheet: the column it falls into and the characters it covers."""

    columns: Ints
    passages: tuple[Passage, ...]
    where: Ints
    """One row an n-gram: index into ``passages``, start, end."""


@dataclass(frozen=True)
class Features:
    """A sparse row: distinct columns, ascending, with their values."""

    columns: Ints
    values: Floats
    grams: Grams


def extract(sheet: Sheet) -> Features:
    grams = _grams(sheet)
    columns, times = np.unique(grams.columns, return_counts=True)
    values = (1.0 + np.log(times)).astype(np.float32)
    for stretch in range(len(STRETCHES)):
        mine = (columns >= stretch * BUCKETS) & (columns < (stretch + 1) * BUCKETS)
        values[mine] *= GRAMS / max(float(np.linalg.norm(values[mine])), 1.0)
    counts = _counts(sheet)
    present = [column for column, value in enumerate(counts) if value]
    return Features(
        np.concatenate([columns, COUNTS_START + np.array(present, dtype=np.int64)]),
        np.concatenate([values, np.array([counts[column] for column in present], dtype=np.float32)]),
        grams,
    )


def _grams(sheet: Sheet) -> Grams:
    columns: list[Ints] = []
    where: list[Ints] = []
    for stretch, pieces in enumerate(_stretches(sheet)):
        for which, start, end in pieces:
            for size in (1, 2, 3):
                hashed = _hashed(sheet.passages[which].text[start:end], size)
                columns.append(hashed % BUCKETS + stretch * BUCKETS)
                starts = start + np.arange(len(hashed), dtype=np.int64)
                where.append(np.stack([np.full_like(starts, which), starts, starts + size], axis=1))
    empty = np.zeros(0, dtype=np.int64)
    return Grams(
        np.concatenate([empty, *columns]), sheet.passages, np.concatenate([empty.reshape(0, 3), *where])
    )


def _stretches(sheet: Sheet) -> list[list[tuple[int, int, int]]]:
    title, which = sheet.title.text, _told(sheet)
    text = sheet.passages[which].text
    ends = [(which, 0, min(len(text), ENDS_LENGTH))]
    if len(text) > ENDS_LENGTH:
        ends.append((which, max(ENDS_LENGTH, len(text) - ENDS_LENGTH), len(text)))
    return [[(0, 0, min(len(title), TITLE_LENGTH))] if which else [], _windows(sheet, which), ends]


def _told(sheet: Sheet) -> int:
    """Which passage tells the matter: the title where there is no text, as of a line in a list of hot topics."""
    return 1 if sheet.body.text.strip() else 0


def _windows(sheet: Sheet, which: int) -> list[tuple[int, int, int]]:
    """Stretches of the text around what opened the gate, merged, up to a total length."""
    passage = sheet.passages[which]
    text = passage.text
    hits = sorted((hit.start, hit.end) for where, hit in opened_by(sheet) if where.field is passage.field)
    windows: list[tuple[int, int, int]] = []
    room = WINDOWS_LENGTH
    for start, end in hits or [(0, min(len(text), WINDOW))]:
        first = max(start - WINDOW, windows[-1][2] if windows else 0, 0)
        last = min(end + WINDOW, len(text), first + room)
        if last > first:
            windows.append((which, first, last))
            room -= last - first
    return windows


def _hashed(text: str, size: int) -> Ints:
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    if len(codes) < size:
        return np.zeros(0, dtype=np.int64)
    state = np.full(len(codes) - size + 1, 0x9E3779B97F4A7C15 + size, dtype=np.uint64)
    for offset in range(size):
        state = (state ^ codes[offset : len(codes) - size + 1 + offset]) * np.uint64(0xFF51AFD7ED558CCD)
        state ^= state >> np.uint64(33)
    return state.astype(np.int64) & np.int64(0x7FFFFFFFFFFFFFFF)


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


def _counts(sheet: Sheet) -> list[float]:
    """Damped counts of each word list, then the flags, all between 0 and 1."""
    seen: dict[str, int] = dict.fromkeys(COUNTED, 0)
    openers = opened_by(sheet)
    for passage in sheet.passages:
        near = _near(passage, openers)
        for hit in passage.found:
            if hit.group in seen and any(start <= hit.start < end for start, end in near):
                seen[hit.group] += 1
    text = sheet.passages[_told(sheet)].text
    both = sheet.title.text + sheet.body.text
    named = bool(seen["phrases"] or seen["risky"])
    everyday = bool(seen["everyday"]) and seen["everyday"] == seen["phrases"] and not seen["risky"]
    bare = bool(seen["risky"]) and not seen["phrases"] and not seen["townwide"] and "警报" in both
    flags: Sequence[bool] = (
        *(any(together(passage.found, *pair) for passage in sheet.passages) for pair in COMBINATIONS),
        bool(seen["phrases"] and seen["home"])
        and not (seen["foreign_war"] or seen["history"] or seen["figured"]),
        named and bool(seen["foreign_war"]),
        "@" in both,
        everyday,
        everyday and bool(seen["history"]),
        everyday and bool(seen["figured"] or seen["figurative"]),
        bare,
        seen["history"] >= MUCH,
        bool(seen["mocking"] and (seen["pleased"] or seen["praise"])),
        any(hit.group in {"phrases", "risky"} for hit in sheet.title.found),
        "?" in both,
        "!" in both,
        len(text) < 40,
        len(text) > 300,
        any(mark in both for mark in ("市", "县", "区")),
    )
    return [min(math.log1p(count) / math.log1p(5), 1.0) for count in seen.values()] + [
        float(flag) for flag in flags
    ]

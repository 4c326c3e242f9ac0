"""When each post passed each place on its way, put together from what was seen from outside.  Pure.

A post is *on the board* once a client of the live connection has every event that its arrival made, and the one that
opened its case, and the case can be read by id with the post in it.  Most posts of a hot story make no event: a case tells
of its growth at milestones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from huiying.contracts import ArchiveLine, CaseEvent, Disposition, PostKey
from triage.record import TRIAGE

UP = frozenset({Disposition.ATTACHED, Disposition.DUPLICATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen, and when (seconds of the machine's clock)."""

    offered: Mapping[PostKey, float]
    read: Mapping[PostKey, tuple[float, float]]
    """→ when nlp took its batch up (the reading says so), and when the reading stood on the stream."""
    kept: Mapping[PostKey, tuple[ArchiveLine, float]]
    """→ its line, and when that could be read by id; its case was saved before."""
    events: Mapping[int, tuple[CaseEvent, float]]
    """Position → an event, and when it stood on the stream."""
    shown: Mapping[int, float]
    """Position → when the board had it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Of one post of a case."""

    offered: float
    taken: float
    read: float
    judged: float
    """Triage took the batch of its reading up."""
    kept: float
    told: float | None
    """The last event that its arrival made stood on the stream; None where it made none."""
    heard: float | None
    """A board had that event."""
    shown: float
    """On the board."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """All of them, and what is not among them."""

    posts: tuple[Moments, ...]
    unshown: int
    """Posts of a case some of whose events never came to the board."""


def way(seen: Seen) -> Way:
    made, opened = _by_case(seen.events)
    found: list[Moments] = []
    unshown = 0
    for key, offered in seen.offered.items():
        if key not in seen.kept or seen.kept[key][0].disposition not in UP:
            continue
        line, kept = seen.kept[key]
        case = line.case_id or ""
        own = made[case, line.at]
        wanted = own | opened[case]
        if key not in seen.read or not wanted <= seen.shown.keys():
            unshown += 1
            continue
        found.append(
            Moments(
                offered=offered,
                taken=seen.read[key][0],
                read=seen.read[key][1],
                judged=line.at.timestamp(),
                kept=kept,
                told=max((seen.events[position][1] for position in own), default=None),
                heard=max((seen.shown[position] for position in own), default=None),
                shown=max([kept, *(seen.shown[position] for position in wanted)]),
            )
        )
    return Way(posts=tuple(found), unshown=unshown)


def stages(posts: tuple[Moments, ...]) -> Iterator[tuple[str, list[float]]]:
    """Where the time goes: the seconds of every post in each part of its way.

    The last two run beside each other: the courier may tell of a case while its archive lines are still written.
    """
    yield "posts wait for nlp", [one.taken - one.offered for one in posts]
    yield "read, reading published", [max(0.0, one.read - one.taken) for one in posts]
    yield "readings wait for triage", [max(0.0, one.judged - one.read) for one in posts]
    yield "judged, saved, archived", [one.kept - one.judged for one in posts]
    yield "judged, saved, event out", [one.told - one.judged for one in posts if one.told is not None]
    yield (
        "event out, on the board",
        [max(0.0, one.heard - one.told) for one in posts if one.told is not None and one.heard is not None],
    )


def _by_case(
    events: Mapping[int, tuple[CaseEvent, float]],
) -> tuple[Mapping[tuple[str, datetime], set[int]], Mapping[str, set[int]]]:
    """Positions by the save that made them (a save of triage has one moment), and those that opened a case."""
    made: dict[tuple[str, datetime], set[int]] = defaultdict(set)
    opened: dict[str, set[int]] = defaultdict(set)
    for position, (event, _) in events.items():
        if event.who == TRIAGE:
            made[event.case_id, event.at].add(position)
        if event.sequence == 1:
            opened[event.case_id].add(position)
    return made, opened

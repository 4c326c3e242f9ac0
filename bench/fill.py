"""An office that has been at work for a while: so many archive lines and cases, before anything is measured."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from bench.stream_of_posts import posts, texts
from huiying.contracts import ArchiveLine, Case, CaseState, Disposition, Origin, Post
from huiying.ports import Engine
from nlp.pipeline import Reader
from triage.lifecycle import open_case
from triage.policy import Policy

AT_ONCE = 500
OPEN = 10
"""One case of so many is a candidate that still stands open; the others were closed long ago."""
STALE = timedelta(days=5)
"""Since when nothing came to the open ones: too long for a new post to join them, too short for them to lapse."""
CLOSED_FOR = timedelta(days=30)
DROPPED_WITHIN = timedelta(days=7)
"""Over how long the dropped lines are spread: less than retention keeps them."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """How much there is before the run."""

    lines: int
    cases: int

    def times(self, factor: int) -> Past:
        return Past(lines=self.lines * factor, cases=self.cases * factor)


def fill(engine: Engine, past: Past, reader: Reader, policy: Policy, now: datetime) -> None:
    """Put them there; each case has one line of its own among them."""
    for pairs in _chunks(_cases(past.cases, reader, policy, now)):
        engine.cases.save([case for case, _ in pairs])
        engine.archive.put([line for _, line in pairs])
    for lines in _chunks(_dropped(max(0, past.lines - past.cases), now)):
        engine.archive.put(lines)


def _cases(count: int, reader: Reader, policy: Policy, now: datetime) -> Iterator[tuple[Case, ArchiveLine]]:
    made = texts(count, relevant=1.0, seed=11)
    for number, post in enumerate(posts(made, now, source="bench-past-cases")):
        stands_open = number % OPEN == 0
        then = now - STALE if stands_open else now - CLOSED_FOR - timedelta(hours=number % 2000)
        [reading] = reader.read([_said(post, then)], then)
        case = replace(open_case(reading, policy, then), settled=(), next_event_at=None)
        case = replace(case, events_published=len(case.events))
        if not stands_open:
            case = replace(
                case, state=CaseState.CLOSED, closed_at=then, next_rung_at=None, awaits=(), clocks=()
            )
        yield (
            case,
            ArchiveLine(
                post=reading.post.key,
                disposition=Disposition.ATTACHED,
                at=then,
                case_id=case.id,
                reason="由此立事件",
                body=reading.post,
                reading=reading,
            ),
        )


def _dropped(count: int, now: datetime) -> Iterator[ArchiveLine]:
    made = texts(count, relevant=0.0, seed=13)
    for number, post in enumerate(posts(made, now, source="bench-past")):
        then = now - DROPPED_WITHIN * (1 - number / max(1, count))
        yield ArchiveLine(
            post=post.key,
            disposition=Disposition.IRRELEVANT,
            at=then,
            reason="与人防无关",
            body=_said(post, then),
        )


def _said(post: Post, then: datetime) -> Post:
    """From an old export: it starts no clock."""
    return replace(post, published_at=then, collected_at=then, origin=Origin.BACKFILL)


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    left = iter(items)
    while chunk := list(itertools.islice(left, AT_ONCE)):
        yield chunk

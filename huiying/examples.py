"""What people say that the machine should have said: their acts on cases and posts, kept to learn from.

An example names posts by their keys and holds none of their text: where a post is erased, its example teaches nothing any
more.  It is written just before the case that it belongs to is saved, under the number of the event that records the act:
where that save fails, no such event ever stands in the case, and :func:`stands` says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec

from huiying import codec
from huiying.contracts import Attitude, Case, Casualties, Category, Instant, Occurrence, PostKey
from huiying.ports import Register

KIND = "example"
MOST = 20_000
"""Kept at most; beyond that the oldest go first."""
MOST_POSTS = 7
"""Of one example."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What people say of a post or a case; None where they say nothing of it."""

    relevant: bool | None = None
    topic: str | None = None
    """T01 to T16."""
    category: Category | None = None
    attitude: Attitude | None = None
    place: str | None = None
    """Locality code."""
    occurred: Occurrence | None = None
    """When it happened, and how people know; without a moment: nobody knows."""
    casualties: tuple[Casualties, ...] = ()

    @property
    def facts(self) -> bool:
        """Whether they say something that clocks and level count from."""
        return self.occurred is not None or bool(self.casualties)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One act of one person."""

    act: str
    """As in the table of acts; ``label`` for what was said of a post by itself."""
    by: str
    """A login."""
    at: Instant
    case_id: str = ""
    sequence: int = 0
    """Of the case's event that records the act; 0 for a post by itself."""
    posts: tuple[PostKey, ...] = ()
    """The one that opened the case first, then its strongest."""
    labels: Labels = Labels()
    unit: str = ""
    """Whose it became, of a matter that was given to another unit."""
    unit_before: str = ""
    rule: str = ""
    """Of the routing that was put right, where ``unit`` is said."""
    other: str = ""
    """The other case of a merge or a split."""

    @property
    def id(self) -> str:
        if self.sequence:
            return f"{self.case_id}:{self.sequence:06d}"
        return ":".join(part for key in self.posts[:1] for part in ("post", key.id, key.version))


@dataclass(frozen=True, slots=True)
class Examples:
    register: Register

    def put(self, example: Example) -> None:
        """Durable on return. Of one post by itself the latest word counts."""
        self.register.put(KIND, example.id, codec.encode(example), expect=None)

    def get(self, id: str) -> Example | None:
        entry = self.register.get(KIND, id)
        return msgspec.json.decode(entry.value, type=Example) if entry else None

    def all(self) -> Iterator[Example]:
        """Oldest first."""
        entries = self.register.list(KIND)
        found = [msgspec.json.decode(entry.value, type=Example) for entry in entries]
        yield from sorted(found, key=lambda example: (example.at, example.id))

    def erase(self, before: datetime) -> int:
        """Those given before, and the oldest of what is too many; returns how many."""
        found = list(self.all())
        old = [n for n, example in enumerate(found) if example.at < before or n < len(found) - MOST]
        for number in old:
            self.register.delete(KIND, found[number].id)
        return len(old)


def post_label(key: PostKey, labels: Labels, *, by: str, at: datetime, case_id: str = "") -> Example:
    return Example(act="label", by=by, at=at, case_id=case_id, posts=(key,), labels=labels)


def stands(example: Example, case: Case | None) -> bool:
    """Whether the act really was done: its event stands in the case, by this person at this moment."""
    if not example.sequence:
        return True
    if case is None or example.sequence > len(case.events):
        return False
    event = case.events[example.sequence - 1]
    return event.who == example.by and event.at == example.at

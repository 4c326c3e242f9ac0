"""Writing many documents in one request: each is answered for alone; what was refused for being too many is sent again.

Only what was certainly *not* done is sent again here (429, a closed-for-writing index).  A lost connection leaves it open
whether a write happened, so that is told to the caller as TryAgain.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import msgspec

from huiying.engines.distributed.faults import BLOCKED, NO_INDEX, UPGRADED
from huiying.errors import GiveUp, TryAgain

MOST_AT_ONCE = 500
MOST_BYTES = 8 << 20
PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.0)
"""Seconds before what was refused is sent again."""

Item = Mapping[str, Any]
"""What Elasticsearch answers for one write: ``status`` and ``error``."""


class Outcome(Enum):
    DONE = "done"
    CONFLICT = "conflict"
    """Something newer, or something at all, is stored; or the index of a pinned write is no longer written to."""
    NO_INDEX = "no index"
    NOTHING = "nothing"
    """There was nothing to delete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One document to write.

    ``seen`` pins it to what was read: the concrete index, and the sequence number and term there.
    """

    action: str
    """index, create or delete."""
    index: str
    id: str
    source: bytes = b""
    version: int | None = None
    """External: it must be above the stored one."""
    seen: tuple[int, int] | None = None
    by_alias: bool = True
    """The index is an alias; never through one that is missing: Elasticsearch might make an index of its own by that
    name, with whatever mapping it guesses."""

    def lines(self) -> Iterator[bytes]:
        target: dict[str, object] = {"_index": self.index, "_id": self.id}
        if self.version is not None:
            target |= {"version": self.version, "version_type": "external"}
        if self.seen is not None:
            target |= {"if_seq_no": self.seen[0], "if_primary_term": self.seen[1]}
        elif self.by_alias and self.action != "delete":
            target["require_alias"] = True
        yield msgspec.json.encode({self.action: target})
        if self.action != "delete":
            yield self.source


def write(
    writes: Sequence[Write],
    *,
    send: Callable[[Sequence[Write]], Sequence[Item]],
    pause: Callable[[float], None] = time.sleep,
) -> list[Outcome]:
    """The outcome of each, in order. Raises TryAgain, and GiveUp where a document can never be stored.

    ``send`` makes one bulk request of them and returns its items.
    """
    outcomes: dict[int, Outcome] = {}
    for chunk in _chunks(writes):
        waiting = chunk
        for seconds in (*PAUSES, None):
            items = send([writes[n] for n in waiting])
            refused: list[int] = []
            for n, item in zip(waiting, items, strict=True):
                outcome = _outcome(writes[n], item)
                if outcome is None:
                    refused.append(n)
                else:
                    outcomes[n] = outcome
            if not refused:
                break
            if seconds is None:
                raise TryAgain(_why(items))
            pause(seconds)
            waiting = refused
    return [outcomes[n] for n in range(len(writes))]


def _chunks(writes: Sequence[Write]) -> Iterator[list[int]]:
    chunk: list[int] = []
    size = 0
    for n, one in enumerate(writes):
        if chunk and (len(chunk) == MOST_AT_ONCE or size + len(one.source) > MOST_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(n)
        size += len(one.source)
    if chunk:
        yield chunk


def _outcome(one: Write, item: Item) -> Outcome | None:
    """None: refused, to be sent again."""
    status, type_ = item["status"], _error(item).get("type", "")
    if status < 300:
        return Outcome.DONE
    if status == 409:
        return Outcome.CONFLICT
    if type_ == NO_INDEX:
        return Outcome.NO_INDEX if one.seen is None else Outcome.CONFLICT
    if status == 404:
        return Outcome.NOTHING
    if status == 429:
        return None
    if type_ == BLOCKED:
        return None if one.seen is None else Outcome.CONFLICT
    if status in {400, 413}:
        raise GiveUp(f"Elasticsearch refuses it: {type_}: {_error(item).get('reason', '')}")
    raise TryAgain(f"Elasticsearch 没有写成（{status} {type_}），稍后自动重试")


def _why(items: Sequence[Item]) -> str:
    if any(item["status"] == 403 for item in items):
        return UPGRADED
    return "Elasticsearch 忙不过来或磁盘将满（429），稍后自动重试"


def _error(item: Item) -> Mapping[str, str]:
    error: Mapping[str, str] = item.get("error") or {}
    return error

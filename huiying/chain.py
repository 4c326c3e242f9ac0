"""The chain that makes a case's record show tampering.  Pure: what is kept of an event, and the digest that ties it.

A digest covers what the record keeps of an event and the digest before it.  ``title`` is left out: it is for the board,
comes from what somebody posted, and may be erased; the record may not.

Events that were saved before there was a chain carry no digest.  They are never given one afterwards; but what would have
been theirs is worked out on the way, so that the first event with a digest, and every anchor, covers them too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC
from typing import Any

import msgspec

from huiying import codec
from huiying.contracts import CaseEvent

KEPT = (
    "case_id", "sequence", "kind", "at", "who", "what", "why", "evidence", "level", "origin", "parties", "texts",
)  # fmt: skip
"""The fields of an event that the record keeps, besides ``previous`` and ``digest``."""


def beginning(case_id: str) -> str:
    """What stands before a case's first event."""
    return sha256({"case": case_id})


def kept(event: CaseEvent) -> dict[str, Any]:
    """What the record keeps of an event, as plain JSON values: as it reads once it has been stored, times in UTC."""
    told = {name: getattr(event, name) for name in KEPT}
    told["at"] = event.at.astimezone(UTC)
    plain: dict[str, Any] = msgspec.json.decode(codec.encode(told))
    return plain


def link(previous: str, what: dict[str, Any]) -> str:
    """The digest of an event: SHA-256 in hexadecimal over ``previous`` and what is kept of it."""
    return sha256({"previous": previous, "event": what})


def head(case_id: str, events: Sequence[CaseEvent]) -> str:
    """What ties all of these events of a case, from its first on: the last one's digest, or what would have been it."""
    told = next((n for n in range(len(events), 0, -1) if events[n - 1].digest), 0)
    digest = events[told - 1].digest if told else beginning(case_id)
    for event in events[told:]:
        digest = link(digest, kept(event))
    return digest


def sha256(value: object) -> str:
    """Of a value as JSON, with its keys in order: the same value, the same digest."""
    return hashlib.sha256(canonical(value)).hexdigest()


def canonical(value: object) -> bytes:
    return msgspec.json.encode(value, order="deterministic")

"""The chain that makes a case's record show tampering.  Pure: what is kept of an event, and the digest that ties it.

A digest covers what the record keeps of an event and the digest before it.  ``title`` is left out: it is for the board,
comes from what somebody posted, and may be erased; the record may not.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
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
    return _sha256({"case": case_id})


def kept(event: CaseEvent) -> dict[str, Any]:
    """What the record keeps of an event, as plain JSON values: as it reads once it has been stored, times in UTC."""
    event = replace(event, at=event.at.astimezone(UTC))
    plain = msgspec.json.decode(codec.encode({name: getattr(event, name) for name in KEPT}))
    return dict(plain)


def link(previous: str, what: dict[str, Any]) -> str:
    """The digest of an event: SHA-256 in hexadecimal over ``previous`` and what is kept of it."""
    return _sha256({"previous": previous, "event": what})


def _sha256(value: object) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()

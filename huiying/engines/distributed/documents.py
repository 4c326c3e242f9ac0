"""What is stored: the document as it travels, as one string, and beside it what is searched, counted and sorted by.

The facts follow from the document alone (of a line also from its number and place), so that a migration can make them anew.
"""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from typing import Any

import msgspec

from huiying import casefile, codec, identity
from huiying.contracts import ArchiveLine, Case, ClockState, Disposition
from huiying.early import answered_by
from huiying.engines import bigrams
from huiying.engines.distributed.queries import NEVER

_line_decoder = msgspec.json.Decoder(ArchiveLine)
_KEPT = {Disposition.ATTACHED, Disposition.DUPLICATE}


def name(*parts: str) -> str:
    """The ``_id`` of what these parts name: of one length, whatever people put into an address."""
    said = "\0".join(codec.clean(part) for part in parts)
    return hashlib.blake2b(said.encode("utf-8"), digest_size=16).hexdigest()


def encode(source: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(source)


# --------------------------------------------------------------------------------------------- cases


def of_case(case: Case) -> dict[str, Any]:
    at = {
        field: None if moment is None else codec.micros(moment)
        for field, moment in (
            ("published_at", case.published_at),
            ("next_rung_at", case.next_rung_at),
            ("next_send_at", case.next_send_at),
            ("next_event_at", case.next_event_at),
        )
    }
    return {
        "id": case.id,
        "revision": case.revision,
        "jurisdiction": case.jurisdiction,
        "state": case.state,
        "level": case.severity.level,
        "topic": case.topic,
        "city": codec.clean(case.place.city),
        "lead": case.route.lead,
        "parties": sorted({case.route.lead, *case.route.assist}),
        "restricted": case.route.restricted,
        "awaits": sorted(set(case.awaits)),
        "handled_as": case.assessment.category if case.assessment else "",
        "detected_at": codec.micros(case.detected_at),
        "last_post_at": codec.micros(case.last_post_at),
        "next_due": _next_due(case),
        **at,
        "title_words": bigrams.cut(case.title),
        "lead_words": bigrams.cut(case.lead),
        "doc": casefile.encode(case).decode("utf-8"),
    }


def case(doc: str) -> Case:
    return casefile.decode(doc)


def _next_due(case: Case) -> int:
    running = (codec.micros(clock.due_at) for clock in case.clocks if clock.state is ClockState.RUNNING)
    return min(running, default=NEVER)


# --------------------------------------------------------------------------------------------- lines


def place(line: ArchiveLine) -> str:
    """Where a line is written: what belongs to a case stays; the rest goes by months, and is dropped with them."""
    return (
        "lines-kept"
        if line.disposition in _KEPT
        else f"lines-{line.disposition}-{line.at.astimezone(UTC):%Y-%m}"
    )


def of_line(line: ArchiveLine, tie: int) -> dict[str, Any]:
    first_public_at = line.body.first_public_at if line.body else line.at
    counted = line.reading is not None and not line.reading.idle and line.disposition in _KEPT
    return {
        "post_id": codec.clean(line.post.id),
        "version": codec.clean(line.post.version),
        "disposition": line.disposition,
        "case_id": line.case_id,
        "source": codec.clean(line.body.source) if line.body else "",
        "attitude": line.reading.attitude if line.reading and counted else None,
        "address": codec.clean(identity.address(line.body.url)) if line.body else "",
        "hour": f"{first_public_at.astimezone(UTC):%Y-%m-%dT%H}",
        "reply_to": codec.clean(answered) if (answered := answered_by(line)) else None,
        "at": codec.micros(line.at),
        "first_public_at": codec.micros(first_public_at),
        "tie": tie,
        "words": bigrams.cut(line.body.searched) if line.body else "",
        "doc": codec.encode(_slim(line)).decode("utf-8"),
    }


def line(doc: str) -> ArchiveLine:
    read = _line_decoder.decode(doc)
    return replace(read, body=read.reading.post) if read.body is None and read.reading else read


def _slim(line: ArchiveLine) -> ArchiveLine:
    """The body once: a reading carries it too."""
    return replace(line, body=None) if line.reading is not None else line


class Numbers:
    """Ever growing numbers, in step with the clock: lines of one moment keep the order in which they were put."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def take(self) -> int:
        with self._lock:
            self._last = max(self._last + 1, time.time_ns())
            return self._last


# ------------------------------------------------------------------------------------------ register


def of_entry(kind: str, id: str, revision: int, value: bytes) -> dict[str, Any]:
    return {"kind": kind, "id": id, "revision": revision, "value": base64.b64encode(value).decode("ascii")}


def value(source: Mapping[str, Any]) -> bytes:
    return base64.b64decode(source["value"])

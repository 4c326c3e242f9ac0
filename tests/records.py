"""Cases with a record of their own, and files of it, whole and tampered with."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from huiying import chain, recordfile
from huiying.anchors import Anchors
from huiying.contracts import Case, EventKind
from huiying.export import Summary, export
from huiying.ports import Engine
from huiying.recordfile import Anchor, Head, Header, Seal
from huiying.topics import CASE_EVENTS
from huiying.verify import Report, verify
from tests.factories import NOW, a_case
from triage.record import note

OFFICE = "henan"


def with_events(case: Case, count: int, *, at: datetime = NOW) -> Case:
    """The case with so many more events."""
    for number in range(count):
        case = note(
            case,
            EventKind.GREW,
            at + timedelta(minutes=number),
            "system:triage",
            f"第{number}次",
            evidence=("p1",),
        )
    return case


def a_recorded_case(events: int = 3, **changes: Any) -> Case:
    return with_events(a_case(**changes), events)


def grown(engine: Engine, case: Case, count: int = 1, *, told: bool = True) -> Case:
    """Saved with more events, and told on the stream as the courier does."""
    after = replace(with_events(case, count), revision=case.revision + 1)
    engine.cases.save([after])
    if told:
        tell(engine, after, count)
    return after


def saved(engine: Engine, events: int = 3, *, told: bool = True, **changes: Any) -> Case:
    case = a_recorded_case(events, **changes)
    engine.cases.save([case])
    if told:
        tell(engine, case, events)
    return case


def tell(engine: Engine, case: Case, count: int) -> None:
    engine.stream.publish(CASE_EVENTS.name, [CASE_EVENTS.encode(event) for event in case.events[-count:]])


def unchained(case: Case) -> Case:
    """As it was saved before there was a chain."""
    return replace(case, events=tuple(replace(event, previous="", digest="") for event in case.events))


def exported(engine: Engine, *, case_id: str = "", now: datetime = NOW) -> tuple[bytes, Summary]:
    sheet = io.BytesIO()
    summary = export(engine.cases, Anchors(engine), sheet.write, office=OFFICE, now=now, case_id=case_id)
    return sheet.getvalue(), summary


def checked(file: bytes, **written_down: str) -> Report:
    return verify(io.BytesIO(file), **written_down)


def a_file(*cases: Case, anchors: int = 1) -> bytes:
    """A whole record of these cases without any store: the heads of all of them grow evenly over the anchors."""
    made: list[Anchor] = []
    reached: dict[str, int] = {}
    for number in range(1, anchors + 1):
        heads = []
        for case in cases:
            sequence = len(case.events) * number // anchors
            if sequence > reached.get(case.id, 0):
                reached[case.id] = sequence
                digest = chain.head(case.id, case.events[:sequence])
                heads.append(Head(case=case.id, sequence=sequence, digest=digest))
        if heads:
            previous = made[-1].digest if made else recordfile.NOTHING_BEFORE
            made.append(recordfile.made(len(made) + 1, NOW, heads, previous=previous, position=number))
    header = Header(
        format=recordfile.FORMAT,
        version=recordfile.VERSION,
        office=OFFICE,
        exported_at=NOW,
        cases=len(cases),
        events=sum(len(case.events) for case in cases),
        anchors=len(made),
    )
    lines = [recordfile.line("record", header)]
    lines += [recordfile.event_line(event) for case in cases for event in case.events]
    lines += [recordfile.line("anchor", anchor) for anchor in made]
    return resealed(b"".join(lines))


def resealed(lines: bytes) -> bytes:
    """With a seal that fits, as somebody would make who knows how."""
    rows = [row for row in lines.splitlines(keepends=True) if not row.startswith(b'{"seal"')]
    tip = next((value["digest"] for row in reversed(rows) if (value := _value(row, "anchor"))), "")
    bare = b"".join(rows)
    seal = recordfile.sealed(len(rows), hashlib.sha256(bare).hexdigest(), tip)
    return bare + recordfile.line("seal", seal)


def changed(
    file: bytes, number: int, change: Callable[[dict[str, Any]], None], *, seal: bool = True
) -> bytes:
    """The file with one line (from 1) altered within, and sealed anew unless told otherwise."""
    rows = file.splitlines(keepends=True)
    told = msgspec.json.decode(rows[number - 1])
    change(told)
    rows[number - 1] = msgspec.json.encode(told, order="deterministic") + b"\n"
    after = b"".join(rows)
    return resealed(after) if seal else after


def numbers(file: bytes, word: str) -> list[int]:
    """Lines (from 1) of one kind."""
    return [n for n, row in enumerate(file.splitlines(), 1) if row.startswith(f'{{"{word}"'.encode())]


def seal_of(file: bytes) -> Seal:
    return msgspec.json.decode(file.splitlines()[-1], type=recordfile.Line).seal  # type: ignore[return-value]


def _value(row: bytes, word: str) -> Any:
    try:
        return msgspec.json.decode(row).get(word)
    except (msgspec.MsgspecError, UnicodeDecodeError, AttributeError):
        return None

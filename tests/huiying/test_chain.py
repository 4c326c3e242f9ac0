"""A case's events hang together: what is kept of one cannot change without showing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from huiying import chain, codec
from huiying.clock import SHANGHAI
from huiying.contracts import CaseEvent, EventKind, Level, Origin, TextRef
from tests.factories import NOW, a_case
from tests.records import a_recorded_case, unchained, with_events
from triage.record import note


def test_every_event_names_the_one_before_and_the_first_the_beginning_of_its_case() -> None:
    case = a_recorded_case(4)
    expected = chain.beginning(case.id)
    for event in case.events:
        assert event.previous == expected
        expected = chain.link(event.previous, chain.kept(event))
        assert event.digest == expected
    assert chain.head(case.id, case.events) == expected


CHANGES: list[dict[str, Any]] = [
    {"case_id": "another"},
    {"sequence": 9},
    {"kind": EventKind.CLOSED},
    {"at": NOW + timedelta(microseconds=1)},
    {"who": "system:other"},
    {"what": "别的"},
    {"why": "别的"},
    {"evidence": ()},
    {"level": Level.EXTREME},
    {"origin": Origin.REPLAY},
    {"parties": ("luoyang",)},
    {"texts": (TextRef(name="reason", digest="0" * 64),)},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: str(*change))
def test_a_change_of_anything_that_is_kept_changes_the_digest(change: dict[str, Any]) -> None:
    event = a_recorded_case(1).events[0]
    other = replace(event, **change)
    assert chain.link(event.previous, chain.kept(other)) != event.digest


def test_all_that_is_kept_is_tried_above() -> None:
    assert {next(iter(change)) for change in CHANGES} == set(chain.KEPT)


def test_the_title_may_be_erased_and_the_chain_still_holds() -> None:
    event = a_recorded_case(1).events[0]
    assert chain.link(event.previous, chain.kept(replace(event, title=""))) == event.digest


@pytest.mark.parametrize("what", ["经过", "半个\ud83d字", "\ud83d\ude00"])
def test_an_event_has_the_same_digest_after_it_was_stored(what: str) -> None:
    case = note(a_case(), EventKind.GREW, NOW, "system:triage", what)
    back = msgspec.json.decode(codec.encode(case.events[0]), type=CaseEvent)
    assert chain.link(back.previous, chain.kept(back)) == back.digest == case.events[0].digest


def test_the_first_event_with_a_digest_covers_all_those_before_the_chain() -> None:
    old = unchained(a_recorded_case(3))
    case = with_events(old, 1)
    assert [bool(event.digest) for event in case.events] == [False, False, False, True]
    altered = (replace(old.events[1], what="改过"), *old.events[2:])
    rewritten = replace(old, events=(old.events[0], *altered))
    assert with_events(rewritten, 1).events[-1].previous != case.events[-1].previous
    assert with_events(replace(old, events=old.events[1:]), 1).events[-1].previous != case.events[-1].previous


def test_a_record_from_before_the_chain_has_a_head_all_the_same() -> None:
    case = a_recorded_case(3)
    assert chain.head(case.id, unchained(case).events) == case.events[-1].digest
    assert chain.head(case.id, ()) == chain.beginning(case.id)


def test_one_moment_is_one_moment_in_every_zone() -> None:
    event = a_recorded_case(1).events[0]
    shanghai = replace(event, at=event.at.astimezone(SHANGHAI))
    assert chain.link(event.previous, chain.kept(shanghai)) == event.digest

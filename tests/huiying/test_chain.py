"""The chain: the same event gives the same digest wherever it comes from, and any other event another one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from huiying import chain, codec
from huiying.contracts import CaseEvent, EventKind, Level, TextRef
from tests.factories import NOW

EVENT = CaseEvent(
    case_id="a",
    sequence=1,
    kind=EventKind.DISMISSED,
    at=NOW,
    who="duty",
    what="不予受理",
    why="",
    evidence=("p1",),
    level=Level.GENERAL,
    title="地下车库人防门被拆",
    parties=("zhengzhou",),
    texts=(TextRef(name="reason", digest="0" * 64),),
)


def digest(event: CaseEvent) -> str:
    return chain.link(chain.beginning("a"), chain.kept(event))


@pytest.mark.parametrize(
    "change",
    [
        {"case_id": "b"},
        {"sequence": 2},
        {"kind": EventKind.CLOSED},
        {"at": NOW + timedelta(microseconds=1)},
        {"who": "duty2"},
        {"what": "办结归档"},
        {"why": "重复"},
        {"evidence": ()},
        {"level": Level.MAJOR},
        {"parties": ()},
        {"texts": ()},
    ],
)
def test_whatever_the_record_keeps_changes_the_digest(change: dict[str, object]) -> None:
    assert digest(replace(EVENT, **change)) != digest(EVENT)  # type: ignore[arg-type]


def test_the_title_may_be_erased_and_the_chain_stands() -> None:
    assert digest(replace(EVENT, title="")) == digest(EVENT)


def test_an_event_that_was_stored_and_read_has_the_digest_that_it_had() -> None:
    import msgspec

    assert digest(msgspec.json.decode(codec.encode(EVENT), type=CaseEvent)) == digest(EVENT)


def test_one_moment_is_one_moment_in_every_zone() -> None:
    shanghai = NOW.astimezone(timezone(timedelta(hours=8)))
    assert digest(replace(EVENT, at=shanghai)) == digest(EVENT)


def test_halves_of_a_character_break_no_chain() -> None:
    broken = replace(EVENT, why="半个字\ud83d")
    assert digest(broken) == digest(replace(EVENT, why="半个字\ufffd"))


def test_two_cases_begin_differently_and_the_event_before_counts() -> None:
    assert chain.beginning("a") != chain.beginning("b")
    assert chain.link(chain.beginning("a"), chain.kept(EVENT)) != chain.link("", chain.kept(EVENT))

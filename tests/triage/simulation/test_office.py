"""A played office keeps what the real one promises, and plays the same time for the same seed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from huiying import settings, tomlfile
from huiying.clock import SHANGHAI
from huiying.contracts import Case, CaseState, ClockState, EventKind
from huiying.engines import open_engine
from triage.acts import Act
from triage.policy import load
from triage.simulation import account
from triage.simulation.office import CHANNELS, Played, play

DAYS = 6
FIRST_DAY = datetime(2026, 9, 28, tzinfo=SHANGHAI)
"""Three days at work, then the long holiday."""


def played(folder: Path, *, days: int = DAYS, seed: int = 3) -> Played:
    engine = open_engine(settings.load(data=folder, engine="embedded"))
    try:
        policy = load(tomlfile.DEFAULTS, channels=CHANNELS)
        return play(engine, policy, begins=FIRST_DAY, days=days, seed=seed)
    finally:
        engine.close()


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return played(tmp_path_factory.mktemp("played"))


def test_it_plays_what_happens_in_an_office(month: Played) -> None:
    assert {Act.CONFIRM, Act.ASSIGN, Act.ACKNOWLEDGE, Act.ASSESS, Act.DRAFT, Act.PUBLISH} <= month.acts.keys()
    kinds = {event.kind for case in month.cases for event in case.events}
    assert {EventKind.CLOCK_MET, EventKind.CLOCK_BROKEN, EventKind.NOTICE_SENT} <= kinds
    assert {one.channel for one in month.told} == set(CHANNELS)


def test_what_must_hold_holds(month: Played) -> None:
    found = account.account(month)
    assert found.broken == ()
    assert found.matters == len(month.cases) and found.readings >= found.matters
    ended = [clock for case in month.cases for clock in (*case.clocks, *case.past_clocks)]
    assert sum(row.number for row in found.clocks) == len(ended)
    for row in found.clocks:
        outcomes = row.kept + row.late + row.missed + row.running + row.waived + row.cancelled
        assert outcomes == row.number
    assert "都成立" in account.in_words(found)[-1]


def test_the_same_seed_plays_the_same_time(tmp_path: Path) -> None:
    one, same = (account.account(played(tmp_path / name, days=2)) for name in ("one", "same"))
    assert account.as_dict(one) == account.as_dict(same)
    other = account.account(played(tmp_path / "other", days=2, seed=4))
    assert account.as_dict(other) != account.as_dict(one)


def test_a_clock_that_is_gone_is_named(month: Played) -> None:
    case = next(case for case in month.cases if case.clocks)
    robbed = replace(case, clocks=case.clocks[1:])
    found = _with(month, robbed)
    assert any("时限不见了" in what for what in found.broken)


def test_a_closed_matter_that_owes_is_named(month: Played) -> None:
    case = next(
        case for case in month.cases if any(clock.state is ClockState.RUNNING for clock in case.clocks)
    )
    found = _with(month, replace(case, state=CaseState.CLOSED))
    assert any("办结了还欠着事" in what for what in found.broken)


def test_a_rung_and_a_notice_that_come_twice_are_named(month: Played) -> None:
    case = next(case for case in month.cases if any(clock.fired for clock in case.clocks))
    clock = next(clock for clock in case.clocks if clock.fired)
    twice = replace(clock, fired=(*clock.fired, clock.fired[0]))
    found = _with(month, replace(case, clocks=tuple(twice if c is clock else c for c in case.clocks)))
    assert any("走了两次" in what for what in found.broken)
    again = account.account(replace(month, told=(*month.told, month.told[0])))
    assert any("发了 2 次" in what for what in again.broken)


def test_an_act_that_stops_anothers_clock_and_a_breach_that_nobody_booked_are_named(month: Played) -> None:
    found = account.account(replace(month, stopped=("某件事：acknowledge",)))
    assert found.broken == ("签收、上报或确认收到停了别的时限：某件事：acknowledge",)
    late = account.account(replace(month, end=month.end + timedelta(days=60)))
    assert any("逾期没有记录" in what for what in late.broken)


def _with(month: Played, changed: Case) -> account.Account:
    cases = tuple(changed if case.id == changed.id else case for case in month.cases)
    return account.account(replace(month, cases=cases))

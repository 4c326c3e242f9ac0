"""A played office keeps what the real one promises, and plays the same time for the same seed."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from huiying import settings, tomlfile
from huiying.clock import SHANGHAI
from huiying.contracts import Case, CaseState, ClockState, EventKind
from huiying.engines import open_engine
from triage.acts import OF_TICKETS, Act
from triage.callers import owed
from triage.policy import load
from triage.simulation import account
from triage.simulation.office import CHANNELS, Played, play

DAYS = 6
ORDINARY = datetime(2026, 9, 7, tzinfo=SHANGHAI)
"""Two weeks as they are: terms in working days run out in them."""
FIRST_DAY = datetime(2026, 9, 28, tzinfo=SHANGHAI)
"""Three days at work, then the long holiday."""


def played(
    folder: Path,
    *,
    days: int = DAYS,
    seed: int = 3,
    begins: datetime = FIRST_DAY,
    rules: Path = tomlfile.DEFAULTS,
) -> Played:
    engine = open_engine(settings.load(data=folder, engine="embedded"))
    try:
        policy = load(rules, channels=CHANNELS)
        return play(engine, policy, begins=begins, days=days, seed=seed)
    finally:
        engine.close()


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return played(tmp_path_factory.mktemp("played"))


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return played(tmp_path_factory.mktemp("ordinary"), days=12, seed=8, begins=ORDINARY)


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


# ------------------------------------------------------------------------------------------------ tickets


def test_callers_are_answered_in_time_and_late_sent_back_and_put_off(ordinary: Played) -> None:
    assert ordinary.acts.keys() >= OF_TICKETS
    found = account.account(ordinary)
    assert found.broken == ()
    sums = {
        name: sum(getattr(row, name) for row in found.tickets)
        for name in ("kept", "late", "returned", "owed")
    }
    assert all(sums.values()), sums
    assert sum(row.extended for row in found.tickets) and found.breaches
    held = [ticket for case in ordinary.cases for ticket in case.tickets]
    assert sum(row.number for row in found.tickets) == len(held) == len(ordinary.callers.posts)
    assert sum(row.owed for row in found.tickets) == sum(ticket.owed for ticket in held)
    words = account.in_words(found)
    assert any("咨询［法定］" in line and "逾期" in line for line in words)
    assert f"  记逾期 {found.breaches} 次" in words
    told = account.as_dict(found)["tickets"]
    assert isinstance(told, tuple) and told[0]["number"] == found.tickets[0].number


def test_a_ticket_that_is_gone_or_in_two_matters_is_named(ordinary: Played) -> None:
    case, other = [case for case in ordinary.cases if case.tickets][:2]
    robbed = _with(ordinary, replace(case, tickets=case.tickets[1:]))
    assert "有工单不见了：1 件" in robbed.broken
    twice = _with(ordinary, replace(other, tickets=(*other.tickets, case.tickets[0])))
    assert "同一件工单在两件事里：1 件" in twice.broken


def test_a_term_that_ran_out_and_was_not_booked_is_named(ordinary: Played) -> None:
    case = next(case for case in ordinary.cases if owed(case))
    over = replace(
        owed(case)[0], due_at=ordinary.end - timedelta(hours=1), overdue_at=None, extended_from=None
    )
    found = _with(ordinary, replace(case, tickets=(over,)))
    assert any("工单" in what and "逾期没有记录" in what for what in found.broken)


def test_an_office_of_another_name_and_other_places_is_played_too(tmp_path: Path) -> None:
    rules = tmp_path / "policy"
    shutil.copytree(tomlfile.DEFAULTS, rules)
    for name in ("units", "routes", "in_force", "notices", "stories"):
        file = rules / f"{name}.toml"
        told = file.read_text("utf-8").replace('"henan"', '"qilu"').replace('"henan.', '"qilu.')
        file.write_text(told.replace('place = "郑州市"', 'place = "济南市"'), "utf-8")
    found = played(tmp_path / "data", days=3, rules=rules)
    assert account.account(found).broken == ()
    assert found.cases and {case.jurisdiction for case in found.cases} == {"qilu"}
    told = "".join(case.title for case in found.cases)
    assert "济南市" in told and "郑州市" not in told

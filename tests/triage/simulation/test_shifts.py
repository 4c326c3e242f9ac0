"""The desk of a played office: who is reached follows the roster, leave, gap and handover, and what they confirm stops nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from huiying import settings, tomlfile
from huiying.clock import SHANGHAI
from huiying.engines import open_engine
from tests.triage.simulation.test_office import played
from triage.policy import load
from triage.simulation import account
from triage.simulation.office import CHANNELS
from triage.simulation.shifts import BY_ACCOUNT, DESK, HELPER, SHIFT, Desk

FIRST = datetime(2026, 9, 28, tzinfo=SHANGHAI)
Happening = tuple[datetime, Callable[[], None]]


class Time:
    def __init__(self) -> None:
        self.now = FIRST
        self.ahead: list[Happening] = []

    def at(self, moment: datetime, happening: Callable[[], None]) -> None:
        self.ahead.append((moment, happening))

    def run(self, until: datetime) -> None:
        while due := sorted((one for one in self.ahead if one[0] <= until), key=lambda one: one[0]):
            self.ahead.remove(due[0])
            self.now = due[0][0]
            due[0][1]()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def desk(tmp_path: Path, time: Time) -> Iterator[Desk]:
    engine = open_engine(settings.load(data=tmp_path, engine="embedded"))
    try:
        yield Desk(
            register=engine.register, policy=load(tomlfile.DEFAULTS, channels=CHANNELS), begins=FIRST, days=12,
            chance=Random(5), at=time.at, open_cases=list, take=lambda *_: None, now=lambda: time.now,
        )  # fmt: skip
    finally:
        engine.close()


def test_in_the_gap_the_accounts_are_told_and_nobody_acts_until_the_next_shift(desk: Desk) -> None:
    first, last = desk.gap
    assert last - first == SHIFT and desk.officer(first) is None
    desk.told(desk.policy.top(), first + timedelta(hours=1))
    assert {why for _, why in desk.reached} == {BY_ACCOUNT}
    assert desk.manned(first + timedelta(hours=2)) >= last
    assert desk.officer(desk.manned(first)) is not None
    assert desk.manned(last) == last


def test_whoever_is_on_leave_is_stood_in_for(desk: Desk) -> None:
    moments = [desk.leave.start + n * SHIFT for n in range(6)]
    for moment in moments:
        desk.told(desk.policy.top(), moment)
    assert desk.away == []
    assert (desk.leave.deputy, f"代{desk.leave.login}（请假）") in desk.reached


def test_shifts_hand_over_and_most_are_confirmed(desk: Desk, time: Time) -> None:
    time.run(FIRST + timedelta(days=12))
    assert desk.handovers.begun > 12
    assert 0 < desk.handovers.confirmed <= desk.handovers.begun


def test_a_month_says_who_was_reached_because_of_the_roster(tmp_path: Path) -> None:
    month = played(tmp_path, days=9)
    found = account.account(month).shifts
    names = {one.name for one in found.reached}
    assert names <= {*(login for login, _, _ in DESK), HELPER[0]} and len(names) > 2
    assert {"值班表", f"代{found.leave[0]}（请假）"} <= {one.why for one in found.reached}
    assert found.handovers.notices > 0 and found.confirmed > 0
    assert any("值班表空档" in line for line in account.in_words(account.account(month)))


def test_somebody_who_is_told_while_away_is_named(tmp_path: Path) -> None:
    month = played(tmp_path, days=2)
    month.desk.away.append("值班甲 在请假，值班表")
    assert "请假的人还接到通知：值班甲 在请假，值班表" in account.account(month).broken

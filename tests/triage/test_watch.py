"""Exactly one notice a rung: across restarts, clock jumps, two watchers, and a store whose searches show the past."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, cast

import pytest

from huiying.clock import ManualClock
from huiying.contracts import Case, CaseState, Disposition, EventKind, Relevance, Verdict
from huiying.ports import CaseStore, Engine, Owed
from tests.factories import NOW, a_line
from tests.lagging import lagging
from tests.triage.texts import policy, reading, rules
from triage import watch as watching
from triage.clocks import RENEWED
from triage.lifecycle import open_case
from triage.policy import Policy
from triage.watch import FIRST, PAGE, Watch

TEXT = "中原区锦绣花园开发商把人防车位只租不售，一次收二十年租金"


def watch(engine: Engine, cases: CaseStore | None = None, rules: Policy | None = None) -> Watch:
    return Watch(cases or engine.cases, engine.archive, rules or policy(), ManualClock(NOW))


def stored(engine: Engine) -> Case:
    case = open_case(reading(TEXT), policy(), NOW)
    engine.cases.save([case])
    engine.archive.put([a_line(body=reading(TEXT).post, disposition=Disposition.ATTACHED, case_id=case.id)])
    return case


def rungs(cases: CaseStore, case: Case) -> Counter[tuple[str, str]]:
    return Counter(
        (notice.clock.value, notice.rung) for notice in cases.get(case.id).outbox if notice.clock is not None
    )


ALL = sum(len(rule.rungs) for rule in rules() if "一般" in rule.levels and rule.kind not in RENEWED)


def test_a_week_in_steps_fires_every_rung_once(engine: Engine) -> None:
    case, now = stored(engine), NOW
    while now < NOW + timedelta(hours=30):
        watch(engine).tick(now)
        now += timedelta(minutes=7)
    assert len(rungs(engine.cases, case)) == ALL
    assert set(rungs(engine.cases, case).values()) == {1}


def test_jumps_of_an_hour_back_and_forth_fire_nothing_twice(engine: Engine) -> None:
    case = stored(engine)
    for minutes in (0, 95, 35, 95, 155, 95, 160, 100, 2000, 1940, 2060):
        watch(engine).tick(NOW + timedelta(minutes=minutes))
    told, clocks = rungs(engine.cases, case), engine.cases.get(case.id).clocks
    untold = Counter((clock.rule.kind.value, name) for clock in clocks for name in clock.untold)
    assert sum((told + untold).values()) == len(told + untold) == ALL
    assert untold


def test_two_watchers_share_the_work(engine: Engine) -> None:
    case = stored(engine)
    one, other = watch(engine), watch(engine)
    for minutes in range(0, 2100, 30):
        now = NOW + timedelta(minutes=minutes)
        one.tick(now)
        other.tick(now)
    assert set(rungs(engine.cases, case).values()) == {1}


def test_a_search_that_trails_fires_nothing_twice(engine: Engine) -> None:
    with lagging(engine) as past:
        slow, cases = past.engine, past.cases
        case = open_case(reading(TEXT), policy(), NOW)
        slow.cases.save([case])
        assert watch(engine, slow.cases).tick(NOW) == 0
        cases.refresh()
        assert watch(engine, slow.cases).tick(NOW) == 1
        assert watch(engine, slow.cases).tick(NOW) == 0
        assert watch(engine, slow.cases).tick(NOW + timedelta(minutes=90)) == 1
        assert set(rungs(slow.cases, case).values()) == {1}


@pytest.mark.parametrize("seed", range(6))
def test_two_watchers_restarts_clock_jumps_and_a_trailing_store_fire_every_rung_once(
    engine: Engine, seed: int
) -> None:
    """Every look is by a watcher that has just started; the clock leaps an hour or a day, and NTP sets it back."""
    dice = Random(seed)
    with lagging(engine) as past:
        slow, cases = past.engine, past.cases
        case = open_case(reading(TEXT), policy(), NOW)
        slow.cases.save([case])
        now = NOW
        for _ in range(40):
            now += timedelta(seconds=dice.choice((1, 40, 900, 3600, -3600, 86400, -2, -0.4, 7200)))
            for _ in range(2):
                watch(engine, slow.cases).tick(max(now, NOW))
            if dice.random() < 0.5:
                cases.refresh()
        watch(engine).tick(NOW + timedelta(days=60))
        after = engine.cases.get(case.id)
        ids = [notice.id for notice in after.outbox]
        assert len(ids) == len(set(ids))
        untold = Counter((clock.rule.kind.value, name) for clock in after.clocks for name in clock.untold)
        told = rungs(engine.cases, case)
        assert sum((told + untold).values()) == len(told + untold) == ALL
        for clock in after.clocks:
            assert len(clock.fired) == len(set(clock.fired)) == len(clock.rule.rungs)
        broken = [event for event in after.events if event.kind is EventKind.CLOCK_BROKEN]
        assert len(broken) == len(after.clocks)


def test_a_rung_waits_for_its_time(engine: Engine) -> None:
    case = stored(engine)
    watch(engine).tick(NOW)
    assert watch(engine).tick(NOW + timedelta(minutes=90, seconds=-1)) == 0
    assert watch(engine).tick(NOW + timedelta(minutes=90)) == 1
    assert rungs(engine.cases, case)["acknowledge", "75%"] == 1


class Crowded:
    """The real store, but before each of the first saves somebody else changes the same case."""

    def __init__(self, real: CaseStore, times: int) -> None:
        self._real = real
        self._times = times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def save(self, cases: Sequence[Case]) -> None:
        if self._times:
            self._times -= 1
            now = self._real.get(cases[0].id)
            self._real.save([replace(now, revision=now.revision + 1, lead=f"{now.lead}改")])
        self._real.save(cases)


def test_who_saves_second_reads_again_and_reapplies(engine: Engine) -> None:
    case = stored(engine)
    crowded = cast(CaseStore, Crowded(engine.cases, times=3))
    assert watch(engine, crowded).tick(NOW) == 1
    after = engine.cases.get(case.id)
    assert (after.revision, after.lead) == (5, case.lead + "改改改")
    assert rungs(engine.cases, case) == {("acknowledge", "预警"): 1}


def test_one_that_somebody_changed_meanwhile_holds_up_none_of_those_beside_it(engine: Engine) -> None:
    first, *others = [
        replace(open_case(reading(TEXT), policy(), NOW), id=f"case-{number}") for number in range(5)
    ]
    engine.cases.save([first, *others])
    saves: list[int] = []

    class Contended(Crowded):
        def save(self, cases: Sequence[Case]) -> None:
            saves.append(len(cases))
            super().save(cases)

    crowded = cast(CaseStore, Contended(engine.cases, times=1))
    assert watch(engine, crowded).tick(NOW) == 5
    assert saves == [5, 1], "all in one go, and the one that was changed once more"
    assert {rungs(engine.cases, case)["acknowledge", "预警"] for case in (first, *others)} == {1}


def test_one_that_the_store_refuses_holds_up_none_of_those_beside_it(engine: Engine) -> None:
    cases = [replace(open_case(reading(TEXT), policy(), NOW), id=f"case-{number}") for number in range(3)]
    engine.cases.save(cases)

    class Particular:
        def __getattr__(self, name: str) -> Any:
            return getattr(engine.cases, name)

        def save(self, cases: Sequence[Case]) -> None:
            if any(case.id == "case-1" for case in cases):
                raise ValueError("refused")
            engine.cases.save(cases)

    assert watch(engine, cast(CaseStore, Particular())).tick(NOW) == 2
    assert [bool(rungs(engine.cases, case)) for case in cases] == [True, False, True]


@pytest.mark.parametrize(("days", "state"), [(6, CaseState.WATCHING), (7, CaseState.LAPSED)])
def test_a_quiet_candidate_lapses(engine: Engine, days: int, state: CaseState) -> None:
    case = candidate(engine)
    watch(engine).tick(NOW + timedelta(days=days))
    assert engine.cases.get(case.id).state is state


def test_a_candidate_whose_posts_still_lack_their_lines_does_not_lapse(engine: Engine) -> None:
    case = candidate(engine, written=False)
    watch(engine).tick(NOW + timedelta(days=30))
    assert engine.cases.get(case.id).state is CaseState.WATCHING


def test_two_hundred_candidates_of_an_older_policy_do_not_hold_up_a_clock(engine: Engine) -> None:
    engine.cases.save([replace(candidate(engine), id=f"old-{number:03}") for number in range(220)])
    longer = policy().story.model_copy(update={"lapse_days": 30})
    rules = replace(policy(), story=longer)
    clock = stored(engine)
    later = NOW + timedelta(days=8)
    watch(engine, rules=rules).tick(later)
    assert engine.cases.get(clock.id).clocks[0].fired
    assert engine.cases.get("old-000").state is CaseState.WATCHING
    assert watch(engine, rules=rules).tick(later) == 0


def test_cases_that_cannot_be_looked_at_do_not_hold_up_a_clock(engine: Engine) -> None:
    bad = [replace(candidate(engine), id=f"bad-{number:03}") for number in range(PAGE)]
    engine.cases.save([replace(case, next_rung_at=NOW - timedelta(days=1)) for case in bad])
    case = stored(engine)

    class Torn:
        def __getattr__(self, name: str) -> Any:
            return getattr(engine.cases, name)

        def get(self, case_id: str) -> Case:
            if case_id.startswith("bad-"):
                raise ValueError("damaged")
            return engine.cases.get(case_id)

        def several(self, case_ids: Collection[str]) -> Mapping[str, Case]:
            return {id: self.get(id) for id in case_ids}

    assert watch(engine, cast(CaseStore, Torn())).tick(NOW) == 1
    assert engine.cases.get(case.id).clocks[0].fired


def test_more_that_cannot_be_looked_at_than_one_search_gives_do_not_hold_up_a_clock(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LOOK", 10)
    bad = [replace(candidate(engine), id=f"bad-{number:03}") for number in range(35)]
    engine.cases.save([replace(case, next_rung_at=NOW - timedelta(days=1)) for case in bad])
    case = stored(engine)

    class Gone:
        """They are found, and not there."""

        def __getattr__(self, name: str) -> Any:
            return getattr(engine.cases, name)

        def several(self, case_ids: Collection[str]) -> Mapping[str, Case]:
            return engine.cases.several([id for id in case_ids if not id.startswith("bad-")])

    assert watch(engine, cast(CaseStore, Gone())).tick(NOW) == 1
    assert engine.cases.get(case.id).clocks[0].fired


class Counted:
    """The real store, with how much was saved, and searched for, at a time."""

    def __init__(self, real: CaseStore) -> None:
        self._real = real
        self.saves: list[int] = []
        self.searches: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def save(self, cases: Sequence[Case]) -> None:
        self.saves.append(len(cases))
        self._real.save(cases)

    def due_ids(self, owed: Owed, *, until: datetime, limit: int) -> Sequence[str]:
        self.searches.append(limit)
        return self._real.due_ids(owed, until=until, limit=limit)


def test_the_first_of_a_herd_wait_for_few_of_their_fellows_and_all_are_found_by_one_search(
    engine: Engine,
) -> None:
    case = open_case(reading(TEXT), policy(), NOW)
    herd = [replace(case, id=f"herd-{number:03}") for number in range(2 * PAGE)]
    engine.cases.save(herd)
    counted = Counted(engine.cases)
    assert watch(engine, cast(CaseStore, counted)).tick(NOW) == len(herd)
    assert counted.saves[0] == FIRST and max(counted.saves) == PAGE
    assert len(counted.searches) == 1
    assert all(one.clocks[0].fired for one in engine.cases.several([case.id for case in herd]).values())


def candidate(engine: Engine, *, written: bool = True) -> Case:
    doubtful = reading(TEXT, relevance=Relevance(verdict=Verdict.REVIEW, score=0.5))
    case = open_case(doubtful, policy(), NOW)
    engine.cases.save([case])
    if written:
        line = a_line(body=doubtful.post, disposition=Disposition.ATTACHED, case_id=case.id)
        engine.archive.put([line])
    return case


def test_it_runs_until_it_is_stopped(engine: Engine) -> None:
    case = stored(engine)

    class Stopping(ManualClock):
        def wait(self, duration: timedelta) -> bool:
            super().wait(duration)
            if self.now() > NOW + timedelta(seconds=5):
                self.stop()
            return self._stopped

    Watch(engine.cases, engine.archive, policy(), Stopping(NOW)).run()
    events = [event.kind for event in engine.cases.get(case.id).events]
    assert events.count(EventKind.RUNG_REACHED) == 1

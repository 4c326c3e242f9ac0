"""仍未解决: booked without saying who, refused where it names somebody, and enough to take the matter up again."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from huiying.contracts import Case, CaseState, ClockKind, ClockState, EventKind, Level
from huiying.errors import CaseNotFound, GiveUp, TryAgain
from huiying.ports import CaseStore, Engine
from tests.factories import NOW, a_case, a_clock, a_rule, a_severity, an_answered_case, tell
from tests.response_api import office
from triage.clocks import RENEWED
from triage.hearing import faults, hear
from triage.texts import KIND, Texts

RESPONSE = a_rule(kind=ClockKind.RESPONSE, name="回应", hours=24)


def told(engine: Engine, **changes: object) -> Case:
    """An answered case with one duty that was done."""
    done = a_clock(rule=RESPONSE, state=ClockState.MET, met_at=NOW - timedelta(hours=1))
    return tell(engine, an_answered_case(clock_rules=(RESPONSE,), clocks=(done,), **changes))


def said(engine: Engine, case: Case, text: str = "", now: datetime = NOW) -> Case:
    return hear(engine.cases, Texts(engine.register), office.names(), case.id, text, now)


def test_a_note_is_booked_by_reference_and_says_not_who(engine: Engine) -> None:
    case = told(engine)
    changed = said(engine, case, "门装回去又被拆了")
    event = changed.events[-1]
    assert (event.kind, event.who) == (EventKind.UNRESOLVED, "public")
    assert "门装回去" not in event.what + event.why
    assert Texts(engine.register).read(event.texts[0].digest) == "门装回去又被拆了"
    assert engine.cases.get(case.id) == changed
    assert changed.aftermath is not None and changed.aftermath.unresolved == (NOW,)
    assert changed.next_event_at == NOW


def test_a_note_may_be_empty(engine: Engine) -> None:
    event = said(engine, told(engine), " \u200b ").events[-1]
    assert (event.kind, event.texts) == (EventKind.UNRESOLVED, ())
    assert not engine.register.list(KIND)


@pytest.mark.parametrize("state", [CaseState.PUBLISHED, CaseState.FOLLOWED, CaseState.CLOSED])
def test_the_third_note_in_seven_days_reopens_and_starts_the_clocks_over(
    engine: Engine, state: CaseState
) -> None:
    case = replace(told(engine), state=state, revision=2, closed_at=NOW)
    engine.cases.save([case])
    first = said(engine, case, now=NOW)
    second = said(engine, case, now=NOW + timedelta(days=1))
    assert (first.state, second.state) == (state, state)
    at = NOW + timedelta(days=2)
    third = said(engine, case, now=at)
    assert third.state is CaseState.CONFIRMED
    assert third.closed_at is None
    assert {EventKind.REBOUND, EventKind.REOPENED} <= {event.kind for event in third.events}
    assert [clock.state for clock in third.past_clocks] == [ClockState.MET]
    (running,) = third.clocks
    assert (running.started_at, running.due_at, running.round) == (at, at + timedelta(hours=24), 2)
    assert third.next_rung_at is not None


def test_a_fourth_note_is_booked_and_reopens_nothing_twice(engine: Engine) -> None:
    case = told(engine)
    for hour in range(4):
        changed = said(engine, case, now=NOW + timedelta(hours=hour))
    kinds = [event.kind for event in changed.events]
    assert (kinds.count(EventKind.UNRESOLVED), kinds.count(EventKind.REBOUND)) == (4, 1)


def test_what_does_not_count_is_kept_and_reopens_nothing(engine: Engine) -> None:
    case = told(engine)
    texts = Texts(engine.register)
    for hour in range(4):
        at = NOW + timedelta(hours=hour)
        changed = hear(engine.cases, texts, office.names(), case.id, f"第{hour}次", at, counts=not hour)
    assert changed.state is CaseState.PUBLISHED
    assert changed.aftermath is not None and changed.aftermath.unresolved == (NOW,)
    heard = [event for event in changed.events if event.kind is EventKind.UNRESOLVED]
    assert [texts.read(event.texts[0].digest) for event in heard] == ["第0次", "第1次", "第2次", "第3次"]
    assert ["不另计次数" in event.why for event in heard] == [False, True, True, True]


def test_three_notes_over_a_longer_time_are_no_rebound(engine: Engine) -> None:
    case = told(engine)
    for day in (0, 5, 10):
        changed = said(engine, case, now=NOW + timedelta(days=day))
    assert changed.state is CaseState.PUBLISHED


def test_a_note_about_a_merged_case_counts_for_the_whole_of_it(engine: Engine) -> None:
    whole = told(engine)
    part = replace(an_answered_case(), state=CaseState.MERGED, merged_into=whole.id)
    engine.cases.save([part, replace(whole, revision=2, merged_from=(part.id,))])
    assert said(engine, part).id == whole.id
    assert engine.cases.get(part.id).events == ()


def test_what_is_not_published_hears_nothing(engine: Engine) -> None:
    case = a_case()
    engine.cases.save([case])
    for asked in (case, a_case()):
        with pytest.raises(CaseNotFound):
            said(engine, asked, "还没有解决")
    assert not engine.register.list(KIND)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("请打13812345678", "请删去手机号码“13812345678”"),
        ("写信 a.b@example.com", "请删去电子邮箱“a.b@example.com”"),
        ("车牌豫A12345挡住了", "请删去车牌号“豫A12345”"),
        ("漏" * 503, "写了 503 字，最多 500 字，请删去 3 字"),
    ],
)
def test_what_names_somebody_or_is_too_long_is_refused_with_what_to_do(
    engine: Engine, text: str, told: str
) -> None:
    assert faults(text) == (told,)
    case = tell(engine, an_answered_case())
    with pytest.raises(GiveUp, match=told[:6]):
        said(engine, case, text)
    assert engine.cases.get(case.id) == case


@pytest.mark.parametrize("text", ["", "漏" * 500, "<script>=1+1", "第3单元2号楼"])
def test_everything_else_may_be_said(text: str) -> None:
    assert faults(text) == ()


class Contended:
    """A store in which somebody else is always first."""

    def __init__(self, cases: CaseStore) -> None:
        self._cases = cases
        self.get = cases.get

    def save(self, cases: list[Case]) -> None:
        latest = self._cases.get(cases[0].id)
        self._cases.save([replace(latest, revision=latest.revision + 1)])
        self._cases.save(cases)


def test_what_could_not_be_booked_leaves_no_text_behind(engine: Engine) -> None:
    case = told(engine)
    with pytest.raises(TryAgain):
        hear(
            Contended(engine.cases),  # type: ignore[arg-type]
            Texts(engine.register),
            office.names(),
            case.id,
            "还在漏水",
            NOW,
        )
    assert not engine.register.list(KIND)


def test_a_severe_case_gets_every_clock_of_its_level_again(engine: Engine) -> None:
    names = office.names()
    rules = names.pack_for(names.top(), NOW.date()).rules
    case = tell(engine, an_answered_case(clock_rules=rules, severity=a_severity(level=Level.MAJOR)))
    for hour in range(3):
        changed = said(engine, case, now=NOW + timedelta(hours=hour))
    asked = {rule.kind for rule in rules if Level.MAJOR in rule.levels} - RENEWED
    assert {clock.rule.kind for clock in changed.clocks} == asked

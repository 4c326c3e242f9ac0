"""The figures of what the stores hold are the right ones, on every engine."""

from __future__ import annotations

from datetime import timedelta

from huiying import survey
from huiying.contracts import ClockKind, DeliveryState, Disposition, Receipt
from huiying.ports import Engine, Owed
from huiying.survey import Standing
from huiying.topics import NLP, POSTS
from tests.eventually import eventually
from tests.factories import NOW, a_case, a_clock, a_line, a_post
from tests.triage.test_watch import stored, watch
from tests.triage.texts import rules


def test_what_waits_is_counted_and_timed(engine: Engine) -> None:
    engine.stream.publish(POSTS.name, [POSTS.encode(a_post()) for _ in range(3)])
    dead = POSTS.dead(NLP)
    engine.stream.publish(dead.name, [("x", b"{}")])
    figures = survey.of_stream(engine.stream)
    waiting = {one.topic: one for one in figures.waiting}
    assert (waiting["posts"].records, waiting["readings"].records) == (3, 0)
    assert waiting["posts"].oldest is not None and waiting["readings"].oldest is None
    assert figures.sizes["posts"].ever == 3
    assert figures.dead == {("posts", "nlp"): 1, ("readings", "triage"): 0, ("source-checks", "health"): 0}


def test_what_is_open_owed_and_ended_is_counted(engine: Engine) -> None:
    case = stored(engine)
    assert eventually(lambda: watch(engine).tick(NOW))
    gone_wrong = Receipt(
        notice="n1",
        clock=ClockKind.RESPONSE,
        rung="到期",
        to=("duty",),
        reason="到期",
        channel="smtp",
        state=DeliveryState.FAILED,
        owed_at=NOW,
    )
    engine.cases.save([a_case(clocks=(a_clock(),), receipts=(gone_wrong,))])
    engine.archive.put([a_line(disposition=Disposition.BURIED, case_id=None)])
    figures = eventually(lambda: survey.of_stores(engine, NOW), until=_shown, seconds=20)
    clocks = engine.cases.get(case.id).clocks
    assert sum(figures.clocks.values()) == len(clocks) + 1
    assert figures.next_due == min([clock.due_at for clock in clocks] + [a_clock().due_at])
    assert figures.lines[Disposition.BURIED] == 1
    assert figures.notices["console"].oldest == NOW
    assert figures.failed == {"smtp": 1}
    assert not figures.cut
    late = survey.of_stores(engine, NOW + timedelta(days=2))
    assert {state for _, state in late.clocks} == {Standing.OVERDUE}
    assert late.next_due is None
    assert late.owed[Owed.RUNG] > NOW, "the first rung that nobody has booked"


def _shown(figures: survey.StoreFigures) -> bool:
    return sum(figures.cases.values()) == 2 and bool(figures.notices) and Disposition.BURIED in figures.lines


def test_a_clock_is_warned_once_a_rung_after_its_start_was_reached() -> None:
    rule = next(rule for rule in rules() if rule.rungs[0].fraction == 0.0)
    names = [rung.name for rung in rule.rungs]
    assert survey.standing(a_clock(rule=rule), NOW) is Standing.RUNNING
    assert survey.standing(a_clock(rule=rule, fired=(names[0],)), NOW) is Standing.RUNNING
    assert survey.standing(a_clock(rule=rule, fired=(names[0], names[1])), NOW) is Standing.WARNED
    assert survey.standing(a_clock(rule=rule), a_clock().due_at) is Standing.OVERDUE

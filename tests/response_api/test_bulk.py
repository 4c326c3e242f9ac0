"""Many matters in one go: what is offered, what is done, what is left and why."""

from __future__ import annotations

from collections.abc import Sequence

from huiying.contracts import Actor, Assignment, Case, CaseState, Role
from huiying.errors import CaseNotFound
from huiying.ports import Engine
from response_api.bulk import GONE, Left, Outcome, Ticked, acts_of, do_all, ticked
from tests.factories import NOW, a_case, tell
from tests.triage.people import DUTY, HANDLER, person
from tests.triage.texts import policy
from triage.acts import Act
from triage.desk import Desk
from triage.texts import Texts


def the_desk(engine: Engine) -> Desk:
    return Desk(cases=engine.cases, archive=engine.archive, texts=Texts(engine.register), policy=policy())


def many(
    engine: Engine,
    act: Act,
    cases: Sequence[Case],
    actor: Actor = DUTY,
    *,
    seen: int | None = None,
    **typed: str,
) -> Outcome:
    def in_view(case_id: str) -> Case | None:
        try:
            return engine.cases.get(case_id)
        except CaseNotFound:
            return None

    boxes = [Ticked(case_id=one.id, seen=len(one.events) if seen is None else seen) for one in cases]
    return do_all(the_desk(engine), act, boxes, actor, NOW, lambda name: typed.get(name, ""), in_view=in_view)


def states(engine: Engine, cases: Sequence[Case]) -> list[CaseState]:
    return [engine.cases.get(one.id).state for one in cases]


def test_boxes_are_read_once_each_and_nonsense_is_left_out() -> None:
    assert ticked(["a:3", "b:0", "a:4", "c", ":1", "d:x", "e:-1", "f:9999999999"]) == (
        Ticked(case_id="a", seen=4),
        Ticked(case_id="b", seen=0),
    )


def test_only_what_somebody_may_do_now_is_offered() -> None:
    watching, confirmed = a_case(state=CaseState.WATCHING), a_case(state=CaseState.CONFIRMED)
    published = a_case(state=CaseState.PUBLISHED)
    found = acts_of([watching, confirmed, published], DUTY, policy())
    assert found == {
        watching.id: (Act.CONFIRM, Act.DISMISS),
        confirmed.id: (Act.ASSIGN, Act.DISMISS),
    }
    assert acts_of([confirmed], HANDLER, policy()) == {confirmed.id: (Act.ACKNOWLEDGE,)}
    assert acts_of([confirmed], person(Role.AUDITOR), policy()) == {}


def test_all_are_dismissed_with_one_reason_and_each_has_its_own_event(engine: Engine) -> None:
    cases = [tell(engine, a_case()) for _ in range(3)]
    done = many(engine, Act.DISMISS, cases, reason="试鸣日的误报，与本办无关")
    assert (len(done.done), done.left) == (3, ())
    assert states(engine, cases) == [CaseState.DISMISSED] * 3
    texts = [engine.cases.get(one.id).events[-1].texts for one in cases]
    assert all(len(refs) == 1 for refs in texts)


def test_what_is_wrong_with_the_words_is_wrong_for_all_and_nothing_is_done(engine: Engine) -> None:
    cases = [tell(engine, a_case()) for _ in range(2)]
    refused = many(engine, Act.DISMISS, cases)
    assert refused.faults == {"reason": "请写明理由"}
    assert (refused.done, states(engine, cases)) == ((), [CaseState.FLAGGED] * 2)


def test_what_cannot_be_done_is_said_and_the_others_are_done(engine: Engine) -> None:
    fits = tell(engine, a_case(state=CaseState.CONFIRMED))
    elsewhere = tell(engine, a_case(state=CaseState.PUBLISHED))
    gone = a_case()
    told = many(engine, Act.ASSIGN, [elsewhere, fits, gone], unit="luoyang")
    assert told.done == (fits.id,)
    assert [one.case_id for one in told.left] == [elsewhere.id, gone.id]
    assert "走到别的一步" in told.left[0].why
    assert told.left[1] == Left(case_id=gone.id, why=GONE)


def test_what_is_wrong_for_one_alone_is_said_of_it_and_the_others_are_done(engine: Engine) -> None:
    twice = Assignment(unit="luoyang", by="duty", at=NOW, objections=2)
    bounced = tell(engine, a_case(state=CaseState.CONFIRMED, assignment=twice))
    fits = tell(engine, a_case(state=CaseState.CONFIRMED))
    gone = a_case()
    told = many(engine, Act.ASSIGN, [gone, bounced, fits], unit="luoyang")
    assert (told.done, dict(told.faults)) == ((fits.id,), {})
    assert [one.case_id for one in told.left] == [gone.id, bounced.id]
    assert "已经退回 2 次" in told.left[1].why


def test_words_that_are_wrong_for_some_are_said_of_each_where_others_fail_otherwise(engine: Engine) -> None:
    confirmed, gone = tell(engine, a_case(state=CaseState.CONFIRMED)), a_case()
    told = many(engine, Act.ASSIGN, [confirmed, gone], unit="atlantis")
    assert (told.done, dict(told.faults)) == ((), {})
    assert [one.case_id for one in told.left] == [confirmed.id, gone.id]
    assert "请选择承办单位" in told.left[0].why


def test_who_acted_meanwhile_is_not_overruled(engine: Engine) -> None:
    case = tell(engine, a_case(state=CaseState.WATCHING))
    the_desk(engine).confirm(case.id, person(Role.MONITOR), NOW, seen=len(case.events))
    told = many(engine, Act.DISMISS, [case], reason="误报", seen=len(case.events))
    assert told.done == ()
    assert "别人办理了这件事" in told.left[0].why

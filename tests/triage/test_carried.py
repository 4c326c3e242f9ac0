"""What becomes of every open thing of a case where it is merged into another one or split: the table of docs/lifecycle.md."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import zip_longest

import pytest

from huiying.contracts import (
    Aftermath,
    AnsweredBy,
    Awaited,
    Case,
    CaseState,
    Casualties,
    Certainty,
    ClockKind,
    ClockState,
    EventKind,
    Knowledge,
    Level,
    Occurrence,
    Recognised,
    ReferralOutcome,
    SignalKind,
    StatementKind,
    StatementState,
    Suggestion,
)
from huiying.examples import Labels
from huiying.ports import CaseQuery, Engine
from tests.eventually import eventually
from tests.factories import NOW
from tests.triage.people import DUTY, HANDLER, LEADER, a_desk, a_draft, taken_in
from tests.triage.test_completion import AT_XUCHANG, HERE, HOUR, PARKING, SIREN, clock, merged, seen
from tests.triage.test_tickets import a_ticket
from tests.triage.test_undoing import unmerged
from tests.triage.texts import policy, reading
from triage.callers import owed
from triage.desk import Desk
from triage.each import acknowledged
from triage.escalation import escalate
from triage.record import indexed
from triage.refusals import NotNow
from triage.saving import amend

LATER = NOW + 3 * HOUR


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return a_desk(engine)


@pytest.fixture
def case(engine: Engine) -> Case:
    return taken_in(engine, *(reading(PARKING + more, where=HERE) for more in ("", "，物业也不管")))


@pytest.fixture
def other(engine: Engine) -> Case:
    return taken_in(engine, reading(SIREN, topic="T05", where=AT_XUCHANG), now=NOW + HOUR)


def changed(desk: Desk, case: Case, **parts: object) -> None:
    amend(desk.cases, case.id, lambda one: indexed(replace(one, **parts), policy()))  # type: ignore[arg-type]


def asked_to_waive(desk: Desk, case: Case) -> str:
    case = desk.waive(
        case.id, DUTY, NOW + HOUR, seen=seen(desk, case), clock=ClockKind.RESPONSE, reason="已当面答复"
    )
    return case.decisions[-1].id


def decided(desk: Desk, case: Case, decision: str, *, granted: bool = True) -> Case:
    return desk.decide(
        case.id, LEADER, LATER, seen=seen(desk, case), decision=decision, granted=granted, reason="同意"
    )


def split(desk: Desk, case: Case) -> Case:
    posts = [line.post.id for line in desk.archive.of_cases([case.id]) if line.post.id != case.opened_by.id]
    return desk.split(case.id, DUTY, LATER, seen=seen(desk, case), posts=posts[:1])


# -------------------------------------------------------------------------------------------- requests


def test_a_request_is_found_and_answered_at_the_case_that_lives_on(
    engine: Engine, desk: Desk, case: Case, other: Case
) -> None:
    wanted = asked_to_waive(desk, case)
    into = merged(desk, case, other)
    (asked,) = into.decisions
    assert (asked.id, asked.of, asked.granted) == (wanted, case.id, None)
    assert "decision" in into.awaits and desk.cases.get(case.id).awaits == ()
    told = [event for event in into.events if event.kind is EventKind.DECISION_ASKED]
    assert [(one.evidence, "随并入的事件转来" in one.what) for one in told] == [((case.id,), True)]
    waiting = CaseQuery(awaits=frozenset({"decision"}))
    found = eventually(
        lambda: [one.id for one in engine.cases.search(waiting).cases],
        until=lambda found: found == [other.id],
    )
    assert found == [other.id]
    done = decided(desk, into, wanted)
    assert clock(done, ClockKind.RESPONSE).state is ClockState.WAIVED
    assert "decision" not in done.awaits


def test_requests_of_both_stand_beside_each_other_under_their_own_names(
    desk: Desk, case: Case, other: Case
) -> None:
    wanted = {asked_to_waive(desk, case), asked_to_waive(desk, other)}
    into = merged(desk, case, other)
    assert {one.id for one in into.decisions} == wanted and len(wanted) == 2
    with pytest.raises(NotNow):
        asked_to_waive(desk, into)
    unmerged(desk, case)
    decided(desk, other, into.decisions[0].id, granted=False)
    assert asked_to_waive(desk, other) not in wanted, "a number that went away is not given again"


def test_a_level_is_not_lowered_by_a_word_that_was_asked_for_a_lesser_matter(
    desk: Desk, case: Case, other: Case
) -> None:
    for one, level in ((case, Level.MAJOR), (other, Level.EXTREME)):
        desk.raise_level(one.id, DUTY, NOW, seen=seen(desk, one), level=level, reason="媒体关注")
    asked = desk.lower_level(
        case.id, DUTY, NOW + HOUR, seen=seen(desk, case), level=Level.GENERAL, reason="媒体撤稿"
    )
    into = merged(desk, case, other)
    with pytest.raises(NotNow, match="重新请示"):
        decided(desk, into, asked.decisions[0].id)
    refused = decided(desk, into, asked.decisions[0].id, granted=False)
    assert refused.severity.level is Level.EXTREME and "decision" not in refused.awaits


def test_a_request_goes_back_with_its_case_and_one_that_was_decided_is_asked_there_again(
    desk: Desk, case: Case, other: Case
) -> None:
    wanted = asked_to_waive(desk, case)
    merged(desk, case, other)
    out = unmerged(desk, case)
    assert [one.id for one in out.decisions] == [wanted] and "decision" in out.awaits
    assert desk.cases.get(other.id).decisions == () and "decision" not in desk.cases.get(other.id).awaits
    changed(desk, other, apart=())
    changed(desk, case, apart=())
    into = merged(desk, case, other)
    assert decided(desk, into, wanted).decisions[0].granted
    again = unmerged(desk, case, LATER + HOUR)
    assert [one.granted for one in again.decisions] == [None]
    assert clock(again, ClockKind.RESPONSE).state is ClockState.RUNNING
    assert [one.granted for one in desk.cases.get(other.id).decisions] == [True], "stays as people did it"


def test_a_request_of_a_case_within_a_case_goes_along_and_back(
    engine: Engine, desk: Desk, case: Case, other: Case
) -> None:
    wanted = asked_to_waive(desk, case)
    merged(desk, case, other)
    third = taken_in(
        engine, reading("信阳市平桥区人防工程积水", topic="T03", where=AT_XUCHANG), now=NOW + HOUR
    )
    into = merged(desk, other, third)
    assert [(one.id, one.of) for one in into.decisions] == [(wanted, case.id)]
    assert [one.id for one in unmerged(desk, other).decisions] == [wanted]
    assert desk.cases.get(third.id).decisions == ()


# -------------------------------------------------------------------------------- all the other rows


def test_what_was_consulted_on_counts_for_the_case_that_lives_on(desk: Desk, case: Case, other: Case) -> None:
    def consult(one: Case) -> Case:
        return desk.consult(
            one.id,
            DUTY,
            NOW + HOUR,
            seen=seen(desk, one),
            participants=("市人防办",),
            conclusion="先核实，再公布",
        )

    desk.confirm(case.id, DUTY, NOW, seen=seen(desk, case))
    met = consult(case).consultations
    assert merged(desk, case, other).consultations == met
    assert unmerged(desk, case).consultations == met
    assert desk.cases.get(other.id).consultations == ()


def test_what_was_referred_is_answered_at_the_case_that_lives_on_and_waits_again_when_that_is_taken_back(
    engine: Engine, desk: Desk, case: Case, other: Case
) -> None:
    def refer(one: Case, body: str) -> Case:
        return desk.refer(one.id, DUTY, NOW + HOUR, seen=seen(desk, one), body=body, until=NOW + 2 * HOUR)

    desk.confirm(case.id, DUTY, NOW, seen=seen(desk, case))
    (sent,) = refer(case, "价格主管部门").referrals
    into = merged(desk, case, other)
    assert [(one.id, one.of) for one in into.referrals] == [(sent.id, case.id)]
    late = escalate(into, policy(), NOW + 5 * HOUR)
    assert "referral" in late.awaits, "its reply is missed where the matter lives on"
    answered = desk.take_reply(
        into.id,
        DUTY,
        LATER,
        seen=seen(desk, into),
        referral=sent.id,
        outcome=ReferralOutcome.DONE,
        at=LATER,
        gist="已责令改正",
    )
    assert answered.referrals[0].outcome is ReferralOutcome.DONE
    assert [one.outcome for one in unmerged(desk, case).referrals] == [None]
    assert desk.cases.get(other.id).referrals == ()


def test_whose_task_it_was_ends_and_the_unit_of_the_other_goes_on(
    desk: Desk, case: Case, other: Case
) -> None:
    desk.acknowledge(case.id, HANDLER, NOW, seen=seen(desk, case))
    into = merged(desk, case, other)
    assert into.assignment == other.assignment
    assert "acknowledge" in into.awaits, "the other unit signs for itself"
    assert desk.cases.get(case.id).awaits == ()


def test_a_draft_under_way_keeps_its_case_from_becoming_part_of_another(
    desk: Desk, case: Case, other: Case
) -> None:
    desk.acknowledge(case.id, HANDLER, NOW, seen=seen(desk, case))
    drafted = desk.draft(case.id, HANDLER, NOW, seen=seen(desk, case), wanted=a_draft(StatementKind.FIRST))
    with pytest.raises(NotNow, match="反过来合并"):
        merged(desk, case, other)
    into = merged(desk, other, case)
    assert into.statements == drafted.statements
    assert into.statements[0].state is StatementState.DRAFT and "rework" in into.awaits


def test_what_was_put_off_there_is_not_put_off_here(desk: Desk, case: Case, other: Case) -> None:
    due = clock(other, ClockKind.RESPONSE).due_at
    until = due + timedelta(days=30)
    desk.extend(
        case.id, LEADER, NOW, seen=seen(desk, case), clock=ClockKind.RESPONSE, until=until, reason="等检测"
    )
    assert clock(merged(desk, case, other), ClockKind.RESPONSE).due_at <= due


def test_what_the_public_still_calls_unsolved_and_what_was_promised_stay_where_it_was_answered(
    desk: Desk, case: Case, other: Case
) -> None:
    after = Aftermath(since=NOW, peak_before=1, unresolved=(NOW,))
    follow = replace(
        clock(other, ClockKind.RESPONSE), rule=replace(other.clocks[0].rule, kind=ClockKind.FOLLOW_UP)
    )
    changed(
        desk,
        other,
        state=CaseState.PUBLISHED,
        published_at=NOW,
        aftermath=after,
        clocks=(*other.clocks, follow),
    )
    into = merged(desk, case, other)
    assert into.aftermath == after and "follow_up" in into.awaits
    assert clock(into, ClockKind.FOLLOW_UP).state is ClockState.RUNNING
    assert clock(into, ClockKind.FOLLOW_UP).due_at == follow.due_at


def test_a_notice_that_is_to_be_acknowledged_is_so_where_it_was_sent_and_nobody_is_reminded_any_more(
    desk: Desk, case: Case, other: Case
) -> None:
    notice = Awaited(
        notice="n1",
        rung="到期",
        reason="到期未签收",
        roles=("duty",),
        logins=("duty", "deputy"),
        persons=(),
        since=NOW,
        next_at=NOW + HOUR,
    )
    changed(desk, case, awaited=(notice,))
    owed = desk.cases.get(case.id).next_send_at
    assert merged(desk, case, other).awaited == ()
    gone = desk.cases.get(case.id)
    assert gone.next_rung_at is None
    assert gone.next_send_at == owed, "what is on its way is sent"
    assert acknowledged(gone, "n1", "duty", LATER).awaited[0].logins == ("deputy",)


def test_a_question_whether_it_is_the_same_as_a_third_goes_along_and_back(
    desk: Desk, case: Case, other: Case
) -> None:
    third = Suggestion(case_id="third", score=0.6, why="同一小区", at=NOW)
    itself = Suggestion(case_id=other.id, score=0.7, why="同一小区", at=NOW)
    changed(desk, case, suggestions=(itself, third))
    assert merged(desk, case, other).suggestions == (third,)
    unmerged(desk, case)
    assert desk.cases.get(other.id).suggestions == ()


def test_a_split_leaves_everything_open_with_the_old_case_and_the_new_one_has_its_own_clocks(
    desk: Desk, case: Case
) -> None:
    desk.confirm(case.id, DUTY, NOW, seen=seen(desk, case))
    asked_to_waive(desk, case)
    until = clock(desk.cases.get(case.id), ClockKind.RESPONSE).due_at + timedelta(days=3)
    desk.extend(
        case.id, LEADER, NOW, seen=seen(desk, case), clock=ClockKind.RESPONSE, until=until, reason="等检测"
    )
    desk.draft(case.id, HANDLER, NOW, seen=seen(desk, case), wanted=a_draft(StatementKind.FIRST))
    desk.consult(case.id, DUTY, NOW, seen=seen(desk, case), participants=("市人防办",), conclusion="先核实")
    suggestion = Suggestion(case_id="third", score=0.6, why="同一小区", at=NOW)
    changed(desk, case, suggestions=(suggestion,), aftermath=Aftermath(since=NOW, peak_before=1))
    before = desk.cases.get(case.id)
    made = split(desk, case)
    left = desk.cases.get(case.id)
    for part in ("decisions", "consultations", "statements", "assignment", "suggestions", "aftermath"):
        assert getattr(left, part) == getattr(before, part), part
        assert not getattr(made, part), part
    assert {"decision", "rework"} <= set(left.awaits)
    assert made.state is CaseState.CONFIRMED and made.awaits == ("acknowledge",)
    own = clock(made, ClockKind.RESPONSE)
    assert own.state is ClockState.RUNNING and own.due_at < until
    assert clock(left, ClockKind.RESPONSE).due_at == until


# ---------------------------------------------------------------------------- what is known and registered


def registered(desk: Desk, case: Case) -> Case:
    return desk.recognise(
        case.id,
        DUTY,
        NOW + HOUR,
        seen=seen(desk, case),
        kind=Recognised.EMERGENCY,
        level=Level.MAJOR,
        body="省人民政府",
        said_at=NOW,
    )


def known(desk: Desk, case: Case, hours: int, injured: int) -> Case:
    moment = Occurrence(at=NOW - hours * HOUR, source=Knowledge.SITE.value, certainty=Certainty.STATED)
    hurt = Casualties(kind=SignalKind.INJURIES, number=injured, source=Knowledge.SITE)
    labels = Labels(occurred=moment, casualties=(hurt,))
    return desk.relabel(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), labels=labels, reason="看过现场")


def test_what_is_registered_makes_law_where_its_case_lives_on_and_goes_back_with_it(
    desk: Desk, case: Case, other: Case
) -> None:
    desk.raise_level(other.id, DUTY, NOW + HOUR, seen=seen(desk, other), level=Level.MAJOR, reason="媒体关注")
    registered(desk, case)
    into = merged(desk, case, other)
    assert [one.level for one in into.recognitions] == [Level.MAJOR]
    assert clock(into, ClockKind.STATEMENT).official
    out = unmerged(desk, case)
    assert clock(out, ClockKind.STATEMENT).official and out.recognitions
    back = desk.cases.get(other.id)
    assert back.recognitions == () and not clock(back, ClockKind.STATEMENT).official
    assert clock(back, ClockKind.STATEMENT).state is ClockState.RUNNING


def test_what_is_registered_and_known_stays_where_posts_are_split_off(desk: Desk, case: Case) -> None:
    registered(desk, case)
    known(desk, case, 1, 2)
    made = split(desk, case)
    assert (made.recognitions, made.casualties, made.settled_by_people) == ((), (), ())
    assert desk.cases.get(case.id).recognitions


def test_what_people_know_goes_with_a_case_where_nobody_said_anything_and_back(
    desk: Desk, case: Case, other: Case
) -> None:
    before = other.occurred
    known(desk, case, 2, 3)
    into = merged(desk, case, other)
    assert into.occurred.at == NOW - 2 * HOUR and into.casualties[0].number == 3
    unmerged(desk, case)
    back = desk.cases.get(other.id)
    assert (back.occurred, back.casualties, back.settled_by_people) == (before, (), ())


def test_what_people_know_of_the_case_that_lives_on_stands(desk: Desk, case: Case, other: Case) -> None:
    known(desk, case, 2, 3)
    known(desk, other, 1, 5)
    into = merged(desk, case, other)
    assert into.occurred.at == NOW - HOUR and [one.number for one in into.casualties] == [5]
    unmerged(desk, case)
    assert desk.cases.get(other.id).occurred.at == NOW - HOUR


def with_tickets(engine: Engine, case: Case, *references: str, posts: tuple[str, ...] = ()) -> Case:
    """The case with tickets as if they had come in with its posts."""
    made = [
        replace(a_ticket(reference=reference), post=post or f"post-{reference}")
        for reference, post in zip_longest(references, posts, fillvalue="")
    ]
    result = amend(engine.cases, case.id, lambda one: indexed(replace(one, tickets=tuple(made)), policy()))
    assert result is not None
    return result[1]


def answered(desk: Desk, case: Case, *references: str) -> Case:
    held = desk.cases.get(case.id)
    posts = [one.post for one in held.tickets if one.reference in references]
    return desk.answer_ticket(
        case.id,
        DUTY,
        LATER,
        seen=len(held.events),
        tickets=posts,
        at=LATER,
        way=AnsweredBy.PHONE,
        said="已告知",
    )


def of(engine: Engine, case: Case) -> dict[str, bool]:
    """Number of each ticket of a case, and whether it is owed."""
    return {one.reference: one.owed for one in engine.cases.get(case.id).tickets}


def test_a_ticket_goes_along_and_one_that_both_have_is_one(
    engine: Engine, desk: Desk, case: Case, other: Case
) -> None:
    with_tickets(engine, case, "A", "S", posts=posts_of_case(engine, case))
    with_tickets(engine, other, "B", "S")
    answered(desk, other, "S")
    merged(desk, case, other)
    assert of(engine, other) == {"A": True, "B": True, "S": False}
    part = engine.cases.get(case.id)
    assert owed(part) == () and "ticket" not in part.awaits and part.next_rung_at is None
    assert "ticket" in engine.cases.get(other.id).awaits


def test_a_merge_that_is_taken_back_gives_each_its_tickets_and_what_was_answered_is_answered(
    engine: Engine, desk: Desk, case: Case, other: Case
) -> None:
    first, second = posts_of_case(engine, case)[:2]
    with_tickets(engine, case, "A", "C", posts=(first, second))
    with_tickets(engine, other, "B")
    merged(desk, case, other)
    answered(desk, other, "A")
    unmerged(desk, case)
    assert of(engine, case) == {"A": False, "C": True}
    assert of(engine, other) == {"B": True}


def test_a_ticket_goes_where_its_post_goes(engine: Engine, desk: Desk, case: Case) -> None:
    opening = case.opened_by.id
    second = next(post for post in posts_of_case(engine, case) if post != opening)
    with_tickets(engine, case, "A", "B", posts=(opening, second))
    made = desk.split(case.id, DUTY, LATER, seen=seen(desk, case), posts=[second])
    assert of(engine, case) == {"A": True}
    assert of(engine, made) == {"B": True} and "ticket" in engine.cases.get(made.id).awaits
    desk.unsplit(made.id, DUTY, LATER, seen=seen(desk, made))
    assert of(engine, case) == {"A": True, "B": True}


def posts_of_case(engine: Engine, case: Case) -> tuple[str, ...]:
    return tuple(sorted({line.post.id for line in engine.archive.of_cases({case.id})}))

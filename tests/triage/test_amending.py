"""What is published is put right by a statement of its own, or hidden: who may, what becomes of clocks, case and record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.chain import kept
from huiying.contracts import (
    Actor,
    Case,
    CaseState,
    Category,
    ClockKind,
    ClockState,
    DeliveryState,
    EventKind,
    Level,
    Publicity,
    Rank,
    ResponseClock,
    Role,
    Statement,
    StatementKind,
    StatementState,
    StopReason,
    Task,
)
from huiying.ports import Engine
from tests.factories import NOW
from tests.triage.answered import RIGHT, answered, correcting, filed, hidden, seen, shown_again, to_the_public
from tests.triage.people import (
    CHECKER,
    DUTY,
    HANDLER,
    LEADER,
    MONITOR,
    SECRECY,
    SIGNER,
    SPOKESPERSON,
    a_desk,
    a_draft,
    person,
)
from tests.triage.texts import policy
from triage.acts import Act, allowed
from triage.amends import in_public, last_word
from triage.desk import Desk
from triage.publishing import parse
from triage.refusals import Invalid, NotNow, NotYours

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return a_desk(engine)


@pytest.fixture
def case(desk: Desk, engine: Engine) -> Case:
    return answered(desk, engine)


def clock(case: Case, kind: ClockKind) -> ResponseClock:
    return next(one for one in case.clocks if one.rule.kind is kind)


def offered(case: Case, actor: Actor, statement: Statement) -> set[Act]:
    return set(allowed(case, actor, policy(), statement))


# ------------------------------------------------------------------------------------------------ 更正


def test_a_correction_names_what_it_puts_right_and_goes_past_the_same_people(desk: Desk, case: Case) -> None:
    case = correcting(desk, case, NOW + HOUR)
    one, new = case.statements
    assert (new.corrects, new.kind, new.state) == (one.id, StatementKind.ANSWER, StatementState.DRAFT)
    body = desk.texts.body(new.sha256)
    assert body is not None and f"更正：2026-11-23 10:10 发布的回应（编号 {one.id}）" in body.decode()
    assert parse(body).head["更正"].endswith(f"{one.id}）")
    with pytest.raises(NotNow):
        desk.publish(case.id, SPOKESPERSON, NOW + HOUR, seen=seen(desk, case), statement=new.id)
    with pytest.raises(NotYours, match="作者以外"):
        writer = replace(SECRECY, login=HANDLER.login)
        desk.submit(case.id, HANDLER, NOW + HOUR, seen=seen(desk, case), statement=new.id)
        desk.clear(
            case.id, writer, NOW + HOUR, seen=seen(desk, case), statement=new.id, sha256=new.sha256
        )  # fmt: skip


def test_a_correction_stops_no_clock_and_leaves_the_case_where_it_stands(desk: Desk, case: Case) -> None:
    before = case
    case = to_the_public(desk, correcting(desk, case, NOW + HOUR), NOW + 2 * HOUR)
    one, new = case.statements
    assert in_public(one) and in_public(new) and last_word(case.statements, one) is new
    assert (case.state, case.clocks) == (CaseState.PUBLISHED, before.clocks)
    assert clock(case, ClockKind.FOLLOW_UP).state is ClockState.RUNNING, (
        "a promise is not kept by putting right"
    )
    assert case.events[-1].what == "回应（第 2 号文稿）发布，更正第 1 号文稿"
    case = filed(desk, case, NOW + 3 * HOUR)
    assert case.state is CaseState.CLOSED


def test_what_is_closed_is_corrected_without_being_taken_up_again(desk: Desk, case: Case) -> None:
    case = filed(desk, case, NOW + HOUR)
    clocks = case.clocks
    case = correcting(desk, case, NOW + 2 * HOUR)
    assert case.awaits == ("rework",)
    desk.submit(case.id, HANDLER, NOW + 2 * HOUR, seen=seen(desk, case), statement=case.statements[1].id)
    assert desk.cases.get(case.id).awaits == ("review",)
    desk.send_back(
        case.id, SECRECY, NOW + 2 * HOUR, seen=seen(desk, case), statement=case.statements[1].id, reason="请写清楚"
    )  # fmt: skip
    case = to_the_public(desk, desk.cases.get(case.id), NOW + 3 * HOUR)
    assert (case.state, case.awaits, case.clocks) == (CaseState.CLOSED, (), clocks)
    assert case.published_at == NOW + 3 * HOUR


def test_a_correction_owes_no_other_follow_up_unless_it_promises_something(desk: Desk, case: Case) -> None:
    case = desk.follow_up(
        case.id, HANDLER, NOW + HOUR, seen=seen(desk, case), solved=True, found="已经恢复出租"
    )
    clocks = case.clocks
    case = to_the_public(desk, correcting(desk, case, NOW + 2 * HOUR), NOW + 2 * HOUR)
    assert (case.state, case.clocks) == (CaseState.FOLLOWED, clocks)
    promising = replace(a_draft(facts=RIGHT), next_release_at=NOW + 30 * HOUR)
    case = correcting(desk, case, NOW + 3 * HOUR, number=2, wanted=promising)
    case = to_the_public(desk, case, NOW + 3 * HOUR)
    follow = clock(case, ClockKind.FOLLOW_UP)
    assert (follow.state, follow.due_at) == (ClockState.RUNNING, NOW + 30 * HOUR)


def test_nobody_watches_what_a_correction_of_a_closed_matter_promises(desk: Desk, case: Case) -> None:
    case = filed(desk, case, NOW + HOUR)
    promising = replace(a_draft(facts=RIGHT), next_release_at=NOW + 30 * HOUR)
    case = correcting(desk, case, NOW + 2 * HOUR, wanted=promising)
    with pytest.raises(NotNow, match="去掉下次发布时间"):
        desk.submit(case.id, HANDLER, NOW + 2 * HOUR, seen=seen(desk, case), statement=case.statements[1].id)


def test_a_draft_that_corrects_nothing_waits_until_the_matter_is_taken_up(desk: Desk, case: Case) -> None:
    case = filed(desk, case, NOW + HOUR)
    with pytest.raises(NotNow):
        desk.draft(case.id, HANDLER, NOW + 2 * HOUR, seen=seen(desk, case), wanted=a_draft())


def test_one_statement_has_one_correction_which_may_have_its_own(desk: Desk, case: Case) -> None:
    case = to_the_public(desk, correcting(desk, case, NOW + HOUR), NOW + HOUR)
    assert Act.CORRECT not in offered(case, HANDLER, case.statements[0])
    with pytest.raises(NotNow):
        correcting(desk, case, NOW + 2 * HOUR)
    case = to_the_public(desk, correcting(desk, case, NOW + 2 * HOUR, number=2), NOW + 2 * HOUR)
    assert last_word(case.statements, case.statements[0]) is case.statements[2]


def test_a_correction_that_was_given_up_makes_room_for_another(desk: Desk, case: Case) -> None:
    case = correcting(desk, case, NOW + HOUR)
    one = case.statements[1].id
    case = desk.withdraw(case.id, HANDLER, NOW + HOUR, seen=seen(desk, case), statement=one, reason="写错了")
    assert Act.CORRECT in offered(case, HANDLER, case.statements[0])


def test_a_correction_keeps_its_kind_and_is_for_everybody(desk: Desk, case: Case) -> None:
    with pytest.raises(Invalid) as refused:
        correcting(desk, case, NOW + HOUR, wanted=a_draft(StatementKind.FIRST))
    assert "kind" in refused.value.faults
    closed = replace(a_draft(facts=RIGHT), publicity=Publicity.CLOSED, ground="privacy")
    case = correcting(desk, case, NOW + HOUR, wanted=closed)
    one = case.statements[1]
    with pytest.raises(Invalid) as refused:
        desk.submit(case.id, HANDLER, NOW + HOUR, seen=seen(desk, case), statement=one.id)
    assert "更正只能主动公开" in refused.value.faults["publicity"]
    edited = desk.edit(
        case.id, HANDLER, NOW + HOUR, seen=seen(desk, case), statement=one.id, wanted=a_draft(facts=RIGHT)
    )
    assert edited.statements[1].corrects == case.statements[0].id, "an edit keeps what it corrects"
    body = desk.texts.body(edited.statements[1].sha256)
    assert body is not None and "更正：" in body.decode()


# -------------------------------------------------------------------------------------------- 暂停公开


def test_who_may_hide_show_again_and_put_right(case: Case) -> None:
    one = case.statements[0]
    may = {actor.login: offered(case, actor, one) for actor in
           (MONITOR, DUTY, HANDLER, CHECKER, SECRECY, SIGNER, SPOKESPERSON, LEADER)}  # fmt: skip
    assert {login for login, acts in may.items() if Act.SUSPEND in acts} == {"secrecy", "signer", "leader"}
    assert {login for login, acts in may.items() if Act.CORRECT in acts} == {"handler", "spokesperson"}
    assert not any(Act.RESUME in acts for acts in may.values())


def test_an_answer_that_is_hidden_is_owed_again_and_what_was_kept_stays_kept(desk: Desk, case: Case) -> None:
    met = clock(case, ClockKind.RESPONSE)
    assert met.state is ClockState.MET
    case = hidden(desk, case, NOW + HOUR)
    one = case.statements[0]
    assert one.suspended is not None and one.suspended.reason is StopReason.PERSONAL
    assert case.state is CaseState.ASSESSED
    assert met in case.past_clocks
    again = clock(case, ClockKind.RESPONSE)
    assert (again.state, again.started_at, again.round) == (ClockState.RUNNING, NOW + HOUR, met.round + 1)
    assert again.due_at - again.started_at == met.due_at - met.started_at
    assert "回应暂停公开时间" in again.working[0]
    assert case.next_rung_at is not None and case.next_rung_at > NOW + HOUR
    event = next(event for event in case.events if event.kind is EventKind.SUSPENDED)
    assert event.what == "回应（第 1 号文稿）暂停公开：涉及个人信息" and one.sha256 in event.why
    assert desk.texts.read(one.suspended.words) == "写了一位住户的姓名"
    assert not any("住户" in str(kept(event)) for event in case.events)


def test_the_clock_that_is_owed_again_is_not_drawn_back_to_the_first_start(desk: Desk, case: Case) -> None:
    case = hidden(desk, case, NOW + HOUR)
    case = desk.raise_level(
        case.id, DUTY, NOW + 2 * HOUR, seen=seen(desk, case), level=Level.LARGER, reason="媒体"
    )
    assert clock(case, ClockKind.RESPONSE).started_at == NOW + HOUR


def test_shown_again_it_answers_again_from_that_moment(desk: Desk, case: Case) -> None:
    case = hidden(desk, case, NOW + HOUR)
    case = shown_again(desk, case, NOW + 3 * HOUR)
    assert case.state is CaseState.PUBLISHED and in_public(case.statements[0])
    again = clock(case, ClockKind.RESPONSE)
    assert (again.state, again.met_at) == (ClockState.MET, NOW + 3 * HOUR)
    assert "恢复公开" in again.met_by
    stop = case.statements[0].suspensions[0]
    assert (stop.ended_by, desk.texts.read(stop.ended_words)) == ("signer", "核对无误")


def test_shown_again_too_late_is_late(desk: Desk, case: Case) -> None:
    case = hidden(desk, case, NOW + HOUR)
    due = clock(case, ClockKind.RESPONSE).due_at
    case = shown_again(desk, case, due + HOUR)
    assert clock(case, ClockKind.RESPONSE).broken_at is not None


def test_a_correction_in_the_place_of_what_is_hidden_answers(desk: Desk, case: Case) -> None:
    case = hidden(desk, case, NOW + HOUR)
    case = to_the_public(desk, correcting(desk, case, NOW + 2 * HOUR), NOW + 2 * HOUR)
    assert case.state is CaseState.PUBLISHED
    assert clock(case, ClockKind.RESPONSE).state is ClockState.MET
    assert not in_public(case.statements[0])
    follow = clock(case, ClockKind.FOLLOW_UP)
    assert (follow.state, follow.started_at) == (ClockState.RUNNING, NOW + 2 * HOUR)


def test_while_something_else_answers_nothing_is_owed_again(desk: Desk, case: Case) -> None:
    case = to_the_public(desk, correcting(desk, case, NOW + HOUR), NOW + HOUR)
    clocks = case.clocks
    case = hidden(desk, case, NOW + 2 * HOUR)
    assert (case.state, case.clocks) == (CaseState.PUBLISHED, clocks)
    case = hidden(desk, case, NOW + 3 * HOUR, number=2)
    assert case.state is CaseState.ASSESSED
    assert clock(case, ClockKind.RESPONSE).started_at == NOW + 3 * HOUR


def test_a_closed_matter_whose_only_answer_is_hidden_is_in_hand_again(desk: Desk, case: Case) -> None:
    case = filed(desk, case, NOW + HOUR)
    case = desk.evaluate(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), channels=["weibo"], in_place=True)
    case = hidden(desk, case, NOW + 2 * HOUR, why=StopReason.WRONG, by=SIGNER)
    assert (case.state, case.closed_at, case.evaluation) == (CaseState.ASSESSED, None, None)
    assert clock(case, ClockKind.RESPONSE).started_at == NOW + 2 * HOUR
    assert any(event.what == "没有公众看得到的回应了，重新待回应" for event in case.events)
    case = shown_again(desk, case, NOW + 3 * HOUR)
    assert case.state is CaseState.FOLLOWED, "people had been asked already"


def test_a_press_conference_was_held_whatever_becomes_of_its_account(desk: Desk, case: Case) -> None:
    desk.start_clock(
        case.id, DUTY, NOW + HOUR, seen=seen(desk, case), clock=ClockKind.PRESS_CONFERENCE, reason="媒体追问"
    )
    case = desk.draft(
        case.id, HANDLER, NOW + HOUR, seen=seen(desk, case), wanted=a_draft(StatementKind.PRESS)
    )
    case = to_the_public(desk, case, NOW + HOUR)
    case = hidden(desk, case, NOW + 2 * HOUR, number=2)
    assert clock(case, ClockKind.PRESS_CONFERENCE).state is ClockState.MET


def test_an_answer_of_an_earlier_round_owes_nothing_in_this_one(desk: Desk, case: Case) -> None:
    case = desk.reopen(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), reason="业主说没有解决")
    clocks = case.clocks
    case = hidden(desk, case, NOW + 2 * HOUR)
    assert (case.state, case.clocks) == (CaseState.ASSIGNED, clocks)
    case = to_the_public(desk, correcting(desk, case, NOW + 2 * HOUR), NOW + 2 * HOUR)
    assert (case.state, case.clocks) == (CaseState.ASSIGNED, clocks), "it answers nothing of this round"
    case = shown_again(desk, case, NOW + 3 * HOUR)
    assert (case.state, case.clocks) == (CaseState.ASSIGNED, clocks)


def test_each_time_that_it_is_hidden_it_is_owed_again(desk: Desk, case: Case) -> None:
    case = shown_again(desk, hidden(desk, case, NOW + HOUR), NOW + 2 * HOUR)
    case = hidden(desk, case, NOW + 3 * HOUR)
    again = clock(case, ClockKind.RESPONSE)
    assert (case.state, again.state, again.started_at) == (
        CaseState.ASSESSED,
        ClockState.RUNNING,
        NOW + 3 * HOUR,
    )
    assert [one.round for one in case.past_clocks if one.rule.kind is ClockKind.RESPONSE] == [1, 2]


def test_what_is_shown_again_answers_when_its_correction_is_hidden(desk: Desk, case: Case) -> None:
    case = to_the_public(
        desk, correcting(desk, hidden(desk, case, NOW + HOUR), NOW + 2 * HOUR), NOW + 2 * HOUR
    )
    clocks = shown_again(desk, case, NOW + 3 * HOUR).clocks
    case = hidden(desk, desk.cases.get(case.id), NOW + 4 * HOUR, number=2)
    assert (case.state, case.clocks) == (CaseState.PUBLISHED, clocks)


def test_what_was_put_right_answers_nobody_while_its_correction_is_hidden(desk: Desk, case: Case) -> None:
    case = to_the_public(desk, correcting(desk, case, NOW + HOUR), NOW + HOUR)
    case = hidden(desk, case, NOW + 2 * HOUR, number=2)
    owed = clock(case, ClockKind.RESPONSE)
    assert in_public(case.statements[0]), "it can be read, and everybody knows that it is wrong"
    assert (case.state, owed.state, owed.started_at) == (
        CaseState.ASSESSED,
        ClockState.RUNNING,
        NOW + 2 * HOUR,
    )


def test_a_correction_that_is_shown_again_answers_again(desk: Desk, case: Case) -> None:
    case = to_the_public(desk, correcting(desk, case, NOW + HOUR), NOW + HOUR)
    case = hidden(desk, hidden(desk, case, NOW + 2 * HOUR), NOW + 3 * HOUR, number=2)
    assert clock(case, ClockKind.RESPONSE).state is ClockState.RUNNING
    case = shown_again(desk, case, NOW + 4 * HOUR, number=2)
    assert (case.state, clock(case, ClockKind.RESPONSE).met_at) == (CaseState.PUBLISHED, NOW + 4 * HOUR)


def test_a_correction_of_an_earlier_answer_is_none_in_this_round(desk: Desk, case: Case) -> None:
    desk.reopen(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), reason="业主说没有解决")
    desk.acknowledge(case.id, HANDLER, NOW + HOUR, seen=seen(desk, case))
    case = to_the_public(desk, correcting(desk, desk.cases.get(case.id), NOW + HOUR), NOW + HOUR)
    desk.assess(
        case.id, HANDLER, NOW + HOUR, seen=seen(desk, case), category=Category.DIFFICULTY, finding="再核对"
    )
    case = desk.draft(case.id, HANDLER, NOW + HOUR, seen=seen(desk, case), wanted=a_draft())
    case = to_the_public(desk, case, NOW + 2 * HOUR)
    assert case.state is CaseState.PUBLISHED
    case = hidden(desk, case, NOW + 3 * HOUR, number=3)
    assert case.state is CaseState.ASSESSED
    assert clock(case, ClockKind.RESPONSE).started_at == NOW + 3 * HOUR


def test_outlets_are_told_to_take_it_down_and_to_show_it_again_under_keys_of_their_own(
    desk: Desk, case: Case
) -> None:
    (page,) = hidden(desk, case, NOW + HOUR).statements[0].publications
    assert (page.task, page.turn, page.state) == (Task.STOP, 2, DeliveryState.OWED)
    assert desk.cases.get(case.id).next_send_at == NOW + HOUR
    (page,) = shown_again(desk, case, NOW + 2 * HOUR).statements[0].publications
    assert (page.task, page.turn, page.state) == (Task.SHOW, 3, DeliveryState.OWED)


def test_nothing_keeps_anybody_from_hiding_what_is_lost_but_it_is_not_shown_again(
    engine: Engine, desk: Desk, case: Case
) -> None:
    engine.register.put("body", case.statements[0].sha256, b"something else", expect=None)
    case = hidden(desk, case, NOW + HOUR)
    assert case.state is CaseState.ASSESSED
    with pytest.raises(NotNow, match="SHA-256"):
        shown_again(desk, case, NOW + 2 * HOUR)


def test_who_wrote_it_or_stands_too_low_does_not_show_it_again(desk: Desk, case: Case) -> None:
    case = hidden(desk, case, NOW + HOUR)
    low = person(Role.SIGNER, login="low", rank=Rank.STAFF)
    author = replace(SIGNER, login=HANDLER.login)
    assert Act.RESUME in offered(case, SIGNER, case.statements[0])
    for actor in (low, author):
        assert Act.RESUME not in offered(case, actor, case.statements[0])
        with pytest.raises(NotYours):
            shown_again(desk, case, NOW + HOUR, by=actor)
    with pytest.raises(NotYours):
        shown_again(desk, case, NOW + HOUR, by=SECRECY)


@pytest.mark.parametrize("act", ["suspend twice", "resume what is shown", "suspend a draft"])
def test_what_fits_no_more_is_refused_and_changes_nothing(desk: Desk, case: Case, act: str) -> None:
    number = 1
    if act == "suspend twice":
        case = hidden(desk, case, NOW + HOUR)
    if act == "suspend a draft":
        case, number = correcting(desk, case, NOW + HOUR), 2
    with pytest.raises(NotNow):
        if act.startswith("resume"):
            shown_again(desk, case, NOW + HOUR)
        else:
            hidden(desk, case, NOW + HOUR, number=number)
    assert desk.cases.get(case.id) == case


def test_a_reason_is_asked_for_and_names_nobody(desk: Desk, case: Case) -> None:
    one = case.statements[0].id
    for words, fault in (("", "请写明理由"), ("漏了 13812345678", "手机号码")):
        with pytest.raises(Invalid, match=fault):
            desk.suspend(
                case.id,
                SECRECY,
                NOW,
                seen=seen(desk, case),
                statement=one,
                why=StopReason.OTHER,
                reason=words,
            )

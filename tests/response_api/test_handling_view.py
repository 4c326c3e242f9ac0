"""How far a matter has come, whose turn it is, and which step stands out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.contracts import (
    Actor,
    Assignment,
    Case,
    CaseState,
    Decision,
    DecisionKind,
    DeliveryState,
    FollowUp,
    Level,
    Rank,
    Role,
    StatementState,
)
from response_api.act_forms import act_forms, next_act
from response_api.handling_view import HandlingView, handling_view
from tests.factories import NOW, a_case, a_clock, an_assessment
from tests.response_api import office
from tests.triage.statements import a_statement, owed
from tests.triage.test_tickets import a_ticket
from tests.triage.texts import policy
from triage.acts import Act, allowed

HOUR = timedelta(hours=1)
EVERYBODY = Actor(login="all", name="all", roles=frozenset(Role), unit="henan", rank=Rank.HEAD)


def seen(case: Case) -> HandlingView:
    return handling_view(case, office.names(), lambda _: "", NOW + 10 * HOUR)


def answered(**changes: object) -> Case:
    """A matter that went all the way once."""
    return replace(
        a_case(
            state=CaseState.PUBLISHED,
            confirmed_at=NOW,
            assignment=Assignment(
                unit="zhengzhou", by="duty", at=NOW, acknowledged_by="h", acknowledged_at=NOW
            ),
            assessment=an_assessment(at=NOW),
            statements=(a_statement(),),
            published_at=NOW,
        ),
        **changes,  # type: ignore[arg-type]
    )


def done(case: Case) -> list[str]:
    return [step.name for step in seen(case).steps if step.done]


def now(case: Case) -> list[str]:
    return [step.name for step in seen(case).steps if step.now]


def test_in_the_first_round_everything_that_was_done_is_done() -> None:
    assert done(answered()) == ["告警", "确认", "交办", "签收", "研判", "拟稿", "保密审查", "签发", "发布"]
    assert now(answered()) == ["回访"] and seen(answered()).round == 1


def test_a_duty_that_is_owed_anew_makes_no_round() -> None:
    assert seen(answered(clocks=(a_clock(round=2),))).round == 1


def test_after_a_reopening_only_what_happened_since_counts() -> None:
    again = answered(
        state=CaseState.ASSIGNED,
        reopened_at=NOW + HOUR,
        clocks=(a_clock(round=2),),
        follow_ups=(FollowUp(at=NOW + HOUR, by="h", solved=False, found=""),),
    )
    again = replace(again, assignment=replace(again.assignment, acknowledged_at=None))  # type: ignore[type-var]
    assert done(again) == ["重开", "交办"] and now(again) == ["签收"] and seen(again).round == 2
    signed_for = replace(
        again,
        state=CaseState.ACKNOWLEDGED,
        assignment=replace(again.assignment, acknowledged_at=NOW + 2 * HOUR),  # type: ignore[type-var]
    )
    assert done(signed_for) == ["重开", "交办", "签收"] and now(signed_for) == ["研判"]


def test_authoritative_information_is_not_yet_the_answer() -> None:
    assert now(answered(state=CaseState.ASSESSED)) == ["拟稿"]


def test_a_draft_is_written_once_it_has_gone_to_review() -> None:
    for state, step in ((StatementState.DRAFT, "拟稿"), (StatementState.REVIEW, "保密审查")):
        statement = a_statement(state=state, published_at=None, review=None, signature=None)
        assert now(answered(state=CaseState.ASSESSED, statements=(statement,))) == [step]


def test_what_is_closed_waits_for_nothing_and_says_who_may_take_it_up_again() -> None:
    assert (
        now(answered(state=CaseState.DISMISSED)) == [] and seen(answered(state=CaseState.CLOSED)).turn == ""
    )
    for state in (CaseState.DISMISSED, CaseState.CLOSED, CaseState.LAPSED):
        assert "由值班长或领导重开" in seen(answered(state=state)).ended
    assert seen(answered()).ended == ""


def test_what_a_caller_waits_for_is_a_step_and_keeps_a_matter_from_being_closed() -> None:
    waiting = answered(state=CaseState.ASSESSED, statements=(), tickets=(a_ticket(),))
    assert (
        seen(waiting).turn == "郑州市人民防空办公室拟稿；郑州市人民防空办公室答复来电人、写信人（工单 1 件）"
    )
    followed = answered(state=CaseState.FOLLOWED, clocks=(), tickets=(a_ticket(),))
    assert seen(followed).turn.startswith("还不能办结：还有 1 件工单没有答复")
    assert seen(answered(state=CaseState.FOLLOWED, clocks=())).turn == "值班长或审核人办结"


def test_after_a_correction_the_steps_stand_as_they_were_taken() -> None:
    first = a_statement(published_at=NOW)
    later = a_statement(number=2, id="statement-2", corrects=first.id, published_at=NOW + timedelta(days=3))
    assert seen(answered(statements=(first, later))).steps == seen(answered(statements=(first,))).steps


def test_a_signed_statement_that_cannot_be_published_says_why() -> None:
    signed = a_statement(state=StatementState.SIGNED, published_at=None)
    case = answered(state=CaseState.ASSESSED, statements=(signed,))
    view = handling_view(case, office.names(), lambda _: "", NOW, stuck={1: "先会商"})
    assert view.turn == "第 1 号文稿还不能发布：先会商"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (StatementState.DRAFT, "郑州市人防办写好第 1 号文稿，送保密审查"),
        (StatementState.REVIEW, "第 1 号文稿等保密审查"),
        (StatementState.CLEARED, "第 1 号文稿待签发"),
        (StatementState.SIGNED, "第 1 号文稿待发布"),
    ],
)
def test_whose_turn_it_is_follows_the_statement(state: StatementState, said: str) -> None:
    unit = office.names().unit_name("zhengzhou")
    case = answered(state=CaseState.ASSESSED, statements=(a_statement(state=state, published_at=None),))
    assert seen(case).turn == said.replace("郑州市人防办", unit)
    early = replace(case, state=CaseState.ACKNOWLEDGED)
    assert seen(early).turn == f"{unit}研判；" + said.replace("郑州市人防办", unit)


@pytest.mark.parametrize(
    ("state", "first"),
    [
        (CaseState.FLAGGED, Act.CONFIRM),
        (CaseState.CONFIRMED, Act.ASSIGN),
        (CaseState.ASSIGNED, Act.ACKNOWLEDGE),
        (CaseState.ACKNOWLEDGED, Act.ASSESS),
        (CaseState.ASSESSED, Act.DRAFT),
        (CaseState.PUBLISHED, Act.FOLLOW_UP),
        (CaseState.FOLLOWED, Act.CLOSE),
        (CaseState.CLOSED, Act.EVALUATE),
    ],
)
def test_one_step_stands_out(state: CaseState, first: Act | None) -> None:
    case = answered(state=state)
    assert next_act(case, allowed(case, EVERYBODY, policy())) is first
    standing = [form.act for form in act_forms(case, EVERYBODY, policy()) if form.first]
    assert standing == [first] if first not in (None, Act.DRAFT) else standing == []


def test_what_a_leader_is_asked_for_stands_out_before_anything() -> None:
    asked = Decision(id="d", kind=DecisionKind.WAIVE, reason="", asked_by="other", asked_at=NOW)
    case = answered(decisions=(asked,))
    assert next_act(case, allowed(case, EVERYBODY, policy())) is Act.DECIDE


@pytest.mark.parametrize(
    ("state", "first"),
    [
        (StatementState.DRAFT, Act.SUBMIT),
        (StatementState.REVIEW, Act.CLEAR),
        (StatementState.SIGNED, Act.PUBLISH),
    ],
)
def test_on_a_statement_one_step_stands_out(state: StatementState, first: Act) -> None:
    statement = a_statement(state=state, published_at=None)
    case = answered(state=CaseState.ASSESSED, statements=(statement,))
    forms = act_forms(case, EVERYBODY, policy(), statement=statement)
    assert [form.act for form in forms if form.first] == [first] == [forms[0].act]


def test_outlets_have_the_name_that_they_have_everywhere() -> None:
    gone = tuple(replace(owed(name), state=DeliveryState.DELIVERED) for name in ("page", "webhook"))
    (row,) = seen(answered(statements=(a_statement(publications=gone),))).statements
    assert [outlet.split()[0] for outlet in row.outlets] == ["本系统公开页", "单位网站"]


def test_what_nobody_decided_before_the_end_waits_for_nobody() -> None:
    asked = Decision(
        id="d1", kind=DecisionKind.LOWER, level=Level.GENERAL, reason="", asked_by="duty", asked_at=NOW
    )
    case = a_case(decisions=(asked,))
    assert "等批示" in seen(case).made[0].what
    assert "没有批示" in seen(replace(case, state=CaseState.DISMISSED)).made[0].what

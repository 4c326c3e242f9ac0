"""One matter: its headline, its class with the duty, and what happened, in general words."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from huiying.contracts import (
    Aftermath,
    Assignment,
    Case,
    CaseState,
    Category,
    EventKind,
    OutsideBody,
    Publicity,
    Referral,
    ReferralOutcome,
    Statement,
    StatementKind,
)
from response_api.public_case import PublicCase, public_case
from tests.factories import NOW, a_body, a_case, a_route, a_statement, an_answered_case, an_assessment
from tests.response_api import office
from triage.answers import Answered
from triage.deeds.referring import NOT_NAMED
from triage.record import note

NAMES = office.names()
BODY = a_body()


def view(case: Case, *statements: Statement, bodies: tuple[bytes, ...] = (BODY,)) -> PublicCase:
    kept: dict[str, bytes | None] = {a_statement("", body).sha256: body for body in bodies}
    return public_case(Answered(case=case, statements=statements or case.statements), kept, NAMES, NOW)


def test_the_record_is_told_in_general_words_and_times_alone() -> None:
    case = an_answered_case(title="某楼盘业主群截图", lead="原帖正文")
    for hour, kind in enumerate(EventKind):
        case = note(case, kind, NOW + timedelta(hours=hour), "zhangsan", "张三说了什么", why="内部理由")
    shown = view(case)
    words = [step.word for step in shown.steps]
    assert words == ["发现", "回应", "交办", "签收", "暂停公开", "恢复公开", "回访", "办结", "重新办理"]
    assert all(
        secret not in repr(shown) for secret in ("张三", "zhangsan", "内部理由", case.title, case.lead)
    )


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        (StatementKind.FIRST, "首次发布"),
        (StatementKind.ANSWER, "回应"),
        (StatementKind.RESULT, "结果"),
        (StatementKind.PRESS, "新闻发布会"),
    ],
)
def test_every_kind_of_statement_has_its_step(kind: StatementKind, word: str) -> None:
    case = a_case()
    statement = a_statement(case.id, BODY, kind=kind)
    assert [step.word for step in view(case, statement).steps if step.statement == statement.id] == [word]


def test_the_headline_is_the_newest_title_that_may_be_read() -> None:
    case = a_case()
    closed_body = a_body(publicity=Publicity.CLOSED, ground="privacy", title="住户姓名")
    closed = a_statement(
        case.id, closed_body, number=2, publicity=Publicity.CLOSED, publicity_reason="privacy"
    )
    shown = view(case, closed, a_statement(case.id, BODY), bodies=(BODY, closed_body))
    assert shown.title == "关于地下车库人防门被拆的处理情况"
    assert view(case, closed, bodies=(closed_body,)).title.startswith("一件关于")
    assert "住户姓名" not in repr(shown)


def test_a_class_brings_its_duty_and_citation() -> None:
    case = an_answered_case(assessment=an_assessment(category=Category.UNTRUE))
    handled = view(case).handled
    assert (handled.name, handled.duty[:4]) == ("不实信息", "公开辟谣")
    assert "第七条" in handled.citation
    plain = view(replace(case, assessment=None), a_statement(case.id, BODY, category=Category.OTHER))
    assert (plain.handled.name, plain.handled.duty) == ("其他", "")


def test_the_unit_is_the_one_that_people_gave_it_to_and_of_a_restricted_matter_the_one_that_speaks() -> None:
    case = an_answered_case()
    assert view(case).unit == NAMES.unit_name("zhengzhou")
    given = Assignment(unit="luoyang", by="x", at=NOW)
    assert view(replace(case, assignment=given)).unit == NAMES.unit_name("luoyang")
    sealed = view(replace(case, route=a_route(lead="luoyang", restricted=True)))
    assert (sealed.unit, sealed.topic) == ("郑州市国防动员办公室", "")


def test_voices_of_the_last_week_are_counted_and_a_second_round_is_told() -> None:
    said = (NOW - timedelta(days=8), NOW - timedelta(days=1), NOW)
    case = an_answered_case(
        aftermath=Aftermath(since=NOW - timedelta(days=9), peak_before=1, unresolved=said)
    )
    shown = view(case)
    assert (shown.unresolved, shown.watch_days, shown.notes, shown.again) == (2, 7, 3, False)
    assert view(replace(case, state=CaseState.ASSIGNED, reopened_at=NOW)).again
    assert not view(replace(case, state=CaseState.CLOSED, reopened_at=NOW)).again


@pytest.mark.parametrize(
    ("state", "days", "in_hand", "watched"),
    [
        (CaseState.PUBLISHED, 30, False, True),
        (CaseState.FOLLOWED, 30, False, True),
        (CaseState.CLOSED, 6, False, True),
        (CaseState.CLOSED, 8, False, False),
        (CaseState.ASSESSED, 1, True, False),
        (CaseState.ASSIGNED, 1, True, False),
        (CaseState.DISMISSED, 1, False, False),
    ],
)
def test_the_page_promises_to_take_it_up_again_only_where_that_happens(
    state: CaseState, days: int, in_hand: bool, watched: bool
) -> None:
    after = Aftermath(since=NOW - timedelta(days=days), peak_before=1)
    shown = view(replace(an_answered_case(aftermath=after), state=state))
    assert (shown.in_hand, shown.watched) == (in_hand, watched)


def test_only_the_first_authoritative_information_is_the_first() -> None:
    case = a_case()
    first, later = (
        a_statement(
            case.id, BODY, kind=StatementKind.FIRST, number=number, published_at=NOW + timedelta(hours=number)
        )
        for number in (1, 2)
    )
    assert [step.word for step in view(case, later, first).steps] == ["发现", "首次发布", "再次发布"]


def referral(body: str = "价格主管部门", **more: Any) -> Referral:
    clue = bool(more.pop("clue", False))
    to = OutsideBody(body=body, ground="价格管理", article="《价格法》第五条", clue=clue)
    return Referral(id=body, to=to, by="zhangsan", at=NOW, note="0" * 64, **more)


def test_an_open_matter_says_whom_it_was_referred_to_and_when_and_no_more() -> None:
    case = an_answered_case(referrals=(referral(), referral("市场监管部门", due_at=NOW + timedelta(days=9))))
    shown = view(case)
    assert shown.referred == ("已转价格主管部门（2026-11-23）", "已转市场监管部门（2026-11-23）")
    assert "zhangsan" not in repr(shown) and "《价格法》" not in repr(shown)


@pytest.mark.parametrize(
    "sent",
    [
        referral("公安机关", clue=True),
        referral(outcome=ReferralOutcome.NOT_THEIRS, answered_at=NOW),
        referral(NOT_NAMED),
    ],
)
def test_leads_for_an_inquiry_and_what_was_sent_back_are_not_the_public_s(sent: Referral) -> None:
    assert view(an_answered_case(referrals=(sent,))).referred == ()


def test_a_matter_that_is_not_open_says_nothing_of_it() -> None:
    case = an_answered_case(referrals=(referral(),))
    body = a_body(publicity=Publicity.CLOSED, ground="privacy")
    closed = a_statement(case.id, body, publicity=Publicity.CLOSED, publicity_reason="privacy")
    assert view(case, closed, bodies=(body,)).referred == ()
    assert view(replace(case, route=replace(case.route, restricted=True))).referred == ()

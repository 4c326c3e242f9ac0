"""People take a matter from the alert to the file: who may, when, what it owes, and two at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from huiying.chain import kept
from huiying.contracts import (
    Actor,
    Case,
    CaseState,
    Category,
    ClockKind,
    ClockState,
    EventKind,
    Level,
    Publicity,
    Rank,
    ResponseClock,
    Role,
    StatementKind,
    StatementState,
)
from huiying.examples import Labels
from huiying.ports import CaseQuery, CaseStore, Engine
from tests.factories import NOW
from tests.triage.people import (
    ADMIN,
    CHECKER,
    DUTY,
    HANDLER,
    LEADER,
    MONITOR,
    OTHER_HANDLER,
    SECRECY,
    SIGNER,
    SPOKESPERSON,
    WORDS,
    a_desk,
    a_draft,
    person,
    taken_in,
)
from tests.triage.texts import place, policy, reading
from triage.acts import Act, allowed
from triage.deeds.matter import REPORTED_TO, reportable
from triage.desk import Desk
from triage.handle import StoryHandler
from triage.publishing import Part
from triage.record import note
from triage.refusals import Changed, Invalid, NotNow, NotYours
from triage.saving import amend
from triage.texts import KIND

PARKING = "中原区锦绣花园开发商把人防车位只租不售，一次收二十年租金十二万，不交不让进"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return a_desk(engine)


@pytest.fixture
def case(engine: Engine) -> Case:
    return taken_in(engine, reading(PARKING, where=place("郑州市", "中原区")))


class Meddling:
    """A case store in which somebody is first, once."""

    def __init__(self, cases: CaseStore, act: Callable[[], object]) -> None:
        self._cases, self._act = cases, [act]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cases, name)

    def save(self, cases: Sequence[Case]) -> None:
        if self._act:
            self._act.pop()()
        self._cases.save(cases)


def seen(desk: Desk, case: Case) -> int:
    return len(desk.cases.get(case.id).events)


def clock(case: Case, kind: ClockKind) -> ResponseClock:
    return next(one for one in case.clocks if one.rule.kind is kind)


def acknowledged(desk: Desk, case: Case) -> Case:
    case = desk.confirm(case.id, DUTY, NOW, seen=seen(desk, case))
    case = desk.assign(case.id, DUTY, NOW, seen=seen(desk, case), unit="zhengzhou")
    return desk.acknowledge(case.id, HANDLER, NOW + MINUTE, seen=seen(desk, case))


def assessed(desk: Desk, case: Case) -> Case:
    case = acknowledged(desk, case)
    return desk.assess(
        case.id,
        HANDLER,
        NOW + 2 * MINUTE,
        seen=seen(desk, case),
        category=Category.DIFFICULTY,
        finding="确有此事",
    )


def drafted(desk: Desk, case: Case, kind: StatementKind = StatementKind.ANSWER, **parts: str) -> Case:
    case = assessed(desk, case)
    return desk.draft(case.id, HANDLER, NOW + HOUR, seen=seen(desk, case), wanted=a_draft(kind, **parts))


def signed(desk: Desk, case: Case) -> Case:
    """The case with its only statement approved."""
    (statement,) = case.statements
    case = desk.submit(case.id, HANDLER, NOW + HOUR, seen=seen(desk, case), statement=statement.id)
    case = desk.clear(
        case.id, SECRECY, NOW + HOUR, seen=seen(desk, case), statement=statement.id, sha256=statement.sha256
    )
    return desk.sign(
        case.id, SIGNER, NOW + HOUR, seen=seen(desk, case), statement=statement.id, sha256=statement.sha256
    )


def published(desk: Desk, case: Case) -> Case:
    case = signed(desk, drafted(desk, case))
    return desk.publish(
        case.id, SPOKESPERSON, NOW + 2 * HOUR, seen=seen(desk, case), statement=case.statements[0].id
    )


# ---------------------------------------------------------------------------------------- the whole way


def test_a_matter_goes_all_the_way_from_the_alert_to_the_file(desk: Desk, case: Case) -> None:
    assert case.state is CaseState.FLAGGED
    case = published(desk, case)
    assert case.state is CaseState.PUBLISHED
    assert case.statements[0].state is StatementState.PUBLISHED
    assert case.awaits == ("follow_up",)
    case = desk.follow_up(
        case.id, HANDLER, NOW + 5 * HOUR, seen=seen(desk, case), solved=True, found="业主说可以按月租了"
    )
    case = desk.close(case.id, DUTY, NOW + 6 * HOUR, seen=seen(desk, case))
    assert case.state is CaseState.CLOSED and case.closed_at == NOW + 6 * HOUR
    told = [event.kind for event in case.events if not event.who.startswith("system:")]
    assert told == [
        EventKind.CONFIRMED,
        EventKind.ASSIGNED,
        EventKind.ACKNOWLEDGED,
        EventKind.CLOCK_MET,
        EventKind.ASSESSED,
        EventKind.DRAFTED,
        EventKind.SUBMITTED,
        EventKind.CLEARED,
        EventKind.SIGNED,
        EventKind.PUBLISHED,
        EventKind.CLOCK_MET,
        EventKind.FOLLOWED_UP,
        EventKind.CLOCK_MET,
        EventKind.CLOSED,
    ]
    assert [event.sequence for event in case.events] == list(range(1, len(case.events) + 1))


def test_what_somebody_typed_stands_in_the_text_store_and_not_in_the_record(desk: Desk, case: Case) -> None:
    case = desk.dismiss(case.id, DUTY, NOW, seen=seen(desk, case), reason="张某某电话里说是误会")
    event = next(event for event in case.events if event.kind is EventKind.DISMISSED)
    assert "误会" not in f"{event.what}{event.why}"
    (ref,) = event.texts
    assert desk.texts.read(ref.digest) == "张某某电话里说是误会"
    desk.texts.erase(ref.digest)
    assert desk.texts.read(ref.digest) is None


# ------------------------------------------------------------------------------------------- who, when


@pytest.mark.parametrize(
    ("actor", "why"),
    [
        (ADMIN, "角色"),
        (LEADER, "角色"),
        (person(Role.HANDLER, unit="luoyang"), "不在您的单位"),
    ],
)
def test_an_act_of_somebody_else_is_refused_and_changes_nothing(
    desk: Desk, case: Case, actor: object, why: str
) -> None:
    with pytest.raises(NotYours, match=why):
        desk.acknowledge(case.id, actor, NOW, seen=seen(desk, case))  # type: ignore[arg-type]
    assert desk.cases.get(case.id) == case


def test_an_act_in_the_wrong_state_is_refused_and_changes_nothing(desk: Desk, case: Case) -> None:
    with pytest.raises(NotNow):
        desk.close(case.id, DUTY, NOW, seen=seen(desk, case))
    with pytest.raises(NotNow):
        desk.assess(
            case.id, HANDLER, NOW, seen=seen(desk, case), category=Category.MAJOR, finding="还没有签收"
        )
    assert desk.cases.get(case.id) == case


def test_those_who_only_help_do_not_sign_for_the_lead(desk: Desk, case: Case) -> None:
    raised = desk.raise_level(case.id, DUTY, NOW, seen=seen(desk, case), level=Level.MAJOR, reason="多家媒体")
    raised = desk.confirm(raised.id, DUTY, NOW, seen=seen(desk, raised))
    raised = desk.assign(raised.id, DUTY, NOW, seen=seen(desk, raised), unit="luoyang")
    with pytest.raises(NotYours):
        desk.acknowledge(raised.id, HANDLER, NOW, seen=seen(desk, raised))


def test_what_is_offered_is_what_is_allowed(desk: Desk, case: Case) -> None:
    assert Act.CONFIRM in allowed(case, DUTY, policy())
    assert Act.CONFIRM not in allowed(case, HANDLER, policy())
    assert allowed(case, person(Role.HANDLER, unit="luoyang"), policy()) == ()
    assert allowed(case, ADMIN, policy()) == ()
    assert Act.DECIDE not in allowed(case, LEADER, policy())


def test_a_unit_may_object_and_after_two_objections_the_province_has_it(desk: Desk, case: Case) -> None:
    case = desk.confirm(case.id, DUTY, NOW, seen=seen(desk, case))
    due = clock(case, ClockKind.RESPONSE).due_at
    for unit in ("zhengzhou", "luoyang"):
        case = desk.assign(case.id, DUTY, NOW, seen=seen(desk, case), unit=unit)
        theirs = person(Role.HANDLER, unit=unit)
        case = desk.object_to(case.id, theirs, NOW, seen=seen(desk, case), reason="不在本市")
        assert case.state is CaseState.CONFIRMED
    with pytest.raises(Invalid, match="2 次"):
        desk.assign(case.id, DUTY, NOW, seen=seen(desk, case), unit="kaifeng")
    case = desk.assign(case.id, DUTY, NOW, seen=seen(desk, case), unit="henan.gongcheng")
    assert case.route.lead == "henan.gongcheng"
    assert clock(case, ClockKind.RESPONSE).due_at == due


def test_nothing_is_called_untrue_without_an_official_source(desk: Desk, case: Case) -> None:
    case = acknowledged(desk, case)
    with pytest.raises(Invalid) as refused:
        desk.assess(
            case.id, HANDLER, NOW, seen=seen(desk, case), category=Category.UNTRUE, finding="网传不实"
        )
    assert "source" in refused.value.faults
    case = desk.assess(
        case.id,
        HANDLER,
        NOW,
        seen=seen(desk, case),
        category=Category.UNTRUE,
        finding="网传不实",
        source="市人防办 2026 年第 3 号公告",
    )
    assert case.assessment is not None and case.assessment.source


def test_a_source_names_nobody_and_may_be_any_address(desk: Desk, case: Case) -> None:
    case = acknowledged(desk, case)

    def assess(source: str) -> Case:
        return desk.assess(
            case.id,
            HANDLER,
            NOW,
            seen=seen(desk, case),
            category=Category.UNTRUE,
            finding="网传不实",
            source=source,
        )

    with pytest.raises(Invalid, match="手机号码"):
        assess("李主任13812345678")
    with pytest.raises(Invalid, match="QQ"):
        assess("https://www.henan.gov.cn/1.html，加QQ12345678")
    assert assess("https://www.henan.gov.cn/4111111111111111/qqoh3r23y76qka.html").assessment is not None


def test_only_the_six_classes_are_classes(desk: Desk, case: Case) -> None:
    case = acknowledged(desk, case)
    with pytest.raises(Invalid):
        desk.assess(case.id, HANDLER, NOW, seen=seen(desk, case), category=Category.OTHER, finding="其他")


# ---------------------------------------------------------------------------------------------- clocks


def test_signing_for_it_stops_the_acknowledge_clock_alone(desk: Desk, case: Case) -> None:
    running = {one.rule.kind for one in case.clocks}
    case = acknowledged(desk, case)
    stopped = {one.rule.kind for one in case.clocks if one.state is not ClockState.RUNNING}
    assert stopped == {ClockKind.ACKNOWLEDGE}
    assert {one.rule.kind for one in case.clocks} == running
    assert ClockKind.RESPONSE in running


def test_reporting_up_stops_the_report_clock_alone(desk: Desk, case: Case) -> None:
    case = desk.raise_level(case.id, DUTY, NOW, seen=seen(desk, case), level=Level.MAJOR, reason="媒体关注")
    case = desk.report_up(case.id, DUTY, NOW + MINUTE, seen=seen(desk, case), to=REPORTED_TO[1])
    stopped = {one.rule.kind for one in case.clocks if one.state is not ClockState.RUNNING}
    assert stopped == {ClockKind.REPORT_UP}
    with pytest.raises(NotNow, match="上报"):
        desk.report_up(case.id, DUTY, NOW + MINUTE, seen=seen(desk, case), to=REPORTED_TO[1])


def test_a_report_below_whom_the_duty_names_stops_nothing(desk: Desk, case: Case) -> None:
    case = desk.raise_level(case.id, DUTY, NOW, seen=seen(desk, case), level=Level.MAJOR, reason="媒体关注")
    with pytest.raises(Invalid) as told:
        desk.report_up(case.id, DUTY, NOW + MINUTE, seen=seen(desk, case), to=REPORTED_TO[0])
    assert told.value.faults["to"] == "这项时限要求报主要负责人，只报分管领导不算，请报到后再登记"
    assert reportable("报分管领导") == REPORTED_TO
    assert reportable("立即报主要负责人和本级政府") == REPORTED_TO[2:]
    assert reportable("按本办制度上报") == REPORTED_TO


def test_we_are_looking_into_it_stops_no_clock(desk: Desk, case: Case) -> None:
    case = desk.raise_level(case.id, DUTY, NOW, seen=seen(desk, case), level=Level.MAJOR, reason="媒体关注")
    case = acknowledged(desk, case)
    empty = a_draft(
        StatementKind.FIRST,
        facts="对网民反映的问题，我办高度重视，已关注，正在调查核实。",
        measures="正在依法依规处理。",
    )
    case = desk.draft(case.id, HANDLER, NOW, seen=seen(desk, case), wanted=empty)
    case = signed(desk, case)
    case = desk.publish(
        case.id, SPOKESPERSON, NOW + HOUR, seen=seen(desk, case), statement=case.statements[0].id
    )
    assert clock(case, ClockKind.STATEMENT).state is ClockState.RUNNING
    assert clock(case, ClockKind.RESPONSE).state is ClockState.RUNNING
    full = desk.draft(
        case.id, HANDLER, NOW + HOUR, seen=seen(desk, case), wanted=a_draft(StatementKind.FIRST)
    )
    second = full.statements[1]
    case = desk.submit(case.id, HANDLER, NOW + HOUR, seen=seen(desk, case), statement=second.id)
    case = desk.clear(
        case.id, SECRECY, NOW + HOUR, seen=seen(desk, case), statement=second.id, sha256=second.sha256
    )
    case = desk.sign(
        case.id, SIGNER, NOW + HOUR, seen=seen(desk, case), statement=second.id, sha256=second.sha256
    )
    case = desk.publish(case.id, SPOKESPERSON, NOW + 2 * HOUR, seen=seen(desk, case), statement=second.id)
    assert clock(case, ClockKind.STATEMENT).state is ClockState.MET
    assert clock(case, ClockKind.RESPONSE).state is ClockState.RUNNING
    assert case.state is CaseState.ACKNOWLEDGED


def test_an_answer_stops_the_response_clock_and_a_late_one_stays_late(desk: Desk, case: Case) -> None:
    case = signed(desk, drafted(desk, case))
    late = clock(case, ClockKind.RESPONSE).due_at + HOUR
    case = desk.publish(case.id, SPOKESPERSON, late, seen=seen(desk, case), statement=case.statements[0].id)
    response = clock(case, ClockKind.RESPONSE)
    assert response.state is ClockState.MET and response.met_at == late
    assert response.broken_at is not None


def test_a_raised_level_counts_from_the_first_start_and_books_what_is_past_to_detection(
    desk: Desk, case: Case
) -> None:
    later = NOW + 7 * HOUR
    raised = desk.raise_level(
        case.id, DUTY, later, seen=seen(desk, case), level=Level.MAJOR, reason="媒体关注"
    )
    statement = clock(raised, ClockKind.STATEMENT)
    assert statement.started_at <= NOW and statement.due_at < later
    assert statement.broken_at == later
    assert any("计入发现和定级" in line for line in statement.working)
    assert raised.grading is not None and raised.grading.level is Level.MAJOR


def test_waiving_needs_authority_and_a_reason(desk: Desk, case: Case) -> None:
    deputy = person(Role.LEADER, login="deputy", rank=Rank.DEPUTY)
    with pytest.raises(Invalid):
        desk.waive(case.id, LEADER, NOW, seen=seen(desk, case), clock=ClockKind.RESPONSE, reason=" ")
    with pytest.raises(NotYours, match="主要负责人"):
        desk.waive(case.id, deputy, NOW, seen=seen(desk, case), clock=ClockKind.RESPONSE, reason="已当面答复")
    asked = desk.waive(
        case.id, DUTY, NOW, seen=seen(desk, case), clock=ClockKind.RESPONSE, reason="已当面答复"
    )
    assert clock(asked, ClockKind.RESPONSE).state is ClockState.RUNNING
    assert asked.awaits == ("acknowledge", "decision")
    (decision,) = asked.decisions
    with pytest.raises(NotYours, match="主要负责人"):
        desk.decide(
            case.id, deputy, NOW, seen=seen(desk, case), decision=decision.id, granted=True, reason="同意"
        )
    done = desk.decide(
        case.id, LEADER, NOW, seen=seen(desk, case), decision=decision.id, granted=True, reason="同意"
    )
    assert clock(done, ClockKind.RESPONSE).state is ClockState.WAIVED
    with pytest.raises(NotNow):
        desk.decide(
            case.id, LEADER, NOW, seen=seen(desk, case), decision=decision.id, granted=True, reason="同意"
        )


def test_from_major_down_nobody_lowers_a_level_alone(desk: Desk, case: Case) -> None:
    case = desk.raise_level(case.id, DUTY, NOW, seen=seen(desk, case), level=Level.MAJOR, reason="媒体关注")
    case = desk.lower_level(case.id, DUTY, NOW, seen=seen(desk, case), level=Level.GENERAL, reason="媒体撤稿")
    assert case.severity.level is Level.MAJOR
    (decision,) = case.decisions
    both = person(Role.LEADER, login=DUTY.login, rank=Rank.HEAD)
    with pytest.raises(NotYours, match="自己"):
        desk.decide(
            case.id, both, NOW, seen=seen(desk, case), decision=decision.id, granted=True, reason="同意"
        )
    case = desk.decide(
        case.id, LEADER, NOW, seen=seen(desk, case), decision=decision.id, granted=True, reason="同意"
    )
    assert case.severity.level is Level.GENERAL
    assert clock(case, ClockKind.STATEMENT).state is ClockState.RUNNING


def test_a_lowered_level_stays_until_the_facts_are_graver_than_they_were(
    engine: Engine, desk: Desk, case: Case
) -> None:
    case = desk.raise_level(
        case.id, DUTY, NOW, seen=seen(desk, case), level=Level.LARGER, reason="先按较大办"
    )
    case = desk.lower_level(
        case.id, DUTY, NOW, seen=seen(desk, case), level=Level.GENERAL, reason="核实后降回"
    )
    grown = taken_in(engine, reading(PARKING + "，太黑了", where=place("郑州市", "中原区")), now=NOW + MINUTE)
    assert grown.id == case.id and grown.severity.level is Level.GENERAL


def test_nothing_is_closed_while_a_clock_runs(desk: Desk, case: Case) -> None:
    case = desk.raise_level(case.id, DUTY, NOW, seen=seen(desk, case), level=Level.MAJOR, reason="媒体关注")
    case = assessed(desk, case)
    case = desk.consult(
        case.id, HANDLER, NOW, seen=seen(desk, case), participants=["市委宣传部"], conclusion="统一口径"
    )
    case = desk.draft(case.id, HANDLER, NOW, seen=seen(desk, case), wanted=a_draft())
    case = signed(desk, case)
    case = desk.publish(case.id, SPOKESPERSON, NOW, seen=seen(desk, case), statement=case.statements[0].id)
    case = desk.follow_up(case.id, HANDLER, NOW, seen=seen(desk, case), solved=True, found="已解决")
    with pytest.raises(NotNow, match="新闻发布会"):
        desk.close(case.id, DUTY, NOW, seen=seen(desk, case))


def test_what_is_dismissed_owes_nothing_more(desk: Desk, case: Case) -> None:
    case = desk.dismiss(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), reason="不是本办事项")
    assert {one.state for one in case.clocks} == {ClockState.CANCELLED}
    assert case.next_rung_at is None


def test_who_dismisses_and_opens_again_gains_no_time(desk: Desk, case: Case) -> None:
    due = {one.rule.kind: one.due_at for one in case.clocks}
    desk.dismiss(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), reason="不是本办事项")
    again = desk.reopen(case.id, DUTY, NOW + 5 * HOUR, seen=seen(desk, case), reason="核实后确属本办")
    assert again.state is CaseState.CONFIRMED
    assert {one.rule.kind: one.due_at for one in again.clocks} == due
    assert all(one.state is ClockState.RUNNING and one.round == 1 for one in again.clocks)
    signing = clock(again, ClockKind.ACKNOWLEDGE)
    assert signing.broken_at == NOW + 5 * HOUR and any("不计入承办单位" in line for line in signing.working)
    assert again.next_rung_at is not None


def test_an_unsolved_matter_is_taken_up_again(desk: Desk, case: Case) -> None:
    case = published(desk, case)
    case = desk.follow_up(
        case.id, HANDLER, NOW + 5 * HOUR, seen=seen(desk, case), solved=False, found="还是只售"
    )
    assert case.state is CaseState.ASSIGNED
    assert clock(case, ClockKind.RESPONSE).due_at == NOW + 29 * HOUR


# ------------------------------------------------------------------------------------------ statements


def test_an_edit_voids_what_was_approved(desk: Desk, case: Case) -> None:
    case = signed(desk, drafted(desk, case))
    statement = case.statements[0]
    case = desk.edit(
        case.id,
        OTHER_HANDLER,
        NOW + HOUR,
        seen=seen(desk, case),
        statement=statement.id,
        wanted=a_draft(next="十二月十日前公布整改结果。"),
    )
    after = case.statements[0]
    assert (after.state, after.review, after.signature) == (StatementState.DRAFT, None, None)
    assert after.sha256 != statement.sha256 and after.earlier == (statement.sha256,)
    assert after.authors == (HANDLER.login, OTHER_HANDLER.login)
    with pytest.raises(NotNow):
        desk.publish(case.id, SPOKESPERSON, NOW + HOUR, seen=seen(desk, case), statement=statement.id)
    assert desk.texts.body(statement.sha256) is not None


def test_every_version_that_was_replaced_is_known_the_last_twenty_of_them(desk: Desk, case: Case) -> None:
    case = drafted(desk, case)
    before = []
    for number in range(22):
        statement = case.statements[0]
        before.append(statement.sha256)
        wanted = a_draft(next=f"十二月 {number} 日前公布整改结果。")
        case = desk.edit(case.id, HANDLER, NOW, seen=seen(desk, case), statement=statement.id, wanted=wanted)
    assert case.statements[0].earlier == tuple(before[-20:])
    assert case.statements[0].reviewed == ""


def test_saving_a_draft_unchanged_changes_nothing(desk: Desk, case: Case) -> None:
    case = signed(desk, drafted(desk, case))
    again = desk.edit(
        case.id, HANDLER, NOW + HOUR, seen=seen(desk, case), statement=case.statements[0].id, wanted=a_draft()
    )
    assert again == case


def test_author_reviewer_and_signer_are_three_people(desk: Desk, case: Case) -> None:
    case = drafted(desk, case)
    (statement,) = case.statements
    case = desk.submit(case.id, HANDLER, NOW, seen=seen(desk, case), statement=statement.id)

    def also(role: Role, who: str) -> object:
        return person(role, login=who, rank=Rank.HEAD)

    with pytest.raises(NotYours, match="作者"):
        desk.clear(
            case.id,
            also(Role.SECRECY, HANDLER.login),  # type: ignore[arg-type]
            NOW,
            seen=seen(desk, case),
            statement=statement.id,
            sha256=statement.sha256,
        )
    case = desk.clear(
        case.id, SECRECY, NOW, seen=seen(desk, case), statement=statement.id, sha256=statement.sha256
    )
    for who, why in ((HANDLER.login, "作者"), (SECRECY.login, "同一个人")):
        with pytest.raises(NotYours, match=why):
            desk.sign(
                case.id,
                also(Role.SIGNER, who),  # type: ignore[arg-type]
                NOW,
                seen=seen(desk, case),
                statement=statement.id,
                sha256=statement.sha256,
            )
    assert desk.cases.get(case.id).statements[0].state is StatementState.CLEARED


def test_the_signer_has_the_rank_that_the_level_asks_for(desk: Desk, case: Case) -> None:
    case = drafted(desk, case)
    (statement,) = case.statements
    case = desk.submit(case.id, HANDLER, NOW, seen=seen(desk, case), statement=statement.id)
    case = desk.clear(
        case.id, SECRECY, NOW, seen=seen(desk, case), statement=statement.id, sha256=statement.sha256
    )
    low = person(Role.SIGNER, login="low")
    with pytest.raises(NotYours, match="处室负责人"):
        desk.sign(case.id, low, NOW, seen=seen(desk, case), statement=statement.id, sha256=statement.sha256)


def test_an_approval_is_for_the_bytes_that_were_on_the_screen(desk: Desk, case: Case) -> None:
    case = drafted(desk, case)
    (statement,) = case.statements
    case = desk.submit(case.id, HANDLER, NOW, seen=seen(desk, case), statement=statement.id)
    with pytest.raises(NotNow, match="改过"):
        desk.clear(case.id, SECRECY, NOW, seen=seen(desk, case), statement=statement.id, sha256="0" * 64)


def test_nothing_is_published_whose_bytes_are_not_what_was_signed(
    engine: Engine, desk: Desk, case: Case
) -> None:
    case = signed(desk, drafted(desk, case))
    (statement,) = case.statements
    engine.register.put("body", statement.sha256, b"something else", expect=None)
    with pytest.raises(NotNow, match="SHA-256"):
        desk.publish(case.id, SPOKESPERSON, NOW, seen=seen(desk, case), statement=statement.id)


@pytest.mark.parametrize(
    ("parts", "where"),
    [
        ({"facts": "联系人电话13812345678，现场核对属实，车位一百二十个"}, "facts"),
        ({"next": ""}, "next"),
        ({"stance": "长" * 5001}, "stance"),
    ],
)
def test_what_must_not_go_out_does_not_even_go_to_review(
    desk: Desk, case: Case, parts: dict[str, str], where: str
) -> None:
    case = drafted(desk, case, StatementKind.ANSWER, **parts)
    with pytest.raises(Invalid) as refused:
        desk.submit(case.id, HANDLER, NOW, seen=seen(desk, case), statement=case.statements[0].id)
    assert where in refused.value.faults
    assert desk.cases.get(case.id).statements[0].state is StatementState.DRAFT


def test_a_draft_of_two_hundred_thousand_characters_is_refused_before_it_is_kept(
    engine: Engine, desk: Desk, case: Case
) -> None:
    case = assessed(desk, case)
    with pytest.raises(Invalid, match="200"):
        desk.draft(case.id, HANDLER, NOW, seen=seen(desk, case), wanted=a_draft(facts="长" * 200_000))
    assert engine.register.list("body") == []


def test_an_answer_waits_for_the_assessment_and_a_grave_one_for_the_consultation(
    desk: Desk, case: Case
) -> None:
    case = desk.raise_level(case.id, DUTY, NOW, seen=seen(desk, case), level=Level.MAJOR, reason="媒体关注")
    case = acknowledged(desk, case)
    with pytest.raises(NotNow, match="研判"):
        desk.draft(case.id, HANDLER, NOW, seen=seen(desk, case), wanted=a_draft())
    case = desk.assess(
        case.id, HANDLER, NOW, seen=seen(desk, case), category=Category.DIFFICULTY, finding="确有此事"
    )
    case = desk.draft(case.id, HANDLER, NOW, seen=seen(desk, case), wanted=a_draft())
    with pytest.raises(NotNow, match="会商"):
        desk.submit(case.id, HANDLER, NOW, seen=seen(desk, case), statement=case.statements[0].id)


def test_a_result_that_is_not_public_says_why(desk: Desk, case: Case) -> None:
    case = assessed(desk, case)
    closed = replace(a_draft(StatementKind.RESULT), publicity=Publicity.CLOSED)
    case = desk.draft(case.id, HANDLER, NOW, seen=seen(desk, case), wanted=closed)
    with pytest.raises(Invalid, match="理由"):
        desk.submit(case.id, HANDLER, NOW, seen=seen(desk, case), statement=case.statements[0].id)
    case = desk.edit(
        case.id,
        HANDLER,
        NOW,
        seen=seen(desk, case),
        statement=case.statements[0].id,
        wanted=replace(closed, ground="privacy"),
    )
    case = signed(desk, case)
    case = desk.publish(case.id, SPOKESPERSON, NOW, seen=seen(desk, case), statement=case.statements[0].id)
    assert case.statements[0].publications == ()


def test_what_is_sent_back_returns_to_its_author_with_the_reason(desk: Desk, case: Case) -> None:
    case = signed(desk, drafted(desk, case))
    case = desk.send_back(
        case.id, SIGNER, NOW, seen=seen(desk, case), statement=case.statements[0].id, reason="措施写具体些"
    )
    after = case.statements[0]
    assert after.state is StatementState.DRAFT and after.signature is None
    assert desk.texts.read(after.returned) == "措施写具体些"
    assert "rework" in case.awaits


def with_words(desk: Desk, case: Case, kind: StatementKind = StatementKind.ANSWER, **changes: object) -> Case:
    """The assessed case with one draft more, on which something is different."""
    wanted = replace(a_draft(kind), **changes)  # type: ignore[arg-type]
    return desk.draft(case.id, HANDLER, NOW, seen=seen(desk, case), wanted=wanted)


def test_a_signature_below_the_level_as_it_is_by_now_publishes_nothing(desk: Desk, case: Case) -> None:
    low = person(Role.SIGNER, login="low", rank=Rank.DIVISION_HEAD)
    case = drafted(desk, case)
    one = case.statements[0]
    case = desk.submit(case.id, HANDLER, NOW, seen=seen(desk, case), statement=one.id)
    case = desk.clear(case.id, SECRECY, NOW, seen=seen(desk, case), statement=one.id, sha256=one.sha256)
    case = desk.sign(case.id, low, NOW, seen=seen(desk, case), statement=one.id, sha256=one.sha256)
    desk.raise_level(case.id, DUTY, NOW, seen=seen(desk, case), level=Level.MAJOR, reason="媒体关注")
    with pytest.raises(NotNow, match="主要负责人以上签发"):
        desk.publish(case.id, SPOKESPERSON, NOW, seen=seen(desk, case), statement=one.id)
    desk.consult(case.id, DUTY, NOW, seen=seen(desk, case), participants=["网信办"], conclusion="尽快答复")
    with pytest.raises(NotNow, match="主要负责人以上签发"):
        desk.publish(case.id, SPOKESPERSON, NOW, seen=seen(desk, case), statement=one.id)
    assert desk.cases.get(case.id).published_at is None


def test_a_matter_that_became_grave_after_the_signature_is_consulted_first(desk: Desk, case: Case) -> None:
    case = signed(desk, drafted(desk, case))
    desk.raise_level(case.id, DUTY, NOW, seen=seen(desk, case), level=Level.MAJOR, reason="媒体关注")
    one = case.statements[0].id
    with pytest.raises(NotNow, match="会商"):
        desk.publish(case.id, SPOKESPERSON, NOW, seen=seen(desk, case), statement=one)
    desk.consult(case.id, DUTY, NOW, seen=seen(desk, case), participants=["网信办"], conclusion="尽快答复")
    done = desk.publish(case.id, SPOKESPERSON, NOW, seen=seen(desk, case), statement=one)
    assert done.state is CaseState.PUBLISHED


def test_a_statement_calls_nothing_untrue_that_was_not_assessed_so(desk: Desk, case: Case) -> None:
    case = with_words(desk, assessed(desk, case), StatementKind.FIRST, category=Category.UNTRUE)
    with pytest.raises(NotNow, match="两处要一致"):
        desk.submit(case.id, HANDLER, NOW, seen=seen(desk, case), statement=case.statements[0].id)


def test_an_assessment_that_changed_after_the_signature_publishes_nothing(desk: Desk, case: Case) -> None:
    case = signed(desk, drafted(desk, case))
    desk.assess(case.id, HANDLER, NOW, seen=seen(desk, case), category=Category.MAJOR, finding="更严重")
    with pytest.raises(NotNow, match="两处要一致"):
        desk.publish(case.id, SPOKESPERSON, NOW, seen=seen(desk, case), statement=case.statements[0].id)


def test_nothing_is_published_in_the_name_of_a_unit_that_no_longer_has_the_matter(
    desk: Desk, case: Case
) -> None:
    case = signed(desk, drafted(desk, case))
    desk.reassign(case.id, DUTY, NOW, seen=seen(desk, case), unit="henan.gongcheng", reason="跨市")
    one = case.statements[0].id
    with pytest.raises(NotNow, match="发布单位"):
        desk.publish(case.id, SPOKESPERSON, NOW, seen=seen(desk, case), statement=one)
    theirs = person(Role.HANDLER, login="eng", unit="henan.gongcheng")
    edited = desk.edit(case.id, theirs, NOW, seen=seen(desk, case), statement=one, wanted=a_draft())
    assert edited.statements[0].unit == "henan.gongcheng"
    assert edited.statements[0].signature is None
    body = desk.texts.body(edited.statements[0].sha256)
    assert body is not None and policy().unit_name("henan.gongcheng") in body.decode()


def test_an_answer_is_not_published_before_the_unit_has_signed_for_the_new_round(
    desk: Desk, case: Case
) -> None:
    case = published(desk, case)
    case = with_words(desk, case, StatementKind.RESULT)
    second = case.statements[1]
    case = desk.submit(case.id, HANDLER, NOW, seen=seen(desk, case), statement=second.id)
    case = desk.clear(case.id, SECRECY, NOW, seen=seen(desk, case), statement=second.id, sha256=second.sha256)
    case = desk.sign(case.id, SIGNER, NOW, seen=seen(desk, case), statement=second.id, sha256=second.sha256)
    case = desk.reopen(case.id, DUTY, NOW + 9 * HOUR, seen=seen(desk, case), reason="又来了")
    assert case.assignment is not None and case.assignment.acknowledged_at is None
    with pytest.raises(NotNow, match="先签收"):
        desk.publish(case.id, SPOKESPERSON, NOW + 9 * HOUR, seen=seen(desk, case), statement=second.id)
    desk.acknowledge(case.id, HANDLER, NOW + 9 * HOUR, seen=seen(desk, case))
    done = desk.publish(case.id, SPOKESPERSON, NOW + 9 * HOUR, seen=seen(desk, case), statement=second.id)
    assert clock(done, ClockKind.ACKNOWLEDGE).state is ClockState.MET


def test_a_result_that_the_public_cannot_read_stops_no_clock_and_is_told_of_alone(
    desk: Desk, case: Case
) -> None:
    case = with_words(
        desk, assessed(desk, case), StatementKind.RESULT, publicity=Publicity.CLOSED, ground="privacy"
    )
    case = signed(desk, case)
    case = desk.publish(case.id, SPOKESPERSON, NOW, seen=seen(desk, case), statement=case.statements[0].id)
    assert case.state is CaseState.PUBLISHED and case.published_at == NOW
    assert clock(case, ClockKind.RESPONSE).state is ClockState.RUNNING
    assert {"answer", "follow_up"} <= set(case.awaits)
    case = desk.follow_up(case.id, HANDLER, NOW, seen=seen(desk, case), solved=True, found="当事人满意")
    assert "answer" in case.awaits
    on_its_way = with_words(desk, case)
    assert "answer" not in on_its_way.awaits and "rework" in on_its_way.awaits
    desk.withdraw(
        case.id, HANDLER, NOW, seen=seen(desk, case), statement=on_its_way.statements[-1].id, reason="另拟"
    )
    with pytest.raises(NotNow, match="在走的时限"):
        desk.close(case.id, DUTY, NOW, seen=seen(desk, case))


def test_what_stands_beside_the_bytes_can_be_mended(desk: Desk, case: Case) -> None:
    case = with_words(desk, assessed(desk, case), ground="nothing_known")
    (statement,) = case.statements
    with pytest.raises(Invalid, match="不公开理由"):
        desk.submit(case.id, HANDLER, NOW, seen=seen(desk, case), statement=statement.id)
    case = desk.edit(case.id, HANDLER, NOW, seen=seen(desk, case), statement=statement.id, wanted=a_draft())
    assert case.statements[0].publicity_reason == ""
    assert signed(desk, case).statements[0].state is StatementState.SIGNED


def test_an_edit_that_changes_nothing_voids_nothing(desk: Desk, case: Case) -> None:
    case = signed(desk, drafted(desk, case))
    same = desk.edit(
        case.id, HANDLER, NOW, seen=seen(desk, case), statement=case.statements[0].id, wanted=a_draft()
    )
    assert same == case


def test_a_draft_of_no_class_is_refused(desk: Desk, case: Case) -> None:
    with pytest.raises(Invalid) as refused:
        with_words(desk, assessed(desk, case), category=Category.OTHER)
    assert "category" in refused.value.faults


def test_a_title_is_one_clean_line_everywhere(desk: Desk, case: Case) -> None:
    case = with_words(desk, assessed(desk, case), title=" 关于\r\n\u202e车位\u202c 的回应 ")
    assert case.statements[0].title == "关于 车位 的回应"
    assert desk.written(case.statements[0]).title == "关于 车位 的回应"
    with pytest.raises(Invalid) as refused:
        with_words(desk, case, title="长" * 601)
    assert "title" in refused.value.faults


def test_all_that_is_wrong_in_one_part_is_told(desk: Desk, case: Case) -> None:
    case = with_words(desk, assessed(desk, case), title="联系13812345678，拨打=1+1\ue000")
    with pytest.raises(Invalid) as refused:
        desk.submit(case.id, HANDLER, NOW, seen=seen(desk, case), statement=case.statements[0].id)
    assert "手机号码" in refused.value.faults["title"] and "自造字" in refused.value.faults["title"]


def test_what_bears_a_mark_of_secrecy_is_not_even_kept(desk: Desk, case: Case, engine: Engine) -> None:
    case = assessed(desk, case)
    with pytest.raises(Invalid) as refused:
        with_words(desk, case, title="机密★ 关于车位的回应")
    assert "密级标志" in refused.value.faults["title"]
    with pytest.raises(Invalid, match="密级标志"):
        desk.consult(
            case.id, HANDLER, NOW, seen=seen(desk, case), participants=["公安"], conclusion="按【机密】文件办"
        )
    kept = b"".join(entry.value for entry in engine.register.all())
    assert "机密" not in kept.decode("utf-8", "replace")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("来电人13812345678说是误会", "手机号码“138"),
        ("身份证号410305199001011234的业主", "身份证号码“410"),
        ("写到zhangsan@qq.com", "电子邮箱“zha"),
    ],
)
def test_what_people_type_for_an_act_names_nobody(desk: Desk, case: Case, text: str, told: str) -> None:
    with pytest.raises(Invalid) as refused:
        desk.dismiss(case.id, DUTY, NOW, seen=seen(desk, case), reason=text)
    assert told in refused.value.faults["reason"]
    assert "13812345678" not in refused.value.faults["reason"] and "*" in refused.value.faults["reason"]
    case = desk.confirm(case.id, DUTY, NOW, seen=seen(desk, case))
    with pytest.raises(Invalid) as refused:
        desk.assign(case.id, DUTY, NOW, seen=seen(desk, case), unit="zhengzhou", note=text)
    assert told in refused.value.faults["note"]
    with pytest.raises(Invalid) as refused:
        desk.consult(
            case.id, DUTY, NOW, seen=seen(desk, case), participants=["市住建局", text], conclusion="联合督办"
        )
    assert told in refused.value.faults["participants"]


def test_all_that_is_wrong_with_what_was_typed_is_told_in_one_go(desk: Desk, case: Case) -> None:
    private = "来电人13812345678"
    case = desk.confirm(case.id, DUTY, NOW, seen=seen(desk, case))
    acts: dict[str, Callable[[int], Case]] = {
        "unit note": lambda n: desk.assign(case.id, DUTY, NOW, seen=n, unit="nobody", note=private),
        "participants conclusion": lambda n: desk.consult(
            case.id, DUTY, NOW, seen=n, participants=[], conclusion=private
        ),
        "level reason": lambda n: desk.raise_level(case.id, DUTY, NOW, seen=n, level=None, reason=""),
        "clock until reason": lambda n: desk.extend(
            case.id, DUTY, NOW, seen=n, clock=None, until=None, reason=""
        ),
        "into reason": lambda n: desk.merge(case.id, DUTY, NOW, seen=n, into="nowhere", reason=""),
        "place reason": lambda n: desk.relabel(
            case.id, DUTY, NOW, seen=n, labels=Labels(), reason=private, misread={"place": "没有认出"}
        ),
    }
    for fields, act in acts.items():
        with pytest.raises(Invalid) as refused:
            act(seen(desk, case))
        assert set(refused.value.faults) == set(fields.split())
    case = desk.acknowledge(case.id, HANDLER, NOW, seen=seen(desk, case))
    with pytest.raises(Invalid) as refused:
        desk.assess(case.id, HANDLER, NOW, seen=seen(desk, case), category=None, finding=" ", source=private)
    assert set(refused.value.faults) == {"category", "finding", "source"}


def test_a_draft_in_which_nothing_stands_is_not_kept(engine: Engine, desk: Desk, case: Case) -> None:
    case = assessed(desk, case)
    empty = replace(a_draft(), title=" \u200b", parts={Part.FACTS: "\n　"})
    with pytest.raises(Invalid) as refused:
        desk.draft(case.id, HANDLER, NOW, seen=seen(desk, case), wanted=empty)
    assert set(refused.value.faults) == {"whole"} and engine.register.list("body") == []
    begun = replace(empty, title="先写个标题")
    assert desk.draft(case.id, HANDLER, NOW, seen=seen(desk, case), wanted=begun).statements


def test_a_landline_of_an_office_may_stand_in_a_reason(desk: Desk, case: Case) -> None:
    case = desk.dismiss(case.id, DUTY, NOW, seen=seen(desk, case), reason="已由12345热线办理，0371-12345678")
    assert case.state is CaseState.DISMISSED


def test_the_text_of_an_act_that_is_refused_because_somebody_was_first_is_not_kept(
    engine: Engine, desk: Desk, case: Case
) -> None:
    known = seen(desk, case)

    def confirm() -> None:
        desk.confirm(case.id, DUTY, NOW, seen=known)

    late = a_desk(replace(engine, cases=cast(CaseStore, Meddling(engine.cases, confirm))))
    with pytest.raises(Changed):
        late.dismiss(case.id, person(Role.DUTY, login="duty2"), NOW, seen=known, reason="不属于本系统")
    assert engine.register.list(KIND) == []


def test_the_text_of_an_act_that_is_repeated_on_a_newer_case_is_kept(
    engine: Engine, desk: Desk, case: Case
) -> None:
    def grow() -> None:
        amend(engine.cases, case.id, lambda one: replace(one, idle_told_at=NOW))

    late = a_desk(replace(engine, cases=cast(CaseStore, Meddling(engine.cases, grow))))
    done = late.dismiss(case.id, DUTY, NOW, seen=seen(desk, case), reason="不属于本系统")
    (said,) = [ref for event in done.events for ref in event.texts]
    assert late.texts.read(said.digest) == "不属于本系统"


def test_who_claims_to_have_seen_more_than_there_is_has_seen_nothing(desk: Desk, case: Case) -> None:
    case = desk.confirm(case.id, DUTY, NOW, seen=seen(desk, case))
    with pytest.raises(Changed) as stopped:
        desk.dismiss(case.id, person(Role.DUTY, login="duty2"), NOW, seen=10**6, reason="误会")
    assert [event.kind for event in stopped.value.events] == [EventKind.CONFIRMED]


def test_what_was_typed_for_an_act_that_is_refused_is_not_kept(
    engine: Engine, desk: Desk, case: Case
) -> None:
    refused = (NotYours, NotNow, Changed, Invalid)
    with pytest.raises(refused):
        desk.dismiss(case.id, HANDLER, NOW, seen=seen(desk, case), reason="张某某来电")
    with pytest.raises(refused):
        desk.reopen(case.id, DUTY, NOW, seen=seen(desk, case), reason="张某某来电")
    with pytest.raises(refused):
        desk.reassign(case.id, DUTY, NOW, seen=seen(desk, case), unit="nobody", reason="张某某来电")
    with pytest.raises(refused):
        desk.draft(case.id, HANDLER, NOW, seen=seen(desk, case), wanted=a_draft())
    assert engine.register.list("text") == engine.register.list("body") == []
    desk.dismiss(case.id, DUTY, NOW, seen=seen(desk, case), reason="张某某来电")
    assert len(engine.register.list("text")) == 1


def test_a_reason_keeps_no_sign_that_turns_the_writing_round(desk: Desk, case: Case) -> None:
    with pytest.raises(Invalid):
        desk.dismiss(case.id, DUTY, NOW, seen=seen(desk, case), reason="\u200b\u3164 ")
    case = desk.dismiss(case.id, DUTY, NOW, seen=seen(desk, case), reason="\u202e误会\u202c\r\n属实\ud83d")
    assert desk.texts.read(case.events[-1 - len(case.clocks)].texts[0].digest) == "误会\n属实"


def test_nothing_that_people_typed_stands_in_the_record(desk: Desk, case: Case) -> None:
    typed = "某路某号的老王说过"
    case = desk.confirm(case.id, DUTY, NOW, seen=seen(desk, case))
    case = desk.assign(case.id, DUTY, NOW, seen=seen(desk, case), unit="zhengzhou", note=typed)
    case = desk.object_to(case.id, HANDLER, NOW, seen=seen(desk, case), reason=typed)
    case = desk.assign(case.id, DUTY, NOW, seen=seen(desk, case), unit="zhengzhou")
    case = desk.acknowledge(case.id, HANDLER, NOW, seen=seen(desk, case))
    case = desk.assess(
        case.id, HANDLER, NOW, seen=seen(desk, case), category=Category.UNTRUE, finding=typed, source=typed
    )
    case = desk.consult(case.id, DUTY, NOW, seen=seen(desk, case), participants=[typed], conclusion=typed)
    case = desk.raise_level(case.id, DUTY, NOW, seen=seen(desk, case), level=Level.MAJOR, reason=typed)
    case = desk.waive(
        case.id, DUTY, NOW, seen=seen(desk, case), clock=ClockKind.PRESS_CONFERENCE, reason=typed
    )
    case = desk.decide(
        case.id,
        LEADER,
        NOW,
        seen=seen(desk, case),
        decision=case.decisions[0].id,
        granted=True,
        reason=typed,
    )
    case = with_words(desk, case, category=Category.UNTRUE, title=typed)
    case = desk.withdraw(
        case.id, HANDLER, NOW, seen=seen(desk, case), statement=case.statements[0].id, reason=typed
    )
    case = desk.dismiss(case.id, DUTY, NOW, seen=seen(desk, case), reason=typed)
    assert all("老王" not in str(kept(event)) for event in case.events)
    assert sum(len(event.texts) for event in case.events) == 10


def test_a_matter_with_a_draft_in_hand_is_not_closed(desk: Desk, case: Case) -> None:
    case = published(desk, case)
    case = with_words(desk, case, StatementKind.RESULT)
    case = desk.follow_up(case.id, HANDLER, NOW, seen=seen(desk, case), solved=True, found="已解决")
    with pytest.raises(NotNow, match="第 2 号文稿"):
        desk.close(case.id, DUTY, NOW, seen=seen(desk, case))
    desk.withdraw(
        case.id, HANDLER, NOW, seen=seen(desk, case), statement=case.statements[1].id, reason="不发了"
    )
    assert desk.close(case.id, DUTY, NOW, seen=seen(desk, case)).state is CaseState.CLOSED


def test_a_word_is_given_to_what_was_asked_and_not_to_what_it_has_become(desk: Desk, case: Case) -> None:
    case = desk.raise_level(case.id, DUTY, NOW, seen=seen(desk, case), level=Level.MAJOR, reason="媒体关注")
    case = desk.lower_level(case.id, DUTY, NOW, seen=seen(desk, case), level=Level.GENERAL, reason="降温")
    asked = case.decisions[0].id
    case = desk.raise_level(
        case.id, DUTY, NOW + HOUR, seen=seen(desk, case), level=Level.EXTREME, reason="又升了"
    )
    with pytest.raises(NotNow, match="等级变过"):
        desk.decide(
            case.id, LEADER, NOW + HOUR, seen=seen(desk, case), decision=asked, granted=True, reason="同意"
        )
    case = desk.decide(
        case.id, LEADER, NOW + HOUR, seen=seen(desk, case), decision=asked, granted=False, reason="不同意"
    )
    assert case.severity.level is Level.EXTREME and "decision" not in case.awaits


def test_a_waiver_is_taken_back_by_the_authority_that_it_took(desk: Desk, case: Case) -> None:
    def back(who: Actor) -> Case:
        return desk.reinstate(
            case.id, who, NOW + HOUR, seen=seen(desk, case), clock=ClockKind.RESPONSE, reason="还要书面答复"
        )

    with pytest.raises(NotNow):
        back(LEADER)
    desk.waive(case.id, LEADER, NOW, seen=seen(desk, case), clock=ClockKind.RESPONSE, reason="已当面答复")
    with pytest.raises(NotYours, match="法定的时限要由主要负责人以上决定"):
        back(replace(LEADER, login="fenguan", rank=Rank.DEPUTY))
    with pytest.raises(NotYours):
        back(DUTY)
    again = back(LEADER)
    assert clock(again, ClockKind.RESPONSE).state is ClockState.RUNNING
    assert again.events[-1].why == "主要负责人决定恢复"


def test_what_was_done_while_it_was_waived_is_not_owed_again(desk: Desk, case: Case) -> None:
    def back(case: Case, kind: ClockKind) -> Case:
        return desk.reinstate(
            case.id, LEADER, NOW + HOUR, seen=seen(desk, case), clock=kind, reason="还要书面答复"
        )

    for kind in (ClockKind.ACKNOWLEDGE, ClockKind.RESPONSE):
        case = desk.waive(case.id, LEADER, NOW, seen=seen(desk, case), clock=kind, reason="已当面答复")
    assert clock(back(case, ClockKind.ACKNOWLEDGE), ClockKind.ACKNOWLEDGE).state is ClockState.RUNNING
    case = desk.waive(
        case.id, LEADER, NOW, seen=seen(desk, case), clock=ClockKind.ACKNOWLEDGE, reason="已当面答复"
    )
    case = signed(desk, drafted(desk, case))
    with pytest.raises(NotNow, match="免除期间已经办过签收，不用恢复"):
        back(case, ClockKind.ACKNOWLEDGE)
    case = desk.publish(case.id, SPOKESPERSON, NOW, seen=seen(desk, case), statement=case.statements[0].id)
    with pytest.raises(NotNow, match="免除期间已经办过回应，不用恢复"):
        back(case, ClockKind.RESPONSE)


def test_a_waiver_asked_for_in_one_round_waives_nothing_in_the_next(desk: Desk, case: Case) -> None:
    case = signed(desk, drafted(desk, case))
    case = desk.waive(
        case.id, DUTY, NOW, seen=seen(desk, case), clock=ClockKind.RESPONSE, reason="已当面答复"
    )
    case = desk.publish(case.id, SPOKESPERSON, NOW, seen=seen(desk, case), statement=case.statements[0].id)
    case = desk.reopen(case.id, DUTY, NOW + 9 * HOUR, seen=seen(desk, case), reason="又来了")
    with pytest.raises(NotNow, match="重新启动过"):
        desk.decide(
            case.id,
            LEADER,
            NOW + 9 * HOUR,
            seen=seen(desk, case),
            decision=case.decisions[0].id,
            granted=True,
            reason="同意",
        )
    assert clock(desk.cases.get(case.id), ClockKind.RESPONSE).state is ClockState.RUNNING


def test_a_matter_goes_to_no_unit_that_is_gone(desk: Desk, case: Case) -> None:
    units = tuple(
        row.model_copy(update={"valid_to": NOW.date()}) if row.id == "luoyang" else row
        for row in desk.policy.units
    )
    later = replace(desk, policy=replace(desk.policy, units=units))
    case = later.confirm(case.id, DUTY, NOW, seen=seen(desk, case))
    with pytest.raises(Invalid, match="没有了"):
        later.assign(case.id, DUTY, NOW, seen=seen(desk, case), unit="luoyang")


def test_a_restricted_matter_is_for_few_and_never_for_the_accused(
    engine: Engine, desk: Desk, case: Case
) -> None:
    restricted = replace(
        case,
        revision=case.revision + 1,
        route=replace(case.route, lead="henan.renshi", assist=(), restricted=True),
        units=(policy().unit_name("henan.gongcheng"),),
    )
    engine.cases.save([restricted])
    with pytest.raises(NotYours, match="不在您的单位"):
        desk.confirm(case.id, MONITOR, NOW, seen=seen(desk, case))
    desk.confirm(case.id, DUTY, NOW, seen=seen(desk, case))
    with pytest.raises(NotYours, match="被反映的单位"):
        desk.assign(case.id, DUTY, NOW, seen=seen(desk, case), unit="henan.gongcheng")


def test_who_only_helps_is_told_that_it_is_the_lead_that_decides(
    engine: Engine, desk: Desk, case: Case
) -> None:
    helped = replace(
        case,
        revision=case.revision + 1,
        route=replace(case.route, lead="henan.gongcheng", assist=("zhengzhou",)),
    )
    engine.cases.save([helped])
    local = person(Role.DUTY, login="local", unit="zhengzhou")
    with pytest.raises(NotYours, match="配合单位"):
        desk.dismiss(case.id, local, NOW, seen=seen(desk, case), reason="不想办")
    helper = person(Role.HANDLER, login="helper", unit="zhengzhou")
    desk.confirm(case.id, DUTY, NOW, seen=seen(desk, case))
    done = desk.draft(case.id, helper, NOW, seen=seen(desk, case), wanted=a_draft(StatementKind.FIRST))
    assert done.statements[0].author == "helper"


def test_a_breach_that_nobody_had_booked_stands_in_the_record_before_the_clock_ends(
    desk: Desk, case: Case
) -> None:
    late = NOW + 30 * HOUR
    done = desk.dismiss(case.id, DUTY, late, seen=seen(desk, case), reason="不是本办事项")
    told = [event.kind for event in done.events if event.kind.value.startswith("clock_")]
    assert told.count(EventKind.CLOCK_BROKEN) == told.count(EventKind.CLOCK_CANCELLED) == len(done.clocks)
    assert all(one.broken_at == late for one in done.clocks)


def test_that_somebody_looked_at_a_notice_stops_nobody(desk: Desk, case: Case) -> None:
    looked = seen(desk, case)
    amend(
        desk.cases,
        case.id,
        lambda one: note(one, EventKind.NOTICE_SEEN, NOW, LEADER.login, "通知已阅"),
    )
    assert desk.confirm(case.id, DUTY, NOW, seen=looked).state is CaseState.CONFIRMED


# ---------------------------------------------------------------------------------------- two at once


def test_the_second_of_two_is_told_what_changed_and_nothing_is_done(desk: Desk, case: Case) -> None:
    looked = seen(desk, case)
    desk.confirm(case.id, DUTY, NOW, seen=looked)
    with pytest.raises(Changed) as told:
        desk.dismiss(case.id, person(Role.DUTY, login="duty2"), NOW, seen=looked, reason="不是本办事项")
    assert [event.kind for event in told.value.events] == [EventKind.CONFIRMED]
    assert desk.cases.get(case.id).state is CaseState.CONFIRMED


def test_of_many_who_confirm_at_once_one_does(desk: Desk, case: Case) -> None:
    looked = seen(desk, case)
    refused: list[Exception] = []

    def confirm(number: int) -> None:
        try:
            desk.confirm(case.id, person(Role.DUTY, login=f"duty{number}"), NOW, seen=looked)
        except (Changed, NotNow) as trouble:
            refused.append(trouble)

    threads = [threading.Thread(target=confirm, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    confirmed = [e for e in desk.cases.get(case.id).events if e.kind is EventKind.CONFIRMED]
    assert len(confirmed) == 1 and len(refused) == 5


def test_the_worker_and_a_person_change_the_same_case_and_both_changes_stand(
    engine: Engine, desk: Desk, case: Case
) -> None:
    worker = StoryHandler(engine.cases, engine.archive, policy())
    posts = [
        reading(f"{PARKING}，第{number}户也是这样", where=place("郑州市", "中原区")) for number in range(12)
    ]

    def work() -> None:
        for one in posts:
            worker.handle([one], NOW + MINUTE)

    thread = threading.Thread(target=work)
    looked = seen(desk, case)
    thread.start()
    desk.confirm(case.id, DUTY, NOW, seen=looked)
    desk.assign(case.id, DUTY, NOW, seen=looked, unit="zhengzhou")
    desk.acknowledge(case.id, HANDLER, NOW, seen=seen(desk, case))
    thread.join()
    after = desk.cases.get(case.id)
    assert after.state is CaseState.ACKNOWLEDGED
    assert after.tallies.posts == 13
    assert clock(after, ClockKind.ACKNOWLEDGE).state is ClockState.MET


def test_a_clock_that_breaks_while_the_form_is_open_does_not_stop_the_act(desk: Desk, case: Case) -> None:
    looked = seen(desk, case)
    late = NOW + 30 * HOUR
    done = desk.acknowledge(case.id, HANDLER, late, seen=looked)
    assert done.state is CaseState.ACKNOWLEDGED
    assert clock(done, ClockKind.ACKNOWLEDGE).broken_at is not None


# --------------------------------------------------------------------------------- one of two, two of one

SIREN = "刚才许昌市魏都区全城拉防空警报，响了一分多钟，没有任何通知，老人孩子都吓哭了"


def test_two_cases_become_one_and_no_time_is_gained(engine: Engine, desk: Desk, case: Case) -> None:
    other = taken_in(engine, reading(SIREN, where=place("许昌市", "魏都区")), now=NOW + HOUR)
    assert other.id != case.id
    due = clock(case, ClockKind.RESPONSE).due_at
    whole = desk.merge(
        case.id, MONITOR, NOW + 2 * HOUR, seen=seen(desk, case), into=other.id, reason="同一批投诉"
    )
    assert whole.id == other.id and whole.merged_from == (case.id,)
    assert whole.tallies.posts == 2
    assert clock(whole, ClockKind.RESPONSE).due_at == due
    gone = desk.cases.get(case.id)
    assert gone.state is CaseState.MERGED and gone.merged_into == other.id
    assert not any(one.state is ClockState.RUNNING for one in gone.clocks)
    later = reading(PARKING + "还是不租", where=place("郑州市", "中原区"))
    StoryHandler(engine.cases, engine.archive, policy()).handle([later], NOW + 3 * HOUR)
    assert engine.archive.versions([later.post.id])[later.post.id][-1].case_id == other.id
    assert desk.cases.get(other.id).tallies.posts == 3


def test_a_merge_that_was_interrupted_is_finished_by_the_watch(
    engine: Engine, desk: Desk, case: Case
) -> None:
    from huiying.clock import ManualClock
    from triage.deeds import stories
    from triage.record import indexed
    from triage.saving import amend
    from triage.watch import Watch

    other = taken_in(engine, reading(SIREN, where=place("许昌市", "魏都区")), now=NOW + HOUR)
    amend(
        engine.cases,
        case.id,
        lambda one: indexed(stories.part_with(one, other, DUTY, NOW + HOUR, texts=()), policy()),
    )
    Watch(engine.cases, engine.archive, policy(), ManualClock(NOW + HOUR)).tick(NOW + HOUR)
    assert engine.cases.get(other.id).tallies.posts == 2
    assert not engine.cases.get(case.id).merging


def test_one_case_becomes_two_and_every_post_is_in_one_of_them(engine: Engine, desk: Desk) -> None:
    readings = [
        reading(PARKING, where=place("郑州市", "中原区")),
        reading(PARKING + "，物业也不管", where=place("郑州市", "中原区")),
        reading(PARKING + "，还有人防门被拆了做仓库", where=place("郑州市", "中原区")),
    ]
    case = taken_in(engine, *readings)
    assert case.tallies.posts == 3
    made = desk.split(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), posts=[readings[2].post.id])
    left = desk.cases.get(case.id)
    assert (made.tallies.posts, left.tallies.posts) == (1, 2)
    assert made.claims == () and made.split_from == case.id and left.split_into == (made.id,)
    assert engine.archive.versions([readings[2].post.id])[readings[2].post.id][-1].case_id == made.id
    assert [line.post.id for line in engine.archive.of_cases({case.id})] == [r.post.id for r in readings[:2]]
    assert made.detected_at == case.detected_at
    assert clock(made, ClockKind.RESPONSE).due_at == clock(case, ClockKind.RESPONSE).due_at
    reply = reading("楼上说的拆门的事我也看到了")
    reply = replace(reply, post=replace(reply.post, reply_to=readings[2].post.id))
    StoryHandler(engine.cases, engine.archive, policy()).handle([reply], NOW + 2 * HOUR)
    assert engine.archive.versions([reply.post.id])[reply.post.id][-1].case_id == made.id


def test_the_post_that_opened_a_case_stays_with_it(engine: Engine, desk: Desk, case: Case) -> None:
    with pytest.raises(Invalid, match="立案"):
        desk.split(case.id, DUTY, NOW, seen=seen(desk, case), posts=[case.opened_by.id])
    with pytest.raises(Invalid):
        desk.split(case.id, DUTY, NOW, seen=seen(desk, case), posts=["nobody"])


def test_a_case_is_found_by_whose_turn_it_is(desk: Desk, case: Case) -> None:
    def waiting(turn: str) -> int:
        return desk.cases.search(CaseQuery(awaits=frozenset({turn}))).total

    assert waiting("acknowledge") == 1
    case = drafted(desk, case)
    assert (waiting("acknowledge"), waiting("rework"), waiting("review")) == (0, 1, 0)
    desk.submit(case.id, HANDLER, NOW, seen=seen(desk, case), statement=case.statements[0].id)
    assert (waiting("rework"), waiting("review")) == (0, 1)


assert set(WORDS) == set(Part)
assert CHECKER.roles == {Role.CHECKER}

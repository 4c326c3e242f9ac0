"""工单: what is owed to whoever called or wrote, by when, and that nobody forgets it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from huiying import casefile, requests, retention, tomlfile
from huiying.clock import SHANGHAI, ManualClock
from huiying.contracts import (
    Actor,
    AnsweredBy,
    Authority,
    Case,
    CaseState,
    Category,
    Channel,
    Erased,
    EventKind,
    Origin,
    Post,
    Rank,
    Reading,
    Request,
    Role,
    SortedBy,
    Ticket,
    Verdict,
)
from huiying.engines import open_engine
from huiying.errors import Misconfigured
from huiying.ports import CaseQuery, Engine
from huiying.retention import Files
from huiying.settings import Settings
from tests.factories import NOW
from tests.triage.people import CHECKER, DUTY, HANDLER, MONITOR, a_desk, person, taken_in
from tests.triage.test_quiet import quiet_always
from tests.triage.texts import place, policy, reading
from triage import tickets
from triage.acts import Act, allowed
from triage.calendar import Calendar
from triage.callers import owed
from triage.deeds import filing
from triage.deeds.ticketing import look_after, recount
from triage.desk import Desk
from triage.erasure import Erasure
from triage.escalation import escalate, lapse
from triage.gather import Joining
from triage.hindrance import unclosable
from triage.lifecycle import grow
from triage.quiet import needless
from triage.recount import again
from triage.refusals import Invalid, NotNow, NotYours
from triage.stories import Relation
from triage.tickets import Went, ticket_of, went, working
from triage.unconfirmed import unconfirmed
from triage.watch import Watch
from triage.withdrawal import gone_of, without
from triage.words import TICKET_AHEAD, TICKET_OVER

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FLOODED = "金水区人防地下室渗水，物业说归人防管"
RULES = tickets.load(tomlfile.DEFAULTS)
CALENDAR = policy().calendar


def at(text: str) -> datetime:
    """A moment in Asia/Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def a_ticket_post(
    reference: str = "HN-1",
    *,
    request: Request | None = Request.COMPLAINT,
    received: datetime = NOW,
    collected: datetime = NOW,
    channel: Channel = Channel.HOTLINE,
    origin: Origin = Origin.LIVE,
    text: str = FLOODED,
) -> Reading:
    made = reading(text, where=place("郑州市", "金水区"))
    post = replace(
        made.post,
        id=f"post-{reference}",
        channel=channel,
        reference=reference,
        request=request,
        ours=True,
        published_at=received,
        collected_at=collected,
        origin=origin,
    )
    return replace(made, post=post)


def a_ticket(
    request: Request | None = Request.COMPLAINT, category: Category | None = None, **post: Any
) -> Ticket:
    """``reference``, ``received``, ``collected``, ``channel``: as in :func:`a_ticket_post`."""
    made = ticket_of(
        a_ticket_post(request=request, **post).post, category, RULES, CALENDAR, post.get("collected", NOW)
    )
    assert made is not None
    return made


# ------------------------------------------------------------------------------------------ the terms


@pytest.mark.parametrize(
    ("request_", "days", "due"),
    [
        (Request.INQUIRY, 3, "2026-11-26 23:59:59"),
        (Request.HELP, 5, "2026-11-30 23:59:59"),
        (Request.SUGGESTION, 5, "2026-11-30 23:59:59"),
        (Request.OPINION, 5, "2026-11-30 23:59:59"),
        (Request.COMPLAINT, 10, "2026-12-07 23:59:59"),
        (Request.REPORT, 10, "2026-12-07 23:59:59"),
    ],
)
def test_each_kind_of_request_has_its_working_days_from_the_day_after_it_was_received(
    request_: Request, days: int, due: str
) -> None:
    ticket = a_ticket(request_)  # received on Monday, 23 November 2026
    assert sum(day.counted for day in ticket.days) == days
    assert ticket.due_at == at(due)
    assert ticket.authority is Authority.STATUTORY and "待核" in ticket.citation
    assert ticket.sorted_by is SortedBy.ITSELF and not ticket.tentative


def test_a_make_up_workday_counts_and_a_holiday_does_not() -> None:
    eve = at(
        "2026-02-13 16:00"
    )  # Friday; Saturday the 14th is worked for the Spring Festival, which is off from the 15th to the 23rd
    ticket = a_ticket(Request.INQUIRY, received=eve, collected=eve)
    assert [day.day for day in ticket.days if day.counted] == ["2026-02-14", "2026-02-24", "2026-02-25"]
    told = "\n".join(working(ticket))
    assert "起算：2026-02-13 16:00 受理" in told and "2月14日（调休上班）" in told
    assert "跳过：2月15日春节" in told and "（法定）" in told


def test_a_term_into_a_year_whose_holidays_are_not_known_is_tentative_and_counted_again() -> None:
    late = at("2030-12-27 10:00")
    ticket = a_ticket(received=late, collected=late)
    assert ticket.tentative and "暂算：2031 年的放假安排还没有公布" in "\n".join(working(ticket))


@pytest.mark.parametrize(
    ("category", "request_"),
    [
        (Category.INQUIRY, Request.INQUIRY),
        (Category.SUGGESTION, Request.SUGGESTION),
        (Category.DIFFICULTY, Request.HELP),
        (Category.PETITION, Request.COMPLAINT),
        (Category.MAJOR, Request.COMPLAINT),
        (None, Request.COMPLAINT),
    ],
)
def test_where_nobody_sorted_it_what_was_read_decides_and_the_working_says_so(
    category: Category | None, request_: Request
) -> None:
    ticket = a_ticket(None, category)
    assert (ticket.request, ticket.sorted_by) == (request_, SortedBy.READING)
    assert "（工单上没有写，按系统对内容的判断）" in working(ticket)[1]
    assert a_ticket(Request.INQUIRY, category).request is Request.INQUIRY, "its own word goes before"


@pytest.mark.parametrize(
    "post",
    [
        a_ticket_post(request=Request.PRAISE).post,
        a_ticket_post(origin=Origin.BACKFILL).post,
        a_ticket_post(origin=Origin.REPLAY).post,
        a_ticket_post(reference="").post,
        a_ticket_post(channel=Channel.FORUM).post,
        a_ticket_post(channel=Channel.FILE).post,
    ],
)
def test_praise_old_history_and_what_is_no_ticket_owe_nothing(post: Post) -> None:
    assert ticket_of(post, Category.PETITION, RULES, CALENDAR, NOW) is None


def test_a_mailbox_has_terms_of_the_house() -> None:
    ticket = a_ticket(Request.INQUIRY, channel=Channel.MAILBOX)
    assert (ticket.authority, sum(day.counted for day in ticket.days)) == (Authority.HOUSE, 5)


def test_people_are_reminded_the_working_day_before_on_the_last_day_and_at_its_end() -> None:
    monday = a_ticket(Request.HELP)  # its last day is a Monday: the working day before is the Friday
    assert monday.remind_at == (at("2026-11-27 09:00"), at("2026-11-30 09:00"), at("2026-11-30 23:59:59"))


def test_what_came_in_after_a_reminder_was_due_is_told_of_at_once() -> None:
    ticket = a_ticket(
        Request.INQUIRY, received=at("2026-11-18 10:00"), collected=NOW
    )  # its last day is today
    assert ticket.due_at == at("2026-11-23 23:59:59") and not ticket.entered_late
    assert ticket.remind_at == (NOW, at("2026-11-23 23:59:59"))


def test_a_term_that_was_over_before_it_came_in_is_nobodys_breach() -> None:
    ticket = a_ticket(received=at("2026-10-12 10:00"))
    assert ticket.entered_late and went(ticket, NOW) is Went.ENTERED_LATE
    assert ticket.remind_at == (NOW,)


def test_how_a_ticket_went() -> None:
    ticket = a_ticket(Request.INQUIRY)
    assert went(ticket, NOW) is Went.OPEN
    assert went(ticket, ticket.due_at) is Went.OPEN
    assert went(ticket, ticket.due_at + HOUR) is Went.OVER
    assert went(replace(ticket, answered_at=ticket.due_at), NOW + 30 * DAY) is Went.KEPT
    assert went(replace(ticket, answered_at=ticket.due_at + HOUR), NOW + 30 * DAY) is Went.LATE
    assert went(replace(ticket, answered_at=NOW + HOUR, returned=True), NOW + 30 * DAY) is Went.RETURNED
    later = replace(ticket, extended_from=ticket.due_at, due_at=ticket.due_at + 7 * DAY)
    assert went(replace(later, extended_at=NOW), ticket.due_at + HOUR) is Went.OPEN
    too_late = replace(later, extended_at=ticket.due_at + HOUR)
    assert went(too_late, ticket.due_at + 2 * HOUR) is Went.OVER, (
        "put off after it had run out: it stays late"
    )
    assert went(replace(too_late, answered_at=ticket.due_at + DAY), NOW + 30 * DAY) is Went.LATE


# --------------------------------------------------------------------------------------------- the policy


def with_rules(folder: Path, text: str) -> Path:
    (folder / tickets.FILE).write_text(text, "utf-8")
    return folder


GOOD = (tomlfile.DEFAULTS / tickets.FILE).read_text("utf-8")


def test_an_office_without_the_file_has_the_shipped_rules(tmp_path: Path) -> None:
    assert tickets.load(tmp_path) == RULES


@pytest.mark.parametrize(
    ("was", "wrong", "said"),
    [
        ('requests = ["咨询"]\nchannels = ["热线"]', 'requests = ["问路"]\nchannels = ["热线"]', "不认识“问路”，可以写：咨询、求助、建议、意见、投诉、举报"),
        ('requests = ["咨询"]\nchannels = ["热线"]', 'requests = ["咨询"]\nchannels = ["论坛"]', "不认识“论坛”，可以写：热线、信箱"),
        ('requests = ["投诉", "举报"]', 'requests = ["投诉"]', "热线的举报没有写期限，请补上"),
        ('requests = ["投诉", "举报"]', 'requests = ["投诉", "举报", "咨询"]', "热线的咨询写了两次期限，只能写一处"),
        ("working_days = 3", "working_days = 300", "60"),
        ("remind_days = [1, 0]", "remind_days = [1, 1]", "remind_days 里有一个数写了两次"),
        ("again_days = 1", "again_days = 0", "1"),
        ("version = 1", "version = 1\nversiom = 2", "versiom"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_file_is_named(tmp_path: Path, was: str, wrong: str, said: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        tickets.load(with_rules(tmp_path, GOOD.replace(was, wrong, 1)))
    assert said in str(refused.value) and tickets.FILE in str(refused.value)


@pytest.mark.parametrize(
    ("written", "request_"),
    [
        ("咨询", Request.INQUIRY),
        ("咨询类", Request.INQUIRY),
        ("政策查询", Request.INQUIRY),
        ("求助（紧急）", Request.HELP),
        ("意见建议", Request.OPINION),
        ("建议", Request.SUGGESTION),
        ("投诉举报", Request.COMPLAINT),
        ("举报", Request.REPORT),
        ("表扬感谢", Request.PRAISE),
        ("其他", None),
        ("", None),
    ],
)
def test_the_ways_in_which_exports_write_the_kind(written: str, request_: Request | None) -> None:
    assert requests.read(written) is request_


# ---------------------------------------------------------------------------------------------- of a case


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_engine(Settings(data=tmp_path, engine="embedded"))


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return a_desk(engine)


def a_case_of(engine: Engine, *readings: Reading) -> Case:
    case = taken_in(engine, readings[0])
    if len(readings) > 1:
        case = grown(engine, case, *readings[1:])
    return case


def grown(engine: Engine, case: Case, *readings: Reading, now: datetime = NOW) -> Case:
    joining = [Joining(reading=one, relation=Relation.SAME_EVENT) for one in readings]
    case = replace(grow(engine.cases.get(case.id), joining, policy(), now), settled=())
    engine.cases.save([case])
    return case


@pytest.fixture
def case(engine: Engine, desk: Desk) -> Case:
    made = a_case_of(
        engine, a_ticket_post("HN-1"), a_ticket_post("HN-2", request=Request.INQUIRY, text="人防车位能办证吗")
    )
    return desk.acknowledge(made.id, HANDLER, NOW, seen=len(made.events))


def answer(
    desk: Desk, case: Case, *posts: str, who: Actor = HANDLER, now: datetime = NOW + HOUR, **more: Any
) -> Case:
    said = {"at": now, "way": AnsweredBy.PHONE, "said": "已告知处理安排", **more}
    return desk.answer_ticket(
        case.id, who, now, seen=len(desk.cases.get(case.id).events), tickets=posts, **said
    )


def test_a_case_keeps_its_tickets_each_once_and_the_record_says_what_is_owed_without_their_numbers(
    engine: Engine, case: Case
) -> None:
    assert [one.reference for one in case.tickets] == ["HN-1", "HN-2"]
    told = [event for event in case.events if event.kind is EventKind.TICKET_RECEIVED]
    assert [event.what for event in told] == [
        "收到投诉工单 1 件，最早的应于 2026-12-07 23:59 前答复",
        "收到咨询工单 1 件，最早的应于 2026-11-26 23:59 前答复",
    ]
    assert "HN-" not in repr([(event.what, event.why, event.texts) for event in case.events])
    assert "ticket" in case.awaits
    again = grown(engine, case, a_ticket_post("HN-1"))
    by_hand = replace(a_ticket_post("HN-2"), post=replace(a_ticket_post("HN-2").post, id="typed-by-hand"))
    assert grown(engine, again, by_hand).tickets == case.tickets, "one number is one ticket"


def test_a_ticket_that_its_hotline_sorts_anew_counts_by_that_but_not_against_what_people_said(
    engine: Engine, desk: Desk, case: Case
) -> None:
    resorted = grown(engine, case, a_ticket_post("HN-1", request=Request.INQUIRY))
    assert resorted.tickets[0].due_at == at("2026-11-26 23:59:59")
    assert resorted.events[-1].what.endswith("改为咨询，到期由 2026-12-07 23:59 改为 2026-11-26 23:59")
    desk.sort_ticket(
        case.id, MONITOR, NOW, seen=len(resorted.events), tickets=["post-HN-1"], request=Request.HELP
    )
    told = grown(engine, case, a_ticket_post("HN-1", request=Request.COMPLAINT))
    assert (told.tickets[0].request, told.tickets[0].sorted_by) == (Request.HELP, SortedBy.PEOPLE)


def test_a_ticket_that_comes_again_as_it_was_tells_nobody_a_second_time(engine: Engine, case: Case) -> None:
    watch(engine, at("2026-12-04 09:00"))
    told = engine.cases.get(case.id)
    again = grown(engine, told, a_ticket_post("HN-1", text=f"{FLOODED}，补充"), now=at("2026-12-04 15:00"))
    assert again.tickets == told.tickets
    assert not any("确认为" in event.what for event in again.events)


def test_an_answer_ends_what_was_picked_and_stops_no_clock(desk: Desk, case: Case) -> None:
    before = case.clocks
    after = answer(desk, case, "post-HN-2")
    done = {one.reference: one for one in after.tickets}
    assert not done["HN-2"].owed and done["HN-1"].owed
    assert (done["HN-2"].way, done["HN-2"].answered_by) == (AnsweredBy.PHONE, HANDLER.login)
    assert after.clocks == before and after.state is case.state and after.published_at is None
    assert after.events[-1].what == "答复咨询工单 1 件：电话，2026-11-23 11:00，按期"
    assert desk.texts.read(done["HN-2"].words) == "已告知处理安排"
    both = answer(desk, case, "post-HN-1")
    assert owed(both) == () and "ticket" not in both.awaits


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"said": ""}, "said"),
        ({"said": "电话13812345678"}, "said"),
        ({"at": None}, "at"),
        ({"at": NOW + 2 * HOUR}, "at"),
        ({"at": NOW - HOUR}, "at"),
        ({"way": None}, "way"),
        ({"statement": None}, "statement"),
        ({"statement": 7}, "statement"),
    ],
)
def test_what_is_missing_of_an_answer_is_said_at_its_place(
    desk: Desk, case: Case, fields: dict[str, Any], fault: str
) -> None:
    with pytest.raises(Invalid) as refused:
        answer(desk, case, "post-HN-1", **fields)
    assert set(refused.value.faults) == {fault}
    assert desk.cases.get(case.id) == case


def test_nothing_picked_and_what_is_done_with_are_refused(desk: Desk, case: Case) -> None:
    with pytest.raises(Invalid) as refused:
        answer(desk, case)
    assert set(refused.value.faults) == {"tickets"}
    answer(desk, case, "post-HN-1")
    with pytest.raises(NotNow):
        answer(desk, case, "post-HN-1", "post-HN-2")
    with pytest.raises(NotYours):
        answer(desk, case, "post-HN-2", who=MONITOR)


def test_a_ticket_that_is_not_ours_goes_back_with_its_reason_and_the_matter_goes_on(
    desk: Desk, case: Case
) -> None:
    after = desk.return_ticket(
        case.id, CHECKER, NOW + HOUR, seen=len(case.events), tickets=["post-HN-1"], at=NOW + HOUR, reason="归住建局"
    )  # fmt: skip
    (back,) = [one for one in after.tickets if not one.owed]
    assert back.returned and went(back, NOW + 90 * DAY) is Went.RETURNED
    assert after.events[-1].what == "退回投诉工单 1 件，2026-11-23 11:00，按期" and after.state is case.state


HEAD = person(Role.LEADER, rank=Rank.HEAD)
DEPUTY = person(Role.LEADER, rank=Rank.DEPUTY)


def test_it_is_put_off_once_by_who_has_the_rank(desk: Desk, case: Case) -> None:
    def extend(
        who: Actor, until: str = "2026-12-14 08:00", now: datetime = NOW, post: str = "post-HN-1"
    ) -> Case:
        seen = len(desk.cases.get(case.id).events)
        return desk.extend_ticket(
            case.id, who, now, seen=seen, tickets=[post], until=at(until), reason="要现场勘查"
        )

    assert Act.EXTEND_TICKET not in allowed(case, DEPUTY, policy()), (
        "what the law asks is for the head to put off"
    )
    with pytest.raises(NotYours):
        extend(DEPUTY)
    with pytest.raises(Invalid):
        extend(HEAD, "2026-12-07 08:00")
    with pytest.raises(Invalid):
        extend(HEAD, "2027-12-07 08:00")
    after = extend(HEAD)
    (put,) = [one for one in after.tickets if one.extended_at]
    assert put.due_at == at("2026-12-14 23:59:59") and put.extended_from == at("2026-12-07 23:59:59")
    assert put.remind_at[0] == at("2026-12-11 09:00")
    assert "延期：由 2026-12-07 23:59 延到 2026-12-14 23:59" in working(put)
    with pytest.raises(NotNow):
        extend(HEAD, "2026-12-21 08:00")
    late = extend(HEAD, "2026-12-01 08:00", now=NOW + 5 * DAY, post="post-HN-2")
    assert late.events[-1].what.endswith("；已经逾期的照记")
    assert went(next(one for one in late.tickets if one.reference == "HN-2"), NOW + 6 * DAY) is Went.OVER


def test_who_has_not_the_rank_asks_for_it_and_a_leader_decides(desk: Desk, case: Case) -> None:
    def asked(who: Actor, *posts: str) -> Case:
        seen = len(desk.cases.get(case.id).events)
        return desk.extend_ticket(
            case.id, who, NOW, seen=seen, tickets=posts, until=at("2026-12-14 08:00"), reason="要现场勘查"
        )

    waiting = asked(HANDLER, "post-HN-1")
    (request,) = waiting.decisions
    assert waiting.tickets == case.tickets and request.tickets == ("post-HN-1",)
    assert waiting.events[-1].what == "请示：投诉工单 1 件延至 2026-12-14 23:59"
    assert {"decision", "ticket"} <= set(waiting.awaits)
    with pytest.raises(NotNow):
        asked(HANDLER, "post-HN-1")
    assert len(asked(HANDLER, "post-HN-2").decisions) == 2, "another ticket may be asked for"

    def decide(who: Actor, granted: bool, which: int) -> Case:
        held = desk.cases.get(case.id)
        chosen = held.decisions[which].id
        return desk.decide(
            case.id, who, NOW, seen=len(held.events), decision=chosen, granted=granted, reason="同意"
        )

    with pytest.raises(NotYours):
        decide(DEPUTY, True, 0)
    granted = decide(HEAD, True, 0)
    assert granted.tickets[0].due_at == at("2026-12-14 23:59:59")
    assert granted.tickets[0].extended_by == HEAD.login
    refused = decide(HEAD, False, 1)
    assert refused.tickets[1].extended_from is None
    assert refused.events[-1].what == "不同意工单 1 件延至 2026-12-14 23:59"


def test_what_was_answered_meanwhile_cannot_be_put_off(desk: Desk, case: Case) -> None:
    asked = desk.extend_ticket(
        case.id, HANDLER, NOW, seen=len(case.events), tickets=["post-HN-1"], until=at("2026-12-14 08:00"), reason="勘查"
    )  # fmt: skip
    done = answer(desk, asked, "post-HN-1")
    with pytest.raises(NotNow):
        desk.decide(
            case.id, HEAD, NOW + HOUR, seen=len(done.events), decision=done.decisions[0].id, granted=True, reason="同意"
        )  # fmt: skip


def test_a_matter_does_not_close_while_a_caller_waits(desk: Desk, case: Case) -> None:
    assert "2 件工单没有答复" in unclosable(replace(case, clocks=()))
    answer(desk, case, "post-HN-1", "post-HN-2")
    assert unclosable(replace(desk.cases.get(case.id), clocks=())) == ""


def test_dismissing_a_matter_answers_nobody(engine: Engine, desk: Desk, case: Case) -> None:
    gone = desk.dismiss(case.id, DUTY, NOW, seen=len(case.events), reason="不属本办")
    assert gone.state is CaseState.DISMISSED and len(owed(gone)) == 2
    assert gone.awaits == ("ticket",) and gone.next_rung_at == at("2026-11-25 09:00")
    assert engine.cases.search(CaseQuery(awaits=frozenset({"ticket"}))).total == 1
    assert {Act.ANSWER_TICKET, Act.RETURN_TICKET} <= set(allowed(gone, HANDLER, policy()))
    after = answer(desk, gone, "post-HN-1", "post-HN-2")
    assert after.state is CaseState.DISMISSED and after.awaits == () and after.next_rung_at is None


def test_opening_a_matter_again_starts_no_term_anew(desk: Desk, case: Case) -> None:
    desk.dismiss(case.id, DUTY, NOW, seen=len(case.events), reason="不属本办")
    answered = answer(desk, desk.cases.get(case.id), "post-HN-2")
    again = desk.reopen(case.id, DUTY, NOW + DAY, seen=len(answered.events), reason="再看")
    assert again.tickets == answered.tickets


# ------------------------------------------------------------------------------------------------ the watch


def notices(case: Case) -> list[tuple[str, str]]:
    return [(one.rung, one.reason) for one in case.outbox if one.rung in (TICKET_AHEAD, TICKET_OVER)]


def watch(engine: Engine, moment: datetime) -> None:
    Watch(engine.cases, engine.archive, policy(), ManualClock(moment)).tick(moment)


def test_unit_and_duty_are_told_ahead_on_the_day_and_at_the_end_and_the_breach_is_booked(
    engine: Engine, case: Case
) -> None:
    watch(engine, at("2026-11-25 08:59"))
    assert notices(engine.cases.get(case.id)) == []
    watch(engine, at("2026-11-25 09:00"))
    told = engine.cases.get(case.id)
    assert notices(told) == [(TICKET_AHEAD, "咨询工单 1 件还没有答复，最早的应于 2026-11-26 23:59 前答复")]
    sent = next(one for one in told.outbox if one.rung == TICKET_AHEAD)
    assert sent.to == ("unit", "duty") and sent.deliveries and "HN-" not in sent.body + sent.subject
    watch(engine, at("2026-11-25 10:00"))
    assert len(notices(engine.cases.get(case.id))) == 1, "told once"
    watch(engine, at("2026-11-26 09:00"))
    watch(engine, at("2026-11-27 00:00"))
    over = engine.cases.get(case.id)
    assert [rung for rung, _ in notices(over)] == [TICKET_AHEAD, TICKET_AHEAD, TICKET_OVER]
    assert notices(over)[-1][1] == "咨询工单 1 件还没有答复，已逾期，最早的应于 2026-11-26 23:59 前答复"
    booked = [event for event in over.events if event.kind is EventKind.TICKET_OVERDUE]
    assert [event.what for event in booked] == ["咨询工单答复逾期：咨询工单 1 件应于 2026-11-26 23:59 前答复"]
    watch(engine, at("2026-11-29 10:00"))  # a Sunday
    assert len(notices(engine.cases.get(case.id))) == 3
    watch(engine, at("2026-11-30 09:00"))
    again = engine.cases.get(case.id)
    assert [rung for rung, _ in notices(again)].count(TICKET_OVER) == 2, "again on the next working day"
    assert len([event for event in again.events if event.kind is EventKind.TICKET_OVERDUE]) == 1


def test_what_was_over_when_it_came_in_is_told_and_not_booked(engine: Engine) -> None:
    case = a_case_of(engine, a_ticket_post(received=at("2026-10-12 10:00")))
    assert "1 件录入时已逾期，不计入承办单位" in case.events[-1].what
    watch(engine, NOW)
    told = engine.cases.get(case.id)
    assert notices(told) == [
        (
            TICKET_OVER,
            "投诉工单 1 件还没有答复，已逾期（1 件录入时已逾期），最早的应于 2026-10-26 23:59 前答复",
        )
    ]
    assert not [event for event in told.events if event.kind is EventKind.TICKET_OVERDUE]


def test_old_history_alarms_nobody(engine: Engine) -> None:
    case = a_case_of(engine, a_ticket_post(origin=Origin.BACKFILL, received=at("2026-10-12 10:00")))
    watch(engine, NOW + 30 * DAY)
    after = engine.cases.get(case.id)
    assert after.tickets == () and notices(after) == [] and "ticket" not in after.awaits


def test_a_candidate_is_not_put_away_while_a_caller_waits(engine: Engine, desk: Desk) -> None:
    doubtful = a_ticket_post()
    doubtful = replace(doubtful, relevance=replace(doubtful.relevance, verdict=Verdict.REVIEW))
    case = a_case_of(engine, doubtful)
    assert case.state is CaseState.WATCHING and case.next_rung_at == at("2026-12-04 09:00")
    month = NOW + 60 * DAY
    assert lapse(case, policy(), month) is case
    watch(engine, month)
    waiting = engine.cases.get(case.id)
    assert waiting.state is CaseState.WATCHING and [rung for rung, _ in notices(waiting)] == [TICKET_OVER]
    assert waiting.next_rung_at is not None and waiting.next_rung_at > month
    answered = answer(desk, waiting, "post-HN-1", now=month)
    assert lapse(answered, policy(), month).state is CaseState.LAPSED


def test_a_restricted_matter_tells_few_and_names_nothing(engine: Engine, case: Case) -> None:
    sealed = replace(case, route=replace(case.route, restricted=True))
    told = look_after(sealed, policy(), at("2026-11-25 09:00"))
    (notice,) = [one for one in told.outbox if one.rung == TICKET_AHEAD]
    assert "限制知悉的事件" in notice.subject and FLOODED[:6] not in notice.subject + notice.body
    assert set(notice.to) <= set(policy().notices.restricted.roles)


def test_a_tentative_term_is_counted_again_once_the_year_is_known(engine: Engine, case: Case) -> None:
    far = at("2030-12-27 10:00")
    tentative = a_ticket(received=far, collected=far)
    waits = replace(case, tickets=(tentative,))
    known = replace(policy(), calendar=_with_new_year_on(2031))
    after = recount(waits, known, far, corrected=False)
    assert after.tickets[0].tentative is False and after.tickets[0].due_at != tentative.due_at
    assert after.events[-1].kind is EventKind.TICKET_MOVED
    assert recount(case, known, far, corrected=False) is case
    looked_at = again(waits, known, far)  # as the watch looks at it, and a calendar that was brought
    assert looked_at.tickets == after.tickets


def _with_new_year_on(year: int) -> Calendar:
    from triage.calendar import YearRow

    row = YearRow(
        year=year,
        citation="某通知",
        off={"元旦": tuple(date(year, 1, day) for day in range(1, 9))},
    )
    rest = YearRow(year=year - 1, citation="某通知")
    return Calendar(office={year: row, year - 1: rest})


# ------------------------------------------------------------------------------------------- what goes


def test_its_number_and_what_the_caller_was_told_go_with_the_file_and_the_fact_stays(
    desk: Desk, case: Case
) -> None:
    done = answer(desk, case, "post-HN-1", "post-HN-2")
    digests = {one.words for one in done.tickets}
    gone = filing.erase(done, NOW, Erased(at=NOW, rule="案卷保管期限"), "清除")
    assert {one.reference for one in gone.tickets} == {""}
    assert [(one.request, one.answered_at) for one in gone.tickets] == [
        (one.request, one.answered_at) for one in done.tickets
    ]
    assert digests <= filing.texts_of(gone, NOW + DAY), "the caller of this erases them"


def test_a_file_is_not_erased_while_a_caller_waits_for_an_answer(
    engine: Engine, tmp_path: Path, desk: Desk, case: Case
) -> None:
    terms = retention.load(tomlfile.DEFAULTS).model_copy(update={"files": Files(not_ours=1, warn_days=1)})
    sweeps = Erasure(engine, policy(), terms, tmp_path / "pictures")
    sweeps.announce(NOW)
    desk.dismiss(case.id, DUTY, NOW, seen=len(case.events), reason="不属本办")
    late = NOW + 400 * DAY
    (due,) = sweeps.upcoming(late, within=DAY)
    assert due.kept_by == "还有工单没有答复"
    assert sweeps.sweep(late) == 0
    answer(desk, case, "post-HN-1", "post-HN-2", now=late)
    assert sweeps.upcoming(late, within=DAY) == [], "its term counts from the answer"
    later = Erasure(engine, policy(), terms, tmp_path / "pictures")
    assert later.sweep(late + 400 * DAY) == 1


def test_who_objects_to_a_post_takes_its_number_away_and_is_owed_an_answer_all_the_same(case: Case) -> None:
    gone = gone_of([])
    bare = without(case, replace(gone, posts=frozenset({"post-HN-1"})), NOW, "system:objections")
    assert [one.reference for one in bare.tickets] == ["", "HN-2"] and len(owed(bare)) == 2


def test_a_case_that_an_older_version_stored_has_no_ticket(case: Case) -> None:
    stored = msgspec.json.decode(casefile.encode(case))
    del stored["tickets"]
    assert casefile.decode(msgspec.json.encode(stored)).tickets == ()
    assert casefile.decode(casefile.encode(case)) == case


# -------------------------------------------------------------------------------------- told in the morning


def test_a_reminder_may_wait_for_the_morning_and_goes_out_only_while_somebody_waits(
    desk: Desk, case: Case
) -> None:
    office = quiet_always()
    night = at("2026-11-27 00:00")
    told = escalate(case, office, night)
    held = [one for one in told.outbox if one.rung == TICKET_OVER]
    assert held and all(one.held for one in held[0].deliveries if one.channel != "console")
    assert needless(told, held[0]) == ""
    done = replace(told, tickets=tuple(replace(one, answered_at=NOW) for one in told.tickets))
    assert needless(done, held[0]) == "工单已经办完，不再提醒"


def test_a_reminder_that_nobody_confirmed_is_handed_over_also_where_the_matter_has_ended(
    desk: Desk, case: Case
) -> None:
    ended = replace(case, state=CaseState.DISMISSED)
    told = escalate(ended, policy(), at("2026-11-27 00:00"))
    assert TICKET_OVER in {one.rung for one in unconfirmed(told)}
    done = replace(told, tickets=tuple(replace(one, answered_at=NOW) for one in told.tickets))
    assert unconfirmed(done) == ()

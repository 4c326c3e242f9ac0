"""Statements reach outlets once, byte for byte as they were approved, or somebody is told why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from huiying.clock import ManualClock
from huiying.contracts import (
    Case,
    CaseState,
    DeliveryState,
    EventKind,
    Publication,
    Publicity,
    StatementState,
    StopReason,
    Suspension,
    Task,
)
from huiying.ports import Engine, Outlet
from tests.factories import NOW, a_case
from tests.triage.outlets.sites import SECRET, Site, listening
from tests.triage.people import DUTY, HANDLER, SPOKESPERSON, a_desk
from tests.triage.statements import BODY, a_statement, approval, owed, owing
from tests.triage.texts import policy
from triage.acts import Act, allowed
from triage.courier import Courier
from triage.deeds.matter import close
from triage.handover import Handed, Handover, settle
from triage.links import Links
from triage.outlets.page import Page
from triage.outlets.webhook import WebSite
from triage.patience import ATTEMPTS, FIRST_WAIT, SILENT_AFTER
from triage.record import carried
from triage.refusals import NotNow
from triage.texts import BODY as BODY_KIND
from triage.texts import Texts

PAGE = Page("http://office.invalid")


def courier(engine: Engine, *outlets: Outlet) -> Courier:
    clock = ManualClock(NOW)
    handover = Handover({one.name: one for one in outlets}, Texts(engine.register), clock)
    links = Links(key=b"k" * 32, base="http://office.invalid")
    return Courier(engine.cases, engine.stream, {}, clock, links=links, handover=handover)


def site_at(url: str) -> WebSite:
    return WebSite(url, SECRET, page=PAGE.address)


def after(engine: Engine, case: Case) -> tuple[Case, tuple[Publication, ...]]:
    stored = engine.cases.get(case.id)
    return stored, stored.statements[0].publications


def test_a_published_statement_goes_to_every_outlet_and_the_record_says_where_it_stands(
    engine: Engine,
) -> None:
    case, site = owing(engine, outlets=("page", "webhook")), Site()
    with listening(site) as url:
        assert courier(engine, PAGE, site_at(url)).send(NOW) == 2
    stored, (page, web) = after(engine, case)
    assert (page.state, page.url) == (
        DeliveryState.DELIVERED,
        "http://office.invalid/public/statements/statement-1",
    )
    assert (web.state, web.url, web.at) == (DeliveryState.DELIVERED, "http://site.invalid/1", NOW)
    assert site.stood["statement-1"]["text"] == BODY.decode()
    assert [event.kind for event in stored.events] == [EventKind.OUTLET_DELIVERED] * 2
    assert stored.events[1].why == "http://site.invalid/1"
    assert stored.next_send_at is None and stored.next_event_at is not None


def test_an_outlet_that_takes_it_and_then_fails_gets_it_again_later_and_shows_it_once(engine: Engine) -> None:
    case, site, now = owing(engine), Site(), NOW
    site.whims = ["hang_up", "no_url", "other_bytes", "503"]
    with listening(site) as url:
        carrier = courier(engine, site_at(url))
        carrier.send(now)
        _, (first,) = after(engine, case)
        assert (first.state, first.attempts) == (DeliveryState.OWED, 1)
        assert first.next_try_at == NOW + FIRST_WAIT
        assert carrier.send(NOW + FIRST_WAIT - timedelta(seconds=1)) == 0
        for _ in range(4):
            now += timedelta(minutes=11)
            carrier.send(now)
    stored, (last,) = after(engine, case)
    assert (last.state, last.attempts) == (DeliveryState.DELIVERED, 5)
    assert site.asked == ["statement-1"] * 5 and len(site.stood) == 1
    assert [event.kind for event in stored.events] == [EventKind.OUTLET_DELIVERED]


def test_an_outlet_that_never_confirms_is_given_up_and_a_person_is_told(engine: Engine) -> None:
    case, site, now = owing(engine), Site(), NOW
    site.whims = ["other_bytes"] * (ATTEMPTS + 5)
    with listening(site) as url:
        carrier = courier(engine, site_at(url))
        for _ in range(ATTEMPTS + 3):
            carrier.send(now)
            now += timedelta(minutes=11)
    stored, (last,) = after(engine, case)
    assert (last.state, last.attempts) == (DeliveryState.FAILED, ATTEMPTS)
    (event,) = stored.events
    assert event.kind is EventKind.OUTLET_FAILED
    assert event.why == f"试了 {ATTEMPTS} 次，没有成功"
    assert "SHA-256 不符" in stored.statements[0].publications[0].detail
    assert len(site.asked) == ATTEMPTS and stored.next_send_at is None


def test_what_an_outlet_refused_waits_for_somebody_and_is_handed_over_again(engine: Engine) -> None:
    case, site = owing(engine, outlets=("page", "webhook")), Site()
    desk = replace(a_desk(engine), outlets=("page", "webhook"))
    site.whims = ["refuse"]
    with listening(site) as url:
        carrier = courier(engine, Page("https://office.example"), site_at(url))
        carrier.send(NOW)
        stored, _ = after(engine, case)
        assert "outlet" in stored.awaits
        assert Act.HAND_OVER in allowed(stored, SPOKESPERSON, policy())
        assert Act.HAND_OVER not in allowed(stored, HANDLER, policy())
        again = desk.hand_over(case.id, SPOKESPERSON, NOW, seen=len(stored.events))
        assert "outlet" not in again.awaits and again.next_send_at == NOW
        assert Act.HAND_OVER not in allowed(again, SPOKESPERSON, policy())
        with pytest.raises(NotNow, match="没有要再次交送的文稿"):
            desk.hand_over(case.id, SPOKESPERSON, NOW, seen=len(again.events))
        carrier.send(NOW)
    stored, publications = after(engine, case)
    assert [one.state for one in publications] == [DeliveryState.DELIVERED] * 2
    assert publications[1].attempts == 1 and "outlet" not in stored.awaits
    kinds = [event.kind for event in stored.events]
    assert kinds[-2:] == [EventKind.HANDED_OVER, EventKind.OUTLET_DELIVERED]


def test_an_outlet_that_is_set_up_no_more_is_not_waited_for(engine: Engine) -> None:
    case = owing(engine)
    courier(engine).send(NOW)
    stored, (last,) = after(engine, case)
    assert last.state is DeliveryState.FAILED and "outlet" in stored.awaits
    again = a_desk(engine).hand_over(case.id, SPOKESPERSON, NOW, seen=len(stored.events))
    assert again.statements[0].publications == () and again.awaits == stored.awaits[:-1]
    assert "不再交送" in again.events[-1].what


@pytest.mark.parametrize(
    ("state", "outlet", "why"),
    [
        (DeliveryState.FAILED, "webhook", "没有上网"),
        (DeliveryState.FAILED, "page", "没有上网"),
        (DeliveryState.OWED, "webhook", "正在交给外网"),
        (DeliveryState.OWED, "page", ""),
        (DeliveryState.DELIVERED, "webhook", ""),
    ],
)
def test_a_matter_is_not_closed_before_its_statements_are_out(
    state: DeliveryState, outlet: str, why: str
) -> None:
    statement = a_statement("ab" * 32, publications=(owed(outlet, state=state),))
    case = a_case(statements=(statement,), state=CaseState.FOLLOWED)
    if why:
        with pytest.raises(NotNow, match=why):
            close(case, DUTY, NOW)
    else:
        assert close(case, DUTY, NOW).state is CaseState.CLOSED


def test_a_clear_refusal_is_told_at_once(engine: Engine) -> None:
    case, site = owing(engine), Site()
    site.whims = ["refuse"]
    with listening(site) as url:
        courier(engine, site_at(url)).send(NOW)
    _, (last,) = after(engine, case)
    assert last.state is DeliveryState.FAILED
    assert "errcode 40001" in last.detail


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"state": StatementState.SIGNED}, "不在已发布状态"),
        ({"state": StatementState.WITHDRAWN}, "不在已发布状态"),
        ({"publicity": Publicity.ON_REQUEST}, "不是主动公开"),
        ({"review": None}, "保密审查"),
        ({"signature": approval("ab" * 32, "qian")}, "重新送审"),
        ({"authors": ("xie", "qian")}, "签发人是作者之一"),
    ],
)
def test_what_is_not_approved_never_leaves_the_house(
    engine: Engine, changes: dict[str, Any], why: str
) -> None:
    case, site = owing(engine, **changes), Site()
    with listening(site) as url:
        courier(engine, site_at(url)).send(NOW)
    stored, (last,) = after(engine, case)
    assert site.asked == []
    assert last.state is DeliveryState.FAILED
    assert why in last.detail and stored.events[-1].kind is EventKind.OUTLET_FAILED


@pytest.mark.parametrize("kept", [None, "标题：改过的\n".encode()])
def test_bytes_that_are_gone_or_others_never_leave_the_house(engine: Engine, kept: bytes | None) -> None:
    case, site = owing(engine), Site()
    sha256 = case.statements[0].sha256
    engine.register.delete(BODY_KIND, sha256)
    if kept is not None:
        engine.register.put(BODY_KIND, sha256, kept, expect=None)
    with listening(site) as url:
        courier(engine, site_at(url)).send(NOW)
    stored, (last,) = after(engine, case)
    assert site.asked == []
    assert "SHA-256" in last.detail and last.state is DeliveryState.FAILED
    assert stored.events[-1].kind is EventKind.OUTLET_FAILED


def test_an_outlet_that_is_not_set_up_says_so(engine: Engine) -> None:
    case = owing(engine)
    courier(engine).send(NOW)
    assert "没有设置 webhook" in after(engine, case)[1][0].detail


def test_a_dead_outlet_is_left_alone_for_the_round_and_holds_up_no_other(engine: Engine) -> None:
    cases, site = [owing(engine, outlets=("webhook", "page")) for _ in range(5)], Site()
    site.whims = ["503"] * 5
    with listening(site) as url:
        courier(engine, site_at(url), PAGE).send(NOW)
    assert len(site.asked) == SILENT_AFTER
    assert all(after(engine, case)[1][1].state is DeliveryState.DELIVERED for case in cases)


def test_a_crash_between_handing_over_and_striking_off_repeats_the_same_key(engine: Engine) -> None:
    case, site = owing(engine), Site()

    class Dying(WebSite):
        def publish(self, statement: Any, body: bytes, *, case_id: str, key: str) -> str:
            super().publish(statement, body, case_id=case_id, key=key)
            raise KeyboardInterrupt

    with listening(site) as url:
        with pytest.raises(KeyboardInterrupt):
            courier(engine, Dying(url, SECRET, page=PAGE.address)).send(NOW)
        courier(engine, site_at(url)).send(NOW)
    assert site.asked == ["statement-1"] * 2 and len(site.stood) == 1
    assert after(engine, case)[1][0].state is DeliveryState.DELIVERED


def test_an_outcome_is_booked_once_and_on_the_newer_case(engine: Engine) -> None:
    case = owing(engine)
    newer = replace(case, title="改过的题目", revision=2)
    done = owed(state=DeliveryState.DELIVERED, attempts=1, url="http://site.invalid/1")
    once = settle(newer, [Handed("statement-1", done)], NOW)
    assert once.title == "改过的题目" and once.statements[0].publications == (done,)
    assert settle(once, [Handed("statement-1", done)], NOW) is once
    assert settle(once, [Handed("another", done)], NOW) is once


# ------------------------------------------------------------------------------------------ taken down


def hidden(case: Case, engine: Engine) -> Case:
    """The stored case with its statement suspended, as the desk leaves it."""
    statement = case.statements[0]
    stop = Suspension(at=NOW, by="shen", reason=StopReason.PERSONAL, words="")
    orders = tuple(
        replace(one, state=DeliveryState.OWED, task=Task.STOP, turn=one.turn + 1, attempts=0, next_try_at=NOW)
        for one in statement.publications
    )
    changed = replace(statement, suspensions=(stop,), publications=orders)
    after = carried(replace(case, statements=(changed,), revision=case.revision + 1))
    engine.cases.save([after])
    return after


def test_what_is_hidden_is_taken_down_with_nothing_of_its_words(engine: Engine) -> None:
    case, site = owing(engine, outlets=("page", "webhook")), Site()
    with listening(site) as url:
        carrier = courier(engine, PAGE, site_at(url))
        carrier.send(NOW)
        case = hidden(after(engine, case)[0], engine)
        assert carrier.send(NOW) == 2
    stored, publications = after(engine, case)
    assert [(one.task, one.state, one.url) for one in publications] == [
        (Task.STOP, DeliveryState.DELIVERED, "")
    ] * 2
    assert site.stood == {} and site.asked == ["statement-1", "statement-1.2"]
    (order,) = site.stopped
    assert (order["id"], order["reason"], order["sha256"]) == (
        "statement-1",
        "personal",
        case.statements[0].sha256,
    )
    assert "text" not in order and "title" not in order
    assert [event.kind for event in stored.events[2:]] == [EventKind.OUTLET_STOPPED] * 2
    assert "outlet" not in stored.awaits and stored.next_send_at is None


def test_an_outlet_that_does_not_say_it_took_it_down_is_asked_again_and_then_waits_for_people(
    engine: Engine,
) -> None:
    case, site, now = hidden(owing(engine), engine), Site(), NOW
    site.whims = ["not_stopped"] * ATTEMPTS
    with listening(site) as url:
        carrier = courier(engine, site_at(url))
        for _ in range(ATTEMPTS):
            carrier.send(now)
            now = after(engine, case)[0].next_send_at or now
    stored, (web,) = after(engine, case)
    assert (web.state, web.task) == (DeliveryState.FAILED, Task.STOP)
    assert "没有说已经撤下" in web.detail
    assert stored.events[-1].kind is EventKind.OUTLET_NOT_STOPPED
    assert "没有撤下" in stored.events[-1].what
    assert "outlet" in stored.awaits
    assert set(site.asked) == {"statement-1.2"}


@pytest.mark.parametrize("state", [CaseState.CLOSED, CaseState.DISMISSED])
def test_what_an_ended_matter_shows_elsewhere_is_handed_over_again_by_people(
    engine: Engine, state: CaseState
) -> None:
    case = hidden(owing(engine), engine)
    failed = replace(case.statements[0].publications[0], state=DeliveryState.FAILED, attempts=12)
    statement = replace(case.statements[0], publications=(failed,))
    ended = carried(replace(case, state=state, statements=(statement,), revision=case.revision + 1))
    engine.cases.save([ended])
    assert ended.awaits == ("outlet",)
    assert Act.HAND_OVER in allowed(ended, SPOKESPERSON, policy())
    desk = replace(a_desk(engine), outlets=("page", "webhook"))
    done = desk.hand_over(case.id, SPOKESPERSON, NOW, seen=len(ended.events))
    (web,) = done.statements[0].publications
    assert (web.state, web.task, web.turn) == (DeliveryState.OWED, Task.STOP, 2)
    assert "再次通知撤下" in done.events[-1].what


def test_what_became_of_an_order_says_nothing_of_the_one_after_it(engine: Engine) -> None:
    """The courier was showing it to the outlet while somebody hid it."""
    case = owing(engine)
    shown = owed(state=DeliveryState.DELIVERED, attempts=1, url="http://site.invalid/1")
    case = hidden(case, engine)
    assert settle(case, [Handed("statement-1", shown)], NOW) is case


def test_shown_again_it_stands_there_again(engine: Engine) -> None:
    case, site = hidden(owing(engine), engine), Site()
    statement = case.statements[0]
    ended = replace(statement.suspensions[0], ended_at=NOW)
    order = replace(statement.publications[0], task=Task.SHOW, turn=3)
    back = replace(statement, suspensions=(ended,), publications=(order,))
    engine.cases.save([carried(replace(case, statements=(back,), revision=case.revision + 1))])
    with listening(site) as url:
        courier(engine, site_at(url)).send(NOW)
    assert after(engine, case)[1][0].url == "http://site.invalid/1"
    assert site.asked == ["statement-1.3"]

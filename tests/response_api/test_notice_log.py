"""Who was told, when and why; and where nobody was told, why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from huiying.contracts import Case, ClockKind, Delivery, DeliveryState, Receipt
from response_api.notice_log import NoticeLine, Wanted, lines
from response_api.sight import EVERYTHING, Sight
from tests.factories import NOW, a_case, a_clock, a_route
from tests.triage.notifiers.letters import a_notice
from tests.triage.texts import policy

MINUTE = timedelta(minutes=1)


def a_receipt(**changes: Any) -> Receipt:
    made = Receipt(
        notice="n1",
        clock=ClockKind.ACKNOWLEDGE,
        rung="75%",
        to=("unit", "duty"),
        reason="签收时限已过四分之三",
        channel="smtp",
        state=DeliveryState.SENT,
        owed_at=NOW,
        at=NOW + 3 * MINUTE,
    )
    return replace(made, **changes)


def told(case: Case, wanted: Wanted | None = None, sight: Sight = EVERYTHING) -> list[NoticeLine]:
    return lines([case], sight, policy(), lambda login: login, NOW, wanted)


def test_a_line_says_who_when_how_and_why() -> None:
    (line,) = told(a_case(clocks=(a_clock(),), receipts=(a_receipt(),)))
    assert (line.to, line.channel, line.clock, line.rung) == ("承办单位、值班长", "邮件", "签收", "75%")
    assert line.why == "签收时限已过四分之三" and line.took == "用了 3 分钟" and not line.why_not


def test_a_failure_says_why_not() -> None:
    failed = a_receipt(state=DeliveryState.FAILED, detail="收件人被拒收（550）")
    (line,) = told(a_case(receipts=(failed,)), Wanted.FAILED)
    assert line.tone == "failed" and line.why_not == "收件人被拒收（550）"


def test_what_is_owed_or_stands_by_is_told_before_it_goes_out() -> None:
    reserve = Delivery(channel="sms", address="1", state=DeliveryState.RESERVE, next_try_at=NOW, after="smtp")
    notice = a_notice(deliveries=(a_notice().deliveries[0], reserve))
    found = told(a_case(outbox=(notice,)), Wanted.OWED)
    assert [line.channel for line in found] == ["值班台", "短信"]
    assert "没有送到才用这一个" in found[1].why_not


def test_a_rung_that_told_nobody_by_itself_says_which_stood_for_it() -> None:
    clock = replace(a_clock(), fired=("75%", "到期"), untold=("75%",))
    (line,) = told(a_case(clocks=(clock,)), Wanted.UNTOLD)
    assert line.rung == "75%" and line.state == "未单独通知" and "并入" in line.why_not


def test_unseen_is_what_went_out_and_nobody_opened() -> None:
    seen = a_receipt(notice="n2", state=DeliveryState.SEEN, seen_at=NOW, seen_by="leader")
    found = told(a_case(receipts=(a_receipt(), seen)), Wanted.UNSEEN)
    assert [line.seen for line in found] == [""]
    assert told(a_case(receipts=(seen,)))[0].seen.endswith("leader")


def test_the_newest_stands_first_and_what_is_out_of_sight_is_not_there() -> None:
    later = a_receipt(notice="n2", owed_at=NOW + MINUTE)
    assert [line.at for line in told(a_case(receipts=(a_receipt(), later)))] == [NOW + MINUTE, NOW]
    narrow = Sight(restricted=False, units=frozenset({"luoyang"}), own=frozenset())
    assert not told(a_case(route=a_route(lead="zhengzhou"), receipts=(a_receipt(),)), sight=narrow)
    sealed = a_case(route=a_route(lead="luoyang", restricted=True), receipts=(a_receipt(),))
    assert not told(sealed, sight=narrow)

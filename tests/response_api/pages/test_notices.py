"""通知记录: lines of the matters in view, filtered and paged."""

from __future__ import annotations

from huiying.contracts import Awaited, DeliveryState, Role
from huiying.ports import Engine
from tests.factories import NOW, a_case, a_clock, a_route
from tests.response_api.conftest import Visitor, submit
from tests.response_api.test_notice_log import a_receipt


def test_the_log_shows_who_was_told_and_who_was_not(visitor: Visitor, engine: Engine) -> None:
    failed = a_receipt(notice="n2", state=DeliveryState.FAILED, detail="收件人被拒收（550）")
    case = a_case(clocks=(a_clock(),), receipts=(a_receipt(), failed), route=a_route(lead="zhengzhou"))
    engine.cases.save([case])
    duty = visitor(Role.DUTY)
    page = duty.get("/notices").text
    assert "签收时限已过四分之三" in page and "收件人被拒收（550）" in page
    only = duty.get("/notices?wanted=failed").text
    assert "收件人被拒收（550）" in only and "用了 3 分钟" not in only
    assert "收件人被拒收" in duty.get("/notices?unit=zhengzhou").text
    assert "没有符合条件的通知" in duty.get("/notices?unit=luoyang").text
    assert duty.get("/notices?wanted=nothing&unit=nobody&after=%00").status_code in (200, 400)


def test_who_has_to_acknowledge_a_notice_does_it_here(visitor: Visitor, engine: Engine) -> None:
    asked = Awaited(
        notice="n1", rung="75%", reason="签收时限已过四分之三", roles=("duty",), logins=("duty", "signer"),
        since=NOW, next_at=NOW,
    )  # fmt: skip
    case = a_case(clocks=(a_clock(),), receipts=(a_receipt(notice="n1"),), awaited=(asked,))
    engine.cases.save([case])
    duty = visitor(Role.DUTY)
    page = duty.get("/notices").text
    assert "请您确认" in page and "还没确认：值班长、签发人" in page
    assert "请您确认" not in visitor(Role.MONITOR).get("/notices").text
    assert submit(duty, "/notices", to="/notices/seen", case=case.id, notice="n1").status_code == 303
    page = duty.get("/notices").text
    assert "请您确认" not in page and "还没确认：签发人" in page and "值班长</small>" in page
    assert submit(duty, "/notices", to="/notices/seen", case="nothing", notice="n1").status_code == 404

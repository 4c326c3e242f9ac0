"""通知记录: lines of the matters in view, filtered and paged."""

from __future__ import annotations

from huiying.contracts import DeliveryState, Role
from huiying.ports import Engine
from tests.factories import a_case, a_clock, a_route
from tests.response_api.conftest import Visitor
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

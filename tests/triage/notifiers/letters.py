"""A notice to send."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from huiying.contracts import ClockKind, Delivery, Notice
from tests.factories import NOW


def a_notice(**changes: Any) -> Notice:
    notice = Notice(
        id="abcdefgh2345",
        case_id="case-1",
        clock=ClockKind.ACKNOWLEDGE,
        rung="75%",
        to=("unit", "duty"),
        unit="zhengzhou",
        subject="【较大】签收·75%：锦绣花园人防车位",
        body="事件：锦绣花园人防车位\n任务：签收",
        reason="签收时限已过四分之三",
        evidence=("post-1",),
        owed_at=NOW,
        due_at=NOW + timedelta(hours=2),
        deliveries=(Delivery(channel="console", address="值班台", next_try_at=NOW),),
    )
    return replace(notice, **changes)

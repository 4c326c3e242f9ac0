"""A test notice over a real channel, to see whether it arrives and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from huiying import identity
from huiying.contracts import ClockKind, Notice
from huiying.errors import GiveUp, Throttled, TryAgain
from huiying.ports import Notifier
from triage.receipts import plain
from triage.record import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What came of it; ``confirmed`` is only where the receiver itself has it."""

    address: str
    ok: bool
    confirmed: bool
    detail: str

    def in_words(self) -> str:
        if not self.ok:
            return f"没有送到 {self.address}：{self.detail}"
        how = "对方确认收到" if self.confirmed else "已交给渠道，是否看到请当面确认"
        return f"已送 {self.address}：{how}（{self.detail}）"


def attempt(notifier: Notifier, address: str, now: datetime, link: str) -> Came:
    """Send one notice that says that it is a test. What is refused is told, not raised."""
    try:
        sent = notifier.send(a_test(now, notifier.channel, address, link), address)
    except (TryAgain, GiveUp) as trouble:
        again = "，可以过一会儿再试" if isinstance(trouble, TryAgain) else ""
        wait = f"，{trouble.seconds:.0f} 秒后再试" if isinstance(trouble, Throttled) else again
        return Came(address=address, ok=False, confirmed=False, detail=plain(str(trouble)) + wait)
    return Came(address=address, ok=True, confirmed=sent.confirmed, detail=plain(sent.detail))


def a_test(now: datetime, channel: str, address: str, link: str) -> Notice:
    """Belongs to no case, asks for nothing, and has an id of its own every time."""
    return Notice(
        id=identity.notice_id("test", f"{channel} {address}", now.isoformat()),
        case_id="test",
        clock=ClockKind.ACKNOWLEDGE,
        rung="测试",
        to=("duty",),
        unit="",
        subject="【测试】这是“回应”的测试通知",
        body=f"收到就说明这个渠道是通的，不用办理。\n发送：{shown(now)}（北京时间）\n查看（需要登录）：{link}",
        reason="测试",
        owed_at=now,
        due_at=now + timedelta(hours=1),
        deliveries=(),
        link=link,
    )

"""汇总: what may be told together, as one notice an address and morning.  Pure.

Each line stays a delivery of its own notice in its own case, with a receipt of its own; only the sending is shared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from huiying import identity
from huiying.contracts import Case, Delivery, DeliveryState, Notice
from triage.record import shown

DIGEST = "汇总"
MOST = 50
"""Lines of one notice; more go into a second one."""


@dataclass(frozen=True, slots=True)
class Line:
    notice: Notice
    delivery: Delivery


@dataclass
class Bundle:
    """What one round of the courier finds due that goes together."""

    _found: dict[tuple[str, str], list[Line]] = field(default_factory=dict)

    def gather(self, case: Case, now: datetime, goes: Callable[[Delivery], bool]) -> None:
        """Of a case what is due and ``goes`` this way."""
        for notice in case.outbox:
            for one in notice.deliveries:
                owed = one.together and one.state is DeliveryState.OWED and one.next_try_at <= now
                if owed and goes(one):
                    self._found.setdefault((one.channel, one.address), []).append(Line(notice, one))

    def by_address(self) -> Iterator[Sequence[Line]]:
        for lines in self._found.values():
            for start in range(0, len(lines), MOST):
                yield lines[start : start + MOST]


def together(notices: Sequence[Notice], now: datetime, *, base: str) -> Notice:
    """One notice of all of them, the first to fall due first; the same ones make the same id. It belongs to no case."""
    ordered = sorted(notices, key=lambda one: (one.due_at, one.id))
    lines = [
        f"{number}. {one.subject}\n   {one.reason}；{shown(one.due_at)} 前\n   {base}/cases/{one.case_id}"
        for number, one in enumerate(ordered, 1)
    ]
    first = ordered[0]
    return Notice(
        id=identity.notice_id("", DIGEST, " ".join(sorted(one.id for one in ordered))),
        case_id="",
        rung=DIGEST,
        to=tuple(dict.fromkeys(role for one in ordered for role in one.to)),
        unit=first.unit,
        subject=f"【汇总】{len(ordered)} 条提醒",
        body="\n".join(lines),
        reason=f"{len(ordered)} 条不急的提醒，并成一条",
        owed_at=now,
        due_at=first.due_at,
        deliveries=(),
    )

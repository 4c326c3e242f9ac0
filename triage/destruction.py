"""案卷销毁清单: what was erased between two days, as the record tells it.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from huiying.clock import SHANGHAI
from huiying.contracts import Case, CaseEvent, EventKind
from triage.policy import Policy

COLUMNS = (
    "序号", "事件编号", "承办单位", "舆情等级", "处置分类", "发现日期", "办结日期", "清除时间", "依据", "清除内容",
    "经过序号", "记录摘要（SHA-256）",
)  # fmt: skip


def rows(cases: Iterable[Case], policy: Policy, since: date, until: date) -> Iterator[tuple[str, ...]]:
    """A row for each erasing on these days (in Asia/Shanghai, both included), in its order."""
    found = sorted(
        (
            (event.at, case.id, event, case)
            for case in cases
            for event in case.events
            if event.kind is EventKind.ERASED and since <= _day(event.at) <= until
        ),
        key=lambda one: one[:2],
    )
    for number, (_, _, event, case) in enumerate(found, 1):
        yield (str(number), *_row(case, event, policy))


def _row(case: Case, event: CaseEvent, policy: Policy) -> tuple[str, ...]:
    return (
        case.id,
        policy.unit_name(case.route.lead),
        event.level,
        policy.handling.row(case.assessment.category).name if case.assessment else "",
        _day(case.detected_at).isoformat(),
        _day(case.closed_at).isoformat() if case.closed_at else "",
        f"{event.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
        event.why,
        event.what,
        str(event.sequence),
        event.digest,
    )


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()

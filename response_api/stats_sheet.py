"""统计与考核 as an Excel workbook: the sums, the clocks, the tickets, the units, the ledger (台账) of the matters and their scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from response_api import sheets, times
from response_api.house import Names
from response_api.public_clocks import public_clocks, summary
from response_api.sheets import Value
from response_api.sight import Sight, is_sealed, title_for
from response_api.stats_view import ENDINGS, PUT_OFF, RESTRICTED_APART, StatsView
from response_api.ticket_view import WENT
from response_api.words import ATTITUDES, CATEGORIES, CHANNELS, STATES
from triage.performance import Scored
from triage.rebound import rebounded
from triage.scorecard import Criterion

LEDGER = (
    "编号", "发现时间", "首次公开", "主要渠道", "标题", "事项", "地点", "信息量", "倾向", "等级", "处置分类", "承办单位", "交办时间",
    "最近到期", "首次公开回应", "时限", "状态", "办结时间", "反弹", "得分",
)  # fmt: skip
WIDTHS = (12, 18, 18, 12, 40, 18, 18, 8, 8, 10, 16, 24, 18, 18, 18, 30, 10, 18, 8, 10)


def workbook(
    view: StatsView, matters: Mapping[str, Scored], names: Names, sight: Sight, *, about: str, now: datetime
) -> bytes:
    """``about`` says of what and when, for the first sheet."""
    book = sheets.blank()
    sheets.add(
        book,
        "汇总",
        [("项目", "数值", "说明"), *[(tile.name, tile.value, tile.note) for tile in view.tiles]]
        + [(f"{mark.word}舆情", cell.count, "") for mark, cell in view.levels]
        + [(name, cell.count, "另行记载" + ("，一票否决" if veto else "")) for name, veto, cell in view.flags]
        + [("范围", about, ""), ("导出时间", times.full(now), "")],
        (20, 40, 40),
    )
    sheets.add(
        book,
        "时限",
        [("时限", "性质", *ENDINGS.values(), "按时率", "用时")]
        + [
            (row.name, row.authority, *[cell.count for cell in row.cells], row.on_time, row.hours)
            for row in view.clocks
        ],
        (22, 12, 8, 8, 8, 12, 8, 18, 44),
    )
    sheets.add(
        book,
        "工单",
        [("类型", "性质", "应答复", *WENT.values(), "按期率", "还没有答复", PUT_OFF)]
        + [
            (
                row.name,
                row.authority,
                row.total,
                *[cell.count for cell in row.cells],
                row.on_time,
                row.owed.count,
                row.extended.count,
            )
            for row in view.tickets
        ],
        (12, 12, 8, 10, 10, 12, 10, 10, 16, 18, 12, 10),
    )
    sheets.add(
        book,
        "单位",
        [("单位", "事件", "办结", "法定按时", "法定逾期", "计入发现和定级", "更正", "按时率", "首次公开回应", "已评分", "加权得分", "评定", "一票否决")]
        + [
            (
                row.name, row.matters.count, row.closed, row.kept, row.missed.count, row.booked.count, row.corrected.count,
                row.on_time, row.hours, row.scored.count, float(row.score) if row.score else None, row.grade, row.vetoed.count,
            )
            for row in view.units
        ]
        + ([(RESTRICTED_APART.format(view.untold),)] if view.untold else []),
        (28, 8, 8, 10, 10, 16, 8, 18, 44, 8, 10, 10, 10),
    )  # fmt: skip
    sheets.add(book, "台账", [LEDGER, *_ledger(matters, names, sight, now)], WIDTHS)
    sheets.add(
        book,
        "评分",
        [
            ("编号", "标题", *[criterion.value for criterion in Criterion], "合计", "评定", "依据"),
            *_scores(matters, sight),
        ],
        (12, 40, 10, 10, 10, 10, 10, 10, 120),
    )
    return sheets.saved(book)


def _ledger(
    matters: Mapping[str, Scored], names: Names, sight: Sight, now: datetime
) -> Iterable[tuple[Value, ...]]:
    for one in matters.values():
        case, sealed = one.case, is_sealed(one.case, sight)
        channel = max(case.tallies.by_channel, key=lambda name: case.tallies.by_channel[name], default="")
        due = min((clock.due_at for clock in case.clocks if clock.met_at is None), default=None)
        handled = case.assessment.category if case.assessment else None
        yield (
            case.id[:12],
            times.full(case.detected_at),
            times.full(case.first_public_at),
            next((name for value, name in CHANNELS.items() if value.value == channel), channel),
            title_for(case, sight),
            "" if sealed else names.topic_name(case.topic) if case.topic else "未归类",
            "" if sealed else " ".join(filter(None, (case.place.city, case.place.county))) or "未知",
            case.tallies.posts,
            "" if sealed else ATTITUDES[case.attitude],
            case.severity.level.value,
            "" if sealed or handled is None else CATEGORIES[handled],
            names.unit_name(case.route.lead),
            times.full(case.assignment.at) if case.assignment else "",
            times.full(due) if due else "",
            times.full(one.answered_at) if one.answered_at else "",
            summary(public_clocks(case, now)),
            STATES[case.state],
            times.full(case.closed_at) if case.closed_at else "",
            "是" if rebounded(case) else "",
            _total(one),
        )


def _total(one: Scored) -> Value:
    if one.card is None:
        return None
    return one.card.low if one.card.settled else f"{one.card.low}–{one.card.high}"


def _scores(matters: Mapping[str, Scored], sight: Sight) -> Iterable[tuple[Value, ...]]:
    for one in matters.values():
        if one.card is None:
            continue
        lines = one.card.lines
        yield (
            one.case.id[:12],
            title_for(one.case, sight),
            *[
                sum(line.points or 0 for line in lines if line.criterion is criterion)
                for criterion in Criterion
            ],
            _total(one),
            one.card.grade,
            "；".join(
                f"{line.name} {'待定' if line.points is None else line.points}/{line.most}（{line.working}）"
                for line in lines
            ),
        )

"""日报, 周报, 月报 as a paper, from the figures that the page shows too.  Pure."""

from __future__ import annotations

from collections.abc import Sequence

from response_api.papers.figures import Count, Report
from response_api.papers.issue import NAMES, TURNS, Span
from response_api.papers.layout import Block, Heading, OfficePaper, Rows, Text, sections
from response_api.papers.material import title_said
from response_api.papers.wording import minute
from response_api.stats_view import PUT_OFF
from response_api.ticket_view import WENT

TICKETS_SAID = "与“统计与考核”同一口径；录入时已逾期的不算承办单位逾期。"
"""Of which sum the figures of tickets are."""
MOST_COUNTED = 12
"""Topics and cities that are listed by name; the rest stand as one line."""


def report_paper(report: Report, *, unit: str) -> OfficePaper:
    """``unit``: whose report it is, by name."""
    kind = f"舆情{NAMES[report.issue.span]}"
    return OfficePaper(
        kind=kind,
        title=f"{kind}（{report.issue.name}）",
        unit=unit,
        made_at=report.now,
        number="第{}期",
        masthead=True,
        notices=notes(report),
        blocks=sections(
            ("总体情况", _overall(report)),
            ("等级、事项和地区", _kinds(report)),
            ("信息传播", _spread(report)),
            ("重点事件", _top(report)),
            ("未办结事件与时限", _open(report)),
            ("法定时限履行", _terms(report)),
            ("工单", _tickets(report)),
            ("公开回应", _replies(report)),
            ("反弹", _rebounds(report)),
            (f"{TURNS[report.issue.span][1]}提示", _ahead(report)),
        ),
    )


def notes(report: Report) -> tuple[str, ...]:
    """What a reader has to know of the figures, on the page and on paper."""
    told = []
    if report.running:
        told.append(f"本期还没有结束，数字截至{minute(report.now)}。")
    if report.old:
        told.append(f"新发现事件中有{report.old}件出自补录、回放的旧信息。")
    if report.sealed:
        told.append("事项、地区的件数不含限制知悉事件。")
    if report.cut:
        told.append(
            "事件太多，时限、工单、回应、反弹和重点事件只按读到的最近一部分统计；等级、事项、地区的件数是全的。"
        )
    return tuple(told)


def file_name(report: Report) -> str:
    """舆情周报_20261123-20261129.docx"""
    first, last = f"{report.issue.first:%Y%m%d}", f"{report.issue.last:%Y%m%d}"
    days = first if first == last else f"{first}-{last}"
    return f"舆情{NAMES[report.issue.span]}_{days}.docx"


def _overall(report: Report) -> tuple[Block, ...]:
    return (
        _table(report, "指标", report.counts),
        Text(
            text="法定时限只计法律法规和上级文件要求的，办内要求和暂定的不计；按时按完成之日、逾期按到期之日归期。"
        ),
    )


def _kinds(report: Report) -> tuple[Block, ...]:
    blocks: list[Block] = [Heading(text="（一）等级", level=2), _table(report, "等级", report.levels)]
    for name, title, counts in (("（二）事项", "事项", report.topics), ("（三）地区", "地区", report.cities)):
        if counts:
            blocks += [Heading(text=name, level=2), _table(report, title, _shortened(counts))]
    return tuple(blocks)


def _shortened(counts: Sequence[Count]) -> Sequence[Count]:
    if len(counts) <= MOST_COUNTED:
        return counts
    rest = counts[MOST_COUNTED:]
    other = Count(
        name=f"其他{len(rest)}项", now=sum(one.now for one in rest), before=sum(one.before for one in rest)
    )
    return [*counts[:MOST_COUNTED], other]


def _table(report: Report, name: str, counts: Sequence[Count]) -> Rows:
    before = TURNS[report.issue.span][0]
    return Rows(
        columns=(name, "本期", before, "增减"),
        rows=tuple((one.name, str(one.now), str(one.before), one.change) for one in counts),
        shares=(3, 1, 1, 1),
    )


def _spread(report: Report) -> tuple[Block, ...]:
    blocks: list[Block] = [_table(report, "态度（条）", report.attitudes)]
    if report.channels:
        blocks.append(Text(text="本期新发现事件的信息，按渠道："))
        rows = tuple((one.name, str(one.count)) for one in report.channels)
        blocks.append(Rows(columns=("渠道", "条数"), rows=rows, shares=(1, 1)))
    if report.issue.span is not Span.DAY:
        days = tuple((f"{day.month}月{day.day}日", str(count)) for day, count in report.days)
        blocks += [Text(text="相关信息逐日条数："), Rows(columns=("日期", "条数"), rows=days, shares=(1, 1))]
    return tuple(blocks)


def _top(report: Report) -> tuple[Block, ...]:
    if not report.top:
        return (Text(text="本期没有新发现的事件。"),)
    rows = tuple(
        (one.level.word, title_said(one.title), one.topic, one.place, str(one.posts), one.state)
        for one in report.top
    )
    columns = ("等级", "事件", "事项", "地区", "信息", "状态")
    return (Rows(columns=columns, rows=rows, shares=(20, 60, 26, 20, 14, 18)),)


def _open(report: Report) -> tuple[Block, ...]:
    if not report.open:
        return (Text(text="当前无未办结事件。"),)
    more = report.open_total - len(report.open)
    told = f"截至{minute(report.now)}，未办结{report.open_total}件" + (
        f"，下列最先到期的{len(report.open)}件" if more > 0 else ""
    )
    rows = tuple(
        (one.level.word, title_said(one.title), one.unit, one.what, one.authority, one.at)
        for one in report.open
    )
    columns = ("等级", "事件", "承办单位", "最先到期", "性质", "到期时间")
    return (Text(text=f"{told}。"), Rows(columns=columns, rows=rows, shares=(18, 44, 26, 30, 18, 38)))


def _terms(report: Report) -> tuple[Block, ...]:
    told = f"本期法定时限按时完成{report.kept}项，逾期{report.missed_total}项。"
    if not report.missed:
        return (Text(text=told),)
    rows = tuple((title_said(one.title), one.unit, one.what, one.at) for one in report.missed)
    columns = ("事件", "承办单位", "情况", "到期时间")
    return (Text(text=told), Rows(columns=columns, rows=rows, shares=(50, 30, 40, 38)))


def _tickets(report: Report) -> tuple[Block, ...]:
    """Nothing of an office that has none."""
    blocks: list[Block] = []
    if report.tickets:
        counts = tuple(WENT.values())
        rows = tuple(
            (f"{one.name}（{one.authority}）", *map(str, (one.total, *(cell.count for cell in one.cells), one.extended.count)))
            for one in report.tickets
        )  # fmt: skip
        blocks.append(
            Text(text=f"本期新发现事件的工单{sum(one.total for one in report.tickets)}件：{TICKETS_SAID}")
        )
        blocks.append(
            Rows(
                columns=("类型", "收到", *counts, PUT_OFF),
                rows=rows,
                shares=(34, 14, *(18,) * len(counts), 16),
            )
        )
    if report.callers.owed:
        blocks.append(Text(text=callers_said(report)))
        rows = tuple(
            (one.level.word, title_said(one.title), one.unit, one.what, one.at) for one in report.callers.rows
        )
        columns = ("等级", "事件", "承办单位", "待答复", "最早到期")
        blocks.append(Rows(columns=columns, rows=rows, shares=(18, 46, 30, 36, 38)))
    return tuple(blocks)


def callers_said(report: Report) -> str:
    """Who waits now, on the page and on paper."""
    one = report.callers
    told = f"截至{minute(report.now)}，全部事件中待答复的工单{one.owed}件，涉及{one.matters}件事"
    told += f"，其中已逾期{one.over}件" if one.over else "，没有逾期的"
    told += f"（录入时已逾期{one.entered_late}件）" if one.entered_late else ""
    more = one.matters - len(one.rows)
    return f"{told}，下列最先到期的{len(one.rows)}件事。" if more > 0 else f"{told}。"


def _replies(report: Report) -> tuple[Block, ...]:
    if not report.replies:
        return (Text(text="本期没有公开回应。"),)
    rows = tuple((one.at, title_said(one.title), one.unit, one.what) for one in report.replies)
    table = Rows(columns=("时间", "事件", "承办单位", "类型"), rows=rows, shares=(38, 52, 32, 34))
    return (Text(text=f"本期公开回应{report.replies_total}次。"), table)


def _rebounds(report: Report) -> tuple[Block, ...]:
    if not report.rebounds:
        return (Text(text="本期没有事件反弹。"),)
    rows = tuple((one.at, title_said(one.title), one.unit, one.state) for one in report.rebounds)
    return (Rows(columns=("时间", "事件", "承办单位", "状态"), rows=rows, shares=(38, 62, 34, 22)),)


def _ahead(report: Report) -> tuple[Block, ...]:
    following = report.issue.following()
    blocks: list[Block] = []
    if report.due:
        blocks.append(Text(text=f"{following.name}到期的时限："))
        rows = tuple((one.at, title_said(one.title), one.unit, one.what, one.authority) for one in report.due)
        columns = ("到期时间", "事件", "承办单位", "时限", "性质")
        blocks.append(Rows(columns=columns, rows=rows, shares=(38, 50, 28, 24, 18)))
    else:
        blocks.append(Text(text=f"{following.name}没有到期的时限。"))
    if report.soundings:
        blocks.append(Text(text=f"计划中的警报试鸣：{'；'.join(report.soundings)}。"))
    if report.holidays:
        blocks.append(
            Text(text=f"放假和调休：{'；'.join(report.holidays)}。按小时计的时限夜间和节假日不停。")
        )
    return tuple(blocks)

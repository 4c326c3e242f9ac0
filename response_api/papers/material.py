"""What the papers of one case are filled from, and the sentences that several of them share.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from huiying.amounts import counted
from huiying.contracts import (
    BY_PUBLICATION,
    ArchiveLine,
    Case,
    ClockState,
    Disposition,
    Engagement,
    Level,
    Publicity,
    ResponseClock,
    SignalKind,
    SignalSeen,
    Statement,
    Suspension,
)
from response_api import times
from response_api.case_page import BASES, Read
from response_api.file_view import gone
from response_api.house import Names
from response_api.papers.layout import Rows, Text
from response_api.papers.wording import HEARSAY, UNKNOWN, listed, minute, said
from response_api.post_card import engagement
from response_api.public_clocks import verdict
from response_api.to_verify import LONGEST, claims
from response_api.words import CATEGORIES, CERTAINTIES, CHANNELS, LEVELS, SIGNALS
from triage.callers import owed
from triage.deeds.ticketing import kinds
from triage.known import OCCURRED, casualties, emergency, signals_of
from triage.lifecycle import LEAD as CUT_LEAD
from triage.lifecycle import TITLE as CUT_TITLE
from triage.scorecard import Scorecard
from triage.severity import rank
from triage.terms import in_short
from triage.titles import ERASED as GONE_TITLES
from triage.words import KNOWLEDGE, PUBLICITIES, STATEMENTS, STOPS

TITLE, LEAD, CLAIM, UNIT = 40, 200, 80, 24
"""Characters of a title, of the gist, of one sentence and of a name, as a paper carries them."""
MOST_CLAIMS, MOST_UNITS = 5, 6
HARM = (SignalKind.DEATHS, SignalKind.INJURIES, SignalKind.MISSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    case: Case
    lines: tuple[ArchiveLine, ...]
    """Of the archive, newest first."""
    cut: bool = False
    """There are more lines than these."""
    names: Names
    unit: str
    """Whose paper it becomes, by name."""
    now: datetime
    read: Read
    published: tuple[Statement, ...] = ()
    """Newest first."""
    bodies: Mapping[str, bytes | None] = field(default_factory=dict)
    """The bytes of those statements by their SHA-256."""
    address: str = ""
    """Of the office's own site."""
    card: Scorecard | None = None
    """How its answer scores; None where nothing is scored."""


def title(case: Case, most: int = TITLE) -> str:
    return title_said(case.title, most) or "（无标题）"


def title_said(text: str, most: int = TITLE) -> str:
    """A matter's title, which may have been cut before it came here."""
    return said(text, most, whole=CUT_TITLE)


def subject(case: Case) -> str:
    """关于“…”: what erased a title stands without quotation marks."""
    return f"“{title(case)}”" if case.title not in GONE_TITLES else "一件内容已清除的事项"


def notices(case: Case) -> tuple[str, ...]:
    """What a reader has to know first."""
    restricted = (
        f"本件涉及限制知悉事项（{case.severity.restricted or '限制知悉'}），仅限值班长、领导和承办单位，不得扩散。"
        if case.route.restricted
        else ""
    )
    erased = gone(case)
    return tuple(
        one
        for one in (restricted, f"{erased}。本件只载留存的时间、等级、数量和办理经过。" if erased else "")
        if one
    )


def gist(case: Case, most: int = LEAD) -> str:
    """What people say happened. It is their word until somebody has looked."""
    if case.erased is not None:
        return "信息原文已按规定清除"
    if case.lead:
        lead = said(case.lead, most, whole=CUT_LEAD)
    else:
        lead = title(case, most) if case.title and case.title not in GONE_TITLES else ""
    return f"据反映：{lead}" if lead else UNKNOWN


def where(case: Case) -> str:
    parts = (case.place.province, case.place.city, case.place.county)
    place = "".join(dict.fromkeys(part for part in parts if part))
    return f"{place}（{CERTAINTIES[case.place.certainty]}）" if place else UNKNOWN


def when(case: Case) -> str:
    if case.occurred.at is None:
        told = "经核实不详" if OCCURRED in case.settled_by_people else UNKNOWN
        return f"{told}；最早公开于{minute(case.first_public_at)}"
    if case.occurred.source == BY_PUBLICATION:
        return f"没有写明，不晚于首次公开（{minute(min(case.occurred.at, case.first_public_at))}）"
    sure = KNOWLEDGE.get(case.occurred.source, CERTAINTIES[case.occurred.certainty])
    return f"{minute(case.occurred.at)}（{sure}）"


def level(case: Case) -> str:
    """The office's own scale, and what it could come to where something is unknown."""
    severity = case.severity
    mark, by = LEVELS[severity.level], "人工评定" if case.grading else "系统初评"
    told = f"{mark.numeral}级（{mark.word}），{by}"
    if rank(severity.possible) > rank(severity.level):
        told += f"；未知各项若取最高可达{severity.possible.value}"
    official = emergency(case)
    return f"{told}（不是突发事件等级{f'；政府认定的突发事件等级：{official}' if official else ''}）"


def harm(case: Case) -> str:
    """Casualties and loss as far as anybody has said anything, each with how sure that is."""
    seen = signals_of(case)
    told = [_harmed(case, kind, seen.get(kind)) for kind in HARM]
    if loss := seen.get(SignalKind.LOSS):
        told.append(_signal(SignalKind.LOSS, loss))
    return "；".join(told)


def _harmed(case: Case, kind: SignalKind, signal: SignalSeen | None) -> str:
    known = casualties(case, kind)
    if known is None:
        return _signal(kind, signal)
    return f"{SIGNALS[kind]}{f'{known.number}人' if known.number else '没有'}（{KNOWLEDGE[known.source]}）"


def _signal(kind: SignalKind, signal: SignalSeen | None) -> str:
    name = SIGNALS[kind]
    if signal is None:
        return f"{name}{UNKNOWN}"
    amount = counted(kind, signal.amount) if signal.amount is not None else "有，数量待核"
    return f"{name}{amount}（{HEARSAY if signal.claimed else '官方信息'}）"


def others(case: Case) -> str:
    """What else the posts say that weighs: crowds, households, corruption; '' where nothing."""
    told = [_signal(one.kind, one) for one in case.signals if one.kind not in (*HARM, SignalKind.LOSS)]
    return "；".join(told)


def spread(case: Case, now: datetime, most: int = len(CHANNELS)) -> str:
    """``most``: channels that are named, those with most posts."""
    tallies = case.tallies
    channels = sorted(tallies.by_channel.items(), key=lambda pair: (-pair[1], pair[0]))
    by_channel = "、".join(f"{_channel(name)}{count}条" for name, count in channels[:most])
    by_channel += "等" if len(channels) > most else ""
    told = f"截至{minute(now)}，共{tallies.posts}条，其中原发{tallies.originals}条"
    if tallies.idle:
        told += f"，附和闲谈{tallies.idle}条不计声量"
    if tallies.echoes:
        told += f"，发布之后转述、官方和夸奖的{tallies.echoes}条不计声量"
    told += f"；来源{len(tallies.by_source)}个" if tallies.by_source else ""
    told += f"（{by_channel}）" if by_channel else ""
    if counted := engagement(tallies.engagement):
        told += f"；单条最高{counted.replace('　', '、')}"
    elif tallies.engagement == Engagement():
        told += "；浏览、转发量未知"
    return told


def _channel(name: str) -> str:
    return next((word for channel, word in CHANNELS.items() if channel.value == name), name)


def source(material: Material) -> str:
    """Where it was first said: the kind of place and its name, never who said it."""
    case = material.case
    bodies = [line.body for line in material.lines if line.body and line.disposition is Disposition.ATTACHED]
    opening = next((one for one in case.evidence if one.post.id == case.opened_by.id), None)
    told = "来源" + UNKNOWN
    if bodies and not material.cut:
        first = min(bodies, key=lambda body: body.first_public_at)
        told = f"{CHANNELS[first.channel]}“{said(first.source_name, UNIT)}”"
    elif opening is not None:
        told = f"{CHANNELS[opening.channel]}“{said(opening.source_name, UNIT)}”"
    return f"{told}，最早公开于{minute(case.first_public_at)}，本办{minute(case.detected_at)}发现"


def hearsay(material: Material) -> tuple[str, ...]:
    """Sentences that the posts hand on, each with its mark."""
    told = (said(one.text, CLAIM, whole=LONGEST) for one in claims(material.lines))
    return tuple(f"“{one}”（{HEARSAY}）" for one in dict.fromkeys(told) if one)[:MOST_CLAIMS]


def sentence(text: str) -> str:
    """With its full stop, where there is something to say."""
    return text if not text or text[-1] in "。！？…" else f"{text}。"


def named_units(case: Case, most: int = MOST_UNITS) -> str:
    units = tuple(dict.fromkeys(one for unit in case.units if (one := said(unit, UNIT))))
    more = "等" if len(units) > most else ""
    return f"{listed(units[:most])}{more}（文中写明）" if units else UNKNOWN


def done_so_far(case: Case, names: Names, latest: int = 0) -> str:
    """What the record has of the handling, by unit and time, without names of people; ``latest``: so many steps alone."""
    told = []
    if case.confirmed_at:
        told.append(f"{minute(case.confirmed_at)}确认")
    if (given := case.assignment) is not None:
        told.append(f"{minute(given.at)}交{names.unit_name(given.unit)}办理")
        if given.acknowledged_at:
            told.append(f"{minute(given.acknowledged_at)}签收")
    if case.assessment:
        told.append(f"{minute(case.assessment.at)}研判为“{category(case)}”")
    told += [f"{minute(one.at)}会商" for one in case.consultations]
    told += [f"{minute(one.published_at)}{_release(one)}" for one in case.statements if one.published_at]
    told += [f"{minute(stop.at)}{_stop(one, stop)}" for one in case.statements for stop in one.suspensions]
    return "；".join(told[-latest:]) or f"系统中尚无处置记录，现场处置情况{UNKNOWN}"


def _stop(statement: Statement, stop: Suspension) -> str:
    until = f"，{minute(stop.ended_at)}恢复" if stop.ended_at else ""
    return f"暂停公开第{statement.number}号文稿（{STOPS[stop.reason]}{until}）"


def _release(statement: Statement) -> str:
    if statement.corrects:
        return f"发布{STATEMENTS[statement.kind]}的更正"
    if statement.publicity is Publicity.OPEN:
        return "公开回应"
    return f"发布{STATEMENTS[statement.kind]}（{PUBLICITIES[statement.publicity]}）"


def category(case: Case) -> str:
    """The class that people assessed, else what the machine makes of it, said to be that."""
    if case.assessment:
        return CATEGORIES[case.assessment.category]
    guessed = "、".join(CATEGORIES[one] for one in case.categories)
    return f"{guessed}（系统初判，待研判）" if guessed else "待研判"


def leads(case: Case, names: Names) -> str:
    return names.unit_name(case.assignment.unit if case.assignment else case.route.lead)


def basis(case: Case) -> str:
    """The article that the matter is theirs by, and how firm it is."""
    kinds = "、".join(BASES.get(one, one) for one in case.route.basis.split(",") if one)
    return f"{case.route.article or UNKNOWN}" + (f"（{kinds}）" if kinds else "")


def advice(material: Material) -> tuple[str, ...]:
    """What the rules ask for next. It is the rules' word, for people to decide on."""
    case, names = material.case, material.names
    told = [f"由{leads(case, names)}牵头办理，依据：{basis(case)}。"]
    if case.route.assist:
        told.append(f"配合单位：{listed(tuple(map(names.unit_name, case.route.assist)))}。")
    if case.route.told:
        told.append(f"向{listed(case.route.told)}通报情况。")
    if hearsay(material) or any(signal.claimed for signal in signals_of(case).values()):
        told.append("文中未经证实的说法先行核实，核实前不对外引用。")
    if case.assessment:
        told.append(f"按“{category(case)}”办理：{case.assessment.duty}。")
    elif case.severity.level in (Level.MAJOR, Level.EXTREME):
        told.append("等级较高，尽快会商，处置和发布一并安排。")
    told += [
        f"{clock.rule.name}应于{minute(clock.due_at)}前完成（{clock.authority.value}）。"
        for clock in running(case)
    ]
    return (*told, *callers(case, material.now))


def running(case: Case) -> tuple[ResponseClock, ...]:
    """What is owed, soonest first."""
    owed = [clock for clock in case.clocks if clock.state is ClockState.RUNNING]
    return tuple(sorted(owed, key=lambda clock: clock.due_at))


def callers(case: Case, now: datetime) -> tuple[str, ...]:
    """Who waits for an answer, by kind and number, without the number of any ticket; () where nobody does."""
    waiting = owed(case)
    if not waiting:
        return ()
    over = sum(one.due_at <= now for one in waiting)
    late = f"，其中{over}件已逾期" if over else ""
    return (
        f"{kinds(waiting)}待答复{late}，最早的应于{minute(waiting[0].due_at)}前答复（{waiting[0].authority.value}），公开发布不代替答复来电人、写信人。",
    )


def terms(clocks: Sequence[ResponseClock], now: datetime) -> Rows:
    """Clocks as a table: what, by which rule, until when, how it stands."""
    return Rows(
        columns=("时限", "要求与依据", "性质", "到期时间", "情况"),
        rows=tuple(
            (
                clock.rule.name,
                f"{clock.rule.duty}（{in_short(clock.rule)}，{clock.rule.citation}）",
                clock.authority.value + ("（暂定）" if clock.provisional else ""),
                times.full(clock.due_at)[:16].replace(" ", "\n") + ("（暂算）" if clock.tentative else ""),
                verdict(clock, now)[1],
            )
            for clock in clocks
        ),
        shares=(20, 70, 18, 26, 22),
    )


def numbered(lines: Sequence[str]) -> tuple[Text, ...]:
    return tuple(Text(text=f"{number}. {line}") for number, line in enumerate(lines, start=1))

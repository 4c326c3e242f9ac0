"""One case, laid open: why it is here, who must act by which article, what is owed when, what happened.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from huiying.contracts import (
    ArchiveLine,
    Attachment,
    Case,
    CaseEvent,
    ClockState,
    Disposition,
    Engagement,
    Field,
    Notice,
    Points,
    Reading,
    ResponseClock,
    Rung,
    Why,
)
from response_api import times
from response_api.board import spark, tone_of
from response_api.highlight import grounds, marked
from response_api.house import Names
from response_api.words import (
    ATTITUDES,
    CATEGORIES,
    CERTAINTIES,
    CHANNELS,
    DELIVERIES,
    EVENTS,
    LEVELS,
    ORIGINS,
    RECIPIENTS,
    STATES,
    TIERS,
    TROUBLE,
    LevelMark,
    who,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    note: str
    weight: str
    against: bool
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRow:
    signal: str
    name: str
    points: str
    value: str
    unknown: bool
    share: int
    """Of 20, the most that one signal gives, as a width 0 to 100."""
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RungRow:
    name: str
    when: str
    to: str
    reason: str
    fired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockCard:
    name: str
    duty: str
    citation: str
    authority: str
    hours: str
    ceiling: str
    started: datetime
    due: datetime
    started_text: str
    start_source: str
    due_text: str
    left: str
    tone: str
    provisional: bool
    met: str
    broken: str
    working: tuple[str, ...]
    rungs: tuple[RungRow, ...]
    recomputed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostCard:
    anchor: str
    title: Markup
    text: Markup
    source: str
    channel: str
    tier: str
    at: str
    collected: str
    place: str
    attitude: str
    tone: str
    link: str
    url: str
    engagement: str
    grounds: tuple[Ground, ...]
    pictures: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    sequence: int
    at: str
    kind: str
    trouble: bool
    who: str
    what: str
    why: str
    level: LevelMark


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    subject: str
    reason: str
    to: str
    deliveries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    id: str
    title: str
    lead: str
    state: str
    level: LevelMark
    possible: LevelMark | None
    score: str
    topic: str
    categories: str
    attitude: str
    origin: str
    place: str
    place_certainty: str
    occurred: str
    moments: tuple[tuple[str, str], ...]
    lead_unit: str
    assist: tuple[str, ...]
    inform: tuple[str, ...]
    article: str
    route_basis: str
    route_why: str
    restricted: str
    grounds: tuple[Ground, ...]
    points: tuple[PointRow, ...]
    floors: tuple[tuple[str, LevelMark, tuple[str, ...]], ...]
    capped: str
    policy: str
    clocks: tuple[ClockCard, ...]
    originals: tuple[PostCard, ...]
    reposts: tuple[PostCard, ...]
    posts_total: int
    originals_total: int
    events: tuple[EventRow, ...]
    notices: tuple[NoticeRow, ...]
    units: tuple[str, ...]
    spread: tuple[tuple[str, int, int], ...]
    """Source, posts, share of the largest in per cent."""
    feelings: tuple[tuple[str, str, int], ...]
    engagement: str
    spark: tuple[int, ...]


BASES = {
    "S": "依据示范文件",
    "L": "依据法律法规",
    "A": "比照办理",
    "K": "按惯例，待核实",
    "P": "本办试行",
}


def case_view(case: Case, lines: Sequence[ArchiveLine], names: Names, now: datetime) -> CaseView:
    severity, route = case.severity, case.route
    shown = {line.post.id for line in lines}
    possible = LEVELS[severity.possible] if severity.possible is not severity.level else None
    top = max(case.tallies.by_source.values(), default=1)
    return CaseView(
        id=case.id,
        title=case.title or "（无标题）",
        lead=case.lead,
        state=STATES[case.state],
        level=LEVELS[severity.level],
        possible=possible,
        score=_range(severity.low, severity.high),
        topic=names.topic_name(case.topic) if case.topic else "未归类",
        categories="、".join(CATEGORIES[category] for category in case.categories) or "未归类",
        attitude=ATTITUDES[case.attitude],
        origin=ORIGINS[case.origin],
        place=" ".join(part for part in (case.place.province, case.place.city, case.place.county) if part)
        or "地点未知",
        place_certainty=CERTAINTIES[case.place.certainty],
        occurred=_occurred(case),
        moments=_moments(case),
        lead_unit=names.unit_name(route.lead),
        assist=tuple(names.unit_name(unit) for unit in route.assist),
        inform=route.inform,
        article=route.article,
        route_basis=BASES.get(route.basis, route.basis),
        route_why=route.why,
        restricted=severity.restricted,
        grounds=_case_grounds(case, lines),
        points=tuple(_point(points, shown) for points in severity.points),
        floors=tuple(
            (
                f"{floor.rule} {floor.name}",
                LEVELS[floor.level],
                tuple(e for e in floor.evidence if e in shown),
            )
            for floor in severity.floors
        ),
        capped=severity.capped,
        policy=case.policy,
        clocks=tuple(clock_card(clock, now) for clock in sorted(case.clocks, key=_still_running)),
        originals=tuple(post_card(line, now) for line in lines if line.body and not is_repost(line)),
        reposts=tuple(post_card(line, now) for line in lines if line.body and is_repost(line)),
        posts_total=case.tallies.posts,
        originals_total=case.tallies.originals,
        events=tuple(event_row(event, now) for event in reversed(case.events)),
        notices=tuple(_notice(notice) for notice in case.outbox),
        units=case.units,
        spread=tuple(
            (source, count, round(100 * count / top))
            for source, count in sorted(case.tallies.by_source.items(), key=lambda pair: -pair[1])[:8]
        ),
        feelings=_feelings(case),
        engagement=engagement(case.tallies.engagement),
        spark=spark(case.tallies.by_hour, now, hours=48),
    )


def is_repost(line: ArchiveLine) -> bool:
    return line.disposition is Disposition.DUPLICATE or bool(line.body and line.body.repost_of)


def engagement(counts: Engagement) -> str:
    """Only what is known: None is not zero."""
    known = (
        ("浏览", counts.views),
        ("点赞", counts.likes),
        ("评论", counts.comments),
        ("转发", counts.reposts),
    )
    return "　".join(f"{name} {count:,}" for name, count in known if count is not None)


def clock_card(clock: ResponseClock, now: datetime) -> ClockCard:
    rule = clock.rule
    return ClockCard(
        name=rule.name,
        duty=rule.duty,
        citation=rule.citation,
        authority=rule.authority.value,
        hours=f"{rule.hours:g} 小时",
        ceiling=f"国家上限 {rule.ceiling_hours:g} 小时" if rule.ceiling_hours else "",
        started=clock.started_at,
        due=clock.due_at,
        started_text=times.full(clock.started_at),
        start_source=clock.start_source,
        due_text=times.full(clock.due_at),
        left=times.countdown(clock.due_at - now),
        tone=tone_of(clock, now),
        provisional=clock.provisional,
        met=_met(clock),
        broken=f"{times.full(clock.due_at)} 起超时" if clock.broken_at else "",
        working=clock.working,
        rungs=tuple(_rung(rung, clock, now) for rung in rule.rungs),
        recomputed=tuple(
            f"{times.full(change.at)} 由 {times.full(change.was)} 改为 {times.full(change.now)}：{change.reason}"
            for change in clock.recomputed
        ),
    )


def post_card(line: ArchiveLine, now: datetime) -> PostCard:
    body = line.body
    assert body is not None  # noqa: S101 - the caller left out lines without one
    whys = grounds(line.reading) if line.reading else ()
    attitude = line.reading.attitude if line.reading else None
    return PostCard(
        anchor=f"p-{body.id}",
        title=marked(body.title, whys, Field.TITLE),
        text=marked(body.text, whys, Field.TEXT),
        source=body.source_name,
        channel=CHANNELS[body.channel],
        tier=TIERS[body.tier],
        at=times.short(body.first_public_at, now) + ("" if body.published_at else "（采集时间）"),
        collected=times.full(body.collected_at),
        place=body.stated_place or "",
        attitude=ATTITUDES[attitude] if attitude else "",
        tone=attitude.value if attitude else "",
        link=web_link(body.url),
        url=body.url or "",
        engagement=engagement(body.engagement),
        grounds=_grounds_of(line.reading) if line.reading else (),
        pictures=tuple(a for a in body.attachments if a.media_type.startswith("image/")),
    )


def web_link(url: str | None) -> str:
    """The address where it may be followed: http and https only, whatever a crawled page called a link."""
    return url if url and url.lower().startswith(("http://", "https://")) else ""


def event_row(event: CaseEvent, now: datetime) -> EventRow:
    return EventRow(
        sequence=event.sequence,
        at=times.full(event.at),
        kind=EVENTS[event.kind],
        trouble=event.kind in TROUBLE,
        who=who(event.who),
        what=event.what,
        why=event.why,
        level=LEVELS[event.level],
    )


def _case_grounds(case: Case, lines: Sequence[ArchiveLine]) -> tuple[Ground, ...]:
    """Why the opening post was taken up, else the strongest evidence that is at hand."""
    for line in lines:
        if line.post.id == case.opened_by.id and line.reading:
            return _distinct(line.reading.relevance.why)
    return _distinct(case.evidence[0].why) if case.evidence else ()


def _grounds_of(reading: Reading) -> tuple[Ground, ...]:
    return _distinct(grounds(reading))


def _distinct(whys: Sequence[Why]) -> tuple[Ground, ...]:
    seen: dict[tuple[str, str], Ground] = {}
    for why in whys:
        ground = Ground(
            note=why.note,
            weight=f"{why.weight:+.2f}".replace("-", "−") if why.weight else "",
            against=why.weight < 0,
            words=tuple(dict.fromkeys(span.text for span in why.spans)),
        )
        seen.setdefault((why.rule, why.note), ground)
    return tuple(seen.values())


def _point(points: Points, shown: set[str]) -> PointRow:
    return PointRow(
        signal=points.signal,
        name=points.name,
        points=_range(points.low, points.high),
        value=points.value,
        unknown=points.low != points.high,
        share=min(100, 5 * points.low),
        evidence=tuple(post for post in points.evidence if post in shown),
    )


def _range(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low}–{high}"


def _rung(rung: Rung, clock: ResponseClock, now: datetime) -> RungRow:
    if rung.fraction is not None:
        at = clock.started_at + (clock.due_at - clock.started_at) * rung.fraction
    else:
        at = clock.due_at + timedelta(minutes=rung.after_minutes or 0)
    return RungRow(
        name=rung.name,
        when=times.short(at, now),
        to="、".join(RECIPIENTS.get(role, role) for role in rung.to),
        reason=rung.reason,
        fired=rung.name in clock.fired,
    )


def _met(clock: ResponseClock) -> str:
    if clock.state is not ClockState.MET or clock.met_at is None:
        return ""
    late = clock.met_at > clock.due_at
    return f"{times.full(clock.met_at)} {'逾期' if late else '按时'}完成" + (
        f"：{clock.met_by}" if clock.met_by else ""
    )


def _still_running(clock: ResponseClock) -> tuple[bool, datetime]:
    return clock.state is not ClockState.RUNNING, clock.due_at


def _occurred(case: Case) -> str:
    if case.occurred.at is None:
        return "未知"
    return f"{times.full(case.occurred.at)}（{CERTAINTIES[case.occurred.certainty]}）"


def _moments(case: Case) -> tuple[tuple[str, str], ...]:
    named = (
        ("首次公开", case.first_public_at),
        ("采集", case.collected_at),
        ("发现", case.detected_at),
        ("告警", case.flagged_at),
        ("定级", case.graded_at),
        ("最近一条", case.last_post_at),
    )
    return tuple((name, times.full(moment)) for name, moment in named if moment)


def _notice(notice: Notice) -> NoticeRow:
    return NoticeRow(
        subject=notice.subject,
        reason=notice.reason,
        to="、".join(RECIPIENTS.get(role, role) for role in notice.to),
        deliveries=tuple(
            f"{delivery.channel} {DELIVERIES[delivery.state]}" for delivery in notice.deliveries
        ),
    )


def _feelings(case: Case) -> tuple[tuple[str, str, int], ...]:
    whole = sum(case.tallies.by_attitude.values()) or 1
    return tuple(
        (attitude.value, word, round(100 * case.tallies.by_attitude.get(attitude.value, 0) / whole))
        for attitude, word in ATTITUDES.items()
    )

"""One case, laid open: why it is here, who must act by which article, what is owed when, what happened.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from huiying.contracts import (
    ArchiveLine,
    Case,
    CaseEvent,
    ClockState,
    Notice,
    OutsideBody,
    Points,
    ResponseClock,
)
from response_api import times
from response_api.board import spark
from response_api.case_posts import CasePosts, case_posts
from response_api.clock_card import ClockCard, clock_card
from response_api.established import harm, occurred, recognised
from response_api.house import Names
from response_api.judgements import Ground, Judgement, ground
from response_api.official import Official
from response_api.post_card import PostCard, engagement
from response_api.to_verify import ToVerify, to_verify
from response_api.words import (
    ATTITUDES,
    CASE_ID,
    CATEGORIES,
    CERTAINTIES,
    DELIVERIES,
    EVENTS,
    LEVELS,
    OF_TWO,
    ORIGINS,
    TROUBLE,
    LevelMark,
    Named,
    as_is,
    state_of,
    who,
)
from triage.pages import site_of
from triage.severity import rank
from triage.words import CHANNELS as WAYS
from triage.words import addressees

Read = Callable[[str], str | None]
"""A digest's text; None where it was erased."""


def _nothing(_digest: str) -> None:
    return None


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
class EventRow:
    sequence: int
    at: str
    kind: str
    trouble: bool
    who: str
    what: str
    other: str
    """Id of the other case that ``what`` ends with the name of; ``rest`` goes on behind it."""
    rest: str
    why: str
    texts: tuple[str, ...]
    """What people wrote with it, as long as it is kept."""
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
    stage: str
    """Where it stands, for the page's own use."""
    level: LevelMark
    possible: LevelMark | None
    score: str
    graded: str
    """Who says that it is of this level."""
    topic: str
    categories: str
    """The class that people assessed; what the machine makes of it until then."""
    guessed: str
    """What the machine made of it, where people say otherwise, or ''."""
    attitude: str
    origin: str
    place: str
    place_certainty: str
    occurred: str
    harm: str
    recognised: tuple[tuple[str, str, str], ...]
    """What others with authority have said of it: what, how grave, by whom and when."""
    moments: tuple[tuple[str, str], ...]
    lead_unit: str
    assist: tuple[str, ...]
    watching: tuple[str, ...]
    """Who is told without a ground of its own, by name."""
    bodies: tuple[OutsideBody, ...]
    article: str
    route_basis: str
    route_why: str
    restricted: str
    judgements: tuple[Judgement, ...]
    """Of the post that opened it, else of the strongest at hand; then how it was routed."""
    judged_on: str
    """Anchor of that post on the page, or ''."""
    to_verify: tuple[ToVerify, ...]
    points: tuple[PointRow, ...]
    floors: tuple[tuple[str, LevelMark, tuple[str, ...]], ...]
    capped: str
    policy: str
    clocks: tuple[ClockCard, ...]
    past: tuple[ClockCard, ...]
    """Clocks of earlier rounds."""
    originals: tuple[PostCard, ...]
    developments: tuple[PostCard, ...]
    reposts: tuple[PostCard, ...]
    opened_by: str
    """The post that it was opened by: it goes with no other case."""
    posts_total: int
    originals_total: int
    idle_total: int
    echoes_total: int
    again_total: int
    events: tuple[EventRow, ...]
    notices: tuple[NoticeRow, ...]
    units: tuple[str, ...]
    spread: tuple[tuple[str, int, int], ...]
    """Site, posts, share of the largest in per cent."""
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


def case_view(
    case: Case,
    lines: Sequence[ArchiveLine],
    names: Names,
    now: datetime,
    *,
    read: Read = _nothing,
    named: Named = as_is,
    published: Sequence[Official] = (),
    sources: Mapping[str, str] = MappingProxyType({}),
) -> CaseView:
    """``published``: what official sources have said that may bear on what the posts hand on; ``sources``: their names by id,
    for those that none of the lines is from."""
    severity, route = case.severity, case.route
    shown = {line.post.id for line in lines}
    posts = case_posts(lines, now, topic=names.topic_name, case=case)
    judged, judged_on = _judged(case, posts)
    possible = LEVELS[severity.possible] if rank(severity.possible) > rank(severity.level) else None
    guessed = "；".join(CATEGORIES[category] for category in case.categories)
    top = max(case.tallies.by_source.values(), default=1)
    called = {**sources, **_sites(lines)}
    return CaseView(
        id=case.id,
        title=case.title or "（无标题）",
        lead=case.lead,
        state=state_of(case),
        stage=case.state.value,
        level=LEVELS[severity.level],
        possible=possible,
        score=_range(severity.low, severity.high),
        graded=_graded(case, now, named),
        topic=names.topic_name(case.topic) if case.topic else "未归类",
        categories=CATEGORIES[case.assessment.category] if case.assessment else guessed or "未归类",
        guessed=guessed if case.assessment and guessed != CATEGORIES[case.assessment.category] else "",
        attitude=ATTITUDES[case.attitude],
        origin=ORIGINS[case.origin],
        place=" ".join(part for part in (case.place.province, case.place.city, case.place.county) if part)
        or "地点未知",
        place_certainty=CERTAINTIES[case.place.certainty],
        occurred=occurred(case),
        harm=harm(case),
        recognised=recognised(case),
        moments=_moments(case),
        lead_unit=names.unit_name(route.lead),
        assist=tuple(names.unit_name(unit) for unit in route.assist),
        watching=route.inform,
        bodies=route.bodies,
        article=route.article,
        route_basis="、".join(BASES.get(one, one) for one in route.basis.split(",")),
        route_why=route.why,
        restricted=severity.restricted,
        judgements=(*judged, _routed(case, names)),
        judged_on=judged_on,
        to_verify=to_verify(lines, published),
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
        originals=posts.originals,
        developments=posts.developments,
        reposts=posts.reposts,
        opened_by=case.opened_by.id,
        posts_total=case.tallies.posts,
        originals_total=case.tallies.originals,
        idle_total=case.tallies.idle,
        echoes_total=case.tallies.echoes,
        again_total=case.tallies.again,
        past=tuple(clock_card(clock, now) for clock in reversed(case.past_clocks)),
        events=tuple(event_row(event, now, read, named) for event in reversed(case.events)),
        notices=tuple(_notice(notice) for notice in case.outbox),
        units=case.units,
        spread=tuple(
            (called.get(source, source), count, round(100 * count / top))
            for source, count in sorted(case.tallies.by_source.items(), key=lambda pair: -pair[1])[:8]
        ),
        feelings=_feelings(case),
        engagement=engagement(case.tallies.engagement),
        spark=spark(case.tallies.by_hour, now, hours=48),
    )


def _graded(case: Case, now: datetime, named: Named) -> str:
    if case.grading is None:
        return "系统初评，还没有人核定"
    return f"{named(case.grading.by)} {times.short(case.grading.at, now)} 评定"


def _sites(lines: Sequence[ArchiveLine]) -> dict[str, str]:
    """What each site is called: as its one source is, else by itself; and each source, for what older versions counted by it."""
    names: dict[str, set[str]] = {}
    for body in (line.body for line in lines if line.body):
        names.setdefault(body.source, set()).add(body.source_name)
        if not body.site:
            names.setdefault(site_of(body), set()).add(body.source_name)
    return {site: next(iter(told)) for site, told in names.items() if len(told) == 1}


def event_row(event: CaseEvent, now: datetime, read: Read = _nothing, named: Named = as_is) -> EventRow:
    named_case = CASE_ID.search(event.what) if event.kind in OF_TWO else None
    before, rest = named_case.span() if named_case else (len(event.what), len(event.what))
    return EventRow(
        sequence=event.sequence,
        at=times.full(event.at),
        kind=EVENTS[event.kind],
        trouble=event.kind in TROUBLE,
        who=who(event.who, named),
        what=event.what[:before],
        other=event.what[before:rest],
        rest=event.what[rest:],
        why=event.why,
        texts=tuple(text for ref in event.texts if (text := read(ref.digest))),
        level=LEVELS[event.level],
    )


def _judged(case: Case, posts: CasePosts) -> tuple[tuple[Judgement, ...], str]:
    """Why the opening post was taken up, else the first that is at hand, else what the case kept of its strongest."""
    cards = [card for card in (*posts.originals, *posts.developments, *posts.reposts) if card.judgements]
    first = next((card for card in cards if card.id == case.opened_by.id), cards[0] if cards else None)
    if first is not None:
        return tuple(one for one in first.judgements if one.name != "归并"), first.anchor
    kept = [ground(why) for why in (case.evidence[0].why if case.evidence else ())]
    missing = "" if kept else "原文已经不在库里，当时的依据没有留下"
    relevant = Judgement(
        name="相关",
        says="原文不在本页",
        pro=tuple(one for one in kept if not one.against),
        con=tuple(one for one in kept if one.against),
        missing=missing,
    )
    return (relevant,), ""


def _routed(case: Case, names: Names) -> Judgement:
    """The route is no score: a rule with its article, and what of the case it went by."""
    route = case.route
    went_by = [
        ("事项", names.topic_name(case.topic) if case.topic else "未归类"),
        ("地点", case.place.city or case.place.province or "未知"),
    ]
    grounds = [f"{route.why}（规则 {route.rule}，{route.article}）"] if route.why else []
    grounds += [f"所据{name}：{value}" for name, value in went_by]
    return Judgement(
        name="分办",
        says=names.unit_name(route.lead),
        pro=tuple(Ground(note=note, weight="", against=False, words=()) for note in grounds),
        con=(),
    )


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


def _still_running(clock: ResponseClock) -> tuple[bool, datetime]:
    return clock.state is not ClockState.RUNNING, clock.due_at


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
        to=addressees(notice.to),
        deliveries=tuple(
            f"{WAYS.get(delivery.channel, delivery.channel)} {DELIVERIES[delivery.state]}"
            for delivery in notice.deliveries
        ),
    )


def _feelings(case: Case) -> tuple[tuple[str, str, int], ...]:
    whole = sum(case.tallies.by_attitude.values()) or 1
    return tuple(
        (attitude.value, word, round(100 * case.tallies.by_attitude.get(attitude.value, 0) / whole))
        for attitude, word in ATTITUDES.items()
    )

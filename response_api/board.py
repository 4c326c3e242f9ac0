"""The board as people see it: tiles, clocks by time left, new stories, posts, sources.  Pure: facts in, words out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from huiying.contracts import (
    ArchiveLine,
    Authority,
    Case,
    CaseState,
    ClockState,
    Disposition,
    ResponseClock,
)
from response_api import times
from response_api.chart import Chart, hourly_chart
from response_api.facts import Facts
from response_api.heat import HeatTable, heat_table
from response_api.house import Names, SourceState
from response_api.words import ATTITUDES, CHANNELS, LEVELS, LevelMark

SOON = timedelta(hours=1)
MOST_CLOCKS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    name: str
    value: str
    note: str
    tone: str = ""
    """over, soon or '': how urgent, beside what the words say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    case_id: str
    title: str
    level: LevelMark
    unit: str
    clock: str
    house_rule: bool
    provisional: bool
    due: datetime
    started: datetime
    left: str
    share: int
    """Of its time that is used up, 0 to 100."""
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRow:
    case_id: str
    title: str
    candidate: bool
    level: LevelMark
    topic: str
    place: str
    posts: int
    at: str
    spark: tuple[int, ...]
    """Posts of the last 12 hours, oldest first, as heights 0 to 20."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    at: str
    source: str
    channel: str
    text: str
    attitude: str
    tone: str
    case_id: str | None
    repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    name: str
    ok: bool
    at: str
    problem: str
    posts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    now: datetime
    tiles: tuple[Tile, ...]
    clocks: tuple[ClockRow, ...]
    more_clocks: int
    stories: tuple[StoryRow, ...]
    chart: Chart
    heat: HeatTable
    posts: tuple[PostRow, ...]
    sources: tuple[SourceRow, ...]
    sources_ok: int


def board(facts: Facts, names: Names) -> Board:
    running = sorted(running_clocks(facts.cases), key=lambda pair: pair[1].due_at)
    return Board(
        now=facts.now,
        tiles=tiles(facts, [clock for _, clock in running]),
        clocks=tuple(clock_row(case, clock, names, facts.now) for case, clock in running[:MOST_CLOCKS]),
        more_clocks=max(0, len(running) - MOST_CLOCKS),
        stories=stories(facts.cases, names, facts.now),
        chart=hourly_chart(facts.hourly, facts.now),
        heat=heat_table(facts.cases, names),
        posts=tuple(post_row(line, facts.now) for line in facts.newest if line.body),
        sources=tuple(source_row(state, facts.now) for state in worst_first(facts.sources)),
        sources_ok=sum(state.ok for state in facts.sources),
    )


def running_clocks(cases: Sequence[Case]) -> Iterator[tuple[Case, ResponseClock]]:
    for case in cases:
        for clock in case.clocks:
            if clock.state is ClockState.RUNNING:
                yield case, clock


def tiles(facts: Facts, running: Sequence[ResponseClock]) -> tuple[Tile, ...]:
    now = facts.now
    over = [clock.due_at for clock in running if clock.due_at <= now]
    soon = [clock.due_at for clock in running if now < clock.due_at <= now + SOON]
    flagged = facts.by_state.get(CaseState.FLAGGED, 0)
    today = [case for case in facts.cases if case.detected_at >= times.midnight(now)]
    rising = sum(case.state is CaseState.WATCHING for case in today)
    posts = sum(facts.today.values())
    repeated = facts.today.get(Disposition.DUPLICATE, 0)
    relevant = repeated + facts.today.get(Disposition.ATTACHED, 0)
    grave = sum(case.state is CaseState.FLAGGED and LEVELS[case.severity.level].colour in {"red", "orange"} for case in facts.cases)  # fmt: skip
    return (
        Tile(name="未办结事件", value=f"{flagged:,}", note=f"重大及以上 {grave} 件"),
        Tile(
            name="已超时",
            value=f"{len(over):,}",
            note=f"最久超时 {times.span(now - min(over))}" if over else "没有超时的时限",
            tone="over" if over else "",
        ),
        Tile(
            name="1 小时内到时",
            value=f"{len(soon):,}",
            note=f"最近一项还剩 {times.span(min(soon) - now)}" if soon else "一小时内无到时",
            tone="soon" if soon else "",
        ),
        Tile(
            name="今日新苗头",
            value=f"{rising:,}",
            note=f"今日新告警 {len(today) - rising} 件",
        ),
        Tile(name="今日信息", value=f"{posts:,}", note=f"去重后 {posts - repeated:,} 条"),
        Tile(
            name="今日相关信息",
            value=f"{relevant:,}",
            note=f"占 {relevant / posts:.1%}，其中重复 {repeated:,}" if posts else "今天还没有信息",
        ),
    )


def clock_row(case: Case, clock: ResponseClock, names: Names, now: datetime) -> ClockRow:
    return ClockRow(
        case_id=case.id,
        title=case.title or case.lead or "（无标题）",
        level=LEVELS[case.severity.level],
        unit=names.unit_name(case.route.lead),
        clock=clock.rule.name,
        house_rule=clock.rule.authority is Authority.HOUSE,
        provisional=clock.provisional,
        due=clock.due_at,
        started=clock.started_at,
        left=times.countdown(clock.due_at - now),
        share=share_used(clock, now),
        tone=tone_of(clock, now),
    )


def share_used(clock: ResponseClock, now: datetime) -> int:
    whole = (clock.due_at - clock.started_at).total_seconds()
    used = (now - clock.started_at).total_seconds()
    return 100 if whole <= 0 else round(100 * min(1.0, max(0.0, used / whole)))


def tone_of(clock: ResponseClock, now: datetime) -> str:
    """over, soon (an hour or a quarter of the time is left), calm, or met."""
    if clock.state is ClockState.MET:
        return "met"
    if clock.due_at <= now:
        return "over"
    return "soon" if clock.due_at - now <= SOON or share_used(clock, now) >= 75 else "calm"


def stories(cases: Sequence[Case], names: Names, now: datetime) -> tuple[StoryRow, ...]:
    """New ones first: candidates, and what was flagged within a day."""
    fresh = [
        case
        for case in cases
        if case.state is CaseState.WATCHING
        or now - (case.flagged_at or case.detected_at) <= timedelta(days=1)
    ]
    fresh.sort(key=lambda case: case.flagged_at or case.detected_at, reverse=True)
    return tuple(story_row(case, names, now) for case in fresh[:24])


def story_row(case: Case, names: Names, now: datetime) -> StoryRow:
    return StoryRow(
        case_id=case.id,
        title=case.title or case.lead or "（无标题）",
        candidate=case.state is CaseState.WATCHING,
        level=LEVELS[case.severity.level],
        topic=names.topic_name(case.topic) if case.topic else "未归类",
        place=case.place.county or case.place.city or case.place.province or "地点未知",
        posts=case.tallies.posts,
        at=times.short(case.flagged_at or case.detected_at, now),
        spark=spark(case.tallies.by_hour, now),
    )


def spark(by_hour: dict[str, int], now: datetime, hours: int = 12) -> tuple[int, ...]:
    counts = [
        by_hour.get((now - timedelta(hours=back)).strftime("%Y-%m-%dT%H"), 0)
        for back in range(hours - 1, -1, -1)
    ]
    top = max(counts) or 1
    return tuple(-(-20 * count // top) for count in counts)


def post_row(line: ArchiveLine, now: datetime) -> PostRow:
    body = line.body
    assert body is not None  # noqa: S101 - the caller left out lines without one
    attitude = line.reading.attitude if line.reading else None
    return PostRow(
        at=times.short(body.first_public_at, now),
        source=body.source_name,
        channel=CHANNELS[body.channel],
        text=(body.title or body.text).strip()[:90],
        attitude=ATTITUDES[attitude] if attitude else "",
        tone=attitude.value if attitude else "",
        case_id=line.case_id,
        repeated=line.disposition is Disposition.DUPLICATE,
    )


def worst_first(sources: Sequence[SourceState]) -> list[SourceState]:
    return sorted(sources, key=lambda state: (state.ok, state.name))


def source_row(state: SourceState, now: datetime) -> SourceRow:
    return SourceRow(
        name=state.name,
        ok=state.ok,
        at=times.short(state.last_at, now) if state.last_at else "尚未采集",
        problem="" if state.ok else state.note,
        posts=state.posts,
    )

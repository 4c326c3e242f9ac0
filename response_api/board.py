"""The board as people see it: tiles, clocks by time left, new stories, posts, sources.  Pure: facts in, words out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from huiying.contracts import (
    ArchiveLine,
    Authority,
    Case,
    CaseState,
    ClockState,
    Disposition,
    Origin,
    ResponseClock,
)
from response_api import times
from response_api.archive_list import instead_of
from response_api.chart import Chart, hourly_chart
from response_api.facts import Callers, Facts, falling_due
from response_api.filters import SOON, Due
from response_api.heat import HeatTable, heat_table
from response_api.house import Names, SourceState
from response_api.sight import (
    EVERYTHING,
    NOBODY,
    SEALED,
    Glimpse,
    Sight,
    is_sealed,
    place_for,
    sorts_out,
    title_for,
    topic_for,
    unit_for,
)
from response_api.suggested import in_view
from response_api.words import ATTITUDES, CHANNELS, LEVELS, LevelMark
from triage.acts import Act
from triage.severity import rank

MOST_CLOCKS = 60
"""Of those still to come."""
FEWEST_OVER, FIRST_ROWS = 4, 10
"""Of those that ran out: so many in any case, more where the first rows of the panel have room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    name: str
    value: str
    note: str
    tone: str = ""
    """over, soon or '': how urgent, beside what the words say."""
    due: Due | None = None
    """The list of cases that it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    case_id: str
    sealed: bool
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
    more: int = 0
    """Clocks of the case that have run out too."""
    alike: int = 0
    """Cases that may be the same matter; said once where a case has several rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRow:
    case_id: str
    sealed: bool
    title: str
    candidate: bool
    level: LevelMark
    topic: str
    place: str
    posts: int
    at: str
    spark: tuple[int, ...]
    """Posts of the last 12 hours, oldest first, as heights 0 to 20."""
    acts: frozenset[Act] = frozenset()
    """What the reader may do to it from here."""
    seen: int = 0
    """Events that the row knows of."""
    alike: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    at: str
    source: str
    channel: str
    text: str
    attitude: str
    tone: str
    case_id: str | None
    sealed: bool
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
    """A window around now: what ran out last, then what runs out next."""
    all_over: int
    """Cases that ran out, where not all their clocks are in the window; else 0."""
    more_clocks: int
    callers: Callers
    stories: tuple[StoryRow, ...]
    chart: Chart
    heat: HeatTable
    posts: tuple[PostRow, ...]
    sources: tuple[SourceRow, ...]
    sources_on: int
    """Those that are switched on."""
    sources_ok: int


def board(facts: Facts, names: Names, *, sight: Sight = EVERYTHING) -> Board:
    """As this reader may see it; what is out of view, the facts have left out already."""
    now = facts.now
    running = sorted(running_clocks(facts.cases), key=lambda pair: pair[1].due_at)
    ahead = [pair for pair in running if pair[1].due_at > now]
    over = [
        clock_row(case, clock, names, now, sight, more=more)
        for case, clock, more in gravest_over(running, now)
    ]
    over = over[: max(FEWEST_OVER, FIRST_ROWS - len(ahead))]
    alike = {id: in_view(others, sight) for id, others in facts.alike.items()}
    return Board(
        now=now,
        tiles=tiles(facts),
        clocks=_said_once(
            [*over, *(clock_row(*pair, names, now, sight) for pair in ahead[:MOST_CLOCKS])], alike
        ),
        all_over=facts.over if len(over) < facts.over else 0,
        more_clocks=max(0, len(ahead) - MOST_CLOCKS),
        callers=facts.callers,
        stories=tuple(
            replace(row, alike=0 if row.sealed else alike.get(row.case_id, 0))
            for row in stories(
                [case for case in facts.cases if case.origin is Origin.LIVE], names, now, sight
            )
        ),
        chart=hourly_chart(facts.hourly, now),
        heat=heat_table(facts.heat, names),
        posts=tuple(
            post_row(line, now, glimpse is Glimpse.SEALED)
            for line in facts.newest
            if line.body and (glimpse := _glimpse(line, facts, sight)) is not Glimpse.NOTHING
        ),
        sources=tuple(source_row(state, now) for state in worst_first(facts.sources)),
        sources_on=sum(state.state != "off" for state in facts.sources),
        sources_ok=sum(state.ok for state in facts.sources if state.state != "off"),
    )


def _said_once(rows: Sequence[ClockRow], alike: Mapping[str, int]) -> tuple[ClockRow, ...]:
    firsts = {row.case_id: at for at, row in reversed(list(enumerate(rows)))}
    return tuple(
        replace(row, alike=alike.get(row.case_id, 0)) if firsts[row.case_id] == at and not row.sealed else row
        for at, row in enumerate(rows)
    )


def running_clocks(cases: Sequence[Case]) -> Iterator[tuple[Case, ResponseClock]]:
    for case in cases:
        for clock in case.clocks:
            if clock.state is ClockState.RUNNING:
                yield case, clock


def gravest_over(
    running: Sequence[tuple[Case, ResponseClock]], now: datetime
) -> list[tuple[Case, ResponseClock, int]]:
    """Of each case the clock that ran out first, and how many more of it have: the gravest cases first, and of equal ones
    what has been over longest. ``running`` is by due time."""
    over = [pair for pair in running if pair[1].due_at <= now]
    times_over = Counter(case.id for case, _ in over)
    firsts = {case.id: (case, clock) for case, clock in reversed(over)}
    ranked = sorted(
        firsts.values(), key=lambda pair: (-rank(pair[0].severity.level), pair[1].due_at, pair[0].id)
    )
    return [(case, clock, times_over[case.id] - 1) for case, clock in ranked]


def tiles(facts: Facts) -> tuple[Tile, ...]:
    return (
        Tile(
            name="未办结事件",
            value=f"{facts.flagged:,}",
            note=f"待签收 {facts.unsigned:,} 件，重大及以上 {facts.grave:,} 件",
        ),
        _over_tile(facts),
        _soon_tile(facts),
        _new_tile(facts),
        *(_post_tiles(facts.today) if facts.whole else _own_tiles(facts.today)),
    )


def _over_tile(facts: Facts) -> Tile:
    first = min((clock.due_at for _, clock in running_clocks(facts.cases)), default=facts.now)
    return Tile(
        name="已超时",
        value=f"{facts.over:,}",
        note=f"最久超时 {times.span(facts.now - first)}" if facts.over else "没有超时的时限",
        tone="over" if facts.over else "",
        due=Due.OVER,
    )


def _soon_tile(facts: Facts) -> Tile:
    now, due = facts.now, falling_due(facts.cases, facts.now)
    first = min((clock.due_at for _, clock in running_clocks(due[:1]) if clock.due_at > now), default=now)
    return Tile(
        name="1 小时内到时",
        value=f"{len(due):,}{'+' if facts.cut else ''}",
        note=f"最近一项还剩 {times.span(first - now)}" if due else "一小时内无到时",
        tone="soon" if due else "",
        due=Due.SOON,
    )


def _new_tile(facts: Facts) -> Tile:
    midnight = times.midnight(facts.now)
    today = [case for case in facts.cases if case.origin is Origin.LIVE and case.detected_at >= midnight]
    rising = sum(case.state is CaseState.WATCHING for case in today)
    more = "+" if facts.cut else ""
    return Tile(
        name="今日新苗头", value=f"{rising:,}{more}", note=f"今日新告警 {len(today) - rising:,}{more} 件"
    )


def _post_tiles(today: Mapping[Disposition, int]) -> tuple[Tile, Tile]:
    posts = sum(today.values())
    repeated = today.get(Disposition.DUPLICATE, 0)
    relevant = repeated + today.get(Disposition.ATTACHED, 0)
    share = f"0 时起采集，占 {relevant / posts:.1%}，其中重复 {repeated:,}" if posts else "今天还没有信息"
    return (
        Tile(name="今日信息", value=f"{posts:,}", note=f"去重后 {posts - repeated:,} 条"),
        Tile(name="今日相关信息", value=f"{relevant:,}", note=share),
    )


def _own_tiles(today: Mapping[Disposition, int]) -> tuple[Tile, Tile]:
    """For a part of the tree: what belongs to no case is not theirs to count."""
    repeated = today.get(Disposition.DUPLICATE, 0)
    relevant = repeated + today.get(Disposition.ATTACHED, 0)
    return (
        Tile(name="今日相关信息", value=f"{relevant:,}", note="归入本单位范围内的事件"),
        Tile(name="今日重复转载", value=f"{repeated:,}", note=f"去重后 {relevant - repeated:,} 条"),
    )


def clock_row(
    case: Case, clock: ResponseClock, names: Names, now: datetime, sight: Sight, *, more: int = 0
) -> ClockRow:
    return ClockRow(
        case_id=case.id,
        sealed=is_sealed(case, sight),
        title=title_for(case, sight),
        level=LEVELS[case.severity.level],
        unit=unit_for(case, sight, names),
        clock=clock.rule.name,
        house_rule=clock.authority is Authority.HOUSE,
        provisional=clock.provisional,
        due=clock.due_at,
        started=clock.started_at,
        left=times.countdown(clock.due_at - now),
        share=share_used(clock, now),
        tone=tone_of(clock, now),
        more=more,
    )


def share_used(clock: ResponseClock, now: datetime) -> int:
    whole = (clock.due_at - clock.started_at).total_seconds()
    used = (now - clock.started_at).total_seconds()
    return 100 if whole <= 0 else round(100 * min(1.0, max(0.0, used / whole)))


def tone_of(clock: ResponseClock, now: datetime) -> str:
    """over, soon (an hour or a quarter of the time is left), calm, or met: it runs no more."""
    if clock.state is not ClockState.RUNNING:
        return "met"
    if clock.due_at <= now:
        return "over"
    return "soon" if clock.due_at - now <= SOON or share_used(clock, now) >= 75 else "calm"


def stories(cases: Sequence[Case], names: Names, now: datetime, sight: Sight) -> tuple[StoryRow, ...]:
    """New ones first: candidates, and what was flagged within a day."""
    fresh = [
        case
        for case in cases
        if case.state is CaseState.WATCHING
        or now - (case.flagged_at or case.detected_at) <= timedelta(days=1)
    ]
    fresh.sort(key=lambda case: case.flagged_at or case.detected_at, reverse=True)
    return tuple(story_row(case, names, now, sight) for case in fresh[:24])


def story_row(case: Case, names: Names, now: datetime, sight: Sight) -> StoryRow:
    return StoryRow(
        case_id=case.id,
        sealed=is_sealed(case, sight),
        title=title_for(case, sight),
        candidate=case.state is CaseState.WATCHING,
        level=LEVELS[case.severity.level],
        topic=topic_for(case, sight, names),
        place=place_for(case, sight),
        posts=case.tallies.posts,
        at=times.short(case.flagged_at or case.detected_at, now),
        spark=spark(case.tallies.by_hour, now),
        acts=sorts_out(case, sight),
        seen=len(case.events),
    )


def spark(by_hour: dict[str, int], now: datetime, hours: int = 12) -> tuple[int, ...]:
    counts = [
        by_hour.get((now - timedelta(hours=back)).strftime("%Y-%m-%dT%H"), 0)
        for back in range(hours - 1, -1, -1)
    ]
    top = max(counts) or 1
    return tuple(-(-20 * count // top) for count in counts)


def _glimpse(line: ArchiveLine, facts: Facts, sight: Sight) -> Glimpse:
    return sight.of(facts.audiences.get(line.case_id or "", NOBODY))


def post_row(line: ArchiveLine, now: datetime, sealed: bool) -> PostRow:
    body = line.body
    assert body is not None  # noqa: S101 - the caller left out lines without one
    attitude = line.reading.attitude if line.reading else None
    return PostRow(
        at=times.short(body.first_public_at, now),
        source=body.source_name,
        channel=CHANNELS[body.channel],
        text=SEALED if sealed else instead_of(line) or (body.title or body.text).strip()[:90],
        attitude=ATTITUDES[attitude] if attitude else "",
        tone=attitude.value if attitude else "",
        case_id=line.case_id,
        sealed=sealed,
        repeated=line.disposition is Disposition.DUPLICATE,
    )


def worst_first(sources: Sequence[SourceState]) -> list[SourceState]:
    return sorted(sources, key=lambda state: (state.ok, state.name))


def source_row(state: SourceState, now: datetime) -> SourceRow:
    return SourceRow(
        name=state.name,
        ok=state.ok,
        at=times.short(state.last_at, now) if state.last_at else "尚未采集",
        problem="" if state.note == "正常" else state.note,
        posts=state.posts,
    )

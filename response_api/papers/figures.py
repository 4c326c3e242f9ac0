"""What a period came to, counted from its cases: the same figures for the page and for the paper.  Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from huiying.contracts import (
    LIVE_STATES,
    Authority,
    Case,
    CaseState,
    Channel,
    ClockState,
    EventKind,
    Origin,
    ResponseClock,
    Ticket,
)
from response_api import times
from response_api.house import Names
from response_api.papers.issue import Issue
from response_api.public_clocks import verdict
from response_api.sight import UNTOLD, Sight, is_sealed, title_for, topic_for, unit_for
from response_api.stats_view import TicketLine, ticket_line
from response_api.words import ATTITUDES, CHANNELS, LEVELS, LevelMark, state_of
from triage import appraisal
from triage.amends import counts_as_reply
from triage.calendar import Calendar
from triage.callers import owed
from triage.ending import Ending, correction, ended_at, ending, is_booked, ran_out_at
from triage.performance import clocks_of, ticket_rows
from triage.severity import rank
from triage.words import STATEMENTS

MATTERS = LIVE_STATES | {CaseState.CLOSED}
"""What was taken up; candidates and what was found to be none are counted by themselves."""
CANDIDATES = frozenset({CaseState.WATCHING, CaseState.LAPSED})
TICKETED = appraisal.STATES | appraisal.CANDIDATES
"""Also of a candidate and of what was dismissed a caller is owed an answer."""
MOST_TOP, MOST_ROWS = 10, 30


@dataclass(frozen=True, kw_only=True)
class Tallied:
    """What the store counts of the cases found in one period, exactly."""

    by_state: Mapping[str, int]
    by_level: Mapping[str, int]
    """Of matters alone, and so with the two below; those leave out what the reader may not open."""
    by_topic: Mapping[str, int]
    by_city: Mapping[str, int]

    @property
    def matters(self) -> int:
        return sum(self.by_state.get(state, 0) for state in MATTERS)


@dataclass(frozen=True, kw_only=True)
class IssueFacts:
    """As read from the stores."""

    issue: Issue
    now: datetime
    sight: Sight
    here: Tallied
    before: Tallied
    cases: tuple[Case, ...]
    """Found in the period or within the look back, answered since the one before began, or with a running clock."""
    cut: bool
    """There are more of them than were read."""
    open_total: int
    open: tuple[Case, ...]
    """Live ones, what runs out first at the head."""
    called: tuple[Case, ...]
    """Those with callers who wait, whenever they were found and whatever people have made of them."""
    hourly: Mapping[tuple[str, str], int]
    """(UTC hour, attitude) → posts, from the beginning of the period before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    name: str
    now: int
    before: int
    key: str = ""
    """By which the list of cases is asked for them; '' where it cannot be."""

    @property
    def change(self) -> str:
        """+3, −2, 持平"""
        more = self.now - self.before
        return f"+{more}" if more > 0 else f"−{-more}" if more < 0 else "持平"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One matter in a list; of a sealed one no more than that there is one."""

    id: str
    sealed: bool
    title: str
    level: LevelMark
    state: str
    topic: str
    place: str
    unit: str
    posts: int
    what: str = ""
    """What this list tells of it."""
    at: str = ""
    authority: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callers:
    """Who waits for an answer now, whenever they called or wrote."""

    owed: int
    """Tickets."""
    over: int
    """Of them, those whose term is over."""
    entered_late: int
    """Of these, those whose term was over before they came in: nobody's breach."""
    matters: int
    rows: tuple[Row, ...]
    """What is due first at the head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    issue: Issue
    now: datetime
    running: bool
    """The period is not over yet."""
    counts: tuple[Count, ...]
    levels: tuple[Count, ...]
    topics: tuple[Count, ...]
    cities: tuple[Count, ...]
    attitudes: tuple[Count, ...]
    """Posts by attitude."""
    channels: tuple[Share, ...]
    """Posts of the matters that were found in the period."""
    days: tuple[tuple[date, int], ...]
    """Posts by day, up to today."""
    top: tuple[Row, ...]
    open_total: int
    open: tuple[Row, ...]
    kept: int
    missed: tuple[Row, ...]
    """Duties of law alone."""
    missed_total: int
    replies: tuple[Row, ...]
    replies_total: int
    rebounds: tuple[Row, ...]
    tickets: tuple[TicketLine, ...]
    """Of the matters that were found in the period, as ``/stats`` has them."""
    callers: Callers
    due: tuple[Row, ...]
    """What runs out in the period to come."""
    soundings: tuple[str, ...]
    """Planned for the period to come."""
    holidays: tuple[str, ...]
    """Of the period to come, as the calendar has them."""
    cut: bool
    old: int
    """Of the matters that were found, those that came from an import of old messages."""
    sealed: bool
    """Some of the matters are not the reader's to open: topics and cities are without them."""


@dataclass(frozen=True, slots=True)
class Ended:
    """One clock that was kept, missed, or held to be missed until that was put right."""

    case: Case
    clock: ResponseClock
    how: Ending
    word: str


def report(facts: IssueFacts, names: Names, calendar: Calendar) -> Report:
    here, before, issue = facts.here, facts.before, facts.issue
    rows = RowMaker(facts.sight, names)
    ended = list(_ended(facts.cases, issue, facts.now))
    ended_before = list(_ended(facts.cases, issue.previous(), facts.now))
    replies, rebounds = _replies(facts.cases, issue), _rebounds(facts.cases, issue)
    late = sorted((one for one in ended if one.how is Ending.MISSED), key=lambda one: ran_out_at(one.clock))
    attitudes = _attitudes(facts)
    following = issue.following()
    due = _due(facts.cases, following)
    return Report(
        issue=issue,
        now=facts.now,
        running=facts.now < issue.until,
        counts=(
            *_of_finding(here, before),
            Count(
                name="相关信息（按发布时间）",
                now=sum(one.now for one in attitudes),
                before=sum(one.before for one in attitudes),
            ),
            Count(name="公开回应", now=len(replies), before=len(_replies(facts.cases, issue.previous()))),
            Count(
                name="更正、暂停公开",
                now=_amended(facts.cases, issue),
                before=_amended(facts.cases, issue.previous()),
            ),
            Count(name="出现反弹", now=len(rebounds), before=len(_rebounds(facts.cases, issue.previous()))),
            *_of_duties(ended, ended_before),
        ),
        levels=_levels(here, before),
        topics=_counts(
            here.by_topic, before.by_topic, lambda code: names.topic_name(code) if code else "未归类"
        ),
        cities=_counts(here.by_city, before.by_city, lambda city: city or "地点未知"),
        attitudes=attitudes,
        channels=_channels(facts.cases, issue),
        days=_by_day(facts),
        top=tuple(rows.of(case) for case in _top(facts.cases, issue)),
        open_total=facts.open_total,
        open=tuple(rows.next_due(case, facts.now) for case in facts.open[:MOST_ROWS]),
        kept=_how_many(ended, Ending.KEPT),
        missed=tuple(
            rows.of(one.case, what=f"{one.clock.rule.name}：{one.word}", at=ran_out_at(one.clock))
            for one in late[:MOST_ROWS]
        ),
        missed_total=len(late),
        replies=tuple(rows.of(case, what=what, at=at) for at, case, what in replies[:MOST_ROWS]),
        replies_total=len(replies),
        rebounds=tuple(rows.of(case, at=at) for at, case in rebounds[:MOST_ROWS]),
        tickets=tuple(ticket_line(row) for row in ticket_rows(_with_tickets(facts.cases, issue), facts.now)),
        callers=_callers(facts, rows),
        due=tuple(
            rows.of(case, what=clock.rule.name, at=clock.due_at, authority=clock.authority)
            for case, clock in due[:MOST_ROWS]
        ),
        soundings=tuple(
            f"{one.told}，{f'{one.announced.month}月{one.announced.day}日已公告' if one.announced else '还没有公告'}"
            for one in names.soundings
            if following.holds(one.from_)
        ),
        holidays=_holidays(following, calendar),
        cut=facts.cut,
        old=sum(case.origin is not Origin.LIVE for case in _found(facts.cases, issue)),
        sealed=any(is_sealed(case, facts.sight) for case in facts.cases),
    )


def _of_finding(here: Tallied, before: Tallied) -> tuple[Count, ...]:
    return (
        Count(name="新发现事件", now=here.matters, before=before.matters, key="matters"),
        Count(name="苗头", now=_of(here, CANDIDATES), before=_of(before, CANDIDATES), key="candidates"),
        Count(
            name="不予受理",
            now=here.by_state.get(CaseState.DISMISSED, 0),
            before=before.by_state.get(CaseState.DISMISSED, 0),
            key="dismissed",
        ),
    )


def _of_duties(ended: Iterable[Ended], before: Iterable[Ended]) -> tuple[Count, ...]:
    """Of law alone; what was put right where there is any."""
    rows = (
        Count(name=name, now=_how_many(ended, how), before=_how_many(before, how))
        for name, how in (
            ("法定时限按时", Ending.KEPT),
            ("法定时限逾期", Ending.MISSED),
            (PUT_RIGHT, Ending.CORRECTED),
        )
    )
    return tuple(row for row in rows if row.name != PUT_RIGHT or row.now or row.before)


PUT_RIGHT = "法定时限逾期经更正"


def _levels(here: Tallied, before: Tallied) -> tuple[Count, ...]:
    return tuple(
        Count(
            name=f"{LEVELS[level].numeral}级（{level.value}）",
            now=here.by_level.get(level, 0),
            before=before.by_level.get(level, 0),
            key=level.value,
        )
        for level in LEVELS
    )


@dataclass(frozen=True, slots=True)
class RowMaker:
    """Makes rows as far as their reader may see the matters."""

    sight: Sight
    names: Names

    def of(self, case: Case, *, what: str = "", at: datetime | None = None, authority: str = "") -> Row:
        sealed = is_sealed(case, self.sight)
        return Row(
            id=case.id,
            sealed=sealed,
            title=title_for(case, self.sight),
            level=LEVELS[case.severity.level],
            state=state_of(case),
            topic=topic_for(case, self.sight, self.names),
            place=UNTOLD if sealed else case.place.city or case.place.province or "地点未知",
            unit=unit_for(case, self.sight, self.names),
            posts=case.tallies.posts,
            what=what,
            at=times.full(at)[:16] if at else "",
            authority=authority,
        )

    def next_due(self, case: Case, now: datetime) -> Row:
        """With the clock that runs out first, or ran out first."""
        running = [clock for clock in case.clocks if clock.state is ClockState.RUNNING]
        first = min(running, key=lambda clock: clock.due_at, default=None)
        if first is None:
            return self.of(case, what="没有在走的时限")
        word = verdict(first, now)[1].removesuffix("，仍未完成")
        return self.of(case, what=f"{first.rule.name}（{word}）", at=first.due_at, authority=first.authority)


def _of(tallied: Tallied, states: Iterable[CaseState]) -> int:
    return sum(tallied.by_state.get(state, 0) for state in states)


def _counts(
    here: Mapping[str, int], before: Mapping[str, int], name: Callable[[str], str]
) -> tuple[Count, ...]:
    """What there is most of, first."""
    keys = sorted({*here, *before}, key=lambda key: (-here.get(key, 0), -before.get(key, 0), key))
    return tuple(
        Count(name=name(key), now=here.get(key, 0), before=before.get(key, 0), key=key) for key in keys
    )


def _ended(cases: Iterable[Case], issue: Issue, now: datetime) -> Iterator[Ended]:
    """Duties of law that were kept in the period, by when they were, and missed in it, by when they ran out first; and what was
    put right in it."""
    for case in cases:
        if case.state is CaseState.MERGED:
            continue
        for clock in clocks_of(case):
            if clock.authority is not Authority.STATUTORY:
                continue
            how = ending(clock, now)
            kept = how is Ending.KEPT and issue.holds(ended_at(clock, now))
            missed = how is Ending.MISSED and issue.holds(ran_out_at(clock))
            was = clock.corrected
            if was is not None and how is Ending.CORRECTED and issue.holds(was.at):
                yield Ended(case, clock, how, correction(clock, now))
            if kept or missed:
                whose = "（计入发现和定级）" if missed and is_booked(clock, now) else ""
                yield Ended(case, clock, how, f"{verdict(clock, now)[1]}{whose}")


def _how_many(ended: Iterable[Ended], how: Ending) -> int:
    return sum(one.how is how for one in ended)


def _replies(cases: Iterable[Case], issue: Issue) -> list[tuple[datetime, Case, str]]:
    """Each statement that everybody can read once, wherever a merger has left it, newest first; a correction where what it puts right
    is hidden."""
    found: dict[str, tuple[datetime, Case, str]] = {}
    for case in sorted(cases, key=lambda case: case.state is CaseState.MERGED):
        for one in case.statements:
            at = one.published_at
            if counts_as_reply(case.statements, one) and at is not None and issue.holds(at):
                found.setdefault(one.id, (at, case, STATEMENTS[one.kind]))
    return sorted(found.values(), key=lambda one: one[0], reverse=True)


def _amended(cases: Iterable[Case], issue: Issue) -> int:
    """How often what was published was put right or hidden."""
    found: set[tuple[str, datetime]] = set()
    for case in cases:
        for one in case.statements:
            times_of = [stop.at for stop in one.suspensions]
            if one.corrects and one.published_at is not None:
                times_of.append(one.published_at)
            found |= {(one.id, at) for at in times_of if issue.holds(at)}
    return len(found)


def _rebounds(cases: Iterable[Case], issue: Issue) -> list[tuple[datetime, Case]]:
    found = [
        (event.at, case)
        for case in cases
        if case.state is not CaseState.MERGED
        for event in case.events
        if event.kind is EventKind.REBOUND and issue.holds(event.at)
    ]
    return sorted(found, key=lambda pair: pair[0], reverse=True)


def _due(cases: Iterable[Case], following: Issue) -> list[tuple[Case, ResponseClock]]:
    found = [
        (case, clock)
        for case in cases
        if case.state in LIVE_STATES
        for clock in case.clocks
        if clock.state is ClockState.RUNNING and following.holds(clock.due_at)
    ]
    return sorted(found, key=lambda pair: pair[1].due_at)


def _found(cases: Iterable[Case], issue: Issue) -> list[Case]:
    return [case for case in cases if case.state in MATTERS and issue.holds(case.detected_at)]


def _with_tickets(cases: Iterable[Case], issue: Issue) -> list[Case]:
    """Those whose tickets ``/stats`` counts of the same days."""
    return [case for case in cases if case.state in TICKETED and issue.holds(case.detected_at)]


def _callers(facts: IssueFacts, rows: RowMaker) -> Callers:
    waiting = sorted(
        ((case, tickets) for case in facts.called if (tickets := owed(case))),
        key=lambda pair: (pair[1][0].due_at, pair[0].id),
    )
    over = [one for _, tickets in waiting for one in tickets if one.due_at <= facts.now]
    return Callers(
        owed=sum(len(tickets) for _, tickets in waiting),
        over=len(over),
        entered_late=sum(one.entered_late for one in over),
        matters=len(waiting),
        rows=tuple(
            rows.of(case, what=_waiting(tickets, facts.now), at=tickets[0].due_at)
            for case, tickets in waiting[:MOST_ROWS]
        ),
    )


def _waiting(tickets: Sequence[Ticket], now: datetime) -> str:
    over = sum(one.due_at <= now for one in tickets)
    return f"工单{len(tickets)}件" + (f"，其中{over}件已逾期" if over else "")


def _top(cases: Iterable[Case], issue: Issue) -> Sequence[Case]:
    """The gravest that were found, of equals those that most was said of."""
    found = sorted(
        _found(cases, issue),
        key=lambda case: (-rank(case.severity.level), -case.tallies.posts, case.detected_at, case.id),
    )
    return found[:MOST_TOP]


def _channels(cases: Iterable[Case], issue: Issue) -> tuple[Share, ...]:
    counted: Counter[str] = Counter()
    for case in _found(cases, issue):
        counted.update(case.tallies.by_channel)
    names = {channel.value: CHANNELS[channel] for channel in Channel}
    return tuple(
        Share(name=names.get(channel, channel), count=count)
        for channel, count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    )


def _attitudes(facts: IssueFacts) -> tuple[Count, ...]:
    previous = facts.issue.previous()
    counted = {True: Counter[str](), False: Counter[str]()}
    for (hour, attitude), count in facts.hourly.items():
        at = _hour(hour)
        if facts.issue.holds(at):
            counted[True][attitude] += count
        elif previous.holds(at):
            counted[False][attitude] += count
    return tuple(
        Count(name=name, now=counted[True][attitude.value], before=counted[False][attitude.value])
        for attitude, name in ATTITUDES.items()
    )


def _by_day(facts: IssueFacts) -> tuple[tuple[date, int], ...]:
    counted: Counter[date] = Counter()
    for (hour, _), count in facts.hourly.items():
        counted[times.local(_hour(hour)).date()] += count
    today = times.local(facts.now).date()
    return tuple((day, counted[day]) for day in facts.issue.days if day <= today)


def _hour(hour: str) -> datetime:
    return datetime.fromisoformat(f"{hour}:00:00+00:00")


def _holidays(following: Issue, calendar: Calendar) -> tuple[str, ...]:
    """Runs of days off that have a name, and weekends that are worked."""
    told: list[str] = []
    run: list[date] = []
    name = ""
    for day in (*following.days, following.last + timedelta(days=1)):
        one = calendar.day(day)
        why = one.why if not one.works and not one.why.startswith("周") and day <= following.last else ""
        if run and why != name:
            told.append(_run(run, name))
            run = []
        if why:
            run.append(day)
        name = why
        if one.why == "调休上班" and day <= following.last:
            told.append(f"{day.month}月{day.day}日调休上班")
    return tuple(told)


def _run(run: Sequence[date], name: str) -> str:
    first, last = run[0], run[-1]
    start = f"{first.month}月{first.day}日"
    return f"{start}{name}" if first == last else f"{start}至{last.month}月{last.day}日{name}"

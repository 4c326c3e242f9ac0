"""How well one matter was answered, in points, each with its working: worked out anew from the record whenever it is asked.

The four criteria of the seed (时效性, 权威性, 广覆盖, 持续有效) with the points of ``policy/scoring.toml``.  What is not known yet
gives no points and is said to be open, so that a score has a lowest and a highest value until the matter is closed and
evaluated.  Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from huiying.contracts import (
    Case,
    CaseState,
    ClockKind,
    ClockState,
    DeliveryState,
    EventKind,
    Origin,
    Publicity,
    ResponseClock,
    Statement,
    StatementKind,
    StopReason,
)
from triage.acts import RANKS
from triage.amends import in_public
from triage.appearances import channels_of
from triage.approval import approved
from triage.ending import Ending, ended_at, ending, was_owed
from triage.policy import Policy
from triage.publishing import PARTS, Part, parse
from triage.rebound import rebounded
from triage.record import spelled
from triage.scoring import Flag, Scoring, Within, at_least, within
from triage.words import RANK_NAMES


class Criterion(StrEnum):
    TIMELY = "时效性"
    AUTHORITY = "权威性"
    REACH = "广覆盖"
    LASTING = "持续有效"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    criterion: Criterion
    name: str
    most: int
    points: int | None
    """None: not known yet."""
    working: str
    """How it follows from the record, in Chinese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    lines: tuple[Line, ...]
    flags: tuple[Flag, ...] = ()
    """What is said beside the score, never averaged into it."""
    graded: Callable[[float], str]

    @property
    def low(self) -> int:
        return sum(line.points or 0 for line in self.lines)

    @property
    def high(self) -> int:
        return sum(line.most if line.points is None else line.points for line in self.lines)

    @property
    def settled(self) -> bool:
        """Nothing is open any more."""
        return all(line.points is not None for line in self.lines)

    @property
    def vetoed(self) -> bool:
        return any(flag.veto for flag in self.flags)

    @property
    def grade(self) -> str:
        """'' while it may still be another one."""
        if self.vetoed:
            return "一票否决"
        low, high = self.graded(self.low), self.graded(self.high)
        return low if low == high else ""


SCORED = frozenset(
    {
        CaseState.CONFIRMED,
        CaseState.ASSIGNED,
        CaseState.ACKNOWLEDGED,
        CaseState.ASSESSED,
        CaseState.PUBLISHED,
        CaseState.FOLLOWED,
        CaseState.CLOSED,
    }
)
"""States in which a matter has a score: what was dismissed, or never confirmed, asks for no answer."""

Lacks = Callable[[str], tuple[Part, ...] | None]
"""The parts that a statement does not have, by the SHA-256 of its bytes; None where these are lost."""


def lacking(body: bytes) -> tuple[Part, ...]:
    """The parts that a statement of these bytes does not have."""
    parts = parse(body).parts
    return tuple(part for part in PARTS if not parts.get(part, "").strip())


def scorecard(
    case: Case,
    published: Sequence[Statement],
    lacks: Lacks,
    *,
    rules: Scoring,
    policy: Policy,
    now: datetime,
) -> Scorecard | None:
    """``published``: every published statement of the matter, wherever a merger has left it. None where nothing is scored: what
    came from an old export has no clocks."""
    if case.state not in SCORED or case.origin is not Origin.LIVE:
        return None
    open_ones = sorted(
        (one for one in published if one.publicity is Publicity.OPEN and one.published_at is not None),
        key=lambda one: (one.published_at, one.id),
    )
    first = open_ones[0] if open_ones else None
    standing = next((one for one in open_ones if in_public(one)), first)
    known = {flag.key: flag for flag in rules.flag}
    said = dict.fromkeys((*(case.evaluation.flags if case.evaluation else ()), *_amended(published)))
    return Scorecard(
        lines=(
            *_timely(case, first, rules, now),
            *_authority(case, standing, lacks, rules, policy),
            *_reach(case, published, rules),
            *_lasting(case, published, rules, policy, now),
        ),
        flags=tuple(known[key] for key in said if key in known),
        graded=rules.graded,
    )


RETRACTED, LEAKED = "retracted", "leaked"
"""Flags that the record knows by itself, by their keys in ``policy/scoring.toml``."""


def _amended(published: Sequence[Statement]) -> Iterator[str]:
    """What became of statements: put right or hidden as wrong, hidden for somebody's personal data. One that may be read again
    was found to be right.
    """
    held = {one.suspended.reason for one in published if one.suspended is not None}
    private = (StopReason.PERSONAL, StopReason.SECRECY)
    reasons = {one.id: one.suspended.reason for one in published if one.suspended is not None}
    put_right = (one for one in published if one.corrects)
    if StopReason.WRONG in held or any(reasons.get(one.corrects) not in private for one in put_right):
        yield RETRACTED
    if StopReason.PERSONAL in held:
        yield LEAKED


# ------------------------------------------------------------------------------------------------ 时效性


def _timely(case: Case, first: Statement | None, rules: Scoring, now: datetime) -> Iterator[Line]:
    statement, conference, response = (
        _first(case, kind, now)
        for kind in (ClockKind.STATEMENT, ClockKind.PRESS_CONFERENCE, ClockKind.RESPONSE)
    )
    steps = rules.timely
    if statement is None and conference is None:
        yield _within("首次有效回应", response, steps.ordinary, case, first, now)
        return
    both = ((WORD, statement, steps.statement), (CONFERENCE, conference, steps.conference))
    whole = sum(points[0].points for _, _, points in both)
    for name, clock, points in both:
        if statement is not None and conference is not None:
            yield _within(name, clock, points, case, first, now)
        elif clock is not None:
            other = CONFERENCE if name is WORD else WORD
            alone = _within(name, clock, _scaled(points, whole), case, first, now)
            yield replace(alone, working=f"{alone.working}；没有要求{other}，这一项按 {whole} 分计")


WORD = "首次发布权威信息"
CONFERENCE = "新闻发布会"


def _scaled(steps: Sequence[Within], whole: int) -> tuple[Within, ...]:
    most = steps[0].points
    return tuple(step.model_copy(update={"points": round(step.points * whole / most)}) for step in steps)


def _first(case: Case, kind: ClockKind, now: datetime) -> ResponseClock | None:
    """The clock of the first round: what comes later has a clock of its own, and answers nothing sooner. What was waived or
    cancelled and then owed again, before the matter was taken up anew, is the one that was owed again.
    """
    fitting = sorted(
        (
            clock
            for clock in (*case.past_clocks, *case.clocks)
            if clock.rule.kind is kind and not clock.provisional and was_owed(clock)
        ),
        key=lambda clock: clock.round,
    )
    anew = [event.at for event in case.events if event.kind is EventKind.REOPENED]
    for place, clock in enumerate(fitting):
        spared, ended = clock.state in (ClockState.WAIVED, ClockState.CANCELLED), ended_at(clock, now)
        owed_again = any(
            later.state is not ClockState.CANCELLED
            and not any(ended <= at <= later.started_at for at in anew)
            for later in fitting[place + 1 :]
        )
        if not (spared and owed_again):
            return clock
    return None


def _within(
    name: str,
    clock: ResponseClock | None,
    steps: Sequence[Within],
    case: Case,
    first: Statement | None,
    now: datetime,
) -> Line:
    def line(points: int | None, working: str) -> Line:
        return Line(
            criterion=Criterion.TIMELY, name=name, most=steps[0].points, points=points, working=working
        )

    if clock is not None and clock.state in (ClockState.WAIVED, ClockState.CANCELLED):
        how = "经批准免除" if clock.state is ClockState.WAIVED else "已取消"
        took = (clock.met_at or now) - clock.started_at
        points = within(steps, took / timedelta(hours=1))
        return line(points, f"{how}，此前用时 {spelled(took)}")
    if clock is None and first is None:
        return line(0 if case.state is CaseState.CLOSED else None, "没有这项时限，也没有公开发布")
    since = clock.started_at if clock else case.flagged_at or case.detected_at
    done = clock.met_at if clock else first.published_at if first else None
    took = (done or now) - since
    points = within(steps, took / timedelta(hours=1))
    if done is not None:
        return line(points, f"{'' if clock else '没有计时，从告警起'}用时 {spelled(took)}")
    # What is not done yet can still earn what its hours allow; when these are over, nothing.
    return line(None if points else 0, f"还没有完成，已过 {spelled(took)}")


# ------------------------------------------------------------------------------------------------ 权威性


def _authority(
    case: Case, first: Statement | None, lacks: Lacks, rules: Scoring, policy: Policy
) -> Iterator[Line]:
    marks = rules.authority

    def line(name: str, most: int, points: int | None, working: str) -> Line:
        return Line(criterion=Criterion.AUTHORITY, name=name, most=most, points=points, working=working)

    if first is None:
        none = 0 if case.state is CaseState.CLOSED else None
        why = "没有公开发布" if none == 0 else "还没有公开发布"
        for name, most in (
            ("责任单位回应", marks.responsible),
            ("签发人职级", marks.signer),
            ("审签和内容齐全", marks.complete),
        ):
            yield line(name, most, none, why)
        return
    lead, unit = case.route.lead, first.unit
    theirs = lead in policy.subtree(unit) or unit in policy.subtree(lead)
    yield line(
        "责任单位回应",
        marks.responsible,
        marks.responsible if theirs else 0,
        f"{policy.unit_name(unit)}发布，责任单位是{policy.unit_name(lead)}",
    )
    yield line("签发人职级", marks.signer, *_signer(case, first, rules, policy))
    yield line("审签和内容齐全", marks.complete, *_complete(first, lacks, rules))


def _signer(case: Case, first: Statement, rules: Scoring, policy: Policy) -> tuple[int, str]:
    asked = policy.handling.sign[case.severity.level]
    if first.signature is None:
        return 0, "没有签发"
    below = RANKS.index(asked) - RANKS.index(first.signature.rank)
    says = f"{RANK_NAMES[first.signature.rank]}签发，{case.severity.level}要{RANK_NAMES[asked]}"
    if below <= 0:
        return rules.authority.signer, says
    return (rules.authority.signer_below if below == 1 else 0), f"{says}，低 {below} 级"


def _complete(first: Statement, lacks: Lacks, rules: Scoring) -> tuple[int | None, str]:
    found = lacks(first.sha256)
    if found is None:
        return None, "原文读不到，内容无法核对"
    missing = [f"缺“{PARTS[part]}”部分" for part in found]
    if why := approved(first):
        missing.append(why)
    if not missing:
        return rules.authority.complete, "保密审查、签发齐全，五个部分齐全"
    return (rules.authority.incomplete if len(missing) == 1 else 0), "，".join(missing)


# ------------------------------------------------------------------------------------------------ 广覆盖

SITE = "site"
"""The kind of channel that the office's own page and its web site are."""


def _reach(case: Case, published: Sequence[Statement], rules: Scoring) -> Iterator[Line]:
    said, marks = case.evaluation, rules.reach
    most = marks.channels[0].points
    stands = any(
        one.state in (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.SEEN)
        for statement in published
        if statement.suspended is None
        for one in statement.publications
    )
    used = {*(said.channels if said else ()), *((SITE,) if stands else ()), *channels_of(published)}
    names = "、".join(row.name for row in rules.channel if row.key in used)
    known = sum(row.key in used for row in rules.channel)

    def line(name: str, most: int, points: int | None, working: str) -> Line:
        return Line(criterion=Criterion.REACH, name=name, most=most, points=points, working=working)

    if said is None:
        so_far = f"记录里有：{names}；" if names else ""
        yield line("发布渠道", most, None, f"{so_far}其他渠道待评估时填写")
        yield line("在反映的地方回应", marks.in_place, None, "待评估时填写")
        return
    yield line(
        "发布渠道", most, at_least(marks.channels, known), f"{known} 类：{names}" if names else "没有渠道"
    )
    yield line(
        "在反映的地方回应",
        marks.in_place,
        marks.in_place if said.in_place else 0,
        "已回应" if said.in_place else "没有",
    )


# ---------------------------------------------------------------------------------------------- 持续有效


def _lasting(
    case: Case, published: Sequence[Statement], rules: Scoring, policy: Policy, now: datetime
) -> Iterator[Line]:
    marks = rules.lasting

    def line(name: str, most: int, found: tuple[int | None, str]) -> Line:
        return Line(criterion=Criterion.LASTING, name=name, most=most, points=found[0], working=found[1])

    yield line("回访按时", marks.follow_up, _followed(case, marks.follow_up, now))
    yield line("公布处理结果", marks.outcome, _outcome(case, published, marks.outcome))
    yield line("没有反弹", marks.no_rebound, _quiet(case, marks.no_rebound, policy, now))


def _followed(case: Case, most: int, now: datetime) -> tuple[int | None, str]:
    asked = [
        clock
        for clock in (*case.past_clocks, *case.clocks)
        if clock.rule.kind is ClockKind.FOLLOW_UP and clock.state is not ClockState.CANCELLED
    ]
    ended = [clock for clock in asked if clock.state is not ClockState.RUNNING]
    if any(ending(clock, now) is Ending.MISSED for clock in ended):
        return 0, "回访晚于时限"
    if any(clock.state is ClockState.RUNNING for clock in asked):
        return None, "还没有回访"
    if case.follow_ups:
        return most, f"回访 {len(case.follow_ups)} 次，都按时" if asked else f"回访 {len(case.follow_ups)} 次"
    if asked:
        return most, "回访经批准免除"
    return (0, "没有回访") if case.state is CaseState.CLOSED else (None, "还没有回访")


def _outcome(case: Case, published: Sequence[Statement], most: int) -> tuple[int | None, str]:
    results = [one for one in published if one.kind is StatementKind.RESULT and one.suspended is None]
    if any(one.publicity is Publicity.OPEN for one in results):
        return most, "处理结果已公开"
    if results:
        return most, "处理结果依法不主动公开，理由已记录"
    owed = [
        clock
        for clock in (*case.past_clocks, *case.clocks)
        if clock.rule.kind is ClockKind.PUBLISH_RESULT and clock.state is not ClockState.CANCELLED
    ]
    answers = [one for one in published if one.kind is StatementKind.ANSWER and one.suspended is None]
    if not owed and any(one.publicity is Publicity.OPEN for one in answers):
        return most, "没有另外的处理结果要公布，回应已公开"
    if not owed and answers:
        return most, "没有另外的处理结果要公布，回应依法不主动公开，理由已记录"
    return (0, "没有公布处理结果") if case.state is CaseState.CLOSED else (None, "还没有公布处理结果")


def _quiet(case: Case, most: int, policy: Policy, now: datetime) -> tuple[int | None, str]:
    if rebounded(case):
        return 0, "发布后出现反弹"
    after, days = case.aftermath, policy.handling.rebound.watch_days
    if after is None:
        return (0, "没有公开发布") if case.state is CaseState.CLOSED else (None, "还没有公开发布")
    if now - after.since < timedelta(days=days):
        return None, f"发布后观察 {days:g} 天，还没有满"
    return most, f"发布后 {days:g} 天内没有反弹"

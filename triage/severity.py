"""How grave is it: ten signals added up, floors that raise, one cap.  Pure, and every line carries its evidence.

舆情等级 is the office's own scale and is computed here.  突发事件等级 is the government's to set and is never inferred: people register it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from huiying.amounts import figure
from huiying.contracts import (
    CASUALTIES,
    Aftermath,
    Attitude,
    Case,
    ClockKind,
    ClockState,
    Engagement,
    Evidence,
    Floor,
    Level,
    Points,
    Severity,
    SignalKind,
    SignalSeen,
    Tallies,
    Tier,
)
from triage.known import casualties, emergency, signals_of
from triage.packs import FloorRow, Rubric, SensitivityRow
from triage.soundings import Sounding, heard_of
from triage.words import HARMS, KNOWLEDGE, TIERS

LEVELS = tuple(Level)
"""Lowest first."""
NAMED = "点名单位"


def rank(level: Level) -> int:
    """0 to 3."""
    return LEVELS.index(level)


def higher(one: Level, other: Level) -> Level:
    return max(one, other, key=rank)


@dataclass(frozen=True, slots=True)
class _Facts:
    """A case, looked at for grading."""

    case: Case
    rubric: Rubric
    now: datetime
    seen: Mapping[SignalKind, SignalSeen]
    planned: Sounding | None
    """The announced sounding that a report of an unplanned one may be about."""

    def within(self, start: timedelta, end: timedelta) -> float:
        """Posts first public between so long ago and so long ago; an hour's count is spread over that hour."""
        return posts_between(self.case.tallies.by_hour, self.now - start, self.now - end, self.now)

    def since(self, start: timedelta) -> tuple[str, ...]:
        """Ids of the kept posts that were public within so long: examples of what a count counts."""
        return tuple(
            item.post.id for item in self.case.evidence if self.now - start <= _said(item) <= self.now
        )

    def excused(self, kind: SignalKind | None) -> bool:
        """Whether it is known why that was heard: it raises nothing by itself."""
        return kind is SignalKind.SIREN_UNPLANNED and self.planned is not None

    def stage(self) -> int:
        """How far offline action has gone: 0 not at all, 1 the first stage of the rubric."""
        seen = self.seen.get(SignalKind.OFFLINE_ACTION)
        if seen is None:
            return 0
        reached = [
            number
            for number, row in enumerate(self.rubric.offline, 1)
            if any(word in seen.detail for word in row.words)
        ]
        return max(reached, default=1)


def _said(item: Evidence) -> datetime:
    """When a kept post was public; long ago where nobody knows."""
    return item.published_at or datetime.min.replace(tzinfo=UTC)


def grade(
    case: Case, rubric: Rubric, now: datetime, *, policy: str, soundings: Iterable[Sounding] = ()
) -> Severity:
    """The case's severity as of ``now``; ``policy`` is the name that the result carries."""
    facts = _facts(case, rubric, now, soundings)
    points = (
        _harm(facts),
        _sensitivity(facts),
        _volume(facts),
        _speed(facts),
        _platforms(facts),
        _reach(facts),
        _negative(facts),
        _offline(facts),
        _subject(facts),
        _history(facts),
    )
    floors = tuple(floor for row in rubric.floor if (floor := _floor(row, facts)) is not None)
    low, high = sum(p.low for p in points), sum(p.high for p in points)
    level, capped = _capped(level_of(low, rubric), floors, facts)
    return Severity(
        level=level,
        possible=higher(level, _raised(level_of(high, rubric), floors)),
        low=low,
        high=high,
        points=points,
        floors=floors,
        capped=capped,
        restricted=_restricted(facts),
        policy=policy,
    )


def put_right(case: Case, rubric: Rubric, now: datetime) -> Severity:
    """The case's severity as it stands, with what people have confirmed, refuted or registered since in place of what it rested
    on. What else weighed then weighs as it did: that it has become quiet since makes it no smaller.
    """
    known, facts = case.severity, _facts(case, rubric, now, ())
    harm = _harm(facts)
    points = tuple(harm if one.signal == harm.signal else one for one in known.points)
    rules = {row.rule for row in rubric.floor if row.emergency is not None or row.signal in _OF_PEOPLE}
    others = tuple(floor for floor in known.floors if floor.rule not in rules)
    fresh = (floor for row in rubric.floor if row.rule in rules and (floor := _floor(row, facts)) is not None)
    floors = (*others, *fresh)
    low, high = sum(p.low for p in points), sum(p.high for p in points)
    level = level_of(low, rubric)
    if known.capped and not floors:
        level = min(level, rubric.cap.level, key=rank)
    return replace(
        known,
        level=_raised(level, floors),
        possible=_raised(higher(level, level_of(high, rubric)), floors),
        low=low,
        high=high,
        points=points,
        floors=floors,
        capped="" if floors else known.capped,
    )


_OF_PEOPLE = frozenset({*CASUALTIES, SignalKind.SUPERIOR_ORDER})
"""Signals that people may put right."""


def _facts(case: Case, rubric: Rubric, now: datetime, soundings: Iterable[Sounding]) -> _Facts:
    seen = {kind: seen for kind, seen in signals_of(case).items() if seen.amount != 0}
    planned = heard_of(case, soundings) if SignalKind.SIREN_UNPLANNED in seen else None
    return _Facts(case, rubric, now, seen, planned)


def level_of(score: int, rubric: Rubric) -> Level:
    """The level whose cut-off the score reaches."""
    return max((level for level, cut in rubric.levels.items() if score >= cut), key=rank)


def volume(tallies: Tallies) -> int:
    """Posts that say something of the matter: neither idle talk nor what the office published, said again."""
    return tallies.posts - tallies.idle - tallies.echoes


def posts_between(by_hour: Mapping[str, int], start: datetime, end: datetime, now: datetime) -> float:
    """Posts of an hour are spread evenly over it; those of the hour that is running, over what has passed of it."""
    total = 0.0
    for key, count in by_hour.items():
        opens = datetime.fromisoformat(key + ":00").replace(tzinfo=UTC)
        closes = min(opens + timedelta(hours=1), now)
        overlap = (min(closes, end) - max(opens, start)).total_seconds()
        if closes > opens and overlap > 0:
            total += count * overlap / (closes - opens).total_seconds()
        elif closes == opens == end:
            total += count
    return total


# ---------------------------------------------------------------------------------------- the ten signals


def _known(signal: str, name: str, points: int, value: str, evidence: tuple[str, ...] = ()) -> Points:
    return Points(signal=signal, name=name, low=points, high=points, value=value, evidence=evidence)


def _harm(facts: _Facts) -> Points:
    harm = facts.rubric.harm
    table = {
        SignalKind.DEATHS: (harm.death_claimed, harm.death_confirmed, "死亡"),
        SignalKind.MISSING: (harm.death_claimed, harm.death_claimed, "失联"),
        SignalKind.INJURIES: (harm.injury_claimed, harm.injury_confirmed, "受伤"),
    }
    found = [
        (claimed if seen.claimed else confirmed, word, seen)
        for kind, (claimed, confirmed, word) in table.items()
        if (seen := facts.seen.get(kind)) is not None
    ]
    refuted = [HARMS[one.kind] for one in facts.case.casualties if not one.number]
    told = f"核实没有{'、'.join(refuted)}" if refuted else ""
    if not found:
        return _known("X1", "人身伤害", 0, told or "未提及")
    points = max(row[0] for row in found)
    value = "、".join(f"{word}{_counted(seen)}（{_how_sure(seen, facts.case)}）" for _, word, seen in found)
    value = "；".join(filter(None, (value, told)))
    return _known("X1", "人身伤害", points, value, _together(seen for _, _, seen in found))


def _counted(seen: SignalSeen) -> str:
    return "" if seen.amount is None else f"{figure(seen.amount)}人"


def _how_sure(seen: SignalSeen, case: Case) -> str:
    told = casualties(case, seen.kind)
    if told is not None:
        return KNOWLEDGE[told.source]
    return "未核实" if seen.claimed else "官方证实"


def _sensitivity(facts: _Facts) -> Points:
    told = f"；警报与已公告的{facts.planned.told}时间、地点相符，是否计划外由人核定" if facts.planned else ""
    for row in facts.rubric.sensitivity:
        fits, evidence = _fits(row, facts)
        if fits:
            return _known("X2", "议题敏感度", row.points, row.name + told, evidence)
    return _known("X2", "议题敏感度", 0, f"没有符合的类别{told}")


def _fits(row: SensitivityRow, facts: _Facts) -> tuple[bool, tuple[str, ...]]:
    signals = [facts.seen[kind] for kind in row.signals if kind in facts.seen and not facts.excused(kind)]
    if signals:
        return True, _together(signals)
    case = facts.case
    main = case.categories[:1]
    by_label = case.topic in row.topics or any(category in row.categories for category in main)
    unconditional = not (row.signals or row.topics or row.categories)
    return by_label or unconditional, (case.opened_by.id,)


def _volume(facts: _Facts) -> Points:
    count = facts.within(timedelta(hours=24), timedelta(0))
    value = f"24小时内 {count:.0f} 篇（含转载）"
    return _known("X3", "传播量", facts.rubric.volume.points(count), value, facts.since(timedelta(hours=24)))


def _speed(facts: _Facts) -> Points:
    last = facts.within(timedelta(hours=1), timedelta(0))
    before = facts.within(timedelta(hours=7), timedelta(hours=1)) / 6
    if last < facts.rubric.speed.least:
        value = f"最近一小时 {last:.0f} 篇，不到 {facts.rubric.speed.least} 篇不计"
        return _known("X4", "增速", 0, value, facts.since(timedelta(hours=1)))
    ratio = last / max(before, 1.0)
    value = f"最近一小时 {last:.0f} 篇，之前六小时平均每小时 {before:.1f} 篇，{ratio:.1f} 倍"
    return _known("X4", "增速", facts.rubric.speed.points(ratio), value, facts.since(timedelta(hours=1)))


def _platforms(facts: _Facts) -> Points:
    count = len(facts.case.tallies.by_source)
    of_each = {item.source_name: item.post.id for item in reversed(facts.case.evidence)}
    points = facts.rubric.platforms.points(count)
    return _known("X5", "跨平台数", points, f"{count} 个来源", tuple(reversed(of_each.values())))


def _reach(facts: _Facts) -> Points:
    rubric, tiers = facts.rubric, facts.case.tallies.tiers or (Tier.ORDINARY,)
    top = max(tiers, key=rubric.reach_of)
    points, value = rubric.reach_of(top), TIERS[top]
    weighing: tuple[Tier, ...] = (top,)
    row = rubric.reach_together
    if row is not None and len(loud := tuple(tier for tier in row.tiers if tier in tiers)) >= row.least:
        added = max(0, min(row.points, row.most - points))
        points, weighing = points + added, tuple(dict.fromkeys((top, *loud)))
        value = f"{'、'.join(TIERS[tier] for tier in weighing)}，同时有 {len(loud)} 类，加 {added} 分"
    evidence = tuple(item.post.id for item in facts.case.evidence if item.tier in weighing)
    return _known("X6", "媒体级别", points, value, evidence)


def _negative(facts: _Facts) -> Points:
    by_attitude = facts.case.tallies.by_attitude
    total, rule = sum(by_attitude.values()), facts.rubric.negative
    negative = by_attitude.get(Attitude.NEGATIVE, 0)
    examples = tuple(item.post.id for item in facts.case.evidence if item.attitude is Attitude.NEGATIVE)
    if total < rule.least:
        value = f"样本不足：{total} 篇中负面 {negative} 篇，不到 {rule.least} 篇按 0 计，上限 {rule.most}"
        return Points(signal="X7", name="负面占比", low=0, high=rule.most, value=value, evidence=examples)
    share = negative / total
    return _known(
        "X7", "负面占比", rule.points(share), f"{total} 篇中负面 {negative} 篇，占 {share:.0%}", examples
    )


def _offline(facts: _Facts) -> Points:
    stage = facts.stage()
    if not stage:
        return _known("X8", "线下行动", 0, "未提及")
    row = facts.rubric.offline[stage - 1]
    return _known("X8", "线下行动", row.points, row.stage, facts.seen[SignalKind.OFFLINE_ACTION].evidence)


def _subject(facts: _Facts) -> Points:
    official, unit = facts.seen.get(SignalKind.OFFICIAL_NAMED), facts.seen.get(SignalKind.UNIT_NAMED)
    if official is not None:
        return _known(
            "X9", "涉事主体", facts.rubric.subject.official, "点名干部或执法人员", official.evidence
        )
    if unit is not None:
        return _known("X9", "涉事主体", facts.rubric.subject.unit, NAMED, unit.evidence)
    if facts.case.units:
        return _known("X9", "涉事主体", facts.rubric.subject.unit, naming(facts.case.units))
    return _known("X9", "涉事主体", 0, "未点名")


def naming(units: Sequence[str]) -> str:
    """What X9 says of a matter in which these are named."""
    return f"{NAMED}：{'、'.join(units[:3])}"


def is_secondary(after: Aftermath) -> bool:
    """Whether most of what complained after the answer came with another topic, or in other words."""
    return 2 * sum(after.secondary.values()) > sum(after.negative.values())


def _history(facts: _Facts) -> Points:
    after = facts.case.aftermath
    if after is not None and after.rebound_at is not None:
        value = "答复之后出现次生舆情" if is_secondary(after) else "答复之后又反弹"
        return _known("X10", "历史与次生", facts.rubric.history.rebound, value)
    said = facts.case.tallies.last_at or facts.case.last_post_at
    late = [
        clock
        for clock in facts.case.clocks
        if clock.rule.kind is ClockKind.RESPONSE and clock.state is ClockState.RUNNING and clock.due_at < said
    ]
    if late:
        due = min(clock.due_at for clock in late)
        again = tuple(item.post.id for item in facts.case.evidence if _said(item) > due)
        return _known("X10", "历史与次生", facts.rubric.history.unanswered, "逾期未回应，又有人反映", again)
    return _known("X10", "历史与次生", 0, "没有未回应的旧账")


# -------------------------------------------------------------------------------- floors, cap, channels


def _floor(row: FloorRow, facts: _Facts) -> Floor | None:
    if row.emergency is not None:
        official = emergency(facts.case)
        fires = official is not None and rank(official) >= rank(row.emergency)
        return Floor(rule=row.rule, name=row.name, level=row.level) if fires else None
    seen = facts.seen.get(row.signal) if row.signal is not None else None
    evidence = seen.evidence if seen else ()
    if seen is None and not (row.signal is SignalKind.UNIT_NAMED and facts.case.units):
        return None
    crowd = facts.seen.get(SignalKind.CROWD)
    fires = (
        not facts.excused(row.signal)
        and (not row.confirmed or (seen is not None and not seen.claimed))
        and (
            row.amount == 0
            or (seen is not None and (1 if seen.amount is None else seen.amount) >= row.amount)
        )
        and facts.stage() >= row.stage
        and (row.tier is None or row.tier in facts.case.tallies.tiers)
        and (row.crowd == 0 or (crowd is not None and (crowd.amount or 0) >= row.crowd))
    )
    return Floor(rule=row.rule, name=row.name, level=row.level, evidence=evidence) if fires else None


def _raised(level: Level, floors: tuple[Floor, ...]) -> Level:
    return max((level, *(floor.level for floor in floors)), key=rank)


def _capped(level: Level, floors: tuple[Floor, ...], facts: _Facts) -> tuple[Level, str]:
    """The cap gives way to any floor."""
    cap, tallies = facts.rubric.cap, facts.case.tallies
    thin = volume(tallies) < cap.items and len(tallies.by_source) <= 1 and not _engaged(tallies.engagement)
    if thin and not floors and rank(level) > rank(cap.level):
        return cap.level, cap.reason
    return _raised(level, floors), ""


def _engaged(engagement: Engagement) -> bool:
    """Somebody reacted. Views alone are no reaction; unknown is no proof of one."""
    return any(n for n in (engagement.likes, engagement.comments, engagement.reposts))


def _restricted(facts: _Facts) -> str:
    for row in facts.rubric.restricted:
        if all(kind in facts.seen for kind in row.all):
            return row.channel
    return ""


def _together(seen: Iterable[SignalSeen]) -> tuple[str, ...]:
    """Post ids of several signals, each once."""
    ids = [id for one in seen for id in one.evidence]
    return tuple(dict.fromkeys(ids))

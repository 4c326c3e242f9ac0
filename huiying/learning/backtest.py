"""Which cases would differ under another policy or another model, and why: both replay the same archived stream.  Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from huiying.contracts import Case, CaseState, Relevance, ResponseClock, Verdict
from huiying.learning.replay import Outcome
from triage.record import shown
from triage.words import addressees

SHOWN = 50
"""Differing cases that are printed; the JSON has all."""
TITLE = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that differs."""

    what: str
    """opened, alerted, level, route, clocks or notices."""
    old: str
    new: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    case_id: str
    """As the current way names it; of one that it does not open, as the other does."""
    title: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    posts: int
    old: Outcome
    new: Outcome
    differences: tuple[Difference, ...]

    def as_dict(self) -> dict[str, object]:
        return {
            "posts": self.posts,
            "sides": {"old": _summary(self.old), "new": _summary(self.new)},
            "differences": [
                {
                    "case": one.case_id,
                    "title": one.title,
                    "changes": [
                        {"what": c.what, "old": c.old, "new": c.new, "why": c.why} for c in one.changes
                    ],
                }
                for one in self.differences
            ],
        }

    def in_words(self) -> str:
        head = f"回放 {self.posts} 条信息。什么都没有发出去。"
        sides = [_side_in_words(outcome) for outcome in (self.old, self.new)]
        if not self.differences:
            return "\n".join([head, *sides, "两边没有不同的事件。"])
        counts = Counter(change.what for one in self.differences for change in one.changes)
        told = "、".join(f"{NAMES[what]} {counts[what]}" for what in NAMES if counts[what])
        lines = [head, *sides, f"不同的事件 {len(self.differences)} 件：{told}。"]
        for one in self.differences[:SHOWN]:
            lines.append(f"\n{one.title}（{one.case_id}）")
            lines += [
                f"  {NAMES[c.what]}：{c.old} → {c.new}{f'。{c.why}' if c.why else ''}" for c in one.changes
            ]
        if len(self.differences) > SHOWN:
            lines.append(f"\n另有 {len(self.differences) - SHOWN} 件，用 --json 看全部。")
        return "\n".join(lines)


NAMES = {
    "opened": "立事件",
    "alerted": "告警",
    "level": "等级",
    "route": "分办",
    "clocks": "时限",
    "notices": "通知",
}


def compare(old: Outcome, new: Outcome, posts: int) -> Comparison:
    """Cases are the same where they have the same opening post; else where the one's opening post went into the other."""
    partners = {case.id: partner for case in old.cases.values() if (partner := _partner(case, new))}
    differences = [
        *(_differs(case, partners.get(case.id), old, new) for case in old.cases.values()),
        *(
            _only(case, new, old)
            for case in new.cases.values()
            if case.id not in partners.values() and _partner(case, old) is None
        ),
    ]
    return Comparison(
        posts=posts,
        old=old,
        new=new,
        differences=tuple(one for one in differences if one is not None and one.changes),
    )


def _partner(case: Case, other: Outcome) -> str | None:
    if case.id in other.cases:
        return case.id
    home = other.homes.get(case.opened_by.id)
    return home if home in other.cases else None


def _differs(case: Case, partner: str | None, old: Outcome, new: Outcome) -> Difference:
    changes: tuple[Change, ...]
    if partner is None:
        why = _verdicts(case, old, new)
        changes = (Change(what="opened", old="立", new="不立", why=why),)
    elif partner != case.id:
        into = new.cases[partner]
        why = f"立案的那条归入了“{_titled(into)}”"
        changes = (Change(what="opened", old="单独一件", new="并在别的事件里", why=why),)
    else:
        changes = tuple(_changes(case, new.cases[partner], old, new))
    return Difference(case_id=case.id, title=_titled(case), changes=changes)


def _only(case: Case, new: Outcome, old: Outcome) -> Difference:
    change = Change(what="opened", old="不立", new="立", why=_verdicts(case, old, new))
    return Difference(case_id=case.id, title=_titled(case), changes=(change,))


def _changes(one: Case, other: Case, old: Outcome, new: Outcome) -> Iterator[Change]:
    if _alerted(one) != _alerted(other):
        yes, no = "告警", "苗头"
        first, second = (yes, no) if _alerted(one) else (no, yes)
        yield Change(what="alerted", old=first, new=second, why=_verdicts(one, old, new))
    if one.severity.level is not other.severity.level:
        yield Change(
            what="level",
            old=f"{one.severity.level}（{one.severity.low} 分）",
            new=f"{other.severity.level}（{other.severity.low} 分）",
            why=_points(one, other),
        )
    if (one.route.lead, one.route.assist) != (other.route.lead, other.route.assist):
        yield Change(
            what="route",
            old=_route(one, old),
            new=_route(other, new),
            why=f"{one.route.rule} {one.route.article} → {other.route.rule} {other.route.article}",
        )
    if _clocks(one) != _clocks(other):
        yield Change(
            what="clocks",
            old="；".join(line for line in _clocks(one) if line not in _clocks(other)) or "没有",
            new="；".join(line for line in _clocks(other) if line not in _clocks(one)) or "没有",
            why=_rules(one, other),
        )
    if _notices(one) != _notices(other):
        yield Change(
            what="notices",
            old=_told(_notices(one) - _notices(other)),
            new=_told(_notices(other) - _notices(one)),
            why="只列两边不同的",
        )


def _alerted(case: Case) -> bool:
    return case.state is not CaseState.WATCHING and case.flagged_at is not None


def _verdicts(case: Case, old: Outcome, new: Outcome) -> str:
    """What each side read in the post that opened it."""
    told = [_verdict(outcome.judged.get(case.opened_by)) for outcome in (old, new)]
    if told[0] == told[1]:
        return f"两边都判为{told[0]}，门槛或归并不同"
    return f"立案的那条：{told[0]} → {told[1]}"


_VERDICTS = {
    Verdict.ALERT: "告警",
    Verdict.REVIEW: "待人看",
    Verdict.REPLY: "随所回复的帖子",
    Verdict.IRRELEVANT: "无关",
}


def _verdict(relevance: Relevance | None) -> str:
    if relevance is None:
        return "没有读到"
    heaviest = sorted(relevance.why, key=lambda why: -abs(why.weight))[:2]
    grounds = "、".join(f"{why.note}{why.weight:+.2f}" for why in heaviest if why.weight)
    return f"{_VERDICTS[relevance.verdict]} {relevance.score:.2f}{f'（{grounds}）' if grounds else ''}"


def _points(one: Case, other: Case) -> str:
    before = {points.signal: points for points in one.severity.points}
    after = {points.signal: points for points in other.severity.points}
    parts = [
        f"{(after.get(signal) or before[signal]).name} "
        f"{before[signal].low if signal in before else 0}→{after[signal].low if signal in after else 0} 分"
        for signal in dict.fromkeys([*before, *after])
        if (before[signal].low if signal in before else 0) != (after[signal].low if signal in after else 0)
    ]
    floors = {floor.rule for floor in one.severity.floors} ^ {floor.rule for floor in other.severity.floors}
    parts += [f"下限 {rule}" for rule in sorted(floors)]
    if one.severity.capped != other.severity.capped:
        parts.append(f"封顶：{one.severity.capped or '无'} → {other.severity.capped or '无'}")
    return "；".join(parts) or "定级的分数线不同"


def _route(case: Case, outcome: Outcome) -> str:
    names = [outcome.side.policy.unit_name(unit) for unit in (case.route.lead, *case.route.assist)]
    return names[0] + (f"（配合：{'、'.join(names[1:])}）" if names[1:] else "")


def _clocks(case: Case) -> list[str]:
    return [f"{clock.rule.name} {shown(clock.due_at)}" for clock in sorted(case.clocks, key=_by_kind)]


def _by_kind(clock: ResponseClock) -> str:
    return clock.rule.kind.value


def _rules(one: Case, other: Case) -> str:
    """What each side's rules say of the clocks that differ."""
    before = {clock.rule.kind: clock for clock in one.clocks}
    after = {clock.rule.kind: clock for clock in other.clocks}
    parts = []
    for kind in dict.fromkeys([*before, *after]):
        old, new = before.get(kind), after.get(kind)
        if old and new and old.due_at != new.due_at:
            parts.append(f"{old.rule.name}：{_working(old)} → {_working(new)}")
        elif old and new is None:
            parts.append(f"{old.rule.name}：另一套不要求")
        elif new and old is None:
            parts.append(f"{new.rule.name}：现行不要求（{new.rule.citation}）")
    return "；".join(parts)


def _working(clock: ResponseClock) -> str:
    return next((line for line in clock.working if line.startswith("到期")), clock.start_source)


def _notices(case: Case) -> Counter[str]:
    clocks = {clock.rule.kind: clock.rule.name for clock in case.clocks}
    owed = [(one.clock, one.rung, one.to) for one in case.outbox]
    owed += [(one.clock, one.rung, one.to) for one in case.receipts]
    return Counter(
        f"{clocks.get(kind, kind.value) if kind else '整件事'} {rung}（{addressees(to)}）"
        for kind, rung, to in owed
    )


def _told(notices: Counter[str]) -> str:
    return "、".join(sorted(notices.elements())) or "没有"


def _titled(case: Case) -> str:
    title = case.title or "（无标题）"
    return title if len(title) <= TITLE else title[: TITLE - 1] + "…"


def _summary(outcome: Outcome) -> dict[str, object]:
    cases = outcome.cases.values()
    return {
        "name": outcome.side.name,
        "policy": outcome.side.policy.ref,
        "cases": len(outcome.cases),
        "alerts": sum(map(_alerted, cases)),
        "levels": dict(Counter(case.severity.level.value for case in cases)),
        "notices": sum(sum(_notices(case).values()) for case in cases),
    }


def _side_in_words(outcome: Outcome) -> str:
    told = _summary(outcome)
    cases = outcome.cases.values()
    levels = Counter(case.severity.level.value for case in cases)
    graded = "、".join(f"{level} {count}" for level, count in levels.most_common())
    return f"{told['name']}：立 {told['cases']} 件，告警 {told['alerts']} 件，通知 {told['notices']} 条" + (
        f"；{graded}" if graded else ""
    )

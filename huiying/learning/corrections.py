"""Where people put routing and places right: by which rule and from what word it went wrong, how often, in which matters.

Nothing is learned from this, since who leads is law and a gazetteer is a list of facts: it shows the office which line of
``routes.toml``, ``units.toml`` or ``localities.toml`` is worth a look.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from huiying.contracts import ArchiveLine, Case, Place, PostKey
from huiying.examples import Example, Examples, stands
from huiying.learning.asked import cases_of, lines_of
from huiying.ports import Engine
from nlp import gazetteer
from triage.policy import Policy

ROUTED = frozenset({"assign", "reassign"})
SHOWN = 5
"""Cases that are named in a line; the JSON has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerouted:
    """A rule sent matters to one unit, and people gave them to another."""

    rule: str
    was: str
    now: str
    """Ids of units."""
    cases: tuple[str, ...]
    routed: int
    """Matters that this rule has routed in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """The machine read one place, and people said another."""

    was: str
    """Code; '' where it read none."""
    now: str
    words: tuple[str, ...]
    """What it read it from, as it stands in the posts; none where the source's own place was taken."""
    note: str
    cases: tuple[str, ...]
    """Ids of cases, of posts where they belong to none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    routes: tuple[Rerouted, ...]
    places: tuple[Replaced, ...]

    def as_dict(self) -> dict[str, object]:
        return {
            "routes": [
                {
                    "rule": one.rule,
                    "was": one.was,
                    "now": one.now,
                    "times": len(one.cases),
                    "routed": one.routed,
                    "cases": one.cases,
                }
                for one in self.routes
            ],
            "places": [
                {
                    "was": one.was,
                    "now": one.now,
                    "words": one.words,
                    "note": one.note,
                    "times": len(one.cases),
                    "cases": one.cases,
                }
                for one in self.places
            ],
        }

    def in_words(self, policy: Policy, places: Mapping[str, str]) -> str:
        if not self.routes and not self.places:
            return "还没有人改过分办，也没有人改过地点。"
        lines = []
        if self.routes:
            lines.append("改过的分办（系统不会自己改规则；确实不合适的，请改 routes.toml 或 units.toml）：")
        for one in self.routes:
            lines.append(
                f"  规则 {one.rule or '（未记规则）'}：{policy.unit_name(one.was)} → {policy.unit_name(one.now)}，"
                f"{len(one.cases)} 件（这条规则共分办 {one.routed} 件）：{_named(one.cases)}"
            )
        if self.places:
            lines.append("改过的地点（词读错了的，请在 localities.toml 里补别名、地标或 idioms）：")
        for place in self.places:
            was = places.get(place.was, place.was) or "没有读出地点"
            read = f"“{'”“'.join(place.words)}”，" if place.words else ""
            lines.append(
                f"  {was} → {places.get(place.now, place.now)}：{read}{place.note}，"
                f"{len(place.cases)} 件：{_named(place.cases)}"
            )
        return "\n".join(lines)


def gather(engine: Engine) -> Corrections:
    """Of everything that people said and that stands; most often first."""
    examples = [one for one in Examples(engine.register).all() if one.act in ROUTED or one.labels.place]
    cases = cases_of(engine.cases, {example.case_id for example in examples if example.case_id})
    said = [one for one in examples if stands(one, cases.get(one.case_id))]
    return Corrections(
        routes=_routes([one for one in said if one.act in ROUTED], cases, engine.cases.all()),
        places=_places(engine, [one for one in said if one.labels.place]),
    )


def names(policy: Path) -> dict[str, str]:
    """Codes of places → their full names."""
    known = gazetteer.load(policy).names
    return {
        spot.code: "".join(dict.fromkeys((spot.province, spot.city, spot.county)))
        for spots in known.values()
        for spot in spots
    }


def _routes(
    said: Sequence[Example], cases: Mapping[str, Case], everything: Iterable[Case]
) -> tuple[Rerouted, ...]:
    """A case counts once: from where the rule had sent it to where people left it."""
    first: dict[str, Example] = {}
    last: dict[str, Example] = {}
    for example in said:
        first.setdefault(example.case_id, example)
        last[example.case_id] = example
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for case_id, example in first.items():
        was, now = example.unit_before, last[case_id].unit
        if was != now:
            found[example.rule or cases[case_id].route.rule, was, now].append(case_id)
    routed = Counter(case.route.rule for case in everything) if found else Counter[str]()
    lines = [
        Rerouted(rule=rule, was=was, now=now, cases=tuple(sorted(ids)), routed=max(routed[rule], len(ids)))
        for (rule, was, now), ids in found.items()
    ]
    return tuple(sorted(lines, key=lambda one: (-len(one.cases), one.rule, one.was, one.now)))


def _places(engine: Engine, said: Sequence[Example]) -> tuple[Replaced, ...]:
    """What the machine read in the posts, as far as the archive still has them; of one matter the latest word."""
    latest = {example.case_id or example.posts[0].id: example for example in said if example.posts}
    lines = _lines(engine, {key for example in latest.values() for key in example.posts})
    found: dict[tuple[str, str, tuple[str, ...], str], list[str]] = defaultdict(list)
    for id, example in latest.items():
        there = [lines[key] for key in example.posts if key in lines]
        now = example.labels.place or ""
        place = _read(there)
        if not there or (place and place.code == now):
            continue
        why = place.why[0] if place and place.why else None
        words = tuple(dict.fromkeys(span.text for span in why.spans)) if why else ()
        note = why.note if why else "没有记下理由" if place else "文中和来源都没有地名"
        found[place.code if place else "", now, words, note].append(id)
    rows = [
        Replaced(was=was, now=now, words=words, note=note, cases=tuple(sorted(ids)))
        for (was, now, words, note), ids in found.items()
    ]
    return tuple(sorted(rows, key=lambda one: (-len(one.cases), one.was, one.now, one.words)))


def _read(lines: Sequence[ArchiveLine]) -> Place | None:
    """The first place that the machine read in these posts."""
    return next((line.reading.places[0] for line in lines if line.reading and line.reading.places), None)


def _lines(engine: Engine, keys: Iterable[PostKey]) -> dict[PostKey, ArchiveLine]:
    lines = lines_of(engine.archive, keys)
    return {key: line for key, line in lines.items() if line.reading is not None and line.legible}


def _named(cases: Sequence[str]) -> str:
    shown = "、".join(cases[:SHOWN])
    return shown if len(cases) <= SHOWN else f"{shown} 等"

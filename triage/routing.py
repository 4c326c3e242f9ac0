"""Who leads, who helps and who is told: topic, then locality, then level, with the article relied on.  Pure; nobody falls
through.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from huiying.clock import SHANGHAI
from huiying.contracts import Case, Certainty, Level, OutsideBody, Route
from huiying.territory import touches
from triage.known import signals_of
from triage.packs import BodyRow, RouteRow, UnitRow
from triage.policy import Policy
from triage.reach import upwards
from triage.severity import rank

HANDED_OVER = "没有写明地点；是热线或信箱交给本单位的诉求，按在本单位辖区内办（推定）"


@dataclass(frozen=True, slots=True)
class _Matter:
    case: Case
    policy: Policy
    units: tuple[UnitRow, ...]
    """The units that exist on the day."""


def route(case: Case, policy: Policy, now: datetime) -> Route:
    """The route of a case as it stands: its topic, places, units named and severity."""
    return with_level(_by_rules(case, policy, now), case.severity.level, policy)


def with_level(found: Route, level: Level, policy: Policy) -> Route:
    """The route with whom this level brings in, each once; the same where it brings in nobody more. A restricted matter
    goes to nobody beside those who have it.
    """
    if found.restricted:
        return found
    rows = [row for row in policy.routes.level if rank(level) >= rank(row.from_)]
    for row in (row for row in rows if row.rule not in found.by_level):
        bodies = _each_once((*found.bodies, *map(_outside, row.inform)))
        told = [f"{policy.unit_name(unit)}配合" for unit in row.assist if unit != found.lead]
        told += [f"通报{'、'.join(one.body for one in row.inform)}"] if row.inform else []
        found = replace(
            found,
            assist=_distinct((*found.assist, *row.assist), found.lead),
            bodies=bodies,
            why=f"{found.why}；{_from(row.from_)}，{'，'.join(told) or '由它牵头'}（{row.article}）",
            by_level=(*found.by_level, row.rule),
        )
    return found


def _by_rules(case: Case, policy: Policy, now: datetime) -> Route:
    matter = _Matter(case, policy, policy.units_on(now.astimezone(SHANGHAI).date()))
    channel = case.severity.restricted
    row = _row(case, policy)
    if channel or (row is not None and row.restricted):
        return _restricted(matter, row, channel)
    first = _by_topic(matter, row)
    if row is not None and row.locality == "province":
        return replace(first, why=f"{first.why}；由{policy.unit_name(policy.top())}承办")
    return _by_locality(matter, first)


def elsewhere(case: Case, policy: Policy, now: datetime) -> str:
    """Where a matter lies that is surely none of ours: its place is written, no unit answers for that or for another that it touches, and
    none is named. '' where it may be ours.
    """
    matter = _Matter(case, policy, policy.units_on(now.astimezone(SHANGHAI).date()))
    sure = case.place.certainty is Certainty.STATED and _is_outside(matter)
    if not sure or case.tickets or policy.units_named(case.units) or _own_office(matter) is not None:
        return ""
    ours = _territory(matter)
    return "" if any(touches(code, ours) for code in case.profile.places) else _elsewhere(matter)


def cities(case: Case) -> tuple[str, ...]:
    """The prefectures that a case touches, as four-digit codes, the main one first."""
    codes = [case.place.code, *case.profile.places]
    return tuple(dict.fromkeys(code[:4] for code in codes if len(code) >= 4 and code[2:4] != "00"))


def _row(case: Case, policy: Policy) -> RouteRow | None:
    seen = {kind for kind, signal in signals_of(case).items() if signal.amount != 0}
    return next(
        (
            row
            for row in policy.routes.route
            if case.topic in row.topics and (not row.needs or seen.intersection(row.needs))
        ),
        None,
    )


def _by_topic(matter: _Matter, row: RouteRow | None) -> Route:
    policy = matter.policy
    if row is None:
        rest = policy.routes.catch_all
        return Route(
            rule=rest.rule,
            lead=rest.lead,
            assist=_distinct(rest.assist, rest.lead),
            article=rest.article,
            basis=rest.basis,
            why="议题未明，由兜底处室先行受理",
        )
    return Route(
        rule=row.rule,
        lead=row.lead,
        assist=_distinct(row.assist, row.lead),
        bodies=tuple(map(_outside, row.inform)),
        article=row.article,
        basis=row.basis,
        why=f"议题“{policy.topic_name(matter.case.topic)}”归 {policy.unit_name(row.lead)}",
    )


def _by_locality(matter: _Matter, first: Route) -> Route:
    rules = matter.policy.routes.locality
    own = _own_office(matter)
    if own is not None:
        return _local(matter, first, own)
    # A place that no unit answers for, in another province, does not make it a matter of several cities.
    touched = tuple(code for code in cities(matter.case) if _office(matter, code) is not None)
    if len(touched) > 1:
        offices = tuple(unit.id for code in touched if (unit := _office(matter, code)) is not None)
        return replace(
            first, assist=_distinct(first.assist + offices, first.lead), why=f"{first.why}；{rules.several}"
        )
    parts = _parts(matter)
    if len(parts) > 1:
        return _above(matter, first, parts)
    local = _office(matter, matter.case.place.code or (touched[0] if touched else "")) or _by_name(matter)
    if local is None and (assumed := _handed_over(matter)) is not None:
        return _local(matter, replace(first, why=f"{first.why}；{HANDED_OVER}"), assumed)
    if local is None:
        lead, reason = rules.unknown_lead, rules.unknown
        if _is_outside(matter):
            lead, reason = rules.outside_lead or lead, f"{rules.outside}（{_elsewhere(matter)}）"
        return replace(
            first,
            lead=lead,
            assist=_distinct((first.lead, *first.assist), lead),
            why=f"{first.why}；{reason}",
        )
    return _local(matter, first, local)


def _parts(matter: _Matter) -> tuple[UnitRow, ...]:
    """The units that answer for the districts which a matter within one city touches, the main one first."""
    codes = (matter.case.place.code, *matter.case.profile.places)
    found = (_office(matter, code) for code in codes if len(code) == 6 and code[4:] != "00")
    return tuple({unit.id: unit for unit in found if unit is not None}.values())


def _above(matter: _Matter, first: Route, parts: tuple[UnitRow, ...]) -> Route:
    """The nearest unit above several leads, and they help: by its division for the topic where that is the top itself."""
    policy, several = matter.policy, matter.policy.routes.locality.several
    lines = [upwards(unit.id, policy) for unit in parts]
    common = next(unit for unit in lines[0] if all(unit in line for line in lines))
    offices = tuple(unit.id for unit in parts if unit.id != common)
    if common == policy.top():
        return replace(
            first, assist=_distinct(first.assist + offices, first.lead), why=f"{first.why}；{several}"
        )
    led = _local(matter, first, next(unit for unit in matter.units if unit.id == common))
    return replace(led, assist=_distinct(led.assist + offices, common), why=f"{led.why}；{several}")


def _local(matter: _Matter, first: Route, local: UnitRow) -> Route:
    """The local office leads; the top unit joins or watches as the level asks.  In its own territory its divisions do."""
    rules, level, policy = matter.policy.routes.locality, matter.case.severity.level, matter.policy
    why = f"{first.why}；{rules.one}（{local.name}）"
    if local.id == policy.top():
        return replace(first, why=why)
    above = policy.unit_name(policy.top())
    assist, inform = first.assist, first.inform
    if rank(level) >= rank(rules.join_from):
        assist, why = (first.lead, *assist), f"{why}；{level}，{above}参与"
    elif rank(level) >= rank(rules.watch_from):
        assist, why = (), f"{why}；{level}，{above}关注"
        inform = (policy.unit_name(first.lead), *inform)
    else:
        assist = ()
    return replace(first, lead=local.id, assist=_distinct(assist, local.id), inform=inform, why=why)


def _handed_over(matter: _Matter) -> UnitRow | None:
    """The unit whose territory is the only one, where a hotline or a mailbox handed the matter to the office and nothing says where it is."""
    case = matter.case
    if not case.tickets or case.place.code or case.place.city or case.place.county or case.profile.places:
        return None
    local = [unit for unit in matter.units if unit.codes]
    return local[0] if len(local) == 1 else None


def _is_outside(matter: _Matter) -> bool:
    """The place is known; no unit of ours answers for it, for a part of it or for what it is a part of."""
    ours, code = _territory(matter), matter.case.place.code
    return bool(code and ours) and not touches(code, ours)


def _elsewhere(matter: _Matter) -> str:
    """Where it is, as far as it tells the place from ours."""
    place = matter.case.place
    same = any(prefix[:2] == place.code[:2] for prefix in _territory(matter))
    return f"{place.city}{place.county}" if same else place.province


def _territory(matter: _Matter) -> set[str]:
    return {prefix for unit in matter.policy.units for prefix in unit.codes}


def _office(matter: _Matter, code: str) -> UnitRow | None:
    """The office with the narrowest territory around a place, among those that exist on the day."""
    fitting = [
        (len(prefix), unit)
        for unit in matter.units
        for prefix in unit.codes
        if code and code.startswith(prefix)
    ]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _by_name(matter: _Matter) -> UnitRow | None:
    """For a place that came without a code, from a form."""
    place = matter.case.place
    for name in (place.county, place.city):
        for unit in matter.units:
            if name and unit.place == name:
                return unit
    return None


def _own_office(matter: _Matter) -> UnitRow | None:
    """Airport, railway and airport zone answer for themselves."""
    case = matter.case
    said = "\n".join((case.title, case.lead, case.place.county, *case.units))
    for unit in matter.units:
        if unit.kind == "special" and any(word in said for word in (*unit.words, *unit.aliases)):
            return unit
    return None


def _restricted(matter: _Matter, row: RouteRow | None, channel: str) -> Route:
    """Never to the unit that the matter is about, and to nobody beside the lead."""
    routes, policy = matter.policy.routes, matter.policy
    lead = routes.restricted[channel] if channel else row.lead if row else routes.catch_all.lead
    why = f"{channel or policy.topic_name(matter.case.topic)}：限制知悉，不转被反映的单位"
    if lead in policy.units_named(matter.case.units):
        lead, why = routes.restricted["superior"], f"{why}；被反映的就是{policy.unit_name(lead)}，交其上级"
    article = row.article if row else routes.catch_all.article
    return Route(
        rule=row.rule if row else channel,
        lead=lead,
        bodies=tuple(map(_outside, row.inform)) if row and row.restricted else (),
        article=article,
        basis=row.basis if row else "L",
        why=why,
        restricted=True,
    )


def _from(level: Level) -> str:
    return level.value if level is Level.EXTREME else f"{level}以上"


def _outside(row: BodyRow) -> OutsideBody:
    return OutsideBody(**row.model_dump())


def _each_once(bodies: tuple[OutsideBody, ...]) -> tuple[OutsideBody, ...]:
    """What is named first stays: a topic says better than a level why it is theirs."""
    found: dict[str, OutsideBody] = {}
    for one in bodies:
        found.setdefault(one.body, one)
    return tuple(found.values())


def _distinct(ids: tuple[str, ...], lead: str) -> tuple[str, ...]:
    return tuple(id for id in dict.fromkeys(ids) if id != lead)

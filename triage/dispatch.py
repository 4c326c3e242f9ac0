"""Whose a case becomes as it changes: routed anew until people have it in hand, and joined by whom its level brings in.  Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from huiying.contracts import Case, EventKind, Route
from triage.policy import Policy
from triage.record import TRIAGE, note
from triage.routing import route, with_level


def routed(before: Case, case: Case, policy: Policy, now: datetime) -> Case:
    """A route follows the facts until people take it in hand, and the level even then; a matter that becomes restricted is
    taken back from all. ``before`` is how the case was.
    """
    if case.assignment is not None and (case.route.restricted or not case.severity.restricted):
        return _joined(case, policy, now)
    found = route(case, policy, now)
    if case.route.restricted and not found.restricted:
        return case
    case = replace(case, route=found, assignment=None)
    if before.events and _parties(before.route) == _parties(found):
        return case
    why = f"{found.why}；{found.article}"
    return note(case, EventKind.ROUTED, now, TRIAGE, _told(before, found, policy), why=why)


def _told(before: Case, found: Route, policy: Policy) -> str:
    lead = policy.unit_name(found.lead)
    if not before.events:
        what = f"分派给{lead}"
    else:
        what = f"仍由{lead}承办" if found.lead == before.route.lead else f"改派{lead}"
    if found.assist:
        what += "，配合：" + "、".join(policy.unit_name(unit) for unit in found.assist)
    return what


def _joined(case: Case, policy: Policy, now: datetime) -> Case:
    """With whom the level has brought in since: who leads stays as people decided."""
    found = with_level(case.route, case.severity.level, policy)
    if found is case.route:
        return case
    helping = [policy.unit_name(unit) for unit in found.assist if unit not in case.route.assist]
    told = [one.body for one in found.bodies if one not in case.route.bodies]
    parts = [f"{'、'.join(helping)}配合"] * bool(helping) + [f"通报{'、'.join(told)}"] * bool(told)
    why = found.why.removeprefix(case.route.why).lstrip("；")
    case = replace(case, route=found)
    if not parts:
        return case
    what = f"{case.severity.level}事件，{'，'.join(parts)}"
    return note(case, EventKind.ROUTED, now, TRIAGE, what, why=why)


def _parties(found: Route) -> tuple[str, tuple[str, ...], bool, tuple[str, ...]]:
    return found.lead, found.assist, found.restricted, found.by_level

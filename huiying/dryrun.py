"""Where a text would go and why: read, graded and routed like a post, and nothing of it kept.  Pure but for the reader."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from crawlers.compose import Found, Voice, compose
from huiying.contracts import (
    Case,
    Channel,
    Extraction,
    Level,
    Origin,
    Place,
    Post,
    Relevance,
    Tier,
    Verdict,
    Why,
)
from huiying.errors import Misconfigured
from nlp.pipeline import Reader
from response_api.case_page import BASES
from response_api.words import CERTAINTIES, VERDICTS
from triage.lifecycle import open_case
from triage.policy import Policy
from triage.routing import route

GROUNDS = 3
"""Of each judgement that are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    relevance: Relevance
    """As of a post that was collected; what follows is read as of one that somebody entered, so it is never empty."""
    topic_score: float
    topic_why: tuple[Why, ...]
    case: Case
    """With its route."""
    given: frozenset[str]
    """What was said and not read: place, level."""


def attempt(
    reader: Reader,
    policy: Policy,
    now: datetime,
    *,
    text: str,
    title: str = "",
    place: Place | None = None,
    level: Level | None = None,
) -> Trial:
    """``place`` and ``level`` stand in for what is read. Raises Misconfigured where there is no word to read."""
    entered = _post(title, text, now)
    if entered is None:
        raise Misconfigured("没有可读的文字。")
    plain, whole = reader.read([replace(entered, extraction=None), entered], now)
    case = open_case(whole, policy, now)
    if place is not None:
        case = replace(case, place=place, profile=replace(case.profile, places=()))
    if level is not None:
        case = replace(case, severity=replace(case.severity, level=level))
    best = next((one for one in whole.topics if one.code == case.topic), None)
    return Trial(
        relevance=plain.relevance,
        topic_score=best.score if best else 0.0,
        topic_why=best.why if best else (),
        case=replace(case, route=route(case, policy, now)),
        given=frozenset(name for name, one in (("place", place), ("level", level)) if one is not None),
    )


def _post(title: str, text: str, now: datetime) -> Post | None:
    found = Found(
        native_id="trial",
        title=title,
        text=text,
        author="",
        published=now,
        extraction=Extraction(method="hand", confidence=1.0),
    )
    voice = Voice(id="trial", name="试分办", channel=Channel.HAND, tier=Tier.ORDINARY, basis="试分办")
    return compose(found, voice, key=b"trial", origin=Origin.LIVE, now=now)


def in_words(trial: Trial, policy: Policy, row: str) -> list[str]:
    """``row``: where the rule stands in its file."""
    case, found = trial.case, trial.case.route
    said = trial.relevance
    lines = [f"读出：{VERDICTS[said.verdict]}（{said.score:.2f}{_grounds(said.why)}）"]
    if said.verdict is Verdict.IRRELEVANT:
        lines.append("  采集来的不会立为事件；以下按人工录入来看。")
    topic = f"{case.topic} {policy.topic_name(case.topic)}" if case.topic else "未明"
    lines.append(
        f"事项：{topic}" + (f"（{trial.topic_score:.2f}{_grounds(trial.topic_why)}）" if case.topic else "")
    )
    lines.append(f"地点：{_place(trial)}")
    graded = "命令里给定" if "level" in trial.given else f"{case.severity.low} 分"
    lines.append(f"等级：{case.severity.level}（{graded}）")
    lines.append(f"规则：{found.rule}{row}" + "".join(f"，{name}" for name in found.by_level))
    if found.restricted:
        lines.append("  限制知悉：不转被反映的单位，不转外单位。")
    lines.append(f"牵头：{policy.unit_name(found.lead)}")
    lines.append(f"配合：{'、'.join(map(policy.unit_name, found.assist)) or '无'}")
    lines.append(f"通报：{'、'.join(found.told) or '无'}")
    for one in found.bodies:
        ground = f"{one.ground}（{one.article}；{_basis(one.basis)}）" if one.ground else "职责依据没有写明"
        lines.append(f"  {one.body}{'【移交线索】' if one.clue else ''}：{ground}")
    lines.append(f"依据：{found.article}（{_basis(found.basis)}）")
    lines.append(f"为何：{found.why}")
    return lines


def as_dict(trial: Trial, policy: Policy) -> dict[str, Any]:
    case, found = trial.case, trial.case.route
    return {
        "reading": {
            "verdict": trial.relevance.verdict.value,
            "score": round(trial.relevance.score, 4),
            "why": [one.note for one in trial.relevance.why],
        },
        "topic": {
            "code": case.topic,
            "name": policy.topic_name(case.topic),
            "score": round(trial.topic_score, 4),
            "why": [one.note for one in trial.topic_why],
        },
        "place": {
            "province": case.place.province,
            "city": case.place.city,
            "county": case.place.county,
            "code": case.place.code,
            "given": "place" in trial.given,
        },
        "level": {"level": case.severity.level.value, "given": "level" in trial.given},
        "rule": found.rule,
        "by_level": list(found.by_level),
        "restricted": found.restricted,
        "lead": _unit(found.lead, policy),
        "assist": [_unit(unit, policy) for unit in found.assist],
        "inform": [{"body": name, "ground": "", "article": "", "clue": False} for name in found.inform]
        + [
            {"body": one.body, "ground": one.ground, "article": one.article, "clue": one.clue}
            for one in found.bodies
        ],
        "article": found.article,
        "basis": found.basis,
        "why": found.why,
    }


def _unit(id: str, policy: Policy) -> dict[str, str]:
    return {"id": id, "name": policy.unit_name(id)}


def _grounds(why: tuple[Why, ...]) -> str:
    heaviest = sorted(why, key=lambda one: -abs(one.weight))[:GROUNDS]
    told = "、".join(dict.fromkeys(one.note for one in heaviest if one.note))
    return f"：{told}" if told else ""


def _place(trial: Trial) -> str:
    place = trial.case.place
    name = " ".join(part for part in (place.province, place.city, place.county) if part)
    if not name:
        return "未知"
    return f"{name}（{'命令里给定' if 'place' in trial.given else CERTAINTIES[place.certainty]}）"


def _basis(basis: str) -> str:
    return "、".join(BASES.get(one, one) for one in basis.split(",") if one)

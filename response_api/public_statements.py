"""One published statement as the public may see it: exactly the bytes that were signed, or why they are not shown.  Pure.

Nothing that was collected and nothing that is for the office alone passes through here: no title, lead or post of a case, no
name, no internal reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from huiying.contracts import HANDLED_AS, Case, Category, Publicity, Statement
from response_api import times
from response_api.house import Names
from response_api.words import CATEGORIES
from triage import publishing
from triage.amends import corrected_by, last_word
from triage.appearances import standing
from triage.publishing import PARTS, Document
from triage.words import PUBLICITIES, STATEMENTS, STOPS

LOST = "原文缺失，或与签发时的内容哈希不一致，不予显示。请以纸质档案为准，或向发布单位查询。"
LOST_TITLE = "（原文暂不能显示）"
STOPPED_TITLE = "（已暂停公开）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """The other one of a statement and its correction."""

    id: str
    """Of the statement to read."""
    at: datetime
    at_text: str
    kind: str
    stopped: bool
    """Nobody may read it for now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    where: str
    url: str
    """'' where there is none."""
    at: datetime
    at_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicStatement:
    id: str
    kind: str
    category: str
    """Name of the handling class that it answers."""
    unit: str
    title: str
    at: datetime
    at_text: str
    publicity: str
    open: bool
    on_request: bool
    trouble: str
    """Why nothing of its text is shown although it is open; '' where the bytes are the ones that were signed."""
    ground: str
    """Why it is not open, with the article; '' where it is."""
    sha256: str
    """'' where the text is not for the public: a digest would let a guess be confirmed."""
    size: int
    next_release: str
    parts: tuple[tuple[str, str], ...]
    """Name and text of each content part."""
    stopped: str
    """That nobody may read it for now, since when and for what class of reason; '' where they may."""
    corrected: Amendment | None
    """When it was put right, and what to read instead."""
    corrects: Amendment | None
    """What it puts right."""
    elsewhere: tuple[Elsewhere, ...]
    """Where else the same text stands."""
    changed: datetime
    """When what is said of it here changed last."""

    @property
    def shown(self) -> bool:
        return self.open and not self.trouble and not self.stopped


def public_statement(
    case: Case,
    statement: Statement,
    body: bytes | None,
    names: Names,
    beside: Sequence[Statement],
) -> PublicStatement:
    """``body`` as the statement store gives it, None where it is not there. The statement must be published. ``beside``: all that is
    published of the matter."""
    if statement.published_at is None:
        raise ValueError("a statement without a time of publication is none")
    intact = body is not None and hashlib.sha256(body).hexdigest() == statement.sha256
    document = publishing.parse(body) if body is not None and intact else Document(head={}, parts={})
    publicity = _publicity(statement, document)
    is_open = publicity is Publicity.OPEN
    stopped = _stopped(statement) if is_open else ""
    shown = is_open and intact and not stopped
    later = corrected_by(beside, statement) if is_open else None
    return PublicStatement(
        id=statement.id,
        kind=STATEMENTS[statement.kind],
        category=class_name(statement.category, names),
        unit=_unit(case, statement, document, names, is_open),
        title=_title(document, shown, stopped) if is_open else about(case, names),
        at=statement.published_at,
        at_text=times.full(statement.published_at)[:16],
        publicity=PUBLICITIES[publicity],
        open=is_open,
        on_request=publicity is Publicity.ON_REQUEST,
        trouble="" if intact or stopped or not is_open else LOST,
        ground="" if is_open else ground(statement, document, names),
        sha256=statement.sha256 if is_open else "",
        size=len(body) if body is not None and shown else 0,
        next_release=document.head.get("下次发布", "") if shown else "",
        parts=tuple((PARTS[part], text) for part, text in document.parts.items()) if shown else (),
        stopped=stopped,
        corrected=_amendment(last_word(beside, statement), later.published_at) if later else None,
        corrects=_put_right(beside, statement) if is_open else None,
        elsewhere=_elsewhere(statement) if shown and not later else (),
        changed=changed_at(statement, beside),
    )


def _elsewhere(statement: Statement) -> tuple[Elsewhere, ...]:
    """Not where somebody found that it says something else."""
    return tuple(
        Elsewhere(where=one.where, url=one.url, at=one.at, at_text=times.full(one.at)[:16])
        for one in standing(statement)
        if not one.altered
    )


def _title(document: Document, shown: bool, stopped: str) -> str:
    if stopped:
        return STOPPED_TITLE
    return document.title if shown else LOST_TITLE


def _stopped(statement: Statement) -> str:
    """Of the reason its class alone: what was written about it is for the office."""
    held = statement.suspended
    return f"{times.full(held.at)[:16]} 起暂停公开（{STOPS[held.reason]}）" if held else ""


def _amendment(other: Statement, at: datetime | None) -> Amendment | None:
    if at is None:
        return None
    stopped = other.suspended is not None
    return Amendment(
        id=other.id, at=at, at_text=times.full(at)[:16], kind=STATEMENTS[other.kind], stopped=stopped
    )


def _put_right(beside: Sequence[Statement], statement: Statement) -> Amendment | None:
    old = next((one for one in beside if one.id == statement.corrects), None)
    return _amendment(old, old.published_at) if old is not None else None


def changed_at(statement: Statement, beside: Sequence[Statement]) -> datetime:
    """When what the public may know of it changed last."""
    if statement.published_at is None:
        raise ValueError("a statement without a time of publication is none")
    changes = [statement.published_at]
    if statement.publicity is Publicity.OPEN:
        later = corrected_by(beside, statement)
        changes += [later.published_at] if later is not None and later.published_at is not None else []
        changes += [stop.ended_at or stop.at for stop in statement.suspensions]
        changes += [one.noted_at for one in statement.appearances]
    return max(changes)


def about(case: Case, names: Names) -> str:
    """What may be said of a matter whose statements are not for the public; of a restricted one, not even the topic."""
    if case.route.restricted or not case.topic:
        return "一件不便说明内容的事项"
    return f"一件关于“{names.topic_name(case.topic)}”的事项"


def class_name(category: Category, names: Names) -> str:
    return names.handling.row(category).name if category in HANDLED_AS else CATEGORIES[category]


def ground(statement: Statement, document: Document, names: Names) -> str:
    """As it was signed; from the policy where the bytes are lost."""
    signed = document.head.get("不公开理由", "")
    row = next((row for row in names.handling.ground if row.key == statement.publicity_reason), None)
    return signed or (f"{row.name}（{row.citation}）" if row else "理由已登记在案")


def _publicity(statement: Statement, document: Document) -> Publicity:
    """Of what the record and the signed bytes say, the stricter."""
    signed = {name: kind for kind, name in PUBLICITIES.items()}.get(document.head.get("公开属性", ""))
    said = (statement.publicity, signed)
    return next((kind for kind in (Publicity.CLOSED, Publicity.ON_REQUEST) if kind in said), Publicity.OPEN)


def _unit(case: Case, statement: Statement, document: Document, names: Names, is_open: bool) -> str:
    """Who speaks. A restricted matter that stays closed does not show which unit it concerns."""
    if case.route.restricted and not is_open:
        return names.unit_name(names.top())
    return document.unit or names.unit_name(statement.unit)

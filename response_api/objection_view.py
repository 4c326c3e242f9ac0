"""An objection as it is shown: to whoever has the receipt, and to whoever decides it.  Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from huiying.contracts import ArchiveLine
from response_api import times
from response_api.sight import SEALED, SEALED_TEXT, Glimpse
from response_api.words import DISPOSITIONS, Named
from triage.objections import Objection, State
from triage.protection import Protection

STATES = {State.WAITING: "等待办理", State.STOPPED: "已停止处理", State.REFUSED: "不停止处理"}
MOST_EXCERPT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """For the person who objected: nothing of what they wrote."""

    receipt: str
    state: str
    filed: str
    due: str
    late: bool
    decided: str
    stopped: bool
    refused: bool
    effect: str
    ground: str
    citation: str
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionRow:
    id: str
    short: str
    state: str
    waits: bool
    filed: str
    due: str
    tone: str
    """over, soon or ''."""
    word: str
    """How the term stands."""
    decided: str
    by: str
    ground: str
    told: str
    effect: str
    address: str
    floor: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPost:
    """One post that stands at the address."""

    id: str
    where: str
    """Source and floor."""
    at: str
    ended: str
    said: str
    versions: int
    open: bool
    author: bool
    """A pseudonym is known."""
    held: bool
    """Its case is kept beyond its term, by somebody's word: a ground to look twice."""


def outcome(objection: Objection, receipt: str, rules: Protection, now: datetime) -> Outcome:
    ground = rules.ground_of(objection.ground)
    return Outcome(
        receipt="-".join(receipt[n : n + 4] for n in range(0, len(receipt), 4)),
        state=STATES[objection.state],
        filed=times.full(objection.filed_at),
        due=times.full(objection.due_at),
        late=objection.state is State.WAITING and now > objection.due_at,
        decided=times.full(objection.decided_at) if objection.decided_at else "",
        stopped=objection.state is State.STOPPED,
        refused=objection.state is State.REFUSED,
        effect=_effect(objection),
        ground=ground.name if ground else "",
        citation=ground.citation if ground else "",
        told=objection.told,
    )


def row(objection: Objection, rules: Protection, named: Named, now: datetime) -> ObjectionRow:
    waits = objection.state is State.WAITING
    late, near = waits and now > objection.due_at, waits and now >= objection.warn_at
    ground = rules.ground_of(objection.ground)
    return ObjectionRow(
        id=objection.id,
        short=objection.id[:8],
        state=STATES[objection.state],
        waits=waits,
        filed=times.full(objection.filed_at),
        due=times.full(objection.due_at),
        tone="over" if late else "soon" if near else "",
        word="已超期" if late else "将到期" if near else "办理中" if waits else "已办",
        decided=times.full(objection.decided_at) if objection.decided_at else "",
        by=named(objection.decided_by) if objection.decided_by else "",
        ground=f"{ground.name}（{ground.citation}）" if ground else objection.ground,
        told=objection.told,
        effect=_effect(objection),
        address=objection.address,
        floor="" if objection.floor is None else str(objection.floor),
        reason=objection.reason,
    )


def found_posts(
    seen: Sequence[tuple[ArchiveLine, Glimpse]], held: Collection[str] = ()
) -> tuple[FoundPost, ...]:
    """A row for each post, by its newest version. ``held``: ids of cases that are kept beyond their term."""
    newest: dict[str, tuple[ArchiveLine, Glimpse]] = {}
    count: dict[str, int] = {}
    for line, glimpse in seen:
        newest[line.post.id] = (line, glimpse)
        count[line.post.id] = count.get(line.post.id, 0) + 1
    return tuple(
        _found(line, glimpse, count[id], held=line.case_id in held) for id, (line, glimpse) in newest.items()
    )


def _found(line: ArchiveLine, glimpse: Glimpse, versions: int, *, held: bool) -> FoundPost:
    body, open_ = line.body, glimpse is Glimpse.OPEN
    floor = f" {body.floor} 楼" if body and body.floor is not None else ""
    said = " ".join(part for part in (body.title, body.text) if part)[:MOST_EXCERPT] if body else ""
    return FoundPost(
        id=line.post.id,
        where=f"{body.source_name}{floor}" if body else "",
        at=times.full(body.first_public_at if body else line.at),
        ended=DISPOSITIONS[line.disposition] if open_ else SEALED,
        said=said if open_ else SEALED_TEXT,
        versions=versions,
        open=open_,
        author=bool(body and body.author),
        held=held,
    )


def _effect(objection: Objection) -> str:
    if objection.state is not State.STOPPED:
        return ""
    wide = "；这位作者在这个来源上的其他内容也不再收入" if objection.wide else ""
    waits = "正在清除存有的内容" if objection.posts else "没有存有这一网址的内容"
    stored = f"已清除存有的内容（{objection.erased} 个版本）" if objection.erased else waits
    return f"{stored}，以后不再收入{wide}"

"""A statement laid open for those who write, review, sign and publish it: the bytes, what changed, what to look at.  Pure."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from huiying.contracts import Appearance, Approval, Level, Statement, StatementState, Suspension
from response_api import times
from response_api.words import STATEMENT_STATES, Named, as_is
from triage.appearances import altered, compared, left_over
from triage.policy import Policy
from triage.publishing import Draft, Finding, findings, parse
from triage.words import PUBLICITIES, RANK_NAMES, STATEMENTS, STOPS


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One line of the document: ``kind`` is same, gone or new."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    name: str
    who: str
    at: str
    outcome: str
    live: bool
    """It is for the bytes as they are now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    id: str
    number: int
    kind: str
    title: str
    state: str
    stage: str
    """Where it stands, for the page's own use."""
    publicity: str
    sha256: str
    size: int
    """Bytes."""
    document: str
    """Exactly what will be published."""
    lost: bool
    erased: bool
    """Lost, because its file term is over."""
    differences: tuple[Difference, ...]
    """Since the version that the last edit replaced."""
    since_review: tuple[Difference, ...]
    """Since the version that came back from review last, where that is another one."""
    blocking: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    words: tuple[Word, ...]
    authors: str
    drafted: str
    edited: str
    published: str
    returned: str
    turn: str
    """Whose turn it is, in a sentence; '' where it is nobody's."""
    stops: tuple[Stop, ...]
    """Each time that it was hidden from the public, the latest first."""
    places: tuple[Elsewhere, ...]
    """Where else it stands or stood, the latest first."""
    hidden: bool
    corrects: int
    """Number of the statement that it puts right; 0 where it puts none right."""
    corrected: int
    """Number of the one that puts it right, published or on its way; 0 where there is none."""
    corrected_state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    since: str
    by: str
    reason: str
    words: str
    until: str
    """'' while it holds."""
    ended_by: str
    ended_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    channel: str
    where: str
    url: str
    since: str
    by: str
    compared: str
    """What came of comparing it with what was signed, in a few words."""
    differs: bool
    altered: tuple[str, ...]
    """The sentences that are not there in these words; () where what was compared is erased."""
    copy: str
    """The text as it stood there, '' where nobody brought it."""
    until: str
    """'' while it stands."""
    removed_by: str
    removed_words: str
    left: bool
    """It still has to be taken down."""


TURNS = {
    StatementState.DRAFT: "承办人、审核人或新闻发言人写好后送审",
    StatementState.REVIEW: "保密审查员审查，不能是作者",
    StatementState.CLEARED: "{rank}以上签发，不能是作者和审查人",
    StatementState.SIGNED: "新闻发言人或值班长发布",
}


def statement_view(
    statement: Statement,
    body: bytes | None,
    earlier: bytes | None,
    reviewed: bytes | None,
    written: Draft | None,
    policy: Policy,
    returned: str,
    beside: Sequence[Statement],
    read: Callable[[str], str],
    now: datetime,
    named: Named = as_is,
    *,
    erased: bool = False,
    level: Level,
    channels: Mapping[str, str] = MappingProxyType({}),
) -> StatementView:
    """``channels``: what the kinds of channel are called. ``body`` None: the bytes are lost, or, where what belongs to the case was ``erased``, gone with it. ``earlier`` is the version that the last edit replaced, ``reviewed`` the last that came
    back from review. ``beside``: all statements of the case; ``read``: a text by its digest, or that it is gone."""
    later = next((one for one in beside if one.corrects == statement.id and one.state is not _GONE), None)
    old = next((one for one in beside if one.id == statement.corrects), None)
    found = findings(written, policy.handling, statement.published_at or now) if written else ()
    document = body.decode("utf-8") if body else ""
    return StatementView(
        id=statement.id,
        number=statement.number,
        kind=STATEMENTS[statement.kind],
        title=statement.title or "（无标题）",
        state=STATEMENT_STATES[statement.state],
        stage=statement.state.value,
        publicity=PUBLICITIES[statement.publicity],
        sha256=statement.sha256,
        size=len(body or b""),
        document=document,
        lost=body is None,
        erased=body is None and erased,
        differences=_since(earlier, body),
        since_review=_since(reviewed, body) if reviewed != earlier else (),
        blocking=tuple(one for one in found if one.blocks),
        notes=tuple(one for one in found if not one.blocks),
        words=tuple(_words(statement, named)),
        authors="、".join(map(named, statement.authors)),
        drafted=times.full(statement.drafted_at),
        edited=times.full(statement.edited_at),
        published=times.full(statement.published_at) if statement.published_at else "",
        returned=returned,
        turn=TURNS.get(statement.state, "").format(rank=RANK_NAMES[policy.handling.sign[level]]),
        stops=tuple(_stop(one, read, named) for one in reversed(statement.suspensions)),
        places=_elsewhere(statement, beside, document, read, named, channels),
        hidden=statement.suspended is not None,
        corrects=old.number if old else 0,
        corrected=later.number if later else 0,
        corrected_state=STATEMENT_STATES[later.state] if later else "",
    )


_GONE = StatementState.WITHDRAWN


def _stop(one: Suspension, read: Callable[[str], str], named: Named) -> Stop:
    return Stop(
        since=times.full(one.at),
        by=named(one.by),
        reason=STOPS[one.reason],
        words=read(one.words),
        until=times.full(one.ended_at) if one.ended_at else "",
        ended_by=named(one.ended_by) if one.ended_at else "",
        ended_words=read(one.ended_words) if one.ended_at else "",
    )


def _elsewhere(
    statement: Statement,
    beside: Sequence[Statement],
    document: str,
    read: Callable[[str], str],
    named: Named,
    channels: Mapping[str, str],
) -> tuple[Elsewhere, ...]:
    left = {one.number for owner, one in left_over(beside) if owner.id == statement.id}
    return tuple(
        _place(one, document, read, named, channels, left=one.number in left)
        for one in sorted(statement.appearances, key=lambda one: (one.removed_at is not None, -one.number))
    )


def _place(
    one: Appearance,
    document: str,
    read: Callable[[str], str],
    named: Named,
    channels: Mapping[str, str],
    *,
    left: bool,
) -> Elsewhere:
    copy = read(one.copy)
    return Elsewhere(
        channel=channels.get(one.channel, one.channel),
        where=one.where,
        url=one.url,
        since=times.full(one.at)[:16],
        by=named(one.by),
        compared=compared(one),
        differs=bool(one.altered),
        altered=altered(parse(document.encode()), copy) if one.altered else (),
        copy=copy,
        until=times.full(one.removed_at)[:16] if one.removed_at else "",
        removed_by=named(one.removed_by) if one.removed_at else "",
        removed_words=read(one.removed_words) if one.removed_at else "",
        left=left,
    )


def _since(before: bytes | None, body: bytes | None) -> tuple[Difference, ...]:
    return differences(before.decode("utf-8"), body.decode("utf-8")) if before and body else ()


def differences(before: str, after: str) -> tuple[Difference, ...]:
    """Line by line, unchanged lines among them; () where nothing changed."""
    if before == after:
        return ()
    told: list[Difference] = []
    kinds = {" ": "same", "-": "gone", "+": "new"}
    for line in difflib.ndiff(before.split("\n"), after.split("\n")):
        if line[0] in kinds:
            told.append(Difference(kind=kinds[line[0]], text=line[2:]))
    return tuple(told)


def _words(statement: Statement, named: Named) -> Sequence[Word]:
    def word(name: str, given: Approval | None) -> list[Word]:
        if given is None:
            return []
        live = given.sha256 == statement.sha256
        return [
            Word(name=name, who=named(given.by), at=times.full(given.at), outcome=given.outcome, live=live)
        ]

    return [*word("保密审查", statement.review), *word("签发", statement.signature)]

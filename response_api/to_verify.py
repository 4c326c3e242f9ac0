"""What the posts of a case hand on as hearsay: the sentence, the words that make it hearsay, and what was published on it.  Pure.

The page asks people to verify it.  It never says that it is untrue: where a published statement says the opposite, both sentences stand
side by side, and a person may take the statement as the ground of an assessment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from huiying.contracts import ArchiveLine, Field, Post, SignalKind, Span
from nlp.assertions import Said
from nlp.contradiction import Compared, Standing, compare
from response_api import times
from response_api.official import Official, is_official, said_in

MOST = 5
LONGEST = 120
"""Characters of a claim that are shown."""
RELATED = 2
"""Statements beside one claim that are shown without a verdict."""
_STOP = re.compile(r"[。！？!?；;\n]")
_REFUTES = ("谣", "不实")
"""Words of who refutes a claim, not of who makes one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A published text beside a claim."""

    key: str
    title: str
    source: str
    at: str
    link: str
    sentence: str
    """The one that speaks of the claim's point, as written."""
    point: str
    why: str
    """Wherein the two differ; '' where nothing is said against the claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToVerify:
    claim: str
    cue: str
    """The words of the post that make it hearsay."""
    source: str
    anchor: str
    """The post on the page."""
    at: str
    against: tuple[Told, ...] = ()
    """Say the opposite; newest first."""
    related: tuple[Told, ...] = ()
    """Speak of the same point, and agree or cannot be compared."""


def to_verify(lines: Sequence[ArchiveLine], published: Sequence[Official] = ()) -> tuple[ToVerify, ...]:
    """One row a claim, as ``lines`` come, at most ``MOST``."""
    return tuple(_row(line, cue, said, published) for line, cue, said in _claims(lines))


def claims(lines: Sequence[ArchiveLine]) -> tuple[Said, ...]:
    """What there is to look for."""
    return tuple(said for _, _, said in _claims(lines))


def _claims(lines: Sequence[ArchiveLine]) -> list[tuple[ArchiveLine, str, Said]]:
    found: dict[str, tuple[ArchiveLine, str, Said]] = {}
    for line in lines:
        if (post := line.legible) is None or line.reading is None or is_official(line):
            continue
        for span in _cues(line):
            claim = _sentence(post, span)
            found.setdefault(claim, (line, span.text, said_in(line, claim)))
    return list(found.values())[:MOST]


def _row(line: ArchiveLine, cue: str, said: Said, published: Sequence[Official]) -> ToVerify:
    assert line.body is not None  # noqa: S101 - claims are made by posts that are there
    told = [
        (one, found)
        for one in published
        if one.key != line.body.id and (found := _beside(said, one)) is not None
    ]
    return ToVerify(
        claim=said.text,
        cue=cue,
        source=line.body.source_name,
        anchor=f"p-{line.body.id}",
        at=times.full(line.body.first_public_at)[:16],
        against=tuple(_told(*pair) for pair in told if pair[1].standing is Standing.CONFLICT)[:RELATED],
        related=tuple(_told(*pair) for pair in told if pair[1].standing is Standing.RELATED)[:RELATED],
    )


def _beside(claim: Said, one: Official) -> Compared | None:
    """Within one matter the posts need not agree on where it is."""
    ours = replace(claim, places=frozenset()) if one.together else claim
    return compare(ours, one.said, together=one.together)


def _told(one: Official, found: Compared) -> Told:
    return Told(
        key=one.key,
        title=one.title,
        source=one.source,
        at=times.full(one.at)[:16],
        link=one.link,
        sentence=found.sentence,
        point=found.point,
        why=found.why,
    )


def _cues(line: ArchiveLine) -> list[Span]:
    signals = line.reading.signals if line.reading else ()
    hearsay = [why for signal in signals if signal.kind is SignalKind.RUMOUR for why in signal.why]
    return [span for why in hearsay for span in why.spans if not any(mark in span.text for mark in _REFUTES)]


def _sentence(body: Post, cue: Span) -> str:
    """The sentence that the cue stands in."""
    text = body.title if cue.field is Field.TITLE else body.text
    begin = max(0, cue.start - LONGEST)
    for stop in _STOP.finditer(text, begin, cue.start):
        begin = stop.end()
    end = _STOP.search(text, cue.end, cue.end + LONGEST)
    return text[begin : end.end() if end else cue.end + LONGEST].strip()[:LONGEST]

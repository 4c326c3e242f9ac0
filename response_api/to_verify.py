"""What the posts of a case hand on as hearsay: the sentence, the words that make it hearsay, and where it stands.  Pure.

The page asks people to verify it.  It never says that it is untrue: that takes a source, which a machine that reads one post
does not have.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from huiying.contracts import ArchiveLine, Field, Post, SignalKind, Span

MOST = 5
LONGEST = 120
"""Characters of a claim that are shown."""
_STOP = re.compile(r"[。！？!?；;\n]")
_REFUTES = ("谣", "不实")
"""Words of who refutes a claim, not of who makes one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToVerify:
    claim: str
    cue: str
    """The words of the post that make it hearsay."""
    source: str
    anchor: str
    """The post on the page."""


def to_verify(lines: Sequence[ArchiveLine]) -> tuple[ToVerify, ...]:
    """One row a claim, as ``lines`` come, at most ``MOST``."""
    rows: dict[str, ToVerify] = {}
    for line in lines:
        if line.body is None or line.reading is None:
            continue
        for span in _cues(line):
            claim = _sentence(line.body, span)
            row = ToVerify(
                claim=claim, cue=span.text, source=line.body.source_name, anchor=f"p-{line.body.id}"
            )
            rows.setdefault(claim, row)
    return tuple(rows.values())[:MOST]


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

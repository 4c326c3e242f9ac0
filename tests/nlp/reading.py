"""A sheet and a reading to annotate, from a text alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from huiying.contracts import Place, Post, Reading, Signal, SignalKind, Span, Why
from nlp import lexicon
from nlp.amend import amended
from nlp.annotators import fingerprint, relevance
from nlp.gate import Gate
from nlp.sheet import Sheet, lay_out
from tests.factories import NOW, a_post


@cache
def the_gate() -> Gate:
    return Gate(lexicon.load())


def a_sheet(text: str, title: str = "", **changes: Any) -> Sheet:
    return the_gate().mark(lay_out(a_post(title=title, text=text, **changes)))


def annotated(
    annotate: Callable[[Sheet, Reading], Reading], sheet: Sheet, places: tuple[Place, ...] = ()
) -> Reading:
    return annotate(sheet, amended(blank(sheet.post), places=places))


def blank(post: Post) -> Reading:
    return Reading(
        post=post,
        jurisdiction="henan",
        relevance=relevance.GATE_SHUT,
        fingerprint=fingerprint.exact(post),
        reader="test",
        read_at=NOW,
    )


def only(reading: Reading, kind: SignalKind) -> Signal:
    """The one signal of this kind."""
    (found,) = [signal for signal in reading.signals if signal.kind is kind]
    return found


def kinds(reading: Reading) -> set[SignalKind]:
    return {signal.kind for signal in reading.signals}


def grounds(reading: Reading) -> list[tuple[Why, ...]]:
    """The grounds of each judgement of a reading."""
    judgements = [reading.relevance.why, reading.occurred.why]
    judgements += [part.why for part in reading.topics]
    judgements += [part.why for part in reading.categories]
    judgements += [part.why for part in reading.places]
    judgements += [part.why for part in reading.signals]
    return judgements


def spans(reading: Reading) -> Iterator[Span]:
    """Every span of every ground of a reading."""
    for whys in grounds(reading):
        for why in whys:
            yield from why.spans


def original(post: Post, span: Span) -> str:
    return (post.title if span.field == "title" else post.text)[span.start : span.end]

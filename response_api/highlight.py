"""The words that decided, marked in the text they stand in.  Everything else is escaped: crawled text is never markup.

Offsets are Python code-point indices into the original.  Spans that overlap become one mark with all their grounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from huiying.contracts import Field, Reading, Why


@dataclass(frozen=True, slots=True)
class Stretch:
    start: int
    end: int
    notes: tuple[str, ...]
    against: bool
    """Every ground in it speaks against."""


def grounds(reading: Reading) -> tuple[Why, ...]:
    """Every ground of a reading, in the order in which a person would ask for them."""
    whys: list[Why] = [*reading.relevance.why]
    for part in (reading.topics[:1], reading.categories[:1], reading.signals, reading.places[:1]):
        for judgement in part:
            whys.extend(judgement.why)
    return (*whys, *reading.occurred.why)


def marked(text: str, whys: Iterable[Why], field: Field) -> Markup:
    """``text`` as safe HTML with its deciding words in <mark>."""
    pieces: list[Markup] = []
    at = 0
    for stretch in merged(whys, field, len(text)):
        pieces.append(escape(text[at : stretch.start]))
        pieces.append(
            Markup('<mark{} title="{}">{}</mark>').format(
                Markup(' class="against"') if stretch.against else "",
                "；".join(stretch.notes),
                text[stretch.start : stretch.end],
            )
        )
        at = stretch.end
    pieces.append(escape(text[at:]))
    return Markup("").join(pieces)


def merged(whys: Iterable[Why], field: Field, length: int) -> Sequence[Stretch]:
    """Stretches of one field, in order, none touching another. Offsets outside the text are cut off."""
    found = sorted(
        (max(0, span.start), min(span.end, length), why.note, why.weight < 0)
        for why in whys
        for span in why.spans
        if span.field is field and max(0, span.start) < min(span.end, length)
    )
    stretches: list[Stretch] = []
    for start, end, note, against in found:
        if stretches and start < stretches[-1].end:
            last = stretches[-1]
            notes = last.notes if note in last.notes else (*last.notes, note)
            stretches[-1] = Stretch(last.start, max(last.end, end), notes, last.against and against)
        else:
            stretches.append(Stretch(start, end, (note,), against))
    return stretches

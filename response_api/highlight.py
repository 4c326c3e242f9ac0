"""The words that decided, marked in the text they stand in.  Everything else is escaped: crawled text is never markup.

Offsets are Python code-point indices into the original.  Spans that overlap become one mark with all their grounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from huiying.contracts import Field, Why

Key = tuple[str, str]
"""Rule and note of a ground: what tells one from another."""


@dataclass(frozen=True, slots=True)
class Stretch:
    start: int
    end: int
    notes: tuple[str, ...]
    against: bool
    """Every ground in it speaks against."""
    first: Key = ("", "")
    """The ground that it starts with."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A mark that leads to its ground, and can be led to."""

    mark: str
    """Id of the mark."""
    ground: str
    """Id of the ground on the page."""


def marked(
    text: str, whys: Iterable[Why], field: Field, references: Mapping[int, Reference] | None = None
) -> Markup:
    """``text`` as safe HTML with its deciding words in <mark>; those whose start is in ``references`` lead to their ground."""
    pieces: list[Markup] = []
    at = 0
    for stretch in merged(whys, field, len(text)):
        pieces.append(escape(text[at : stretch.start]))
        inside, name = escape(text[stretch.start : stretch.end]), Markup("")
        if references and (there := references.get(stretch.start)):
            inside = Markup('<a href="#{}">{}</a>').format(there.ground, inside)
            name = Markup(' id="{}"').format(there.mark)
        pieces.append(
            Markup('<mark{}{} title="{}">{}</mark>').format(
                name,
                Markup(' class="against"') if stretch.against else "",
                "；".join(stretch.notes),
                inside,
            )
        )
        at = stretch.end
    pieces.append(escape(text[at:]))
    return Markup("").join(pieces)


def merged(whys: Iterable[Why], field: Field, length: int) -> Sequence[Stretch]:
    """Stretches of one field, in order, none touching another. Offsets outside the text are cut off."""
    found = sorted(
        (max(0, span.start), min(span.end, length), why.note, why.weight < 0, why.rule)
        for why in whys
        for span in why.spans
        if span.field is field and max(0, span.start) < min(span.end, length)
    )
    stretches: list[Stretch] = []
    for start, end, note, against, rule in found:
        if stretches and start < stretches[-1].end:
            last = stretches[-1]
            notes = last.notes if note in last.notes else (*last.notes, note)
            stretches[-1] = Stretch(
                last.start, max(last.end, end), notes, last.against and against, last.first
            )
        else:
            stretches.append(Stretch(start, end, (note,), against, (rule, note)))
    return stretches

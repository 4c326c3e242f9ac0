"""Values of the contracts made by the dozen: what their constructors do, for a third of the time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any

from huiying.contracts import Field, Span, Term, Why

_Put = Callable[[object, object], None]
_new = object.__new__


def puts(kind: type[Any]) -> list[_Put]:
    """What fills each field of a slotted class, in order."""
    return [getattr(kind, part.name).__set__ for part in fields(kind)]


_span_field, _span_start, _span_end, _span_text = puts(Span)
_why_rule, _why_note, _why_weight, _why_spans = puts(Why)
_term_word, _term_weight = puts(Term)


def span(field: Field, start: int, end: int, text: str) -> Span:
    made = _new(Span)
    _span_field(made, field)
    _span_start(made, start)
    _span_end(made, end)
    _span_text(made, text)
    return made


def why(rule: str, note: str, weight: float, spans: tuple[Span, ...]) -> Why:
    made = _new(Why)
    _why_rule(made, rule)
    _why_note(made, note)
    _why_weight(made, weight)
    _why_spans(made, spans)
    return made


def terms(weighed: Iterable[tuple[str, float]]) -> tuple[Term, ...]:
    found = []
    for word, weight in weighed:
        made = _new(Term)
        _term_word(made, word)
        _term_weight(made, weight)
        found.append(made)
    return tuple(found)

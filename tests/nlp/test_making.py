from __future__ import annotations

from huiying.contracts import Field, Span, Term, Why
from nlp import making


def test_what_is_made_is_what_the_constructor_would_make() -> None:
    span = Span(field=Field.TITLE, start=2, end=4, text="人防")
    assert making.span(Field.TITLE, 2, 4, "人防") == span
    why = Why(rule="gate.phrases", note="专用词", weight=-0.5, spans=(span,))
    assert making.why("gate.phrases", "专用词", -0.5, (span,)) == why
    assert making.terms([("人防", 0.9), ("车位", 0.4)]) == (
        Term(word="人防", weight=0.9),
        Term(word="车位", weight=0.4),
    )

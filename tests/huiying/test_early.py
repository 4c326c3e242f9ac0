from __future__ import annotations

from huiying.contracts import Disposition, Erased
from huiying.early import answered_by
from tests.factories import NOW, a_line, a_post


def test_a_dropped_answer_is_found_by_what_it_answers_and_nothing_else_is() -> None:
    answer = a_post(reply_to="opening")
    assert answered_by(a_line(body=answer, disposition=Disposition.IRRELEVANT)) == "opening"
    assert answered_by(a_line(disposition=Disposition.IRRELEVANT)) is None
    blank = a_line(body=answer, disposition=Disposition.IRRELEVANT, erased=Erased(at=NOW, rule="期满"))
    assert answered_by(blank) is None
    for other in (Disposition.ATTACHED, Disposition.DUPLICATE, Disposition.BURIED):
        assert answered_by(a_line(body=answer, disposition=other, at=NOW)) is None

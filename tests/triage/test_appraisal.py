from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from huiying.contracts import CaseState
from huiying.ports import Engine
from tests.factories import NOW, a_body, a_case, a_statement, an_answered_case, tell
from tests.triage.texts import policy
from triage.appraisal import Appraiser
from triage.scoring import shipped
from triage.texts import Texts


def the_appraiser(engine: Engine) -> Appraiser:
    return Appraiser(cases=engine.cases, texts=Texts(engine.register), policy=policy(), rules=shipped())


def test_what_was_closed_has_a_score_and_what_was_answered_a_time(engine: Engine) -> None:
    closed = tell(engine, replace(an_answered_case(), state=CaseState.CLOSED, closed_at=NOW))
    open_one = tell(engine, an_answered_case())
    silent = tell(engine, a_case(detected_at=NOW - timedelta(hours=2)))
    found = the_appraiser(engine).of(NOW - timedelta(days=1), NOW, NOW, most=10)
    assert found.figures.cases == (silent.id, *sorted((closed.id, open_one.id), reverse=True))
    card = found.matters[closed.id].card
    assert card is not None
    assert next(line.points for line in card.lines if line.name == "审签和内容齐全") == 3, (
        "no review is on record"
    )
    assert found.matters[open_one.id].card is None
    assert found.matters[closed.id].answered_at == NOW - timedelta(minutes=30)
    assert found.matters[silent.id].answered_at is None


def test_what_was_said_before_a_merger_answers_the_whole(engine: Engine) -> None:
    part = an_answered_case()
    part = tell(
        engine,
        replace(
            part,
            state=CaseState.MERGED,
            statements=(a_statement(part.id, a_body(), published_at=NOW - timedelta(hours=3)),),
        ),
    )
    whole = tell(engine, an_answered_case(merged_from=(part.id,)))
    found = the_appraiser(engine).of(NOW - timedelta(days=1), NOW, NOW, most=10)
    assert found.matters[whole.id].answered_at == NOW - timedelta(hours=3)
    assert part.id not in found.matters

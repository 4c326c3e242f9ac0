from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import cast

from huiying.contracts import Case, CaseState, Origin, StopReason, Suspension
from huiying.ports import CaseStore, Engine
from tests.factories import NOW, a_body, a_case, a_route, a_statement, an_answered_case, tell
from tests.triage.texts import policy
from triage.appraisal import Appraiser, matters_found
from triage.scoring import shipped
from triage.texts import Texts

SINCE, UNTIL = NOW - timedelta(days=30), NOW


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


def complete(appraiser: Appraiser, case: Case) -> int | None:
    card = appraiser.of(NOW - timedelta(days=1), NOW, NOW, most=10).matters[case.id].card
    assert card is not None
    return next(line.points for line in card.lines if line.name == "审签和内容齐全")


def test_what_a_statement_lacks_is_read_once_and_what_is_lost_is_asked_for_again(engine: Engine) -> None:
    case = tell(engine, replace(an_answered_case(), state=CaseState.CLOSED, closed_at=NOW))
    appraiser, (statement,) = the_appraiser(engine), case.statements
    appraiser.texts.forget_body(statement.sha256)
    assert complete(appraiser, case) is None
    appraiser.texts.keep_body(a_body())
    assert complete(appraiser, case) == 3
    appraiser.texts.forget_body(statement.sha256)
    assert complete(appraiser, case) == 3, "bytes of that SHA-256 lack what they lacked"
    assert complete(the_appraiser(engine), case) is None


class Counted:
    """A case store and the names of what it was asked."""

    def __init__(self, cases: CaseStore) -> None:
        self._cases, self.asked = cases, list[str]()

    def __getattr__(self, name: str) -> object:
        self.asked.append(name)
        return getattr(self._cases, name)


def test_what_was_merged_into_any_of_them_is_asked_for_in_one_go(engine: Engine) -> None:
    for _ in range(3):
        parts = [tell(engine, replace(an_answered_case(), state=CaseState.MERGED)) for _ in range(2)]
        tell(engine, an_answered_case(merged_from=tuple(part.id for part in parts)))
    counted = Counted(engine.cases)
    found = replace(the_appraiser(engine), cases=cast(CaseStore, counted)).of(
        NOW - timedelta(days=1), NOW, NOW, most=10
    )
    assert len(found.matters) == 3
    assert (counted.asked.count("several"), counted.asked.count("get")) == (1, 0)


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


def _save(engine: Engine, *cases: Case) -> None:
    engine.cases.save(cases)


def test_a_periods_matters_are_those_found_in_it_that_became_matters(engine: Engine) -> None:
    inside = [a_case(detected_at=SINCE), a_case(detected_at=UNTIL - timedelta(seconds=1))]
    outside = [
        a_case(detected_at=SINCE - timedelta(seconds=1)),
        a_case(detected_at=UNTIL),
        a_case(detected_at=NOW - timedelta(days=1), state=CaseState.WATCHING),
        a_case(detected_at=NOW - timedelta(days=1), state=CaseState.MERGED),
        a_case(detected_at=NOW - timedelta(days=1), origin=Origin.BACKFILL),
    ]
    _save(engine, *inside, *outside)
    found, cut = matters_found(engine.cases, SINCE, UNTIL, parties=frozenset(), leads=frozenset(), most=10)
    assert [case.id for case in found] == [inside[1].id, inside[0].id]
    assert not cut


def test_of_too_many_the_newest_are_taken_and_that_is_said(engine: Engine) -> None:
    made = [a_case(detected_at=NOW - timedelta(hours=hours)) for hours in range(1, 6)]
    _save(engine, *made)
    found, cut = matters_found(engine.cases, SINCE, UNTIL, parties=frozenset(), leads=frozenset(), most=3)
    assert ([case.id for case in found], cut) == ([case.id for case in made[:3]], True)


def test_only_what_is_in_view_and_led_by_these_units_counts(engine: Engine) -> None:
    ours = a_case(detected_at=NOW - timedelta(hours=1))
    helped = replace(
        a_case(detected_at=NOW - timedelta(hours=2)), route=a_route(lead="luoyang", assist=("zhengzhou",))
    )
    _save(engine, ours, helped)
    seen, _ = matters_found(
        engine.cases, SINCE, UNTIL, parties=frozenset({"zhengzhou"}), leads=frozenset(), most=10
    )
    led, _ = matters_found(
        engine.cases, SINCE, UNTIL, parties=frozenset(), leads=frozenset({"zhengzhou"}), most=10
    )
    assert {case.id for case in seen} == {ours.id, helped.id}
    assert [case.id for case in led] == [ours.id]


def test_who_can_read_nothing_any_more_was_not_answered(engine: Engine) -> None:
    stop = Suspension(at=NOW, by="baomi", reason=StopReason.PERSONAL, words="")
    case = tell(engine, an_answered_case())
    silent = replace(case.statements[0], suspensions=(stop,))
    engine.cases.save([replace(case, statements=(silent,), revision=case.revision + 1)])
    found = the_appraiser(engine).of(NOW - timedelta(days=1), NOW, NOW, most=10)
    assert found.figures.answered == () and found.matters[case.id].answered_at is None
    later = a_statement(case.id, number=2, published_at=NOW, corrects=silent.id)
    engine.cases.save([replace(case, statements=(silent, later), revision=case.revision + 2)])
    found = the_appraiser(engine).of(NOW - timedelta(days=1), NOW, NOW, most=10)
    assert found.figures.answered == (case.id,)
    assert found.matters[case.id].answered_at == NOW - timedelta(minutes=30), (
        "heard then, whatever became of it"
    )

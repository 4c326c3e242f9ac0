"""What papers are filled from, asked of every engine in a bounded number of questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from huiying.contracts import Authority, CaseState, Disposition
from huiying.ports import Engine
from response_api.papers import gather
from response_api.papers.figures import IssueFacts, report
from response_api.papers.issue import Span, issue_of
from response_api.sight import EVERYTHING, of_unit
from tests.conftest import settings  # noqa: F401  every engine
from tests.factories import (
    NOW,
    a_body,
    a_case,
    a_clock,
    a_line,
    a_post,
    a_route,
    a_rule,
    a_statement,
    an_answered_case,
    tell,
)
from tests.response_api import office
from tests.triage.test_tickets import a_ticket
from tests.triage.texts import policy
from triage.record import indexed

DAY = timedelta(days=1)
TODAY = issue_of(Span.DAY, date(2026, 11, 23))


def facts(engine: Engine, unit: str = "henan") -> IssueFacts:
    return gather.issue_facts(engine, TODAY, sight=of_unit(unit, office.names()), now=NOW)


def test_a_case_comes_with_its_lines_those_of_its_parts_and_its_answers(engine: Engine) -> None:
    part = replace(an_answered_case(), state=CaseState.MERGED)
    case = replace(a_case(), merged_from=(part.id,))
    tell(engine, part)
    engine.cases.save([case])
    bodies = [a_post(published_at=NOW - n * DAY) for n in range(3)]
    lines = [
        a_line(body=body, case_id=id) for body, id in zip(bodies, (case.id, part.id, case.id), strict=True)
    ]
    engine.archive.put([*lines, a_line(case_id="another")])
    found = gather.material(
        engine, case, names=office.names(), unit="henan", now=NOW, address="http://127.0.0.1"
    )
    assert [line.post for line in found.lines] == [body.key for body in bodies] and not found.cut
    assert [one.id for one in found.published] == [part.statements[0].id]
    assert found.bodies == {part.statements[0].sha256: a_body()}
    assert found.unit == "河南省人民防空办公室"


def test_a_case_with_very_many_lines_gives_the_newest_and_says_so(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather, "AT_ONCE", 2)
    monkeypatch.setattr(gather, "MOST_LINES", 4)
    case = a_case()
    engine.archive.put(
        [
            a_line(
                body=a_post(published_at=NOW - n * DAY), case_id=case.id, disposition=Disposition.DUPLICATE
            )
            for n in range(5)
        ]
    )
    found = gather.material(
        engine, case, names=office.names(), unit="henan", now=NOW, address="http://127.0.0.1"
    )
    assert len(found.lines) == 4 and found.cut
    assert found.lines[0].body is not None and found.lines[0].body.published_at == NOW


def test_what_was_found_is_counted_in_its_period_alone(engine: Engine) -> None:
    first = a_case(detected_at=TODAY.since)
    last_night = a_case(detected_at=TODAY.since - timedelta(seconds=1))
    watched = a_case(state=CaseState.WATCHING)
    engine.cases.save([first, last_night, watched, a_case(detected_at=TODAY.until)])
    found = facts(engine)
    assert (found.here.matters, found.before.matters) == (1, 1)
    assert found.here.by_state == {"flagged": 1, "watching": 1}
    assert found.here.by_topic == {"T07": 1} and found.here.by_city == {"郑州市": 1}


def test_old_matters_are_read_where_they_were_answered_or_a_clock_still_runs(engine: Engine) -> None:
    long_ago = NOW - 90 * DAY
    clock = a_clock(rule=a_rule(authority=Authority.STATUTORY))
    answered = an_answered_case(detected_at=long_ago)
    owing = a_case(detected_at=long_ago, clocks=(clock,))
    gone = a_case(detected_at=long_ago)
    answered_then = an_answered_case(a_statement("x", published_at=long_ago + DAY), detected_at=long_ago)
    engine.cases.save([answered, owing, gone, answered_then])
    found = facts(engine)
    assert {case.id for case in found.cases} == {answered.id, owing.id} and not found.cut
    assert found.open_total == 4 and found.open[0].id == owing.id


def test_an_answer_stays_in_its_period_where_the_matter_is_answered_again_later(engine: Engine) -> None:
    then = issue_of(Span.DAY, date(2026, 11, 20))
    first = a_statement("x", published_at=then.since + DAY / 2)
    again = a_statement("x", number=2, published_at=NOW)
    case = an_answered_case(first, again, detected_at=NOW - 90 * DAY)
    later = an_answered_case(detected_at=NOW - timedelta(hours=1))
    engine.cases.save([case, later])
    found = gather.issue_facts(engine, then, sight=of_unit("henan", office.names()), now=NOW)
    assert [one.id for one in found.cases] == [case.id]
    told = report(found, office.names(), office.names().calendar)
    assert [row.at for row in told.replies] == ["2026-11-20 12:00"]


def test_a_unit_counts_what_it_has_in_view(engine: Engine) -> None:
    own, other = a_case(), a_case(route=a_route(lead="luoyang"))
    engine.cases.save([own, other])
    engine.archive.put([a_line(body=a_post(published_at=NOW), case_id=case.id) for case in (own, own, other)])
    found = facts(engine, "zhengzhou")
    assert [case.id for case in found.cases] == [own.id]
    assert found.here.matters == 1 and sum(found.hourly.values()) == 2
    whole = facts(engine)
    assert whole.here.matters == 2 and sum(whole.hourly.values()) == 3


def test_topics_and_places_are_counted_of_what_may_be_opened(engine: Engine) -> None:
    engine.cases.save([a_case(), a_case(topic="T05", route=a_route(restricted=True))])
    here = facts(engine).here
    assert (here.matters, sum(here.by_level.values())) == (2, 2)
    assert (dict(here.by_topic), dict(here.by_city)) == ({"T07": 1}, {"郑州市": 1})


def test_more_than_can_be_read_is_said(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "CASES_AT_ONCE", 1)
    monkeypatch.setattr(gather, "MOST_CASES", 2)
    engine.cases.save([a_case() for _ in range(3)])
    found = facts(engine)
    assert found.cut and len(found.cases) == 2
    assert found.here.matters == 3, "what the store counts is whole"


def test_a_sight_of_a_unit_opens_no_restricted_matter() -> None:
    assert of_unit("henan", office.names()) == replace(EVERYTHING, restricted=False)
    city = of_unit("zhengzhou", office.names())
    assert city.units is not None and "zhengzhou" in city.units and not city.own


def test_whoever_waits_is_found_whenever_the_matter_was_and_whatever_became_of_it(engine: Engine) -> None:
    long_ago = indexed(
        a_case(
            tickets=(a_ticket(reference="HN-1"),),
            state=CaseState.DISMISSED,
            detected_at=NOW - 200 * DAY,
            route=a_route(lead="zhengzhou"),
        ),
        policy(),
    )
    done = indexed(a_case(tickets=(replace(a_ticket(reference="HN-2"), answered_at=NOW),)), policy())
    engine.cases.save([long_ago, done])
    assert [case.id for case in facts(engine).called] == [long_ago.id]
    assert facts(engine, "luoyang").called == ()

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.errors import RevisionConflict
from huiying.ports import CaseQuery, Dimension, LineQuery, Owed
from tests.factories import NOW, a_case, a_line
from tests.lagging import Lagging


def test_searches_show_the_past_until_refreshed_and_reading_by_id_does_not(lagging_engine: Lagging) -> None:
    trailing = lagging_engine.engine
    case, line = a_case(next_rung_at=NOW), a_line()
    trailing.cases.save([case])
    trailing.archive.put([line])
    assert trailing.cases.get(case.id) == case
    assert [story.id for story in trailing.cases.open_stories("henan", since=NOW)] == [case.id]
    assert trailing.archive.get([line.post]) == {line.post: line}
    assert trailing.cases.search(CaseQuery()).total == 0
    assert not trailing.cases.due(Owed.RUNG, until=NOW, limit=1)
    assert trailing.cases.tally(CaseQuery(), by=Dimension.STATE) == {}
    assert trailing.archive.search(LineQuery()).total == 0
    assert trailing.archive.tally() == {}
    lagging_engine.refresh()
    assert trailing.cases.search(CaseQuery()).cases == (case,)
    assert trailing.archive.search(LineQuery()).lines == (line,)
    trailing.cases.save([replace(case, revision=2, next_rung_at=NOW + timedelta(hours=1))])
    assert [found.revision for found in trailing.cases.due(Owed.RUNG, until=NOW, limit=1)] == [1]
    lagging_engine.refresh()
    assert not trailing.cases.due(Owed.RUNG, until=NOW, limit=1)


def test_what_was_refused_is_never_shown(lagging_engine: Lagging) -> None:
    trailing = lagging_engine.engine
    case = a_case()
    trailing.cases.save([case])
    other = a_case()
    with pytest.raises(RevisionConflict):
        trailing.cases.save([replace(case, title="不应看到"), other])
    lagging_engine.refresh()
    assert {found.title for found in trailing.cases.search(CaseQuery()).cases} == {case.title, other.title}

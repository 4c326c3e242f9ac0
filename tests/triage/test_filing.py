"""When a file has had its time, by level, class and how the matter ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from huiying.contracts import (
    Case,
    CaseState,
    Category,
    Erased,
    EventKind,
    Hold,
    Level,
    Settled,
    StopReason,
    Suspension,
)
from huiying.contracts import Disposition as D
from huiying.retention import Files
from tests.factories import NOW, a_case, a_severity, a_statement, an_assessment
from tests.triage.texts import policy
from triage.deeds.filing import bodies_of, drafts_of
from triage.filing import due_at, filed_at, is_blank, is_held, related, term_of
from triage.record import note

CLOSED_AT = datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC)
"""The last second of 1 March 2026 in Zhengzhou."""


def closed(level: Level = Level.GENERAL, *, at: datetime = CLOSED_AT, **changes: object) -> Case:
    case = a_case(
        state=CaseState.CLOSED,
        closed_at=at,
        detected_at=at - timedelta(days=3),
        severity=a_severity(level=level),
    )
    return replace(case, **changes)  # type: ignore[arg-type]


def due(case: Case, files: Files | None = None) -> datetime | None:
    return due_at(case, files or Files(), policy())


def test_a_term_ends_with_the_last_day_of_its_last_year_in_zhengzhou() -> None:
    assert due(closed()) == datetime(2036, 3, 1, 16, tzinfo=UTC)
    assert due(closed(at=CLOSED_AT + timedelta(seconds=1))) == datetime(2036, 3, 2, 16, tzinfo=UTC)
    leap = closed(at=datetime(2028, 2, 29, 4, tzinfo=UTC))
    files = Files(levels={Level.GENERAL: 1})
    assert due(leap, files) == datetime(2029, 3, 1, 16, tzinfo=UTC)


def test_the_longer_of_level_and_class_counts_and_for_ever_is_longer_than_all() -> None:
    files = Files(classes={Category.UNTRUE: 30, Category.SUGGESTION: 1, Category.MAJOR: None})
    untrue = closed(assessment=an_assessment(category=Category.UNTRUE))
    suggested = closed(assessment=an_assessment(category=Category.SUGGESTION))
    major = closed(assessment=an_assessment(category=Category.MAJOR))
    assert [term_of(one, files, policy()).years for one in (untrue, suggested, major)] == [30, 10, None]
    assert str(term_of(untrue, files, policy())) == "案卷保管期限 30 年（不实信息）"
    assert str(term_of(major, files, policy())) == "案卷保管期限永久（重大问题）"
    assert str(term_of(suggested, files, policy())) == "案卷保管期限 10 年（舆情等级一般）"
    assert due(closed(Level.EXTREME)) is None
    assert due(major, files) is None


def test_what_was_no_matter_of_the_office_goes_sooner_whatever_its_level() -> None:
    for state in (CaseState.DISMISSED, CaseState.LAPSED):
        assert due(closed(Level.EXTREME, state=state)) == datetime(2027, 3, 1, 16, tzinfo=UTC)


@pytest.mark.parametrize("state", [s for s in CaseState if s not in ("closed", "dismissed", "lapsed")])
def test_what_is_not_ended_has_no_end_of_term(state: CaseState) -> None:
    assert due(closed(state=state)) is None


def test_a_term_begins_with_what_came_last() -> None:
    later = CLOSED_AT + timedelta(days=400)
    assert filed_at(closed(last_post_at=later)) == later
    said = note(closed(), EventKind.UNRESOLVED, later, "public", "公众反映仍未解决")
    assert filed_at(said) == later
    looked_at = note(closed(), EventKind.NOTICE_SEEN, later, "duty", "已阅")
    assert filed_at(looked_at) == CLOSED_AT
    lapsed = note(
        closed(closed_at=None, state=CaseState.LAPSED), EventKind.LAPSED, later, "system:watch", "归档"
    )
    assert filed_at(lapsed) == later


def test_a_hold_stands_until_its_end_or_until_it_is_lifted() -> None:
    held = Hold(by="secrecy", at=NOW, until=NOW + timedelta(days=1), reason="")
    assert is_held(closed(hold=held), NOW) and not is_held(closed(hold=held), NOW + timedelta(days=1))
    assert is_held(closed(hold=replace(held, until=None)), NOW + timedelta(days=9999))
    assert not is_held(closed(), NOW)


def test_what_was_erased_is_blank_until_something_is_added() -> None:
    blank = closed(erased=Erased(at=CLOSED_AT + timedelta(days=4000), rule="r"))
    assert is_blank(blank) and not is_blank(closed())
    assert not is_blank(replace(blank, closed_at=CLOSED_AT + timedelta(days=4001)))
    assert not is_blank(replace(blank, settled=(Settled(post=blank.opened_by, disposition=D.ATTACHED),)))
    assert not is_blank(replace(blank, state=CaseState.ASSIGNED))


def test_what_was_one_with_it_or_may_be_is_related() -> None:
    assert related(closed(split_from="a", split_into=("b",))) == {"a", "b"}
    assert related(closed()) == frozenset()


@pytest.mark.parametrize("kind", [EventKind.SUSPENDED, EventKind.RESUMED, EventKind.PUBLISHED])
def test_a_later_word_on_what_was_published_is_added_to_the_file(kind: EventKind) -> None:
    later = CLOSED_AT + timedelta(days=366)
    assert filed_at(note(closed(), kind, later, "qian", "一句话")) == later


def test_what_the_public_may_not_read_goes_with_the_file_and_what_it_may_stays() -> None:
    shown, silent = a_statement("c", b"shown"), a_statement("c", b"silent", number=2)
    stop = Suspension(at=NOW, by="baomi", reason=StopReason.PERSONAL, words="")
    case = closed(statements=(shown, replace(silent, suspensions=(stop,))))
    assert drafts_of([case], NOW) == {silent.sha256}
    assert bodies_of(case, NOW) == {shown.sha256}
    back = replace(silent, suspensions=(replace(stop, ended_at=NOW),))
    assert drafts_of([replace(case, statements=(shown, back))], NOW) == frozenset()

"""What stands beside the document follows from it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from huiying.contracts import ClockState, Disposition
from huiying.engines.distributed import documents
from huiying.engines.distributed.layout import FORMS
from huiying.engines.distributed.queries import NEVER
from tests.factories import NOW, a_case, a_clock, a_line, a_post


def test_a_document_has_the_fields_of_its_mapping_and_no_other() -> None:
    for kind, source in (
        ("cases", documents.of_case(a_case())),
        ("lines", documents.of_line(a_line(), 1)),
        ("register", documents.of_entry("account", "li", 1, b"\xff")),
    ):
        assert set(source) == set(FORMS[kind].mappings["properties"])


def test_a_case_comes_back_out_of_its_document_whole() -> None:
    case = a_case(clocks=(a_clock(),), awaits=("sign",))
    assert documents.case(documents.of_case(case)["doc"]) == case


def test_a_case_without_a_running_clock_is_due_never() -> None:
    assert documents.of_case(a_case(clocks=(a_clock(state=ClockState.MET),)))["next_due"] == NEVER


def test_numbers_of_lines_only_grow() -> None:
    numbers = documents.Numbers()
    taken = [numbers.take() for _ in range(1_000)]
    assert taken == sorted(set(taken))


def test_a_line_lies_by_the_utc_month_in_which_it_was_written() -> None:
    shanghai = timezone(timedelta(hours=8))
    at = datetime(2026, 12, 1, 7, 59, tzinfo=shanghai)
    assert documents.place(a_line(disposition=Disposition.IRRELEVANT, at=at)) == "lines-irrelevant-2026-11"
    assert documents.place(a_line(at=at)) == "lines-kept"


def test_the_hour_of_a_line_is_in_utc_whatever_zone_it_came_in() -> None:
    shanghai = NOW.astimezone(timezone(timedelta(hours=8)))
    assert documents.of_line(a_line(body=a_post(published_at=shanghai)), 1)["hour"] == "2026-11-23T02"


def test_parts_of_a_name_do_not_run_into_each_other() -> None:
    assert documents.name("ab", "c") != documents.name("a", "bc")
    assert len(documents.name("址" * 5_000)) == 32

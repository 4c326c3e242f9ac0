"""Where lines lie, and that they go with their month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from huiying.contracts import Disposition, Erased
from huiying.engines.distributed import queries
from huiying.engines.distributed.archive import DistributedArchive
from huiying.engines.distributed.bulk import Outcome, Write
from huiying.engines.distributed.case_store import DistributedCaseStore
from huiying.engines.distributed.layout import KEPT, Layout
from huiying.engines.distributed.link import Body, Link
from huiying.ports import LineQuery
from tests.eventually import eventually
from tests.factories import a_case, a_line, a_post, a_reading, a_route

OCTOBER = datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)
NOVEMBER = OCTOBER + timedelta(seconds=1)
DROPPED = Disposition.IRRELEVANT
PLACE = "lines-irrelevant-2026-10"


def places(layout: Layout) -> set[str]:
    return {one.place for one in layout.standing() if one.place.startswith("lines-")}


def test_dropped_lines_lie_by_months_and_those_of_cases_together(link: Link, layout: Layout) -> None:
    archive = DistributedArchive(link, layout)
    archive.put(
        [
            a_line(disposition=DROPPED, at=OCTOBER),
            a_line(disposition=DROPPED, at=NOVEMBER),
            a_line(disposition=Disposition.BURIED, at=NOVEMBER),
            a_line(at=OCTOBER),
            a_line(at=NOVEMBER, disposition=Disposition.DUPLICATE),
        ]
    )
    assert places(layout) == {
        "lines-kept", "lines-irrelevant-2026-10", "lines-irrelevant-2026-11", "lines-buried-2026-11",
    }  # fmt: skip
    assert eventually(archive.tally, until=lambda tally: sum(tally.values()) == 5)


def test_a_repeat_in_another_month_or_with_another_end_leaves_the_first_line(
    link: Link, layout: Layout
) -> None:
    archive = DistributedArchive(link, layout)
    first = a_line(disposition=DROPPED, at=OCTOBER)
    archive.put([first])
    archive.put([replace(first, at=NOVEMBER), replace(first, disposition=Disposition.BURIED)])
    archive.put([a_line(body=first.body)])
    assert archive.get([first.post]) == {first.post: first}
    assert list(archive.keys()) == [(first.post, DROPPED)]
    assert list(archive.versions([first.post.id])[first.post.id]) == [first]


def test_a_line_that_was_noted_and_not_written_is_written_by_the_repeat(link: Link, layout: Layout) -> None:
    archive = DistributedArchive(link, layout)
    line = a_line(disposition=DROPPED, at=OCTOBER)
    archive._noted({line.post: "lines-irrelevant-2026-10"})  # as a crash leaves it
    assert archive.get([line.post]) == {}
    archive.put([replace(line, at=NOVEMBER)])
    assert archive.get([line.post])[line.post].at == NOVEMBER
    assert places(layout) == {"lines-kept", "lines-irrelevant-2026-10"}


def test_a_month_that_has_had_its_time_is_dropped_whole(link: Link, layout: Layout) -> None:
    archive = DistributedArchive(link, layout)
    post = a_post()
    old = a_line(disposition=DROPPED, at=OCTOBER, body=post)
    edited = a_line(disposition=DROPPED, at=NOVEMBER, body=replace(post, version="edited"))
    other = a_line(disposition=DROPPED, at=OCTOBER)
    buried = a_line(disposition=Disposition.BURIED, at=OCTOBER)
    archive.put([old, edited, other, buried])
    assert archive.purge(before=NOVEMBER, dispositions=frozenset({DROPPED})) == 2
    assert places(layout) == {"lines-kept", "lines-irrelevant-2026-11", "lines-buried-2026-10"}
    assert list(archive.versions([post.id])[post.id]) == [edited]
    assert set(dict(archive.keys())) == {edited.post, buried.post}
    archive.put([other])
    assert archive.get([other.post]) == {other.post: other}, "the month can come back"


def test_no_note_outlives_its_last_line(link: Link, layout: Layout) -> None:
    archive = DistributedArchive(link, layout)
    archive.put([a_line(disposition=DROPPED, at=OCTOBER) for _ in range(3)])
    archive.purge(before=NOVEMBER, dispositions=frozenset({DROPPED}))
    link.refresh(layout.alias("posts"))
    assert link.search(layout.alias("posts"), {"size": 0, "track_total_hits": True}).total == 0


@pytest.mark.parametrize("page", [1, 2, 5_000])
def test_lines_of_units_with_more_cases_than_a_question_may_name_are_those_of_the_liveliest(
    link: Link, layout: Layout, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(queries, "MOST_CASES", 2)
    monkeypatch.setattr(queries, "KEYS_PAGE", page)
    route, units = a_route(lead="luoyang"), frozenset({"luoyang"})
    cases = [
        a_case(route=route, last_post_at=NOVEMBER + timedelta(hours=hour), detected_at=OCTOBER)
        for hour in range(4)
    ]
    DistributedCaseStore(link, layout).save(cases)
    archive = DistributedArchive(link, layout)
    lines = [a_line(case_id=case.id) for case in cases]
    archive.put(lines)
    link.refresh(layout.alias("cases"))
    link.refresh(layout.lines)
    found = {line.post for line in archive.search(LineQuery(parties=units)).lines}
    assert found == {line.post for line in lines[2:]}
    assert sum(archive.tally(parties=units).values()) == 2
    assert sum(archive.hourly(since=OCTOBER, parties=units).values()) == 2


@pytest.mark.parametrize("before", [NOVEMBER, OCTOBER + timedelta(milliseconds=500)], ids=["whole", "some"])
def test_what_a_case_takes_in_while_a_purge_is_under_way_stays_with_its_note(
    link: Link, layout: Layout, monkeypatch: pytest.MonkeyPatch, before: datetime
) -> None:
    archive = DistributedArchive(link, layout)
    early, other = a_line(disposition=DROPPED, at=OCTOBER), a_line(disposition=DROPPED, at=OCTOBER)
    archive.put([early, other])
    admitted = a_line(case_id="case-1", reading=a_reading(post=early.body), at=NOVEMBER)
    paged = link.pages

    def pages(index: str, body: Body) -> Iterator[Sequence[Mapping[str, Any]]]:
        found = paged(index, body)
        archive.admit([admitted])
        return found

    with monkeypatch.context() as patched:
        patched.setattr(link, "pages", pages)
        assert archive.purge(before=before, dispositions=frozenset({DROPPED})) == 1
    assert archive.get([early.post, other.post]) == {early.post: admitted}
    assert list(archive.keys()) == [(early.post, Disposition.ATTACHED)]


def test_what_a_case_takes_in_just_before_its_line_would_be_deleted_stays_with_its_note(
    link: Link, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = DistributedArchive(link, layout)
    early = a_line(disposition=DROPPED, at=OCTOBER)
    archive.put([early])
    admitted = a_line(case_id="case-1", reading=a_reading(post=early.body), at=NOVEMBER)
    write = link.write

    def admitting(writes: Sequence[Write]) -> list[Outcome]:
        if any(one.action == "delete" and one.index.startswith(layout.alias(PLACE)) for one in writes):
            with monkeypatch.context() as patched:
                patched.setattr(link, "write", write)
                archive.admit([admitted])
        return write(writes)

    monkeypatch.setattr(link, "write", admitting)
    before = OCTOBER + timedelta(milliseconds=500)
    assert archive.purge(before=before, dispositions=frozenset({DROPPED})) == 0
    assert archive.get([early.post]) == {early.post: admitted}


def test_a_wipe_has_the_files_written_anew_that_hold_what_was_blanked(link: Link, layout: Layout) -> None:
    archive = DistributedArchive(link, layout)
    lines = [a_line() for _ in range(30)]
    archive.put(lines)
    archive.blank([lines[3].post], erased=Erased(at=NOVEMBER, rule="期满"))
    kept = layout.alias(KEPT)
    link.refresh(kept)
    assert link.deleted(kept) == 1
    archive.wipe()
    # What a copy may still ask for is kept for half a minute more: the next hour's wipe takes that.
    said = link.client.indices.get_settings(index=kept, flat_settings=True)
    (settings,) = (one["settings"] for one in said.values())
    assert settings["index.merge.policy.expunge_deletes_allowed"] == "0"
    assert len(archive.get([line.post for line in lines])) == 30

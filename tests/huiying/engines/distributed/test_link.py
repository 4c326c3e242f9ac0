"""Pages of one moment, and what stands under an id."""

from __future__ import annotations

import threading
from types import GeneratorType
from typing import Any

import pytest

from huiying.engines.distributed.bulk import Outcome, Write
from huiying.engines.distributed.faults import Unready
from huiying.engines.distributed.layout import Layout
from huiying.engines.distributed.link import Link
from huiying.errors import GiveUp, TryAgain

BODY = {"query": {"match_all": {}}, "sort": [{"id": "asc"}], "size": 2, "_source": ["id"]}


def put(link: Link, layout: Layout, *ids: str) -> None:
    outcomes = link.write(
        [
            Write(action="index", index=layout.alias("register"), id=id, source=b'{"id":"%s"}' % id.encode())
            for id in ids
        ]
    )
    assert set(outcomes) == {Outcome.DONE}
    link.refresh(layout.alias("register"))


def pages_of(link: Link, layout: Layout) -> GeneratorType[Any, Any, Any]:
    pages = link.pages(layout.alias("register"), BODY)
    assert isinstance(pages, GeneratorType)
    return pages


def test_pages_show_the_moment_of_the_call_and_nothing_later(link: Link, layout: Layout) -> None:
    put(link, layout, "a", "b", "c", "d")
    pages = pages_of(link, layout)
    put(link, layout, "aa", "e")
    assert [[row["_id"] for row in page] for page in pages] == [["a", "b"], ["c", "d"]]
    assert list(link.pages(layout.alias("cases"), BODY)) == []


def test_a_lost_point_in_time_means_begin_again(link: Link, layout: Layout) -> None:
    put(link, layout, "a", "b", "c")
    pages = pages_of(link, layout)
    next(pages)
    assert pages.gi_frame is not None
    link.client.close_point_in_time(id=pages.gi_frame.f_locals["pit"])
    with pytest.raises(TryAgain):
        next(pages)


def test_reading_by_id_sees_what_no_search_sees_yet(link: Link, layout: Layout) -> None:
    register = layout.alias("register")
    link.client.indices.put_settings(index=register, settings={"index.refresh_interval": "-1"})
    link.write([Write(action="index", index=register, id="a", source=b'{"id":"a"}')])
    [found, missing, nowhere] = link.read([(register, "a"), (register, "b"), ("no-index", "a")])
    assert found is not None
    assert (found.source, found.index) == ({"id": "a"}, f"{register}-1")
    assert (missing, nowhere) == (None, None)
    assert link.search(register, {"size": 0, "track_total_hits": True}).total == 0


def test_a_document_outside_the_mapping_is_given_up_by_name(link: Link, layout: Layout) -> None:
    with pytest.raises(GiveUp, match="strange"):
        link.write([Write(action="index", index=layout.alias("cases"), id="a", source=b'{"strange":1}')])


def test_nothing_is_written_through_a_name_that_is_missing(link: Link, layout: Layout) -> None:
    gone = layout.alias("lines-buried-1999-01")
    assert link.write([Write(action="index", index=gone, id="a", source=b"{}")]) == [Outcome.NO_INDEX]
    assert not link.client.indices.exists(index=gone)


def test_the_line_is_closed_when_its_last_holder_closes_it(link: Link, layout: Layout) -> None:
    link.held_by(2)
    link.close()
    link.refresh(layout.alias("cases"))
    link.close()
    with pytest.raises(TryAgain):
        link.refresh(layout.alias("cases"))


def test_a_search_waits_for_an_index_that_is_just_being_made(link: Link, layout: Layout) -> None:
    put(link, layout, "a")
    alias = layout.alias("register")
    made = f"{alias}-2"
    link.client.indices.create(
        index=made,
        mappings={"properties": {"id": {"type": "keyword"}}},
        settings={"index.routing.allocation.require._name": "nobody"},
        aliases={alias: {}},
        wait_for_active_shards="0",
    )
    with pytest.raises(Unready):
        link.search(alias, BODY)
    ready = threading.Timer(
        0.3,
        link.client.indices.put_settings,
        kwargs={"index": made, "settings": {"index.routing.allocation.require._name": None}},
    )
    ready.start()
    assert [row["_id"] for row in link.search(alias, BODY).rows] == ["a"]
    ready.join()
    link.client.indices.delete(index=made)

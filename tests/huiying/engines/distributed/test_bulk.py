"""Each document of a bulk request is answered for alone."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from huiying.engines.distributed import bulk
from huiying.engines.distributed.bulk import Item, Outcome, Write, write
from huiying.errors import GiveUp, TryAgain

OK: Item = {"status": 201}
BUSY: Item = {"status": 429, "error": {"type": "es_rejected_execution_exception"}}
CLOSED: Item = {"status": 403, "error": {"type": "cluster_block_exception"}}
OLDER: Item = {"status": 409, "error": {"type": "version_conflict_engine_exception"}}
NO_INDEX: Item = {"status": 404, "error": {"type": "index_not_found_exception"}}


class Server:
    """Answers each document by the next of its answers; the last one stays."""

    def __init__(self, **answers: Sequence[Item]) -> None:
        self.answers = {id: list(items) for id, items in answers.items()}
        self.requests: list[list[str]] = []
        self.pauses: list[float] = []

    def send(self, writes: Sequence[Write]) -> Sequence[Item]:
        self.requests.append([one.id for one in writes])
        return [
            items.pop(0) if len(items := self.answers.get(one.id, [OK])) > 1 else items[0] for one in writes
        ]

    def write(self, *writes: Write) -> list[Outcome]:
        return write(writes, send=self.send, pause=self.pauses.append)


def a_write(id: str, seen: tuple[int, int] | None = None, source: bytes = b"{}") -> Write:
    return Write(action="index", index="cases", id=id, source=source, seen=seen)


def test_only_what_was_refused_is_sent_again_after_growing_pauses() -> None:
    server = Server(b=[BUSY, BUSY, OK], c=[OLDER])
    outcomes = server.write(a_write("a"), a_write("b"), a_write("c"))
    assert outcomes == [Outcome.DONE, Outcome.DONE, Outcome.CONFLICT]
    assert server.requests == [["a", "b", "c"], ["b"], ["b"]]
    assert server.pauses == list(bulk.PAUSES[:2])


def test_what_is_refused_for_ever_is_told_as_try_again() -> None:
    server = Server(a=[BUSY])
    with pytest.raises(TryAgain, match="429"):
        server.write(a_write("a"))
    assert len(server.requests) == len(bulk.PAUSES) + 1


def test_an_index_closed_for_writing_is_waited_for_but_not_by_a_write_that_is_pinned_to_it() -> None:
    server = Server(a=[CLOSED, OK], b=[CLOSED])
    assert server.write(a_write("a"), a_write("b", seen=(3, 1))) == [Outcome.DONE, Outcome.CONFLICT]
    with pytest.raises(TryAgain, match="新版本"):
        Server(a=[CLOSED]).write(a_write("a"))


def test_a_missing_index_and_a_missing_document_are_told_apart() -> None:
    server = Server(a=[NO_INDEX], b=[{"status": 404}], c=[NO_INDEX])
    gone = Write(action="delete", index="cases", id="b")
    assert server.write(a_write("a"), gone, a_write("c", seen=(1, 1))) == [
        Outcome.NO_INDEX,
        Outcome.NOTHING,
        Outcome.CONFLICT,
    ]


def test_a_document_that_can_never_be_stored_is_given_up_and_a_lost_shard_is_tried_again() -> None:
    never: Item = {"status": 400, "error": {"type": "document_parsing_exception", "reason": "no"}}
    with pytest.raises(GiveUp, match="document_parsing_exception"):
        Server(a=[never]).write(a_write("a"))
    lost: Item = {"status": 503, "error": {"type": "unavailable_shards_exception"}}
    with pytest.raises(TryAgain, match="503"):
        Server(a=[lost]).write(a_write("a"))


def test_requests_stay_small_in_number_and_in_bytes() -> None:
    server = Server()
    server.write(*(a_write(str(n)) for n in range(bulk.MOST_AT_ONCE + 1)))
    assert [len(ids) for ids in server.requests] == [bulk.MOST_AT_ONCE, 1]
    server = Server()
    half = b"x" * (bulk.MOST_BYTES // 2)
    server.write(*(a_write(str(n), source=half) for n in range(3)))
    assert [len(ids) for ids in server.requests] == [2, 1]


def test_a_write_says_its_version_or_what_it_has_seen_and_never_makes_an_index() -> None:
    def said(one: Write) -> object:
        return msgspec.json.decode(next(iter(one.lines())))

    assert said(Write(action="index", index="i", id="1", source=b"{}", version=4)) == {
        "index": {"_index": "i", "_id": "1", "version": 4, "version_type": "external", "require_alias": True}
    }
    assert said(a_write("1", seen=(8, 2))) == {
        "index": {"_index": "cases", "_id": "1", "if_seq_no": 8, "if_primary_term": 2}
    }
    assert list(Write(action="delete", index="i", id="1").lines()) == [b'{"delete":{"_index":"i","_id":"1"}}']

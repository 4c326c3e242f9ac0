"""The line to one Elasticsearch cluster: the few calls that the stores are made of, with errors told as ours.

Nothing is repeated here once it may have been done: whoever asked repeats the whole of its work, and knows how to.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from elastic_transport import ObjectApiResponse
from elasticsearch import ApiError, Elasticsearch, NotFoundError

from huiying.engines.distributed import bulk
from huiying.engines.distributed.faults import NO_INDEX, Unready, told
from huiying.errors import TryAgain
from huiying.ports import CLOCK_GRAIN

Body = Mapping[str, Any]
"""A search as queries.py makes it."""
KEEP_ALIVE = "3m"
"""How long a point in time waits for whoever pages through it to come back for the next page."""
MGET = 500
EXPUNGE_SECONDS = 1800
"""How long a rewriting of files is waited for; it goes on without us too."""
UNREADY_PAUSES = (0.1, 0.2, 0.4, 0.8)
"""Seconds before a search is asked again that met an index whose shard is just being made: the first line of a month."""
_ANSWERS = "errors,items.*.status,items.*.error.type,items.*.error.reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A document read by id: as it is now, and where."""

    index: str
    """The concrete one, whatever name was asked."""
    id: str
    source: Mapping[str, Any]
    seen: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    rows: Sequence[Mapping[str, Any]]
    total: int
    aggregations: Mapping[str, Any]


class Link:
    """May be used from any thread."""

    def __init__(self, client: Elasticsearch, address: str) -> None:
        self.client = client
        self.address = address
        self._lock = threading.Lock()
        self._holders = 1

    def held_by(self, holders: int) -> None:
        """Closed once each of them has closed it."""
        self._holders = holders

    def now(self) -> datetime:
        """What time it is at the node that is furthest from the others.

        A node renews its answer once a second: it is half of that old on the average, which is made up for here.
        """
        with told(self.address):
            answer = self.client.nodes.stats(metric="os", filter_path="nodes.*.timestamp")
        stamps = sorted(node["timestamp"] for node in answer.get("nodes", {}).values())
        if not stamps:
            raise TryAgain(f"Elasticsearch（{self.address}）没有可用的节点，稍后自动重试")
        middle = stamps[len(stamps) // 2]
        furthest = max(stamps, key=lambda at: abs(at - middle))
        return datetime.fromtimestamp(furthest / 1000, UTC) + CLOCK_GRAIN / 2

    # ------------------------------------------------------------------------------------- by id

    def read(self, wanted: Sequence[tuple[str, str]], *, only: Sequence[str] = ()) -> list[Found | None]:
        """What stands under each ``(index, id)``, at once: no search. None: there is no such document, or no index."""
        found: list[Found | None] = []
        for start in range(0, len(wanted), MGET):
            docs = [
                {"_index": index, "_id": id} | ({"_source": list(only)} if only else {})
                for index, id in wanted[start : start + MGET]
            ]
            with told(self.address):
                answer = self.client.mget(docs=docs)
            found += [_found(doc) for doc in answer["docs"]]
        return found

    def write(self, writes: Sequence[bulk.Write]) -> list[bulk.Outcome]:
        """Durable for what is DONE. See :func:`bulk.write`."""
        return bulk.write(writes, send=self._send)

    def _send(self, writes: Sequence[bulk.Write]) -> Sequence[bulk.Item]:
        lines: Any = [line for one in writes for line in one.lines()]
        try:
            with told(self.address):
                answer = self.client.options(max_retries=0).bulk(operations=lines, filter_path=_ANSWERS)
        except TryAgain as trouble:
            if isinstance(trouble.__cause__, ApiError) and trouble.__cause__.status_code == 429:
                # Refused as a whole before anything was done.
                return [{"status": 429}] * len(writes)
            raise
        return [item for one in answer["items"] for item in one.values()]

    # --------------------------------------------------------------------------------------- wiping

    def deleted(self, index: str) -> int:
        """How many documents are deleted, or were written anew, and still lie in the files as they were."""
        with told(self.address):
            self.client.indices.flush(index=index)
            answer = self.client.indices.stats(index=index, metric="docs", filter_path="_all.primaries.docs")
        count: int = answer["_all"]["primaries"]["docs"]["deleted"]
        return count

    def expunge(self, index: str) -> None:
        """Write the files anew that hold any of these."""
        with told(self.address):
            self.client.indices.put_settings(
                index=index, settings={"index.merge.policy.expunge_deletes_allowed": 0}
            )
            self.client.options(request_timeout=EXPUNGE_SECONDS).indices.forcemerge(
                index=index, only_expunge_deletes=True
            )

    # ------------------------------------------------------------------------------------ searching

    def refresh(self, index: str) -> None:
        """From here on, searches see everything that was written before."""
        with told(self.address):
            self.client.indices.refresh(index=index)

    def search(self, index: str, body: Body) -> Hits:
        for seconds in UNREADY_PAUSES:
            with contextlib.suppress(Unready):
                return self._search(index, body)
            time.sleep(seconds)
        return self._search(index, body)

    def _search(self, index: str, body: Body) -> Hits:
        with told(self.address):
            return _hits(self.client.search(index=index, **body))

    def pages(self, index: str, body: Body) -> Iterator[Sequence[Mapping[str, Any]]]:
        """All of it, page by page, as it stands at this call (refresh first): later writes are not seen.

        ``body`` is sorted and sized; each page says where the next one starts.
        """
        with told(self.address):
            pit = self.client.open_point_in_time(index=index, keep_alive=KEEP_ALIVE)["id"]
        return self._pages(pit, body)

    def _pages(self, pit: str, body: Body) -> Iterator[Sequence[Mapping[str, Any]]]:
        after: Mapping[str, Any] = {}
        try:
            while True:
                try:
                    with told(self.address):
                        answer = self.client.search(
                            pit={"id": pit, "keep_alive": KEEP_ALIVE}, track_total_hits=False, **body, **after
                        )
                except NotFoundError as error:  # the node was started anew, or we were away for too long
                    raise TryAgain("Elasticsearch 翻页中断，稍后自动重来") from error
                pit = answer["pit_id"]
                rows = _hits(answer).rows
                if rows:
                    yield rows
                if len(rows) < body["size"]:
                    return
                after = {"search_after": rows[-1]["sort"]}
        finally:
            with contextlib.suppress(Exception):
                self.client.close_point_in_time(id=pit)

    def buckets(
        self, index: str, body: Callable[[Mapping[str, Any] | None], Body]
    ) -> Iterator[tuple[tuple[str, ...], int]]:
        """Every bucket of a composite tally, with its count; ``body`` makes the question for the page after."""
        after: Mapping[str, Any] | None = None
        while True:
            counted = self.search(index, body(after)).aggregations["by"]
            yield from ((tuple(bucket["key"].values()), bucket["doc_count"]) for bucket in counted["buckets"])
            after = counted.get("after_key")
            if after is None:
                return

    def close(self) -> None:
        with self._lock:
            self._holders -= 1
            if self._holders != 0:
                return
        self.client.close()


def _found(doc: Mapping[str, Any]) -> Found | None:
    if "error" in doc:
        if doc["error"]["type"] == NO_INDEX:
            return None
        raise TryAgain(f"Elasticsearch 读不了 {doc['_index']}（{doc['error']['type']}），稍后自动重试")
    if not doc["found"]:
        return None
    return Found(
        index=doc["_index"],
        id=doc["_id"],
        source=doc["_source"],
        seen=(doc["_seq_no"], doc["_primary_term"]),
    )


def _hits(answer: ObjectApiResponse[Any]) -> Hits:
    if answer["timed_out"] or answer["_shards"]["failed"]:
        raise Unready("Elasticsearch 只搜到一部分（有分片不可用），稍后自动重试")
    hits = answer["hits"]
    return Hits(
        rows=hits["hits"],
        total=hits.get("total", {}).get("value", 0),
        aggregations=answer.get("aggregations", {}),
    )

"""Moving to a new format without stopping: copy beside the running system, close for a moment, catch up, swap the names.

1.  An index of the new format is made beside each old one, and filled page by page from a point in time.  The facts are
    derived anew from the documents, so that fields which the old format lacked are there.
2.  What was written meanwhile is copied again and again, by sequence number, until little is left.
3.  The old indices are closed for writing (Elasticsearch waits for the writes that are under way), the last of it is
    copied, and what was deleted meanwhile is deleted.  Whoever writes now is told to try again, as after a lost
    connection: nothing is lost, it waits on the stream.  Reading goes on.
4.  All names are swapped in one step.

Programs of the old format go on reading the old indices, which stay closed, until they are started anew in the new
version; :func:`drop_old` removes the old indices.  A run that is broken off leaves the old names as they were; the next
one clears its remains away.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from huiying import logs
from huiying.engines.distributed import documents, queries
from huiying.engines.distributed.alone import alone
from huiying.engines.distributed.bulk import Write
from huiying.engines.distributed.faults import told
from huiying.engines.distributed.layout import Layout, Standing, kind_at
from huiying.engines.distributed.link import Link
from huiying.errors import HuiyingError, Misconfigured, TryAgain

_log = logs.get("migrate")

FEW = 500
"""So little is left to copy that the rest may be done while writing is closed."""
ROUNDS = 20

Source = Mapping[str, Any]


def _same(source: Source) -> Source:
    return source


DERIVE: Mapping[str, Callable[[Source], Source]] = {
    "cases": lambda source: documents.of_case(documents.case(source["doc"])),
    "lines": lambda source: documents.of_line(documents.line(source["doc"]), source["tie"]),
    "posts": _same,
    "register": _same,
}
"""How the facts of a kind follow from what is stored."""


@dataclass(kw_only=True)
class Move:
    """One index on its way."""

    old: Standing
    target: str
    copied: int = 0
    """Once for each time that a document was copied."""
    documents: int = 0
    """In the end."""
    after: int = -1
    """Everything up to this sequence number is in the target."""
    closed: bool = field(default=False)


@dataclass(frozen=True, kw_only=True)
class Migration:
    link: Link
    layout: Layout
    rebuild: bool = False
    """Also what has the current format already."""
    before_closing: Callable[[], None] = lambda: None
    """For tests: called between the last copy beside the running system and the closing."""

    def run(self) -> list[Move]:
        """The indices that were moved. Raises TryAgain, Misconfigured; then nothing has changed."""
        with alone(self.link, f"{self.layout.namespace}-migrating") as go_on:
            return self._moved(go_on)

    def _moved(self, go_on: Callable[[], None]) -> list[Move]:
        self._clear_remains()
        moves: list[Move] = []
        try:
            for old in self._due():
                moves.append(self._begin(old))
            for move in moves:
                self._follow(move, go_on)
            if moves:
                self.before_closing()
                self._close(moves, go_on)
                self._swap(moves)
        except BaseException:
            with contextlib.suppress(HuiyingError):
                self._give_up(moves)
            raise
        return moves

    # ------------------------------------------------------------------------------------- what to do

    def _due(self) -> list[Standing]:
        """The index behind the newest name of each place, where it is to be moved."""
        newest: dict[str, Standing] = {}
        for one in self.layout.standing():
            if self.layout.alias(one.place, one.format) in one.aliases:
                newest[one.place] = max(newest.get(one.place, one), one)
        for one in newest.values():
            if one.format > self._format(one.place):
                raise Misconfigured(f"索引 {one.index} 是更新的回应版本建的，请升级程序")
        return [one for one in newest.values() if self.rebuild or one.format < self._format(one.place)]

    def _format(self, place: str) -> int:
        return self.layout.forms[kind_at(place)].format

    def _begin(self, old: Standing) -> Move:
        alias = self.layout.alias(old.place)
        generations = [
            one.generation
            for one in self.layout.standing()
            if self.layout.alias(one.place, one.format) == alias
        ]
        target = f"{alias}-{max(generations, default=0) + 1}"
        with told(self.link.address):
            self.layout.create(target, old.place, aliases=())
        return Move(old=old, target=target)

    def _clear_remains(self) -> None:
        """Of a run that was broken off: targets without a name, and sources that it closed."""
        standing = self.layout.standing()
        for one in standing:
            if self._unnamed(one) and not any(_supersedes(other, one) for other in self._named(standing)):
                self._delete(one.index)
        for one in self._due():
            self._closed(one, False)

    # ----------------------------------------------------------------------------------------- copying

    def _follow(self, move: Move, go_on: Callable[[], None]) -> None:
        """Copy beside the running system until little is left."""
        for _ in range(ROUNDS):
            before = move.copied
            self._copy(move, go_on)
            if move.copied - before < FEW:
                return

    def _copy(self, move: Move, go_on: Callable[[], None]) -> None:
        """Everything that was written since the last time."""
        kind = kind_at(move.old.place)
        derive = DERIVE[kind]
        # Read first: what is below it is visible after the refresh, what is above may still be on its way.
        reached = self._reached(move.old.index)
        self.link.refresh(move.old.index)
        for page in self.link.pages(move.old.index, queries.changed_after(move.after)):
            self.link.write(
                [
                    Write(
                        action="index",
                        index=move.target,
                        id=row["_id"],
                        source=documents.encode(derive(row["_source"])),
                        version=row["_version"] if kind == "cases" else None,
                        by_alias=False,
                    )
                    for row in page
                ]
            )
            move.copied += len(page)
            go_on()
        move.after = reached

    def _reached(self, index: str) -> int:
        with told(self.link.address):
            answer = self.link.client.indices.stats(index=index, metric="docs", level="shards")
        shards = answer["indices"][index]["shards"].values()
        return min(int(copy["seq_no"]["local_checkpoint"]) for shard in shards for copy in shard)

    # ----------------------------------------------------------------------------------------- closing

    def _close(self, moves: list[Move], go_on: Callable[[], None]) -> None:
        """No more writes to any of the old indices, those that came up meanwhile among them; then the rest is copied."""
        while True:
            for move in moves:
                if not move.closed:
                    self._closed(move.old, True)
                    move.closed = True
                    self._copy(move, go_on)
                    self._delete_what_went(move)
                    move.documents = self._count(move.target)
            under_way = {move.old.index for move in moves}
            late = [old for old in self._due() if old.index not in under_way]
            if not late:
                return
            moves += [self._begin(old) for old in late]  # a new month began

    def _closed(self, old: Standing, closed: bool) -> None:
        with told(self.link.address):
            if closed:
                answer = self.link.client.indices.add_block(index=old.index, block="write")
                if not answer["shards_acknowledged"]:
                    raise TryAgain(f"{old.index} 还有写入没有完成，稍后再运行一次")
            else:
                self.link.client.indices.put_settings(index=old.index, settings={"index.blocks.write": None})

    def _delete_what_went(self, move: Move) -> None:
        for index in (move.old.index, move.target):
            self.link.refresh(index)
        if self._count(move.target) == self._count(move.old.index):
            return
        for page in self.link.pages(move.target, queries.ids()):
            ids = [row["_id"] for row in page]
            there = self.link.read([(move.old.index, id) for id in ids], only=["_none_"])
            gone = [id for id, found in zip(ids, there, strict=True) if found is None]
            self.link.write([Write(action="delete", index=move.target, id=id) for id in gone])
        self.link.refresh(move.target)
        if self._count(move.target) != self._count(move.old.index):
            raise TryAgain(f"{move.target} 的条数与 {move.old.index} 对不上，没有切换，请再运行一次")

    def _count(self, index: str) -> int:
        return self.link.search(index, {"size": 0, "track_total_hits": True}).total

    # ---------------------------------------------------------------------------------------- swapping

    def _swap(self, moves: list[Move]) -> None:
        actions: list[dict[str, Any]] = []
        for move in moves:
            names = self.layout.names_of(move.old.place)
            actions += [{"add": {"index": move.target, "alias": name}} for name in names]
            actions += [
                {"remove": {"index": move.old.index, "alias": name}}
                for name in names
                if name in move.old.aliases
            ]
        with told(self.link.address):
            self.link.client.options(max_retries=0).indices.update_aliases(actions=actions)
        for move in moves:
            _log.info("moved", old=move.old.index, new=move.target, documents=move.documents)

    def _give_up(self, moves: Iterable[Move]) -> None:
        """As it was before; what fails here is cleared away by the next run."""
        swapped = {one.index for one in self._named(self.layout.standing())}
        for move in moves:
            if move.target not in swapped:
                self._closed(move.old, False)
                self._delete(move.target)

    def _unnamed(self, one: Standing) -> bool:
        return self.layout.alias(one.place, one.format) not in one.aliases

    def _named(self, standing: Iterable[Standing]) -> list[Standing]:
        return [one for one in standing if not self._unnamed(one)]

    def _delete(self, index: str) -> None:
        with told(self.link.address):
            self.link.client.indices.delete(index=index, ignore_unavailable=True)


def old_ones(layout: Layout) -> list[str]:
    """Indices that a newer one stands in for, with its name on."""
    standing = layout.standing()
    named = [one for one in standing if layout.alias(one.place, one.format) in one.aliases]
    return [one.index for one in standing if any(_supersedes(other, one) for other in named)]


def drop_old(link: Link, layout: Layout) -> list[str]:
    """Remove what :func:`old_ones` names; programs of the old format can then no longer read."""
    gone = old_ones(layout)
    if gone:
        with told(link.address):
            link.client.indices.delete(index=gone)
    return gone


def _supersedes(new: Standing, old: Standing) -> bool:
    return new.place == old.place and (new.format, new.generation) > (old.format, old.generation)

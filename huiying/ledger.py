"""Every post is accounted for: what was published equals what was archived and what still waits.

The left side is counted from the stream, the right side from the archive: two sources, or it could not fail.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from huiying.contracts import Disposition, PostKey
from huiying.identity import undecodable_key
from huiying.ports import Engine, Record
from huiying.topics import NLP, POSTS, READINGS, TRIAGE, post_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Distinct post versions that the stream still keeps, and where each of them is."""

    published: int
    irrelevant: int
    duplicate: int
    attached: int
    buried: int
    withheld: int
    waiting: int
    """Still to be read by nlp or by triage."""
    older: int
    """Archive lines of posts that the stream no longer keeps, or that came while this was counted: not in the sum."""
    missing: tuple[PostKey, ...]
    """Published, not archived and not waiting: lost, unless this is empty."""

    @property
    def balanced(self) -> bool:
        ended = self.irrelevant + self.duplicate + self.attached + self.buried + self.withheld
        return not self.missing and self.published == ended + self.waiting

    def as_dict(self, *, with_missing: bool = False) -> dict[str, object]:
        """For machines; the names of what is missing only when asked for, since they can be many."""
        counts = {name: getattr(self, name) for name in _WORDS}
        named = [{"id": key.id, "version": key.version} for key in self.missing]
        return {"balanced": self.balanced, **counts, "missing": named if with_missing else len(named)}

    def in_words(self) -> str:
        """For people: a line for each count, and a last one that says whether it adds up."""
        lines = [f"{word} {getattr(self, name)}" for name, word in _WORDS.items()]
        verdict = "账目相符：每一条都有下落" if self.balanced else f"账目不符：{len(self.missing)} 条下落不明"
        return "\n".join([*lines, verdict])


_WORDS = {
    "published": "已采集（去重后）",
    "irrelevant": "无关",
    "duplicate": "重复",
    "attached": "归入事件",
    "buried": "无法处理",
    "withheld": "依异议未收",
    "waiting": "等待处理",
    "older": "不计入（已超出保留期或清点期间新到）",
}


def take(engine: Engine) -> Ledger:
    """Count while everything runs.

    A post moves from ``posts`` through ``readings`` into the archive, and is at the next place before it leaves the
    one before.  Looking in that same order therefore meets each one at least once; looking the other way round could
    miss one that moved past the look.  The archive must keep lines longer than the stream keeps posts.
    """
    left = {_mark(key) for key in _keys(engine.stream.scan(POSTS.name))}
    published = len(left)
    backlog = {_mark(key) for key in _keys(engine.stream.backlog(POSTS.name, group=NLP))}
    backlog.update(_mark(key) for key in _keys(engine.stream.backlog(READINGS.name, group=TRIAGE)))
    ended: Counter[Disposition] = Counter()
    older = 0
    for key, disposition in engine.archive.keys():  # noqa: SIM118  a port, not a dict
        if (mark := _mark(key)) in left:
            left.remove(mark)
            ended[disposition] += 1
        else:
            older += 1
    lost = left - backlog
    return Ledger(
        published=published,
        irrelevant=ended[Disposition.IRRELEVANT],
        duplicate=ended[Disposition.DUPLICATE],
        attached=ended[Disposition.ATTACHED],
        buried=ended[Disposition.BURIED],
        withheld=ended[Disposition.WITHHELD],
        waiting=len(left) - len(lost),
        older=older,
        missing=_named(engine, lost),
    )


def _keys(records: Iterable[Record]) -> Iterator[PostKey]:
    for record in records:
        yield post_key(record.topic, record.value) or undecodable_key(record.key, record.value)


def _mark(key: PostKey) -> bytes:
    """Sixteen bytes that stand for a key, so that millions fit into memory."""
    text = f"{key.id}\0{key.version}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).digest()


def _named(engine: Engine, lost: set[bytes]) -> tuple[PostKey, ...]:
    """The keys behind the marks: the stream is read a second time, but only when something is wrong."""
    if not lost:
        return ()
    return tuple(sorted({key for key in _keys(engine.stream.scan(POSTS.name)) if _mark(key) in lost}))

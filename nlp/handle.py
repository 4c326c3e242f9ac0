"""The stage: posts in; readings out to triage, and an archive line for what goes no further."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from huiying import topics
from huiying.contracts import ArchiveLine, Disposition, Post, Reading, Verdict
from huiying.errors import GiveUp
from huiying.identity import undecodable_key
from huiying.ports import PostArchive, Record, Stream


class Reads(Protocol):
    def read(self, posts: Sequence[Post], now: datetime) -> list[Reading]:
        """One reading a post, in order."""
        ...


class ReadingHandler:
    """Reads a batch; both halves are durable before it returns."""

    def __init__(self, stream: Stream, archive: PostArchive, reader: Reads) -> None:
        self._stream = stream
        self._archive = archive
        self._reader = reader

    def handle(self, messages: Sequence[Post], now: datetime) -> None:
        readings = self._reader.read(messages, now)
        onward = [reading for reading in readings if reading.relevance.verdict is not Verdict.IRRELEVANT]
        dropped = [reading for reading in readings if reading.relevance.verdict is Verdict.IRRELEVANT]
        if onward:
            self._stream.publish(topics.READINGS.name, [topics.READINGS.encode(r) for r in onward])
        if dropped:
            self._archive.put([_dropped(reading, now) for reading in dropped])

    def bury(self, record: Record, reason: str, now: datetime) -> None:
        """The line of a post that nobody could read; its body as far as it decodes."""
        key = topics.post_key(record.topic, record.value) or undecodable_key(record.key, record.value)
        line = ArchiveLine(
            post=key,
            disposition=Disposition.BURIED,
            at=now,
            reason=f"读不了：{reason}",
            body=_decoded(record),
        )
        self._archive.put([line])

    def forget(self) -> None:
        """Reading remembers nothing."""


def _dropped(reading: Reading, now: datetime) -> ArchiveLine:
    reasons = "；".join(why.note for why in reading.relevance.why if why.weight <= 0)
    return ArchiveLine(
        post=reading.post.key,
        disposition=Disposition.IRRELEVANT,
        at=now,
        reason=f"与人防无关（相关度 {reading.relevance.score:.2f}）：{reasons}",
        body=reading.post,
    )


def _decoded(record: Record) -> Post | None:
    try:
        return topics.POSTS.decode(record.value)
    except GiveUp:
        return None

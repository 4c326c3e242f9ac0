"""The stage: posts in; readings out to triage, and an archive line for what goes no further."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from huiying import topics
from huiying.contracts import ArchiveLine, Disposition, Post, Reading, Verdict
from huiying.errors import GiveUp
from huiying.identity import undecodable_key
from huiying.ports import PostArchive, Record, Stream
from huiying.suppression import Suppression, ended
from nlp.late import EarlyAnswers, Reads


class ReadingHandler:
    """Reads a batch; both halves are durable before it returns."""

    def __init__(self, stream: Stream, archive: PostArchive, reader: Reads, suppression: Suppression) -> None:
        self._stream = stream
        self._archive = archive
        self._reader = reader
        self._suppression = suppression
        self._early = EarlyAnswers(archive, reader)

    def handle(self, messages: Sequence[Post], now: datetime) -> None:
        # Once more: what was on its way when somebody objected to it has passed the first sieve.
        sifted = self._suppression.sifted(messages)
        if kept_out := [post for post in sifted if post.withheld]:
            self._archive.put([ended(post, now) for post in kept_out])
        messages = [post for post in sifted if not post.withheld]
        if not messages:
            return
        readings = self._reader.read(messages, now)
        onward = [reading for reading in readings if reading.relevance.verdict is not Verdict.IRRELEVANT]
        lines = [dropped(one, now) for one in readings if one.relevance.verdict is Verdict.IRRELEVANT]
        if lines:
            self._archive.put(lines)  # first: what is dropped here may answer what goes on
            self._early.dropped(lines)
        onward += self._early.read_again(onward, now)
        if onward:
            self._stream.publish(topics.READINGS.name, [topics.READINGS.encode(r) for r in onward])

    def bury(self, record: Record, reason: str, now: datetime) -> None:
        """The line of a post that nobody could read; its body as far as it decodes."""
        key = topics.post_key(record.topic, record.value) or undecodable_key(record.key, record.value)
        line = ArchiveLine(
            post=key,
            disposition=Disposition.BURIED,
            at=now,
            reason=f"读不了：{reason}",
            body=self._decoded(record),
        )
        self._archive.put([line])

    def _decoded(self, record: Record) -> Post | None:
        try:
            [post] = self._suppression.sifted([topics.POSTS.decode(record.value)])
        except GiveUp:
            return None
        return None if post.withheld else post

    def forget(self) -> None:
        self._early.forget()


def dropped(reading: Reading, now: datetime) -> ArchiveLine:
    reasons = "；".join(why.note for why in reading.relevance.why if why.weight <= 0)
    return ArchiveLine(
        post=reading.post.key,
        disposition=Disposition.IRRELEVANT,
        at=now,
        reason=f"与人防无关（相关度 {reading.relevance.score:.2f}）：{reasons}",
        body=reading.post,
    )

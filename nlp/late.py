"""Answers that were collected before what they answer: dropped for want of it, and read again beside it once it is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from huiying.contracts import Post, Quoted, Reading, Verdict
from huiying.ports import PostArchive

MOST = 500
"""Answers that one batch of posts has read again, the newest that were dropped."""
REMEMBERED = 10_000
"""Posts that were answered by something dropped, until the archive is asked for everything again."""


class Reads(Protocol):
    def read(self, posts: Sequence[Post], now: datetime) -> list[Reading]:
        """One reading a post, in order."""
        ...


class EarlyAnswers:
    """Those of one reading stage."""

    def __init__(self, archive: PostArchive, reader: Reads) -> None:
        self._archive = archive
        self._reader = reader
        self._unseen: set[str] | None = None
        """What was answered by posts that were dropped here since the archive was last asked for all; None: by whatever
        another one dropped."""

    def dropped(self, readings: Sequence[Reading]) -> None:
        """These have their line, as far as they are dropped."""
        if self._unseen is not None:
            self._unseen.update(
                one.post.reply_to for one in readings if _is_dropped(one) and one.post.reply_to
            )
            self._unseen = self._unseen if len(self._unseen) <= REMEMBERED else None

    def read_again(self, readings: Sequence[Reading], now: datetime) -> list[Reading]:
        """The dropped answers to those of these posts that are the office's business, where they count beside them:
        nothing else is taken back."""
        openings = {one.post.id: one.post for one in readings if _speaks_itself(one)}
        if not openings:
            return []
        complete = self._unseen is None or not self._unseen.isdisjoint(openings)
        early = self._archive.answering(openings, limit=MOST, complete=complete)
        if complete:
            self._unseen = set()
        if not early:
            return []
        again = [_beside(line.body, openings) for line in reversed(early) if line.body is not None]
        return [one for one in self._reader.read(again, now) if one.relevance.verdict is Verdict.REPLY]

    def forget(self) -> None:
        """Others may have dropped what is read here from now on."""
        self._unseen = None


def _is_dropped(reading: Reading) -> bool:
    return reading.relevance.verdict is Verdict.IRRELEVANT


def _speaks_itself(reading: Reading) -> bool:
    return reading.relevance.verdict not in (Verdict.IRRELEVANT, Verdict.REPLY)


def _beside(answer: Post, openings: dict[str, Post]) -> Post:
    """With the opening of what it answers, where its own source showed nothing of that."""
    opening = openings.get(answer.reply_to or "")
    if answer.answers is not None or opening is None:
        return answer
    return replace(answer, answers=Quoted(title=opening.title, text=opening.text).opening())

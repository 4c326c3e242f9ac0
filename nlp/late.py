"""Answers that were collected before what they answer: dropped for want of it, and read again beside it once it is there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from huiying.contracts import ArchiveLine, Post, Quoted, Reading, Verdict
from huiying.early import Early
from huiying.ports import PostArchive


class Reads(Protocol):
    def read(self, posts: Sequence[Post], now: datetime) -> list[Reading]:
        """One reading a post, in order."""
        ...


class EarlyAnswers:
    """Those of one reading stage."""

    def __init__(self, archive: PostArchive, reader: Reads) -> None:
        self._early = Early(archive)
        self._reader = reader

    def dropped(self, lines: Iterable[ArchiveLine]) -> None:
        """These stand in the archive."""
        self._early.dropped(lines)

    def read_again(self, readings: Sequence[Reading], now: datetime) -> list[Reading]:
        """The dropped answers to those of these posts that are the office's business, where they count beside them:
        nothing else is taken back."""
        openings = {one.post.id: one.post for one in readings if _speaks_itself(one)}
        early = self._early.answering(openings)
        again = [_beside(line.body, openings) for line in early if line.body is not None]
        return [one for one in self._reader.read(again, now) if one.relevance.verdict is Verdict.REPLY]

    def forget(self) -> None:
        """Others may have dropped what is read here from now on."""
        self._early.forget()


def _speaks_itself(reading: Reading) -> bool:
    return reading.relevance.verdict not in (Verdict.IRRELEVANT, Verdict.REPLY)


def _beside(answer: Post, openings: dict[str, Post]) -> Post:
    """With the opening of what it answers, where its own source showed nothing of that."""
    opening = openings.get(answer.reply_to or "")
    if answer.answers is not None or opening is None:
        return answer
    return replace(answer, answers=Quoted(title=opening.title, text=opening.text).opening())

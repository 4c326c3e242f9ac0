"""Dropped posts that answer what has come since: found again by what they answer, no more dearly than need be."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from huiying.contracts import ArchiveLine, Disposition
from huiying.ports import PostArchive

MOST = 500
"""Answers that are looked at for one batch of posts, the newest that were dropped."""
REMEMBERED = 10_000
"""Posts that were answered by something dropped, until the archive is asked for everything again."""


def answered_by(line: ArchiveLine) -> str | None:
    """The id of the post that it answers; None for every line that was not dropped, and for a blank one."""
    dropped = line.disposition is Disposition.IRRELEVANT and line.erased is None
    return line.body.reply_to if line.body and dropped else None


class Early:
    """What one stage has to know of them. Only a search that may miss what was just dropped here is asked to be complete."""

    def __init__(self, archive: PostArchive) -> None:
        self._archive = archive
        self._unseen: set[str] | None = None
        """What was answered by posts that were dropped here since the archive was last asked for all; None: by whatever was
        dropped before, or by others."""

    def dropped(self, lines: Iterable[ArchiveLine]) -> None:
        """These stand in the archive."""
        if self._unseen is not None:
            self._unseen.update(id for line in lines if (id := answered_by(line)))
            self._unseen = self._unseen if len(self._unseen) <= REMEMBERED else None

    def answering(self, posts: Collection[str]) -> list[ArchiveLine]:
        """The dropped answers to these posts, oldest first."""
        if not posts:
            return []
        complete = self._unseen is None or not self._unseen.isdisjoint(posts)
        lines = self._archive.answering(posts, limit=MOST, complete=complete)
        if complete:
            self._unseen = set()
        return list(reversed(lines))

    def forget(self) -> None:
        """Others may have dropped what is handled here from now on."""
        self._unseen = None

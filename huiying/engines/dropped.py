"""What a dropped line is found by once what it answers turns out to be the office's business: the same on both engines."""

from __future__ import annotations

from huiying.contracts import ArchiveLine, Disposition


def answered_by(line: ArchiveLine) -> str | None:
    """The id of the post that it answers; None for every line that was not dropped, and for a blank one."""
    dropped = line.disposition is Disposition.IRRELEVANT and line.erased is None
    return line.body.reply_to if line.body and dropped else None

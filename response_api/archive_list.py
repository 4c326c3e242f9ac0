"""One line of the list of everything that was collected: what it was, where its way ended, and why.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from huiying import complaints
from huiying.contracts import ArchiveLine
from response_api import times
from response_api.sight import SEALED
from response_api.words import CHANNELS, DISPOSITIONS

UNREADABLE = "（原文读不出来）"
HEADLINE, LONGEST = 60, 160


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    post_id: str
    sealed: bool
    at: str
    source: str
    source_name: str
    channel: str
    title: str
    text: str
    ended: str
    disposition: str
    reason: str
    case_id: str | None


def line_row(line: ArchiveLine, now: datetime, *, sealed: bool) -> LineRow:
    body = line.body
    title = body.title.strip() if body else ""
    text = instead_of(line) or (body.text.strip() if body else "")
    if not title:
        title, text = text[:HEADLINE], text[HEADLINE:]
    return LineRow(
        post_id=line.post.id,
        sealed=sealed,
        at=times.short(body.first_public_at if body else line.at, now),
        source=body.source if body else "",
        source_name=body.source_name if body else "来源不明",
        channel=CHANNELS[body.channel] if body else "",
        title=SEALED if sealed else title,
        text="" if sealed else text[:LONGEST],
        ended=DISPOSITIONS[line.disposition],
        disposition=line.disposition.value,
        reason="" if sealed else complaints.of_burial(line.reason),
        case_id=line.case_id,
    )


def instead_of(line: ArchiveLine) -> str:
    """What stands where the text of this line would, as long as it cannot be read."""
    if line.erased is not None:
        return f"（内容已于 {times.full(line.erased.at)} 清除：{line.erased.rule}）"
    return "" if line.body else UNREADABLE

"""A text of an evaluation folder as the post that it would have come in as."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from huiying.contracts import Channel, Origin, Post, Tier

SOME_DAY = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
"""For texts of which nobody wrote down when they were published."""


def said(text: str, *, title: str = "", at: datetime = SOME_DAY) -> Post:
    """Published at ``at`` (with a zone) by nobody in particular, and collected at once."""
    return Post(
        id=sha256(f"{title}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()[:16],
        version="1",
        source="evaluation",
        source_name="evaluation",
        channel=Channel.NEWS,
        tier=Tier.ORDINARY,
        basis="evaluation",
        title=title,
        text=text,
        published_at=at,
        collected_at=at,
        origin=Origin.LIVE,
    )

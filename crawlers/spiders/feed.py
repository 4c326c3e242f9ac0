"""RSS and Atom: each entry, and the page behind it."""

from __future__ import annotations

import io
import re
from calendar import timegm
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import feedparser
from scrapy.http import Response

from crawlers import clean, times
from crawlers.compose import Found
from crawlers.spiders.base import Reader, Unreadable
from huiying.contracts import Extraction

_PROLOG = re.compile(r"^\ufeff?\s*<\?xml[^>]*\?>")


class FeedReader(Reader):
    def entrance(self, response: Response) -> Iterator[Any]:
        entries = parse(self.text(response))
        self.was_read(response)
        for entry in entries:
            self.look.items += 1
            found = self._found(entry, response)
            if self.look.leaves_out(found.published if isinstance(found.published, datetime) else None):
                continue
            yield from self._read(found, _moment(entry, "updated", self.look.started))

    def _read(self, found: Found, changed: datetime | None) -> Iterator[Any]:
        if not self.source.follow or not found.url:
            yield found
        elif self.look.wants(found.url, changed=changed):
            yield self.ask(found.url, self.article, instead=found if found.text else None)

    def _found(self, entry: Any, response: Response) -> Found:
        link = entry.get("link") or ""
        content = entry.get("content") or [{}]
        return Found(
            native_id=None if link else entry.get("id"),
            url=response.urljoin(link) if link else self.source.url,
            title=clean.words(entry.get("title", "")),
            text=clean.words(content[0].get("value") or entry.get("summary", "")),
            author=entry.get("author"),
            published=_moment(entry, "published", self.look.started)
            or _moment(entry, "updated", self.look.started),
            extraction=Extraction(method="feed", confidence=0.7),
        )


def parse(text: str) -> list[Any]:
    """The entries. Raises Unreadable where this is no feed, or a broken one without an entry that leads anywhere."""
    # What the prolog declares was settled while decoding; feedparser would believe it again.
    body = _PROLOG.sub("", text, count=1).encode("utf-8", "replace")
    feed = feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        # It would write every text anew, and lose what follows a bare "<".
        resolve_relative_uris=False,
    )
    whole = [entry for entry in feed.entries if entry.get("link") or entry.get("id")]
    if not whole and (feed.bozo or not feed.get("version")):
        raise Unreadable("不是 RSS/Atom，或内容残缺")
    return list(feed.entries)


def _moment(entry: Any, name: str, now: datetime) -> datetime | None:
    """As written where we can read it (no zone means Asia/Shanghai, which feedparser takes for UTC), else as parsed."""
    written = entry.get(name)
    if moment := times.read(written, now):
        return moment
    parsed = entry.get(f"{name}_parsed")
    return times.believable(datetime.fromtimestamp(timegm(parsed), UTC), now) if parsed else None

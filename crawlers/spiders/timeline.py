"""A timeline that a platform or a licensed supplier serves as JSON, page by page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from scrapy.http import Response

from crawlers import clean, times
from crawlers.compose import Found
from crawlers.sources import Source
from crawlers.spiders.base import Reader, Unreadable
from huiying.contracts import Engagement, Extraction
from huiying.identity import post_id


class TimelineReader(Reader):
    async def start(self) -> Any:
        yield self.ask(self.source.url, self.entrance, entrance=True, check=False)

    def entrance(self, response: Response, page: int = 1) -> Iterator[Any]:
        try:
            data = json.loads(self.text(response))
        except (ValueError, RecursionError) as error:
            raise Unreadable("不是 JSON，或内容残缺") from error
        items = dig(data, self.source.field_items)
        if not isinstance(items, list):
            raise Unreadable(f"JSON 里没有列表 {self.source.field_items}")
        self.was_read(response)
        for item in items:
            self.look.items += 1
            found = found_in(item, self.source, self.look.started)
            if found is None:
                self.look.note("有一条没有编号，未收")
            elif not (isinstance(found.published, datetime) and self.look.leaves_out(found.published)):
                yield found
        following = next_url(response.url, dig(data, self.source.field_next))
        if items and following and page < self.source.pages and self.look.may_ask(following):
            yield self.ask(following, self.entrance, entrance=True, check=False, page=page + 1)


def dig(data: Any, path: str) -> Any:
    """The value at a dotted path, or None."""
    for step in filter(None, path.split(".")):
        if isinstance(data, list) and step.isdigit():
            data = data[int(step)] if int(step) < len(data) else None
        else:
            data = data.get(step) if isinstance(data, dict) else None
    return data


def next_url(url: str, following: Any) -> str | None:
    """The next page: an address, or the number of a page."""
    if not following:
        return None
    text = str(following)
    split = urlsplit(url)
    if text.startswith(("http://", "https://")):
        return text
    if text.startswith("/"):
        return f"{split.scheme}://{split.netloc}{text}"
    if text.startswith("?"):
        return urlunsplit((split.scheme, split.netloc, split.path, text[1:], ""))
    query = dict(parse_qsl(split.query)) | {"page": text}
    return urlunsplit((split.scheme, split.netloc, split.path, urlencode(query), ""))


def found_in(item: Any, source: Source, now: datetime) -> Found | None:
    """One item of the list, or None where it has no id of its own."""
    native = _text(dig(item, source.field_id))
    if not native:
        return None
    repeated = dig(item, source.field_repost_of)
    repeated = _text(dig(repeated, source.field_id) if isinstance(repeated, dict) else repeated)
    url = _text(dig(item, source.field_url))
    return Found(
        native_id=native,
        url=url if url and url.startswith(("http://", "https://")) else None,
        title=clean.words(_text(dig(item, source.field_title)) or ""),
        text=clean.words(_text(dig(item, source.field_text)) or ""),
        author=_text(dig(item, source.field_author)),
        published=times.read(_text(dig(item, source.field_time)), now),
        engagement=Engagement(
            views=_count(dig(item, source.field_views)),
            likes=_count(dig(item, source.field_likes)),
            comments=_count(dig(item, source.field_comments)),
            reposts=_count(dig(item, source.field_reposts)),
        ),
        repost_of=post_id(source.id, native_id=repeated) if repeated else None,
        region=_text(dig(item, source.field_region)),
        extraction=Extraction(method="json", confidence=1.0),
    )


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, str | int | float) and value != "" else None


def _count(value: Any) -> int | None:
    """A count; "1.2万" is how platforms round."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return max(0, value)
    text = str(value or "").strip().replace(",", "")
    factor = {"万": 10_000, "亿": 100_000_000}.get(text[-1:], 1)
    try:
        return max(0, int(float(text.rstrip("万亿+")) * factor))
    except (ValueError, OverflowError):
        return None

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
from huiying.contracts import Engagement, Extraction, Quoted
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
    repeated, passed_on = _other(dig(item, source.field_repost_of), source)
    answered, answers = _other(dig(item, source.field_reply_to), source)
    url = _text(dig(item, source.field_url))
    return Found(
        native_id=native,
        url=url if url and url.startswith(("http://", "https://")) else None,
        title=clean.words(_text(dig(item, source.field_title)) or ""),
        text=_with(clean.words(_text(dig(item, source.field_text)) or ""), passed_on),
        author=_text(dig(item, source.field_author)),
        published=times.read(_text(dig(item, source.field_time)), now),
        engagement=Engagement(
            views=_count(dig(item, source.field_views)),
            likes=_count(dig(item, source.field_likes)),
            comments=_count(dig(item, source.field_comments)),
            reposts=_count(dig(item, source.field_reposts)),
        ),
        repost_of=post_id(source.id, native_id=repeated) if repeated else None,
        reply_to=post_id(source.reply_source or source.id, native_id=answered) if answered else None,
        answers=answers,
        region=_text(dig(item, source.field_region)),
        extraction=Extraction(method="json", confidence=1.0),
    )


def _other(value: Any, source: Source) -> tuple[str | None, Quoted | None]:
    """The id of the item that this one repeats or answers, and what it says where it comes along whole."""
    if not isinstance(value, dict):
        return _text(value), None
    title = clean.words(_text(dig(value, source.field_title)) or "")
    text = clean.words(_text(dig(value, source.field_text)) or "")
    return _text(dig(value, source.field_id)), Quoted(title=title, text=text) if title or text else None


def _with(text: str, passed_on: Quoted | None) -> str:
    """What is passed on is said once more: 转发微博 alone says nothing."""
    told = "\n".join(part for part in (passed_on.title, passed_on.text) if part) if passed_on else ""
    return text if told in text else f"{text}\n// {told}".strip()


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

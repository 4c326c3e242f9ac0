"""The last step of every spider: what was found becomes a post, and is on the stream before the item counts as done."""

from __future__ import annotations

from scrapy.crawler import Crawler

from crawlers.compose import Found, compose, voice_of
from crawlers.looks import Look
from huiying import logs
from huiying.contracts import Origin

_log = logs.get("crawlers")


class ToStream:
    def __init__(self, look: Look) -> None:
        self._look = look
        self._voice = voice_of(look.source)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ToStream:
        look: Look = crawler.spider.look  # type: ignore[union-attr]
        return cls(look)

    async def process_item(self, item: Found) -> Found:
        look = self._look
        try:
            post = compose(item, self._voice, key=look.key, origin=Origin.LIVE, now=look.started)
            if post is None:
                look.note("没有标题也没有正文，未收", item.url or "")
            elif await look.publisher.put(post):
                look.posts += 1
        except Exception as error:
            # One post that cannot be made or sent must not go missing silently, nor take others with it.
            _log.exception("post_failed", source=look.source.id, url=item.url)
            look.was_lost(item.url or "", f"有一条处理出错，未收：{type(error).__name__}")
        return item

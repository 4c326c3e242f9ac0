"""A forum board: its threads, and each floor of a thread as a post of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from parsel import Selector
from scrapy.http import Response

from crawlers import clean
from crawlers.compose import Found
from crawlers.spiders.base import Unreadable
from crawlers.spiders.listing import ListReader
from huiying.contracts import Extraction, Quoted
from huiying.identity import post_id

DEEPEST = 20
"""Pages of one thread."""
MOST_FLOORS = 1000
"""Floors of a page that are read: a floor without a number of its own is named by its page and place."""


class Opening(NamedTuple):
    """The first floor of a thread: what all others answer."""

    id: str
    said: Quoted


class BoardReader(ListReader):
    """Threads grow at their end: every thread on the list is read again at every look, from its first page."""

    async def start(self) -> Any:
        yield self.ask(self.source.url, self.entrance, entrance=True, check=False)

    def entrance(self, response: Response, page: int = 1) -> Iterator[Any]:
        selector = Selector(self.text(response))
        threads = selector.css(self.source.item)
        if not threads:
            raise self.absent(response, f"版面里的 {self.source.item}")
        self.was_read(response)
        for thread in threads:
            url = response.urljoin(thread.attrib.get("href", "").strip())
            if self.look.may_ask(url):
                yield self.ask(url, self.thread, check=False)
        yield from self._next(selector, response, page)

    def thread(
        self, response: Response, thread: str = "", opening: Opening | None = None, page: int = 1
    ) -> Iterator[Any]:
        selector = Selector(self.text(response))
        floors = selector.css(self.source.floor)
        if not floors and page == 1:
            raise Unreadable(f"帖子里没有找到 {self.source.floor}")
        self.was_read(response)
        thread = thread or self.asked(response)
        title = "".join(selector.css(f"{self.source.title or 'h1'} ::text").getall()).strip()
        if len(floors) > MOST_FLOORS:
            self.look.note(f"一页最多收 {MOST_FLOORS} 楼，其余未收", thread)
        for place, floor in enumerate(floors[:MOST_FLOORS], 1):
            self.look.items += 1
            found = self._floor(floor, thread, title, opening, fallback=(page - 1) * MOST_FLOORS + place)
            if opening is None:
                opening = self._opening(found)
            yield found
        href = selector.css(self.source.next).attrib.get("href") if self.source.next else None
        if href and floors and page < DEEPEST and self.look.may_ask(response.urljoin(href)):
            yield self.ask(
                response.urljoin(href),
                self.thread,
                check=False,
                thread=thread,
                opening=opening,
                page=page + 1,
            )

    def _opening(self, found: Found) -> Opening:
        id = post_id(self.source.id, native_id=found.native_id, url=found.url, floor=found.floor)
        return Opening(id, Quoted(title=found.title, text=found.text))

    def _floor(
        self, floor: Selector, thread: str, title: str, opening: Opening | None, *, fallback: int
    ) -> Found:
        number = floor.attrib.get(self.source.floor_number, "")
        first = opening is None
        return Found(
            native_id=floor.attrib.get(self.source.floor_id) or None,
            url=thread,
            floor=int(number) if number.isdigit() else fallback,
            title=title if first else "",
            text=clean.unnamed(clean.words(clean.from_html(floor.css(self.source.content).get(""))))
            if self.source.content
            else "",
            author=_words(floor, self.source.author),
            published=_words(floor, self.source.time),
            reply_to=opening.id if opening else None,
            answers=opening.said if opening else None,
            extraction=Extraction(method="catalogue", confidence=0.95),
        )


def _words(floor: Selector, css: str) -> str | None:
    if not css:
        return None
    return " ".join(floor.css(f"{css} ::text").getall()).strip() or None

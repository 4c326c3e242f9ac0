"""A list page of a site: the links on it, page by page, and the articles behind them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from parsel import Selector
from scrapy.http import Response

from crawlers import times
from crawlers.spiders.base import Reader


class ListReader(Reader):
    def entrance(self, response: Response, page: int = 1) -> Iterator[Any]:
        selector = Selector(self.text(response))
        links = selector.css(self.source.item)
        if not links:
            raise self.absent(response, f"列表里的 {self.source.item}")
        self.was_read(response)
        for link in links:
            url = response.urljoin(link.attrib.get("href", "").strip())
            self.look.items += 1
            if not self.look.leaves_out(self._date(link)) and self.look.wants(url):
                yield self.ask(url, self.article)
        yield from self._next(selector, response, page)

    def _next(self, selector: Selector, response: Response, page: int) -> Iterator[Any]:
        if not self.source.next or page >= self.source.pages:
            return
        href = selector.css(self.source.next).attrib.get("href")
        # Unconditionally: the second page was reached because the first one changed.
        if href and self.look.may_ask(response.urljoin(href)):
            yield self.ask(response.urljoin(href), self.entrance, entrance=True, check=False, page=page + 1)

    def _date(self, link: Selector) -> datetime | None:
        """The date beside a link: in the nearest element around it that has one."""
        if not self.source.date:
            return None
        for around in link.xpath("ancestor::*[position() <= 3]")[::-1]:
            dates = around.css(self.source.date)
            if len(dates) == 1:
                return _end_of_day(times.read(" ".join(dates.css("::text").getall()), self.look.started))
            if dates:
                return None
        return None


def _end_of_day(moment: datetime | None) -> datetime | None:
    """A list often gives the day alone; the article may be as late as its end."""
    return moment.replace(hour=15, minute=59, second=59) if moment else None

"""Sitemaps, and indexes of them: what a site itself says is new."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lxml.etree import XMLSyntaxError
from scrapy.http import Response
from scrapy.utils.gz import gunzip, gzip_magic_number
from scrapy.utils.sitemap import Sitemap

from crawlers import times
from crawlers.settings import BIGGEST_PAGE
from crawlers.spiders.base import Reader, Unreadable

MOST_MAPS = 20
"""Sitemaps of one index that are read in one look, newest first."""
DEEPEST = 2


class SitemapReader(Reader):
    def entrance(self, response: Response, depth: int = 0) -> Iterator[Any]:
        kind, entries = self._entries(response)
        self.was_read(response)
        fresh = [(url, at) for url, at in entries if not self.look.too_old(at)]
        if kind == "sitemapindex":
            if depth < DEEPEST:
                for url, _ in fresh[:MOST_MAPS]:
                    yield self.ask(url, self.entrance, entrance=True, check=False, depth=depth + 1)
            return
        self.look.items += len(entries)
        self.look.aged += len(entries) - len(fresh)
        for url, changed in fresh:
            if self.look.wants(url, changed=changed):
                yield self.ask(url, self.article)

    def _entries(self, response: Response) -> tuple[str, list[tuple[str, datetime | None]]]:
        """Kind, then addresses with their lastmod, newest first."""
        body = response.body
        try:
            if gzip_magic_number(response):
                body = gunzip(body, max_size=BIGGEST_PAGE)
            sitemap = Sitemap(body)
            entries = [
                (response.urljoin(entry["loc"]), times.read(entry.get("lastmod"), self.look.started))
                for entry in sitemap
            ]
        except (XMLSyntaxError, StopIteration, OSError, ValueError) as error:
            raise Unreadable("站点地图残缺，读不了") from error
        if sitemap.type not in {"urlset", "sitemapindex"}:
            raise Unreadable("不是站点地图")
        entries.sort(key=lambda entry: entry[1] or self.look.started, reverse=True)
        return sitemap.type, entries

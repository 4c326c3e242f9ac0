"""What robots.txt asks for, kept: its Crawl-delay, and staying away while the site cannot serve it (RFC 9309)."""

from __future__ import annotations

from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from crawlers.guard import Refused

LONGEST_DELAY = 60.0
"""Seconds: a Crawl-delay beyond it is kept as this, or one page would take longer than a look."""


class Robots(RobotsTxtMiddleware):
    """Scrapy's, but a robots.txt that answers with a server error forbids everything instead of allowing it."""

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            response = response.replace(body=b"User-agent: *\nDisallow: /\n")
        await super()._parse_robots(response, netloc, request)

    def process_request_2(self, rp: Any, request: Request) -> None:
        agent = self._robotstxt_useragent or self._default_useragent
        if rp is not None and not rp.allowed(request.url, agent):
            raise Refused("对方 robots.txt 不允许抓取这个地址")


class CrawlDelay:
    """Sets the pause of a host to its Crawl-delay where that is longer than ours.

    AutoThrottle lowers a pause again, down to its own minimum: the minimum is raised with it.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self.robots_parsed, signal=signals.robots_parsed)
        crawler.signals.connect(self.response_downloaded, signal=signals.response_downloaded)
        self._delays: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CrawlDelay:
        return cls(crawler)

    def robots_parsed(self, robotparser: Any, request: Request) -> None:
        agent = self._crawler.settings["ROBOTSTXT_USER_AGENT"]
        asked = robotparser.crawl_delay(agent)
        if asked:
            host = urlparse_cached(request).hostname or ""
            self._delays[host] = min(float(asked), LONGEST_DELAY)
            self._hold(host)

    def response_downloaded(self, request: Request) -> None:
        self._hold(request.meta.get("download_slot", ""))

    def _hold(self, host: str) -> None:
        engine = self._crawler.engine
        slot = engine.downloader.slots.get(host) if engine else None
        if slot is not None and slot.delay < self._delays.get(host, 0.0):
            slot.delay = self._delays[host]
            slot.jitter = 0.0

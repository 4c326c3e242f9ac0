"""What robots.txt asks for, kept: its Crawl-delay, and staying away while the site cannot serve it (RFC 9309)."""

from __future__ import annotations

from time import monotonic
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from crawlers.gate import Gate
from crawlers.guard import Refused

LONGEST_DELAY = 60.0
"""Seconds: a Crawl-delay beyond it is kept as this, or one page would take longer than a look."""


KEPT_FOR = 3600.0
"""Seconds for which a robots.txt is believed without asking again."""


class Robots(RobotsTxtMiddleware):
    """Scrapy's, but shared by all looks of the process, and a server error forbids everything instead of allowing it."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        gate: Gate = crawler.spider.gate  # type: ignore[union-attr]
        self._kept = gate.robots

    async def robot_parser(self, request: Request) -> Any:
        netloc = urlparse_cached(request).netloc
        read_at, parser = self._kept.get(netloc, (float("-inf"), None))
        if netloc not in self._parsers and monotonic() - read_at < KEPT_FOR:
            self._parsers[netloc] = parser
            await self.crawler.signals.send_catch_log_async(
                signal=signals.robots_parsed, robotparser=parser, request=request
            )
        return await super().robot_parser(request)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        ailing = response.status >= 500
        if ailing:
            response = response.replace(body=b"User-agent: *\nDisallow: /\n")
        await super()._parse_robots(response, netloc, request)
        if not ailing:
            self._kept[netloc] = (monotonic(), self._parsers[netloc])

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

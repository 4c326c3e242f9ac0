"""How the crawler behaves towards other people's sites: slowly, openly, within bounds.

Scrapy's defaults that would hurt an office are switched off here: remote control, file and FTP downloads, unlimited
bodies, unverified certificates, a proxy taken from the environment (which would dial past the guard).
"""

from __future__ import annotations

from typing import Any

from scrapy.settings.default_settings import RETRY_EXCEPTIONS

from crawlers.gate import Gate
from crawlers.guard import GuardedResolver
from crawlers.sources import Defaults, Source

BIGGEST_PAGE = 4 * 1024 * 1024
"""Bytes of one page, unpacked."""
LONGEST_WAIT = 20
"""Seconds for one page, from first to last byte."""
LONGEST_LOOK = 600
"""Seconds for one look at one source."""


def user_agent(contact: str) -> str:
    """Who we are and how to reach us."""
    return f"Huiying/0.1 (+{contact})" if contact else "Huiying/0.1"


def for_process(gate: Gate) -> dict[str, Any]:
    """What holds for every look of this process."""
    return {
        "TWISTED_DNS_RESOLVER": lambda reactor: GuardedResolver(reactor, gate),
        "LOG_LEVEL": "WARNING",
        "LOG_INSTALL_ROOT_HANDLER": False,
        "STATS_DUMP": False,
        "LOGSTATS_INTERVAL": 0,
        "MEMUSAGE_ENABLED": False,
        # nobody comes in from outside
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        # nothing but the web, of bounded size, in bounded time
        "DOWNLOAD_HANDLERS": {"file": None, "ftp": None, "s3": None, "data": None},
        "DOWNLOAD_MAXSIZE": BIGGEST_PAGE,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": LONGEST_WAIT,
        "DNS_TIMEOUT": 10,
        "CLOSESPIDER_TIMEOUT": LONGEST_LOOK,
        "REDIRECT_MAX_TIMES": 5,
        "METAREFRESH_MAXDELAY": 10,
        "RETRY_TIMES": 1,
        # whoever did not answer within the longest wait is asked again at the next look
        "RETRY_EXCEPTIONS": [kind for kind in RETRY_EXCEPTIONS if "Timeout" not in str(kind)],
        "RETRY_GIVE_UP_LOG_LEVEL": "DEBUG",
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "HTTPPROXY_ENABLED": False,
        "COOKIES_ENABLED": False,
        "REFERER_ENABLED": True,
        "REFERRER_POLICY": "same-origin",
        "URLLENGTH_LIMIT": 2083,
        # one at a time, and no faster than the site likes
        "CONCURRENT_REQUESTS": 4,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 0.5,
        "AUTOTHROTTLE_MAX_DELAY": 60,
        "DOWNLOADER_MIDDLEWARES": {
            "crawlers.guard.Guard": 50,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "crawlers.politeness.Robots": 100,
        },
        # after AutoThrottle, which would lower what Crawl-delay raised
        "EXTENSIONS": {"crawlers.politeness.CrawlDelay": 900},
        "ITEM_PIPELINES": {"crawlers.pipelines.ToStream": 100},
        # the first page that is asked for is the first that is fetched
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml,application/json;q=0.9,*/*;q=0.5",
            "Accept-Language": "zh-CN,zh;q=0.9",
        },
    }


def for_source(source: Source, defaults: Defaults) -> dict[str, Any]:
    """What varies by source and with every edit of the catalogue."""
    pause = defaults.pause.total_seconds()
    return {
        "USER_AGENT": user_agent(defaults.contact),
        "ROBOTSTXT_USER_AGENT": "Huiying",
        "ROBOTSTXT_OBEY": source.respect_robots,
        "DOWNLOAD_DELAY": pause,
        "AUTOTHROTTLE_START_DELAY": pause,
    }

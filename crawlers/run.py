"""The crawler's process: every source at its interval, one reactor, until told to stop or left alone.

Scrapy owns the reactor, so this runs in a process of its own.  Looks at one host follow each other; a catalogue that
is edited while we run takes effect with the next look, a broken edit does not.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.crawler import AsyncCrawlerProcess

from crawlers import files, settings, sources
from crawlers.gate import Gate
from crawlers.looks import Look
from crawlers.publishing import Publisher
from crawlers.seen import Seen
from crawlers.sources import CATALOGUE, Catalogue, Kind, Source
from crawlers.spiders.base import Reader
from crawlers.spiders.board import BoardReader
from crawlers.spiders.feed import FeedReader
from crawlers.spiders.listing import ListReader
from crawlers.spiders.sitemap import SitemapReader
from crawlers.spiders.timeline import TimelineReader
from huiying import logs, metrics
from huiying.contracts import SourceCheck
from huiying.errors import Misconfigured, TryAgain
from huiying.ports import Clock, Stream
from huiying.topics import SOURCE_CHECKS

_log = logs.get("crawlers")

READERS: dict[Kind, type[Reader]] = {
    Kind.FEED: FeedReader,
    Kind.LIST: ListReader,
    Kind.SITEMAP: SitemapReader,
    Kind.BOARD: BoardReader,
    Kind.JSON: TimelineReader,
}
TICK = 0.5
"""Seconds between two glances at what is due, the catalogue, and whether the parent still lives."""
AT_ONCE = 8
"""Looks under way at the same time, each at another host."""
LAST_FLUSH = 10.0
KEEP_PAGES = timedelta(days=90)


def crawl(
    catalogue: Catalogue,
    *,
    stream: Stream,
    clock: Clock,
    data: Path,
    key: bytes,
    once: bool,
    child_of: int | None = None,
) -> None:
    """Look at every enabled source at its interval until SIGTERM, SIGINT or the death of the parent.

    With ``once``: look at each once, then return.  ``child_of`` is the parent's process id, told by the parent itself: asked
    of the system after a slow start, the answer may already be another process.
    """
    if not catalogue.enabled:
        _log.warning("nothing_to_crawl", reason=sources.NOTHING_ON)
    seen = Seen(data / "crawler.db")
    try:
        seen.forget_pages(before=clock.now() - KEEP_PAGES)
        crawling = _Crawl(catalogue, stream=stream, clock=clock, data=data, key=key, seen=seen)
        crawling.run(once=once, parent=child_of or os.getppid())
    finally:
        seen.close()


class _Crawl:
    def __init__(
        self, catalogue: Catalogue, *, stream: Stream, clock: Clock, data: Path, key: bytes, seen: Seen
    ) -> None:
        self._catalogue, self._stream, self._clock = catalogue, stream, clock
        self._data, self._key, self._seen = data, key, seen
        self._gate = Gate(catalogue.defaults.allow_hosts)
        self._publisher = Publisher(stream, seen)
        self._process = _quiet_process(self._gate)
        self._hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._room = asyncio.Semaphore(AT_ONCE)
        self._looking: dict[str, asyncio.Task[None]] = {}
        self._next: dict[str, datetime] = {}
        self._edited = _modified(data / CATALOGUE)
        self._parent = 0
        self._stopping = False
        self._error: BaseException | None = None

    def run(self, *, once: bool, parent: int) -> None:
        self._parent = parent
        loop = asyncio.get_event_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self._stop)
        rounds = loop.create_task(self._rounds(once=once))
        rounds.add_done_callback(self._finished)
        self._process.start(stop_after_crawl=False, install_signal_handlers=False)
        if self._error:
            raise self._error

    def _stop(self) -> None:
        self._stopping = True

    def _finished(self, rounds: asyncio.Task[None]) -> None:
        from twisted.internet import reactor

        self._error = None if rounds.cancelled() else rounds.exception()
        reactor.stop()  # type: ignore[misc]

    async def _rounds(self, *, once: bool) -> None:
        self._publisher.start()
        try:
            if once:
                await self._one_round()
            else:
                while not self._over():
                    await self._reload()
                    self._begin_due(self._clock.now())
                    await asyncio.sleep(TICK)
        finally:
            await self._wind_up()

    async def _one_round(self) -> None:
        for source in self._catalogue.enabled:
            self._begin(source)
        while self._looking and not self._over():
            await asyncio.wait(self._looking.values(), timeout=TICK, return_when=asyncio.ALL_COMPLETED)

    def _over(self) -> bool:
        return self._stopping or os.getppid() != self._parent

    def _begin_due(self, now: datetime) -> None:
        for source in self._catalogue.enabled:
            if source.id not in self._looking and self._next.get(source.id, now) <= now:
                self._next[source.id] = now + source.every
                self._begin(source)

    def _begin(self, source: Source) -> None:
        task = asyncio.get_running_loop().create_task(self._look(source))
        self._looking[source.id] = task
        task.add_done_callback(lambda _: self._looking.pop(source.id, None))

    async def _look(self, source: Source) -> None:
        host = urlsplit(source.url).netloc or source.id
        async with self._hosts[host], self._room:
            if self._over():
                return
            try:
                check = await (self._read_files(source) if source.kind is Kind.FILE else self._visit(source))
            except Exception as error:
                _log.exception("look_failed", source=source.id)
                check = self._broken(
                    source.id, source.name, f"采集程序出错：{type(error).__name__}", source.every
                )
        if not self._over():
            await self._report(check)

    async def _visit(self, source: Source) -> SourceCheck:
        look = Look(
            source=source,
            started=self._clock.now(),
            gate=self._gate,
            seen=self._seen,
            publisher=self._publisher,
            key=self._key,
        )
        crawler = self._process.create_crawler(READERS[source.kind])
        crawler.settings.setdict(settings.for_source(source, self._catalogue.defaults), priority="cmdline")
        await self._process.crawl(crawler, look=look)
        reason = crawler.stats.get_value("finish_reason") if crawler.stats else None
        if reason == "closespider_timeout":
            look.note("看得太久，余下的下次再看")
        elif reason != "finished" or self._over():
            # Cut short: what was published is marked; the pages are asked for again.
            return look.check(self._clock.now())
        look.remember()
        return look.check(self._clock.now())

    async def _read_files(self, source: Source) -> SourceCheck:
        read: Callable[..., SourceCheck] = files.look
        return await asyncio.to_thread(
            read,
            source,
            stream=self._stream,
            data=self._data,
            key=self._key,
            seen=self._seen,
            clock=self._clock,
        )

    async def _reload(self) -> None:
        """Take over an edited catalogue; say so where the edit is broken, and go on with the old one."""
        path = self._data / CATALOGUE
        edited = _modified(path)
        if edited == self._edited:
            return
        self._edited = edited
        try:
            self._catalogue = await asyncio.to_thread(sources.load, path)
        except Misconfigured as fault:
            _log.error("catalogue_refused", reason=str(fault))
            await self._report(
                self._broken(
                    CATALOGUE, "来源目录", f"改动没有生效，仍按原来的目录采集：{fault}", timedelta(days=3650)
                )
            )
            return
        self._gate.allow(self._catalogue.defaults.allow_hosts)
        self._next = {id: at for id, at in self._next.items() if id in {s.id for s in self._catalogue.source}}
        _log.info("catalogue_taken_over", sources=len(self._catalogue.enabled))
        await self._report(self._broken(CATALOGUE, "来源目录", "", timedelta(days=3650)))

    def _broken(self, id: str, name: str, problem: str, every: timedelta) -> SourceCheck:
        return SourceCheck(
            source=id,
            source_name=name,
            at=self._clock.now(),
            ok=not problem,
            problem=problem,
            every_seconds=every.total_seconds(),
        )

    async def _report(self, check: SourceCheck) -> None:
        metrics.LOOKS.labels("yes" if check.ok else "no").inc()
        _log.info("looked", source=check.source, ok=check.ok, posts=check.posts, seen=check.seen)
        while True:
            try:
                record = SOURCE_CHECKS.encode(check)
                await asyncio.to_thread(self._stream.publish, SOURCE_CHECKS.name, [record])
                return
            except TryAgain as trouble:
                _log.warning("report_again", source=check.source, reason=str(trouble))
                if self._over():
                    return
                await asyncio.sleep(TICK)

    async def _wind_up(self) -> None:
        await self._process.stop()
        looking = list(self._looking.values())
        if looking:
            await asyncio.wait(looking, timeout=LAST_FLUSH)
        await self._publisher.close(within=LAST_FLUSH)


def _quiet_process(gate: Gate) -> AsyncCrawlerProcess:
    """Scrapy would log every page and every item; what matters is in the source's check and in our own log."""
    logging.disable(logging.INFO)
    process = AsyncCrawlerProcess(settings.for_process(gate))
    for name in ("scrapy", "twisted", "py.warnings"):
        logging.getLogger(name).setLevel(logging.ERROR)
    # It reports an unreachable robots.txt with a traceback; the page behind it says the same in our words.
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
    return process


def _modified(path: Path) -> int:
    """When the file was last written; 0 while an editor has it between two versions."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0

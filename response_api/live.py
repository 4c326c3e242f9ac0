"""The live connection: one thread follows the events, everything is rendered once, and every page gets the same bytes.

``id:`` is the position on the stream.  A page that comes back says which it saw last and is told what it missed, from
the stream itself, each event once.  A page that cannot keep up is told to load itself again.
"""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from huiying import logs
from huiying.contracts import CaseEvent
from huiying.errors import GiveUp, TryAgain
from huiying.ports import Clock, Record, Stream, Tail
from huiying.topics import CASE_EVENTS
from response_api import times

_log = logs.get("live")

QUEUE = 256
"""Most events that wait for one page, and most that are told again after a break."""
RECENT = 60
PING_SECONDS = 15.0
BEAT_SECONDS = 2.0
_POLL = timedelta(milliseconds=100)

RELOAD = b"event: reload\ndata: {}\n\n"


@dataclass(frozen=True, slots=True)
class Line:
    """One event, as it is shown and as it is sent."""

    position: int
    html: str
    sent: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """How far the hub has come, and the newest lines, newest first: one value, so that a page gets both as of one moment."""

    position: int = -1
    lines: tuple[Line, ...] = ()


@dataclass(eq=False)
class Client:
    queue: asyncio.Queue[Line | bytes | None] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    new: bool = True
    """It has not had the whole board yet."""

    def offer(self, item: Line | bytes | None) -> None:
        """Keep for later; where too much waits already, what waits gives way to a word to load the page again."""
        try:
            self.queue.put_nowait(item)
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(RELOAD)


Show = Callable[[CaseEvent], tuple[str, str]]
"""An event → its line as HTML, and what a screen reader should say at once, or ''."""


class Hub:
    """Belongs to one event loop; other threads may read :attr:`seen` and :meth:`close` it."""

    def __init__(
        self,
        stream: Stream,
        clock: Clock,
        *,
        show: Show,
        mark: Callable[[datetime], object],
        parts: Callable[[datetime], Mapping[str, str]],
    ) -> None:
        self.seen = Seen()
        self._stream, self._clock = stream, clock
        self._show, self._mark, self._parts = show, mark, parts
        self._clients: set[Client] = set()
        self._stopped = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._last_mark: object = None
        self._last_parts: Mapping[str, str] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        self._loop = loop = asyncio.get_running_loop()
        follower = threading.Thread(target=self._follow, args=(loop,), name="live", daemon=True)
        follower.start()
        beat = asyncio.create_task(self._beat())
        try:
            yield
        finally:
            self.close()
            beat.cancel()
            with suppress(asyncio.CancelledError):
                await beat
            await asyncio.to_thread(follower.join, 5)

    def close(self) -> None:
        """End every open stream, from any thread: a server that stops waits for them."""
        self._stopped.set()
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended, and every stream with it
                self._loop.call_soon_threadsafe(self._end_streams)

    def _end_streams(self) -> None:
        for client in self._clients:
            client.offer(None)

    # ------------------------------------------------------------------------------------ to one page

    async def stream(self, after: int | None, allowed: Callable[[], bool]) -> AsyncIterator[bytes]:
        """What one page is sent, until it leaves, the server stops, or ``allowed`` (asked every 15 s) says no."""
        client = Client()
        self._clients.add(client)
        floor = self.seen.position  # from here on the queue has everything
        try:
            yield b"retry: 2000\n\n" + self._ping()
            sent = floor if after is None else after
            if sent != floor:
                missed = await asyncio.to_thread(self._missed, sent, floor)
                if missed is None:
                    yield RELOAD
                    return
                for line in missed:
                    yield line.sent
                sent = max(sent, floor)
            async for chunk in self._from_queue(client, sent, allowed):
                yield chunk
        finally:
            self._clients.discard(client)

    async def _from_queue(
        self, client: Client, sent: int, allowed: Callable[[], bool]
    ) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        asked = loop.time()
        while not self._stopped.is_set():
            try:
                item = await asyncio.wait_for(client.queue.get(), asked + PING_SECONDS - loop.time())
            except TimeoutError:
                asked = loop.time()
                if not await asyncio.to_thread(allowed):
                    return
                yield self._ping()
                continue
            if item is None:
                return
            if isinstance(item, bytes):
                yield item
                if item is RELOAD:
                    return
            elif item.position > sent:
                sent = item.position
                yield item.sent

    def _missed(self, after: int, floor: int) -> Sequence[Line] | None:
        """The lines above ``after`` up to ``floor``; None where they are too many, or ``after`` is not of this stream."""
        if after > floor:
            return [] if after <= self._stream.end(CASE_EVENTS.name) else None
        tail = self._stream.tail(CASE_EVENTS.name, after=after)
        try:
            records = [r for r in tail.poll(limit=QUEUE + 1, wait=timedelta(0)) if r.position <= floor]
        finally:
            tail.close()
        return None if len(records) > QUEUE else self._lines(records)

    def _ping(self) -> bytes:
        return message("ping", {"now": times.millis(self._clock.now())})

    # ------------------------------------------------------------------------------------ to all pages

    def _deliver(self, lines: Sequence[Line], floor: int) -> None:
        newest = (*reversed(lines), *self.seen.lines)[:RECENT]
        self.seen = Seen(max(floor, self.seen.position), newest)
        for client in self._clients:
            for line in lines:
                client.offer(line)

    async def _beat(self) -> None:
        while not self._stopped.is_set():
            await asyncio.sleep(BEAT_SECONDS)
            try:
                await self._pulse()
            except Exception as trouble:
                _log.warning("pulse_failed", error=repr(trouble))

    async def _pulse(self) -> None:
        """Render the board again where it may have changed; send each page the parts that did."""
        if not self._clients:
            return
        now = self._clock.now()
        mark = await asyncio.to_thread(self._mark, now)
        if mark == self._last_mark and not any(client.new for client in self._clients):
            return
        parts = await asyncio.to_thread(self._parts, now)
        changed = {name: html for name, html in parts.items() if self._last_parts.get(name) != html}
        self._last_mark, self._last_parts = mark, parts
        told = message("pulse", {"now": times.millis(now), "parts": changed})
        whole = message("pulse", {"now": times.millis(now), "parts": parts})
        for client in self._clients:
            if client.new or changed:
                client.offer(whole if client.new else told)
            client.new = False

    # ------------------------------------------------------------------------------------ the follower

    def _follow(self, loop: asyncio.AbstractEventLoop) -> None:
        tail: Tail | None = None
        position = -1
        while not self._stopped.is_set():
            if self._clock.wait(timedelta(0)):
                self.close()
                break
            try:
                if tail is None:
                    position = self._begin(loop) if position < 0 else position
                    tail = self._stream.tail(CASE_EVENTS.name, after=position if position >= 0 else None)
                records = tail.poll(limit=200, wait=_POLL)
                if records:
                    lines, position = self._lines(records), records[-1].position
                    loop.call_soon_threadsafe(self._deliver, lines, position)
            except TryAgain as trouble:
                _log.warning("follow_again", reason=str(trouble))
                if tail is not None:
                    tail.close()
                    tail = None
                self._stopped.wait(1)
            except RuntimeError:
                break  # the loop has gone
        if tail is not None:
            tail.close()

    def _begin(self, loop: asyncio.AbstractEventLoop) -> int:
        """Load the newest lines, so that a page has something to show; returns the position to go on from."""
        end = self._stream.end(CASE_EVENTS.name)
        back, records = 4 * RECENT, list[Record]()
        while end >= 0:
            records = self._between(end - back if back <= end else None, end)
            if len(records) >= RECENT or back > end:
                break
            back *= 8
        if records:
            loop.call_soon_threadsafe(self._deliver, self._lines(records[-RECENT:]), end)
        return end

    def _between(self, after: int | None, end: int) -> list[Record]:
        tail = self._stream.tail(CASE_EVENTS.name, after=after)
        found: list[Record] = []
        try:
            while batch := tail.poll(limit=500, wait=timedelta(0)):
                found.extend(record for record in batch if record.position <= end)
                if batch[-1].position >= end:
                    break
        finally:
            tail.close()
        return found

    def _lines(self, records: Sequence[Record]) -> list[Line]:
        lines: list[Line] = []
        for record in records:
            try:
                html, alert = self._show(CASE_EVENTS.decode(record.value))
            except GiveUp as reason:
                _log.warning("unreadable_event", position=record.position, reason=str(reason))
                continue
            body = {"html": html, "alert": alert}
            lines.append(Line(record.position, html, message("case", body, id=record.position)))
        return lines


def message(event: str, body: object, *, id: int | None = None) -> bytes:
    """One server-sent event. JSON has no line breaks of its own, so one data line is enough."""
    head = f"id: {id}\n" if id is not None else ""
    return f"{head}event: {event}\ndata: ".encode() + msgspec.json.encode(body) + b"\n\n"


def settle_memory() -> None:
    """Take what stands after the start out of the collector's rounds.

    Thousands of open streams make each full collection long, and a collection stops them all: with this the slowest
    hundredth of deliveries came four times sooner.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)

"""The live connection: one thread follows the events, everything is rendered once, and every page gets the same bytes.

``id:`` is the position on the stream.  A page that comes back says which it saw last and is told what it missed, from
the stream itself, each event once: what the courier repeats is known by (case, sequence) and left out.  A page that
cannot keep up is told to load itself again.  What a page gets of an event goes by its reader's sight: the line, the line
without what it is about, or nothing.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import msgspec

from huiying import logs, metrics
from huiying.contracts import CaseEvent, Origin
from huiying.errors import TryAgain
from huiying.ports import Clock, Record, Stream
from huiying.topics import CASE_EVENTS
from response_api import times
from response_api.repeats import Repeats
from response_api.sight import EVERYTHING, Audience, Glimpse, Sight

_log = logs.get("live")

QUEUE = 256
"""Most events that wait for one page, and most that are told again after a break."""
RECENT = 60
"""Lines that a page shows."""
KEPT = 10 * RECENT
"""Lines that are at hand, so that a reader of one part of the tree finds some of theirs among them."""
PING_SECONDS = 15.0
BEAT_SECONDS = 2.0
AGAIN_SECONDS = 1.0
_POLL = timedelta(milliseconds=100)

RELOAD = b"event: reload\ndata: {}\n\n"


@dataclass(frozen=True, slots=True)
class Line:
    """One event, as it is shown and as it is sent."""

    position: int
    event: CaseEvent
    html: str
    """For those who may know what it is about."""
    sent: bytes
    audience: Audience
    sealed: bytes = b""
    """As sent to those who may know no more than that there is something."""

    def glimpse(self, sight: Sight) -> Glimpse:
        """In view are the units that had part in it then and those that have now: a link must lead somewhere."""
        if self.event.parties and not sight.reaches(self.event.parties):
            return Glimpse.NOTHING
        return sight.of(self.audience)

    def sent_to(self, sight: Sight) -> bytes:
        """b'' where this reader is told nothing."""
        glimpse = self.glimpse(sight)
        return b"" if glimpse is Glimpse.NOTHING else self.sent if glimpse is Glimpse.OPEN else self.sealed


@dataclass(frozen=True, slots=True)
class Seen:
    """How far the hub has come, and the newest lines, newest first: one value, so that a page gets both as of one moment."""

    position: int = -1
    lines: tuple[Line, ...] = ()


@dataclass(eq=False)
class Client:
    sight: Sight
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


Show = Callable[[CaseEvent, Glimpse], tuple[str, str]]
"""An event, and what a reader gets of it → its line as HTML, and what to say aloud at once, or ''."""
Parts = Callable[[datetime, Collection[Sight]], Mapping[Sight, Mapping[str, str]]]
"""The board's panels as HTML, for each sight that is asked for."""


class Hub:
    """Belongs to one event loop; other threads may read :attr:`seen` and :meth:`close` it."""

    def __init__(
        self,
        stream: Stream,
        clock: Clock,
        *,
        show: Show,
        audience: Callable[[CaseEvent], Audience],
        mark: Callable[[datetime], object],
        parts: Parts,
    ) -> None:
        self.seen = Seen()
        self._stream, self._clock = stream, clock
        self._show, self._audience, self._mark, self._parts = show, audience, mark, parts
        self._clients: set[Client] = set()
        self._stopped = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._last_mark: object = None
        self._last_parts: dict[Sight, Mapping[str, str]] = {}
        self._repeats = Repeats()

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

    async def stream(
        self, after: int | None, allowed: Callable[[], bool], *, sight: Sight = EVERYTHING
    ) -> AsyncIterator[bytes]:
        """What one page is sent, until it leaves, the server stops, or ``allowed`` (asked every 15 s) says no."""
        client = Client(sight)
        self._clients.add(client)
        metrics.LIVE.inc()
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
                    if told := line.sent_to(sight):
                        yield told
                sent = max(sent, floor)
            async for chunk in self._from_queue(client, sent, allowed):
                yield chunk
        finally:
            self._clients.discard(client)
            metrics.LIVE.dec()

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
                yield item.sent_to(client.sight)

    def _missed(self, after: int, floor: int) -> Sequence[Line] | None:
        """The lines above ``after`` up to ``floor``; None where they are too many, or ``after`` is not of this stream."""
        if after > floor:
            return [] if after <= self._stream.end(CASE_EVENTS.name) else None
        tail = self._stream.tail(CASE_EVENTS.name, after=after)
        try:
            records = [r for r in tail.poll(limit=QUEUE + 1, wait=timedelta(0)) if r.position <= floor]
        finally:
            tail.close()
        return None if len(records) > QUEUE else self._lines(self._repeats.left_out(records))

    def _ping(self) -> bytes:
        return message("ping", {"now": times.millis(self._clock.now())})

    # ------------------------------------------------------------------------------------ to all pages

    def _deliver(self, lines: Sequence[Line], floor: int) -> None:
        newest = (*reversed(lines), *self.seen.lines)[:KEPT]
        self.seen = Seen(max(floor, self.seen.position), newest)
        for client in self._clients:
            for line in lines:
                if line.glimpse(client.sight) is not Glimpse.NOTHING:
                    client.offer(line)

    async def _beat(self) -> None:
        while not self._stopped.is_set():
            await asyncio.sleep(BEAT_SECONDS)
            metrics.went_round("web", self._clock.now())
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
        # Where nothing has changed, only those are rendered that somebody new asks for.
        sights = {client.sight for client in self._clients if client.new or mark != self._last_mark}
        if not sights:
            return
        parts = await asyncio.to_thread(self._parts, now, sights)
        self._last_mark = mark
        for sight in sights:
            self._tell_parts(now, sight, parts[sight])
        watched = {client.sight for client in self._clients}
        self._last_parts = {sight: last for sight, last in self._last_parts.items() if sight in watched}

    def _tell_parts(self, now: datetime, sight: Sight, parts: Mapping[str, str]) -> None:
        last = self._last_parts.get(sight, {})
        changed = {name: html for name, html in parts.items() if last.get(name) != html}
        self._last_parts[sight] = parts
        told = message("pulse", {"now": times.millis(now), "parts": changed})
        whole = message("pulse", {"now": times.millis(now), "parts": parts})
        for client in self._clients:
            if client.sight != sight:
                continue
            if client.new or changed:
                client.offer(whole if client.new else told)
            client.new = False

    # ------------------------------------------------------------------------------------ the follower

    def _follow(self, loop: asyncio.AbstractEventLoop) -> None:
        """Follow until the end of it all. Whatever goes wrong is told to the log, and the tail is taken up anew."""
        position = -1
        while not self._stopped.is_set():
            try:
                position = self._begin(loop) if position < 0 else position
                with closing(
                    self._stream.tail(CASE_EVENTS.name, after=position if position >= 0 else None)
                ) as tail:
                    while not self._stopped.is_set():
                        if self._clock.wait(timedelta(0)):
                            self.close()
                        elif records := tail.poll(limit=200, wait=_POLL):
                            self._hand_over(loop, records)
                            position = records[-1].position
            except Exception as trouble:
                if loop.is_closed():
                    return
                _log.warning("follow_again", error=repr(trouble))
                self._stopped.wait(AGAIN_SECONDS)

    def _hand_over(self, loop: asyncio.AbstractEventLoop, records: Sequence[Record]) -> None:
        lines = self._lines(self._repeats.sifted(records))
        loop.call_soon_threadsafe(self._deliver, lines, records[-1].position)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> int:
        """Load the newest lines, so that a page has something to show; returns the position to go on from."""
        end = self._stream.end(CASE_EVENTS.name)
        back, records = 2 * KEPT, list[Record]()
        while end >= 0:
            records = self._between(end - back if back <= end else None, end)
            if len(records) >= KEPT or back > end:
                break
            back *= 8
        if fresh := self._repeats.sifted(records):
            loop.call_soon_threadsafe(self._deliver, self._lines(fresh[-KEPT:]), end)
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
                event = CASE_EVENTS.decode(record.value)
                # What an old export brings is on its case's record; called out here it would drown what happens now.
                if event.origin is Origin.LIVE:
                    lines.append(self._line(record.position, event))
            except TryAgain:
                raise
            except Exception as reason:
                # One event that cannot be shown must not keep the others from the board.
                _log.warning("unreadable_event", position=record.position, error=repr(reason))
        return lines

    def _line(self, position: int, event: CaseEvent) -> Line:
        audience = self._audience(event)
        event = replace(event, title=audience.title or event.title)
        html, sent = self._wording(position, event, Glimpse.OPEN)
        sealed = self._wording(position, event, Glimpse.SEALED)[1] if audience.restricted else b""
        return Line(position, event, html, sent, audience, sealed)

    def _wording(self, position: int, event: CaseEvent, glimpse: Glimpse) -> tuple[str, bytes]:
        html, alert = self._show(event, glimpse)
        return html, message("case", {"html": html, "alert": alert}, id=position)


def message(event: str, body: object, *, id: int | None = None) -> bytes:
    """One server-sent event. JSON has no line breaks of its own, so one data line is enough."""
    head = f"id: {id}\n" if id is not None else ""
    return f"{head}event: {event}\ndata: ".encode() + msgspec.json.encode(body) + b"\n\n"

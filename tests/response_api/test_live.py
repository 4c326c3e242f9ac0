"""The live connection against a real server: nothing missed, nothing twice, whatever drops."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from huiying.clock import ManualClock
from huiying.contracts import CaseEvent, Origin, Role
from huiying.errors import TryAgain
from huiying.ports import Engine, Record, Stream, Tail
from huiying.topics import CASE_EVENTS
from response_api import auth, live
from response_api.guard import INSIDE, SESSION_COOKIE
from response_api.live import KEPT, QUEUE, Hub
from response_api.server import GRACE_SECONDS, Server
from response_api.sight import NOBODY, Glimpse
from tests.eventually import eventually
from tests.factories import NOW, a_case, a_clock, a_line, a_route
from tests.response_api import office
from tests.response_api.conftest import PASSWORDS, QUICK

CASE = a_case()


@dataclass(frozen=True)
class Told:
    event: str
    id: int | None
    data: dict[str, object]


@dataclass(frozen=True)
class Web:
    base: str
    cookies: dict[str, str]

    def listen(self, path: str, last: int | None = None) -> Iterator[Told]:
        """Events as they come; leaving the loop drops the connection."""
        headers = {} if last is None else {"last-event-id": str(last)}
        with (
            httpx.Client(base_url=self.base, cookies=self.cookies, timeout=20, trust_env=False) as client,
            client.stream("GET", path, headers=headers) as answer,
        ):
            assert answer.status_code == 200
            yield from messages(answer.iter_lines())


def messages(lines: Iterator[str]) -> Iterator[Told]:
    fields: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "event" in fields:
            yield Told(
                fields["event"], int(fields["id"]) if "id" in fields else None, json.loads(fields["data"])
            )
            fields = {}


@pytest.fixture
def web(app: FastAPI, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.1)
    token = auth.Accounts(engine.register, QUICK).sign_in("duty", PASSWORDS[Role.DUTY], NOW)
    server = Server(app, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield Web(f"http://127.0.0.1:{server.port}", {SESSION_COOKIE: token})
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def tell(engine: Engine) -> Callable[[int], None]:
    """Publish this many more events."""
    told = 0

    def publish(number: int) -> None:
        nonlocal told
        events = [office.an_event(CASE, told + n + 1, NOW, f"第{told + n + 1}条") for n in range(number)]
        told += number
        engine.stream.publish(CASE_EVENTS.name, [CASE_EVENTS.encode(event) for event in events])

    return publish


def positions(engine: Engine) -> list[int]:
    return [record.position for record in engine.stream.scan(CASE_EVENTS.name)]


def cases_of(stream: Iterator[Told], number: int) -> list[int]:
    found: list[int] = []
    for told in stream:
        if told.event == "case":
            assert told.id is not None
            found.append(told.id)
            if len(found) == number:
                break
    return found


def test_a_page_hears_what_happens_after_it_was_made(
    web: Web, engine: Engine, tell: Callable[[int], None]
) -> None:
    tell(3)
    stream = web.listen(f"/live?after={engine.stream.end(CASE_EVENTS.name)}")
    assert next(stream).event == "ping"
    tell(2)
    assert cases_of(stream, 2) == positions(engine)[3:]


def test_a_dropped_connection_misses_nothing_and_hears_nothing_twice(
    web: Web, engine: Engine, tell: Callable[[int], None]
) -> None:
    def speak() -> None:
        for _ in range(60):
            tell(2)
            time.sleep(0.002)

    tell(5)
    speaker = threading.Thread(target=speak)
    speaker.start()
    heard = cases_of(web.listen("/live?after=-1"), 3)
    while len(heard) < 125:
        heard += cases_of(web.listen("/live?after=-1", last=heard[-1]), min(9, 125 - len(heard)))
    speaker.join()
    assert heard == positions(engine)
    assert len(heard) == 125


def test_a_page_that_was_away_for_too_long_loads_itself_again(
    web: Web, app: FastAPI, engine: Engine, tell: Callable[[int], None]
) -> None:
    tell(1)
    first = positions(engine)[0]
    tell(QUEUE + 1)
    end = engine.stream.end(CASE_EVENTS.name)
    assert eventually(lambda: app.state.hub.seen.position, until=lambda position: position == end) == end
    told = [told.event for told in web.listen("/live", last=first)]
    assert told == ["ping", "reload"]


def test_a_page_of_another_stream_loads_itself_again(web: Web) -> None:
    assert [told.event for told in web.listen("/live", last=10**9)] == ["ping", "reload"]


def test_the_panels_come_once_to_a_new_page_and_then_only_when_they_change(
    web: Web, engine: Engine, clock: ManualClock
) -> None:
    stream = (told for told in web.listen("/live") if told.event == "pulse")
    whole = next(stream).data["parts"]
    assert isinstance(whole, dict)
    assert set(whole) == {"tiles", "clocks", "stories", "chart", "heat", "posts", "sources"}
    engine.archive.put([a_line(at=NOW)])
    changed = next(stream).data["parts"]
    assert isinstance(changed, dict)
    assert {"tiles", "posts"} <= set(changed)
    assert "clocks" not in changed
    engine.cases.save([replace(a_case(), clocks=(a_clock(),))])
    parts = next(stream).data["parts"]
    assert isinstance(parts, dict)
    assert "地下车库人防门被拆" in parts["clocks"]


def test_a_stream_ends_when_its_session_does(
    web: Web, engine: Engine, monkeypatch: pytest.MonkeyPatch, tell: Callable[[int], None]
) -> None:
    monkeypatch.setattr(live, "PING_SECONDS", 0.05)
    stream = web.listen("/live")
    assert next(stream).event == "ping"
    auth.Accounts(engine.register, QUICK).revoke(auth.session_id(web.cookies[SESSION_COOKIE]), NOW, by="duty")
    assert {told.event for told in stream} <= {"ping", "pulse"}


def test_a_stream_without_an_account_is_refused(web: Web) -> None:
    assert httpx.get(f"{web.base}/live", trust_env=False).status_code == 401


def test_a_client_that_cannot_keep_up_is_told_to_load_again(
    engine: Engine, tell: Callable[[int], None]
) -> None:
    async def slow() -> list[bytes]:
        hub = Hub(
            engine.stream,
            ManualClock(NOW),
            show=lambda event, glimpse: (event.what, ""),
            audience=lambda event: NOBODY,
            mark=str,
            parts=lambda now, sights: {sight: {} for sight in sights},
        )
        async with hub.running():
            stream = hub.stream(None, lambda: True)
            got = [await anext(stream)]
            await asyncio.to_thread(tell, QUEUE * 2)
            while hub.seen.position < engine.stream.end(CASE_EVENTS.name):
                await asyncio.sleep(0.01)
            got += [chunk async for chunk in stream]
            return got

    assert asyncio.run(asyncio.wait_for(slow(), 10))[-1] == live.RELOAD


def test_a_hub_shows_the_newest_lines_from_the_start(engine: Engine, tell: Callable[[int], None]) -> None:
    tell(700)

    async def start() -> live.Seen:
        hub = Hub(
            engine.stream,
            ManualClock(NOW),
            show=lambda event, glimpse: (event.what, ""),
            audience=lambda event: NOBODY,
            mark=str,
            parts=lambda now, sights: {sight: {} for sight in sights},
        )
        async with hub.running():
            while hub.seen.position < 0:
                await asyncio.sleep(0.01)
            return hub.seen

    seen = asyncio.run(asyncio.wait_for(start(), 10))
    assert seen.position == engine.stream.end(CASE_EVENTS.name)
    assert [line.html for line in seen.lines] == [f"第{number}条" for number in range(700, 700 - KEPT, -1)]


def test_a_server_that_stops_does_not_wait_for_open_streams(app: FastAPI, engine: Engine) -> None:
    token = auth.Accounts(engine.register, QUICK).sign_in("duty", PASSWORDS[Role.DUTY], NOW)
    server = Server(app, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    stream = Web(f"http://127.0.0.1:{server.port}", {SESSION_COOKIE: token}).listen("/live")
    assert next(stream).event == "ping"
    server.should_exit = True
    thread.join(GRACE_SECONDS - 2)
    assert not thread.is_alive()


def test_stopping_the_clock_ends_every_stream(web: Web, clock: ManualClock) -> None:
    stream = web.listen("/live")
    assert next(stream).event == "ping"
    clock.stop()
    assert {told.event for told in stream} <= {"ping", "pulse"}


def test_the_ping_tells_the_time_of_the_server(web: Web, clock: ManualClock) -> None:
    clock.advance(timedelta(hours=1))
    assert next(web.listen("/live")).data == {"now": int((NOW + timedelta(hours=1)).timestamp() * 1000)}


def a_hub(stream: Stream, *, show: live.Show = lambda event, glimpse: (event.what, "")) -> Hub:
    return Hub(
        stream,
        ManualClock(NOW),
        show=show,
        audience=lambda event: NOBODY,
        mark=str,
        parts=lambda now, sights: {sight: {} for sight in sights},
    )


def shown_after(hub: Hub, engine: Engine, act: Callable[[], None]) -> list[str]:
    """What a running hub shows, newest first, once it has come to the end of what ``act`` published."""

    async def run() -> list[str]:
        async with hub.running():
            await asyncio.to_thread(act)
            while hub.seen.position < engine.stream.end(CASE_EVENTS.name):
                await asyncio.sleep(0.01)
            return [line.html for line in hub.seen.lines]

    return asyncio.run(asyncio.wait_for(run(), 10))


def publish(engine: Engine, *sequences: int) -> None:
    events = [office.an_event(CASE, sequence, NOW, f"第{sequence}条") for sequence in sequences]
    engine.stream.publish(CASE_EVENTS.name, [CASE_EVENTS.encode(event) for event in events])


def test_what_the_courier_repeats_is_shown_once(engine: Engine) -> None:
    publish(engine, 1, 1, 2)
    hub = a_hub(engine.stream)
    assert shown_after(hub, engine, lambda: publish(engine, 1, 2, 3)) == ["第3条", "第2条", "第1条"]


def test_a_page_that_comes_back_is_not_told_repeats_of_what_it_saw(
    web: Web, app: FastAPI, engine: Engine
) -> None:
    publish(engine, 1)
    first = positions(engine)[0]
    publish(engine, 1, 2, 1, 2, 3)
    end = engine.stream.end(CASE_EVENTS.name)
    assert eventually(lambda: app.state.hub.seen.position, until=lambda position: position == end) == end
    assert cases_of(web.listen("/live", last=first), 2) == [positions(engine)[2], positions(engine)[5]]


class Stumbling:
    """A stream whose first tails fail in ways that nobody foresaw."""

    def __init__(self, stream: Stream, *faults: Exception) -> None:
        self._stream, self._faults = stream, list(faults)

    def end(self, topic: str) -> int:
        return self._stream.end(topic)

    def tail(self, topic: str, *, after: int | None) -> Tail:
        return _StumblingTail(self._stream.tail(topic, after=after), self._faults)


@dataclass
class _StumblingTail:
    tail: Tail
    faults: list[Exception]

    def poll(self, *, limit: int, wait: timedelta) -> Sequence[Record]:
        if self.faults:
            raise self.faults.pop()
        return self.tail.poll(limit=limit, wait=wait)

    def close(self) -> None:
        self.tail.close()


def test_the_follower_outlives_any_fault(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "AGAIN_SECONDS", 0.01)
    stream = Stumbling(engine.stream, RuntimeError("odd"), ValueError("odder"), TryAgain("busy"))
    hub = a_hub(stream)  # type: ignore[arg-type]
    assert shown_after(hub, engine, lambda: publish(engine, 1, 2)) == ["第2条", "第1条"]


def test_an_event_that_cannot_be_shown_keeps_none_back(engine: Engine) -> None:
    def show(event: CaseEvent, glimpse: Glimpse) -> tuple[str, str]:
        if event.sequence == 2:
            raise KeyError(event.kind)
        return event.what, ""

    hub = a_hub(engine.stream, show=show)
    assert shown_after(hub, engine, lambda: publish(engine, 1, 2, 3)) == ["第3条", "第1条"]


def test_what_an_old_export_brings_is_not_called_out_on_the_live_board(engine: Engine) -> None:
    def bring() -> None:
        old = replace(office.an_event(CASE, 1, NOW, "补录"), origin=Origin.BACKFILL)
        engine.stream.publish(CASE_EVENTS.name, [CASE_EVENTS.encode(old)])
        publish(engine, 2)

    assert shown_after(a_hub(engine.stream), engine, bring) == ["第2条"]


def test_lines_and_panels_of_a_restricted_matter_name_it_only_to_those_who_may_know(
    web: Web, engine: Engine
) -> None:
    accounts = auth.Accounts(engine.register, QUICK)
    secret = replace(a_case(title="举报某负责人", route=a_route(restricted=True)), clocks=(a_clock(),))
    event = office.an_event(secret, 1, NOW, "分派给纪检")
    engine.cases.save([replace(secret, events=(event,))])
    engine.stream.publish(CASE_EVENTS.name, [CASE_EVENTS.encode(event)])
    heard: dict[Role, str] = {}
    for number, role in enumerate(INSIDE, 2):
        token = accounts.sign_in(role.value, PASSWORDS[role], NOW)
        theirs = Web(web.base, {SESSION_COOKIE: token})
        stream = (told for told in theirs.listen("/live?after=-1") if told.event != "ping")
        missed = [next(stream) for _ in range(number)]  # every line so far, and the panels
        later = office.an_event(secret, number, NOW, "分派给纪检")
        engine.stream.publish(CASE_EVENTS.name, [CASE_EVENTS.encode(later)])
        live_line = next(told for told in stream if told.event == "case")
        heard[role] = json.dumps([told.data for told in (*missed, live_line)], ensure_ascii=False)
    for role in (Role.DUTY, Role.LEADER):  # a handler of the top unit has no part in it
        assert heard[role].count("举报某负责人") >= 3, role
    for role in (Role.MONITOR, Role.SPOKESPERSON, Role.HANDLER):
        assert "举报某负责人" not in heard[role], role
        assert "分派给纪检" not in heard[role], role
        assert secret.id not in heard[role], role
        assert heard[role].count("限制知悉事件") >= 3, role


def test_a_stream_ends_when_its_person_may_see_less(
    web: Web, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "PING_SECONDS", 0.05)
    stream = web.listen("/live")
    assert next(stream).event == "ping"
    engine.register.delete(auth.ACCOUNT, "duty")
    auth.Accounts(engine.register, QUICK).create("duty", "调岗", [Role.MONITOR], "x", NOW, unit="henan")
    assert {told.event for told in stream} <= {"ping", "pulse"}


def test_a_city_hears_of_its_own_matters_alone(web: Web, engine: Engine) -> None:
    accounts = auth.Accounts(engine.register, QUICK)
    accounts.create("zhengzhou", "承办人", [Role.HANDLER], "correct-city", NOW, unit="zhengzhou")
    theirs = Web(web.base, {SESSION_COOKIE: accounts.sign_in("zhengzhou", "correct-city", NOW)})
    ours = replace(a_case(title="郑州的事"), clocks=(a_clock(),))
    away = replace(a_case(title="洛阳的事", route=a_route(lead="luoyang")), clocks=(a_clock(),))
    engine.cases.save([ours, away])

    def publish_both(number: int) -> None:
        for case in (away, ours):
            event = office.an_event(case, number, NOW, "有动静")
            engine.stream.publish(CASE_EVENTS.name, [CASE_EVENTS.encode(event)])

    publish_both(1)
    stream = (told for told in theirs.listen("/live?after=-1") if told.event != "ping")
    heard = [next(stream), next(stream)]
    publish_both(2)
    heard.append(next(told for told in stream if told.event == "case"))
    text = json.dumps([told.data for told in heard], ensure_ascii=False)
    assert sum(told.event == "case" for told in heard) == 2
    assert "郑州的事" in text
    assert "洛阳的事" not in text
    assert away.id not in text

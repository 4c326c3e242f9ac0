"""The roof: builds any set of stages over one engine and runs them in this process.

A stage is a few loops, each in a thread of its own; the crawler is a child process, since Scrapy owns a reactor.
A loop that fails is started again: no stage ends because of one surprise.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from types import FrameType

from crawlers import health, intake, sources
from huiying import collector, complaints, datafolder, heart, logs, metrics, metrics_server, retention
from huiying.anchors import Anchors
from huiying.contracts import Post, Reading, SourceCheck
from huiying.engines import open_engine
from huiying.errors import HuiyingError, Misconfigured, TryAgain
from huiying.examples import Examples
from huiying.heart import Heart
from huiying.ports import Clock, Engine, Notifier, Outlet, Owed
from huiying.retention import Retention, Terms
from huiying.settings import Settings
from huiying.skew import Steps
from huiying.suppression import SiftedStream, Suppression
from huiying.topics import HEALTH, NLP, POSTS, READINGS, SOURCE_CHECKS, TRIAGE
from huiying.worker import Worker
from nlp import train, versions
from nlp.handle import ReadingHandler
from nlp.keeping_up import CurrentReader
from response_api import limits, sent_once
from response_api.app import create_app
from response_api.auth import Accounts
from response_api.disclosure import Disclosure
from response_api.kept import KeptForms
from response_api.one_time import OneTimeLinks
from response_api.people import People
from response_api.security_log import SecurityLog
from response_api.server import Server
from triage import notifiers, outlets, policy, protection, watch
from triage.courier import Courier
from triage.erasure import Erasure
from triage.handle import StoryHandler
from triage.handover import Handover
from triage.links import Links
from triage.objections import Objections
from triage.owing import Owing, TellingCases
from triage.reach import ReachBook
from triage.texts import Texts
from triage.watch import Watch
from triage.wording import CurrentWording

_log = logs.get("app")

Loop = Callable[[], None]


class Stage(StrEnum):
    CRAWLERS = "crawlers"
    NLP = "nlp"
    TRIAGE = "triage"
    WEB = "web"


ALL = frozenset(Stage)
READ_AT_ONCE = 500
"""Most posts of one batch of nlp: under load its lines cost Elasticsearch half of what they cost in batches of 100."""


class Shelf:
    """The source catalogue as it last made sense: while somebody is in the middle of an edit, the old one stands."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at = self._changed_at()
        self._catalogue = sources.load(path)

    def catalogue(self) -> sources.Catalogue:
        if (changed := self._changed_at()) != self._read_at:
            self._read_at = changed
            try:
                self._catalogue = sources.load(self._path)
            except Misconfigured as fault:
                _log.warning("catalogue_kept", reason=str(fault))
        return self._catalogue

    def _changed_at(self) -> int:
        try:
            return self._path.stat().st_mtime_ns
        except OSError:
            return 0


@dataclass(frozen=True, kw_only=True)
class House:
    """One engine and what is built over it. Nothing here holds state of its own."""

    settings: Settings
    clock: Clock
    engine: Engine
    policy: policy.Policy
    terms: Terms
    protection: protection.Protection
    channels: Mapping[str, Notifier]
    outlets: Mapping[str, Outlet]
    shelf: Shelf
    key: bytes
    suppression: Suppression
    owing: Owing
    """What is saved through ``engine.cases`` and owes events, for the courier."""

    # The four workers and loops, by the room that they stand in.

    def reading(self) -> Worker[Post]:
        train.ensure(self.settings.models)
        reader = CurrentReader(self.settings.models, self.settings.policy, self.policy.jurisdiction)
        handler = ReadingHandler(self.engine.stream, self.engine.archive, reader, self.suppression)
        return Worker(
            topic=POSTS,
            group=NLP,
            stream=self.engine.stream,
            handler=handler,
            clock=self.clock,
            limit=READ_AT_ONCE,
        )

    def stories(self) -> Worker[Reading]:
        wording = CurrentWording(lambda: versions.current(self.settings.models))
        handler = StoryHandler(
            self.engine.cases, self.engine.archive, self.policy, wording, sifted=self.suppression.sifted
        )
        return Worker(
            topic=READINGS, group=TRIAGE, stream=self.engine.stream, handler=handler, clock=self.clock
        )

    def source_health(self) -> Worker[SourceCheck]:
        handler = health.HealthHandler(self.engine.register)
        return Worker(
            topic=SOURCE_CHECKS, group=HEALTH, stream=self.engine.stream, handler=handler, clock=self.clock
        )

    @property
    def looks_every(self) -> timedelta:
        """By how much a search may trail what was saved."""
        return watch.AT_ONCE if self.settings.engine == "embedded" else watch.EVERY

    def watch(self) -> Watch:
        return Watch(
            self.engine.cases,
            self.engine.archive,
            self.policy,
            self.clock,
            ReachBook(self.engine.register).now,
            every=self.looks_every,
        )

    def courier(self) -> Courier:
        return Courier(
            self.engine.cases,
            self.engine.stream,
            self.channels,
            self.clock,
            links=Links(key=self.key, base=self.settings.address),
            handover=Handover(self.outlets, Texts(self.engine.register), self.clock),
            owing=self.owing,
            shared=None if self.settings.engine == "embedded" else self.engine.register,
        )

    def retention(self) -> Retention:
        register, kept_for = self.engine.register, timedelta(days=self.terms.security_days)
        return Retention(
            engine=self.engine,
            terms=self.terms,
            clock=self.clock,
            rooms=(
                lambda now: SecurityLog(register).erase(now - kept_for),
                lambda now: ReachBook(register).forget(now - kept_for),
                Accounts(register).forget_ended,
                OneTimeLinks(register, self.key).forget_old,
                KeptForms(register).forget_old,
                lambda now: limits.forget_old(register, now),
                lambda now: sent_once.forget_old(register, now),
                lambda now: heart.forget_old(register, now),
                self.objections().sweep,
                lambda now: Examples(register).erase(now - timedelta(days=self.terms.example_days)),
                self.erasure().sweep,
                lambda now: intake.forget_rejected(
                    self.settings.data, now - timedelta(days=self.terms.buried_days)
                ),
            ),
        )

    def objections(self) -> Objections:
        return Objections(
            engine=self.engine,
            policy=self.policy,
            protection=self.protection,
            suppression=self.suppression,
            key=self.key,
        )

    def erasure(self) -> Erasure:
        return Erasure(self.engine, self.policy, self.terms, self.settings.attachments)

    def web(self) -> Server:
        app = create_app(
            engine=self.engine,
            settings=self.settings,
            clock=self.clock,
            key=self.key,
            policy=self.policy,
            sources=self.source_states,
            disclosure=Disclosure(
                catalogue=self.shelf.catalogue, terms=self.terms, protection=self.protection
            ),
            outlets=tuple(self.outlets),
            file_terms=self.terms.files,
        )
        return Server(
            app,
            host=self.settings.host,
            port=self.settings.port,
            trusted=self.settings.trusted_proxies,
        )

    def heart(self) -> Heart:
        steps = Steps(steady=lambda: time.monotonic() * self.clock.speed)
        return Heart(engine=self.engine, clock=self.clock, steps=steps)

    def greeting(self) -> str:
        """Where the board is, and how the first administrator comes in; each call makes the link anew."""
        lines = ["", f"  回应 · 值班台   {self.settings.address}"]
        people = People(Accounts(self.engine.register), self.policy, self.key)
        if token := people.open_setup(self.clock.now()):
            lines += [
                "",
                "  还没有系统管理员。请用下面的链接建立第一个（只能用一次，下次启动前有效）：",
                f"  {self.settings.address}/setup/{token}",
            ]
        return "\n".join([*lines, ""])

    def source_states(self) -> tuple[health.SourceState, ...]:
        return health.states(self.engine.register, self.shelf.catalogue(), self.clock.now())

    def loops(self, stages: Iterable[Stage]) -> dict[str, Loop]:
        """Every endless loop of these stages, by name."""
        chosen: dict[str, Loop] = {}
        if Stage.NLP in stages:
            chosen["nlp"] = lambda: self.reading().run()
        if Stage.TRIAGE in stages:
            chosen["triage"] = lambda: self.stories().run()
            chosen["watch"] = lambda: self.watch().run()
            chosen["courier"] = lambda: self.courier().run()
            chosen["health"] = lambda: self.source_health().run()
            chosen["retention"] = lambda: self.retention().run()
            chosen["anchors"] = lambda: Anchors(self.engine).run(self.clock)
        if Stage.WEB in stages:
            chosen["web"] = lambda: _serve(self.web(), self.clock)
        if Stage.CRAWLERS in stages:
            alone = frozenset(stages) == {Stage.CRAWLERS}
            chosen["crawlers"] = lambda: _supervise_crawler(self.settings, self.clock, alone=alone)
        chosen["heart"] = lambda: self.heart().run()
        return chosen


@contextmanager
def opened(settings: Settings, clock: Clock) -> Iterator[House]:
    """The house over its data folder, alone in it, closed in the end."""
    datafolder.lay_out(settings)
    with datafolder.only_one(settings), built(settings, clock) as house:
        yield house


@contextmanager
def built(settings: Settings, clock: Clock) -> Iterator[House]:
    """The same for a caller that holds the folder already."""
    key = datafolder.secret_key(settings)
    channels = notifiers.open_notifiers(settings)
    places = outlets.open_outlets(settings)
    rules = policy.load(settings.policy, channels=tuple(channels))
    terms, care = retention.load(settings.policy), protection.load(settings.policy)
    shelf = Shelf(settings.sources)
    engine, owing = open_engine(settings), Owing()
    suppression = Suppression(engine.register, key)
    engine = replace(
        engine,
        cases=TellingCases(engine.cases, owing.tell),
        stream=SiftedStream(engine.stream, suppression),
    )
    try:
        yield House(
            settings=settings,
            clock=clock,
            engine=engine,
            policy=rules,
            terms=terms,
            protection=care,
            channels=channels,
            outlets=places,
            shelf=shelf,
            key=key,
            suppression=suppression,
            owing=owing,
        )
    finally:
        engine.close()


def run(house: House, stages: frozenset[Stage]) -> None:
    """Run until SIGTERM or SIGINT."""
    asked = _asked_to_stop()
    if Stage.WEB in stages:
        port_must_be_free(house.settings)
    metrics.running(engine=house.settings.engine)
    collector.calm()
    # Where there is nothing but the crawler, its figures are what is asked for.
    figures = None if stages == {Stage.CRAWLERS} else metrics_server.serve(house.settings)
    threads = [
        threading.Thread(target=_keep_running, args=(name, loop, house.clock), name=name, daemon=True)
        for name, loop in house.loops(stages).items()
    ]
    for thread in threads:
        thread.start()
    _log.info("started", stages=sorted(stages), data=str(house.settings.data))
    try:
        while not asked.wait(LOOK_UP_SECONDS):
            pass
    finally:
        house.clock.stop()
        for thread in threads:
            thread.join(timeout=10)
        if figures is not None:
            figures.close()
        _log.info("stopped")


FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(minutes=1)
"""Before a loop that failed is started again; one that ran for longer than the longest pause starts afresh."""
PATIENCE = timedelta(seconds=60)
"""How long ``run_until_idle`` stays for notices that are refused while nothing else goes forward."""
A_MOMENT = timedelta(milliseconds=100)


def run_until_idle(house: House) -> int:
    """Work off what is waiting, send what is owed, and return how many records, rungs and sendings that was.

    Nothing is crawled and nobody is served.  A notice that was refused is tried again while anything goes forward within
    PATIENCE; what is still owed after that stays owed.  What a search may not show yet is waited for.  Raises TryAgain where
    the surroundings do not let it finish.
    """
    courier = house.courier()
    try:
        return _worked_off(house, courier)
    finally:
        courier.let_go()


def _worked_off(house: House, courier: Courier) -> int:
    workers = (house.source_health(), house.reading(), house.stories())
    watch = house.watch()
    done, forward = 0, house.clock.now()
    while True:
        moved = sum(worker.run_until_idle() for worker in workers)
        now = house.clock.now()
        moved += watch.tick(now) + courier.tick(now)
        done += moved
        if moved:
            forward = now
            continue
        owed = house.engine.cases.due(Owed.SENDING, until=forward + PATIENCE, limit=1)
        if not owed and now - forward > 2 * house.looks_every:
            return done
        due = owed[0].next_send_at if owed else None
        if house.clock.wait(max(A_MOMENT, (due or now) - now)):
            return done


def _keep_running(name: str, loop: Loop, clock: Clock) -> None:
    metrics.LOOP_ENDED.labels(name)
    pause = FIRST_PAUSE
    while not clock.wait(timedelta(0)):
        started = clock.now()
        try:
            loop()
        except HuiyingError as trouble:
            _log.error("loop_begins_again", loop=name, reason=str(trouble))
            metrics.LOOP_ENDED.labels(name).inc()
        except Exception:
            _log.exception("loop_failed", loop=name)
            metrics.LOOP_ENDED.labels(name).inc()
        if clock.now() - started > LONGEST_PAUSE:
            pause = FIRST_PAUSE
        if clock.wait(pause):
            return
        pause = min(pause * 2, LONGEST_PAUSE)


def _serve(server: Server, clock: Clock) -> None:
    """Serve until asked to stop. In a thread of its own uvicorn leaves the signals alone: they are the roof's."""
    thread = threading.Thread(target=server.run, name="uvicorn", daemon=True)
    thread.start()
    while thread.is_alive() and not clock.wait(timedelta(milliseconds=200)):
        pass
    asked = clock.wait(timedelta(0))
    server.should_exit = True
    thread.join(timeout=10)
    if not asked:
        raise TryAgain("the web server ended by itself")


def _supervise_crawler(settings: Settings, clock: Clock, *, alone: bool) -> None:
    """Keep one crawler child alive; returns when asked to stop. The child ends by itself when we are killed.

    ``alone``: this process does nothing else, so that the child may show its figures where ours would be."""
    command = [sys.executable, "-m", "huiying.cli", "crawl", "--child-of", str(os.getpid())]
    # A session of its own: Ctrl+C in the terminal is for us, who stop it, also while it is still loading.
    child = subprocess.Popen(command, env=_child_environment(settings, figures=alone), start_new_session=True)
    try:
        while not clock.wait(timedelta(milliseconds=500)):
            if (code := child.poll()) is not None:
                raise TryAgain(f"the crawler ended with code {code}")
            metrics.went_round("crawlers", clock.now())
    finally:
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(timeout=8)
            except subprocess.TimeoutExpired:
                child.kill()


def _child_environment(settings: Settings, *, figures: bool) -> dict[str, str]:
    chosen = {
        **os.environ,
        "HUIYING_DATA": str(settings.data.resolve()),
        "HUIYING_DEMO_CLOCK": settings.demo_clock,
    }
    return chosen if figures else chosen | {"HUIYING_METRICS": ""}


def on_a_port(settings: Settings) -> Settings:
    """The same settings with a port that is known before anybody serves, so that its address can be printed."""
    if settings.port != 0:
        return settings
    with socket.socket() as probe:
        probe.bind((settings.host, 0))
        return settings.model_copy(update={"port": int(probe.getsockname()[1])})


def port_must_be_free(settings: Settings) -> None:
    """Raises Misconfigured with what to do, before anything is started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise Misconfigured(
                f"网页的地址 {settings.host}:{settings.port} 用不了（{complaints.of_system(error)}）。"
                f"{_remedy(error)}"
            ) from error


def _remedy(error: OSError) -> str:
    """Which of the two is to be changed, host or port."""
    if error.errno == errno.EADDRINUSE:
        return "请先停掉占用它的程序，或换一个端口，例如：HUIYING_PORT=8090"
    if error.errno in {errno.EACCES, errno.EPERM}:
        return "1024 以下的端口要有管理员权限，请换一个，例如：HUIYING_PORT=8090"
    return "请把 HUIYING_HOST 改成本机有的地址：只给本机用写 127.0.0.1，给全网用写 0.0.0.0"


LOOK_UP_SECONDS = 0.5
"""A signal that comes while the main thread stands in line for the interpreter wakes nobody who begins to wait right then."""


def _asked_to_stop() -> threading.Event:
    """Set by SIGTERM and SIGINT from now on: before anything runs that would have to be stopped."""
    asked = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        asked.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return asked

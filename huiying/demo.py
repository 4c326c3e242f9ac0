"""The demo: a small web world on loopback, an office's data folder that listens to it, and the whole house over both."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from huiying import app as roof
from huiying import datafolder, tomlfile
from huiying.clock import Pace, SystemClock
from huiying.contracts import Role
from huiying.errors import Misconfigured
from huiying.ports import Register
from huiying.settings import Settings
from response_api.auth import ROLE_NAMES
from response_api.demo_accounts import ensure_demo_accounts

CHECKOUT = Path(__file__).resolve().parent.parent
NEWSROOM = CHECKOUT / "tests" / "newsroom"


def run(settings: Settings, *, newsroom_port: int, speed: float = 1.0) -> None:
    """Start everything, print where it is and who may come in, and stay until interrupted."""
    if not NEWSROOM.is_dir():
        raise Misconfigured("演示要用源代码里的样板网站 tests/newsroom，请在源代码文件夹里运行 make demo。")
    settings = _on_a_port(settings)
    refuse_an_office(settings)
    datafolder.lay_out(settings)
    # The folder first: where another house is at work, nothing of its may be touched.
    with datafolder.only_one(settings):
        path = settings.data / MEMORY
        memory = Memory.recall(path, port=newsroom_port, speed=speed, now=datetime.now(UTC))
        settings = settings.model_copy(update={"demo_clock": memory.clock})
        clock = settings.clock()
        with _newsroom(settings, memory, path) as site, _remembered(path, clock):
            _listen_to(site, settings, speed)
            with roof.built(settings, clock) as house:
                accounts = _accounts(house.engine.register, settings, clock.now())
                print(_greeting(settings, site, accounts, speed), flush=True)
                roof.run(house, roof.ALL)


MARK = "# 演示用的来源目录"
MEMORY = "demo.json"


def refuse_an_office(settings: Settings) -> None:
    """Raises Misconfigured where the folder listens to an office's own sources: play does not belong among its posts."""
    if not settings.sources.exists():
        return
    text = settings.sources.read_bytes()
    untouched = text == (tomlfile.DEFAULTS / datafolder.SOURCES).read_bytes()
    if not untouched and not text.startswith(MARK.encode()):
        raise Misconfigured(
            f"{settings.sources} 是本单位自己的来源目录。演示不改动它，也不把样板网站的内容混进本单位的数据。\n"
            "要看演示，请换一个空文件夹：HUIYING_DATA=demo-data make demo；要按本单位的目录采集，请运行 huiying run。"
        )


@dataclass(frozen=True, slots=True)
class Memory:
    """What the sample site is told again at every start, so that its pages keep their addresses and their times."""

    newsroom_port: int
    newsroom_started: str
    clock: str = ""
    """How time runs (``huiying.clock.Pace``); '' as on the machine."""

    @classmethod
    def recall(cls, path: Path, *, port: int, speed: float, now: datetime) -> Memory:
        """Where an earlier run was ahead of the machine's clock, time goes on from there and never back."""
        known = json.loads(path.read_text("utf-8")) if path.exists() else {}
        reached = datetime.fromisoformat(known["reached"]) if "reached" in known else now
        office = max(now, reached)
        plain = speed == 1.0 and office == now
        return cls(
            newsroom_port=known.get("newsroom_port", port),
            newsroom_started=known.get("newsroom_started", office.isoformat()),
            clock="" if plain else str(Pace(speed, now, office)),
        )


def _on_a_port(settings: Settings) -> Settings:
    """The demo prints its address before it serves, so a free port is chosen here."""
    settings = roof.on_a_port(settings)
    roof.port_must_be_free(settings)
    return settings


NOTED_EVERY = 1.0
"""Seconds of the machine."""


@contextlib.contextmanager
def _remembered(path: Path, clock: SystemClock) -> Iterator[None]:
    """How far time has come, for the next demo: noted all along, since a closed window or a kill asks nobody."""
    over = threading.Event()
    # Noted is when the note after the next comes: what is lived until then has not been reached twice.
    ahead = timedelta(seconds=2 * NOTED_EVERY * clock.speed)

    def note(reached: datetime) -> None:
        known = json.loads(path.read_text("utf-8"))
        _write(path, {**known, "reached": reached.isoformat()})

    def note_for_ever() -> None:
        while not over.wait(NOTED_EVERY):
            with contextlib.suppress(OSError):
                note(clock.now() + ahead)

    noting = threading.Thread(target=note_for_ever, name="demo-memory", daemon=True)
    noting.start()
    try:
        yield
    finally:
        over.set()
        noting.join()
        note(clock.now())


def _write(path: Path, known: Mapping[str, object]) -> None:
    """Whole or not at all."""
    made = path.with_suffix(".new")
    made.write_text(json.dumps(known), "utf-8")
    made.replace(path)


@contextlib.contextmanager
def _newsroom(settings: Settings, memory: Memory, path: Path) -> Iterator[str]:
    """The site as a child, as it was last time."""
    port = _free_port(memory.newsroom_port)
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    _write(path, {**known, "newsroom_port": port, "newsroom_started": memory.newsroom_started})
    options = ["--port", str(port), "--started", memory.newsroom_started, "--child-of", str(os.getpid())]
    options += ["--clock", memory.clock] if memory.clock else []
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.newsroom", *options],
        cwd=CHECKOUT,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        site = f"http://127.0.0.1:{port}"
        _wait_until_up(site, child)
        yield site
    finally:
        child.terminate()
        child.wait(timeout=5)


def _free_port(wanted: int) -> int:
    for candidate in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", candidate))
                return int(probe.getsockname()[1])
    raise Misconfigured("本机没有空闲端口可给样板网站用。")


def _wait_until_up(site: str, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and child.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{site}/healthz", timeout=1):  # noqa: S310
            return
        time.sleep(0.05)
    raise Misconfigured("样板网站没有启动起来，请运行 python -m tests.newsroom 查看原因。")


def _listen_to(site: str, settings: Settings, speed: float) -> None:
    """Put the site's catalogue in place of the example, or of an earlier demo's. However fast time runs, sources are looked at
    as often as the machine bears.
    """
    text = (NEWSROOM / "sources.toml").read_text("utf-8").replace("{newsroom}", site)
    text = re.sub(
        r'^(every\s*=\s*)"(\d+)([sm])"',
        lambda found: f'{found[1]}"{int(int(found[2]) * {"s": 1, "m": 60}[found[3]] * speed)}s"',
        text,
        flags=re.MULTILINE,
    )
    settings.sources.write_text(f"{MARK}\n{text}", "utf-8")
    _fetch_hotline_export(site, settings.data / "inbox" / "12345")


def _fetch_hotline_export(site: str, inbox: Path) -> None:
    """What a colleague would do every morning: save the hotline's export into the inbox folder."""
    inbox.mkdir(parents=True, exist_ok=True)
    with urllib.request.urlopen(f"{site}/hotline/12345.csv", timeout=5) as export:  # noqa: S310
        (inbox / "today.csv").write_bytes(export.read())


def _accounts(register: Register, settings: Settings, now: datetime) -> list[tuple[str, str, str]]:
    """Made at the first start; kept where only this user can read them, so that the second start can print them too."""
    path = settings.data / "demo-accounts.json"
    made = ensure_demo_accounts(register, now)
    if made:
        with os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            json.dump(made, file, ensure_ascii=False)
    if not path.exists():
        return []
    return [
        (str(login), str(password), str(role))
        for login, password, role in json.loads(path.read_text("utf-8"))
    ]


def _greeting(settings: Settings, site: str, accounts: list[tuple[str, str, str]], speed: float) -> str:
    lines = ["", f"  回应 · 值班台   {settings.address}", f"  样板网站        {site}/news/", ""]
    lines += [f"  {ROLE_NAMES[Role(role)]}\t{login:<10} {password}" for login, password, role in accounts]
    if speed != 1.0:
        lines += [
            "",
            f"  时间按 {speed:g} 倍走：两小时的签收时限 {7200 / speed:.0f} 秒就到；登录 12 小时有效，也一样快。",
        ]
    lines += ["", f"  数据在 {settings.data.resolve()}；按 Ctrl+C 结束。", ""]
    return "\n".join(lines)

"""Workers in processes of their own, the stream that they work off, and what one looks at from outside."""

from __future__ import annotations

import json
import random
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from huiying.contracts import Post
from huiying.errors import TryAgain
from huiying.ports import Stream
from huiying.topics import NLP, POSTS, READINGS, TRIAGE, post_key
from services.common import wait_until
from tests.factories import a_post
from tests.journey.processes import Program

CORPUS = Path(__file__).resolve().parents[2] / "nlp" / "corpus"


class House:
    """Workers on one data folder."""

    def __init__(self, program: Program) -> None:
        self.program = program
        program.environment["HUIYING_LOG_LEVEL"] = "INFO"
        self.workers: list[subprocess.Popen[bytes]] = []
        self._hired = 0

    def hire(self, stage: str) -> subprocess.Popen[bytes]:
        worker = self.program.start("run", "--stages", stage)
        self.workers.append(worker)
        self._hired += 1
        return worker

    def all_started(self) -> bool:
        """Whether everybody who was hired has got past what would turn them away: a server that is not there."""
        log = self.program.data.parent / "log.txt"
        return len(re.findall(r"\] started +data=", log.read_text("utf-8", "replace"))) == self._hired

    def dismiss(self, worker: subprocess.Popen[bytes]) -> None:
        """It finishes its batch and leaves.  Who has not come in yet has nothing to finish: on a busy machine that takes long."""
        until(self.all_started, 120, "not everybody who was hired has started")
        worker.terminate()
        assert worker.wait(90) == 0

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """As when the power fails."""
        worker.kill()
        worker.wait()
        self.workers.remove(worker)

    def tear_down(self) -> None:
        for worker in self.workers:
            worker.kill()
            worker.wait()


def some(count: int) -> list[Post]:
    """Live posts: our own corpus again and again, each under an id of its own; a fifth speaks of the office."""
    lines = [
        json.loads(line)
        for name in ("matters", "near_misses")
        for line in (CORPUS / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]
    dice = random.Random(7)
    now = datetime.now(UTC)
    posts = []
    for number in range(count):
        row = dice.choice(lines)
        if number % 5:
            row = {"title": f"第{number}场球赛", "text": f"昨晚的第{number}场球赛踢成了平局。"}
        post = a_post(native_id=f"live-{number}", title=row["title"], text=row["text"])
        posts.append(replace(post, published_at=now, collected_at=now))
    return posts


def publish(stream: Stream, posts: list[Post], *, seconds: float = 120) -> None:
    """As a crawler does: again, until it stands there."""
    records = [POSTS.encode(post) for post in posts]
    deadline = time.monotonic() + seconds
    while True:
        try:
            return stream.publish(POSTS.name, records)
        except TryAgain:
            assert time.monotonic() < deadline
            time.sleep(0.5)


def lag(stream: Stream) -> int | None:
    """What waits for somebody; None while nobody can say."""
    try:
        return stream.lag(POSTS.name, group=NLP) + stream.lag(READINGS.name, group=TRIAGE)
    except TryAgain:
        return None


def begun(stream: Stream, published: int) -> bool:
    """Whether somebody has read some of what was published."""
    waits = lag(stream)
    return waits is not None and waits < published


def until(look: Callable[[], bool], seconds: float, why: str) -> None:
    assert wait_until(look, within=seconds), why


def readings_of(stream: Stream) -> Counter[tuple[str, str]]:
    keys = (post_key(READINGS.name, record.value) for record in stream.scan(READINGS.name))
    return Counter((key.id, key.version) for key in keys if key)


def balanced(house: House, published: int) -> None:
    book = house.program.ledger()
    assert book["balanced"] and book["missing"] == [], book
    assert (book["published"], book["waiting"], book["buried"]) == (published, 0, 0), book


def hasten(policy: Path, *, hours: float) -> None:
    """The office's own clock set with every term this short: what takes a day comes due while a test looks."""
    pack = policy / "henan-2017.toml"
    pack.write_text(re.sub(r"(?m)^hours = .*$", f"hours = {hours}", pack.read_text("utf-8")), "utf-8")

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime

import pytest

from huiying import app as roof
from huiying import dead, ledger, suppression
from huiying.clock import ManualClock
from huiying.contracts import ArchiveLine, DeadLetter, Disposition, Post
from huiying.errors import GiveUp, Misconfigured
from huiying.identity import undecodable_key
from huiying.ports import Engine, Record
from huiying.settings import Settings
from huiying.topics import NLP, POSTS, READINGS, TRIAGE, post_key
from huiying.worker import Worker
from tests.factories import NOW, a_line, a_post, a_reading


class Reading:
    """A stage that cannot read some posts until somebody has mended it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.mended = False

    def handle(self, messages: Sequence[Post], now: datetime) -> None:
        if not self.mended and any("broken" in post.title for post in messages):
            raise GiveUp("a title that\nnobody reads")
        self._engine.archive.put(
            [ArchiveLine(post=p.key, disposition=Disposition.IRRELEVANT, at=now, body=p) for p in messages]
        )

    def bury(self, record: Record, reason: str, now: datetime) -> None:
        key = post_key(record.topic, record.value) or undecodable_key(record.key, record.value)
        self._engine.archive.put(
            [ArchiveLine(post=key, disposition=Disposition.BURIED, at=now, reason=reason)]
        )

    def forget(self) -> None: ...


@pytest.fixture
def stage(engine: Engine) -> Reading:
    return Reading(engine)


def work(engine: Engine, stage: Reading) -> None:
    Worker(
        topic=POSTS, group=NLP, stream=engine.stream, handler=stage, clock=ManualClock(NOW)
    ).run_until_idle()


@pytest.fixture
def posts(engine: Engine, stage: Reading) -> list[Post]:
    """Three posts and some noise, of which one post can be read now."""
    posts = [a_post(title="broken one"), a_post(title="whole"), a_post(title="broken two")]
    engine.stream.publish(POSTS.name, [*map(POSTS.encode, posts), ("noise", b"\xff\xfe")])
    work(engine, stage)
    return posts


def test_dead_letters_are_listed_with_number_reason_and_post(engine: Engine, posts: list[Post]) -> None:
    graves = list(dead.walk(engine.stream))
    assert len({grave.number for grave in graves}) == 3
    assert {grave.about for grave in graves} == {
        f"{posts[0].id} {posts[0].version}",
        f"{posts[2].id} {posts[2].version}",
        "",
    }
    lines = [grave.in_words() for grave in graves]
    assert all("\n" not in line and line.startswith("posts/") for line in lines)
    assert sum("a title that nobody reads" in line for line in lines) == 2
    assert sum("内容读不懂（not a Post: " in line for line in lines) == 1
    assert list(dead.walk(engine.stream, topic="readings")) == []


def test_one_is_shown_whole_whatever_its_bytes_are(engine: Engine, posts: list[Post]) -> None:
    shown = [
        dead.find(engine.stream, grave.number).as_dict(with_value=True) for grave in dead.walk(engine.stream)
    ]
    values = [grave["value"] for grave in shown if "value" in grave]
    assert {value["title"] for value in values if isinstance(value, dict)} == {"broken one", "broken two"}
    assert [grave["base64"] for grave in shown if "base64" in grave] == ["//4="]


@pytest.mark.parametrize("number", ["", "posts", "posts/x", "posts/99", "letters/1"])
def test_a_number_that_names_nothing_says_what_to_do(engine: Engine, number: str) -> None:
    with pytest.raises(Misconfigured):
        dead.find(engine.stream, number)


def test_what_is_replayed_after_mending_ends_as_if_it_had_never_died(
    engine: Engine, stage: Reading, posts: list[Post]
) -> None:
    stage.mended = True
    assert dead.replay(engine, list(dead.walk(engine.stream))) == 3
    waiting = ledger.take(engine)
    assert waiting.balanced and waiting.waiting == 3 and waiting.buried == 0
    work(engine, stage)
    book = ledger.take(engine)
    assert book.balanced
    assert (book.irrelevant, book.buried, book.waiting) == (3, 1, 0), "noise stays noise"


def test_replaying_what_is_not_mended_buries_it_again(
    engine: Engine, stage: Reading, posts: list[Post]
) -> None:
    dead.replay(engine, list(dead.walk(engine.stream)))
    work(engine, stage)
    book = ledger.take(engine)
    assert book.balanced and (book.irrelevant, book.buried) == (1, 3)
    assert len(list(dead.walk(engine.stream))) == 6


def test_what_waits_is_told_once_however_often_it_was_sent_again(
    engine: Engine, stage: Reading, posts: list[Post]
) -> None:
    for _ in range(3):
        waiting = dead.waiting(engine)
        assert len(waiting) == 3
        assert dead.replay(engine, waiting) == 3
        work(engine, stage)
    latest = {grave.number for grave in list(dead.walk(engine.stream))[-3:]}
    assert {grave.number for grave in dead.waiting(engine)} == latest
    stage.mended = True
    dead.replay(engine, dead.waiting(engine))
    assert len(dead.waiting(engine)) == 3, "sent, and not ended yet"
    work(engine, stage)
    (noise,) = dead.waiting(engine)
    assert noise.about == "", "noise stays noise"


def test_replaying_a_letter_twice_doubles_nothing(engine: Engine, stage: Reading, posts: list[Post]) -> None:
    stage.mended = True
    graves = list(dead.walk(engine.stream))
    for _ in range(2):
        dead.replay(engine, graves)
        work(engine, stage)
    book = ledger.take(engine)
    assert book.balanced and (book.published, book.irrelevant) == (4, 3)


def command(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    """As a person types it."""
    return subprocess.run(
        [sys.executable, "-m", "huiying.cli", "dead", *arguments],
        env={**os.environ, "HUIYING_DATA": str(settings.data), "HUIYING_ENGINE": settings.engine},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_commands_list_show_and_replay(
    engine: Engine, settings: Settings, stage: Reading, posts: list[Post]
) -> None:
    listed = command(settings, "list")
    assert listed.returncode == 0, listed.stderr
    *lines, total = listed.stdout.splitlines()
    assert len(lines) == 3 and total == "共 3 条。"
    number = next(line.split()[0] for line in lines if posts[0].id in line)
    shown = json.loads(command(settings, "show", number).stdout)
    assert shown["value"]["title"] == "broken one"
    machine = [json.loads(line) for line in command(settings, "list", "--json").stdout.splitlines()]
    assert {letter["number"] for letter in machine} == {line.split()[0] for line in lines}

    stage.mended = True
    assert command(settings, "replay", number).stdout == "已重新送出 1 条。\n"
    work(engine, stage)
    assert engine.archive.get([posts[0].key])[posts[0].key].disposition is Disposition.IRRELEVANT
    assert command(settings, "replay", "--all").stdout == "已重新送出 2 条。\n", "one is mended already"
    for wrong in (["show", "posts/99"], ["replay"], ["replay", number, "--all"], ["list", "--topic", "x"]):
        refused = command(settings, *wrong)
        assert refused.returncode == 2 and len(refused.stderr.splitlines()) == 1, refused.stderr


@pytest.mark.parametrize("settings", ["embedded"], indirect=True)
def test_what_somebody_objected_to_stays_out_though_its_letter_is_replayed_long_after(
    settings: Settings,
) -> None:
    found = a_reading()
    with roof.opened(settings, ManualClock(NOW)) as house:
        stories, engine = house.stories(), house.engine
        letter = DeadLetter(
            topic=READINGS.name, group=TRIAGE, partition=0, position=0, at=NOW, reason="因故",
            key="henan", value=READINGS.encode(found)[1],
        )  # fmt: skip
        engine.archive.put([a_line(body=found.post, disposition=Disposition.BURIED)])
        engine.stream.publish(READINGS.dead(TRIAGE).name, [READINGS.dead(TRIAGE).encode(letter)])
        house.suppression.put([suppression.post(found.post.id)], NOW)
        assert dead.replay(engine, list(dead.walk(engine.stream))) == 1
        assert stories.run_until_idle() == 1
        line = engine.archive.get([found.post.key])[found.post.key]
        assert (line.disposition, line.body) == (Disposition.WITHHELD, None)
        assert list(engine.cases.all()) == []

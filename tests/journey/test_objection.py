"""The whole way of an objection, through the house as it stands, on each engine: collected, objected to, stopped, collected again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from huiying import app as roof
from huiying import codec, datafolder, ledger
from huiying.clock import SystemClock
from huiying.contracts import Actor, Disposition, EventKind, Post, Quoted, Role
from huiying.ports import CaseQuery, LineQuery, Record
from huiying.settings import Settings
from huiying.topics import POSTS
from tests.eventually import eventually
from tests.factories import a_post

SECRET = "鸑鷟山庄"
"""Stands in what is objected to, and nowhere else."""
THERE = "https://bbs.example.cn/thread/7"
MINE = {
    "title": f"{SECRET}人防门被拆",
    "text": f"郑州市金水区{SECRET}地下车库的人防门被物业拆除，改成储物间，投诉多次没有答复。",
    "url": THERE,
}
ACTOR = Actor(login="shencha", name="审查", roles=frozenset({Role.SECRECY}), unit="henan")


@pytest.fixture
def house(settings: Settings, models: Path) -> Iterator[roof.House]:
    datafolder.lay_out(settings)
    shutil.copytree(models, settings.models, dirs_exist_ok=True)
    with roof.built(settings, SystemClock()) as built:
        yield built


def collected(house: roof.House, *posts: Post) -> None:
    house.engine.stream.publish(POSTS.name, [POSTS.encode(post) for post in posts])
    roof.run_until_idle(house)


def streamed(record: Record) -> Post:
    return POSTS.decode(record.value)


def test_what_is_stopped_is_gone_stays_gone_and_everything_adds_up(house: roof.House) -> None:
    engine, clock = house.engine, house.clock
    mine, other = a_post(**MINE, source="bbs"), a_post(source="mailbox")
    collected(house, mine)
    collected(house, other)
    case_id = engine.archive.get([mine.key])[mine.key].case_id
    assert case_id is not None
    assert SECRET in engine.cases.get(case_id).title
    before = engine.cases.get(case_id)

    desk = house.objections()
    desk.file(THERE, "", "不愿意被引用", clock.now(), sheet="s")
    [waiting] = desk.all()
    stopped = desk.stop(waiting.id, ACTOR, clock.now(), posts=[mine.id], wide=False, told="")
    assert stopped.erased == 1
    after = engine.cases.get(case_id)
    assert (after.state, after.severity, after.route) == (before.state, before.severity, before.route)
    assert (after.clocks, after.tallies) == (before.clocks, before.tallies)
    assert after.events[-1].kind is EventKind.POST_WITHDRAWN

    edited = replace(mine, version="2", text=MINE["text"] + "今天又拆了一扇。")
    copied = a_post(**MINE, source="copies")
    answer = a_post(
        title="",
        text="人防门拆了谁负责？",
        reply_to=mine.id,
        answers=Quoted(title=MINE["title"]),
        source="bbs",
    )
    collected(house, edited, copied, answer)
    came = {one.key: one for one in map(streamed, engine.stream.scan(POSTS.name))}
    assert came[edited.key].withheld and came[copied.key].withheld
    assert came[answer.key] == replace(answer, answers=None)
    lines = engine.archive.get([mine.key, edited.key, copied.key])
    assert [lines[post.key].disposition for post in (edited, copied)] == [Disposition.WITHHELD] * 2
    assert lines[mine.key].erased is not None

    book = ledger.take(engine)
    assert book.balanced
    assert (book.published, book.withheld, book.waiting) == (5, 2, 0)

    desk.sweep(clock.now())
    kept = [*engine.cases.all(), *engine.archive.all()]
    assert not [one for one in kept if SECRET in codec.encode(one).decode("utf-8")]
    assert not [entry for entry in engine.register.all() if SECRET.encode() in entry.value]
    eventually(
        lambda: (
            engine.archive.search(LineQuery(words=SECRET)).total
            + engine.cases.search(CaseQuery(words=SECRET)).total
        ),
        until=lambda found: found == 0,
    )
    if house.settings.engine == "embedded":
        files = house.settings.data.glob("office.db*")
        assert not [file.name for file in files if SECRET.encode() in file.read_bytes()]

"""An answer that came before what it answers counts as if it had come after; on both engines, whatever is killed when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from huiying import ledger
from huiying.contracts import ArchiveLine, Case, Disposition, Post, Quoted, Verdict
from huiying.learning.replay import Side, recent, replay
from huiying.ports import CaseStore, Engine, PostArchive, Stream
from huiying.suppression import Suppression
from huiying.tomlfile import DEFAULTS
from huiying.topics import POSTS, READINGS
from nlp.handle import ReadingHandler
from nlp.late import EarlyAnswers
from nlp.pipeline import Reader
from tests.dying import Crash, Dying, Fuse
from tests.factories import NOW, a_post
from tests.lagging import Lagging, LaggingArchive
from tests.nlp.test_replies import CAT, SIREN
from tests.triage.texts import policy
from triage import policy as policies
from triage.handle import StoryHandler

SHOUT = "太响了，孩子都吓哭了"
EARLIER = NOW - timedelta(hours=2)


def opening(said: Quoted = SIREN) -> Post:
    return a_post(native_id="opening", title=said.title, text=said.text)


def answer(text: str, to: Post, answers: Quoted | None = None, **changes: object) -> Post:
    post = a_post(title="", text=text, reply_to=to.id, answers=answers, **changes)
    return replace(post, collected_at=EARLIER, published_at=EARLIER)


def handled(engine: Engine, reader: Reader, posts: Sequence[Post], fuse: Fuse | None = None) -> None:
    """The posts go their way, with all that went before them a second time; with a fuse the process dies somewhere on it."""
    fuse = fuse or Fuse()
    archive = cast(PostArchive, Dying(engine.archive, ["put", "admit"], fuse))
    stream = cast(Stream, Dying(engine.stream, ["publish"], fuse))
    ReadingHandler(stream, archive, reader, Suppression(engine.register, b"k" * 32)).handle(posts, NOW)
    stories = StoryHandler(cast(CaseStore, Dying(engine.cases, ["save"], fuse)), archive, policy())
    if waiting := [READINGS.decode(record.value) for record in engine.stream.scan(READINGS.name)]:
        stories.handle(waiting, NOW)


def only(engine: Engine) -> Case:
    (case,) = engine.cases.open_stories("henan", since=NOW)
    return case


def dispositions(engine: Engine, *posts: Post) -> list[Disposition]:
    found = engine.archive.get([post.key for post in posts])
    return [found[post.key].disposition for post in posts]


@pytest.mark.parametrize(
    "shown", [None, SIREN], ids=["the source shows nothing of it", "it shows its opening"]
)
def test_an_answer_of_an_earlier_look_joins_the_case_of_what_it_answers_once_that_is_there(
    engine: Engine, reader: Reader, shown: Quoted | None
) -> None:
    said = opening()
    early, idle = answer(SHOUT, said, shown), answer("顶", said, shown)
    elsewhere = answer(SHOUT, opening(CAT), shown, native_id="elsewhere")
    elsewhere = replace(elsewhere, reply_to="nobody")
    handled(engine, reader, [early, idle, elsewhere])
    assert set(dispositions(engine, early, idle, elsewhere)) == {Disposition.IRRELEVANT}
    handled(engine, reader, [said])
    case = only(engine)
    assert (case.tallies.posts, case.tallies.idle) == (3, 1)
    line = engine.archive.get([early.key])[early.key]
    assert (line.disposition, line.case_id) == (Disposition.ATTACHED, case.id)
    assert line.reading and line.reading.relevance.verdict is Verdict.REPLY
    assert line.body and line.body.answers and line.body.answers.title == SIREN.title
    assert dispositions(engine, idle, elsewhere) == [Disposition.ATTACHED, Disposition.IRRELEVANT]
    after = opening_first(engine, reader)
    assert case.tallies.by_attitude == after


def opening_first(engine: Engine, reader: Reader) -> dict[str, int]:
    """How people feel, where both come in their order."""
    first = replace(opening(), id="first")
    readings = reader.read([first, answer(SHOUT, first, SIREN)], NOW)
    counted: dict[str, int] = {}
    for one in readings:
        counted[one.attitude] = counted.get(one.attitude, 0) + 1
    return counted


def test_one_batch_may_hold_the_answer_before_what_it_answers(engine: Engine, reader: Reader) -> None:
    said = opening()
    early = answer(SHOUT, said)
    handled(engine, reader, [early, said])
    assert dispositions(engine, early, said) == [Disposition.ATTACHED] * 2
    assert only(engine).tallies.posts == 2


def test_whatever_comes_twice_counts_once(engine: Engine, reader: Reader) -> None:
    said = opening()
    early = answer(SHOUT, said)
    handled(engine, reader, [early])
    for _ in range(3):
        handled(engine, reader, [early, said])
    handled(engine, reader, [replace(said, version="second", text=said.text + "求回复")])
    assert dispositions(engine, early) == [Disposition.ATTACHED]
    assert only(engine).tallies.posts == 2


@pytest.mark.parametrize("steps", range(11))
def test_a_process_that_dies_anywhere_counts_it_once_and_loses_nothing(
    engine: Engine, reader: Reader, steps: int
) -> None:
    said = opening()
    early = answer(SHOUT, said)
    engine.stream.publish(POSTS.name, [POSTS.encode(post) for post in (early, said)])
    fuse = Fuse()
    fuse.left = steps
    try:
        handled(engine, reader, [early, said], fuse)
        died = False
    except Crash:
        died = True
        counted = ledger.take(engine)
        assert counted.balanced, "it still waits"
        handled(engine, reader, [early, said])
    assert died is (steps < 10)
    assert dispositions(engine, early, said) == [Disposition.ATTACHED] * 2
    case = only(engine)
    assert case.tallies.posts == sum(case.tallies.by_source.values()) == 2
    counted = ledger.take(engine)
    assert (counted.balanced, counted.attached, counted.irrelevant) == (True, 2, 0)


def test_what_is_no_business_of_the_office_takes_nothing_back(engine: Engine, reader: Reader) -> None:
    cat = opening(CAT)
    early = answer(SHOUT, cat)
    handled(engine, reader, [early])
    handled(engine, reader, [cat])
    assert dispositions(engine, early, cat) == [Disposition.IRRELEVANT] * 2


def test_of_many_the_newest_are_read_again_and_no_more(
    engine: Engine, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huiying.early.MOST", 3)
    said = opening()
    many = [answer(f"{SHOUT}，{n}号楼都听见了", said) for n in range(5)]
    for n, post in enumerate(many):
        ReadingHandler(engine.stream, engine.archive, reader, Suppression(engine.register, b"k" * 32)).handle(
            [post], NOW + timedelta(minutes=n)
        )
    again = EarlyAnswers(engine.archive, reader).read_again(reader.read([said], NOW), NOW)
    assert [one.post.id for one in again] == [post.id for post in many[2:]]


def test_a_replay_of_the_archive_gives_the_same_case(engine: Engine, reader: Reader) -> None:
    said = replace(opening(), collected_at=NOW - timedelta(hours=1))
    early = answer(SHOUT, said)
    handled(engine, reader, [early])
    handled(engine, reader, [said])
    posts = recent(engine.archive.all(), NOW - timedelta(days=30))
    side = Side(name="现行", policy=policies.load(DEFAULTS), reader=reader)
    for again in (posts, [early, said]):
        told = replay(side, again, NOW)
        assert told.homes == {said.id: only(engine).id, early.id: only(engine).id}
        assert told.judged[early.key].verdict is Verdict.REPLY


def test_what_was_dropped_a_moment_ago_is_seen_though_searches_trail(
    lagging_engine: Lagging, reader: Reader
) -> None:
    engine, archive = lagging_engine.engine, lagging_engine.archive
    stage = ReadingHandler(engine.stream, engine.archive, reader, Suppression(engine.register, b"k" * 32))
    said = [replace(opening(), id=f"opening-{n}") for n in range(3)]
    asked: list[bool] = []

    def answering(posts: Collection[str], *, limit: int, complete: bool) -> Sequence[ArchiveLine]:
        asked.append(complete)
        return LaggingArchive.answering(archive, posts, limit=limit, complete=complete)

    archive.answering = answering  # type: ignore[method-assign]
    early = [answer(SHOUT, one) for one in said]

    def went_on() -> set[str]:
        return {READINGS.decode(record.value).post.id for record in engine.stream.scan(READINGS.name)}

    stage.handle([early[0], said[0]], NOW)
    stage.handle([opening()], NOW)
    stage.handle([early[1]], NOW)
    stage.handle([said[1]], NOW)
    assert {early[0].id, early[1].id} <= went_on()
    ReadingHandler(engine.stream, engine.archive, reader, Suppression(engine.register, b"k" * 32)).handle(
        [early[2]], NOW
    )
    stage.forget()
    stage.handle([said[2]], NOW)
    assert early[2].id in went_on(), "another one dropped it, and a moment later its share was ours"
    assert asked == [True, False, True, True]

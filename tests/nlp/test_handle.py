from __future__ import annotations

import msgspec

from huiying import suppression
from huiying.contracts import Disposition, Verdict
from huiying.identity import undecodable_key
from huiying.ports import Engine, Record
from huiying.suppression import Suppression
from huiying.topics import POSTS, READINGS
from nlp.handle import ReadingHandler
from nlp.pipeline import Reader
from tests.factories import NOW, a_post

RELEVANT = {"title": "人防车位能卖吗", "text": "金水区开发商卖人防车位，只租不售的规定没人管，投诉多次。"}
BESIDE = {"title": "", "text": "今天去公园走走"}


def handler_of(engine: Engine, reader: Reader) -> ReadingHandler:
    return ReadingHandler(engine.stream, engine.archive, reader, Suppression(engine.register, b"k" * 32))


def a_record(value: bytes, key: str = "k") -> Record:
    return Record(topic=POSTS.name, partition=0, position=0, key=key, value=value)


def test_readings_go_on_in_order_and_the_rest_is_archived(engine: Engine, reader: Reader) -> None:
    posts = [a_post(**RELEVANT), a_post(**BESIDE), a_post(**RELEVANT)]
    handler_of(engine, reader).handle(posts, NOW)
    published = [READINGS.decode(record.value) for record in engine.stream.scan(READINGS.name)]
    assert [reading.post for reading in published] == [posts[0], posts[2]]
    assert all(reading.relevance.verdict is not Verdict.IRRELEVANT for reading in published)
    (line,) = engine.archive.get([post.key for post in posts]).values()
    assert (line.post, line.disposition, line.body) == (posts[1].key, Disposition.IRRELEVANT, posts[1])
    assert "与人防无关" in line.reason


def test_seeing_a_post_twice_leaves_one_line(engine: Engine, reader: Reader) -> None:
    handler = handler_of(engine, reader)
    post = a_post(**BESIDE)
    handler.handle([post], NOW)
    handler.handle([post], NOW)
    assert dict(engine.archive.keys()) == {post.key: Disposition.IRRELEVANT}


def test_a_post_that_cannot_be_read_is_buried_under_its_own_key(engine: Engine, reader: Reader) -> None:
    post = a_post(**RELEVANT)
    handler = handler_of(engine, reader)
    handler.bury(a_record(POSTS.encode(post)[1]), "因故", NOW)
    line = engine.archive.get([post.key])[post.key]
    assert (line.disposition, line.body) == (Disposition.BURIED, post)
    assert "因故" in line.reason


def test_half_a_post_is_buried_under_what_it_says_it_is(engine: Engine, reader: Reader) -> None:
    post = a_post(**RELEVANT)
    half = msgspec.json.encode({"id": post.id, "version": post.version})
    handler_of(engine, reader).bury(a_record(half), "不全", NOW)
    assert engine.archive.get([post.key])[post.key].body is None


def test_bytes_that_nobody_can_read_have_a_line_too(engine: Engine, reader: Reader) -> None:
    handler_of(engine, reader).bury(a_record(b"\xff{", key="x"), "乱码", NOW)
    assert dict(engine.archive.keys()) == {undecodable_key("x", b"\xff{"): Disposition.BURIED}


def test_what_somebody_objected_to_while_it_waited_ends_without_a_word_of_it(
    engine: Engine, reader: Reader
) -> None:
    post, other = a_post(**RELEVANT), a_post(**RELEVANT)
    Suppression(engine.register, b"k" * 32).put([suppression.post(post.id)], NOW)
    handler_of(engine, reader).handle([post, other], NOW)
    (published,) = engine.stream.scan(READINGS.name)
    assert READINGS.decode(published.value).post == other
    line = engine.archive.get([post.key])[post.key]
    assert (line.disposition, line.body, line.reading) == (Disposition.WITHHELD, None, None)


def test_nor_is_it_kept_where_nobody_can_read_it(engine: Engine, reader: Reader) -> None:
    post = a_post(**RELEVANT)
    Suppression(engine.register, b"k" * 32).put([suppression.post(post.id)], NOW)
    handler_of(engine, reader).bury(a_record(POSTS.encode(post)[1]), "因故", NOW)
    assert engine.archive.get([post.key])[post.key].body is None

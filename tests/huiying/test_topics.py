from __future__ import annotations

from datetime import datetime

import msgspec
import pytest

from huiying.contracts import DeadLetter, PostKey
from huiying.errors import GiveUp
from huiying.topics import POSTS, READINGS, TOPICS, Topic, post_key
from tests.factories import NOW, a_post, a_reading


def test_what_is_encoded_decodes_to_the_same() -> None:
    post, reading = a_post(), a_reading()
    assert POSTS.decode(POSTS.encode(post)[1]) == post
    assert READINGS.decode(READINGS.encode(reading)[1]) == reading


def test_posts_are_ordered_by_thread_and_readings_by_jurisdiction() -> None:
    reading = a_reading()
    opening = reading.post
    assert POSTS.encode(opening)[0] == opening.id
    for after in (a_post(reply_to=opening.id), a_post(repost_of=opening.id)):
        assert POSTS.encode(after)[0] == opening.id
    assert READINGS.encode(reading)[0] == "henan"


@pytest.mark.parametrize("value", [b"", b"{", b"null", b"{}", b"\xff\xfe", b'{"id": 1}'])
def test_bytes_that_are_no_message_are_given_up(value: bytes) -> None:
    with pytest.raises(GiveUp, match="not a Post"):
        POSTS.decode(value)


def test_a_time_without_a_zone_is_refused() -> None:
    naive = a_post(collected_at=datetime(2026, 11, 23, 10, 0))  # noqa: DTZ001
    with pytest.raises(GiveUp):
        POSTS.decode(msgspec.json.encode(naive))


def test_a_dead_letter_carries_the_bytes_it_died_of() -> None:
    dead = POSTS.dead("nlp")
    assert dead.name == "posts.dead.nlp"
    letter = DeadLetter(
        topic="posts", group="nlp", key="k", partition=0, position=7, reason="坏了", at=NOW, value=b"\xff\x00"
    )
    assert dead.decode(dead.encode(letter)[1]) == letter


def test_topic_names_are_distinct() -> None:
    assert len({topic.name for topic in TOPICS}) == len(TOPICS)


def test_the_post_version_is_read_even_from_a_record_that_does_not_decode() -> None:
    assert post_key("posts", b'{"id": "a", "version": "b", "channel": "pigeon"}') == PostKey("a", "b")
    assert post_key("readings", b'{"post": {"id": "a", "version": "b"}}') == PostKey("a", "b")


@pytest.mark.parametrize("topic", [POSTS, READINGS])
def test_the_post_version_agrees_with_the_decoded_message(topic: Topic[object]) -> None:
    reading = a_reading()
    _, value = topic.encode(reading.post if topic.name == "posts" else reading)
    assert post_key(topic.name, value) == reading.post.key


@pytest.mark.parametrize("value", [b"", b"\xff", b"[]", b'{"id": "a"}', b'{"id": "a", "version": null}'])
def test_bytes_that_name_no_post_version_have_no_key(value: bytes) -> None:
    assert post_key("posts", value) is None
    assert post_key("readings", value) is None

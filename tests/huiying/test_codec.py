from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from huiying import codec
from huiying.contracts import Post
from tests.factories import a_post


def test_good_text_stays_as_it_is() -> None:
    assert codec.clean("警报😀") == "警报😀"


def test_split_pairs_are_joined_and_lone_halves_replaced() -> None:
    assert codec.clean("笑\ud83d\ude00") == "笑😀"
    assert codec.clean("\ude00笑\ud83d") == "\ufffd笑\ufffd"


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_clean_text_can_always_be_written(text: str) -> None:
    codec.clean(text).encode("utf-8")


def test_a_value_with_broken_text_anywhere_is_encoded() -> None:
    post = a_post(title="\ud83d", author="\udc00")
    read = msgspec.json.decode(codec.encode(post), type=Post)
    assert (read.title, read.author, read.text) == ("\ufffd", "\ufffd", post.text)
    assert codec.encode({"\ud83d": ["\ud83d", 1, None]}) == '{"\ufffd":["\ufffd",1,null]}'.encode()


def test_moments_are_compared_to_the_microsecond_in_any_zone() -> None:
    moment = datetime(2026, 11, 23, 2, 0, 0, 1, tzinfo=UTC)
    assert codec.micros(moment + timedelta(microseconds=1)) - codec.micros(moment) == 1
    assert codec.micros(moment.astimezone(timezone(timedelta(hours=8)))) == codec.micros(moment)
    assert codec.micros(datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)) == -1_000_000

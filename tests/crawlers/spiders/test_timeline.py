from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.sources import Source
from crawlers.spiders.timeline import dig, found_in, next_url
from huiying.contracts import Quoted
from huiying.identity import post_id

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SOURCE = Source.model_validate(
    {"id": "social", "name": "平台", "kind": "json", "url": "http://a.example.cn/t?page=1", "basis": "合同"}
)


def test_a_dotted_path_leads_into_objects_and_lists() -> None:
    assert dig({"a": [{"b": 7}]}, "a.0.b") == 7
    assert dig({"a": [{"b": 7}]}, "a.1.b") is None
    assert dig("text", "a") is None


@pytest.mark.parametrize(
    ("following", "url"),
    [
        (2, "http://a.example.cn/t?page=2"),
        ("/t?page=3", "http://a.example.cn/t?page=3"),
        ("?cursor=x", "http://a.example.cn/t?cursor=x"),
        ("https://b.example.cn/", "https://b.example.cn/"),
        (None, None),
        ("", None),
    ],
)
def test_the_next_page_is_a_number_or_an_address(following: object, url: str | None) -> None:
    assert next_url(SOURCE.url, following) == url


@pytest.mark.parametrize("repeated", [9, "9", {"id": 9}])
def test_a_repost_names_what_it_repeats_in_any_form(repeated: object) -> None:
    found = found_in({"id": 10, "text": "转发", "repost_of": repeated}, SOURCE, NOW)
    assert found and found.repost_of == post_id("social", native_id="9")


def test_a_repost_says_again_what_it_passes_on_where_that_comes_along() -> None:
    told = {"id": 9, "text": "人防工程进水了"}
    passed_on = found_in({"id": 10, "text": "转发", "repost_of": told}, SOURCE, NOW)
    alone = found_in({"id": 11, "text": "", "repost_of": told}, SOURCE, NOW)
    within = found_in({"id": 12, "text": "看看//@某人：人防工程进水了", "repost_of": told}, SOURCE, NOW)
    assert passed_on and passed_on.text == "转发\n// 人防工程进水了"
    assert alone and alone.text == "// 人防工程进水了"
    assert within and within.text == "看看//@某人：人防工程进水了"


def test_a_comment_says_what_it_answers_in_the_source_that_it_comes_from_or_another() -> None:
    comments = SOURCE.model_copy(update={"id": "comments", "reply_source": "social"})
    item = {"id": 20, "text": "太吵了", "reply_to": {"id": 9, "text": "防空警报试鸣"}}
    own, other = found_in(item, SOURCE, NOW), found_in(item, comments, NOW)
    assert own and own.reply_to == post_id("social", native_id="9")
    assert other and other.reply_to == own.reply_to
    assert own.answers == Quoted(text="防空警报试鸣")
    bare = found_in({"id": 21, "text": "太吵了", "reply_to": 9}, SOURCE, NOW)
    assert bare and (bare.reply_to, bare.answers) == (own.reply_to, None)


@pytest.mark.parametrize(
    ("written", "count"),
    [(12, 12), ("1.2万", 12_000), ("3,456", 3456), (None, None), ("很多", None), (True, None)],
)
def test_counts_are_read_as_platforms_round_them_and_unknown_is_not_zero(
    written: object, count: int | None
) -> None:
    found = found_in({"id": 1, "text": "好", "likes": written}, SOURCE, NOW)
    assert found and found.engagement.likes == count


def test_an_item_without_an_id_is_not_guessed_one() -> None:
    assert found_in({"text": "好"}, SOURCE, NOW) is None
    assert found_in("not an object", SOURCE, NOW) is None

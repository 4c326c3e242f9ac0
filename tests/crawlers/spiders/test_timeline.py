from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.sources import Source
from crawlers.spiders.timeline import dig, found_in, next_url
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

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying import identity
from huiying.contracts import PostKey

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()))


@given(st.lists(ANY_TEXT))
def test_an_id_is_short_and_safe_in_an_address_whatever_it_is_made_of(parts: list[str]) -> None:
    made = identity.digest(*parts)
    assert made == identity.digest(*parts)
    assert len(made) == 32
    assert made.isascii()
    assert made.isalnum()
    assert made == made.lower()


def test_where_one_part_ends_matters() -> None:
    assert len({identity.digest("a", "bc"), identity.digest("ab", "c"), identity.digest("abc")}) == 3


def test_a_post_is_named_by_its_own_id_where_it_has_one() -> None:
    by_id = identity.post_id("forum", native_id="7", url="http://x/1")
    assert by_id == identity.post_id("forum", native_id="7", url="http://x/2")
    assert by_id != identity.post_id("forum", native_id="8")
    assert by_id != identity.post_id("mailbox", native_id="7")


def test_else_by_its_address_and_floor() -> None:
    floors = {identity.post_id("forum", url="http://x/1", floor=floor) for floor in (None, 0, 1)}
    assert len(floors) == 3
    assert identity.post_id("f", url="http://X/1?utm_source=a#b") == identity.post_id("f", url="http://x/1")


def test_an_address_cannot_be_taken_for_an_id() -> None:
    assert identity.post_id("f", native_id="http://x/") != identity.post_id("f", url="http://x/")


def test_a_post_without_either_is_refused() -> None:
    with pytest.raises(ValueError, match="native id or a URL"):
        identity.post_id("forum")


def test_a_version_follows_what_was_said_and_nothing_else() -> None:
    said = identity.content_version("标题", "正文")
    assert said == identity.content_version(" 标题\n", "正文 ")
    assert said != identity.content_version("标题", "正文。")
    assert said != identity.content_version("标题正文", "")


def test_an_edit_of_the_opening_post_is_the_same_case() -> None:
    assert identity.case_id(PostKey("p", "1")) == identity.case_id(PostKey("p", "2"))
    assert identity.case_id(PostKey("p", "1")) != identity.case_id(PostKey("q", "1"))


def test_a_notice_is_told_once_for_each_case_clock_and_rung() -> None:
    ids = {identity.notice_id(c, k, r) for c in "ab" for k in "cd" for r in "ef"}
    assert len(ids) == 8


def test_unreadable_records_are_told_apart_by_their_bytes() -> None:
    assert identity.undecodable_key("k", b"1") != identity.undecodable_key("k", b"2")
    assert identity.undecodable_key("k", b"1") == identity.undecodable_key("k", b"1")
    assert identity.undecodable_key("k", b"1").id == "k"


def test_a_pseudonym_does_not_link_people_across_sources_or_offices() -> None:
    name = identity.pseudonym(b"key", "forum", "张三")
    assert name == identity.pseudonym(b"key", "forum", "张三")
    assert (
        len({name, identity.pseudonym(b"key", "mailbox", "张三"), identity.pseudonym(b"k2", "forum", "张三")})
        == 3
    )
    assert "张三" not in name


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("HTTP://Example.CN:80/a?b=2&a=1#top", "http://example.cn/a?a=1&b=2"),
        ("https://example.cn:443", "https://example.cn/"),
        ("https://example.cn:8443/", "https://example.cn:8443/"),
        (" http://example.cn/a?utm_source=x&spm=1&id=3&from=qq ", "http://example.cn/a?id=3"),
        ("http://example.cn./A", "http://example.cn/A"),
        ("http://example.cn/a?empty=", "http://example.cn/a?empty="),
    ],
)  # fmt: skip
def test_one_page_has_one_address(written: str, same: str) -> None:
    assert identity.canonical_url(written) == same
    assert identity.canonical_url(same) == same


def test_a_statement_leads_to_its_case() -> None:
    case = identity.digest("case", "x")
    assert identity.case_of_statement(identity.statement_id(case, 12)) == case
    for other in ("", case, "-", f"{case}-", f"{case}-one", f"{case}-1.txt"):
        assert identity.case_of_statement(other) == ""

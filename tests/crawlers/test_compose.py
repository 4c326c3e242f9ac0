from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crawlers.compose import Found, Voice, compose
from huiying.contracts import Channel, Origin, Post, Quoted, Tier

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
VOICE = Voice(id="bbs", name="论坛", channel=Channel.FORUM, tier=Tier.ORDINARY, basis="公开版面")


def _post(found: Found, voice: Voice = VOICE, key: bytes = b"key") -> Post | None:
    return compose(found, voice, key=key, origin=Origin.LIVE, now=NOW)


def test_an_edit_keeps_the_id_and_changes_the_version() -> None:
    before, after = _post(Found(native_id="1", text="误鸣")), _post(Found(native_id="1", text="不是误鸣"))
    assert before and after
    assert before.id == after.id
    assert before.version != after.version


def test_likes_and_white_space_are_no_edit() -> None:
    before, after = _post(Found(native_id="1", text="误鸣")), _post(Found(native_id="1", text=" 误鸣\n"))
    assert before and after and before.version == after.version


def test_of_what_a_post_answers_the_opening_goes_with_it() -> None:
    said = Quoted(title=" 人防车位 ", text="只卖不租\n" + "很长" * 1000)
    post = _post(Found(native_id="2", text="我家也是", reply_to="opening", answers=said))
    assert post and post.answers and post.answers.title == "人防车位"
    assert post.answers.text.startswith("只卖不租") and len(post.answers.text) == 500
    nothing = _post(Found(native_id="2", text="我家也是", reply_to="opening", answers=Quoted(text="\u200b")))
    assert nothing and nothing.answers is None
    assert nothing.version == post.version


def test_no_number_of_a_person_is_stored_wherever_it_stood() -> None:
    said = Quoted(title="找13812345678", text="电话 138 1234 5678")
    post = _post(
        Found(
            native_id="1",
            title="联系13812345678",
            text="我是业主，电话１３８１２３４５６７８，办公室0371-12345678没人接",
            stated_place="金水区 13812345678",
            reply_to="opening",
            answers=said,
        )
    )
    assert post and post.answers
    assert (post.title, post.stated_place) == ("联系〔手机号码〕", "金水区 〔手机号码〕")
    assert post.text == "我是业主，电话〔手机号码〕，办公室0371-12345678没人接"
    assert (post.answers.title, post.answers.text) == ("找〔手机号码〕", "电话 〔手机号码〕")


def test_without_words_there_is_no_post() -> None:
    assert _post(Found(native_id="1", text="\u200b \n")) is None


def test_what_was_typed_stays_as_it_was_typed() -> None:
    post = _post(Found(native_id="1", title="<b>人防车位</b>", text="若 a<b 且 c>d，<b>照原话记</b>"))
    assert post and (post.title, post.text) == ("<b>人防车位</b>", "若 a<b 且 c>d，<b>照原话记</b>")


def test_a_title_alone_is_a_post() -> None:
    post = _post(Found(native_id="1", title="防空警报"))
    assert post and post.text == "防空警报"


def test_the_same_author_has_another_name_at_another_source_and_under_another_key() -> None:
    found = Found(native_id="1", text="好", author="某某")
    names = {
        post.author
        for post in (_post(found), _post(found, replace(VOICE, id="other")), _post(found, key=b"other"))
        if post
    }
    assert len(names) == 3
    assert not any("某" in (name or "") for name in names)


def test_what_was_said_stays_out_of_logs() -> None:
    found = Found(native_id="1", title="题", text="秘密的话", author="某某")
    assert "秘密" not in repr(found) and "某某" not in repr(found)


def test_a_time_ahead_of_us_is_unknown() -> None:
    post = _post(Found(native_id="1", text="好", published=NOW + timedelta(days=2)))
    assert post and post.published_at is None


def test_a_text_that_was_cut_says_so() -> None:
    post = _post(Found(native_id="1", text="警" * 200_005))
    assert post and post.text.endswith("（原文过长，后 5 字未收）")

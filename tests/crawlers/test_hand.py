from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawlers.hand import BIGGEST, NotAccepted, hand_post, media_type, store_attachment
from huiying.contracts import Channel, Origin, Post
from tests.pictures import png

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PNG = png()


def _hear(
    title: str = "电话反映警报",
    text: str = "魏都区居民来电",
    now: datetime = NOW,
    published_at: datetime | None = None,
    sheet: str = "one",
) -> Post:
    return hand_post(
        heard_by="duty1",
        sheet=sheet,
        channel=Channel.HAND,
        title=title,
        text=text,
        place="魏都区",
        published_at=published_at,
        key=b"k",
        now=now,
    )


def test_what_was_heard_is_a_live_post_without_the_name_of_who_entered_it() -> None:
    post = _hear(published_at=NOW - timedelta(minutes=5))
    assert (post.origin, post.channel, post.stated_place) == (Origin.LIVE, Channel.HAND, "魏都区")
    assert "duty1" not in repr(post)


def test_a_double_click_is_one_post_and_the_next_call_another() -> None:
    assert _hear().id == _hear(now=NOW + timedelta(minutes=5)).id
    assert _hear().id != _hear(sheet="another").id


def test_what_was_said_is_kept_letter_by_letter() -> None:
    assert _hear(text="<b>人防车位</b>，a<b 且 c>d").text == "<b>人防车位</b>，a<b 且 c>d"


def test_nothing_said_and_impossible_times_are_refused() -> None:
    with pytest.raises(NotAccepted, match="请填写标题或内容"):
        _hear(title=" ", text="\u200b")
    with pytest.raises(NotAccepted, match="时间不对"):
        _hear(published_at=NOW + timedelta(days=3))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0JFIF\xff\xd9", "image/jpeg"),
        (b"GIF89a....;\0", "image/gif"),
        (b"RIFF\x08\x00\x00\x00WEBPVP8 ", "image/webp"),
    ],
)
def test_a_picture_is_kept_under_its_hash(tmp_path: Path, data: bytes, kind: str) -> None:
    kept = store_attachment(data, "../../etc/\x00截图.png", tmp_path)
    assert (kept.media_type, kept.name, kept.size) == (kind, "截图.png", len(data))
    assert kept.sha256 == hashlib.sha256(data).hexdigest()
    assert media_type(data[:16]) == kind
    assert [path.name for path in tmp_path.iterdir()] == [kept.sha256]
    assert (tmp_path / kept.sha256).read_bytes() == data


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<svg onload=alert(1)>", "只收"),
        (b"MZ\x90", "只收"),
        (b"", "空的"),
        (PNG + b"0" * BIGGEST, "文件太大，一张最多 10 MB"),
        (PNG[:-6], "不完整"),
        (PNG[:30], "不完整"),
        (b"\xff\xd8\xff\xe0JFIF", "不完整"),
        (b"GIF89a....", "不完整"),
        (b"RIFF\xff\x00\x00\x00WEBPVP8 ", "不完整"),
    ],
)
def test_anything_else_is_refused_whatever_its_name(tmp_path: Path, data: bytes, says: str) -> None:
    with pytest.raises(NotAccepted, match=says):
        store_attachment(data, "a.png", tmp_path)
    assert list(tmp_path.iterdir()) == []

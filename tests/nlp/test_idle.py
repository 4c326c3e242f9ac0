from __future__ import annotations

import pytest

from nlp.idle import is_small_change


@pytest.mark.parametrize(
    "text",
    ["好的", "顶", "哈哈哈哈", "路过", "顶一个，别沉", "谢谢分享，学习了", "+1", "👍", "ok", "", "666"],
)
def test_the_small_change_of_a_forum_is_idle(text: str) -> None:
    assert is_small_change(text)


@pytest.mark.parametrize(
    "text",
    [
        "太吵了",
        "都没来",
        "还没修",
        "不好",
        "我也是",
        "顶，我们楼也漏水",
        "哈哈，又是敷衍",
        "好的，那违建什么时候拆",
        "又占了",
    ],
)
def test_whatever_else_is_said_makes_it_no_idle_talk(text: str) -> None:
    assert not is_small_change(text)

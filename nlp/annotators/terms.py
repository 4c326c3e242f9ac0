"""The words that carry a text: cut by rjieba, weighed by jieba's table of how rare words are."""

from __future__ import annotations

from itertools import chain

from huiying.contracts import Reading
from nlp import making, words
from nlp.amend import amended
from nlp.sheet import Sheet

LIMIT = 40
_EMPTY = frozenset(
    [
        "我们",
        "你们",
        "他们",
        "这个",
        "那个",
        "什么",
        "怎么",
        "可以",
        "没有",
        "不是",
        "就是",
        "还是",
        "因为",
        "所以",
        "但是",
        "如果",
        "已经",
        "现在",
        "一个",
        "这样",
        "那样",
        "自己",
        "大家",
        "时候",
        "知道",
        "觉得",
        "还有",
        "只是",
        "不能",
        "不会",
        "可能",
        "应该",
        "需要",
        "进行",
        "以及",
        "或者",
        "而且",
        "然后",
        "为什么",
        "一下",
        "有人",
        "今天",
        "昨天",
        "明天",
        "请问",
        "您好",
        "你好",
        "谢谢",
        "http",
        "https",
        "com",
    ]
)


_TELLING = words.Telling(_EMPTY)


def annotate(sheet: Sheet, reading: Reading) -> Reading:
    return amended(reading, terms=making.terms(weighed(sheet, limit=LIMIT)))


def weighed(sheet: Sheet, *, limit: int) -> list[tuple[str, float]]:
    """The heaviest words, none twice; none of those that tell nothing."""
    return _TELLING.weigh(chain(sheet.title.words, sheet.body.words), limit=limit)

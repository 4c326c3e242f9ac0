"""The words that carry a text: cut by rjieba, weighed by jieba's table of how rare words are."""

from __future__ import annotations

import re
from functools import lru_cache

from huiying.contracts import Reading, Term
from nlp import words
from nlp.amend import amended
from nlp.sheet import Sheet

LIMIT = 40
_WORD = re.compile(r"[\u4e00-\u9fff]{2,}|[a-z]{2,}|\d{2,}")
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


def annotate(sheet: Sheet, reading: Reading) -> Reading:
    cut = sheet.title.words + sheet.body.words
    kept = [word for word in cut if len(word) > 1 and _says_something(word)]
    weighed = words.weigh(kept, limit=LIMIT)
    return amended(reading, terms=tuple(Term(word=word, weight=weight) for word, weight in weighed))


@lru_cache(maxsize=65_536)
def _says_something(word: str) -> bool:
    return _WORD.fullmatch(word) is not None and word not in _EMPTY

"""What a number of people or yuan counts, by the words before or behind it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

from nlp.annotators.unreal import unreal
from nlp.numerals import Number
from nlp.scanning import Rule
from nlp.sheet import Passage, Sheet

REACH = 40
"""Characters before and behind a number that may say what it counts."""
STOP = r",。;!?\n "
_SOMEBODY = "人|多人|孩|老(?!板的)|工(?!地|程)|女|男|学|大(?!门|楼)|小(?!时|区)|年轻|业主|村民|乘|民|亲|同(?!比)|邻|娃|战|在抢|在医|重伤|轻伤|受伤"
WHO = rf"(?:(?:余|多)?(?:人(?!民币|次)|名|位|口(?!气|水|咬|井|锅)|例|个(?={_SOMEBODY}))|(?<=[俩仨])(?![一二两只条头猪鸡狗牛羊鸭鹅猫兔鱼])|(?=[员学工矿村乘旅游师职民][工生民客人]))"
"""俩 and 仨 need no 个, 员工 and the like no 名."""
_DIGIT = r"\d一二三四五六七八九十两百"
PERSON = rf"(?<![{_DIGIT}])人"
AGE = r"[零一二三四五六七八九十\d]{1,3}[多余]?岁"
REACHED = r"[的人数员者多总目前已经共计约为超过上升增加至到达了有是:逾初步确认病例]{0,14}"
NOT_OTHERS = re.compile(
    r"(?=人(?!民币|次)|名|位|例|具|口(?!气|水)|个(?!月|多月|半|小时|礼拜|星期|号码|公道|说法|名额|方面|帖|字|家庭|问题|项目|城|国|车|手机)|$|[,。;、)])(?!(?:人|名|位)?[^,。;、!?\n]{0,4}(?:受伤|重伤|轻伤|送医|被困|失联|失踪|死亡|遇难|身亡|获救|生还|被捕|感染|确诊)(?!\d))"
)
"""死亡2人受伤 counts the injured: the number belongs to the word behind it, unless that has its own (伤7人 失踪2人)."""
_THRESHOLD = Rule(
    r"[人名](?:\([^()]{1,4}\))?(?:以上|以下)(?:死亡|重伤|轻伤|受伤|伤亡)?(?:的|或)", needs="以上|以下"
)
"""一次死亡10人以上的事故 is what a rule is about."""
_NO_COUNT = re.compile(r"\d:$|[高初大]$")
"""14:40 and 高三学生 are no numbers of people."""
Behind = Callable[[Passage, Number], tuple[int, int] | None]
"""Where the words stand that make a number count for something; None where it does not."""


@dataclass(frozen=True, slots=True)
class Count:
    """So many, with the words that say so, from ``start`` to ``end`` of the passage."""

    passage: Passage
    value: float
    start: int
    end: int
    words: str
    """What stands behind the number."""


def count_all(sheet: Sheet, counts: Behind, needed: Rule) -> list[Count]:
    found = []
    for passage in sheet.passages:
        if not passage.may(needed):
            continue
        needed_at = [word.start() for word in needed.expression.finditer(passage.text)]
        for number in passage.numbers:
            at = bisect_left(needed_at, number.start - REACH)
            near = at < len(needed_at) and needed_at[at] < number.end + REACH
            place = counts(passage, number) if near else None
            if place is not None and _NO_COUNT.search(passage.text, max(0, number.start - 3), number.start):
                continue
            if place is not None and passage.may(_THRESHOLD):
                place = None if _THRESHOLD.expression.match(passage.text, number.end) else place
            if place is not None and not unreal(sheet, passage, number.start, place[1]):
                words = passage.text[number.end : place[1]]
                found.append(Count(passage, number.value, place[0], place[1], words))
    return found


def around(
    passage: Passage, number: Number, after: re.Pattern[str], before: re.Pattern[str], behind: re.Pattern[str]
) -> tuple[int, int] | None:
    text = passage.text
    found = after.match(text, number.end, number.end + REACH)
    if found:
        return number.start, found.end()
    if not behind.match(text, number.end, number.end + REACH):
        return None
    ahead = before.search(text[max(0, number.start - REACH) : number.start])
    if ahead:
        return max(0, number.start - REACH) + ahead.start(), min(len(text), number.end + 1)
    return None


def said(one: Count) -> str:
    return one.passage.text[one.start : one.end]


def words_between(one: Count, other: Count) -> str:
    return one.passage.text[one.end : other.start] if other.start >= one.end else ""


def highest(counts: list[Count]) -> list[Count]:
    """The highest first."""
    if not counts:
        return []
    best = max(counts, key=lambda count: count.value)
    return [best, *(count for count in counts if count is not best)]

"""Who is missing, trapped or buried, and still is: who was found, rescued or is known to be dead is missing no more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nlp.annotators.counting import (
    AGE,
    NOT_OTHERS,
    PERSON,
    REACHED,
    STOP,
    WHO,
    Count,
    around,
    count_all,
    highest,
    said,
    words_between,
)
from nlp.numerals import Number
from nlp.scanning import Rule, led
from nlp.sheet import Passage, Sheet

_LOST = r"(?:失联|失踪|下落不明|被困|受困|被埋|被掩埋|被卷走|被冲走|失去联系|没(?:能|跑)?出来|出不来)"
_LOST_AFTER = re.compile(
    rf"{WHO}(?:{AGE}|{PERSON}|[^{STOP}人\d死伤亡钱款]){{0,10}}?{_LOST}|{WHO}[^{STOP}\d员]{{0,4}}(?:仍在?|还在|正在)(?:全力|紧急|继续){{0,2}}搜[救寻]|失联|失踪"
)
_LOST_BEFORE = re.compile(
    rf"{_LOST}(?:{REACHED}|[^{STOP}\d]{{0,6}}(?:更新|更正|修正|降)(?:至|到|为))$|(?:[困压埋]住了?|困[了着]|围困)[^{STOP}\d]{{0,6}}$"
)
_STILL = re.compile(r"(?:仍有|尚有|还有|其余|剩余|仅剩)[^,。;!?\n\d]{0,6}$")
"""Who is still looked for."""
_SAVING = re.compile(
    r"(?:(?:[营抢获解]|搜)救|救|疏散|转移|撤离|搜)(?:出|起|下)?了?(?:全部|所有|其中)?[^,。;!?\n\d]{0,4}$|(?:帮助|协助|找到|寻获)[^,。;!?\n\d]{0,4}$"
)
_SAVED_BEHIND = re.compile(
    r"[^,。;!?\n\d]{0,6}?(?:[已均都全被]|成功|先后|陆续|安全|全部)*(?:被(?:[^,。;!?\n\d]{0,8}?)救|获救|救出|营救出|救援出|解救|脱险|脱困|升井|救起|送医|转移|送往)"
)
"""Who was among them and is safe."""
_NEXT_LOST = re.compile(rf"[人名][、,和及]{_LOST}\d")
"""遇难38人、失联24人: the word belongs to the next number."""
_TO_HELP = re.compile("救助|营救|解救|搭救|为救")
_ASTRAY = re.compile("失联|失踪|下落不明")
_RESCUED = re.compile(
    r"成功(?:救[出援]|营救|解救|自救)|自救成功|安全带离|抱出|转移至|全部(?:救出|转移|获救)|救援成功|(?:被|合力|先后)[^,。;!?\n]{0,8}救出|救出后|获救|脱困|脱险|(?:抢|营)?救出(?=[^,。;!?\n]{0,4}被困)|解救[^,。;!?\n]{0,6}被困"
)
"""Who was trapped and is no more, where nobody is said to be missing still."""
_OF_THEM = re.compile(r"[^。;!?\n\d]{0,20}?其中[^,。;!?\n\d]{0,8}")
"""What stands between those who are missing and those of them who are dead."""
_FOUND = re.compile(
    r"(?:营救|解救|救出|疏散)(?:了|出)?(?:全部|所有)[^,。;!?\n]{0,4}(?:被困|受困|失联|失踪)|(?:全部|均已?|都已?|全都?)(?:被)?(?:成功)?(?:找到|获救|救出|脱险|脱困|升井|转移|(?:确认)?(?:无|没有)生命|(?:确认)?(?:遇难|死亡|身亡|罹难))|已?无(?:人员)?(?:被困|失联|失踪)(?:人员)?"
)
_OF_LOST = Rule(
    r"失联|失踪|下落不明|被困|受困|被埋|被掩埋|被卷走|被冲走|失去联系|搜救|搜寻|没出来|没能出来|没跑出来|出不来|围困|困住|困了|困着|压住|埋住"
)
_SAFE = re.compile(
    r"(?:已|被|均|都|将)[^,。;!?\n]{0,6}(?:找[到回]|送回|送到)(?!物业)|成功将|获救|救出|脱险|脱困|平安(?=[回返归无到脱获])|很安全|安全(?:回|返|到|转移)"
)
_BACK = re.compile(
    r"(?:已|被|均|都|将)[^,。;!?\n]{0,6}找[到回](?!物业)|(?:获救|救出|营救|解救|脱险|脱困)|(?:平安|安全)(?:回|返|归|到|无)|身亡|遇难|遗体|尸体|死亡|去世|生命体征"
)
SOMEBODY = Rule(
    r"有人(?:失联|失踪|被困|被埋)|人还(?:在|困在)(?:里面|下面)|已经失联|已失联|至今失联|多人(?:被困|失联|失踪|被埋)|数人(?:被困|失联|失踪|被埋)|"
    + led(
        "女子|男子|员工|外卖员|司机|业主|居民|老人|孩子|小孩|儿童|女童|男童|女孩|男孩|学生|工人|乘客|群众|村民|游客|人员|伤者",
        r"[^,。;!?\n从对将把向与]{0,3}(?:被困|失联|失踪|走失|被埋)(?<!救援人员被困)",
    )
    + "|"
    + led(
        "失联|失踪|走失|被困",
        "的?(?:男孩|女孩|女童|男童|儿童|学生|大学生|老人|女子|男子|少年|少女|孩子)",
    ),
    needs="被困|失联|失踪|走失|被埋|人还在|困在",
)
"""Missing people without a number."""


def _lost(passage: Passage, number: Number) -> tuple[int, int] | None:
    place = around(passage, number, _LOST_AFTER, _LOST_BEFORE, NOT_OTHERS)
    if place is None:
        return None
    text = passage.text
    saved = _SAVING.search(text, max(0, place[0] - 12), place[0]) or _SAVED_BEHIND.match(text, place[1])
    other = _NEXT_LOST.match(text, number.end) or _TO_HELP.search(text, number.end, place[1])
    return None if saved or other else place


def _latest(sheet: Sheet, counts: list[Count]) -> list[Count]:
    """Of missing people the last word counts: who still is, and nobody once all are found."""
    still = [c for c in counts if _STILL.search(c.passage.text[max(0, c.start - 10) : c.start])]
    astray = [c for c in counts if _ASTRAY.search(said(c))]
    best = [still[-1], *counts] if still else highest(astray) or highest(counts)
    if not best:
        return []
    for passage in reversed(sheet.passages):
        ends = [found.span() for found in _FOUND.finditer(passage.text)]
        if ends and best[0].passage is passage and ends[-1][0] > best[0].start:
            return [Count(passage, 0.0, *ends[-1], "")]
    if not still and not astray:
        for passage in sheet.passages[sheet.passages.index(best[0].passage) :]:
            begin = best[0].end if passage is best[0].passage else 0
            if saved := _RESCUED.search(passage.text, begin):
                return [Count(passage, 0.0, *saved.span(), "")]
    return best


def _alive(missing: list[Count], dead: Sequence[Count]) -> list[Count]:
    """2人被困,其中1人已无生命体征: who of them is known to be dead is missing no more."""
    if not missing:
        return []
    best = missing[0]
    of_them = next(
        (
            one.value
            for one in dead
            if one.passage is best.passage and _OF_THEM.fullmatch(words_between(best, one)) is not None
        ),
        0.0,
    )
    return [replace(best, value=max(0.0, best.value - of_them)), *missing[1:]]


def numbers(sheet: Sheet, dead: Sequence[Count]) -> list[Count]:
    """How many, and nobody (0) where all are found; the one that counts first."""
    return _alive(_latest(sheet, count_all(sheet, _lost, _OF_LOST)), dead)


def still(sheet: Sheet, passage: Passage, end: int) -> bool:
    """Whether somebody whom a text calls missing, up to ``end``, is not found again by it."""
    return not _BACK.search(passage.text, end) and not any(_SAFE.search(one.text) for one in sheet.passages)

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
from nlp.annotators.unreal import CLAUSE, SENTENCE, start_of
from nlp.numerals import NUMBER, Number, numeral
from nlp.scanning import Rule, led
from nlp.sheet import Passage, Sheet

_LOST = r"(?:失联|失踪|下落不明|被困|受困|被埋|被掩埋|被卷走|被冲走|失去联系|没(?:能|跑)?出来|出不来)"
_LOST_AFTER = re.compile(
    rf"{WHO}(?:{AGE}|{PERSON}|[^{STOP}人\d死伤亡钱款]){{0,10}}?{_LOST}|{WHO}[^{STOP}\d员]{{0,4}}(?:仍在?|还在|正在)(?:全力|紧急|继续){{0,2}}搜[救寻]|失联|失踪"
)
_LOST_BEFORE = re.compile(
    rf"{_LOST}(?:{REACHED}|[^{STOP}\d]{{0,6}}(?:更新|更正|修正|降)(?:至|到|为))$|(?:[困压埋]住了?|困[了着]|围困)[^{STOP}\d]{{0,6}}$"
)
_NO_PEOPLE = re.compile(r"[年月双第初点周期号路楼区室座栋]$")
"""三月三失联, 双十一失联: a number that counts nobody, where no 人 stands between."""
_STILL = re.compile(r"(?:仍有|尚有|还有|其余|剩余|仅剩)[^,。;!?\n\d]{0,6}$")
_STILL_THERE = re.compile(r"(?:人员|者|的人)?[^,。;!?\n\d]{0,2}(?:还在|仍在|尚在|仍未|还没|尚未)(?!家)")
"""Who is still looked for, by what stands before or behind."""
_AGAIN_AND_AGAIN = re.compile(
    r"经常|时有发生|时常|常常|总是|总有|频频|频繁|屡次|屡屡|每次|每天|动不动|三天两头|不时|偶尔|有时|[多数几][次起]|出现过|已出现|曾经|曾(?=有|因|被|发生|多次|致)|最[长久多]|上次|那次|有一次|前不久|容易|发生过"
)
"""电梯经常困人, 曾有人被困: nobody is trapped now."""
_FOR_A_WHILE = re.compile(r"[^,。;!?\n\d]{0,3}(?<!已)(?<!超)(?:了|约|近)?\d{1,2}多?分钟")
"""被困约15分钟: it is over."""
_SAVING = re.compile(
    r"(?:(?:[营抢获解]|搜)救|救|疏散|转移|撤离|搜)(?:出|起|下)?了?(?:全部|所有|其中)?[^,。;!?\n\d]{0,4}(?<!正在救援)(?<!正在营救)(?<!正在搜救)(?<!施救)$|(?:帮助|协助|找到|寻获)[^,。;!?\n\d]{0,4}$"
)
_SAVED_BEHIND = re.compile(
    r"[^,。;!?\n\d]{0,6}?(?:[已均都全被]|成功|先后|陆续|安全|全部)*(?:撤[出离]|被(?:[^,。;!?\n\d]{0,8}?)救|获救|救出|营救出|救援出|解救|脱险|脱困|升井|救起|送医|转移|送往)"
)
"""Who was among them and is safe."""
_NEXT_LOST = re.compile(rf"[人名][、,和及](?:{_LOST}){{1,2}}\d")
"""遇难38人、失联24人: the word belongs to the next number."""
_TO_HELP = re.compile("搜救失联|搜寻失联|救助|营救|解救|搭救|为救|互助|群(?!众)|志愿者|救援队|搜救队")
_ASTRAY = re.compile("失联|失踪|下落不明")
_NOT_BY_CHANCE = re.compile("被(?:失踪|失联)|玩失踪")
_STRANDED = 10_000
"""So many are not missing but held up: 数万名旅客被困机场."""
_HELD_UP = re.compile(r"因(?:台风|大雪|暴雪|航班|堵车)[^,。;!?\n]{0,2}被困|收留|进家|住了一夜|回到家")
_FATE = re.compile(
    r"系(?:跳桥|坠江|坠河|溺水|自杀|自行|离家)|被害|遇害|(?:将|把)[^,。;!?\n]{0,4}拽回|拽回|下落(?:已)?(?:明确|查明)"
)
_FOUND_HERE = re.compile(r"发现了?[^,。;!?\n]{0,16}$")
"""发现失联的男子, but no 发现走失男孩的书包."""
_PARTED = re.compile(r"(?:最后|最终|从此|此后|后来|渐渐|就此)$")
"""最后两人失去联系: who hears no more of each other."""
_FOUND_ONE = re.compile(r"(?:发现|找到)了?(?:男子|女子|老人|孩子|男孩|女孩|[他她其])(?![的失走被])|找到时")
_FOUND_WITHIN = re.compile(r"(?<![没未有])找到")
_BY_THE_MYRIAD = re.compile(r"[万千][多余]?[名人位]?$")
_FEW = 3
_PUT_RIGHT = re.compile("核实|确认为|更新为|更正为|修正为|核减")
"""初报9人失联,后核实为4人失联: what stands behind it counts."""
_RUMOURED = re.compile(r"[^。;!?\n]{0,60}?(?:[系为属是]谣|谣言|[系属]不实|不属实|虚假|子虚乌有|辟谣)")
_A_CASE = re.compile(r"[^,。;!?\n]{0,10}?时有发生|[^,。;!?\n\d]{0,4}(?:事件|现象|情况|经历|的事[,。])")
"""业主被困事件: it is over."""
_RESCUED = re.compile(
    r"成功(?:救[出援]|营救|解救|自救)|自救成功|安全带离|抱出|转移至|全部(?:救出|转移|获救)|救援成功|(?:被|合力|先后)[^,。;!?\n]{0,8}救出|(?:将|把)[^,。;!?\n\d一二两三四五六七八九十]{0,8}救[出起回下]|救[出起]后|获救|脱困|脱险|(?:护送|转移|送|带|背|拉|抬)[^,。;!?\n]{0,8}(?:至|到|回|往)[^,。;!?\n]{0,4}安全(?:地|区|处)|连救\d?|(?:伤员|伤者|被困者|被困人员|他们)[^,。;!?\n]{0,4}[均都全]已?[^,。;!?\n]{0,10}转移|(?:将|把)[^,。;!?\n\d]{0,8}(?:背|抬|抱|拉|拖|带)(?:出|上|到|下)|(?:抢|营)?救出(?=[^,。;!?\n]{0,4}被困)|解救[^,。;!?\n]{0,6}被困|转移被困人员"
)
"""Who was trapped and is no more, where nobody is said to be missing still."""
_OF_THEM = re.compile(r"[^。;!?\n\d]{0,20}?其中[^,。;!?\n\d]{0,8}")
"""What stands between those who are missing and those of them who are dead."""
_FOUND = re.compile(
    r"(?:营救|解救|救出|疏散)(?:了|出)?(?:全部|所有)[^,。;!?\n]{0,4}(?:被困|受困|失联|失踪)|(?<!群众)(?<!居民)(?<!村民)(?<!住户)(?<!业主)(?<!商户)(?:全部|均已?|都已?|全都?)(?:被)?(?:成功)?(?:不幸)?(?:找到|获救|救出|脱险|脱困|升井|转移|(?:确认)?(?:无|没有)生命(?!危险)|(?:确认)?(?:遇难|死亡|身亡|罹难))|已?无(?:人员)?(?:被困|失联|失踪)(?:人员)?"
)
_OTHERS_STILL = re.compile(r"(?:其余|其他|剩余|剩下)[^,。;!?\n\d]{0,4}(?:失联|失踪|被困|被埋)")
"""发现10人,均已遇难,全力搜寻其余失联人员: how many nobody says."""
_TITLE_RESCUES = re.compile(
    rf"(?:营救|解救|救)出(?:了|全部|所有)?(?P<many>{NUMBER})?|(?P<some>{NUMBER})?[人名]?(?:已|均|全部|成功)*(?:获救|脱险|脱困)|救[起回下]|[找寻]回|成功(?:营救|解救|自救)|自救成功"
)
"""What a title tells of the end, where nobody is said to be missing still."""
_IT_ENDED = re.compile(
    r"[人名]?[^,。;!?\n\d]{0,6}?,?[均都]?(?:确认|已经|已|不幸|被证实){1,3}(?:(?:无|没有|失去)生命(?!危险)|遇难|身亡|死亡|找到|获救|脱险|救出)(?!了?[\d一二两三四五六七八九十])"
)
"""被困2人已无生命体征, 失联3人已找到."""
_FOUND_AHEAD = re.compile(r"(?:救[下出起回]|(?:成功|已)(?:营救|解救)|找[到回]|寻回|照看)了?[^,。;!?\n]{0,4}$")
_FOR_YEARS = re.compile(r"(?:(?<!\d)\d{1,2}|[一二两三四五六七八九十多几])年(?!级|前?\d)")
"""Whom a family misses for years is no emergency."""
_FOUND_AFTER_YEARS = re.compile(
    r"(?:失联|失踪|走失|失散)(?:了|长达|已|近|约|达|超|逾|整整){0,4}(?:(?<!\d)(?:[2-9]|\d{2})|[二两三四五六七八九十几数多]{1,3})[余多]?年|(?:时隔|找了|苦盼了?|等了|分别|相隔)[^,。;!?\n]{0,3}年|(?:(?<!\d)(?:[2-9]|\d{2})|[二两三四五六七八九十几数多]{1,3})[余多]?年(?:前[^,。;!?\n]{0,8}(?:失联|失踪|走失|被拐)|后[^,。;!?\n]{0,8}(?:见到|找到|团聚|重逢|相认|回家))"
)
"""… nor is he of whom a text tells how many years it took to find him."""
_BODY = re.compile(
    r"(?:遗体|尸体)[^,。;!?\n]{0,14}(?:打捞|发现|找到)|(?:打捞|发现|找到)[^,。;!?\n]{0,10}(?:遗体|尸体)|(?:人|已经?)(?:去世|遇害)"
)
_SOME_SAVED = re.compile(
    rf"(?:已|成功|先后|陆续)[^,。;!?\n\d]{{0,6}}(?:救出|搜救出|营救出|搜出|找到)(?:了|其中)?(?P<many>{NUMBER})[人名]|(?P<few>{NUMBER})[人名](?:已|均|成功)*(?:获救|脱险|脱困|救出)"
)
"""14人被困,已救出7人: the others are still there."""
_BY_NOW = re.compile("截至|截止|最新|目前")
_OF_LOST = Rule(
    r"失联|失踪|下落不明|被困|受困|被埋|被掩埋|被卷走|被冲走|失去联系|搜救|搜寻|没出来|没能出来|没跑出来|出不来|围困|困住|困了|困着|压住|埋住"
)
_SAFE = re.compile(
    r"(?:已|被|均|都|将)[^,。;!?\n]{0,6}(?:找[到回]|送回|送到)(?!物业)|成功将|获救|救出(?!了?部分)|脱险|脱困|平安(?=[回返归无到脱获])|很安全|安全(?:回|返|到|转移)"
)
_BACK = re.compile(
    r"(?:已|被|均|都|将)[^,。;!?\n]{0,6}找[到回](?!物业)|获救|(?:(?:营|抢|解)?救出|救起|救回|营救上|脱险|脱困)(?!部分|了?部分)|(?:成功|被[^,。;!?\n]{0,6})(?:营救|解救)|解救了|团聚|重逢|相认|认亲|生还|找到了?(?=[!。,;]|$)|被(?:发现|认出)(?!失)|被救(?!援|助站)|救了|见到了?(?:女儿|儿子|父|母|亲)|已经?找到|(?:发现|看到|找到)了?(?:孩子|他|她|老人|男童|女童|男孩|女孩)(?![的失走不没])|找到了?(?:妈妈|爸爸|家人|父母|亲人|家)|(?:送|交)(?:还|回)|(?:平安|安全)(?:回|返|归|到|无)|自救(?!无)|得救|溺亡|告破|身亡|遇难|遇害|遗体|尸体|死亡|去世|离世|生命体征"
)
_DEBTOR = re.compile(
    r"(?:老板|法人|法定代表人|负责人|控制人|实控人|股东|中介|房东|店主|包工头|开发商|公司|平台|[猫狗犬])(?:已经?|突然|集体)?$"
)
_DEBT = re.compile(r"偷|骗(?![至到])|借款|欠款|卷款|私了")
"""Who is out of reach for those to whom he owes money; and pets."""
_WHOM = (
    "女子|男子|员工|外卖员|司机|业主|居民|老人|孩子|小孩|儿童|女童|男童|女孩|男孩|学生|工人|乘客|群众|村民|游客|人员|伤者|女生|男生|少年|少女|小伙|考生|弟弟|妹妹|哥哥|姐姐"
    "|爷爷|奶奶|外公|外婆|船员|矿工|工友|女儿|儿子|丈夫|妻子|父亲|母亲|驴友"
)
SOMEBODY = Rule(
    r"有人(?:失联|失踪|被困|被埋)|人还(?:在|困在)(?:里面|下面)|已经失联|已失联|至今失联|多人(?:被困|失联|失踪|被埋)|数人(?:被困|失联|失踪|被埋)|"
    + led(_WHOM, r"[^,。;!?\n从对将把向与见找发]{0,3}(?:被困|失联|失踪(?![点案])|走失|被埋)(?<!救援人员被困)")
    + "|"
    + led(
        "女子|男子|员工|老人|孩子|小孩|儿童|女童|男童|女孩|男孩|女儿|儿子|学生|大学生|工人|村民|游客|女生|男生|考生|少年|少女|小伙|老太|母亲|父亲|丈夫|妻子|弟弟|妹妹|哥哥|姐姐",
        r"[^,。;!?\n]{0,16}(?:后|时|附近|途中|边境|路上|落水|离校|出走|打工|务工|[工境]作|暑假工)(?:失联|失踪|走失)",
    )
    + "|"
    + led(
        "失联|失踪|走失",
        r"(?:[已近超达了逾快约第]{0,2}[\d一二两三四五六七八九十半数几多][\d一二三四五六七八九十多余]{0,3}个?(?:多)?(?:小时|天|日|昼夜|周|月))",
    )
    + r"|车[里内上](?:还)?有人(?:员)?被困|正在救援[^,。;!?\n]{0,6}被困|搜寻[^,。;!?\n]{0,4}失联人|(?:其余|其他|剩余)[^,。;!?\n\d]{0,2}(?:失联|失踪|被困)(?:人员|者)|"
    + led(
        "失联|失踪|走失|被困",
        r"的?(?:[一二三四五六七八九十\d]{1,3}岁半?的?)?(?:男孩|女孩|女童|男童|儿童|学生|大学生|老人|女子|男子|少年|少女|孩子)",
    )
    + r"|报了?警[^,。;!?\n]{0,6}(?:失联|失踪|走失)|"
    + led(
        "寻人|急寻人|求扩散|帮忙寻找|求转",
        r"[^。]{0,60}?(?:走失|失踪|失联)",
    )
    + "|"
    + led("走失|失踪", r"[^。\n]{0,40}?(?:联系电话|酬谢|重谢|酬金|有线索|知情者)")
    + "|"
    + led("冲走|卷走", r"[^。;!?\n]{0,12}?(?:没|未)有?(?:找到|找着|下落|消息|发现)"),
    needs="被困|失联|失踪|走失|被埋|人还在|困在|冲走|卷走",
)
"""Missing people without a number."""


def _lost(passage: Passage, number: Number) -> tuple[int, int] | None:
    place = around(passage, number, _LOST_AFTER, _LOST_BEFORE, NOT_OTHERS)
    if place is None:
        return None
    text = passage.text
    saved = _SAVING.search(text, max(0, place[0] - 12), place[0]) or _SAVED_BEHIND.match(text, place[1])
    other = _NEXT_LOST.match(text, number.end) or _TO_HELP.search(text, number.end, place[1])
    often = _AGAIN_AND_AGAIN.search(text, start_of(CLAUSE, text, place[0]), place[0])
    often = often or _FOR_A_WHILE.match(text, place[1])
    return None if saved or other or often or _is_no_number(text, number, place) else place


def _is_no_number(text: str, number: Number, place: tuple[int, int]) -> bool:
    """Whether the number counts nobody who is missing: a day, a crowd that is held up, who was silenced."""
    behind = text[number.end : place[1]]
    if behind.endswith(("搜救", "搜寻")) and text.startswith(
        ("失联", "失踪", "被困", "落水", "遇险"), place[1]
    ):
        return True
    if "、" in behind and text[place[1] : place[1] + 1].isnumeric():
        return True
    if behind.endswith("失去联系") and _PARTED.search(text, max(0, number.start - 2), number.start):
        return True
    if behind in ("失联", "失踪") and _NO_PEOPLE.search(text, max(0, number.start - 1), number.start):
        return True
    if number.value >= _STRANDED and not _ASTRAY.search(text, *place):
        return True
    return bool(
        _NOT_BY_CHANCE.search(text, place[0], place[1])
        or _RUMOURED.match(text, place[1])
        or _A_CASE.match(text, place[1])
    )


def _latest(sheet: Sheet, counts: list[Count]) -> list[Count]:
    """Of missing people the last word counts: who still is, and nobody once all are found."""
    still = [c for c in counts if _is_still_there(c)]
    astray = _put_right([c for c in counts if _ASTRAY.search(said(c))])
    if astray and max(c.value for c in astray) == 1 and any(_FATE.search(one.text) for one in sheet.passages):
        return []
    if astray and max(c.value for c in astray) <= _FEW and (_took_years(sheet) or _found_one(astray[0])):
        return []
    best = [still[-1], *counts] if still else highest(_by_now(astray)) or highest(counts)
    if not best:
        return []
    if dead := _IT_ENDED.match(best[0].passage.text, best[0].end):
        others = _OTHERS_STILL.search(best[0].passage.text, dead.end())
        return [] if others else [replace(best[0], value=0.0)]
    for passage in reversed(sheet.passages):
        ends = [found.span() for found in _FOUND.finditer(passage.text)]
        if ends and best[0].passage is passage and ends[-1][0] > best[0].start:
            others = _OTHERS_STILL.search(passage.text, ends[-1][1])
            return [] if others else [Count(passage, 0.0, *ends[-1], "")]
    if dead := _found_dead(best[0]):
        return [Count(best[0].passage, 0.0, *dead.span(), "")]
    if not still and not astray:
        text, begin = best[0].passage.text, best[0].end
        if some := _SOME_SAVED.search(text, begin, begin + 40):
            left = best[0].value - (numeral(some["many"] or some["few"]) or 0.0)
            return [replace(best[0], value=max(0.0, left)), *best[1:]]
        for passage in sheet.passages[sheet.passages.index(best[0].passage) :]:
            begin = best[0].end if passage is best[0].passage else 0
            if saved := _RESCUED.search(passage.text, begin):
                return [Count(passage, 0.0, *saved.span(), "")]
        if saved := _title_rescues(sheet, best[0].value):
            return [Count(sheet.title, 0.0, *saved.span(), "")]
    return best


def _found_dead(count: Count) -> re.Match[str] | None:
    """一名女生失联,13日遗体被打捞: one who was missing, and the body found."""
    return _BODY.search(count.passage.text, count.end) if count.value == 1 else None


def _by_now(counts: list[Count]) -> list[Count]:
    """13人失联，截至17日4人失联: those behind the last word of until when, else all."""
    told = [_until(count) for count in counts]
    latest = max(told, default=-1)
    return [count for count, at in zip(counts, told, strict=True) if at == latest]


def _put_right(counts: list[Count]) -> list[Count]:
    """Those behind the last word that puts a number right, where there are any."""
    for count in counts[:1]:
        for word in _PUT_RIGHT.finditer(count.passage.text, count.end):
            counts = [c for c in counts if c.passage is not count.passage or c.start >= word.end()] or counts
    return counts


def _found_one(count: Count) -> bool:
    """一名男子失联数天,民警上门发现男子摔倒在家."""
    return count.value == 1 and _FOUND_ONE.search(count.passage.text, count.end) is not None


def _took_years(sheet: Sheet) -> bool:
    return any(_FOUND_AFTER_YEARS.search(one.text) for one in sheet.passages)


def _until(count: Count) -> int:
    """Where its sentence says until when it counts, ahead of it; -1 where it does not."""
    text = count.passage.text
    begin = start_of(SENTENCE, text, count.start)
    return max((found.start() for found in _BY_NOW.finditer(text, begin, count.start)), default=-1)


def _is_still_there(count: Count) -> bool:
    text = count.passage.text
    ahead = _STILL.search(text[max(0, count.start - 10) : count.start])
    return bool(ahead or _STILL_THERE.match(text, count.end))


def _title_rescues(sheet: Sheet, many: float) -> re.Match[str] | None:
    """Whether all of so many are rescued, by the title."""
    found = _TITLE_RESCUES.search(sheet.title.text)
    told = found and (found["many"] or found["some"])
    return None if told and (numeral(told) or 0.0) < many else found


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


def _fled(text: str, begin: int, end: int) -> bool:
    """Whether somebody keeps away from those to whom he owes money, or a pet is gone."""
    nobody = text.startswith(("失联", "失踪", "走失"), begin)
    debtor = nobody and _DEBTOR.search(text, max(0, begin - 10), begin)
    return bool(debtor or _DEBT.search(text, begin, end))


def still(sheet: Sheet, passage: Passage, begin: int, end: int) -> bool:
    """Whether somebody whom a text calls missing, from ``begin`` to ``end``, is so now, and is not found again."""
    text = passage.text
    clause = start_of(CLAUSE, text, begin)
    elsewhere = (
        "救" in text[begin:end]
        or _AGAIN_AND_AGAIN.search(text, clause, end)
        or _FOR_A_WHILE.match(text, end)
        or _FOUND_AHEAD.search(text, clause, begin)
        or (
            text.startswith(("失", "走失"), begin)
            and _FOUND_HERE.search(text, clause, begin)
            and not text.startswith("的", end)
        )
        or _NOT_BY_CHANCE.search(text, begin, end)
        or _RUMOURED.match(text, end)
        or (text.startswith("被困", end - 2) and _A_CASE.match(text, end))
        or ("困" in text[begin:end] and _BY_THE_MYRIAD.search(text, max(0, begin - 3), begin))
        or _FOUND_WITHIN.search(text, begin, end)
        or _FOUND_ONE.search(text, end)
        or _took_years(sheet)
        or any(
            _FATE.search(one.text) or ("困" in text[begin:end] and _HELD_UP.search(one.text))
            for one in sheet.passages
        )
        or _fled(text, begin, end)
        or _FOR_YEARS.search(text, max(0, begin - 8), end + 8)
    )
    if elsewhere:
        return False
    if passage is sheet.title and _BACK.search(sheet.body.text):
        return False
    return not _BACK.search(text, end) and not any(_SAFE.search(one.text) for one in sheet.passages)

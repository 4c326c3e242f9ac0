"""Whether what stands somewhere in a text happened: what is feared, wished, threatened, imagined, denied, refuted, counted by
the year or long past did not.
"""

from __future__ import annotations

import re

from nlp.scanning import Rule
from nlp.sheet import Passage, Sheet

LONG_AGO = 3
"""Years: a sentence that names one further back tells history."""

SENTENCE = re.compile(r"[。;!?\n]")
CLAUSE = re.compile(r"[,。;!?\n]")
_IF = re.compile(
    r"如果|假如|假设|倘若|要是|万一|一旦|若是|演练|演习|模拟|剧情|小说|电影|游戏|难道|是不是要?|会不会|诅咒|祝你|祝他|咒你|编造|捏造|散播|散布|谎称|谣称|造谣|试问|只有[到等]|要不是|否则|不然"
)
_NEVER = re.compile(
    r"到时|别让|别再|不要再|不想再|不希望|差点|险些|差一点|岂不|非要|非得|等到|再不|早晚|迟早|总有|生怕|就怕|担心|预防|防止|避免|杜绝|以免|免得|省得|以防(?!空)|可判|判处|处以|防溺|防坠|要等|谨防|严防|每年|年均|濒临|假使"
    r"|希望(?!小学|工程)|但愿|祈[祷求]|确保|容易|极易|可以(?![确证看])|即便|哪怕|[未没](?:有)?(?:接到|收到|接获|得到)|暂无|来一?个|恨不得|恨不能|是否|所谓|千万别|可别|危言耸听|扬言|威胁要|恐吓|叫嚣|谁再"
)
_MIGHT = re.compile(
    r"(?:(?<![社机发开大协委晚聚宴工学商常年例拜约庙农教员运览字乐金事谈展集议班长唱合舞盛])会(?!议|所|员|上|后|前|计|场)|可能(?!已|有|致|造成)|(?<!不)足以"
    r"|(?<![主需只重必不还都])要(?![求闻员点])|(?<![没不])想(?!到)|(?<![贸交简轻不平])易(?!某))[^,。;!?\n\d]{0,4}$"
)
"""会砸伤人, 要出人命, 孩子易骨折: what might be."""
_BEHIND = re.compile(
    r"[^。;!?\n]{0,12}?(?:时间问题|的一天|的那天|迟早|早晚|咋办|(?:才|就)(?:会|能|知道)?(?:重视|有人管|来管|满意)|的可能|的风险|的危险|不得好死|活该|危言耸听)"
)
"""What is said behind it that makes it a fear."""
_YEARS_AGO = Rule(
    r"(?<![\d一二三四五六七八九十])(?:[3-9]|[1-9]\d|[三四五六七八九十几多]|[一二三四五六七八九]?十[一二三四五六七八九]?)年前[^,。;!?\n]*$",
    needs="年前",
)
_COMPARED = Rule(
    r"[^。;!?\n]{0,60}?(?:同比|环比|较上年|比上年|较去年|比去年)",
    needs="同比|环比|较上年|比上年|较去年|比去年",
)
"""What is compared with the year before is a statistic."""
_REFUTED = Rule(
    r"[^,。;!?\n]{0,6}?(?:[系是为属][^,。;!?\n]{0,2}?(?:谣|不实|假的|假消息|编造|虚构|旧闻|旧视频)|不属实|不实|纯属|子虚乌有)|,?[^,。;!?\n]{0,8}?辟谣",
    needs="谣|不实|不属实|旧闻|旧视频|假的|假消息|编造|虚构|纯属|子虚乌有",
)
_WHO_ANSWERS = re.compile(r"[^,。;!?\n]{0,14}?(?:谁来?负责|谁担责|怎么办|算谁的)")
_DENIED = re.compile(
    r"(?:(?<![沉淹埋吞覆])没(?!想到|料到|几天|多久|过[几多]|两天)有?|未|无|并非|(?<!是)不是|不存在|谣传|误传)[^,。;!?致]{0,4}$|除了?$|防$"
)
_HISTORY = re.compile(
    r"唐山大地震|汶川(?:大)?地震|历史上|史上|建国以来|抗战|抗美援朝|日军|日寇|鬼子|二战|当年|旧社会|上世纪|[一二]十世纪|民国|文革|大跃进"
)
_YEAR = re.compile(
    r"(?<!\d)(?:((?:19|20)\d\d)年|([5-9]\d)年(?![前来多内间以后代级龄长期底]|\d+岁)|([012]\d)年(?=\d{1,2}月|[春夏秋冬]))"
)
"""1998年, 98年, 08年冬."""


def unreal(sheet: Sheet, passage: Passage, at: int, end: int) -> bool:
    """Whether what stands there is none of what happened."""
    text = passage.text
    clause = text[start_of(CLAUSE, text, at) : at]
    if _NEVER.search(clause) or _DENIED.search(clause[-10:]) or _MIGHT.search(clause):
        return True
    if _WHO_ANSWERS.match(text, at, at + 30) or _BEHIND.match(text, end, end + 24):
        return True
    if passage.may(_REFUTED) and _REFUTED.expression.match(text, end, end + 24):
        return True
    if passage.may(_COMPARED) and _COMPARED.expression.match(text, end, end + 70):
        return True
    if passage.may(_YEARS_AGO) and _YEARS_AGO.expression.search(clause):
        return True
    sentence = sentence_before(text, at)
    return bool(_IF.search(sentence)) or long_past(sheet, sentence)


def long_past(sheet: Sheet, sentence: str) -> bool:
    """Whether a sentence tells history, as far as it was read."""
    said = sheet.post.first_public_at.year
    return bool(_HISTORY.search(sentence)) or any(
        said - _full(year) >= LONG_AGO for year in _YEAR.finditer(sentence)
    )


def _full(year: re.Match[str]) -> int:
    if year[1]:
        return int(year[1])
    return 1900 + int(year[2]) if year[2] else 2000 + int(year[3])


def sentence_before(text: str, at: int) -> str:
    """What stands of the sentence before ``at``."""
    return text[start_of(SENTENCE, text, at) : at]


def start_of(stop: re.Pattern[str], text: str, at: int, *, reach: int = 120) -> int:
    """Where the clause or sentence begins that ``at`` stands in; no further back than ``reach``."""
    begin = max(0, at - reach)
    for found in stop.finditer(text, begin, at):
        begin = found.end()
    return begin

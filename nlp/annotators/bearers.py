"""Who bears a title of office in a text: a title with a name before it (李国栋局长, 李科长) or behind it (副局长李国栋).

Where a name ends is told by what follows it, and where that says nothing by how the text falls into words: 许平 in
科长许平接访 is no word of the dictionary, 林业 in 局长林业 is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from nlp.scanning import Rule
from nlp.sheet import Passage
from nlp.words import is_word, parts_of_speech

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范"
    "方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_RARER = (
    "欧湛柳喻殷洪申晏翁左宁肖聂仇粟冉刁滕游盛莫詹骆倪严温季俞裴童辛蓝庞樊兰齐梅卓牛葛安施谷涂邬章鲁韦苗项祝岳符邢覃凌屈褚"
    "娄甘辜牟祁臧戚穆阮柯邵郁甄靳巫焦蒲蔺屠翟桂瞿茹耿匡寇巩敖阚饶鞠荆苟尹佘佟尚纪解路"
)
_SURNAMES, _SURNAME = frozenset(SURNAMES + _RARER), f"[{SURNAMES}{_RARER}]"
_ALSO_WORDS = frozenset("任于常方万高段何曾余文白石江金田安左温齐游申严盛谷章祝项尚纪解路符凌甘焦")
"""Surnames that are words, or begin many: they make a name only where something else says so."""

_VERBS = frozenset("任严盛申解")
"""… that may stand before a name: 严查李科长."""

_SEATS = "市长|县长|区长|镇长|乡长|省长"
_SEATED = frozenset(_SEATS.split("|"))
"""黄桥镇长 may be a man, and the head of a town of this name."""
_CHIEF_TITLES = (
    f"局长|处长|科长|股长|书记|{_SEATS}|所长|厅长|调研员|支书|庭长|检察长|法院院长|检察院院长|大队长|支队长"
)
"""Titles of an office wherever they stand."""
_HEAD_TITLES = "主任|站长|队长|部长|主席|总工程师|科员|村长"
"""Titles that companies, schools and clubs have as well."""
_ENFORCERS = (
    "执法队员|执法人员|城管队员|交警|民警|辅警|法官|警官|协管员|质监员|审批人员|窗口人员|城管领导|城管"
)
ENFORCING = frozenset(_ENFORCERS.split("|"))
_STAFF_TITLES = "干部|领导|工作人员"
_CHIEFS, _STAFF = frozenset(_CHIEF_TITLES.split("|")), frozenset(_STAFF_TITLES.split("|"))
_OF_OFFICE = _CHIEFS.union(_HEAD_TITLES.split("|"))
_BEHIND_A_NAME = _OF_OFFICE | {"警官", "法官"}
"""Titles by which one calls somebody: 刘警官, and not 刘民警."""
TITLED = Rule(f"{_CHIEF_TITLES}|{_HEAD_TITLES}|{_ENFORCERS}|{_STAFF_TITLES}")

_UNDER = re.compile(
    "[室局办处科站委府队厅省市县区镇乡村员组政安育管划建土房防保务通商利业林法生农计监障心道副原支部所院会任警庭兼、]$"
)
"""What a title of office with a name behind it follows."""
_ALONE = re.compile(r"(?:^|[^\u4e00-\u9fff]|的)$")
_OFFICE_NEAR = re.compile(
    r"(?:局|办|委|所|站|政府|镇府|街道|社区|大厅|镇|乡|村|征收|拆迁|窗口|大队|中队|城管|执法|法院)[^,。;!?\n]{0,8}$"
)
"""Whose staff somebody is: shops have 工作人员 too."""
_NOT_OF_NAMES = "的了说是被我你他她您们都也还就这那其没不副姓两警官局"
_NOT_IN_NAMES = frozenset(_NOT_OF_NAMES)
_RARELY_ALONE = _NOT_IN_NAMES.union("在和与对把让给有到此来去要会能向从")
"""What follows a surname that stands alone, and is seldom all of a given name."""
_HAN = rf"(?![{_NOT_OF_NAMES}])[\u3400-\u9fff]"
_UNSAID = re.compile(rf"\s?{_SURNAME}(?:某{{1,2}}|[×x*]{{1,2}})")
_FENCED = re.compile(
    rf"\s?{_SURNAME}(?!介绍|表示|透露|告诉|解释|回应|认为|强调|指出|宣布)(?:{_HAN}){{1,2}}(?=[,。;、!?\s的在收被说对是与和把让不受索拿贪涉因酒醉严任等及以于打推把骂借撕摔卡霸“”)(]|明知|故意|私自|擅自|克扣|实名|公开|长期|多次|反映|投诉|承诺|答[复应]|要求|利用|指使|带[人领]|强[占拆征]|接[访待]|违|个人|$)"
)
"""A name and what cannot belong to it."""
_PERSONAL = ("副", "原")
_SPACED = re.compile(rf"\s?(?={_SURNAME}{_HAN})")
_ADDRESSES = frozenset({"同志", "警官", "先生", "女士", "老师", "领导", "队长"})

_FULL = re.compile(rf"(?={_SURNAME})(?P<name>(?:{_HAN}){{2,3}})副?$")
_HIDDEN = re.compile(rf"{_SURNAME}(?:某{{1,2}}|[×x*]{{1,2}})副?$")
_BARE = re.compile(rf"{_SURNAME}副?$")
_INTRODUCED = re.compile(r"(?:^|[^\u4e00-\u9fff]|[找给向对问跟由被让叫请见是的那了位查报诉告望盼])$")
"""What a bare surname follows: 找李科长."""
_JOINED = frozenset("和与及同员警一他她时后但而只长任记")
"""… and what it follows where it is no word besides: 办案人员刘警官, but 时任局长."""
_UNIT_ENDS = frozenset("局办委府队所科处院镇县市区村道组室检站庭厅关")
"""… or where its unit ends: 教育局卢局长."""
_CALLED = re.compile(rf"(?:姓{_SURNAME}的?|{_SURNAME}姓的?|(?:名叫|叫|名为){_SURNAME}某{{1,2}}的)副?$")
_SITS = re.compile(r"(?:^|[^\u4e00-\u9fff]|[镇乡县市区省府委找向问给])$")
_OTHER_THAN_TITLE = re.compile(r"会议|办公|助理|热线|信箱|邮箱|接待日|兵")


class Bearer(NamedTuple):
    """Somebody with a title."""

    passage: Passage
    start: int
    end: int
    called: str
    """Surname and title, by which a text names the same one again."""
    hidden: bool
    """Whether the name is held back, as of somebody who did wrong: 李某, 赵×, a 科长 of the name of 刘."""
    whole: bool
    """Whether more than the surname is named."""


def bearers(passage: Passage) -> Iterator[Bearer]:
    """Everybody in a passage who bears a title and a name."""
    if not passage.may(TITLED):
        return
    for title in TITLED.expression.finditer(passage.text):
        found = _behind(passage, title) or _before(passage, title)
        if found:
            yield found


def _behind(passage: Passage, title: re.Match[str]) -> Bearer | None:
    """副局长李国栋."""
    text, end = passage.text, title.end()
    first = text[end : end + 2].lstrip()[:1]
    if first not in _SURNAMES or not _names_office(text, title):
        return None
    name_end = _name_end(passage, title)
    if name_end is None:
        return None
    hidden = _UNSAID.match(text, end) is not None
    return Bearer(passage, title.start(), name_end, first + title[0], hidden, True)


def _names_office(text: str, title: re.Match[str]) -> bool:
    """Whether the title is one of an office where it stands."""
    before, word = text[max(0, title.start() - 14) : title.start()], title[0]
    if word in _STAFF:
        return _OFFICE_NEAR.search(before) is not None
    if word not in _OF_OFFICE:
        return True
    if _UNDER.search(before):
        return True
    hidden = _UNSAID.match(text, title.end())
    return _ALONE.search(before) is not None and (hidden is not None or word in _CHIEFS)


def _name_end(passage: Passage, title: re.Match[str]) -> int | None:
    """Where the name ends that stands behind a title, after a space or none."""
    text, at = passage.text, title.end()
    if hidden := _UNSAID.match(text, at):
        return hidden.end()
    fenced = _FENCED.match(text, at)
    if fenced and (_is_personal(text, title, fenced) or may_be_name(fenced[0].strip())):
        return fenced.end()
    spaced = _SPACED.match(text, at)
    return _by_words(passage, spaced.end()) if spaced else None


def _is_personal(text: str, title: re.Match[str], name: re.Match[str]) -> bool:
    """Behind 副 a title is somebody's, whatever the dictionary says of the name."""
    return text.endswith(_PERSONAL, 0, title.start()) and name[0].strip()[0] != "任"


def _by_words(passage: Passage, begin: int) -> int | None:
    """Where a name ends by how the text falls into words."""
    text, bounds = passage.text, passage.bounds
    at = bisect_left(bounds, begin)
    if at + 1 >= len(bounds) or bounds[at] != begin:
        return None
    end = bounds[at + 1]
    if end - begin > 1:
        word = text[begin:end]
        fits = end - begin <= 4 and _NOT_IN_NAMES.isdisjoint(word) and may_be_name(word)
        return min(end, begin + 3) if fits else None
    if text[begin] in _ALSO_WORDS or at + 2 >= len(bounds):
        return None
    given = text[end : bounds[at + 2]]
    alone = len(given) == 1 and given not in _RARELY_ALONE and given.isalpha() and not given.isascii()
    return bounds[at + 2] if alone or (len(given) == 2 and _may_be_given(given)) else None


@lru_cache(maxsize=16_384)
def _may_be_given(word: str) -> bool:
    """Behind a surname 强军 may be a name, 负责 or 昨晚 hardly."""
    return word not in _ADDRESSES and (
        may_be_name(word) or all(tag[:1] in "nabjz" for _, tag in parts_of_speech(word))
    )


@lru_cache(maxsize=16_384)
def may_be_name(word: str) -> bool:
    """Whether the dictionary knows the word as a name, or not at all."""
    if not is_word(word):
        rest = word[1:]
        clear = word[0] not in _ALSO_WORDS or not is_word(rest)
        return rest[:1] not in _NOT_IN_NAMES and (clear or (word[0] != "任" and _is_tagged(rest, "n")))
    return _is_tagged(word, "nr")


def _is_tagged(word: str, *tags: str) -> bool:
    return any(tag.startswith(tags) for part, tag in parts_of_speech(word) if part == word)


def _before(passage: Passage, title: re.Match[str]) -> Bearer | None:
    """李国栋局长, 李科长, 姓李的科长."""
    text, end, word = passage.text, title.end(), title[0]
    near = max(0, title.start() - 8)
    if _OTHER_THAN_TITLE.match(text, end):
        return None
    called = _CALLED.search(text, near, title.start())
    if called and not (called[0][1] == "姓" and word == "工作人员"):
        surname = next(sign for sign in called[0] if sign in _SURNAMES)
        return Bearer(passage, called.start(), end, surname + word, True, True)
    if word not in _BEHIND_A_NAME:
        return None
    for look in (_HIDDEN, _FULL, _BARE):
        named = look.search(text, near, title.start())
        if named and _stands(passage, named, title, look):
            hidden, whole = look is _HIDDEN, look is not _BARE
            return Bearer(passage, named.start(), end, named[0][0] + word, hidden, whole)
    return None


def _stands(passage: Passage, named: re.Match[str], title: re.Match[str], look: re.Pattern[str]) -> bool:
    if look is _HIDDEN:
        return True
    if look is _BARE:
        return _bare_stands(passage, named.start())
    if title[0] in _SEATED and not _SITS.search(passage.text, max(0, named.start() - 1), named.start()):
        return False
    return _is_cut_as_name(passage, named.start(), named.end("name"))


def _bare_stands(passage: Passage, start: int) -> bool:
    text = passage.text
    if _INTRODUCED.search(text, max(0, start - 1), start):
        return True
    if text[start] in _ALSO_WORDS and text[start + 1] != "副":
        return False
    if text[start - 1] in _JOINED:
        return True
    return text[start - 1] in _UNIT_ENDS and not _is_inside_word(passage, start)


def _is_inside_word(passage: Passage, at: int) -> bool:
    """Whether a word of the dictionary goes on there; what was cut for want of one (区周) says nothing."""
    bounds = passage.bounds
    right = bisect_left(bounds, at)
    return bounds[right] != at and is_word(passage.text[bounds[right - 1] : bounds[right]])


def _is_cut_as_name(passage: Passage, start: int, end: int) -> bool:
    """Whether a name is one word, or a surname and single characters that make none with it."""
    text, bounds = passage.text, passage.bounds
    at, last = bisect_left(bounds, start), bisect_left(bounds, end)
    if bounds[at] != start or last >= len(bounds) or bounds[last] != end:
        return False
    name = text[start:end]
    if name[-1] in _UNIT_ENDS or not _NOT_IN_NAMES.isdisjoint(name):
        return False
    if last - at == 1:
        return may_be_name(name)
    if text[start - 1 : start] in _UNIT_ENDS:
        plain = name[0] not in _ALSO_WORDS or (name[0] not in _VERBS and not is_word(name[1:]))
        return plain and not is_word(name) and (len(name) == 3 or bounds[at + 1] == start + 1)
    single = bounds[at + 1] == start + 1 and name[0] not in _ALSO_WORDS
    given_is_noun = len(name) == 3 and _is_noun(name[1:])
    return single and not is_word(name) and not given_is_noun


@lru_cache(maxsize=16_384)
def _is_noun(word: str) -> bool:
    """韩警察厅长 is nobody called 警察."""
    return is_word(word) and any(tag in ("n", "ns") for _, tag in parts_of_speech(word))

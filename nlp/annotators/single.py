"""One person's harm that no number tells of: 门压死了我父亲, 警报响后老人心梗去世, 邻居被砸断腿.

A violent death and a broken limb say by themselves what happened.  去世, 走了 and 住院 say only how it ended: they count where the
same sentence names a cause here before them, an alarm, a fall, a gate, an ambulance that could not get in.
"""

from __future__ import annotations

import re

from nlp.annotators.unreal import SENTENCE, start_of, unreal
from nlp.scanning import Rule, led
from nlp.sheet import Passage, Sheet
from nlp.signalling import matches

Place = tuple[Passage, int, int]

REACH = 30
"""Characters between the person and what became of them."""

_WHO = (
    "父亲|母亲|爸爸|妈妈|老爸|老妈|老爹|老娘|爷爷|奶奶|外公|外婆|姥姥|姥爷|祖父|祖母|丈夫|老公|妻子|老婆|爱人|老伴|儿子|女儿|闺女"
    "|哥哥|弟弟|姐姐|妹妹|叔叔|伯伯|伯父|伯母|舅舅|舅妈|姑姑|姑妈|婶婶|阿姨|岳父|岳母|公公|婆婆|孙子|孙女|外孙|侄子|侄女"
    "|(?<=[我俺他她咱家])[大二三小]?(?:爸|妈|爹|娘|哥|弟|姐|妹|叔|伯|舅|姑|姨|娃|媳妇)"
    "|老人|老太太?|老头|老爷[子爷]|老奶奶|大爷|大妈|大叔|大娘|孩子|小孩|邻居|街坊|工人|师傅|同事|工友|保安|保洁|门卫|同学"
)
_PERSON = re.compile(rf"(?:{_WHO})(?!们|节|院|证|家里?的?[狗猫鸡鸭鱼猪牛羊树花])")
_VICTIM = re.compile(
    rf"(?:了|我们?|俺|咱|他|她|家|的|隔壁|一?[个名位]|可怜|楼[上下]|对门|年[迈老幼]|[\d一二三四五六七八九十]+岁)*(?:{_WHO})(?!们|[^,。;!?\n]{{0,4}}[狗猫鸡鸭鱼猪牛羊鸟树花])"
)
_SEVERAL = re.compile(
    r"(?:[2-9]|\d{2,}|[两几俩仨多余数])$|(?:[2-9]|\d{2,}|[二两三四五六七八九十百千几多余数])[名位个][^,。;!?\n\d]{0,3}$|[多几]次有?$|[和与及跟、]$"
)
"""What stands before the person where there are more."""
_OTHERS = re.compile(
    r"(?:[2-9]|\d{2,}|[二两三四五六七八九十百千几多余数])(?:[名位人口]|个(?![月小半多]))|双双|相继|先后"
)
"""What stands between the person and the word where it befell others."""
_BEHIND = re.compile("的(?![,。;!?]|$)")
"""撞死的张某: it befell whom the words behind it name."""
_ACTED_ON = re.compile(r"[被把让给遭](?!子)")
_ENDS = re.compile(
    r"了?(?:$|[,。;!?\n、()在于后吗吧啊呢呀])|了?(?:至今|一直|没人|物业|[两三一]天|好几天|现在|家[人属])"
)
"""What follows a death that has nobody else for its object."""
_LIMB = r"(?<![桌椅床凳柜])(?<![桌椅凳柜]子)(?:腿(?!脚)|胳膊|手(?![机推续工套电里提持写柄])|脚(?!手架|步|本|踏)|腰(?![带包])|骨(?![干科架])|脖子|脊[椎柱]|膝盖|跟腱|指|趾|牙|鼻梁)"
_BROKEN = "[砸摔压夹撞轧碾绊跌踩]"
_MAIMING = "砸断|摔断|压断|夹断|撞断|轧断|碾断|绊断|跌断|踩断|砸折|摔折|压折|夹折|撞折|轧折|碾折|跌折"
_VIOLENT = Rule(
    r"(?:[压砸电淹摔毒撞轧碾烧炸捅砍咬勒溺]|(?<!一棍子)打(?=死了))死(?!我[了也都]|你|人|不|活|刑|[我他她]?[也都])|活活[闷熏呛憋冻饿吓热]死|[闷熏呛憋冻]死在",
    needs="压死|砸死|电死|淹死|摔死|毒死|撞死|轧死|碾死|烧死|炸死|捅死|砍死|咬死|勒死|溺死|打死了|闷死|熏死|呛死|憋死|冻死|饿死|吓死|热死",
)
_AGO = r"[已有经]{0,2}[好几多\d一二两三四五六七八九十]+[个年周]"
_ENDED = Rule(
    led("去世|过世|离世|逝世|病逝", rf"(?!前|多年|时间|的?时候|之|{_AGO})")
    + r"|走了(?![出进过一趟很几那这以\d])|没了(?![命工业地收电水钱气信消个])|死了(?!心|一?条|之)|不在了",
    needs="去世|过世|离世|逝世|病逝|走了|没了|死了|不在了",
)
_GONE_SO = {
    "走了": re.compile(
        r"(?:心梗|脑溢血|脑出血|脑梗|心脏病|抢救[^,。;!?\n]{0,6}|医院|当[场晚天]|(?<![别家旁有些坏客])人|就这[么样]|永远)[地就都]?$|撒手$"
    ),
    "没了": re.compile(r"(?:[人妈爸爹娘亲婆公爷奶女儿伴]|[妻儿孙孩]子)(?:就|已经?|都)?$"),
}
"""What must stand before words that mostly say something else."""
_MAIMED = Rule(
    rf"{_BROKEN}[断折]了?[^,。;!?\n]{{0,7}}?{_LIMB}|{_LIMB}(?:都|也|骨|就|直接|被|给)*[^,。;!?\n]{{0,6}}?{_BROKEN}[断折]",
    needs=_MAIMING,
)
_WOUNDED = Rule(
    r"[烧烫灼砸压夹摔撞割扭炸电刺咬轧碾]伤(?![膏药口害])",
    needs="烧伤|烫伤|灼伤|砸伤|压伤|夹伤|摔伤|撞伤|割伤|扭伤|炸伤|电伤|刺伤|咬伤|轧伤|碾伤",
)
_TAKEN_ILL = Rule(
    r"住院(?![费部押])|住进[^,。;!?\n]{0,4}(?:医院|icu)|进了?(?:医院|icu|抢救)|送[到进去往]了?[^,。;!?\n]{0,4}医院|送医"
    r"|晕[倒过]|昏[倒迷过]|(?:心脏病|高血压|脑溢血|脑梗|心梗|哮喘)(?:突?发作?|犯了|复发)|(?:突发|犯了|诱发|引发)(?:心脏病|高血压|脑溢血|脑梗|心梗|哮喘)",
    needs="住院|住进|进医院|进了医院|进icu|进了icu|进抢救|进了抢救|送到|送进|送去|送往|送医|晕倒|晕过|昏倒|昏迷|昏过|心脏病|高血压|脑溢血|脑梗|心梗|哮喘",
)
_CAUSE = re.compile(
    r"警报|防空(?!洞|地下室|工程|办)|倒(?:下|塌|了?下来)|塌|垮|砸|压[住到在]|被[压埋]|坠|掉(?:进|入|到|下|了下)|跌[倒落进]|摔|滑倒|绊[倒到]|踩空|触电|漏电|电[击倒]|落水|溺水|被(?:水|淹)|水淹|洪水|涨水"
    r"|着火|起火|失火|火灾|浓烟|煤气|一氧化碳|沼气|毒气|中毒|缺氧|窒息|爆炸|爆破|被[^,。;!?\n]{0,6}撞|撞[倒到上]|车祸|碾|轧|惊吓|吓(?!人|唬)|[闷困关锁]在|被困"
    r"|(?:救护车|急救车|120|担架)[^,。;!?\n]{0,8}?(?:进不|开不|过不|下不|上不|堵|耽误|耽搁|绕|晚|来不及|迟|挡)"
)
_SINCE = re.compile(
    r"去年|前年|早年|早已|早就|生前|那年|小时候|以前|从前|前[几些]年|多年|[\d一二两三四五六七八九十几]年|癌|久病|寿终"
)
"""What parts 去世 from a cause that stands before it."""
_DATE = re.compile(r"后(?!,?[^,。;!?\n]{0,2}(?:物业|没人|无人|至今))|时(?!间)|的(?!$|[,。])|证明|以来")
"""去世后, 去世的老人: tells when, or of whom, unless the cause stands in its own clause."""
_NOT_LITERAL = re.compile(
    r"快$|快要$|真是?$|简直|房贷|债|写作业|作业本|唾沫|口水|工资|压力|月供|物价|彩礼|学费"
)
_BEASTS = re.compile(r"[^被遭]*[狗猫鸡鸭鱼猪牛羊鸟虫蚊鼠](?!年)[^把将]{0,8}")
_PLANTS = re.compile(r".*[花草树苗].{0,4}")
"""What a clause tells of that was killed: not 被狗咬死, and no tree that falls."""
_ASKED = re.compile(r"小心|当心|信不信|叫人|找人|威胁|说要|敢")

OUTCOME = "|".join(
    word for rule in (_VIOLENT, _ENDED, _MAIMED, _WOUNDED, _TAKEN_ILL) for word in sorted(rule.words)
)
"""Words without one of which nobody's harm is told here."""
_OF_DEATH = _VIOLENT.bit | _ENDED.bit
_OF_HURT = _MAIMED.bit | _WOUNDED.bit | _TAKEN_ILL.bit


def deaths(sheet: Sheet) -> list[Place]:
    if not sheet.standing & _OF_DEATH:
        return []
    return [*_found(sheet, _VIOLENT, needs_cause=False), *_found(sheet, _ENDED, needs_cause=True)]


def injuries(sheet: Sheet) -> list[Place]:
    if not sheet.standing & _OF_HURT:
        return []
    return [
        *_found(sheet, _MAIMED, needs_cause=False),
        *_found(sheet, _WOUNDED, needs_cause=False),
        *_found(sheet, _TAKEN_ILL, needs_cause=True),
    ]


def _found(sheet: Sheet, rule: Rule, *, needs_cause: bool) -> list[Place]:
    return [
        (passage, begin, word.end())
        for passage, word in matches(sheet, rule)
        if (begin := _begin(passage.text, word, needs_cause)) is not None
        and not unreal(sheet, passage, word.start(), word.end())
    ]


def _begin(text: str, word: re.Match[str], needs_cause: bool) -> int | None:
    """Where what happened to one person begins to be told; None where it is not."""
    sentence = start_of(SENTENCE, text, word.start())
    before = text[sentence : word.start()]
    if _NOT_LITERAL.search(before[-10:]) or _ASKED.search(before[-12:]):
        return None
    if needs_cause:
        so = _GONE_SO.get(word[0])
        return _caused(text, sentence, word) if so is None or so.search(before[-14:]) else None
    if _VICTIM.match(text, word.end()) or _VICTIM.search(word[0]):
        return word.start()
    clause = before.rpartition(",")[2]
    if _BEASTS.fullmatch(clause) or (word[0][0] in "淹毒" and _PLANTS.fullmatch(clause)):
        return None
    who = _last(_PERSON, text, max(sentence, word.start() - REACH), word.end())
    if who is None or _several(text, sentence, who, word) or _BEHIND.match(text, word.end()):
        return None
    acted_on = _ACTED_ON.search(text, max(sentence, who - 4), word.start())
    return who if acted_on or "死" not in word[0] or _ENDS.match(text, word.end()) else None


def _caused(text: str, sentence: int, word: re.Match[str]) -> int | None:
    who = _last(_PERSON, text, max(sentence, word.start() - REACH), word.end())
    cause = _last(_CAUSE, text, max(sentence, word.start() - 2 * REACH), word.end())
    if who is None or cause is None or _several(text, sentence, who, word):
        return None
    if _SINCE.search(text, min(who, cause), word.start()):
        return None
    if _DATE.match(text, word.end()) and "," in text[cause : word.start()]:
        return None
    return min(who, cause)


def _several(text: str, sentence: int, who: int, word: re.Match[str]) -> bool:
    return bool(_SEVERAL.search(text[sentence:who]) or _OTHERS.search(text, who, word.start()))


def _last(what: re.Pattern[str], text: str, begin: int, end: int) -> int | None:
    at = None
    for found in what.finditer(text, begin, end):
        at = found.start()
    return at

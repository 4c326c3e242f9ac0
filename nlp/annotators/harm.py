"""Deaths, injuries, missing people and loss, with their numbers; and where a text says that there were none.

A number counts for what the words before or behind it say of it.  Of several the highest is meant, for a text tells how a
toll rose; parts that a text itself adds up (13名平民和1名士兵, 6人……另有2人) are added.  What is only feared, played or long past
is no harm.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from huiying.amounts import figure
from huiying.contracts import Reading, Signal, SignalKind
from nlp.amend import amended
from nlp.annotators import missing, single
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
from nlp.annotators.unreal import long_past, sentence_before, unreal
from nlp.numerals import NUMBER, Number, numeral
from nlp.scanning import Rule, led
from nlp.sheet import Passage, Sheet
from nlp.signalling import matches, signal, signal_at

_DEATH = (
    r"(?:(?<![吓气笑累热急烦坑饿臭挤吵丑锁卡堵憋不没怕敢找作送想盯说看爱恨烂帅甜萌写玩抱叫封生])(?<!老病)(?<!病、)死(?![刑缓囚角机活心板结死不期守循灰伤里鸡猪鱼鸭狗猫牛羊鼠虾]|一生|了之|百了|以谢|难辞|无生)(?<!九死)亡?"
    r"|身亡|遇难|丧生|罹难|丧命|殒命|遇害|牺牲(?!品)|殉职|溺亡|撞亡|病亡|坠亡|不治|葬身|没了命|断了?气|没气了|没(?:抢)?救过来|献出了?(?:(?:宝贵|年轻)的?)?生命|[淹砸压烧毒闷摔电撞轧碾炸捅砍打咬]死"
    r"|(?:无|没有|没了|失去|已无)(?:任何)?生命(?:体征|迹象)|失去了?(?:宝贵的?)?生命|无一(?:人)?(?:生还|幸免|幸存))"
)
_TREATED = r"(?:送往?(?:医院?)?)?(?:后)?(?:经)?(?:送医|医院|全力|紧急|多方){0,3}(?:抢救|救治|医治|治疗|急救)(?:后)?(?:均|终因)?无效(?:后)?,?(?:于[^,。;!?\n]{1,8}|不幸|宣告|确认|被宣布|先后)?"
_FILL = rf"(?:{AGE}|{PERSON}|失[败足控火事]|救[援火灾]|[^{STOP}人\d伤失救获险困]){{0,14}}?"
_DEAD_AFTER = re.compile(
    rf"{WHO}(?:"
    rf"[^{STOP}\d]{{0,6}}?{_TREATED}(?:{_DEATH}|离世|去世|逝世)|{_FILL}{_DEATH}"
    rf"|[^{STOP}\d伤救获]{{0,10}}?[在因于被](?:伤[势重情]|[^{STOP}\d伤救获]){{2,26}}?{_DEATH}"
    rf"|[^。;!?\n\d幸获外]{{0,22}}?(?:均|全部|都|全|确认)已?经?(?:不幸|确认|被证实|当场)?{_DEATH}"
    r"|[^。;!?\n\d获]{0,14}?[(（,]?已?(?:确认)?已?(?:无|没有|失去)生命(?:体征|迹象)"
    rf"|[^{STOP}\d救获]{{0,10}}?因(?:伤|抢救|流感|感染|病毒|疫情|中毒|触电|溺水)[^{STOP}\d获]{{0,14}}?(?:去世|离世|逝世)"
    rf"|[^{STOP}\d获伤]{{0,8}}?(?:遗体|尸体)"
    rf"|[^。;!?\n\d获]{{0,10}}?(?:被[^,。;!?\n\d]{{0,6}}[冲卷埋困]|失联|失踪|落水|溺水|坠)[^。;!?\n\d获]{{0,8}}?,[^{STOP}\d]{{0,4}}?(?:遗体|尸体)(?:已|均|都|也|被|全部|先后|相继)"
    rf")|{_DEATH}|具[^{STOP}\d获伤]{{0,8}}?(?:遗体|尸体)|[名位个]死者"
)
_LIVES = re.compile(r"条(?:人命|(?P<gone>(?:鲜活的|年轻的|宝贵的|无辜的)*生命))")
_GONE = re.compile(
    r"逝去|逝者|消逝|夺[走去]|失去|离[开去]|没了|陨落|消失|葬送|断送|毁了|带走|白白|丧失|的代价"
)
"""What makes 三条生命 dead; without it a life is only spoken of."""
_KEPT = re.compile(r"救|挽回|保住|相当于|关乎|关系|珍惜|珍重|每$")
_NEARLY = re.compile(r"如何|濒临|潜在|险些|差点")
_DEAD = r"(?:死亡(?:失联|失踪)|死亡者?|死难者?|遇难|身亡|丧生|罹难|死者|遇害)"
_DEAD_BEFORE = re.compile(
    rf"{_DEAD}{REACHED}$|{_DEAD}(?:的)?(?:人数|总数|者)?[^,。;!?\n]{{0,24}}?(?:升|增加?|达|更新|更正|修正|修订|核减|上调|下调|调整)(?:至|到|为)$|(?:遗体|尸体)$"
    rf"|{_DEAD}[^。;!?\n]{{0,20}}?(?:有误|误[报传])[^。;!?\n]{{0,10}}?(?:为|是|系)$|(?<![伤死逃流灭消])亡$|(?<!死)亡人数{REACHED}$|(?:去世|离世|逝世)的?[^{STOP}\d]{{0,4}}?(?:已有|有|达|共)?$"
    r"|(?:[淹砸压烧毒闷摔电撞轧炸捅砍杀]死|毒杀|杀害|(?<![吓气笑累热急烦坑饿臭挤吵丑该找盯说看爱恨守管抓认钉封堵])(?<!老病)(?<!病、)死)了?(?:至少|大概|起码|好像|有)?$"
)
_IMPLIED = Rule(
    rf"一尸两命|父母双亡|(?:双亲|双双)[^{STOP}\d伤救获]{{0,8}}?{_DEATH}|第\s?(?P<nth>{NUMBER})[具名位例](?:失联者?)?(?:遇难|死者|死难|罹难|死亡|遗体|尸体)",
    needs="一尸两命|父母双亡|双亲|双双|遇难|死者|死难|罹难|死亡|遗体|尸体",
)
"""Deaths whose number stands in a word: both of a pair; a fifth body found means five."""
_CORRECTED = Rule("更正|有误|误报|误传|核减|下调|修正为|修订为")
_HURT = r"(?:受伤|受轻伤|受重伤|重伤|轻伤|轻微伤|中度伤|送医(?!院?(?:途中|抢救无效|后?(?:经|抢救|不治|死|身亡|宣告|无效|确认|去世|离世)))|送院|送[往到至去][^,。;!?\n\d死亡]{0,8}?医院(?!后|途中|时|抢救无效)|住院(?![费部押])(?!病人|报销|待产)|就医(?!不便|难|困难|方便|报销|条件|环境|体验|问题)|骨折(?![价妹险式])|[烧烫擦挫损扭摔砸压刺划割咬撞灼炸电]伤(?![膏药口害])|昏迷|晕倒|昏倒|中毒|负伤|挂彩|危重|病危|生命垂危|在(?:[^,。;!?\n\d死亡]{0,5}?)(?:抢救|救治|icu)(?!无效|途中|时))"
_HURT_AFTER = re.compile(
    rf"{WHO}(?:(?:{AGE}|{PERSON}|[^{STOP}人\d死亡失救获险]){{0,12}}?{_HURT}"
    r"|[^。;!?\n\d死亡失获逃]{0,16}?,(?:均|都|全部)已?被?(?:送医|送往|住院|就医|送院|入院))"
    rf"|{WHO}?(?:重|轻微?|中度)?伤(?![亡心害口势情员者痕感])|[名位个]伤[者员]"
)
_HURT_BEFORE = re.compile(
    rf"(?:受伤|重伤|轻伤|伤者|伤员){REACHED}$|(?:受伤|重伤|轻伤|伤者|伤员)[^{STOP}]{{0,12}}?(?:升|增加?|更新|更正|上调)(?:至|到|为)$|(?:^|[人名、,。; ])伤$|(?:[咬撞砸烫烧炸刺砍捅打轧刮]伤|致伤)了?(?:至少|共|近)?$"
)
_DEGREE = re.compile(r"轻微|危重|重|轻|中度")
_ILL = re.compile(r"看病|患病|生病|因病|病重|重病|癌|怀孕|分娩|待产|产妇|生孩子|体检|看个?诊")
"""Who lies in hospital for this was not hurt, unless the text says so."""
_WOUND = re.compile("伤|骨折|中毒|截")
_MONEY_AFTER = re.compile(
    r"(?:余|多)?(?:元|块|rmb|人民币)?(?:钱)?(?:的|左右|以上)?(?:直接)?(?:经济|财产|财物)?(?:(?:租金|收入|房租|工资|货款)的?)?损失(?!费|补偿)"
)
_MONEY_BEFORE = re.compile(
    r"(?<!挽回)(?<!避免)(?<!减少)(?:直接|间接)?(?:经济|财产|财物)?(?:损失(?!费)|估损|定损|车损(?!险)|被骗|被卷走|赔进去|被淹[^,。;!?\n\d]{0,6}价值)(?!险)[^,。;!?\n\d赔判裁]{0,10}$"
)
_SAVED = re.compile(r"(?:追回|追缴|返还|退还|找回|挽回|避免|减少|止付|拦截|劝阻)[^,。;!?\n]{0,10}$")
_MONEY = re.compile(r"(?:余|多)?(?:元|块|人民币|rmb|$|[,。;、!?\n])")
_SENTENCE = re.compile(r"[。;!?\n]")
_ALSO = re.compile(r"另有|另外|还有|此外|又有|另$")
_AND = re.compile(rf"{WHO}[^{STOP}\d伤失救困获死亡难丧]{{0,8}}[和及与、]")
_OUTCOME = Rule(
    r"死|亡|葬|离世|去世|生还|杀|幸免|难|丧生|伤|失联|失踪|困|埋|遗体|尸体|命|生命|损失|被骗|被淹|失去|估损|不治|牺牲|遇害|赔|搜救|搜寻|没出来|没能出来|没跑出来|出不来|无人|住院|就医|送|卷走|冲走|泡|淹|下落不明|中毒|骨折|截肢|截瘫|致残|瘫痪|走失|昏迷|殉职|断气|断了气|没气了|救过来|抢救|救治|icu|病危|垂危|挂彩|晕倒|昏倒|定损|车损|双亲|双双|当场|砸到|砸中|夹到|夹住|缝了|"
    + single.OUTCOME
)
_OF_DEATH = Rule(
    r"死|亡|难|丧生|命|害|牺牲|殉职|断气|断了气|没气了|救过来|有误|误报|误传|不治|葬身|无一|离世|去世|逝世|遗体|尸体|毒杀|杀害"
)
_OF_HURT = Rule(
    r"伤|送医|送院|送往|送到|送至|送去|住院|就医|骨折|昏迷|晕倒|昏倒|中毒|挂彩|危重|病危|垂危|抢救|救治|icu"
)
_OF_MONEY = Rule(r"损失|估损|定损|车损|被骗|被卷走|赔进去|被淹")
"""Words without one of which no number counts for it."""
_NOBODY = Rule(
    led(
        "无|没有|没|未造成|没造成|未发生|未有|暂无|均无|无一|未致|尚未造成|零|未接到|未收到",
        r"(?:造成)?(?:任何)?(?:人员|人)?(?:的)?伤亡",
    ),
    needs="伤亡",
)
_NOBODY_DIED = Rule(led("没有|无|未造成|未出现", "(?:人|人员)(?:死亡|遇难|伤亡)"), needs="伤亡|死亡|遇难")
_AIMED = re.compile(r"希望|但愿|祈[祷求]|愿|确保|力争|保证|实现|争取|做到|如果|盼")
"""希望没有人员伤亡 reports nothing."""
_UNHURT = Rule(
    led("无|没有|没|未有", "一?个?人(?:员)?受伤")
    + "|零伤亡|毫发无损|人都没事(?<!死人都没事)|人没事|均无大碍",
    needs="受伤|零伤亡|毫发无损|人都没事|人没事|均无大碍",
)
_PLAIN = (
    (
        SignalKind.DEATHS,
        (
            Rule(
                r"死人了(?<![吓气笑累热急烦坑害冻饿臭挤吵丑]死人了)|有人(?:死(?!刑|角|心)|遇难|身亡)|闹出人命|出了?人命|"
                + led("淹|砸|压|烧|毒|闷|摔|电|撞", "死了?(?:人|个|一个)")
                + r"|死伤|被[^,。;!?\n]{0,14}(?:砸|淹|电|撞|烧|打|砍|捅|虐|毒|勒)死|"
                + led(
                    "男子|女子|老人|孩子|小孩|工人|儿童|女儿|儿子|丈夫|妻子|父亲|母亲|奶奶|爷爷|司机|学生|业主|村民|患者|当事人|乘客|驾驶员|伤者|男童|女童|男孩|女孩|婴儿|行人|游客|产妇",
                    r"[^,。;!?\n]{0,10}(?:身亡|死亡(?!证明|率)|遇难|溺亡|没了命)",
                )
                + "|"
                + led("飞行员|战士|民警|辅警|消防员|官兵|队员", r"[^,。;!?\n]{0,8}牺牲(?!品)"),
                needs="死|遇难|身亡|人命|溺亡|没了命|牺牲",
            ),
            Rule(
                r"坠亡|溺亡|身亡|殉职|殒命|致死(?<!不致死)(?![率量性剂])|致其死亡|致他死亡|致她死亡|致人死亡|致对方死亡|导致死亡|最后死亡|最终死亡|猝死(?!两次|[\d一二三几]次)|丧生|丧命|当场死亡|抢救无效|壮烈牺牲|英勇牺牲|光荣牺牲|人就没了|没救过来|没抢救过来|断气|断了气|死了几[个人名位口]"
                "|死了好几[个人名位口]|当场(?:就|都)?(?:没了|走了|没气)"
            ),
        ),
    ),
    (
        SignalKind.INJURIES,
        (
            Rule(
                r"有人(?:受伤|被砸|骨折)|造成人员伤亡|有人员伤亡|伤亡惨重|"
                + led("砸|压|夹|摔|碰|撞|烫|割|扭|崴|炸", "伤(?![膏药口害])")
                + r"|骨折(?![价妹险式])|截肢|截瘫|致残|瘫痪在床|下肢瘫痪|多[人名位个][^,。;!?\n]{0,8}(?:受伤|伤亡|重伤|轻伤|送医|中毒)|伤者(?:被|已|送|在|家属)|受伤者|伤者(?<=[有名望]伤者)|人员受伤|受伤(?:(?=后|严重|倒地|入院)|(?<=[部处重]受伤))|流血(?<=部流血)|伤亡人数|烧伤(?<=[一二三][度级]烧伤)|中毒(?<=[物气碳药体]中毒)|全身[^,。;!?\n]{0,8}烧伤|"
                + led("划|烫|烧|割", r"伤了(?![\d一二三四五六七八九十百多几两]+[辆台只条棵扇])")
                + "|"
                + led("造成|导致", r"了?[^,。;!?\n]{0,4}人员伤亡")
                + "|"
                + led("打|砍|捅|刺|咬", "伤(?:了|人|业主|村民|老人|孩子)")
                + r"|被[^,。;!?\n]{0,8}(?:打|砍|捅|刺|咬)伤|"
                + led("孩子|老人|工人|业主|父亲|母亲|司机|乘客|保安", r"[^,。;!?\n]{0,8}(?:受伤|住院|送医)"),
                needs="伤|被砸|骨折|截肢|截瘫|致残|瘫痪|住院|送医|中毒|流血",
            ),
            Rule(
                r"缝了[\d一二三四五六七八九十]{1,2}针|烧伤面积|烫伤面积|"
                + led("砸到|砸中|夹到|夹住", "了?[人脚头手腿腰背]")
            ),
        ),
    ),
    (SignalKind.MISSING, (missing.SOMEBODY,)),
    (
        SignalKind.LOSS,
        (
            Rule(
                r"损失惨重|损失不小|血本无归|车(?:全|都|被)?(?:泡|淹)了|泡水车|车辆被淹|货(?:物)?(?:全|都)?(?:泡|淹)了|"
                + led(
                    "蒙受|遭受|造成|带来",
                    r"[^,。;!?\n]{0,6}(?:重大|巨大|严重|惨重|不小|很大|无法估)[^,。;!?\n]{0,6}损失",
                ),
                needs="损失|血本无归|泡|淹",
            ),
        ),
    ),
)
"""Harm without a number: words that need company, then those that tell it by themselves."""
_FIGURE = re.compile(
    r"唾沫|吐沫|口水|官大一级|债|房贷|作业|蚊|笑|萌|帅|骂死|一棒子|濒临|月薪|工资|[鱼鸡猪狗猫羊牛鸭鹅虫苗鸟](?:[苗仔崽群类]|全部|全都?|都|也|大量)*(?:被|死)"
)
_ALONE = {SignalKind.DEATHS: single.deaths, SignalKind.INJURIES: single.injuries}
"""Who tells of one person where no number stands."""
_NAMES = {
    SignalKind.DEATHS: "死亡",
    SignalKind.INJURIES: "受伤",
    SignalKind.MISSING: "失联或被困",
    SignalKind.LOSS: "财产损失",
}


def annotate(sheet: Sheet, reading: Reading) -> Reading:
    if not sheet.may(_OUTCOME):
        return reading
    harm = _harm(sheet)
    signals = (*harm, *_none(sheet, {one.kind for one in harm}))
    return amended(reading, signals=reading.signals + signals) if signals else reading


def _harm(sheet: Sheet) -> list[Signal]:
    dead = _deaths(sheet)
    counted = {
        SignalKind.DEATHS: highest(_added(dead, _death_parts)),
        SignalKind.INJURIES: highest(_added(count_all(sheet, _hurt, _OF_HURT), _degrees)),
        SignalKind.MISSING: missing.numbers(sheet, dead),
        SignalKind.LOSS: highest(count_all(sheet, _money, _OF_MONEY)),
    }
    signals = []
    for kind, rules in _PLAIN:
        counts, name = counted[kind], _NAMES[kind]
        if counts:
            where = [(one.passage, one.start, one.end) for one in counts]
            note = f"文中说{name}：{figure(counts[0].value)}"
            signals.append(signal_at(sheet, kind, f"signal.{kind}", note, where, amount=counts[0].value))
            continue
        alone = _ALONE[kind](sheet) if kind in _ALONE else []
        if alone:
            note = f"文中说{name}：1"
            signals.append(signal_at(sheet, kind, f"signal.{kind}", note, alone, amount=1.0))
            continue
        found = [
            (passage, match)
            for rule in rules
            for passage, match in matches(sheet, rule)
            if _meant(sheet, kind, passage, match) and not unreal(sheet, passage, match.start(), match.end())
        ]
        if found:
            signals.append(signal(sheet, kind, f"signal.{kind}", f"文中说{name}，未说数目", found))
    return signals


def _meant(sheet: Sheet, kind: SignalKind, passage: Passage, match: re.Match[str]) -> bool:
    """Whether words without a number are no figure of speech, no illness and nobody who was found again."""
    text, begin, end = passage.text, match.start(), match.end()
    if kind is SignalKind.DEATHS:
        return not _FIGURE.search(text, max(0, begin - 6), end)
    if kind is SignalKind.INJURIES:
        return not _is_ill(text, begin, end)
    if kind is SignalKind.MISSING:
        return missing.still(sheet, passage, begin, end)
    return True


def _is_ill(text: str, begin: int, end: int) -> bool:
    """Whether somebody is in hospital for something else than harm."""
    return not _WOUND.search(text, begin, end) and _ILL.search(text, max(0, begin - 8), end + 8) is not None


def _deaths(sheet: Sheet) -> list[Count]:
    """By number and by word; of a number that is put right what stands behind the word that says so."""
    counts = [*count_all(sheet, _dead, _OF_DEATH), *_implied(sheet)]
    for passage, word in matches(sheet, _CORRECTED, denied=True) if counts else ():
        if any(count.passage is passage and count.end > word.end() for count in counts):
            counts = [c for c in counts if c.passage is not passage or c.end > word.end()]
    return counts


def _implied(sheet: Sheet) -> list[Count]:
    return [
        Count(passage, numeral(found["nth"] or "两") or 2.0, found.start(), found.end(), "")
        for passage, found in matches(sheet, _IMPLIED)
        if not unreal(sheet, passage, found.start(), found.end())
    ]


def _none(sheet: Sheet, told: Collection[SignalKind]) -> list[Signal]:
    """What a text denies is a fact as well: none is zero, which is not unknown. Of what else it tells (地面无人员伤亡, 飞行员牺牲) that is
    no denial."""
    nobody = _denials(sheet, _NOBODY)
    alive = nobody or _denials(sheet, _NOBODY_DIED)
    unhurt = nobody or _denials(sheet, _UNHURT)
    denied = [(SignalKind.DEATHS, alive), (SignalKind.INJURIES, unhurt)]
    return [
        signal(sheet, kind, f"signal.{kind}.none", "文中说没有人员伤亡", found, amount=0.0)
        for kind, found in denied
        if found and kind not in told
    ]


def _denials(sheet: Sheet, rule: Rule) -> list[tuple[Passage, re.Match[str]]]:
    """What is wished or aimed at is not reported."""
    return [
        (passage, found)
        for passage, found in matches(sheet, rule, denied=True)
        if not _AIMED.search(passage.text, max(0, found.start() - 12), found.start())
        and not long_past(sheet, sentence_before(passage.text, found.start()))
    ]


def _dead(passage: Passage, number: Number) -> tuple[int, int] | None:
    text = passage.text
    lives = text.startswith("条", number.end) and _LIVES.match(text, number.end)
    if lives:
        begin = max(0, number.start - 12)
        gone = lives["gone"] is None or _GONE.search(text, begin, lives.end() + 12)
        return (number.start, lives.end()) if gone and not _KEPT.search(text, begin, number.start) else None
    place = around(passage, number, _DEAD_AFTER, _DEAD_BEFORE, NOT_OTHERS)
    return None if place is not None and _NEARLY.search(text, number.end, place[1]) else place


def _hurt(passage: Passage, number: Number) -> tuple[int, int] | None:
    place = around(passage, number, _HURT_AFTER, _HURT_BEFORE, NOT_OTHERS)
    if place is None or passage.text.endswith("必有", 0, number.start):
        return None
    return None if _is_ill(passage.text, *place) else place


def _money(passage: Passage, number: Number) -> tuple[int, int] | None:
    place = around(passage, number, _MONEY_AFTER, _MONEY_BEFORE, _MONEY)
    saved = place is not None and _SAVED.search(passage.text, max(0, place[0] - 14), place[0])
    return None if saved else place


def _added(counts: list[Count], together: Callable[[Count, Count], bool]) -> list[Count]:
    """The counts, and for each run of parts that belong together their sum."""
    sums = []
    run: list[Count] = []
    for count in counts:
        if run and run[-1].passage is count.passage and together(run[-1], count):
            run.append(count)
            continue
        sums += _sum(run)
        run = [count]
    return [*sums, *_sum(run), *_with_neighbours(counts), *counts]


def _sum(run: Sequence[Count]) -> list[Count]:
    if len(run) < 2:
        return []
    total = sum(one.value for one in run)
    return [replace(run[0], value=total, end=run[-1].end)]


def _with_neighbours(counts: Sequence[Count]) -> list[Count]:
    """13名平民和1名士兵死亡: the number before belongs to the same words."""
    added = []
    for count in counts:
        numbers = count.passage.numbers
        at = next((i for i, n in enumerate(numbers) if n.start == count.start), 0)
        total, start = count.value, count.start
        while at and _AND.fullmatch(count.passage.text, numbers[at - 1].end, numbers[at].start):
            at -= 1
            total, start = total + numbers[at].value, numbers[at].start
        if start < count.start:
            added.append(replace(count, value=total, start=start))
    return added


def _death_parts(one: Count, other: Count) -> bool:
    """6人死亡,另有2人死亡; 4人因滑坡死亡,2人因溺水死亡; 当场2人死亡,1人抢救无效死亡."""
    between = words_between(one, other)
    if not between or len(between) > 20 or _SENTENCE.search(between):
        return False
    at_once = "当场" in one.passage.text[max(0, one.start - 4) : one.end] and "无效" in other.words
    return bool(_ALSO.search(between)) or at_once or ("因" in one.words and "因" in other.words)


def _degrees(one: Count, other: Count) -> bool:
    """4人重伤,5人轻伤; 重伤1人,轻伤6人: different degrees of one crowd."""
    between = words_between(one, other)
    ours, theirs = _DEGREE.search(said(one)), _DEGREE.search(said(other))
    return (
        bool(ours and theirs and ours[0] != theirs[0]) and len(between) < 6 and not _SENTENCE.search(between)
    )

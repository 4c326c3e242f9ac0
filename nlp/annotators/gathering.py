"""How many people or households a text speaks of, and whether words turn into steps: proposed, planned, under way."""

from __future__ import annotations

import re

from huiying.amounts import figure
from huiying.contracts import Reading, Signal, SignalKind
from nlp.amend import amended
from nlp.annotators.unreal import CLAUSE as _CLAUSE
from nlp.annotators.unreal import SENTENCE as _SENTENCE
from nlp.annotators.unreal import long_past, start_of
from nlp.numerals import LAST, Number
from nlp.scanning import Rule, led
from nlp.sheet import Passage, Sheet
from nlp.signalling import matches, signal, signal_at

_BANNER = led("拉|扯|打|举", "[着了]?(?:起|开)?[横条]幅")
_PLURAL = "业主|居民|村民|群众|家长|商户|住户|工人|员工|民众|市民|职工|司机们|学生|环卫工|农民工|街坊|家属|受害者|受害人|教师|医护|我们|咱们?|大家|大伙"
_PEOPLE_OF_A_PLACE = "业主|居民|村民|群众|家长|商户|住户|工人|员工|民众|职工|家属|受害者|受害人|农民工"
_OFFICES = "政府|售楼|信访|住建|人防|国动|物业|开发商|营销中心|法院|办事处|公司|医院|学校|机关|单位|中心|银行|市委|省委|县委|区委|总部"
"""Where people go who want something."""
_GATHERED = (
    rf"围堵|封堵(?=[^,。;!?\n]{{0,6}}(?:门|路口|车库|大门|出入口|入口|小区))|堵路(?<!拥堵路)(?!上|段|线)|堵门|堵住(?=[^,。;!?\n]{{0,6}}(?:大门|门口|路口|出入口))|静坐(?<!静静坐)|上访|集访|群访(?![谈问结教球选])|{_BANNER}|示威|游行(?!程|客)"
    "|罢工|罢市|集体下跪"
)
_STRONG = f"{_GATHERED}|讨说法|讨个说法|要说法(?![官律])|讨薪|举牌(?=[讨抗维要])"
"""Steps by the word alone."""
_SAID = r"讨说法|讨个说法|要说法|维权(?!热线|电话|中心|委|意识|律师|平台|群|困局|困境|之路|成本|指南|胜诉|成功)|抗议(?!无效)|表达诉求|进京(?![赶看旅求务学办]|的高)|上访|走访|信访(?!局|办|部门|条例|件|事项|工作|人员|平台|渠道|大厅|接待|答复|问题|处理)"
_WEAK = (
    "聚集(?![地物区的性体了])|集合(?![竞爬签点地论式]|了|全|各|体|资金|信托|出发)|维权(?!热线|电话|中心|委|意识|律师|平台|群|困局|困境|之路|成本|指南|胜诉|成功|无门|难)|抗议(?!无效)|表达诉求"
    "|进京(?![赶看旅求务学办]|的高|方向)|走访(?!了?(?:解|调查|调研|慰问|入户|企业|群众|居民|商户|排查|发现|客户|亲友|市场|附近|周边|老|困难))|信访(?!局|办|部门|条例|件|事项|工作|人员|平台|渠道|大厅|接待|答复|问题|处理)"
)
"""Words that are a step only where several take it, or where it leads to an office."""
_STEPS = f"{_STRONG}|{_WEAK}"
_STEP_WORDS = (
    "聚集|集合|围堵|封堵|堵路|堵门|堵住|静坐|上访|集访|群访|横幅|条幅|示威|游行|罢工|罢市|集体下跪|讨说法|讨个说法|要说法|讨薪|举牌|维权|抗议|表达诉求"
    "|进京|走访|信访"
)
"""One of them stands in each step."""
_GATHER = rf"(?:聚集(?![地物区的性体])|集合(?![竞爬签点地论式]|了|全|各|体|资金|信托|出发)|{_GATHERED})"
_DOES = rf"(?:{_GATHER}|讨薪|举牌(?=[讨抗维要])|讨说法|维权(?!热线|电话|中心|委|意识|律师|平台|群|困局|困境|之路|成本|指南)|抗议(?!无效)|走上?街头|表达诉求)"
"""What so many people do."""
_PERSON = "人|业主|居民|村民|群众|家长|学生|工人|商户|大妈|老人|老太"
_CALLED = "业主|居民|村民|群众|家长|学生|工人|商户|农民工"
"""Who is counted without a 名: 三百多业主."""
_DOING = "围观|到场|在现场|堵在|围在|聚在|守在|跑出来|上街|赶到|站在"
_COMING = "聚集|聚了|围了|围着|来了|去了|坐着|坐了|蹲着|集结|站了|堵了|涌来|召集|拉来"
_CROWD_AFTER = re.compile(
    rf"(?:余|多)?(?:名|人|个(?={_PERSON})|号人|位(?!数)|(?<=[多余几百千万])(?={_CALLED}))[^,。;!?\n\d]{{0,10}}?(?:(?P<step>{_DOES})|{_DOING})"
)
_CROWD_BEFORE = re.compile(rf"(?:{_COMING})[^,。;!?\n\d一二三四五六七八九十百]{{0,6}}$")
_SEATED = re.compile(r"[车机船里内]+[^,。;!?\n]{0,6}(?:坐着|坐了)[^,。;!?\n]{0,6}$|乘|拉动")
"""Who sits in a bus is no crowd."""
_CROWDED = Rule(f"{_DOES}|{_DOING}|{_COMING}", needs=f"{_STEP_WORDS}|{_DOING}|{_COMING}|街头")
"""What a crowd does: without it nobody is counted."""
_OTHERS = re.compile(
    r"警|消防|救援|工作人员|干部|记者|专家|执法|保安|代表委员|官兵|战士|志愿|抢修|施工|作业|人员在|增援|工程师|科学家"
)
"""Who comes to help or to look after things is no crowd."""
_GUESTS = re.compile(
    r"医|观众|粉丝|歌迷|球迷|影迷|网友|嘉宾|名流|游客|乘客|旅客|登山|驴友|选手|玩家|大神|豪车|代表|乘员|献血|跟帖|点赞|播放"
)
"""Nor who is there for something else, unless they take a step."""
_NOT_ON_SPOT = re.compile(
    r"直播|视频|帖|网友|微博|线上|平台|跟帖|评论|演唱会|演出|首映|见面会|婚礼|演唱|开唱|赏花|樱花|漫展"
)
"""What is looked at from afar, or for pleasure."""
_FEW, _AFAR = 5, 5_000
"""Fewer than that who come or stand there are no crowd; more who only look on do so on a screen."""
_PEOPLE = re.compile(
    rf"(?:余|多)?(?:人|名|号人|位(?:业主|群众|居民|村民|家长)|个(?:{_CALLED}|大妈|老人|老太))"
)
_HOUSEHOLDS_AFTER = re.compile(
    r"(?:余|多)?(?:户(?!外|口|型|籍|均)|家(?=村民|居民)|(?<=[百千万])家庭(?!包|装|剧)|家住户|家业主|家商户|名业主|位业主|个业主|名住户|位住户|户人家|个家庭(?!包|装|剧|影院|医生|群))"
)
_EVERY_HOME = re.compile(r"千家$|[<>≥≤每]\s?$|开户[^,。;!?\n]{0,6}$|新增[^,。;!?\n]{0,4}$")
_COUNTLESS = frozenset({"千万", "万千", "亿万", "千千万万"})
_NATION = 10_000_000
"""千家万户, 千万家庭 and new accounts are no households."""
_COUNTERS = "余多名人个号位户家业居村群学工商农"
"""What can follow a number of people or households."""
_COUNTED = re.compile(rf"[{LAST}](?:[人名位户家业居村群学工商农]|号人|个(?:{_PERSON}|家庭))")
"""What ends a number with what it then counts: where that stands nowhere, the numbers of a text need not be read."""
_EVERYBODY = Rule(led("全体|全小区|整个小区|我们这批|所有", "业主"))
_WHENS = (
    "今天|明天|后天|今晚|明早|本周[一二三四五六日天末]|周[一二三四五六日天末]|星期[一二三四五六日天]|"
    + led("0|1|2|3|4|5|6|7|8|9", r"\d?[号日点]")
    + "|上午|下午|早上|晚上"
)
_DONE = r"业主|群众|居民|村民|家长|商户|住户|工人|员工|职工|家属|受害|农民工|医护|学生|我们|人(?<=[多余名个号众些百千万几数\d]人)"
_STANDING = r"(?:[堵围跪]在|静坐在)(?=[^,。;!?\n]{0,12}(?:门|路|政府|大厅|大楼|公司|售楼|医院|学校|现场|派出所|法院|广场))"
_FAR = r"(?:(?:业主|居民|村民|群众|家长|商户|工人|员工|职工)[^,。;!?\n]{0,4}聚集|围堵|集访|群体性?事件|抗议|示威|罢工|游行(?!程)|骚乱)"
_ACTIONS = (
    (
        "under_way",
        "正在进行的线下行动",
        Rule(
            "|".join(
                (
                    led("正在|已经|已有|现在|此刻|还在|刚才|连日|连续", rf"[^,。;!?\n]{{0,12}}{_GATHER}"),
                    led("拉|扯|打|举", "(?:着|了|起了?|出了?|开了?)[横条]幅"),
                    r"挂[出了]{0,2}[横条]幅|堵了[^,。;!?\n]{0,6}门|围住了|跪了一|围得水泄不通|抬棺(?!材)|摆花圈|围堵(?:了|大门|售楼)",
                    led("门口|门前|政府|医院|公司|单位|售楼", r"[^,。;!?\n]{0,8}[摆设]灵堂"),
                    led(
                        _DONE,
                        rf"[^,。;!?\n]{{0,8}}(?:聚集(?:在(?=[^,。;!?\n]{{0,14}}(?:{_OFFICES}|门口|门前|广场|抗议|维权|讨))|(?=[^,。;!?\n]{{0,6}}(?:{_OFFICES})[^,。;!?\n]{{0,8}}(?:要求|讨|抗议|反映|维权)))|{_STANDING}|拉[横条]幅|围堵|集体?上访|集访|又一次上访|多次上访)",
                    ),
                    r"集体[^,。;!?\n]{0,12}(?<!将集体)上访(?=[^,。;!?\n]{0,4}[了过次])|多次集体[^,。;!?\n]{0,12}上访|罢工第",
                    led("引发|造成|发生|爆发|举行", rf"[^,。;!?\n]{{0,12}}{_FAR}"),
                )
            ),
            needs="聚集|集合|堵|静坐|上访|集访|群访|横幅|条幅|示威|游行|罢工|罢市|下跪|跪在|跪了一|水泄不通|抬棺|摆花圈|灵堂|围住|围在|群体性事件|群体事件|抗议|骚乱",
        ),
    ),
    (
        "planned",
        "定了时间地点，或者联名",
        Rule(
            led(
                _WHENS,
                rf"[^。;!?\n]{{0,24}}?(?:(?<![未没])(?<!没有){_GATHER}|集体维权|去[^,。;!?\n]{{0,8}}(?:{_SAID})|理性表达(?=诉求|意见|不满)|一起去[^,。;!?\n]{{0,6}}(?:{_OFFICES}|反映|讨|维权)|去反映|当面反映|送联名)",
            )
            + r"|联名(?:信|签|书|反映|投诉|举报|上书|要求|反对|抵制|请求|致信|申请|罢免)|联合签名|集体签(?:名|字)|红手印|联名(?=[,。;!?上]|$)|按了?手印",
            needs="聚集|集合|堵|静坐|上访|集访|群访|横幅|条幅|示威|游行|罢工|罢市|集体下跪|说法|维权|抗议|表达|进京|走访|信访|一起去"
            "|反映|联名|联合签名|手印|集体签",
        ),
    ),
    (
        "proposed",
        "有人提议线下行动",
        Rule(
            rf"{_STEPS}|一起去(?:市|区|县|省)?(?:政府|信访局|售楼部|住建局|人防办|国动办)|抱团(?=维权|去|讨)|上街(?=抗议|维权|示威|喊|讨|去闹|去讨)|闹一闹|去闹(?!市|钟)|把事[^,。;!?\n]{{0,4}}闹大|群体性?事件|"
            + "组织起来|闹大",
            needs=f"{_STEP_WORDS}|一起去|抱团|组织起来|上街|闹一闹|去闹|闹大|群体性事件|群体事件",
        ),
    ),
)
_TOWARDS = re.compile(f"{_OFFICES}|门口|门前|维权|抗议")
_VICTIM = re.compile(r"[被遭][^,。;!?\n]{0,14}围堵|的围堵")
"""博主遭民宿老板围堵: who is surrounded by somebody tells no protest."""
_ON_A_DAY = re.compile(rf"(?:{_WHENS})")
_TO_COME = re.compile(
    r"明|后天|今晚|下周|本周|周[一二三四五六日天末]|星期|将|要(?!求)|准备|打算|计划|定于|约|请|大家|一起|集合|号召|组织|等[^,。;!?\n]{0,8}到"
)
_DID = re.compile(
    r"爆发|举行了?|发生了?|已|又一次|再次|第[一二三四五六七八九十\d]+[天日]|了一场|[访工行威]了"
)
"""A day with what was done on it is no plan."""
_PLANNED = re.compile(r"将[在于从会]|拟于?|定于")
_PLEASURE = Rule(
    r"机器人|无人驾驶|自动驾驶|地震|震感|避险|余震|焰火|高考结束|考点|考场|考生|送考|迎接|加油(?!站)|祝福|祝贺|欢迎|庆祝|球迷|球队|粉丝|应援|宣传(?<!假宣传)(?<!大宣传)(?<!误宣传)|动员大?会|祈福|悼念|烛光|演唱会|追星|首映|发布会|演员|导演|民俗|过节|节日|祝寿|寿宴|福寿|爬山|献血|祭|烧纸|灯会|庙会|晨跑|锻炼|僵尸|狂欢|巡游|嘉年华"
)
"""Why people come together, or show a banner, who want nothing of anybody."""
_FORBIDDEN = Rule(
    led("不要|请勿|切勿|勿|别去|别再|严禁|禁止|打击|严打|查处|制止|劝阻|避免", r"[^,。;!?\n]{0,10}$")
)
_EXERCISE = re.compile(r"[^。;!?\n]{0,30}?(?:演练|演习|疏散|志愿|培训|军训|比赛|出发|合影)")
"""What people are called together for that is no protest."""
_TRAFFIC = re.compile(
    r"违停|乱停|剐蹭|杂物|垃圾|货物|电动车|摩托车|单车|电瓶车|粪|落石|滚石|倒树|大树|积雪|泥石|塌方"
)
"""What blocks a road that nobody meant to block."""
_LEISURE = re.compile(
    r"赌|打牌|麻将|喝酒|饮酒|吸烟|抽烟|聊天|乘凉|跳舞|广场舞|送饭|就餐|用餐|吃饭|烧烤|唱歌|踢球|打球|玩耍|摊贩|小贩|商贩|摆摊|揽客|拉客|候车|等车"
)
_DEMAND = re.compile(r"维权|抗议|讨|要求|横幅|示威|反映|诉求|质问")
"""People who come together of an evening for that want nothing of an office, unless they say so."""
_FESTIVE = re.compile(r"邀请|热烈|恭喜|喜报|表白|求婚|状元|老家|致敬")
"""What a banner says that asks for nothing."""
_ONLINE = re.compile(r"(?:网上|线上|平台|微博|直播间|朋友圈|短视频|发帖|发文|发视频)[^,。;!?\n]{0,8}$")
"""Where words (讨薪, 维权) are no step."""
_NO_STEP_BEFORE = re.compile(r"(?:之所以|停止了?|结束了?|放弃了?|如何|怎么|无处|无法)[^,。;!?\n]{0,2}$")
_SPOKEN = ("讨薪", "维权", "抗议", "上访", "声讨")
"""Steps that may be taken in words alone, or be given up."""
_MAY_BREAK_OUT = re.compile(r"甚至(?:会|可能)?$")
"""甚至引发群体事件: what may come of it, unless it did (引发了)."""
_OF_MANY = frozenset({"联名", "按手印", "按了手印", "组织起来", "闹大"})
_BY_MANY = re.compile(rf"(?:{_PLURAL}|住户|师生|[\d百千余多][户人名])[^,。;!?\n]{{0,10}}$")
"""Who signs or does it, where one may do it alone (按手印) or a brand does (联名)."""
_ONE_MAY_GO = re.compile("去[^,。;!?\n]{0,8}(?:走访|信访|进京)$")
_TOGETHER = re.compile(rf"{_PLURAL}|集体|一起")
_IS_WEAK = re.compile("(?:聚集|集合|维权|抗议|表达诉求|进京|走访|信访)$")
_MOVERS = re.compile(rf"(?:{_PLURAL}|集体|一起|组织|团结|抱团|[多几]名|有人|爆发)[^,。;!?\n]{{0,10}}$")
_PEOPLE_THERE = re.compile(rf"(?:{_PEOPLE_OF_A_PLACE}|人)[^,。;!?\n]{{0,8}}$")
_AT_OFFICE = re.compile(rf"(?:{_OFFICES})[^,。;!?\n]{{0,6}}$")
_TO_OFFICE = re.compile(rf"[^,。;!?\n]{{0,8}}(?:{_OFFICES})")
_GOING_THERE = re.compile(r"(?:集体|[去到](?:省|市|县|区|北京|中央|政府)[^,。;!?\n]{0,4})$")
_PUBLIC = re.compile("活动|示威|集会|游行|上访|反映|告状|信访|维权|讨")
"""What follows 抗议 or 进京 where it is a step."""
_AHEAD = re.compile(
    r"(?:将|可能|大概率|恐|倘若|假若|若是|由此|不要让|以免|避免|防止|或(?=爆发)|或$|极易|容易|难免|(?<![社委协工机])会|要(?!求)|想|准备|打算|计划|如果|再不|不给|明天|后天|下周|周[一二三四五六日天]|说好|约好|号召|组织)[^,。;!?\n]{0,16}$"
)
_MANY = re.compile(rf"[{LAST}](?:名|人|位|个(?={_PERSON})|号人|(?={_CALLED}))[^,。;!?\n\d]{{0,10}}$")
_OFFICIALS_VISIT = re.compile(
    r"(?:民警|干部|工作人员|执法人员|网格员|社区|街道|记者|领导|检查组|调研组|我办|我局)[^,。;!?\n]{0,10}$"
)


def annotate(sheet: Sheet, reading: Reading) -> Reading:
    signals = (*_counted(sheet), *_action(sheet))
    return amended(reading, signals=reading.signals + signals) if signals else reading


def _counted(sheet: Sheet) -> list[Signal]:
    signals = []
    crowd, households = [], []
    for passage in sheet.passages:
        text = passage.text
        for number in passage.numbers if _COUNTED.search(text) else ():
            if text[number.end : number.end + 1] not in _COUNTERS:
                continue
            if passage.may(_CROWDED) and (place := _crowd(passage, number)) is not None:
                crowd.append((passage, number, *place))
            if (
                1 < number.value < _NATION
                and (found := _HOUSEHOLDS_AFTER.match(text, number.end)) is not None
                and text[number.start : number.end] not in _COUNTLESS
                and not _EVERY_HOME.search(text, max(0, number.start - 8), number.start)
            ):
                households.append((passage, number, number.start, found.end()))
    for kind, name, counted in (
        (SignalKind.CROWD, "在场或参与的人数", crowd),
        (SignalKind.HOUSEHOLDS, "涉及的户数", households),
    ):
        counted.sort(key=lambda one: -one[1].value)
        where = [(passage, start, end) for passage, _, start, end in counted]
        amount = counted[0][1].value if counted else None
        if kind is SignalKind.HOUSEHOLDS:
            where += [(passage, match.start(), match.end()) for passage, match in matches(sheet, _EVERYBODY)]
        if where:
            note = name + (f"：{figure(amount)}" if amount is not None else "，未说数目")
            signals.append(signal_at(sheet, kind, f"signal.{kind}", note, where, amount=amount))
    return signals


def _crowd(passage: Passage, number: Number) -> tuple[int, int] | None:
    if number.value < 2:
        return None
    text = passage.text
    found = _CROWD_AFTER.match(text, number.end)
    if found:
        words = found[0] + text[found.end() : found.end() + 4]
        if _OTHERS.search(words) or (
            found[0].endswith("集合")
            and (_EXERCISE.match(text, found.end(), found.end() + 36) or "安全" in found[0])
        ):
            return None
        if found["step"] is None and not _there(text, number, words):
            return None
        return number.start, found.end()
    people = _PEOPLE.match(text, number.end)
    begin = max(0, number.start - 12)
    ahead = people and _CROWD_BEFORE.search(text[begin : number.start])
    if not ahead or not people:
        return None
    words = ahead[0] + text[number.start : people.end() + 6]
    if (
        _OTHERS.search(words)
        or _SEATED.search(text, max(0, begin - 6), number.start)
        or not _there(text, number, words)
    ):
        return None
    return begin + ahead.start(), people.end()


def _there(text: str, number: Number, words: str) -> bool:
    """Whether those who only came or look on are a crowd on the spot."""
    clause = text[start_of(_CLAUSE, text, number.start) : number.end + 24]
    if number.value < _FEW or (number.value >= _AFAR and "围观" in clause):
        return False
    return not _GUESTS.search(words) and not _NOT_ON_SPOT.search(clause)


def _action(sheet: Sheet) -> list[Signal]:
    """The furthest step only."""
    for detail, note, rule in _ACTIONS:
        found = [(passage, match) for passage, match in matches(sheet, rule) if _meant(sheet, passage, match)]
        if detail == "under_way":
            found = [(passage, match) for passage, match in found if not _ahead(passage, match)]
        elif any(_done(detail, passage, match) for passage, match in found):
            detail, note, _ = _ACTIONS[0]
        if found:
            kind = SignalKind.OFFLINE_ACTION
            return [signal(sheet, kind, f"signal.{kind}.{detail}", note, found, detail=detail)]
    return []


def _ahead(passage: Passage, match: re.Match[str]) -> bool:
    """业主多次想拉横幅, 有可能引发群体性事件: a step that may come."""
    text, begin, end = passage.text, match.start(), match.end()
    return bool(_AHEAD.search(text, max(start_of(_CLAUSE, text, begin), begin - 16), begin)) or bool(
        _AHEAD.search(text, begin, max(begin, end - 2))
    )


def _done(detail: str, passage: Passage, match: re.Match[str]) -> bool:
    """Whether a plan or a proposal turns out to be done."""
    if detail == "proposed":
        return _told(passage, match)
    if not _ON_A_DAY.match(match[0]):
        return False
    ahead = passage.text[max(0, match.start() - 8) : match.end()]
    if _PLANNED.search(ahead):
        return False
    return _DID.search(match[0]) is not None or not _TO_COME.search(ahead)


def _together(text: str, begin: int, end: int) -> bool:
    """Whether a word that one may say alone (维权, 抗议, 走访) is the step of several, or leads to an office."""
    word, near = text[begin : begin + 2], max(0, begin - 22)
    if word in ("走访", "信访"):
        return _GOING_THERE.search(text, near, begin) is not None
    if word in ("聚集", "集合"):
        people = word == "聚集" and _PEOPLE_THERE.search(text, near, begin)
        return bool(people or _AT_OFFICE.search(text, near, begin) or _TO_OFFICE.match(text, end))
    if word in ("抗议", "进京") and _PUBLIC.match(text, end):
        return True
    return _MOVERS.search(text, near, begin) is not None


def _told(passage: Passage, match: re.Match[str]) -> bool:
    """50名村民到镇政府上访: so many who do it are doing it, unless they mean to."""
    text, begin = passage.text, match.start()
    return bool(_MANY.search(text, max(0, begin - 20), begin)) and not _AHEAD.search(
        text, max(0, begin - 30), begin
    )


def _is_idle(text: str, match: re.Match[str]) -> bool:
    """Whether it is traffic, leisure, a festive banner, or no more than words."""
    begin, end, words = match.start(), match.end(), match[0]
    near = max(0, begin - 16)
    if "堵" in words and _TRAFFIC.search(text, near, begin + words.rindex("堵")):
        return True
    if "聚集" in words or "集合" in words:
        return bool(_LEISURE.search(text, near, end + 16)) and not _DEMAND.search(text, near, end + 24)
    if "抬棺" in words or "围住了" in words:
        return not _DEMAND.search(text, near, end + 24) and not _TOWARDS.search(text, near, end + 24)
    if "横幅" in words or "条幅" in words:
        return bool(_FESTIVE.search(text, near, end + 16))
    if words.startswith(("引发", "造成", "爆发", "发生")):
        return words[2:3] != "了" and bool(_MAY_BREAK_OUT.search(text, near, begin))
    word = begin + max(words.rfind(step) for step in _SPOKEN)
    if word < begin:
        return False
    return bool(_ONLINE.search(text, near, word) or _NO_STEP_BEFORE.search(text, near, word))


def _meant(sheet: Sheet, passage: Passage, match: re.Match[str]) -> bool:
    """Whether it is people's own step: officials who go from door to door (走访), drills, feasts, history and what is forbidden are
    none."""
    text, begin = passage.text, match.start()
    sentence = start_of(_SENTENCE, text, begin)
    at_ease = passage.may(_PLEASURE) and _PLEASURE.expression.search(
        text, max(sentence, begin - 40), match.end() + 20
    )
    if at_ease or long_past(sheet, text[sentence:begin]):
        return False
    if passage.may(_FORBIDDEN) and _FORBIDDEN.expression.search(text, max(0, begin - 14), begin):
        return False
    if match[0].endswith("集合") and (
        _EXERCISE.match(text, match.end(), match.end() + 36)
        or not _TOWARDS.search(text, max(0, begin - 30), match.end() + 20)
    ):
        return False
    if _is_idle(text, match):
        return False
    if match[0] in _OF_MANY and not _BY_MANY.search(text, max(0, begin - 20), begin):
        return False
    if _ONE_MAY_GO.search(match[0]) and not _TOGETHER.search(text, max(0, begin - 20), match.end()):
        return False
    if _IS_WEAK.match(match[0]) and not _together(text, begin, match.end()):
        return False
    if text.endswith(("不", "遭", "不能", "不要"), 0, begin) or (
        "围堵" in match[0] and _VICTIM.search(text, max(0, begin - 16), match.end())
    ):
        return False
    at = match[0].find("走访")
    start = begin + at
    return at < 0 or not _OFFICIALS_VISIT.search(text[max(0, start - 20) : start])

"""How many people or households a text speaks of, and whether words turn into steps: proposed, planned, under way."""

from __future__ import annotations

import re

from huiying.contracts import Reading, Signal, SignalKind
from nlp.amend import amended
from nlp.numerals import LAST, Number
from nlp.scanning import Rule, led
from nlp.sheet import Passage, Sheet
from nlp.signalling import matches, signal, signal_at

_BANNER = led("拉|扯|打|举", "[着了]?(?:起|开)?[横条]幅")
_GATHERED = rf"聚集(?![地物区的性体])|集合(?![竞爬签点地论式]|了|全|各|体|资金|信托|出发)|围堵|堵路(?!上)|堵门|堵住|静坐|上访|集访|群访|{_BANNER}|示威|游行|罢工|罢市|集体下跪"
_GATHER = f"(?:{_GATHERED})"
_SAID = (
    r"讨说法|讨个说法|要说法|维权(?!热线|电话|中心|委|意识|律师|平台|胜诉|成功)|抗议(?!无效)|表达诉求|进京(?![赶看旅求务学办]|的高)"
    r"|走访(?!了?(?:解|调查|调研|慰问|入户|企业|群众|居民|商户|排查|发现|客户|亲友|市场|附近|周边|老|困难))"
    r"|信访(?!局|办|部门|条例|件|事项|工作|人员|平台|渠道|大厅|接待|答复|问题|处理)"
)
_SAY = f"(?:{_SAID})"
_STEPS = f"{_GATHERED}|{_SAID}"
_STEP = f"(?:{_STEPS})"
_STEP_WORDS = (
    "聚集|集合|围堵|堵路|堵门|堵住|静坐|上访|集访|群访|横幅|条幅|示威|游行|罢工|罢市|集体下跪|讨说法|讨个说法|要说法|维权|抗议|表达诉求"
    "|进京|走访|信访"
)
"""One of them stands in each step."""
_PERSON = "人|业主|居民|村民|群众|家长|学生|工人|商户|大妈|老人|老太"
_CALLED = "业主|居民|村民|群众|家长|学生|工人|商户|农民工"
"""Who is counted without a 名: 三百多业主."""
_DOING = "围观|到场|在现场|堵在|围在|聚在|守在|跑出来|上街|赶到|站在"
_COMING = "聚集|聚了|围了|围着|来了|去了|坐着|坐了|蹲着|集结|站了|堵了|涌来|召集|拉来"
_CROWD_AFTER = re.compile(
    rf"(?:余|多)?(?:名|人|个(?={_PERSON})|号人|位|(?<=[多余几百千万])(?={_CALLED}))[^,。;!?\n\d]{{0,10}}?(?:{_STEP}|{_DOING})"
)
_CROWD_BEFORE = re.compile(rf"(?:{_COMING})[^,。;!?\n\d一二三四五六七八九十百]{{0,6}}$")
_CROWDED = Rule(f"{_STEPS}|{_DOING}|{_COMING}", needs=f"{_STEP_WORDS}|{_DOING}|{_COMING}")
"""What a crowd does: without it nobody is counted."""
_OTHERS = re.compile(r"警|消防|医|救援|工作人员|干部|记者|专家|执法|保安|代表委员")
"""Who comes to help or to look after things is no crowd."""
_PEOPLE = re.compile(
    rf"(?:余|多)?(?:人|名|号人|位(?:业主|群众|居民|村民|家长)|个(?:{_CALLED}|大妈|老人|老太))"
)
_HOUSEHOLDS_AFTER = re.compile(
    r"(?:余|多)?(?:户(?!外|口|型|籍)|家住户|家业主|家商户|名业主|位业主|个业主|名住户|位住户|户人家|个家庭)"
)
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
_DONE = "业主|群众|居民|村民|家长|商户|住户|工人|司机|人"
_ACTIONS = (
    (
        "under_way",
        "正在进行的线下行动",
        Rule(
            "|".join(
                (
                    led("正在|已经|已有|现在|此刻|还在|刚才|连日|连续", rf"[^,。;!?\n]{{0,12}}{_GATHER}"),
                    led("拉|扯|打|举", "(?:着|了|起了?|出了?|开了?)[横条]幅"),
                    r"挂出?了?[横条]幅|堵在[^,。;!?\n]{0,10}门口|堵了[^,。;!?\n]{0,6}门|围住了|跪了一|围得水泄不通|抬棺|摆花圈|摆灵堂|设灵堂|围堵(?:了|在|大门|售楼)",
                    led(
                        _DONE,
                        r"[^,。;!?\n]{0,8}(?:聚集在|围在|堵在|静坐在|跪在|拉[横条]幅|围堵|集体?上访|集访)",
                    ),
                    led("引发|造成|发生", r"[^,。;!?\n]{0,8}(?:聚集|围堵|集访|群体性事件)"),
                )
            ),
            needs="聚集|集合|堵|静坐|上访|集访|群访|横幅|条幅|示威|游行|罢工|罢市|下跪|跪在|跪了一|水泄不通|抬棺|摆花圈|灵堂|围住|围在|群体性事件",
        ),
    ),
    (
        "planned",
        "定了时间地点，或者联名",
        Rule(
            led(
                _WHENS,
                rf"[^。;!?\n]{{0,24}}?(?:{_GATHER}|集体维权|去[^,。;!?\n]{{0,8}}{_SAY}|理性表达|一起去|去反映|当面反映|送联名)",
            )
            + r"|联名(?:信|签|书|反映|投诉|举报|上书|(?=[,。;!?]|$))|联合签名|签字按手印|按了?红?手印|集体签(?:名|字)",
            needs="聚集|集合|堵|静坐|上访|集访|群访|横幅|条幅|示威|游行|罢工|罢市|集体下跪|说法|维权|抗议|表达|进京|走访|信访|一起去"
            "|反映|联名|联合签名|签字|手印|集体签",
        ),
    ),
    (
        "proposed",
        "有人提议线下行动",
        Rule(
            rf"{_STEPS}|一起去(?:市|区|县|省)?(?:政府|信访局|售楼部|住建局|人防办|国动办)|抱团|组织起来|上街(?!区|道|买)|闹一闹|去闹|闹大",
            needs=f"{_STEP_WORDS}|一起去|抱团|组织起来|上街|闹一闹|去闹|闹大",
        ),
    ),
)
_FORBIDDEN = Rule(
    led("不要|请勿|切勿|勿|别去|别再|严禁|禁止|打击|严打|查处|制止|劝阻|避免", r"[^,。;!?\n]{0,10}$")
)
_EXERCISE = re.compile(r"[^。;!?\n]{0,30}?(?:演练|演习|疏散|志愿|培训|军训|比赛|出发|合影)")
"""What people are called together for that is no protest."""
_AHEAD = re.compile(
    r"(?:将|要|想|准备|打算|计划|如果|再不|不给|明天|后天|下周|周[一二三四五六日天]|说好|约好|号召|组织)[^,。;!?\n]{0,16}$"
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
            if number.value > 1 and (found := _HOUSEHOLDS_AFTER.match(text, number.end)) is not None:
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
            note = name + (f"：{amount:g}" if amount is not None else "，未说数目")
            signals.append(signal_at(sheet, kind, f"signal.{kind}", note, where, amount=amount))
    return signals


def _crowd(passage: Passage, number: Number) -> tuple[int, int] | None:
    if number.value < 2:
        return None
    found = _CROWD_AFTER.match(passage.text, number.end)
    if found:
        if _OTHERS.search(found[0]) or (
            found[0].endswith("集合") and _EXERCISE.match(passage.text, found.end(), found.end() + 36)
        ):
            return None
        return number.start, found.end()
    people = _PEOPLE.match(passage.text, number.end)
    ahead = people and _CROWD_BEFORE.search(passage.text[max(0, number.start - 12) : number.start])
    if ahead and people:
        return max(0, number.start - 12) + ahead.start(), people.end()
    return None


def _action(sheet: Sheet) -> list[Signal]:
    """The furthest step only."""
    for detail, note, rule in _ACTIONS:
        found = [(passage, match) for passage, match in matches(sheet, rule) if _meant(passage, match)]
        if detail == "proposed" and any(_told(passage, match) for passage, match in found):
            detail, note, _ = _ACTIONS[0]
        if found:
            kind = SignalKind.OFFLINE_ACTION
            return [signal(sheet, kind, f"signal.{kind}.{detail}", note, found, detail=detail)]
    return []


def _told(passage: Passage, match: re.Match[str]) -> bool:
    """50名村民到镇政府上访: so many who do it are doing it, unless they mean to."""
    text, begin = passage.text, match.start()
    return bool(_MANY.search(text, max(0, begin - 20), begin)) and not _AHEAD.search(
        text, max(0, begin - 30), begin
    )


def _meant(passage: Passage, match: re.Match[str]) -> bool:
    """Whether it is people's own step: officials who go from door to door (走访), drills and what is forbidden are none."""
    text, begin = passage.text, match.start()
    if passage.may(_FORBIDDEN) and _FORBIDDEN.expression.search(text, max(0, begin - 14), begin):
        return False
    if match[0].endswith("集合") and _EXERCISE.match(text, match.end(), match.end() + 36):
        return False
    at = match[0].find("走访")
    start = begin + at
    return at < 0 or not _OFFICIALS_VISIT.search(text[max(0, start - 20) : start])

"""Deaths, injuries, missing people and loss, with their numbers; and where a text says that there were none."""

from __future__ import annotations

from dataclasses import replace

from huiying.contracts import Reading, Signal, SignalKind
from nlp.sheet import Sheet
from nlp.signalling import matches, most, pattern, signal

_WHO = r"(?:人|名|位|个|口|条)"
_BETWEEN = r"(?:[工老病别某]人|[^,。;!?\n人伤失救获险]){0,12}?"
_OTHERS = r"(?!(?:人|名|位)?[^,。;、!?\n]{0,4}(?:受伤|重伤|轻伤|送医|被困|失联|死亡|遇难|身亡))"
"""死亡2人受伤 counts the injured: the number belongs to the word behind it."""
_REACHED = r"(?:人数)?[已经的共计约为超过上升增至达到了有:]{0,8}?"

_COUNTED = (
    (
        SignalKind.DEATHS,
        "死亡",
        (
            rf"{{N}}{_WHO}{_BETWEEN}(?:死亡|遇难|身亡|丧生|罹难|丧命|不治|[淹砸压烧毒闷摔电撞]死)",
            r"{N}人?死(?![角机板活心亡])",
            rf"(?:死亡|遇难|身亡|丧生|罹难){_REACHED}{{N}}(?=人|名|位|例|$|[,。;、]){_OTHERS}",
            r"{N}条人命",
        ),
        r"(?<![吓气笑累热急烦坑害冻饿臭挤吵丑])死人了|有人死|闹出人命|出了?人命|[淹砸压烧毒闷摔电撞]死了?(?:人|个|一个)|被[^,。;!?\n]{0,14}(?:砸|淹|电|撞|烧)死|(?:男子|女子|老人|孩子|工人|儿童)[^,。;!?\n]{0,10}(?:身亡|死亡|遇难)",
    ),
    (
        SignalKind.INJURIES,
        "受伤",
        (
            rf"{{N}}{_WHO}[^,。;!?\n人死失救获险]{{0,12}}?(?:受伤|重伤|轻伤|送医|住院|骨折|烧伤|昏迷)",
            r"{N}人?(?:重|轻)?伤(?![亡心害口])",
            rf"(?:受伤|重伤|轻伤){_REACHED}{{N}}(?=人|名|位|$|[,。;、]){_OTHERS}",
        ),
        r"有人受伤|(?:砸|压|夹|摔|碰|撞|烫|割|扭|崴)伤|骨折|截肢|(?:孩子|老人|工人|业主|父亲|母亲)[^,。;!?\n]{0,8}(?:受伤|住院|送医)",
    ),
    (
        SignalKind.MISSING,
        "失联或被困",
        (
            rf"{{N}}{_WHO}[^,。;!?\n死伤]{{0,10}}?(?:失联|失踪|被困|下落不明|被埋)",
            rf"(?:失联|失踪|被困|被埋){_REACHED}{{N}}(?=人|名|位|$|[,。;、])",
        ),
        r"有人(?:失联|失踪|被困|被埋)|人还(?:在|困在)(?:里面|下面)",
    ),
    (
        SignalKind.LOSS,
        "财产损失",
        (
            r"(?:损失|估损|被骗|赔偿?了?|被淹[^,。;!?\n]{0,6}价值)[^,。;!?\n\d]{0,10}?{N}(?=元|块|多元|余元|多块)",
            r"{N}元?(?:的)?[^,。;!?\n]{0,6}?(?:经济)?损失",
        ),
        r"(?:损失惨重|车(?:全|都|被)?(?:泡|淹)了|泡水车|车辆被淹|货(?:物)?(?:全|都)?(?:泡|淹)了)",
    ),
)
_RULES = [
    (kind, name, [pattern(expression) for expression in counted], pattern(plain))
    for kind, name, counted, plain in _COUNTED
]
_NOBODY = pattern(
    r"(?:无|没有|未造成|没造成|未发生|未有|暂无|均无|无一)(?:造成)?(?:任何)?(?:人员|人)?(?:的)?伤亡"
)
_UNHURT = pattern(r"(?:无|没有|没|未有)人(?:员)?受伤")


def annotate(sheet: Sheet, reading: Reading) -> Reading:
    return replace(reading, signals=reading.signals + tuple(_harm(sheet)) + tuple(_none(sheet)))


def _harm(sheet: Sheet) -> list[Signal]:
    signals = []
    for kind, name, counted, plain in _RULES:
        found = [match for expression in counted for match in matches(sheet, expression)]
        amount, found = most(found)
        if amount is None:
            found = list(matches(sheet, plain))
        if found:
            note = f"文中说{name}" + (f"：{amount:g}" if amount is not None else "，未说数目")
            signals.append(signal(sheet, kind, f"signal.{kind}", note, found, amount=amount))
    return signals


def _none(sheet: Sheet) -> list[Signal]:
    """What a text denies is a fact as well: none is zero, which is not unknown."""
    nobody, unhurt = list(matches(sheet, _NOBODY, denied=True)), list(matches(sheet, _UNHURT, denied=True))
    denied = [(SignalKind.DEATHS, nobody), (SignalKind.INJURIES, nobody or unhurt)]
    return [
        signal(sheet, kind, f"signal.{kind}.none", "文中说没有人员伤亡", found, amount=0.0)
        for kind, found in denied
        if found
    ]

"""How many people or households a text speaks of, and whether words turn into steps: proposed, planned, under way."""

from __future__ import annotations

from dataclasses import replace

from huiying.contracts import Reading, Signal, SignalKind
from nlp.sheet import Sheet
from nlp.signalling import matches, most, pattern, signal

_STEP = (
    r"(?:聚集|集合|围堵|堵路|堵门|堵住|静坐|上访|信访|拉横幅|讨说法|讨个说法|要说法|维权|示威|游行|表达诉求)"
)
_CROWD = (
    pattern(
        rf"{{N}}(?:名|人|个|号人|位)[^,。;!?\n]{{0,10}}?(?:{_STEP}|围观|到场|在现场|堵在|围在|聚在|跑出来|上街)"
    ),
    pattern(
        r"(?:聚集|聚了|围了|围着|来了|去了|集结|站了|堵了)[^,。;!?\n\d]{0,4}?{N}(?=人|名|号人|多人|余人)"
    ),
)
_HOUSEHOLDS = (
    pattern(r"{N}(?:余|多)?(?:户|家住户|家业主|名业主|位业主|个业主|名住户|位住户|户人家)"),
    pattern(r"(?:全体|全小区|整个小区|我们这批|所有)业主(?P<n>$^)?"),
)
_WHEN = r"(?:今天|明天|后天|今晚|明早|本?周[一二三四五六日天末]|星期[一二三四五六日天]|\d+[号日点]|上午|下午|早上|晚上)"
_ACTIONS = (
    (
        "under_way",
        "正在进行的线下行动",
        pattern(
            rf"(?:正在|已经|现在|此刻|还在)[^,。;!?\n]{{0,12}}{_STEP}|拉着横幅|拉起了?横幅|挂出?了?横幅|堵在[^,。;!?\n]{{0,10}}门口"
            rf"|堵了[^,。;!?\n]{{0,6}}门|围住了|(?:人|业主|群众|居民)[^,。;!?\n]{{0,6}}(?:聚集在|围在|堵在|静坐在)"
        ),
    ),
    (
        "planned",
        "定了时间地点，或者联名",
        pattern(
            rf"{_WHEN}[^。;!?\n]{{0,24}}?(?:{_STEP}|理性表达|一起去|去反映|当面反映|送联名)|联名(?:信|签|书|反映|投诉|举报)|联合签名|签字按手印|集体签(?:名|字)"
        ),
    ),
    (
        "proposed",
        "有人提议线下行动",
        pattern(
            rf"{_STEP}|一起去(?:市|区|县|省)?(?:政府|信访局|售楼部|住建局|人防办|国动办)|抱团|组织起来|上街|闹一闹"
        ),
    ),
)


def annotate(sheet: Sheet, reading: Reading) -> Reading:
    signals = (*_counted(sheet), *_action(sheet))
    return replace(reading, signals=reading.signals + signals)


def _counted(sheet: Sheet) -> list[Signal]:
    signals = []
    for kind, name, expressions in (
        (SignalKind.CROWD, "在场或参与的人数", _CROWD),
        (SignalKind.HOUSEHOLDS, "涉及的户数", _HOUSEHOLDS),
    ):
        amount, found = most([match for expression in expressions for match in matches(sheet, expression)])
        if found:
            note = name + (f"：{amount:g}" if amount is not None else "，未说数目")
            signals.append(signal(sheet, kind, f"signal.{kind}", note, found, amount=amount))
    return signals


def _action(sheet: Sheet) -> list[Signal]:
    """The furthest step only."""
    for detail, note, expression in _ACTIONS:
        found = list(matches(sheet, expression))
        if found:
            kind = SignalKind.OFFLINE_ACTION
            return [signal(sheet, kind, f"signal.{kind}.{detail}", note, found, detail=detail)]
    return []

"""Names of units and organisations, as written."""

from __future__ import annotations

import re
from dataclasses import replace

from huiying.contracts import Reading
from nlp.sheet import Sheet

LIMIT = 12
_NAME = r"[\u4e00-\u9fffa-z0-9]"
_PUBLIC = (
    r"(?:人防办(?:公室)?|人民防空办公室|国动办|国防动员办公室|民防局|民防办|人防局|住建局|住房和城乡建设局|城管局|城市管理局|规划局|自然资源和?规划?局|发改委|发展和改革委员会"
    r"|市场监管局|市场监督管理局|房管局|信访局|公安局|派出所|交警队|消防(?:救援)?(?:支队|大队)|应急管理局|教育局|财政局|税务局|纪委监?委?|政务(?:服务)?(?:中心|大厅)"
    r"|街道办?事?处?|居委会|村委会|社区|管委会|人民政府|市政府|区政府|县政府|质监站|指挥信息保障中心)"
)
_PRIVATE = r"(?:物业服务?有?限?公司|物业公司|物业|有限责任公司|有限公司|集团公司?|置业公司?|地产公司?|房地产(?:开发)?(?:有限)?公司?|开发公司|业主委员会|业委会|小学|中学|医院|大学|学院)"
_UNIT = re.compile(rf"{_NAME}{{0,12}}?(?:{_PUBLIC}|{_PRIVATE})")
_LEAD = re.compile(
    r"^.*(?:的|是|在|到|去|给|跟|和|与|向|找|问|让|由|被|把|从|对|请|据|经|及|说|称|叫|有(?!限)|了|要求|希望|投诉|举报|反映|联系|咨询|建议|感谢|请问|记者|通过|因为|关于|我们|你们|他们|这个|那个)"
)
_TOO_PLAIN = frozenset(
    {"物业", "社区", "街道", "小学", "中学", "医院", "大学", "学院", "集团", "置业", "地产"}
)


def annotate(sheet: Sheet, reading: Reading) -> Reading:
    names: dict[str, None] = {}
    for passage in sheet.passages:
        for found in _UNIT.finditer(passage.text):
            start = found.start() + _lead(found[0])
            if found.end() - start > 1 and passage.text[start : found.end()] not in _TOO_PLAIN:
                names[passage.span(start, found.end()).text] = None
    return replace(reading, units=tuple(names)[:LIMIT])


def _lead(name: str) -> int:
    """How many characters before the name are not part of it: verbs and particles that stand in front."""
    lead = _LEAD.match(name[:-2])
    return lead.end() if lead else 0

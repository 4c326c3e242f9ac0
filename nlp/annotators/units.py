"""Names of units and organisations, as written."""

from __future__ import annotations

import re
from itertools import islice

from huiying.contracts import Reading
from nlp.amend import amended
from nlp.sheet import Sheet

LIMIT = 12
REACH = 14
"""Characters before 局, 公司 and the like that may belong to the name."""
MATCHES = 200
_PUBLIC = (
    r"人防办(?:公室)?|人民防空办公室|国动办|国防动员(?:办公室|委员会)|民防局|民防办|人防局|人防质监站|人防指挥信息保障中心|住建局|住建委|住房和城乡建设[局委厅部]|城管局|城市管理局|综合执法局|规划局|自然资源(?:和规划)?局"
    r"|发改委|发展和改革委员会|市场监管局|市场监督管理局|房管局|不动产登记中心|信访局|公安局(?:[\u4e00-\u9fff]{1,4}?分局)?|派出所|交警[队支大]队?|消防(?:救援)?(?:支队|大队|站|队)|应急管理[局厅]|应急局|安监局|气象局|水利局|生态环境局|教育局|卫健委|环保局|民政局|人社局|交通运输局|财政局|审计局|税务局"
    r"|纪委监?委?|检察院|法院|政务(?:服务)?(?:中心|大厅)|行政审批局|街道办?事?处?|居委会|村委会|社区|管委会|人民政府|市政府|区政府|县政府|镇政府|乡政府|省政府|质监站|指挥信息保障中心|12345"
)
_PRIVATE = r"物业服务?有?限?公司|物业公司|物业(?!费)|有限责任公司|有限公司|集团公司?|置业公司?|地产公司?|房地产(?:开发)?(?:有限)?公司?|开发公司|工程公司|监理公司|防护设备厂|业主委员会|业委会|小学|中学|医院|大学|学院|幼儿园"
_END = re.compile(f"{_PUBLIC}|{_PRIVATE}")
"""Every alternative begins with a character of its own kind: where none stands, nothing is tried."""
_NAME = re.compile(r"[\u4e00-\u9fffa-z0-9]{0,14}$")
_LEAD = re.compile(
    r"^.*(?:的|是|在|到|去|给|跟|和|与|向|找|问|让|由|被|把|从|对|请|据|经(?![一二三四五六七八九十]+路|开)|后(?![来勤街海])|及|说|称|叫|有(?!限)|了|要求|希望|投诉|举报|反映|联系|咨询|建议|感谢|请问|记者|通过|因为|关于|我们|你们|他们|这个|那个)"
)
_TOO_PLAIN = frozenset(
    {
        "物业", "社区", "街道", "小学", "中学", "医院", "大学", "学院", "集团", "置业", "地产", "房地产", "幼儿园", "12345", "有限公司", "开发公司",
    }
)  # fmt: skip
_NO_NAME = re.compile(
    r"(?:如今|现在|目前|后来|过|打了?|先|又|再|还|就|都|只|光|转[给到]?|推给?|各|该|本|我|你|他|她|咱们?|俺们?|小区|连|没|等|靠|换|老|新|原|前|隔壁|别的|其他|旁边|对面|有的|这家|那家)+"
)
"""What before 物业 or 街道 names nobody: 先转物业, 又转街道, 打12345."""


def annotate(sheet: Sheet, reading: Reading) -> Reading:
    names: dict[str, None] = {}
    for passage in sheet.passages:
        text, done = passage.text, 0
        for found in islice(_END.finditer(text), MATCHES):
            before = _NAME.search(text[max(done, found.start() - REACH) : found.start()])
            length = len(before[0]) if before else 0
            start = found.start() - length
            start += _lead(text[start : found.start()])
            done = found.end()
            if found[0] in _TOO_PLAIN and _NO_NAME.fullmatch(text, start, found.start()):
                continue
            if found.end() - start > 1 and text[start : found.end()] not in _TOO_PLAIN:
                names[passage.span(start, found.end()).text] = None
    return amended(reading, units=tuple(names)[:LIMIT])


def _lead(before: str) -> int:
    """How many of the characters before 局 or 公司 are not part of the name: verbs and particles."""
    lead = _LEAD.match(before)
    return lead.end() if lead else 0

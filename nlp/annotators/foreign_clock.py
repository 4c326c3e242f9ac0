"""Whose clock a time was told by: ours, or that of another country."""

from __future__ import annotations

import re

from nlp.scanning import Rule, led
from nlp.sheet import Passage, Sheet

NEAR = 24
"""Characters before a time, and half of those behind it, that may name another country."""
_ABROAD = (
    r"美国|英国|法国|德国|日本(?<![今昨\d]日本)|韩国|俄罗斯|莫斯科|乌克兰|基辅|印度|印尼|泰国|缅甸|越南|菲律宾|马来西亚|新加坡|柬埔寨|巴基斯坦|阿富汗|尼泊尔|哈萨克斯坦|吉尔吉斯|乌兹别克|塔吉克斯坦|土库曼|蒙古国|孟加拉国|斯里兰卡|老挝|以色列|加沙|伊朗|伊拉克|叙利亚"
    "|黎巴嫩|土耳其|埃及|南非|尼日利亚|肯尼亚|埃塞俄比亚|摩洛哥|利比亚|阿尔及利亚|沙特|阿联酋|卡塔尔|约旦|科威特|西班牙|意大利|希腊|瑞士|瑞典|挪威|芬兰|丹麦|荷兰|比利时|葡萄牙|匈牙利|奥地利|爱尔兰|罗马尼亚|塞尔维亚|波兰|澳大利亚|新西兰|加拿大|委内瑞拉|古巴|洪都拉斯|墨西哥|巴西|阿根廷|智利|秘鲁|哥伦比亚|伦敦|巴黎|纽约|华盛顿|洛杉矶|东京|大阪|首尔"
)
_FAR = Rule(_ABROAD)
_OTHER_CLOCK = Rule(
    led(
        f"当地|美东|美西|格林|欧洲|北美|东部|西部|中部|太平洋|{_ABROAD}",
        r"[^,。;!?\n]{0,4}时间[^,。;!?\n]{0,6}$",
    )
)
_OURS = re.compile(r"(?:北京时间|台网)[^。;!?\n]{0,12}$")
_OURS_AFTER = Rule(r"[^,。;!?\n(]{0,6}\((?:即|约)?北京时间", needs="北京时间")
OURS_BEFORE = Rule(r"[^,。;!?\n(]{0,6}\((?:即|约)?北京时间$", needs="北京时间")
"""The same time by our clock: whether it is planned is said before the other one."""
OF_CLOCKS = _OTHER_CLOCK.bit | _OURS_AFTER.bit | OURS_BEFORE.bit
"""Without one of these nobody speaks of clocks."""


def far(sheet: Sheet, passage: Passage, start: int, end: int) -> bool:
    """Whether title or sentence name another country, and nobody says that it is our clock."""
    if not sheet.may(_FAR):
        return False
    text = passage.text
    if _OURS.search(text, max(0, start - 16), start):
        return False
    near = text[max(0, start - NEAR) : start] + text[end : end + 2 * NEAR]
    return sheet.title.may(_FAR) or bool(_FAR.expression.search(near))


def by_another_clock(text: str, start: int, end: int) -> bool:
    told = _OTHER_CLOCK.expression.search(text[max(0, start - 30) : start])
    return bool(told or _OURS_AFTER.expression.match(text, end, end + 14))

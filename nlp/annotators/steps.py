"""What people did at a time: about a matter (they asked, met, ruled), or on the way to it (they bought, signed, moved in).

None of it is the occurrence when it lies far back: a matter that is told today did not happen when a contract was signed last year.
"""

from __future__ import annotations

import re
from datetime import timedelta
from enum import Enum

from nlp.scanning import Rule
from nlp.sheet import Passage


class Step(Enum):
    """What a time is told of; its value is how many days back that may lie and still be the matter."""

    CALL = 4
    """Somebody asked or complained."""
    REPORT = 9
    """Somebody told of it in public."""
    PAPER = 10
    """A paper, a hearing or a meeting has its date."""
    ACT = 30
    """Somebody bought, signed, moved in."""
    PLAIN = 31
    """Nothing of these, and no mishap either."""
    MISHAP = 400
    """Something broke, or has gone on since.  What lies further back is history."""

    @property
    def reach(self) -> timedelta:
        return timedelta(days=self.value)


def _one_of(words: str) -> str:
    """One of these, looked for by their first letters."""
    return f"(?=[{''.join(sorted({word[0] for word in words.split('|')}))}])(?:{words})"


_ASKED_AFTER = Rule(
    r"(?:多|许|左右)?,?[^,。;!?\n]{0,14}?(?=[打致来拨询咨通递提投举信上反留发写去报协座约沟调])(?:打[了过]?[^,。;!?\n]{0,8}电话|来信|打[了过]?1\d{4}|拨打(?!1[12][09])|致电|来电|询问|咨询|通了?电话|递交|提交|投诉|举报|信访|上访|反[映应馈]|留言|发帖|写信|去信|报案|协调会|座谈|协商|约谈|沟通|调解)",
    needs="电话|来信|打1|打了1|打过1|致电|来电|拨打|询问|咨询|递交|提交|投诉|举报|信访|上访|反映|反应|反馈|留言|发帖|写信|去信|报案|协调会|座谈|协商|约谈|沟通|调解",
)
_PAPER = (
    "公示|公告|通告|公布|出台|下发|印发|颁布|颁发|签署|修订|表决|施行|实施|生效|批复|批准|批示|复函|函复|回复|答复|行文|发文|文件|立案|开庭|判决|裁定|宣判|起诉|仲裁|受理|处罚"
    "|开会|会议|召开|达成|核实|检测|鉴定|验收|承诺|听证|申请|行政|备案|评估|复议|审批|许可|规定|条例|合同|协议|通知书|整改|责令|下达|物业费|租金|有效期"
)
_ACT = (
    "购买|购得|购置|购房|买了|买的|买房|买到|认购|认筹|订购|预订|签约|签订|签定|签了|缴纳|缴费|缴了|交了|交的|交纳|交付|交房|交楼|付了|付款|支付|转账|汇款|存了|贷款|借款|借了|投资了|投了|加盟|报名|注册|开户"
    "|申办|办理|办了|入职|参加工作|毕业|考取|取得|获得|领取|领到|入住|收房|接房|开盘|开业|成立|租赁|承租|租了|租下|出生|生育|生下|剖腹|结婚|离婚|退休|入伍|退伍|开工|竣工|完工|建成|动工|到期|结算|入学|登记"
)
_MISHAP = (
    "塌|倒|火|爆|炸|漏|渗|淹|溢|反水|进水|积水|停水|停电|停气|停工|停产|停运|停止|断水|断电|断气|断网|断裂|封|堵|砸|撞|摔|打伤|打人|殴打|被|死|去世|身亡|遇难|受伤|伤亡|跑路|失联|失踪|走失|抢|偷|盗|骗|拆|强行|强制|开始|以来|至今|到现在|突然|突发"
    "|坏|裂|响|污染|排放|聚集|横幅|围|涨|克扣|中毒|晕|昏|病|疼|麻木|手术|确诊|发生|出现|发现|挖断|毁|泄漏|故障|失灵|燃|废墟|消失|脱落|出问题|殴|骂|威胁|扣车|刁难|出事|事故|坠|溺|碾|冲突|袭击|地震|台风|暴雨"
)
_PAPER_AFTER = Rule(rf"(?:多|许|左右)?[的,]?[^,。;!?\n]{{0,18}}?{_one_of(_PAPER)}", needs=_PAPER)
_ACT_AFTER = Rule(rf"(?:多|许|左右)?,?[^,。;!?\n]{{0,18}}?{_one_of(_ACT)}", needs=_ACT)
_MISHAP_AFTER = re.compile(rf"[^。;!?\n]{{0,48}}?{_one_of(_MISHAP)}")
"""No rule: its words are so common that looking for them would tell nothing."""
_LISTED_AFTER = re.compile(r"(?:[、和与及至到~–—-]{1,2}[\d年月.]{1,10}[日号]?)+")
"""10日至13日, 2日、5日: what is told behind the last is told of all."""
_ANOTHER_DAY = re.compile(r"\d日|月\d{1,2}号|[今昨前][天日晚]")
"""What is told behind this is not told of the day before it."""


def asked_about(passage: Passage, end: int) -> bool:
    """Whether a time tells when somebody was called, met or written to about a matter."""
    return (
        passage.may(_ASKED_AFTER) and _ASKED_AFTER.expression.match(passage.text, end, end + 36) is not None
    )


def step(passage: Passage, end: int) -> Step:
    """What is told behind a time, as far as a paper, an act or a mishap."""
    held, text = passage.standing, passage.text
    listed = _LISTED_AFTER.match(text, end, end + 24)
    end = listed.end() if listed else end
    if held & _PAPER_AFTER.bit and _PAPER_AFTER.expression.match(text, end, end + 24):
        return Step.PAPER
    if held & _ACT_AFTER.bit and _ACT_AFTER.expression.match(text, end, end + 24):
        return Step.ACT
    mishap = _MISHAP_AFTER.match(text, end, end + 52)
    return Step.MISHAP if mishap and not _ANOTHER_DAY.search(text, end, mishap.end()) else Step.PLAIN

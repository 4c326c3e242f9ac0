"""What an answer of the office and a claim may both speak of: points that are so or not, numbers of people, a price, a siren.

Each point has the words that say it is so, those that say without a negation that it is not, and the kinds of thing it may be
true of.  :mod:`nlp.assertions` finds them in texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    name: str
    so: re.Pattern[str]
    not_so: re.Pattern[str] | None = None
    """Says without a negation that it is not so."""
    things: str = ""
    """Which kinds of thing (``_THINGS``) it may be true of; '' where that does not matter."""
    timeless: bool = False
    """What is so now and what will be so are one."""
    general: bool = False
    """May be said of a whole city at once."""


_THINGS = {
    "built": (
        ("门", "人防门|防护门|密闭门|防爆门|樘门|\\d樘"),
        ("警报器", "警报器|警报设备"),
        ("墙", "隔墙|承重墙|剪力墙"),
        ("防空洞", "防空洞|纳凉点"),
        ("通道", "地下通道|隧道"),
        ("指挥所", "指挥所"),
        ("大厅", "大厅|窗口"),
        ("地下工程", "人防工程|民防工程|人防设施|地下室|车库|地库|地下商[场业]|地下街"),
    ),
    "parking": (("车位", "车位"), ("地下工程", "人防工程|地下室|车库|地库")),
    "fee": (
        ("易地建设费", "易地建设费|异地建设费|结建费"),
        ("租金", "租金|月租|年租|租[^,。]{0,5}车位"),
        ("管理费", "管理费|使用费|停车费"),
        ("物业费", "物业费"),
        ("电费", "电费"),
    ),
    "office": (
        ("主任", "主任"),
        ("书记", "书记"),
        ("经理", "经理"),
        *((f"{one}长", f"{one}长") for one in "局处科所站校院镇县区市厅"),
    ),
    "event": (
        ("试鸣", "试鸣|鸣放"),
        ("演练", "演练|演习"),
        ("纳凉", "纳凉|防空洞"),
        ("会议", "发布会|听证会"),
    ),
}
KINDS = {kind: tuple((name, re.compile(words)) for name, words in rows) for kind, rows in _THINGS.items()}


def _point(
    name: str, so: str, not_so: str = "", things: str = "", *, timeless: bool = False, general: bool = False
) -> Point:
    return Point(
        name=name,
        so=re.compile(so),
        not_so=re.compile(not_so) if not_so else None,
        things=things,
        timeless=timeless,
        general=general,
    )


POINTS = (
    _point("拆除", r"拆(?!迁办|分|装|封|散|解|台|穿)|扒掉|敲掉|砸掉|打穿|打通", r"完好|保存完整|保持原样|仍在原(?:处|位)|均在(?!建)|在位", "built"),
    _point("涨价", r"涨(?!知识|停|跌|水)|上调|提价|调高|提高(?!警惕|认识|能力|效率|意识|水平|质量|防范)|翻了?[一两三]?[倍番]|调整",
           r"仍(?:然|旧)?(?:为|是|按|执行)|(?:维持|保持)[^,。]{0,8}(?:不变|原)|按原标准|价格不变|标准不变", "fee", general=True),
    _point("关闭", r"关闭|关门|关了|不开了|停用|封闭|锁门|停止开放|暂停开放|不(?:再)?(?:对外)?开放|没有?开放|未开放",
           r"(?<![不未没停])(?:正常|照常|免费|全天|对外)(?:对外)?开放|已(?:经|于)?[^,。不未没停]{0,8}开放|(?<![不未没停])开放了|(?<![不未没停暂外])开放(?=[,。]|$)|正常使用", "built"),
    _point("坍塌", r"[坍垮倒]塌|塌[方陷]|塌(?!实)", r"结构(?:安全|完好|稳定)|主体完好", "built"),
    _point("进水", r"进水|积水|被?淹(?!死|没收)|倒灌|泡(?:在|水|了)|漫[到进]", r"没有?进过水|排水正常", "built"),
    _point("渗漏", r"漏水|渗水|渗漏|漏雨|漏成", "", "built"),
    _point("失火", r"起火|着火|失火|火灾|烧起来", "", "built"),
    _point("爆炸", r"爆炸|炸了", ""),
    _point("出售", r"卖(?!力|点|场|家)|出售(?!条件)|售出", r"(?:只|全部|均)(?:用于)?(?:出?租|租赁)", "parking"),
    _point("强制购买", r"(?:必须|强制|强迫|捆绑|搭售)[^,。]{0,6}(?:买|购|售|销售)|不买[^,。]{0,6}不给", r"自愿(?:购|选|租|买)|业主自愿|自主选择",
           "parking", timeless=True, general=True),
    _point("收回", r"收回|没收|收归", "", "parking", general=True),
    _point("不能租", r"不(?:准|让|许|得|能|可以?)(?:出?租|租赁)|只卖不租|只售不租|不[出]?租", r"(?<!不)可以(?:出租|租用|承租)|不得只售不租", "parking", timeless=True),
    _point("改变用途", r"改成|改为|改作|改造成|挪作|当(?:成|作)?(?:停车场|仓库|库房|宿舍|网吧|酒窖|冷库|商铺)|(?:被|给)占用?|改变用途", "", "built"),
    _point("停工", r"停工|烂尾|停建", r"(?:正常|有序|加快)施工|已(?:经)?复工|按计划施工", "built"),
    _point("未经验收", r"(?:没有?|未|还没有?|尚未)[^,。]{0,4}(?:验收)|验收[^,。]{0,3}(?:没过|没通过|不合格)|未通过[^,。]{0,4}验收",
           r"(?:已|均|全部)[^,。]{0,8}(?:通过|完成)[^,。]{0,6}验收|验收合格|(?<!未)(?<!没有)(?<!没)通过(?:了)?(?:竣工|专项)?验收", "built"),
    _point("没有缴费", r"(?:没有?|未|还没|不)[缴交]|[费款]没有?[缴交]|欠缴|少缴", r"(?:足额|全额|已)[^,。]{0,4}[缴交]纳?", "fee"),
    _point("免收", r"不用再?[缴交]|不必再?[缴交]|全免|免[缴交收征除]|减免", r"无权免征|不得(?:减)?免|政策[^,。]{0,4}(?:没有变化|未变|不变)|照常征收|依法征收",
           "fee", timeless=True, general=True),
    _point("退款", r"退(?:还|给|了|[费款](?!方案|政策|流程|标准|问题|申请))", "", "fee"),
    _point("人事调查", r"被抓|被查|被带走|带走调查|双开|留置|落马|免职|撤职|正?接受[^,。]{0,10}调查", r"正常(?:履职|工作|上班)|在岗", "office"),
    _point("取消或改期", r"取消|停办|改到|改期|推迟|延期|不搞了|不办了", r"如期|照常(?:举行|进行)|按(?:原)?计划(?:举行|进行|组织|开展)", "event", timeless=True),
    _point("疏散", r"疏散(?!通道|演练|演习|基地|指示|标志|路线)|撤离", ""),
    _point("未经批准", r"(?:没有?|未|未经)[^,。]{0,3}(?:审批|批准|许可|报批)(?!擅自|不得|,?不)", r"已[^,。未]{0,10}(?:批准|审批|许可)(?!后)|手续齐全"),
    _point("已经恢复", r"(?:已|已经)[^,。]{0,8}(?:装回|恢复)(?!通行|正常生活)", "", "built"),
)  # fmt: skip
HARM = (
    ("死亡人数", re.compile(r"死(?!角|机|板|心|活|守|刑)|身亡|遇难|丧生|丧命|人命|伤亡")),
    (
        "受伤人数",
        re.compile(
            r"[受轻重擦烧砸踩炸摔]伤|伤了|伤者|伤员|伤亡|中毒|住院|就医|\d\s?人?伤|[一二两三四五六七八九十]伤"
        ),
    ),
    ("失联或被困人数", re.compile(r"失联|失踪|被困|被埋|埋了|没出来|下落不明")),
)
HARMS = {name: Point(name=name, so=so) for name, so in HARM}
PRICE = Point(
    name="收费金额",
    so=re.compile("租金|管理费|使用费|停车费|物业费|收费|月租|年租|租[^,。]{0,5}车位"),
    things="fee",
)
SIREN = Point(name="警报的原因", so=re.compile("警报|试鸣|汽笛"), general=True)
CAUSES = {
    "空袭或战事": re.compile(r"空袭|打仗|开战|战争|敌机|导弹|轰炸|敌袭|入侵|核泄漏|核事故"),
    "试鸣或演练": re.compile(r"试鸣|演练|演习|例行鸣放"),
    "误鸣或故障": re.compile(r"误鸣|误响|误拉|误触|误操作|故障|检修|短路"),
}

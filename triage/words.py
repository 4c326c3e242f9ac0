"""What the office calls roles, ranks, tiers, statements and channels: the one list for notices, records and pages."""

from __future__ import annotations

from collections.abc import Iterable

from huiying.contracts import (
    Attitude,
    Category,
    Knowledge,
    Publicity,
    Rank,
    Recognised,
    SignalKind,
    StatementKind,
    StatementState,
    StopReason,
    Tier,
)

ROLES = {
    "unit": "承办单位",
    "duty": "值班长",
    "division_head": "处室负责人",
    "deputy": "分管领导",
    "head": "主要负责人",
}
"""Those whom a rung may tell, as ``Rung.to`` and ``Notice.to`` name them."""

CALLED = {**ROLES, "secrecy": "保密审查员", "signer": "签发人", "spokesperson": "新闻发言人"}
"""Everybody whom a notice may be for, as ``Notice.to`` names them: those of the rungs, and those whose turn a statement is."""


def addressees(roles: Iterable[str]) -> str:
    """承办单位、值班长."""
    return "、".join(CALLED.get(role, role) for role in roles)


TURN_RUNGS = {
    StatementState.DRAFT: "文稿退回修改",
    StatementState.REVIEW: "文稿待保密审查",
    StatementState.CLEARED: "文稿待签发",
    StatementState.SIGNED: "文稿待发布",
}
"""What a notice is called by which somebody hears that a statement waits for them."""

TIERS = {
    Tier.ORDINARY: "普通账号",
    Tier.INFLUENCER: "大V、本地自媒体",
    Tier.CITY: "市级媒体",
    Tier.PROVINCE: "省级媒体",
    Tier.OVERSEAS: "境外媒体",
    Tier.HOT_SEARCH: "全国热搜",
    Tier.CENTRAL: "中央媒体",
    Tier.GOVERNMENT: "政府网站",
}

KNOWLEDGE: dict[str, str] = {
    Knowledge.SITE: "现场核实",
    Knowledge.OFFICIAL: "主管部门或上级通报",
    Knowledge.WITNESS: "当事人或报告人陈述",
    Knowledge.RECORDS: "监控、值班等记录",
}
"""How people know what they put right, by ``Knowledge`` and by ``Occurrence.source``."""

HARMS = {SignalKind.DEATHS: "死亡", SignalKind.INJURIES: "受伤", SignalKind.MISSING: "失联"}

RECOGNISED = {
    Recognised.EMERGENCY: "突发事件等级",
    Recognised.ORDER: "上级要求回应",
    Recognised.INSTRUCTION: "领导批示",
}

RANK_NAMES = {
    Rank.STAFF: "一般人员",
    Rank.DIVISION_HEAD: "处室负责人",
    Rank.DEPUTY: "分管领导",
    Rank.HEAD: "主要负责人",
}

STATEMENTS = {
    StatementKind.FIRST: "权威信息",
    StatementKind.ANSWER: "回应",
    StatementKind.RESULT: "处理结果",
    StatementKind.PRESS: "新闻发布会",
}

STOPS = {
    StopReason.PERSONAL: "涉及个人信息",
    StopReason.SECRECY: "涉及保密",
    StopReason.WRONG: "事实有误",
    StopReason.OTHER: "其他原因",
}
"""Why a published statement is hidden, as the public reads it."""

PUBLICITIES = {
    Publicity.OPEN: "主动公开",
    Publicity.ON_REQUEST: "依申请公开",
    Publicity.CLOSED: "不予公开",
}

IDLE = "无人办理"
"""What the notice of a matter is called that nobody looks after."""
VOIDED = "签收失效"
TICKET_AHEAD, TICKET_OVER = "工单将到期", "工单逾期"
"""What the notices of tickets are called that nobody has answered yet."""
EACH = "逐人确认"

CHANNELS = {
    "console": "值班台",
    "smtp": "邮件",
    "webhook": "通知平台",
    "wecom": "企业微信",
    "dingtalk": "钉钉",
    "feishu": "飞书",
    "sms": "短信",
    "page": "领导页",
}
"""Ways that a notice goes, as ``Delivery.channel`` names them."""

ATTITUDE_NAMES = {Attitude.NEGATIVE: "负面", Attitude.NEUTRAL: "中性", Attitude.POSITIVE: "正面"}
CATEGORY_NAMES = {Category.INQUIRY: "咨询", Category.PETITION: "信访诉求", Category.OTHER: "其他"}
"""Of what is none of the six handling classes, whose names are the office's own."""

OWN_PAGE = "page"
OUTLETS = {OWN_PAGE: "本系统公开页", "webhook": "单位网站"}
"""Places where a statement is published, as ``Publication.outlet`` names them."""

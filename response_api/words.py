"""What the pages call things.  A level is always a numeral, a word and a colour: never the colour alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from huiying.contracts import (
    Case,
    CaseEvent,
    CaseState,
    Category,
    Certainty,
    Channel,
    DeliveryState,
    Disposition,
    EventKind,
    Level,
    Origin,
    Publicity,
    Receipt,
    SignalKind,
    StatementState,
    Verdict,
)
from response_api import times
from triage.receipts import LINK, ROSTER
from triage.words import ATTITUDE_NAMES, CATEGORY_NAMES
from triage.words import CHANNELS as WAYS


@dataclass(frozen=True, slots=True)
class LevelMark:
    numeral: str
    word: str
    colour: str
    """Its CSS class."""


LEVELS = {
    Level.EXTREME: LevelMark("I", "特别重大", "red"),
    Level.MAJOR: LevelMark("II", "重大", "orange"),
    Level.LARGER: LevelMark("III", "较大", "yellow"),
    Level.GENERAL: LevelMark("IV", "一般", "blue"),
}
"""Gravest first."""

STATES = {
    CaseState.FLAGGED: "已告警",
    CaseState.WATCHING: "苗头",
    CaseState.CONFIRMED: "已确认",
    CaseState.ASSIGNED: "已交办",
    CaseState.ACKNOWLEDGED: "已签收",
    CaseState.ASSESSED: "已研判",
    CaseState.PUBLISHED: "已公开回应",
    CaseState.FOLLOWED: "已回访",
    CaseState.CLOSED: "已办结",
    CaseState.DISMISSED: "不予受理",
    CaseState.MERGED: "已合并",
    CaseState.LAPSED: "已消退",
}


def state_of(case: Case) -> str:
    """Where it stands; of a matter whose published statements are none of them open to everybody, that."""
    said = [one for one in case.statements if one.published_at and not one.corrects]
    closed = bool(said) and all(one.publicity is not Publicity.OPEN for one in said)
    return "已作结论（不公开）" if closed and case.state is CaseState.PUBLISHED else STATES[case.state]


CHANNELS = {
    Channel.NEWS: "新闻",
    Channel.GOVERNMENT: "政府网站",
    Channel.FORUM: "论坛",
    Channel.SOCIAL: "社交平台",
    Channel.VIDEO: "短视频",
    Channel.HOTLINE: "热线",
    Channel.MAILBOX: "信箱",
    Channel.HAND: "人工登记",
    Channel.FILE: "导入",
}

CATEGORIES = {
    Category.SUGGESTION: "建设性意见建议",
    Category.DIFFICULTY: "实际困难",
    Category.MAJOR: "重大问题",
    Category.UNCLEAR: "不了解情况、模糊认识",
    Category.MISTAKEN: "错误看法",
    Category.UNTRUE: "不实信息",
    **CATEGORY_NAMES,
}

VERDICTS = {
    Verdict.ALERT: "告警",
    Verdict.REVIEW: "待人看",
    Verdict.REPLY: "随所回复的帖子",
    Verdict.IRRELEVANT: "与本办无关",
}

SIGNALS = {
    SignalKind.DEATHS: "死亡",
    SignalKind.INJURIES: "受伤",
    SignalKind.MISSING: "失联",
    SignalKind.LOSS: "损失",
    SignalKind.CROWD: "聚集",
    SignalKind.HOUSEHOLDS: "涉及户数",
    SignalKind.OFFICIAL_NAMED: "点名领导",
    SignalKind.UNIT_NAMED: "点名单位",
    SignalKind.OFFLINE_ACTION: "线下行动",
    SignalKind.SIREN_UNPLANNED: "意外鸣警",
    SignalKind.CORRUPTION: "廉政",
    SignalKind.SAFETY: "安全隐患",
    SignalKind.RUMOUR: "传言",
    SignalKind.FEES: "收费",
    SignalKind.SECRET: "涉密",
    SignalKind.SUPERIOR_ORDER: "上级批示",
}

ATTITUDES = ATTITUDE_NAMES

CERTAINTIES = {Certainty.STATED: "原文写明", Certainty.INFERRED: "推断", Certainty.UNKNOWN: "未知"}

ORIGINS = {Origin.LIVE: "实时", Origin.BACKFILL: "补采", Origin.REPLAY: "回放"}

DISPOSITIONS = {
    Disposition.IRRELEVANT: "与本办无关",
    Disposition.DUPLICATE: "重复或转载，已并入",
    Disposition.ATTACHED: "已归入事件",
    Disposition.BURIED: "无法处理，已记录",
    Disposition.WITHHELD: "依异议未收",
}

DELIVERIES = {
    DeliveryState.RESERVE: "备用",
    DeliveryState.OWED: "待发送",
    DeliveryState.SENT: "已送出",
    DeliveryState.DELIVERED: "已送达",
    DeliveryState.SEEN: "已阅",
    DeliveryState.FAILED: "未送达",
    DeliveryState.DROPPED: "不再提醒",
}

STATEMENT_STATES = {
    StatementState.DRAFT: "拟稿",
    StatementState.REVIEW: "保密审查中",
    StatementState.CLEARED: "待签发",
    StatementState.SIGNED: "待发布",
    StatementState.PUBLISHED: "已发布",
    StatementState.WITHDRAWN: "已作废",
}

EVENTS = {
    EventKind.OPENED: "建档",
    EventKind.GREW: "新增",
    EventKind.FLAGGED: "告警",
    EventKind.LEVEL_CHANGED: "等级",
    EventKind.LEVEL_CONFIRMED: "核定",
    EventKind.ROUTED: "分办",
    EventKind.CLOCK_STARTED: "计时",
    EventKind.CLOCK_RECOMPUTED: "改期",
    EventKind.RUNG_REACHED: "催办",
    EventKind.CLOCK_BROKEN: "超时",
    EventKind.CLOCK_CORRECTED: "更正",
    EventKind.RECOGNISED: "认定",
    EventKind.NOTICE_SENT: "送达",
    EventKind.NOTICE_FAILED: "未送达",
    EventKind.LAPSED: "消退",
    EventKind.NOTICE_SEEN: "已阅",
    EventKind.NOTICE_DROPPED: "不再提醒",
    EventKind.IDLE: "无人办理",
    EventKind.UNACKNOWLEDGED: "签收失效",
    EventKind.CONFIRMED: "确认",
    EventKind.DISMISSED: "不受理",
    EventKind.ASSIGNED: "交办",
    EventKind.OBJECTED: "退回",
    EventKind.ACKNOWLEDGED: "签收",
    EventKind.REPORTED_UP: "上报",
    EventKind.ASSESSED: "研判",
    EventKind.RELABELLED: "改判",
    EventKind.CONSULTED: "会商",
    EventKind.DRAFTED: "拟稿",
    EventKind.EDITED: "改稿",
    EventKind.SUBMITTED: "送审",
    EventKind.CLEARED: "审查",
    EventKind.SENT_BACK: "退改",
    EventKind.SIGNED: "签发",
    EventKind.WITHDRAWN: "作废",
    EventKind.PUBLISHED: "发布",
    EventKind.OUTLET_DELIVERED: "上网",
    EventKind.OUTLET_FAILED: "未上网",
    EventKind.HANDED_OVER: "再交送",
    EventKind.SUSPENDED: "暂停公开",
    EventKind.RESUMED: "恢复公开",
    EventKind.APPEARED: "登载",
    EventKind.REMOVED: "别处撤下",
    EventKind.OUTLET_STOPPED: "撤下",
    EventKind.OUTLET_NOT_STOPPED: "未撤下",
    EventKind.FOLLOWED_UP: "回访",
    EventKind.CLOSED: "办结",
    EventKind.REOPENED: "重开",
    EventKind.MERGED: "合并",
    EventKind.SPLIT: "拆分",
    EventKind.UNMERGED: "撤销合并",
    EventKind.PARTED: "不是一件",
    EventKind.POST_WITHDRAWN: "依异议清除",
    EventKind.UNRESOLVED: "未解决",
    EventKind.REBOUND: "反弹",
    EventKind.CLOCK_MET: "完成",
    EventKind.CLOCK_WAIVED: "免除",
    EventKind.CLOCK_CANCELLED: "取消",
    EventKind.ERASED: "清除",
    EventKind.EVALUATED: "评估",
    EventKind.HELD: "继续保存",
    EventKind.RELEASED: "不再续存",
    EventKind.DECISION_ASKED: "请示",
    EventKind.DECISION_MADE: "批示",
    EventKind.REFERRED: "转办",
    EventKind.REFERRAL_ANSWERED: "反馈",
    EventKind.REFERRAL_OVERDUE: "未反馈",
    EventKind.TICKET_RECEIVED: "工单",
    EventKind.TICKET_MOVED: "工单改期",
    EventKind.TICKET_OVERDUE: "工单逾期",
    EventKind.TICKET_ANSWERED: "工单答复",
    EventKind.TICKET_RETURNED: "工单退回",
}

TROUBLE = frozenset(
    {
        EventKind.CLOCK_BROKEN,
        EventKind.NOTICE_FAILED,
        EventKind.OUTLET_FAILED,
        EventKind.OUTLET_NOT_STOPPED,
        EventKind.REBOUND,
        EventKind.REFERRAL_OVERDUE,
        EventKind.TICKET_OVERDUE,
    }
)


Named = Callable[[str], str]
"""A login's name; the record keeps logins, the pages show names."""


def as_is(login: str) -> str:
    return login


def seen_by(receipt: Receipt, named: Named) -> str:
    """Who saw a notice, and how where it was without an account."""
    if receipt.seen_by == LINK:
        return "凭链接"
    if receipt.seen_by.startswith(ROSTER):
        at = f"，{WAYS.get(receipt.channel, receipt.channel)} {receipt.address}" if receipt.address else ""
        return f"{receipt.seen_by.removeprefix(ROSTER)} 凭链接收到{at}"
    return named(receipt.seen_by)


OF_TWO = frozenset(
    {EventKind.OPENED, EventKind.MERGED, EventKind.SPLIT, EventKind.UNMERGED, EventKind.PARTED}
)
"""Events that name another case."""
CASE_ID = re.compile(r"(?<![0-9a-z])[a-z2-7]{32}(?![0-9a-z])")


def what_was(event: CaseEvent) -> str:
    """What happened, in a line that links nowhere: another case is called by the beginning of its id."""
    if event.kind not in OF_TWO:
        return event.what
    return CASE_ID.sub(lambda found: f"{found.group()[:8]}…", event.what)


def event_line(event: CaseEvent, now: datetime, named: Named = as_is) -> str:
    """今天 10:24 王敏：确认为本办事项"""
    return f"{times.short(event.at, now)} {who(event.who, named)}：{what_was(event)}"


def who(actor: str, named: Named = as_is) -> str:
    """The name beside an act: people by name, the machine's parts as 系统."""
    return "公众" if actor == "public" else "系统" if actor.startswith("system") else named(actor)

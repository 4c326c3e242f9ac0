"""What the pages call things.  A level is always a numeral, a word and a colour: never the colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from huiying.contracts import (
    Attitude,
    CaseState,
    Category,
    Certainty,
    Channel,
    DeliveryState,
    Disposition,
    EventKind,
    Level,
    Origin,
)


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

STATES = {CaseState.FLAGGED: "已告警", CaseState.WATCHING: "苗头", CaseState.LAPSED: "已消退"}

CHANNELS = {
    Channel.NEWS: "新闻",
    Channel.GOVERNMENT: "政府网站",
    Channel.FORUM: "论坛",
    Channel.SOCIAL: "社交平台",
    Channel.VIDEO: "短视频",
    Channel.HOTLINE: "热线",
    Channel.MAILBOX: "信箱",
    Channel.HAND: "人工登记",
}

CATEGORIES = {
    Category.SUGGESTION: "建设性意见建议",
    Category.DIFFICULTY: "实际困难",
    Category.MAJOR: "重大问题",
    Category.UNCLEAR: "不了解情况、模糊认识",
    Category.MISTAKEN: "错误看法",
    Category.UNTRUE: "不实信息",
    Category.INQUIRY: "咨询",
    Category.PETITION: "信访诉求",
    Category.OTHER: "其他",
}

ATTITUDES = {Attitude.NEGATIVE: "负面", Attitude.NEUTRAL: "中性", Attitude.POSITIVE: "正面"}

CERTAINTIES = {Certainty.STATED: "原文写明", Certainty.INFERRED: "推断", Certainty.UNKNOWN: "未知"}

ORIGINS = {Origin.LIVE: "实时", Origin.BACKFILL: "补采", Origin.REPLAY: "回放"}

DISPOSITIONS = {
    Disposition.IRRELEVANT: "与本办无关",
    Disposition.DUPLICATE: "重复或转载，已并入",
    Disposition.ATTACHED: "已归入事件",
    Disposition.BURIED: "无法处理，已记录",
}

DELIVERIES = {DeliveryState.OWED: "待发送", DeliveryState.SENT: "已送出", DeliveryState.FAILED: "未送达"}

EVENTS = {
    EventKind.OPENED: "建档",
    EventKind.GREW: "新增",
    EventKind.FLAGGED: "告警",
    EventKind.LEVEL_CHANGED: "等级",
    EventKind.ROUTED: "分办",
    EventKind.CLOCK_STARTED: "计时",
    EventKind.CLOCK_RECOMPUTED: "改期",
    EventKind.RUNG_REACHED: "催办",
    EventKind.CLOCK_BROKEN: "超时",
    EventKind.NOTICE_SENT: "送达",
    EventKind.NOTICE_FAILED: "未送达",
    EventKind.LAPSED: "消退",
}

TROUBLE = frozenset({EventKind.CLOCK_BROKEN, EventKind.NOTICE_FAILED})


def who(actor: str) -> str:
    """The name beside an act: people by login, the machine's parts as 系统."""
    return "系统" if actor.startswith("system") else actor

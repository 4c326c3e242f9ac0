"""One line of the catalogue: what it is, on what ground it is collected, and how it is doing.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from crawlers.sources import Kind, Source
from response_api import times
from response_api.house import SourceState
from response_api.source_trial import Outcome, Tried
from response_api.words import CHANNELS
from triage.words import TIERS

KINDS = {
    Kind.FEED: "订阅（RSS、Atom）",
    Kind.SITEMAP: "站点地图",
    Kind.LIST: "列表页",
    Kind.BOARD: "论坛版面",
    Kind.JSON: "数据接口",
    Kind.FILE: "导入文件",
}
PARTS = {"title": "题目", "time": "时间", "body": "正文"}
METHODS = {
    "catalogue": "目录写的位置",
    "meta": "网页标注",
    "json-ld": "网页标注",
    "json": "接口字段",
    "h1": "大标题",
    "headline": "醒目的一行",
    "title": "网页标题",
    "text": "页面文字",
    "time": "时间标记",
    "usual": "常见位置",
    "readability": "自动识别",
    "trafilatura": "自动识别",
    "none": "没有读到",
}
STATES = {"ok": "正常", "failing": "出错", "silent": "没有动静", "waiting": "还没有看过", "off": "停用"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    id: str
    name: str
    kind: str
    where: str
    """Host, or the pattern of files."""
    url: str
    channel: str
    basis: str
    every: str
    robots: str
    """'' where robots.txt is obeyed; else who allowed otherwise."""
    state: str
    good: bool
    note: str
    last: str
    posts: int
    may_try: bool
    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRow:
    title: str
    text: str
    length: int
    when: str
    url: str
    how: str
    ours: str


def source_rows(sources: Iterable[Source], states: Sequence[SourceState], now: datetime) -> list[SourceRow]:
    known = {state.id: state for state in states}
    return [_row(source, known.get(source.id), now) for source in sources]


def _row(source: Source, state: SourceState | None, now: datetime) -> SourceRow:
    stands = (state.state if state else "waiting") if source.enabled else "off"
    return SourceRow(
        id=source.id,
        name=source.name,
        kind=KINDS[source.kind],
        where=urlsplit(source.url).netloc or source.path,
        url=source.url,
        channel=f"{CHANNELS[source.place]}，{TIERS[source.level]}",
        basis=source.basis,
        every=f"每 {times.span(source.every)}" if source.enabled else "停用",
        robots="" if source.respect_robots else f"不受 robots.txt 限制：{source.permission}",
        state=STATES.get(stands, stands),
        good=stands in ("ok", "off", "waiting"),
        note=state.note if state and source.enabled else "",
        last=times.short(state.last_ok_at, now) if state and state.last_ok_at else "—",
        posts=state.posts if state else 0,
        may_try=source.kind is not Kind.FILE,
        enabled=source.enabled,
    )


def trial_rows(outcome: Outcome, now: datetime) -> list[TrialRow]:
    return [_tried(one, now) for one in outcome.taken]


def _tried(one: Tried, now: datetime) -> TrialRow:
    sure = f"{_method(one.method)}；把握 {one.confidence:.0%}" if one.confidence is not None else ""
    return TrialRow(
        title=one.title or "（无标题）",
        text=one.text,
        length=one.length,
        when=times.short(datetime.fromisoformat(one.published), now) if one.published else "没有读到",
        url=one.url,
        how=sure,
        ours="" if one.ours is None else "与本办有关" if one.ours else "无关",
    )


def _method(method: str) -> str:
    """``title:h1 time:meta`` in words; what nobody has a word for stays as it is."""
    pairs = [part.partition(":") for part in method.split()]
    return "，".join(f"{PARTS.get(what, what)}取自{METHODS.get(how, how)}" for what, _, how in pairs)

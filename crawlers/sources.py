"""The source catalogue: what is looked at, how often, on what ground.  Flat tables that an office edits itself."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from cssselect import SelectorError
from parsel.csstranslator import HTMLTranslator
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from huiying import tomlfile
from huiying.contracts import Channel, Tier
from huiying.errors import Misconfigured
from huiying.identity import digest


class Kind(StrEnum):
    FEED = "feed"
    SITEMAP = "sitemap"
    LIST = "list"
    BOARD = "board"
    JSON = "json"
    FILE = "file"


LEVELS = {
    "普通": Tier.ORDINARY,
    "自媒体": Tier.INFLUENCER,
    "市级媒体": Tier.CITY,
    "省级媒体": Tier.PROVINCE,
    "中央媒体": Tier.CENTRAL,
    "全国热搜": Tier.HOT_SEARCH,
    "境外媒体": Tier.OVERSEAS,
    "政府网站": Tier.GOVERNMENT,
}
CHANNELS = {
    "新闻": Channel.NEWS,
    "政府网站": Channel.GOVERNMENT,
    "论坛": Channel.FORUM,
    "社交": Channel.SOCIAL,
    "视频": Channel.VIDEO,
    "热线": Channel.HOTLINE,
    "信箱": Channel.MAILBOX,
    "导入": Channel.FILE,
}
_USUAL = {
    Kind.FEED: Channel.NEWS,
    Kind.SITEMAP: Channel.NEWS,
    Kind.LIST: Channel.NEWS,
    Kind.BOARD: Channel.FORUM,
    Kind.JSON: Channel.SOCIAL,
    Kind.FILE: Channel.HOTLINE,
}
NEEDED: Mapping[Kind, tuple[str, ...]] = {
    Kind.FEED: ("url",),
    Kind.SITEMAP: ("url",),
    Kind.LIST: ("url", "item"),
    Kind.BOARD: ("url", "item", "floor", "content"),
    Kind.JSON: ("url",),
    Kind.FILE: ("path",),
}
_NOT_READING = {"name", "enabled", "every", "max_age", "basis", "site"}
ID = "[a-z0-9][a-z0-9-]{0,63}"
"""What the id of a source may be, as an expression."""
HANDED_DOWN = ("every", "max_age", "respect_robots", "permission")
"""What ``[defaults]`` says for every source that does not say otherwise."""
CATALOGUE = "sources.toml"
"""File of the catalogue in the data folder; the id under which its own state is reported."""
NOTHING_ON = (
    "提醒：没有启用任何来源，什么也不会采集。每个来源写一段 [[source]]，可照旁边的 sources.example.toml"
)
_CSS = HTMLTranslator()
_HOST = re.compile(
    r"(\[[0-9a-f:.]+\]|[^\s/:\[\]]+)(:\d{1,5})?|[0-9a-f:.]*:[0-9a-f:.]*(/\d+)?|[0-9.]+/\d+(:\d{1,5})?",
    re.IGNORECASE,
)
"""A name, an address or a network, each but the last with ``:port`` if need be."""
LONGEST = timedelta(days=3650)
"""Of any time that the catalogue states: far beyond, reckoning with dates ends."""
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhd])\s*", str(value))
    if not found:
        raise ValueError("时长写成数字加单位，例如 10m（分钟）、2h（小时）、7d（天）")
    try:
        duration = timedelta(**{_UNITS[found[2]]: float(found[1])})
    except OverflowError:
        duration = timedelta.max
    if duration > LONGEST:
        raise ValueError(f"时长最多写 {LONGEST.days}d")
    return duration


def _word(words: dict[str, Any]) -> BeforeValidator:
    """A Chinese word of this list; the value behind it is accepted as well."""

    def choose(value: object) -> object:
        if value is None or value in words.values():
            return value
        if value not in words:
            raise ValueError("可以写：" + "、".join(words))
        return words[str(value)]

    return BeforeValidator(choose)


def _kind(value: object) -> object:
    if value not in list(Kind):
        raise ValueError("不认识这种来源，可以写：" + "、".join(Kind))
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration)]


class Source(BaseModel):
    """One ``[[source]]`` table, with the defaults filled in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=f"^{ID}$")
    name: str = Field(min_length=1)
    kind: Annotated[Kind, BeforeValidator(_kind)]
    basis: str = Field(min_length=1)
    url: str = ""
    path: str = ""
    enabled: bool = True
    every: Duration = timedelta(minutes=10)
    max_age: Duration = timedelta(days=7)
    respect_robots: bool = True
    permission: str = ""
    """Who allowed going past robots.txt, and by what paper."""
    site: str = Field(default="", max_length=50)
    """The platform or site that its posts stand on, where the address does not say: sources of one site count as one."""
    level: Annotated[Tier, _word(LEVELS)] = Tier.ORDINARY
    channel: Annotated[Channel | None, _word(CHANNELS)] = None
    region: str = ""
    follow: bool = True
    """Feeds: read the page behind each entry, not the entry alone."""
    encoding: str = ""
    # CSS, for lists, boards and articles
    item: str = ""
    date: str = ""
    next: str = ""
    pages: int = Field(1, ge=1, le=50)
    title: str = ""
    time: str = ""
    content: str = ""
    author: str = ""
    floor: str = ""
    floor_id: str = "data-id"
    floor_number: str = "data-floor"
    # dotted paths into JSON
    field_items: str = "items"
    field_next: str = "next"
    field_id: str = "id"
    field_title: str = "title"
    field_text: str = "text"
    field_time: str = "created_at"
    field_author: str = "user.id"
    field_url: str = "url"
    field_repost_of: str = "repost_of"
    field_reply_to: str = "reply_to"
    reply_source: str = ""
    """Id of the source whose posts these answer: comments often come from an address of their own."""
    field_region: str = "region"
    field_views: str = "views"
    field_likes: str = "likes"
    field_comments: str = "comments"
    field_reposts: str = "reposts"
    # columns of exports
    mapping: str = ""
    col_id: str = ""
    col_title: str = ""
    col_body: str = ""
    col_time: str = ""
    col_url: str = ""
    col_author: str = ""
    col_place: str = ""
    col_request: str = ""
    ours: bool | None = None
    """Whether every row was handed to this office to answer, and is owed that within the terms of ``tickets.toml``; None: as
    the mapping says."""
    drop: tuple[str, ...] = ()

    @field_validator("url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        try:
            split = urlsplit(url)
            _ = split.port
        except ValueError as error:
            raise ValueError("这不是网址，例如 https://www.example.gov.cn/zwdt/") from error
        if url and split.scheme not in {"http", "https"}:
            raise ValueError("网址要以 http:// 或 https:// 开头")
        return url

    @field_validator("item", "date", "next", "title", "time", "content", "author", "floor")
    @classmethod
    def _selector(cls, css: str) -> str:
        try:
            if css:
                _CSS.css_to_xpath(css)
        except SelectorError as error:
            raise ValueError("这不是 CSS 选择器，写法如 ul.list li a、div#content、span.date") from error
        return css

    @field_validator("encoding")
    @classmethod
    def _encoding(cls, name: str) -> str:
        try:
            codecs.lookup(name or "utf-8")
        except LookupError as error:
            raise ValueError("不认识这种编码，空着自动识别，或写 gb18030、utf-8") from error
        return name

    @field_validator("path")
    @classmethod
    def _inside(cls, path: str) -> str:
        if path.startswith(("/", "~")) or ".." in Path(path).parts:
            raise ValueError("写数据目录里的相对路径，例如 inbox/12345/*.csv")
        return path

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [name for name in NEEDED[self.kind] if not getattr(self, name)]
        if missing:
            raise ValueError(f"{self.kind} 类来源还要写明 " + "、".join(missing))
        if not self.respect_robots and not self.permission.strip():
            raise ValueError("respect_robots = false 时必须写明 permission（谁批准的、依据哪份文件）")
        return self

    @property
    def place(self) -> Channel:
        """The channel: as stated, else as its level or kind has it."""
        if self.channel:
            return self.channel
        return Channel.GOVERNMENT if self.level is Tier.GOVERNMENT else _USUAL[self.kind]

    @property
    def shape(self) -> str:
        """Changes when pages of this source would be read differently."""
        return digest("shape", self.model_dump_json(exclude=_NOT_READING))


class Defaults(BaseModel):
    """What holds for every source that does not say otherwise, and for the crawler as a whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    every: str = "10m"
    max_age: str = "7d"
    respect_robots: bool = True
    permission: str = ""
    contact: str = ""
    pause: Duration = timedelta(seconds=2)
    """At least this long between two requests to one host."""
    allow_hosts: tuple[str, ...] = ()
    """Intranet names, addresses or networks that may be visited, each with :port if need be."""

    @field_validator("allow_hosts")
    @classmethod
    def _hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if not _HOST.fullmatch(host.strip()):
                raise ValueError(
                    f'只写主机名、地址或网段，不写 http:// 和路径，例如 "10.8.0.15:8080"，现在有 "{host}"'
                )
        return hosts


class Catalogue(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(1, ge=1, le=1)
    defaults: Defaults = Defaults()
    source: tuple[Source, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, data: Any) -> Any:
        tables = data.get("source") if isinstance(data, dict) else None
        given = data.get("defaults", {}) if isinstance(data, dict) else {}
        if not isinstance(tables, list) or not isinstance(given, dict):
            return data
        handed_down = {k: given[k] for k in HANDED_DOWN if k in given}
        return data | {"source": [handed_down | t if isinstance(t, dict) else t for t in tables]}

    @property
    def enabled(self) -> tuple[Source, ...]:
        return tuple(source for source in self.source if source.enabled)


def load(path: Path) -> Catalogue:
    """The catalogue. Raises Misconfigured, naming file, line and remedy."""
    return parse(tomlfile.decoded(tomlfile.raw(path), name=str(path)), name=str(path))


def parse(text: str, *, name: str) -> Catalogue:
    """The same for text already at hand; ``name`` is what the message calls it."""
    catalogue = tomlfile.parse(text, Catalogue, name=name)
    _refuse_duplicates(text, name, catalogue)
    _refuse_strangers(name, catalogue)
    return catalogue


def _refuse_strangers(file: str, catalogue: Catalogue) -> None:
    known = {source.id for source in catalogue.source}
    lost = [one for one in catalogue.source if one.reply_source and one.reply_source not in known]
    if lost:
        raise Misconfigured(
            "\n".join(
                f"{file}：来源 {one.id} 的 reply_source 写的是 {one.reply_source}，目录里没有这个来源编号"
                for one in lost
            )
        )


def _refuse_duplicates(text: str, file: str, catalogue: Catalogue) -> None:
    ids = [source.id for source in catalogue.source]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if not twice:
        return
    lines = text.splitlines()
    messages = []
    for name in twice:
        at = [i for i, line in enumerate(lines, 1) if re.match(rf'\s*id\s*=\s*"{re.escape(name)}"', line)]
        where = f" 第 {at[-1]} 行" if at else ""
        messages.append(f"{file}{where}：来源编号 {name} 用了 {ids.count(name)} 次，请给后来的换一个编号")
    raise Misconfigured("\n".join(messages))


def check(path: Path) -> list[str]:
    """What ``huiying sources check`` prints: one line a source, then a sum. Raises Misconfigured where it is wrong."""
    try:
        catalogue = load(path)
    except Misconfigured as error:
        raise Misconfigured(f"{error}\n目录没有生效，改好后再检查一次") from error
    lines = [_line(source) for source in catalogue.source]
    total, on = len(catalogue.source), len(catalogue.enabled)
    if not on:
        lines.append(NOTHING_ON)
    if on and not catalogue.defaults.contact:
        lines.append("提醒：[defaults] 里没有 contact，对方网站无法与本单位联系")
    return [*lines, f"共 {total} 个来源，启用 {on} 个，目录没有错误"]


def _line(source: Source) -> str:
    state = f"每 {_span(source.every)}" if source.enabled else "停用"
    line = f"{source.id}　{source.name}　{source.kind}　{state}　依据：{source.basis}"
    return line if source.respect_robots else f"{line}　不受 robots.txt 限制，批准：{source.permission}"


def _span(duration: timedelta) -> str:
    """In the largest unit that comes out even, or nearly."""
    seconds = duration.total_seconds()
    for unit, length in (("天", 86400), ("小时", 3600), ("分钟", 60)):
        if seconds >= length and seconds % (length / 2) == 0:
            return f"{seconds / length:g} {unit}"
    return f"{seconds:g} 秒"


__all__ = ["Catalogue", "Defaults", "Kind", "Source", "check", "load", "parse"]

"""The public notice on personal information, worked out from what is really set up: catalogue, retention, rules.  Pure.

What is added to ``retention.toml`` must be given a word here: a term that the notice does not know is an error, not a silence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crawlers.sources import Catalogue, Kind, Source
from huiying import personal
from huiying.contracts import Channel, Level
from huiying.retention import FOR_EVER, Files, Terms
from response_api.words import CATEGORIES, CHANNELS
from triage.protection import Basis, Ground, Protection

TERMS = {
    "stream_days": "采集来的原始信息（还没有处理完的不清）",
    "irrelevant_days": "判为与本单位无关的信息，连同原文",
    "buried_days": "无法识别、无法处理的信息，导入时退回的行",
    "events_days": "事件办理经过的实时记录",
    "security_days": "工作人员登录、账号变动的日志",
    "example_days": "工作人员对系统判断的更正（只记哪一条，不含原文）",
}
NOT_TERMS = frozenset({"version", "citations", "files"})
"""``files`` has rows of its own."""


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """What the notice is worked out from: the catalogue as it stands, and the rules as this process has loaded them."""

    catalogue: Callable[[], Catalogue]
    terms: Terms
    protection: Protection


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """One kind of source."""

    name: str
    count: int
    grounds: tuple[str, ...]
    """On what ground they are collected, as the catalogue says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    purpose: str
    bases: tuple[Basis, ...]
    responsible: str
    """'' where the office has not said."""
    contact: str
    places: tuple[Places, ...]
    robots: str
    kept: tuple[tuple[str, str], ...]
    """What, and for how long."""
    kept_by: tuple[str, ...]
    checked: tuple[str, ...]
    """Kinds of personal information that published texts and forms are checked for."""
    left_out: tuple[str, ...]
    """Kinds that are not even taken in from exports."""
    working_days: int
    term_by: str
    grounds: tuple[Ground, ...]
    citations: tuple[str, ...]


def notice(disclosure: Disclosure) -> Notice:
    catalogue, rules = disclosure.catalogue(), disclosure.protection
    return Notice(
        purpose=rules.purpose,
        bases=rules.basis,
        responsible=rules.responsible.name,
        contact=rules.responsible.contact or catalogue.defaults.contact,
        places=_places(catalogue.enabled),
        robots=_robots(catalogue.enabled),
        kept=_kept(disclosure.terms, rules),
        kept_by=disclosure.terms.citations,
        checked=personal.KINDS,
        left_out=tuple(kind for kind in personal.KINDS if kind not in personal.OF_MATTERS),
        working_days=rules.objection.working_days,
        term_by=rules.objection.citation,
        grounds=rules.ground,
        citations=rules.citations,
    )


def _places(sources: Sequence[Source]) -> tuple[Places, ...]:
    by_channel: dict[Channel, list[Source]] = {}
    for source in sources:
        by_channel.setdefault(source.place, []).append(source)
    return tuple(
        Places(
            name=CHANNELS[channel],
            count=len(found),
            grounds=tuple(dict.fromkeys(source.basis for source in found)),
        )
        for channel, found in sorted(by_channel.items(), key=lambda pair: list(Channel).index(pair[0]))
    )


def _robots(sources: Sequence[Source]) -> str:
    visited = [source for source in sources if source.kind is not Kind.FILE]
    excepted = sum(not source.respect_robots for source in visited)
    if not visited:
        return "目前没有自动访问任何网站。"
    if not excepted:
        return f"自动访问的 {len(visited)} 个来源，全部遵守对方网站的 robots.txt：写明不让看的不看。"
    return (
        f"自动访问的 {len(visited)} 个来源中，{len(visited) - excepted} 个遵守对方网站的 robots.txt；"
        f"{excepted} 个经批准不受其限制，批准文件可以向本单位查询。"
    )


def _kept(terms: Terms, rules: Protection) -> tuple[tuple[str, str], ...]:
    named = [(TERMS[name], f"{days} 天") for name, days in terms if name not in NOT_TERMS]
    return (
        *named,
        ("异议的办理结果（网址和理由办完就清除）", f"办结后 {rules.objection.keep_days} 天"),
        *((what, _years(years)) for what, years in _files(terms.files)),
    )


def _files(files: Files) -> list[tuple[str, int | None]]:
    """What belongs to a case, with its term in years."""
    levels = [(f"归入{level}事件的信息原文和办理中写的文字", files.of_level(level)) for level in Level]
    classes = [
        (f"其中处置分类为“{CATEGORIES[category]}”的，从长", years)
        for category, years in files.classes.items()
    ]
    return [("不予受理的事件、自行消退的苗头，连同信息原文", files.not_ours), *levels, *classes]


def _years(years: int | None) -> str:
    return FOR_EVER if years is None else f"办结后 {years} 年"

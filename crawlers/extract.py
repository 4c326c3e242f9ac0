"""Title, time and text out of an article page, and how far to trust that.

What the catalogue names comes first, then the metas that government sites must carry, then what the page shows, and
only then what libraries make of it.  A time is never guessed: unknown is better than wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from parsel import Selector

from crawlers import bodies, clean, times
from crawlers.sources import Source
from huiying.contracts import Extraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Css:
    """Selectors of the catalogue; '' where it names none."""

    title: str = ""
    time: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    title: str
    text: str
    published: datetime | None
    dated: bool
    """The time is sure enough to leave an article out for its age: not just some day that the text speaks of."""
    extraction: Extraction


@dataclass(frozen=True, slots=True)
class _Part:
    """A value, where it came from, and how far to trust it."""

    value: str
    method: str
    trust: float


SURE = 0.6
_NOTHING = _Part("", "none", 0.0)
_CUT = re.compile(
    r"\s*[_|｜]\s*|\s+[-–—]{1,2}\s+|(?<=[网报])-{1,2}(?=\S{4})|(?<=\S)-{1,2}(?=[\u4e00-\u9fff]{2,12}(?:网|报|站|频道|新闻|在线|传媒|电视台|政府|客户端|中心)$)"
)
_SITE = re.compile(
    r"(?:网|报|数字报|频道|新闻|在线|传媒|电视台|门户|网站|政府|委员会|办公室|客户端|中心|[局厅部委办署站所])$"
)
"""How the name of a site or of an office ends, that a page may bear for a title."""
_TIME_METAS = (
    "pubdate", "publishdate", "weibo:article:create_at", "article:published_time", "og:published_time",
    "og:release_date", "publish_time", "firstpublishedtime", "datepublished", "article:publish_time", "apub:time",
    "publish-date", "dc.date",
)  # fmt: skip
"""The one that a page shows comes before the one of its last transfer to another system."""


def css_of(source: Source) -> Css:
    """On boards ``content`` and the like speak of floors, not of articles."""
    return Css(title=source.title, time=source.time, content=source.content)


def read_page(html: str, *, css: Css, now: datetime) -> Article:
    """What the page says. Empty text where there is none."""
    html = html.replace("\x00", "")
    page = Selector(html or "<html></html>")
    metas = _metas(page)
    linked = list(_json_ld(page))
    title = _title(page, metas, linked, css)
    body = _body(page, html, css)
    published = _published(page, metas, linked, css, title.value, now)
    moment = times.read(published.value, now)
    method = f"title:{title.method} time:{published.method} body:{body.method}"
    trust = 0.2 * title.trust + 0.2 * (published.trust if moment else 0.0) + 0.6 * body.trust
    return Article(
        title=clean.one_line(title.value),
        text=bodies.without_foot(
            bodies.without_head(clean.plain(body.value).text, clean.one_line(title.value))
        ),
        published=moment,
        dated=moment is not None and published.trust >= SURE,
        extraction=Extraction(method=method, confidence=round(trust, 2)),
    )


def _metas(page: Selector) -> dict[str, str]:
    """name or property, lower case and without blanks → content; the first one of a name counts."""
    found: dict[str, str] = {}
    for meta in page.css("meta[content]"):
        name = meta.attrib.get("name") or meta.attrib.get("property") or meta.attrib.get("itemprop") or ""
        if name and meta.attrib["content"].strip():
            found.setdefault("".join(name.lower().split()), meta.attrib["content"].strip())
    return found


def _json_ld(page: Selector) -> Iterator[dict[str, Any]]:
    for script in page.css('script[type="application/ld+json"]::text').getall():
        try:
            data = json.loads(script, strict=False)
        except (ValueError, RecursionError):
            continue
        nodes = (
            data if isinstance(data, list) else data.get("@graph", [data]) if isinstance(data, dict) else []
        )
        yield from (node for node in nodes if isinstance(node, dict))


# --------------------------------------------------------------------------------------------- title


def _title(page: Selector, metas: dict[str, str], linked: list[dict[str, Any]], css: Css) -> _Part:
    if css.title and (stated := _words(page, css.title)):
        return _Part(stated, "catalogue", 1.0)
    if stated := metas.get("articletitle", ""):
        return _Part(clean.one_line(clean.from_html(stated)), "meta", 1.0)
    whole = clean.one_line("".join(page.css("head title::text, title::text").getall()[:1]))
    shown = [_shown(h1) for h1 in page.css("h1")[:5]]
    claimed = [str(node["headline"]) for node in linked if isinstance(node.get("headline"), str)]
    for method, candidates in (("h1", shown), ("json-ld", claimed)):
        for candidate in candidates:
            if len(candidate) >= 4 and _squeezed(whole).startswith(_squeezed(candidate)):
                return _Part(candidate, method, 0.95)
    if claimed:
        return _Part(clean.one_line(claimed[0]), "json-ld", 0.8)
    parts = [part.strip() for part in _CUT.split(whole)] if whole else [""]
    cut = parts[0]
    if _SITE.search(cut) and (headline := _headline(page, parts[1:])):
        # The site stands before the title, or alone.
        return _Part(headline, "headline", 0.8)
    only = [words for words in shown if len(words) >= 8]
    if len(only) == 1 and (len(cut) < 8 or _squeezed(cut) in _squeezed(only[0])):
        # The <title> is the site's name, or a shortened headline.
        return _Part(only[0], "h1", 0.8)
    if len(_squeezed(cut)) < 8 and (headline := _headline(page)):
        # The <title> is the site's name, and nothing is marked up as a heading.
        return _Part(headline, "headline", 0.6)
    if cut:
        return _Part(cut, "title", 0.7)
    return _Part(shown[0], "h1", 0.6) if shown else _NOTHING


def _headline(page: Selector, named: Sequence[str] = ()) -> str:
    """What old templates set in bold or in the middle: a line that is ``named``, else the first of a headline's length."""
    lines = [
        _shown(element)
        for element in page.css(
            "h2, h3, [class*=title], [class*=tit], [class*=big], [align=center], b, strong"
        )
        if not element.css("a")
    ]
    asked = {_squeezed(name) for name in named} - {""}
    fitting = (words for words in lines if 8 <= len(_squeezed(words)) <= 60 and "。" not in words)
    return next((words for words in lines if _squeezed(words) in asked), "") or next(fitting, "")


def _shown(element: Selector) -> str:
    return clean.one_line(" ".join(element.css("::text").getall()))


def _squeezed(text: str) -> str:
    return re.sub(r"\W+", "", text)


def _words(page: Selector, css: str) -> str:
    found = page.css(css)
    return clean.one_line(" ".join(found[0].css("::text").getall())) if found else ""


# ---------------------------------------------------------------------------------------------- time


def _published(
    page: Selector, metas: dict[str, str], linked: list[dict[str, Any]], css: Css, title: str, now: datetime
) -> _Part:
    """The best statement of when; one with an hour is preferred to a bare day of equal standing."""
    candidates = list(_times_stated(page, metas, linked, css))
    candidates += _times_shown(page, title, now)
    readable = [part for part in candidates if times.read(part.value, now)]
    if not readable:
        return _NOTHING
    best = readable[0]
    if _has_hour(best.value):
        return best
    stated = times.read(best.value, now)
    finer = (p for p in readable[1:] if _has_hour(p.value) and _same_day(times.read(p.value, now), stated))
    return next(finer, best)


def _times_stated(
    page: Selector, metas: dict[str, str], linked: list[dict[str, Any]], css: Css
) -> Iterator[_Part]:
    if css.time and (stated := _words(page, css.time)):
        yield _Part(stated, "catalogue", 1.0)
    yield from (_Part(metas[name], "meta", 1.0) for name in _TIME_METAS if name in metas)
    for node in linked:
        for name in ("datePublished", "pubDate"):
            if isinstance(node.get(name), str):
                yield _Part(node[name], "json-ld", 0.95)


def _times_shown(page: Selector, title: str, now: datetime) -> list[_Part]:
    """A <time> element, the times of day that stand after the title, the first bare day, then what stands before it."""
    words = page.xpath(
        "//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]"
    ).getall()
    text = " ".join(" ".join(words).split())
    start = max(text.find(title[:20]) if title else 0, 0)
    found = [_Part(match[0], "text", 0.8) for match in times.FULL.finditer(text, start, start + 4000)]
    believed = [part for part in found if times.read(part.value, now)]
    hours = [part for part in believed if _has_hour(part.value)]
    days = [replace(part, trust=0.5) for part in believed if not _has_hour(part.value)]
    elements = [_Part(value, "time", 0.8) for value in page.css("time::attr(datetime)").getall()[:1]]
    earlier = [
        _Part(match[0], "text", 0.5) for match in times.FULL.finditer(text[max(0, start - 600) : start])
    ]
    hours_first = [part for part in earlier if _has_hour(part.value)][-1:]
    return [*elements, *hours, *days[:1], *hours_first, *earlier[-1:]]


def _has_hour(text: str) -> bool:
    found = times.FULL.search(text)
    if found:
        return found["H"] is not None
    return bool(re.search(r"\d[:：]\d{2}|^\d{10,14}$", text))


def _same_day(one: datetime | None, other: datetime | None) -> bool:
    return bool(one and other and abs((one - other).total_seconds()) < 36 * 3600)


# ---------------------------------------------------------------------------------------------- body


def _body(page: Selector, html: str, css: Css) -> _Part:
    if css.content:
        found = page.css(css.content)
        if found:
            return _Part(clean.from_html("\n".join(found.getall())), "catalogue", 1.0)
    method, text, trust = bodies.best(page, html)
    return _Part(text, method, trust)

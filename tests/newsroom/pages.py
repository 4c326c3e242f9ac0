"""The HTML of the news site, the daily paper and the government site: lists and articles."""

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime

from .reply import Reply, html, missing, redirect
from .templating import Markup, joined, paragraphs, render
from .world import Scene, ShownArticle

PER_PAGE = 10
NEWS_LIST = re.compile(r"/news/(?:list_(\d+)\.html)?")
GOV_LIST = re.compile(r"/gov/zwdt/(?:index_(\d+)\.html)?")
MINUTE = "%Y-%m-%d %H:%M"

PageAddress = Callable[[int], str]


def news(scene: Scene, path: str) -> Reply:
    if found := NEWS_LIST.fullmatch(path):
        number = int(found[1] or 1)
        return _list(scene, "news", number, lambda n: "/news/" if n == 1 else f"/news/list_{n}.html")
    for shown in scene.articles["news"]:
        for number in range(1, len(shown.pages) + 1):
            if path == shown.page_path(number):
                return html(_news_article(scene, shown, number), modified=shown.modified)
    return missing(path)


def government(scene: Scene, path: str) -> Reply:
    if path == "/gov/":
        return redirect("/gov/zwdt/", 301)
    if found := GOV_LIST.fullmatch(path):
        # the habit of such sites: the second page is index_1.html
        number = int(found[1] or 0) + 1
        return _list(
            scene, "gov", number, lambda n: "/gov/zwdt/" if n == 1 else f"/gov/zwdt/index_{n - 1}.html"
        )
    for shown in scene.articles["gov"]:
        if path == shown.path:
            return html(_government_article(scene, shown), modified=shown.modified)
    return missing(path)


def daily(scene: Scene, path: str) -> Reply:
    """Bytes are GBK (one page GB18030); the page says gb2312 and the header says nothing."""
    if path in ("/daily/", "/daily/index.htm"):
        rows = [
            render("daily_list_row.html", path=a.path, title=a.title, date=f"{a.published:{MINUTE}}")
            for a in scene.articles["daily"]
        ]
        page = render(
            "daily_list.html", rows=joined(rows), name=scene.names["daily"], notice=scene.names["notice"]
        )
        return _in_gbk(page, max(a.modified for a in scene.articles["daily"]))
    for shown in scene.articles["daily"]:
        if path == shown.path:
            page = render(
                "daily_article.html",
                name=scene.names["daily"],
                notice=scene.names["notice"],
                title=shown.title,
                author=shown.article.author,
                column=shown.article.column,
                day=f"{shown.published.year}年{shown.published.month}月{shown.published.day}日",
                clock=f"{shown.published:%H:%M}",
                body=paragraphs(shown.paragraphs, indent="&nbsp;&nbsp;&nbsp;&nbsp;"),
            )
            return _in_gbk(page, shown.modified, shown.article.encoding or "gbk")
    return missing(path)


def _in_gbk(page: str, modified: datetime, encoding: str = "gbk") -> Reply:
    # the list names titles in rare characters too: what GBK lacks becomes a numeric reference, as CMSs do
    return Reply(body=page.encode(encoding, "xmlcharrefreplace"), content_type="text/html", modified=modified)


def _list(scene: Scene, site: str, number: int, address: PageAddress) -> Reply:
    articles = scene.articles[site]
    last = max(1, -(-len(articles) // PER_PAGE))
    if not 1 <= number <= last:
        return missing(f"{site} list {number}")
    shape = MINUTE if site == "news" else "%Y-%m-%d"
    rows = [
        render(f"{site}_list_row.html", path=a.path, title=a.title, date=f"{a.published:{shape}}")
        for a in articles[(number - 1) * PER_PAGE : number * PER_PAGE]
    ]
    page = render(
        f"{site}_list.html",
        name=scene.names[site],
        notice=scene.names["notice"],
        rows=joined(rows),
        pager=_pager(number, last, address),
    )
    return html(page, modified=max(a.modified for a in articles))


def _pager(number: int, last: int, address: PageAddress) -> Markup:
    links = [f'<a class="prev" href="{address(number - 1)}">上一页</a>'] if number > 1 else []
    links += [
        f'<span class="now">{n}</span>' if n == number else f'<a href="{address(n)}">{n}</a>'
        for n in range(1, last + 1)
    ]
    links += [f'<a class="next" href="{address(number + 1)}">下一页</a>'] if number < last else []
    return Markup(f'<div class="pager">{" ".join(links)}</div>')


def _news_article(scene: Scene, shown: ShownArticle, number: int) -> str:
    layout = shown.article.layout
    values = {
        "name": scene.names["news"],
        "notice": scene.names["notice"],
        "title": shown.title,
        "summary": shown.summary,
        "column": shown.article.column,
        "source": shown.article.source,
        "author": shown.article.author,
        "published": f"{shown.published:{MINUTE}}",
        "body": paragraphs(shown.pages[number - 1]),
        "related": _links([a for a in scene.early("news") if a.path != shown.path][3:8]),
        "hot": _links(scene.early("news")[::4]),
        "comments": joined([render("news_comment.html", text=text) for text in shown.article.comments]),
        "pager": _pager(number, len(shown.pages), shown.page_path) if len(shown.pages) > 1 else Markup(),
        "head": _head(scene, shown),
    }
    return render("news_article_timeless.html" if layout == "timeless" else "news_article.html", **values)


def _head(scene: Scene, shown: ShownArticle) -> Markup:
    """The metadata in the head: a different habit for each layout."""
    match shown.article.layout:
        case "timeless":
            return Markup()
        case "ld":
            facts = {
                "@context": "https://schema.org",
                "@type": "NewsArticle",
                "headline": shown.title,
                "datePublished": shown.published.isoformat(timespec="seconds"),
                "dateModified": shown.modified.isoformat(timespec="seconds"),
                "author": [{"@type": "Person", "name": shown.article.author}],
                "publisher": {"@type": "Organization", "name": scene.names["news"]},
                "mainEntityOfPage": scene.base + shown.path,
            }
            text = json.dumps(facts, ensure_ascii=False, indent=1).replace("</", "<\\/")
            return Markup(f'<script type="application/ld+json">\n{text}\n</script>')
        case "ogcut":
            # the mistake is meant: the quotes of the title end the attribute early
            return Markup(f'<meta property="og:title" content="{shown.title}">')
        case _:
            return render(
                "news_head.html",
                title=shown.title,
                summary=shown.summary,
                published=shown.published.isoformat(timespec="seconds"),
                modified=shown.modified.isoformat(timespec="seconds"),
            )


def _government_article(scene: Scene, shown: ShownArticle) -> str:
    return render(
        "gov_article.html",
        name=scene.names["gov"],
        notice=scene.names["notice"],
        title=shown.title,
        source=shown.article.source,
        column=shown.article.column,
        published=f"{shown.published:{MINUTE}}",
        day=f"{shown.published.year}年{shown.published.month:02d}月{shown.published.day:02d}日",
        body=paragraphs(shown.paragraphs),
        related=_links([a for a in scene.early("gov") if a.path != shown.path][:4]),
    )


def _links(articles: Sequence[ShownArticle]) -> Markup:
    return joined([render("link.html", path=a.path, title=a.title) for a in articles])

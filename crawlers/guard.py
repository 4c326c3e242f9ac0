"""Where the crawler may not go: other schemes, and addresses inside the house, however they are written.

Two gates, because a name can lie.  The middleware looks at every request, redirects among them; the resolver looks
at the address that is about to be dialled, so that a name which points inwards (or turns inwards between two
questions) is refused where it counts.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from time import monotonic
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer, provider

from huiying import logs

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


SILENT_AFTER = 2
"""Questions in a row that a host did not answer in time, after which it is left alone for a while."""
LEFT_ALONE = 120.0
"""Seconds."""

_log = logs.get("crawlers")


class Refused(IgnoreRequest):
    """The guard said no. The message is Chinese, for the source's page."""


def literal(host: str) -> Address | None:
    """The address that a host name is, in any spelling that a C library would dial: 127.2, 2130706434, 0x7f000002."""
    host = host.strip("[]").partition("%")[0]
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeEncodeError):
        return None


def within(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one that only wraps it (mapped, 6to4, Teredo, NAT64), else itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    return inner or address


def inward(address: Address) -> bool:
    """Not on the open internet: private, loopback, link-local (cloud metadata too), multicast, reserved."""
    real = within(address)
    return not real.is_global or real.is_multicast


class Gate:
    """What the catalogue allows besides the open internet. One per process; :meth:`allow` when the catalogue changes."""

    def __init__(self, allow_hosts: Iterable[str] = ()) -> None:
        self.refused: dict[str, str] = {}
        """Host → address that its name led to and that was refused."""
        self.robots: dict[str, tuple[float, Any]] = {}
        """Host and port → when its robots.txt was read (monotonic seconds), and what it says."""
        self._unanswered: dict[str, tuple[int, float]] = {}
        """Host and port → questions in a row that were not answered in time, and when the last one was given up."""
        self.allow(allow_hosts)

    def heard(self, netloc: str) -> None:
        self._unanswered.pop(netloc, None)

    def heard_nothing(self, netloc: str) -> None:
        """Said at once: one host that hangs keeps every source on it waiting."""
        times = self._unanswered.get(netloc, (0, 0.0))[0] + 1
        self._unanswered[netloc] = times, monotonic()
        _log.warning("no_answer", host=netloc, times=times, left_alone=times >= SILENT_AFTER)

    def is_silent(self, netloc: str) -> bool:
        times, last = self._unanswered.get(netloc, (0, 0.0))
        return times >= SILENT_AFTER and monotonic() - last < LEFT_ALONE

    def allow(self, allow_hosts: Iterable[str]) -> None:
        self._names: set[tuple[str, int | None]] = set()
        self._networks: list[tuple[Network, int | None]] = []
        for entry in allow_hosts:
            host, port = _split(entry)
            try:
                self._networks.append((ipaddress.ip_network(host, strict=False), port))
            except ValueError:
                self._names.add((host, port))

    def admits(self, host: str, port: int) -> bool:
        """Before anything is resolved: a name may go on to the resolver, an address is judged here."""
        address = literal(host)
        return address is None or not inward(address) or self._listed(address, port)

    def admits_address(self, host: str, text: str, port: int) -> bool:
        """At the moment of dialling."""
        address = ipaddress.ip_address(text.partition("%")[0])
        if not inward(address) or self._listed(address, port):
            return True
        name = host.lower().rstrip(".")
        if literal(host) is None and {(name, None), (name, port)} & self._names:
            return True
        self.refused[host] = text
        return False

    def _listed(self, address: Address, port: int) -> bool:
        # ::ffff:10.0.0.8 is 10.0.0.8 and stands on the list as that.
        real = within(address)
        return any(real in network and only in {None, port} for network, only in self._networks)


def _split(entry: str) -> tuple[str, int | None]:
    """("host", port or None); an IPv6 address with a port stands in brackets."""
    entry = entry.strip().lower()
    if entry.startswith("["):
        host, _, rest = entry[1:].partition("]")
        return host, int(rest[1:]) if rest.startswith(":") else None
    if entry.count(":") == 1:
        host, _, port = entry.partition(":")
        return host, int(port)
    return entry, None


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

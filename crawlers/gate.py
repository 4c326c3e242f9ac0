"""Which addresses may be dialled: none inside the house, however it is written, but for those that the catalogue allows."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from time import monotonic
from typing import Any

from huiying import logs

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


SILENT_AFTER = 2
"""Questions in a row that a host did not answer in time, after which it is left alone for a while."""
LEFT_ALONE = 120.0
"""Seconds."""

_log = logs.get("crawlers")


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

"""A small server for the figures of one process: stages without a web have nowhere else to show them.

Who may read them is decided as for the web's ``/metrics``: with a token, whoever has it; without one, this machine alone.
"""

from __future__ import annotations

import hmac
import ipaddress
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client.exposition import ThreadingWSGIServer

from huiying import complaints, metrics
from huiying.errors import Misconfigured
from huiying.settings import Settings


def may_read(*, peer: str, forwarded: bool, authorization: str, token: str) -> bool:
    """``peer`` is the address that the request came from, ``forwarded`` whether a proxy passed it on: behind one of this
    machine everybody seems to be here."""
    if token:
        return hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode())
    return not forwarded and _is_loopback(peer)


def _is_loopback(peer: str) -> bool:
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


@dataclass(frozen=True)
class MetricsServer:
    _server: WSGIServer

    @property
    def port(self) -> int:
        return int(self._server.server_port)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def serve(settings: Settings) -> MetricsServer | None:
    """Serve what :mod:`huiying.metrics` counts, in threads of its own; None where ``HUIYING_METRICS`` is not set.

    Raises Misconfigured where the address cannot be had.
    """
    if not settings.metrics:
        return None
    host, _, port = settings.metrics.rpartition(":")
    try:
        server = make_server(host.strip("[]"), int(port), _answering(settings), ThreadingWSGIServer, _Silent)
    except OSError as error:
        raise Misconfigured(
            f"HUIYING_METRICS={settings.metrics}：这个地址用不了（{complaints.of_system(error)}）。"
            "请换一个端口；同一台机器上每个进程要有自己的"
        ) from error
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return MetricsServer(server)


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """A scrape every few seconds is no news."""


def _answering(settings: Settings) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    token = settings.metrics_token.get_secret_value()

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        allowed = may_read(
            peer=environ.get("REMOTE_ADDR", ""),
            forwarded="HTTP_X_FORWARDED_FOR" in environ or "HTTP_FORWARDED" in environ,
            authorization=environ.get("HTTP_AUTHORIZATION", ""),
            token=token,
        )
        if environ.get("PATH_INFO") != "/metrics" or environ.get("REQUEST_METHOD") != "GET" or not allowed:
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b""]
        start("200 OK", [("Content-Type", metrics.CONTENT_TYPE)])
        return [metrics.exposition()]

    return answer

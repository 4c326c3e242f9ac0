"""The server: which site answers a path, how a reply becomes bytes, start and stop."""

import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self, cast
from urllib.parse import parse_qs, urlsplit

from . import feeds, hotline, pages
from .awkward import awkward, forbidden_by_robots
from .board import forum
from .reply import Reply, missing, redirect
from .siteclock import Now, SiteClock, system_now
from .timeline import timeline
from .world import Scene, World

HOST_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-:[]")
FIXED = {
    "/robots.txt": feeds.robots,
    "/sitemap.xml": feeds.sitemap,
    "/sitemap_index.xml": feeds.sitemap_index,
    "/news/sitemap-news.xml": feeds.news_sitemap,
    "/news/rss.xml": feeds.news_rss,
    "/daily/rss.xml": feeds.daily_rss,
    "/gov/atom.xml": feeds.government_atom,
    "/hotline/12345.csv": hotline.export,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request the server answered: what a test asks to learn how a crawler behaved."""

    at: float
    """Seconds of real time since the server was made."""
    method: str
    path: str
    status: int
    agent: str


class Newsroom:
    def __init__(
        self,
        port: int = 0,
        speed: float = 1.0,
        now: Now = system_now,
        host: str = "127.0.0.1",
        slow: float = 3.0,
        started: datetime | None = None,
    ) -> None:
        self.world = World(SiteClock(now, speed, started))
        self.slow = slow
        self.stopping = threading.Event()
        self._born = time.monotonic()
        self._visits: list[Visit] = []
        self._server = _Server((host, port), self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True, name="newsroom"
        )

    @property
    def url(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    @property
    def visits(self) -> tuple[Visit, ...]:
        return tuple(self._visits)

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        if self.stopping.is_set():
            return
        self.stopping.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.hang_up()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def address(self, site: str, id: int) -> str:
        """The full address of an article (its path holds its publication date), also before it appears."""
        article = next(a for a in self.world.content.articles if (a.site, a.id) == (site, id))
        return self.url + self.world.path_of(article)

    def answer(self, target: str, base: str) -> Reply:
        parts = urlsplit(target)
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        return route(self.world.scene(base), parts.path, query, self.slow)

    def note(self, method: str, path: str, status: int, agent: str) -> None:
        visit = Visit(at=time.monotonic() - self._born, method=method, path=path, status=status, agent=agent)
        self._visits.append(visit)


def route(scene: Scene, path: str, query: Mapping[str, str], slow: float) -> Reply:
    if path in FIXED:
        return FIXED[path](scene)
    if path == "/healthz":
        return Reply(body=b"ok", content_type="text/plain; charset=utf-8")
    if path == "/":
        return redirect("/news/")
    if path.startswith(("/private/", "/news/secret/")):
        return forbidden_by_robots(scene, path)
    number = query.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
    match path.split("/")[1]:
        case "news":
            return pages.news(scene, path)
        case "daily":
            return pages.daily(scene, path)
        case "gov":
            return pages.government(scene, path)
        case "bbs":
            return forum(scene, path, page)
        case "social" if path == "/social/api/timeline" and page:
            return timeline(scene, query.get("since_id", ""), page)
        case "awkward":
            return awkward(scene, path, slow)
        case _:
            return missing(path)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], newsroom: Newsroom) -> None:
        self.newsroom = newsroom
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, _Handler)

    def get_request(self) -> tuple[socket.socket, object]:
        connection, client = super().get_request()
        with self._lock:
            self._open.add(connection)
        return connection, client

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        with self._lock:
            self._open.discard(cast(socket.socket, request))
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Clients that keep their connection must not go on talking to a server that has stopped."""
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Newsroom"
    timeout = 30

    def do_GET(self) -> None:
        newsroom = cast(_Server, self.server).newsroom
        reply = newsroom.answer(self.path, self._base(newsroom))
        if reply.delay and newsroom.stopping.wait(reply.delay):
            self.close_connection = True
            return
        status = 304 if reply.status == 200 and self._unchanged(reply) else reply.status
        newsroom.note(self.command, self.path, status, self.headers.get("User-Agent", ""))
        try:
            self._send(reply, status)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: `visits` remembers."""

    def _base(self, newsroom: Newsroom) -> str:
        host = self.headers.get("Host", "").lower()
        return f"http://{host}" if host and HOST_LETTERS.issuperset(host) else newsroom.url

    def _unchanged(self, reply: Reply) -> bool:
        if reply.modified is None:
            return False
        if (tags := self.headers.get("If-None-Match")) is not None:
            return tags.strip() == "*" or reply.etag in {
                tag.strip().removeprefix("W/") for tag in tags.split(",")
            }
        if since := self.headers.get("If-Modified-Since"):
            try:
                return int(reply.modified.timestamp()) <= parsedate_to_datetime(since).timestamp()
            except ValueError:
                return False
        return False

    def _send(self, reply: Reply, status: int) -> None:
        self.send_response(status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.modified is not None:
            self.send_header("ETag", reply.etag)
            self.send_header("Last-Modified", _http_date(reply.modified))
            self.send_header("Cache-Control", "no-cache")
        if status == 304:
            self.end_headers()
            return
        self.send_header("Content-Type", reply.content_type)
        if reply.chunks is None:
            self.send_header("Content-Length", str(len(reply.body)))
        elif self.request_version == "HTTP/1.1":
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.close_connection = True
        self.end_headers()
        if self.command == "HEAD":
            return
        if reply.chunks is None:
            self.wfile.write(reply.body)
            return
        chunked = self.request_version == "HTTP/1.1"
        for chunk in reply.chunks:
            self.wfile.write(b"%X\r\n%b\r\n" % (len(chunk), chunk) if chunked else chunk)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")


def _http_date(modified: datetime) -> str:
    return format_datetime(modified.astimezone(UTC), usegmt=True)

"""Crawl-delay and an ailing robots.txt, against a server of our own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.crawlers.crawling import crawl_once, harvest


class Site(ThreadingHTTPServer):
    robots: tuple[int, str] = (200, "")

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.asked: list[tuple[float, str]] = []


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        site = self.server
        assert isinstance(site, Site)
        site.asked.append((time.monotonic(), self.path))
        status, body = site.robots if self.path == "/robots.txt" else (200, '<a href="/1.html">一</a>')
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _crawl(site: Site, data: Path) -> None:
    (data / "sources.toml").write_text(
        f"""
        [defaults]
        pause = "0s"
        allow_hosts = ["127.0.0.1"]
        [[source]]
        id = "s"
        name = "某站"
        kind = "list"
        url = "http://127.0.0.1:{site.server_port}/"
        item = "a"
        basis = "测试"
        """,
        "utf-8",
    )
    crawl_once(data)


def test_the_pause_that_a_site_asks_for_is_kept(site: Site, tmp_path: Path) -> None:
    site.robots = (200, "User-agent: *\nCrawl-delay: 0.7\n")
    _crawl(site, tmp_path)
    moments = [at for at, path in site.asked if path != "/robots.txt"]
    assert len(moments) == 2
    # The site may look at the first request some time after it was sent, and seem to be asked again the sooner.
    assert moments[1] - moments[0] > 0.4


def test_a_site_that_cannot_serve_its_robots_txt_is_left_alone(site: Site, tmp_path: Path) -> None:
    site.robots = (503, "")
    _crawl(site, tmp_path)
    assert {path for _, path in site.asked} == {"/robots.txt"}
    assert not harvest(tmp_path).check("s").ok

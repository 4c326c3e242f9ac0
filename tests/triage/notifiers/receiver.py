"""A receiver on loopback that answers as it is told and remembers what came."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Receiver:
    def __init__(self) -> None:
        self.url = ""
        self.status, self.answer = 200, b'{"errcode": 0, "code": 0}'
        self.bodies: list[bytes] = []
        self.queries: list[dict[str, list[str]]] = []
        self.headers: list[dict[str, str]] = []


@contextmanager
def listening() -> Iterator[Receiver]:
    receiver = Receiver()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            receiver.queries.append(parse_qs(urlsplit(self.path).query))
            receiver.headers.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(receiver.status)
            self.send_header("Content-Length", str(len(receiver.answer)))
            self.end_headers()
            self.wfile.write(receiver.answer)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/send?key=s3cret"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()

"""A webhook receiver on loopback that checks signatures, remembers what it accepted, and refuses when told to."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = "a-secret-for-tests"


class Receiver:
    """``accepted`` counts deliveries by notice id; a repeat of an id is the same notice."""

    def __init__(self) -> None:
        self.accepted: Counter[str] = Counter()
        self.forged = 0
        self.fail_every = 0
        self._asked = 0
        self._lock = threading.Lock()

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """The status to answer with."""
        signed = f"{headers['huiying-timestamp']}.".encode() + body
        wanted = "v1=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        with self._lock:
            self._asked += 1
            if not hmac.compare_digest(wanted, headers["huiying-signature"]):
                self.forged += 1
                return 403
            if self.fail_every and self._asked % self.fail_every == 0:
                return 503
            assert json.loads(body)["id"] == headers["huiying-id"]
            self.accepted[headers["huiying-id"]] += 1
            return 200


@contextmanager
def listening(receiver: Receiver) -> Iterator[str]:
    """The receiver's address while it listens."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            body = self.rfile.read(length)
            if not length or len(body) < length:
                return  # whoever was sending is dead in mid-sentence: nothing was delivered, nothing was forged
            status = receiver.take({name.lower(): value for name, value in self.headers.items()}, body)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/notices"
    finally:
        server.shutdown()
        server.server_close()

"""A web site system on loopback: it behaves, or takes a statement and then fails in every way that such systems do."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "s3cret"


class Site:
    """``stood`` is what it shows, by key: a repeat of a key shows nothing twice."""

    def __init__(self) -> None:
        self.whims: list[str] = []
        """What goes wrong next, first come first served: a status, or hang_up, no_url, other_bytes, no_json, refuse,
        not_stopped."""
        self.asked: list[str] = []
        self.stood: dict[str, dict[str, Any]] = {}
        self.stopped: list[dict[str, Any]] = []
        """The orders to take something down, as they came."""
        self.forged = 0

    def take(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes] | None:
        """Status and answer; None: hang up."""
        signed = f"{headers['huiying-timestamp']}.".encode() + body
        wanted = "v1=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted, headers["huiying-signature"]):
            self.forged += 1
            return 403, b""
        key = headers["idempotency-key"]
        self.asked.append(key)
        whim = self.whims.pop(0) if self.whims else ""
        if whim.isdigit() and int(whim) < 500:
            return int(whim), b""
        if whim == "refuse":
            return 200, b'{"errcode": 40001, "errmsg": "no"}'
        order = json.loads(body)
        if order["action"] == "stop" and whim != "hang_up":
            return self._take_down(order, whim)
        said = self.stood.setdefault(key, order)
        answer = {"url": f"http://site.invalid/{len(self.stood)}", "sha256": _sha256(said["text"])}
        return {
            "": (200, json.dumps(answer).encode()),
            "hang_up": None,
            "no_url": (202, json.dumps({"sha256": answer["sha256"]}).encode()),
            "odd_url": (200, json.dumps({**answer, "url": "javascript:alert(1)"}).encode()),
            "other_bytes": (200, json.dumps({**answer, "sha256": "0" * 64}).encode()),
            "no_json": (200, b"<html>ok</html>"),
            "503": (503, b""),
        }[whim]  # fmt: skip

    def _take_down(self, order: dict[str, Any], whim: str) -> tuple[int, bytes]:
        if whim:
            return {"not_stopped": (200, b"{}"), "503": (503, b"")}[whim]
        self.stopped.append(order)
        self.stood = {key: said for key, said in self.stood.items() if said["id"] != order["id"]}
        return 200, b'{"stopped": true}'


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def listening(site: Site) -> Iterator[str]:
    """The site's address while it listens."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken = site.take({name.lower(): value for name, value in self.headers.items()}, body)
            if taken is None:
                self.close_connection = True
                return
            self.send_response(taken[0])
            self.send_header("Content-Length", str(len(taken[1])))
            self.end_headers()
            self.wfile.write(taken[1])

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/statements"
    finally:
        server.shutdown()
        server.server_close()

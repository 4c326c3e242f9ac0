"""What a site answers, before it becomes bytes on a socket."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    body: bytes = b""
    content_type: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    modified: datetime | None = None
    """Given: the reply carries ETag and Last-Modified and may be answered with 304."""
    chunks: Iterator[bytes] | None = None
    """Given: sent piece by piece, without a length."""
    delay: float = 0

    @property
    def etag(self) -> str:
        return f'"{blake2b(self.body, digest_size=8).hexdigest()}"'


def html(text: str, *, modified: datetime | None = None) -> Reply:
    return Reply(body=text.encode(), modified=modified)


def redirect(location: str, status: int = 302) -> Reply:
    return Reply(status=status, headers={"Location": location}, content_type="text/plain")


def missing(what: str = "") -> Reply:
    return Reply(status=404, body=f"<html><body><h1>404</h1><p>{what}</p></body></html>".encode())

"""What a browser carries for us between two pages, so that any web process of the house can go on from it: signed, not secret."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

MOST = 4_000
"""Characters; a browser keeps no longer cookie."""

T = TypeVar("T", bound=msgspec.Struct)


@dataclass(frozen=True)
class Carrier:
    purpose: str
    """What is signed for one purpose is good for no other."""
    key: bytes = field(repr=False)

    def pack(self, value: msgspec.Struct) -> str:
        body = base64.urlsafe_b64encode(msgspec.json.encode(value)).decode()
        return f"{body}.{self._mac(body)}"

    def unpack(self, carried: str, type: type[T]) -> T | None:
        """None for what was not packed by this one."""
        body, _, mac = carried[:MOST].partition(".")
        if not hmac.compare_digest(mac.encode("utf-8", "replace"), self._mac(body).encode()):
            return None
        try:
            return msgspec.json.decode(base64.urlsafe_b64decode(body), type=type)
        except (binascii.Error, msgspec.DecodeError):  # packed by another version
            return None

    def _mac(self, body: str) -> str:
        told = f"{self.purpose}\0{body}".encode("utf-8", "replace")
        return hmac.new(self.key, told, hashlib.sha256).hexdigest()

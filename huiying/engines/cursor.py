"""The token between two pages: where the last one ended, so that nothing is shown twice when new things arrive."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

import msgspec

_Stored = Annotated[int, msgspec.Meta(ge=-(1 << 63), le=(1 << 63) - 1)]
"""What a store can compare with: a token that was tampered with may hold any number."""


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    order: str
    """A token belongs to the order that it was cut for."""
    value: _Stored
    """What was sorted by."""
    tie: tuple[str, ...]
    """The id of what stood there last, in its parts: what tells equals apart."""


def write(cursor: Cursor) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode("ascii")


def read(token: str, *, order: str) -> Cursor | None:
    """None, which is the first page, for '' and for a token that is not ours: it stands in addresses people edit."""
    try:
        cursor = msgspec.json.decode(base64.urlsafe_b64decode(token), type=Cursor)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        return None
    return cursor if cursor.order == order else None

"""Files that somebody takes away: under their Chinese name (RFC 5987), piece by piece where they are long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

PIECE = 256 * 1024


def called(name: str, *, plain: str) -> dict[str, str]:
    """The headers of a file; ``plain`` is its name for whoever cannot read the other, in ASCII."""
    return {"content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"}


def in_pieces(file: BinaryIO) -> Iterator[bytes]:
    """All of it; it is closed then."""
    with file:
        while piece := file.read(PIECE):
            yield piece

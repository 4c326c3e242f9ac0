"""How values become bytes and numbers, on the stream and in every store.

Text from the web can hold halves of surrogate pairs, which no UTF-8 can carry.  They are mended here, at the last
place that sees them, so that one broken title never stops a batch.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

_SURROGATE = re.compile("[\ud800-\udfff]")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_encoder = msgspec.json.Encoder()


def clean(text: str) -> str:
    """The same text; split surrogate pairs are joined again, lone halves become U+FFFD."""
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def encode(value: object) -> bytes:
    """JSON of a value that travels; never fails because of what somebody wrote."""
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        return _encoder.encode(_cleaned(msgspec.to_builtins(value)))


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_cleaned(item) for item in value]
    return value


def micros(moment: datetime) -> int:
    """Microseconds since 1970, exact: what is sorted and compared."""
    return (moment - _EPOCH) // _MICROSECOND

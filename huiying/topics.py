"""The topics of the way, and what may be read from each.

The stream carries bytes; a :class:`Topic` adds the type and the key that orders it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import msgspec

from huiying import codec
from huiying.contracts import CaseEvent, DeadLetter, Post, PostKey, Reading, SourceCheck
from huiying.errors import GiveUp

M = TypeVar("M")


@dataclass(frozen=True, kw_only=True)
class Topic(Generic[M]):
    name: str
    type: type[M]
    key: Callable[[M], str]
    """Records of one key keep their order."""
    partitions: int = 1
    _decoder: msgspec.json.Decoder[M] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_decoder", msgspec.json.Decoder(self.type))

    def encode(self, message: M) -> tuple[str, bytes]:
        """The record to publish."""
        return codec.clean(self.key(message)), codec.encode(message)

    def decode(self, value: bytes) -> M:
        """Raises GiveUp where the bytes are not a message of this topic."""
        try:
            return self._decoder.decode(value)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise GiveUp(f"not a {self.type.__name__}: {error}") from error

    def dead(self, group: str) -> Topic[DeadLetter]:
        """Where a group puts what it could not handle."""
        return Topic(name=f"{self.name}.dead.{group}", type=DeadLetter, key=lambda letter: letter.key)


POSTS: Topic[Post] = Topic(name="posts", type=Post, key=lambda post: post.thread, partitions=8)
READINGS: Topic[Reading] = Topic(name="readings", type=Reading, key=lambda reading: reading.jurisdiction)
CASE_EVENTS: Topic[CaseEvent] = Topic(name="case-events", type=CaseEvent, key=lambda event: event.case_id)

SOURCE_CHECKS: Topic[SourceCheck] = Topic(
    name="source-checks", type=SourceCheck, key=lambda check: check.source
)

TOPICS = (POSTS, READINGS, CASE_EVENTS, SOURCE_CHECKS)

TICKS = "ticks"
"""Empty records: whoever publishes one learns what time it is where the stream is kept. Nobody reads them."""

NLP = "nlp"
"""The group that reads ``posts``."""
TRIAGE = "triage"
"""The group that reads ``readings``."""
HEALTH = "health"
"""The group that reads ``source-checks``."""


class _Named(msgspec.Struct):
    id: str
    version: str


class _Carrier(msgspec.Struct):
    post: _Named


def post_key(topic: str, value: bytes) -> PostKey | None:
    """Which post version a record of ``posts`` or ``readings`` is about, read as leniently as can be.

    None where the bytes do not even say that.  For the ledger, which must count what nobody could decode.
    """
    try:
        if topic == READINGS.name:
            named = msgspec.json.decode(value, type=_Carrier).post
        else:
            named = msgspec.json.decode(value, type=_Named)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return PostKey(named.id, named.version)

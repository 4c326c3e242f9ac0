"""What somebody objected to is never taken in again: a list of keyed digests, and the sieve that posts go through.

An entry says that something is on the list and not what it is: without the office's key nobody can tell which address, post or
author stands behind it.  Of a post on the list the stream gets its id and version and nothing else, so that it is accounted
for; what answers it no longer carries what it says.

The list stands in the register and so in every backup.  Whoever asks often asks for one small entry that changes with the list.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

import msgspec

from huiying import blanking, codec
from huiying.contracts import ArchiveLine, Disposition, Engagement, Instant, Post, Reading
from huiying.errors import GiveUp, TryAgain
from huiying.identity import address
from huiying.ports import Record, Register, Size, Stream, Subscription, Tail
from huiying.topics import POSTS

KIND = "suppressed"
STAMP, NEWEST = "suppressed-stamp", "newest"


class What(StrEnum):
    """What an entry of the list keeps out."""

    PLACE = "place"
    """Whatever stands at an address, or at one floor of it."""
    POST = "post"
    AUTHOR = "author"
    """Everything by one pseudonym on one source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One thing to be kept out, before it becomes a digest."""

    what: What
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """One entry of the list."""

    what: What
    at: Instant
    objection: str = ""
    """Id of the objection that it came from."""


def place(url: str, floor: int | None) -> Mark:
    """``floor`` None: the whole address."""
    return Mark(what=What.PLACE, parts=(address(url), "" if floor is None else str(floor)))


def post(id: str) -> Mark:
    return Mark(what=What.POST, parts=(id,))


def author(source: str, pseudonym: str) -> Mark:
    return Mark(what=What.AUTHOR, parts=(source, pseudonym))


@dataclass
class Suppression:
    """The list. Asked from several threads; ``sifted`` sees what any process has put on it."""

    register: Register
    key: bytes = field(repr=False)
    _read: tuple[int, frozenset[str]] = field(default=(-1, frozenset()), repr=False)
    """Which revision of the stamp the list was read at, and the list: one value, since threads share it."""

    def put(self, marks: Collection[Mark], at: datetime, *, objection: str = "") -> int:
        """On the list, durably, and known to every process on return; gives how many were not on it before."""
        new = [mark for mark in marks if self.register.get(KIND, self.name(mark)) is None]
        for mark in new:
            entry = Suppressed(what=mark.what, at=at, objection=objection)
            self.register.put(KIND, self.name(mark), codec.encode(entry), expect=None)
        # Also where all of them were there: whoever put them may have ended before this line.
        self.register.put(STAMP, NEWEST, secrets.token_hex(8).encode(), expect=None)
        return len(new)

    def has(self, mark: Mark) -> bool:
        return self.register.get(KIND, self.name(mark)) is not None

    def all(self) -> Iterator[tuple[str, Suppressed]]:
        """Every entry with its digest, oldest first."""
        found = [
            (entry.id, msgspec.json.decode(entry.value, type=Suppressed))
            for entry in self.register.list(KIND)
        ]
        yield from sorted(found, key=lambda one: (one[1].at, one[0]))

    def sifted(self, posts: Sequence[Post]) -> list[Post]:
        """The posts, in order, with nothing left of what is on the list. Raises TryAgain where the list cannot be read."""
        known = self.known() if posts else frozenset()
        return [self.sift(one, known) for one in posts] if known else list(posts)

    def name(self, mark: Mark) -> str:
        """The digest that stands for it."""
        said = b"".join(
            len(part).to_bytes(8, "big") + part
            for part in (codec.clean(text).encode("utf-8") for text in ("suppressed", mark.what, *mark.parts))
        )
        return hmac.new(self.key, said, hashlib.sha256).hexdigest()

    def known(self) -> frozenset[str]:
        """Every digest on the list, as of now; while the register is away, as of the last time: nobody can add to it then.
        Raises TryAgain where it was never read."""
        try:
            stamp = self.register.get(STAMP, NEWEST)
            revision = stamp.revision if stamp else 0
            if revision != self._read[0]:
                self._read = (revision, frozenset(entry.id for entry in self.register.list(KIND)))
        except TryAgain:
            if self._read[0] < 0:
                raise
        return self._read[1]

    def sift(self, one: Post, known: frozenset[str]) -> Post:
        """The same post where nothing of it is on the list."""
        if not one.withheld and any(self.name(mark) in known for mark in marks_of(one)):
            return withheld(one)
        quoted = one.reply_to or one.repost_of
        if one.answers is not None and quoted and self.name(post(quoted)) in known:
            return replace(one, answers=None)
        return one


def marks_of(one: Post) -> list[Mark]:
    """Everything that would keep a post out."""
    marks = [post(one.id)]
    if one.url and address(one.url):
        marks.append(place(one.url, None))
        marks += [place(one.url, one.floor)] if one.floor is not None else []
    if one.author:
        marks.append(author(one.source, one.author))
    return marks


def withheld(one: Post) -> Post:
    """What is left of it: that it came."""
    return replace(
        one,
        url=None,
        floor=None,
        title="",
        text="",
        author=None,
        published_at=None,
        engagement=Engagement(),
        repost_of=None,
        reply_to=None,
        answers=None,
        region=None,
        stated_place=None,
        reference="",
        request=None,
        attachments=(),
        extraction=None,
        withheld=True,
    )


def ended(one: Post, at: datetime) -> ArchiveLine:
    """The line of a post that is kept out: that it came, and nothing else."""
    return ArchiveLine(
        post=one.key,
        disposition=Disposition.WITHHELD,
        at=at,
        reason="依异议不收：只记有过这一条，内容、地址、作者都没有留存",
    )


def read_anew(reading: Reading, sifted: Post) -> Reading:
    """The reading of a post that was sifted after it was read: it shows no more of what is on the list than the post does."""
    if sifted == reading.post:
        return reading
    return blanking.without_quote(reading, sifted)


@dataclass(frozen=True, slots=True)
class SiftedStream:
    """A stream on which nothing of what is on the list is published."""

    stream: Stream
    suppression: Suppression

    def publish(self, topic: str, records: Sequence[tuple[str, bytes]]) -> None:
        if topic == POSTS.name and (known := self.suppression.known()):
            records = [(key, self._sifted(value, known)) for key, value in records]
        self.stream.publish(topic, records)

    def _sifted(self, value: bytes, known: frozenset[str]) -> bytes:
        try:
            before = POSTS.decode(value)
        except GiveUp:  # what nobody can read is for whoever reads the stream to bury
            return value
        after = self.suppression.sift(before, known)
        return value if after is before else POSTS.encode(after)[1]

    def subscribe(self, topic: str, *, group: str) -> Subscription:
        return self.stream.subscribe(topic, group=group)

    def tail(self, topic: str, *, after: int | None) -> Tail:
        return self.stream.tail(topic, after=after)

    def end(self, topic: str) -> int:
        return self.stream.end(topic)

    def scan(self, topic: str) -> Iterator[Record]:
        return self.stream.scan(topic)

    def backlog(self, topic: str, *, group: str) -> Iterator[Record]:
        return self.stream.backlog(topic, group=group)

    def lag(self, topic: str, *, group: str) -> int:
        return self.stream.lag(topic, group=group)

    def oldest(self, topic: str, *, group: str) -> datetime | None:
        return self.stream.oldest(topic, group=group)

    def size(self, topic: str) -> Size:
        return self.stream.size(topic)

    def purge(self, topic: str, *, before: datetime) -> int:
        return self.stream.purge(topic, before=before)

    def close(self) -> None:
        self.stream.close()

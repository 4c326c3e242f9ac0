"""The lines of an exported record, as ``huiying record export`` writes and ``huiying verify`` reads them.  Pure.

::

    {"record": …}   what this is, whose, as of when, how much
    {"event": …}    every event of every case, case by case, in order
    {"anchor": …}   every anchor, in order; the last one covers exactly the events above
    {"seal": …}     how many lines, the digest over them, and over that

The digest of an anchor covers the Merkle root of its heads, so that an extract of one case can prove that case's heads
without naming any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec

from huiying import chain, merkle
from huiying.contracts import CaseEvent, Instant, TextRef

FORMAT = "huiying-record"
VERSION = 1
Count = Annotated[int, msgspec.Meta(ge=0, le=10**12)]
NOTHING_BEFORE = chain.sha256({"anchor": 0})
"""What the first anchor names as the one before it."""


class _Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """No field more than these: nothing can travel in a record unnoticed."""


class Header(_Line, frozen=True, kw_only=True):
    format: str
    version: Count
    office: str
    """Id of the unit that has none above it."""
    exported_at: Instant
    case: str = ""
    """Id of the one case of an extract; '' where it is the whole record."""
    cases: Count
    events: Count
    anchors: Count


class Event(_Line, frozen=True, kw_only=True):
    """What the record keeps of an event, with its place in the chain."""

    case_id: str
    sequence: Count
    kind: str
    at: str
    who: str
    what: str
    why: str
    evidence: tuple[str, ...]
    level: str
    origin: str
    parties: tuple[str, ...]
    texts: tuple[TextRef, ...]
    previous: str
    digest: str


class Head(_Line, frozen=True, kw_only=True):
    """How far a case's record reached: its last event and the digest that ties all of them."""

    case: str
    sequence: Count
    digest: str


class Proof(_Line, frozen=True, kw_only=True):
    """That a head is one of an anchor's, without the others."""

    head: Head
    index: Count
    path: tuple[str, ...]


class Anchor(_Line, frozen=True, kw_only=True):
    """A moment of the whole record: the heads of every case that grew since the anchor before."""

    number: Count
    """From 1, without gaps."""
    at: Instant
    previous: str
    """Digest of the anchor before."""
    position: Annotated[int, msgspec.Meta(ge=-1, le=2**62)]
    """Where on ``case-events`` to go on looking."""
    count: Count
    root: str
    """Merkle root of the heads, in hexadecimal."""
    digest: str
    heads: tuple[Head, ...] = ()
    proofs: tuple[Proof, ...] = ()
    """In an extract, instead of the heads."""


class Seal(_Line, frozen=True, kw_only=True):
    lines: Count
    """Before this one."""
    sha256: str
    """Of all bytes before this line."""
    anchor: str
    """Digest of the last anchor, or ''."""
    digest: str
    """Of the three above: what to write down elsewhere."""


class Line(_Line, frozen=True, kw_only=True):
    """Exactly one of the four."""

    record: Header | None = None
    event: Event | None = None
    anchor: Anchor | None = None
    seal: Seal | None = None


def made(number: int, at: Instant, heads: Sequence[Head], *, previous: str, position: int) -> Anchor:
    """An anchor over these heads."""
    bare = Anchor(
        number=number,
        at=at,
        previous=previous,
        position=position,
        count=len(heads),
        root=root_of(heads),
        digest="",
        heads=tuple(heads),
    )
    return msgspec.structs.replace(bare, digest=digest_of(bare))


def digest_of(anchor: Anchor) -> str:
    """What an anchor's digest must be. The heads come in by their root."""
    told = msgspec.to_builtins(anchor)
    return chain.sha256({name: told[name] for name in _TIED})


_TIED = ("number", "at", "previous", "position", "count", "root")


def root_of(heads: Sequence[Head]) -> str:
    return merkle.root([leaf_of(head) for head in heads]).hex()


def leaf_of(head: Head) -> bytes:
    return merkle.leaf(chain.canonical(head))


def extract(anchor: Anchor, case: str) -> Anchor:
    """The same anchor with nothing but the proof of one case's heads."""
    leaves = [leaf_of(head) for head in anchor.heads]
    proofs = tuple(
        Proof(head=head, index=n, path=tuple(step.hex() for step in merkle.path(leaves, n)))
        for n, head in enumerate(anchor.heads)
        if head.case == case
    )
    return msgspec.structs.replace(anchor, heads=(), proofs=proofs)


def proven(anchor: Anchor, proof: Proof) -> bool:
    """Whether the proof leads to the anchor's root."""
    try:
        way = [bytes.fromhex(step) for step in proof.path]
        return merkle.climb(leaf_of(proof.head), proof.index, anchor.count, way).hex() == anchor.root
    except ValueError:
        return False


def sealed(lines: int, sha256: str, anchor: str) -> Seal:
    told = {"lines": lines, "sha256": sha256, "anchor": anchor}
    return Seal(lines=lines, sha256=sha256, anchor=anchor, digest=chain.sha256(told))


def event_line(event: CaseEvent) -> bytes:
    return _whole({"event": {**chain.kept(event), "previous": event.previous, "digest": event.digest}})


def line(word: str, value: Header | Anchor | Seal) -> bytes:
    """``word`` names what it is: record, anchor, seal."""
    return _whole({word: value})


def _whole(value: object) -> bytes:
    return msgspec.json.encode(value, order="deterministic") + b"\n"

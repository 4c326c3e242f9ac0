"""The lines of a record: an anchor's digest covers its heads, and one case's heads can be shown without the others."""

from __future__ import annotations

import msgspec
import pytest

from huiying.recordfile import NOTHING_BEFORE, Head, digest_of, extract, line, made, proven, root_of, sealed
from tests.factories import NOW

HEADS = [Head(case=f"case-{n}", sequence=n, digest=f"{n:064}") for n in range(1, 8)]
ANCHOR = made(1, NOW, HEADS, previous=NOTHING_BEFORE, position=6)


@pytest.mark.parametrize(
    "change",
    [
        {"number": 2},
        {"at": NOW.replace(microsecond=1)},
        {"previous": "0" * 64},
        {"position": 7},
        {"count": 6},
        {"root": root_of(HEADS[1:])},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_changes_in_an_anchor_changes_its_digest(change: dict[str, object]) -> None:
    assert digest_of(msgspec.structs.replace(ANCHOR, **change)) != digest_of(ANCHOR) == ANCHOR.digest


def test_an_extract_proves_one_case_and_names_no_other() -> None:
    part = extract(ANCHOR, "case-3")
    assert digest_of(part) == ANCHOR.digest
    (proof,) = part.proofs
    assert proof.head == HEADS[2] and proven(part, proof)
    told = line("anchor", part)
    assert not [head.case for head in HEADS if head.case != "case-3" and head.case.encode() in told]


def test_a_head_that_the_anchor_does_not_hold_is_not_proven() -> None:
    part = extract(ANCHOR, "case-3")
    (proof,) = part.proofs
    longer = msgspec.structs.replace(proof, head=Head(case="case-3", sequence=4, digest=HEADS[2].digest))
    for forged in (
        longer,
        msgspec.structs.replace(proof, index=4),
        msgspec.structs.replace(proof, path=proof.path[:-1]),
        msgspec.structs.replace(proof, path=("nonsense", *proof.path[1:])),
    ):
        assert not proven(part, forged)


def test_a_seal_covers_all_that_it_says() -> None:
    seal = sealed(3, "a" * 64, "b" * 64)
    others = [sealed(4, "a" * 64, "b" * 64), sealed(3, "c" * 64, "b" * 64), sealed(3, "a" * 64, "")]
    assert seal.digest not in {other.digest for other in others}

"""Whether what is nearly the same is found: the bands and the exact check that stories use, over real pairs and a whole set.

Near the same are two texts that share at least half of their 4-grams (Jaccard) once everything but letters and digits is
gone; that is reckoned here anew, text against text, and not by the fingerprints.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import combinations

from huiying.contracts import Fingerprint
from huiying.evaluation.figure import Measured, share
from huiying.evaluation.folder import Folder
from nlp.annotators import fingerprint
from nlp.normalise import quick
from nlp.pipeline import Reader
from triage.copies import Copies

PAIRS = "events/near_duplicates.jsonl"
DOCS = "events/docs.jsonl"
ALIKE = 0.5
SHINGLE = 4
BITS = 3

Pair = tuple[int, int]


def measure(folder: Folder, reader: Reader) -> Measured:
    pairs, docs = folder.rows(PAIRS), folder.rows(DOCS)
    figures = []
    if pairs:
        texts = [(str(row["a"]), str(row["b"])) for row in pairs]
        near = [pair for pair in texts if jaccard(shingles(pair[0]), shingles(pair[1])) >= ALIKE]
        found = sum(bool(proposed([_print(one), _print(other)])) for one, other in near)
        plain = sum(_simhashes_meet(one, other) for one, other in near)
        figures.append(
            share(
                "near_duplicates.recall",
                found,
                len(near),
                baseline=plain / len(near) if near else 0.0,
                baseline_name="SimHash64，相差不超过 3 位",
            )
        )
    if docs:
        whole = [f"{row['title']}。{row['desc']}" for row in docs]
        prints = [fingerprint.full(quick(str(row["title"])), quick(str(row["desc"]))) for row in docs]
        grams = [shingles(text) for text in whole]
        ours, lsh = proposed(prints), set(_by_lsh(prints))
        true = [pair for pair in ours if jaccard(grams[pair[0]], grams[pair[1]]) >= ALIKE]
        also = [pair for pair in lsh if jaccard(grams[pair[0]], grams[pair[1]]) >= ALIKE]
        figures += [
            share(
                "near_duplicates.precision",
                len(true),
                len(ours),
                baseline=len(also) / len(lsh) if lsh else 0.0,
                baseline_name="MinHash128-LSH 0.5，不核对",
            ),
        ]
    absent = tuple(name for name, rows in ((PAIRS, pairs), (DOCS, docs)) if not rows)
    return Measured(figures=tuple(figures), skipped=absent)


def proposed(prints: Sequence[Fingerprint]) -> set[Pair]:
    """The pairs that stories would hold for one text, each text looked up among all before it."""
    copies, pairs = Copies(), set[Pair]()
    for number, print in enumerate(prints):
        pairs.update((int(owner), number) for _, owner in copies.near(print, ALIKE))
        copies.put(str(number), print)
    return pairs


def shingles(text: str) -> frozenset[str]:
    bare = "".join(char for char in quick(text) if char.isalnum())
    return frozenset(bare[at : at + SHINGLE] for at in range(max(1, len(bare) - SHINGLE + 1)))


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def simhash(text: str) -> int:
    """64 bits of the text's 4-grams, each counted once."""
    counts = [0] * 64
    for gram in shingles(text):
        bits = int.from_bytes(blake2b(gram.encode("utf-8", "replace"), digest_size=8).digest())
        for place in range(64):
            counts[place] += 1 if bits >> place & 1 else -1
    return sum(1 << place for place, count in enumerate(counts) if count > 0)


def _simhashes_meet(one: str, other: str) -> bool:
    return (simhash(one) ^ simhash(other)).bit_count() <= BITS


def _print(text: str) -> Fingerprint:
    return fingerprint.full("", quick(text))


def _by_lsh(prints: Sequence[Fingerprint]) -> Iterator[Pair]:
    """The usual way: 25 bands of 5, what meets is a pair."""
    bands: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for number, print in enumerate(prints):
        for at in range(0, 125, 5):
            bands[at, *print.minhash[at : at + 5]].append(number)
    for together in bands.values():
        yield from combinations(together, 2)

"""What people say of two matters, that they are one or that they are not, joined with their texts: pairs for the scorer of stories.

The latest word about two matters counts.  One case in ten, by a hash of its id, is never learned from, nor is any pair that it
is part of: about a fifth of the pairs, and new scorers and old ones are compared on them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from huiying.contracts import ArchiveLine, Case, Post, PostKey, Verdict
from huiying.examples import Example, Examples, stands
from huiying.learning.asked import cases_of, lines_of
from huiying.ports import Engine
from triage.pairlearning import Pair, entry
from triage.wording import said, told

SAYS: Mapping[str, bool] = {
    "merge": True,
    "link": True,
    "unsplit": True,
    "split": False,
    "apart": False,
    "unmerge": False,
}
PICKED = frozenset({"split", "unsplit"})
"""Acts that speak of each post of the case, since people picked them; the others speak of its opening one."""
WEIGHT = 2.0
"""How much a pair of people counts beside one of our own (``triage.pairlearning.OURS``)."""
LEAST, OF_A_KIND = 20, 5
"""Pairs to learn from, and of each kind, below which nothing is learned: so few say more of themselves than of all others."""
MOST = 5_000
"""Pairs of matters, the newest words first."""
HELD_BACK = 10
"""One case in so many is never learned from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    taught: tuple[Pair, ...] = ()
    held: tuple[Pair, ...] = ()
    """Never learned from."""
    lost: int = 0
    """Pairs of which a text or a case has been erased."""

    @property
    def enough(self) -> bool:
        same = sum(pair.same for pair in self.taught)
        return len(self.taught) >= LEAST and min(same, len(self.taught) - same) >= OF_A_KIND

    def in_words(self) -> str:
        same = sum(pair.same for pair in self.taught)
        lines = (
            f"归并样例（合并、拆分、认定和撤销）：学 {len(self.taught)} 对（同一件事 {same} 对，"
            f"不是同一件事 {len(self.taught) - same} 对），留作比较 {len(self.held)} 对"
        )
        if self.lost:
            lines += f"，原文已清除 {self.lost} 对"
        if not self.enough:
            lines += f"。不到 {LEAST} 对或其中一类不到 {OF_A_KIND} 对，归并的比对不重学"
        return lines + "。"


def gather(engine: Engine) -> Pairs:
    """Everything that people said of two matters and that can still be read."""
    spoken = [example for example in Examples(engine.register).all() if example.act in SAYS and example.other]
    cases = cases_of(engine.cases, {id for example in spoken for id in (example.case_id, example.other)})
    latest = {
        frozenset((example.case_id, example.other)): example
        for example in spoken
        if stands(example, cases.get(example.case_id))
    }
    newest = sorted(latest.values(), key=lambda example: (example.at, example.id))[-MOST:]
    openings = {cases[example.other].opened_by for example in newest if example.other in cases}
    lines = lines_of(engine.archive, openings.union(*(_spoken_of(example) for example in newest)))
    posts = {key: line.legible for key, line in lines.items() if line.legible is not None}
    replies = {key for key, line in lines.items() if _is_reply(line)}
    taught: list[Pair] = []
    held: list[Pair] = []
    lost = 0
    for example in newest:
        other = cases.get(example.other)
        opening = posts.get(other.opened_by) if other else None
        for post in [posts.get(key) for key in _spoken_of(example) if key not in replies]:
            if other is None or opening is None or post is None:
                lost += 1
                continue
            (held if is_held_back(example) else taught).append(_pair(example, post, other, opening))
    return Pairs(taught=tuple(sorted(taught, key=_order)), held=tuple(sorted(held, key=_order)), lost=lost)


def is_held_back(example: Example) -> bool:
    """By the ids of its two cases: the same today and in a year."""
    return any(_drawn(case_id) for case_id in (example.case_id, example.other))


def _drawn(case_id: str) -> bool:
    mark = hashlib.blake2b(f"pair {case_id}".encode(), digest_size=4).digest()
    return int.from_bytes(mark) % HELD_BACK == 0


def _spoken_of(example: Example) -> tuple[PostKey, ...]:
    return example.posts if example.act in PICKED else example.posts[:1]


def _pair(example: Example, post: Post, other: Case, opening: Post) -> Pair:
    heaped = (*entry(post.title, post.text), *entry(opening.title, opening.text))
    return Pair(
        one=said(post),
        other=told(other),
        same=SAYS[example.act],
        date=f"{example.at:%Y-%m-%d}",
        about=frozenset(filter(None, heaped)),
        weight=WEIGHT,
    )


def _is_reply(line: ArchiveLine) -> bool:
    """Its words do not say of themselves what they speak of."""
    return line.reading is not None and line.reading.relevance.verdict is Verdict.REPLY


def _order(pair: Pair) -> tuple[str, str, bool]:
    return pair.one, pair.other, pair.same

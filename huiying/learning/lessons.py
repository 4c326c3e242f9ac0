"""What people's examples say of each post, joined with its text as long as the archive has it.

Of several words about one post the latest counts, and a word about the post itself before one about its case.  A fifth of
the cases, by a hash of their ids, is never learned from: new models and old ones are compared on it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from huiying.contracts import ArchiveLine, Attitude, Case, Category, Post, PostKey, Reading, Verdict
from huiying.errors import CaseNotFound
from huiying.examples import Example, Examples, stands
from huiying.learning.pieces import pieces
from huiying.ports import CaseStore, Engine
from nlp import corpus
from nlp.taught import Taught

WEIGHTS: Mapping[str, float] = {
    "label": 3.0,
    "relabel": 3.0,
    "assess": 2.0,
    "confirm": 1.0,
    "reopen": 1.0,
    "dismiss": 0.5,
}
"""How much an act counts beside a text of the project's own corpus (1). A dismissal may have other reasons than the text."""
OF_REPLIES = frozenset({"attitude"})
"""What a reply teaches that speaks of its matter only through what it answers: its own words say nothing of the rest."""
OTHERS = 0.5
"""What is said of a case counts so much for its posts other than the one that opened it."""
HELD_BACK = 5
"""One case in so many is never learned from."""
MOST = 5_000
"""Posts that are learned from, the newest words first."""
AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What people say of one post, family by family (relevance, topic, category, attitude)."""

    post: Post
    case_id: str
    said: Mapping[str, Any]
    weights: Mapping[str, float]
    reading: Reading | None
    """What the machine made of it then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    taught: tuple[Truth, ...]
    held: tuple[Truth, ...]
    """Never learned from."""
    acts: Mapping[str, int] = field(default_factory=dict)
    """Examples by act."""
    void: int = 0
    """Acts that were never done: their save failed."""
    lost: int = 0
    """Posts whose text has been erased."""

    @property
    def judged(self) -> frozenset[PostKey]:
        return frozenset(truth.post.key for truth in (*self.taught, *self.held))


@dataclass(slots=True)
class _Word:
    at: datetime
    own: bool
    """Said of the post itself."""
    case_id: str
    value: Any
    weight: float


def gather(engine: Engine) -> Lessons:
    """Everything that people said and that can still be read."""
    acts: Counter[str] = Counter()
    words: dict[PostKey, dict[str, _Word]] = {}
    void = 0
    known: dict[str, Case | None] = {}
    for example in Examples(engine.register).all():
        if not stands(example, _case(engine.cases, example.case_id, known) if example.sequence else None):
            void += 1
            continue
        acts[example.act] += 1
        for number, key in enumerate(example.posts):
            _hear(words.setdefault(key, {}), example, first=number == 0)
    told = {key: said for key, said in words.items() if said}
    newest = sorted(told, key=lambda key: max(word.at for word in told[key].values()), reverse=True)[:MOST]
    read = list(_truths(engine, newest, told))
    truths = [truth for truth in read if truth.said]
    return Lessons(
        taught=tuple(truth for truth in truths if not is_held_back(truth)),
        held=tuple(truth for truth in truths if is_held_back(truth)),
        acts=dict(acts),
        void=void,
        lost=len(newest) - len(read),
    )


def is_held_back(truth: Truth) -> bool:
    """By a hash of its case, or of the post where it has none: the same today and in a year."""
    mark = hashlib.blake2b((truth.case_id or truth.post.id).encode(), digest_size=4).digest()
    return int.from_bytes(mark) % HELD_BACK == 0


def to_learn(truths: Sequence[Truth]) -> tuple[Taught, ...]:
    """In the order of their posts' ids, so that the same words always make the same model."""
    return tuple(
        Taught(example=_example(truth), weights=truth.weights)
        for truth in sorted(truths, key=lambda truth: truth.post.key)
    )


def _hear(words: dict[str, _Word], example: Example, *, first: bool) -> None:
    own = example.act == "label"
    weight = WEIGHTS.get(example.act, 0.0) * (1.0 if first else OTHERS)
    labels = example.labels
    said = {
        "relevance": labels.relevant,
        "topic": labels.topic,
        "category": labels.category,
        "attitude": labels.attitude,
    }
    for family, value in said.items():
        known = words.get(family)
        if value is None or not weight or (known and known.own and not own):
            continue
        words[family] = _Word(example.at, own, example.case_id, value, weight)


def _truths(
    engine: Engine, keys: Sequence[PostKey], told: Mapping[PostKey, Mapping[str, _Word]]
) -> Iterator[Truth]:
    for some in pieces(keys, AT_ONCE):
        lines: Mapping[PostKey, ArchiveLine] = engine.archive.get(some)
        for key in some:
            line = lines.get(key)
            if line is None or (post := line.legible) is None:
                continue
            words = told[key]
            if line.reading is not None and line.reading.relevance.verdict is Verdict.REPLY:
                words = {family: word for family, word in words.items() if family in OF_REPLIES}
            yield Truth(
                post=post,
                case_id=line.case_id or next(iter(words.values())).case_id,
                said={family: word.value for family, word in words.items()},
                weights={family: word.weight for family, word in words.items()},
                reading=line.reading,
            )


def _example(truth: Truth) -> corpus.Example:
    """What people did not say is filled in and, by its missing weight, not learned from."""
    said, reading = truth.said, truth.reading
    relevant = said.get("relevance", True)
    category: Category | None = said.get("category")
    return corpus.Example(
        post=truth.post,
        relevance="core" if relevant else "off",
        event=f"case {truth.case_id or truth.post.id}",
        topic=said.get("topic", ""),
        categories=frozenset({category} if category else ()),
        attitude=said.get("attitude", reading.attitude if reading else Attitude.NEUTRAL),
        owes_answer=reading.owes_answer if reading else True,
    )


def _case(cases: CaseStore, id: str, known: dict[str, Case | None]) -> Case | None:
    if id not in known:
        try:
            known[id] = cases.get(id)
        except CaseNotFound:
            known[id] = None
    return known[id]

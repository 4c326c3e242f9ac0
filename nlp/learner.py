"""The product's own learner: an office's labels in, a classifier out that says how sure it is.

One linear score a class over :mod:`nlp.traits` (and a sentence encoder's vectors where one is given), by weighted ridge
regression: every class weighs the same however rare it is, and labels that are wrong pull less than they would at a margin.
Probabilities are calibrated on scores of messages that their model had not seen.  Kept as arrays and JSON.
"""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, diags_array, hstack

from huiying.errors import Misconfigured
from nlp import traits
from nlp.embedding import Embedder

FOLDS = 5
SEEN_AT_LEAST = 2
"""Messages that a trait must stand in to be learned from."""
ENCODED_WEIGHT = 0.5
_HALF = 0.5
"""Added to counts, so that what one class never has is no proof."""

Numbers = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """How to look at messages."""

    name: str
    blocks: dict[str, float]
    """Of ``traits.BLOCKS``, those that are looked at, and what each weighs."""
    repeats: bool
    """Whether a trait weighs more where a message has it more often."""
    strength: float
    """Of what holds the weights small: the more, the less it goes by what stands in few messages."""
    telling: float = 0.0
    """From 0 to 1, how much a trait's weight goes by how unevenly the classes have it (log-count ratio, Wang and Manning
    2012)."""


RECIPES: Sequence[Recipe] = (
    Recipe(
        name="about",
        blocks={"title": 0.1, "title_words": 0.1, "chars": 0.7, "words": 0.3},
        repeats=True,
        strength=1.0,
        telling=0.3,
    ),
    Recipe(
        name="headed",
        blocks={"title": 0.5, "title_words": 0.5, "chars": 0.5, "words": 0.5},
        repeats=True,
        strength=1.0,
        telling=0.3,
    ),
    Recipe(
        name="asking",
        blocks={
            "title": 0.5,
            "title_words": 0.5,
            "chars": 0.4,
            "words": 0.4,
            "cues": 0.1,
            "cue_words": 0.1,
            "opening": 0.3,
            "ending": 0.2,
        },
        repeats=False,
        strength=2.0,
    ),
)
"""What a message is about, which it says again and again; what it is headed; what it asks for, which it says once.
Learning takes the best one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is classified. Leave the title empty where it must not be looked at."""

    title: str = ""
    text: str


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What a learned classifier says about itself."""

    classes: tuple[str, ...]
    counts: dict[str, int]
    """Class → messages that it was learned from."""
    recipe: Recipe
    """In full, so that it goes on reading as it learned."""
    sharpness: float
    embedder: str = ""
    arrays_sha256: str = ""


@dataclass(frozen=True)
class Learned:
    """A classifier. Pure: it holds nothing of the messages but weights of hashed traits."""

    card: Card
    columns: Ints
    """Traits that were learned from, ascending."""
    rarity: Floats
    """Of each."""
    weights: Floats
    """A row a trait, then a row a dimension of the encoder; a column a class."""
    bias: Floats
    lean: Floats
    """Added to a class's scaled score for its probability: how common it is."""
    centre: Floats
    """Mean vector of the encoder over what was learned from; empty without one."""
    embedder: Embedder | None = field(default=None, compare=False)

    @property
    def classes(self) -> tuple[str, ...]:
        return self.card.classes

    def scores(self, messages: Sequence[Message]) -> Numbers:
        """Shape (messages, classes); the highest is what :meth:`predict` says."""
        rows = _scaled(_counted(messages), self.columns, self.rarity, self.card.recipe)
        if self.embedder is not None:
            rows = hstack([rows, _dense(_encoded(self.embedder, messages), self.centre)]).tocsr()
        return np.asarray(rows @ self.weights.astype(np.float64) + self.bias, dtype=np.float64)

    def predict_proba(self, messages: Sequence[Message]) -> Numbers:
        """Shape (messages, classes); each row sums to one."""
        return _chances(self.scores(messages), self.card.sharpness, self.lean.astype(np.float64))

    def predict(self, messages: Sequence[Message]) -> list[str]:
        """The best class of each, all classes weighing the same: a rare one is found too, at some cost to common ones."""
        return [self.classes[best] for best in self.scores(messages).argmax(axis=1)]


def fit(messages: Sequence[Message], labels: Sequence[str], *, embedder: Embedder | None = None) -> Learned:
    """The same messages always give the same classifier. Raises Misconfigured for fewer than two classes."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    counts = Counter(labels)
    if len(counts) < 2:
        raise Misconfigured("要学会区分，至少要有两类标注。")
    classes = tuple(sorted(counts))
    answers = np.searchsorted(np.array(classes), np.array(labels))
    with threadpool_limits(limits=1):  # rows are short: threads only wait for each other
        counted = _counted(messages)
        columns, rarity = _worth_keeping(counted)
        vectors = np.zeros((len(messages), 0), dtype=np.float32)
        if embedder is not None:
            vectors = _encoded(embedder, messages)
        centre = vectors.mean(axis=0)
        tries = []
        for recipe in RECIPES:
            rows = _scaled(counted, columns, rarity, recipe)
            if embedder is not None:
                rows = hstack([rows, _dense(vectors, centre)]).tocsr()
            unseen = _out_of_fold(rows, answers, len(classes), recipe, len(columns))
            tries.append((_macro_f1(unseen.argmax(axis=1), answers), recipe, rows, unseen))
        _, best, rows, unseen = max(tries, key=lambda tried: tried[0])
        weights, bias = _fit(rows, answers, len(classes), best, len(columns))
        sharpness, lean = _calibrate(unseen, answers)
    card = Card(
        classes=classes,
        counts={name: counts[name] for name in classes},
        recipe=best,
        sharpness=sharpness,
        embedder=embedder.name if embedder is not None else "",
    )
    return Learned(
        card,
        columns,
        rarity,
        weights.astype(np.float32),
        bias.astype(np.float32),
        lean.astype(np.float32),
        centre,
        embedder,
    )


def out_of_fold(
    messages: Sequence[Message], labels: Sequence[str], *, embedder: Embedder | None = None
) -> list[str]:
    """What is said of each message by a classifier that has not seen it: what to expect without a test of its own."""
    classes = sorted(set(labels))
    answers = np.searchsorted(np.array(classes), np.array(labels))
    said = np.empty(len(messages), dtype=object)
    for held, rest in _folds(answers):
        learned = fit([messages[i] for i in rest], [labels[i] for i in rest], embedder=embedder)
        said[held] = learned.predict([messages[i] for i in held])
    return [str(label) for label in said]


# ------------------------------------------------------------------------------------------------ rows


@dataclass(frozen=True, slots=True)
class _Counted:
    """Sparse rows end to end: where each begins, its distinct columns ascending, and damped counts."""

    begins: Ints
    columns: Ints
    values: Floats


def _counted(messages: Sequence[Message]) -> _Counted:
    columns, values, begins = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.float32)], [0]
    for message in messages:
        distinct, times = np.unique(traits.columns(message.title, message.text), return_counts=True)
        columns.append(distinct)
        values.append((1 + np.log(times)).astype(np.float32))
        begins.append(begins[-1] + len(distinct))
    return _Counted(np.array(begins, dtype=np.int64), np.concatenate(columns), np.concatenate(values))


def _worth_keeping(counted: _Counted) -> tuple[Ints, Floats]:
    """Columns that enough messages have, and how much each weighs by its rarity."""
    distinct, frequency = np.unique(counted.columns, return_counts=True)
    enough = frequency >= min(SEEN_AT_LEAST, len(counted.begins) - 1)
    kept = distinct[enough]
    rarity = np.log((len(counted.begins)) / (1 + frequency[enough])) + 1
    return kept, rarity.astype(np.float32)


def _scaled(counted: _Counted, columns: Ints, rarity: Floats, recipe: Recipe) -> csr_matrix:
    """Rows over the kept ``columns``; the square of each block's length in a row is its weight."""
    known = np.searchsorted(columns, counted.columns).clip(max=max(len(columns) - 1, 0))
    keep = (
        columns[known] == counted.columns if len(columns) else np.zeros(len(counted.columns), dtype=np.bool_)
    )
    row = np.repeat(np.arange(len(counted.begins) - 1), np.diff(counted.begins))[keep]
    place = known[keep]
    values = rarity[place].astype(np.float64)
    if recipe.repeats:
        values *= counted.values[keep]
    block = columns[place] // traits.BUCKETS
    cell = row * len(traits.BLOCKS) + block
    lengths = np.sqrt(np.bincount(cell, weights=values**2, minlength=1))
    weight = np.sqrt([recipe.blocks.get(name, 0.0) for name in traits.BLOCKS])
    values *= weight[block] / lengths[cell]
    return csr_matrix((values, (row, place)), shape=(len(counted.begins) - 1, len(columns)))


def _encoded(embedder: Embedder, messages: Sequence[Message]) -> Floats:
    return embedder.encode([f"{message.title}\n{message.text}".strip() for message in messages])


def _dense(vectors: Floats, centre: Floats) -> csr_matrix:
    """Raw vectors all point one way: what tells them apart is where they lie off their mean."""
    moved = vectors - centre
    moved /= np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
    return csr_matrix(moved * np.sqrt(ENCODED_WEIGHT))


# ------------------------------------------------------------------------------------------------ arithmetic


def _fit(
    rows: csr_matrix, answers: Ints, classes: int, recipe: Recipe, traits_of_them: int
) -> tuple[Numbers, Numbers]:
    """Weights (columns, classes) and bias: least squares on yes and no for each class, held small."""
    from sklearn.linear_model import Ridge

    many = np.bincount(answers, minlength=classes)
    weight = (len(answers) / (classes * np.maximum(many, 1)))[answers]
    learner = Ridge(alpha=recipe.strength, solver="sparse_cg", tol=1e-3)
    stress = np.ones(rows.shape[1])
    if recipe.telling:
        told = _told(rows[:, :traits_of_them], answers, classes)
        stress[:traits_of_them] += recipe.telling * (told - 1)
    learner.fit(rows @ diags_array(stress), 2.0 * np.eye(classes)[answers] - 1.0, sample_weight=weight)
    return learner.coef_.T * stress[:, np.newaxis], learner.intercept_


def _told(rows: csr_matrix, answers: Ints, classes: int) -> Numbers:
    """How unevenly messages of the classes have each trait: the greatest log ratio of its share of a class's traits and of
    all others', 1 in the mean of squares."""
    belongs = csr_matrix((np.ones(len(answers)), (answers, np.arange(len(answers)))), (classes, len(answers)))
    having = (belongs @ (rows > 0)).toarray()
    inside, outside = having + _HALF, having.sum(axis=0) - having + _HALF
    inside /= inside.sum(axis=1, keepdims=True)
    outside /= outside.sum(axis=1, keepdims=True)
    ratio: Numbers = abs(np.log(inside / outside)).max(axis=0)
    return ratio / max(float(np.sqrt((ratio**2).mean())), 1e-9) if len(ratio) else ratio


def _folds(answers: Ints) -> list[tuple[Ints, Ints]]:
    """(held back, the rest) for each fold: every class dealt out in turn, in an order that the rows' own does not decide."""
    dealt = np.empty(len(answers), dtype=np.int64)
    for number in np.unique(answers):
        mine = np.flatnonzero(answers == number)
        order = np.random.default_rng(int(number)).permutation(len(mine))
        dealt[mine[order]] = np.arange(len(mine)) % FOLDS
    return [(np.flatnonzero(dealt == fold), np.flatnonzero(dealt != fold)) for fold in range(FOLDS)]


def _out_of_fold(
    rows: csr_matrix, answers: Ints, classes: int, recipe: Recipe, traits_of_them: int
) -> Numbers:
    scores = np.zeros((rows.shape[0], classes))
    for held, rest in _folds(answers):
        if len(held) and len(np.unique(answers[rest])) == classes:
            weights, bias = _fit(rows[rest], answers[rest], classes, recipe, traits_of_them)
            scores[held] = rows[held] @ weights + bias
    return scores


def _macro_f1(said: Ints, answers: Ints) -> float:
    hits = np.bincount(answers[said == answers], minlength=int(answers.max()) + 1)
    both = np.bincount(answers, minlength=len(hits)) + np.bincount(said, minlength=len(hits))
    return float((2 * hits / both).mean())


def _calibrate(scores: Numbers, answers: Ints) -> tuple[float, Numbers]:
    """Sharpness and one lean a class, of least surprise at the true answers, held towards 1 and 0 by a little."""
    from scipy.optimize import minimize

    classes = scores.shape[1]
    truth = np.eye(classes)[answers]

    def surprise(at: Numbers) -> tuple[float, Numbers]:
        sharpness, lean = float(np.exp(at[0])), at[1:]
        chances = _chances(scores, sharpness, lean)
        off = (chances - truth) / len(answers)
        slope = np.concatenate([[float((off * scores).sum()) * sharpness], off.sum(axis=0)])
        loss = -float(np.log(np.maximum(chances[truth > 0], 1e-12)).mean())
        held = 0.01 / len(answers)
        return loss + held * float(at @ at), slope + 2 * held * at

    found = minimize(surprise, np.zeros(classes + 1), jac=True, method="L-BFGS-B")
    return float(np.exp(found.x[0])), np.asarray(found.x[1:])


def _chances(scores: Numbers, sharpness: float, lean: Numbers) -> Numbers:
    exponent = sharpness * scores + lean
    exponent -= exponent.max(axis=1, keepdims=True)
    raised = np.exp(exponent)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float64)


# ------------------------------------------------------------------------------------------------ keeping


def save(learned: Learned, folder: Path, name: str) -> None:
    """As ``<name>.npz`` and ``<name>.json``, whole or not at all: the card comes last and names its arrays."""
    from nlp.model import put

    folder.mkdir(parents=True, exist_ok=True)
    memory = io.BytesIO()
    np.savez_compressed(
        memory,
        columns=learned.columns,
        rarity=learned.rarity,
        weights=learned.weights,
        bias=learned.bias,
        lean=learned.lean,
        centre=learned.centre,
    )
    arrays = memory.getvalue()
    card = msgspec.structs.replace(learned.card, arrays_sha256=hashlib.sha256(arrays).hexdigest())
    put(folder / f"{name}.npz", arrays)
    put(folder / f"{name}.json", msgspec.json.format(msgspec.json.encode(card), indent=2))


def load(folder: Path, name: str, *, embedder: Embedder | None = None) -> Learned:
    """Raises Misconfigured where it is not there whole, or was learned with another embedder than this."""
    try:
        card = msgspec.json.decode((folder / f"{name}.json").read_bytes(), type=Card)
        arrays = (folder / f"{name}.npz").read_bytes()
    except (OSError, msgspec.MsgspecError):
        raise Misconfigured(f"{folder} 里没有学好的 {name}。") from None
    if hashlib.sha256(arrays).hexdigest() != card.arrays_sha256:
        raise Misconfigured(f"{folder} 里的 {name} 不完整，请重新学习。")
    if card.embedder != (embedder.name if embedder is not None else ""):
        raise Misconfigured(f"{name} 是用编码器 {card.embedder or '（无）'} 学的，请按此设置，或重新学习。")
    with np.load(io.BytesIO(arrays), allow_pickle=False) as kept:
        return Learned(
            card,
            kept["columns"],
            kept["rarity"],
            kept["weights"],
            kept["bias"],
            kept["lean"],
            kept["centre"],
            embedder,
        )

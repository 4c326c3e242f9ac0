"""The learned part of reading: linear scores over hashed n-grams, calibrated, each explained by the n-grams it rests on.

Plain arrays: training needs scikit-learn, reading does not.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from huiying.contracts import Span
from huiying.errors import Misconfigured
from nlp.features import COLUMNS, COUNTED, COUNTS_START, FLAGS, Features, Floats, Ints
from nlp.sheet import first_spans

WEIGHTS = "reading.npz"
CARD = "reading.json"

COUNT_NAMES = (*COUNTED, *FLAGS)
COUNT_LISTS = tuple(tuple(name.split("×")) for name in COUNT_NAMES)
"""The word lists that each of them counts."""


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What a trained model says about itself."""

    stamp: str
    """Of corpus, word lists and code: another one means training again."""
    taught: str = ""
    """Of what people said that it learned from too; '' for the corpus alone."""
    weights_sha256: str
    outputs: tuple[str, ...]
    """Names of the scores, for example ``topic:T01``."""
    alert: float
    review: float
    review_unnamed: float
    """Relevance at or above these is an alert, worth a look, worth a look though nothing of the trade is named."""
    cuts: dict[str, float]
    """Output → probability from which a category is given."""
    figures: dict[str, object]


@dataclass(frozen=True)
class Model:
    card: Card
    columns: Ints
    """Columns that training saw, ascending."""
    rarity: Floats
    weights: Floats
    """A row a column, a column an output."""
    bias: Floats
    platt: Floats
    """Two numbers an output: probability = 1 / (1 + exp(-(a · score + b)))."""

    @property
    def version(self) -> str:
        return f"{self.card.stamp}+{self.card.taught}" if self.card.taught else self.card.stamp

    @cached_property
    def index(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.card.outputs)}

    @cached_property
    def families(self) -> dict[str, list[tuple[str, int]]]:
        """Prefix of outputs → what follows it, with the number of the output."""
        found: dict[str, list[tuple[str, int]]] = {}
        for number, name in enumerate(self.card.outputs):
            prefix, _, rest = name.partition(":")
            found.setdefault(prefix, []).append((rest, number))
        return found

    @cached_property
    def _row_of(self) -> npt.NDArray[np.int32]:
        """Column → row of the weights, -1 where training saw no such column."""
        rows = np.full(COLUMNS, -1, dtype=np.int32)
        rows[self.columns] = np.arange(len(self.columns), dtype=np.int32)
        return rows

    def score(self, features: Features) -> Scores:
        return self.score_all([features])[0]

    def score_all(self, rows: Sequence[Features]) -> list[Scores]:
        """The scores of many texts, each as it would be alone."""
        raw = np.empty((len(rows), len(self.card.outputs)), dtype=np.float32)
        parts = []
        for number, features in enumerate(rows):
            row_of = self._row_of.take(features.columns)
            known = (row_of >= 0).nonzero()[0]
            row_of = row_of.take(known)
            values = features.values.take(known)
            values *= self.rarity.take(row_of)
            weights: Floats = self.weights.take(row_of, axis=0)
            raw[number] = values @ weights
            parts.append((features.columns.take(known), weights, values))
        raw += self.bias
        chance = (1.0 / (1.0 + np.exp(-(self.platt[:, 0] * raw + self.platt[:, 1])))).astype(np.float32)
        seen = zip(rows, parts, chance, _rounded(chance), strict=True)
        return [Scores(self, features, *part, *said) for features, part, *said in seen]


class Ground(NamedTuple):
    """Something that a score rests on: an n-gram of the text, or a word list."""

    weight: float
    name: str
    spans: tuple[Span, ...]
    listed: bool = False
    """It is a word list, or a combination of two: the spans are the words of it that stand in the text."""


@dataclass(frozen=True)
class Scores:
    """Every output's probability for one sheet."""

    model: Model
    features: Features
    columns: Ints
    weights: Floats
    """Those of the model for these columns, a row each."""
    values: Floats
    chance: Floats
    rounded: list[float]
    """The same to four places: what readings say."""

    def of(self, output: str) -> float:
        return self.rounded[self.model.index[output]]

    def family(self, prefix: str) -> list[tuple[str, float]]:
        """Outputs ``prefix:…`` without the prefix, best first."""
        rounded = self.rounded
        found = sorted([(-rounded[number], name) for name, number in self.model.families[prefix]])
        return [(name, -score) for score, name in found]

    def grounds(self, output: str, *, limit: int = 4, against: int = 0) -> list[Ground]:
        """What weighs most, for or against, in log-odds; n-grams that lie in heavier ones are left out.

        ``against``: where fewer of those speak against it, the heaviest that do are added, up to so many in all.
        """
        which = self.model.index[output]
        shares = self.values * self.weights[:, which] * self.model.platt[which, 0]
        grounds = self._heaviest(_first(-abs(shares), 4 * limit), shares, limit, ())
        wanting = against - sum([ground.weight < 0 for ground in grounds])
        if wanting > 0:
            negative = (shares < 0).nonzero()[0]
            ranked = negative[_first(shares[negative], 4 * wanting)]
            grounds += self._heaviest(ranked, shares, wanting, grounds)
        return grounds

    def _heaviest(self, ranked: Ints, shares: Floats, limit: int, known: Sequence[Ground]) -> list[Ground]:
        """The first few that say something of their own."""
        found: list[Ground] = []
        first = ranked[: 4 * limit]
        for column, weight in zip(self.columns[first].tolist(), shares[first].tolist(), strict=True):
            if abs(weight) < 0.01:
                break  # so are all that follow
            ground = Ground(weight, *self._named(column))
            if ground.listed or not any(_covers(other, ground) for other in (*known, *found)):
                found.append(ground)
                if len(found) == limit:
                    break
        return found

    def _named(self, column: int) -> tuple[str, tuple[Span, ...], bool]:
        """What a column stands for here, as :class:`Ground` has it; worked out once, for several scores rest on it."""
        named = self._known.get(column)
        if named is None:
            if column >= COUNTS_START:
                name = COUNT_NAMES[column - COUNTS_START]
                named = (name, self._words_of(COUNT_LISTS[column - COUNTS_START]), True)
            else:
                spans = first_spans(self.features.grams.places(column))
                named = (spans[0].text if spans else "", spans, False)
            self._known[column] = named
        return named

    @cached_property
    def _known(self) -> dict[int, tuple[str, tuple[Span, ...], bool]]:
        return {}

    def _words_of(self, lists: Sequence[str]) -> tuple[Span, ...]:
        """Where words of these lists stand in the sheet."""
        return first_spans(
            [
                (passage, start, end)
                for passage in self.features.grams.passages
                for _, _, start, end in passage.hits(lists)
            ]
        )


def _rounded(chance: Floats) -> list[list[float]]:
    """``round(…, 4)`` of each: done in one go but for what lies on the edge."""
    scaled = chance.astype(np.float64) * 1e4
    whole = np.rint(scaled)
    rounded: list[list[float]] = (whole / 1e4).tolist()
    for row, at in np.argwhere(abs(abs(scaled - whole) - 0.5) < 1e-6).tolist():
        rounded[row][at] = round(float(chance[row, at]), 4)
    return rounded


def _first(keys: Floats, many: int) -> Ints:
    """``np.argsort(keys, kind="stable")[:many]`` without sorting the rest."""
    if len(keys) > many:
        parted = keys.copy()
        parted.partition(many - 1)
        among = (keys <= parted[many - 1]).nonzero()[0]
        first: Ints = among[keys[among].argsort(kind="stable")][:many]
        return first
    return keys.argsort(kind="stable")


def _covers(one: Ground, other: Ground) -> bool:
    """Of two n-grams; a word list says something else than the n-grams of its words."""
    if not one.spans or not other.spans or one.listed or other.listed:
        return False
    a, b = one.spans[0], other.spans[0]
    return a.field == b.field and a.start < b.end and b.start < a.end


def save(model: Model, folder: Path) -> None:
    """Whole or not at all: the card comes last and names the weights that it belongs to."""
    folder.mkdir(parents=True, exist_ok=True)
    memory = io.BytesIO()
    np.savez_compressed(
        memory,
        columns=model.columns,
        rarity=model.rarity,
        weights=model.weights,
        bias=model.bias,
        platt=model.platt,
    )
    weights = memory.getvalue()
    card = msgspec.structs.replace(model.card, weights_sha256=hashlib.sha256(weights).hexdigest())
    put(folder / WEIGHTS, weights)
    put(folder / CARD, msgspec.json.format(msgspec.json.encode(card), indent=2))


def with_figures(model: Model, figures: dict[str, object]) -> Model:
    return replace(model, card=msgspec.structs.replace(model.card, figures=figures))


def read_card(folder: Path) -> Card | None:
    """The card of a complete model, or None."""
    try:
        card = msgspec.json.decode((folder / CARD).read_bytes(), type=Card)
        weights = (folder / WEIGHTS).read_bytes()
    except (OSError, msgspec.MsgspecError):
        return None
    return card if hashlib.sha256(weights).hexdigest() == card.weights_sha256 else None


def load(folder: Path) -> Model:
    """Raises Misconfigured where there is no complete model."""
    card = read_card(folder)
    if card is None:
        raise Misconfigured(f"{folder} 里没有完整的模型，请先运行 huiying train")
    with np.load(folder / WEIGHTS, allow_pickle=False) as arrays:
        return Model(
            card,
            arrays["columns"],
            arrays["rarity"],
            arrays["weights"],
            arrays["bias"],
            arrays["platt"],
        )


def put(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    draft = path.with_suffix(f"{path.suffix}.{os.getpid()}.new")
    draft.write_bytes(content)
    draft.replace(path)

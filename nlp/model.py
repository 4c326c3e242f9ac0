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
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from huiying.contracts import Span
from huiying.errors import Misconfigured
from nlp.features import COLUMNS, COUNTED, COUNTS_START, FLAGS, TOGETHER, Features, Floats, Ints
from nlp.sheet import first_spans, spans_of

WEIGHTS = "reading.npz"
CARD = "reading.json"

FAINT = 0.01
"""Log-odds below which nothing is a ground."""
SLIGHT = 0.07
"""The grounds of nineteen scores in twenty weigh more: the few columns that can are kept at hand, and looked at first."""

COUNT_NAMES = (*COUNTED, *FLAGS)
COUNT_LISTS = tuple(tuple(name.split("×")) if name in COUNTED or "×" in name else () for name in COUNT_NAMES)
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

    @cached_property
    def _rarity_and_reach(self) -> Floats:
        """Side by side for each row: its rarity, and a little more than the most that a value of 1 there moves any score,
        in log-odds."""
        reach = abs(self.weights * self.platt[:, 0]).max(axis=1) * np.float32(1.001)
        return np.stack([self.rarity, reach], axis=1)

    def score(self, features: Features) -> Scores:
        return self.score_all([features])[0]

    def score_all(self, rows: Sequence[Features]) -> list[Scores]:
        """The scores of many texts, each as it would be alone, a handful at a time."""
        return [one for at in range(0, len(rows), TOGETHER) for one in self._score(rows[at : at + TOGETHER])]

    def _score(self, texts: Sequence[Features]) -> list[Scores]:
        row_of = self._row_of.take(np.concatenate([features.columns for features in texts]))
        known = (row_of >= 0).nonzero()[0]
        rows = row_of.take(known).astype(np.int64)
        values = np.concatenate([features.values for features in texts]).take(known)
        rarity, reach = self._rarity_and_reach.take(rows, axis=0).T
        values *= rarity
        slots = (values * reach > SLIGHT).nonzero()[0]
        heavy = Part(rows.take(slots), values.take(slots), self.weights.take(rows.take(slots), axis=0))
        edges = known.searchsorted([0, *accumulate([len(features.columns) for features in texts])])
        bounds = zip(pairwise(edges.tolist()), pairwise(slots.searchsorted(edges).tolist()), strict=True)
        raw = np.empty((len(texts), len(self.card.outputs)), dtype=np.float32)
        parts = []
        for number, ((first, last), (start, end)) in enumerate(bounds):
            mine, seen = rows[first:last], values[first:last]
            np.matmul(seen, self.weights.take(mine, axis=0), out=raw[number])
            parts.append((mine, seen, heavy.between(start, end)))
        raw += self.bias
        with np.errstate(over="ignore"):  # beyond all bounds the chance is 0
            odds = np.exp(-(self.platt[:, 0] * raw + self.platt[:, 1]))
        chances: Floats = 1.0 / (1.0 + odds)
        return [
            Scores(self, features, *part, chance, rounded, {})
            for features, part, chance, rounded in zip(texts, parts, chances, _rounded(chances), strict=True)
        ]


class Part(NamedTuple):
    """Some columns of a text: their rows in the model, their values, and what they weigh, an output a column."""

    rows: Ints
    values: Floats
    weights: Floats

    def between(self, start: int, end: int) -> Part:
        return Part(self.rows[start:end], self.values[start:end], self.weights[start:end])


class Sign(NamedTuple):
    """Something of a text that scores rest on: an n-gram, or a word list."""

    name: str
    spans: tuple[Span, ...]
    listed: bool
    """It is a word list, or a combination of two: the spans are the words of it that stand in the text."""


Ground = tuple[float, Sign]
"""How much a sign weighs in a score, in log-odds."""


@dataclass(frozen=True)
class Scores:
    """Every output's probability for one sheet."""

    model: Model
    features: Features
    rows: Ints
    """Of the model: those of the text's columns that training saw."""
    values: Floats
    heavy: Part
    """All of them that can weigh ``SLIGHT`` or more in any score."""
    chance: Floats
    rounded: list[float]
    """The same to four places: what readings say."""
    signs: dict[int, Sign]
    """Those that were asked for already, by column."""

    def of(self, output: str) -> float:
        return self.rounded[self.model.index[output]]

    def family(self, prefix: str, *, least: float = 0.0) -> list[tuple[str, float]]:
        """Outputs ``prefix:…`` without the prefix, best first; those of at least so much."""
        rounded = self.rounded
        found = [(name, rounded[at]) for name, at in self.model.families[prefix] if rounded[at] >= least]
        return sorted(found, key=_best_first)

    def grounds(self, output: str, *, limit: int = 4, against: int = 0) -> list[Ground]:
        """What weighs most, for or against, in log-odds; n-grams that lie in heavier ones are left out.

        ``against``: where fewer of those speak against it, the heaviest that do are added, up to so many in all.
        """
        which = self.model.index[output]
        grounds, enough = self._heaviest(which, self.heavy, SLIGHT, limit, against)
        if not enough:
            every = Part(self.rows, self.values, self.model.weights.take(self.rows, axis=0))
            grounds, _ = self._heaviest(which, every, FAINT, limit, against)
        return grounds

    def _heaviest(
        self, which: int, part: Part, least: float, limit: int, against: int
    ) -> tuple[list[Ground], bool]:
        """The grounds among some columns, and whether no more were wanted when all that weigh ``least`` had been seen."""
        shares = part.weights[:, which] * part.values
        shares *= self.model.platt[which, 0]
        grounds: list[Ground] = []
        enough = self._add_heaviest(grounds, part.rows, abs(shares), shares, least, limit)
        wanting = against - sum([weight < 0 for weight, _ in grounds])
        if wanting > 0:
            enough &= self._add_heaviest(grounds, part.rows, -shares, shares, least, wanting)
        return grounds, enough

    def _add_heaviest(
        self, grounds: list[Ground], rows: Ints, sizes: Floats, shares: Floats, least: float, limit: int
    ) -> bool:
        """The first few by size that say something of their own. Uses up the sizes."""
        room, columns = len(grounds) + limit, self.model.columns
        for _ in range(4 * limit if len(sizes) else 0):
            at = int(sizes.argmax())
            if sizes.item(at) < least:
                return False  # so are all that are left
            sizes[at] = 0.0
            sign = self._sign(columns.item(rows.item(at)))
            if not any(sign is other or _covers(other, sign) for _, other in grounds):
                grounds.append((shares.item(at), sign))
                if len(grounds) == room:
                    break
        return len(sizes) > 0

    def _sign(self, column: int) -> Sign:
        """What a column stands for here; worked out once, for several scores rest on it."""
        sign = self.signs.get(column)
        if sign is None:
            grams, at = self.features.grams, column - COUNTS_START
            if at >= 0:
                sign = Sign(COUNT_NAMES[at], spans_of(grams.passages, COUNT_LISTS[at]), True)
            else:
                spans = first_spans(grams.places(column))
                sign = Sign(spans[0].text if spans else "", spans, False)
            self.signs[column] = sign
        return sign


def _best_first(named: tuple[str, float]) -> tuple[float, str]:
    return -named[1], named[0]


def _rounded(chance: Floats) -> list[list[float]]:
    """``round(…, 4)`` of each: done in one go but for what lies on the edge."""
    scaled = chance.astype(np.float64) * 1e4
    whole = np.rint(scaled)
    rounded: list[list[float]] = (whole / 1e4).tolist()
    for row, at in np.argwhere(abs(abs(scaled - whole) - 0.5) < 1e-6).tolist():
        rounded[row][at] = round(float(chance[row, at]), 4)
    return rounded


def _covers(one: Sign, other: Sign) -> bool:
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

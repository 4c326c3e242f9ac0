"""The scorer that an office's own pairs and archive have taught, as one file beside the reading model.

Of the archive it holds how many texts have a word or two characters beside each other, and where words lie; no text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec
import numpy as np

from huiying.errors import Misconfigured
from triage import pairlearning
from triage.pairlearning import Pair
from triage.pairs import Background, Scorer

FILE = "pairs.json"


class HeardCard(msgspec.Struct, frozen=True, kw_only=True):
    """A background, with the vectors as the bytes of their numbers."""

    archive: int
    """Texts of the archive among those that it was learned from."""
    texts: int
    grams: dict[str, int]
    words: dict[str, int]
    places: tuple[str, ...]
    vectors: bytes


class PairCard(msgspec.Struct, frozen=True, kw_only=True):
    stamp: str
    """Of code and lessons: numbers that were learned under another one are left alone."""
    taught: str
    """Of the pairs that it learned from beside our own; '' for none."""
    pairs: int
    learned_at: datetime
    heard: HeardCard | None = None
    """What was learned from the archive; None: jieba's table is in force."""
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    @property
    def archive(self) -> int:
        return self.heard.archive if self.heard else 0


def digest(pairs: Sequence[Pair]) -> str:
    """Eight hexadecimal digits, whatever order they come in; '' for nothing."""
    if not pairs:
        return ""
    lines = sorted(f"{pair.one}\x1f{pair.other}\x1f{pair.same}\x1f{pair.weight}" for pair in pairs)
    return hashlib.sha256("\x1e".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def save(scorer: Scorer, pairs: Sequence[Pair], folder: Path, now: datetime, *, archive: int = 0) -> None:
    """``pairs``: what it was taught beside our own. ``archive``: of how many texts its background is, where it is not jieba's."""
    folder.mkdir(parents=True, exist_ok=True)
    card = PairCard(
        stamp=pairlearning.stamp(),
        taught=digest(pairs),
        pairs=len(pairs),
        learned_at=now,
        heard=_heard(scorer.background, archive) if archive else None,
        mean=tuple(map(float, scorer.mean)),
        scale=tuple(map(float, scorer.scale)),
        weights=tuple(map(float, scorer.weights)),
        bias=scorer.bias,
    )
    (folder / FILE).write_bytes(msgspec.json.encode(card))


def read_card(folder: Path) -> PairCard | None:
    """None where there is none, or it is of another version of the program. Raises Misconfigured where it cannot be read."""
    try:
        card = msgspec.json.decode((folder / FILE).read_bytes(), type=PairCard)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as fault:
        raise Misconfigured(
            f"读不了 {folder / FILE}（{fault}）。可以用 huiying retrain --rollback 退回上一个。"
        ) from fault
    return card if card.stamp == pairlearning.stamp() else None


def load(folder: Path) -> Scorer:
    """The office's own scorer; the shipped one where there is none. Raises Misconfigured."""
    card = read_card(folder)
    if card is None:
        return pairlearning.shipped()
    return Scorer(
        background=_background(card.heard) if card.heard else pairlearning.by_dictionary(),
        mean=np.array(card.mean),
        scale=np.array(card.scale),
        weights=np.array(card.weights),
        bias=card.bias,
    )


def _heard(known: Background, archive: int) -> HeardCard:
    return HeardCard(
        archive=archive,
        texts=known.texts,
        grams=dict(sorted(known.grams.items())),
        words=dict(sorted(known.words.items())),
        places=tuple(sorted(known.places, key=known.places.__getitem__)),
        vectors=known.vectors.astype("<f4").tobytes(),
    )


def _background(heard: HeardCard) -> Background:
    vectors = np.frombuffer(heard.vectors, "<f4").astype(np.float64)
    return Background(
        texts=heard.texts,
        grams=heard.grams,
        words=heard.words,
        places={word: row for row, word in enumerate(heard.places)},
        vectors=vectors.reshape(len(heard.places), -1) if heard.places else np.zeros((0, 0)),
    )

"""What an office's own pairs have taught, as a file beside the reading model: the numbers alone, since all else ships."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from huiying.errors import Misconfigured
from triage import pairlearning
from triage.pairlearning import Pair
from triage.pairs import Scorer

FILE = "pairs.json"


class PairCard(msgspec.Struct, frozen=True, kw_only=True):
    stamp: str
    """Of code and lessons: numbers that were learned under another one are left alone."""
    taught: str
    """Of the pairs that it learned from beside our own."""
    pairs: int
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float


def digest(pairs: Sequence[Pair]) -> str:
    """Eight hexadecimal digits, whatever order they come in."""
    lines = sorted(f"{pair.one}\x1f{pair.other}\x1f{pair.same}\x1f{pair.weight}" for pair in pairs)
    return hashlib.sha256("\x1e".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def save(scorer: Scorer, pairs: Sequence[Pair], folder: Path) -> None:
    """``pairs``: what it was taught beside our own."""
    folder.mkdir(parents=True, exist_ok=True)
    card = PairCard(
        stamp=pairlearning.stamp(),
        taught=digest(pairs),
        pairs=len(pairs),
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
    shipped = pairlearning.shipped()
    if card is None:
        return shipped
    return Scorer(
        background=shipped.background,
        mean=np.array(card.mean),
        scale=np.array(card.scale),
        weights=np.array(card.weights),
        bias=card.bias,
    )

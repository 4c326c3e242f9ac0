"""The reader as shipped, and an engine whose searches have caught up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from huiying.ports import Engine
from huiying.settings import Settings
from huiying.tomlfile import DEFAULTS
from nlp.pipeline import Reader
from tests.prompt import prompt


@pytest.fixture(scope="session")
def reader(models: Path) -> Reader:
    return Reader.load(models, DEFAULTS, "henan")


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    with prompt(settings) as opened:
        yield opened

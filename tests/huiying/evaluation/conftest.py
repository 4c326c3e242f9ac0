"""A reader as shipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.tomlfile import DEFAULTS
from nlp.pipeline import Reader


@pytest.fixture(scope="session")
def reader(models: Path) -> Reader:
    return Reader.load(models, DEFAULTS, "henan")

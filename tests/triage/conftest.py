from __future__ import annotations

from collections.abc import Iterator

import pytest

from huiying.ports import Engine
from huiying.settings import Settings
from tests.prompt import prompt


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    with prompt(settings) as opened:
        yield opened

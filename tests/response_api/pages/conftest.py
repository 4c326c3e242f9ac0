"""Pages are looked at on one engine: what they ask of it, the tests beside this folder and the contracts ask of both."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.settings import Settings, load


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(data=tmp_path / "data", engine="embedded")

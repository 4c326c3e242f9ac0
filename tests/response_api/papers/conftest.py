"""What a paper says hangs on no engine: what it is filled from is asked for on every engine in ``test_gather.py``."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.settings import Settings, load


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(data=tmp_path / "data", engine="embedded")

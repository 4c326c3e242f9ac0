"""Pages are looked at on one engine, but for those that ask most of it: what people do on a case (``test_acts.py``), the board
(``test_board.py``), and the two lists with their searches and pages (``test_cases.py``, ``test_archive.py``) are looked at
on every engine.

All of them on both would take about four minutes more: on Kafka and Elasticsearch a page's test takes five times as long, most of
it for topics and indices of its own.  What the others ask of the engine, these, the tests beside this folder and the
contracts ask of both.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.settings import Settings, load


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(data=tmp_path / "data", engine="embedded")

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from huiying import settings
from huiying.contracts import Erased
from huiying.engines import open_engine
from huiying.ports import Engine
from tests.factories import NOW, a_case, a_line, a_post

WORD = "灪"
"""In one post alone."""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(settings.load(data=tmp_path, engine="embedded"))
    yield opened
    opened.close()


def found_on_disk(folder: Path) -> int:
    return sum(path.read_bytes().count(WORD.encode()) for path in folder.glob("office.db*"))


def test_after_a_wipe_no_byte_of_a_blanked_line_or_of_its_case_is_left_on_the_disk(
    engine: Engine, tmp_path: Path
) -> None:
    told = a_line(body=a_post(title=f"{WORD}水", text=f"井{WORD}水" * 30))
    others = [a_line(body=a_post(text=f"第 {n} 件，另有别情" * 20)) for n in range(400)]
    case = a_case(title=f"{WORD}水", lead=f"井{WORD}水")
    engine.archive.put([*others[:200], told, *others[200:]])
    engine.cases.save([case])
    engine.cases.save([a_case(id=case.id, revision=2, title="已清除", lead="")])
    assert found_on_disk(tmp_path)
    engine.archive.blank([told.post], erased=Erased(at=NOW, rule="期满"))
    assert found_on_disk(tmp_path), "until then it lies in the journal and among the deleted words"
    engine.archive.wipe()
    assert found_on_disk(tmp_path) == 0
    assert len(engine.archive.get([line.post for line in others])) == 400


def test_a_wipe_that_nothing_owes_writes_nothing(engine: Engine, tmp_path: Path) -> None:
    engine.archive.put([a_line()])
    before = (tmp_path / "office.db-wal").stat().st_size
    engine.archive.wipe()
    assert (tmp_path / "office.db-wal").stat().st_size == before > 0

"""An office moves house by two commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from huiying.settings import Settings, load
from tests import cluster, indices
from tests.journey.processes import Program


@pytest.fixture
def offices(settings: Settings, tmp_path: Path) -> Iterator[tuple[Program, Program]]:
    """One to copy from, and a new one on an engine of the same kind."""
    there = f"{settings.namespace}-b"
    old, new = (
        Program(data=data, environment={"HUIYING_ENGINE": settings.engine, "HUIYING_NAMESPACE": name})
        for data, name in ((settings.data, settings.namespace), (tmp_path / "new", there))
    )
    assert old.call("init").returncode == 0
    yield old, new
    if settings.engine == "distributed":
        second = load(data=tmp_path / "new", engine="distributed", namespace=there)
        cluster.sweep(second)
        indices.sweep(second)


def test_what_waited_in_the_old_office_waits_in_the_new_one(
    offices: tuple[Program, Program], tmp_path: Path
) -> None:
    old, new = offices
    row = {"id": 1, "title": "", "text": "全城拉防空警报，没有通知", "time": datetime.now(UTC).isoformat()}
    (tmp_path / "today.jsonl").write_text(json.dumps(row, ensure_ascii=False), "utf-8")
    assert old.call("intake", str(tmp_path / "today.jsonl")).returncode == 0
    copy = tmp_path / "copy"
    done = old.call("backup", str(copy))
    assert done.returncode == 0, done.stderr
    assert "信息流（待处理、经过、死信） 1" in done.stdout
    done = new.call("restore", str(copy))
    assert done.returncode == 0, done.stderr
    assert new.ledger()["waiting"] == 1
    assert (new.data / "secret.key").read_bytes() == (old.data / "secret.key").read_bytes()
    for wrong in (
        new.call("restore", str(copy)),
        old.call("backup", str(copy)),
        new.call("restore", "nowhere"),
    ):
        assert wrong.returncode == 2
        assert len(wrong.stderr.splitlines()) == 1

"""The demo beside what is there already: an office's own folder, and an earlier demo's memory."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from huiying import datafolder, demo
from huiying.clock import Pace, SystemClock
from huiying.demo import MARK, Memory
from huiying.errors import Misconfigured
from huiying.settings import Settings
from tests.eventually import eventually

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


def test_a_folder_that_was_only_laid_out_may_be_played_in(settings: Settings) -> None:
    demo.refuse_an_office(settings)
    datafolder.lay_out(settings)
    demo.refuse_an_office(settings)
    settings.sources.write_text(f"{MARK}\n", "utf-8")
    demo.refuse_an_office(settings)


def test_an_office_that_listens_to_its_own_sources_is_told_to_play_elsewhere(settings: Settings) -> None:
    datafolder.lay_out(settings)
    with settings.sources.open("a", encoding="utf-8") as file:
        file.write("# 本单位\n")
    with pytest.raises(Misconfigured, match="HUIYING_DATA=demo-data"):
        demo.refuse_an_office(settings)


def test_the_sample_site_is_told_its_first_start_at_every_other_one(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    first = Memory.recall(path, port=8091, speed=1, now=NOW)
    assert first.clock == ""
    path.write_text(json.dumps(asdict(first)), "utf-8")
    assert Memory.recall(path, port=1, speed=1, now=NOW + timedelta(days=1)) == first
    path.write_text('{"newsroom_port": 8091}', "utf-8")
    assert Memory.recall(path, port=1, speed=1, now=NOW).newsroom_started == NOW.isoformat()


def test_time_that_ran_fast_goes_on_from_where_it_had_come_and_never_back(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    fast = Pace.read(Memory.recall(path, port=8091, speed=60, now=NOW).clock)
    assert fast.at(NOW + timedelta(minutes=2)) == NOW + timedelta(hours=2)
    path.write_text(json.dumps({"reached": (NOW + timedelta(hours=2)).isoformat()}), "utf-8")
    slow = Pace.read(Memory.recall(path, port=8091, speed=1, now=NOW + timedelta(minutes=5)).clock)
    assert slow.at(NOW + timedelta(minutes=6)) == NOW + timedelta(hours=2, minutes=1)


def test_a_demo_that_is_killed_has_noted_how_far_time_had_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "NOTED_EVERY", 0.02)
    path = tmp_path / "demo.json"
    path.write_text(json.dumps({"newsroom_port": 7}), "utf-8")
    clock = SystemClock(Pace(600, datetime.now(UTC), NOW))
    with demo._remembered(path, clock):
        assert eventually(lambda: "reached" in json.loads(path.read_text("utf-8")))
        lived, noted = clock.now(), json.loads(path.read_text("utf-8"))
        assert datetime.fromisoformat(noted["reached"]) >= lived
        assert noted["newsroom_port"] == 7
    ended = datetime.fromisoformat(json.loads(path.read_text("utf-8"))["reached"])
    assert lived <= ended <= clock.now()

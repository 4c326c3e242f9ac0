from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawlers.health import HealthHandler, SourceState, State, states
from crawlers.sources import Catalogue
from huiying.contracts import SourceCheck
from huiying.engines import open_engine
from huiying.ports import Register
from huiying.settings import Settings

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
CATALOGUE = Catalogue.model_validate(
    {
        "source": [
            {"id": "a", "name": "甲站", "kind": "feed", "url": "https://a.example.cn/", "basis": "公开"},
            {
                "id": "b",
                "name": "乙站",
                "kind": "feed",
                "url": "https://b.example.cn/",
                "basis": "公开",
                "enabled": False,
            },
        ]
    }
)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    engine = open_engine(Settings(data=tmp_path))
    yield engine.register
    engine.close()


def _check(at: datetime, *, ok: bool = True, posts: int = 0, source: str = "a") -> SourceCheck:
    return SourceCheck(
        source=source, source_name="甲站", at=at, ok=ok, posts=posts, seen=9, every_seconds=600,
        problem="" if ok else "对方超时没有答复",
    )  # fmt: skip


def _state(register: Register, now: datetime, *checks: SourceCheck) -> SourceState:
    HealthHandler(register).handle(checks, now)
    return states(register, CATALOGUE, now)[0]


def test_a_source_that_was_never_looked_at_waits_and_one_switched_off_is_said_so(register: Register) -> None:
    waiting, off = states(register, CATALOGUE, NOW)
    assert (waiting.state, waiting.ok, waiting.note) == (State.WAITING, True, "还没有看过")
    assert (off.state, off.note) == (State.OFF, "停用")


def test_posts_are_counted_by_the_day_in_shanghai(register: Register) -> None:
    yesterday = datetime(2026, 11, 22, 15, 59, tzinfo=UTC)
    state = _state(
        register,
        NOW,
        _check(yesterday, posts=5),
        _check(NOW - timedelta(minutes=9), posts=2),
        _check(NOW, posts=1),
    )
    assert (state.ok, state.posts, state.note, state.last_at) == (True, 3, "正常", NOW)


def test_a_look_that_comes_twice_counts_once(register: Register) -> None:
    assert _state(register, NOW, _check(NOW, posts=2), _check(NOW, posts=2)).posts == 2


def test_failures_in_a_row_are_counted_until_it_speaks_again(register: Register) -> None:
    good, bad, worse = NOW - timedelta(minutes=20), NOW - timedelta(minutes=10), NOW
    state = _state(register, NOW, _check(good), _check(bad, ok=False), _check(worse, ok=False))
    assert (state.ok, state.state) == (False, State.FAILING)
    assert state.note == "连续 2 次没有读到：对方超时没有答复，上次正常是 11-23 11:40"
    assert _state(register, NOW, _check(NOW + timedelta(minutes=1))).ok


def test_silence_is_an_alarm(register: Register) -> None:
    assert _state(register, NOW + timedelta(minutes=29), _check(NOW)).ok
    state = states(register, CATALOGUE, NOW + timedelta(minutes=31))[0]
    assert (state.ok, state.state) == (False, State.SILENT)
    assert "31 分钟" in state.note


def test_a_refused_catalogue_stands_first(register: Register) -> None:
    HealthHandler(register).handle([_check(NOW, ok=False, source="sources.toml")], NOW)
    assert [state.id for state in states(register, CATALOGUE, NOW)] == ["sources.toml", "a", "b"]
    HealthHandler(register).handle([_check(NOW + timedelta(seconds=9), source="sources.toml")], NOW)
    assert [state.id for state in states(register, CATALOGUE, NOW)] == ["a", "b"]

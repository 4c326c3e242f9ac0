"""The archived stream again: the same way gives the same cases, another way shows what differs, and why."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from huiying.contracts import Level
from huiying.learning.backtest import Comparison, compare
from huiying.learning.replay import Outcome, Side, recent, replay
from huiying.ports import Engine
from huiying.tomlfile import DEFAULTS
from nlp import model
from nlp.pipeline import Reader
from tests.factories import NOW
from tests.huiying.learning.people import an_office, texts
from triage import policy

POSTS = texts(matters=10, noise=4)


def a_side(reader: Reader, folder: Path = DEFAULTS, name: str = "现行") -> Side:
    return Side(name=name, policy=policy.load(folder), reader=reader)


@pytest.fixture(scope="module")
def models_once(request: pytest.FixtureRequest) -> Path:
    found: Path = request.getfixturevalue("models")
    return found


@pytest.fixture(scope="module")
def current(models_once: Path) -> Outcome:
    reader = Reader.load(models_once, DEFAULTS, "henan")
    return replay(a_side(reader), POSTS, NOW)


def test_the_archive_gives_the_posts_back_as_they_came(engine: Engine, reader: Reader) -> None:
    office = an_office(engine, reader, POSTS)
    found = recent(engine.archive.all(), NOW - timedelta(days=30))
    assert [post.id for post in found] == [post.id for post in POSTS]
    assert recent(engine.archive.all(), NOW + timedelta(days=400)) == []
    told = replay(a_side(reader), found, NOW)
    assert sorted(told.cases) == [case.id for case in office.cases()]


def test_the_same_way_differs_in_nothing(current: Outcome, reader: Reader) -> None:
    again = replay(a_side(reader), POSTS, NOW)
    told = compare(current, again, len(POSTS))
    assert told.differences == ()
    assert told.in_words().endswith("两边没有不同的事件。")


def test_nothing_is_sent_and_notices_stay_owed(current: Outcome) -> None:
    notices = [notice for case in current.cases.values() for notice in case.outbox]
    assert notices
    assert not any(case.receipts for case in current.cases.values())


def test_another_policy_shows_its_clocks_and_levels(current: Outcome, reader: Reader, tmp_path: Path) -> None:
    other = tmp_path / "policy"
    shutil.copytree(DEFAULTS, other)
    for file in other.glob("*.toml"):
        text = file.read_text("utf-8")
        if "[[clock]]" in text:
            file.write_text(text.replace("hours = 2\n", "hours = 1\n"), "utf-8")
    told = compared(current, replay(a_side(reader, other, "从严"), POSTS, NOW))
    kinds = {change.what for one in told.differences for change in one.changes}
    assert "clocks" in kinds
    assert "opened" not in kinds
    clocks = next(c for one in told.differences for c in one.changes if c.what == "clocks")
    assert clocks.old != clocks.new
    assert clocks.why
    assert "从严" in told.in_words()


def test_a_model_that_sees_nothing_opens_nothing_and_says_why(
    current: Outcome, models_once: Path, tmp_path: Path
) -> None:
    learned = model.load(models_once)
    card = msgspec.structs.replace(learned.card, alert=1.1, review=1.1)
    deaf = replace(learned, card=card, bias=learned.bias - 50)
    model.save(deaf, tmp_path)
    side = a_side(Reader.load(tmp_path, DEFAULTS, "henan"), name="耳背")
    told = compared(current, replay(side, POSTS, NOW))
    closed = [c for one in told.differences for c in one.changes if c.what == "opened"]
    assert closed
    assert {(c.old, c.new) for c in closed} <= {("立", "不立"), ("单独一件", "并在别的事件里")}
    assert any("无关" in c.why for c in closed)
    as_json = told.as_dict()
    assert len(as_json["differences"]) == len(told.differences)  # type: ignore[arg-type]


def test_a_level_that_differs_says_which_points_moved(current: Outcome) -> None:
    case = next(iter(current.cases.values()))
    graver = replace(case, severity=replace(case.severity, level=Level.EXTREME, low=90))
    other = replace(current, cases={**current.cases, case.id: graver})
    (one,) = compare(current, other, 1).differences
    assert [change.what for change in one.changes] == ["level"]
    assert one.changes[0].new == "特别重大（90 分）"


def compared(old: Outcome, new: Outcome) -> Comparison:
    return compare(old, new, len(POSTS))

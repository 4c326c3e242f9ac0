"""A new model is promoted where nothing gets worse, refused where something does, and what was said is told plainly."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from huiying.errors import Misconfigured
from huiying.examples import Labels
from huiying.learning.contest import Row
from huiying.learning.retrain import REJECTED, retrain, settle, table
from huiying.ports import Engine
from huiying.tomlfile import DEFAULTS
from nlp import model, versions
from nlp.pipeline import Reader
from tests.factories import NOW
from tests.huiying.learning.people import an_office, texts


@pytest.fixture
def own(models: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    for name in (model.WEIGHTS, model.CARD):
        shutil.copy(models / name, folder / name)
    return folder


def a_row(old: float, new: float, **changes: object) -> Row:
    return Row(**{"name": "告警报得对", "old": old, "new": new, "n": 100, "margin": 0.01, **changes})  # type: ignore[arg-type]


def a_draft(own: Path) -> Path:
    draft = versions.folder_of(own, REJECTED)
    draft.mkdir(parents=True)
    for name in (model.WEIGHTS, model.CARD):
        shutil.copy(own / name, draft / name)
    return draft


def test_without_examples_it_says_what_to_do_first(engine: Engine, own: Path) -> None:
    with pytest.raises(Misconfigured, match="还没有可以学的样例"):
        retrain(engine, own, DEFAULTS, "henan", NOW, days=30)
    assert versions.current(own) == own


def test_nothing_worse_promotes_and_rolls_back_in_one_step(own: Path) -> None:
    name, said = settle(own, a_draft(own), [a_row(0.9, 0.9), a_row(0.9, 0.895)], NOW)
    assert name is not None
    assert versions.current(own) == own / "versions" / name
    assert model.read_card(versions.current(own)) is not None
    assert "--rollback" in said
    assert versions.roll_back(own) == (name, versions.SHIPPED)


def test_one_figure_worse_refuses_and_names_it(own: Path) -> None:
    draft = a_draft(own)
    name, said = settle(own, draft, [a_row(0.9, 0.95), a_row(0.9, 0.88, name="正题被报出")], NOW)
    assert name is None
    assert "正题被报出" in said
    assert "告警报得对" not in said
    assert draft.is_dir()
    assert versions.current(own) == own


@pytest.mark.parametrize(
    ("row", "worse"),
    [
        (a_row(0.9, 0.89), False),
        (a_row(0.9, 0.8899), True),
        (a_row(0.9, 0.1, n=0), False),
        (a_row(100, 111, margin=12, fewer_is_better=True), False),
        (a_row(100, 113, margin=12, fewer_is_better=True), True),
        (a_row(100, 20, margin=12, fewer_is_better=True), False),
    ],
)
def test_a_figure_is_worse_beyond_its_margin_alone(row: Row, worse: bool) -> None:
    assert row.worse is worse


def test_the_table_says_of_each_figure_what_it_was_and_is() -> None:
    head, line, none = table([a_row(0.9, 0.8), a_row(0.0, 0.0, n=0)])
    assert head.split() == ["指标", "现行", "新的", "条数", "允许变差", "结论"]
    assert line.split() == ["告警报得对", "0.900", "0.800", "100", "0.01", "变差"]
    assert none.endswith("没有可比的")


@pytest.mark.parametrize("settings", ["embedded"], indirect=True)
@pytest.mark.timeout(120)
def test_learning_from_people_makes_a_model_that_was_compared_on_both_measures(
    engine: Engine, reader: Reader, own: Path
) -> None:
    """What it reads of an engine is tested beside the lessons; learning is the same for either."""
    office = an_office(engine, reader, texts(matters=8, noise=4))
    for case in office.cases():
        office.confirm(case)
    first = engine.archive.get([office.cases()[0].opened_by])[office.cases()[0].opened_by]
    assert first.body is not None
    office.label(first.body, Labels(topic="T09"))
    report = retrain(engine, own, DEFAULTS, "henan", NOW, days=30)
    assert report.promoted is not any(row.worse for row in report.rows)
    assert {row.name.split("：")[0] for row in report.rows} == {"自有测试集", "回放"}
    replayed = next(row for row in report.rows if row.name.endswith("告警条数"))
    assert replayed.n + len(report.lessons.judged) == 12
    card = model.read_card(Path(report.candidate))
    assert card is not None
    assert card.taught
    current = model.read_card(versions.current(own))
    assert current is not None
    assert (current.taught == card.taught) is report.promoted
    if report.promoted:
        again = retrain(engine, own, DEFAULTS, "henan", NOW, days=30)
        assert again.said.startswith("上次以后没有新的样例")

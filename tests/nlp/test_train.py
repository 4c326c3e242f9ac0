from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from huiying.errors import Misconfigured
from nlp import corpus as shelf
from nlp import model, train


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every sixth text of the corpus: enough to learn something from, quickly."""
    folder = tmp_path_factory.mktemp("corpus")
    for name in (*shelf.LEARNED, *shelf.HELD_BACK):
        lines = (shelf.FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()
        (folder / f"{name}.jsonl").write_text("\n".join(lines[::6]), "utf-8")
    return folder


@pytest.fixture(scope="module")
def trained(small: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, train.TrainReport]:
    models = tmp_path_factory.mktemp("models")
    return models, train.train(models, corpus=small)


def test_the_report_counts_what_it_measured_on(trained: tuple[Path, train.TrainReport]) -> None:
    report = trained[1].as_dict()
    assert report["stamp"] and {"学习", "门槛", "交叉验证", "留出测试"} <= report.keys()
    assert "留出测试" in trained[1].in_words()


def test_training_again_gives_the_same_bytes(
    small: Path, trained: tuple[Path, train.TrainReport], tmp_path: Path
) -> None:
    train.train(tmp_path, corpus=small)
    for name in (model.WEIGHTS, model.CARD):
        assert (tmp_path / name).read_bytes() == (trained[0] / name).read_bytes()


def test_a_model_that_is_up_to_date_is_left_alone(models: Path) -> None:
    assert train.ensure(models) is False


def test_another_corpus_is_another_stamp(small: Path) -> None:
    assert train.stamp(small) != train.stamp()


def test_weights_that_do_not_belong_to_the_card_are_refused(
    trained: tuple[Path, train.TrainReport], tmp_path: Path
) -> None:
    shutil.copytree(trained[0], tmp_path, dirs_exist_ok=True)
    (tmp_path / model.WEIGHTS).write_bytes(b"half")
    with pytest.raises(Misconfigured, match="huiying train"):
        model.load(tmp_path)


def test_no_event_is_on_both_sides_of_a_split() -> None:
    from nlp import learning

    examples = shelf.load(shelf.LEARNED)
    sides: dict[str, set[int]] = {}
    for example, fold in zip(examples, learning.folds(examples).tolist(), strict=True):
        sides.setdefault(example.event, set()).add(fold)
    assert all(len(folds) == 1 for folds in sides.values())
    assert len(set().union(*sides.values())) == learning.FOLDS


def test_held_back_texts_are_not_learned_from() -> None:
    learned = {example.post.text for example in shelf.load(shelf.LEARNED)}
    events = {e.event for e in shelf.load(shelf.LEARNED)}
    for example in shelf.load(shelf.HELD_BACK):
        assert example.post.text not in learned
        assert example.event not in events

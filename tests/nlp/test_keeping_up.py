"""A running stage reads its next batch with the model that was promoted meanwhile, and keeps the old one where it cannot."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from huiying.errors import Misconfigured
from huiying.tomlfile import DEFAULTS
from nlp import model, versions
from nlp.keeping_up import CurrentReader
from tests.factories import NOW, a_post


@pytest.fixture
def own(models: Path, tmp_path: Path) -> Path:
    for name in (model.WEIGHTS, model.CARD):
        shutil.copy(models / name, tmp_path / name)
    return tmp_path


def another(own: Path, name: str) -> None:
    """The same weights under another mark."""
    learned = model.load(own)
    card = msgspec.structs.replace(learned.card, taught="feedbeef")
    model.save(
        model.Model(card, learned.columns, learned.rarity, learned.weights, learned.bias, learned.platt),
        versions.folder_of(own, name),
    )


def test_the_next_batch_is_read_with_the_promoted_model_and_after_a_roll_back_with_the_old(
    own: Path,
) -> None:
    another(own, "1-feedbeef")
    reader = CurrentReader(own, DEFAULTS, "henan")
    before = reader.read([a_post()], NOW)[0].reader
    versions.promote(own, "1-feedbeef")
    after = reader.read([a_post()], NOW)[0].reader
    assert after != before
    versions.roll_back(own)
    assert reader.read([a_post()], NOW)[0].reader == before


def test_a_model_that_cannot_be_loaded_leaves_the_old_one_at_work(own: Path) -> None:
    reader = CurrentReader(own, DEFAULTS, "henan")
    before = reader.read([a_post()], NOW)[0].reader
    versions.folder_of(own, "1-broken").mkdir(parents=True)
    versions.promote(own, "1-broken")
    assert reader.read([a_post()], NOW)[0].reader == before


def test_without_any_model_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="huiying train"):
        CurrentReader(tmp_path, DEFAULTS, "henan")

"""Which model is in force: promoted and rolled back by one rename, whatever else lies about."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.errors import Misconfigured
from nlp import versions


def made(models: Path, name: str) -> str:
    versions.folder_of(models, name).mkdir(parents=True)
    return name


def test_the_shipped_model_is_in_force_until_another_is_promoted(tmp_path: Path) -> None:
    assert versions.current(tmp_path) == tmp_path
    versions.promote(tmp_path, made(tmp_path, "20261123T020000-aa"))
    assert versions.current(tmp_path) == tmp_path / "versions" / "20261123T020000-aa"


def test_rolling_back_goes_one_step_each_time_down_to_the_shipped_one(tmp_path: Path) -> None:
    first, second = made(tmp_path, "1-aa"), made(tmp_path, "2-bb")
    versions.promote(tmp_path, first)
    versions.promote(tmp_path, second)
    assert versions.roll_back(tmp_path) == (second, first)
    assert versions.roll_back(tmp_path) == (first, versions.SHIPPED)
    assert versions.current(tmp_path) == tmp_path
    with pytest.raises(Misconfigured, match="没有更早的模型"):
        versions.roll_back(tmp_path)


def test_only_so_many_earlier_ones_are_kept(tmp_path: Path) -> None:
    names = [made(tmp_path, f"{n}-aa") for n in range(versions.KEPT + 3)]
    made(tmp_path, "rejected")
    for name in names:
        versions.promote(tmp_path, name)
    left = {folder.name for folder in (tmp_path / "versions").iterdir()}
    assert left == {*names[-versions.KEPT - 1 :], "rejected"}


@pytest.mark.parametrize("content", [b"", b"{", b'{"name": "gone-1"}', b"[]"])
def test_a_pointer_that_points_nowhere_means_the_shipped_one(tmp_path: Path, content: bytes) -> None:
    (tmp_path / versions.POINTER).write_bytes(content)
    assert versions.current(tmp_path) == tmp_path


def test_reset_forgets_what_other_code_has_learned(tmp_path: Path) -> None:
    assert not versions.reset(tmp_path)
    versions.promote(tmp_path, made(tmp_path, "1-aa"))
    assert versions.reset(tmp_path)
    assert versions.in_force(tmp_path) == versions.InForce()

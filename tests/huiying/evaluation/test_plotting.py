from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from huiying.errors import Misconfigured
from huiying.evaluation import plotting

PNG = b"\x89PNG\r\n\x1a\n"


def test_pictures_are_written_as_png_and_named(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    chances = np.linspace(0.05, 0.95, 60)
    right = np.arange(60) % 3 > 0
    plots = {
        "confusion": plotting.confusion("intent", ["咨询", "投诉", "投诉"], ["咨询", "咨询", "投诉"]),
        "calibration": plotting.calibration("intent", chances, right),
        "precision_recall": plotting.precision_recall("relevance", chances, right),
    }
    plotting.make_ready(tmp_path / "new" / "plots")
    paths = plotting.draw(plots, tmp_path / "new" / "plots")
    assert [path.name for path in paths] == ["confusion.png", "calibration.png", "precision_recall.png"]
    assert all(path.read_bytes().startswith(PNG) for path in paths)


def test_nothing_to_draw_on_draws_an_empty_square(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    nothing = np.zeros(0)
    plots = {
        "calibration": plotting.calibration("x", nothing, nothing > 0),
        "curve": plotting.precision_recall("x", nothing, nothing > 0),
    }
    assert len(plotting.draw(plots, tmp_path)) == 2


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_measured(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    (tmp_path / "file").write_text("")
    with pytest.raises(Misconfigured, match="不能把图画到"):
        plotting.make_ready(tmp_path / "file" / "plots")

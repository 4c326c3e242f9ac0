from __future__ import annotations

from pathlib import Path

import pytest

from huiying.evaluation import deaths
from huiying.evaluation.folder import Folder
from nlp.pipeline import Reader


@pytest.mark.parametrize(
    ("lead", "number"),
    [("事故造成3人死亡", 3), ("其中两人溺亡", 2), ("已搜救出5人，均无生命体征", 5), ("一家三口遇害身亡", 3)],
)
def test_a_lead_that_counts_the_dead_states_a_number(lead: str, number: int) -> None:
    assert deaths.states_a_number(lead, number)


@pytest.mark.parametrize(
    "lead", ["现场2人受伤", "对4名被告人判处死刑", "死死顶住3辆车", "原因正在调查", "女儿不幸遇难"]
)
def test_a_lead_without_a_count_of_the_dead_states_none(lead: str) -> None:
    assert not deaths.states_a_number(lead, 4)


def test_levels_are_those_of_order_493() -> None:
    assert [deaths.level(n) for n in (1, 2, 3, 9, 10, 29, 30)] == [0, 0, 1, 1, 2, 2, 3]


def test_the_own_leads_are_read(reader: Reader) -> None:
    figures = {figure.name: figure for figure in deaths.measure(Folder(), reader).figures}
    assert figures["deaths.covered"].value >= 0.95
    assert figures["deaths.level_right"].value >= 0.98
    assert figures["deaths.covered"].baseline is not None
    assert figures["deaths.covered"].baseline < figures["deaths.covered"].value


def test_a_folder_without_the_file_is_skipped(tmp_path: Path, reader: Reader) -> None:
    assert deaths.measure(Folder(tmp_path), reader).skipped == (deaths.FILE,)

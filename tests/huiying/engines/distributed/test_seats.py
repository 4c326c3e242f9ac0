from __future__ import annotations

import re
from pathlib import Path

import pytest

from huiying.engines.distributed.seats import Seats
from huiying.errors import Misconfigured


def test_two_workers_of_a_group_never_sit_on_one_seat(tmp_path: Path) -> None:
    first, second = Seats(tmp_path).take("nlp"), Seats(tmp_path).take("nlp")
    assert first.name != second.name


def test_who_comes_back_gets_the_seat_that_was_left(tmp_path: Path) -> None:
    first, second = Seats(tmp_path).take("nlp"), Seats(tmp_path).take("nlp")
    first.leave()
    assert Seats(tmp_path).take("nlp").name == first.name != second.name


def test_every_data_folder_has_names_of_its_own(tmp_path: Path) -> None:
    assert Seats(tmp_path / "one").take("nlp").name != Seats(tmp_path / "two").take("nlp").name


def test_a_name_is_one_that_a_broker_takes(tmp_path: Path) -> None:
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,249}", Seats(tmp_path).take("huiying.posts.nlp").name)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Misconfigured, match="HUIYING_DATA"):
        Seats(tmp_path / "file")

"""A running stage compares its next batch by the scorer that was promoted meanwhile, and keeps the old one where it cannot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nlp import versions
from tests.factories import NOW, a_post
from tests.triage.texts import place, policy, reading
from triage import pairmodel
from triage.lifecycle import open_case
from triage.pairlearning import shipped
from triage.pairs import Scorer
from triage.wording import CurrentWording, Wording, shipped_wording

POST = a_post(title="青禾苑人防门不见了", text="青禾苑地下车库的人防门被物业拆走。")
CASE = open_case(reading("青禾苑的人防车位租金涨了三成", topic="T07", where=place()), policy(), NOW)


def leaning(bias: float) -> Scorer:
    return replace(shipped(), bias=shipped().bias + bias)


def a_version(models: Path, name: str, scorer: Scorer) -> str:
    pairmodel.save(scorer, (), versions.folder_of(models, name), NOW)
    return name


def test_the_next_batch_is_compared_by_what_was_promoted_and_after_a_roll_back_as_before(
    tmp_path: Path,
) -> None:
    wording = CurrentWording(lambda: versions.current(tmp_path))
    before = wording().likely(POST, CASE)
    versions.promote(tmp_path, a_version(tmp_path, "1-aa", leaning(30)))
    assert wording().likely(POST, CASE) > 0.99
    versions.promote(tmp_path, a_version(tmp_path, "2-bb", leaning(-30)))
    assert wording().likely(POST, CASE) < 0.01
    versions.roll_back(tmp_path)
    assert wording().likely(POST, CASE) > 0.99
    versions.roll_back(tmp_path)
    assert wording().likely(POST, CASE) == before == shipped_wording().likely(POST, CASE)


def test_while_nothing_changes_nothing_is_read_again(tmp_path: Path) -> None:
    wording = CurrentWording(lambda: versions.current(tmp_path))
    assert wording() is wording()


def test_one_that_cannot_be_read_leaves_the_old_one_at_work(tmp_path: Path) -> None:
    wording = CurrentWording(lambda: versions.current(tmp_path))
    versions.promote(tmp_path, a_version(tmp_path, "1-aa", leaning(30)))
    kept = wording()
    broken = versions.folder_of(tmp_path, "2-bb")
    broken.mkdir()
    (broken / pairmodel.FILE).write_text("{", "utf-8")
    versions.promote(tmp_path, "2-bb")
    assert wording() is kept
    assert CurrentWording(lambda: broken)() is shipped_wording()


def test_of_a_post_the_beginning_is_compared() -> None:
    wording = Wording(shipped())
    long = replace(POST, title="", text="青禾苑地下车库的人防门被物业拆走。" * 10)
    assert wording.likely(long, CASE) == wording.likely(
        replace(long, text=long.text + "车位租金涨了三成"), CASE
    )
    assert wording.likely(long, CASE) != wording.likely(
        replace(long, text="车位租金涨了三成" + long.text), CASE
    )

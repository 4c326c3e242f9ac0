from __future__ import annotations

import re
from pathlib import Path

import pytest

from huiying import tomlfile
from huiying.contracts import Level
from huiying.errors import Misconfigured
from triage import policy, scoring

SHIPPED = (tomlfile.DEFAULTS / scoring.FILE).read_text("utf-8")


def _load(path: Path, text: str) -> scoring.Scoring:
    (path / scoring.FILE).write_text(text, "utf-8")
    return scoring.load(path)


def test_the_shipped_rules_give_a_hundred_points_in_all() -> None:
    rules = scoring.shipped()
    assert (rules.timely.most, rules.authority.most, rules.reach.most, rules.lasting.most) == (40, 20, 15, 25)
    assert [rules.weights[level] for level in Level] == sorted(rules.weights.values())


def test_an_office_whose_folder_is_older_has_the_shipped_rules(tmp_path: Path) -> None:
    assert scoring.load(tmp_path) == scoring.shipped()


@pytest.mark.parametrize(
    ("hours", "points"), [(0, 40), (24, 40), (24.01, 24), (48, 24), (72, 10), (72.5, 0), (1000, 0)]
)
def test_the_sooner_the_more_points(hours: float, points: int) -> None:
    assert scoring.within(scoring.shipped().timely.ordinary, hours) == points


def test_other_hours_than_the_clock_set_asks_for_are_named() -> None:
    packs = {name: policy.read_pack(tomlfile.DEFAULTS, name) for name in ("henan-2017", "national-2016")}
    assert list(scoring.apart(scoring.shipped(), [packs["henan-2017"]])) == []
    (told,) = scoring.apart(scoring.shipped(), packs.values())
    assert "ordinary 在 24 小时以内" in told and packs["national-2016"].title in told and "48 小时" in told


@pytest.mark.parametrize(("count", "points"), [(0, 0), (1, 3), (2, 6), (3, 9), (4, 12), (6, 12)])
def test_the_more_channels_the_more_points(count: int, points: int) -> None:
    assert scoring.at_least(scoring.shipped().reach.channels, count) == points


@pytest.mark.parametrize(
    ("points", "grade"),
    [(100, "优秀"), (90, "优秀"), (89.9, "良好"), (80, "良好"), (60, "合格"), (0, "不合格")],
)
def test_grades_are_those_of_the_province(points: float, grade: str) -> None:
    assert scoring.shipped().graded(points) == grade


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("{ hours = 48, points = 24 }", "{ hours = 12, points = 24 }", "从早到晚"),
        ("{ hours = 5, points = 20 }", "{ hours = 5, points = 30 }", "加起来"),
        ("in_place = 3", "in_place = 4", "正好是 100"),
        ("incomplete = 3", "incomplete = 9", "incomplete 不能多于 complete"),
        ("{ count = 3, points = 9 }", "{ count = 5, points = 9 }", "从多到少"),
        ('"重大" = 3\n', "", "重大"),
        ('"较大" = 2\n', '"较大" = 0\n', "较大"),
        ("least = 0", "least = 10", "最后一档"),
        ('key = "weibo"', 'key = "press"', "press 写了两次"),
        ("veto = true", 'veto = "是"', "第"),
        ("outcome = 8", "outcom = 8", "outcom"),
    ],
)
def test_rules_that_cannot_be_are_named_with_what_to_do(
    tmp_path: Path, was: str, now: str, said: str
) -> None:
    assert was in SHIPPED
    with pytest.raises(Misconfigured, match=re.escape(said)):
        _load(tmp_path, SHIPPED.replace(was, now, 1))

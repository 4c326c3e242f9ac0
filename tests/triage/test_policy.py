"""The shipped policy holds together, and a slip in an office's own copy is named in Chinese, by file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from huiying import tomlfile
from huiying.contracts import Authority, ClockKind, Level
from huiying.errors import Misconfigured
from tests.triage.texts import policy
from triage.policy import load


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(tomlfile.DEFAULTS, tmp_path / "policy"))


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_reference_names_pack_version_and_content(copy: Path) -> None:
    before = load(copy).ref
    assert before.startswith("henan-2017 v1 ")
    spoil(copy / "routes.toml", "属地管理：", "属地负责：")
    assert load(copy).ref != before


def test_the_hours_are_those_of_the_rules() -> None:
    hours = {(rule.kind, level): rule.hours for rule in policy().clock_rules for level in rule.levels}
    assert hours[ClockKind.STATEMENT, Level.MAJOR] == 5
    assert hours[ClockKind.PRESS_CONFERENCE, Level.MAJOR] == 24
    assert {hours[ClockKind.RESPONSE, level] for level in Level} == {24}
    assert [hours.get((ClockKind.REPORT_UP, level)) for level in Level] == [None, 2, 1, 0.25]
    assert (ClockKind.STATEMENT, Level.LARGER) not in hours


@pytest.mark.parametrize("hours", ["-5", "0", "inf", "nan", "9000", '"五小时"', "[5]", "{ a = 5 }"])
def test_hours_that_no_clock_can_run_are_told_in_one_short_line(copy: Path, hours: str) -> None:
    spoil(copy / "henan-2017.toml", "hours = 5", f"hours = {hours}")
    with pytest.raises(Misconfigured) as refused:
        load(copy)
    told = str(refused.value).removeprefix(str(copy))
    assert ".hours：" in told and len(told) < 100
    assert "should" not in told


def test_an_older_copy_that_says_nothing_of_places_outside_still_holds(copy: Path) -> None:
    text = (copy / "routes.toml").read_text("utf-8")
    kept = [line for line in text.splitlines() if not line.startswith("outside")]
    (copy / "routes.toml").write_text("\n".join(kept), "utf-8")
    assert "本省以外" in load(copy).routes.locality.outside


def test_what_hangs_on_our_own_level_is_never_called_statutory() -> None:
    by_kind = {rule.kind: rule for rule in policy().clock_rules}
    assert by_kind[ClockKind.STATEMENT].authority is Authority.HOUSE
    assert by_kind[ClockKind.PRESS_CONFERENCE].authority is Authority.HOUSE
    assert by_kind[ClockKind.RESPONSE].authority is Authority.STATUTORY
    assert by_kind[ClockKind.RESPONSE].ceiling_hours == 48


def test_every_unit_that_the_seed_addresses_is_there() -> None:
    kinds = [unit.kind for unit in policy().units]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "province": 1, "division": 9, "city": 18, "county": 10, "special": 3,
    }  # fmt: skip
    assert policy().unit_name("henan.zhengcefagui") == "省人防办政策法规处"
    assert policy().unit_name("gone") == "gone"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("routes.toml", 'lead = "henan.renshi"', 'lead = "henan.nobody"', "henan.nobody 不在 units.toml"),
        ("routes.toml", 'topics = ["T16"]', 'topics = ["T99"]', "T99 不在 topics.toml"),
        ("henan-2017.toml", "hours = 24", 'hours = "一天"', "应写数字"),
        ("henan-2017.toml", "hours = 24", "hour = 24", "不认识这一项"),
        ("henan-2017.toml", 'ladder = "回应"', 'ladder = "没有"', "没有名叫“没有”的阶梯"),
        ("notices.toml", 'channel = "console"', 'channel = "webhook"', "缺少值班台"),
        ("severity.toml", '"较大" = 25', '"较大" = 50', "由低到高"),
        ("units.toml", 'id = "kaifeng"', 'id = "zhengzhou"', "写了两次"),
    ],
)
def test_a_slip_is_named_by_file_and_remedy(copy: Path, file: str, old: str, new: str, said: str) -> None:
    spoil(copy / file, old, new)
    with pytest.raises(Misconfigured) as caught:
        load(copy)
    assert said in str(caught.value)
    assert file in str(caught.value)


def test_the_line_of_a_slip_is_given(copy: Path) -> None:
    path = copy / "routes.toml"
    spoil(path, 'lead = "henan.renshi"', 'lead = "henan.nobody"')
    line = path.read_text("utf-8").splitlines().index('lead = "henan.nobody"') + 1
    with pytest.raises(Misconfigured, match=f"第 {line} 行"):
        load(copy)

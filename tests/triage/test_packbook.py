"""What a set of clocks says, how two differ, and what would be due: the same arithmetic as a case's own clocks."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from huiying import tomlfile
from huiying.clock import SHANGHAI
from huiying.contracts import ClockKind, Level
from tests.triage.texts import CALENDAR, policy
from triage import packbook, schema
from triage.policy import pack_of, packs_in, read_pack

HENAN = read_pack(tomlfile.DEFAULTS, "henan-2017")
NATIONAL = read_pack(tomlfile.DEFAULTS, "national-2016")
STRICT = read_pack(tomlfile.DEFAULTS, "strict")
START = datetime(2026, 9, 28, 10, tzinfo=SHANGHAI)


def due(pack_name: str, level: Level) -> dict[str, str]:
    pack = read_pack(tomlfile.DEFAULTS, pack_name)
    found = packbook.what_if(pack, level, START, CALENDAR)
    return {one.kind.value: f"{one.due:%m-%d %H:%M}" for one in found}


def test_three_packs_travel_with_the_software() -> None:
    assert packs_in(tomlfile.DEFAULTS) == ["henan-2017", "national-2016", "strict"]


def test_what_if_answers_every_clock_of_the_level() -> None:
    assert due("henan-2017", Level.GENERAL) == {
        "acknowledge": "09-28 12:00",
        "response": "09-29 10:00",
        "publish_result": "10-30 23:59",
        "follow_up": "10-10 23:59",
    }
    grave = due("henan-2017", Level.MAJOR)
    assert (grave["statement"], grave["press_conference"]) == ("09-28 15:00", "09-29 10:00")
    assert set(grave) == {kind.value for kind in ClockKind}


def test_the_national_hours_are_forty_eight_and_henan_is_stricter() -> None:
    assert due("national-2016", Level.GENERAL)["response"] == "09-30 10:00"
    assert due("henan-2017", Level.GENERAL)["response"] == "09-29 10:00"


def test_strict_counts_from_the_event() -> None:
    assert {rule.start for rule in STRICT.rules} == {"occurred_at", "result_at", "published_at"}
    assert not next(rule for rule in STRICT.rules if rule.kind is ClockKind.PRESS_CONFERENCE).waivable


def test_the_answer_shows_the_days_counted_and_skipped() -> None:
    found = packbook.what_if(HENAN, Level.GENERAL, START, CALENDAR)
    result = next(one for one in found if one.kind is ClockKind.PUBLISH_RESULT).as_dict()
    assert result["due"] == "2026-10-30T23:59:59+08:00"
    assert isinstance(result["working"], list)
    assert any("10月10日（调休上班）" in line for line in result["working"])
    assert any("10月1日国庆节" in line for line in result["working"])


def test_a_difference_is_told_once_for_all_levels_that_share_it() -> None:
    told = [one.in_words() for one in packbook.differences(HENAN, NATIONAL)]
    assert "回应·时限（一般、较大、重大、特别重大）：24 小时 → 48 小时" in told
    assert packbook.differences(HENAN, HENAN) == ()


def test_a_duty_that_only_one_has_is_told_whole() -> None:
    found = packbook.differences(HENAN, STRICT)
    assert any(one.what == "权威信息（较大）" and not one.old and "5 小时" in one.new for one in found)


def test_every_silent_point_of_the_rules_is_explained() -> None:
    told = "\n".join(packbook.in_words(HENAN, policy()))
    for key in (*packbook.KEYS, *(key for key, _, _ in packbook.ELSEWHERE)):
        assert f"（{key}）" in told
    assert "2017-03-01 起一直有效" in told


def test_the_schema_beside_the_packs_is_that_of_the_code() -> None:
    shipped = tomlfile.DEFAULTS / "pack.schema.json"
    assert shipped.read_text("utf-8") == schema.text(), "huiying policy schema > policy/pack.schema.json"


def test_a_pack_is_called_what_its_file_is_called(tmp_path: Path) -> None:
    copy = tmp_path / "henan-2030.toml"
    text = (tomlfile.DEFAULTS / "henan-2017.toml").read_text("utf-8")
    copy.write_text(text.replace('name = "henan-2017"', 'name = "henan-2030"', 1), "utf-8")
    assert pack_of(copy).ref.startswith("henan-2030 v1 ")


def test_a_level_without_a_clock_of_its_duty_is_told(tmp_path: Path) -> None:
    assert [packbook.silent(pack) for pack in (HENAN, NATIONAL, STRICT)] == [(), (), ()]
    text = (tomlfile.DEFAULTS / "henan-2017.toml").read_text("utf-8")
    file = tmp_path / "henan-2017.toml"
    file.write_text(text.replace('levels = ["一般", "较大"]', 'levels = ["一般"]', 1), "utf-8")
    (told,) = packbook.silent(pack_of(file))
    assert "较大没有“回应”（response）时限" in told
    file.write_text(
        text.replace('"trigger.by_opinion_level" = true', '"trigger.by_opinion_level" = false'), "utf-8"
    )
    assert packbook.silent(pack_of(file)) == ()

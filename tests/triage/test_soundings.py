"""Planned soundings: what is heard of one is no unplanned siren, and one that nobody announced is asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from huiying.clock import SHANGHAI
from huiying.contracts import Case, Certainty, Level, Occurrence, Place, SignalKind, SignalSeen
from huiying.errors import Misconfigured
from huiying.tomlfile import DEFAULTS
from tests.factories import a_case
from tests.triage.texts import policy
from triage import policy as policies
from triage import soundings
from triage.severity import grade
from triage.soundings import Sounding

TEN = datetime(2026, 9, 18, 10, tzinfo=SHANGHAI)
PLAN = """
version = 1
citations = ["人民防空法第三十五条"]
[[sounding]]
name = "9·18 防空警报试鸣"
codes = ["41"]
from = 2026-09-18 10:00:00
to = 2026-09-18 10:31:00
announced = 2026-09-11
"""


def planned(folder: Path, text: str = PLAN) -> tuple[Sounding, ...]:
    (folder / soundings.FILE).write_text(text, "utf-8")
    return soundings.load(folder)


def heard(
    occurred: datetime | None = None, *, public: datetime = TEN + timedelta(minutes=20), code: str = "410305"
) -> Case:
    siren = SignalSeen(
        kind=SignalKind.SIREN_UNPLANNED, amount=None, claimed=True, detail="", evidence=("post",)
    )
    said = (
        Occurrence(at=occurred, source="text", certainty=Certainty.STATED)
        if occurred
        else Occurrence(at=public, source="published", certainty=Certainty.INFERRED)
    )
    place = Place(province="河南省", city="洛阳市", code=code)
    return a_case(topic="T05", signals=(siren,), occurred=said, first_public_at=public, place=place)


def test_a_time_without_a_zone_is_beijing_s(tmp_path: Path) -> None:
    (one,) = planned(tmp_path)
    assert one.from_ == TEN and one.told == "9·18 防空警报试鸣（9月18日10:00—10:31）"


def test_an_office_without_a_plan_has_none(tmp_path: Path) -> None:
    assert soundings.load(tmp_path) == () == soundings.load(DEFAULTS)


@pytest.mark.parametrize(
    "case",
    [
        heard(TEN + timedelta(minutes=5)),
        heard(TEN + timedelta(minutes=5), public=TEN + timedelta(days=2)),
        heard(public=TEN + timedelta(hours=5)),
    ],
    ids=["said so", "said so two days later", "said nothing of when"],
)
def test_what_is_heard_at_its_place_and_time_raises_nothing_by_itself(tmp_path: Path, case: Case) -> None:
    plan = planned(tmp_path)
    before = grade(case, policy().rubric, TEN + timedelta(days=2), policy="p")
    after = grade(case, policy().rubric, TEN + timedelta(days=2), policy="p", soundings=plan)
    assert [floor.rule for floor in before.floors] == ["F5"] and before.level is Level.LARGER
    assert (after.floors, after.level) == ((), Level.GENERAL)
    told = next(one for one in after.points if one.signal == "X2")
    assert "与已公告的9·18 防空警报试鸣（9月18日10:00—10:31）时间、地点相符，是否计划外由人核定" in told.value


@pytest.mark.parametrize(
    ("case", "plan"),
    [
        (heard(TEN + timedelta(hours=3)), PLAN),
        (heard(TEN - timedelta(days=1)), PLAN),
        (heard(TEN + timedelta(minutes=5), code="320102"), PLAN),
        (heard(TEN + timedelta(minutes=5), code=""), PLAN),
        (heard(TEN + timedelta(minutes=5)), PLAN.replace("announced = 2026-09-11", "")),
        (heard(public=TEN - timedelta(hours=2)), PLAN),
    ],
    ids=[
        "later",
        "the day before",
        "elsewhere",
        "nobody knows where",
        "never announced",
        "told before it began",
    ],
)
def test_what_is_heard_elsewhere_at_another_time_or_without_notice_is_unplanned(
    tmp_path: Path, case: Case, plan: str
) -> None:
    found = grade(
        case, policy().rubric, TEN + timedelta(days=2), policy="p", soundings=planned(tmp_path, plan)
    )
    assert [floor.rule for floor in found.floors] == ["F5"]


def test_another_floor_stands_whatever_was_planned(tmp_path: Path) -> None:
    case = heard(TEN)
    dead = SignalSeen(kind=SignalKind.DEATHS, amount=3, claimed=False, detail="", evidence=("post",))
    case = replace(case, signals=(*case.signals, dead))
    found = grade(case, policy().rubric, TEN, policy="p", soundings=planned(tmp_path))
    assert found.floors and "F5" not in {floor.rule for floor in found.floors}


def test_one_that_nobody_announced_in_time_is_asked_for_while_it_lies_ahead(tmp_path: Path) -> None:
    late = planned(tmp_path, PLAN.replace("2026-09-11", "2026-09-15"))
    assert soundings.unannounced(planned(tmp_path), TEN - timedelta(days=3)) == []
    assert soundings.unannounced(late, TEN - timedelta(days=3)) == list(late)
    assert soundings.unannounced(late, TEN - timedelta(days=20)) == []
    assert soundings.unannounced(late, TEN) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("to = 2026-09-18 10:31:00", "to = 2026-09-18 09:31:00", "to 要在 from 之后"),
        ("announced = 2026-09-11", "announced = 2026-09-19", "不能在试鸣之后"),
        ('codes = ["41"]', 'codes = ["洛阳"]', "codes"),
        ("from =", "since =", "since"),
    ],
)
def test_a_slip_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        planned(tmp_path, PLAN.replace(old, new))


def test_the_policy_has_them_and_its_name_changes_with_them(tmp_path: Path) -> None:
    for file in DEFAULTS.glob("*.toml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    before = policies.load(tmp_path)
    planned(tmp_path)
    after = policies.load(tmp_path)
    assert (len(before.soundings), len(after.soundings)) == (0, 1)
    assert before.ref != after.ref

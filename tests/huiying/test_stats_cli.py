from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from huiying import datafolder, settings
from huiying.clock import SystemClock
from huiying.contracts import CaseState
from huiying.engines import open_engine
from huiying.errors import Misconfigured
from tests.factories import a_case, a_route
from tests.huiying.commands import run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HUIYING_DATA", str(tmp_path / "data"))
    datafolder.lay_out(settings.load())
    now = SystemClock().now()
    engine = open_engine(settings.load())
    engine.cases.save(
        [
            a_case(detected_at=now, state=CaseState.CLOSED, closed_at=now),
            a_case(detected_at=now, route=a_route(lead="luoyang")),
        ]
    )
    engine.close()
    return tmp_path


def test_the_figures_of_this_month_are_told(folder: Path) -> None:
    told = run("stats")
    assert "事件：2（其中未办结 1 件）" in told
    assert "洛阳" in told


def test_as_json_of_one_unit(folder: Path) -> None:
    told = json.loads(run("stats", "--unit", "luoyang", "--json"))
    assert (told["matters"], [row["unit"] for row in told["units"]]) == (1, ["luoyang"])
    assert told["units"][0]["booked_to_detection"] == 0
    assert told["answer_hours"] is None
    assert told["score"] is None


def test_as_a_workbook_that_replaces_none_unasked(folder: Path) -> None:
    out = folder / "一月.xlsx"
    run("stats", "--out", str(out))
    assert load_workbook(out).sheetnames == ["汇总", "时限", "工单", "单位", "台账", "评分"]
    with pytest.raises(Misconfigured, match="--force"):
        run("stats", "--out", str(out))
    run("stats", "--out", str(out), "--force")


@pytest.mark.parametrize("words", [(), ("--unit", "henan.jiguanjiwei")])
def test_the_workbook_counts_restricted_matters_and_names_none(folder: Path, words: tuple[str, ...]) -> None:
    engine = open_engine(settings.load())
    restricted = a_route(lead="henan.jiguanjiwei", restricted=True)
    engine.cases.save([a_case(detected_at=SystemClock().now(), title="机关内部问题", route=restricted)])
    engine.close()
    out = folder / "台账.xlsx"
    run("stats", "--out", str(out), *words)
    cells = [
        cell for sheet in load_workbook(out) for row in sheet.iter_rows(values_only=True) for cell in row
    ]
    assert cells.count("限制知悉事件") == 1
    assert "机关内部问题" not in str(cells)
    assert ("另有限制知悉事件 1 件，不分单位列" in cells) is not bool(words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "2026-11-20", "--to", "2026-11-01"), "不能晚于"),
        (("--to", "9999-12-31"), "年份在 2000 到"),
        (("--from", "1999-12-31"), "年份在 2000 到"),
        (("--from", "20261101"), "2026-11-01 这样"),
        (("--unit", "atlantis"), "没有单位"),
        (("--out", "/proc/nowhere/x.xlsx"), "写不了"),
        (("--out", "x.pdf"), r"x\.pdf 的名字要以 \.xlsx 结尾"),
    ],
)
def test_what_cannot_be_is_said(folder: Path, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        run("stats", *words)

"""``huiying report``: a report from the command line, never over a file that is there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from huiying import datafolder, settings
from huiying.clock import SHANGHAI, SystemClock
from huiying.engines import open_engine
from huiying.errors import Misconfigured
from tests.factories import a_case, a_route
from tests.huiying.commands import run
from tests.response_api.papers.matters import text_of

THEN, DAY = datetime(2024, 3, 5, 4, tzinfo=UTC), "2024-03-05"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An office to which one day brought an open matter in Zhengzhou and a restricted one in the province."""
    monkeypatch.setenv("HUIYING_DATA", str(tmp_path / "data"))
    datafolder.lay_out(settings.load())
    engine = open_engine(settings.load())
    restricted = a_route(lead="henan.jiguanjiwei", restricted=True)
    engine.cases.save(
        [a_case(detected_at=THEN), a_case(detected_at=THEN, title="机关内部问题", route=restricted)]
    )
    engine.close()
    return tmp_path


def yesterday() -> str:
    day = (SystemClock().now() - timedelta(days=1)).astimezone(SHANGHAI)
    return f"{day.year}年{day.month}月{day.day}日"


def test_it_counts_the_whole_office_and_opens_no_restricted_matter(folder: Path) -> None:
    file = folder / "日报.docx"
    assert "写到" in run("report", "--day", DAY, "--out", str(file))
    told = text_of(file.read_bytes())
    assert "新发现事件｜2｜0｜+2" in told and "河南省人民防空办公室" in told
    assert "本期还没有结束" not in told
    assert "限制知悉事件" in told and "机关内部问题" not in told


def test_by_default_it_is_the_last_day_that_is_over(folder: Path) -> None:
    before = yesterday()
    said = run("report", "--out", str(folder / "日报.docx"))
    assert f"舆情日报（{before}）" in said or f"舆情日报（{yesterday()}）" in said


def test_another_unit_and_another_period_are_asked_for_by_name(folder: Path) -> None:
    file = folder / "月报.docx"
    run("report", "--period", "month", "--day", DAY, "--unit", "zhengzhou", "--out", str(file))
    told = text_of(file.read_bytes())
    assert "舆情月报" in told and "郑州市人民防空办公室" in told
    assert "新发现事件｜1｜" in told and "限制知悉" not in told


def test_a_file_that_is_there_is_replaced_only_when_that_is_asked_for(folder: Path) -> None:
    file = folder / "日报.docx"
    file.write_text("旧的")
    with pytest.raises(Misconfigured, match="已经有了"):
        run("report", "--out", str(file))
    assert file.read_text() == "旧的"
    run("report", "--out", str(file), "--force")
    assert "舆情日报" in text_of(file.read_bytes())


def test_a_report_under_another_kinds_name_is_refused(folder: Path) -> None:
    with pytest.raises(Misconfigured, match=r"要以 \.docx 结尾"):
        run("report", "--out", str(folder / "x.pdf"))
    assert not (folder / "x.pdf").exists()


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["--period", "year"], "day、week、month"),
        (["--day", "2199-01-01"], "不能晚于今天"),
        (["--unit", "nowhere"], "没有编号为 nowhere 的单位"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_written(folder: Path, words: list[str], fault: str) -> None:
    file = folder / "x.docx"
    with pytest.raises(Misconfigured, match=fault):
        run("report", *words, "--out", str(file))
    assert not file.exists()

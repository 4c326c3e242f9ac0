"""``huiying retention``: what goes soon, and the list of what went; and a restored copy that is erased again."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest

from huiying import check, datafolder, retention, settings
from huiying.clock import SystemClock
from huiying.contracts import CaseState
from huiying.engines import open_engine
from huiying.errors import Misconfigured
from huiying.ports import Engine
from tests.factories import a_case, a_line, a_post
from tests.huiying.commands import run
from triage import policy
from triage.erasure import Erasure
from triage.titles import GONE

YEAR = timedelta(days=365)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HUIYING_DATA", str(tmp_path / "data"))
    datafolder.lay_out(settings.load())
    return tmp_path


def dismissed(days_ago: int) -> str:
    """A matter that was dismissed so long ago, with a post: kept for a year."""
    at = SystemClock().now() - timedelta(days=days_ago)
    case = a_case(state=CaseState.DISMISSED, closed_at=at, detected_at=at)
    engine = open_engine(settings.load())
    engine.cases.save([case])
    engine.archive.put([a_line(case_id=case.id, at=at, body=a_post(text="灪水苑"))])
    the_erasure(engine).announce(SystemClock().now() - timedelta(days=40))
    engine.close()
    return case.id


def the_erasure(engine: Engine) -> Erasure:
    chosen = settings.load()
    return Erasure(engine, policy.load(chosen.policy), retention.load(chosen.policy), chosen.attachments)


def title_of(case_id: str) -> str:
    engine = open_engine(settings.load())
    try:
        return engine.cases.get(case_id).title
    finally:
        engine.close()


def test_what_goes_soon_is_listed_and_said_by_the_check_and_nothing_is_touched(folder: Path) -> None:
    case, _ = dismissed(350), dismissed(100)
    told = run("retention", "due")
    assert case in told
    assert "清除" in told
    assert "今后 30 天期满 1 卷，其中清除 1 卷。" in told
    (one,) = json.loads(run("retention", "due", "--json"))
    assert (one["case"], one["kept_by"]) == (case, "")
    assert one["rule"] == "案卷保管期限 1 年（不予受理），保管期限表第 2 版"
    assert json.loads(run("retention", "due", "--days", "0", "--json")) == []
    found = {one.name: one for one in check.check(settings.load(), SystemClock()).findings}
    assert found["files"].ok
    assert "今后 30 天有 1 卷期满清除" in found["files"].says
    assert title_of(case) != GONE


def test_the_list_of_what_went_is_a_sheet_and_replaces_nothing_unasked(folder: Path) -> None:
    case = dismissed(400)
    engine = open_engine(settings.load())
    the_erasure(engine).sweep(SystemClock().now())
    engine.close()
    file = folder / "销毁清单.csv"
    assert "案卷销毁清单：1 行" in run("retention", "certificate", str(file))
    with file.open(encoding="utf-8-sig", newline="") as sheet:
        (row,) = csv.DictReader(sheet)
    assert (row["事件编号"], row["依据"]) == (case, "案卷保管期限 1 年（不予受理），保管期限表第 2 版")
    with pytest.raises(Misconfigured, match="已经有了"):
        run("retention", "certificate", str(file))
    assert "0 行" in run("retention", "certificate", str(file), "--to", "2020-01-01", "--force")
    with pytest.raises(Misconfigured, match="不能晚于"):
        run("retention", "certificate", str(file), "--from", "2021-01-01", "--to", "2020-01-01", "--force")


def test_a_restored_copy_is_erased_again_before_anybody_looks(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    due, later = dismissed(400), dismissed(100)
    run("backup", str(folder / "copy"))
    monkeypatch.setenv("HUIYING_DATA", str(folder / "restored"))
    assert "备份之后期满的案卷 1 卷，已重新清除。" in run("restore", str(folder / "copy"))
    assert title_of(due) == GONE
    assert title_of(later) != GONE
    assert not any(
        "灪水苑".encode() in path.read_bytes() for path in (folder / "restored").glob("stream.db*")
    )

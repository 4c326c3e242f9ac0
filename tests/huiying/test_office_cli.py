"""``huiying roster`` and ``huiying policy check``: the table is read, told, and what is wrong changes nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from huiying import datafolder, settings
from huiying.clock import SHANGHAI
from huiying.contracts import Role, StatementKind
from huiying.engines import open_engine
from huiying.errors import Misconfigured
from response_api.auth import Accounts
from tests.factories import NOW, a_case, a_statement
from tests.huiying.commands import run
from tests.huiying.tables.books import book
from tests.triage.texts import CALENDAR, rules
from triage import calendar
from triage.clocks import start_clocks
from triage.reach import ReachBook

ROWS = "单位,起止时间,岗位,姓名,电话\nhenan,2026-01-01 08:00~2026-01-20 08:00,值班长,某值班,13800000001\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HUIYING_DATA", str(tmp_path / "data"))
    datafolder.lay_out(settings.load())
    return tmp_path


def test_a_table_is_imported_and_shown_and_a_wrong_one_changes_nothing(folder: Path) -> None:
    assert "还没有值班表" in run("roster", "show")
    file = folder / "十一月.csv"
    file.write_bytes(ROWS.encode("gb18030"))
    told = run("roster", "import", str(file))
    assert "值班表已换上：1 班，2026-01-01 08:00 至 2026-01-20 08:00" in told
    assert "注意：某值班 1 人没有账号" in told and "通知不到他们" in told
    file.write_text(ROWS.replace("值班长", "厨师"), "utf-8")
    with pytest.raises(Misconfigured, match=r"第 2 行：岗位“厨师”不认识.*原来的继续有效"):
        try:
            run("roster", "import", str(file))
        except Misconfigured as fault:
            raise Misconfigured(str(fault).replace("\n", "")) from None
    shown = json.loads(run("roster", "show", "--json"))
    assert shown["shifts"] == 1 and shown["now"]["duty"] == []
    engine = open_engine(settings.load())
    try:
        assert [one.name for one in ReachBook(engine.register).roster().shifts] == ["某值班"]
    finally:
        engine.close()


def test_a_workbook_is_imported_and_an_old_one_is_told_what_to_become(folder: Path) -> None:
    file = book(
        folder / "十一月.xlsx", {"值班": [["值班表"], *(line.split(",") for line in ROWS.splitlines())]}
    )
    assert "值班表已换上：1 班" in run("roster", "import", str(file))
    file.write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(Misconfigured, match=r"另存为 \.xlsx 或 CSV.*原来的继续有效"):
        run("roster", "import", str(file))


def test_what_cannot_be_read_is_told(folder: Path) -> None:
    with pytest.raises(Misconfigured, match="读不了"):
        run("roster", "import", str(folder / "nothing.csv"))
    with pytest.raises(Misconfigured, match=r"不在 units\.toml 里"):
        run("roster", "show", "--unit", "nowhere")
    assert "郑州市人民防空办公室的事通知" in run("roster", "show", "--unit", "郑州市人民防空办公室")


def test_the_check_warns_of_units_with_nobody_in_them(folder: Path) -> None:
    told = run("policy", "check")
    assert "个单位的承办单位没有人" in told and "通知只到值班台" in told


def test_a_roster_without_a_data_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYING_DATA", str(tmp_path / "none"))
    with pytest.raises(Misconfigured, match="没有数据文件夹"):
        run("roster", "show")


def test_who_has_lost_the_password_gets_a_link_on_the_machine(folder: Path) -> None:
    with pytest.raises(Misconfigured, match="没有账号 chief"):
        run("way-in", "chief")
    engine = open_engine(settings.load())
    try:
        Accounts(engine.register).create(
            "chief", "某管理员", [Role.ADMIN], "a long password", NOW, unit="henan"
        )
    finally:
        engine.close()
    assert "/invite/" in run("way-in", "chief")


def test_no_more_of_a_file_is_read_than_a_roster_may_have(folder: Path) -> None:
    """/dev/zero has no end."""
    with pytest.raises(Misconfigured, match="太大（超过 4 MB），这不像值班表"):
        run("roster", "import", "/dev/zero")


def test_a_policy_in_which_a_clock_reaches_nobody_is_refused(folder: Path) -> None:
    assert "规则没有问题" in run("policy", "check")
    file = settings.load().policy / "notices.toml"
    text = file.read_text("utf-8")
    head, *blocks = text.split("[[address]]")
    kept = next(block for block in blocks if "console" in block)
    file.write_text(head + "[[address]]" + kept + text[text.index("[restricted]") :], "utf-8")
    with pytest.raises(Misconfigured, match=r"第 \d+ 行[\s\S]*没有这样的人[\s\S]*\[\[address\]\]"):
        run("policy", "check")


def test_a_years_notice_is_taken_in_beside_the_others_and_moves_what_was_tentative(folder: Path) -> None:
    december = datetime(2026, 12, 14, 10, tzinfo=SHANGHAI)
    engine = open_engine(settings.load())
    try:
        result = a_statement("c", kind=StatementKind.RESULT, drafted_at=december)
        case = replace(a_case(detected_at=december, statements=(result,)), clock_rules=rules())
        engine.cases.save([start_clocks(case, december, CALENDAR)])
    finally:
        engine.close()
    file = folder / "2027.toml"
    file.write_text(
        '[[year]]\nyear = 2027\ncitation = "通知"\non = []\noff = { "元旦" = [2027-01-01, 2027-01-04] }\n',
        "utf-8",
    )
    told = run("calendar", "update", str(file))
    assert "2027 年。" in told and "重算了 1 个事件的时限" in told
    assert "公布结果 2027-01-12 23:59 → 2027-01-13 23:59" in told
    assert "注意：2027 年的放假安排没有写农历除夕" in told and "国庆节（10月1日）" in told
    file.write_text('[[year]]\nyear = 2028\ncitation = "通知"\noff = { "元旦" = [2028-01-03] }\n', "utf-8")
    assert "2028 年（2027 年照旧）" in run("calendar", "update", str(file))
    assert "国庆节（10月1日）" in run("policy", "check")
    file.write_text("version = 1\n", "utf-8")
    with pytest.raises(Misconfigured, match="一年也没有写"):
        run("calendar", "update", str(file))
    assert set(calendar.load(settings.load().policy).office) == {2027, 2028}


def test_what_if_asks_the_rules_of_the_day_on_which_it_starts(folder: Path) -> None:
    (settings.load().policy / "in_force.toml").write_text(
        'version = 1\ncitations = ["本办通知"]\n'
        '[[period]]\npack = "henan-2017"\nunit = "henan"\nfrom = 2017-03-01\nuntil = 2030-01-01\n'
        '[[period]]\npack = "national-2016"\nunit = "henan"\nfrom = 2030-01-01\n',
        "utf-8",
    )

    def response(day: str) -> str:
        answers = json.loads(run("clock", "what-if", "--start", f"{day}T10:00", "--level", "一般", "--json"))
        return str(next(one["due"] for one in answers if one["kind"] == "response"))

    assert response("2029-12-30") == "2029-12-31T10:00:00+08:00"
    assert response("2030-01-02") == "2030-01-04T10:00:00+08:00"


def test_the_check_names_a_level_without_a_clock(folder: Path) -> None:
    file = settings.load().policy / "henan-2017.toml"
    text = file.read_text("utf-8")
    file.write_text(text.replace('levels = ["一般", "较大"]', 'levels = ["一般"]', 1), "utf-8")
    assert "较大没有“回应”（response）时限" in run("policy", "check")

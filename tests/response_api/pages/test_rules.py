"""规则, for everybody who works by them."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from html import unescape

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from huiying import tomlfile
from huiying.contracts import Role
from huiying.settings import Settings
from response_api.house import House
from tests.response_api.conftest import Visitor
from triage.policy import load

CHANGING = """
version = 1
citations = ["测试"]
[[period]]
pack = "henan-2017"
unit = "henan"
from = 2017-03-01
until = 2027-01-01
[[period]]
pack = "national-2016"
unit = "henan"
from = 2027-01-01
"""
NATIONAL_ALONE = 'data-name="到期">2027-01-03 00:30<'
"""An answer within 48 hours; the province asks for 24."""


@pytest.fixture
def folder(settings: Settings) -> Settings:
    shutil.copytree(tomlfile.DEFAULTS, settings.policy, dirs_exist_ok=True)
    return settings


@pytest.mark.parametrize("role", [Role.MONITOR, Role.HANDLER, Role.LEADER, Role.ADMIN])
def test_whoever_works_here_reads_the_rules_that_hold_for_them(visitor: Visitor, role: Role) -> None:
    page = visitor(role).get("/rules").text
    assert "本单位现在用的" in page
    assert "5 小时" in page
    assert "依据：" in page


def test_two_sets_are_compared(visitor: Visitor, folder: Settings) -> None:
    page = visitor(Role.DUTY).get("/rules?pack=henan-2017&with=strict").text
    differences = page.partition('id="differences"')[2].partition("</section>")[0]
    assert "事件发生" in differences
    same = visitor(Role.DUTY).get("/rules?pack=henan-2017&with=henan-2017").text
    assert 'id="differences"' not in same


def test_what_would_be_due_is_worked_out(visitor: Visitor) -> None:
    page = visitor(Role.DUTY).get("/rules?level=重大&start=2026-09-30T10:00").text
    table = page.partition('id="what-if"')[2].partition("</section>")[0]
    assert "2026-09-30 15:00" in table
    assert "working" in table


@pytest.fixture
def changing(app: FastAPI, folder: Settings) -> None:
    """The office turns to the national set on the first day of 2027, by the clock of Zhengzhou."""
    (folder.policy / "in_force.toml").write_text(CHANGING, "utf-8")
    house: House = app.state.house
    app.state.house = replace(house, desk=replace(house.desk, policy=load(folder.policy)))


def worked_out(client: TestClient, query: str) -> str:
    page: str = client.get(f"/rules?{query}").text
    return page.partition('id="what-if"')[2].partition("</section>")[0]


@pytest.mark.usefixtures("changing")
def test_what_would_be_due_goes_by_the_set_of_the_day_on_which_it_starts(visitor: Visitor) -> None:
    client = visitor(Role.DUTY)
    told = worked_out(client, "level=重大&start=2027-01-01T00:30")
    assert NATIONAL_ALONE in told
    assert "起算那天，本单位用的是“国家规定" in told and "下面按它算" in told
    assert 'name="pack"' not in told, "asked again, it goes by the day again"
    assert "起算那天" not in worked_out(client, "level=重大&start=2026-12-31T23:30")


@pytest.mark.usefixtures("changing")
def test_a_set_that_was_chosen_stays_and_it_is_told_that_another_holds_on_that_day(visitor: Visitor) -> None:
    client = visitor(Role.DUTY)
    told = worked_out(client, "pack=henan-2017&level=重大&start=2027-01-01T00:30")
    assert NATIONAL_ALONE not in told
    assert "下面是按所选的" in told
    (link,) = re.findall(r'href="/rules\?([^"#]+)#what-if"', told)
    assert "下面按它算" in worked_out(client, unescape(link))
    assert "起算那天" not in worked_out(client, "pack=national-2016&level=重大&start=2027-01-01T00:30")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("level=重大&start=明天", "起算时间要写成"),
        ("level=&start=2026-09-30T10:00", "请选择等级"),
        ("level=极大&start=2026-09-30T10:00", "请选择等级"),
    ],
)
def test_what_was_typed_wrongly_is_said_and_stays(visitor: Visitor, query: str, said: str) -> None:
    page = visitor(Role.DUTY).get(f"/rules?{query}").text
    assert said in page
    assert query.partition("start=")[2] in page


def test_a_set_that_is_being_written_wrongly_is_told_and_the_others_stand(
    visitor: Visitor, folder: Settings
) -> None:
    strict = folder.policy / "strict.toml"
    strict.write_text(strict.read_text("utf-8").replace("hours = 24", 'hours = "二十四"', 1), "utf-8")
    page = visitor(Role.DUTY).get("/rules").text
    assert "strict.toml" in page
    assert "本单位现在用的" in page


def test_names_that_nobody_knows_show_ones_own(visitor: Visitor) -> None:
    page = visitor(Role.DUTY).get("/rules?pack=../../etc/passwd&with=x")
    assert page.status_code == 200
    assert "本单位现在用的" in page.text

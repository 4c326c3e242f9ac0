"""The notice says what is really set up, and whoever sets up more must give it a word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crawlers.sources import Catalogue
from huiying import personal, retention
from huiying.app import opened
from huiying.clock import ManualClock
from huiying.contracts import Category, Level
from huiying.settings import load
from huiying.tomlfile import DEFAULTS, parse
from response_api.disclosure import NOT_TERMS, TERMS, Disclosure, notice
from tests.factories import NOW
from tests.response_api import office
from triage import protection

SOURCES = """
[defaults]
contact = "xinxi@example.gov.cn"
[[source]]
id = "a"
name = "甲"
kind = "feed"
url = "https://a.example.cn/rss"
basis = "公开的 RSS"
[[source]]
id = "b"
name = "乙"
kind = "board"
url = "https://b.example.cn/"
item = "a"
floor = "div"
content = "p"
basis = "公开版面，不需登录"
{exception}
[[source]]
id = "c"
name = "丙"
kind = "file"
path = "inbox/*.csv"
basis = "本单位业务数据"
[[source]]
id = "d"
name = "丁"
kind = "feed"
url = "https://d.example.cn/rss"
basis = "没有启用的"
enabled = false
"""


def told(exception: str = "") -> Disclosure:
    catalogue = parse(SOURCES.format(exception=exception), Catalogue, name="sources.toml")
    return replace(office.disclosure(), catalogue=lambda: catalogue)


def test_the_kinds_of_sources_are_those_that_are_on_with_their_grounds() -> None:
    places = notice(told()).places
    assert [(place.name, place.count) for place in places] == [("新闻", 1), ("论坛", 1), ("热线", 1)]
    assert [place.grounds for place in places] == [
        ("公开的 RSS",),
        ("公开版面，不需登录",),
        ("本单位业务数据",),
    ]


def test_robots_are_said_to_be_obeyed_only_where_they_are() -> None:
    assert "2 个来源，全部遵守" in notice(told()).robots
    excepted = notice(told('respect_robots = false\npermission = "某文件"')).robots
    assert "1 个遵守" in excepted and "1 个经批准不受其限制" in excepted
    assert "没有自动访问任何网站" in notice(office.disclosure()).robots


def test_who_is_responsible_falls_back_on_the_contact_of_the_catalogue() -> None:
    assert (notice(told()).responsible, notice(told()).contact) == ("", "xinxi@example.gov.cn")
    assert notice(office.disclosure()).contact == ""
    rules = office.disclosure().protection
    named = protection.Responsible(name="办公室", contact="0371-00000000")
    set_up = replace(told(), protection=rules.model_copy(update={"responsible": named}))
    assert (notice(set_up).responsible, notice(set_up).contact) == ("办公室", "0371-00000000")


def test_every_term_of_retention_has_a_word() -> None:
    assert set(TERMS) | NOT_TERMS == set(retention.Terms.model_fields)


def test_the_terms_of_files_are_told_by_level_and_class() -> None:
    files = retention.Files(not_ours=2, levels={Level.MAJOR: 20}, classes={Category.UNTRUE: 30})
    terms = office.disclosure().terms.model_copy(update={"files": files})
    kept = dict(notice(replace(office.disclosure(), terms=terms)).kept)
    assert kept["不予受理的事件、自行消退的苗头，连同信息原文"] == "办结后 2 年"
    assert kept["归入重大事件的信息原文和办理中写的文字"] == "办结后 20 年"
    assert kept["归入特别重大事件的信息原文和办理中写的文字"] == "永久"
    assert kept["其中处置分类为“不实信息”的，从长"] == "办结后 30 年"


def test_every_kind_that_texts_are_checked_for_is_named() -> None:
    assert notice(office.disclosure()).checked == personal.KINDS
    for kind, text in ((personal.MOBILE, "13812345678"), (personal.MAIL, "a@example.cn")):
        assert personal.find(text)[0].kind == kind
        assert kind in personal.KINDS


def test_what_exports_are_taken_in_without_is_named() -> None:
    left_out = notice(office.disclosure()).left_out
    number = "13800138000"
    assert personal.find(number)[0].kind in left_out
    assert number not in personal.blanked(number, allowed=frozenset(personal.KINDS) - set(left_out))
    assert personal.LANDLINE not in left_out


@pytest.mark.parametrize(
    ("line", "told"), [("irrelevant_days = 8", "8 天"), ("irrelevant_days = 31", "31 天")]
)
def test_a_change_of_retention_is_told_by_the_house_that_keeps_it(
    tmp_path: Path, line: str, told: str
) -> None:
    settings = load(data=tmp_path / "data", engine="embedded")
    settings.policy.mkdir(parents=True)
    text = (DEFAULTS / retention.FILE).read_text("utf-8").replace("irrelevant_days = 8", line)
    (settings.policy / retention.FILE).write_text(text, "utf-8")
    with opened(settings, ManualClock(NOW)) as house:
        app = house.web().config.app
        assert house.retention().terms == house.terms
        disclosure = app.state.house.disclosure  # type: ignore[union-attr]
        assert (TERMS["irrelevant_days"], told) in notice(disclosure).kept

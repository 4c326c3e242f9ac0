from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from crawlers.sources import Source
from response_api.source_list import source_rows, trial_rows
from response_api.source_trial import Outcome, Tried
from tests.factories import NOW


@dataclass(frozen=True, kw_only=True)
class State:
    id: str
    state: str
    note: str = ""
    name: str = ""
    ok: bool = True
    last_at: datetime | None = None
    last_ok_at: datetime | None = None
    posts: int = 0


def source(**changes: Any) -> Source:
    return Source.model_validate(
        {
            "id": "news",
            "name": "示例网",
            "kind": "list",
            "url": "https://news.example.cn/a",
            "item": "a",
            "basis": "公开列表页",
            **changes,
        }
    )


def test_a_source_says_what_it_is_and_how_it_does() -> None:
    state = State(
        id="news", state="failing", note="对方拒绝访问（403）", last_ok_at=NOW - timedelta(hours=1), posts=4
    )
    (row,) = source_rows([source()], [state], NOW)
    assert (row.kind, row.where, row.channel) == ("列表页", "news.example.cn", "新闻，普通账号")
    assert (row.every, row.state, row.good, row.note) == ("每 10分钟", "出错", False, "对方拒绝访问（403）")
    assert (row.last, row.posts, row.may_try, row.robots) == ("今天 09:00", 4, True, "")


def test_what_is_off_or_new_is_no_trouble() -> None:
    off, new = source_rows([source(enabled=False), source(id="b")], [State(id="news", state="failing")], NOW)
    assert (off.state, off.good, off.every, off.note) == ("停用", True, "停用", "")
    assert (new.state, new.good, new.last) == ("还没有看过", True, "—")


def test_who_allowed_going_past_robots_is_said() -> None:
    (row,) = source_rows([source(respect_robots=False, permission="豫函〔2026〕1号")], [], NOW)
    assert row.robots == "不受 robots.txt 限制：豫函〔2026〕1号"


def test_files_have_no_address_to_try() -> None:
    file = source(kind="file", path="inbox/*.csv", url="")
    assert not source_rows([file], [], NOW)[0].may_try


def test_what_could_not_be_read_is_said() -> None:
    one = Tried(
        title="", text="x", length=1, published="", url="", method="title:h1", confidence=0.9, ours=None
    )
    outcome = Outcome(
        source="a", name="甲", ok=True, problem="", seen=1, posts=1, ours=0, stopped=False, taken=(one,)
    )
    (row,) = trial_rows(outcome, NOW)
    assert (row.title, row.when, row.how, row.ours) == (
        "（无标题）",
        "没有读到",
        "题目取自大标题；把握 90%",
        "",
    )

"""登记登载 and 登记撤下 with forms alone, and what the public, the inbox and the papers say of it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from huiying.contracts import Attitude, Case, Channel, Role
from huiying.ports import Engine
from tests.factories import NOW, PARTS, a_line, a_route, an_answered_case, tell
from tests.response_api.conftest import Visitor
from tests.response_api.pages.test_acts import act
from tests.response_api.pages.test_amending import hide, signed
from tests.triage.texts import reading
from triage.record import carried

URL = "https://rmt.example.test/2026/11/1.html"
FORM = {"channel": "wechat", "where": "示例人防公众号", "url": URL, "at": "2026-11-23 09:45", "copy": ""}
HOUR = timedelta(hours=1)


@pytest.fixture
def case(engine: Engine) -> Case:
    made = an_answered_case(route=a_route(lead="zhengzhou"))
    return tell(engine, carried(replace(made, statements=(signed(made.id),))))


def noted(client: TestClient, case: Case, **changes: str):  # type: ignore[no-untyped-def]
    return act(client, case, "note_appearance", number=1, **{**FORM, **changes})


def test_it_is_written_down_shown_to_the_office_and_told_to_the_public(
    visitor: Visitor, stranger: TestClient, engine: Engine, case: Case
) -> None:
    spokesperson = visitor(Role.SPOKESPERSON)
    before = stranger.get(f"/public/cases/{case.id}").text
    assert "也登在" not in before
    sent = noted(
        spokesperson, case, copy="\n".join(["首页", *PARTS.values(), "关于地下车库人防门被拆的处理情况"])
    )
    assert sent.status_code == 303, sent.text
    page = spokesperson.get(sent.headers["location"]).text
    assert "已登记登载" in page and "文字与签发的一致" in page and "存档的那里的文字" in page
    shown = stranger.get(f"/public/cases/{case.id}").text
    assert "也登在" in shown and f'<a href="{URL}" rel="noopener nofollow">示例人防公众号</a>' in shown
    feed = json.loads(stranger.get("/public/feed.json").text)
    assert feed["items"][0]["date_modified"] > feed["items"][0]["date_published"]


def test_what_says_something_else_there_is_told_to_the_office_alone(
    visitor: Visitor, stranger: TestClient, case: Case
) -> None:
    spokesperson = visitor(Role.SPOKESPERSON)
    sent = noted(spokesperson, case, copy="\n".join(list(PARTS.values())[1:]))
    page = spokesperson.get(sent.headers["location"]).text
    assert "有 2 句与签发的文字不同" in page  # the title, and the one sentence of the facts
    assert "11月20日现场查看" in page
    assert "也登在" not in stranger.get(f"/public/cases/{case.id}").text


def test_what_is_typed_wrongly_comes_back_with_everything(
    visitor: Visitor, stranger: TestClient, engine: Engine, case: Case
) -> None:
    spokesperson = visitor(Role.SPOKESPERSON)
    sent = noted(spokesperson, case, url="rmt.example.test", at="昨天", where="<b>某号</b>", copy="粘贴来的")
    assert sent.status_code == 422
    for said in ("网址看不懂", "时间看不懂", "&lt;b&gt;某号&lt;/b&gt;", "粘贴来的", "rmt.example.test"):
        assert said in sent.text
    assert not engine.cases.get(case.id).statements[0].appearances


def test_names_are_shown_as_they_are_written(visitor: Visitor, stranger: TestClient, case: Case) -> None:
    noted(visitor(Role.SPOKESPERSON), case, where="<b>某号</b>")
    for page in (
        stranger.get(f"/public/cases/{case.id}").text,
        visitor(Role.HANDLER).get(f"/cases/{case.id}/statements/1").text,
    ):
        assert "&lt;b&gt;某号&lt;/b&gt;" in page and "<b>某号</b>" not in page


def test_what_is_hidden_waits_in_a_tray_until_somebody_says_that_it_is_gone(
    visitor: Visitor, stranger: TestClient, engine: Engine, case: Case
) -> None:
    spokesperson = visitor(Role.SPOKESPERSON)
    noted(spokesperson, case)
    assert "登在别处的还没撤下" not in spokesperson.get("/inbox").text
    hide(visitor, case)
    inbox = spokesperson.get("/inbox").text
    assert "登在别处的还没撤下" in inbox and f'href="/cases/{case.id}/statements/1"' in inbox
    page = spokesperson.get(f"/cases/{case.id}/statements/1").text
    assert "还没撤下" in page and 'id="act-note_appearance"' not in page
    assert URL not in stranger.get(f"/public/cases/{case.id}").text
    now = engine.cases.get(case.id).statements[0].suspensions[0].at
    sent = act(
        spokesperson,
        case,
        "note_removal",
        number=1,
        appearance="1",
        at=f"{now + 8 * HOUR:%Y-%m-%dT%H:%M}",
        reason="已删除",
    )
    assert sent.status_code == 303, sent.text
    page = spokesperson.get(sent.headers["location"]).text
    assert "已撤下" in page and "已删除" in page and "还没撤下" not in page
    assert "登在别处的还没撤下" not in spokesperson.get("/inbox").text


def test_a_copy_that_the_watch_has_seen_fills_the_form(
    visitor: Visitor, stranger: TestClient, engine: Engine, case: Case
) -> None:
    said = reading("".join(PARTS.values()), attitude=Attitude.NEUTRAL)
    post = replace(said.post, url=URL, channel=Channel.NEWS, source_name="示例新闻网")
    seen = replace(said, post=post, read_at=NOW)
    engine.archive.put([a_line(reading=seen, case_id=case.id)])
    spokesperson = visitor(Role.SPOKESPERSON)
    page = spokesperson.get(f"/cases/{case.id}/statements/1").text
    assert "监测到的转载" in page and "示例新闻网" in page
    link = re.search(r'href="(\?seen=[^"#]*)#act-note_appearance"', page)
    assert link
    form = spokesperson.get(f"/cases/{case.id}/statements/1{link.group(1)}").text
    assert (
        f'value="{URL}"' in form
        and '<option value="news" selected>' in form
        and 'id="act-note_appearance"' in form
    )
    assert re.search(r'<details[^>]* open id="act-note_appearance"', form)
    assert "监测到的转载" not in visitor(Role.SECRECY).get(f"/cases/{case.id}/statements/1").text
    noted(spokesperson, case, channel="news", where="示例新闻网")
    assert "监测到的转载" not in spokesperson.get(f"/cases/{case.id}/statements/1").text

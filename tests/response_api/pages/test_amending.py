"""更正, 暂停公开 and 恢复公开 with forms alone, and what the public, feeds, lists and papers say of it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import feedparser
import pytest
from starlette.testclient import TestClient

from huiying.clock import ManualClock
from huiying.contracts import (
    Approval,
    Assignment,
    Case,
    CaseState,
    DeliveryState,
    Publicity,
    Rank,
    Role,
    Statement,
    StatementState,
    StopReason,
    Suspension,
    Task,
)
from huiying.ports import Engine
from tests.factories import NOW, PARTS, a_body, a_route, a_statement, an_answered_case, tell
from tests.response_api.conftest import Visitor
from tests.response_api.pages.test_acts import DRAFT, act, hidden, write
from tests.triage.statements import owed
from triage.publishing import Part
from triage.record import carried

TITLE = "关于地下车库人防门被拆的处理情况"
HOUR = timedelta(hours=1)


def signed(case_id: str) -> Statement:
    """Published, past the people that it takes, and shown on the own page."""
    one = a_statement(case_id, publications=(owed("page", state=DeliveryState.DELIVERED),))
    review = Approval(sha256=one.sha256, by="baomi", at=NOW, outcome="可以公开")
    signature = Approval(sha256=one.sha256, by="qianfa", at=NOW, outcome="同意签发", rank=Rank.HEAD)
    return replace(one, review=review, signature=signature)


@pytest.fixture
def case(engine: Engine) -> Case:
    taken = Assignment(
        unit="zhengzhou",
        by="zhiban",
        at=NOW - 7 * HOUR,
        acknowledged_by="chengban",
        acknowledged_at=NOW - 6 * HOUR,
    )
    made = an_answered_case(route=a_route(lead="zhengzhou"), assignment=taken)
    return tell(engine, carried(replace(made, statements=(signed(made.id),))))


def hide(visitor: Visitor, case: Case, number: int = 1, why: str = "personal") -> None:
    sent = act(visitor(Role.SECRECY), case, "suspend", number=number, why=why, reason="漏了一位住户的姓名")
    assert sent.status_code == 303, sent.text


def put_right(visitor: Visitor, engine: Engine, case: Case) -> Case:
    """A correction of the first statement, past three people and onto the page."""
    handler = visitor(Role.HANDLER)
    shown = handler.get(f"/cases/{case.id}/statements/1").text
    link = re.search(r'href="([^"]*/statements/new\?corrects=1)"', shown)
    assert link and "更正" in shown
    form = handler.get(link.group(1))
    assert "更正：回应" in form.text and PARTS[Part.FACTS] in form.text
    saved = handler.post(
        f"/cases/{case.id}/statements/new", data={**hidden(form.text), **DRAFT, "title": "更正后的说明"}
    )
    assert saved.status_code == 303, saved.text
    assert "更正稿" in handler.get(saved.headers["location"]).text
    for role, step in ((Role.HANDLER, "submit"), (Role.SECRECY, "clear"), (Role.SIGNER, "sign"),
                       (Role.SPOKESPERSON, "publish")):  # fmt: skip
        assert act(visitor(role), case, step, number=2).status_code == 303
    return engine.cases.get(case.id)


# ------------------------------------------------------------------------------------------------ 更正


def test_a_correction_stands_beside_what_it_puts_right_and_each_leads_to_the_other(
    visitor: Visitor, stranger: TestClient, engine: Engine, case: Case
) -> None:
    case = put_right(visitor, engine, case)
    one, new = case.statements
    assert (case.state, new.corrects) == (CaseState.PUBLISHED, one.id)
    page = stranger.get(f"/public/cases/{case.id}").text
    assert f'更正，请看<a href="#{new.id}">更正后的文稿</a>' in page
    assert f'发布的<a href="#{one.id}">回应</a>' in page
    assert PARTS[Part.FACTS] in page, "what was said stays readable"
    assert "<h1>更正后的说明</h1>" in page
    assert stranger.get(f"/public/statements/{one.id}.txt").status_code == 200
    read = {entry.id: entry for entry in feedparser.parse(stranger.get("/public/feed.atom").text).entries}
    old, later = read[f"urn:huiying:statement:{one.id}"], read[f"urn:huiying:statement:{new.id}"]
    assert old.content[0].value.index("更正") < old.content[0].value.index("<h3>")
    assert old.updated == later.published > old.published
    assert any(link.href.endswith(f"/public/statements/{new.id}") for link in old.links)
    items = {
        item["url"].rpartition("/")[2]: item
        for item in json.loads(stranger.get("/public/feed.json").text)["items"]
    }
    assert items[one.id]["_huiying"]["corrected_by"].endswith(new.id)
    assert items[new.id]["_huiying"]["corrects"].endswith(one.id)
    assert items[one.id]["content_text"].startswith("本篇已于 ")
    office = visitor(Role.HANDLER).get(f"/cases/{case.id}/statements/1").text
    assert "已更正" in office and "corrects=1" not in office


def test_of_a_closed_matter_the_correction_waits_in_the_inboxes_of_those_whose_turn_it_is(
    visitor: Visitor, stranger: TestClient, engine: Engine, case: Case
) -> None:
    closed = replace(case, state=CaseState.CLOSED, closed_at=NOW, revision=case.revision + 1)
    engine.cases.save([carried(closed)])
    case = put_right(visitor, engine, closed)
    assert case.state is CaseState.CLOSED and "更正后的说明" in stranger.get(f"/public/cases/{case.id}").text
    assert write(visitor(Role.HANDLER), f"/cases/{case.id}/statements/new?corrects=2").status_code == 303
    assert f"/cases/{case.id}/statements/3" in visitor(Role.HANDLER).get("/inbox").text
    assert "第 3 号文稿，送保密审查" in visitor(Role.HANDLER).get(f"/cases/{case.id}").text


@pytest.mark.parametrize("number", ["7", "x", "2"])
def test_what_cannot_be_put_right_is_said_so(
    visitor: Visitor, engine: Engine, case: Case, number: str
) -> None:
    draft = replace(a_statement(case.id, number=2), state=StatementState.DRAFT, published_at=None)
    case = replace(case, statements=(*case.statements, draft), revision=case.revision + 1)
    engine.cases.save([case])
    assert visitor(Role.HANDLER).get(f"/cases/{case.id}/statements/new?corrects={number}").status_code in (
        404,
        409,
    )


def test_a_form_of_a_correction_that_was_made_meanwhile_gives_back_nothing_twice(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    handler = visitor(Role.HANDLER)
    form = handler.get(f"/cases/{case.id}/statements/new?corrects=1").text
    put_right(visitor, engine, case)
    again = handler.post(f"/cases/{case.id}/statements/new", data={**hidden(form), **DRAFT})
    assert again.status_code == 409
    assert len(engine.cases.get(case.id).statements) == 2


# -------------------------------------------------------------------------------------------- 暂停公开


def test_what_is_hidden_is_nowhere_for_the_public_but_for_hash_time_and_reason(
    visitor: Visitor, stranger: TestClient, engine: Engine, case: Case, clock: ManualClock
) -> None:
    (one,) = case.statements
    before = stranger.get("/public/feed.json")
    clock.advance(HOUR)
    hide(visitor, case)
    case = engine.cases.get(case.id)
    assert case.state is CaseState.ASSESSED
    page = stranger.get(f"/public/cases/{case.id}")
    everything = [
        page.text,
        stranger.get("/public").text,
        stranger.get("/public/feed.atom").text,
        stranger.get("/public/feed.json").text,
        stranger.get(f"/public/cases/{case.id}/heard").text,
    ]
    for shown in everything:
        assert TITLE not in shown and not any(text in shown for text in PARTS.values())
        assert "住户" not in shown, "what was written about it is for the office"
    assert one.sha256 in page.text and "暂停公开（涉及个人信息）" in page.text
    assert "2026-11-23 11:00" in page.text and "<h1>一件关于" in page.text
    gone = stranger.get(f"/public/statements/{one.id}.txt", headers={"if-none-match": f'"{one.sha256}"'})
    assert (gone.status_code, gone.headers["cache-control"]) == (410, "no-store")
    assert stranger.get(f"/public/statements/{one.id}").status_code == 302
    item = json.loads(everything[3])["items"][0]
    assert item["_huiying"]["suspended"] is True and item["_huiying"]["sha256"] == one.sha256
    assert item["date_modified"] > item["date_published"]
    again = {"if-none-match": before.headers["etag"], "if-modified-since": before.headers["last-modified"]}
    assert stranger.get("/public/feed.json", headers=again).status_code == 200, "whoever had it hears of it"


def test_the_office_reads_why_and_a_signer_shows_it_again(
    visitor: Visitor, stranger: TestClient, engine: Engine, case: Case
) -> None:
    hide(visitor, case)
    signer = visitor(Role.SIGNER)
    page = signer.get(f"/cases/{case.id}/statements/1").text
    assert "已暂停公开" in page and "漏了一位住户的姓名" in page and "涉及个人信息" in page
    assert (
        "恢复公开"
        not in visitor(Role.SECRECY).get(f"/cases/{case.id}/statements/1").text.split("自动检查")[0]
    )
    assert "已暂停公开" in visitor(Role.HANDLER).get(f"/cases/{case.id}").text
    done = act(signer, case, "resume", number=1, reason="核对过，没有姓名")
    assert done.status_code == 303
    assert "已恢复公开" in signer.get(done.headers["location"]).text
    assert TITLE in stranger.get(f"/public/cases/{case.id}").text
    (web,) = engine.cases.get(case.id).statements[0].publications
    assert (web.task, web.turn) == (Task.SHOW, 3)


def test_a_form_without_reason_or_words_comes_back(visitor: Visitor, engine: Engine, case: Case) -> None:
    secrecy = visitor(Role.SECRECY)
    refused = act(secrecy, case, "suspend", number=1, why="", reason="写着呢")
    assert refused.status_code == 422 and "请选择原因" in refused.text and "写着呢" in refused.text
    refused = act(secrecy, case, "suspend", number=1, why="wrong", reason="")
    assert refused.status_code == 422 and "请写明理由" in refused.text
    assert engine.cases.get(case.id).statements[0].suspended is None


def test_what_an_outlet_still_shows_waits_in_the_tray(visitor: Visitor, engine: Engine, case: Case) -> None:
    hide(visitor, case)
    case = engine.cases.get(case.id)
    failed = replace(case.statements[0].publications[0], state=DeliveryState.FAILED, detail="对方没有回复")
    one = replace(case.statements[0], publications=(failed,))
    engine.cases.save([carried(replace(case, statements=(one,), revision=case.revision + 1))])
    spokesperson = visitor(Role.SPOKESPERSON)
    assert f"/cases/{case.id}" in spokesperson.get("/inbox").text
    assert "没有撤下：对方没有回复" in spokesperson.get(f"/cases/{case.id}").text
    assert act(spokesperson, case, "hand_over").status_code == 303
    assert "待撤下" in spokesperson.get(f"/cases/{case.id}").text


def test_what_was_never_open_to_all_is_neither_hidden_nor_put_right(
    visitor: Visitor, stranger: TestClient, engine: Engine
) -> None:
    body = a_body(publicity=Publicity.CLOSED, ground="privacy", title="住户姓名")
    made = an_answered_case(route=a_route(lead="zhengzhou", restricted=True))
    one = a_statement(made.id, body, publicity=Publicity.CLOSED, publicity_reason="privacy")
    case = tell(engine, replace(made, statements=(one,)))
    before = stranger.get(f"/public/cases/{case.id}").text
    page = visitor(Role.SIGNER, "zhengzhou").get(f"/cases/{case.id}/statements/1").text
    assert 'id="act-suspend"' not in page
    held = Suspension(at=NOW, by="baomi", reason=StopReason.SECRECY, words="")
    later = replace(a_statement(made.id, a_body(), number=2), corrects=one.id, published_at=NOW)
    # Even where the record had both, nothing more would be told of what is not for the public.
    engine.cases.save([replace(case, revision=2, statements=(replace(one, suspensions=(held,)),))])
    token = re.compile(r'name="csrf" value="[^"]*"')
    assert token.sub("", stranger.get(f"/public/cases/{case.id}").text) == token.sub("", before)
    engine.cases.save([replace(case, revision=3, statements=(one, later))])
    shown = stranger.get(f"/public/cases/{case.id}").text
    assert "更正后的文稿" not in shown and one.sha256 not in shown

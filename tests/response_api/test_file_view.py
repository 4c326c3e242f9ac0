"""What the pages say of a file: until when it is kept, that somebody keeps it longer, that it is gone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from starlette.testclient import TestClient

from huiying.contracts import Case, CaseState, Erased, EventKind, Hold, Role, StatementState
from huiying.ports import Engine
from huiying.retention import Files
from response_api.file_view import file_view
from response_api.words import as_is
from tests.factories import NOW, a_case, a_statement, an_answered_case, tell
from tests.response_api.conftest import Visitor, submit
from tests.triage.texts import policy
from triage.deeds.filing import erase, erased
from triage.titles import GONE


def nothing(_: str) -> None:
    return None


CLOSED = a_case(state=CaseState.CLOSED, closed_at=NOW)


def test_a_file_says_until_when_it_is_kept_and_by_which_rule() -> None:
    told = file_view(CLOSED, Files(), policy(), nothing, NOW, as_is)
    assert told.term == "案卷保管期限 10 年（舆情等级一般），保存到 2036-11-23，到期清除信息原文和办理文字"
    assert (told.gone, told.hold, told.reason) == ("", "", "")
    assert file_view(a_case(), Files(), policy(), nothing, NOW, as_is).term == ""
    for_ever = file_view(CLOSED, Files(levels={CLOSED.severity.level: None}), policy(), nothing, NOW, as_is)
    assert for_ever.term == "案卷保管期限永久（舆情等级一般）"


def test_a_hold_is_shown_with_who_until_when_and_why_and_no_longer_than_it_stands() -> None:
    held = replace(CLOSED, hold=Hold(by="li", at=NOW, until=NOW + timedelta(days=2), reason="d"))
    told = file_view(held, Files(), policy(), lambda _: "复议未完", NOW, as_is)
    assert (told.hold, told.reason) == ("继续保存，到 2026-11-25 10:00（li 2026-11-23 10:00）", "复议未完")
    assert file_view(held, Files(), policy(), nothing, NOW + timedelta(days=3), as_is).hold == ""


def _erased(case: Case) -> Case:
    gone = erase(case, NOW, Erased(at=NOW, rule="案卷保管期限 10 年（舆情等级一般）"), "清除")
    return replace(erased(gone), revision=case.revision + 1)


TOLD = f"{GONE}（2026-11-23 10:00，依据：案卷保管期限 10 年（舆情等级一般））"


def test_case_page_and_public_page_of_an_erased_file_open_and_say_so(
    visitor: Visitor, stranger: TestClient, engine: Engine
) -> None:
    case = an_answered_case()
    given_up = a_statement(
        case.id, number=2, state=StatementState.WITHDRAWN, sha256="0" * 64, published_at=None
    )
    case = tell(engine, replace(case, statements=(*case.statements, given_up)))
    engine.cases.save([_erased(replace(case, state=CaseState.CLOSED, closed_at=NOW - timedelta(days=4000)))])
    page = visitor(Role.LEADER).get(f"/cases/{case.id}")
    assert page.status_code == 200
    assert TOLD in page.text
    assert case.lead not in page.text
    public = stranger.get(f"/public/cases/{case.id}")
    assert public.status_code == 200
    assert TOLD in public.text
    assert case.statements[0].sha256 in public.text
    assert stranger.get("/public").status_code == stranger.get("/public/feed.atom").status_code == 200
    assert visitor(Role.LEADER).get(f"/cases/{case.id}/statements/1").status_code == 200
    draft = visitor(Role.LEADER).get(f"/cases/{case.id}/statements/2")
    assert "没有发布的文稿不再保存" in draft.text
    assert "请重新拟稿" not in draft.text


def test_secrecy_keeps_a_file_longer_on_the_case_page_and_others_are_told_who_may(
    visitor: Visitor, engine: Engine
) -> None:
    engine.cases.save([CLOSED])
    person, path = visitor(Role.SECRECY), f"/cases/{CLOSED.id}"
    assert f"{path}/acts/hold" in person.get(path).text
    refused = submit(person, path, to=f"{path}/acts/hold", until="2020-01-01T08:00", reason="复议未完")
    assert refused.status_code == 422
    assert "要晚于现在" in refused.text
    assert "复议未完" in refused.text
    done = submit(person, path, to=f"{path}/acts/hold", until="", reason="复议未完")
    assert done.status_code == 303
    page = person.get(path).text
    assert re.search("继续保存，直到解除（.* 2026-11-23 10:00）", page)
    assert "复议未完" in page
    assert engine.cases.get(CLOSED.id).events[-1].kind is EventKind.HELD
    duty = visitor(Role.DUTY)
    assert "acts/hold" not in duty.get(path).text
    told = submit(duty, path, to=f"{path}/acts/hold", until="", reason="想留着")
    assert told.status_code in (403, 409, 422)
    assert "您的角色不能继续保存" in told.text

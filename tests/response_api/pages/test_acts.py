"""People take a matter from the alert to the file with forms alone; what cannot be done gives back what was typed."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import httpx
import msgspec
import pytest
from starlette.testclient import TestClient

from huiying.clock import SHANGHAI, ManualClock
from huiying.contracts import (
    Authority,
    Case,
    CaseState,
    ClockKind,
    ClockState,
    DeliveryState,
    EventKind,
    Rank,
    Role,
    StatementState,
    Suggestion,
)
from huiying.ports import Engine
from nlp.annotators import allegations
from response_api.auth import ACCOUNT, Account
from tests.conftest import settings  # noqa: F401  every engine
from tests.factories import (
    NOW,
    a_body,
    a_case,
    a_clock,
    a_line,
    a_post,
    a_reading,
    a_route,
    a_rule,
    an_answered_case,
    tell,
)
from tests.factories import a_statement as told_statement
from tests.nlp.reading import a_sheet, annotated
from tests.response_api.conftest import PASSWORDS, Visitor, submit
from tests.triage.people import WORDS
from tests.triage.statements import BODY, a_statement, owed
from tests.triage.texts import rules
from triage.publishing import Part
from triage.record import carried
from triage.texts import BODY as KEPT_BODY
from triage.texts import Texts

Person = Callable[[Role], TestClient]
DRAFT = {
    "kind": "answer",
    "category": "difficulty",
    "publicity": "open",
    "title": "关于地下车库人防门的回应",
    **{part.value: text for part, text in WORDS.items()},
}
DENIED = a_body(title="关于人防门的情况说明", parts={Part.FACTS: "11月20日现场查看，12樘人防门完好。"})


@pytest.fixture
def case(engine: Engine) -> Case:
    made = a_case(
        clocks=(a_clock(), a_clock(rule=a_rule(kind=ClockKind.RESPONSE, name="回应", hours=24))),
        route=a_route(lead="zhengzhou"),
    )
    engine.cases.save([made])
    return made


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def act(client: TestClient, case: Case, act: str, *, number: int = 0, **fields: str):  # type: ignore[no-untyped-def]
    """Open the page that has the button, fill in its form, send it."""
    page = f"/cases/{case.id}" + (f"/statements/{number}" if number else "")
    shown = client.get(page)
    form = re.search(rf'<form method="post" action="/cases/{case.id}/acts/{act}".*?</form>', shown.text, re.S)
    assert form, f"{act} is not offered on {page}"
    return client.post(f"/cases/{case.id}/acts/{act}", data={**hidden(form.group()), **fields})


def send_unasked(client: TestClient, engine: Engine, case: Case, act: str, *, number: int):  # type: ignore[no-untyped-def]
    """Send the form of a step that the page offers no more, as from a page that was opened before."""
    now = engine.cases.get(case.id)
    statement = now.statements[number - 1]
    token = hidden(client.get("/inbox").text)["csrf"]
    fields = {
        "csrf": token,
        "seen": str(len(now.events)),
        "statement": statement.id,
        "sha256": statement.sha256,
    }
    return client.post(f"/cases/{case.id}/acts/{act}", data=fields)


def write(client: TestClient, address: str, **fields: str):  # type: ignore[no-untyped-def]
    return client.post(address, data={**hidden(client.get(address).text), **DRAFT, **fields})


def test_a_matter_goes_all_the_way_with_forms_alone(visitor: Visitor, engine: Engine, case: Case) -> None:
    duty, handler = visitor(Role.DUTY), visitor(Role.HANDLER)
    assert act(duty, case, "confirm").status_code == 303
    assert act(duty, case, "assign", unit="zhengzhou", note="请两小时内签收").status_code == 303
    done = act(handler, case, "acknowledge")
    assert done.headers["location"] == f"/cases/{case.id}?done=acknowledge#desk"
    assert "已签收" in handler.get(done.headers["location"]).text
    assert act(handler, case, "assess", category="difficulty", finding="确有此事").status_code == 303
    assert (
        act(handler, case, "consult", participants="市住建局\n市委网信办", conclusion="统一口径").status_code
        == 303
    )
    assert write(handler, f"/cases/{case.id}/statements/new").status_code == 303
    assert act(handler, case, "submit", number=1).status_code == 303
    assert act(visitor(Role.SECRECY), case, "clear", number=1).status_code == 303
    assert act(visitor(Role.SIGNER), case, "sign", number=1).status_code == 303
    assert act(visitor(Role.SPOKESPERSON), case, "publish", number=1).status_code == 303
    assert act(handler, case, "follow_up", solved="yes", found="来电说门装回去了").status_code == 303
    assert act(duty, case, "close").status_code == 303
    closed = engine.cases.get(case.id)
    assert closed.state is CaseState.CLOSED
    page = handler.get(f"/cases/{case.id}").text
    for said in ("请两小时内签收", "确有此事", "市委网信办", "统一口径", "来电说门装回去了", "已办结"):
        assert said in page


def test_a_waiver_is_taken_back_with_a_form(visitor: Visitor, engine: Engine, case: Case) -> None:
    head = visitor(Role.LEADER)
    assert "/acts/reinstate" not in head.get(f"/cases/{case.id}").text
    assert act(head, case, "waive", clock="response", reason="已当面答复").status_code == 303
    assert "/acts/reinstate" not in visitor(Role.DUTY).get(f"/cases/{case.id}").text
    done = act(head, case, "reinstate", clock="response", reason="还要书面答复")
    assert done.status_code == 303
    states = {one.rule.kind: one.state for one in engine.cases.get(case.id).clocks}
    assert states[ClockKind.RESPONSE] is ClockState.RUNNING
    page = head.get(done.headers["location"]).text
    assert "恢复回应" in page and "还要书面答复" in page and "/acts/reinstate" not in page


def test_a_report_is_offered_to_whom_the_duty_names_and_above(visitor: Visitor, engine: Engine) -> None:
    report = replace(a_rule(kind=ClockKind.REPORT_UP, name="上报", hours=1), duty="报主要负责人")
    made = a_case(clocks=(a_clock(rule=report),), route=a_route(lead="zhengzhou"))
    engine.cases.save([made])
    duty = visitor(Role.DUTY)
    form = re.search(r'acts/report_up".*?</form>', duty.get(f"/cases/{made.id}").text, re.S)
    assert form and re.findall(r'<option value="([^"]+)"', form.group()) == [
        "主要负责人",
        "主要负责人和本级政府",
        "上级主管部门",
    ]
    refused = act(duty, made, "report_up", to="分管领导", note="电话报告")
    assert refused.status_code == 422 and "只报分管领导不算" in refused.text and "电话报告" in refused.text
    assert act(duty, made, "report_up", to="主要负责人").status_code == 303


def test_only_those_are_offered_a_step_who_may_take_it(visitor: Visitor, case: Case) -> None:
    offered = {
        role: re.findall(rf"/cases/{case.id}/acts/([a-z_]+)", visitor(role).get(f"/cases/{case.id}").text)
        for role in (Role.MONITOR, Role.HANDLER, Role.SECRECY)
    }
    assert "confirm" in offered[Role.MONITOR] and "dismiss" not in offered[Role.MONITOR]
    assert "acknowledge" in offered[Role.HANDLER] and "confirm" not in offered[Role.HANDLER]
    assert offered[Role.SECRECY] == []


def test_an_act_of_another_role_is_refused_and_changes_nothing(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    monitor = visitor(Role.MONITOR)
    token = hidden(monitor.get(f"/cases/{case.id}").text)["csrf"]
    refused = monitor.post(f"/cases/{case.id}/acts/acknowledge", data={"csrf": token, "seen": "0"})
    assert refused.status_code == 403 and "您的角色不能签收" in refused.text
    assert engine.cases.get(case.id) == case


def test_a_form_without_its_token_is_refused(visitor: Visitor, engine: Engine, case: Case) -> None:
    assert visitor(Role.DUTY).post(f"/cases/{case.id}/acts/confirm", data={"seen": "0"}).status_code == 403
    assert engine.cases.get(case.id) == case


def test_what_was_typed_stands_in_the_form_again_when_something_is_missing(
    visitor: Visitor, case: Case
) -> None:
    duty = visitor(Role.DUTY)
    refused = act(duty, case, "raise", level="", reason="<b>多家媒体</b>关注 =1+1")
    assert refused.status_code == 422
    assert "请选择等级" in refused.text
    assert html.escape("<b>多家媒体</b>关注 =1+1") in refused.text
    assert "<b>多家媒体</b>" not in refused.text


def test_the_second_of_two_is_told_what_changed_and_keeps_the_text(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    duty, monitor = visitor(Role.DUTY), visitor(Role.MONITOR)
    form = hidden(duty.get(f"/cases/{case.id}").text)
    act(monitor, case, "confirm")
    told = duty.post(f"/cases/{case.id}/acts/dismiss", data={**form, "reason": "这是施工噪音，不是警报"})
    assert told.status_code == 409
    assert "确认为本办事项" in told.text and "这是施工噪音，不是警报" in told.text
    assert engine.cases.get(case.id).state is CaseState.CONFIRMED
    again = re.search(r'action="/cases/[^"]+/acts/dismiss".*?</form>', told.text, re.S)
    assert again
    sent = duty.post(f"/cases/{case.id}/acts/dismiss", data={**hidden(again.group()), "reason": "施工噪音"})
    assert sent.status_code == 303
    assert engine.cases.get(case.id).state is CaseState.DISMISSED


def test_the_second_of_two_who_edit_keeps_the_draft(visitor: Visitor, engine: Engine, case: Case) -> None:
    handler, other = visitor(Role.HANDLER), visitor(Role.SPOKESPERSON)
    for step in ("acknowledge",):
        act(handler, case, step)
    act(handler, case, "assess", category="difficulty", finding="确有此事")
    write(handler, f"/cases/{case.id}/statements/new")
    address = f"/cases/{case.id}/statements/1/edit"
    form = hidden(other.get(address).text)
    write(handler, address, next="十二月八日前公布。")
    mine = "十二月六日前在小区公示栏公布。"
    told = other.post(address, data={**form, **DRAFT, "next": mine})
    assert told.status_code == 409 and mine in told.text and "改稿" in told.text
    assert "<ins>十二月八日前公布。</ins>" in told.text and "会用您写的替换这一版" in told.text
    assert "十二月八日" in visitor(Role.HANDLER).get(f"/cases/{case.id}/statements/1").text


def test_every_field_that_is_wrong_has_its_fault_beside_it(visitor: Visitor, case: Case) -> None:
    refused = act(visitor(Role.DUTY), case, "raise", level="", reason="来电人13812345678")
    form = refused.text.partition('id="act-raise"')[2].partition("</form>")[0]
    assert "有 2 处需要改" in refused.text
    assert form.count('class="fault"') == 2 and "请选择等级" in form and "手机号码" in form


def test_an_empty_draft_is_given_back_with_what_to_do(visitor: Visitor, case: Case) -> None:
    handler = visitor(Role.HANDLER)
    act(handler, case, "acknowledge")
    nothing = dict.fromkeys(("title", "facts", "stance", "measures", "next", "contact"), "")
    refused = write(handler, f"/cases/{case.id}/statements/new", **nothing, kind="first", category="nobody")
    assert refused.status_code == 422 and "有 2 处需要改" in refused.text
    assert "请选择处置分类" in refused.text and "还空着" in refused.text


def test_a_draft_that_is_far_too_long_is_refused_with_every_word_of_it(visitor: Visitor, case: Case) -> None:
    handler = visitor(Role.HANDLER)
    act(handler, case, "acknowledge")
    act(handler, case, "assess", category="difficulty", finding="确有此事")
    long = "这是很长的一段。" * 25_000
    refused = write(handler, f"/cases/{case.id}/statements/new", facts=long)
    assert refused.status_code == 422 and "没有存下" in refused.text
    assert long in refused.text


def test_what_must_be_mended_stands_on_the_page_of_the_statement(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    handler = visitor(Role.HANDLER)
    act(handler, case, "acknowledge")
    act(handler, case, "assess", category="difficulty", finding="确有此事")
    write(
        handler,
        f"/cases/{case.id}/statements/new",
        facts="联系王工 13812345678，现场核对属实，共有车位一百二十个",
    )
    page = handler.get(f"/cases/{case.id}/statements/1").text
    assert "疑似手机号码" in page and "138******78" in page
    assert "自动检查有 1 处须改，先改稿" in page and "acts/submit" not in page
    refused = send_unasked(handler, engine, case, "submit", number=1)
    assert refused.status_code == 422 and "疑似手机号码" in refused.text
    assert engine.cases.get(case.id).statements[0].state is StatementState.DRAFT


def test_a_reviewer_sees_the_bytes_their_digest_and_what_changed(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    handler, secrecy = visitor(Role.HANDLER), visitor(Role.SECRECY)
    act(handler, case, "acknowledge")
    act(handler, case, "assess", category="difficulty", finding="确有此事")
    write(handler, f"/cases/{case.id}/statements/new", title="<script>alert(1)</script> & 回应")
    act(handler, case, "submit", number=1)
    act(secrecy, case, "send_back", number=1, reason="措施写具体些")
    page = handler.get(f"/cases/{case.id}/statements/1").text
    assert "措施写具体些" in page
    write(
        handler,
        f"/cases/{case.id}/statements/1/edit",
        measures="已约谈物业，责令本周五前把人防门装回原位，并公示责任人科室。",
    )
    act(handler, case, "submit", number=1)
    page = secrecy.get(f"/cases/{case.id}/statements/1").text
    statement = engine.cases.get(case.id).statements[0]
    assert statement.sha256 in page
    assert "<ins>已约谈物业" in page and "<del>" in page
    assert "<script>alert(1)" not in page


def test_the_inbox_shows_what_waits_for_whom_with_its_clock(visitor: Visitor, case: Case) -> None:
    handler, duty, secrecy = visitor(Role.HANDLER), visitor(Role.DUTY), visitor(Role.SECRECY)
    page = handler.get("/inbox").text
    assert "待签收" in page and case.title in page and "签收</small>" in page and 'class="count' in page
    assert "待确认" in duty.get("/inbox").text
    assert "没有等您办的事" in secrecy.get("/inbox").text
    act(handler, case, "acknowledge")
    act(handler, case, "assess", category="difficulty", finding="确有此事")
    write(handler, f"/cases/{case.id}/statements/new")
    act(handler, case, "submit", number=1)
    assert f"/cases/{case.id}/statements/1" in secrecy.get("/inbox").text


def test_one_press_in_the_inbox_does_what_asks_for_nothing_and_leads_back_to_it(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    for role, step, said in ((Role.DUTY, "confirm", "已确认"), (Role.HANDLER, "acknowledge", "已签收")):
        person = visitor(role)
        row = re.search(rf'<form method="post" action="/cases/{case.id}/acts/{step}".*?</form>',
                        person.get("/inbox").text, re.S)  # fmt: skip
        assert row, f"{step} is not offered in the inbox"
        done = person.post(f"/cases/{case.id}/acts/{step}", data=hidden(row.group()))
        assert done.headers["location"] == f"/inbox?done={step}#done"
        assert said in person.get("/inbox", params={"done": step}).text
    assert engine.cases.get(case.id).state is CaseState.ACKNOWLEDGED


def test_a_row_of_the_inbox_has_no_button_for_who_may_not_take_the_step(visitor: Visitor, case: Case) -> None:
    assert f"/cases/{case.id}/acts/" not in visitor(Role.SECRECY).get("/inbox").text
    act(visitor(Role.HANDLER), case, "acknowledge")
    assert f"/cases/{case.id}/acts/" not in visitor(Role.HANDLER).get("/inbox").text


def test_what_was_pressed_in_vain_says_nothing_of_words_that_nobody_wrote(
    visitor: Visitor, case: Case
) -> None:
    duty, monitor = visitor(Role.DUTY), visitor(Role.MONITOR)
    form = hidden(duty.get(f"/cases/{case.id}").text)
    act(monitor, case, "confirm")
    told = duty.post(f"/cases/{case.id}/acts/confirm", data=form)
    assert told.status_code == 409 and "确认为本办事项" in told.text
    assert "没有办" in told.text and "您写的内容" not in told.text


def test_what_was_only_asked_for_is_not_said_to_be_done(visitor: Visitor, engine: Engine, case: Case) -> None:
    handler = visitor(Role.HANDLER)
    asked = act(handler, case, "waive", clock="response", reason="已当面答复，请求免除")
    page = handler.get(asked.headers["location"]).text
    assert "已提出请示：免除时限" in page and "已免除时限" not in page
    running = [clock.state for clock in engine.cases.get(case.id).clocks]
    assert running == [ClockState.RUNNING, ClockState.RUNNING]


def test_a_matter_that_is_not_found_to_merge_into_is_asked_for_by_its_address(
    visitor: Visitor, case: Case
) -> None:
    refused = act(visitor(Role.DUTY), case, "merge", into="那件车位的事", reason="同一件事")
    assert refused.status_code == 422
    assert "复制浏览器地址栏里的网址" in refused.text and "那件车位的事" in refused.text


def test_a_reason_that_names_somebody_comes_back_with_what_to_take_out(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    reason = "来电人 13812345678 说是误会，身份证号410305199001011234"
    refused = act(visitor(Role.DUTY), case, "dismiss", reason=reason)
    assert refused.status_code == 422
    assert reason in refused.text
    assert "疑似手机号码“138******78”" in refused.text and "疑似身份证号码" in refused.text
    assert engine.cases.get(case.id) == case


def test_what_is_not_on_the_web_waits_in_a_tray_and_is_handed_over_with_one_press(
    visitor: Visitor, engine: Engine
) -> None:
    failed = owed(state=DeliveryState.FAILED, attempts=12, detail="对方拒收")
    sha256 = Texts(engine.register).keep_body(BODY)
    case = tell(engine, carried(an_answered_case(a_statement(sha256, publications=(failed,)))))
    spokesperson = visitor(Role.SPOKESPERSON)
    page = spokesperson.get("/inbox").text
    assert "没有上网" in page and f"/cases/{case.id}" in page
    assert "没有上网" in visitor(Role.DUTY).get("/inbox").text
    assert "没有上网" not in visitor(Role.HANDLER, "zhengzhou").get("/inbox").text
    assert "再次交送" in spokesperson.get(f"/cases/{case.id}").text
    assert act(spokesperson, case, "hand_over").status_code == 303
    assert "没有上网" not in spokesperson.get("/inbox").text
    assert engine.cases.get(case.id).events[-1].kind is EventKind.HANDED_OVER


def test_an_unknown_act_and_an_unknown_statement_are_not_found(visitor: Visitor, case: Case) -> None:
    duty = visitor(Role.DUTY)
    token = hidden(duty.get(f"/cases/{case.id}").text)
    assert duty.post(f"/cases/{case.id}/acts/erase", data=token).status_code == 404
    assert duty.get(f"/cases/{case.id}/statements/7").status_code == 404
    assert duty.post("/cases/nobody/acts/confirm", data=token).status_code == 404


def signed(visitor: Visitor, case: Case) -> TestClient:
    """A first statement is signed by the head of a division, which is enough for the level; gives its handler."""
    handler = visitor(Role.HANDLER)
    in_draft(handler, case)
    act(handler, case, "submit", number=1)
    act(visitor(Role.SECRECY), case, "clear", number=1)
    act(visitor(Role.SIGNER), case, "sign", number=1)
    return handler


def test_what_has_outgrown_its_signature_is_not_offered_for_publishing(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    handler, spokesperson = signed(visitor, case), visitor(Role.SPOKESPERSON)
    assert "acts/publish" in spokesperson.get(f"/cases/{case.id}/statements/1").text
    assert "待发布" in spokesperson.get("/inbox").text
    lower_the_signature(engine, case)
    act(visitor(Role.DUTY), case, "raise", level="特别重大", reason="有人遇难")
    act(handler, case, "consult", participants="省住建厅", conclusion="统一口径")
    needed = "特别重大的事件要由主要负责人以上签发，请退回后重新送审、签发"
    page = spokesperson.get(f"/cases/{case.id}/statements/1").text
    assert "acts/publish" not in page and needed in page
    assert f"第 1 号文稿还不能发布：{needed}" in handler.get(f"/cases/{case.id}").text
    for role in (Role.SPOKESPERSON, Role.SIGNER, Role.SECRECY):
        inbox = visitor(role).get("/inbox").text
        assert "已签发、还不能发布" in inbox and "待发布" not in inbox, role
    refused = send_unasked(spokesperson, engine, case, "publish", number=1)
    assert refused.status_code == 409 and f"不能发布：{needed}" in refused.text
    assert "acts/publish" not in refused.text
    act(visitor(Role.SIGNER), case, "send_back", number=1, reason="等级升了，重新签发")
    act(handler, case, "submit", number=1)
    act(visitor(Role.SECRECY), case, "clear", number=1)
    act(visitor(Role.SIGNER), case, "sign", number=1)
    assert act(spokesperson, case, "publish", number=1).status_code == 303


def lower_the_signature(engine: Engine, case: Case) -> None:
    now = engine.cases.get(case.id)
    (statement,) = now.statements
    assert statement.signature is not None
    lower = replace(statement, signature=replace(statement.signature, rank=Rank.DIVISION_HEAD))
    engine.cases.save([replace(now, statements=(lower,), revision=now.revision + 1)])


def test_a_statement_says_whose_turn_it_is(visitor: Visitor, case: Case) -> None:
    handler = visitor(Role.HANDLER)
    in_draft(handler, case)
    page = f"/cases/{case.id}/statements/1"
    assert "写好后送审" in handler.get(page).text
    act(handler, case, "submit", number=1)
    assert "保密审查员审查，不能是作者" in handler.get(page).text
    act(visitor(Role.SECRECY), case, "clear", number=1)
    assert "处室负责人以上签发，不能是作者和审查人" in handler.get(page).text


def test_a_matter_that_cannot_be_closed_yet_says_why_instead_of_offering_it(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    handler, duty = signed(visitor, case), visitor(Role.DUTY)
    act(visitor(Role.SPOKESPERSON), case, "publish", number=1)
    act(handler, case, "follow_up", solved="yes", found="来电说门装回去了")
    write(handler, f"/cases/{case.id}/statements/new", kind="result")
    page = duty.get(f"/cases/{case.id}").text
    assert "acts/close" not in page
    assert "第 2 号文稿还没有发布。先发布，或作废" in page
    act(handler, case, "withdraw", number=2, reason="不用了")
    assert act(duty, case, "close").status_code == 303


def test_what_was_answered_is_not_offered_for_merging_away(visitor: Visitor, case: Case) -> None:
    signed(visitor, case)
    act(visitor(Role.SPOKESPERSON), case, "publish", number=1)
    page = visitor(Role.DUTY).get(f"/cases/{case.id}").text
    assert "acts/merge" not in page and "可以反过来合并" in page


def test_whoever_begins_another_draft_is_led_to_the_one_in_hand(visitor: Visitor, case: Case) -> None:
    handler = visitor(Role.HANDLER)
    new = f"/cases/{case.id}/statements/new"
    assert "已有文稿" not in handler.get(new).text
    in_draft(handler, case)
    page = handler.get(new).text
    assert f'<a href="/cases/{case.id}/statements/1">第 1 号文稿（回应，拟稿）</a>在办' in page
    assert "已有文稿" not in handler.get(f"/cases/{case.id}/statements/1/edit").text


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "9999-12-31T23:59", "２０２６-12-31T10:00", "明天"])
def test_a_next_release_that_is_no_time_is_given_back(visitor: Visitor, case: Case, typed: str) -> None:
    handler = visitor(Role.HANDLER)
    act(handler, case, "acknowledge")
    refused = write(handler, f"/cases/{case.id}/statements/new", kind="first", next_release_at=typed)
    assert refused.status_code == 422 and "时间看不懂" in refused.text and typed in refused.text


def test_an_answer_is_offered_for_writing_once_the_matter_is_assessed(visitor: Visitor, case: Case) -> None:
    handler = visitor(Role.HANDLER)
    act(handler, case, "acknowledge")
    new = f"/cases/{case.id}/statements/new?kind="
    page = handler.get(f"/cases/{case.id}").text
    assert f"{new}first" in page and f"{new}answer" not in page and f"{new}result" not in page
    assert 'value="result"' not in handler.get(f"{new}first").text
    act(handler, case, "assess", category="difficulty", finding="确有此事")
    assert f"{new}answer" in handler.get(f"/cases/{case.id}").text


def test_leaders_are_offered_the_duties_that_their_rank_may_waive(visitor: Visitor, engine: Engine) -> None:
    case = tell(engine, statutory_and_of_the_house())
    leader = visitor(Role.LEADER)
    engine_rank(engine, "leader", Rank.DEPUTY)
    form = re.search(r'acts/waive".*?</form>', leader.get(f"/cases/{case.id}").text, re.S)
    assert form and "签收（办内要求）" in form.group() and "回应（法定" not in form.group()
    engine_rank(engine, "leader", Rank.HEAD)
    form = re.search(r'acts/waive".*?</form>', leader.get(f"/cases/{case.id}").text, re.S)
    assert form and "回应（法定" in form.group()


def statutory_and_of_the_house() -> Case:
    of_the_house = a_clock(rule=a_rule(authority=Authority.HOUSE))
    statutory = a_clock(
        rule=a_rule(kind=ClockKind.RESPONSE, name="回应", hours=24, authority=Authority.STATUTORY)
    )
    return a_case(clocks=(of_the_house, statutory), route=a_route(lead="zhengzhou"))


def engine_rank(engine: Engine, login: str, rank: Rank) -> None:
    entry = engine.register.get(ACCOUNT, login)
    assert entry is not None
    account = msgspec.json.decode(entry.value, type=Account)
    engine.register.put(
        ACCOUNT, login, msgspec.json.encode(replace(account, rank=rank)), expect=entry.revision
    )


def test_a_request_that_waits_for_a_word_is_not_offered_again(visitor: Visitor, case: Case) -> None:
    duty = visitor(Role.DUTY)
    act(duty, case, "waive", clock="response", reason="已由省办统一回应")
    page = duty.get(f"/cases/{case.id}").text
    form = re.search(r'acts/waive".*?</form>', page, re.S)
    assert form is None or 'value="response"' not in form.group()
    extend = re.search(r'acts/extend".*?</form>', page, re.S)
    assert extend and 'value="response"' in extend.group()


def test_acknowledging_in_the_browser_stops_one_clock(visitor: Visitor, engine: Engine, case: Case) -> None:
    act(visitor(Role.HANDLER), case, "acknowledge")
    states = {clock.rule.kind: clock.state for clock in engine.cases.get(case.id).clocks}
    assert states == {ClockKind.ACKNOWLEDGE: ClockState.MET, ClockKind.RESPONSE: ClockState.RUNNING}


assert {part.value for part in Part} < set(DRAFT)


def test_people_stand_on_the_pages_by_name_and_in_the_record_by_login(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    house = visitor(Role.HANDLER).app.state.house  # type: ignore[attr-defined]
    house.accounts.create(
        "u01", "王敏", [Role.HANDLER, Role.CHECKER], PASSWORDS[Role.HANDLER], house.clock.now(), unit="henan"
    )
    handler = TestClient(visitor(Role.DUTY).app, follow_redirects=False)
    submit(handler, "/login", login="u01", password=PASSWORDS[Role.HANDLER])
    act(handler, case, "acknowledge")
    act(handler, case, "assess", category="difficulty", finding="确有此事")
    write(handler, f"/cases/{case.id}/statements/new")
    act(handler, case, "waive", clock="response", reason="等主管部门答复")
    duty, leader = visitor(Role.DUTY), visitor(Role.LEADER)
    for path in (f"/cases/{case.id}", f"/cases/{case.id}/statements/1"):
        page = duty.get(path).text
        assert "王敏" in page and "u01" not in page, path
    assert "王敏 请示" in leader.get(f"/cases/{case.id}").text
    assert "王敏 提出" in leader.get("/leader").text
    assert {event.who for event in engine.cases.get(case.id).events if event.kind == "assessed"} == {"u01"}


def test_a_statement_that_cannot_be_edited_any_more_is_shown_instead(visitor: Visitor, case: Case) -> None:
    handler = visitor(Role.HANDLER)
    act(handler, case, "acknowledge")
    act(handler, case, "assess", category="difficulty", finding="确有此事")
    write(handler, f"/cases/{case.id}/statements/new")
    assert handler.get(f"/cases/{case.id}/statements/1/edit").status_code == 200
    act(handler, case, "withdraw", number=1, reason="写重了")
    answer = handler.get(f"/cases/{case.id}/statements/1/edit")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{case.id}/statements/1")


def in_draft(handler: TestClient, case: Case) -> str:
    """A first draft; gives the address of its form."""
    act(handler, case, "acknowledge")
    act(handler, case, "assess", category="difficulty", finding="确有此事")
    write(handler, f"/cases/{case.id}/statements/new")
    return f"/cases/{case.id}/statements/1/edit"


def test_the_other_version_stays_beside_the_form_until_it_is_saved_over(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    handler, other = visitor(Role.HANDLER), visitor(Role.SPOKESPERSON)
    address = in_draft(handler, case)
    form = hidden(other.get(address).text)
    write(handler, address, next="十二月八日前公布。")
    told = other.post(address, data={**form, **DRAFT, "next": "我的一版。"})
    faulty = other.post(address, data={**hidden(told.text), **DRAFT, "next": "我的一版。", "kind": ""})
    assert faulty.status_code == 422 and "<ins>十二月八日前公布。</ins>" in faulty.text
    saved = other.post(address, data={**hidden(faulty.text), **DRAFT, "next": "我的一版。"})
    assert saved.status_code == 303
    page = handler.get(f"/cases/{case.id}/statements/1").text
    assert "<del>十二月八日前公布。</del>" in page and "<ins>我的一版。</ins>" in page


def test_two_windows_of_one_person_do_not_replace_each_other_unseen(visitor: Visitor, case: Case) -> None:
    handler = visitor(Role.HANDLER)
    address = in_draft(handler, case)
    form = hidden(handler.get(address).text)
    write(handler, address, next="十二月八日前公布。")
    told = handler.post(address, data={**form, **DRAFT, "next": "我的一版。"})
    assert told.status_code == 409 and "<ins>十二月八日前公布。</ins>" in told.text
    assert handler.post(address, data={**hidden(told.text), **DRAFT, "next": "我的。"}).status_code == 303


def test_a_reviewer_sees_what_changed_since_the_last_edit_and_since_the_last_review(
    visitor: Visitor, case: Case
) -> None:
    handler, secrecy = visitor(Role.HANDLER), visitor(Role.SECRECY)
    address = in_draft(handler, case)
    act(handler, case, "submit", number=1)
    act(secrecy, case, "send_back", number=1, reason="写具体些")
    write(handler, address, next="十二月八日前公布整改结果。")
    assert "与上次送审的一版的不同" not in handler.get(f"/cases/{case.id}/statements/1").text
    write(handler, address, next="十二月八日前公布整改结果。", stance="业主说得对。")
    page = secrecy.get(f"/cases/{case.id}/statements/1").text
    last, since_review = page.split("与上次送审的一版的不同")
    assert "<ins>业主说得对。</ins>" in last and "<ins>十二月八日" not in last
    assert "<ins>业主说得对。</ins>" in since_review and "<ins>十二月八日" in since_review


def test_a_refused_form_comes_first_and_the_faulty_field_has_the_focus(visitor: Visitor, case: Case) -> None:
    duty = visitor(Role.DUTY)
    refused = act(duty, case, "raise", level="", reason="多家媒体关注").text
    desk = refused[refused.index('id="desk"') :]
    assert desk.index('id="act-raise"') < desk.index('class="steps body"') < desk.index('id="act-confirm"')
    assert refused.count("autofocus") == 1 and re.search(r'<select name="level"[^>]* autofocus>', refused)
    refused = act(duty, case, "raise", level="重大", reason=" ").text
    assert re.search(r'<textarea name="reason"[^>]* autofocus>', refused) and "请写明理由" in refused
    assert "autofocus" not in duty.get(f"/cases/{case.id}").text


def test_a_refused_draft_has_the_focus_on_its_fault(visitor: Visitor, case: Case) -> None:
    handler = visitor(Role.HANDLER)
    address = in_draft(handler, case)
    refused = write(handler, address, publicity="", next_release_at="昨天").text
    assert refused.count("autofocus") == 1
    assert re.search(r'<input type="datetime-local" name="next_release_at"[^>]* autofocus>', refused)


def test_a_promise_that_is_over_is_neither_reviewed_nor_published(
    visitor: Visitor, engine: Engine, clock: ManualClock, case: Case
) -> None:
    handler, spokesperson = visitor(Role.HANDLER), visitor(Role.SPOKESPERSON)
    address = in_draft(handler, case)
    page = f"/cases/{case.id}/statements/1"
    write(handler, address, next_release_at="2020-01-01T00:00")
    told = handler.get(page).text
    assert "下次发布时间（2020-01-01 00:00）已经过去" in told and "还不能送审" in told
    soon = (NOW + timedelta(hours=1)).astimezone(SHANGHAI)
    write(handler, address, next_release_at=f"{soon:%Y-%m-%dT%H:%M}")
    act(handler, case, "submit", number=1)
    act(visitor(Role.SECRECY), case, "clear", number=1)
    act(visitor(Role.SIGNER), case, "sign", number=1)
    assert "还不能发布" not in spokesperson.get(page).text
    clock.advance(timedelta(hours=2))
    told = spokesperson.get(page).text
    assert "还不能发布" in told and "已经过去" in told
    assert send_unasked(spokesperson, engine, case, "publish", number=1).status_code == 409
    assert engine.cases.get(case.id).statements[0].state is StatementState.SIGNED


def test_a_step_of_a_statement_that_is_refused_comes_first_too(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    handler = visitor(Role.HANDLER)
    write(handler, in_draft(handler, case), stance="")
    refused = send_unasked(handler, engine, case, "submit", number=1)
    assert refused.status_code == 422
    desk = refused.text[refused.text.index('id="desk"') :]
    assert desk.index("缺少“态度”部分") < desk.index("审签") and "autofocus>送审</button>" in desk


def test_the_pages_say_plainly_what_was_done(visitor: Visitor, case: Case) -> None:
    handler = visitor(Role.HANDLER)
    act(handler, case, "acknowledge")
    act(handler, case, "assess", category="difficulty", finding="确有此事")
    saved = write(handler, f"/cases/{case.id}/statements/new").headers["location"]
    assert "已保存</p>" in handler.get(saved).text
    page = handler.get(f"/cases/{case.id}").text
    assert '<a class="button" href="/cases/' + case.id + '/statements/1">第 1 号文稿：拟稿</a>' in page
    act(handler, case, "submit", number=1)
    assert "等保密审查" in handler.get(f"/cases/{case.id}").text
    act(visitor(Role.SECRECY), case, "clear", number=1)
    act(visitor(Role.SIGNER), case, "sign", number=1)
    assert "改一个字，认可就作废" in handler.get(f"/cases/{case.id}/statements/1").text
    act(visitor(Role.SPOKESPERSON), case, "publish", number=1)
    page = handler.get(f"/cases/{case.id}/statements/1").text
    assert "已发布的文字，一字不差" in page
    assert "改一个字，认可就作废" not in page and "这一步不归您办" not in page


def test_a_form_that_names_a_version_of_another_statement_is_shown_nothing_of_it(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    handler = visitor(Role.HANDLER)
    address = in_draft(handler, case)
    write(handler, address, next="十二月八日前公布。")
    write(handler, f"/cases/{case.id}/statements/new", next="别的文稿里的话。")
    other = engine.cases.get(case.id).statements[1].sha256
    shown = handler.post(
        address, data={**hidden(handler.get(address).text), **DRAFT, "base": other, "shown": ""}
    )
    assert shown.status_code == 409 and "别的文稿里的话" not in shown.text


def test_what_was_published_meanwhile_is_not_said_to_be_replaced(visitor: Visitor, case: Case) -> None:
    handler, other = visitor(Role.HANDLER), visitor(Role.SPOKESPERSON)
    address = in_draft(handler, case)
    form = hidden(other.get(address).text)
    write(handler, address, next="十二月八日前公布。")
    act(handler, case, "withdraw", number=1, reason="写重了")
    told = other.post(address, data={**form, **DRAFT, "next": "我的一版。"})
    assert told.status_code == 409 and "我的一版。" in told.text and "替换" not in told.text


def test_of_a_text_that_is_lost_nothing_is_said_to_be_checked(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    handler = visitor(Role.HANDLER)
    in_draft(handler, case)
    engine.register.delete(KEPT_BODY, engine.cases.get(case.id).statements[0].sha256)
    page = handler.get(f"/cases/{case.id}/statements/1").text
    assert "正文读不到" in page and "<b>通过</b>" not in page and "一字不差" not in page


def test_a_deadline_is_extended_on_a_leaders_word_and_the_page_shows_both_times(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    handler, leader = visitor(Role.HANDLER), visitor(Role.LEADER)
    due = next(one.due_at for one in case.clocks if one.rule.kind is ClockKind.RESPONSE)
    until = due + timedelta(days=1)
    typed = f"{until.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"
    refused = act(handler, case, "extend", clock="response", until="明天", reason="等鉴定结果")
    assert "时间看不懂" in refused.text and "等鉴定结果" in refused.text
    early = act(handler, case, "extend", clock="response", until="2020-01-01T00:00", reason="等鉴定结果")
    assert "要比现在的到期时间" in early.text
    act(handler, case, "extend", clock="response", until=typed, reason="等鉴定结果")
    asked = engine.cases.get(case.id).decisions[0]
    assert asked.until == until.replace(second=0, microsecond=0)
    assert f"请示：回应延至 {typed.replace('T', ' ')}" in leader.get(f"/cases/{case.id}").text
    act(leader, case, "decide", decision=asked.id, granted="yes", reason="同意")
    moved = next(one for one in engine.cases.get(case.id).clocks if one.rule.kind is ClockKind.RESPONSE)
    assert moved.due_at == asked.until
    page = handler.get(f"/cases/{case.id}").text
    assert "延长：" in page and f"改为 {typed.replace('T', ' ')}" in page


def test_a_suspicion_starts_a_clock_and_is_cancelled_with_a_reason(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    duty = visitor(Role.DUTY)
    engine.cases.save([replace(case, revision=case.revision + 1, clock_rules=rules())])
    act(duty, case, "start_clock", clock="statement", reason="疑似塌陷，待核实")
    started = next(one for one in engine.cases.get(case.id).clocks if one.rule.kind is ClockKind.STATEMENT)
    assert started.provisional
    assert "暂定" in duty.get(f"/cases/{case.id}").text
    act(duty, case, "cancel_clock", clock="statement", reason="现场核实没有塌陷")
    ended = next(one for one in engine.cases.get(case.id).clocks if one.rule.kind is ClockKind.STATEMENT)
    assert ended.state is ClockState.CANCELLED


# ------------------------------------------------------------------------------- a claim and a statement


@pytest.fixture
def doubted(engine: Engine) -> Case:
    """A matter that was signed for, whose post hands on what the office's own statement denies."""
    case = a_case(state=CaseState.ACKNOWLEDGED, route=a_route(lead="zhengzhou"))
    told = an_answered_case(told_statement(case.id, DENIED), id=case.id)
    told = replace(told, state=case.state, route=case.route, assessment=None)
    tell(engine, told, DENIED)
    post = a_post(text="网传地下二层人防门被拆了，求证实。")
    signals = annotated(allegations.annotate, a_sheet(post.text)).signals
    engine.archive.put(
        [a_line(body=post, case_id=case.id, reading=replace(a_reading(post=post), signals=signals))]
    )
    return told


def test_a_claim_stands_beside_the_statement_that_says_the_opposite(visitor: Visitor, doubted: Case) -> None:
    page = visitor(Role.LEADER).get(f"/cases/{doubted.id}").text
    for told in (
        "与已发布的声明不一致",
        "网传地下二层人防门被拆了",
        "12樘人防门完好",
        "关于人防门的情况说明",
    ):
        assert told in page, told
    assert f"/public/statements/{doubted.statements[0].id}" in page
    assert "?ground=" not in page  # this reader assesses nothing


def test_a_statement_is_the_ground_of_an_assessment_only_when_a_person_says_so(
    visitor: Visitor, engine: Engine, doubted: Case
) -> None:
    handler = visitor(Role.HANDLER)
    link = re.search(r'href="(/cases/\w+\?ground=[^"#]+)"', handler.get(f"/cases/{doubted.id}").text)
    assert link
    page = handler.get(link[1]).text
    form = re.search(r'<details[^>]*open id="act-assess">.*?acts/assess".*?</form>', page, re.S)
    assert form and '<option value="untrue" selected>' in form[0]
    source = re.search(r'name="source" value="([^"]+)"', form[0])
    assert source and "关于人防门的情况说明" in source[1] and "/public/statements/" in source[1]
    assert engine.cases.get(doubted.id).assessment is None
    fields = hidden(form[0]) | {
        "category": "untrue",
        "finding": "现场看过，门都在",
        "source": html.unescape(source[1]),
    }
    assert handler.post(f"/cases/{doubted.id}/acts/assess", data=fields).status_code == 303
    made = engine.cases.get(doubted.id).assessment
    assert made is not None and made.source == html.unescape(source[1])


def test_a_ground_that_nobody_published_fills_in_nothing(visitor: Visitor, doubted: Case) -> None:
    page = visitor(Role.HANDLER).get(f"/cases/{doubted.id}?ground=nothing").text
    assert 'name="source" value=""' in page and 'open id="act-assess"' not in page


# ------------------------------------------------------------------------------- one matter, or two


@pytest.fixture
def asked(engine: Engine) -> tuple[Case, Case]:
    """A case, and another one that is suggested to be the same."""
    other = a_case(title="许昌多处警报误响", route=a_route(lead="zhengzhou"))
    asked = Suggestion(case_id=other.id, score=0.4, why="用词+0.30、同城+0.15", at=NOW)
    case = a_case(title="警报响了一分钟", route=a_route(lead="zhengzhou"), suggestions=(asked,))
    engine.cases.save([other, case])
    return case, other


def test_the_page_asks_whether_another_case_is_the_same_matter(
    visitor: Visitor, asked: tuple[Case, Case]
) -> None:
    case, other = asked
    page = visitor(Role.MONITOR).get(f"/cases/{case.id}").text
    for told in ("可能是同一件事", other.title, "用词+0.30", f'href="/cases/{other.id}"'):
        assert told in page
    seen = visitor(Role.LEADER).get(f"/cases/{case.id}").text
    assert "可能是同一件事" in seen and "acts/link" not in seen  # to be read by all, to be said by few


def test_one_press_merges_it_and_one_press_takes_that_back(
    visitor: Visitor, engine: Engine, asked: tuple[Case, Case]
) -> None:
    case, other = asked
    monitor = visitor(Role.MONITOR)
    sent = act(monitor, case, "link")
    assert sent.headers["location"] == f"/cases/{other.id}?done=link#desk"
    assert engine.cases.get(case.id).merged_into == other.id
    landed = monitor.get(f"/cases/{other.id}").text
    assert f'1 件事并入了这里：<a href="/cases/{case.id}#desk">' in landed, "whoever erred finds the way back"
    back = act(monitor, case, "unmerge")
    assert back.headers["location"] == f"/cases/{case.id}?done=unmerge#desk"
    assert engine.cases.get(case.id).state is case.state


def test_the_post_that_opened_a_case_is_named_and_not_offered_for_splitting(
    visitor: Visitor, engine: Engine
) -> None:
    opening, other = a_post(title="锦绣花园车位只售不租"), a_post(text="地库又进水了")
    case = a_case(opened_by=opening.key)
    engine.cases.save([case])
    lines = [a_line(body=one, case_id=case.id, reading=a_reading(post=one)) for one in (opening, other)]
    engine.archive.put(lines)
    page = visitor(Role.MONITOR).get(f"/cases/{case.id}").text
    form = page.partition('id="act-split"')[2].partition("</form>")[0]
    assert form.count('type="checkbox"') == 1 and f'value="{other.id}"' in form
    assert "立案的那一条“锦绣花园车位只售不租”留在这里" in form


def test_one_press_says_that_it_is_another_matter(
    visitor: Visitor, engine: Engine, asked: tuple[Case, Case]
) -> None:
    case, other = asked
    monitor = visitor(Role.MONITOR)
    assert act(monitor, case, "apart").status_code == 303
    assert engine.cases.get(case.id).apart == (other.id,)
    assert "可能是同一件事" not in monitor.get(f"/cases/{case.id}").text


def test_what_a_post_brings_stands_apart_from_what_says_the_same(visitor: Visitor, engine: Engine) -> None:
    case = a_case()
    engine.cases.save([case])
    first, news = a_post(text="地库进水，三人失联"), a_post(text="失联的人增至五人")
    engine.archive.put(
        [
            a_line(body=first, case_id=case.id),
            a_line(body=news, case_id=case.id, brings=("失联人数 3 → 5",)),
        ]
    )
    page = visitor(Role.LEADER).get(f"/cases/{case.id}").text
    assert page.index("原发") < page.index("新进展") < page.index("失联人数 3 → 5")


# ------------------------------------------------------------------------------------------------ pressed twice


def sent_twice(client: TestClient, address: str, data: dict[str, str]) -> tuple[httpx.Response, ...]:
    """As an impatient hand does: the second goes out before the first has been answered."""
    gate = threading.Barrier(2)

    def send() -> httpx.Response:
        gate.wait(20)
        answer: httpx.Response = client.post(address, data=data)
        return answer

    with ThreadPoolExecutor(2) as hands:
        return tuple(one.result(60) for one in [hands.submit(send) for _ in range(2)])


def test_a_draft_that_is_sent_twice_from_one_page_is_one(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    duty, handler = visitor(Role.DUTY), visitor(Role.HANDLER)
    act(duty, case, "confirm")
    act(handler, case, "acknowledge")
    act(handler, case, "assess", category="difficulty", finding="确有此事")
    address = f"/cases/{case.id}/statements/new"
    form = {**hidden(handler.get(address).text), **DRAFT}
    answers = sent_twice(handler, address, form)
    assert {answer.headers["location"] for answer in answers} == {
        f"/cases/{case.id}/statements/1?done=edit#desk"
    }
    assert len(engine.cases.get(case.id).statements) == 1
    edit = f"/cases/{case.id}/statements/1/edit"
    changed = {**hidden(handler.get(edit).text), **DRAFT, "title": "关于地下车库人防门的再回应"}
    assert [answer.status_code for answer in sent_twice(handler, edit, changed)] == [303, 303]


def test_an_act_that_is_sent_twice_from_one_page_is_done_once_and_both_are_told_so(
    visitor: Visitor, engine: Engine, case: Case
) -> None:
    duty, handler = visitor(Role.DUTY), visitor(Role.HANDLER)
    confirming = hidden(duty.get(f"/cases/{case.id}").text)
    answers = sent_twice(duty, f"/cases/{case.id}/acts/confirm", confirming)
    assert {answer.headers["location"] for answer in answers} == {f"/cases/{case.id}?done=confirm#desk"}
    act(handler, case, "acknowledge")
    talk = {"participants": "市住建局", "conclusion": "统一口径"}
    for round in (1, 2):  # the same words from a page that has seen the first talk are another one
        form = hidden(handler.get(f"/cases/{case.id}").text)
        answers = sent_twice(handler, f"/cases/{case.id}/acts/consult", {**form, **talk})
        assert [answer.status_code for answer in answers] == [303, 303]
        held = [event for event in engine.cases.get(case.id).events if event.kind is EventKind.CONSULTED]
        assert len(held) == round


def test_what_was_refused_may_be_sent_again(visitor: Visitor, engine: Engine, case: Case) -> None:
    duty = visitor(Role.DUTY)
    form = {**hidden(duty.get(f"/cases/{case.id}").text), "unit": "zhengzhou"}
    assert duty.post(f"/cases/{case.id}/acts/assign", data=form).status_code == 409
    engine.cases.save([replace(case, state=CaseState.CONFIRMED, revision=case.revision + 1)])
    assert duty.post(f"/cases/{case.id}/acts/assign", data=form).status_code == 303

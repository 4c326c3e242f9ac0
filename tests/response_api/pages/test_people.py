"""用户: as an administrator works with it."""

import re
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import Response
from starlette.testclient import TestClient

from huiying.contracts import Role
from huiying.ports import Engine
from response_api.account_form import MAY
from response_api.auth import ROLE_NAMES
from response_api.security_log import Mark
from tests.factories import a_case, a_line
from tests.response_api.conftest import Visitor, submit

NEW: dict[str, Any] = {
    "login": "li.ming",
    "name": "某某",
    "roles": ["handler", "checker"],
    "unit": "zhengzhou",
    "rank": "staff",
}
GOOD = "a long password"


def hidden(page: str) -> dict[str, str]:
    """What the last form of a page sends that nobody typed."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def link_of(admin: TestClient, answer: Response) -> str:
    """The link that an answer leads to."""
    assert answer.status_code == 303, answer.text
    page = admin.get(answer.headers["location"]).text
    (link,) = re.findall(r'value="http://127\.0\.0\.1:8080(/invite/[\w-]+)"', page)
    return str(link)


def test_an_administrator_makes_an_account_and_its_owner_comes_in(
    visitor: Visitor, stranger: TestClient
) -> None:
    admin = visitor(Role.ADMIN)
    link = link_of(admin, submit(admin, "/people", **NEW))
    listed = admin.get("/people").text
    assert link not in listed, "a list stands open for everybody who passes"
    assert "待设密码" in listed
    assert "承办人、审核人" in listed
    assert NEW["name"] in stranger.get(link).text
    answer = submit(stranger, link, password=GOOD, again=GOOD)
    assert answer.headers["location"] == "/login?login=li.ming"
    shown = stranger.get(answer.headers["location"]).text
    assert "密码已设好，请登录" in shown and 'value="li.ming"' in shown
    assert submit(stranger, "/login", login="li.ming", password=GOOD).headers["location"] == "/inbox"
    assert "正常" in admin.get("/people/li.ming").text


def test_an_account_that_was_typed_wide_is_made_narrow(visitor: Visitor) -> None:
    admin = visitor(Role.ADMIN)
    link_of(admin, submit(admin, "/people", **{**NEW, "login": "Ｌｉ．Ｍｉｎｇ"}))
    assert admin.get("/people/li.ming").status_code == 200


def test_pressed_twice_an_invitation_shows_the_one_link_that_works(
    visitor: Visitor, stranger: TestClient
) -> None:
    admin = visitor(Role.ADMIN)
    sent = {**hidden(admin.get("/people").text), **NEW}
    first, second = (link_of(admin, admin.post("/people", data=sent)) for _ in range(2))
    assert first == second
    assert submit(stranger, first, password=GOOD, again=GOOD).status_code == 303


def test_pressed_twice_a_reset_shows_the_one_link_that_works(visitor: Visitor, stranger: TestClient) -> None:
    admin = visitor(Role.ADMIN)
    page = admin.get("/people/duty").text
    sent = hidden(page)
    assert "原密码马上作废" in page
    first, second = (link_of(admin, admin.post("/people/duty/reset", data=sent)) for _ in range(2))
    assert first == second
    page = admin.get("/people/duty").text
    assert "再给一个链接" in page and "原密码" not in page
    anew = link_of(admin, admin.post("/people/duty/reset", data=hidden(page)))
    assert anew != first, "a page that has seen the first asks for another one"
    assert stranger.get(first).status_code == 410
    assert submit(stranger, anew, password=GOOD, again=GOOD).status_code == 303


def test_a_link_is_found_again_by_who_made_it_until_it_is_used(
    visitor: Visitor, stranger: TestClient, engine: Engine
) -> None:
    admin = visitor(Role.ADMIN)
    link = link_of(admin, submit(admin, "/people", **NEW))
    for page in ("/people", "/people/li.ming"):
        assert 'href="/people/li.ming/link"' in admin.get(page).text
    second = visitor(Role.ADMIN, "zhengzhou")
    assert second.get("/people/li.ming/link").status_code == 404
    assert 'href="/people/li.ming/link"' not in second.get("/people").text
    assert link_of(admin, admin.post("/people", data={**hidden(admin.get("/people").text), **NEW})) == link
    submit(stranger, link, password=GOOD, again=GOOD)
    assert "没有能用的链接" in admin.get("/people/li.ming/link").text
    assert 'href="/people/li.ming/link"' not in admin.get("/people").text + admin.get("/people/li.ming").text


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("login", "李明", "小写字母"),
        ("login", "duty", "已有人用"),
        ("name", " ", "请填写姓名"),
        ("roles", [], "至少选一个角色"),
        ("roles", ["auditor", "duty"], "不能兼任"),
        ("roles", ["king"], "至少选一个角色"),
        ("unit", "mars", "请选择单位"),
    ],
)
def test_a_fault_is_told_beside_its_field_and_what_was_typed_stays(
    visitor: Visitor, field: str, value: object, fault: str
) -> None:
    answer = submit(visitor(Role.ADMIN), "/people", **{**NEW, field: value})
    assert answer.status_code == 422
    assert fault in answer.text
    assert f'aria-describedby="f-{field}"' in answer.text
    if field != "name":
        assert 'name="name" value="某某"' in answer.text
    if field != "roles":
        assert 'value="checker" checked' in answer.text


def test_a_refused_account_has_the_focus_on_its_first_fault(visitor: Visitor) -> None:
    admin = visitor(Role.ADMIN)
    for fields, focused in (({"login": "李明", "name": " "}, "login"), ({"name": " ", "roles": []}, "name")):
        page = submit(admin, "/people", **{**NEW, **fields}).text
        assert re.findall(r'name="([a-z]+)"[^<]*? autofocus>', page) == [focused]
    page = submit(admin, "/people", **{**NEW, "roles": []}).text
    assert 'value="monitor" autofocus>' in page and page.count("autofocus") == 1


def test_every_account_can_be_changed_disabled_enabled_and_reset(visitor: Visitor) -> None:
    admin, duty = visitor(Role.ADMIN), visitor(Role.DUTY)
    assert (
        submit(admin, "/people/duty", name="换名", roles=["monitor"], unit="henan", rank="deputy").status_code
        == 303
    )
    assert duty.get("/posts/new").status_code == 200
    assert "换名" in duty.get("/me").text
    for path, state in (("disable", "已停用"), ("enable", "正常")):
        assert submit(admin, "/people/duty", to=f"/people/duty/{path}").status_code == 303
        assert state in admin.get("/people/duty").text
    assert duty.get("/").status_code == 303, "and with the account went the session"
    assert link_of(admin, submit(admin, "/people/duty", to="/people/duty/reset"))
    assert "待设密码" in admin.get("/people/duty").text


def test_an_administrator_is_offered_no_change_of_themselves_and_refused_one(visitor: Visitor) -> None:
    admin = visitor(Role.ADMIN)
    assert "另一位系统管理员" in admin.get("/people/admin").text
    assert 'action="/people/admin' not in admin.get("/people/admin").text
    for path in ("/people/admin", "/people/admin/disable", "/people/admin/reset"):
        more = {"name": "a", "roles": ["admin", "duty"], "unit": "henan", "rank": "staff"}
        answer = submit(admin, "/people", to=path, **more)
        assert (answer.status_code, "没有修改" in answer.text) == (409, True), path


def test_of_two_administrators_at_once_the_second_is_told_what_changed(
    visitor: Visitor, app: FastAPI
) -> None:
    first = visitor(Role.ADMIN)
    shown = dict(
        re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', first.get("/people/duty").text)
    )
    change = {"name": "甲", "roles": ["duty"], "unit": "henan", "rank": "staff"}
    assert first.post("/people/duty", data={**shown, **change}).status_code == 303
    second = first.post("/people/duty", data={**shown, **change, "name": "乙"})
    assert second.status_code == 409
    assert "另一位管理员改了这个账号" in second.text
    assert 'name="name" value="甲"' in second.text


def test_an_account_that_is_none_is_answered_in_chinese(visitor: Visitor) -> None:
    admin = visitor(Role.ADMIN)
    assert admin.get("/people/nobody").status_code == 404
    for path in ("/people/nobody", "/people/nobody/disable", "/people/nobody/enable", "/people/nobody/reset"):
        answer = submit(admin, "/people", to=path, **NEW)
        assert (answer.status_code, "没有这个账号" in answer.text) == (404, True), path


def test_a_lock_is_seen_and_every_role_is_explained(visitor: Visitor, stranger: TestClient) -> None:
    for _ in range(5):
        submit(stranger, "/login", login="duty", password="wrong")
    page = visitor(Role.ADMIN).get("/people").text
    assert "暂停登录至 10:15" in page
    assert set(MAY) == set(Role)
    for role, may in MAY.items():
        assert may in page, role
        assert may in stranger.get("/login").text, ROLE_NAMES[role]


def test_what_an_administrator_does_is_written_down(visitor: Visitor, app: FastAPI) -> None:
    admin = visitor(Role.ADMIN)
    submit(admin, "/people", **NEW)
    submit(admin, "/people/duty", to="/people/duty/disable")
    lines = app.state.house.accounts.log.page(login="admin", limit=20).lines
    told = {(line.mark, line.login) for line in lines if line.by == "admin"}
    assert told == {(Mark.CREATED, "li.ming"), (Mark.INVITED, "li.ming"), (Mark.DISABLED, "duty")}


def test_ended_units_are_not_offered_but_the_one_an_account_has_stays(
    visitor: Visitor,
) -> None:
    admin = visitor(Role.ADMIN)
    visitor(Role.HANDLER, "gongyi")
    assert 'value="gongyi"' not in admin.get("/people").text
    assert 'value="gongyi" selected' in admin.get("/people/handler.gongyi").text
    kept = submit(admin, "/people/handler.gongyi", name="a", roles=["handler"], unit="gongyi", rank="staff")
    assert kept.status_code == 303


def test_an_office_where_nobody_can_answer_is_told_whom_it_lacks(visitor: Visitor) -> None:
    admin = visitor(Role.ADMIN)
    assert "还没有人担任" not in admin.get("/people").text
    for login in ("signer", "duty"):
        submit(admin, f"/people/{login}", to=f"/people/{login}/disable")
    page = admin.get("/people").text
    assert "还没有人担任：值班长、签发人。" in page
    assert "管理员本人也办业务的，请另建一个账号" in page


def test_who_keeps_the_accounts_reads_nothing_of_what_anybody_wrote(visitor: Visitor, engine: Engine) -> None:
    line = a_line(case_id=a_case().id)
    engine.cases.save([a_case()])
    engine.archive.put([line])
    admin = visitor(Role.ADMIN)
    assert admin.get("/").headers["location"] == "/people"
    for path in (
        "/cases",
        f"/cases/{a_case().id}",
        "/inbox",
        "/posts",
        f"/posts/{line.post.id}",
        "/stats",
    ):
        answer = admin.get(path)
        assert answer.status_code == 403, path
        assert a_case().title not in answer.text
        assert "系统管理员不看事件、信息和安全日志" in answer.text, path
    for path in ("/people", "/sources", "/roster", "/rules", "/me"):
        assert admin.get(path).status_code == 200, path

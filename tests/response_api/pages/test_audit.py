"""安全日志, as the auditor reads it."""

import re

from starlette.testclient import TestClient

from huiying.contracts import Role
from huiying.ports import Engine
from response_api.pages.audit import MARKS, ON_A_PAGE
from response_api.security_log import Mark
from tests.factories import a_case, a_route
from tests.response_api.conftest import Visitor, submit


def rows(page: str) -> list[str]:
    return re.findall(r"<tr><td class=\"num\">(.*?)</tr>", page, re.S)


def test_the_auditor_starts_at_the_log_and_is_shown_no_matters(visitor: Visitor) -> None:
    auditor = visitor(Role.AUDITOR)
    page = auditor.get("/audit").text
    assert 'class="brand" href="/audit"' in page
    assert 'href="/cases"' not in page
    assert auditor.get("/login").headers["location"] == "/audit"
    assert auditor.get("/").headers["location"] == "/audit"
    for path in ("/cases", "/cases/x", "/posts", "/posts/x", "/posts/new"):
        refused = auditor.get(path)
        assert (refused.status_code, 'href="/audit"' in refused.text) == (403, True), path


def test_nobody_else_reads_the_log_and_nobody_is_offered_to_erase_it(visitor: Visitor) -> None:
    for role in Role:
        if role is not Role.AUDITOR:
            assert visitor(role).get("/audit").status_code == 403, role
    page = visitor(Role.AUDITOR).get("/audit").text.split("<main")[1]
    assert 'method="post"' not in page


def test_what_happened_is_told_and_can_be_looked_for(visitor: Visitor, stranger: TestClient) -> None:
    auditor = visitor(Role.AUDITOR)
    for login in ("duty", "<b>nobody"):
        submit(stranger, "/login", login=login, password="wrong")
    admin = visitor(Role.ADMIN)
    submit(admin, "/people/duty", to="/people/duty/disable")
    everything = auditor.get("/audit").text
    for told in ("密码错误", "（没有这个账号）", "停用账号", "登录", "单位 河南省人民防空办公室"):
        assert told in everything
    assert "nobody" not in everything
    failed = rows(auditor.get("/audit", params={"mark": "wrong_password"}).text)
    assert len(failed) == 2
    assert all("密码错误" in row for row in failed)
    by_login = rows(auditor.get("/audit", params={"login": "admin"}).text)
    assert any("停用账号" in row and "duty" in row for row in by_login)
    assert "没有符合条件的记录" in auditor.get("/audit", params={"login": "nobody"}).text
    assert auditor.get("/audit", params={"mark": "x", "after": "///"}).status_code == 200


def test_who_opened_what_few_may_read_and_who_took_files_away_is_told(
    visitor: Visitor, engine: Engine
) -> None:
    sealed, known = a_case(title="举报某负责人", route=a_route(restricted=True)), a_case()
    engine.cases.save([sealed, known])
    duty, monitor = visitor(Role.DUTY), visitor(Role.MONITOR)
    for _ in range(3):
        assert duty.get(f"/cases/{sealed.id}").status_code == 200
    assert monitor.get(f"/cases/{sealed.id}").status_code == 403
    assert monitor.get(f"/cases/{known.id}").status_code == 200
    for path in (f"/cases/{known.id}/papers/brief.docx", "/reports/day.docx", "/stats.xlsx"):
        assert monitor.get(path).status_code == 200, path
    log = visitor(Role.AUDITOR)
    (opened,) = rows(log.get("/audit", params={"mark": Mark.OPENED_RESTRICTED}).text)
    assert "查阅限制知悉事件" in opened and sealed.id[:8] in opened and "duty" in opened
    assert "举报某负责人" not in log.get("/audit").text
    taken = "".join(rows(log.get("/audit", params={"mark": Mark.EXPORTED}).text))
    assert taken.count("导出文件") == 3 and known.id[:8] in taken and "舆情日报" in taken


def test_the_log_is_read_page_by_page(visitor: Visitor) -> None:
    auditor = visitor(Role.AUDITOR)
    house = auditor.app.state.house  # type: ignore[attr-defined]
    for _ in range(ON_A_PAGE + 5):
        house.accounts.log.note(Mark.SIGNED_IN, "duty", house.clock.now())
    path, seen = "/audit?mark=signed_in&login=duty", 0
    while path:
        page = auditor.get(path).text
        seen += len(rows(page))
        following = re.search(r'href="([^"]+)">更早的记录', page)
        path = following.group(1).replace("&amp;", "&") if following else ""
    assert seen == ON_A_PAGE + 5


def test_every_mark_has_a_word() -> None:
    assert set(MARKS) == set(Mark)


def test_beside_every_login_stands_the_name(visitor: Visitor) -> None:
    auditor, admin = visitor(Role.AUDITOR), visitor(Role.ADMIN)
    submit(admin, "/people/duty", to="/people/duty/disable")
    (row,) = rows(auditor.get("/audit", params={"mark": "disabled"}).text)
    assert "duty <small>值班长</small>" in row and "admin <small>系统管理员</small>" in row

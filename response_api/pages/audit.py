"""安全日志: for the auditor alone, to read."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from huiying.contracts import Role
from response_api import times
from response_api.auth import Person
from response_api.guard import TheHouse, signed_in
from response_api.house import Names
from response_api.pages.frame import page
from response_api.security_log import LogLine, Mark
from response_api.words import Named, who

router = APIRouter()

ON_A_PAGE = 100
MARKS = {
    Mark.SIGNED_IN: "登录",
    Mark.WRONG_PASSWORD: "密码错误",
    Mark.LOCKED: "暂停登录",
    Mark.REFUSED: "拒绝登录",
    Mark.SIGNED_OUT: "退出",
    Mark.CREATED: "建立账号",
    Mark.CHANGED: "修改账号",
    Mark.DISABLED: "停用账号",
    Mark.ENABLED: "启用账号",
    Mark.INVITED: "发出链接",
    Mark.INVITATION_USED: "使用链接",
    Mark.PASSWORD_CHANGED: "修改密码",
    Mark.WRONG_CODE: "验证码错误",
    Mark.FACTOR_SET: "设置两步验证",
    Mark.FACTOR_LIFTED: "解除两步验证",
    Mark.SESSION_REVOKED: "强制退出",
    Mark.ROSTER: "换值班表",
    Mark.LEAVE: "请假登记",
    Mark.SOURCES: "改来源目录",
    Mark.HANDED_OVER: "交班",
    Mark.TAKEN_OVER: "接班",
    Mark.OBJECTION_FILED: "收到异议",
    Mark.OBJECTION_STOPPED: "异议：停止处理",
    Mark.OBJECTION_REFUSED: "异议：不停止处理",
    Mark.OPENED_RESTRICTED: "查阅限制知悉事件",
    Mark.EXPORTED: "导出文件",
}
_UNIT = re.compile(r"单位 ([a-z.]+)")
TROUBLE = frozenset({Mark.WRONG_PASSWORD, Mark.WRONG_CODE, Mark.LOCKED, Mark.REFUSED})


@router.get("/audit")
def audit(
    request: Request, house: TheHouse, person: Annotated[Person, Depends(signed_in(Role.AUDITOR))]
) -> HTMLResponse:
    asked = request.query_params.get("mark", "")
    mark = Mark(asked) if asked in set(Mark) else None
    login = request.query_params.get("login", "").strip()[:32]
    after = request.query_params.get("after", "")[:80]
    found = house.accounts.log.page(mark=mark, login=login, after=after, limit=ON_A_PAGE)
    wanted = {name: value for name, value in (("mark", mark or ""), ("login", login)) if value}
    named = house.accounts.names()
    context = {
        "rows": [_row(line, house.names, named) for line in found.lines],
        "mark": asked,
        "login": login,
        "mark_choices": [(mark.value, name) for mark, name in MARKS.items()],
        "next": urlencode({**wanted, "after": found.next}) if found.next else "",
        "first": urlencode(wanted),
        "later": bool(after),
    }
    return page(request, "audit.html", context, person=person)


def _row(line: LogLine, names: Names, named: Named) -> dict[str, object]:
    note = _UNIT.sub(lambda unit: f"单位 {names.unit_name(unit[1])}", line.note)
    return {
        "at": times.full(line.at),
        "mark": MARKS[line.mark],
        "trouble": line.mark in TROUBLE,
        "login": line.login or "（没有这个账号）" if line.mark in TROUBLE else line.login,
        "name": _beside(line.login, named),
        "by": who(line.by),
        "by_name": _beside(line.by, named),
        "note": note + (f"这一小时内共 {line.count} 次" if line.count > 1 else ""),
    }


def _beside(login: str, named: Named) -> str:
    """The name beside a login, by which the log is searched; '' where there is none."""
    name = named(login) if login else ""
    return name if name != login else ""

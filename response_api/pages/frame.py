"""What surrounds every page: who is signed in, the form token, the server's time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from huiying.contracts import Role
from response_api import times
from response_api.auth import Person
from response_api.guard import INSIDE, form_token, house_of
from response_api.leader_facts import may_lead


def _has(*roles: Role) -> Callable[[Person], bool]:
    return lambda person: person.has(*roles)


_works = _has(*INSIDE)


@dataclass(frozen=True, slots=True)
class Way:
    """One entry of the navigation, and who has it."""

    path: str
    name: str
    has: Callable[[Person], bool]
    below: bool = False
    """It stands for the pages below it too."""


WAYS = (
    Way("/leader", "领导", may_lead),
    Way("/", "值班台", _works),
    Way("/inbox", "待办", _works),
    Way("/cases", "全部事件", _works, below=True),
    Way("/posts", "全部信息", _works, below=True),
    Way("/tickets", "工单", _works),
    Way("/notices", "通知记录", _works),
    Way("/reports", "简报", _works, below=True),
    Way("/stats", "统计", _works),
    Way("/rules", "规则", _has(*INSIDE, Role.ADMIN)),
    Way("/posts/new", "人工登记", _has(Role.MONITOR, Role.DUTY)),
    Way("/handover", "交接班", _has(Role.DUTY)),
    Way("/roster", "值班表", _has(Role.DUTY, Role.ADMIN)),
    Way("/sources", "来源", _has(Role.ADMIN), below=True),
    Way("/people", "用户", _has(Role.ADMIN), below=True),
    Way("/audit", "安全日志", _has(Role.AUDITOR)),
    Way("/record", "办理记录", _has(Role.AUDITOR), below=True),
)


def home_of(person: Person | None) -> str:
    """The page that somebody starts from: where their work comes in."""
    if person is None or person.has(Role.MONITOR, Role.DUTY):
        return "/"
    if may_lead(person):
        return "/leader"
    if person.has(*INSIDE):
        return "/inbox"
    return "/people" if person.has(Role.ADMIN) else "/audit"


def ways_of(person: Person, path: str) -> list[tuple[Way, bool]]:
    """What somebody may go to, and which of it they are at: the longest that fits."""
    open_to = [way for way in WAYS if way.has(person)]
    at = [way for way in open_to if path == way.path or (way.below and path.startswith(f"{way.path}/"))]
    here = max(at, key=lambda way: len(way.path), default=None)
    return [(way, way is here) for way in open_to]


def page(
    request: Request,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    person: Person | None = None,
    status: int = 200,
) -> HTMLResponse:
    house = house_of(request)
    now = house.clock.now()
    frame = {
        "person": person,
        "home": home_of(person),
        "ways": ways_of(person, request.url.path) if person else [],
        "may_write": lambda someone: someone.has(Role.MONITOR, Role.DUTY),
        "csrf": form_token(request),
        "now": now,
        "speed": house.clock.speed,
        "today": times.long_day(now),
        "time": times.clock_time(now),
        "path": request.url.path,
    }
    return HTMLResponse(house.paper.render(template, {**frame, **(context or {})}), status_code=status)


def problem(
    request: Request, status: int, title: str, text: str, person: Person | None = None
) -> HTMLResponse:
    return page(
        request, "problem.html", {"title": title, "text": text, "code": status}, person=person, status=status
    )

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
    what: str
    """What it is for, in Chinese."""
    has: Callable[[Person], bool]
    below: bool = False
    """It stands for the pages below it too."""


WAYS = (
    Way("/leader", "领导", "请您定的请示，重大事件的现状和谁在办", may_lead),
    Way("/", "值班台", "实时的一屏：最急的时限、在办的事件、来电人、时间线，自己更新", _works),
    Way("/inbox", "待办", "轮到您办的事、您要审要签的文稿、快到期的时限和工单", _works),
    Way(
        "/cases",
        "全部事件",
        "按状态、等级、事项、地点、单位查事件，可以成批确认、交办、不予受理",
        _works,
        below=True,
    ),
    Way(
        "/posts", "全部信息", "收到的每一条信息和它的去处，连同判为无关的；判错了在这里改", _works, below=True
    ),
    Way("/tickets", "工单", "热线、信箱的工单台账：编号、期限、怎么答复的，可导出", _works),
    Way("/notices", "通知记录", "每条通知发给了谁、走哪个渠道、送到没有", _works),
    Way("/reports", "简报", "日报、周报、月报的 Word 文件", _works, below=True),
    Way("/stats", "统计", "一段时间里办得怎样：按时率、得分、来源，每个数字点开就是那些事", _works),
    Way(
        "/rules",
        "规则",
        "现在用的时限规则和依据，两套有什么不同，假如现在起各到什么时候",
        _has(*INSIDE, Role.ADMIN),
    ),
    Way(
        "/posts/new",
        "人工登记",
        "电话里听到、网上看到的，登记成一条信息；会提示是否已有同一件事",
        _has(Role.MONITOR, Role.DUTY),
    ),
    Way("/handover", "交接班", "下班时把要接着办的写给下一班，接班的人确认", _has(Role.DUTY)),
    Way("/roster", "值班表", "现在和今后谁值班、谁请假、谁顶班", _has(Role.DUTY, Role.ADMIN)),
    Way(
        "/sources",
        "来源",
        "采集哪些网站和导出文件、各自怎么样，增加、试采、启用、停用",
        _has(Role.ADMIN),
        below=True,
    ),
    Way(
        "/people",
        "用户",
        "建立和停用账号，分配角色和单位，重置密码，解除两步验证",
        _has(Role.ADMIN),
        below=True,
    ),
    Way(
        "/audit", "安全日志", "谁何时登录、账号有什么变动、谁看了限制知悉的事、导出了什么", _has(Role.AUDITOR)
    ),
    Way("/record", "办理记录", "办理记录的锚点和校验值，导出后可以离线核验", _has(Role.AUDITOR), below=True),
    Way("/guide", "说明", "", lambda _: True),
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

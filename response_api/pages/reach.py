"""A case for somebody who asks for it by its address: there, theirs to see, or a page that says why not."""

from __future__ import annotations

from huiying.contracts import Case
from huiying.errors import CaseNotFound
from response_api.auth import Person
from response_api.house import House
from response_api.security_log import Mark
from response_api.sight import SEALED, Glimpse, glimpse, sight_of

REFUSED = "这件事走保密通道或纪检通道，只有最上级单位的值班长、领导和承办它的单位的经办人可以查看。您的角色是{role}，需要了解时请直接联系值班长。"
GONE = "可能还没有立案，可能不归您的单位看，也可能地址抄错了。可以在“全部事件”里按关键词查找，或问值班长。"


class OutOfReach(Exception):
    """Answered as a page with this status."""

    def __init__(self, status: int, title: str, text: str) -> None:
        super().__init__(title)
        self.status, self.title, self.text = status, title, text


def reach(house: House, person: Person, case_id: str) -> Case:
    """Raises OutOfReach. A case out of view is as good as none: nobody learns that it is there.  Who opens one that few may
    read leaves a line in 安全日志 (信访工作条例 第三十条)."""
    try:
        case = house.engine.cases.get(case_id)
        seen = glimpse(case, sight_of(person, house.names))
    except CaseNotFound:
        seen = Glimpse.NOTHING
    if seen is Glimpse.NOTHING:
        raise OutOfReach(404, "没有这个事件", GONE)
    if seen is Glimpse.SEALED:
        raise OutOfReach(403, SEALED, REFUSED.format(role=person.role_name))
    if case.route.restricted:
        house.accounts.log.note_hourly(
            Mark.OPENED_RESTRICTED, person.login, house.clock.now(), about=case.id, note=f"事件 {case.id[:8]}"
        )
    return case

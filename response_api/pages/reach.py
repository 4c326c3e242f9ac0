"""A case for somebody who asks for it by its address: there, theirs to see, or a page that says why not."""

from __future__ import annotations

from huiying.contracts import Case
from huiying.errors import CaseNotFound
from response_api.auth import Person
from response_api.house import House
from response_api.sight import SEALED, is_sealed, sees_all

REFUSED = "这件事走保密通道或纪检通道，只有值班长、领导和承办它的单位可以查看。您的角色是{role}，需要了解时请直接联系值班长。"
GONE = "它可能还没有建档，或地址抄错了。可以在“全部事件”里按关键词查找。"


class OutOfReach(Exception):
    """Answered as a page with this status."""

    def __init__(self, status: int, title: str, text: str) -> None:
        super().__init__(title)
        self.status, self.title, self.text = status, title, text


def reach(house: House, person: Person, case_id: str) -> Case:
    """Raises OutOfReach."""
    try:
        case = house.engine.cases.get(case_id)
    except CaseNotFound as missing:
        raise OutOfReach(404, "没有这个事件", GONE) from missing
    if is_sealed(case, sees_all(person)):
        raise OutOfReach(403, SEALED, REFUSED.format(role=person.role_name))
    return case

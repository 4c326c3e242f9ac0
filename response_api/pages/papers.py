"""公文: the papers of one case, as Word files made when they are asked for."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from response_api.guard import Reader, TheHouse
from response_api.pages.reach import OutOfReach, reach
from response_api.papers import gather
from response_api.papers.addressees import addressee
from response_api.papers.kinds import OFFERS, Kind, file_name, hindrance, maker
from response_api.papers.word import MEDIA_TYPE, written
from response_api.security_log import Mark

router = APIRouter()

NO_SUCH = "地址可能抄错了。请从事件页面的“公文”里选。"


@router.get("/cases/{case_id}/papers/{kind}.docx")
def paper(case_id: str, kind: str, house: TheHouse, person: Reader, to: str = "") -> Response:
    """``to``: of a letter, the body that it goes to."""
    case = reach(house, person, case_id)
    if kind not in set(Kind):
        raise OutOfReach(404, "没有这种公文", NO_SUCH)
    wanted = Kind(kind)
    if why := hindrance(case, wanted):
        raise OutOfReach(409, f"现在没有{OFFERS[wanted].name}", why)
    whom = addressee(case, to) if wanted is Kind.TRANSFER else None
    make = maker(wanted, whom)
    if make is None:
        raise OutOfReach(404, "没有这个收文单位", "一函一单位。请从事件页面的“公文”里选。")
    now = house.clock.now()
    filled = gather.material(
        house.engine,
        case,
        names=house.names,
        unit=person.unit,
        now=now,
        address=house.settings.address,
        card=house.appraiser.card(case, now) if wanted is Kind.EVALUATION else None,
    )
    house.accounts.log.note(
        Mark.EXPORTED, person.login, now, note=f"事件 {case.id[:8]} 的{OFFERS[wanted].name}"
    )
    name = file_name(case.id, wanted, now, whom.number if whom else 0)
    return download(written(make(filled)), name)


def download(data: bytes, name: str) -> Response:
    """To be saved under its Chinese name (RFC 5987)."""
    headers = {"content-disposition": f"attachment; filename=\"paper.docx\"; filename*=UTF-8''{quote(name)}"}
    return Response(data, media_type=MEDIA_TYPE, headers=headers)

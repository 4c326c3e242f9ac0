"""公文: the papers of one case, as Word files made when they are asked for, and all that belongs to it as one file."""

from __future__ import annotations

import contextlib
import tempfile
from datetime import datetime
from typing import BinaryIO, cast

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from huiying.contracts import Case
from response_api.auth import Person
from response_api.file_view import file_view
from response_api.guard import Reader, TheHouse
from response_api.house import House
from response_api.pages.reach import OutOfReach, reach
from response_api.papers import dossier, gather
from response_api.papers.addressees import addressee
from response_api.papers.kinds import OFFERS, Kind, file_name, hindrance, maker
from response_api.papers.material import Material
from response_api.papers.word import MEDIA_TYPE, written
from response_api.security_log import Mark
from response_api.takeaway import called, in_pieces

router = APIRouter()

IN_MEMORY = 8 * 1024 * 1024
"""Bytes of a dossier that are not written to a file before they are sent."""
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
    filled = _material(house, person, case, now, scored=wanted is Kind.EVALUATION)
    house.accounts.log.note(
        Mark.EXPORTED, person.login, now, note=f"事件 {case.id[:8]} 的{OFFERS[wanted].name}"
    )
    name = file_name(case.id, wanted, now, whom.number if whom else 0)
    return download(written(make(filled)), name)


@router.get("/cases/{case_id}/dossier.zip")
def case_file(case_id: str, house: TheHouse, person: Reader) -> Response:
    """案卷: all of it, for the archive."""
    case = reach(house, person, case_id)
    if why := dossier.unfiled(case):
        raise OutOfReach(409, "没有单独的案卷", why)
    now, named, read = house.clock.now(), house.accounts.names(), house.desk.texts.read
    filled = _material(house, person, case, now, scored=True)
    beside = dossier.Beside(
        lines=house.engine.archive.of_cases({case.id, *case.merged_from}),
        term=file_view(case, house.files, house.desk.policy, read, now, named).term,
        channels=house.desk.scoring.channel_names,
        named=named,
    )
    with contextlib.ExitStack() as undo:
        file = cast(BinaryIO, undo.enter_context(tempfile.SpooledTemporaryFile(IN_MEMORY)))
        dossier.write(file, filled, beside)
        file.seek(0)
        undo.pop_all()
    house.accounts.log.note(Mark.EXPORTED, person.login, now, note=f"事件 {case.id[:8]} 的案卷")
    headers = called(dossier.file_name(case, now), plain="case.zip")
    return StreamingResponse(in_pieces(file), media_type=dossier.MEDIA_TYPE, headers=headers)


def _material(house: House, person: Person, case: Case, now: datetime, *, scored: bool) -> Material:
    """``scored``: with how its answer scores."""
    return gather.material(
        house.engine,
        case,
        names=house.names,
        unit=person.unit,
        now=now,
        address=house.settings.address,
        card=house.appraiser.card(case, now) if scored else None,
    )


def download(data: bytes, name: str) -> Response:
    return Response(data, media_type=MEDIA_TYPE, headers=called(name, plain="paper.docx"))

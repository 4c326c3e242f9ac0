"""异议, in the office: what stands at the address, and the decision of whoever looks after personal information."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from huiying import logs
from huiying.errors import TryAgain
from response_api.auth import Person
from response_api.guard import TheHouse, posted, signed_in, text_of
from response_api.house import House
from response_api.objection_view import ObjectionRow, found_posts, row
from response_api.pages.frame import page, problem
from response_api.security_log import Mark
from response_api.sight import line_glimpses, sight_of
from triage.filing import is_held
from triage.objections import DECIDES, MOST_TOLD, Objection, State, may_decide
from triage.refusals import Invalid, NotNow, NotYours

router = APIRouter()

Decider = Annotated[Person, Depends(signed_in(DECIDES))]
Form = Annotated[FormData, Depends(posted)]
MOST_SHOWN = 200

_log = logs.get("web")


def waiting(house: House, person: Person) -> list[ObjectionRow]:
    """What waits for this person to decide, soonest due first."""
    if not may_decide(person.actor, house.desk.policy):
        return []
    return [one for one in _rows(house) if one.waits]


@router.get("/objections")
def every(request: Request, house: TheHouse, person: Decider) -> HTMLResponse:
    if not may_decide(person.actor, house.desk.policy):
        return _not_theirs(request, house, person)
    return page(request, "objections.html", {"rows": _rows(house)[:MOST_SHOWN]}, person=person)


@router.get("/objections/{objection_id}")
def one(request: Request, objection_id: str, house: TheHouse, person: Decider) -> HTMLResponse:
    return _page(request, house, person, objection_id)


@router.post("/objections/{objection_id}/stop")
def stop(request: Request, objection_id: str, house: TheHouse, person: Decider, sent: Form) -> Response:
    def decide() -> Objection:
        return house.objections.stop(
            objection_id,
            person.actor,
            house.clock.now(),
            posts=[str(value) for value in sent.getlist("posts")],
            wide=text_of(sent, "wide") == "yes",
            told=text_of(sent, "told"),
        )

    return _decided(request, house, person, objection_id, sent, Mark.OBJECTION_STOPPED, decide)


@router.post("/objections/{objection_id}/refuse")
def refuse(request: Request, objection_id: str, house: TheHouse, person: Decider, sent: Form) -> Response:
    def decide() -> Objection:
        return house.objections.refuse(
            objection_id,
            person.actor,
            house.clock.now(),
            ground=text_of(sent, "ground"),
            told=text_of(sent, "told"),
        )

    return _decided(request, house, person, objection_id, sent, Mark.OBJECTION_REFUSED, decide)


def _decided(
    request: Request,
    house: House,
    person: Person,
    objection_id: str,
    sent: FormData,
    mark: Mark,
    decide: Callable[[], Objection],
) -> Response:
    try:
        decided = decide()
    except Invalid as fault:
        return _page(request, house, person, objection_id, sent=sent, faults=fault.faults, status=422)
    except NotYours as refusal:
        return problem(request, 403, "不能办理", str(refusal), person)
    except NotNow as refusal:
        return problem(request, 409, "现在不能办理", str(refusal), person)
    except TryAgain as trouble:
        _log.warning("objection_not_carried_out", reason=str(trouble))
        now_is = _as_it_stands(house, objection_id)
        if now_is is None or now_is.state is State.WAITING:
            faults = {"whole": "现在存不下来：数据服务正忙，或磁盘已满。选好的都还在，请稍后再试"}
            return _page(request, house, person, objection_id, sent=sent, faults=faults, status=503)
        decided = now_is  # written down; the sweep does the rest
    note = f"异议 {objection_id[:8]}，清除 {decided.erased} 个版本" if decided.state is State.STOPPED else ""
    note = note or f"异议 {objection_id[:8]}，理由 {decided.ground}"
    house.accounts.log.note(mark, person.login, house.clock.now(), note=note)
    return RedirectResponse(f"/objections/{objection_id}?done=1", status_code=303)


def _as_it_stands(house: House, objection_id: str) -> Objection | None:
    try:
        return house.objections.get(objection_id)
    except TryAgain:
        return None


def _page(
    request: Request,
    house: House,
    person: Person,
    objection_id: str,
    *,
    sent: FormData | None = None,
    faults: Mapping[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    if not may_decide(person.actor, house.desk.policy):
        return _not_theirs(request, house, person)
    objection = house.objections.get(objection_id)
    if objection is None:
        return problem(request, 404, "没有这件异议", "编号不对，或已过保存期限。", person)
    lines = house.objections.found(objection) if objection.state is State.WAITING else []
    seen = line_glimpses(house.engine.cases, lines, sight_of(person, house.names))
    cases = house.engine.cases.several({line.case_id for line in lines if line.case_id})
    posts = found_posts(seen, {id for id, case in cases.items() if is_held(case, house.clock.now())})
    chosen = {str(value) for value in sent.getlist("posts")} if sent is not None else set()
    if sent is None and len(posts) == 1:
        chosen = {posts[0].id}
    rules = house.disclosure.protection
    context = {
        "objection": row(objection, rules, house.accounts.names(), house.clock.now()),
        "posts": posts,
        "chosen": chosen,
        "grounds": rules.ground,
        "typed": {
            name: text_of(sent, name) if sent is not None else "" for name in ("told", "ground", "wide")
        },
        "faults": faults or {},
        "most": MOST_TOLD,
        "done": "done" in request.query_params,
    }
    return page(request, "objection.html", context, person=person, status=status)


def _rows(house: House) -> list[ObjectionRow]:
    now, named = house.clock.now(), house.accounts.names()
    return [row(one, house.disclosure.protection, named, now) for one in house.objections.all()]


def _not_theirs(request: Request, house: House, person: Person) -> HTMLResponse:
    top = house.names.unit_name(house.names.top())
    return problem(request, 403, "不能办理", f"异议由{top}的保密审查员办理。", person)

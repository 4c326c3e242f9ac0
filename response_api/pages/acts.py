"""People act on a case: one address for every act. What cannot be done gives everything back that was typed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from huiying.errors import TryAgain
from response_api.act_calls import Sent, call
from response_api.act_forms import Typed
from response_api.auth import Person
from response_api.guard import Reader, TheHouse, posted, text_of
from response_api.house import House
from response_api.onward import onward
from response_api.pages.case import show_case
from response_api.pages.frame import problem
from response_api.pages.reach import reach
from response_api.pages.statements import show_statement
from response_api.sent_once import SentOnce
from triage.acts import RULES, Act
from triage.deeds import statements
from triage.refusals import Changed, Invalid, NotNow, NotYours, Refused

router = APIRouter()

BUSY = "现在存不下来：数据服务正忙，或磁盘已满。填写的内容都还在这一页，请稍后再试；仍不行请联系系统管理员。"
STATUS = {NotYours: 403, NotNow: 409, Changed: 409, Invalid: 422}
MOST_POSTS = 500


@router.post("/cases/{case_id}/acts/{act}")
def do(
    request: Request,
    case_id: str,
    act: str,
    house: TheHouse,
    person: Reader,
    sent: Annotated[FormData, Depends(posted)],
) -> Response:
    case = reach(house, person, case_id)
    if act not in set(Act):
        return problem(request, 404, "没有这个办理步骤", "请从事件页上的按钮进入。", person)
    wanted = Act(act)
    form = Sent(
        case_id=case.id,
        actor=person.actor,
        now=house.clock.now(),
        seen=number_of(sent, "seen"),
        text=lambda name: text_of(sent, name),
        posts=[str(post) for post in sent.getlist("posts")][:MOST_POSTS],
        places=house.places.named,
    )
    once: SentOnce = request.app.state.sent_once
    return once.answer(
        request, person, sent, form.now, lambda: _done(request, house, person, wanted, form, sent)
    )


def _done(
    request: Request, house: House, person: Person, wanted: Act, form: Sent, sent: FormData
) -> Response:
    try:
        after = call(house.desk, wanted, form)
    except Refused as refusal:
        return _again(
            request, house, person, form.case_id, typed_of(wanted, sent, refusal), status_of(refusal)
        )
    except TryAgain:
        typed = Typed(act=wanted, values=values_of(sent), chosen=frozenset(form.posts), trouble=BUSY)
        return _again(request, house, person, form.case_id, typed, 503)
    leads_to = onward(
        after,
        wanted,
        by=form.actor.login,
        now=form.now,
        statement=text_of(sent, "statement"),
        sent_from=text_of(sent, "from"),
        back=text_of(sent, "back"),
    )
    return RedirectResponse(leads_to, status_code=303)


def typed_of(act: Act, sent: FormData, refusal: Refused) -> Typed:
    """Everything that was typed, and why it was not done."""
    faults = refusal.faults if isinstance(refusal, Invalid) else {}
    changed = refusal.events if isinstance(refusal, Changed) else ()
    trouble = "" if faults else str(refusal)
    posts = frozenset(str(post) for post in sent.getlist("posts"))
    return Typed(
        act=act, values=values_of(sent), chosen=posts, faults=faults, trouble=trouble, changed=changed
    )


def status_of(refusal: Refused) -> int:
    return next((status for kind, status in STATUS.items() if isinstance(refusal, kind)), 409)


def values_of(sent: FormData) -> dict[str, str]:
    return {name: value for name, value in sent.items() if isinstance(value, str) and name != "csrf"}


def number_of(sent: FormData, name: str) -> int:
    text = text_of(sent, name)
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _again(
    request: Request, house: House, person: Person, case_id: str, typed: Typed, status: int
) -> Response:
    case = house.engine.cases.get(case_id)
    if RULES[typed.act].drafts:
        try:
            statement = statements.of(case, typed.values.get("statement", ""))
        except NotNow:
            return problem(request, 404, "没有这份文稿", "它可能在别的事件里。请从事件页进入。", person)
        return show_statement(request, house, person, case, statement, typed=typed, status=status)
    return show_case(request, house, person, case, typed=typed, status=status)

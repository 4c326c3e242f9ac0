"""文稿: written, looked at byte for byte, approved, published."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from huiying.contracts import Case, Role, Statement, StatementKind
from huiying.errors import TryAgain
from huiying.ports import LineQuery
from response_api import draft_form
from response_api.act_forms import Typed, act_forms
from response_api.auth import Person
from response_api.draft_form import DraftForm
from response_api.guard import Reader, TheHouse, posted, signed_in, text_of
from response_api.handling_view import ERASED, in_hand
from response_api.house import House
from response_api.onward import told
from response_api.pages.frame import page
from response_api.pages.reach import OutOfReach, reach
from response_api.seen_elsewhere import Seen, seen_elsewhere
from response_api.sent_once import SentOnce
from response_api.statement_view import Difference, StatementView, differences, statement_view
from response_api.words import STATEMENT_STATES, event_line
from triage.acts import RULES, Act, allowed, is_now
from triage.hindrance import hindrance
from triage.policy import Policy
from triage.publishing import Draft, parse, reference
from triage.refusals import Changed, Invalid, NotNow, NotYours, Refused
from triage.words import STATEMENTS

router = APIRouter()

Writer = Annotated[Person, Depends(signed_in(Role.HANDLER, Role.CHECKER, Role.SPOKESPERSON))]
LOOKED_AT = 200
"""Posts of a case that are looked through for copies of a statement."""
NOT_SAVED = "现在存不下来：数据服务正忙，或磁盘已满。写的内容都还在这一页，请稍后再按“保存”。"


@router.get("/cases/{case_id}/statements/new")
def blank(
    request: Request, case_id: str, house: TheHouse, person: Writer, kind: str = "", corrects: str = ""
) -> HTMLResponse:
    """``corrects``: number of the statement that the new one is to put right."""
    case = reach(house, person, case_id)
    if (old := _corrected(case, corrects)) is not None:
        form = draft_form.correction(_kept(house, old), house.clock.now())
        return _form(request, house, person, case, None, form, corrected=old)
    usual = StatementKind.ANSWER if case.assessment else StatementKind.FIRST
    form = draft_form.blank(case, StatementKind(kind) if kind in set(StatementKind) else usual)
    return _form(request, house, person, case, None, form)


@router.post("/cases/{case_id}/statements/new")
def hand_in(
    request: Request,
    case_id: str,
    house: TheHouse,
    person: Writer,
    sent: Annotated[FormData, Depends(posted)],
) -> Response:
    return _save_once(request, house, person, reach(house, person, case_id), None, sent)


@router.get("/cases/{case_id}/statements/{number}")
def one(
    request: Request,
    case_id: str,
    number: int,
    house: TheHouse,
    person: Reader,
) -> HTMLResponse:
    case = reach(house, person, case_id)
    return show_statement(request, house, person, case, _numbered(case, number))


@router.get("/cases/{case_id}/statements/{number}/edit")
def edit(request: Request, case_id: str, number: int, house: TheHouse, person: Writer) -> Response:
    """What cannot be edited any more is shown instead."""
    case = reach(house, person, case_id)
    statement = _numbered(case, number)
    if not is_now(Act.EDIT, case, statement):
        return RedirectResponse(f"/cases/{case.id}/statements/{number}", status_code=303)
    return _form(request, house, person, case, statement, draft_form.filled(_kept(house, statement)))


def _kept(house: House, statement: Statement) -> Draft:
    try:
        return house.desk.written(statement)
    except NotNow as lost:
        raise OutOfReach(409, "文稿读不到", str(lost)) from lost


def _corrected(case: Case, number: str) -> Statement | None:
    """The statement of this number, where the form names one that can be put right; None where it names none."""
    if not number:
        return None
    statement = _numbered(case, int(number) if number.isdecimal() and len(number) < 4 else 0)
    if not is_now(Act.CORRECT, case, statement):
        raise OutOfReach(409, "不能更正这份文稿", "它还没有公开发布，或者已经有更正稿。请看它的文稿页。")
    return statement


@router.post("/cases/{case_id}/statements/{number}/edit")
def save(
    request: Request,
    case_id: str,
    number: int,
    house: TheHouse,
    person: Writer,
    sent: Annotated[FormData, Depends(posted)],
) -> Response:
    case = reach(house, person, case_id)
    return _save_once(request, house, person, case, _numbered(case, number), sent)


def show_statement(
    request: Request,
    house: House,
    person: Person,
    case: Case,
    statement: Statement,
    *,
    typed: Typed | None = None,
    status: int = 200,
) -> HTMLResponse:
    texts, policy = house.desk.texts, house.desk.policy
    body = texts.body(statement.sha256)
    earlier = texts.body(statement.earlier[-1]) if statement.earlier else None
    reviewed = texts.body(statement.reviewed)
    written = house.desk.written(statement) if body is not None else None
    returned = texts.read(statement.returned)
    now, named = house.clock.now(), house.accounts.names()
    view = statement_view(
        statement,
        body,
        earlier,
        reviewed,
        written,
        policy,
        "（理由已按规定清除）" if returned is None else returned,
        case.statements,
        lambda digest: ERASED if (text := texts.read(digest)) is None else text,
        now,
        named,
        level=case.severity.level,
        erased=case.erased is not None,
        channels=house.desk.scoring.channel_names,
    )
    hindered = _hindered(case, statement, policy, view)
    acts = allowed(case, person.actor, policy, statement)
    seen = _seen(house, case, statement, body) if Act.NOTE_APPEARANCE in acts else ()
    chosen = next((one for one in seen if one.post == request.query_params.get("seen")), None)
    context = {
        "case": case,
        "statement": view,
        "forms": act_forms(
            case,
            person.actor,
            policy,
            statement=statement,
            typed=typed,
            named=named,
            hindered=hindered,
            scoring=house.desk.scoring,
            begun={Act.NOTE_APPEARANCE: chosen.typed} if chosen else {},
        ),
        "hindered": [(RULES[act].name, why) for act, why in hindered.items() if why],
        "may_edit": Act.EDIT in acts,
        "may_correct": Act.CORRECT in acts and not view.lost,
        "elsewhere": seen,
        "seen": len(case.events),
        "typed": typed,
        "changed": [event_line(event, now, named) for event in typed.changed] if typed else [],
        "done": told(request.query_params),
    }
    return page(request, "statement.html", context, person=person, status=status)


def _seen(house: House, case: Case, statement: Statement, body: bytes | None) -> tuple[Seen, ...]:
    """Among the newest posts of the case."""
    if body is None:
        return ()
    query = LineQuery(cases=frozenset({case.id, *case.merged_from}), limit=LOOKED_AT)
    lines = house.engine.archive.search(query).lines
    return seen_elsewhere(lines, statement, parse(body), house.desk.scoring.channel_names)


def _hindered(case: Case, statement: Statement, policy: Policy, view: StatementView) -> dict[Act, str]:
    """What cannot be done to the statement as it is, whoever asks, and why; '' where the page says so already."""
    if view.lost:
        return dict.fromkeys((Act.SUBMIT, Act.CLEAR, Act.SIGN, Act.PUBLISH, Act.RESUME), "")
    found = {
        act: why
        for act in (Act.SUBMIT, Act.PUBLISH, Act.RESUME)
        if is_now(act, case, statement) and (why := hindrance(act, case, policy, statement))
    }
    if view.blocking and is_now(Act.SUBMIT, case, statement):
        found.setdefault(Act.SUBMIT, f"自动检查有 {len(view.blocking)} 处须改，先改稿")
    late = next((one.what for one in view.blocking if one.where == "next_release_at"), "")
    if late and is_now(Act.PUBLISH, case, statement):
        found.setdefault(Act.PUBLISH, late)
    return found


def _save_once(
    request: Request, house: House, person: Person, case: Case, statement: Statement | None, sent: FormData
) -> Response:
    once: SentOnce = request.app.state.sent_once
    return once.answer(
        request, person, sent, house.clock.now(), lambda: _save(request, house, person, case, statement, sent)
    )


def _save(
    request: Request, house: House, person: Person, case: Case, statement: Statement | None, sent: FormData
) -> Response:
    form, draft = draft_form.read(
        lambda name: text_of(sent, name),
        lambda name: str(sent.get(name) or ""),
        house.desk.policy.handling.text,
    )
    seen, base = text_of(sent, "seen"), text_of(sent, "base")
    old = _corrected(case, text_of(sent, "corrects")) if statement is None else _old_of(case, statement)
    if draft is None:
        return _form(request, house, person, case, statement, form, base=base, status=422, corrected=old)
    where = (case.id, person.actor, house.clock.now())
    looked = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
    unseen = statement is not None and statement.sha256 not in (base, text_of(sent, "shown"))
    if unseen and base and is_now(Act.EDIT, case, statement):
        return _form(request, house, person, case, statement, form, base=base, status=409, corrected=old)
    try:
        if old is not None and statement is None:
            after = house.desk.correct(*where, seen=looked, statement=old.id, wanted=draft)
            number = after.statements[-1].number
        elif statement is None:
            after = house.desk.draft(*where, seen=looked, wanted=draft)
            number = after.statements[-1].number
        else:
            house.desk.edit(*where, seen=looked, statement=statement.id, wanted=draft)
            number = statement.number
    except Refused as refusal:
        faults = refusal.faults if isinstance(refusal, Invalid) else {}
        status = 422 if faults else 403 if isinstance(refusal, NotYours) else 409
        changed = refusal if isinstance(refusal, Changed) else None
        again = DraftForm(values=form.values, faults=faults)
        fresh = house.engine.cases.get(case.id)
        now_is = fresh.statements[statement.number - 1] if statement else None
        return _form(
            request, house, person, fresh, now_is, again, base=base, status=status,
            trouble="" if faults else str(refusal), changed=changed, corrected=old,
        )  # fmt: skip
    except TryAgain:
        return _form(
            request,
            house,
            person,
            case,
            statement,
            form,
            base=base,
            status=503,
            trouble=NOT_SAVED,
            corrected=old,
        )
    return RedirectResponse(f"/cases/{case.id}/statements/{number}?done=edit#desk", status_code=303)


def _form(
    request: Request,
    house: House,
    person: Person,
    case: Case,
    statement: Statement | None,
    form: DraftForm,
    *,
    base: str = "",
    status: int = 200,
    trouble: str = "",
    changed: Changed | None = None,
    corrected: Statement | None = None,
) -> HTMLResponse:
    """``base``: the version that the form started from; '' where it starts now. ``corrected``: what it is to put right."""
    corrected = corrected or (_old_of(case, statement) if statement else None)
    now, current = house.clock.now(), statement.sha256 if statement else ""
    context = {
        "case": case,
        "statement": statement,
        "base": base or current,
        "shown": current,
        "theirs": _meanwhile(house, statement, base)
        if statement and is_now(Act.EDIT, case, statement)
        else (),
        "their_name": house.accounts.name_of(statement.author) if statement else "",
        "form": form,
        "seen": len(case.events),
        "trouble": trouble,
        "changed": [event_line(event, now, house.accounts.names()) for event in changed.events]
        if changed
        else [],
        "name": STATEMENTS.get(form["kind"], "文稿"),  # type: ignore[call-overload]
        "sent_to": f"/cases/{case.id}/statements/{statement.number}/edit"
        if statement
        else f"/cases/{case.id}/statements/new",
        "others": [] if statement or corrected else in_the_making(case),
        "corrected": corrected,
        "corrected_as": reference(corrected) if corrected else "",
        **draft_form.choices(house.desk.policy.handling, case, form["kind"], corrected),
    }
    return page(request, "draft.html", context, person=person, status=status)


def in_the_making(case: Case) -> list[tuple[int, str, str]]:
    """Number, kind and state of the statements that wait for somebody: whoever begins another one may have meant them."""
    return [(one.number, STATEMENTS[one.kind], STATEMENT_STATES[one.state]) for one in in_hand(case)]


def _meanwhile(house: House, statement: Statement, base: str) -> tuple[Difference, ...]:
    """What was made of the draft since the form was opened; only its own versions are looked at."""
    if base in ("", statement.sha256) or not statement.earlier:
        return ()
    known = base if base in statement.earlier else statement.earlier[0]
    before, after = (house.desk.texts.body(sha256) for sha256 in (known, statement.sha256))
    return differences(before.decode(), after.decode()) if before and after else ()


def _old_of(case: Case, statement: Statement) -> Statement | None:
    return next((one for one in case.statements if one.id == statement.corrects), None)


def _numbered(case: Case, number: int) -> Statement:
    if not 1 <= number <= len(case.statements):
        raise OutOfReach(404, "没有这份文稿", "请从事件页进入。")
    return case.statements[number - 1]

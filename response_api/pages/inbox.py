"""待办: everything that waits for this person, whatever their roles: the clock on every row, a button where a press does it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from huiying.contracts import Case, CaseState, Role, StatementState
from huiying.ports import CaseQuery, Order
from response_api import times
from response_api.auth import Person
from response_api.case_list import CaseRow, case_row
from response_api.guard import Reader, TheHouse
from response_api.house import House
from response_api.leader_facts import gather, may_lead
from response_api.leader_page import LeaderView, leader_view
from response_api.onward import told
from response_api.pages.frame import page
from response_api.pages.objections import waiting
from response_api.sight import sight_of
from response_api.suggested import audiences
from response_api.ticket_view import tone_of
from triage.acts import RULES, Act, allowed
from triage.appearances import left_over
from triage.callers import owed
from triage.hindrance import stuck, unclosable
from triage.objections import may_decide
from triage.policy import Policy

router = APIRouter()

MOST = 50
MOST_CALLED = 500
"""Cases that are read to find those whose callers have waited longest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tray:
    """One kind of work that waits."""

    name: str
    hint: str
    roles: frozenset[Role]
    states: frozenset[CaseState] = frozenset()
    awaits: frozenset[str] = frozenset()
    statement: str = ""
    """State of the statements that the row leads to, or ''."""
    blank: bool = False
    """Only cases without a statement under way."""
    press: Act | None = None
    """What is done from the row, without opening the case: it asks for nothing and can be taken back."""
    callers: bool = False
    """Its clock is that of the ticket which is due next, also where the matter itself has ended."""
    closable: bool | None = None
    """Only cases that can be closed by now, or (False) that cannot."""
    stuck: bool | None = None
    """Only cases with a signed statement that cannot be published by now, or (False) with one that can."""


TRAYS = (
    Tray(name="待确认", hint="系统告警，看是不是本办的事", roles=frozenset({Role.MONITOR, Role.DUTY}),
         states=frozenset({CaseState.FLAGGED}), press=Act.CONFIRM),
    Tray(name="待交办", hint="已确认，或单位退回", roles=frozenset({Role.DUTY}), states=frozenset({CaseState.CONFIRMED})),
    Tray(name="待签收", hint="签收只停签收时限，其余时限照走", roles=frozenset({Role.HANDLER, Role.CHECKER}),
         states=frozenset({CaseState.FLAGGED, CaseState.CONFIRMED, CaseState.ASSIGNED}), press=Act.ACKNOWLEDGE),
    Tray(name="待研判", hint="已签收，定处置分类", roles=frozenset({Role.HANDLER, Role.CHECKER}),
         states=frozenset({CaseState.ACKNOWLEDGED})),
    Tray(name="待拟稿", hint="已研判，还没有文稿", roles=frozenset({Role.HANDLER, Role.SPOKESPERSON}),
         states=frozenset({CaseState.ASSESSED}), blank=True),
    Tray(name="还欠回应", hint="发布过文稿，时限还在走：另拟主动公开、有实质内容的文稿",
         roles=frozenset({Role.HANDLER, Role.SPOKESPERSON}), awaits=frozenset({"answer"})),
    Tray(name="退回修改、在拟文稿", hint="改好后送审", roles=frozenset({Role.HANDLER, Role.SPOKESPERSON, Role.CHECKER}),
         awaits=frozenset({"rework"}), statement="draft"),
    Tray(name="待保密审查", hint="看的就是将要发布的文字", roles=frozenset({Role.SECRECY}),
         awaits=frozenset({"review"}), statement="review"),
    Tray(name="待签发", hint="已通过保密审查", roles=frozenset({Role.SIGNER, Role.LEADER}),
         awaits=frozenset({"sign"}), statement="cleared"),
    Tray(name="待发布", hint="已签发", roles=frozenset({Role.SPOKESPERSON, Role.DUTY}),
         awaits=frozenset({"publish"}), statement="signed", stuck=False),
    Tray(name="已签发、还不能发布", hint="签发以后情况变了，文稿页写明要先办什么",
         roles=frozenset(set(Role) - {Role.MONITOR, Role.ADMIN, Role.AUDITOR}),
         awaits=frozenset({"publish"}), statement="signed", stuck=True),
    Tray(name="没有上网", hint="外网没有收下已发布的文稿，或没有撤下暂停公开的，再次交送", roles=frozenset({Role.SPOKESPERSON, Role.DUTY}),
         awaits=frozenset({"outlet"})),
    Tray(name="登在别处的还没撤下", hint="文稿已暂停公开或更正，登在别处的撤下或换成更正稿，再登记撤下",
         roles=frozenset({Role.SPOKESPERSON, Role.DUTY}), awaits=frozenset({"removal"})),
    Tray(name="待批示", hint="免除时限、降级的请示", roles=frozenset({Role.LEADER}), awaits=frozenset({"decision"})),
    Tray(name="待回访", hint="发布后问一问解决了没有", roles=frozenset({Role.HANDLER, Role.CHECKER, Role.SPOKESPERSON}),
         awaits=frozenset({"follow_up"})),
    Tray(name="转办过期未反馈", hint="催一催，或登记反馈", roles=frozenset({Role.DUTY, Role.HANDLER, Role.CHECKER}),
         awaits=frozenset({"referral"})),
    Tray(name="工单待答复", hint="答复来电人、写信人并登记；不归本单位的退回", roles=frozenset({Role.DUTY, Role.HANDLER, Role.CHECKER}),
         awaits=frozenset({"ticket"}), callers=True),
    Tray(name="待办结", hint="已回访", roles=frozenset({Role.DUTY, Role.CHECKER}), states=frozenset({CaseState.FOLLOWED}), closable=True),
    Tray(name="已回访、还不能办结", hint="事件页写明还差什么", roles=frozenset({Role.DUTY, Role.CHECKER, Role.HANDLER}),
         states=frozenset({CaseState.FOLLOWED}), closable=False),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    row: CaseRow
    link: str
    press: Act | None
    """What a button on this row does; None where this person may not do it now."""
    seen: int
    """Events that the row knows of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    name: str
    hint: str
    all: str
    """Where what waits is listed one by one, '' where this is the list."""
    press: str
    """What the buttons of its rows say."""
    total: int
    rows: tuple[Waiting, ...]


@router.get("/inbox")
def inbox(request: Request, house: TheHouse, person: Reader) -> HTMLResponse:
    trays = [_filled(house, person, tray) for tray in TRAYS if person.has(*tray.roles)]
    context = {
        "lead": _lead(house, person) if may_lead(person) else None,
        "trays": [tray for tray in trays if tray.total],
        "objections": (objecting := waiting(house, person)),
        "decides": may_decide(person.actor, house.desk.policy),
        "done": told(request.query_params),
        "total": sum(tray.total for tray in trays) + len(objecting),
    }
    return page(request, "inbox.html", context, person=person)


def _lead(house: House, person: Person) -> LeaderView:
    return leader_view(gather(house, person, house.clock.now()), house.names, person, house.desk.texts.read)


def _filled(house: House, person: Person, tray: Tray) -> Filled:
    sight, now = sight_of(person, house.names), house.clock.now()
    query = CaseQuery(
        states=tray.states,
        awaits=tray.awaits,
        parties=sight.parties,
        order=Order.NEXT_DUE,
        limit=MOST_CALLED if tray.callers else MOST,
    )
    found = house.engine.cases.search(query)
    cases = [case for case in found.cases if _belongs(case, tray, house.desk.policy)]
    left_out = len(found.cases) - len(cases)
    if tray.callers:  # the store sorts by the clocks of the matters
        cases = sorted(cases, key=lambda case: next((one.due_at for one in owed(case)), now))[:MOST]
    alike = audiences(house.engine.cases, cases)
    rows = tuple(
        Waiting(
            row=_row(
                case, tray, case_row(case, house.names, now, sight=sight, alike=alike.get(case.id, ())), now
            ),
            link=_link(case, tray),
            press=tray.press if tray.press in allowed(case, person.actor, house.desk.policy) else None,
            seen=len(case.events),
        )
        for case in cases
    )
    total = found.total - left_out
    press = RULES[tray.press].name if tray.press else ""
    return Filled(
        name=tray.name,
        hint=tray.hint,
        all="/tickets" if tray.callers else "",
        press=press,
        total=total,
        rows=rows,
    )


def _row(case: Case, tray: Tray, row: CaseRow, now: datetime) -> CaseRow:
    waiting = owed(case)
    if not tray.callers or not waiting:
        return row
    first = waiting[0]
    return replace(
        row,
        due=first.due_at,
        left=times.countdown(first.due_at - now),
        clock=f"工单 {len(waiting)} 件",
        tone=tone_of(first, now),
    )


def _belongs(case: Case, tray: Tray, policy: Policy) -> bool:
    """As far as a query cannot tell."""
    if tray.blank and under_way(case):
        return False
    if tray.closable is not None and tray.closable is bool(unclosable(case)):
        return False
    if tray.stuck is None:
        return True
    return any(
        (one.number in stuck(case, policy)) is tray.stuck
        for one in case.statements
        if one.state is StatementState.SIGNED
    )


def under_way(case: Case) -> bool:
    """Whether a statement of it waits for somebody."""
    done = (StatementState.PUBLISHED, StatementState.WITHDRAWN)
    return any(statement.state not in done for statement in case.statements)


def _link(case: Case, tray: Tray) -> str:
    """To the statement that waits where it is only one, else to the case."""
    waiting = {one.number for one in case.statements if one.state == tray.statement}
    if "removal" in tray.awaits:
        waiting = {one.number for one, _ in left_over(case.statements)}
    if len(waiting) == 1:
        return f"/cases/{case.id}/statements/{waiting.pop()}"
    return f"/cases/{case.id}#{'tickets' if tray.callers else 'desk'}"

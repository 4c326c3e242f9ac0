"""值班表 and 交接班: who is on duty, who is away, and what one shift hands to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile

from huiying.clock import SHANGHAI
from huiying.contracts import LIVE_STATES, Case, CaseState, DeliveryState, Role
from huiying.errors import Misconfigured
from huiying.ports import CasePage, CaseQuery, Order
from response_api import times
from response_api.auth import Person
from response_api.case_list import case_row
from response_api.guard import TheHouse, posted, signed_in, text_of
from response_api.house import House, Names
from response_api.pages.frame import page
from response_api.security_log import Mark
from response_api.sent_once import SentOnce
from response_api.sight import Glimpse, Sight, glimpse, sight_of, title_for
from response_api.words import DELIVERIES, LEVELS, Named
from triage import roster as tables
from triage.reach import Handing, Leave, ReachBook, Unconfirmed, may_stand_in
from triage.refusals import Invalid, NotNow, NotYours
from triage.saving import amend
from triage.unconfirmed import taken_over, unconfirmed
from triage.words import ROLES, addressees

router = APIRouter()

LONGEST_LEAVE = timedelta(days=366)
AHEAD = timedelta(days=8)
MOST_SHIFTS, MOST_OPEN, MOST_PAST, MOST_NOTICES = 120, 100, 10, 300

Keeper = Annotated[Person, Depends(signed_in(Role.DUTY, Role.ADMIN))]
OnDuty = Annotated[Person, Depends(signed_in(Role.DUTY))]
Sent = Annotated[FormData, Depends(posted)]


# -------------------------------------------------------------------------------------------- 值班表


@router.get("/roster")
def roster(request: Request, house: TheHouse, person: Keeper) -> HTMLResponse:
    return _roster(request, house, person)


@router.post("/roster")
def bring_in(request: Request, house: TheHouse, person: Keeper, sent: Sent) -> Response:
    """``file``: the workbook or CSV. Refused as a whole where a line of it is wrong, or of a unit that is not the person's."""
    upload, now = sent.get("file"), house.clock.now()
    if not isinstance(upload, UploadFile) or not upload.filename:
        return _roster(request, house, person, faults=["请选择值班表文件（Excel 或 CSV）"], status=422)
    body, book = upload.file.read(), ReachBook(house.engine.register)
    name = upload.filename[-60:]
    try:
        fresh = tables.read(body, house.desk.policy, book.logins(), file=name, by=person.login, now=now)
    except Misconfigured as wrong:
        return _roster(request, house, person, faults=str(wrong).splitlines(), status=422)
    foreign = {one.unit for one in fresh.shifts} - house.names.subtree(person.unit)
    if foreign:
        named = "、".join(house.names.unit_name(unit) for unit in sorted(foreign))
        told = f"{named} 不归您管，请只写本单位和下级。值班表没有换，原来的继续有效。"
        return _roster(request, house, person, faults=[told], status=422)
    book.put_roster(tables.joined(book.roster(), fresh, now))
    house.accounts.log.note(Mark.ROSTER, person.login, now, note=f"{len(fresh.shifts)} 班")
    return RedirectResponse("/roster?done=1", status_code=303)


@router.post("/roster/leave")
def leave(request: Request, house: TheHouse, person: Keeper, sent: Sent) -> Response:
    """``drop``: the id of one to be struck out; else somebody's leave, from when until when, and who stands in."""
    book, now = ReachBook(house.engine.register), house.clock.now()
    if drop := text_of(sent, "drop")[:80]:
        known = dict(book.leaves()).get(drop)
        if known is not None and known.login in _mine(house, person):
            book.drop_leave(drop)
            house.accounts.log.note(Mark.LEAVE, known.login, now, by=person.login, note="取消请假")
        return RedirectResponse("/roster?done=struck#leave", status_code=303)
    typed = {name: text_of(sent, name)[:40] for name in ("login", "start", "end", "deputy")}
    start, end = _moment(typed["start"]), _moment(typed["end"])
    faults = {name: "请选择时间" for name, moment in (("start", start), ("end", end)) if moment is None}
    if typed["login"] not in _mine(house, person):
        faults["login"] = "请选择请假的人"
    if start is not None and end is not None and end - start > LONGEST_LEAVE:
        faults["end"] = f"一次最多 {LONGEST_LEAVE.days} 天，请核对年份；更长的请停用账号"
    if "login" not in faults and typed["deputy"] and typed["deputy"] not in _deputies(house, typed["login"]):
        faults["deputy"] = (
            "代班的人要办理事件、看得到请假的人的单位：系统管理员、安全审计员和别的单位的人不能代班"
        )
    if end is not None and end <= now:
        faults["end"] = f"这段时间已经过去：现在是 {times.full(now)[:16]}"
    if not faults and start is not None and end is not None:
        away = Leave(login=typed["login"], start=start, end=end, deputy=typed["deputy"], by=person.login)
        try:
            book.put_leave(away)
        except Invalid as wrong:
            faults = wrong.faults
        else:
            note = f"{times.short(start, now)} 至 {times.short(end, now)}，由 {away.deputy} 代班"
            house.accounts.log.note(Mark.LEAVE, away.login, now, by=person.login, note=note)
            return RedirectResponse("/roster?done=leave#leave", status_code=303)
    return _roster(request, house, person, typed=typed, wrong=faults, status=422)


def _roster(
    request: Request,
    house: House,
    person: Person,
    *,
    faults: list[str] | None = None,
    typed: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    now, policy = house.clock.now(), house.desk.policy
    book = ReachBook(house.engine.register)
    reach, named, mine = book.now(), house.accounts.names(), house.names.subtree(person.unit)
    ahead = [
        one for one in reach.roster.shifts if one.unit in mine and one.end > now and one.start < now + AHEAD
    ]
    logins = _mine(house, person)
    context = {
        "reached": [
            (name, [(one.name, one.why) for one in reach.people(person.unit, role, now, policy)])
            for role, name in ROLES.items()
        ],
        "unit": house.names.unit_name(person.unit),
        "shifts": [
            {
                "from": times.short(one.start, now),
                "to": times.short(one.end, now),
                "unit": house.names.unit_name(one.unit),
                "role": ROLES[one.role],
                "name": one.name,
                "shift": one.shift,
                "here": one.start <= now < one.end,
                "away": _stood_in(reach.leave_of(one.login, max(now, one.start)), named) if one.login else "",
            }
            for one in sorted(ahead, key=lambda one: one.start)[:MOST_SHIFTS]
        ],
        "until": times.full(reach.roster.until)[:16] if reach.roster.until else "",
        "over": reach.roster.until is not None and reach.roster.until <= now,
        "by": named(reach.roster.imported_by) if reach.roster.imported_by else "",
        "at": times.short(reach.roster.imported_at, now) if reach.roster.imported_at else "",
        "holes": (
            *(f"{hole}，请补上" for hole in tables.holes(reach.roster, policy, now)),
            *tables.without_account(reach.gone(now)),
            *tables.deaf((one for one in reach.roster.shifts if one.end > now), policy.channels),
        ),
        "columns": tables.COLUMNS,
        "leaves": [
            (id, named(one.login), times.short(one.start, now), times.short(one.end, now), named(one.deputy))
            for id, one in book.leaves()
            if one.end > now and one.login in logins
        ],
        "people": sorted(logins.items(), key=lambda pair: pair[1]),
        "everybody": sorted(_deputies(house).items(), key=lambda pair: pair[1]),
        "faults": faults or [],
        "typed": typed or dict.fromkeys(("login", "start", "end", "deputy"), ""),
        "wrong": wrong or {},
        "done": request.query_params.get("done", ""),
    }
    return page(request, "roster.html", context, person=person, status=status)


def _stood_in(away: Leave | None, named: Named) -> str:
    return f"请假，由 {named(away.deputy)} 代班" if away else ""


def _mine(house: House, person: Person) -> dict[str, str]:
    """Accounts of the person's unit and below."""
    units = house.names.subtree(person.unit)
    return {
        one.login: one.name
        for one in ReachBook(house.engine.register).accounts()
        if one.active and one.unit in units
    }


def _deputies(house: House, login: str = "") -> dict[str, str]:
    """Accounts that may stand in for this one; for somebody, where it is not known yet for whom."""
    accounts = ReachBook(house.engine.register).accounts()
    unit = next((one.unit for one in accounts if one.login == login), "")
    return {one.login: one.name for one in accounts if may_stand_in(one, unit, house.names.subtree)}


def _moment(text: str) -> datetime | None:
    """As a browser's field for date and time gives it: Asia/Shanghai."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 2004 <= at.year <= 2200:
        return None
    return at.replace(tzinfo=SHANGHAI) if at.tzinfo is None else None


# -------------------------------------------------------------------------------------------- 交接班


@router.get("/handover")
def handover(request: Request, house: TheHouse, person: OnDuty) -> HTMLResponse:
    return _handover(request, house, person)


@router.post("/handover")
def hand(request: Request, house: TheHouse, person: OnDuty, sent: Sent) -> Response:
    """``taker``: who takes over; ``notes``: what they have to know beside what is open; ``seen``: how many handovers the page
    knew of."""
    once: SentOnce = request.app.state.sent_once
    now = house.clock.now()
    return once.answer(request, person, sent, now, lambda: _hand(request, house, person, sent, now))


def _hand(request: Request, house: House, person: Person, sent: FormData, now: datetime) -> Response:
    typed = {"taker": text_of(sent, "taker")[:40], "notes": text_of(sent, "notes")}
    open_ = _open(house, person).cases
    faults: dict[str, str] = {}
    if typed["taker"] not in _takers(house, person):
        faults["taker"] = "请选择接班的人"
    try:
        if not faults:
            made = ReachBook(house.engine.register).hand(
                person.unit, person.login, typed["taker"], now,
                cases=tuple(case.id for case in open_), unconfirmed=sum(map(_unsigned, open_)),
                notices=_unconfirmed(open_), notes=typed["notes"],
            )  # fmt: skip
            told = f"{len(made.cases)} 件未办结，{len(made.notices)} 条通知没人确认，等接班人确认"
            house.accounts.log.note(Mark.HANDED_OVER, made.to, now, by=made.by, note=told)
            return RedirectResponse("/handover", status_code=303)
    except Invalid as wrong:
        faults = wrong.faults
    return _handover(request, house, person, typed=typed, faults=faults, status=422)


@router.post("/handover/{id}")
def settle(request: Request, house: TheHouse, person: OnDuty, id: str, sent: Sent) -> Response:
    """``do``: ``confirm`` by the one who takes over, or ``withdraw`` by the one who hands over. Who takes over confirms with it
    every notice of the list that went to the desk."""
    now, taken = house.clock.now(), text_of(sent, "do") == "confirm"
    try:
        done = ReachBook(house.engine.register).settle(id[:60], person.login, now, taken=taken)
    except (NotNow, NotYours) as refused:
        return _handover(request, house, person, faults={"do": str(refused)}, status=409)
    for one in done.notices if taken else ():
        change = partial(taken_over, notice_id=one.notice, login=person.login, now=now)
        amend(house.engine.cases, one.case_id, change)
    mark, note = (Mark.TAKEN_OVER, "已接班") if taken else (Mark.HANDED_OVER, "撤回交班")
    house.accounts.log.note(mark, person.login, now, by=done.by, note=note)
    return RedirectResponse("/handover", status_code=303)


def _handover(
    request: Request,
    house: House,
    person: Person,
    *,
    typed: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    now, named, sight = house.clock.now(), house.accounts.names(), sight_of(person, house.names)
    left = _open(house, person)
    open_ = left.cases
    units = house.names.subtree(person.unit)
    handings = [one for one in ReachBook(house.engine.register).handings() if one.unit in units]
    ids = {id for one in handings if one.open for id in (*one.cases, *(told.case_id for told in one.notices))}
    cases = {**house.engine.cases.several(list(ids)), **{case.id: case for case in open_}}
    seen = _Seen(cases=cases, sight=sight, names=house.names, named=named, now=now)
    context = {
        "kinds": [
            (
                said,
                found.total,
                [(case_row(case, house.names, now, sight=sight), _unsigned(case)) for case in found.cases],
            )
            for said, found in (
                ("时限在走", left.ticking),
                ("没有时限在走", left.quiet),
                ("只有工单待答复", left.called),
            )
        ],
        "more": left.more,
        "unsigned": sum(map(_unsigned, open_)),
        "notices": [seen.notice(one) for one in _unconfirmed(open_)],
        "pending": [
            {
                **_shown(one, now, named, person),
                "rows": [seen.matter(id) for id in one.cases],
                "told": [seen.notice(told) for told in one.notices],
            }
            for one in handings
            if one.open
        ],
        "past": [_shown(one, now, named, person) for one in reversed(handings) if not one.open][:MOST_PAST],
        "takers": sorted(_takers(house, person).items(), key=lambda pair: pair[1]),
        "seen": len(handings),
        "waiting": any(one.open and one.by == person.login for one in handings),
        "typed": typed or {"taker": "", "notes": ""},
        "faults": faults or {},
        "most_notices": MOST_NOTICES,
    }
    return page(request, "handover.html", context, person=person, status=status)


def _shown(one: Handing, now: datetime, named: Named, person: Person) -> dict[str, object]:
    return {
        "id": one.id,
        "by": named(one.by),
        "to": named(one.to),
        "at": times.short(one.at, now),
        "cases": len(one.cases),
        "unconfirmed": one.unconfirmed,
        "notices": len(one.notices),
        "notes": one.notes,
        "mine": one.to == person.login,
        "from_me": one.by == person.login,
        "ended": times.short(one.confirmed_at or one.withdrawn_at or one.at, now),
        "taken": one.confirmed_at is not None,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """How what was handed over is shown to somebody."""

    cases: Mapping[str, Case]
    sight: Sight
    names: Names
    named: Named
    now: datetime

    def matter(self, id: str) -> dict[str, object]:
        case = self.cases.get(id)
        if case is None or glimpse(case, self.sight) is Glimpse.NOTHING:
            return {"id": "", "title": "已经不在您能看到的范围里"}
        return {"id": id, "title": title_for(case, self.sight), "level": LEVELS[case.severity.level]}

    def notice(self, one: Unconfirmed) -> dict[str, object]:
        """With whether it has been confirmed, or its duty has ended, since."""
        case = self.cases.get(one.case_id)
        still = case is not None and any(one.notice == known.notice for known in unconfirmed(case))
        missing = "、".join(map(self.named, one.missing))
        return {
            **self.matter(one.case_id),
            "rung": f"{one.clock} {one.rung}".strip(),
            "to": addressees(one.to),
            "at": times.short(one.owed_at, self.now),
            "state": f"{missing} 没确认" if missing else UNSEEN[one.state],
            "failed": one.state is DeliveryState.FAILED,
            "since": "" if still else "后来已确认或办了",
        }


UNSEEN = {
    **DELIVERIES,
    DeliveryState.SENT: "送出，没人确认",
    DeliveryState.DELIVERED: "送达，没人确认",
}


def _unconfirmed(cases: Iterable[Case]) -> tuple[Unconfirmed, ...]:
    """Of these matters, in their order, oldest first."""
    return tuple(one for case in cases for one in unconfirmed(case))[:MOST_NOTICES]


def _open(house: House, person: Person) -> _Left:
    """What one shift leaves to the next. What no clock runs for is open too: somebody has to see to it that it goes on."""
    asked = CaseQuery(states=LIVE_STATES, parties=sight_of(person, house.names).parties, limit=MOST_OPEN)
    ticking = replace(asked, with_running_clock=True, order=Order.NEXT_DUE)
    quiet = replace(asked, with_running_clock=False, order=Order.ACTIVE)
    called = replace(asked, states=_NO_MATTERS, awaits=frozenset({"ticket"}), order=Order.ACTIVE)
    return _Left(*(house.engine.cases.search(query) for query in (ticking, quiet, called)))


_NO_MATTERS = frozenset(CaseState) - LIVE_STATES - {CaseState.MERGED}
"""Candidates, and what people have ended: nobody owes anything of them but to those who called."""


@dataclass(frozen=True, slots=True)
class _Left:
    """Of each kind as many as a list bears."""

    ticking: CasePage
    """Clocks run; soonest first."""
    quiet: CasePage
    """No clock runs; what moved last first."""
    called: CasePage
    """No matter, or none any more, of which a caller still waits for an answer."""

    @property
    def cases(self) -> tuple[Case, ...]:
        return (*self.ticking.cases, *self.quiet.cases, *self.called.cases)

    @property
    def more(self) -> int:
        """That are open and not listed."""
        return self.ticking.total + self.quiet.total + self.called.total - len(self.cases)


def _unsigned(case: Case) -> bool:
    return "acknowledge" in case.awaits


def _takers(house: House, person: Person) -> dict[str, str]:
    """Who may take over: those on duty of the same unit, once they can come in."""
    return {
        one.login: one.name
        for one in ReachBook(house.engine.register).accounts()
        if one.active
        and not one.invited
        and one.unit == person.unit
        and Role.DUTY in one.roles
        and one.login != person.login
    }

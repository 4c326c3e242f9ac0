"""Every case, and one case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, cast
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData, QueryParams

from huiying.contracts import Case, CaseState, Category
from huiying.ports import CasePage, CaseQuery, Dimension, LineQuery, Order
from response_api.act_forms import ELSEWHERE, ON_THE_WAY, Typed, act_forms, hindrances, next_act
from response_api.auth import Person
from response_api.bulk import ACTS, Outcome, acts_of, do_all, ticked
from response_api.case_list import case_row
from response_api.case_page import case_view
from response_api.draft_form import may_be_written
from response_api.facts import soon
from response_api.file_view import file_view
from response_api.filters import CaseFilter, Due, from_query
from response_api.guard import Reader, TheHouse, posted, text_of
from response_api.handling_view import handling_view
from response_api.house import House
from response_api.official import Official, officials
from response_api.onward import told
from response_api.pages.board import choices
from response_api.pages.frame import page, problem
from response_api.pages.reach import OutOfReach, reach
from response_api.papers.kinds import offered
from response_api.precedents import precedents
from response_api.score_view import ScoreView, score_view
from response_api.sent_once import SentOnce
from response_api.sight import Sight, is_sealed, sight_of, title_for
from response_api.suggested import audiences, still_suggested
from response_api.suggestion_row import SuggestionRow, suggestion_row
from response_api.times import local
from response_api.to_verify import claims
from response_api.words import event_line
from triage.acts import RULES, Act, allowed, concerns
from triage.hindrance import stuck
from triage.rebound import ANSWERED

router = APIRouter()

ON_A_PAGE = 40
POSTS_ON_A_PAGE = 60
ORDERS = {Order.ACTIVE: "最近有动静", Order.NEXT_DUE: "最先到时", Order.NEWEST: "最近建档"}
DUES = {Due.OVER: "已超时", Due.SOON: "1 小时内到时"}


@router.get("/cases")
def all_cases(request: Request, house: TheHouse, person: Reader) -> HTMLResponse:
    return _list(request, house, person, request.query_params)


@router.get("/cases/bulk")
def none_ticked(_: Reader) -> Response:
    """Opened by itself, it is no matter of that name."""
    return RedirectResponse("/cases", status_code=303)


@router.post("/cases/bulk")
def many(
    request: Request, house: TheHouse, person: Reader, sent: Annotated[FormData, Depends(posted)]
) -> Response:
    """One act on every matter that was ticked; back to the same view of the list."""
    back = QueryParams(text_of(sent, "back")[:2000])
    asked, boxes = text_of(sent, "do"), ticked([str(value) for value in sent.getlist("case")])
    if asked not in {act.value for act in ACTS}:
        return problem(request, 404, "没有这个办理步骤", "请从事件列表上的按钮进入。", person)
    act, once = Act(asked), cast(SentOnce, request.app.state.sent_once)
    if not boxes:
        fault = Outcome(act=act, done=(), left=(), faults={"case": "还没有勾选事件"})
        return _list(request, house, person, back, tried=fault, sent=sent, status=422)

    def in_view(case_id: str) -> Case | None:
        try:
            return reach(house, person, case_id)
        except OutOfReach:
            return None

    def answer() -> Response:
        outcome = do_all(
            house.desk, act, boxes, person.actor, house.clock.now(), lambda name: text_of(sent, name),
            in_view=in_view,
        )  # fmt: skip
        if outcome.faults or outcome.left:
            status = 422 if outcome.faults else 409
            return _list(request, house, person, back, tried=outcome, sent=sent, status=status)
        kept = [(name, value) for name, value in back.multi_items() if name not in ("bulk", "done")]
        query = urlencode([*kept, ("bulk", act.value), ("done", str(len(outcome.done)))])
        return RedirectResponse(f"/cases?{query}", status_code=303)

    return once.answer(request, person, sent, house.clock.now(), answer)


def _list(
    request: Request,
    house: House,
    person: Person,
    params: QueryParams,
    *,
    tried: Outcome | None = None,
    sent: FormData | None = None,
    status: int = 200,
) -> HTMLResponse:
    """A view of the list; ``tried``: what was done of what was ticked, and what was not, with what was typed."""
    wanted, sight, now = from_query(params), sight_of(person, house.names), house.clock.now()
    asked = params.get("order", "")
    order = Order(asked) if asked in set(Order) else Order.ACTIVE
    if wanted.due is Due.SOON:
        order = Order.NEXT_DUE
    after = params.get("after", "")[:200]
    found = _found(house, wanted, order, after, now, sight)
    # Whoever may not read a title must not find out its words by asking for them.
    shown = [case for case in found.cases if not (wanted.words and is_sealed(case, sight))]
    alike, ahead = audiences(house.engine.cases, shown), wanted.due is Due.SOON
    context = {
        "rows": [
            case_row(case, house.names, now, sight=sight, ahead=ahead, alike=alike.get(case.id, ()))
            for case in shown
        ],
        "total": found.total if sight.restricted or not wanted.words else None,
        "wanted": wanted,
        "order": order,
        "order_choices": [(value.value, name) for value, name in ORDERS.items()],
        "due_choices": [(due.value, name) for due, name in DUES.items()],
        "next": wanted.text(order=order, after=found.next) if found.next else "",
        "first": wanted.text(order=order) if after else "",
        **_choices(house, wanted, sight),
        **_bulk(house, person, shown, sight, params, tried, sent),
    }
    return page(request, "cases.html", context, person=person, status=status)


def _bulk(
    house: House,
    person: Person,
    cases: Sequence[Case],
    sight: Sight,
    params: QueryParams,
    tried: Outcome | None,
    sent: FormData | None,
) -> Mapping[str, Any]:
    """What may be done to many of these at once, and what came of it last time."""
    policy = house.desk.policy
    may = acts_of([case for case in cases if not is_sealed(case, sight)], person.actor, policy)
    possible = {act for acts in may.values() for act in acts}
    titles = {case.id: title_for(case, sight) for case in cases}
    left = (
        [(one.case_id, titles.get(one.case_id, one.case_id[:12]), one.why) for one in tried.left]
        if tried
        else []
    )
    done, asked = params.get("done", ""), params.get("bulk", "")
    told = asked in {act.value for act in ACTS} and done.isdecimal() and len(done) < 4
    return {
        "boxes": {case.id: f"{case.id}:{len(case.events)}" for case in cases if case.id in may},
        "bulk": [(act.value, RULES[act].name, RULES[act].owes) for act in ACTS if act in possible],
        "back": str(params),
        "told": f"{RULES[Act(asked)].name}：已办 {done} 件" if told and not tried else "",
        "tried": tried,
        "tried_name": RULES[tried.act].name if tried else "",
        "left": left,
        "kept": {box.case_id for box in ticked([str(one) for one in sent.getlist("case")])} - set(tried.done)
        if sent and tried
        else set(),
        "typed": {name: text_of(sent, name) if sent else "" for name in ("reason", "unit")},
        "units": [(unit.id, unit.name) for unit in house.names.units_on(local(house.clock.now()).date())],
    }


def _found(
    house: House, wanted: CaseFilter, order: Order, after: str, now: datetime, sight: Sight
) -> CasePage:
    cases = house.engine.cases
    if wanted.due is Due.SOON:  # few by nature: all on one page
        due = soon(cases, wanted, now, sight.parties)
        return CasePage(cases=due, total=len(due))
    open_only = wanted.due is Due.OVER
    query = wanted.query(
        open_only=open_only, now=now, order=order, limit=ON_A_PAGE, after=after, parties=sight.parties
    )
    return cases.search(query)


def _choices(house: House, wanted: CaseFilter, sight: Sight) -> Mapping[str, Any]:
    everything = CaseQuery(states=frozenset(CaseState), parties=sight.parties)
    cities = house.engine.cases.tally(everything, by=Dimension.CITY)
    leads = house.engine.cases.tally(everything, by=Dimension.LEAD)
    return choices(house, tuple(sorted(filter(None, cities))), tuple(sorted(leads)), wanted, open_only=False)


@router.get("/cases/{case_id}")
def one_case(request: Request, case_id: str, house: TheHouse, person: Reader) -> HTMLResponse:
    return show_case(request, house, person, reach(house, person, case_id))


def show_case(
    request: Request,
    house: House,
    person: Person,
    case: Case,
    *,
    typed: Typed | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The case's page; with ``typed``, what could not be done stands in its form again."""
    now, policy, read = house.clock.now(), house.desk.policy, house.desk.texts.read
    named = house.accounts.names()
    hindered = hindrances(case, person.actor, policy)
    acts = [act for act in allowed(case, person.actor, policy) if act not in hindered]
    after = request.query_params.get("posts", "")[:200]
    found = house.engine.archive.search(
        LineQuery(cases=frozenset({case.id, *case.merged_from}), limit=POSTS_ON_A_PAGE, after=after)
    )
    sight = sight_of(person, house.names)
    said = claims(found.lines)
    published = officials(house, case, found.lines, said, sight) if said else ()
    begun = _begun(published, request.query_params.get("ground", "")) if Act.ASSESS in acts else {}
    context = {
        "case": case_view(
            case,
            found.lines,
            house.names,
            now,
            read=read,
            named=named,
            published=published,
            sources={state.id: state.name for state in house.sources()},
        ),
        "handling": handling_view(case, house.names, read, now, named, stuck=stuck(case, policy)),
        "file": file_view(case, house.files, policy, read, now, named),
        "forms": act_forms(
            case,
            person.actor,
            policy,
            typed=typed,
            named=named,
            begun=begun,
            hindered=hindered,
            scoring=house.desk.scoring,
        ),
        "hindered": [
            (RULES[act].name, why, act in ON_THE_WAY) for act, why in hindered.items() if act not in ELSEWHERE
        ],
        "may_assess": Act.ASSESS in acts,
        "drafts": may_be_written(case) if Act.DRAFT in acts else [],
        "next": next_act(case, acts),
        "may_split": Act.SPLIT in acts,
        "suggestions": _suggested(house, person, case, sight, now, may=Act.APART in acts),
        "may_link": Act.LINK in acts,
        "typed": typed,
        "changed": [event_line(event, now, named) for event in typed.changed] if typed else [],
        "seen": len(case.events),
        "papers": offered(case),
        "score": _score(house, case, now),
        "precedents": precedents(house.engine.cases, case, sight, now),
        "done": told(request.query_params),
        "more_posts": found.next,
        "later_page": bool(after),
    }
    return page(request, "case.html", context, person=person, status=status)


def _score(house: House, case: Case, now: datetime) -> ScoreView | None:
    """From the first answer on: before, there is nothing to score."""
    if case.state not in ANSWERED:
        return None
    card = house.appraiser.card(case, now)
    return score_view(card) if card else None


def _begun(published: Sequence[Official], ground: str) -> Mapping[Act, Mapping[str, str]]:
    """The assessment with a statement filled in as its ground: a person asked for it, and a person sends it."""
    taken = next((one for one in published if one.key == ground), None)
    if taken is None:
        return {}
    return {Act.ASSESS: {"category": Category.UNTRUE.value, "source": taken.reference}}


def _suggested(
    house: House, person: Person, case: Case, sight: Sight, now: datetime, *, may: bool
) -> tuple[SuggestionRow, ...]:
    """What may be the same matter, as it stands now and as far as this reader may open it; ``may``: they may say which is."""
    pairs = still_suggested(house.engine.cases, [case]).get(case.id, ())
    return tuple(
        suggestion_row(one, other, now, may=may and concerns(other, person.actor, house.desk.policy))
        for one, other in pairs
        if not is_sealed(other, sight)
    )

"""One case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from huiying.contracts import Case, Category
from huiying.ports import LineQuery
from response_api.act_forms import ELSEWHERE, ON_THE_WAY, Typed, act_forms, hindrances, next_act
from response_api.auth import Person
from response_api.case_page import case_view
from response_api.draft_form import may_be_written
from response_api.file_view import file_view
from response_api.guard import Reader, TheHouse
from response_api.handling_view import handling_view
from response_api.house import House
from response_api.official import Official, officials
from response_api.onward import told
from response_api.pages.frame import page
from response_api.pages.reach import reach
from response_api.papers.addressees import addressees
from response_api.papers.dossier import unfiled
from response_api.papers.kinds import offered
from response_api.precedents import precedents
from response_api.score_view import ScoreView, score_view
from response_api.sight import Sight, is_sealed, sight_of
from response_api.suggested import still_suggested
from response_api.suggestion_row import SuggestionRow, suggestion_row
from response_api.ticket_view import tickets_view
from response_api.to_verify import claims
from response_api.words import event_line
from triage.acts import RULES, Act, allowed, concerns
from triage.hindrance import stuck
from triage.rebound import ANSWERED

router = APIRouter()

POSTS_ON_A_PAGE = 60


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
    after = request.query_params.get("posts", "")[:200]
    found = house.engine.archive.search(
        LineQuery(cases=frozenset({case.id, *case.merged_from}), limit=POSTS_ON_A_PAGE, after=after)
    )
    sight = sight_of(person, house.names)
    said = claims(found.lines)
    published = officials(house, case, found.lines, said, sight) if said else ()
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
        "tickets": tickets_view(case, now, read, named, shown={line.post.id for line in found.lines}),
        "file": file_view(case, house.files, policy, read, now, named),
        **_may_be_done(
            house,
            person,
            case,
            now,
            typed=typed,
            named=named,
            begun=_begun(published, request.query_params.get("ground", "")),
        ),
        "typed": typed,
        "changed": [event_line(event, now, named) for event in typed.changed] if typed else [],
        "seen": len(case.events),
        "papers": offered(case),
        "may_file": not unfiled(case),
        "letters": addressees(case),
        "score": _score(house, case, now),
        "precedents": precedents(house.engine.cases, case, sight, now),
        "done": told(request.query_params),
        "more_posts": found.next,
        "later_page": bool(after),
    }
    return page(request, "case.html", context, person=person, status=status)


def _may_be_done(
    house: House,
    person: Person,
    case: Case,
    now: datetime,
    *,
    typed: Typed | None,
    named: Callable[[str], str],
    begun: Mapping[Act, Mapping[str, str]],
) -> Mapping[str, Any]:
    """The acts of this person on it, with their forms, and what stands in the way of others."""
    policy = house.desk.policy
    hindered = hindrances(case, person.actor, policy)
    acts = [act for act in allowed(case, person.actor, policy) if act not in hindered]
    return {
        "forms": act_forms(
            case,
            person.actor,
            policy,
            typed=typed,
            named=named,
            begun=begun if Act.ASSESS in acts else {},
            hindered=hindered,
            scoring=house.desk.scoring,
        ),
        "hindered": [
            (RULES[act].name, why, act in ON_THE_WAY) for act, why in hindered.items() if act not in ELSEWHERE
        ],
        "next": next_act(case, acts),
        "drafts": may_be_written(case) if Act.DRAFT in acts else [],
        "may_assess": Act.ASSESS in acts,
        "may_split": Act.SPLIT in acts,
        "may_link": Act.LINK in acts,
        "suggestions": _suggested(
            house, person, case, sight_of(person, house.names), now, may=Act.APART in acts
        ),
    }


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

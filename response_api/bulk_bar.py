"""What the list of cases offers to do to many at once, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.datastructures import FormData, QueryParams

from huiying.contracts import Case
from response_api.auth import Person
from response_api.bulk import ACTS, Outcome, acts_of, ticked
from response_api.guard import text_of
from response_api.house import House
from response_api.sight import Sight, is_sealed, title_for
from response_api.times import local
from triage.acts import RULES, Act


def bulk_bar(
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

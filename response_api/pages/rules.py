"""规则: the sets of clocks, laid out for everybody who works by them; how two differ; what would be due from a moment on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from huiying.clock import SHANGHAI
from huiying.contracts import Level, Role
from huiying.errors import Misconfigured
from response_api.auth import Person
from response_api.guard import INSIDE, TheHouse, signed_in
from response_api.pages.frame import page
from response_api.rules_view import due_rows, level_of, moment, names, rules_view
from triage.packbook import differences
from triage.policy import Pack, packs_in, read_pack

router = APIRouter()

Anyone = Annotated[Person, Depends(signed_in(*INSIDE, Role.ADMIN))]
"""Rules hold no matter: who keeps the house may look at them too."""


@router.get("/rules")
def rules(request: Request, house: TheHouse, person: Anyone) -> HTMLResponse:
    policy, now, query = house.desk.policy, house.clock.now(), request.query_params
    packs, faults = _packs(house.settings.policy, dict(policy.packs))
    mine = policy.pack_for(person.unit, now.astimezone(SHANGHAI).date())
    chosen = packs.get(query.get("pack", ""))
    shown = chosen or mine
    other = packs.get(query.get("with", ""))
    level = level_of(query.get("level", ""))
    start, wrong = moment(query.get("start", ""))
    then = policy.pack_for(person.unit, start.astimezone(SHANGHAI).date()) if start else mine
    context = {
        "view": rules_view(shown, policy),
        "mine": mine.name,
        "chosen": chosen.name if chosen else "",
        "packs": names(list(packs.values())),
        "faults": faults,
        "other": other.name if other else "",
        "other_title": other.title if other else "",
        "differences": differences(shown, other) if other and other.name != shown.name else (),
        "levels": [(one.value, one.value) for one in Level],
        "level": level.value if level else "",
        "start": query.get("start", "")[:40],
        "wrong": wrong or ("请选择等级" if start and level is None else ""),
        "due": due_rows(chosen or then, level, start, policy.calendar) if level and start else (),
        "asked": bool(level and start),
        "then": then.title if then.name != shown.name else "",
        "default_start": f"{now.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}",
    }
    return page(request, "rules.html", context, person=person)


def _packs(folder: Path, known: dict[str, Pack]) -> tuple[dict[str, Pack], list[str]]:
    """Every set in the folder, those in force as they were loaded; and what is wrong with one that is being written."""
    packs, faults = dict(known), list[str]()
    for name in packs_in(folder):
        if name not in packs:
            try:
                packs[name] = read_pack(folder, name)
            except Misconfigured as fault:
                faults.append(str(fault))
    return packs, faults

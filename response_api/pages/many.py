"""One act on every matter that was ticked in the list."""

from __future__ import annotations

from typing import Annotated, cast
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData, QueryParams

from huiying.contracts import Case
from response_api.bulk import ACTS, Outcome, do_all, ticked
from response_api.guard import Reader, TheHouse, posted, text_of
from response_api.pages.cases import show_list
from response_api.pages.frame import problem
from response_api.pages.reach import OutOfReach, reach
from response_api.sent_once import SentOnce
from triage.acts import Act

router = APIRouter()


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
        return show_list(request, house, person, back, tried=fault, sent=sent, status=422)

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
            return show_list(request, house, person, back, tried=outcome, sent=sent, status=status)
        kept = [(name, value) for name, value in back.multi_items() if name not in ("bulk", "done")]
        query = urlencode([*kept, ("bulk", act.value), ("done", str(len(outcome.done)))])
        return RedirectResponse(f"/cases?{query}", status_code=303)

    return once.answer(request, person, sent, house.clock.now(), answer)

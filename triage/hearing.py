"""仍未解决: what somebody of the public says after the answer, and what follows from it."""

from __future__ import annotations

from datetime import datetime

from huiying import personal
from huiying.contracts import Case, CaseState, EventKind, TextRef
from huiying.errors import CaseNotFound, GiveUp, TryAgain
from huiying.ports import CaseStore
from triage import rebound
from triage.answers import answered
from triage.policy import Policy
from triage.publishing import clean
from triage.record import indexed, note
from triage.saving import amend
from triage.texts import Texts

MOST_CHARACTERS = 500
PUBLIC = "public"
"""Who says it: the office does not ask."""


def faults(said: str) -> tuple[str, ...]:
    """Why this cannot be taken as it is, in Chinese, with what to do; () where it can."""
    text = clean(said)
    found = []
    if len(text) > MOST_CHARACTERS:
        found.append(
            f"写了 {len(text)} 字，最多 {MOST_CHARACTERS} 字，请删去 {len(text) - MOST_CHARACTERS} 字"
        )
    found += [f"请删去{hit.kind}“{text[hit.start : hit.end]}”" for hit in personal.find(text)]
    return tuple(found)


def hear(
    cases: CaseStore,
    texts: Texts,
    policy: Policy,
    case_id: str,
    said: str,
    now: datetime,
    *,
    counts: bool = True,
) -> Case:
    """The matter with this booked, and taken up again where it is said often enough. ``said`` may be ''. What does not
    count is kept and stands in the record like the rest: it does not go towards taking the matter up again.

    Raises CaseNotFound where the public knows nothing of it, GiveUp where ``faults`` finds any.
    """
    if wrong := faults(said):
        raise GiveUp("；".join(wrong))
    whole_id = answered(cases, case_id).case.id
    digest = texts.keep(clean(said))
    refs = (TextRef(name="note", digest=digest),) if digest else ()

    def change(case: Case) -> Case:
        if case.state is CaseState.MERGED:
            raise TryAgain(f"case {case.id} was merged a moment ago")
        if counts:
            case = rebound.unresolved(case, now)
        why = "" if counts else "同一网络当天已经反映过，不另计次数"
        case = note(case, EventKind.UNRESOLVED, now, PUBLIC, "公众反映仍未解决", why=why, texts=refs)
        case = rebound.look(case, policy, now)
        return indexed(case, policy)

    try:
        changed = amend(cases, whole_id, change)
    except TryAgain:
        texts.take_back(refs, cases.get(whole_id))
        raise
    if changed is None:
        raise CaseNotFound(case_id)
    return changed[1]

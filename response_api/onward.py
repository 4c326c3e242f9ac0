"""Where an act leads on to, and what the page there says was done.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from huiying.contracts import Case
from triage.acts import RULES, Act
from triage.deeds.statements import UNMET

INBOX, LEADER, BOARD = "inbox", "leader", "board"
"""Pages that an act may be sent from, and leads back to, beside the case's own."""
_BACK = {(INBOX, Act.CONFIRM), (INBOX, Act.ACKNOWLEDGE), (LEADER, Act.DECIDE)}


def onward(
    case: Case,
    act: Act,
    *,
    by: str,
    now: datetime,
    statement: str = "",
    sent_from: str = "",
    back: str = "",
) -> str:
    """Back to the list that it was sent from; to the statement that was acted on; else to the case.

    ``back``: the query of the board that it was sent from.
    """
    if (sent_from, act) == (BOARD, Act.CONFIRM):
        kept = [(name, value) for name, value in parse_qsl(back[:2000]) if name not in ("done", "on")]
        return f"/?{urlencode([*kept, ('done', act.value), ('on', case.id)])}#done"
    done = (
        f"?done={act}"
        + ("&asked=1" if _asked(case, by, now) else "")
        + ("&unmet=1" if _unmet(case, act, now) else "")
    )
    if (sent_from, act) in _BACK:
        return f"/{sent_from}{done}#done"
    number = statement.rpartition("-")[2] if RULES[act].drafts else ""
    where = f"/cases/{case.id}/statements/{number}" if number else f"/cases/{case.id}"
    return f"{where}{done}#desk"


def told(query: Mapping[str, str]) -> str:
    """What was done, or only asked for, in the words of the page; '' where nothing was."""
    done = query.get("done", "")
    if done not in set(Act):
        return ""
    name = RULES[Act(done)].name
    if query.get("asked"):
        return f"已提出请示：{name}。领导批示以前一切照旧"
    if query.get("unmet"):
        return f"已{name}，但{UNMET}：时限还在走。缺什么见“自动检查”，请再拟一份说清楚的"
    return "已保存" if done == Act.EDIT else f"已{name}"


def _unmet(case: Case, act: Act, now: datetime) -> bool:
    """Whether what was published stopped no clock."""
    return act is Act.PUBLISH and any(event.at == now and event.what == UNMET for event in case.events)


def _asked(case: Case, by: str, now: datetime) -> bool:
    """Whether this act was somebody's request, which a leader has yet to decide."""
    return any(one.granted is None and (one.asked_by, one.asked_at) == (by, now) for one in case.decisions)

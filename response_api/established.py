"""What is known of when a matter happened, who came to harm, and what others with authority have said of it, in words.  Pure."""

from __future__ import annotations

from huiying.amounts import figure
from huiying.contracts import BY_PUBLICATION, CASUALTIES, Case, Recognised, SignalKind, SignalSeen
from response_api import times
from response_api.words import CERTAINTIES
from triage.known import OCCURRED, casualties, signals_of, standing
from triage.words import HARMS, KNOWLEDGE, RECOGNISED


def occurred(case: Case) -> str:
    """The moment, and how sure it is."""
    known = case.occurred
    if known.at is None:
        return "不详（经核实）" if OCCURRED in case.settled_by_people else "未知"
    if known.source == BY_PUBLICATION:
        return f"没有写明，不晚于首次公开（{times.full(min(known.at, case.first_public_at))}）"
    sure = KNOWLEDGE.get(known.source, CERTAINTIES[known.certainty])
    return f"{times.full(known.at)}（{sure}）"


def casualty(case: Case, kind: SignalKind) -> str:
    """3 人（现场核实）, 没有（现场核实）, 2 人（未核实）, 未提及."""
    told = casualties(case, kind)
    if told is not None:
        return f"{f'{told.number} 人' if told.number else '没有'}（{KNOWLEDGE[told.source]}）"
    seen = signals_of(case).get(kind)
    return _read(seen) if seen is not None else "未提及"


def harm(case: Case) -> str:
    """All of it that anybody has said anything of, or ''."""
    said = [(kind, casualty(case, kind)) for kind in CASUALTIES if kind in signals_of(case)]
    return "；".join(f"{HARMS[kind]}：{text}" for kind, text in said)


def recognised(case: Case) -> tuple[tuple[str, str, str], ...]:
    """What is registered and holds: its name, what it says, and who said so when."""
    found = ((kind, standing(case, kind)) for kind in Recognised)
    return tuple(
        (
            RECOGNISED[kind],
            one.level.value if one.level else "有",
            "，".join(filter(None, (one.body, one.document, times.full(one.said_at)))),
        )
        for kind, one in found
        if one is not None
    )


def _read(seen: SignalSeen) -> str:
    amount = "人数不详" if seen.amount is None else f"{figure(seen.amount)} 人" if seen.amount else "没有"
    return f"{amount}（{'未核实' if seen.claimed else '官方证实'}）"

"""What a post adds to its story: more people hurt, another place, the office's own word.  Pure."""

from __future__ import annotations

from collections.abc import Iterator

from huiying.amounts import counted, figure
from huiying.contracts import Case, Certainty, Reading, SignalKind, Tier
from triage.echo import official

NUMBERS = {
    SignalKind.DEATHS: "死亡人数",
    SignalKind.INJURIES: "受伤人数",
    SignalKind.MISSING: "失联人数",
    SignalKind.LOSS: "损失",
    SignalKind.CROWD: "聚集人数",
    SignalKind.HOUSEHOLDS: "涉及户数",
}
FACTS = {
    SignalKind.OFFLINE_ACTION: "线下行动",
    SignalKind.SUPERIOR_ORDER: "上级要求",
    SignalKind.SIREN_UNPLANNED: "警报误鸣",
    SignalKind.CORRUPTION: "腐败线索",
}
MOST = 4


def brought(case: Case, reading: Reading) -> tuple[str, ...]:
    """In Chinese, the weightiest first; empty where it only says again what the case, as it stands before it, knows."""
    return tuple(
        dict.fromkeys((*_official(case, reading), *_signals(case, reading), *_places(case, reading)))
    )[:MOST]


def _official(case: Case, reading: Reading) -> Iterator[str]:
    if official(reading.post):
        spoken = Tier.GOVERNMENT in case.tallies.tiers or case.told
        yield "官方再次发声" if spoken else "官方首次发声"


def _signals(case: Case, reading: Reading) -> Iterator[str]:
    known = {seen.kind: seen for seen in case.signals}
    for signal in reading.signals:
        seen = known.get(signal.kind)
        if signal.kind in NUMBERS and signal.amount is not None:
            if seen is None or seen.amount is None:
                yield f"{NUMBERS[signal.kind]} {counted(signal.kind, signal.amount)}"
            elif seen.amount != signal.amount:
                yield f"{NUMBERS[signal.kind]} {figure(seen.amount)} → {counted(signal.kind, signal.amount)}"
        elif signal.kind in FACTS and seen is None:
            yield FACTS[signal.kind]
        if seen is not None and seen.claimed and not signal.claimed and signal.kind in NUMBERS:
            yield f"{NUMBERS[signal.kind]}得到证实"


def _places(case: Case, reading: Reading) -> Iterator[str]:
    """Only where the case knows places of its own: the first place is where it is, not news of it."""
    if not case.profile.places:
        return
    for place in reading.places:
        narrow = place.county or place.city
        if place.certainty is Certainty.STATED and place.code and narrow and not _known(place.code, case):
            yield f"新地点 {narrow}"


def _known(code: str, case: Case) -> bool:
    """Also where the case knows a part of it."""
    wide = code.removesuffix("00").removesuffix("00")
    return any(known == code or known.startswith(wide) for known in case.profile.places)

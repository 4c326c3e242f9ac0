"""Whether an official statement says the opposite of a claim about the same matter: point by point, and rather nothing than wrongly.

A point is something that either is so or is not (拆除, 涨价, 关闭), a number of people, or why a siren sounded.  What is planned, forbidden,
asked, feared or handed on says nothing of what is so; a statement from well before the claim, about another building, another day or
another fee cannot be compared with it.  That two texts are silent about each other's point is the usual answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from huiying.amounts import figure
from huiying.clock import SHANGHAI
from nlp.assertions import LONGEST, Assertion, Said, assertions
from nlp.points import HARMS, PRICE, SIREN

STILL_HOLDS = timedelta(days=30)
"""A statement that much older than the claim may have been overtaken."""
OF_THE_DAY = timedelta(days=3)
"""The same for what happens once: sirens, casualties."""
_ONCE = {*HARMS, SIREN.name, "疏散"}
"""Points about one event: a statement from days before is about another one."""
_ROAD = re.compile(r"([\u4e00-\u9fff]{2})(大道|大街|路|街|巷|桥|村|镇)(?!灯|面|边|况|口子|网|费|名)")
_NO_ROAD = re.compile(r"[条这那的在到走过马公道线一某该本全同铁新旧各每了从和与上下]")


class Standing(StrEnum):
    CONFLICT = "conflict"
    """It says the opposite."""
    RELATED = "related"
    """It speaks of the same point and agrees, or cannot be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    standing: Standing
    point: str
    """In Chinese: what both speak of."""
    sentence: str
    """Of the statement, as written."""
    why: str = ""
    """In Chinese: wherein they differ; '' without a conflict."""


def compare(claim: Said, statement: Said, *, together: bool = False) -> Compared | None:
    """None where they do not speak of the same point of the same matter. ``together``: both belong to one matter already."""
    if _apart(claim, statement):
        return None
    said = [one for one in assertions(claim) if not one.open]
    told = assertions(statement)
    related = None
    for ours in said:
        theirs = [one for one in told if _same_point(ours, one) and _shared(claim, statement, one, together)]
        if theirs and related is None:
            related = Compared(
                standing=Standing.RELATED, point=theirs[0].point.name, sentence=theirs[0].sentence
            )
        comparable = [one for one in theirs if _comparable(ours, one, claim.at, statement.at)]
        against = [
            (one, why) for one in comparable if (why := _difference(ours, one, claim.at, statement.at))
        ]
        both_ways = any(_same_point(mine, one) and _agrees(mine, one) for mine in said for one in comparable)
        if against and not both_ways:
            other, why = against[0]
            return Compared(
                standing=Standing.CONFLICT, point=other.point.name, sentence=other.sentence, why=why
            )
    return related


def _apart(claim: Said, statement: Said) -> bool:
    """Whether they name different places: then they speak of different matters, whatever else they share."""
    if claim.names & statement.names:
        return False
    if claim.names and statement.names:
        return True
    ours, theirs = _roads(claim), _roads(statement)
    if ours and theirs and not ours & theirs:
        return True
    if claim.places and statement.places:
        return not any(_within(one, other) for one in claim.places for other in statement.places)
    return False


def _within(one: str, other: str) -> bool:
    """Whether one of two codes lies in the other."""
    short, long = sorted((_trimmed(one), _trimmed(other)), key=len)
    return long.startswith(short)


def _trimmed(code: str) -> str:
    """410000 is 41, 410100 is 4101."""
    if len(code) == 6 and code.endswith("0000"):
        return code[:2]
    return code[:4] if len(code) == 6 and code.endswith("00") else code


def _roads(side: Said) -> frozenset[str]:
    found = _ROAD.finditer(f"{side.title}。{side.text[:LONGEST]}")
    return frozenset(one[0] for one in found if not _NO_ROAD.search(one[1]))


def _shared(claim: Said, statement: Said, told: Assertion, together: bool) -> bool:
    """Whether something says that they speak of one matter: a name, a road, one case; or a word for the whole city they are both in."""
    if together or claim.names & statement.names or _roads(claim) & _roads(statement):
        return True
    return told.point.general and told.general and bool(claim.places and statement.places)


def _same_point(ours: Assertion, theirs: Assertion) -> bool:
    if ours.point.name != theirs.point.name:
        return False
    if ours.parts and theirs.parts and not ours.parts & theirs.parts:
        return False
    if ours.things and theirs.things:
        return bool(ours.things & theirs.things)
    return all(
        not one.other_subject or _speaks_of(one.other_subject, other.sentence)
        for one, other in ((ours, theirs), (theirs, ours))
    )


def _speaks_of(thing: str, sentence: str) -> bool:
    """Whether two characters in a row of what is no known kind of thing stand there too."""
    return any(thing[at : at + 2] in sentence for at in range(len(thing) - 1))


def _comparable(ours: Assertion, theirs: Assertion, said: datetime | None, told: datetime | None) -> bool:
    if theirs.open or _other_time(ours, theirs):
        return False
    if ours.planned != theirs.planned and not (ours.point.timeless or theirs.refuted or ours.point is SIREN):
        return False
    if ours.days and theirs.days and not ours.days & theirs.days:
        return False
    once = ours.point.name in _ONCE
    if once and theirs.days and not ours.days:
        return _on_one_of(said, theirs.days) if said is not None else not theirs.planned
    if ours.point is SIREN and theirs.planned:
        return bool(ours.days & theirs.days)
    if said is None or told is None:
        return True
    return said - told <= (OF_THE_DAY if once else STILL_HOLDS)


def _other_time(ours: Assertion, theirs: Assertion) -> bool:
    """What is told of some time ago is another event; a state that has held since is not."""
    return ours.once_upon != theirs.once_upon and (ours.once_upon or ours.point.name in _ONCE)


def _on_one_of(said: datetime, days: frozenset[tuple[int, int]]) -> bool:
    """Said on one of these days, or within two days after it."""
    last = [(said - timedelta(days=back)).astimezone(SHANGHAI) for back in range(3)]
    return any((day.month, day.day) in days for day in last)


def _difference(ours: Assertion, theirs: Assertion, said: datetime | None, told: datetime | None) -> str:
    """Wherein they cannot both be true, in Chinese, or ''."""
    name = ours.point.name
    if ours.point is SIREN:
        if ours.causes and theirs.causes and not ours.causes & theirs.causes:
            return f"说法归于{_list(ours.causes)}，声明说是{_list(theirs.causes)}"
        return ""
    if name in HARMS:
        return _of_numbers(ours, theirs, said, told)
    if ours.so != theirs.so:
        return "" if ours.not_all or theirs.not_all else _of_polarity(ours, theirs)
    if ours.point is PRICE and ours.period == theirs.period != "" and not ours.vague and not theirs.vague:
        mine, other = ours.amount, theirs.amount
        if mine is not None and other is not None and mine != other:
            return f"说法是{figure(mine)}元，声明是{figure(other)}元"
    return ""


def _of_polarity(ours: Assertion, theirs: Assertion) -> str:
    name = ours.point.name
    return f"说法称“{name}”，声明说不是" if ours.so else f"说法称没有“{name}”，声明说是"


def _of_numbers(ours: Assertion, theirs: Assertion, said: datetime | None, told: datetime | None) -> str:
    """A toll rises: a lower number from before the statement is no contradiction, nor is a vague one."""
    name, mine, other = ours.point.name, ours.amount, theirs.amount
    if other is None or (mine is None and other > 0):
        return ""
    if mine is None:
        return f"{name}：说法称有，声明是 0"
    if mine == other or ((ours.vague or theirs.vague) and min(mine, other) > 0):
        return ""
    if mine < other and not (said is not None and told is not None and said > told):
        return ""
    return f"{name}：说法是 {_told(mine, ours.vague)}，声明是 {_told(other, theirs.vague)}"


def _told(amount: float, vague: bool) -> str:
    """十几 is read as the least that it means."""
    return f"{figure(amount)} 以上" if vague and amount else figure(amount)


def _agrees(ours: Assertion, theirs: Assertion) -> bool:
    if ours.point is SIREN:
        return bool(ours.causes & theirs.causes)
    if ours.point.name in HARMS:
        return ours.amount == theirs.amount
    same = (
        ours.amount is None
        or theirs.amount is None
        or ours.amount == theirs.amount
        or ours.period != theirs.period
    )
    return ours.so == theirs.so and same


def _list(names: Sequence[str] | frozenset[str]) -> str:
    return "、".join(sorted(names))

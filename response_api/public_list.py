"""The outcomes, one line a matter, and the six handling classes to choose by.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from huiying.contracts import HANDLED_AS, Category
from response_api.house import Names
from response_api.public_case import handled_as, headline, lead_unit
from response_api.public_clocks import PublicClock, public_clocks, summary
from response_api.public_statements import public_statement
from triage.answers import Answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    id: str
    title: str
    kind: str
    handled: str
    unit: str
    at: datetime
    at_text: str
    statements: int
    withheld: str
    """Of the newest statement: its public attribute with reason and article, or that it may not be read for now; '' where it may."""
    clocks: tuple[PublicClock, ...]
    clock_summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassChoice:
    value: str
    name: str
    duty: str
    citation: str
    count: int
    chosen: bool


def outcome(found: Answered, bodies: Mapping[str, bytes | None], names: Names, now: datetime) -> Outcome:
    case = found.case
    told = [
        public_statement(case, statement, bodies.get(statement.sha256), names, found.statements)
        for statement in found.statements
    ]
    newest, clocks = told[0], public_clocks(case, now)
    return Outcome(
        id=case.id,
        title=headline(case, told, names),
        kind=newest.kind,
        handled=handled_as(found, names).name,
        unit=lead_unit(case, told, names),
        at=newest.at,
        at_text=newest.at_text,
        statements=len(told),
        withheld=newest.stopped if newest.open else f"{newest.publicity}：{newest.ground}",
        clocks=clocks,
        clock_summary=summary(clocks),
    )


def class_choices(
    names: Names, counts: Mapping[Category, int], chosen: Category | None
) -> tuple[ClassChoice, ...]:
    """In the order of the rule that names them."""
    rows = [names.handling.row(category) for category in HANDLED_AS]
    return tuple(
        ClassChoice(
            value=row.category.value,
            name=row.name,
            duty=row.duty,
            citation=row.citation,
            count=counts.get(row.category, 0),
            chosen=row.category is chosen,
        )
        for row in rows
    )


def wanted_class(value: str) -> Category | None:
    """What means nothing is left out rather than refused: an old link must still open."""
    return Category(value) if value in set(HANDLED_AS) else None

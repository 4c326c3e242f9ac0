"""The scorecard of one matter as its page shows it: points, what is still to be settled, and how each was worked out.  Pure."""

from __future__ import annotations

from dataclasses import dataclass

from triage.scorecard import Scorecard


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionBlock:
    """One of the four criteria of a scorecard."""

    name: str
    points: str
    most: int
    lines: tuple[tuple[str, str, int, str], ...]
    """Name, points, most, working."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreView:
    total: str
    grade: str
    settled: bool
    vetoed: bool
    criteria: tuple[CriterionBlock, ...]
    flags: tuple[str, ...]


def score_view(card: Scorecard) -> ScoreView:
    criteria = dict.fromkeys(line.criterion for line in card.lines)
    return ScoreView(
        total=f"{card.low}" if card.low == card.high else f"{card.low}–{card.high}",
        grade=card.grade,
        settled=card.settled,
        vetoed=card.vetoed,
        criteria=tuple(
            CriterionBlock(
                name=criterion.value,
                points=str(sum(line.points or 0 for line in mine)),
                most=sum(line.most for line in mine),
                lines=tuple(
                    (line.name, "待定" if line.points is None else str(line.points), line.most, line.working)
                    for line in mine
                ),
            )
            for criterion in criteria
            for mine in [[line for line in card.lines if line.criterion is criterion]]
        ),
        flags=tuple(flag.name for flag in card.flags),
    )

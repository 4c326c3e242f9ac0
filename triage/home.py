"""The home of one reading: the open case that it joins, or the one that it opens, as it looks with it.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from huiying.contracts import Case, Reading, Verdict
from triage.development import brought
from triage.gather import Joining, absorb
from triage.lifecycle import open_case
from triage.policy import Policy
from triage.stories import Relation, StoryIndex


def home(
    index: StoryIndex, reading: Reading, kin: Mapping[str, str], policy: Policy, now: datetime
) -> tuple[Case, Joining] | None:
    """``kin`` says which case holds a post. None where a reply answers nothing that a case holds."""
    found = index.look_up(reading, kin)
    if found.match is None:
        if reading.relevance.verdict is Verdict.REPLY:
            return None
        opening = Joining(
            reading=reading,
            relation=Relation.SAME_EVENT,
            why="由此立事件",
            suggestions=found.suggestions,
        )
        return open_case(opening, policy, now), opening
    known, relation = index[found.match.case_id], found.match.relation
    joining = Joining(
        reading=reading,
        relation=relation,
        why=found.match.why,
        suggestions=found.suggestions,
        brings=() if relation is Relation.DUPLICATE else brought(known, reading),
    )
    return absorb(known, joining), joining

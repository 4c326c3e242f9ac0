"""Which statements wait for somebody who has not heard of it yet.  Pure; :mod:`triage.deeds.turns` tells them."""

from __future__ import annotations

from huiying.contracts import LIVE_STATES, Case, CaseState, Statement


def untold(case: Case) -> tuple[Statement, ...]:
    """Of an ended matter the corrections alone: nothing else goes on there."""
    return tuple(
        one
        for one in case.statements
        if one.untold_since is not None
        and (case.state in LIVE_STATES or (one.corrects and case.state is not CaseState.MERGED))
    )

"""Open cases that no look of the watch would ever find: stored by an older version without a next step, they get one by today's
rules; what is due of it by then is found by the next look.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from huiying import logs
from huiying.contracts import OPEN_STATES, Case
from huiying.ports import CaseQuery, CaseStore, Order
from triage.policy import Policy
from triage.record import indexed
from triage.saving import amend

_log = logs.get("sweep")

AGAIN = timedelta(hours=1)
PAGE = 200


class Sweep:
    def __init__(self, cases: CaseStore, policy: Policy) -> None:
        self._cases = cases
        self._policy = policy
        self._next: datetime | None = None

    def hourly(self, now: datetime) -> int:
        """At the first call, and once an hour after. Returns how many cases got a next step."""
        if self._next is not None and self._next - AGAIN <= now < self._next:
            return 0
        done = self.everything()
        self._next = now + AGAIN
        return done

    def everything(self) -> int:
        done, after = 0, ""
        while True:
            query = CaseQuery(
                states=OPEN_STATES, without_next_step=True, order=Order.NEWEST, limit=PAGE, after=after
            )
            page = self._cases.search(query)
            for case in page.cases:
                changed = amend(self._cases, case.id, partial(_with_next_step, policy=self._policy))
                done += changed is not None
            after = page.next
            if not after:
                if done:
                    _log.info("next_steps_given", cases=done)
                return done


def _with_next_step(case: Case, policy: Policy) -> Case:
    """As it stands now: what a search shows may be over."""
    if case.next_rung_at is not None or case.state not in OPEN_STATES:
        return case
    again = indexed(case, policy)
    return case if again.next_rung_at is None else again

"""Looks after what falls due: rungs, breaches, and candidates that nothing came back to."""

from __future__ import annotations

from datetime import datetime, timedelta

from huiying import logs
from huiying.contracts import Case
from huiying.errors import TryAgain
from huiying.ports import CaseStore, Clock, Owed
from triage.escalation import escalate, lapse
from triage.policy import Policy
from triage.saving import amend

_log = logs.get("watch")

EVERY = timedelta(seconds=1)
PAGE = 200


class Watch:
    """Any number of them may run: who saves second reads again and finds nothing left to do."""

    def __init__(self, cases: CaseStore, policy: Policy, clock: Clock) -> None:
        self._cases = cases
        self._policy = policy
        self._clock = clock

    def run(self) -> None:
        """Until the clock is stopped."""
        while not self._clock.wait(EVERY):
            try:
                self.tick(self._clock.now())
            except TryAgain as trouble:
                _log.warning("try_again", reason=str(trouble))
            except Exception:
                _log.exception("tick_failed")

    def tick(self, now: datetime) -> int:
        """Book everything that is due by ``now``. Returns how many cases changed."""
        changed = 0
        while True:
            due = self._cases.due(Owed.RUNG, until=now, limit=PAGE)
            done = sum(self._look(case.id, now) for case in due)
            changed += done
            if not done or len(due) < PAGE:
                return changed

    def _look(self, case_id: str, now: datetime) -> bool:
        """``due`` may show the past: what counts is the case as it stands now."""
        try:
            result = amend(self._cases, case_id, lambda case: self._decide(case, now))
        except TryAgain:
            raise
        except Exception:
            _log.exception("case_failed", case=case_id)
            return False
        if result is None:
            return False
        before, after = result
        _log.info("rungs_reached", case=case_id, notices=len(after.outbox) - len(before.outbox))
        return True

    def _decide(self, case: Case, now: datetime) -> Case:
        return lapse(escalate(case, self._policy, now), self._policy, now)

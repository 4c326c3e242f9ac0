"""Looks after what falls due: rungs, breaches, and candidates that nothing came back to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from huiying import logs, metrics
from huiying.contracts import Case
from huiying.errors import CaseNotFound, TryAgain
from huiying.ports import CaseStore, Clock, Owed, PostArchive
from triage.completion import complete, unfinished, written
from triage.escalation import escalate, lapse
from triage.policy import Policy
from triage.reach import NOBODY, Reach
from triage.record import indexed
from triage.recount import again
from triage.saving import amend

_log = logs.get("watch")

EVERY = timedelta(seconds=1)
PAGE = 200


class Watch:
    """Any number of them may run: who saves second reads again and finds nothing left to do."""

    def __init__(
        self,
        cases: CaseStore,
        archive: PostArchive,
        policy: Policy,
        clock: Clock,
        reach: Callable[[], Reach] = lambda: NOBODY,
    ) -> None:
        """``reach`` is asked once a round in which something is due."""
        self._cases = cases
        self._archive = archive
        self._policy = policy
        self._clock = clock
        self._reach = reach

    def run(self) -> None:
        """Until the clock is stopped."""
        metrics.TRY_AGAIN.labels("watch")
        while not self._clock.wait(EVERY):
            metrics.went_round("watch", self._clock.now())
            try:
                self.tick(self._clock.now())
            except TryAgain as trouble:
                _log.warning("try_again", reason=str(trouble))
                metrics.TRY_AGAIN.labels("watch").inc()
            except Exception:
                _log.exception("tick_failed")

    def tick(self, now: datetime) -> int:
        """Book everything that is due by ``now``. Returns how many cases changed."""
        changed = 0
        stuck: set[str] = set()
        """Due, yet nothing could be done: they must not stand before those behind them."""
        reach: Reach | None = None
        while True:
            due = self._cases.due(Owed.RUNG, until=now, limit=PAGE + len(stuck))
            waiting = [case.id for case in due if case.id not in stuck]
            if not waiting:
                return changed
            reach = reach or self._reach()
            for case_id in waiting:
                if self._look(case_id, now, reach):
                    changed += 1
                else:
                    stuck.add(case_id)

    def _look(self, case_id: str, now: datetime, reach: Reach) -> bool:
        """``due`` may show the past: what counts is the case as it stands now."""
        try:
            if unfinished(self._cases.get(case_id)):
                return complete(self._cases, self._archive, case_id, now, self._policy)
            result = amend(self._cases, case_id, lambda case: self._decide(case, now, reach))
        except CaseNotFound:
            return False
        except TryAgain:
            raise
        except Exception:
            _log.exception("case_failed", case=case_id)
            return False
        if result is None:
            return False
        before, after = result
        metrics.RUNGS.inc()
        _log.info("rungs_reached", case=case_id, notices=len(after.outbox) - len(before.outbox))
        return True

    def _decide(self, case: Case, now: datetime, reach: Reach) -> Case:
        after = escalate(again(case, self._policy, now), self._policy, now, reach)
        if written(self._archive, case):
            after = lapse(after, self._policy, now)
        # What is due by the terms of an older policy falls due anew by those of today.
        anew = indexed(after, self._policy)
        return after if anew == after else anew

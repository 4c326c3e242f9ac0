"""Restricted matters: who sees what they are about, and what everybody else reads in its place.

They go by the discipline or the secrecy channel.  值班长 and 领导 have to act on them; a monitor may be a neighbour of
the matter, and an administrator looks after the machine.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from huiying.contracts import Case, Role
from huiying.errors import CaseNotFound
from huiying.ports import CaseStore
from response_api.auth import Person

SEES = frozenset({Role.DUTY, Role.LEADER})
SEALED = "限制知悉事件"
SEALED_TEXT = "内容仅限值班长、领导查看"
UNTITLED = "（无标题）"
MOST_KNOWN = 10_000


def sees_all(person: Person) -> bool:
    return person.has(*SEES)


def is_sealed(case: Case, sees: bool) -> bool:
    return case.route.restricted and not sees


def title_for(case: Case, sees: bool) -> str:
    return SEALED if is_sealed(case, sees) else case.title or case.lead or UNTITLED


class Seals:
    """Which cases are restricted, for whoever holds no more than an id. Asked from several threads."""

    def __init__(self, cases: CaseStore) -> None:
        self._cases = cases
        self._known: OrderedDict[str, tuple[int, bool]] = OrderedDict()
        self._lock = Lock()

    def on(self, case_id: str, sequence: int = 0) -> bool:
        """Whether it is restricted, as of its event ``sequence`` at the earliest: a matter may become so as it grows.

        A case that nobody can look up counts as restricted.
        """
        with self._lock:
            reached, sealed = self._known.get(case_id, (-1, True))
        if reached < sequence:
            reached, sealed = self._look_up(case_id, sequence)
            self._remember(case_id, reached, sealed)
        return sealed

    def _look_up(self, case_id: str, sequence: int) -> tuple[int, bool]:
        try:
            case = self._cases.get(case_id)
        except CaseNotFound:
            return sequence, True
        return max(sequence, len(case.events)), case.route.restricted

    def _remember(self, case_id: str, reached: int, sealed: bool) -> None:
        with self._lock:
            before, _ = self._known.get(case_id, (-1, True))
            if reached >= before:
                self._known[case_id] = (reached, sealed)
                self._known.move_to_end(case_id)
            while len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)

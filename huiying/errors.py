"""What can go wrong, named by what the caller can do about it.

Adapters translate foreign errors into these with ``raise … from``.
"""

from __future__ import annotations

from collections.abc import Sequence


class HuiyingError(Exception):
    """The root of everything that this project raises on purpose."""


class TryAgain(HuiyingError):
    """Nothing is wrong with the work: the surroundings failed (a full disk, a lost connection). Repeat it."""


class Throttled(TryAgain):
    """Not now, and nobody is to blame: so many seconds from now there is room again. It counts as no attempt."""

    def __init__(self, why: str, seconds: float) -> None:
        super().__init__(why)
        self.seconds = seconds


class DiskTrouble(TryAgain):
    """The disk is full or fails. Waiting a moment mends neither: whoever has a person in front of him says so at once."""


class GiveUp(HuiyingError):
    """The record itself cannot be handled, now or ever. Bury it with this reason and go on."""


class CaseNotFound(HuiyingError):
    """No case has this id."""

    def __init__(self, case_id: str) -> None:
        super().__init__(f"no case {case_id}")
        self.case_id = case_id


class RevisionConflict(HuiyingError):
    """Someone else saved first. Read the ids named again, reapply, save."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__("a newer revision is stored: " + ", ".join(ids))
        self.ids = tuple(ids)


class Misconfigured(HuiyingError):
    """The person who set this up can mend it. The message says where and how, in Chinese, on few lines."""

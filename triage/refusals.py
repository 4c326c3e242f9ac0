"""Why the desk did not do what somebody asked, by what they can do about it.  Messages are Chinese, for the page."""

from __future__ import annotations

from collections.abc import Mapping

from huiying.contracts import CaseEvent
from huiying.errors import HuiyingError


class Refused(HuiyingError):
    """The root of what the desk refuses. Nothing was changed."""


class NotYours(Refused):
    """Another role, unit or person has to do it."""


class NotNow(Refused):
    """The case does not stand where this act begins."""


class Invalid(Refused):
    """Something about what was typed: ``faults`` by field, in Chinese."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("；".join(faults.values()))
        self.faults = dict(faults)


class Changed(Refused):
    """Somebody else acted since the page was opened: look, then decide again."""

    def __init__(self, events: tuple[CaseEvent, ...]) -> None:
        super().__init__("在您填写的时候，别人办理了这件事")
        self.events = events

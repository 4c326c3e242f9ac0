"""What the web needs to do its work, handed in by the roof and handed round as one value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from huiying.ports import Clock, Engine
from huiying.settings import Settings
from response_api.auth import Accounts
from response_api.live import Hub
from response_api.paper import Paper
from response_api.sight import Seals
from triage.desk import Desk


class Names(Protocol):
    """What the office calls its units and topics; the policy files know."""

    @property
    def topics(self) -> Mapping[str, str]:
        """Every topic by its code, in the order of the file."""
        ...

    def unit_name(self, unit: str, /) -> str: ...

    def topic_name(self, code: str, /) -> str: ...

    def subtree(self, unit: str, /) -> frozenset[str]:
        """Ids of a unit and of everything under it."""
        ...

    def top(self) -> str:
        """Id of the unit that has none above it."""
        ...


class SourceState(Protocol):
    """How one source of the catalogue is doing."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def ok(self) -> bool:
        """It answered when it was last looked at, and that was not too long ago."""
        ...

    @property
    def last_at(self) -> datetime | None: ...
    @property
    def note(self) -> str:
        """How it is, in Chinese."""
        ...

    @property
    def posts(self) -> int:
        """New posts today."""
        ...


Sources = Callable[[], Sequence[SourceState]]


@dataclass(frozen=True, kw_only=True)
class House:
    engine: Engine
    settings: Settings
    clock: Clock
    key: bytes
    """Signs forms and pseudonyms; the same after a restart."""
    names: Names
    sources: Sources
    accounts: Accounts
    desk: Desk
    hub: Hub
    seals: Seals
    paper: Paper = field(default_factory=Paper)

"""What the web needs to do its work, handed in by the roof and handed round as one value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Protocol

from huiying.clock import SHANGHAI
from huiying.ports import Clock, Engine
from huiying.retention import Files
from huiying.settings import Settings
from response_api.auth import Accounts
from response_api.disclosure import Disclosure
from response_api.kept import KeptForms
from response_api.live import Hub
from response_api.paper import Paper
from response_api.people import People
from response_api.placing import Places
from response_api.sight import Audiences, Sight, Tree
from response_api.sso import IdentityProvider
from triage.appraisal import Appraiser
from triage.desk import Desk
from triage.objections import Objections
from triage.packs import Handling
from triage.soundings import Sounding


class Unit(Protocol):
    """One office or division."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def parent(self) -> str | None: ...


class Names(Tree, Protocol):
    """What the office calls its units and topics, how the units hang together, and how it handles what it hears; the
    policy files know."""

    @property
    def topics(self) -> Mapping[str, str]:
        """Every topic by its code, in the order of the file."""
        ...

    @property
    def handling(self) -> Handling:
        """The handling classes with their duties, the grounds for not publishing, what counts as a rebound."""
        ...

    @property
    def soundings(self) -> Sequence[Sounding]:
        """Planned soundings of the sirens, the first one first."""
        ...

    def units_on(self, day: date, /) -> Sequence[Unit]:
        """The units that there are on a day, in the order of the file."""
        ...

    def unit_name(self, unit: str, /) -> str: ...

    def topic_name(self, code: str, /) -> str: ...


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
    def state(self) -> str:
        """ok, failing, silent, waiting (never looked at yet) or off."""
        ...

    @property
    def last_ok_at(self) -> datetime | None: ...
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
    people: People
    kept: KeptForms
    desk: Desk
    hub: Hub
    audiences: Audiences
    places: Places
    provider: IdentityProvider | None = None
    """By which staff may sign in too."""
    disclosure: Disclosure
    objections: Objections
    paper: Paper = field(default_factory=Paper)
    files: Files = field(default_factory=Files)
    """How long what belongs to a case is kept."""

    @cached_property
    def appraiser(self) -> Appraiser:
        return Appraiser(
            cases=self.engine.cases, texts=self.desk.texts, policy=self.desk.policy, rules=self.desk.scoring
        )


def units_in(house: House, sight: Sight, now: datetime) -> list[Unit]:
    """The units that there are now and that a reader has in view, in the order of the file."""
    return [
        unit
        for unit in house.names.units_on(now.astimezone(SHANGHAI).date())
        if sight.units is None or unit.id in sight.units
    ]

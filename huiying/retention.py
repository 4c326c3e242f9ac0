"""What is kept how long, and the sweep that erases the rest.  Nothing that is still waiting is ever erased."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from huiying import logs, metrics, tomlfile
from huiying.contracts import Disposition
from huiying.errors import TryAgain
from huiying.ports import Clock, Engine
from huiying.topics import CASE_EVENTS, HEALTH, NLP, POSTS, READINGS, SOURCE_CHECKS, TICKS, TRIAGE

_log = logs.get("retention")

FILE = "retention.toml"
EVERY = timedelta(hours=1)

_SHARED = ((POSTS, NLP), (READINGS, TRIAGE), (SOURCE_CHECKS, HEALTH))
"""Topics that a group works off, with the group."""


class Terms(BaseModel):
    """``policy/retention.toml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(ge=1)
    citations: tuple[str, ...] = Field(min_length=1)
    stream_days: int = Field(ge=1)
    irrelevant_days: int = Field(ge=1)
    events_days: int = Field(ge=1)
    buried_days: int = Field(ge=1)
    security_days: int = Field(default=1095, ge=180)
    """The law wants half a year at least."""
    example_days: int = Field(default=1095, ge=30)
    """Of what people put right: who, when and which posts, without any text."""

    @model_validator(mode="after")
    def _the_stream_goes_first(self) -> Terms:
        if min(self.irrelevant_days, self.buried_days) <= self.stream_days:
            raise ValueError("irrelevant_days、buried_days 必须比 stream_days 长，否则对不上账")
        return self


def load(folder: Path) -> Terms:
    """Raises Misconfigured."""
    return tomlfile.read(folder / FILE, Terms)


@dataclass(frozen=True, kw_only=True)
class Retention:
    engine: Engine
    terms: Terms
    clock: Clock
    rooms: tuple[Callable[[datetime], int], ...] = ()
    """What else has had its time by now: each erases its own and says how much that was."""

    def run(self) -> None:
        """Until the clock is stopped."""
        while True:
            try:
                self.sweep(self.clock.now())
            except TryAgain as trouble:
                _log.warning("try_again", reason=str(trouble))
                metrics.TRY_AGAIN.labels("retention").inc()
            if self.clock.wait(EVERY):
                return

    def sweep(self, now: datetime) -> int:
        """Erase what has had its time; returns how many records and lines that was."""
        stream, terms = self.engine.stream, self.terms
        erased = 0
        for topic, group in _SHARED:
            if stream.lag(topic.name, group=group) == 0:
                erased += stream.purge(topic.name, before=now - timedelta(days=terms.stream_days))
            erased += stream.purge(topic.dead(group).name, before=now - timedelta(days=terms.buried_days))
        erased += stream.purge(CASE_EVENTS.name, before=now - timedelta(days=terms.events_days))
        stream.purge(TICKS, before=now - timedelta(days=1))
        erased += self._lines(
            {Disposition.IRRELEVANT, Disposition.WITHHELD}, now - timedelta(days=terms.irrelevant_days)
        )
        erased += self._lines({Disposition.BURIED}, now - timedelta(days=terms.buried_days))
        erased += sum(erase(now) for erase in self.rooms)
        if erased:
            _log.info("erased", records=erased)
        return erased

    def _lines(self, dispositions: Iterable[Disposition], before: datetime) -> int:
        return self.engine.archive.purge(before=before, dispositions=frozenset(dispositions))

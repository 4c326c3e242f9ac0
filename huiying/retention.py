"""What is kept how long, and the sweep that erases the rest.  Nothing that is still waiting is ever erased."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from huiying import logs, metrics, tomlfile
from huiying.contracts import HANDLED_AS, Category, Disposition, Level
from huiying.errors import TryAgain
from huiying.ports import Clock, Engine
from huiying.topics import CASE_EVENTS, HEALTH, NLP, POSTS, READINGS, SOURCE_CHECKS, TICKS, TRIAGE

_log = logs.get("retention")

FILE = "retention.toml"
EVERY = timedelta(hours=1)

_SHARED = ((POSTS, NLP), (READINGS, TRIAGE), (SOURCE_CHECKS, HEALTH))
"""Topics that a group works off, with the group."""


FOR_EVER = "永久"
MOST_YEARS = 100


def _years(written: object) -> object:
    if written is None or written == FOR_EVER:
        return None
    if isinstance(written, int) and not isinstance(written, bool) and 1 <= written <= MOST_YEARS:
        return written
    raise ValueError(f'写整数年数（1 到 {MOST_YEARS}），或写 "{FOR_EVER}"')


Years = Annotated[int | None, BeforeValidator(_years)]
"""None: for ever."""


class Files(BaseModel):
    """``[files]``: how many years after it was closed what belongs to a case is kept; of level and handling class the longer
    term counts.  What a file leaves out is as it is here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    not_ours: Years = 1
    """Of what people dismissed, and of candidates that lapsed."""
    warn_days: int = Field(default=30, ge=1, le=366)
    """How long before anything goes the office is told."""
    levels: dict[Level, Years] = Field(default_factory=dict)
    classes: dict[Category, Years] = Field(default_factory=dict)
    """By the handling class that people assessed; a class that is left out goes by its level alone."""

    @model_validator(mode="after")
    def _classes_are_handling_classes(self) -> Files:
        if strange := sorted(self.classes.keys() - set(HANDLED_AS)):
            raise ValueError(
                f"classes 里只能写六类处置：{'、'.join(HANDLED_AS)}，不能写 {'、'.join(strange)}"
            )
        return self

    def of_level(self, level: Level) -> int | None:
        return self.levels[level] if level in self.levels else LEVEL_YEARS[level]

    @property
    def shortest(self) -> int:
        """Of all terms that end."""
        told = [self.not_ours, *map(self.of_level, Level), *self.classes.values()]
        return min((years for years in told if years is not None), default=MOST_YEARS)


LEVEL_YEARS = MappingProxyType({Level.GENERAL: 10, Level.LARGER: 10, Level.MAJOR: 30, Level.EXTREME: None})
"""The terms of 国家档案局令第 8 号: ten years, thirty years, for ever."""


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
    files: Files = Field(default_factory=Files)

    @model_validator(mode="after")
    def _the_stream_goes_first(self) -> Terms:
        if min(self.irrelevant_days, self.buried_days) <= self.stream_days:
            raise ValueError("irrelevant_days、buried_days 必须比 stream_days 长，否则对不上账")
        return self

    @model_validator(mode="after")
    def _what_was_told_goes_before_what_it_tells_of(self) -> Terms:
        if max(self.events_days, self.buried_days) > 365 * self.files.shortest:
            raise ValueError(
                f"events_days、buried_days 不能比案卷的最短期限（{self.files.shortest} 年）长：事件的标题还会留在实时流里"
            )
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
        self.engine.archive.wipe()
        return erased

    def _lines(self, dispositions: Iterable[Disposition], before: datetime) -> int:
        return self.engine.archive.purge(before=before, dispositions=frozenset(dispositions))

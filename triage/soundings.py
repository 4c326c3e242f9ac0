"""Soundings of the sirens that are planned and announced: ``soundings.toml``, and which of them a matter may be about.

What is heard at such a place and time is no unplanned sounding (人民防空法 第三十五条): it raises nothing by itself, and people
look whether it was one all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator, model_validator

from huiying import tomlfile
from huiying.clock import SHANGHAI
from huiying.contracts import BY_PUBLICATION, Case, Certainty
from triage.packs import File, Strict

FILE = "soundings.toml"
AHEAD_DAYS = 5
"""A sounding is announced so many days before (人民防空法 第三十五条)."""
REMIND_DAYS = 15
"""So many days before a sounding it is asked whether it has been announced."""
EARLY, LATE = timedelta(minutes=5), timedelta(minutes=10)
"""Clocks of those who tell of it go wrong by as much."""
TALK = timedelta(hours=24)
"""So long after a sounding a post that does not say when is taken to speak of it."""

Code = Annotated[str, StringConstraints(pattern=r"^\d{2}(\d{2}(\d{2})?)?$")]


class Sounding(Strict):
    """One sounding: where, from when to when, and when the public was told."""

    name: str = Field(min_length=1, max_length=60)
    codes: tuple[Code, ...] = Field(min_length=1)
    """Administrative codes, their first digits for all below."""
    from_: datetime = Field(alias="from")
    to: datetime
    announced: date | None = None
    notice: str = Field(default="", max_length=2083)
    """Where the announcement stands."""

    @field_validator("from_", "to")
    @classmethod
    def in_beijing(cls, at: datetime) -> datetime:
        return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)

    @model_validator(mode="after")
    def in_order(self) -> Sounding:
        if not self.from_ < self.to <= self.from_ + timedelta(days=1):
            raise ValueError("to 要在 from 之后，且不超过一天：一次试鸣写一段")
        if self.announced and self.announced > self.from_.date():
            raise ValueError("announced（公告日期）不能在试鸣之后")
        return self

    @property
    def told(self) -> str:
        """9·18 防空警报试鸣（9月18日10:00—10:31）"""
        return f"{self.name}（{self.from_.month}月{self.from_.day}日{self.from_:%H:%M}—{self.to:%H:%M}）"

    @property
    def announced_in_time(self) -> bool:
        return self.announced is not None and (self.from_.date() - self.announced).days >= AHEAD_DAYS

    def is_at(self, code: str) -> bool:
        return any(code.startswith(wide) for wide in self.codes)


class Soundings(File):
    """``soundings.toml``."""

    sounding: tuple[Sounding, ...] = ()


def load(folder: Path) -> tuple[Sounding, ...]:
    """Those of a folder, the first one first; none where it has no such file. Raises Misconfigured."""
    path = folder / FILE
    if not path.exists():
        return ()
    return tuple(sorted(tomlfile.read(path, Soundings).sounding, key=lambda one: one.from_))


def heard_of(case: Case, soundings: Iterable[Sounding]) -> Sounding | None:
    """The announced sounding that a matter may be about, by its place and by when it happened, or, where nobody says when, by
    when it was first public. Where it is unknown, none is."""
    code, occurred = case.place.code, case.occurred
    known = occurred.certainty is not Certainty.UNKNOWN and occurred.source != BY_PUBLICATION
    for one in soundings:
        if one.announced is None or not code or not one.is_at(code):
            continue
        if known and occurred.at is not None:
            fits = one.from_ - EARLY <= occurred.at <= one.to + LATE
        else:
            fits = one.from_ - EARLY <= case.first_public_at <= one.to + TALK
        if fits:
            return one
    return None


def unannounced(soundings: Iterable[Sounding], now: datetime) -> list[Sounding]:
    """Those that come soon and that nobody has announced in time."""
    return [
        one
        for one in soundings
        if now < one.from_ <= now + timedelta(days=REMIND_DAYS) and not one.announced_in_time
    ]

"""What an office says about personal information, and by which rules it answers who objects: ``protection.toml``."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, model_validator

from huiying import tomlfile
from triage.packs import File, Strict

FILE = "protection.toml"


class Responsible(Strict):
    """Who answers for personal information, and how to reach them; '' where the office has not said."""

    name: str = Field(default="", max_length=100)
    contact: str = Field(default="", max_length=200)


class Basis(Strict):
    """A ground in law."""

    name: str = Field(min_length=1)
    citation: str = Field(min_length=1)


class Ground(Basis):
    """A ground on which an objection may be refused."""

    key: str = Field(pattern=r"^[a-z_]{1,20}$")


class Objecting(Strict):
    working_days: int = Field(ge=1, le=60)
    warn_days: int = Field(ge=0)
    """Working days before the term ends from which on it is said to be near."""
    keep_days: int = Field(ge=30, le=3660)
    """After the decision: for so long its outcome can be looked up."""
    citation: str = Field(min_length=1)

    @model_validator(mode="after")
    def warned_in_time(self) -> Objecting:
        if self.warn_days >= self.working_days:
            raise ValueError("warn_days 要比 working_days 短")
        return self


class Protection(File):
    """``protection.toml``."""

    purpose: str = Field(min_length=1)
    responsible: Responsible = Responsible()
    basis: tuple[Basis, ...] = Field(min_length=1)
    objection: Objecting
    ground: tuple[Ground, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def named_once(self) -> Protection:
        keys = [ground.key for ground in self.ground]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f"[[ground]] 的 key {'、'.join(twice)} 写了两次，请换一个")
        return self

    def ground_of(self, key: str) -> Ground | None:
        return next((ground for ground in self.ground if ground.key == key), None)


def load(folder: Path) -> Protection:
    """The office's rules; the shipped ones where its folder is older than they are. Raises Misconfigured, naming file and line."""
    own = folder / FILE
    return tomlfile.read(own if own.exists() else tomlfile.DEFAULTS / FILE, Protection)

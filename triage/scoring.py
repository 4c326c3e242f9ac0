"""By which points the answer to a matter is scored: ``scoring.toml`` (domain rules 5.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from pydantic import Field, model_validator

from huiying import tomlfile
from huiying.contracts import ClockKind, Level
from triage.packs import File, Strict
from triage.policy import Pack

FILE = "scoring.toml"
WHOLE = 100


class Within(Strict):
    hours: float = Field(gt=0, le=24 * 366)
    points: int = Field(ge=1, le=WHOLE)


class AtLeast(Strict):
    count: int = Field(ge=1, le=20)
    points: int = Field(ge=1, le=WHOLE)


class Timely(Strict):
    ordinary: tuple[Within, ...] = Field(min_length=1)
    statement: tuple[Within, ...] = Field(min_length=1)
    conference: tuple[Within, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def the_sooner_the_better(self) -> Timely:
        for name, steps in (
            ("ordinary", self.ordinary), ("statement", self.statement), ("conference", self.conference)
        ):  # fmt: skip
            if any(b.hours <= a.hours or b.points >= a.points for a, b in pairwise(steps)):
                raise ValueError(f"{name} 要从早到晚写，小时越多得分越少")
        if self.statement[0].points + self.conference[0].points != self.ordinary[0].points:
            raise ValueError("statement 和 conference 的最高分加起来，要与 ordinary 的最高分相同")
        return self

    @property
    def most(self) -> int:
        return self.ordinary[0].points

    @property
    def most_hours(self) -> dict[ClockKind, tuple[str, float]]:
        """Of each duty, by which key of ``[timely]`` it scores, and in how many hours it scores most."""
        return {
            ClockKind.RESPONSE: ("ordinary", self.ordinary[0].hours),
            ClockKind.STATEMENT: ("statement", self.statement[0].hours),
            ClockKind.PRESS_CONFERENCE: ("conference", self.conference[0].hours),
        }


class Authoritative(Strict):
    responsible: int = Field(ge=0, le=WHOLE)
    signer: int = Field(ge=0, le=WHOLE)
    signer_below: int = Field(ge=0, le=WHOLE)
    complete: int = Field(ge=0, le=WHOLE)
    incomplete: int = Field(ge=0, le=WHOLE)

    @model_validator(mode="after")
    def less_for_less(self) -> Authoritative:
        if self.signer_below > self.signer or self.incomplete > self.complete:
            raise ValueError("signer_below 不能多于 signer，incomplete 不能多于 complete")
        return self

    @property
    def most(self) -> int:
        return self.responsible + self.signer + self.complete


class Reach(Strict):
    channels: tuple[AtLeast, ...] = Field(min_length=1)
    in_place: int = Field(ge=0, le=WHOLE)

    @model_validator(mode="after")
    def most_first(self) -> Reach:
        if any(b.count >= a.count or b.points >= a.points for a, b in pairwise(self.channels)):
            raise ValueError("channels 要从多到少写，渠道越少得分越少")
        return self

    @property
    def most(self) -> int:
        return self.channels[0].points + self.in_place


class Lasting(Strict):
    follow_up: int = Field(ge=0, le=WHOLE)
    outcome: int = Field(ge=0, le=WHOLE)
    no_rebound: int = Field(ge=0, le=WHOLE)

    @property
    def most(self) -> int:
        return self.follow_up + self.outcome + self.no_rebound


class Grade(Strict):
    name: str = Field(min_length=1, max_length=20)
    least: float = Field(ge=0, le=WHOLE)


class Named(Strict):
    key: str = Field(pattern=r"^[a-z_]{1,20}$")
    name: str = Field(min_length=1, max_length=40)


class Flag(Named):
    veto: bool
    citation: str = Field(min_length=1)


class Scoring(File):
    """``scoring.toml``."""

    timely: Timely
    authority: Authoritative
    reach: Reach
    lasting: Lasting
    weights: dict[Level, float]
    grade: tuple[Grade, ...] = Field(min_length=1)
    channel: tuple[Named, ...] = Field(min_length=1, max_length=20)
    flag: tuple[Flag, ...] = Field(max_length=20)

    @model_validator(mode="after")
    def a_hundred_in_all(self) -> Scoring:
        most = self.timely.most + self.authority.most + self.reach.most + self.lasting.most
        if most != WHOLE:
            raise ValueError(f"四项最高分加起来是 {most}，要正好是 {WHOLE}")
        return self

    @model_validator(mode="after")
    def every_level_weighs(self) -> Scoring:
        if missing := [level.value for level in Level if not self.weights.get(level, 0) > 0]:
            raise ValueError(f"[weights] 缺少 {'、'.join(missing)}，或者不大于 0")
        return self

    @model_validator(mode="after")
    def grades_go_down_to_nothing(self) -> Scoring:
        if any(b.least >= a.least for a, b in pairwise(self.grade)) or self.grade[-1].least != 0:
            raise ValueError("[[grade]] 要从高到低写，最后一档的 least 是 0")
        return self

    @model_validator(mode="after")
    def named_once(self) -> Scoring:
        for what, rows in (("channel", self.channel), ("flag", self.flag)):
            keys = [row.key for row in rows]
            if twice := sorted({key for key in keys if keys.count(key) > 1}):
                raise ValueError(f"[[{what}]] 的 key {'、'.join(twice)} 写了两次，请换一个")
        return self

    @property
    def channel_names(self) -> dict[str, str]:
        """What the kinds of channel are called, by their keys."""
        return {row.key: row.name for row in self.channel}

    def graded(self, points: float) -> str:
        return next(grade.name for grade in self.grade if points >= grade.least)


def apart(rules: Scoring, packs: Iterable[Pack]) -> Iterator[str]:
    """Where promptness is scored by other hours than a clock set asks for, in Chinese: whoever keeps the one may lose points by the
    other."""
    for pack in packs:
        for kind, (key, scored) in rules.timely.most_hours.items():
            asked = {
                row.hours: row.name for row in pack.file.clock if row.kind is kind and row.hours is not None
            }
            if asked and scored not in asked:
                hours, name = "、".join(f"{hours:g}" for hours in sorted(asked)), next(iter(asked.values()))
                yield (
                    f"{FILE} 的 {key} 在 {scored:g} 小时以内给满分，而“{pack.title}”的{name}时限是 {hours} 小时："
                    "按时办的和得分对不上，请改成一样的"
                )


def within(steps: Sequence[Within], hours: float) -> int:
    """Points for what took so long."""
    return next((step.points for step in steps if hours <= step.hours), 0)


def at_least(steps: Sequence[AtLeast], count: int) -> int:
    return next((step.points for step in steps if count >= step.count), 0)


@cache
def shipped() -> Scoring:
    """The rules that travel with the package."""
    return tomlfile.read(tomlfile.DEFAULTS / FILE, Scoring)


def load(folder: Path) -> Scoring:
    """The office's rules; the shipped ones where its folder is older than they are. Raises Misconfigured, naming file and line."""
    own = folder / FILE
    return tomlfile.read(own, Scoring) if own.exists() else shipped()

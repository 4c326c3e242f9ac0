"""What the policy files may say: one model per file, strict, so that a typing slip is named and not ignored."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from huiying.contracts import (
    HANDLED_AS,
    Authority,
    Category,
    ClockKind,
    Level,
    Publicity,
    Rank,
    SignalKind,
    Tier,
)

Role = Literal["unit", "duty", "division_head", "deputy", "head"]
Hours = Annotated[float, Field(gt=0, le=24 * 366)]
"""More than a year is a slip of the pen."""
Step = tuple[float, int]
"""[reached, points]"""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class File(Strict):
    version: int = Field(ge=1)
    citations: tuple[str, ...] = Field(min_length=1)


# ------------------------------------------------------------------------------------- henan-2017.toml


class RungRow(Strict):
    name: str
    fraction: float | None = Field(None, ge=0, le=1)
    after_minutes: int | None = Field(None, gt=0, le=60 * 24 * 366)
    to: tuple[Role, ...] = Field(min_length=1)
    reason: str

    @model_validator(mode="after")
    def single_use(self) -> RungRow:
        if (self.fraction is None) == (self.after_minutes is None):
            raise ValueError("fraction 和 after_minutes 要写一个，也只写一个")
        return self


class LadderRow(Strict):
    name: str
    rungs: tuple[RungRow, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def distinct_names(self) -> LadderRow:
        names = [rung.name for rung in self.rungs]
        if len(names) != len(set(names)):
            raise ValueError("同一个阶梯里，每一步的 name 不能相同")
        return self


class ClockRow(Strict):
    kind: ClockKind
    name: str
    duty: str
    citation: str = Field(min_length=1)
    authority: Authority
    start: Literal["detected_at", "occurred_at", "first_public_at"]
    hours: Hours
    ceiling_hours: Hours | None = None
    levels: tuple[Level, ...] = Field(min_length=1)
    provisional_on: tuple[str, ...] = ()
    ladder: str


class StoryRow(Strict):
    window_hours: Hours
    duplicate: float = Field(gt=0, le=1)
    same_event: float = Field(gt=0, le=1)
    suggest: float = Field(default=0.33, gt=0, le=1)
    wide_topics: tuple[str, ...] = ()
    wide_hours: Hours
    lapse_days: float = Field(gt=0, le=3660)
    flag_sources: int = Field(ge=2)


class PackFile(File):
    name: str
    jurisdiction: str
    story: StoryRow
    ladder: tuple[LadderRow, ...]
    clock: tuple[ClockRow, ...] = Field(min_length=1)


# --------------------------------------------------------------------------------------- severity.toml


class HarmRow(Strict):
    injury_claimed: int
    injury_confirmed: int
    death_claimed: int
    death_confirmed: int


class SensitivityRow(Strict):
    """Any one of the conditions is enough; a row without conditions fits everything."""

    name: str
    points: int
    signals: tuple[SignalKind, ...] = ()
    topics: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()


class StepsRow(Strict):
    steps: tuple[Step, ...] = Field(min_length=1)
    least: int = 0

    def points(self, value: float) -> int:
        """Of the highest step that the value reaches; 0 below the first."""
        return max((points for reached, points in self.steps if value >= reached), default=0)

    @property
    def most(self) -> int:
        return max(points for _, points in self.steps)


class OfflineRow(Strict):
    stage: str
    points: int
    words: tuple[str, ...] = Field(min_length=1)


class SubjectRow(Strict):
    unit: int
    official: int


class HistoryRow(Strict):
    unanswered: int
    rebound: int = 5


class FloorRow(Strict):
    rule: str
    name: str
    level: Level
    signal: SignalKind
    amount: float = 0
    confirmed: bool = False
    stage: int = 0
    tier: Tier | None = None
    crowd: float = 0


class CapRow(Strict):
    items: int
    level: Level
    reason: str


class RestrictedRow(Strict):
    channel: str
    all: tuple[SignalKind, ...] = Field(min_length=1)


class Rubric(File):
    levels: dict[Level, int]
    harm: HarmRow
    sensitivity: tuple[SensitivityRow, ...] = Field(min_length=1)
    volume: StepsRow
    speed: StepsRow
    platforms: StepsRow
    reach: dict[Tier, int]
    negative: StepsRow
    offline: tuple[OfflineRow, ...] = Field(min_length=1)
    subject: SubjectRow
    history: HistoryRow
    floor: tuple[FloorRow, ...] = ()
    cap: CapRow
    restricted: tuple[RestrictedRow, ...] = ()

    @model_validator(mode="after")
    def complete(self) -> Rubric:
        cuts = [self.levels.get(level) for level in Level]
        if None in cuts or cuts != sorted(c for c in cuts if c is not None) or cuts[0] != 0:
            raise ValueError("levels 要写全四个等级，从 0 开始，由低到高")
        if missing := [tier.value for tier in Tier if tier not in self.reach]:
            raise ValueError(f"reach 缺少 {'、'.join(missing)}")
        return self


# ----------------------------------------------------------------------------------------- routes.toml


class RouteRow(Strict):
    rule: str
    topics: tuple[str, ...] = Field(min_length=1)
    lead: str
    assist: tuple[str, ...] = ()
    inform: tuple[str, ...] = ()
    locality: Literal["local", "province"]
    article: str = Field(min_length=1)
    basis: str = Field(min_length=1)
    restricted: bool = False
    needs: tuple[SignalKind, ...] = ()
    """Signals one of which must have been seen: a topic alone is too little to close a door on."""


class CatchAllRow(Strict):
    rule: str
    lead: str
    assist: tuple[str, ...] = ()
    article: str = Field(min_length=1)
    basis: str = Field(min_length=1)


class LocalityRow(Strict):
    several: str
    one: str
    unknown: str
    unknown_lead: str
    outside: str = "地点在本省以外，由省办核实是否与本省有关，无关的转告当地"
    outside_lead: str = ""
    """'' is ``unknown_lead``."""
    join_from: Level
    watch_from: Level


class Routes(File):
    locality: LocalityRow
    restricted: dict[str, str]
    catch_all: CatchAllRow
    route: tuple[RouteRow, ...] = ()


# ------------------------------------------------------------------------------------------ units.toml


class UnitRow(Strict):
    id: str = Field(pattern=r"^[a-z]+(\.[a-z]+)*$")
    name: str
    aliases: tuple[str, ...] = ()
    kind: Literal["province", "division", "city", "county", "special"]
    parent: str | None = None
    place: str = ""
    codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None

    def valid_on(self, day: date) -> bool:
        """From the first day on, up to but not on the last."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day < self.valid_to
        )


class Units(File):
    unit: tuple[UnitRow, ...] = Field(min_length=1)


# ---------------------------------------------------------------------------------------- notices.toml


class AddressRow(Strict):
    channel: Literal["console", "smtp", "webhook"]
    role: Literal["any", "unit", "duty", "division_head", "deputy", "head"]
    units: tuple[str, ...] = ()
    to: str = Field(min_length=1, pattern=r"^[^\r\n]+$")


class RestrictedNoticeRow(Strict):
    roles: tuple[Role, ...] = Field(min_length=1)


class Notices(File):
    address: tuple[AddressRow, ...] = Field(min_length=1)
    restricted: RestrictedNoticeRow


# --------------------------------------------------------------------------------------- handling.toml


class ClassRow(Strict):
    """A handling class, and the duty that it brings."""

    category: Category
    name: str = Field(min_length=1)
    duty: str = Field(min_length=1)
    citation: str = Field(min_length=1)


class ConsultRow(Strict):
    from_: Level = Field(alias="from")


class TextRow(Strict):
    """Lengths in characters."""

    title_most: int = Field(ge=10)
    part_most: int = Field(ge=100)
    whole_most: int = Field(ge=100)
    facts_least: int = Field(ge=1)
    measures_least: int = Field(ge=1)
    stock: tuple[str, ...]

    @model_validator(mode="after")
    def sensible(self) -> TextRow:
        if self.whole_most < self.part_most:
            raise ValueError("whole_most 不能小于 part_most")
        for name in ("facts_least", "measures_least"):
            if getattr(self, name) > self.part_most:
                raise ValueError(f"{name} 不能超过 part_most")
        if not all(phrase.strip() for phrase in self.stock):
            raise ValueError("stock 里有空的一项，请删掉")
        return self


class GroundRow(Strict):
    key: str = Field(pattern=r"^[a-z_]+$")
    name: str
    citation: str = Field(min_length=1)
    publicity: Literal[Publicity.CLOSED, Publicity.ON_REQUEST]


class ReboundRow(Strict):
    watch_days: float = Field(gt=0, le=3660)
    notes: int = Field(ge=1)
    share: float = Field(gt=0)
    least: int = Field(ge=1)


def _distinct(what: str, words: list[str]) -> None:
    if twice := [word for word in dict.fromkeys(words) if words.count(word) > 1]:
        raise ValueError(f"{what} 写了两次：{'、'.join(twice)}")


class Handling(File):
    class_: tuple[ClassRow, ...] = Field(alias="class")
    sign: dict[Level, Rank]
    consult: ConsultRow
    text: TextRow
    ground: tuple[GroundRow, ...] = ()
    rebound: ReboundRow

    @model_validator(mode="after")
    def complete(self) -> Handling:
        for row in self.class_:
            if row.category not in HANDLED_AS:
                raise ValueError(f"[[class]] 的 {row.category} 不是六类之一")
        named = {row.category for row in self.class_}
        if missing := [category.value for category in HANDLED_AS if category not in named]:
            raise ValueError(f"[[class]] 要写全六类处置，每类一次，缺少 {'、'.join(missing)}")
        _distinct("[[class]] 的 category", [row.category.value for row in self.class_])
        _distinct("[[class]] 的 name", [row.name for row in self.class_])
        _distinct("[[ground]] 的 key", [row.key for row in self.ground])
        if missing := [level.value for level in Level if level not in self.sign]:
            raise ValueError(f"[sign] 缺少 {'、'.join(missing)}")
        ranks = tuple(Rank)
        for lower, higher in pairwise(Level):
            if ranks.index(self.sign[higher]) < ranks.index(self.sign[lower]):
                raise ValueError(f"[sign] “{higher}”的职级不能比“{lower}”低")
        return self

    def row(self, category: Category) -> ClassRow:
        return next(row for row in self.class_ if row.category is category)


# ----------------------------------------------------------------------------------------- topics.toml


class TopicRow(Strict):
    code: str
    name: str


class Topics(Strict):
    version: int
    topic: tuple[TopicRow, ...]

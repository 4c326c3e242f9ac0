"""What the policy files may say: one model per file, strict, so that a typing slip is named and not ignored."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import pairwise
from types import NoneType, UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticKnownError

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

Channel = Literal["console", "smtp", "webhook", "wecom", "dingtalk", "feishu", "sms"]
Role = Literal["unit", "duty", "division_head", "deputy", "head"]
Hours = Annotated[float, Field(gt=0, le=24 * 366)]
"""More than a year is a slip of the pen."""
Step = tuple[float, int]
"""[reached, points]"""


class Strict(BaseModel):
    """A table of a file: nothing in it that is not known, and a number is written as one: ``hours = "5"`` and ``hours = true`` are slips."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def numbers_are_numbers(cls, value: object, field: ValidationInfo) -> object:
        known = cls.model_fields.get(field.field_name or "")
        if isinstance(value, str | bool) and known is not None and _is_number(known.annotation):
            raise PydanticKnownError("float_type")
        return value


def _is_number(annotation: object) -> bool:
    """Whether a field takes a number, or nothing; not where it takes words too."""
    if get_origin(annotation) is Annotated:
        return _is_number(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return all(map(_is_number, get_args(annotation)))
    return annotation in (int, float, NoneType)


class File(Strict):
    version: int = Field(ge=1)
    citations: tuple[str, ...] = Field(min_length=1)


# ------------------------------------------------------------------------------- clock sets, such as henan-2017.toml


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
    based_on: str | None = None
    """Another ladder whose rungs it takes over; a rung of the same name replaces the one there."""
    rungs: tuple[RungRow, ...] = ()

    @model_validator(mode="after")
    def distinct_names(self) -> LadderRow:
        names = [rung.name for rung in self.rungs]
        if len(names) != len(set(names)):
            raise ValueError("同一个阶梯里，每一步的 name 不能相同")
        if not self.rungs and self.based_on is None:
            raise ValueError("阶梯里一步也没有，请写 [[ladder.rungs]]，或用 based_on 写明沿用哪个阶梯")
        return self


class Choices(Strict):
    """Where the rules are silent (domain rules 1.6): each key is answered here, once, and not in code."""

    emergency_start: Literal["occurred_at", "first_public_at", "detected_at"] = Field(
        alias="clock.start.emergency"
    )
    ordinary_start: Literal["detected_at", "first_public_at", "occurred_at"] = Field(
        alias="clock.start.ordinary"
    )
    calendar: Literal["natural"] = Field(alias="clock.calendar")
    """No rule lets the hours of a 舆情 clock rest at night or on holidays."""
    pause: Literal["never"] = Field(alias="clock.pause")
    on_upgrade: Literal["original_start", "moment_of_upgrade"] = Field(alias="clock.on_upgrade")
    emergency_levels: tuple[Level, ...] = Field(alias="trigger.emergency_levels")
    unclassified: Literal["provisional", "none"] = Field(alias="trigger.unclassified")
    by_opinion_level: bool = Field(alias="trigger.by_opinion_level")
    authoritative: Literal["signed_publication"] = Field(alias="milestone.authoritative")
    reply: Literal["substance"] = Field(alias="milestone.reply")
    press: Literal["waivable", "binding"] = Field(alias="milestone.press")


Start = Literal[
    "emergency", "ordinary", "detected_at", "occurred_at", "first_public_at", "result_at", "published_at"
]


class ClockRow(Strict):
    kind: ClockKind
    name: str
    duty: str
    citation: str = Field(min_length=1)
    authority: Authority
    start: Start
    """``emergency`` and ``ordinary`` are what ``[choices]`` says."""
    hours: Hours | None = None
    working_days: int | None = Field(None, ge=1, le=366)
    ceiling_hours: Hours | None = None
    levels: tuple[Level, ...] = ()
    emergency: bool = False
    """In place of ``levels``: those that ``trigger.emergency_levels`` of ``[choices]`` names."""
    provisional_on: tuple[str, ...] = ()
    ladder: str

    @model_validator(mode="after")
    def one_length(self) -> ClockRow:
        if (self.hours is None) == (self.working_days is None):
            raise ValueError("hours（自然小时）和 working_days（工作日）要写一个，也只写一个")
        if bool(self.levels) == self.emergency:
            raise ValueError("levels（等级）和 emergency = true 要写一个，也只写一个")
        if self.ceiling_hours is not None and (self.hours or 0.0) > self.ceiling_hours:
            raise ValueError(
                f"hours（{self.hours:g}）超过了 ceiling_hours（国家上限 {self.ceiling_hours:g} 小时）"
            )
        return self


class StoryRow(Strict):
    window_hours: Hours
    duplicate: float = Field(gt=0, le=1)
    same_event: float = Field(gt=0, le=1)
    suggest: float = Field(default=0.33, gt=0, le=1)
    words_alone: float = Field(default=0.15, ge=0, le=1)
    """How much more of both it takes where a post and a story name no city and no estate in common."""
    wide_topics: tuple[str, ...] = ()
    wide_hours: Hours
    lapse_days: float = Field(gt=0, le=3660)
    flag_sources: int = Field(ge=2)


class PackFile(File):
    """One set of clocks, such as ``henan-2017.toml``."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str = Field(min_length=1)
    choices: Choices
    ladder: tuple[LadderRow, ...]
    clock: tuple[ClockRow, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def one_rule_a_level(self) -> PackFile:
        seen: dict[tuple[ClockKind, Level], int] = {}
        for number, row in enumerate(self.clock, 1):
            for level in self.levels_of(row):
                first = seen.setdefault((row.kind, level), number)
                if first != number:
                    raise ValueError(
                        f"“{level}”的“{row.name}”（{row.kind}）写了两次（第 {first} 个和第 {number} 个 [[clock]]），"
                        "每个等级每种时限只能有一条"
                    )
        return self

    def levels_of(self, row: ClockRow) -> tuple[Level, ...]:
        if row.emergency:
            return self.choices.emergency_levels if self.choices.by_opinion_level else ()
        return row.levels


# ------------------------------------------------------------------------------------- in_force.toml


class PeriodRow(Strict):
    pack: str
    unit: str
    """And every unit under it that has none of its own."""
    from_: date = Field(alias="from")
    until: date | None = None
    """The first day on which it is in force no more; none: until further notice."""

    @model_validator(mode="after")
    def forward(self) -> PeriodRow:
        if self.until is not None and self.until <= self.from_:
            raise ValueError(f"until（{self.until}）要晚于 from（{self.from_}）")
        return self

    def covers(self, day: date) -> bool:
        return self.from_ <= day and (self.until is None or day < self.until)


class InForce(File):
    """``in_force.toml``: which pack holds for which unit, from when to when."""

    period: tuple[PeriodRow, ...] = Field(min_length=1)


# --------------------------------------------------------------------------------------- stories.toml


class StoryFile(File):
    jurisdiction: str
    story: StoryRow


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
    signal: SignalKind | None = None
    emergency: Level | None = None
    """In place of a signal: the level of an emergency that the government has set, or a higher one."""
    amount: float = 0
    confirmed: bool = False
    stage: int = 0
    tier: Tier | None = None
    crowd: float = 0

    @model_validator(mode="after")
    def one_ground(self) -> FloorRow:
        if (self.signal is None) == (self.emergency is None):
            raise ValueError("signal（信号）和 emergency（政府认定的突发事件等级）要写一个，也只写一个")
        return self


class CapRow(Strict):
    items: int
    level: Level
    reason: str


class RestrictedRow(Strict):
    channel: str
    all: tuple[SignalKind, ...] = Field(min_length=1)


class TogetherRow(Strict):
    """Tiers that weigh more when several of them speak."""

    tiers: tuple[Tier, ...] = Field(min_length=2)
    least: int = Field(ge=2)
    points: int = Field(ge=0)
    most: int
    """What the highest tier and the addition may come to."""

    @model_validator(mode="after")
    def reachable(self) -> TogetherRow:
        if len(set(self.tiers)) < self.least:
            raise ValueError(f"tiers 只写了 {len(set(self.tiers))} 级，凑不满 least = {self.least}")
        return self


_AS_BEFORE = {Tier.OVERSEAS: Tier.PROVINCE, Tier.HOT_SEARCH: Tier.CENTRAL}
"""Tiers that a file from before they were there counts like another one."""


class Rubric(File):
    levels: dict[Level, int]
    harm: HarmRow
    sensitivity: tuple[SensitivityRow, ...] = Field(min_length=1)
    volume: StepsRow
    speed: StepsRow
    platforms: StepsRow
    reach: dict[Tier, int]
    reach_together: TogetherRow | None = None
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
        if missing := [tier.value for tier in Tier if tier not in self.reach and tier not in _AS_BEFORE]:
            raise ValueError(f"reach 缺少 {'、'.join(missing)}")
        return self

    def reach_of(self, tier: Tier) -> int:
        """The points of one tier, by itself."""
        return self.reach[tier] if tier in self.reach else self.reach[_AS_BEFORE[tier]]


# ----------------------------------------------------------------------------------------- routes.toml


class BodyRow(Strict):
    """A body outside, and why part of a matter is its business."""

    body: str = Field(min_length=1, max_length=40)
    ground: str = Field(min_length=1, max_length=80)
    """Which competence of theirs."""
    article: str = Field(min_length=1, max_length=120)
    basis: str = Field(min_length=1)
    clue: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether the file names the body alone, as it did before grounds were asked for."""
        return not self.ground


def _body(written: object) -> object:
    if isinstance(written, str) and written.strip():
        clue = "线索移交" in written
        return BodyRow.model_construct(body=written.strip(), ground="", article="", basis="", clue=clue)
    return written


def _told_once(rows: tuple[BodyRow, ...]) -> tuple[BodyRow, ...]:
    _distinct("inform 里的 body", [row.body for row in rows])
    return rows


Inform = Annotated[
    tuple[Annotated[BodyRow, BeforeValidator(_body)], ...],
    AfterValidator(_told_once),
]


class RouteRow(Strict):
    rule: str
    topics: tuple[str, ...] = Field(min_length=1)
    lead: str
    assist: tuple[str, ...] = ()
    inform: Inform = ()
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


class LevelRow(Strict):
    """Whom a matter brings in from a level on, whatever its topic."""

    rule: str = Field(min_length=1)
    from_: Level = Field(alias="from")
    assist: tuple[str, ...] = ()
    inform: Inform = ()
    article: str = Field(min_length=1)
    basis: str = Field(min_length=1)

    @model_validator(mode="after")
    def somebody(self) -> LevelRow:
        if not self.assist and not self.inform:
            raise ValueError("assist（配合）和 inform（通报）至少写一个")
        return self


class Routes(File):
    locality: LocalityRow
    restricted: dict[str, str]
    catch_all: CatchAllRow
    route: tuple[RouteRow, ...] = ()
    level: tuple[LevelRow, ...] = ()


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
    channel: Channel
    role: Literal[
        "any", "unit", "duty", "division_head", "deputy", "head", "secrecy", "signer", "spokesperson"
    ]
    units: tuple[str, ...] = ()
    to: str = Field(min_length=1, pattern=r"^[^\r\n]+$")
    after: Channel | None = None
    """Used only where this channel does not take the notice."""

    @model_validator(mode="after")
    def another(self) -> AddressRow:
        if self.after == self.channel:
            raise ValueError("after 要写另一个渠道：先用哪个渠道，没送到才用这一个")
        if self.after is not None and self.channel == "console":
            raise ValueError("值班台总是通知，不能写 after")
        return self


class RestrictedNoticeRow(Strict):
    roles: tuple[Role, ...] = Field(min_length=1)


class Ordinary(Strict):
    """Levels below those that are told at once, whatever else is said."""

    levels: tuple[Level, ...] = (Level.GENERAL,)

    @model_validator(mode="after")
    def not_grave(self) -> Ordinary:
        if grave := [level.value for level in self.levels if level in (Level.MAJOR, Level.EXTREME)]:
            raise ValueError(f"levels 不能写 {'、'.join(grave)}：重大以上随时通知")
        return self


class QuietRow(Ordinary):
    from_: time = Field(alias="from")
    until: time
    days_off: bool = True
    """Days that are not worked are quiet as a whole."""

    @model_validator(mode="after")
    def some_time(self) -> QuietRow:
        if self.from_ == self.until:
            raise ValueError("from 和 until 不能一样，请写成 from = 22:00:00、until = 07:00:00")
        return self


class DigestRow(Ordinary):
    rungs: tuple[str, ...] = Field(min_length=1)
    at: time


class EachRow(Strict):
    """Notices that everybody on duty has to acknowledge for themselves."""

    levels: tuple[Level, ...] = Field(min_length=1)
    rungs: tuple[str, ...] = ()
    """None: all."""
    roles: tuple[Role, ...] = ("duty",)
    every_minutes: int = Field(default=30, ge=1, le=1440)
    most: int = Field(default=6, ge=1, le=100)


class Notices(File):
    address: tuple[AddressRow, ...] = Field(min_length=1)
    restricted: RestrictedNoticeRow
    quiet: QuietRow | None = None
    digest: DigestRow | None = None
    each: EachRow | None = None


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
    same_words: float = Field(default=0.2, ge=0, le=1)
    """Share of its words, by weight, from which a complaint is the one that was answered."""


class IdleRow(Strict):
    """The watchdog of matters that nobody owes a next step."""

    hours: float = Field(default=24, gt=0, le=8760)

    @property
    def period(self) -> timedelta:
        return timedelta(hours=self.hours)


class AcknowledgeRow(Strict):
    lapse_hours: float = Field(default=24, gt=0, le=8760)
    """A signature that nothing follows for so long is void."""

    @property
    def lapse(self) -> timedelta:
        return timedelta(hours=self.lapse_hours)


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
    idle: IdleRow = IdleRow()
    acknowledge: AcknowledgeRow = AcknowledgeRow()

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

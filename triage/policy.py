"""The office's written rules, read once and checked: clocks, levels, routes, units and who is told where.

``load`` is the only reader.  What a case needs of it for good is frozen into the case when it opens.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from huiying import tomlfile
from huiying.contracts import ClockRule, Rung
from huiying.errors import Misconfigured
from triage.packs import (
    AddressRow,
    ClockRow,
    Handling,
    LadderRow,
    Notices,
    PackFile,
    Routes,
    Rubric,
    StoryRow,
    Topics,
    UnitRow,
    Units,
)

PACK = "henan-2017.toml"
FILES = (
    PACK, "severity.toml", "routes.toml", "units.toml", "notices.toml", "topics.toml", "handling.toml",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Policy:
    ref: str
    """Name, version and hash of all the files: what a case says it was handled under."""
    jurisdiction: str
    clock_rules: tuple[ClockRule, ...]
    story: StoryRow
    rubric: Rubric
    routes: Routes
    units: tuple[UnitRow, ...]
    notices: Notices
    handling: Handling
    topics: dict[str, str]
    channels: frozenset[str]
    """The channels that can carry a notice here; one that is not set up is owed nothing."""

    @cached_property
    def _by_id(self) -> dict[str, UnitRow]:
        return {unit.id: unit for unit in self.units}

    def unit_name(self, id: str) -> str:
        """As people know it; the id itself where the unit is gone from the file."""
        unit = self._by_id.get(id)
        return unit.name if unit else id

    def topic_name(self, code: str) -> str:
        return self.topics.get(code, "议题未明")

    @property
    def lapse(self) -> timedelta:
        """After so long without news a candidate is put away."""
        return timedelta(days=self.story.lapse_days)

    def knows(self, unit: str) -> bool:
        return unit in self._by_id

    def of_the_top(self, unit: str) -> bool:
        """Whether it is the top unit, or one of its own divisions."""
        row = self._by_id.get(unit)
        return row is not None and (
            row.parent is None or (row.kind == "division" and row.parent == self.top())
        )

    def subtree(self, unit: str) -> frozenset[str]:
        """Ids of a unit and of everything under it; of a unit that the file does not know, itself alone."""
        found = {unit}
        while grown := {row.id for row in self.units if row.parent in found} - found:
            found |= grown
        return frozenset(found)

    def top(self) -> str:
        """Id of the unit that has none above it."""
        return next(row.id for row in self.units if row.parent is None)

    def units_on(self, day: date) -> tuple[UnitRow, ...]:
        return tuple(unit for unit in self.units if unit.valid_on(day))

    def units_named(self, names: Collection[str]) -> frozenset[str]:
        """Ids of the units that a text names, by name or alias."""
        known = {name: unit.id for unit in self.units for name in (unit.name, *unit.aliases)}
        return frozenset(known[name] for name in names if name in known)


def load(folder: Path, *, channels: Collection[str] = ("console",)) -> Policy:
    """The policy of a folder. Raises Misconfigured, in Chinese, naming file and line."""
    pack = tomlfile.read(folder / PACK, PackFile)
    units = tomlfile.read(folder / "units.toml", Units)
    routes = tomlfile.read(folder / "routes.toml", Routes)
    notices = tomlfile.read(folder / "notices.toml", Notices)
    rubric = tomlfile.read(folder / "severity.toml", Rubric)
    topics = tomlfile.read(folder / "topics.toml", Topics)
    handling = tomlfile.read(folder / "handling.toml", Handling)
    names = {topic.code: topic.name for topic in topics.topic}
    _check_units(folder / "units.toml", units)
    _check_routes(folder / "routes.toml", routes, units, rubric, names)
    _check_notices(folder / "notices.toml", notices, units)
    return Policy(
        ref=f"{pack.name} v{pack.version} {tomlfile.fingerprint(*(folder / name for name in FILES))}",
        jurisdiction=pack.jurisdiction,
        clock_rules=_clock_rules(folder / PACK, pack),
        story=pack.story,
        rubric=rubric,
        routes=routes,
        units=units.unit,
        notices=notices,
        handling=handling,
        topics=names,
        channels=frozenset(channels),
    )


def _clock_rules(path: Path, pack: PackFile) -> tuple[ClockRule, ...]:
    ladders = {ladder.name: ladder for ladder in pack.ladder}
    for row in pack.clock:
        if row.ladder not in ladders:
            raise _fault(path, row.ladder, f"没有名叫“{row.ladder}”的阶梯（[[ladder]]）")
    return tuple(_clock_rule(row, ladders[row.ladder]) for row in pack.clock)


def _clock_rule(row: ClockRow, ladder: LadderRow) -> ClockRule:
    fields = row.model_dump(exclude={"ladder"})
    rungs = tuple(Rung(**rung.model_dump()) for rung in ladder.rungs)
    return ClockRule(**fields, rungs=rungs)


def _check_units(path: Path, units: Units) -> None:
    ids = [unit.id for unit in units.unit]
    for unit in units.unit:
        if ids.count(unit.id) > 1:
            raise _fault(path, unit.id, f"单位编号 {unit.id} 写了两次")
        if unit.parent is not None and unit.parent not in ids:
            raise _fault(path, unit.parent, f"{unit.id} 的上级 {unit.parent} 不在单位表里")


def _check_routes(path: Path, routes: Routes, units: Units, rubric: Rubric, topics: dict[str, str]) -> None:
    known = {unit.id for unit in units.unit}
    local = routes.locality
    named = [
        local.unknown_lead,
        local.outside_lead or local.unknown_lead,
        routes.catch_all.lead,
        *routes.catch_all.assist,
    ]
    named += [unit for row in routes.route for unit in (row.lead, *row.assist)]
    for unit in [*named, *routes.restricted.values()]:
        if unit not in known:
            raise _fault(path, unit, f"单位 {unit} 不在 units.toml 里")
    for code in (code for row in routes.route for code in row.topics):
        if code not in topics:
            raise _fault(path, code, f"议题 {code} 不在 topics.toml 里")
    for channel in ["superior", *(row.channel for row in rubric.restricted)]:
        if channel not in routes.restricted:
            raise _fault(path, "restricted", f"[restricted] 没有写 {channel} 交给谁")


def _check_notices(path: Path, notices: Notices, units: Units) -> None:
    known = {unit.id for unit in units.unit}
    for unit in (unit for row in notices.address for unit in row.units):
        if unit not in known:
            raise _fault(path, unit, f"单位 {unit} 不在 units.toml 里")
    if not any(_everybody(row) for row in notices.address):
        raise _fault(
            path, "address", "缺少值班台（channel = console，role = any，不写 units）：通知不能没有去处"
        )


def _everybody(row: AddressRow) -> bool:
    return row.channel == "console" and row.role == "any" and not row.units


def _fault(path: Path, word: str, message: str) -> Misconfigured:
    lines = path.read_text("utf-8-sig").splitlines()
    number = next((i for i, line in enumerate(lines, 1) if word in line and not line.startswith("#")), None)
    return Misconfigured(f"{path}{f' 第 {number} 行' if number else ''}：{message}")

"""The office's written rules, read once and checked: clocks, levels, routes, units and who is told where.

``load`` is the only reader.  What a case needs of it for good is frozen into the case when it opens.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from itertools import pairwise
from pathlib import Path

from pydantic import BaseModel

from huiying import tomlfile
from huiying.contracts import ClockKind, ClockRule, Rung
from huiying.errors import Misconfigured
from triage import calendar, soundings, tickets
from triage.calendar import Calendar
from triage.packs import (
    AddressRow,
    ClockRow,
    Handling,
    InForce,
    LadderRow,
    Notices,
    PackFile,
    PeriodRow,
    Routes,
    Rubric,
    StoryFile,
    StoryRow,
    Topics,
    UnitRow,
    Units,
)
from triage.soundings import Sounding
from triage.tickets import TicketRules
from triage.words import IDLE, TICKET_AHEAD, TICKET_OVER

FILES = (
    "in_force.toml", "stories.toml", "severity.toml", "routes.toml", "units.toml", "notices.toml", "topics.toml",
    "handling.toml", calendar.FILE,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One set of clocks, ready to be frozen into a case."""

    name: str
    title: str
    ref: str
    """Name, version and hash: what a case says it was opened under."""
    rules: tuple[ClockRule, ...]
    file: PackFile


@dataclass(frozen=True, kw_only=True)
class Policy:
    ref: str
    """Name and hash of all the files: what a level says it was worked out under."""
    jurisdiction: str
    packs: Mapping[str, Pack]
    """By name: every pack that is in force for somebody at some time."""
    periods: tuple[PeriodRow, ...]
    calendar: Calendar
    story: StoryRow
    rubric: Rubric
    routes: Routes
    units: tuple[UnitRow, ...]
    notices: Notices
    handling: Handling
    soundings: tuple[Sounding, ...]
    tickets: TicketRules
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

    def pack_for(self, unit: str, day: date) -> Pack:
        """The clocks that hold for a unit on a day: its own, else those of the nearest unit above it.

        Before the first day of all, the first that the unit had.
        """
        above: str | None = unit if self.knows(unit) else self.top()
        while above is not None:
            own = [row for row in self.periods if row.unit == above]
            if found := next((row for row in own if row.covers(day)), None):
                return self.packs[found.pack]
            above = self._by_id[above].parent
        first = min((row for row in self.periods if row.unit == self.top()), key=lambda row: row.from_)
        return self.packs[first.pack]

    def units_on(self, day: date) -> tuple[UnitRow, ...]:
        return tuple(unit for unit in self.units if unit.valid_on(day))

    def units_named(self, names: Collection[str]) -> frozenset[str]:
        """Ids of the units that a text names, by name or alias."""
        known = {name: unit.id for unit in self.units for name in (unit.name, *unit.aliases)}
        return frozenset(known[name] for name in names if name in known)


_MODELS: Mapping[str, type[BaseModel]] = {
    "units.toml": Units,
    "in_force.toml": InForce,
    "stories.toml": StoryFile,
    "routes.toml": Routes,
    "notices.toml": Notices,
    "severity.toml": Rubric,
    "topics.toml": Topics,
    "handling.toml": Handling,
}


def load(folder: Path, *, channels: Collection[str] = ("console",)) -> Policy:
    """The policy of a folder. Raises Misconfigured, in Chinese: a line for each fault, with file and line.

    How the files fit together is asked once each is right by itself, and who is told when units and clocks stand.
    """
    ticketing: list[TicketRules] = []
    files = tomlfile.Several(folder, _MODELS)
    units, in_force, routes, rubric = files[Units], files[InForce], files[Routes], files[Rubric]
    names = {topic.code: topic.name for topic in files[Topics].topic}
    wanted = tuple(dict.fromkeys(row.pack for row in in_force.period))
    packs: dict[str, Pack] = {}

    def take(name: str) -> None:
        packs[name] = read_pack(folder, name)

    tomlfile.refuse(_units_alone(folder / "units.toml", units))
    tomlfile.refuse(
        [
            *_periods(folder / "in_force.toml", in_force, units, packs_in(folder)),
            *_strangers(folder / "routes.toml", _units_of(routes), units),
            *_of_routes(folder / "routes.toml", routes, rubric, names),
            *_of_topics(
                folder / "severity.toml", (code for row in rubric.sensitivity for code in row.topics), names
            ),
            *_of_topics(folder / "stories.toml", files[StoryFile].story.wide_topics, names),
            *_strangers(
                folder / "notices.toml", (unit for row in files[Notices].address for unit in row.units), units
            ),
            *tomlfile.faults(*(partial(take, name) for name in wanted if name in packs_in(folder))),
            *tomlfile.faults(lambda: ticketing.append(tickets.load(folder))),
        ]
    )
    tomlfile.refuse(_of_notices(folder / "notices.toml", files[Notices], packs))
    hashed = [folder / name for name in (*FILES, *(f"{pack}.toml" for pack in packs))]
    hashed += [path for path in (folder / soundings.FILE, folder / tickets.FILE) if path.exists()]
    return Policy(
        ref=f"{'+'.join(packs)} {tomlfile.fingerprint(*hashed)}",
        jurisdiction=files[StoryFile].jurisdiction,
        packs=packs,
        periods=in_force.period,
        calendar=calendar.load(folder),
        story=files[StoryFile].story,
        rubric=rubric,
        routes=routes,
        units=units.unit,
        notices=files[Notices],
        handling=files[Handling],
        soundings=soundings.load(folder),
        tickets=ticketing[0],
        topics=names,
        channels=frozenset(channels),
    )


def packs_in(folder: Path) -> list[str]:
    """Names of the packs that lie in a folder, in force or not."""
    return sorted(path.stem for path in folder.glob("*.toml") if _is_pack(path))


def read_pack(folder: Path, name: str) -> Pack:
    """``<name>.toml`` of the folder. Raises Misconfigured."""
    path = folder / f"{name}.toml"
    if not path.is_file():
        known = "、".join(packs_in(folder))
        raise Misconfigured(f"{folder} 里没有时限规则 {name}（{path.name}）。现有：{known or '没有'}")
    return pack_of(path)


def pack_of(path: Path) -> Pack:
    """The pack in a file. Raises Misconfigured."""
    file = tomlfile.read(path, PackFile)
    if file.name != path.stem:
        raise _fault(path, "name", f"name 要和文件名一样，写成 {path.stem}")
    ladders = _ladders(path, file)
    rules = tuple(_clock_rule(path, file, row, ladders) for row in file.clock)
    ref = f"{file.name} v{file.version} {tomlfile.fingerprint(path)}"
    return Pack(name=file.name, title=file.title, ref=ref, rules=rules, file=file)


def _is_pack(path: Path) -> bool:
    return re.search(r"(?m)^\s*\[\[clock\]\]", path.read_text("utf-8-sig", "replace")) is not None


def _clock_rule(
    path: Path, file: PackFile, row: ClockRow, ladders: Mapping[str, tuple[Rung, ...]]
) -> ClockRule:
    if row.ladder not in ladders:
        raise _fault(path, row.ladder, f"没有名叫“{row.ladder}”的阶梯（[[ladder]]）")
    chosen = file.choices
    starts = {"emergency": chosen.emergency_start, "ordinary": chosen.ordinary_start}
    return ClockRule(
        kind=row.kind,
        name=row.name,
        duty=row.duty,
        citation=row.citation,
        authority=row.authority,
        start=starts.get(row.start, row.start),
        hours=row.hours or 0.0,
        working_days=row.working_days or 0,
        ceiling_hours=row.ceiling_hours,
        levels=file.levels_of(row),
        emergencies=chosen.emergency_levels if row.emergency else (),
        on_upgrade=chosen.on_upgrade,
        waivable=row.kind is not ClockKind.PRESS_CONFERENCE or chosen.press == "waivable",
        provisional_on=row.provisional_on if chosen.unclassified == "provisional" else (),
        rungs=ladders[row.ladder],
    )


def _ladders(path: Path, file: PackFile) -> dict[str, tuple[Rung, ...]]:
    """Every ladder with the rungs that it takes over from others."""
    rows = {ladder.name: ladder for ladder in file.ladder}
    if len(rows) < len(file.ladder):
        names = [ladder.name for ladder in file.ladder]
        twice = next(name for name in names if names.count(name) > 1)
        raise _fault(path, twice, f"名叫“{twice}”的阶梯写了两次")
    return {name: _rungs(path, rows, name, ()) for name in rows}


def _rungs(path: Path, rows: Mapping[str, LadderRow], name: str, above: tuple[str, ...]) -> tuple[Rung, ...]:
    if name in above:
        circle = " → ".join((*above[above.index(name) :], name))
        raise _fault(
            path, f'based_on = "{name}"', f"阶梯互相沿用，成了一个圈：{circle}。请去掉其中一个 based_on"
        )
    row = rows.get(name)
    if row is None:
        raise _fault(path, f'based_on = "{name}"', f"没有名叫“{name}”的阶梯（[[ladder]]）")
    own = {rung.name: Rung(**rung.model_dump()) for rung in row.rungs}
    taken = _rungs(path, rows, row.based_on, (*above, name)) if row.based_on else ()
    kept = tuple(own.pop(rung.name, rung) for rung in taken)
    return (*kept, *own.values())


def _empty(path: Path) -> str:
    """A file that is there and says nothing is no set: perhaps it was cut off while it was written."""
    return "，文件是空的" if path.is_file() and not path.read_bytes().strip() else ""


def _periods(path: Path, in_force: InForce, units: Units, packs: Collection[str]) -> Iterator[str]:
    """Nobody has two packs on one day, and the top unit has one on every day from the first on."""
    known = {unit.id: unit for unit in units.unit}
    for pack in dict.fromkeys(row.pack for row in in_force.period if row.pack not in packs):
        yield tomlfile.at(
            path,
            f'"{pack}"',
            f"没有时限规则 {pack}（{pack}.toml{_empty(path.parent / f'{pack}.toml')}）。现有：{'、'.join(packs) or '没有'}",
        )
    yield from _strangers(path, (row.unit for row in in_force.period), units)
    for unit in known:
        rows = sorted((row for row in in_force.period if row.unit == unit), key=lambda row: row.from_)
        for before, after in pairwise(rows):
            if before.until is None or before.until > after.from_:
                yield tomlfile.at(
                    path, f"from = {after.from_}",
                    f"{unit} 从 {after.from_} 起有两套时限规则（{before.pack}、{after.pack}）。请给前一段写 until = {after.from_}",
                )  # fmt: skip
            elif before.until < after.from_ and known[unit].parent is None:
                yield tomlfile.at(
                    path, f"until = {before.until}",
                    f"{unit} 从 {before.until} 到 {after.from_} 没有时限规则。请把这一段补上，或把 until 写成 {after.from_}",
                )  # fmt: skip
        if known[unit].parent is None and (not rows or rows[-1].until is not None):
            yield tomlfile.at(
                path, f'"{unit}"', f"{unit} 要有一段没有 until 的时限规则，否则到期以后新立的事件没有时限"
            )


def _units_alone(path: Path, units: Units) -> Iterator[str]:
    """Each unit once, each under one that is there, and one above all."""
    ids = [unit.id for unit in units.unit]
    for id in dict.fromkeys(id for id in ids if ids.count(id) > 1):
        yield tomlfile.at(path, f'"{id}"', f"单位编号 {id} 写了两次")
    parents = {unit.id: unit.parent for unit in units.unit}
    for id, parent in parents.items():
        if parent is not None and parent not in parents:
            yield tomlfile.at(path, f'"{parent}"', f"{id} 的上级 {parent} 不在单位表里")
    circles: set[frozenset[str]] = set()
    for id in parents:
        chain: list[str] = [id]
        while (above := parents.get(chain[-1])) is not None and above not in chain:
            chain.append(above)
        if above is not None and (round := frozenset(chain[chain.index(above) :])) not in circles:
            circles.add(round)
            circle = " → ".join((*chain[chain.index(above) :], above))
            yield tomlfile.at(
                path, f'parent = "{above}"', f"上下级成了一个圈：{circle}。请改正其中一个 parent"
            )
    if not circles and len([id for id in ids if parents[id] is None]) != 1:
        yield tomlfile.at(path, "unit", "要有一个、也只有一个没有 parent 的单位：最上面的一级")


def _units_of(routes: Routes) -> Iterator[str]:
    local = routes.locality
    yield from (local.unknown_lead, local.outside_lead or local.unknown_lead)
    yield from (routes.catch_all.lead, *routes.catch_all.assist)
    for row in routes.route:
        yield from (row.lead, *row.assist)
    for level in routes.level:
        yield from level.assist
    yield from routes.restricted.values()


def _strangers(path: Path, named: Iterable[str], units: Units) -> Iterator[str]:
    """Units that nobody knows, a line each, with every line of the file that they stand on."""
    known = {unit.id for unit in units.unit}
    for unit in dict.fromkeys(unit for unit in named if unit not in known):
        yield tomlfile.at(path, f'"{unit}"', f"单位 {unit} 不在 units.toml 里", everywhere=True)


def _of_topics(path: Path, named: Iterable[str], topics: Collection[str]) -> Iterator[str]:
    """Topics that there are none of any more: what is said of them would never hold."""
    for code in dict.fromkeys(code for code in named if code not in topics):
        yield tomlfile.at(path, f'"{code}"', f"议题 {code} 不在 topics.toml 里", everywhere=True)


def _of_routes(path: Path, routes: Routes, rubric: Rubric, topics: Collection[str]) -> Iterator[str]:
    rules = [row.rule for row in routes.level]
    for name in dict.fromkeys(name for name in rules if rules.count(name) > 1):
        yield tomlfile.at(path, f'"{name}"', f"[[level]] 的 rule {name} 写了两次", everywhere=True)
    yield from _of_topics(path, (code for row in routes.route for code in row.topics), topics)
    for channel in ["superior", *(row.channel for row in rubric.restricted)]:
        if channel not in routes.restricted:
            yield tomlfile.at(path, "[restricted]", f"[restricted] 没有写 {channel} 交给谁")


def silent_bodies(folder: Path, policy: Policy) -> list[str]:
    """Of ``routes.toml``, each line with bodies that it names without why the matter is theirs."""
    path = folder / "routes.toml"
    found: dict[str, list[str]] = {}
    rows = [(row.rule, row.inform) for row in policy.routes.route]
    rows += [(row.rule, row.inform) for row in policy.routes.level]
    for rule, inform in rows:
        if names := [one.body for one in inform if one.is_plain]:
            found.setdefault(rule, []).extend(names)
    return [
        tomlfile.at(
            path,
            f'rule = "{rule}"',
            f"{rule} 的 inform 只写了名字（{'、'.join(names)}），"
            "转办函里没有职责依据。请改成 [[route.inform]]，写明 body、ground、article、basis",
        )
        for rule, names in found.items()
    ]


def _of_notices(path: Path, notices: Notices, packs: Mapping[str, Pack]) -> Iterator[str]:
    if not any(_everybody(row) for row in notices.address):
        yield tomlfile.at(
            path, "address", "缺少值班台（channel = console，role = any，不写 units）：通知不能没有去处"
        )
    steps = {rung.name for pack in packs.values() for rule in pack.rules for rung in rule.rungs}
    steps |= {IDLE, TICKET_AHEAD, TICKET_OVER}
    for name in (
        *(notices.digest.rungs if notices.digest else ()),
        *(notices.each.rungs if notices.each else ()),
    ):
        if name not in steps:
            yield tomlfile.at(path, f'"{name}"', f"没有叫“{name}”的一步。可以写：{'、'.join(sorted(steps))}")


def _everybody(row: AddressRow) -> bool:
    return row.channel == "console" and row.role == "any" and not row.units


def _fault(path: Path, word: str, message: str) -> Misconfigured:
    return Misconfigured(tomlfile.at(path, word, message))

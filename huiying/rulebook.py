"""Every file of a policy folder, looked at together: what an office edits is right as a whole or is told of line by line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import partial
from itertools import combinations
from pathlib import Path

from crawlers import columns
from huiying import retention, tomlfile
from nlp import gazetteer
from triage import policy, protection, scoring
from triage.notifiers import sms
from triage.packs import UnitRow

_ADDRESS = {"smtp": re.compile(r"[^@\s]+@[^@\s]+"), "sms": re.compile(r"\+?(?:[0-9][ -]*){5,15}")}
"""How far the writing shows that somebody can be reached there."""


def read(folder: Path, *, channels: Collection[str] = ("console",)) -> policy.Policy:
    """The policy, where nothing in the folder is wrong. Raises Misconfigured with a line for each fault."""
    office: list[policy.Policy] = []
    places: list[gazetteer.Localities] = []
    tomlfile.refuse(
        tomlfile.faults(
            lambda: office.append(policy.load(folder, channels=channels)),
            *(partial(load, folder) for load in (retention.load, protection.load, scoring.load)),
            *(partial(sms.load, folder) for _ in _there(folder / sms.FILE)),
            lambda: places.append(tomlfile.read(folder / gazetteer.FILE, gazetteer.Localities)),
            *(
                partial(tomlfile.read, path, columns.Mapping)
                for path in sorted((folder / columns.SAVED).glob("*.toml"))
            ),
        )
    )
    in_force = office[0].packs
    tomlfile.refuse(
        [
            *tomlfile.faults(
                *(
                    partial(policy.read_pack, folder, name)
                    for name in policy.packs_in(folder)
                    if name not in in_force
                )
            ),
            *_places(folder / gazetteer.FILE, places[0]),
            *_codes(folder / "units.toml", office[0], places[0]),
            *_names(folder / "units.toml", office[0], places[0]),
            *_addresses(folder / "notices.toml", office[0]),
        ]
    )
    return office[0]


def _there(path: Path) -> Iterator[Path]:
    """A file that came with a later version than the folder."""
    if path.exists():
        yield path


def _places(path: Path, places: gazetteer.Localities) -> Iterator[str]:
    """Each place once, each in one that is there."""
    ids = [place.id for place in places.locality]
    for id in dict.fromkeys(id for id in ids if ids.count(id) > 1):
        yield tomlfile.at(path, f'"{id}"', f"地名编号 {id} 写了两次", everywhere=True)
    for place in places.locality:
        if place.parent and place.parent not in ids:
            yield tomlfile.at(path, f'id = "{place.id}"', f"{place.name}的上级 {place.parent} 不在地名表里")


def _codes(path: Path, office: policy.Policy, places: gazetteer.Localities) -> Iterator[str]:
    """Territory of a unit that no place lies in: nothing would ever be led by it."""
    known = {place.id for place in places.locality}
    for block in places.outside:
        known |= {block.id, *(county.partition(" ")[0] for county in block.counties)}
    for unit in office.units:
        for code in unit.codes:
            if not any(id.startswith(code) for id in known):
                yield tomlfile.at(
                    path,
                    f'"{code}"',
                    f"{unit.name}的管辖地 {code} 不在 {gazetteer.FILE} 里，没有一件事会归它。请核对行政区划代码",
                )


def _names(path: Path, office: policy.Policy, places: gazetteer.Localities) -> Iterator[str]:
    """A place that no place of its territory is called, so that nothing typed would find the unit; a name that two units of one day have."""
    called = _called(places)
    for unit in office.units:
        own = (names for code, names in called.items() if code.startswith(unit.codes or ("-",)))
        if unit.place and unit.codes and not any(unit.place in names for names in own):
            yield tomlfile.at(
                path,
                f'place = "{unit.place}"',
                f"{unit.name}的 place“{unit.place}”不是它管辖地 {'、'.join(unit.codes)} 里的地名，请按 {gazetteer.FILE} 写全称",
            )
    for one, other in combinations(office.units, 2):
        for name in sorted({one.name, *one.aliases} & {other.name, *other.aliases}):
            if _together(one, other):
                told = f"“{name}”既是 {one.id} 又是 {other.id} 的名称或别名，文中写到时分不清是谁，请只留一处"
                yield tomlfile.at(path, f'"{name}"', told, everywhere=True)


def _called(places: gazetteer.Localities) -> dict[str, set[str]]:
    """What the place of each code is called."""
    found = {place.id: {place.name, *place.aliases} for place in places.locality}
    for block in places.outside:
        found.setdefault(block.id, set()).update({block.city or block.province, *block.aliases})
        for county in block.counties:
            first, *names = county.split()
            code = first if first.isdecimal() else block.id
            found.setdefault(code, set()).update(names if first.isdecimal() else (first, *names))
    return found


def _together(one: UnitRow, other: UnitRow) -> bool:
    """Whether there is a day on which there are both."""
    begins = [unit.valid_from for unit in (one, other) if unit.valid_from]
    ends = [unit.valid_to for unit in (one, other) if unit.valid_to]
    return not begins or not ends or max(begins) < min(ends)


def _addresses(path: Path, office: policy.Policy) -> Iterator[str]:
    """What cannot be an address of its channel: a notice would be refused there, whoever it is for."""
    for row in office.notices.address:
        if row.channel in _ADDRESS and not _ADDRESS[row.channel].fullmatch(row.to):
            wanted = "一个邮箱地址" if row.channel == "smtp" else "手机号"
            yield tomlfile.at(path, f'"{row.to}"', f"渠道 {row.channel} 的 to 要写{wanted}，现在是 {row.to}")

"""Whether every clock reaches somebody: a person of the roster, an account, or an address of ``notices.toml``.  The board alone is
nobody.

A step that reaches nobody in any unit, and a clock none of whose steps reaches anybody in a unit that may lead, are faults; so is a clock
of restricted matters, of which few hear, in the units that lead those.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from huiying.clock import SHANGHAI
from huiying.contracts import ClockRule
from triage.packs import UnitRow
from triage.policy import Pack, Policy
from triage.reach import Reach, upwards
from triage.standins import DESK
from triage.telling import sealed
from triage.words import ROLES

MOST = 20


def faults(folder: Path, policy: Policy, packs: Mapping[str, Pack], reach: Reach, at: datetime) -> list[str]:
    """What is wrong, a line each, with file, line and how to write it; at most twenty.

    ``packs``: also those that are not in force yet. Channels count whether they are set up on this machine or not.
    """
    units = policy.units_on(at.astimezone(SHANGHAI).date())
    heard = {unit.id: _heard(unit, policy, reach, at) for unit in units}
    found = [
        *_steps(folder, packs, heard),
        *_clocks(folder, policy, units, heard, at),
        *_restricted(folder, policy, units, heard, at),
    ]
    more = [f"……还有 {len(found) - MOST} 处"] if len(found) > MOST else []
    return [*found[:MOST], *more]


def _heard(unit: UnitRow, policy: Policy, reach: Reach, at: datetime) -> frozenset[str]:
    """The roles that reach somebody in this unit or above it."""
    rows = [row for row in policy.notices.address if row.channel != DESK]
    above = upwards(unit.id, policy)

    def reaches(role: str) -> bool:
        if any(row.role in (role, "any") and (not row.units or unit.id in row.units) for row in rows):
            return True
        mine = (unit.id,) if role == "unit" else above
        later = any(one.role == role and one.unit in mine and one.end > at for one in reach.roster.shifts)
        return later or bool(reach.people(unit.id, role, at, policy))

    return frozenset(role for role in ROLES if reaches(role))


def _steps(folder: Path, packs: Mapping[str, Pack], heard: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Steps of ladders that tell only roles that nobody has anywhere."""
    anywhere = frozenset[str]().union(*heard.values())
    for name, pack in packs.items():
        file = folder / f"{name}.toml"
        for ladder in pack.file.ladder:
            for rung in ladder.rungs:
                if anywhere.isdisjoint(rung.to):
                    line = _line(file, f'name = "{ladder.name}"', f'name = "{rung.name}"')
                    yield (
                        f"{file} 第 {line} 行：阶梯“{ladder.name}”的“{rung.name}”通知{_named(rung.to)}，可哪个单位都没有这样的人。"
                        f"{_remedy(rung.to[0], '')}，或者把 to 改成有人的岗位"
                    )


def _clocks(
    folder: Path,
    policy: Policy,
    units: tuple[UnitRow, ...],
    heard: Mapping[str, frozenset[str]],
    at: datetime,
) -> Iterator[str]:
    """Clocks that tell nobody in a unit, whatever step they come to: one line a unit."""
    file = folder / "units.toml"
    for unit in units:
        rules = policy.pack_for(unit.id, at.astimezone(SHANGHAI).date()).rules
        deaf = [rule for rule in rules if rule.rungs and heard[unit.id].isdisjoint(_roles(rule))]
        if deaf:
            names = "、".join(dict.fromkeys(rule.name for rule in deaf))
            wanted = _roles(deaf[0])
            line = _line(file, f'id = "{unit.id}"')
            yield (
                f"{file} 第 {line} 行：{unit.name}和上级都没有人，{names}走到哪一步都通知不到人"
                f"（{_named(wanted)}没有值班表、账号，也没有地址）。{_remedy(wanted[0], unit.id)}"
            )


def _restricted(
    folder: Path,
    policy: Policy,
    units: tuple[UnitRow, ...],
    heard: Mapping[str, frozenset[str]],
    at: datetime,
) -> Iterator[str]:
    """Clocks of restricted matters, of which few hear, in the units that lead them."""
    few, file = policy.notices.restricted.roles, folder / "notices.toml"
    leads = {*policy.routes.restricted.values(), *(row.lead for row in policy.routes.route if row.restricted)}
    for unit in (unit for unit in units if unit.id in leads):
        rules = policy.pack_for(unit.id, at.astimezone(SHANGHAI).date()).rules
        told = heard[unit.id]
        deaf = [
            rule.name
            for rule in rules
            if rule.rungs
            and not told.isdisjoint(_roles(rule))
            and all(told.isdisjoint(sealed(rung.to, policy)) for rung in rule.rungs)
        ]
        if deaf:
            yield (
                f"{file} 第 {_line(file, '[restricted]', 'roles')} 行：限制知悉的事只通知{_named(few)}，"
                f"可{unit.name}和上级都没有这样的人，{'、'.join(dict.fromkeys(deaf))}走到哪一步都通知不到人。"
                f"{_remedy(few[0], unit.id)}，或者把 roles 改成有人的岗位"
            )


def _roles(rule: ClockRule) -> tuple[str, ...]:
    return tuple(dict.fromkeys(role for rung in rule.rungs for role in rung.to))


def _named(roles: tuple[str, ...]) -> str:
    return "、".join(ROLES[role] for role in roles)


def _remedy(role: str, unit: str) -> str:
    units = f'、units = ["{unit}"]' if unit else ""
    return (
        f'请在 notices.toml 加一段 [[address]]：channel = "smtp"、role = "{role}"{units}、to = "邮箱"，'
        "或者导入值班表、建立账号"
    )


def _line(path: Path, *words: str) -> int:
    """Of the last of these, each looked for from the one before on."""
    lines, at = path.read_text("utf-8-sig").splitlines(), 0
    for word in words:
        at = next((n for n in range(at, len(lines)) if lines[n].strip().startswith(word)), at)
    return at + 1

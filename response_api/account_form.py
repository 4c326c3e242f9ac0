"""What an administrator types about an account, and the accounts as a list.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from starlette.datastructures import FormData

from huiying.contracts import Rank, Role
from response_api import times
from response_api.auth import ROLE_NAMES, Account, roles_in_words
from response_api.guard import login_of
from response_api.house import Names
from response_api.people import Place
from triage.words import RANK_NAMES

MAY = {
    Role.MONITOR: "看值班台、事件与全部信息，登记听到的情况，确认苗头",
    Role.DUTY: "同监测员，并可交办、改级、合并拆分；最上级单位的值班长可查看限制知悉的事件",
    Role.HANDLER: "签收本单位的事件，研判、会商、拟稿、回访",
    Role.CHECKER: "审核研判和文稿，可退回修改",
    Role.SECRECY: "对拟公开的文稿作保密审查；最上级单位的，办理个人信息异议",
    Role.SIGNER: "按职级签发文稿",
    Role.SPOKESPERSON: "拟稿、发布，主持新闻发布",
    Role.LEADER: "看事件、批示请示；最上级单位的领导可查看限制知悉的事件",
    Role.ADMIN: "建立、停用账号，分配角色和单位，管来源和值班表；不看事件、信息和安全日志",
    Role.AUDITOR: "看安全日志；不看值班台和事件内容，不兼任其他角色",
}
"""What a role is for, in few words."""
NEEDED = (Role.DUTY, Role.HANDLER, Role.SECRECY, Role.SIGNER, Role.SPOKESPERSON)
"""Without whom a matter does not get as far as its answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountForm:
    """As typed."""

    login: str = ""
    name: str = ""
    roles: frozenset[str] = frozenset()
    unit: str = ""
    rank: str = Rank.STAFF
    revision: int = 0
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    login: str
    name: str
    roles: str
    unit: str
    rank: str
    state: str
    tone: str
    created: str
    own: bool
    two_step: bool


def nobody_for(accounts: Iterable[Account]) -> tuple[str, ...]:
    """The needed roles that nobody has."""
    held = {role for account in accounts if account.active for role in account.roles}
    return tuple(ROLE_NAMES[role] for role in NEEDED if role not in held)


def read_account(sent: FormData) -> AccountForm:
    revision = str(sent.get("revision") or "")
    return AccountForm(
        login=login_of(sent),
        name=_text(sent, "name")[:80],
        roles=frozenset(str(role) for role in sent.getlist("roles")),
        unit=_text(sent, "unit")[:80],
        rank=_text(sent, "rank")[:40],
        revision=int(revision) if revision.isascii() and revision.isdecimal() and len(revision) < 12 else 0,
    )


def form_of(account: Account, revision: int) -> AccountForm:
    return AccountForm(
        login=account.login,
        name=account.name,
        roles=frozenset(account.roles),
        unit=account.unit,
        rank=account.rank,
        revision=revision,
    )


def place_of(form: AccountForm) -> Place:
    """What it says; words that are no role, and a rank that is none, count as not chosen."""
    return Place(
        name=form.name,
        roles=frozenset(Role(role) for role in form.roles if role in set(Role)),
        unit=form.unit,
        rank=Rank(form.rank) if form.rank in set(Rank) else Rank.STAFF,
    )


def choices(names: Names, now: datetime, chosen: str) -> dict[str, Sequence[tuple[str, ...]]]:
    """What the form offers; units as a tree, with the one that is chosen even where it is none any more."""
    return {
        "role_choices": [(role.value, ROLE_NAMES[role], MAY[role]) for role in Role],
        "rank_choices": [(rank.value, RANK_NAMES[rank]) for rank in Rank],
        "unit_choices": _units(names, now, chosen),
    }


def account_row(
    account: Account, names: Names, now: datetime, *, locked: datetime | None, own: bool, two_step: bool
) -> AccountRow:
    state, tone = _state(account, locked)
    return AccountRow(
        login=account.login,
        name=account.name,
        roles=roles_in_words(account.roles),
        unit=names.unit_name(account.unit),
        rank=RANK_NAMES[account.rank],
        state=state,
        tone=tone,
        created=times.short(account.created_at, now),
        own=own,
        two_step=two_step,
    )


def _state(account: Account, locked: datetime | None) -> tuple[str, str]:
    if not account.active:
        return "已停用", ""
    if not account.password and account.vouched_at is None:
        return "待设密码", "warn"
    return (f"暂停登录至 {times.clock_time(locked)[:5]}", "warn") if locked else ("正常", "on")


def _units(names: Names, now: datetime, chosen: str) -> list[tuple[str, ...]]:
    units = names.units_on(times.local(now).date())
    listed: list[tuple[str, ...]] = []

    def add(parent: str | None, depth: int) -> None:
        for unit in units:
            if unit.parent == parent:
                listed.append((unit.id, "　" * depth + unit.name))
                add(unit.id, depth + 1)

    add(None, 0)
    if chosen and chosen not in {id for id, *_ in listed}:
        listed.append((chosen, names.unit_name(chosen)))
    return listed


def _text(sent: FormData, name: str) -> str:
    value = sent.get(name)
    return value.strip() if isinstance(value, str) else ""

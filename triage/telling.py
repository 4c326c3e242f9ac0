"""A notice of a case: its words, whom it is for, and over which channels it goes to which addresses.  Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from huiying import identity
from huiying.contracts import Case, ClockKind, Delivery, DeliveryState, Notice
from triage.gather import distinct
from triage.packs import AddressRow
from triage.policy import Policy
from triage.quiet import wait_of
from triage.reach import Reach, Recipient
from triage.standins import DESK

PERSONAL = ("smtp", "sms")
"""Channels that have an address a person: ``Recipient.mail`` and ``Recipient.phone``."""
LOOKED_AFTER_BY = ("unit", "duty")
"""Who hears what is nobody's clock."""
ORIGINAL = "原文："
"""Begins a line of a notice that leads to a post."""


def about_the_matter(
    case: Case, policy: Policy, now: datetime, *, key: str, rung: str, reason: str, task: str, due: datetime
) -> Notice:
    """What the unit and the desk are told where it is no clock's ladder that speaks. ``key`` names it for good."""
    roles = allowed(case, LOOKED_AFTER_BY, policy)
    return about(case, policy, now, key=key, rung=rung, roles=roles, reason=reason, task=task, due=due)


def about(
    case: Case,
    policy: Policy,
    now: datetime,
    *,
    key: str,
    rung: str,
    roles: tuple[str, ...],
    reason: str,
    task: str,
    due: datetime,
) -> Notice:
    """The same for whomever it is for."""
    body = [f"事件：{title(case)}", f"事由：{reason}", f"任务：{task}", *facts(case, policy)]
    return notice_of(
        case, policy, now, key=key, clock=None, rung=rung, roles=roles, heading=rung, reason=reason, due=due,
        body="\n".join(body),
    )  # fmt: skip


def notice_of(
    case: Case,
    policy: Policy,
    now: datetime,
    *,
    key: str,
    clock: ClockKind | None,
    rung: str,
    roles: tuple[str, ...],
    heading: str,
    reason: str,
    due: datetime,
    body: str,
) -> Notice:
    """``key`` and ``rung`` name it within its case: it is told once. Where it goes is for :func:`addressed` to say."""
    return Notice(
        id=identity.notice_id(case.id, key, rung),
        case_id=case.id,
        clock=clock,
        rung=rung,
        to=roles,
        unit=case.route.lead,
        subject=f"【{case.severity.level}】{heading}：{title(case)}",
        body=body,
        reason=reason,
        evidence=tuple(item.post.id for item in distinct(case.evidence)[:3]),
        owed_at=now,
        due_at=due,
        deliveries=(),
    )


def title(case: Case) -> str:
    return f"限制知悉的事件 {case.id[:8]}" if case.route.restricted else case.title


def facts(case: Case, policy: Policy) -> list[str]:
    """How things stand, a line each. Without the lead or any post's text where the matter is restricted."""
    floors = "、".join(f"{floor.rule}{floor.name}" for floor in case.severity.floors)
    by_people = "人工评定；系统评 " if case.grading is not None else ""
    lines = [
        f"等级：{case.severity.level}（{by_people}{case.severity.low} 分{'；下限 ' + floors if floors else ''}）",
        f"承办：{policy.unit_name(case.route.lead)}；{case.route.why}",
        f"传播：{case.tallies.posts} 篇，{len(case.tallies.by_source)} 个来源",
    ]
    if not case.route.restricted:
        originals = (
            f"{ORIGINAL}{item.source_name} {item.url}" for item in distinct(case.evidence) if item.url
        )
        lines += list(dict.fromkeys(originals))[:3]
    return lines


def allowed(case: Case, roles: tuple[str, ...], policy: Policy) -> tuple[str, ...]:
    """Fewer hear of a restricted matter; never nobody."""
    return sealed(roles, policy) if case.route.restricted else roles


def sealed(roles: tuple[str, ...], policy: Policy) -> tuple[str, ...]:
    """Who of these hears of a restricted matter; never nobody."""
    few = policy.notices.restricted.roles
    return tuple(role for role in roles if role in few) or few[:1]


def addressed(case: Case, notice: Notice, policy: Policy, reach: Reach, now: datetime) -> Notice:
    """The notice with where it goes, and when where it may wait; the board has it at once."""
    found = deliveries(notice.to, notice.unit, policy, reach, now)
    wait = wait_of(case, notice, policy, now)
    if wait is not None:
        found = tuple(
            one
            if one.channel == DESK
            else replace(one, next_try_at=wait.until, together=wait.together, held=True, detail=wait.why)
            for one in found
        )
    return replace(notice, deliveries=found)


def deliveries(
    roles: tuple[str, ...], unit: str, policy: Policy, reach: Reach, now: datetime
) -> tuple[Delivery, ...]:
    """One delivery a channel and address, however many roles and persons stand behind it."""
    found = [
        (place, role)
        for channel in dict.fromkeys((*(row.channel for row in policy.notices.address), *PERSONAL))
        if channel in policy.channels
        for role in roles
        for place in _places(channel, role, unit, policy, reach, now)
    ]
    behind: dict[tuple[str, str, str], list[tuple[_Place, str]]] = {}
    for place, role in found:
        # What stands by for a channel that is not set up is used at once.
        after = place.after if place.after in policy.channels else ""
        behind.setdefault((place.channel, place.address, after), []).append((place, role))
    return tuple(
        Delivery(
            channel=channel,
            address=address,
            state=DeliveryState.RESERVE if after else DeliveryState.OWED,
            next_try_at=now,
            to=tuple(dict.fromkeys(role for _, role in mine)),
            after=after,
            persons=tuple(dict.fromkeys(place.person for place, _ in mine if place.person)),
        )
        for (channel, address, after), mine in behind.items()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    channel: str
    address: str
    after: str
    """The channel that it stands by for; '' for none."""
    person: str = ""
    """Who is reached there and has no account: ``Recipient.called``."""


def to_person(person: Recipient, policy: Policy, now: datetime) -> tuple[Delivery, ...]:
    """What reaches this one person and nobody else."""
    return tuple(
        Delivery(
            channel=channel,
            address=address,
            next_try_at=now,
            persons=(person.called,) if person.called else (),
        )
        for channel in PERSONAL
        if channel in policy.channels and (address := _address(person, channel))
    )


def _places(channel: str, role: str, unit: str, policy: Policy, reach: Reach, now: datetime) -> list[_Place]:
    """Those of the people who are reached now, where they have one on this channel; else those of the rows."""
    rows = _rows(channel, role, unit, policy)
    if channel in PERSONAL:
        after = next((row.after for row in rows if row.after), None) or ""
        mine = [
            _Place(channel=channel, address=address, after=after, person=one.called)
            for one in reach.people(unit, role, now, policy)
            if (address := _address(one, channel))
        ]
        if mine:
            return mine
    return [_Place(channel=channel, address=row.to, after=row.after or "") for row in rows]


def _address(person: Recipient, channel: str) -> str:
    return person.mail if channel == "smtp" else person.phone


def _rows(channel: str, role: str, unit: str, policy: Policy) -> list[AddressRow]:
    """Rows that name the unit, else those for all the rest."""
    fitting = [row for row in policy.notices.address if row.channel == channel and row.role in (role, "any")]
    return [row for row in fitting if unit in row.units] or [row for row in fitting if not row.units]

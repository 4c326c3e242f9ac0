"""Several matters done alike in one go, each as if it had been done alone: what cannot be done is said, and stays ticked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from huiying.contracts import Actor, Case
from huiying.errors import CaseNotFound, TryAgain
from response_api.act_calls import Sent, call
from triage.acts import Act, allowed
from triage.desk import Desk
from triage.hindrance import hindrance
from triage.policy import Policy
from triage.refusals import Invalid, Refused

ACTS = (Act.CONFIRM, Act.ACKNOWLEDGE, Act.ASSIGN, Act.CLOSE, Act.DISMISS)
"""What may be done to many at once: each can be taken back, or is asked for with a reason."""
BUSY = "数据服务正忙，没有存下"
GONE = "没有这个事件，或不在您的单位"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """One matter that somebody ticked, and how many events they had seen of it."""

    case_id: str
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What was not done, and why, in Chinese."""

    case_id: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    act: Act
    done: tuple[str, ...]
    left: tuple[Left, ...]
    faults: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Of what was typed, where it was wrong for every one in the same way: then nothing was done."""


def ticked(values: Sequence[str]) -> tuple[Ticked, ...]:
    """From the boxes of a page, ``id:seen``, none twice; what is no such box is left out."""
    found: dict[str, Ticked] = {}
    for value in values:
        case_id, _, seen = value.partition(":")
        if case_id and seen.isdecimal() and len(seen) < 10:
            found[case_id] = Ticked(case_id=case_id[:80], seen=int(seen))
    return tuple(found.values())


def offered(case: Case, actor: Actor, policy: Policy) -> tuple[Act, ...]:
    """What somebody may do to this one now, of what may be done to many."""
    may = allowed(case, actor, policy)
    return tuple(act for act in ACTS if act in may and not hindrance(act, case, policy))


def do_all(
    desk: Desk,
    act: Act,
    boxes: Sequence[Ticked],
    actor: Actor,
    now: datetime,
    text: Callable[[str], str],
    *,
    in_view: Callable[[str], Case | None],
) -> Outcome:
    """Each through the desk, in the order of the page. ``in_view``: the case, where this person may open it."""
    done: list[str] = []
    left: list[Left] = []
    faults: list[Mapping[str, str]] = []
    for box in boxes:
        if in_view(box.case_id) is None:
            left.append(Left(case_id=box.case_id, why=GONE))
            continue
        try:
            call(desk, act, Sent(case_id=box.case_id, actor=actor, now=now, seen=box.seen, text=text))
        except Invalid as fault:
            faults.append(fault.faults)
            left.append(Left(case_id=box.case_id, why=str(fault)))
        except Refused as refusal:
            left.append(Left(case_id=box.case_id, why=str(refusal)))
        except TryAgain:
            left.append(Left(case_id=box.case_id, why=BUSY))
        except CaseNotFound:
            left.append(Left(case_id=box.case_id, why=GONE))
        else:
            done.append(box.case_id)
    if faults and len(faults) == len(boxes) and all(one == faults[0] for one in faults):
        return Outcome(act=act, done=(), left=(), faults=faults[0])
    return Outcome(act=act, done=tuple(done), left=tuple(left))


def acts_of(cases: Collection[Case], actor: Actor, policy: Policy) -> Mapping[str, tuple[Act, ...]]:
    """By id: of those of which something may be done."""
    found = {case.id: offered(case, actor, policy) for case in cases}
    return {id: acts for id, acts in found.items() if acts}

"""Who sees which matters: the part of the unit tree that somebody stands over, and restricted matters within it.

A matter belongs to the units that lead it or help.  Whoever has none of them in view does not learn that it exists.
Restricted matters go by the discipline or the secrecy channel: of those in view, everybody but the few who must act on
them learns that there is one, and no more.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock
from typing import Protocol

from huiying.contracts import ArchiveLine, Case, Role
from huiying.errors import CaseNotFound
from huiying.ports import CaseStore
from response_api.auth import Person
from triage.acts import RULES, Act, stands_right

OVERSEES = frozenset({Role.DUTY, Role.LEADER})
"""At the top unit: every restricted matter."""
HANDLES = frozenset({Role.HANDLER, Role.CHECKER, Role.SECRECY, Role.SIGNER})
"""The restricted matters that their own unit has part in."""
SORTING = (Act.CONFIRM, Act.DISMISS)
"""What is done to a story that is new: ours, or not."""
SEALED = "限制知悉事件"
SEALED_TEXT = "内容仅限值班长、领导和承办单位查看"
UNTITLED = "（无标题）"
UNTOLD = "—"
"""In the place of what a restricted matter is about, where it is, and who has it."""
MOST_KNOWN = 10_000
MOST_MERGES = 20
"""How far a case is followed to the one that it has become part of."""


class Glimpse(StrEnum):
    """What one reader gets of one matter."""

    OPEN = "open"
    SEALED = "sealed"
    """That there is one, when, and how grave."""
    NOTHING = "nothing"


class Tree(Protocol):
    """The units; the policy files know."""

    def subtree(self, unit: str, /) -> frozenset[str]:
        """Ids of a unit and of everything under it."""
        ...

    def top(self) -> str:
        """Id of the unit that has none above it."""
        ...


class Named(Protocol):
    """What units and topics are called; the policy files know."""

    def topic_name(self, code: str, /) -> str: ...
    def unit_name(self, unit: str, /) -> str: ...


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a matter concerns."""

    parties: frozenset[str]
    """Units that lead or help."""
    restricted: bool
    title: str = field(default="", compare=False)
    """What the case is called now, where it was looked up: what an event says it was called then may be gone since."""


NOBODY = Audience(frozenset(), True)
"""Of a case that cannot be looked up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one reader may see. Hashable: readers with the same sight share what is rendered."""

    restricted: bool
    """Every restricted matter."""
    units: frozenset[str] | None
    """Units in view; None is the whole tree."""
    own: frozenset[str]
    """Units whose restricted matters they handle."""
    sorts: frozenset[Act] = frozenset()
    """What they may do to a new story of which they see what it is: it stands on its row."""

    @property
    def parties(self) -> frozenset[str]:
        """For ``CaseQuery`` and ``LineQuery``, where empty means any."""
        return self.units or frozenset()

    @property
    def open_to(self) -> frozenset[str] | None:
        """For ``CaseQuery``: what tells a matter's topic, place or unit, be it as a sum, is asked with it."""
        return None if self.restricted else self.own

    @property
    def whole(self) -> bool:
        """The whole tree, and with it what belongs to no matter."""
        return self.units is None

    def reaches(self, parties: Collection[str]) -> bool:
        return self.units is None or not self.units.isdisjoint(parties)

    def of(self, audience: Audience) -> Glimpse:
        if not self.reaches(audience.parties):
            return Glimpse.NOTHING
        if audience.restricted and not self.restricted and self.own.isdisjoint(audience.parties):
            return Glimpse.SEALED
        return Glimpse.OPEN


EVERYTHING = Sight(restricted=True, units=None, own=frozenset())


def sight_of(person: Person, tree: Tree) -> Sight:
    unit, above = person.unit, person.unit == tree.top()
    under = tree.subtree(unit)
    return Sight(
        restricted=above and person.has(*OVERSEES),
        units=None if above else under,
        own=(frozenset({unit}) if above else under) if person.has(*HANDLES) else frozenset(),
        sorts=frozenset(act for act in SORTING if person.has(*RULES[act].roles)),
    )


def of_unit(unit: str, tree: Tree) -> Sight:
    """What a unit has in view, without the content of restricted matters: for what is made for no one person."""
    units = None if unit == tree.top() else tree.subtree(unit)
    return Sight(restricted=False, units=units, own=frozenset())


def audience(case: Case) -> Audience:
    return Audience(frozenset((case.route.lead, *case.route.assist)), case.route.restricted)


def glimpse(case: Case, sight: Sight) -> Glimpse:
    return sight.of(audience(case))


def is_sealed(case: Case, sight: Sight) -> bool:
    return glimpse(case, sight) is not Glimpse.OPEN


def sorts_out(case: Case, sight: Sight) -> frozenset[Act]:
    """What this reader may do to a new story: nothing where their part of the tree only helps."""
    leading = sight.units is None or case.route.lead in sight.units
    fitting = frozenset(act for act in sight.sorts if stands_right(act, case))
    return fitting if leading and not is_sealed(case, sight) else frozenset()


def title_for(case: Case, sight: Sight) -> str:
    return SEALED if is_sealed(case, sight) else case.title or case.lead or UNTITLED


def topic_for(case: Case, sight: Sight, names: Named) -> str:
    if is_sealed(case, sight):
        return UNTOLD
    return names.topic_name(case.topic) if case.topic else "未归类"


def place_for(case: Case, sight: Sight) -> str:
    """As narrow as it is known."""
    if is_sealed(case, sight):
        return UNTOLD
    return case.place.county or case.place.city or case.place.province or "地点未知"


def unit_for(case: Case, sight: Sight, names: Named) -> str:
    """Who leads: by the discipline's office alone one knows what a matter is about."""
    return UNTOLD if is_sealed(case, sight) else names.unit_name(case.route.lead)


def audience_by_id(cases: CaseStore, case_id: str) -> tuple[Audience, int]:
    """Whom a case concerns, and how many events it has; of one that became part of another: whom that one concerns.

    What was restricted once stays so, whatever it is merged into.
    """
    events, restricted, title = -1, False, ""
    for _ in range(MOST_MERGES):
        try:
            case = cases.get(case_id)
        except CaseNotFound:
            break
        restricted = restricted or case.route.restricted
        events, title = (len(case.events), case.title) if events < 0 else (events, title)
        if not case.merged_into:
            return Audience(audience(case).parties, restricted, title), events
        case_id = case.merged_into
    return NOBODY, max(events, 0)


def audiences_of(cases: CaseStore, lines: Iterable[ArchiveLine]) -> dict[str, Audience]:
    """Whom the cases concern that these lines belong to, by id."""
    ids = {line.case_id for line in lines if line.case_id}
    return {id: audience_by_id(cases, id)[0] for id in ids}


def line_glimpses(
    cases: CaseStore, lines: Sequence[ArchiveLine], sight: Sight
) -> list[tuple[ArchiveLine, Glimpse]]:
    """What this reader gets of each line. One that belongs to no case is for those who see the whole tree."""
    known = audiences_of(cases, lines)
    alone = Glimpse.OPEN if sight.whole else Glimpse.NOTHING
    return [(line, sight.of(known[line.case_id]) if line.case_id else alone) for line in lines]


class Audiences:
    """The same for whoever holds no more than an id, and asks often. Asked from several threads."""

    def __init__(self, cases: CaseStore) -> None:
        self._cases = cases
        self._known: OrderedDict[str, tuple[int, Audience]] = OrderedDict()
        self._lock = Lock()

    def of(self, case_id: str, sequence: int = 0) -> Audience:
        """As of its event ``sequence`` at the earliest: a matter may become restricted, or somebody else's, as it grows."""
        with self._lock:
            reached, known = self._known.get(case_id, (-1, NOBODY))
        if reached < sequence:
            known, events = audience_by_id(self._cases, case_id)
            self._remember(case_id, max(sequence, events), known)
        return known

    def _remember(self, case_id: str, reached: int, known: Audience) -> None:
        with self._lock:
            before, _ = self._known.get(case_id, (-1, NOBODY))
            if reached >= before:
                self._known[case_id] = (reached, known)
                self._known.move_to_end(case_id)
            while len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)

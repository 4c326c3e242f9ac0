"""A month of a played office through the real code: readings by the story handler, acts by the desk, rungs by the watch, notices
by the courier; nothing but the people, the channels and the clock is made up.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from huiying import requests
from huiying.clock import SHANGHAI, ManualClock
from huiying.contracts import (
    LIVE_STATES,
    Actor,
    AnsweredBy,
    Case,
    CaseState,
    Category,
    ClockKind,
    ClockState,
    Notice,
    Reading,
    ResponseClock,
    Statement,
    StatementKind,
    StatementState,
)
from huiying.errors import TryAgain
from huiying.ports import CaseStore, Engine, Sent
from triage import routing
from triage.acts import Act
from triage.callers import owed
from triage.courier import Courier
from triage.deeds.matter import BOUNCES, reportable
from triage.desk import Desk
from triage.each import acknowledged, confirmed_by_link
from triage.handle import StoryHandler
from triage.handover import Handover
from triage.links import Links
from triage.outlets.page import Page
from triage.owing import TellingCases
from triage.policy import Policy
from triage.publishing import Draft, Part
from triage.refusals import Refused
from triage.saving import amend
from triage.simulation import shifts
from triage.simulation.callers import Watched
from triage.simulation.matters import arrivals, towns_of
from triage.simulation.people import (
    GRAVE,
    Cast,
    Staff,
    handler,
)
from triage.texts import Texts
from triage.unconfirmed import taken_over
from triage.watch import Watch

CHANNELS = ("console", "smtp", "sms", "webhook")
CALLED_BACK = (
    (0.06, Act.RETURN_TICKET),
    (0.1, Act.SORT_TICKET),
    (0.1, Act.EXTEND_TICKET),
)
"""How often a ticket asks for more than an answer."""
AGAIN = timedelta(hours=2)
"""Who was refused comes back after."""
DONE = (StatementState.PUBLISHED, StatementState.WITHDRAWN)
SUBSTANCE = {
    Part.FACTS: "接到反映后，我们到现场逐项核对：地下车库共有人防车位一百二十个，由开发企业投资建设，图纸与现状一致。",
    Part.STANCE: "人防车位平时由投资者使用管理，收益归投资者，不得变相强制购买，业主的意见有道理。",
    Part.MEASURES: "已约谈开发企业，要求月底前恢复按月出租，租金标准在小区公示栏公布，逾期由执法支队立案。",
    Part.NEXT: "十五日内公布整改结果，并抽查同一企业的另外两个小区。",
    Part.CONTACT: "工作日可以到市人防办工程管理科当面询问。",
}
HOLLOW = dict.fromkeys(Part, "已关注，高度重视，正在调查核实，有关情况将及时公布，敬请关注。")
NAMES = {Act.OBJECT: "object_to"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One notice that a channel took."""

    at: datetime
    id: str
    case: str
    clock: ClockKind | None
    rung: str
    to: tuple[str, ...]
    channel: str
    address: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    act: Act
    actor: Actor
    typed: Mapping[str, Any] = field(default_factory=dict)


ClockKey = tuple[str, ClockKind, int]
"""Case, kind and round."""


@dataclass(frozen=True, kw_only=True)
class Played:
    """What the time has left behind."""

    policy: Policy
    begins: datetime
    end: datetime
    readings: int
    cases: tuple[Case, ...]
    told: tuple[Told, ...]
    acts: Mapping[Act, int]
    refused: Mapping[str, int]
    """By what was said, how often an act was not let through."""
    clocks: frozenset[ClockKey]
    """Every clock that was ever saved."""
    owed: Mapping[str, str]
    """Every notice that was ever saved, by id: its case."""
    stopped: tuple[str, ...]
    """Acts that stopped another clock than their own, and confirmations that stopped any, in words."""
    callers: Watched
    """What became of tickets."""
    desk: shifts.Desk
    """Who was reached because of the roster, and how shifts handed over."""


class Channel:
    """Takes every notice and writes it down; on some hours nothing goes through."""

    def __init__(self, channel: str, clock: ManualClock, silent: Sequence[tuple[datetime, datetime]]) -> None:
        self.channel = channel
        self._clock = clock
        self._silent = silent
        self.told: list[Told] = []

    def send(self, notice: Notice, address: str) -> Sent:
        now = self._clock.now()
        if any(first <= now < last for first, last in self._silent):
            raise TryAgain("没有连上")
        self.told.append(
            Told(
                at=now,
                id=notice.id,
                case=notice.case_id,
                clock=notice.clock,
                rung=notice.rung,
                to=notice.to,
                channel=self.channel,
                address=address,
                body=notice.body,
            )
        )
        return Sent(detail="收到", confirmed=True)


def play(engine: Engine, policy: Policy, *, begins: datetime, days: int, seed: int) -> Played:
    """``begins`` is a midnight in Asia/Shanghai. The same seed plays the same time. ``engine`` is empty and stays open."""
    return _Office(engine, policy, begins, days, random.Random(seed)).run()  # noqa: S311


class _Office:
    def __init__(
        self, engine: Engine, policy: Policy, begins: datetime, days: int, chance: random.Random
    ) -> None:
        self._engine = engine
        self._policy = policy
        self._cast = Cast.of(policy.top())
        self._begins, self._end = begins, begins + timedelta(days=days)
        self._days = days
        self._chance = chance
        self._clock = ManualClock(begins)
        self._cases: CaseStore = TellingCases(engine.cases, self._saved)
        texts = Texts(engine.register)
        silent = self._hours_of_silence(2, longest=timedelta(hours=4))
        self._asleep = self._hours_of_silence(1, longest=timedelta(hours=3))
        self._channels = {
            name: Channel(name, self._clock, silent if name == "smtp" else ()) for name in CHANNELS
        }
        self._desk = Desk(cases=self._cases, archive=engine.archive, texts=texts, policy=policy)
        self._handler = StoryHandler(self._cases, engine.archive, policy)
        self._ahead: list[tuple[datetime, int, Callable[[], None]]] = []
        self._number = 0
        self._shifts = shifts.Desk(
            register=engine.register, policy=policy, begins=begins, days=days,
            chance=random.Random(chance.random()),  # noqa: S311
            at=self._at, open_cases=self._open_cases, take=self._taken_over, now=self._clock.now,
        )  # fmt: skip
        self._watch = Watch(self._cases, engine.archive, policy, self._clock, self._shifts.reach)
        self._courier = Courier(
            self._cases,
            engine.stream,
            self._channels,
            self._clock,
            links=Links(key=b"simulation" * 4, base="http://127.0.0.1"),
            handover=Handover({"page": Page("http://127.0.0.1")}, texts, self._clock),
        )
        self._staff = Staff(chance=chance, calendar=policy.calendar, begins=begins, days=days)
        self._planned: set[tuple[str, str]] = set()
        """Case and lane: somebody is on their way."""
        self._thought: set[tuple[str, str]] = set()
        """What was weighed once is not weighed again."""
        self._called: dict[tuple[str, str], datetime] = {}
        self._acts: Counter[Act] = Counter()
        self._refused: Counter[str] = Counter()
        self._clocks: set[ClockKey] = set()
        self._owed: dict[str, str] = {}
        self._asked: set[tuple[str, str]] = set()
        """Notice and person: they make up their mind once when to confirm it."""
        self._stopped: list[str] = []
        self._forgotten: set[str] = set()
        """Posts of tickets that nobody thinks of until their term is over."""
        self._callers = Watched(asleep=self._is_down)
        self._doing: Act | None = None
        """What somebody is about to save; None: the machine is."""

    def run(self) -> Played:
        days = [self._begins + timedelta(days=n) for n in range(self._days)]
        worked = [(day, self._policy.calendar.day(day.astimezone(SHANGHAI).date()).works) for day in days]
        towns = towns_of(self._policy, self._begins.astimezone(SHANGHAI).date())
        coming = arrivals(self._chance, worked, self._end, towns)
        for one in coming:
            self._at(one.at, partial(self._handle, one.reading))
        while self._ahead and self._ahead[0][0] < self._end:
            at, _, happening = heapq.heappop(self._ahead)
            self._clock.set(max(at, self._clock.now()))
            happening()
        self._clock.set(self._end)
        self._watch.tick(self._end)
        while self._courier.send(self._end):
            pass
        return Played(
            policy=self._policy,
            begins=self._begins,
            end=self._end,
            readings=len(coming),
            cases=tuple(self._engine.cases.all()),
            told=tuple(one for channel in self._channels.values() for one in channel.told),
            acts=self._acts,
            refused=self._refused,
            clocks=frozenset(self._clocks),
            owed=self._owed,
            stopped=tuple(self._stopped),
            callers=self._callers,
            desk=self._shifts,
        )

    # ------------------------------------------------------------------------------------ what happens

    def _at(self, at: datetime, happening: Callable[[], None]) -> None:
        self._number += 1
        heapq.heappush(self._ahead, (at, self._number, happening))

    def _handle(self, reading: Reading) -> None:
        self._handler.handle([reading], self._clock.now())

    def _hours_of_silence(self, number: int, *, longest: timedelta) -> list[tuple[datetime, datetime]]:
        found = []
        for _ in range(number):
            first = self._begins + timedelta(days=self._chance.uniform(0, self._days))
            found.append((first, first + longest * self._chance.uniform(0.3, 1.0)))
        return found

    def _look(self, loop: str) -> None:
        """One round of a loop; while the machine is down, at its start again."""
        now = self._clock.now()
        if self._is_down(now):
            wakes = next(last for first, last in self._asleep if first <= now < last)
            self._at(wakes, partial(self._look, loop))
            return
        if loop == "watch":
            self._watch.tick(now)
        else:
            self._courier.send(now)

    def _is_down(self, at: datetime) -> bool:
        return any(first <= at < last for first, last in self._asleep)

    def _saved(self, cases: Sequence[Case]) -> None:
        for case in cases:
            self._saw(case)

    def _saw(self, case: Case) -> None:
        """A case was saved: what it owes is looked at in time, and whoever is to act makes up their mind."""
        self._clocks |= {
            (case.id, clock.rule.kind, clock.round) for clock in (*case.clocks, *case.past_clocks)
        }
        now = self._clock.now()
        self._callers.saw(case, self._doing, now)
        for notice in case.outbox:
            if notice.id not in self._owed and "duty" in notice.to:
                self._shifts.told(notice.unit, now)
            self._owed[notice.id] = case.id
        self._ask_each(case, now)
        for loop, at in (("watch", case.next_rung_at), ("courier", case.next_send_at)):
            if at is not None and self._called.get((case.id, loop)) != at:
                self._called[case.id, loop] = at
                self._at(max(at, now), partial(self._look, loop))
        for lane, think in self._lanes().items():
            if (case.id, lane) not in self._planned and (step := think(case)) is not None:
                self._planned.add((case.id, lane))
                at = self._staff.when(step.actor, step.act, case.severity.level, now)
                at = self._shifts.manned(at) if step.actor == self._cast.duty else at
                self._at(at, partial(self._act, case.id, lane, step))

    def _lanes(self) -> Mapping[str, Callable[[Case], Step | None]]:
        """Who acts side by side on one matter, and how they choose."""
        return {
            "matter": self._handled,
            "report": self._reported,
            "clocks": self._timed,
            "leader": self._decided,
            "callers": self._called_back,
        }

    def _act(self, case_id: str, lane: str, step: Step) -> None:
        """Somebody comes and does what they meant to. Where the matter has moved they are refused, and think again."""
        self._planned.discard((case_id, lane))
        before = self._cases.get(case_id)
        now = self._clock.now()
        command = getattr(self._desk, NAMES.get(step.act, step.act.value))
        actor = (self._shifts.officer(now) or step.actor) if step.actor == self._cast.duty else step.actor
        self._doing = step.act
        try:
            after = command(case_id, actor, now, seen=len(before.events), **self._typed(before, step, now))
        except (Refused, TryAgain) as no:
            self._refused[f"{step.act.value}：{type(no).__name__}"] += 1
            if before.state in LIVE_STATES:
                self._planned.add((case_id, lane))
                self._at(now + AGAIN, partial(self._think_again, case_id, lane))
            return
        finally:
            self._doing = None
        self._acts[step.act] += 1
        own = {Act.ACKNOWLEDGE: ClockKind.ACKNOWLEDGE, Act.REPORT_UP: ClockKind.REPORT_UP}.get(step.act)
        if own is not None and _running(after).keys() != _running(before).keys() - {own}:
            self._stopped.append(f"{before.title}：{step.act.value}")

    def _ask_each(self, case: Case, now: datetime) -> None:
        """Everybody who has to confirm a notice for themselves does, sooner or later or not at all."""
        for one in case.awaited:
            for person in (*one.logins, *one.persons):
                if (one.notice, person) in self._asked:
                    continue
                self._asked.add((one.notice, person))
                after = self._shifts.confirms_after()
                if after is not None:
                    self._at(now + after, partial(self._confirm, case.id, one.notice, person))

    def _confirm(self, case_id: str, notice: str, person: str) -> None:
        """On the page by those with an account, by the link of what reached them by the others."""
        now = self._clock.now()

        def change(case: Case) -> Case:
            link = next((r for r in case.receipts if r.notice == notice and person in r.persons), None)
            if link is None:
                return acknowledged(case, notice, person, now)
            return confirmed_by_link(case, link, person, now)

        self._confirmed(case_id, change)

    def _taken_over(self, case_id: str, notice: str, login: str) -> None:
        now = self._clock.now()
        self._confirmed(case_id, lambda case: taken_over(case, notice, login, now))

    def _confirmed(self, case_id: str, change: Callable[[Case], Case]) -> None:
        done = amend(self._cases, case_id, change)
        if done is not None and _running(done[0]) != _running(done[1]):
            self._stopped.append(f"{done[0].title}：确认收到")

    def _open_cases(self) -> Sequence[Case]:
        return [case for case in self._engine.cases.all() if case.state in LIVE_STATES and _running(case)]

    def _think_again(self, case_id: str, lane: str) -> None:
        self._planned.discard((case_id, lane))
        self._saw(self._cases.get(case_id))

    def _once(self, *what: str) -> bool:
        """Whether this is weighed for the first time."""
        key = (what[0], "/".join(what[1:]))
        if key in self._thought:
            return False
        self._thought.add(key)
        return True

    def _often(self, share: float) -> bool:
        return self._chance.random() < share

    # ------------------------------------------------------------------------------- what people choose

    def _handled(self, case: Case) -> Step | None:
        state, often = case.state, self._often
        if state is CaseState.WATCHING:
            return (
                Step(act=Act.CONFIRM, actor=self._cast.duty)
                if self._once(case.id, "candidate") and often(0.3)
                else None
            )
        if state is CaseState.FLAGGED:
            wrong = self._once(case.id, "dismiss") and often(0.08)
            return Step(act=Act.DISMISS if wrong else Act.CONFIRM, actor=self._cast.duty)
        if state is CaseState.DISMISSED:
            mended = self._once(case.id, "mend") and often(0.8)
            return Step(act=Act.REOPEN, actor=self._cast.head) if mended else None
        if state is CaseState.CONFIRMED:
            return Step(act=Act.ASSIGN, actor=self._cast.duty, typed={"unit": self._unit_for(case)})
        if state is CaseState.ASSIGNED:
            not_theirs = case.route.lead != self._rightful(case) and often(0.9)
            bounced = case.assignment.objections if case.assignment else 0
            objects = bounced < BOUNCES and (not_theirs or often(0.04))
            return Step(act=Act.OBJECT if objects else Act.ACKNOWLEDGE, actor=self._own(case))
        if state is CaseState.ACKNOWLEDGED:
            category = self._chance.choice((Category.DIFFICULTY, Category.MAJOR, Category.UNCLEAR))
            return Step(act=Act.ASSESS, actor=self._own(case), typed={"category": category})
        if state in (CaseState.ASSESSED, CaseState.PUBLISHED, CaseState.FOLLOWED):
            return self._answered(case)
        return None

    def _answered(self, case: Case) -> Step | None:
        """The next step of the statement in hand; where there is none, the next statement, or the end."""
        own = self._own(case)
        in_hand = next((one for one in case.statements if one.state not in DONE), None)
        if in_hand is not None:
            return self._brought_on(case, in_hand)
        if case.severity.level in GRAVE and not case.consultations:
            return Step(act=Act.CONSULT, actor=own)
        running = _running(case)
        kind = next((made for due, made in _OWED if due in running), None)
        if kind is None and case.state is CaseState.ASSESSED:
            kind = StatementKind.ANSWER
        if kind is None and case.state is CaseState.PUBLISHED and self._once(case.id, "result"):
            kind = StatementKind.RESULT if self._often(0.3) else None
        if kind is not None:
            return Step(act=Act.DRAFT, actor=own, typed={"kind": kind})
        if case.state is CaseState.PUBLISHED:
            return Step(act=Act.FOLLOW_UP, actor=own, typed={"solved": self._often(0.85)})
        tries = not owed(case) or self._once(case.id, "hasty")  # and is told that a caller waits
        if case.state is CaseState.FOLLOWED and not running and tries:
            return Step(act=Act.CLOSE, actor=self._cast.checker)
        return None

    def _brought_on(self, case: Case, one: Statement) -> Step:
        typed = {"statement": one.id}
        own = self._own(case)
        if one.state is StatementState.DRAFT:
            returned = one.returned and self._once(case.id, "mended", one.id, one.returned)
            return Step(act=Act.EDIT if returned else Act.SUBMIT, actor=own, typed=typed)
        if one.state is StatementState.REVIEW:
            return Step(
                act=Act.SEND_BACK if self._often(0.1) else Act.CLEAR, actor=self._cast.secrecy, typed=typed
            )
        if self._once(case.id, "late edit", one.id, one.state.value) and self._often(0.06):
            return Step(act=Act.EDIT, actor=own, typed=typed)
        if one.state is StatementState.CLEARED:
            return Step(act=Act.SIGN, actor=self._cast.signer(case.severity.level), typed=typed)
        return Step(act=Act.PUBLISH, actor=self._cast.spokesperson, typed=typed)

    def _reported(self, case: Case) -> Step | None:
        if case.state in LIVE_STATES and ClockKind.REPORT_UP in _running(case):
            return Step(act=Act.REPORT_UP, actor=self._cast.duty)
        return None

    def _timed(self, case: Case) -> Step | None:
        """Duties that somebody does without, asks more time for, or finds that there was nothing behind."""
        if case.state not in LIVE_STATES:
            return None
        for kind, clock in _running(case).items():
            name = f"{kind}#{clock.round}"
            if clock.provisional and self._once(case.id, "suspicion", name) and self._often(0.5):
                return Step(act=Act.CANCEL_CLOCK, actor=self._cast.duty, typed={"clock": kind})
            if kind is ClockKind.PRESS_CONFERENCE and self._once(case.id, "press", name) and self._often(0.7):
                return Step(act=Act.WAIVE, actor=self._cast.deputy, typed={"clock": kind})
            late = kind is ClockKind.RESPONSE and bool(clock.fired)
            if late and self._once(case.id, "more time", name) and self._often(0.25):
                return Step(act=Act.EXTEND, actor=self._own(case), typed={"clock": kind})
        return None

    def _decided(self, case: Case) -> Step | None:
        asked = next((one for one in case.decisions if one.granted is None), None)
        if asked is None or case.state not in LIVE_STATES:
            return None
        return Step(
            act=Act.DECIDE, actor=self._cast.head, typed={"decision": asked.id, "granted": self._often(0.8)}
        )

    def _called_back(self, case: Case) -> Step | None:
        """Who calls is told: all that wait at once, but for what is not ours, is sorted wrongly, takes longer, or was forgotten
        until somebody said that it was over."""
        own = self._own(case)
        waiting = []
        for one in owed(case):
            for share, act in CALLED_BACK:
                if self._once(one.post, act.value) and self._often(share):
                    who = self._cast.head if act is Act.EXTEND_TICKET and self._often(0.3) else own
                    return Step(act=act, actor=who, typed={"tickets": (one.post,)})
            if self._once(one.post, "forgotten") and self._often(0.12):
                self._forgotten.add(one.post)
            if one.post not in self._forgotten or one.overdue_at is not None:
                waiting.append(one.post)
        return Step(act=Act.ANSWER_TICKET, actor=own, typed={"tickets": tuple(waiting)}) if waiting else None

    def _own(self, case: Case) -> Actor:
        return handler(case.route.lead)

    def _rightful(self, case: Case) -> str:
        return routing.route(case, self._policy, self._clock.now()).lead

    def _unit_for(self, case: Case) -> str:
        """Whose it is; once in a while somebody else's. What came back twice stays at the top."""
        bounced = case.assignment.objections if case.assignment else 0
        if bounced >= BOUNCES:
            return self._policy.top()
        if bounced == 0 and self._often(0.12):
            today = self._clock.now().astimezone(SHANGHAI).date()
            return self._chance.choice([row.id for row in self._policy.units_on(today)])
        return self._rightful(case)

    def _typed(self, case: Case, step: Step, now: datetime) -> dict[str, Any]:
        """What the form of the act holds."""
        typed = dict(step.typed)
        one = next((one for one in case.statements if one.id == typed.get("statement")), None)
        match step.act:
            case Act.DRAFT | Act.EDIT:
                typed["wanted"] = self._written(case, one.kind if one else typed["kind"], now)
                typed.pop("kind", None)
            case Act.CLEAR | Act.SIGN:
                typed["sha256"] = one.sha256 if one else ""
            case Act.ASSESS:
                typed["finding"] = "情况属实"
            case Act.CONSULT:
                typed |= {"participants": ["网信办", "宣传部"], "conclusion": "尽快公布核实情况"}
            case Act.REPORT_UP:
                clock = _running(case).get(ClockKind.REPORT_UP)
                typed["to"] = reportable(clock.rule.duty if clock else "")[0]
            case Act.FOLLOW_UP:
                typed["found"] = "电话回访"
            case Act.EXTEND:
                clock = _running(case).get(typed["clock"])
                since = max(now, clock.due_at) if clock else now
                typed |= {"until": since + timedelta(hours=24), "reason": "要现场检测"}
            case Act.ANSWER_TICKET:
                typed |= {
                    "at": self._told_at(case, typed["tickets"], now),
                    "way": AnsweredBy.PHONE,
                    "said": "已告知处理安排",
                }
            case Act.RETURN_TICKET:
                typed |= {"at": now, "reason": "归住房城乡建设部门"}
            case Act.EXTEND_TICKET:
                last = max(ticket.due_at for ticket in case.tickets if ticket.post in typed["tickets"])
                typed |= {"until": max(now, last) + timedelta(days=7), "reason": "要现场检测"}
            case Act.SORT_TICKET:
                typed["request"] = self._chance.choice(requests.OWING)
            case (
                Act.DISMISS
                | Act.OBJECT
                | Act.REOPEN
                | Act.SEND_BACK
                | Act.WAIVE
                | Act.CANCEL_CLOCK
                | Act.DECIDE
            ):
                typed["reason"] = "按规定办理"
            case _:
                pass
        return typed

    def _told_at(self, case: Case, posts: Sequence[str], now: datetime) -> datetime:
        """When the callers were told: most times now, once in a while some hours before it is written down."""
        received = max(one.received_at for one in case.tickets if one.post in posts)
        return max(received, now - timedelta(hours=5)) if self._often(0.2) else now

    def _written(self, case: Case, kind: StatementKind, now: datetime) -> Draft:
        """With substance; once in a while with none, which is let through and stops nothing."""
        hollow = self._once(case.id, "hollow", str(len(case.statements))) and self._often(0.12)
        return Draft(
            kind=kind,
            category=case.assessment.category if case.assessment else Category.DIFFICULTY,
            title="关于所反映问题的回应",
            parts=HOLLOW
            if hollow
            else {**SUBSTANCE, Part.NEXT: f"{SUBSTANCE[Part.NEXT]}第{len(case.events)}次核对。"},
            next_release_at=now + timedelta(hours=24) if kind is StatementKind.FIRST else None,
        )


_OWED = (
    (ClockKind.STATEMENT, StatementKind.FIRST),
    (ClockKind.RESPONSE, StatementKind.ANSWER),
    (ClockKind.PRESS_CONFERENCE, StatementKind.PRESS),
    (ClockKind.PUBLISH_RESULT, StatementKind.RESULT),
)
"""Which statement meets which clock, the most pressing first."""


def _running(case: Case) -> dict[ClockKind, ResponseClock]:
    return {clock.rule.kind: clock for clock in case.clocks if clock.state is ClockState.RUNNING}

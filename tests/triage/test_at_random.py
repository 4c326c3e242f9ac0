"""Whatever people, the worker and the watch do to a few cases, in any order and with crashes in between, some things hold.

The record has no gap; nothing is published without three people over the same bytes; every post is in one case and is
counted once; a clock runs only where somebody answers for it, and gets later only by somebody's word or by a fact that was put right.  No clock is lost, no
rung told twice, whatever is reopened, merged or extended; who acknowledges stops that clock alone; what is closed owes nothing;
a suspicion is never shown as law; who calls is owed an answer until they have it or their ticket is sent back, and goes with their post.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, cast

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from huiying import chain, requests
from huiying import settings as settings_of_the_office
from huiying.clock import ManualClock
from huiying.contracts import (
    CASUALTIES,
    LIVE_STATES,
    Actor,
    AnsweredBy,
    Authority,
    Case,
    CaseState,
    Casualties,
    Certainty,
    Channel,
    ClockKind,
    ClockRule,
    ClockState,
    DeliveryState,
    EventKind,
    Knowledge,
    Level,
    Notice,
    Occurrence,
    Publicity,
    Rank,
    Reading,
    Recognised,
    ReferralOutcome,
    Request,
    ResponseClock,
    Role,
    SignalKind,
    Statement,
    StatementState,
    StopReason,
    Ticket,
)
from huiying.engines import open_engine
from huiying.errors import TryAgain
from huiying.examples import Labels
from huiying.ports import CaseStore, PostArchive, Sent
from response_api.board import clock_row
from response_api.clock_card import clock_card
from response_api.public_clocks import public_clocks
from response_api.sight import EVERYTHING
from tests.dying import Crash, Dying, Fuse
from tests.factories import NOW
from tests.triage.people import a_draft, person
from tests.triage.texts import place, policy, reading
from triage.acts import OF_TICKETS, RULES, Act, allowed
from triage.amends import in_public, of_this_round
from triage.appearances import left_over, standing
from triage.callers import owed
from triage.clocks import PROVISIONAL
from triage.courier import Courier
from triage.deeds.matter import REPORTED_TO
from triage.deeds.undoing import BACK
from triage.desk import Desk
from triage.handle import StoryHandler
from triage.handover import Handover
from triage.links import Links
from triage.outlets.page import Page
from triage.policy import Policy
from triage.publishing import Part
from triage.refusals import Refused
from triage.severity import rank
from triage.simulation.callers import unbooked
from triage.standins import IN_PERSON
from triage.texts import Texts
from triage.tickets import Went, went
from triage.turns import untold
from triage.watch import Watch
from triage.words import OWN_PAGE, STATEMENTS

STORIES = (
    ("中原区锦绣花园开发商把人防车位只租不售，一次收二十年租金十二万，不交不让进", "T01", place("郑州市", "中原区")),
    ("刚才魏都区全城拉防空警报，响了一分多钟，没有任何通知，老人孩子都吓哭了", "T05", place("许昌市", "魏都区")),
    ("洛龙区银河湾地下室人防门被物业拆掉改成仓库，消防通道也堵了没人管", "T07", place("洛阳市", "洛龙区")),
)  # fmt: skip
ENDINGS = (
    "，物业也不管",
    "，已经三个月了",
    "，打电话没人接",
    "，还有人防门被拆了",
    "，门口聚了几十个人",
    "，求回复",
)
PEOPLE = (
    person(Role.MONITOR),
    person(Role.DUTY),
    person(Role.DUTY, login="duty2"),
    person(Role.HANDLER),
    person(Role.HANDLER, login="zhengzhou", unit="zhengzhou"),
    person(Role.HANDLER, login="xuchang", unit="xuchang"),
    person(Role.CHECKER, rank=Rank.DIVISION_HEAD),
    person(Role.SECRECY),
    person(Role.SIGNER, rank=Rank.HEAD),
    person(Role.SIGNER, login="low", rank=Rank.DIVISION_HEAD),
    person(Role.SPOKESPERSON),
    person(Role.LEADER, rank=Rank.HEAD),
    Actor(login="all", name="all", roles=frozenset(Role), unit="henan", rank=Rank.HEAD),
)
UNITS = ("zhengzhou", "xuchang", "henan.gongcheng", "henan")
BODIES = ("住房城乡建设部门", "公安机关", "街道办事处")
DONE = (StatementState.PUBLISHED, StatementState.WITHDRAWN)
WAY_ON = (
    Act.CLOSE, Act.FOLLOW_UP, Act.ANSWER_TICKET, Act.PUBLISH, Act.SIGN, Act.CLEAR, Act.SUBMIT, Act.ASSESS, Act.DRAFT, Act.ACKNOWLEDGE,
    Act.CONFIRM, Act.DECIDE, Act.REOPEN,
)  # fmt: skip
"""The furthest step first."""
WAYS = st.integers(0, 10_000)


@cache
def office() -> Policy:
    """An office where what an emergency asks for is law: there a suspicion could be taken for it."""
    packs = {
        name: replace(pack, rules=tuple(map(_by_law, pack.rules))) for name, pack in policy().packs.items()
    }
    return replace(policy(), packs=packs)


def _by_law(rule: ClockRule) -> ClockRule:
    return replace(rule, authority=Authority.STATUTORY) if rule.kind in PROVISIONAL else rule


class Receiver:
    """A channel that takes everything and counts it."""

    channel = "console"

    def __init__(self) -> None:
        self.had: Counter[tuple[str, str]] = Counter()

    def send(self, notice: Notice, address: str) -> Sent:
        self.had[notice.id, address] += 1
        return Sent(detail="收到", confirmed=True)


HIDDEN = (Act.SUSPEND, Act.RESUME)
ELSEWHERE = (Act.NOTE_APPEARANCE, Act.SUSPEND, Act.NOTE_REMOVAL)
PUT_RIGHT = (Act.CORRECT, Act.SUBMIT, Act.CLEAR, Act.SIGN, Act.PUBLISH)

Key = tuple[str, ClockKind, int]
"""Case, kind and round: a clock's name."""

CALLED_BACK = (Act.RETURN_TICKET, Act.ANSWER_TICKET, Act.SORT_TICKET, Act.EXTEND_TICKET)


class Office(RuleBasedStateMachine):
    met: ClassVar[Counter[str]] = Counter()
    """What rarely comes about, and how often it did in all runs: nothing is held against an invariant that was never asked."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.engine = open_engine(settings_of_the_office.load(data=Path(self.folder.name), engine="embedded"))
        self.fuse = Fuse()
        self.cases = cast(CaseStore, Dying(self.engine.cases, ["save"], self.fuse))
        self.archive = cast(PostArchive, Dying(self.engine.archive, ["put", "rehome"], self.fuse))
        self.desk = Desk(
            cases=self.cases, archive=self.archive, texts=Texts(self.engine.register), policy=office()
        )
        self.now = NOW
        self.worker = self._worker()
        self.replay: list[Reading] = []
        self.posts: dict[str, Reading] = {}
        self.known: set[str] = set()
        self.clocks: dict[Key, ResponseClock] = {}
        self.told: Counter[str] = Counter()
        """Events of each case when it was looked at last."""
        self.receiver = Receiver()
        self.notices: dict[str, dict[str, Notice]] = {}
        """By case and id: every notice that was ever owed."""
        self.struck: set[str] = set()
        """Notices that had left the outbox."""
        self.tickets: dict[str, Ticket] = {}
        """By post, as they were when they were looked at last."""
        self.picked: set[tuple[Act, str]] = set()
        """What somebody has done, or begun to do, to the ticket of a post."""

    def teardown(self) -> None:
        self._heal()
        self._every_post_is_counted_once()
        self._every_caller_is_kept()
        self.engine.close()
        self.folder.cleanup()

    # ------------------------------------------------------------------------------------- what happens

    @initialize()
    def three_matters(self) -> None:
        for text, topic, where in STORIES:
            self._arrive(self._reading(text, topic=topic, where=where))

    @rule(
        story=st.sampled_from(STORIES),
        ending=st.sampled_from(ENDINGS),
        signal=st.sampled_from([None, *SignalKind]),
    )
    def somebody_posts(self, story: tuple[str, str, Any], ending: str, signal: SignalKind | None) -> None:
        text, topic, where = story
        kinds = () if signal in (None, SignalKind.SECRET, SignalKind.CORRUPTION) else (signal,)
        self._arrive(self._reading(text + ending, topic=topic, where=where, signals=kinds))

    @precondition(lambda self: self.posts)
    @rule(way=WAYS, ending=st.sampled_from(ENDINGS))
    def somebody_edits(self, way: int, ending: str) -> None:
        old = self._pick(sorted(self.posts), way)
        post = self.posts[old].post
        self._arrive(replace(self.posts[old], post=replace(post, text=post.text + ending, version=f"v{way}")))

    @precondition(lambda self: self.posts)
    @rule(way=WAYS)
    def somebody_answers(self, way: int) -> None:
        answer = self._reading("楼上说得对，我们小区也一样")
        answered = self._pick(sorted(self.posts), way)
        self._arrive(replace(answer, post=replace(answer.post, reply_to=answered)))

    @rule(minutes=st.sampled_from([1, 10, 100, 300, 1500]))
    def time_goes_by(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def the_watch_comes_round(self) -> None:
        self._watch()

    @rule()
    def the_courier_goes(self) -> None:
        clock, texts = ManualClock(self.now), Texts(self.engine.register)
        Courier(
            self.engine.cases,
            self.engine.stream,
            {"console": self.receiver},
            clock,
            links=Links(key=b"k" * 32, base="http://127.0.0.1"),
            handover=Handover({OWN_PAGE: Page("http://127.0.0.1")}, texts, clock),
        ).send(self.now)

    @rule(way=WAYS, weight=st.sampled_from(["any", "statement", "close"]))
    def somebody_does_what_is_offered(self, way: int, weight: str) -> None:
        offers = self._offers(self._cases())
        if weight == "statement":
            offers = [offer for offer in offers if RULES[offer[2]].drafts] or offers
        elif weight == "close":
            ends = {Act.FOLLOW_UP, Act.CLOSE, Act.REOPEN, Act.DISMISS, Act.ASSESS, Act.ACKNOWLEDGE, Act.DRAFT}
            offers = [offer for offer in offers if offer[2] in ends] or offers
        if offers:
            case, actor, act, statement = self._pick(offers, way)
            self._do(case, actor, act, statement, way)

    @rule(way=WAYS, steps=st.integers(1, 16))
    def a_matter_goes_on(self, way: int, steps: int) -> None:
        """The next step of the way that is meant, some times over."""
        self._go_on(self._pick(self._cases(), way).id, way, steps, until=CaseState.CLOSED)

    @rule(way=WAYS)
    def an_emergency_is_suspected_of_what_is_all_but_ended(self, way: int) -> None:
        id = self._pick(self._cases(), way).id
        self._go_on(id, way, 15, until=CaseState.FOLLOWED)
        for act in (Act.START_CLOCK, Act.CLOSE, Act.CANCEL_CLOCK, Act.CLOSE):
            self._do(self.engine.cases.get(id), PEOPLE[-1], act, None, way)

    def _go_on(self, id: str, way: int, steps: int, until: CaseState) -> None:
        for step in range(steps):
            case = self.engine.cases.get(id)
            if case.state is until:
                break
            idle = self._done_already(case)
            offers = [offer for offer in self._offers([case]) if offer[2] in WAY_ON and offer[2] not in idle]
            if offers:
                first = min(WAY_ON.index(offer[2]) for offer in offers)
                offers = [offer for offer in offers if WAY_ON.index(offer[2]) == first]
                case, actor, act, statement = self._pick(offers, way + step)
                self._do(case, actor, act, statement, way + step)

    def _done_already(self, case: Case) -> set[Act]:
        """What may be done again, and leads no further."""
        done = {Act.DRAFT} if any(one.state not in DONE for one in case.statements) else set()
        return done if case.assessment is None else {*done, Act.ASSESS}

    @rule(
        actor=st.sampled_from(PEOPLE),
        act=st.sampled_from(Act),
        way=WAYS,
    )
    def somebody_tries_anything(self, actor: Actor, act: Act, way: int) -> None:
        case = self._pick(self._cases(), way)
        statement = self._pick(case.statements, way) if case.statements else None
        self._do(case, actor, act, statement, way)

    @rule(way=WAYS)
    def the_duty_officer_merges(self, way: int) -> None:
        open_cases = [case for case in self._cases() if case.state in RULES[Act.MERGE].states]
        if len(open_cases) > 1:
            self._do(self._pick(open_cases, way), PEOPLE[1], Act.MERGE, None, way // 7)

    @rule(way=WAYS)
    def the_duty_officer_splits(self, way: int) -> None:
        big = [case for case in self._cases() if case.tallies.posts > 1 and case.state in LIVE_STATES]
        if big:
            self._do(self._pick(big, way), PEOPLE[1], Act.SPLIT, None, way // 3)

    @rule(way=WAYS)
    def the_duty_officer_takes_a_merge_or_a_split_back(self, way: int) -> None:
        parts = [case for case in self._cases() if case.state is CaseState.MERGED or case.split_from]
        if parts:
            part = self._pick(parts, way)
            act = Act.UNMERGE if part.state is CaseState.MERGED else Act.UNSPLIT
            self._do(part, PEOPLE[1], act, None, way)

    @rule(way=WAYS, minutes=st.sampled_from([1, 100, 1500]))
    def an_emergency_is_suspected(self, way: int, minutes: int) -> None:
        """And the watch comes round when some of its rungs may be due."""
        live = [case for case in self._cases() if case.state in RULES[Act.START_CLOCK].states]
        if live:
            self._do(self._pick(live, way), PEOPLE[1], Act.START_CLOCK, None, way)
            self.now += timedelta(minutes=minutes)
            self._watch()

    @rule(way=WAYS, act=st.sampled_from([Act.RELABEL, Act.RECOGNISE]))
    def facts_are_put_right(self, way: int, act: Act) -> None:
        live = [case for case in self._cases() if case.state in RULES[act].states]
        if live:
            self._do(self._pick(live, way), PEOPLE[1], act, None, way)

    @rule(
        way=WAYS,
        steps=st.integers(1, 6),
        acts=st.sampled_from([HIDDEN, PUT_RIGHT, ELSEWHERE, HIDDEN + PUT_RIGHT]),
    )
    def an_answer_is_found_to_be_wrong(self, way: int, steps: int, acts: Sequence[Act]) -> None:
        """Hidden, shown again or put right, as far as these steps lead, also where its matter has ended."""
        id = self._pick(self._cases(), way).id
        self._go_on(id, way, 15, until=self._pick((CaseState.PUBLISHED, CaseState.CLOSED), way // 3))
        published = [s for s in self.engine.cases.get(id).statements if s.state is StatementState.PUBLISHED]
        if published:
            wrong = self._pick(published, way).id
            for act in acts[:steps]:
                offers = [one for one in self._offers([self.engine.cases.get(id)]) if one[2] is act]
                offers = [one for one in offers if one[3] and wrong in (one[3].id, one[3].corrects)]
                if offers:
                    case, actor, act, statement = self._pick(offers, way)
                    self._do(case, actor, act, statement, way)

    @rule(way=WAYS, acts=st.sampled_from([(Act.REFER,), (Act.REFER, Act.TAKE_REPLY), (Act.TAKE_REPLY,)]))
    def something_goes_outside_and_comes_back(self, way: int, acts: Sequence[Act]) -> None:
        worked = [case for case in self._cases() if case.state in RULES[Act.REFER].states]
        if worked:
            id = self._pick(worked, way).id
            for act in acts:
                self._do(self.engine.cases.get(id), PEOPLE[-1], act, None, way)

    @rule(
        story=st.sampled_from(STORIES),
        way=WAYS,
        fates=st.permutations(CALLED_BACK),
        many=st.integers(0, 3),
    )
    def somebody_calls(self, story: tuple[str, str, Any], way: int, fates: Sequence[Act], many: int) -> None:
        """And some of those who wait are called back, in time, or after the watch has seen that a term ran out."""
        text, topic, where = story
        called = {
            "channel": Channel.HOTLINE,
            "reference": f"No.{len(self.posts)}",
            "request": self._pick(list(Request), way),
            "ours": True,
        }
        words = text + self._pick(ENDINGS, way // 7)
        self._arrive(self._reading(words, topic=topic, where=where, called=called))
        for number, act in enumerate(fates[:many]):
            waiting = [case for case in self._cases() if owed(case)]
            if waiting:
                case = self._pick(waiting, way)
                if (way >> number) & 1:
                    self.now = max(self.now, owed(case)[0].due_at + timedelta(minutes=1 + way % 90))
                    self._watch()
                self.who_calls_is_owed_an_answer_until_they_have_it(self._cases())
                self._do(self.engine.cases.get(case.id), PEOPLE[-1], act, None, way)

    @rule(steps=st.integers(0, 9))
    def the_process_will_be_killed(self, steps: int) -> None:
        self.fuse.left = steps

    # -------------------------------------------------------------------------------------- what holds

    @invariant()
    def what_must_hold(self) -> None:
        cases = self._cases()
        self.the_record_has_no_gap_and_every_link_fits(cases)
        self.nothing_is_published_without_three_people_over_the_same_bytes(cases)
        self.a_clock_runs_only_where_somebody_answers_for_it(cases)
        self.no_clock_is_lost_and_none_gains_time_by_itself(cases)
        self.what_is_closed_owes_nothing(cases)
        self.a_suspicion_is_never_shown_as_law(cases)
        self.no_rung_is_told_twice(cases)
        self.who_owes_something_is_looked_at_again(cases)
        self.whose_turn_it_is_can_be_found(cases)
        self.what_is_hidden_answers_nobody(cases)
        self.who_calls_is_owed_an_answer_until_they_have_it(cases)

    def the_record_has_no_gap_and_every_link_fits(self, cases: Sequence[Case]) -> None:
        for case in cases:
            previous = chain.beginning(case.id)
            for number, event in enumerate(case.events, 1):
                assert (event.sequence, event.previous) == (number, previous)
                assert event.digest == chain.link(previous, chain.kept(event))
                previous = event.digest

    def nothing_is_published_without_three_people_over_the_same_bytes(self, cases: Sequence[Case]) -> None:
        for case in cases:
            for one in case.statements:
                if one.state is StatementState.PUBLISHED:
                    assert one.review is not None and one.signature is not None
                    assert one.review.sha256 == one.signature.sha256 == one.sha256
                    assert len({one.author, one.review.by, one.signature.by}) == 3
                    assert not {one.review.by, one.signature.by}.intersection(one.authors)
                    assert self.desk.texts.body(one.sha256) is not None

    def a_clock_runs_only_where_somebody_answers_for_it(self, cases: Sequence[Case]) -> None:
        for case in cases:
            running = [clock for clock in case.clocks if clock.state is ClockState.RUNNING]
            assert not running or case.state in LIVE_STATES or case.merging, (case.state, running)
            assert len({clock.rule.kind for clock in case.clocks}) == len(case.clocks)

    def no_clock_is_lost_and_none_gains_time_by_itself(self, cases: Sequence[Case]) -> None:
        found: dict[Key, ResponseClock] = {}
        for case in cases:
            for clock in (*case.clocks, *case.past_clocks):
                key = case.id, clock.rule.kind, clock.round
                assert key not in found, "two clocks of one name"
                found[key] = clock
        assert self.clocks.keys() <= found.keys()
        corrected = {
            case.id
            for case in cases
            if any("更正" in f"{event.what}{event.why}" for event in case.events[self.told[case.id] :])
        }
        self.told = Counter({case.id: len(case.events) for case in cases})
        for key, before in self.clocks.items():
            after = found[key]
            taken_back = any(one.reason == BACK for one in after.recomputed)
            put_right = key[0] in corrected
            moved = taken_back or put_right or after.due_at == after.extended_to
            assert after.due_at <= before.due_at or moved, key
            told = after.broken_at is not None or after.corrected is not None or put_right or taken_back
            assert before.broken_at is None or told, (key, "a breach was forgotten")
            assert before.provisional or put_right or not after.provisional, (
                key,
                "a duty became a suspicion",
            )
            done = before.state in (ClockState.MET, ClockState.WAIVED)
            assert not done or after.state is before.state, (key, "what was done is owed again")
        self.clocks = found

    def no_rung_is_told_twice(self, cases: Sequence[Case]) -> None:
        """Every rung that the record tells of has a notice of its own, and every notice went out once."""
        for case in cases:
            ids = [notice.id for notice in case.outbox]
            assert len(set(ids)) == len(ids)
            assert self.struck.isdisjoint(ids), "told again what was told"
            ever = self.notices.setdefault(case.id, {})
            assert all(ever.get(n.id, n).subject == n.subject for n in case.outbox), "one id, two notices"
            ever.update((notice.id, notice) for notice in case.outbox)
            self.struck |= ever.keys() - set(ids)
            rungs = [e for e in case.events if e.kind is EventKind.RUNG_REACHED and "走到" in e.what]
            assert len(rungs) == sum(one.rung != IN_PERSON and one.clock is not None for one in ever.values())
            for clock in (*case.clocks, *case.past_clocks):
                assert len(set(clock.fired)) == len(clock.fired), clock.fired
        assert set(self.receiver.had.values()) <= {1}

    def what_is_closed_owes_nothing(self, cases: Sequence[Case]) -> None:
        """But what is put right or hidden afterwards, which takes nothing up again."""
        for case in cases:
            if case.state is CaseState.CLOSED:
                assert not [clock for clock in case.clocks if clock.state is ClockState.RUNNING]
                own = [one for one in case.statements if not one.corrects]
                assert {one.state for one in own} <= set(DONE)
                self.met["closed"] += 1
                afterwards = len(own) < len(case.statements) or any(one.suspensions for one in own)
                self.met["closed, and gone on with"] += afterwards
                if not afterwards:
                    outlets = [one for statement in own for one in statement.publications]
                    assert not [one for one in outlets if one.state is DeliveryState.FAILED]
                    assert set(case.awaits) <= {"ticket"}, "a caller may join it"
                still = case.claims or case.unmerged_from or owed(case) or untold(case)
                assert case.next_rung_at is None or still

    def a_suspicion_is_never_shown_as_law(self, cases: Sequence[Case]) -> None:
        """On no page, public or not, in no notice, and in nothing that says how a deadline follows."""
        for case in cases:
            everything = (*case.clocks, *case.past_clocks)
            suspected = {clock.rule.kind for clock in case.clocks if clock.provisional}
            shown = {(one.name, one.round): one.authority for one in public_clocks(case, self.now)}
            for clock in everything:
                law = clock.official or clock.rule.authority is Authority.STATUTORY
                law = law and not clock.provisional
                assert (clock.authority is Authority.STATUTORY) is law
                assert (shown[clock.rule.name, clock.round] == "法定") is law
                assert (clock_card(clock, self.now).authority == "法定") is law
                row = clock_row(case, clock, office(), self.now, EVERYTHING)
                assert row.house_rule is not law and row.provisional is clock.provisional
                assert not clock.provisional or not any("（法定）" in line for line in clock.working)
            for notice in case.outbox:
                if notice.id not in self.notices.get(case.id, {}) and notice.clock in suspected:
                    self.met["notice of a suspicion"] += 1
                    assert "（法定，" not in notice.body

    def who_owes_something_is_looked_at_again(self, cases: Sequence[Case]) -> None:
        for case in cases:
            owing = (
                case.merging or bool(case.claims or case.unmerged_from) or case.state is CaseState.WATCHING
            )
            owing |= case.state in LIVE_STATES or bool(owed(case) or untold(case))
            assert (case.next_rung_at is not None) is owing

    def whose_turn_it_is_can_be_found(self, cases: Sequence[Case]) -> None:
        for case in cases:
            afterwards = any(one.corrects or one.suspensions for one in case.statements)
            assert bool(case.awaits) <= (case.state in LIVE_STATES or afterwards or bool(owed(case)))
            assert ("ticket" in case.awaits) is bool(owed(case))

    def what_is_hidden_answers_nobody(self, cases: Sequence[Case]) -> None:
        """Where the public can read no answer of this round, none is told as given."""
        for case in cases:
            published = [one for one in case.statements if one.state is StatementState.PUBLISHED]
            self.met["hidden"] += any(one.suspended for one in published)
            self.met["shown again"] += any(one.ended_at for each in published for one in each.suspensions)
            self.met["put right"] += any(one.corrects for one in published)
            self.met["stands elsewhere"] += any(one.appearances for one in published)
            self.met["gone from there"] += any(
                there.removed_at for one in published for there in one.appearances
            )
            assert ("removal" in case.awaits) is bool(left_over(case.statements)), (case.id, case.awaits)
            self.met["referred"] += bool(case.referrals)
            self.met["a reply came"] += any(one.outcome for one in case.referrals)
            if case.state in (CaseState.PUBLISHED, CaseState.FOLLOWED, CaseState.CLOSED):
                open_ones = [one for one in published if one.publicity is Publicity.OPEN]
                hidden = [one for one in open_ones if one.suspended and of_this_round(case, one)]
                assert not hidden or any(in_public(one) for one in open_ones), (case.id, case.state)

    def who_calls_is_owed_an_answer_until_they_have_it(self, cases: Sequence[Case]) -> None:
        """An answer or a return alone ends a ticket, and for good; a breach that was booked stays until the ticket is sorted anew."""
        found = {
            one.post: one for case in cases if case.state is not CaseState.MERGED for one in case.tickets
        }
        for case in cases:
            assert len({one.post for one in case.tickets}) == len(case.tickets)
        for post, before in self.tickets.items():
            after = found.get(post, before)  # on its way from one matter to another it may be in none
            if before.owed and not after.owed:
                act = Act.RETURN_TICKET if after.returned else Act.ANSWER_TICKET
                assert (act, post) in self.picked, "it ended by itself"
                self.met["ticket returned" if after.returned else "ticket answered"] += 1
                self.met["ticket answered late"] += went(after, self.now) is Went.LATE
            assert before.owed or not after.owed, "an answer was taken back"
            sorted_anew = (Act.SORT_TICKET, post) in self.picked
            assert before.overdue_at == after.overdue_at or before.overdue_at is None or sorted_anew
            assert before.request is after.request or sorted_anew
            later = (Act.EXTEND_TICKET, post) in self.picked or sorted_anew
            assert after.due_at == before.due_at or later
            self.met["ticket missed"] += before.overdue_at is None and after.overdue_at is not None
            self.met["ticket put off"] += before.extended_at is None and after.extended_at is not None
            self.met["ticket sorted"] += before.request is not after.request
        self.tickets.update(found)

    # --------------------------------------------------------------------------------------------- help

    def _every_caller_is_kept(self) -> None:
        """With their post, once; and nobody's term has run out unseen."""
        cases = [case for case in self._cases() if case.state is not CaseState.MERGED]
        homes = {
            line.post.id: case.id
            for case in cases
            for line in self.engine.archive.of_cases({case.id, *case.merged_from})
        }
        waits = {id for id, one in self.posts.items() if requests.owes_an_answer(one.post)}
        held = [(one.post, case.id) for case in cases for one in case.tickets]
        assert sorted(held) == sorted((post, homes[post]) for post in waits)
        for case in cases:
            assert unbooked(case, self.now) == ()

    def _every_post_is_counted_once(self) -> None:
        homes: Counter[str] = Counter()
        for case in self._cases():
            assert not case.merging and not case.claims
            if case.state is not CaseState.MERGED:
                lines = list(self.engine.archive.of_cases({case.id, *case.merged_from}))
                posts = {line.post.id for line in lines}
                assert case.tallies.posts == len(posts), (case.id, case.tallies.posts, len(posts))
                assert sum(case.tallies.by_source.values()) == len(posts)
                homes.update(posts)
        assert homes == Counter(dict.fromkeys(self.posts, 1))

    def _reading(self, text: str, *, called: Mapping[str, Any] | None = None, **about: Any) -> Reading:
        """Named after its place in the run, so that the run can be had again."""
        post = {"native_id": f"post-{len(self.posts)}", **(called or {})}
        return reading(text, at=self.now, post=post, **about)

    def _heal(self) -> None:
        """Everybody comes back and finishes."""
        self.fuse.left = None
        self.worker = self._worker()
        self._work([])
        for _ in range(3):
            self._watch()

    def _worker(self) -> StoryHandler:
        return StoryHandler(self.cases, self.archive, office())

    def _arrive(self, one: Reading) -> None:
        self.posts.setdefault(one.post.id, one)
        self._work([one])

    def _work(self, new: Sequence[Reading]) -> None:
        """What was not committed is shown again, in its order, to a worker that knows nothing any more."""
        self.replay += new
        try:
            self.worker.handle(self.replay, self.now)
        except Crash:
            self.worker = self._worker()
        else:
            self.replay = []

    def _watch(self) -> None:
        try:
            Watch(self.cases, self.archive, office(), ManualClock(self.now)).tick(self.now)
        except Crash:
            self.worker = self._worker()

    def _cases(self) -> list[Case]:
        found: dict[str, Case] = {}
        wanted = {
            line.case_id for lines in self.engine.archive.versions(self.posts).values() for line in lines
        }
        wanted |= self.known
        wanted |= {
            case.id for case in self.engine.cases.open_stories("henan", since=NOW - timedelta(days=30))
        }
        for id in filter(None, wanted):
            found[id] = self.engine.cases.get(id)
        self.known = set(found)
        return sorted(found.values(), key=lambda case: case.id)

    def _offers(self, cases: Sequence[Case]) -> list[tuple[Case, Actor, Act, Statement | None]]:
        found: list[tuple[Case, Actor, Act, Statement | None]] = []
        for case in cases:
            for actor in PEOPLE:
                for statement in (None, *case.statements):
                    found += [
                        (case, actor, act, statement) for act in allowed(case, actor, office(), statement)
                    ]
        return found

    def _pick(self, items: Sequence[Any], way: int) -> Any:
        return items[way % len(items)]

    def _do(self, case: Case, actor: Actor, act: Act, statement: Statement | None, way: int) -> None:
        level = rank(case.severity.level)
        running = _running(case)
        try:
            result = self._act(case, actor, act, statement, way)
        except (Refused, TryAgain):
            return
        except Crash:
            self.worker = self._worker()
            return
        self.known.add(result.id)
        assert act is not Act.CLOSE or not owed(result), "closed on a caller who waits"
        stops = {Act.ACKNOWLEDGE: ClockKind.ACKNOWLEDGE, Act.REPORT_UP: ClockKind.REPORT_UP}.get(act)
        if stops is not None:
            assert _running(result) == running - {stops}, "it stopped another's clock, or not its own"
        if act is Act.MERGE:
            assert rank(result.severity.level) >= level

    def _act(self, case: Case, actor: Actor, act: Act, statement: Statement | None, way: int) -> Case:
        desk, now, kwargs = self.desk, self.now, {"seen": len(case.events)}
        kinds = sorted(STATEMENTS)
        kind = statement.kind if statement and act is Act.CORRECT else self._pick(kinds, way)
        draft = a_draft(kind, facts=a_draft().parts[Part.FACTS] + "。" * (way % 5))
        if draft.next_release_at is not None:
            draft = replace(draft, next_release_at=now + timedelta(hours=6))
        if case.assessment is not None:
            draft = replace(draft, category=case.assessment.category)
        one = statement.id if statement else f"{case.id}-1"
        others = [other.id for other in self._cases() if other.id != case.id] or [case.id]
        decisions = [decision.id for decision in case.decisions] or ["none"]
        there = standing(statement) if statement else ()
        tickets = self._some_tickets(case, way)
        asked = next((one for one in case.decisions if one.granted is None), None)
        if act in OF_TICKETS:
            self.picked |= {(act, post) for post in tickets}
        elif act is Act.DECIDE and asked is not None:
            self.picked |= {(Act.EXTEND_TICKET, post) for one in case.decisions for post in one.tickets}
        typed: dict[Act, dict[str, Any]] = {
            Act.DISMISS: {"reason": "不是本办事项"},
            Act.ASSIGN: {"unit": self._pick(UNITS, way)},
            Act.REASSIGN: {"unit": self._pick(UNITS, way), "reason": "换一家"},
            Act.OBJECT: {"reason": "不归我们"},
            Act.REPORT_UP: {"to": self._pick(REPORTED_TO, way)},
            Act.ASSESS: {"category": self._pick(office().handling.class_, way).category, "finding": "属实", "source": "公告"},
            Act.CONSULT: {"participants": ["网信办"], "conclusion": "尽快答复"},
            Act.DRAFT: {"wanted": draft},
            Act.EDIT: {"statement": one, "wanted": draft},
            Act.SUBMIT: {"statement": one},
            Act.CLEAR: {"statement": one, "sha256": statement.sha256 if statement else ""},
            Act.SIGN: {"statement": one, "sha256": statement.sha256 if statement else ""},
            Act.SEND_BACK: {"statement": one, "reason": "再改改"},
            Act.WITHDRAW: {"statement": one, "reason": "不发了"},
            Act.PUBLISH: {"statement": one},
            Act.CORRECT: {"statement": one, "wanted": replace(draft, next_release_at=None)},
            Act.SUSPEND: {"statement": one, "why": self._pick(list(StopReason), way), "reason": "写错了"},
            Act.RESUME: {"statement": one, "reason": "查过了，没有错"},
            Act.NOTE_APPEARANCE: {
                "statement": one, "channel": self._pick(("wechat", "press"), way), "where": "示例公众号", "at": self.now,
                "url": "" if way % 2 else f"https://rmt.example.test/{way}", "copy": "别的话" if way % 3 else "",
            },
            Act.NOTE_REMOVAL: {
                "statement": one, "appearance": str(there[0].number if there else 1), "at": self.now, "reason": "已经删除",
            },
            Act.REFER: {
                "body": self._pick(BODIES, way), "ground": "归它管", "article": "《示例条例》第一条", "note": "请研究答复",
                "until": self.now + timedelta(days=1 + way % 9) if way % 3 else None,
            },
            Act.TAKE_REPLY: {
                "referral": case.referrals[-1].id if case.referrals else "none",
                "outcome": self._pick(list(ReferralOutcome), way), "at": self.now, "gist": "他们说已经办了",
            },
            Act.FOLLOW_UP: {"solved": way % 3 > 0, "found": "问过了"},
            Act.ANSWER_TICKET: {"tickets": tickets, "at": now, "way": self._pick(list(AnsweredBy), way), "said": "已告知处理安排"},
            Act.RETURN_TICKET: {"tickets": tickets, "at": now, "reason": "归住建部门"},
            Act.SORT_TICKET: {"tickets": tickets, "request": self._pick(requests.OWING, way)},
            Act.EXTEND_TICKET: {"tickets": tickets, "until": self._later(case, tickets, way), "reason": "要现场勘查"},
            Act.REOPEN: {"reason": "又来了"},
            Act.CONFIRM_LEVEL: {"reason": "看过了" if way % 2 else ""},
            Act.RAISE: {"level": self._pick(list(Level), way), "reason": "重了"},
            Act.LOWER: {"level": self._pick(list(Level), way), "reason": "轻了"},
            Act.WAIVE: {"clock": self._pick(list(ClockKind), way), "reason": "不必了"},
            Act.REINSTATE: {"clock": self._pick(list(ClockKind), way), "reason": "还是要办"},
            Act.EXTEND: {"clock": self._pick(list(ClockKind), way), "until": self.now + timedelta(hours=1 + way % 90), "reason": "难办"},
            Act.START_CLOCK: {"clock": self._pick(sorted(PROVISIONAL), way), "reason": "像是突发事件"},
            Act.CANCEL_CLOCK: {"clock": self._pick(sorted(PROVISIONAL), way), "reason": "查明不是"},
            Act.DECIDE: {"decision": self._pick(decisions, way), "granted": way % 2 == 0, "reason": "同意"},
            Act.MERGE: {"into": self._pick(others, way), "reason": "同一件事"},
            Act.SPLIT: {"posts": self._some_posts(case, way)},
            Act.RELABEL: {"labels": self._labels(way), "reason": "到现场看过"},
            Act.RECOGNISE: self._recognised(way),
            Act.LINK: {"other": self._pick(others, way)},
            Act.APART: {"other": self._pick(others, way)},
            Act.HOLD: {"until": None if way % 2 else self.now + timedelta(days=1 + way % 90), "reason": "要用"},
            Act.RELEASE: {"reason": "不用了"},
            Act.EVALUATE: {"channels": ["weibo", "press"][: way % 3], "in_place": way % 2 == 0},
        }  # fmt: skip
        names = {Act.OBJECT: "object_to", Act.RAISE: "raise_level", Act.LOWER: "lower_level"}
        command = getattr(desk, names.get(act, act.value))
        return cast(Case, command(case.id, actor, now, **kwargs, **typed.get(act, {})))

    def _labels(self, way: int) -> Labels:
        known = self._pick(list(Knowledge), way)
        if way % 3 == 0:
            return Labels(topic=f"T{1 + way % 16:02d}")
        if way % 3 == 1:
            at = self.now - timedelta(hours=way % 50)
            moment = Occurrence(at=at, source=known.value, certainty=Certainty.STATED)
            return Labels(occurred=moment if way % 4 else Occurrence())
        kind = self._pick(CASUALTIES, way)
        return Labels(casualties=(Casualties(kind=kind, number=way % 5, source=known),))

    def _recognised(self, way: int) -> dict[str, Any]:
        kind = self._pick(list(Recognised), way)
        level = self._pick(list(Level), way // 3) if kind is Recognised.EMERGENCY and way % 5 else None
        stands = way % 5 > 0
        return {
            "kind": kind, "level": level, "stands": stands, "body": "省政府", "said_at": self.now - timedelta(minutes=way % 90),
            "reason": "登记有误",
        }  # fmt: skip

    def _some_tickets(self, case: Case, way: int) -> list[str]:
        posts = [one.post for one in owed(case)]
        return [post for number, post in enumerate(posts) if (way >> number) & 1] or posts[:1]

    def _later(self, case: Case, tickets: Sequence[str], way: int) -> datetime:
        last = max((one.due_at for one in case.tickets if one.post in tickets), default=self.now)
        return max(last, self.now) + timedelta(days=1 + way % 9)

    def _some_posts(self, case: Case, way: int) -> list[str]:
        lines = self.engine.archive.of_cases({case.id, *case.merged_from})
        posts = sorted({line.post.id for line in lines} - {case.opened_by.id})
        return [post for number, post in enumerate(posts) if (way >> number) & 1] or posts[:1]


def _running(case: Case) -> set[ClockKind]:
    return {clock.rule.kind for clock in case.clocks if clock.state is ClockState.RUNNING}


HAPPENS = {
    "closed", "closed, and gone on with", "notice of a suspicion", "hidden", "shown again", "put right", "referred",
    "a reply came", "stands elsewhere", "gone from there",
    "ticket answered", "ticket answered late", "ticket returned", "ticket put off", "ticket sorted", "ticket missed",
}  # fmt: skip
"""What has to have come about, so that what must hold was asked of it."""
ROUNDS = 4
"""Of other drawings, where the first leaves something out: any change of the code draws anew."""


@pytest.mark.timeout(900)
def test_an_office_at_random() -> None:
    chosen = settings(
        max_examples=32,
        stateful_step_count=40,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Office, settings=chosen)
    for number in range(ROUNDS):
        if set(+Office.met) >= HAPPENS:
            break
        again = seed(number)(type("Again", (Office,), {}))
        run_state_machine_as_test(again, settings=settings(chosen, max_examples=12))
    assert set(+Office.met) == HAPPENS

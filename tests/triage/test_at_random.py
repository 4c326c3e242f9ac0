"""Whatever people, the worker and the watch do to a few cases, in any order and with crashes in between, some things hold.

The record has no gap; nothing is published without three people over the same bytes; every post is in one case and is
counted once; a clock runs only where somebody answers for it, and never gets later.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from huiying import chain
from huiying import settings as settings_of_the_office
from huiying.clock import ManualClock
from huiying.contracts import (
    LIVE_STATES,
    Actor,
    Case,
    CaseState,
    ClockKind,
    ClockState,
    Level,
    Rank,
    Reading,
    Role,
    SignalKind,
    Statement,
    StatementState,
)
from huiying.engines import open_engine
from huiying.errors import TryAgain
from huiying.ports import CaseStore, PostArchive
from tests.dying import Crash, Dying, Fuse
from tests.factories import NOW
from tests.triage.people import a_draft, person
from tests.triage.texts import place, policy, reading
from triage.acts import RULES, Act, allowed
from triage.deeds.matter import REPORTED_TO
from triage.deeds.undoing import BACK
from triage.desk import Desk
from triage.handle import StoryHandler
from triage.publishing import Part
from triage.refusals import Refused
from triage.severity import rank
from triage.texts import Texts
from triage.watch import Watch
from triage.words import STATEMENTS

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
DONE = (StatementState.PUBLISHED, StatementState.WITHDRAWN)
WAY_ON = (
    Act.CLOSE, Act.FOLLOW_UP, Act.PUBLISH, Act.SIGN, Act.CLEAR, Act.SUBMIT, Act.DRAFT, Act.ASSESS, Act.ACKNOWLEDGE,
    Act.CONFIRM, Act.DECIDE, Act.REOPEN,
)  # fmt: skip
"""The furthest step first."""
WAYS = st.integers(0, 10_000)


class Office(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.engine = open_engine(settings_of_the_office.load(data=Path(self.folder.name), engine="embedded"))
        self.fuse = Fuse()
        self.cases = cast(CaseStore, Dying(self.engine.cases, ["save"], self.fuse))
        self.archive = cast(PostArchive, Dying(self.engine.archive, ["put", "rehome"], self.fuse))
        self.desk = Desk(
            cases=self.cases, archive=self.archive, texts=Texts(self.engine.register), policy=policy()
        )
        self.now = NOW
        self.worker = self._worker()
        self.replay: list[Reading] = []
        self.posts: dict[str, Reading] = {}
        self.known: set[str] = set()
        self.due: dict[tuple[str, ClockKind, int], datetime] = {}
        self.done: Counter[Act] = Counter()

    def teardown(self) -> None:
        self._heal()
        self._every_post_is_counted_once()
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

    @rule(way=WAYS, weight=st.sampled_from(["any", "statement", "close"]))
    def somebody_does_what_is_offered(self, way: int, weight: str) -> None:
        offers = self._offers()
        if weight == "statement":
            offers = [offer for offer in offers if RULES[offer[2]].drafts] or offers
        elif weight == "close":
            ends = {Act.FOLLOW_UP, Act.CLOSE, Act.REOPEN, Act.DISMISS, Act.ASSESS, Act.ACKNOWLEDGE, Act.DRAFT}
            offers = [offer for offer in offers if offer[2] in ends] or offers
        if offers:
            case, actor, act, statement = self._pick(offers, way)
            self._do(case, actor, act, statement, way)

    @rule(way=WAYS, steps=st.integers(1, 12))
    def a_matter_goes_on(self, way: int, steps: int) -> None:
        """The next step of the way that is meant, some times over."""
        id = self._pick(self._cases(), way).id
        for step in range(steps):
            offers = [offer for offer in self._offers() if offer[0].id == id and offer[2] in WAY_ON]
            drafted = any(one.state not in DONE for one in self.engine.cases.get(id).statements)
            offers = [offer for offer in offers if not (offer[2] is Act.DRAFT and drafted)]
            if offers:
                first = min(WAY_ON.index(offer[2]) for offer in offers)
                offers = [offer for offer in offers if WAY_ON.index(offer[2]) == first]
                case, actor, act, statement = self._pick(offers, way + step)
                self._do(case, actor, act, statement, way + step)

    @rule(actor=st.sampled_from(PEOPLE), act=st.sampled_from(Act), way=WAYS)
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
        self.no_deadline_moves_to_later(cases)
        self.who_owes_something_is_looked_at_again(cases)
        self.whose_turn_it_is_can_be_found(cases)

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

    def no_deadline_moves_to_later(self, cases: Sequence[Case]) -> None:
        for case in cases:
            for clock in (*case.clocks, *case.past_clocks):
                key = case.id, clock.rule.kind, clock.round
                taken_back = any(one.reason == BACK for one in clock.recomputed)
                assert clock.due_at <= self.due.get(key, clock.due_at) or taken_back, key
                self.due[key] = clock.due_at

    def who_owes_something_is_looked_at_again(self, cases: Sequence[Case]) -> None:
        for case in cases:
            owing = (
                case.merging or bool(case.claims or case.unmerged_from) or case.state is CaseState.WATCHING
            )
            owing |= case.state in LIVE_STATES
            assert (case.next_rung_at is not None) is owing

    def whose_turn_it_is_can_be_found(self, cases: Sequence[Case]) -> None:
        for case in cases:
            assert bool(case.awaits) <= (case.state in LIVE_STATES)

    # --------------------------------------------------------------------------------------------- help

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

    def _reading(self, text: str, **about: Any) -> Reading:
        """Named after its place in the run, so that the run can be had again."""
        return reading(text, at=self.now, post={"native_id": f"post-{len(self.posts)}"}, **about)

    def _heal(self) -> None:
        """Everybody comes back and finishes."""
        self.fuse.left = None
        self.worker = self._worker()
        self._work([])
        for _ in range(3):
            self._watch()

    def _worker(self) -> StoryHandler:
        return StoryHandler(self.cases, self.archive, policy())

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
            Watch(self.cases, self.archive, policy(), ManualClock(self.now)).tick(self.now)
        except Crash:
            self.worker = self._worker()

    def _cases(self) -> list[Case]:
        found: dict[str, Case] = {}
        wanted = {line.case_id for post in self.posts for line in self.engine.archive.versions(post)}
        wanted |= self.known
        wanted |= {
            case.id for case in self.engine.cases.open_stories("henan", since=NOW - timedelta(days=30))
        }
        for id in filter(None, wanted):
            found[id] = self.engine.cases.get(id)
        self.known = set(found)
        return sorted(found.values(), key=lambda case: case.id)

    def _offers(self) -> list[tuple[Case, Actor, Act, Statement | None]]:
        found: list[tuple[Case, Actor, Act, Statement | None]] = []
        for case in self._cases():
            for actor in PEOPLE:
                for statement in (None, *case.statements):
                    found += [
                        (case, actor, act, statement) for act in allowed(case, actor, policy(), statement)
                    ]
        return found

    def _pick(self, items: Sequence[Any], way: int) -> Any:
        return items[way % len(items)]

    def _do(self, case: Case, actor: Actor, act: Act, statement: Statement | None, way: int) -> None:
        level = rank(case.severity.level)
        try:
            result = self._act(case, actor, act, statement, way)
        except (Refused, TryAgain):
            return
        except Crash:
            self.worker = self._worker()
            return
        self.known.add(result.id)
        self.done[act] += 1
        if act is Act.MERGE:
            assert rank(result.severity.level) >= level

    def _act(self, case: Case, actor: Actor, act: Act, statement: Statement | None, way: int) -> Case:
        desk, now, kwargs = self.desk, self.now, {"seen": len(case.events)}
        kinds = sorted(STATEMENTS)
        draft = a_draft(self._pick(kinds, way), facts=a_draft().parts[Part.FACTS] + "。" * (way % 5))
        if case.assessment is not None:
            draft = replace(draft, category=case.assessment.category)
        one = statement.id if statement else f"{case.id}-1"
        others = [other.id for other in self._cases() if other.id != case.id] or [case.id]
        decisions = [decision.id for decision in case.decisions] or ["none"]
        typed: dict[Act, dict[str, Any]] = {
            Act.DISMISS: {"reason": "不是本办事项"},
            Act.ASSIGN: {"unit": self._pick(UNITS, way)},
            Act.REASSIGN: {"unit": self._pick(UNITS, way), "reason": "换一家"},
            Act.OBJECT: {"reason": "不归我们"},
            Act.REPORT_UP: {"to": self._pick(REPORTED_TO, way)},
            Act.ASSESS: {"category": self._pick(policy().handling.class_, way).category, "finding": "属实", "source": "公告"},
            Act.CONSULT: {"participants": ["网信办"], "conclusion": "尽快答复"},
            Act.DRAFT: {"wanted": draft},
            Act.EDIT: {"statement": one, "wanted": draft},
            Act.SUBMIT: {"statement": one},
            Act.CLEAR: {"statement": one, "sha256": statement.sha256 if statement else ""},
            Act.SIGN: {"statement": one, "sha256": statement.sha256 if statement else ""},
            Act.SEND_BACK: {"statement": one, "reason": "再改改"},
            Act.WITHDRAW: {"statement": one, "reason": "不发了"},
            Act.PUBLISH: {"statement": one},
            Act.FOLLOW_UP: {"solved": way % 3 > 0, "found": "问过了"},
            Act.REOPEN: {"reason": "又来了"},
            Act.RAISE: {"level": self._pick(list(Level), way), "reason": "重了"},
            Act.LOWER: {"level": self._pick(list(Level), way), "reason": "轻了"},
            Act.WAIVE: {"clock": self._pick(list(ClockKind), way), "reason": "不必了"},
            Act.DECIDE: {"decision": self._pick(decisions, way), "granted": way % 2 == 0, "reason": "同意"},
            Act.MERGE: {"into": self._pick(others, way), "reason": "同一件事"},
            Act.SPLIT: {"posts": self._some_posts(case, way)},
            Act.LINK: {"other": self._pick(others, way)},
            Act.APART: {"other": self._pick(others, way)},
        }  # fmt: skip
        names = {Act.OBJECT: "object_to", Act.RAISE: "raise_level", Act.LOWER: "lower_level"}
        command = getattr(desk, names.get(act, act.value))
        return cast(Case, command(case.id, actor, now, **kwargs, **typed.get(act, {})))

    def _some_posts(self, case: Case, way: int) -> list[str]:
        lines = self.engine.archive.of_cases({case.id, *case.merged_from})
        posts = sorted({line.post.id for line in lines} - {case.opened_by.id})
        return [post for number, post in enumerate(posts) if (way >> number) & 1] or posts[:1]


Office.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestAnOfficeAtRandom = Office.TestCase

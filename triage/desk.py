"""The only way by which people reach cases: every act is a command here, and each is one save.

A command reads the case, asks the table (``triage.acts``) whether this person may do this now, lets a pure function
(``triage.deeds``) decide what it makes of the case, and saves; where the worker was first it reads again and decides again,
so both changes stand.  ``seen`` is how many events the case had on the page that the person looked at: where somebody else
has acted since, nothing is done and they are told what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from huiying.contracts import (
    Actor,
    ArchiveLine,
    Case,
    CaseEvent,
    Category,
    ClockKind,
    EventKind,
    Level,
    Statement,
    TextRef,
)
from huiying.errors import CaseNotFound, RevisionConflict
from huiying.ports import CaseStore, PostArchive
from triage.acts import LED as OF_THE_LEAD
from triage.acts import RULES, Act, concerns, is_for, is_now, leads
from triage.completion import complete
from triage.deeds import levels, matter, statements, stories
from triage.lifecycle import blank_case
from triage.policy import Policy
from triage.publishing import Draft, compose, draft_of
from triage.record import indexed
from triage.refusals import Changed, Invalid, NotNow, NotYours
from triage.saving import amend
from triage.texts import Texts

MOST_TEXT = 4000
"""Characters of one reason, finding or conclusion."""
MOST_BODIES = 30

Change = Callable[[Case], Case]


@dataclass(frozen=True, kw_only=True)
class Desk:
    cases: CaseStore
    archive: PostArchive
    texts: Texts
    policy: Policy
    outlets: tuple[str, ...] = ("page",)
    """Where a statement goes when it is published."""

    # ------------------------------------------------------------------------------ from alert to file

    def confirm(self, case_id: str, actor: Actor, now: datetime, *, seen: int) -> Case:
        return self._act(Act.CONFIRM, case_id, actor, seen, lambda case: matter.confirm(case, actor, now))

    def dismiss(self, case_id: str, actor: Actor, now: datetime, *, seen: int, reason: str) -> Case:
        ref = self._text("reason", reason)
        return self._act(
            Act.DISMISS, case_id, actor, seen, lambda case: matter.dismiss(case, actor, now, reason=ref)
        )

    def assign(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, unit: str, note: str = ""
    ) -> Case:
        texts = self._texts("note", note)
        return self._act(
            Act.ASSIGN,
            case_id,
            actor,
            seen,
            lambda case: matter.assign(case, actor, self.policy, now, unit=unit, texts=texts, again=False),
        )

    def reassign(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, unit: str, reason: str
    ) -> Case:
        texts = (self._text("reason", reason),)
        return self._act(
            Act.REASSIGN,
            case_id,
            actor,
            seen,
            lambda case: matter.assign(case, actor, self.policy, now, unit=unit, texts=texts, again=True),
        )

    def object_to(self, case_id: str, actor: Actor, now: datetime, *, seen: int, reason: str) -> Case:
        ref = self._text("reason", reason)
        return self._act(
            Act.OBJECT,
            case_id,
            actor,
            seen,
            lambda case: matter.object_to(case, actor, self.policy, now, reason=ref),
        )

    def acknowledge(self, case_id: str, actor: Actor, now: datetime, *, seen: int) -> Case:
        return self._act(
            Act.ACKNOWLEDGE,
            case_id,
            actor,
            seen,
            lambda case: matter.acknowledge(case, actor, self.policy, now),
        )

    def report_up(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, to: str, note: str = ""
    ) -> Case:
        texts = self._texts("note", note)
        return self._act(
            Act.REPORT_UP,
            case_id,
            actor,
            seen,
            lambda case: matter.report_up(case, actor, now, to=to, texts=texts),
        )

    def assess(
        self,
        case_id: str,
        actor: Actor,
        now: datetime,
        *,
        seen: int,
        category: Category,
        finding: str,
        source: str = "",
    ) -> Case:
        if len(source) > 300:
            raise Invalid({"source": "官方来源最多 300 字"})
        ref = self._text("finding", finding)
        return self._act(
            Act.ASSESS,
            case_id,
            actor,
            seen,
            lambda case: matter.assess(
                case, actor, self.policy, now, category=category, finding=ref, source=source.strip()
            ),
        )

    def consult(
        self,
        case_id: str,
        actor: Actor,
        now: datetime,
        *,
        seen: int,
        participants: Sequence[str],
        conclusion: str,
    ) -> Case:
        """``participants``: units and bodies by name, one a line."""
        bodies = tuple(dict.fromkeys(name.strip() for name in participants if name.strip()))
        if not 1 <= len(bodies) <= MOST_BODIES or any(len(name) > 40 for name in bodies):
            raise Invalid(
                {"participants": f"写参加的单位，一行一个，1 到 {MOST_BODIES} 个，每个不超过 40 字"}
            )
        ref = self._text("conclusion", conclusion)
        return self._act(
            Act.CONSULT,
            case_id,
            actor,
            seen,
            lambda case: matter.consult(case, actor, now, participants=bodies, conclusion=ref),
        )

    def follow_up(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, solved: bool, found: str
    ) -> Case:
        ref = self._text("found", found)
        return self._act(
            Act.FOLLOW_UP,
            case_id,
            actor,
            seen,
            lambda case: matter.follow_up(case, actor, now, solved=solved, found=ref),
        )

    def close(self, case_id: str, actor: Actor, now: datetime, *, seen: int) -> Case:
        return self._act(Act.CLOSE, case_id, actor, seen, lambda case: matter.close(case, actor, now))

    def reopen(self, case_id: str, actor: Actor, now: datetime, *, seen: int, reason: str) -> Case:
        ref = self._text("reason", reason)
        return self._act(
            Act.REOPEN, case_id, actor, seen, lambda case: matter.reopen(case, actor, now, reason=ref)
        )

    # ----------------------------------------------------------------------------- levels and clocks

    def raise_level(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, level: Level, reason: str
    ) -> Case:
        ref = self._text("reason", reason)
        return self._act(
            Act.RAISE,
            case_id,
            actor,
            seen,
            lambda case: levels.raise_level(case, actor, self.policy, now, level=level, reason=ref),
        )

    def lower_level(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, level: Level, reason: str
    ) -> Case:
        ref = self._text("reason", reason)
        return self._act(
            Act.LOWER,
            case_id,
            actor,
            seen,
            lambda case: levels.lower_level(case, actor, self.policy, now, level=level, reason=ref),
        )

    def waive(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, clock: ClockKind, reason: str
    ) -> Case:
        ref = self._text("reason", reason)
        return self._act(
            Act.WAIVE,
            case_id,
            actor,
            seen,
            lambda case: levels.waive(case, actor, now, kind=clock, reason=ref),
        )

    def decide(
        self,
        case_id: str,
        actor: Actor,
        now: datetime,
        *,
        seen: int,
        decision: str,
        granted: bool,
        reason: str,
    ) -> Case:
        ref = self._text("reason", reason)
        return self._act(
            Act.DECIDE,
            case_id,
            actor,
            seen,
            lambda case: levels.decide(
                case, actor, self.policy, now, decision=decision, granted=granted, reason=ref
            ),
        )

    # ------------------------------------------------------------------------------------ statements

    def draft(self, case_id: str, actor: Actor, now: datetime, *, seen: int, wanted: Draft) -> Case:
        wanted, sha256 = self._kept(case_id, wanted)
        return self._act(
            Act.DRAFT,
            case_id,
            actor,
            seen,
            lambda case: statements.draft(case, actor, now, wanted=wanted, sha256=sha256),
        )

    def edit(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, statement: str, wanted: Draft
    ) -> Case:
        wanted, sha256 = self._kept(case_id, wanted)
        return self._on(
            Act.EDIT,
            case_id,
            statement,
            actor,
            seen,
            lambda case, one: statements.edit(case, one, actor, now, wanted=wanted, sha256=sha256),
        )

    def submit(self, case_id: str, actor: Actor, now: datetime, *, seen: int, statement: str) -> Case:
        return self._on(
            Act.SUBMIT,
            case_id,
            statement,
            actor,
            seen,
            lambda case, one: statements.submit(
                case, one, actor, self.policy, now, written=self.written(one)
            ),
        )

    def clear(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, statement: str, sha256: str
    ) -> Case:
        """``sha256`` is what stood on the reviewer's screen."""
        return self._on(
            Act.CLEAR,
            case_id,
            statement,
            actor,
            seen,
            lambda case, one: statements.clear(case, one, actor, now, sha256=sha256),
        )

    def sign(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, statement: str, sha256: str
    ) -> Case:
        return self._on(
            Act.SIGN,
            case_id,
            statement,
            actor,
            seen,
            lambda case, one: statements.sign(case, one, actor, self.policy, now, sha256=sha256),
        )

    def send_back(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, statement: str, reason: str
    ) -> Case:
        ref = self._text("reason", reason)
        return self._on(
            Act.SEND_BACK,
            case_id,
            statement,
            actor,
            seen,
            lambda case, one: statements.send_back(case, one, actor, now, reason=ref),
        )

    def withdraw(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, statement: str, reason: str
    ) -> Case:
        ref = self._text("reason", reason)
        return self._on(
            Act.WITHDRAW,
            case_id,
            statement,
            actor,
            seen,
            lambda case, one: statements.withdraw(case, one, actor, now, reason=ref),
        )

    def publish(self, case_id: str, actor: Actor, now: datetime, *, seen: int, statement: str) -> Case:
        return self._on(
            Act.PUBLISH,
            case_id,
            statement,
            actor,
            seen,
            lambda case, one: statements.publish(
                case, one, actor, self.policy, now, written=self.written(one), outlets=self.outlets
            ),
        )

    def written(self, statement: Statement) -> Draft:
        """What stands in the statement's bytes. Raises NotNow where they are lost or are not what they were."""
        body = self.texts.body(statement.sha256)
        if body is None:
            raise NotNow("文稿的正文读不到，或与登记的 SHA-256 不符。请重新拟稿，并告诉系统管理员")
        return draft_of(
            body,
            kind=statement.kind,
            category=statement.category,
            publicity=statement.publicity,
            ground=statement.publicity_reason,
            next_release_at=statement.next_release_at,
        )

    # --------------------------------------------------------------------------------------- stories

    def merge(self, case_id: str, actor: Actor, now: datetime, *, seen: int, into: str, reason: str) -> Case:
        """Returns the case that goes on."""
        texts = (self._text("reason", reason),)
        try:
            other = self.cases.get(into)
        except CaseNotFound as missing:
            raise Invalid({"into": "没有这个编号的事件"}) from missing
        if not concerns(other, actor, self.policy):
            raise Invalid({"into": "没有这个编号的事件"})
        if not is_now(Act.MERGE, other):
            raise Invalid({"into": "那件事已经不在办"})
        self._act(
            Act.MERGE,
            case_id,
            actor,
            seen,
            lambda case: stories.part_with(case, other, actor, now, texts=texts),
        )
        complete(self.cases, self.archive, case_id, now, self.policy)
        return self.cases.get(into)

    def split(self, case_id: str, actor: Actor, now: datetime, *, seen: int, posts: Collection[str]) -> Case:
        """Returns the new case."""
        case = self._ready(Act.SPLIT, self.cases.get(case_id), actor, seen)
        lines = list(self.archive.of_cases({case.id, *case.merged_from}))
        stories.check_split(case, posts, lines)
        chosen: list[ArchiveLine] = [line for line in lines if line.post.id in set(posts)]
        blank = blank_case(stories.opening_of(chosen), self.policy, now)
        made = stories.split_off(case, chosen, actor, self.policy, now, blank=blank)
        made = self._indexed(replace(made, revision=1))
        try:
            self.cases.save([made])
        except RevisionConflict as conflict:
            raise NotNow("这件事刚刚被拆分过，请刷新后再看") from conflict
        complete(self.cases, self.archive, made.id, now, self.policy)
        return self.cases.get(made.id)

    # ------------------------------------------------------------------------------------------ edges

    def _act(self, act: Act, case_id: str, actor: Actor, seen: int, change: Change) -> Case:
        def apply(case: Case) -> Case:
            ready = self._ready(act, case, actor, seen)
            changed = change(ready)
            return case if changed is ready else self._indexed(changed)

        result = amend(self.cases, case_id, apply)
        return result[1] if result else self.cases.get(case_id)

    def _on(
        self,
        act: Act,
        case_id: str,
        statement_id: str,
        actor: Actor,
        seen: int,
        change: Callable[[Case, Statement], Case],
    ) -> Case:
        def apply(case: Case) -> Case:
            statement = statements.of(case, statement_id)
            ready = self._ready(act, case, actor, seen, statement)
            changed = change(ready, statement)
            return case if changed is ready else self._indexed(changed)

        result = amend(self.cases, case_id, apply)
        return result[1] if result else self.cases.get(case_id)

    def _ready(
        self, act: Act, case: Case, actor: Actor, seen: int, statement: Statement | None = None
    ) -> Case:
        rule = RULES[act]
        if not is_for(act, actor):
            raise NotYours(f"您的角色不能{rule.name}")
        if not concerns(case, actor, self.policy) or (
            act in OF_THE_LEAD and not leads(case, actor, self.policy)
        ):
            raise NotYours(f"这件事由{self.policy.unit_name(case.route.lead)}承办，不在您的单位")
        if others := acted_since(case, actor, seen):
            raise Changed(others)
        if not is_now(act, case, statement):
            raise NotNow(f"这一步现在不能做：要先到能{rule.name}的状态")
        return case

    def _indexed(self, case: Case) -> Case:
        return indexed(case, lapse=self.policy.lapse)

    def _kept(self, case_id: str, wanted: Draft) -> tuple[Draft, str]:
        """The draft with its bytes in the statement store, under the name that comes back. Raises Invalid when too long."""
        rules = self.policy.handling.text
        whole = sum(len(text) for text in wanted.parts.values())
        if whole > 2 * rules.whole_most or len(wanted.title) > 10 * rules.title_most:
            raise Invalid(
                {
                    "whole": f"全文 {whole} 字，最多 {rules.whole_most} 字，没有存下。请先删减，写的内容还在这一页"
                }
            )
        unit = self.policy.unit_name(self.cases.get(case_id).route.lead)
        return wanted, self.texts.keep_body(compose(wanted, unit=unit, handling=self.policy.handling))

    def _text(self, name: str, text: str) -> TextRef:
        """Kept before the case is saved: a text that nothing refers to does no harm. Raises Invalid."""
        text = text.strip()
        if not text:
            raise Invalid({name: "要写明"})
        if len(text) > MOST_TEXT:
            raise Invalid({name: f"{len(text)} 字，最多 {MOST_TEXT} 字"})
        return TextRef(name=name, digest=self.texts.keep(text))

    def _texts(self, name: str, text: str) -> tuple[TextRef, ...]:
        return (self._text(name, text),) if text.strip() else ()


def acted_since(case: Case, actor: Actor, seen: int) -> tuple[CaseEvent, ...]:
    """What other people have done to the case since it had ``seen`` events. The machine's doings are no reason to stop."""
    return tuple(
        event
        for event in case.events[max(0, seen) :]
        if not event.who.startswith("system:")
        and event.who not in (actor.login, "public")
        and event.kind is not EventKind.NOTICE_SEEN
    )

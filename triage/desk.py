"""The only way by which people reach cases: every act is a command here, and each is one save.

A command reads the case, asks the table (``triage.acts``) whether this person may do this now, lets a pure function
(``triage.deeds``) decide what it makes of the case, and saves; where the worker was first it reads again and decides again,
so both changes stand.  ``seen`` is how many events the case had on the page that the person looked at: where somebody else
has acted since, nothing is done and they are told what changed.  What was left out of a form comes as None, and all that is
wrong with what was typed is told in one go (``Invalid.faults``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

from huiying import personal
from huiying.contracts import (
    HANDLED_AS,
    Actor,
    AnsweredBy,
    ArchiveLine,
    Case,
    CaseEvent,
    CaseState,
    Category,
    ClockKind,
    EventKind,
    Level,
    OutsideBody,
    Place,
    PostKey,
    Recognised,
    Recognition,
    ReferralOutcome,
    Request,
    Statement,
    StopReason,
    TextRef,
)
from huiying.errors import CaseNotFound, RevisionConflict, TryAgain
from huiying.examples import Examples, Labels, post_label
from huiying.ports import CaseStore, PostArchive
from huiying.secrecy import secret_in
from triage.acts import HELPED, RULES, Act, concerns, is_for, is_now, leads, stands_right
from triage.clocks import put_right as clocks_anew
from triage.completion import complete, unfinished, written
from triage.deeds import (
    amending,
    appearing,
    evaluating,
    filing,
    levels,
    matter,
    recognising,
    referring,
    statements,
    stories,
    ticketing,
    undoing,
)
from triage.deeds.labels import check as check_labels
from triage.deeds.labels import relabel as put_right
from triage.deeds.stories import next_split
from triage.filing import is_blank
from triage.hearing import hear
from triage.lifecycle import blank_case, reckoned
from triage.policy import Policy
from triage.publishing import Draft, Part, clean, compose, draft_of, one_line, parse, private_in, unkeepable
from triage.record import indexed
from triage.refusals import Changed, Invalid, NotNow, NotYours, Refused
from triage.saving import amend, whole
from triage.scoring import Scoring, shipped
from triage.teaching import example_of
from triage.texts import Said, Texts, name_of, said
from triage.titles import GONE

MOST_TEXT = 4000
"""Characters of one reason, finding or conclusion."""
MOST_BODIES = 30
UNKNOWN = "没有找到这件事：请打开要并入的那件事，复制浏览器地址栏里的网址，粘贴到这里"
WANTED = {
    "reason": "请写明理由",
    "finding": "请写明研判意见",
    "conclusion": "请写明会商结论",
    "found": "请写明回访情况",
    "gist": "请写明反馈的要点",
    "outcome": "请选择结果",
    "what": "请选择登记什么",
    "where": "请写登在哪里",
    "why": "请选择原因",
    **dict.fromkeys(("said_at", "at", "until"), "时间看不懂，请写成 2026-11-23 10:00 这样"),
    "category": "请选择六类之一",
    "solved": "请选择有没有解决",
    "level": "请选择等级",
    "clock": "请选择时限",
    "granted": "请选择同意或不同意",
    "in_place": "请选择是或否",
    "way": "请选择怎么答复的",
    "statement": "没有这份文稿",
    "request": "请选择类型",
}
"""What is said where one of the things that an act asks for is missing."""

Change = Callable[[Case], Case]
T = TypeVar("T")
NONE_WRONG: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Desk:
    cases: CaseStore
    archive: PostArchive
    texts: Texts
    policy: Policy
    scoring: Scoring = field(default_factory=shipped)
    outlets: tuple[str, ...] = ("page",)
    """Where a statement goes when it is published."""

    # ------------------------------------------------------------------------------ from alert to file

    def confirm(self, case_id: str, actor: Actor, now: datetime, *, seen: int) -> Case:
        return self._act(
            Act.CONFIRM, case_id, actor, seen, lambda case: matter.confirm(case, actor, self.policy, now)
        )

    def dismiss(self, case_id: str, actor: Actor, now: datetime, *, seen: int, reason: str) -> Case:
        said = self._text("reason", reason)
        return self._act(
            Act.DISMISS,
            case_id,
            actor,
            seen,
            lambda case: matter.dismiss(self._all_written(Act.DISMISS, case), actor, now, reason=said.ref),
            said,
        )

    def assign(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, unit: str, note: str = ""
    ) -> Case:
        said = self._texts("note", note)
        return self._act(
            Act.ASSIGN,
            case_id,
            actor,
            seen,
            lambda case: matter.assign(
                case, actor, self.policy, now, unit=unit, texts=refs(said), again=False
            ),
            *said,
        )

    def reassign(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, unit: str, reason: str
    ) -> Case:
        said = self._text("reason", reason)
        return self._act(
            Act.REASSIGN,
            case_id,
            actor,
            seen,
            lambda case: matter.assign(
                case, actor, self.policy, now, unit=unit, texts=(said.ref,), again=True
            ),
            said,
        )

    def object_to(self, case_id: str, actor: Actor, now: datetime, *, seen: int, reason: str) -> Case:
        said = self._text("reason", reason)
        return self._act(
            Act.OBJECT,
            case_id,
            actor,
            seen,
            lambda case: matter.object_to(case, actor, self.policy, now, reason=said.ref),
            said,
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
        said = self._texts("note", note)
        return self._act(
            Act.REPORT_UP,
            case_id,
            actor,
            seen,
            lambda case: matter.report_up(case, actor, now, to=to, texts=refs(said)),
            *said,
        )

    def assess(
        self,
        case_id: str,
        actor: Actor,
        now: datetime,
        *,
        seen: int,
        category: Category | None,
        finding: str,
        source: str = "",
    ) -> Case:
        source, said = one_line(source), self._text("finding", finding)
        return self._act(
            Act.ASSESS,
            case_id,
            actor,
            seen,
            lambda case: matter.assess(
                case,
                actor,
                self.policy,
                now,
                category=given("category", category),
                finding=said.ref,
                source=source,
            ),
            said,
            faults=_at("source", _wrong_source(source)),
        )

    def relabel(
        self,
        case_id: str,
        actor: Actor,
        now: datetime,
        *,
        seen: int,
        labels: Labels,
        place: Place | None = None,
        reason: str = "",
        misread: Mapping[str, str] = NONE_WRONG,
    ) -> Case:
        """People put right what the machine made of it. ``place`` goes with ``labels.place``. Facts that clocks and level count
        from take a reason. ``misread``: by field, what of the form nobody can understand. It is told with the rest, and nothing
        is done.
        """
        said = self._texts("reason", reason)
        unproven = labels.facts and not said
        faults = {**misread, **_at("reason", "更正发生时间、伤亡要写明怎么核实的" if unproven else "")}

        def change(case: Case) -> Case:
            if case.state is CaseState.CLOSED and replace(labels, occurred=None) != Labels():
                raise Invalid({"whole": "已经办结，只能更正发生时间"})
            if misread and labels == Labels():
                raise Invalid(misread)  # something was changed, and nobody can understand it
            told = put_right(case, actor, self.policy, now, labels=labels, place=place, texts=refs(said))
            if case.state is CaseState.CLOSED:
                return clocks_anew(told, now, self.policy.calendar, "更正发生时间")
            if not labels.facts:
                return reckoned(case, told, self.policy, now)
            if labels.occurred is not None:
                told = clocks_anew(told, now, self.policy.calendar, "更正发生时间")
            told = reckoned(case, told, self.policy, now)
            if not labels.casualties:
                return told
            why = "更正伤亡"
            return (
                levels.follow(told, case, actor, self.policy, now, why=why, reason=said[0].ref)
                if said
                else told
            )

        return self._act(Act.RELABEL, case_id, actor, seen, change, *said, labels=labels, faults=faults)

    def recognise(
        self,
        case_id: str,
        actor: Actor,
        now: datetime,
        *,
        seen: int,
        kind: Recognised | None,
        level: Level | None = None,
        stands: bool = True,
        body: str,
        document: str = "",
        said_at: datetime | None,
        reason: str = "",
    ) -> Case:
        """``stands``: False where what was registered is taken back. A reason is due where something is put right."""
        body, document = one_line(body), one_line(document)
        faults = {
            **_at("body", _wrong_line(body, 60) if body else "请写明是谁认定、要求或批示的"),
            **_at("document", _wrong_line(document, 60)),
            **_at("said_at", "" if said_at else WANTED["said_at"]),
        }
        # What is wrong with the two is told beside their fields, and nothing is kept then.
        basis = () if faults else self._texts("basis", "，".join(filter(None, (body, document))))
        texts = (*basis, *self._texts("reason", reason))

        def change(case: Case) -> Case:
            told = Recognition(
                kind=given("what", kind),
                level=level,
                stands=stands,
                body=body,
                document=document,
                said_at=given("said_at", said_at),
                by=actor.login,
                at=now,
            )
            return recognising.recognise(case, actor, self.policy, now, said=told, texts=refs(texts))

        return self._act(Act.RECOGNISE, case_id, actor, seen, change, *texts, faults=faults)

    def label(self, key: PostKey, actor: Actor, now: datetime, *, labels: Labels) -> None:
        """What somebody says of one post by itself: an example, and nothing else changes. Raises NotYours, NotNow, Invalid."""
        if not is_for(Act.RELABEL, actor):
            raise NotYours("您的角色不能改判")
        check_labels(labels, self.policy)
        line = self.archive.get([key]).get(key)
        if line is None or line.legible is None:
            raise NotNow("这条信息还没有研判完，或已经清除")
        if line.case_id:
            try:
                case = whole(self.cases, line.case_id)
            except CaseNotFound as missing:
                raise NotNow("这条信息所归的事件正在登记，请过几秒再试") from missing
            if not concerns(case, actor, self.policy):
                raise NotYours(f"这件事由{self.policy.unit_name(case.route.lead)}承办，不在您的单位")
        elif actor.unit != self.policy.top():
            raise NotYours(f"没有归入事件的信息，由{self.policy.unit_name(self.policy.top())}改判")
        self._examples.put(post_label(key, labels, by=actor.login, at=now, case_id=line.case_id or ""))

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
        bodies = tuple(dict.fromkeys(one_line(name) for name in participants if one_line(name)))
        said = self._text("conclusion", conclusion)
        return self._act(
            Act.CONSULT,
            case_id,
            actor,
            seen,
            lambda case: matter.consult(case, actor, now, participants=bodies, conclusion=said.ref),
            said,
            faults=_at("participants", _wrong_bodies(bodies)),
        )

    def follow_up(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, solved: bool | None, found: str
    ) -> Case:
        said = self._text("found", found)
        return self._act(
            Act.FOLLOW_UP,
            case_id,
            actor,
            seen,
            lambda case: matter.follow_up(
                case, actor, self.policy, now, solved=given("solved", solved), found=said.ref
            ),
            said,
        )

    def close(self, case_id: str, actor: Actor, now: datetime, *, seen: int) -> Case:
        return self._act(
            Act.CLOSE,
            case_id,
            actor,
            seen,
            lambda case: matter.close(self._all_written(Act.CLOSE, case), actor, now),
        )

    def reopen(self, case_id: str, actor: Actor, now: datetime, *, seen: int, reason: str) -> Case:
        said = self._text("reason", reason)
        return self._act(
            Act.REOPEN,
            case_id,
            actor,
            seen,
            lambda case: matter.reopen(case, actor, self.policy, now, reason=said.ref),
            said,
        )

    def evaluate(
        self,
        case_id: str,
        actor: Actor,
        now: datetime,
        *,
        seen: int,
        channels: Collection[str],
        in_place: bool | None,
        flags: Collection[str] = (),
        note: str = "",
    ) -> Case:
        """``channels`` and ``flags`` by their keys in ``policy/scoring.toml``."""
        said = self._texts("note", note)
        return self._act(
            Act.EVALUATE,
            case_id,
            actor,
            seen,
            lambda case: evaluating.evaluate(
                case,
                actor,
                now,
                self.scoring,
                channels=channels,
                in_place=given("in_place", in_place),
                flags=flags,
                texts=refs(said),
            ),
            *said,
        )

    def refer(
        self,
        case_id: str,
        actor: Actor,
        now: datetime,
        *,
        seen: int,
        body: str,
        ground: str = "",
        article: str = "",
        clue: bool = False,
        until: datetime | None = None,
        note: str = "",
        misread: Mapping[str, str] = NONE_WRONG,
    ) -> Case:
        """To one body outside. What is left empty of ground and article is taken from the rules; so is that it is a lead
        for an inquiry, which nobody can take back. ``misread``: as in :meth:`relabel`.
        """
        wanted = {"body": one_line(body), "ground": one_line(ground), "article": one_line(article)}
        faults = dict(misread)
        for name, most in (("body", 40), ("ground", 80), ("article", 120)):
            faults |= _at(name, _wrong_line(wanted[name], most))
        if not wanted["body"]:
            faults["body"] = "请选择转给谁，或写明单位"
        said = self._texts("note", note)

        def change(case: Case) -> Case:
            if "body" in faults:  # what is missing beside it, only the body tells
                raise Invalid(faults)
            known = next((one for one in referring.choices(case) if one.body == wanted["body"]), None)
            ruled = known or OutsideBody(body=wanted["body"])
            to = replace(
                ruled,
                ground=wanted["ground"] or ruled.ground,
                article=wanted["article"] or ruled.article,
                clue=clue or ruled.clue,
            )
            missing = {
                name: fault
                for name, fault, held in (
                    ("ground", "请写明是它的哪项职责", to.ground),
                    ("article", "请写明依据哪条规定", to.article),
                )
                if not held
            }
            if missing:
                raise Invalid(missing)
            return referring.refer(
                case, actor, now, to=to, due_at=until, by_rule=to == known, texts=refs(said)
            )

        return self._act(Act.REFER, case_id, actor, seen, change, *said, faults=faults)

    def take_reply(
        self,
        case_id: str,
        actor: Actor,
        now: datetime,
        *,
        seen: int,
        referral: str,
        outcome: ReferralOutcome | None,
        at: datetime | None,
        gist: str,
    ) -> Case:
        """``at``: when the reply arrived."""
        said = self._text("gist", gist)
        return self._act(
            Act.TAKE_REPLY,
            case_id,
            actor,
            seen,
            lambda case: referring.take_reply(
                case,
                actor,
                now,
                referral=referral,
                outcome=given("outcome", outcome),
                at=given("at", at),
                gist=said.ref,
            ),
            said,
            faults=_at("at", "" if at else WANTED["at"]),
        )

    def answer_ticket(
        self,
        case_id: str,
        actor: Actor,
        now: datetime,
        *,
        seen: int,
        tickets: Collection[str],
        at: datetime | None,
        way: AnsweredBy | None,
        said: str = "",
        statement: int | None = 0,
    ) -> Case:
        """``tickets``: ids of their posts; ``at``: when the callers were told; ``statement``: number of the published one whose
        content they were told, 0 for none, None where nobody knows such a one.
        """
        words = self._texts("said", said)
        return self._act(
            Act.ANSWER_TICKET,
            case_id,
            actor,
            seen,
            lambda case: ticketing.answer(
                case,
                actor,
                now,
                posts=tickets,
                at=given("at", at),
                way=given("way", way),
                statement=given("statement", statement),
                texts=refs(words),
            ),
            *words,
            faults={
                **_at("at", "" if at else WANTED["at"]),
                **_at("way", "" if way else WANTED["way"]),
                **_at("statement", "" if statement is not None else WANTED["statement"]),
            },
        )

    def return_ticket(
        self,
        case_id: str,
        actor: Actor,
        now: datetime,
        *,
        seen: int,
        tickets: Collection[str],
        at: datetime | None,
        reason: str,
    ) -> Case:
        """``at``: when they went back."""
        words = self._text("reason", reason)
        return self._act(
            Act.RETURN_TICKET,
            case_id,
            actor,
            seen,
            lambda case: ticketing.send_back(
                case, actor, now, posts=tickets, at=given("at", at), reason=words.ref
            ),
            words,
            faults=_at("at", "" if at else WANTED["at"]),
        )

    def extend_ticket(
        self,
        case_id: str,
        actor: Actor,
        now: datetime,
        *,
        seen: int,
        tickets: Collection[str],
        until: datetime | None,
        reason: str,
    ) -> Case:
        """``until``: the new last day, at any hour of it."""
        words = self._text("reason", reason)
        return self._act(
            Act.EXTEND_TICKET,
            case_id,
            actor,
            seen,
            lambda case: levels.extend_tickets(
                case,
                actor,
                self.policy,
                now,
                posts=tickets,
                until=given("until", until),
                reason=words.ref,
            ),
            words,
            faults=_at("until", "" if until else WANTED["until"]),
        )

    def sort_ticket(
        self,
        case_id: str,
        actor: Actor,
        now: datetime,
        *,
        seen: int,
        tickets: Collection[str],
        request: Request | None,
    ) -> Case:
        return self._act(
            Act.SORT_TICKET,
            case_id,
            actor,
            seen,
            lambda case: ticketing.sort_anew(
                case, actor, self.policy, now, posts=tickets, request=given("request", request)
            ),
        )

    def hold(
        self,
        case_id: str,
        actor: Actor,
        now: datetime,
        *,
        seen: int,
        until: datetime | None,
        reason: str,
        misread: Mapping[str, str] = NONE_WRONG,
    ) -> Case:
        """``until``: None for as long as nobody lifts it. ``misread``: as in :meth:`relabel`."""
        said = self._text("reason", reason)
        return self._act(
            Act.HOLD,
            case_id,
            actor,
            seen,
            lambda case: filing.hold(case, actor, now, reason=said.ref, until=until),
            said,
            faults=misread,
        )

    def release(self, case_id: str, actor: Actor, now: datetime, *, seen: int, reason: str) -> Case:
        said = self._text("reason", reason)
        return self._act(
            Act.RELEASE,
            case_id,
            actor,
            seen,
            lambda case: filing.release(case, actor, now, reason=said.ref),
            said,
        )

    # ----------------------------------------------------------------------------- levels and clocks

    def confirm_level(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, reason: str = ""
    ) -> Case:
        said = self._texts("reason", reason)
        return self._act(
            Act.CONFIRM_LEVEL,
            case_id,
            actor,
            seen,
            lambda case: levels.confirm_level(case, actor, self.policy, now, reasons=refs(said)),
            *said,
        )

    def raise_level(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, level: Level | None, reason: str
    ) -> Case:
        said = self._text("reason", reason)
        return self._act(
            Act.RAISE,
            case_id,
            actor,
            seen,
            lambda case: levels.raise_level(
                case, actor, self.policy, now, level=given("level", level), reason=said.ref
            ),
            said,
        )

    def lower_level(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, level: Level | None, reason: str
    ) -> Case:
        said = self._text("reason", reason)
        return self._act(
            Act.LOWER,
            case_id,
            actor,
            seen,
            lambda case: levels.lower_level(
                case, actor, self.policy, now, level=given("level", level), reason=said.ref
            ),
            said,
        )

    def waive(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, clock: ClockKind | None, reason: str
    ) -> Case:
        said = self._text("reason", reason)
        return self._act(
            Act.WAIVE,
            case_id,
            actor,
            seen,
            lambda case: levels.waive(case, actor, now, kind=given("clock", clock), reason=said.ref),
            said,
        )

    def extend(
        self,
        case_id: str,
        actor: Actor,
        now: datetime,
        *,
        seen: int,
        clock: ClockKind | None,
        until: datetime | None,
        reason: str,
    ) -> Case:
        said = self._text("reason", reason)
        return self._act(
            Act.EXTEND,
            case_id,
            actor,
            seen,
            lambda case: levels.extend(
                case, actor, now, kind=given("clock", clock), until=given("until", until), reason=said.ref
            ),
            said,
            faults=_at("until", "" if until else WANTED["until"]),
        )

    def reinstate(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, clock: ClockKind | None, reason: str
    ) -> Case:
        said = self._text("reason", reason)
        return self._act(
            Act.REINSTATE,
            case_id,
            actor,
            seen,
            lambda case: levels.reinstate(
                case,
                actor,
                self.policy,
                now,
                kind=given("clock", clock),
                reason=said.ref,
                written=self.written,
            ),
            said,
        )

    def start_clock(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, clock: ClockKind | None, reason: str
    ) -> Case:
        said = self._text("reason", reason)
        return self._act(
            Act.START_CLOCK,
            case_id,
            actor,
            seen,
            lambda case: levels.start_clock(
                case, actor, self.policy, now, kind=given("clock", clock), reason=said.ref
            ),
            said,
        )

    def cancel_clock(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, clock: ClockKind | None, reason: str
    ) -> Case:
        said = self._text("reason", reason)
        return self._act(
            Act.CANCEL_CLOCK,
            case_id,
            actor,
            seen,
            lambda case: levels.cancel_clock(case, actor, now, kind=given("clock", clock), reason=said.ref),
            said,
        )

    def decide(
        self,
        case_id: str,
        actor: Actor,
        now: datetime,
        *,
        seen: int,
        decision: str,
        granted: bool | None,
        reason: str,
    ) -> Case:
        said = self._text("reason", reason)
        return self._act(
            Act.DECIDE,
            case_id,
            actor,
            seen,
            lambda case: levels.decide(
                case,
                actor,
                self.policy,
                now,
                decision=decision,
                granted=given("granted", granted),
                reason=said.ref,
            ),
            said,
        )

    # ------------------------------------------------------------------------------------ statements

    def draft(self, case_id: str, actor: Actor, now: datetime, *, seen: int, wanted: Draft) -> Case:
        wanted = self._fitting(replace(wanted, corrects=""))
        return self._act(
            Act.DRAFT, case_id, actor, seen, lambda case: self._written_down(case, None, actor, wanted, now)
        )

    def edit(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, statement: str, wanted: Draft
    ) -> Case:
        wanted = self._fitting(wanted)
        return self._on(
            Act.EDIT,
            case_id,
            statement,
            actor,
            seen,
            lambda case, one: self._written_down(case, one, actor, wanted, now),
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
        said = self._text("reason", reason)
        return self._on(
            Act.SEND_BACK,
            case_id,
            statement,
            actor,
            seen,
            lambda case, one: statements.send_back(case, one, actor, now, reason=said.ref),
            said,
        )

    def withdraw(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, statement: str, reason: str
    ) -> Case:
        said = self._text("reason", reason)
        return self._on(
            Act.WITHDRAW,
            case_id,
            statement,
            actor,
            seen,
            lambda case, one: statements.withdraw(case, one, actor, now, reason=said.ref),
            said,
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

    def correct(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, statement: str, wanted: Draft
    ) -> Case:
        """One more statement, which puts right a published one."""
        wanted = self._fitting(replace(wanted, corrects=statement))
        return self._on(
            Act.CORRECT,
            case_id,
            statement,
            actor,
            seen,
            lambda case, _: self._written_down(case, None, actor, wanted, now),
        )

    def suspend(
        self,
        case_id: str,
        actor: Actor,
        now: datetime,
        *,
        seen: int,
        statement: str,
        why: StopReason | None,
        reason: str,
    ) -> Case:
        said = self._text("reason", reason)
        return self._on(
            Act.SUSPEND,
            case_id,
            statement,
            actor,
            seen,
            lambda case, one: amending.suspend(
                case,
                one,
                actor,
                self.policy,
                now,
                reason=given("why", why),
                words=said.ref,
                read=self._as_far_as_kept,
            ),
            said,
        )

    def resume(
        self, case_id: str, actor: Actor, now: datetime, *, seen: int, statement: str, reason: str
    ) -> Case:
        said = self._text("reason", reason)
        return self._on(
            Act.RESUME,
            case_id,
            statement,
            actor,
            seen,
            lambda case, one: amending.resume(
                case, one, actor, self.policy, now, reason=said.ref, written=self.written(one)
            ),
            said,
        )

    def note_appearance(
        self,
        case_id: str,
        actor: Actor,
        now: datetime,
        *,
        seen: int,
        statement: str,
        channel: str,
        where: str,
        url: str = "",
        at: datetime | None,
        copy: str = "",
    ) -> Case:
        """``at``: since when it stands there; ``copy``: the text as it stands there, of which numbers of persons are not kept."""
        where, copied = one_line(where), clean(copy).strip()
        kept = (
            [said("copy", personal.blanked(copied, allowed=personal.OF_MATTERS), _too_long(copied))]
            if copied
            else []
        )
        faults = {
            **_at("where", _wrong_line(where, appearing.MOST_WHERE) if where else WANTED["where"]),
            **_at("at", "" if at else WANTED["at"]),
        }

        def change(case: Case, one: Statement) -> Case:
            body = self.texts.body(one.sha256)
            if kept and body is None:
                raise NotNow(
                    "文稿的正文读不到，核对不了那里的文字。先不粘贴，只登记登在哪里，并告诉系统管理员"
                )
            return appearing.appear(
                case,
                one,
                actor,
                now,
                self.scoring,
                channel=channel,
                where=where,
                url=one_line(url),
                at=at,
                copy=(kept[0].ref, copied) if kept else None,
                document=parse(body or b""),
            )

        return self._on(Act.NOTE_APPEARANCE, case_id, statement, actor, seen, change, *kept, faults=faults)

    def note_removal(
        self,
        case_id: str,
        actor: Actor,
        now: datetime,
        *,
        seen: int,
        statement: str,
        appearance: str,
        at: datetime | None,
        reason: str,
    ) -> Case:
        """``appearance``: its number; ``at``: when it was taken down there, or replaced."""
        said = self._text("reason", reason)
        return self._on(
            Act.NOTE_REMOVAL,
            case_id,
            statement,
            actor,
            seen,
            lambda case, one: appearing.remove(
                case, one, actor, now, self.scoring, appearance=appearance, at=given("at", at), words=said.ref
            ),
            said,
            faults=_at("at", "" if at else WANTED["at"]),
        )

    def hand_over(self, case_id: str, actor: Actor, now: datetime, *, seen: int) -> Case:
        return self._act(
            Act.HAND_OVER,
            case_id,
            actor,
            seen,
            lambda case: statements.hand_over(case, actor, now, outlets=self.outlets),
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
            corrects=statement.corrects,
        )

    def _as_far_as_kept(self, statement: Statement) -> Draft | None:
        """Nothing that is lost keeps anybody from hiding what must not be read."""
        try:
            return self.written(statement)
        except NotNow:
            return None

    # --------------------------------------------------------------------------------------- stories

    def merge(self, case_id: str, actor: Actor, now: datetime, *, seen: int, into: str, reason: str) -> Case:
        """Returns the case that goes on."""
        return self._merged(Act.MERGE, case_id, actor, now, seen, into, said=self._text("reason", reason))

    def link(self, case_id: str, actor: Actor, now: datetime, *, seen: int, other: str) -> Case:
        """The case is the same matter as the one that was suggested. Returns the case that goes on."""
        suggested = [one for one in self.cases.get(case_id).suggestions if one.case_id == other]
        if not suggested:
            raise NotNow("这条提示已经处理过了")
        why = f"系统提示（{suggested[0].score:.2f}），人工认定"
        return self._merged(Act.LINK, case_id, actor, now, seen, whole(self.cases, other).id, why=why)

    def apart(self, case_id: str, actor: Actor, now: datetime, *, seen: int, other: str) -> Case:
        return self._act(
            Act.APART,
            case_id,
            actor,
            seen,
            lambda case: stories.apart(case, other, actor, now),
            other=other,
        )

    def unsplit(self, case_id: str, actor: Actor, now: datetime, *, seen: int) -> Case:
        """The posts go back to where they were split off. Returns the case that has them again."""
        parent = self.cases.get(case_id).split_from
        if not parent:
            raise NotNow("这件事不是拆出来的")
        into = whole(self.cases, parent).id
        return self._merged(Act.UNSPLIT, case_id, actor, now, seen, into, why="撤销拆分")

    def unmerge(self, case_id: str, actor: Actor, now: datetime, *, seen: int) -> Case:
        """Returns the case that goes on by itself again."""
        self._finished(case_id, now)
        case = self._ready(Act.UNMERGE, self.cases.get(case_id), actor, seen)
        into = self.cases.get(case.merged_into)
        if into.state is CaseState.MERGED:
            raise NotNow("它并入的那件事后来又并入了别的事件。请先撤销那一次合并")
        self._finished(into.id, now)
        lines = list(self.archive.of_cases({case.id, *case.merged_from}))

        def out(part: Case) -> Case:
            whole = self.cases.get(part.merged_into)
            if whole.erasing:
                raise NotNow(f"{GONE}，现在不能{RULES[Act.UNMERGE].name}")
            return undoing.come_out(part, lines, actor, self.policy, now, whole=whole)

        self._act(Act.UNMERGE, case_id, actor, seen, out)
        self._completed(case_id, now)
        return self.cases.get(case_id)

    def _merged(
        self,
        act: Act,
        case_id: str,
        actor: Actor,
        now: datetime,
        seen: int,
        into: str,
        *,
        said: Said | None = None,
        why: str = "",
    ) -> Case:
        texts = (said,) if said else ()
        self._finished(case_id, now)
        self._finished(into, now)
        try:
            other = self.cases.get(into)
        except CaseNotFound as missing:
            raise Invalid({"into": UNKNOWN, **_faults(texts)}) from missing
        if not concerns(other, actor, self.policy):
            raise Invalid({"into": UNKNOWN, **_faults(texts)})
        if not is_now(Act.MERGE, other):
            raise Invalid({"into": "那件事已经不在办", **_faults(texts)})

        def part(case: Case) -> Case:
            ready = self._all_written(Act.MERGE, case)
            return stories.part_with(ready, other, actor, now, texts=refs(texts), why=why)

        self._act(act, case_id, actor, seen, part, *texts, other=other.id)
        self._completed(case_id, now)
        return whole(self.cases, case_id)

    def split(self, case_id: str, actor: Actor, now: datetime, *, seen: int, posts: Collection[str]) -> Case:
        """Returns the new case."""
        self._finished(case_id, now)
        case = self._ready(Act.SPLIT, self.cases.get(case_id), actor, seen)
        lines = list(self.archive.of_cases({case.id, *case.merged_from}))
        stories.check_split(case, posts, lines)
        chosen: list[ArchiveLine] = [line for line in lines if line.post.id in set(posts)]
        blank = blank_case(stories.opening_of(chosen), self.policy, now)
        made = stories.split_off(case, chosen, actor, self.policy, now, blank=blank)
        made = self._indexed(replace(made, revision=1))
        self._teach(Act.SPLIT, blank, made, actor)
        try:
            self.cases.save([made])
        except RevisionConflict as conflict:
            raise NotNow("这件事刚刚被拆分过，请刷新后再看") from conflict
        self._completed(made.id, now)
        return self.cases.get(made.id)

    def _all_written(self, act: Act, case: Case) -> Case:
        """The case, where each of its posts has its archive line. Whoever took one in and died reads it again, and has to find the
        case where it is: what has ended and lies far back is not looked through. Raises NotNow."""
        if not written(self.archive, case):
            raise NotNow(f"刚收到的信息还在登记，请过几秒再{RULES[act].name}")
        return case

    # ------------------------------------------------------------------------------------ the public

    def hear(self, case_id: str, said: str, now: datetime, *, counts: bool = True) -> Case:
        """仍未解决: the one act of people without an account. See ``triage.hearing``."""
        return hear(self.cases, self.texts, self.policy, case_id, said, now, counts=counts)

    # ------------------------------------------------------------------------------------------ edges

    def _act(
        self,
        act: Act,
        case_id: str,
        actor: Actor,
        seen: int,
        change: Change,
        *said: Said,
        labels: Labels | None = None,
        other: str = "",
        statement: str = "",
        faults: Mapping[str, str] = NONE_WRONG,
    ) -> Case:
        """Done to the case as it stands; what was said is kept just before the case that refers to it, and only then: where
        somebody was first and the act is refused on their case, it goes again. ``faults``: what is known to be wrong with
        what else was typed; it is told together with what is wrong with the texts and what the act itself finds.
        """
        kept: list[TextRef] = []
        wrong = {**faults, **_faults(said)}

        def apply(case: Case) -> Case:
            ready = self._ready(act, case, actor, seen, statement)
            try:
                changed = change(ready)
            except Invalid as more:
                raise Invalid({**more.faults, **wrong}) from more
            if wrong:
                raise Invalid(wrong)
            if changed is case:
                return case
            for one in said:
                self.texts.store(one)
                kept.append(one.ref)
            self._teach(act, case, changed, actor, labels, other)
            return self._indexed(changed)

        try:
            result = amend(self.cases, case_id, apply)
        except Refused:
            if kept:
                self.texts.take_back(kept, self.cases.get(case_id))
            raise
        if result is not None:
            return result[1]
        case = self.cases.get(case_id)
        self.texts.take_back(kept, case)
        return case

    def _teach(
        self,
        act: Act,
        before: Case,
        after: Case,
        actor: Actor,
        labels: Labels | None = None,
        other: str = "",
    ) -> None:
        """Keep what the act says to the machine, just before it is saved."""
        new = after.events[len(before.events) :]
        at = next((event.at for event in new if event.who == actor.login), None)
        example = example_of(act, before, after, actor, at, labels=labels, other=other) if at else None
        if example is not None:
            self._examples.put(example)

    @property
    def _examples(self) -> Examples:
        return Examples(self.texts.register)

    def _on(
        self,
        act: Act,
        case_id: str,
        statement_id: str,
        actor: Actor,
        seen: int,
        change: Callable[[Case, Statement], Case],
        *said: Said,
        faults: Mapping[str, str] = NONE_WRONG,
    ) -> Case:
        def on_statement(case: Case) -> Case:
            statement = statements.of(case, statement_id)
            if not is_now(act, case, statement):
                raise NotNow(f"这份文稿已经走到别的一步，现在不能{RULES[act].name}。请看它现在的状态")
            return change(case, statement)

        return self._act(
            act, case_id, actor, seen, on_statement, *said, statement=statement_id, faults=faults
        )

    def _ready(self, act: Act, case: Case, actor: Actor, seen: int, statement: str = "") -> Case:
        rule = RULES[act]
        if not is_for(act, actor):
            raise NotYours(f"您的角色不能{rule.name}")
        if not concerns(case, actor, self.policy):
            raise NotYours(f"这件事由{self.policy.unit_name(case.route.lead)}承办，不在您的单位")
        if act not in HELPED and not leads(case, actor, self.policy):
            lead = self.policy.unit_name(case.route.lead)
            raise NotYours(f"这件事由{lead}承办，您的单位是配合单位，不能{rule.name}")
        if others := acted_since(case, actor, seen):
            raise Changed(others)
        one = next((one for one in case.statements if one.id == statement), None)
        if not stands_right(act, case, one):
            raise NotNow(f"这件事已经走到别的一步，现在不能{rule.name}。请看它现在的状态")
        gone = case.erased is not None if act is Act.UNMERGE else is_blank(case)
        if act in (Act.UNMERGE, Act.HOLD, Act.RELABEL) and gone:
            raise NotNow(f"{GONE}，现在不能{rule.name}")
        return case

    def _indexed(self, case: Case) -> Case:
        return indexed(case, self.policy)

    def _completed(self, case_id: str, now: datetime) -> None:
        """Finish what a merge or split left open, as far as it can be: the watch comes round for the rest."""
        with suppress(CaseNotFound, TryAgain):
            complete(self.cases, self.archive, case_id, now, self.policy)

    def _finished(self, case_id: str, now: datetime) -> None:
        """See to it that nothing else is under way in the case: what it has let go of may still stand in the archive as its
        own. Raises NotNow where that has to wait.
        """
        try:
            case = self.cases.get(case_id)
        except CaseNotFound:
            return
        for id in (case_id, *case.split_into, next_split(case), *case.merged_from):
            self._completed(id, now)
            with suppress(CaseNotFound):
                if unfinished(self.cases.get(id)):
                    raise NotNow("这件事正在合并或拆分，请过几秒再试")

    def _fitting(self, wanted: Draft) -> Draft:
        """The draft as it will be kept. Raises Invalid where it is nothing that can be kept."""
        title = one_line(wanted.title)
        parts = {part: clean(wanted.parts.get(part, "")) for part in Part}
        faults = unkeepable(title, parts, self.policy.handling.text)
        if wanted.category not in HANDLED_AS:
            faults = {"category": WANTED["category"], **faults}
        if faults:
            raise Invalid(faults)
        return replace(wanted, title=title, parts=parts)

    def _written_down(
        self, case: Case, statement: Statement | None, actor: Actor, wanted: Draft, now: datetime
    ) -> Case:
        """A new statement or, of ``statement``, the next version; its bytes are kept before the case that names them."""
        unit = self.policy.unit_name(case.route.lead)
        if statement is not None:
            wanted = replace(wanted, corrects=statement.corrects)
        corrected = statements.of(case, wanted.corrects) if wanted.corrects else None
        body = compose(wanted, unit=unit, handling=self.policy.handling, corrected=corrected)
        sha256 = name_of(body)
        if statement is None:
            changed = statements.draft(case, actor, self.policy, now, wanted=wanted, sha256=sha256)
        else:
            changed = statements.edit(case, statement, actor, self.policy, now, wanted=wanted, sha256=sha256)
        self.texts.keep_body(body)
        return changed

    def _text(self, name: str, text: str) -> Said:
        """Nothing is kept yet: that is done just before the case is saved, and not where something is wrong with it."""
        text = clean(text).strip()
        if not text:
            return said(name, text, WANTED.get(name, "请填写"))
        if len(text) > MOST_TEXT:
            return said(name, text, f"{len(text)} 字，最多 {MOST_TEXT} 字")
        return said(name, text, "；".join(filter(None, (_private(text), secret_in(text)))))

    def _texts(self, name: str, text: str) -> tuple[Said, ...]:
        return (self._text(name, text),) if text.strip() else ()


_OFFICES = frozenset({personal.LANDLINE})
"""How an office is reached."""
_IN_ADDRESSES = frozenset({personal.LANDLINE, personal.BANK, personal.ACCOUNT})
"""The long numbers and the ids of web addresses look like these."""
_ADDRESS = re.compile(r"https?://[^\s，。；、）]+")


def given(name: str, value: T | None) -> T:
    """What an act cannot do without. Raises Invalid where it was left out, or nobody can understand it."""
    if value is None:
        raise Invalid({name: WANTED[name]})
    return value


def _private(text: str, *, allowed: frozenset[str] = _OFFICES) -> str:
    """What in a text points to a person, who would stand in the store for as long as the case; '' where nothing does."""
    told = private_in(text, allowed=allowed)
    return f"{'；'.join(told)}，请删去或遮盖" if told else ""


def _wrong_line(text: str, most: int) -> str:
    return f"{len(text)} 字，最多 {most} 字" if len(text) > most else _private(text)


def _too_long(copy: str) -> str:
    return f"{len(copy)} 字，最多 {appearing.MOST_COPY} 字" if len(copy) > appearing.MOST_COPY else ""


def _wrong_source(source: str) -> str:
    if len(source) > 300:
        return "官方来源最多 300 字"
    return _private(source, allowed=_IN_ADDRESSES) or _private(
        _ADDRESS.sub(" ", source), allowed=_IN_ADDRESSES - {personal.ACCOUNT}
    )


def _wrong_bodies(bodies: Sequence[str]) -> str:
    if not 1 <= len(bodies) <= MOST_BODIES or any(len(name) > 40 for name in bodies):
        return f"写参加的单位，一行一个，1 到 {MOST_BODIES} 个，每个不超过 40 字"
    return _private("\n".join(bodies))


def _at(name: str, fault: str) -> dict[str, str]:
    return {name: fault} if fault else {}


def _faults(said: Sequence[Said]) -> dict[str, str]:
    return {one.ref.name: one.fault for one in said if one.fault}


def refs(texts: Sequence[Said]) -> tuple[TextRef, ...]:
    return tuple(one.ref for one in texts)


def acted_since(case: Case, actor: Actor, seen: int) -> tuple[CaseEvent, ...]:
    """What other people have done to the case since it had ``seen`` events. The machine's doings are no reason to stop, nor
    is that somebody has looked at a notice. A number that no page of this case can have shown counts as nothing seen.
    """
    known = seen if 0 <= seen <= len(case.events) else 0
    return tuple(
        event
        for event in case.events[known:]
        if not event.who.startswith("system:")
        and event.who not in (actor.login, "public")
        and event.kind is not EventKind.NOTICE_SEEN
    )

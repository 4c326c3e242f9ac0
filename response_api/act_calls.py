"""From a form that was sent to the desk's command.  One line an act; what the form says is checked by the desk, all of it in one
go: what is no word of ours goes there as None."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from huiying.clock import SHANGHAI
from huiying.contracts import (
    CASUALTIES,
    Actor,
    AnsweredBy,
    Attitude,
    Case,
    Casualties,
    Category,
    Certainty,
    ClockKind,
    Knowledge,
    Level,
    Occurrence,
    Place,
    Recognised,
    ReferralOutcome,
    Request,
    StopReason,
)
from huiying.examples import Labels
from response_api.act_forms import NOT_KNOWN, OTHER, TAKEN_BACK, every_of
from triage.acts import Act, tickets_for
from triage.desk import WANTED, Desk
from triage.refusals import Invalid

W = TypeVar("W", bound=StrEnum)


def _nowhere(_name: str) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form as it was sent, and by whom."""

    case_id: str
    actor: Actor
    now: datetime
    seen: int
    text: Callable[[str], str]
    """One field, '' where it is missing."""
    posts: Collection[str] = ()
    places: Callable[[str], Place | None] = _nowhere
    """A place by its name; None where nobody knows it."""


def call(desk: Desk, act: Act, sent: Sent) -> Case:
    """Do it. Raises ``triage.refusals.Refused``, CaseNotFound, TryAgain."""
    who = (sent.case_id, sent.actor, sent.now)
    seen, text = sent.seen, sent.text
    match act:
        case Act.CONFIRM:
            return desk.confirm(*who, seen=seen)
        case Act.DISMISS:
            return desk.dismiss(*who, seen=seen, reason=text("reason"))
        case Act.ASSIGN:
            return desk.assign(*who, seen=seen, unit=text("unit"), note=text("note"))
        case Act.REASSIGN:
            return desk.reassign(*who, seen=seen, unit=text("unit"), reason=text("reason"))
        case Act.OBJECT:
            return desk.object_to(*who, seen=seen, reason=text("reason"))
        case Act.ACKNOWLEDGE:
            return desk.acknowledge(*who, seen=seen)
        case Act.REPORT_UP:
            return desk.report_up(*who, seen=seen, to=text("to"), note=text("note"))
        case Act.ASSESS:
            category = _chosen(Category, text, "category")
            return desk.assess(
                *who, seen=seen, category=category, finding=text("finding"), source=text("source")
            )
        case Act.RELABEL:
            labels, place, misread = labels_of(text, sent.places)
            occurred, casualties, wrong = _facts(text)
            labels = replace(labels, occurred=occurred, casualties=casualties)
            return desk.relabel(
                *who,
                seen=seen,
                labels=labels,
                place=place,
                reason=text("reason"),
                misread={**misread, **wrong},
            )
        case Act.RECOGNISE:
            stands, kind, level = _recognised(text)
            return desk.recognise(
                *who,
                seen=seen,
                kind=kind,
                level=level,
                stands=stands,
                body=text("body"),
                document=text("document"),
                said_at=_moment(text, "said_at"),
                reason=text("reason"),
            )
        case Act.CONSULT:
            bodies = text("participants").splitlines()
            return desk.consult(*who, seen=seen, participants=bodies, conclusion=text("conclusion"))
        case Act.FOLLOW_UP:
            return desk.follow_up(*who, seen=seen, solved=_yes(text, "solved"), found=text("found"))
        case Act.CLOSE:
            return desk.close(*who, seen=seen)
        case Act.REOPEN:
            return desk.reopen(*who, seen=seen, reason=text("reason"))
        case Act.CONFIRM_LEVEL:
            return desk.confirm_level(*who, seen=seen, reason=text("reason"))
        case Act.RAISE:
            level = _chosen(Level, text, "level")
            return desk.raise_level(*who, seen=seen, level=level, reason=text("reason"))
        case Act.LOWER:
            level = _chosen(Level, text, "level")
            return desk.lower_level(*who, seen=seen, level=level, reason=text("reason"))
        case Act.WAIVE:
            clock = _chosen(ClockKind, text, "clock")
            return desk.waive(*who, seen=seen, clock=clock, reason=text("reason"))
        case Act.REINSTATE:
            clock = _chosen(ClockKind, text, "clock")
            return desk.reinstate(*who, seen=seen, clock=clock, reason=text("reason"))
        case Act.EXTEND:
            clock = _chosen(ClockKind, text, "clock")
            until = _moment(text, "until")
            return desk.extend(*who, seen=seen, clock=clock, until=until, reason=text("reason"))
        case Act.START_CLOCK:
            clock = _chosen(ClockKind, text, "clock")
            return desk.start_clock(*who, seen=seen, clock=clock, reason=text("reason"))
        case Act.CANCEL_CLOCK:
            clock = _chosen(ClockKind, text, "clock")
            return desk.cancel_clock(*who, seen=seen, clock=clock, reason=text("reason"))
        case Act.DECIDE:
            granted = _yes(text, "granted")
            return desk.decide(
                *who, seen=seen, decision=text("decision"), granted=granted, reason=text("reason")
            )
        case Act.MERGE:
            return desk.merge(*who, seen=seen, into=case_named(text("into")), reason=text("reason"))
        case Act.SPLIT:
            return desk.split(*who, seen=seen, posts=sent.posts)
        case Act.LINK:
            return desk.link(*who, seen=seen, other=text("other"))
        case Act.APART:
            return desk.apart(*who, seen=seen, other=text("other"))
        case Act.UNMERGE:
            return desk.unmerge(*who, seen=seen)
        case Act.UNSPLIT:
            return desk.unsplit(*who, seen=seen)
        case Act.EVALUATE:
            return desk.evaluate(
                *who,
                seen=seen,
                channels=_ticked(text, "channels", [row.key for row in desk.scoring.channel]),
                in_place=_yes(text, "in_place"),
                flags=_ticked(text, "flags", [row.key for row in desk.scoring.flag]),
                note=text("note"),
            )
        case Act.HOLD:
            end, misread = _moment_or_none(text, "until")
            return desk.hold(*who, seen=seen, until=end, reason=text("reason"), misread=misread)
        case Act.RELEASE:
            return desk.release(*who, seen=seen, reason=text("reason"))
        case Act.REFER:
            reply_by, misread = _moment_or_none(text, "until")
            return desk.refer(
                *who,
                seen=seen,
                body=text("other") if text("body") in ("", OTHER) else text("body"),
                ground=text("ground"),
                article=text("article"),
                clue=bool(_ticked(text, "clue", ["yes"])),
                until=reply_by,
                note=text("note"),
                misread=misread,
            )
        case Act.TAKE_REPLY:
            return desk.take_reply(
                *who,
                seen=seen,
                referral=text("referral"),
                outcome=_chosen(ReferralOutcome, text, "outcome"),
                at=_moment(text, "at"),
                gist=text("gist"),
            )
        case Act.ANSWER_TICKET:
            number = text("statement")
            return desk.answer_ticket(
                *who,
                seen=seen,
                tickets=_tickets(desk, act, sent),
                at=_moment(text, "at"),
                way=_chosen(AnsweredBy, text, "way"),
                said=text("said"),
                statement=(int(number) if number.isascii() and number.isdecimal() else None) if number else 0,
            )
        case Act.RETURN_TICKET:
            return desk.return_ticket(
                *who,
                seen=seen,
                tickets=_tickets(desk, act, sent),
                at=_moment(text, "at"),
                reason=text("reason"),
            )
        case Act.EXTEND_TICKET:
            return desk.extend_ticket(
                *who,
                seen=seen,
                tickets=_tickets(desk, act, sent),
                until=_moment(text, "until"),
                reason=text("reason"),
            )
        case Act.SORT_TICKET:
            wanted = _chosen(Request, text, "request")
            return desk.sort_ticket(*who, seen=seen, tickets=_tickets(desk, act, sent), request=wanted)
        case Act.SUBMIT:
            return desk.submit(*who, seen=seen, statement=text("statement"))
        case Act.CLEAR:
            return desk.clear(*who, seen=seen, statement=text("statement"), sha256=text("sha256"))
        case Act.SIGN:
            return desk.sign(*who, seen=seen, statement=text("statement"), sha256=text("sha256"))
        case Act.SEND_BACK:
            return desk.send_back(*who, seen=seen, statement=text("statement"), reason=text("reason"))
        case Act.WITHDRAW:
            return desk.withdraw(*who, seen=seen, statement=text("statement"), reason=text("reason"))
        case Act.PUBLISH:
            return desk.publish(*who, seen=seen, statement=text("statement"))
        case Act.HAND_OVER:
            return desk.hand_over(*who, seen=seen)
        case Act.SUSPEND:
            why = _chosen(StopReason, text, "why")
            return desk.suspend(*who, seen=seen, statement=text("statement"), why=why, reason=text("reason"))
        case Act.RESUME:
            return desk.resume(*who, seen=seen, statement=text("statement"), reason=text("reason"))
        case Act.NOTE_APPEARANCE:
            return desk.note_appearance(
                *who,
                seen=seen,
                statement=text("statement"),
                channel=text("channel"),
                where=text("where"),
                url=text("url"),
                at=_moment(text, "at"),
                copy=text("copy"),
            )
        case Act.NOTE_REMOVAL:
            return desk.note_removal(
                *who,
                seen=seen,
                statement=text("statement"),
                appearance=text("appearance"),
                at=_moment(text, "at"),
                reason=text("reason"),
            )
        case Act.DRAFT | Act.EDIT | Act.CORRECT:
            raise Invalid({"whole": "请在文稿页上拟稿、改稿、更正"})


def _tickets(desk: Desk, act: Act, sent: Sent) -> list[str]:
    """Those that were ticked, or every one that the form showed: none where others have come or gone since."""
    case = desk.cases.get(sent.case_id)
    waiting = tickets_for(act, case, sent.actor)
    if sent.text(f"tickets.{every_of(waiting)}"):
        return [ticket.post for ticket in waiting]
    return _ticked(sent.text, "tickets", [ticket.post for ticket in case.tickets])


def _ticked(text: Callable[[str], str], name: str, keys: Collection[str]) -> list[str]:
    return [key for key in keys if text(f"{name}.{key}")]


def labels_of(
    text: Callable[[str], str], places: Callable[[str], Place | None]
) -> tuple[Labels, Place | None, dict[str, str]]:
    """What a form of 改判 says, and by field what of it nobody can understand; what was left as it is says nothing."""
    named = text("place")
    place = places(named) if named else None
    labels = Labels(
        relevant=_yes(text, "relevant"),
        topic=text("topic") or None,
        category=_chosen(Category, text, "category"),
        attitude=_chosen(Attitude, text, "attitude"),
        place=place.code if place else None,
    )
    read = {
        "place": (labels.place, "没有认出这个地名，请写市、县（区）的名字"),
        "relevant": (labels.relevant, "请选择有关或无关"),
        "category": (labels.category, "没有这一类"),
        "attitude": (labels.attitude, "没有这种态度"),
    }
    misread = {name: fault for name, (value, fault) in read.items() if text(name) and value is None}
    return labels, place, misread


def _facts(
    text: Callable[[str], str],
) -> tuple[Occurrence | None, tuple[Casualties, ...], dict[str, str]]:
    """When it happened and who came to harm, as a form of 改判 says, and by field what of it nobody can understand; what was
    left empty says nothing."""
    occurred, wrong = _occurred(text)
    casualties, more = _casualties(text)
    return occurred, casualties, {**wrong, **more}


def _occurred(text: Callable[[str], str]) -> tuple[Occurrence | None, dict[str, str]]:
    source, moment = text("occurred_source"), text("occurred").strip()
    if not source and not moment:
        return None, {}
    if source == NOT_KNOWN:
        if moment:
            return None, {"occurred": "选了“不详”就不写时间；知道时间的，请另选怎么知道的"}
        return Occurrence(), {}
    known, at = _chosen(Knowledge, text, "occurred_source"), _moment(text, "occurred")
    wrong = {}
    if known is None:
        wrong["occurred_source"] = "请选择发生时间是怎么知道的"
    if not moment:
        wrong["occurred"] = "请写发生时间；查不清的，怎么知道的选“不详”"
    elif at is None:
        wrong["occurred"] = WANTED["until"]
    if known is None or at is None:
        return None, wrong
    return Occurrence(at=at, source=known.value, certainty=Certainty.STATED), {}


def _casualties(text: Callable[[str], str]) -> tuple[tuple[Casualties, ...], dict[str, str]]:
    told = {
        kind: said
        for kind in CASUALTIES
        if (said := unicodedata.normalize("NFKC", text(kind.value)).strip().removesuffix("人").strip())
    }
    wrong = {
        kind.value: "写核实的人数，没有的写 0"
        for kind, said in told.items()
        if not (said.isascii() and said.isdecimal())
    }
    source = _chosen(Knowledge, text, "harm_source")
    if told and source is None:
        wrong["harm_source"] = "请选择伤亡是怎么核实的"
    if not told and text("harm_source"):
        wrong["harm_source"] = "请写人数；不改伤亡的，这里也不选"
    if wrong or source is None:
        return (), wrong
    return tuple(
        Casualties(kind=kind, number=int(said[:9]), source=source) for kind, said in told.items()
    ), {}


def _recognised(text: Callable[[str], str]) -> tuple[bool, Recognised | None, Level | None]:
    """Whether it stands, what it is, and of an emergency how grave; None where nobody can tell."""
    what = text("what")
    kind, _, level = what.removeprefix(TAKEN_BACK).partition(":")
    try:
        return not what.startswith(TAKEN_BACK), Recognised(kind), Level(level) if level else None
    except ValueError:
        return True, None, None


def case_named(text: str) -> str:
    """The id in an address that somebody pasted, or the text itself."""
    found = re.search(r"/cases/([a-z0-9]+)", text)
    return found.group(1) if found else text.strip()


def _chosen(words: type[W], text: Callable[[str], str], name: str) -> W | None:
    return words(text(name)) if text(name) in set(words) else None


def _moment(text: Callable[[str], str], name: str) -> datetime | None:
    """As the field of a form writes it, in Asia/Shanghai."""
    try:
        return datetime.fromisoformat(text(name).strip()).replace(tzinfo=SHANGHAI).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _moment_or_none(text: Callable[[str], str], name: str) -> tuple[datetime | None, dict[str, str]]:
    """One that may be left out, and what is wrong with it where nobody can understand it."""
    found = _moment(text, name)
    return found, {name: WANTED[name]} if text(name).strip() and found is None else {}


def _yes(text: Callable[[str], str], name: str) -> bool | None:
    return {"yes": True, "no": False}.get(text(name))

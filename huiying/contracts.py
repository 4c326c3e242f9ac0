"""What travels: Post → Reading → Case → CaseEvent, and the words that they are made of.

Values are frozen; a change is ``dataclasses.replace``.  Every time carries a zone: a naive one is refused on the
wire.  Texts are the originals as collected; every judgement carries its :class:`Why`, with character offsets into
those originals.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
"""A moment, always with a zone; stored in UTC, shown in Asia/Shanghai."""


# ---------------------------------------------------------------------------------------------- words


class Origin(StrEnum):
    """How a post came in. Only ``live`` may start a legal clock."""

    LIVE = "live"
    BACKFILL = "backfill"
    REPLAY = "replay"


class Channel(StrEnum):
    """The kind of place where something was said."""

    NEWS = "news"
    GOVERNMENT = "government"
    FORUM = "forum"
    SOCIAL = "social"
    VIDEO = "video"
    HOTLINE = "hotline"
    MAILBOX = "mailbox"
    HAND = "hand"
    FILE = "file"
    """An import of which nobody said where it came from."""


class Tier(StrEnum):
    """Reach of a source, as signal X6 grades it (domain rubric): the farther the later, what offices themselves say last."""

    ORDINARY = "ordinary"
    INFLUENCER = "influencer"
    CITY = "city"
    PROVINCE = "province"
    OVERSEAS = "overseas"
    """Media outside the mainland."""
    HOT_SEARCH = "hot_search"
    """A national list of what is searched for most."""
    CENTRAL = "central"
    GOVERNMENT = "government"


class Certainty(StrEnum):
    """How sure a value that was read or taken over is."""

    STATED = "stated"
    INFERRED = "inferred"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """What relevance decides: raise it, let a person look, let it follow what it answers, or let it go."""

    ALERT = "alert"
    REVIEW = "review"
    REPLY = "reply"
    """It is the office's business only through what it answers: it joins the case of that, or its way ends."""
    IRRELEVANT = "irrelevant"


class Category(StrEnum):
    """The six handling classes of 国办发〔2016〕80号, then what else a message can be."""

    SUGGESTION = "suggestion"
    DIFFICULTY = "difficulty"
    MAJOR = "major"
    UNCLEAR = "unclear"
    MISTAKEN = "mistaken"
    UNTRUE = "untrue"
    INQUIRY = "inquiry"
    PETITION = "petition"
    OTHER = "other"


HANDLED_AS = (
    Category.SUGGESTION,
    Category.DIFFICULTY,
    Category.MAJOR,
    Category.UNCLEAR,
    Category.MISTAKEN,
    Category.UNTRUE,
)
"""The six handling classes, each with a duty of its own."""


class Attitude(StrEnum):
    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Request(StrEnum):
    """What a caller wants, as hotlines and mailboxes sort what they take in (诉求类型): each has a term of its own."""

    INQUIRY = "inquiry"
    HELP = "help"
    SUGGESTION = "suggestion"
    OPINION = "opinion"
    COMPLAINT = "complaint"
    REPORT = "report"
    PRAISE = "praise"
    """Owes nothing."""


class SignalKind(StrEnum):
    """What a text says that bears on severity. ``amount`` carries the number where there is one."""

    DEATHS = "deaths"
    INJURIES = "injuries"
    MISSING = "missing"
    LOSS = "loss"
    CROWD = "crowd"
    HOUSEHOLDS = "households"
    OFFICIAL_NAMED = "official_named"
    UNIT_NAMED = "unit_named"
    OFFLINE_ACTION = "offline_action"
    SIREN_UNPLANNED = "siren_unplanned"
    CORRUPTION = "corruption"
    SAFETY = "safety"
    RUMOUR = "rumour"
    FEES = "fees"
    SECRET = "secret"  # noqa: S105
    SUPERIOR_ORDER = "superior_order"


class Knowledge(StrEnum):
    """How people came to know a fact that they put right."""

    SITE = "site"
    """They went and looked."""
    OFFICIAL = "official"
    """The authority in charge, or one above, said so."""
    WITNESS = "witness"
    """Who was there, or reported it, said so."""
    RECORDS = "records"
    """It stands in a log, a picture or a file."""


class Disposition(StrEnum):
    """Where the way of one post version ended."""

    IRRELEVANT = "irrelevant"
    DUPLICATE = "duplicate"
    ATTACHED = "attached"
    BURIED = "buried"
    WITHHELD = "withheld"
    """Somebody objected to it: nothing of it was taken in."""


class Level(StrEnum):
    """舆情等级: the office's own scale of heat and harm. Never 突发事件等级, which the government sets."""

    GENERAL = "一般"
    LARGER = "较大"
    MAJOR = "重大"
    EXTREME = "特别重大"


class Recognised(StrEnum):
    """What others with authority have said of a matter: people register it (登记认定), no text is read for it."""

    EMERGENCY = "emergency"
    """突发事件等级, set by the government."""
    ORDER = "order"
    """A superior body asks for an answer."""
    INSTRUCTION = "instruction"
    """A leader has written what is to be done (批示)."""


class CaseState(StrEnum):
    """Where a matter stands. Candidates (苗头) are cases too."""

    WATCHING = "watching"
    """Worth a look; nobody is owed anything yet and no clock runs."""
    FLAGGED = "flagged"
    """The alert went out: the clocks run from detection, whether or not anybody has looked."""
    CONFIRMED = "confirmed"
    """The monitoring centre says that it is a matter."""
    ASSIGNED = "assigned"
    """A unit has been told that it is theirs (交办)."""
    ACKNOWLEDGED = "acknowledged"
    """The unit has signed for it (签收)."""
    ASSESSED = "assessed"
    """It is known what kind of matter it is, and which duty that brings (研判)."""
    PUBLISHED = "published"
    """The public has an answer. The matter is watched for a rebound."""
    FOLLOWED = "followed"
    """Somebody asked whether it is really solved (回访)."""
    CLOSED = "closed"
    DISMISSED = "dismissed"
    """A person found that it is no matter of the office."""
    MERGED = "merged"
    """It is part of another one: ``Case.merged_into``."""
    LAPSED = "lapsed"
    """A candidate that nothing and nobody came back to."""


LIVE_STATES = frozenset(
    {
        CaseState.FLAGGED,
        CaseState.CONFIRMED,
        CaseState.ASSIGNED,
        CaseState.ACKNOWLEDGED,
        CaseState.ASSESSED,
        CaseState.PUBLISHED,
        CaseState.FOLLOWED,
    }
)
"""Matters on which somebody owes something: their clocks run."""
OPEN_STATES = LIVE_STATES | {CaseState.WATCHING}
"""What nobody has done with yet."""
ENDED_STATES = frozenset({CaseState.CLOSED, CaseState.DISMISSED})
"""What people have done with; posts of the same story still join it while it is fresh."""


class ClockKind(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    REPORT_UP = "report_up"
    STATEMENT = "statement"
    PRESS_CONFERENCE = "press_conference"
    RESPONSE = "response"
    PUBLISH_RESULT = "publish_result"
    FOLLOW_UP = "follow_up"


class ClockState(StrEnum):
    RUNNING = "running"
    MET = "met"
    WAIVED = "waived"
    """Somebody with authority did without it, and said why."""
    CANCELLED = "cancelled"
    """The matter turned out to be none."""


class Authority(StrEnum):
    """Whether law or the house asks for it: the two are never shown as one."""

    STATUTORY = "法定"
    HOUSE = "办内要求"


class EventKind(StrEnum):
    """What happened to a case, past tense."""

    OPENED = "opened"
    GREW = "grew"
    FLAGGED = "flagged"
    LEVEL_CHANGED = "level_changed"
    LEVEL_CONFIRMED = "level_confirmed"
    """By people, as it stood."""
    ROUTED = "routed"
    CLOCK_STARTED = "clock_started"
    CLOCK_RECOMPUTED = "clock_recomputed"
    RUNG_REACHED = "rung_reached"
    CLOCK_BROKEN = "clock_broken"
    NOTICE_SENT = "notice_sent"
    NOTICE_FAILED = "notice_failed"
    NOTICE_SEEN = "notice_seen"
    NOTICE_DROPPED = "notice_dropped"
    LAPSED = "lapsed"
    IDLE = "idle"
    """Nobody owes it a next step, and nobody has touched it: the watchdog has said so."""
    UNACKNOWLEDGED = "unacknowledged"
    """Signed for, and then nothing: it has to be signed for anew."""
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    ASSIGNED = "assigned"
    OBJECTED = "objected"
    ACKNOWLEDGED = "acknowledged"
    REPORTED_UP = "reported_up"
    ASSESSED = "assessed"
    RELABELLED = "relabelled"
    RECOGNISED = "recognised"
    """What others with authority have said of it is registered, or put right."""
    CONSULTED = "consulted"
    DRAFTED = "drafted"
    EDITED = "edited"
    SUBMITTED = "submitted"
    CLEARED = "cleared"
    SENT_BACK = "sent_back"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"
    PUBLISHED = "published"
    OUTLET_DELIVERED = "outlet_delivered"
    OUTLET_FAILED = "outlet_failed"
    HANDED_OVER = "handed_over"
    """What outlets had refused is handed over again."""
    SUSPENDED = "suspended"
    """A published statement is hidden from the public."""
    RESUMED = "resumed"
    """It may be read again."""
    OUTLET_STOPPED = "outlet_stopped"
    """An outlet says that it shows the statement no more."""
    OUTLET_NOT_STOPPED = "outlet_not_stopped"
    APPEARED = "appeared"
    """People wrote down where else a published statement stands."""
    REMOVED = "removed"
    """What stood there is taken down, or replaced by what puts it right."""
    FOLLOWED_UP = "followed_up"
    CLOSED = "closed"
    REOPENED = "reopened"
    MERGED = "merged"
    SPLIT = "split"
    UNMERGED = "unmerged"
    """A merge was taken back."""
    PARTED = "parted"
    """People said of two cases that they are not the same matter."""
    POST_WITHDRAWN = "post_withdrawn"
    """Somebody objected to posts of it: their text is gone, what the office knows of the matter is not."""
    UNRESOLVED = "unresolved"
    REBOUND = "rebound"
    CLOCK_MET = "clock_met"
    CLOCK_WAIVED = "clock_waived"
    CLOCK_CANCELLED = "clock_cancelled"
    CLOCK_CORRECTED = "clock_corrected"
    """A breach rested on a fact that people have put right: it was none."""
    ERASED = "erased"
    """Its file term is over: what was collected and typed is gone."""
    HELD = "held"
    """People keep it beyond its term."""
    RELEASED = "released"
    EVALUATED = "evaluated"
    DECISION_ASKED = "decision_asked"
    DECISION_MADE = "decision_made"
    REFERRED = "referred"
    """A body outside has been handed what is its business."""
    REFERRAL_ANSWERED = "referral_answered"
    REFERRAL_OVERDUE = "referral_overdue"
    """Its reply was asked for by a day that is over."""
    TICKET_RECEIVED = "ticket_received"
    """A caller is owed an answer within a term of its own."""
    TICKET_MOVED = "ticket_moved"
    """Its last day is another one: put off, sorted anew, or counted again."""
    TICKET_OVERDUE = "ticket_overdue"
    TICKET_ANSWERED = "ticket_answered"
    """The caller was told."""
    TICKET_RETURNED = "ticket_returned"
    """It went back to whoever had sent it: it is not ours."""


class DeliveryState(StrEnum):
    RESERVE = "reserve"
    """Stands by, to be owed where the channel before it does not take the notice."""
    OWED = "owed"
    SENT = "sent"
    """Handed to the channel: a mail server took it."""
    DELIVERED = "delivered"
    """The receiver itself confirmed it: a webhook's 2xx, the office's own board."""
    SEEN = "seen"
    """A person opened it."""
    FAILED = "failed"
    DROPPED = "dropped"
    """Held until there was nothing to be reminded of: it did not go out."""


class Role(StrEnum):
    """What an account may do (domain rules 6). An account may have several; one act of two is still two people's."""

    MONITOR = "monitor"
    DUTY = "duty"
    HANDLER = "handler"
    CHECKER = "checker"
    SECRECY = "secrecy"
    SIGNER = "signer"
    SPOKESPERSON = "spokesperson"
    LEADER = "leader"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Rank(StrEnum):
    """Where a person stands in the unit, lowest first: who may sign for which level, whom a rung reaches."""

    STAFF = "staff"
    DIVISION_HEAD = "division_head"
    DEPUTY = "deputy"
    HEAD = "head"


class Task(StrEnum):
    """What an outlet is told of a statement."""

    SHOW = "show"
    STOP = "stop"


class StopReason(StrEnum):
    """Why a published statement is hidden; the public hears of this and of no words."""

    PERSONAL = "personal"
    SECRECY = "secrecy"
    WRONG = "wrong"
    OTHER = "other"


class StatementKind(StrEnum):
    FIRST = "first"
    """权威信息: what is known, what is being done, when more will be said. What the five hours ask for."""
    ANSWER = "answer"
    """回应: an answer to the point that was raised."""
    RESULT = "result"
    """处理结果: what came of it."""
    PRESS = "press"
    """新闻发布会: what was said at it."""


class StatementState(StrEnum):
    DRAFT = "draft"
    """With its author: new, or sent back."""
    REVIEW = "review"
    """Before the secrecy reviewer (保密审查)."""
    CLEARED = "cleared"
    """Before the signer (签发)."""
    SIGNED = "signed"
    """Approved, byte for byte; to be published."""
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    """Given up by people before it was published."""


class Publicity(StrEnum):
    """The public attribute of a result (政府信息公开条例 arts 13 to 16)."""

    OPEN = "open"
    """主动公开"""
    ON_REQUEST = "on_request"
    """依申请公开"""
    CLOSED = "closed"
    """不予公开, with the reason"""


class DecisionKind(StrEnum):
    WAIVE = "waive"
    """Do without a clock's duty."""
    LOWER = "lower"
    """Lower the level from 重大 or above: a second person must agree."""
    EXTEND = "extend"
    """Give a clock's duty, or tickets, more time."""


# ------------------------------------------------------------------------------------------ judgement


class Field(StrEnum):
    TITLE = "title"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Characters ``start`` to ``end`` (Python slicing) of a post's original title or text."""

    field: Field
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """One ground of a judgement. ``weight`` is signed: negative speaks against it. ``note`` is Chinese, for the office."""

    rule: str
    note: str
    weight: float = 0.0
    spans: tuple[Span, ...] = ()


# ------------------------------------------------------------------------------------------------ post


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """Counts at the time of collecting; None is unknown, which is not zero."""

    views: int | None = None
    likes: int | None = None
    comments: int | None = None
    reposts: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came with a post. Its bytes stand under ``attachments/<sha256>`` in the data folder."""

    sha256: str
    media_type: str
    name: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """How title, time and text were got out of a page, and how far to trust that (0 to 1)."""

    method: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """What a post answers, as its source shows it beside the answer: the title, and the opening of the text."""

    title: str = ""
    text: str = ""

    def opening(self) -> Quoted:
        """As much of it as tells what it is about."""
        return Quoted(title=self.title[:QUOTED], text=self.text[:QUOTED])


QUOTED = 500
"""Characters of title and text of what a post answers that go with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One thing that somebody said in public, or told the office.

    ``id`` names the place it stands in (source and native id, else canonical URL and floor), ``version`` its content:
    an edit is a new version of the same post.  ``author`` is a keyed pseudonym, never a name.
    """

    id: str
    version: str
    source: str
    source_name: str
    channel: Channel
    tier: Tier
    basis: str
    """The ground for collecting it."""
    site: str = ""
    """The platform or site that it stands on, by the catalogue; '' where its address says."""
    url: str | None = None
    floor: int | None = None
    title: str = ""
    text: str
    author: str | None = None
    published_at: Instant | None = None
    collected_at: Instant
    origin: Origin
    engagement: Engagement = field(default_factory=Engagement)
    repost_of: str | None = None
    """Post id of what this repeats, where the platform says so."""
    reply_to: str | None = None
    """Post id of what this answers."""
    answers: Quoted | None = None
    """What that says, where the source shows it."""
    region: str | None = None
    """Where the source speaks from, by the catalogue: a hint, weaker than any place in the text."""
    stated_place: str | None = None
    """The place that a form or an export names for this very message."""
    reference: str = ""
    """The number that the hotline or mailbox knows it by, under which it is answered there."""
    request: Request | None = None
    """How the hotline or mailbox sorts it; None where it does not say."""
    ours: bool = False
    """It was handed to this office to answer, and is not one of a whole town's."""
    attachments: tuple[Attachment, ...] = ()
    extraction: Extraction | None = None
    withheld: bool = False
    """Somebody objected to it: it says that it came, so that it is accounted for, and nothing else."""

    @property
    def key(self) -> PostKey:
        return PostKey(self.id, self.version)

    @property
    def by_hand(self) -> bool:
        """Whether somebody of the office entered it."""
        return self.extraction is not None and self.extraction.method == "hand"

    @property
    def thread(self) -> str:
        """Post id of what it answers or repeats, else its own: posts of one thread are read in the order of their publishing."""
        return self.reply_to or self.repost_of or self.id

    @property
    def first_public_at(self) -> datetime:
        """When it was public at the latest: as published, else as collected."""
        return self.published_at or self.collected_at

    @property
    def searched(self) -> str:
        """By what it is found: its words and its number."""
        return "\n".join([self.title, self.text, *([self.reference] if self.reference else [])])


class PostKey(msgspec.Struct, frozen=True, order=True, array_like=True):
    """One version of one post: what the ledger counts."""

    id: str
    version: str


# --------------------------------------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    verdict: Verdict
    score: float
    """Calibrated probability, 0 to 1; 0 where the gate already said no."""
    why: tuple[Why, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicReading:
    """``code`` is T01 to T16 of ``policy/topics.toml``."""

    code: str
    score: float
    why: tuple[Why, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryReading:
    category: Category
    score: float
    why: tuple[Why, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Full names as in ``policy/localities.toml``; '' where unknown. ``code`` is that file's id of the narrowest part."""

    province: str = ""
    city: str = ""
    county: str = ""
    code: str = ""
    certainty: Certainty = Certainty.UNKNOWN
    why: tuple[Why, ...] = ()


BY_PUBLICATION = "published"
"""What an occurrence rests on where no text says a word of when: it was at the latest then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """When the matter happened. ``source`` says what it rests on: ``text``, ``BY_PUBLICATION``, or how people know it (``Knowledge``)."""

    at: Instant | None = None
    source: str = ""
    certainty: Certainty = Certainty.UNKNOWN
    why: tuple[Why, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A fact or a claim that the text makes. ``claimed`` is True until an official source says it."""

    kind: SignalKind
    amount: float | None = None
    claimed: bool = True
    detail: str = ""
    why: tuple[Why, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Casualties:
    """How many died, were hurt or are missing, as people have confirmed it; 0: what was said of it is refuted."""

    kind: SignalKind
    number: int
    source: Knowledge


CASUALTIES = (SignalKind.DEATHS, SignalKind.INJURIES, SignalKind.MISSING)


SHINGLES = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """``exact`` is a hash of the normalised text; ``minhash`` finds what may be nearly the same, ``shingles`` decide."""

    exact: str
    minhash: tuple[int, ...]
    """Of its 4-grams: 128 unsigned 32-bit ints; empty where nothing more than ``exact`` was worth while."""
    length: int
    """Characters of the normalised text."""
    shingles: bytes = b""
    """The hashes of its distinct 4-grams: little-endian unsigned 32-bit ints, ascending. Of a text that has more than
    SHINGLES of them, the lowest SHINGLES."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    word: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A post and what was read in it."""

    post: Post
    jurisdiction: str
    relevance: Relevance
    topics: tuple[TopicReading, ...] = ()
    """Best first; empty where none fits."""
    categories: tuple[CategoryReading, ...] = ()
    """Best first."""
    attitude: Attitude = Attitude.NEUTRAL
    attitude_why: tuple[Why, ...] = ()
    owes_answer: bool = True
    """False for the office's own notices and plain news: relevant, but nobody raised a matter."""
    idle: bool = False
    """A reply of idle talk, 好的 or 顶: it belongs to its matter and says nothing of it."""
    places: tuple[Place, ...] = ()
    """Best first."""
    units: tuple[str, ...] = ()
    """Names of units and organisations as written."""
    signals: tuple[Signal, ...] = ()
    occurred: Occurrence = field(default_factory=Occurrence)
    fingerprint: Fingerprint
    terms: tuple[Term, ...] = ()
    """The words that carry it, heaviest first, at most 40."""
    reader: str
    """Version of the models and word lists that read it."""
    read_at: Instant


# ------------------------------------------------------------------------------------------------ case


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """What one signal of the rubric gives: between ``low`` and ``high`` points, equal where it is known."""

    signal: str
    """X1 to X10."""
    name: str
    low: int
    high: int
    value: str
    """What was seen, in Chinese, for the page."""
    evidence: tuple[str, ...] = ()
    """Post ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """A rule that raised the level (下限), never lowered it."""

    rule: str
    name: str
    level: Level
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Severity:
    """The rubric's sum. ``level`` follows from ``low``, floors and cap; ``possible`` from ``high``."""

    level: Level
    possible: Level
    low: int
    high: int
    points: tuple[Points, ...]
    floors: tuple[Floor, ...] = ()
    capped: str = ""
    """Why the cap applied, or ''."""
    restricted: str = ""
    """保密通道 or 纪检通道 where the matter may not reach the unit concerned, or ''."""
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideBody:
    """A body outside the office that is told, and what of the matter is its business."""

    body: str
    ground: str = ""
    """Which competence of theirs; '' where the rules name the body alone."""
    article: str = ""
    basis: str = ""
    """As in a route."""
    clue: bool = False
    """What goes there is a lead for an inquiry of theirs (移交线索), no business to be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Who leads, helps and is told, and the article that says so."""

    rule: str
    lead: str
    """Unit id."""
    assist: tuple[str, ...] = ()
    inform: tuple[str, ...] = ()
    """By name: units of ours that watch; of a case routed before ``bodies`` were kept, bodies outside too."""
    bodies: tuple[OutsideBody, ...] = ()
    article: str
    basis: str
    """S seed document, L statute, A analogy, K own knowledge, P proposal."""
    why: str
    restricted: bool = False
    by_level: tuple[str, ...] = ()
    """Names of the level rules that have brought somebody in."""

    @property
    def told(self) -> tuple[str, ...]:
        """Everybody who is told, by name."""
        return tuple(dict.fromkeys((*self.inform, *(one.body for one in self.bodies))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of a clock's ladder: when, and who hears. Exactly one of ``fraction`` and ``after_minutes`` is set."""

    name: str
    fraction: float | None = None
    """Share of the clock's time, 0 to 1: 0.75 is three quarters of the way to the due time."""
    after_minutes: int | None = None
    """Minutes after the due time."""
    to: tuple[str, ...]
    """Roles: unit, division_head, deputy, head, duty."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRule:
    """One duty with hours, as the policy pack had it when the case opened."""

    kind: ClockKind
    name: str
    duty: str
    citation: str
    authority: Authority
    start: str
    """What starts it: detected_at, occurred_at, first_public_at, result_at, published_at."""
    hours: float = 0.0
    """Natural hours; 0 where it is a term of working days."""
    working_days: int = 0
    """0 where it is a term of hours."""
    ceiling_hours: float | None = None
    """The national ceiling that is shown beside it."""
    levels: tuple[Level, ...]
    """The levels that ask for it."""
    on_upgrade: str = "original_start"
    """What a raised level counts from: original_start, or moment_of_upgrade."""
    waivable: bool = True
    emergencies: tuple[Level, ...] = ()
    """The levels of an emergency, as the government sets them, at which the law asks for it."""
    provisional_on: tuple[str, ...] = ()
    """Floors that start it provisionally below those levels, for example F5."""
    rungs: tuple[Rung, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """A deadline that moved: both values and the reason stay."""

    at: Instant
    was: Instant
    now: Instant
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A breach that rested on a fact which people have put right: how it stood until then."""

    at: Instant
    due: Instant
    """When it was held to have run out."""
    broken_at: Instant | None
    booked: tuple[str, ...] = ()
    """The lines of the working that booked it to detection."""
    owed: bool = True
    """False: as the facts are, the duty was not asked for at all."""


class DayCounted(msgspec.Struct, frozen=True, array_like=True):
    """One day of a term of working days."""

    day: str
    """ISO, in Asia/Shanghai."""
    counted: bool
    why: str
    """In Chinese: 工作日, 周六, 国庆节, 调休上班."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseClock:
    rule: ClockRule
    round: int = 1
    """2 and up after the case was opened again."""
    started_at: Instant
    start_source: str
    """Which moment of the case that is, with its certainty."""
    due_at: Instant
    working: tuple[str, ...]
    """How the due time follows from the start, line by line, in Chinese."""
    days: tuple[DayCounted, ...] = ()
    """Of a term of working days: every day from the start to the end, counted or skipped."""
    tentative: bool = False
    """The term runs into a year whose arrangement of holidays is not known yet."""
    provisional: bool = False
    """Started on a suspicion, below the level that asks for it: never counted as a legal duty."""
    official: bool = False
    """The government has set the level of an emergency at which the law asks for it."""
    extended_to: Instant | None = None
    """By somebody's authority; nothing but their word moves it again."""
    term_end: Instant | None = None
    """Of one that was extended, its end without that, where facts were put right since."""
    corrected: Corrected | None = None
    postponed: int = 0
    """How often steps that had been taken came to lie ahead again: they are told anew."""
    state: ClockState = ClockState.RUNNING
    met_at: Instant | None = None
    """When it ended, whichever way ``state`` says."""
    met_by: str = ""
    """What met it, or who did without it and why, in Chinese."""
    fired: tuple[str, ...] = ()
    """Names of the rungs that have been reached."""
    untold: tuple[str, ...] = ()
    """Those of ``fired`` that got no notice of their own: a higher one, reached in the same look, stood for them."""
    broken_at: Instant | None = None
    """When watch booked the breach; the breach itself is at ``due_at``."""
    recomputed: tuple[Recomputed, ...] = ()
    set_at: Instant | None = None
    """When it came to run as it does: a step whose time had passed by then is told at once, and not late."""

    @property
    def authority(self) -> Authority:
        """What it is shown and counted as: a suspicion is the house's own, whatever its rule would be at the level; what an
        emergency of an official level asks for is law."""
        if self.provisional:
            return Authority.HOUSE
        return Authority.STATUTORY if self.official else self.rule.authority


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One notice over one channel to one address."""

    channel: str
    """console, smtp, webhook, wecom, dingtalk, feishu or sms."""
    address: str
    state: DeliveryState = DeliveryState.OWED
    attempts: int = 0
    next_try_at: Instant
    at: Instant | None = None
    detail: str = ""
    """The receipt, or what was said when it was refused."""
    to: tuple[str, ...] = ()
    """Of the notice's roles, those that this address stands for."""
    after: str = ""
    """The channel that is tried first; '' for those that are used at once."""
    together: bool = False
    """It is a line of one notice of the morning."""
    held: bool = False
    """It waits for the morning, and goes out only if there is still something to be reminded of."""
    persons: tuple[str, ...] = ()
    """Who of the duty roster is reached by it and has no account: they confirm by the link (``Recipient.called``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What somebody is owed to be told. ``id`` derives from (case, clock, rung): told once, whatever crashes."""

    id: str
    case_id: str
    clock: ClockKind | None = None
    """None: it is about the matter as a whole."""
    rung: str
    to: tuple[str, ...]
    """Roles, as in the rung."""
    unit: str
    subject: str
    body: str
    reason: str
    evidence: tuple[str, ...] = ()
    owed_at: Instant
    due_at: Instant
    deliveries: tuple[Delivery, ...]
    link: str = ""
    """Where to look; put in by the courier as it sends, never kept in a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """A notice that each of these people has to acknowledge for themselves; a reminder goes out until they have."""

    notice: str
    """Notice id."""
    rung: str
    reason: str
    roles: tuple[str, ...]
    logins: tuple[str, ...]
    """Who has not acknowledged it."""
    since: Instant
    next_at: Instant | None
    """When they are reminded next; None: they were reminded often enough."""
    reminded: int = 0
    persons: tuple[str, ...] = ()
    """Who of the roster, without an account, has not confirmed it; by the name of ``Delivery.persons``."""
    reminders: tuple[str, ...] = ()
    """Ids of the notices that reminded them: a link of any of them confirms this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of one delivery of one notice, kept when the notice has left the outbox."""

    notice: str
    """Notice id."""
    clock: ClockKind | None = None
    rung: str
    to: tuple[str, ...]
    reason: str
    channel: str
    state: DeliveryState
    owed_at: Instant
    at: Instant | None = None
    """When it was sent, delivered or given up."""
    detail: str = ""
    seen_at: Instant | None = None
    seen_by: str = ""
    """A login, ``link`` for the one-time link, or ``roster:`` and the name of who pressed it."""
    mark: str = ""
    """Which delivery it is, without its address: SHA-256 of its token (``triage.links``)."""
    persons: tuple[str, ...] = ()
    """As in the delivery: who may confirm it by its link."""
    address: str = ""
    """Where it went, masked; only where somebody of the roster confirms by its link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRef:
    """What somebody wrote, by reference: the text stands in the text store and can be erased, the record cannot."""

    name: str
    """Which text of the act: reason, finding, conclusion, note."""
    digest: str
    """SHA-256, in hexadecimal, of salt and text; the salt stands with the text and goes with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """One thing that happened to a case; its identity is (case, sequence), sequence from 1 without gaps.

    The chain: ``digest`` covers everything that the record keeps and ``previous``, so that no event can be changed, left
    out or moved. ``title`` is for the board and outside the chain: it may be erased.
    """

    case_id: str
    sequence: int
    kind: EventKind
    at: Instant
    who: str
    """An account id, or ``system:<part>``."""
    what: str
    """One Chinese sentence without personal text."""
    why: str = ""
    evidence: tuple[str, ...] = ()
    level: Level
    title: str
    """The case's title, so that a line on the board needs no second look-up."""
    origin: Origin = Origin.LIVE
    """Of the case when it happened: what comes from an old export is recorded, not called out on the live board."""
    parties: tuple[str, ...] = ()
    """Units that led or helped then: who sees it on the board."""
    texts: tuple[TextRef, ...] = ()
    previous: str = ""
    """``digest`` of the event before; of the first, the case's own beginning."""
    digest: str = ""
    """SHA-256 in hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A post that weighs in a case: enough to show it, not the whole of it."""

    post: PostKey
    source_name: str
    channel: Channel
    tier: Tier
    url: str | None
    title: str
    excerpt: str
    published_at: Instant | None
    attitude: Attitude = Attitude.NEUTRAL
    why: tuple[Why, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a story looks like to the next reading: its title and lead as words, and the fingerprints it has had."""

    terms: tuple[Term, ...] = ()
    lead_terms: tuple[Term, ...] = ()
    prints: tuple[Fingerprint, ...] = ()
    """Of the original posts, at most 32."""
    exacts: tuple[str, ...] = ()
    """At most 200."""
    topics: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    """Locality codes."""
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallies:
    """A story's counts. Small by construction: keyed by site, by hour (at most the last 48) and by kind. A page that came by
    several routes counts once in all of them."""

    posts: int = 0
    """Distinct posts, duplicates and reposts among them."""
    originals: int = 0
    again: int = 0
    """Beside the posts: pages that had come by another route already."""
    idle: int = 0
    """Of the posts, replies of idle talk: they count in what stands above and in ``by_source`` and ``by_channel`` alone."""
    echoes: int = 0
    """Of the posts, those that say again what the office published, or praise it: they count in ``posts``, ``originals`` and
    ``by_channel`` alone."""
    peak_day: int = 0
    """Most posts within any 24 clock hours so far."""
    negative_peak_day: int = 0
    """The same of what is negative, and not an office's own word."""
    by_source: dict[str, int] = field(default_factory=dict)
    """By site, as the catalogue or the address has it; by source where neither does, and in what older versions stored."""
    by_channel: dict[str, int] = field(default_factory=dict)
    by_attitude: dict[str, int] = field(default_factory=dict)
    by_hour: dict[str, int] = field(default_factory=dict)
    """UTC hour 2026-11-23T02 → posts first public in it."""
    negative_by_hour: dict[str, int] = field(default_factory=dict)
    tiers: tuple[Tier, ...] = ()
    engagement: Engagement = field(default_factory=Engagement)
    """The highest seen on one post."""
    last_at: Instant | None = None
    """When the latest post was said that counts as volume."""
    pages: dict[str, str] = field(default_factory=dict)
    """Digest of a page that was counted → of the source that brought it: the latest 500."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalSeen:
    """The strongest form of one signal over a story's posts, and the posts that carry it (at most 5)."""

    kind: SignalKind
    amount: float | None
    claimed: bool
    detail: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Another case that may be the same matter: not sure enough to be one without a person's word."""

    case_id: str
    score: float
    why: str
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """How a case stood just before it took another one in: what a merge that is taken back restores."""

    case_id: str
    at: Instant
    events: int
    """How many it had."""
    state: CaseState
    level: Level
    grading: Grading | None
    clocks: tuple[ResponseClock, ...]
    topics: tuple[str, ...]
    places: tuple[str, ...]
    units: tuple[str, ...]
    occurred: Occurrence = field(default_factory=Occurrence)
    settled_by_people: tuple[str, ...] = ()
    casualties: tuple[Casualties, ...] = ()
    origin: Origin
    first_public_at: Instant
    collected_at: Instant
    detected_at: Instant
    flagged_at: Instant | None
    confirmed_at: Instant | None
    reopened_at: Instant | None
    closed_at: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How one post version of the last save ended, until the archive has it: makes a replay harmless."""

    post: PostKey
    disposition: Disposition


# ------------------------------------------------------------------------------------ people's part


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: what triage.desk needs to know of a signed-in person."""

    login: str
    name: str
    roles: frozenset[Role]
    unit: str
    """Id of the unit that the account belongs to."""
    rank: Rank = Rank.STAFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Whose matter it is, once people have said so: the machine routes no more."""

    unit: str
    by: str
    at: Instant
    objections: int = 0
    """How often a unit has said that it is not theirs."""
    acknowledged_by: str = ""
    acknowledged_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """研判: one of the six handling classes, with the duty that it brings."""

    category: Category
    duty: str
    by: str
    at: Instant
    finding: str
    """Digest of the text."""
    source: str = ""
    """The official statement that speaks against the claim; without one nothing may be called untrue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """登记认定: what others with authority have said of the matter. Of a kind the latest counts; the earlier ones stay."""

    kind: Recognised
    level: Level | None = None
    """Of the emergency."""
    stands: bool = True
    """False: it was registered in error, or taken back by who had said it."""
    body: str
    """Who said so, by office and not by name."""
    document: str = ""
    said_at: Instant
    by: str
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """会商."""

    at: Instant
    by: str
    participants: tuple[str, ...]
    """Units and bodies, by name."""
    conclusion: str
    """Digest of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One person's word for exactly these bytes. Void as soon as the statement has others."""

    sha256: str
    by: str
    at: Instant
    outcome: str
    """What was decided, in Chinese: 可以公开, 同意签发."""
    rank: Rank = Rank.STAFF
    """Of the person, then: a level that was raised since may ask for more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One statement on one outlet, and what the outlet was told last."""

    outlet: str
    """``page`` is the office's own public page."""
    state: DeliveryState
    """Of what it was told last."""
    task: Task = Task.SHOW
    turn: int = 1
    """How often it was told something else: a repeat of the same carries the same key, another word another one."""
    attempts: int = 0
    next_try_at: Instant
    at: Instant | None = None
    url: str = ""
    """Where it stands there."""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """登载: where else a published statement stands, put there by people and written down by them. It stops no clock."""

    number: int
    """From 1, within the statement."""
    channel: str
    """Kind of channel, by its key in ``policy/scoring.toml``."""
    where: str
    """Name of the site, account or paper; public, as the statement is."""
    url: str = ""
    """'' where there is none: a paper, a broadcast."""
    at: Instant
    """Since when it stands there."""
    by: str
    noted_at: Instant
    """When this was written down, or last, that it is gone from there."""
    copy: str = ""
    """Digest of the text as it stood there; '' where nobody brought it."""
    altered: int | None = None
    """Sentences of the statement that were not in that text; None where there is none."""
    removed_at: Instant | None = None
    removed_by: str = ""
    removed_words: str = ""
    """Digest of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """暂停公开: from when the public could not read a published statement, why, and until when."""

    at: Instant
    by: str
    reason: StopReason
    words: str
    """Digest of the text."""
    ended_at: Instant | None = None
    ended_by: str = ""
    ended_words: str = ""
    """Digest of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One text for the public, from draft to page. Its bytes stand in the statement store under their SHA-256."""

    id: str
    number: int
    """From 1, within the case."""
    kind: StatementKind
    state: StatementState
    sha256: str
    """Of exactly the bytes that will be published."""
    title: str
    author: str
    """Who wrote the bytes as they are: whoever edits becomes an author too (``authors``)."""
    authors: tuple[str, ...]
    """Everybody who ever edited it: none of them may review or sign it."""
    unit: str
    drafted_at: Instant
    edited_at: Instant
    category: Category
    """The handling class that it answers."""
    publicity: Publicity
    publicity_reason: str = ""
    """A ground of the law, by its key in ``policy/handling.toml``; '' where it is open."""
    next_release_at: Instant | None = None
    earlier: tuple[str, ...] = ()
    """SHA-256 of the versions that were replaced, oldest first."""
    reviewed: str = ""
    """SHA-256 of the version that came back from review last, or ''."""
    returned: str = ""
    """Digest of the reason for which it was sent back last, or ''."""
    review: Approval | None = None
    signature: Approval | None = None
    published_at: Instant | None = None
    published_by: str = ""
    publications: tuple[Publication, ...] = ()
    corrects: str = ""
    """Id of the published statement that it puts right, or ''."""
    suspensions: tuple[Suspension, ...] = ()
    """Oldest first; the last one may still hold."""
    untold_since: Instant | None = None
    """Since when it waits for somebody who has not been told so (``triage/deeds/turns.py``); None where they have been, or nobody need be."""
    appearances: tuple[Appearance, ...] = ()
    """Where else it stands or stood, in the order in which that was written down."""

    @property
    def suspended(self) -> Suspension | None:
        """What keeps the public from reading it now."""
        last = self.suspensions[-1] if self.suspensions else None
        return last if last is not None and last.ended_at is None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Something that a leader is asked to allow, and what came of it."""

    id: str
    kind: DecisionKind
    clock: ClockKind | None = None
    level: Level | None = None
    until: Instant | None = None
    tickets: tuple[str, ...] = ()
    """Posts of the tickets that it is about."""
    reason: str
    """Digest of the text."""
    asked_by: str
    asked_at: Instant
    of: str = ""
    """The case that it was asked in, where that has become part of this one."""
    of_level: Level | None = None
    """How grave that one was."""
    corrects: bool = False
    """It was asked because facts were put right: what only the higher level had brought ends with it."""
    decided_by: str = ""
    decided_at: Instant | None = None
    granted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """回访: what was found when somebody asked again."""

    at: Instant
    by: str
    solved: bool
    found: str
    """Digest of the text."""


class ReferralOutcome(StrEnum):
    DONE = "done"
    NOT_THEIRS = "not_theirs"
    """Sent back: it is no business of theirs."""
    GIVEN_UP = "given_up"
    """Nothing came, and nobody waits any longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """转办, or 移交线索: what one body outside has been handed, on which ground, and what came back."""

    id: str
    to: OutsideBody
    by: str
    at: Instant
    due_at: Instant | None = None
    """By when a reply is asked for; None where none is."""
    note: str = ""
    """Digest of the text; '' where nobody wrote one."""
    by_rule: bool = True
    """Body, ground and article are as the rules have them: what people type of it stands here alone, and not in the record."""
    of: str = ""
    """The case that it was referred in, where that has become part of this one."""
    overdue_at: Instant | None = None
    """When it was booked that the reply had not come in time."""
    outcome: ReferralOutcome | None = None
    answered_at: Instant | None = None
    """When the reply arrived, as people say."""
    gist: str = ""
    """Digest of what it said."""

    @property
    def waits(self) -> bool:
        """Whether a reply is asked for and has not come."""
        return self.due_at is not None and self.outcome is None


class SortedBy(StrEnum):
    """Who says what kind of request a ticket is."""

    ITSELF = "itself"
    """The hotline or mailbox, or whoever wrote it down by hand."""
    READING = "reading"
    """Nobody did: it follows from what was read in it."""
    PEOPLE = "people"
    """Somebody of the office put it right."""


class AnsweredBy(StrEnum):
    """How a caller was told."""

    PHONE = "phone"
    SMS = "sms"
    PLATFORM = "platform"
    LETTER = "letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """工单: what one caller of a hotline or writer to a mailbox is owed, by when, and what came of it. The rule is frozen in."""

    post: str
    """Post id: a ticket goes where its post goes."""
    reference: str
    """Its number; '' once that is erased."""
    channel: Channel
    request: Request
    sorted_by: SortedBy
    received_at: Instant
    """受理时间: its term counts from the day after."""
    entered_at: Instant
    """When it came in here. A term that was over by then is nobody's breach here."""
    name: str
    """As the policy calls the duty."""
    citation: str
    authority: Authority
    due_at: Instant
    """The last second of its last day."""
    days: tuple[DayCounted, ...]
    """Every day of the term, counted or skipped."""
    tentative: bool = False
    """The term runs into a year whose arrangement of holidays is not known yet."""
    remind_at: tuple[Instant, ...] = ()
    """When people are told next of what is still owed, soonest first."""
    overdue_at: Instant | None = None
    """When it was booked that nobody had answered in time."""
    extended_from: Instant | None = None
    """What its last second was before somebody put it off."""
    extended_at: Instant | None = None
    extended_by: str = ""
    returned: bool = False
    """It ended by going back: ``answered_at`` says when, ``words`` why."""
    answered_at: Instant | None = None
    """When the caller was told, as people say."""
    answered_by: str = ""
    """Who wrote that down."""
    way: AnsweredBy | None = None
    statement: int = 0
    """Number of the published statement that the caller was told the content of; 0: none."""
    words: str = ""
    """Digest of what was said; '' where a statement says it."""

    @property
    def owed(self) -> bool:
        return self.answered_at is None

    @property
    def entered_late(self) -> bool:
        """Its term was over before it came in."""
        return (self.extended_from or self.due_at) < self.entered_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """评估: what a person says of how a closed matter was answered, and what no record knows."""

    at: Instant
    by: str
    channels: tuple[str, ...]
    """Kinds of channel that carried the answer, by their keys in ``policy/scoring.toml``."""
    in_place: bool
    """The answer also stands where the matter was raised."""
    flags: tuple[str, ...]
    """What is said beside the score, by its keys there."""
    note: str
    """Digest of the text; '' where nobody wrote one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """The level as people set it, and what the machine thought then: it speaks up again only above that."""

    level: Level
    machine: Level
    by: str
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the office published of a matter, so that it is known again where others repeat it."""

    at: Instant
    grams: bytes = b""
    """The hashes of its 4-grams (:mod:`huiying.grams`), the lowest 2,048; none where its words are not public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedAgain:
    """That what had ended a clock was taken from the public: its duty counts from there."""

    kind: ClockKind
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """What came after the latest publication; the rebound watch looks at it."""

    since: Instant
    peak_before: int
    """Most negative posts of one day before the publication."""
    topics: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """What the complaint was about until then: what comes with others is 次生."""
    negative: dict[str, int] = field(default_factory=dict)
    """UTC hour → negative posts that were said since, until it rebounds; at most the last 48."""
    secondary: dict[str, int] = field(default_factory=dict)
    """Of these, those that speak of another topic, or complain in other words."""
    unresolved: tuple[Instant, ...] = ()
    """When the public said 仍未解决, newest last, at most 200."""
    rebound_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """That what somebody said has been erased here, when, and why."""

    at: Instant
    rule: str
    """In Chinese, for the office and the public: 案卷保存期限 5 年（一般舆情）, 本人提出异议."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """继续保存: people keep what belongs to a case beyond its file term."""

    by: str
    at: Instant
    until: Instant | None
    """None: until somebody lifts it."""
    reason: str
    """Digest of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A story, and the matter that the office makes of it. Holds aggregates, never the list of its posts."""

    id: str
    revision: int
    """1 at the first save; a save must be newer than what is stored."""
    jurisdiction: str
    state: CaseState
    origin: Origin
    """``live`` once one live post belongs to it; only then may clocks start."""
    title: str
    lead: str
    topic: str
    """T01 to T16 or ''."""
    categories: tuple[Category, ...]
    attitude: Attitude
    place: Place
    opened_by: PostKey
    # the moments (domain rules 1.6)
    occurred: Occurrence
    first_public_at: Instant
    collected_at: Instant
    detected_at: Instant
    flagged_at: Instant | None = None
    held_back: bool = False
    """Its alert did not go out, since the matter lay outside the territory."""
    graded_at: Instant | None = None
    last_post_at: Instant
    # what is known
    tallies: Tallies
    signals: tuple[SignalSeen, ...] = ()
    units: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    """The strongest posts, at most 6."""
    profile: Profile
    severity: Severity
    route: Route
    # what is owed
    policy: str
    """Name, version and content hash of the policy pack that was frozen in."""
    clock_rules: tuple[ClockRule, ...] = ()
    """Frozen at the opening: editing policy never rewrites history."""
    clocks: tuple[ResponseClock, ...] = ()
    past_clocks: tuple[ResponseClock, ...] = ()
    """Of earlier rounds, before the case was opened again."""
    outbox: tuple[Notice, ...] = ()
    """Struck off once every delivery is sent or given up; what became of each stays in ``receipts``."""
    receipts: tuple[Receipt, ...] = ()
    # what people have made of it
    confirmed_at: Instant | None = None
    assignment: Assignment | None = None
    assessment: Assessment | None = None
    consultations: tuple[Consultation, ...] = ()
    statements: tuple[Statement, ...] = ()
    decisions: tuple[Decision, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    referrals: tuple[Referral, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    """Of hotlines and mailboxes, those that owe or owed an answer, the first to come first."""
    grading: Grading | None = None
    """None: the level is the machine's."""
    settled_by_people: tuple[str, ...] = ()
    """What people have put right, by the name of the field (topic, categories, place, attitude, occurred): the machine leaves it."""
    told: tuple[Told, ...] = ()
    """Its statements that were published, also where one was merged into it: the latest 3."""
    casualties: tuple[Casualties, ...] = ()
    """As people have confirmed or refuted them: they stand in place of what posts say."""
    recognitions: tuple[Recognition, ...] = ()
    """Oldest first."""
    aftermath: Aftermath | None = None
    evaluation: Evaluation | None = None
    """Of the round that is closed; none any more once it is opened again."""
    published_at: Instant | None = None
    """Of the latest word to the public: a statement published, hidden or shown again, or where else it stands."""
    closed_at: Instant | None = None
    reopened_at: Instant | None = None
    hold: Hold | None = None
    erased: Erased | None = None
    """What it held until then is gone: its posts' words, and what people typed."""
    erasing: bool = False
    """That was decided and is saved; lines and texts are yet to follow."""
    sign_again_at: Instant | None = None
    """When a signature that nothing followed was voided last: signing for it counts from there."""
    owed_again: tuple[OwedAgain, ...] = ()
    """Of each kind the latest time."""
    awaited: tuple[Awaited, ...] = ()
    """Notices that somebody on duty has not acknowledged yet."""
    idle_told_at: Instant | None = None
    """When the watchdog last said that nobody owes it a next step."""
    merged_into: str = ""
    merged_from: tuple[str, ...] = ()
    """Every case that has become part of this one: their archive lines still carry their own ids."""
    merging: bool = False
    """It has become part of ``merged_into``, and that one has not taken it in yet."""
    took: tuple[Took, ...] = ()
    """Of the cases that were merged into this one directly, the latest 20."""
    unmerged_from: str = ""
    """The case that it was part of: its merge was taken back, and that one has not let go of its posts yet."""
    suggestions: tuple[Suggestion, ...] = ()
    """Cases that may be the same matter, the likeliest first, at most 3; a person says which are."""
    apart: tuple[str, ...] = ()
    """Cases that people have said are another matter: never suggested again."""
    split_into: tuple[str, ...] = ()
    split_from: str = ""
    claims: tuple[str, ...] = ()
    """Posts that a split gave to this case; ``split_from`` has not let go of them yet, or their lines are to be moved."""
    # the record
    events: tuple[CaseEvent, ...] = ()
    events_published: int = 0
    """Sequence up to which the courier has put the events on the stream."""
    settled: tuple[Settled, ...] = ()
    # what the store indexes (derived by triage at every save)
    next_rung_at: Instant | None = None
    next_send_at: Instant | None = None
    next_event_at: Instant | None = None
    awaits: tuple[str, ...] = ()
    """Whose turn it is: acknowledge, rework, review, sign, publish, outlet, follow_up, decision, referral,
    ticket."""


# --------------------------------------------------------------------------------------------- archive


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLine:
    """Where the way of one post version ended, written by whoever ended it."""

    post: PostKey
    disposition: Disposition
    at: Instant
    """When the line was written."""
    case_id: str | None = None
    reason: str = ""
    """Why it ended here, in Chinese: why it was dropped or buried, or on what ground it joined its case."""
    brings: tuple[str, ...] = ()
    """What the case did not know before this post, in Chinese: more dead, another place, an official answer."""
    body: Post | None = None
    """None only where the record could not be read at all."""
    reading: Reading | None = None
    """Kept for what belongs to a case, and for a reply that none took in; its ``post`` is the same as ``body``."""
    erased: Erased | None = None
    """Its post was blanked: ``body`` and ``reading`` hold what is counted, and nothing that anybody wrote."""

    @property
    def legible(self) -> Post | None:
        """The post, as long as what it says is kept."""
        return None if self.erased else self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCheck:
    """One look at one source, published by whoever looked. A source that falls silent is an alarm, not no news."""

    source: str
    source_name: str
    at: Instant
    ok: bool
    posts: int = 0
    """New post versions published by this look."""
    seen: int = 0
    """Items that were there, known ones among them."""
    problem: str = ""
    """What went wrong, in Chinese, or ''."""
    every_seconds: float
    """How often it is looked at: silence is measured against it."""


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A record that could not be handled, with its reason, on ``<topic>.dead.<group>``."""

    topic: str
    group: str
    key: str
    partition: int
    position: int
    reason: str
    at: Instant
    value: bytes

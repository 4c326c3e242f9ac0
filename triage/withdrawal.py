"""Posts to which somebody objected leave the archive and the cases; what the office knows of the matter stays.

``without`` is what becomes of a case: the sums, level, clocks, statements and record stand, whatever repeats the words of these
posts does not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from huiying import blanking
from huiying.contracts import (
    ArchiveLine,
    Case,
    Erased,
    EventKind,
    Profile,
    Severity,
    Signal,
    SignalKind,
    SignalSeen,
    Why,
)
from huiying.ports import Engine
from triage.gather import DETAILS
from triage.lifecycle import LEAD, NAMING, TITLE, title_of
from triage.policy import Policy
from triage.record import indexed, note
from triage.saving import amend
from triage.severity import NAMED, naming
from triage.telling import ORIGINAL
from triage.titles import UNTITLED

RULE = "本人提出异议（《个人信息保护法》第二十七条、第四十七条）"
TOGETHER = 50
"""Posts whose dropped answers are asked for at once."""
MOST_ANSWERS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What goes: the posts, and what a case may have kept of them."""

    posts: frozenset[str]
    words: frozenset[str]
    prints: frozenset[str]
    units: frozenset[str]
    details: frozenset[tuple[SignalKind, str]]
    titles: frozenset[str]
    leads: frozenset[str]
    links: frozenset[str]
    whys: frozenset[tuple[Why, ...]]
    """What it was taken from where and when the matter was."""


def withdraw(engine: Engine, policy: Policy, lines: Sequence[ArchiveLine], now: datetime, *, who: str) -> int:
    """Erase what these lines say, and what cases and answers keep of it; returns how many lines said something. They go last:
    where this ends early they still tell the next attempt what was in them. Lines that are blank already bring what answers
    them and came since. Raises TryAgain.
    """
    telling = [line for line in lines if line.body is not None and line.erased is None]
    gone, cases = gone_of(telling), _family(engine, lines)
    quoting = _quoting(engine, cases, frozenset(line.post.id for line in lines))

    def rid(case: Case) -> Case:
        bare = case
        if telling:
            others = engine.archive.of_cases({case.id, *case.merged_from})
            bare = without(case, said_only_in(gone, others), now, who)
        return indexed(_unquoted(bare, quoting), policy)

    for case_id in cases if telling or quoting else ():
        amend(engine.cases, case_id, rid)
    engine.archive.unquote(quoting)
    return engine.archive.blank([line.post for line in telling], erased=Erased(at=now, rule=RULE))


def _quoting(engine: Engine, cases: Collection[str], gone: frozenset[str]) -> set[str]:
    """Posts that show what they answer, where that goes: those of these cases, and those that were dropped."""
    ids = sorted(gone)
    dropped = (
        line
        for n in range(0, len(ids), TOGETHER)
        for line in engine.archive.answering(ids[n : n + TOGETHER], limit=MOST_ANSWERS, complete=True)
    )
    bodies = (line.body for line in chain(engine.archive.of_cases(cases), dropped))
    return {
        body.id
        for body in bodies
        if body and body.answers and not gone.isdisjoint((body.reply_to, body.repost_of))
    }


def _unquoted(case: Case, quoting: Collection[str]) -> Case:
    """Without what these posts show of what they answer; the same object where it shows none of that."""
    evidence = tuple(
        replace(one, why=blanking.by_itself(one.why)) if one.post.id in quoting else one
        for one in case.evidence
    )
    return case if evidence == case.evidence else replace(case, evidence=evidence)


def gone_of(lines: Iterable[ArchiveLine]) -> Gone:
    lines = list(lines)
    bodies = [line.body for line in lines if line.body]
    readings = [line.reading for line in lines if line.reading]
    whys = {why for one in readings for why in (one.occurred.why, *(place.why for place in one.places))}
    return Gone(
        posts=frozenset(body.id for body in bodies),
        words=frozenset(term.word for reading in readings for term in reading.terms),
        prints=frozenset(reading.fingerprint.exact for reading in readings),
        units=frozenset(unit for reading in readings for unit in reading.units),
        details=frozenset(part for reading in readings for one in reading.signals for part in _parts(one)),
        titles=frozenset(title_of(body) for body in bodies),
        leads=frozenset(lead for body in bodies if (lead := " ".join(body.text.split())[:LEAD])),
        links=frozenset(body.url for body in bodies if body.url),
        whys=frozenset(why for why in whys if any(one.spans for one in why)),
    )


def said_only_in(gone: Gone, lines: Iterable[ArchiveLine]) -> Gone:
    """Less what is said in others of these lines too."""
    for line in lines:
        reading = line.reading
        if reading is None or line.erased or line.post.id in gone.posts:
            continue
        gone = replace(
            gone,
            words=gone.words - {term.word for term in reading.terms},
            prints=gone.prints - {reading.fingerprint.exact},
            units=gone.units - set(reading.units),
            details=gone.details - {part for one in reading.signals for part in _parts(one)},
        )
    return gone


def without(case: Case, gone: Gone, now: datetime, who: str) -> Case:
    """The case without these posts' words; the same object where it holds nothing of them."""
    cited = {post for signal in case.signals for post in signal.evidence}
    count = len(gone.posts & {case.opened_by.id, *cited, *(one.post.id for one in case.evidence)})
    after = replace(
        case,
        evidence=tuple(one for one in case.evidence if one.post.id not in gone.posts),
        signals=tuple(_unsaid(signal, gone) for signal in case.signals),
        tickets=tuple(replace(one, reference="") if one.post in gone.posts else one for one in case.tickets),
        units=_less(case.units, gone.units),
        place=replace(case.place, why=() if case.place.why in gone.whys else case.place.why),
        occurred=replace(case.occurred, why=() if case.occurred.why in gone.whys else case.occurred.why),
        profile=_profile(case.profile, gone),
        aftermath=case.aftermath and replace(case.aftermath, words=_less(case.aftermath.words, gone.words)),
        took=tuple(replace(one, units=_less(one.units, gone.units)) for one in case.took),
        outbox=tuple(replace(one, body=_unlinked(one.body, gone.links)) for one in case.outbox),
    )
    after = replace(after, severity=_unnamed(after, gone.units))
    if case.title in gone.titles or case.lead in gone.leads:
        after = _renamed(after)
    if after == case:
        return case
    what = f"{max(count, 1)} 条信息依异议停止处理，内容已清除"
    return note(after, EventKind.POST_WITHDRAWN, now, who, what, why=RULE)


def _renamed(case: Case) -> Case:
    """Called by the strongest of what is left, also where the old name was repeated."""
    first = case.evidence[0] if case.evidence else None
    title = (first.title or first.excerpt)[:TITLE] if first else UNTITLED
    owed = (
        replace(one, subject=one.subject.replace(case.title, title), body=one.body.replace(case.title, title))
        for one in case.outbox
    )
    return replace(
        case,
        title=title,
        lead=first.excerpt[:LEAD] if first else "",
        events=tuple(replace(event, title=title) for event in case.events),
        outbox=tuple(owed) if case.title else case.outbox,
    )


def _family(engine: Engine, lines: Sequence[ArchiveLine]) -> list[str]:
    """The cases that these lines belong to, and link by link those that people have merged, split and taken apart with them: any
    may have kept something.
    """
    found: set[str] = set()
    wanted = {line.case_id for line in lines if line.case_id}
    while wanted:
        found |= wanted
        wanted = {id for case in engine.cases.several(wanted).values() for id in _kin(case)} - found
    return sorted(found)


def _kin(case: Case) -> set[str]:
    taken_apart = (id for event in case.events if event.kind is EventKind.UNMERGED for id in event.evidence)
    links = (case.merged_into, *case.merged_from, case.split_from, *case.split_into, *taken_apart)
    return {id for id in links if id}


def _unsaid(signal: SignalSeen, gone: Gone) -> SignalSeen:
    """The fact stands; the words that only these posts said go."""
    left = tuple(post for post in signal.evidence if post not in gone.posts)
    said = [part for part in _parts(signal) if part not in gone.details]
    if len(left) == len(signal.evidence) and len(said) == len(_parts(signal)):
        return signal
    return replace(signal, evidence=left, detail=DETAILS.join(part for _, part in said) if left else "")


def _parts(signal: Signal | SignalSeen) -> list[tuple[SignalKind, str]]:
    return [(signal.kind, part) for part in signal.detail.split(DETAILS)]


def _unnamed(case: Case, units: frozenset[str]) -> Severity:
    """The points stand; what they name is what is left."""
    named = naming(case.units) if case.units else NAMED
    points = tuple(
        replace(one, value=named)
        if one.signal in NAMING and any(unit in one.value for unit in units)
        else one
        for one in case.severity.points
    )
    return replace(case.severity, points=points)


def _unlinked(body: str, links: frozenset[str]) -> str:
    """What somebody is told, without the lines that lead to these."""
    gone = tuple(f" {link}" for link in links)
    told = body.split("\n")
    return "\n".join(line for line in told if not (line.startswith(ORIGINAL) and line.endswith(gone)))


def _less(known: tuple[str, ...], gone: frozenset[str]) -> tuple[str, ...]:
    return tuple(one for one in known if one not in gone)


def _profile(profile: Profile, gone: Gone) -> Profile:
    return replace(
        profile,
        terms=tuple(term for term in profile.terms if term.word not in gone.words),
        lead_terms=tuple(term for term in profile.lead_terms if term.word not in gone.words),
        prints=tuple(print for print in profile.prints if print.exact not in gone.prints),
        exacts=_less(profile.exacts, gone.prints),
        units=_less(profile.units, gone.units),
    )

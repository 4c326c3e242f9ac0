"""What official sources have published that may bear on what a case hands on as hearsay: the office's statements, and official posts.

Looked for when the page is asked for, among a bounded number: the case's own, then of the newest answers those whose matter is most like
this one, then official posts of the case and those in the archive that name what a claim names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from huiying.contracts import ArchiveLine, Case, CaseState, Channel, Post, Tier
from huiying.ports import CaseQuery, LineQuery, Order
from nlp.assertions import Said
from response_api.house import House
from response_api.post_card import web_link
from response_api.precedents import likeness, weights
from response_api.public_statements import public_statement
from response_api.sight import Glimpse, Sight, line_glimpses
from response_api.times import full
from triage.answers import Answered, answers_of
from triage.sites import sites
from triage.texts import Texts

ANSWERED = 60
"""Cases with a public answer, the newest: one search of the store."""
READ = 12
"""Of those, whose statements are read."""
POSTS = 20
"""Official or not, of one search of the archive."""
SEARCHES = 3
TITLE = 80
_ALOUD = frozenset({Channel.NEWS, Channel.SOCIAL, Channel.VIDEO})
"""Where an office speaks in public."""
_VOICE = re.compile(
    r"经(?:现场)?(?:核查|核实|查|检测|检查|调查)|公告|通告|通报|声明|辟谣|情况说明|定于|特此|请(?:广大)?市民|[我本](?:办|局|委|中心|单位)|收悉|答复如下|回复如下|不信谣"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    """One published text, as it can be compared and shown."""

    key: str
    """Id of the statement or the post."""
    title: str
    source: str
    at: datetime
    link: str
    """'' where there is no address that may be followed."""
    said: Said
    together: bool
    """It belongs to this case."""

    @property
    def reference(self) -> str:
        """As the ground of an assessment: who, what, when, where."""
        named = f"{self.source}《{self.title[:TITLE]}》（{full(self.at)[:16]}）"
        return f"{named}{self.link}" if len(named) + len(self.link) <= 300 else named


def officials(
    house: House, case: Case, lines: Sequence[ArchiveLine], claims: Sequence[Said], sight: Sight
) -> tuple[Official, ...]:
    """Newest first; each once, though it may have been found twice."""
    found: dict[str, Official] = {}
    own = frozenset({case.id, *case.merged_from})
    for told in _answers(house, case):
        for one in _statements(house, told, together=told.case.id == case.id):
            found.setdefault(one.key, one)
    for line in (*lines, *_elsewhere(house, claims, sight)):
        if line.legible is not None and is_official(line):
            one = _post(line, line.legible, together=line.case_id in own)
            found.setdefault(one.key, one)
    return tuple(sorted(found.values(), key=lambda one: (one.at, one.key), reverse=True))


def is_official(line: ArchiveLine) -> bool:
    """Said by an office, in its voice. What citizens write to its mailbox, or on its pages, is their word."""
    post = line.body
    if post is None or post.reply_to:
        return False
    aloud = post.channel is Channel.GOVERNMENT or (post.tier is Tier.GOVERNMENT and post.channel in _ALOUD)
    return aloud and bool(_VOICE.search(post.title) or _VOICE.search(post.text))


def _answers(house: House, case: Case) -> Iterator[Answered]:
    cases = house.engine.cases
    if (told := answers_of(cases, case)) is not None:
        yield told
    query = CaseQuery(states=frozenset(CaseState) - {CaseState.MERGED}, order=Order.PUBLISHED, limit=ANSWERED)
    own = weights(case.profile)
    others = [other for other in cases.search(query).cases if other.id != case.id]
    others.sort(key=lambda other: _nearness(case, own, other), reverse=True)
    for other in others[:READ]:
        if (told := answers_of(cases, other)) is not None:
            yield told


def _nearness(case: Case, own: Mapping[str, float], other: Case) -> tuple[float, float]:
    """Shared units, place and topic count as much as all words; of equals the one that was answered last."""
    alike, _ = likeness(own, weights(other.profile))
    shared = bool(set(case.units) & set(other.units))
    place = bool(case.place.city) and case.place.city == other.place.city
    topic = bool(case.topic) and case.topic == other.topic
    return alike + (shared + place + topic) / 3, (other.published_at or other.detected_at).timestamp()


def _statements(house: House, told: Answered, *, together: bool) -> Iterator[Official]:
    """Those that the public can read and that still hold: exactly the bytes that were signed."""
    texts = Texts(house.engine.register)
    place = told.case.place.code
    for statement in told.statements:
        body = texts.body(statement.sha256)
        shown = public_statement(told.case, statement, body, house.names, told.statements)
        if not shown.shown or shown.corrected:
            continue
        text = "\n".join(part for _, part in shown.parts)
        yield Official(
            key=shown.id,
            title=shown.title,
            source=shown.unit,
            at=shown.at,
            link=f"{house.settings.address}/public/statements/{shown.id}",
            said=Said(
                text=text,
                title=shown.title,
                at=shown.at,
                names=sites(f"{shown.title}。{text}"),
                places=frozenset({place} if place and not together else ()),
            ),
            together=together,
        )


def _post(line: ArchiveLine, body: Post, *, together: bool) -> Official:
    return Official(
        key=body.id,
        title=(body.title or body.text).strip()[:TITLE] or body.source_name,
        source=body.source_name,
        at=body.first_public_at,
        link=web_link(body.url),
        said=said_in(line, body.text, title=body.title, together=together),
        together=together,
    )


def _elsewhere(house: House, claims: Sequence[Said], sight: Sight) -> Iterator[ArchiveLine]:
    """Lines that name an estate, a school or the like which a claim names, as far as this reader may see them."""
    names = list(dict.fromkeys(name for claim in claims for name in sorted(claim.names)))
    for name in names[:SEARCHES]:
        lines = house.engine.archive.search(LineQuery(words=name, limit=POSTS)).lines
        official = [line for line in lines if is_official(line)]
        for line, glimpse in line_glimpses(house.engine.cases, official, sight):
            if glimpse is Glimpse.OPEN:
                yield line


def said_in(line: ArchiveLine, text: str, *, title: str = "", together: bool = False) -> Said:
    """A sentence or the whole of a post, with the time, the names and the places of the post."""
    body = line.body
    places = line.reading.places if line.reading and not together else ()
    return Said(
        text=text,
        title=title,
        at=body.first_public_at if body else None,
        names=sites(f"{body.title}。{body.text}") if body else frozenset(),
        places=frozenset(place.code for place in places if place.code),
    )

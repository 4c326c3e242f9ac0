"""One post as the case page shows it: the words that decided, the grounds, what was counted.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from huiying import requests
from huiying.contracts import ArchiveLine, Attachment, Case, Disposition, Engagement, Post, Why
from nlp.sheet import places_of
from response_api import times
from response_api.judgements import Judgement, Topic, explained
from response_api.words import ATTITUDES, CHANNELS
from triage.words import TIERS


@dataclass(frozen=True, slots=True, kw_only=True)
class PostCard:
    id: str
    version: str
    anchor: str
    title: Markup
    text: Markup
    answers: str
    """How that begins which it answers."""
    heading: Markup
    body: Markup
    """Title and text with links from each mark to its ground."""
    source: str
    channel: str
    tier: str
    at: str
    collected: str
    place: str
    reference: str
    request: str
    """How its hotline or mailbox sorts it, or ''."""
    attitude: str
    tone: str
    link: str
    url: str
    engagement: str
    reason: str
    """Why it joined this case."""
    judgements: tuple[Judgement, ...]
    """Empty where the reading was not kept."""
    pictures: tuple[Attachment, ...]
    brings: tuple[str, ...] = ()
    """What the case did not know before."""
    edits: int = 0
    """Earlier versions of it that the page does not repeat."""
    routes: tuple[str, ...] = ()
    """Other sources that brought the same page."""
    uncounted: str = ""
    """Why it is no part of the volume, in Chinese."""


def post_card(line: ArchiveLine, now: datetime, *, topic: Topic = str, case: Case | None = None) -> PostCard:
    """``case``: what it belongs to, to show the words that they share."""
    body = line.body
    assert body is not None  # noqa: S101 - the caller left out lines without one
    told = explained(line.reading, topic=topic, joined=_link(line, case)) if line.reading else None
    attitude = line.reading.attitude if line.reading else None
    return PostCard(
        id=body.id,
        version=body.version,
        anchor=f"p-{body.id}",
        title=escape(body.title),
        text=escape(body.text),
        answers=_answered(body),
        heading=told.title if told else escape(body.title),
        body=told.text if told else escape(body.text),
        source=body.source_name,
        channel=CHANNELS[body.channel],
        tier=TIERS[body.tier],
        at=times.short(body.first_public_at, now) + ("" if body.published_at else "（采集时间）"),
        collected=times.full(body.collected_at),
        place=body.stated_place or "",
        reference=body.reference,
        request=requests.NAMES[body.request] if body.request else "",
        attitude=ATTITUDES[attitude] if attitude else "",
        tone=attitude.value if attitude else "",
        link=web_link(body.url),
        url=body.url or "",
        engagement=engagement(body.engagement),
        reason=line.reason,
        judgements=told.judgements if told else (),
        pictures=tuple(a for a in body.attachments if a.media_type.startswith("image/")),
    )


def _answered(post: Post) -> str:
    said = " ".join((post.answers.title or post.answers.text).split()) if post.answers else ""
    return said if len(said) <= QUOTED else said[: QUOTED - 1] + "…"


QUOTED = 40
"""Characters of what a post answers."""
SHARED = 6
"""Words at most that a post shows to share with its case."""


def _link(line: ArchiveLine, case: Case | None) -> Why | None:
    """The ground on which it joined, with the words that it shares with the story, where they stand in it."""
    if case is None or line.body is None or not line.reason or line.reading is None:
        return None
    if line.post.id == case.opened_by.id:
        return Why(rule="story", note=line.reason)
    known = {term.word for term in (*case.profile.terms, *case.profile.lead_terms)}
    shared = [term.word for term in line.reading.terms if term.word in known][:SHARED]
    return Why(rule="story", note=line.reason, spans=places_of(line.body, shared))


def is_repost(line: ArchiveLine) -> bool:
    """As the case's sums count it: a repost of something that never reached us is the first that we have of it."""
    return line.disposition is Disposition.DUPLICATE


def web_link(url: str | None) -> str:
    """The address where it may be followed: http and https only, whatever a crawled page called a link."""
    return url if url and url.lower().startswith(("http://", "https://")) else ""


def engagement(counts: Engagement) -> str:
    """Only what is known: None is not zero."""
    known = (
        ("浏览", counts.views),
        ("点赞", counts.likes),
        ("评论", counts.comments),
        ("转发", counts.reposts),
    )
    return "　".join(f"{name} {count:,}" for name, count in known if count is not None)

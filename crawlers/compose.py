"""From what a spider, an export or a form brought to a Post: one id, one version, no name, no number of a person.  Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from crawlers import clean, times
from crawlers.sources import Source
from huiying import personal
from huiying.contracts import (
    Attachment,
    Channel,
    Engagement,
    Extraction,
    Origin,
    Post,
    Quoted,
    Request,
    Tier,
)
from huiying.identity import content_version, post_id, pseudonym


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Who speaks: what every post of one source carries."""

    id: str
    name: str
    channel: Channel
    tier: Tier
    basis: str
    region: str | None = None
    site: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing as it was found, with the author's name or number, which goes no further than :func:`compose`.

    Title and text are plain: whoever read HTML has turned it into words, so that what was typed stays as it was typed.
    """

    native_id: str | None = None
    url: str | None = None
    floor: int | None = None
    # Scrapy logs items by their repr when something goes wrong: words and names stay out of it.
    title: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    author: str | None = field(default=None, repr=False)
    published: datetime | str | int | float | None = None
    engagement: Engagement = field(default_factory=Engagement)
    repost_of: str | None = None
    reply_to: str | None = None
    answers: Quoted | None = field(default=None, repr=False)
    """All of it: :func:`compose` keeps the opening."""
    region: str | None = None
    stated_place: str | None = None
    reference: str = ""
    ours: bool = False
    request: Request | None = None
    attachments: tuple[Attachment, ...] = ()
    extraction: Extraction | None = None


def voice_of(source: Source) -> Voice:
    return Voice(
        id=source.id,
        name=source.name,
        channel=source.place,
        tier=source.level,
        basis=source.basis,
        region=source.region or None,
        site=source.site.strip(),
    )


def compose(found: Found, voice: Voice, *, key: bytes, origin: Origin, now: datetime) -> Post | None:
    """The post, or None where there is neither title nor text to it."""
    title = without_persons(clean.one_line(found.title))
    body = clean.plain(found.text)
    text = without_persons(body.text) + (f"\n（原文过长，后 {body.cut} 字未收）" if body.cut else "")
    if not text and not title:
        return None
    return Post(
        id=post_id(voice.id, native_id=found.native_id, url=found.url, floor=found.floor),
        version=content_version(title, text),
        source=voice.id,
        source_name=voice.name,
        channel=voice.channel,
        tier=voice.tier,
        basis=voice.basis,
        site=voice.site,
        url=_address(found.url),
        floor=found.floor,
        title=title,
        text=text or title,
        author=pseudonym(key, voice.id, found.author.strip())
        if found.author and found.author.strip()
        else None,
        published_at=_moment(found.published, now),
        collected_at=now,
        origin=origin,
        engagement=found.engagement,
        repost_of=found.repost_of,
        reply_to=found.reply_to,
        answers=_opening(found.answers) if found.answers else None,
        region=(clean.one_line(found.region, 50) if found.region else None) or voice.region,
        stated_place=without_persons(clean.one_line(found.stated_place, 100)) or None
        if found.stated_place
        else None,
        reference=clean.one_line(found.reference, 60),
        ours=found.ours,
        request=found.request,
        attachments=found.attachments,
        extraction=found.extraction,
    )


def without_persons(words: str) -> str:
    """How to reach who wrote or called, and what names them by a number, is nothing that a matter needs (PIPL 6, 19): what
    it is called stands in its place before anything is stored.  Numbers of offices and firms and of cars stay."""
    return personal.blanked(words, allowed=personal.OF_MATTERS)


def _opening(said: Quoted) -> Quoted | None:
    """As much of it as tells what it is about."""
    title, text = without_persons(clean.one_line(said.title)), without_persons(clean.plain(said.text).text)
    if not title and not text:
        return None
    return Quoted(title=title, text=text).opening()


def _address(url: str | None) -> str | None:
    """The address as it can be written down and sent on; None where it cannot."""
    if url is None:
        return None
    written = clean.one_line(url, 2083)
    return written if written.startswith(("http://", "https://")) else None


def _moment(published: datetime | str | int | float | None, now: datetime) -> datetime | None:
    if isinstance(published, datetime):
        return times.believable(published, now)
    return times.read(published, now)

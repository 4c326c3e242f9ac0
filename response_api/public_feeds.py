"""The newest statements for feed readers: Atom (RFC 4287) and JSON Feed 1.1.  Pure, and valid for whatever text there is.

An entry is named by its statement, whatever address the site has.  Its words never change; that it was put right stands above them,
and while it is hidden there are none.
"""

from __future__ import annotations

import hashlib
import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

import msgspec

from response_api import times
from response_api.public_statements import Amendment, PublicStatement

ENTRIES = 50
ATOM = "http://www.w3.org/2005/Atom"
BEFORE_ANY = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries was last changed."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML 1.0 document may hold, escaped or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    address: str
    """Of the site, without a slash at the end."""
    office: str
    statements: Sequence[PublicStatement]
    """Newest first."""

    @property
    def title(self) -> str:
        return f"{self.office} · 公开回应"

    @property
    def updated(self) -> datetime:
        return max((statement.changed for statement in self.statements), default=BEFORE_ANY)

    def page(self, statement: PublicStatement) -> str:
        return f"{self.address}/public/statements/{statement.id}"

    def page_of(self, other: Amendment | None) -> str:
        return f"{self.address}/public/statements/{other.id}" if other is not None else ""


def entry_id(statement: PublicStatement) -> str:
    return f"urn:huiying:statement:{statement.id}"


# ------------------------------------------------------------------------------------------------- Atom


def atom(feed: Feed) -> bytes:
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": "zh-CN"})
    itself = f"{feed.address}/public/feed.atom"
    _put(root, "id", itself)
    _put(root, "title", feed.title)
    _put(root, "updated", times.machine(feed.updated))
    ET.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": itself})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": f"{feed.address}/public"})
    _put(ET.SubElement(root, "author"), "name", feed.office)
    _put(root, "generator", "回应")
    for statement in feed.statements:
        _entry(ET.SubElement(root, "entry"), feed, statement)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(entry: ET.Element, feed: Feed, statement: PublicStatement) -> None:
    page = feed.page(statement)
    _put(entry, "id", entry_id(statement))
    _put(entry, "title", statement.title or "（无标题）")
    _put(entry, "published", times.machine(statement.at))
    _put(entry, "updated", times.machine(statement.changed))
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": page})
    if statement.shown:
        document = {"rel": "related", "type": "text/plain", "href": f"{page}.txt", "title": "原文"}
        ET.SubElement(entry, "link", document)
    for other, title in ((statement.corrected, "更正后的文稿"), (statement.corrects, "被更正的文稿")):
        if other is not None:
            href = f"{feed.address}/public/statements/{other.id}"
            ET.SubElement(
                entry, "link", {"rel": "related", "type": "text/html", "href": href, "title": title}
            )
    _put(ET.SubElement(entry, "author"), "name", statement.unit or feed.office)
    ET.SubElement(entry, "category", {"term": _valid(statement.category)})
    _put(entry, "content", as_html(statement, feed)).set("type", "html")


def _put(parent: ET.Element, name: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, name)
    child.text = _valid(text)
    return child


def _valid(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


# ------------------------------------------------------------------------------------------------- JSON


def json_feed(feed: Feed) -> bytes:
    return msgspec.json.encode(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "home_page_url": f"{feed.address}/public",
            "feed_url": f"{feed.address}/public/feed.json",
            "language": "zh-CN",
            "authors": [{"name": feed.office}],
            "items": [
                {
                    "id": entry_id(statement),
                    "url": feed.page(statement),
                    "title": statement.title,
                    "content_text": as_text(statement, feed),
                    "date_published": times.machine(statement.at),
                    "date_modified": times.machine(statement.changed),
                    "authors": [{"name": statement.unit or feed.office}],
                    "tags": [statement.category],
                    "_huiying": {
                        "kind": statement.kind,
                        "sha256": statement.sha256,
                        "suspended": bool(statement.stopped),
                        "corrected_by": feed.page_of(statement.corrected),
                        "corrects": feed.page_of(statement.corrects),
                    },
                }
                for statement in feed.statements
            ],
        }
    )


# ---------------------------------------------------------------------------------------------- content


def as_text(statement: PublicStatement, feed: Feed) -> str:
    return "\n\n".join(f"【{name}】\n{text}" if name else text for name, text in _told(statement, feed))


def as_html(statement: PublicStatement, feed: Feed) -> str:
    """Every character of the text is text: markup in it is shown, not obeyed."""
    return "".join(
        (f"<h3>{html.escape(name)}</h3>" if name else "")
        + "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n") if line.strip())
        for name, text in _told(statement, feed)
    )


def _told(statement: PublicStatement, feed: Feed) -> list[tuple[str, str]]:
    return [*_first_of_all(statement, feed), *_content(statement)]


def _first_of_all(statement: PublicStatement, feed: Feed) -> list[tuple[str, str]]:
    """What stands above the words: that they were put right, or put others right, and where those are."""
    told = []
    if (new := statement.corrected) is not None:
        where = "内容有误，请不要再引用；更正后的文稿暂停公开" if new.stopped else "请看更正后的文稿"
        told.append(("", f"本篇已于 {new.at_text} 更正，{where}：{feed.page_of(new)}"))
    if (old := statement.corrects) is not None:
        told.append(("", f"本篇更正 {old.at_text} 发布的{old.kind}：{feed.page_of(old)}"))
    return told


def _content(statement: PublicStatement) -> list[tuple[str, str]]:
    if not statement.open:
        return [("", f"{statement.publicity}：{statement.ground}")]
    if statement.stopped or statement.trouble:
        return [("", statement.stopped or statement.trouble)]
    release = [("下次发布", statement.next_release)] if statement.next_release else []
    return [*statement.parts, *release]


# --------------------------------------------------------------------------------------------- freshness


def tag_of(content: bytes) -> str:
    """A strong ETag."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)


def is_fresh(none_match: str | None, modified_since: str | None, tag: str, changed: datetime) -> bool:
    """Whether whoever asks has this already (RFC 9110, 13.2.2): a tag outweighs a time."""
    if none_match is not None:
        known = {one.strip().removeprefix("W/") for one in none_match.split(",")}
        return "*" in known or tag in known
    if not modified_since:
        return False
    try:
        since = parsedate_to_datetime(modified_since)
    except ValueError:
        return False
    return since.tzinfo is not None and changed.replace(microsecond=0) <= since

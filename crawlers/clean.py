"""From what stood on a page to plain text: no markup, no control characters, no text without end.  Pure."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import nh3

MOST = 200_000
"""Characters that are kept of one text."""

DEEPEST = 2000
"""Elements within each other; beyond that a page is made to stall its reader."""

_BREAKS = re.compile(r"(?i)<(?:br|/p|/div|/li|/tr|/h[1-6]|/section|/article|/blockquote)\b[^<>]*>")
_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)"
    r"(?:\s+[a-zA-Z_:@][\w:.-]*(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>=`]+))?)*\s*/?>",
    re.ASCII,
)
_ANY_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*+)[^<>]*>")
_HIDDEN = frozenset({"script", "style", "template"})
_ALONE = frozenset({"br", "hr", "img", "wbr", "p", "li", "td", "tr"})
"""Tags that need no end."""
_PAIRED = frozenset((
    "a", "abbr", "article", "aside", "audio", "b", "big", "blockquote", "body", "button", "caption", "center", "cite",
    "code", "dd", "del", "div", "dl", "dt", "em", "fieldset", "figcaption", "figure", "font", "footer", "form", "h1",
    "h2", "h3", "h4", "h5", "h6", "head", "header", "html", "i", "iframe", "ins", "kbd", "label", "main", "mark",
    "nav", "object", "ol", "option", "pre", "q", "s", "samp", "script", "section", "select", "small", "span",
    "strike", "strong", "style", "sub", "summary", "sup", "svg", "table", "tbody", "textarea", "tfoot", "th", "thead",
    "time", "title", "tt", "u", "ul", "var", "video",
))  # fmt: skip
# Everything below U+0020 but tab and newline, DEL and C1, lone surrogates, BOM and zero-width marks,
# bidirectional overrides (they make a text read other than it is), non-characters.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufffe\uffff]"
)
_BLANKS = re.compile("[ \t\u00a0\u3000]+")
_LINES = re.compile(r"\n{3,}")
_QUOTED_FLOOR = re.compile(
    r"(?m)^(?P<what>引用|回复|回覆)[ :：]{0,3}第? ?(?P<floor>[0-9]{1,6}) ?(?:楼|层|#|F) ?@?[^\n:：]{1,30}?(?:[:：]|的(?:发言|帖子|回复)[:：]?)"
)
_QUOTED_TIME = re.compile(
    r"(?m)^[^\n。!?！？]{1,30}? ?(?P<when>(?:发表|发布|回复)于 ?[0-9]{4}[-/年.][0-9]{1,2}[-/月.][0-9]{1,2}日?[ T0-9:：]{0,16})$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    text: str
    cut: int = 0
    """Characters that were cut off at the end."""


def from_html(source: str) -> str:
    """The words of a fragment: script and style go with their content, blocks end a line."""
    broken = _BREAKS.sub("\n", source)
    if _is_deep(broken):
        return html.unescape(_flat(broken))
    return html.unescape(nh3.clean(broken, tags=set(), clean_content_tags=set(_HIDDEN)))


def _is_deep(source: str) -> bool:
    """Elements within elements beyond all use: a parser's time grows with the square of the depth."""
    if source.count("<") < DEEPEST:
        return False
    depth = deepest = 0
    for tag in _ANY_TAG.finditer(source):
        depth = max(0, depth - 1) if tag["end"] else depth + (tag["name"].lower() not in _ALONE)
        deepest = max(deepest, depth)
    return deepest >= DEEPEST


def _flat(source: str) -> str:
    """The same without understanding how the elements stand in each other."""
    parts, at, hidden = list[str](), 0, ""
    for tag in _ANY_TAG.finditer(source):
        name = tag["name"].lower()
        if not hidden:
            parts.append(source[at : tag.start()])
            hidden = name if name in _HIDDEN and not tag["end"] else ""
        elif tag["end"] and name == hidden:
            hidden = ""
        at = tag.end()
    return "".join(parts if hidden else [*parts, source[at:]])


def is_html(text: str) -> bool:
    """A tag that HTML knows, closed or one that stands alone: ``a<b 且 c>d`` is a comparison."""
    open: set[str] = set()
    for tag in _TAG.finditer(text):
        name = tag["name"].lower()
        if name in _ALONE or (tag["end"] and name in open):
            return True
        if name in _PAIRED and not tag["end"]:
            open.add(name)
    return False


def words(value: str) -> str:
    """The words of a value that may be either, of a feed, a supplier or an export: stripped only where it is HTML."""
    return from_html(value) if is_html(value) else value


def plain(text: str) -> Cleaned:
    """One text, tidied: line ends, blanks, no more than :data:`MOST` characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = _UNWANTED.sub("", text)
    lines = (_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    text = _LINES.sub("\n\n", "\n".join(lines)).strip()
    return Cleaned(text=text[:MOST], cut=max(0, len(text) - MOST))


def unnamed(text: str) -> str:
    """What a forum sets over the words of others that somebody quotes, without the name of their account: 引用 3 楼 某某：,
    某某 发表于 2026-11-20 08:00."""
    return _QUOTED_TIME.sub(r"\g<when>", _QUOTED_FLOOR.sub(r"\g<what> \g<floor> 楼：", text))


def one_line(text: str, most: int = 300) -> str:
    """A title: one line, no longer than a title can be."""
    return " ".join(plain(text).text.split())[:most]

"""The text of an article among everything else on its page.

Where the usual publishing systems put it, else readability, and trafilatura where that finds little.
"""

from __future__ import annotations

import logging
import re

import trafilatura
from parsel import Selector
from readability import Document

from crawlers import clean

LITTLE = 400
"""Characters below which a second opinion is asked for."""
ENOUGH = 60
"""Characters below which a text is hardly one."""
USUAL = (
    "#zoom", "#Zoom", "#ozoom", "founder-content", "#UCAP-CONTENT", ".TRS_Editor", ".TRS_UEDITOR", "#js_content",
    ".pages_content", "#articleContent", "#artibody", "#rm_txt_con", "#p-detail", "[itemprop=articleBody]",
)  # fmt: skip
"""Elements in which government portals, newspapers and the big news sites keep the text of an article."""
_SMALL_PRINT = re.compile(
    r"^(?:.{0,6}(?:来源|作者|记者|编辑|发布时间|发布日期|时间|浏览|字号|字体|责编)[：:\s].{0,60}|[\d\s年月日时分:：/.-]{6,40})$"
)

# Both libraries report each page they cannot make sense of; what matters reaches the source's line.
for _name in ("readability.readability", "trafilatura"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


def best(page: Selector, html: str) -> tuple[str, str, float]:
    """(method, text, trust); ("none", "", 0) where there is no text."""
    if usual := _usual(page):
        return "usual", usual, 0.95
    first = _readability(html)
    if len(_ink(first)) >= LITTLE:
        return "readability", first, 0.9
    second = _trafilatura(html)
    if len(_ink(second)) > 3 * len(_ink(first)):
        return "trafilatura", second, 0.7 if len(_ink(second)) >= ENOUGH else 0.4
    if not _ink(first):
        return "none", "", 0.0
    return "readability", first, 0.8 if len(_ink(first)) >= ENOUGH else 0.5


def without_head(text: str, title: str) -> str:
    """The text without what a page repeats above it: crumbs, the title, the line of source and time."""
    lines = text.split("\n")
    for number, line in enumerate(lines[:8]):
        if title and _ink(line) == _ink(title) and len(lines) > number + 1:
            lines = lines[number + 1 :]
            break
    while len(lines) > 1 and (not lines[0].strip() or _SMALL_PRINT.match(lines[0].strip())):
        lines = lines[1:]
    return "\n".join(lines).strip()


def _usual(page: Selector) -> str:
    for css in USUAL:
        for element in page.css(css)[:1]:
            text = clean.plain(clean.from_html(element.get())).text
            if len(_ink(text)) >= ENOUGH // 3:
                return text
    return ""


def _ink(text: str) -> str:
    """Letters and digits: what is not blank or punctuation."""
    return re.sub(r"\W+", "", text)


def _readability(html: str) -> str:
    try:
        return clean.plain(clean.from_html(Document(html).summary(html_partial=True))).text
    except Exception:
        # It raises whatever lxml, a regular expression or a missing node raises; all mean "no text found".
        return ""


def _trafilatura(html: str) -> str:
    try:
        return trafilatura.extract(html, include_comments=False, include_tables=True, deduplicate=False) or ""
    except Exception:
        # The same: a page that breaks the parser has no text for us.
        return ""

"""Where an article goes on that its site cuts into several pages.  Pure.

Only what is surely the same article: the link must say so (下一页, ``rel=next``, or the call by which the usual publishing system
writes its page numbers), and its address must be that of the first page but for a page number.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from parsel import Selector

MOST = 20
"""Pages of one article that are read."""
_SAYS_NEXT = re.compile(r"[\s\[\]【】()（）>»›→]*(?:下一?页|后一页)[\s\[\]【】()（）>»›→]*")
_CALL = re.compile(
    r"createPageHTML\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*[\"']([\w.-]+)[\"']\s*,\s*[\"'](\w+)[\"']"
)
"""How many pages, which of them this is from 0 on, and how they are called: name.html, name_1.html, name_2.html."""
_NUMBER = re.compile(r"[_-]?\d{1,3}")
_COUNTED = frozenset({"page", "p", "pn", "pageno", "page_no", "pageindex", "pagenum"})
_MAY_GO_ON = re.compile(r"[下后]一?页|createPageHTML|rel=[\"']?next", re.IGNORECASE)
"""Most pages hold nothing of it, and are not looked through link by link."""


def next_page(html: str, *, home: str, here: str) -> str | None:
    """The address of the page after this one, at ``here``, of the article that begins at ``home``; None behind the last."""
    if not _MAY_GO_ON.search(html):
        return None
    page = Selector(html)
    for link in page.css("a[href], link[rel=next][href]"):
        if link.attrib.get("rel") == "next" or _SAYS_NEXT.fullmatch("".join(link.css("::text").getall())):
            found = _address(here, link.attrib["href"])
            if found not in {here, home} and _goes_on(home, found):
                return found
    for script in page.css("script::text").getall():
        if call := _CALL.search(script):
            number = int(call[2]) + 1
            found = urljoin(here, f"{call[3]}_{number}.{call[4]}")
            if number < int(call[1]) and _goes_on(home, found):
                return found
    return None


def _address(here: str, written: str) -> str:
    """Without the place in the page; '' for what is no address."""
    try:
        return urldefrag(urljoin(here, written.strip())).url
    except ValueError:
        return ""


def _goes_on(home: str, other: str) -> bool:
    """Whether two addresses are one but for the number of a page."""
    one, two = urlsplit(home), urlsplit(other)
    if (one.scheme, one.netloc) != (two.scheme, two.netloc):
        return False
    if one.path == two.path:
        return _without_number(one.query) == _without_number(two.query)
    folder, _, name = one.path.rpartition("/")
    further, _, called = two.path.rpartition("/")
    stem, _, kind = name.rpartition(".")
    going, _, sort = called.rpartition(".")
    if folder != further or kind != sort or one.query != two.query or not stem:
        return False
    stems = (stem, stem[:-2]) if stem.endswith(("_1", "-1")) else (stem,)
    return any(
        base and going.startswith(base) and _NUMBER.fullmatch(going.removeprefix(base)) is not None
        for base in stems
    )


def _without_number(query: str) -> list[tuple[str, str]]:
    return sorted(
        pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0].lower() not in _COUNTED
    )

"""How things get their names.  Pure: the same input always gives the same id, so a repeat is the same thing.

Ids are BLAKE2b over length-prefixed parts, 20 bytes, base32 without padding: 32 characters, safe in a URL.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from huiying.contracts import PostKey


def digest(*parts: str) -> str:
    """A 32-character id of these parts; ("a", "bc") and ("ab", "c") differ."""
    state = hashlib.blake2b(digest_size=20)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        state.update(len(data).to_bytes(8, "big"))
        state.update(data)
    return base64.b32encode(state.digest()).decode("ascii").lower().rstrip("=")


def is_id(text: str) -> bool:
    """Whether it has the form of an id at all."""
    return re.fullmatch(r"[a-z2-7]{32}", text) is not None


def post_id(
    source: str, *, native_id: str | None = None, url: str | None = None, floor: int | None = None
) -> str:
    """The place a post stands in: the source's own id where it has one, else canonical URL and floor."""
    if native_id:
        return digest("post", source, "native", native_id)
    if url is None:
        raise ValueError("a post needs a native id or a URL")
    return digest("post", source, "url", canonical_url(url), "" if floor is None else str(floor))


def content_version(title: str, text: str) -> str:
    """Changes when what was said changes; likes, layout and white space at the ends do not count."""
    return digest("content", title.strip(), text.strip())


def undecodable_key(record_key: str, value: bytes) -> PostKey:
    """What the ledger calls a record that nobody could read."""
    return PostKey(record_key, "undecodable-" + hashlib.blake2b(value, digest_size=10).hexdigest())


def case_id(opened_by: PostKey) -> str:
    """A case is named after the post that opened it; an edit of that post is the same matter."""
    return digest("case", opened_by.id)


def split_id(case: str, number: int) -> str:
    """The case that was split off another one, as its so-manieth."""
    return digest("split", case, str(number))


def statement_id(case: str, number: int) -> str:
    """Can be taken apart again: an address on the public page leads to its case without a search."""
    return f"{case}-{number}"


def notice_id(case: str, clock: str, rung: str) -> str:
    return digest("notice", case, clock, rung)


def case_of_statement(id: str) -> str:
    """Id of the case that a statement was written for; '' where that is no id of a statement."""
    case, dash, number = id.rpartition("-")
    return case if dash and number.isdecimal() else ""


def pseudonym(key: bytes, source: str, author: str) -> str:
    """A keyed name that is stable within one source and says nothing outside it: no linking across platforms."""
    mac = hmac.new(key, f"{source}\0{author}".encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return "u" + base64.b32encode(mac[:10]).decode("ascii").lower().rstrip("=")


_TRACKING = frozenset(
    {"from", "spm", "share", "share_token", "timestamp", "wfr", "fr", "isappinstalled", "scene"}
)


def canonical_url(url: str) -> str:
    """The same page, the same string: lower-case host, no fragment, no default port, no tracking, sorted query."""
    split = urlsplit(url.strip())
    host = (split.hostname or "").rstrip(".")
    default = {"http": 80, "https": 443}.get(split.scheme)
    port = f":{split.port}" if split.port and split.port != default else ""
    query = urlencode(sorted(_kept(parse_qsl(split.query, keep_blank_values=True))))
    return urlunsplit((split.scheme.lower(), host + port, split.path or "/", query, ""))


def address(url: str | None) -> str:
    """Where a post stands, whichever way it was asked for: the canonical URL without its scheme; '' where it is none."""
    try:
        return canonical_url(url or "").partition("://")[2]
    except ValueError:
        return ""


def _kept(pairs: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    return [(k, v) for k, v in pairs if not k.startswith("utm_") and k not in _TRACKING]

"""Where a post stands: on which page, whichever route brought it, and on which site.  Pure."""

from __future__ import annotations

from functools import lru_cache

from huiying import identity
from huiying.contracts import Post

KEY = 12
"""Characters of a digest: two of a million pages fall together once in a million."""
TAG = 6
_OTHER_FACES = ("www.", "m.", "wap.", "3g.")
"""How the host of a site for telephones, or of its front page, begins."""


def page_of(post: Post) -> str:
    """The page by its canonical address, as a digest; '' where it has none."""
    return _page(post.url, post.floor, post.version if post.reply_to and post.floor is None else "")


def tag_of(source: str) -> str:
    """A source, as pages remember it."""
    return _tag(source)


def site_of(post: Post) -> str:
    """The platform or site: as the catalogue says, else the host, else the source itself."""
    return post.site or _host(post.url) or post.source


@lru_cache(4096)
def _page(url: str | None, floor: int | None, said: str) -> str:
    """A comment without a floor has only the address of what it answers: its words tell it apart from others there.  The first
    floor is the page itself."""
    address = identity.address(url)
    if not address:
        return ""
    return identity.digest("page", address, "" if floor is None or floor == 1 else str(floor), said)[:KEY]


@lru_cache(4096)
def _host(url: str | None) -> str:
    host = identity.address(url).partition("/")[0]
    for face in _OTHER_FACES:
        if host.startswith(face) and host.count(".") > 1:
            return host.removeprefix(face)
    return host


@lru_cache(1024)
def _tag(source: str) -> str:
    return identity.digest("source", source)[:TAG]

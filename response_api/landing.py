"""Where somebody lands who opens the address of a form: a restored tab, a reload by the address bar. On the page that has the form."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.routing import BaseRoute, Match


def page_above(path: str, routes: Iterable[BaseRoute]) -> str:
    """The nearest address above ``path`` that can be opened; '' where there is none but the front page, which has no form of it."""
    known = tuple(routes)
    above = path.rstrip("/").rpartition("/")[0]
    while above and not any(_opens(route, above) for route in known):
        above = above.rpartition("/")[0]
    return above


def _opens(route: BaseRoute, path: str) -> bool:
    match, _ = route.matches({"type": "http", "method": "GET", "path": path, "headers": []})
    return match is Match.FULL

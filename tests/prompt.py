"""An engine whose searches are looked at once they show what was written, for tests that are about something else.

That searches may trail, and what a stage must bear of it, is what the tests with :mod:`tests.lagging` are about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, cast

from huiying.engines import open_engine
from huiying.ports import CaseStore, Engine, PostArchive
from huiying.settings import Settings
from tests import indices

TRAILING = frozenset({"search", "due", "due_ids", "tally", "hourly"})


class _Prompt:
    """A store that catches up before it answers what may trail."""

    def __init__(self, real: object, catch_up: Callable[[], None]) -> None:
        self._real = real
        self._catch_up = catch_up

    def __getattr__(self, name: str) -> Any:
        if name in TRAILING:
            self._catch_up()
        return getattr(self._real, name)


@contextmanager
def prompt(settings: Settings) -> Iterator[Engine]:
    opened = open_engine(settings)
    try:
        if settings.engine == "embedded":
            yield opened
            return
        with indices.catching_up(settings) as catch_up:
            yield replace(
                opened,
                cases=cast(CaseStore, _Prompt(opened.cases, catch_up)),
                archive=cast(PostArchive, _Prompt(opened.archive, catch_up)),
            )
    finally:
        opened.close()

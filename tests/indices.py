"""The indices of one test on the running Elasticsearch: a name of their own, quick to show what was written, and the broom."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterator
from functools import cache

from huiying.engines.distributed.stores import open_link
from huiying.settings import Settings, load

PREFIX = "test-"


def a_namespace() -> str:
    return f"{PREFIX}{secrets.token_hex(6)}"


@cache
def quicken() -> None:
    """Searches of tests see what was written after a tenth of a second, not a whole one."""
    link = open_link(load(engine="distributed"))
    try:
        link.client.indices.put_index_template(
            name="huiying-tests",
            index_patterns=[f"{PREFIX}*"],
            template={"settings": {"refresh_interval": "100ms"}},
        )
    finally:
        link.close()


def sweep(settings: Settings) -> None:
    """Drop every index of this namespace."""
    link = open_link(settings)
    try:
        names = sorted(link.client.indices.get_alias(index=f"{settings.namespace}-*"))
        if names:
            link.client.indices.delete(index=names, ignore_unavailable=True)
    finally:
        link.close()


@contextlib.contextmanager
def catching_up(settings: Settings) -> Iterator[Callable[[], None]]:
    """What lets searches of this namespace see everything that was written."""
    link = open_link(settings)

    def catch_up() -> None:
        link.client.indices.refresh(index=f"{settings.namespace}-*", ignore_unavailable=True)

    try:
        yield catch_up
    finally:
        link.close()

"""Cases, archive and register over one line to Elasticsearch, and the care of their indices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from huiying.engines.distributed import migrate
from huiying.engines.distributed.archive import DistributedArchive
from huiying.engines.distributed.case_store import DistributedCaseStore
from huiying.engines.distributed.connect import connect
from huiying.engines.distributed.layout import Layout
from huiying.engines.distributed.link import Link
from huiying.engines.distributed.register import DistributedRegister
from huiying.ports import PostArchive, Register
from huiying.settings import Settings


def open_stores(settings: Settings) -> tuple[DistributedCaseStore, PostArchive, Register]:
    """All three, their indices made when absent. Raises Misconfigured, TryAgain."""
    link = open_link(settings)
    try:
        layout = Layout(link, settings.namespace)
        layout.make_ready()
    except BaseException:
        link.close()
        raise
    link.held_by(3)
    return (
        DistributedCaseStore(link, layout),
        DistributedArchive(link, layout),
        DistributedRegister(link, layout),
    )


def open_link(settings: Settings) -> Link:
    """The line that the settings describe. Raises Misconfigured, TryAgain."""
    return connect(
        settings.elasticsearch,
        username=settings.elasticsearch_username,
        password=settings.elasticsearch_password.get_secret_value(),
        ca=settings.elasticsearch_ca,
    )


def migrate_indices(settings: Settings, *, rebuild: bool = False) -> list[str]:
    """Move what has an old format; ``rebuild`` moves everything. Returns a line for each index, in Chinese."""
    with _layout(settings) as (link, layout):
        moves = migrate.Migration(link=link, layout=layout, rebuild=rebuild).run()
        return [f"{move.old.index} → {move.target}：{move.documents} 条" for move in moves]


def drop_old_indices(settings: Settings) -> list[str]:
    """Remove what a migration left behind, and return its names."""
    with _layout(settings) as (link, layout):
        return migrate.drop_old(link, layout)


@contextmanager
def _layout(settings: Settings) -> Iterator[tuple[Link, Layout]]:
    link = open_link(settings)
    try:
        yield link, Layout(link, settings.namespace)
    finally:
        link.close()

"""Cases, archive and register over one line to Elasticsearch."""

from __future__ import annotations

from huiying.engines.distributed.archive import DistributedArchive
from huiying.engines.distributed.case_store import DistributedCaseStore
from huiying.engines.distributed.connect import connect
from huiying.engines.distributed.layout import Layout
from huiying.engines.distributed.link import Link
from huiying.engines.distributed.register import DistributedRegister
from huiying.ports import CaseStore, PostArchive, Register
from huiying.settings import Settings


def open_stores(settings: Settings) -> tuple[CaseStore, PostArchive, Register]:
    """All three, their indices made when absent. Raises Misconfigured, TryAgain."""
    link = line(settings)
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


def line(settings: Settings) -> Link:
    """The line that the settings describe. Raises Misconfigured, TryAgain."""
    return connect(
        settings.elasticsearch,
        username=settings.elasticsearch_username,
        password=settings.elasticsearch_password.get_secret_value(),
        ca=settings.elasticsearch_ca,
    )

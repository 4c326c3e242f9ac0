"""The distributed engine: the stream on Kafka; cases, archive and register on Elasticsearch.

Any number of processes on any number of machines share them.  The data folder holds what belongs to one process: its
seats in the groups, and what every engine keeps there.
"""

from __future__ import annotations

from huiying.engines.distributed.connection import Connection
from huiying.engines.distributed.readers import Patience
from huiying.engines.distributed.stores import open_stores
from huiying.engines.distributed.stream import KafkaStream
from huiying.ports import Engine
from huiying.settings import Settings


def open_engine(settings: Settings) -> Engine:
    """All four ports. Raises Misconfigured where a server does not answer, refuses us, or is not what it should be."""
    stream = open_stream(settings)
    try:
        cases, archive, register = open_stores(settings)
    except BaseException:
        stream.close()
        raise
    return Engine(
        stream=stream,
        cases=cases,
        archive=archive,
        register=register,
        clocks={"kafka": stream.now, "elasticsearch": cases.now},
    )


def open_stream(settings: Settings) -> KafkaStream:
    """The stream alone. Raises Misconfigured as above."""
    return KafkaStream(
        Connection.of(settings),
        namespace=settings.namespace,
        folder=settings.data,
        replication=settings.kafka_replication,
        patience=Patience(session=settings.kafka_session),
    )

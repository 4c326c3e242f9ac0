"""What is asked of brokers of which one is behind the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from kafka import KafkaAdminClient

from huiying.engines.distributed import broker
from huiying.engines.distributed.broker import Broker
from huiying.engines.distributed.connection import Connection
from huiying.errors import TryAgain
from huiying.settings import Settings, load
from huiying.topics import POSTS
from tests import cluster
from tests.huiying.engines.distributed.relay import Relay


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Settings]:
    """The broker itself, under a name of our own."""
    cluster.need("kafka")
    chosen = load(data=tmp_path, engine="distributed", namespace=cluster.environment()["HUIYING_NAMESPACE"])
    yield chosen
    cluster.sweep(chosen)


@contextmanager
def lagging(plain: Settings, behind: int) -> Iterator[tuple[Broker, Relay]]:
    """Asked through a relay that is so many answers behind once a topic is made."""

    def made() -> None:
        with closing(Connection.of(plain).client(KafkaAdminClient)) as admin:
            admin.wait_for_topics([f"{plain.namespace}.{POSTS.name}"])

    relay = Relay(port=int(plain.kafka.split(",")[0].rpartition(":")[2]), behind=behind, made=made)
    with relay.running():
        settings = load(**{**plain.model_dump(), "kafka": relay.address})
        with closing(Broker(Connection.of(settings), settings.namespace)) as asked:
            yield asked, relay


def test_a_topic_made_just_now_has_its_partitions_though_a_broker_does_not_know_of_it_yet(
    plain: Settings,
) -> None:
    with lagging(plain, 3) as (asked, relay):
        assert len(asked.partitions(POSTS.name)) == POSTS.partitions
        assert relay.stale == 3


def test_a_topic_that_no_broker_gets_to_know_may_be_asked_for_again(
    plain: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "PATIENCE_SECONDS", 0.3)
    with lagging(plain, 1_000) as (asked, relay):
        with pytest.raises(TryAgain, match="刚建立"):
            asked.partitions(POSTS.name)
        relay.behind = 0
        assert len(asked.partitions(POSTS.name)) == POSTS.partitions

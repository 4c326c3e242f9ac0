"""The developers' Kafka: how its nodes are started."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from services.common import HASTY
from services.kafka import Broker, cluster
from tests.cluster import need


def test_brokers_compile_quickly_unless_they_are_to_be_measured(tmp_path: Path) -> None:
    need("kafka")
    assert all(HASTY in one._java() for one in (Broker.anywhere(tmp_path), *cluster(tmp_path, 3)))
    measured = (Broker.anywhere(tmp_path, thorough=True), *cluster(tmp_path, 3, thorough=True))
    assert not any(HASTY in one._java() for one in measured)


def test_a_cluster_may_be_called_anything_that_is_made_up_for_it(tmp_path: Path) -> None:
    need("kafka")
    dashing = replace(Broker.anywhere(tmp_path / "broker"), identity="-Q7cFk0yQm2v3v0mWm1xTA")
    dashing.start()
    try:
        assert dashing.identity in (dashing.folder / "data" / "meta.properties").read_text("utf-8")
    finally:
        dashing.kill()

"""The developers' Elasticsearch: what it needs is said before anything is fetched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from services import elasticsearch
from services.common import HASTY, Unavailable, find_java
from services.elasticsearch import Node
from tests import cluster


def test_without_a_java_that_is_new_enough_one_hears_which_and_how() -> None:
    with pytest.raises(Unavailable, match=r"needs Java 999 or newer \(found: .*JAVA_HOME"):
        find_java(999)


def test_the_files_lie_where_the_one_who_runs_them_can_reach_them() -> None:
    folder = elasticsearch.place()
    if os.geteuid() == 0:
        assert all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents))


def test_a_node_without_security_is_open_on_loopback_alone(tmp_path: Path) -> None:
    lines = Node(folder=tmp_path, port=1, transport_port=2)._settings().splitlines()
    assert "network.host: 127.0.0.1" in lines
    assert "action.auto_create_index: false" in lines
    assert not [line for line in lines if "ssl" in line]


def test_a_node_compiles_quickly_unless_it_is_to_be_measured(tmp_path: Path) -> None:
    cluster.need("elasticsearch")
    node = Node(folder=tmp_path, port=1, transport_port=2)
    assert HASTY in node._env()["ES_JAVA_OPTS"].split()
    assert HASTY not in Node.anywhere(thorough=True)._env()["ES_JAVA_OPTS"].split()

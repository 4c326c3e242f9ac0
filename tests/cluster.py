"""The servers behind the distributed engine, for tests: whether they are there, names of one's own, and the broom."""

from __future__ import annotations

import contextlib
import os
import secrets
from functools import cache
from typing import Any

import pytest
from kafka import KafkaAdminClient

from huiying.engines.distributed.connection import Connection
from huiying.settings import Settings, load
from services.__main__ import load as load_service


def need(*names: str) -> None:
    """Skip the test without these services; fail it where they are required (``HUIYING_REQUIRE_SERVICES=1``)."""
    missing = [name for name in names if not _there(name)]
    if not missing:
        return
    reason = f"{' and '.join(missing)} not running: start with `make services`"
    if os.environ.get("HUIYING_REQUIRE_SERVICES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def environment() -> dict[str, str]:
    """What chooses the distributed engine, under a name that nobody else uses."""
    return {"HUIYING_NAMESPACE": f"test-{secrets.token_hex(6)}", "HUIYING_KAFKA_SESSION": "6"}


def sweep(settings: Settings) -> None:
    """Drop every topic of the test's own name; where its groups stood goes with them."""
    with contextlib.closing(Connection.of(settings).client(KafkaAdminClient)) as admin:
        mine = f"{settings.namespace}."
        if topics := [name for name in _names(admin.list_topics()) if name.startswith(mine)]:
            admin.delete_topics(topics, raise_errors=False)


def _names(found: Any) -> list[str]:
    return [str(name) for name in found]


@cache
def _there(name: str) -> bool:
    chosen = load()
    address = chosen.kafka if name == "kafka" else chosen.elasticsearch
    return load_service(name).ready(address.split(",")[0])

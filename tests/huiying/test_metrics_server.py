"""The small server of a process without a web: it answers this machine, or whoever has the token, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from pydantic import SecretStr

from huiying.errors import Misconfigured
from huiying.metrics_server import may_read, serve
from huiying.settings import load
from services.common import free_port


@contextmanager
def served(token: str = "") -> Iterator[str]:
    server = serve(load(metrics="127.0.0.1:0", metrics_token=SecretStr(token)))
    assert server is not None
    try:
        yield f"http://127.0.0.1:{server.port}/metrics"
    finally:
        server.close()


def test_nothing_is_served_unless_asked_for() -> None:
    assert serve(load()) is None


def test_the_figures_are_there_for_this_machine() -> None:
    with served() as address:
        answer = httpx.get(address)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        assert "process_resident_memory_bytes" in answer.text
        assert httpx.get(address.removesuffix("/metrics")).status_code == 404
        assert httpx.post(address).status_code == 404
        assert httpx.get(address, headers={"x-forwarded-for": "10.0.0.9"}).status_code == 404


def test_where_there_is_a_token_it_is_needed_even_here() -> None:
    with served("s3cret") as address:
        assert httpx.get(address).status_code == 404
        assert httpx.get(address, headers={"authorization": "Bearer wrong"}).status_code == 404
        assert httpx.get(address, headers={"authorization": "Bearer s3cret"}).status_code == 200


@pytest.mark.parametrize(
    ("peer", "allowed"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("10.1.2.3", False),
        ("::ffff:10.1.2.3", False),
        ("testclient", False),
        ("", False),
    ],
)
def test_without_a_token_only_this_machine_reads(peer: str, allowed: bool) -> None:
    assert may_read(peer=peer, forwarded=False, authorization="", token="") is allowed
    assert not may_read(peer=peer, forwarded=True, authorization="", token="")


@pytest.mark.parametrize("text", ["9101", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:70000"])
def test_an_address_that_is_none_is_named(text: str) -> None:
    with pytest.raises(Misconfigured, match="HUIYING_METRICS"):
        serve(load(metrics=text))


def test_an_address_in_use_is_one_clear_line() -> None:
    taken = f"127.0.0.1:{free_port()}"
    first = serve(load(metrics=taken))
    assert first is not None
    with pytest.raises(Misconfigured, match="已被别的程序占用"):
        serve(load(metrics=taken))
    first.close()

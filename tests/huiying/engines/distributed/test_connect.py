"""What stands at the address, told in one line: a server that is not there, another product, another version."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from huiying.engines.distributed import bulk
from huiying.engines.distributed import connect as connect_module
from huiying.engines.distributed.connect import connect
from huiying.engines.distributed.link import Link
from huiying.errors import HuiyingError, Misconfigured, TryAgain
from huiying.settings import load
from services.common import free_port
from tests import cluster
from tests.refusals import refused as refused_command

NODES = b'{"nodes": {"a": {"version": "%s"}}}'


@contextmanager
def a_server(
    body: bytes, *, status: int = 200, product: str = "Elasticsearch", after: float = 0.0
) -> Iterator[str]:
    """A server that answers everything alike, ``after`` so many seconds."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(after)
            self.send_response(status)
            if product:
                self.send_header("X-Elastic-Product", product)
            self.send_header("Content-Type", "application/vnd.elasticsearch+json;compatible-with=9")
            self.send_header("Content-Length", str(len(body)))
            with suppress(ConnectionError):  # who gave up waiting
                self.end_headers()
                self.wfile.write(body)

        do_POST = do_PUT = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def refused(address: str, kind: type[HuiyingError]) -> str:
    with pytest.raises(kind) as fault:
        connect(address)
    said = str(fault.value)
    assert "\n" not in said
    return said


def error(type: str) -> bytes:
    return b'{"error": {"type": "%s", "reason": "no"}}' % type.encode()


def test_nobody_at_the_address_is_a_persons_to_mend_when_opening_and_passes_later() -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    assert "HUIYING_ELASTICSEARCH" in refused(nobody, Misconfigured)
    link = Link(Elasticsearch(nobody, max_retries=0), nobody)
    for act in (lambda: link.refresh("cases"), lambda: link.read([("cases", "1")])):
        with pytest.raises(TryAgain, match="恢复后会自动继续"):
            act()
    link.close()


def test_who_takes_connections_and_never_answers_is_named_when_opening(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connect_module, "ANSWER_SECONDS", 0.2)
    with a_server(NODES % b"9.2.4", after=1) as address:
        assert "没有回答" in refused(address, Misconfigured)


def test_what_is_no_address_is_refused() -> None:
    for address in ("127.0.0.1:9200", "", "http://"):
        assert "HUIYING_ELASTICSEARCH" in refused(address, Misconfigured)


def test_an_opensearch_is_told_by_its_silence_about_the_product() -> None:
    with a_server(NODES % b"2.19.0", product="") as address:
        assert "OpenSearch" in refused(address, Misconfigured)


@pytest.mark.parametrize("version", [b"8.19.4", b"10.0.0"])
def test_another_major_version_is_refused_by_its_number(version: bytes) -> None:
    with a_server(NODES % version) as address:
        assert version.decode() in refused(address, Misconfigured)


def test_an_elasticsearch_that_does_not_know_our_media_type_is_of_another_version() -> None:
    with a_server(error("media_type_header_exception"), status=400) as address:
        assert "9.x" in refused(address, Misconfigured)


@pytest.mark.parametrize(("status", "words"), [(401, "口令"), (403, "权限")])
def test_who_is_not_let_in_hears_what_to_check(status: int, words: str) -> None:
    with a_server(error("security_exception"), status=status) as address:
        assert words in refused(address, Misconfigured)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_is_busy_or_starting_may_pass(status: int) -> None:
    with a_server(error("master_not_discovered_exception"), status=status) as address:
        refused(address, TryAgain)


def test_a_cluster_without_a_node_may_pass() -> None:
    with a_server(b'{"nodes": {}}') as address:
        refused(address, TryAgain)


def test_a_server_that_does_not_answer_in_time_may_be_asked_again() -> None:
    with a_server(b"{}", after=0.3) as address:
        link = Link(Elasticsearch(address, request_timeout=0.05, max_retries=0), address)
        with pytest.raises(TryAgain):
            link.refresh("cases")
        link.close()


def test_a_bulk_request_that_is_refused_whole_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "PAUSES", (0.01, 0.01))
    with a_server(error("es_rejected_execution_exception"), status=429) as address:
        link = Link(Elasticsearch(address), address)
        with pytest.raises(TryAgain, match="429"):
            link.write([bulk.Write(action="index", index="cases", id="1", source=b"{}")])
        link.close()


def test_a_certificate_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="HUIYING_ELASTICSEARCH_CA"):
        connect("https://127.0.0.1:1", ca=tmp_path / "no.pem")


OF_8_19 = (
    b'{"error":{"root_cause":[{"type":"media_type_header_exception","reason":"Invalid media-type value on headers '
    b'[Accept, Content-Type]"}],"type":"media_type_header_exception","reason":"Invalid media-type value on headers '
    b'[Accept, Content-Type]","caused_by":{"type":"status_exception","reason":"Accept version must be either version 8 '
    b'or 7, but found 9. Accept=application/vnd.elasticsearch+json; compatible-with=9"}},"status":400}'
)
"""What an Elasticsearch 8.19.21 said when it was asked."""


def test_a_command_ends_with_one_line_and_code_two(tmp_path: Path) -> None:
    cluster.need("kafka")

    def told(address: str) -> str:
        said = refused_command(load(data=tmp_path, engine="distributed", elasticsearch=address), "account")
        assert address in said and "HUIYING_ELASTICSEARCH" in said
        return said

    assert "连不上" in told(f"http://127.0.0.1:{free_port()}")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert "没有回答" in told(f"http://127.0.0.1:{silent.getsockname()[1]}")
    with a_server(OF_8_19, status=400) as address:
        assert "需要 9.x" in told(address)
    with a_server(NODES % b"2.19.0", product="") as address:
        assert "OpenSearch" in told(address)

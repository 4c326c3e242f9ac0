"""Opening the line: who is there, in which version, and whether it lets us in."""

from __future__ import annotations

from pathlib import Path

from elastic_transport.client_utils import DEFAULT
from elasticsearch import Elasticsearch

from huiying.engines.distributed.faults import told
from huiying.engines.distributed.link import Link
from huiying.errors import Misconfigured, TryAgain

MAJOR = 9
TIMEOUT_SECONDS = 30
ANSWER_SECONDS = 8
"""How long it may take to say who it is."""
CONNECTIONS = 16


def connect(address: str, *, username: str = "", password: str = "", ca: Path | None = None) -> Link:
    """Raises Misconfigured where a person must mend it, TryAgain where it may pass.

    ``address`` is one, or several of one cluster with commas between them.
    """
    if ca is not None and not ca.is_file():
        raise Misconfigured(f"HUIYING_ELASTICSEARCH_CA：没有这个文件 {ca}")
    try:
        client = Elasticsearch(
            [part.strip() for part in address.split(",") if part.strip()],
            basic_auth=(username, password) if username else None,
            request_timeout=TIMEOUT_SECONDS,
            connections_per_node=CONNECTIONS,
            retry_on_timeout=False,
            ca_certs=DEFAULT if ca is None else str(ca),
        )
    except (ValueError, OSError) as error:
        raise Misconfigured(
            f"HUIYING_ELASTICSEARCH={address}：不是完整的地址，应像 http://127.0.0.1:9200（{error}）"
        ) from error
    link = Link(client, address)
    try:
        _check_version(link)
    except BaseException:
        link.close()
        raise
    return link


def versions(link: Link) -> list[str]:
    """Of every node. ``GET /`` says it too, but not in the core distribution."""
    answer = link.client.options(request_timeout=ANSWER_SECONDS, max_retries=1).nodes.info(
        metric="http", filter_path="nodes.*.version"
    )
    return [node["version"] for node in answer.get("nodes", {}).values()]


def _check_version(link: Link) -> None:
    with told(link.address, opening=True):
        there = versions(link)
    if not there:
        raise TryAgain(f"Elasticsearch（{link.address}）还没有可用的节点，稍后自动重试")
    wrong = sorted({version for version in there if version.split(".")[0] != str(MAJOR)})
    if wrong:
        raise Misconfigured(
            f"{link.address} 是 Elasticsearch {'、'.join(wrong)}，本程序需要 {MAJOR}.x。"
            "请升级它，或检查 HUIYING_ELASTICSEARCH"
        )

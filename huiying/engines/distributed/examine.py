"""Whether Kafka and Elasticsearch are there, let us in, and hold what they should, one finding for each of it.

What is absent is made, as at every start.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from huiying.engines.distributed.broker import Broker
from huiying.engines.distributed.connect import versions
from huiying.engines.distributed.connection import Connection
from huiying.engines.distributed.faults import told
from huiying.engines.distributed.layout import Layout
from huiying.engines.distributed.stores import open_link
from huiying.errors import HuiyingError, Misconfigured
from huiying.finding import Finding, good, misconfigured, notice, wrong
from huiying.settings import Settings
from huiying.topics import TOPICS

KNOCK_SECONDS = 3.0


def examine(settings: Settings) -> Iterator[Finding]:
    """Kafka first; each goes on without the other."""
    yield from _guarded("kafka", lambda: _kafka(settings))
    yield from _guarded("elasticsearch", lambda: _elasticsearch(settings))


def _guarded(name: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """What keeps a look from going on is a finding too."""
    try:
        yield from look()
    except Misconfigured as fault:
        yield misconfigured(name, str(fault))
    except HuiyingError as trouble:
        yield wrong(name, str(trouble), "稍后再检查一次；仍然这样就看它的日志")


def _kafka(settings: Settings) -> Iterator[Finding]:
    connection = Connection.of(settings)
    if not any(_knock(server) for server in connection.servers):
        yield wrong("kafka", f"Kafka（{settings.kafka}）没有应答", "启动它，或检查 HUIYING_KAFKA 和网络")
        return
    with contextlib.closing(Broker(connection, settings.namespace)) as broker:
        yield good("kafka", "Kafka " + "，".join(_in_words(broker)))
        counts = {topic.name: len(broker.partitions(topic.name)) for topic in TOPICS}
        yield good("topics", "主题的分区：" + "，".join(f"{name} {count}" for name, count in counts.items()))


def _in_words(broker: Broker) -> Iterator[str]:
    brokers = broker.brokers()
    yield "、".join(sorted({version for _, version in brokers}))
    yield f"{len(brokers)} 个节点"


def _elasticsearch(settings: Settings) -> Iterator[Finding]:
    addresses = [part.strip() for part in settings.elasticsearch.split(",") if part.strip()]
    if not any(_knock(_place(address)) for address in addresses):
        yield wrong(
            "elasticsearch",
            f"Elasticsearch（{settings.elasticsearch}）没有应答",
            "启动它，或检查 HUIYING_ELASTICSEARCH 和网络",
        )
        return
    link = open_link(settings)
    try:
        with told(link.address):
            found = versions(link)
            health = link.client.cluster.health(filter_path="status,active_shards_percent_as_number")
        shown = f"Elasticsearch {'、'.join(sorted(set(found)))}，{len(found)} 个节点，状态 {health['status']}"
        if health["status"] == "red":
            yield wrong("elasticsearch", f"{shown}：有数据读不到", "查看 Elasticsearch 的日志和磁盘")
        elif health["status"] == "yellow":
            yield notice("elasticsearch", f"{shown}：有副本没有放好", "查看是否有节点离线")
        else:
            yield good("elasticsearch", shown)
        layout = Layout(link, settings.namespace)
        try:
            layout.make_ready()
        except Misconfigured as fault:
            yield misconfigured("indices", str(fault))
        else:
            yield good("indices", f"索引 {len(layout.standing())} 个，格式相符")
    finally:
        link.close()


def _place(address: str) -> str:
    """host:port of an address; as it stands where it is none, so that opening it says what is wrong."""
    parts = urlsplit(address)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return address
    return f"{parts.hostname}:{port}" if parts.hostname else address


def _knock(place: str) -> bool:
    """Whether somebody is there. An address that cannot be understood is for whoever opens it to say."""
    host, _, port = place.rpartition(":")
    if not host or not port.isdigit():
        return True
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=KNOCK_SECONDS):
            return True
    except OSError:
        return False

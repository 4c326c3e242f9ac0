"""Three brokers that replicate, and one Elasticsearch, for one chaos run: taken away, frozen, brought back."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services import elasticsearch, kafka
from services.common import Process, wait_until

BROKERS = 3
PATIENCE = 180.0


@dataclass(frozen=True, kw_only=True)
class Server:
    """What can be done to any of them."""

    name: str
    unit: kafka.Broker | elasticsearch.Node

    @property
    def process(self) -> Process:
        return self.unit.process

    def start(self) -> None:
        self.unit.start()

    def wait(self) -> None:
        """Until it answers."""
        if not wait_until(self.unit.ready, within=PATIENCE):
            raise RuntimeError(f"{self.name} did not come up:\n{self.process.last_words()}")

    def kill(self) -> None:
        self.unit.kill()

    def stop(self) -> None:
        self.unit.stop()

    def freeze(self, seconds: float) -> None:
        self.process.signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.process.signal(signal.SIGCONT)


@dataclass(frozen=True, kw_only=True)
class Servers:
    brokers: tuple[Server, ...]
    node: Server

    def environment(self) -> dict[str, str]:
        """Settings that choose them."""
        return {
            "HUIYING_ENGINE": "distributed",
            "HUIYING_KAFKA": ",".join(one.unit.address for one in self.brokers),
            "HUIYING_KAFKA_REPLICATION": str(len(self.brokers)),
            "HUIYING_KAFKA_SESSION": "6",
            "HUIYING_ELASTICSEARCH": self.node.unit.address,
            "HUIYING_NAMESPACE": "chaos",
        }


@contextmanager
def servers(folder: Path) -> Iterator[Servers]:
    """On ports of their own, gone afterwards."""
    kafka.fetch()
    elasticsearch.fetch()
    brokers = kafka.cluster(folder, BROKERS, thorough=True)
    node = elasticsearch.Node.anywhere(thorough=True)
    made = Servers(
        brokers=tuple(Server(name=f"broker {one.node}", unit=one) for one in brokers),
        node=Server(name="elasticsearch", unit=node),
    )
    try:
        for server in (*made.brokers, made.node):
            server.start()
        for server in (*made.brokers, made.node):
            server.wait()
        yield made
    finally:
        for broker in made.brokers:
            broker.kill()
        node.kill()
        node.remove()

"""Apache Kafka from its Maven jars: nodes that are broker and controller in one (KRaft); one, or several that replicate.

The tests start brokers of their own with :class:`Broker`: to take one away in the middle, or one that asks for a
password over TLS; :func:`cluster` makes several of one cluster.
"""

from __future__ import annotations

import hashlib
import shutil
import signal
import uuid
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from pathlib import Path

from services.common import (
    HASTY,
    Process,
    Unavailable,
    accepts,
    alone,
    cache,
    find_java,
    forget,
    free_port,
    memory,
    run,
)

POM = Path(__file__).with_name("kafka-pom.xml")
JAVA = 17
PORT, CONTROLLER_PORT = 19092, 19093

LOGGING = """\
rootLogger.level = WARN
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d %p %c{1}: %m%n
"""


@dataclass(frozen=True, kw_only=True)
class Security:
    """SASL/SCRAM over TLS for the clients of a broker."""

    username: str
    password: str
    keystore: Path
    """PEM: the key (PKCS 8) and the certificate."""


@dataclass(frozen=True, kw_only=True)
class Broker:
    """One node over a folder of its own."""

    folder: Path
    port: int
    controller_port: int
    internal_port: int = 0
    """With ``security`` only: where the node speaks with itself."""
    security: Security | None = None
    node: int = 1
    voters: tuple[str, ...] = ()
    """``node@host:port`` of the controllers of every node of its cluster, itself among them; none: it is alone."""
    identity: str = ""
    """Of the cluster, the same on every node; '' takes one of its own."""
    mortal: bool = False
    """Somebody will kill it: nobody believes it alive for long, as until then it would not be let in again."""
    thorough: bool = False
    """Compiles its code well, for whoever measures it or asks much of it for long."""
    data: Path | None = None
    """Where its records lie; None: in its folder."""

    @classmethod
    def anywhere(
        cls,
        folder: Path,
        security: Security | None = None,
        *,
        mortal: bool = False,
        thorough: bool = False,
    ) -> Broker:
        """On ports that are free now."""
        return cls(
            folder=folder,
            port=free_port(),
            controller_port=free_port(),
            internal_port=free_port(),
            security=security,
            mortal=mortal,
            thorough=thorough,
        )

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def process(self) -> Process:
        return Process(folder=self.folder)

    def start(self) -> None:
        """Make its folder when absent, and start; does not wait. Raises Unavailable."""
        java = self._java()
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "kraft.properties"
        config.write_text(self._properties(), "utf-8")
        (self.folder / "log4j2.properties").write_text(LOGGING, "ascii")
        if not (self._data / "meta.properties").exists():
            self._format(java, config)
        self.process.start([*java, "-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "kafka.Kafka", str(config)])

    def ready(self) -> bool:
        return accepts(self.address)

    def stop(self) -> bool:
        return self.process.stop()

    def kill(self) -> None:
        """As when the power fails."""
        self.process.stop(how=signal.SIGKILL)

    @property
    def _data(self) -> Path:
        return self.data or self.folder / "data"

    def _java(self) -> list[str]:
        log4j = f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"
        pace = () if self.thorough else (HASTY,)
        return [str(find_java(JAVA)), *pace, "-cp", f"{jars()}/*", log4j]

    def _format(self, java: list[str], config: Path) -> None:
        shutil.rmtree(self._data, ignore_errors=True)
        command = [*java, "kafka.tools.StorageTool", "format"]
        command += [f"--cluster-id={self.identity or new_identity()}", "-c", str(config)]
        if self.security is not None:
            who = f"name={self.security.username},password={self.security.password}"
            command += ["--add-scram", f"SCRAM-SHA-512=[{who}]"]
        run(command, cwd=self.folder, what="formatting the storage of Kafka")

    def _properties(self) -> str:
        clients, inside = ("PLAINTEXT", "PLAINTEXT") if self.security is None else ("SASL_SSL", "INTERNAL")
        listeners = {clients: self.port} | ({} if clients == inside else {inside: self.internal_port})
        voters = self.voters or (f"{self.node}@127.0.0.1:{self.controller_port}",)
        copies = min(3, len(voters))
        there = ",".join(f"{name}://127.0.0.1:{port}" for name, port in listeners.items())
        lines = {
            "process.roles": "broker,controller",
            "node.id": str(self.node),
            "controller.quorum.voters": ",".join(voters),
            "listeners": f"{there},CONTROLLER://127.0.0.1:{self.controller_port}",
            "advertised.listeners": there,
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": inside,
            "listener.security.protocol.map": (
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT,SASL_SSL:SASL_SSL"
            ),
            "log.dirs": str(self._data),
            "offsets.topic.replication.factor": str(copies),
            "offsets.topic.num.partitions": "5",
            "transaction.state.log.replication.factor": str(copies),
            "transaction.state.log.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            "group.min.session.timeout.ms": "1000",
            "auto.create.topics.enable": "false",
            # Tests make and drop many topics: small indices, and no minute of grace for what was dropped.
            "log.index.size.max.bytes": "262144",
            "log.segment.delete.delay.ms": "1000",
        }
        if self.mortal:
            lines |= {"broker.session.timeout.ms": "4000", "broker.heartbeat.interval.ms": "500"}
        if copies > 1:
            # Where a group stands must survive a broker as the records do.
            lines["min.insync.replicas"] = "2"
        if self.security is not None:
            lines |= {
                "sasl.enabled.mechanisms": "SCRAM-SHA-512",
                "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": (
                    "org.apache.kafka.common.security.scram.ScramLoginModule required;"
                ),
                "ssl.keystore.type": "PEM",
                "ssl.keystore.location": str(self.security.keystore),
            }
        return "".join(f"{name}={value}\n" for name, value in lines.items())


def cluster(folder: Path, size: int, *, mortal: bool = False, thorough: bool = False) -> tuple[Broker, ...]:
    """So many brokers of one cluster, on ports that are free now; topics that ask for three copies get them."""
    ports = [free_port() for _ in range(size)]
    voters = tuple(f"{node}@127.0.0.1:{port}" for node, port in enumerate(ports, 1))
    identity = new_identity()
    return tuple(
        Broker(
            folder=folder / f"broker-{node}",
            port=free_port(),
            controller_port=port,
            node=node,
            voters=voters,
            identity=identity,
            mortal=mortal,
            thorough=thorough,
        )
        for node, port in enumerate(ports, 1)
    )


def new_identity() -> str:
    return urlsafe_b64encode(uuid.uuid4().bytes).decode("ascii").rstrip("=")


def jars() -> Path:
    """Where the jars lie: another list of them is another folder."""
    return cache() / f"kafka-{hashlib.sha256(POM.read_bytes()).hexdigest()[:12]}"


def fetch() -> None:
    """Have the jars in the cache. Raises Unavailable."""
    find_java(JAVA)
    if jars().is_dir():
        return
    with alone("kafka-jars"):
        if jars().is_dir():
            return
        draft = jars().with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        command = ["mvn", "-q", "-B", "-f", str(POM), "dependency:copy-dependencies"]
        run([*command, f"-DoutputDirectory={draft}"], cwd=cache(), what="fetching Kafka with Maven")
        draft.rename(jars())


class _Kafka:
    name = "kafka"

    def __init__(self) -> None:
        self._broker = Broker(folder=cache() / "kafka", port=PORT, controller_port=CONTROLLER_PORT)

    def fetch(self) -> None:
        fetch()

    def start(self, *, in_memory: bool = False) -> str:
        broker = self._broker
        if not self.running():
            for port in (broker.port, broker.controller_port):
                if accepts(f"127.0.0.1:{port}"):
                    raise Unavailable(f"port {port} is taken by something that was not started here")
            replace(broker, data=memory(self.name) if in_memory else None).start()
        return broker.address

    def ready(self, address: str) -> bool:
        return accepts(address)

    def running(self) -> bool:
        return self._broker.process.pid is not None

    def last_words(self) -> str:
        return self._broker.process.last_words()

    def stop(self) -> bool:
        stopped = self._broker.stop()
        forget(self.name)
        return stopped


SERVICE = _Kafka()

"""The services of docker-compose.yml as processes of this machine: commands, environment and health checks are the file's."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from services import kafka
from services.common import HASTY, Process, find_java, free_port, wait_until
from services.elasticsearch import Node

ROOT = Path(__file__).resolve().parents[2]
STAGES = ("crawlers", "nlp", "triage", "web")
CONFIG = "/usr/share/elasticsearch/config/"

SHIMS = {
    "kafka-storage.sh": "kafka.tools.StorageTool",
    "kafka-server-start.sh": "$KAFKA_HEAP_OPTS $KAFKA_LOG4J_OPTS kafka.Kafka",
}
"""What the image has in /opt/kafka/bin, over the jars that we have."""


def compose_file() -> dict[str, Any]:
    """What docker-compose makes of the file, with its defaults. Skips the test where there is no docker-compose."""
    if shutil.which("docker-compose") is None:
        reason = "no docker-compose: apt-get install docker-compose"
        pytest.fail(reason) if os.environ.get("HUIYING_REQUIRE_SERVICES") == "1" else pytest.skip(reason)
    given = {name: value for name, value in os.environ.items() if not name.startswith("HUIYING_")}
    done = subprocess.run(
        ["docker-compose", "-f", str(ROOT / "docker-compose.yml"), "config"],
        cwd=ROOT,
        env=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = yaml.safe_load(done.stdout.replace("$$", "$"))
    return read


@dataclass(kw_only=True)
class Composed:
    """Started one by one; :meth:`stop` ends all that were."""

    folder: Path
    file: dict[str, Any] = field(default_factory=compose_file)
    ports: dict[str, int] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)
    node: Node | None = None

    def __post_init__(self) -> None:
        for name in ("kafka", "inside", "controller", "elasticsearch", "web"):
            self.ports[name] = free_port()
        (self.folder / "data").mkdir()
        subprocess.run([ROOT / "deploy" / "make-secrets", self.secrets], check=True, capture_output=True)

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.ports['web']}"

    def native(self, text: str) -> str:
        """Every place inside of a container, and the one on this machine. Nothing else of the file is changed.

        TLS, log-in, roles and the names of accounts are the file's. Not the file's are: the images (Kafka and
        Elasticsearch from Maven Central, the latter without most of its modules; ours is the checkout), memory,
        the user (root here, ``nobody`` for Elasticsearch), the read-only root, networks, and the host names: the
        certificates are good for 127.0.0.1 too.
        """
        ports = self.ports
        here = {
            "/run/secrets": str(self.secrets),
            "/etc/huiying": str(self.folder / "etc"),
            "/opt/kafka/bin": str(self.folder / "bin"),
            "/var/lib/kafka/data": str(self.folder / "log"),
            "/data": str(self.data),
            "0.0.0.0:9093": f"127.0.0.1:{ports['kafka']}",
            "kafka:9093": f"127.0.0.1:{ports['kafka']}",
            "127.0.0.1/9093": f"127.0.0.1/{ports['kafka']}",
            "127.0.0.1:9094": f"127.0.0.1:{ports['inside']}",
            "127.0.0.1:9095": f"127.0.0.1:{ports['controller']}",
            "elasticsearch:9200": f"127.0.0.1:{ports['elasticsearch']}",
            "127.0.0.1:9200": f"127.0.0.1:{ports['elasticsearch']}",
            "127.0.0.1:8080": f"127.0.0.1:{ports['web']}",
            "0.0.0.0": "127.0.0.1",
            "8080": str(ports["web"]),
        }
        places = re.compile("|".join(map(re.escape, sorted(here, key=len, reverse=True))))
        return places.sub(lambda found: here[found[0]], text)

    def environment(self, service: str) -> dict[str, str]:
        """The file's, over this machine's without anything of ours."""
        bare = {name: value for name, value in os.environ.items() if not name.startswith("HUIYING_")}
        given = self.file["services"][service]["environment"]
        return {**bare, **{name: self.native(str(value)) for name, value in given.items()}}

    def command(self, service: str) -> list[str]:
        """The image of the stages begins with ``huiying``: the checkout's."""
        described = self.file["services"][service]
        words = described.get("entrypoint", ["huiying"]) + described.get("command", [])
        return self._words(words)

    def becomes_healthy(self, service: str, *, within: float) -> bool:
        """Asked every second."""
        patience = time.monotonic() + within
        while not (well := self.healthy(service)) and time.monotonic() < patience:
            time.sleep(1)
        return well

    def healthy(self, service: str) -> bool:
        """What the file's health check says."""
        word, *check = self.file["services"][service]["healthcheck"]["test"]
        assert word == "CMD"
        return (
            subprocess.run(
                self._words(check), env=self.environment(service), cwd=ROOT, capture_output=True, check=False
            ).returncode
            == 0
        )

    def call(self, service: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """``docker-compose run --rm SERVICE ARGUMENTS``: a process that ends."""
        return subprocess.run(
            self._words(["huiying", *arguments]),
            env=self.environment(service),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start(self, service: str, number: int = 1) -> Process:
        """One process of a service; its words go to a log in a folder of its own."""
        process = Process(folder=self.folder / "running" / f"{service}-{number}")
        process.start(self.command(service), cwd=ROOT, env=self.environment(service))
        self.processes[f"{service}-{number}"] = process
        return process

    def start_kafka(self) -> None:
        """By our own script and settings, as in the container."""
        kafka.fetch()
        shutil.copytree(ROOT / "deploy" / "kafka", self.folder / "etc")
        for path in (self.folder / "etc").iterdir():
            path.write_text(self.native(path.read_text("utf-8")), "utf-8")
        shims, java = self.folder / "bin", find_java(kafka.JAVA)
        shims.mkdir()
        for name, what in SHIMS.items():
            (shims / name).write_text(
                f'#!/bin/sh\nexec {java} {HASTY} -cp "{kafka.jars()}/*" {what} "$@"\n', "utf-8"
            )
            (shims / name).chmod(0o755)
        (self.folder / "log").mkdir()
        self.start("kafka")

    def start_elasticsearch(self) -> None:
        """Its settings are the file's environment, its files the file's secrets and mounts."""
        described = self.file["services"]["elasticsearch"]
        given = {name: str(value) for name, value in described["environment"].items() if "." in name}
        files = {
            secret["target"].removeprefix(CONFIG): self.secrets / secret["source"]
            for secret in described["secrets"]
            if str(secret.get("target", "")).startswith(CONFIG)
        }
        for mount in described["volumes"]:
            source, target = mount.split(":")[:2]
            if target.startswith(CONFIG):
                files[target.removeprefix(CONFIG)] = Path(source)
        here = {"http.port": str(self.ports["elasticsearch"])}
        self.node = Node.anywhere(
            settings={name: self.native(value) for name, value in given.items()} | here, files=files
        )
        self.node.start()

    def most_memory(self, service: str) -> int:
        """Bytes that any one process of the service took at most, its children with it."""
        mothers = [one.pid for name, one in self.processes.items() if name.rpartition("-")[0] == service]
        return max(sum(map(_peak, _family(mother))) for mother in mothers if mother is not None)

    def last_words(self, name: str) -> str:
        """Of a process, for a message."""
        if name == "elasticsearch":
            return self.node.process.last_words(40) if self.node else ""
        return self.processes[name].last_words(40)

    def stop(self) -> dict[str, bool]:
        """Whether each ended by itself when asked, within the time that the file gives it."""
        ended = {}
        for name, process in sorted(self.processes.items(), key=lambda one: one[0].startswith("kafka")):
            grace = self.file["services"][name.rpartition("-")[0]]["stop_grace_period"]
            ended[name] = _ends(process, within=_seconds(grace))
        if self.node is not None:
            self.node.remove()
        return ended

    def _words(self, words: list[str]) -> list[str]:
        first = {"huiying": [sys.executable, "-m", "huiying.cli"], "python": [sys.executable]}
        return [*first.get(words[0], [words[0]]), *(self.native(word) for word in words[1:])]


def _ends(process: Process, *, within: float) -> bool:
    """Whether it went when asked; it is gone afterwards in any case."""
    pid = process.pid
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
    went = pid is not None and wait_until(lambda: process.pid is None, within=within)
    process.stop()
    return went


def _family(mother: int) -> list[int]:
    """The process and all that it has started."""
    mothers = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):
            mothers[int(status.parent.name)] = _number("PPid", status)
    found = [mother]
    for one in found:
        found += [child for child, born_of in mothers.items() if born_of == one]
    return found


def _peak(pid: int) -> int:
    """0 of one that has ended meanwhile."""
    with contextlib.suppress(OSError):
        return _number("VmHWM", Path(f"/proc/{pid}/status")) << 10
    return 0


def _number(name: str, status: Path) -> int:
    found = re.search(rf"^{name}:\s+(\d+)", status.read_text("utf-8"), re.M)
    return int(found[1]) if found else 0


def size(text: str) -> int:
    """Bytes, of a size as docker-compose writes it."""
    return int(text[:-1]) << {"k": 10, "m": 20, "g": 30}[text[-1]]


def _seconds(text: str) -> float:
    found = re.fullmatch(r"(?:(\d+)m)?(?:(\d+)s)?", text)
    assert found, text
    return 60.0 * int(found[1] or 0) + int(found[2] or 0)

"""Elasticsearch from Maven Central: the distribution that its own integration tests use, one node.

It refuses to run as root; then it runs as ``nobody``, from a folder that ``nobody`` can reach.  The tests start nodes of
their own with :class:`Node`: to take one away in the middle, or one that asks for a password over TLS.
"""

from __future__ import annotations

import os
import shutil
import signal
import ssl
import uuid
import zipfile
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException, HTTPSConnection
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

VERSION = "9.2.4"
JAVA = 21
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
PORT, TRANSPORT_PORT = 19200, 19300
NOBODY = 65534
USER = "elastic"
"""The one that the bootstrap password belongs to."""


@dataclass(frozen=True, kw_only=True)
class Security:
    """A password and TLS for the clients of a node."""

    password: str
    key: Path
    certificate: Path
    """Both PEM."""
    roles: str = ""
    """What ``roles.yml`` holds."""


@dataclass(frozen=True, kw_only=True)
class Node:
    """One node over a folder of its own."""

    folder: Path
    port: int
    transport_port: int
    security: Security | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    """Over our own."""
    files: Mapping[str, Path] = field(default_factory=dict)
    """Copied to these places below its settings."""
    thorough: bool = False
    """Compiles its code well, for whoever measures it or asks much of it for long."""
    data: Path | None = None
    """Where its indices lie; None: in its folder."""

    @classmethod
    def anywhere(
        cls,
        security: Security | None = None,
        *,
        settings: Mapping[str, str] | None = None,
        files: Mapping[str, Path] | None = None,
        thorough: bool = False,
    ) -> Node:
        """On ports that are free now, in a folder that nobody else uses; :meth:`remove` it afterwards."""
        return cls(
            settings=settings or {},
            files=files or {},
            folder=place() / f"node-{uuid.uuid4().hex[:12]}",
            port=free_port(),
            transport_port=free_port(),
            security=security,
            thorough=thorough,
        )

    @property
    def address(self) -> str:
        return f"{'http' if self.security is None else 'https'}://127.0.0.1:{self.port}"

    @property
    def process(self) -> Process:
        """Its note and its log stay with us: what runs as ``nobody`` must not say whom we stop."""
        return Process(folder=cache() / self.folder.name)

    def start(self) -> None:
        """Make its folder when absent, and start; does not wait. Raises Unavailable."""
        find_java(JAVA)
        if not self._config.exists():
            self._lay_out()
        if self.data is not None:
            _give_away(self.data)
        (self._config / "elasticsearch.yml").write_text(self._settings(), "utf-8")
        self.process.start(
            [*_as_nobody(), str(home() / "bin" / "elasticsearch")], cwd=home(), env=self._env()
        )

    def add_user(self, name: str, password: str, role: str) -> None:
        """To the file realm; known after the next start, or some seconds later."""
        command = [*_as_nobody(), str(home() / "bin" / "elasticsearch-users"), "useradd", name]
        run([*command, "-p", password, "-r", role], cwd=home(), what=f"adding {name}", env=self._env())

    def ready(self) -> bool:
        """It answers, and has a master: an index can be made."""
        return answers(self.address, self.security)

    def stop(self) -> bool:
        return self.process.stop()

    def kill(self) -> None:
        """As when the power fails."""
        self.process.stop(how=signal.SIGKILL)

    def remove(self) -> None:
        self.stop()
        for folder in (self.folder, self.process.folder):
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def _config(self) -> Path:
        return self.folder / "config"

    def _env(self) -> dict[str, str]:
        return {
            "CLI_JAVA_OPTS": HASTY,
            "ES_JAVA_HOME": str(find_java(JAVA).parents[1]),
            "ES_JAVA_OPTS": " ".join(("-Xms512m", "-Xmx512m", *(() if self.thorough else (HASTY,)))),
            "ES_PATH_CONF": str(self._config),
            "ES_TMPDIR": str(self.folder / "tmp"),
            "HOME": str(self.folder),
        }

    def _lay_out(self) -> None:
        draft = self.folder / "config.new"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(home() / "config", draft)
        for name in ("data", "logs", "tmp"):
            (self.folder / name).mkdir(exist_ok=True)
        if self.security is not None:
            shutil.copyfile(self.security.key, draft / "http.key")
            shutil.copyfile(self.security.certificate, draft / "http.crt")
            (draft / "roles.yml").write_text(self.security.roles, "utf-8")
        for name, file in self.files.items():
            (draft / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(file, draft / name)
        _give_away(self.folder)
        draft.rename(self._config)
        if self.security is not None:
            keystore = [*_as_nobody(), str(home() / "bin" / "elasticsearch-keystore")]
            run([*keystore, "create"], cwd=home(), what="making the keystore", env=self._env())
            password = self.folder / "tmp" / "password"
            password.touch(mode=0o600)
            password.write_text(self.security.password, "utf-8")
            _give_away(password)
            run(
                [*keystore, "add-file", "bootstrap.password", str(password)],
                cwd=home(),
                what="setting the password",
                env=self._env(),
            )
            password.unlink()

    def _settings(self) -> str:
        lines = {
            "discovery.type": "single-node",
            "network.host": "127.0.0.1",
            "http.port": str(self.port),
            "transport.port": str(self.transport_port),
            "path.data": str(self.data or self.folder / "data"),
            "path.logs": str(self.folder / "logs"),
            "action.auto_create_index": "false",
            "action.destructive_requires_name": "true",
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            # Tests make and drop many small indices.
            "cluster.max_shards_per_node": "5000",
            "xpack.security.enabled": str(self.security is not None).lower(),
        }
        if self.security is not None:
            lines |= {
                "xpack.security.http.ssl.enabled": "true",
                "xpack.security.http.ssl.key": "http.key",
                "xpack.security.http.ssl.certificate": "http.crt",
            }
        return "".join(f"{name}: {value}\n" for name, value in {**lines, **self.settings}.items())


def answers(address: str, security: Security | None = None) -> bool:
    """Whether a node there says that its cluster has a master."""
    scheme, _, host = address.partition("://")
    connection = (
        HTTPConnection(host, timeout=5)
        if scheme == "http"
        else HTTPSConnection(host, timeout=5, context=ssl._create_unverified_context())
    )
    headers = {}
    if security is not None:
        word = b64encode(f"{USER}:{security.password}".encode()).decode("ascii")
        headers["Authorization"] = f"Basic {word}"
    try:
        connection.request("GET", "/_cluster/health?local=false&timeout=1s", headers=headers)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def place() -> Path:
    """Where the files of the servers lie: the cache, or, for root, a folder that ``nobody`` reaches too."""
    if os.geteuid() != 0:
        return cache()
    folder = Path("/var/tmp/huiying-services")
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != 0:
        raise Unavailable(f"{folder} belongs to somebody else: move it away")
    folder.chmod(0o755)
    return folder


def home() -> Path:
    """The distribution, unpacked once."""
    return place() / f"elasticsearch-{VERSION}"


def fetch() -> None:
    """Have the distribution unpacked. Raises Unavailable."""
    find_java(JAVA)
    if home().is_dir():
        return
    with alone("elasticsearch-home"):
        if home().is_dir():
            return
        command = [
            "mvn",
            "-q",
            "-B",
            "dependency:copy",
            f"-Dartifact={ARTIFACT}",
            f"-DoutputDirectory={cache()}",
        ]
        run(command, cwd=cache(), what="fetching Elasticsearch with Maven")
        packed = cache() / f"elasticsearch-{VERSION}.zip"
        draft = home().with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        _unpack(packed, draft)
        packed.unlink()
        (draft / f"elasticsearch-{VERSION}").rename(home())
        draft.rmdir()


def _unpack(packed: Path, folder: Path) -> None:
    """With the modes that are noted in it: the scripts must be executable."""
    with zipfile.ZipFile(packed) as archive:
        for item in archive.infolist():
            path = Path(archive.extract(item, folder))
            if mode := item.external_attr >> 16 & 0o777:
                path.chmod(mode)


def _as_nobody() -> list[str]:
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--"]


def _give_away(path: Path) -> None:
    if os.geteuid() != 0:
        return
    for entry in (path, *path.rglob("*")):
        os.chown(entry, NOBODY, NOBODY)


class _Elasticsearch:
    name = "elasticsearch"

    @property
    def _node(self) -> Node:
        return Node(folder=place() / "elasticsearch", port=PORT, transport_port=TRANSPORT_PORT)

    def fetch(self) -> None:
        fetch()

    def start(self, *, in_memory: bool = False) -> str:
        node = self._node
        if not self.running():
            for port in (node.port, node.transport_port):
                if accepts(f"127.0.0.1:{port}"):
                    raise Unavailable(f"port {port} is taken by something that was not started here")
            replace(node, data=memory(self.name) if in_memory else None).start()
        return node.address

    def ready(self, address: str) -> bool:
        return answers(address)

    def running(self) -> bool:
        return self._node.process.pid is not None

    def last_words(self) -> str:
        return self._node.process.last_words()

    def stop(self) -> bool:
        stopped = self._node.stop()
        forget(self.name)
        return stopped


SERVICE = _Elasticsearch()

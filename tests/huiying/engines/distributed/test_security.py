"""The same against an Elasticsearch that asks for a password over TLS, with certificates made here."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from huiying.engines import examine
from huiying.engines.distributed.stores import open_stores
from huiying.errors import Misconfigured
from huiying.finding import Severity
from huiying.ports import CaseQuery
from huiying.settings import Settings, load
from services import elasticsearch
from services.common import wait_until
from services.elasticsearch import Node, Security
from tests import cluster
from tests.eventually import eventually
from tests.factories import a_case, a_line
from tests.refusals import refused

ROLE = """
huiying:
  cluster: [monitor]
  indices:
    - names: ["huiying-*"]
      privileges: [read, write, create_index, manage]
"""
"""What docs/operate.md asks for."""


@dataclass(frozen=True)
class Guarded:
    node: Node
    ca: Path
    other_ca: Path
    user: str
    password: str

    def settings(self, folder: Path, **changes: object) -> Settings:
        right: dict[str, object] = {
            "elasticsearch": self.node.address,
            "elasticsearch_username": self.user,
            "elasticsearch_password": SecretStr(self.password),
            "elasticsearch_ca": self.ca,
        }
        return load(data=folder, engine="distributed", **{**right, **changes})


def openssl(folder: Path, *command: str) -> None:
    subprocess.run(["openssl", *command], cwd=folder, check=True, capture_output=True)


def an_authority(folder: Path, name: str) -> Path:
    openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
            "-keyout", f"{name}.key", "-out", f"{name}.pem", "-addext", "keyUsage=critical,keyCertSign")  # fmt: skip
    return folder / f"{name}.pem"


def a_certificate(folder: Path, ca: str) -> tuple[Path, Path]:
    """For 127.0.0.1, and for no name."""
    openssl(folder, "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=node", "-keyout", "node.key",
            "-out", "node.csr")  # fmt: skip
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl(folder, "x509", "-req", "-in", "node.csr", "-CA", f"{ca}.pem", "-CAkey", f"{ca}.key", "-days", "2",
            "-CAcreateserial", "-extfile", "names", "-out", "node.crt")  # fmt: skip
    return folder / "node.key", folder / "node.crt"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    cluster.need("elasticsearch")
    folder = tmp_path_factory.mktemp("certificates")
    ca, other = an_authority(folder, "ca"), an_authority(folder, "other")
    key, certificate = a_certificate(folder, "ca")
    boss, password = secrets.token_hex(12), secrets.token_hex(12)
    node = Node.anywhere(Security(password=boss, key=key, certificate=certificate, roles=ROLE))
    try:
        node.start()
        node.add_user("huiying", password, "huiying")
        assert wait_until(node.ready, within=150), node.process.last_words()
        yield Guarded(node, ca, other, "huiying", password)
    finally:
        node.remove()


def test_with_the_right_password_and_authority_everything_works(guarded: Guarded, tmp_path: Path) -> None:
    assert wait_until(lambda: elasticsearch.answers(guarded.node.address, None) is False, within=1)
    cases, archive, register = open_stores(guarded.settings(tmp_path))
    case, line = a_case(), a_line()
    cases.save([case])
    archive.put([line])
    register.put("account", "li", b"1", expect=0)
    assert cases.get(case.id) == case
    assert list(archive.of_cases([str(line.case_id)])) == [line]
    assert [entry.id for entry in register.list("account")] == ["li"]
    assert eventually(lambda: cases.search(CaseQuery()).total, until=lambda total: total == 1) == 1
    for store in (cases, archive, register):
        store.close()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"elasticsearch_password": SecretStr("wrong")}, "口令"),
        ({"elasticsearch_username": "", "elasticsearch_password": SecretStr("")}, "口令"),
        ({"elasticsearch_ca": None}, "证书"),
        ({"namespace": "others"}, "权限"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    guarded: Guarded, tmp_path: Path, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(Misconfigured, match=words) as fault:
        open_stores(guarded.settings(tmp_path, **changes))
    assert "\n" not in str(fault.value)


def test_another_authority_and_another_name_are_refused(guarded: Guarded, tmp_path: Path) -> None:
    elsewhere = f"https://localhost:{guarded.node.port}"
    for changes in ({"elasticsearch_ca": guarded.other_ca}, {"elasticsearch": elsewhere}):
        with pytest.raises(Misconfigured, match="证书"):
            open_stores(guarded.settings(tmp_path, **changes))


def test_without_tls_nobody_answers(guarded: Guarded, tmp_path: Path) -> None:
    plain = f"http://127.0.0.1:{guarded.node.port}"
    with pytest.raises(Misconfigured, match="HUIYING_ELASTICSEARCH"):
        open_stores(guarded.settings(tmp_path, elasticsearch=plain))


def test_a_check_names_a_wrong_password_as_a_setting(guarded: Guarded, tmp_path: Path) -> None:
    finding = list(examine(guarded.settings(tmp_path, elasticsearch_password=SecretStr("wrong"))))[-1]
    assert (finding.name, finding.severity) == ("elasticsearch", Severity.MISCONFIGURED)
    assert "口令" in finding.says


def test_a_check_needs_no_more_rights_than_the_documented_role(guarded: Guarded, tmp_path: Path) -> None:
    found = {one.name: one for one in examine(guarded.settings(tmp_path))}
    assert found["elasticsearch"].ok and found["indices"].ok, found
    stores = open_stores(guarded.settings(tmp_path))
    assert stores[0].now(), "the clock of the server"
    for store in stores:
        store.close()


def test_a_command_ends_with_one_line_and_code_two(guarded: Guarded, tmp_path: Path) -> None:
    cluster.need("kafka")
    for changes, words in (
        ({"elasticsearch_password": SecretStr("wrong")}, "口令"),
        ({"elasticsearch_ca": guarded.other_ca}, "证书"),
        ({"elasticsearch": f"https://localhost:{guarded.node.port}"}, "主机名"),
    ):
        told = refused(guarded.settings(tmp_path, **changes), "account")
        assert words in told and "HUIYING_ELASTICSEARCH" in told and guarded.password not in told

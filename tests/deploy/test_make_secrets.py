"""Certificates and passwords for the containers, made by one command."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from pathlib import Path

import pytest
from cryptography import x509

from tests.journey.composed import ROOT, compose_file

COMMAND = ROOT / "deploy" / "make-secrets"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "secrets"
    subprocess.run([COMMAND, made], check=True, capture_output=True)
    return made


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_every_secret_of_the_compose_file_is_made_and_closed_to_others(folder: Path) -> None:
    wanted = {Path(secret["file"]).name for secret in compose_file()["secrets"].values()}
    assert wanted | {"ca.key"} == set(contents(folder))
    for path in (folder, *folder.iterdir()):
        assert path.stat().st_mode & 0o077 == 0, path


def test_certificates_are_for_the_names_in_the_file_and_signed_by_our_authority(folder: Path) -> None:
    authority = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    for name, file in (("kafka", "kafka.pem"), ("elasticsearch", "elasticsearch.crt")):
        certificate = x509.load_pem_x509_certificate((folder / file).read_bytes())
        certificate.verify_directly_issued_by(authority)
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert names.get_values_for_type(x509.DNSName) == [name, "localhost"]


def test_elasticsearch_is_told_the_digest_of_the_password_alone(folder: Path) -> None:
    password = (folder / "elasticsearch_password").read_text("ascii").strip()
    told = (folder / "elasticsearch_users").read_text("ascii").strip()
    assert password not in told
    name, _, rest = told.partition(":{SSHA256}")
    salt, digest = base64.b64decode(rest[:12]), base64.b64decode(rest[12:])
    assert name == "huiying" and hashlib.sha256(password.encode() + salt).digest() == digest


def test_a_second_run_changes_nothing_and_makes_what_was_removed(folder: Path) -> None:
    before = contents(folder)
    done = subprocess.run([COMMAND, folder], check=True, capture_output=True, text=True)
    assert contents(folder) == before and not done.stderr.count("secrets/")
    (folder / "kafka.pem").unlink()
    subprocess.run([COMMAND, folder], check=True, capture_output=True)
    after = contents(folder)
    assert {name for name in before if before[name] != after[name]} == {"kafka.pem"}


def test_two_offices_share_no_password(folder: Path, tmp_path: Path) -> None:
    subprocess.run([COMMAND, tmp_path / "other"], check=True, capture_output=True)
    assert not set(contents(folder).values()) & set(contents(tmp_path / "other").values())

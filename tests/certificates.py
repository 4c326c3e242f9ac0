"""Certificates for servers that a test starts: an authority of its own, and a server's key and certificate."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True, kw_only=True)
class Authority:
    """Who signs, and where its certificate lies for those who trust it."""

    folder: Path
    key: Key
    certificate: x509.Certificate

    @classmethod
    def found(cls, folder: Path) -> Authority:
        folder.mkdir(parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        made = cls(folder=folder, key=key, certificate=_certificate("test authority", key, None, None))
        made.pem.write_bytes(_pem(made.certificate))
        return made

    @property
    def pem(self) -> Path:
        return self.folder / "ca.pem"

    def server(self) -> Path:
        """PEM of a server at 127.0.0.1: its key (PKCS 8) and its certificate."""
        key = ec.generate_private_key(ec.SECP256R1())
        path = self.folder / "server.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + _pem(_certificate("127.0.0.1", key, self.certificate, self.key))
        )
        path.chmod(0o600)
        return path


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _certificate(
    name: str, key: Key, issuer: x509.Certificate | None, issuer_key: Key | None
) -> x509.Certificate:
    """Signed by the issuer; by itself, and an authority, where there is none."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key((issuer_key or key).public_key()),
            critical=False,
        )
    )
    if issuer is not None:
        address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        builder = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False)
    return builder.sign(issuer_key or key, hashes.SHA256())

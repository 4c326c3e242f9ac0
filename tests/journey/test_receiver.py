"""The receiver of the other tests is held to what it says of forgeries."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from tests.eventually import eventually
from tests.journey.receiver import SECRET, Receiver, listening
from triage.notifiers.webhook import signature


def _post(address: str, body: bytes, *, sent: int, key: str) -> bytes:
    """What comes back when the first so many bytes of the body are sent and the sender is gone."""
    place = urlsplit(address)
    head = (
        f"POST {place.path} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Length: {len(body)}\r\n"
        f"Huiying-Id: n1\r\nHuiying-Timestamp: 1\r\nHuiying-Signature: {signature(key.encode(), '1', body)}\r\n\r\n"
    )
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=5) as line:
        line.sendall(head.encode() + body[:sent])
        line.shutdown(socket.SHUT_WR)
        return line.recv(1024)


def test_a_sender_killed_in_mid_sentence_forged_nothing_and_delivered_nothing() -> None:
    receiver, body = Receiver(), b'{"id": "n1"}'
    with listening(receiver) as address:
        assert _post(address, body, sent=5, key=SECRET) == b""
        assert _post(address, body, sent=0, key=SECRET) == b""
        assert (receiver.forged, receiver.accepted) == (0, {})
        assert b" 200 " in _post(address, body, sent=len(body), key=SECRET)
        assert b" 403 " in _post(address, body, sent=len(body), key="another key")
        eventually(lambda: receiver.forged + sum(receiver.accepted.values()) == 2)
        assert (receiver.forged, receiver.accepted) == (1, {"n1": 1})

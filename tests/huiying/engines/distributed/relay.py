"""A relay before a real broker that can fall behind, as one of several brokers does: for a while it says what it said before."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

METADATA, CREATE_TOPICS = 3, 19
HOST = b"127.0.0.1"


@dataclass
class Relay:
    """``made``: called before word of a new topic goes back. From then on the first who asks for what topics there are is
    told how it is, and of those who ask the same again the next ``behind`` hear what the relay had said before.
    """

    port: int
    """Of the broker."""
    behind: int
    made: Callable[[], None]
    stale: int = 0
    """How often it has told what was no longer so."""
    _listening: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    _said: dict[bytes, bytes] = field(default_factory=dict)
    """Question about topics, without its number → what was answered first, without its number."""
    _fresh: set[bytes] = field(default_factory=set)
    """Questions that have been answered since the topic was made."""
    _after: bool = False

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._listening.getsockname()[1]}"

    @contextmanager
    def running(self) -> Iterator[None]:
        door = threading.Thread(target=self._accept)
        door.start()
        try:
            yield
        finally:
            self._listening.shutdown(socket.SHUT_RDWR)
            door.join()
            self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with (
            suppress(OSError, EOFError),
            client,
            socket.create_connection(("127.0.0.1", self.port)) as broker,
        ):
            while True:
                asked = _read(client)
                client.sendall(_framed(asked[4:8] + self._answer(asked, broker)))

    def _answer(self, asked: bytes, broker: socket.socket) -> bytes:
        """To one question: what kind, in which version, its number, who asks, what."""
        kind, question = int.from_bytes(asked[:2]), asked[:4] + asked[8:]
        if kind == METADATA and self._after and question in self._said:
            if question in self._fresh and self.stale < self.behind:
                self.stale += 1
                return self._said[question]
            self._fresh.add(question)
        broker.sendall(_framed(asked))
        answer = _read(broker)[4:].replace(HOST + self.port.to_bytes(4), HOST + self._own_port())
        if kind == METADATA:
            self._said.setdefault(question, answer)
        if kind == CREATE_TOPICS:
            self.made()
            self._after = True
        return answer

    def _own_port(self) -> bytes:
        """The broker's own address in an answer would lead past the relay."""
        return int(self._listening.getsockname()[1]).to_bytes(4)


def _framed(message: bytes) -> bytes:
    return len(message).to_bytes(4) + message


def _read(line: socket.socket) -> bytes:
    return _exactly(line, int.from_bytes(_exactly(line, 4)))


def _exactly(line: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        if not (piece := line.recv(size - len(found))):
            raise EOFError
        found += piece
    return found

"""How Kafka is reached, with log-in and TLS where they are set, and what its faults mean to the caller."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from queue import Empty, Queue
from typing import Any, TypeVar, cast

from kafka.errors import (
    AuthorizationError,
    KafkaError,
    KafkaTimeoutError,
    SaslAuthenticationFailedError,
    UnsupportedSaslMechanismError,
)
from kafka.net.compat import KafkaNetClient

from huiying import logs
from huiying.errors import HuiyingError, Misconfigured, TryAgain
from huiying.settings import Settings

C = TypeVar("C")

_log = logs.get("kafka")

FIRST_SECONDS = 5.0
"""How long a client tries at first to be let in."""
ANSWER_SECONDS = 5.0
"""How long a broker may take to answer whoever looks why it was not."""
KNOCK_SECONDS = 1.0
"""How long it may take where one looks only so that a person need not wait."""
REQUEST_SECONDS = 10.0
RECONNECT_SECONDS = 1.0
"""Longest pause between attempts to reach a broker that has gone: the client's own default is half a minute."""
WITHOUT_END_SECONDS = 15.0
"""How long the client is believed to be still waiting for an answer. Longer than any limit of its own."""
CLOSE_SECONDS = 3.0
LARGEST = 16 << 20
"""Bytes of the largest record."""

REFUSED = "Kafka 不接受登录：请检查 HUIYING_KAFKA_USERNAME 和 HUIYING_KAFKA_PASSWORD（SCRAM-SHA-512）。"


@dataclass(frozen=True, kw_only=True)
class Connection:
    """Where the brokers are and who we are to them."""

    servers: tuple[str, ...]
    username: str = ""
    password: str = field(default="", repr=False)
    tls: ssl.SSLContext | None = field(default=None, repr=False)

    @classmethod
    def of(cls, settings: Settings) -> Connection:
        """Raises Misconfigured where the settings contradict themselves."""
        if settings.kafka_username and not settings.kafka_password.get_secret_value():
            raise Misconfigured("设置了 HUIYING_KAFKA_USERNAME，但没有设置 HUIYING_KAFKA_PASSWORD")
        return cls(
            servers=_servers(settings.kafka),
            username=settings.kafka_username,
            password=settings.kafka_password.get_secret_value(),
            tls=_tls(settings),
        )

    @property
    def options(self) -> Mapping[str, Any]:
        """What every client of kafka-python is given."""
        chosen: dict[str, Any] = {
            "bootstrap_servers": list(self.servers),
            "bootstrap_timeout_ms": int(FIRST_SECONDS * 1000),
            "request_timeout_ms": int(REQUEST_SECONDS * 1000),
            "reconnect_backoff_max_ms": int(RECONNECT_SECONDS * 1000),
            "security_protocol": "PLAINTEXT" if self.tls is None else "SSL",
        }
        if self.tls is not None:
            chosen["ssl_context"] = self.tls
        if self.username:
            chosen |= {
                "security_protocol": "SASL_SSL",
                "sasl_mechanism": "SCRAM-SHA-512",
                "sasl_plain_username": self.username,
                "sasl_plain_password": self.password,
            }
        return chosen

    def client(self, make: Callable[..., C], **options: Any) -> C:
        """A client of kafka-python.  One that cannot be built leaves no thread and no socket behind."""
        made: list[Any] = []

        def net_client(**settings: Any) -> Any:
            made.append(KafkaNetClient(**settings))
            return made[-1]

        try:
            return bounded(lambda: make(**self.options, kafka_client=net_client, **options))
        except BaseException:
            for half in made:
                close(half)
            raise

    def distrusted(self) -> bool:
        """Whether no broker's TLS will do, which no waiting changes: the client would try until its time is up."""
        if self.tls is None:
            return False
        for server in self.servers:
            try:
                self._knock(server, KNOCK_SECONDS)
            except ssl.SSLError:
                continue
            except OSError:
                return False
            return False
        return True

    def refusal(self) -> Misconfigured:
        """Why no broker lets us in, as far as one can see from here."""
        there = "、".join(self.servers)
        for server in self.servers:
            try:
                self._knock(server, ANSWER_SECONDS)
            except ssl.SSLCertVerificationError as error:
                return Misconfigured(
                    f"Kafka（{server}）的证书不能信任：{error.verify_message}。"
                    "请检查 HUIYING_KAFKA_CA，以及证书上的主机名是否与 HUIYING_KAFKA 一致。"
                )
            except (ssl.SSLError, ConnectionResetError):
                return Misconfigured(
                    f"Kafka（{server}）不使用 TLS。请检查 HUIYING_KAFKA 的端口，或去掉 HUIYING_KAFKA_CA 和 HUIYING_KAFKA_USERNAME。"
                )
            except OSError:
                continue
            if self.username:
                # The client tries a refused log-in again until its time is up, and then tells only of the time.
                return Misconfigured(REFUSED)
            return Misconfigured(
                f"{server} 接受连接，但不像是可以这样使用的 Kafka。请检查 HUIYING_KAFKA 的端口；"
                "如果它要求登录或 TLS，请设置 HUIYING_KAFKA_USERNAME、HUIYING_KAFKA_PASSWORD 和 HUIYING_KAFKA_CA。"
            )
        return Misconfigured(
            f"Kafka（{there}）没有应答。请检查 HUIYING_KAFKA 和网络，或先启动它（开发环境：make services）。"
        )

    def _knock(self, server: str, seconds: float) -> None:
        """Raises OSError; ssl.SSLError among them."""
        host, _, port = server.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=seconds) as plain:
            if self.tls is not None:
                self.tls.wrap_socket(plain, server_hostname=host).close()


def bounded(ask: Callable[[], C], *, seconds: float = WITHOUT_END_SECONDS) -> C:
    """What it returns or raises.  Raises KafkaTimeoutError where it does neither.

    The client waits for some answers without end when a broker dies or freezes at the wrong moment, while it is being
    reached for the first time above all.
    """
    came: Queue[tuple[C | None, BaseException | None]] = Queue()

    def run() -> None:
        try:
            came.put((ask(), None))
        except BaseException as error:
            came.put((None, error))

    threading.Thread(target=run, name="kafka-asks", daemon=True).start()
    try:
        answer, error = came.get(timeout=seconds)
    except Empty:
        raise KafkaTimeoutError(f"no answer within {seconds:.0f} s") from None
    if error is not None:
        raise error
    return cast(C, answer)


def close(client: Any) -> None:
    """Whatever state it is in. Waits a little, and not for ever."""
    with contextlib.suppress(Exception):
        bounded(client.close, seconds=CLOSE_SECONDS)


def translate(error: Exception, doing: str) -> HuiyingError:
    """What a fault of Kafka means: a person mends log-in and rights, everything else passes."""
    if isinstance(error, HuiyingError):
        return error
    if isinstance(error, (SaslAuthenticationFailedError, UnsupportedSaslMechanismError)):
        return Misconfigured(REFUSED)
    if isinstance(error, AuthorizationError):
        return Misconfigured(f"Kafka 上的权限不够（{doing}，{type(error).__name__}）：请由管理员授权。")
    if not isinstance(error, (KafkaError, OSError)):
        # The client is young: what it did not foresee must not end a worker either.
        _log.warning("surprise", doing=doing, error=repr(error), exc_info=error)
    return TryAgain(f"Kafka：{doing}没有成功（{type(error).__name__}），稍后自动重试")


@contextlib.contextmanager
def trouble(doing: str) -> Iterator[None]:
    """Tells the caller what to do about whatever goes wrong inside."""
    try:
        yield
    except Exception as error:
        told = translate(error, doing)
        if told is error:
            raise
        raise told from error


def _servers(text: str) -> tuple[str, ...]:
    servers = tuple(part.strip() for part in text.split(",") if part.strip())
    for server in servers:
        host, _, port = server.rpartition(":")
        if not host or not port.isdigit():
            raise Misconfigured(f"环境变量 HUIYING_KAFKA：“{server}”要写成“主机:端口”，多个用英文逗号隔开。")
    if not servers:
        raise Misconfigured("环境变量 HUIYING_KAFKA：没有写任何地址。")
    return servers


def _tls(settings: Settings) -> ssl.SSLContext | None:
    """A password is never sent without TLS."""
    if settings.kafka_ca is None:
        return ssl.create_default_context() if settings.kafka_username else None
    try:
        return ssl.create_default_context(cafile=str(settings.kafka_ca))
    except (OSError, ssl.SSLError) as error:
        raise Misconfigured(
            f"环境变量 HUIYING_KAFKA_CA：{settings.kafka_ca} 不是可读的 PEM 证书文件。"
        ) from error

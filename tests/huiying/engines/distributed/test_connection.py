"""Reaching Kafka: over TLS with a log-in, and one clear line about whatever keeps us out."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from kafka.errors import KafkaTimeoutError

from huiying.engines import examine, open_stream
from huiying.engines.distributed import connection as reaching
from huiying.engines.distributed.connection import Connection, bounded
from huiying.errors import Misconfigured
from huiying.finding import Severity
from huiying.settings import Settings, load
from huiying.topics import CASE_EVENTS, POSTS
from services import kafka
from services.common import free_port, wait_until
from tests import cluster
from tests.certificates import Authority
from tests.refusals import refused

USER, PASSWORD = "office", "correct horse"
SOON = timedelta(seconds=10)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.found(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def secured(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[kafka.Broker]:
    """A broker of the test's own that asks for a password, over TLS only."""
    cluster.need("kafka")
    kafka.fetch()
    security = kafka.Security(username=USER, password=PASSWORD, keystore=authority.server())
    broker = kafka.Broker.anywhere(tmp_path_factory.mktemp("secured"), security)
    broker.start()
    try:
        assert wait_until(broker.ready, within=120), broker.process.last_words()
        yield broker
    finally:
        broker.stop()


@pytest.fixture
def entrusted(secured: kafka.Broker, authority: Authority, tmp_path: Path) -> Settings:
    """Settings that fit."""
    return load(
        data=tmp_path,
        engine="distributed",
        kafka=secured.address,
        kafka_username=USER,
        kafka_password=PASSWORD,
        kafka_ca=authority.pem,
    )


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The broker without a password, under a name of our own."""
    cluster.need("kafka")
    for name, value in cluster.environment().items():
        monkeypatch.setenv(name, value)
    chosen = load(data=tmp_path, engine="distributed")
    yield chosen
    cluster.sweep(chosen)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """For whoever is not let in however long he tries."""
    monkeypatch.setattr(reaching, "FIRST_SECONDS", 0.5)


def changed(settings: Settings, **fields: object) -> Settings:
    return load(**{**settings.model_dump(), **fields})


def refusal(settings: Settings) -> str:
    """What a person is told; on one line, soon, and without the password."""
    started = time.monotonic()
    with pytest.raises(Misconfigured) as fault:
        open_stream(settings).close()
    assert time.monotonic() - started < 30
    told = str(fault.value)
    assert "\n" not in told and PASSWORD not in told
    return told


def test_everything_works_with_a_password_over_tls(entrusted: Settings) -> None:
    stream = open_stream(entrusted)
    try:
        stream.publish(POSTS.name, [(f"key-{n % 5}", b"%d" % n) for n in range(50)])
        member = stream.subscribe(POSTS.name, group="nlp")
        seen: list[int] = []
        while len(seen) < 50 and (batch := member.poll(limit=20, wait=SOON)).records:
            seen += [int(record.value) for record in batch.records]
            member.commit(batch)
        assert sorted(seen) == list(range(50))
        assert member.lag() == 0
        member.close()
        assert len(list(stream.scan(POSTS.name))) == 50
        stream.publish(CASE_EVENTS.name, [("case", b"event")])
        tail = stream.tail(CASE_EVENTS.name, after=None)
        assert [record.value for record in tail.poll(limit=5, wait=SOON)] == [b"event"]
        tail.close()
    finally:
        stream.close()


@pytest.mark.usefixtures("hasty")
def test_a_wrong_password_is_named(entrusted: Settings) -> None:
    for wrong in ({"kafka_password": "guessed"}, {"kafka_username": "nobody"}):
        told = refusal(changed(entrusted, **wrong))
        assert "不接受登录" in told and "HUIYING_KAFKA_PASSWORD" in told and "guessed" not in told


def test_a_user_without_a_password_is_named(entrusted: Settings) -> None:
    assert "HUIYING_KAFKA_PASSWORD" in refusal(changed(entrusted, kafka_password=""))


def test_a_certificate_of_another_authority_is_not_trusted(
    entrusted: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And that is said without trying until the time is up, where every broker has one."""
    stranger = Authority.found(tmp_path / "stranger")
    distrusting = Connection.of(changed(entrusted, kafka_ca=stranger.pem))
    assert distrusting.distrusted() and not Connection.of(entrusted).distrusted()
    assert not replace(distrusting, servers=(*distrusting.servers, f"127.0.0.1:{free_port()}")).distrusted()
    monkeypatch.setattr(Connection, "client", None)
    assert "HUIYING_KAFKA_CA" in refusal(changed(entrusted, kafka_ca=stranger.pem))


def test_a_certificate_for_another_host_is_not_trusted(entrusted: Settings, secured: kafka.Broker) -> None:
    told = refusal(changed(entrusted, kafka=f"localhost:{secured.port}"))
    assert "证书" in told and "主机名" in told


def test_a_file_that_is_no_certificate_is_named(entrusted: Settings, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    assert "HUIYING_KAFKA_CA" in refusal(changed(entrusted, kafka_ca=tmp_path / "ca.pem"))
    assert "HUIYING_KAFKA_CA" in refusal(changed(entrusted, kafka_ca=tmp_path / "nowhere.pem"))


@pytest.mark.usefixtures("hasty")
def test_a_broker_that_wants_tls_is_not_spoken_to_without(entrusted: Settings) -> None:
    bare = changed(entrusted, kafka_username="", kafka_password="", kafka_ca=None)
    told = refusal(bare)
    assert "接受连接" in told and "HUIYING_KAFKA_CA" in told


def test_a_broker_without_tls_gets_no_password(entrusted: Settings, plain: Settings) -> None:
    assert "不使用 TLS" in refusal(changed(entrusted, kafka=plain.kafka))


@pytest.mark.usefixtures("hasty")
def test_where_nobody_answers_it_says_so(tmp_path: Path) -> None:
    told = refusal(load(data=tmp_path, engine="distributed", kafka=f"127.0.0.1:{free_port()}"))
    assert "没有应答" in told and "HUIYING_KAFKA" in told


@pytest.mark.parametrize("address", ["kafka", "kafka:", ":9092", "kafka:nine", ","])
def test_an_address_that_is_none_is_named(tmp_path: Path, address: str) -> None:
    assert "HUIYING_KAFKA" in refusal(load(data=tmp_path, engine="distributed", kafka=address))


def test_one_broker_of_several_that_answers_is_enough(plain: Settings) -> None:
    both = changed(plain, kafka=f"127.0.0.1:{free_port()},{plain.kafka}")
    stream = open_stream(both)
    stream.publish(CASE_EVENTS.name, [("case", b"event")])
    assert stream.end(CASE_EVENTS.name) == 0
    stream.close()


def test_a_topic_in_one_order_with_several_partitions_is_named_with_the_remedy(plain: Settings) -> None:
    name = f"{plain.namespace}.case-events"
    with closing(Connection.of(plain).client(KafkaAdminClient)) as admin:
        admin.create_topics({name: {"num_partitions": 3}}, wait_for_metadata=True)
    assert f"--delete --topic {name}" in refusal(plain)


def test_a_topic_with_too_few_partitions_is_named_with_the_remedy(plain: Settings) -> None:
    name = f"{plain.namespace}.{POSTS.name}"
    with closing(Connection.of(plain).client(KafkaAdminClient)) as admin:
        admin.create_topics({name: {"num_partitions": 3}}, wait_for_metadata=True)
    assert f"--topic {name} --partitions 8" in refusal(plain)
    for command in (("account",), ("run", "--stages", "nlp"), ("dead", "list")):
        assert f"--topic {name} --partitions 8" in refused(plain, *command)


def test_a_command_ends_with_one_line_and_code_two(
    entrusted: Settings, secured: kafka.Broker, tmp_path: Path
) -> None:
    stranger = Authority.found(tmp_path / "stranger")
    for changes, said in (
        ({"kafka": f"127.0.0.1:{free_port()}"}, "没有应答"),
        ({"kafka_password": "guessed"}, "不接受登录"),
        ({"kafka_ca": stranger.pem}, "证书不能信任"),
        ({"kafka": f"localhost:{secured.port}"}, "主机名"),
    ):
        told = refused(changed(entrusted, **changes), "account")
        assert said in told and PASSWORD not in told


def test_who_takes_connections_and_never_answers_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        told = refused(load(data=tmp_path, engine="distributed", kafka=address), "account")
    assert address in told and "HUIYING_KAFKA" in told


def test_what_never_comes_back_is_not_waited_for() -> None:
    never = threading.Event()
    with pytest.raises(KafkaTimeoutError):
        bounded(never.wait, seconds=0.1)
    assert bounded(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        bounded(lambda: 1 // 0)
    never.set()


@pytest.mark.usefixtures("hasty")
def test_a_check_names_a_wrong_password_as_a_setting(entrusted: Settings) -> None:
    wrong = changed(entrusted, kafka_password="wrong")
    (finding, *_) = examine(wrong)
    assert (finding.name, finding.severity) == ("kafka", Severity.MISCONFIGURED)
    assert "HUIYING_KAFKA_PASSWORD" in finding.says and "wrong" not in finding.says

"""What Prometheus reads from the web, on every engine: the right figures, whoever is away, and nothing of anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from starlette.testclient import TestClient

from huiying.clock import ManualClock
from huiying.heart import Heart
from huiying.ports import Engine
from huiying.settings import Settings
from huiying.topics import POSTS
from response_api import looks
from response_api.app import create_app
from tests.factories import NOW, a_case, a_clock, a_post
from tests.response_api import office
from tests.response_api.conftest import PASSWORDS


@pytest.fixture(autouse=True)
def never_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(looks, "SHARE", 0)


@pytest.fixture
def prometheus(app: FastAPI) -> Iterator[TestClient]:
    """A program on this machine."""
    with TestClient(app, client=("127.0.0.1", 5000)) as client:
        yield client


def samples(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_stores_figures_are_the_right_ones(prometheus: TestClient, engine: Engine) -> None:
    cases = office.seed(engine, NOW)
    engine.stream.publish(POSTS.name, [POSTS.encode(a_post()) for _ in range(5)])
    Heart(engine=engine, clock=ManualClock(NOW), rounds=lambda: {"nlp": NOW}).beat(NOW)
    got = samples(prometheus.get("/metrics").text)
    assert got["huiying_up", ("stream",)] == got["huiying_up", ("stores",)] == 1
    assert got["huiying_lag_records", ("nlp", "posts")] == 5
    assert got["huiying_stream_records_total", ("posts",)] == 5
    assert sum(n for (name, _), n in got.items() if name == "huiying_cases") == len(cases)
    running = sum(clock.state == "running" for case in cases for clock in case.clocks)
    assert sum(n for (name, _), n in got.items() if name == "huiying_clocks") == running
    assert got["huiying_sources", ("ok",)] > 0
    assert got["huiying_loop_seen_seconds", ("nlp",)] == 0
    assert got["huiying_processes", ()] == 1


def test_a_service_that_is_away_is_a_zero_and_no_error(prometheus: TestClient, engine: Engine) -> None:
    assert samples(prometheus.get("/metrics").text)["huiying_up", ("stream",)] == 1
    engine.stream.close()
    answer = prometheus.get("/metrics")
    got = samples(answer.text)
    assert answer.status_code == 200
    assert (got["huiying_up", ("stream",)], got["huiying_up", ("stores",)]) == (0, 1)
    assert not any(name == "huiying_lag_records" for name, _ in got), "old figures would lie"
    ready = prometheus.get("/readyz")
    assert (ready.status_code, ready.json()) == (503, {"ready": False, "stream": False, "stores": True})
    assert prometheus.get("/livez").status_code == 200


def test_it_is_for_this_machine_or_for_whoever_has_the_token(
    app: FastAPI, engine: Engine, settings: Settings, clock: ManualClock
) -> None:
    guarded = create_app(
        engine=engine,
        settings=settings.model_copy(update={"metrics_token": SecretStr("s3cret")}),
        clock=clock,
        key=b"k" * 32,
        policy=office.names(),
        sources=lambda: office.sources(clock.now()),
        disclosure=office.disclosure(),
    )
    bearer = {"authorization": "Bearer s3cret"}
    here, there = ("127.0.0.1", 1), ("10.0.0.7", 1)
    asked = {
        (which, peer[0], told): TestClient(one, client=peer)
        .get("/metrics", headers=bearer if told else {})
        .status_code
        for which, one in (("open", app), ("guarded", guarded))
        for peer in (here, there)
        for told in (False, True)
    }
    assert {key for key, status in asked.items() if status == 200} == {
        ("open", "127.0.0.1", False),
        ("open", "127.0.0.1", True),
        ("guarded", "127.0.0.1", True),
        ("guarded", "10.0.0.7", True),
    }
    assert set(asked.values()) == {200, 404}
    assert TestClient(app, client=here).get("/metrics", headers={"forwarded": "for=1"}).status_code == 404


def test_requests_are_counted_by_route_and_never_by_address(prometheus: TestClient, engine: Engine) -> None:
    case = office.seed(engine, NOW)[0]
    for path in (f"/cases/{case.id}", f"/public/cases/{case.id}", "/nowhere/at-all", "/static/huiying.css"):
        prometheus.get(path)
    prometheus.request("BREW", "/")
    text = prometheus.get("/metrics").text
    routes = {labels[1] for (name, labels) in samples(text) if name == "huiying_http_requests_total"}
    assert {"/cases/{case_id}", "/public/cases/{case_id}", "(none)", "/static"} <= routes
    assert 'method="(other)"' in text and "BREW" not in text


def test_nothing_of_a_person_or_a_case_is_in_it(prometheus: TestClient, engine: Engine) -> None:
    cases = office.seed(engine, NOW)
    prometheus.post("/login", data={"login": "duty", "password": next(iter(PASSWORDS.values()))})
    text = prometheus.get("/metrics").text
    told = [word for case in cases for word in (case.id, case.title, case.opened_by.id)]
    assert [word for word in told if word in text] == []
    assert not re.search(r'="(duty|monitor|henan|zhengzhou)"', text)


def test_it_does_not_grow_with_the_cases(prometheus: TestClient, engine: Engine) -> None:
    def lines() -> int:
        text: str = prometheus.get("/metrics").text
        return text.count("\n")

    lines()  # tells of this question only when it is asked again
    before = lines()
    engine.cases.save([a_case(clocks=(a_clock(),)) for _ in range(200)])
    assert lines() - before < 50

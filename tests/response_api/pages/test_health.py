"""The watchdog's page: figures alone, right ones, at once."""

import time
from itertools import repeat

from starlette.testclient import TestClient

from huiying.ports import Engine
from huiying.topics import POSTS
from tests.factories import NOW, a_post
from tests.quick import within
from tests.response_api import office


def test_the_figures_add_up_without_an_account(stranger: TestClient, engine: Engine) -> None:
    cases = office.seed(engine, NOW)
    engine.stream.publish(POSTS.name, [POSTS.encode(a_post()) for _ in range(5)])
    told = stranger.get("/healthz").json()
    archived = sum(engine.archive.tally().values())
    assert told == {
        "posts": archived + 5,
        "cases": len(cases),
        "open_clocks": sum(clock.state == "running" for case in cases for clock in case.clocks),
        "lag": 5,
    }


def test_it_answers_at_once(stranger: TestClient, engine: Engine) -> None:
    office.seed(engine, NOW)
    stranger.get("/healthz")
    assert within(0.05, repeat(lambda: stranger.get("/healthz")), by=time.monotonic)
    assert stranger.get("/healthz").status_code == 200

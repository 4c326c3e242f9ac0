"""A fault that nobody foresaw: everybody gets a page in Chinese with the headers of the house, and the log gets the fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from starlette.testclient import TestClient

from huiying import metrics
from huiying.settings import Settings, load
from response_api.headers import HEADERS


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """What a page says of a fault hangs on no engine."""
    return load(data=tmp_path / "data", engine="embedded")


def broken() -> None:
    raise RuntimeError("a secret of the machine room")


@pytest.mark.parametrize(
    ("path", "said", "way"),
    [
        ("/public/broken", "不是您操作的问题", 'href="/public"'),
        ("/broken", "系统管理员", 'href="/"'),
        ("/live/broken", "系统出错", ""),
    ],
)
def test_whoever_meets_it_is_told_in_chinese_and_nothing_more(
    app: FastAPI, path: str, said: str, way: str
) -> None:
    app.add_api_route(path, broken)
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get(path)
    assert answer.status_code == 500
    assert said in answer.text and way in answer.text and "machine room" not in answer.text
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    labels = {"method": "GET", "route": path, "status": "500"}
    assert metrics.REGISTRY.get_sample_value("huiying_http_requests_total", labels) == 1


def test_the_log_still_gets_it(app: FastAPI) -> None:
    app.add_api_route("/broken", broken)
    with TestClient(app) as client, pytest.raises(RuntimeError, match="machine room"):
        client.get("/broken")


def test_an_answer_that_has_begun_is_cut_off_and_not_begun_anew(app: FastAPI) -> None:
    def half() -> StreamingResponse:
        def lines() -> Iterator[str]:
            yield "a beginning"
            broken()

        return StreamingResponse(lines())

    app.add_api_route("/half", half)
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/half")
    assert answer.status_code == 200 and answer.text == "a beginning"

"""来源: the catalogue as an administrator sees it, and a trial over loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from huiying import datafolder
from huiying.contracts import Role
from huiying.ports import Engine
from huiying.settings import Settings
from response_api.source_trial import Trials
from tests.huiying.test_sourcetrial import CATALOGUE
from tests.newsroom import Newsroom
from tests.response_api import office
from tests.response_api.conftest import Visitor, submit


@pytest.fixture(scope="module")
def site() -> Iterator[Newsroom]:
    with Newsroom(0) as newsroom:
        yield newsroom


def test_every_source_stands_there_with_its_ground(visitor: Visitor) -> None:
    page = visitor(Role.ADMIN).get("/sources").text
    for source in office.disclosure().catalogue().source:
        assert source.name in page
        assert source.basis in page


def test_only_what_stands_in_the_catalogue_is_tried(visitor: Visitor) -> None:
    sent = submit(visitor(Role.ADMIN), "/sources", to="/sources/http:evil/try")
    assert sent.status_code == 404
    assert "没有这个来源" in sent.text


def test_one_at_a_time(visitor: Visitor, app: FastAPI) -> None:
    trials: Trials = app.state.trials
    name = office.disclosure().catalogue().source[0].id
    with trials._one:
        sent = submit(visitor(Role.ADMIN), "/sources", to=f"/sources/{name}/try")
    assert sent.status_code == 409
    assert "另一位正在试采" in sent.text


def test_a_trial_shows_what_would_come(
    visitor: Visitor, engine: Engine, settings: Settings, site: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The web's own catalogue may be another: the command reads the data folder's."""
    datafolder.lay_out(settings)
    port = site.url.rsplit(":", 1)[1].strip("/")
    name = office.disclosure().catalogue().source[0].id
    settings.sources.write_text(
        CATALOGUE.replace("{port}", port).replace('id = "news"', f'id = "{name}"'), "utf-8"
    )
    sent = submit(visitor(Role.ADMIN), "/sources", to=f"/sources/{name}/try")
    assert sent.status_code == 200, sent.text
    tried = sent.text.partition('id="tried"')[2].partition("</section>")[0]
    assert "什么也没有收入" in tried
    assert "把握" in tried


def test_a_trial_that_gives_no_answer_is_told(visitor: Visitor, settings: Settings) -> None:
    settings.sources.parent.mkdir(parents=True, exist_ok=True)
    settings.sources.write_text("version = 1\n[[source]]\nid = 坏", "utf-8")
    name = office.disclosure().catalogue().source[0].id
    sent = submit(visitor(Role.ADMIN), "/sources", to=f"/sources/{name}/try")
    assert sent.status_code == 502
    assert "huiying sources try" in sent.text


def test_nobody_else_may_try(visitor: Visitor) -> None:
    client: TestClient = visitor(Role.DUTY)
    assert client.get("/sources").status_code == 403

"""Whoever opens the address of a form lands on the page that has it, and not before a closed door."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from huiying.contracts import Role
from huiying.ports import Engine
from tests.factories import a_case
from tests.response_api.conftest import Visitor


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/roster/leave", "/roster"),
        ("/me/password", "/me"),
        ("/cases/bulk", "/cases"),
        ("/notices/seen", "/notices"),
        ("/handover/h1", "/handover"),
        ("/posts/p1/label", "/posts/p1"),
    ],
)
def test_the_address_of_a_form_leads_to_its_page(visitor: Visitor, address: str, page: str) -> None:
    answer = visitor(Role.DUTY).get(address)
    assert (answer.status_code, answer.headers["location"]) == (303, page)


def test_a_reload_after_a_refused_act_shows_the_matter(visitor: Visitor, engine: Engine) -> None:
    case = a_case()
    engine.cases.save([case])
    answer = visitor(Role.DUTY).get(f"/cases/{case.id}/acts/raise")
    assert answer.headers["location"] == f"/cases/{case.id}"


def test_the_public_lands_on_the_public_page(stranger: TestClient) -> None:
    answer = stranger.get("/public/privacy/objections")
    assert answer.headers["location"] == "/public/privacy"


def test_what_has_no_page_of_its_own_leads_nowhere(visitor: Visitor) -> None:
    assert visitor(Role.DUTY).get("/logout").status_code == 405


def test_what_only_takes_a_look_refuses_what_is_sent_to_it(visitor: Visitor) -> None:
    assert visitor(Role.DUTY).post("/stats").status_code == 405

"""The office's web site system: it stands there only when the system says where, and which bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from huiying.contracts import StopReason, Suspension
from huiying.errors import GiveUp, Misconfigured, TryAgain
from huiying.settings import load
from tests.factories import NOW
from tests.triage.outlets.sites import SECRET, Site, listening
from tests.triage.statements import BODY, a_statement
from triage.outlets import open_outlets
from triage.outlets.page import Page
from triage.outlets.webhook import WebSite

STATEMENT = a_statement(hashlib.sha256(BODY).hexdigest())


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def outlet(site: Site) -> Iterator[WebSite]:
    with listening(site) as url:
        yield at(url)


def at(url: str, secret: str = SECRET) -> WebSite:
    return WebSite(url, secret, page=Page("http://office.invalid").address)


def test_a_statement_travels_signed_and_whole(site: Site, outlet: WebSite) -> None:
    assert outlet.publish(STATEMENT, BODY, case_id="case-1", key="statement-1") == "http://site.invalid/1"
    assert site.stood["statement-1"] == {
        "action": "show",
        "id": "statement-1",
        "case_id": "case-1",
        "kind": "answer",
        "title": "关于车位",
        "class": "difficulty",
        "publicity": "open",
        "sha256": STATEMENT.sha256,
        "text": BODY.decode(),
        "url": "http://office.invalid/public/statements/statement-1",
        "corrects": "",
    }


@pytest.mark.parametrize(
    "whim", ["hang_up", "no_url", "odd_url", "other_bytes", "no_json", "503", "408", "429"]
)
def test_an_outlet_that_takes_it_and_then_fails_is_asked_again_under_the_same_key(
    site: Site, outlet: WebSite, whim: str
) -> None:
    site.whims = [whim]
    with pytest.raises(TryAgain):
        outlet.publish(STATEMENT, BODY, case_id="case-1", key="statement-1")
    assert outlet.publish(STATEMENT, BODY, case_id="case-1", key="statement-1") == "http://site.invalid/1"
    assert site.asked == ["statement-1"] * 2
    assert len(site.stood) == 1


@pytest.mark.parametrize("whim", ["refuse", "400", "404", "302"])
def test_a_clear_no_is_final(site: Site, outlet: WebSite, whim: str) -> None:
    site.whims = [whim]
    with pytest.raises(GiveUp):
        outlet.publish(STATEMENT, BODY, case_id="case-1", key="statement-1")
    assert site.stood == {}


HELD = replace(
    STATEMENT, suspensions=(Suspension(at=NOW, by="shen", reason=StopReason.SECRECY, words="ab" * 32),)
)


def test_an_order_to_take_it_down_travels_signed_without_its_words(site: Site, outlet: WebSite) -> None:
    outlet.publish(STATEMENT, BODY, case_id="case-1", key="statement-1")
    outlet.stop(HELD, case_id="case-1", key="statement-1.2")
    assert site.stood == {} and site.forged == 0
    assert site.stopped == [
        {
            "action": "stop",
            "id": "statement-1",
            "case_id": "case-1",
            "sha256": STATEMENT.sha256,
            "reason": "secrecy",
            "at": "2026-11-23T02:00:00Z",
        }
    ]


@pytest.mark.parametrize("whim", ["hang_up", "not_stopped", "503"])
def test_an_outlet_that_does_not_say_so_has_not_taken_it_down(site: Site, outlet: WebSite, whim: str) -> None:
    site.whims = [whim]
    with pytest.raises(TryAgain):
        outlet.stop(HELD, case_id="case-1", key="statement-1.2")
    outlet.stop(HELD, case_id="case-1", key="statement-1.2")
    assert len(site.stopped) == 1


def test_nothing_is_taken_down_that_is_not_hidden(site: Site, outlet: WebSite) -> None:
    with pytest.raises(GiveUp):
        outlet.stop(STATEMENT, case_id="case-1", key="statement-1.2")
    assert site.asked == []


def test_a_correction_says_what_it_puts_right(site: Site, outlet: WebSite) -> None:
    outlet.publish(replace(STATEMENT, corrects="statement-0"), BODY, case_id="case-1", key="statement-1")
    assert site.stood["statement-1"]["corrects"] == "statement-0"


def test_a_wrong_key_is_refused_by_whoever_checks(site: Site) -> None:
    with listening(site) as url, pytest.raises(GiveUp, match="403"):
        at(url, "another").publish(STATEMENT, BODY, case_id="case-1", key="statement-1")
    assert site.forged == 1


def test_an_outlet_that_is_away_is_asked_again() -> None:
    with pytest.raises(TryAgain):
        at("http://127.0.0.1:9/").publish(STATEMENT, BODY, case_id="case-1", key="statement-1")


def test_outlets_are_opened_as_the_settings_ask() -> None:
    assert list(open_outlets(load())) == ["page"]
    assert list(open_outlets(load(outlet_url="http://127.0.0.1:1/", outlet_secret="x"))) == [
        "page",
        "webhook",
    ]


def test_an_outlet_without_a_secret_or_a_real_address_is_not_opened() -> None:
    with pytest.raises(Misconfigured, match="HUIYING_OUTLET_SECRET"):
        open_outlets(load(outlet_url="http://127.0.0.1:1/"))
    with pytest.raises(Misconfigured, match="HUIYING_OUTLET_URL"):
        at("ftp://127.0.0.1")

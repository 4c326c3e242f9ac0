"""One calendar address an account, good until it is taken back; the address itself is kept nowhere."""

from __future__ import annotations

from huiying.ports import Engine
from response_api.subscriptions import CALENDAR, Subscriptions
from tests.factories import NOW


def test_a_new_address_ends_the_old_one(engine: Engine) -> None:
    subscriptions = Subscriptions(engine.register)
    first = subscriptions.make("duty", NOW)
    assert subscriptions.login_of(first) == "duty" and subscriptions.made_at("duty") == NOW
    second = subscriptions.make("duty", NOW)
    assert subscriptions.login_of(first) is None and subscriptions.login_of(second) == "duty"
    assert subscriptions.made_at("leader") is None


def test_what_is_taken_back_opens_nothing_and_leaves_others(engine: Engine) -> None:
    subscriptions = Subscriptions(engine.register)
    mine, other = subscriptions.make("duty", NOW), subscriptions.make("leader", NOW)
    subscriptions.take_back("duty")
    assert subscriptions.login_of(mine) is None and subscriptions.login_of(other) == "leader"


def test_no_token_is_kept(engine: Engine) -> None:
    token = Subscriptions(engine.register).make("duty", NOW)
    (entry,) = engine.register.list(CALENDAR)
    assert token not in entry.id and token.encode() not in entry.value

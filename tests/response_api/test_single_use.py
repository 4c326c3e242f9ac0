"""Used once, by one browser, which may look again for half an hour."""

from __future__ import annotations

from datetime import timedelta

import pytest

from huiying.ports import Engine
from response_api.single_use import STAYS, SingleUse
from tests.factories import NOW

KEY, MARK = b"k" * 32, "mark-1"


@pytest.fixture
def once(engine: Engine) -> SingleUse:
    return SingleUse(engine.register, KEY)


def test_the_first_browser_has_it_and_no_other(once: SingleUse) -> None:
    assert once.used(MARK) is None
    use = once.use(MARK, browser="one", now=NOW)
    assert use is not None and once.used(MARK) == use
    assert once.use(MARK, browser="two", now=NOW) is None
    assert once.use("another-mark", browser="two", now=NOW) is not None


def test_pressing_twice_is_one_use_and_wins_no_time(once: SingleUse) -> None:
    first = once.use(MARK, browser="one", now=NOW)
    assert once.use(MARK, browser="one", now=NOW + STAYS - timedelta(seconds=1)) == first
    assert once.use(MARK, browser="one", now=NOW + STAYS) is None


def test_the_use_is_known_after_a_restart_and_names_no_browser(once: SingleUse, engine: Engine) -> None:
    once.use(MARK, browser="one", now=NOW)
    again = SingleUse(engine.register, KEY).used(MARK)
    assert again is not None and again.at == NOW
    assert "one" not in again.browser


def test_a_pass_lets_in_for_half_an_hour_and_to_its_own_link(once: SingleUse) -> None:
    use = once.use(MARK, browser="one", now=NOW)
    assert use is not None
    shown = once.pass_for(MARK, use)
    assert once.lets_in(shown, MARK, NOW + STAYS - timedelta(seconds=1))
    assert not once.lets_in(shown, MARK, NOW + STAYS)
    assert not once.lets_in(shown, "another-mark", NOW)
    assert not SingleUse(once.register, b"x" * 32).lets_in(shown, MARK, NOW)


@pytest.mark.parametrize(
    "forged", ["", ".", "9999999999.", "9999999999.abc", "x.y", "１２.abc", "9" * 5000, "-1.é"]
)
def test_what_was_not_given_out_lets_nobody_in(once: SingleUse, forged: str) -> None:
    assert not once.lets_in(forged, MARK, NOW)


def test_a_pass_cannot_be_made_to_last(once: SingleUse) -> None:
    use = once.use(MARK, browser="one", now=NOW)
    assert use is not None
    until, _, seal = once.pass_for(MARK, use).partition(".")
    assert not once.lets_in(f"{int(until) + 3600}.{seal}", MARK, NOW)

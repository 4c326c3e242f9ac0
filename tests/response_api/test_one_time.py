"""OneTimeLinks that work once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from huiying.ports import Engine
from response_api.one_time import FIRST, GOOD_FOR, INVITATION, REMEMBERED, SETUP, OneTimeLinks, Spent, Why
from tests.factories import NOW


@pytest.fixture
def links(engine: Engine) -> OneTimeLinks:
    return OneTimeLinks(engine.register, b"k" * 32)


def why(links: OneTimeLinks, token: str, minutes: float = 0) -> Why:
    with pytest.raises(Spent) as spent:
        links.use_invitation(token, NOW + timedelta(minutes=minutes))
    return spent.value.why


def test_an_invitation_works_once_and_for_three_days(links: OneTimeLinks) -> None:
    token, late = links.invite("one", NOW, by="admin"), links.invite("two", NOW, by="admin")
    last = NOW + GOOD_FOR - timedelta(seconds=1)
    assert links.invitation(token, last).login == "one"
    assert links.use_invitation(token, last).login == "one"
    assert why(links, token) is Why.USED
    assert why(links, late, GOOD_FOR.total_seconds() / 60) is Why.OLD
    assert why(links, "nonsense") is Why.UNKNOWN


def test_a_newer_invitation_takes_the_place_of_the_older_of_the_same_login(links: OneTimeLinks) -> None:
    old, other = links.invite("one", NOW, by="admin"), links.invite("two", NOW, by="admin")
    new = links.invite("one", NOW, by="admin")
    assert why(links, old) is Why.UNKNOWN
    assert links.use_invitation(new, NOW).login == "one"
    assert links.use_invitation(other, NOW).login == "two"


def test_who_made_an_invitation_sees_it_until_it_is_used_or_runs_out(links: OneTimeLinks) -> None:
    token = links.invite("one", NOW, by="admin")
    links.invite("two", NOW, by="second")
    assert links.still_open("admin", NOW) == {"one": (token, NOW + GOOD_FOR)}
    assert links.still_open("admin", NOW + GOOD_FOR) == {}
    newer = links.invite("one", NOW, by="admin")
    assert links.still_open("admin", NOW)["one"][0] == newer != token
    links.use_invitation(newer, NOW)
    assert links.still_open("admin", NOW) == {}


def test_a_link_hangs_on_the_key_of_the_office(links: OneTimeLinks, engine: Engine) -> None:
    token = links.invite("one", NOW, by="admin")
    ((shown, _),) = OneTimeLinks(engine.register, b"another").still_open("admin", NOW).values()
    assert shown != token and why(links, shown) is Why.UNKNOWN


def test_of_two_that_use_an_invitation_at_once_one_wins(links: OneTimeLinks) -> None:
    token = links.invite("one", NOW, by="admin")

    def use(_: int) -> bool:
        try:
            return bool(links.use_invitation(token, NOW))
        except Spent:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(16))) == 1


def test_the_store_does_not_know_the_links(links: OneTimeLinks, engine: Engine) -> None:
    tokens = (links.invite("one", NOW, by="admin"), links.open_setup())
    kept = "".join(
        entry.id + entry.value.decode()
        for kind in (INVITATION, SETUP)
        for entry in engine.register.list(kind)
    )
    assert not [token for token in tokens if token in kept]
    assert engine.register.get(SETUP, FIRST) is not None


def test_the_first_administrators_link_is_good_until_it_is_used_or_made_anew(links: OneTimeLinks) -> None:
    first, second = links.open_setup(), links.open_setup()
    with pytest.raises(Spent, match="unknown"):
        links.check_setup(first)
    links.check_setup(second)
    links.use_setup(second, NOW)
    with pytest.raises(Spent, match="used"):
        links.use_setup(second, NOW)
    links.close_setup()
    with pytest.raises(Spent, match="unknown"):
        links.check_setup(second)


def test_what_nobody_will_ask_about_is_forgotten(links: OneTimeLinks, engine: Engine) -> None:
    links.invite("one", NOW, by="admin")
    assert links.forget_old(NOW + GOOD_FOR + REMEMBERED - timedelta(seconds=1)) == 0
    assert links.forget_old(NOW + GOOD_FOR + REMEMBERED) == 1
    assert engine.register.list(INVITATION) == []

"""How often a stranger may write: counted in memory, forgotten every day, by line and not by address of it."""

from datetime import timedelta

import pytest

from response_api.limits import ABOUT_ONE_CASE, FROM_ONE_ADDRESS, MOST_KNOWN, Limits, network
from tests.factories import NOW


def test_five_an_hour_come_through_and_the_sixth_is_told_how_long_to_wait() -> None:
    limits = Limits()
    for minute in range(FROM_ONE_ADDRESS):
        assert limits.take("192.0.2.1", f"c{minute}", NOW + timedelta(minutes=minute)) is None
    assert limits.take("192.0.2.1", "c", NOW + timedelta(minutes=10)) == timedelta(minutes=50)
    assert limits.take("192.0.2.2", "c", NOW + timedelta(minutes=10)) is None
    assert limits.take("192.0.2.1", "c", NOW + timedelta(minutes=60)) is None
    assert limits.take("192.0.2.1", "c", NOW + timedelta(minutes=60)) == timedelta(minutes=1)


def test_what_is_refused_is_not_counted() -> None:
    limits = Limits()
    for _ in range(FROM_ONE_ADDRESS + 20):
        limits.take("192.0.2.1", "c", NOW)
    assert limits.take("192.0.2.1", "c", NOW + timedelta(hours=1)) is None


def test_one_matter_is_not_flooded_from_many_addresses() -> None:
    limits = Limits()
    for number in range(ABOUT_ONE_CASE):
        assert limits.take(f"192.0.2.{number}", "c", NOW) is None
    assert limits.take("198.51.100.1", "c", NOW) is not None
    assert limits.take("198.51.100.1", "other", NOW) is None


def test_the_key_changes_with_the_day_and_nothing_is_remembered_over_it() -> None:
    limits = Limits()
    limits.take("192.0.2.1", "c", NOW)
    before, key = set(limits._said), limits._key
    limits.take("192.0.2.1", "c", NOW + timedelta(hours=14))  # after midnight in Shanghai
    assert key != limits._key
    assert before.isdisjoint(limits._said)


def test_one_line_counts_once_a_day_on_one_case() -> None:
    limits = Limits()
    assert limits.first_today("192.0.2.1", "c", NOW)
    assert not limits.first_today("192.0.2.1", "c", NOW + timedelta(hours=2))
    assert limits.first_today("192.0.2.1", "other", NOW)
    assert limits.first_today("192.0.2.2", "c", NOW)
    assert limits.first_today("192.0.2.1", "c", NOW + timedelta(hours=14))  # after midnight in Shanghai


def test_what_could_not_be_kept_has_not_been_said() -> None:
    limits = Limits()
    assert limits.first_today("192.0.2.1", "c", NOW)
    limits.not_said("192.0.2.1", "c", NOW)
    assert limits.first_today("192.0.2.1", "c", NOW)


def test_no_address_stands_in_memory_as_it_is() -> None:
    limits = Limits()
    limits.take("192.0.2.1", "c", NOW)
    assert all(b"192.0.2.1" not in name and len(name) == 32 for name in limits._said)


def test_memory_is_bounded() -> None:
    limits = Limits()
    for number in range(MOST_KNOWN + 5):
        limits.take(f"line-{number}", f"c{number}", NOW)
        limits.first_today(f"line-{number}", "c", NOW)
    assert len(limits._said) == len(limits._spoken) == MOST_KNOWN


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_what_counts_as_one_line(address: str, counted: str) -> None:
    assert network(address) == counted

"""How often a stranger may write: counted in the register, forgotten every day, by line and not by address of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from huiying import backup
from huiying.ports import Engine, Entry, Register
from response_api.limits import (
    ABOUT_ONE_CASE,
    FROM_ONE_ADDRESS,
    SAID,
    SALT,
    SPOKEN,
    Limits,
    forget_old,
    network,
)
from tests.factories import NOW

KEY = b"k" * 32


@pytest.fixture
def limits(engine: Engine) -> Limits:
    return Limits(engine.register, KEY)


def kept(engine: Engine) -> set[str]:
    return {entry.id for kind in (SALT, SAID, SPOKEN) for entry in engine.register.list(kind)}


def test_five_an_hour_come_through_and_the_sixth_is_told_how_long_to_wait(limits: Limits) -> None:
    for minute in range(FROM_ONE_ADDRESS):
        assert limits.take("192.0.2.1", f"c{minute}", NOW + timedelta(minutes=minute)) is None
    assert limits.take("192.0.2.1", "c", NOW + timedelta(minutes=10)) == timedelta(minutes=50)
    assert limits.take("192.0.2.2", "c", NOW + timedelta(minutes=10)) is None
    assert limits.take("192.0.2.1", "c", NOW + timedelta(minutes=60)) is None
    assert limits.take("192.0.2.1", "c", NOW + timedelta(minutes=60)) == timedelta(minutes=1)


def test_what_is_refused_is_not_counted(limits: Limits) -> None:
    for _ in range(FROM_ONE_ADDRESS + 20):
        limits.take("192.0.2.1", "c", NOW)
    assert limits.take("192.0.2.1", "c", NOW + timedelta(hours=1)) is None


def test_one_matter_is_not_flooded_from_many_addresses(limits: Limits) -> None:
    for number in range(ABOUT_ONE_CASE):
        assert limits.take(f"192.0.2.{number}", "c", NOW) is None
    assert limits.take("198.51.100.1", "c", NOW) is not None
    assert limits.take("198.51.100.1", "other", NOW) is None


def test_the_key_changes_with_the_day_and_nothing_is_remembered_over_it(
    engine: Engine, limits: Limits
) -> None:
    limits.take("192.0.2.1", "c", NOW)
    limits.first_today("192.0.2.1", "c", NOW)
    before = kept(engine)
    (salt,) = engine.register.list(SALT)
    tomorrow = NOW + timedelta(hours=14)  # after midnight in Shanghai
    assert limits.first_today("192.0.2.1", "c", tomorrow)
    (other,) = engine.register.list(SALT)
    assert other.value != salt.value
    assert before.isdisjoint(kept(engine)) and len(kept(engine)) == 2
    assert forget_old(engine.register, tomorrow) == 0
    assert forget_old(engine.register, tomorrow + timedelta(days=1)) == 2
    assert kept(engine) == set()


def test_one_line_counts_once_a_day_on_one_case(limits: Limits) -> None:
    assert limits.first_today("192.0.2.1", "c", NOW)
    assert not limits.first_today("192.0.2.1", "c", NOW + timedelta(hours=2))
    assert limits.first_today("192.0.2.1", "other", NOW)
    assert limits.first_today("192.0.2.2", "c", NOW)
    assert limits.first_today("192.0.2.1", "c", NOW + timedelta(hours=14))  # after midnight in Shanghai


def test_what_could_not_be_kept_has_not_been_said(limits: Limits) -> None:
    assert limits.first_today("192.0.2.1", "c", NOW)
    limits.not_said("192.0.2.1", "c", NOW)
    assert limits.first_today("192.0.2.1", "c", NOW)


def test_neither_a_restart_nor_a_second_web_process_counts_anew(engine: Engine, limits: Limits) -> None:
    assert limits.first_today("192.0.2.1", "c", NOW)
    for _ in range(FROM_ONE_ADDRESS):
        assert limits.take("192.0.2.1", "c", NOW) is None
    other = Limits(engine.register, KEY)
    assert not other.first_today("192.0.2.1", "c", NOW)
    assert other.take("192.0.2.1", "c", NOW) == timedelta(hours=1)
    other.not_said("192.0.2.1", "c", NOW)
    assert limits.first_today("192.0.2.1", "c", NOW)


def test_many_at_once_get_no_more_than_is_allowed_and_one_of_them_is_the_first(engine: Engine) -> None:
    processes = [Limits(engine.register, KEY) for _ in range(8)]
    with ThreadPoolExecutor(8) as together:
        waits = list(together.map(lambda one: one.take("192.0.2.1", "c", NOW), processes))
        firsts = list(together.map(lambda one: one.first_today("192.0.2.1", "c", NOW), processes))
    assert waits.count(None) == FROM_ONE_ADDRESS
    assert firsts.count(True) == 1
    last = Limits(engine.register, KEY)
    assert all(
        last.take(f"192.0.2.{n}", "c", NOW) is None for n in range(2, 2 + ABOUT_ONE_CASE - FROM_ONE_ADDRESS)
    ), "what was refused does not count for the matter either"
    assert last.take("198.51.100.1", "c", NOW) is not None


class Midnight:
    """A register whose day ends right after its fourth look at notes: until then others have written enough about that matter."""

    def __init__(self, register: Register, case_id: str) -> None:
        self._register, self._case_id, self._looks = register, case_id, 0

    def get(self, kind: str, id: str) -> Entry | None:
        self._looks += kind == SAID
        if kind != SAID or self._looks != 4:
            return self._register.get(kind, id)
        others = Limits(self._register, KEY)
        for number in range(ABOUT_ONE_CASE):
            assert others.take(f"192.0.2.{number}", self._case_id, NOW) is None
        seen = self._register.get(kind, id)
        forget_old(self._register, NOW + timedelta(days=1))
        return seen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._register, name)


def test_a_note_that_is_taken_back_may_be_gone_with_its_day(engine: Engine) -> None:
    turning = cast(Register, Midnight(engine.register, "c"))
    assert Limits(turning, KEY).take("198.51.100.1", "c", NOW) is not None


def test_no_address_is_kept_as_it_is_and_none_can_be_found_without_the_salt_of_its_day(
    engine: Engine, limits: Limits
) -> None:
    limits.take("192.0.2.1", "c", NOW)
    limits.first_today("192.0.2.1", "c", NOW)
    assert all("192.0.2.1" not in entry.id + entry.value.decode("latin-1") for entry in engine.register.all())
    (salt,) = engine.register.list(SALT)
    engine.register.delete(SALT, salt.id)
    assert Limits(engine.register, KEY).first_today("192.0.2.1", "c", NOW), "the same line has another name"
    assert len(engine.register.list(SPOKEN)) == 2


def test_no_backup_has_any_of_it(engine: Engine, limits: Limits, tmp_path: Path) -> None:
    limits.take("192.0.2.1", "c", NOW)
    engine.register.put("account", "li", b"{}", expect=0)
    made = backup.backup(engine, tmp_path / "data", tmp_path / "copy", at=NOW, kind="embedded")
    assert made.counts["register"] == 1


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

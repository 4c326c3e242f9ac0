"""Who may come in."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from huiying.contracts import Role
from huiying.ports import Engine
from response_api.auth import (
    ACCOUNT,
    PATIENCE,
    REMEMBERED,
    SESSION,
    SESSION_HOURS,
    Accounts,
    Locked,
    WrongPassword,
    session_id,
)
from response_api.security_log import Mark
from tests.factories import NOW
from tests.response_api.conftest import QUICK


@pytest.fixture
def accounts(engine: Engine) -> Accounts:
    made = Accounts(engine.register, QUICK)
    made.create("duty", "值班长", [Role.DUTY], "right", NOW, unit="henan")
    return made


def fail(accounts: Accounts, times: int, login: str = "duty") -> None:
    for _ in range(times):
        with pytest.raises((WrongPassword, Locked)):
            accounts.sign_in(login, "wrong", NOW)


def test_a_session_ends_after_twelve_hours(accounts: Accounts) -> None:
    token = accounts.sign_in("duty", "right", NOW)
    last = NOW + timedelta(hours=SESSION_HOURS) - timedelta(seconds=1)
    person = accounts.person(token, last)
    assert person is not None
    assert person.roles == {Role.DUTY}
    assert accounts.person(token, last + timedelta(seconds=1)) is None
    assert accounts.ended_session(token, last) == ""
    assert accounts.ended_session(token, last + timedelta(seconds=1)) == "duty"
    assert accounts.ended_session("nonsense", last) == ""


def test_the_store_knows_neither_password_nor_token(accounts: Accounts, engine: Engine) -> None:
    token = accounts.sign_in("duty", "right", NOW)
    kept = b"".join(
        entry.id.encode() + entry.value for kind in (ACCOUNT, SESSION) for entry in engine.register.list(kind)
    )
    assert token.encode() not in kept
    assert b"right" not in kept
    assert b"$argon2id$" in kept


def test_a_session_can_be_revoked_and_goes_with_its_account(accounts: Accounts, engine: Engine) -> None:
    first, second = (accounts.sign_in("duty", "right", NOW) for _ in range(2))
    accounts.revoke(session_id(first), NOW, by="duty")
    assert accounts.person(first, NOW) is None
    assert accounts.person(second, NOW) is not None
    third = accounts.sign_in("duty", "right", NOW)
    engine.register.delete(ACCOUNT, "duty")
    assert accounts.person(third, NOW) is None
    assert accounts.person(second, NOW) is None


def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour_even_for_the_right_one(
    accounts: Accounts,
) -> None:
    fail(accounts, PATIENCE)
    with pytest.raises(Locked) as locked:
        accounts.sign_in("duty", "right", NOW + timedelta(minutes=14))
    assert locked.value.until == NOW + timedelta(minutes=15)
    assert accounts.sign_in("duty", "right", NOW + timedelta(minutes=15))


def test_the_count_survives_a_restart_and_a_right_password_clears_it(
    accounts: Accounts, engine: Engine
) -> None:
    fail(accounts, PATIENCE - 1)
    after_restart = Accounts(engine.register, QUICK)
    with pytest.raises(Locked):
        after_restart.sign_in("duty", "wrong", NOW)
    later = NOW + timedelta(minutes=16)
    after_restart.sign_in("duty", "right", later)
    with pytest.raises(WrongPassword) as wrong:
        after_restart.sign_in("duty", "wrong", later)
    assert wrong.value.left == PATIENCE - 1


def test_an_unknown_login_is_answered_like_a_known_one(accounts: Accounts) -> None:
    fail(accounts, PATIENCE, login="nobody")
    with pytest.raises(Locked):
        accounts.sign_in("nobody", "wrong", NOW)


def test_guesses_in_parallel_do_not_outrun_the_count(accounts: Accounts) -> None:
    def guess(_: int) -> type[Exception]:
        try:
            accounts.sign_in("duty", "wrong", NOW)
        except (WrongPassword, Locked) as refused:
            return type(refused)
        raise AssertionError

    with ThreadPoolExecutor(8) as pool:
        refusals = list(pool.map(guess, range(24)))
    assert refusals.count(WrongPassword) <= PATIENCE - 1


def test_an_ended_session_is_remembered_for_a_week(accounts: Accounts, engine: Engine) -> None:
    token = accounts.sign_in("duty", "right", NOW)
    accounts.revoke(session_id(token), NOW, by="duty")
    assert accounts.ended_sessions("duty", NOW) == (session_id(token),)
    assert accounts.forget_ended(NOW + REMEMBERED - timedelta(seconds=1)) == 0
    assert accounts.ended_session(token, NOW + timedelta(days=6)) == "duty"
    assert accounts.forget_ended(NOW + REMEMBERED) == 1
    assert accounts.ended_session(token, NOW) == ""
    assert engine.register.list(SESSION) == []


def test_the_last_use_of_a_session_is_known_to_a_few_minutes(accounts: Accounts) -> None:
    token = accounts.sign_in("duty", "right", NOW)
    for minutes in (1, 6, 8):
        accounts.person(token, NOW + timedelta(minutes=minutes))
    (sitting,) = accounts.sittings("duty", NOW + timedelta(minutes=9))
    assert (sitting.started_at, sitting.used_at) == (NOW, NOW + timedelta(minutes=6))
    accounts.holder(session_id(token), NOW + timedelta(hours=1))
    assert accounts.sittings("duty", NOW + timedelta(hours=1)) == (sitting,), "to be looked at is no use"


def test_a_new_password_ends_the_other_sessions_and_a_wrong_old_one_counts(accounts: Accounts) -> None:
    here, there = (accounts.sign_in("duty", "right", NOW) for _ in range(2))
    person = accounts.person(here, NOW)
    assert person is not None
    with pytest.raises(WrongPassword) as wrong:
        accounts.change_password(person, "wrong", "a new password", NOW)
    assert wrong.value.left == PATIENCE - 1
    accounts.change_password(person, "right", "a new password", NOW)
    assert accounts.person(here, NOW) is not None
    assert accounts.person(there, NOW) is None
    assert accounts.sign_in("duty", "a new password", NOW)
    fail(accounts, 1)


def test_coming_in_and_failing_to_is_written_down_and_what_was_typed_is_not(accounts: Accounts) -> None:
    accounts.sign_in("duty", "right", NOW)
    fail(accounts, PATIENCE + 3)
    fail(accounts, 2, login="my-password-by-mistake")
    lines = accounts.log.page(limit=100).lines
    counted = Counter(line.mark for line in lines)
    assert counted[Mark.SIGNED_IN] == 1
    assert counted[Mark.WRONG_PASSWORD] == PATIENCE, "four of duty's, and one line for whoever nobody is"
    assert counted[Mark.LOCKED] == 1
    assert "mistake" not in repr(lines)
    assert [line.count for line in lines if not line.login] == [2]


def test_people_are_called_by_name_and_a_login_that_is_gone_stands_as_it_is(accounts: Accounts) -> None:
    accounts.create("wang", "王敏", [Role.DUTY], "correct-horse", NOW, unit="henan")
    named = accounts.names()
    assert [named(login) for login in ("wang", "gone", "", "../x")] == ["王敏", "gone", "", "../x"]

"""Who may come in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from huiying.contracts import Role
from huiying.ports import Engine
from response_api.auth import (
    ACCOUNT,
    PATIENCE,
    SESSION,
    SESSION_HOURS,
    Accounts,
    Locked,
    WrongPassword,
    ensure_demo_accounts,
    session_id,
)
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
    accounts.revoke(session_id(first))
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


def test_demo_accounts_are_made_once_each_with_a_password_of_its_own(engine: Engine) -> None:
    made = ensure_demo_accounts(engine.register, NOW, hasher=QUICK)
    assert {role for _, _, role in made} == set(Role)
    assert len({password for _, password, _ in made}) == len(made)
    assert ensure_demo_accounts(engine.register, NOW) == ()
    login, password, _ = made[0]
    assert Accounts(engine.register).sign_in(login, password, NOW)

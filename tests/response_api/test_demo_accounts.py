from __future__ import annotations

from huiying.contracts import Role
from huiying.ports import Engine
from response_api.auth import Accounts
from response_api.demo_accounts import ensure_demo_accounts
from tests.factories import NOW
from tests.response_api.conftest import QUICK


def test_demo_accounts_are_made_once_each_with_a_password_of_its_own(engine: Engine) -> None:
    made = ensure_demo_accounts(engine.register, NOW, hasher=QUICK)
    assert {role for _, _, role in made} == set(Role)
    assert len({password for _, password, _ in made}) == len(made)
    assert ensure_demo_accounts(engine.register, NOW) == ()
    login, password, _ = made[0]
    assert Accounts(engine.register).sign_in(login, password, NOW)

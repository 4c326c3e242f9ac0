"""统一身份认证: sign-in by an identity provider over real HTTP, and everything that it or a browser may say wrongly."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from joserfc.jwk import RSAKey
from oidc_provider_mock import User, run_server_in_thread
from pydantic import SecretStr
from starlette.testclient import TestClient

from huiying.check import sign_in
from huiying.clock import ManualClock
from huiying.contracts import Role
from huiying.errors import Misconfigured
from huiying.finding import Severity
from huiying.ports import Engine
from huiying.settings import Settings, load
from response_api import auth
from response_api.guard import SESSION_COOKIE
from response_api.security_log import Mark
from response_api.sso import COOKIE, provider_of
from tests.factories import NOW
from tests.response_api.conftest import QUICK
from tests.response_api.provider import CLIENT, SECRET, Provider, provider
from triage.reach import ReachBook

BASE = "http://testserver"


@pytest.fixture
def there() -> Iterator[Provider]:
    with provider() as made:
        yield made


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    if "there" not in request.fixturenames:
        return settings
    made: Provider = request.getfixturevalue("there")
    return settings.model_copy(
        update={
            "oidc_issuer": made.address,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SecretStr(SECRET),
            "base_url": BASE,
        }
    )


def sent_out(browser: TestClient, next: str = "/") -> str:
    answer = browser.get("/login/sso", params={"next": next})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def came_back(browser: TestClient, there: Provider, next: str = "/") -> httpx.Response:
    answer: httpx.Response = browser.get(f"/login/sso/back?{there.authorize(sent_out(browser, next))}")
    return answer


def test_whom_the_provider_vouches_for_comes_in_as_the_account_of_that_name(
    stranger: TestClient, engine: Engine, there: Provider
) -> None:
    assert "用统一身份认证登录" in stranger.get("/login").text
    done = came_back(stranger, there, next="/inbox")
    assert (done.status_code, done.headers["location"]) == (303, "/inbox")
    assert "待办" in stranger.get("/inbox").text
    assert (
        there.asked["redirect_uri"] == f"{BASE}/login/sso/back" and there.asked["scope"] == "openid profile"
    )
    line = auth.Accounts(engine.register).log.page(mark=Mark.SIGNED_IN, limit=1).lines[0]
    assert (line.login, line.note) == ("duty", "统一身份认证")


def test_it_works_with_a_provider_that_somebody_else_wrote(
    stranger: TestClient, app: FastAPI, settings: Settings
) -> None:
    users = [User(sub="4711", claims={"preferred_username": "ＤＵＴＹ"})]
    with run_server_in_thread(user_claims=users) as server:
        issuer = f"http://localhost:{server.server_port}"
        chosen = settings.model_copy(
            update={
                "oidc_issuer": issuer,
                "oidc_client_id": "any",
                "oidc_client_secret": SecretStr("any"),
                "base_url": BASE,
            }
        )
        object.__setattr__(app.state.house, "provider", provider_of(chosen, b"k" * 32))
        way = sent_out(stranger)
        assert way.startswith(issuer)
        back = httpx.post(way, data={"sub": "4711"}, trust_env=False).headers["location"]
        assert back.startswith(f"{BASE}/login/sso/back?")
        assert stranger.get(back).status_code == 303
        assert stranger.get("/cases").status_code == 200


@pytest.mark.parametrize(
    ("added", "told"),
    [
        ("error=access_denied", "您取消了登录"),
        ("error=<b>server_error</b>", "没有放行（&lt;b&gt;server_error"),
        ("code=c0de&iss=https://elsewhere.example", "不是统一身份认证给的"),
        ("code=", "不是统一身份认证给的"),
    ],
)
def test_a_refusal_of_the_provider_is_told_and_what_it_did_not_send_is_not_used(
    stranger: TestClient, there: Provider, added: str, told: str
) -> None:
    there.authorize(sent_out(stranger))
    refused = stranger.get(f"/login/sso/back?{added}&state={there.asked['state']}")
    assert refused.status_code == 401 and told in refused.text
    assert not there.token_requests


def test_a_browser_that_did_not_begin_here_or_takes_too_long_is_not_let_in(
    stranger: TestClient, app: FastAPI, clock: ManualClock, there: Provider
) -> None:
    query = there.authorize(sent_out(stranger))
    with TestClient(app, follow_redirects=False) as other:
        refused = other.get(f"/login/sso/back?{query}")
        assert refused.status_code == 401 and "没有从本页开始" in refused.text
        other.cookies.set(COOKIE, "e30=.forged", path="/login/sso")
        assert other.get(f"/login/sso/back?{query}").status_code == 401
    assert stranger.get(f"/login/sso/back?code=c0de&state={'x' * 32}").status_code == 401
    late = there.authorize(sent_out(stranger))
    clock.advance(timedelta(minutes=11))
    assert stranger.get(f"/login/sso/back?{late}").status_code == 401
    assert not there.token_requests, "no code was handed on"
    assert SESSION_COOKIE not in stranger.cookies


def test_what_was_used_once_is_not_good_again(stranger: TestClient, there: Provider) -> None:
    query = there.authorize(sent_out(stranger))
    assert stranger.get(f"/login/sso/back?{query}").status_code == 303
    stranger.post("/logout")
    stranger.cookies.delete(SESSION_COOKIE)
    assert stranger.get(f"/login/sso/back?{query}").status_code == 401


Spoil = Callable[[Provider], object]
WRONG: dict[str, Spoil] = {
    "another issuer": lambda one: one.claims.update(iss="https://elsewhere.example"),
    "for another system": lambda one: one.claims.update(aud="payroll"),
    "for two, made for the other": lambda one: one.claims.update(aud=[CLIENT, "payroll"], azp="payroll"),
    "ran out": lambda one: one.claims.update(exp=int(time.time()) - 120),
    "never runs out": lambda one: one.claims.update(exp=None),
    "from the future": lambda one: one.claims.update(iat=int(time.time()) + 3600),
    "another nonce": lambda one: one.claims.update(nonce="n"),
    "no nonce": lambda one: one.claims.update(nonce=None),
    "another key": lambda one: setattr(one, "signs_with", RSAKey.generate_key(2048)),
    "the public key as a secret": lambda one: setattr(one, "algorithm", "HS256"),
    "no signature": lambda one: setattr(one, "algorithm", "none"),
    "somebody else asked after": lambda one: (
        one.claims.update(preferred_username=None),
        one.info.update(sub="u-2", preferred_username="duty"),
    ),
    "no name at all": lambda one: one.claims.update(preferred_username=None),
    "no token": lambda one: one.answers.update({"/token": (200, '{"access_token": "acce55"}')}),
    "a refused code": lambda one: one.answers.update({"/token": (400, '{"error": "invalid_grant"}')}),
}


@pytest.mark.parametrize("spoil", WRONG.values(), ids=WRONG.keys())
def test_what_does_not_hold_lets_nobody_in(stranger: TestClient, there: Provider, spoil: Spoil) -> None:
    query = there.authorize(sent_out(stranger))
    spoil(there)
    refused = stranger.get(f"/login/sso/back?{query}")
    assert refused.status_code == 401, refused.text
    assert 'role="alert"' in refused.text and SESSION_COOKIE not in stranger.cookies


BROKEN: dict[str, Spoil] = {
    "says it is somebody else": lambda one: one.metadata.update(issuer="https://elsewhere.example"),
    "has no address for tokens": lambda one: one.metadata.update(token_endpoint=None),
    "has keys that are none": lambda one: one.answers.update({"/keys": (200, '{"keys": [{"kty": "RSA"}]}')}),
    "is down": lambda one: one.answers.update({"/.well-known/openid-configuration": (503, "")}),
    "talks something else": lambda one: one.answers.update(
        {"/.well-known/openid-configuration": (200, "<html>")}
    ),
    "fails over the code": lambda one: one.answers.update({"/token": (500, "")}),
}


@pytest.mark.parametrize("spoil", BROKEN.values(), ids=BROKEN.keys())
def test_a_provider_that_fails_leaves_the_password(
    stranger: TestClient, there: Provider, spoil: Spoil
) -> None:
    query = there.authorize(sent_out(stranger))
    spoil(there)
    failed = stranger.get(f"/login/sso/back?{query}")
    assert failed.status_code == 502
    assert "统一身份认证" in failed.text and 'name="password"' in failed.text


def test_a_provider_that_is_not_there_is_said_before_anybody_leaves(
    stranger: TestClient, there: Provider
) -> None:
    there.answers["/.well-known/openid-configuration"] = (500, "")
    failed = stranger.get("/login/sso?next=/cases")
    assert failed.status_code == 502 and 'name="next" value="/cases"' in failed.text


def test_roles_are_given_here_and_nowhere_else(stranger: TestClient, engine: Engine, there: Provider) -> None:
    there.claims["preferred_username"] = "xinren"
    unknown = came_back(stranger, there)
    assert unknown.status_code == 403 and "这里没有账号“xinren”" in unknown.text
    accounts = auth.Accounts(engine.register, QUICK)
    accounts.create("xinren", "新来的", [Role.HANDLER], "", NOW, unit="zhengzhou")
    before = {one.login: one.invited for one in ReachBook(engine.register).accounts()}
    assert before["xinren"]
    assert came_back(stranger, there).status_code == 303
    after = {one.login: one.invited for one in ReachBook(engine.register).accounts()}
    assert not after["xinren"], "who came by the provider sees the board, and is told of what is theirs"


def test_a_disabled_account_stays_outside(stranger: TestClient, app: FastAPI, there: Provider) -> None:
    app.state.house.people.disable("duty", NOW, by="admin")
    refused = came_back(stranger, there)
    assert refused.status_code == 403 and "这个账号已停用" in refused.text
    assert SESSION_COOKIE not in stranger.cookies


def test_the_secret_goes_as_the_provider_wants_it(stranger: TestClient, there: Provider) -> None:
    there.metadata["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    assert came_back(stranger, there).status_code == 303
    assert there.token_requests[0]["client_secret"] == SECRET


def test_where_no_provider_is_set_up_nothing_of_it_is_seen(stranger: TestClient) -> None:
    assert "统一身份认证" not in stranger.get("/login").text
    assert stranger.get("/login/sso").status_code == stranger.get("/login/sso/back").status_code == 404


def test_slips_in_the_settings_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for slip in ("sso.example", "ftp://sso.example", "http://sso.example.gov.cn", "https://sso.example/?a=1"):
        with pytest.raises(Misconfigured, match="HUIYING_OIDC_ISSUER：要写成 https://"):
            load(oidc_issuer=slip)
    with pytest.raises(Misconfigured, match="HUIYING_OIDC_CLIENT_ID"):
        provider_of(load(oidc_issuer="https://sso.example"), b"k")
    with pytest.raises(Misconfigured, match="HUIYING_OIDC_CA"):
        provider_of(load(oidc_issuer="https://sso.example", oidc_client_id="h", oidc_ca="none.pem"), b"k")


def test_check_says_whether_it_answers(settings: Settings, there: Provider) -> None:
    (good,) = sign_in(settings)
    assert good.ok and f"{BASE}/login/sso/back" in good.says
    there.metadata["issuer"] = "https://elsewhere.example"
    (wrong,) = sign_in(settings)
    assert not wrong.ok and "HUIYING_OIDC_ISSUER" in wrong.says
    (slip,) = sign_in(settings.model_copy(update={"oidc_client_id": ""}))
    assert slip.severity is Severity.MISCONFIGURED
    assert list(sign_in(settings.model_copy(update={"oidc_issuer": ""}))) == []

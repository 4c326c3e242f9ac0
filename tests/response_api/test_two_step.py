"""两步验证: what lets somebody in beside a password, and everything that does not."""

from __future__ import annotations

import base64
import html
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from huiying.clock import ManualClock
from huiying.contracts import Role
from huiying.errors import RevisionConflict
from huiying.ports import Engine
from huiying.settings import Settings
from response_api import auth
from response_api.factors import FACTOR, SPARE, Factors, new_secret, plain
from response_api.guard import SESSION_COOKIE
from response_api.pages import two_step
from response_api.people import People
from response_api.security_log import Mark
from tests.factories import NOW
from tests.response_api import office
from tests.response_api.conftest import PASSWORDS, QUICK, Visitor, submit

DUTY = Role.DUTY.value
STEP = 30
"""Seconds for which a telephone shows a code."""


@pytest.fixture(autouse=True)
def not_between_two_codes() -> None:
    """A test says what a code is now, and the next code is not far: it begins when there is time enough."""
    if (left := STEP - time.time() % STEP) < 5:
        time.sleep(left)


@pytest.fixture
def required() -> bool:
    return False


@pytest.fixture
def settings(settings: Settings, required: bool) -> Settings:
    return settings.model_copy(update={"two_step": required})


@pytest.fixture
def accounts(engine: Engine) -> auth.Accounts:
    return auth.Accounts(engine.register, QUICK)


@pytest.fixture
def somebody(accounts: auth.Accounts) -> auth.Accounts:
    accounts.create(DUTY, "值班长", [Role.DUTY], "right", NOW, unit="henan")
    return accounts


def code_of(secret: str, steps: int = 0) -> str:
    """What a telephone shows, some steps of 30 s from now."""
    return pyotp.TOTP(secret).at(int(time.time()) + steps * STEP)


def wrong(secret: str) -> str:
    """Six figures that are the code of no step that is taken, whatever the second."""
    near = {code_of(secret, steps) for steps in range(-3, 4)}
    return next(
        code
        for code in ("000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777")
        if code not in near
    )


def with_factor(accounts: auth.Accounts, login: str = DUTY) -> tuple[str, tuple[str, ...]]:
    """A secret whose last used code is that of the step before this one, and its spare codes."""
    secret = new_secret()
    return secret, accounts.set_factor(login, secret, code_of(secret, -1), NOW)


def offered(text: str) -> str:
    """The secret that a page shows."""
    found = re.search(r"<code>([A-Z2-7 ]{39})</code>", text)
    assert found, text
    return found[1].replace(" ", "")


def hidden(text: str) -> dict[str, str]:
    """What the forms of a page carry along."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text))


def spare_on(text: str) -> list[str]:
    return re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", text)


def after_password(browser: TestClient, next: str = "/") -> str:
    """The page that follows the right password."""
    answer = submit(browser, f"/login?next={next}", login=DUTY, password=PASSWORDS[Role.DUTY])
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == two_step.CODE
    return str(browser.get(two_step.CODE).text)


# ------------------------------------------------------------------------------ what proves


def test_a_password_alone_opens_nothing_once_there_is_a_factor(somebody: auth.Accounts) -> None:
    secret, _ = with_factor(somebody)
    with pytest.raises(auth.CodeNeeded):
        somebody.sign_in(DUTY, "right", NOW)
    assert somebody.sittings(DUTY, NOW) == ()
    token = somebody.sign_in_by_code(DUTY, code_of(secret), NOW, since=NOW)
    assert somebody.person(token, NOW) is not None


def test_a_code_works_once_and_takes_the_older_ones_with_it(somebody: auth.Accounts) -> None:
    secret, _ = with_factor(somebody)
    older, code = code_of(secret), code_of(secret, 1)
    assert somebody.check_code(DUTY, code, NOW).spare_left is None
    for used in (code, older):
        with pytest.raises(auth.WrongCode):
            somebody.check_code(DUTY, used, NOW)


def test_of_one_code_that_is_sent_ten_times_at_once_one_is_taken(somebody: auth.Accounts) -> None:
    secret, _ = with_factor(somebody)
    code, factors = code_of(secret), Factors(somebody.register)
    with ThreadPoolExecutor(10) as many:
        taken = list(many.map(lambda _: factors.use(DUTY, code), range(10)))
    assert len([use for use in taken if use]) == 1


def test_codes_from_far_off_are_not_taken(somebody: auth.Accounts) -> None:
    secret, _ = with_factor(somebody)
    for steps in (-20, -3, 4, 20):
        with pytest.raises(auth.WrongCode):
            somebody.check_code(DUTY, code_of(secret, steps), NOW)
        somebody.forgive(DUTY)


@pytest.mark.parametrize("typed", ["{} ", "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}", "wide"])
def test_a_code_may_be_typed_as_hands_type(somebody: auth.Accounts, typed: str) -> None:
    secret, _ = with_factor(somebody)
    code = code_of(secret)
    text = (
        code.translate({ord(sign): ord(sign) + 0xFEE0 for sign in code})
        if typed == "wide"
        else typed.format(code)
    )
    assert somebody.check_code(DUTY, text, NOW)


@pytest.mark.parametrize("typed", ["", " ", "-", "12345", "1234567", "人防", "\ud800", "0" * 1000, "١٢٣٤٥٦"])
def test_what_is_no_code_proves_nothing(somebody: auth.Accounts, typed: str) -> None:
    with_factor(somebody)
    with pytest.raises(auth.WrongCode):
        somebody.check_code(DUTY, typed, NOW)


def test_a_spare_code_works_once_and_says_how_many_are_left(somebody: auth.Accounts) -> None:
    _, spare = with_factor(somebody)
    assert len(set(spare)) == SPARE
    assert somebody.check_code(DUTY, spare[3].upper(), NOW).spare_left == SPARE - 1
    with pytest.raises(auth.WrongCode):
        somebody.check_code(DUTY, spare[3], NOW)
    assert somebody.check_code(DUTY, plain(spare[0]), NOW).spare_left == SPARE - 2


def test_spare_codes_are_the_owners_alone_and_new_ones_void_the_old(somebody: auth.Accounts) -> None:
    somebody.create("other", "别人", [Role.DUTY], "right", NOW, unit="henan")
    _, spare = with_factor(somebody)
    with_factor(somebody, "other")
    with pytest.raises(auth.WrongCode):
        somebody.check_code("other", spare[0], NOW)
    renewed = somebody.renew_spare(DUTY, NOW)
    with pytest.raises(auth.WrongCode):
        somebody.check_code(DUTY, spare[0], NOW)
    assert somebody.check_code(DUTY, renewed[0], NOW).spare_left == SPARE - 1


def test_the_store_has_no_spare_code(somebody: auth.Accounts, engine: Engine) -> None:
    _, spare = with_factor(somebody)
    kept = b"".join(entry.value for entry in engine.register.list(FACTOR))
    assert not [code for code in spare if code.encode() in kept or plain(code).encode() in kept]


def test_five_wrong_codes_end_the_patience_and_the_password_does_not_bring_it_back(
    somebody: auth.Accounts,
) -> None:
    secret, _ = with_factor(somebody)
    for left in range(auth.PATIENCE - 1, 0, -1):
        with pytest.raises(auth.CodeNeeded):  # whoever has the password may say it again and again
            somebody.sign_in(DUTY, "right", NOW)
        with pytest.raises(auth.WrongCode) as counted:
            somebody.check_code(DUTY, wrong(secret), NOW)
        assert counted.value.left == left
    with pytest.raises(auth.Locked):
        somebody.check_code(DUTY, wrong(secret), NOW)
    with pytest.raises(auth.Locked):
        somebody.check_code(DUTY, code_of(secret), NOW + auth.LOCKED_FOR - timedelta(seconds=1))
    assert somebody.locked_until(DUTY, NOW) == NOW + auth.LOCKED_FOR
    assert somebody.check_code(DUTY, code_of(secret), NOW + auth.LOCKED_FOR)
    assert somebody.locked_until(DUTY, NOW) is None


def test_a_second_factor_does_not_replace_the_first(somebody: auth.Accounts) -> None:
    secret, _ = with_factor(somebody)
    other = new_secret()
    with pytest.raises(RevisionConflict):
        somebody.set_factor(DUTY, other, code_of(other), NOW)
    assert somebody.check_code(DUTY, code_of(secret), NOW)


@pytest.mark.parametrize("shut", ["disabled", "reset"])
def test_who_was_shut_out_between_password_and_code_stays_out(somebody: auth.Accounts, shut: str) -> None:
    secret, _ = with_factor(somebody)
    people = People(somebody, office.names(), b"k" * 32)
    later = NOW + timedelta(seconds=5)
    if shut == "reset":
        people.reset(DUTY, later, by="admin")
    else:
        people.disable(DUTY, later, by="admin")
        people.enable(DUTY, later, by="admin")
    with pytest.raises(auth.Disabled):
        somebody.sign_in_by_code(DUTY, code_of(secret), later, since=NOW)


def test_who_holds_the_machine_lifts_it_with_the_password(somebody: auth.Accounts) -> None:
    with_factor(somebody)
    people = People(somebody, office.names(), b"k" * 32)
    people.accept(people.way_back(DUTY, NOW), "another password", "another password", NOW)
    assert somebody.sign_in(DUTY, "another password", NOW)


# ------------------------------------------------------------------------------ in the browser


def test_somebody_sets_it_and_comes_in_by_it(
    visitor: Visitor, stranger: TestClient, accounts: auth.Accounts, engine: Engine
) -> None:
    browser = visitor(Role.DUTY)
    shown = browser.get(two_step.OWN).text
    secret = offered(shown)
    answer = browser.post(
        two_step.OWN,
        data={**hidden(shown), "do": "set", "code": code_of(secret, -1), "password": PASSWORDS[Role.DUTY]},
    )
    spare = spare_on(answer.text)
    assert len(spare) == SPARE
    assert "已开启" in browser.get("/me").text

    asked = after_password(stranger, "/cases")
    assert "还要一个验证码" in asked and "手机验证器扫" not in asked
    assert stranger.get("/cases").headers["location"].startswith("/login")
    answer = submit(stranger, two_step.CODE, code=code_of(secret))
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases")
    assert stranger.get("/cases").status_code == 200
    assert two_step.COOKIE not in stranger.cookies
    noted = {(line.mark, line.note) for line in accounts.log.page(login=DUTY, limit=20).lines}
    assert {(Mark.FACTOR_SET, ""), (Mark.SIGNED_IN, "两步验证")} <= noted


def test_a_code_without_the_password_before_it_leads_back(
    stranger: TestClient, accounts: auth.Accounts
) -> None:
    assert stranger.get(two_step.CODE).headers["location"] == "/login"


def test_half_a_sign_in_of_one_does_not_let_another_in(
    app: FastAPI, visitor: Visitor, stranger: TestClient, accounts: auth.Accounts
) -> None:
    visitor(Role.DUTY)
    with_factor(accounts)
    after_password(stranger)
    body, mac = stranger.cookies[two_step.COOKIE].split(".")
    told = base64.urlsafe_b64decode(body)
    another = base64.urlsafe_b64encode(told.replace(b'"duty"', b'"admin"')).decode()
    assert another != body
    for value, status in ((f"{body}.{mac}", 200), (f"{another}.{mac}", 303)):
        browser = TestClient(app, follow_redirects=False)
        browser.cookies.set(two_step.COOKIE, value)
        assert browser.get(two_step.CODE).status_code == status


def test_a_wrong_code_says_so_and_too_many_say_until_when(
    visitor: Visitor, stranger: TestClient, accounts: auth.Accounts
) -> None:
    visitor(Role.DUTY)
    secret, spare = with_factor(accounts)
    after_password(stranger)
    for left in (4, 3, 2, 1):
        answer = submit(stranger, two_step.CODE, code=wrong(secret))
        assert answer.status_code == 422
        assert f"还可以试 {left} 次" in answer.text
    answer = submit(stranger, two_step.CODE, code=wrong(secret))
    assert answer.status_code == 429
    assert "输错 5 次" in answer.text
    assert submit(stranger, two_step.CODE, code=spare[0]).status_code == 429
    assert SESSION_COOKIE not in stranger.cookies


def test_after_a_quarter_of_an_hour_the_password_is_asked_for_again(
    visitor: Visitor, stranger: TestClient, accounts: auth.Accounts, clock: ManualClock
) -> None:
    visitor(Role.DUTY)
    secret, _ = with_factor(accounts)
    asked = after_password(stranger)
    carried = hidden(asked)
    clock.advance(two_step.STAYS)
    answer = stranger.post(two_step.CODE, data={**carried, "code": code_of(secret)})
    assert answer.status_code == 401
    assert two_step.TOO_LATE in answer.text
    assert SESSION_COOKIE not in stranger.cookies


def test_new_spare_codes_and_the_end_of_it_cost_a_code(visitor: Visitor, accounts: auth.Accounts) -> None:
    browser = visitor(Role.DUTY)
    secret, spare = with_factor(accounts)
    assert submit(browser, two_step.OWN, do="lift", code=wrong(secret)).status_code == 422
    renewed = spare_on(submit(browser, two_step.OWN, do="spare", code=spare[0]).text)
    assert len(renewed) == SPARE and not set(renewed) & set(spare)
    assert submit(browser, two_step.OWN, do="lift", code=spare[1]).status_code == 422
    assert submit(browser, two_step.OWN, do="lift", code=renewed[0]).headers["location"] == two_step.OWN
    assert accounts.factors.of(DUTY) is None
    assert "未开启" in browser.get(two_step.OWN).text
    assert accounts.log.page(mark=Mark.FACTOR_LIFTED, limit=1).lines[0].login == DUTY


@pytest.mark.parametrize("fault", ["password", "code", "another's offer", "no offer", "too late"])
def test_a_factor_is_set_by_its_owner_with_what_they_were_shown(
    visitor: Visitor, accounts: auth.Accounts, clock: ManualClock, fault: str
) -> None:
    browser, other = visitor(Role.DUTY), visitor(Role.MONITOR)
    shown, theirs = browser.get(two_step.OWN).text, other.get(two_step.OWN).text
    carried = hidden(shown)
    secret = offered(theirs if fault == "another's offer" else shown)
    if fault == "another's offer":
        carried["offer"] = hidden(theirs)["offer"]
    if fault == "no offer":
        del carried["offer"]
    if fault == "too late":
        clock.advance(two_step.STAYS)
    answer = browser.post(
        two_step.OWN,
        data={
            **carried,
            "do": "set",
            "code": wrong(secret) if fault == "code" else code_of(secret),
            "password": "wrong" if fault == "password" else PASSWORDS[Role.DUTY],
        },
    )
    assert answer.status_code == 422
    assert accounts.factors.of(DUTY) is None
    if fault in {"password", "code"}:
        assert offered(answer.text) == secret, "what the telephone has read already stays good"


def test_an_administrator_lifts_it_for_somebody_else_and_not_for_themselves(
    visitor: Visitor, accounts: auth.Accounts
) -> None:
    visitor(Role.DUTY)
    with_factor(accounts)
    admin = visitor(Role.ADMIN)
    with_factor(accounts, Role.ADMIN.value)
    assert admin.get("/people").text.count(">两步验证<") == 2
    assert "解除两步验证" not in admin.get(f"/people/{Role.ADMIN.value}").text
    own = f"/people/{Role.ADMIN.value}"
    assert submit(admin, own, to=f"{own}/two-step").status_code == 409
    assert submit(admin, f"/people/{DUTY}", to=f"/people/{DUTY}/two-step").status_code == 303
    assert accounts.factors.of(DUTY) is None
    assert accounts.factors.of(Role.ADMIN.value) is not None
    (line,) = accounts.log.page(mark=Mark.FACTOR_LIFTED, limit=9).lines
    assert (line.login, line.by) == (DUTY, Role.ADMIN.value)


def test_the_address_for_the_telephone_names_the_system_and_the_account(visitor: Visitor) -> None:
    shown = visitor(Role.DUTY).get(two_step.OWN).text
    (address,) = re.findall(r'href="(otpauth://[^"]+)"', shown)
    read = pyotp.parse_uri(html.unescape(address))
    assert isinstance(read, pyotp.TOTP)
    assert (read.secret, read.name) == (offered(shown), DUTY)
    assert read.issuer == "回应"
    assert "<svg" in shown and "style=" not in shown.split("<svg")[-1].split("</svg>")[0]


# ------------------------------------------------------------------------------ where everybody has to


class TestRequired:
    @pytest.fixture
    def required(self) -> bool:
        return True

    @pytest.fixture
    def shown(self, app: object, stranger: TestClient) -> Iterator[str]:
        yield after_password(stranger, "/cases")

    def test_who_has_none_sets_it_before_they_come_in(
        self, shown: str, stranger: TestClient, accounts: auth.Accounts
    ) -> None:
        assert "先设好两步验证" in shown
        assert stranger.get("/cases").headers["location"].startswith("/login")
        carried = hidden(shown)
        secret = offered(shown)
        refused = stranger.post(two_step.CODE, data={**carried, "code": wrong(secret)})
        assert (refused.status_code, offered(refused.text)) == (422, secret)
        answer = stranger.post(two_step.CODE, data={**carried, "code": code_of(secret)})
        assert answer.status_code == 200
        assert len(spare_on(answer.text)) == SPARE
        assert 'href="/cases"' in answer.text
        assert stranger.get("/cases").status_code == 200
        noted = [line.mark for line in accounts.log.page(login=DUTY, limit=20).lines]
        assert sorted(noted) == sorted([Mark.CREATED, Mark.WRONG_CODE, Mark.FACTOR_SET, Mark.SIGNED_IN])

    def test_a_code_without_an_offer_lets_nobody_in(
        self, shown: str, stranger: TestClient, accounts: auth.Accounts
    ) -> None:
        carried = {"csrf": hidden(shown)["csrf"]}
        answer = stranger.post(two_step.CODE, data={**carried, "code": code_of(offered(shown))})
        assert answer.status_code == 422
        assert accounts.factors.of(DUTY) is None and SESSION_COOKIE not in stranger.cookies

    def test_of_two_who_set_it_at_once_the_second_is_told(
        self, shown: str, stranger: TestClient, accounts: auth.Accounts
    ) -> None:
        carried = hidden(shown)
        secret, _ = with_factor(accounts)
        answer = stranger.post(two_step.CODE, data={**carried, "code": code_of(offered(shown))})
        assert answer.status_code == 409
        assert two_step.SET_MEANWHILE in answer.text
        factor = accounts.factors.of(DUTY)
        assert factor is not None and factor.secret == secret

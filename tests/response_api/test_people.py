"""What an administrator does to accounts."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.contracts import Rank, Role
from huiying.errors import RevisionConflict
from huiying.ports import Engine
from response_api.auth import Accounts, Disabled, Locked, WrongPassword, session_id
from response_api.one_time import Spent
from response_api.people import Faulty, NoSuchAccount, NotDone, People, Place
from response_api.security_log import Mark
from tests.factories import NOW
from tests.response_api import office
from tests.response_api.conftest import QUICK

LATER = NOW + timedelta(minutes=1)
HANDLER = Place(name="某某", roles=frozenset({Role.HANDLER}), unit="zhengzhou", rank=Rank.STAFF)
GOOD = "a long password"
KEY = b"k" * 32


@pytest.fixture
def people(engine: Engine) -> People:
    accounts = Accounts(engine.register, QUICK)
    for login in ("admin", "second"):
        accounts.create(login, login, [Role.ADMIN], GOOD, NOW, unit="henan")
    return People(accounts, office.names(), KEY)


def marks(people: People) -> list[Mark]:
    return [line.mark for line in people.accounts.log.page(limit=100).lines]


def test_an_invited_person_sets_a_password_and_comes_in(people: People) -> None:
    token = people.invite("li.ming", HANDLER, NOW, by="admin")
    with pytest.raises(WrongPassword):
        people.accounts.sign_in("li.ming", "", NOW)
    assert people.accept(token, GOOD, GOOD, NOW) == "li.ming"
    person = people.accounts.person(people.accounts.sign_in("li.ming", GOOD, NOW), NOW)
    assert person is not None
    assert person.roles == {Role.HANDLER}
    assert person.unit == "zhengzhou"
    with pytest.raises(Spent):
        people.accept(token, GOOD, GOOD, NOW)
    assert {Mark.CREATED, Mark.INVITED, Mark.INVITATION_USED} <= set(marks(people))


@pytest.mark.parametrize(
    ("password", "again", "field", "told"),
    [
        ("short", "short", "password", "至少 10 个字符"),
        ("li.ming.2026", "li.ming.2026", "password", "不能和账号一样"),
        (GOOD, GOOD + " ", "again", "两次输入的密码不一样"),
        ("长" * 201, "长" * 201, "password", "最多"),
    ],
)
def test_a_poor_password_is_told_and_uses_nothing_up(
    people: People, password: str, again: str, field: str, told: str
) -> None:
    token = people.invite("li.ming.2026", HANDLER, NOW, by="admin")
    with pytest.raises(Faulty) as faulty:
        people.accept(token, password, again, NOW)
    assert told in faulty.value.faults[field]
    assert people.accept(token, GOOD, GOOD, NOW)


@pytest.mark.parametrize(
    ("login", "told"),
    [
        ("", "请填写账号"),
        ("x", "小写字母"),
        ("Li", "小写字母"),
        ("..", "小写字母"),
        ("李明", "小写字母"),
        ("a b", "小写字母"),
        ("a/../b", "小写字母"),
        ("a" * 33, "小写字母"),
        ("li\n", "小写字母"),
        ("system", "系统自己要用"),
        ("system-1", "系统自己要用"),
        ("link", "系统自己要用"),
        ("admin", "已有人用"),
    ],
)
def test_odd_and_taken_logins_are_refused(people: People, login: str, told: str) -> None:
    with pytest.raises(Faulty) as faulty:
        people.invite(login, HANDLER, NOW, by="admin")
    assert told in faulty.value.faults["login"]


def test_every_fault_of_a_form_is_told_at_once(people: People) -> None:
    nowhere = Place(name="", roles=frozenset({Role.AUDITOR, Role.DUTY}), unit="mars", rank=Rank.STAFF)
    with pytest.raises(Faulty) as faulty:
        people.invite("A", nowhere, NOW, by="admin")
    assert set(faulty.value.faults) == {"login", "name", "roles", "unit"}
    assert "不能兼任" in faulty.value.faults["roles"]


def test_two_digit_logins_with_every_sign_that_is_allowed_are_taken(people: People) -> None:
    for login in ("01", "a_", "a.b-c_9", "z" * 32):
        assert people.invite(login, HANDLER, NOW, by="admin")


def test_a_change_counts_at_once_and_is_written_down(people: People) -> None:
    people.accept(people.invite("li", HANDLER, NOW, by="admin"), GOOD, GOOD, NOW)
    token = people.accounts.sign_in("li", GOOD, NOW)
    _, revision = people.find("li")
    signer = replace(HANDLER, roles=frozenset({Role.SIGNER}), unit="henan", rank=Rank.HEAD)
    people.change("li", signer, NOW, by="admin", expect=revision)
    person = people.accounts.person(token, NOW)
    assert person is not None
    assert person.roles == {Role.SIGNER}
    assert (person.unit, person.rank) == ("henan", Rank.HEAD)
    line = people.accounts.log.page(mark=Mark.CHANGED, limit=1).lines[0]
    assert (line.login, line.by) == ("li", "admin")
    assert "承办人" in line.note and "签发人" in line.note and "主要负责人" in line.note
    with pytest.raises(RevisionConflict):
        people.change("li", HANDLER, NOW, by="second", expect=revision)


def test_disabling_ends_every_session_at_once_and_keeps_the_person_out(people: People) -> None:
    token = people.invite("li", HANDLER, NOW, by="admin")
    people.accept(token, GOOD, GOOD, NOW)
    session = people.accounts.sign_in("li", GOOD, NOW)
    people.disable("li", LATER, by="admin")
    assert people.accounts.person(session, LATER) is None
    with pytest.raises(Disabled):
        people.accounts.sign_in("li", GOOD, LATER)
    with pytest.raises(WrongPassword):
        people.accounts.sign_in("li", "a wrong password", LATER)
    people.enable("li", LATER, by="admin")
    assert people.accounts.person(session, LATER) is None, "an old session does not come back"
    assert people.accounts.sign_in("li", GOOD, LATER)
    assert {Mark.DISABLED, Mark.ENABLED, Mark.REFUSED} <= set(marks(people))


def test_an_invitation_of_an_account_that_was_disabled_is_good_for_nothing(people: People) -> None:
    token = people.invite("li", HANDLER, NOW, by="admin")
    people.disable("li", NOW, by="admin")
    with pytest.raises(Spent):
        people.accept(token, GOOD, GOOD, NOW)
    with pytest.raises(NotDone, match="先启用"):
        people.reset("li", NOW, by="admin")


def test_a_reset_voids_the_password_and_every_session_and_lifts_the_lock(people: People) -> None:
    people.accept(people.invite("li", HANDLER, NOW, by="admin"), GOOD, GOOD, NOW)
    session = people.accounts.sign_in("li", GOOD, NOW)
    for _ in range(5):
        with pytest.raises((WrongPassword, Locked)):
            people.accounts.sign_in("li", "wrong", NOW)
    token = people.reset("li", LATER, by="admin")
    assert people.accounts.person(session, LATER) is None
    with pytest.raises(WrongPassword):
        people.accounts.sign_in("li", GOOD, LATER)
    people.accept(token, "another password", "another password", LATER)
    assert people.accounts.sign_in("li", "another password", LATER)


def test_who_holds_the_machine_lets_the_last_administrator_in_again(people: People) -> None:
    people.disable("second", NOW, by="admin")
    token = people.way_back("second", LATER)
    assert people.accounts.sign_in("admin", GOOD, LATER)
    people.accept(token, "another password", "another password", LATER)
    assert people.accounts.sign_in("second", "another password", LATER)
    with pytest.raises(NoSuchAccount):
        people.way_back("nobody", LATER)
    by_system = {line.mark for line in people.accounts.log.page(limit=100).lines if line.by == "system"}
    assert {Mark.ENABLED, Mark.INVITED} <= by_system


def test_nobody_changes_their_own_roles_or_shuts_themselves_out(people: People) -> None:
    account, revision = people.find("admin")
    more = Place(name="a", roles=frozenset({Role.ADMIN, Role.LEADER}), unit="henan", rank=Rank.HEAD)
    with pytest.raises(NotDone, match="另一位系统管理员"):
        people.change("admin", more, NOW, by="admin", expect=revision)
    with pytest.raises(NotDone, match="不能停用自己"):
        people.disable("admin", NOW, by="admin")
    with pytest.raises(NotDone, match="我的账号"):
        people.reset("admin", NOW, by="admin")
    assert people.find("admin") == (account, revision)


def test_the_last_administrator_who_can_come_in_stays(people: People) -> None:
    people.disable("second", NOW, by="admin")
    people.invite("third", replace(HANDLER, roles=frozenset({Role.ADMIN})), NOW, by="admin")
    account, revision = people.find("admin")
    with pytest.raises(NotDone, match="最后一个"):
        people.disable("admin", NOW, by="third")
    with pytest.raises(NotDone, match="最后一个"):
        people.reset("admin", NOW, by="third")
    with pytest.raises(NotDone, match="最后一个"):
        people.change("admin", HANDLER, NOW, by="third", expect=revision)
    assert people.find("admin") == (account, revision)


def test_two_administrators_cannot_disable_each_other_at_once(people: People) -> None:
    def strike(pair: tuple[str, str]) -> bool:
        try:
            people.disable(pair[0], NOW, by=pair[1])
        except NotDone:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(strike, [("admin", "second"), ("second", "admin")])) == 1


def test_the_first_administrator_is_made_where_there_is_none(engine: Engine) -> None:
    people = People(Accounts(engine.register, QUICK), office.names(), KEY)
    token = people.open_setup(NOW)
    for login, name, password, again, field in (
        ("Root", "某某", GOOD, GOOD, "login"),
        ("root", "", GOOD, GOOD, "name"),
        ("root", "某某", "short", "short", "password"),
        ("root", "某某", GOOD, "else", "again"),
    ):
        with pytest.raises(Faulty) as faulty:
            people.set_up(token, login, name, password, again, NOW, unit="henan")
        assert field in faulty.value.faults
    people.set_up(token, "root", "某某", GOOD, GOOD, NOW, unit="henan")
    with pytest.raises(Spent):
        people.set_up(token, "more", "某某", GOOD, GOOD, NOW, unit="henan")
    assert people.accounts.sign_in("root", GOOD, NOW)
    assert people.open_setup(NOW) == ""
    with pytest.raises(Spent):
        people.set_up(token, "more", "某某", GOOD, GOOD, NOW, unit="henan")


def test_a_session_that_began_while_the_account_was_being_reset_is_void(people: People) -> None:
    people.accept(people.invite("li", HANDLER, NOW, by="admin"), GOOD, GOOD, NOW)
    people.reset("li", LATER, by="admin")
    late = people.accounts._open_session("li", NOW)  # the password was looked at before the reset
    assert people.accounts.holder(session_id(late), LATER) is None

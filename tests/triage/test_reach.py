"""Who is reached now: roster, handover, leave, accounts, and at last the rows of notices.toml; never nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
import pytest

from huiying.clock import ManualClock
from huiying.contracts import Case, DeliveryState, Rank, Role
from huiying.ports import Engine
from response_api import auth
from tests.factories import NOW
from tests.triage.test_roster import a_roster, at
from tests.triage.texts import policy, reading
from triage.lifecycle import open_case
from triage.policy import Policy
from triage.reach import ACCOUNT, NOBODY, Handing, Known, Leave, Reach, ReachBook, without_anybody
from triage.roster import without_account
from triage.telling import deliveries
from triage.watch import Watch

HOUR = timedelta(hours=1)
LIN = Known(login="lin", name="林值班", roles=(Role.DUTY,), unit="henan")
HE = Known(login="he", name="何值班", roles=(Role.DUTY,), unit="henan")
CHENG = Known(login="cheng", name="承办甲", roles=(Role.HANDLER,), unit="zhengzhou")
FEN = Known(login="fen", name="分管甲", roles=(Role.LEADER,), unit="henan", rank=Rank.DEPUTY)
ACCOUNTS = (LIN, HE, CHENG, FEN)


def reach(**changes: object) -> Reach:
    return replace(Reach(roster=a_roster(), accounts=ACCOUNTS), **changes)  # type: ignore[arg-type]


def logins(one: Reach, unit: str, role: str, moment: datetime) -> list[str]:
    return [person.login for person in one.people(unit, role, moment, policy())]


def mailing() -> Policy:
    return replace(policy(), channels=frozenset({"console", "smtp", "sms"}))


def test_the_roster_says_who_is_on_duty_and_the_province_answers_for_a_city_without_a_desk() -> None:
    assert logins(reach(), "henan", "duty", at(24, 9)) == ["lin"]
    assert logins(reach(), "zhengzhou", "duty", at(24, 21)) == ["he"]


def test_where_the_roster_has_nobody_accounts_of_the_role_or_rank_are_reached() -> None:
    assert logins(reach(), "henan", "duty", at(28, 9)) == ["lin", "he"]
    assert logins(reach(), "zhengzhou", "unit", at(24, 9)) == ["cheng"]
    assert logins(reach(), "zhengzhou", "deputy", at(24, 9)) == ["fen"]
    assert logins(reach(), "luoyang", "unit", at(24, 9)) == []
    gone = reach(accounts=(replace(CHENG, active=False),))
    assert logins(gone, "zhengzhou", "unit", at(24, 9)) == []
    invited = reach(accounts=(replace(CHENG, invited=True),))
    assert logins(invited, "zhengzhou", "unit", at(24, 9)) == [], "who has no password yet sees no board"


def test_whose_account_was_disabled_is_told_nothing_whatever_the_roster_says() -> None:
    left = reach(accounts=(replace(LIN, active=False), HE, CHENG, FEN))
    assert logins(left, "henan", "duty", at(24, 9)) == ["he"], "by account, since the shift has nobody"
    assert [(one.login, one.start) for one in left.gone(at(24, 9))] == [("lin", at(24, 8))]
    assert left.gone(at(26, 9)) == reach().gone(at(24, 9)) == ()
    (told,) = without_account(left.gone(at(24, 9)))
    assert told == "林值班（lin）的账号已停用，2026-11-24 08:00 起的班不算有人"
    deputy = reach(
        accounts=(LIN, replace(HE, active=False)),
        leaves=(Leave(login="lin", start=at(24, 8), end=at(24, 12), deputy="he"),),
    )
    assert logins(deputy, "henan", "duty", at(24, 9)) == ["lin"], "better who is on leave than nobody"
    handing = Handing(id="1", unit="henan", by="lin", to="he", at=at(28, 8))
    assert logins(replace(deputy, handings=(handing,)), "henan", "duty", at(28, 9)) == ["lin"]


def test_who_has_no_password_yet_is_known_as_invited(engine: Engine) -> None:
    accounts = auth.Accounts(engine.register)
    accounts.create("new", "新来的", [Role.DUTY], "", at(24, 9), unit="henan")
    accounts.create("old", "老同志", [Role.DUTY], "a long password", at(24, 9), unit="henan")
    assert {one.login: one.invited for one in ReachBook(engine.register).accounts()} == {
        "new": True,
        "old": False,
    }


def test_who_is_on_leave_is_stood_in_for_and_a_circle_of_deputies_leads_back() -> None:
    away = Leave(login="lin", start=at(24, 8), end=at(24, 12), deputy="he")
    one = reach(leaves=(away,))
    (deputy,) = one.people("henan", "duty", at(24, 9), policy())
    assert (deputy.login, deputy.phone, deputy.why) == ("he", "13800000002", "代林值班（请假）")
    assert logins(one, "henan", "duty", at(24, 12)) == ["lin"]
    too = Leave(login="he", start=at(24, 8), end=at(24, 12), deputy="fen")
    assert logins(reach(leaves=(away, too)), "henan", "duty", at(24, 9)) == ["fen"]
    circle = Leave(login="he", start=at(24, 8), end=at(24, 12), deputy="lin")
    assert logins(reach(leaves=(away, circle)), "henan", "duty", at(24, 9)) == ["lin"]


@pytest.mark.parametrize(
    "since",
    [
        replace(HE, roles=(Role.AUDITOR,)),
        replace(HE, roles=(Role.ADMIN,)),
        replace(HE, unit="luoyang"),
    ],
)
def test_a_deputy_who_may_not_hear_of_it_any_more_does_not_stand_in(since: Known) -> None:
    away = Leave(login="lin", start=at(24, 8), end=at(24, 12), deputy="he")
    assert logins(reach(leaves=(away,)), "henan", "duty", at(24, 9)) == ["he"]
    moved = reach(leaves=(away,), accounts=(LIN, since, CHENG, FEN))
    assert logins(moved, "henan", "duty", at(24, 9)) == ["lin"], (
        "better who is on leave than who may not know"
    )


def test_until_a_handover_is_confirmed_both_are_told_and_then_who_took_over() -> None:
    handing = Handing(id="h", unit="henan", by="lin", to="he", at=at(24, 19))
    assert logins(reach(handings=(handing,)), "henan", "duty", at(24, 18)) == ["lin"]
    assert logins(reach(handings=(handing,)), "henan", "duty", at(24, 19)) == ["lin", "he"]
    assert logins(reach(handings=(handing,)), "henan", "duty", at(24, 21)) == ["he", "lin"]
    done = replace(handing, confirmed_at=at(24, 21))
    assert logins(reach(handings=(done,)), "henan", "duty", at(24, 22)) == ["he"]
    assert logins(reach(handings=(done,)), "henan", "duty", at(25, 9)) == ["lin"]
    assert logins(
        reach(handings=(replace(handing, withdrawn_at=at(24, 20)),)), "henan", "duty", at(24, 21)
    ) == ["he"]


def test_where_there_is_no_roster_a_confirmed_handover_says_who_is_there_for_a_day() -> None:
    done = Handing(id="h", unit="henan", by="lin", to="he", at=at(27, 19), confirmed_at=at(27, 20))
    assert logins(reach(handings=(done,)), "henan", "duty", at(28, 9)) == ["he"]
    assert logins(reach(handings=(done,)), "henan", "duty", at(29, 9)) == ["lin", "he"]


def test_a_notice_goes_to_the_people_on_duty_and_to_the_rows_where_they_have_no_address() -> None:
    told = deliveries(("duty",), "zhengzhou", mailing(), reach(), at(24, 9))
    assert {(one.channel, one.address) for one in told} == {
        ("console", "值班台"), ("smtp", "lin@renfang.example.invalid"), ("sms", "13800000001"),
    }  # fmt: skip
    told = deliveries(("duty",), "zhengzhou", mailing(), reach(), at(24, 21))
    assert ("smtp", "zhiban@renfang.example.invalid") in {(one.channel, one.address) for one in told}
    assert ("sms", "13800000002") in {(one.channel, one.address) for one in told}


def test_nobody_is_never_the_answer() -> None:
    for role in ("unit", "duty", "division_head", "deputy", "head"):
        for unit in policy().units:
            assert deliveries((role,), unit.id, policy(), NOBODY, NOW)


def test_a_unit_that_reaches_nobody_but_the_board_is_found() -> None:
    found = without_anybody(reach(), policy(), at(24, 9))
    assert ("luoyang", "unit") in found
    assert ("zhengzhou", "unit") not in found and ("zhengzhou", "duty") not in found
    assert without_anybody(NOBODY, mailing(), NOW) == ()
    header = "单位,日期,班次,岗位,姓名,电话\n"
    only = reach(roster=a_roster("henan,2026-11-24,全天,值班长,某某,13800000001\n", header), accounts=())
    assert ("henan", "duty") in without_anybody(only, policy(), at(24, 9)), "a number that nothing rings"
    ringing = replace(policy(), channels=frozenset({"console", "sms"}))
    assert ("henan", "duty") not in without_anybody(only, ringing, at(24, 9))


def test_the_watch_tells_whoever_is_on_duty_at_that_moment_and_no_receipt_keeps_the_address(
    engine: Engine,
) -> None:
    book = ReachBook(engine.register)
    book.put_roster(a_roster())
    for one in ACCOUNTS:
        engine.register.put(ACCOUNT, one.login, msgspec.json.encode(one), expect=0)
    assert (book.now().roster, set(book.now().accounts)) == (a_roster(), set(ACCOUNTS))
    case = open_case(reading("中原区锦绣花园开发商把人防车位只租不售，一次收二十年租金"), policy(), NOW)
    engine.cases.save([case])
    Watch(engine.cases, engine.archive, mailing(), ManualClock(at(24, 9)), book.now).tick(at(24, 9))
    after: Case = engine.cases.get(case.id)
    reached = {one.address for notice in after.outbox for one in notice.deliveries}
    assert "lin@renfang.example.invalid" in reached and "he" not in reached
    assert all(
        one.state in (DeliveryState.OWED, DeliveryState.RESERVE) for n in after.outbox for one in n.deliveries
    )
    assert "lin@" not in msgspec.json.encode(after.receipts).decode()
    assert not any("lin@" in event.what + event.why for event in after.events)


def test_accounts_are_kept_where_the_web_keeps_them() -> None:
    assert ACCOUNT == auth.ACCOUNT


def test_what_is_long_over_is_forgotten(engine: Engine) -> None:
    book = ReachBook(engine.register)
    for one in ACCOUNTS:
        engine.register.put(ACCOUNT, one.login, msgspec.json.encode(one), expect=0)
    book.put_leave(Leave(login="lin", start=at(20, 8), end=at(21, 8), deputy="he"))
    book.put_leave(Leave(login="lin", start=at(24, 8), end=at(25, 8), deputy="he"))
    book.hand("henan", "lin", "he", at(20, 8), cases=(), unconfirmed=0, notes="")
    assert book.forget(at(22, 0)) == 2
    assert [leave.start for _, leave in book.leaves()] == [at(24, 8)]
    assert book.handings() == ()

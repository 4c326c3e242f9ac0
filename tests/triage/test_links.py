"""Leaders get a link that works once, everybody else the way to the sign-in; a repeat carries the same link."""

from __future__ import annotations

from dataclasses import replace

import pytest

from huiying.contracts import Delivery, Notice
from tests.factories import NOW
from tests.triage.notifiers.letters import a_notice
from triage.links import Links, mark_of, works_once

LINKS = Links(key=b"k" * 32, base="https://office.invalid")
MAIL = Delivery(channel="smtp", address="head@office.invalid", next_try_at=NOW, to=("head",))
LEADERS = a_notice(to=("unit", "head"), deliveries=(MAIL,))


def link(notice: Notice = LEADERS, delivery: Delivery = MAIL, links: Links = LINKS) -> str:
    return links.for_delivery(notice, delivery)


def test_a_leader_gets_a_link_that_names_notice_and_case_and_nobody() -> None:
    assert link().startswith("https://office.invalid/n/case-1/abcdefgh2345/")
    token = link().rsplit("/", 1)[1]
    assert len(token) == 32 and token.isalnum() and token == token.lower()
    assert "head" not in link()


def test_a_notice_that_is_sent_again_carries_the_same_link() -> None:
    assert link(delivery=replace(MAIL, attempts=7)) == link()


@pytest.mark.parametrize(
    "other",
    [
        link(replace(LEADERS, id="another")),
        link(delivery=replace(MAIL, address="deputy@office.invalid")),
        link(delivery=replace(MAIL, channel="webhook")),
        link(links=Links(key=b"x" * 32, base="https://office.invalid")),
    ],
)
def test_another_notice_address_channel_or_office_has_another_token(other: str) -> None:
    assert other.rsplit("/", 1)[1] != link().rsplit("/", 1)[1]


def test_units_and_the_duty_officer_are_asked_to_sign_in() -> None:
    unit = replace(MAIL, to=("unit",))
    assert link(delivery=unit) == "https://office.invalid/cases/case-1"
    assert link(a_notice(), replace(MAIL, to=())) == "https://office.invalid/cases/case-1"


def test_no_key_to_a_matter_stands_in_a_log() -> None:
    assert not works_once(LEADERS, replace(MAIL, channel="console"))
    assert "k" * 8 not in repr(LINKS)


def test_the_letter_says_how_its_link_works() -> None:
    once = LINKS.put_in(LEADERS, MAIL)
    assert once.link == link()
    assert once.body.endswith(f"查看（不用登录，只能打开一次）：{link()}")
    assert "需要登录" in LINKS.put_in(LEADERS, replace(MAIL, to=("unit",))).body


def test_what_names_a_delivery_opens_nothing() -> None:
    token = LINKS.token(LEADERS, MAIL)
    assert LINKS.mark(LEADERS, MAIL) == mark_of(token)
    assert token not in mark_of(token)


def test_somebody_of_the_roster_without_an_account_gets_one_too_and_a_group_never_does() -> None:
    mine = replace(MAIL, to=("duty",), persons=("周值守（139****0001）",))
    duty = a_notice(to=("duty",), deliveries=(mine,))
    assert link(duty, mine).startswith("https://office.invalid/n/case-1/abcdefgh2345/")
    assert "收到" in LINKS.put_in(duty, mine).body and "周值守" not in link(duty, mine)
    for group in ("wecom", "dingtalk", "feishu", "console"):
        assert link(duty, replace(mine, channel=group)) == "https://office.invalid/cases/case-1"

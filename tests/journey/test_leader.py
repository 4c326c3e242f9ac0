"""A leader gets a mail, opens its link on the way, and the office knows: from the mail server to the register, all of it real."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller

from huiying import app
from huiying.clock import ManualClock
from huiying.contracts import Case, DeliveryState, EventKind, Receipt
from huiying.settings import Settings, load
from services.common import free_port
from tests.eventually import eventually
from tests.factories import NOW
from tests.triage.texts import reading
from triage.lifecycle import open_case

TEXT = "中原区锦绣花园开发商把人防车位只租不售，一次收二十年租金"
HEAD = "zhuyao@renfang.example.invalid"


class Mailbox:
    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 ok"

    def links(self, address: str) -> list[str]:
        """The links in the mails to this address, in the order in which they came."""
        bodies = [str(mail.get_content()) for mail in self.mails if mail["To"] == address]
        return [link for body in bodies for link in re.findall(r"https?://\S+/(?:n|cases)/\S+", body)]


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def settings(tmp_path: Path, mailbox: Mailbox) -> Iterator[Settings]:
    server = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    server.start()
    port = free_port()
    yield load(
        data=tmp_path / "data",
        port=port,
        base_url=f"http://127.0.0.1:{port}",
        smtp_url=f"smtp://127.0.0.1:{server.port}",
    )
    server.stop()


@contextmanager
def serving(house: app.House) -> Iterator[None]:
    server = house.web()
    thread = threading.Thread(target=server.run)
    thread.start()
    assert eventually(lambda: server.started or not thread.is_alive()) and server.started
    yield
    server.should_exit = True
    thread.join(10)


def press(browser: httpx.Client, link: str) -> httpx.Response:
    form = re.search(r'name="csrf" value="(\w+)"', browser.get(link).text)
    assert form is not None
    return browser.post(link, data={"csrf": form.group(1)})


def to_the_head(case: Case) -> Receipt:
    return next(one for one in case.receipts if one.channel == "smtp" and one.to == ("head",))


def test_a_leader_is_told_by_mail_opens_the_link_once_and_the_office_knows(
    settings: Settings, mailbox: Mailbox
) -> None:
    clock = ManualClock(NOW)
    with app.opened(settings, clock) as house:
        case = open_case(reading(TEXT), house.policy, NOW)
        house.engine.cases.save([case])
        clock.advance(timedelta(hours=4, minutes=31))
        house.watch().tick(clock.now())
        courier = house.courier()
        courier.tick(clock.now())
        (link,) = mailbox.links(HEAD)[:1]
        assert link.startswith(f"{settings.address}/n/{case.id}/")
        assert mailbox.links("zhengzhou@renfang.example.invalid")[0] == f"{settings.address}/cases/{case.id}"
        sent = house.engine.cases.get(case.id)
        assert to_the_head(sent).state is DeliveryState.SENT
        assert "renfang.example.invalid" not in str((sent.receipts, sent.events)) and "/n/" not in str(sent)

        with serving(house), httpx.Client(follow_redirects=True) as leader, httpx.Client() as other:
            for _ in range(2):
                assert "打开通知" in leader.get(link).text
            assert house.engine.cases.get(case.id).revision == sent.revision
            page = press(leader, link)
            assert page.status_code == 200 and case.title in page.text
            assert leader.get(link).status_code == 200
            refused = other.get(link)
            assert refused.status_code == 410 and "这个链接已经用过" in refused.text
            assert other.get(f"{link[:-1]}2").status_code in {404, 410}

        seen = house.engine.cases.get(case.id)
        receipt = to_the_head(seen)
        assert (receipt.state, receipt.seen_by, receipt.seen_at) == (DeliveryState.SEEN, "link", clock.now())
        assert seen.events[-1].kind is EventKind.NOTICE_SEEN
        assert courier.publish(clock.now()) == 1, "the board hears of it"


def test_a_notice_that_is_sent_again_after_a_crash_carries_the_same_link_and_stays_seen(
    settings: Settings, mailbox: Mailbox
) -> None:
    clock = ManualClock(NOW)
    with app.opened(settings, clock) as house:
        case = open_case(reading(TEXT), house.policy, NOW)
        house.engine.cases.save([case])
        clock.advance(timedelta(hours=4, minutes=31))
        house.watch().tick(clock.now())
        owed = house.engine.cases.get(case.id)
        courier = house.courier()
        courier.send(clock.now())
        first = mailbox.links(HEAD)
        with serving(house), httpx.Client(follow_redirects=True) as leader:
            assert press(leader, first[0]).status_code == 200
            # As if the courier had died before it could strike the notices off.
            seen = house.engine.cases.get(case.id)
            house.engine.cases.save(
                [replace(seen, outbox=owed.outbox, next_send_at=NOW, revision=seen.revision + 1)]
            )
            courier.send(clock.now())
            assert mailbox.links(HEAD) == first * 2
            assert leader.get(first[0]).status_code == 200
        after = house.engine.cases.get(case.id)
        assert to_the_head(after).state is DeliveryState.SEEN
        assert len(after.receipts) == len(seen.receipts)

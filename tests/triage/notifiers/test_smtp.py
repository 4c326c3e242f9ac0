"""Mail, against a real mail server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from huiying.errors import GiveUp, Misconfigured, TryAgain
from services.common import free_port
from tests.triage.notifiers.letters import a_notice
from triage.notifiers.smtp import Smtp


class Mailbox:
    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 ok"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if "nobody" in address:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            parsed = message_from_bytes(envelope.content, policy=policy.default)
            self.mails.append(parsed)
        return self.answer


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def url(mailbox: Mailbox) -> Iterator[str]:
    server = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    server.start()
    yield f"smtp://127.0.0.1:{server.port}"
    server.stop()


def test_a_mail_arrives_with_chinese_subject_and_the_notices_id(mailbox: Mailbox, url: str) -> None:
    sent = Smtp(url, "huiying@localhost").send(a_notice(), "zhiban@renfang.example.invalid")
    (mail,) = mailbox.mails
    assert mail["Subject"] == "【较大】签收·75%：锦绣花园人防车位"
    assert mail["Message-ID"] == sent.detail == "<abcdefgh2345@huiying>"
    assert not sent.confirmed, "a server on the way has it, nobody more"
    assert mail["To"] == "zhiban@renfang.example.invalid"
    assert mail.get_content().splitlines() == ["事件：锦绣花园人防车位", "任务：签收"]


def test_a_title_cannot_add_headers(mailbox: Mailbox, url: str) -> None:
    evil = a_notice(subject="标题\r\nBcc: everybody@example.invalid\r\n\r\n正文")
    Smtp(url, "huiying@localhost").send(evil, "a@example.invalid")
    assert mailbox.mails[0]["Bcc"] is None
    assert "Bcc: everybody" in mailbox.mails[0]["Subject"]


@pytest.mark.parametrize("address", ["a@b.invalid\r\nBcc: c@d.invalid", "不是邮箱", ""])
def test_an_address_that_is_none_is_refused(mailbox: Mailbox, url: str, address: str) -> None:
    with pytest.raises(GiveUp, match="邮箱地址不对") as refused:
        Smtp(url, "huiying@localhost").send(a_notice(), address)
    assert not address or address not in str(refused.value), "no address in the record"
    assert mailbox.mails == []


@pytest.mark.parametrize(("answer", "error"), [("451 later", TryAgain), ("554 no", GiveUp)])
def test_what_passes_is_tried_again_and_what_is_final_is_not(
    mailbox: Mailbox, url: str, answer: str, error: type[Exception]
) -> None:
    mailbox.answer = answer
    with pytest.raises(error):
        Smtp(url, "huiying@localhost").send(a_notice(), "a@example.invalid")


def test_an_unknown_recipient_is_final(url: str) -> None:
    with pytest.raises(GiveUp, match="550"):
        Smtp(url, "huiying@localhost").send(a_notice(), "nobody@example.invalid")


def test_a_server_that_is_away_is_tried_again() -> None:
    with pytest.raises(TryAgain, match="邮件服务器连不上：那个端口没有程序在接收"):
        Smtp(f"smtp://127.0.0.1:{free_port()}", "huiying@localhost").send(a_notice(), "a@example.invalid")


def test_a_server_that_speaks_no_tls_is_told_in_words(url: str) -> None:
    with pytest.raises(TryAgain, match="核对是 smtp:// 还是 smtps://"):
        Smtp(url.replace("smtp://", "smtps://"), "huiying@localhost").send(a_notice(), "a@example.invalid")


def test_a_wrong_address_of_the_server_is_named() -> None:
    with pytest.raises(Misconfigured, match="HUIYING_SMTP_URL"):
        Smtp("http://127.0.0.1", "huiying@localhost")

"""A notice as mail.  The Message-ID is the notice's id, so that a mailbox can drop a repeat."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from huiying.contracts import Notice
from huiying.errors import GiveUp, Misconfigured, TryAgain
from huiying.ports import Sent

TIMEOUT = 10.0
"""Seconds."""
_ADDRESS = re.compile(r"[^@\s,;<>()\"\x80-\U0010ffff]+@[A-Za-z0-9.-]+")


class Smtp:
    channel = "smtp"

    def __init__(self, url: str, sender: str) -> None:
        """``url`` is smtp://[user:password@]host[:port] (STARTTLS where offered) or smtps://…"""
        split = urlsplit(url)
        if split.scheme not in ("smtp", "smtps") or not split.hostname:
            raise Misconfigured(
                "环境变量 HUIYING_SMTP_URL 不对：应写 smtp://[用户:密码@]主机:端口 或 smtps://…"
            )
        self._host = split.hostname
        self._secure = split.scheme == "smtps"
        self._port = split.port or (465 if self._secure else 25)
        self._user = unquote(split.username or "")
        self._password = unquote(split.password or "")
        self._sender = sender

    def send(self, notice: Notice, address: str) -> Sent:
        message = compose(notice, sender=self._sender, address=address)
        try:
            with self._connected() as server:
                if self._user:
                    server.login(self._user, self._password)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refusal:
            codes = {code for code, _ in refusal.recipients.values()}
            raise _by_code(max(codes), f"收件人被拒收（{max(codes)}）") from refusal
        except smtplib.SMTPResponseException as refusal:
            raise _by_code(refusal.smtp_code, f"邮件服务器回复 {refusal.smtp_code}") from refusal
        except (smtplib.SMTPException, OSError) as trouble:
            raise TryAgain(f"邮件服务器连不上：{_unreached(trouble)}") from trouble
        return Sent(detail=str(message["Message-ID"]), confirmed=False)

    def _connected(self) -> smtplib.SMTP:
        if self._secure:
            return smtplib.SMTP_SSL(
                self._host, self._port, timeout=TIMEOUT, context=ssl.create_default_context()
            )
        server = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT)
        try:
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
        except BaseException:
            server.close()
            raise
        return server


def compose(notice: Notice, *, sender: str, address: str) -> EmailMessage:
    """Headers are one line each, whatever a title contains; an address that is none is refused for good."""
    if not _ADDRESS.fullmatch(address):
        raise GiveUp("邮箱地址不对，请改 policy/notices.toml")
    message = EmailMessage()
    message["From"] = sender
    message["To"] = address
    message["Subject"] = " ".join(notice.subject.split())
    message["Date"] = format_datetime(notice.owed_at)
    message["Message-ID"] = f"<{notice.id}@huiying>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(notice.body)
    return message


def _unreached(trouble: smtplib.SMTPException | OSError) -> str:
    return next((words for kind, words in _UNREACHED if isinstance(trouble, kind)), "网络不通")


_UNREACHED: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPServerDisconnected, "对方中途断开"),
    (smtplib.SMTPNotSupportedError, "对方不支持登录"),
    (smtplib.SMTPException, "对方的回复看不懂，那里可能不是邮件服务器"),
    (ssl.SSLError, "对方的证书或加密方式不对，请核对是 smtp:// 还是 smtps://"),
    (TimeoutError, "超时没有应答"),
    (ConnectionRefusedError, "那个端口没有程序在接收"),
    (socket.gaierror, "不认识那个主机名"),
)


def _by_code(code: int, words: str) -> Exception:
    """5xx is final, 4xx passes; a refused login is for a person to mend, and may be mended while we wait."""
    return GiveUp(words) if code >= 500 and code not in (530, 534, 535) else TryAgain(words)

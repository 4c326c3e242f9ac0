"""The link in a notice: to the case for those with an account, and one that works once for leaders and for those of the duty
roster who have none.  Pure.

A token is derived, not stored: HMAC over notice, channel and address with the office's key, so that a notice that is sent
again carries the same link.  What is stored is its SHA-256, which names the delivery and opens nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field, replace

from huiying.contracts import Delivery, Notice

LEADERS = ("division_head", "deputy", "head")
"""Roles of a notice that a rank stands behind, lowest first: ``Rank`` has the same words."""
PRIVATE = frozenset({"smtp", "webhook", "sms"})
"""Channels that reach whoever is told and nobody else: what the console says stands in logs, a robot's group reads along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    key: bytes = field(repr=False)
    base: str
    """Address of the office's pages, without a slash at the end."""

    def token(self, notice: Notice, delivery: Delivery) -> str:
        """32 characters, of 160 bits."""
        parts = "\0".join((notice.id, delivery.channel, delivery.address))
        mac = hmac.new(self.key, b"notice\0" + parts.encode("utf-8", "surrogatepass"), hashlib.sha256)
        return base64.b32encode(mac.digest()[:20]).decode("ascii").lower()

    def mark(self, notice: Notice, delivery: Delivery) -> str:
        """What names the delivery without saying where it went."""
        return mark_of(self.token(notice, delivery))

    def for_delivery(self, notice: Notice, delivery: Delivery) -> str:
        """The address that this delivery carries."""
        if works_once(notice, delivery):
            return f"{self.base}/n/{notice.case_id}/{notice.id}/{self.token(notice, delivery)}"
        return f"{self.base}/cases/{notice.case_id}"

    def put_in(self, notice: Notice, delivery: Delivery) -> Notice:
        """The notice as it travels: never to be kept in a case. One of several matters has its links within."""
        if not notice.case_id:
            return replace(notice, link=f"{self.base}/notices")
        link = self.for_delivery(notice, delivery)
        if delivery.persons and works_once(notice, delivery):
            return replace(
                notice, link=link, body=f"{notice.body}\n请打开后点“收到”（不用登录，只能用一次）：{link}"
            )
        hint = "不用登录，只能打开一次" if works_once(notice, delivery) else "需要登录"
        return replace(notice, link=link, body=f"{notice.body}\n查看（{hint}）：{link}")


def works_once(notice: Notice, delivery: Delivery) -> bool:
    """Whether a leader is reached by it, or somebody of the roster without an account, and nobody reads along."""
    to_leader = not set(LEADERS).isdisjoint(delivery.to or notice.to)
    return delivery.channel in PRIVATE and (bool(delivery.persons) or to_leader)


def mark_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()

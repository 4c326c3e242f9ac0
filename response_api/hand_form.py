"""The form for what was heard by telephone or seen in an app: what was typed, checked, with nothing typed lost.  Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from huiying import personal, requests
from huiying.clock import SHANGHAI
from huiying.contracts import Attachment, Channel, Request
from huiying.secrecy import secret_in
from response_api import times
from response_api.words import CHANNELS
from triage.publishing import private_in

CHOICES = (
    Channel.HAND,
    Channel.HOTLINE,
    Channel.SOCIAL,
    Channel.VIDEO,
    Channel.FORUM,
    Channel.MAILBOX,
    Channel.NEWS,
)
_LATIN = re.compile("[\x80-\xd6\xd8-\xff]{2}")
"""Without ×, which stands for what is left unsaid."""
_OF_NUMBERS = personal.OF_MATTERS | {personal.BANK, personal.ACCOUNT}
"""What the long number of a ticket may look like."""
LONG_AGO = timedelta(days=400)
"""What was heard so long ago is entered by mistake, or belongs into a file to be taken in."""
LONGEST_TITLE, LONGEST_TEXT, LONGEST_PLACE, LONGEST_REFERENCE = 120, 20_000, 60, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class HandForm:
    """As typed: every field a text, so that a faulty one can be shown again as it was."""

    nonce: str
    """One sheet of paper: whoever hands in the same sheet twice has told one thing."""
    channel: str = Channel.HOTLINE
    title: str = ""
    text: str = ""
    place: str = ""
    reference: str = ""
    """工单编号."""
    request: str = ""
    when: str = ""
    kept: tuple[Attachment, ...] = ()
    """Pictures that stand in the folder already."""
    faults: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""
    """What is the matter with the machine, not with what was typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the form says, once it holds."""

    channel: Channel
    title: str
    text: str
    place: str
    reference: str
    request: Request | None
    published_at: datetime | None


def channel_choices() -> tuple[tuple[str, str], ...]:
    named = {**CHANNELS, Channel.HAND: "当面、来信等其他"}
    return tuple((channel.value, named[channel]) for channel in CHOICES)


def checked(form: HandForm, now: datetime) -> tuple[HandForm, Told | None]:
    """The form with its faults in Chinese, and what it says where there are none."""
    faults = dict(form.faults)
    if form.channel not in {choice.value for choice in CHOICES}:
        faults["channel"] = "请选择来源渠道"
    if not form.text.strip():
        faults["text"] = "请写明听到或看到的内容"
    elif len(form.text) > LONGEST_TEXT:
        faults["text"] = f"内容太长（{len(form.text):,} 字），最多 {LONGEST_TEXT:,} 字"
    if len(form.title) > LONGEST_TITLE:
        faults["title"] = f"标题太长（{len(form.title)} 字），最多 {LONGEST_TITLE} 字"
    if len(form.place) > LONGEST_PLACE:
        faults["place"] = f"地点太长（{len(form.place)} 字），最多 {LONGEST_PLACE} 字"
    if len(form.reference) > LONGEST_REFERENCE:
        faults["reference"] = f"编号太长（{len(form.reference)} 字），最多 {LONGEST_REFERENCE} 字"
    elif form.reference.strip() and form.channel not in requests.CHANNELS:
        faults["reference"] = "有工单编号的，来源渠道选热线或信箱；不是工单的不填编号"
    if form.request and form.request not in set(Request):
        faults["request"] = "请选择一类，或留空"
    for name in ("title", "text", "place", "reference"):
        if garbled(getattr(form, name)):
            faults[name] = "这些字的编码不是 UTF-8，已读不出原样：请在这一页重新填写"
        elif name not in faults and (secret := secret_in(getattr(form, name))):
            faults[name] = secret
        elif name not in faults and (
            private := private_in(
                getattr(form, name), allowed=_OF_NUMBERS if name == "reference" else personal.OF_MATTERS
            )
        ):
            faults[name] = f"{'；'.join(private)}，请删去或遮盖；要回访的联系方式留在热线系统里"
    published_at, fault = moment(form.when, now)
    if fault:
        faults["when"] = fault
    elif published_at is None and form.reference.strip() and "reference" not in faults:
        faults["when"] = "有工单编号的，写工单上的受理时间：答复期限从它的次日起算"
    if faults:
        return replace(form, faults=faults), None
    return form, Told(
        channel=Channel(form.channel),
        title=form.title,
        text=form.text,
        place=form.place,
        reference=unicodedata.normalize("NFKC", form.reference).strip().upper(),
        request=Request(form.request) if form.request else None,
        published_at=published_at,
    )


def garbled(text: str) -> bool:
    """Bytes that were no UTF-8: taken for Latin letters, which no Chinese text has side by side, or replaced."""
    return "\ufffd" in text or (max(text, default="") <= "\xff" and bool(_LATIN.search(text)))


def moment(text: str, now: datetime) -> tuple[datetime | None, str]:
    """(moment in UTC, fault) of a datetime-local field; nothing typed is nothing known."""
    if not text:
        return None, ""
    try:
        typed = datetime.fromisoformat(text.replace("/", "-"))
        if typed.tzinfo is None:
            typed = typed.replace(tzinfo=SHANGHAI)
        when = typed.astimezone(UTC)
    except (ValueError, OverflowError):
        return None, f"时间看不懂：{text[:30]}。请写成 2026-11-23 10:24"
    if when < now - LONG_AGO:
        return (
            None,
            f"{when.astimezone(SHANGHAI).year} 年是一年多以前，请核对；补录旧信息的，整理成表格用 huiying intake 收入",
        )
    if when > now + timedelta(minutes=1):
        return None, f"时间在将来：现在是 {times.full(now)}"
    return when, ""

"""登记登载 and 登记撤下: people write down where else they put a published statement, and that it is gone from there.  Pure.

It stops no clock: what the public is owed is owed on the office's own page, where the bytes are the ones that were signed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from huiying.contracts import Actor, Appearance, Case, EventKind, Statement, TextRef
from triage.appearances import altered, compared, standing
from triage.deeds.statements import with_statement
from triage.publishing import Document
from triage.record import note, shown
from triage.refusals import Invalid, NotNow
from triage.scoring import Scoring

MOST_WHERE = 40
MOST_URL = 500
MOST_COPY = 20_000
"""Characters of a text that is compared and kept."""


def appear(
    case: Case,
    statement: Statement,
    actor: Actor,
    now: datetime,
    rules: Scoring,
    *,
    channel: str,
    where: str,
    url: str,
    at: datetime | None,
    copy: tuple[TextRef, str] | None,
    document: Document,
) -> Case:
    """``at``: None where nobody can understand what was typed; ``copy``: the text as it stood there; ``document``: what was signed.
    Raises Invalid."""
    name = rules.channel_names.get(channel)
    faults = {
        "channel": "" if name else "请选择渠道",
        "url": _wrong(url, statement),
        "at": _wrong_time(at, statement, now) if at else "",
    }
    if name is None or at is None or any(faults.values()):
        raise Invalid({name: fault for name, fault in faults.items() if fault})
    changed = altered(document, copy[1]) if copy else None
    made = Appearance(
        number=len(statement.appearances) + 1,
        channel=channel,
        where=where,
        url=url,
        at=at,
        by=actor.login,
        noted_at=now,
        copy=copy[0].digest if copy else "",
        altered=None if changed is None else len(changed),
    )
    after = replace(statement, appearances=(*statement.appearances, made))
    what = (
        f"第 {statement.number} 号文稿登在{name}（{shown(at)}），{compared(made)}{_too_soon(made, statement)}"
    )
    case = replace(with_statement(case, after), published_at=now)
    return note(case, EventKind.APPEARED, now, actor.login, what, texts=(copy[0],) if copy else ())


def remove(
    case: Case,
    statement: Statement,
    actor: Actor,
    now: datetime,
    rules: Scoring,
    *,
    appearance: str,
    at: datetime,
    words: TextRef,
) -> Case:
    """``appearance``: its number. Raises Invalid, NotNow."""
    one = next((one for one in standing(statement) if str(one.number) == appearance), None)
    if one is None:
        raise NotNow("这一处已经登记过撤下，或者不是这份文稿的")
    if at > now:
        raise Invalid({"at": "不能晚于现在"})
    if at < one.at:
        raise Invalid({"at": f"不能早于登载的时间（{shown(one.at)}）"})
    gone = replace(one, removed_at=at, removed_by=actor.login, removed_words=words.digest, noted_at=now)
    kept = tuple(gone if other is one else other for other in statement.appearances)
    case = replace(with_statement(case, replace(statement, appearances=kept)), published_at=now)
    name = rules.channel_names.get(one.channel, one.channel)
    what = f"第 {statement.number} 号文稿登在{name}的已经处理（{shown(at)}）"
    return note(case, EventKind.REMOVED, now, actor.login, what, texts=(words,))


def _wrong(url: str, statement: Statement) -> str:
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        fits = False
    if not fits or any(char.isspace() for char in url):
        return "网址看不懂，请从浏览器地址栏整行复制，以 http:// 或 https:// 开头；没有网址的留空"
    if len(url) > MOST_URL:
        return f"网址 {len(url)} 个字符，最多 {MOST_URL} 个"
    if any(one.url == url for one in standing(statement)):
        return "这个网址已经登记过"
    return ""


def _wrong_time(at: datetime, statement: Statement, now: datetime) -> str:
    if at > now:
        return "不能晚于现在"
    if at < statement.drafted_at.replace(second=0, microsecond=0):
        return f"不能早于拟稿的时间（{shown(statement.drafted_at)}）"
    return ""


def _too_soon(one: Appearance, statement: Statement) -> str:
    """Nothing is refused for it: what happened is written down."""
    signed = statement.signature
    return (
        "；登载早于签发" if signed is not None and one.at < signed.at.replace(second=0, microsecond=0) else ""
    )

"""Readings made from plain text, as this room's tests need them: words by rjieba, fingerprints by nlp."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import rjieba

from huiying import tomlfile
from huiying.contracts import (
    Certainty,
    ClockRule,
    Fingerprint,
    Place,
    Reading,
    Signal,
    SignalKind,
    Term,
    TopicReading,
)
from nlp.annotators import fingerprint as printing
from tests.factories import NOW, a_post, a_reading
from triage.calendar import Calendar
from triage.policy import Policy, load

CODES = {"郑州市": "410100", "洛阳市": "410300", "许昌市": "411000", "开封市": "410200"}
COUNTIES = {
    "中原区": "410102",
    "金水区": "410105",
    "二七区": "410103",
    "魏都区": "411002",
    "洛龙区": "410311",
}
COMMON = frozenset(
    [
        "我们",
        "你们",
        "他们",
        "自己",
        "没有",
        "什么",
        "怎么",
        "今天",
        "现在",
        "这个",
        "那个",
        "一个",
        "已经",
        "还是",
        "就是",
        "不是",
        "可以",
        "大家",
        "知道",
    ]
)


@cache
def policy() -> Policy:
    return load(tomlfile.DEFAULTS)


CALENDAR = Calendar()
"""As the software brings it."""


def rules() -> tuple[ClockRule, ...]:
    """Those that hold for the province today."""
    return policy().pack_for(policy().top(), NOW.date()).rules


def place(city: str = "郑州市", county: str = "", certainty: Certainty = Certainty.STATED) -> Place:
    code = COUNTIES[county] if county else CODES[city]
    return Place(province="河南省", city=city, county=county, code=code, certainty=certainty)


def fingerprint(text: str) -> Fingerprint:
    return printing.full("", text)


def terms(text: str) -> tuple[Term, ...]:
    counts = Counter(word for word in rjieba.cut(text) if len(word) > 1 and word not in COMMON)
    return tuple(Term(word=word, weight=float(n)) for word, n in counts.most_common(40))


def reading(
    text: str,
    *,
    title: str = "",
    topic: str = "T01",
    where: Place | None = None,
    at: datetime = NOW,
    signals: tuple[SignalKind, ...] = (),
    post: dict[str, Any] | None = None,
    **changes: Any,
) -> Reading:
    """What nlp would make of a text that was published five minutes before ``at``."""
    written = {"published_at": at - timedelta(minutes=5), "collected_at": at - timedelta(minutes=1)}
    return a_reading(
        post=a_post(title=title, text=text, **{**written, **(post or {})}),
        topics=(TopicReading(code=topic, score=0.8),),
        places=(where or place(),),
        terms=terms(f"{title}。{text}"),
        fingerprint=fingerprint(f"{title}{text}"),
        signals=tuple(Signal(kind=kind) for kind in signals),
        **changes,
    )

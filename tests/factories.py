"""Posts, readings, cases and lines with sensible contents: a test names only what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from huiying import identity
from huiying.contracts import (
    ArchiveLine,
    Attitude,
    Authority,
    Case,
    CaseState,
    Category,
    CategoryReading,
    Certainty,
    Channel,
    ClockKind,
    ClockRule,
    Disposition,
    Fingerprint,
    Level,
    Occurrence,
    Origin,
    Place,
    Post,
    Profile,
    Reading,
    Relevance,
    ResponseClock,
    Route,
    Rung,
    Severity,
    Tallies,
    Tier,
    TopicReading,
    Verdict,
)

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday 23 November 2026, 10:00 in Zhengzhou."""

_numbers = count(1)


def a_post(**changes: Any) -> Post:
    """A citizen's message on the mailbox; a new one every time, with an id and a version that fit its content."""
    native_id = changes.pop("native_id", f"message-{next(_numbers)}")
    title = changes.get("title", "地下车库人防门被拆")
    text = changes.get("text", "郑州市某小区地下车库的人防门被物业拆除，改成了储物间，投诉多次没有答复。")
    source = changes.get("source", "mailbox")
    post = Post(
        id=identity.post_id(source, native_id=native_id),
        version=identity.content_version(title, text),
        source=source,
        source_name="网上信箱",
        channel=Channel.MAILBOX,
        tier=Tier.ORDINARY,
        basis="本单位信箱",
        url=f"http://127.0.0.1/mailbox/{native_id}",
        title=title,
        text=text,
        author="u2345",
        published_at=NOW - timedelta(minutes=20),
        collected_at=NOW - timedelta(minutes=10),
        origin=Origin.LIVE,
    )
    return replace(post, **changes)


def a_reading(**changes: Any) -> Reading:
    """A relevant complaint about removed equipment in Zhengzhou; name ``post`` to read another one."""
    post = changes.get("post") or a_post()
    reading = Reading(
        post=post,
        jurisdiction="henan",
        relevance=Relevance(verdict=Verdict.ALERT, score=0.93),
        topics=(TopicReading(code="T07", score=0.8),),
        categories=(CategoryReading(category=Category.DIFFICULTY, score=0.7),),
        attitude=Attitude.NEGATIVE,
        places=(Place(province="河南省", city="郑州市", code="410100", certainty=Certainty.STATED),),
        fingerprint=Fingerprint(
            exact=identity.digest(post.text), minhash=tuple(range(128)), length=len(post.text)
        ),
        reader="test",
        read_at=NOW,
    )
    return replace(reading, **changes)


def a_rule(**changes: Any) -> ClockRule:
    """The house's duty to acknowledge within two hours."""
    rule = ClockRule(
        kind=ClockKind.ACKNOWLEDGE,
        name="签收",
        duty="责任单位签收转办单",
        citation="办内规定",
        authority=Authority.HOUSE,
        start="detected_at",
        hours=2,
        levels=tuple(Level),
        rungs=(Rung(name="到期", after_minutes=0, to=("unit",), reason="到期未签收"),),
    )
    return replace(rule, **changes)


def a_clock(**changes: Any) -> ResponseClock:
    """A clock that started at NOW and is due two hours later."""
    clock = ResponseClock(
        rule=a_rule(),
        started_at=NOW,
        start_source="发现时间",
        due_at=NOW + timedelta(hours=2),
        working=("发现时间 10:00，加 2 小时，12:00 到期",),
    )
    return replace(clock, **changes)


def a_severity(**changes: Any) -> Severity:
    severity = Severity(
        level=Level.GENERAL, possible=Level.GENERAL, low=1, high=2, points=(), policy="test-1"
    )
    return replace(severity, **changes)


def a_route(**changes: Any) -> Route:
    route = Route(
        rule="R1", lead="zhengzhou", article="第十条", basis="S", why="事情在郑州，由郑州市人防办牵头"
    )
    return replace(route, **changes)


def a_case(**changes: Any) -> Case:
    """A fresh alert in its first revision, without clocks; a new one every time."""
    opened_by = changes.get("opened_by") or a_post().key
    detected_at = changes.get("detected_at", NOW)
    case = Case(
        id=identity.case_id(opened_by),
        revision=1,
        jurisdiction="henan",
        state=CaseState.FLAGGED,
        origin=Origin.LIVE,
        title="地下车库人防门被拆",
        lead="郑州市某小区地下车库的人防门被物业拆除，改成了储物间。",
        topic="T07",
        categories=(Category.DIFFICULTY,),
        attitude=Attitude.NEGATIVE,
        place=Place(province="河南省", city="郑州市", code="410100", certainty=Certainty.STATED),
        opened_by=opened_by,
        occurred=Occurrence(),
        first_public_at=detected_at - timedelta(minutes=20),
        collected_at=detected_at - timedelta(minutes=10),
        detected_at=detected_at,
        flagged_at=detected_at,
        last_post_at=detected_at,
        tallies=Tallies(posts=1, originals=1),
        profile=Profile(),
        severity=a_severity(),
        route=a_route(),
        policy="test-1",
    )
    return replace(case, **changes)


def a_line(**changes: Any) -> ArchiveLine:
    """The line of a post that belongs to a case; of one that was dropped where ``disposition`` says so."""
    disposition = changes.get("disposition", Disposition.ATTACHED)
    kept = disposition in {Disposition.ATTACHED, Disposition.DUPLICATE}
    body = changes.get("body") or (changes["reading"].post if changes.get("reading") else a_post())
    line = ArchiveLine(
        post=body.key,
        disposition=disposition,
        at=NOW,
        case_id="case-1" if kept else None,
        reason="" if kept else "与人防工作无关",
        body=body,
        reading=a_reading(post=body) if kept else None,
    )
    return replace(line, **changes)

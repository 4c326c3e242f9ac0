"""Posts, readings, cases and lines with sensible contents: a test names only what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import count
from typing import Any

from huiying import identity, tomlfile
from huiying.contracts import (
    HANDLED_AS,
    Aftermath,
    ArchiveLine,
    Assessment,
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
    Publicity,
    Reading,
    Relevance,
    ResponseClock,
    Route,
    Rung,
    Severity,
    Statement,
    StatementKind,
    StatementState,
    Tallies,
    Tier,
    TopicReading,
    Verdict,
)
from huiying.ports import Engine
from triage import publishing
from triage.packs import Handling
from triage.publishing import Draft, Part
from triage.texts import Texts

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


PARTS = {
    Part.FACTS: "11月20日现场查看，地下二层东侧一樘人防门被拆下，放在隔壁储物间，门框完好。",
    Part.STANCE: "人防门属于防护设备，不得擅自拆除。",
    Part.MEASURES: "已责令物业当天停止使用储物间，11月28日前把门装回原处，逾期依法处罚。",
    Part.NEXT: "装回后一周内组织复查，结果在本页公布。",
    Part.CONTACT: "工作日可以到市国防动员办公室工程处当面询问。",
}


@cache
def handling() -> Handling:
    """As the office's own file says."""
    return tomlfile.read(tomlfile.DEFAULTS / "handling.toml", Handling)


def a_body(*, unit: str = "郑州市国防动员办公室", **changes: Any) -> bytes:
    """The bytes of a whole answer; name any field of a Draft to have it otherwise."""
    draft = Draft(
        kind=StatementKind.ANSWER,
        category=Category.DIFFICULTY,
        title="关于地下车库人防门被拆的处理情况",
        parts=PARTS,
    )
    return publishing.compose(replace(draft, **changes), unit=unit, handling=handling())


def a_statement(case_id: str, body: bytes | None = None, **changes: Any) -> Statement:
    """A published answer of these bytes, half an hour old; its kind and attributes are the caller's to fit."""
    body = a_body() if body is None else body
    number = changes.get("number", 1)
    statement = Statement(
        id=identity.statement_id(case_id, number),
        number=number,
        kind=StatementKind.ANSWER,
        state=StatementState.PUBLISHED,
        sha256=sha256(body).hexdigest(),
        title=publishing.parse(body).title,
        author="chengban",
        authors=("chengban",),
        unit="zhengzhou",
        drafted_at=NOW - timedelta(hours=2),
        edited_at=NOW - timedelta(hours=2),
        category=Category.DIFFICULTY,
        publicity=Publicity.OPEN,
        published_at=NOW - timedelta(minutes=30),
        published_by="fayan",
    )
    return replace(statement, **changes)


def an_answered_case(*statements: Statement, **changes: Any) -> Case:
    """A case whose published statements these are; without any, one answer of the usual bytes."""
    case = a_case(state=CaseState.PUBLISHED, **{"detected_at": NOW - timedelta(hours=8), **changes})
    told = statements or (a_statement(case.id),)
    at = max((s.published_at for s in told if s.published_at), default=None)
    category = max(told, key=lambda statement: statement.number).category
    if "assessment" not in changes and category in HANDLED_AS:
        case = replace(case, assessment=an_assessment(category=category))
    watched = Aftermath(since=at, peak_before=1) if at else None
    return replace(case, statements=told, published_at=at, aftermath=changes.get("aftermath", watched))


def an_assessment(**changes: Any) -> Assessment:
    category = changes.get("category", Category.DIFFICULTY)
    assessment = Assessment(
        category=category,
        duty=handling().row(category).duty,
        by="chengban",
        at=NOW - timedelta(hours=4),
        finding="",
    )
    return replace(assessment, **changes)


def tell(engine: Engine, case: Case, *bodies: bytes) -> Case:
    """Save a case, with the bytes of its statements; without ``bodies`` the usual ones."""
    texts = Texts(engine.register)
    for body in bodies or (a_body(),):
        texts.keep_body(body)
    engine.cases.save([case])
    return case

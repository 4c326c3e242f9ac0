"""No word of what people post or type comes into the record: what posts say is counted, referred to or left out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from huiying import personal
from huiying.anchors import Anchors
from huiying.clock import ManualClock
from huiying.contracts import (
    Attachment,
    CaseState,
    Certainty,
    EventKind,
    Field,
    Occurrence,
    Place,
    Reading,
    Signal,
    SignalKind,
    Span,
    Term,
    Tier,
    Why,
)
from huiying.export import export
from huiying.ports import Engine, Notifier
from huiying.recordfile import Event, Line
from huiying.verify import verify
from tests.factories import NOW, a_case
from tests.triage.texts import policy, reading
from triage.courier import Courier
from triage.handle import StoryHandler
from triage.handover import Handover
from triage.lifecycle import open_case
from triage.links import Links
from triage.notifiers.console import Console
from triage.notifiers.smtp import Smtp
from triage.packs import AddressRow
from triage.policy import Policy
from triage.rebound import watched_from
from triage.record import TRIAGE, carried, indexed, note
from triage.texts import Texts
from triage.watch import Watch

BIRD = "金丝雀"
"""In every field that comes from a post or from a person, in one form or another."""
PHONE = "13800000000"
CANARIES = (BIRD, PHONE, "canary")


MATTERS = (
    "地下车库人防门被物业拆掉改成储物间", "警报器半夜乱响老人受惊", "疏散演练占了学校操场", "窗口办易地建设费跑了五趟",
    "防空洞纳凉点一直锁门", "人防车位一年涨价三次", "商业街顶板渗水电箱冒烟", "新楼没有修防空地下室",
    "坑道里堆满建筑垃圾", "指挥车堵住消防通道", "执法的人开口要好处", "网上说要打仗囤粮食", "设备间里流出污水臭味",
    "工程图纸被传到群里", "通风井砸伤路人", "演习的警报没有提前公告", "物资库着火烟很大", "退款拖了两年没有下文",
)  # fmt: skip
"""So different that each is a story of its own."""
RISES = "物资库着火"


def sung(text: str, *kinds: SignalKind, topic: str = "T07", minutes: int = 0, **post: object) -> Reading:
    """What nlp makes of a post that carries a canary wherever words can stand."""
    why = (Why(rule=f"{BIRD}规则", note=f"{BIRD}说明", weight=1.0, spans=(_span(),)),)
    made = reading(
        f"{text}，局长{BIRD}，{PHONE}",
        title=f"{BIRD}标题",
        topic=topic,
        where=Place(
            province="河南省",
            city=f"{BIRD}{text[:3]}市",
            county=f"{BIRD}县",
            certainty=Certainty.STATED,
            why=why,
        ),
        at=NOW + timedelta(minutes=minutes),
        post={
            "source": "canary",
            "source_name": f"{BIRD}网",
            "basis": f"{BIRD}依据",
            "site": str(post.get("source", "canary")),
            "url": f"http://127.0.0.1/canary/{post.get('native_id', minutes)}",
            "author": "canary",
            "region": f"{BIRD}地",
            "stated_place": f"{BIRD}处",
            "tier": Tier.ORDINARY,
            "attachments": (Attachment(sha256="a" * 64, media_type="image/png", name=f"{BIRD}.png", size=1),),
            **post,
        },
        units=(f"{BIRD}{text[-4:]}有限公司",),
    )
    return replace(
        made,
        relevance=replace(made.relevance, why=why),
        signals=tuple(
            Signal(kind=kind, amount=3.0, claimed=True, detail=f"{BIRD}细节，拉横幅集体上访", why=why)
            for kind in kinds
        ),
        terms=(*made.terms, Term(word=BIRD + text, weight=9.0)),
        occurred=Occurrence(at=NOW - timedelta(hours=2), source="text", certainty=Certainty.STATED, why=why),
    )


def _span() -> Span:
    return Span(field=Field.TEXT, start=0, end=3, text=BIRD)


def with_addresses() -> Policy:
    """Mail goes to an address that no mail server takes, with somebody's name in it."""
    known = policy()
    console = AddressRow(channel="console", role="any", to="值班台")
    mail = AddressRow(channel="smtp", role="any", to=f"{BIRD}先生 {PHONE}")
    notices = known.notices.model_copy(update={"address": (console, mail)})
    return replace(known, notices=notices, channels=frozenset({"console", "smtp"}))


def a_day_of_it(engine: Engine) -> None:
    """Stories open, grow, rise, are routed, run late, lapse, come back; notices arrive and are refused."""
    rules, clock = with_addresses(), ManualClock(NOW)
    handler = StoryHandler(engine.cases, engine.archive, rules)
    watch = Watch(engine.cases, engine.archive, rules, clock)
    channels: dict[str, Notifier] = {
        "console": Console(lambda _line: None),
        "smtp": Smtp("smtp://127.0.0.1:1", "a@b.invalid"),
    }
    courier = Courier(
        engine.cases,
        engine.stream,
        channels,
        clock,
        links=Links(key=b"k" * 32, base="http://127.0.0.1"),
        handover=Handover({}, Texts(engine.register), clock),
    )
    handler.handle([sung(MATTERS[0], topic="T07", native_id=f"first-{n}") for n in range(2)], NOW)
    tiers = (Tier.ORDINARY, Tier.CITY)
    for number, (text, kind) in enumerate(zip(MATTERS[1:], SignalKind, strict=False)):
        # A story that says little at first, then more: its level rises, with names beside it.
        handler.handle([sung(text, topic="T06")], NOW)
        more = [
            sung(text, kind, topic="T06", minutes=n, native_id=f"{kind}-{n}", tier=tiers[n * number % 2])
            for n in range(1, 4)
        ]
        handler.handle(more, NOW + timedelta(minutes=5))
    for hours in (1, 6, 30, 24 * 40):
        watch.tick(NOW + timedelta(hours=hours))
        courier.tick(NOW + timedelta(hours=hours))
    _answered_and_back(engine, handler)


def _answered_and_back(engine: Engine, handler: StoryHandler) -> None:
    """A story that was answered, and that many people speak of again: one that rises by that while its clocks run."""
    case = next(case for case in engine.cases.all() if case.lead.startswith(RISES))
    later = NOW + timedelta(minutes=30)
    answered = replace(
        case,
        revision=case.revision + 1,
        state=CaseState.PUBLISHED,
        aftermath=watched_from(case, later),
        last_post_at=later,
    )
    engine.cases.save([answered])
    handler.forget()
    line = next(iter(engine.archive.of_cases([case.id])))
    assert line.body is not None
    again = [
        sung(line.body.text, minutes=40, native_id=f"again-{n}", repost_of=line.body.id, source=f"canary{n}")
        for n in range(60)
    ]
    handler.handle(again, NOW + timedelta(hours=1))


@pytest.fixture
def record(engine: Engine) -> Iterator[list[str]]:
    a_day_of_it(engine)
    sheet = io.BytesIO()
    export(engine.cases, Anchors(engine), sheet.write, office="henan", now=NOW)
    assert verify(io.BytesIO(sheet.getvalue())).ok
    yield sheet.getvalue().decode().splitlines()


def events(record: list[str]) -> list[Event]:
    told = (msgspec.json.decode(line, type=Line).event for line in record)
    return [event for event in told if event is not None]


def test_no_word_of_a_post_and_no_address_is_in_any_line_of_the_record(record: list[str]) -> None:
    leaks = [line for line in record if any(canary in line for canary in CANARIES)]
    assert not leaks, leaks[:3]
    assert not [line for line in record if personal.find(_words_of(line))]


def _words_of(line: str) -> str:
    """What people read in it: digests and ids are no telephone numbers."""
    told = msgspec.json.decode(line, type=Line).event
    return f"{told.what}\n{told.why}" if told else ""


def test_the_day_of_the_canaries_has_everything_in_it_that_the_machine_records(record: list[str]) -> None:
    """Or the test above would prove little."""
    kinds = {EventKind(event.kind) for event in events(record)}
    assert kinds >= {
        EventKind.OPENED,
        EventKind.GREW,
        EventKind.FLAGGED,
        EventKind.LEVEL_CHANGED,
        EventKind.ROUTED,
        EventKind.CLOCK_STARTED,
        EventKind.CLOCK_RECOMPUTED,
        EventKind.CLOCK_BROKEN,
        EventKind.RUNG_REACHED,
        EventKind.NOTICE_SENT,
        EventKind.NOTICE_FAILED,
        EventKind.REBOUND,
        EventKind.REOPENED,
    }
    raised = [event.why for event in events(record) if event.kind == EventKind.LEVEL_CHANGED]
    assert any("涉事主体" in why for why in raised), raised


def test_who_did_it_is_an_account_or_a_part_of_the_system(record: list[str]) -> None:
    assert {event.who for event in events(record)} == {"system:triage", "system:watch", "system:courier"}


def test_evidence_is_named_by_id_alone(record: list[str]) -> None:
    named = {id for event in events(record) for id in event.evidence}
    assert named and all(re.fullmatch("[a-z2-7]{32}", id) for id in named)


def test_an_event_ties_itself_to_the_one_before(engine: Engine) -> None:
    one = note(a_case(), EventKind.OPENED, NOW, TRIAGE, "发现苗头")
    two = note(one, EventKind.GREW, NOW, TRIAGE, "又有新情况")
    assert [event.sequence for event in two.events] == [1, 2]
    assert two.events[1].previous == two.events[0].digest != ""


def test_a_case_that_stands_as_the_store_needs_it_is_not_copied() -> None:
    rules = policy()
    case = open_case(reading("郑州市某小区地下车库的人防门被拆除"), rules, NOW)
    assert indexed(case, rules) is case and carried(case) is case
    owing = replace(case, events_published=len(case.events), next_rung_at=None, awaits=("sign",))
    assert indexed(owing, rules) == replace(case, events_published=len(case.events), next_event_at=None)
    assert carried(owing).next_rung_at is None

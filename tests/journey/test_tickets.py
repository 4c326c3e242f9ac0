"""From the hotline's export to an answer: nothing that somebody waits for gets lost on the way, whatever it speaks of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawlers import columns
from crawlers.intake import intake
from huiying import tomlfile
from huiying.clock import ManualClock
from huiying.contracts import Case, CaseState, EventKind, Origin, Request, SortedBy
from huiying.engines import open_engine
from huiying.ports import CaseQuery, Engine
from huiying.settings import Settings
from huiying.suppression import Suppression
from huiying.topics import POSTS, READINGS
from nlp.handle import ReadingHandler
from nlp.pipeline import Reader
from tests.triage.texts import policy
from triage.callers import owed
from triage.handle import StoryHandler
from triage.watch import Watch
from triage.words import TICKET_OVER

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
EXPORT = (
    "工单编号,诉求标题,诉求内容,受理时间,所属区县,诉求类型,来电号码\n"
    "HN001,人防车位,中原区锦绣花园开发商把人防车位只租不售，一次收二十年租金，请人防办管一管,2026-11-23 09:10,中原区,投诉,13800000000\n"
    "HN002,电梯,小区电梯坏了三天没人修,2026-11-23 09:20,中原区,咨询,13800000001\n"
    "HN003,感谢,谢谢你们上次帮忙,2026-11-23 09:30,中原区,表扬,13800000002\n"
)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_engine(Settings(data=tmp_path / "office", engine="embedded"))


def taken(engine: Engine, tmp_path: Path, models: Path, text: str, origin: Origin) -> list[Case]:
    """What becomes of an export on the way through reading and triage."""
    file = tmp_path / "day.csv"
    file.write_text(text, "utf-8")
    mapping = columns.find("12345", tomlfile.DEFAULTS)
    data = tmp_path / "crawler"
    data.mkdir()
    intake(
        file,
        stream=engine.stream,
        data=data,
        key=b"k",
        mapping=mapping,
        source="12345",
        origin=origin,
        now=NOW,
    )
    reader = Reader.load(models, policy=tomlfile.DEFAULTS, jurisdiction="henan")
    posts = [POSTS.decode(record.value) for record in engine.stream.scan(POSTS.name)]
    ReadingHandler(engine.stream, engine.archive, reader, Suppression(engine.register, b"k")).handle(
        posts, NOW
    )
    readings = [READINGS.decode(record.value) for record in engine.stream.scan(READINGS.name)]
    StoryHandler(engine.cases, engine.archive, policy()).handle(readings, NOW)
    return list(engine.cases.search(CaseQuery()).cases)


def test_every_live_ticket_of_an_export_is_owed_an_answer_also_what_is_none_of_ours(
    engine: Engine, tmp_path: Path, models: Path
) -> None:
    cases = taken(engine, tmp_path, models, EXPORT, Origin.LIVE)
    tickets = {ticket.reference: (case, ticket) for case in cases for ticket in case.tickets}
    assert set(tickets) == {"HN001", "HN002"}
    parking, lift = tickets["HN001"], tickets["HN002"]
    assert (parking[1].request, parking[1].sorted_by) == (Request.COMPLAINT, SortedBy.ITSELF)
    assert parking[0].clocks, "it is public opinion too, with clocks of its own"
    assert lift[0].state is CaseState.WATCHING and not lift[0].clocks, "an answer is owed, and no 舆情 duty"
    month = NOW + timedelta(days=31)
    Watch(engine.cases, engine.archive, policy(), ManualClock(month)).tick(month)
    for case, _ in (parking, lift):
        late = engine.cases.get(case.id)
        assert owed(late) and "ticket" in late.awaits
        assert [one for one in late.outbox if one.rung == TICKET_OVER]
        assert [event for event in late.events if event.kind is EventKind.TICKET_OVERDUE]


def test_old_history_owes_nothing_and_what_is_none_of_ours_ends_where_it_ended(
    engine: Engine, tmp_path: Path, models: Path
) -> None:
    cases = taken(engine, tmp_path, models, EXPORT, Origin.BACKFILL)
    assert cases and not [ticket for case in cases for ticket in case.tickets]
    assert not [case for case in cases if "电梯" in case.title]

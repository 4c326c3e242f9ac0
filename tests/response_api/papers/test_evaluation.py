"""评估表: every point with its working, what is open said to be open, and what a person added."""

from __future__ import annotations

from dataclasses import replace

from huiying.contracts import Case, Publicity, Rank, Role, StatementKind
from huiying.ports import Engine
from response_api.papers.evaluation import evaluation
from tests.factories import NOW
from tests.response_api import office
from tests.response_api.papers.matters import (
    HOUR,
    assert_nobody_stands_in,
    closed,
    do,
    heard,
    material,
    opened,
    text_of,
)
from tests.triage.people import CHECKER, a_desk, person
from triage.appraisal import Appraiser
from triage.scoring import shipped
from triage.texts import Texts

DAYS = 24 * HOUR


def paper(engine: Engine, case: Case):  # type: ignore[no-untyped-def]
    now = NOW + 10 * DAYS
    appraiser = Appraiser(
        cases=engine.cases, texts=Texts(engine.register), policy=office.names(), rules=shipped()
    )
    return evaluation(replace(material(engine, case, now), card=appraiser.card(case, now)))


def rows(engine: Engine, case: Case) -> dict[str, tuple[str, str]]:
    table = opened(paper(engine, case)).tables[1]
    return {row.cells[1].text: (row.cells[2].text, row.cells[3].text) for row in table.rows}


def test_each_line_has_its_points_and_its_working(engine: Engine) -> None:
    case = closed(engine, heard(engine))
    told = rows(engine, case)
    assert told["首次有效回应"][0] == "40/40"
    assert told["发布渠道"] == ("待定/12", "其他渠道待评估时填写"), "no courier has handed it to the page"
    assert "（有几项未定）" in text_of(paper(engine, case))
    assert_nobody_stands_in(paper(engine, case))


def test_what_a_person_added_settles_it_and_stands_there_with_its_ground(engine: Engine) -> None:
    case, desk = closed(engine, heard(engine)), a_desk(engine)
    judge = person(Role.CHECKER, login="ping", rank=Rank.DIVISION_HEAD)
    assert judge.login != CHECKER.login
    case = do(
        desk.evaluate, case, desk, judge, NOW + 32 * HOUR,
        channels=["weibo", "wechat"], in_place=True, flags=["criticised"], note="通报见省办简报第六期",
    )  # fmt: skip
    assert rows(engine, case)["发布渠道"][0] == "6/12"
    told = text_of(paper(engine, case))
    assert "一票否决" in told
    assert "受到上级通报批评（一票否决），依据豫人防综〔2017〕7号 三（四）。" in told
    assert "通报见省办简报第六期" in told
    assert "ping" not in told


def test_a_result_that_is_not_open_is_no_public_answer(engine: Engine) -> None:
    filled = material(engine, closed(engine, heard(engine)))
    assert "公开回应｜2026-11-23 12:00" in text_of(evaluation(filled))
    shut = replace(filled.published[0], kind=StatementKind.RESULT, publicity=Publicity.CLOSED)
    assert "公开回应｜没有公开发布" in text_of(evaluation(replace(filled, published=(shut,))))


def test_what_is_not_scored_says_so(engine: Engine) -> None:
    filled = material(engine, heard(engine))
    assert "这件事不计分。" in text_of(evaluation(filled))

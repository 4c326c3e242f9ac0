"""舆情专报: how a matter spread, what is said and asked for, how it is judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.contracts import Case, CaseState, Channel, Disposition, Erased, PostKey, Reading, Tier
from huiying.ports import Engine
from response_api.papers.brief import MOST_DAYS, brief
from tests.factories import NOW, a_line
from tests.response_api.papers.matters import (
    FINDING,
    FOLLOWED,
    HOUR,
    answered,
    assert_nobody_stands_in,
    heard,
    material,
    opened,
    said,
    text_of,
)
from tests.triage.test_tickets import a_ticket


def another(text: str = FOLLOWED, *, days: int = 1) -> Reading:
    return said(
        text,
        at=NOW - timedelta(days=days),
        post={"channel": Channel.NEWS, "tier": Tier.CITY, "source_name": "中原晚报网"},
    )


@pytest.fixture
def case(engine: Engine) -> Case:
    return heard(engine, another())


def tables(engine: Engine, case: Case) -> dict[str, list[list[str]]]:
    """By the name of their first column."""
    document = opened(brief(material(engine, case)))
    found = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return {rows[0][0]: rows[1:] for rows in found}


def test_its_parts_stand_in_their_order(engine: Engine, case: Case) -> None:
    headings = [
        one.text
        for one in opened(brief(material(engine, case))).paragraphs
        if one.style and one.style.name == "Heading 1"
    ]
    assert headings == ["一、概况", "二、传播情况", "三、内容分析", "四、研判", "五、建议"]
    assert_nobody_stands_in(brief(material(engine, case)))


def test_what_callers_are_owed_stands_with_what_runs_out(engine: Engine, case: Case) -> None:
    over = replace(a_ticket(reference="HN-1"), due_at=NOW - HOUR)
    done = replace(a_ticket(reference="HN-2"), answered_at=NOW)
    told = text_of(brief(material(engine, replace(case, tickets=(over, a_ticket(reference="HN-3"), done)))))
    assert "投诉工单 2 件待答复，其中1件已逾期，最早的应于2026年11月23日9时00分前答复（法定）" in told
    assert "HN-" not in told and "工单" not in text_of(brief(material(engine, case)))


def test_spread_is_told_by_day_channel_and_reach(engine: Engine, case: Case) -> None:
    found = tables(engine, case)
    assert found["日期"] == [["2026-11-22", "1"], ["2026-11-23", "1"]]
    assert sorted(found["渠道"]) == [["新闻", "1", "50%"], ["社交平台", "1", "50%"]]
    assert sorted(found["传播层级"]) == [["大V、本地自媒体", "1", "50%"], ["市级媒体", "1", "50%"]]
    assert found["时间"][0][0] == "2026-11-22 09:55" and found["时间"][0][2].startswith("首发：")


def test_an_edit_counts_once_and_idle_talk_not_at_all(engine: Engine, case: Case) -> None:
    filled = material(engine, case)
    (line, *_) = filled.lines
    assert line.body is not None and line.reading is not None
    edited = replace(line, post=PostKey(line.post.id, "edited"))
    idle = a_line(reading=replace(line.reading, post=replace(line.body, id="other"), idle=True))
    more = replace(filled, lines=(*filled.lines, edited, idle))
    document = opened(brief(more))
    assert "按库中 2 条统计" in "\n".join(one.text for one in document.paragraphs)
    cut = text_of(brief(replace(filled, cut=True)))
    assert "只统计最近的 2 条" in cut


def test_attitudes_wishes_and_words_are_told_without_anybody(engine: Engine, case: Case) -> None:
    told = text_of(brief(material(engine, case)))
    assert tables(engine, case)["态度"][0] == ["负面", "2", "100%"]
    assert "系统逐条初判：实际困难2条" in told
    assert "“希望尽快公布收费依据。”" in told and "请问何时能按月租？" in told
    assert "1. “网传地下车库塌了，两个人没出来！”（网传，待核实）" in told


def test_the_judgement_shows_points_trend_and_what_people_found(engine: Engine, case: Case) -> None:
    told = text_of(brief(material(engine, answered(engine, case), NOW + 3 * HOUR)))
    assert "近24小时1条，此前24小时1条，持平" in told
    assert (
        f"实际困难，公布解决情况；暂时解决不了的说明原因和下一步（2026年11月23日10时03分）。{FINDING}" in told
    )
    rows = tables(engine, case)["定级指标"]
    assert rows[-1][0] == "合计" and len(rows) == 11


def test_an_erased_file_gives_what_is_left_and_says_so(engine: Engine, case: Case) -> None:
    gone = replace(
        case,
        state=CaseState.CLOSED,
        title="档案期满，内容已清除",
        lead="",
        erased=Erased(at=NOW, rule="案卷保管期限 3 年（舆情等级一般）"),
    )
    filled = material(engine, gone)
    blank = tuple(replace(line, erased=gone.erased) for line in filled.lines)
    told = text_of(brief(replace(filled, lines=blank)))
    assert "内容已清除" in told and "案卷保管期限 3 年" in told and "本件只载留存的" in told
    assert "关于一件内容已清除的事项的专报" in told
    assert "锦绣花园" not in told and "据反映" not in told and "信息原文已按规定清除" in told
    assert ["2026-11-23", "1"] in [
        [cell.text for cell in row.cells]
        for table in opened(brief(replace(filled, lines=blank))).tables
        for row in table.rows
    ], "days are counted on"


def test_of_a_long_story_the_last_month_is_told_by_day(engine: Engine, case: Case) -> None:
    filled = material(engine, case)
    body = filled.lines[0].body
    assert body is not None
    posts = [replace(body, id=f"p{n}", published_at=NOW - timedelta(days=n)) for n in range(MOST_DAYS + 5)]
    long = replace(filled, lines=tuple(a_line(body=post) for post in posts))
    table = next(one for one in opened(brief(long)).tables if one.rows[0].cells[0].text == "日期")
    assert len(table.rows) == MOST_DAYS + 1 and table.rows[-1].cells[0].text == "2026-11-23"
    assert f"逐日只列最近 {MOST_DAYS} 天" in text_of(brief(long))


def test_numbers_that_a_cut_went_through_stand_nowhere(engine: Engine) -> None:
    for before in range(100, 125):
        text = (
            "人防车位只租不售，"
            + "很" * before
            + "13812345678，网传车库塌了"
            + "很" * before
            + "13987654321 请问"
        )
        case = heard(engine, said(text * 20, at=NOW - timedelta(days=before)))
        told = text_of(brief(material(engine, case)))
        for part in ("1381", "5678", "1398", "4321"):
            assert part not in told


def test_where_it_began_is_not_guessed_from_the_newest_posts(engine: Engine, case: Case) -> None:
    filled = replace(material(engine, case), cut=True)
    other = replace(filled, case=replace(case, evidence=()))
    told = text_of(brief(other))
    assert "首发：来源未知（待核）" in told and "首发：中原区" not in told
    assert "首发：社交平台“本地生活公众号”" in text_of(brief(filled))


def test_without_a_post_at_hand_it_says_that_the_spread_is_unknown(engine: Engine, case: Case) -> None:
    bare = replace(material(engine, case), lines=())
    assert "逐日、分渠道的条数未知（待核）" in text_of(brief(bare))
    dropped = replace(bare, lines=(a_line(disposition=Disposition.IRRELEVANT, body=None),))
    assert "逐日、分渠道的条数未知（待核）" in text_of(brief(dropped))

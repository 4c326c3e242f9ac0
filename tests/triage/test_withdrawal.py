"""A case without the posts that somebody withdrew: what it knows stays, what they said does not."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from huiying import chain, codec
from huiying.blanking import ANSWERS
from huiying.contracts import (
    ArchiveLine,
    Case,
    CaseState,
    Certainty,
    Disposition,
    EventKind,
    Field,
    Occurrence,
    Place,
    Quoted,
    Reading,
    Relevance,
    Signal,
    SignalKind,
    SignalSeen,
    Span,
    Suggestion,
    Term,
    Verdict,
    Why,
)
from huiying.ports import Engine
from tests.factories import NOW, a_case, a_line, a_post, a_reading
from tests.response_api import office
from tests.triage.notifiers.letters import a_notice
from tests.triage.people import DUTY, a_desk, taken_in
from tests.triage.texts import place, policy, reading
from triage.gather import evidence_of
from triage.handle import StoryHandler
from triage.lifecycle import title_of
from triage.record import note
from triage.saving import amend
from triage.titles import UNTITLED
from triage.withdrawal import gone_of, said_only_in, withdraw, without

MINE = {"title": "独有的题目甲乙丙", "text": "独有的话：张家老三在三号楼拆了人防门。"}
OTHER = {"title": "另一家的报道", "text": "某小区人防门被拆，业主反映。"}


def told_by(*lines: ArchiveLine, **changes: Any) -> Case:
    """A case that the first of these opened."""
    readings = [line.reading for line in lines if line.reading]
    first = readings[0].post
    case = a_case(
        opened_by=first.key,
        title=title_of(first),
        lead=" ".join(first.text.split())[:200],
        evidence=tuple(evidence_of(reading) for reading in readings),
        signals=(
            SignalSeen(
                kind=SignalKind.SAFETY, amount=None, claimed=True, detail="拆了人防门", evidence=(first.id,)
            ),
        ),
    )
    case = replace(case, **changes)
    return note(case, EventKind.OPENED, NOW, "system:triage", "立案")


def a_told(**said: str) -> ArchiveLine:
    terms = tuple(Term(word=said["text"][n : n + 2], weight=1.0) for n in range(0, 8, 2))
    return a_line(reading=a_reading(post=a_post(**said), terms=terms))


def test_what_only_these_posts_said_is_gone_and_the_facts_stay() -> None:
    mine, other = a_told(**MINE), a_told(**OTHER)
    assert mine.reading
    case = told_by(mine, other)
    case = replace(
        case, profile=replace(case.profile, terms=mine.reading.terms, lead_terms=mine.reading.terms)
    )
    after = without(case, gone_of([mine]), NOW, "shencha")
    assert (after.title, [one.title for one in after.evidence]) == (OTHER["title"], [OTHER["title"]])
    assert (after.tallies, after.severity, after.clocks, after.state) == (
        case.tallies,
        case.severity,
        case.clocks,
        case.state,
    )
    kept = codec.encode(after).decode()
    assert not any(word in kept for word in ("独有", "甲乙丙", "张家", "三号楼"))


def test_the_record_says_that_and_why_and_its_chain_holds() -> None:
    mine = a_told(**MINE)
    case = told_by(mine)
    after = without(case, gone_of([mine]), NOW, "shencha")
    event = after.events[-1]
    assert (event.kind, event.who) == (EventKind.POST_WITHDRAWN, "shencha")
    assert event.what == "1 条信息依异议停止处理，内容已清除"
    assert "《个人信息保护法》" in event.why
    assert event.previous == after.events[-2].digest == case.events[-1].digest
    for before, one in zip(("", *(e.digest for e in after.events)), after.events, strict=False):
        assert one.digest == chain.link(before or one.previous, chain.kept(one))


def test_a_case_of_these_posts_alone_goes_on_under_another_name() -> None:
    mine = a_told(**MINE)
    after = without(told_by(mine), gone_of([mine]), NOW, "shencha")
    assert (after.title, after.lead, after.evidence) == (UNTITLED, "", ())
    assert {event.title for event in after.events} == {UNTITLED}


def test_what_is_owed_no_longer_names_it() -> None:
    mine = a_told(**MINE)
    case = told_by(mine)
    owed = a_notice(subject=f"超时：{case.title}", body=f"事件“{case.title}”已超时")
    after = without(replace(case, outbox=(owed,)), gone_of([mine]), NOW, "shencha")
    assert (after.outbox[0].subject, after.outbox[0].id) == (f"超时：{UNTITLED}", owed.id)
    assert MINE["title"] not in after.outbox[0].body


def test_words_and_prints_that_others_have_too_stay() -> None:
    mine, other = a_told(**MINE), a_told(**{**OTHER, "text": MINE["text"][:4] + OTHER["text"]})
    assert mine.reading and other.reading
    gone = said_only_in(gone_of([mine]), [mine, other])
    assert gone.words == {term.word for term in mine.reading.terms[2:]}
    copy = replace(other, reading=replace(other.reading, fingerprint=mine.reading.fingerprint))
    assert gone.prints and not said_only_in(gone, [copy]).prints


def test_a_case_that_holds_nothing_of_them_is_left_alone() -> None:
    case = told_by(a_told(**OTHER))
    assert without(case, gone_of([a_told(**MINE)]), NOW, "shencha") is case


def test_a_repeat_adds_nothing() -> None:
    mine, other = a_told(**MINE), a_told(**OTHER)
    once = without(told_by(mine, other), gone_of([mine]), NOW, "shencha")
    assert without(once, gone_of([mine]), NOW, "shencha") is once


def test_what_answers_it_no_longer_shows_it(engine: Engine) -> None:
    mine = replace(a_told(**MINE), case_id="whole")
    assert mine.body
    answers = Quoted(title=MINE["title"], text=MINE["text"])
    replies = [
        a_line(reading=a_reading(post=a_post(text="谁负责？", reply_to=to, answers=answers)), case_id=case)
        for to, case in ((mine.body.id, "whole"), (mine.body.id, "part"), ("another", "whole"))
    ]
    engine.cases.save([told_by(mine, id="whole", merged_from=("part",))])
    engine.archive.put([mine, *replies])
    withdraw(engine, office.names(), [mine], NOW, who="shencha")
    after = engine.archive.get([line.post for line in replies])
    bodies = [after[line.post].body for line in replies]
    assert [body.answers for body in bodies if body] == [None, None, answers]
    assert all(body and body.text == "谁负责？" for body in bodies)


@pytest.mark.parametrize("home", ["whole", None])
def test_dropped_answers_show_it_no_longer_either(engine: Engine, home: str | None) -> None:
    engine.cases.save([a_case(id="whole")])
    mine = replace(a_told(**MINE), case_id=home)
    assert mine.body
    body = a_post(text="顶", reply_to=mine.body.id, answers=Quoted(title=MINE["title"], text=MINE["text"]))
    answer = a_line(body=body, disposition=Disposition.IRRELEVANT)
    engine.archive.put([mine, answer])
    withdraw(engine, office.names(), [mine], NOW, who="shencha")
    assert engine.archive.get([answer.post])[answer.post].body == replace(body, answers=None)


def test_answers_in_a_case_that_was_split_off_show_it_no_longer(engine: Engine) -> None:
    mine = replace(a_told(**MINE), case_id="whole")
    assert mine.body
    body = a_post(text="谁负责？", reply_to=mine.body.id, answers=Quoted(title="", text=MINE["text"]))
    answer = a_line(reading=a_reading(post=body), case_id="part")
    engine.cases.save([a_case(id="whole", split_into=("part",)), a_case(id="part", split_from="whole")])
    engine.archive.put([mine, answer])
    withdraw(engine, office.names(), [mine], NOW, who="shencha")
    assert engine.archive.get([answer.post])[answer.post].body == replace(body, answers=None)


def test_what_answers_a_blank_line_and_came_since_shows_it_nowhere(engine: Engine) -> None:
    mine = replace(a_told(**MINE), case_id="case")
    assert mine.body
    engine.cases.save([told_by(mine, id="case")])
    engine.archive.put([mine])
    withdraw(engine, office.names(), [mine], NOW, who="shencha")
    span = Span(field=Field.TEXT, start=0, end=4, text="独有的话")
    answered = Relevance(
        verdict=Verdict.REPLY, score=0.9, why=(Why(rule=ANSWERS, note="回复“独有的话”", spans=(span,)),)
    )
    quoted = Quoted(title=MINE["title"], text=MINE["text"])
    late = a_reading(
        post=a_post(text="支持", reply_to=mine.body.id, answers=quoted), relevance=answered, idle=False
    )
    StoryHandler(engine.cases, engine.archive, policy()).handle([late], NOW)
    assert "独有" in told(engine, "case")
    before = engine.cases.get("case").events
    assert withdraw(engine, office.names(), lines_of(engine, mine.body.id), NOW, who="shencha") == 0
    assert "独有" not in told(engine, "case")
    assert engine.cases.get("case").events == before
    assert "独有" not in codec.encode(lines_of(engine, late.post.id)[0]).decode()


def test_lines_and_cases_are_rid_of_it_also_where_the_case_was_merged(engine: Engine) -> None:
    mine = a_told(**MINE)
    assert mine.body
    whole = told_by(mine, id="whole")
    part = told_by(mine, id="part", state=CaseState.MERGED, merged_into="whole")
    beside = a_case(suggestions=(Suggestion(case_id="part", score=0.5, why="时间地点相近", at=NOW),))
    engine.cases.save([whole, part, beside])
    line = replace(mine, case_id="part")
    engine.archive.put([line])
    assert withdraw(engine, office.names(), [line], NOW, who="shencha") == 1
    for id in ("whole", "part"):
        assert "独有" not in codec.encode(engine.cases.get(id)).decode()
    assert engine.cases.get(beside.id) == beside
    assert b"\xe7\x8b\xac\xe6\x9c\x89" not in codec.encode(engine.archive.get([line.post])[line.post])
    assert withdraw(engine, office.names(), list(engine.archive.of_cases(["part"])), NOW, who="shencha") == 0


def test_what_it_alone_named_and_where_a_judgement_quoted_it_is_gone_and_what_others_say_stays(
    engine: Engine,
) -> None:
    def said(text: str, unit: str, detail: str) -> Reading:
        why = (Why(rule="said", note="原文", spans=(Span(field=Field.TEXT, start=0, end=4, text=text[:4]),)),)
        return replace(
            reading(text, where=replace(place("洛阳市", "洛龙区"), why=why), topic="T06"),
            post=a_post(text=text, url=f"https://bbs.example.cn/{len(text)}"),
            units=("市人防办", unit),
            occurred=Occurrence(at=NOW, source="text", certainty=Certainty.STATED, why=why),
            signals=tuple(
                Signal(kind=kind, detail=detail) for kind in (SignalKind.SAFETY, SignalKind.OFFLINE_ACTION)
            ),
        )

    mine = said("独有的话昨晚洛龙区广场防空警报响了很久没人解释", "独有单位", "独有行动")
    case = taken_in(engine, mine, said("洛龙区广场昨晚防空警报响了很久没人出来解释", "街道办", "围堵"))
    assert (case.tallies.posts, case.units) == (2, ("市人防办", "独有单位", "街道办"))
    link = f"原文：论坛 {mine.post.url}"
    amend(
        engine.cases,
        case.id,
        lambda case: replace(case, outbox=(a_notice(body=f"任务：签收\n{link}\n{link}0"),)),
    )
    other = taken_in(engine, reading("开封市某人防工程渗水严重物业不管", topic="T03", where=place("开封市")))
    a_desk(engine).merge(other.id, DUTY, NOW, seen=len(other.events), into=case.id, reason="同一件事")
    before = engine.cases.get(case.id)
    assert any("独有单位" in one.units for one in before.took)
    assert any("独有单位" in one.value for one in before.severity.points)
    withdraw(engine, policy(), lines_of(engine, mine.post.id), NOW, who="shencha")
    after = engine.cases.get(case.id)
    assert "独有" not in told(engine, case.id)
    assert (after.place.why, after.occurred.why) == ((), ())
    assert (after.place.city, after.occurred.at) == ("洛阳市", NOW)
    assert after.units == after.profile.units == after.took[0].units == ("市人防办", "街道办")
    assert [one.value for one in after.severity.points if one.signal == "X9"] == [
        "点名单位：市人防办、街道办"
    ]
    assert [one.low for one in after.severity.points] == [one.low for one in before.severity.points]
    assert {one.detail for one in after.signals} == {"围堵"}
    assert after.outbox[0].body == f"任务：签收\n{link}0"


def test_of_cases_that_were_merged_one_into_the_other_each_is_rid_of_it(engine: Engine) -> None:
    desk = a_desk(engine)
    mine, first = told_at("中原区锦绣花园独有甲乙丙开发商把人防车位只租不售", place("郑州市", "中原区"))
    _, second = told_at("许昌市魏都区昨晚防空警报响了很久没人解释", place("许昌市", "魏都区"))
    _, third = told_at("开封市某人防工程渗水严重物业不管", place("开封市"))
    cases = [taken_in(engine, reading) for reading in (first, second, third)]
    for part, into in pairwise(cases):
        seen = len(engine.cases.get(part.id).events)
        desk.merge(part.id, DUTY, NOW, seen=seen, into=into.id, reason="同一件事")
    assert all("独有" in told(engine, case.id) for case in cases)
    withdraw(engine, policy(), lines_of(engine, mine), NOW, who="shencha")
    assert not any("独有" in told(engine, case.id) for case in cases)
    part = cases[1]
    desk.unmerge(part.id, DUTY, NOW, seen=len(engine.cases.get(part.id).events))
    assert not any("独有" in told(engine, case.id) for case in cases)


def told_at(text: str, where: Place) -> tuple[str, Reading]:
    made = reading(text, where=where, topic="T03")
    return made.post.id, made


def told(engine: Engine, case_id: str) -> str:
    return codec.encode(engine.cases.get(case_id)).decode()


def lines_of(engine: Engine, post: str) -> list[ArchiveLine]:
    return list(engine.archive.versions([post])[post])

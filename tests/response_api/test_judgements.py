"""Each judgement of a post, with what speaks for it and against, and what is missing said plainly."""

from __future__ import annotations

import re
from dataclasses import replace

from huiying.contracts import (
    Attitude,
    Category,
    CategoryReading,
    Field,
    Relevance,
    Span,
    Term,
    TopicReading,
    Verdict,
    Why,
)
from response_api.judgements import Explained, Judgement, explained
from response_api.post_card import post_card
from tests.factories import NOW, a_case, a_line, a_post, a_reading

TEXT = "😀小区的人防門被物業拆了，保安說是物防"


def why(word: str, note: str, weight: float, rule: str = "r") -> Why:
    start = TEXT.index(word)
    span = Span(field=Field.TEXT, start=start, end=start + len(word), text=word)
    return Why(rule=rule, note=note, weight=weight, spans=(span,))


def shown() -> Explained:
    relevance = Relevance(
        verdict=Verdict.ALERT,
        score=0.91,
        why=(why("人防門", "专用词", 2.0), why("物防", "保安人手", -1.5)),
    )
    topics = (
        TopicReading(code="T07", score=0.8, why=(why("拆了", "字串“拆了”", 0.9),)),
        TopicReading(code="T08", score=0.5, why=(why("物業", "字串“物業”", 0.4),)),
    )
    reading = a_reading(
        post=a_post(title="", text=TEXT),
        relevance=relevance,
        topics=topics,
        attitude=Attitude.NEGATIVE,
        signals=(),
    )
    return explained(reading, topic={"T07": "设备", "T08": "物业"}.__getitem__)


def named(told: Explained, name: str) -> Judgement:
    return next(one for one in told.judgements if one.name == name)


def test_for_and_against_stand_apart_with_words_and_weights() -> None:
    relevance = named(shown(), "相关")
    assert relevance.says == "告警（0.91）"
    assert [(one.note, one.weight, one.words) for one in relevance.pro] == [("专用词", "+2.00", ("人防門",))]
    assert [(one.note, one.weight, one.words) for one in relevance.con] == [("保安人手", "−1.50", ("物防",))]


def test_what_came_near_speaks_against_what_was_chosen() -> None:
    topic = named(shown(), "事项")
    assert topic.says == "设备（0.80）"
    assert [(one.note, one.words) for one in topic.con] == [("也像物业", ("物業",))]


def test_two_classes_of_a_message_are_both_said_and_neither_speaks_against_the_other() -> None:
    reading = a_reading(
        post=a_post(title="", text=TEXT),
        categories=(
            CategoryReading(
                category=Category.MAJOR,
                score=0.7,
                why=(why("拆了", "险情", 0.9), why("物防", "保安人手", -0.4)),
            ),
            CategoryReading(
                category=Category.PETITION,
                score=0.5,
                why=(why("人防門", "指人的不是", 0.0), why("物防", "保安人手", -0.2)),
            ),
        ),
    )
    classes = named(explained(reading), "处置分类")
    assert classes.says == "重大问题（0.70）；信访诉求（0.50）"
    assert [(one.note, one.weight) for one in classes.pro] == [
        ("重大问题：险情", "+0.90"),
        ("信访诉求：指人的不是", ""),
    ]
    assert [one.note for one in classes.con] == ["重大问题：保安人手"]


def test_of_a_reply_that_follows_what_it_answers_only_what_was_asked_is_shown() -> None:
    ground = Why(rule="answers", note="自己没有说到人防，回复的帖子说到了")
    answering = Relevance(verdict=Verdict.REPLY, score=0.93, why=(ground,))
    told = explained(replace(a_reading(), relevance=answering))
    assert [one.name for one in told.judgements] == ["相关", "定级信号", "态度"]
    assert told.judgements[0].says == "随所回复的帖子（0.93）"
    assert told.judgements[0].pro[0].note == ground.note
    (idle,) = explained(replace(a_reading(), relevance=answering, idle=True)).judgements
    assert idle.says == "随所回复的帖子（0.93），闲谈，不计声量"


def test_what_is_missing_is_said() -> None:
    told = shown()
    assert named(told, "定级信号").missing == "文中没有说到伤亡、聚集、举报一类的事"
    assert named(told, "发生时间").missing == "文中没有写明时间"
    assert named(told, "态度").missing == "研判时没有留下依据"
    assert not named(told, "相关").missing


def test_support_that_is_no_word_and_the_lack_of_anything_against_are_said() -> None:
    against = CategoryReading(category=Category.MAJOR, score=1.0, why=(why("物防", "保安人手", -0.4),))
    only_for = Relevance(verdict=Verdict.ALERT, score=0.9, why=(why("人防門", "专用词", 2.0),))
    reading = a_reading(post=a_post(title="", text=TEXT), relevance=only_for, categories=(against,))
    told = explained(reading)
    assert named(told, "处置分类").missing == "支持它的只有单个的字和常数项，列不出词"
    assert named(told, "相关").missing == "没有反对的依据"


def test_each_mark_leads_to_its_ground_and_each_ground_to_its_mark() -> None:
    told = shown()
    marks = dict(re.findall(r'<mark id="([^"]+)"[^>]*><a href="#([^"]+)">', told.text))
    grounds = {one.id: one.mark for each in told.judgements for one in (*each.pro, *each.con)}
    assert len(marks) == 4
    for mark, ground in marks.items():
        assert grounds[ground] == mark


def test_the_text_is_whole_without_its_marks() -> None:
    assert re.sub("<[^>]+>", "", shown().text) == TEXT


def test_a_post_shows_the_words_that_it_shares_with_its_case() -> None:
    reading = replace(a_reading(post=a_post(title="", text=TEXT)), terms=(Term(word="人防门", weight=1.0),))
    case = a_case()
    case = replace(case, profile=replace(case.profile, terms=(Term(word="人防门", weight=0.5),)))
    card = post_card(a_line(reading=reading, reason="用词相近"), NOW, case=case)
    joined = next(one for one in card.judgements if one.name == "归并")
    assert [(one.note, one.words) for one in joined.pro] == [("用词相近", ("人防門",))]

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from huiying.contracts import Attitude, Category, CategoryReading, Signal, SignalKind, Verdict
from nlp import model
from nlp.amend import amended
from nlp.annotators import attitude, category, relevance, topic
from nlp.features import extract
from nlp.model import Scores
from nlp.sheet import Sheet
from tests.nlp.reading import a_sheet, blank


def scored(models: Path, text: str, title: str = "") -> tuple[Sheet, Scores]:
    sheet = a_sheet(text, title)
    return sheet, model.load(models).score(extract(sheet))


def test_the_verdict_follows_the_two_thresholds(models: Path) -> None:
    sheet, scores = scored(models, "人防车位只租不售，开发商强卖，投诉多次没人管", "投诉人防车位")
    judged = relevance.judge(sheet, scores)
    assert judged.verdict is Verdict.ALERT and judged.score >= scores.model.card.alert
    assert judged.why[0].rule == "gate.phrases"
    assert any(why.rule == "model.relevance" and why.weight > 0 for why in judged.why)


def test_foreign_wars_speak_against_it_and_the_ground_says_so(models: Path) -> None:
    sheet, scores = scored(models, "乌克兰多地拉响防空警报，外媒称有导弹来袭")
    judged = relevance.judge(sheet, scores)
    assert judged.verdict is not Verdict.ALERT
    assert any(why.weight < 0 for why in judged.why)


def test_words_that_others_say_as_often_raise_a_look_where_others_raise_an_alert_and_the_ground_says_so(
    models: Path,
) -> None:
    sheet, scores = scored(
        models,
        "开发商把地下车位当商品卖，签的是二十年使用权，没有产权证。请问这些车位到底归谁所有，能不能卖，请主管部门核实",
        "地下车位到底归谁",
    )
    judged = relevance.judge(sheet, scores)
    assert judged.score >= scores.model.card.alert
    assert judged.verdict is Verdict.REVIEW
    assert [why.rule for why in judged.why[:2]] == ["gate.risky", "doubt.hints"]
    named, scores = scored(models, "开发商把地下人防车位当商品卖，签的是二十年使用权", "人防车位到底归谁")
    assert relevance.judge(named, scores).verdict is Verdict.ALERT


def test_what_would_be_a_look_is_none_where_it_is_doubted(models: Path) -> None:
    sheet, scores = scored(models, "小区地下车位的管理费一个月涨了三十，灯还是坏的，请物价部门管一管")
    assert relevance.judge(sheet, scores).verdict is Verdict.IRRELEVANT


def test_whatever_its_score_a_text_that_names_the_trade_is_looked_at_but_not_one_that_shows_the_way() -> None:
    assert relevance.names_the_trade(a_sheet("人防办又搬了"))
    assert relevance.names_the_trade(a_sheet("人房办的人一问三不知"))
    assert not relevance.names_the_trade(a_sheet("主教练任防守教练两年"))
    assert not relevance.names_the_trade(a_sheet("乌克兰也有人防办"))
    assert not relevance.names_the_trade(a_sheet("人防办隔壁新开了一家花店"))
    route = "早高峰从老车站、人防办到桥头全堵，红绿灯太短，公交进不了站，请交警在路口疏导"
    assert not relevance.names_the_trade(a_sheet(route))
    assert relevance.names_the_trade(a_sheet(route + "，人防工程的出入口也堵着"))


def test_a_message_gets_its_topic_its_class_and_its_attitude(models: Path) -> None:
    sheet, scores = scored(models, "请问易地建设费的收费标准是多少，能否减免？", "咨询易地建设费减免")
    parts = topic.assess(scores) | category.assess(scores) | attitude.assess(scores)
    reading = amended(blank(sheet.post), **parts)
    assert reading.topics[0].code == "T02"
    assert Category.INQUIRY in {part.category for part in reading.categories}
    assert reading.attitude is not Attitude.POSITIVE
    assert [part.score for part in reading.categories] == sorted(
        (p.score for p in reading.categories), reverse=True
    )


def test_an_office_s_own_notice_is_owed_no_answer(models: Path) -> None:
    _, scores = scored(
        models,
        "根据有关规定，我市定于9月18日上午10时组织防空警报试鸣，请广大市民保持正常的工作和生活秩序。特此公告。",
        "关于组织防空警报试鸣的公告",
    )
    assert attitude.assess(scores)["owes_answer"] is False


def settled(
    text: str, *, attitude_: Attitude, classes: tuple[Category, ...], signals: tuple[Signal, ...] = ()
) -> bool:
    """Whether an answer is still owed."""
    sheet = a_sheet(text)
    reading = replace(
        blank(sheet.post),
        attitude=attitude_,
        categories=tuple(CategoryReading(category=one, score=0.9) for one in classes),
        signals=signals,
    )
    return attitude.settle(sheet, reading).owes_answer


def test_thanks_and_plain_news_raise_no_matter_but_harm_and_questions_do() -> None:
    other, calm = (Category.OTHER,), Attitude.NEUTRAL
    assert not settled("给人防办点赞", attitude_=Attitude.POSITIVE, classes=other)
    assert settled("开放时间是几点", attitude_=calm, classes=(Category.INQUIRY,))
    assert settled("车位又涨了", attitude_=Attitude.NEGATIVE, classes=other)
    injured = Signal(kind=SignalKind.INJURIES, amount=2)
    unhurt = Signal(kind=SignalKind.INJURIES, amount=0)
    assert settled("两人受伤", attitude_=calm, classes=other, signals=(injured,))
    assert not settled("演练结束，无人受伤", attitude_=calm, classes=other, signals=(unhurt,))

"""What names nothing follows what it answers, says how people feel and what they plan, and settles nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from huiying.contracts import Attitude, Post, Quoted, Reading, SignalKind, Verdict
from nlp.pipeline import Reader
from tests.factories import NOW, a_post

SIREN = Quoted(
    title="今晚全城突然拉防空警报",
    text="七点半左右人防的警报响了两分多钟，没有接到任何通知，有谁知道怎么回事？",
)
CAT = Quoted(title="谁家的橘猫丢了", text="在三号楼门口捡到一只橘猫，脖子上有铃铛，请失主来认领。")


def reply(text: str, answers: Quoted | None = SIREN) -> Post:
    return a_post(title="", text=text, reply_to="opening", answers=answers)


def read(reader: Reader, post: Post) -> Reading:
    return reader.read([post], NOW)[0]


@pytest.mark.parametrize(
    "text",
    [
        "太响了，孩子都吓哭了",
        "我家在北环也听见了，老人心脏病差点犯了",
        "半夜折腾人，没人出来解释一句吗",
        "谢谢解释，放心了",
    ],
)
def test_a_reply_that_names_nothing_goes_with_the_post_that_it_answers(reader: Reader, text: str) -> None:
    alone = read(reader, reply(text, None))
    reading = read(reader, reply(text))
    assert alone.relevance.verdict is Verdict.IRRELEVANT
    assert reading.relevance.verdict is Verdict.REPLY
    (why,) = reading.relevance.why
    assert why.rule == "answers" and "回复的帖子" in why.note and not why.spans
    assert not (
        reading.topics or reading.categories or reading.places or reading.terms or reading.occurred.at
    )


def test_what_it_answers_is_judged_like_any_other_text(reader: Reader) -> None:
    assert read(reader, reply("太响了，孩子都吓哭了", CAT)).relevance.verdict is Verdict.IRRELEVANT
    opening = replace(a_post(), title=SIREN.title, text=SIREN.text)
    assert read(reader, reply("孩子都吓哭了")).relevance.score == read(reader, opening).relevance.score


@pytest.mark.parametrize(
    "text", ["顶", "沙发", "+1", "……", "👍👍👍", "人", "顶顶顶", "1", "楼主早上好，打卡"]
)
def test_idle_talk_goes_along_says_how_nobody_feels_and_is_owed_nothing(reader: Reader, text: str) -> None:
    reading = read(reader, reply(text))
    assert (reading.relevance.verdict, reading.idle) == (Verdict.REPLY, True)
    assert (reading.attitude, reading.attitude_why, reading.owes_answer) == (Attitude.NEUTRAL, (), False)
    assert read(reader, reply(text, CAT)).relevance.verdict is Verdict.IRRELEVANT


@pytest.mark.parametrize("text", ["太吵了", "没人管", "顶，我们小区也漏水"])
def test_a_short_reply_that_says_something_counts(reader: Reader, text: str) -> None:
    reading = read(reader, reply(text))
    assert (reading.relevance.verdict, reading.idle) == (Verdict.REPLY, False)


def test_an_advertisement_under_a_matter_is_let_go(reader: Reader) -> None:
    assert read(reader, reply("专业疏通下水道，价格优惠，加微信咨询")).relevance.verdict is Verdict.IRRELEVANT


def test_a_reply_that_names_the_trade_is_read_for_itself(reader: Reader) -> None:
    text = "金水区某小区的人防车位也是只租不售，一个月收八百，没人管"
    beside, alone = reply(text), reply(text, None)
    assert read(reader, beside) == replace(read(reader, alone), post=beside)
    assert read(reader, beside).topics


def test_it_tells_of_people_who_gather_and_of_harm(reader: Reader) -> None:
    gathers = read(reader, reply("我们小区一百多人约好明天上午九点去市政府门口讨说法"))
    assert SignalKind.OFFLINE_ACTION in {signal.kind for signal in gathers.signals}
    harmed = read(reader, reply("听邻居说楼下有两名老人受惊摔倒，一人死亡"))
    assert SignalKind.DEATHS in {signal.kind for signal in harmed.signals}


def test_an_answer_is_owed_where_it_complains(reader: Reader) -> None:
    angry = read(reader, reply("太过分了，扰民还不道歉，投诉也没人管"))
    thankful = read(reader, reply("谢谢解释，回复很及时，辛苦了，点赞"))
    assert (angry.attitude, angry.owes_answer) == (Attitude.NEGATIVE, True)
    assert thankful.attitude is not Attitude.NEGATIVE and not thankful.owes_answer


def test_replies_are_read_together_as_each_is_alone(reader: Reader) -> None:
    posts = [
        reply("太响了，孩子都吓哭了"),
        reply("顶"),
        reply("太响了，孩子都吓哭了", CAT),
        reply("防空警报响了，人防办没有通知"),
        a_post(),
        a_post(title="", text="今天去公园走走"),
    ]
    together = reader.read(posts, NOW)
    assert together == [read(reader, post) for post in posts]

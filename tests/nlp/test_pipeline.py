from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import count, repeat
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiying.contracts import Channel, Extraction, Origin, Post, Reading, Relevance, Request, Verdict
from huiying.errors import Misconfigured
from huiying.tomlfile import DEFAULTS
from nlp import corpus, lexicon
from nlp.annotators import relevance
from nlp.pipeline import Reader
from tests.factories import NOW, a_post
from tests.nlp.reading import a_sheet, grounds, original, spans
from tests.quick import within


def read(reader: Reader, text: str, title: str = "") -> Reading:
    return reader.read([a_post(title=title, text=text)], NOW)[0]


def test_a_citizen_s_question_is_read_whole(reader: Reader) -> None:
    reading = read(
        reader,
        "金水区某小区开发商把人防车位卖给业主，一个十二万元，说是二十年使用权。请问人防车位到底能不能卖？",
        title="人防车位只租不售，开发商却在卖",
    )
    assert reading.relevance.verdict is Verdict.ALERT
    assert reading.topics[0].code == "T01"
    assert reading.categories
    assert reading.places[0].county == "金水区"
    assert reading.owes_answer
    assert reading.terms and len(reading.fingerprint.minhash) == 128
    assert reading.jurisdiction == "henan" and reading.reader == reader.version and reading.read_at == NOW


def test_the_trade_s_own_words_are_looked_at_whatever_the_score_unless_they_speak_of_elsewhere() -> None:
    assert relevance.names_the_trade(a_sheet("路过看见人防工程的牌子"))
    assert not relevance.names_the_trade(a_sheet("外媒称基辅拉响防空警报"))
    assert not relevance.names_the_trade(a_sheet("昨晚球赛真好看"))
    doubted = Relevance(verdict=Verdict.IRRELEVANT, score=0.01)
    assert relevance.at_least_a_look(doubted, relevance.NAMED).verdict is Verdict.REVIEW
    sure = Relevance(verdict=Verdict.ALERT, score=0.99)
    assert relevance.at_least_a_look(sure, relevance.NAMED) is sure


def test_what_a_colleague_entered_is_at_least_looked_at(reader: Reader) -> None:
    by_hand = a_post(title="", text="昨晚球赛真好看", extraction=Extraction(method="hand", confidence=1.0))
    (reading,) = reader.read([by_hand], NOW)
    assert reading.relevance.verdict is Verdict.REVIEW
    assert reading.relevance.why[0].rule == "by_hand"


@pytest.mark.parametrize(
    "text",
    [
        "今天去公园走走",
        "湖人防守太差",
        "小区安保要做到人防、物防、技防三结合",
        "基辅昨夜多次拉响防空警报，导弹来袭",
    ],
)
def test_what_is_not_the_office_s_business_raises_no_alert(reader: Reader, text: str) -> None:
    assert read(reader, text).relevance.verdict is not Verdict.ALERT


def test_a_post_that_the_gate_drops_says_so(reader: Reader) -> None:
    relevance = read(reader, "今天去公园走走").relevance
    assert (relevance.verdict, relevance.score) == (Verdict.IRRELEVANT, 0.0)
    assert relevance.why[0].rule == "gate"


def test_every_judgement_of_a_relevant_post_has_its_grounds(reader: Reader) -> None:
    reading = read(reader, "昨晚九点，二七区防空警报突然响了，听说致3人受伤，业主堵在街道办门口")
    assert reading.topics and reading.categories and reading.places and reading.signals
    assert all(grounds(reading))


@pytest.fixture(scope="module")
def shelf() -> list[Post]:
    return [example.post for example in corpus.load(corpus.HELD_BACK)]


def test_every_span_is_a_piece_of_the_original(reader: Reader, shelf: list[Post]) -> None:
    seen = 0
    for reading in reader.read(shelf, NOW):
        for span in spans(reading):
            assert original(reading.post, span) == span.text != ""
            seen += 1
    assert seen > 300


WRITTEN = st.lists(
    st.one_of(
        st.sampled_from(["人防車位", "ＲＦ办", "警報&amp;", "<b>防空洞</b>", "\u200b", "郑州", "３死１伤", "昨晚八点", "！！！！", "\ud800", "//@a:"]),
        st.text(max_size=8),
    ),
    max_size=12,
).map("".join)  # fmt: skip


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(title=WRITTEN, text=WRITTEN)
def test_spans_hold_for_any_text(reader: Reader, title: str, text: str) -> None:
    reading = read(reader, text + "人防车位", title)
    for span in spans(reading):
        assert original(reading.post, span) == span.text


def test_the_same_posts_give_the_same_readings_in_order(
    reader: Reader, models: Path, shelf: list[Post]
) -> None:
    again = Reader.load(models, DEFAULTS, "henan")
    assert reader.read(shelf[:60], NOW) == again.read(shelf[:60], NOW)
    assert [reading.post for reading in reader.read(shelf[:60], NOW)] == shelf[:60]


def test_a_reading_travels(reader: Reader, shelf: list[Post]) -> None:
    for reading in reader.read(shelf[:60], NOW):
        assert msgspec.json.decode(msgspec.json.encode(reading), type=Reading) == reading


LIMIT = 0.05
"""Seconds of a processor that one post may take."""
SHARED = 2
"""A core that others use as well counts up to so many times the processor time."""
MILLION = 1_000_000

BAD = {
    "nothing": "",
    "emoji": "\U0001f600\u2708\ufe0f\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "one letter": "a",
    "one character of the trade": "警",
    "a digit": "1",
    "characters of numbers": "十",
    "traditional and simplified": "人防車庫積水，谁來管",
    "invisible characters": "人\u200b防\u200c车\u200d位",
    "pinyin": "ren fang 车位 ",
    "dots": "人.防.门",
    "homophones": "仁防车位人坊",
    "controls": "人\x00防\x07车位",
    "nothing but controls": "\x00",
    "markup": "<div>人防<br>车位</div>&amp;&lt;",
    "half a tag": "<p ",
    "half a comment": "<!--",
    "half an entity": "&#",
    "lone surrogates": "\ud800人防办\udfff",
    "half emoji": "\ud83d",
    "combining marks": "人防\u0301\u0323",
    "one letter that is eighteen": "ﷺ",
    "a phrase": "人防车位",
    "a phrase and a break": "人防\n",
    "accounts": "@a 人防办 ",
    "at signs": "@",
    "reposts": "//@a:人防",
    "links": "http://人防 ",
    "an alarm": "警报全城",
    "a garage": "车库国家的",
    "officials": "人防办主任王",
    "places": "郑州市金水区人防办",
    "times": "昨天上午",
    "years": "2017年人防",
    "harm": "3死1伤",
    "deaths": "死",
    "crowds": "堵在",
    "hearsay": "听说",
    "offices": "的局",
    "all at once": "人防工程3人死亡,昨晚8点郑州市金水区人防办主任王某聚集100人维权网传防空警报误响",
}


@pytest.mark.parametrize("unit", BAD.values(), ids=BAD.keys())
@pytest.mark.parametrize("where", ["text", "title"])
def test_bad_input_neither_raises_nor_holds_up_the_stream(reader: Reader, unit: str, where: str) -> None:
    flood = "人防工程" + unit * (MILLION // max(len(unit), 1))
    assert within(LIMIT * SHARED, repeat(lambda: read(reader, **{"text": "", where: flood})))


def test_a_million_different_characters_hold_nothing_up_either(reader: Reader) -> None:
    flood = "人防" + "".join(chr(0x4E00 + at * 7919 % 20_000) for at in range(MILLION))
    assert within(LIMIT * SHARED, repeat(lambda: read(reader, flood)))


@pytest.mark.parametrize("phrase", lexicon.load()["phrases"][::12])
def test_no_phrase_of_the_trade_is_read_more_often_than_a_flood_is_worth(reader: Reader, phrase: str) -> None:
    reading = read(reader, phrase * (MILLION // len(phrase)))
    assert sum(len(why.spans) for whys in grounds(reading) for why in whys) < 500


def test_numbers_without_end_are_read_in_no_time(reader: Reader) -> None:
    floods = ("十" * number + "人防工程" for number in count(9_000))
    assert within(0.4, (partial(read, reader, flood) for flood in floods))


def test_a_long_text_is_read_where_it_names_the_trade(reader: Reader) -> None:
    filler = "公园里的花开了，游人很多。" * 1_500
    reading = read(reader, filler + "小区人防车位被开发商违规出售，业主投诉没人管。" + filler)
    assert reading.relevance.verdict is not Verdict.IRRELEVANT
    assert any("人防车位" in span.text for span in spans(reading))
    assert all(original(reading.post, span) == span.text for span in spans(reading))


def test_without_models_the_office_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="huiying train"):
        Reader.load(tmp_path, DEFAULTS, "henan")


def test_many_at_once_are_read_as_each_alone(reader: Reader, shelf: list[Post]) -> None:
    posts = [*shelf[::9], a_post(text="今天去公园"), a_post(text="x" * 9000 + "人防车位"), a_post(text="")]
    assert reader.read(posts, NOW) == [reader.read([post], NOW)[0] for post in posts]


def test_a_ticket_that_waits_for_an_answer_is_at_least_looked_at_whatever_it_says(reader: Reader) -> None:
    ticket = a_post(
        title="",
        text="小区电梯坏了三天没人修",
        channel=Channel.HOTLINE,
        reference="HN-1",
        ours=True,
        origin=Origin.LIVE,
    )
    others = [
        replace(ticket, origin=Origin.BACKFILL),
        replace(ticket, reference=""),
        replace(ticket, ours=False),
        replace(ticket, channel=Channel.FORUM),
        replace(ticket, request=Request.PRAISE),
    ]
    first, *rest = reader.read([ticket, *others], NOW)
    assert first.relevance.verdict is Verdict.REVIEW and first.relevance.why[0].rule == "owed"
    assert {one.relevance.verdict for one in rest} == {Verdict.IRRELEVANT}

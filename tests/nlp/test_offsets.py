"""Offsets point at the same characters of the original, whatever normalising did on the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from huiying.contracts import Field, Reading, Span
from nlp.normalise import normalise
from nlp.pipeline import Reader
from nlp.sheet import first_spans, lay_out, places_of, spans_of
from tests.factories import NOW, a_post
from tests.nlp.reading import a_sheet, original, spans

WRITTEN = {
    "plain": "郑州市金水区某小区把人防车位卖给业主，业主聚集了三十多人到人防办投诉。",
    "full_width": "郑州市　ＡＢＣ小区把人防车位卖给业主，１２０户业主到人防办投诉！！！",
    "traditional": "鄭州市金水區某小區把人防車位賣給業主，業主聚集三十多人到人防辦投訴。",
    "zero_width": "郑州市金水区某小区把人\u200b防\u200d车\ufeff位卖给业主，业主到人\u200b防\u200b办投诉，聚集三十多人。",
    "entities": "<p>郑州市&nbsp;金水区某小区把&#20154;&#38450;车位卖给业主&amp;租户，<b>人防办</b>不管，三十多人聚集。</p>",
    "emoji": "😀😀郑州市👨‍👩‍👧金水区某小区把人防车位卖给业主🙏🏽，三十多人到人防办𠮷投诉。",
    "control": "郑州市\x00金水区\x07某小区把人防车位卖给业主，三十多人到人防办投诉。\r\n\r\n\r\n没人管。",
    "combining": "郑州市é金水区某小区ｶﾞ把人防车位卖给业主，三十多人到人防办投诉。",
}


def told(reading: Reading) -> Iterator[Span]:
    yield from spans(reading)
    for why in reading.attitude_why:
        yield from why.spans


@pytest.mark.parametrize("name", WRITTEN)
def test_a_span_holds_exactly_the_characters_of_the_original_at_its_offsets(
    name: str, reader: Reader
) -> None:
    post = a_post(title=WRITTEN[name], text=WRITTEN[name])
    (reading,) = reader.read([post], NOW)
    found = list(told(reading))
    assert found
    assert {span.field for span in found} == {Field.TITLE, Field.TEXT}
    for span in found:
        assert original(post, span) == span.text
        assert span.start < span.end


@pytest.mark.parametrize("name", WRITTEN)
def test_the_gate_points_at_the_trade_however_it_is_written(name: str, reader: Reader) -> None:
    post = a_post(title="", text=WRITTEN[name])
    (reading,) = reader.read([post], NOW)
    gate = next(why for why in reading.relevance.why if why.rule.startswith("gate."))
    assert gate.spans
    assert all("人防" in normalise(original(post, span)).text for span in gate.spans)


@pytest.mark.parametrize("name", WRITTEN)
def test_words_are_found_again_where_they_stand_in_the_original(name: str) -> None:
    post = a_post(title="", text=WRITTEN[name])
    (span,) = places_of(post, ["人防车位", "没有这个词"])
    assert original(post, span) == span.text
    assert normalise(span.text).text == "人防车位"


def test_what_speaks_against_has_its_words_and_its_negative_weight(reader: Reader) -> None:
    text = "郑州人防办提醒：保安公司招聘人防物防技防值守人员，国外战争中城市拉响防空警报的新闻请勿转发。"
    (reading,) = reader.read([a_post(title="", text=text)], NOW)
    against = [why for why in reading.relevance.why if why.weight < 0]
    assert against
    assert any(why.spans for why in against)


def test_the_first_words_of_a_list_are_shown_title_first_none_twice() -> None:
    sheet = a_sheet("车库，地库，地下室，车位，负一楼，负一层，战时", title="车库")
    shown = spans_of(sheet.passages, ("garage",))
    assert [span.field for span in shown] == [Field.TITLE, *[Field.TEXT] * 4]
    assert [span.text for span in shown] == ["车库", "车库", "地库", "地下室", "车位"]
    assert spans_of(sheet.passages, ("garage", "wartime"))[:5] == shown
    assert spans_of(sheet.passages, ()) == ()


def test_two_characters_that_one_was_written_as_are_one_place() -> None:
    passage = lay_out(a_post(text="㎡车位")).body
    assert passage.text == "m2车位"
    assert first_spans([(passage, 0, 1), (passage, 1, 2), (passage, 2, 4)]) == (
        Span(field=Field.TEXT, start=0, end=1, text="㎡"),
        Span(field=Field.TEXT, start=1, end=3, text="车位"),
    )

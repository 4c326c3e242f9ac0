"""What holds for all annotators that read facts: their grounds stand in the original, and nothing makes them slow."""

from __future__ import annotations

from functools import cache, partial, reduce
from itertools import chain, count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.contracts import Reading
from huiying.tomlfile import DEFAULTS
from nlp import gazetteer
from nlp.annotators import allegations, gathering, harm, occurred, place, units
from nlp.pipeline import Annotator
from nlp.sheet import Sheet
from tests.nlp.reading import a_sheet, blank, original, spans
from tests.quick import within

PIECES = (
    "昨晚8时许", "１１月２０日", "郑州市", "鄭州", "人防办", "造成3人死亡", "５人受伤", "损失約3.5萬元", "业主拉横幅", "\u200b", "\u200d", "<b>",
    "</b>", "&nbsp;", "。", "，", "两百多户", "防空警报突然响了", "张科长", "有人失联", "😀", "\ud800", "①", "㈱", "é", "\n",
)  # fmt: skip


@cache
def annotators() -> tuple[Annotator, ...]:
    places = place.annotator(gazetteer.load(DEFAULTS))
    return places, units.annotate, harm.annotate, gathering.annotate, allegations.annotate, occurred.annotate


def facts(sheet: Sheet) -> Reading:
    return reduce(lambda reading, annotate: annotate(sheet, reading), annotators(), blank(sheet.post))


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=4).map("".join),
)
def test_every_ground_stands_in_the_original_as_it_was_written(text: str, title: str) -> None:
    sheet = a_sheet(text, title)
    for span in spans(facts(sheet)):
        assert original(sheet.post, span) == span.text
        assert span.text


@pytest.mark.parametrize(
    "junk",
    [
        "a", "1", "一", "死", "3人", "人", "郑州、", "今天", "10点", "10:00", "在", "办", "张", "局", "公司", "死亡", "3人和", "昨晚8点", "失联",
        "损失", "1人均", "晚上", "正在", "刚才响", "周五", "王某", "a物业", "11月20日", "百万", "3至", "《", "(", "\u200b", "\ud800", "😀", "收", "因", "第3具遗体", "3年前", "死亡3人更正", "3人以上", "正月", "9:35,", "洛阳涧西", "温县", "老家",
    ],
)  # fmt: skip
def test_a_million_characters_of_one_thing_take_no_time(junk: str) -> None:
    def laid_out() -> Sheet:
        sheet = a_sheet(junk * (1_000_000 // len(junk)))
        _ = sheet.body.words  # cut once and kept: no annotator is measured with it
        return sheet

    first = laid_out()
    for annotate in annotators():
        sheets = chain((first,), (laid_out() for _ in count()))
        assert within(0.15, (partial(annotate, sheet, blank(sheet.post)) for sheet in sheets)), annotate

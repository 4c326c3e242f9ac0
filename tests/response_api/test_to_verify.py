from __future__ import annotations

from dataclasses import replace
from typing import Any

from huiying.contracts import ArchiveLine, Channel, Field, Signal, SignalKind, Span, Why
from nlp.annotators import allegations
from nlp.assertions import Said
from response_api.case_page import case_view
from response_api.official import Official
from response_api.to_verify import MOST, to_verify
from tests.factories import NOW, a_case, a_line, a_post, a_reading
from tests.nlp.reading import a_sheet, annotated
from tests.response_api import office


def told(text: str, title: str = "", id: str = "p1") -> ArchiveLine:
    """A line whose signals are read off its text."""
    signals = annotated(allegations.annotate, a_sheet(text, title)).signals
    post = a_post(id=id, text=text, title=title)
    return a_line(body=post, reading=replace(a_reading(post=post), signals=signals))


def test_a_claim_is_the_sentence_that_its_cue_stands_in() -> None:
    (row,) = to_verify([told("小区停水两天了。网传地下人防工程塌了，三个人没出来！求证实。")])
    assert row.claim == "网传地下人防工程塌了，三个人没出来！"
    assert (row.cue, row.anchor) == ("网传", "p-p1")


def test_a_title_is_heard_as_well_and_the_same_claim_is_asked_once() -> None:
    title = "听说人防车位要全部收回"
    rows = to_verify([told("谁知道真假", title, "a"), told("谁知道真假", title, "b")])
    assert [(row.claim, row.anchor) for row in rows] == [(title, "p-a")]


def test_who_refutes_claims_nothing_and_plain_posts_neither() -> None:
    assert to_verify([told("人防办辟谣：警报没有误响"), told("人防车位漏水，物业不管")]) == ()


def test_the_page_stays_short_however_much_is_handed_on() -> None:
    lines = [told(f"听说{number}号楼的人防门被拆了" + "很长" * 200, id=f"p{number}") for number in range(9)]
    rows = to_verify(lines)
    assert len(rows) == MOST and all(len(row.claim) <= 120 for row in rows)


def test_a_span_at_the_very_end_and_a_line_without_a_body_raise_nothing() -> None:
    span = Span(field=Field.TEXT, start=0, end=2, text="听说")
    signal = Signal(kind=SignalKind.RUMOUR, why=(Why(rule="signal.rumour", note="", spans=(span,)),))
    post = a_post(text="听说")
    line = a_line(body=post, reading=a_reading(post=post, signals=(signal,)))
    assert [row.claim for row in to_verify([line, replace(line, body=None)])] == ["听说"]


def test_the_case_page_carries_the_claims() -> None:
    view = case_view(a_case(), [told("网传警报误响是因为打仗。")], office.names(), NOW)
    assert [row.cue for row in view.to_verify] == ["网传"]


def published(text: str, **changes: Any) -> Official:
    said = Said(text=text, title="关于地下车库的情况说明", at=NOW)
    one = Official(
        key="s1",
        title=said.title,
        source="郑州市国防动员办公室",
        at=NOW,
        link="https://hui.example.gov.cn/public/statements/s1",
        said=said,
        together=True,
    )
    return replace(one, **changes)


def test_a_statement_that_says_the_opposite_stands_beside_the_claim() -> None:
    (row,) = to_verify(
        [told("网传地下车库人防门被拆了。")], [published("经查，12樘人防门完好。其他事项另行公布。")]
    )
    (one,) = row.against
    assert (one.sentence, one.point, one.key) == ("经查，12樘人防门完好。", "拆除", "s1")
    assert one.link.endswith("/public/statements/s1") and one.why and row.related == ()


def test_a_statement_that_agrees_or_leaves_it_open_is_shown_without_a_verdict() -> None:
    lines = [told("网传地下车库人防门被拆了。")]
    for text in ("物业擅自拆除人防门，已责令恢复。", "严禁擅自拆除人防门。"):
        (row,) = to_verify(lines, [published(text)])
        assert row.against == () and [(one.sentence, one.why) for one in row.related] == [(text, "")]


def test_without_a_published_statement_nothing_is_said_of_a_claim() -> None:
    (row,) = to_verify([told("网传地下车库人防门被拆了。")], [published("演练没有人员受伤。")])
    assert (row.against, row.related) == ((), ())


def test_no_more_than_two_statements_of_a_kind_stand_beside_a_claim() -> None:
    many = [published("人防门完好。", key=f"s{number}") for number in range(5)]
    (row,) = to_verify([told("网传地下车库人防门被拆了。")], many)
    assert [one.key for one in row.against] == ["s0", "s1"]


def test_an_office_that_tells_what_is_said_claims_nothing() -> None:
    line = told("网传人防门被拆，经核查，人防门完好。")
    assert line.body is not None
    assert to_verify([replace(line, body=replace(line.body, channel=Channel.GOVERNMENT))]) == ()

"""A statement is shown as exactly the bytes that were signed, or not at all."""

from dataclasses import replace

import pytest

from huiying.contracts import Category, Publicity, StatementKind
from response_api.public_statements import LOST, LOST_TITLE, class_name, public_statement
from tests.factories import PARTS, a_body, a_case, a_route, a_statement
from tests.response_api import office
from triage.publishing import Part

NAMES = office.names()
BODY = a_body()


def test_an_open_statement_is_its_bytes_read_back() -> None:
    case = a_case()
    shown = public_statement(case, a_statement(case.id, BODY), BODY, NAMES, ())
    assert shown.shown
    assert shown.title == "关于地下车库人防门被拆的处理情况"
    assert shown.unit == "郑州市国防动员办公室"
    assert dict(shown.parts)["事实"] == PARTS[Part.FACTS]
    assert (shown.publicity, shown.kind, shown.category) == ("主动公开", "回应", "实际困难")
    assert shown.size == len(BODY)


@pytest.mark.parametrize(
    "body", [None, BODY + b"\n", BODY.replace("11月20日".encode(), "11月21日".encode()), b""]
)
def test_bytes_that_are_lost_or_others_are_not_shown_and_that_is_said(body: bytes | None) -> None:
    case = a_case()
    shown = public_statement(case, a_statement(case.id, BODY), body, NAMES, ())
    assert not shown.shown
    assert (shown.title, shown.trouble, shown.parts) == (LOST_TITLE, LOST, ())
    assert shown.sha256


@pytest.mark.parametrize(
    ("publicity", "ground", "article"),
    [(Publicity.CLOSED, "privacy", "第十五条"), (Publicity.ON_REQUEST, "request", "第二十七条")],
)
def test_of_what_is_not_open_the_topic_the_reason_and_the_article_are_all(
    publicity: Publicity, ground: str, article: str
) -> None:
    body = a_body(publicity=publicity, ground=ground, kind=StatementKind.RESULT)
    case = a_case()
    statement = a_statement(case.id, body, publicity=publicity, publicity_reason=ground)
    for kept in (body, None):  # the reason is known without the bytes too
        shown = public_statement(case, statement, kept, NAMES, ())
        assert not shown.shown
        assert shown.title == "一件关于“人防门、设备被拆、上锁、遮挡”的事项"
        assert article in shown.ground
        assert (shown.parts, shown.sha256, shown.trouble) == ((), "", "")
        assert PARTS[Part.FACTS] not in repr(shown)
        assert case.title not in repr(shown)


def test_of_record_and_bytes_the_stricter_word_counts() -> None:
    body = a_body(publicity=Publicity.CLOSED, ground="secret")
    case = a_case()
    assert not public_statement(case, a_statement(case.id, body), body, NAMES, ()).open
    closed = a_statement(case.id, BODY, publicity=Publicity.CLOSED, publicity_reason="secret")
    assert not public_statement(case, closed, BODY, NAMES, ()).open


def test_a_restricted_matter_that_stays_closed_shows_neither_topic_nor_unit() -> None:
    body = a_body(publicity=Publicity.CLOSED, ground="internal", unit="郑州市国防动员办公室")
    case = a_case(topic="T11", route=replace(a_route(), restricted=True))
    statement = a_statement(case.id, body, publicity=Publicity.CLOSED, publicity_reason="internal")
    shown = public_statement(case, statement, body, NAMES, ())
    assert "郑州" not in repr(shown)
    assert NAMES.topic_name("T11") not in repr(shown)
    assert shown.unit == NAMES.unit_name("henan")


def test_a_ground_that_the_office_has_struck_off_is_still_named_as_it_was_signed() -> None:
    body = a_body(publicity=Publicity.CLOSED, ground="privacy")
    case = a_case()
    statement = a_statement(case.id, body, publicity=Publicity.CLOSED, publicity_reason="struck_off")
    assert "第十五条" in public_statement(case, statement, body, NAMES, ()).ground
    assert public_statement(case, statement, None, NAMES, ()).ground == "理由已登记在案"


def test_every_category_has_a_name() -> None:
    assert all(class_name(category, NAMES) for category in Category)


def test_a_statement_that_is_not_published_is_no_public_statement() -> None:
    case = a_case()
    with pytest.raises(ValueError, match="publication"):
        public_statement(case, a_statement(case.id, published_at=None), None, NAMES, ())

"""Feeds that are valid whatever the text, and that a reader need not fetch twice."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.contracts import Publicity
from response_api.public_feeds import Feed, as_html, as_text, atom, http_date, is_fresh, json_feed, tag_of
from response_api.public_statements import PublicStatement, public_statement
from tests.factories import NOW, PARTS, a_body, a_case, a_statement
from tests.response_api import office
from triage.publishing import Part

ADDRESS = "https://huiying.example"
AWKWARD = '<script>alert("1")</script> & ]]> <![CDATA[ =HYPERLINK("x") \x00\x0b\ufffe\U0001f6a8'


def statement(number: int = 1) -> PublicStatement:
    case, body = a_case(), a_body()
    kept = a_statement(case.id, body, number=number, published_at=NOW - timedelta(hours=number))
    return public_statement(case, kept, body, office.names(), ())


def feed(*statements: PublicStatement) -> Feed:
    return Feed(address=ADDRESS, office="省人防办", statements=statements)


def test_an_atom_reader_gets_every_statement_with_id_time_link_class_and_text() -> None:
    told = [statement(1), statement(2)]
    read = feedparser.parse(atom(feed(*told)))
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    assert read.feed.title == "省人防办 · 公开回应"
    assert read.feed.updated == "2026-11-23T09:00:00+08:00"
    first = read.entries[0]
    assert first.id == f"urn:huiying:statement:{told[0].id}"
    assert first.link == f"{ADDRESS}/public/statements/{told[0].id}"
    assert [tag.term for tag in first.tags] == ["实际困难"]
    assert first.updated == first.published == "2026-11-23T09:00:00+08:00"
    assert PARTS[Part.FACTS] in first.content[0].value
    assert first.author == "郑州市国防动员办公室"


def test_the_json_feed_is_of_version_1_1() -> None:
    told = statement()
    read = json.loads(json_feed(feed(told)))
    assert read["version"] == "https://jsonfeed.org/version/1.1"
    assert (read["home_page_url"], read["feed_url"]) == (f"{ADDRESS}/public", f"{ADDRESS}/public/feed.json")
    (item,) = read["items"]
    assert item["id"] == f"urn:huiying:statement:{told.id}"
    assert item["url"] == f"{ADDRESS}/public/statements/{told.id}"
    assert item["tags"] == ["实际困难"]
    assert datetime.fromisoformat(item["date_published"]) == NOW - timedelta(hours=1)
    assert item["content_text"].startswith("【事实】\n11月20日")
    assert item["_huiying"]["sha256"] == told.sha256


def test_an_id_does_not_hang_on_the_address_of_the_site() -> None:
    moved = replace(feed(told := statement()), address="http://elsewhere.example")
    ids = {feedparser.parse(atom(one)).entries[0].id for one in (feed(told), moved)}
    assert len(ids) == 1


def test_markup_and_control_characters_stay_text() -> None:
    told = replace(statement(), title=AWKWARD, parts=(("事实", AWKWARD),), unit=AWKWARD, category=AWKWARD)
    written = atom(feed(told))
    root = ET.fromstring(written)
    content = next(root.iter("{http://www.w3.org/2005/Atom}content")).text or ""
    assert "<script>" not in content
    assert "&lt;script&gt;" in content
    read = feedparser.parse(written)
    assert not read.bozo
    assert "=HYPERLINK" in read.entries[0].title
    assert json.loads(json_feed(feed(told)))["items"][0]["title"] == AWKWARD


@given(st.text())
def test_any_text_makes_a_valid_feed(text: str) -> None:
    if any("\ud800" <= char <= "\udfff" for char in text):
        return  # what was decoded from bytes holds none
    told = replace(statement(), title=text, parts=((text, text),), unit=text)
    ET.fromstring(atom(feed(told)))
    json.loads(json_feed(feed(told)))


def test_a_feed_without_entries_is_valid_too() -> None:
    read = feedparser.parse(atom(feed()))
    assert (read.bozo, read.entries) == (False, [])
    assert json.loads(json_feed(feed()))["items"] == []


def test_what_is_not_open_or_lost_is_told_without_its_text() -> None:
    case = a_case()
    closed = public_statement(
        case,
        a_statement(case.id, a_body(), publicity=Publicity.CLOSED, publicity_reason="privacy"),
        a_body(),
        office.names(),
        (),
    )
    lost = public_statement(case, a_statement(case.id), None, office.names(), ())
    for told, word in ((closed, "第十五条"), (lost, "原文缺失")):
        assert word in as_text(told, feed()) and word in as_html(told, feed())
        assert PARTS[Part.FACTS] not in atom(feed(told)).decode() + json_feed(feed(told)).decode()


CHANGED = datetime(2026, 11, 23, 1, 0, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("none_match", "since", "fresh"),
    [
        (None, None, False),
        ('"abc"', None, True),
        ('W/"abc", "x"', None, True),
        ("*", None, True),
        ('"old"', None, False),
        ('"old"', http_date(CHANGED), False),
        (None, http_date(CHANGED), True),
        (None, http_date(CHANGED + timedelta(days=1)), True),
        (None, http_date(CHANGED - timedelta(seconds=1)), False),
        (None, "yesterday", False),
        (None, "Mon, 23 Nov 2026 01:00:00", False),
    ],
)
def test_who_has_it_already_is_told_so(none_match: str | None, since: str | None, fresh: bool) -> None:
    assert is_fresh(none_match, since, '"abc"', CHANGED) is fresh


def test_the_tag_changes_with_the_content() -> None:
    assert tag_of(b"a") == tag_of(b"a") != tag_of(b"b")

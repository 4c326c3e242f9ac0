from __future__ import annotations

import pytest

from crawlers.spiders.base import Unreadable
from crawlers.spiders.feed import parse

ITEM = "<item><title>警报 &amp; 公告</title><link>http://a.example.cn/1</link></item>"


def test_a_feed_is_read_whatever_its_prolog_claims() -> None:
    text = f'<?xml version="1.0" encoding="gb2312"?><rss version="2.0"><channel>{ITEM}</channel></rss>'
    [entry] = parse(text)
    assert entry.title == "警报 & 公告"


def test_a_comparison_in_a_description_keeps_what_follows_it() -> None:
    item = "<item><title>x</title><description>a&lt;b 且 c&gt;d</description></item>"
    [entry] = parse(f'<rss version="2.0"><channel>{item}</channel></rss>')
    assert entry.summary == "a<b 且 c>d"


def test_a_feed_that_breaks_off_still_gives_what_came() -> None:
    assert len(parse(f'<rss version="2.0"><channel>{ITEM}<item><title>半')) >= 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html><body>维护中</body></html>",
        "http://127.0.0.1:9/",
        "{}",
        '<rss version="2.0"><channel><item><title>半',
    ],
)
def test_what_is_no_feed_is_a_failure_not_silence(text: str) -> None:
    with pytest.raises(Unreadable):
        parse(text)


def test_entities_that_multiply_or_reach_outside_give_nothing() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "xxxxxxxxxx"><!ENTITY c "&b;&b;&b;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    text = f'{bomb}<rss version="2.0"><channel><item><title>&c;&f;</title><link>https://example.cn/1</link></item></channel></rss>'
    assert [entry.title for entry in parse(text)] == ["&c;&f;"]

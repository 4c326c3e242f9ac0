"""One post on the case page."""

from huiying.contracts import Engagement, Quoted
from response_api.post_card import engagement, post_card, web_link
from tests.factories import NOW, a_line, a_post


def test_unknown_engagement_is_not_shown_as_zero() -> None:
    assert engagement(Engagement(views=12840, likes=0)) == "浏览 12,840　点赞 0"
    assert engagement(Engagement()) == ""


def test_only_web_addresses_are_links() -> None:
    assert web_link("https://a.example/x") == "https://a.example/x"
    for address in ("javascript:alert(1)", " http://x", "data:text/html,x", "ftp://x", None, ""):
        assert web_link(address) == ""


def test_a_reply_says_what_it_answers() -> None:
    post = a_post(text="太吵了", answers=Quoted(title="今晚\n拉警报", text="响了两分钟"))
    assert post_card(a_line(body=post), NOW).answers == "今晚 拉警报"
    untitled = a_post(text="太吵了", answers=Quoted(text="警报响了" * 20))
    assert post_card(a_line(body=untitled), NOW).answers == ("警报响了" * 20)[:39] + "…"
    assert post_card(a_line(), NOW).answers == ""


def test_a_post_says_why_it_joined_its_case() -> None:
    assert post_card(a_line(reason="用词、地点相近，0.62 分"), NOW).reason == "用词、地点相近，0.62 分"

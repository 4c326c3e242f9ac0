"""One post on the case page."""

from huiying.contracts import Engagement
from response_api.post_card import engagement, web_link


def test_unknown_engagement_is_not_shown_as_zero() -> None:
    assert engagement(Engagement(views=12840, likes=0)) == "浏览 12,840　点赞 0"
    assert engagement(Engagement()) == ""


def test_only_web_addresses_are_links() -> None:
    assert web_link("https://a.example/x") == "https://a.example/x"
    for address in ("javascript:alert(1)", " http://x", "data:text/html,x", "ftp://x", None, ""):
        assert web_link(address) == ""

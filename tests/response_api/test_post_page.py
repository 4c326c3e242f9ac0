"""One post by itself."""

from dataclasses import replace

from huiying.contracts import Disposition
from response_api.post_page import post_view
from tests.factories import NOW, a_line


def test_every_version_says_where_it_ended() -> None:
    first = a_line(disposition=Disposition.IRRELEVANT, reason="太短")
    view = post_view([first, a_line(reason="用词相近", case_id="c")], (), NOW)
    assert (view.ended, view.reason, view.case_id) == ("已归入事件", "用词相近", "c")
    assert [(version.ended, version.reason) for version in view.earlier] == [("与本办无关", "太短")]


def test_a_post_of_a_restricted_case_tells_nothing_of_any_version() -> None:
    line = a_line(case_id="c", reason="举报")
    view = post_view([line, replace(line, case_id=None)], {"c"}, NOW)
    assert (view.card, view.case_id, view.reason, view.earlier) == (None, None, "", ())
    assert "限制知悉" in view.ended

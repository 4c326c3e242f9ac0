"""One post by itself."""

from dataclasses import replace

from huiying import blanking
from huiying.contracts import Disposition, Erased
from response_api.archive_list import line_row
from response_api.board import post_row
from response_api.case_posts import case_posts
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


def test_what_was_erased_is_shown_by_when_and_by_which_rule_and_nothing_else() -> None:
    line = blanking.blanked(a_line(), Erased(at=NOW, rule="案卷保存期限 5 年"))
    told = "（内容已于 2026-11-23 10:00:00 清除：案卷保存期限 5 年）"
    view = post_view([line], (), NOW)
    assert (view.card, view.instead, view.ended) == (None, told, "已归入事件")
    row = line_row(line, NOW, sealed=False)
    assert (row.title + row.text, row.source_name) == (told, "网上信箱")
    assert post_row(line, NOW, sealed=False).text == told
    posts = case_posts([line, a_line()], NOW)
    assert [len(some) for some in (posts.originals, posts.developments, posts.reposts)] == [1, 0, 0]

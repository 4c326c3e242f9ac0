"""One case laid open, from what is stored."""

from huiying.contracts import Disposition
from response_api.case_page import case_view
from response_api.post_card import is_repost
from tests.factories import NOW, a_case, a_line, a_post, a_reading
from tests.response_api import office


def test_posts_are_parted_into_original_and_repeated() -> None:
    original = a_line()
    named = a_line(reading=a_reading(post=a_post(repost_of="p1")))
    repeated = a_line(disposition=Disposition.DUPLICATE)
    assert [is_repost(line) for line in (original, named, repeated)] == [False, True, True]
    view = case_view(a_case(), [original, named, repeated], office.names(), NOW)
    assert (len(view.originals), len(view.reposts)) == (1, 2)


def test_evidence_that_is_not_on_this_page_is_not_linked() -> None:
    case = office.seed_case()
    assert any(
        row.evidence
        for row in case_view(case, [a_line(body=office.opening_of(case))], office.names(), NOW).points
    )
    assert not any(row.evidence for row in case_view(case, [a_line()], office.names(), NOW).points)

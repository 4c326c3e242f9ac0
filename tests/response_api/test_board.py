"""The board's words and figures, from facts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.contracts import CaseState, ClockState, Disposition, Level, ResponseClock
from response_api.board import board, share_used, source_row, spark, tone_of
from response_api.facts import Facts
from response_api.sight import EVERYTHING, audience
from tests.factories import NOW, a_case, a_clock, a_line, a_route, a_severity
from tests.response_api import office


def facts(**changes: object) -> Facts:
    empty = Facts(
        now=NOW,
        cases=(),
        cut=False,
        flagged=0,
        unsigned=0,
        grave=0,
        over=0,
        heat={},
        cities=(),
        leads=(),
        today={},
        hourly={},
        newest=(),
        audiences={},
        sources=office.sources(NOW),
    )
    return replace(empty, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("minutes", "tone", "share"), [(0, "calm", 0), (59, "calm", 49), (60, "soon", 50), (119, "soon", 99), (120, "over", 100), (500, "over", 100)]
)  # fmt: skip
def test_a_clock_turns_orange_in_its_last_hour_and_red_when_it_is_over(
    minutes: int, tone: str, share: int
) -> None:
    now = NOW + timedelta(minutes=minutes)
    assert tone_of(a_clock(), now) == tone
    assert share_used(a_clock(), now) == share


def test_a_clock_that_was_met_is_neither_shown_nor_counted() -> None:
    met = a_clock(state=ClockState.MET, due_at=NOW - timedelta(hours=1))
    shown = board(facts(cases=(a_case(clocks=(met, a_clock())),)), office.names())
    assert [row.left for row in shown.clocks] == ["02:00:00"]
    assert shown.tiles[1].value == "0"


def test_posts_are_counted_with_and_without_repeats() -> None:
    today = {
        Disposition.IRRELEVANT: 70,
        Disposition.DUPLICATE: 20,
        Disposition.ATTACHED: 9,
        Disposition.BURIED: 1,
    }
    *_, posts, relevant = board(facts(today=today), office.names()).tiles
    assert (posts.value, posts.note) == ("100", "去重后 80 条")
    assert (relevant.value, relevant.note) == ("29", "0 时起采集，占 29.0%，其中重复 20")


def test_new_stories_are_candidates_and_what_was_flagged_within_a_day() -> None:
    candidate = a_case(
        title="苗头", state=CaseState.WATCHING, flagged_at=None, detected_at=NOW - timedelta(days=3)
    )
    fresh, old = a_case(title="新"), a_case(title="旧", detected_at=NOW - timedelta(days=2))
    shown = board(facts(cases=(old, candidate, fresh)), office.names()).stories
    assert [(row.title, row.candidate) for row in shown] == [("新", False), ("苗头", True)]


def test_sources_in_trouble_come_first_with_what_is_wrong() -> None:
    shown = board(facts(), office.names())
    assert [row.ok for row in shown.sources][:3] == [False, False, True]
    assert all(row.problem for row in shown.sources if not row.ok)
    assert shown.sources_ok == 10


def test_a_source_that_is_switched_off_is_neither_well_nor_ill() -> None:
    first, *rest = office.sources(NOW)
    shown = board(facts(sources=[replace(first, state="off"), *rest]), office.names())
    assert (shown.sources_ok, shown.sources_on) == (9, 11)


def test_a_source_that_is_well_may_have_something_to_say_too() -> None:
    [first, *_] = office.sources(NOW)
    old = replace(first, note="看到的 20 条都早于 7 天（max_age），未收")
    assert source_row(old, NOW).problem == old.note
    assert source_row(first, NOW).problem == ""


def test_a_line_whose_record_could_not_be_read_is_not_shown_as_a_post() -> None:
    lines = (replace(a_line(), body=None, reading=None), a_line())
    assert len(board(facts(newest=lines), office.names()).posts) == 1


def test_a_spark_shows_even_one_post_and_only_its_hours() -> None:
    hours = {"2026-11-23T02": 1, "2026-11-23T01": 40, "2026-11-20T02": 99}
    assert spark(hours, NOW) == (0,) * 10 + (20, 1)
    assert spark({}, NOW) == (0,) * 12


def test_the_clocks_are_a_window_around_now_that_what_is_over_cannot_fill() -> None:
    over = [a_case(clocks=(a_clock(due_at=NOW - timedelta(minutes=n)),)) for n in range(90)]
    ahead = [a_case(clocks=(a_clock(due_at=NOW + timedelta(minutes=n)),)) for n in range(1, 91)]
    few = board(facts(cases=(*over, *ahead[:2]), over=90), office.names())
    assert [row.tone == "over" for row in few.clocks] == [True] * 8 + [False] * 2
    assert few.all_over == 90
    many = board(facts(cases=(*over, *ahead), over=90), office.names())
    assert [row.tone == "over" for row in many.clocks] == [True] * 4 + [False] * 60
    assert (many.all_over, many.more_clocks) == (90, 30)
    assert [row.due for row in many.clocks[4:]] == sorted(row.due for row in many.clocks[4:])
    none = board(facts(cases=(*over[:2], ahead[0]), over=2), office.names())
    assert (none.all_over, none.more_clocks) == (0, 0)


def test_of_what_ran_out_the_gravest_stand_first_and_what_has_been_over_longest_one_row_a_case() -> None:
    def since(*minutes: int) -> tuple[ResponseClock, ...]:
        return tuple(a_clock(due_at=NOW - timedelta(minutes=n)) for n in minutes)

    little = [a_case(title=f"小事{n}", clocks=since(n)) for n in range(60, 90)]
    grave = a_case(title="大事", severity=a_severity(level=Level.MAJOR), clocks=since(5, 50))
    first, second, *_ = board(facts(cases=(*little, grave), over=31), office.names()).clocks
    assert (first.title, first.due, first.more) == ("大事", NOW - timedelta(minutes=50), 1)
    assert (second.title, second.more) == ("小事89", 0)


def test_restricted_matters_have_no_name_for_those_who_may_not_know_it() -> None:
    secret = a_case(title="举报", route=a_route(restricted=True), clocks=(a_clock(),))
    line = replace(a_line(), case_id=secret.id)
    all_of_it = facts(cases=(secret,), newest=(line,), audiences={secret.id: audience(secret)})
    for sees in (True, False):
        seen = board(all_of_it, office.names(), sight=replace(EVERYTHING, restricted=sees))
        rows = (seen.clocks[0], seen.stories[0], seen.posts[0])
        assert [row.sealed for row in rows] == [not sees] * 3
        texts = (seen.clocks[0].title, seen.stories[0].title, seen.posts[0].text)
        assert all((text == "限制知悉事件") is not sees for text in texts)

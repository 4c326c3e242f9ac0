"""A reading joins the case that it belongs to, opens one, or, where it only answers what nobody holds, does neither."""

from __future__ import annotations

from huiying.contracts import Relevance, Verdict
from tests.factories import NOW
from tests.triage.test_stories import MIDDLING, PARKING
from tests.triage.texts import place, policy, reading
from triage.home import home
from triage.stories import Relation, StoryIndex

HERE = place(county="中原区")


def test_the_first_opens_a_case_and_the_next_joins_it() -> None:
    index = StoryIndex(policy().story)
    opened = home(index, reading(PARKING, where=HERE), {}, policy(), NOW)
    assert opened is not None
    case, opening = opened
    assert (case.tallies.posts, opening.why) == (1, "由此立事件")
    index.put(case)
    joined = home(index, reading(f"【转】{PARKING}", where=HERE), {}, policy(), NOW)
    assert joined is not None
    assert (joined[0].id, joined[0].tallies.posts) == (case.id, 2)
    assert (joined[1].relation, joined[1].brings) == (Relation.DUPLICATE, ())
    assert index[case.id].tallies.posts == 1  # it is the caller who takes it in


def test_what_may_be_one_with_another_is_opened_and_asks() -> None:
    index = StoryIndex(policy().story)
    opened = home(index, reading(PARKING, where=HERE), {}, policy(), NOW)
    assert opened is not None
    index.put(opened[0])
    asking = home(index, reading(MIDDLING, topic="T06", where=HERE), {}, policy(), NOW)
    assert asking is not None
    assert asking[0].id != opened[0].id
    assert [one.case_id for one in asking[0].suggestions] == [opened[0].id]


def test_an_answer_joins_what_it_answers_and_has_no_home_where_nobody_holds_that() -> None:
    index = StoryIndex(policy().story)
    opened = home(index, reading(PARKING, where=HERE), {}, policy(), NOW)
    assert opened is not None
    index.put(opened[0])
    first = opened[0].opened_by.id
    reply = reading("太吵了", post={"reply_to": first}, relevance=Relevance(verdict=Verdict.REPLY, score=0.9))
    assert home(index, reply, {}, policy(), NOW) is None
    joined = home(index, reply, {first: opened[0].id}, policy(), NOW)
    assert joined is not None
    assert joined[0].id == opened[0].id

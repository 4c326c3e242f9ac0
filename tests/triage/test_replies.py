"""A reply that speaks of a matter only through what it answers counts in its case, tells of harm, and settles nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from huiying.contracts import (
    Attitude,
    Certainty,
    Disposition,
    Occurrence,
    Origin,
    Reading,
    Relevance,
    SignalKind,
    Verdict,
)
from huiying.ports import Engine
from tests.factories import NOW, a_line
from tests.triage.test_handle import PARKING, cases, handler, lines
from tests.triage.texts import place, policy, reading
from triage.deeds import stories
from triage.gather import Joining, absorb
from triage.lifecycle import open_case
from triage.stories import Relation, StoryIndex


def reply(opening: Reading, text: str = "太过分了，我家也是这样", **changes: object) -> Reading:
    post = {"reply_to": opening.post.id, **changes.pop("post", {})}  # type: ignore[dict-item]
    answering = Relevance(verdict=Verdict.REPLY, score=0.9)
    return reading(text, post=post, relevance=answering, **changes)  # type: ignore[arg-type]


def test_it_joins_the_case_of_what_it_answers_in_the_same_batch_or_later(engine: Engine) -> None:
    opening = reading(PARKING)
    triage, soon, late = handler(engine), reply(opening), reply(opening, "收了钱还不开票")
    triage.handle([opening, soon], NOW)
    triage.forget()
    triage.handle([late], NOW + timedelta(hours=1))
    (case,) = cases(engine)
    assert (case.tallies.posts, case.tallies.originals) == (3, 3)
    assert [line.case_id for line in lines(engine, soon, late)] == [case.id] * 2
    assert lines(engine, late)[0].reason == "对已归并帖子的回复"


def test_where_nothing_is_known_of_what_it_answers_its_way_ends_and_no_case_is_opened(engine: Engine) -> None:
    lost = reply(reading(PARKING), PARKING)
    handler(engine).handle([reading(PARKING), lost], NOW)
    (case,) = cases(engine)
    (line,) = lines(engine, lost)
    assert (line.disposition, line.reason) == (Disposition.IRRELEVANT, "回复的帖子不在任何事件里")
    assert case.tallies.posts == 1


def test_it_adds_itself_its_attitude_and_what_it_tells_of_harm() -> None:
    opening = reading(PARKING, attitude=Attitude.NEUTRAL)
    case = open_case(opening, policy(), NOW)
    late = reply(
        opening,
        attitude=Attitude.NEGATIVE,
        signals=(SignalKind.OFFLINE_ACTION,),
        topic="T05",
        where=place("洛阳市"),
        at=NOW + timedelta(hours=3),
    )
    grown = absorb(case, Joining(reading=late, relation=Relation.KIN))
    assert grown.tallies.by_attitude == {"neutral": 1, "negative": 1}
    assert [seen.kind for seen in grown.signals] == [SignalKind.OFFLINE_ACTION]
    assert grown.signals[0].evidence == (late.post.id,)
    assert grown.last_post_at > case.last_post_at
    assert (grown.topic, grown.place, grown.categories, grown.profile, grown.attitude) == (
        case.topic,
        case.place,
        case.categories,
        case.profile,
        case.attitude,
    )


def test_said_today_it_does_not_start_the_clocks_of_an_old_matter() -> None:
    opening = reading(PARKING, post={"origin": Origin.BACKFILL})
    case = open_case(opening, policy(), NOW)
    today = Occurrence(at=NOW, source="text", certainty=Certainty.STATED)
    grown = absorb(case, Joining(reading=reply(opening, occurred=today), relation=Relation.KIN))
    assert (grown.origin, grown.occurred) == (case.origin, case.occurred)


def test_an_edit_of_it_is_not_counted_again() -> None:
    opening = reading(PARKING)
    first = reply(opening, post={"native_id": "r1"})
    case = absorb(open_case(opening, policy(), NOW), Joining(reading=first, relation=Relation.KIN))
    edited = reply(opening, "改一下：已经退了", post={"native_id": "r1"})
    assert absorb(case, Joining(reading=edited, relation=Relation.EDIT)).tallies == case.tallies


@pytest.mark.parametrize("text", [PARKING, "太过分了，我家也是这样"])
def test_no_likeness_puts_it_to_another_story(text: str) -> None:
    opening = reading(PARKING)
    index = StoryIndex.of([open_case(opening, policy(), NOW)], policy().story)
    found = index.look_up(reply(reading(PARKING), text), {})
    assert (found.match, found.suggestions) == (None, ())


def test_idle_talk_belongs_to_the_case_and_is_no_growth_no_attitude_and_no_ground(engine: Engine) -> None:
    opening = reading(PARKING, attitude=Attitude.NEGATIVE)
    triage = handler(engine)
    triage.handle([opening], NOW)
    (before,) = cases(engine)
    idle = [reply(opening, f"顶{n}", idle=True, owes_answer=False, at=NOW) for n in range(40)]
    triage.handle(idle, NOW)
    (case,) = cases(engine)
    assert {line.case_id for line in lines(engine, *idle)} == {case.id}
    assert (case.tallies.posts, case.tallies.originals, case.tallies.idle) == (41, 41, 40)
    assert sum(case.tallies.by_source.values()) == 41
    for part in ("by_attitude", "by_hour", "peak_day", "tiers", "engagement"):
        assert getattr(case.tallies, part) == getattr(before.tallies, part), part
    for part in ("severity", "evidence", "signals", "last_post_at", "attitude", "events"):
        assert getattr(case, part) == getattr(before, part), part
    said = [reply(opening, f"我家{n}号楼也是", at=NOW, attitude=Attitude.NEGATIVE) for n in range(40)]
    triage.handle(said, NOW)
    (grown,) = cases(engine)
    assert {points.signal for points in grown.severity.points if points.low} > {
        points.signal for points in case.severity.points if points.low
    }


def test_idle_talk_goes_with_what_it_stands_under_where_posts_are_split_off_and_joined() -> None:
    opening = reading(PARKING)
    idle = reply(opening, "顶", idle=True)
    case = absorb(open_case(opening, policy(), NOW), Joining(reading=idle, relation=Relation.KIN))
    (line,) = [a_line(reading=idle, case_id=case.id)]
    left = stories.without(case.tallies, [line])
    assert (left.posts, left.idle) == (1, 0)

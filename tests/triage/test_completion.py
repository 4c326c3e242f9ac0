"""A merge or a split ends right wherever it was interrupted, and whoever else is at work on the same cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from huiying.clock import ManualClock
from huiying.contracts import (
    ArchiveLine,
    Case,
    CaseState,
    Certainty,
    ClockKind,
    ClockState,
    Disposition,
    Evaluation,
    EventKind,
    Level,
    Origin,
    Place,
    Reading,
    ResponseClock,
    Role,
    SignalKind,
    StatementKind,
    Verdict,
)
from huiying.errors import TryAgain
from huiying.ports import CaseStore, Engine, PostArchive
from tests.dying import Crash, Dying, Fuse
from tests.factories import NOW
from tests.triage.people import DUTY, HANDLER, LEADER, MONITOR, a_desk, a_draft, person, taken_in
from tests.triage.texts import place, policy, reading
from triage.clocks import RENEWED
from triage.completion import complete, unfinished, written
from triage.deeds import stories
from triage.desk import Desk
from triage.gather import Joining, absorb
from triage.handle import StoryHandler
from triage.lifecycle import blank_case
from triage.record import indexed
from triage.refusals import Changed, Invalid, NotNow
from triage.saving import amend, whole
from triage.stories import Relation
from triage.watch import Watch

PARKING = "中原区锦绣花园开发商把人防车位只租不售，一次收二十年租金十二万，不交不让进"
SIREN = "刚才许昌市魏都区全城拉防空警报，响了一分多钟，没有任何通知，老人孩子都吓哭了"
DOOR = "洛龙区银河湾地下室人防门被物业拆掉改成仓库，消防通道也堵了没人管"
HOUR = timedelta(hours=1)
HERE = place("郑州市", "中原区")
AT_XUCHANG = place("许昌市", "魏都区")


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return a_desk(engine)


@pytest.fixture
def case(engine: Engine) -> Case:
    return taken_in(
        engine, *(reading(PARKING + more, where=HERE) for more in ("", "，物业也不管", "，求回复"))
    )


@pytest.fixture
def other(engine: Engine) -> Case:
    return taken_in(engine, reading(SIREN, topic="T05", where=AT_XUCHANG), now=NOW + HOUR)


def seen(desk: Desk, case: Case) -> int:
    return len(desk.cases.get(case.id).events)


def clock(case: Case, kind: ClockKind) -> ResponseClock:
    return next(one for one in case.clocks if one.rule.kind is kind)


def merged(desk: Desk, case: Case, into: Case) -> Case:
    return desk.merge(case.id, DUTY, NOW + 2 * HOUR, seen=seen(desk, case), into=into.id, reason="同一批投诉")


def parted(engine: Engine, case: Case, into: Case) -> None:
    """The first save of a merge, and no more."""
    amend(
        engine.cases,
        case.id,
        lambda one: indexed(stories.part_with(one, into, DUTY, NOW + HOUR, texts=()), policy()),
    )


def watch(engine: Engine) -> None:
    Watch(engine.cases, engine.archive, policy(), ManualClock(NOW + HOUR)).tick(NOW + HOUR)


def posts_of(engine: Engine, case: Case) -> set[str]:
    return {line.post.id for line in engine.archive.of_cases({case.id, *case.merged_from})}


def sums_are_right(engine: Engine, *cases: Case) -> None:
    homes: list[str] = []
    for known in cases:
        case = engine.cases.get(known.id)
        assert not unfinished(case)
        assert case.tallies.posts == sum(case.tallies.by_source.values()) == len(posts_of(engine, case))
        homes += posts_of(engine, case)
    assert len(homes) == len(set(homes))


def interrupted(engine: Engine, steps: int, act: Callable[[Desk], object]) -> bool:
    """Do it, and die after so many writes; then the watch comes round. Whether it died."""
    fuse = Fuse()
    fuse.left = steps
    dying = replace(
        a_desk(engine),
        cases=cast(CaseStore, Dying(engine.cases, ["save"], fuse)),
        archive=cast(PostArchive, Dying(engine.archive, ["rehome"], fuse)),
    )
    try:
        act(dying)
    except Crash:
        watch(engine)
        return True
    return False


# ----------------------------------------------------------------------------------------- interrupted


@pytest.mark.parametrize("steps", range(7))
def test_a_merge_that_dies_anywhere_is_whole_or_has_not_happened(
    engine: Engine, case: Case, other: Case, steps: int
) -> None:
    died = interrupted(engine, steps, lambda desk: merged(desk, case, other))
    assert died is (steps < 6)
    gone = engine.cases.get(case.id)
    if steps == 0:
        assert gone.state is CaseState.FLAGGED
        sums_are_right(engine, case, other)
    else:
        assert gone.state is CaseState.MERGED and not gone.merging
        assert not any(one.state is ClockState.RUNNING for one in gone.clocks)
        assert engine.cases.get(other.id).tallies.posts == 4
        sums_are_right(engine, other)


@pytest.mark.parametrize("steps", range(9))
def test_a_split_that_dies_anywhere_is_whole_or_has_not_happened(
    engine: Engine, case: Case, steps: int
) -> None:
    post = max(posts_of(engine, case) - {case.opened_by.id})
    died = interrupted(
        engine,
        steps,
        lambda desk: desk.split(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), posts=[post]),
    )
    assert died is (steps < 8)
    left = engine.cases.get(case.id)
    if steps == 0:
        assert left.split_into == ()
        sums_are_right(engine, case)
    else:
        (made,) = left.split_into
        assert posts_of(engine, engine.cases.get(made)) == {post}
        sums_are_right(engine, case, engine.cases.get(made))


def test_finishing_twice_does_no_harm(engine: Engine, desk: Desk, case: Case, other: Case) -> None:
    merged(desk, case, other)
    before = engine.cases.get(other.id), engine.cases.get(case.id)
    assert complete(engine.cases, engine.archive, case.id, NOW + 3 * HOUR, policy())
    assert (engine.cases.get(other.id), engine.cases.get(case.id)) == before


# ------------------------------------------------------------------------------------------- in a circle


def test_two_who_merge_two_cases_into_each_other_leave_one(engine: Engine, case: Case, other: Case) -> None:
    parted(engine, case, other)
    amend(  # the second of the two had looked before the first one saved
        engine.cases,
        other.id,
        lambda one: indexed(stories.part_with(one, case, DUTY, NOW + HOUR, texts=()), policy()),
    )
    with pytest.raises(TryAgain):
        whole(engine.cases, case.id)
    watch(engine)
    staying = whole(engine.cases, case.id)
    assert staying == whole(engine.cases, other.id)
    assert staying.state is CaseState.FLAGGED and staying.tallies.posts == 4
    assert {one.state for one in staying.clocks} == {ClockState.RUNNING}
    assert staying.events[-1].kind is not EventKind.REOPENED
    sums_are_right(engine, staying)


def test_three_cases_in_a_circle_become_one(engine: Engine, case: Case, other: Case) -> None:
    third = taken_in(engine, reading(DOOR, topic="T07", where=place("洛阳市", "洛龙区")))
    for one, into in ((case, other), (other, third), (third, case)):
        parted(engine, one, into)
    watch(engine)
    staying = whole(engine.cases, case.id)
    assert staying.tallies.posts == 5
    assert {whole(engine.cases, one.id).id for one in (case, other, third)} == {staying.id}
    sums_are_right(engine, staying)


def test_a_case_is_not_merged_into_what_is_part_of_it(desk: Desk, case: Case, other: Case) -> None:
    merged(desk, case, other)
    with pytest.raises(Invalid, match="不在办"):
        merged(desk, other, case)


def test_what_was_merged_on_the_way_is_followed(engine: Engine, desk: Desk, case: Case, other: Case) -> None:
    third = taken_in(engine, reading(DOOR, topic="T07", where=place("洛阳市", "洛龙区")))
    parted(engine, case, other)
    parted(engine, other, third)
    watch(engine)
    final = whole(engine.cases, case.id)
    assert final.id == third.id and set(final.merged_from) == {case.id, other.id}
    assert final.tallies.posts == 5
    sums_are_right(engine, final)


# ---------------------------------------------------------------------------- what a merge must not lose


def test_no_level_is_lowered_by_merging(desk: Desk, case: Case, other: Case) -> None:
    raised = desk.raise_level(
        case.id, DUTY, NOW + HOUR, seen=seen(desk, case), level=Level.EXTREME, reason="多家媒体"
    )
    whole = merged(desk, raised, other)
    assert whole.severity.level is Level.EXTREME
    assert whole.grading == raised.grading
    assert {one.rule.kind for one in whole.clocks} == set(ClockKind) - RENEWED
    assert clock(whole, ClockKind.STATEMENT).due_at <= clock(raised, ClockKind.STATEMENT).due_at


def test_a_matter_that_is_merged_into_a_candidate_wakes_it(engine: Engine, desk: Desk, case: Case) -> None:
    doubtful = reading(SIREN, topic="T05", where=AT_XUCHANG)
    doubtful = replace(doubtful, relevance=replace(doubtful.relevance, verdict=Verdict.REVIEW))
    candidate = taken_in(engine, doubtful)
    assert candidate.state is CaseState.WATCHING
    whole = merged(desk, case, candidate)
    assert whole.state is CaseState.FLAGGED and whole.flagged_at == case.flagged_at
    assert clock(whole, ClockKind.RESPONSE).due_at == clock(case, ClockKind.RESPONSE).due_at
    assert whole.next_rung_at is not None and whole.next_rung_at < NOW + 24 * HOUR


@pytest.mark.parametrize("ended", [CaseState.LAPSED, CaseState.DISMISSED, CaseState.CLOSED])
def test_where_the_other_ended_meanwhile_the_clocks_wake_it(
    engine: Engine, case: Case, other: Case, ended: CaseState
) -> None:
    parted(engine, case, other)
    judged = Evaluation(at=NOW, by="ping", channels=("weibo",), in_place=True, flags=(), note="")
    amend(
        engine.cases,
        other.id,
        lambda one: replace(
            one,
            state=ended,
            clocks=(),
            closed_at=NOW + HOUR,
            evaluation=judged if ended is CaseState.CLOSED else None,
        ),
    )
    watch(engine)
    whole = engine.cases.get(other.id)
    assert whole.evaluation is None, "it is judged when all of it is over"
    assert whole.state in (CaseState.FLAGGED, CaseState.CONFIRMED)
    for one in case.clocks:
        assert clock(whole, one.rule.kind).due_at <= one.due_at
    assert whole.next_rung_at is not None


def test_what_was_waived_there_is_not_waived_here(desk: Desk, case: Case, other: Case) -> None:
    desk.waive(
        other.id, LEADER, NOW + HOUR, seen=seen(desk, other), clock=ClockKind.RESPONSE, reason="已当面答复"
    )
    whole = merged(desk, case, other)
    going = clock(whole, ClockKind.RESPONSE)
    assert going.state is ClockState.RUNNING and going.due_at == clock(case, ClockKind.RESPONSE).due_at
    assert [one.state for one in whole.past_clocks] == [ClockState.WAIVED]
    assert going.round == 2, "its notices are not those of the waived one"


def test_a_duty_that_was_done_there_is_done_for_both(desk: Desk, case: Case, other: Case) -> None:
    theirs = person(Role.HANDLER, unit="henan")
    desk.acknowledge(other.id, theirs, NOW + HOUR, seen=seen(desk, other))
    assert clock(merged(desk, case, other), ClockKind.ACKNOWLEDGE).state is ClockState.MET


def test_the_record_says_who_merged_and_which_deadline_moved(desk: Desk, case: Case, other: Case) -> None:
    whole = merged(desk, case, other)
    told = [event for event in whole.events if event.kind is EventKind.MERGED]
    assert [event.who for event in told] == [DUTY.login]
    assert any(event.kind is EventKind.CLOCK_RECOMPUTED for event in whole.events)


def test_a_matter_that_was_taken_up_again_brings_its_own_start_and_no_older_one(
    engine: Engine, case: Case, other: Case
) -> None:
    late = NOW + 100 * HOUR
    amend(
        engine.cases,
        other.id,
        lambda one: replace(one, flagged_at=late, detected_at=late, first_public_at=late),
    )
    amend(engine.cases, case.id, lambda one: replace(one, reopened_at=late + HOUR))
    taken = stories.take_in(engine.cases.get(other.id), engine.cases.get(case.id), policy(), late + 2 * HOUR)
    assert taken.flagged_at == late and taken.first_public_at == late


def test_a_clock_that_goes_on_there_knows_what_was_told_of_it(
    engine: Engine, case: Case, other: Case
) -> None:
    def marked(one: Case, fired: tuple[str, ...], untold: tuple[str, ...]) -> Case:
        clocks = (replace(each, fired=fired, untold=untold) for each in one.clocks)
        return replace(one, clocks=tuple(clocks))

    amend(engine.cases, other.id, lambda one: marked(one, ("预警",), ()))
    amend(engine.cases, case.id, lambda one: marked(one, ("预警", "75%", "到期"), ("预警", "75%")))
    taken = stories.take_in(engine.cases.get(other.id), engine.cases.get(case.id), policy(), NOW + HOUR)
    going = clock(taken, ClockKind.ACKNOWLEDGE)
    assert going.fired == ("预警", "75%", "到期")
    assert going.untold == ("75%",)


def test_a_duty_becomes_no_suspicion_by_a_merge_and_is_not_told_under_a_name_that_it_had(
    engine: Engine, case: Case, other: Case
) -> None:
    def marked(one: Case, **changes: Any) -> Case:
        return replace(one, clocks=tuple(replace(each, **changes) for each in one.clocks))

    amend(engine.cases, other.id, lambda one: marked(one, postponed=1, due_at=NOW + 90 * HOUR))
    doubt = ("起算：某时", "暂定：经核实可以取消", "依据：某规定（办内要求）")
    amend(engine.cases, case.id, lambda one: marked(one, provisional=True, working=doubt))
    taken = stories.take_in(engine.cases.get(other.id), engine.cases.get(case.id), policy(), NOW)
    going = clock(taken, ClockKind.ACKNOWLEDGE)
    assert going.due_at == clock(case, ClockKind.ACKNOWLEDGE).due_at
    assert not going.provisional and going.postponed == 1
    assert going.working == ("起算：某时", f"依据：{going.rule.citation}（{going.rule.authority}）")


def test_a_draft_is_not_lost_in_a_merge(engine: Engine, desk: Desk, case: Case, other: Case) -> None:
    desk.confirm(case.id, DUTY, NOW, seen=seen(desk, case))
    desk.draft(case.id, HANDLER, NOW, seen=seen(desk, case), wanted=a_draft(StatementKind.FIRST))
    with pytest.raises(NotNow, match="文稿"):
        merged(desk, case, other)
    assert merged(desk, other, case).statements


# ----------------------------------------------------------------------------------- with the worker


def taken_in_without_lines(engine: Engine, case: Case) -> Reading:
    """A post that joined the case just before the worker died: its line is still to be written."""
    new = reading(PARKING + "，还在收", where=HERE)
    fuse = Fuse()
    fuse.left = 0
    dying = cast(PostArchive, Dying(engine.archive, ["put"], fuse))
    with pytest.raises(Crash):
        StoryHandler(engine.cases, dying, policy()).handle([new], NOW + HOUR)
    assert not written(engine.archive, engine.cases.get(case.id))
    return new


def test_a_merge_waits_until_what_was_taken_in_has_its_lines(
    engine: Engine, desk: Desk, case: Case, other: Case
) -> None:
    new = taken_in_without_lines(engine, case)
    with pytest.raises(NotNow, match="还在登记，请过几秒再合并"):
        merged(desk, case, other)
    StoryHandler(engine.cases, engine.archive, policy()).handle([new], NOW + HOUR)
    merged(desk, case, other)
    assert engine.cases.get(other.id).tallies.posts == 5
    sums_are_right(engine, other)


def test_a_matter_is_not_put_away_until_what_was_taken_in_has_its_lines(
    engine: Engine, desk: Desk, case: Case
) -> None:
    """It would not be found once it has gone stale, and the post that is read again would open another."""
    new = taken_in_without_lines(engine, case)
    with pytest.raises(NotNow, match="还在登记，请过几秒再不予受理"):
        desk.dismiss(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), reason="不归本办管")
    StoryHandler(engine.cases, engine.archive, policy()).handle([new], NOW + HOUR)
    desk.dismiss(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), reason="不归本办管")
    sums_are_right(engine, case)


def edit_of(one: Reading, version: str) -> Reading:
    return replace(one, post=replace(one.post, text=one.post.text + "（补充）", version=version))


class Meddling:
    """An archive that lets something happen at a moment between the worker's steps."""

    def __init__(self, archive: PostArchive, name: str, happen: Callable[[], object]) -> None:
        self._archive, self._name, self._happen = archive, name, happen

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._archive, name)
        if name != self._name:
            return real

        def meddled(*args: Any, **kwargs: Any) -> Any:
            found = real(*args, **kwargs)
            happen, self._happen = self._happen, lambda: None
            happen()
            return found

        return meddled


@pytest.mark.parametrize("moment", ["versions", "put"])
def test_an_edit_of_a_post_that_is_split_off_meanwhile_goes_with_it(
    engine: Engine, desk: Desk, moment: str
) -> None:
    first, second = reading(PARKING, where=HERE), reading(PARKING + "，还有人防门被拆了", where=HERE)
    case = taken_in(engine, first, second)

    def split() -> None:
        desk.split(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), posts=[second.post.id])

    meddling = cast(PostArchive, Meddling(engine.archive, moment, split))
    StoryHandler(engine.cases, meddling, policy()).handle([edit_of(second, "v2")], NOW + HOUR)
    watch(engine)
    (made,) = engine.cases.get(case.id).split_into
    assert {line.case_id for line in engine.archive.versions([second.post.id])[second.post.id]} == {made}
    sums_are_right(engine, case, engine.cases.get(made))


def test_a_split_waits_for_the_line_of_an_edit_that_was_taken_in(engine: Engine, desk: Desk) -> None:
    first, second = reading(PARKING, where=HERE), reading(PARKING + "，还有人防门被拆了", where=HERE)
    case = taken_in(engine, first, second)
    fuse = Fuse()
    fuse.left = 0
    edit = edit_of(second, "v2")
    with pytest.raises(Crash):
        StoryHandler(engine.cases, cast(PostArchive, Dying(engine.archive, ["put"], fuse)), policy()).handle(
            [edit], NOW + HOUR
        )
    made = desk.split(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), posts=[second.post.id])
    assert unfinished(made) and made.next_rung_at is not None
    watch(engine)
    assert unfinished(engine.cases.get(made.id)), "its line may still be written to the old case"
    StoryHandler(engine.cases, engine.archive, policy()).handle([edit], NOW + HOUR)
    watch(engine)
    sums_are_right(engine, case, made)
    assert {line.case_id for line in engine.archive.versions([second.post.id])[second.post.id]} == {made.id}


def test_posts_that_join_the_new_case_before_the_old_one_lets_go_are_not_taken_from_it(
    engine: Engine, desk: Desk, case: Case
) -> None:
    post = max(posts_of(engine, case) - {case.opened_by.id})
    fuse = Fuse()
    fuse.left = 2
    dying = replace(desk, cases=cast(CaseStore, Dying(engine.cases, ["save"], fuse)))
    with pytest.raises(Crash):
        dying.split(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), posts=[post])
    answer = reading("楼上说的我也遇到了", where=HERE)
    answer = replace(answer, post=replace(answer.post, reply_to=post))
    made = next(c for c in engine.cases.open_stories("henan", since=NOW) if c.split_from == case.id)
    amend(
        engine.cases,
        made.id,
        lambda one: indexed(_joined(one, answer), policy()),
    )
    engine.archive.put([_line(answer, made.id)])
    watch(engine)
    assert engine.cases.get(case.id).tallies.posts == 2
    sums_are_right(engine, case, made)


def _joined(case: Case, one: Reading) -> Case:
    return absorb(case, Joining(reading=one, relation=Relation.KIN))


def _line(one: Reading, case_id: str) -> ArchiveLine:
    return ArchiveLine(
        post=one.post.key,
        disposition=Disposition.ATTACHED,
        at=NOW,
        case_id=case_id,
        body=one.post,
        reading=one,
    )


# ------------------------------------------------------------------------------ what a split must not lose


def test_a_split_keeps_the_rules_that_were_frozen_when_the_matter_opened(
    engine: Engine, desk: Desk, case: Case
) -> None:
    post = max(posts_of(engine, case) - {case.opened_by.id})
    pack = policy().pack_for(policy().top(), NOW.date())
    loose = replace(
        pack, ref="henan-2030 v1", rules=tuple(replace(r, hours=r.hours * 10) for r in pack.rules)
    )
    later = replace(desk, policy=replace(policy(), packs={pack.name: loose}))
    made = later.split(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), posts=[post])
    assert made.policy == case.policy and made.clock_rules == case.clock_rules
    assert clock(made, ClockKind.RESPONSE).due_at == clock(case, ClockKind.RESPONSE).due_at


@pytest.mark.parametrize(
    ("where", "city", "certainty"),
    [
        (
            (Place(province="河南省", code="410000", certainty=Certainty.INFERRED),),
            "郑州市",
            Certainty.INFERRED,
        ),
        ((), "郑州市", Certainty.INFERRED),
        ((place("郑州市", "金水区"),), "郑州市", Certainty.STATED),
        ((place("洛阳市", certainty=Certainty.INFERRED),), "洛阳市", Certainty.INFERRED),
        ((place("洛阳市"),), "洛阳市", Certainty.STATED),
        (
            (Place(province="河南省", code="410000", certainty=Certainty.STATED), place("洛阳市")),
            "",
            Certainty.STATED,
        ),
    ],
)
def test_what_is_split_off_is_where_the_old_matter_is_unless_its_posts_say_otherwise(
    engine: Engine, case: Case, where: tuple[Place, ...], city: str, certainty: Certainty
) -> None:
    gone = [
        line
        for line in engine.archive.of_cases({case.id})
        if line.reading and line.post.id != case.opened_by.id
    ][:1]
    assert case.place.city == "郑州市" and gone
    lines = [replace(line, reading=replace(line.reading, places=where)) for line in gone if line.reading]
    blank = blank_case(stories.opening_of(lines), policy(), NOW)
    made = stories.split_off(case, lines, DUTY, policy(), NOW, blank=blank)
    assert (made.place.city, made.place.certainty) == (city, certainty)
    assert made.route.lead.startswith({"郑州市": "zhengzhou", "洛阳市": "luoyang", "": ""}[city])


def test_what_is_split_off_in_a_later_round_counts_from_that_round(
    engine: Engine, desk: Desk, case: Case
) -> None:
    again = NOW + 50 * HOUR
    amend(engine.cases, case.id, lambda one: replace(one, reopened_at=again))
    post = max(posts_of(engine, case) - {case.opened_by.id})
    made = desk.split(case.id, DUTY, again + HOUR, seen=seen(desk, case), posts=[post])
    assert clock(made, ClockKind.RESPONSE).started_at == again


def test_what_few_may_know_is_not_known_to_more_because_it_was_taken_apart(
    engine: Engine, desk: Desk, case: Case
) -> None:
    amend(
        engine.cases,
        case.id,
        lambda one: replace(one, route=replace(one.route, restricted=True, lead="henan.renshi")),
    )
    post = max(posts_of(engine, case) - {case.opened_by.id})
    made = desk.split(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), posts=[post])
    assert made.route.restricted and made.route.lead == "henan.renshi"
    more = reading(PARKING + "，又涨价了", where=HERE)
    more = replace(more, post=replace(more.post, reply_to=post))
    StoryHandler(engine.cases, engine.archive, policy()).handle([more], NOW + 2 * HOUR)
    assert engine.cases.get(made.id).route.restricted


def test_a_signal_that_others_carry_too_stays_with_the_rest(engine: Engine, desk: Desk) -> None:
    carrying = [
        reading(PARKING + more, where=HERE, signals=(SignalKind.SAFETY,)) for more in ("", "，一", "，二", "，三", "，四", "，五")
    ]  # fmt: skip
    plain = reading(PARKING + "，群里都在说", where=HERE)
    case = taken_in(engine, plain, *carrying)
    (signal,) = case.signals
    desk.split(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), posts=list(signal.evidence))
    left = engine.cases.get(case.id)
    assert [seen.kind for seen in left.signals] == [SignalKind.SAFETY]
    assert set(left.signals[0].evidence).isdisjoint(signal.evidence)


def test_the_parent_is_told_who_split_it(desk: Desk, engine: Engine, case: Case) -> None:
    post = max(posts_of(engine, case) - {case.opened_by.id})
    desk.split(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), posts=[post])
    event = engine.cases.get(case.id).events[-1]
    assert event.kind is EventKind.SPLIT and event.who == DUTY.login


def test_a_parent_that_is_merged_before_it_let_go_is_followed(
    engine: Engine, desk: Desk, case: Case, other: Case
) -> None:
    post = max(posts_of(engine, case) - {case.opened_by.id})
    fuse = Fuse()
    fuse.left = 2
    dying = replace(desk, cases=cast(CaseStore, Dying(engine.cases, ["save"], fuse)))
    with pytest.raises(Crash):
        dying.split(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), posts=[post])
    parted(engine, case, other)
    made = next(c.id for c in engine.cases.open_stories("henan", since=NOW) if c.split_from == case.id)
    assert complete(engine.cases, engine.archive, made, NOW + HOUR, policy())
    final = whole(engine.cases, case.id)
    assert final.id == other.id and final.tallies.posts == 3
    assert final.split_into == (made,)
    sums_are_right(engine, final, engine.cases.get(made))


def test_what_was_let_go_of_before_a_merge_is_not_taken_out_a_second_time(
    engine: Engine, desk: Desk, case: Case, other: Case
) -> None:
    post = max(posts_of(engine, case) - {case.opened_by.id})
    fuse = Fuse()
    fuse.left = 4
    dying = replace(desk, cases=cast(CaseStore, Dying(engine.cases, ["save"], fuse)))
    with pytest.raises(Crash):
        dying.split(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), posts=[post])
    (made,) = engine.cases.get(case.id).split_into
    assert unfinished(engine.cases.get(made))
    final = merged(desk, case, other)
    watch(engine)
    assert engine.cases.get(final.id).tallies.posts == 3
    sums_are_right(engine, final, engine.cases.get(made))


@pytest.mark.parametrize("steps", [2, 4])
def test_a_post_is_not_split_off_twice(engine: Engine, desk: Desk, case: Case, steps: int) -> None:
    post = max(posts_of(engine, case) - {case.opened_by.id})
    fuse = Fuse()
    fuse.left = steps
    dying = replace(desk, cases=cast(CaseStore, Dying(engine.cases, ["save"], fuse)))
    with pytest.raises(Crash):
        dying.split(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), posts=[post])
    with pytest.raises(Invalid, match="请选择"):
        desk.split(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), posts=[post])
    (made,) = engine.cases.get(case.id).split_into
    sums_are_right(engine, case, engine.cases.get(made))


def test_a_split_that_was_begun_is_finished_before_its_case_is_merged(
    engine: Engine, desk: Desk, case: Case, other: Case
) -> None:
    post = max(posts_of(engine, case) - {case.opened_by.id})
    fuse = Fuse()
    fuse.left = 2
    dying = replace(desk, cases=cast(CaseStore, Dying(engine.cases, ["save"], fuse)))
    with pytest.raises(Crash):
        dying.split(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), posts=[post])
    looked = seen(desk, case)
    with pytest.raises(Changed):
        desk.merge(case.id, MONITOR, NOW + HOUR, seen=looked, into=other.id, reason="同一批")
    (made,) = engine.cases.get(case.id).split_into
    assert not unfinished(engine.cases.get(made))
    sums_are_right(engine, case, other, engine.cases.get(made))


def test_what_was_split_off_can_be_merged_back(engine: Engine, desk: Desk, case: Case) -> None:
    post = max(posts_of(engine, case) - {case.opened_by.id})
    made = desk.split(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), posts=[post])
    back = merged(desk, made, case)
    assert back.tallies.posts == 3
    sums_are_right(engine, back)
    assert back.origin is Origin.LIVE


def test_only_those_who_may_know_the_other_case_merge_into_it(
    engine: Engine, case: Case, other: Case
) -> None:
    local = person(Role.MONITOR, unit="zhengzhou")
    with pytest.raises(Invalid, match="没有找到这件事"):
        a_desk(engine).merge(case.id, local, NOW, seen=99, into=other.id, reason="同一件事")

"""Every post version ends in one line, is counted once, and belongs to the case that took it in, whatever crashes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from huiying import suppression
from huiying.clock import ManualClock
from huiying.contracts import (
    ArchiveLine,
    Case,
    CaseState,
    Disposition,
    Erased,
    Field,
    Origin,
    PostKey,
    Quoted,
    Reading,
    Relevance,
    SignalKind,
    Span,
    Verdict,
    Why,
)
from huiying.errors import TryAgain
from huiying.ports import CaseQuery, CaseStore, Engine, PostArchive, Record
from huiying.suppression import Suppression
from huiying.topics import READINGS, TRIAGE
from huiying.worker import Worker
from tests.dying import Crash, Dying, Fuse
from tests.factories import NOW, a_line
from tests.triage.test_stories import MIDDLING
from tests.triage.test_stories import PARKING as LONG
from tests.triage.texts import place, policy, reading
from triage.escalation import escalate
from triage.handle import FRESH, StoryHandler
from triage.pairlearning import shipped
from triage.watch import Watch
from triage.wording import Wording

PARKING = "中原区锦绣花园开发商把人防车位只租不售，一次收二十年租金十二万，不交不让进"
SIREN = ["刚才全城拉警报，响了一分多钟", "防空警报怎么突然响了，没通知啊", "听见警报声了，老人吓坏了"]


class Flaky:
    """The real archive, whose first puts fail as a full disk does."""

    def __init__(self, real: PostArchive, failures: int) -> None:
        self._real = real
        self.failures = failures

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def put(self, lines: Sequence[ArchiveLine]) -> None:
        if self.failures:
            self.failures -= 1
            raise TryAgain("磁盘满")
        self._real.put(lines)


class Counting:
    """The real store, and how often the open stories were asked for."""

    def __init__(self, real: CaseStore) -> None:
        self._real = real
        self.looked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def open_stories(self, jurisdiction: str, *, since: datetime) -> Iterator[Case]:
        self.looked += 1
        return self._real.open_stories(jurisdiction, since=since)


class Crowded:
    """The real store, but before each of the first saves somebody else changes the same cases."""

    def __init__(self, real: CaseStore, times: int) -> None:
        self._real = real
        self._times = times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def save(self, cases: Sequence[Case]) -> None:
        if self._times:
            self._times -= 1
            now = self._real.get(cases[0].id)
            self._real.save([replace(escalate(now, policy(), NOW), revision=now.revision + 1)])
        self._real.save(cases)


def handler(engine: Engine) -> StoryHandler:
    return StoryHandler(engine.cases, engine.archive, policy())


def cases(engine: Engine) -> list[Case]:
    return list(engine.cases.open_stories("henan", since=NOW))


def lines(engine: Engine, *readings: Reading) -> list[ArchiveLine]:
    found = engine.archive.get([one.post.key for one in readings])
    return [found[one.post.key] for one in readings]


def siren(n: int, **more: Any) -> Reading:
    return reading(SIREN[n % 3] + "啊" * (n // 3), topic="T05", **more)


def test_one_batch_of_one_event_is_one_case_and_one_save(engine: Engine) -> None:
    heard = [siren(n) for n in range(3)]
    handler(engine).handle(heard, NOW)
    (case,) = cases(engine)
    assert (case.tallies.posts, case.revision) == (3, 1)
    assert [line.case_id for line in lines(engine, *heard)] == [case.id] * 3
    assert {line.disposition for line in lines(engine, *heard)} == {Disposition.ATTACHED}
    assert lines(engine, heard[0])[0].reading == heard[0]


def test_a_later_batch_grows_the_same_case(engine: Engine) -> None:
    triage = handler(engine)
    triage.handle([siren(0)], NOW)
    triage.handle([siren(1), siren(2)], NOW)
    (case,) = cases(engine)
    assert (case.tallies.posts, case.revision) == (3, 2)


def test_a_worker_that_takes_over_knows_the_open_stories(engine: Engine) -> None:
    handler(engine).handle([siren(0)], NOW)
    handler(engine).handle([siren(1)], NOW)
    assert [case.tallies.posts for case in cases(engine)] == [2]


def test_a_copy_is_archived_as_a_duplicate_of_its_case(engine: Engine) -> None:
    first, copy = reading(PARKING), reading("【转】" + PARKING)
    handler(engine).handle([first, copy], NOW)
    (case,) = cases(engine)
    (line,) = lines(engine, copy)
    assert (line.disposition, line.case_id) == (Disposition.DUPLICATE, case.id)
    assert (case.tallies.posts, case.tallies.originals) == (2, 1)


def test_seen_twice_is_counted_once(engine: Engine) -> None:
    one, triage = siren(0), handler(engine)
    triage.handle([one, one], NOW)
    triage.handle([one], NOW)
    triage.forget()
    triage.handle([one], NOW)
    (case,) = cases(engine)
    assert (case.tallies.posts, case.revision) == (1, 1)


def test_a_crash_between_saving_and_archiving_counts_nothing_twice(engine: Engine) -> None:
    handler(engine).handle([siren(0)], NOW)
    second = [siren(1), siren(2), reading(PARKING)]
    flaky = Flaky(engine.archive, failures=1)
    triage = StoryHandler(engine.cases, cast(PostArchive, flaky), policy())
    with pytest.raises(TryAgain):
        triage.handle(second, NOW)
    assert engine.archive.get([one.post.key for one in second]) == {}
    triage.forget()
    triage.handle(second, NOW + timedelta(minutes=1))
    by_topic = {case.topic: case for case in cases(engine)}
    assert (by_topic["T05"].tallies.posts, by_topic["T05"].revision) == (3, 2)
    assert (by_topic["T01"].tallies.posts, by_topic["T01"].revision) == (1, 1)
    assert [line.case_id for line in lines(engine, *second)] == [
        by_topic["T05"].id,
        by_topic["T05"].id,
        by_topic["T01"].id,
    ]


def test_a_replay_in_smaller_batches_counts_nothing_twice(engine: Engine) -> None:
    heard = [siren(n) for n in range(9)]
    flaky = Flaky(engine.archive, failures=1)
    triage = StoryHandler(engine.cases, cast(PostArchive, flaky), policy())
    with pytest.raises(TryAgain):
        triage.handle(heard[:6], NOW)
    triage.forget()
    triage.handle([heard[0], heard[1], heard[6]], NOW)
    triage.forget()
    triage.handle([heard[7], *heard[2:6]], NOW)
    triage.handle(heard, NOW)
    (case,) = cases(engine)
    assert case.tallies.posts == 8 + 1
    assert len(lines(engine, *heard)) == 9


def test_the_case_that_somebody_else_changed_is_read_again(engine: Engine) -> None:
    handler(engine).handle([siren(0)], NOW)
    crowded = cast(CaseStore, Crowded(engine.cases, times=2))
    StoryHandler(crowded, engine.archive, policy()).handle([siren(1)], NOW)
    (case,) = cases(engine)
    assert (case.tallies.posts, case.revision) == (2, 4)
    assert [notice.rung for notice in case.outbox] == ["预警"]


def test_what_another_worker_took_in_and_did_not_archive_is_not_taken_in_again(engine: Engine) -> None:
    triage, second = handler(engine), siren(1)
    triage.handle([siren(0)], NOW)
    flaky = cast(PostArchive, Flaky(engine.archive, failures=1))
    with pytest.raises(TryAgain):
        StoryHandler(engine.cases, flaky, policy()).handle([second], NOW)
    triage.handle([second], NOW)
    (case,) = cases(engine)
    assert (case.tallies.posts, case.revision) == (2, 2)
    assert lines(engine, second)[0].case_id == case.id


def test_an_edit_of_an_archived_post_joins_its_case(engine: Engine) -> None:
    first = reading(PARKING, post={"native_id": "m9"})
    edited = reading("已经退款，谢谢关注此事的各位", post={"native_id": "m9"}, where=place("洛阳市"))
    triage = handler(engine)
    triage.handle([first], NOW)
    triage.handle([edited], NOW)
    (case,) = cases(engine)
    assert case.tallies.posts == 1
    assert lines(engine, edited)[0].case_id == case.id


def test_a_reply_finds_the_case_of_its_post_in_the_archive_and_in_the_batch(engine: Engine) -> None:
    first = reading(PARKING)
    early = reading("顶", post={"reply_to": first.post.id}, where=place("洛阳市"))
    late = reading("同问", post={"reply_to": early.post.id}, where=place("洛阳市"))
    handler(engine).handle([first, early], NOW)
    handler(engine).handle([late], NOW)
    (case,) = cases(engine)
    assert case.tallies.posts == 3


def reply_to(first: Reading, text: str = "太黑了", **post: Any) -> Reading:
    """A post that counts by what it answers alone."""
    return reading(
        text,
        relevance=Relevance(verdict=Verdict.REPLY, score=0.9),
        post={"reply_to": first.post.id, **post},
        where=place("洛阳市"),
    )


def test_a_reply_may_stand_before_what_it_answers_in_one_batch(engine: Engine) -> None:
    first = reading(PARKING)
    answer = reply_to(first)
    handler(engine).handle([answer, first], NOW)
    (case,) = cases(engine)
    assert case.tallies.posts == 2
    assert [line.case_id for line in lines(engine, answer, first)] == [case.id] * 2


def test_a_reply_that_came_a_batch_before_what_it_answers_is_called_back_by_it(engine: Engine) -> None:
    first = reading(PARKING)
    triage, answer, other = handler(engine), reply_to(first), reply_to(siren(0), "同问")
    triage.handle([siren(1)], NOW)
    triage.handle([answer, other], NOW)
    assert [line.disposition for line in lines(engine, answer)] == [Disposition.IRRELEVANT]
    triage.handle([first], NOW)
    case_id = lines(engine, first)[0].case_id
    (line,) = lines(engine, answer)
    assert (line.case_id, line.disposition, line.reading) == (case_id, Disposition.ATTACHED, answer)
    triage.handle([answer, first], NOW)
    assert engine.cases.get(case_id or "").tallies.posts == 2
    assert lines(engine, other)[0].case_id is None


def test_it_is_called_back_too_where_what_it_answers_joins_a_case_or_another_worker_takes_it(
    engine: Engine,
) -> None:
    handler(engine).handle([siren(0)], NOW)
    second = siren(1)
    answer = reply_to(second)
    handler(engine).handle([answer], NOW)
    handler(engine).handle([second], NOW)
    (case,) = cases(engine)
    assert case.tallies.posts == 3
    assert lines(engine, answer)[0].case_id == case.id


@pytest.mark.parametrize("steps", range(7))
def test_a_process_that_dies_while_a_reply_is_called_back_counts_it_once(engine: Engine, steps: int) -> None:
    first = reading(PARKING)
    answer = reply_to(first)
    handler(engine).handle([answer], NOW)
    fuse = Fuse()
    fuse.left = steps
    archive = cast(PostArchive, Dying(engine.archive, ["put", "admit"], fuse))
    store = cast(CaseStore, Dying(engine.cases, ["save"], fuse))
    try:
        StoryHandler(store, archive, policy()).handle([first], NOW)
        died = False
    except Crash:
        died = True
        handler(engine).handle([first], NOW)
    assert died is (steps < 6)
    (case,) = cases(engine)
    assert case.tallies.posts == 2
    assert [line.case_id for line in lines(engine, first, answer)] == [case.id] * 2


def test_what_was_blanked_or_objected_to_meanwhile_is_not_called_back(engine: Engine) -> None:
    first = reading(PARKING)
    blank, out = reply_to(first), reply_to(first, "同问")
    handler(engine).handle([blank, out], NOW)
    engine.archive.blank([blank.post.key], erased=Erased(at=NOW, rule="依异议"))
    sieve(engine, out.post.id).handle([first], NOW)
    (case,) = cases(engine)
    assert case.tallies.posts == 1
    assert {line.disposition for line in lines(engine, blank, out)} == {Disposition.IRRELEVANT}


DOUBT = Relevance(verdict=Verdict.REVIEW, score=0.5)


def put_away(engine: Engine) -> tuple[Case, Reading]:
    """A candidate of two posts that lapsed, and the post that did not open it."""
    second = reading("【转】" + PARKING, relevance=DOUBT, post={"native_id": "m7"})
    handler(engine).handle([reading(PARKING, relevance=DOUBT), second], NOW)
    later = NOW + timedelta(days=8)
    Watch(engine.cases, engine.archive, policy(), ManualClock(later)).tick(later)
    (case,) = engine.cases.search(CaseQuery()).cases
    assert case.state is CaseState.LAPSED
    return case, second


def test_an_edit_after_its_candidate_was_put_away_brings_that_one_back(engine: Engine) -> None:
    case, second = put_away(engine)
    later = NOW + timedelta(days=9)
    edited = reading("还是没人管", relevance=DOUBT, at=later, post={"native_id": "m7"})
    assert edited.post.id == second.post.id
    handler(engine).handle([edited], later)
    (again,) = engine.cases.search(CaseQuery()).cases
    assert (again.id, again.state, again.tallies.posts) == (case.id, CaseState.WATCHING, 2)
    assert lines(engine, edited)[0].case_id == case.id


def test_an_answer_after_its_candidate_was_put_away_brings_that_one_back(engine: Engine) -> None:
    case, second = put_away(engine)
    later = NOW + timedelta(days=9)
    answer = reading("同问", relevance=DOUBT, at=later, post={"reply_to": second.post.id})
    handler(engine).handle([answer], later)
    (again,) = engine.cases.search(CaseQuery()).cases
    assert (again.id, again.state, again.tallies.posts) == (case.id, CaseState.WATCHING, 3)


def test_a_replay_after_a_crash_and_a_long_rest_counts_nothing_twice(engine: Engine) -> None:
    first, second = reading(PARKING, relevance=DOUBT), reading("【转】" + PARKING, relevance=DOUBT)
    handler(engine).handle([first], NOW)
    flaky = cast(PostArchive, Flaky(engine.archive, failures=1))
    with pytest.raises(TryAgain):
        StoryHandler(engine.cases, flaky, policy()).handle([second], NOW)
    later = NOW + timedelta(days=8)
    watch = Watch(engine.cases, engine.archive, policy(), ManualClock(later))
    watch.tick(later)
    handler(engine).handle([second], later)
    (case,) = engine.cases.search(CaseQuery()).cases
    assert case.tallies.posts == 2
    assert lines(engine, second)[0].case_id == case.id
    watch.tick(later)
    assert engine.cases.get(case.id).state is CaseState.LAPSED


@pytest.mark.parametrize("busy", [False, True])
def test_what_joined_an_ended_case_that_went_stale_before_the_replay_is_counted_once(
    engine: Engine, busy: bool
) -> None:
    first, second = reading(PARKING), reading("【转】" + PARKING)
    handler(engine).handle([first], NOW)
    (opened,) = cases(engine)
    engine.cases.save([replace(opened, revision=opened.revision + 1, state=CaseState.DISMISSED)])
    flaky = cast(PostArchive, Flaky(engine.archive, failures=1))
    with pytest.raises(TryAgain):
        StoryHandler(engine.cases, flaky, policy()).handle([second], NOW)
    later = NOW + timedelta(days=14)
    triage = handler(engine)
    if busy:  # it has settled in on what was read just now when what lay here is shown again
        triage.handle([siren(0, at=later, read_at=later, where=place("许昌市", "魏都区"))], later)
    triage.handle([second], later)
    (case,) = (one for one in engine.cases.all() if one.topic == opened.topic)
    assert (case.id, case.tallies.posts) == (opened.id, 2)
    assert lines(engine, second)[0].case_id == case.id


def test_readings_of_a_few_minutes_in_any_order_are_put_to_the_stories_as_they_were_read_once(
    engine: Engine,
) -> None:
    store = Counting(engine.cases)
    triage = StoryHandler(cast(CaseStore, store), engine.archive, policy())
    for n, late in enumerate([0, 4, 1, 9]):
        triage.handle([siren(n, read_at=NOW - timedelta(minutes=late))], NOW)
    assert store.looked == 1


def test_every_line_says_on_what_ground_its_post_joined(engine: Engine) -> None:
    first, copy, edit = reading(PARKING, post={"native_id": "m1"}), reading(PARKING + "！求扩散"), "已经解决"
    edited = reading(edit, post={"native_id": "m1"})
    handler(engine).handle([first, copy], NOW)
    handler(engine).handle([edited], NOW)
    opener, joined, version = lines(engine, first, copy, edited)
    assert opener.reason == "由此立事件"
    assert joined.reason.startswith("近似重复，相同的四字串占 ")
    assert version.reason == "同一帖子的新版本"


def test_a_reading_that_is_irrelevant_after_all_still_has_a_line(engine: Engine) -> None:
    one = reading(PARKING, relevance=Relevance(verdict=Verdict.IRRELEVANT, score=0.0))
    handler(engine).handle([one], NOW)
    assert lines(engine, one)[0].disposition is Disposition.IRRELEVANT
    assert cases(engine) == []


def test_backfilled_posts_start_no_clock(engine: Engine) -> None:
    handler(engine).handle([reading(PARKING, post={"origin": Origin.BACKFILL})], NOW)
    (case,) = cases(engine)
    assert case.clocks == ()


def test_jurisdictions_do_not_mix(engine: Engine) -> None:
    handler(engine).handle([siren(0), siren(1, jurisdiction="hebei")], NOW)
    assert len(cases(engine)) == 1
    assert len(list(engine.cases.open_stories("hebei", since=NOW))) == 1


def test_after_an_hour_the_stories_are_read_anew(engine: Engine) -> None:
    triage = handler(engine)
    triage.handle([siren(0)], NOW)
    (case,) = cases(engine)
    other = siren(1)
    handler(engine).handle([other], NOW)
    later = NOW + FRESH
    reply = reading("后来呢", at=later, post={"reply_to": other.post.id})
    triage.handle([reply], later)
    assert engine.cases.get(case.id).tallies.posts == 3


def test_what_nobody_could_read_is_buried_with_a_line(engine: Engine) -> None:
    record = Record(
        topic=READINGS.name, partition=0, position=1, key="henan", value=b'{"post":{"id":"a","version":"b"}}'
    )
    handler(engine).bury(record, "坏了", NOW)
    line = engine.archive.get([PostKey("a", "b")])[PostKey("a", "b")]
    assert line.disposition is Disposition.BURIED
    handler(engine).bury(replace(record, value=b"\xff\xfe"), "坏了", NOW)
    assert len(list(engine.archive.keys())) == 2


def test_through_the_worker_with_a_failing_archive_nothing_is_lost_or_doubled(engine: Engine) -> None:
    heard = [siren(n) for n in range(12)] + [reading(PARKING)]
    engine.stream.publish(READINGS.name, [READINGS.encode(one) for one in heard])
    flaky = cast(PostArchive, Flaky(engine.archive, failures=2))
    worker = Worker(
        topic=READINGS,
        group=TRIAGE,
        stream=engine.stream,
        handler=StoryHandler(engine.cases, flaky, policy()),
        clock=ManualClock(NOW),
        limit=5,
    )
    for _ in range(2):
        with pytest.raises(TryAgain):
            worker.run_until_idle()
        worker.handler.forget()
    assert worker.run_until_idle() == len(heard)
    assert sorted(case.tallies.posts for case in cases(engine)) == [1, 12]
    assert dict(engine.archive.keys()).keys() == {one.post.key for one in heard}


def test_a_case_that_may_be_another_one_asks_so_and_a_line_says_what_its_post_brought(engine: Engine) -> None:
    here = place(county="中原区")
    first = reading(LONG, where=here)
    fan = reading(MIDDLING, topic="T06", where=here)
    more = reading(
        "锦绣花园人防车位的事，四十户业主去了售楼部，一次收二十年租金不答应",
        where=here,
        signals=(SignalKind.OFFLINE_ACTION,),
    )
    handler(engine).handle([first, fan, more], NOW)
    opener, second, third = lines(engine, first, fan, more)
    assert opener.case_id == third.case_id != second.case_id
    assert third.brings == ("线下行动",)
    assert second.case_id is not None
    asked = engine.cases.get(second.case_id)
    assert [one.case_id for one in asked.suggestions] == [opener.case_id]


@pytest.mark.parametrize(("bias", "stories"), [(40.0, 1), (-40.0, 2)])
def test_the_next_batch_is_compared_by_the_scorer_that_is_in_force_by_then(
    engine: Engine, bias: float, stories: int
) -> None:
    in_force = [Wording(replace(shipped(), bias=-bias))]
    triage = StoryHandler(engine.cases, engine.archive, policy(), lambda: in_force[-1])
    here = place(county="中原区")
    triage.handle([reading(LONG, where=here)], NOW)
    in_force.append(Wording(replace(shipped(), bias=bias)))
    triage.handle([reading(MIDDLING, topic="T06", where=here)], NOW)
    assert len(cases(engine)) == stories


# ----------------------------------------------------------------------------- what somebody objected to


def sieve(engine: Engine, *posts: str) -> StoryHandler:
    """A handler that keeps these posts out."""
    listed = Suppression(engine.register, b"k" * 32)
    listed.put([suppression.post(id) for id in posts], NOW)
    return StoryHandler(engine.cases, engine.archive, policy(), sifted=listed.sifted)


def test_what_somebody_objected_to_after_it_was_read_opens_nothing_and_leaves_no_word(engine: Engine) -> None:
    out, other = reading(PARKING), siren(0)
    sieve(engine, out.post.id).handle([out, other], NOW)
    (case,) = cases(engine)
    assert case.id == lines(engine, other)[0].case_id
    (line,) = lines(engine, out)
    assert (line.disposition, line.case_id, line.body, line.reading) == (
        Disposition.WITHHELD,
        None,
        None,
        None,
    )


def test_nor_does_what_answers_it_show_what_it_said(engine: Engine) -> None:
    out, other = reading(PARKING), siren(0)
    span = Span(field=Field.TEXT, start=0, end=4, text="锦绣花园")
    ground = Why(rule="answers", note="回复的帖子说到：锦绣花园", spans=(span,), weight=1.0)
    answer = reading(
        "刚才的警报把我家孩子吓哭了",
        topic="T05",
        relevance=Relevance(verdict=Verdict.ALERT, score=0.9, why=(ground,)),
        post={"reply_to": out.post.id, "answers": Quoted(text=PARKING)},
    )
    sieve(engine, out.post.id).handle([other, answer], NOW)
    (line,) = lines(engine, answer)
    assert line.disposition is Disposition.ATTACHED and line.reading
    assert line.body and line.body.answers is None and line.body.text == answer.post.text
    assert "锦绣花园" not in str(line)


def test_what_a_case_has_taken_in_before_has_its_line_there_for_the_sweep_to_find(engine: Engine) -> None:
    one = reading(PARKING)
    flaky = cast(PostArchive, Flaky(engine.archive, failures=1))
    with pytest.raises(TryAgain):
        StoryHandler(engine.cases, flaky, policy()).handle([one], NOW)
    sieve(engine, one.post.id).handle([one], NOW)
    (case,) = cases(engine)
    assert [line.case_id for line in lines(engine, one)] == [case.id]


def test_a_dropped_answer_that_was_blanked_meanwhile_is_taken_back_by_no_case(engine: Engine) -> None:
    first = reading(PARKING)
    handler(engine).handle([first], NOW)
    answer = reply_to(first)
    engine.archive.put([a_line(body=answer.post, disposition=Disposition.IRRELEVANT)])
    engine.archive.blank([answer.post.key], erased=Erased(at=NOW, rule="依异议"))
    handler(engine).handle([answer], NOW)
    (case,) = cases(engine)
    assert case.tallies.posts == 1
    (line,) = lines(engine, answer)
    assert (line.disposition, line.legible) == (Disposition.IRRELEVANT, None)

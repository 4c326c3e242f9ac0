"""Every case that grew is anchored once, whoever else anchors at the same time and whatever became of the stream."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import msgspec
import pytest

from huiying import anchors as module
from huiying import chain
from huiying.anchors import KIND, Anchors
from huiying.clock import ManualClock
from huiying.contracts import Case
from huiying.errors import TryAgain
from huiying.ports import CaseStore, Engine
from huiying.recordfile import NOTHING_BEFORE, Anchor, digest_of, root_of
from huiying.topics import CASE_EVENTS
from tests.factories import NOW, a_case
from tests.lagging import lagging
from tests.records import grown, saved, tell, unchained


class Counted:
    """The real store, and which of its cases were read."""

    def __init__(self, real: CaseStore) -> None:
        self._real = real
        self.all_read = 0
        self.got: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def get(self, case_id: str) -> Case:
        self.got.append(case_id)
        return self._real.get(case_id)

    def all(self) -> Iterator[Case]:
        self.all_read += 1
        return self._real.all()


def counted(engine: Engine) -> tuple[Engine, Counted]:
    counter = Counted(engine.cases)
    return replace(engine, cases=cast(CaseStore, counter)), counter


def written(engine: Engine) -> list[Anchor]:
    return [msgspec.json.decode(entry.value, type=Anchor) for entry in engine.register.list(KIND)]


def test_an_anchor_names_the_head_of_every_case_that_grew_since_the_one_before(engine: Engine) -> None:
    one, two = saved(engine, 2), saved(engine, 3)
    anchors = Anchors(engine)
    assert anchors.checkpoint(NOW) == 2
    after = grown(engine, one, 2)
    assert anchors.checkpoint(NOW + timedelta(minutes=10)) == 1
    first, second = written(engine)
    assert {(h.case, h.sequence, h.digest) for h in first.heads} == {
        (one.id, 2, one.events[-1].digest),
        (two.id, 3, two.events[-1].digest),
    }
    assert [(h.case, h.sequence, h.digest) for h in second.heads] == [(one.id, 4, after.events[-1].digest)]
    assert (first.number, second.number) == (1, 2)
    assert (first.previous, second.previous) == (NOTHING_BEFORE, first.digest)
    for anchor in (first, second):
        assert anchor.digest == digest_of(anchor) and anchor.root == root_of(anchor.heads)
    standing = anchors.standing()
    assert (standing.cases, standing.events, standing.anchors, standing.last) == (2, 7, 2, second)


def test_where_nothing_changed_nothing_is_written_and_no_case_is_read(engine: Engine) -> None:
    saved(engine), saved(engine)
    watched, counter = counted(engine)
    anchors = Anchors(watched)
    anchors.checkpoint(NOW)
    assert (counter.all_read, counter.got) == (1, [])
    for _ in range(3):
        assert anchors.checkpoint(NOW) == 0
    assert Anchors(watched).checkpoint(NOW) == 0  # after a restart
    assert (counter.all_read, counter.got, len(written(engine))) == (1, [], 1)


def test_of_many_cases_only_those_that_grew_are_read(engine: Engine) -> None:
    cases = [saved(engine, 1) for _ in range(20)]
    watched, counter = counted(engine)
    anchors = Anchors(watched)
    anchors.checkpoint(NOW)
    grown(engine, cases[7], 3)
    assert anchors.checkpoint(NOW) == 1
    assert (counter.all_read, counter.got) == (1, [cases[7].id])


def test_events_that_the_courier_has_told_twice_are_anchored_once(engine: Engine) -> None:
    case = saved(engine, 2)
    anchors = Anchors(engine)
    anchors.checkpoint(NOW)
    tell(engine, case, 2)
    assert anchors.checkpoint(NOW) == 0
    assert len(written(engine)) == 1


def test_when_the_stream_has_erased_what_was_not_looked_at_every_case_is_read_and_no_head_lost(
    engine: Engine,
) -> None:
    one, two = saved(engine, 1), saved(engine, 1)
    Anchors(engine).checkpoint(NOW)
    grown(engine, one, 1)
    engine.stream.purge(CASE_EVENTS.name, before=datetime.now(UTC) + timedelta(days=1))
    grown(engine, two, 1)
    watched, counter = counted(engine)
    late = Anchors(watched)
    assert late.checkpoint(NOW) == 2
    assert counter.all_read == 1
    late.checkpoint(NOW)
    assert counter.all_read == 1


def test_when_the_whole_topic_is_gone_every_case_is_read_once_and_no_more(engine: Engine) -> None:
    case = saved(engine, 1)
    Anchors(engine).checkpoint(NOW)
    tell(engine, case, 1)
    engine.stream.purge(CASE_EVENTS.name, before=datetime.now(UTC) + timedelta(days=1))
    watched, counter = counted(engine)
    anchors = Anchors(watched)
    for _ in range(3):
        assert anchors.checkpoint(NOW) == 0
    assert counter.all_read == 1


def test_a_position_that_stands_for_another_record_by_now_is_not_trusted(engine: Engine) -> None:
    """As after a backup is restored whose topic had been swept: its positions begin again, and grow past the old one."""
    one, two = saved(engine, 1), saved(engine, 1)
    Anchors(engine).checkpoint(NOW)
    old = msgspec.structs.replace(written(engine)[0], position=4)
    engine.register.put(KIND, f"{1:012}", msgspec.json.encode(old), expect=None)
    grown(engine, one, 2)
    grown(engine, two, 3)
    assert engine.stream.end(CASE_EVENTS.name) > old.position
    assert Anchors(engine).checkpoint(NOW) == 2
    assert {head.case: head.sequence for head in written(engine)[-1].heads} == {one.id: 3, two.id: 4}


def test_a_stream_that_was_laid_out_anew_loses_no_head(engine: Engine) -> None:
    """Its positions begin again below the one that the last anchor reached."""
    case = saved(engine, 1)
    anchors = Anchors(engine)
    anchors.checkpoint(NOW)
    high = msgspec.structs.replace(written(engine)[0], position=1_000)
    engine.register.put(KIND, f"{1:012}", msgspec.json.encode(high), expect=None)
    grown(engine, case, 1)
    again = Anchors(engine)
    assert again.checkpoint(NOW) == 1
    assert written(engine)[-1].position == engine.stream.end(CASE_EVENTS.name)
    grown(engine, engine.cases.get(case.id), 1)
    assert again.checkpoint(NOW) == 1


def test_a_thorough_look_anchors_what_the_stream_has_not_told_yet(engine: Engine) -> None:
    saved(engine, 1)
    anchors = Anchors(engine)
    anchors.checkpoint(NOW)
    saved(engine, 2, told=False)
    assert anchors.checkpoint(NOW) == 0
    assert anchors.checkpoint(NOW, thorough=True) == 1


def test_two_that_anchor_at_once_do_not_fork_the_chain(engine: Engine) -> None:
    cases = [saved(engine, 1) for _ in range(6)]
    gate = threading.Barrier(4)
    failures: list[BaseException] = []

    def work() -> None:
        anchors = Anchors(engine)
        try:
            for _ in range(5):
                gate.wait(timeout=20)
                anchors.checkpoint(NOW)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        cases = [grown(engine, case, 1) for case in cases]
        gate.wait(timeout=20)
    for thread in threads:
        thread.join(timeout=20)
    Anchors(engine).checkpoint(NOW)
    assert not failures
    chained = written(engine)
    assert [anchor.number for anchor in chained] == list(range(1, len(chained) + 1))
    previous = NOTHING_BEFORE
    for anchor in chained:
        assert anchor.previous == previous
        previous = anchor.digest
    named = [(head.case, head.sequence) for anchor in chained for head in anchor.heads]
    assert len(named) == len(set(named))
    assert {case.id: len(case.events) for case in cases} == dict(Anchors(engine).standing().reached)


def test_somebody_who_is_always_first_makes_it_try_again(engine: Engine) -> None:
    saved(engine, 1)

    class Taken:
        """A register in which every place is taken the moment before."""

        def __getattr__(self, name: str) -> Any:
            return getattr(engine.register, name)

        def put(self, kind: str, id: str, value: bytes, *, expect: int | None) -> Any:
            engine.register.put(kind, id, b"{}", expect=None)
            return engine.register.put(kind, id, value, expect=expect)

    with pytest.raises(TryAgain):
        Anchors(replace(engine, register=cast(Any, Taken()))).checkpoint(NOW)


def test_many_heads_go_into_several_anchors(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_HEADS", 3)
    cases = [saved(engine, 1) for _ in range(8)]
    assert Anchors(engine).checkpoint(NOW) == 8
    chained = written(engine)
    assert [anchor.count for anchor in chained] == [3, 3, 2]
    assert [anchor.position for anchor in chained] == [-1, -1, 7]
    assert {head.case for anchor in chained for head in anchor.heads} == {case.id for case in cases}


def test_an_old_record_without_digests_is_anchored_by_what_would_have_been_its_digest(engine: Engine) -> None:
    case = saved(engine, 3)
    old = replace(unchained(case), revision=2)
    engine.cases.save([old])
    Anchors(engine).checkpoint(NOW)
    ((head,),) = [anchor.heads for anchor in written(engine)]
    assert (head.sequence, head.digest) == (3, chain.head(case.id, case.events))


def test_an_anchor_that_nobody_can_read_stops_nothing(engine: Engine) -> None:
    case = saved(engine, 1)
    Anchors(engine).checkpoint(NOW)
    engine.register.put(KIND, f"{1:012}", b"\xff", expect=None)
    grown(engine, case, 1)
    again = Anchors(engine)
    assert again.checkpoint(NOW) == 1
    assert [anchor.number for anchor in again.read(until=again.standing().anchors)] == [2]


def test_a_case_without_a_record_has_nothing_to_anchor(engine: Engine) -> None:
    engine.cases.save([a_case()])
    assert Anchors(engine).checkpoint(NOW, thorough=True) == 0
    assert written(engine) == []


def test_a_search_that_trails_hides_no_case(engine: Engine) -> None:
    with lagging(engine) as past:
        saved(past.engine, 1)
        assert Anchors(past.engine).checkpoint(NOW) == 1


def test_the_loop_anchors_at_once_and_ends_when_it_is_asked_to(engine: Engine) -> None:
    saved(engine, 1)
    clock = ManualClock(NOW)
    clock.stop()
    Anchors(engine).run(clock)
    assert len(written(engine)) == 1

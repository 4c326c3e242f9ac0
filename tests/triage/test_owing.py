"""What was saved with events to publish is told at once, each case once; what was not saved is not told of."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.contracts import Case
from huiying.errors import RevisionConflict
from huiying.ports import Engine
from tests.factories import NOW
from tests.triage.texts import policy, reading
from triage.courier import published
from triage.lifecycle import open_case
from triage.owing import MOST, Owing, TellingCases

TEXT = "中原区锦绣花园开发商把人防车位只租不售，一次收二十年租金"
AT_ONCE = timedelta(0)


def a_case(number: int = 0) -> Case:
    return open_case(reading(TEXT, post={"native_id": f"owing-{number}"}), policy(), NOW)


def test_a_save_tells_of_the_cases_that_owe_events_each_once(engine: Engine) -> None:
    owing = Owing()
    cases = TellingCases(engine.cases, owing.tell)
    first, second = a_case(1), a_case(2)
    cases.save([first, published(second, second.events[-1].sequence)])
    cases.save([replace(first, revision=2)])
    assert owing.take(AT_ONCE) == [first.id]
    assert owing.take(AT_ONCE) == []


def test_what_somebody_else_saved_first_is_not_told_of_and_the_rest_is(engine: Engine) -> None:
    owing = Owing()
    first, second = a_case(1), a_case(2)
    engine.cases.save([first])
    with pytest.raises(RevisionConflict):
        TellingCases(engine.cases, owing.tell).save([first, second])
    assert owing.take(AT_ONCE) == [second.id]


def test_who_waits_is_woken_by_a_save() -> None:
    owing, case = Owing(), a_case()
    threading.Timer(0.05, owing.tell, [[case]]).start()
    assert owing.take(timedelta(seconds=20)) == [case.id]


def test_nobody_who_takes_anything_is_no_leak() -> None:
    owing, case = Owing(), a_case()
    owing.tell([replace(case, id=f"c{number}") for number in range(MOST)])
    owing.tell([replace(case, id=f"d{number}") for number in range(10)])
    assert len(owing.take(AT_ONCE)) == MOST

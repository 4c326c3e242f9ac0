"""Events that come twice are read once."""

from collections.abc import Sequence

from huiying.ports import Record
from huiying.topics import CASE_EVENTS
from response_api import repeats
from response_api.repeats import Repeats
from tests.factories import NOW, a_case
from tests.response_api import office

CASES = [a_case(), a_case()]


def records(*told: tuple[int, int], start: int = 0) -> list[Record]:
    """(case, sequence) at the positions from ``start`` on."""
    made = []
    for position, (case, sequence) in enumerate(told, start):
        key, value = CASE_EVENTS.encode(office.an_event(CASES[case], sequence, NOW, "新增"))
        made.append(Record(topic="case-events", partition=0, position=position, key=key, value=value))
    return made


def positions(found: Sequence[Record]) -> list[int]:
    return [record.position for record in found]


def test_what_is_published_again_is_left_out_whatever_came_between() -> None:
    seen = Repeats()
    assert positions(seen.sifted(records((0, 1), (0, 2), (1, 1), (0, 1), (0, 2), (0, 3)))) == [0, 1, 2, 5]
    assert positions(seen.sifted(records((1, 1), (1, 2), start=6))) == [7]


def test_whoever_goes_back_gets_the_same_records_again() -> None:
    seen, told = Repeats(), records((0, 1), (0, 1), (0, 2))
    assert positions(seen.sifted(told)) == positions(seen.sifted(told)) == [0, 2]
    assert positions(seen.left_out(told[1:])) == [2], "what it repeats came before"


def test_what_was_never_sifted_is_still_told_once() -> None:
    assert positions(Repeats().left_out(records((0, 1), (1, 1), (0, 1)))) == [0, 1]


def test_what_cannot_be_read_is_left_to_whoever_shows_it() -> None:
    broken = Record(topic="case-events", partition=0, position=0, key="x", value=b"{")
    assert Repeats().sifted([broken]) == [broken]


def test_the_memory_is_bounded(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(repeats, "MOST", 1)
    seen = Repeats()
    assert positions(seen.sifted(records((0, 1), (1, 1), (0, 1), (0, 1)))) == [0, 1, 2]

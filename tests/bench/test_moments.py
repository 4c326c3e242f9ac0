"""The moments of a post, from what can be seen from outside."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bench.moments import Seen, stages, way
from huiying.contracts import ArchiveLine, CaseEvent, Disposition, EventKind, Level, PostKey
from triage.record import COURIER, TRIAGE

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
FIRST, SECOND, OTHER = PostKey("first", "v1"), PostKey("second", "v1"), PostKey("other", "v1")


def at(seconds: float) -> float:
    return START.timestamp() + seconds


def line(key: PostKey, judged: float, kind: Disposition = Disposition.ATTACHED) -> ArchiveLine:
    return ArchiveLine(post=key, disposition=kind, at=START + timedelta(seconds=judged), case_id="case")


def event(sequence: int, seconds: float, who: str = TRIAGE) -> CaseEvent:
    return CaseEvent(
        case_id="case",
        sequence=sequence,
        kind=EventKind.OPENED if sequence == 1 else EventKind.GREW,
        at=START + timedelta(seconds=seconds),
        who=who,
        what="",
        level=Level.GENERAL,
        title="",
    )


SEEN = Seen(
    offered={FIRST: at(0.0), SECOND: at(1.0)},
    read={FIRST: (at(0.1), at(0.2)), SECOND: (at(1.1), at(1.2))},
    kept={FIRST: (line(FIRST, 0.3), at(0.5)), SECOND: (line(SECOND, 1.3), at(1.5))},
    events={4: (event(1, 0.3), at(0.6)), 5: (event(2, 0.3), at(0.7)), 6: (event(3, 0.4, COURIER), at(0.9))},
    shown={4: at(0.65), 5: at(0.8), 6: at(3.0)},
)


def test_a_post_is_on_the_board_with_the_last_event_that_its_arrival_made() -> None:
    first = way(SEEN).posts[0]
    assert (first.told, first.heard, first.shown) == (at(0.7), at(0.8), at(0.8))


def test_a_post_that_made_no_event_is_on_the_board_once_its_case_holds_it() -> None:
    second = way(SEEN).posts[1]
    assert (second.told, second.heard, second.shown) == (None, None, at(1.5))


def test_but_not_before_the_board_has_heard_of_the_case() -> None:
    late = replace(SEEN, shown={4: at(9.0), 5: at(0.8)})
    assert [one.shown for one in way(late).posts] == [at(9.0), at(9.0)]


def test_a_post_whose_event_never_came_is_counted_as_not_shown() -> None:
    lost = way(replace(SEEN, shown={4: at(0.65)}))
    assert (len(lost.posts), lost.unshown) == (1, 1)


def test_what_belongs_to_no_case_and_what_does_not_count_is_left_out() -> None:
    kept = {
        **SEEN.kept,
        SECOND: (line(SECOND, 1.3, Disposition.IRRELEVANT), at(1.5)),
        OTHER: (line(OTHER, 1.3), at(1.5)),
    }
    found = way(replace(SEEN, kept=kept))
    assert ([one.offered for one in found.posts], found.unshown) == ([at(0.0)], 0)


def test_the_parts_of_the_way_add_up_to_the_moment_at_which_it_can_be_read() -> None:
    parts = {name: [round(one, 3) for one in seconds] for name, seconds in stages(way(SEEN).posts)}
    assert parts == {
        "posts wait for nlp": [0.1, 0.1],
        "read, reading published": [0.1, 0.1],
        "readings wait for triage": [0.1, 0.1],
        "judged, saved, archived": [0.2, 0.2],
        "judged, saved, event out": [0.4],
        "event out, on the board": [0.1],
    }

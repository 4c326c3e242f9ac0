"""How a case is stored: its rules once, packed; everything that was stored before is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from huiying import casefile, codec
from huiying.contracts import Case, CaseState, ClockKind, Took
from tests.factories import NOW, a_case, a_clock, a_rule

RULES = tuple(
    a_rule(kind=kind, citation=f"第{n}条", duty="做该做的事" * 20) for n, kind in enumerate(ClockKind)
)


def clocked() -> Case:
    """With clocks of its own rules, of an earlier round, and one that came from elsewhere with a rule of its own."""
    brought = a_clock(rule=a_rule(kind=ClockKind.STATEMENT, hours=5), provisional=True)
    running = (a_clock(rule=RULES[0]), a_clock(rule=RULES[3], extended_to=NOW + timedelta(hours=9)), brought)
    return a_case(clock_rules=RULES, clocks=running, past_clocks=(a_clock(rule=RULES[1], fired=("到期",)),))


def test_a_case_comes_back_as_it_was() -> None:
    took = Took(
        case_id="b", at=NOW, events=1, state=CaseState.FLAGGED, level=clocked().severity.level, grading=None,
        clocks=clocked().clocks, topics=(), places=(), units=(), origin=clocked().origin, first_public_at=NOW,
        collected_at=NOW, detected_at=NOW, flagged_at=NOW, confirmed_at=None, reopened_at=None, closed_at=None,
    )  # fmt: skip
    for case in (a_case(), clocked(), replace(clocked(), took=(took,)), a_case(clocks=(a_clock(),))):
        assert casefile.decode(casefile.encode(case)) == case
        assert casefile.decode(casefile.encode(case).decode("utf-8")) == case


def test_what_was_stored_with_every_rule_in_full_is_read() -> None:
    for case in (a_case(), clocked()):
        assert casefile.decode(codec.encode(case)) == case


def test_rules_stand_once_and_take_little_room() -> None:
    case = clocked()
    plain, kept = codec.encode(case), casefile.encode(case)
    assert len(kept) < len(plain) / 2
    assert kept.count(RULES[0].duty.encode()) == 0


def test_cases_with_the_same_rules_have_them_in_common_and_so_do_their_clocks() -> None:
    one, other = (casefile.decode(casefile.encode(case)) for case in (clocked(), replace(clocked(), id="b")))
    assert one.clock_rules is other.clock_rules
    assert one.clocks[1].rule is one.clock_rules[3] and one.past_clocks[0].rule is one.clock_rules[1]
    assert all(one.clocks[2].rule is not rule for rule in one.clock_rules)


def test_equal_rules_that_are_other_objects_are_the_same_rules() -> None:
    """As after a restore, which reads every case by itself."""
    apart = tuple(replace(rule) for rule in RULES)
    case = clocked()
    assert casefile.encode(replace(case, clock_rules=apart)) == casefile.encode(case)


def test_more_sets_of_rules_than_are_remembered_are_no_less_right() -> None:
    cases = [a_case(clock_rules=(a_rule(hours=n),)) for n in range(casefile.MOST + 3)]
    kept = [casefile.encode(case) for case in cases]
    assert [casefile.decode(doc) for doc in kept] == cases
    assert [casefile.encode(case) for case in cases] == kept


def test_broken_text_never_stops_a_save() -> None:
    case = replace(clocked(), title="笑\ud83d", lead="\udc00")
    read = casefile.decode(casefile.encode(case))
    assert (read.title, read.lead) == ("笑\ufffd", "\ufffd")
    assert (read.clock_rules, read.clocks) == (case.clock_rules, case.clocks)

"""What is wrong with a ticket of a played office is seen as it is saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from huiying.contracts import CaseState
from tests.factories import NOW, a_case
from tests.triage.test_tickets import a_ticket
from triage.acts import Act
from triage.simulation.callers import Watched

HOUR = timedelta(hours=1)
TICKET = a_ticket(reference="HN-1")
CASE = a_case(tickets=(TICKET,), state=CaseState.FOLLOWED)
ANSWERED = replace(CASE, tickets=(replace(TICKET, answered_at=NOW),))


def watched(*, down: datetime | None = None) -> Watched:
    made = Watched(asleep=lambda at: at == down)
    made.saw(CASE, None, NOW)
    return made


def test_an_answer_and_a_return_end_a_ticket_and_nothing_else_does() -> None:
    for act in (Act.ANSWER_TICKET, Act.RETURN_TICKET):
        fine = watched()
        fine.saw(ANSWERED, act, NOW)
        assert fine.wrong == []
    for other in (Act.PUBLISH, Act.DISMISS, None):
        wrong = watched()
        wrong.saw(ANSWERED, other, NOW)
        assert len(wrong.wrong) == 1 and "没有答复、退回就了结了" in wrong.wrong[0]


def test_a_ticket_is_not_lost_on_the_way() -> None:
    wrong = watched()
    wrong.saw(replace(CASE, tickets=()), None, NOW)
    assert wrong.wrong == [f"{CASE.title}：热线投诉工单（2026-11-23 10:00 受理）不见了"]


def test_a_matter_does_not_close_on_a_caller_who_waits_and_one_may_join_what_is_closed() -> None:
    wrong = watched()
    closed = replace(CASE, state=CaseState.CLOSED)
    wrong.saw(closed, Act.CLOSE, NOW)
    assert wrong.wrong == [f"{CASE.title}：还有 1 件工单待答复就办结了"]
    joined = watched()
    joined.saw(ANSWERED, Act.ANSWER_TICKET, NOW)
    joined.saw(replace(ANSWERED, state=CaseState.CLOSED), Act.CLOSE, NOW)
    again = (*ANSWERED.tickets, a_ticket(reference="HN-2"))
    joined.saw(replace(ANSWERED, state=CaseState.CLOSED, tickets=again), None, NOW)
    assert joined.wrong == []


def test_a_breach_is_booked_once_for_each_term() -> None:
    book = watched()
    over = replace(TICKET, overdue_at=TICKET.due_at)
    book.saw(replace(CASE, tickets=(over,)), None, TICKET.due_at)
    book.saw(replace(CASE, tickets=(over,)), None, TICKET.due_at + HOUR)
    assert book.wrong == [] and book.booked.total() == 1
    sorted_anew = replace(over, due_at=TICKET.due_at + 9 * HOUR, overdue_at=TICKET.due_at + 9 * HOUR)
    book.saw(replace(CASE, tickets=(sorted_anew,)), None, TICKET.due_at + 9 * HOUR)
    assert book.wrong == [] and book.booked.total() == 2, "another term"
    again = replace(sorted_anew, overdue_at=TICKET.due_at + 10 * HOUR)
    book.saw(replace(CASE, tickets=(again,)), None, TICKET.due_at + 10 * HOUR)
    assert len(book.wrong) == 1 and "不止一次" in book.wrong[0]


def test_what_was_answered_late_was_booked_before_unless_the_machine_was_down() -> None:
    late = TICKET.due_at + 5 * HOUR
    wrong = watched()
    wrong.saw(ANSWERED, Act.ANSWER_TICKET, late)
    assert len(wrong.wrong) == 1 and "没有记逾期" in wrong.wrong[0]
    down = watched(down=TICKET.due_at)
    down.saw(ANSWERED, Act.ANSWER_TICKET, late)
    assert down.wrong == []

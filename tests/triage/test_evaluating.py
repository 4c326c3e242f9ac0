"""评估: who may, what it says, and what becomes of it when the matter comes back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from huiying.contracts import Case, CaseState, EventKind, Rank, Role
from tests.factories import NOW, an_answered_case
from tests.triage.people import person
from tests.triage.texts import policy
from triage import rebound
from triage.deeds.evaluating import evaluate, is_of_authors
from triage.refusals import Invalid, NotYours
from triage.scoring import shipped
from triage.texts import said

JUDGE = person(Role.CHECKER, login="ping")
CLOSED = replace(an_answered_case(), state=CaseState.CLOSED, closed_at=NOW)
WHY = said("note", "通报文号见案卷").ref


def done(case: Case = CLOSED, **changes: object) -> Case:
    asked = {"channels": ["weibo"], "in_place": True, "flags": [], "texts": ()}
    return evaluate(case, JUDGE, NOW, shipped(), **{**asked, **changes})  # type: ignore[arg-type]


def test_an_evaluation_says_what_no_record_knows_and_stands_in_the_record() -> None:
    case = done(channels=["wechat", "weibo"], flags=["criticised"], texts=(WHY,))
    assert case.evaluation is not None
    assert case.evaluation.channels == ("weibo", "wechat"), "in the order of the rules"
    assert (case.evaluation.in_place, case.evaluation.flags, case.evaluation.by) == (
        True,
        ("criticised",),
        "ping",
    )
    event = case.events[-1]
    assert (event.kind, event.texts) == (EventKind.EVALUATED, (WHY,))
    assert event.what == "评估：渠道 微博、微信、客户端，在反映的地方已回应；受到上级通报批评"


def test_a_later_one_replaces_it_and_the_record_keeps_both() -> None:
    case = done(done(), channels=[], in_place=False)
    assert case.evaluation is not None and case.evaluation.channels == ()
    assert case.events[-1].what == "重新评估：渠道 无，没有在反映的地方回应"
    assert [event.kind for event in case.events].count(EventKind.EVALUATED) == 2


def test_who_wrote_the_answer_does_not_evaluate_it() -> None:
    author = person(Role.CHECKER, login=CLOSED.statements[0].author)
    assert is_of_authors(CLOSED, author) and not is_of_authors(CLOSED, JUDGE)
    with pytest.raises(NotYours, match="请由别人评估"):
        evaluate(CLOSED, author, NOW, shipped(), channels=[], in_place=True, flags=[], texts=())


@pytest.mark.parametrize("field", ["channels", "flags"])
def test_what_the_rules_do_not_name_is_refused(field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        done(CLOSED, **{field: ["pigeon"]})
    assert set(refusal.value.faults) == {field}


def test_a_flag_needs_its_ground() -> None:
    with pytest.raises(Invalid) as refusal:
        done(flags=["criticised"])
    assert refusal.value.faults == {"note": "标明了另行记载的情况，请写明依据"}


def test_a_matter_that_comes_back_has_none_any_more() -> None:
    again = rebound.reopen(done(), policy().calendar, NOW, "system:triage", "重开")
    assert again.evaluation is None
    assert EventKind.EVALUATED in {event.kind for event in again.events}


def test_the_head_does_not_evaluate_an_own_answer_either() -> None:
    head = person(Role.LEADER, rank=Rank.HEAD, login=CLOSED.statements[0].author)
    assert is_of_authors(CLOSED, head)
    assert not is_of_authors(CLOSED, person(Role.LEADER, rank=Rank.HEAD))

"""Which papers make sense of a case as it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from huiying.contracts import Case, CaseState, OutsideBody
from response_api.papers.kinds import OFFERS, Kind, file_name, hindrance, offered
from tests.factories import NOW, a_case, a_route, an_answered_case

ALL = "bulletin brief order transfer reply"


PRICES = OutsideBody(body="价格主管部门", ground="价格管理", article="《价格法》第五条")


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        (CaseState.WATCHING, "bulletin brief"),
        (CaseState.FLAGGED, "bulletin brief order transfer"),
        (CaseState.ASSESSED, "bulletin brief order transfer"),
        (CaseState.CLOSED, "brief evaluation"),
        (CaseState.DISMISSED, ""),
        (CaseState.LAPSED, ""),
        (CaseState.MERGED, ""),
    ],
)
def test_what_is_offered_follows_the_state(state: CaseState, kinds: str) -> None:
    case = a_case(state=state, route=a_route(bodies=(PRICES,)))
    assert " ".join(kind for kind, _ in offered(case)) == kinds
    assert all(hindrance(case, kind) for kind in Kind if kind not in kinds)


def test_an_answer_brings_the_reply_and_ends_the_order() -> None:
    def kinds(case: Case) -> str:
        return " ".join(kind for kind, _ in offered(case))

    told = an_answered_case(route=a_route(bodies=(PRICES,)))
    assert kinds(told) == "bulletin brief transfer reply evaluation"
    assert kinds(replace(told, state=CaseState.CLOSED)) == "brief reply evaluation"
    assert kinds(replace(told, state=CaseState.ASSIGNED)) == ALL, "taken up again"


def test_nothing_goes_outside_where_nobody_is_to_be_told_or_the_matter_is_restricted() -> None:
    assert "没有要转的外单位" in hindrance(a_case(), Kind.TRANSFER)
    restricted = a_case(route=a_route(bodies=(PRICES,), restricted=True))
    assert "限制知悉" in hindrance(restricted, Kind.TRANSFER)
    assert Kind.ORDER in dict(offered(restricted))


def test_a_file_is_named_by_kind_number_and_day_and_by_no_word_of_the_case() -> None:
    assert file_name("a1b2c3d4e5f6", Kind.ORDER, NOW) == "舆情交办单_a1b2c3d4_20261123.docx"
    assert set(OFFERS) == set(Kind)

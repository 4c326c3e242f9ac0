"""使用说明: everybody finds their own buttons, as the program has them, and nobody is told of what they may not do."""

from __future__ import annotations

import pytest

from huiying.contracts import LIVE_STATES, CaseState, Role
from response_api import guide
from response_api.guard import INSIDE
from response_api.pages.frame import WAYS
from tests.response_api.conftest import Visitor
from triage.acts import ACTS


@pytest.mark.parametrize("role", list(Role))
def test_everybody_finds_their_own_buttons_and_pages(visitor: Visitor, role: Role) -> None:
    shown = visitor(role).get("/guide")
    assert shown.status_code == 200
    for rule in ACTS:
        assert (f"<b>{rule.name}</b>" in shown.text and rule.owes in shown.text) is (role in rule.roles), (
            rule.act
        )
    assert ("一件事怎么走" in shown.text) is (role in INSIDE)
    assert "<b></b>" not in shown.text


def test_a_matter_goes_its_way_in_the_order_of_the_states_until_its_end() -> None:
    told = list(guide.STEPS)
    assert set(told) == {CaseState.WATCHING, *LIVE_STATES, CaseState.CLOSED}
    assert told == [
        CaseState.WATCHING,
        CaseState.FLAGGED,
        CaseState.CONFIRMED,
        CaseState.ASSIGNED,
        CaseState.ACKNOWLEDGED,
        CaseState.ASSESSED,
        CaseState.PUBLISHED,
        CaseState.FOLLOWED,
        CaseState.CLOSED,
    ]


def test_every_way_but_the_guide_says_what_it_is_for() -> None:
    assert [way.path for way in WAYS if not way.what] == ["/guide"]
    assert len({way.what for way in WAYS}) == len(WAYS)

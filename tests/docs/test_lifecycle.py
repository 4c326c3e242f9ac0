"""docs/lifecycle.md shows the table of ``triage.acts`` as it is."""

from __future__ import annotations

from pathlib import Path

from huiying.contracts import CaseState, StatementState
from response_api.auth import ROLE_NAMES
from response_api.words import STATEMENT_STATES, STATES
from triage.acts import ACTS, Act, Rule

PAGE = Path(__file__).resolve().parents[2] / "docs" / "lifecycle.md"


def line(rule: Rule) -> str:
    who = "、".join(ROLE_NAMES[role] for role in rule.roles)
    cases = "、".join(STATES[state] for state in rule.states)
    drafts = "、".join(STATEMENT_STATES[state] for state in rule.drafts)
    return f"| `{rule.act}` | {rule.name} | {who} | {cases} | {drafts or '—'} | {rule.to} | {rule.owes} |"


def test_the_page_shows_every_act_as_the_code_has_it() -> None:
    shown = [row for row in PAGE.read_text("utf-8").splitlines() if row.startswith("| `")]
    assert shown == [line(rule) for rule in ACTS]


def test_every_act_stands_in_the_table_once_and_every_state_is_left_by_some_act_or_ends() -> None:
    assert sorted(rule.act for rule in ACTS) == sorted(Act)
    left = {state for rule in ACTS for state in rule.states}
    assert set(CaseState) - left == set()
    drafts = {state for rule in ACTS for state in rule.drafts}
    assert set(StatementState) - drafts == {StatementState.WITHDRAWN}

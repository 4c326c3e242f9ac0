"""Who may do what to which case: by role, by rank, by unit, and by where the case stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from huiying.contracts import (
    LIVE_STATES,
    Actor,
    Case,
    CaseState,
    Decision,
    DecisionKind,
    Erased,
    Hold,
    Level,
    Rank,
    Role,
    StatementState,
)
from tests.factories import NOW, a_case
from tests.triage.people import CHECKER, DUTY, HANDLER, LEADER, MONITOR, SECRECY, SPOKESPERSON, person
from tests.triage.statements import a_statement, approval
from tests.triage.texts import policy
from triage.acts import ACTS, HELPED, RULES, Act, allowed, concerns, is_for, is_now, leads


def led_by(lead: str, *assist: str, restricted: bool = False, state: CaseState = CaseState.CONFIRMED) -> Case:
    case = a_case(state=state)
    return replace(case, route=replace(case.route, lead=lead, assist=assist, restricted=restricted))


def everybody(unit: str) -> Actor:
    return Actor(login="all", name="all", roles=frozenset(Role), unit=unit, rank=Rank.HEAD)


@pytest.mark.parametrize(
    ("unit", "concerned"),
    [("henan", True), ("zhengzhou", True), ("luoyang", True), ("kaifeng", False), ("henan.gongcheng", False)],
)
def test_a_case_concerns_those_whose_part_of_the_tree_leads_or_helps(unit: str, concerned: bool) -> None:
    case = led_by("zhengzhou", "luoyang")
    assert concerns(case, everybody(unit), policy()) is concerned
    assert bool(allowed(case, everybody(unit), policy())) is concerned


def test_who_is_of_a_unit_that_is_gone_from_the_file_sees_what_that_unit_had() -> None:
    assert concerns(led_by("gone"), everybody("gone"), policy())
    assert not concerns(led_by("zhengzhou"), everybody("gone"), policy())


def test_those_who_only_help_write_and_advise_and_decide_nothing() -> None:
    for state in CaseState:
        case = led_by("henan.gongcheng", "zhengzhou", state=state)
        offered = set(allowed(case, everybody("zhengzhou"), policy()))
        assert offered <= HELPED
        assert not leads(case, everybody("zhengzhou"), policy())
    assert not HELPED & {
        Act.DISMISS,
        Act.CLOSE,
        Act.CLEAR,
        Act.SIGN,
        Act.PUBLISH,
        Act.HAND_OVER,
        Act.LOWER,
        Act.WAIVE,
        Act.MERGE,
    }


@pytest.mark.parametrize(
    ("actor", "knows"),
    [
        (DUTY, True),
        (LEADER, True),
        (MONITOR, False),
        (SPOKESPERSON, False),
        (CHECKER, False),
        (SECRECY, False),
        (person(Role.HANDLER, unit="henan.renshi"), True),
        (person(Role.SECRECY, unit="henan.renshi"), True),
        (person(Role.SPOKESPERSON, unit="henan.renshi"), False),
        (person(Role.DUTY, unit="henan.renshi"), False),
        (HANDLER, False),
    ],
)
def test_a_restricted_matter_concerns_few(actor: Actor, knows: bool) -> None:
    case = led_by("henan.renshi", restricted=True)
    assert concerns(case, actor, policy()) is knows
    assert knows or allowed(case, actor, policy()) == ()


def test_where_the_top_unit_itself_handles_a_restricted_matter_its_handlers_know_it() -> None:
    assert concerns(led_by("henan", restricted=True), person(Role.HANDLER, unit="henan"), policy())


@pytest.mark.parametrize("rank", Rank)
def test_a_word_on_a_request_needs_a_leader_of_rank(rank: Rank) -> None:
    assert is_for(Act.DECIDE, person(Role.LEADER, rank=rank)) is (rank in (Rank.DEPUTY, Rank.HEAD))
    assert not is_for(Act.DECIDE, person(Role.DUTY, rank=rank))


def test_administrators_and_auditors_do_nothing_to_a_case() -> None:
    for rule in ACTS:
        assert {Role.ADMIN, Role.AUDITOR}.isdisjoint(rule.roles)


def test_who_writes_does_not_review_and_who_reviews_does_not_sign_by_role() -> None:
    assert set(RULES[Act.CLEAR].roles) == {Role.SECRECY}
    assert set(RULES[Act.DRAFT].roles).isdisjoint({Role.SECRECY, Role.SIGNER, Role.LEADER})
    assert set(RULES[Act.SIGN].roles).isdisjoint({Role.SECRECY, Role.HANDLER, Role.CHECKER})


def test_an_act_on_a_statement_fits_no_case_without_one() -> None:
    for rule in ACTS:
        if rule.drafts:
            assert not is_now(rule.act, led_by("zhengzhou"))


def test_what_has_become_part_of_another_case_can_only_come_out_again() -> None:
    case = led_by("zhengzhou", state=CaseState.MERGED)
    assert allowed(case, everybody("henan"), policy()) == (Act.UNMERGE,)


def test_whatever_ended_can_be_opened_again_or_kept_longer_and_what_is_closed_is_evaluated() -> None:
    for state in (CaseState.CLOSED, CaseState.DISMISSED, CaseState.LAPSED):
        case = led_by("zhengzhou", state=state)
        closed = state is CaseState.CLOSED
        right, scored = ((Act.RELABEL,), (Act.EVALUATE,)) if closed else ((), ())
        assert allowed(case, everybody("henan"), policy()) == (*right, Act.REOPEN, *scored, Act.HOLD)
        held = replace(case, hold=Hold(by="li", at=NOW, until=None, reason=""))
        assert allowed(held, everybody("henan"), policy()) == (
            *right,
            Act.REOPEN,
            *scored,
            Act.HOLD,
            Act.RELEASE,
        )


def test_what_was_erased_comes_out_of_no_other_case_and_is_kept_no_longer() -> None:
    gone = Erased(at=NOW, rule="期满")
    merged = replace(led_by("zhengzhou", state=CaseState.MERGED), erased=gone)
    assert allowed(merged, everybody("henan"), policy()) == ()
    closed = replace(led_by("zhengzhou", state=CaseState.CLOSED), closed_at=NOW, erased=gone)
    assert allowed(closed, everybody("henan"), policy()) == (Act.REOPEN,)


def test_a_file_is_kept_longer_by_secrecy_and_leaders_alone() -> None:
    assert [role for role in Role if is_for(Act.HOLD, person(role))] == [Role.SECRECY, Role.LEADER]
    assert [role for role in Role if is_for(Act.RELEASE, person(role))] == [Role.SECRECY, Role.LEADER]


def test_a_word_is_offered_only_where_somebody_asked_for_it() -> None:
    case = led_by("zhengzhou")
    assert Act.DECIDE not in allowed(case, LEADER, policy())
    asked = Decision(id="d", kind=DecisionKind.WAIVE, reason="", asked_by="duty", asked_at=NOW)
    assert Act.DECIDE in allowed(replace(case, decisions=(asked,)), LEADER, policy())
    assert Act.DECIDE not in allowed(
        replace(case, decisions=(replace(asked, granted=False),)), LEADER, policy()
    )


def test_every_act_says_what_it_brings_and_every_living_state_has_a_way_on() -> None:
    assert all(rule.owes and rule.to and rule.name for rule in ACTS)
    for state in LIVE_STATES:
        onward = {rule.act for rule in ACTS if state in rule.states and not rule.drafts}
        assert onward - {
            Act.CONFIRM_LEVEL,
            Act.RAISE,
            Act.LOWER,
            Act.WAIVE,
            Act.DECIDE,
            Act.MERGE,
            Act.SPLIT,
            Act.REPORT_UP,
            Act.CONSULT,
        }


@pytest.mark.parametrize(
    ("login", "rank", "state", "offered"),
    [
        ("xie", Rank.HEAD, StatementState.REVIEW, set()),
        ("gai", Rank.HEAD, StatementState.CLEARED, set()),
        ("shen", Rank.HEAD, StatementState.CLEARED, set()),
        ("qian", Rank.STAFF, StatementState.CLEARED, set()),
        ("qian", Rank.HEAD, StatementState.REVIEW, {Act.CLEAR}),
        ("qian", Rank.HEAD, StatementState.CLEARED, {Act.SIGN}),
    ],
)
def test_a_statement_is_reviewed_and_signed_by_other_eyes(
    login: str, rank: Rank, state: StatementState, offered: set[Act]
) -> None:
    statement = replace(a_statement(state=state), review=approval("ab" * 32, "shen"), signature=None)
    case = led_by("zhengzhou", state=CaseState.ASSESSED)
    case = replace(case, severity=replace(case.severity, level=Level.MAJOR), statements=(statement,))
    actor = replace(everybody("zhengzhou"), login=login, rank=rank)
    assert {Act.CLEAR, Act.SIGN} & set(allowed(case, actor, policy(), statement)) == offered


def test_nobody_is_offered_to_decide_what_they_asked_for_themselves() -> None:
    asked = Decision(id="d", kind=DecisionKind.WAIVE, reason="", asked_by="all", asked_at=NOW)
    case = replace(led_by("henan"), decisions=(asked,))
    assert Act.DECIDE not in allowed(case, everybody("henan"), policy())
    assert Act.DECIDE in allowed(case, replace(everybody("henan"), login="other"), policy())

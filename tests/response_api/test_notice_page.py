"""What a leader reads without an account: enough to act on, and nothing of a restricted matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from huiying.contracts import Case, ClockKind, Receipt
from response_api.notice_page import MOST_DONE, clock_of, notice_view
from tests.factories import NOW
from tests.response_api import escalated, office


def told() -> tuple[Case, Receipt]:
    case = escalated.told(office.matter_named("暴雨"), NOW)
    return case, escalated.last_to(case, "head")


def test_it_says_how_grave_it_is_what_is_owed_who_acts_and_what_was_done() -> None:
    case, receipt = told()
    view = notice_view(case, receipt, office.names(), NOW)
    assert (view.level.word, view.title, view.number) == ("重大", case.title, case.id[:8])
    assert (view.rung, view.reason) == ("逾期2小时", "逾期两小时仍未办")
    assert view.clock is not None
    assert (view.clock.name, view.clock.tone, view.clock.left) == ("上报", "over", "−03:42:00")
    assert view.lead == "郑州市人民防空办公室"
    assert [item.source for item in view.evidence] == ["网上信箱"]
    assert view.evidence[0].url.startswith("http://")
    assert "分办" in [one.kind for one in view.done] and len(view.done) <= MOST_DONE
    assert not {"催办", "送达", "计时", "新增"} & {one.kind for one in view.done}


def test_of_a_restricted_matter_it_gives_number_level_duty_and_due_alone() -> None:
    case, receipt = told()
    sealed = replace(case, route=replace(case.route, restricted=True))
    view = notice_view(sealed, receipt, office.names(), NOW)
    assert view.restricted and view.clock is not None and view.clock.duty == "向主管领导和上级报告"
    assert (view.title, view.reason, view.lead, view.assist, view.evidence, view.done) == (
        "",
        "",
        "",
        "",
        (),
        (),
    )


def test_an_address_that_is_no_web_page_is_no_link() -> None:
    case, receipt = told()
    odd = replace(case, evidence=(replace(case.evidence[0], url="javascript:alert(1)"),))
    assert notice_view(odd, receipt, office.names(), NOW).evidence[0].url == ""


def test_the_clock_is_the_one_that_ran_when_the_notice_was_owed() -> None:
    case, receipt = told()
    first = next(clock for clock in case.clocks if clock.rule.kind is ClockKind.REPORT_UP)
    second = replace(first, round=2, started_at=NOW + timedelta(days=1), due_at=NOW + timedelta(days=2))
    again = replace(case, past_clocks=(first,), clocks=(second,))
    assert clock_of(again, receipt) is first
    assert clock_of(again, replace(receipt, owed_at=NOW + timedelta(days=1))) is second
    assert clock_of(replace(case, clocks=()), receipt) is None

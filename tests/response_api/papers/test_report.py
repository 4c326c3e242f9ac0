"""日报, 周报, 月报: the same figures as on the page, as a paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from huiying.contracts import CaseState, EventKind, Origin
from response_api.papers.figures import Count
from response_api.papers.issue import Span, issue_of
from response_api.papers.report import MOST_COUNTED, file_name, notes, report_paper
from response_api.sight import EVERYTHING, SEALED
from tests.factories import NOW, a_case, a_route, an_answered_case
from tests.response_api.papers.matters import opened, text_of
from tests.response_api.papers.test_figures import HOUR, TODAY, law, made
from tests.triage.test_tickets import a_ticket
from triage.record import note

UNIT = "河南省人民防空办公室"
WEEK = issue_of(Span.WEEK, date(2026, 11, 23))


def test_every_part_stands_in_it_with_its_figures() -> None:
    case = a_case(clocks=(law(NOW - HOUR, None),))
    found = made(case, issue=WEEK, open=(case,), open_total=1)
    document = opened(report_paper(found, unit=UNIT))
    headings = [one.text for one in document.paragraphs if one.style and one.style.name == "Heading 1"]
    assert headings == [
        "一、总体情况",
        "二、等级、事项和地区",
        "三、信息传播",
        "四、重点事件",
        "五、未办结事件与时限",
        "六、法定时限履行",
        "七、公开回应",
        "八、反弹",
        "九、下周提示",
    ]
    told = text_of(report_paper(found, unit=UNIT))
    assert "舆情周报（2026年11月23日至29日）" in told and UNIT in told
    assert "法定时限逾期｜1｜0｜+1" in told
    assert "本期法定时限按时完成0项，逾期1项。" in told
    assert "截至2026年11月23日10时00分，未办结1件。" in told
    assert "本期没有公开回应。" in told and "2026年11月30日至12月6日没有到期的时限。" in told


def test_an_empty_period_says_so_everywhere() -> None:
    told = text_of(report_paper(made(), unit=UNIT))
    for word in ("本期没有新发现的事件。", "当前无未办结事件。", "本期没有公开回应。", "本期没有事件反弹。"):
        assert word in told


def test_a_period_that_runs_and_figures_that_are_cut_are_said_to_be() -> None:
    found = made(issue=WEEK)
    assert notes(found) == ("本期还没有结束，数字截至2026年11月23日10时00分。",)
    assert "事件太多" in "".join(notes(replace(found, cut=True)))
    assert notes(made(issue=WEEK, now=WEEK.until)) == ()
    old = a_case(origin=Origin.BACKFILL)
    assert notes(made(old, a_case(), issue=WEEK, now=WEEK.until)) == (
        "新发现事件中有1件出自补录、回放的旧信息。",
    )
    assert "本期还没有结束" in text_of(report_paper(found, unit=UNIT))


def test_what_is_sealed_has_no_title_on_paper() -> None:
    case = a_case(route=a_route(restricted=True), state=CaseState.FLAGGED)
    blind = replace(EVERYTHING, restricted=False)
    told = text_of(report_paper(made(case, sight=blind, open=(case,), open_total=1), unit=UNIT))
    assert SEALED in told and case.title not in told


def test_personal_data_in_a_title_is_masked() -> None:
    told = text_of(report_paper(made(a_case(title="请找13812345678了解 @中原爆料王")), unit=UNIT))
    assert "13812345678" not in told and "中原爆料王" not in told


def test_of_a_number_that_the_cut_of_a_title_went_through_nothing_stands() -> None:
    case = a_case(title="请" * 32 + "138001…", clocks=(law(NOW - HOUR, None),), state=CaseState.FLAGGED)
    case = note(case, EventKind.REBOUND, NOW, "system:triage", "出现反弹")
    owing = replace(case, clocks=(law(TODAY.following().since, None),))
    told = replace(
        made(case, open=(case,), open_total=1), replies=made(an_answered_case(title=case.title)).replies
    )
    lists = (told.top, told.open, told.missed, told.replies, told.rebounds, made(owing).due)
    assert all(len(rows) == 1 for rows in lists)
    for paper in (report_paper(told, unit=UNIT), report_paper(made(owing), unit=UNIT)):
        assert "请" * 32 in text_of(paper) and "138001" not in text_of(paper)


def test_a_long_list_of_places_ends_with_the_rest_in_one_line() -> None:
    cities = tuple(Count(name=f"{n}市", now=2, before=1, key=f"{n}市") for n in range(MOST_COUNTED + 3))
    told = text_of(report_paper(replace(made(), cities=cities), unit=UNIT))
    assert "其他3项｜6｜3｜+3" in told


def test_files_are_named_by_kind_and_days() -> None:
    assert file_name(made()) == "舆情日报_20261123.docx"
    assert file_name(made(issue=WEEK)) == "舆情周报_20261123-20261129.docx"


def test_tickets_have_a_part_of_their_own_where_there_are_any() -> None:
    done = replace(a_ticket(reference="HN-1"), answered_at=NOW)
    case = a_case(tickets=(done, a_ticket(reference="HN-2")), title="地下室渗水")
    told = text_of(report_paper(made(case, called=(case,)), unit=UNIT))
    assert "本期新发现事件的工单2件：与“统计与考核”同一口径" in told
    assert "类型｜收到｜按期答复｜逾期答复｜逾期未答复｜待答复｜已退回｜录入时已逾期｜延过期" in told
    assert "投诉（法定）｜2｜1｜0｜0｜1｜0｜0｜0" in told
    assert "全部事件中待答复的工单1件，涉及1件事，没有逾期的。" in told
    assert "地下室渗水｜" in told and "工单1件｜2026-12-07 23:59" in told and "HN-" not in told
    bare = text_of(report_paper(made(a_case()), unit=UNIT))
    assert "工单" not in bare

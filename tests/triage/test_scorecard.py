"""Points and their working, criterion by criterion, from cases that are made for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from huiying.contracts import (
    Aftermath,
    Appearance,
    Approval,
    Case,
    CaseState,
    ClockKind,
    ClockState,
    DeliveryState,
    Evaluation,
    EventKind,
    FollowUp,
    Level,
    Origin,
    Publication,
    Publicity,
    Rank,
    ResponseClock,
    Statement,
    StatementKind,
    StopReason,
    Suspension,
)
from tests.factories import NOW, a_body, a_case, a_clock, a_route, a_rule, a_severity, a_statement
from tests.triage.texts import policy
from triage.publishing import Part
from triage.record import note
from triage.scorecard import Scorecard, lacking, scorecard
from triage.scoring import shipped

START = NOW - timedelta(days=20)
BODY = a_body()


def clock(kind: ClockKind, hours: float | None, due: float = 24, **changes: Any) -> ResponseClock:
    """Done after so many hours; None: still running."""
    done = {} if hours is None else {"state": ClockState.MET, "met_at": START + timedelta(hours=hours)}
    return a_clock(
        rule=a_rule(kind=kind), started_at=START, due_at=START + timedelta(hours=due), **{**done, **changes}
    )


def answer(case_id: str, body: bytes = BODY, **changes: Any) -> Statement:
    sha = sha256(body).hexdigest()
    page = Publication(outlet="page", state=DeliveryState.DELIVERED, next_try_at=NOW)
    usual = {
        "published_at": START + timedelta(hours=20),
        "review": Approval(sha256=sha, by="baomi", at=START, outcome="可以公开"),
        "signature": Approval(sha256=sha, by="qianfa", at=START, outcome="同意签发", rank=Rank.DIVISION_HEAD),
        "publications": (page,),
    }
    return a_statement(case_id, body, **{**usual, **changes})


def closed(*clocks: ResponseClock, level: Level = Level.GENERAL, **changes: Any) -> Case:
    """Answered after 20 hours, followed up, closed, evaluated: everything in order."""
    case = a_case(
        state=CaseState.CLOSED,
        detected_at=START,
        flagged_at=START,
        severity=a_severity(level=level),
        clocks=clocks or (clock(ClockKind.RESPONSE, 20),),
        follow_ups=(FollowUp(at=START + timedelta(days=3), by="hui", solved=True, found=""),),
        aftermath=Aftermath(since=START + timedelta(hours=20), peak_before=1),
        evaluation=Evaluation(
            at=NOW, by="ping", channels=("weibo", "wechat", "press"), in_place=True, flags=(), note=""
        ),
    )
    return replace(case, **changes)


def score(
    case: Case, *statements: Statement, bodies: tuple[bytes, ...] = (BODY,), now: datetime = NOW
) -> Scorecard:
    kept = {sha256(body).hexdigest(): lacking(body) for body in bodies}
    told = statements or (answer(case.id),)
    made = scorecard(case, told, kept.get, rules=shipped(), policy=policy(), now=now)
    assert made is not None
    return made


def points(card: Scorecard, name: str) -> int | None:
    return next(line.points for line in card.lines if line.name == name)


def working(card: Scorecard, name: str) -> str:
    return next(line.working for line in card.lines if line.name == name)


def test_everything_in_order_is_a_hundred_points() -> None:
    card = score(closed())
    assert (card.low, card.high, card.settled, card.grade) == (100, 100, True, "优秀")


def test_the_example_of_the_rules_comes_to_its_sum() -> None:
    """Answered at 30 h, one content part missing, two kinds of channel: 24 + 6 + 8 + 3 + 6 + 3 + 10 + 8 + 7 = 75."""
    body = a_body(parts={part: "说明情况" for part in Part if part is not Part.NEXT})
    case = closed(
        clock(ClockKind.RESPONSE, 30),
        evaluation=Evaluation(at=NOW, by="p", channels=("weibo",), in_place=True, flags=(), note=""),
    )
    card = score(case, answer(case.id, body), bodies=(body,))
    assert (card.low, card.grade) == (75, "合格")
    assert working(card, "审签和内容齐全") == "缺“下一步”部分"


@pytest.mark.parametrize(("hours", "expected"), [(24, 40), (24.5, 24), (48, 24), (60, 10), (80, 0)])
def test_an_ordinary_matter_is_scored_by_the_hours_to_its_answer(hours: float, expected: int) -> None:
    card = score(closed(clock(ClockKind.RESPONSE, hours)))
    assert points(card, "首次有效回应") == expected


def test_a_grave_matter_is_scored_by_authoritative_word_and_press_conference() -> None:
    asked = (clock(ClockKind.STATEMENT, 6, due=5), clock(ClockKind.PRESS_CONFERENCE, 20))
    case = closed(*asked, clock(ClockKind.RESPONSE, 20), level=Level.MAJOR)
    card = score(case)
    assert (points(card, "首次发布权威信息"), points(card, "新闻发布会")) == (10, 20)
    assert "首次有效回应" not in {line.name for line in card.lines}


def test_where_else_it_was_written_down_to_stand_counts_as_a_channel() -> None:
    said = Evaluation(at=NOW, by="p", channels=("press",), in_place=True, flags=(), note="")
    case = closed(clock(ClockKind.RESPONSE, 20), evaluation=said)
    there = Appearance(number=1, channel="wechat", where="示例公众号", at=NOW, by="fa", noted_at=NOW)
    told = answer(case.id)
    cards = [
        score(case, replace(told, appearances=stands))
        for stands in ((), (there,), (replace(there, removed_at=NOW),))
    ]
    counted = [working(card, "发布渠道") for card in cards]
    assert ["微信、客户端" in said for said in counted] == [False, True, False]


def test_what_was_waived_counts_by_when_it_was() -> None:
    press = clock(ClockKind.PRESS_CONFERENCE, 3, state=ClockState.WAIVED)
    card = score(closed(clock(ClockKind.STATEMENT, 4, due=5), press))
    assert points(card, "新闻发布会") == 20
    assert working(card, "新闻发布会").startswith("经批准免除")
    late = replace(press, met_at=START + timedelta(hours=60))
    assert points(score(closed(clock(ClockKind.STATEMENT, 4), late)), "新闻发布会") == 0


def test_what_was_waived_and_then_owed_again_counts_by_when_that_was_done() -> None:
    waived = clock(ClockKind.RESPONSE, 1, state=ClockState.WAIVED)
    case = closed(clock(ClockKind.RESPONSE, 60, round=2), past_clocks=(waived,))
    assert points(score(case), "首次有效回应") == 10
    twice = replace(clock(ClockKind.RESPONSE, 30, round=2), state=ClockState.WAIVED)
    assert points(score(closed(twice, past_clocks=(waived,))), "首次有效回应") == 24
    merged = replace(twice, state=ClockState.CANCELLED)
    assert points(score(closed(waived, past_clocks=(merged,))), "首次有效回应") == 40


def test_a_waiver_stands_where_the_matter_was_taken_up_anew_afterwards() -> None:
    again = START + timedelta(hours=50)
    waived = clock(ClockKind.RESPONSE, 1, state=ClockState.WAIVED)
    later = replace(clock(ClockKind.RESPONSE, 150, round=2), started_at=again)
    case = note(closed(later, past_clocks=(waived,)), EventKind.REOPENED, again, "zhiban", "重开")
    assert points(score(case), "首次有效回应") == 40


def test_where_one_of_the_pair_was_not_asked_for_the_other_is_the_whole() -> None:
    card = score(closed(clock(ClockKind.STATEMENT, 6, due=5), clock(ClockKind.RESPONSE, 20)))
    assert (points(card, "首次发布权威信息"), card.high) == (20, 80)
    assert working(card, "首次发布权威信息").endswith("没有要求新闻发布会，这一项按 40 分计")
    assert "新闻发布会" not in {line.name for line in card.lines}
    press = score(closed(clock(ClockKind.PRESS_CONFERENCE, 20), clock(ClockKind.RESPONSE, 20)))
    assert (points(press, "新闻发布会"), press.high) == (40, 100)


def test_a_suspicion_makes_no_matter_grave() -> None:
    suspected = clock(ClockKind.STATEMENT, 20, provisional=True)
    assert points(score(closed(suspected, clock(ClockKind.RESPONSE, 20))), "首次有效回应") == 40


def test_the_first_round_counts_however_often_it_was_opened_again() -> None:
    again = replace(clock(ClockKind.RESPONSE, None), round=2)
    case = closed(again, past_clocks=(clock(ClockKind.RESPONSE, 60),))
    assert points(score(case), "首次有效回应") == 10


def test_what_is_not_done_yet_is_open_until_no_step_can_be_reached() -> None:
    case = closed(clock(ClockKind.RESPONSE, None), state=CaseState.ASSESSED)
    early = score(case, now=START + timedelta(hours=30))
    assert points(early, "首次有效回应") is None
    assert points(score(case, now=START + timedelta(hours=73)), "首次有效回应") == 0
    assert early.low < early.high and not early.settled


@pytest.mark.parametrize(
    ("level", "rank", "expected"),
    [
        (Level.GENERAL, Rank.DIVISION_HEAD, 8),
        (Level.GENERAL, Rank.HEAD, 8),
        (Level.LARGER, Rank.DIVISION_HEAD, 4),
        (Level.MAJOR, Rank.DIVISION_HEAD, 0),
    ],
)
def test_who_signs_must_stand_as_high_as_the_level_asks(level: Level, rank: Rank, expected: int) -> None:
    case = closed(level=level)
    signed = answer(case.id)
    assert signed.signature is not None
    card = score(case, replace(signed, signature=replace(signed.signature, rank=rank)))
    assert points(card, "签发人职级") == expected


def test_the_unit_that_answers_for_it_must_answer() -> None:
    case = closed(route=a_route(lead="luoyang"))
    assert points(score(case, answer(case.id, unit="zhengzhou")), "责任单位回应") == 0
    assert points(score(case, answer(case.id, unit="henan")), "责任单位回应") == 6
    assert points(score(case, answer(case.id, unit="luoyang")), "责任单位回应") == 6


def test_a_broken_chain_of_review_and_a_missing_part_cost_more_than_one() -> None:
    case = closed()
    unsigned = answer(case.id, signature=None)
    assert points(score(case, unsigned), "审签和内容齐全") == 3
    bare = a_body(parts={Part.FACTS: "有积水", Part.MEASURES: "已抽干"})
    assert points(score(case, answer(case.id, bare), bodies=(bare,)), "审签和内容齐全") == 0


def test_bytes_that_are_lost_are_not_judged() -> None:
    card = score(closed(), bodies=())
    assert points(card, "审签和内容齐全") is None
    assert not card.settled


def test_until_somebody_evaluates_it_the_reach_is_open() -> None:
    card = score(closed(evaluation=None))
    assert (card.low, card.high, card.settled) == (85, 100, False)
    assert card.grade == ""
    assert working(card, "发布渠道").startswith("记录里有：政府网站")


def test_the_own_page_counts_as_the_web_site_and_no_channel_twice() -> None:
    said = Evaluation(at=NOW, by="p", channels=("site",), in_place=False, flags=(), note="")
    card = score(closed(evaluation=said))
    assert (points(card, "发布渠道"), points(card, "在反映的地方回应")) == (3, 0)
    assert working(card, "发布渠道") == "1 类：政府网站"


def test_a_channel_that_the_rules_no_longer_name_counts_for_nothing() -> None:
    said = Evaluation(at=NOW, by="p", channels=("pigeon",), in_place=True, flags=("gone",), note="")
    card = score(closed(evaluation=said))
    assert points(card, "发布渠道") == 3
    assert card.flags == ()


def test_a_veto_stands_beside_the_points_and_over_the_grade() -> None:
    said = Evaluation(
        at=NOW, by="p", channels=("press", "weibo", "wechat"), in_place=True, flags=("criticised",), note="d"
    )
    card = score(closed(evaluation=said))
    assert (card.low, card.grade, card.vetoed) == (100, "一票否决", True)


def test_a_follow_up_that_came_late_or_never_earns_nothing() -> None:
    late = clock(ClockKind.FOLLOW_UP, 90, due=72)
    assert points(score(closed(clock(ClockKind.RESPONSE, 20), late)), "回访按时") == 0
    assert points(score(closed(follow_ups=())), "回访按时") == 0
    running = closed(clock(ClockKind.FOLLOW_UP, None), state=CaseState.PUBLISHED, follow_ups=())
    assert points(score(running), "回访按时") is None


def test_where_a_result_is_owed_an_answer_alone_is_not_enough() -> None:
    owed = clock(ClockKind.PUBLISH_RESULT, None)
    case = closed(clock(ClockKind.RESPONSE, 20), owed)
    assert points(score(case), "公布处理结果") == 0
    result = answer(case.id, number=2, kind=StatementKind.RESULT)
    assert points(score(case, answer(case.id), result), "公布处理结果") == 8
    withheld = replace(result, publicity=Publicity.CLOSED)
    assert working(score(case, answer(case.id), withheld), "公布处理结果").startswith(
        "处理结果依法不主动公开"
    )


def test_an_answer_that_was_lawfully_not_open_is_not_called_public() -> None:
    case = closed()
    card = score(case, answer(case.id, publicity=Publicity.CLOSED))
    assert points(card, "公布处理结果") == 8
    assert working(card, "公布处理结果") == "没有另外的处理结果要公布，回应依法不主动公开，理由已记录"


def test_a_rebound_costs_its_points_for_good() -> None:
    case = note(closed(), EventKind.REBOUND, NOW, "system:triage", "出现反弹")
    assert points(score(case), "没有反弹") == 0


def test_the_watch_after_an_answer_must_be_over() -> None:
    case = closed(aftermath=Aftermath(since=NOW - timedelta(days=6), peak_before=1))
    assert points(score(case), "没有反弹") is None
    assert points(score(case, now=NOW + timedelta(days=1)), "没有反弹") == 7


def test_a_matter_that_was_closed_without_a_public_word_has_few_points() -> None:
    case = closed(aftermath=None, clocks=(), evaluation=None)
    made = scorecard(case, (), lambda _: None, rules=shipped(), policy=policy(), now=NOW)
    assert made is not None
    assert made.low == 10
    assert made.grade == "不合格"


@pytest.mark.parametrize(
    "case",
    [
        closed(origin=Origin.BACKFILL),
        closed(state=CaseState.DISMISSED),
        closed(state=CaseState.WATCHING),
        closed(state=CaseState.MERGED),
    ],
)
def test_what_asks_for_no_answer_has_no_score(case: Case) -> None:
    assert scorecard(case, (), lambda _: None, rules=shipped(), policy=policy(), now=NOW) is None


def held(reason: StopReason, *, until: datetime | None = None) -> tuple[Suspension, ...]:
    return (Suspension(at=NOW, by="baomi", reason=reason, words="", ended_at=until),)


@pytest.mark.parametrize(
    ("reason", "flags"),
    [
        (StopReason.PERSONAL, ["leaked"]),
        (StopReason.WRONG, ["retracted"]),
        (StopReason.SECRECY, []),
        (StopReason.OTHER, []),
    ],
)
def test_what_was_hidden_is_flagged_beside_the_points_and_answers_no_more(
    reason: StopReason, flags: list[str]
) -> None:
    case = closed()
    card = score(case, answer(case.id, suspensions=held(reason)))
    assert [flag.key for flag in card.flags] == flags
    assert points(card, "首次有效回应") == 40, "it was answered in time, whatever became of the answer"
    assert points(card, "公布处理结果") == 0
    assert "政府网站" not in working(card, "发布渠道")
    back = score(case, answer(case.id, suspensions=held(reason, until=NOW)))
    assert (back.low, [flag.key for flag in back.flags]) == (100, [])


def test_what_was_put_right_is_flagged_unless_it_was_hidden_for_what_is_private() -> None:
    case = closed()
    one = answer(case.id)
    new = answer(case.id, number=2, corrects=one.id)
    assert [flag.key for flag in score(case, one, new).flags] == ["retracted"]
    private = replace(one, suspensions=held(StopReason.PERSONAL))
    card = score(case, private, new)
    assert [flag.key for flag in card.flags] == ["leaked"]
    assert points(card, "公布处理结果") == 8 and points(card, "审签和内容齐全") == 6


def test_what_the_record_and_a_person_say_is_said_once() -> None:
    case = closed()
    said = replace(case.evaluation, flags=("leaked", "criticised")) if case.evaluation else None
    card = score(replace(case, evaluation=said), answer(case.id, suspensions=held(StopReason.PERSONAL)))
    assert sorted(flag.key for flag in card.flags) == ["criticised", "leaked"]

"""Where else a published statement stands: who writes it down, how it is compared, and what must come down again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from huiying.chain import kept
from huiying.contracts import Actor, Case, CaseState, EventKind
from huiying.ports import CaseQuery, Engine
from tests.factories import NOW
from tests.triage.answered import answered, correcting, filed, hidden, seen, shown_again, to_the_public
from tests.triage.people import DUTY, HANDLER, LEADER, MONITOR, SECRECY, SPOKESPERSON, a_desk
from tests.triage.texts import policy
from triage.acts import Act, allowed
from triage.appearances import altered, channels_of, left_over, standing
from triage.deeds.appearing import MOST_COPY
from triage.desk import Desk
from triage.hindrance import hindrance
from triage.publishing import parse
from triage.refusals import Invalid, NotNow, NotYours

HOUR = timedelta(hours=1)
URL = "https://rmt.example.test/2026/11/t20261123_1.html"


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return a_desk(engine)


@pytest.fixture
def case(desk: Desk, engine: Engine) -> Case:
    return answered(desk, engine)


def noted(
    desk: Desk, case: Case, now: datetime = NOW + HOUR, by: Actor = SPOKESPERSON, **changes: Any
) -> Case:
    wanted = {"channel": "wechat", "where": "示例人防公众号", "url": URL, "at": now, "number": 1, **changes}
    one = case.statements[wanted.pop("number") - 1].id
    return desk.note_appearance(case.id, by, now, seen=seen(desk, case), statement=one, **wanted)


def gone(desk: Desk, case: Case, now: datetime, *, appearance: str = "1", **changes: Any) -> Case:
    wanted = {"at": now, "reason": "已经删除，换成了更正稿", **changes}
    return desk.note_removal(
        case.id,
        SPOKESPERSON,
        now,
        seen=seen(desk, case),
        statement=case.statements[0].id,
        appearance=appearance,
        **wanted,
    )


def page_of(desk: Desk, case: Case) -> str:
    """A page as somebody copies it: the statement between what else stands there, in other punctuation and other lines."""
    body = desk.texts.body(case.statements[0].sha256)
    assert body is not None
    document = parse(body)
    said = "".join(document.parts.values()).replace("，", " ,").replace("。", ".\n\n")
    return f"首页 > 公告\n{document.title}\n发布时间 2026-11-23 阅读 312\n{said}\n分享到 联系 13812345678"


# ---------------------------------------------------------------------------------------------- what is written down


def test_where_else_it_stands_is_written_down_and_stops_no_clock(desk: Desk, case: Case) -> None:
    after = noted(desk, case)
    (one,) = after.statements[0].appearances
    assert (one.channel, one.where, one.url, one.at, one.by) == (
        "wechat",
        "示例人防公众号",
        URL,
        NOW + HOUR,
        SPOKESPERSON.login,
    )
    assert (one.altered, one.copy) == (None, "")
    assert after.state is case.state and after.clocks == case.clocks
    assert after.published_at == NOW + HOUR  # the public page says something new
    event = after.events[-1]
    assert (event.kind, event.what) == (
        EventKind.APPEARED,
        "第 1 号文稿登在微信、客户端（2026-11-23 11:00），没有核对文字",
    )
    assert "示例人防" not in str(kept(event)) and URL not in str(kept(event))


def test_the_text_there_is_compared_sentence_by_sentence_and_kept_without_numbers(
    desk: Desk, case: Case
) -> None:
    page = page_of(desk, case)
    after = noted(desk, case, copy=page)
    one = after.statements[0].appearances[0]
    assert one.altered == 0
    assert "文字与签发的一致" in after.events[-1].what
    copy = desk.texts.read(one.copy)
    assert copy is not None and "阅读 312" in copy and "13812345678" not in copy
    assert [ref.digest for ref in after.events[-1].texts] == [one.copy]


def test_a_sentence_that_is_left_out_or_changed_there_is_named(desk: Desk, case: Case) -> None:
    body = desk.texts.body(case.statements[0].sha256)
    assert body is not None
    document = parse(body)
    first = document.parts[next(iter(document.parts))]
    changed = page_of(desk, case).replace(first[:6], "改成了别的话", 1)
    after = noted(desk, case, copy=changed)
    assert after.statements[0].appearances[0].altered == 1
    assert "有 1 句与签发的文字不同" in after.events[-1].what
    (line,) = altered(document, changed)
    assert line.startswith(first[:6])
    assert altered(document, "")[0] == document.title


def test_what_stood_there_before_it_was_signed_is_written_down_as_such(desk: Desk, case: Case) -> None:
    assert "登载早于签发" in noted(desk, case, at=NOW + timedelta(minutes=5)).events[-1].what
    assert "登载早于签发" not in noted(desk, case, url="", at=NOW + timedelta(minutes=10)).events[-1].what


@pytest.mark.parametrize(
    "wrong,where,fault",
    [
        ({"channel": ""}, "channel", "请选择渠道"),
        ({"channel": "moon"}, "channel", "请选择渠道"),
        ({"where": " "}, "where", "请写登在哪里"),
        ({"where": "长" * 41}, "where", "41 字，最多 40 字"),
        ({"where": "张某 13812345678"}, "where", "手机号码"),
        ({"url": "rmt.example.test/1"}, "url", "网址看不懂"),
        ({"url": "javascript:alert(1)"}, "url", "网址看不懂"),
        ({"url": "https://a b.test/"}, "url", "网址看不懂"),
        ({"url": "https://user@rmt.example.test/"}, "url", "网址看不懂"),
        ({"url": "http://[::1"}, "url", "网址看不懂"),
        ({"url": f"https://rmt.example.test/{'a' * 500}"}, "url", "最多 500"),
        ({"at": None}, "at", "时间看不懂"),
        ({"at": NOW + 2 * HOUR}, "at", "不能晚于现在"),
        ({"at": NOW - HOUR}, "at", "不能早于拟稿"),
        ({"copy": "字" * (MOST_COPY + 1)}, "copy", "最多 20000 字"),
    ],
)
def test_what_is_typed_wrongly_is_told_beside_its_field_and_changes_nothing(
    desk: Desk, case: Case, wrong: dict[str, Any], where: str, fault: str
) -> None:
    with pytest.raises(Invalid) as refused:
        noted(desk, case, **wrong)
    assert fault in refused.value.faults[where] and len(refused.value.faults) == 1
    assert desk.cases.get(case.id) == case


def test_the_same_address_is_written_down_once_until_it_is_gone(desk: Desk, case: Case) -> None:
    case = noted(desk, case)
    with pytest.raises(Invalid, match="已经登记过"):
        noted(desk, case)
    case = gone(desk, case, NOW + 2 * HOUR)
    case = noted(desk, case, NOW + 3 * HOUR)
    assert [one.number for one in case.statements[0].appearances] == [1, 2]
    assert [one.number for one in standing(case.statements[0])] == [2]


def test_who_leads_writes_it_down_and_only_of_what_the_public_can_read(desk: Desk, case: Case) -> None:
    one = case.statements[0]
    may = {
        actor.login
        for actor in (SPOKESPERSON, DUTY, HANDLER, SECRECY, LEADER, MONITOR)
        if Act.NOTE_APPEARANCE in allowed(case, actor, policy(), one)
    }
    assert may == {SPOKESPERSON.login, DUTY.login, HANDLER.login}
    with pytest.raises(NotYours):
        noted(desk, case, by=SECRECY)
    case = hidden(desk, case, NOW + HOUR)
    with pytest.raises(NotNow):
        noted(desk, case)


def test_lost_bytes_are_compared_with_nothing(desk: Desk, case: Case) -> None:
    desk.texts.forget_body(case.statements[0].sha256)
    with pytest.raises(NotNow, match="核对不了"):
        noted(desk, case, copy="随便什么")
    assert noted(desk, case).statements[0].appearances


# ---------------------------------------------------------------------------------------------- what must come down


def test_what_is_hidden_has_to_come_down_elsewhere(engine: Engine, desk: Desk, case: Case) -> None:
    case = noted(desk, case)
    assert not left_over(case.statements) and "removal" not in case.awaits
    case = hidden(desk, case, NOW + 2 * HOUR)
    assert [one.number for _, one in left_over(case.statements)] == [1]
    assert "removal" in case.awaits
    found = engine.cases.search(CaseQuery(awaits=frozenset({"removal"}), limit=5)).cases
    assert [one.id for one in found] == [case.id]
    case = gone(desk, case, NOW + 3 * HOUR)
    assert not left_over(case.statements) and "removal" not in case.awaits
    assert case.events[-1].what == "第 1 号文稿登在微信、客户端的已经处理（2026-11-23 13:00）"
    case = shown_again(desk, case, NOW + 4 * HOUR)
    assert not standing(case.statements[0])


def test_a_case_is_not_closed_while_the_old_words_stand_elsewhere(desk: Desk, case: Case) -> None:
    case = noted(desk, case)
    case = to_the_public(desk, correcting(desk, case, NOW + HOUR), NOW + 2 * HOUR)
    with pytest.raises(NotNow, match="第 1 号文稿已更正，示例人防公众号等 1 处还登着原来的文字"):
        filed(desk, case, NOW + 3 * HOUR)
    case = gone(desk, case, NOW + 4 * HOUR)
    assert not hindrance(Act.CLOSE, case, policy())


def test_what_was_put_right_has_to_come_down_elsewhere_too_also_after_the_case_was_closed(
    desk: Desk, case: Case
) -> None:
    case = filed(desk, noted(desk, case), NOW + 2 * HOUR)
    case = to_the_public(desk, correcting(desk, case, NOW + 3 * HOUR), NOW + 4 * HOUR)
    assert case.state is CaseState.CLOSED and case.awaits == ("removal",)
    case = gone(desk, case, NOW + 5 * HOUR)
    assert case.state is CaseState.CLOSED and case.awaits == ()


@pytest.mark.parametrize("wrong", ["nothing", "twice", "future", "before", "silent"])
def test_a_removal_that_cannot_be_is_refused(desk: Desk, case: Case, wrong: str) -> None:
    case = noted(desk, case)
    now = NOW + 3 * HOUR
    if wrong == "twice":
        case = gone(desk, case, NOW + 2 * HOUR)
    with pytest.raises((Invalid, NotNow)):
        match wrong:
            case "nothing":
                gone(desk, case, now, appearance="7")
            case "future":
                gone(desk, case, now, at=now + HOUR)
            case "before":
                gone(desk, case, now, at=NOW)
            case "silent":
                gone(desk, case, now, reason="")
            case _:
                gone(desk, case, now)
    assert desk.cases.get(case.id) == case


def test_only_what_the_public_can_read_counts_as_a_channel(desk: Desk, case: Case) -> None:
    case = noted(desk, noted(desk, case), channel="press", where="示例日报", url="")
    assert channels_of(case.statements) == {"wechat", "press"}
    assert channels_of(gone(desk, case, NOW + 2 * HOUR).statements) == {"press"}
    assert channels_of(hidden(desk, case, NOW + 3 * HOUR).statements) == frozenset()

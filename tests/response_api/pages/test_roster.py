"""值班表 and 交接班, as duty officers and administrators use them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import Workbook

from huiying.clock import ManualClock
from huiying.contracts import CaseState, DeliveryState, Role
from huiying.ports import Engine
from response_api import auth
from response_api.pages import roster
from response_api.security_log import Mark
from tests.factories import NOW, a_case, a_clock
from tests.response_api import office
from tests.response_api.conftest import QUICK, Visitor, submit
from tests.response_api.test_notice_log import a_receipt
from triage.reach import ReachBook

HEADER = "单位,起止时间,岗位,账号,电话\n"
ROWS = HEADER + "henan,2026-11-23 08:00~2026-11-30 08:00,值班长,duty,13800000001\n"


def second(engine: Engine) -> None:
    auth.Accounts(engine.register, QUICK).create(
        "duty2", "接班的人", [Role.DUTY], "correct-duty", NOW, unit="henan"
    )


def a_file(text: str, encoding: str = "gb18030") -> dict[str, object]:
    return {"file": ("十一月.csv", text.encode(encoding), "text/csv")}


def test_a_roster_is_imported_and_shows_who_is_reached_now(visitor: Visitor, engine: Engine) -> None:
    admin = visitor(Role.ADMIN)
    assert "还没有值班表" in admin.get("/roster").text
    assert submit(admin, "/roster", a_file(ROWS)).status_code == 303
    page = visitor(Role.DUTY).get("/roster").text
    assert "在班" in page and "<small>值班表</small>" in page
    assert "13800000001" not in page
    marks = [line.mark for line in auth.Accounts(engine.register).log.page(limit=60).lines]
    assert Mark.ROSTER in marks


def test_a_workbook_is_imported_as_it_is(visitor: Visitor, engine: Engine) -> None:
    duty = visitor(Role.DUTY)
    assert 'accept=".xlsx,' in duty.get("/roster").text
    workbook, packed = Workbook(), BytesIO()
    workbook.worksheets[0].append(["十一月值班表"])
    for line in ROWS.splitlines():
        workbook.worksheets[0].append(line.split(","))
    workbook.save(packed)
    assert submit(duty, "/roster", {"file": ("十一月.xlsx", packed.getvalue())}).status_code == 303
    assert [one.line for one in ReachBook(engine.register).roster().shifts] == [3]
    answer = submit(duty, "/roster", {"file": ("十一月.xls", b"\xd0\xcf\x11\xe0")})
    assert answer.status_code == 422 and "另存为 .xlsx 或 CSV" in answer.text


def test_a_wrong_file_is_refused_as_a_whole_and_the_old_one_stays(visitor: Visitor, engine: Engine) -> None:
    duty = visitor(Role.DUTY)
    submit(duty, "/roster", a_file(ROWS))
    answer = submit(duty, "/roster", a_file(ROWS + "henan,2026-12-02 08:00~2026-12-03 08:00,值班长,duty,\n"))
    assert answer.status_code == 422
    assert "2026-11-30 08:00 至 2026-12-02 08:00 没有人值班" in answer.text
    assert "原来的继续有效" in answer.text
    assert len(ReachBook(engine.register).roster().shifts) == 1
    assert submit(duty, "/roster", {"file": ("", b"", "text/csv")}).status_code == 422


def test_a_city_writes_its_own_roster_and_nobody_elses(visitor: Visitor, engine: Engine) -> None:
    submit(visitor(Role.DUTY), "/roster", a_file(ROWS))
    city = visitor(Role.DUTY, "zhengzhou")
    answer = submit(city, "/roster", a_file(ROWS))
    assert answer.status_code == 422 and "不归您管" in answer.text
    own = HEADER + "zhengzhou,2026-11-24 08:00~2026-11-25 08:00,值班长,duty.zhengzhou,\n"
    assert submit(city, "/roster", a_file(own)).status_code == 303
    assert {one.unit for one in ReachBook(engine.register).roster().shifts} == {"henan", "zhengzhou"}


def test_a_leave_has_a_deputy_and_can_be_struck_out(visitor: Visitor, engine: Engine) -> None:
    second(engine)
    duty = visitor(Role.DUTY)
    submit(duty, "/roster", a_file(ROWS))
    away = {"login": "duty", "start": "2026-11-23T00:00", "end": "2026-12-01T00:00", "deputy": "duty2"}
    assert submit(duty, "/roster", to="/roster/leave", **away).status_code == 303
    page = duty.get("/roster").text
    assert "代值班长（请假）" in page and "由 接班的人 代班" in page
    wrong = submit(duty, "/roster", to="/roster/leave", **{**away, "deputy": "duty"})
    assert wrong.status_code == 422 and "不能是本人" in wrong.text
    assert 'aria-describedby="f-deputy" autofocus' in wrong.text
    assert submit(duty, "/roster", to="/roster/leave", login="nobody", start="x", end="").status_code == 422
    ((id, _),) = ReachBook(engine.register).leaves()
    submit(duty, "/roster", to="/roster/leave", drop=id)
    assert ReachBook(engine.register).leaves() == ()


@pytest.mark.parametrize(
    "deputy,unit",
    [(Role.AUDITOR, "henan"), (Role.ADMIN, "henan"), (Role.HANDLER, "luoyang")],
)
def test_who_may_not_read_what_a_notice_says_stands_in_for_nobody(
    visitor: Visitor, engine: Engine, deputy: Role, unit: str
) -> None:
    second(engine)
    duty = visitor(Role.DUTY)
    visitor(deputy, unit)
    login = deputy.value if unit == "henan" else f"{deputy.value}.{unit}"
    away = {"login": "duty", "start": "2026-11-23T00:00", "end": "2026-12-01T00:00", "deputy": login}
    wrong = submit(duty, "/roster", to="/roster/leave", **away)
    assert wrong.status_code == 422 and "不能代班" in wrong.text
    assert ReachBook(engine.register).leaves() == ()
    long = submit(
        duty, "/roster", to="/roster/leave", **{**away, "deputy": "duty2", "end": "2036-12-01T00:00"}
    )
    assert long.status_code == 422 and "一次最多 366 天" in long.text


def test_a_leave_says_that_it_is_in_and_one_that_is_over_is_none(visitor: Visitor, engine: Engine) -> None:
    second(engine)
    duty = visitor(Role.DUTY)
    away = {"login": "duty", "start": "2025-11-24T00:00", "end": "2025-12-01T00:00", "deputy": "duty2"}
    wrong = submit(duty, "/roster", to="/roster/leave", **away)
    assert wrong.status_code == 422 and "这段时间已经过去：现在是 2026-11-23 10:00" in wrong.text
    assert 'value="2025-12-01T00:00"' in wrong.text and ReachBook(engine.register).leaves() == ()
    away |= {"start": "2026-11-24T00:00", "end": "2026-12-01T00:00"}
    done = submit(duty, "/roster", to="/roster/leave", **away)
    assert "请假已登记" in duty.get(done.headers["location"]).text
    ((id, _),) = ReachBook(engine.register).leaves()
    struck = submit(duty, "/roster", to="/roster/leave", drop=id)
    page = duty.get(struck.headers["location"]).text
    assert "请假已取消" in page and "值班表已换上" not in page


def test_a_shift_hands_over_what_is_open_and_the_next_confirms_it(
    visitor: Visitor, engine: Engine, clock: ManualClock
) -> None:
    second(engine)
    engine.cases.save([a_case(title="车库人防门被拆", clocks=(a_clock(),))])
    book, duty = ReachBook(engine.register), visitor(Role.DUTY)
    submit(duty, "/roster", a_file(ROWS))
    page = duty.get("/handover").text
    assert "车库人防门被拆" in page and "1 件时限在走" in page
    assert submit(duty, "/handover", taker="duty2", notes="车库那件等回话").status_code == 303

    def reached() -> list[str]:
        people = book.now().people("henan", "duty", clock.now(), office.names())
        return [one.login for one in people]

    assert reached() == ["duty", "duty2"]
    again = submit(duty, "/handover", taker="duty2")
    assert again.status_code == 422 and "正在等接班的人确认" in again.text
    other = visitor(Role.DUTY)
    submit(other, "/logout")
    submit(other, "/login", login="duty2", password="correct-duty")
    assert "车库那件等回话" in other.get("/handover").text
    (handing,) = book.handings()
    refused = submit(duty, "/handover", to=f"/handover/{handing.id}", do="confirm")
    assert refused.status_code == 409 and "要由接班的人确认" in refused.text
    assert submit(other, "/handover", to=f"/handover/{handing.id}", do="confirm").status_code == 303
    assert submit(other, "/handover", to=f"/handover/{handing.id}", do="confirm").status_code == 409
    clock.advance(timedelta(minutes=1))
    assert "duty2" in reached()
    marks = [line.mark for line in auth.Accounts(engine.register).log.page(limit=60).lines]
    assert Mark.HANDED_OVER in marks and Mark.TAKEN_OVER in marks


def test_nobody_is_handed_to_who_cannot_come_in(visitor: Visitor, engine: Engine) -> None:
    duty = visitor(Role.DUTY)
    assert "没有别的值班长账号能接班" in duty.get("/handover").text
    accounts = auth.Accounts(engine.register, QUICK)
    accounts.create("invited", "还没来的人", [Role.DUTY], "", NOW, unit="henan")
    page = duty.get("/handover").text
    assert "没有别的值班长账号能接班" in page and "还没来的人" not in page
    assert "还没来的人" not in duty.get("/roster").text.partition("排班")[0]
    second(engine)
    page = duty.get("/handover").text
    assert "接班的人（duty2）" in page and "还没来的人" not in page


def test_what_no_clock_runs_for_is_handed_over_too(visitor: Visitor, engine: Engine) -> None:
    second(engine)
    ticking = a_case(title="车库人防门被拆", clocks=(a_clock(),))
    told = a_receipt(notice="n1", clock=None, rung="无人办理", to=("duty",))
    quiet = a_case(title="警报声音太小", state=CaseState.FOLLOWED, clocks=(), receipts=(told,))
    done = a_case(title="早就办好了", state=CaseState.CLOSED, clocks=())
    engine.cases.save([ticking, quiet, done])
    duty = visitor(Role.DUTY)
    page = duty.get("/handover").text
    assert "1 件时限在走，1 件没有时限在走" in page
    assert page.index("车库人防门被拆") < page.index("没有时限在走 <small") < page.index("警报声音太小")
    assert "早就办好了" not in page
    assert "无人办理</b>" in page, "nor is a notice of theirs lost"
    assert submit(duty, "/handover", taker="duty2").status_code == 303
    (handing,) = ReachBook(engine.register).handings()
    assert handing.cases == (ticking.id, quiet.id)
    assert "2 件未办结" in duty.get("/handover").text


def test_what_a_list_does_not_hold_is_counted(
    visitor: Visitor, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "MOST_OPEN", 2)
    engine.cases.save([a_case(title=f"第{n}件", clocks=(a_clock(),)) for n in range(5)])
    assert "另有 3 件没有列出" in visitor(Role.DUTY).get("/handover").text


def test_a_handover_that_is_sent_twice_from_one_page_is_one_and_after_a_withdrawal_another(
    visitor: Visitor, engine: Engine
) -> None:
    second(engine)
    duty, book = visitor(Role.DUTY), ReachBook(engine.register)
    for round in (1, 2):
        shown = duty.get("/handover").text
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', shown))
        form = {**hidden, "taker": "duty2", "notes": "车库那件等回话"}
        assert [duty.post("/handover", data=form).status_code for _ in range(2)] == [303, 303]
        assert len(book.handings()) == round
        (handing,) = (one for one in book.handings() if one.open)
        submit(duty, "/handover", to=f"/handover/{handing.id}", do="withdraw")


def test_notes_hold_nothing_personal_and_nobody_hands_over_to_themselves(
    visitor: Visitor, engine: Engine
) -> None:
    second(engine)
    duty = visitor(Role.DUTY)
    told = submit(duty, "/handover", taker="duty2", notes="请回电 13812345678")
    assert told.status_code == 422 and "请去掉电话" in told.text
    assert 'aria-describedby="f-notes" autofocus' in told.text
    assert submit(duty, "/handover", taker="duty", notes="").status_code == 422
    assert submit(duty, "/handover", to="/handover/nothing", do="confirm").status_code == 409
    assert submit(duty, "/handover", taker="duty2").status_code == 303
    ((handing,)) = ReachBook(engine.register).handings()
    assert submit(duty, "/handover", to=f"/handover/{handing.id}", do="withdraw").status_code == 303
    assert not ReachBook(engine.register).handings()[0].open


def test_a_shift_hands_over_single_notices_and_the_next_confirms_the_list_as_it_stood(
    visitor: Visitor, engine: Engine
) -> None:
    second(engine)
    first = a_receipt(notice="n1", rung="预警", to=("duty",))
    case = a_case(title="车库人防门被拆", clocks=(a_clock(),), receipts=(first,))
    engine.cases.save([case])
    duty = visitor(Role.DUTY)
    page = duty.get("/handover").text
    assert "没人确认的通知 <small" in page and "签收 预警</b>" in page and "送出，没人确认" in page
    assert submit(duty, "/handover", taker="duty2").status_code == 303
    later = a_receipt(notice="n2", rung="逾期", to=("duty",))
    engine.cases.save([replace(case, receipts=(first, later), revision=case.revision + 1)])
    other = visitor(Role.DUTY)
    submit(other, "/logout")
    submit(other, "/login", login="duty2", password="correct-duty")
    page = other.get("/handover").text
    assert "交班时没人确认的通知 1 条" in page and "同时记为您已阅" in page
    (handing,) = ReachBook(engine.register).handings()
    assert [one.notice for one in handing.notices] == ["n1"]
    assert submit(other, "/handover", to=f"/handover/{handing.id}", do="confirm").status_code == 303
    after = engine.cases.get(case.id)
    assert [(one.notice, one.seen_by) for one in after.receipts] == [("n1", "duty2"), ("n2", "")]
    assert after.clocks == case.clocks
    page = other.get("/handover").text
    assert "签收 逾期</b>" in page and "签收 预警</b>" not in page


def test_what_was_confirmed_since_is_shown_as_such_in_the_list(visitor: Visitor, engine: Engine) -> None:
    second(engine)
    first = a_receipt(notice="n1", rung="预警", to=("duty",))
    case = a_case(title="车库人防门被拆", clocks=(a_clock(),), receipts=(first,))
    engine.cases.save([case])
    duty = visitor(Role.DUTY)
    submit(duty, "/handover", taker="duty2")
    seen = replace(first, state=DeliveryState.SEEN, seen_at=NOW, seen_by="lin")
    engine.cases.save([replace(case, receipts=(seen,), revision=case.revision + 1)])
    assert "后来已确认或办了" in duty.get("/handover").text

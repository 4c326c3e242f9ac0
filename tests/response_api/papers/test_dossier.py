"""案卷: everything that belongs to a matter is in it, each file by its digest, and nothing that nobody may read any more."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from huiying import retention
from huiying.contracts import Case, Role, StopReason
from huiying.ports import Engine
from huiying.tomlfile import DEFAULTS
from response_api.file_view import file_view
from response_api.papers import dossier
from response_api.papers.dossier import CONTENTS, SUMS, Beside
from tests.factories import NOW
from tests.response_api import office
from tests.response_api.conftest import Visitor
from tests.response_api.papers.matters import (
    AUTHOR,
    FINDING,
    HOUR,
    MOBILE,
    answered,
    closed,
    do,
    heard,
    material,
    text_of,
)
from tests.triage.people import SECRECY, SPOKESPERSON, a_desk
from tests.triage.test_tickets import a_ticket
from tests.triage.texts import policy
from triage.erasure import Erasure
from triage.texts import Texts


@pytest.fixture
def case(engine: Engine) -> Case:
    return closed(engine, heard(engine))


def unpacked(engine: Engine, case: Case) -> dict[str, bytes]:
    at = NOW + 32 * HOUR
    filled = material(engine, case, at)
    terms = retention.load(DEFAULTS)
    beside = Beside(
        lines=engine.archive.of_cases({case.id, *case.merged_from}),
        term=file_view(
            case, terms.files, policy(), Texts(engine.register).read, at, lambda login: login
        ).term,
        channels={"wechat": "微信、客户端"},
        named=lambda login: f"人员{login}",
    )
    file = BytesIO()
    pieces = dossier.write(file, filled, beside)
    with ZipFile(file) as packed:
        assert packed.testzip() is None
        found = {name: packed.read(name) for name in packed.namelist()}
    assert pieces == len(found) - 2
    return found


def sheet(data: bytes) -> list[tuple[object, ...]]:
    return list(load_workbook(BytesIO(data)).worksheets[0].iter_rows(values_only=True))


def test_it_holds_papers_answers_posts_and_what_was_done(engine: Engine, case: Case) -> None:
    found = unpacked(engine, case)
    (one,) = case.statements
    assert set(found) == {
        CONTENTS,
        SUMS,
        "01_公文/01_舆情专报.docx",
        "01_公文/02_处置情况报告.docx",
        "01_公文/03_评估表.docx",
        f"02_公开回应/{one.id}.txt",
        "04_信息清单.xlsx",
        "06_办理经过.xlsx",
    }
    assert hashlib.sha256(found[f"02_公开回应/{one.id}.txt"]).hexdigest() == one.sha256
    events = sheet(found["06_办理经过.xlsx"])
    assert len(events) == len(case.events) + 1 and events[-1][-1] == case.events[-1].digest
    assert any(FINDING in str(row[6]) for row in events) and any(row[3] == "人员handler" for row in events)
    posts = sheet(found["04_信息清单.xlsx"])
    assert len(posts) == 2 and "只租不售" in str(posts[1][5])


def test_every_file_is_listed_with_its_digest_and_named_in_the_contents(engine: Engine, case: Case) -> None:
    found = unpacked(engine, case)
    digests = dict(line.split("  ")[::-1] for line in found[SUMS].decode().splitlines())
    assert digests == {name: hashlib.sha256(data).hexdigest() for name, data in found.items() if name != SUMS}
    told = text_of(found[CONTENTS])
    for name in set(found) - {CONTENTS, SUMS}:
        assert name in told
    for said in ("卷内目录", "立卷人", "档号", case.id, "案卷保管期限", "2026-11-23 至 2026-11-24（已办结）"):
        assert said in told


def test_nobody_who_was_collected_stands_in_it(engine: Engine, case: Case) -> None:
    for name, data in unpacked(engine, case).items():
        if name.endswith((".xlsx", ".docx")):
            with ZipFile(BytesIO(data)) as packed:
                data = b"".join(packed.read(one) for one in packed.namelist())
        assert AUTHOR.encode() not in data and MOBILE.encode() not in data, name


def test_where_else_it_stands_and_what_callers_were_told_goes_in(engine: Engine) -> None:
    desk, case = a_desk(engine), answered(engine, heard(engine))
    case = do(
        desk.note_appearance, case, desk, SPOKESPERSON, NOW + 3 * HOUR,
        statement=case.statements[0].id, channel="wechat", where="示例公众号", at=NOW + 3 * HOUR, copy="只登了一句",
    )  # fmt: skip
    found = unpacked(engine, replace(case, tickets=(a_ticket(reference="HN-1"),)))
    (copy,) = (data for name, data in found.items() if name.startswith("03_"))
    assert "只登了一句" in copy.decode() and "示例公众号" in copy.decode()
    assert sheet(found["05_工单.xlsx"])[1][0] == "HN-1"
    assert "句与签发的文字不同" in text_of(found[CONTENTS]) and "没有办结" in text_of(found[CONTENTS])


def test_what_is_hidden_stays_out_and_the_contents_say_so(engine: Engine) -> None:
    desk, case = a_desk(engine), answered(engine, heard(engine))
    (one,) = case.statements
    case = do(
        desk.suspend, case, desk, SECRECY, NOW + 3 * HOUR,
        statement=one.id, why=StopReason.PERSONAL, reason="漏了一位住户的姓名",
    )  # fmt: skip
    found = unpacked(engine, case)
    assert not any(name.startswith("02_") for name in found)
    told = text_of(found[CONTENTS])
    assert "暂停公开（涉及个人信息），文字没有收入本卷" in told and one.sha256 in told


def test_what_was_erased_does_not_come_back(engine: Engine, case: Case) -> None:
    later = NOW + timedelta(days=40_000)
    terms = retention.load(DEFAULTS)
    erasure = Erasure(engine, policy(), terms, DEFAULTS)
    erasure.announce(NOW)
    assert erasure.sweep(later) == 1
    found = unpacked(engine, engine.cases.get(case.id))
    (_, post) = sheet(found["04_信息清单.xlsx"])
    assert post[5] is None and "清除" in str(post[-1])
    events = sheet(found["06_办理经过.xlsx"])
    assert not any(FINDING in str(cell) for row in events for cell in row)
    assert any("已按规定清除" in str(row[6]) for row in events)


def test_whoever_sees_the_case_takes_it_and_the_log_says_so(visitor: Visitor, engine: Engine) -> None:
    case = office.seed_case()
    engine.cases.save([case])
    client = visitor(Role.DUTY)
    page = client.get(f"/cases/{case.id}").text
    assert f'href="/cases/{case.id}/dossier.zip"' in page
    answer = client.get(f"/cases/{case.id}/dossier.zip")
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/zip"
    with ZipFile(BytesIO(answer.content)) as packed:
        assert CONTENTS in packed.namelist()
    assert f"事件 {case.id[:8]} 的案卷" in visitor(Role.AUDITOR).get("/audit").text
    assert visitor(Role.DUTY, "zhengzhou").get(f"/cases/{case.id}/dossier.zip").status_code == 404

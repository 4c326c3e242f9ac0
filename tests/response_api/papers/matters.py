"""Matters that went their way through triage and the desk, and their papers read back from the Word file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
from docx.document import Document
from docx.table import Table

from huiying.contracts import Case, Category, Channel, Reading, StatementKind, Tier
from huiying.ports import Engine
from nlp.annotators import allegations
from response_api.papers import gather
from response_api.papers.layout import OfficePaper
from response_api.papers.material import Material
from response_api.papers.word import written
from tests.factories import NOW
from tests.nlp.reading import a_sheet, annotated
from tests.response_api import office
from tests.triage.people import (
    CHECKER,
    DUTY,
    HANDLER,
    SECRECY,
    SIGNER,
    SPOKESPERSON,
    a_desk,
    a_draft,
    taken_in,
)
from tests.triage.texts import place, reading
from triage.desk import Desk

AUTHOR, HANDLE, MOBILE, ACCOUNT = "pseudonym7f3a", "中原爆料王", "13812345678", "5566778899"
"""What points to a person in what was collected: nothing of it may stand in a paper."""
PARKING = (
    f"中原区锦绣花园开发商把人防车位只租不售，一次收二十年租金十二万。网传地下车库塌了，两个人没出来！"
    f"希望尽快公布收费依据。有事打{MOBILE}，@{HANDLE} 帮忙转发。"
)
FOLLOWED = "中原区锦绣花园开发商把人防车位只租不售，一次收二十年租金十二万，请问何时能按月租？"
FINDING = "现场核对，车位确由开发企业投资，只租不售属实，没有人员受伤"
ADDRESS = "http://127.0.0.1:8080"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def said(text: str = PARKING, **changes: Any) -> Reading:
    """A post by somebody, on a page whose address names them."""
    post = {
        "author": AUTHOR,
        "url": f"http://127.0.0.1/u/{ACCOUNT}/posts/1",
        "channel": Channel.SOCIAL,
        "tier": Tier.INFLUENCER,
        "source_name": "本地生活公众号",
        **changes.pop("post", {}),
    }
    found = reading(text, where=place("郑州市", "中原区"), post=post, **changes)
    return replace(found, signals=annotated(allegations.annotate, a_sheet(text)).signals)


def heard(engine: Engine, *more: Reading) -> Case:
    return taken_in(engine, said(), *more)


def do(act: Callable[..., Case], case: Case, desk: Desk, *who: Any, **what: Any) -> Case:
    return act(case.id, *who, seen=len(desk.cases.get(case.id).events), **what)


def ordered(engine: Engine, case: Case) -> Case:
    desk = a_desk(engine)
    case = do(desk.confirm, case, desk, DUTY, NOW)
    return do(desk.assign, case, desk, DUTY, NOW + MINUTE, unit="zhengzhou")


def answered(engine: Engine, case: Case, kind: StatementKind = StatementKind.ANSWER) -> Case:
    desk, case = a_desk(engine), ordered(engine, case)
    case = do(desk.acknowledge, case, desk, HANDLER, NOW + 2 * MINUTE)
    assessed: dict[str, Any] = {"category": Category.DIFFICULTY, "finding": FINDING}
    case = do(desk.assess, case, desk, HANDLER, NOW + 3 * MINUTE, **assessed)
    case = do(desk.draft, case, desk, HANDLER, NOW + HOUR, wanted=a_draft(kind))
    (one,) = case.statements
    case = do(desk.submit, case, desk, HANDLER, NOW + HOUR, statement=one.id)
    approved = {"statement": one.id, "sha256": one.sha256}
    case = do(desk.clear, case, desk, SECRECY, NOW + HOUR, **approved)
    case = do(desk.sign, case, desk, SIGNER, NOW + HOUR, **approved)
    return do(desk.publish, case, desk, SPOKESPERSON, NOW + 2 * HOUR, statement=one.id)


def closed(engine: Engine, case: Case) -> Case:
    desk, case = a_desk(engine), answered(engine, case)
    case = do(desk.follow_up, case, desk, HANDLER, NOW + 30 * HOUR, solved=True, found="业主说已经能按月租")
    return do(desk.close, case, desk, CHECKER, NOW + 31 * HOUR)


def material(engine: Engine, case: Case, now: datetime = NOW + 3 * HOUR) -> Material:
    return gather.material(engine, case, names=office.names(), unit="henan", now=now, address=ADDRESS)


def opened(paper: OfficePaper | bytes) -> Document:
    return docx.Document(BytesIO(paper if isinstance(paper, bytes) else written(paper)))


def text_of(paper: OfficePaper | bytes) -> str:
    """Everything that a reader of the file sees, and its properties."""
    document = opened(paper)
    core = document.core_properties
    about = [core.title, core.subject, core.author, core.last_modified_by, core.comments, core.keywords]
    return "\n".join([*_lines(document), *about])


def _lines(document: Document) -> Iterator[str]:
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                yield "｜".join(cell.text for cell in row.cells)
        else:
            yield block.text


def assert_nobody_stands_in(paper: OfficePaper) -> None:
    """No author, pseudonym, telephone number or account of those who were collected, anywhere in the file."""
    data = written(paper)
    with ZipFile(BytesIO(data)) as packed:
        everything = "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    for secret in (AUTHOR, HANDLE, MOBILE, ACCOUNT):
        assert secret not in everything
    for login in ("handler", "secrecy", "signer", "spokesperson"):
        assert login not in text_of(data)

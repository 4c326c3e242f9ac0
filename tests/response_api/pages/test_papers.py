"""公文 of a case: offered where they make sense, downloaded under their name, for those who may open the case."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from huiying.contracts import CaseState, Role
from huiying.ports import Engine
from response_api.papers.kinds import Kind
from response_api.papers.word import MEDIA_TYPE
from tests.factories import a_body, a_case, a_route, an_answered_case, tell
from tests.response_api.conftest import Visitor
from tests.response_api.papers.matters import MOBILE, answered, heard, opened, text_of

HREF = re.compile(r'href="/cases/[^"/]+/papers/([a-z]+)\.docx[^"]*"')
LETTERS = re.compile(r'href="(/cases/[^"/]+/papers/transfer\.docx\?to=[^"]+)"')


def test_the_case_page_offers_what_makes_sense_and_each_is_a_word_file(
    visitor: Visitor, engine: Engine
) -> None:
    case = heard(engine)
    client = visitor(Role.DUTY)
    offered = HREF.findall(client.get(f"/cases/{case.id}").text)
    assert list(dict.fromkeys(offered)) == ["bulletin", "brief", "order", "transfer"]
    for kind in ("bulletin", "brief", "order"):
        answer = client.get(f"/cases/{case.id}/papers/{kind}.docx")
        assert answer.status_code == 200 and answer.headers["content-type"] == MEDIA_TYPE
        assert "锦绣花园" in text_of(answer.content) and MOBILE not in text_of(answer.content)
        assert client.get(f"/cases/{case.id}/papers/{kind}.docx").content == answer.content


def test_a_letter_is_for_one_body_and_is_chosen_by_its_name(visitor: Visitor, engine: Engine) -> None:
    case = heard(engine)
    client = visitor(Role.DUTY)
    letters = LETTERS.findall(client.get(f"/cases/{case.id}").text)
    assert [unquote(one.rpartition("=")[2]) for one in letters] == [one.body for one in case.route.bodies]
    names = set()
    for href, body in zip(letters, case.route.bodies, strict=True):
        answer = client.get(href)
        told = text_of(answer.content)
        assert f"{body.body}：" in told and body.ground in told and MOBILE not in told
        names.add(unquote(answer.headers["content-disposition"].rpartition("'")[2]))
    assert len(names) == len(letters), "each under a name of its own"
    assert f"转办函_{case.id[:8]}_1_20261123.docx" in names
    for query in ("", "?to=", "?to=没有的单位"):
        refused = client.get(f"/cases/{case.id}/papers/transfer.docx{query}")
        assert refused.status_code == 404 and "一函一单位" in refused.text


def test_an_answered_case_has_a_reply_and_no_order_any_more(visitor: Visitor, engine: Engine) -> None:
    case = answered(engine, heard(engine))
    client = visitor(Role.CHECKER)
    assert list(dict.fromkeys(HREF.findall(client.get(f"/cases/{case.id}").text))) == [
        "bulletin",
        "brief",
        "transfer",
        "reply",
        "evaluation",
    ]
    told = text_of(client.get(f"/cases/{case.id}/papers/reply.docx").content)
    assert case.statements[0].sha256 in told and "/public/statements/" in told
    refused = client.get(f"/cases/{case.id}/papers/order.docx")
    assert refused.status_code == 409 and "还没有答复的事件才交办" in refused.text


def test_the_file_has_a_chinese_name_with_the_day(visitor: Visitor, engine: Engine) -> None:
    case = a_case()
    engine.cases.save([case])
    answer = visitor(Role.DUTY).get(f"/cases/{case.id}/papers/bulletin.docx")
    given = answer.headers["content-disposition"]
    assert given.startswith("attachment; filename=\"paper.docx\"; filename*=UTF-8''")
    assert unquote(given.rpartition("'")[2]) == f"舆情快报_{case.id[:8]}_20261123.docx"


def test_the_paper_is_that_of_whose_account_it_is(visitor: Visitor, engine: Engine) -> None:
    case = tell(engine, an_answered_case(), a_body())
    for unit, name in (("henan", "河南省人民防空办公室"), ("zhengzhou", "郑州市人民防空办公室")):
        answer = visitor(Role.HANDLER, unit).get(f"/cases/{case.id}/papers/reply.docx")
        document = opened(answer.content)
        assert document.core_properties.author == name
        assert document.paragraphs[-2].text == name


def test_a_case_out_of_view_has_no_papers(visitor: Visitor, engine: Engine) -> None:
    elsewhere = a_case(route=a_route(lead="luoyang"))
    sealed = a_case(route=a_route(lead="henan.jiguanjiwei", restricted=True))
    engine.cases.save([elsewhere, sealed])
    for kind in Kind:
        client = visitor(Role.HANDLER, "zhengzhou")
        assert client.get(f"/cases/{elsewhere.id}/papers/{kind}.docx").status_code == 404
        assert visitor(Role.MONITOR).get(f"/cases/{sealed.id}/papers/{kind}.docx").status_code == 403
    told = visitor(Role.DUTY).get(f"/cases/{sealed.id}/papers/bulletin.docx")
    assert told.status_code == 200 and "限制知悉" in text_of(told.content)


@pytest.mark.parametrize("path", ["nothing.docx", "bulletin.pdf", "BULLETIN.docx"])
def test_a_kind_that_there_is_not_is_a_page_that_says_so(visitor: Visitor, engine: Engine, path: str) -> None:
    case = a_case()
    engine.cases.save([case])
    answer = visitor(Role.DUTY).get(f"/cases/{case.id}/papers/{path}")
    assert answer.status_code == 404 and "text/html" in answer.headers["content-type"]


def test_a_case_with_nothing_to_offer_shows_no_section(visitor: Visitor, engine: Engine) -> None:
    case = a_case(state=CaseState.WATCHING)
    engine.cases.save([case])
    client = visitor(Role.DUTY)
    page = client.get(f"/cases/{case.id}").text
    assert "dossier.zip" not in page
    refused = client.get(f"/cases/{case.id}/dossier.zip")
    assert refused.status_code == 409 and "还是苗头" in refused.text


def test_a_dismissed_case_has_nothing_but_its_file(visitor: Visitor, engine: Engine) -> None:
    case = a_case(state=CaseState.DISMISSED)
    engine.cases.save([case])
    page = visitor(Role.DUTY).get(f"/cases/{case.id}").text
    assert "dossier.zip" in page and ".docx" not in page

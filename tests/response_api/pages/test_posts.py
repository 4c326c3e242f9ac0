"""人工登记: handed in once, whatever the browser does, and nothing typed is lost."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from fastapi import FastAPI

from huiying.contracts import CaseState, Channel, Disposition, Origin, Post, Request, Role
from huiying.errors import TryAgain
from huiying.ports import Engine
from huiying.settings import Settings
from huiying.topics import POSTS
from tests.factories import NOW, a_case, a_line, a_post, a_reading, a_route
from tests.pictures import png
from tests.response_api.conftest import Visitor, submit
from tests.triage.test_tickets import a_ticket

PNG = png()
SHA = hashlib.sha256(PNG).hexdigest()
TOLD = {
    "channel": "hotline",
    "title": "警报自己响了",
    "text": "刚才来电说洛阳涧西区的防空警报自己响了一分钟",
    "place": "洛阳市涧西区",
    "when": "2026-11-23T09:40",
}


def published(engine: Engine) -> list[Post]:
    return [POSTS.decode(record.value) for record in engine.stream.scan(POSTS.name)]


def test_what_was_heard_becomes_a_post_on_the_stream(visitor: Visitor, engine: Engine) -> None:
    person = visitor(Role.MONITOR)
    answer = submit(person, "/posts/new", {"pictures": ("现场.png", PNG)}, **TOLD)
    assert answer.status_code == 303, answer.text
    (post,) = published(engine)
    assert (post.channel, post.title, post.stated_place) == (Channel.HOTLINE, TOLD["title"], TOLD["place"])
    assert post.origin is Origin.LIVE
    assert post.published_at is not None
    assert f"{post.published_at:%H:%M}" == "01:40"
    assert [picture.sha256 for picture in post.attachments] == [SHA]
    assert "monitor" not in str(post.author)
    told = person.get(answer.headers["location"]).text
    assert "已登记" in told
    assert "正在研判" in told


def test_the_same_sheet_handed_in_twice_is_one_post(visitor: Visitor, engine: Engine) -> None:
    person = visitor(Role.MONITOR)
    hidden = dict(
        re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', person.get("/posts/new").text)
    )
    answers = [person.post("/posts/new", data={**hidden, **TOLD}) for _ in range(2)]
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert len({post.key for post in published(engine)}) == 1
    another = submit(person, "/posts/new", **TOLD)
    assert another.headers["location"] != answers[0].headers["location"]


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("text", "  ", "请写明听到或看到的内容"),
        ("text", "长" * 20_001, "内容太长"),
        ("text", "长" * 200_000, "内容太长"),
        ("title", "长" * 121, "标题太长"),
        ("when", "昨天下午", "时间看不懂"),
        ("when", "2027-01-01T00:00", "时间在将来"),
        ("channel", "carrier-pigeon", "请选择来源渠道"),
        ("text", "长" * 600_000, "内容太长"),
        ("place", "人防车位".encode("gbk").decode("latin-1"), "编码不是 UTF-8"),
        ("text", "车库进水，请回电１３８１２３４５６７８", "疑似手机号码“１３８******７８”，请删去或遮盖"),
        ("title", "身份证号410305199001011234的人来访", "疑似身份证号码"),
        ("text", "机密★10年 工程坐标一览，群里有人在传", "涉密内容不得进入本系统"),
        ("title", "【内部资料】工程一览", "涉密内容不得进入本系统"),
    ],
)
def test_a_fault_is_told_beside_its_field_and_nothing_typed_is_lost(
    visitor: Visitor, engine: Engine, field: str, value: str, fault: str
) -> None:
    answer = submit(visitor(Role.DUTY), "/posts/new", **{**TOLD, field: value})
    assert answer.status_code == 422
    assert fault in answer.text
    assert f'aria-describedby="f-{field}"' in answer.text
    for name, typed in TOLD.items():
        if name not in {field, "channel"}:
            assert typed in answer.text, name
    assert published(engine) == []


def test_the_number_of_a_firm_may_stand_in_what_was_heard(visitor: Visitor) -> None:
    text = "物业服务电话 0371-65321234 没人接，车库积水没人管"
    assert submit(visitor(Role.DUTY), "/posts/new", **{**TOLD, "text": text}).status_code == 303


def test_a_place_that_is_left_unsaid_is_no_garbled_text(visitor: Visitor) -> None:
    assert submit(visitor(Role.DUTY), "/posts/new", **{**TOLD, "place": "××"}).status_code == 303


def test_a_picture_outlives_a_fault_elsewhere(visitor: Visitor, engine: Engine) -> None:
    person = visitor(Role.DUTY)
    faulty = submit(person, "/posts/new", {"pictures": ("现场.png", PNG)}, **{**TOLD, "text": ""})
    kept = re.findall(r'name="kept" value="([^"]+)" checked', faulty.text)
    assert kept == [f"{SHA}/现场.png"]
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', faulty.text))
    assert person.post("/posts/new", data={**hidden, **TOLD, "kept": kept}).status_code == 303
    (post,) = published(engine)
    assert [(picture.sha256, picture.name) for picture in post.attachments] == [(SHA, "现场.png")]


def test_a_picture_beyond_every_bound_costs_nothing_that_was_typed(visitor: Visitor) -> None:
    answer = submit(
        visitor(Role.DUTY), "/posts/new", {"pictures": ("大图.png", PNG + b"0" * 60_000_000)}, **TOLD
    )
    assert answer.status_code == 422
    assert "“大图.png”没有收下：文件太大" in answer.text
    kept_as_typed(answer.text)


def test_a_text_that_no_form_can_hold_is_answered_as_too_large(visitor: Visitor) -> None:
    answer = submit(visitor(Role.DUTY), "/posts/new", **{**TOLD, "text": "x" * 9_000_000})
    assert answer.status_code == 413
    assert "内容太大" in answer.text


def test_an_address_that_is_none_is_not_waited_for_and_a_post_not_for_ever(visitor: Visitor) -> None:
    person = visitor(Role.DUTY)
    assert person.get("/posts/nonsense").status_code == 404
    waiting = f"/posts/{'a' * 32}"
    first = person.get(f"{waiting}?done=1").text
    assert f'content="3;url={waiting}?look=1&amp;done=1"' in first
    last = person.get(f"{waiting}?look=40&done=1").text
    assert 'http-equiv="refresh"' not in last and "不再自动刷新" in last


def test_what_is_not_a_picture_is_refused_by_name(
    visitor: Visitor, engine: Engine, settings: Settings
) -> None:
    svg = b"<svg onload=alert(1)>"
    answer = submit(visitor(Role.DUTY), "/posts/new", {"pictures": ("图.png", svg)}, **TOLD)
    assert answer.status_code == 422
    assert "“图.png”没有收下" in answer.text
    assert published(engine) == []
    assert not (settings.attachments / hashlib.sha256(svg).hexdigest()).exists()


def test_the_page_of_a_post_says_where_its_way_ended(visitor: Visitor, engine: Engine) -> None:
    dropped, kept = a_line(disposition=Disposition.IRRELEVANT), a_line(case_id="case-9", at=NOW)
    engine.archive.put([dropped, kept])
    person = visitor(Role.DUTY)
    assert "与人防工作无关" in person.get(f"/posts/{dropped.post.id}").text
    assert "/cases/case-9" in person.get(f"/posts/{kept.post.id}").text


def kept_as_typed(page: str) -> None:
    for name, typed in TOLD.items():
        assert typed in page, name


def test_a_folder_that_takes_no_pictures_loses_nothing_that_was_typed(
    visitor: Visitor, engine: Engine, settings: Settings
) -> None:
    settings.attachments.parent.mkdir(parents=True, exist_ok=True)
    settings.attachments.write_text("in the way")
    person = visitor(Role.DUTY)
    answer = submit(person, "/posts/new", {"pictures": ("现场.png", PNG)}, **TOLD)
    assert answer.status_code == 503
    assert "“现场.png”没有存下" in answer.text
    kept_as_typed(answer.text)
    assert published(engine) == []
    assert submit(person, "/posts/new", **TOLD).status_code == 303


@dataclass
class Full:
    """A stream on a disk that is full."""

    stream: object

    def publish(self, topic: str, records: Sequence[tuple[str, bytes]]) -> None:
        raise TryAgain("database or disk is full")

    def __getattr__(self, name: str) -> object:
        return getattr(self.stream, name)


def test_a_full_disk_loses_nothing_that_was_typed_and_the_sheet_stays_one(
    visitor: Visitor, app: FastAPI, engine: Engine
) -> None:
    person, house = visitor(Role.DUTY), app.state.house
    app.state.house = replace(house, engine=replace(engine, stream=Full(engine.stream)))  # type: ignore[arg-type]
    answer = submit(person, "/posts/new", {"pictures": ("现场.png", PNG)}, **TOLD)
    assert answer.status_code == 503
    assert "现在存不下来" in answer.text
    kept_as_typed(answer.text)
    app.state.house = house
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
    kept = re.findall(r'name="kept" value="([^"]+)" checked', answer.text)
    assert person.post("/posts/new", data={**hidden, **TOLD, "kept": kept}).status_code == 303
    (post,) = published(engine)
    assert [picture.sha256 for picture in post.attachments] == [SHA]


def test_a_city_learns_of_a_post_in_its_own_matters_and_of_what_it_entered_itself(
    visitor: Visitor, app: FastAPI, engine: Engine
) -> None:
    ours, theirs = a_case(), a_case(route=a_route(lead="luoyang"))
    engine.cases.save([ours, theirs])
    seen, unseen, dropped = (
        a_line(case_id=ours.id),
        a_line(case_id=theirs.id),
        a_line(disposition=Disposition.IRRELEVANT),
    )
    engine.archive.put([seen, unseen, dropped])
    person = visitor(Role.MONITOR, "zhengzhou")
    assert f"/cases/{ours.id}" in person.get(f"/posts/{seen.post.id}").text
    nothing = a_post().id
    unknown = person.get(f"/posts/{nothing}").text
    for line in (unseen, dropped):
        page = person.get(f"/posts/{line.post.id}").text
        assert page.replace(line.post.id, nothing) == unknown
    answer = submit(person, "/posts/new", **TOLD)
    (post,) = published(engine)
    engine.archive.put([a_line(reading=a_reading(post=post), case_id=theirs.id)])
    told = person.get(answer.headers["location"]).text
    assert TOLD["text"] in told
    assert theirs.id not in told
    other = visitor(Role.DUTY, "zhengzhou")
    assert TOLD["text"] not in other.get(answer.headers["location"]).text


def test_a_refused_sheet_has_the_focus_on_its_first_fault(visitor: Visitor) -> None:
    refused = submit(visitor(Role.MONITOR), "/posts/new", **{**TOLD, "text": " ", "place": "洛" * 70}).text
    assert refused.count("autofocus") == 1
    assert re.search(r'<textarea name="text"[^>]* autofocus', refused)


def test_a_ticket_that_is_typed_in_has_its_number_and_its_kind(visitor: Visitor, engine: Engine) -> None:
    person = visitor(Role.MONITOR)
    page = person.get("/posts/new").text
    assert "工单编号" in page and ">投诉</option>" in page
    submit(person, "/posts/new", **TOLD, reference="HN-20261123-0001", request="complaint")
    (post,) = published(engine)
    assert (post.reference, post.request) == ("HN-20261123-0001", Request.COMPLAINT)


def test_a_number_that_is_known_is_no_second_ticket_however_it_is_typed(
    visitor: Visitor, engine: Engine
) -> None:
    ticket = a_ticket(reference="ZZ-2026-001")
    case = a_case(state=CaseState.ASSESSED, title="车库进水", tickets=(ticket,), last_post_at=NOW)
    engine.cases.save([case])
    for typed in ("ZZ-2026-001", "ｚｚ－２０２６－００１", "zz 2026 001"):
        answer = submit(visitor(Role.MONITOR), "/posts/new", **TOLD, reference=typed)
        assert (
            answer.status_code == 422
            and "这个编号已经登记过：车库进水" in answer.text
            and case.id[:8] in answer.text
        )
    assert published(engine) == []
    submit(visitor(Role.MONITOR), "/posts/new", **{**TOLD, "channel": "mailbox"}, reference="zz-2026-001")
    assert [post.reference for post in published(engine)] == ["ZZ-2026-001"], (
        "another channel counts for itself"
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reference": "HN-1", "when": ""}, "有工单编号的，写工单上的受理时间"),
        ({"when": "1990-01-01T08:00"}, "1990 年是一年多以前"),
        ({"reference": "1" * 61}, "编号太长（61 字），最多 60 字"),
        ({"reference": "HN-1", "channel": "forum"}, "有工单编号的，来源渠道选热线或信箱"),
        ({"reference": "13812345678"}, "疑似手机号码"),
        ({"request": "gossip"}, "请选择一类，或留空"),
    ],
)
def test_what_is_wrong_with_a_ticket_is_said_at_its_place(
    visitor: Visitor, engine: Engine, fields: dict[str, str], said: str
) -> None:
    answer = submit(visitor(Role.MONITOR), "/posts/new", **{**TOLD, **fields})
    assert answer.status_code == 422 and said in answer.text
    assert published(engine) == []


def test_a_long_number_of_a_ticket_is_no_bank_card(visitor: Visitor, engine: Engine) -> None:
    submit(visitor(Role.MONITOR), "/posts/new", **TOLD, reference="4101202611230001234")
    assert [post.reference for post in published(engine)] == ["4101202611230001234"]

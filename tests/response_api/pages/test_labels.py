"""改判 on the case page and on the page of a post: recorded by who and when, kept as an example, given back where it is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from huiying.contracts import Attitude, Category, Disposition, EventKind, Role
from huiying.examples import Examples, Labels
from huiying.ports import Engine
from huiying.settings import Settings
from huiying.tomlfile import DEFAULTS
from response_api.placing import Places
from tests.factories import a_case, a_line, a_reading, a_route
from tests.response_api.conftest import Visitor
from tests.response_api.pages.test_acts import act, hidden


@pytest.fixture(autouse=True)
def own_places(settings: Settings) -> None:
    """The office's own list of places, as ``huiying init`` lays it out."""
    settings.policy.mkdir(parents=True)
    shutil.copy(DEFAULTS / "localities.toml", settings.policy)


def label(client: TestClient, post: str, **fields: str):  # type: ignore[no-untyped-def]
    shown = client.get(f"/posts/{post}").text
    return client.post(f"/posts/{post}/label", data={**hidden(shown), **fields})


def test_a_case_is_put_right_with_a_form_alone(visitor: Visitor, engine: Engine) -> None:
    case = a_case(route=a_route(lead="zhengzhou"))
    engine.cases.save([case])
    answer = act(
        visitor(Role.MONITOR),
        case,
        "relabel",
        topic="T01",
        category="inquiry",
        place="洛阳市",
        attitude="neutral",
        reason="只是咨询",
    )
    assert answer.headers["location"] == f"/cases/{case.id}?done=relabel#desk"
    after = engine.cases.get(case.id)
    assert (after.topic, after.categories, after.attitude) == (
        "T01",
        (Category.INQUIRY,),
        Attitude.NEUTRAL,
    )
    assert after.place.city == "洛阳市"
    event = next(event for event in after.events if event.kind is EventKind.RELABELLED)
    assert event.who == "monitor"
    assert "地点改为洛阳市" in event.what
    (example,) = Examples(engine.register).all()
    assert (example.by, example.case_id, example.labels.topic) == ("monitor", case.id, "T01")
    assert "改判" in visitor(Role.DUTY).get(f"/cases/{case.id}").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "至少改一项"),
        ({"place": "没有这个地方"}, "没有认出这个地名"),
        ({"topic": "T99"}, "没有这个事项"),
        ({"relevant": "maybe"}, "请选择有关或无关"),
        ({"attitude": "angry"}, "没有这种态度"),
    ],
)
def test_what_cannot_be_done_says_why_and_gives_back_what_was_typed(
    visitor: Visitor, engine: Engine, fields: dict[str, str], said: str
) -> None:
    case = a_case()
    engine.cases.save([case])
    answer = act(visitor(Role.MONITOR), case, "relabel", number=0, reason="我的说明", **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert "我的说明" in answer.text
    assert not list(Examples(engine.register).all())


def test_a_dropped_post_is_put_right_on_its_own_page(visitor: Visitor, engine: Engine) -> None:
    line = a_line(disposition=Disposition.IRRELEVANT)
    engine.archive.put([line])
    person = visitor(Role.MONITOR)
    answer = label(person, line.post.id, relevant="yes", topic="T07")
    assert answer.status_code == 303, answer.text
    page = person.get(answer.headers["location"]).text
    assert "已记下改判" in page
    assert "改判：与本办有关；事项" in page
    (example,) = Examples(engine.register).all()
    assert (example.posts, example.labels) == ((line.post,), Labels(relevant=True, topic="T07"))


def test_a_post_s_form_says_what_is_missing_and_keeps_what_was_chosen(
    visitor: Visitor, engine: Engine
) -> None:
    line = a_line(disposition=Disposition.IRRELEVANT)
    engine.archive.put([line])
    person = visitor(Role.MONITOR)
    assert "至少改一项" in label(person, line.post.id).text
    again = label(person, line.post.id, topic="T07", place="没有这个地方")
    assert again.status_code == 422
    assert "没有认出这个地名" in again.text
    assert '<option value="T07" selected>' in again.text
    assert 'value="没有这个地方"' in again.text


def test_who_may_not_put_right_is_offered_nothing_and_refused(visitor: Visitor, engine: Engine) -> None:
    line = a_line(disposition=Disposition.IRRELEVANT)
    engine.archive.put([line])
    reader = visitor(Role.SPOKESPERSON)
    shown = reader.get(f"/posts/{line.post.id}").text
    assert "/label" not in shown
    hidden_of = hidden(reader.get("/me").text)
    answer = reader.post(f"/posts/{line.post.id}/label", data={**hidden_of, "relevant": "yes"})
    assert answer.status_code == 403
    assert not list(Examples(engine.register).all())


def test_a_post_of_a_case_out_of_view_does_not_exist(visitor: Visitor, engine: Engine) -> None:
    case = a_case(route=a_route(lead="luoyang"))
    reading = a_reading()
    engine.cases.save([case])
    engine.archive.put([a_line(case_id=case.id, reading=reading)])
    person = visitor(Role.HANDLER, "zhengzhou")
    form = hidden(person.get("/me").text)
    answer = person.post(f"/posts/{reading.post.id}/label", data={**form, "relevant": "no"})
    assert answer.status_code == 404


def test_the_case_page_shows_why_with_for_and_against_and_what_people_decided(
    visitor: Visitor, engine: Engine
) -> None:
    reading = a_reading()
    case = a_case(opened_by=reading.post.key)
    engine.cases.save([case])
    engine.archive.put([a_line(case_id=case.id, reading=reading)])
    page = visitor(Role.MONITOR).get(f"/cases/{case.id}").text
    why = page[page.index('id="why"') : page.index('id="severity"')]
    for name in ("相关", "事项", "处置分类", "定级信号", "地点", "发生时间", "态度", "分办"):
        assert f"<dt>{name}</dt>" in why
    assert "研判时没有留下依据" in why
    assert "同一事项里，还没有用词相近" in why


def test_a_place_is_found_by_name_and_an_unreadable_list_finds_none(
    settings: Settings, tmp_path: Path
) -> None:
    places = Places(settings.policy)
    found = places.named("洛阳市涧西区")
    assert found is not None
    assert (found.city, found.county) == ("洛阳市", "涧西区")
    assert places.named("哪里都不是") is None
    assert Places(tmp_path / "nowhere").named("洛阳市") is None

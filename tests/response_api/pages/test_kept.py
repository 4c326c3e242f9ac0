"""A session that ends in the middle of a form: what was typed comes back to its author, and to nobody else."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from huiying.clock import ManualClock
from huiying.contracts import Actor, CaseState, ClockKind, OutsideBody, Rank, Referral, Role, StatementState
from huiying.ports import Engine
from huiying.topics import POSTS
from response_api.act_forms import act_forms
from response_api.auth import SESSION_HOURS
from response_api.guard import SESSION_COOKIE
from response_api.pages.kept import NAMES
from response_api.source_fields import BASIS, DROP, NAME, PATH
from tests.factories import NOW, a_case, a_clock, a_rule, tell
from tests.pictures import png
from tests.response_api import office
from tests.response_api.conftest import PASSWORDS, Visitor, submit
from tests.triage.statements import a_statement
from tests.triage.test_tickets import a_ticket
from tests.triage.texts import policy
from triage.publishing import Part

DRAFT = "洛阳涧西区的防空警报自己响了，\r\n居民问是怎么回事。" * 140
PNG = png()


def hidden_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def interrupted(person: TestClient, clock: ManualClock, text: str = DRAFT):  # type: ignore[no-untyped-def]
    """A sheet that is handed in after the session has ended."""
    hidden = hidden_of(person.get("/posts/new").text)
    clock.advance(timedelta(hours=SESSION_HOURS))
    data = {**hidden, "channel": "hotline", "title": "警报自己响了", "text": text, "place": "", "when": ""}
    return person.post("/posts/new", data=data, files={"pictures": ("图.png", PNG)})


def sign_in(client: TestClient, to_login: str, role: Role):  # type: ignore[no-untyped-def]
    return submit(client, to_login, to="/login", login=role.value, password=PASSWORDS[role])


def test_a_draft_of_three_thousand_characters_survives_the_end_of_the_session(
    visitor: Visitor, clock: ManualClock, engine: Engine
) -> None:
    assert len(DRAFT) > 3000
    person = visitor(Role.DUTY)
    answer = interrupted(person, clock)
    to_login = answer.headers["location"]
    assert to_login.startswith("/login?next=%2Fkept%2F")
    assert "登录已失效，刚才写的内容已经保存" in person.get(to_login).text
    wrong = submit(person, to_login, to="/login", login="duty", password="wrong")
    assert "刚才写的内容已经保存" in wrong.text
    place = sign_in(person, to_login, Role.DUTY).headers["location"]
    page = person.get(place).text
    assert DRAFT in page.replace("\n", "\r\n").replace("\r\r", "\r")
    assert 'action="/posts/new"' in page
    hidden = hidden_of(page)
    assert {"nonce", "channel", "csrf"} <= set(hidden)
    assert hidden["csrf"] in person.get("/me").text
    again = person.post("/posts/new", data={**hidden, "title": "警报自己响了", "text": DRAFT})
    assert again.status_code == 303, again.text
    (post,) = (POSTS.decode(record.value) for record in engine.stream.scan(POSTS.name))
    assert DRAFT.replace("\r\n", "\n").strip() in post.text.replace("\r\n", "\n")


def test_a_draft_survives_its_writer_signing_out_in_another_window(visitor: Visitor) -> None:
    person = visitor(Role.DUTY)
    hidden = hidden_of(person.get("/posts/new").text)
    assert submit(person, "/", to="/logout").status_code == 303
    assert person.get("/posts/new").headers["location"].startswith("/login"), "nobody is in any more"
    data = {**hidden, "channel": "hotline", "title": "警报自己响了", "text": DRAFT, "place": "", "when": ""}
    to_login = person.post("/posts/new", data=data).headers["location"]
    assert to_login.startswith("/login?next=%2Fkept%2F")
    place = sign_in(person, to_login, Role.DUTY).headers["location"]
    assert DRAFT in person.get(place).text.replace("\n", "\r\n").replace("\r\r", "\r")


def test_what_a_shift_hands_over_survives_a_session_that_was_as_long_as_the_shift(
    visitor: Visitor, clock: ManualClock
) -> None:
    person = visitor(Role.DUTY)
    hidden = hidden_of(person.get("/handover").text)
    clock.advance(timedelta(hours=SESSION_HOURS))
    sent = {"csrf": hidden["csrf"], "seen": "0", "taker": "other", "notes": "许昌警报一事还在等供电公司"}
    to_login = person.post("/handover", data=sent).headers["location"]
    page = person.get(sign_in(person, to_login, Role.DUTY).headers["location"]).text
    assert "<small>交班</small>" in page and "许昌警报一事还在等供电公司" in page
    assert hidden_of(page)["taker"] == "other"


def test_many_that_were_ticked_when_the_session_ended_are_done_from_what_was_kept(
    visitor: Visitor, clock: ManualClock, engine: Engine
) -> None:
    case = tell(engine, a_case(state=CaseState.WATCHING))
    person = visitor(Role.DUTY)
    hidden = hidden_of(person.get("/cases").text)
    clock.advance(timedelta(hours=SESSION_HOURS))
    sent = {**hidden, "do": "dismiss", "case": f"{case.id}:{len(case.events)}", "reason": "试鸣日的误报"}
    to_login = person.post("/cases/bulk", data=sent).headers["location"]
    page = person.get(sign_in(person, to_login, Role.DUTY).headers["location"]).text
    assert "<small>成批办理</small>" in page and "试鸣日的误报" in page
    (look,) = re.findall(r'href="([^"]+)">先看', page)
    assert person.get(look).status_code == 200
    again = person.post("/cases/bulk", data={**hidden_of(page), "reason": "试鸣日的误报"})
    assert again.status_code == 303, again.text
    assert engine.cases.get(case.id).state is CaseState.DISMISSED


def test_a_revoked_session_is_given_its_draft_back_too_and_it_can_be_thrown_away(
    visitor: Visitor, clock: ManualClock
) -> None:
    person, elsewhere = visitor(Role.DUTY), visitor(Role.DUTY)
    hidden = hidden_of(person.get("/posts/new").text)
    submit(elsewhere, "/me", to="/me/sessions", session="others")
    to_login = person.post("/posts/new", data={**hidden, "text": DRAFT}).headers["location"]
    place = sign_in(person, to_login, Role.DUTY).headers["location"]
    assert place in person.get("/me").text
    assert submit(person, place, to=f"{place}/drop").headers["location"] == "/me"
    assert person.get(place).status_code == 404
    assert place not in person.get("/me").text


def test_another_login_never_sees_it(visitor: Visitor, clock: ManualClock) -> None:
    person = visitor(Role.DUTY)
    to_login = interrupted(person, clock).headers["location"]
    place = sign_in(person, to_login, Role.MONITOR).headers["location"]
    assert place.startswith("/kept/")
    refused = person.get(place)
    assert refused.status_code == 404
    assert "警报" not in refused.text
    assert "没有交上的内容" not in person.get("/me").text
    assert visitor(Role.ADMIN).get(place).text.count("警报") == 0
    submit(person, "/me", to=f"{place}/drop")
    assert DRAFT[:20] in visitor(Role.DUTY).get(place).text, "nor throws it away"


def test_it_is_kept_for_a_day(visitor: Visitor, clock: ManualClock) -> None:
    person = visitor(Role.DUTY)
    to_login = interrupted(person, clock).headers["location"]
    clock.advance(timedelta(hours=24))
    assert person.get(sign_in(person, to_login, Role.DUTY).headers["location"]).status_code == 404


@pytest.mark.parametrize("csrf", ["", "0" * 64, "é" * 64])
def test_a_form_that_no_page_of_that_session_made_is_not_kept(
    visitor: Visitor, clock: ManualClock, csrf: str
) -> None:
    person = visitor(Role.DUTY)
    clock.advance(timedelta(hours=SESSION_HOURS))
    answer = person.post("/posts/new", data={"csrf": csrf, "text": DRAFT})
    assert answer.headers["location"] == "/login?next=%2F"
    foreign = interrupted_by_another_site(person, clock)
    assert foreign == "/login?next=%2F"


def interrupted_by_another_site(person: TestClient, clock: ManualClock) -> str:
    sign_in(person, "/login", Role.DUTY)
    hidden = hidden_of(person.get("/posts/new").text)
    clock.advance(timedelta(hours=SESSION_HOURS))
    answer = person.post(
        "/posts/new", data={**hidden, "text": DRAFT}, headers={"sec-fetch-site": "cross-site"}
    )
    return str(answer.headers["location"])


def test_nothing_is_kept_of_a_browser_that_was_never_signed_in_or_of_other_forms(
    visitor: Visitor, stranger: TestClient, clock: ManualClock
) -> None:
    assert stranger.post("/posts/new", data={"text": DRAFT}).headers["location"] == "/login?next=%2F"
    stranger.cookies.set(SESSION_COOKIE, "nonsense")
    assert stranger.post("/posts/new", data={"text": DRAFT}).headers["location"] == "/login?next=%2F"
    person = visitor(Role.ADMIN)
    hidden = hidden_of(person.get("/people").text)
    clock.advance(timedelta(hours=SESSION_HOURS))
    answer = person.post("/people", data={**hidden, "name": DRAFT})
    assert answer.headers["location"] == "/login?next=%2F"


def test_nothing_is_kept_for_an_account_that_may_not_come_in_again(
    visitor: Visitor, app: FastAPI, clock: ManualClock
) -> None:
    person, house = visitor(Role.DUTY), app.state.house
    hidden = hidden_of(person.get("/posts/new").text)
    house.people.disable("duty", clock.now(), by="admin")
    answer = person.post("/posts/new", data={**hidden, "text": DRAFT})
    assert answer.headers["location"] == "/login?next=%2F"
    assert house.kept.of("duty", clock.now()) == house.kept.of("", clock.now()) == ()


def test_what_is_too_long_to_keep_is_given_back_at_once(visitor: Visitor, clock: ManualClock) -> None:
    long = "长" * 200_000
    answer = interrupted(visitor(Role.DUTY), clock, long)
    assert answer.status_code == 413
    assert "请先把下面的内容复制下来" in answer.text
    assert long in answer.text


def test_a_form_from_before_signing_in_again_elsewhere_is_given_back_at_once(
    visitor: Visitor, clock: ManualClock
) -> None:
    person = visitor(Role.DUTY)
    hidden = hidden_of(person.get("/posts/new").text)
    clock.advance(timedelta(hours=SESSION_HOURS))
    sign_in(person, "/login", Role.DUTY)  # in another tab of the same browser
    answer = person.post("/posts/new", data={**hidden, "text": DRAFT})
    assert answer.headers["location"].startswith("/kept/")
    assert DRAFT[:20] in person.get(answer.headers["location"]).text
    sign_in_as_other = visitor(Role.MONITOR)
    refused = sign_in_as_other.post("/posts/new", data={**hidden, "text": DRAFT})
    assert (refused.status_code, "表单已过期" in refused.text) == (403, True)


def test_what_was_typed_is_never_markup(visitor: Visitor, clock: ManualClock) -> None:
    person = visitor(Role.DUTY)
    evil = '</textarea><script>alert(1)</script>"><img src=x onerror=alert(1)> 警报'
    to_login = interrupted(person, clock, evil).headers["location"]
    page = person.get(sign_in(person, to_login, Role.DUTY).headers["location"]).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_every_field_in_which_people_write_has_the_name_that_its_form_has() -> None:
    written = {
        "title",
        *(part.value for part in Part),
        "next_release_at",
        "text",
        "place",
        "when",
        "told",
        "notes",
        *(one.name for one in (NAME, BASIS, PATH, DROP)),
    }
    assert {NAMES[one.name] for one in (NAME, BASIS, PATH, DROP)} == {
        one.label for one in (NAME, BASIS, PATH, DROP)
    }
    sent = Referral(id="r", to=OutsideBody(body="价格主管部门"), by="duty", at=NOW)
    case = replace(
        office.seed_case(),
        clocks=(a_clock(rule=a_rule(kind=ClockKind.REPORT_UP)),),
        referrals=(sent,),
        tickets=(a_ticket(),),
    )
    everybody = Actor(login="all", name="", roles=frozenset(Role), unit="henan", rank=Rank.HEAD)
    for state in CaseState:
        for of in (None, a_statement(state=StatementState.REVIEW), a_statement()):
            forms = act_forms(replace(case, state=state), everybody, policy(), statement=of)
            written |= {ask.name for form in forms for ask in form.asks if ask.kind in ("text", "line")}
    assert written == set(NAMES)


def test_a_draft_that_is_given_back_is_called_by_its_parts_and_hides_what_the_page_put_there(
    visitor: Visitor, clock: ManualClock, engine: Engine
) -> None:
    case = replace(office.seed_case(), state=CaseState.ASSESSED)
    engine.cases.save([case])
    handler = visitor(Role.HANDLER)
    path = f"/cases/{case.id}/statements/new"
    hidden = hidden_of(handler.get(path).text)
    clock.advance(timedelta(hours=SESSION_HOURS))
    sent = {**hidden, "base": "ab" * 32, "kind": "answer", "title": "ABC", "facts": "plain", "stance": "认"}
    to_login = handler.post(path, data=sent).headers["location"]
    page = handler.get(sign_in(handler, to_login, Role.HANDLER).headers["location"]).text
    labels = re.findall(r"<label><span>(.*?)</span><textarea name=\"(\w+)\"", page)
    assert labels == [("标题", "title"), ("事实", "facts"), ("态度", "stance")]
    assert hidden_of(page)["base"] == "ab" * 32 and hidden_of(page)["kind"] == "answer"

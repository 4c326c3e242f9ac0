"""What is sent twice from one page is done once, and what was not done may be sent again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from huiying.contracts import Rank, Role
from huiying.ports import Engine
from response_api.auth import Person
from response_api.sent_once import KIND, REMEMBERED, SentOnce, forget_old
from tests.factories import NOW

DUTY = Person(
    login="duty", name="值班", roles=frozenset({Role.DUTY}), unit="henan", rank=Rank.STAFF, session=""
)


KEY = b"k" * 32


@pytest.fixture
def once(engine: Engine) -> SentOnce:
    return SentOnce(engine.register, KEY)


class Counted:
    """What is done, and how often it was."""

    def __init__(self, answer: Response) -> None:
        self.answer, self.times = answer, 0

    def __call__(self) -> Response:
        self.times += 1
        return self.answer


def asked(path: str = "/cases/c/acts/consult") -> Request:
    return Request(
        {"type": "http", "method": "POST", "path": path, "headers": [], "server": ("h", 80), "scheme": "http"}
    )


def test_the_second_gets_the_answer_of_the_first(once: SentOnce) -> None:
    do, form = Counted(RedirectResponse("/cases/c", 303)), FormData({"seen": "3"})
    answers = [once.answer(asked(), DUTY, form, NOW, do) for _ in range(2)]
    assert [(one.status_code, one.headers["location"]) for one in answers] == [(303, "/cases/c")] * 2
    assert do.times == 1


def test_another_page_another_address_and_another_word_are_another_form(once: SentOnce) -> None:
    do = Counted(RedirectResponse("/cases/c", 303))
    forms = [{"seen": "3"}, {"seen": "4"}, {"seen": "3", "note": ""}, {"see": "n3"}]
    for form in forms:
        once.answer(asked(), DUTY, FormData(form), NOW, do)
    once.answer(asked("/cases/d/acts/consult"), DUTY, FormData(forms[0]), NOW, do)
    assert do.times == len(forms) + 1


def test_what_was_refused_or_lies_longer_back_is_done(once: SentOnce) -> None:
    refused, form = Counted(HTMLResponse("no", 409)), FormData({"seen": "3"})
    for _ in range(2):
        once.answer(asked(), DUTY, form, NOW, refused)
    done = Counted(RedirectResponse("/cases/c", 303))
    once.answer(asked(), DUTY, form, NOW, done)
    once.answer(asked(), DUTY, form, NOW + REMEMBERED + timedelta(seconds=1), done)
    assert (refused.times, done.times) == (2, 2)


def test_neither_a_restart_nor_another_web_process_does_it_again(engine: Engine, once: SentOnce) -> None:
    do, form = Counted(RedirectResponse("/cases/c", 303)), FormData({"seen": "3", "note": "先核实"})
    once.answer(asked(), DUTY, form, NOW, do)
    other = SentOnce(engine.register, KEY)
    answer = other.answer(asked(), DUTY, form, NOW, do)
    assert (answer.status_code, answer.headers["location"], do.times) == (303, "/cases/c", 1)
    later = NOW + REMEMBERED
    SentOnce(engine.register, KEY).answer(asked(), DUTY, form, later, do)
    assert do.times == 2
    assert len(engine.register.list(KIND)) == 1
    assert forget_old(engine.register, later) == 0
    assert forget_old(engine.register, later + REMEMBERED) == 1


def test_of_two_processes_at_once_the_second_waits_for_the_first(engine: Engine, once: SentOnce) -> None:
    form, under_way, go_on = FormData({"seen": "3"}), Event(), Event()

    def slowly() -> Response:
        under_way.set()
        go_on.wait(20)
        return RedirectResponse("/cases/c", 303)

    second = Counted(RedirectResponse("/cases/twice", 303))
    with ThreadPoolExecutor(2) as together:
        first = together.submit(once.answer, asked(), DUTY, form, NOW, slowly)
        assert under_way.wait(20)
        other = SentOnce(engine.register, KEY)
        waiting = together.submit(other.answer, asked(), DUTY, form, NOW, second)
        go_on.set()
        assert first.result().headers["location"] == waiting.result().headers["location"] == "/cases/c"
    assert second.times == 0


def test_what_breaks_on_the_way_may_be_sent_to_another_process(engine: Engine, once: SentOnce) -> None:
    form = FormData({"seen": "3"})

    def breaks() -> Response:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        once.answer(asked(), DUTY, form, NOW, breaks)
    done = Counted(RedirectResponse("/cases/c", 303))
    SentOnce(engine.register, KEY).answer(asked(), DUTY, form, NOW, done)
    assert done.times == 1

"""What is sent twice from one page is done once, and what was not done may be sent again."""

from __future__ import annotations

from datetime import timedelta

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from huiying.contracts import Rank, Role
from response_api.auth import Person
from response_api.sent_once import REMEMBERED, SentOnce
from tests.factories import NOW

DUTY = Person(
    login="duty", name="值班", roles=frozenset({Role.DUTY}), unit="henan", rank=Rank.STAFF, session=""
)


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


def test_the_second_gets_the_answer_of_the_first() -> None:
    once, do, form = SentOnce(), Counted(RedirectResponse("/cases/c", 303)), FormData({"seen": "3"})
    answers = [once.answer(asked(), DUTY, form, NOW, do) for _ in range(2)]
    assert [(one.status_code, one.headers["location"]) for one in answers] == [(303, "/cases/c")] * 2
    assert do.times == 1


def test_another_page_another_address_and_another_word_are_another_form() -> None:
    once, do = SentOnce(), Counted(RedirectResponse("/cases/c", 303))
    forms = [{"seen": "3"}, {"seen": "4"}, {"seen": "3", "note": ""}, {"see": "n3"}]
    for form in forms:
        once.answer(asked(), DUTY, FormData(form), NOW, do)
    once.answer(asked("/cases/d/acts/consult"), DUTY, FormData(forms[0]), NOW, do)
    assert do.times == len(forms) + 1


def test_what_was_refused_or_lies_longer_back_is_done() -> None:
    once, refused, form = SentOnce(), Counted(HTMLResponse("no", 409)), FormData({"seen": "3"})
    for _ in range(2):
        once.answer(asked(), DUTY, form, NOW, refused)
    done = Counted(RedirectResponse("/cases/c", 303))
    once.answer(asked(), DUTY, form, NOW, done)
    once.answer(asked(), DUTY, form, NOW + REMEMBERED + timedelta(seconds=1), done)
    assert (refused.times, done.times) == (2, 2)

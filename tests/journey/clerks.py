"""People of an office before plain forms, over HTTP alone: they open a page, fill in a form that is on it, and send it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import httpx
from lxml import html

from tests.eventually import eventually

PASSWORD = "a-password-for-tests"


class NoForm(AssertionError):
    """The page has no such form; what it shows stands in the message."""


@dataclass
class Clerk:
    """One browser."""

    browser: httpx.Client

    @classmethod
    def at(cls, base: str) -> Clerk:
        return cls(httpx.Client(base_url=base, follow_redirects=True, timeout=90))

    def open(self, page: str) -> str:
        """What it shows; one that asks to come back later is opened again."""
        answer = eventually(
            lambda: self.browser.get(page), until=lambda answer: answer.status_code != 503, seconds=20
        )
        assert answer.status_code == 200, (page, answer.status_code, visible(answer.text)[-2000:])
        return answer.text

    def send(self, page: str, to: str, **fields: object) -> httpx.Response:
        """Send the form that goes to an address ending so, with hidden fields and choices as they stand."""
        shown = self.open(page)
        forms = [form for form in html.fromstring(shown).forms if (form.action or "").endswith(to)]
        if not forms:
            raise NoForm(f"no form to {to} on {page}:\n{visible(shown)[-3000:]}")
        data: dict[str, Any] = {**dict(forms[0].form_values()), **fields}
        answer = self.browser.post(forms[0].action, data=data)
        assert answer.status_code == 200, (to, answer.status_code, visible(answer.text)[-3000:])
        return answer

    def act(self, page: str, act: str, **fields: object) -> httpx.Response:
        return self.send(page, f"/acts/{act}", **fields)

    def sign_in(self, login: str) -> None:
        self.send("/login", "/login", login=login, password=PASSWORD)

    def set_up(self, link: str, login: str) -> None:
        """The first administrator, by the link that the start prints."""
        self.send(link, link, login=login, name="系统管理员", password=PASSWORD, again=PASSWORD)
        self.sign_in(login)

    def invite(self, login: str, role: str, *, unit: str, rank: str) -> str:
        """As an administrator: the path of the link that is handed over."""
        page = self.send("/people", "/people", login=login, name=login, roles=[role], unit=unit, rank=rank)
        found = re.search(r"/invite/[\w-]+", page.text)
        assert found, visible(page.text)
        return found[0]

    def take_up(self, link: str, login: str) -> None:
        """By that link: set a password and come in."""
        self.send(link, link, password=PASSWORD, again=PASSWORD)
        self.sign_in(login)


def visible(page: str) -> str:
    """What a person reads."""
    text: str = html.fromstring(page).text_content()
    return re.sub(r"\s+", " ", text).strip()

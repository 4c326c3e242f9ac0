"""A test notice says what came back, and never raises."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.factories import NOW
from tests.triage.notifiers.receiver import Receiver, listening
from triage.notifiers.console import Console
from triage.notifiers.robots import WeCom
from triage.trial import a_test, attempt

LINK = "http://office.invalid"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


def test_it_says_that_it_is_a_test_and_arrives(receiver: Receiver) -> None:
    came = attempt(WeCom(receiver.url), "值班群", NOW, LINK)
    assert came.ok and not came.confirmed and "已交给渠道" in came.in_words()
    assert "【测试】" in receiver.bodies[0].decode()


def test_the_board_confirms() -> None:
    assert attempt(Console(), "值班台", NOW, LINK).confirmed


def test_a_refusal_is_told_with_its_code(receiver: Receiver) -> None:
    receiver.answer = b'{"errcode": 93000}'
    came = attempt(WeCom(receiver.url), "值班群", NOW, LINK)
    assert not came.ok and "93000" in came.in_words() and "再试" not in came.in_words()
    receiver.answer = b'{"errcode": 45009}'
    assert "再试" in attempt(WeCom(receiver.url), "值班群", NOW, LINK).in_words()


def test_two_tests_are_two_notices() -> None:
    later = NOW.replace(second=30)
    assert a_test(NOW, "smtp", "a@b.invalid", LINK).id != a_test(later, "smtp", "a@b.invalid", LINK).id
